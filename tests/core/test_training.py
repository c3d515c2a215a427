from dataclasses import replace

import numpy as np
import pytest

from layerwarp.data.datasets import make_dataset
from layerwarp.data.targets import make_target
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import record_activations
from layerwarp.training.config import TrainingConfig
from layerwarp.training.engine import PROGRAMS, Shape, all_shapes
from layerwarp.training.programs import ProgramTable
from layerwarp.training.train import recorded_steps, train

MOONS = make_dataset("moons", 100)
# Few shapes, used by many tests: each costs seconds to compile.
SMALL = Architecture((5, 3), "tanh")
SHORT = TrainingConfig(batch_size=10, steps=40)


@pytest.fixture(scope="module")
def short():
    return train(MOONS, SMALL, SHORT)


def test_history(short):
    records = len(short.steps)
    assert short.steps[0] == 0
    assert short.steps[-1] == 40
    assert (np.diff(short.steps) > 0).all()
    assert short.parameters.shape == (records, SMALL.n_parameters)
    assert short.gradient_norms.shape == (records, 3)
    assert short.outcome.kind == "trained"
    for i in (0, -1):
        params = short.params_at(i)
        logits = record_activations(SMALL, params, MOONS.points)[-1].post[:, 0]
        sign = 2 * MOONS.labels - 1
        assert short.train_loss[i] == pytest.approx(np.log1p(np.exp(-sign * logits)).mean(), 1e-5)
        # The data-driven start puts one point on the decision boundary itself.
        accuracy = ((logits > 0) == (sign > 0)).mean()
        assert short.train_accuracy[i] == pytest.approx(accuracy, abs=0.0101)
        logits = record_activations(SMALL, params, MOONS.test_points)[-1].post[:, 0]
        assert short.accuracy[i] == pytest.approx(
            ((logits > 0) == MOONS.test_labels).mean(), abs=2e-3
        )


def test_same_seed_same_numbers(short):
    again = train(MOONS, SMALL, SHORT)
    np.testing.assert_array_equal(again.parameters, short.parameters)


def test_chunks_do_not_change_the_numbers(short, monkeypatch):
    monkeypatch.setattr("layerwarp.training.train.CHUNK_SECONDS", 1e-9)
    seen: list[object] = []
    again = train(MOONS, SMALL, SHORT, callback=seen.append)
    assert len(seen) > 10
    np.testing.assert_array_equal(again.parameters, short.parameters)
    np.testing.assert_array_equal(again.steps, short.steps)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("widths", [(), (5, 3), (16, 1, 9)])
