"""How to train: optimizer, rate, batches, steps and the start."""

from dataclasses import dataclass

from layerwarp.checks import check_choice, check_integer, check_number
from layerwarp.network.initializers import INITIALIZERS, MAX_SEED
from layerwarp.training.optimizers import OPTIMIZERS

MAX_STEPS = 20_000
MAX_BATCH = 5_000


@dataclass(frozen=True)
class TrainingConfig:
    """How to train.

    Attributes:
        optimizer: A name of ``OPTIMIZERS``.
        learning_rate: 1e-6 to 100.
        batch_size: Points a step, 1 to 5,000; at most all points are used.
        l2: Strength of the pull of weights (not biases) towards 0, 0 to 10.
        steps: Updates, 1 to 20,000.
        seed: Of the starting parameters and of the order of the points.
        initializer: A name of ``INITIALIZERS``.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.01
    batch_size: int = 64
    l2: float = 0.0
    steps: int = 2000
    seed: int = 0
    initializer: str = "data"

    def __post_init__(self) -> None:
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_choice("initializer", self.initializer, INITIALIZERS)
        check_number("learning_rate", self.learning_rate, 1e-6, 100)
        check_integer("batch_size", self.batch_size, 1, MAX_BATCH)
        check_number("l2", self.l2, 0, 10)
        check_integer("steps", self.steps, 1, MAX_STEPS)
        check_integer("seed", self.seed, 0, MAX_SEED)
