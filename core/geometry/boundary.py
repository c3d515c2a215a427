"""Which class wins where: the decision regions of a mesh, their boundary and their topology."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from layerwarp.geometry.components import connected_components
from layerwarp.geometry.subdivision import FREE, OUTSIDE, Subdivision


class ClassTopology(NamedTuple):
    """What the part of the box in which one class wins looks like.

    Attributes:
        components: Connected parts; parts that touch in a point are two.
        islands: Parts that do not reach the sides of the box.
        holes: Parts of the rest that are closed in by this class.
    """

    components: int
    islands: int
    holes: int


@dataclass(frozen=True, eq=False)
class DecisionRegions:
    """A mesh on each face of which one class wins; v vertices, h half-edges, f faces.

    Half-edges 2e and 2e + 1 are the two directions of edge e.

    Attributes:
        points: (v, 2).
        origin: (h,) vertex where a half-edge starts.
        after: (h,) next half-edge around the face on its left.
        face: (h,) the face on its left, -1 outside.
        winner: (f,) class, as :func:`layerwarp.network.forward_pass.predict_classes` numbers them.
        n_classes: 2 to 5; 0 if there are no faces, because the mesh was not finished.
    """

    points: np.ndarray
    origin: np.ndarray
    after: np.ndarray
    face: np.ndarray
    winner: np.ndarray
    n_classes: int

    @cached_property
    def side(self) -> np.ndarray:
        """Class (h,) on the left of each half-edge, -1 outside."""
        return np.append(self.winner, OUTSIDE)[self.face]

    @cached_property
    def border(self) -> np.ndarray:
        """Half-edges (s,) of the decision boundary, the higher class on their left."""
        pairs = self.side.reshape(-1, 2)
        opposite = pairs[:, ::-1]
        return np.flatnonzero(((pairs > opposite) & (opposite != OUTSIDE)).reshape(-1))

    @cached_property
    def segments(self) -> np.ndarray:
        """Segments (s, 2, 2) of the decision boundary, the higher class on their left."""
        return self.points[self.origin[np.stack([self.border, self.border ^ 1], axis=1)]]

    @property
    def loops(self) -> tuple[np.ndarray, ...]:
        """Closed curves (k, 2) of the boundary; the first point is repeated at the end."""
        return self._curves[0]

    @property
    def arcs(self) -> tuple[np.ndarray, ...]:
        """Curves (k, 2) that end at the sides of the box, or where three classes meet."""
        return self._curves[1]

    @cached_property
    def _curves(self) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
        border = self.border
        number = np.full(len(self.origin), -1)
        number[border] = np.arange(len(border))
        following = np.where((step := self._continue(border)) >= 0, number[step], -1)
        has_start = np.ones(len(border), bool)
        has_start[following[following >= 0]] = False
        chains = _chains(following.tolist(), np.flatnonzero(has_start).tolist())
        curves = [self._polyline(border[chain]) for chain in chains]
        n_arcs = int(has_start.sum())
        return tuple(curves[n_arcs:]), tuple(curves[:n_arcs])

    def _polyline(self, halves: np.ndarray) -> np.ndarray:
        ends = np.append(self.origin[halves], self.origin[halves[-1] ^ 1])
        return self.points[ends]

    def _continue(self, border: np.ndarray) -> np.ndarray:
        """The half-edge by which the boundary goes on from each one, -1 if it ends there.

        Around the vertex, the faces of the class on the left are passed until another class comes;
        if that is the class on the right, it is the same boundary that goes on.
        """
        step = self.after[border]
        while (inside := self.side[step] == self.side[step ^ 1]).any():
            step = np.where(inside, self.after[step ^ 1], step)
        return np.where(self.side[step ^ 1] == self.side[border ^ 1], step, -1)

    @cached_property
    def topology(self) -> tuple[ClassTopology, ...]:
        """Components, islands and holes of every class, exact."""
        left, right = self.face.reshape(-1, 2).T
        side, opposite = self.side.reshape(-1, 2).T
        within = side == opposite
        part = connected_components(len(self.winner), left[within], right[within])
        first = np.unique(part, return_index=True)[1]
        ashore = np.concatenate([left[opposite == OUTSIDE], right[side == OUTSIDE]])
        island = np.ones(len(first), bool)
        island[part[ashore]] = False
        owner = self.winner[first]
        components = self._per_class(owner)
        # Euler characteristic of the open region: components minus holes.
        euler = self._per_class(self.winner) - self._per_class(side[within])
        euler += self._per_class(self._vertex_class(within))
        rows = zip(components, self._per_class(owner[island]), components - euler, strict=True)
        return tuple(ClassTopology(*map(int, row)) for row in rows)

    def _per_class(self, classes: np.ndarray) -> np.ndarray:
        return np.bincount(classes, minlength=self.n_classes)

    def _vertex_class(self, within: np.ndarray) -> np.ndarray:
        """Classes of the vertices that lie inside their class's region."""
        vertex = np.empty(len(self.points), self.side.dtype)
        vertex[self.origin] = self.side
        inner = np.ones(len(self.points), bool)
        inner[self.origin.reshape(-1, 2)[~within]] = False
        return vertex[inner]


