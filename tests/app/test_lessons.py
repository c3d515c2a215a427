"""Lessons as data: what a file may say, and that each fault becomes one clear sentence."""

import re
import tomllib
from functools import cache
from itertools import pairwise
from urllib.parse import urlencode

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from sklearn.linear_model import LogisticRegression

from layerwarp import linear_regions, piecewise_linear, record_activations, train
from layerwarp.app.controls.network import experiment
from layerwarp.app.link.parameters import LESSONS
from layerwarp.app.pages.lessons import reading
from layerwarp.app.pages.lessons.kinds import BARS, KINDS, MEASURES, PLACE_MEASURES, PLAYS
from layerwarp.app.pages.lessons.lesson import VIEWED, Lesson, View
from layerwarp.app.pages.lessons.reading import LessonError, check_path, lessons, read
from layerwarp.app.stage.modules import FRONTEND
from layerwarp.app.stage.payload import input_box
from layerwarp.app.work.trainer import measured
from layerwarp.assets import ASSETS
from layerwarp.geometry.constructions import sawtooth, shallow_sawtooth_width

GOOD = """
title = "A lesson"
question = "What happens?"

[[steps]]
question = "Which?"
view = "warp?v=2&data=moons"
answer = "choose"
principle = "Because of {corners} corners."
options = [{ text = "This", right = true }, { text = "That", never = "it cannot be." }]

[[steps]]
question = "How many? Guess."
view = "creases?v=2&layers=1"
answer = "number"
measure = "pieces"
low = 1
high = 9
principle = "So many."

[[steps]]
question = "Where?"
view = "warp?v=2"
answer = "place"
measure = "on"
equals = 0
principle = "There."

[[steps]]
question = "How?"
view = "warp?v=2"
answer = "draw"
principle = "So."

[[steps]]
question = "Where to?"
view = "warp?v=2&matrix=1_0_0_1_0_0"
answer = "outline"
shape = "unit"
principle = "There."

[[steps]]
question = "Which graph?"
view = "pieces?v=2&neurons=3"
answer = "graph"
principle = "At {kinks} hinges."
"""
TWO = "warp?v=2&data=moons&versus=layers.2"
SENTENCE = re.compile(r"test\.toml(, [^:]+)?: [^\n]+\.")
# What stands in its place in GOOD -> parts of the sentence that says what is wrong.
FAULTS = {
    ('title = "A lesson"', ""): ("test.toml, title", "is missing"),
    ('title = "A lesson"', 'titel = "A lesson"'): ("test.toml, titel", "no field here"),
    ('title = "A lesson"', "title = 3"): ("test.toml, title", "plain text", "got 3"),
    ('"A lesson"', '"<script>alert(1)</script>"'): ("test.toml, title", "without tags", "<script>"),
    ('"A lesson"', '"two\\nlines"'): ("test.toml, title", "line breaks"),
    ('"A lesson"', f'"{"x" * 61}"'): ("test.toml, title", "1 to 60 characters"),
    ('"Which?"', '"One. Two. Three?"'): ("step 1, question", "at most 2 sentences"),
    ('"choose"', '"chose"'): (
        "step 1, answer",
        "choose, number, place, draw, outline, graph",
        "'chose'",
    ),
    ('"choose"', "[]"): ("step 1, answer", "got []"),
    ('"So many."', '"<img src=x onerror=alert(1)>"'): ("step 2, principle", "without tags"),
    ('"So many."', '"It is {so} many."'): ("step 2, principle", "one of right", "'so'"),
    ("warp?v=2&data=moons", "warp?v=2&data=mons"): ("step 1, view", "data = mons"),
    ("warp?v=2&data=moons", "warp?v=2&neuron=3"): ("step 1, view", "no setting", "'neuron'"),
    ("warp?v=2&data=moons", "warp?v=2&neurons=1e9"): ("step 1, view", "neurons = ", "using 64"),
    ("warp?v=2&data=moons", "warp?data=moons"): ("step 1, view", "version", "v=2"),
    ("warp?v=2&data=moons", "wrap?v=2"): ("step 1, view", "warp?, creases? or pieces?", "wrap?v=2"),
    ("warp?v=2&data=moons", "javascript:alert(1)"): ("step 1, view", "end of a link"),
    ("right = true", "right = 1"): ("step 1, option 1, right", "true or false", "got 1"),
    (", right = true", ', never = "no."'): ("step 1, options", "one and only one", "0 right"),
    ('never = "it cannot be."', "right = true"): ("step 1, options", "2 right"),
    (', never = "it cannot be."', ""): ("step 1, option 2, truth or never", "either", "0 of them"),
    ("right = true", 'right = true, truth = "warp?v=2"'): ("option 1, truth", "a wrong answer"),
    ('text = "This"', 'text = "This", outline = [[0, 2], [0, 0]]'): (
        "option 1, outline",
        "-1 to 1",
    ),
    ('measure = "pieces"', ""): ("step 2, measure", "is missing"),
    ('measure = "pieces"', 'measure = "area"'): ("step 2, measure", "by hand", "layers=1"),
    ("{corners} corners", "{other pieces}"): ("step 1, principle", "A of versus", "data=moons"),
    ("warp?v=2&data=moons", "warp?v=2&data=moons&versus=layer.2"): ("step 1, view", "versus"),
    ('"draw"', '"draw"\nbars = "bar"'): ("step 4, bars", "gradients, moved, blame, cost", "'bar'"),
    ('"draw"', '"draw"\nbars = "blame"'): ("step 4, bars", "chosen point of two classes"),
    ('"outline"', '"outline"\nbars = "moved"'): ("step 5, bars", "trained here"),
    ('"graph"', '"graph"\nbars = "cost"'): ("step 6, bars", "asked of warp or creases"),
    ("{corners} corners", "{quadratic} %"): ("step 1, principle", "chosen neuron", "data=moons"),
    ("{corners} corners", "{other} corners"): (
        "step 1, principle",
        "one of right",
        "'other'",
    ),
    ('shape = "unit"', ""): ("step 5, shape", "is missing"),
    ('shape = "unit"', 'shape = "circle"'): ("step 5, shape", "unit, square, sheet", "'circle'"),
    ('shape = "unit"', 'shape = "unit"\ngiven = "sum"'): ("step 5, given", "plane, sums", "'sum'"),
    ('shape = "unit"', 'shape = "unit"\nafter = 2'): ("step 5, after", "of which there are 1"),
    ('shape = "unit"', 'shape = "unit"\nafter = 0.5'): ("step 5, after", "got 0.5"),
    ("warp?v=2&matrix=1_0_0_1_0_0", "warp?v=2&neurons=3"): ("step 5, view", "layers of 2 neurons"),
    ("warp?v=2&matrix=1_0_0_1_0_0", "warp?v=2&neurons=2&inputs=x1-product"): (
        "step 5, view",
        "from x1 and x2",
    ),
    ("warp?v=2&matrix=1_0_0_1_0_0", "warp?v=2&neurons=2&bend=0.5"): ("step 5, view", "the bend"),
    ('shape = "unit"', 'shape = "unit"\nreveal = "creases?v=2&layers=1"'): (
        "step 5, view",
        "layers of 2 neurons",
        "layers=1",
    ),
    ("{corners} corners", "{agree}"): ("step 1, principle", "two networks", "data=moons"),
    ('measure = "pieces"', 'measure = "stretch"'): ("step 2, measure", "by hand", "layers=1"),
    ("{corners} corners", "{area}"): ("step 1, principle", "built by hand", "data=moons"),
    ('"warp?v=2"\nanswer = "place"', '"warp?v=2&layers=0"\nanswer = "place"'): (
        "step 3",
        "on needs",
    ),
    ('measure = "pieces"', 'measure = "on"'): ("step 2, measure", "one of right, test"),
    ("high = 9", "high = 1"): ("step 2, high", "larger than low"),
    ("high = 9", "high = 9\nstep = 1e-6"): ("step 2, high", "1,000 steps"),
    ("low = 1", "low = nan"): ("step 2, low", "a number", "got nan"),
    ("low = 1", "low = true"): ("step 2, low", "a number", "got True"),
    ("equals = 0", "equals = 0\nlow = 1"): ("step 3, low", "no field here"),
    ('"draw"', '"draw"\nplay = "loud"'): ("step 4, play", "layers, layer, training, bend"),
    ('"draw"', '"draw"\nonly = ["neuron"]'): ("step 4, only", "names of parameters"),
    ('"pieces?v=2&neurons=3"', '"warp?v=2"'): ("step 6, view", "a view of pieces where", "'warp'"),
    ('"warp?v=2"\nanswer = "draw"', '"pieces?v=2"\nanswer = "draw"'): (
        "step 4, view",
        "a view of warp or creases where the answer is draw",
    ),
    ('"graph"', '"graph"\nreveal = "creases?v=2"'): ("step 6, reveal", "a view of pieces"),
    ('"graph"', '"graph"\nplay = "layers"'): ("step 6, play", "warp or creases", "'pieces'"),
    ("{kinks}", "{corners}"): ("step 6, principle", "corners is asked of warp or creases"),
    ("{corners} corners", "{kinks} kinks"): ("step 1, principle", "kinks is asked of pieces"),
    ("neurons=3", "neurons=3&act=tanh"): ("step 6, principle", "kinks needs activations with"),
    ("neurons=3", "target=points&own=-"): ("step 6, view", "two own points or more"),
    ("neurons=3", "target=formula&formula=log(x)"): ("step 6, view", "formula", "log"),
    ("[[steps]]", "[steps"): ("test.toml", "must be TOML", "line"),
}


