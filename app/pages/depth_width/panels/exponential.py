"""The panel "Why deep?": the sawtooth, built and trained, in many layers and in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
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
from layerwarp.app.words.numbers import counted, whole_percent
from layerwarp.app.work.answers import Callback
from layerwarp.data.targets import sawtooth_values, target_from_function
from layerwarp.geometry.constructions import MAX_SHALLOW_FOLDS, sawtooth, shallow_sawtooth
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.geometry.theory import n_parameters
from layerwarp.network.architecture import MAX_WIDTH, Architecture
from layerwarp.network.forward_pass import Layer, Parameters, forward
from layerwarp.sweeps.results import Sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

PLACES = 1500  # of a sawtooth's curve
MOST_SHOWN = 16  # pieces: more would be a blot
SHAKEN, SHAKES = 0.01, 9  # by how much of itself each weight is changed, and how often
CLOSE = 0.02  # root mean square: as good as the sawtooth itself

Trained = Mapping[tuple[int, ...], list[TrainingHistory]]


@dataclass(frozen=True)
class TrainedTeeth:
    """Networks of the shapes of both constructions of the sawtooth, trained to copy it."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    k: int
    n_seeds: int = 3
    steps: int = 3000

    @property
    def architectures(self) -> list[Architecture]:
        """Depth k of two neurons, and one layer of 2^k, or of the most there can be."""
        shapes = dict.fromkeys([(2,) * self.k, (min(2**self.k, MAX_WIDTH),)])
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
    """One network's graph: values (n,) where it is drawn; on [0, 1] pieces and root mean square."""

    values: np.ndarray
    n_pieces: int
    error: float


class Found(NamedTuple):
    """What training made of one shape: the median network, and how many came close, of how many."""

    line: Line
    n_close: int
    n_starts: int


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    k = values["k"]
    question = TrainedTeeth(k, asked.n_seeds)
    following.show(question, SLOT, partial(_panel, question))


def _panel(question: TrainedTeeth, histories: list[TrainingHistory] | None) -> None:
    k = question.k
    found = {widths: _found(k, group) for widths, group in _groups(histories).items()}
    done = len(histories or []) == question.n_seeds * len(question.architectures)
    outcomes = [history.outcome.kind for history in histories or []]
    st.markdown(" ".join([answer(k, found if done else {}), *words.failures(outcomes)]))
    built, trained, price = st.columns(3)
    pieces = "all" if 2**k <= MOST_SHOWN else f"{MOST_SHOWN} of the"
    with built:
        st.markdown(f"###### Built by hand: {pieces} {2**k:,} pieces")
        networks = (sawtooth(k), shallow_sawtooth(k))
        _draw(k, {_sized(network): _line(k, network, layers) for network, layers in networks})
    with trained:
        st.markdown("###### Trained from random starts")
        lines = {
            _sized(Architecture(widths, n_inputs=1)): each.line for widths, each in found.items()
        }
        _draw(k, lines, True)
        st.caption(why(k))
    with price:
        _price(k)


def _shown(k: int) -> np.ndarray:
    """Places (n,) of the first pieces, as many as can be told apart."""
    return np.linspace(0, min(1.0, MOST_SHOWN / 2**k), PLACES)


def _sized(network: Architecture) -> str:
    """For example "6 layers of 2 (37 numbers)"."""
    return f"{words.shape(network.widths)} ({network.n_parameters:,} numbers)"


def _draw(k: int, lines: Mapping[str, Line], target: bool = False) -> None:
    told = (
        f"{name}: {counted(line.n_pieces, 'piece')}, off by {line.error:.2f}"
        for name, line in lines.items()
    )
    x = _shown(k)
    curves = {name: line.values for name, line in lines.items()}
    figure = figures.sawtooth_curves(x, curves, sawtooth_values(k, x) if target else None)
    chart(figure, "; ".join(told) or "Still in training.")


def _groups(histories: list[TrainingHistory] | None) -> Trained:
    found: dict[tuple[int, ...], list[TrainingHistory]] = {}
    for history in histories or []:
        found.setdefault(history.architecture.widths, []).append(history)
    return found


