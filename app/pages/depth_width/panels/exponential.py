"""The panel "Why deep?": the sawtooth, built and trained, in many layers and in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import ClassVar, NamedTuple

import numpy as np

from layerwarp.app.figures import depth as figures
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.panels.cases import method
from layerwarp.app.pages.depth_width.panels.panel import SLOT, Rows, State, answer
from layerwarp.app.pages.depth_width.panels.trainings import (
    all_scalars,
    train_all,
    training_seconds,
)
from layerwarp.app.session import following
from layerwarp.app.words.numbers import counted, listed, percent
from layerwarp.app.work.answers import Callback
from layerwarp.data.targets import sawtooth_values, target_from_function
from layerwarp.geometry.constructions import (
    MAX_SHALLOW_FOLDS,
    Construction,
    sawtooth,
    shallow_sawtooth,
    shallow_sawtooth_width,
)
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_WIDTH, Architecture
from layerwarp.network.forward_pass import Layer, Parameters, forward
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

PLACES = 1500  # of a sawtooth's curve
MOST_SHOWN = 32  # pieces: more would be a blot
SHAKEN, SHAKES = 0.01, 9  # by how much of itself each weight is changed, and how often
FAR = 2.0  # times as far off: more fragile
PAYS = 3  # folds from which on one layer takes more neurons
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
        return training_seconds(self.architectures * self.n_seeds, self.training(0), PLACES)

    def training(self, seed: int) -> TrainingConfig:
        """How each is trained."""
        return TrainingConfig(steps=self.steps, seed=seed)

    def answer(self, callback: Callback) -> list[TrainingHistory]:
        """One history an architecture and seed, all of a seed before the next."""
        data = target_from_function(partial(sawtooth_values, self.k), 0, 1, 1000, name="sawtooth")
        tasks = [
            (data, architecture, self.training(seed))
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


def told(state: State) -> Rows:
    """What the question is asked of."""
    question = TrainedTeeth(state.values["k"], state.grid.n_seeds)
    return {
        "Data": f"A line folded {counted(question.k, 'time')}: {2**question.k:,} pieces",
        "Activation": ACTIVATIONS["relu"].label,
        "Weights": f"first set by hand; then trained, {method(question.training(0))}, "
        f"{counted(question.steps, 'step')}",
        "Starts of each network": str(question.n_seeds),
    }


def show(state: State) -> None:
    """Draw the panel."""
    k = state.values["k"]
    _equal_neurons(k)
    _price(k)
    question = TrainedTeeth(k, state.grid.n_seeds)
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
        "not with every pattern; and training may not find it, see below.",
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
        f"one layer needs {shallow_sawtooth_width(k):,}, and {k} layers need {2 * k} in all.**"
    )


def short_sawtooth(k: int) -> Construction:
    """One layer of the 2k neurons that the deep sawtooth has: its first 2k pieces, if so many."""
    network, (hidden, last) = shallow_sawtooth(k)
    n = min(2 * k, network.widths[0])
    layers = [Layer(hidden.weights[:, :n], hidden.bias[:n]), Layer(last.weights[:n], last.bias)]
    return Architecture((n,), n_inputs=1), layers


def _trained(question: TrainedTeeth, histories: list[TrainingHistory] | None) -> None:
    """What training makes of the shapes that could draw it."""
    k = question.k
    found = {widths: _found(k, group) for widths, group in _groups(histories).items()}
    done = len(histories or []) == question.n_seeds * len(question.architectures)
    outcomes = [history.outcome.kind for history in histories or []]
    lines = {_sized(Architecture(widths, n_inputs=1)): each.line for widths, each in found.items()}
    x = _shown(k)
    curves = {name: line.values for name, line in lines.items()}
    alt = (
        f"{name}: {counted(line.n_pieces, 'piece')}, off by {line.error:.2f}"
        for name, line in lines.items()
    )
    failed = " ".join(words.failures(outcomes))
    missed = done and any(each.n_close < each.n_starts for each in found.values())
    answer(
        "trained",
        training_sentence(k, found if done else {}),
        figures.sawtooth_curves(x, curves, sawtooth_values(k, x)),
        "; ".join(alt) or "Still in training.",
        f"{why(k)} {stands(k)}".strip() if missed else "",
        " ".join(filter(None, [middle(k, found) if done else "", failed])),
    )


def _shown(k: int) -> np.ndarray:
    """Places (n,) of the first pieces, as many as can be told apart."""
    return np.linspace(0, min(1.0, MOST_SHOWN / 2**k), PLACES)


def _sized(network: Architecture) -> str:
    """For example "6 layers of 2 (37 numbers)"."""
    return f"{words.shape(network.widths)} ({network.n_parameters:,} numbers)"


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


def training_sentence(k: int, trained: Mapping[tuple[int, ...], Found]) -> str:
    """Whether training finds what can be built, in a sentence.

    Args:
        k: Folds.
        trained: What came of each shape, by widths; empty while they are in training.
    """
    if not trained:
        return "Networks that could draw it are in training from random starts."
    n_close, n_starts = (sum(counts) for counts in list(zip(*trained.values(), strict=True))[1:])
    lead = "Training finds it from some starts only"
    if n_close in (0, n_starts):
        lead = "Training finds it, too" if n_close else "Training does not find it"
    counts = "; ".join(
        f"{words.shape(widths)}, {each.n_close} of {counted(each.n_starts, 'start')}"
        for widths, each in trained.items()
    )
    few = f" It would need {2**k:,} neurons; {MAX_WIDTH} are the most here." * (2**k > MAX_WIDTH)
    return f"**{lead}: {counts}.**{few}"


def middle(k: int, trained: Mapping[tuple[int, ...], Found]) -> str:
    """What is drawn, and by which rule a start counts as one that finds it."""
    made = "; ".join(
        f"{words.shape(widths)}: {counted(each.line.n_pieces, 'piece')}, off by "
        f"{each.line.error:.2f}"
        for widths, each in trained.items()
    )
    flat = flat_error(k)
    return (
        f"Drawn is the middle start of each. {made}. To find it is to be off by {CLOSE:g} or less, "
        f"root mean square; a flat line is off by {flat:.2f}."
    )


def why(k: int) -> str:
    """Why training need not find what can be built: how closely the built weights must be hit."""
    errors = {words.shape(widths): error for widths, error in shaken(k).items()}
    told = " and ".join(f"{error:,.2f} ({name})" for name, error in errors.items())
    flat = flat_error(k)
    worse = [name for name, error in errors.items() if error > flat]
    text = (
        f"With every weight changed at random by {percent(SHAKEN)} of itself, the networks built "
        f"by hand are off by {told}, the median of {SHAKES} trials; a flat line by {flat:.2f}. "
    )
    stuck = "a start may get stuck long before it comes near."
    if not worse:
        return f"{text}Weights this near still do better than that; rather, {stuck}"
    deep, wide = next(iter(errors.values())), list(errors.values())[-1]
    far = "One layer is far more fragile: its large weights have to cancel. "
    return (
        f"{text}That is worse than a flat line: {listed(worse)}. So those weights have to be hit "
        f"closely. {far if wide > FAR * deep else ''}And {stuck}"
    )


def flat_error(k: int) -> float:
    """Root mean square that a flat line is off by from the sawtooth."""
    return float(np.std(sawtooth_values(k, np.linspace(0, 1, PLACES))))


def stands(k: int) -> str:
    """That depth can do it though training did not find it; empty where nothing is gained."""
    if k < PAYS:
        return ""
    return (
        "The answer above stands: of the same neurons depth can make more pieces. Training can "
        "still profit from depth, on problems that ask for less exact weights: see “How large a "
        "network?” and “Deeper or wider?”."
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
        f"At {counted(k, 'fold')}: {counted(layered[k - 1], 'neuron')} and {here.n_parameters:,} "
        f"numbers to learn in {words.layers(k)}; {counted(wide[k - 1], 'neuron')} and "
        f"{there.n_parameters:,} numbers in one.",
    )
