"""A visitor without a browser: Streamlit's protocol as the page of Streamlit 1.67 speaks it.

What that page does and a load test must not leave out: every message tells the values of all
widgets, the link, and which large messages are kept; fragments that look again by themselves are
asked for at their interval, server busy or not; a lost connection is taken up again. What the
components in the browser work out by themselves, such as a mesh's counts, is not told.
"""

import asyncio
import json
import random
import struct
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin, Subprotocol

from layerwarp.app.session.live import PREVIEW

PATIENCE = 60.0  # seconds
PINGS = ("/_stcore/health", "/_stcore/host-config")  # asked for before every connection
XSRF = "_streamlit_xsrf"
NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"
LONGEST_PAUSE = 4.0  # seconds between tries to connect
REST = 0.25  # seconds from the last move of a scrubber to its report: player.js
ENDED, _, OVERTAKEN, _ = ForwardMsg.ScriptFinishedStatus.values()

# Widget -> its value, by the name that the value has in a message. What the session sets leads.
VALUES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "slider": lambda widget: _slider(widget),
    "number_input": lambda widget: {
        "double_value": widget.value if widget.set_value else widget.default
    },
    "selectbox": lambda widget: _choice(widget),
    "radio": lambda widget: _choice(widget),
    "checkbox": lambda widget: {"bool_value": widget.value if widget.set_value else widget.default},
    "text_input": lambda widget: {
        "string_value": widget.value if widget.set_value else widget.default
    },
    "multiselect": lambda widget: _choices(widget, list(widget.options)),
    "button_group": lambda widget: _choices(widget, [one.content for one in widget.options]),
    "expandable": lambda block: {"bool_value": block.expanded},
    "popover": lambda block: {"bool_value": block.open},
}
FOLDED = ("expandable", "popover")
TRIGGERS = ("button", "menu_button")


def _slider(widget: Any) -> dict[str, Any]:
    if not widget.options:
        return {
            "double_array_value": {"data": widget.value if widget.set_value else widget.default}
        }
    return _choices(widget, list(widget.options), widget.raw_value)


def _choice(widget: Any) -> dict[str, Any]:
    chosen = widget.raw_value if widget.set_value else widget.options[widget.default]
    return {"string_value": chosen}


def _choices(widget: Any, options: list[str], raw: Any = None) -> dict[str, Any]:
    raw = widget.raw_values if raw is None else raw
    chosen = list(raw) if widget.set_value else [options[int(index)] for index in widget.default]
    return {"string_array_value": {"data": chosen}}


class Picture(NamedTuple):
    """What a component was given to draw, and when: in seconds, as ``time.monotonic`` counts."""

    at: float
    header: dict[str, Any]


@dataclass
class Placed:
    """An element on the page, or a block that folds: what it is, and which run put it there."""

    kind: str
    proto: Any
    fragment: str
    run: str


class MessageCache:
    """The large messages that a page keeps: the server sends no more than their names again."""

    def __init__(self) -> None:
        self.longest = 0  # runs of the page that a message is kept for without being used
        self._kept: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs = 0

    def names(self) -> list[str]:
        """Of all that is kept."""
        return list(self._kept)

    def whole(self, message: ForwardMsg) -> ForwardMsg:
        """The message itself where only its name came; ``KeyError`` where that says nothing."""
        if message.WhichOneof("type") == "ref_hash":
            known, _ = self._kept[message.ref_hash]
            self._kept[message.ref_hash] = known, self._runs
            metadata, message = message.metadata, ForwardMsg()
            message.CopyFrom(known)
            message.metadata.CopyFrom(metadata)
        elif message.metadata.cacheable:
            self._kept[message.hash] = message, self._runs
        return message

    def end_run(self, fragments: list[str]) -> None:
        """A run ended, of these fragments or of the whole page: what nobody used goes."""
        self._runs += 1
        for name, (message, used) in list(self._kept.items()):
            touched = not fragments or message.delta.fragment_id in fragments
            if touched and self._runs - used > self.longest:
                del self._kept[name]


