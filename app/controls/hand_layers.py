"""Layers of the plane that the visitor builds, and the cut that is found for them."""

from functools import lru_cache

import numpy as np
import streamlit as st

from layerwarp.app.experiments.experiment import Experiment, PlaneData
from layerwarp.app.experiments.network_file import LoadedNetwork
from layerwarp.app.experiments.network_text import read_network, write_network
from layerwarp.app.link.kinds.layers import NUMBERS
from layerwarp.app.link.parameters import Values
from layerwarp.app.session import locks, widgets
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import COORDINATES
from layerwarp.network.forward_pass import Layer, record_activations
from layerwarp.training.config import TrainingConfig
from layerwarp.training.straight_cut import fit_straight_cut

WIDTH = 2  # neurons of such a layer
START = (1.0, 0.5, 0.25, 1.25, 0.0, 0.0)  # both of its directions that keep are real

BUILT_HERE = (
    "**Built by hand**: drag the arrows in the picture, or type the numbers beside it. Nothing is "
    "trained; the cut at the end is fitted to the points, anew with every change."
)
BUILT_ELSEWHERE = (
    "**Built by hand**: on the page Warp its arrows can be dragged. Nothing is trained; the cut at "
    "the end is fitted to the points."
)

BUILT_LOCKED = (
    "**Built by hand**: this link keeps its numbers as they are. Nothing is trained; the cut at "
    "the end is fitted to the points."
)


def experiment(values: Values, data: PlaneData) -> Experiment:
    """The layers of the values, with the best straight cut of their last space."""
    text = _network(values["matrix"], tuple(_shape(values)["act"]), data)
    return Experiment(data, read_network(text).architecture, TrainingConfig(), text, by_hand=True)


def offer() -> None:
    """The button that begins to build."""
    widgets.button(
        "Build layers by hand",
        "build_layers",
        "Drag the arrows of a layer's matrix, or type its numbers, and watch what it does.",
        {"matrix": START, "net": "", "inputs": COORDINATES},
    )


def control(values: Values, here: bool) -> None:
    """In place of what trains: what is shown, and the way back. Its shape goes into ``values``.

    Args:
        values: Of a page's parameters.
        here: Whether the layers are built on this page, not only shown.
    """
    plain = values["inputs"] == COORDINATES
    values |= _shape(values)
    locked = not locks.free("matrix")
    st.info(BUILT_LOCKED if locked else BUILT_HERE if here else BUILT_ELSEWHERE)
    if not plain:
        st.caption("Layers built by hand are given x₁ and x₂ as they come.")
    widgets.button(
        "Train one like it",
        "leave_layers",
        "Puts the layers built by hand away and trains a network of the same shape.",
        {"matrix": (), "s": None},
        disabled=not locks.free("layers"),  # who may only build by hand would find nothing to do
    )


def _shape(values: Values) -> Values:
    layers = len(values["matrix"]) // NUMBERS
    names = (values["act"] * layers)[:layers]
    act = names[:1] if len(set(names)) == 1 else names
    return {"inputs": COORDINATES, "layers": layers, "neurons": WIDTH, "widths": (), "act": act}


@lru_cache(maxsize=64)
def _network(matrix: tuple[float, ...], act: tuple[str, ...], data: PlaneData) -> str:
    """The text of the whole network."""
    made = data.make()
    outputs = 1 if made.n_classes == 2 else made.n_classes
    hidden = [_layer(numbers) for numbers in np.reshape(matrix, (-1, NUMBERS))]
    name = act if len(act) > 1 else act[0]
    architecture = Architecture((WIDTH,) * len(hidden), name, n_outputs=outputs)
    blank = Layer(np.zeros((WIDTH, outputs)), np.zeros(outputs))
    last = record_activations(architecture, [*hidden, blank], made.points)[-2].post
    cut = fit_straight_cut(last.astype(float), made.labels, made.n_classes)
    params = [Layer(*(part.astype(np.float32) for part in layer)) for layer in (*hidden, cut)]
    return write_network(LoadedNetwork(architecture, params))


def _layer(numbers: np.ndarray) -> Layer:
    """Six numbers of z = W x + b as a layer: a row of weights an input, as everywhere in core."""
    return Layer(numbers[:4].reshape(WIDTH, WIDTH).T, numbers[4:])