def test_padded_and_exact_networks_agree(name, widths):
    """The compiled program pads every layer; numpy computes the network as it is."""
    architecture = Architecture(widths, name)
    # He: the data-driven start puts neurons on their own kink, where a rounding decides.
    config = TrainingConfig("sgd", 0.1, 7, l2=0.01, steps=3, initializer="he")
    compiled = train(MOONS, architecture, config)
    exact = train(MOONS, architecture, config, backend="numpy")
    scale = np.abs(exact.parameters).max()
    np.testing.assert_allclose(compiled.parameters, exact.parameters, rtol=1e-6, atol=1e-6 * scale)
    np.testing.assert_allclose(compiled.gradient_norms, exact.gradient_norms, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(compiled.train_loss, exact.train_loss, rtol=1e-5)
    np.testing.assert_allclose(compiled.test_loss, exact.test_loss, rtol=1e-5)


@pytest.mark.parametrize("data", ["spirals3", "blobs5"])
def test_several_classes_padded_and_exact(data):
    points = make_dataset(data, 100)
    architecture = Architecture((5, 3), ("relu", "softmax"), n_outputs=points.n_classes)
    compiled = train(points, architecture, SHORT)
    exact = train(points, architecture, SHORT, backend="numpy")
    np.testing.assert_allclose(compiled.parameters, exact.parameters, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(compiled.accuracy, exact.accuracy, atol=0.011)
    assert compiled.outcome.kind == "trained"


def test_a_callback_stops_training_and_keeps_what_was_reached(monkeypatch):
    monkeypatch.setattr("layerwarp.training.train.CHUNK_SECONDS", 1e-9)
    history = train(MOONS, SMALL, SHORT, callback=lambda progress: progress.step < 7)
    assert history.outcome.kind == "stopped"
    assert history.outcome.step == history.steps[-1]
    assert 7 <= history.steps[-1] < 40


@pytest.mark.parametrize("backend", ["jax", "numpy"])
def test_divergence_is_named_and_cut_off(backend):
    config = TrainingConfig(optimizer="sgd", learning_rate=100, batch_size=10, steps=40)
    history = train(MOONS, Architecture((5, 3), "identity"), config, backend=backend)
    assert history.outcome.kind == "diverged"
    assert "learning rate 100" in history.outcome.message
    assert f"step {history.outcome.step:,}" in history.outcome.message
    assert history.steps[-1] < history.outcome.step
    assert np.isfinite(history.parameters).all()
    assert np.isfinite(history.train_loss).all()


def test_death_is_named():
    history = train(
        MOONS, Architecture((5, 3)), TrainingConfig(initializer="zeros", batch_size=10, steps=3)
    )
    assert history.outcome.kind == "dead"
    assert "Layer 1" in history.outcome.message
    assert history.dead_neurons == (5, 3)


def test_dead_neurons_are_counted():
    history = train(MOONS, Architecture((5, 3)), SHORT)
    records = record_activations(history.architecture, history.params, MOONS.points)
    expected = tuple(int((record.post == 0).all(axis=0).sum()) for record in records[:-1])
    assert history.dead_neurons == expected
    largest = [record.post.max(axis=1).mean() for record in records[:-1]]
    assert history.largest_outputs == pytest.approx(largest, rel=1e-5)


@pytest.mark.parametrize(
    "changes",
    [{"optimizer": "sgd"}, {"learning_rate": 0.5}, {"batch_size": 20}, {"l2": 0.1}, {"steps": 3}],
)
def test_a_seed_means_the_same_start_whatever_else_changes(short, changes):
    history = train(MOONS, SMALL, replace(SHORT, **changes), backend="numpy")
    np.testing.assert_array_equal(history.parameters[0], short.parameters[0])
    assert not np.array_equal(history.parameters[-1], short.parameters[-1])


@pytest.mark.parametrize("steps", [1, 2, 59, 60, 61, 500, 2000, 20000])
def test_recorded_steps(steps):
    recorded = recorded_steps(steps)
    assert recorded[0] == 0
    assert recorded[-1] == steps
    assert (np.diff(recorded) > 0).all()
    assert len(recorded) <= 61
    if steps >= 500:
        assert len(recorded) >= 55
        # The first tenth of the records looks at the first hundredth of the training.
        assert recorded[6] <= 0.011 * steps + 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"optimizer": "adagrad"}, "optimizer must be one of sgd, momentum, adam; got 'adagrad'"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number .* got nan"),
        ({"learning_rate": float("inf")}, "got inf"),
        ({"learning_rate": 0}, "learning_rate must be a number from 1e-06 to 100; got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 5000; got 0"),
        ({"steps": 20_001}, "steps must be a whole number from 1 to 20000; got 20001"),
        ({"l2": -1}, "l2 must be a number from 0 to 10; got -1"),
        ({"initializer": "xavier"}, "initializer must be one of"),
    ],
)
def test_bad_configurations_are_named(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        TrainingConfig(**arguments)


def test_data_and_network_must_fit():
    with pytest.raises(ValueError, match="data's 3 classes apart; with n_outputs=1 it tells 2"):
        train(make_dataset("spirals3", 50), SMALL, SHORT)
    with pytest.raises(ValueError, match="as many inputs as the points have coordinates, 2; got 1"):
        train(MOONS, Architecture((4,), n_inputs=1), SHORT)
    with pytest.raises(ValueError, match="backend must be one of jax, numpy; got 'torch'"):
        train(MOONS, SMALL, SHORT, backend="torch")


SHAPES = [Shape(width, 1, 16) for width in (4, 8, 16)]


def test_a_few_programs_serve_all_networks(short):
    known = set(all_shapes())
    assert len(known) <= 30
    assert len({shape for shape in known if shape.n_outputs == 1 and shape.piece == 64}) == 5
    for depth in range(11):
        for width in (1, 4, 5, 16, 17, 64):
            for inputs, outputs in ((1, 1), (2, 1), (3, 5), (2, 3)):
                network = Architecture((width,) * depth, "gelu", inputs, outputs)
                for batch in (1, 16, 17, 5000):
                    shape = Shape.of(network, batch)
                    assert {shape, shape.measuring} <= known
                    assert len(set(shape.real_positions(network))) == network.n_parameters


def test_a_change_of_anything_but_the_shape_compiles_nothing(short):
    train(MOONS, Architecture((8, 7)), TrainingConfig(batch_size=8, steps=3))
    before = len(PROGRAMS)
    for config in (
        TrainingConfig("sgd", 0.3, 8, 0.1, 55, 9, "he"),
        TrainingConfig("momentum", 0.02, 5, 0.0, 12, 1, "glorot"),
    ):
        for architecture in (Architecture((7,) * 10), Architecture((6, 5), ("sine", "elu"))):
            train(MOONS, architecture, config)
            train(make_target("sine"), Architecture((8,) * 9, "tanh", 1), config)
    assert len(PROGRAMS) == before


def test_program_table_is_bounded_and_makes_each_once(monkeypatch):
    made = []

    def make(shape):
        made.append(shape)
        return shape

    monkeypatch.setattr("layerwarp.training.programs.STORE.get", make)
    table = ProgramTable(2)
    assert table.get(SHAPES[0]) is SHAPES[0]
    for index in (0, 1, 0, 2):
        table.get(SHAPES[index])
    assert made == SHAPES
    assert [table.ready(shape) for shape in SHAPES] == [True, False, True]


def test_program_table_is_bounded_by_sizes(monkeypatch):
    monkeypatch.setattr("layerwarp.training.programs.STORE.get", lambda shape: shape)
    table = ProgramTable(20, lambda shape: shape.width)
    for shape in SHAPES:
        table.get(shape)
    assert [table.ready(shape) for shape in SHAPES] == [False, False, True]


def test_a_failed_compilation_is_told_and_tried_again(monkeypatch):
    table, shape = ProgramTable(1), SHAPES[0]

    def fail(shape):
        raise RuntimeError("no compiler")

    monkeypatch.setattr("layerwarp.training.programs.STORE.get", fail)
    with pytest.raises(RuntimeError, match="no compiler"):
        table.get(shape)
    assert not table.ready(shape)
    monkeypatch.setattr("layerwarp.training.programs.STORE.get", lambda shape: "program")
    assert table.get(shape) == "program"
