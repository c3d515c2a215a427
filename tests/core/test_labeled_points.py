"""Data sets of given points: scale, split, faults, and the yardstick of the nearest neighbors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from layerwarp.data.datasets import make_dataset
from layerwarp.data.labeled_points import (
    check_labeled_points,
    dataset_from_points,
    neighbor_accuracy,
    scale_points,
)

POINTS = np.random.default_rng(0).normal(size=(40, 2))
LABELS = np.arange(40) % 2


@given(st.lists(st.integers(2, 30), min_size=2, max_size=5), st.integers(0, 2**31 - 1))
def test_every_class_is_learned_and_tested_and_no_point_is_lost(counts, seed):
    counts[0] += 10  # ten points are the least
    labels = np.repeat(np.arange(len(counts)), counts)
    points = np.arange(2.0 * len(labels)).reshape(-1, 2)
    data = dataset_from_points(points, labels, seed)
    assert data.n_classes == len(counts)
    together = np.concatenate([data.points, data.test_points])
    order = np.argsort(together[:, 0])
    assert np.array_equal(together[order], points)
    assert np.array_equal(np.concatenate([data.labels, data.test_labels])[order], labels)
    tested = np.bincount(data.test_labels, minlength=len(counts))
    assert np.array_equal(tested, [max(1, round(0.25 * count)) for count in counts])


def test_the_seed_says_which_points_are_kept_for_the_test():
    first, again, other = (dataset_from_points(POINTS, LABELS, seed) for seed in (0, 0, 1))
    assert np.array_equal(first.test_points, again.test_points)
    assert not np.array_equal(first.test_points, other.test_points)


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_scaled_points_fill_the_square(width, height, x, y):
    box = np.array([[x, y], [x + width, y + height]])
    points, apart = scale_points(box)
    spans = np.ptp(points, axis=0)
    assert np.abs(points).max() <= 3.0 + 1e-6
    assert apart <= bool((np.abs(spans - 6) < 1e-3).all())
    if not apart and np.abs(box).max() > 3:
        before = np.ptp(box, axis=0)
        assert spans.max() == pytest.approx(6, rel=1e-6)
        assert spans[0] * before[1] == pytest.approx(spans[1] * before[0], rel=1e-3)


def test_points_that_fit_stay_as_they_are_and_huge_ones_do_not_overflow():
    points = make_dataset("moons", 50, 0.0).points
    assert np.array_equal(scale_points(points)[0], points)
    huge = scale_points(np.array([[-1e308, 0.0], [1e308, 1.0]]))[0]
    assert np.isfinite(huge).all()
    flat = scale_points(np.array([[0.0, 5.0], [100.0, 5.0]]))[0]
    assert np.array_equal(flat, [[-3, 0], [3, 0]])


BAD = [
    (POINTS[:9], LABELS[:9], "the number of points must be a whole number from 10 to 5000; got 9"),
    (np.zeros((5001, 2)), np.zeros(5001, int), "from 10 to 5000; got 5001"),
    (POINTS, np.zeros(40, int), "the number of classes must be a whole number from 2 to 5; got 1"),
    (POINTS, np.arange(40) % 6, "labels must lie between 0 and 4"),
    (POINTS, -LABELS, "labels must lie between 0 and 4"),
    (POINTS, np.eye(40, dtype=int)[3], "every class must have at least 2 points; class 2 has 1"),
    (POINTS, 2 * LABELS, "every class must have at least 2 points; class 2 has 0"),
    (np.full((40, 2), np.nan), LABELS, "every coordinate must be a finite number"),
    (np.ones((40, 2)), LABELS, "the points must not all lie in one place"),
    (POINTS, LABELS.astype(float), "labels must be whole numbers; got float64"),
    (POINTS, LABELS[:7], r"labels must have the shape \(40,\); got \(7,\)"),
    (POINTS[:, 0], LABELS, r"points must have the shape \(n, 2\); got \(40,\)"),
]


@pytest.mark.parametrize(("points", "labels", "sentence"), BAD)
def test_a_fault_is_one_sentence(points, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_labeled_points(points, labels)


@pytest.mark.parametrize("name", ["spiral", "blobs5", "checkerboard"])
def test_neighbors_vote_as_in_scikit_learn(name):
    data = make_dataset(name, 300, 0.3)
    reference = KNeighborsClassifier(5).fit(data.points, data.labels)
    expected = reference.score(data.test_points, data.test_labels)
    assert neighbor_accuracy(data) == pytest.approx(expected, abs=1e-3)  # ties of float32 distances
