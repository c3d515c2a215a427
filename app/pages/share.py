"""The menu "Share", the same on every page: links, what students may change, files."""

from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from layerwarp.app.experiments.packing import KEPT, is_kept
from layerwarp.app.exporters import Export, offered
from layerwarp.app.link import parameters
from layerwarp.app.link.parameters import (
    FRAME,
    LESSON_TEXT,
    LOCKABLE,
    LONGEST_VIEW,
    MOST_STEPS,
    PARAMETERS,
    VERSUS,
    Values,
)
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, draft, frame, locks
from layerwarp.app.session.live import Shown
from layerwarp.app.stage import mount

IFRAME = """<iframe src="{link}" title="LayerWarp" width="960" height="820"
  style="border: 0" allow="fullscreen"></iframe>"""

LESSON_KEPT = (
    "The lesson is too long for a link: this one opens it as long as this server keeps it. Send "
    "its file along."
)


def menu(place: DeltaGenerator, page: Page, values: Values, shown: Shown | None) -> None:
    """Draw the menu.

    Args:
        place: Where.
        page: The page that it is on.
        values: Of its parameters.
        shown: The network on the page; None if there is none to take away.
    """
    if frame.bare():
        return
    with place:
        opened = st.popover("Share", key="share", on_change="rerun")
    if not opened.open:  # links and files are for those who look
        return
    with opened:
        st.markdown("**Link to this picture**")
        st.code(link(page, values), language=None, wrap_lines=True)
        if is_kept(values.get(LESSON_TEXT, "")):
            st.caption(LESSON_KEPT)
        if page.taught:
            _step(page, values)
        _alone(page, values)
        if not locks.locked() and set(LOCKABLE) & set(page.names):
            _lock(page, values)
        if shown is not None:
            _files(page, values, shown)


def chart_bar(asked: str) -> None:
    """The bar of charts, which no component draws: those have one. Presented, the way through them.

    Args:
        asked: What the charts are asked of, for their captions.
    """
    mount("charts", asked.encode(), "chart_bar", lambda: None)


def _step(page: Page, values: Values) -> None:
    """The view as a step of the visitor's own lesson."""
    alone = {name: page.default(name) for name in FRAME}
    query = urlencode(parameters.format(values | alone, page) or {"v": parameters.VERSION})
    view, steps = f"{page.name}?{query}", draft.mine().steps
    if steps[-1:] == (view,):
        st.caption(
            f"This view is step {len(steps)} of your own lesson: open “Lessons” in the menu. A "
            "reload of this page forgets it; the address of that page, or its file, keeps it."
        )
    elif why := _no_step(view, len(steps)):
        st.caption(why)
    else:
        st.button(
            "Add this view as a step",
            key="add_step",
            help="Of a lesson of your own, which the page Lessons plays; there you say what the "
            "step asks.",
            on_click=draft.mine().add,
            args=(view,),
        )


def _no_step(view: str, n_steps: int) -> str:
    """Why a view cannot be a step of a lesson; empty if it can."""
    if n_steps >= MOST_STEPS:
        return f"Your own lesson has {MOST_STEPS} steps, the most that there can be."
    if KEPT.search(view):
        return "A lesson cannot hold this view: its network is too large for a link."
    if len(view) > LONGEST_VIEW:
        length = f"{len(view):,} characters, at most {LONGEST_VIEW:,}"
        return f"A lesson cannot hold this view: its link is too long ({length})."
    return ""


def _alone(page: Page, values: Values) -> None:
    """The picture without the page around it."""
    st.button(
        "Present",
        key="present",
        help="The picture alone, in large type; Page Up and Page Down step through it.",
        on_click=address.change,
        args=({"present": True},),
    )
    with st.expander("For a slide or a course page"):
        st.caption(
            "A picture for a slide: **Picture (PNG)**, below the picture. A page of a course takes "
            "this frame: the picture with its words and its player, and nothing else."
        )
        source = escape(link(page, values, embed=True))
        st.code(IFRAME.format(link=source), language="html", wrap_lines=True)


def link(page: Page, values: Values, embed: bool = False) -> str:
    """The full address of a page as its values have it.

    Args:
        page: The page.
        values: Of its parameters.
        embed: Whether other sites may show it in a frame, without anything around the picture.
    """
    query = parameters.format(values, page)
    # First, where Streamlit writes it too: an address in another order is a new step of Back.
    words = ({"embed": "true"} if embed else {}) | query
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{urlencode(words)}" if words else base


def _lock(page: Page, values: Values) -> None:
    """A link on which students may change a few things only."""
    with st.expander("Lock the controls for students"):
        chosen = st.multiselect(
            PARAMETERS["only"].label,
            [name for name in LOCKABLE if name in page.names],
            key="share_only",
            format_func=lambda name: PARAMETERS[name].label,
            help=PARAMETERS["only"].help,
        )
        hidden = st.toggle(PARAMETERS["hide"].label, key="share_hide", help=PARAMETERS["hide"].help)
        locked = values | {"only": tuple(chosen), "hide": hidden}
        st.code(link(page, locked), language=None, wrap_lines=True)


def _files(page: Page, values: Values, shown: Shown) -> None:
    """Buttons that make a file of the network when they are pressed, and not before."""
    export = exported(page, values, shown)
    with st.expander("Files and code"):
        if values.get(VERSUS) is not None:
            st.caption("Of network **B**: swap for those of A.")
        for name, kind in offered(export).items():
            if kind.plane_only and not page.films:
                continue
            st.download_button(
                kind.label,
                partial(kind.function, export),
                kind.file_name(export),
                kind.mime,
                key=f"file_{name}",
                help=kind.help,
                type="tertiary",
                on_click="ignore",
            )


def exported(page: Page, values: Values, shown: Shown) -> Export:
    """What is shown, as exporters take it: the recorded step nearest to that of the picture."""
    steps, step = shown.history.steps, values.get("s")
    record = -1
    if step is not None:
        record = min(range(len(steps)), key=lambda index: abs(int(steps[index]) - step))
    x1, x2 = values.get("x1"), values.get("x2")
    sizes, unit = shown.experiment.architecture.sizes, values.get("unit")
    known = unit is not None and unit[0] < len(sizes) and unit[1] <= sizes[unit[0]]
    return Export(
        *shown,
        record=record,
        view=values.get("view", PARAMETERS["view"].default),
        chosen=values.get("axes", (0, 1)),
        link=link(page, values),
        turn=(values.get("yaw"), values.get("pitch")),
        neuron=tuple(unit or ()) if known else (),
        pinned=None if x1 is None or x2 is None else (x1, x2),
    )
