"""What the page "Pieces" shows: a target, and a trained, hand-built or constructed network."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from layerwarp.app.experiments.experiment import POINTS, Experiment, TargetConfig
from layerwarp.app.link.parameters import MOST_HAND_NEURONS, PARAMETERS, Values
from layerwarp.app.pages.pieces.payload import Line
from layerwarp.app.stage.payload import choose_frames
from layerwarp.app.words.captions import title
from layerwarp.app.words.numbers import counted, r_squared
from layerwarp.data.targets import sawtooth_values
from layerwarp.geometry.constructions import (
    Construction,
    best_shallow_square,
    deep_square,
    largest_square_error,
    sawtooth,
    shallow_sawtooth_width,
)
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.geometry.theory import n_parameters
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture
from layerwarp.network.forward_pass import Parameters, flatten
from layerwarp.training.history import TrainingHistory

# Intervals between places of the target: thirds, and halves of halves, lie among them.
SAMPLES = 1920
FINE_SAMPLES = 2**11  # for the finest sawtooth
EXERCISE = "exercise"
GIVEN = (-2.0, 2.0, 1.0)  # the first neuron of the exercise
HAND_STARTS = {EXERCISE: (*GIVEN, 1.0, -0.4, 1.0, 1.0, -2.5, 1.0, 0.0)}
HAND_START = (1.0, 0.0, 0.3, 1.0, -0.3, 0.3, 1.0, -0.6, 0.3, 0.0)


def best_shallow_error(m: int) -> float:
    """The least largest error with which m ReLUs of one layer can draw x^2 on [0, 1].

    See :func:`layerwarp.geometry.constructions.best_shallow_square`.
    """
    return 1 / (2 * (2 * m + 1) ** 2)


def least_squares_error(m: int) -> float:
    """The least root-mean-square error with which m ReLUs of one layer can draw x^2 on [0, 1].

    See :func:`layerwarp.geometry.constructions.best_shallow_square`.
    """
    return 2 / (3 * np.sqrt(5) * (2 * m + 1) ** 2)


def least_squares_fit(m: int) -> float:
    """R² of the least-squares fit of x^2 on [0, 1] by m ReLUs of one layer.

    One less mean square of its error over the variance of x^2, which is 4 / 45.
    """
    return 1 - least_squares_error(m) ** 2 * 45 / 4


def trained(
    experiment: Experiment, history: TrainingHistory, frames: np.ndarray | None = None
) -> Line:
    """A network at the recorded steps of its training: at all that may be, or at some indices."""
    target, architecture = _target(experiment), experiment.architecture
    if frames is None:
        frames = choose_frames(len(history.steps), architecture.n_parameters)
    words: Values = {"kind": "trained"}
    if target.name == "square" and architecture.activations == ("relu",):
        words |= _least_squares([architecture.widths[0]], target)
    return _line(
        target,
        [title(experiment, history, record) for record in frames.tolist()],
        None if target.name == POINTS else _points(target),
        networks=[architecture],
        vectors=list(history.parameters[frames]),
        steps=np.asarray(history.steps)[frames].tolist(),
        scrub="training",
        words=words,
    )


def by_hand(target: TargetConfig, numbers: tuple[float, ...]) -> Line:
    """A network of one layer of ReLUs whose numbers the visitor sets."""
    width = (len(numbers) - 1) // 3
    exercise = target.name == EXERCISE
    nothing = target.name == POINTS and not target.points  # to compare with
    words = {
        "hand_built": True,
        "exercise": exercise,
        "hand": PARAMETERS["hand"].kind.write(numbers),
    }
    if target.name == "square":
        words |= _least_squares(range(1, MOST_HAND_NEURONS + 1), target)
    parts = np.reshape(numbers[:-1], (width, 3)).T
    return _line(
        target,
        ["Built by hand" if nothing else f"{target.label} · built by hand"],
        networks=[Architecture((width,), n_inputs=1)],
        vectors=[np.append(parts.ravel(), numbers[-1])],
        steps=[0],
        words=words,
    )


def hand_numbers(target: TargetConfig, chosen: tuple[float, ...]) -> tuple[float, ...]:
    """The numbers to begin with; in the exercise the first neuron and the outputs are given."""
    numbers = chosen or HAND_STARTS.get(target.name, HAND_START)
    if target.name != EXERCISE:
        return numbers
    start = HAND_STARTS[EXERCISE]
    free = numbers if len(numbers) == len(start) else start
    return (*GIVEN, *free[3:5], 1.0, *free[6:8], 1.0, 0.0)


def undrawn(target: TargetConfig) -> Line:
    """Too few own points for a network."""
    return _line(target, [f"{target.label} · no network yet"], words={"kind": "trained"})


def constructed(name: str, shifted: bool) -> Line:
    """All sizes of a construction, one a frame."""
    kind = CONSTRUCTIONS[name]
    sizes = range(1, kind.most + 1)
    built = [kind.build(size, shifted) for size in sizes]
    x = np.linspace(0, 1, FINE_SAMPLES + 1)
    return Line(
        [kind.label],
        0.0,
        1.0,
        x,
        np.stack([sawtooth_values(k, x) for k in sizes]) if name == "sawtooth" else x**2,
        "samples" if name == "sawtooth" else "square",
        np.empty((0, 2)),
        networks=[architecture for architecture, _ in built],
        vectors=[flatten(params) for _, params in built],
        steps=list(sizes),
        scrub=kind.scrub,
        words={
            "kind": name,
            "start": PARAMETERS[kind.scrub].default,
            "notes": [
                kind.note(size, *network) for size, network in zip(sizes, built, strict=True)
            ],
            **(_best(sizes, best_shallow_error) if name == "shallow" else {}),
        },
    )


def _target(experiment: Experiment) -> TargetConfig:
    if not isinstance(experiment.dataset, TargetConfig):
        raise TypeError("a network of one input learns a target, not labeled points")
    return experiment.dataset


def _line(
    target: TargetConfig,
    titles: Sequence[str],
    points: np.ndarray | None = None,
    words: Values | None = None,
    **networks: Any,
) -> Line:
    """A target, with the points that are drawn if they are not its own, and its networks."""
    low, high = target.ends
    own = target.name == POINTS
    x = np.linspace(low, high, SAMPLES + 1)
    if points is None:
        points = np.reshape(target.points, (-1, 2))
    extra = {"own": PARAMETERS["own"].kind.write(target.points)} if own else {}
    kind = target.name if target.name in (POINTS, "square") else "samples"
    return Line(
        titles,
        low,
        high,
        np.empty(0) if own else x,
        target.values(x),
        kind,
        points,
        words={**extra, **(words or {})},
        **networks,
    )


def _points(target: TargetConfig) -> np.ndarray:
    data = target.make()
    return np.hstack([data.x, data.y])


def _best(widths: Iterable[int], error: Callable[[int], float]) -> Values:
    """The best possible errors for x^2, and for how many ReLUs each is."""
    return {
        "best": [error(m) for m in widths],
        "best_words": [counted(m, "ReLU") for m in widths],
    }


def _least_squares(widths: Sequence[int], target: TargetConfig) -> Values:
    """What a network that is trained on squared errors is compared with: like with like.

    ``best_networks`` are the parameters of the best networks themselves, ``best_titles`` one line
    for each.
    """
    built = [best_shallow_square(m, squares=True) for m in widths]
    return _best(widths, least_squares_error) | {
        "best_networks": [flatten(params).tolist() for _, params in built],
        "best_titles": [
            f"{target.label} · 1-{m}-1 ReLU · {r_squared(least_squares_fit(m), 4)} · best possible"
            for m in widths
        ],
    }


def _shallow_for(error: float) -> int:
    """Neurons that one layer needs at least to draw x^2 on [0, 1] up to ``error``."""
    return int(np.ceil((1 / np.sqrt(2 * error) - 1) / 2 - 1e-9))


def _sawtooth_note(k: int, architecture: Architecture, params: Parameters) -> str:
    width = shallow_sawtooth_width(k)
    return (
        f"{_layers(k)} of 2 neurons, {architecture.n_parameters} numbers in all: "
        f"2{_superscript(k)} = {2**k:,} pieces. A single layer needs {width:,} "
        f"neurons, {n_parameters([width]):,} numbers, for the same sawtooth."
    )


def _deep_note(k: int, architecture: Architecture, params: Parameters) -> str:
    error = largest_square_error(piecewise_linear(architecture, params, 0.0, 1.0))
    m = _shallow_for(error)
    return (
        f"{_layers(k)}, {architecture.n_parameters} numbers in all. A single layer needs at least "
        f"{counted(m, 'neuron')}, {n_parameters([m]):,} numbers, to come as close."
    )


def _shallow_note(m: int, architecture: Architecture, params: Parameters) -> str:
    error = best_shallow_error(m)
    k = max(1, int(np.ceil(np.log(1 / (8 * error)) / np.log(4) - 1e-9)))
    deep, _ = deep_square(k)
    return (
        f"One layer of {counted(m, 'neuron')}, {architecture.n_parameters} numbers in "
        f"all: the best that any such layer can do. Folding comes as close with {_layers(k)} and "
        f"{deep.n_parameters} numbers."
    )


def _layers(k: int) -> str:
    return counted(k, "hidden layer")


def _superscript(number: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(number))


class ConstructionKind(NamedTuple):
    """A construction of theory: its names, how it grows, and what is said about each size."""

    label: str
    scrub: str  # the parameter that says its size
    most: int
    build: Callable[[int, bool], Construction]
    note: Callable[[int, Architecture, Parameters], str]


CONSTRUCTIONS: dict[str, ConstructionKind] = {
    "sawtooth": ConstructionKind(
        "Sawtooth by folding", "k", MAX_DEPTH, lambda k, _: sawtooth(k), _sawtooth_note
    ),
    "square": ConstructionKind("x² by folding (deep)", "k", MAX_DEPTH, deep_square, _deep_note),
    "shallow": ConstructionKind(
        "x² by one layer (best possible)",
        "m",
        MAX_WIDTH,
        lambda m, _: best_shallow_square(m),
        _shallow_note,
    ),
}
