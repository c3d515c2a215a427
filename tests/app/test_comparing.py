"""Two networks side by side: the link, the buttons, what is trained, said and sent."""

import math
from dataclasses import replace

import numpy as np
import pytest

from layerwarp.app.controls.network import experiment
from layerwarp.app.link.parameters import VERSUS, compared, format, one_line, parse
from layerwarp.app.pages.table import PAGES
from layerwarp.app.words.conclusion import longer_or_deeper
from layerwarp.app.words.difference import SAME, UNSAID, difference
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.training.train import train
from tests.app.pages import button, open_page, show_example, words
from tests.streamlit_page import read_header

WARP, CREASES = PAGES["warp"], PAGES["creases"]
COMPARISONS = [
    (page.name, label)
    for page in (WARP, CREASES)
    for label, example in page.examples.items()
    if VERSUS in example.changes
]
HAND = (1.0, 0.5, 0.25, 1.25, 0.0, 0.0)


def link(page):
    return {name: value for name, value in page.query_params.items() if name != "v"}


def sent(page):
    """What the picture got: its headers, one network after the other, and what is said of both."""
    data, headers = page.get("bidi_component")[0].proto.bytes, []
    while len(data) > 4:  # what follows the networks counts examples
        header = read_header(data)
        size = sum(4 * math.prod(block["shape"]) for block in header["blocks"])
        text = 4 + int.from_bytes(data[:4], "little")
        data = data[text + -text % 4 + size :]
        headers.append(header)
    return headers


@pytest.mark.parametrize(
    ("text", "differing"),
    [
        ("", {}),
        ("neurons.2", {"neurons": 2}),
        ("act.identity~neurons.2", {"neurons": 2, "act": ("identity",)}),
        ("widths.4-5-6~layers.3", {"layers": 3, "widths": (4, 5, 6)}),
        ("widths.4-5-6", {"layers": 3, "widths": (4, 5, 6)}),
        ("noise.0.25~lr.0.1", {"noise": 0.25, "lr": 0.1}),
        ("matrix.1_-0.5_0.25_1.25_0_0", {"matrix": (1.0, -0.5, 0.25, 1.25, 0.0, 0.0)}),
    ],
)
def test_a_link_says_only_what_differs(text, differing):
    values, notices = parse({"v": "2", VERSUS: text}, WARP)
    usual = {name: value for name, value in compared(WARP.defaults).items() if name != "xy"}
    assert values[VERSUS] == usual | differing
    assert notices == ()
    assert parse(format(values, WARP), WARP) == (values, ())


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("neurons.99", "A with neurons = 99; using 64, the most there is"),
        ("act.rellu", "A with act = rellu; using relu, the default"),
        ("neurons", "versus = neurons; using the default"),
        ("t.1", "versus = t.1; using the default"),
        ("x" * 100_000, "versus = `xxxxxxxxxxxxxxxxxxxx…`; using the default"),
    ],
)
def test_what_a_link_says_badly_is_told(text, notice):
    _, notices = parse({"v": "2", VERSUS: text}, WARP)
    assert [notice] == list(notices), one_line(notices)


def test_a_stays_while_the_controls_change_b(trained):
    page = open_page(v="2", neurons="2")
    button(page, "Compare").click().run()
    assert link(page) == {"neurons": "2", "versus": ""}
    assert SAME in str(sent(page)[-1])
    page.slider(key="control_neurons").set_value(3).run()
    assert link(page) == {"versus": "neurons.2"}
    own, other, said = sent(page)
    assert (own["sizes"], other["sizes"]) == ([2, 3, 1], [2, 2, 1])
    assert said["difference"] == "A: 2 neurons; B: 3 neurons. All other settings are the same."
    assert "**A** · **Circles, 1 layer of 2 neurons" in words(page)
    assert "**B** · **Circles, 1 layer of 3 neurons" in words(page)
    page.select_slider(key="control_lr").set_value(0.1).run()
    assert link(page) == {"lr": "0.1", "versus": "neurons.2~lr.0.01"}
    button(page, "Swap").click().run()
    assert link(page) == {"neurons": "2", "versus": "neurons.3~lr.0.1"}
    assert [header["sizes"] for header in sent(page)[:2]] == [[2, 2, 1], [2, 3, 1]]
    button(page, "Stop comparing").click().run()
    assert link(page) == {"neurons": "2"}
    assert [header["sizes"] for header in sent(page)] == [[2, 2, 1]]


def test_a_link_trains_both_and_a_rerun_neither(trained):
    page = open_page(v="2", layers="2", versus="layers.3~steps.400")
    assert [asked.architecture.widths for asked in trained] == [(3, 3), (3, 3, 3)]
    assert [asked.training.steps for asked in trained] == [2000, 400]
    before = page.get("bidi_component")[0].proto.bytes
    page.run()
    assert len(trained) == 2
    assert page.get("bidi_component")[0].proto.bytes == before


