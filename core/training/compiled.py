"""Training through the compiled programs of :mod:`layerwarp.training.programs`."""

import jax
import numpy as np

from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import Record
from layerwarp.training.optimizers import hyperparameters, initial_state
from layerwarp.training.programs import (
    PROGRAMS,
    RECORDS_PER_CALL,
    Problem,
    Progress,
    Shape,
    activation_codes,
)
from layerwarp.training.runners import initial_vector, weight_positions
from layerwarp.training.samples import Data, Samples


def shape_of(data: Data, architecture: Architecture, config: TrainingConfig) -> Shape:
    """The shape of the program that trains this network on these data."""
    return _shape(Samples.of(data), architecture, config)


def _shape(samples: Samples, architecture: Architecture, config: TrainingConfig) -> Shape:
    n_train, n_test = len(samples.points), len(samples.test_points)
    batch = min(config.batch_size, n_train)
    return Shape.of(architecture, batch, n_train, n_test, samples.loss)


def _padded(array: np.ndarray, *size: int) -> np.ndarray:
    result = np.zeros(size, array.dtype)
    result[tuple(slice(length) for length in array.shape)] = array
    return result


class CompiledRunner:
    """Pads a problem to its shape, and cuts what comes back to size."""

    def __init__(
        self, samples: Samples, architecture: Architecture, config: TrainingConfig
    ) -> None:
        self.shape = _shape(samples, architecture, config)
        self.program = PROGRAMS.get(self.shape)
        self.positions = self.shape.real_positions(architecture)
        self.n_layers = architecture.depth + 1
        vector = self._scattered(initial_vector(samples, architecture, config))
        state = initial_state(len(vector))
        self.progress = Progress(np.int32(0), vector, state)
        self.problem = self._problem(samples, architecture, config)

    def _scattered(self, vector: np.ndarray) -> np.ndarray:
        result = np.zeros(self.shape.n_parameters, np.float32)
        result[self.positions] = vector
        return result

    def _problem(
        self, samples: Samples, architecture: Architecture, config: TrainingConfig
    ) -> Problem:
        shape, samples = self.shape, samples.shuffled(config.seed)
        kinds, slopes = activation_codes(architecture.activations)
        widths = np.array(architecture.widths, np.int32).reshape(-1, 1)
        points = _padded(samples.points, shape.n_train, shape.n_inputs)
        test_points = _padded(samples.test_points, shape.n_test, shape.n_inputs)
        labels = _padded(samples.labels, shape.n_train)
        test_labels = _padded(samples.test_labels, shape.n_test)
        return Problem(
            neuron_mask=(np.arange(shape.width) < widths).astype(np.float32),
            output_mask=(np.arange(shape.n_outputs) < architecture.n_outputs).astype(np.float32),
            kinds=kinds,
            slopes=slopes,
            decayed=self._scattered(weight_positions(architecture)),
            points=np.concatenate([points, test_points]),
            labels=np.concatenate([labels, test_labels]),
            n_train=np.int32(len(samples.points)),
            n_test=np.int32(len(samples.test_points)),
            batch=np.int32(min(config.batch_size, len(samples.points))),
            hyper=hyperparameters(config.optimizer, config.learning_rate, config.l2),
        )

    def advance(self, stops: list[int]) -> list[Record]:
        """Train up to each of ``stops`` in turn and record there."""
        records: list[Record] = []
        for start in range(0, len(stops), RECORDS_PER_CALL):
            records += self._call(stops[start : start + RECORDS_PER_CALL])
        return records

    def _call(self, stops: list[int]) -> list[Record]:
        padded = _padded(np.array(stops, np.int32), RECORDS_PER_CALL)
        count = np.int32(len(stops))
        self.progress, vectors, measures = self.program(self.problem, self.progress, padded, count)
        vectors, measures = jax.device_get((vectors, measures))
        vectors = vectors[: len(stops), self.positions]
        return [
            Record(stop, vectors[row], *(column[row] for column in measures))
            for row, stop in enumerate(stops)
        ]
