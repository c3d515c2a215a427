"""The panel "Too big for the data": where networks over-fit, by width, depth and points."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import streamlit as st

from layerwarp.app.experiments.experiment import DatasetConfig, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
from layerwarp.app.pages.depth_width.panels.trainings import scalars, train_all, training_seconds
from layerwarp.app.session import following, widgets
from layerwarp.app.work.answers import Callback
from layerwarp.network.architecture import Architecture
from layerwarp.sweeps.results import Sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

AMOUNTS = (25, 50, 100, 200, 400, 800)
NOISY: Values = {"points": 60, "noise": 0.3}  # what large networks over-fit


@dataclass(frozen=True)
class Amounts:
    """One network on more and more points of the same data."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    dataset: DatasetConfig | TargetConfig
    architecture: Architecture
    training: TrainingConfig
    n_seeds: int

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        networks = [self.architecture] * self.n_seeds
        return sum(training_seconds(networks, self.training, amount) for amount in AMOUNTS)

    def answer(self, callback: Callback) -> dict[int, list[TrainingHistory]]:
        """Number of points -> one history a seed."""
        tasks = [
            (
                replace(self.dataset, n_points=n_points).make(),
                self.architecture,
                replace(self.training, seed=self.training.seed + seed),
            )
            for n_points in AMOUNTS
            for seed in range(self.n_seeds)
        ]
        return self._sorted(train_all(tasks, callback, self._sorted))

    def _sorted(self, histories: list[TrainingHistory]) -> dict[int, list[TrainingHistory]]:
        found: dict[int, list[TrainingHistory]] = {}
        for index, history in enumerate(histories):
            found.setdefault(AMOUNTS[index // self.n_seeds], []).append(scalars(history))
        return found


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    depth, width = asked.depths[cell[0]], asked.widths[cell[1]]
    row = [list(_there(sweep, (cell[0], j))) for j in range(len(asked.widths))]
    column = [list(_there(sweep, (i, cell[1]))) for i in range(len(asked.depths))]
    by_width, by_depth, by_points = st.columns(3)
    with by_width:
        st.markdown(f"###### Wider: {words.layers(depth)}")
        _errors(asked.widths, row, "Neurons in each layer")
    with by_depth:
        st.markdown(f"###### Deeper: layers of {width}")
        _errors(asked.depths, column, "Hidden layers")
    with by_points:
        st.markdown(f"###### More points: {words.layers(depth)} of {width}")
        _more_points(asked, sweep.architectures[cell])
    st.caption(
        "The bands are the quartiles over the starts. A network over-fits where its error on new "
        "points is more than 5 points above that on the points it learned from."
    )
    now = {"points": asked.dataset.n_points, "noise": asked.dataset.noise}
    if isinstance(asked.dataset, DatasetConfig | TargetConfig) and now != NOISY:
        widgets.button(
            f"Try {NOISY['points']} noisy points",
            "noisy",
            "Few points with much noise: trains the grid again.",
            NOISY,
        )


def _more_points(asked: Grid, architecture: Architecture) -> None:
    if not isinstance(asked.dataset, DatasetConfig | TargetConfig):
        st.caption("Your own points are as many as they are.")
        return
    # The panel chooses the number of points: what the slider says makes no other question of it.
    data = replace(asked.dataset, n_points=max(AMOUNTS))
    question = Amounts(data, architecture, asked.training, asked.n_seeds)
    following.show(question, SLOT, _amounts)


def _there(sweep: Sweep, place: Cell) -> list[TrainingHistory]:
    seeds = range(len(sweep.seeds))
    return [sweep.histories[(*place, k)] for k in seeds if (*place, k) in sweep.histories]


def _errors(
    sizes: tuple[int, ...],
    groups: list[list[TrainingHistory]],
    x_title: str,
    fewer: bool = False,
) -> None:
    known = [(size, group) for size, group in zip(sizes, groups, strict=True) if group]
    if not known:
        return
    pairs = [words.errors(group) for _, group in known]
    train, test = (np.stack(parts, axis=1) for parts in zip(*pairs, strict=True))
    sizes = tuple(size for size, _ in known)
    order = slice(None, None, -1) if fewer else slice(None)
    start = words.overfit_start(train[1][order], test[1][order])
    if start is not None and fewer:
        start = len(sizes) - 1 - start
    at = None if start is None else sizes[start]
    where = f"from {at:,} on" if at is not None else "nowhere here"
    if fewer and at is not None:
        where = f"with {at:,} points or fewer"
    chart(
        figures.error_curves(sizes, train, test, x_title=x_title, start=start),
        f"Error by {x_title.lower()}. Over-fitting: {where}.",
    )
    st.markdown(
        f"It over-fits **{where}**. The error on new points is least at {_best(sizes, test)}."
    )


def _best(sizes: tuple[int, ...], test: np.ndarray) -> str:
    return f"{sizes[int(np.argmin(test[1]))]:,} ({100 * test[1].min():.1f} %)"


def _amounts(found: dict[int, list[TrainingHistory]] | None) -> None:
    if found:
        _errors(tuple(found), list(found.values()), "Points to learn from", fewer=True)
