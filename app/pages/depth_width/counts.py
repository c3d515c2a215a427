"""How many straight pieces the networks of a grid have: counted beside the script, each once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.pages.depth_width.grid import Cell, Grid, network_digest, sound_networks
from layerwarp.app.stage.payload import input_box
from layerwarp.app.work.answers import Callback
from layerwarp.data.datasets import Dataset
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.sweeps.results import Sweep
from layerwarp.training.history import TrainingHistory

MAX_FACES = 60_000  # more take seconds, for everybody; such a cell says so
CELL_SECONDS = 0.3
KEPT = 8192

_counts: BoundedCache[float] = BoundedCache(KEPT, KEPT, lambda _: 1)


@dataclass(frozen=True)
class CountPieces:
    """Straight pieces of each cell's median network within the picture, each counted once.

    In the plane these are linear regions; of a function of one number, the pieces of its graph.

    Attributes:
        box: What the picture shows: (x_min, x_max, y_min, y_max), or (low, high).
        digests: What stands for each network, by cell.
        networks: The networks by cell, carried along.
    """

    trains: ClassVar[bool] = False
    verb: ClassVar[str] = "Counting"

    box: tuple[float, ...]
    digests: tuple[tuple[Cell, bytes], ...]
    networks: Mapping[Cell, TrainingHistory] = field(compare=False, repr=False)

    @property
    def seconds(self) -> float:
        """That it takes at most where nothing is known: a cell ends at ``MAX_FACES``."""
        return CELL_SECONDS * len(self.digests)

    def known(self) -> dict[Cell, float]:
        """Cell -> number of pieces, as far as they were counted for this grid or another."""
        counts = {cell: _counts.get((self.box, digest)) for cell, digest in self.digests}
        return {cell: count for cell, count in counts.items() if count is not None}

    def answer(self, callback: Callback) -> dict[Cell, float]:
        """Cell -> number of pieces; inf where they are too many, nan where there is no mesh."""
        counts = self.known()
        for cell, digest in self.digests:
            if cell in counts:
                continue
            counts[cell] = _count(self.box, self.networks[cell])
            _counts.put((self.box, digest), counts[cell])
            if not callback(len(counts) / len(self.digests), None, lambda: dict(counts)):
                break
        return counts


def question(grid: Grid, sweep: Sweep) -> CountPieces:
    """What is to be counted of a grid, as far as it is there; a smooth network has no pieces."""
    networks = {
        cell: history
        for cell, history in sound_networks(sweep).items()
        if history.architecture.is_piecewise_linear
    }
    digests = tuple((cell, network_digest(history)) for cell, history in networks.items())
    return CountPieces(_box(grid), digests, networks)


def _box(grid: Grid) -> tuple[float, ...]:
    data = grid.dataset.make()
    return input_box(data.points) if isinstance(data, Dataset) else (data.low, data.high)


def _count(box: tuple[float, ...], history: TrainingHistory) -> float:
    network = history.architecture, history.params
    try:
        if len(box) == 2:
            return piecewise_linear(*network, *box).n_pieces
        mesh = linear_regions(*network, box, MAX_FACES)  # type: ignore[arg-type]
    except ValueError:  # numbers beyond what can be counted exactly
        return np.nan
    return mesh.linear_count if mesh.complete else np.inf
