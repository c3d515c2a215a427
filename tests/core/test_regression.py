"""Training on a function of x: the compiled program, numpy, and how it ends."""

import jax
import numpy as np
import pytest
from sklearn.metrics import r2_score

from layerwarp.data.datasets import make_dataset
from layerwarp.data.targets import make_target, target_from_function, target_from_points
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import forward
from layerwarp.training.config import TrainingConfig
from layerwarp.training.engine import PROGRAMS
from layerwarp.training.train import train

SINE = make_target("sine", 100)
# Few shapes, used by many tests: each costs seconds to compile.
SMALL = Architecture((5, 3), "tanh", n_inputs=1)
SHORT = TrainingConfig(batch_size=10, steps=40)


@pytest.fixture(scope="module")
def short():
    return train(SINE, SMALL, SHORT)


def test_history(short):
    assert short.outcome.kind == "trained"
    assert (short.steps[0], short.steps[-1]) == (0, 40)
    for i in (0, len(short.steps) // 2, -1):
        params = short.params_at(i)
        for x, y, loss, accuracy in (
            (SINE.x, SINE.y, short.train_loss, short.train_accuracy),
            (SINE.test_x, SINE.test_y, short.test_loss, short.accuracy),
        ):
            outputs = forward(SMALL, params, x)
            assert loss[i] == pytest.approx(np.square(outputs - y).mean(), rel=1e-5)
            assert accuracy[i] == pytest.approx(r2_score(y, outputs), abs=1e-5)


def test_gradient_norms_are_those_of_automatic_differentiation(short):
    def loss(params):
        return ((forward(SMALL, params, jax.numpy.asarray(SINE.x)) - SINE.y) ** 2).mean()

    for i in (1, -1):
        params = [type(layer)(*map(jax.numpy.asarray, layer)) for layer in short.params_at(i)]
        gradient = jax.grad(loss)(params)
        norms = [float(np.linalg.norm(layer.weights)) for layer in gradient]
        np.testing.assert_allclose(short.gradient_norms[i], norms, rtol=1e-4)


def test_same_seed_same_numbers_in_any_chunks(short, monkeypatch):
    monkeypatch.setattr("layerwarp.training.train.CHUNK_SECONDS", 1e-9)
    seen: list[object] = []
    again = train(SINE, SMALL, SHORT, callback=seen.append)
    assert len(seen) > 10
    np.testing.assert_array_equal(again.parameters, short.parameters)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("widths", [(), (5, 3), (16, 1, 9)])
def test_padded_and_exact_networks_agree(name, widths):
    """The compiled program pads every layer and the data; numpy computes them as they are."""
    architecture = Architecture(widths, name, n_inputs=1)
    # He: the data-driven start puts neurons on their own kink, where a rounding decides.
    config = TrainingConfig("sgd", 0.005, 7, l2=0.01, steps=3, initializer="he")
    compiled = train(SINE, architecture, config)
    exact = train(SINE, architecture, config, backend="numpy")
    scale = np.abs(exact.parameters).max()
    np.testing.assert_allclose(compiled.parameters, exact.parameters, rtol=1e-5, atol=1e-6 * scale)
    np.testing.assert_allclose(compiled.gradient_norms, exact.gradient_norms, rtol=1e-4, atol=1e-6)
    for column in ("train_loss", "test_loss", "train_accuracy", "accuracy"):
        np.testing.assert_allclose(
            getattr(compiled, column), getattr(exact, column), rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize(
    "name", ["square", "abs", "sine", "cubic", "bump", "exercise", "sawtooth2"]
)
def test_simple_functions_are_learned_from_nine_starts_of_ten(name):
    architecture, target = Architecture((8, 8), n_inputs=1), make_target(name)
    runs = [train(target, architecture, TrainingConfig(seed=seed)) for seed in range(10)]
    assert sum(run.accuracy[-1] > 0.97 for run in runs) >= 9


def test_a_linear_model_finds_the_least_squares_line():
    target = make_target("exercise", 200, noise=0.3)
    config = TrainingConfig("adam", 0.1, 200, steps=2000)
    history = train(target, Architecture((), n_inputs=1), config)
    slope, intercept = np.polyfit(target.x[:, 0], target.y[:, 0], 1)
    np.testing.assert_allclose(history.params[0].weights, [[slope]], rtol=1e-3)
    np.testing.assert_allclose(history.params[0].bias, [intercept], rtol=1e-3)


def test_the_data_driven_start_spreads_the_hinges_over_the_interval():
    architecture = Architecture((32,), n_inputs=1)
    weights, bias = train(SINE, architecture, TrainingConfig(steps=1)).params_at(0)[0]
    hinges = -bias / weights[0]
    inside = np.sort(SINE.x[:, 0])[[15, 84]]
    assert ((hinges >= inside[0]) & (hinges <= inside[1])).all()
    assert len(np.unique(hinges)) > 10


@pytest.mark.parametrize("backend", ["jax", "numpy"])
def test_divergence_is_named_and_cut_off(backend):
    config = TrainingConfig(optimizer="sgd", learning_rate=100, batch_size=10, steps=40)
    history = train(SINE, Architecture((5, 3), "identity", n_inputs=1), config, backend=backend)
    assert history.outcome.kind == "diverged"
    assert "learning rate 100" in history.outcome.message
    assert history.steps[-1] < history.outcome.step
    assert np.isfinite(history.parameters).all()
    assert np.isfinite(history.accuracy).all()


def test_large_values_are_not_taken_for_divergence():
    target = target_from_function(lambda x: 500 + 100 * x, -1, 1, 100)
    history = train(target, SMALL, SHORT, backend="numpy")
    assert history.train_loss[0] > 1e5
    assert history.outcome.kind == "trained"


def test_death_is_named():
    config = TrainingConfig(initializer="zeros", batch_size=10, steps=3)
    history = train(SINE, Architecture((5, 3), n_inputs=1), config)
    assert history.outcome.kind == "dead"
    assert "Layer 1" in history.outcome.message
    assert history.dead_neurons == (5, 3)


def test_a_flat_function_learned_flat_is_not_dead():
    flat = target_from_function(lambda x: 0.5, -1, 1, 100)
    config = TrainingConfig("adam", 0.05, 100, steps=200, initializer="zeros")
    history = train(flat, Architecture((5, 3), n_inputs=1), config, backend="numpy")
    assert history.dead_neurons == (5, 3)
    assert history.outcome.kind == "trained"
    assert history.accuracy[-1] == pytest.approx(1)


def test_the_flat_best_line_of_a_symmetric_function_is_not_dead():
    x = np.linspace(-1, 1, 21)
    target = target_from_points(x, np.abs(x))
    config = TrainingConfig("sgd", 0.1, 21, steps=100, initializer="zeros")
    history = train(target, Architecture((), n_inputs=1), config, backend="numpy")
    assert np.abs(history.params[0].weights).max() < 1e-6
    assert history.outcome.kind == "trained"


def test_a_few_own_points_are_enough():
    history = train(target_from_points([0, 1, 2], [1, 0, 1]), SMALL, SHORT)
    assert history.outcome.kind == "trained"
    assert np.isfinite(history.accuracy).all()


def test_functions_and_classes_share_a_program(short):
    train(make_dataset("moons", 100), Architecture((8,)), SHORT)
    before = len(PROGRAMS)
    train(make_target("step", 300, 0.3), Architecture((8, 7), "elu", 1), SHORT)
    assert len(PROGRAMS) == before


@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(2, 1), (1, 2), (3, 5)])
def test_function_and_network_must_fit(n_inputs, n_outputs):
    architecture = Architecture((4,), "relu", n_inputs, n_outputs)
    with pytest.raises(
        ValueError, match=f"one input and one output; got {n_inputs} and {n_outputs}"
    ):
        train(SINE, architecture, SHORT)
