"""What all panels share: their row in the table, their slot, an answer with its picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import plotly.graph_objects as go
import streamlit as st

from layerwarp.app.figures.theme import CHART, caption, enlarged
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.session import frame

SLOT = "panel"
LARGE = 1.3  # times the usual type, read from the last row
GRID = "grid"  # the case in which a question is asked of the page's own settings

Rows = Mapping[str, str]  # name of a setting -> what it is


class State(NamedTuple):
    """What the page says: its values, the grid that they ask for, the chosen cell."""

    values: Values
    grid: Grid
    cell: Cell

    @property
    def depth(self) -> int:
        """Hidden layers of the chosen cell."""
        return self.grid.depths[self.cell[0]]

    @property
    def width(self) -> int:
        """Neurons in each layer of the chosen cell."""
        return self.grid.widths[self.cell[1]]


@dataclass(frozen=True)
class Slider:
    """A parameter that a question has beside the page's.

    Attributes:
        name: Of ``PARAMETERS``.
        low: The least.
        high: The largest.
        step: From one to the next.
        label: Where the parameter's own is for another page.
        help: The same.
    """

    name: str
    low: int
    high: int
    step: int
    label: str = ""
    help: str = ""


@dataclass(frozen=True)
class Panel:
    """A question with its answer.

    Attributes:
        label: The question.
        show: Draws the answer.
        told: What it is asked of, setting by setting.
        uses: Controls of the page that the answer depends on, where it is asked of these.
        slider: A parameter of its own.
        cases: What it can be asked of, by name of ``CASES``, where that is not the page's settings
            alone.
    """

    label: str
    show: Callable[[State], None]
    told: Callable[[State], Rows]
    uses: tuple[str, ...]
    slider: Slider | None = None
    cases: Mapping[str, str] = field(default_factory=dict)

    def asked_with(self, case: str) -> tuple[str, ...]:
        """The page's controls that its answer depends on; of an example, none."""
        return () if self.cases and case != GRID else self.uses


def answer(
    name: str, sentence: str, figure: go.Figure, alt: str, notes: str = "", rule: str = ""
) -> None:
    """A sentence, directly below it the picture that shows it, then what else is to be said.

    Args:
        name: Of the picture, on this page.
        sentence: The answer.
        figure: The picture.
        alt: What it says to readers who do not see it.
        notes: What belongs to the answer.
        rule: By which it was found, and what exactly is drawn.
    """
    caption(figure, sentence, rule)
    if frame.presenting():
        figure = enlarged(figure, LARGE)
    with st.container(key=f"answer_{name}"):
        st.markdown(sentence)
        # Its height is the style's: on a slide, what the window leaves.
        with st.container(key=f"picture_{name}", height=figure.layout.height, border=False):
            st.plotly_chart(figure, height="stretch", alt=alt, config=CHART)
        if notes:
            st.markdown(notes)
        if rule and not frame.presenting():
            st.caption(rule)
