"""What is trained: data, network and training together, frozen and comparable."""

from dataclasses import dataclass

import numpy as np

from core.architecture import Architecture
from core.datasets import DATASETS, Dataset, make_dataset
from core.formula import Formula, parse_formula
from core.targets import MAX_Y, TARGETS, Target, target_from_function, target_from_points
from core.training_config import TrainingConfig


@dataclass(frozen=True)
class DatasetConfig:
    """Arguments of :func:`core.datasets.make_dataset`."""

    name: str = "spiral"
    n_points: int = 400
    noise: float = 0.1
    seed: int = 0

    @property
    def label(self) -> str:
        """Name for people."""
        return DATASETS[self.name].label if self.name in DATASETS else self.name

    def make(self) -> Dataset:
        """The data set; the same numbers every time."""
        return make_dataset(self.name, self.n_points, self.noise, self.seed)


FORMULA, POINTS = "formula", "points"  # targets beside those of the table
# x^2 where theory has its best fits; all other targets where the table has them.
INTERVALS = {"square": (0.0, 1.0)}


@dataclass(frozen=True)
class TargetConfig:
    """A function to learn: of the table ``TARGETS``, a formula in x, or people's own points.

    Attributes:
        name: A name of ``TARGETS``, "formula" or "points".
        n_points: Training points; own points are as many as they are.
        noise: As a share of half the function's range; own points have none.
        seed: Of places and noise.
        formula: The text, where ``name`` is "formula".
        interval: Where a formula is looked at.
        points: Own points (x, y), where ``name`` is "points"; of the square from -1 to 1.
    """

    name: str = "square"
    n_points: int = 200
    noise: float = 0.0
    seed: int = 0
    formula: str = ""
    interval: tuple[float, float] = (-1.0, 1.0)
    points: tuple[tuple[float, float], ...] = ()

    @property
    def label(self) -> str:
        """Name for people."""
        return TARGETS[self.name].label if self.name in TARGETS else self.formula or "Own points"

    @property
    def ends(self) -> tuple[float, float]:
        """The interval on which it is learned."""
        if self.name == FORMULA:
            return self.interval
        if self.name == POINTS:
            return -1.0, 1.0
        kind = TARGETS[self.name]
        return INTERVALS.get(self.name, (kind.low, kind.high))

    def make(self) -> Target:
        """Points to learn from; the same numbers every time.

        Raises:
            ValueError: The formula has no value somewhere, or there are too few points.
        """
        low, high = self.ends
        if self.name == POINTS:
            x, y = np.reshape(self.points, (-1, 2)).T
            return target_from_points(x, y, low, high)
        function = TARGETS[self.name].function if self.name in TARGETS else self._parsed()
        return target_from_function(
            function, low, high, self.n_points, self.noise, self.seed, name=self.name
        )

    def values(self, x: np.ndarray) -> np.ndarray:
        """The function (n,) without noise at x (n,); empty where only points are known."""
        if self.name == POINTS:
            return np.empty(0)
        if self.name in TARGETS:
            return TARGETS[self.name].function(x)
        return parse_formula(self.formula)(x)

    def _parsed(self) -> Formula:
        formula = parse_formula(self.formula)
        formula.check(*self.ends, MAX_Y)
        return formula


@dataclass(frozen=True)
class Experiment:
    """One training: the same experiment gives the same history on the same machine."""

    dataset: DatasetConfig | TargetConfig
    architecture: Architecture
    training: TrainingConfig


DEFAULT = Experiment(DatasetConfig(), Architecture(), TrainingConfig())
