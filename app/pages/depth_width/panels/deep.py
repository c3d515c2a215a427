"""The panel "Too deep": how the gradient fades on its way back, and which layers stay put."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import ClassVar

import numpy as np
import streamlit as st

from layerwarp.app.experiments.experiment import PlaneData, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
from layerwarp.app.pages.depth_width.panels.trainings import train_all, training_seconds
from layerwarp.app.session import following
from layerwarp.app.words import numbers
from layerwarp.app.work.answers import Callback
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.sweeps.results import Sweep
from layerwarp.sweeps.sweep import make_architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.gradient_flow import initial_gradient_norms, weight_travel

TRAVELERS = ("sigmoid", "tanh", "relu")
GRADIENTS_SLOT = "gradients"
# Of the gradients before the first step: overhead of a layer, and a multiplication, by numpy.
LAYER_SECONDS, PRODUCT_SECONDS = 4e-4, 1.4e-9
# The start that lets every layer hear the gradient, and the one to show what happens without it.
FADELESS, TEXTBOOK = "data", "he"

Norms = Mapping[tuple[str, str], np.ndarray]  # (initializer, activation) -> (depth + 1,)


@dataclass(frozen=True)
class StartingGradients:
    """Gradient in the weights of every layer before the first step, for every way to start.

    Attributes:
        dataset: What is learned.
        depth: Hidden layers, 1 to 100.
        width: Neurons of each.
        activations: Names of ``ACTIVATIONS``.
        seed: Of the start.
        first: The initializer that is wanted first; the answer is the same.
    """

    trains: ClassVar[bool] = False
    verb: ClassVar[str] = "Computing"

    dataset: PlaneData | TargetConfig
    depth: int
    width: int
    activations: tuple[str, ...]
    seed: int
    first: str = field(compare=False)

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        products = self.width**2 * self.dataset.n_points
        n_layers = self.depth * len(INITIALIZERS) * len(self.activations)
        return n_layers * (LAYER_SECONDS + PRODUCT_SECONDS * products)

    def answer(self, callback: Callback) -> Norms:
        """Frobenius norms, the output layer's last."""
        data = self.dataset.make()
        starts = sorted(INITIALIZERS, key=lambda name: name != self.first)
        n_networks = len(starts) * len(self.activations)
        norms: dict[tuple[str, str], np.ndarray] = {}
        for start, activation in product(starts, self.activations):
            norms[start, activation] = initial_gradient_norms(
                self.depth, self.width, activation, start, data, self.seed
            )
            if not callback(len(norms) / n_networks, None, lambda: dict(norms)):
                break
        return norms