def fault(source: str | bytes) -> str:
    """The sentence on what is wrong with a file."""
    with pytest.raises(LessonError) as caught:
        read(source if isinstance(source, bytes) else source.encode(), "test")
    return str(caught.value)


def test_a_good_file_is_read():
    lesson = read(GOOD.encode(), "test")
    assert [step.answer for step in lesson.steps] == list(KINDS)
    assert lesson.steps[0].view == View("warp", "v=2&data=moons")
    assert lesson.steps[0].options[1].never == "it cannot be."
    assert dict(lesson.steps[1].asked) == {"measure": "pieces", "low": 1, "high": 9, "step": 1}


@pytest.mark.parametrize("change", FAULTS, ids=lambda change: change[1][:40] or "left out")
def test_a_fault_becomes_one_sentence_that_says_where_and_what(change):
    assert change[0] in GOOD
    sentence = fault(GOOD.replace(change[0], change[1], 1))
    assert SENTENCE.fullmatch(sentence), sentence
    for part in FAULTS[change]:
        assert part in sentence, sentence
    assert len(sentence) < 500


@pytest.mark.parametrize(
    ("source", "part"),
    [
        (b"x" * 1_000_000, "at most 100,000 bytes; got 1,000,000"),
        (b"\xff\xfe", "UTF-8"),
        (b"x = " + b"[" * 90_000, "TOML"),
        (b"x = " + b"9" * 90_000, "TOML"),
        (b"", "steps: is missing"),
        (b"a." * 40_000 + b"a = 1", "names without dots"),
        (GOOD.split("[[")[0].encode() + b"steps = 3", "list of 1 to 12 tables; got 3"),
        (GOOD.split("[[")[0].encode() + b"steps = [3]", "step 1: must be a table of fields; got 3"),
        (GOOD.encode() + b"[[steps]]\n" * 9, "list of 1 to 12 tables"),
        (b'next = "test"\n' + GOOD.encode(), "next: must be one of"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused_in_a_sentence(source, part):
    sentence = fault(source)
    assert part in sentence
    assert SENTENCE.fullmatch(sentence), sentence


def test_draws_are_asked_of_two_classes():
    blobs = GOOD.replace(
        'view = "warp?v=2"\nanswer = "draw"', 'view = "warp?v=2&data=blobs3"\nanswer = "draw"'
    )
    assert "must have two classes" in fault(blobs)


def test_a_view_of_two_networks_has_both_and_measures_both():
    told = GOOD.replace("warp?v=2&data=moons", TWO).replace(
        "{corners}", "{right} and {other right}"
    )
    view = read(told.encode(), "test").steps[0].view
    assert view.other
    assert (view.values["layers"], view.other["layers"], view.other["data"]) == (1, 2, "moons")
    assert read(GOOD.encode(), "test").steps[0].view.other is None


def test_lessons_lead_in_no_circle():
    def path(**following):
        return {name: Lesson(name, "t", "q", (), next=there) for name, there in following.items()}

    check_path(path(a="b", b="c", c=""))
    with pytest.raises(LessonError, match=r"b\.toml, next: .*circle; got a to b to a\."):
        check_path(path(a="b", b="a"))
    with pytest.raises(LessonError, match=r"a\.toml, next: .*circle"):
        check_path(path(a="a"))
    with pytest.raises(LessonError, match=r"a\.toml, next: there is no lesson 'z'\."):
        check_path(path(a="z"))
    own = (f'next = "{LESSONS[0]}"\n' + GOOD).encode()
    with pytest.raises(LessonError, match="another lesson"):
        read(own, LESSONS[0])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


def written(value) -> str:
    """TOML of a value, None as an empty text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(str(k))} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) or value is None:
        return (
            '"'
            + "".join(f"\\U{ord(c):08x}" for c in value or "" if not 0xD800 <= ord(c) < 0xE000)
            + '"'
        )
    return repr(value)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), value=VALUES)
def test_whatever_a_field_says_is_read_or_refused_in_one_sentence(data, value):
    lines = GOOD.splitlines()
    fields = [k for k, line in enumerate(lines) if "=" in line]
    at = data.draw(st.sampled_from(fields))
    lines[at] = f"{lines[at].split('=')[0]} = {written(value)}"
    source = "\n".join(lines)
    tomllib.loads(source)
    sentence = ""
    try:
        read(source.encode(), "test")
    except LessonError as error:
        sentence = str(error)
    assert not sentence or SENTENCE.fullmatch(sentence)
    assert sentence.isprintable()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_in_one_sentence(source):
    sentence = fault(source)
    assert "\n" not in sentence
    assert len(sentence) < 500


# The lessons that there are.


def test_all_lessons_are_read_and_end_on_new_data():
    path = lessons()
    assert tuple(path) == LESSONS
    assert {file.stem for file in (ASSETS / "lessons").glob("*.toml")} == set(LESSONS)
    kinds = set()
    for lesson in path.values():
        assert 4 <= len(lesson.steps) <= 7
        assert lesson.steps[-1].question.startswith("New data")
        assert lesson.picture
        kinds |= {step.answer for step in lesson.steps}
    assert kinds == set(KINDS)


def test_the_browser_knows_every_play_page_and_bar():
    step = (FRONTEND / "lessons" / "step.js").read_text("utf-8")
    assert all(f'what === "{play}"' in step for play in PLAYS)
    assert all(f"  {page}: async () => (await import(" in step for page in VIEWED)
    bars = (FRONTEND / "lessons" / "bars.js").read_text("utf-8")
    assert re.findall(r"^  (\w+): \{$", bars, re.MULTILINE) == list(BARS)


@cache
def trained(view: View):
    """The network of a view, its data and what the page draws of the plane."""
    asked = experiment(view.values)
    data = asked.dataset.make()
    return asked, data, train(data, asked.architecture, asked.training)


def corners(view: View) -> int:
    """Corners of the closed boundary of a view's network."""
    asked, data, history = trained(view)
    regions = linear_regions(asked.architecture, history.params, input_box(data.points))
    (loop,) = regions.boundary_loops
    places = np.asarray(loop)
    places = places[np.linalg.norm(np.roll(places, 1, axis=0) - places, axis=1) > 1e-9]
    ways = np.roll(places, -1, axis=0) - places
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    after = np.roll(ways, -1, axis=0)
    return int((np.abs(ways[:, 0] * after[:, 1] - ways[:, 1] * after[:, 0]) > 1e-4).sum())


def option(lesson: str, step: int, start: str) -> View:
    """The view for which a wrong answer is true."""
    options = lessons()[lesson].steps[step - 1].options
    (found,) = [one for one in options if one.text.startswith(start)]
    assert found.truth
    return found.truth


def test_the_bend_makes_the_corners_that_are_told():
    steps = lessons()["bend"].steps
    right = next(one for one in steps[2].options if one.right)
    assert right.text == "Six corners"
    assert corners(steps[2].view) == 6
    assert corners(option("bend", 3, "Four corners")) == 4
    smooth = experiment(option("bend", 3, "A smooth line").values)
    assert not smooth.architecture.is_piecewise_linear
    assert trained(steps[2].view)[0].architecture.widths == (3,)
    assert steps[2].question.startswith("Three ReLU neurons")


def test_only_the_weights_that_are_told_are_weights():
    step = lessons()["bend"].steps[0]
    weights = matrix_of(step.view)[0]
    told = step.question.split("are ")[1].split(";")[0].replace(" and ", ", ").replace("−", "-")
    np.testing.assert_array_equal(weights.ravel(), [float(part) for part in told.split(", ")])
    without = matrix_of(option("bend", 1, "The weight −0.3"))[0]
    np.testing.assert_array_equal(without, np.maximum(weights, 0))


def rise(view: View, sums: np.ndarray) -> np.ndarray:
    """By how much a network of one input, built by hand, rises where its input grows by 0.1."""
    numbers = view.values["hand"]
    rows, (bias,) = np.reshape(numbers[:-1], (-1, 3)), numbers[-1:]
    before, after = (
        bias + sum(v * np.maximum(w * x + b, 0) for w, b, v in rows) for x in (sums, sums + 0.1)
    )
    return after - before


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("", [0, 0.1, 0.1]),
        ("By 0.1 each", [0.1] * 3),
        ("By 0, 0.1 and 0.3", [0, 0.1, 0.3]),
        ("By 0, 0.1 and 0:", [0, 0.1, 0]),
    ],
)
def test_a_relu_hands_a_change_on_in_full_or_not_at_all(start, told):
    step = lessons()["bend"].steps[3]
    view = option("bend", 4, start) if start else step.view
    np.testing.assert_allclose(rise(view, np.array([-0.8, 0.2, 0.8])), told, atol=1e-12)
    (right,) = [one.text for one in step.options if one.right]
    assert right == "By 0, 0.1 and 0.1"


def test_a_neuron_is_on_outside_and_most_are_off():
    place, count = lessons()["bend"].steps[4:6]
    points = trained(count.view)[1].points
    sums = outputs(count.view, points)[0]
    assert sums.shape == (400, 3)
    assert np.mean(sums <= 0) == pytest.approx(0.67, abs=0.005)
    assert ((sums <= 0).sum(axis=1) >= 2).mean() > 0.6  # most of the layer, at most points
    assert trained(place.view)[0] == trained(count.view)[0]
    places = lattice(place.view, 61)
    off = outputs(place.view, places)[0] <= 0
    assert off[np.abs(places).max(axis=1) < 0.1].all()
    assert 0.05 < off.all(axis=1).mean() < 0.2  # large enough to be hit
    assert not off[np.linalg.norm(places, axis=1) > 2.5].all(axis=1).any()


@pytest.mark.parametrize(
    ("lesson", "step", "start", "least", "most"),
    [
        ("straight", 1, "", 0.5, 0.7),  # no straight line follows the arms
        ("straight", 1, "It winds", 0.99, 1.0),
        ("straight", 4, "", 0.4, 0.6),  # little more than tossing a coin
        ("straight", 5, "", 0.99, 1.0),
        ("squash", 1, "", 0.995, 1.0),
        ("squash", 5, "", 0.99, 1.0),
        ("squash", 5, "No", 0.4, 0.6),
        ("narrow", 1, "", 0.8, 0.95),
        ("narrow", 2, "reveal", 0.99, 1.0),
        ("narrow", 4, "", 0.99, 1.0),
        ("narrow", 4, "A saddle", 0.4, 0.75),
        ("narrow", 4, "It stays flat", 0.4, 0.75),
        ("narrow", 5, "", 0.99, 1.0),
        ("narrow", 6, "", 0.99, 1.0),
        ("sees", 1, "", 0.99, 1.0),
        ("sees", 2, "", 0.4, 0.6),  # a straight cut, as everything without hidden layers
        ("sees", 2, "reveal", 0.99, 1.0),
        ("sees", 2, "x₁ and x₂", 0.99, 1.0),
        ("sees", 2, "The squares", 0.99, 1.0),
        ("sees", 3, "", 0.99, 1.0),
        ("sees", 4, "", 0.99, 1.0),
        ("squashers", 3, "", 0.99, 1.0),
        ("squashers", 5, "", 0.49, 0.52),  # starved
        ("squashers", 6, "", 0.7, 0.86),  # less than a straight line gets
        ("straight", 2, "", 0.86, 0.92),  # which is this
        ("vanishing", 3, "", 0.49, 0.51),
        ("vanishing", 4, "reveal", 0.9, 1.0),
        ("vanishing", 6, "", 0.99, 1.0),
        ("learning", 1, "", 0.8, 0.95),  # some are wrong
        ("learning", 6, "", 0.6, 0.8),
        ("learning", 6, "It learns", 0.99, 1.0),
        ("deep", 6, "", 0.99, 1.0),
        ("deep", 7, "", 0.99, 1.0),
        ("much", 3, "reveal", 0.95, 1.0),
        ("much", 6, "The large one", 0.99, 1.0),
        ("much", 6, "Neither", 0.4, 0.6),
    ],
)
def test_networks_do_what_the_lessons_say(lesson, step, start, least, most):
    asked = lessons()[lesson].steps[step - 1]
    view = {"": asked.view, "reveal": asked.reveal}.get(start) or option(lesson, step, start)
    _, _, history = trained(view)
    for accuracy in (history.train_accuracy[-1], history.accuracy[-1]):
        assert least - 0.01 <= accuracy <= most + 1e-6


def test_what_does_not_bend_says_so():
    steps = lessons()["straight"].steps
    for step in steps:
        assert set(step.view.values["act"]) == {"identity"}
    thousands = experiment(steps[2].view.values).architecture
    assert thousands.widths == (32,) * 5
    assert thousands.n_parameters > 4_000
    assert 3 in range(int(steps[2].asked["low"]), int(steps[2].asked["high"]))


def test_before_training_the_points_are_right_by_chance():
    step = lessons()["squash"].steps[1]
    assert step.view.values["s"] == 0
    _, _, history = trained(step.view)
    assert 0.3 < history.train_accuracy[0] < 0.7


def hidden(view: View) -> np.ndarray:
    """What the last hidden layer puts out at the points (n, width) of a view."""
    asked, data, history = trained(view)
    return record_activations(asked.architecture, history.params, data.points)[-2].post


def test_softmax_shares_out_one_whole_and_large_weights_end_at_the_edges():
    shares = lessons()["squashers"].steps[3]
    assert shares.view.values["neurons"] == 64
    np.testing.assert_allclose(hidden(shares.view).mean(), 1 / 64, rtol=1e-5)
    assert pytest.approx(0.016, abs=5e-4) == 1 / 64
    assert 0.3 < hidden(option("squashers", 4, "About a half")).mean() < 0.7
    edges = squashed(lessons()["squashers"].steps[1].view)
    assert np.mean((np.abs(edges - 0.5) > 0.4).any(axis=1)) > 0.9
    nearer = option("squashers", 2, "Nearer to the middle")
    usual = changed(nearer, bend="1")
    assert np.abs(squashed(nearer) - 0.5).mean() < np.abs(squashed(usual) - 0.5).mean()


def squashed(view: View) -> np.ndarray:
    """Where a view's points are in the square of a sigmoid layer whose sums are multiplied."""
    asked, data, history = trained(changed(view, bend="1"))
    sums = record_activations(asked.architecture, history.params, data.points)[0].pre
    return 0.5 + 0.5 * np.tanh(view.values["bend"] * sums / 2)


def matrix_of(view: View) -> tuple[np.ndarray, np.ndarray]:
    """W (2, 2) and b of the layer that a view has built by hand."""
    numbers = view.values["matrix"]
    return np.reshape(numbers[:4], (2, 2)), np.array(numbers[4:])


def test_the_matrices_are_what_is_said_of_them():
    steps = lessons()["matrix"].steps
    by_hand = [step.view for step in steps if step.view.values["matrix"]]
    stretch, drawn, square, step, flat, mirror = [matrix_of(view)[0] for view in by_hand]
    np.testing.assert_array_equal(drawn, [[2, 1], [0, 1.5]])
    np.testing.assert_array_equal(stretch, [[2, 0], [0, 0.5]])
    assert np.linalg.svd(stretch)[1].max() == pytest.approx(2)
    assert np.linalg.det(square) == pytest.approx(1.5)
    np.testing.assert_array_equal(square, [[1, 1], [-0.5, 1]])
    np.testing.assert_array_equal(flat[:, 1], 2 * flat[:, 0])
    assert np.linalg.matrix_rank(flat) == 1
    np.testing.assert_allclose(np.linalg.norm(step, axis=0), 1.58, atol=0.005)
    assert np.linalg.norm(step, 2) == pytest.approx(2)
    assert "by 0.1, and the output moves by 0.2 at most" in steps[3].principle
    np.testing.assert_array_equal(mirror, [[-1, 0], [0, 1]])
    slanted = matrix_of(option("matrix", 5, "It is slanted"))[0]
    assert np.linalg.matrix_rank(slanted) == 2
    assert not matrix_of(option("matrix", 5, "It becomes a single"))[0].any()
    np.testing.assert_array_equal(matrix_of(option("matrix", 7, "It is turned"))[0], -np.eye(2))


def alike_layers(view: View) -> np.ndarray:
    """W (2, 2) of a loaded network whose hidden layers are all the same."""
    asked = experiment(view.values)
    assert set(asked.architecture.activations) == {"identity"}
    layers = measured(asked).params[:-1]
    assert len(layers) == 5
    for layer in layers:
        np.testing.assert_array_equal(layer.weights, layers[0].weights)
        assert not np.any(layer.bias)
    return np.asarray(layers[0].weights, float).T


@pytest.mark.parametrize(
    ("start", "along"),
    [
        ("", (1, 1)),
        ("Nearly all along one line, that of (1, −1)", (1, -1)),
        ("Nearly all along one line, that of (1, 0)", (1, 0)),
        ("In all directions", None),
    ],
)
def test_alike_layers_leave_the_direction_that_they_stretch_most(start, along):
    step = lessons()["matrix"].steps[5]
    weights = alike_layers(option("matrix", 6, start) if start else step.view)
    angles = np.radians(np.arange(0, 180, 5))
    arrows = np.linalg.matrix_power(weights, 5) @ [np.cos(angles), np.sin(angles)]
    if along is None:
        np.testing.assert_allclose(np.linalg.norm(arrows, axis=0), 1, rtol=1e-5)
        turned = np.angle((arrows[0] + 1j * arrows[1]) / np.exp(1j * angles))
        np.testing.assert_allclose(np.degrees(turned), 150, atol=0.01)
        return
    apart = (
        np.abs(np.array(along) @ arrows) / np.linalg.norm(along) / np.linalg.norm(arrows, axis=0)
    )
    assert np.mean(np.degrees(np.arccos(np.minimum(apart, 1))) < 10) > 0.85
    values, vectors = np.linalg.eigh(weights)
    np.testing.assert_allclose(values, [1, 2], rtol=1e-6)
    np.testing.assert_allclose(
        np.abs(vectors[:, 1]), np.abs(along) / np.linalg.norm(along), rtol=1e-6
    )
    if not start:
        np.testing.assert_allclose(weights, [[1.5, 0.5], [0.5, 1.5]])


def test_quarters_multiply():
    step = lessons()["vanishing"].steps[0]
    assert experiment(step.view.values).architecture.depth == 8
    assert pytest.approx(65_000, rel=0.01) == 4**8
    _, _, history = trained(step.view)
    norms = history.gradient_norms[0]
    assert norms[-1] / norms[0] > 1000


def moved(view: View) -> np.ndarray:
    """How far the weights of each layer have moved, in percent of their size at the start."""
    history = trained(view)[2]
    pairs = zip(history.params_at(0), history.params, strict=True)
    sizes = [(np.linalg.norm(b.weights - a.weights), np.linalg.norm(a.weights)) for a, b in pairs]
    return np.array([100 * way / size for way, size in sizes])


def test_first_layers_keep_their_random_weights():
    step, cure = lessons()["vanishing"].steps[1], lessons()["vanishing"].steps[3]
    assert step.shown
    ways = moved(step.shown)
    assert ways[0] < 0.01
    assert ways[-1] > 10
    assert np.all(ways[:3] < 0.01)
    all_layers = option("vanishing", 2, "All layers")
    assert moved(all_layers).min() > 10
    assert cure.reveal
    norms = trained(cure.reveal)[2].gradient_norms[0]
    assert norms.max() / norms.min() < 10  # about as long in every layer


def test_softmax_starves_the_first_layer_and_relu_does_not():
    step = lessons()["squashers"].steps[4]
    soft, straight = trained(step.view)[2], trained(other(step.view))[2]
    ratio = straight.gradient_norms[0][0] / soft.gradient_norms[0][0]
    assert ratio == pytest.approx(60, abs=5)
    assert straight.train_accuracy[-1] > 0.99


def changed(view: View, **changes: str) -> View:
    """The view with other settings."""
    words = {name: texts[-1] for name, texts in view.words.items()} | changes
    return View(view.page, urlencode(words))


def other(view: View) -> View:
    """Network A of a view of two networks, alone."""
    assert view.other
    difference = {name: view.other[name] for name in ("layers", "neurons", "start", "steps")}
    numbers = {name: str(value) for name, value in difference.items()}
    return changed(view, versus="", act="-".join(view.other["act"]), **numbers)


def test_fold_lines_of_later_layers_bend_before_any_training():
    """A straight cut parts where a neuron of the one layer is on, not of a later layer."""
    deep = lessons()["deep"].steps[4].view
    for view, bent in ((deep, True), (other(deep), False)):
        asked, _, history = trained(view)
        places = lattice(view, 61)
        layers = record_activations(asked.architecture, history.params_at(0), places)[:-1]
        shares = [separable(places, on) for on in (layers[-1].pre > 0).T if 0.2 < on.mean() < 0.8]
        assert shares
        assert (min(shares) < 0.98) == bent


def test_outlines_go_where_the_lessons_say():
    matrix, bend = lessons()["matrix"].steps[1], lessons()["bend"].steps[1]
    assert (matrix.asked["shape"], bend.asked["shape"]) == ("unit", "square")
    weights, bias = matrix_of(matrix.view)
    assert not bias.any()
    b, d, c = (weights @ corner for corner in ([1, 0], [0, 1], [1, 1]))
    np.testing.assert_array_equal([b, d, c], [[2, 0], [1, 1.5], [3, 1.5]])
    np.testing.assert_array_equal(c, b + d)
    weights, bias = matrix_of(bend.view)
    assert bend.view.values["act"] == ("relu",)
    assert not bias.any()
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) @ weights.T
    assert (corners[0] < 0).all(), "A goes to (0, 0)"
    assert (corners[2] > 0).all(), "C stays"
    assert bend.asked["given"] == "sums"
    # What is pressed flat of two sides sticks out along the axes, far enough to be drawn.
    for side, axis in ((1, 0), (3, 1)):
        inner, outer = corners[2], corners[side]
        share = inner[1 - axis] / (inner[1 - axis] - outer[1 - axis])
        assert outer[axis] - (inner + share * (outer - inner))[axis] > 0.4


