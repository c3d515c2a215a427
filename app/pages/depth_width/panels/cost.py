"""The panel "Forward against gradient": time and memory of both on this machine."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import streamlit as st

from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
from layerwarp.app.session import following
from layerwarp.app.work.answers import Callback
from layerwarp.network.architecture import Architecture
from layerwarp.sweeps.results import Sweep
from layerwarp.training.cost import Cost, measure_cost

COST_DEPTHS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Price:
    """What forward pass and gradient take on this machine, for a few depths of one width."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Measuring"
    seconds: ClassVar[float] = 5.0

    width: int
    activation: str
    n_points: int = 1000

    def answer(self, callback: Callback) -> dict[int, Cost]:
        """Depth -> what it took."""
        found: dict[int, Cost] = {}
        for depth in COST_DEPTHS:
            network = Architecture((self.width,) * depth, self.activation)
            found[depth] = measure_cost(network, self.n_points)
            if not callback(len(found) / len(COST_DEPTHS), None, lambda: dict(found)):
                break
        return found


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    width = asked.widths[cell[1]]
    following.show(Price(width, asked.activation), SLOT, partial(_bars, width))


def _bars(width: int, found: dict[int, Cost] | None) -> None:
    if not found:
        return
    depths, costs = list(found), list(found.values())
    times = [(1e6 * c.forward_seconds, 1e6 * c.gradient_seconds) for c in costs]
    memory = [(c.forward_bytes / 1024, c.gradient_bytes / 1024) for c in costs]
    for place, pairs, title, unit in zip(
        st.columns(2), (times, memory), ("Time", "Memory"), ("µs", "KiB"), strict=True
    ):
        with place:
            st.markdown(f"###### {title} on this machine")
            forward_values, gradient_values = zip(*pairs, strict=True)
            told = [
                f"{depth} layers {a:,.0f} and {b:,.0f}"
                for depth, (a, b) in zip(depths, pairs, strict=True)
            ]
            chart(
                figures.cost_bars(depths, forward_values, gradient_values, y_title=unit),
                f"{title} in {unit}, forward pass and gradient: {'; '.join(told)}.",
            )
    more = np.median([c.gradient_seconds / c.forward_seconds for c in costs])
    flops = np.median([c.gradient_flops / c.forward_flops for c in costs])
    kept = np.median([c.gradient_bytes / c.forward_bytes for c in costs])
    st.markdown(
        f"**A gradient takes {more:.1f} times the time of a forward pass** (the forward pass "
        f"included; {flops:.1f} times the operations) **and {kept:.1f} times the memory**, because "
        "every layer's output is kept until the gradient has come back to it. Measured just now "
        f"for layers of {width}, 1,000 points at once; memory as the compiler plans it."
    )
