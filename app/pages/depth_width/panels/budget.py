"""The panel "Deeper or wider?": one wide layer or several narrow ones, trained and at random."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import ClassVar

import numpy as np
import streamlit as st

from layerwarp.app.experiments.experiment import DatasetConfig, PlaneData, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.panels import cases
from layerwarp.app.pages.depth_width.panels.cases import SIGMOID, Case, of_page
from layerwarp.app.pages.depth_width.panels.panel import (
    GRID,
    SLOT,
    Rows,
    State,
    answer,
)
from layerwarp.app.pages.depth_width.panels.trainings import (
    all_scalars,
    train_all,
    training_seconds,
)
from layerwarp.app.session import following
from layerwarp.app.words import numbers
from layerwarp.app.words.numbers import counted, listed
from layerwarp.app.work.answers import Callback
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.geometry.theory import most_regions, typical_regions
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer
from layerwarp.network.initializers import init_params
from layerwarp.network.parameter_budget import equal_parameter_architectures
from layerwarp.sweeps.sweep import make_architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

BUDGET_DEPTHS = (1, 2, 3, 4, 6)
RANDOM_SLOT = "random"
RANDOM_NEURONS, RANDOM_DEPTHS, RANDOM_SEEDS = 24, (1, 2, 3, 4, 6), 9
RANDOM_BOX = 10.0
REACHED = "with what was reached before"  # how a network that blew up counts

# The usual settings, with plain SGD in place of Adam: one wide layer learns slowly by it.
PLAIN = Case(DatasetConfig(), TrainingConfig("sgd", learning_rate=0.1), "relu", 16, 5)
EXAMPLES = {"example": PLAIN, "sigmoid": SIGMOID}
CASES = {
    "example": "Plain SGD",
    "sigmoid": "Sigmoid layers",
    GRID: "Your settings",
}


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
    inputs: tuple[str, ...] = ()

    @property
    def architectures(self) -> list[Architecture]:
        """One for each depth that has a network of that size."""
        what = self.n_parameters, self.n_outputs, self.activation
        return equal_networks(*what, inputs=self.inputs)

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
def equal_networks(
    n_parameters: int,
    n_outputs: int,
    activation: str,
    depths: tuple[int, ...] = BUDGET_DEPTHS,
    inputs: tuple[str, ...] = (),
) -> list[Architecture]:
    """Networks of these depths and about so many parameters, where there is one."""
    found = []
    for depth in depths:
        try:
            networks = equal_parameter_architectures(
                n_parameters, [depth], 2, n_outputs, activation, inputs
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


def random_network(architecture: Architecture, seed: int) -> tuple[Architecture, list[Layer]]:
    """He's weights, biases from the standard normal distribution."""
    generator = np.random.default_rng(seed)
    layers = [
        Layer(weights, generator.standard_normal(len(bias)))
        for weights, bias in init_params(architecture, seed, "he")
    ]
    return architecture, layers


def _count_random(architecture: Architecture, seed: int) -> int:
    box = (-RANDOM_BOX, RANDOM_BOX, -RANDOM_BOX, RANDOM_BOX)
    return linear_regions(*random_network(architecture, seed), box).count


def _case(state: State) -> Case:
    return EXAMPLES.get(state.values["case"]) or of_page(state)


def told(state: State) -> Rows:
    """What the question is asked of."""
    rows = _case(state).rows | {"Numbers to learn": f"about {state.values['budget']} each"}
    return {name: value for name, value in rows.items() if name != "Neurons in each layer"}


def show(state: State) -> None:
    """Draw the panel."""
    case = _case(state)
    if isinstance(case.dataset, TargetConfig):
        st.info(
            "This panel compares networks on points in the plane. Choose one of its examples, or "
            "no function to copy."
        )
        return
    n_outputs = make_architecture(case.dataset.make(), 1, 1, case.activation).n_outputs
    budget = state.values["budget"]
    question = SameBudget(
        case.dataset,
        case.training,
        case.activation,
        budget,
        n_outputs,
        case.n_seeds,
        case.inputs,
    )
    following.show(question, SLOT, partial(_trained, question))
    following.show(RandomRegions(), RANDOM_SLOT, _random)


