"""How the classes look, in every picture of Python and of the browser.

The colors are Okabe and Ito's, told apart by color-blind readers; they read on light and on dark.
"""

from typing import NamedTuple

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
VERMILLION = "#D55E00"

Corners = tuple[tuple[float, float], ...]


class ClassLook(NamedTuple):
    """Color and shape of one class.

    Attributes:
        color_name: For people.
        color: As CSS has it.
        shape: For people.
        corners: Of the shape, in radii around its middle, y down; none of a circle. All shapes have
            about the same area.
    """

    color_name: str
    color: str
    shape: str
    corners: Corners = ()


SQUARE = tuple((0.88 * x, 0.88 * y) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)))
TRIANGLE = ((0, -1.25), (1.15, 0.75), (-1.15, 0.75))
DIAMOND = ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0))
CROSS = (
    *((-0.42, -1.15), (0.42, -1.15), (0.42, -0.42), (1.15, -0.42), (1.15, 0.42), (0.42, 0.42)),
    *((0.42, 1.15), (-0.42, 1.15), (-0.42, 0.42), (-1.15, 0.42), (-1.15, -0.42), (-0.42, -0.42)),
)

CLASSES = (
    ClassLook("blue", BLUE, "circle"),
    ClassLook("orange", ORANGE, "square", SQUARE),
    ClassLook("green", GREEN, "triangle", TRIANGLE),
    ClassLook("purple", PURPLE, "diamond", DIAMOND),
    ClassLook("vermillion", VERMILLION, "cross", CROSS),
)
CLASS_COLORS = tuple(look.color for look in CLASSES)
