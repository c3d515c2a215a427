"""The view along the cut: rigid, straight, and true to what the network says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.data.datasets import DATASETS, make_dataset
from layerwarp.geometry.layer_path import rotation
from layerwarp.geometry.projection import Pictures, layer_pictures
from layerwarp.geometry.readout import class_corners, readout_view, turn_between
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import (
    flatten,
    predict_classes,
    record_activations,
    unflatten,
)
from tests.core.test_projection import random_parameters

TIMES = (0.0, 0.25, 0.5, 0.75, 1.0)
ROUNDING = 1e-5  # of float32 activations, beside their size
STRAIGHT = 1e-4  # of the picture's size: a tenth of a pixel


def positions(numbers: np.ndarray, X: np.ndarray, Y: np.ndarray, time: float) -> np.ndarray:
    """Where the points are, from the packed numbers as the contract states them."""
    near, angles, axis, spin, start, end, _, _ = np.split(numbers, [9, 12, 15, 16, 19, 22, 23])
    near = near.reshape(3, 3)
    turn = near.T @ rotation(axis, time * spin[0])
    aligned = (X - start) @ (near * np.cos(time * angles)) @ turn
    away = (Y * np.sin(time * angles)) @ turn
    return aligned + away + (1 - time) * start + time * end


def hidden(
    architecture: Architecture, parameters: np.ndarray, frame: int, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Activations of the last hidden space (the input's where there is none), and the logits."""
    records = record_activations(architecture, unflatten(parameters[frame], architecture), points)
    return (records[-2].post if architecture.depth else points), records[-1].post


