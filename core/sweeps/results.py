"""What a sweep over depth, width and seed found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

Place = tuple[int, int, int]
PENDING = "pending"


@dataclass(frozen=True)
class Sweep:
    """Networks of D depths, W widths and S seeds; those not there yet are "pending".

    Attributes:
        depths: Numbers of hidden layers (D,).
        widths: Neurons of each hidden layer (W,).
        seeds: Of start and order of the points (S,).
        config: How all were trained, the seed apart.
        architectures: The network of each cell, by (depth index, width index).
        histories: By (depth index, width index, seed index), as far as they are there.
    """

    depths: tuple[int, ...]
    widths: tuple[int, ...]
    seeds: tuple[int, ...]
    config: TrainingConfig
    architectures: Mapping[tuple[int, int], Architecture]
    histories: Mapping[Place, TrainingHistory]

    @property
    def shape(self) -> Place:
        """(D, W, S)."""
        return len(self.depths), len(self.widths), len(self.seeds)

    def history(self, depth: int, width: int, seed: int) -> TrainingHistory:
        """How one network was trained, by its depth, width and seed (values, not indices).

        Raises:
            ValueError: It is not part of the sweep, or still pending.
        """
        place = (
            _index("depth", depth, self.depths),
            _index("width", width, self.widths),
            _index("seed", seed, self.seeds),
        )
        if place not in self.histories:
            raise ValueError(
                f"the network of depth {depth}, width {width} and seed {seed} is still pending"
            )
        return self.histories[place]

    def _collect(self, measure: Callable[[TrainingHistory], float]) -> np.ndarray:
        """A number of each network (D, W, S), nan where it is pending."""
        values = np.full(self.shape, np.nan)
        for place, history in self.histories.items():
            values[place] = measure(history)
        return values

    @cached_property
    def accuracy(self) -> np.ndarray:
        """Share of test points that are right, or R^2, at the end (D, W, S)."""
        return self._collect(lambda history: history.accuracy[-1])

    @cached_property
    def train_accuracy(self) -> np.ndarray:
        """As ``accuracy``, over the training points."""
        return self._collect(lambda history: history.train_accuracy[-1])

    @cached_property
    def train_loss(self) -> np.ndarray:
        """Mean loss over the training points at the end (D, W, S), before it diverged if it did."""
        return self._collect(lambda history: history.train_loss[-1])

    @cached_property
    def test_loss(self) -> np.ndarray:
        """Mean loss over the test points (D, W, S)."""
        return self._collect(lambda history: history.test_loss[-1])

    @cached_property
    def n_parameters(self) -> np.ndarray:
        """Weights and biases of each cell's network, int (D, W)."""
        counts = np.zeros(self.shape[:2], int)
        for place, architecture in self.architectures.items():
            counts[place] = architecture.n_parameters
        return counts

    @cached_property
    def dead_neurons(self) -> np.ndarray:
        """Hidden neurons whose output is the same on all training points (D, W, S)."""
        return self._collect(lambda history: sum(history.dead_neurons))

    @cached_property
    def outcome(self) -> np.ndarray:
        """Outcome of each training, a kind of ``Outcome`` or PENDING, str (D, W, S)."""
        kinds = np.full(self.shape, PENDING, dtype="<U8")
        for place, history in self.histories.items():
            kinds[place] = history.outcome.kind
        return kinds

    @property
    def complete(self) -> bool:
        """Whether nothing is pending or was stopped."""
        return not np.isin(self.outcome, ("stopped", PENDING)).any()

    def steps_to(self, accuracy: float) -> np.ndarray:
        """First recorded step at which ``accuracy`` was reached (D, W, S), nan if it never was."""

        def first(history: TrainingHistory) -> float:
            reached = history.accuracy >= accuracy
            return float(history.steps[reached.argmax()]) if reached.any() else np.nan

        return self._collect(first)

    def gradient_ratio(self, record: int = -1) -> np.ndarray:
        """Gradient norm of the first over that of the last hidden layer's weights (D, W, S).

        Args:
            record: Number of the recorded step: 0 is the start, -1 the end.
        """

        def ratio(history: TrainingHistory) -> float:
            norms = history.gradient_norms[record]
            if len(norms) < 2:
                return np.nan
            return float(norms[0] / norms[-2]) if norms[-2] > 0 else np.nan

        return self._collect(ratio)

    def share(self, outcome: str) -> np.ndarray:
        """Share of the seeds that are there which ended as ``outcome`` (D, W); nan without any."""
        there = (self.outcome != PENDING).sum(axis=2)
        count = (self.outcome == outcome).sum(axis=2)
        return np.where(there > 0, count / np.maximum(there, 1), np.nan)

    def success(self, accuracy: float) -> np.ndarray:
        """Share of the seeds that are there, trained with at least ``accuracy`` at the end (D, W).

        A diverged or dead network is no success, whatever it reached on the way.
        """
        there = (self.outcome != PENDING).sum(axis=2)
        count = ((self.outcome == "trained") & (self.accuracy >= accuracy)).sum(axis=2)
        return np.where(there > 0, count / np.maximum(there, 1), np.nan)

    def quartiles(self, values: np.ndarray, smaller_is_better: bool = False) -> np.ndarray:
        """First quartile, median and third quartile over the seeds that are there, (3, D, W).

        Each is the value of one network, not a mean of two (the inverse of the empirical
        distribution). Diverged networks rank as the worst: a quartile that falls on one is nan.
        A dead network keeps its value, which is that of guessing.

        Args:
            values: A measure (D, W, S), such as ``accuracy`` or ``steps_to(...)``; nan ranks
                as the worst too.
            smaller_is_better: Whether the worst is the largest, as of a loss.
        """
        result = np.full((3, *self.shape[:2]), np.nan)
        for place in np.ndindex(self.shape[:2]):
            order = self._ranked(place, values if smaller_is_better else -values)
            if len(order):
                ranks = np.ceil(np.array([0.25, 0.5, 0.75]) * len(order)).astype(int) - 1
                if not smaller_is_better:  # the best comes first in the order
                    ranks = len(order) - 1 - ranks
                chosen = order[ranks]
                failed = self.outcome[place][chosen] == "diverged"
                result[:, *place] = np.where(failed, np.nan, values[place][chosen])
        return result

    def median(self, values: np.ndarray, smaller_is_better: bool = False) -> np.ndarray:
        """The middle one of ``quartiles``, (D, W)."""
        return self.quartiles(values, smaller_is_better)[1]

    def _ranked(self, place: tuple[int, ...], badness: np.ndarray) -> np.ndarray:
        """Indices of the seeds that are there, best first, the diverged last."""
        kinds = self.outcome[place]
        worst = (kinds == "diverged") | np.isnan(badness[place])
        keys = np.where(worst, np.inf, badness[place])
        order = np.argsort(keys, kind="stable")
        return order[kinds[order] != PENDING]

    def representative(self, depth: int, width: int) -> TrainingHistory | None:
        """The median network by test loss of a cell (values, not indices); None while pending."""
        place = _index("depth", depth, self.depths), _index("width", width, self.widths)
        order = self._ranked(place, self.test_loss)
        return self.histories[(*place, int(order[(len(order) - 1) // 2]))] if len(order) else None

    def linear_regions(self, box: tuple[float, float, float, float]) -> np.ndarray:
        """Linear regions of each cell's representative inside ``box``, (D, W).

        nan where there are none to count: pending cells, curved activations or inputs, inputs
        that are not two. Counting takes up to half a second for six layers of 64.

        Args:
            box: (x_min, x_max, y_min, y_max).
        """
        from layerwarp.geometry.linear_regions import linear_regions

        counts = np.full(self.shape[:2], np.nan)
        for (i, j), architecture in self.architectures.items():
            history = self.representative(self.depths[i], self.widths[j])
            exact = architecture.n_inputs == 2 and architecture.is_piecewise_linear
            if history is not None and exact:
                counts[i, j] = linear_regions(architecture, history.params, box).linear_count
        return counts


def _index(name: str, value: int, values: tuple[int, ...]) -> int:
    if value not in values:
        raise ValueError(f"{name} must be one of {', '.join(map(str, values))}; got {value!r}")
    return values.index(value)
