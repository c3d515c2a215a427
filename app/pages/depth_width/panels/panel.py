"""What all panels share: their row in the table, their slot, a chart with its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from layerwarp.app.figures.theme import CHART
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.sweeps.results import Sweep

SLOT = "panel"


@dataclass(frozen=True)
class Panel:
    """One small experiment beside the grid.

    ``show(values, asked, sweep, cell)`` draws it. ``slider`` is a parameter of its own, with the
    least and the largest value and the step. ``cases`` are what it can be asked of, by name of
    ``CASES``, where that is not the grid alone.
    """

    label: str
    show: Callable[[Values, Grid, Sweep, Cell], None]
    slider: tuple[str, int, int, int] | None = None
    cases: Mapping[str, str] = field(default_factory=dict)


def chart(figure: object, alt: str) -> None:
    """A chart, and what it says to readers who do not see it."""
    st.plotly_chart(figure, alt=alt, config=CHART)
