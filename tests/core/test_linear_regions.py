"""Every invariant of an exact mesh, on a thousand networks, degenerate ones included."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from layerwarp import Architecture, Layer, forward, init_params, linear_regions, record_activations
from layerwarp.geometry.linear_regions import Box, LinearRegions
from layerwarp.geometry.theory import arrangement_regions, region_bounds
from tests.core import exact_plane
from tests.core.random_networks import BOX, SLOPES, Network, networks, normal

INTERIOR = 3  # random points in every face


@pytest.fixture(scope="module")
def meshes() -> list[tuple[Network, LinearRegions]]:
    return [(net, linear_regions(net.architecture, net.params, BOX)) for net in networks(1000)]


def size_of(net: Network) -> float:
    """The largest sum of absolute terms anywhere in the network: what rounding is relative to."""
    signal = np.full(2, 4.0)
    for weights, bias in net.params:
        signal = signal @ np.abs(weights) + np.abs(bias)
    return float(signal.max()) + 1e-300


def random_points(mesh: LinearRegions, rng) -> tuple[np.ndarray, np.ndarray]:
    """Points strictly inside the faces and the faces they lie in."""
    face = np.repeat(np.arange(mesh.count), np.diff(mesh.starts))
    points, owners = [], []
    for _ in range(INTERIOR):
        share = rng.exponential(size=len(face))
        weighted = share[:, None] * mesh.vertices[mesh.corners]
        points.append(np.add.reduceat(weighted, mesh.starts[:-1], axis=0))
        points[-1] /= np.add.reduceat(share, mesh.starts[:-1])[:, None]
        owners.append(np.arange(mesh.count))
    return np.concatenate(points), np.concatenate(owners)


def evaluate(mesh: LinearRegions, faces: np.ndarray, points: np.ndarray) -> np.ndarray:
    return np.einsum("noi,ni->no", mesh.weights[faces], points) + mesh.offsets[faces]


def test_the_table_has_every_kind(meshes):
    kinds = {net.kind for net, _ in meshes}
    depths = {net.architecture.depth for net, _ in meshes}
    assert len(meshes) == 1000
    assert len(kinds) == 5
    assert depths == {0, 1, 2, 3, 4}
    assert any(1 in net.architecture.widths for net, _ in meshes)
    assert {net.architecture.n_outputs for net, _ in meshes} == {1, 2, 3, 5}
    assert max(mesh.count for _, mesh in meshes) > 200


def test_euler_and_shared_edges(meshes):
    for _, mesh in meshes:
        assert len(mesh.vertices) - len(mesh.edges) + mesh.count == 1
        # Every edge is a side of the faces that it names, and all sides are edges.
        sides = np.bincount(mesh.edge_faces.reshape(-1) + 1, minlength=mesh.count + 1)
        np.testing.assert_array_equal(sides[1:], np.diff(mesh.starts))
        on_box = (mesh.creases == -1).all(axis=1)
        np.testing.assert_array_equal(on_box, (mesh.edge_faces == -1).any(axis=1))
        assert mesh.complete
        assert mesh.notice == ""


def test_areas_fill_the_box(meshes):
    for _, mesh in meshes:
        assert mesh.areas.min() > 0
        assert abs(mesh.areas.sum() / 64 - 1) < 1e-12


def test_polygons_are_convex_and_counterclockwise(meshes):
    for _, mesh in meshes[::10]:
        for face in range(mesh.count):
            polygon = mesh.polygon(face)
            side = np.roll(polygon, -1, axis=0) - polygon
            following = np.roll(side, -1, axis=0)
            turn = side[:, 0] * following[:, 1] - side[:, 1] * following[:, 0]
            assert turn.min() > -1e-9
            assert np.ptp(polygon, axis=0).min() > 0


def test_maps_are_the_network(meshes):
    rng = np.random.default_rng(5)
    for net, mesh in meshes:
        points, owners = random_points(mesh, rng)
        wanted = forward(net.architecture, net.params, points)
        found = evaluate(mesh, owners, points)
        assert np.abs(found - wanted).max() < 1e-9 * max(1, np.abs(wanted).max())
        np.testing.assert_allclose(
            forward(net.architecture, net.params, mesh.centroids),
            evaluate(mesh, np.arange(mesh.count), mesh.centroids),
            atol=1e-9 * max(1, np.abs(wanted).max()),
        )


def test_active_neurons_are_counted(meshes):
    rng = np.random.default_rng(6)
    for net, mesh in meshes:
        points, owners = random_points(mesh, rng)
        records = record_activations(net.architecture, net.params, points)[:-1]
        sure = np.ones(len(points), bool)
        count = np.zeros(len(points), int)
        for record, name in zip(records, net.architecture.activations, strict=True):
            if name == "identity":
                continue
            sure &= (np.abs(record.pre) > 1e-9).all(axis=1)
            count += (record.pre > 0).sum(axis=1)
        np.testing.assert_array_equal(count[sure], mesh.active[owners][sure])


def test_continuous_across_edges_and_bent_only_across(meshes):
    for net, mesh in meshes:
        inner = (mesh.edge_faces >= 0).all(axis=1)
        left, right = mesh.edge_faces[inner].T
        start, end = mesh.vertices[mesh.edges[inner]].swapaxes(0, 1)
        size = size_of(net)
        for vertex in (start, end):
            jump = evaluate(mesh, left, vertex) - evaluate(mesh, right, vertex)
            assert np.abs(jump).max(initial=0) < 1e-12 * size
        bend = mesh.weights[left] - mesh.weights[right]
        along = np.einsum("noi,ni->no", bend, end - start)
        assert np.abs(along).max(initial=0) < 1e-12 * size


def test_neurons_vanish_on_their_creases(meshes):
    for net, mesh in meshes:
        records = record_activations(net.architecture, net.params, mesh.vertices)
        size = size_of(net)
        for layer, neuron in np.unique(mesh.creases[mesh.creases[:, 0] >= 0], axis=0):
            own = (mesh.creases == (layer, neuron)).all(axis=1)
            values = records[layer].pre[mesh.edges[own], neuron]
            assert np.abs(values).max() < 1e-12 * size


def test_dead_and_always_on_neurons(meshes):
    found = set()
    for net, mesh in meshes:
        records = record_activations(net.architecture, net.params, mesh.vertices)[:-1]
        for record, dead, always_on in zip(records, mesh.dead, mesh.always_on, strict=True):
            rounding = 1e-10 * np.abs(record.pre).max()
            assert (record.pre[:, dead] <= rounding).all()
            assert (record.pre[:, always_on] >= -rounding).all()
            rest = record.pre[:, ~dead & ~always_on]
            assert (rest.max(axis=0, initial=-1) > 0).all()
            assert (rest.min(axis=0, initial=1) < 0).all()
            found |= {("dead", bool(dead.any())), ("on", bool(always_on.any()))}
    assert len(found) == 4


def test_bounds_hold(meshes):
    for net, mesh in meshes:
        uppers = [bound.value for bound in region_bounds(net.architecture) if bound.kind == "upper"]
        # A face of the mesh is a region of the arrangement that the bounds count.
        assert [mesh.linear_count, mesh.count, *uppers] == sorted(
            [mesh.linear_count, mesh.count, *uppers]
        )


def rescaled(net: Network, factor: float) -> list[Layer]:
    """Every layer's weights times ``factor``; biases so that the outputs are scaled only."""
    return [
        Layer(factor * weights, factor ** (index + 1) * bias)
        for index, (weights, bias) in enumerate(net.params)
    ]


