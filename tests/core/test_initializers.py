import numpy as np
import pytest

from layerwarp.data.datasets import DATASETS, make_dataset
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import record_activations
from layerwarp.network.initializers import INITIALIZERS, init_params

SPIRAL = make_dataset("spiral").points


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("widths", [(), (1,), (16, 16), (64, 2, 5), (2,) * 10])
def test_shapes_types_and_repeats(name, widths):
    architecture = Architecture(widths, n_outputs=3)
    first, again = (init_params(architecture, 7, name, SPIRAL) for _ in range(2))
    assert [layer.weights.shape for layer in first] == list(architecture.shapes)
    for layer, same in zip(first, again, strict=True):
        assert layer.weights.dtype == layer.bias.dtype == np.float32
        assert np.isfinite(layer.weights).all()
        np.testing.assert_array_equal(layer.weights, same.weights)
        np.testing.assert_array_equal(layer.bias, same.bias)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_data_driven_rule_gives_the_spread_and_cuts_through_the_data(name):
    architecture = Architecture((8, 8), name)
    params = init_params(architecture, 3, "data", SPIRAL)
    for record in record_activations(architecture, params, SPIRAL)[:-1]:
        expected = ACTIVATIONS[name].spread
        np.testing.assert_allclose(record.pre.std(axis=0), expected, rtol=1e-4)
        below = (record.pre < 0).mean(axis=0)
        # Between the 20 and the 80 % quantile and not at a point, whose side rounding would decide.
        assert (below >= 0.19).all()
        assert (below <= 0.81).all()
        assert np.abs(record.pre).min() > 1e-6


@pytest.mark.parametrize("name", ["circles", "spiral", "moons"])
def test_the_first_cut_is_not_on_points_that_layers_put_in_one_place(name):
    """Rounding would decide on which side they are: in the picture, and in the accuracy told."""
    points = make_dataset(name, 400).points
    architecture = Architecture((3,) * 10)
    for seed in range(8):
        params = init_params(architecture, seed, "data", points)
        logits = record_activations(architecture, params, points)[-1].pre
        span = np.ptp(logits)
        assert np.abs(logits).min() > 2e-6 * span or span < 1e-5


def test_data_driven_directions_are_orthonormal_up_to_scale():
    weights = init_params(Architecture((8, 6)), 0, "data", SPIRAL)[1].weights
    units = weights / np.linalg.norm(weights, axis=0)
    np.testing.assert_allclose(units.T @ units, np.eye(6), atol=1e-5)


def test_data_on_a_line_give_no_huge_weights():
    points = make_dataset("interval").points
    weights = init_params(Architecture((8,)), 0, "data", points)[0].weights
    assert np.abs(weights).max() < 10


@pytest.mark.parametrize("data", DATASETS)
def test_wider_keeps_the_neurons_of_the_first_layer(data):
    points = make_dataset(data).points
    narrow = init_params(Architecture((4,)), 5, "he", points)[0]
    wide = init_params(Architecture((9,)), 5, "he", points)[0]
    np.testing.assert_array_equal(wide.weights[:, :4], narrow.weights)


def test_classic_rules():
    architecture = Architecture((64, 64))
    he = init_params(architecture, 0, "he")[1].weights
    assert he.std() == pytest.approx(np.sqrt(2 / 64), rel=0.05)
    glorot = init_params(architecture, 0, "glorot")[1].weights
    assert np.abs(glorot).max() <= np.sqrt(6 / 128)
    assert glorot.std() == pytest.approx(np.sqrt(2 / 128), rel=0.05)
    orthogonal = init_params(architecture, 0, "orthogonal")
    np.testing.assert_allclose(
        orthogonal[1].weights @ orthogonal[1].weights.T, np.eye(64), atol=1e-5
    )
    np.testing.assert_allclose(
        orthogonal[0].weights @ orthogonal[0].weights.T, np.eye(2), atol=1e-5
    )
    uniform = init_params(architecture, 0, "uniform")[1]
    assert np.abs(uniform.weights).max() <= 0.5
    zeros = init_params(architecture, 0, "zeros")
    assert all((layer.weights == 0).all() and (layer.bias == 0).all() for layer in zeros)


def test_seeds_differ():
    architecture = Architecture((4,))
    first, second = (init_params(architecture, seed, "he")[0].weights for seed in (0, 1))
    assert (first != second).all()


@pytest.mark.parametrize(
    ("seed", "name", "sentence"),
    [
        (-1, "he", "seed must be a whole number from 0 to 2147483647; got -1"),
        (0.5, "he", "got 0.5"),
        (0, "kaiming", "initializer must be one of data, .*; got 'kaiming'"),
    ],
)
def test_bad_values_are_named(seed, name, sentence):
    with pytest.raises(ValueError, match=sentence):
        init_params(Architecture((4,)), seed, name)
