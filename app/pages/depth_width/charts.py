"""The two charts of the page "Depth × width": a number of each cell, and what each learned."""

from collections.abc import Collection
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from layerwarp.app.experiments.cache import BoundedCache, digest
from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.figures import comparison, theme
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width import counts, measures, words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.session import address, following
from layerwarp.sweeps.results import Sweep

SLOT = "counts"
DRAWN = "drawn_grid"
KEPT = 64  # drawings, of up to a few hundred kB


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


class Drawing(NamedTuple):
    """Both charts, what they say to readers who do not see them, and the words below."""

    figures: dict[str, go.Figure]
    alts: dict[str, str]
    words: str


_drawings: BoundedCache[Drawing] = BoundedCache(KEPT, KEPT, lambda _: 1)


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
    drawing = _drawing(view, pieces, awaited)
    for key, place in zip(("heat_map", "thumbnails"), st.columns(2), strict=True):
        with place:
            st.plotly_chart(
                drawing.figures[key],
                key=key,
                on_select=partial(_clicked, key),
                selection_mode="points",
                config=theme.CHART,
                alt=drawing.alts[key],
            )
    st.markdown(drawing.words)


def _drawing(view: View, pieces: np.ndarray | float, awaited: Collection[Cell]) -> Drawing:
    """What is drawn, made once for all who look at the same: a figure takes Plotly 50 ms."""
    there = sorted((place, h.outcome.kind) for place, h in view.sweep.histories.items())
    counted = pieces.tobytes() if isinstance(pieces, np.ndarray) else b""
    shown = digest(repr((there, sorted(awaited))).encode(), counted)
    key = view.asked, view.values["measure"], view.values["goal"], view.cell, shown
    return _drawings.kept(key, partial(_make_drawing, view, pieces, awaited))


def _make_drawing(view: View, pieces: np.ndarray | float, awaited: Collection[Cell]) -> Drawing:
    hover = measures.hover_texts(view.asked, view.sweep)
    numbers = _numbers(view, hover, pieces, awaited)
    learned = _learned(view, hover)
    told = words.summary(view.asked, view.sweep, view.values["measure"], view.values["goal"])
    figures, alts = (
        {"heat_map": a, "thumbnails": b} for a, b in zip(numbers, learned, strict=True)
    )
    return Drawing(figures, alts, told)


def _numbers(
    view: View, hover: measures.Texts, pieces: np.ndarray | float, awaited: Collection[Cell]
) -> tuple[go.Figure, str]:
    """The measure of every cell, and what it says in words."""
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
    return _signed(view, figure, measure.label.lower()), alt


def _learned(view: View, hover: measures.Texts) -> tuple[go.Figure, str]:
    """What each cell's median network answers, and what is to be seen in words."""
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
    return _signed(view, figure, "the median network"), alt


def _signed(view: View, figure: go.Figure, what: str) -> go.Figure:
    return theme.sign(figure, words.signature(view.asked, what))


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