@pytest.mark.parametrize("factor", [1e8, 1e-8])
def test_scale_of_the_weights_does_not_matter(meshes, factor):
    for net, mesh in meshes[::5]:
        other = linear_regions(net.architecture, rescaled(net, factor), BOX)
        assert (other.count, other.linear_count) == (mesh.count, mesh.linear_count)


def scaled_box(factor: float) -> Box:
    x_min, x_max, y_min, y_max = BOX
    return factor * x_min, factor * x_max, factor * y_min, factor * y_max


@pytest.mark.parametrize("factor", [1e6, 1e-6])
def test_scale_of_the_box_does_not_matter(meshes, factor):
    for net, mesh in meshes[::5]:
        first, *rest = net.params
        params = [Layer(first.weights / factor, first.bias), *rest]
        other = linear_regions(net.architecture, params, scaled_box(factor))
        assert (other.count, other.linear_count) == (mesh.count, mesh.linear_count)
        assert abs(other.areas.sum() / (64 * factor**2) - 1) < 1e-12


def test_halves_make_the_whole(meshes):
    rng = np.random.default_rng(7)
    for net, mesh in meshes[::4]:
        seam = rng.uniform(-3, 3)
        left = linear_regions(net.architecture, net.params, (-4, seam, -4, 4))
        right = linear_regions(net.architecture, net.params, (seam, 4, -4, 4))
        x = mesh.vertices[mesh.corners, 0]
        low, high = (f.reduceat(x, mesh.starts[:-1]) for f in (np.minimum, np.maximum))
        cut = int(((low < seam) & (seam < high)).sum())
        assert left.count + right.count == mesh.count + cut


