"""The grid of the page "Depth × width": what is trained in it, and what is kept of that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from layerwarp.app.experiments.cache import digest
from layerwarp.app.experiments.experiment import DatasetConfig, Experiment, PlaneData, TargetConfig
from layerwarp.app.link.parameters import GOALS
from layerwarp.app.work.answers import Callback
from layerwarp.sweeps.results import Place, Sweep
from layerwarp.sweeps.sweep import SweepProgress, make_architecture, sweep, sweep_shapes
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import expected_seconds, n_cores
from layerwarp.training.history import TrainingHistory

if TYPE_CHECKING:
    from layerwarp.sweeps.program import SweepShape

PROGRAM_SECONDS = 0.1  # to have the program of a cell, from disk at best

SPIRAL, TRAINING = DatasetConfig(), TrainingConfig()

Cell = tuple[int, int]  # row and column: indices of depth and width


@dataclass(frozen=True)
class Grid:
    """Networks of every depth and width, each from several seeds, on one data set or function.

    Attributes:
        dataset: What they learn.
        depths: Numbers of hidden layers.
        widths: Neurons of each.
        n_seeds: Networks in each cell; the first has the seed of ``training``, then one more each.
        training: How they are trained.
        activation: Of all hidden layers.
        inputs: What they are given of points in the plane, as ``Architecture`` has it.
    """

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    dataset: PlaneData | TargetConfig = SPIRAL
    depths: tuple[int, ...] = (1, 2, 3, 4, 5)
    widths: tuple[int, ...] = (2, 4, 8, 16, 32)
    n_seeds: int = 3
    training: TrainingConfig = TRAINING
    activation: str = "relu"
    inputs: tuple[str, ...] = ()

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of start and order of the points."""
        return tuple(range(self.training.seed, self.training.seed + self.n_seeds))

    @property
    def n_networks(self) -> int:
        """Networks in all."""
        return len(self.depths) * len(self.widths) * self.n_seeds

    @cached_property
    def seconds(self) -> float:
        """That the whole grid is expected to take on all cores of this machine."""
        networks = self.empty().architectures.values()
        n_points = self.dataset.n_points
        a_seed = sum(expected_seconds(network, self.training, n_points) for network in networks)
        return self.n_seeds * a_seed / n_cores() + PROGRAM_SECONDS * len(networks)

    def experiment(self, depth: int, width: int, seed: int) -> Experiment:
        """One network of the grid, as the other pages train it."""
        data = self.dataset.make()
        architecture = make_architecture(data, depth, width, self.activation, self.inputs)
        return Experiment(self.dataset, architecture, replace(self.training, seed=seed))

    def empty(self) -> Sweep:
        """The grid before anything is trained."""
        return _empty(self)

    def shapes(self) -> "list[SweepShape]":
        """The shapes of the programs that it asks for; imports JAX."""
        axes = self.depths, self.widths, self.seeds
        how = self.training, self.activation, self.inputs
        return sweep_shapes(self.dataset.make(), *axes, *how)

    def answer(self, callback: Callback) -> Sweep:
        """Train all; what is told on the way holds the networks that are finished."""
        kept: dict[Place, TrainingHistory] = {}
        n_told = 0

        def on_progress(progress: SweepProgress) -> bool:
            nonlocal n_told
            news = progress.n_done > n_told
            n_told = progress.n_done
            look = (lambda: _thinned(progress.snapshot(), kept)) if news else None
            return callback(progress.share, progress.seconds_left, look)

        axes = self.depths, self.widths, self.seeds
        data, name = self.dataset.make(), self.activation
        whole = sweep(data, *axes, self.training, on_progress, name, self.inputs)
        return _thinned(whole, kept)


USUAL_GRID = Grid()


@lru_cache(maxsize=64)
def _empty(grid: Grid) -> Sweep:
    data = grid.dataset.make()
    architectures = {
        (i, j): make_architecture(data, depth, width, grid.activation, grid.inputs)
        for i, depth in enumerate(grid.depths)
        for j, width in enumerate(grid.widths)
    }
    return Sweep(grid.depths, grid.widths, grid.seeds, grid.training, architectures, {})


def sound_networks(sweep: Sweep) -> dict[Cell, TrainingHistory]:
    """The median network of each cell, where there is one that has not blown up."""
    found = {
        (i, j): sweep.representative(depth, width)
        for i, depth in enumerate(sweep.depths)
        for j, width in enumerate(sweep.widths)
    }
    return {cell: h for cell, h in found.items() if h and h.outcome.kind != "diverged"}


def network_digest(history: TrainingHistory) -> bytes:
    """What stands for a trained network in a key."""
    return digest(repr(history.architecture).encode(), history.parameters[-1].tobytes())


def _thinned(whole: Sweep, kept: dict[Place, TrainingHistory]) -> Sweep:
    """The same sweep with few records of each history; ``kept`` holds those thinned before."""
    for place, history in whole.histories.items():
        if place not in kept:
            kept[place] = thin(history)
    return replace(whole, histories=dict(kept))


def thin(history: TrainingHistory) -> TrainingHistory:
    """First and last record, and where each of ``GOALS`` was first reached.

    A grid of hundreds of networks would hold hundreds of megabytes otherwise.
    """
    reached = [np.flatnonzero(history.accuracy >= goal)[:1] for goal in GOALS]
    records = np.unique(np.concatenate([[0, len(history.steps) - 1], *reached])).astype(int)
    names = [name for name, value in vars(history).items() if isinstance(value, np.ndarray)]
    changes: Mapping[str, np.ndarray] = {name: getattr(history, name)[records] for name in names}
    return replace(history, **changes)  # type: ignore[arg-type]
