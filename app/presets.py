"""Examples to start from: what each sets, all else at its default, and what to look at."""

from typing import NamedTuple

from app.parameters import Values


class Example(NamedTuple):
    """A view to start from.

    Attributes:
        changes: Parameters that it sets; all others go to their defaults.
        look: What to do and what to notice, in a sentence or two.
    """

    changes: Values
    look: str


PRESETS: dict[str, Example] = {
    "Why bend at all": Example(
        {"data": "circles", "layers": 3, "act": ("identity",)},
        "Three layers that bend nothing are one straight map: the grid stays straight, and so does "
        "the boundary. Now choose ReLU.",
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
        "With a third direction the disc is lifted out of the ring. Drag the picture to turn it.",
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
}

LINE_PRESETS: dict[str, Example] = {
    "Exercise: three slopes by hand": Example({"target": "exercise", "mode": "hand"}, ""),
    "x² by hand": Example(
        {"mode": "hand"},
        "Drag the numbered hinges and the sliders until the black line lies on the gray curve. "
        "What do more neurons buy?",
    ),
    "x² from three neurons": Example(
        {"neurons": 3, "start": 23},
        "Three hinges, four straight pieces. Drag Training: each hinge travels to where the "
        "curve needs a bend.",
    ),
    "Hinges on a wave": Example(
        {"target": "sine", "neurons": 8, "noise": 0.1},
        "Drag Training: the hinges gather where the wave turns, not where it is straight.",
    ),
    "A jump": Example(
        {"target": "step", "neurons": 4},
        "No ReLU jumps. Two hinges close together and steep slopes come near.",
    ),
    "Two layers": Example(
        {"target": "bump", "layers": 2, "neurons": 6},
        "Hinges of layer 2 lie where the bent lines of layer 1 cross zero: one neuron can "
        "have several.",
    ),
    "Your own points": Example(
        {"target": "points", "neurons": 12}, "Click into the picture to add points."
    ),
    "Folding makes a sawtooth": Example(
        {"mode": "built", "build": "sawtooth", "k": 6},
        "Drag Depth: every layer folds the line once more, and the number of pieces doubles.",
    ),
    "x² by folding": Example(
        {"mode": "built", "build": "square", "k": 4},
        "Drag Depth: every layer divides the largest error by four.",
    ),
    "The best one layer can do": Example(
        {"mode": "built", "build": "shallow", "m": 3},
        "Drag Width: all pieces are equally long, and twice the neurons divide the error by four.",
    ),
    "The default": Example({}, ""),
}

CREASE_PRESETS: dict[str, Example] = {
    "Straight lines first": Example(
        {"data": "circles", "layers": 1, "neurons": 8},
        "Every neuron of layer 1 folds the plane along one straight line: on one side it is on, "
        "on the other it is 0.",
    ),
    "Second folds bend": Example(
        {"layers": 2, "neurons": 8},
        "Play Folds: a line of layer 2 is straight on every piece of layer 1, so it bends where "
        "it crosses an earlier line. One neuron switches on and off more than once.",
    ),
    "A sheet folded in space": Example(
        {"data": "circles", "layers": 2, "neurons": 3, "color": "identity"},
        "Play Carry, and drag the right picture: each piece stays flat, folded along the lines.",
    ),
    "Deep and narrow": Example(
        {"layers": 6, "neurons": 6},
        "Six layers of six. Play Folds and count: how many pieces does each further layer add?",
    ),
    "Shallow and wide": Example(
        {"layers": 1, "neurons": 36},
        "The same 36 neurons in one layer: more pieces, but only straight lines. Is the "
        "boundary better?",
    ),
    "No way to close a loop": Example(
        {"data": "nested", "layers": 4, "neurons": 2},
        "With two neurons a layer the boundary always runs out of the picture. Drag Neurons to 3.",
    ),
    "Thousands of pieces": Example(
        {"layers": 3, "neurons": 32, "color": "identity"},
        "Zoom in: every cell is one straight map, and the boundary is straight in each.",
    ),
}

GRID_PRESETS: dict[str, Example] = {
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
        "With one or two neurons a layer the blue disc is never closed in, at any depth: look at "
        "the small pictures. With four it always is.",
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
}
