"""The linear regions of a piecewise-linear network of two inputs: exact, not sampled.

Every neuron's crease, the set where its pre-activation is zero, cuts the faces that the neurons
before it have left, on each of which it is a straight line. The mesh of creases in a box is found
neuron by neuron (:mod:`layerwarp.geometry.subdivision`); the affine map of each face goes along,
layer by layer.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from layerwarp.checks import check_integer
from layerwarp.geometry.boundary import DecisionRegions, decision_regions, no_decision
from layerwarp.geometry.components import connected_components
from layerwarp.geometry.folding import TOLERANCE, Folding
from layerwarp.geometry.subdivision import OUTSIDE
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, Parameters

MAX_FACES = 200_000

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class LinearRegions:
    """The mesh of all creases in a box; v vertices, e edges, f faces.

    A face is an *activation region*: a connected part of the box in which no neuron's
    pre-activation changes sign. A *linear region* is a connected part, across edges, on which the
    network is one affine map: faces whose creases do not bend the output are one linear region.
    Layers without a bend (identity) have no creases.

    Attributes:
        architecture: The network.
        box: (x_min, x_max, y_min, y_max).
        vertices: (v, 2) float64.
        edges: (e, 2) pairs of vertices.
        creases: (e, 2) hidden layer and neuron, from 0, whose crease the edge lies on; -1, -1 on
            the sides of the box. Where creases coincide, the first neuron's.
        edge_faces: (e, 2) the faces on the left and on the right of the edge; -1 is outside.
        corners: Vertices of all faces in a row, counterclockwise; see :meth:`polygon`.
        starts: (f + 1,) where each face starts in ``corners``.
        centroids: (f, 2) mean of each face's vertices, a point inside it.
        weights: (f, n_outputs, 2) and
        offsets: (f, n_outputs): the network is ``weights[i] @ x + offsets[i]`` on face i. In a
            mesh that is not complete: about the centroid.
        active: (f,) neurons of the layers that bend whose pre-activation is above zero on the face.
        steepest: (n_outputs,) largest sum of absolute terms that a gradient is made of, over the
            faces, per half side of the box; ``TOLERANCE`` of it is no change of gradient.
        dead: For each hidden layer (width,) bool: nowhere above zero in the box. A ReLU neuron is
            then silent, a leaky one never bends.
        always_on: For each hidden layer (width,) bool: nowhere below zero, and not dead.
        decision: The parts of the box in which one class wins, and the boundary between them.
        complete: Whether all neurons are in the mesh. If not, ``dead`` and ``always_on`` hold the
            layers that were reached and ``decision`` is empty.
        notice: A sentence for people if the mesh is not complete, else "".
    """

    architecture: Architecture
    box: Box
    vertices: np.ndarray
    edges: np.ndarray
    creases: np.ndarray
    edge_faces: np.ndarray
    corners: np.ndarray
    starts: np.ndarray
    centroids: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray
    active: np.ndarray
    steepest: np.ndarray
    dead: tuple[np.ndarray, ...]
    always_on: tuple[np.ndarray, ...]
    decision: DecisionRegions
    complete: bool
    notice: str

    @property
    def count(self) -> int:
        """Activation regions: the faces of the mesh."""
        return len(self.starts) - 1

    @property
    def linear_count(self) -> int:
        """Linear regions: faces that share an edge and the affine map count as one."""
        return int(self.linear_labels.max()) + 1

    @cached_property
    def linear_labels(self) -> np.ndarray:
        """Number of the linear region (f,) that each face belongs to, from 0.

        The network is continuous, so the maps of two neighbors agree where their gradients do:
        within ``TOLERANCE`` of the largest terms that any gradient is the sum of.
        """
        left, right = self.edge_faces[(self.edge_faces != OUTSIDE).all(axis=1)].T
        jump = np.abs(self.weights[left] - self.weights[right]) * _frame(self.box)[1]
        same = (jump.max(axis=2) <= TOLERANCE * self.steepest).all(axis=1)
        return connected_components(self.count, left[same], right[same])

    @cached_property
    def areas(self) -> np.ndarray:
        """Area of every face (f,), in units of the box."""
        face = np.repeat(np.arange(self.count), np.diff(self.starts))
        following = np.arange(1, len(self.corners) + 1)
        following[self.starts[1:] - 1] = self.starts[:-1]
        # Seen from a vertex of the face itself, nothing large cancels.
        x, y = (self.vertices[self.corners] - self.vertices[self.corners[self.starts[face]]]).T
        return np.bincount(face, 0.5 * (x * y[following] - x[following] * y), self.count)

    def polygon(self, face: int) -> np.ndarray:
        """Vertices (k, 2) of a face, counterclockwise; neighbors' corners may lie on its sides."""
        check_integer("face", face, 0, self.count - 1)
        return self.vertices[self.corners[self.starts[face] : self.starts[face + 1]]]

    @property
    def decision_boundary(self) -> np.ndarray:
        """Segments (s, 2, 2) at which the predicted class changes."""
        return self.decision.segments

    @property
    def boundary_loops(self) -> tuple[np.ndarray, ...]:
        """Closed curves (k, 2) of the decision boundary, the first point once more at the end."""
        return self.decision.loops

    @property
    def boundary_arcs(self) -> tuple[np.ndarray, ...]:
        """Curves (k, 2) of the decision boundary that end at the box or where classes meet."""
        return self.decision.arcs


