"""The page "Pieces": it runs for every link, and says what it shows."""

import struct

import numpy as np
import pytest

from layerwarp.app.experiments.experiment import Experiment, TargetConfig
from layerwarp.app.link.kinds.basic import EXACT, Real
from layerwarp.app.link.kinds.pieces import HandNetwork, Interval, OwnPoints
from layerwarp.app.link.parameters import format, parse
from layerwarp.app.pages.pieces import networks as lines
from layerwarp.app.pages.pieces.controls import experiment as experiment_of
from layerwarp.app.pages.table import PAGES
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.app.words.numbers import r_squared
from layerwarp.app.words.smooth import no_pieces
from layerwarp.data.targets import TARGETS
from layerwarp.geometry.constructions import largest_square_error
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import unflatten
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train
from tests.app import pages
from tests.app.pages import button, header, quick_history, show_example, words

PIECES = PAGES["pieces"]
LESSON = "pieces"

LINKS = [
    {},
    {"layers": "0"},
    {"layers": "3", "neurons": "4", "act": "relu-tanh-abs"},
    {"target": "formula", "formula": "exp(-x * x)", "interval": "-3_3"},
    {"target": "points"},
    {"target": "points", "own": "-"},
    {"target": "points", "own": "000000010002", "mode": "hand"},
    {"mode": "hand", "hand": "1_0_1_-1_0.5_1_0.3"},
    {"mode": "hand", "target": "exercise", "hand": "1_0_1_0"},
    {"mode": "built", "build": "square", "shift": "0"},
    {"mode": "built", "build": "shallow", "m": "64"},
    *({"target": name} for name in TARGETS),
    dict.fromkeys(PIECES.names, "9" * 100_000),
    dict.fromkeys(PIECES.names, "\u202e`<b>*"),
]


def open_page(**query):
    return pages.open_page(LESSON, **query)


def arrays(page):
    """The arrays that the picture got, by name."""
    data = page.get("bidi_component")[0].proto.bytes[:-4]  # without the number of the beginning
    (length,) = struct.unpack_from("<I", data)
    values = np.frombuffer(data, "<f4", offset=(4 + length + 3) & ~3)
    blocks = header(page)["blocks"]
    ends = np.cumsum([int(np.prod(block["shape"])) for block in blocks])
    assert ends[-1] == len(values)
    parts = np.split(values, ends[:-1])
    return {b["name"]: part.reshape(b["shape"]) for b, part in zip(blocks, parts, strict=True)}


@pytest.mark.parametrize("query", LINKS, ids=lambda query: str(query)[:40])
def test_any_link_shows_a_picture_and_words(trained, query):
    page = open_page(**query)
    assert header(page)["titles"]
    assert all(np.isfinite(array).all() for array in arrays(page).values())
    assert "**" in words(page)
    assert len([line for line in page.caption if "The link asked" in line.value]) <= 1


def test_a_trained_network_comes_with_all_its_steps_and_points(trained):
    page = open_page(target="sine", layers="2", neurons="5", points="60")
    shown, sent, history = header(page), arrays(page), quick_history(trained[-1])
    assert shown["networks"] == [{"sizes": [1, 5, 5, 1], "activations": ["relu", "relu"]}]
    assert shown["steps"] == history.steps.tolist()
    assert np.array_equal(sent["params"], history.parameters.ravel())
    target = trained[-1].dataset.make()
    assert np.array_equal(sent["points"], np.hstack([target.x, target.y]))
    np.testing.assert_allclose(sent["curves"], np.sin(sent["curve_x"]), atol=1e-6)
    page.run()
    assert len(trained) == 1


def test_by_hand_and_by_theory_train_nothing(trained):
    open_page(mode="hand")
    open_page(mode="built")
    assert trained == []


def test_the_exercise_fixes_what_is_given(trained):
    page = open_page(mode="hand", target="exercise", hand="3_3_3_2_-1_3_1_-3_2_4")
    assert header(page)["hand"] == "-2_2_1_2_-1_1_1_-3_1_0"
    assert header(page)["exercise"]
    assert arrays(page)["params"].tolist() == pytest.approx([-2, 2, 1, 2, -1, -3, 1, 1, 1, 0])


