"""Lessons that show networks of one input: what lesson 4 says is worked out once more."""

from functools import cache

import numpy as np
import pytest

from layerwarp import piecewise_linear, train
from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.pages.lessons.lesson import View
from layerwarp.app.pages.lessons.reading import LessonError, lessons, read
from layerwarp.app.pages.lessons.static import picture, write
from layerwarp.app.pages.lessons.views import FAMILIES
from layerwarp.app.pages.pieces.controls import asked_target
from layerwarp.data.targets import TARGETS
from tests.app.test_payload import unpack

STEPS = lessons()["hinges"].steps
RIGHT = {
    number: next(o.text for o in step.options if o.right)
    for number, step in enumerate(STEPS, 1)
    if step.options
}


def by_hand(view: View) -> tuple[np.ndarray, float]:
    """Rows of weight, bias and output weight (n, 3), and the output's bias."""
    numbers = view.values["hand"]
    return np.reshape(numbers[:-1], (-1, 3)), numbers[-1]


def sum_of(view: View, x: np.ndarray) -> np.ndarray:
    """What a network built by hand says at x."""
    rows, bias = by_hand(view)
    return bias + sum(v * np.maximum(w * x + b, 0) for w, b, v in rows)


def truth(step: int, start: str) -> View:
    """The view for which a wrong answer of lesson 4 is true."""
    (found,) = [one.truth for one in STEPS[step - 1].options if one.text.startswith(start)]
    assert found
    return found


@cache
def trained(view: View):
    """Experiment, history, and the straight pieces of the trained network of a view."""
    experiment = FAMILIES["line"].experiment(view.values)
    assert experiment
    assert isinstance(experiment.dataset, TargetConfig)
    data, ends = experiment.dataset.make(), experiment.dataset.ends
    history = train(data, experiment.architecture, experiment.training)
    return experiment, history, piecewise_linear(experiment.architecture, history.params, *ends)


def changed(view: View, **changes: str) -> View:
    """The view with other settings; none of its own stands behind them."""
    return View(view.page, view.query + "".join(f"&{k}={v}" for k, v in changes.items()))


def rms(pieces, function, low: float, high: float) -> float:
    """Root mean square over the interval of the distance from a function, on a fine grid."""
    x = np.linspace(low, high, 20_001)
    at = np.searchsorted(pieces.breakpoints, x)
    y = pieces.slopes[at, 0] * x + pieces.intercepts[at, 0]
    return float(np.sqrt(np.trapezoid((y - function(x)) ** 2, x) / (high - low)))


@pytest.mark.parametrize(("start", "hinge"), [("", 0.4), ("At x = 0,", 0.0), ("At x = 0.8", 0.8)])
def test_a_relu_starts_at_minus_bias_over_weight(start, hinge):
    view = truth(1, start) if start else STEPS[0].view
    ((w, b, v),), bias = by_hand(view)
    assert -b / w == pytest.approx(hinge)
    assert (v, bias) == (1, 0)
    if not start:
        assert f"weight {w:g} and bias −{-b:g}" in STEPS[0].question
        assert RIGHT[1].startswith(f"At x = {hinge}:")
    elif "bias" in start:
        assert b == -0.8
    assert "x = −0.8 on with a weight of 2 has the bias 1.6" in STEPS[0].options[1].never


def test_two_relus_add_their_slopes():
    x = np.linspace(-1, 1, 201)
    np.testing.assert_allclose(
        sum_of(STEPS[1].view, x), np.maximum(0, x + 0.5) - 2 * np.maximum(0, x - 0.5), atol=1e-12
    )
    slopes = np.diff(sum_of(STEPS[1].view, np.array([-1, -0.5, 0.5, 1.0]))) / [0.5, 1, 0.5]
    np.testing.assert_allclose(slopes, [0, 1, -1], atol=1e-12)
    assert "0, then 1, then 1 − 2 = {slope}" in STEPS[1].principle


def test_the_exercise_is_solved_by_the_increment():
    x = np.linspace(0, 3, 301)
    target = TARGETS["exercise"].function(x)
    np.testing.assert_allclose(sum_of(STEPS[2].view, x), target, atol=1e-12)
    rows, _ = by_hand(STEPS[2].view)
    np.testing.assert_array_equal(rows[1:], [[1, -1, 1], [2, -4, 1]])  # w1, b1, w2, b2
    assert RIGHT[3] == "Weight 2, bias −4"
    for start, weight, bias in (("Weight 3, bias −6", 3, -6), ("Weight 2, bias −2", 2, -2)):
        view = truth(3, start)
        hand, _ = by_hand(view)
        np.testing.assert_array_equal(hand[-1], [weight, bias, 1])
        np.testing.assert_allclose(sum_of(view, x), asked_target(view.values).values(x), atol=1e-12)
        # The slope after the last bend is 3 there, and would not be in the exercise.
        assert sum_of(view, x[-1:]) - sum_of(view, x[-2:-1]) == pytest.approx(3 * 0.01)
        wrong = (
            sum_of(STEPS[2].view, x) - np.maximum(2 * x - 4, 0) + np.maximum(weight * x + bias, 0)
        )
        assert np.abs(wrong - target).max() >= 1