def seen(
    architecture: Architecture, pictures: Pictures, frame: int, activations: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The packed numbers, the aligned picture, and the coordinates away from it."""
    assert pictures.readout is not None
    away = activations @ pictures.bases[-1][frame] + pictures.origins[-1][frame]
    if architecture.depth == 0:
        return pictures.readout[frame], np.pad(activations, ((0, 0), (0, 1))), away
    aligned = activations @ pictures.bases[-2][frame] + pictures.origins[-2][frame]
    return pictures.readout[frame], aligned, away


NETWORKS = {
    "linear": ((), "moons"),
    "one neuron": ((1,), "moons"),
    "two": ((2,), "moons"),
    "three": ((3,), "circles"),
    "four": ((4,), "circles"),
    "wide": ((16, 16), "spiral"),
    "three classes, linear": ((), "spirals3"),
    "three classes, one neuron": ((4, 1), "spirals3"),
    "three classes, three neurons": ((3,), "spirals3"),
    "three classes": ((16, 8), "spirals3"),
    "four classes, two neurons": ((8, 2), "blobs4"),
    "four classes, three neurons": ((8, 3), "blobs4"),
    "four classes": ((8, 6), "blobs4"),
    "five classes": ((8, 6), "blobs5"),
}
VIEWS = ("cut", "space", "neurons")


def network(case: str) -> tuple[Architecture, np.ndarray, np.ndarray]:
    """Architecture, parameters at five steps, points."""
    widths, name = NETWORKS[case]
    data = make_dataset(name, 120)
    classes = DATASETS[name].n_classes
    architecture = Architecture(widths, "tanh", n_outputs=1 if classes == 2 else classes)
    return architecture, random_parameters(architecture), data.points


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", NETWORKS)
def test_the_turn_is_rigid_and_begins_at_the_aligned_picture(case: str, view: str) -> None:
    architecture, parameters, points = network(case)
    pictures = layer_pictures(architecture, parameters, points, view, (2, 0))
    for frame in range(len(parameters)):
        activations, _ = hidden(architecture, parameters, frame, points)
        numbers, aligned, away = seen(architecture, pictures, frame, activations)
        size = 1 + np.abs(activations).max()
        start = positions(numbers, aligned, away, 0)
        np.testing.assert_allclose(start, aligned, atol=ROUNDING * size)
        true = np.linalg.norm(activations[:, None] - activations, axis=2)
        for time in TIMES:
            place = positions(numbers, aligned, away, time)
            drawn = np.linalg.norm(place[:, None] - place, axis=2)
            assert (drawn <= true + ROUNDING * size).all()
            if pictures.exact[-2]:  # then nothing is lost either
                np.testing.assert_allclose(drawn, true, atol=ROUNDING * size)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", [name for name in NETWORKS if "classes" not in name])
def test_two_classes_are_parted_at_zero_across(case: str, view: str) -> None:
    """Across is the signed distance from the cut: the logit divided by the weights' length."""
    architecture, parameters, points = network(case)
    pictures = layer_pictures(architecture, parameters, points, view, (2, 0))
    layers = [unflatten(row, architecture)[-1] for row in parameters]
    for frame, output in enumerate(layers):
        activations, logits = hidden(architecture, parameters, frame, points)
        numbers, aligned, away = seen(architecture, pictures, frame, activations)
        place = positions(numbers, aligned, away, 1)
        distance = logits[:, 0] / np.linalg.norm(output.weights)
        size = np.abs(place).max()
        np.testing.assert_allclose(place[:, 0], distance, atol=STRAIGHT * size)
        clear = np.abs(place[:, 0]) > STRAIGHT * size
        right = predict_classes(logits) == 1
        np.testing.assert_array_equal(place[clear, 0] > 0, right[clear])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", [name for name in NETWORKS if "classes" in name])
def test_several_classes_are_parted_by_affine_functions_of_the_picture(
    case: str, view: str
) -> None:
    """Wherever the rank says so: there the picture alone tells which logit is the largest."""
    architecture, parameters, points = network(case)
    pictures = layer_pictures(architecture, parameters, points, view, (2, 0))
    for frame in range(len(parameters)):
        activations, logits = hidden(architecture, parameters, frame, points)
        numbers, aligned, away = seen(architecture, pictures, frame, activations)
        assert numbers[-1] == min(architecture.n_outputs - 1, activations.shape[1])
        if numbers[-1] > pictures.dimensions[-1]:
            continue
        place = np.column_stack([positions(numbers, aligned, away, 1), np.ones(len(points))])
        gaps = logits - logits[:, :1]
        fitted, *_ = np.linalg.lstsq(place, gaps, rcond=None)
        np.testing.assert_allclose(place @ fitted, gaps, atol=STRAIGHT * np.abs(gaps).max())


@pytest.mark.parametrize("case", NETWORKS)
def test_up_is_the_largest_spread_that_remains(case: str) -> None:
    """No direction at right angles to those of the outputs has more of it."""
    architecture, parameters, points = network(case)
    pictures = layer_pictures(architecture, parameters, points, "space")
    for frame in range(len(parameters)):
        activations, _ = hidden(architecture, parameters, frame, points)
        numbers, aligned, away = seen(architecture, pictures, frame, activations)
        rank, dimensions = int(numbers[-1]), pictures.dimensions[-1]
        if rank >= dimensions:
            continue
        spread = positions(numbers, aligned, away, 1)[:, rank].var()
        weights = unflatten(parameters[frame], architecture)[-1].weights
        if weights.shape[1] > 1:
            weights = weights - weights.mean(axis=1, keepdims=True)
        u, s, _ = np.linalg.svd(weights, full_matrices=False)
        span = u[:, s > 1e-6 * s[0]]
        rest = (activations - activations.mean(axis=0)) @ (np.eye(len(span)) - span @ span.T)
        largest = np.linalg.svd(rest, compute_uv=False)[0] ** 2 / len(rest)
        np.testing.assert_allclose(spread, largest, rtol=1e-3, atol=1e-8)


def test_zero_output_weights_have_no_cut_and_no_turn() -> None:
    architecture = Architecture((6,))
    layers = unflatten(random_parameters(architecture)[0], architecture)
    flat = flatten([layers[0], layers[1]._replace(weights=0 * layers[1].weights)])
    points = make_dataset("moons", 50).points
    pictures = layer_pictures(architecture, flat[None].astype(np.float32), points, "cut")
    numbers = pictures.readout
    assert numbers is not None
    assert numbers[0, -1] == 0
    np.testing.assert_allclose(numbers[0, 9:12], 0, atol=1e-7)
    np.testing.assert_allclose(numbers[0, 15], 0, atol=1e-7)


def test_parallel_differences_have_rank_one() -> None:
    architecture = Architecture((6,), n_outputs=3)
    layers = unflatten(random_parameters(architecture)[0], architecture)
    direction = layers[1].weights[:, :1]
    weights = direction * np.array([0.5, 1.5, -2.0], dtype=np.float32)
    flat = flatten([layers[0], layers[1]._replace(weights=weights)]).astype(np.float32)
    points = make_dataset("spirals3", 60).points
    pictures = layer_pictures(architecture, flat[None], points, "cut")
    activations, logits = hidden(architecture, flat[None], 0, points)
    numbers, aligned, away = seen(architecture, pictures, 0, activations)
    assert numbers[-1] == 1
    across = positions(numbers, aligned, away, 1)[:, 0]
    gaps = logits[:, 2] - logits[:, 0]
    assert abs(np.corrcoef(across, gaps)[0, 1]) > 1 - 1e-6


@pytest.mark.parametrize(("width", "n_classes"), [(3, 4), (3, 5), (6, 5)])
def test_differences_of_rank_two_are_seen_edge_on(width: int, n_classes: int) -> None:
    architecture = Architecture((width,), n_outputs=n_classes)
    layers = unflatten(random_parameters(architecture)[0], architecture)
    mixed = np.random.default_rng(3).normal(size=(2, n_classes))
    weights = (layers[1].weights[:, :2] @ mixed).astype(np.float32)
    flat = flatten([layers[0], layers[1]._replace(weights=weights)]).astype(np.float32)
    points = make_dataset(f"blobs{n_classes}", 60).points
    pictures = layer_pictures(architecture, flat[None], points, "space" if width > 3 else "cut")
    activations, logits = hidden(architecture, flat[None], 0, points)
    numbers, aligned, away = seen(architecture, pictures, 0, activations)
    assert numbers[-1] == 2
    flat_picture = positions(numbers, aligned, away, 1)[:, :2]
    gaps = logits - logits.mean(axis=1, keepdims=True)
    known = np.column_stack([flat_picture, np.ones(len(points))])
    left = gaps - known @ np.linalg.lstsq(known, gaps, rcond=None)[0]
    assert np.abs(left).max() < 1e-4 * np.abs(gaps).max()


def test_magnification_gives_both_axes_one_size() -> None:
    """And only if across is smaller: nothing is ever made smaller."""
    generator = np.random.default_rng(0)
    for ratio, expected in ((4.0, 4.0), (1.1, 1.0), (0.2, 1.0)):
        cloud = generator.normal(size=(4000, 3)) * np.array([1.0, ratio, 0.01])
        mean, covariance = cloud.mean(axis=0), np.cov(cloud.T, bias=True)
        weights = np.array([[[2.0], [0.0], [0.0]]])
        bias = -2.0 * mean[None, :1]  # the cut goes through the middle
        aligned = np.eye(3)[None, :, :2]
        view = readout_view(weights, bias, mean[None], covariance[None], aligned)
        np.testing.assert_allclose(view.magnification, expected, rtol=0.1)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(0, 4))
