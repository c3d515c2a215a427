import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.network.activations import ACTIVATIONS, activate
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import (
    flatten,
    forward,
    predict_classes,
    record_activations,
    unflatten,
)
from layerwarp.network.initializers import init_params

X = np.random.default_rng(0).normal(size=(7, 2))


def by_hand(architecture, params, x):
    """One point and one neuron at a time."""
    outputs = []
    for point in x:
        signal = [float(value) for value in point]
        for index, (weights, bias) in enumerate(params):
            z = [
                float(bias[j]) + sum(signal[i] * float(weights[i, j]) for i in range(len(signal)))
                for j in range(len(bias))
            ]
            if index < architecture.depth:
                z = activate(architecture.activations[index], np.array([z]))[0].tolist()
            signal = z
        outputs.append(signal)
    return np.array(outputs)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_forward(name):
    architecture = Architecture((5, 3), name, n_outputs=2)
    params = init_params(architecture, 1)
    # float32 parameters in float64 arithmetic on both sides.
    np.testing.assert_allclose(
        forward(architecture, params, X), by_hand(architecture, params, X), rtol=1e-12, atol=1e-13
    )


@pytest.mark.parametrize("depth", range(11))
def test_records(depth):
    architecture = Architecture(tuple(range(1, depth + 1)), "tanh", n_outputs=3)
    params = init_params(architecture, 2)
    records = record_activations(architecture, params, X)
    assert [record.pre.shape for record in records] == [(7, w) for w in architecture.sizes[1:]]
    for record in records[:-1]:
        np.testing.assert_array_equal(record.post, np.tanh(record.pre))
    np.testing.assert_array_equal(records[-1].post, forward(architecture, params, X))
    np.testing.assert_allclose(records[-1].post, by_hand(architecture, params, X), atol=1e-12)


def test_jax_arrays_pass_through():
    architecture = Architecture((6, 6), "gelu")
    params = init_params(architecture, 3)
    x = X.astype(np.float32)
    in_jax = forward(architecture, params, jnp.asarray(x))
    np.testing.assert_allclose(in_jax, forward(architecture, params, x), rtol=1e-5, atol=1e-5)


@given(st.lists(st.integers(1, 9), max_size=4).map(tuple), st.integers(1, 5))
def test_flatten_and_unflatten(widths, n_outputs):
    architecture = Architecture(widths, n_outputs=n_outputs)
    vector = np.arange(architecture.n_parameters, dtype=np.float32)
    layers = unflatten(vector, architecture)
    assert [layer.weights.shape for layer in layers] == list(architecture.shapes)
    np.testing.assert_array_equal(flatten(layers), vector)


def test_order_of_the_vector():
    layer = unflatten(np.arange(3.0), Architecture(()))[0]
    np.testing.assert_array_equal(layer.weights, [[0], [1]])
    np.testing.assert_array_equal(layer.bias, [2])


def test_unflatten_keeps_leading_axes():
    architecture = Architecture((4,))
    vectors = np.random.default_rng(4).normal(size=(5, architecture.n_parameters))
    batched = unflatten(vectors, architecture)
    assert batched[0].weights.shape == (5, 2, 4)
    np.testing.assert_array_equal(batched[1].weights[3], unflatten(vectors[3], architecture)[1][0])


@pytest.mark.parametrize("shape", [(7,), (7, 3), (7, 2, 1)])
def test_wrong_points_are_named(shape):
    architecture = Architecture((4,))
    with pytest.raises(ValueError, match=r"x must have shape \(n, 2\); got \(7"):
        forward(architecture, init_params(architecture, 0), np.zeros(shape))


def test_predicted_classes():
    np.testing.assert_array_equal(predict_classes(np.array([[-1.0], [0.0], [2.0]])), [0, 0, 1])
    np.testing.assert_array_equal(predict_classes(np.array([[1.0, 3.0, 2.0]])), [1])
