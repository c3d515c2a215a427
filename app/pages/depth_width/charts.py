"""The two charts of the page "Depth × width": a number of each cell, and what each learned."""

from collections.abc import Collection
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.figures import comparison, theme
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width import counts, measures, words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.session import address, following
from layerwarp.sweeps.results import Sweep

SLOT = "counts"
DRAWN = "drawn_grid"


class View(NamedTuple):
    """What is drawn: the networks of a grid that are there, the page's values, the chosen cell."""

    asked: Grid
    sweep: Sweep
    values: Values
    cell: Cell

    @property
    def measure(self) -> measures.Measure:
        """What the numbers are."""
        return measures.MEASURES[self.values["measure"]]


def show(view: View, grows: bool) -> None:
    """Draw the charts and the words below; if pieces are to be counted, with those counted so far.

    Args:
        view: What is drawn.
        grows: Whether networks are still to come: whoever waits for them looks at the counts, too.
    """
    st.session_state[DRAWN] = view.asked
    question = counts.question(view.asked, view.sweep) if view.measure.counts else None
    if question is None or not question.digests:
        _draw(view)
        return
    draw = partial(_draw_counts, view, question)
    if grows:
        job = following.follow(question, SLOT)
        draw(job.answer if job else None)
    else:
        following.show(question, SLOT, draw)


def _draw_counts(
    view: View, question: counts.CountPieces, answer: dict[Cell, float] | None
) -> None:
    """The charts with the numbers of pieces that are known."""
    # Until the worker has begun, what was counted when the grid was smaller stays.
    known = question.known() if answer is None else answer
    pieces = np.full(view.sweep.shape[:2], np.nan)
    for cell, count in known.items():
        pieces[cell] = count
    _draw(view, pieces, question.networks.keys() - known.keys())


def _draw(view: View, pieces: np.ndarray | float = np.nan, awaited: Collection[Cell] = ()) -> None:
    """Numbers on the left, what each cell learned on the right, the words below."""
    hover = measures.hover_texts(view.asked, view.sweep)
    numbers, learned = st.columns(2)
    with numbers:
        _numbers(view, hover, pieces, awaited)
    with learned:
        _learned(view, hover)
    goal = view.values["goal"]
    st.markdown(words.summary(view.asked, view.sweep, view.values["measure"], goal))


def _numbers(
    view: View, hover: measures.Texts, pieces: np.ndarray | float, awaited: Collection[Cell]
) -> None:
    """The measure of every cell."""
    sweep, measure = view.sweep, view.measure
    found = measure.values(sweep, view.values["goal"], pieces)
    texts = measures.cell_texts(measure, sweep, found, awaited)
    colors, low, high = measures.scale(measure, found)
    network = sweep.architectures[0, 0]
    figure = comparison.heat_map(
        colors,
        texts,
        sweep.depths,
        sweep.widths,
        low=low,
        high=high,
        hover=hover,
        chosen=view.cell,
        n_inputs=network.n_inputs,
        n_outputs=network.n_outputs,
        smaller_is_better=measure.smaller_is_better,
    )
    alt = comparison.describe_grid(measure.label, texts, sweep.depths, sweep.widths)
    _chart("heat_map", view, figure, measure.label.lower(), alt)


def _learned(view: View, hover: measures.Texts) -> None:
    """What each cell's median network answers."""
    asked, sweep = view.asked, view.sweep
    axes, chosen = (sweep.depths, sweep.widths), view.cell
    if isinstance(asked.dataset, TargetConfig):
        fitted, target = measures.fitted_curves(asked, sweep)
        figure = comparison.curves(fitted, target, *axes, hover, chosen=chosen)
        alt = f"The function that each network computes, over {asked.dataset.label}."
    else:
        pixels = measures.thumbnails(asked, sweep)
        figure = comparison.pictures(pixels, *axes, hover, chosen=chosen)
        alt = f"What each network answers all over the plane, for {asked.dataset.label}."
    alt += " One picture a cell, of the network with the median loss."
    _chart("thumbnails", view, figure, "the median network", alt)


def _chart(key: str, view: View, figure: go.Figure, what: str, alt: str) -> None:
    """A chart in which a click chooses a cell."""
    st.plotly_chart(
        theme.sign(figure, words.signature(view.asked, what)),
        key=key,
        on_select=partial(_clicked, key),
        selection_mode="points",
        config=theme.CHART,
        alt=alt,
    )


def _clicked(chart: str) -> None:
    """A cell was clicked: it becomes the chosen one."""
    points = st.session_state[chart].selection.points
    asked: Grid = st.session_state[DRAWN]
    cells = list(product(asked.depths, asked.widths))
    # Anything can come from a browser.
    index = points[0].get("point_index") if points and isinstance(points[0], dict) else None
    if isinstance(index, int) and 0 <= index < len(cells):
        layers, neurons = cells[index]
        address.change({"layers": layers, "neurons": neurons})
        st.session_state[following.MOVED] = True
