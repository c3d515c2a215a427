import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwarp.network.activations import ACTIVATIONS, activate, bend

# Independent formulas on single numbers, by the math module; the libraries' own stand in the table.
REFERENCE = {
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.1 * z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "softplus": lambda z: math.log1p(math.exp(z)),
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "gelu": lambda z: 0.5 * z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "sine": math.sin,
    "abs": abs,
    "identity": lambda z: z,
}
ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
# Irregular, so that no value lies on a kink.
Z = np.linspace(-4.03, 4.11, 41).reshape(-1, 1)
BOUNDED = [name for name, row in ACTIVATIONS.items() if row.bounded]
SHARES = np.linspace(0, 1, 41)


def spread_out(name, reach):
    """Pre-activations in [-reach, reach]: one neuron, or four at once if they are coupled."""
    if name == "softmax":
        return np.random.default_rng(0).uniform(-reach, reach, (400, 4))
    return np.linspace(-reach, reach, 801).reshape(-1, 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_library_says_the_same(name):
    z = np.random.default_rng(2).normal(size=(9, 5)) * 3
    in_numpy = eval(ACTIVATIONS[name].code["numpy"], {"np": np})
    np.testing.assert_allclose(activate(name, z), in_numpy(z), rtol=1e-12, atol=1e-14)
    in_jax = eval(ACTIVATIONS[name].code["jax"], {"jax": jax, "jnp": jnp})
    single = z.astype(np.float32)
    np.testing.assert_allclose(in_jax(single), activate(name, single), rtol=5e-6, atol=2e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_a_row_says_of_the_function_is_true(name):
    row = ACTIVATIONS[name]
    assert set(row.code) == {"numpy", "jax", "torch", "keras"}
    z = np.linspace(-9, 9, 2001).reshape(-1, 1)
    h = activate(name, z)[:, 0]
    if name != "softmax":
        assert row.monotone == bool((np.diff(h) >= 0).all())
    if row.switches:
        assert (h[z[:, 0] > 0] > 0).all()
        assert (h[z[:, 0] <= 0] <= 0).all()
    assert row.bounded == bool(np.abs(activate(name, 1e3 * z)).max() <= 1)
    assert ACTIVATIONS[row.nearest_straight].negative_slope is not None


@pytest.mark.parametrize("name", REFERENCE)
def test_value(name):
    expected = [[REFERENCE[name](float(z))] for z in Z[:, 0]]
    np.testing.assert_allclose(activate(name, Z), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_namespaces_agree(name):
    in_jax = activate(name, jnp.asarray(Z, jnp.float32))
    np.testing.assert_allclose(in_jax, activate(name, Z), rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_pullback_is_the_derivative(name):
    generator = np.random.default_rng(0)
    z, g = generator.normal(size=(2, 6, 4))
    step = 1e-6
    expected = np.empty_like(z)
    for index in np.ndindex(z.shape):
        moved = np.zeros_like(z)
        moved[index] = step
        difference = activate(name, z + moved) - activate(name, z - moved)
        expected[index] = (g * difference).sum() / (2 * step)
    actual = ACTIVATIONS[name].pullback(np, z, activate(name, z), g)
    np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_large_inputs_stay_finite(name, size):
    z = np.full((1, 2), size, np.float32)
    h = activate(name, z)
    assert np.isfinite(h).all()
    assert np.isfinite(ACTIVATIONS[name].pullback(np, z, h, np.ones_like(z))).all()


def test_softmax_is_a_distribution_over_the_real_neurons():
    z = np.random.default_rng(1).normal(size=(5, 4)) * 50
    mask = np.array([1.0, 1.0, 1.0, 0.0])
    h = ACTIVATIONS["softmax"].value(np, z, mask)
    np.testing.assert_allclose(h.sum(axis=1), 1, rtol=1e-12)
    assert (h[:, 3] == 0).all()
    np.testing.assert_allclose(h[:, :3], activate("softmax", z[:, :3]), rtol=1e-12)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes_of_the_piecewise_linear(name):
    slope = ACTIVATIONS[name].negative_slope
    straight = np.allclose(np.diff(activate(name, Z[Z < 0]), n=2), 0, atol=1e-12)
    assert straight == (slope is not None)
    if slope is not None:
        assert activate(name, np.array([[-2.0]])) == pytest.approx(-2 * slope)


@pytest.mark.parametrize("reach", [4, 20, 70])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_bend_goes_from_z_to_the_activation_and_never_overshoots(name, reach):
    z = spread_out(name, reach)
    h = activate(name, z)
    np.testing.assert_array_equal(bend(name, z, 0), z)
    np.testing.assert_array_equal(bend(name, z, 1), h)
    left = np.array([np.abs(bend(name, z, t) - h) for t in SHARES])
    assert (np.diff(left, axis=0) <= 1e-12 * reach).all()
    for t in SHARES:
        bent = bend(name, z, t)
        assert (bent >= np.minimum(z, h) - 1e-12 * reach).all()
        assert (bent <= np.maximum(z, h) + 1e-12 * reach).all()
        if ACTIVATIONS[name].monotone:
            assert (np.diff(bent[:, 0]) >= -1e-12).all(), "folded on its way"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_half_way_looks_half_way(name):
    """Of what moves, by root mean squares."""
    z = spread_out(name, 4)
    h = activate(name, z)
    if name != "identity":
        left = np.linalg.norm(bend(name, z, 0.5) - h) / np.linalg.norm(z - h)
        assert 0.35 <= left <= 0.65


@pytest.mark.parametrize("reach", [4, 20, 70])
@pytest.mark.parametrize("name", BOUNDED)
def test_half_way_a_squashed_picture_has_the_size_between(name, reach):
    """Between as ratios are: the camera follows the size."""
    z = spread_out(name, reach)
    start, *sizes, end = (np.log(bend(name, z, t).std()) for t in (0, 0.25, 0.5, 0.75, 1))
    left = (np.array(sizes) - end) / (start - end)
    assert (np.abs(left - [0.75, 0.5, 0.25]) <= 0.15).all(), left


def test_a_wide_sigmoid_is_squashed_before_the_end():
    bent = bend("sigmoid", np.linspace(-67, 100, 51)[:, None], 0.97)
    assert -0.15 < bent.min() < bent.max() < 1.16
