"""What pages offer to click: repairs of a network that failed, and examples to start from."""

from collections.abc import Mapping

import streamlit as st

from app import controls, locks, widgets
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
            widgets.button(
                repair.label,
                f"repair_{index}",
                "Changes the setting and trains again.",
                repair.changes,
                type="secondary" if index else "primary",
            )


def examples(presets: Mapping[str, Values]) -> None:
    """A menu of views to start from; none where the link locks something that each would change."""
    views = {label: controls.start(changes) for label, changes in presets.items()}
    if not any(locks.permits(view) for view in views.values()):
        return
    with st.popover("Examples"):
        for index, (label, view) in enumerate(views.items()):
            widgets.button(
                label,
                f"preset_{index}",
                "Shows this example; all other settings go back to their defaults.",
                view,
                type="tertiary",
            )
