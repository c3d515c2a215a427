"""Two networks on one page: what its picture gets, and what is said of both."""

from collections.abc import Iterator

import streamlit as st

from layerwarp.app.controls import comparison
from layerwarp.app.link.parameters import VERSUS, Values
from layerwarp.app.pages.layout import Places
from layerwarp.app.session import live
from layerwarp.app.session.live import Shown
from layerwarp.app.words import captions
from layerwarp.app.words.conclusion import longer_or_deeper
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.app.words.difference import difference
from layerwarp.app.work import payloads


def begin(places: Places, values: Values) -> Shown | None:
    """The buttons, and how far training A is; A itself, as far as it is there."""
    comparison.buttons(places.compare, values)
    other = comparison.network(values)
    if values[VERSUS] is not None:
        with places.state:
            live.status(other, live.OTHER)
    return other


def payload(values: Values, shown: Shown, other: Shown | None) -> bytes:
    """What the picture gets: the page's own network, or both."""
    view, axes = values["view"], values["axes"]
    own = payloads.plane(*shown, view, axes)
    if other is None:
        return own
    beside = payloads.plane(*other, view, axes, in_hand=False)
    return payloads.side_by_side(own, beside, difference(values | values[VERSUS], values))


def troubles(shown: Shown, other: Shown) -> None:
    """What is broken, of either network, and what follows from both; the rest is to be seen."""
    for name, network in _both(shown, other):
        found = diagnose(*network)
        if found is not None and found.plain:
            st.warning(f"**{name}**: {found.sentence}")
    if conclusion := longer_or_deeper(other, shown):
        st.caption(f":material/lightbulb: {conclusion}")


def summary(shown: Shown, other: Shown | None) -> str:
    """What the networks are and how well they do."""
    if other is None:
        return captions.summary(*shown)
    return "\n\n".join(
        f"**{name}** · {captions.summary(*network)}" for name, network in _both(shown, other)
    )


def _both(shown: Shown, other: Shown) -> Iterator[tuple[str, Shown]]:
    yield from (("A", other), ("B", shown))
