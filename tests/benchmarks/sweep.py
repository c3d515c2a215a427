"""A sweep over depth, width and seed against one training after another, and how it scales."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from layerwarp import Architecture, Dataset, Sweep, TrainingConfig, make_dataset, sweep, train
from tests.benchmarks.tables import Table, measure
from tests.conftest import ROOT

DEPTHS, WIDTHS, SEEDS = range(1, 7), (2, 4, 6, 8, 12, 16), range(5)
COUNTS = 1, 10, 100, 1000
DEVICES = 1, 4

DEVICE_RUN = """
import sys
from tests.benchmarks.sweep import device_run
device_run(int(sys.argv[1]))
"""


def tables(quick: bool) -> Iterator[Table]:
    """Grids, numbers of networks, numbers of devices; ``quick`` is a try-out of a few steps."""
    if quick:
        yield against_single_trainings((1,), (2, 4), range(2), 20, 1)
        yield numbers_of_networks(COUNTS[1:2], 20, 1)
        yield numbers_of_devices(DEVICES[1:], 20)
        return
    yield against_single_trainings(DEPTHS, WIDTHS, SEEDS, 1000, 3)
    yield numbers_of_networks(COUNTS, 1000, 3)
    yield numbers_of_devices(DEVICES, 200)


def single_trainings(data: Dataset, grid: Sequence[Sequence[int]], config: TrainingConfig) -> float:
    """Seconds of one ``train`` after another.

    Every program is there before it is timed: not all of them are held at the same time.
    """
    depths, widths, seeds = grid
    seconds = 0.0
    for depth in depths:
        for width in widths:
            architecture = Architecture((width,) * depth)
            train(data, architecture, replace(config, steps=1))
            start = time.perf_counter()
            for seed in seeds:
                train(data, architecture, replace(config, seed=seed))
            seconds += time.perf_counter() - start
    return seconds


def loss_differences(data: Dataset, found: Sweep) -> str:
    """How far a sweep's first seed, and plain numpy, end from single compiled trainings."""
    ours, numpy = [], []
    for place, architecture in found.architectures.items():
        history = found.histories[(*place, 0)]
        alone = train(data, architecture, history.config).train_loss[-1]
        other = train(data, architecture, history.config, backend="numpy").train_loss[-1]
        ours.append(abs(history.train_loss[-1] - alone))
        numpy.append(abs(other - alone))
    return (
        f"Training losses after {found.config.steps} steps differ by {np.median(ours):.0e} "
        f"(median) and {max(ours):.0e} (most) from single trainings; theirs in numpy differ by "
        f"{np.median(numpy):.0e} and {max(numpy):.0e}: rounding alone."
    )


def against_single_trainings(
    depths: Sequence[int], widths: Sequence[int], seeds: Sequence[int], steps: int, repeats: int
) -> Table:
    data, grid = make_dataset("spiral", n_points=500), (depths, widths, seeds)
    config = TrainingConfig(steps=steps, batch_size=500)
    start = time.perf_counter()
    sweep(data, *grid, replace(config, steps=1))
    compiling = time.perf_counter() - start
    ours, theirs = [], []
    for _ in range(repeats):  # in turn, so that a busy moment slows both
        start = time.perf_counter()
        sweep(data, *grid, config)
        ours.append(time.perf_counter() - start)
        theirs.append(single_trainings(data, grid, config))
    n_networks = len(depths) * len(widths) * len(seeds)
    rows = [
        (name, f"{min(taken):.2f}", f"{1000 * min(taken) / n_networks:.1f}")
        for name, taken in (("sweep", ours), ("one train after another", theirs))
    ]
    short = replace(config, steps=min(steps, 200))
    differences = loss_differences(data, sweep(data, *grid, short))
    return Table(
        f"{len(depths)} depths x {len(widths)} widths x {len(seeds)} seeds, ReLU, "
        f"{steps:,} full-batch steps on 500 points of the spiral, both warm",
        ("", "min s", "ms a network"),
        rows,
        (
            f"The sweep is {min(theirs) / min(ours):.1f} times as fast; depths {[*depths]}, "
            f"widths {[*widths]}.",
            f"Compiling the sweep's programs took {compiling:.1f} s and is not counted.",
            differences,
        ),
    )


def numbers_of_networks(counts: Sequence[int], steps: int, repeats: int) -> Table:
    data = make_dataset("spiral", n_points=500)
    config = TrainingConfig(steps=steps, batch_size=10)
    functions: list[Callable[[], object]] = [
        partial(sweep, data, (2,), (8,), range(count), config) for count in counts
    ]
    for function in functions:
        function()  # compiles
    times = measure(functions, repeats)
    rows = [
        (f"{count:,}", f"{min(taken):.3f}", f"{1e6 * min(taken) / count / steps:.2f}")
        for count, taken in zip(counts, times, strict=True)
    ]
    return Table(
        f"2-8-8-1 ReLU, 500 points, batch 10, {steps:,} steps",
        ("networks", "min s", "µs a network and step"),
        rows,
    )


def device_run(steps: int) -> None:
    """Print seconds and final losses of a small grid; run in a process of its own."""
    data, config = make_dataset("spiral", n_points=500), TrainingConfig(steps=steps)
    grid = (2,), (6, 8), range(8)
    sweep(data, *grid, config)
    start = time.perf_counter()
    found = sweep(data, *grid, config)
    print(time.perf_counter() - start, *found.train_loss.ravel())


def numbers_of_devices(counts: Sequence[int], steps: int) -> Table:
    answers = {}
    for count in counts:
        flags = f"--xla_force_host_platform_device_count={count}"
        answer = subprocess.run(
            [sys.executable, "-c", DEVICE_RUN, str(steps)],
            cwd=ROOT,
            env={**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
            capture_output=True,
            text=True,
            check=True,
        )
        answers[count] = np.array(answer.stdout.split(), float)
    losses = [answer[1:] for answer in answers.values()]
    difference = np.abs(losses[0] - losses[-1]).max()
    return Table(
        f"1 depth x 2 widths x 8 seeds, batch 64, {steps:,} steps, on forced host devices",
        ("devices", "s"),
        [(str(count), f"{answer[0]:.3f}") for count, answer in answers.items()],
        (f"Training losses differ by at most {difference:.1e}.",),
    )