def test_where_all_are_off_the_output_bias_is_left():
    experiment, history, pieces = trained(STEPS[3].view)
    assert experiment.architecture.widths == (1,)
    np.testing.assert_allclose(pieces.breakpoints, [0.2], atol=0.005)
    np.testing.assert_allclose(pieces.slopes[:, 0], [0, 2], atol=0.01)
    assert history.params[-1].bias[0] == pytest.approx(-0.5, abs=0.005)
    assert rms(pieces, lambda x: 2 * np.maximum(0, x - 0.2) - 0.5, -1, 1) < 0.002
    assert truth(5, "Yes").query == STEPS[3].view.query


def test_three_hinges_in_one_place_are_not_the_best():
    experiment, history, pieces = trained(STEPS[4].view)
    assert (experiment.architecture.widths, experiment.training.steps) == ((3,), 2000)
    assert experiment.dataset == TargetConfig("square", 200)
    least = 2 / (3 * np.sqrt(5) * 7**2)  # of three ReLUs; see best_shallow_square
    assert rms(pieces, np.square, 0, 1) > 4 * least
    assert np.ptp(pieces.breakpoints) < 0.1
    late = history.train_loss[np.asarray(history.steps) >= 1500]
    assert late[-1] > 0.9 * late[0]  # it hardly falls any more
    _, _, longer = trained(changed(STEPS[4].view, steps="8000"))
    assert longer.breakpoints.min() > 0.66
    assert longer.breakpoints.max() < 0.72
    assert rms(longer, np.square, 0, 1) > 4 * least


def test_a_jump_becomes_a_steep_piece():
    experiment, _, pieces = trained(STEPS[5].view)
    assert experiment.architecture.widths == (4,)
    assert len(pieces.breakpoints) == 4
    steep = np.abs(pieces.slopes[:, 0]).argmax()
    left, right = pieces.breakpoints[steep - 1 : steep + 1]
    assert left < 0 < right
    assert right - left < 0.2
    assert pieces.slopes[steep, 0] > 5
    assert np.abs(np.delete(pieces.slopes[:, 0], steep)).max() < 2


STEP = """
title = "t"
question = "q"
[[steps]]
question = "How near?"
view = "{view}"
answer = "number"
measure = "{measure}"
low = 0
high = 1
principle = "So."
"""


@pytest.mark.parametrize(
    ("view", "measure", "part"),
    [
        ("pieces?v=2&neurons=3", "rms", ""),
        ("pieces?v=2&mode=hand", "best", ""),
        ("pieces?v=2&target=sine&neurons=3", "rms", "rms needs x² and one layer of ReLUs"),
        ("pieces?v=2&layers=2", "best", "best needs x² and one layer of ReLUs"),
        ("pieces?v=2&act=tanh", "rms", "rms needs x²"),
        ("pieces?v=2&mode=built", "rms", "rms needs x²"),
        ("pieces?v=2&mode=built", "pieces", ""),
        ("pieces?v=2&act=tanh", "bias", ""),
        ("pieces?v=2&act=tanh", "slope", "slope needs activations with hinges"),
        ("pieces?v=2", "area", "area is asked of warp or creases; got 'pieces'"),
        ("creases?v=2", "slope", "slope is asked of pieces; got 'creases'"),
        ("pieces?v=2&target=formula&formula=1/x", "bias", "has a formula that cannot be drawn"),
        ("pieces?v=2&mode=hand&target=points&own=-", "bias", ""),
    ],
)
def test_what_is_asked_fits_the_view(view, measure, part):
    source = STEP.format(view=view, measure=measure).encode()
    if not part:
        assert read(source, "test").steps[0].asked["measure"] == measure
        return
    with pytest.raises(LessonError) as caught:
        read(source, "test")
    assert part in str(caught.value)
    assert str(caught.value).startswith("test.toml, step 1, ")


def test_what_the_reveal_shows_is_measured():
    source = STEP.format(view="warp?v=2", measure="slope")
    with pytest.raises(LessonError, match="slope is asked of pieces; got 'warp'"):
        read(source.encode(), "test")
    read((source + 'reveal = "pieces?v=2"\n').encode(), "test")


@pytest.mark.parametrize("view", ["pieces?v=2&mode=hand", "warp?v=2&matrix=1_0_0_1_0_0"])
def test_what_was_built_by_hand_plays_no_training(view):
    source = STEP.format(view=view, measure="numbers") + 'play = "training"\n'
    with pytest.raises(LessonError, match="step 1, play: no training brought"):
        read(source.encode(), "test")


def test_a_file_has_few_frames_and_the_step_that_the_link_says():
    view = View("pieces", "v=2&neurons=64&steps=300&s=37")
    sent, arrays = unpack(picture(view, False))
    _, history, _ = trained(view)
    nearest = min(history.steps, key=lambda step: abs(step - 37))
    assert 2 < len(sent["steps"]) < len(history.steps)
    assert {0, nearest, 300} <= set(sent["steps"])
    frames = np.reshape(arrays["params"], (len(sent["steps"]), -1))
    at = list(history.steps).index(nearest)
    np.testing.assert_array_equal(frames[sent["steps"].index(nearest)], history.parameters[at])
    sent, _ = unpack(picture(STEPS[2].view, False))
    assert (sent["hand_built"], sent["exercise"]) == (True, True)


def test_lesson_4_is_one_file_that_asks_for_nothing(tmp_path):
    file, listed = write({"hinges": lessons()["hinges"]}, tmp_path)
    assert (file.name, listed.name) == ("hinges.html", "index.html")
    text = file.read_text(encoding="utf-8")
    assert len(text) < 2e6
    for module in ("pieces/pieces.js", "lessons/graph_pad.js"):
        assert f'"{module}": "data:text/javascript' in text
