from fractions import Fraction
from itertools import pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, forward, record_activations
from layerwarp.network.initializers import init_params

STRAIGHT = [name for name, kind in ACTIVATIONS.items() if kind.negative_slope is not None]
WIDTHS = [(), (1,), (4,), (1, 1, 1), (3, 2), (2, 3, 3), (16, 16), (8, 1, 8), (64, 64), (5,) * 10]


def drawn(seed, widths, activation, n_outputs=1, integer=False):
    """A network of random parameters, or of small whole numbers, in float64."""
    generator = np.random.default_rng(seed)
    architecture = Architecture(widths, activation, 1, n_outputs)
    params = []
    for fan_in, fan_out in architecture.shapes:
        weights, bias = generator.normal(size=(fan_in, fan_out)), generator.normal(size=fan_out)
        if integer:
            weights, bias = np.rint(1.3 * weights), np.rint(1.3 * bias)
        else:
            weights *= np.sqrt(2 / fan_in)
        params.append(Layer(weights, bias))
    return architecture, params


def rational(architecture, params, low, high):
    """Cuts with their sources, slopes and intercepts on every piece, by whole-number arithmetic."""
    pieces = [(Fraction(low), Fraction(high), [(Fraction(1), Fraction(0))])]
    sources: dict[Fraction, tuple[int, int]] = {}
    names = [*architecture.activations, "identity"]
    for index, (layer, name) in enumerate(zip(params, names, strict=True)):
        weights = [[Fraction(float(w)) for w in column] for column in layer.weights.T]
        bias = [Fraction(float(b)) for b in layer.bias]
        below = Fraction(str(ACTIVATIONS[name].negative_slope))  # 0.1 is meant as 1/10
        cut_pieces = []
        for left, right, lines in pieces:
            pre = [
                (
                    sum((w * a for w, (a, _) in zip(column, lines, strict=True)), Fraction(0)),
                    sum((w * c for w, (_, c) in zip(column, lines, strict=True)), b),
                )
                for column, b in zip(weights, bias, strict=True)
            ]
            places = {left, right}
            for neuron, (slope, intercept) in enumerate(pre):
                if below != 1 and slope and left < -intercept / slope < right:
                    sources.setdefault(-intercept / slope, (index, neuron))
                    places.add(-intercept / slope)
            ends = sorted(places)
            for start, stop in pairwise(ends):
                middle = (start + stop) / 2
                factors = [Fraction(1) if s * middle + c > 0 else below for s, c in pre]
                bent = [(f * s, f * c) for f, (s, c) in zip(factors, pre, strict=True)]
                cut_pieces.append((start, stop, bent))
        pieces = cut_pieces
    cuts = [left for left, _, _ in pieces[1:]]
    return cuts, [sources[cut] for cut in cuts], [lines for _, _, lines in pieces]


def check_against_rationals(architecture, params):
    pieces = piecewise_linear(architecture, params, -2, 3)
    cuts, sources, lines = rational(architecture, params, -2, 3)
    np.testing.assert_allclose(pieces.breakpoints, np.array(cuts, float), rtol=0, atol=1e-13)
    assert pieces.sources.tolist() == [list(source) for source in sources]
    exact = np.array(lines, float).reshape(len(lines), -1, 2)
    scale = np.abs(exact).max() + 1
    np.testing.assert_allclose(pieces.slopes, exact[..., 0], rtol=0, atol=1e-14 * scale)
    np.testing.assert_allclose(pieces.intercepts, exact[..., 1], rtol=0, atol=1e-14 * scale)
    kinks = [
        index
        for index, (before, after) in enumerate(pairwise(lines))
        if any(a[0] != b[0] for a, b in zip(before, after, strict=True))
    ]
    assert pieces.kinks.tolist() == kinks
    assert pieces.n_pieces == len(kinks) + 1


