import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import r2_score

from layerwarp.network.activations import ACTIVATIONS, activate
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, flatten, propagate, record_activations, unflatten
from layerwarp.network.initializers import init_params
from layerwarp.training.losses import (
    SQUARED_ERROR,
    backpropagate,
    logistic,
    loss_function,
    r_squared,
    softmax_cross_entropy,
    squared_error,
)

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(9, 2))
LABELS = GENERATOR.integers(0, 2, 9).astype(np.int32)


def mean_loss(vector, architecture, labels, x=X):
    logits = record_activations(architecture, unflatten(vector, architecture), x)[-1].post
    mask = np.ones(architecture.n_outputs)
    return loss_function(architecture.n_outputs)(np, logits, labels, mask)[0].mean()


def gradient(vector, architecture, labels):
    params = unflatten(vector, architecture)
    records = record_activations(architecture, params, X)
    mask = np.ones(architecture.n_outputs)
    _, slope = loss_function(architecture.n_outputs)(np, records[-1].post, labels, mask)

    def pull_back(index, pre, post, g):
        return ACTIVATIONS[architecture.activations[index]].pullback(np, pre, post, g)

    return flatten(backpropagate(params, X, records, slope / len(X), pull_back))


def finite_differences(vector, architecture, labels, step=1e-6):
    result = np.empty_like(vector)
    for index in range(len(vector)):
        moved = np.zeros_like(vector)
        moved[index] = step
        result[index] = mean_loss(vector + moved, architecture, labels)
        result[index] -= mean_loss(vector - moved, architecture, labels)
    return result / (2 * step)


@pytest.mark.parametrize("depth", range(11))
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_against_finite_differences(name, depth):
    architecture = Architecture((3,) * depth, name)
    vector = flatten(init_params(architecture, depth)).astype(float)
    # Off the kinks, on which the data-driven start can put a neuron of a deeper layer.
    vector += 0.01 * np.random.default_rng(depth).normal(size=len(vector))
    expected = finite_differences(vector, architecture, LABELS)
    # Central differences of a float64 loss: rounding leaves about 1e-16 / 1e-6, and the third
    # derivative, large where ten layers of softmax are steep, step^2 of the gradient's size.
    tolerance = 2e-8 + 1e-6 * np.abs(expected).max()
    np.testing.assert_allclose(
        gradient(vector, architecture, LABELS), expected, rtol=1e-6, atol=tolerance
    )


@pytest.mark.parametrize("n_outputs", [2, 3, 5])
def test_gradient_of_several_classes(n_outputs):
    architecture = Architecture((4,), "tanh", n_outputs=n_outputs)
    labels = np.arange(9, dtype=np.int32) % n_outputs
    vector = flatten(init_params(architecture, 0)).astype(float)
    expected = finite_differences(vector, architecture, labels)
    np.testing.assert_allclose(
        gradient(vector, architecture, labels), expected, rtol=1e-6, atol=2e-9
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_against_automatic_differentiation(name):
    architecture = Architecture((4, 3), name)
    vector = flatten(init_params(architecture, 5))
    # Off the kinks: on them automatic differentiation takes another of the possible slopes.
    vector = vector + np.float32(0.01) * GENERATOR.normal(size=len(vector)).astype(np.float32)
    params = unflatten(vector, architecture)
    x, labels = jnp.asarray(X, jnp.float32), jnp.asarray(LABELS)

    def loss(params):
        records = propagate(params, x, lambda _, pre: activate(name, pre))
        return logistic(jnp, records[-1].post, labels, jnp.ones(1))[0].mean()

    automatic = jax.grad(loss)([Layer(*map(jnp.asarray, layer)) for layer in params])
    by_hand = gradient(flatten(params).astype(float), architecture, LABELS)
    np.testing.assert_allclose(flatten(automatic, jnp), by_hand, rtol=1e-4, atol=1e-6)


def test_logistic_is_the_log_of_one_plus_exp():
    logits = np.linspace(-5, 5, 9)[:, None]
    loss, _ = logistic(np, logits, LABELS, np.ones(1))
    np.testing.assert_allclose(loss, np.log1p(np.exp((1 - 2 * LABELS) * logits[:, 0])), rtol=1e-12)


def test_softmax_cross_entropy_ignores_padding():
    logits = GENERATOR.normal(size=(9, 5)) * 10
    labels = np.arange(9, dtype=np.int32) % 3
    mask = np.array([1.0, 1, 1, 0, 0])
    loss, slope = softmax_cross_entropy(np, logits, labels, mask)
    expected = np.logaddexp.reduce(logits[:, :3], axis=1) - logits[np.arange(9), labels]
    np.testing.assert_allclose(loss, expected, rtol=1e-12, atol=1e-12)
    assert (slope[:, 3:] == 0).all()
    np.testing.assert_allclose(slope.sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_losses_of_extreme_logits_are_finite(size):
    logits = np.full((9, 1), size, np.float32)
    loss, slope = logistic(np, logits, LABELS, np.ones(1))
    assert np.isfinite(loss).all()
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("depth", [0, 1, 3, 10])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_of_the_squared_error_against_finite_differences(name, depth):
    architecture = Architecture((3,) * depth, name, n_inputs=1)
    x, wanted = X[:, :1], X[:, 1]
    generator = np.random.default_rng(depth)
    vector = generator.normal(size=architecture.n_parameters)

    def loss(vector):
        outputs = record_activations(architecture, unflatten(vector, architecture), x)[-1].post
        return ((outputs[:, 0] - wanted) ** 2).mean()

    params = unflatten(vector, architecture)
    records = record_activations(architecture, params, x)
    losses, slope = loss_function(1, SQUARED_ERROR)(np, records[-1].post, wanted, np.ones(1))
    assert losses.mean() == pytest.approx(loss(vector), rel=1e-12)

    def pull_back(index, pre, post, g):
        return ACTIVATIONS[architecture.activations[index]].pullback(np, pre, post, g)

    by_hand = flatten(backpropagate(params, x, records, slope / len(x), pull_back))
    step = 1e-6 * np.eye(len(vector))
    expected = np.array([loss(vector + move) - loss(vector - move) for move in step]) / 2e-6
    # Central differences: rounding of the loss over 1e-6, and step^2 of the third derivative.
    tolerance = 1e-9 * (1 + loss(vector)) + 1e-6 * np.abs(expected).max()
    np.testing.assert_allclose(by_hand, expected, rtol=1e-6, atol=tolerance)


def test_squared_error_has_no_factor_of_a_half():
    losses, slope = squared_error(np, np.array([[3.0], [0.0]]), np.array([1.0, 2.0]), np.ones(1))
    assert losses.tolist() == [4, 4]
    assert slope.tolist() == [[4], [-4]]


def explained(outputs, labels, padding=3):
    weights = np.concatenate([np.full(len(labels), 1 / len(labels)), np.zeros(padding)])
    labels, outputs = (np.concatenate([v, np.zeros(padding)]) for v in (labels, outputs))
    return float(r_squared(np, (outputs - labels) ** 2, labels, weights))


@pytest.mark.parametrize("noise", [0, 0.1, 1, 10])
def test_r_squared_is_scikit_learns(noise):
    labels = GENERATOR.normal(size=50) + 3
    outputs = labels + noise * GENERATOR.normal(size=50)
    assert explained(outputs, labels) == pytest.approx(r2_score(labels, outputs), rel=1e-12)


def test_r_squared_of_labels_that_do_not_vary():
    labels = np.full(20, 5.0)
    assert explained(labels, labels) == 1
    assert explained(labels + 1e-6, labels) == 1
    assert explained(labels + 0.1, labels) == 0
