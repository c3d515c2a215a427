"""The controls of the page "Depth × width": widgets in the sidebar -> values -> a Grid."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import streamlit as st

from layerwarp.app.controls import network as controls
from layerwarp.app.controls import own_data
from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.link.parameters import DATA, GRID_WIDTHS, INPUTS, NO_CURVE, TRAINING, Values
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.panels.panel import GRID
from layerwarp.app.session import frame, widgets
from layerwarp.data.targets import TARGETS
from layerwarp.network.architecture import MAX_DEPTH

CURVES = {
    NO_CURVE: "No, points in the plane",
    **{name: kind.label for name, kind in TARGETS.items()},
}


def sidebar(values: Values, uses: Collection[str], elsewhere: bool) -> Values:
    """Draw the controls that the open answer depends on, starting from ``values``.

    Args:
        values: Of the page's parameters.
        uses: The controls that are drawn: what is not, changes nothing of what is shown.
        elsewhere: Whether the open question can be asked of these settings, too.

    Returns:
        What the controls say now.
    """
    chosen = dict(values)
    if frame.bare():
        return chosen
    with st.sidebar:
        for name, draw in _CONTROLS.items():
            if name in uses:
                draw(chosen)
        if not uses:
            st.caption("This answer is asked of an example with settings of its own.")
            if elsewhere:
                widgets.button(
                    "Ask it of your settings",
                    "own_settings",
                    "Brings your data and networks back, and works the answer out for them.",
                    {"case": GRID},
                )
        elif not set(_CONTROLS) <= set(uses):
            st.caption("Settings that this answer does not depend on are left away.")
    return chosen


def grid(values: Values) -> Grid:
    """What the values ask to be trained."""
    experiment = controls.experiment(values)
    dataset, inputs = experiment.dataset, experiment.architecture.inputs
    if values["curve"] != NO_CURVE:
        drawn = (values["points"], values["noise"], values["seed"])
        dataset, inputs = TargetConfig(values["curve"], *drawn), ()
    shallow, deep = sorted((values["d1"], values["d2"]))
    narrow, wide = sorted((values["w1"], values["w2"]))
    return Grid(
        dataset,
        tuple(range(shallow, deep + 1)),
        _columns(narrow, wide),
        values["seeds"],
        controls.training_config(values),
        values["act"][0],
        inputs,
    )


def _columns(narrow: float, wide: float) -> tuple[int, ...]:
    """Widths from one to the other: powers of two, and both ends."""
    doubled = [2**power for power in range(7)]
    between = [width for width in doubled if narrow < width < wide]
    return tuple(sorted({int(narrow), *between, int(wide)}))


def chosen_cell(values: Values, asked: Grid) -> tuple[int, int]:
    """Row and column of the cell that is nearest to the chosen network."""
    layers, neurons = values["layers"], values["neurons"]
    rows, columns = range(len(asked.depths)), range(len(asked.widths))
    row = min(rows, key=lambda i: abs(asked.depths[i] - layers))
    column = min(columns, key=lambda j: abs(asked.widths[j] - neurons))
    return row, column


def _ranges(values: Values) -> None:
    """Two sliders with two handles each: depths and widths of the grid."""
    values["d1"], values["d2"] = widgets.widget(
        st.slider,
        "d1_d2",
        tuple(sorted((values["d1"], values["d2"]))),
        "Depths",
        "Hidden layers, from the first to the last row of the grid. 0 is a linear model.",
        min_value=0,
        max_value=MAX_DEPTH,
        step=1,
    )
    # The choices go in beside the helper, which knows widgets of one value only.
    choose: Any = partial(st.select_slider, options=GRID_WIDTHS)
    values["w1"], values["w2"] = widgets.widget(
        choose,
        "w1_w2",
        tuple(sorted((values["w1"], values["w2"]))),
        "Widths",
        "Neurons in each layer, from the first to the last column of the grid.",
    )


def _activation(values: Values) -> None:
    """One menu: all networks of a grid bend the same way."""
    name = controls.activation_menu("act_all", values["act"][0], "Activation")
    if name != values["act"][0]:
        values["act"] = (name,)


_CONTROLS: dict[str, Callable[[Values], None]] = {
    "data": partial(own_data.menu, networks=False),
    "curve": lambda values: widgets.select(values, "curve", CURVES),
    "ranges": _ranges,
    "seeds": lambda values: widgets.slider(values, "seeds", 1, 10, 1),
    "act": _activation,
    "inputs": lambda values: widgets.section("Inputs", controls.inputs, values, INPUTS),
    "points": lambda values: widgets.section("Points", controls.points, values, DATA[1:]),
    "training": lambda values: widgets.section("Training", controls.training, values, TRAINING),
}
