"""The panel "Why deep?": the sawtooth, built in many layers and in one, and learned by both."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from layerwarp.app.figures import depth as figures
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.panels import budget, trained_folds
from layerwarp.app.pages.depth_width.panels.cases import method
from layerwarp.app.pages.depth_width.panels.panel import SLOT, Rows, State, answer
from layerwarp.app.pages.depth_width.panels.trained_folds import DRAWN, PLACES, Found, TrainedFolds
from layerwarp.app.session import following
from layerwarp.app.words.numbers import counted, listed
from layerwarp.data.targets import sawtooth_values
from layerwarp.geometry.constructions import (
    MAX_SHALLOW_FOLDS,
    Construction,
    sawtooth,
    shallow_sawtooth,
    shallow_sawtooth_width,
)
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, Parameters, forward

MOST_SHOWN = 32  # pieces: more would be a blot
PAYS = 3  # folds from which on one layer takes more neurons
FLAT = 0.1  # R² below which a network is hardly better than a flat line


class Line(NamedTuple):
    """One network's graph: values (n,) where it is drawn, and its pieces on [0, 1]."""

    values: np.ndarray
    n_pieces: int


def told(state: State) -> Rows:
    """What the question is asked of."""
    k, question = state.values["k"], TrainedFolds()
    least, most = (2**folds for folds in (question.folds[0], question.folds[-1]))
    return {
        "Built by hand": f"a line folded {counted(k, 'time')}, {2**k:,} pieces",
        "Trained": f"lines of {least} to {most} pieces, from {question.n_points:,} points each; "
        f"{method(question.training(0))}, {counted(question.steps, 'step')}, "
        f"{counted(question.n_starts, 'start')}",
        "Activation": ACTIVATIONS["relu"].label,
    }


def show(state: State) -> None:
    """Draw the panel."""
    trained_folds.offer()
    k = state.values["k"]
    _equal_neurons(k)
    _price(k)
    question = TrainedFolds()
    following.show(question, SLOT, partial(_trained, question))


def _equal_neurons(k: int) -> None:
    """The answer: what the same number of neurons makes in many layers and in one."""
    lines = {
        f"{words.shape(network.widths)}: {counted(line.n_pieces, 'piece')}": line
        for network, line in (
            (network, _line(k, network, layers))
            for network, layers in (sawtooth(k), short_sawtooth(k))
        )
    }
    curves = {name: line.values for name, line in lines.items()}
    shown = f"the first {MOST_SHOWN} of " if 2**k > MOST_SHOWN else ""
    drawn = f"{shown}{2**k:,} pieces, and what {2 * k} neurons make of them"
    answer(
        "folds",
        sentence(k),
        figures.sawtooth_curves(_shown(k), curves, end=2 * k / 2**k if k >= PAYS else None),
        f"A line folded {counted(k, 'time')}: {drawn}. {'; '.join(lines)}.",
        "Depth multiplies: every further layer of 2 neurons folds the line once more, and doubles "
        "the pieces. Width adds: every further neuron in one layer gives one piece more, at most. "
        "So k folds take 2k neurons in k layers, and 2ᵏ in one. That is so with folded patterns, "
        "not with every pattern. What training makes of it is below.",
        f"Shown are {drawn}, weights set by hand (Telgarsky 2015).",
    )


def sentence(k: int) -> str:
    """Why deep, in a sentence.

    Args:
        k: Folds.
    """
    pieces = 2**k
    if k == 1:
        return (
            "**One fold is one layer of 2 neurons: deep and wide are the same network here.** "
            "Choose more folds."
        )
    if k == 2:
        return (
            f"**With 2 folds nothing is gained yet: 2 layers of 2 have 4 neurons for {pieces} "
            "pieces, and so has one layer of 4.** Choose more folds."
        )
    return (
        f"**One layer can do anything, but only with enough neurons: for these {pieces:,} pieces "
        f"one layer needs {shallow_sawtooth_width(k):,}, one for the first slope and one for each "
        f"corner, and {k} layers need {2 * k} in all.**"
    )