def test_a_round_shape_is_no_quadratic():
    step = lessons()["sees"].steps[4]
    layer, neuron = step.shown.values["unit"]
    assert (layer, neuron) == (3, 8)
    places = lattice(step.view, 65).astype(float)
    output = np.maximum(outputs(step.view, places.astype(np.float32))[layer - 1][:, neuron - 1], 0)
    x, y = places.T
    terms = np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])
    _, left, _, _ = np.linalg.lstsq(terms, output.astype(float), rcond=None)
    assert 1 - left[0] / ((output - output.mean()) ** 2).sum() == pytest.approx(0.40, abs=0.01)
    assert output[np.abs(places).max(axis=1) > 0.99 * np.abs(places).max()].max() == 0


def test_what_would_not_help_does_not():
    sigmoids = lessons()["vanishing"].steps[3].view
    _, _, wider = trained(changed(sigmoids, neurons="32"))
    _, _, deeper = trained(changed(sigmoids, layers="10"))
    for history in (wider, deeper):
        assert history.train_accuracy[-1] == pytest.approx(0.5, abs=0.01)
    large = lessons()["much"].steps[2].view
    _, _, short = trained(large)
    assert short.train_accuracy[-1] == pytest.approx(1)
    assert short.accuracy[-1] < 0.85
    for history in (
        trained(changed(large, steps="8000"))[2],
        trained(changed(large, layers="4"))[2],
    ):
        assert history.train_accuracy[-1] == pytest.approx(1)
        assert history.accuracy[-1] < 0.85
    _, _, cure = trained(lessons()["much"].steps[2].reveal)
    assert cure.train_accuracy[-1] - cure.accuracy[-1] < 0.02


