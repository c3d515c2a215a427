"""The page "Depth × width": many networks at once, by depth and width."""

from layerwarp.app.link.parameters import DATA, FRAME, GRID, INPUTS, NETWORK, TRAINING
from layerwarp.app.pages.page import Example, Page

PAGE = Page(
    name="depth_width",
    address="depth-width",
    title="Depth × width",
    heading="See what depth buys and what width buys",
    family="plane",
    opens_alone=True,  # with its recorded grid
    names=(*FRAME, *DATA, "xy", *INPUTS, *NETWORK, *TRAINING, *GRID),
    earlier={1: {"case": "grid"}},
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
                "measure": "loops",
            },
            "The numbers count closed loops. With one or two neurons a layer none ever closes, at "
            "any depth, however many points are right. Where does the first one close?",
        ),
        "Good until some depth": Example(
            {"panel": "data"},
            "At which depth are most new points right? Then choose “Sigmoid layers”, and compare "
            "what becomes of the learned points.",
        ),
        "Noise: too big for the data": Example(
            {
                "data": "moons",
                "noise": 0.4,
                "points": 60,
                "w2": 64,
                "d2": 4,
                "case": "grid",
                "layers": 3,
                "neurons": 64,
            },
            "60 noisy points: do the large networks draw islands around single points? “More "
            "layers or more data?” says whether, and from where on, new points pay for it.",
        ),
        "Sigmoid: too deep": Example(
            {
                "act": ("sigmoid",),
                "init": "glorot",
                "d2": 6,
                "deep": 10,
                "measure": "gradient",
            },
            "Go up a column: every further layer takes most of the gradient that was left. Then "
            "open “Do gradients vanish?”.",
        ),
        "Straight pieces": Example(
            {"measure": "regions", "equal": True},
            "Follow a dashed line upwards: does depth make more pieces at the same price?",
        ),
        "A function to copy": Example(
            {"curve": "sawtooth3", "d2": 4, "measure": "accuracy"},
            "A sawtooth of eight pieces is made for depth: compare one layer with two and three.",
        ),
    },
)
