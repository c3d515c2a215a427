"""The decision boundary: exact, on both sides another class, and its topology."""

import numpy as np
import pytest

from layerwarp import Architecture, Layer, forward, linear_regions
from layerwarp.geometry.linear_regions import LinearRegions
from layerwarp.network.forward_pass import predict_classes
from tests.core.random_networks import BOX, Network, networks, normal


@pytest.fixture(scope="module")
def meshes() -> list[tuple[Network, LinearRegions]]:
    return [
        (net, linear_regions(net.architecture, net.params, BOX)) for net in networks(500, seed=2)
    ]


def face_points(mesh: LinearRegions) -> tuple[np.ndarray, np.ndarray]:
    """A point inside every face of the decision regions, and the class that wins there."""
    decision = mesh.decision
    inside = decision.face >= 0
    face, corner = decision.face[inside], decision.points[decision.origin[inside]]
    sums = np.stack([np.bincount(face, column) for column in corner.T], axis=1)
    return sums / np.bincount(face)[:, None], decision.winner


def lead_of(logits: np.ndarray) -> np.ndarray:
    """How far the first class is ahead of the second; of one logit, how far from zero."""
    if logits.shape[1] == 1:
        return np.abs(logits[:, 0])
    ordered = np.sort(logits, axis=1)
    return ordered[:, -1] - ordered[:, -2]


def test_winners_are_the_predicted_classes(meshes):
    seen = set()
    for net, mesh in meshes:
        points, winner = face_points(mesh)
        logits = forward(net.architecture, net.params, points)
        clear = lead_of(logits) > 1e-9 * (1 + np.abs(logits).max())
        np.testing.assert_array_equal(predict_classes(logits)[clear], winner[clear])
        seen |= set(winner.tolist())
    assert seen == set(range(5))


def test_two_classes_tie_on_the_boundary(meshes):
    found = 0
    for net, mesh in meshes:
        segments = mesh.decision_boundary
        share = np.linspace(0, 1, 5)[:, None, None]
        points = (1 - share) * segments[:, 0] + share * segments[:, 1]
        logits = forward(net.architecture, net.params, points.reshape(-1, 2))
        rounding = 1e-9 * (1 + np.abs(logits).max(initial=0))
        assert lead_of(logits).max(initial=0) < rounding
        found += len(segments)
    assert found > 1500


def test_the_higher_class_is_on_the_left(meshes):
    for net, mesh in meshes:
        start, end = mesh.decision_boundary.swapaxes(0, 1)
        along = end - start
        length = np.hypot(*along.T)
        long = length > 1e-3
        middle, along = (start + end)[long] / 2, along[long] / length[long, None]
        normal = 1e-7 * np.stack([-along[:, 1], along[:, 0]], axis=1)
        left, right = (
            forward(net.architecture, net.params, middle + side * normal) for side in (1, -1)
        )
        rounding = 1e-11 * (1 + np.abs(left).max(initial=0))
        clear = (lead_of(left) > rounding) & (lead_of(right) > rounding)
        assert (predict_classes(left) > predict_classes(right))[clear].all()


def test_curves_are_the_segments_in_a_row(meshes):
    for _, mesh in meshes:
        segments = {segment.tobytes() for segment in mesh.decision_boundary}
        steps = [
            curve[i : i + 2].tobytes()
            for curve in [*mesh.boundary_loops, *mesh.boundary_arcs]
            for i in range(len(curve) - 1)
        ]
        assert len(steps) == len(segments)
        assert set(steps) == segments
        for loop in mesh.boundary_loops:
            np.testing.assert_array_equal(loop[0], loop[-1])
            assert len(loop) > 3


def test_arcs_of_two_classes_end_on_the_box(meshes):
    for net, mesh in meshes:
        if net.architecture.n_outputs <= 2:
            for arc in mesh.boundary_arcs:
                assert np.abs(arc[[0, -1]]).max(axis=1).tolist() == [4, 4]


def test_curves_and_topology_agree(meshes):
    """In a square, each loop and each arc between two classes parts one component in two."""
    loops = 0
    for net, mesh in meshes:
        topology = mesh.decision.topology
        assert len(topology) == net.architecture.n_classes
        if net.architecture.n_outputs <= 2 and net.kind in ("normal", "duplicated", "dead"):
            n_curves = len(mesh.boundary_loops) + len(mesh.boundary_arcs)
            assert sum(part.components for part in topology) == n_curves + 1
            assert sum(part.holes for part in topology) == len(mesh.boundary_loops)
        assert all(part.islands <= part.components for part in topology)
        loops += len(mesh.boundary_loops)
    assert loops > 10


def absolute(*arrays) -> tuple[Architecture, list[Layer]]:
    """A network of absolute values from its weights and biases in turn."""
    parts = [np.array(part, float) for part in arrays]
    layers = [Layer(*parts[i : i + 2]) for i in range(0, len(parts), 2)]
    widths = tuple(len(layer.bias) for layer in layers[:-1])
    return Architecture(widths, "abs", n_outputs=len(layers[-1].bias)), layers


