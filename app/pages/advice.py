"""What pages offer to click: repairs of a network that failed, and examples to start from."""

from collections.abc import Mapping

import streamlit as st

from layerwarp.app.link.parameters import LOCKABLE, Values
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, locks, widgets
from layerwarp.app.words.diagnosis import Diagnosis

EXAMPLES = "examples"
SHOWN = "examples_shown"


def show(diagnosis: Diagnosis | None) -> None:
    """What went wrong, if anything, with the clicks that would mend it.

    Where a link locks controls, somebody is to find out: only what can be seen anyway is said.
    """
    if diagnosis is None:
        return
    if locks.locked():
        if diagnosis.plain:
            st.warning(diagnosis.sentence)
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


def examples(views: Mapping[str, Values]) -> None:
    """A menu of views to start from; without those that would change what a link locks."""
    views = {label: view for label, view in views.items() if locks.permits(view)}
    if views:
        st.menu_button(
            "Examples",
            list(views),
            key=EXAMPLES,
            help="Shows an example; all other settings go back to their defaults.",
            on_click=_show_example,
            args=(views,),
        )


def look(page: Page, values: Values) -> None:
    """What to look at, and what to go on to, where the controls stand as in one of the examples.

    Not where a link locks controls: its teacher asks the questions.
    """
    if locks.locked() or values.get("bend") is not None:
        return  # a teacher asks the questions; a network that was changed by hand is no example's
    for label, view in page.views.items():
        if all(values[name] == value for name, value in view.items() if name in LOCKABLE):
            example = page.examples[label]
            if example.look:
                st.caption(f":material/lightbulb: {example.look}", width="content")
            if example.harder:
                help = "Changes the data and the network, and trains."
                changes = page.start(page.examples[example.harder].changes)
                widgets.button(
                    example.harder,
                    "harder",
                    help,
                    changes,
                    type="primary",
                    on_click=_show,
                    args=(changes,),
                )
            return


def shown() -> int:
    """How many examples were shown to the visitor: the picture begins anew with each."""
    return int(st.session_state.get(SHOWN, 0))


def _show_example(views: Mapping[str, Values]) -> None:
    _show(views[st.session_state[EXAMPLES]])


def _show(view: Values) -> None:
    st.session_state[SHOWN] = shown() + 1
    address.change(view)
