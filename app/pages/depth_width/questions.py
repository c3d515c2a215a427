"""What the panels of the page "Depth × width" ask: small experiments beside the grid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from layerwarp.app.experiments.experiment import DatasetConfig, PlaneData, TargetConfig
from layerwarp.app.work.answers import Tell
from layerwarp.data.targets import sawtooth_values, target_from_function
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.geometry.theory import most_regions
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer
from layerwarp.network.initializers import init_params
from layerwarp.network.parameter_budget import equal_parameter_architectures
from layerwarp.sweeps.sweep import make_architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import Cost, measure_cost
from layerwarp.training.gradient_flow import weight_travel
from layerwarp.training.history import TrainingHistory
from layerwarp.training.samples import Data
from layerwarp.training.train import TrainingProgress, train

BUDGET_DEPTHS = (1, 2, 3, 4, 6)
TRAVELERS = ("sigmoid", "tanh", "relu")
AMOUNTS = (25, 50, 100, 200, 400, 800)
COST_DEPTHS = (1, 2, 4, 8)

RANDOM_NEURONS, RANDOM_DEPTHS, RANDOM_SEEDS = 24, (1, 2, 3, 4, 6), 9
RANDOM_BOX = 10.0

Task = tuple[Data, Architecture, TrainingConfig]


def _train_all(tasks: Sequence[Task], tell: Tell, look: Any = None) -> list[TrainingHistory]:
    """Train one after another; ends early, with those that are finished, when told to."""
    histories: list[TrainingHistory] = []
    go_on = tell(0.0)
    for data, architecture, config in tasks:

        def heard(progress: TrainingProgress) -> bool:
            nonlocal go_on
            go_on = tell((len(histories) + progress.step / progress.steps) / len(tasks))
            return go_on

        if not go_on:
            break
        history = train(data, architecture, config, heard)
        if not go_on:
            break
        histories.append(history)
        tell(len(histories) / len(tasks), None, look and (lambda: look(histories)))
    return histories


@dataclass(frozen=True)
class SameBudget:
    """Networks of several depths with the same number of parameters, within 5 %."""

    trains: ClassVar[bool] = True

    dataset: PlaneData
    training: TrainingConfig
    activation: str
    n_parameters: int
    n_outputs: int
    n_seeds: int

    @property
    def architectures(self) -> list[Architecture]:
        """One for each depth that has a network of that size."""
        found = []
        for depth in BUDGET_DEPTHS:
            try:
                networks = equal_parameter_architectures(
                    self.n_parameters, [depth], 2, self.n_outputs, self.activation
                )
            except ValueError:  # so wide a layer, or so narrow ones, are not to be had
                continue
            found.append(networks[depth])
        return found

    def answer(self, tell: Tell) -> list[TrainingHistory]:
        """Histories, all depths for one seed before the next seed."""
        data = self.dataset.make()
        seeds = range(self.training.seed, self.training.seed + self.n_seeds)
        tasks = [
            (data, architecture, replace(self.training, seed=seed))
            for seed in seeds
            for architecture in self.architectures
        ]
        return [_scalars(history) for history in _train_all(tasks, tell, _all_scalars)]


def _scalars(history: TrainingHistory) -> TrainingHistory:
    """The curves and the last parameters alone."""
    return replace(history, parameters=history.parameters[-1:])


def _all_scalars(histories: list[TrainingHistory]) -> list[TrainingHistory]:
    return [_scalars(history) for history in histories]


@dataclass(frozen=True)
class RandomRegions:
    """24 ReLUs with random weights, arranged in more and more layers: how many regions they make.

    He's weights, biases from the standard normal distribution, in a box of half side 10.
    """

    trains: ClassVar[bool] = False

    def answer(self, tell: Tell) -> dict[int, tuple[float, float]]:
        """Depth -> median number of regions over nine seeds, and the most there can be."""
        found: dict[int, tuple[float, float]] = {}
        for depth in RANDOM_DEPTHS:
            architecture = Architecture((RANDOM_NEURONS // depth,) * depth)
            counts = [_count_random(architecture, seed) for seed in range(RANDOM_SEEDS)]
            found[depth] = float(np.median(counts)), float(most_regions(architecture))
            if not tell(len(found) / len(RANDOM_DEPTHS)):
                break
        return found


def _count_random(architecture: Architecture, seed: int) -> int:
    generator = np.random.default_rng(seed)
    layers = [
        Layer(weights, generator.standard_normal(len(bias)))
        for weights, bias in init_params(architecture, seed, "he")
    ]
    box = (-RANDOM_BOX, RANDOM_BOX, -RANDOM_BOX, RANDOM_BOX)
    return linear_regions(architecture, layers, box).count


@dataclass(frozen=True)
class ShallowTeeth:
    """One layer with as many parameters as the sawtooth's deep construction, trained to copy it."""

    trains: ClassVar[bool] = True

    k: int
    n_seeds: int = 3
    steps: int = 3000

    @property
    def architecture(self) -> Architecture:
        """2 k neurons: 6 k + 1 parameters, as many as k layers of two neurons."""
        return Architecture((2 * self.k,), n_inputs=1)

    def answer(self, tell: Tell) -> list[TrainingHistory]:
        """One history a seed."""
        data = target_from_function(partial(sawtooth_values, self.k), 0, 1, 1000, name="sawtooth")
        tasks = [
            (data, self.architecture, TrainingConfig(steps=self.steps, seed=seed))
            for seed in range(self.n_seeds)
        ]
        return [_scalars(history) for history in _train_all(tasks, tell, _all_scalars)]


