"""The panel "Why deep?": the sawtooth, built and trained, in many layers and in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple

import numpy as np
import streamlit as st

from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
from layerwarp.app.pages.depth_width.panels.trainings import (
    all_scalars,
    train_all,
    training_seconds,
)
from layerwarp.app.session import following
from layerwarp.app.words.numbers import counted
from layerwarp.app.work.answers import Callback
from layerwarp.data.targets import sawtooth_values, target_from_function
from layerwarp.geometry.constructions import MAX_SHALLOW_FOLDS, sawtooth, shallow_sawtooth
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.geometry.theory import n_parameters
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Parameters, forward
from layerwarp.sweeps.results import Sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

PLACES = 1500  # of a sawtooth's curve
CLOSE = 0.02  # root mean square: as good as the sawtooth itself

Trained = Mapping[tuple[int, ...], list[TrainingHistory]]


@dataclass(frozen=True)
class TrainedTeeth:
    """Networks with as many parameters as the sawtooth's deep construction, trained to copy it."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    k: int
    n_seeds: int = 3
    steps: int = 3000

    @property
    def architectures(self) -> list[Architecture]:
        """Depth k of two neurons, and one layer of 2 k: 6 k + 1 parameters, the same at k = 1."""
        shapes = dict.fromkeys([(2,) * self.k, (2 * self.k,)])
        return [Architecture(widths, n_inputs=1) for widths in shapes]

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        config = TrainingConfig(steps=self.steps)
        return training_seconds(self.architectures * self.n_seeds, config, PLACES)

    def answer(self, callback: Callback) -> list[TrainingHistory]:
        """One history an architecture and seed, all of a seed before the next."""
        data = target_from_function(partial(sawtooth_values, self.k), 0, 1, 1000, name="sawtooth")
        tasks = [
            (data, architecture, TrainingConfig(steps=self.steps, seed=seed))
            for seed in range(self.n_seeds)
            for architecture in self.architectures
        ]
        return all_scalars(train_all(tasks, callback, all_scalars))


class Line(NamedTuple):
    """One network's graph: values (n,), pieces on [0, 1], root mean square error."""

    values: np.ndarray
    n_pieces: int
    error: float


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    k = values["k"]
    question = TrainedTeeth(k, asked.n_seeds)
    following.show(question, SLOT, partial(_panel, question))


def _panel(question: TrainedTeeth, histories: list[TrainingHistory] | None) -> None:
    k = question.k
    x = np.linspace(0, 1, PLACES)
    lines = {widths: _line(k, x, *_middle(group)) for widths, group in _groups(histories).items()}
    done = len(histories or []) == question.n_seeds * len(question.architectures)
    st.markdown(answer(k, lines if done else {}))
    left, right = st.columns(2)
    with left:
        st.markdown(f"###### The sawtooth of {2**k:,} pieces, built by hand and trained")
        built = {
            f"{_shape(network)}, built ({network.n_parameters:,} numbers)": _line(
                k, x, network, layers
            )
            for network, layers in (sawtooth(k), shallow_sawtooth(k))
        }
        trained = {
            f"{words.size(len(widths), max(widths))}, trained ({6 * k + 1})": line
            for widths, line in lines.items()
        }
        chart(
            figures.sawtooth_curves(
                x,
                {name: line.values for name, line in built.items()},
                {name: line.values for name, line in trained.items()},
            ),
            "; ".join(
                f"{name}: {counted(line.n_pieces, 'piece')}, off by {line.error:.2f}"
                for name, line in (built | trained).items()
            ),
        )
    with right:
        _price(k)


def _shape(network: Architecture) -> str:
    return words.size(network.depth, max(network.widths))


def _groups(histories: list[TrainingHistory] | None) -> Trained:
    found: dict[tuple[int, ...], list[TrainingHistory]] = {}
    for history in histories or []:
        found.setdefault(history.architecture.widths, []).append(history)
    return found


def _middle(group: list[TrainingHistory]) -> tuple[Architecture, Parameters]:
    """The network with the median loss."""
    order = sorted(group, key=lambda history: float(history.test_loss[-1]))
    middle = order[(len(order) - 1) // 2]
    return middle.architecture, middle.params


def _line(k: int, x: np.ndarray, network: Architecture, params: Parameters) -> Line:
    # In the parameters' own precision: ten folds in single precision would be off by a tooth.
    values = np.asarray(forward(network, params, x[:, None].astype(params[0].bias.dtype)), float)
    pieces = piecewise_linear(network, params, 0.0, 1.0).n_pieces
    error = float(np.sqrt(np.mean((values[:, 0] - sawtooth_values(k, x)) ** 2)))
    return Line(values[:, 0], pieces, error)


def answer(k: int, trained: Mapping[tuple[int, ...], Line]) -> str:
    """What depth can do, and what training finds of it, from the numbers.

    Args:
        k: Folds.
        trained: The median networks, by widths; empty while they are in training.
    """
    deep, shallow = sawtooth(k)[0], shallow_sawtooth(k)[0]
    if k == 1:
        text = (
            "**One fold is one layer: the deep network and the shallow one are the same, 2 neurons "
            f"and {deep.n_parameters} numbers for 2 pieces.** Choose more hidden layers."
        )
    elif k == 2:
        text = (
            f"**At 2 folds both pay {deep.n_parameters} numbers for 4 pieces.** With more hidden "
            "layers, one layer pays more."
        )
    else:
        text = (
            f"**One layer can draw it, too, but pays {shallow.n_parameters:,} numbers for the "
            f"{2**k:,} pieces that {k} layers of 2 fold from {deep.n_parameters}.**"
        )
    if not trained:
        return f"{text} Training: {6 * k + 1} numbers each, from random starts."
    found = [
        f"a network of {words.size(len(widths), max(widths))} makes "
        f"{counted(line.n_pieces, 'piece')} and is off by {line.error:.2f}"
        for widths, line in trained.items()
    ]
    guess = float(np.std(sawtooth_values(k, np.linspace(0, 1, PLACES))))
    near = [line.error <= CLOSE for line in trained.values()]
    verdict = "Training finds it" if all(near) else ""
    if not any(near):
        verdict = "What can be built, training need not find"
    ends = f"{verdict}: trained" if verdict else "Trained"
    return (
        f"{text} {ends} from random starts with {6 * k + 1} numbers, {'; '.join(found)} (root mean "
        f"square; always answering the mean is off by {guess:.2f})."
    )


def _price(k: int) -> None:
    st.markdown("###### What the same sawtooth costs in one layer")
    folds = list(range(1, MAX_SHALLOW_FOLDS + 1))
    deep = [sawtooth(fold)[0].n_parameters for fold in folds]
    shallow = [n_parameters(shallow_sawtooth(fold)[0].widths) for fold in folds]
    here = f"{deep[k - 1]:,} numbers deep, {shallow[k - 1]:,} in one layer"
    chart(
        figures.sawtooth_price(folds, deep, shallow, k),
        f"Numbers for 1 to {folds[-1]} folds. At {k}: {here}.",
    )
    st.markdown(
        f"{counted(2**k, 'straight piece')}: {here}. Every further layer folds the line in two and "
        "doubles the pieces for 6 more numbers; one layer needs a neuron a piece. This is true of "
        "sawtooths (Telgarsky 2015), not of every function."
    )
