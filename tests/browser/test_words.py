"""What is said of each move is what it does; and moves next to nothing are not worth the play."""

import base64
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from layerwarp.app.stage.payload import pack
from layerwarp.app.words.numbers import percent
from layerwarp.data.datasets import make_dataset
from layerwarp.geometry.layer_path import STAGES
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, flatten
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train
from tests.browser.driving import Stage, imported

pytestmark = pytest.mark.shared_page

SAY = (
    f"const {{ Model, decode }} = {imported('network/model.js')};"
    f"const {{ caption, describe }} = {imported('network/words.js')};"
    f"const {{ worthPlaying }} = {imported('network/motions.js')};"
    """
return argument.map(({ bytes, places, moves }) => {
  const net = decode(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)));
  const model = new Model(net);
  return [
    places.map((u) => [caption(model, u), describe(model, u), model.projectionNote(u)]),
    moves.map(([layer, stage]) => worthPlaying(model, layer, stage)),
  ];
});
"""
)


def rotated(degrees: float) -> np.ndarray:
    """Weights (2, 2) that turn the plane counterclockwise."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, s], [-s, c]])


def payload(
    *weights: np.ndarray,
    bias: tuple[float, ...] = (),
    activation: str = "relu",
    data: str = "circles",
    view: str = "plane",
    output: np.ndarray | None = None,
) -> str:
    """What the stage is sent of a network by hand; the bias is that of the last hidden layer."""
    dataset = make_dataset(data, 60)
    classes = len(np.unique(dataset.labels))
    outputs = 1 if classes == 2 else classes
    hidden = [Layer(np.asarray(w, float), np.zeros(np.shape(w)[1])) for w in weights]
    if bias:
        hidden[-1] = hidden[-1]._replace(bias=np.array(bias))
    widths = tuple(layer.weights.shape[1] for layer in hidden)
    last = np.eye(widths[-1] if widths else 2, outputs) if output is None else output
    readout = Layer(last, np.zeros(outputs))
    architecture = Architecture(widths, activation, n_outputs=outputs)
    history = train(dataset, architecture, TrainingConfig(steps=1), backend="numpy")
    vector = flatten([*hidden, readout]).astype(np.float32)
    parameters = np.tile(vector, (len(history.parameters), 1))
    sent = pack(dataset, replace(history, parameters=parameters), view=view)
    return base64.b64encode(sent).decode()


def unforeseen() -> str:
    """Layer 2 adds to neurons 1 and 2, which are seen, what no map of these two alone can say."""
    first = np.hstack([0.01 * np.eye(2), 5 * np.eye(2)])
    hidden = np.sin(make_dataset("circles", 60).points @ first)
    seen, rest = np.hsplit(hidden - hidden.mean(axis=0), 2)
    said = np.linalg.lstsq(seen, rest)[0]
    second = np.block([[np.eye(2) - 0.08 * said, np.zeros((2, 2))], [0.08 * np.eye(2), np.eye(2)]])
    return payload(first, second, activation="sine", view="neurons")


def at(layer: int, stage: str) -> float:
    """Place in the middle of a stage."""
    return layer - 1 + (STAGES.index(stage) + 0.5) / 4


EYE = np.eye(2)
LIFTED = np.array([[0.8, 0.0, 0.6], [0.0, 1.0, 0.0]])  # about the second axis, by 37 degrees
INTO_SPACE = np.eye(2, 3)
STRETCHES: dict[tuple[float, float], tuple[str, str]] = {
    # the two factors: what layer 1 does, in a caption and in a sentence
    (2.1, 1.4): (
        "stretches space up to 2.10 times",
        "stretches space 2.10 times in one direction, 1.40 times across",
    ),
    (0.63, 1.4): (
        "stretches 1.40 times, shrinks to 0.63",
        "stretches space 1.40 times in one direction, shrinks it to 0.63 across",
    ),
    (0.63, 0.4): (
        "shrinks space down to 0.40",
        "shrinks space to 0.63 in one direction, to 0.40 across",
    ),
    (1, 0.5): (
        "shrinks space down to 0.50",
        "keeps space at its size in one direction, shrinks it to 0.50 across",
    ),
    (2, 0.002): (
        "stretches 2.00 times, shrinks below 0.01",
        "stretches space 2.00 times in one direction, shrinks it below 0.01 across",
    ),
    (2, 2): ("stretches space 2.00 times", "stretches space 2.00 times"),
    (0.5, 0.5): ("shrinks space to 0.50", "shrinks space to 0.50"),
    (1.01, 0.99): ("keeps space at its size", "keeps space at its size"),
    (2, 0): (
        "presses space flat",
        "stretches space 2.00 times in one direction, presses it flat across",
    ),
    (0, 0): ("presses space into one point", "presses space into one point"),
}
TURNS = [
    # weights, caption, sentence if it is another
    (EYE, "does not turn", ""),
    (rotated(0.3), "hardly turns", "turns by less than a degree"),
    (rotated(30), "turns by 30 degrees counterclockwise", ""),
    (rotated(-30), "turns by 30 degrees clockwise", ""),
    (rotated(1), "turns by 1 degree counterclockwise", ""),
    (-EYE, "turns half way round", ""),
    (
        np.diag([1.0, -1.0]),
        "mirrors the plane, like a page",
        "mirrors the plane: it turns over like a page",
    ),
    (
        rotated(30) @ np.diag([2.0, -0.5]),
        "mirrors the plane, like a page",
        "mirrors the plane: it turns over like a page",
    ),
    (LIFTED, "turns in space", "turns by 37 degrees through the third dimension"),
]
SHIFTS = [
    ((0.3, -0.4), "shifts every point by 0.50", "shifts: its bias moves every point by 0.50"),
    ((0, 0), "does not shift", "does not shift"),
    ((0.001, 0), "hardly shifts", "shifts by less than 0.01"),
]
# (network, place, caption, sentence)
CASES = [
    *(
        (payload(np.diag(factors)), at(1, "stretch"), f"Layer 1 {short}.", f"Layer 1 {long}.")
        for factors, (short, long) in STRETCHES.items()
    ),
    *(
        (payload(w), at(1, "turn"), f"Layer 1 {short}.", f"Layer 1 {long or short}.")
        for w, short, long in TURNS
    ),
    *(
        (payload(EYE, bias=bias), at(1, "shift"), f"Layer 1 {short}.", f"Layer 1 {long}.")
        for bias, short, long in SHIFTS
    ),
    *(
        (
            payload(-EYE, activation=name),
            at(1, "bend"),
            f"Layer 1: {row.bends}.",
            f"Layer 1 bends: {row.bends}. The weights stay as they are.",
        )
        for name, row in ACTIVATIONS.items()
        if name != "identity"
    ),
    (
        payload(EYE, activation="identity"),
        at(1, "bend"),
        *["Layer 1 has no activation: nothing bends."] * 2,
    ),
    (
        payload(EYE, activation="identity"),
        0.75,
        *["Layer 1 has no activation: nothing bends."] * 2,
    ),
    (
        payload(EYE, bias=(9, 9)),
        at(1, "bend"),
        "Layer 1 bends nothing.",
        "Layer 1 bends nothing: every value stays as it is.",
    ),
    (
        payload(-EYE),
        0.75,
        "Layer 1: two lines to fold along.",
        "Layer 1: on each dashed line a neuron is 0. Next: negative sums z become 0.",
    ),
    (
        payload(EYE, bias=(0, 9)),
        0.75,
        "Layer 1: one line to fold along.",
        "Layer 1: on the dashed line a neuron is 0. Next: negative sums z become 0.",
    ),
    (
        payload(EYE, bias=(9, 9)),
        0.75,
        *["Layer 1 bends nothing.", "Layer 1 bends nothing: every value stays as it is."],
    ),
    (
        payload(EYE, activation="tanh"),
        0.75,
        "Layer 1 before its activation.",
        "Layer 1 before its activation. Next: values end between −1 and 1.",
    ),
    (
        payload(INTO_SPACE, np.diag([2.0, 1, 0.5])),
        at(2, "stretch"),
        "Layer 2 stretches 2.00 times, shrinks to 0.50.",
        "Layer 2 stretches space 2.00 times in one direction, keeps it at its size in a second, "
        "shrinks it to 0.50 in the third.",
    ),
    (
        payload(INTO_SPACE, np.diag([1.0, 1, -1])),
        at(2, "stretch"),
        "Layer 2 turns space inside out, through flat.",
        "Layer 2 keeps space at its size. "
        "This layer is a mirror: on its way the picture must pass through flat.",
    ),
    (
        payload(INTO_SPACE, np.diag([-1.0, 1, -1])),
        at(2, "turn"),
        "Layer 2 turns in space.",
        "Layer 2 turns by 180 degrees through the third dimension.",
    ),
    (  # of more than three neurons there is a picture only
        payload(np.eye(2, 4), np.diag([2.0, 1, 0.5, 0.25]), activation="identity"),
        at(2, "stretch"),
        "Layer 2 stretches it up to 2.00 times.",
        "Layer 2 stretches this picture 2.00 times in one direction, keeps it at its size across.",
    ),
    (
        payload(INTO_SPACE, np.diag([2.0, 1, -1e-4])),
        at(2, "stretch"),
        "Layer 2 presses space flat.",
        "Layer 2 stretches space 2.00 times in one direction, keeps it at its size in a second, "
        "presses it flat in the third.",
    ),
    (
        payload(EYE),
        0,
        "The input: 60 points in two classes.",
        "The input space: 60 points, two classes, and the decision boundary.",
    ),
    (
        payload(EYE),
        1,
        "After layer 1: two numbers a point.",
        "After layer 1: each point is now two numbers, one a neuron.",
    ),
    (
        payload(EYE, bias=(-99.0, -99.0)),
        1,
        "After layer 1: one place for all points.",
        "After layer 1: all points are in the same place.",
    ),
    (
        payload(np.ones((2, 1))),
        1,
        "After layer 1: one number a point.",
        "After layer 1: its one neuron puts every point on a line.",
    ),
    (
        payload(EYE),
        2,
        "Right of 0: orange. Left of 0: blue.",
        "The read-out: one number a point, the logit. "
        "Right of 0 the network says orange, left of 0 blue.",
    ),
    (
        payload(EYE, data="blobs5"),
        2,
        "The largest of five logits wins.",
        "The read-out: five logits a point, one a class. The largest wins.",
    ),
]


def nearest_center() -> dict:
    """A network that is right on all points of four classes, and no flat picture shows how."""
    dataset = make_dataset("blobs4", 60)
    centers = np.array([dataset.points[dataset.labels == k].mean(0) for k in range(4)]).T
    across, up = np.eye(2)[:, :1], np.eye(2)[:, 1:]
    bend = 0.01 * np.array([[1.0, -1.0, 1.0, -1.0]])  # the third direction of the logits
    return {
        "data": "blobs4",
        "weights": [np.hstack([across, -across, up, -up, across])],
        "output": np.vstack([centers[:1], -centers[:1], centers[1:], -centers[1:], bend]),
    }


FAN = np.random.default_rng(0).normal(size=(2, 6))
TOWARDS = np.random.default_rng(1).normal(size=(6, 4))
ONE_WAY = np.array([[1.0], [0.5]]) @ np.array([[0.5, 1.5, -2.0]])
NO_CUT = "The output weights are all 0: there is no cut, and the network says the same everywhere."
ALL = "all 60 training points lie on their side."
SOME = r"\d+ % of the 60 training points"
# (network, place on the way to the view along the cut, caption, patterns of the sentence)
CUTS: list[tuple[dict, float, str, str]] = [
    ({"output": np.zeros((2, 1))}, 1.5, "The output weights are 0: no cut.", re.escape(NO_CUT)),
    (
        {"data": "blobs4", "output": np.ones((2, 4))},
        1.5,
        "The output weights are alike: no cut.",
        re.escape(NO_CUT.replace("0", "alike")),
    ),
    (
        {},
        1.1,
        "The cut is edge-on from here.",
        r"The cut is seen edge-on from here: nothing has to turn\.",
    ),
    (
        {"weights": [np.ones((2, 1))]},
        1.1,
        "One neuron: the cut is a place.",
        r"One neuron: the last space is a line, and the cut is a place on it\.",
    ),
    (
        {"data": "blobs4", "weights": [np.ones((2, 1))], "output": TOWARDS[:1]},
        1.1,
        "One neuron: every cut is a place.",
        r"One neuron: the last space is a line, and every cut is a place on it\.",
    ),
    (  # three neurons, and cuts whose directions fill their space
        {"data": "blobs4", "weights": [FAN[:, :3]], "output": TOWARDS[:3]},
        1.1,
        "No look shows all the cuts edge-on.",
        r"(Seen from here|The camera turns): no look shows all the cuts edge-on at once\.",
    ),
    (
        {"weights": [], "output": np.array([[0.3], [0.1]])},
        0.1,
        "The camera turns until the cut is edge-on.",
        r"The camera turns until the cut is seen edge-on\. Nothing else moves\.",
    ),
    (
        {"weights": [np.diag([0.2, 3.0])], "bias": (1.0, 9.0)},
        1.5,
        r"Zooming in across: up to \d+(\.\d+)? times\.",
        r"Zooming in across the cut, up to \d+(\.\d+)? times, to see what lies near it\.",
    ),
    (
        {"weights": [np.diag([0.2, 3.0])], "bias": (1.0, 9.0)},
        1 + 2 / 3,
        r"Zoomed in across the cut: \d+(\.\d+)? times\.",
        r"Zoomed in across the cut, \d+(\.\d+)? times, to see what lies near it\.",
    ),
    (
        {"weights": [], "output": np.array([[0.3], [0.1]])},
        0.5,
        "The cut is edge-on now.",
        r"The cut is seen edge-on now\. Nothing has to be drawn larger\.",
    ),
    (
        {"data": "blobs4", "weights": [FAN], "output": TOWARDS},
        0.6,
        r"Layer 1 shifts this picture by \d\.\d\d\.",
        r"Layer 1 shifts: in this picture every point moves by \d\.\d\d\.",
    ),
    (
        {"data": "blobs4", "weights": [FAN], "output": TOWARDS},
        1.5,
        "Each class's output grows towards its corner.",
        r"Seen from here, each class's output grows towards its own corner\.",
    ),
    (
        {},
        2,
        r"One straight cut: \d+ % on their side.",
        rf"One straight cut: {SOME} lie on their side\.",
    ),
    (
        {"weights": [], "data": "gaussians", "output": np.array([[1.0], [1.0]])},
        1,
        "A straight line is enough for all.",
        rf"A straight line is enough: {ALL}",
    ),
    (
        {"data": "spirals3", "output": ONE_WAY},
        2,
        r"Straight cuts: \d+ % on their side.",
        r"The outputs of three classes differ in one direction only: no two cuts meet\. "
        rf"{SOME} lie on their side\.",
    ),
    (
        {"data": "spirals3"},
        1.1,
        "The cuts are edge-on from here.",
        r"The cuts are seen edge-on from here: nothing has to turn\.",
    ),
    (
        {"data": "spirals3", "output": ONE_WAY},
        1.1,
        "The camera turns until the cuts are edge-on.",
        r"The camera turns until the cuts are seen edge-on\. Nothing else moves\.",
    ),
    (
        {"data": "blobs4", "weights": [FAN], "output": TOWARDS},
        1.1,
        "Each class's output grows towards its corner.",
        r"The camera turns: each class's output grows towards its own corner\.",
    ),
    (
        {"data": "blobs4", "weights": [FAN], "output": TOWARDS},
        2,
        r"No flat cut: \d+ % told right.",
        r"This flat picture holds the cuts between four classes only in part\. "
        rf"Told right: {SOME}; rings mark the others\.",
    ),
    (
        nearest_center(),
        2,
        r"No flat cut: all told right\.",
        r"This flat picture holds the cuts between four classes only in part\. "
        r"Told right: all 60 training points\.",
    ),
]
# (network, layer, what of it is worth the play)
PLAYS = [
    (payload(np.diag([1.19, 0.81]), bias=(0.01, 0)), 1, {"bend"}),
    (payload(np.diag([1.21, 1])), 1, {"stretch", "bend"}),
    (payload(np.diag([1, 0.79])), 1, {"stretch", "bend"}),
    (payload(rotated(9.9)), 1, {"bend"}),
    (payload(rotated(10.1)), 1, {"turn", "bend"}),
    (payload(EYE, bias=(0.3, 0)), 1, {"bend"}),
    (payload(EYE, bias=(1, 0)), 1, {"shift", "bend"}),
    (payload(EYE, activation="identity"), 1, set()),
    (payload(EYE, bias=(9, 9)), 1, {"shift"}),
    (payload(np.zeros((2, 2)), bias=(0.1, 0)), 1, {"stretch", "shift"}),
    # Through flat; and what comes out of a ReLU, another one leaves alone.
    (payload(INTO_SPACE, np.diag([1.0, 1, -1])), 2, {"stretch"}),
    (unforeseen(), 2, set(STAGES)),
]


def ask(page, server, networks: list[dict]) -> list:
    """Captions, sentences and notes at the places, and the worth of the moves, of each network."""
    return Stage(page).keep(server, "?layers=0&steps=100&t=0").ask(SAY, networks)


def test_what_is_said_is_what_happens(page, watch, server, subtests):
    said = ask(page, server, [{"bytes": sent, "places": [u], "moves": []} for sent, u, *_ in CASES])
    for (_, _, *expected), ([words], _) in zip(CASES, said, strict=True):
        with subtests.test(expected[1]):
            assert words[:2] == expected
    assert watch.errors == []


def test_what_is_said_of_the_cut_is_what_is_drawn(page, watch, server, subtests):
    networks = []
    for given, u, *_ in CUTS:
        rest = {name: value for name, value in given.items() if name != "weights"}
        sent = payload(*given.get("weights", [EYE]), view="cut", **rest)
        networks.append({"bytes": sent, "places": [u], "moves": []})
    said = ask(page, server, networks)
    for (_, _, caption, sentence), ([words], _) in zip(CUTS, said, strict=True):
        with subtests.test(sentence):
            assert re.fullmatch(caption, words[0]), words[0]
            assert re.fullmatch(sentence, words[1]), words[1]
    assert watch.errors == []


def test_the_share_of_the_spread_is_told_of_pictures_at_rest(page, server):
    """On its way a picture is of the sums before the bend, which spread in another way."""
    sent, places = payload(FAN, FAN.T @ FAN), [1, 1.2, 1.6, 2]
    [[words, _]] = ask(page, server, [{"bytes": sent, "places": places, "moves": []}])
    notes = [note for *_, note in words]
    told = r"A flat picture of 6 dimensions: \d+ % of the spread(, so what .+)?\."
    assert re.fullmatch(told, notes[0])
    assert re.fullmatch(told, notes[3])
    assert notes[1:3] == ["A flat picture of 6 dimensions."] * 2


def test_a_caption_has_eight_words_at_most(page, server):
    places = np.linspace(0, 3, 61).tolist()
    data = ("circles", "blobs5")
    shapes = ((2, 2, 2), (2, 1, 1), (2, 3, 3), (2, 16, 16))
    generator = np.random.default_rng(1)
    networks = [
        {
            "bytes": payload(
                *(generator.normal(size=pair) for pair in pairwise(sizes)),
                bias=tuple(generator.normal(size=sizes[-1])),
                activation=name,
                data=data[index % 2],
                view=("cut", "space", "plane")[index % 3],
            ),
            "places": places,
            "moves": [],
        }
        for index, (name, sizes) in enumerate(
            (name, sizes) for name in ACTIVATIONS for sizes in shapes
        )
    ]
    captions = {said for words, _ in ask(page, server, networks) for said, *_ in words}
    captions |= {caption for _, _, caption, _ in CASES}
    assert len(captions) > 100
    assert [said for said in captions if len(re.findall(r"[^\s%]+", said)) > 8] == []
    assert [said for said in captions if re.search(r"-\d|undefined|NaN", said)] == []


def test_moves_next_to_nothing_are_not_worth_the_play(page, server):
    networks = [
        {"bytes": sent, "places": [], "moves": [[layer, stage] for stage in STAGES]}
        for sent, layer, _ in PLAYS
    ]
    for (_, _, expected), (_, worth) in zip(PLAYS, ask(page, server, networks), strict=True):
        assert {
            stage for stage, is_worth in zip(STAGES, worth, strict=True) if is_worth
        } == expected


def test_a_share_has_one_rounding_in_python_and_in_the_browser(page, server):
    shares = [right / n for n in (3, 8, 400, 999, 2000) for right in range(n + 1)]
    page.goto(server.url)
    script = f"const {{ formatPercent }} = {imported('network/numbers.js')};"
    written = Stage(page).ask(f"{script} return argument.map(formatPercent);", shares)
    assert written == [percent(share) for share in shares]
