import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.data.targets import (
    TARGETS,
    make_target,
    target_from_formula,
    target_from_function,
    target_from_points,
)

X = np.linspace(0, 1, 641)


@pytest.fixture(params=TARGETS)
def name(request):
    return request.param


@pytest.mark.parametrize("n_points", [10, 200, 5000])
def test_shapes_types_and_places(name, n_points):
    kind, target = TARGETS[name], make_target(name, n_points, noise=0.1)
    assert (target.name, target.low, target.high) == (name, kind.low, kind.high)
    for values, count in (
        (target.x, n_points),
        (target.y, n_points),
        (target.test_x, 1000),
        (target.test_y, 1000),
    ):
        assert values.shape == (count, 1)
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert target.test_x[0, 0] == np.float32(kind.low)
    assert target.test_x[-1, 0] == np.float32(kind.high)
    np.testing.assert_allclose(
        np.diff(target.test_x[:, 0]), (kind.high - kind.low) / 999, rtol=1e-3
    )
    assert target.x.min() >= target.test_x[0, 0]
    assert target.x.max() <= target.test_x[-1, 0]


def test_without_noise_every_value_is_the_function(name):
    kind, target = TARGETS[name], make_target(name, 1000)
    for x, y in ((target.x, target.y), (target.test_x, target.test_y)):
        inside = x.astype(float).clip(kind.low, kind.high)
        np.testing.assert_array_equal(y, kind.function(inside).astype(np.float32))


def test_the_places_fill_the_interval(name):
    kind, x = TARGETS[name], make_target(name, 5000).x[:, 0]
    share = np.histogram(x, 10, (kind.low, kind.high))[0] / len(x)
    # Standard error of a share of .1 over 5,000 points: .0042.
    np.testing.assert_allclose(share, 0.1, atol=0.02)


@pytest.mark.parametrize("k", range(1, 7))
def test_sawtooth_is_the_hat_applied_k_times(k):
    hat = X
    for _ in range(k):
        hat = np.where(hat < 0.5, 2 * hat, 2 - 2 * hat)
    np.testing.assert_allclose(TARGETS[f"sawtooth{k}"].function(X), hat, atol=1e-12)


def test_exercise_has_the_slopes_of_the_course():
    x = np.linspace(0, 3, 301)
    y = TARGETS["exercise"].function(x)
    expected = np.repeat([-2, 1, 3], 100)
    np.testing.assert_allclose(np.diff(y) / np.diff(x), expected, atol=1e-9)
    # Unit 0 is given; w1 = 1, b1 = -1, w2 = 2, b2 = -4 are to be found.
    units = np.maximum([-2 * x + 2, x - 1, 2 * x - 4], 0)
    np.testing.assert_allclose(units.sum(axis=0), y, atol=1e-12)


def test_simple_shapes():
    x = np.array([-1, -0.5, 0, 0.5, 1])
    values: dict[str, Any] = {
        "square": [1, 0.25, 0, 0.25, 1],
        "abs": [1, 0.5, 0, 0.5, 1],
        "cubic": [-1, -0.125, 0, 0.125, 1],
        "step": [0, 0, 1, 1, 1],
        "bump": np.exp([-1, -0.25, 0, -0.25, -1]),
        "sine": [-np.sin(1), -np.sin(0.5), 0, np.sin(0.5), np.sin(1)],
    }
    for name, expected in values.items():
        np.testing.assert_allclose(TARGETS[name].function(x), expected, atol=1e-15)


def test_same_arguments_same_points_other_seed_other_points(name):
    first, again, other = make_target(name), make_target(name), make_target(name, seed=1)
    for field in dataclasses.fields(first):
        np.testing.assert_array_equal(getattr(first, field.name), getattr(again, field.name))
    assert (first.x != other.x).mean() > 0.9


@given(st.integers(10, 5000), st.sampled_from(list(TARGETS)), st.sampled_from([0, 0.3]))
def test_fewer_points_are_the_first_of_more(n_points, name, noise):
    fewer, more = make_target(name, n_points, noise), make_target(name, 5000, noise)
    np.testing.assert_array_equal(fewer.x, more.x[:n_points])
    np.testing.assert_array_equal(fewer.y, more.y[:n_points])
    np.testing.assert_array_equal(fewer.test_y, more.test_y)