def _found(k: int, group: list[TrainingHistory]) -> Found:
    """The network with the median loss, and how many are as good as the sawtooth itself."""
    order = sorted(group, key=lambda history: float(history.test_loss[-1]))
    lines = [_line(k, history.architecture, history.params) for history in order]
    n_close = sum(line.error <= CLOSE for line in lines)
    return Found(lines[(len(lines) - 1) // 2], n_close, len(lines))


def _line(k: int, network: Architecture, params: Parameters) -> Line:
    pieces = piecewise_linear(network, params, 0.0, 1.0).n_pieces
    return Line(_values(network, params, _shown(k)), pieces, _error(k, network, params))


def _error(k: int, network: Architecture, params: Parameters) -> float:
    """Root mean square of what a network is off by."""
    x = np.linspace(0, 1, PLACES)
    return float(np.sqrt(np.mean((_values(network, params, x) - sawtooth_values(k, x)) ** 2)))


def _values(network: Architecture, params: Parameters, x: np.ndarray) -> np.ndarray:
    # In the parameters' own precision: ten folds in single precision would be off by a tooth.
    points = x[:, None].astype(params[0].bias.dtype)
    return np.asarray(forward(network, params, points), float)[:, 0]


def answer(k: int, trained: Mapping[tuple[int, ...], Found]) -> str:
    """What depth can do, and what training finds of it, from the numbers.

    Args:
        k: Folds.
        trained: What came of each shape, by widths; empty while they are in training.
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
            f"**{k} layers of 2 neurons draw this sawtooth of {2**k:,} pieces with "
            f"{deep.n_parameters} numbers; one layer needs {shallow.n_parameters:,}.** So it is "
            "with such functions, not with all."
        )
    if not trained:
        return f"{text} Training from random starts is under way."
    shapes = {words.shape(widths): each for widths, each in trained.items()}
    n_close, n_starts = (sum(counts) for counts in list(zip(*trained.values(), strict=True))[1:])
    lead = "Training finds it from some starts only"
    if n_close in (0, n_starts):
        lead = "Training finds it, too" if n_close else "Training does not find it"
    told = "; ".join(
        f"with {name}, {each.n_close} of {each.n_starts} random starts get there (the middle one: "
        f"{counted(each.line.n_pieces, 'piece')}, off by {each.line.error:.2f})"
        for name, each in shapes.items()
    )
    few = f" It would need {2**k:,} neurons; {MAX_WIDTH} are the most here." * (2**k > MAX_WIDTH)
    flat = float(np.std(sawtooth_values(k, np.linspace(0, 1, PLACES))))
    return (
        f"{text} **{lead}:** {told}.{few} To get there is to be off by {CLOSE:g} or less, root "
        f"mean square; a flat line is off by {flat:.2f}."
    )


def why(k: int) -> str:
    """Why training need not find what can be built: how closely the built weights must be hit."""
    told = " and ".join(f"{error:.2f} ({words.shape(w)})" for w, error in shaken(k).items())
    return (
        f"Why: with every weight changed at random by {whole_percent(SHAKEN)} of itself, the built "
        f"ones are off by {told}, the median of {SHAKES} trials. The more folds, the closer the "
        "weights have to be hit. And a start may get stuck long before it comes near."
    )


@lru_cache(maxsize=16)
def shaken(k: int) -> dict[tuple[int, ...], float]:
    """Widths of each construction -> its root mean square error with its weights changed at random.

    Args:
        k: Folds.
    """
    found: dict[tuple[int, ...], float] = {}
    for network, layers in (sawtooth(k), shallow_sawtooth(k)):
        errors = [_error(k, network, _shake(layers, seed)) for seed in range(SHAKES)]
        found[network.widths] = float(np.median(errors))
    return found


def _shake(layers: Parameters, seed: int) -> Parameters:
    generator = np.random.default_rng(seed)
    return [
        Layer(*(part * (1 + SHAKEN * generator.standard_normal(part.shape)) for part in layer))
        for layer in layers
    ]


def _price(k: int) -> None:
    st.markdown("###### What the same sawtooth costs in one layer")
    folds = list(range(1, MAX_SHALLOW_FOLDS + 1))
    deep = [sawtooth(fold)[0].n_parameters for fold in folds]
    shallow = [n_parameters(shallow_sawtooth(fold)[0].widths) for fold in folds]
    chart(
        figures.sawtooth_price(folds, deep, shallow, k),
        f"Numbers for 1 to {folds[-1]} folds. At {k}: {deep[k - 1]:,} deep, {shallow[k - 1]:,} in "
        "one layer.",
    )
    st.caption(
        "Every further layer folds the line in two: twice the pieces for 6 more numbers. One layer "
        "needs a neuron for each piece (Telgarsky 2015)."
    )
