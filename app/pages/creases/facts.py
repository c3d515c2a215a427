"""What the browser tells of the mesh that it draws, checked: anything can come from there."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from layerwarp.app.experiments.json_checks import read_configuration
from layerwarp.app.session.live import Shown
from layerwarp.app.stage.payload import MAX_FACES, fingerprint
from layerwarp.checks import check_integer
from layerwarp.data.datasets import Dataset
from layerwarp.network.architecture import Architecture


@dataclass(frozen=True)
class RegionFacts:
    """What the page says about a mesh; see ``frontend/network/mesh_facts.js``.

    Attributes:
        network: Whose mesh it is; see :func:`layerwarp.app.stage.payload.fingerprint`.
        step: Training step.
        count: Activation regions, the pieces that are drawn; 0 if there is no mesh.
        linear_count: Pieces that differ in their affine map from all neighbors.
        dead: Neurons that are nowhere on in the picture.
        always_on: Neurons that are on everywhere.
        loops: Closed curves of the decision boundary.
        topology: Components, islands and holes of each class; empty if the mesh is not complete.
        stopped_at: Hidden layer and neuron, from 0, at which a mesh that is not complete ends.
    """

    network: int = 0
    step: int = 0
    count: int = 0
    linear_count: int = 0
    dead: int = 0
    always_on: int = 0
    loops: int = 0
    topology: tuple[tuple[int, int, int], ...] = ()
    stopped_at: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all neurons are in the mesh."""
        return not self.stopped_at

    def check(self, architecture: Architecture) -> None:
        """Raise a ValueError unless a mesh of such a network can be like this."""
        n_neurons, n_classes = sum(architecture.widths), architecture.n_classes
        most = n_classes * self.count  # on each piece a class wins in one part at most
        check_integer("count", self.count, 0, MAX_FACES)
        check_integer("linear_count", self.linear_count, min(self.count, 1), self.count)
        check_integer("dead", self.dead, 0, n_neurons)
        check_integer("always_on", self.always_on, 0, n_neurons - self.dead)
        check_integer("loops", self.loops, 0, most)
        n_rows = n_classes if self.complete and self.count else 0
        if np.shape(self.topology) != ((n_rows, 3) if n_rows else (0,)):
            raise ValueError(f"topology must have {n_rows} rows of 3; got {self.topology}")
        for number in np.ravel(self.topology).tolist():
            check_integer("topology", number, 0, most)
        if not self.complete:
            layer, neuron = self.stopped_at
            check_integer("stopped_at", layer, 0, architecture.depth - 1)
            check_integer("stopped_at", neuron, 0, architecture.widths[layer] - 1)


def read(told: Any, shown: Shown) -> RegionFacts | None:
    """The facts of a mesh of the network that is shown; None where the browser tells no such."""
    data, history = shown.experiment.dataset.make(), shown.history
    assert isinstance(data, Dataset)
    try:
        facts = read_configuration("facts", RegionFacts, told)
        facts.check(history.architecture)
    except (ValueError, TypeError, RecursionError):
        return None
    of_this = facts.network == fingerprint(history, data.points)
    return facts if of_this and facts.step in history.steps else None
