"""What is new to the engine and what it costs: shapes, a fresh machine, recording, a commit before.

The last table needs a checkout of that commit: ``LAYERWARP_BEFORE=directory``.
"""

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from layerwarp import Architecture, TrainingConfig, make_dataset, train
from tests.benchmarks.tables import Table, measure
from tests.conftest import ROOT

WIDTHS, ACTIVATIONS = (3, 8, 14, 32, 64), ("relu", "tanh", "sine", "gelu")
DEFAULT_PROGRAMS = 10  # of 5 widths: one that trains, one that measures

COMPILE = f"""
import time
from layerwarp.app.work.compiler import keep_programs, start_jax
keep_programs()
start_jax()
from layerwarp.training.engine import PROGRAMS, all_shapes
cpu, wall = time.process_time(), time.perf_counter()
for number, shape in enumerate(all_shapes(), start=1):
    PROGRAMS.get(shape)
    if number == {DEFAULT_PROGRAMS}:
        print(time.process_time() - cpu, time.perf_counter() - wall)
print(time.process_time() - cpu, time.perf_counter() - wall)
"""
FIRST_CELL = """
import time
start = time.perf_counter()
from layerwarp.app.work.compiler import keep_programs
keep_programs()
from layerwarp import TrainingConfig, make_dataset, sweep
called, first = time.perf_counter(), []
def hear(progress):
    if progress.n_done and not first:
        first.append(time.perf_counter())
data, config = make_dataset("spiral", n_points=500), TrainingConfig(steps=1000, batch_size=500)
sweep(data, range(1, 7), (2, 4, 6, 8, 12, 16), range(5), config, hear)
print(called - start, first[0] - called, time.perf_counter() - called)
"""
# Prints the fastest of each second's worth of calls, when told to, until its input ends.
COMPARE = """
import sys, time
from layerwarp import Architecture, TrainingConfig, make_dataset, sweep, train
data = make_dataset("spiral")
large = make_dataset("spiral", n_points=500)
full = TrainingConfig(steps=1000, batch_size=500)
WORK = {
    "2-16x2-1, batch 64": lambda: train(data, Architecture((16, 16)), TrainingConfig(steps=1200)),
    "2-8x6-1, batch 10": lambda: train(
        data, Architecture((8,) * 6), TrainingConfig(steps=1200, batch_size=10)
    ),
    "2-64x6-1, batch 64": lambda: train(data, Architecture((64,) * 6), TrainingConfig(steps=1200)),
    "2-4-2-1, batch 10": lambda: train(
        data, Architecture((4, 2)), TrainingConfig(steps=1200, batch_size=10)
    ),
    "sweep of 180 networks": lambda: sweep(
        large, range(1, 7), (2, 4, 6, 8, 12, 16), range(5), full
    ),
}
for work in WORK.values():
    work()
print("ready", flush=True)
for name in sys.stdin:
    times = []
    while sum(times) < 1:
        start = time.perf_counter()
        WORK[name.strip()]()
        times.append(time.perf_counter() - start)
    print(min(times), flush=True)
"""
LIMITS = {
    "2-16x2-1, batch 64": 1.15,
    "2-8x6-1, batch 10": 0.85,
    "2-64x6-1, batch 64": 0.8,
    "2-4-2-1, batch 10": 1.3,
    "sweep of 180 networks": 1.0,
}


def tables(quick: bool) -> Iterator[Table]:
    """Without ``LAYERWARP_BEFORE`` all but the last; ``quick`` is a try-out of a few networks."""
    yield first_meetings(quick)
    with tempfile.TemporaryDirectory() as cache:
        yield fresh_machine(cache)
        yield cold_sweep(cache)
    yield recording(1 if quick else 15)
    if "LAYERWARP_BEFORE" in os.environ:
        yield beside(Path(os.environ["LAYERWARP_BEFORE"]), 1 if quick else 9)


