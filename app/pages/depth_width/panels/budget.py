"""The panel "Deeper or wider?": one wide layer or several narrow ones, trained and at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import ClassVar

import numpy as np
import streamlit as st

from layerwarp.app.experiments.experiment import PlaneData, TargetConfig
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
from layerwarp.app.words import numbers
from layerwarp.app.work.answers import Callback
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.geometry.theory import most_regions
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer
from layerwarp.network.initializers import init_params
from layerwarp.network.parameter_budget import equal_parameter_architectures
from layerwarp.sweeps.results import Sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

BUDGET_DEPTHS = (1, 2, 3, 4, 6)
RANDOM_SLOT = "random"
RANDOM_NEURONS, RANDOM_DEPTHS, RANDOM_SEEDS = 24, (1, 2, 3, 4, 6), 9
RANDOM_BOX = 10.0


@dataclass(frozen=True)
class SameBudget:
    """Networks of several depths with the same number of parameters, within 5 %."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    dataset: PlaneData
    training: TrainingConfig
    activation: str
    n_parameters: int
    n_outputs: int
    n_seeds: int

    @property
    def architectures(self) -> list[Architecture]:
        """One for each depth that has a network of that size."""
        return _architectures(self.n_parameters, self.n_outputs, self.activation)

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        a_seed = training_seconds(self.architectures, self.training, self.dataset.n_points)
        return self.n_seeds * a_seed

    def answer(self, callback: Callback) -> list[TrainingHistory]:
        """Histories, all depths for one seed before the next seed."""
        data = self.dataset.make()
        seeds = range(self.training.seed, self.training.seed + self.n_seeds)
        tasks = [
            (data, architecture, replace(self.training, seed=seed))
            for seed in seeds
            for architecture in self.architectures
        ]
        return all_scalars(train_all(tasks, callback, all_scalars))


@lru_cache(maxsize=64)
def _architectures(n_parameters: int, n_outputs: int, activation: str) -> list[Architecture]:
    found = []
    for depth in BUDGET_DEPTHS:
        try:
            networks = equal_parameter_architectures(
                n_parameters, [depth], 2, n_outputs, activation
            )
        except ValueError:  # so wide a layer, or so narrow ones, are not to be had
            continue
        found.append(networks[depth])
    return found


