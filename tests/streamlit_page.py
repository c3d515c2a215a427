"""What Streamlit's page holds in a browser: elements, the values of widgets, kept messages."""

import json
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

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
}
FOLDED = ("expandable", "popover")  # these tell nothing before a person opens or folds them
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


class Page:
    """Elements and widgets, as messages bring them and as runs of the script leave them.

    Attributes:
        pictures: All that was new to draw, in the order of its coming.
        faults: What a browser would show an error for.
    """

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.faults: list[str] = []
        self.states: dict[str, WidgetState] = {}  # of widgets, by their ids
        self._placed: dict[tuple[int, ...], Placed] = {}
        self._drawn = b""

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
        raise LookupError(f"there is no {label!r} to use on the page")

    def place(self, message: ForwardMsg, run: str) -> None:
        """An element or a block at its place on the page, its value as it comes."""
        path, delta = tuple(message.metadata.delta_path), message.delta
        kind, proto = _content(delta)
        if not kind:  # a block, or nothing: what stood there is gone
            self._placed.pop(path, None)
            return
        self._placed[path] = Placed(kind, proto, delta.fragment_id, run)
        if kind == "exception":
            self.faults.append(f"an error on the page: {proto.type} {proto.message}")
        elif kind == "bidi_component" and proto.bytes and proto.bytes != self._drawn:
            self._drawn = proto.bytes
            self.pictures.append(Picture(time.monotonic(), read_header(proto.bytes)))
        elif kind in VALUES and (proto.set_value or proto.id not in self.states):
            self.states[proto.id] = WidgetState(id=proto.id, **VALUES[kind](proto))

    def leave_out_the_rest(self, run: str, fragments: list[str]) -> None:
        """A run of these fragments, or of the whole page, ended: what it did not place goes."""
        for path, place in list(self._placed.items()):
            if place.run != run and (not fragments or place.fragment in fragments):
                del self._placed[path]
        used = {getattr(place.proto, "id", "") for place in self._placed.values()}
        self.states = {name: state for name, state in self.states.items() if name in used}


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
    usable = place.kind in (*VALUES, *FOLDED, *TRIGGERS)
    return usable and place.proto.label == label and not getattr(place.proto, "disabled", False)


def read_header(payload: bytes) -> dict[str, Any]:
    """What a component is told beside the arrays; see :func:`layerwarp.app.stage.blocks.join`."""
    (length,) = struct.unpack_from("<I", payload)
    header: dict[str, Any] = json.loads(payload[4 : 4 + length])
    return header
