"""SGD, momentum and Adam as one update rule whose constants are numbers, not code.

Because the choice is a vector of constants, one compiled program serves every optimizer and
learning rate. The test suite compares each with optax.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

Array = Any

EPSILON = 1e-8


@dataclass(frozen=True)
class Optimizer:
    """Constants of the update rule.

    Attributes:
        label: Name for people.
        decay: Share of the running mean of gradients that is kept each step (beta 1).
        square_decay: The same for squared gradients (beta 2).
        adaptive: Whether steps are divided by the root of the mean squared gradient.
    """

    label: str
    decay: float
    square_decay: float
    adaptive: bool


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer("SGD", 0.0, 0.0, adaptive=False),
    "momentum": Optimizer("Momentum", 0.9, 0.0, adaptive=False),
    "adam": Optimizer("Adam", 0.9, 0.999, adaptive=True),
}


class OptimizerState(NamedTuple):
    """Running means (P,) of gradients and squared gradients, and the decays' powers so far."""

    mean: Array
    square: Array
    decay_power: Array
    square_decay_power: Array


class Hyperparameters(NamedTuple):
    """The numbers that the update reads; all are traced."""

    learning_rate: Array
    decay: Array
    square_decay: Array
    adaptive: Array
    l2: Array


def hyperparameters(optimizer: str, learning_rate: float, l2: float) -> Hyperparameters:
    """The float32 constants of ``optimizer``."""
    rule = OPTIMIZERS[optimizer]
    numbers = (learning_rate, rule.decay, rule.square_decay, float(rule.adaptive), l2)
    return Hyperparameters(*(np.float32(number) for number in numbers))


def initial_state(size: int | tuple[int, ...]) -> OptimizerState:
    """State before the first step of parameters of this size or shape."""
    zeros = np.zeros(size, np.float32)
    return OptimizerState(zeros, zeros, np.float32(1), np.float32(1))


def update(
    xp: ModuleType, vector: Array, gradient: Array, state: OptimizerState, hyper: Hyperparameters
) -> tuple[Array, OptimizerState]:
    """One step: parameters (P,) and state after seeing ``gradient`` (P,).

    Adam follows Kingma and Ba 2015; momentum is the heavy ball, ``m = decay m + g``.
    """
    rate, decay, square_decay, adaptive, _ = hyper
    mean = decay * state.mean + (1 - adaptive * decay) * gradient
    square = square_decay * state.square + (1 - square_decay) * gradient * gradient
    decay_power = state.decay_power * decay
    square_decay_power = state.square_decay_power * square_decay
    # Divisions of single numbers: those of whole arrays take several times as long as the rest.
    correction, square_correction = 1 / (1 - decay_power), 1 / (1 - square_decay_power)
    scaled = mean * correction / (xp.sqrt(square * square_correction) + EPSILON)
    step = xp.where(adaptive > 0, scaled, mean)
    return vector - rate * step, OptimizerState(mean, square, decay_power, square_decay_power)
