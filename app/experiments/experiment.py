"""What is trained: data, network and training together, frozen and comparable."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from layerwarp.app.experiments.point_text import read_points
from layerwarp.data.datasets import DATASETS, Dataset, make_dataset
from layerwarp.data.formula import Formula, parse_formula
from layerwarp.data.labeled_points import dataset_from_points
from layerwarp.data.targets import MAX_Y, TARGETS, Target, target_from_function, target_from_points
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import expected_seconds


@dataclass(frozen=True)
class DatasetConfig:
    """Arguments of :func:`layerwarp.data.datasets.make_dataset`."""

    name: str = "spiral"
    n_points: int = 400
    noise: float = 0.1
    seed: int = 0

    @property
    def label(self) -> str:
        """Name for people."""
        return DATASETS[self.name].label if self.name in DATASETS else self.name

    def make(self) -> Dataset:
        """The data set; the same numbers every time, not to be written to."""
        return _dataset(self)


@lru_cache(maxsize=64)
def _dataset(config: DatasetConfig) -> Dataset:
    return make_dataset(config.name, config.n_points, config.noise, config.seed)


OWN = "own"  # the data set beside those of the table


@dataclass(frozen=True)
class OwnDataConfig:
    """People's own points in the plane.

    Attributes:
        own: Their text; see :mod:`layerwarp.app.experiments.point_text`.
        seed: Says which of them are kept for the test.
    """

    own: str = ""
    seed: int = 0

    name: ClassVar[str] = OWN
    label: ClassVar[str] = "Your own points"
    noise: ClassVar[float] = 0.0  # none that is known

    @property
    def n_points(self) -> int:
        """Points that training sees."""
        return len(self.make().points)

    @property
    def n_test(self) -> int:
        """Points that are kept for the test."""
        return len(self.make().test_points)

    def make(self) -> Dataset:
        """The data set; the same numbers every time, not to be written to.

        Raises:
            ValueError: The text is none that
            :func:`layerwarp.app.experiments.point_text.write_points` gave.
        """
        return _own_dataset(self.own, self.seed)


@lru_cache(maxsize=64)
def _own_dataset(own: str, seed: int) -> Dataset:
    return dataset_from_points(*read_points(own), seed, OwnDataConfig.label)


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


PlaneData = DatasetConfig | OwnDataConfig  # labeled points in the plane


@dataclass(frozen=True)
class Experiment:
    """One training: the same experiment gives the same history on the same machine.

    Attributes:
        dataset: What is learned.
        architecture: The network.
        training: How it learns.
        loaded: The text of a network that was loaded from a file and is shown as it is, see
            :mod:`layerwarp.app.experiments.network_text`; empty where one is trained.
        by_hand: Whether the visitor built it, layer by layer, and it did not come from a file.
    """

    dataset: PlaneData | TargetConfig
    architecture: Architecture
    training: TrainingConfig
    loaded: str = ""
    by_hand: bool = False

    @property
    def seconds(self) -> float:
        """That training is expected to take on this machine."""
        if self.loaded:
            return 0.0
        return expected_seconds(self.architecture, self.training, self.dataset.n_points)


# What the app opens with: three folds, the fewest that close a ring, from the first of the random
# weights with which they make no mistake.
DEFAULT = Experiment(DatasetConfig("circles"), Architecture((3,)), TrainingConfig(seed=7))
