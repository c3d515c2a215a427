from itertools import product

import numpy as np
import pytest

from layerwarp.data.targets import TARGETS, sawtooth_values
from layerwarp.geometry.constructions import (
    ConstructedArchitecture,
    best_shallow_square,
    deep_square,
    largest_square_error,
    sawtooth,
    shallow_sawtooth,
    shallow_sawtooth_width,
)
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture
from layerwarp.network.forward_pass import Layer, forward


def pieces_of(construction):
    architecture, params = construction
    return piecewise_linear(architecture, params, 0, 1)


@pytest.mark.parametrize("k", range(1, 13))
def test_sawtooth_has_exactly_two_to_the_k_pieces(k):
    pieces = pieces_of(sawtooth(k))
    assert pieces.n_pieces == 2**k
    np.testing.assert_array_equal(pieces.breakpoints, np.arange(1, 2**k) / 2**k)
    np.testing.assert_array_equal(pieces.slopes[:, 0], 2**k * (-1.0) ** np.arange(2**k))
    assert np.bincount(pieces.sources[:, 0]).tolist() == [2**layer for layer in range(k)]


@pytest.mark.parametrize("k", range(1, 11))
def test_sawtooths_are_the_formula_of_the_target(k):
    x = np.linspace(0, 1, 1001)
    expected = sawtooth_values(k, x)
    for construction in (sawtooth(k), shallow_sawtooth(k)):
        np.testing.assert_allclose(forward(*construction, x[:, None])[:, 0], expected, atol=1e-11)


@pytest.mark.parametrize("k", range(1, 11))
def test_shallow_sawtooth_is_the_same_function(k):
    deep, shallow = pieces_of(sawtooth(k)), pieces_of(shallow_sawtooth(k))
    np.testing.assert_array_equal(shallow.breakpoints, deep.breakpoints)
    np.testing.assert_array_equal(shallow.slopes, deep.slopes)
    np.testing.assert_array_equal(shallow.intercepts, deep.intercepts)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_one_relu_a_kink_is_not_enough(k):
    """All ways to turn 2^k - 1 ReLUs left or right, each with its best output weights."""
    kinks, x = np.arange(1, 2**k) / 2**k, np.linspace(0, 1, 8 * 2**k + 1)
    wanted = TARGETS[f"sawtooth{k}"].function(x)
    for signs in product([-1, 1], repeat=len(kinks)):
        columns = [np.maximum(sign * (x - t), 0) for sign, t in zip(signs, kinks, strict=True)]
        features = np.stack([*columns, np.ones_like(x)], axis=1)
        weights = np.linalg.lstsq(features, wanted)[0]
        assert np.abs(features @ weights - wanted).max() > 0.05


def test_parameters_of_six_folds():
    assert sawtooth(6)[0].n_parameters == 37
    assert shallow_sawtooth(6)[0].n_parameters == 193
    assert shallow_sawtooth_width(6) == 64
    # One ReLU a kink would take 190: enough for some function of 64 pieces, not for this one.
    assert Architecture((2**6 - 1,), n_inputs=1).n_parameters == 190


@pytest.mark.parametrize("k", range(1, 13))
def test_deep_square(k):
    for shifted, error in ((False, 4.0 ** -(k + 1)), (True, 4.0**-k / 8)):
        pieces = pieces_of(deep_square(k, shifted))
        assert pieces.n_pieces == 2**k
        assert largest_square_error(pieces) == pytest.approx(error, rel=1e-9)
    knots = np.linspace(0, 1, 2**k + 1)
    at_knots = forward(*deep_square(k, shifted=False), knots[:, None])[:, 0]
    np.testing.assert_allclose(at_knots, knots**2, rtol=0, atol=1e-14)


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8, 16, 64, 200])
def test_best_shallow_square(m):
    pieces = pieces_of(best_shallow_square(m))
    assert pieces.n_pieces == m + 1
    assert largest_square_error(pieces) == pytest.approx(1 / (2 * (2 * m + 1) ** 2), abs=1e-12)
    # Equally far off, in turn above and below, 2 m + 2 times: no other of its kind is nearer.
    ends = pieces.ends
    middles = (ends[1:-1] + ends[2:]) / 2
    places = np.sort(np.concatenate([ends, middles]))
    errors = pieces.at(places)[:, 0] - places**2
    size = 1 / (2 * (2 * m + 1) ** 2)
    np.testing.assert_allclose(errors, size * (-1.0) ** np.arange(2 * m + 2), rtol=0, atol=1e-12)


