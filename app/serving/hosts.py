"""Which requests are answered: those by a known name, from pages of this server's own.

A site can let its own name lead to this machine, and its pages then speak with this server as if
they were its own (DNS rebinding): only the name in their requests gives them away. And any page may
open a websocket to any server: only ``Origin`` tells whose page it is. Both are looked at before
Streamlit sees a request, for it would look up this server's own address at another host.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from layerwarp.app.serving.names import (
    DEFAULT_PORTS,
    Authority,
    in_numbers,
    read_authority,
    read_origin,
)

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")  # they change nothing

WRONG_HOST = (
    "This server is not known by the name in this address. "
    "Whoever runs it can add the name: layerwarp --allow-host NAME\n"
)
WRONG_ORIGIN = (
    "A page of another address asks for this, and this server answers its own pages only. "
    "A proxy in front of it has to pass the header Host on.\n"
)


def read_hosts(headers: Headers) -> list[Authority | None]:
    """Read what a request calls this server, default ports left out; None where it is no name."""
    return [read_authority(text, DEFAULT_PORTS.values()) for text in headers.getlist("host")]


class OwnHosts:
    """ASGI middleware that answers under known names only, and to pages of its own only.

    Args:
        app: Who answers what is let through.
        names: Those served beside addresses in numbers.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the app, or refuse it."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)  # no words: uvicorn takes them for a fault
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts = read_hosts(headers)
        # Without Host, or without Origin, it is no browser that asks, and no page behind it.
        if not all(host and self._known(host.name) for host in hosts):
            return PlainTextResponse(WRONG_HOST, 421)
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        origins = map(read_origin, headers.getlist("origin"))
        if not all(origin and origin in hosts for origin in origins):
            return PlainTextResponse(WRONG_ORIGIN, 403)
        return None

    def _known(self, name: str) -> bool:
        return name in self.names or in_numbers(name) is not None