def test_any_two_frames_are_joined_by_orthonormal_ones(seed: int, d: int, more: int) -> None:
    """Mirror images too, where there is a dimension to turn through."""
    generator = np.random.default_rng(seed)
    width = d + more
    first, second = (np.linalg.qr(generator.normal(size=(width, d)))[0] for _ in range(2))
    if width == d > 1 and np.linalg.det(first.T @ second) < 0:
        second[:, -1] *= -1
    if seed % 5 == 0 and more:  # the same plane, mirrored
        second = first.copy()
        second[:, -1] *= -1
    turn = turn_between(first[None], second[None])
    for time in TIMES:
        wide = np.zeros((width + 3, 3))  # a line turns round in a plane
        wide[:width, :d] = first @ turn.near[0] * np.cos(time * turn.angles[0])
        wide[:width, :d] += turn.away[0] * np.sin(time * turn.angles[0])
        square = np.eye(3)
        square[:d, :d] = turn.near[0]
        frame = wide @ square.T @ rotation(turn.axis, time * turn.spin)[0]
        if d > 1:
            np.testing.assert_allclose(frame[:, :d].T @ frame[:, :d], np.eye(d), atol=1e-9)
    np.testing.assert_allclose(frame[:width, :d], second, atol=1e-6)


@pytest.mark.parametrize("n_classes", [3, 4, 5])
def test_corners_are_those_of_a_regular_polygon(n_classes: int) -> None:
    corners = class_corners(n_classes)
    np.testing.assert_allclose(np.linalg.norm(corners, axis=1), 1)
    np.testing.assert_allclose(corners.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(corners[-1], [1, 0], atol=1e-12)