def test_depth_is_good_until_more_points_are_needed():
    step = lessons()["much"].steps[3]
    assert step.view.values["layers"] == 8
    assert other(step.view).values["layers"] == 4
    told = [[96, 95, 96, 86], [98, 97, 97, 97]]
    for points, percents in zip(("40", "2000"), told, strict=True):
        for layers, percent in zip((1, 2, 4, 8), percents, strict=True):
            _, _, history = trained(changed(step.view, points=points, layers=str(layers)))
            assert 100 * history.accuracy[-1] == pytest.approx(percent, abs=0.6)
            assert points == "2000" or history.train_accuracy[-1] > 0.999
    for start in "01":
        four, eight = (trained(changed(step.view, layers=n, start=start))[2] for n in "48")
        assert eight.accuracy[-1] < four.accuracy[-1] - 0.02


def test_a_straight_line_is_as_good_where_there_is_nothing_to_bend_around():
    view = lessons()["much"].steps[5].view
    asked, _, large = trained(view)
    small_asked, _, small = trained(changed(view, layers="0"))
    assert (asked.architecture.n_parameters, small_asked.architecture.n_parameters) == (4_417, 3)
    assert large.accuracy[-1] == pytest.approx(small.accuracy[-1], abs=0.02)


def outputs(view: View, places: np.ndarray) -> list[np.ndarray]:
    """What every layer of a view's trained network works out before its bend, (n, width) each."""
    asked, _, history = trained(view)
    return [r.pre for r in record_activations(asked.architecture, history.params, places)]