def test_the_exercise_solved_is_its_target():
    target = TargetConfig("exercise")
    numbers = lines.hand_numbers(target, (-2, 2, 1, 1, -1, 1, 2, -4, 1, 0))
    x = np.linspace(0, 3, 301)
    weights, bias, outputs = np.reshape(numbers[:-1], (3, 3)).T
    made = np.maximum(x[:, None] * weights + bias, 0) @ outputs + numbers[-1]
    np.testing.assert_allclose(made, target.values(x), atol=1e-12)


@pytest.mark.parametrize("name", lines.CONSTRUCTIONS)
def test_constructions_are_what_their_notes_say(name):
    line = lines.constructed(name, shifted=True)
    assert len(line.networks) == len(line.vectors) == len(line.steps) == len(line.words["notes"])
    frames = list(zip(line.steps, line.networks, line.vectors, strict=True))
    for size, architecture, vector in frames[:8]:
        pieces = piecewise_linear(architecture, unflatten(vector, architecture), 0.0, 1.0)
        note = line.words["notes"][size - 1]
        assert f"{architecture.n_parameters} numbers" in note
        if name == "sawtooth":
            assert pieces.n_pieces == 2**size
            np.testing.assert_allclose(pieces.at(line.x)[:, 0], line.y[size - 1], atol=1e-9)
        else:
            error = largest_square_error(pieces)
            expected = 4.0**-size / 8 if name == "square" else lines.best_shallow_error(size)
            assert error == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("m", "least"), [(1, 0.033127), (3, 0.0060845), (8, 0.0010316)])
def test_a_trained_network_is_compared_by_the_error_that_training_makes_small(trained, m, least):
    shown = header(open_page(v="2", neurons=str(m)))
    assert shown["best"] == pytest.approx([least], rel=1e-4)
    assert shown["best_words"] == [f"{m} ReLU{'s' * (m > 1)}"]
    (vector,) = shown["best_networks"]
    architecture = Architecture((m,), n_inputs=1)
    params = unflatten(np.array(vector), architecture)
    x = np.linspace(0, 1, 100_001)
    error = piecewise_linear(architecture, params, 0.0, 1.0).at(x)[:, 0] - x**2
    assert np.sqrt(np.mean(error**2)) == pytest.approx(least, rel=1e-4)
    fit = float(1 - np.mean(error**2) / np.var(x**2))
    assert lines.least_squares_fit(m) == pytest.approx(fit, rel=1e-6)
    (title,) = shown["best_titles"]
    assert title == f"x² · 1-{m}-1 ReLU · {r_squared(fit, 4)} · best possible"


@pytest.mark.parametrize("query", [{"act": "tanh"}, {"layers": "2"}, {"target": "sine"}])
def test_where_no_best_network_is_known_none_is_offered(trained, query):
    assert "best_networks" not in header(open_page(v="2", **query))


def test_the_best_by_the_largest_error_is_compared_by_it():
    said = lines.constructed("shallow", shifted=True).words
    assert said["best"][2] == pytest.approx(1 / 98)
    assert "best_networks" not in said


def test_no_two_neurons_of_the_default_are_twins():
    """Not at any step: else eight neurons would be seven. Links of before keep their start."""
    values, _ = parse({}, PIECES)
    experiment = experiment_of(values, TargetConfig("square", 200, 0.0, 0))
    data, architecture = experiment.dataset.make(), experiment.architecture
    history = train(data, architecture, experiment.training)
    for record in range(0, len(history.steps), 10):
        pieces = piecewise_linear(architecture, history.params_at(record), 0.0, 1.0)
        assert len(pieces.breakpoints) == 8
    assert parse({"v": "1"}, PIECES)[0]["start"] == 0
    assert parse({"neurons": "5"}, PIECES)[0]["start"] == 0


def test_the_hinges_of_the_example_are_where_the_wave_turns():
    """The sine is straight where it is 0, and turns where it is 1 or -1."""
    values = PIECES.start(PIECES.examples["Hinges on a wave"].changes)
    target = TargetConfig("sine", values["points"], values["noise"], values["seed"])
    experiment = experiment_of(values, target)
    history = train(target.make(), experiment.architecture, experiment.training)
    hinges = piecewise_linear(experiment.architecture, history.params, -np.pi, np.pi).breakpoints
    assert len(hinges) == 8
    assert np.abs(np.sin(hinges)).min() > 0.5


