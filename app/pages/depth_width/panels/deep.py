"""The panel "Do gradients vanish?": how they fade on the way back, and who stays put."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import ClassVar, NamedTuple

import numpy as np

from layerwarp.app.experiments.experiment import PlaneData, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.panels.cases import method, of_page
from layerwarp.app.pages.depth_width.panels.panel import SLOT, Rows, State, answer
from layerwarp.app.pages.depth_width.panels.trainings import train_all, training_seconds
from layerwarp.app.session import following
from layerwarp.app.words import numbers
from layerwarp.app.words.numbers import listed
from layerwarp.app.work.answers import Callback
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH, Architecture
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.sweeps.sweep import make_architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.gradient_flow import (
    initial_gradient_norms,
    initial_weight_gains,
    starting_network,
    weight_travel,
)
from layerwarp.training.history import TrainingHistory
from layerwarp.training.optimizers import OPTIMIZERS
from layerwarp.training.samples import Samples

TRAVELERS = ("sigmoid", "tanh", "relu")
GRADIENTS_SLOT = "gradients"
NO_GRADIENT = "none"
FAINT = 0.01  # of the gradient in the last hidden layer: less in the first has vanished
# Of the gradients before the first step: overhead of a layer, and a multiplication, by numpy.
LAYER_SECONDS, PRODUCT_SECONDS = 4e-4, 1.4e-9
WEAK = 0.1  # less than this has not vanished, and fades
SOFTMAX_SLOPE = 0.5  # the largest singular value that diag(p) - p p^T can have
SUFFERER = "sigmoid"  # whose network is tried with another start and another optimizer, too
# The start that lets every layer hear the gradient, and the one to show what happens without it.
FADELESS, TEXTBOOK = "data", "he"
FROM_THE_DATA = (
    f"“{INITIALIZERS[FADELESS].label}” tries the points on each layer and makes its weights so "
    "large that its sums spread as wide as suits its activation: large weights make up for small "
    "slopes."
)
CLEARLY_LESS = 0.95  # of slope times weights; less is more than a matter of rounding
MANY = 10  # factors, after which not even a half leaves anything to speak of
INPUTS = (
    "What is measured is the gradient of a layer’s weights, which is multiplied by what goes into "
    "the layer, too: inputs that grow or shrink from layer to layer make it more or less than "
    "slope times weights."
)
# Adam divides every layer's gradient by its own size: it hides what fades. Plain SGD shows it.
PLAIN, PLAIN_RATE = "sgd", 0.1
EVEN, EVEN_RATE = "adam", TrainingConfig().learning_rate


class Start(NamedTuple):
    """A network before its first step.

    Attributes:
        norms: Size of the gradient in the weights of each layer (depth + 1,), the output's last.
        gain: How many times the weights of an inner layer lengthen the gradient, on average; nan
            where there is none.
    """

    norms: np.ndarray
    gain: float = np.nan


Starts = Mapping[tuple[str, str], Start]  # by initializer and activation


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
        inputs: What the network is given of points in the plane, as ``Architecture`` has it.
    """

    trains: ClassVar[bool] = False
    verb: ClassVar[str] = "Computing"

    dataset: PlaneData | TargetConfig
    depth: int
    width: int
    activations: tuple[str, ...]
    seed: int
    first: str = field(compare=False)
    inputs: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        products = self.width**2 * self.dataset.n_points
        n_layers = self.depth * len(INITIALIZERS) * len(self.activations)
        return n_layers * (LAYER_SECONDS + PRODUCT_SECONDS * products)

    def answer(self, callback: Callback) -> Starts:
        """Initializer and activation -> the network before its first step."""
        data = self.dataset.make()
        names = sorted(INITIALIZERS, key=lambda name: name != self.first)
        n_networks = len(names) * len(self.activations)
        found: dict[tuple[str, str], Start] = {}
        for start, activation in product(names, self.activations):
            network = starting_network(
                self.depth, self.width, activation, start, data, self.seed, self.inputs
            )
            gains = initial_weight_gains(network)
            gain = float(np.exp(np.log(gains).mean())) if np.all(gains > 0) and len(gains) else 0.0
            found[start, activation] = Start(initial_gradient_norms(network), gain)
            if not callback(len(found) / n_networks, None, lambda: dict(found)):
                break
        return found


