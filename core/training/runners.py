"""What advances training: the interface, and the formulas in plain numpy."""

from typing import Any, Protocol

import numpy as np

from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import (
    Layer,
    LayerRecord,
    flatten,
    predict_classes,
    propagate,
    unflatten,
)
from layerwarp.network.initializers import init_params
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import Record
from layerwarp.training.losses import SQUARED_ERROR, backpropagate, loss_function, r_squared
from layerwarp.training.optimizers import hyperparameters, initial_state, update
from layerwarp.training.samples import Samples


class Runner(Protocol):
    """Advances training; remembers where it stands."""

    def advance(self, stops: list[int]) -> list[Record]:
        """Train up to each of ``stops`` in turn and record there."""


def initial_vector(
    samples: Samples, architecture: Architecture, config: TrainingConfig
) -> np.ndarray:
    """Parameters (P,) that training starts from."""
    params = init_params(architecture, config.seed, config.initializer, samples.points)
    return flatten(params)


def weight_positions(architecture: Architecture) -> np.ndarray:
    """1 where the parameter vector (P,) holds a weight, 0 where it holds a bias."""
    return flatten(
        [
            Layer(np.ones(shape, np.float32), np.zeros(shape[1], np.float32))
            for shape in architecture.shapes
        ]
    )


class NumpyRunner:
    """The formulas of the compiled program in plain numpy: at once, but slower at length."""

    def __init__(
        self, samples: Samples, architecture: Architecture, config: TrainingConfig
    ) -> None:
        self.samples = samples.lifted(architecture.inputs).shuffled(config.seed)
        self.architecture = architecture
        self.batch = min(config.batch_size, len(samples.points))
        self.hyper = hyperparameters(config.optimizer, config.learning_rate, config.l2)
        self.vector = initial_vector(samples, architecture, config)
        self.state, self.step = initial_state(len(self.vector)), 0
        self.decayed = weight_positions(architecture)
        self.loss = loss_function(architecture.n_outputs, samples.loss)
        self.functions = [ACTIVATIONS[name] for name in architecture.activations]
        self.masks = [np.ones(width, np.float32) for width in architecture.widths]
        self.output_mask = np.ones(architecture.n_outputs, np.float32)

    def _activate(self, index: int, pre: np.ndarray) -> np.ndarray:
        return self.functions[index].value(np, pre, self.masks[index])

    def _pull_back(
        self, index: int, pre: np.ndarray, post: np.ndarray, gradient: np.ndarray
    ) -> np.ndarray:
        return self.functions[index].pullback(np, pre, post, gradient)

    def _evaluate(self, x: np.ndarray, labels: np.ndarray) -> tuple[Any, ...]:
        """Mean loss, its derivative in the logits, accuracy, and the layers' records."""
        params = unflatten(self.vector, self.architecture)
        records = propagate(params, x, self._activate)
        loss, slope = self.loss(np, records[-1].post, labels, self.output_mask)
        accuracy = self._accuracy(records[-1].post, loss, labels)
        return loss.mean(), slope / np.float32(len(x)), accuracy, records

    def _accuracy(self, outputs: np.ndarray, losses: np.ndarray, labels: np.ndarray) -> Any:
        if self.samples.loss == SQUARED_ERROR:
            return r_squared(np, losses, labels, np.float32(1 / len(losses)))
        return (predict_classes(outputs) == labels).mean()

    def _gradient(
        self, x: np.ndarray, slope: np.ndarray, records: list[LayerRecord]
    ) -> list[Layer]:
        params = unflatten(self.vector, self.architecture)
        return backpropagate(params, x, records, slope, self._pull_back)

    def _take_step(self) -> None:
        rows = np.arange(self.step * self.batch, (self.step + 1) * self.batch)
        rows %= len(self.samples.points)
        x = self.samples.points[rows]
        _, slope, _, records = self._evaluate(x, self.samples.labels[rows])
        total = (
            flatten(self._gradient(x, slope, records)) + self.hyper.l2 * self.decayed * self.vector
        )
        self.vector, self.state = update(np, self.vector, total, self.state, self.hyper)
        self.step += 1

    def _measure(self) -> Record:
        samples = self.samples
        train_loss, slope, train_accuracy, records = self._evaluate(samples.points, samples.labels)
        gradient = self._gradient(samples.points, slope, records)
        norms = np.array([np.linalg.norm(layer.weights) for layer in gradient])
        test_loss, _, accuracy, _ = self._evaluate(samples.test_points, samples.test_labels)
        return Record(
            self.step, self.vector, train_loss, test_loss, train_accuracy, accuracy, norms
        )

    def advance(self, stops: list[int]) -> list[Record]:
        """Train up to each of ``stops`` in turn and record there."""
        records = []
        with np.errstate(all="ignore"):  # a diverging network is told by its loss, not by warnings
            for stop in stops:
                while self.step < stop:
                    self._take_step()
                records.append(self._measure())
        return records
