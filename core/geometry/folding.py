"""A piecewise-linear network as it cuts the plane: layer by layer, neuron by neuron."""

import numpy as np

from layerwarp.geometry.subdivision import Subdivision
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer

# Pre-activations this small beside the largest that a neuron's inputs allow are zero. Rounding is
# a few 1e-16 of that; lines through one point need room for the angles between them.
TOLERANCE = 1e-11
BLOCK = 128  # faces whose maps go through a layer together: they stay in the cache


class Folding:
    """A network on its way through the mesh.

    Attributes:
        maps: (f, 3, width): the pre-activations of the layer to come on each face, as two
            gradients and an offset.
        hidden: (v, width): what this layer receives at the vertices.
        active: (f,) neurons above zero so far.
        steepest: (n_outputs,): sums of absolute terms, the largest that make up a final gradient.
    """

    def __init__(self, architecture: Architecture, layers: list[Layer], max_faces: int) -> None:
        self.architecture, self.layers, self.max_faces = architecture, layers, max_faces
        self.slopes = [ACTIVATIONS[name].negative_slope or 0.0 for name in architecture.activations]
        self.mesh = Subdivision()
        self.hidden = self.mesh.points[: self.mesh.n_vertices]
        first = layers[0]
        self.maps = np.concatenate([first.weights, first.bias[None]])[None]
        self.active = np.zeros(1, int)
        self.steepest = np.abs(first.weights).max(axis=0)  # stays without hidden layers
        self.dead: list[np.ndarray] = []
        self.always_on: list[np.ndarray] = []
        self.notice = ""

    def run(self) -> None:
        """Fold by every hidden layer; then ``maps`` are those of the network."""
        depth = self.architecture.depth
        for index in range(depth):
            self._fold(index)
            parent = self.mesh.relabel()
            if self.notice:
                self._advance(range(index, depth), parent)
                break
            self._advance(range(index, index + 1), parent)

    def values(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Pre-activations (v, width) of a layer at the vertices, and the tolerance (width,)."""
        weights, bias = self.layers[index]
        values = self.hidden @ weights + bias
        largest = np.abs(self.hidden).max(axis=0) @ np.abs(weights) + np.abs(bias)
        if not np.isfinite(largest).all():
            raise ValueError(
                "params must keep the network's values finite in the box; "
                f"those of layer {index + 1} overflow float64"
            )
        return values, TOLERANCE * largest

    def _fold(self, index: int) -> None:
        """Cut the faces along the creases of a layer."""
        mesh, slope = self.mesh, self.slopes[index]
        mesh.load(*self.values(index))
        self._note_sides()
        neurons = self.architecture.widths[index] if slope != 1 else 0
        for neuron in range(neurons):
            if mesh.n_faces > self.max_faces // 2 and mesh.bound(neuron) > self.max_faces:
                self._stop(index, neuron)
                break
            mesh.split(neuron, (index, neuron))
        values = mesh.values
        self.hidden = np.maximum(values, slope * values)  # the activation, as no slope exceeds 1

    def _note_sides(self) -> None:
        """An affine function takes its extremes at the vertices of the faces."""
        above, below = self.mesh.signs()
        self.dead.append(~above)
        self.always_on.append(above & ~below)

    def _stop(self, index: int, neuron: int) -> None:
        self.notice = (
            f"The mesh is not complete: it reached its limit of {self.max_faces:,} regions in "
            f"layer {index + 1} at neuron {neuron + 1} of {self.architecture.widths[index]}."
        )

    def _advance(self, layers: range, parent: np.ndarray) -> None:
        """Maps behind hidden ``layers`` on every face, from those before them on the parents.

        The sign of a neuron on a face is that at its centroid.
        """
        centroids = self.mesh.centroids()
        maps = np.empty((len(parent), 3, len(self.layers[layers.stop].bias)))
        active = self.active[parent]
        if layers.stop == self.architecture.depth and len(layers) == 1:
            weights = self.layers[layers.stop].weights
            self.steepest = np.abs(self.maps[:, :2]).max(axis=(0, 1)) @ np.abs(weights)
        for start in range(0, len(parent), BLOCK):
            block = slice(start, start + BLOCK)
            here = self.maps.take(parent[block], axis=0)
            for index in layers:
                target = maps[block] if index == layers[-1] else None
                here, on = self._bend(index, here, centroids[block], target)
                active[block] += on
        self.maps, self.active = maps, active

    def _bend(
        self, index: int, maps: np.ndarray, points: np.ndarray, out: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Maps (k, 3, next width) behind a hidden layer about points (k, 2); neurons on (k,)."""
        slope, (weights, bias) = self.slopes[index], self.layers[index + 1]
        if slope == 1:
            on = np.zeros(len(maps), int)
        else:
            above = maps[:, 0] * points[:, :1] + maps[:, 1] * points[:, 1:] + maps[:, 2] > 0
            on = above.sum(axis=1)
            maps *= np.where(above, 1.0, slope)[:, None]
        following = np.empty((len(maps), 3, len(bias))) if out is None else out
        rows = following.reshape(-1, len(bias))  # one product for all faces, in place
        np.matmul(maps.reshape(-1, len(weights)), weights, out=rows)
        following[:, 2] += bias
        return following, on
