"""Training through the compiled programs of :mod:`layerwarp.training.engine`."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

import jax
import numpy as np

from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.engine import (
    PROGRAMS,
    ROWS,
    Measures,
    Problem,
    Progress,
    Shape,
    activation_code,
    block_shapes,
)
from layerwarp.training.history import Record
from layerwarp.training.losses import SQUARED_ERROR, r_squared
from layerwarp.training.optimizers import hyperparameters, initial_state
from layerwarp.training.programs import processor
from layerwarp.training.runners import initial_vector
from layerwarp.training.samples import Data, Samples

# A chunk is taken in more calls the more multiplications it takes, up to so many, so that most of
# what is recorded is measured while training goes on.
CALLS, MULTIPLICATIONS = 5, 4 * 10**6
MEASURERS = 4  # threads that do it, for all trainings of the process


def shapes_of(data: Data, architecture: Architecture, config: TrainingConfig) -> list[Shape]:
    """The shapes of the programs that train this network on these data."""
    shape = _shape(Samples.of(data), architecture, config)
    return [shape, shape.measuring]


def _shape(samples: Samples, architecture: Architecture, config: TrainingConfig) -> Shape:
    return Shape.of(architecture, min(config.batch_size, len(samples.points)))


@cache
def _measurers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MEASURERS, thread_name_prefix="measuring")


def _zeros(*size: int) -> np.ndarray:
    return np.zeros(size, np.float32)


class CompiledRunner:
    """Pads a problem to its shape, and cuts what comes back to size."""

    def __init__(
        self, samples: Samples, architecture: Architecture, config: TrainingConfig
    ) -> None:
        self.shape = _shape(samples, architecture, config)
        self.program = PROGRAMS.get(self.shape)
        self.measure = PROGRAMS.get(self.shape.measuring)
        self.samples, self.depth = samples, architecture.depth
        self.positions = self.shape.real_positions(architecture)
        blocks = _zeros(*self.shape.blocks)
        blocks.reshape(-1)[self.positions] = initial_vector(samples, architecture, config)
        self.progress = Progress(np.int32(0), blocks, initial_state(self.shape.blocks))
        self.problem = self._problem(samples, architecture, config)
        # Multiplications of a step, about.
        self.work = int(self.problem.batch) * architecture.n_parameters

    def _problem(
        self, samples: Samples, architecture: Architecture, config: TrainingConfig
    ) -> Problem:
        shape = self.shape
        samples = samples.lifted(architecture.inputs).shuffled(config.seed)
        n_blocks, n_rows, width = shape.blocks
        rows, columns = _zeros(n_blocks, n_rows), _zeros(n_blocks, width)
        rows[:, -1] = 1
        for index, (fan_in, fan_out) in block_shapes(architecture):
            rows[index, :fan_in], columns[index, :fan_out] = 1, 1
        codes = [(0, 0.0)] * n_blocks
        codes[1 : architecture.depth + 1] = map(activation_code, architecture.activations)
        kinds, slopes = zip(*codes, strict=True)
        points, labels = _zeros(2 * ROWS, shape.n_columns), _zeros(2 * ROWS)
        (n_train, n_columns), n_test = samples.points.shape, len(samples.test_points)
        round_ = np.arange(ROWS) % n_train
        points[:ROWS, :n_columns] = samples.points[round_]
        points[ROWS : ROWS + n_test, :n_columns] = samples.test_points
        labels[:ROWS] = samples.labels[round_]
        labels[ROWS : ROWS + n_test] = samples.test_labels
        return Problem(
            rows=rows,
            columns=columns,
            kinds=np.array(kinds, np.int32),
            slopes=np.array(slopes, np.float32),
            points=jax.device_put(points, processor()),  # the large ones: each call would copy them
            labels=jax.device_put(labels, processor()),
            squared=np.int32(samples.loss == SQUARED_ERROR),
            depth=np.int32(architecture.depth),
            n_train=np.int32(n_train),
            n_test=np.int32(n_test),
            batch=np.int32(min(config.batch_size, n_train)),
            hyper=hyperparameters(config.optimizer, config.learning_rate, config.l2),
        )

    def advance(self, stops: list[int]) -> list[Record]:
        """Train up to each of ``stops`` in turn and record there."""
        work, parts = (stops[-1] - int(self.progress.step)) * self.work, []
        calls = min(CALLS, 1 + work // MULTIPLICATIONS)
        while stops:
            calls -= 1
            # Half of the rest each time: what is measured after the last step is little.
            size = min(self.shape.n_records, -(-len(stops) // 2) if calls > 0 else len(stops))
            parts.append(self._call(stops[:size]))
            stops = stops[size:]
        return [record for part in parts for record in part.result()]

    def _call(self, stops: list[int]) -> "Future[list[Record]]":
        padded, count = np.zeros(self.shape.n_records, np.int32), np.int32(len(stops))
        padded[: len(stops)] = stops
        self.progress, records = self.program(self.problem, self.progress, padded, count)
        jax.block_until_ready(records)
        return _measurers().submit(self._records, records, stops)

    def _records(self, records: Any, stops: Sequence[int]) -> list[Record]:
        found = self.measure(self.problem, records, np.int32(len(stops)))
        records, found = jax.device_get((records, found))
        vectors = records.reshape(len(records), -1)[: len(stops), self.positions]
        measures = Measures(*(column[: len(stops)] for column in found))
        rows = zip(stops, vectors, *self._told(measures), strict=True)
        return [Record(*row) for row in rows]

    def _told(self, measures: Measures) -> tuple[np.ndarray, ...]:
        """Losses, accuracies and gradient norms of all records; R^2 for values."""
        losses, accuracies = measures.losses.T, measures.accuracies.T
        if self.samples.loss == SQUARED_ERROR:
            labels = self.samples.labels, self.samples.test_labels
            accuracies = [_r_squared(*pair) for pair in zip(losses, labels, strict=True)]
        output, *hidden = measures.gradient_norms.T[: self.depth + 1]
        return (*losses, *accuracies, np.stack([*hidden, output], axis=1))


def _r_squared(losses: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """R^2 of each mean squared error in ``losses``."""
    weights = np.float32(1 / len(labels))
    return np.stack([r_squared(np, np.full_like(labels, loss), labels, weights) for loss in losses])