def _chains(following: list[int], starts: list[int]) -> list[list[int]]:
    """Chains of numbers that follow each other: from ``starts``, then the closed ones."""
    seen = [False] * len(following)
    chains = []
    for start in [*starts, *range(len(following))]:
        chain, current = [], start
        while current >= 0 and not seen[current]:
            seen[current] = True
            chain.append(current)
            current = following[current]
        if chain:
            chains.append(chain)
    return chains


def no_decision() -> DecisionRegions:
    """Of a mesh that was not finished."""
    none = np.empty(0, np.intp)
    return DecisionRegions(np.empty((0, 2)), none, none, none, none, 0)


def decision_regions(
    mesh: Subdivision,
    outputs: np.ndarray,
    tolerance: np.ndarray,
    place: Callable[[np.ndarray], np.ndarray],
) -> DecisionRegions:
    """Cut the mesh on until one class wins on each face; ``mesh`` is used up.

    With several outputs, output k is compared with the largest of those before it. That is affine
    on every face by then, because the faces have been cut where the largest changes.

    Args:
        mesh: Its faces are those on which the outputs are affine.
        outputs: (v, n_outputs) at its vertices.
        tolerance: (n_outputs,) differences from zero that count as none.
        place: From the points of the mesh to those of the box.
    """
    n_outputs = outputs.shape[1]
    winner = np.zeros(mesh.n_faces, np.intp)
    if n_outputs == 1:
        mesh.load(outputs, tolerance)
        winner = _cut(mesh, 0, winner, 1)
    for k in range(1, n_outputs):
        lead = outputs[:, k] - outputs[:, :k].max(axis=1)
        margin = np.append(np.zeros(n_outputs), 2 * tolerance[: k + 1].max())
        mesh.load(np.column_stack([outputs, lead]), margin)
        winner = _cut(mesh, n_outputs, winner, k)
        outputs = mesh.values[:, :n_outputs]
    halves = slice(0, mesh.n_halves)
    points = place(mesh.points[: mesh.n_vertices])
    origin, after, face = (array[halves].copy() for array in (mesh.origin, mesh.after, mesh.face))
    return DecisionRegions(points, origin, after, face, winner, max(2, n_outputs))


def _cut(mesh: Subdivision, function: int, winner: np.ndarray, label: int) -> np.ndarray:
    """The winners (f,) after ``label`` has taken the faces on which ``function`` is above zero."""
    mesh.split(function, (FREE, FREE))
    winner = winner[mesh.relabel()]
    face = mesh.face[: mesh.n_halves]
    above = mesh.values[mesh.origin[: mesh.n_halves], function] > 0
    winner[face[above & (face != OUTSIDE)]] = label
    return winner
