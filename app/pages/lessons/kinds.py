"""The one table of the kinds of answer: what a step of each kind has to say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One row.

    Attributes:
        needs: Fields that a step of this kind has beside those of every step.
        may: Fields that it can have.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "choose": Kind(("options",)),
    "number": Kind(("measure", "low", "high"), ("step",)),  # set by a slider, or typed
    "place": Kind(("measure", "equals")),  # clicked in the input space
    "draw": Kind(()),  # the line between the classes
    "outline": Kind(("shape",), ("given", "after")),  # drawn in the plane that layers lead to
}
SHAPES = {
    "unit": "the square with corners (0, 0) and (1, 1)",
    "square": "the square with corners (−1, −1) and (1, 1)",
    "sheet": "the edge of the grid",
}
# Where the shape is drawn before the answer: where it lies in the plane, or where the straight part
# of the last of the layers puts it, before the bend.
GIVENS = ("plane", "sums")
# What the browser measures on the network that is shown; measures.js.
MEASURES = {
    "right": "percent of the points that the network tells right",
    "test": "percent of the points that it has not seen and tells right",
    "area": "times that the area of a shape becomes as large in the first layer",
    "fade": "times that the first layer's gradient is smaller than the last one's, at the start",
    "pieces": "straight pieces of the plane",
    "corners": "corners of the boundary",
    "numbers": "numbers that the network learns",
    "map": "numbers of the one straight map that all layers are together",
    "folds": "fold lines of the first layer in sight",
    "quadratic": "percent of how the chosen neuron varies that the nearest quadratic explains",
}
# The same at one place of the input space.
PLACE_MEASURES = {
    "on": "neurons of the first layer that are on there",
    "class": "number of the class that the network says there, counted from 0",
}
PLAYS = ("layers", "layer", "training", "bend")
