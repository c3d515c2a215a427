"""What the page "Pieces" says about what it shows."""

from layerwarp.app.experiments.experiment import FORMULA, POINTS, TargetConfig
from layerwarp.app.experiments.safe_text import code_span
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.pieces.networks import EXERCISE, best_shallow_error
from layerwarp.app.session.live import Shown
from layerwarp.app.words.captions import network_in_words
from layerwarp.app.words.numbers import counted, percent
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture


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
    "“Depth” and count. This is true of such functions, not of all; and training from random "
    "weights does not find them.",
    "square": "**Built by theory.** x² is x minus smaller and smaller sawtooths, and each layer "
    "makes the next sawtooth: every layer divides the error by four.",
    "shallow": "**Built by theory.** The best that one layer of ReLUs can do, measured by its "
    "largest error: all pieces are equally long, but the first, which is level and half as long. "
    "Every piece is off by the largest error at both its ends, and every piece but the first in "
    f"its middle, too. {DOUBLED}",
}
HAND = (
    "**Built by hand.** Each neuron is a line that is cut off at zero: it starts where weight · x "
    "+ bias crosses zero, at −bias / weight. Its output weight says how strongly it counts. "
    "The sum of all neurons and the output's bias is the network. Drag a slider, or a numbered "
    "hinge in the picture."
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


def summary(values: Values, target: TargetConfig, shown: Shown | None) -> str:
    """What is shown and how it came about."""
    if values["mode"] == "built":
        return CONSTRUCTIONS[values["build"]]
    if values["mode"] == "hand":
        return TASK if target.name == EXERCISE else HAND
    return FEW if shown is None and target.name == POINTS else _trained(shown)


def _trained(shown: Shown | None) -> str:
    if shown is None:
        return ""
    experiment, history = shown
    steps = counted(history.steps[-1], "step")
    number = experiment.architecture.n_parameters
    words = network_in_words(experiment.architecture)
    label = experiment.dataset.label
    name = code_span(label) if experiment.dataset.name == FORMULA else label
    text = f"**{name}, {words}: {number:,} numbers to learn.** After {steps} "
    share = float(history.accuracy[-1])
    explained = percent(share) if share > 0 else "nothing"
    text += f"it explains {explained} of how the target varies."
    return f"{text} “Training” under the picture shows how {_moving(experiment.architecture)}."


def _moving(architecture: Architecture) -> str:
    """What the training moves, as one sees it."""
    slopes = [ACTIVATIONS[name].negative_slope for name in architecture.activations]
    if None in slopes:
        return "the curve got its shape"
    bends = any(slope != 1 for slope in slopes)
    return "the hinges got where they are" if bends else "the straight line got where it is"