@dataclass(frozen=True)
class Travel:
    """How far the weights of each layer get from their start, and what for, by activation."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    dataset: PlaneData | TargetConfig
    training: TrainingConfig
    depth: int
    width: int

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        data = self.dataset.make()
        networks = [make_architecture(data, self.depth, self.width, name) for name in TRAVELERS]
        return training_seconds(networks, self.training, self.dataset.n_points)

    def answer(self, callback: Callback) -> dict[str, tuple[np.ndarray, np.ndarray, float]]:
        """Activation -> at the end: travel (L + 1,), gradient norms (L + 1,) and test accuracy."""
        data = self.dataset.make()
        tasks = [
            (data, make_architecture(data, self.depth, self.width, name), self.training)
            for name in TRAVELERS
        ]
        return {
            str(h.architecture.activation): (
                weight_travel(h)[-1],
                h.gradient_norms[-1],
                float(h.accuracy[-1]),
            )
            for h in train_all(tasks, callback)
        }


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    depth, width, training = values["deep"], asked.widths[cell[1]], asked.training
    note = ""
    if training.initializer == FADELESS:
        training = replace(training, initializer=TEXTBOOK)
        note = (
            " That is how most courses start a network. LayerWarp itself starts “"
            f"{INITIALIZERS[FADELESS].label}”, which was made so that nothing fades: see the table."
        )
    names = tuple(dict.fromkeys([*TRAVELERS, asked.activation]))
    start = training.initializer
    question = StartingGradients(asked.dataset, depth, width, names, training.seed, start)
    following.show(question, GRADIENTS_SLOT, partial(_gradients, question, start, note))
    trained = min(depth, MAX_DEPTH)
    st.markdown(f"###### How far the weights of {trained} layers get from their random start")
    number = numbers.r_squared if isinstance(asked.dataset, TargetConfig) else _right
    following.show(Travel(asked.dataset, training, trained, width), SLOT, partial(_travel, number))


def _gradients(question: StartingGradients, start: str, note: str, found: Norms | None) -> None:
    """Layer by layer for one start, and a table of all; each start as soon as it is worked out."""
    names, norms = question.activations, found or {}
    there = [name for name in INITIALIZERS if all((name, other) in norms for other in names)]
    left, right = st.columns(2)
    with left:
        st.markdown(f"###### Gradient in each of {question.depth} layers before the first step")
        if start in there:
            _fading(question, start, note, {name: norms[start, name] for name in names})
    with right:
        st.markdown("###### First layer over last, for every way to start")
        if there:
            _ratio_table(norms, there, names)


def _fading(
    question: StartingGradients, start: str, note: str, norms: Mapping[str, np.ndarray]
) -> None:
    fading = [words.fading(ACTIVATIONS[name].label, sizes) for name, sizes in norms.items()]
    chart(
        figures.gradients_by_layer(
            {ACTIVATIONS[name].label: sizes[:-1] for name, sizes in norms.items()}
        ),
        f"Size of the gradient by layer, logarithmic. {'; '.join(fading)}.",
    )
    st.markdown(
        f"Of the gradient in the last hidden layer, this much is left in the first. "
        f"**{'; '.join(fading)}.** Starting weights: {INITIALIZERS[start].label}; "
        f"{question.width} neurons a layer.{note}"
    )


def _ratio_table(norms: Norms, starts: list[str], names: tuple[str, ...]) -> None:
    ratios = np.full((len(starts), len(names)), np.nan)
    for i, j in np.ndindex(ratios.shape):
        sizes = norms[starts[i], names[j]]
        ratios[i, j] = sizes[0] / sizes[-2] if sizes[-2] > 0 else np.nan
    activations = [ACTIVATIONS[name].label for name in names]
    labels = [INITIALIZERS[start].label for start in starts]
    cells = [
        f"{labels[i]}, {activations[j]}: {ratios[i, j]:.1g}" for i, j in np.ndindex(ratios.shape)
    ]
    chart(
        figures.gradient_table(ratios, activations, labels),
        f"Gradient of the first over the last hidden layer. {'; '.join(cells)}.",
    )
    st.markdown(
        "1 means that the first layer hears as much as the last. Dark cells are first layers that "
        "hear next to nothing; “none” is a network in which no gradient gets through at all."
    )


def _travel(
    number: Callable[[float], str], found: dict[str, tuple[np.ndarray, np.ndarray, float]] | None
) -> None:
    if not found:
        return
    labels = {ACTIVATIONS[name].label: travel for name, (travel, _, _) in found.items()}
    left, right = st.columns(2)
    kept = [
        f"{ACTIVATIONS[name].label}: {words.frozen(travel)}, in the end {number(accuracy)}"
        for name, (travel, _, accuracy) in found.items()
    ]
    with left:
        chart(
            figures.travel_bars(labels),
            f"Way of each layer's weights from their start. {'; '.join(kept)}.",
        )
    with right:
        after = {ACTIVATIONS[name].label: end[:-1] for name, (_, end, _) in found.items()}
        chart(
            figures.gradients_by_layer(after, y_title="Gradient after training"),
            "Size of the gradient by layer after training, logarithmic.",
        )
    st.markdown(
        f"**{'; '.join(kept)}.** A layer counts as left at its start if its weights moved by less "
        f"than {numbers.whole_percent(words.FROZEN)} of their size."
    )


def _right(accuracy: float) -> str:
    return f"right on {numbers.whole_percent(accuracy)} of new points"
