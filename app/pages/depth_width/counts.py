"""What is counted in the networks of a grid, beside the script, each network once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.pages.depth_width.grid import Grid, network_digest, sound_networks
from layerwarp.app.stage.payload import input_box
from layerwarp.app.work.answers import Callback
from layerwarp.data.datasets import Dataset
from layerwarp.geometry.components import connected_components
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.forward_pass import forward, predict_classes
from layerwarp.sweeps.results import Sweep
from layerwarp.training.history import TrainingHistory

MAX_FACES = 60_000  # more take seconds, for everybody; such a cell says so
CELL_SECONDS = 0.3
LOOP_PLACES = 100  # along each side of the picture
KEPT = 8192

Key = tuple[int, ...]  # row and column of a cell; of one of its networks, the start's number, too
Box = tuple[float, ...]  # what the picture shows: (x_min, x_max, y_min, y_max), or (low, high)

_counts: BoundedCache[float] = BoundedCache(KEPT, KEPT, lambda _: 1)


@dataclass(frozen=True)
class Count:
    """A number of each of some networks, within the picture; each network is counted once.

    Attributes:
        what: A name of ``COUNTS``.
        box: What the picture shows.
        digests: What stands for each network, by cell, or by cell and start.
        networks: The networks, carried along.
    """

    trains: ClassVar[bool] = False
    verb: ClassVar[str] = "Counting"

    what: str
    box: Box
    digests: tuple[tuple[Key, bytes], ...]
    networks: Mapping[Key, TrainingHistory] = field(compare=False, repr=False)

    @property
    def seconds(self) -> float:
        """That it takes at most where nothing is known: a cell ends at ``MAX_FACES``."""
        return CELL_SECONDS * len(self.digests)

    def known(self) -> dict[Key, float]:
        """Key -> number, as far as it was counted for this grid or another."""
        counts = {key: _counts.get((self.what, self.box, digest)) for key, digest in self.digests}
        return {key: count for key, count in counts.items() if count is not None}

    def answer(self, callback: Callback) -> dict[Key, float]:
        """Key -> number; inf where it is too large to be found, nan where there is none."""
        counts = self.known()
        for key, digest in self.digests:
            if key in counts:
                continue
            counts[key] = COUNTS[self.what].count(self.box, self.networks[key])
            _counts.put((self.what, self.box, digest), counts[key])
            if not callback(len(counts) / len(self.digests), None, lambda: dict(counts)):
                break
        return counts


@dataclass(frozen=True)
class Counted:
    """One kind of number: of which networks of a grid, and how it is found."""

    networks: Callable[[Grid, Sweep], Mapping[Key, TrainingHistory]]
    count: Callable[[Box, TrainingHistory], float]


def question(what: str, grid: Grid, sweep: Sweep) -> Count:
    """What is to be counted of a grid, as far as it is there."""
    networks = COUNTS[what].networks(grid, sweep)
    digests = tuple((key, network_digest(history)) for key, history in networks.items())
    return Count(what, _box(grid), digests, networks)


def by_cell(found: Mapping[Key, float], shape: tuple[int, ...]) -> np.ndarray:
    """The mean of each cell's numbers (D, W); nan where there is none."""
    sums, numbers = np.zeros(shape), np.zeros(shape)
    for key, count in found.items():
        sums[key[:2]] += count
        numbers[key[:2]] += 1
    return np.where(numbers > 0, sums / np.maximum(numbers, 1), np.nan)


def _box(grid: Grid) -> Box:
    data = grid.dataset.make()
    return input_box(data.points) if isinstance(data, Dataset) else (data.low, data.high)


def _straight(grid: Grid, sweep: Sweep) -> Mapping[Key, TrainingHistory]:
    """The median network of each cell; a smooth one has no pieces."""
    return {
        cell: history
        for cell, history in sound_networks(sweep).items()
        if history.architecture.is_piecewise_linear
    }


def _pieces(box: Box, history: TrainingHistory) -> float:
    """Straight pieces: linear regions of the plane, or pieces of a function's graph."""
    network = history.architecture, history.params
    try:
        if len(box) == 2:
            return piecewise_linear(*network, *box).n_pieces
        mesh = linear_regions(*network, box, MAX_FACES)  # type: ignore[arg-type]
    except ValueError:  # numbers beyond what can be counted exactly
        return np.nan
    return mesh.linear_count if mesh.complete else np.inf


def _of_the_plane(grid: Grid, sweep: Sweep) -> Mapping[Key, TrainingHistory]:
    """Every network; of a function of one number there is no boundary."""
    in_the_plane = isinstance(grid.dataset.make(), Dataset)
    return dict(sorted(sweep.histories.items())) if in_the_plane else {}


def _closes_a_loop(box: Box, history: TrainingHistory) -> float:
    """1 if some part where one class wins does not reach the picture's sides, else 0.

    Layers no wider than the plane, of monotone activations, close nothing, however thin the gap
    (Beise et al. 2018, arXiv 1807.01194): a picture of places could miss it.
    """
    network = history.architecture
    narrow = max(network.widths, default=0) <= network.n_inputs
    if history.outcome.kind == "diverged":
        return 0.0
    if narrow and network.is_monotone and network.n_outputs == 1:
        return 0.0
    x, y = (np.linspace(box[i], box[i + 1], LOOP_PLACES) for i in (0, 2))
    places = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2).astype(np.float32)
    classes = predict_classes(np.asarray(forward(network, history.params, places)))
    return float(has_island(classes.reshape(LOOP_PLACES, LOOP_PLACES)))


def has_island(classes: np.ndarray) -> bool:
    """Whether some part of equal classes (n, m), joined side by side, touches no side."""
    index = np.arange(classes.size).reshape(classes.shape)
    joined = [
        np.stack([a[same], b[same]])
        for a, b, same in (
            (index[:, :-1], index[:, 1:], classes[:, :-1] == classes[:, 1:]),
            (index[:-1], index[1:], classes[:-1] == classes[1:]),
        )
    ]
    part = connected_components(classes.size, *np.concatenate(joined, axis=1))
    part = part.reshape(classes.shape)
    at_sides = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    return len(np.unique(at_sides)) <= part.max()


COUNTS: dict[str, Counted] = {
    "pieces": Counted(_straight, _pieces),
    "loops": Counted(_of_the_plane, _closes_a_loop),
}