def first_meetings(quick: bool) -> Table:
    data, config = make_dataset("spiral"), TrainingConfig(steps=500)
    networks = [
        Architecture((width - depth % 2,) * depth, ACTIVATIONS[(depth + width) % 4])
        for depth, width in itertools.product(range(3 if quick else 11), WIDTHS)
    ]
    for width in WIDTHS:
        train(data, Architecture((width,)), config)
    first, second = 0.0, 0.0
    for network in networks:
        once, again = measure([partial(train, data, network, config)], 2)[0]
        first, second = first + once, second + again
    return Table(
        f"{len(networks)} networks, each trained twice in turn after one of each width, s",
        ("", "first times", "second times", "ratio"),
        [("all", f"{first:.2f}", f"{second:.2f}", f"{first / second:.2f}")],
    )


def _run(program: str, cache: str, directory: Path = ROOT) -> list[list[float]]:
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=directory,
        env={**os.environ, "XDG_CACHE_HOME": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    return [[float(word) for word in line.split()] for line in answer.stdout.splitlines()]


def fresh_machine(cache: str) -> Table:
    rows = []
    for name in ("first start of a machine", "second start"):
        five, everything = _run(COMPILE, cache)
        rows.append((name, *(f"{figure:.1f}" for figure in (*five, *everything))))
    return Table(
        "Programs of single trainings: those of the five default settings, and all",
        ("", "five: CPU s", "s", "all: CPU s", "s"),
        rows,
    )


def cold_sweep(cache: str) -> Table:
    rows = []
    for name in ("nothing on disk", "programs on disk"):
        ((imports, first, whole),) = _run(FIRST_CELL, cache)
        rows.append((name, *(f"{figure:.2f}" for figure in (imports, first, whole))))
    return Table(
        "A sweep of 180 networks, 1,000 full-batch steps, in a new process, s",
        ("", "imports", "to the first cell", "to the last"),
        rows,
    )


def recording(repeats: int) -> Table:
    from layerwarp.training.compiled import CompiledRunner
    from layerwarp.training.samples import Samples
    from layerwarp.training.train import recorded_steps

    samples, config, rows = Samples.of(make_dataset("spiral")), TrainingConfig(), []
    stops = recorded_steps(config.steps).tolist()

    def run(network: Architecture, stops: list[int]) -> None:
        CompiledRunner(samples, network, config).advance(stops)

    for network in (Architecture(), Architecture((8,) * 6), Architecture((64,) * 6)):
        calls = [partial(run, network, stops), partial(run, network, [config.steps])]
        times = measure(calls, repeats)
        whole, bare = (min(taken) for taken in times)
        share = f"{100 * (1 - bare / whole):.0f} %"
        width, depth = max(network.widths), network.depth
        rows.append((f"2-{width}x{depth}-1", f"{1000 * whole:.1f}", f"{1000 * bare:.1f}", share))
    return Table(
        f"{config.steps:,} steps at batch {config.batch_size}, ms",
        ("", "with 61 records", "with one", "recording"),
        rows,
    )


def beside(before: Path, repeats: int) -> Table:
    """Both in processes of their own, in turn, so that a busy moment slows both."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "layerwarp").symlink_to(before / "core")
        times: dict[str, list[list[float]]] = {name: [[], []] for name in LIMITS}
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", COMPARE],
                cwd=home if old else ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for old in (True, False)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline().strip() == "ready"
        for _ in range(repeats):
            for name, taken in times.items():
                for worker, column in zip(workers, taken, strict=True):
                    assert worker.stdin is not None
                    assert worker.stdout is not None
                    print(name, file=worker.stdin, flush=True)
                    column.append(float(worker.stdout.readline()))
        for worker in workers:
            worker.communicate()

    rows = []
    for name, (old, new) in times.items():
        ratio = min(new) / min(old)
        figures = [f"{1000 * min(column):.1f}" for column in (old, new)]
        rows.append((name, *figures, f"{ratio:.2f}", f"{LIMITS[name]:g}"))
    return Table(
        "1,200 steps with 60 records (a sweep: 1,000), against the commit before, min ms",
        ("", "before", "now", "ratio", "wanted"),
        rows,
    )