@dataclass(frozen=True)
class RandomRegions:
    """24 ReLUs with random weights, arranged in more and more layers: how many regions they make.

    He's weights, biases from the standard normal distribution, in a box of half side 10.
    """

    trains: ClassVar[bool] = False
    verb: ClassVar[str] = "Counting"
    seconds: ClassVar[float] = 0.5

    def answer(self, callback: Callback) -> dict[int, tuple[float, float]]:
        """Depth -> median number of regions over nine seeds, and the most there can be."""
        found: dict[int, tuple[float, float]] = {}
        for depth in RANDOM_DEPTHS:
            architecture = Architecture((RANDOM_NEURONS // depth,) * depth)
            counts = [_count_random(architecture, seed) for seed in range(RANDOM_SEEDS)]
            found[depth] = float(np.median(counts)), float(most_regions(architecture))
            if not callback(len(found) / len(RANDOM_DEPTHS), None, lambda: dict(found)):
                break
        return found


def _count_random(architecture: Architecture, seed: int) -> int:
    generator = np.random.default_rng(seed)
    layers = [
        Layer(weights, generator.standard_normal(len(bias)))
        for weights, bias in init_params(architecture, seed, "he")
    ]
    box = (-RANDOM_BOX, RANDOM_BOX, -RANDOM_BOX, RANDOM_BOX)
    return linear_regions(architecture, layers, box).count


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    if isinstance(asked.dataset, TargetConfig):
        st.info("This panel compares networks on points in the plane. Choose no function to copy.")
        return
    n_outputs = sweep.architectures[cell].n_outputs
    question = SameBudget(
        asked.dataset, asked.training, asked.activation, values["budget"], n_outputs, asked.n_seeds
    )
    left, right = st.columns(2)
    with left:
        st.markdown("###### Trained: one wide layer against several narrow ones")
        following.show(question, SLOT, partial(_budget_curves, question))
    with right:
        st.markdown(f"###### At random: {RANDOM_NEURONS} neurons in more and more layers")
        following.show(RandomRegions(), RANDOM_SLOT, _random)


def _budget_curves(question: SameBudget, histories: list[TrainingHistory] | None) -> None:
    by_size: dict[tuple[int, ...], list[TrainingHistory]] = {}
    for history in histories or []:
        by_size.setdefault(history.architecture.widths, []).append(history)
    if not by_size:
        return
    curves, ends = {}, {}
    for widths, group in by_size.items():
        name = words.size(len(widths), max(widths))
        steps = min((history.steps for history in group), key=len)
        shares = [np.interp(steps, history.steps, history.accuracy) for history in group]
        curves[f"{name} ({group[0].architecture.n_parameters})"] = steps, np.median(shares, axis=0)
        ends[name] = [float(history.accuracy[-1]) for history in group]
    if len(histories or []) == question.n_seeds * len(question.architectures):
        st.markdown(answer(question.n_parameters, ends))
    else:
        st.markdown(f"About {question.n_parameters} numbers each, in training.")
    told = ", ".join(
        f"{name} {numbers.whole_percent(float(np.median(e)))}" for name, e in ends.items()
    )
    chart(figures.training_curves(curves), f"Share right on new points over training. {told}.")
    n_seeds = max(map(len, by_size.values()))
    starts = "one start" if n_seeds == 1 else f"the median of {n_seeds} starts"
    st.markdown(
        f"All have {question.n_parameters} numbers to learn, within 5 %. Each line is {starts}."
    )


def answer(n_parameters: int, ends: Mapping[str, Sequence[float]]) -> str:
    """Whether deeper or wider was better, and whether the starts allow to say so.

    Args:
        n_parameters: Of all networks, about.
        ends: Name of the network, the shallowest first -> share right on new points by start.
    """
    order = sorted(ends, key=lambda name: -float(np.median(ends[name])))
    best, worst = order[0], order[-1]
    if len(ends) == 1:
        return (
            f"**Only {best} can have about {n_parameters} numbers: nothing to compare.** It is "
            f"right on {_starts(ends[best])} of new points."
        )
    told = {name: _starts(shares) for name, shares in ends.items()}
    if len(set(told.values())) == 1:
        return (
            f"**With about {n_parameters} numbers to learn, all {len(ends)} shapes are right on "
            f"{told[best]} of new points: no winner.**"
        )
    beaten = [name for name in ends if max(ends[name]) < min(ends[best])]
    if len(ends[best]) == 1:
        verdict = "One start each cannot tell luck from merit: choose more networks in each cell"
    elif beaten:
        verdict = f"Every start of {best} is better than every start of {_listed(beaten)}"
    else:
        verdict = "The starts differ more than the shapes: no winner"
    return (
        f"**With about {n_parameters} numbers to learn, best is {best}, right on "
        f"{told[best]} of new points; {worst} on {told[worst]}.** {verdict}."
    )


def _starts(shares: Sequence[float]) -> str:
    """The median, and how far the starts lie apart."""
    middle, low, high = (
        numbers.whole_percent(float(value))
        for value in (np.median(shares), min(shares), max(shares))
    )
    return middle if low == high else f"{middle} ({low} to {high})"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _random(found: dict[int, tuple[float, float]] | None) -> None:
    if not found:
        return
    names = [f"{depth} × {RANDOM_NEURONS // depth}" for depth in found]
    counts, bounds = zip(*found.values(), strict=True)
    pairs = [
        f"{name}: {count:,.0f} of {bound:,.0f}"
        for name, count, bound in zip(names, counts, bounds, strict=True)
    ]
    chart(
        figures.bars_under_bound(names, counts, bounds, y_title="Straight pieces"),
        f"Straight pieces of random networks, of how many possible. {'; '.join(pairs)}.",
    )
    if len(found) < len(RANDOM_DEPTHS):
        return
    st.markdown(
        f"Depth makes more pieces **possible** ({bounds[0]:,.0f} → {max(bounds):,.0f}), but random "
        f"weights make **fewer** of them: {counts[0]:,.0f} in one layer, {counts[-1]:,.0f} in "
        f"{list(found)[-1]}. Deep is not the same as complicated; training has to find it. "
        f"Counted exactly, ReLU, He's weights, biases of size 1, in the square of half side "
        f"{RANDOM_BOX:g}; the median of nine networks."
    )
