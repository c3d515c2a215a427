"""The page "Warp": how a trained network bends space, layer by layer."""

from layerwarp.app.controls.hand_layers import START
from layerwarp.app.link.parameters import LOOK, PLACE, PLANE
from layerwarp.app.pages.page import Example, Page

# The network of layerwarp.app.experiments.experiment.DEFAULT.
OPENING = {"data": "circles", "layers": 1, "neurons": 3, "start": 7}
SPIRAL = {"data": "spiral", "layers": 2, "neurons": 16, "start": 0}
NESTED = {"data": "nested", "layers": 2, "act": ("tanh",), "start": 0}
DEEP = {"layers": 10, "neurons": 8, "init": "glorot"}
BOWL = {"inputs": ("x1", "x2", "bowl"), "layers": 0}
HARDER = "Harder: the spiral"

PAGE = Page(
    name="warp",
    address="",
    title="Warp",
    heading="Each layer bends space, until a straight line separates the classes",
    family="plane",
    own_defaults=OPENING,
    earlier={1: SPIRAL},
    names=(*PLANE, *LOOK),
    sets=(*PLACE, *LOOK, "layers", "neurons", "matrix"),
    films=True,
    taught=True,
    examples={
        "The opening: circles, three folds": Example(
            {},
            "Three folds, until one flat cut parts the rings.",
            HARDER,
        ),
        HARDER: Example(
            SPIRAL,
            "Layer 2 folds what layer 1 has folded, until one straight cut parts the arms.",
        ),
        "Why bend at all": Example(
            {"layers": 3, "neurons": 16, "act": ("identity",), "start": 0},
            "Three layers that bend nothing are one straight map: the grid stays straight, and so"
            " does the boundary. Now choose ReLU.",
        ),
        "Built by hand": Example(
            {"matrix": START, "layers": 1, "neurons": 2, "act": ("identity",)},
            "Drag the tip of an arrow: the grid follows its matrix. Which numbers turn, which press"
            " flat? Then choose ReLU.",
        ),
        "x₁² + x₂² as an input: a bowl": Example(
            BOWL,
            "No hidden layer: this input lifts the outer ring, and one flat plane cuts the bowl. "
            "Under Inputs, try x₁² and x₂² in its place.",
        ),
        "x₁x₂ as an input: XOR": Example(
            {"data": "xor", "inputs": ("product",), "layers": 0},
            "The product alone tells the classes apart. Under Inputs, choose x₁ and x₂ instead: "
            "how many neurons does the same take?",
        ),
        "Too narrow": Example(
            {"data": "nested", "layers": 4, "neurons": 2, "act": ("tanh",), "start": 0},
            "Four layers of two neurons never lift the disc out of the ring. Drag Neurons to 3.",
        ),
        "Just wide enough": Example(
            NESTED | {"neurons": 3},
            "With a third direction the disc is lifted out of the ring. Drag the picture to turn "
            "it.",
        ),
        "Vanishing gradient": Example(
            SPIRAL | DEEP | {"act": ("sigmoid",)},
            "Ten sigmoid layers: next to nothing of the gradient arrives at the first. Open "
            "“Gradients” below, then choose ReLU.",
        ),
        "A | B: two or three neurons": Example(
            NESTED | {"neurons": 3, "versus": {"neurons": 2}},
            "Can two neurons a layer (A) lift the disc out of the ring? From no start: with tanh "
            "and no layer of 3 or more neurons no boundary closes a loop (Johnson 2019). B has a "
            "third direction to lift the disc into.",
        ),
        "A | B: without a bend, with a bend": Example(
            {"versus": {"act": ("identity",)}},
            "Which of them parts the rings? Without a bend (A) one stays inside the other, and "
            "every straight cut goes through both.",
        ),
        "A | B: three folds learned, a bowl given": Example(
            BOWL | {"versus": {"layers": 1, "inputs": ("x1", "x2")}},
            "A learns 13 numbers and makes its own three folds: nobody invents a feature for it; "
            "its boundary has corners. B is given x₁² + x₂² and learns 4: a flat cut through a "
            "bowl is round. A given feature saves learning where it fits.",
        ),
        "A | B: all quadratics given, folds learned": Example(
            SPIRAL
            | {
                "versus": {
                    "layers": 0,
                    "inputs": ("x1", "x2", "square1", "square2", "product"),
                }
            },
            "Is a network only features such as x₁² and x₁x₂? A is given all of them and gets the "
            "spiral hardly better than by chance; B is given none, and folds it apart.",
        ),
        "A | B: more training or a layer more": Example(
            SPIRAL | {"neurons": 8, "versus": {"layers": 1, "steps": 8000}},
            "A has four times the steps, B one layer more, and with it three times the numbers "
            "(105 against 33). Drag Training: after step 2,000 A gains little. It is too small: "
            "one layer of 26 neurons, 105 numbers too, gets 97 % in 2,000 steps.",
        ),
        "A | B: shallow or deep, equal numbers": Example(
            SPIRAL | {"layers": 3, "neurons": 8, "versus": {"layers": 1, "neurons": 44}},
            "177 numbers each: does depth pay? Both part the arms: A by folding once along many "
            "lines, B by folding again what is folded.",
        ),
        "A | B: sigmoid or ReLU, ten layers": Example(
            SPIRAL | DEEP | {"act": ("relu",), "versus": {"act": ("sigmoid",)}},
            "Who learns through ten layers? With sigmoids (A) next to nothing of the gradient "
            "arrives at the first layer; with ReLU (B) enough does. Drag Training.",
        ),
        "A | B: two ways to start": Example(
            SPIRAL | {"layers": 1, "versus": {"init": "he"}},
            "Drag Training to step 0: from He's start all fold lines go through the middle (A), "
            "from the data they cut it in many places (B). Who ends better?",
        ),
        "Softmax inside: starved": Example(
            {
                **{"layers": 1, "neurons": 64, "act": ("softmax",), "start": 0},
                **{"opt": "sgd", "init": "glorot"},
            },
            "64 neurons share out one whole, 1/64 each: all points stay close together. Scrub "
            "Training: hardly anything moves. Then choose ReLU.",
        ),
        "Too fast": Example(
            SPIRAL | {"opt": "sgd", "lr": 1.0},
            "A learning rate of 1 throws the weights about: drag Training, and the loss jumps up "
            "again and again.",
        ),
    },
)
