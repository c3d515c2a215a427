"""What a panel is asked of: examples whose answer is clear, or the settings of the grid."""

from dataclasses import dataclass

from layerwarp.app.experiments.experiment import (
    DatasetConfig,
    OwnDataConfig,
    PlaneData,
    TargetConfig,
)
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.words.numbers import counted
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.config import TrainingConfig
from layerwarp.training.optimizers import OPTIMIZERS


@dataclass(frozen=True)
class Case:
    """What is learned and how, the networks' depth apart.

    Attributes:
        dataset: What is learned.
        training: How.
        activation: Of all hidden layers.
        width: Neurons of each hidden layer, where the panel does not choose it.
        n_seeds: Networks of each shape, from as many starts.
    """

    dataset: PlaneData | TargetConfig
    training: TrainingConfig
    activation: str
    width: int
    n_seeds: int

    @property
    def label(self) -> str:
        """All of it in words, the width apart."""
        data, training = self.dataset, self.training
        # Of own points nobody knows the noise.
        noise = "" if isinstance(data, OwnDataConfig) else f", noise {data.noise:g}"
        return (
            f"{data.label}: {counted(data.n_points, 'point')}{noise}. "
            f"{ACTIVATIONS[self.activation].label}, {OPTIMIZERS[training.optimizer].label} "
            f"(rate {training.learning_rate:g}), {counted(training.steps, 'step')}, starting "
            f"weights “{INITIALIZERS[training.initializer].label}”; "
            f"{counted(self.n_seeds, 'start')} for each network."
        )


# Of the slope of a sigmoid at most a quarter comes through a layer: two layers can do more than
# one, and from there on each makes training harder.
SIGMOID = Case(
    DatasetConfig("checkerboard"), TrainingConfig(initializer="glorot"), "sigmoid", 16, 5
)


def of_grid(asked: Grid, cell: Cell) -> Case:
    """The chosen column of the grid."""
    width = asked.widths[cell[1]]
    return Case(asked.dataset, asked.training, asked.activation, width, asked.n_seeds)
