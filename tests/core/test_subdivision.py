"""The half-edge mesh: its pointers after any cuts, and numbers known by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layerwarp.geometry.components import connected_components
from layerwarp.geometry.subdivision import Subdivision


def cut(functions: np.ndarray, tolerance: float = 1e-11) -> Subdivision:
    """The square cut by lines a x + b y + c = 0, rows (3, k) of ``functions``."""
    mesh = Subdivision()
    k = functions.shape[1]
    mesh.load(mesh.points[:4] @ functions[:2] + functions[2], np.full(k, tolerance))
    for function in range(k):
        mesh.split(function, (0, function))
    mesh.relabel()
    return mesh


def check(mesh: Subdivision) -> None:
    """All that makes half-edges a planar subdivision."""
    h = np.arange(mesh.n_halves)
    after, before = mesh.after[: h.size], mesh.before[: h.size]
    origin, face = mesh.origin[: h.size], mesh.face[: h.size]
    np.testing.assert_array_equal(after[before], h)
    np.testing.assert_array_equal(before[after], h)
    np.testing.assert_array_equal(origin[after], origin[h ^ 1])  # the next starts where it ends
    np.testing.assert_array_equal(face[after], face)
    assert (origin != origin[h ^ 1]).all()
    assert mesh.n_vertices - mesh.n_halves // 2 + mesh.n_faces == 1
    assert set(face.tolist()) == {-1, *range(mesh.n_faces)}
    assert set(origin.tolist()) == set(range(mesh.n_vertices))
    cycles = connected_components(h.size, h, after)  # one cycle a face, and one outside
    assert cycles.max() == mesh.n_faces
    corners, starts = mesh.polygons()
    polygons = [mesh.points[corners[a:b]] for a, b in pairwise(starts)]
    areas = [shoelace(polygon) for polygon in polygons]
    assert min(areas) > 0
    assert abs(sum(areas) - 4) < 1e-12
    means = [polygon.mean(axis=0) for polygon in polygons]
    np.testing.assert_allclose(mesh.centroids(), means, atol=1e-14)


def shoelace(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_the_square():
    mesh = Subdivision()
    assert mesh.relabel().tolist() == [0]
    check(mesh)
    np.testing.assert_array_equal(mesh.centroids(), [[0, 0]])


KNOWN = {
    "a miss": ([[1, 0, 5]], 1),
    "one line": ([[1, 0, 0.5]], 2),
    "the diagonal, through two corners": ([[1, -1, 0]], 2),
    "both diagonals": ([[1, -1, 0], [1, 1, 0]], 4),
    "a corner touched": ([[1, 1, 2]], 1),
    "along a side": ([[1, 0, 1]], 1),
    "one line twice": ([[1, 2, 0.1], [1, 2, 0.1]], 2),
    "one line from both sides": ([[1, 2, 0.1], [-2, -4, -0.2]], 2),
    "three through one point": ([[1, 0, 0], [0, 1, 0], [1, 1, 0]], 6),
    "four through one point": ([[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, -1, 0]], 8),
    "through a crossing that is there": ([[1, 0, -0.5], [0, 1, -0.5], [1, -1, 0]], 6),
    "parallels": ([[1, 0, -0.5], [1, 0, 0], [1, 0, 0.5]], 4),
    "nothing": ([[0, 0, 0]], 1),
    "a constant": ([[0, 0, 3]], 1),
    "a grid": ([[1, 0, c / 10] for c in range(9)] + [[0, 1, c / 10] for c in range(9)], 100),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_cuts(name):
    lines, faces = KNOWN[name]
    mesh = cut(np.array(lines, float).T)
    assert mesh.n_faces == faces
    check(mesh)


lines = st.lists(
    st.tuples(*[st.integers(-3, 3)] * 2, st.integers(-6, 6)) | st.tuples(*[st.floats(-2, 2)] * 3),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150)
@given(lines)
def test_pointers_hold_after_any_cuts(functions):
    mesh = cut(np.array(functions, float).T)
    check(mesh)
    k = len(functions)
    assert mesh.n_faces <= 1 + k + k * (k - 1) // 2


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 64))
@example(762, 19)  # a zero set that branches at a vertex
def test_no_values_can_break_the_mesh(seed, k):
    """Even functions that are no lines at all: arbitrary values at the corners, many zeros."""
    rng = np.random.default_rng(seed)
    mesh = Subdivision()
    for layer in range(3):
        values = rng.normal(size=(mesh.n_vertices, k)) * (rng.random((mesh.n_vertices, k)) < 0.7)
        mesh.load(values, np.full(k, 1e-11))
        for function in range(min(k, 6)):
            before, bound = mesh.n_faces, mesh.bound(function)
            on_line = mesh.values[: mesh.n_vertices, function] == 0
            branches = np.bincount(mesh.origin[: mesh.n_halves])[on_line].sum()
            mesh.split(function, (layer, function))
            assert before <= mesh.n_faces <= bound + branches
        mesh.relabel()
        h = mesh.n_halves
        assert mesh.n_vertices - h // 2 + mesh.n_faces == 1
        np.testing.assert_array_equal(mesh.before[mesh.after[:h]], np.arange(h))
        assert set(mesh.face[:h].tolist()) == {-1, *range(mesh.n_faces)}


def test_parents():
    """Each new face knows the face that it was part of."""
    mesh = cut(np.array([[1.0, 0.0, 0.0]]).T)
    left = int(mesh.centroids()[0, 0] > 0)  # number of the face on the left
    mesh.load(mesh.points[: mesh.n_vertices] @ np.array([[0.0], [1.0]]), np.zeros(1))
    mesh.split(0, (1, 0))
    parent = mesh.relabel()
    assert sorted(parent.tolist()) == [0, 0, 1, 1]
    np.testing.assert_array_equal(parent == left, mesh.centroids()[:, 0] < 0)


def test_labels_of_the_edges():
    mesh = cut(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]).T)
    label = mesh.crease[: mesh.n_halves // 2]
    ends = mesh.points[mesh.origin[: mesh.n_halves].reshape(-1, 2)]
    for function in (0, 1):
        on = (label == (0, function)).all(axis=1)
        assert on.sum() == 2
        np.testing.assert_array_equal(ends[on][:, :, function], 0)
    assert (label == -1).all(axis=1).sum() == 8


def test_signs_over_the_square():
    mesh = Subdivision()
    constants = np.array([3.0, -3.0, 0.0])
    values = np.column_stack([np.tile(constants, (4, 1)), mesh.points[:4, 0]])
    mesh.load(values, np.zeros(4))
    above, below = mesh.signs()
    assert above.tolist() == [True, False, False, True]
    assert below.tolist() == [False, True, False, True]


@given(st.integers(1, 30), st.data())
def test_components(n_nodes, data):
    node = st.integers(0, n_nodes - 1)
    edges = data.draw(st.lists(st.tuples(node, node), max_size=40))
    start, end = np.array(edges, int).reshape(-1, 2).T
    label = connected_components(n_nodes, start, end)
    reached = [{i} for i in range(n_nodes)]  # one node at a time
    for a, b in edges:
        union = reached[a] | reached[b]
        for node in union:
            reached[node] = union
    for i in range(n_nodes):
        assert set(np.flatnonzero(label == label[i]).tolist()) == reached[i]
    assert sorted(set(label.tolist())) == list(range(label.max() + 1))


def test_a_long_chain_is_one_component():
    n = 20_000
    order = np.random.default_rng(0).permutation(n)
    assert connected_components(n, order[:-1], order[1:]).max() == 0
