"""What the page says in plain words: what is shown, what went wrong, and what would mend it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.experiment import Experiment
from app.parameters import LEARNING_RATES, Values
from core.activations import ACTIVATIONS
from core.architecture import MAX_DEPTH, MAX_WIDTH
from core.datasets import DATASETS
from core.history import TrainingHistory
from core.initializers import INITIALIZERS
from core.training_config import MAX_STEPS

# Test accuracy that a good network reaches with a noise of 0.1 (measured over ten seeds each).
TARGET_ACCURACY = {"checkerboard": 0.88, "moons": 0.97, "circles": 0.97}
USUAL_TARGET = 0.95
USUAL_NOISE = 0.1
STRAIGHT_DATA = ("gaussians", "blobs3", "blobs4", "blobs5")  # a straight cut separates them
CLOSED_DATA = ("circles", "nested")  # one class lies all around the other
# Continuous and never falling: what the theorem on narrow networks asks for.
MONOTONE = {"relu", "leaky_relu", "tanh", "sigmoid", "softplus", "elu", "identity"}
OVERFITTING = 0.05  # accuracy on training points above that on new ones
STILL_FALLING = 0.9  # loss at the end over the loss at three quarters of the way
VANISHING = 1e-3  # gradient of the first layer over that of the last hidden one
ENOUGH_NEURONS = 16
MORE_STEPS = 2000


@dataclass(frozen=True)
class Repair:
    """One click that may mend it: the words on the button, and the parameters it sets."""

    label: str
    changes: Values


@dataclass(frozen=True)
class Diagnosis:
    """What happened, in plain words, and the clicks that may mend it."""

    sentence: str
    repairs: tuple[Repair, ...] = ()


def network_in_words(experiment: Experiment) -> str:
    """Depth, width, activation and size, for example "2 layers of 16 neurons (ReLU)"."""
    architecture = experiment.architecture
    widths = architecture.widths
    if not widths:
        return "a linear model"
    layers = "1 layer" if len(widths) == 1 else f"{len(widths)} layers"
    if len(set(widths)) == 1:
        size = f"{layers} of {widths[0]} neuron{'s' if widths[0] > 1 else ''}"
    else:
        size = f"{layers} of {'-'.join(map(str, widths))} neurons"
    names = dict.fromkeys(ACTIVATIONS[name].label for name in architecture.activations)
    return f"{size} ({', '.join(names)})"


def summary(experiment: Experiment, history: TrainingHistory) -> str:
    """What the network is and how well it does."""
    data = experiment.dataset
    words = network_in_words(experiment)
    train, test = history.train_accuracy[-1], history.accuracy[-1]
    text = (
        f"**{DATASETS[data.name].label}, {words}: {experiment.architecture.n_parameters:,} "
        f"numbers to learn.** After {history.steps[-1]:,} steps it is right on {_percent(train)} "
        f"of the {data.n_points:,} points it learned from and on {_percent(test)} of 1,000 new "
        "ones."
    )
    if train - test > OVERFITTING:
        text += " It does better on the points it has seen: it has learned some of their noise."
    if data.noise > 2 * USUAL_NOISE:
        text += " With this much noise some points lie on the wrong side by chance."
    return text


def diagnose(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """The first thing that is wrong, or None where the network does its job."""
    looks = _BROKEN
    if history.accuracy[-1] < target_accuracy(experiment):
        looks += _INACCURATE
    else:
        looks += (_narrow_but_right,)
    found = (look(experiment, history) for look in looks)
    return next(filter(None, found), None)


def target_accuracy(experiment: Experiment) -> float:
    """Test accuracy below which the page offers help; noise beyond the usual lowers it."""
    usual = TARGET_ACCURACY.get(experiment.dataset.name, USUAL_TARGET)
    return usual - max(0.0, experiment.dataset.noise - USUAL_NOISE)


def _percent(share: float) -> str:
    """A share in percent, with one decimal only near 100 %, where it matters."""
    near_all = 0.99 < share < 1
    return f"{np.floor(1000 * share) / 10:.1f} %" if near_all else f"{100 * share:.0f} %"


def _diverged(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    if history.outcome.kind != "diverged":
        return None
    rate = min(0.01, experiment.training.learning_rate / 3)
    lower = [rung for rung in LEARNING_RATES if rung <= rate][-1:]
    repairs = tuple(Repair(f"Lower the learning rate to {rung:g}", {"lr": rung}) for rung in lower)
    sentence = f"{history.outcome.message} The picture is of the last good step."
    return Diagnosis(sentence, repairs)


def _dead(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """All outputs equal, or a layer in which no neuron answers to the points any more."""
    widths = experiment.architecture.widths
    layers = [i for i, dead in enumerate(history.dead_neurons, 1) if dead == widths[i - 1]]
    if history.outcome.kind != "dead" and not layers:
        return None
    sentence = history.outcome.message
    if history.outcome.kind != "dead":
        sentence = f"Layer {layers[0]} is dead: its neurons say the same for every point."
    leaky = Repair("Use leaky ReLU", {"act": ("leaky_relu",)})
    started_well = experiment.training.initializer == "data"
    return Diagnosis(sentence, (leaky,) if started_well else (_data_start(), leaky))


def _data_start() -> Repair:
    label = INITIALIZERS["data"].label.lower()
    return Repair(f"Choose the starting weights {label}", {"init": "data"})


def _narrow_but_right(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """Accurate on the points, although the theorem says that no closed boundary is there."""
    narrow = _too_narrow(experiment, history)
    if narrow is None:
        return None
    sentence = (
        "It gets nearly all points right, yet it has not closed a loop around the inner class: "
        "with no layer of 3 or more neurons it cannot. Somewhere a gap leads outside."
    )
    return Diagnosis(sentence, narrow.repairs)


def _linear_model(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    if experiment.architecture.depth or experiment.dataset.name in STRAIGHT_DATA:
        return None
    sentence = (
        "Without a hidden layer the network can only draw a straight cut through the plane, and "
        "no straight cut separates these classes."
    )
    return Diagnosis(sentence, (Repair("Add a layer", {"layers": 1}),))


def _identity(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    names = set(experiment.architecture.activations)
    if names != {"identity"} or experiment.dataset.name in STRAIGHT_DATA:
        return None
    sentence = (
        "Nothing bends here: without an activation, all layers together are one straight map, "
        "whatever their number. The grid stays straight, and so does the boundary."
    )
    return Diagnosis(sentence, (Repair("Switch the activation on", {"act": ("relu",)}),))


def _too_narrow(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """Beise et al. 2018 (arXiv 1807.01194): no wider than the input, no closed boundary."""
    architecture = experiment.architecture
    applies = (
        experiment.dataset.name in CLOSED_DATA
        and 0 < max(architecture.widths, default=0) <= architecture.n_inputs
        and set(architecture.activations) <= MONOTONE
    )
    if not applies:
        return None
    sentence = (
        "No layer has more than 2 neurons. So narrow a network can never draw a closed loop "
        "around the inner points, however deep it is and however long it trains. It needs 3."
    )
    return Diagnosis(sentence, (Repair("Use 3 neurons a layer", {"neurons": 3, "widths": ()}),))


def _symmetric_start(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    if experiment.training.initializer != "zeros":
        return None
    sentence = (
        "All weights started at zero, so that the neurons of a layer stay copies of each other: "
        "they all get the same gradient."
    )
    return Diagnosis(sentence, (_data_start(),))


def _vanishing(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """The first layer hears next to nothing of the error, at the middle of training."""
    depth = experiment.architecture.depth
    first, last = history.gradient_norms[len(history.steps) // 2, [0, max(depth - 1, 0)]]
    if depth < 2 or not first < VANISHING * last:
        return None
    sentence = (
        f"The gradient vanishes on its way back: in the first layer it is {_ratio(first, last)} "
        "of what it is in the last hidden layer, so the first layers keep their random weights."
    )
    repairs = [Repair("Use 2 layers", {"layers": 2, "widths": ()})]
    if set(experiment.architecture.activations) & {"sigmoid", "softmax", "tanh", "softplus"}:
        repairs.insert(0, Repair("Use ReLU", {"act": ("relu",)}))
    return Diagnosis(sentence, tuple(repairs))


def _ratio(small: float, large: float) -> str:
    """How small ``small`` is, for people."""
    if small <= 0:
        return "nothing"
    return f"a {float(f'{large / small:.1g}'):,.0f}th"


def _inaccurate(experiment: Experiment, history: TrainingHistory) -> Diagnosis:
    """No single cause: offer what most likely helps, in that order."""
    offers: Sequence[Repair | None] = [
        _steadier_rate(experiment),
        _longer(experiment, history),
        _wider(experiment),
        _deeper(experiment),
    ]
    repairs = tuple(repair for repair in offers if repair)[:2]
    sentence = (
        f"It is right on only {_percent(history.accuracy[-1])} of the new points; "
        f"{_percent(target_accuracy(experiment))} can be had on this pattern."
    )
    return Diagnosis(sentence, repairs)


def _steadier_rate(experiment: Experiment) -> Repair | None:
    training = experiment.training
    if training.optimizer == "adam" and not 0.001 <= training.learning_rate <= 0.03:
        return Repair("Set the learning rate to 0.01", {"lr": 0.01})
    if training.optimizer != "adam" and training.learning_rate < 0.1:
        return Repair("Use Adam with a learning rate of 0.01", {"opt": "adam", "lr": 0.01})
    return None


def _longer(experiment: Experiment, history: TrainingHistory) -> Repair | None:
    losses, steps = history.train_loss, experiment.training.steps
    falling = losses[-1] < STILL_FALLING * losses[-1 - len(losses) // 8]
    if not falling or steps >= MAX_STEPS:
        return None
    return Repair("Train on", {"steps": min(steps + MORE_STEPS, MAX_STEPS)})


def _wider(experiment: Experiment) -> Repair | None:
    widths = experiment.architecture.widths
    if not widths or (min(widths) >= ENOUGH_NEURONS and len(widths) < 3):
        return None
    neurons = min(max(2 * min(widths), 8), MAX_WIDTH)
    if neurons <= min(widths):
        return None
    return Repair(f"Use {neurons} neurons a layer", {"neurons": neurons, "widths": ()})


def _deeper(experiment: Experiment) -> Repair | None:
    layers = experiment.architecture.depth + 1
    return Repair("Add a layer", {"layers": layers}) if layers <= MAX_DEPTH else None


Look = Callable[[Experiment, TrainingHistory], Diagnosis | None]

_BROKEN: tuple[Look, ...] = (_diverged, _dead)
_INACCURATE: tuple[Look, ...] = (
    _linear_model,
    _identity,
    _too_narrow,
    _symmetric_start,
    _vanishing,
    _inaccurate,
)