def linear_regions(
    architecture: Architecture,
    params: Parameters,
    box: Box,
    max_faces: int = MAX_FACES,
) -> LinearRegions:
    """The exact linear regions of a network within a box.

    Args:
        architecture: Two inputs, piecewise-linear activations.
        params: One ``Layer`` a layer, the output's last; finite.
        box: (x_min, x_max, y_min, y_max).
        max_faces: Before a neuron could take the mesh past so many faces, it ends: what was found
            is returned, with ``complete`` False and a ``notice``.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    box = _checked_box(box)
    layers = _checked_layers(architecture, params)
    check_integer("max_faces", max_faces, 1, 10_000_000)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is named below
        folding = Folding(architecture, _centered(layers, box), max_faces)
        folding.run()
        return _collect(folding, box)


def _checked_box(box: Box) -> Box:
    sides = np.asarray(box, dtype=float)
    if sides.shape != (4,) or not np.isfinite(sides).all():
        raise ValueError(f"box must be four finite numbers x_min, x_max, y_min, y_max; got {box}")
    x_min, x_max, y_min, y_max = map(float, sides)
    if not (x_min < x_max and y_min < y_max):
        raise ValueError(f"box must have x_min < x_max and y_min < y_max; got {box}")
    area = (x_max - x_min) * (y_max - y_min)
    if not 0 < area < np.inf:
        raise ValueError(f"box must have an area that float64 can hold; got {box}")
    return x_min, x_max, y_min, y_max


def _checked_layers(architecture: Architecture, params: Parameters) -> list[Layer]:
    """The parameters in float64."""
    if architecture.n_inputs != 2:
        raise ValueError(
            "linear regions are found in the plane: n_inputs must be 2; "
            f"got {architecture.n_inputs}"
        )
    if architecture.inputs:
        raise ValueError(
            "linear regions exist only where the inputs are x1 and x2 as they come; "
            f"got {', '.join(architecture.inputs)}"
        )
    for name in architecture.activations:
        if ACTIVATIONS[name].negative_slope is None:
            names = [key for key, row in ACTIVATIONS.items() if row.negative_slope is not None]
            raise ValueError(
                "linear regions exist only where the activation is piecewise linear: "
                f"it must be one of {', '.join(names)}; got {name!r}"
            )
    layers = [Layer(np.asarray(w, float), np.asarray(b, float)) for w, b in params]
    shapes = tuple((layer.weights.shape, layer.bias.shape) for layer in layers)
    wanted = tuple(((fan_in, fan_out), (fan_out,)) for fan_in, fan_out in architecture.shapes)
    if shapes != wanted:
        raise ValueError(f"params must have the architecture's shapes {wanted}; got {shapes}")
    for index, layer in enumerate(layers, start=1):
        if not all(np.isfinite(part).all() for part in layer):
            raise ValueError(f"params must be finite; layer {index} has NaN or infinity")
    return layers


def _centered(layers: list[Layer], box: Box) -> list[Layer]:
    """The same network on [-1, 1] x [-1, 1], so that neither size nor place of the box matters."""
    center, half = _frame(box)
    weights, bias = layers[0]
    return [Layer(half[:, None] * weights, bias + center @ weights), *layers[1:]]


def _frame(box: Box) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.array(box).reshape(2, 2).T
    return low + (high - low) / 2, (high - low) / 2


def _collect(folding: Folding, box: Box) -> LinearRegions:
    """The mesh and its maps back in the coordinates of the box."""
    mesh = folding.mesh
    center, half = _frame(box)
    weights = np.swapaxes(folding.maps[:, :2], 1, 2) / half
    corners, starts = mesh.polygons()
    found = {
        "vertices": _placed(mesh.points[: mesh.n_vertices], box),
        "edges": mesh.origin[: mesh.n_halves].reshape(-1, 2).copy(),
        "creases": mesh.crease[: mesh.n_halves // 2].copy(),
        "edge_faces": mesh.face[: mesh.n_halves].reshape(-1, 2).copy(),
        "corners": corners,
        "starts": starts,
        "centroids": _placed(mesh.centroids(), box),
        "weights": weights,
        "offsets": folding.maps[:, 2] - weights @ center,
        "active": folding.active,
        "steepest": folding.steepest,
    }
    decision = no_decision() if folding.notice else _decide(folding, box)
    return LinearRegions(
        folding.architecture,
        box,
        **found,
        dead=tuple(folding.dead),
        always_on=tuple(folding.always_on),
        decision=decision,
        complete=not folding.notice,
        notice=folding.notice,
    )


def _decide(folding: Folding, box: Box) -> DecisionRegions:
    """Cut on by the outputs; the mesh is used up."""
    values, tolerance = folding.values(folding.architecture.depth)
    return decision_regions(folding.mesh, values, tolerance, lambda points: _placed(points, box))


def _placed(points: np.ndarray, box: Box) -> np.ndarray:
    """Points of the square [-1, 1] x [-1, 1] in the box; exact on its sides."""
    low, high = np.array(box).reshape(2, 2).T
    return (1 - points) / 2 * low + (1 + points) / 2 * high