def _trained(question: SameBudget, histories: list[TrainingHistory] | None) -> None:
    """The answer, and every start of every shape."""
    shapes: dict[tuple[int, ...], list[float]] = {}
    for history in histories or []:
        shapes.setdefault(history.architecture.widths, []).append(float(history.accuracy[-1]))
    if not shapes:
        return
    whole = len(histories or []) == question.n_seeds * len(question.architectures)
    ends = {words.shape(widths): shares for widths, shares in shapes.items()}
    sentence, notes = f"About {question.n_parameters} numbers each, in training.", ""
    accidents = words.accidents(_kinds(histories)) if whole else ""
    if accidents:
        sentence = f"**Nothing can be told: {accidents}.**"
    elif whole:
        sentence, notes = verdict(question, ends), reading(ends)
        notes += "".join(f" {line}" for line in words.failures(_kinds(histories), REACHED))
    each = "; ".join(f"{name} {_starts(shares)}" for name, shares in ends.items())
    told = whole and not accidents
    beaten = {_tick(widths) for widths in shapes if told and words.shape(widths) in worse(ends)}
    dots = {_tick(widths): shares for widths, shares in shapes.items()}
    answer(
        "budget",
        sentence,
        figures.dots_by_shape(dots, beaten),
        f"Right on new points, each start. {each}.",
        notes,
        _rule(question, max(map(len, ends.values()))),
    )


def _kinds(histories: list[TrainingHistory] | None) -> list[str]:
    return [history.outcome.kind for history in histories or []]


def _rule(question: SameBudget, n_starts: int) -> str:
    return (
        f"All have {question.n_parameters} numbers to learn, within 5 %. A dot is a network from "
        "one start, a line the median. One rule: a shape is worse than the best if every start of "
        "it is right less often than every start of the best, and their medians lie more than "
        f"{100 * words.CLEAR:g} points apart; else their starts overlap, or they are about as good."
        + (f" {luck(n_starts)}" if n_starts >= words.ENOUGH else "")
    )


def worse(ends: Mapping[str, Sequence[float]]) -> list[str]:
    """Shapes that are worse than the best; none where so few starts cannot tell."""
    best = ends[_best(ends)]
    if len(best) < words.ENOUGH:
        return []
    return [name for name in ends if _beaten(ends[name], best)]


def _best(ends: Mapping[str, Sequence[float]]) -> str:
    return max(ends, key=lambda name: float(np.median(ends[name])))


def verdict(question: SameBudget, ends: Mapping[str, Sequence[float]]) -> str:
    """Whether deeper or wider is better, in a sentence, as far as the starts allow to say so.

    Args:
        question: What was asked.
        ends: Name of the network, the shallowest first -> share right on new points by start.
    """
    names, budget = list(ends), f"about {question.n_parameters} numbers to learn"
    beaten, best = worse(ends), _best(ends)
    where = cases.named(question.dataset, question.activation, question.training)
    if len(names) == 1:
        return f"**Only {names[0]} can have {budget}: nothing to compare.**"
    if len(ends[best]) < words.ENOUGH:
        more = f"choose {words.ENOUGH} networks in each cell"
        return f"**Too few starts to tell luck from merit: {more}.**"
    if question.activation == "identity":
        straight = "all shapes make the same straight maps, and only training differs"
        return f"**Neither, for {where}: without an activation {straight}.**"
    if not beaten:
        return f"**Neither, for {where}: at {budget}, {_undecided(ends)}.**"
    sides = names[0] in beaten, names[-1] in beaten
    # Where only the deep end is worse, the widest need not be the best.
    wide = "Wider" if best == names[0] else "Not too deep"
    heads = {(True, False): "Deeper", (False, True): wide}
    are = "is" if listed(beaten).startswith("1 layer of") and len(beaten) == 1 else "are"
    return (
        f"**It depends. {heads.get(sides, 'In between')} here, for {where}: at {budget}, "
        f"{listed(beaten)} {are} worse than the best, {listed(_equal_to(best, ends))}.**"
    )


def _equal_to(best: str, ends: Mapping[str, Sequence[float]]) -> list[str]:
    """The best with those whose median is the same."""
    top = float(np.median(ends[best]))
    return [name for name, shares in ends.items() if float(np.median(shares)) == top]


def _undecided(ends: Mapping[str, Sequence[float]]) -> str:
    """How shapes compare of which none is worse by the rule."""
    medians = [float(np.median(shares)) for shares in ends.values()]
    if max(medians) - min(medians) <= words.CLEAR:
        return f"all shapes are about as good, {_starts(medians)} right in the middle start"
    best = _best(ends)
    return (
        f"{best} have the highest median, but no shape is surely worse: the others' starts overlap "
        "with theirs, or they are about as good"
    )


