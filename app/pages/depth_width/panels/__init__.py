"""The panels of the page "Depth × width": one small experiment each, worked out when opened."""

from functools import partial
from typing import Any

import streamlit as st

from layerwarp.app.link.parameters import NO_CURVE, Values
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels import budget, cost, data, deep, exponential
from layerwarp.app.pages.depth_width.panels.panel import Panel
from layerwarp.app.session import widgets
from layerwarp.network.architecture import MAX_DEPTH
from layerwarp.sweeps.results import Sweep

PANELS = {
    "exponential": Panel(
        "One layer can do anything: why deep?", exponential.show, ("k", 1, MAX_DEPTH, 1)
    ),
    "budget": Panel("Deeper or wider?", budget.show, ("budget", 60, 255, 5), budget.CASES),
    "deep": Panel("Do gradients vanish?", deep.show, ("deep", 1, 100, 1)),
    "data": Panel("More layers or more data?", data.show, cases=data.CASES),
    "cost": Panel("What does backprop cost?", cost.show),
}


def choose(values: Values) -> None:
    """The row of readers' questions: the answer to one of them is open at a time."""
    labels = {
        NO_CURVE: "The grid alone",
        **{name: panel.label for name, panel in PANELS.items()},
    }
    widgets.select(values, "panel", labels, partial(_choice, st.pills))
    panel = PANELS.get(values["panel"])
    if panel is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if panel.cases:
            widgets.select(values, "case", panel.cases, partial(_choice, st.segmented_control))
        if panel.slider:
            widgets.slider(values, *panel.slider)


def _choice(draw: Any, label: str, *, value: str, **options: Any) -> Any:
    """A row of buttons, which has a name of its own for where it starts."""
    return draw(label, default=value, required=True, **options)


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """The open panel."""
    panel = PANELS.get(values["panel"])
    if panel:
        with st.container(border=True):
            panel.show(values, asked, sweep, cell)
