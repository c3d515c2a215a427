"""Data sets made of people's own points: scaled to the picture, split into training and test."""

import numpy as np

from layerwarp.checks import check_integer
from layerwarp.data.datasets import MAX_POINTS, MAX_SEED, MIN_POINTS, RADIUS, Dataset

MAX_CLASSES = 5
LEAST_OF_A_CLASS = 2  # one to learn from, one to test on
TEST_SHARE = 0.25
ALIKE = 4.0  # axes whose ranges differ by more than this factor are scaled each by itself
NEIGHBORS = 5


def scale_points(points: np.ndarray) -> tuple[np.ndarray, bool]:
    """Move and scale points so that they fill the square from -3 to 3.

    Args:
        points: (n, 2), finite.

    Returns:
        The points (n, 2) float64, and whether each axis was scaled by itself: only where the
        ranges of the two differ by more than a factor of 4, as those of different quantities do.
        Points within the square that reach halfway to its edge stay as they are.
    """
    points = np.asarray(points, float)
    if 0.5 * RADIUS <= np.abs(points).max() <= RADIUS:
        return points, False
    low, high = points.min(axis=0), points.max(axis=0)
    half = high / 2 - low / 2
    apart = bool(half.max() / ALIKE > half.min() > 0)
    size = half if apart else np.full(2, half.max())
    return (points - (high / 2 + low / 2)) / np.where(size > 0, size, 1) * RADIUS, apart


def check_labeled_points(points: np.ndarray, labels: np.ndarray) -> None:
    """Raise ValueError, one sentence, unless a data set can be made of these.

    Args:
        points: (n, 2), 10 to 5,000 finite points, not all in one place.
        labels: (n,) whole numbers 0 to k - 1, at least two points of each of 2 to 5 classes.
    """
    if np.ndim(points) != 2 or np.shape(points)[1] != 2:
        raise ValueError(f"points must have the shape (n, 2); got {np.shape(points)}")
    check_integer("the number of points", len(points), MIN_POINTS, MAX_POINTS)
    if np.shape(labels) != (len(points),):
        raise ValueError(f"labels must have the shape ({len(points)},); got {np.shape(labels)}")
    if not np.issubdtype(np.asarray(labels).dtype, np.integer):
        raise ValueError(f"labels must be whole numbers; got {np.asarray(labels).dtype}")
    if not np.isfinite(points).all():
        raise ValueError("every coordinate must be a finite number")
    if (np.ptp(points, axis=0) == 0).all():
        raise ValueError("the points must not all lie in one place")
    if np.min(labels) < 0 or np.max(labels) >= MAX_CLASSES:
        raise ValueError(f"labels must lie between 0 and {MAX_CLASSES - 1}")
    counts = np.bincount(labels)
    check_integer("the number of classes", len(counts), 2, MAX_CLASSES)
    if counts.min() < LEAST_OF_A_CLASS:
        raise ValueError(
            f"every class must have at least {LEAST_OF_A_CLASS} points; "
            f"class {counts.argmin() + 1} has {counts.min()}"
        )


def dataset_from_points(
    points: np.ndarray, labels: np.ndarray, seed: int = 0, name: str = "own"
) -> Dataset:
    """A data set of given points: of each class a quarter, at least one, is kept for the test.

    Args:
        points: (n, 2), where they are to be; see :func:`scale_points`.
        labels: (n,), see :func:`check_labeled_points`.
        seed: 0 to 2**31 - 1; says which points are kept for the test, and the order.
        name: A title.

    Raises:
        ValueError: A sentence that names the rule and the value.
    """
    check_integer("seed", seed, 0, MAX_SEED)
    check_labeled_points(points, labels)
    generator = np.random.Generator(np.random.Philox(key=[seed, len(labels)]))
    order = generator.permutation(len(labels))
    points, labels = np.asarray(points, np.float32)[order], np.asarray(labels, np.int32)[order]
    test = np.zeros(len(labels), bool)
    for cls in range(labels.max() + 1):
        rows = np.flatnonzero(labels == cls)
        test[rows[: max(1, round(TEST_SHARE * len(rows)))]] = True
    return Dataset(
        name, points[~test], labels[~test], points[test], labels[test], int(labels.max()) + 1
    )


def neighbor_accuracy(dataset: Dataset) -> float:
    """Share of the test points that the five nearest training points, by majority, get right.

    A yardstick for data of which nothing is known: Cover and Hart 1967 bound the error of the
    nearest neighbor by twice that of the best possible classifier. Ties go to the smaller class
    number.
    """
    k = min(NEIGHBORS, len(dataset.points))
    votes = np.zeros((len(dataset.test_points), dataset.n_classes), int)
    squares = (dataset.points**2).sum(axis=1)
    # The test point's own square is the same for all, so that it decides nothing.
    distances = squares - 2 * dataset.test_points @ dataset.points.T
    nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]
    for column in dataset.labels[nearest].T:
        votes[np.arange(len(votes)), column] += 1
    return float((votes.argmax(axis=1) == dataset.test_labels).mean())