@pytest.mark.parametrize("activation", STRAIGHT)
@pytest.mark.parametrize("widths", [(), (1,), (4,), (2, 2), (3, 1, 2), (1, 1, 1), (3, 3, 3)])
def test_equal_to_rational_arithmetic(widths, activation):
    """Small whole numbers: duplicates, zero biases, dead layers, cuts that meet, cuts on ends."""
    for seed in range(12):
        check_against_rationals(
            *drawn(seed, widths, activation, n_outputs=1 + seed % 2, integer=True)
        )


@pytest.mark.parametrize("activation", STRAIGHT)
@pytest.mark.parametrize("widths", [(4,), (3, 1, 2), (4, 4, 4, 4)])
def test_random_numbers_equal_to_rational_arithmetic(widths, activation):
    for seed in range(12):
        check_against_rationals(*drawn(seed, widths, activation))


def check_invariants(architecture, params, low, high, seed=0):
    pieces = piecewise_linear(architecture, params, low, high)
    places, k = pieces.breakpoints, len(pieces.breakpoints)
    assert pieces.slopes.shape == pieces.intercepts.shape == (k + 1, architecture.n_outputs)
    assert pieces.sources.shape == (k, 2)
    assert ((places > low) & (places < high)).all()
    assert (np.diff(places) > 0).all()
    assert pieces.n_pieces <= k + 1 <= prod(width + 1 for width in architecture.widths)
    # The pieces are the network.
    x = np.random.default_rng(seed).uniform(low, high, 500)
    outputs = forward(architecture, params, x[:, None])
    # Rounding is relative to what is added up, which may cancel.
    size = np.abs(x[:, None])
    for weights, bias in params:
        size = size @ np.abs(weights) + np.abs(bias)
    scale = size.max() + 1e-300
    np.testing.assert_allclose(pieces.at(x), outputs, rtol=0, atol=1e-9 * scale)
    # Continuous at every breakpoint, where its neuron's pre-activation vanishes.
    left = pieces.slopes[:-1] * places[:, None] + pieces.intercepts[:-1]
    right = pieces.slopes[1:] * places[:, None] + pieces.intercepts[1:]
    np.testing.assert_allclose(left, right, rtol=0, atol=1e-9 * scale)
    records = record_activations(architecture, params, places[:, None])
    for index, record in enumerate(records[:-1]):
        mine = np.flatnonzero(pieces.sources[:, 0] == index)
        size = np.abs(record.pre).max(initial=0) + np.abs(params[index].bias).max()
        assert (np.abs(record.pre[mine, pieces.sources[mine, 1]]) <= 1e-9 * size).all()
    return pieces


@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("activation", STRAIGHT)
def test_invariants_of_random_networks(widths, activation):
    for seed in range(25):
        architecture, params = drawn(seed, widths, activation, 1 + seed % 3)
        check_invariants(architecture, params, -3, 2, seed)


