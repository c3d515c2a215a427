import jax
import numpy as np
import optax
import pytest

from layerwarp.training.optimizers import OPTIMIZERS, hyperparameters, initial_state, update

REFERENCE = {
    "sgd": optax.sgd,
    "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
    "adam": optax.adam,
}


def test_every_optimizer_has_a_reference():
    assert set(REFERENCE) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("rate", [0.01, 1.0])
def test_steps_equal_those_of_optax(name, rate):
    gradients = np.random.default_rng(0).normal(size=(30, 6)).astype(np.float32)
    ours = theirs = np.linspace(-1, 1, 6, dtype=np.float32)
    hyper, state = hyperparameters(name, rate, 0.0), initial_state(6)
    reference = REFERENCE[name](rate)
    reference_state = reference.init(theirs)
    for gradient in gradients:
        ours, state = update(np, ours, gradient, state, hyper)
        with jax.numpy_dtype_promotion("standard"):  # optax counts its steps in int32
            change, reference_state = reference.update(gradient, reference_state, theirs)
        theirs = theirs + np.asarray(change)
    # Thirty float32 steps; the two divide in a different order.
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5 * rate)