EYE = [[1, 0], [0, 1]]
# Loops, arcs, and (components, islands, holes) of each class; all layers take absolute values.
KNOWN = {
    "a diamond": (absolute(EYE, [0, 0], [[-1], [-1]], [1]), 1, 0, [(1, 0, 1), (1, 1, 0)]),
    "a hole": (absolute(EYE, [0, 0], [[1], [1]], [-1]), 1, 0, [(1, 1, 0), (1, 0, 1)]),
    "a diamond on the sides": (
        absolute(EYE, [0, 0], [[-1], [-1]], [5]),
        0,
        4,
        [(4, 0, 0), (1, 0, 0)],
    ),
    "a ring": (
        absolute(EYE, [0, 0], [[1], [1]], [-2], [[-1]], [1]),
        2,
        0,
        [(2, 1, 1), (1, 1, 1)],
    ),
    "two stripes": (
        absolute([[1], [0]], [0], [[1]], [-2], [[-1]], [1]),
        0,
        4,
        [(3, 0, 0), (2, 0, 0)],
    ),
    "xor": (
        absolute([[1, 1], [1, -1]], [0, 0], [[1], [-1]], [0]),
        0,
        2,
        [(2, 0, 0), (2, 0, 0)],
    ),
    "a constant": (absolute(EYE, [0, 0], [[0], [0]], [1]), 0, 0, [(0, 0, 0), (1, 0, 0)]),
    "zero, and so the lower class": (
        absolute(EYE, [0, 0], [[0], [0]], [0]),
        0,
        0,
        [(1, 0, 0), (0, 0, 0)],
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_topology(name):
    (architecture, params), loops, arcs, topology = KNOWN[name]
    mesh = linear_regions(architecture, params, BOX)
    assert (len(mesh.boundary_loops), len(mesh.boundary_arcs)) == (loops, arcs)
    assert list(mesh.decision.topology) == topology


def test_the_diamond_is_exact():
    mesh = linear_regions(*KNOWN["a diamond"][0], BOX)
    length = np.hypot(*(mesh.decision_boundary[:, 0] - mesh.decision_boundary[:, 1]).T).sum()
    assert abs(length - 4 * np.sqrt(2)) < 1e-14
    (loop,) = mesh.boundary_loops
    assert {tuple(point) for point in loop} == {(1, 0), (0, 1), (-1, 0), (0, -1)}


def test_three_classes_meet_in_a_point():
    """Arg-max of three planes: three wedges, three arcs from the middle to the box."""
    angle = 2 * np.pi * np.arange(3) / 3 + 0.2
    params = [Layer(np.stack([np.cos(angle), np.sin(angle)]), np.zeros(3))]
    mesh = linear_regions(Architecture((), n_outputs=3), params, BOX)
    assert mesh.count == 1
    assert len(mesh.boundary_arcs) == 3
    assert mesh.boundary_loops == ()
    assert mesh.decision.topology == ((1, 0, 0),) * 3
    ends = np.concatenate([arc[[0, -1]] for arc in mesh.boundary_arcs])
    assert (np.abs(ends).max(axis=1) < 1e-12).sum() == 3
    assert (np.abs(ends).max(axis=1) == 4).sum() == 3


def test_an_island_of_a_third_class():
    """Class 2 wins in a diamond that lies across the line between classes 0 and 1."""
    params = [  # hidden: |x|, |y| and x + 10; logits: 0, x and 1 - |x| - |y|
        Layer(np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]), np.array([0.0, 0.0, 10.0])),
        Layer(np.array([[0.0, 0, -1], [0, 0, -1], [0, 1, 0]]), np.array([0.0, -10, 1])),
    ]
    mesh = linear_regions(Architecture((3,), "abs", n_outputs=3), params, BOX)
    assert mesh.decision.topology == ((1, 0, 0), (1, 0, 0), (1, 1, 0))
    assert len(mesh.boundary_loops) == 0
    assert len(mesh.boundary_arcs) == 4  # two to the box, two around the island


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "abs"])
def test_no_loops_at_width_two(activation):
    """Beise, Dias Da Cruz and Schröder 2018 (arXiv 1807.01194): (leaky) ReLU of width 2."""
    rng = np.random.default_rng(8)
    loops = curves = 0
    for index in range(150):
        architecture = Architecture((2,) * (1 + index % 8), activation)
        params = normal(rng, architecture.shapes)
        mesh = linear_regions(architecture, params, BOX)
        values = forward(architecture, params, mesh.vertices)[:, 0]
        params[-1] = Layer(params[-1].weights, params[-1].bias - np.median(values))
        mesh = linear_regions(architecture, params, BOX)
        loops += len(mesh.boundary_loops)
        curves += len(mesh.boundary_arcs)
    assert curves > 50
    # The absolute value is not monotone, and closes loops with two neurons: a diamond.
    assert loops == 0 if activation != "abs" else loops > 0


def test_loops_at_width_three():
    params = [
        Layer(np.array([[1.0, -0.5, -0.5], [0.0, 0.8, -0.8]]), np.zeros(3)),
        Layer(-np.ones((3, 1)), np.ones(1)),
    ]
    mesh = linear_regions(Architecture((3,)), params, BOX)
    assert len(mesh.boundary_loops) == 1
