"""The layout of every page: head, notes, the picture's place, prose at the end."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from layerwarp.app.link.parameters import SCRUBBED, Values
from layerwarp.app.pages import advice
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, frame, locks
from layerwarp.app.stage import mount
from layerwarp.app.work import compute
from layerwarp.assets import ASSETS

LOGO = (ASSETS / "logo.svg").read_text(encoding="utf-8")


def _style(*names: str) -> str:
    """Style sheets on one line, without comments: Streamlit works through them at every run."""
    text = " ".join((ASSETS / name).read_text(encoding="utf-8") for name in names)
    return f"<style>{' '.join(re.sub(r'/[*].*?[*]/', '', text, flags=re.DOTALL).split())}</style>"


STYLE, BARE_STYLE = _style("page.css", "access.css"), _style("bare.css")


class Places(NamedTuple):
    """Containers that stay: what comes and goes above the picture must not mount it anew."""

    compare: DeltaGenerator
    share: DeltaGenerator
    look: DeltaGenerator
    state: DeltaGenerator
    dials: DeltaGenerator
    notes: DeltaGenerator
    picture: DeltaGenerator
    words: DeltaGenerator


def begin(page: Page) -> Places:
    """Draw the head of the page and say where the rest goes; alone, the picture comes first."""
    if frame.bare():
        state, notes, picture, words = (st.container() for _ in range(4))
        dials = st.container(horizontal=True, key="dials")
        return Places(words, words, words, state, dials, notes, picture, words)  # nothing to share
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.markdown(f"##### {page.heading}", width="content")
        advice.examples(page.views)
        compare = st.container(width="content")
        share = st.container(width="content")
        state = st.container()
    with st.container(horizontal=True, vertical_alignment="center", key="bar"):
        dials = st.container(horizontal=True, key="dials")
        look = st.container(horizontal=True, vertical_alignment="center", key="look")
    return Places(compare, share, look, state, dials, *(st.container() for _ in range(3)))


def tell(places: Places, page: Page, values: Values) -> None:
    """What to look at, and what the link, the server and locks have to say."""
    if not frame.bare():
        with places.look:
            advice.look(page, values)
    with places.notes:
        for line in filter(None, [address.notice(), *([] if frame.bare() else compute.notices())]):
            st.caption(line)
    if locks.locked() and not frame.bare():
        st.sidebar.caption("This link leaves only a part of the controls free.")


def picture(page: Page, payload: bytes, reports: Sequence[str] = ()) -> Any:
    """The page's picture; what the visitor sets in it goes into the link, unless that locks it.

    See :func:`layerwarp.app.stage.mount` for what it reports beside that.
    """

    def follow() -> None:
        address.follow(page.name, [n for n in page.sets if n in SCRUBBED or locks.free(n)])

    return mount(page.name, payload, page.name, follow, reports, advice.shown())


def end(page: Page, places: Places) -> None:
    """The page's text, in Markdown; in the presenter view, the way out of it."""
    if frame.presenting():
        places.dials.button(
            "Leave the presenter view",
            key="leave",
            help="Brings the controls and the menu back.",
            type="tertiary",
            on_click=address.change,
            args=({"present": False},),
        )
    elif not frame.bare():
        with st.expander("How to read this"):
            st.markdown(page.prose)
