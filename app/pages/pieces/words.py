"""What the page "Pieces" says about what it shows."""

from layerwarp.app.experiments.experiment import FORMULA, POINTS, Experiment, TargetConfig
from layerwarp.app.experiments.safe_text import code_span
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.pieces.networks import EXERCISE, best_shallow_error
from layerwarp.app.session import locks
from layerwarp.app.session.live import Shown
from layerwarp.app.words.captions import accuracy_in_words, is_level, network_in_words
from layerwarp.app.words.numbers import counted
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.training.history import TrainingHistory


def doubled(m: int) -> str:
    """By how much twice the neurons divide the best largest error for x², from m on."""
    return f"from {m} to {2 * m} neurons by {best_shallow_error(m) / best_shallow_error(2 * m):.1f}"


DOUBLED = (
    f"Twice the neurons divide that error by less than four: {doubled(1)}, {doubled(3)}, "
    f"{doubled(32)}."
)
CONSTRUCTIONS = {
    "sawtooth": "**Built by theory.** Each layer folds the interval in the middle, so the next one "
    "meets every fold twice: the number of pieces doubles with every layer. Move the slider "
    "“Depth” and count. This is true of such functions, not of all; and that such weights exist "
    "does not say that training finds them.",
    "square": "**Built by theory.** x² is x minus smaller and smaller sawtooths, and each layer "
    "makes the next sawtooth: every layer more divides the largest error by four.",
    "shallow": "**Built by theory.** The best that one layer of ReLUs can do, measured by its "
    "largest error: all pieces are equally long, but the first, which is level and half as long. "
    "Every piece is off by the largest error at both its ends, and every piece but the first in "
    f"its middle, too. {DOUBLED}",
}
HAND = (
    "**Built by hand.** Each neuron is a line that is cut off at zero: it is on where weight · x "
    "+ bias is above zero, so its hinge lies at −bias / weight. Its output weight says how much "
    "it counts. The sum of all neurons and the output’s bias is the network."
)
TASK = (
    "**The exercise.** Neuron 1 is given: it goes down with slope −2 and ends at x = 1. Find the "
    "weight and bias of neurons 2 and 3, so that the sum has the slopes −2, 1 and 3, with bends at "
    "x = 1 and x = 2. (Neurons are counted from 1 here; a course that counts from 0 calls them "
    "units 0, 1 and 2.)"
)
FEW = (
    "**Your own points.** Click into the picture to place points: at least two, at different x. "
    "They become the training points as soon as you let go."
)


FEW_LOCKED = "**Own points.** A network needs at least two of them, at different x."
SCALE = "(1 is perfect, 0 is no better than a level line)"


def summary(values: Values, target: TargetConfig, shown: Shown | None) -> str:
    """What is shown and how it came about."""
    if values["mode"] == "built":
        return CONSTRUCTIONS[values["build"]]
    if values["mode"] == "hand":
        return TASK if target.name == EXERCISE else HAND
    if shown is None and target.name == POINTS:
        return FEW if locks.free("own") else FEW_LOCKED
    return _trained(shown)


def _trained(shown: Shown | None) -> str:
    if shown is None:
        return ""
    experiment, history = shown
    steps = int(history.steps[-1])
    when = f"After {counted(steps, 'step')}" if steps else "Before its first step"
    number = experiment.architecture.n_parameters
    words = network_in_words(experiment.architecture)
    label = experiment.dataset.label
    name = code_span(label) if experiment.dataset.name == FORMULA else label
    text = f"**{name}, {words}: {number:,} numbers to learn.** "
    if isinstance(target := experiment.dataset, TargetConfig) and is_level(target):
        text += (
            "The target is level, or next to it: there is no variance that R² could tell the "
            "explained share of."
        )
    else:
        text += f"{when} its fit is {accuracy_in_words(experiment, history)} {SCALE}."
    if steps:
        text += f" “Training” under the picture shows how {_moving(experiment, history)}."
    return text


def _moving(experiment: Experiment, history: TrainingHistory) -> str:
    """What the training moved, as one sees it."""
    architecture = experiment.architecture
    slopes = [ACTIVATIONS[name].negative_slope for name in architecture.activations]
    if history.outcome.kind == "dead":
        return "it got there"
    if None in slopes:
        return "the curve got its shape"
    bending = [w for w, slope in zip(architecture.widths, slopes, strict=True) if slope != 1]
    if not bending:
        return "the straight line got where it is"
    return "the hinge got where it is" if bending == [1] else "the hinges got where they are"