def test_equal_to_rational_arithmetic():
    kinds, counted = set(), 0
    for net in networks(300, max_depth=2, max_width=4, seed=1):
        slopes = [Fraction(SLOPES[name]) for name in net.architecture.activations]
        faces = exact_plane.regions(net.params, slopes, BOX)
        mesh = linear_regions(net.architecture, net.params, BOX)
        assert mesh.count == len(faces), net
        assert mesh.linear_count == exact_plane.merged(faces), net
        exact = np.array(sorted(float(exact_plane.area(face.polygon)) for face in faces))
        np.testing.assert_allclose(np.sort(mesh.areas), exact, rtol=1e-9, atol=1e-12)
        won = [float(area) for area in exact_plane.class_areas(faces)]
        np.testing.assert_allclose(class_areas(mesh), won, rtol=1e-9, atol=1e-9)
        kinds.add(net.kind)
        counted += len(faces) > 1
    assert len(kinds) == 5
    assert counted >= 150


def class_areas(mesh: LinearRegions) -> np.ndarray:
    """By Green's theorem along the half-edges of the decision regions."""
    decision = mesh.decision
    start, end = decision.points[decision.origin.reshape(-1, 2)].swapaxes(0, 1)
    cross = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    signed = np.stack([cross, -cross], axis=1).reshape(-1) / 2
    inside = decision.side >= 0
    return np.bincount(decision.side[inside], signed[inside], decision.n_classes)


@pytest.mark.parametrize("n", range(1, 41))
def test_lines_in_general_position(n):
    """Zaslavsky 1975; every intersection is inside the box."""
    rng = np.random.default_rng(n)
    weights, bias = rng.normal(size=(2, n)), rng.normal(size=n)
    crossings = [
        np.linalg.solve(weights[:, [i, j]].T, -bias[[i, j]]) for i in range(n) for j in range(i)
    ]
    reach = 2 * max(
        1.0,
        float(np.abs(np.array([*crossings, np.ones(2)])).max()),
        float(np.abs(bias / weights).max()),
    )
    mesh = linear_regions(
        Architecture((n,)),
        [Layer(weights, bias), Layer(rng.normal(size=(n, 1)), np.zeros(1))],
        (-reach, reach, -reach, reach),
    )
    assert mesh.count == mesh.linear_count == 1 + n + n * (n - 1) // 2 == arrangement_regions(n)


@pytest.mark.parametrize("n", [1, 2, 8, 33, 64])
def test_lines_through_one_point(n):
    angle = np.pi * np.arange(n) / n + 0.1
    params = [
        Layer(np.stack([np.cos(angle), np.sin(angle)]), np.zeros(n)),
        Layer(np.ones((n, 1)), np.zeros(1)),
    ]
    assert linear_regions(Architecture((n,)), params, BOX).count == 2 * n


def test_a_dead_layer_hides_creases():
    """Activation regions differ from linear ones: behind a silent layer nothing bends."""
    architecture = Architecture((3, 2))
    params = normal(np.random.default_rng(0), architecture.shapes)
    params[1].bias[:] = -1e6
    mesh = linear_regions(architecture, params, BOX)
    assert mesh.count == 5
    assert mesh.linear_count == 1
    assert mesh.dead[1].all()
    np.testing.assert_array_equal(mesh.linear_labels, np.zeros(5))


def test_identity_layers_have_no_creases():
    architecture = Architecture((4, 5), ("identity", "identity"))
    mesh = linear_regions(architecture, init_params(architecture, 0), BOX)
    assert mesh.count == 1
    np.testing.assert_array_equal(mesh.creases, np.full((4, 2), -1))


def test_a_box_far_away_and_tiny():
    """Two lines cross in a box a millionth wide, a million away."""
    x, y, side = 1e6, -2e6, 1e-6
    params = [
        Layer(np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([-(x + y), -(x - y)])),
        Layer(np.ones((2, 1)), np.zeros(1)),
    ]
    mesh = linear_regions(Architecture((2,)), params, (x - side, x + side, y - side, y + side))
    assert mesh.count == 4
    assert abs(mesh.areas.sum() / (4 * side**2) - 1) < 1e-3  # what float64 leaves of such a box


