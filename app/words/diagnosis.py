"""What went wrong with a network, in plain words, and the clicks that would mend it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from layerwarp.app.experiments.experiment import Experiment, OwnDataConfig, TargetConfig
from layerwarp.app.link.parameters import LEARNING_RATES, Values, next_start
from layerwarp.app.words.numbers import counted, listed, percent
from layerwarp.data.datasets import DATASETS
from layerwarp.data.labeled_points import NEIGHBORS, neighbor_accuracy
from layerwarp.network.architecture import MAX_WIDTH
from layerwarp.network.features import COORDINATES, FEATURES, input_labels
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.config import MAX_STEPS
from layerwarp.training.history import TrainingHistory

OWN_TARGET = 0.95
USUAL_NOISE = 0.1
# Of own data nothing is known: the measure is what the nearest points tell, less what is luck.
OWN_MARGIN = 0.03
STILL_FALLING = 0.9  # loss at the end over the loss at three quarters of the way
VANISHING = 0.01  # gradient of the first layer over that of the last hidden one
EVEN_SHARES = 3  # softmax's largest share, beside an equal one: below that, none stands out
ENOUGH_NEURONS = 16
ENOUGH_LAYERS = 4  # for all patterns here, if they are wide enough
LOOP_NEURONS, FEW_NEURONS = 3, 8  # a layer of 3 can close a loop; of 8, from nearly every start
HIGH_RATE = 0.03
HIGHEST_SGD_RATE = 1.0  # from here on plain gradient steps throw the weights about
HIGH_PENALTY = 0.01
SMALL_BATCH = 8  # so few points a step make a noisy gradient
MORE_STEPS = 2000
FEW_STEPS = 1000  # fewer: a loss that rests may still be about to fall


@dataclass(frozen=True)
class Repair:
    """One click that may mend it: the words on the button, and the parameters it sets."""

    label: str
    changes: Values


@dataclass(frozen=True)
class Diagnosis:
    """What happened, in plain words, and the clicks that may mend it.

    Attributes:
        sentence: What happened, and why.
        repairs: The clicks.
        plain: Whether the sentence only says what is to be seen, and gives no lesson's answer away.
    """

    sentence: str
    repairs: tuple[Repair, ...] = ()
    plain: bool = False


def diagnose(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """The first thing that is wrong, or None where the network does its job."""
    if experiment.by_hand:  # what it does is the visitor's to find out
        return None
    if experiment.loaded:  # no click mends what was not trained here
        dead = history.outcome.kind == "dead"
        return Diagnosis(history.outcome.message, plain=True) if dead else None
    looks = _BROKEN
    if isinstance(experiment.dataset, TargetConfig):
        pass  # the error of a function is drawn; what is good enough is for the reader to say
    elif history.accuracy[-1] >= target_accuracy(experiment):
        looks += (_narrow_but_right,)
    elif history.outcome.kind != "stopped":  # what was cut short is not judged
        looks += _INACCURATE
    found = (look(experiment, history) for look in looks)
    return next(filter(None, found), None)


def target_accuracy(experiment: Experiment) -> float:
    """Test accuracy below which the page offers help; noise beyond the usual lowers it."""
    if isinstance(experiment.dataset, OwnDataConfig):
        possible, n_test = _by_neighbors(experiment.dataset), experiment.dataset.n_test
        luck = np.sqrt(possible * (1 - possible) / n_test)  # one standard error
        return float(min(OWN_TARGET, possible - OWN_MARGIN - luck))
    reachable = DATASETS[experiment.dataset.name].reachable
    return reachable - max(0.0, experiment.dataset.noise - USUAL_NOISE)


@lru_cache(maxsize=64)
def _by_neighbors(data: OwnDataConfig) -> float:
    return neighbor_accuracy(data.make())


def _diverged(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    if history.outcome.kind != "diverged":
        return None
    rate = min(0.01, experiment.training.learning_rate / 3)
    lower = [rung for rung in LEARNING_RATES if rung <= rate][-1:]
    repairs = tuple(Repair(f"Lower the learning rate to {rung:g}", {"lr": rung}) for rung in lower)
    last = int(history.steps[-1])
    kept = f"the weights after {counted(last, 'step')}" if last else "the starting weights"
    sentence = f"{history.outcome.message} What is kept are {kept}."
    return Diagnosis(sentence, repairs, plain=True)


def _dead(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """All outputs equal, or a layer in which no neuron answers to the points any more."""
    widths = experiment.architecture.widths
    layers = [i for i, dead in enumerate(history.dead_neurons, 1) if dead == widths[i - 1]]
    if history.outcome.kind != "dead" and not layers:
        return None
    sentence = history.outcome.message
    if history.outcome.kind != "dead":
        when = f"After {counted(history.steps[-1], 'step')} layer" if history.steps[-1] else "Layer"
        sentence = f"{when} {layers[0]} is dead: its neurons say the same for every data point."
    if cause := _penalty(experiment, history) or _vanishing(experiment, history):
        return cause
    return Diagnosis(sentence, _revivals(experiment), plain=True)


def _softmax_of_one(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    layers = zip(experiment.architecture.widths, experiment.architecture.activations, strict=True)
    at = next((i for i, layer in enumerate(layers, 1) if layer == (1, "softmax")), None)
    if at is None:
        return None
    sentence = (
        f"Softmax shares out 1 among the neurons of its layer. Layer {at} has one neuron, which "
        "gets all of it for every data point: the network answers everywhere the same."
    )
    return Diagnosis(sentence, (_neurons(3),))


def _revivals(experiment: Experiment) -> tuple[Repair, ...]:
    """What brings neurons back to life: smaller steps, a better start, a slope below zero."""
    architecture, training = experiment.architecture, experiment.training
    repairs = []
    if training.learning_rate > HIGH_RATE:
        repairs.append(Repair("Lower the learning rate to 0.01", {"lr": 0.01}))
    if training.initializer != "data":
        repairs.append(_data_start())
    # From zeros no slope helps: without weights no gradient comes to a neuron.
    if "relu" in architecture.activations and training.initializer != "zeros":
        leaky = Repair("Use leaky ReLU", {"act": ("leaky_relu",)})
        # In a layer of few neurons even well placed ones soon die together.
        repairs.insert(0 if min(architecture.widths) < 3 else len(repairs), leaky)
    return tuple(repairs[:2])


def _penalty(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    if experiment.training.l2 < HIGH_PENALTY:
        return None
    sentence = (
        f"The L2 penalty of {experiment.training.l2:g} pulls all weights towards zero, where the "
        "picture is smoother: it may be too strong."
    )
    if not isinstance(experiment.dataset, TargetConfig):  # of a curve no point is right or wrong
        sentence = f"It is {_right_on(history)}. {sentence}"
    return Diagnosis(sentence, (Repair("Switch the L2 penalty off", {"l2": 0.0}),))


def _data_start() -> Repair:
    label = INITIALIZERS["data"].label.lower()
    return Repair(f"Choose the starting weights {label}", {"init": "data"})


def _neurons(each: int) -> Repair:
    return Repair(f"Use {each} neurons a layer", {"neurons": each, "widths": ()})


def _narrow_but_right(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """Accurate on the points, although the theorem says that no closed boundary is there."""
    narrow = _too_narrow(experiment, history)
    if narrow is None:
        return None
    sentence = (
        "It gets nearly all points right, yet it has not closed a loop around the inner class: "
        "with no layer of 3 or more neurons, and activations that never fall, it cannot. Somewhere "
        "a gap leads outside."
    )
    return Diagnosis(sentence, narrow.repairs)


def _linear_model(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    architecture = experiment.architecture
    if architecture.depth or architecture.inputs or _is_straight(experiment):
        return None
    cut = "straight cuts" if architecture.n_outputs > 1 else "a straight cut"
    sentence = (
        f"Without a hidden layer the network can only draw {cut} through the plane, and "
        f"{_no_cut(experiment, architecture.n_outputs)}."
    )
    return Diagnosis(sentence, (Repair("Add a layer", {"layers": 1}),))


def _is_straight(experiment: Experiment) -> bool:
    """Whether a straight cut separates the classes; of own data nobody knows."""
    name = experiment.dataset.name
    return name in DATASETS and DATASETS[name].straight


def is_surrounded(experiment: Experiment) -> bool:
    """Whether one class is known to lie all around the other."""
    name = experiment.dataset.name
    return name in DATASETS and DATASETS[name].surrounded


def _no_cut(experiment: Experiment, n_outputs: int) -> str:
    if isinstance(experiment.dataset, OwnDataConfig):
        return "this one leaves points on the wrong side that their neighbors would get right"
    if n_outputs > 1:
        return "no straight cuts part these classes"
    return "no straight cut separates these classes"


def _identity(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    names = set(experiment.architecture.activations)
    if names != {"identity"} or _is_straight(experiment):
        return None
    lifted = bool(experiment.architecture.inputs)
    sentence = (
        "Nothing bends here: without an activation, all layers together are one straight map"
        f"{' of the inputs' * lifted}, whatever their number."
        f"{'' if lifted else ' The grid stays straight, and so does the boundary.'}"
    )
    return Diagnosis(sentence, (Repair("Switch the activation on", {"act": ("relu",)}),))


def _too_narrow(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """Beise et al. 2018 (arXiv 1807.01194): no wider than the input, no closed boundary."""
    architecture = experiment.architecture
    applies = (
        is_surrounded(experiment)
        and 0 < max(architecture.widths, default=0) <= architecture.n_inputs
        and architecture.is_monotone
    )
    if not applies:
        return None
    sentence = (
        "With at most 2 neurons a layer, and activations that never fall, space stays flat and its "
        "middle is never lifted out: the boundary can never be a closed loop, however deep the "
        "network and however long it trains. A third neuron adds a direction to lift it into."
    )
    return Diagnosis(sentence, (_neurons(3),))


def _symmetric_start(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    if experiment.training.initializer != "zeros":
        return None
    sentence = (
        "All weights started at zero, so that the neurons of a layer stay copies of each other: "
        "they all get the same gradient."
    )
    return Diagnosis(sentence, (_data_start(),))


def _vanishing(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """The first layer hears next to nothing of the error when training starts."""
    depth = experiment.architecture.depth
    first, last = history.gradient_norms[0, [0, max(depth - 1, 0)]]
    if not first < VANISHING * last:
        return None
    sentence = (
        "The gradient vanishes on its way back: at the start "
        f"{_arrives(first, last)}. So the first layers learn late, if at all."
    )
    relu = Repair("Use ReLU", {"act": ("relu",)})
    started_well = experiment.training.initializer == "data"
    return Diagnosis(sentence, (relu,) if started_well else (_data_start(), relu))


def _arrives(first: float, last: float) -> str:
    """How much of the gradient at the last hidden layer is there at the first."""
    if first <= 0:
        return "nothing of it arrived at the first layer"
    return (
        f"it was one {float(f'{last / first:.1g}'):,.0f}th as large in the first layer as in the "
        "last hidden one"
    )


def _starving(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """Softmax between layers whose outputs are next to equal, whatever the point."""
    architecture = experiment.architecture
    if "softmax" not in architecture.activations or isinstance(experiment.dataset, TargetConfig):
        return None
    layers = zip(
        architecture.activations, architecture.widths, history.largest_outputs, strict=True
    )
    for number, (name, width, largest) in enumerate(layers, 1):
        if name == "softmax" and width > EVEN_SHARES and largest < EVEN_SHARES / width:
            losses = [f"{float(f'{loss:.3g}'):g}" for loss in history.train_loss[[0, -1]]]
            sentence = (
                f"Softmax starves layer {number}: its {width} neurons share out 1, and the largest "
                f"share is {largest:.2g} on average. So all points look nearly alike to what "
                f"follows, and in {history.steps[-1]:,} steps the loss went from {losses[0]} to "
                f"{losses[1]}."
            )
            relu = Repair("Use ReLU", {"act": ("relu",)})
            steps = _steadier_steps(experiment)
            return Diagnosis(sentence, (relu, steps) if steps else (relu,))
    return None


def _stuck(experiment: Experiment, history: TrainingHistory) -> Diagnosis | None:
    """Enough neurons for the pattern and none to spare: luck decides, and this start had none."""
    widths = experiment.architecture.widths
    tight = min(widths, default=0) >= LOOP_NEURONS and max(widths) < FEW_NEURONS
    helped = _steadier_steps(experiment) or _is_falling(history)
    lifted = bool(experiment.architecture.inputs)  # then fewer can close a loop
    # Softmax shares out one whole: of three shares two are free, and no loop is closed in a plane.
    shares = "softmax" in experiment.architecture.activations
    if not tight or shares or helped or lifted or not is_surrounded(experiment):
        return None
    sentence = (
        f"It got stuck: it is {_right_on(history)}, and "
        "its loss hardly falls any more. So few neurons can close a loop around the inner class, "
        "but not from every start."
    )
    again = Repair("Start again", {"start": next_start(experiment.training.seed)})
    return Diagnosis(sentence, (again, _neurons(max(widths) + 1)))


def _inaccurate(experiment: Experiment, history: TrainingHistory) -> Diagnosis:
    """No single cause: offer what most likely helps, in that order."""
    given = _given(experiment)
    offers: Sequence[Repair | None] = [
        given,
        _steadier_steps(experiment),
        _longer(experiment, history),
        _wider(experiment),
        _deeper(experiment),
    ]
    repairs = tuple(repair for repair in offers if repair)[:2]
    data = experiment.dataset
    possible = f"{percent(target_accuracy(experiment))} and more can be had on this pattern"
    if given:
        possible = f"given {listed(input_labels(COORDINATES))}, {possible}"
    if isinstance(data, OwnDataConfig):
        possible = (
            f"the majority of the {NEIGHBORS} nearest other points, as a guess, is right on "
            f"{percent(_by_neighbors(data))}"
        )
    return Diagnosis(f"It is {_right_on(history, possible)}; {possible}.", repairs)


def _right_on(history: TrainingHistory, beside: str = "") -> str:
    """How well it does at the end: the picture may show an earlier step.

    With a decimal, rounded down, where it would read as the share that it is said ``beside``.
    """
    accuracy, steps = history.accuracy[-1], counted(history.steps[-1], "step")
    share = percent(accuracy)
    if share in beside:
        share = f"{np.floor(1000 * accuracy) / 10:.1f} %"
    return f"right on only {share} of the new points after {steps}"


def _given(experiment: Experiment) -> Repair | None:
    """The coordinates, where the network knows less of a point than these."""
    inputs = experiment.architecture.inputs
    if not inputs or set(COORDINATES) <= set(inputs):
        return None
    words = f"Give it {listed(input_labels(COORDINATES))} too"
    return Repair(words, {"inputs": tuple(n for n in FEATURES if n in {*COORDINATES, *inputs})})


def _steadier_steps(experiment: Experiment) -> Repair | None:
    training = experiment.training
    if training.optimizer == "adam" and not 0.001 <= training.learning_rate <= HIGH_RATE:
        return Repair("Set the learning rate to 0.01", {"lr": 0.01})
    if training.optimizer != "adam" and training.learning_rate >= HIGHEST_SGD_RATE:
        return Repair("Set the learning rate to 0.1", {"lr": 0.1})
    if training.optimizer != "adam" and training.learning_rate < 0.1:
        return Repair("Use Adam with a learning rate of 0.01", {"opt": "adam", "lr": 0.01})
    if training.batch_size < SMALL_BATCH:
        return Repair("Use 64 points a step", {"batch": 64})
    return None


def _longer(experiment: Experiment, history: TrainingHistory) -> Repair | None:
    steps = experiment.training.steps
    if not _is_falling(history) or steps >= MAX_STEPS:
        return None
    return Repair(f"Train {MORE_STEPS:,} steps more", {"steps": min(steps + MORE_STEPS, MAX_STEPS)})


def _is_falling(history: TrainingHistory) -> bool:
    """Whether longer training is likely to help: it does where there was hardly any."""
    losses = history.train_loss
    if history.steps[-1] < FEW_STEPS:
        return True
    return bool(losses[-1] < STILL_FALLING * losses[-1 - len(losses) // 8])


def _wider(experiment: Experiment) -> Repair | None:
    widths = experiment.architecture.widths
    if not widths or (min(widths) >= ENOUGH_NEURONS and len(widths) < 3):
        return None
    neurons = min(max(2 * min(widths), 8, *widths), MAX_WIDTH)
    if neurons <= min(widths):
        return None
    return _neurons(neurons)


def _deeper(experiment: Experiment) -> Repair | None:
    layers = experiment.architecture.depth + 1
    # All that comes after one neuron knows is one number; so deep, it is rarely depth that lacks.
    if 1 in experiment.architecture.widths or layers > ENOUGH_LAYERS:
        return None
    return Repair("Add a layer", {"layers": layers})


Look = Callable[[Experiment, TrainingHistory], Diagnosis | None]

_BROKEN: tuple[Look, ...] = (_diverged, _softmax_of_one, _dead)
_INACCURATE: tuple[Look, ...] = (
    _linear_model,
    _identity,
    _too_narrow,
    _symmetric_start,
    _penalty,
    _starving,
    _vanishing,
    _stuck,
    _inaccurate,
)
