"""The one table of URL parameters: what a link may say, what it means, what is shown otherwise.

Widgets, links and exports all read ``PARAMETERS``; the row of a page says which of them it has.
Nothing here knows Streamlit. Whatever a link says, ``parse`` gives valid values, and one short
notice for each thing it could not follow.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layerwarp.app.experiments.experiment import FORMULA, OWN, POINTS
from layerwarp.app.experiments.safe_text import plain
from layerwarp.app.link.kinds.basic import (
    EXACT,
    UNREADABLE,
    Kind,
    Names,
    OneOf,
    Reading,
    Real,
    Rungs,
    Several,
    Whole,
)
from layerwarp.app.link.kinds.layers import PlaneLayers
from layerwarp.app.link.kinds.own import LessonText, NetworkText, PlanePoints, sample_text
from layerwarp.app.link.kinds.pieces import FormulaText, HandNetwork, Interval, OwnPoints, YesNo
from layerwarp.app.link.kinds.settings import Settings
from layerwarp.data.datasets import DATASETS
from layerwarp.data.targets import TARGETS
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH
from layerwarp.network.features import COORDINATES, FEATURES
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.config import MAX_STEPS
from layerwarp.training.optimizers import OPTIMIZERS

Values = dict[str, Any]

# Of links, written as "v". A link with parameters that does not say it is of version 1; a bare
# address is of the newest. When a default changes: raise it, and say in ``EARLIER``, or in the row
# of the page, what the links of the versions before meant.
VERSION, VERSIONS = 2, Whole(1, 10**6)
# Version of links -> defaults of all pages that have changed since.
EARLIER: dict[int, Values] = {1: {"view": "plane"}}
# Characters; the longest sensible value is ten activation names. A kind can have its own `longest`.
LONGEST_TEXT = 200
LONGEST_USED = 60  # characters of a value that a notice names
SHOWN_TEXT = 20  # characters of a bad value that are repeated to the reader
PLAIN = re.compile(r"[+-]?[A-Za-z0-9]+(\.[0-9]+)?", re.ASCII)  # means nothing in Markdown


@dataclass(frozen=True)
class Parameter:
    """One row of the table: the default, what a link may say, and words for the reader."""

    default: Any
    kind: Any  # a Kind
    label: str
    help: str


LEARNING_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCH_SIZES = (1, 2, 4, 8, 10, 16, 32, 64, 128, 256, 512)
L2_STRENGTHS = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
# Choices, with what people read in their menus. Where only names stand, the rest of the rows is in
# the room that draws them; tests compare.
VIEWS = {
    "cut": "Flat, to the straight cut",
    "plane": "Flat, to the outputs",
    "space": "3-D",
    "neurons": "Chosen neurons",
}
COLORINGS = ("gradient", "output", "active", "factor", "identity")  # of pieces; colorings.js
OVERLAYS = ("folds", "boundary", "points")
MAX_SEED = 9_999
MODES = {"trained": "Trained", "hand": "Built by hand", "built": "Built by theory"}
CONSTRUCTIONS = ("sawtooth", "square", "shallow")
MOST_OWN_POINTS, MOST_HAND_NEURONS, MOST_HAND_LAYERS = 40, 8, 2
GRID_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MEASURES = (
    "accuracy",
    "train",
    "loss",
    "success",
    "speed",
    "regions",
    "dead",
    "gradient",
    "loops",
)
GOALS = (0.8, 0.9, 0.95, 0.98, 0.99)
PANELS = ("exponential", "budget", "deep", "data", "cost")
CASES = ("example", "sigmoid", "grid")
NO_CURVE = "none"
# Files in assets/lessons, in the order of the path.
LESSONS = (
    *("straight", "matrix", "bend", "hinges", "squash", "narrow", "sees"),
    *("squashers", "learning", "vanishing", "deep", "much"),
)
MOST_STEPS = 12
LONGEST_VIEW = 4_000  # characters of a link that a step can hold

DATA = ("data", "points", "noise", "seed")
NETWORK = ("layers", "neurons", "widths", "act")
TRAINING = ("opt", "lr", "batch", "l2", "steps", "start", "init")
INPUTS = ("inputs",)
OWN_PLANE = ("xy", "net", "matrix")
VIEW = ("view", "axes")
VERSUS = "versus"
# What two networks side by side can differ in.
COMPARED = (*DATA, *OWN_PLANE, *INPUTS, *NETWORK, *TRAINING)
PLACE = ("t", "lift", "s")
LOOK = ("yaw", "pitch", "unit", "x1", "x2", "probe", "bend")
MESH = ("folds", "color", "over", "x1", "x2", "yaw", "pitch", "cx", "cy", "zoom")
GRID = (
    *("curve", "d1", "d2", "w1", "w2", "seeds"),
    *("measure", "goal", "equal", "panel", "case", "budget", "k", "deep"),
)
LINE = ("target", "formula", "interval", "own", "mode", "hand", "build", "shift", "k", "m")
LOCKS = ("only", "hide")
LESSON, LESSON_TEXT = ("lesson", "step"), "text"
SCRUBBED = ("s", "k", "m")  # moving them is looking: no link locks that
# What stands around a picture: taken along from page to page.
FRAME = (*LOCKS, "present")
# Of a page that shows one network on points in the plane.
PLANE = (*FRAME, *COMPARED, *VIEW, VERSUS, *PLACE)
# What has a control of its own, which a link can lock.
LOCKABLE = tuple(dict.fromkeys((*COMPARED, *VIEW, VERSUS, *LINE, *GRID)))

PARAMETERS: dict[str, Parameter] = {
    "data": Parameter(
        "spiral",
        OneOf((*DATASETS, OWN)),
        "Data set",
        "The points on the plane that the network learns to tell apart.",
    ),
    "points": Parameter(
        400,
        Whole(20, 2000),
        "Points",
        "How many points the network learns from. It is tested on 1,000 others.",
    ),
    "noise": Parameter(
        0.1,
        Real(0.0, 0.5, 2),
        "Noise",
        "How far points stray at random, as a share of the pattern's radius, or of half a "
        "function's range. 0 is clean.",
    ),
    "seed": Parameter(
        0,
        Whole(0, MAX_SEED),
        "Data seed",
        "Another number gives other random points of the same pattern; of your own points it keeps "
        "others back for the test.",
    ),
    "xy": Parameter(
        sample_text(),
        PlanePoints(),
        "Your own points",
        "Points that you draw, upload or paste.",
    ),
    "net": Parameter(
        "", NetworkText(), "Your own network", "A network from a file, shown as it is."
    ),
    "matrix": Parameter(
        (),
        PlaneLayers(Real(-5.0, 5.0, 4), MOST_HAND_LAYERS),
        "Layers by hand",
        "Matrix and bias of each layer that you build yourself; nothing is trained.",
    ),
    "inputs": Parameter(
        COORDINATES,
        Several(OneOf(tuple(FEATURES)), 1, len(FEATURES), different=True),
        "Inputs",
        "What the first layer is given of a point (x₁, x₂).",
    ),
    "layers": Parameter(
        2,
        Whole(0, MAX_DEPTH),
        "Hidden layers",
        "How many layers can bend space before the last one, which is linear. 0 is a linear model.",
    ),
    "neurons": Parameter(
        16,
        Whole(1, MAX_WIDTH),
        "Neurons in each layer",
        "How many numbers each hidden layer works out for a point.",
    ),
    "widths": Parameter(
        (),
        Several(Whole(1, MAX_WIDTH), 0, MAX_DEPTH),
        "Set each layer's neurons",
        "Gives every hidden layer a slider of its own.",
    ),
    "act": Parameter(
        ("relu",),
        Several(OneOf(tuple(ACTIVATIONS)), 1, MAX_DEPTH),
        "Activation",
        "The function that bends space after the straight part of each hidden layer.",
    ),
    "opt": Parameter(
        "adam",
        OneOf(tuple(OPTIMIZERS)),
        "Optimizer",
        "The rule that turns a gradient into a change of the weights.",
    ),
    "lr": Parameter(
        0.01,
        Rungs(LEARNING_RATES),
        "Learning rate",
        "How far the weights move at each step. Too high and training blows up.",
    ),
    "batch": Parameter(
        64,
        Rungs(BATCH_SIZES),
        "Batch size",
        "How many points each training step looks at.",
    ),
    "l2": Parameter(
        0.0,
        Rungs(L2_STRENGTHS),
        "L2 penalty",
        "Pulls every weight towards zero, which makes the picture smoother.",
    ),
    "steps": Parameter(
        2000,
        Whole(100, MAX_STEPS),
        "Training steps",
        "How many times the weights are changed.",
    ),
    "start": Parameter(
        0,
        Whole(0, MAX_SEED),
        "Network seed",
        "The same number starts from the same weights, whatever optimizer, rate, batch, penalty or "
        "steps; another one from others.",
    ),
    "init": Parameter(
        "data",
        OneOf(tuple(INITIALIZERS)),
        "Starting weights",
        "The rule that draws the weights before the first step.",
    ),
    "view": Parameter(
        "cut",
        OneOf(tuple(VIEWS)),
        "Wide layers as",
        "How layers of over 3 neurons are drawn: flat, ending at the straight cut or the outputs, "
        "in 3-D, or by neurons that you choose.",
    ),
    "axes": Parameter(
        (0, 1),
        Several(Whole(0, MAX_WIDTH - 1), 2, 3, different=True),
        "Neurons to draw",
        "The neurons whose outputs are the axes of the picture.",
    ),
    VERSUS: Parameter(
        None,
        Settings(COMPARED, lambda name: PARAMETERS[name].kind),
        "Compare with",
        "The settings of another network, A, that is shown beside this one, B.",
    ),
    "t": Parameter(
        None,
        Real(0.0, MAX_DEPTH + 1.0, 3),
        "Layer position",
        "Where along the layers the stage is.",
    ),
    "lift": Parameter(
        None,
        Real(0.0, 1.0, 3),
        "Lifted by",
        "Where before the layers: how far on the way from the plane to inputs that are not x1, x2.",
    ),
    "s": Parameter(
        None, Whole(0, MAX_STEPS), "Training step", "Which step of training the stage shows."
    ),
    "folds": Parameter(
        None, Whole(0, MAX_DEPTH), "Folds up to layer", "How many layers the mesh is folded by."
    ),
    "color": Parameter(
        "gradient", OneOf(COLORINGS), "Color", "What the color of a straight piece says."
    ),
    "over": Parameter(
        OVERLAYS,
        Several(OneOf(OVERLAYS), 0, len(OVERLAYS), different=True),
        "Drawn over the colors",
        "Fold lines, the decision boundary and the points.",
    ),
    "x1": Parameter(None, Real(-1e3, 1e3, 4), "Chosen point, x1", "The point that was clicked."),
    "x2": Parameter(None, Real(-1e3, 1e3, 4), "Chosen point, x2", "The point that was clicked."),
    "yaw": Parameter(
        None, Real(-3.15, 3.15, 3), "Turned by", "How far a picture in space is turned, in radians."
    ),
    "pitch": Parameter(
        None, Real(-1.5, 1.5, 3), "Tilted by", "How far a picture in space is tilted, in radians."
    ),
    "unit": Parameter(
        None,
        Several(Whole(1, MAX_WIDTH), 2, 2),
        "Chosen neuron",
        "Its layer and its number there, both counted from 1.",
    ),
    "probe": Parameter(
        False,
        YesNo(),
        "Probe every space",
        "Fits a straight cut to the points in the space after every layer.",
    ),
    "bend": Parameter(
        None,
        Real(0.0, 10.0, 2),
        "Bend changed to",
        "The share of its bend that ReLU keeps; for a smooth activation, what z is multiplied by.",
    ),
    "cx": Parameter(
        None, Real(-1e3, 1e3, 6), "Looking at, x1", "The middle of a picture zoomed into."
    ),
    "cy": Parameter(
        None, Real(-1e3, 1e3, 6), "Looking at, x2", "The middle of a picture zoomed into."
    ),
    "zoom": Parameter(None, Real(1.0, 400.0, 3), "Zoom", "How many times larger than the whole."),
    "only": Parameter(
        None,
        Names(LOCKABLE),
        "Students may change",
        "The controls that stay free; all others are locked. Nothing chosen: all are locked.",
    ),
    "hide": Parameter(
        False, YesNo(), "Hide the rest", "Leaves locked controls away in place of showing them."
    ),
    "present": Parameter(
        False, YesNo(), "Presenter view", "The picture alone, in large type, for a projector."
    ),
    "target": Parameter(
        "square",
        OneOf((*TARGETS, FORMULA, POINTS)),
        "Target",
        "The function of one number that the network is to copy.",
    ),
    "formula": Parameter(
        "sin(3 * x) / 2",
        FormulaText(),
        "Your formula",
        "A formula in x, with + - * / ** ( ), numbers, and functions such as sin, exp, abs, max.",
    ),
    "interval": Parameter(
        (-1.0, 1.0),
        Interval(-10.0, 10.0, 0.5),
        "From x to x",
        "The part of the formula that is shown and learned.",
    ),
    "own": Parameter(
        ((-0.9, -0.5), (-0.6, 0.4), (-0.2, 0.6), (0.1, -0.3), (0.5, -0.6), (0.8, 0.5)),
        OwnPoints(MOST_OWN_POINTS),
        "Own points",
        "Points that you draw into the picture.",
    ),
    "mode": Parameter(
        "trained",
        OneOf(tuple(MODES)),
        "The network is",
        "Trained from the target's points, built by you with sliders, or built as theory says.",
    ),
    "hand": Parameter(
        (),
        HandNetwork(Real(-4.0, 4.0, 1), MOST_HAND_NEURONS, Real(-8.0, 8.0, 1)),
        "Built by hand",
        "Weight, bias and output weight of every neuron, then the output's bias.",
    ),
    "build": Parameter(
        "sawtooth",
        OneOf(CONSTRUCTIONS),
        "Construction",
        "A network whose weights theory writes down: nothing is trained.",
    ),
    "shift": Parameter(
        True,
        YesNo(),
        "Shift by the output bias",
        "Moves the whole curve down by half its largest error, which halves the error.",
    ),
    "best": Parameter(
        False,
        YesNo(),
        "Show the best network",
        "Shows, in place of the network, the one of as many ReLUs that is nearest to x².",
    ),
    "k": Parameter(
        6, Whole(1, MAX_DEPTH), "Hidden layers", "How many layers the deep construction has."
    ),
    "m": Parameter(
        3, Whole(1, MAX_WIDTH), "Neurons", "How many neurons the shallow construction has."
    ),
    "curve": Parameter(
        NO_CURVE,
        OneOf((NO_CURVE, *TARGETS)),
        "Or a function to copy",
        "Trains every network on a function of one number in place of the data set.",
    ),
    "d1": Parameter(1, Whole(0, MAX_DEPTH), "Fewest layers", "The first row of the grid."),
    "d2": Parameter(5, Whole(0, MAX_DEPTH), "Most layers", "The last row of the grid."),
    "w1": Parameter(2, Rungs(GRID_WIDTHS), "Narrowest", "The first column of the grid."),
    "w2": Parameter(32, Rungs(GRID_WIDTHS), "Widest", "The last column of the grid."),
    "seeds": Parameter(
        3,
        Whole(1, 10),
        "Networks in each cell",
        "The same network from several random starts: luck is part of the answer.",
    ),
    "measure": Parameter(
        "accuracy", OneOf(MEASURES), "Measure", "What the color and the number of a cell say."
    ),
    "goal": Parameter(
        0.95,
        Rungs(GOALS),
        "Target accuracy",
        "A network that gets at least so much right on new points has made it.",
    ),
    "equal": Parameter(
        False,
        YesNo(),
        "Lines of equal numbers",
        "Dashed lines join networks with equally many numbers to learn: upwards they get deeper "
        "and narrower at the same price.",
    ),
    "panel": Parameter(
        NO_CURVE,
        OneOf((NO_CURVE, *PANELS)),
        "A question",
        "Each is answered by a sentence and its picture, worked out when it is opened.",
    ),
    "case": Parameter(
        "example",
        OneOf(CASES),
        "Asked of",
        "Two examples that answer clearly, each with data and settings of its own, or your data "
        "and settings. The table says what differs.",
    ),
    "budget": Parameter(
        250,
        Whole(60, 255),
        "Numbers to learn",
        "Weights and biases that every network may have, whatever its depth.",
    ),
    "deep": Parameter(
        20, Whole(1, 100), "Hidden layers", "How many layers the gradient has to come back through."
    ),
    "lesson": Parameter(None, OneOf((*LESSONS, OWN)), "Lesson", "The lesson that is open."),
    "step": Parameter(1, Whole(1, MOST_STEPS), "Step", "The step of the lesson."),
    LESSON_TEXT: Parameter(
        "", LessonText(), "Your own lesson", "A lesson of one's own: name and text of its file."
    ),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class PageParameters:
    """What the link of one page may say.

    Attributes:
        name: Of the page.
        family: Pages of one family show one network: who goes from one to another takes the
            settings that both have along.
        names: Parameters of ``PARAMETERS``.
        own_defaults: Where they are not those of the table.
        earlier: Version of links -> defaults of this page that have changed since.
        opens_alone: Whether it opens with defaults of its own, and leaves those of the others
            alone, as long as the visitor has changed nothing that two pages share.
    """

    name: str
    family: str
    names: tuple[str, ...]
    own_defaults: Values = field(default_factory=dict)
    earlier: Mapping[int, Values] = field(default_factory=dict)
    opens_alone: bool = False

    def default(self, name: str) -> Any:
        """The value of parameter ``name`` where a link says nothing."""
        return self.own_defaults.get(name, PARAMETERS[name].default)

    @property
    def defaults(self) -> Values:
        """Every parameter of the page at its default."""
        return {name: self.default(name) for name in self.names}

    def defaults_of(self, version: int) -> Values:
        """What a link of this version means where it says nothing."""
        changed = EARLIER.get(version, {}) | self.earlier.get(version, {})
        return {name: changed.get(name, value) for name, value in self.defaults.items()}

    def start(self, changes: Values) -> Values:
        """Every parameter of the page at its default, except for ``changes``.

        What frames the page stays, and so do own points: who drew them finds them again in the
        menu.
        """
        values = self.defaults | changes
        if values.get(VERSUS) is not None:
            values[VERSUS] = compared(values) | changes[VERSUS]
        values = fit(values)
        return {name: value for name, value in values.items() if name not in (*FRAME, "xy")}


def parse(
    query: Mapping[str, str | Sequence[str]], page: PageParameters
) -> tuple[Values, tuple[str, ...]]:
    """What a link asks for, made valid.

    Args:
        query: Parameter name -> text, or several texts where the link repeats it (the last valid
            one counts). Names that the page does not have are passed over.
        page: The page that it leads to.

    Returns:
        A value for every parameter of the page, and one notice for each that could not be followed.
    """
    values, notices = page.defaults_of(_version(query, page)), []
    for name in page.names:
        if name != VERSUS and (texts := _texts(query, name)):
            values[name], notice = _choose(name, values[name], texts)
            notices += [notice] if notice else []
    if values.get("widths") and "layers" not in query:
        values["layers"] = len(values["widths"])
    fitted, n_layers = fit(values), values.get("layers")
    there = f"there {'is' if n_layers == 1 else 'are'} {n_layers}"
    if fitted.get("widths") != values.get("widths"):
        notices.append(f"neurons for {len(values['widths'])} layers; {there}")
    if fitted.get("act") != values.get("act"):
        notices.append(f"activations for {len(values['act'])} layers; {there}")
    if VERSUS in page.names and (texts := _texts(query, VERSUS)):
        fitted[VERSUS], more = _other(fitted, texts[-1])
        notices += more
    return fit(fitted), tuple(notices)


def compared(values: Values) -> Values:
    """The settings of a page's network, as parameter ``versus`` holds those of another."""
    return {name: values[name] for name in COMPARED}