def test_nothing_more_is_sent_where_nothing_is_compared(trained):
    alone = open_page(v="2", layers="2").get("bidi_component")[0].proto.bytes
    both = open_page(v="2", layers="2", versus="layers.3").get("bidi_component")[0].proto.bytes
    assert both[: len(alone) - 4] == alone[:-4]
    assert len(sent(open_page(v="2", layers="2"))) == 1


def test_layers_by_hand_beside_a_trained_network_are_not_in_the_hand(trained):
    hand = "_".join(f"{number:g}" for number in HAND)
    own, other, said = sent(open_page(v="2", versus=f"matrix.{hand}~act.identity"))
    assert "by_hand" not in other
    assert said["difference"].startswith("A: layers built by hand")
    own, other, _ = sent(open_page(v="2", matrix=hand, versus="matrix."))
    assert own["by_hand"]
    assert other["sizes"] == [2, 3, 1]


@pytest.mark.parametrize(
    ("query", "free", "drawn"),
    [
        ({"only": "neurons"}, False, True),
        ({"only": "neurons", "hide": "1"}, False, False),
        ({"only": "neurons-versus"}, True, True),
        ({}, True, True),
    ],
)
def test_a_lock_holds_for_comparing(trained, query, free, drawn):
    page = open_page(v="2", **query)
    found = [one for one in page.button if one.label == "Compare"]
    assert bool(found) == drawn
    assert all(one.disabled != free for one in found)


def test_the_bare_picture_has_no_buttons_but_both_networks(trained):
    page = open_page(v="2", versus="neurons.2", present="1")
    assert not {"Compare", "Swap", "Stop comparing"} & {one.label for one in page.button}
    assert len(sent(page)) == 3


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        ({}, {}, SAME),
        ({"layers": 0, "neurons": 3}, {"layers": 0, "neurons": 9}, SAME),
        (
            {"act": ("identity",)},
            {},
            "A: None (identity); B: ReLU. All other settings are the same.",
        ),
        ({"layers": 0}, {}, "A: no hidden layer; B: 1 hidden layer of 3 neurons, ReLU. "),
        (
            {"layers": 2},
            {},
            "A: 2 hidden layers; B: 1 hidden layer. All other settings are the same.",
        ),
        (
            {"layers": 3, "neurons": 1},
            {"layers": 3},
            "A: 1 neuron in each layer; B: 3 neurons in each layer. "
            "All other settings are the same.",
        ),
        (
            {"layers": 2, "widths": (4, 5)},
            {},
            "A: 2 hidden layers of 4-5 neurons; B: 1 hidden layer of 3 neurons. All other "
            "settings are the same.",
        ),
        (
            {"steps": 8000, "init": "he"},
            {"opt": "sgd"},
            "A: Adam, 8,000 steps, starting weights “He”; B: SGD, 2,000 steps, starting weights "
            "“From the data”. All other settings are the same.",
        ),
        ({"data": "own"}, {}, "A: your own points, "),
        ({"matrix": HAND}, {"matrix": HAND[::-1]}, UNSAID),
        ({"matrix": HAND}, {}, "A: layers built by hand (ReLU); B: 1 hidden layer of 3 neurons, "),
    ],
)
def test_what_differs_is_said(a, b, sentence):
    usual = compared(WARP.defaults)
    assert difference(usual | a, usual | b).startswith(sentence)


@pytest.mark.parametrize(("name", "label"), COMPARISONS)
def test_every_comparison_shows_both_networks_and_its_question(trained, name, label):
    page, look = open_page(name, v="2"), PAGES[name].examples[label].look
    show_example(page, label)
    assert not page.exception
    assert len(sent(page)) == 3
    assert look in words(page)
    button(page, "Stop comparing").click().run()
    assert look not in words(page)


def measured(values):
    asked = experiment(values | {"xy": ""})
    history = train(asked.dataset.make(), asked.architecture, asked.training)
    return asked, history