def reading(ends: Mapping[str, Sequence[float]]) -> str:
    """The numbers behind the answer, and how far it goes."""
    beaten, best = worse(ends), _best(ends)
    top = _equal_to(best, ends)
    names = dict.fromkeys([*top, *beaten] if beaten else [best, *ends])
    shares = ", ".join(f"{_starts(ends[name])} ({name})" for name in names)
    rest = [name for name in ends if name not in [*beaten, *top]]
    told = f"Right on new points: {shares}."
    if len(ends[best]) < words.ENOUGH:
        return told
    near = [name for name in rest if _near(ends[name], ends[best])]
    apart = f" About as good: {listed(near)}." if near and beaten else ""
    apart += "".join(
        f" {_overlap(name, ends[name], ends[best])}" for name in rest if name not in near
    )
    return (
        f"{told}{apart} This holds for this data and this training only: "
        "no general rule says deeper or wider. Ask it of other settings, and compare."
    )


def _near(shares: Sequence[float], best: Sequence[float]) -> bool:
    """Whether the medians of a shape and of the best lie so close that they are not told apart."""
    return float(np.median(best) - np.median(shares)) <= words.CLEAR


def _overlap(name: str, shares: Sequence[float], best: Sequence[float]) -> str:
    """How a shape that is not worse by the rule compares with the best, start by start."""
    median, top = float(np.median(shares)), float(np.median(best))
    n_below = sum(share < min(best) for share in shares)
    unsure = f"; {n_below} of its {len(shares)} starts end below all of the best's" * (n_below > 0)
    medians = f"{numbers.percent(median)} against {numbers.percent(top)}"
    return f"{_capital(name)}: a lower median, {medians}, but starts that overlap{unsure}."


def _capital(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}"


def _beaten(shares: Sequence[float], best: Sequence[float]) -> bool:
    """Whether every start of one shape is clearly better than every start of another."""
    return min(best) > max(shares) and float(np.median(best) - np.median(shares)) > words.CLEAR


def luck(n_starts: int) -> str:
    """How often starts of two equal shapes lie apart by chance: in 2 of all orders of them."""
    pairs = math.comb(2 * n_starts, n_starts) // 2
    return f"With {counted(n_starts, 'start')} each, chance alone does that to 1 pair in {pairs:,}."


def _tick(widths: tuple[int, ...]) -> str:
    """Depth and width for an axis, on two lines."""
    return f"{len(widths)} ×<br>{'–'.join(map(str, sorted(set(widths))))}"


def _starts(shares: Sequence[float]) -> str:
    """The least and the most of some starts."""
    low, high = (numbers.percent(float(value)) for value in (min(shares), max(shares)))
    return low if low == high else f"{low} to {high}"


def _random(found: dict[int, tuple[float, float]] | None) -> None:
    """How many pieces random networks have, of how many possible."""
    if not found:
        return
    names = [f"{depth} × {RANDOM_NEURONS // depth}" for depth in found]
    ticks = [name.replace("× ", "×<br>") for name in names]
    counts, bounds = zip(*found.values(), strict=True)
    pairs = [
        f"{name}: {count:,.0f} of {bound:,.0f}"
        for name, count, bound in zip(names, counts, bounds, strict=True)
    ]
    sentence = "Being counted."
    if len(found) == len(RANDOM_DEPTHS):
        sentence = (
            f"**Depth makes more straight pieces possible, {bounds[0]:,.0f} to {max(bounds):,.0f}; "
            f"random weights make fewer of them, {counts[0]:,.0f} in one layer, {counts[-1]:,.0f} "
            f"in {list(found)[-1]}.**"
        )
    answer(
        "random",
        sentence,
        figures.bars_under_bound(ticks, counts, bounds, y_title="Straight pieces (logarithmic)"),
        f"Straight pieces of random networks, of how many possible. {'; '.join(pairs)}.",
        "Deep is not the same as complicated: training has to find it. “Creases” calls about N²/2 "
        f"pieces usual for N neurons in wide layers, here {typical_regions(RANDOM_NEURONS):,.0f} "
        "(Hanin and Rolnick 2019). In narrow ones many neurons are on, or off, all over the "
        "picture, and fold nothing.",
        f"{RANDOM_NEURONS} neurons "
        "in more and more layers, ReLU, He's weights, biases of size 1; counted exactly in the "
        f"square of half side {RANDOM_BOX:g}, the median of nine networks.",
    )
