"""Which networks of a sweep are trained together, and the runner that trains them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, flatten
from layerwarp.sweeps.program import (
    CACHED_FLOATS,
    RECORDS_PER_CALL,
    SWEEP_PROGRAMS,
    NetworkShape,
    SweepProblem,
    SweepShape,
    device_mesh,
)
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import n_cores
from layerwarp.training.engine import Progress
from layerwarp.training.history import Record
from layerwarp.training.optimizers import hyperparameters, initial_state
from layerwarp.training.runners import initial_vector
from layerwarp.training.samples import Samples

# Programs are compiled for these numbers of networks a device, so that one seed more is not always
# a new program.
LANES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64)


class Member(NamedTuple):
    """One network of a sweep: its place in the grid and what it is."""

    place: tuple[int, int, int]
    architecture: Architecture
    config: TrainingConfig


@dataclass(frozen=True)
class Block:
    """Networks that one call trains; at most as many as its program has room for."""

    shape: SweepShape
    members: tuple[Member, ...]


def n_workers() -> int:
    """Calls that are to run at the same time: one a core that the devices do not use already."""
    if jax.default_backend() != "cpu" or jax.process_count() > 1:
        return 1
    return max(1, n_cores() // device_mesh().size)


def make_blocks(samples: Samples, members: Sequence[Member]) -> list[Block]:
    """Divide a sweep's networks into calls, quick ones first.

    Networks of one call share depth, width bucket and activation.
    """
    groups: dict[tuple[NetworkShape, str], list[Member]] = {}
    for member in members:
        architecture, n_train = member.architecture, len(samples.points)
        batch = min(member.config.batch_size, n_train)
        shape = NetworkShape.of(
            architecture, batch, n_train, len(samples.test_points), samples.loss
        )
        activation = str(architecture.activation)
        groups.setdefault((shape, activation), []).append(member)
    few = len(groups) < 2 * n_workers()
    blocks = [block for key, group in groups.items() for block in _divide(*key, group, few)]
    return sorted(blocks, key=lambda block: block.shape.network.n_parameters)


def _divide(
    shape: NetworkShape, activation: str, group: list[Member], few: bool
) -> Iterator[Block]:
    """Blocks of a group; where groups are few, at least one for every worker."""
    n_devices = device_mesh().size
    a_device = -(-len(group) // n_devices)
    cached = CACHED_FLOATS / (shape.width * shape.batch)
    most = max(1, min(1.5 * cached, -(-a_device // n_workers()) if few else a_device))
    # A call's fixed cost is about that of an eighth of the networks that fill the cache.
    lanes = min(
        (size for size in LANES if size < most + 1),
        key=lambda size: -(-a_device // size) * (size + cached / 8),
    )
    whole = SweepShape(shape, activation, lanes, n_devices)
    for start in range(0, len(group), whole.n_networks):
        yield Block(whole, tuple(group[start : start + whole.n_networks]))


class SweepRunner:
    """Trains the networks of a block side by side."""

    def __init__(self, samples: Samples, block: Block) -> None:
        self.block, self.shape = block, block.shape.network
        self.program = SWEEP_PROGRAMS.get(block.shape)
        self.positions = [self.shape.real_positions(m.architecture) for m in block.members]
        vectors = self._filled(
            [
                self._start(samples, *pair)
                for pair in zip(block.members, self.positions, strict=True)
            ]
        )
        self.progress = Progress(np.int32(0), vectors, initial_state(vectors.shape))
        self.problem = self._problem(samples)

    def _start(self, samples: Samples, member: Member, positions: np.ndarray) -> np.ndarray:
        vector = np.zeros(self.shape.n_parameters, np.float32)
        vector[positions] = initial_vector(samples, member.architecture, member.config)
        return vector

    def _filled(self, arrays: list[np.ndarray]) -> np.ndarray:
        """One row a network; lanes that no network needs repeat the last one."""
        empty = self.block.shape.n_networks - len(arrays)
        return np.stack(arrays + arrays[-1:] * empty)

    def _problem(self, samples: Samples) -> SweepProblem:
        shape, members, n_train = self.shape, self.block.members, len(samples.points)
        config, architecture = members[0].config, members[0].architecture
        samples = samples.lifted(architecture.inputs)
        round_ = np.arange(shape.n_train + shape.batch) % n_train
        shuffled = [samples.shuffled(member.config.seed) for member in members]
        widths = [np.array(m.architecture.widths, np.int32).reshape(-1, 1) for m in members]
        ones = [Layer(np.ones(size), np.zeros(size[1])) for size in shape.layers]
        padding = shape.n_test - len(samples.test_points)
        return SweepProblem(
            neuron_mask=self._filled(
                [(np.arange(shape.width) < width).astype(np.float32) for width in widths]
            ),
            output_mask=(np.arange(shape.n_outputs) < architecture.n_outputs).astype(np.float32),
            decayed=flatten(ones).astype(np.float32),
            points=self._filled([each.points[round_].T for each in shuffled]),
            labels=self._filled([each.labels[round_] for each in shuffled]),
            test_points=np.pad(samples.test_points, ((0, padding), (0, 0))).T,
            test_labels=np.pad(samples.test_labels, (0, padding)),
            n_train=np.int32(n_train),
            n_test=np.int32(len(samples.test_points)),
            batch=np.int32(min(config.batch_size, n_train)),
            hyper=hyperparameters(config.optimizer, config.learning_rate, config.l2),
        )

    def advance(self, stops: list[int]) -> list[list[Record]]:
        """Train up to each of at most ``RECORDS_PER_CALL`` stops; a list of records a network."""
        padded = np.zeros(RECORDS_PER_CALL, np.int32)
        padded[: len(stops)] = stops
        self.progress, *results = self.program(
            self.problem, self.progress, padded, np.int32(len(stops))
        )
        vectors, measures = _fetch(results)
        return [
            [
                Record(
                    stop,
                    vectors[network, row, positions],
                    *(column[network, row] for column in measures),
                )
                for row, stop in enumerate(stops)
            ]
            for network, positions in enumerate(self.positions)
        ]


def _fetch(results: Any) -> Any:
    """Results as numpy arrays, on every host."""
    if jax.process_count() == 1:
        return jax.device_get(results)
    from jax.experimental.multihost_utils import process_allgather

    return process_allgather(results, tiled=True)
