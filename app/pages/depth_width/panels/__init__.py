"""The panels of the page "Depth × width": one small experiment each, worked out when opened."""

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
    "budget": Panel("Deeper or wider?", budget.show, ("budget", 60, 255, 5)),
    "deep": Panel("Do gradients vanish?", deep.show, ("deep", 1, 100, 1)),
    "data": Panel("More layers or more data?", data.show),
    "cost": Panel("What does backprop cost?", cost.show),
}


def choose(values: Values) -> None:
    """The row of readers' questions: the answer to one of them is open at a time."""
    labels = {
        NO_CURVE: "The grid alone",
        **{name: panel.label for name, panel in PANELS.items()},
    }
    widgets.select(values, "panel", labels, _pills)
    panel = PANELS.get(values["panel"])
    if panel and panel.slider:
        widgets.slider(values, *panel.slider)


def _pills(label: str, *, value: str, **options: Any) -> Any:
    """The widget, which has a name of its own for where it starts."""
    return st.pills(label, default=value, required=True, **options)


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """The open panel."""
    panel = PANELS.get(values["panel"])
    if panel:
        with st.container(border=True):
            panel.show(values, asked, sweep, cell)
