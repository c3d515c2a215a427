"""The panel "Exponential": the teeth that depth makes, and what one layer makes of them."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import streamlit as st

from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
from layerwarp.app.pages.depth_width.panels.trainings import (
    all_scalars,
    train_all,
    training_seconds,
)
from layerwarp.app.session import following
from layerwarp.app.work.answers import Callback
from layerwarp.data.targets import sawtooth_values, target_from_function
from layerwarp.geometry.constructions import MAX_SHALLOW_FOLDS
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.geometry.theory import n_parameters
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import forward
from layerwarp.sweeps.results import Sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

PLACES = 1500  # of a sawtooth's curve


@dataclass(frozen=True)
class ShallowTeeth:
    """One layer with as many parameters as the sawtooth's deep construction, trained to copy it."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    k: int
    n_seeds: int = 3
    steps: int = 3000

    @property
    def architecture(self) -> Architecture:
        """2 k neurons: 6 k + 1 parameters, as many as k layers of two neurons."""
        return Architecture((2 * self.k,), n_inputs=1)

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        config = TrainingConfig(steps=self.steps)
        return training_seconds([self.architecture] * self.n_seeds, config, PLACES)

    def answer(self, callback: Callback) -> list[TrainingHistory]:
        """One history a seed."""
        data = target_from_function(partial(sawtooth_values, self.k), 0, 1, 1000, name="sawtooth")
        tasks = [
            (data, self.architecture, TrainingConfig(steps=self.steps, seed=seed))
            for seed in range(self.n_seeds)
        ]
        return all_scalars(train_all(tasks, callback, all_scalars))


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    k = values["k"]
    question = ShallowTeeth(k, asked.n_seeds)
    folds = list(range(1, MAX_SHALLOW_FOLDS + 1))
    deep = [n_parameters((2,) * fold) for fold in folds]
    shallow = [n_parameters((2**fold,)) for fold in folds]
    left, right = st.columns(2)
    with left:
        st.markdown("###### Built deep by theory, and trained as one layer of the same budget")
        following.show(question, SLOT, partial(_teeth, question))
    with right:
        st.markdown("###### What the same teeth cost in one layer")
        here = f"{deep[k - 1]:,} parameters deep, {shallow[k - 1]:,} in one layer"
        chart(
            figures.sawtooth_price(folds, deep, shallow, k),
            f"Parameters for 1 to {folds[-1]} folds. At {k}: {here}.",
        )
        st.markdown(
            f"**{2**k:,} straight pieces: {here}.** Every further layer folds the line in two and "
            f"doubles the pieces for 6 more parameters; one layer needs a neuron a piece. This is "
            "true of sawtooths (Telgarsky 2015), not of every function."
        )


def _teeth(question: ShallowTeeth, histories: list[TrainingHistory] | None) -> None:
    k = question.k
    x = np.linspace(0, 1, PLACES)
    wanted = sawtooth_values(k, x)
    shallow, told = None, "The layer is in training."
    if histories:
        order = sorted(histories, key=lambda history: float(history.test_loss[-1]))
        middle = order[(len(order) - 1) // 2]
        points = x[:, None].astype(np.float32)
        shallow = np.asarray(forward(middle.architecture, middle.params, points), float)[:, 0]
        pieces = piecewise_linear(middle.architecture, middle.params, 0.0, 1.0).n_pieces
        error = float(np.sqrt(middle.test_loss[-1]))
        told = (
            f"**The deep network is exact: {2**k:,} pieces from {6 * k + 1} parameters.** One "
            f"layer of {2 * k} neurons has as many parameters, can make at most {2 * k + 1} "
            f"pieces, makes {pieces} after training, and is off by {error:.2f} on average (root "
            f"mean square; always answering ½ is off by {np.std(wanted):.2f})."
        )
    name = f"1 layer of {2 * k}, trained"
    figure = figures.sawtooth_curves(
        x, wanted, shallow, deep_name=f"{k} layers of 2, built by theory", name=name
    )
    chart(figure, f"The sawtooth of {2**k} pieces and what one trained layer makes of it.")
    st.markdown(told)