@dataclass
class Visitor:
    """One page in one tab.

    Attributes:
        url: Of the server, without a path.
        path: Of the page: "/", "/pieces" and so on.
        address: The query in the address bar, without "?".
        headers: More of them, for every request: Cookie, Host, Origin, Forwarded and such.
        pictures: All that was new to draw, in the order of its coming.
        received: Bytes from the server, over the websocket.
        connections: How often the server was reached.
        faults: What a browser would show an error for.
    """

    url: str
    path: str = "/"
    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    received: int = 0
    connections: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = ""
        self._page_hash = ""
        self._params = ""  # the query that the server wrote last
        self._cache = MessageCache()
        self._placed: dict[tuple[int, ...], Placed] = {}
        self._states: dict[str, WidgetState] = {}
        self._drawn = b""
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
        await asyncio.to_thread(self._get, self.path + query)
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
        before = self._states[place.proto.id]
        name = before.WhichOneof("value") or ""
        if name.endswith("array_value"):
            value = {"data": value if isinstance(value, list) else [value]}
        self._states[place.proto.id] = WidgetState(id=place.proto.id, **{name: value})
        return await self._act(place.fragment)

    async def click(self, label: str) -> float:
        """Press a button; the moment that was sent."""
        place = self.find(label)
        self._states[place.proto.id] = WidgetState(id=place.proto.id, trigger_value=True)
        moment = await self._act(place.fragment)
        self._states.pop(place.proto.id, None)
        return moment

    async def choose(self, label: str, option: str) -> float:
        """Choose from a menu that is a button; the moment that was sent."""
        place = self.find(label)
        chosen: Any = {"data": option}
        self._states[place.proto.id] = WidgetState(id=place.proto.id, string_trigger_value=chosen)
        moment = await self._act(place.fragment)
        self._states.pop(place.proto.id, None)
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
        before = self._states.get(component)
        known = json.loads(before.json_value) if before is not None else {}
        text = json.dumps(known | values)
        self._states[component] = WidgetState(id=component, json_value=text)
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

    def words(self) -> list[str]:
        """All texts and captions on the page."""
        return [place.proto.body for place in self._placed.values() if place.kind == "markdown"]

    def elements(self, kind: str) -> list[Any]:
        """All elements of a kind, named as in Streamlit's Element.proto."""
        return [place.proto for place in self._placed.values() if place.kind == kind]

    def has(self, label: str) -> bool:
        """Whether there is a widget with this label that can be used."""
        return any(_is(place, label) for place in self._placed.values())

    def find(self, label: str) -> Placed:
        """The widget with this label, or the part that folds; a ``LookupError`` without one."""
        for place in self._placed.values():
            if _is(place, label):
                return place
        raise LookupError(f"there is no {label!r} to use on the page {self.path}?{self._query}")

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
            widget_states=WidgetStates(widgets=self._states.values()),
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
        self._told = False
        with suppress(ConnectionClosed):
            await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

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
                    await asyncio.to_thread(self._get, path)
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
        return await connect(
            f"{'wss' if secure else 'ws'}://{host}/_stcore/stream",
            host=place.hostname,
            port=place.port or (443 if secure else 80),
            origin=Origin(self.headers.get("Origin", f"{place.scheme}://{host}")),
            subprotocols=[Subprotocol(text) for text in ("streamlit", *tokens)],
            additional_headers=headers,
            max_size=None,
            proxy=None,
        )

    def _get(self, path: str) -> bytes:
        """Fetch a file; what it sets as cookies goes along with every request from here on."""
        request = urllib.request.Request(self.url + path, headers=self._headers())
        without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with without_proxy.open(request, timeout=15) as answer:
            for text in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: one.value for name, one in SimpleCookie(text).items()}
            body: bytes = answer.read()
            return body

    def _headers(self) -> dict[str, str]:
        headers = {name.title(): text for name, text in self.headers.items()}
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
            self._place(message)
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
        for path, place in list(self._placed.items()):
            if place.run != run and (not fragments or place.fragment in fragments):
                del self._placed[path]
        used = {getattr(place.proto, "id", "") for place in self._placed.values()}
        self._states = {name: state for name, state in self._states.items() if name in used}

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

    def _place(self, message: ForwardMsg) -> None:
        """An element or a block at its place on the page, its value as it comes."""
        path, delta = tuple(message.metadata.delta_path), message.delta
        kind, proto = _content(delta)
        if not kind:  # a block, or nothing: what stood there is gone
            self._placed.pop(path, None)
            return
        self._placed[path] = Placed(kind, proto, delta.fragment_id, self._run)
        if kind == "exception":
            self.faults.append(f"an error on the page: {proto.type} {proto.message}")
        elif kind == "bidi_component" and proto.bytes and proto.bytes != self._drawn:
            self._drawn = proto.bytes
            self.pictures.append(Picture(time.monotonic(), read_header(proto.bytes)))
        elif kind in VALUES and (kind in FOLDED or proto.set_value or proto.id not in self._states):
            self._states[proto.id] = WidgetState(id=proto.id, **VALUES[kind](proto))


def _content(delta: Delta) -> tuple[str, Any]:
    """Kind and message of an element, or of a block that folds; empty for all other blocks."""
    holder: Any = delta.new_element
    if delta.WhichOneof("type") != "new_element":
        holder = delta.add_block
        if holder.WhichOneof("type") not in FOLDED:
            return "", None
    kind: str = holder.WhichOneof("type") or ""
    proto: Any = getattr(holder, kind, None)
    return (kind, proto) if kind not in FOLDED or proto.id else ("", None)


def _is(place: Placed, label: str) -> bool:
    usable = place.kind in VALUES or place.kind in TRIGGERS
    return usable and place.proto.label == label and not getattr(place.proto, "disabled", False)


def read_header(payload: bytes) -> dict[str, Any]:
    """What a component is told beside the arrays; see :func:`layerwarp.app.stage.blocks.join`."""
    (length,) = struct.unpack_from("<I", payload)
    header: dict[str, Any] = json.loads(payload[4 : 4 + length])
    return header
