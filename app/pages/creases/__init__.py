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
    taught=True,
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
        "A | B: one layer of 36 or six of 6": Example(
            {"layers": 6, "neurons": 6, "versus": {"layers": 1, "neurons": 36}},
            "36 neurons each. Which has more pieces, and which the better boundary? Play Folds: "
            "the lines of A stay straight, those of B bend.",
        ),
        "A | B: two or three neurons": Example(
            {"data": "nested", "layers": 4, "neurons": 3, "versus": {"neurons": 2}},
            "Which boundary closes around the disc? With two neurons a layer none can, from no "
            "start: with ReLU and no layer of 3 or more neurons no boundary closes a loop (Johnson "
            "2019).",
        ),
        "A | B: without a bend, with a bend": Example(
            {"versus": {"act": ("identity",)}},
            "Identity (A) folds nothing: the whole plane is one straight piece. How many pieces "
            "are enough for the spiral (B)?",
        ),
        "Thousands of pieces": Example(
            {"layers": 3, "neurons": 32, "color": "identity"},
            "Zoom in: every cell is one straight map, and the boundary is straight in each.",
        ),
    },
)