@dataclass(frozen=True)
class Way:
    """What became of one network: travel (L + 1,), gradients before and after, accuracy."""

    travel: np.ndarray
    before: np.ndarray
    after: np.ndarray
    accuracy: float
    outcome: str


class Setting(NamedTuple):
    """How a network was trained, in words for people."""

    activation: str
    optimizer: str
    start: str

    def beside(self, other: "Setting") -> str:
        """What differs from another, for example "Adam with “From the data”"."""
        named = self._replace(start=f"“{self.start}”"), other._replace(start=f"“{other.start}”")
        return " with ".join(a for a, b in zip(*named, strict=True) if a != b)


class Trained(NamedTuple):
    """What became of the network by activation, and of one trained or started otherwise."""

    ways: Mapping[str, Way]
    otherwise: Mapping[Setting, Way]


@dataclass(frozen=True)
class Travel:
    """How far the weights of each layer get from their start, what for, and what helps."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    dataset: PlaneData | TargetConfig
    training: TrainingConfig
    depth: int
    width: int
    inputs: tuple[str, ...] = ()

    @property
    def tries(self) -> list[tuple[str, TrainingConfig]]:
        """Activation and training of each network: the compared ones first."""
        same = [(name, self.training) for name in TRAVELERS]
        # With one hidden layer nothing can fade.
        return same + [(SUFFERER, config) for config in remedies(self.training)] * (self.depth > 1)

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        networks = [self._network(name) for name, _ in self.tries]
        return training_seconds(networks, self.training, self.dataset.n_points)

    def _network(self, activation: str) -> Architecture:
        data = self.dataset.make()
        return make_architecture(data, self.depth, self.width, activation, self.inputs)

    def answer(self, callback: Callback) -> Trained:
        """What became of each; those that were not finished are left out."""
        data = self.dataset.make()
        tasks = [(data, self._network(name), config) for name, config in self.tries]
        ways = [_way(history) for history in train_all(tasks, callback)]
        n = len(TRAVELERS)
        others = [setting(*each) for each in self.tries[n:]]
        return Trained(
            dict(zip(TRAVELERS, ways[:n], strict=False)), dict(zip(others, ways[n:], strict=False))
        )


def _way(history: TrainingHistory) -> Way:
    return Way(
        weight_travel(history)[-1],
        history.gradient_norms[0],
        history.gradient_norms[-1],
        float(history.accuracy[-1]),
        history.outcome.kind,
    )


def remedies(training: TrainingConfig) -> list[TrainingConfig]:
    """Another start, another optimizer, and both."""
    even = replace(training, optimizer=EVEN, learning_rate=EVEN_RATE)
    return [
        replace(training, initializer=FADELESS),
        even,
        replace(even, initializer=FADELESS),
    ]


def setting(activation: str, training: TrainingConfig) -> Setting:
    """How a network is trained, for people."""
    start = INITIALIZERS[training.initializer].label
    return Setting(ACTIVATIONS[activation].label, OPTIMIZERS[training.optimizer].label, start)


def told(state: State) -> Rows:
    """What the question is asked of."""
    case = of_page(state)
    names = listed([words.bend(name) for name in _names(case.activation)])
    if case.activation in TRAVELERS:
        names += "; any other that you choose is added"
    return replace(case, training=plain(case.training), n_seeds=1).rows | {"Activation": names}


def _names(activation: str) -> tuple[str, ...]:
    """The activations that are compared: the usual ones, and the page's."""
    return tuple(dict.fromkeys([*TRAVELERS, activation]))


def show(state: State) -> None:
    """Draw the panel."""
    asked, depth, width = state.grid, state.values["deep"], state.width
    training, start = plain(asked.training), plain(asked.training).initializer
    names = _names(asked.activation)
    what = asked.dataset, depth, width, names, training.seed, start, asked.inputs
    question = StartingGradients(*what)
    following.show(question, GRADIENTS_SLOT, partial(_gradients, question, start))
    travel = Travel(asked.dataset, training, min(depth, MAX_DEPTH), width, asked.inputs)
    notes = rule(asked.training, training)
    following.show(travel, SLOT, partial(_travel, travel, depth, notes))


