"""Inputs that are not the coordinates: what they are, and that networks learn from them."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwarp.data.datasets import make_dataset
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.geometry.projection import layer_pictures
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import COORDINATES, FEATURES, input_labels, lift
from layerwarp.network.forward_pass import flatten, forward, record_activations, unflatten
from layerwarp.network.initializers import init_params
from layerwarp.sweeps.sweep import sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.gradient_flow import initial_gradient_norms, starting_network
from layerwarp.training.train import train

ALL = tuple(FEATURES)
BOWL = ("x1", "x2", "bowl")


def by_hand(x: np.ndarray) -> np.ndarray:
    """All features (n, 8) of points (n, 2), in the order of the table."""
    a, b = x[:, 0], x[:, 1]
    squares = [a**2 / 3, b**2 / 3, a * b / 3]
    return np.stack([a, b, *squares, np.sin(a), np.sin(b), (a**2 + b**2) / 3], axis=1)


def grid_points() -> np.ndarray:
    return np.random.default_rng(0).uniform(-4, 4, (50, 2)).astype(np.float32)


@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
def test_features_are_what_their_names_say(xp):
    points = grid_points()
    found = lift(ALL, xp.asarray(points))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, by_hand(points.astype(float)), rtol=2e-6, atol=1e-6)
    some = [ALL.index(name) for name in BOWL]
    np.testing.assert_array_equal(lift(BOWL, points), lift(ALL, points)[:, some])
    assert lift((), points) is points


@pytest.mark.parametrize("name", FEATURES)
def test_the_formula_that_exports_carry_is_the_feature(name):
    points = grid_points().astype(float)
    formula = FEATURES[name].formula.replace("SINE", "np.sin")
    found = eval(formula, {"np": np, "x1": points[:, 0], "x2": points[:, 1]})
    np.testing.assert_allclose(found, by_hand(points)[:, ALL.index(name)], rtol=1e-12)


def test_an_architecture_orders_its_inputs_and_knows_the_coordinates():
    network = Architecture((4,), inputs=("bowl", "x2", "x1"))
    assert network.inputs == BOWL
    assert network.sizes == (3, 4, 1)
    assert network.n_parameters == 4 * 4 + 5
    assert Architecture(inputs=COORDINATES) == Architecture(inputs=("x2", "x1")) == Architecture()
    assert not network.is_piecewise_linear
    assert not network.is_monotone
    assert input_labels(network.inputs) == ["x₁", "x₂", "(x₁² + x₂²) / 3"]
    assert input_labels((), 3) == ["x₁", "x₂", "x₃"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"inputs": ("x3",)}, "inputs must be one of x1, x2, square1"),
        ({"inputs": ("x1", "x1")}, r"each feature once; got \['x1', 'x1'\]"),
        ({"inputs": ("x1",), "n_inputs": 1}, "n_inputs must be 2; got 1"),
    ],
)
def test_inputs_that_are_none_are_refused_in_a_sentence(settings, message):
    with pytest.raises(ValueError, match=message):
        Architecture(**settings)


def test_a_lifted_network_has_no_straight_pieces():
    network = Architecture((2,), inputs=BOWL)
    with pytest.raises(ValueError, match="x1 and x2 as they come; got x1, x2, bowl"):
        linear_regions(network, init_params(network, 0), (-1, 1, -1, 1))


def independent_loss(vector, shapes, points, labels):
    """Mean cross-entropy of a tanh network on all features, written for JAX alone."""
    a, b = points[:, 0], points[:, 1]
    h = jnp.stack(
        [a, b, a**2 / 3, b**2 / 3, a * b / 3, jnp.sin(a), jnp.sin(b), (a**2 + b**2) / 3], 1
    )
    at = 0
    for layer, (fan_in, fan_out) in enumerate(shapes):
        weights = vector[at : at + fan_in * fan_out].reshape(fan_in, fan_out)
        at += fan_in * fan_out
        z = h @ weights + vector[None, at : at + fan_out]
        at += fan_out
        h = jnp.tanh(z) if layer < len(shapes) - 1 else z
    logit = h[:, 0]
    return jnp.mean(jnp.log1p(jnp.exp(-jnp.abs(logit))) + jnp.maximum(logit, 0) - labels * logit)


@pytest.mark.parametrize("backend", ["jax", "numpy"])
def test_a_step_goes_down_the_gradient_of_an_independent_network(backend):
    data = make_dataset("xor", 64)
    network = Architecture((5, 3), "tanh", inputs=ALL)
    config = TrainingConfig("sgd", learning_rate=0.5, batch_size=64, steps=1)
    history = train(data, network, config, backend=backend)
    start, end = history.parameters[[0, -1]]
    labels = data.labels.astype(np.float32)
    gradient = jax.grad(independent_loss)(jnp.asarray(start), network.shapes, data.points, labels)
    np.testing.assert_allclose((start - end) / 0.5, gradient, rtol=2e-3, atol=2e-6)
    wanted = [float(np.linalg.norm(layer.weights)) for layer in unflatten(gradient, network)]
    np.testing.assert_allclose(history.gradient_norms[0], wanted, rtol=1e-3)
    logits = forward(network, history.params, data.test_points)
    assert history.accuracy[-1] == pytest.approx(((logits[:, 0] > 0) == data.test_labels).mean())


@pytest.mark.parametrize(
    ("data", "inputs", "least"),
    [
        ("circles", ("square1", "square2"), 0.99),
        ("circles", BOWL, 0.99),
        ("xor", ("product",), 0.97),
    ],
)
def test_the_right_input_makes_a_hidden_layer_needless(data, inputs, least):
    made = make_dataset(data)
    assert train(made, Architecture(()), TrainingConfig()).accuracy[-1] < 0.75
    assert train(made, Architecture((), inputs=inputs), TrainingConfig()).accuracy[-1] > least


def test_a_sweep_trains_the_same_networks():
    data, config = make_dataset("circles", 60), TrainingConfig(steps=20)
    found = sweep(data, [0, 1], [4], [3], config, inputs=BOWL)
    for depth, history in ((0, found.histories[0, 0, 0]), (1, found.histories[1, 0, 0])):
        network = Architecture((4,) * depth, inputs=BOWL)
        alone = train(data, network, replace(config, seed=3), backend="numpy")
        assert history.architecture == network
        np.testing.assert_allclose(history.params[-1].weights, alone.params[-1].weights, rtol=1e-4)


def test_starting_gradients_are_those_of_training():
    data = make_dataset("circles", 60)
    network = Architecture((4, 4), "tanh", inputs=BOWL)
    history = train(data, network, TrainingConfig(steps=1, initializer="he"), backend="numpy")
    found = initial_gradient_norms(starting_network(2, 4, "tanh", "he", data, inputs=BOWL))
    np.testing.assert_allclose(found, history.gradient_norms[0], rtol=1e-4)


@pytest.mark.parametrize("view", ["cut", "plane", "space", "neurons"])
@pytest.mark.parametrize("inputs", [("product",), BOWL, ALL])
def test_the_lifted_space_is_the_first_picture(view, inputs):
    data = make_dataset("moons", 80)
    network = Architecture((5,), inputs=inputs)
    history = train(data, network, TrainingConfig(steps=3), backend="numpy")
    pictures = layer_pictures(network, history.parameters, data.points, view)
    lifted = lift(inputs, data.points)
    k = len(inputs)
    assert pictures.lifted is not None
    assert pictures.exact[0] is (k <= 3)
    assert pictures.lifted.shape == (k + 1, 3)
    places = lifted @ pictures.lifted[:-1] + pictures.lifted[-1]
    if k <= 3:
        assert pictures.dimensions[0] == k
        assert pictures.lifted_share == 1
        np.testing.assert_allclose(places[:, :k], lifted, rtol=1e-6)
        assert not places[:, k:].any()
    else:
        basis = pictures.lifted[:-1, : pictures.dimensions[0]]
        np.testing.assert_allclose(basis.T @ basis, np.eye(basis.shape[1]), atol=1e-6)
        share = places.var(axis=0).sum() / lifted.var(axis=0).sum()
        assert pictures.lifted_share == pytest.approx(share, rel=1e-4)
        # No other turn of the picture is nearer to the plane.
        moved = np.pad(data.points - data.points.mean(axis=0), ((0, 0), (0, 1)))
        d = pictures.dimensions[0]
        product = places[:, :d].T @ moved[:, :d]
        np.testing.assert_allclose(product, product.T, atol=1e-3 * np.abs(product).max())


def test_the_coordinates_by_name_change_nothing():
    data = make_dataset("spiral", 50)
    plain, named = (Architecture((6,)), Architecture((6,), inputs=COORDINATES))
    histories = [train(data, each, TrainingConfig(steps=30)) for each in (plain, named)]
    np.testing.assert_array_equal(histories[0].parameters, histories[1].parameters)
    assert layer_pictures(plain, histories[0].parameters, data.points).lifted is None
    records = record_activations(named, histories[1].params, data.points)
    assert flatten(histories[1].params).size == named.n_parameters
    assert records[0].pre.shape == (50, 6)
