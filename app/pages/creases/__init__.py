"""The page "Creases": the exact straight pieces of a network in the plane."""

from layerwarp.app.link.parameters import MESH, PLACE, PLANE
from layerwarp.app.pages.page import Example, Page

PAGE = Page(
    name="creases",
    address="creases",
    title="Creases",
    heading="See where a network folds the plane",
    family="plane",
    own_defaults={"neurons": 8, "start": 8, "color": "output"},
    earlier={1: {"neurons": 16, "start": 0, "color": "gradient"}},
    names=(*PLANE, *MESH),
    sets=(*PLACE, *MESH),
    examples={
        "Straight lines first": Example(
            {"data": "circles", "layers": 1, "neurons": 8},
            "Every fold line is straight and belongs to one neuron of layer 1: on one side of it "
            "the neuron is on, on the other it is 0.",
        ),
        "Second folds bend": Example(
            {"layers": 2, "neurons": 8},
            "Play Folds: a line of layer 2 is straight on every piece of layer 1, so it bends "
            "where it crosses an earlier line. One neuron can switch on and off more than once.",
        ),
        "A sheet folded in space": Example(
            {"data": "circles", "layers": 2, "neurons": 3, "start": 0, "color": "identity"},
            "Play Carry, and drag the right picture: each piece stays flat, folded along the "
            "lines.",
        ),
        "Deep and narrow": Example(
            {"layers": 6, "neurons": 6},
            "Six layers of six. Play Folds and count: how many pieces does each further layer add?",
        ),
        "Shallow and wide": Example(
            {"layers": 1, "neurons": 36},
            "The same 36 neurons in one layer fold along straight lines only. More pieces than six "
            "layers of six, or fewer? Is the boundary better?",
        ),
        "No way to close a loop": Example(
            {"data": "nested", "layers": 4, "neurons": 2},
            "With two neurons a layer the boundary always runs out of the picture. Drag Neurons "
            "to 3.",
        ),
        "Thousands of pieces": Example(
            {"layers": 3, "neurons": 32, "color": "identity"},
            "Zoom in: every cell is one straight map, and the boundary is straight in each.",
        ),
    },
)
