import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from layerwarp import Architecture, TrainingConfig, make_dataset, make_target, sweep, train
from layerwarp.sweeps.results import Sweep
from tests.conftest import run_program

MOONS = make_dataset("moons", 100)
SHORT = TrainingConfig(batch_size=100, steps=200)
GRID = (0, 2), (3, 4, 6, 7), (5, 0)


@pytest.fixture(scope="module")
def grid() -> Sweep:
    """Two widths of each of two buckets; seeds out of order."""
    return sweep(MOONS, *GRID, SHORT)


def test_shapes_and_sizes(grid):
    for values in (grid.accuracy, grid.train_loss, grid.test_loss, grid.dead_neurons):
        assert values.shape == (2, 4, 2)
        assert np.isfinite(values).all()
    assert grid.n_parameters.tolist() == [[3, 3, 3, 3], [25, 37, 67, 85]]
    assert grid.complete
    assert (grid.outcome == "trained").all()
    history = grid.history(2, 7, 0)
    assert history.architecture == Architecture((7, 7))
    assert history.config == replace(SHORT, seed=0)
    assert grid.accuracy[1, 3, 1] == history.accuracy[-1]
    assert history.steps[0] == 0
    assert history.steps[-1] == 200


@pytest.mark.parametrize(
    ("data", "activation", "batch", "optimizer"),
    [
        (MOONS, "relu", 100, "adam"),
        (MOONS, "tanh", 64, "adam"),
        (MOONS, "softmax", 100, "adam"),
        (MOONS, "sine", 7, "sgd"),
        (make_dataset("spiral"), "relu", 400, "adam"),
        (make_dataset("spirals3", 100), "gelu", 33, "momentum"),
        (make_target("sine", 50), "sigmoid", 50, "adam"),
    ],
    ids=["full batch", "batch 64", "softmax", "batch 7", "spiral", "three classes", "function"],
)
def test_equal_to_single_trainings(data, activation, batch, optimizer):
    config = TrainingConfig(optimizer, 0.01, batch, l2=0.001, steps=200)
    together = sweep(data, (2,), (3, 4), (0, 1), config, activation=activation)
    for width in (3, 4):
        for seed in (0, 1):
            one = together.history(2, width, seed)
            alone = train(data, one.architecture, replace(config, seed=seed), backend="numpy")
            for name in ("train_loss", "test_loss"):
                expected = getattr(alone, name)[-1]
                assert getattr(one, name)[-1] == pytest.approx(expected, abs=1e-4)
            np.testing.assert_allclose(one.parameters[0], alone.parameters[0])
            norms = alone.gradient_norms[0]
            np.testing.assert_allclose(one.gradient_norms[0], norms, rtol=1e-4)
            assert one.accuracy[-1] == pytest.approx(alone.accuracy[-1], abs=0.01)


def test_stop_keeps_what_is_finished():
    def enough(progress):
        return progress.n_done < 2

    long = TrainingConfig(batch_size=100, steps=20_000)
    stopped = sweep(MOONS, (2, 3), (4, 64), (0, 1), long, callback=enough)
    assert not stopped.complete
    finished = stopped.outcome == "trained"
    assert finished.sum() >= 2
    assert finished[0, 0].all(), "quick networks come first"
    assert not finished[1, 1].any()
    assert set(stopped.outcome[~finished]) <= {"stopped", "pending"}
    pending = stopped.outcome == "pending"
    assert pending.any()
    assert np.isnan(stopped.accuracy[pending]).all()
    with pytest.raises(ValueError, match="depth 3, width 64 and seed 1 is still pending"):
        stopped.history(3, 64, 1)


def test_callback_sees_cells_arrive():
    seen = []

    def look(progress):
        snapshot = progress.snapshot()
        seen.append((progress.n_done, progress.share, progress.seconds_left))
        assert len(snapshot.histories) >= progress.n_done
        assert progress.n_networks == 16

    sweep(MOONS, *GRID, SHORT, callback=look)
    done, shares, _ = zip(*seen, strict=True)
    assert list(done) == sorted(done)
    assert list(shares) == sorted(shares)
    assert (done[-1], shares[-1]) == (16, 1.0)


def test_an_error_of_the_callback_ends_the_sweep():
    def fail(progress):
        raise KeyError("the page was left")

    before = set(threading.enumerate())
    with pytest.raises(KeyError, match="the page was left"):
        sweep(MOONS, *GRID, replace(SHORT, steps=20_000), callback=fail)
    deadline = time.monotonic() + 10
    while set(threading.enumerate()) - before:
        assert time.monotonic() < deadline, "workers go on"
        time.sleep(0.01)


def test_divergence_is_marked_and_not_averaged():
    # Each step takes from every weight a hundred times itself.
    wild = TrainingConfig("sgd", 100.0, 100, l2=1.0, steps=200, initializer="he")
    result = sweep(MOONS, (2,), (3, 4), (0, 1), wild)
    assert (result.outcome == "diverged").all()
    assert result.share("diverged").tolist() == [[1.0, 1.0]]
    assert result.success(0.0).tolist() == [[0.0, 0.0]]
    assert np.isnan(result.median(result.test_loss, smaller_is_better=True)).all()


