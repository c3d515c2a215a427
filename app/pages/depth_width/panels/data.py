"""The panel "More layers or more data?": where networks are too big."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, NamedTuple

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

MANY_WRONG = 0.1  # error on new points of networks that know their points by heart
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


class Errors(NamedTuple):
    """How errors go with one size that grows.

    Attributes:
        name: What grows, for example "Hidden layers".
        sizes: What it was (n,).
        train: Quartiles of the error on learned points (3, n).
        test: The same on new points.
        whole: Whether all that was asked for is there.
        fewer: Whether a small size is what makes a network too big: of numbers of points.
    """

    name: str
    sizes: tuple[int, ...]
    train: np.ndarray
    test: np.ndarray
    whole: bool
    fewer: bool = False

    @property
    def start(self) -> int | None:
        """Index in ``sizes`` from which on networks are too big for their data."""
        order = slice(None, None, -1 if self.fewer else None)
        found = words.overfit_start(self.train[1][order], self.test[1][order])
        return len(self.sizes) - 1 - found if self.fewer and found is not None else found

    @property
    def memorized(self) -> bool:
        """Whether every size is right on next to all learned points, and wrong on many new ones."""
        few = words.OVERFIT
        return bool((self.train[1] <= few).all() and (self.test[1] > MANY_WRONG).all())

    @property
    def verdict(self) -> str:
        """Where the error on new points is least, and from where on networks are too big."""
        if not self.whole:
            return "still in training"
        best = int(np.argmin(self.test[1]))
        least = (
            f"the error on new points is least with {_counted(self.sizes[best], self.name)} "
            f"({100 * self.test[1][best]:.1f} %; on learned ones {100 * self.train[1][best]:.1f} %)"
        )
        if len(self.sizes) == 1:
            return f"{least}, the only size here"
        worse = "worse by learning its points by heart"
        if self.start is None and self.memorized:
            return f"{least}; all of these know the points that they learned from by heart"
        if self.start is None:
            none = "with none of these amounts it does" if self.fewer else "none here does"
            return f"{least}; {none} {worse}"
        size = f"{self.sizes[self.start]:,}"
        where = f"with {size} or fewer" if self.fewer else f"from {size} on"
        return f"{least}; {where} it does {worse}"


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    architecture = sweep.architectures[cell]
    if isinstance(asked.dataset, DatasetConfig | TargetConfig):
        # The panel chooses the number of points: what the slider says makes no other question.
        data = replace(asked.dataset, n_points=max(AMOUNTS))
        question = Amounts(data, architecture, asked.training, asked.n_seeds)
        following.show(question, SLOT, partial(_panel, asked, sweep, cell))
    else:
        _panel(asked, sweep, cell, None)
    st.caption(
        "Median over the starts; the bands are the quartiles. One rule: a network does worse by "
        "learning its points by heart where it has more layers or neurons (or fewer points) than "
        f"the best one, its error on new points is more than {100 * words.OVERFIT:g} points above "
        "the least, and its error on the points it learned from is no higher than the best one's."
    )
    now = {"points": asked.dataset.n_points, "noise": asked.dataset.noise}
    if isinstance(asked.dataset, DatasetConfig | TargetConfig) and now != NOISY:
        widgets.button(
            f"Try {NOISY['points']} noisy points",
            "noisy",
            "Few points with much noise: trains the grid again.",
            NOISY,
        )


def _panel(
    asked: Grid, sweep: Sweep, cell: Cell, found: dict[int, list[TrainingHistory]] | None
) -> None:
    """The answer, then errors by width, by depth and by points."""
    depth, width = asked.depths[cell[0]], asked.widths[cell[1]]
    row = [list(_there(sweep, (cell[0], j))) for j in range(len(asked.widths))]
    column = [list(_there(sweep, (i, cell[1]))) for i in range(len(asked.depths))]
    panels = {
        f"Wider ({words.layers(depth)})": _errors(
            "neurons in each layer", asked.widths, row, asked
        ),
        f"Deeper (layers of {width})": _errors("hidden layers", asked.depths, column, asked),
    }
    if isinstance(asked.dataset, DatasetConfig | TargetConfig):
        amounts = found or {}
        groups = [amounts.get(amount, []) for amount in AMOUNTS]
        name = f"More points ({words.size(depth, width)})"
        panels[name] = _errors("points to learn from", AMOUNTS, groups, asked, fewer=True)
    st.markdown(answer(panels))
    for place, (title, errors) in zip(st.columns(len(panels)), panels.items(), strict=True):
        with place:
            st.markdown(f"###### {title}")
            if errors:
                _draw(errors)


def answer(panels: Mapping[str, Errors | None]) -> str:
    """What is known of each size, in one line; a verdict only where all of it is there."""
    told = [f"{title}: {errors.verdict}" for title, errors in panels.items() if errors]
    return f"**{'. '.join(told)}.**" if told else "Still in training."


def _there(sweep: Sweep, place: Cell) -> list[TrainingHistory]:
    seeds = range(len(sweep.seeds))
    return [sweep.histories[(*place, k)] for k in seeds if (*place, k) in sweep.histories]


def _errors(
    name: str,
    sizes: tuple[int, ...],
    groups: list[list[TrainingHistory]],
    asked: Grid,
    fewer: bool = False,
) -> Errors | None:
    """What is known; None if nothing is."""
    known = [(size, group) for size, group in zip(sizes, groups, strict=True) if group]
    if not known:
        return None
    pairs = [words.errors(group) for _, group in known]
    train, test = (np.stack(parts, axis=1) for parts in zip(*pairs, strict=True))
    whole = all(len(group) == asked.n_seeds for group in groups)
    return Errors(name, tuple(size for size, _ in known), train, test, whole, fewer)


def _counted(size: int, name: str) -> str:
    """For example "16 neurons in each layer" or "1 hidden layer"."""
    if size == 1:
        name = name.replace("layers", "layer").replace("neurons", "neuron")
    return f"{size:,} {name}"


def _draw(errors: Errors) -> None:
    title = errors.name.capitalize()
    start = errors.start if errors.whole else None
    chart(
        figures.error_curves(
            errors.sizes,
            errors.train,
            errors.test,
            x_title=title,
            start=start,
            fewer=errors.fewer,
        ),
        f"Error by {errors.name}: {errors.verdict}.",
    )
