"""What the page says in plain words about the network that it shows."""

from functools import lru_cache

import numpy as np

from layerwarp.app.experiments.experiment import POINTS, Experiment, OwnDataConfig, TargetConfig
from layerwarp.app.words.diagnosis import USUAL_NOISE
from layerwarp.app.words.numbers import counted, listed, percent, r_squared
from layerwarp.data.datasets import N_TEST
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import input_labels
from layerwarp.training.history import TrainingHistory
from layerwarp.training.losses import constant_variance

OVERFITTING = 0.05  # accuracy on training points above that on new ones


def network_in_words(architecture: Architecture) -> str:
    """Depth, width and activation, for example "2 layers of 16 neurons (ReLU)".

    What it is given comes last, where that is not x1 and x2.
    """
    return _layers(architecture) + _given(architecture)


def _given(architecture: Architecture) -> str:
    return f" on {inputs_in_words(architecture)}" * bool(architecture.inputs)


def inputs_in_words(architecture: Architecture) -> str:
    """What the first layer is given of a point, for example "x₁, x₂ and x₁x₂ / 3"."""
    return listed(input_labels(architecture.inputs, architecture.n_inputs))


def _layers(architecture: Architecture) -> str:
    widths = architecture.widths
    if not widths:
        return "a linear model"
    layers = counted(len(widths), "layer")
    if len(set(widths)) == 1:
        size = f"{layers} of {counted(widths[0], 'neuron')}"
    else:
        size = f"{layers} of {'-'.join(map(str, widths))} neurons"
    return f"{size} ({_activations(architecture)})"


def _activations(architecture: Architecture) -> str:
    """The names of the activations in use, for example "ReLU, no activation"."""
    names = dict.fromkeys(architecture.activations)
    return ", ".join(
        "no activation" if name == "identity" else ACTIVATIONS[name].label for name in names
    )


def accuracy_in_words(experiment: Experiment, history: TrainingHistory, record: int = -1) -> str:
    """How well the network does at a record on what it has not seen.

    Between own points nothing is known: then it is how well it does at these.
    """
    accuracy = history.accuracy[record]
    if isinstance(experiment.dataset, TargetConfig):
        if is_level(experiment.dataset):
            return "no R² of a level target"
        if experiment.dataset.name == POINTS:
            return f"{r_squared(float(history.train_accuracy[record]), 4)} at the points"
        return r_squared(float(accuracy), 4)
    return f"test accuracy {percent(float(accuracy))}"


@lru_cache(maxsize=64)
def is_level(target: TargetConfig) -> bool:
    """Whether it hardly varies where it is learned: then R² has nothing to explain."""
    values = target.make().y
    return bool(values.var() <= constant_variance(values.mean()))


def title(experiment: Experiment, history: TrainingHistory, record: int = -1) -> str:
    """One line that lets a picture stand alone: data, network, accuracy at a record, seeds."""
    data, architecture = experiment.dataset, experiment.architecture
    sizes = "-".join(map(str, architecture.sizes))
    head = f"{data.label} · {sizes} {_activations(architecture) or 'linear'}{_given(architecture)}"
    if experiment.by_hand:  # in the hand it changes: no number of it stands still
        return f"{head} · {_origin(experiment)}"
    return f"{head} · {accuracy_in_words(experiment, history, record)} · {_origin(experiment)}"


def _origin(experiment: Experiment) -> str:
    """Where the numbers come from: the seeds of data and network, or a file."""
    seed = experiment.dataset.seed
    if experiment.by_hand:
        return f"built by hand, data seed {seed}"
    if experiment.loaded:
        return f"data seed {seed}, weights from a file"
    return f"seeds {seed} and {experiment.training.seed}"


def _by_luck(one: float, other: float, n_one: int, n_other: int) -> float:
    """How far apart two shares of so many points can well be by luck: two standard errors."""
    share = (one * n_one + other * n_other) / (n_one + n_other)
    return 2 * float(np.sqrt(share * (1 - share) * (1 / n_one + 1 / n_other)))


def summary(experiment: Experiment, history: TrainingHistory) -> str:
    """What the network is and how well it does."""
    data = experiment.dataset
    words = network_in_words(experiment.architecture)
    train, test = history.train_accuracy[-1], history.accuracy[-1]
    own = isinstance(data, OwnDataConfig)
    n_test = data.n_test if isinstance(data, OwnDataConfig) else N_TEST
    head = f"**{data.label}, {words}: {experiment.architecture.n_parameters:,} numbers"
    if experiment.loaded:
        origin = "its layers built by hand" if experiment.by_hand else "loaded from a file"
        fitted = experiment.by_hand and history.params[-1].weights.any()  # else there is no cut
        cut = " The last cut is fitted to the points (logistic regression)." * bool(fitted)
        return (
            f"{head}, {origin}.**{cut} It is right on {percent(train)} of {data.n_points:,} "
            f"points and on {percent(test)} of {n_test:,} others of the same data."
        )
    steps = counted(history.steps[-1], "step")
    text = (
        f"{head} to learn.** After {steps} it is right on {percent(train)} of the "
        f"{data.n_points:,} points it learned from and on {percent(test)} of "
        f"{f'the {n_test:,} points kept back to test it' if own else f'{n_test:,} new ones'}."
    )
    cost = counted(experiment.architecture.n_multiplications, "multiplication")
    beside = ", beside what makes its inputs" * bool(experiment.architecture.inputs)
    text += f" To answer for one point takes {cost}{beside}."
    if history.steps[-1] and train - test > max(
        OVERFITTING, _by_luck(train, test, data.n_points, n_test)
    ):
        text += (
            " It does better on the points it has seen: some of what it learned holds for them "
            "only."
        )
    if data.noise > 2 * USUAL_NOISE:
        text += " With this much noise some points lie on the wrong side by chance."
    return text