def test_what_twice_the_neurons_do_is_said_in_numbers(trained):
    said = words(open_page(mode="built", build="shallow"))
    for m in (1, 3, 32):
        wide, narrow = lines.best_shallow_square(2 * m), lines.best_shallow_square(m)
        ratio = largest_error(narrow) / largest_error(wide)
        assert f"from {m} to {2 * m} neurons by {ratio:.1f}" in said
    architecture, params = lines.best_shallow_square(3)
    widths = np.diff(piecewise_linear(architecture, params, 0.0, 1.0).ends)
    np.testing.assert_allclose(widths, [1 / 7, 2 / 7, 2 / 7, 2 / 7])
    assert "equally long, but the first, which is level and half as long" in said


def largest_error(construction):
    architecture, params = construction
    return largest_square_error(piecewise_linear(architecture, params, 0.0, 1.0))


@pytest.mark.parametrize(
    ("query", "moving"),
    [
        ({}, "the hinges got where they are"),
        ({"act": "tanh"}, "the curve got its shape"),
        ({"layers": "2", "act": "relu-tanh"}, "the curve got its shape"),
        ({"act": "identity"}, "the straight line got where it is"),
        ({"layers": "0"}, "the straight line got where it is"),
        ({"neurons": "1"}, "the hinge got where it is"),
        ({"layers": "2", "neurons": "1", "act": "identity-relu"}, "the hinge got where it is"),
        ({"init": "zeros"}, "it got there"),
        ({"act": "softmax", "neurons": "1"}, "it got there"),  # a share of one: always 1
    ],
)
def test_what_training_moves_is_called_what_it_is(trained, query, moving):
    assert f"shows how {moving}." in words(open_page(**query))


@pytest.mark.parametrize("target", ["square", "points"])
def test_one_number_for_the_fit_on_the_whole_page(trained, target):
    """Own points are all that is known: the fit is told at these."""
    page = open_page(target=target)
    history = quick_history(trained[-1])
    own = target == "points"
    fit = r_squared(float((history.train_accuracy if own else history.accuracy)[-1]), 4)
    place = " at the points" if own else ""
    assert f" · {fit}{place} · " in header(page)["titles"][-1]
    assert f"After 60 steps its fit is {fit}{place} (1 is perfect" in words(page)
    assert "explains" not in words(page)


def test_nobody_is_asked_to_click_where_a_link_locks_the_points(trained):
    free = {"target": "points", "own": "-"}
    assert "Click into the picture" in words(open_page(**free))
    said = words(open_page(**free, only="layers"))
    assert "A network needs at least two" in said
    assert "Click into" not in said


def test_the_numbering_of_the_exercise_is_told_once(trained):
    said = words(open_page(mode="hand", target="exercise"))
    assert said.count("units 0, 1 and 2") == 1


