"""The page "Depth × width": many networks at once, by depth and width."""

from layerwarp.app.link.parameters import DATA, FRAME, GRID, NETWORK, TRAINING
from layerwarp.app.pages.page import Example, Page

PAGE = Page(
    name="depth_width",
    address="depth-width",
    title="Depth × width",
    heading="See what depth buys and what width buys",
    family="plane",
    names=(*FRAME, *DATA, "xy", *NETWORK, *TRAINING, *GRID),
    examples={
        "Spiral: depth helps": Example({}, ""),
        "Circles: three neurons are enough": Example(
            {"data": "circles", "w1": 1, "w2": 16, "d2": 4},
            "Go along the row of one layer: at which width does the ring close? Then go up.",
        ),
        "A closed ring needs width": Example(
            {
                "data": "nested",
                "act": ("tanh",),
                "w1": 1,
                "w2": 8,
                "d2": 5,
                "layers": 2,
                "neurons": 2,
                "measure": "success",
            },
            "With one or two neurons a layer the blue disc is never closed in, at any depth: look"
            " at the small pictures. With four it always is.",
        ),
        "Noise: too big for the data": Example(
            {
                "data": "moons",
                "noise": 0.4,
                "points": 60,
                "w2": 64,
                "d2": 4,
                "panel": "data",
                "layers": 3,
                "neurons": 64,
            },
            "60 noisy points: the large networks draw islands around single points. The curves "
            "below show where that starts.",
        ),
        "Sigmoid: too deep": Example(
            {
                "act": ("sigmoid",),
                "init": "glorot",
                "d2": 6,
                "panel": "deep",
                "deep": 10,
                "measure": "gradient",
            },
            "Go up a column: every further layer takes most of the gradient that was left.",
        ),
        "Straight pieces": Example(
            {"measure": "regions"},
            "Follow a dashed line upwards: does depth make more pieces at the same price?",
        ),
        "A function to copy": Example(
            {"curve": "sawtooth3", "d2": 4, "measure": "accuracy"},
            "A sawtooth of eight pieces is made for depth: compare one layer with two and three.",
        ),
    },
)
