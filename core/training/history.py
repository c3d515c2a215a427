"""What training remembers, and the name of how it ended."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, record_activations, unflatten
from layerwarp.training.config import TrainingConfig
from layerwarp.training.losses import CROSS_ENTROPY
from layerwarp.training.samples import Samples

# Outputs, or a neuron, that vary less than this share of their size are called constant.
CONSTANT = 1e-6


@dataclass(frozen=True)
class Outcome:
    """How training ended: ``kind`` is trained, stopped, diverged or dead; ``step`` where it did."""

    kind: str
    step: int
    message: str


@dataclass(frozen=True)
class TrainingHistory:
    """What training recorded; s recorded steps, P parameters, L hidden layers.

    The loss of classes is the cross-entropy; that of a function is the squared error (y - t)^2, and
    its accuracies are R^2, the share of the values' variance that is explained: 1 is perfect, 0 no
    better than their mean, and below 0 worse (see :func:`layerwarp.training.losses.r_squared`).

    Attributes:
        architecture: The network.
        config: How it was trained.
        steps: Step numbers (s,), the first 0.
        parameters: float32 (s, P), in the order of :func:`layerwarp.network.forward_pass.flatten`.
        train_loss: Mean loss over the training points (s,).
        test_loss: Mean loss over the test points (s,).
        train_accuracy: Share of training points that are right, or R^2 on them (s,).
        accuracy: Share of test points that are right, or R^2 on the test grid (s,).
        gradient_norms: Of the training loss in the weights of each layer (s, L + 1).
        outcome: How training ended.
        dead_neurons: For each hidden layer, neurons whose output is the same on all points.
        largest_outputs: For each hidden layer, the largest output for a point, on average over the
            training points; empty where that was not recorded.
    """

    architecture: Architecture
    config: TrainingConfig
    steps: np.ndarray
    parameters: np.ndarray
    train_loss: np.ndarray
    test_loss: np.ndarray
    train_accuracy: np.ndarray
    accuracy: np.ndarray
    gradient_norms: np.ndarray
    outcome: Outcome
    dead_neurons: tuple[int, ...]
    largest_outputs: tuple[float, ...]

    def params_at(self, record: int) -> list[Layer]:
        """The parameters at recorded step number ``record``."""
        return unflatten(self.parameters[record], self.architecture)

    @property
    def params(self) -> list[Layer]:
        """The parameters at the end."""
        return self.params_at(-1)

    @property
    def nbytes(self) -> int:
        """Memory that the history holds."""
        return sum(value.nbytes for value in vars(self).values() if isinstance(value, np.ndarray))


class Record(NamedTuple):
    """Parameters (P,) and measures at one recorded step."""

    step: int
    vector: np.ndarray
    train_loss: float
    test_loss: float
    train_accuracy: float
    accuracy: float
    gradient_norms: np.ndarray


def constant_columns(values: np.ndarray) -> np.ndarray:
    """Which columns of (n, k) hold the same number in every row, up to rounding."""
    span = values.max(axis=0) - values.min(axis=0)
    return span <= CONSTANT * (1 + np.abs(values).max(axis=0))


def build_history(
    samples: Samples,
    architecture: Architecture,
    config: TrainingConfig,
    records: list[Record],
    outcome: Outcome,
) -> TrainingHistory:
    """Records as arrays; a trained network that answers the same for all points is dead."""
    columns = {
        name: np.array([getattr(record, name) for record in records], np.float32)
        for name in Record._fields[2:]
    }
    steps = np.array([record.step for record in records], np.int32)
    parameters = np.stack([record.vector for record in records]).astype(np.float32)
    layers = record_activations(
        architecture, unflatten(parameters[-1], architecture), samples.points
    )
    constant = [constant_columns(layer.post) for layer in layers]
    if outcome.kind == "trained" and constant[-1].all() and not _may_be_flat(samples, constant):
        outcome = _dead(constant[:-1], outcome.step)
    dead_neurons = tuple(int(flags.sum()) for flags in constant[:-1])
    largest_outputs = tuple(float(layer.post.max(axis=1).mean()) for layer in layers[:-1])
    return TrainingHistory(
        architecture,
        config,
        steps,
        parameters,
        **columns,
        outcome=outcome,
        dead_neurons=dead_neurons,
        largest_outputs=largest_outputs,
    )


def _may_be_flat(samples: Samples, constant: list[np.ndarray]) -> bool:
    """Whether one answer for every point can be what was learned, not a sign of death.

    It can for a function: of one that is flat, and where no hidden layer has fallen silent (the
    best line through a symmetric function is flat).
    """
    if samples.loss == CROSS_ENTROPY:
        return False
    flat = bool(constant_columns(samples.labels[:, None]).all())
    return flat or not any(flags.all() for flags in constant[:-1])


def _dead(constant: list[np.ndarray], step: int) -> Outcome:
    silent = [str(index) for index, flags in enumerate(constant, start=1) if flags.all()]
    where = f" Layer {silent[0]} gives the same output for all of them." if silent else ""
    when = f"After {step:,} step{'s' * (step != 1)} the" if step else "The"
    message = f"{when} network is dead: it answers the same for every data point.{where}"
    return Outcome("dead", step, message)