def _other(values: Values, text: str) -> tuple[Values | None, list[str]]:
    """All settings of the network beside that of a page, whose link says those that differ."""
    kind = PARAMETERS[VERSUS].kind
    texts = kind.split(text) if len(text) <= kind.longest else None
    if texts is None:
        return None, [f"{VERSUS} = {_quote(text)}; using {UNREADABLE}"]
    other, notices = compared(values), []
    for name, told in texts.items():
        other[name], notice = _choose(name, other[name], [told])
        notices += [f"A with {notice}"] if notice else []
    if "layers" not in texts and "widths" in texts and other["widths"]:
        other["layers"] = len(other["widths"])
    return other, notices


def version_notice(query: Mapping[str, str | Sequence[str]]) -> str:
    """What to say of a link that a later LayerWarp made; empty if this one knows its version."""
    if _said_version(query) <= VERSION:
        return ""
    return "This link is from a newer LayerWarp: what this one does not know is left out."


def _version(query: Mapping[str, str | Sequence[str]], page: PageParameters) -> int:
    """The version that a link is read as: what it says, as far as it is known here."""
    if said := _said_version(query):
        return min(said, VERSION)
    return 1 if any(name in query for name in page.names) else VERSION


def _said_version(query: Mapping[str, str | Sequence[str]]) -> int:
    """The newest version that a link says; 0 if it says none."""
    versions = [_read(VERSIONS, text)[0] for text in _texts(query, "v")]
    return max(filter(None, versions), default=0)


