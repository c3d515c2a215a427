from dataclasses import replace

import numpy as np
import pytest

from layerwarp import (
    ACTIVATIONS,
    INITIALIZERS,
    Architecture,
    Layer,
    TrainingConfig,
    init_params,
    linear_regions,
    make_dataset,
    make_target,
    train,
)
from layerwarp.training.gradient_flow import (
    initial_gradient_norms,
    initial_weight_gains,
    starting_network,
    weight_travel,
)

SPIRAL = make_dataset("spiral", 500)
UNIT = replace(SPIRAL, points=SPIRAL.points / 3)
MOONS = make_dataset("moons", 100)


@pytest.mark.parametrize(
    ("activation", "initializer", "depth", "expected"),
    [
        ("sigmoid", "glorot", 2, 7e-2),
        ("sigmoid", "glorot", 5, 3e-3),
        ("sigmoid", "glorot", 10, 8e-7),
        ("sigmoid", "glorot", 20, 2e-13),
        ("tanh", "he", 20, 5e-2),
        ("relu", "he", 20, 2e-1),
    ],
)
def test_vanishing_ratios_to_their_order(activation, initializer, depth, expected):
    """Width 16; the ratio of the first to the last hidden layer, a median of ten seeds."""
    norms = [
        initial_gradient_norms(starting_network(depth, 16, activation, initializer, UNIT, seed))
        for seed in range(10)
    ]
    ratio = np.median([each[0] / each[-2] for each in norms])
    assert abs(np.log10(ratio / expected)) < 1


@pytest.mark.parametrize("data", [MOONS, make_dataset("spirals3", 100), make_target("sine", 60)])
@pytest.mark.parametrize("activation", ["relu", "softmax", "sine"])
def test_norms_are_those_that_training_records(data, activation):
    n_inputs = 1 if not hasattr(data, "points") else 2
    n_outputs = 3 if getattr(data, "n_classes", 2) == 3 else 1
    architecture = Architecture((6, 6), activation, n_inputs, n_outputs)
    config = TrainingConfig(steps=1, seed=3, initializer="glorot")
    history = train(data, architecture, config, backend="numpy")
    norms = initial_gradient_norms(starting_network(2, 6, activation, "glorot", data, 3))
    np.testing.assert_allclose(norms, history.gradient_norms[0], rtol=2e-4, atol=1e-9)


@pytest.mark.parametrize("initializer", INITIALIZERS)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_a_hundred_layers(initializer, activation):
    norms = initial_gradient_norms(starting_network(100, 8, activation, initializer, MOONS))
    assert norms.shape == (101,)
    assert np.isfinite(norms).all()


@pytest.mark.parametrize("initializer", ["data", "he", "glorot", "orthogonal", "uniform"])
def test_gains_are_those_of_vectors_drawn_at_random(initializer):
    """Root mean square of how many times the way back through the weights alone lengthens."""
    network = Architecture((8, 8, 8), "sigmoid")
    start = init_params(network, 5, initializer, MOONS.points)
    vectors = np.random.default_rng(0).standard_normal((40_000, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = [
        np.sqrt(np.mean(np.sum((vectors @ layer.weights.T) ** 2, axis=1))) for layer in start[1:-1]
    ]
    gains = initial_weight_gains(starting_network(3, 8, "sigmoid", initializer, MOONS, 5))
    np.testing.assert_allclose(gains, expected, rtol=0.01)
    assert initial_weight_gains(starting_network(1, 8, "sigmoid", initializer, MOONS)).shape == (0,)
    assert not initial_weight_gains(starting_network(3, 8, "sigmoid", "zeros", MOONS)).any()


def test_bad_depths_and_names():
    with pytest.raises(ValueError, match="hidden layers must be a whole number from 0 to 100"):
        initial_gradient_norms(starting_network(101, 8, "relu", "he", MOONS))
    with pytest.raises(ValueError, match="activation must be one of"):
        initial_gradient_norms(starting_network(2, 8, "rellu", "he", MOONS))
    with pytest.raises(ValueError, match="initializer must be one of"):
        initial_gradient_norms(starting_network(2, 8, "relu", "hee", MOONS))


def test_weight_travel():
    config = TrainingConfig(steps=30, batch_size=10)
    history = train(MOONS, Architecture((5, 3)), config, backend="numpy")
    travel = weight_travel(history)
    assert travel.shape == (len(history.steps), 3)
    assert (travel[0] == 0).all()
    start, end = history.params_at(0)[1].weights, history.params[1].weights
    expected = np.sqrt(((end - start) ** 2).sum() / (start**2).sum())
    assert travel[-1, 1] == pytest.approx(expected, rel=1e-5)
    zeros = train(MOONS, Architecture((5,)), replace(config, initializer="zeros"), backend="numpy")
    assert np.isnan(weight_travel(zeros)).all()


def random_region_counts(widths: tuple[int, ...], side: float, n_seeds: int) -> list[int]:
    """Linear pieces of networks with He weights and normal biases in a square around 0."""
    architecture, counts = Architecture(widths), []
    for seed in range(n_seeds):
        generator = np.random.default_rng(seed)
        params = [
            Layer(layer.weights, generator.normal(size=layer.bias.shape))
            for layer in init_params(architecture, seed, "he")
        ]
        counts.append(linear_regions(architecture, params, (-side, side, -side, side)).count)
    return counts


@pytest.mark.parametrize(
    ("widths", "expected"),
    [((24,), 268), ((12, 12), 292), ((8, 8, 8), 226), ((6,) * 4, 172)],
)
def test_regions_of_24_random_relus(widths, expected):
    """geometry.md, section 5, names no square; one of side 20 fits its figures."""
    assert np.median(random_region_counts(widths, 10, 20)) == pytest.approx(expected, rel=0.15)


def test_regions_of_six_narrow_layers_vary():
    """Four neurons a layer often die out: 57 regions are one draw of a wide distribution."""
    counts = random_region_counts((4,) * 6, 10, 20)
    assert min(counts) < 57 < max(counts)


@pytest.mark.parametrize(
    ("widths", "expected"),
    [((64,) * 3, 0.99), ((48,) * 4, 1.01), ((32,) * 6, 0.95), ((24,) * 8, 0.85)],
)
def test_regions_grow_with_the_square_of_the_neurons(widths, expected):
    """Hanin and Rolnick 2019: about N^2 / 2 pieces of N neurons at any depth."""
    counts = random_region_counts(widths, 20, 3)
    assert np.mean(counts) / (sum(widths) ** 2 / 2) == pytest.approx(expected, rel=0.15)


def test_every_activation_has_a_gradient():
    for name in ACTIVATIONS:
        assert (initial_gradient_norms(starting_network(2, 6, name, "he", MOONS)) > 0).all()