@pytest.mark.parametrize("limit", [1, 2, 50, 1000])
def test_the_limit_keeps_what_was_found(limit):
    architecture = Architecture((32, 32, 32))
    params = normal(np.random.default_rng(3), architecture.shapes)
    whole = linear_regions(architecture, params, BOX)
    mesh = linear_regions(architecture, params, BOX, max_faces=limit)
    assert whole.complete
    assert whole.count > 1000
    assert 0.2 * limit < mesh.count <= limit
    assert not mesh.complete
    assert f"limit of {limit:,} regions" in mesh.notice
    assert abs(mesh.areas.sum() / 64 - 1) < 1e-12
    assert mesh.weights.shape == (mesh.count, 1, 2)
    np.testing.assert_allclose(
        evaluate(mesh, np.arange(mesh.count), mesh.centroids),
        forward(architecture, params, mesh.centroids),
        atol=1e-9,
    )
    assert mesh.decision_boundary.shape == (0, 2, 2)
    assert mesh.boundary_loops == mesh.boundary_arcs == ()


def test_a_limit_that_is_met_exactly_is_no_limit():
    architecture = Architecture((6,))
    params = normal(np.random.default_rng(0), architecture.shapes)
    count = linear_regions(architecture, params, BOX).count
    again = linear_regions(architecture, params, BOX, max_faces=2 * count)
    assert again.complete
    assert again.count == count


def replaced(layer: int, part: int, value: float) -> list[Layer]:
    params = normal(np.random.default_rng(0), Architecture((3,)).shapes)
    params[layer][part].reshape(-1)[0] = value
    return params


WRONG: dict[str, tuple[Architecture, Any, Any, str]] = {
    "smooth": (Architecture((3,), "tanh"), BOX, None, "piecewise linear.*relu.*got 'tanh'"),
    "one smooth layer": (Architecture((3, 3), ("relu", "gelu")), BOX, None, "got 'gelu'"),
    "three inputs": (Architecture((3,), n_inputs=3), BOX, None, "n_inputs must be 2; got 3"),
    "one input": (Architecture((3,), n_inputs=1), BOX, None, "n_inputs must be 2; got 1"),
    "empty box": (Architecture((3,)), (), None, "box must be four finite numbers"),
    "upside down": (Architecture((3,)), (1, -1, 0, 1), None, "x_min < x_max"),
    "no area": (Architecture((3,)), (0, 1, 2, 2), None, "y_min < y_max"),
    "no area in float64": (Architecture((3,)), (0, 1e-200, 0, 1e-200), None, "an area"),
    "NaN box": (Architecture((3,)), (0, np.nan, 0, 1), None, "box must be four finite"),
    "endless box": (Architecture((3,)), (0, np.inf, 0, 1), None, "box must be four finite"),
    "NaN weight": (Architecture((3,)), BOX, replaced(0, 0, np.nan), "finite; layer 1 has NaN"),
    "endless bias": (Architecture((3,)), BOX, replaced(1, 1, np.inf), "finite; layer 2 has"),
    "overflow": (Architecture((3,)), BOX, replaced(0, 0, 1.7e308), "layer 1 overflow float64"),
    "shapes": (Architecture((4,)), BOX, replaced(0, 0, 1), "must have the architecture's shapes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_clear_sentence(name):
    architecture, box, params, sentence = WRONG[name]
    with pytest.raises(ValueError, match=sentence) as error:
        linear_regions(architecture, params or init_params(architecture, 0), box)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("limit", [0, -1, 2.5, None])
def test_the_limit_is_checked(limit):
    architecture = Architecture((3,))
    with pytest.raises(ValueError, match="max_faces must be a whole number"):
        linear_regions(architecture, init_params(architecture, 0), BOX, max_faces=limit)


def test_float32_parameters_are_taken_as_they_are():
    architecture = Architecture((8, 8))
    params = init_params(architecture, 0)
    wide = [Layer(*(part.astype(float) for part in layer)) for layer in params]
    first, second = (linear_regions(architecture, p, BOX) for p in (params, wide))
    assert first.vertices.dtype == first.weights.dtype == np.float64
    np.testing.assert_array_equal(first.vertices, second.vertices)