def _texts(query: Mapping[str, str | Sequence[str]], name: str) -> list[str]:
    """All that a link says for a name."""
    given = query.get(name, ())
    return [given] if isinstance(given, str) else list(given)


def _choose(name: str, default: Any, texts: Sequence[str]) -> tuple[Any, str]:
    """The last valid of several texts; else the nearest to the last one, with a notice."""
    kind = PARAMETERS[name].kind
    readings = [_read(kind, text) for text in texts]
    exact = [value for value, reason in readings if reason == EXACT]
    if exact:
        return exact[-1], ""
    value, reason = readings[-1]
    value = default if reason == UNREADABLE else value
    used = kind.write(value) if value is not None else ""
    using = f"using {used}, {reason}" if 0 < len(used) <= LONGEST_USED else f"using {reason}"
    return value, f"{name} = {_quote(texts[-1])}; {using}"


def read(name: str, text: str) -> Any:
    """The valid value of a parameter that is nearest to what a text says; None if it says none."""
    return _read(PARAMETERS[name].kind, text)[0]


def _read(kind: Kind, text: str) -> Reading:
    """Nothing looks into a text that is longer than any value of its kind."""
    if len(text) > getattr(kind, "longest", LONGEST_TEXT):
        return None, UNREADABLE
    return kind.read(text)