@pytest.mark.parametrize(
    ("label", "most_of_a", "least_of_b"),
    [
        ("A | B: two or three neurons", 0.9, 0.98),
        ("A | B: without a bend, with a bend", 0.6, 0.99),
        ("A | B: all quadratics given, folds learned", 0.62, 0.97),
        ("A | B: more training or a layer more", 0.8, 0.85),
        ("A | B: shallow or deep, equal numbers", 1.0, 0.97),
        ("A | B: sigmoid or ReLU, ten layers", 0.7, 0.95),
        ("A | B: two ways to start", 0.87, 0.93),
    ],
)
def test_the_sentence_of_a_comparison_is_true(label, most_of_a, least_of_b):
    values = WARP.start(WARP.examples[label].changes)
    (a, of_a), (b, of_b) = measured(values | values[VERSUS]), measured(values)
    assert of_a.accuracy[-1] <= most_of_a
    assert of_b.accuracy[-1] >= least_of_b
    if "equal numbers" in label:
        assert a.architecture.n_parameters == b.architecture.n_parameters == 177
        assert of_a.accuracy[-1] > 0.95
    if "more training" in label:
        after_2000 = min(range(len(of_a.steps)), key=lambda i: abs(int(of_a.steps[i]) - 2000))
        gained = of_a.accuracy[-1] - of_a.accuracy[after_2000]
        assert 0 <= gained < 0.5 * (of_b.accuracy[-1] - of_a.accuracy[after_2000])
        assert (a.architecture.n_parameters, b.architecture.n_parameters) == (33, 105)
        wide, of_wide = measured(values | {"layers": 1, "neurons": 26})
        assert wide.architecture.n_parameters == 105
        assert of_wide.accuracy[-1] == pytest.approx(0.97, abs=0.01)
    if "ten layers" in label:
        first, enough = of_a.gradient_norms[0, 0], of_b.gradient_norms[0, 0]
        assert first < 1e-3 * enough
    if "start" in label:
        assert not of_a.params_at(0)[0].bias.any()
        assert of_b.params_at(0)[0].bias.all()


LONG, DEEP = {"layers": 1, "neurons": 8, "steps": 120}, {"layers": 2, "neurons": 8, "steps": 60}


def pair(one, other, accuracies):
    """Two experiments with their histories: of the first, half the steps and all; of the other."""
    asked = [experiment(WARP.defaults | values) for values in (one, other)]
    histories = []
    for question, ends in zip(asked, (accuracies[:2], accuracies[2:]), strict=True):
        config = question.training
        history = train(question.dataset.make(), question.architecture, config, backend="numpy")
        halfway = history.steps <= config.steps / 2
        accuracy = np.where(halfway, ends[0], ends[-1]).astype(np.float32)
        histories.append(replace(history, accuracy=accuracy))
    return list(zip(asked, histories, strict=True))


@pytest.mark.parametrize(
    ("accuracies", "conclusion"),
    [
        ((0.6, 0.7, 0.95), "3.2 times as many numbers to learn"),
        ((0.6, 0.7, 0.71), "come to the same"),
        ((0.6, 0.9, 0.7), "longer training did more than more layers"),
    ],
)
def test_longer_training_is_held_against_more_layers(accuracies, conclusion):
    a, b = pair(LONG, DEEP, accuracies)
    told = longer_or_deeper(a, b)
    before, after, other = (f"{100 * share:.0f} %" for share in accuracies)
    assert f"A (1 layer, 33 numbers) got {before} of the new points right" in told
    assert f"and {after} after 120; B (2 layers, 105 numbers) got {other} after 60." in told
    assert conclusion in told
    assert longer_or_deeper(b, a).startswith("B (1 layer")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, DEEP | {"neurons": 4}),
        (LONG, DEEP | {"act": ("tanh",)}),
        (LONG, DEEP | {"lr": 0.1}),
        (LONG, DEEP | {"steps": 240}),
        (LONG, LONG | {"steps": 60}),
        (LONG | {"layers": 0}, DEEP),
    ],
)
def test_nothing_is_concluded_where_more_or_less_differs(one, other):
    a, b = pair(one, other, (0.6, 0.7, 0.9))
    assert longer_or_deeper(a, b) == ""


@pytest.mark.parametrize(
    ("label", "pieces_of_a", "loops_of_b"),
    [
        ("A | B: one layer of 36 or six of 6", range(100, 800), 0),
        ("A | B: two or three neurons", range(2, 100), 1),
        ("A | B: without a bend, with a bend", range(1, 2), None),
    ],
)
def test_the_sentence_of_a_comparison_of_creases_is_true(label, pieces_of_a, loops_of_b):
    values, box = CREASES.start(CREASES.examples[label].changes), (-3.6, 3.6, -3.6, 3.6)
    (a, of_a), (b, of_b) = measured(values | values[VERSUS]), measured(values)
    folded_a = linear_regions(a.architecture, of_a.params, box)
    folded_b = linear_regions(b.architecture, of_b.params, box)
    assert folded_a.count in pieces_of_a
    assert folded_b.count > folded_a.count
    assert not folded_a.boundary_loops
    assert loops_of_b is None or len(folded_b.boundary_loops) == loops_of_b
    assert of_b.accuracy[-1] > of_a.accuracy[-1] - 0.02
