"""The one table of the kinds of answer: what a step of each kind has to say."""

from dataclasses import dataclass
from typing import NamedTuple

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
    """

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    families: tuple[str, ...] = BOTH


KINDS: dict[str, Kind] = {
    "choose": Kind(("options",)),
    "number": Kind(("measure", "low", "high"), ("step",)),  # set by a slider, or typed
    "place": Kind(("measure", "equals"), families=(PLANE,)),  # clicked in the input space
    "draw": Kind((), families=(PLANE,)),  # the line between the classes
    # drawn in the plane that layers lead to
    "outline": Kind(("shape",), ("given", "after"), families=(PLANE,)),
    "graph": Kind((), families=(LINE,)),  # the output over the input
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
    "fade": Measure(
        "times that the first layer's gradient is smaller than the last one's, at the start"
    ),
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
# What can play after the answer -> the families of the pages on which it does.
PLAYS = {"layers": (PLANE,), "layer": (PLANE,), "training": BOTH, "bend": (PLANE,)}
