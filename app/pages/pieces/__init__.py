"""The page "Pieces": a network of one input as the sum of bent lines."""

from layerwarp.app.link.parameters import DATA, FRAME, LINE, NETWORK, TRAINING
from layerwarp.app.pages.page import Example, Page

PAGE = Page(
    name="pieces",
    address="pieces",
    title="Pieces",
    heading="See how bent lines add up",
    family="line",
    names=(*FRAME, *LINE, *DATA[1:], *NETWORK, *TRAINING, "s", "x1", "best"),
    # At this start no two of the eight neurons begin with the same hinge, to move alike for ever.
    own_defaults={"layers": 1, "neurons": 8, "points": 200, "noise": 0.0, "start": 7},
    earlier={1: {"start": 0}},
    sets=("s", "k", "m", "hand", "own", "x1", "best"),
    taught=True,
    examples={
        "Exercise: three slopes by hand": Example({"target": "exercise", "mode": "hand"}, ""),
        "x² by hand": Example(
            {"mode": "hand"},
            "Drag the numbered hinges and the sliders until the strong line lies on the pale one. "
            "What do more neurons buy?",
        ),
        "x² from three neurons": Example(
            {"neurons": 3, "start": 23},
            "Three hinges, four straight pieces. Drag Training: the hinges travel. Then press "
            "“Best possible”: where must they go?",
        ),
        "Hinges on a wave": Example(
            {"target": "sine", "neurons": 8, "noise": 0.1, "start": 26},
            "Drag Training: from this start the hinges gather where the wave turns. Press “Start "
            "again”: do they always?",
        ),
        "A jump": Example(
            {"target": "step", "neurons": 4, "start": 0},
            "No ReLU jumps. Two hinges close together and steep slopes come near.",
        ),
        "Two layers": Example(
            {"target": "bump", "layers": 2, "neurons": 6, "start": 0},
            "Hinges of layer 2 lie where a sum of bent lines of layer 1 crosses zero: one neuron "
            "can have several.",
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
            "Drag Width: all pieces but the first are equally long. By how much do twice the "
            "neurons divide the largest error?",
        ),
        "The default": Example({}, ""),
    },
)