def short_sawtooth(k: int) -> Construction:
    """One layer of the 2k neurons that the deep sawtooth has: its first 2k pieces, if so many."""
    network, (hidden, last) = shallow_sawtooth(k)
    n = min(2 * k, network.widths[0])
    layers = [Layer(hidden.weights[:, :n], hidden.bias[:n]), Layer(last.weights[:n], last.bias)]
    return Architecture((n,), n_inputs=1), layers


def _shown(k: int) -> np.ndarray:
    """Places (n,) of the first pieces, as many as can be told apart."""
    return np.linspace(0, min(1.0, MOST_SHOWN / 2**k), PLACES)


def _line(k: int, network: Architecture, params: Parameters) -> Line:
    pieces = piecewise_linear(network, params, 0.0, 1.0).n_pieces
    # In the parameters' own precision: ten folds in single precision would be off by a tooth.
    points = _shown(k)[:, None].astype(params[0].bias.dtype)
    return Line(np.asarray(forward(network, params, points), float)[:, 0], pieces)


def _trained(question: TrainedFolds, found: Found | None) -> None:
    """What training makes of folded lines, in one layer and in many, at equal numbers."""
    if found is None or not np.isfinite(found.curves).any():
        return
    networks = question.architectures
    ends = _ends(question, found, DRAWN)
    names = [
        f"{name} ({network.n_parameters} numbers): R² {float(np.median(ends[name])):.2f}"
        for name, network in zip(ends, networks, strict=True)
    ]
    # The deepest lies below, drawn thicker.
    lines = {names[i]: found.curves[i] for i in (-1, 0)}
    x = trained_folds.places()
    answer(
        "trained",
        trained_sentence(question, ends),
        figures.sawtooth_curves(x, lines, sawtooth_values(DRAWN, x)),
        f"A line of {2**DRAWN} pieces, and what training made of it. {'; '.join(names)}.",
        f"{how_near(ends)} {could(question)}",
        f"The line here has {2**DRAWN} pieces ({DRAWN} folds), whatever the number of folds "
        "that is chosen. Drawn is the middle start of each.",
    )
    if not found.complete:
        return
    by_fold = {k: _ends(question, found, k) for k in question.folds}
    shares = {name: [by_fold[k][name] for k in question.folds] for name in ends}
    answer(
        "pieces",
        reach(by_fold),
        figures.shares_by_pieces([2**k for k in question.folds], shares),
        "; ".join(
            f"{2**k} pieces: "
            + ", ".join(f"{name} {spread(starts)}" for name, starts in of_fold.items())
            for k, of_fold in by_fold.items()
        ),
        "So one layer can do anything, and depth does it with fewer neurons where a pattern folds "
        "or repeats. Whether it pays for your data: “Deeper or wider?”.",
        f"{counted(question.n_starts, 'start')} of each, a dot a start, the line their median. One "
        "is better if every start of it is better than every start of the other, and their medians "
        f"lie more than {words.CLEAR:g} apart.",
    )


def _ends(question: TrainedFolds, found: Found, k: int) -> dict[str, Sequence[float]]:
    """Name of each shape -> R² of its starts, the shallowest first."""
    shares = found.shares[question.folds.index(k)]
    return {
        words.shape(widths): list(map(float, starts))
        for widths, starts in zip(question.shapes, shares, strict=True)
    }


def spread(starts: Sequence[float]) -> str:
    """The least and the most of some R², for example "0.16 to 0.43"."""
    return " to ".join(dict.fromkeys(f"{value:.2f}" for value in (min(starts), max(starts))))


