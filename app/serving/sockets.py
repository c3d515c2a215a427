"""The websockets to the browsers: what a moment has to say leaves in one piece."""

import asyncio
from asyncio.transports import BaseTransport
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Joined:
    """A transport that writes what it is given in a moment at once, in the moment's end.

    A run of a page's script sends some fifty messages, mostly of a hundred bytes, and a write to a
    socket costs more than what else is done for one of them.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send data, after what else is sent in this turn of the loop."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        """Close after what was written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._transport.write(b"".join(waiting))


class JoiningProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's websocket over such a transport."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin."""
        joined = Joined(cast(asyncio.Transport, transport), self.loop)
        super().connection_made(cast(BaseTransport, joined))
