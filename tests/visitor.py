"""A visitor without a browser: Streamlit's protocol as the page of Streamlit 1.67 speaks it.

What that page does and a load test must not leave out: every message tells the values of all
widgets, the link, and which large messages are kept; fragments that look again by themselves are
asked for at their interval, server busy or not; a lost connection is taken up again. A browser test
compares the messages. What the components in the browser work out by themselves, such as a mesh's
counts, is not told.
"""

import asyncio
import io
import json
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import parse_headers
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin, Subprotocol

from layerwarp.app.session.live import PREVIEW
from tests.streamlit_page import MessageCache, Page, Picture

PATIENCE = 60.0  # seconds
PINGS = ("/_stcore/health", "/_stcore/host-config")  # asked for before every connection
XSRF = "_streamlit_xsrf"
NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"
PING_SECONDS = 15.0  # that an answer to them may take
LONGEST_PAUSE = 4.0  # seconds between tries to connect
REST = 0.25  # seconds from the last move of a scrubber to its report: player.js
OVERTAKEN = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Visitor(Page):
    """One page in one tab.

    Args:
        url: Of the server, without a path.
        path: Of the page: "/", "/pieces" and so on.
        address: The query in the address bar, without "?".
        headers: More of them, for every request: Cookie, Host, Origin, Forwarded and such.

    Attributes:
        cookies: That servers have set.
        session: Streamlit's name for the session.
        received: Bytes from the server, over the websocket.
        sent: The last message to the server.
        connections: How often the server was reached.
    """

    def __init__(
        self, url: str, path: str = "/", address: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.url, self.path, self.address = url, path, address
        self.headers = {name.title(): text for name, text in (headers or {}).items()}
        self.cookies: dict[str, str] = {}
        self.session = ""
        self.received = self.connections = 0
        self.sent = b""
        self._page_hash = ""
        self._params = ""  # the query that the server wrote last
        self._cache = MessageCache()
        self._polls: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._running = self._asked = self._begun = self._told = False
        self._run = self._asked_fragment = ""
        self._socket: ClientConnection | None = None
        self._life: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    # What a person does.

    async def open(self, seconds: float = PATIENCE) -> None:
        """Open the link; returns when the page has been drawn once."""
        query = f"?{self.address}" if self.address else ""
        await self._get(self.path + query)
        self._life = asyncio.create_task(self._live())
        await self.until(lambda: self.connections > 0 and self.idle, seconds)

    async def close(self) -> None:
        """Close the tab."""
        self._end_polls()
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
        if self._socket is not None:
            await self._socket.close()

    def lose(self) -> None:
        """The connection breaks, as that of a laptop which falls asleep."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def set(self, label: str, value: Any) -> float:
        """Give a widget a value, a choice by the words that one reads; the moment it was sent.

        A folded part of the page is opened with True.
        """
        place = self.find(label)
        before = self.states.get(place.proto.id, WidgetState())
        name = before.WhichOneof("value") or "bool_value"  # a folded part told nothing yet
        if name.endswith("array_value"):
            value = {"data": value if isinstance(value, list) else [value]}
        self.states[place.proto.id] = WidgetState(id=place.proto.id, **{name: value})
        return await self._act(place.fragment)

    async def click(self, label: str) -> float:
        """Press a button; the moment that was sent."""
        place = self.find(label)
        self.states[place.proto.id] = WidgetState(id=place.proto.id, trigger_value=True)
        moment = await self._act(place.fragment)
        self.states.pop(place.proto.id, None)
        return moment

    async def choose(self, label: str, option: str) -> float:
        """Choose from a menu that is a button; the moment that was sent."""
        place = self.find(label)
        chosen: Any = {"data": option}
        self.states[place.proto.id] = WidgetState(id=place.proto.id, string_trigger_value=chosen)
        moment = await self._act(place.fragment)
        self.states.pop(place.proto.id, None)
        return moment

    async def scrub(self, **view: Any) -> float:
        """Let go of a scrubber at a place, such as ``t=1.5, s=400``; the moment its report went."""
        await asyncio.sleep(REST)
        component = self.elements("bidi_component")[0]
        names = [part for part in self.address.split("&") if part.partition("=")[0] not in view]
        self.address = "&".join(filter(None, [*names, *(f"{n}={v}" for n, v in view.items())]))
        return await self.report(component.id, view=view)

    async def report(self, component: str, **values: Any) -> float:
        """What the component of this id tells the page's script; the moment it was sent."""
        before = self.states.get(component)
        known = json.loads(before.json_value) if before is not None else {}
        text = json.dumps(known | values)
        self.states[component] = WidgetState(id=component, json_value=text)
        return await self._act("")

    # What a person sees.

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the link that the page stands at."""
        parsed = parse_qs(self._query, keep_blank_values=True)
        return {name: texts[-1] for name, texts in parsed.items()}

    @property
    def connected(self) -> bool:
        """Whether there is a server on the other end."""
        return self._socket is not None

    @property
    def idle(self) -> bool:
        """Whether no run goes on, and none that a person asked for is to come."""
        return not (self._running or self._asked)

    @property
    def settled(self) -> bool:
        """Whether all has come that will come: idle, nothing looked for again, in training."""
        waits = any(place.kind == "progress" for place in self._placed.values())
        return self.idle and not self._polls and not waits and PREVIEW not in self.words()

    # Waiting.

    async def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
        """Return when a condition holds; ``TimeoutError`` if it does not come to hold."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def picture(
        self,
        since: float,
        wanted: Callable[[dict[str, Any]], bool] = lambda header: True,
        seconds: float = PATIENCE,
    ) -> Picture:
        """The first picture after a moment whose header is ``wanted``, a preview included."""

        def found() -> list[Picture]:
            later = (picture for picture in reversed(self.pictures) if picture.at >= since)
            return [picture for picture in later if wanted(picture.header)]

        await self.until(found, seconds)
        return found()[-1]

    async def final(self, since: float, seconds: float = PATIENCE) -> Picture | None:
        """The last picture after a moment, when no other will come; None if there was none new."""
        await self.until(lambda: self.settled, seconds)
        newest = self.pictures[-1] if self.pictures else None
        return newest if newest is not None and newest.at >= since else None

    # Speaking.

    @property
    def _query(self) -> str:
        return self._params or self.address

    async def _act(self, fragment: str) -> float:
        self._asked, self._begun, self._asked_fragment = True, False, fragment
        moment = time.monotonic()
        await self._send(fragment)
        return moment

    async def _send(self, fragment: str, polled: bool = False) -> None:
        if self._socket is None:  # a browser drops it too, and asks anew when it is back
            return
        embedded = self.query.get("embed", "").lower() == "true"
        state = ClientState(
            query_string=self._query,
            widget_states=WidgetStates(widgets=self.states.values()),
            page_script_hash=self._page_hash,
            page_name="" if self._page_hash else self.path.strip("/"),
            fragment_id=fragment,
            is_auto_rerun=polled,
            cached_message_hashes=self._cache.names(),
            context_info=ContextInfo(
                timezone="UTC",
                timezone_offset=0,
                locale="en-US",
                url=self.url + self.path,
                is_embedded=embedded,
                color_scheme="light",
            ),
        )
        self._told, self.sent = False, BackMsg(rerun_script=state).SerializeToString()
        with suppress(ConnectionClosed):
            await self._socket.send(self.sent)

    async def _poll(self, seconds: float, fragment: str) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._send(fragment, polled=True)

    def _end_polls(self) -> None:
        for _, task in self._polls.values():
            task.cancel()
        self._polls.clear()

    # The connection.

    async def _live(self) -> None:
        """Connect, listen, and connect again when the connection is lost."""
        while True:
            self._socket = await self._connect()
            self.connections += 1
            if self.connections == 1 or not self.idle or self._polls:
                await self._act("")
            self._news.set()
            with suppress(ConnectionClosed):
                async for data in self._socket:
                    assert isinstance(data, bytes)
                    self._hear(data)
            self._socket = None
            self._news.set()
            await asyncio.sleep(random.uniform(0.25, 0.5))

    async def _connect(self) -> ClientConnection:
        """Ask until the server answers, then open the socket."""
        tries = 0
        while True:
            try:
                for path in PINGS:
                    await self._get(path)
                return await self._open_socket()
            except (OSError, WebSocketException):
                pause = min(LONGEST_PAUSE, 0.1 * 2**tries)
                tries += 1
                await asyncio.sleep(pause * random.uniform(0.7, 1))

    async def _open_socket(self) -> ClientConnection:
        place = urlsplit(self.url)
        headers = {name: text for name, text in self._headers().items() if name != "Origin"}
        host = headers.pop("Host", place.netloc)
        secure = place.scheme == "https"
        tokens = [self.cookies.get(XSRF, NO_TOKEN), *([self.session] if self.session else [])]
        socket = await connect(
            f"{'wss' if secure else 'ws'}://{host}/_stcore/stream",
            host=place.hostname,
            port=place.port or (443 if secure else 80),
            origin=Origin(self.headers.get("Origin", f"{place.scheme}://{host}")),
            subprotocols=[Subprotocol(text) for text in ("streamlit", *tokens)],
            additional_headers=headers,
            max_size=None,
            proxy=None,
        )
        assert socket.response is not None, "it is open"
        self._keep(socket.response.headers.get_all("Set-Cookie"))
        return socket

    async def _get(self, path: str) -> None:
        """Fetch a file; what it sets as cookies goes along with every request from here on.

        Without a thread: they would be too few for all visitors of a busy server.
        """
        place, headers = urlsplit(self.url), self._headers()
        secure = place.scheme == "https"
        lines = [f"GET {path} HTTP/1.1", f"Host: {headers.pop('Host', place.netloc)}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        async with asyncio.timeout(PING_SECONDS):
            reader, writer = await asyncio.open_connection(
                place.hostname, place.port or (443 if secure else 80), ssl=secure or None
            )
            try:
                writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
                answer = io.BytesIO(await reader.read())
            finally:
                writer.close()
        _, _, status = answer.readline().decode().partition(" ")
        if not status.startswith("2"):
            raise ConnectionError(f"{self.url}{path} answers {status.strip() or 'nothing'}")
        self._keep(parse_headers(answer).get_all("Set-Cookie", []))

    def _keep(self, cookies: list[str]) -> None:
        for text in cookies:
            self.cookies |= {name: one.value for name, one in SimpleCookie(text).items()}

    def _headers(self) -> dict[str, str]:
        headers = self.headers
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        given = [headers["Cookie"]] if "Cookie" in headers else []
        return headers | ({"Cookie": "; ".join(given + cookies)} if given or cookies else {})

    # Hearing.

    def _hear(self, data: bytes) -> None:
        self.received += len(data)
        message = ForwardMsg.FromString(data)
        try:
            message = self._cache.whole(message)
        except KeyError:
            self.faults.append(f"a message that is not kept: {message.ref_hash}")
            return
        run, kind = message.metadata.run, message.WhichOneof("type")
        if kind == "delta":
            self.place(message, self._run)
        elif kind == "new_session":
            self._begin(message.new_session, list(run.fragment_ids), run.script_run_id)
        elif kind == "script_finished":
            self._end(message.script_finished, list(run.fragment_ids), run.script_run_id)
        elif kind == "page_info_changed":
            self._params = self.address = message.page_info_changed.query_string
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._look_again(message.auto_rerun.interval, message.auto_rerun.fragment_id)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_looking(fragment)
        self._news.set()

    def _begin(self, session: NewSession, fragments: list[str], run: str) -> None:
        self._running, self._told, self._run = True, True, run
        self.session = session.initialize.session_id or self.session
        self._cache.longest = session.config.max_cached_message_age
        if not fragments:
            self._end_polls()
            self._page_hash = session.page_script_hash
        if not fragments or self._asked_fragment in fragments:
            self._begun = True

    def _end(self, status: int, fragments: list[str], run: str) -> None:
        self._running = False
        if status == OVERTAKEN:
            return
        if self._begun:
            self._asked = False
        if self._told:
            self._cache.end_run(fragments)
        self.leave_out_the_rest(run, fragments)

    def _look_again(self, seconds: float, fragment: str) -> None:
        if fragment in self._polls and self._polls[fragment][0] == seconds:
            return
        self._stop_looking(fragment)
        task = asyncio.create_task(self._poll(seconds, fragment))
        self._polls[fragment] = seconds, task

    def _stop_looking(self, fragment: str) -> None:
        _, task = self._polls.pop(fragment, (0.0, None))
        if task is not None:
            task.cancel()