def mean_square(pieces):
    """Of the error from x^2, by Gauss and Legendre's rule on every piece."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    middles, halves = (pieces.ends[1:] + pieces.ends[:-1]) / 2, np.diff(pieces.ends) / 2
    places = middles[:, None] + halves[:, None] * nodes
    errors = (pieces.at(places.ravel())[:, 0] - places.ravel() ** 2).reshape(places.shape)
    return (halves[:, None] * weights * errors**2).sum()


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8, 16, 64, 200])
def test_best_shallow_square_by_least_squares(m):
    pieces = pieces_of(best_shallow_square(m, squares=True))
    largest = pieces_of(best_shallow_square(m))
    np.testing.assert_allclose(pieces.breakpoints, largest.breakpoints)
    assert mean_square(pieces) == pytest.approx(4 / 45 / (2 * m + 1) ** 4, rel=1e-6)
    assert mean_square(pieces) < mean_square(largest)
    ratio = largest_square_error(pieces) / largest_square_error(largest)
    assert ratio == pytest.approx(4 / 3, rel=1e-6)


@pytest.mark.parametrize("m", [1, 2])
def test_no_hinges_anywhere_do_better_by_least_squares(m):
    """All hinges on a grid (the best ones lie on it), looking left or right; the rest is linear."""
    nodes, weights = np.polynomial.legendre.leggauss(4)
    cells = np.arange(30) / 30
    x = (cells[:, None] + (nodes + 1) / 60).ravel()
    root = np.sqrt(np.tile(weights / 60, 30))
    ramps = [np.maximum(s * (x - h), 0) for h in (-1.0, *cells) for s in (1, -1)]
    least = np.inf
    for chosen in product(ramps, repeat=m):
        basis = np.stack([np.ones_like(x), *chosen], axis=1) * root[:, None]
        fit = np.linalg.lstsq(basis, x**2 * root, rcond=None)[0]
        least = min(least, ((basis @ fit - x**2 * root) ** 2).sum())
    assert least == pytest.approx(4 / 45 / (2 * m + 1) ** 4, rel=1e-9)


def test_largest_error_against_a_dense_grid():
    generator, x = np.random.default_rng(0), np.linspace(0, 1, 200_001)
    for _ in range(20):
        params = [
            Layer(generator.normal(size=size), generator.normal(size=size[1]))
            for size in ((1, 4), (4, 1))
        ]
        pieces = piecewise_linear(Architecture((4,), n_inputs=1), params, 0, 1)
        sampled = np.abs(pieces.at(x)[:, 0] - x**2).max()
        # The grid misses the largest error by less than half a cell times the steepest slope.
        slope = np.abs(pieces.slopes).max() + 2
        assert sampled <= largest_square_error(pieces) + 1e-12
        assert largest_square_error(pieces) <= sampled + slope * 2.5e-6


@pytest.mark.parametrize(
    ("k", "parameters", "deep", "shallow"), [(4, 41, 4.9e-4, 6.9e-4), (10, 113, 1.2e-7, 8.9e-5)]
)
def test_where_depth_overtakes_width(k, parameters, deep, shallow):
    assert deep_square(k)[0].n_parameters == parameters
    assert largest_square_error(pieces_of(deep_square(k))) == pytest.approx(deep, rel=0.02)
    m = (parameters - 1) // 3
    assert best_shallow_square(m)[0].n_parameters <= parameters
    assert largest_square_error(pieces_of(best_shallow_square(m))) == pytest.approx(
        shallow, rel=0.02
    )


def test_below_the_crossover_width_is_ahead():
    deep = largest_square_error(pieces_of(deep_square(3)))
    m = (deep_square(3)[0].n_parameters - 1) // 3
    assert largest_square_error(pieces_of(best_shallow_square(m))) < deep


def test_small_ones_can_be_trained():
    assert type(sawtooth(MAX_DEPTH)[0]) is Architecture
    assert type(best_shallow_square(MAX_WIDTH)[0]) is Architecture
    assert isinstance(sawtooth(MAX_DEPTH + 1)[0], ConstructedArchitecture)
    assert isinstance(shallow_sawtooth(7)[0], ConstructedArchitecture)


@pytest.mark.parametrize(
    ("construct", "argument", "sentence"),
    [
        (sawtooth, 0, "k must be a whole number from 1 to 16; got 0"),
        (sawtooth, 17, "got 17"),
        (shallow_sawtooth, 11, "k must be a whole number from 1 to 10; got 11"),
        (deep_square, 1.5, "k must be a whole number from 1 to 16; got 1.5"),
        (best_shallow_square, 0, "m must be a whole number from 1 to 1024; got 0"),
    ],
)
def test_bad_sizes_are_named(construct, argument, sentence):
    with pytest.raises(ValueError, match=sentence):
        construct(argument)
