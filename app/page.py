"""The frame of every page with a picture: head, notes, the picture's place, prose at the end."""

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import address, advice, compute, frame, locks
from app.parameters import Values
from app.presets import Example


class Places(NamedTuple):
    """Containers that stay: what comes and goes above the picture must not mount it anew."""

    share: DeltaGenerator
    state: DeltaGenerator
    notes: DeltaGenerator
    picture: DeltaGenerator
    words: DeltaGenerator


def begin(title: str, presets: Mapping[str, Example], values: Values) -> Places:
    """Draw the head of the page and say where the rest goes; alone, the picture has no head."""
    if frame.bare():
        state, notes, picture, words = (st.container() for _ in range(4))
        places = Places(words, state, notes, picture, words)  # there is nothing to share
    else:
        with st.container(horizontal=True, vertical_alignment="center", key="head"):
            st.markdown(f"##### {title}", width="content")
            views = advice.views(presets)
            advice.examples(views)
            share = st.container(width="content")
            with st.container(key="look"):
                advice.look(presets, views, values)
            state = st.container()
        places = Places(share, state, *(st.container() for _ in range(3)))
    with places.notes:
        for line in filter(None, [address.notice(), *([] if frame.bare() else compute.notices())]):
            st.caption(line)
    if locks.locked() and not frame.bare():
        st.sidebar.caption("This link leaves only a part of the controls free.")
    return places


def end(prose: str) -> None:
    """The lesson's text, in Markdown; in the presenter view, the way out of it."""
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
            st.markdown(prose)