def test_the_known_figures_of_depth_against_width():
    notes = lines.constructed("sawtooth", shifted=True).words["notes"]
    assert "37 numbers in all: 2⁶ = 64 pieces" in notes[5]
    assert "1 hidden layer of 2 neurons, 7 numbers in all: 2¹ = 2 pieces" in notes[0]
    assert "64 neurons, 193 numbers" in notes[5]
    assert lines.best_shallow_error(3) == pytest.approx(0.0102, abs=1e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_smooth_activations_are_named_and_one_click_straightens_them(name):
    experiment = Experiment(TargetConfig(), Architecture((4,), name, n_inputs=1), TrainingConfig())
    diagnosis = no_pieces(experiment.architecture, "breakpoints.")
    assert (diagnosis is None) == (ACTIVATIONS[name].negative_slope is not None)
    if diagnosis is not None:
        (straight,) = diagnosis.repairs[0].changes["act"]
        assert ACTIVATIONS[straight].negative_slope is not None


def test_a_smooth_network_becomes_straight_with_one_click(trained):
    page = open_page(act="tanh")
    assert "not made of straight pieces: there is no " in page.warning[0].value
    button(page, "Use ReLU").click().run()
    assert trained[-1].architecture.activations == ("relu",)
    assert not page.warning


def test_divergence_is_named_and_one_click_mends_it(trained):
    page = open_page(opt="sgd", lr="10")
    assert diagnose(trained[-1], quick_history(trained[-1])) is not None
    assert "diverged" in page.warning[0].value
    assert "e+0" not in page.warning[0].value
    assert quick_history(trained[-1]).steps[-1] == 0
    assert "Before its first step its fit is" in words(page)
    assert "shows how" not in words(page)  # there is no training to be seen
    button(page, "Lower the learning rate to 0.01").click().run()
    assert trained[-1].training.learning_rate == 0.01


def test_a_bad_formula_leaves_the_good_one_on_screen(trained):
    page = open_page(target="formula", formula="x**3")
    page.text_input(key="control_formula").set_value("x +").run()
    assert "the formula ends too early" in words(page)
    assert page.text_input(key="control_formula").value == "x +"
    page.text_input(key="control_formula").set_value("log(x)").run()
    assert "log(x) is" in words(page)
    assert {experiment.dataset.formula for experiment in trained} == {"x**3"}


@pytest.mark.parametrize("label", PAGES["pieces"].examples)
def test_presets_run(trained, label):
    page = open_page(noise="0.3")
    show_example(page, label)
    assert not page.exception
    for name, value in PAGES["pieces"].examples[label].changes.items():
        assert page.session_state["values"][name] == value


@pytest.mark.parametrize("k", range(0, 201, 40))
def test_every_own_point_survives_the_link(k):
    kind = OwnPoints(40)
    points = tuple((round(cell / 100 - 1, 2), round(1 - cell / 100, 2)) for cell in range(k, k + 1))
    assert kind.read(kind.write(points)) == (points, EXACT)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (OwnPoints(2), "000000010002zzzz", ((-1.0, -1.0), (-1.0, -0.99))),
        (OwnPoints(2), "00000", ((-1.0, -1.0),)),
        (OwnPoints(2), "zz00", ((1.0, -1.0),)),
        (HandNetwork(Real(-4, 4, 1), 1), "1_2_3_1_2_3_0.5", (1.0, 2.0, 3.0, 0.5)),
        (HandNetwork(Real(-4, 4, 1), 1), "1_2_9_0.55", (1.0, 2.0, 4.0, 0.6)),
        (HandNetwork(Real(-4, 4, 1), 1, Real(-8, 8, 1)), "-9_-9_9_9", (-4.0, -8.0, 4.0, 8.0)),
        (Interval(-10, 10, 0.5), "0.2_99", (0.0, 10.0)),
    ],
)
def test_the_nearest_is_taken(kind, text, value):
    read, reason = kind.read(text)
    assert read == pytest.approx(value) if not isinstance(value[0], tuple) else read == value
    assert reason not in (EXACT, "the default")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own", "00"),
        ("own", "-0000"),
        ("own", "ABCD"),
        ("hand", "1_2_3"),
        ("hand", "1_2_3_4_5"),
        ("hand", "1_2_x_4"),
        ("interval", "3_1"),
        ("interval", "1"),
        ("formula", "import os"),
        ("formula", ""),
        ("shift", "2"),
    ],
)
def test_nonsense_gives_the_default_and_says_so(name, text):
    values, notices = parse({name: text}, PIECES)
    assert values[name] == PIECES.default(name)
    assert len(notices) == 1


def test_what_is_drawn_and_built_makes_a_short_link():
    values = PIECES.defaults | {
        "own": tuple((cell / 100, -cell / 100) for cell in range(40)),
        "hand": (-3.9, -3.9, -3.9) * 8 + (-3.9,),
    }
    query = format(values, PIECES)
    assert max(map(len, query.values())) <= 160
    assert parse(query, PIECES) == (values, ())
    assert set(query) == {"v", "own", "hand"}


@pytest.mark.parametrize("formula", ["x**2", "x**2 * x**3 / 4", "abs(x) * x*x"])
def test_a_formula_is_no_markup(trained, formula):
    """The stars of x**2 made bold type of what came after them."""
    page = open_page(target="formula", formula=formula)
    assert f"`{formula}`" in words(page)


def test_a_formula_that_has_no_value_is_told_without_markup(trained):
    page = open_page(target="formula", formula="x**0.5 * x**2")
    assert "x\\*\\*0.5" in page.error[0].value
