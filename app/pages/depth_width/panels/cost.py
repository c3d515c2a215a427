"""The panel "What does backprop cost?": time, operations and memory, measured on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, NamedTuple

import streamlit as st

from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
from layerwarp.app.session import following
from layerwarp.app.work.answers import Callback
from layerwarp.network.architecture import Architecture
from layerwarp.sweeps.results import Sweep
from layerwarp.training.cost import Cost, measure_cost

COST_DEPTHS = (1, 2, 4, 8)
STEADY = 1.5  # upper over lower quartile of repeated measurements up to which the clock can tell


class Measured(NamedTuple):
    """Depth -> what it took, and when that was measured."""

    costs: Mapping[int, Cost]
    at: datetime


@dataclass(frozen=True)
class Price:
    """What forward pass and gradient take on this machine, for a few depths of one width."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Measuring"
    seconds: ClassVar[float] = 6.0

    width: int
    activation: str
    n_points: int = 1000

    def answer(self, callback: Callback) -> Measured:
        """Measure one depth after another."""
        found: dict[int, Cost] = {}

        def look() -> Measured:
            return Measured(dict(found), datetime.now(UTC))

        for depth in COST_DEPTHS:
            network = Architecture((self.width,) * depth, self.activation)
            found[depth] = measure_cost(network, self.n_points)
            if not callback(len(found) / len(COST_DEPTHS), None, look):
                break
        return look()


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    question = Price(asked.widths[cell[1]], asked.activation)
    following.show(question, SLOT, partial(_panel, question))


def _panel(question: Price, measured: Measured | None) -> None:
    if measured is None or not measured.costs:
        return
    costs = measured.costs
    depths = list(costs)
    if len(costs) == len(COST_DEPTHS):
        st.markdown(answer(question.width, costs))
    times = [(1e6 * c.forward_seconds, 1e6 * c.gradient_seconds) for c in costs.values()]
    memory = [(c.forward_bytes / 1024, c.gradient_bytes / 1024) for c in costs.values()]
    written = [seconds(cost) for cost in costs.values()], [_times(*pair) for pair in memory]
    for place, pairs, ratios, title, unit in zip(
        st.columns(2), (times, memory), written, ("Time", "Memory"), ("µs", "KiB"), strict=True
    ):
        with place:
            st.markdown(f"###### {title} of one pass")
            before, after = zip(*pairs, strict=True)
            told = [
                f"{words.layers(depth)} {a:,.0f} and {b:,.0f}"
                for depth, (a, b) in zip(depths, pairs, strict=True)
            ]
            chart(
                figures.cost_bars(depths, before, after, ratios, y_title=unit),
                f"{title} in {unit}, forward pass and gradient: {'; '.join(told)}.",
            )
    st.markdown(_table(costs))
    st.caption(
        f"Layers of {question.width}, {question.n_points:,} points at once, measured on this "
        f"server on {measured.at:%Y-%m-%d at %H:%M} UTC. Times are the shortest of repeated runs; "
        f"where the middle half of the repeats lies apart by more than a factor of {STEADY:g}, the "
        "clock cannot tell, and only the range is given. A gradient holds a forward pass. "
        "Operations and memory are counted by the compiler, not measured."
    )


def answer(width: int, costs: Mapping[int, Cost]) -> str:
    """What a gradient costs beside a forward pass, for the deepest network, and how memory grows.

    Args:
        width: Neurons of each layer.
        costs: Depth -> what it took.
    """
    first, last = min(costs), max(costs)
    low, deep = costs[first], costs[last]
    operations = _times(deep.forward_flops, deep.gradient_flops)
    kept = _times(deep.forward_bytes, deep.gradient_bytes)
    start = _times(low.forward_bytes, low.gradient_bytes)
    time = (
        f"about {deep.gradient_seconds / deep.forward_seconds:.1f} times the time"
        if steady(deep)
        else "how many times the time, the clock cannot tell here"
    )
    head = (
        f"**A gradient through {words.size(last, width)}, its forward pass included, takes "
        f"{operations} times the operations of a forward pass alone and {kept} times the memory; "
        f"{time}.** "
        f"Through {words.layers(first)} it takes {start} times the memory"
    )
    if deep.gradient_bytes * low.forward_bytes <= low.gradient_bytes * deep.forward_bytes:
        return f"{head}."
    return (
        f"{head}: with depth it grows, because every layer's output is kept until the gradient has "
        "come back to it."
    )


def steady(cost: Cost) -> bool:
    """Whether the repeats agree well enough to say how many times it takes."""
    low, high = cost.seconds_ratio
    return high <= STEADY * low


def seconds(cost: Cost) -> str:
    """How many times the time of a forward pass a gradient takes, as far as the clock can tell."""
    if steady(cost):
        return f"{cost.gradient_seconds / cost.forward_seconds:.1f}"
    low, high = cost.seconds_ratio
    return f"{low:.1f} to {high:.1f}"


def _times(before: float, after: float) -> str:
    return f"{after / before:.1f}" if before > 0 else "–"


def _table(costs: Mapping[int, Cost]) -> str:
    """Gradient over forward pass by depth, a row each for time, operations and memory."""
    rows = {
        "Operations": [_times(c.forward_flops, c.gradient_flops) for c in costs.values()],
        "Time": [seconds(cost) for cost in costs.values()],
        "Memory": [_times(c.forward_bytes, c.gradient_bytes) for c in costs.values()],
    }
    head = ["Gradient, times a forward pass", *map(words.layers, costs)]
    lines = [head, ["---"] * len(head), *([name, *cells] for name, cells in rows.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