def lattice(view: View, nodes: int) -> np.ndarray:
    """Places (nodes², 2) of the square in sight; the one in the middle is its middle."""
    left, right, low, high = input_box(trained(view)[1].points)
    x, y = np.meshgrid(np.linspace(left, right, nodes), np.linspace(low, high, nodes))
    return np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)


def runs_out(view: View) -> bool:
    """Whether the part of the plane around the middle that is of one class reaches the edge."""
    nodes = 241
    side = (outputs(view, lattice(view, nodes))[-1][:, 0] > 0).reshape(nodes, nodes)
    middle = nodes // 2
    parts, _ = ndimage.label(side == side[middle, middle])
    edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    return bool((edge == parts[middle, middle]).any())


def test_two_neurons_are_too_narrow_and_three_are_not():
    steps = lessons()["narrow"].steps
    two, three = steps[1].view, steps[1].reveal
    assert three
    assert {step.view for step in steps[:3]} >= {two, View("warp", two.query.replace("&t=0", ""))}
    assert runs_out(two)
    assert not runs_out(three)
    for view in (changed(two, layers="10"), changed(two, steps="8000")):
        assert runs_out(view)
        assert trained(view)[2].train_accuracy[-1] < 0.98
    for start in "0123":
        one = trained(changed(steps[5].view, neurons="1", start=start))[2]
        assert one.train_accuracy[-1] < 0.8