@dataclass(frozen=True)
class Travel:
    """How far the weights of each layer get from their start, and what for, by activation."""

    trains: ClassVar[bool] = True

    dataset: PlaneData | TargetConfig
    training: TrainingConfig
    depth: int
    width: int

    def answer(self, tell: Tell) -> dict[str, tuple[np.ndarray, np.ndarray, float]]:
        """Activation -> at the end: travel (L + 1,), gradient norms (L + 1,) and test accuracy."""
        data = self.dataset.make()
        tasks = [
            (data, make_architecture(data, self.depth, self.width, name), self.training)
            for name in TRAVELERS
        ]
        return {
            str(h.architecture.activation): (
                weight_travel(h)[-1],
                h.gradient_norms[-1],
                float(h.accuracy[-1]),
            )
            for h in _train_all(tasks, tell)
        }


@dataclass(frozen=True)
class Amounts:
    """One network on more and more points of the same data."""

    trains: ClassVar[bool] = True

    dataset: DatasetConfig | TargetConfig
    architecture: Architecture
    training: TrainingConfig
    n_seeds: int

    def answer(self, tell: Tell) -> dict[int, list[TrainingHistory]]:
        """Number of points -> one history a seed."""
        tasks = [
            (
                replace(self.dataset, n_points=n_points).make(),
                self.architecture,
                replace(self.training, seed=self.training.seed + seed),
            )
            for n_points in AMOUNTS
            for seed in range(self.n_seeds)
        ]
        return self._sorted(_train_all(tasks, tell, self._sorted))

    def _sorted(self, histories: list[TrainingHistory]) -> dict[int, list[TrainingHistory]]:
        found: dict[int, list[TrainingHistory]] = {}
        for index, history in enumerate(histories):
            found.setdefault(AMOUNTS[index // self.n_seeds], []).append(_scalars(history))
        return found


@dataclass(frozen=True)
class Price:
    """What forward pass and gradient take on this machine, for a few depths of one width."""

    trains: ClassVar[bool] = True

    width: int
    activation: str
    n_points: int = 1000

    def answer(self, tell: Tell) -> dict[int, Cost]:
        """Depth -> what it took."""
        found: dict[int, Cost] = {}
        for depth in COST_DEPTHS:
            network = Architecture((self.width,) * depth, self.activation)
            found[depth] = measure_cost(network, self.n_points)
            if not tell(len(found) / len(COST_DEPTHS), None, lambda: dict(found)):
                break
        return found