def test_noise_moves_every_value_along_its_own_line(name):
    exact, some, more = (make_target(name, noise=noise) for noise in (0, 0.2, 0.4))
    np.testing.assert_array_equal(exact.x, more.x)
    np.testing.assert_array_equal(exact.test_y, more.test_y)
    np.testing.assert_allclose(more.y - exact.y, 2 * (some.y - exact.y), atol=1e-5)


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_noise_is_how_far_95_percent_of_values_move(noise):
    still, moved = make_target("sine", 5000), make_target("sine", 5000, noise)
    # Standard error of a share of .95 over 5,000 points: .003.
    assert np.mean(np.abs(moved.y - still.y) < noise) == pytest.approx(0.95, abs=0.012)


def test_own_formula():
    target = target_from_formula(" sin(3*x)/2 ", -2, 1.5, 300, seed=4)
    assert target.name == "sin(3*x)/2"
    np.testing.assert_allclose(target.y, np.sin(3 * target.x) / 2, atol=1e-6)
    np.testing.assert_allclose(target.test_y, np.sin(3 * target.test_x) / 2, atol=1e-6)
    # While it is being typed, the points stay where they are.
    np.testing.assert_array_equal(target.x, target_from_formula("x", -2, 1.5, 300, seed=4).x)


@pytest.mark.parametrize("end", [0.1, 0.3, 0.7])
def test_rounding_does_not_step_over_the_ends(end):
    assert np.isfinite(target_from_formula(f"sqrt({end} - x)", -1, end, 5000).test_y).all()
    assert np.isfinite(target_from_formula(f"sqrt(x - {end})", end, 1, 5000).test_y).all()


def test_own_function_may_be_constant():
    target = target_from_function(lambda x: 2.0, 0, 1, noise=0.1)
    assert (target.test_y == 2).all()
    assert 0 < np.abs(target.y - 2).max() < 0.3


def test_own_points():
    target = target_from_points(np.array([2, 0, 1, 1]), np.array([5, 1, 2, 4]))
    assert (target.low, target.high) == (0, 2)
    assert target.x[:, 0].tolist() == [2, 0, 1, 1]
    assert target.y[:, 0].tolist() == [5, 1, 2, 4]
    x = target.test_x[:, 0]
    assert len(x) == 1000
    np.testing.assert_allclose(target.test_y[:, 0], 1 + 2 * x, atol=1e-6)
    wide = target_from_points(np.array([0, 1]), np.array([1, 3]), -1, 2)
    assert (wide.low, wide.high) == (-1, 2)
    assert wide.test_y[[0, -1], 0].tolist() == [1, 3]


@pytest.mark.parametrize(
    ("make", "arguments", "sentence"),
    [
        (make_target, ("sqare",), "name must be one of square, .*; got 'sqare'"),
        (make_target, ("abs", 9), "n_points must be a whole number from 10 to 5000; got 9"),
        (make_target, ("abs", 50, 0.6), r"noise must be a number from 0 to 0\.5; got 0\.6"),
        (make_target, ("abs", 50, 0, -1), "seed must be a whole number .* got -1"),
        (target_from_formula, ("log(x)",), r"log\(x\) is not a number at x = -1"),
        (target_from_formula, ("2x",), "an operator is missing"),
        (target_from_formula, ("x", 1, 1), "low must be well below high; got low=1 and high=1"),
        (target_from_formula, ("x", 2, 1), "got low=2 and high=1"),
        (target_from_formula, ("x", 99.99, 100), "low must be well below high"),
        (target_from_formula, ("x", -101, 1), "low must be a number from -100 to 100; got -101"),
        (target_from_formula, ("x", 0, float("nan")), "high must be a number .* got nan"),
        (target_from_function, (np.log, 0, 1), r"function at x = 0 must be a number .* got -inf"),
        (target_from_function, (lambda x: x * 2e3, 0, 1), "must be a number from -1000 to 1000"),
        (target_from_points, ([1, 2], [1]), "pairs of x and y; got 2 x and 1 y"),
        (target_from_points, ([1], [1]), "points must be 2 to 5,000 pairs .* got 1 x"),
        (target_from_points, ([1, 1], [1, 2]), "at least two different x; all have 1"),
        (target_from_points, ([1, 200], [1, 2]), "x must be a number from -100 to 100; got 200"),
        (target_from_points, ([1, 2], [1, float("nan")]), "y must be a number .* got nan"),
        (target_from_points, ([0, 2], [1, 2], 1, 3), "points must lie between low and high, 1 and"),
    ],
)
def test_bad_values_are_named(make, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(*arguments)


def test_menus_have_their_words(name):
    assert TARGETS[name].label
    assert TARGETS[name].summary.endswith(".")