def separable(places: np.ndarray, on: np.ndarray) -> float:
    """Share of places on their side of the best straight cut."""
    return float(LogisticRegression(C=100, max_iter=5000).fit(places, on).score(places, on))


def test_a_first_neuron_sees_one_side_of_a_line_and_a_later_one_a_shape():
    step = lessons()["sees"].steps[3]
    shape = option("sees", 4, "On a shape")
    assert step.reveal
    places = lattice(step.view, 61)
    for view, least, most in ((step.reveal, 0.99, 1), (shape, 0, 0.8)):
        layer, neuron = view.values["unit"]
        on = outputs(view, places)[layer - 1][:, neuron - 1] > 0
        assert 0.2 < on.mean() < 0.8
        assert least <= separable(places, on) <= most
    assert on[np.abs(places).max(axis=1) < 0.5].all()
    edge = np.abs(places).max(axis=1) == np.abs(places).max()
    assert not on[edge].any()  # the shape is closed


def test_two_networks_answer_alike_by_other_neurons():
    step = lessons()["sees"].steps[5]
    assert step.reveal
    places = lattice(step.view, 61)

    def alike(view: View) -> tuple[float, np.ndarray]:
        """Share of the square where both say the same; of every neuron the nearest of the other."""
        (sums, logits), (other_sums, other_logits) = (
            outputs(one, places) for one in (changed(view, versus=""), other(view))
        )
        both = np.corrcoef(np.maximum(sums, 0).T, np.maximum(other_sums, 0).T)
        return np.mean((logits > 0) == (other_logits > 0)), both[:4, 4:].max(axis=1)

    for view in (step.view, step.reveal):
        for one in (changed(view, versus=""), other(view)):
            assert trained(one)[2].train_accuracy[-1] > 0.995
        share, nearest = alike(view)
        assert share == pytest.approx(0.958, abs=0.005)
        assert nearest.max() < 0.85
    share, nearest = alike(option("sees", 6, "Yes: the same"))
    assert share > 0.98
    assert nearest.min() > 0.98