def plain(training: TrainingConfig) -> TrainingConfig:
    """The same training, so that what fades shows: by SGD, from a start of the textbooks."""
    if training.optimizer != PLAIN:
        training = replace(training, optimizer=PLAIN, learning_rate=PLAIN_RATE)
    if training.initializer == FADELESS:
        training = replace(training, initializer=TEXTBOOK)
    return training


def rule(asked: TrainingConfig, training: TrainingConfig) -> str:
    """When a layer counts as left behind, and what is not as in the page's settings, and why."""
    text = (
        "A layer stayed at its random start if its weights moved by less than "
        f"{numbers.percent(words.FROZEN)} of their size. Trained by {method(training)}, "
        f"{numbers.counted(training.steps, 'step')}, one start each."
    )
    if training.optimizer != asked.optimizer:
        text += (
            f" Your settings say {OPTIMIZERS[asked.optimizer].label}; here it is plain "
            f"{OPTIMIZERS[training.optimizer].label}, whose steps are as small as the gradient."
        )
    if asked.optimizer == "adam":
        text += " Adam divides each gradient by its usual size: under it faint layers move, too."
    if training.initializer != asked.initializer:
        text += (
            f" The starting weights are “{INITIALIZERS[training.initializer].label}”, as in most "
            f"courses, not “{INITIALIZERS[asked.initializer].label}”, which was made so that "
            "nothing fades."
        )
    return text


def _gradients(question: StartingGradients, start: str, found: Starts | None) -> None:
    """Layer by layer for one start, and a table of all; each start as soon as it is worked out."""
    names, starts = question.activations, found or {}
    there = [name for name in INITIALIZERS if all((name, other) in starts for other in names)]
    if start in there:
        _fading(question, start, {name: starts[start, name] for name in names})
    if there:
        _ratio_table(starts, there, names)


