"""What a panel is asked of: examples whose answer is clear, or the settings of the grid."""

from dataclasses import dataclass

from layerwarp.app.experiments.experiment import (
    DatasetConfig,
    OwnDataConfig,
    PlaneData,
    TargetConfig,
)
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.panels.panel import Rows, State
from layerwarp.app.words.numbers import counted, in_a_sentence, listed
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.features import input_labels
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.config import TrainingConfig
from layerwarp.training.optimizers import OPTIMIZERS

ASKED, OWN = "Asked of", "Your settings"


@dataclass(frozen=True)
class Case:
    """What is learned and how, the networks' depth apart.

    Attributes:
        dataset: What is learned.
        training: How.
        activation: Of all hidden layers.
        width: Neurons of each hidden layer, where the panel does not choose it.
        n_seeds: Networks of each shape, from as many starts.
        inputs: What the networks are given of points in the plane, as ``Architecture`` has it.
    """

    dataset: PlaneData | TargetConfig
    training: TrainingConfig
    activation: str
    width: int
    n_seeds: int
    inputs: tuple[str, ...] = ()

    @property
    def rows(self) -> dict[str, str]:
        """All of it in words, setting by setting."""
        data, training = self.dataset, self.training
        # Of own points nobody knows the noise.
        noise = "" if isinstance(data, OwnDataConfig) else f", noise {data.noise:g}"
        l2 = f", L2 penalty {training.l2:g}" if training.l2 else ""
        given = {} if isinstance(data, TargetConfig) else {"Inputs": _given(self.inputs)}
        return {
            "Data": f"{data.label}, {counted(data.n_points, 'point')}{noise}",
            **given,
            "Activation": ACTIVATIONS[self.activation].label,
            "Neurons in each layer": str(self.width),
            "Optimizer": method(training),
            "Training": f"{counted(training.steps, 'step')}, batches of {training.batch_size}{l2}",
            "Starting weights": INITIALIZERS[training.initializer].label,
            "Starts of each network": str(self.n_seeds),
        }


# Of the slope of a sigmoid at most a quarter comes through a layer: two layers can do more than
# one, and from there on each makes training harder.
SIGMOID = Case(
    DatasetConfig("checkerboard"), TrainingConfig(initializer="glorot"), "sigmoid", 16, 5
)


def of_page(state: State) -> Case:
    """The page's own settings, with the chosen column of the grid."""
    grid: Grid = state.grid
    how = grid.activation, state.width, grid.n_seeds, grid.inputs
    return Case(grid.dataset, grid.training, *how)


def _given(inputs: tuple[str, ...]) -> str:
    return listed(input_labels(inputs))


def named(dataset: PlaneData | TargetConfig, activation: str, training: TrainingConfig) -> str:
    """Data, activation and optimizer in a sentence, for example "Spiral with ReLU and SGD"."""
    own = isinstance(dataset, OwnDataConfig)
    data = in_a_sentence(dataset.label) if own else dataset.label
    return f"{data} with {words.bend(activation)} and {OPTIMIZERS[training.optimizer].label}"


def method(training: TrainingConfig) -> str:
    """The optimizer with its rate, for example "SGD (rate 0.1)"."""
    return f"{OPTIMIZERS[training.optimizer].label} (rate {training.learning_rate:g})"


def table(asked: Rows, own: Rows) -> str:
    """What a question is asked of, in Markdown, and beside it what the page has otherwise."""
    other = {name: own[name] for name in asked if own.get(name, asked[name]) != asked[name]}
    head, line = ["", ASKED], ["---", "---"]
    if other:
        head, line = [*head, OWN], [*line, "---"]
    rows = [
        [name, f"**{value}**" if name in other else value, *([other.get(name, "")] * bool(other))]
        for name, value in asked.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, line, *rows))