@given(
    st.lists(st.integers(1, 6), max_size=4).map(tuple),
    st.sampled_from(STRAIGHT),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_invariants_of_any_network(widths, activation, seed, integer):
    architecture, params = drawn(seed, widths, activation, integer=integer)
    check_invariants(architecture, params, -2, 2, seed)


@pytest.mark.parametrize("seed", range(5))
def test_breakpoints_against_dense_sampling(seed):
    """Every change of a sign between neighbors of a dense grid has its breakpoint there."""
    architecture, params = drawn(seed, (6, 5), "relu")
    pieces = piecewise_linear(architecture, params, -2, 2)
    x = np.linspace(-2, 2, 40_001)
    records = record_activations(architecture, params, x[:, None])
    signs = np.concatenate([record.pre > 0 for record in records[:-1]], axis=1)
    changed = np.flatnonzero((signs[1:] != signs[:-1]).any(axis=1))
    cells = np.unique(np.searchsorted(x, pieces.breakpoints) - 1)
    np.testing.assert_array_equal(cells, changed)


@pytest.mark.parametrize("seed", range(5))
def test_slopes_against_finite_differences(seed):
    architecture, params = drawn(seed, (6, 5, 4), "leaky_relu", 2)
    pieces = piecewise_linear(architecture, params, -2, 2)
    middle = (pieces.ends[1:] + pieces.ends[:-1]) / 2
    step = (pieces.ends[1:] - pieces.ends[:-1])[:, None] / 4
    right = forward(architecture, params, middle[:, None] + step)
    left = forward(architecture, params, middle[:, None] - step)
    wide = step[:, 0] > 1e-6  # rounding, 1e-16, is divided by the width
    difference = ((right - left) / (2 * step))[wide]
    np.testing.assert_allclose(pieces.slopes[wide], difference, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("factor", [1e8, 1e-8])
def test_the_size_of_weights_does_not_matter(factor):
    for seed in range(20):
        architecture, params = drawn(seed, (8, 8, 8), "relu")
        scaled, bias_factor = [], 1.0
        for layer in params:
            bias_factor *= factor
            scaled.append(Layer(layer.weights * factor, layer.bias * bias_factor))
        first = piecewise_linear(architecture, params, -3, 3)
        second = piecewise_linear(architecture, scaled, -3, 3)
        np.testing.assert_allclose(second.breakpoints, first.breakpoints, rtol=0, atol=1e-11)
        np.testing.assert_array_equal(second.kinks, first.kinks)


def test_halves_add_up():
    for seed in range(20):
        architecture, params = drawn(seed, (8, 8), "abs")
        whole = piecewise_linear(architecture, params, -3, 3).breakpoints
        halves = [piecewise_linear(architecture, params, *ends) for ends in ((-3, 0.1), (0.1, 3))]
        parts = np.concatenate([half.breakpoints for half in halves])
        np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-12)


def pieces_of(network, low, high):
    architecture, params = network
    return piecewise_linear(architecture, params, low, high)


def made(*layers, activation="relu"):
    params = [Layer(np.array(w, float), np.array(b, float)) for w, b in layers]
    widths = tuple(len(layer.bias) for layer in params[:-1])
    return Architecture(widths, activation, 1, len(params[-1].bias)), params


def test_a_breakpoint_need_not_bend_the_output():
    # The second neuron bends at 1, but nobody listens to it.
    network = made(([[1, 1]], [0, -1]), ([[2], [0]], [3]))
    pieces = pieces_of(network, -2, 2)
    assert pieces.breakpoints.tolist() == [0, 1]
    assert pieces.kinks.tolist() == [0]
    assert pieces.n_pieces == 2
    assert pieces.slopes[:, 0].tolist() == [0, 2, 2]
    assert pieces.intercepts[:, 0].tolist() == [3, 3, 3]


def test_duplicate_neurons_make_one_breakpoint_of_the_first():
    network = made(([[0, 3, 1, 2]], [1, -3, -1, -2]), ([[1], [1], [1], [1]], [0]))
    pieces = pieces_of(network, -2, 2)
    assert pieces.breakpoints.tolist() == [1]
    assert pieces.sources.tolist() == [[0, 1]]
    assert pieces.slopes[:, 0].tolist() == [0, 6]


def test_neurons_that_cancel_leave_no_kink():
    network = made(([[0.1, 0.1, 0.3]], [0.7, 0.7, 0.2]), ([[0.3], [-0.3], [0]], [0]))
    pieces = pieces_of(network, -9, 9)
    assert len(pieces.breakpoints) == 2
    assert len(pieces.kinks) == 0


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_zero_weights_and_dead_layers_have_no_breakpoint(zero):
    dead = made(([[zero, zero]], [zero, -1]), ([[1], [1]], [zero]), ([[1]], [2]))
    silent = made(([[1, -1]], [-9, -9]), ([[1], [1]], [-1]), ([[5]], [2]))
    for network in (dead, silent):
        pieces = pieces_of(network, -2, 2)
        assert pieces.breakpoints.shape == (0,)
        assert pieces.sources.shape == (0, 2)
        assert pieces.at(np.array([-2.0, 0, 2])).tolist() == [[2], [2], [2]]


def test_breakpoints_on_the_ends_are_outside():
    network = made(([[1, 1, 1]], [2, 0, -2]), ([[1], [1], [1]], [0]))
    assert pieces_of(network, -2, 2).breakpoints.tolist() == [0]
    assert pieces_of(network, 0, 1).breakpoints.tolist() == []
    assert pieces_of(network, 0, 3).breakpoints.tolist() == [2]


def test_a_linear_model_is_one_piece():
    pieces = pieces_of(made(([[3, -1]], [1, 0])), -1, 1)
    assert pieces.n_pieces == 1
    assert pieces.slopes.tolist() == [[3, -1]]
    assert pieces.intercepts.tolist() == [[1, 0]]


def test_a_neuron_that_only_touches_zero_adds_nothing():
    # |x| has its breakpoint at 0; the next neuron is 0 there and nowhere below.
    pieces = pieces_of(made(([[1]], [0]), ([[1]], [0]), ([[1]], [0]), activation="abs"), -1, 1)
    assert pieces.sources.tolist() == [[0, 0]]


def test_trained_sizes_and_float32():
    architecture = Architecture((64,) * 6, n_inputs=1)
    params = init_params(architecture, 0, points=np.linspace(-3, 3, 100)[:, None])
    wide = [Layer(*(part.astype(float) for part in layer)) for layer in params]
    pieces = check_invariants(architecture, wide, -3, 3)
    assert len(pieces.breakpoints) > 100
    again = piecewise_linear(architecture, params, -3, 3)
    np.testing.assert_array_equal(again.breakpoints, pieces.breakpoints)


def test_at_tells_what_lies_outside():
    pieces = pieces_of(made(([[3]], [1])), -1, 1)
    for place in (1.5, float("nan")):
        with pytest.raises(ValueError, match=f"x must lie between -1 and 1; got {place}"):
            pieces.at(np.array([0, place]))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"activation": ("relu", "tanh")}, "relu, leaky_relu, abs, identity; layer 2 has 'tanh'"),
        ({"n_inputs": 2}, "a network in pieces must have 1 input; got 2"),
        ({"widths": (2, 3)}, r"weights must have the shapes \(\(1, 2\), \(2, 3\), .* got \[\(1, 2"),
        ({"low": 1, "high": 1}, "low must be below high; got low=1 and high=1"),
        ({"low": 2, "high": 1}, "low must be below high; got low=2 and high=1"),
        ({"low": float("nan")}, "low must be a number from .* got nan"),
        ({"high": float("inf")}, "high must be a number from .* got inf"),
        ({"bad": float("nan")}, "must be finite numbers; layer 2's are not"),
        ({"bad": 1e300}, "overflow"),
    ],
)
def test_bad_arguments_are_named(changes, sentence):
    _, params = drawn(0, (2, 2), "relu")
    if "bad" in changes:
        value = changes.pop("bad")
        params = [Layer(layer.weights * value, layer.bias * 1) for layer in params]
        params[0] = params[2]._replace(weights=np.ones((1, 2)), bias=np.ones(2))
    ends = {"low": -1, "high": 1}
    arguments = {"widths": (2, 2), "n_inputs": 1, **changes}
    ends |= {name: arguments.pop(name) for name in ("low", "high") if name in arguments}
    with pytest.raises(ValueError, match=sentence):
        piecewise_linear(Architecture(**arguments), params, **ends)


def test_too_many_breakpoints_are_refused(monkeypatch):
    monkeypatch.setattr("layerwarp.geometry.piecewise.MAX_BREAKPOINTS", 3)
    network = made(([[1] * 4], [0, 1, 2, 3]), ([[1]] * 4, [0]))
    pieces_of(network, -2.5, 4)
    with pytest.raises(ValueError, match="at most 3 breakpoints"):
        pieces_of(network, -4, 4)