def sentence(depth: int, norms: Mapping[str, np.ndarray]) -> str:
    """Whether gradients vanish, from the numbers of one way to start.

    Args:
        depth: Hidden layers.
        norms: Name of the activation -> gradient in each layer (depth + 1,).
    """
    if depth == 1:
        return "**With one hidden layer the first is the last: nothing can fade.** Choose more."
    faint = [name for name, sizes in norms.items() if sizes[0] < FAINT * sizes[-2]]
    grown = [name for name, sizes in norms.items() if sizes[0] * FAINT > sizes[-2] > 0]
    none = [name for name, sizes in norms.items() if not sizes[-2] > 0]
    weak = [n for n, s in norms.items() if FAINT * s[-2] <= s[0] < WEAK * s[-2]]
    no = f"not quite, but they fade with {listed(weak)}" if weak else "not here"
    parts = [f"yes, with {listed(faint)}"] if faint else [no][len(none) // len(norms) :]
    parts += [f"with {listed(none)} the hidden layers get none at all"] if none else []
    parts += [f"with {listed(grown)} they explode"] if grown else []
    head = "; ".join(parts)
    said = f"{head[0].upper()}{head[1:]}."
    there = {name: sizes for name, sizes in norms.items() if name not in none}
    arrives = ", ".join(f"{words.arriving(sizes)} ({name})" for name, sizes in there.items())
    if there:
        said += f" Of the gradient in the last of {depth} hidden layers the first gets {arrives}."
    return f"**{said}**"


def why(depth: int, starts: Mapping[str, Start]) -> str:
    """Why gradients fade or grow on the way back: what one layer does to them, in Markdown.

    Args:
        depth: Hidden layers.
        starts: Name of the activation -> the network before its first step.
    """
    through = {name: start for name, start in starts.items() if start.norms[-2] > 0}
    if depth == 1 or not through:
        return ""
    times = f" {depth - 1} times in a row"
    again = f"{times}, a factor well below 1 leaves next to nothing."
    if depth <= MANY:
        again = f"{times}: a factor below 1 shrinks it each time."
    lines = [
        "Why: on its way back each layer multiplies the gradient by its weights and by the slope "
        f"of its activation.{again if depth > 2 else ''}\n",
        "| | slope, at most | weights, about | a layer, measured | in all |",
        "| --- | --- | --- | --- | --- |",
    ]
    inputs, less = False, list[str]()
    for name, (norms, gain) in through.items():
        share = norms[0] / norms[-2]
        each = share ** (1 / (depth - 1))
        factors = " | ".join(f"× {numbers.ratio(factor)}" for factor in (gain, each, share))
        lines.append(f"| {words.bend(name)} | {steepest(name):.2g} | {factors} |")
        product = steepest(name) * gain
        fades = bool(0 < each < CLEARLY_LESS * product)
        inputs |= bool(each > product) or (fades and name not in TRAVELERS)
        less += [name] * (fades and name in TRAVELERS)
    return "\n".join(lines + [f"\n{flatter(less)}"] * bool(less) + [f"\n{INPUTS}"] * inputs)


def flatter(names: Sequence[str]) -> str:
    """Why layers of these, of ``TRAVELERS``, pass on less than largest slope times weights."""
    pass_on = "passes" if len(names) == 1 else "pass"
    who = listed(list(map(words.bend, names)))
    text = f"{who} {pass_on} on less than slope times weights: at many points the slope is smaller."
    if "relu" in names:
        text += " About half of the ReLUs are off at a point: their slope is 0, not 1."
    curved = [words.bend(name) for name in ("sigmoid", "tanh") if name in names]
    if curved:
        have = "have their" if len(curved) > 1 else "has its"
        text += f" {listed(curved)} {have} largest slope at z = 0 only."
    return text


def steepest(activation: str) -> float:
    """The largest slope of an activation; of softmax, the most that it lengthens any change."""
    if activation == "softmax":
        return SOFTMAX_SLOPE
    z = np.linspace(-4, 4, 801)[:, None]
    rule = ACTIVATIONS[activation]
    value = rule.value(np, z, np.ones(1))
    return float(np.abs(rule.pullback(np, z, value, np.ones_like(z))).max())


def _fading(question: StartingGradients, start: str, starts: Mapping[str, Start]) -> None:
    norms = {words.bend(name): found.norms for name, found in starts.items()}
    sizes = {name: values[:-1] for name, values in norms.items()}
    least = min(float(values.min()) for values in sizes.values())
    cut = f" Below {figures.SMALLEST:g} nothing is drawn." if least < figures.SMALLEST else ""
    most = numbers.whole(1 / FAINT)
    answer(
        "gradients",
        sentence(question.depth, norms),
        figures.gradients_by_layer(sizes),
        "Size of the gradient by layer, first and last: "
        + "; ".join(f"{name} {s[0]:.1g}, {s[-1]:.1g}" for name, s in sizes.items()),
        why(question.depth, starts),
        "The gradient in the weights of each layer, before the first step. It has vanished if the "
        f"first layer gets less than {numbers.percent(FAINT)} of what the last hidden layer gets, "
        f"and exploded if it gets more than {most} times as much. "
        f"Starting weights: {INITIALIZERS[start].label}; "
        f"{numbers.counted(question.width, 'neuron')} in each layer.{cut}",
    )


def _ratio_table(found: Starts, starts: list[str], names: tuple[str, ...]) -> None:
    ratios = np.full((len(starts), len(names)), np.nan)
    for i, j in np.ndindex(ratios.shape):
        sizes = found[starts[i], names[j]].norms
        ratios[i, j] = sizes[0] / sizes[-2] if sizes[-2] > 0 else np.nan
    activations = [words.bend(name) for name in names]
    labels = [INITIALIZERS[start].label for start in starts]
    texts = [
        [numbers.ratio(ratio) if np.isfinite(ratio) else NO_GRADIENT for ratio in row]
        for row in ratios
    ]
    cells = [f"{labels[i]}, {activations[j]}: {texts[i][j]}" for i, j in np.ndindex(ratios.shape)]
    grown = {words.bend(n): found[FADELESS, n].norms for n in names if FADELESS in starts}
    answer(
        "starts",
        "The first layer's gradient, as a multiple of the last hidden layer's, for every way to "
        "start.",
        figures.gradient_table(ratios, texts, activations, labels, FAINT),
        f"Gradient of the first over the last hidden layer. {'; '.join(cells)}.",
        f"{FROM_THE_DATA} {exploding(grown)}".strip(),
        "1, the brightest: the first layer gets as much as the last. Below 1 it gets less, above "
        "1 more, which is uneven but not lost. The darkest cells have vanished (below "
        f"{numbers.percent(FAINT)}) or exploded (above {numbers.whole(1 / FAINT)} times); "
        f"“{NO_GRADIENT}”: no gradient gets through at all.",
    )


def exploding(norms: Mapping[str, np.ndarray]) -> str:
    """Why the start that lets nothing fade explodes in a deep network; empty where it does not.

    Args:
        norms: Name of the activation -> gradient in each layer (depth + 1,), from that start.
    """
    grown = {n: s[0] / s[-2] for n, s in norms.items() if s[0] * FAINT > s[-2] > 0}
    if not grown:
        return ""
    name = max(grown, key=lambda name: grown[name])
    each = grown[name] ** (1 / (len(norms[name]) - 2))
    return (
        f"At this depth it explodes with {listed(list(grown))}: on its way back the gradient is "
        f"multiplied by these large weights in every layer; {name}, {each:.2g} times a layer, "
        f"{numbers.ratio(grown[name])} times in all."
    )


def _travel(question: Travel, depth: int, notes: str, found: Trained | None) -> None:
    """Who moved, what helps, and the gradient before and after."""
    if not found or not found.ways:
        return
    of_curve = isinstance(question.dataset, TargetConfig)
    number = numbers.r_squared if of_curve else _right
    ways = {ACTIVATIONS[name].label: way for name, way in found.ways.items()}
    guess = guessed(Samples.of(question.dataset.make()), of_curve)
    kept = "; ".join(learned(name, way, number) for name, way in ways.items())
    answer(
        "moved",
        f"**{trained(question.depth, depth)}. {kept}.**",
        figures.travel_bars({name: way.travel for name, way in ways.items()}),
        f"How far each layer's weights moved from their start. {kept}.",
        moved_in_vain(ways, guess),
        notes,
    )
    if found.otherwise:
        same = {setting(name, question.training): way for name, way in found.ways.items()}
        _helps(question, same | dict(found.otherwise), guess)
    ended = {name: way for name, way in ways.items() if way.outcome != "diverged"}
    lines = ["The gradient in each of these layers before training and, dotted, after it."]
    if len(ended) < len(ways):
        lines.append(
            f"{listed([name for name in ways if name not in ended])} blew up: there is no after."
        )
    answer(
        "after",
        " ".join([*lines, *small_in_the_end(ways, guess)]),
        figures.gradients_by_layer(
            {name: way.before[:-1] for name, way in ways.items()},
            {name: way.after[:-1] for name, way in ended.items()},
        ),
        "Size of the gradient by layer, before and, dotted, after training, logarithmic.",
    )


def guessed(samples: Samples, of_curve: bool) -> float:
    """Share right on new points, or R², of the best answer that is the same everywhere."""
    if of_curve:
        return 0.0
    return float(np.bincount(samples.test_labels).max() / len(samples.test_labels))


def moved_in_vain(ways: Mapping[str, Way], guess: float) -> str:
    """That a layer may leave its start for nothing, where that is so; empty where it is not."""
    vain = [
        name
        for name, way in ways.items()
        if way.outcome == "trained"
        and way.accuracy <= guess + words.CLEAR
        and not way.travel[0] < words.FROZEN
    ]
    if not vain:
        return ""
    return (
        f"To leave the start is not yet to learn: {listed(vain)} moved, and did no better in the "
        "end than one answer for every point. A gradient need not vanish for that: it can be too "
        "small for so few steps, or point nowhere useful."
    )


def small_in_the_end(ways: Mapping[str, Way], guess: float) -> list[str]:
    """What a small gradient after training means: little is left to learn, or nothing arrived."""
    halfway = (1 + guess) / 2
    ways = {name: way for name, way in ways.items() if way.outcome == "trained"}
    done = [n for n, w in ways.items() if w.accuracy > halfway and w.after[0] < w.before[0]]
    stuck = [
        n
        for n, w in ways.items()
        if w.accuracy <= guess + words.CLEAR and 0 < w.before[0] < FAINT * w.before[-2]
    ]
    lines = []
    if done:
        lines.append(
            f"With {listed(done)} the first layer's became smaller by learning: little is left to "
            "correct. That is not vanishing."
        )
    if stuck:
        lines.append(f"With {listed(stuck)} it was small from the start, and nothing was learned.")
    return lines


def _helps(question: Travel, ways: Mapping[Setting, Way], guess: float) -> None:
    """The same network with other activations, or started or trained otherwise."""
    of_curve = isinstance(question.dataset, TargetConfig)
    number = numbers.r_squared if of_curve else numbers.percent
    told = helps(question.depth, ways, number)
    ends = {each: w.accuracy for each, w in ways.items() if w.outcome != "diverged"}
    apart = f"{words.CLEAR:g}" if of_curve else f"{100 * words.CLEAR:g} points"
    notes = [
        FROM_THE_DATA,
        moved_by_adam(ways, guess),
        f"The page Warp begins with {OPTIMIZERS[EVEN].label} and “{INITIALIZERS[FADELESS].label}”: "
        "with these defaults vanishing gradients do not show there as they do here.",
    ]
    answer(
        "helps",
        told,
        figures.end_bars(
            list(ends),
            list(ends.values()),
            [number(end) for end in ends.values()],
            "R² on new points" if of_curve else "Right on new points",
        ),
        told.replace("**", ""),
        "\n".join(f"- {note}" for note in notes if note),
        f"One start each. Helps: ends more than {apart} better than the first."
        f" {OPTIMIZERS[EVEN].label} with rate {EVEN_RATE:g}.",
    )


def helps(depth: int, ways: Mapping[Setting, Way], number: Callable[[float], str]) -> str:
    """Which other activation, start or optimizer helps a network, in a sentence.

    Args:
        depth: Hidden layers.
        ways: What became of the network by how it was trained, the one to be helped first.
        number: Writes what it reached.
    """
    (first, way), *others = ways.items()
    ends = {
        s: "blew up" if w.outcome == "diverged" else number(w.accuracy) for s, w in ways.items()
    }
    better = [
        each
        for each, other in others
        if other.outcome != "diverged" and other.accuracy > way.accuracy + words.CLEAR
    ]
    lists = {
        helped: ", ".join(
            f"{each.beside(first)} ({ends[each]})"
            for each, _ in others
            if (each in better) is helped
        )
        for helped in (True, False)
    }
    told = f"What helps: {lists[True]}" if better else "Nothing tried here helps"
    rest = f". What does not: {lists[False]}" if better else f": {lists[False]}"
    blew = way.outcome == "diverged"
    return (
        f"**{words.layers(depth)} of {first.activation}, trained by {first.optimizer} from "
        f"“{first.start}”: {ends[first]}{'' if blew else ' on new points'}. "
        f"{told}{rest if lists[False] else ''}.**"
    )


def moved_by_adam(ways: Mapping[Setting, Way], guess: float) -> str:
    """Why Adam can move the first layers and yet not learn, where that is so; else empty."""
    (first, way), *_ = ways.items()
    other = ways.get(first._replace(optimizer=OPTIMIZERS[EVEN].label))
    if other is None or other.outcome != "trained":
        return ""
    vain = other.accuracy <= guess + words.CLEAR and other.travel[0] >= words.FROZEN
    if not (vain and way.before[0] < FAINT * way.before[-2]):
        return ""
    return (
        "Why Adam alone does not: it divides each gradient by its usual size, so that faint layers "
        "take full steps, too. It moved the first layer by "
        f"{numbers.percent(other.travel[0])} of its size, and did no better in the end than one "
        "answer for every point. For on the way forward the same slopes and weights shrink the "
        "differences between points, until to the last layers all points look alike; larger steps "
        "do not bring them back."
    )


def trained(depth: int, asked: int) -> str:
    """How many layers are trained, and that it is fewer than asked for, where it is."""
    text = f"Trained with {words.layers(depth)}"
    if depth == asked:
        return text
    return f"{text}, the most that can be trained here: {asked} are only worked out, as above"


def learned(name: str, way: Way, number: Callable[[float], str]) -> str:
    """Which layers of one network stayed where they were, and how good it is in the end."""
    if way.outcome == "diverged":
        return f"{name}: blew up"
    dead = ", dead: the same answer everywhere" if way.outcome == "dead" else ""
    return f"{name}: {words.frozen(way.travel)}, in the end {number(way.accuracy)}{dead}"


def _right(accuracy: float) -> str:
    return f"right on {numbers.percent(accuracy)} of new points"