def test_dead_networks_are_marked():
    zeros = replace(SHORT, initializer="zeros")
    result = sweep(MOONS, (2,), (3, 4), (0, 1), zeros)
    assert (result.outcome == "dead").all()
    assert (result.dead_neurons == 2 * np.array([3, 4])[None, :, None]).all()


def mixed(grid: Sweep, kinds: list[str]) -> Sweep:
    """One cell whose seeds ended in these ways, with accuracies .5, .6, ... and losses 9, 8, ..."""
    some = grid.history(2, 3, 0)
    histories = {}
    for seed, kind in enumerate(kinds):
        if kind != "pending":
            histories[0, 0, seed] = replace(
                some,
                accuracy=np.array([0.0, 0.5 + seed / 10]),
                test_loss=np.array([10.0, 9.0 - seed]),
                steps=np.array([0, 100]),
                outcome=replace(some.outcome, kind=kind),
            )
    place = {(0, 0): some.architecture}
    return Sweep((2,), (3,), tuple(range(len(kinds))), SHORT, place, histories)


def test_statistics_over_seeds(grid):
    cell = mixed(grid, ["diverged", "trained", "dead", "trained", "pending"])
    # Best to worst accuracy: .8, .7, .6, and the diverged one.
    values = cell.quartiles(cell.accuracy)[:, 0, 0]
    np.testing.assert_allclose(values, [np.nan, 0.6, 0.7])
    losses = cell.quartiles(cell.test_loss, smaller_is_better=True)[:, 0, 0]
    np.testing.assert_allclose(losses, [6, 7, 8])
    assert cell.success(0.6)[0, 0] == 0.5
    assert cell.share("dead")[0, 0] == 0.25
    assert cell.representative(2, 3) is cell.histories[0, 0, 2]
    np.testing.assert_array_equal(cell.steps_to(0.65)[0, 0], [np.nan, np.nan, 100, 100, np.nan])
    nothing = mixed(grid, ["pending"])
    assert nothing.representative(2, 3) is None
    assert np.isnan(nothing.success(0.5)).all()


def test_gradient_ratio(grid):
    ratio = grid.gradient_ratio(0)
    assert np.isnan(ratio[0]).all(), "no hidden layer"
    norms = grid.history(2, 7, 0).gradient_norms[0]
    assert ratio[1, 3, 1] == pytest.approx(norms[0] / norms[1])


def test_linear_regions_of_the_representatives(grid):
    counts = grid.linear_regions((-3.0, 3.0, -3.0, 3.0))
    assert (counts[0] == 1).all()
    assert (counts[1] >= 2).all()
    smooth = sweep(MOONS, (2,), (3, 4), (0, 1), replace(SHORT, batch_size=64), activation="tanh")
    assert np.isnan(smooth.linear_regions((-3.0, 3.0, -3.0, 3.0))).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((11,), (4,), (0,)), "each depth must be a whole number from 0 to 10; got 11"),
        (((1,), (65,), (0,)), "each width must be a whole number from 1 to 64; got 65"),
        (((1,), (4,), (-1,)), "each seed must be a whole number from 0"),
        (((1, 1), (4,), (0,)), r"depths must be at least one, each once; got \[1, 1\]"),
        (((1,), (4,), ()), "seeds must be at least one"),
        (((1,), (4,), range(10_001)), "the number of networks must be .* 1 to 10000; got 10001"),
    ],
)
def test_bad_grids(arguments, message):
    depths, widths, seeds = arguments
    with pytest.raises(ValueError, match=message):
        sweep(MOONS, depths, widths, seeds, SHORT)
    with pytest.raises(ValueError, match="activation must be one of"):
        sweep(MOONS, (1,), (4,), (0,), SHORT, activation="rellu")


ON_DEVICES = """
import numpy as np
from layerwarp import TrainingConfig, make_dataset, sweep
import jax
config = TrainingConfig(batch_size=100, steps=50)
grid = sweep(make_dataset("moons", 100), (2,), (3, 4), range(3), config)
numbers = [jax.device_count(), *grid.train_loss.ravel(), *grid.test_loss.ravel()]
"""


def test_one_and_four_devices_give_the_same_numbers():
    here: dict[str, list[float]] = {}
    exec(ON_DEVICES, here)
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "JAX_PLATFORMS": "cpu"}
    answer = run_program(f"{ON_DEVICES}print(*numbers)", {**os.environ, **flags})
    there = np.array(answer.split(), float)
    assert (here["numbers"][0], there[0]) == (1, 4)
    # Another number of networks a call is another program, whose sums may round differently.
    np.testing.assert_allclose(there[1:], here["numbers"][1:], rtol=1e-5)
