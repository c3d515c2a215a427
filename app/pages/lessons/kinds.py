"""The one table of the kinds of answer: what a step of each kind has to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# Families of pages: of networks on points in the plane, and of one input.
PLANE, LINE = "plane", "line"
BOTH = (PLANE, LINE)


@dataclass(frozen=True)
class Kind:
    """One row.

    Attributes:
        needs: Fields that a step of this kind has beside those of every step.
        may: Fields that it can have.
        families: Of the pages on whose views it can be asked.
        label: What the visitor does.
        begins: The fields that a new step begins with, for its teacher to change: all but the view.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    families: tuple[str, ...] = BOTH
    label: str = ""
    begins: Mapping[str, Any] = field(default_factory=dict)


RIGHT = "The network tells {right} % of the points right."
KINDS: dict[str, Kind] = {
    "choose": Kind(
        ("options",),
        label="Choose an answer",
        begins={
            "question": "Which of these is true?",
            "options": [
                {"text": "The true answer", "right": True},
                {"text": "A wrong answer", "never": "say here why it is never true."},
            ],
            "principle": "Say here why, in a sentence.",
        },
    ),
    "number": Kind(
        ("measure", "low", "high"),
        ("step",),
        label="Set a number, by a slider or typed",
        begins={
            "question": "What percentage of the points does this network tell right?",
            "measure": "right",
            "low": 0,
            "high": 100,
            "principle": RIGHT,
        },
    ),
    "place": Kind(
        ("measure", "equals"),
        families=(PLANE,),
        label="Click a place in the input space",
        begins={
            "question": "Click a place where the network says blue.",
            "measure": "class",
            "equals": 0,
            "principle": RIGHT,
        },
    ),
    "draw": Kind(
        (),
        families=(PLANE,),
        label="Draw the line between two classes",
        begins={
            "question": "Draw where you expect the line between the colors.",
            "principle": RIGHT,
        },
    ),
    "outline": Kind(
        ("shape",),
        ("given", "after"),
        families=(PLANE,),
        label="Draw where a shape goes in the first layers",
        begins={
            "question": "Where does the edge of the grid go in the first layer?",
            "shape": "sheet",
            "principle": RIGHT,
        },
    ),
    "graph": Kind(
        (),
        families=(LINE,),
        label="Draw the graph of the output",
        begins={
            "question": "Draw the graph that you expect.",
            "principle": "Say here why, in a sentence.",
        },
    ),
}
SHAPES = {
    "unit": "the square with corners (0, 0) and (1, 1)",
    "square": "the square with corners (−1, −1) and (1, 1)",
    "sheet": "the edge of the grid",
}
# Where the shape is drawn before the answer: where it lies in the plane, or where the straight part
# of the last of the layers puts it, before the bend.
GIVENS = ("plane", "sums")


class Measure(NamedTuple):
    """One row.

    Attributes:
        words: What it measures.
        families: Of the pages on whose networks it can be measured.
    """

    words: str
    families: tuple[str, ...] = (PLANE,)


# What the browser measures on the network that is shown; measures.js.
MEASURES = {
    "right": Measure("percent of the points that the network tells right"),
    "test": Measure("percent of the points that it has not seen and tells right"),
    "area": Measure("times that the area of a shape becomes as large in the first layer"),
    "stretch": Measure("times that a step becomes as long in the first layer, at most"),
    "off": Measure("percent of all points and neurons of the first layer at which one is off"),
    "agree": Measure("percent of the square in sight on which two networks say the same"),
    "fade": Measure(
        "times that the first layer's gradient is smaller than the last one's, at the start"
    ),
    "gradient": Measure("length of the first layer's gradient, at the start"),
    "first_moved": Measure("percent of their size that the first layer's weights have moved"),
    "last_moved": Measure("percent of their size that the last layer's weights have moved"),
    "forward": Measure("multiplications by weights that an answer for one point takes"),
    "back": Measure("multiplications by which its loss comes back, to all weights"),
    "pieces": Measure("straight pieces of the plane, or of the output's graph", BOTH),
    "corners": Measure("corners of the boundary"),
    "numbers": Measure("numbers that the network learns", BOTH),
    "map": Measure("numbers of the one straight map that all layers are together"),
    "folds": Measure("fold lines of the first layer in sight"),
    "quadratic": Measure(
        "percent of how the chosen neuron varies that the nearest quadratic explains"
    ),
    "kinks": Measure("places in sight where the output bends", (LINE,)),
    "slope": Measure("slope of the output's last piece, at the right end", (LINE,)),
    "bias": Measure("bias of the output", (LINE,)),
    "rms": Measure("root-mean-square distance of the output from x²", (LINE,)),
    "best": Measure("the least such distance that as many ReLUs can have", (LINE,)),
}
# The same at one place of the input space.
PLACE_MEASURES = {
    "on": "neurons of the first layer that are on there",
    "class": "number of the class that the network says there, counted from 0",
}
# What bars can show beside the principle, measured on the network that is shown; bars.js.
BARS = {
    "gradients": Measure("length of every layer's gradient at the start, on a log scale"),
    "moved": Measure("percent of their size at the start that every layer's weights have moved"),
    "blame": Measure("slope of the chosen point's loss by each weight of the output"),
    "cost": Measure("multiplications of an answer, and of the way back"),
}
# What can play after the answer -> the families of the pages on which it does.
PLAYS = {"layers": (PLANE,), "layer": (PLANE,), "training": BOTH, "bend": (PLANE,)}
