"""What pages offer to click: repairs of a network that failed, and examples to start from."""

from collections.abc import Mapping

import streamlit as st

from app import address, controls
from app.diagnosis import Diagnosis
from app.parameters import Values


def show(diagnosis: Diagnosis | None) -> None:
    """What went wrong, if anything, with the clicks that would mend it."""
    if diagnosis is None:
        return
    sentence, clicks = st.columns([5, 2], vertical_alignment="center")
    sentence.warning(diagnosis.sentence)
    with clicks.container(horizontal=True):
        for index, repair in enumerate(diagnosis.repairs):
            st.button(
                repair.label,
                key=f"repair_{index}",
                help="Changes the setting and trains again.",
                type="secondary" if index else "primary",
                on_click=address.change,
                args=(repair.changes,),
            )


def examples(presets: Mapping[str, Values]) -> None:
    """A menu of views to start from."""
    with st.popover("Examples"):
        for index, (label, changes) in enumerate(presets.items()):
            st.button(
                label,
                key=f"preset_{index}",
                help="Shows this example; all other settings go back to their defaults.",
                type="tertiary",
                on_click=controls.start_from,
                args=(changes,),
            )