def _quote(text: str) -> str:
    """A visitor's text, cut short and made harmless: Markdown shows a code span as it is."""
    shown = plain(text[: SHOWN_TEXT + 1].replace("`", " "), SHOWN_TEXT)
    if not shown:
        return "nothing"
    return shown if PLAIN.fullmatch(shown) else f"`{shown}`"


def one_line(notices: Sequence[str]) -> str:
    """All notices in one sentence; empty if there is none."""
    if not notices:
        return ""
    more = len(notices) - 3
    shown = list(notices[:3]) + ([f"and {more} more like this"] if more > 0 else [])
    return f"The link asked for {' · '.join(shown)}."


def format(values: Values, page: PageParameters) -> dict[str, str]:
    """The query of the link that ``parse`` turns back into ``values``: only what is not default."""
    told = {
        name: PARAMETERS[name].kind.write(difference(values) if name == VERSUS else values[name])
        for name in page.names
        if values[name] is not None and values[name] != page.default(name)
    }
    return {"v": str(VERSION)} | told if told else {}


def difference(values: Values) -> Values:
    """The settings of the network beside that of a page that are not those of the page's own."""
    other = values[VERSUS]
    return {name: value for name, value in other.items() if value != values[name]}


def next_start(start: int) -> int:
    """The network seed after this one; the first comes after the last."""
    return (start + 1) % (MAX_SEED + 1)


def fit(values: Values) -> Values:
    """``values`` with one entry a layer where widths or activations are set layer by layer."""
    if "layers" not in values:
        return values
    layers = values["layers"]
    widths, activations = values["widths"], values["act"]
    if widths:
        widths = (widths + (values["neurons"],) * layers)[:layers]
    if len(activations) > 1:
        activations = (activations + activations[-1:] * layers)[: max(layers, 1)]
    fitted = values | {"widths": widths, "act": activations}
    other = values.get(VERSUS)
    if other is not None:
        shown = fit(other)
        # Own points mean nothing to a network on other data.
        fitted[VERSUS] = {
            name: shown[name] for name in shown if name != "xy" or shown["data"] == OWN
        }
    return fitted
