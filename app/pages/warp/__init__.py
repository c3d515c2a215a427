"""The page "Warp": how a trained network bends space, layer by layer."""

from layerwarp.app.link.parameters import LOOK, PLACE, PLANE
from layerwarp.app.pages.page import Example, Page

PAGE = Page(
    name="warp",
    address="",
    title="Warp",
    heading="See how a network bends space",
    family="plane",
    names=(*PLANE, *LOOK),
    sets=(*PLACE, *LOOK),
    films=True,
    examples={
        "Why bend at all": Example(
            {"data": "circles", "layers": 3, "act": ("identity",)},
            "Three layers that bend nothing are one straight map: the grid stays straight, and so"
            " does the boundary. Now choose ReLU.",
        ),
        "One layer, three folds": Example(
            {"data": "circles", "layers": 1, "neurons": 3, "steps": 4000},
            "Play Layers: three neurons fold the plane along three lines, until one flat cut parts "
            "the inner ring from the outer.",
        ),
        "Too narrow": Example(
            {"data": "nested", "layers": 4, "neurons": 2, "act": ("tanh",)},
            "Four layers of two neurons never lift the disc out of the ring. Drag Neurons to 3.",
        ),
        "Just wide enough": Example(
            {"data": "nested", "layers": 2, "neurons": 3, "act": ("tanh",)},
            "With a third direction the disc is lifted out of the ring. Drag the picture to turn "
            "it.",
        ),
        "Vanishing gradient": Example(
            {"layers": 10, "neurons": 8, "act": ("sigmoid",), "init": "glorot"},
            "Ten sigmoid layers: next to nothing of the gradient arrives at the first. Open "
            "“Gradients” below, then choose ReLU.",
        ),
        "Too fast": Example(
            {"opt": "sgd", "lr": 10.0},
            "A learning rate of 10 throws the weights about: drag Training and watch the loss.",
        ),
        "The default": Example({}, ""),
    },
)