def test_probes_get_more_right_after_every_layer():
    step = lessons()["sees"].steps[6]
    asked, data, history = trained(step.view)
    spaces = [data.points]
    layers = record_activations(asked.architecture, history.params, data.points)
    spaces += [layer.post for layer in layers[:-1]]
    shares = [
        LogisticRegression(C=1, max_iter=5000).fit(x, data.labels).score(x, data.labels)
        for x in spaces
    ]
    assert "get 60 % right in the plane" in step.principle
    np.testing.assert_allclose([shares[0], shares[-1]], [0.6, 1], atol=0.006)
    assert np.all(np.diff(shares) > 0.05)
    assert hidden_cut("sees", 7, "All after the first") == 1


def hidden_cut(lesson: str, step: int, start: str) -> float:
    """Share of points right by a straight cut in the last hidden space of a wrong answer's view."""
    view = option(lesson, step, start)
    labels, space = trained(view)[1].labels, hidden(view)
    return float(LogisticRegression(C=1, max_iter=5000).fit(space, labels).score(space, labels))


def point_loss(params, x, label):
    """Loss of one point under a hidden layer of ReLUs, written once more."""
    (w, b), (out_w, out_b) = params
    z = (jnp.maximum(x @ w + b, 0) @ out_w + out_b)[0]
    return jnp.logaddexp(0, z) - label * z


def test_blame_reaches_only_who_was_relied_on():
    step = lessons()["learning"].steps[2]
    assert -np.log(0.01) / -np.log(0.4) == pytest.approx(5, abs=0.05)
    _, _, history = trained(step.view)
    params = [(jnp.asarray(layer.weights), jnp.asarray(layer.bias)) for layer in history.params]
    places = lattice(step.view, 41)
    sums, logits = outputs(step.view, places)
    off = (sums <= 0).all(axis=1)
    assert off.any()
    doubtful = places[np.where(off, np.inf, np.abs(logits[:, 0])).argmin()]
    for label in (0, 1):
        hidden_layer, (out_w, out_b) = jax.grad(point_loss)(params, places[off][0], label)
        assert not any(np.any(part) for part in (*hidden_layer, out_w))
        assert np.any(out_b)
        hidden_layer, _ = jax.grad(point_loss)(params, doubtful, label)
        assert np.any(hidden_layer[0])


def test_who_was_relied_on_most_gets_the_most_blame():
    """Numbers of the question and of its principle, against JAX's gradient."""
    step = lessons()["learning"].steps[1]
    _, data, history = trained(step.view)
    place = [step.view.values[name] for name in ("x1", "x2")]
    (index,) = np.flatnonzero(np.abs(data.points - place).max(axis=1) < 6e-5)
    point, label = data.points[index], int(data.labels[index])
    sums, logits = outputs(step.view, point[None])
    assert label == 1  # orange
    assert logits[0, 0] < 0  # taken for blue
    out = np.maximum(sums[0], 0)
    np.testing.assert_allclose(out, [1.1, 3.5, 0], atol=0.05)
    params = [(jnp.asarray(layer.weights), jnp.asarray(layer.bias)) for layer in history.params]
    _, (slopes, _) = jax.grad(point_loss)(params, point, label)
    np.testing.assert_allclose(slopes[:, 0], [-1.0, -3.2, 0], atol=0.05)
    error = 1 / (1 + np.exp(logits[0, 0]))
    assert error == pytest.approx(0.91, abs=0.005)
    np.testing.assert_allclose(slopes[:, 0], -error * out, rtol=1e-4)


def test_slopes_multiply_and_the_way_back_costs_two_ways_forward():
    steps = lessons()["learning"].steps
    first, second = np.reshape(steps[3].view.values["matrix"], (2, 6))[:, :4].reshape(2, 2, 2)
    np.testing.assert_allclose(second @ first @ [1, 0], [1.5, 0])
    last = matrix_of(option("learning", 4, "0.5"))[0]
    np.testing.assert_allclose(last @ [1, 0], [0.5, 0])
    architecture = experiment(steps[4].view.values).architecture
    products = [a * b for a, b in pairwise((2, *architecture.widths, 1))]
    assert f"{sum(products):,} weights" in steps[4].options[0].never
    # Back: the slopes of the weights, and the blame of all layers but the input.
    assert (2 * sum(products) + sum(products[1:])) / sum(products) == pytest.approx(3, abs=0.05)


def test_a_large_rate_jumps_out_of_a_valley_and_does_not_settle():
    accuracies = trained(lessons()["learning"].steps[5].view)[2].train_accuracy
    best = int(np.argmax(accuracies))
    assert accuracies[best] > 0.97
    assert accuracies[best:].min() < 0.7
    falls = np.diff(accuracies) < -0.1  # between neighboring records
    assert falls.sum() >= 5


def test_a_small_rate_hardly_moves():
    history = trained(option("learning", 6, "It hardly"))[2]
    before, after = history.params_at(0), history.params
    for a, b in zip(before, after, strict=True):
        assert np.linalg.norm(b.weights - a.weights) < 0.2 * np.linalg.norm(a.weights)


def pieces(view: View, record: int = -1) -> int:
    """Straight pieces in sight at a record of training."""
    asked, data, history = trained(view)
    params = history.params if record < 0 else history.params_at(record)
    return linear_regions(asked.architecture, params, input_box(data.points)).count


