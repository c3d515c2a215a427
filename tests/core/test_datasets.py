import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from layerwarp.data.datasets import DATASETS, RADIUS, Dataset, make_dataset

ROUNDING = 1e-5  # of float32 coordinates up to 5

TARGETS = {
    "gaussians": 0.95,
    "moons": 0.97,
    "xor": 0.95,
    "circles": 0.97,
    "spiral": 0.95,
    "checkerboard": 0.88,
}


@pytest.fixture(params=DATASETS)
def name(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.mark.parametrize("n_points", [10, 11, 400, 5000])
def test_shapes_types_and_balance(name: str, n_points: int) -> None:
    data = make_dataset(name, n_points)
    n_classes = DATASETS[name].n_classes
    assert data.name == name
    assert data.n_classes == n_classes
    for points, labels, count in (
        (data.points, data.labels, n_points),
        (data.test_points, data.test_labels, 1000),
    ):
        assert points.shape == (count, 2)
        assert points.dtype == np.float32
        assert np.isfinite(points).all()
        assert labels.shape == (count,)
        assert labels.dtype == np.int32
        counts = np.bincount(labels, minlength=n_classes)
        assert len(counts) == n_classes
        assert counts.max() - counts.min() <= 1


def test_points_lie_within_the_radius_without_noise(name: str) -> None:
    data = make_dataset(name, 5000, noise=0)
    farthest = np.abs(np.concatenate([data.points, data.test_points])).max()
    assert 0.75 * RADIUS < farthest <= RADIUS + ROUNDING


def test_points_lie_near_the_radius_with_the_usual_noise(name: str) -> None:
    assert np.abs(make_dataset(name, 5000).points).max() < 1.2 * RADIUS


def radii(data: Dataset) -> np.ndarray:
    return np.hypot(*data.points.T) / RADIUS


def is_on_circles(data: Dataset) -> np.ndarray:
    return np.abs(radii(data) - np.where(data.labels == 1, 1, 0.5)) < ROUNDING


def is_in_disc_or_ring(data: Dataset) -> np.ndarray:
    radius = radii(data)
    ring = (radius > 2 / 3 - ROUNDING) & (radius < 1 + ROUNDING)
    return np.where(data.labels == 1, ring, radius < 1 / 3 + ROUNDING)


def is_in_interval_or_outside(data: Dataset) -> np.ndarray:
    return is_in_disc_or_ring(data) & (data.points[:, 1] == 0)


def is_in_quadrants(data: Dataset) -> np.ndarray:
    return (np.prod(data.points, axis=1) < 0) == data.labels


def is_in_cells(data: Dataset) -> np.ndarray:
    cells = np.floor((data.points + RADIUS) / (2 * RADIUS / 4)).astype(int)
    return cells.sum(axis=1) % 2 == data.labels


def is_on_arms(data: Dataset, arms: int, turns: float) -> np.ndarray:
    angle = np.arctan2(data.points[:, 1], data.points[:, 0])
    expected = 2 * np.pi * (turns * radii(data) + data.labels / arms)
    return np.abs(np.exp(1j * angle) - np.exp(1j * expected)) < 1e-4


def is_on_half_circles(data: Dataset) -> np.ndarray:
    """scikit-learn's moons: half circles about (0, 0) and (1, 0.5), moved and scaled."""
    plain = data.points * np.hypot(1.5, 0.25) / RADIUS + [0.5, 0.25]
    lower = data.labels == 1
    centered = plain - np.where(lower[:, None], [1, 0.5], [0, 0])
    on_circle = np.abs(np.hypot(*centered.T) - 1) < ROUNDING
    return on_circle & (np.where(lower, -1, 1) * centered[:, 1] > -ROUNDING)


def is_in_blobs(data: Dataset) -> np.ndarray:
    n = data.n_classes
    angle = np.pi / 2 + 2 * np.pi * data.labels / n
    center = 2 / 3 * RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.hypot(*(data.points - center).T) < RADIUS / 3 + ROUNDING


def is_in_discs(data: Dataset) -> np.ndarray:
    center = np.where(data.labels == 1, 1, -1)[:, None] * RADIUS * np.sqrt(0.125)
    return np.hypot(*(data.points - center).T) < RADIUS / 2 + ROUNDING


EXACT = {
    "gaussians": is_in_discs,
    "xor": is_in_quadrants,
    "circles": is_on_circles,
    "moons": is_on_half_circles,
    "spiral": lambda data: is_on_arms(data, 2, 1.75),
    "spirals3": lambda data: is_on_arms(data, 3, 1.0),
    "checkerboard": is_in_cells,
    "nested": is_in_disc_or_ring,
    "interval": is_in_interval_or_outside,
    "blobs3": is_in_blobs,
    "blobs4": is_in_blobs,
    "blobs5": is_in_blobs,
}


@pytest.mark.parametrize("name", EXACT)
def test_shapes_are_exact_without_noise(name: str) -> None:
    assert EXACT[name](make_dataset(name, 5000, noise=0, seed=3)).all()


def test_same_arguments_same_points_other_seed_other_points(name: str) -> None:
    first, again, other = make_dataset(name), make_dataset(name), make_dataset(name, seed=1)
    for field in dataclasses.fields(first):
        np.testing.assert_array_equal(getattr(first, field.name), getattr(again, field.name))
    assert (first.points != other.points).any(axis=1).mean() > 0.9


def test_test_points_are_not_the_training_points(name: str) -> None:
    data = make_dataset(name, 5000, noise=0.2)
    training = {tuple(point) for point in data.points.tolist()}
    assert training.isdisjoint(tuple(point) for point in data.test_points.tolist())


@given(st.integers(10, 5000), st.sampled_from(list(DATASETS)))
def test_fewer_points_are_the_first_of_more(n_points: int, name: str) -> None:
    fewer, more = make_dataset(name, n_points), make_dataset(name, 5000)
    np.testing.assert_array_equal(fewer.points, more.points[:n_points])
    np.testing.assert_array_equal(fewer.labels, more.labels[:n_points])
    np.testing.assert_array_equal(fewer.test_points, more.test_points)
    counts = np.bincount(fewer.labels, minlength=fewer.n_classes)
    assert counts.max() - counts.min() <= 1


def test_labels_are_in_random_order(name: str) -> None:
    labels = make_dataset(name, 2000).labels
    repeats = (labels[1:] == labels[:-1]).mean()
    # A fixed cycle of k classes never repeats; random permutations of them do at block ends,
    # with probability 1 / k^2.
    assert repeats == pytest.approx(1 / DATASETS[name].n_classes ** 2, abs=0.05)


def test_noise_moves_every_point_along_its_own_line(name: str) -> None:
    shape, some, more = (make_dataset(name, noise=noise).points for noise in (0, 0.2, 0.4))
    np.testing.assert_allclose(more - shape, 2 * (some - shape), atol=1e-5)


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_noise_is_how_far_95_percent_of_points_move(noise: float) -> None:
    still = make_dataset("moons", 5000, noise=0).points
    moved = np.hypot(*(make_dataset("moons", 5000, noise).points - still).T)
    # Standard error of a share of .95 over 5,000 points: .003.
    assert np.mean(moved < noise * RADIUS) == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize(("name", "target"), TARGETS.items())
def test_neighbors_reach_the_targets_at_the_usual_noise(name: str, target: float) -> None:
    data = make_dataset(name)
    model = KNeighborsClassifier(5).fit(data.points, data.labels)
    assert model.score(data.test_points, data.test_labels) >= target


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "spirl"}, "name must be one of gaussians, .*; got 'spirl'"),
        ({"n_points": 3}, "n_points must be a whole number from 10 to 5000; got 3"),
        ({"n_points": 5001}, "n_points .* got 5001"),
        ({"n_points": 400.0}, r"n_points .* got 400\.0"),
        ({"n_points": True}, "n_points .* got True"),
        ({"noise": -0.1}, r"noise must be a number from 0 to 0\.5; got -0\.1"),
        ({"noise": 0.51}, r"noise .* got 0\.51"),
        ({"noise": float("nan")}, "noise .* got nan"),
        ({"noise": "much"}, "noise .* got 'much'"),
        ({"seed": -1}, "seed must be a whole number from 0 to 2147483647; got -1"),
        ({"seed": 2**31}, "seed .* got 2147483648"),
    ],
)
def test_bad_values_are_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_dataset(**{"name": "spiral", **arguments})


def test_menus_have_their_words() -> None:
    for kind in DATASETS.values():
        assert kind.label
        assert kind.summary.endswith(".")
