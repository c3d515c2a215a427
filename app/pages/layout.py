"""The layout of every page: head, notes, the picture's place, prose at the end."""

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


class Places(NamedTuple):
    """Containers that stay: what comes and goes above the picture must not mount it anew."""

    share: DeltaGenerator
    state: DeltaGenerator
    notes: DeltaGenerator
    picture: DeltaGenerator
    words: DeltaGenerator


def begin(page: Page, values: Values) -> Places:
    """Draw the head of the page and say where the rest goes; alone, the picture has no head."""
    if frame.bare():
        state, notes, picture, words = (st.container() for _ in range(4))
        places = Places(words, state, notes, picture, words)  # there is nothing to share
    else:
        with st.container(horizontal=True, vertical_alignment="center", key="head"):
            st.markdown(f"##### {page.heading}", width="content")
            views = advice.views(page)
            advice.examples(views)
            share = st.container(width="content")
            with st.container(key="look"):
                advice.look(page, views, values)
            state = st.container()
        places = Places(share, state, *(st.container() for _ in range(3)))
    with places.notes:
        for line in filter(None, [address.notice(), *([] if frame.bare() else compute.notices())]):
            st.caption(line)
    if locks.locked() and not frame.bare():
        st.sidebar.caption("This link leaves only a part of the controls free.")
    return places


def picture(page: Page, payload: bytes, reports: Sequence[str] = ()) -> Any:
    """The page's picture; what the visitor sets in it goes into the link, unless that locks it.

    See :func:`layerwarp.app.stage.mount` for what it reports beside that.
    """

    def follow() -> None:
        address.follow(page.name, [n for n in page.sets if n in SCRUBBED or locks.free(n)])

    return mount(page.name, payload, page.name, follow, reports)


def end(page: Page) -> None:
    """The page's text, in Markdown; in the presenter view, the way out of it."""
    if frame.presenting():
        st.button(
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