def test_what_depth_buys():
    steps = lessons()["deep"].steps
    lines = pieces(steps[0].view, 0)
    assert 230 < lines <= 301 == 1 + 24 + 24 * 23 // 2
    assert steps[0].view.values["s"] == steps[3].view.values["s"] == 0

    by_hand = experiment(steps[1].view.values)
    sheet = measured(by_hand)
    box = input_box(trained(changed(steps[1].view, matrix=""))[1].points)
    assert linear_regions(sheet.architecture, sheet.params, box).count == 16
    assert 1 + 4 + 4 * 3 // 2 == 11

    zigzag = steps[2]
    assert (zigzag.view.values["k"], zigzag.shown.values["k"]) == (3, 6)
    for k, n in ((3, 8), (6, 64), (10, 1024)):
        architecture, params = sawtooth(k)
        assert piecewise_linear(architecture, params, 0, 1).kinks.size == n - 1
        assert sum(architecture.widths) == 2 * k
        assert shallow_sawtooth_width(k) == n

    wide = steps[3].view
    deep = changed(wide, layers="3", neurons="8")
    sizes = {trained(view)[0].architecture.n_parameters for view in (wide, deep)}
    assert sizes == {177}
    assert pieces(deep, 0) == pytest.approx(420, abs=5)
    assert lines < pieces(deep, 0) < 0.6 * pieces(wide, 0)

    assert pieces(steps[3].shown, 0) == pieces(deep, 0)
    assert pieces(other(steps[3].shown), 0) == pieces(wide, 0)
    untrained, arms = steps[4], steps[5].view
    assert {untrained.view.values["s"], untrained.shown.values["s"]} == {0}
    for view, widths in ((arms, (8, 8, 8)), (other(arms), (44,))):
        assert trained(view)[0].architecture.widths == widths
        assert trained(view)[0].architecture.n_parameters == 177
    for step in steps[4:6]:
        assert (step.view.values["neurons"], other(step.view).values["neurons"]) == (8, 44)
    alike = [trained(view)[2] for view in (arms, other(arms))]
    assert alike[0].accuracy[-1] == pytest.approx(alike[1].accuracy[-1], abs=0.02)

    narrow = other(steps[6].view)
    for view in (narrow, steps[6].view):
        assert trained(view)[0].architecture.n_parameters == pytest.approx(60, abs=3)
    for view in (narrow, changed(narrow, start="1")):
        assert trained(view)[2].accuracy[-1] < 0.7
    assert np.ptp(hidden(narrow), axis=0).max() == 0  # all points in one place


def test_every_measure_and_kind_is_used():
    steps = [step for lesson in lessons().values() for step in lesson.steps]
    asked = {step.asked.get("measure") for step in steps}
    told = {name for step in steps for _, name in reading.MARK.findall(step.principle)}
    assert asked | told >= set(MEASURES) | set(PLACE_MEASURES)
    assert {step.bars for step in steps} >= set(BARS)


# Rows of sections A to D of shared/concepts.md, by short names -> the lesson and the step, counted
# from 1, that answers them, and a word of what is said there.
CONCEPTS = {
    "A: a stack of linear maps is one": ("straight", 3, "say the same"),
    "A: more linear layers do not help": ("straight", 1, "together one such step"),
    "A: bounded change of linear models": ("matrix", 4, "is stable"),
    "A: eigenvectors": ("matrix", 6, "many alike layers"),
    "A: a sigmoid squashes the plane": ("squashers", 1, "square of side 1"),
    "A: a sigmoid made sharp": ("squashers", 2, "sharp"),
    "A: softmax in a hidden layer starves": ("squashers", 5, "the gradient starves"),
    "A: slopes of ReLU and sigmoid": ("vanishing", 4, "The slope of a ReLU is 1"),
    "A: ReLU's derivative, constant gradients": ("bend", 4, "two slopes only"),
    "A: who is on": ("bend", 5, "all neurons are off"),
    "A: sparsity": ("bend", 6, "sparsity"),
    "B: negative numbers become zero": ("bend", 1, "and no weight"),
    "B: the plane is pressed flat": ("bend", 2, "Nothing is cut away"),
    "B: how a ReLU knows where to start": ("hinges", 1, "−bias / weight"),
    "B: the exercise of slopes -2, 1, 3": ("hinges", 3, "increment"),
    "B: the output's bias": ("hinges", 4, "output’s bias"),
    "B: x^2 by three ReLUs": ("hinges", 5, "is possible with three"),
    "B: first fold lines are straight, later ones see shapes": ("sees", 4, "straight line"),
    "C: squash until a line separates": ("squash", 1, "one straight cut is enough"),
    "C: the line of the last space pulled back": ("squash", 3, "bent wherever"),
    "C: a badly designed network cannot": ("narrow", 2, "three neurons"),
    "C: the boundary of one too narrow": ("narrow", 3, "does not close"),
    "C: the 1-D version": ("narrow", 6, "parts its middle"),
    "C: best-fit quadratic of a neuron": ("sees", 5, "no quadratic is"),
    "C: features such as x1 x2": ("sees", 2, "same sign"),
    "C: lifted to a higher dimension": ("narrow", 5, "takes the bottom off"),
    "C: lifted by a rule": ("narrow", 4, "bottom of a bowl"),
    "C: given the features, a straight cut does": ("sees", 1, "right input"),
    "C: hand-made squares": ("sees", 3, "ellipse"),
    "C: probes after every layer": ("sees", 7, "probes"),
    "C: the hidden layer is not observable": ("sees", 6, "are called hidden"),
    "C: hierarchy": ("sees", 7, "builds on the one before"),
    "C: the manager and the teams": ("learning", 2, "relied on most"),
    "D: one layer needs many units, depth multiplies": ("deep", 3, "exponentially many"),
    "D: deeper is better than wider": ("deep", 6, "depth buys little"),
    "D: do more layers only optimize more": ("deep", 5, "does not only optimize more"),
    "D: pieces of equally many numbers": ("deep", 4, "random weights do not"),
    "D: cost of the way back": ("learning", 5, "About 3 times"),
    "D: chain rule": ("learning", 4, "chain rule"),
    "D: gradients vanish": ("vanishing", 1, "eight times in a row"),
    "D: first layers keep their random weights": ("vanishing", 2, "keeps its random weights"),
    "D: good until some depth": ("much", 4, "until some depth"),
    "D: over-fitting": ("much", 2, "accidents"),
    "D: more data needed": ("much", 3, "accidents do not repeat"),
}
NO_LESSON_YET: dict[str, str] = {}


@pytest.mark.parametrize("row", CONCEPTS)
def test_what_readers_ask_is_answered_in_a_step(row):
    lesson, step, words = CONCEPTS[row]
    assert words in lessons()[lesson].steps[step - 1].principle


def test_what_readers_ask_stands_in_one_list():
    assert not set(CONCEPTS) & set(NO_LESSON_YET)
    assert {lesson for lesson, _, _ in CONCEPTS.values()} == set(LESSONS)


def test_the_folder_is_read_once():
    assert reading.lessons() is reading.lessons()