def trained_sentence(question: TrainedFolds, ends: Mapping[str, Sequence[float]]) -> str:
    """Which shape training makes copy the line better, of equally many numbers.

    Args:
        question: What was trained.
        ends: Name of each shape -> R² of its starts, the shallowest first.
    """
    (shallow, first), *_, (deep, last) = ends.items()
    sizes = dict.fromkeys(str(network.n_parameters) for network in question.architectures)
    equal = f"equally many numbers to learn ({' or '.join(sizes)})"
    if shallow in budget.worse({shallow: first, deep: last}):
        return (
            f"**Trained on a line of {2**DRAWN} pieces, depth wins: with {equal}, {deep} copy it "
            f"better than {shallow}, from each of {question.n_starts} starts.**"
        )
    return (
        f"**Trained on a line of {2**DRAWN} pieces, with {equal}, {deep} are not surely better "
        f"than {shallow}.**"
    )


def how_near(ends: Mapping[str, Sequence[float]]) -> str:
    """How near the shallowest and the deepest shape come to the line, over their starts."""
    (shallow, first), *_, (deep, last) = ends.items()
    return (
        "How near they come is told by R², 1 is a perfect copy, 0 no better than a flat line: "
        f"{spread(last)} with {deep}, {spread(first)} with {shallow}."
    )


def could(question: TrainedFolds) -> str:
    """That it is training, not the number of neurons, that leaves one layer behind."""
    (wide,), *_ = question.shapes
    return (
        f"One layer of {wide} could draw it, {shallow_sawtooth_width(DRAWN)} neurons are enough: "
        "from random starts training does not find the weights. Many layers find more of the teeth."
    )


def reach(by_fold: Mapping[int, Mapping[str, Sequence[float]]]) -> str:
    """From how many pieces on the deepest is better than one layer, and where none learns.

    Args:
        by_fold: Folds -> name of each shape, the shallowest first -> R² of its starts.
    """
    groups: dict[str, list[str]] = {"as": [], "better": [], "none": []}
    for k, ends in by_fold.items():
        (shallow, first), *_, (deep, last) = ends.items()
        best = max(float(np.median(starts)) for starts in ends.values())
        better = shallow in budget.worse({shallow: first, deep: last})
        groups["none" if best < FLAT else "better" if better else "as"].append(str(2**k))
    told = {
        "as": "neither is surely better",
        "better": f"{deep} are better than {shallow}",
        "none": "none of them learns it",
    }
    parts = [f"with {listed(groups[kind])} pieces {told[kind]}" for kind in told if groups[kind]]
    return f"**{'; '.join(parts).capitalize()}.**"


def _price(k: int) -> None:
    """How many neurons each way takes, fold by fold."""
    folds = list(range(1, MAX_SHALLOW_FOLDS + 1))
    deep = [sawtooth(fold)[0] for fold in folds]
    shallow = [shallow_sawtooth(fold)[0] for fold in folds]
    here, there = deep[k - 1], shallow[k - 1]
    wide, layered = ([sum(network.widths) for network in each] for each in (shallow, deep))
    answer(
        "price",
        "**One fold more takes 2 neurons more in depth, and twice the neurons in one layer.**",
        figures.sawtooth_price(folds, layered, wide, k),
        f"Neurons for 1 to {folds[-1]} folds. At {k}: {layered[k - 1]:,} deep, {wide[k - 1]:,} in "
        "one layer.",
        price(k, here, there),
    )


def price(k: int, deep: Architecture, shallow: Architecture) -> str:
    """What each way takes for k folds, in a sentence."""
    needs, wide_needs = (
        f"{counted(sum(network.widths), 'neuron')} and {network.n_parameters:,} numbers"
        for network in (deep, shallow)
    )
    text = f"At {counted(k, 'fold')}: {needs} to learn in {words.layers(k)}"
    if deep.widths == shallow.widths:
        return f"{text}; deep and wide are this same network."
    alike = needs == wide_needs
    return f"{text}, and as many in one." if alike else f"{text}; {wide_needs} in one."
