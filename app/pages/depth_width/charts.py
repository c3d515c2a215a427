"""The chart of the page "Depth × width": what each network learned, a number in the corner."""

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
from layerwarp.app.session import address, following, frame
from layerwarp.app.words.numbers import in_a_sentence
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
        return measures.of_dataset(measures.MEASURES[self.values["measure"]], self.asked)


class Drawing(NamedTuple):
    """The chart, what it says to readers who do not see it, and the words above and below it."""

    figure: go.Figure
    alt: str
    sentence: str
    notes: str


_drawings: BoundedCache[Drawing] = BoundedCache(KEPT, KEPT, lambda _: 1)


def show(view: View, grows: bool) -> None:
    """Draw the chart and its words; if something is to be counted, with what is counted so far.

    Args:
        view: What is drawn.
        grows: Whether networks are still to come: whoever waits for them looks at the counts, too.
    """
    st.session_state[DRAWN] = view.asked
    counted = view.measure.counts
    question = counts.question(counted, view.asked, view.sweep) if counted else None
    if question is None or not question.digests:
        _draw(view, grows)
        return
    draw = partial(_draw_counts, view, grows, question)
    if grows:
        job = following.follow(question, SLOT)
        draw(job.answer if job else None)
    else:
        following.show(question, SLOT, draw)


def _draw_counts(
    view: View, grows: bool, question: counts.Count, answer: dict[counts.Key, float] | None
) -> None:
    """The chart with the numbers that are known."""
    # Until the worker has begun, what was counted when the grid was smaller stays.
    known = question.known() if answer is None else answer
    awaited = {(key[0], key[1]) for key in question.networks.keys() - known.keys()}
    _draw(view, grows, counts.by_cell(known, view.sweep.shape[:2]), awaited)


def _draw(
    view: View, grows: bool, found: np.ndarray | None = None, awaited: Collection[Cell] = ()
) -> None:
    """The answer, below it what each cell learned with its number; alone, the rest beside that."""
    drawing = _drawing(view, grows, found, awaited)
    st.markdown(drawing.sentence)
    st.html(_size(*view.sweep.shape[:2]))
    places = st.columns([2, 1]) if frame.bare() else (st.container(), st.container())
    places[0].plotly_chart(
        drawing.figure,
        key="grid_chart",
        on_select=_clicked,
        selection_mode="points",
        config=theme.CHART,
        alt=drawing.alt,
    )
    places[1].markdown(drawing.notes)
    if frame.bare():
        places[1].markdown(words.cell(view.asked, view.sweep, view.cell))


def _size(n_rows: int, n_columns: int) -> str:
    """What the style of the page has to know of the grid to leave no gap below it on a phone."""
    side = comparison.cell_side(n_rows, n_columns, frame.bare())
    sizes = f"--rows: {n_rows}; --columns: {n_columns}; --side: {side}px;"
    return f"<style>.st-key-grid_chart {{ {sizes} }}</style>"


def _drawing(
    view: View, grows: bool, found: np.ndarray | None, awaited: Collection[Cell]
) -> Drawing:
    """What is drawn, made once for all who look at the same: a figure takes Plotly 50 ms."""
    there = sorted((place, h.outcome.kind) for place, h in view.sweep.histories.items())
    counted = found.tobytes() if found is not None else b""
    shown = digest(repr((there, sorted(awaited))).encode(), counted)
    said = tuple(view.values[name] for name in ("measure", "goal", "equal"))
    large = frame.bare()
    key = view.asked, *said, view.cell, shown, grows, large
    return _drawings.kept(key, partial(_make_drawing, view, grows, large, found, awaited))


def _make_drawing(
    view: View, grows: bool, large: bool, found: np.ndarray | None, awaited: Collection[Cell]
) -> Drawing:
    asked, sweep, measure = view.asked, view.sweep, view.measure
    counted = np.full(sweep.shape[:2], np.nan) if found is None else found
    values = measure.values(sweep, view.values["goal"], counted)
    texts = measures.cell_texts(measure, sweep, values, awaited)
    figure, learned = _learned(view, measures.hover_texts(asked, sweep), large)
    if view.values["equal"]:
        network = sweep.architectures[0, 0]
        shape = network.sizes[0], network.n_outputs
        comparison.add_equal_lines(figure, sweep.depths, sweep.widths, *shape)
    values = np.where(np.isin(texts, [measures.PENDING_TEXT]), np.nan, values)
    comparison.write_numbers(figure, texts, measures.brightness(measure, values))
    theme.sign(figure, words.signature(asked, in_a_sentence(measure.label)))
    alt = comparison.describe_grid(measure.label, texts, sweep.depths, sweep.widths)
    sentence = words.sentence(asked, sweep, view.values["goal"], grows)
    notes = words.notes(asked, sweep, measure)
    theme.caption(figure, sentence, notes, words.cell(asked, sweep, view.cell))
    return Drawing(figure, f"{alt} {learned}", sentence, notes)


def _learned(view: View, hover: measures.Texts, large: bool) -> tuple[go.Figure, str]:
    """What each cell's median network answers, and what is to be seen in words."""
    asked, sweep = view.asked, view.sweep
    axes, chosen = (sweep.depths, sweep.widths), view.cell
    if isinstance(asked.dataset, TargetConfig):
        fitted, target = measures.fitted_curves(asked, sweep)
        figure = comparison.curves(fitted, target, *axes, hover, chosen=chosen, large=large)
        alt = f"The function that each network computes, over {asked.dataset.label}."
    else:
        pixels = measures.thumbnails(asked, sweep)
        figure = comparison.pictures(pixels, *axes, hover, chosen=chosen, large=large)
        alt = f"What each network answers all over the plane, for {asked.dataset.label}."
    return figure, f"{alt} One picture a cell, of the network with the median loss."


def _clicked() -> None:
    """A cell was clicked: it becomes the chosen one."""
    points = st.session_state["grid_chart"].selection.points
    asked: Grid = st.session_state[DRAWN]
    cells = list(product(asked.depths, asked.widths))
    # Anything can come from a browser.
    index = points[0].get("point_index") if points and isinstance(points[0], dict) else None
    if isinstance(index, int) and 0 <= index < len(cells):
        layers, neurons = cells[index]
        address.change({"layers": layers, "neurons": neurons})
        st.session_state[following.MOVED] = True
