"""Depth against width: training every (depth, width, seed) of a grid.

Networks that share a shape train side by side in one compiled program, shared out to all devices
(:mod:`layerwarp.sweeps.program`); on a CPU, several such calls run at the same time. The numbers
are those of :func:`layerwarp.training.train.train` with the same seed, to rounding.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from layerwarp.checks import check_choice, check_integer
from layerwarp.data.targets import Target
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture
from layerwarp.network.initializers import MAX_SEED
from layerwarp.sweeps.results import Sweep
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import Outcome, Record, TrainingHistory, build_history
from layerwarp.training.samples import Data, Samples
from layerwarp.training.train import diverged, finite, is_reasonable, recorded_steps

if TYPE_CHECKING:
    from layerwarp.sweeps.program import SweepShape
    from layerwarp.sweeps.runner import Block, Member

MAX_NETWORKS = 10_000
CHUNK_SECONDS = 0.2
# The callback is heard this often even when nothing arrives, as while programs are compiled, and
# calls under way have this long to end after it says stop.
PULSE_SECONDS = 0.2
# Parameters are kept at this many steps, and at fewer where they would take more than these bytes.
N_RECORDS, MIN_RECORDS, MAX_BYTES = 30, 4, 200_000_000
# Rough multiplications a second, only used to size the first chunk of steps.
PRODUCTS_A_SECOND = 5e9


@dataclass(frozen=True)
class SweepProgress:
    """What a callback hears.

    Attributes:
        n_done: Networks that are finished.
        n_networks: Networks asked for.
        share: Work done, 0 to 1, counted in multiplications.
        seconds_left: An estimate, None while there is nothing to estimate from.
        snapshot: ``snapshot()`` is the sweep as far as it is there.
    """

    n_done: int
    n_networks: int
    share: float
    seconds_left: float | None
    snapshot: Callable[[], Sweep]


Callback = Callable[[SweepProgress], bool | None]


def sweep(
    data: Data,
    depths: Iterable[int],
    widths: Iterable[int],
    seeds: Iterable[int],
    config: TrainingConfig = TrainingConfig(),  # noqa: B008 - frozen
    callback: Callback | None = None,
    activation: str = "relu",
    inputs: tuple[str, ...] = (),
) -> Sweep:
    """Train a network of every depth and width from every seed.

    Args:
        data: Labeled points, or a :class:`~layerwarp.data.targets.Target`.
        depths: Numbers of hidden layers, 0 to 10.
        widths: Neurons of each hidden layer, 1 to 64.
        seeds: Each replaces that of ``config``.
        config: How to train.
        callback: Called with a :class:`SweepProgress` at least about five times a second. When it
            returns False, the sweep ends within about half a second: finished networks are kept,
            those under way are kept as "stopped", the rest stays "pending". Networks do not train
            on while it is being called: it may wait until there is time for them.
        activation: A name of ``ACTIVATIONS``.
        inputs: What the networks are given of labeled points, as ``Architecture`` has it.

    Returns:
        The sweep; quick networks are done first.

    Raises:
        ValueError: A depth, width, seed or activation is not valid, one is asked for twice, or
            there are more than 10,000 networks.
    """
    axes = tuple(depths), tuple(widths), tuple(seeds)
    _check_axes(*axes)
    check_choice("activation", activation, ACTIVATIONS)
    return _Training(data, axes, config, activation, inputs).run(callback)


def sweep_shapes(
    data: Data,
    depths: Iterable[int],
    widths: Iterable[int],
    seeds: Iterable[int],
    config: TrainingConfig,
    activation: str = "relu",
    inputs: tuple[str, ...] = (),
) -> "list[SweepShape]":
    """The shapes of the programs that a sweep asks for, quick ones first; see :func:`sweep`."""
    axes = tuple(depths), tuple(widths), tuple(seeds)
    blocks = _Training(data, axes, config, activation, inputs).blocks
    return list(dict.fromkeys(block.shape for block in blocks))


def _check_axes(depths: tuple[int, ...], widths: tuple[int, ...], seeds: tuple[int, ...]) -> None:
    rules = (("depth", depths, 0, MAX_DEPTH), ("width", widths, 1, MAX_WIDTH))
    for name, values, low, high in (*rules, ("seed", seeds, 0, MAX_SEED)):
        for value in values:
            check_integer(f"each {name}", value, low, high)
        if not values or len(set(values)) < len(values):
            raise ValueError(f"{name}s must be at least one, each once; got {list(values)}")
    check_integer("the number of networks", len(depths) * len(widths) * len(seeds), 1, MAX_NETWORKS)


def make_architecture(
    data: Data, depth: int, width: int, activation: str, inputs: tuple[str, ...] = ()
) -> Architecture:
    """The network of equal layers that fits ``data``; ``inputs`` are of labeled points."""
    if isinstance(data, Target):
        return Architecture((width,) * depth, activation, n_inputs=1)
    n_outputs = 1 if data.n_classes == 2 else data.n_classes
    return Architecture((width,) * depth, activation, data.points.shape[1], n_outputs, inputs)


class _Training:
    """A sweep under way: workers train blocks, this thread tells the callback."""

    def __init__(
        self,
        data: Data,
        axes: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]],
        config: TrainingConfig,
        activation: str,
        inputs: tuple[str, ...],
    ) -> None:
        from layerwarp.sweeps.runner import Member, make_blocks

        self.axes, self.config, self.samples = axes, config, Samples.of(data)
        self.architectures = {
            (i, j): make_architecture(data, depth, width, activation, inputs)
            for i, depth in enumerate(axes[0])
            for j, width in enumerate(axes[1])
        }
        members = [
            Member((i, j, k), architecture, replace(config, seed=seed))
            for (i, j), architecture in self.architectures.items()
            for k, seed in enumerate(axes[2])
        ]
        self.blocks = make_blocks(self.samples, members)
        self.histories: dict[tuple[int, int, int], TrainingHistory] = {}
        self.n_networks, self.stopping = len(members), threading.Event()
        total = sum(member.architecture.n_parameters for member in members)
        n_records = min(N_RECORDS, max(MIN_RECORDS, MAX_BYTES // (4 * total)))
        self.wanted = recorded_steps(config.steps, n_records).tolist()
        self.work, self.total_work = 0, sum(map(self._work, self.blocks)) * config.steps
        self.reports: SimpleQueue[tuple[int, threading.Event]] = SimpleQueue()

    @staticmethod
    def _work(block: "Block") -> int:
        """Multiplications of one step, up to a constant."""
        return len(block.members) * block.shape.network.batch * block.shape.network.n_parameters

    def run(self, callback: Callback | None) -> Sweep:
        from layerwarp.sweeps.runner import n_workers

        start = time.perf_counter()
        pool = ThreadPoolExecutor(n_workers(), "sweep")
        try:
            running = {pool.submit(self._train, block) for block in self.blocks}
            for future in tuple(running):
                future.add_done_callback(lambda _: self.reports.put((0, threading.Event())))
            while running:
                waiting = self._listen()
                done, running = wait(running, timeout=0)
                for future in done:
                    future.result()
                if callback is not None and callback(self._progress(start)) is False:
                    break
                for told in waiting:
                    told.set()
        finally:
            self.stopping.set()
            pool.shutdown(wait=False, cancel_futures=True)
        wait(running, timeout=PULSE_SECONDS)
        return self._snapshot()

    def _listen(self) -> list[threading.Event]:
        """Wait for a worker's report, then take all there are; what their workers wait for."""
        timeout: float = PULSE_SECONDS
        waiting: list[threading.Event] = []
        while True:
            try:
                work, told = self.reports.get(timeout=timeout)
            except Empty:
                return waiting
            self.work, timeout = self.work + work, 0
            waiting.append(told)

    def _report(self, work: int) -> None:
        """Go on when the callback has heard of it: it may wait for its turn."""
        told = threading.Event()
        self.reports.put((work, told))
        while not (told.wait(PULSE_SECONDS) or self.stopping.is_set()):
            pass

    def _progress(self, start: float) -> SweepProgress:
        share = self.work / self.total_work
        elapsed = time.perf_counter() - start
        left = elapsed * (1 - share) / share if share > 0 else None
        return SweepProgress(len(self.histories), self.n_networks, share, left, self._snapshot)

    def _snapshot(self) -> Sweep:
        return Sweep(*self.axes, self.config, self.architectures, dict(self.histories))

    def _train(self, block: "Block") -> None:
        """Train a block in chunks; what it reached is kept when it is told to stop."""
        from layerwarp.sweeps.runner import SweepRunner

        self._report(0)  # a program may have to be compiled first
        if self.stopping.is_set():
            return
        runner, work = SweepRunner(self.samples, block), self._work(block)
        records: list[list[Record]] = [[] for _ in block.members]
        chunk = int(CHUNK_SECONDS * PRODUCTS_A_SECOND / (6 * work)) + 1
        last = 0
        for reached in _chunks(runner.advance, self.wanted, chunk):
            for old, new in zip(records, reached, strict=True):
                # The last record may have been no more than the end of a chunk.
                old[:] = [record for record in old if record.step in self.wanted] + new
            step = records[0][-1].step
            self._report(work * (step - last))
            last = step
            if self.stopping.is_set():
                break
        outcome = Outcome("trained", last, f"Trained for {last:,} steps.")
        if last < self.config.steps:
            outcome = Outcome("stopped", last, f"Stopped at step {last:,}.")
        for member, its_records in zip(block.members, records, strict=True):
            self.histories[member.place] = self._conclude(member, its_records, outcome)

    def _conclude(
        self, member: "Member", records: list[Record], outcome: Outcome
    ) -> TrainingHistory:
        """The history up to the first record that is beyond reason."""
        build = partial(build_history, self.samples, member.architecture, member.config)
        limit = self.samples.unreasonable_loss
        good = list(takewhile(lambda record: is_reasonable(record, limit), records))
        if len(good) < len(records):
            bad = records[len(good)]
            return build(good or [finite(bad)], diverged(bad, member.config))
        return build(good, outcome)


def _chunks(
    advance: Callable[[list[int]], list[list[Record]]], wanted: list[int], chunk: int
) -> Iterator[list[list[Record]]]:
    """Records of one chunk after another, ``chunk`` steps at first, then about 0.2 s each.

    A chunk ends at a wanted step where there is one within reach, since recording takes as long
    as two steps.
    """
    from layerwarp.sweeps.program import RECORDS_PER_CALL

    step, steps = -1, wanted[-1]
    while step < steps:
        limit = min(max(step, 0) + chunk, steps)
        stops = [stop for stop in wanted if step < stop <= limit] or [limit]
        stops = stops[:RECORDS_PER_CALL]
        start = time.perf_counter()
        reached = advance(stops)
        elapsed = max(time.perf_counter() - start, 1e-6)
        done = max(1, stops[-1] - max(step, 0))
        chunk = max(1, int(min(4.0 * chunk, done * CHUNK_SECONDS / elapsed)))
        step = stops[-1]
        yield reached
