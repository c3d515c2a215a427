"""What is trained: data, network and training together, frozen and comparable."""

from dataclasses import dataclass

from core.architecture import Architecture
from core.datasets import Dataset, make_dataset
from core.training_config import TrainingConfig


@dataclass(frozen=True)
class DatasetConfig:
    """Arguments of :func:`core.datasets.make_dataset`."""

    name: str = "spiral"
    n_points: int = 400
    noise: float = 0.1
    seed: int = 0

    def make(self) -> Dataset:
        """The data set; the same numbers every time."""
        return make_dataset(self.name, self.n_points, self.noise, self.seed)


@dataclass(frozen=True)
class Experiment:
    """One training: the same experiment gives the same history on the same machine."""

    dataset: DatasetConfig
    architecture: Architecture
    training: TrainingConfig


DEFAULT = Experiment(DatasetConfig(), Architecture(), TrainingConfig())
