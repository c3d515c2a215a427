"""Labeled points in the plane to train on.

Every shape is drawn on the unit disc or square and scaled by :data:`RADIUS`. All random numbers of
a data set come as one fixed block: more points keep those that were there, and more noise moves
every point further along its own direction.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from layerwarp.checks import check_choice, check_integer, check_number

RADIUS = 3.0
MIN_POINTS = 10
MAX_POINTS = 5000
N_TEST = 1000
MAX_NOISE = 0.5
MAX_SEED = 2**31 - 1

# 95 % of a normal distribution in the plane lies within this many standard deviations.
REACH = float(np.sqrt(-2 * np.log(0.05)))


@dataclass(frozen=True)
class Dataset:
    """Points of two or more classes, in two dimensions.

    Attributes:
        name: A name of ``DATASETS``, or a title for people's own data.
        points: Training points (n, 2) float32.
        labels: Their classes (n,) int32, 0 to ``n_classes`` - 1.
        test_points: Points that training does not see, (m, 2) float32.
        test_labels: Their classes (m,) int32.
        n_classes: 2 to 5.
    """

    name: str
    points: np.ndarray
    labels: np.ndarray
    test_points: np.ndarray
    test_labels: np.ndarray
    n_classes: int


@dataclass(frozen=True)
class DatasetKind:
    """A shape: ``function(labels, draws) -> points``.

    ``labels`` (n,) are the classes asked for, ``draws`` (n, 3) are uniform on [0, 1) and
    ``points`` (n, 2) lie within the unit square. ``jitter`` says which coordinates noise moves.
    A straight cut separates the classes of some (``straight``); in others one class lies all around
    the other (``surrounded``). ``reachable`` is the test accuracy that a good network gets with a
    noise of 0.1 (measured over ten seeds).
    """

    label: str
    summary: str
    function: Callable[[np.ndarray, np.ndarray], np.ndarray]
    n_classes: int = 2
    jitter: tuple[float, float] = (1.0, 1.0)
    straight: bool = False
    surrounded: bool = False
    reachable: float = 0.95


def _polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _sign(uniform: np.ndarray) -> np.ndarray:
    return np.where(uniform < 0.5, -1.0, 1.0)


def _blob(draws: np.ndarray, edge: float, deviation: float) -> np.ndarray:
    """A normal distribution of the given standard deviation, cut off at radius ``edge``."""
    inside = 1 - np.exp(-0.5 * (edge / deviation) ** 2)
    radius = deviation * np.sqrt(-2 * np.log1p(-draws[:, 0] * inside))
    return _polar(radius, 2 * np.pi * draws[:, 1])


def _gaussians(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    center = np.where(labels == 1, 1.0, -1.0)[:, None] * np.sqrt(0.125)
    return center + _blob(draws, edge=0.5, deviation=0.125)


def _blobs(n_classes: int, labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    angle = np.pi / 2 + 2 * np.pi * labels / n_classes
    center = _polar(np.full(len(labels), 2 / 3), angle)
    return center + _blob(draws, edge=1 / 3, deviation=1 / 9)


def _xor(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    margin = 0.06  # keeps most jitter from carrying points over the axes
    x_sign = _sign(draws[:, 2])
    y_sign = np.where(labels == 1, -x_sign, x_sign)
    return np.stack([x_sign, y_sign], axis=1) * (margin + (1 - margin) * draws[:, :2])


def _circles(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    return _polar(np.where(labels == 1, 1.0, 0.5), 2 * np.pi * draws[:, 0])


def _moons(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    arc = _polar(np.ones(len(labels)), np.pi * draws[:, 0])
    lower = np.array([1.0, 0.5]) - arc
    points = np.where(labels[:, None] == 1, lower, arc) - np.array([0.5, 0.25])
    return points / np.hypot(1.5, 0.25)  # the tips, the farthest points, lie on the unit circle


def _spiral(arms: int, turns: float, labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    # The square root spreads points evenly along the arm; the center, where arms meet, stays free.
    radius = np.sqrt(0.01 + 0.99 * draws[:, 0])
    return _polar(radius, 2 * np.pi * (turns * radius + labels / arms))


def _checkerboard(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    cells, margin = 4, 0.1  # cells a side; free border of each cell, as a share of it
    column, step = np.divmod(np.floor(8 * draws[:, 2]), 2)
    row = 2 * step + (column + labels) % 2
    corner = np.stack([column, row], axis=1)
    return 2 * (corner + margin + (1 - 2 * margin) * draws[:, :2]) / cells - 1


def _nested(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    inner, outer = np.where(labels == 1, 4 / 9, 0), np.where(labels == 1, 1, 1 / 9)
    return _polar(np.sqrt(inner + (outer - inner) * draws[:, 0]), 2 * np.pi * draws[:, 1])


def _wave(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    across, side = 2 * draws[:, 0] - 1, np.where(labels == 1, 1.0, -1.0)
    height = 0.45 * np.sin(1.5 * np.pi * across) + side * (0.1 + 0.4 * draws[:, 1])
    return np.stack([across, height], axis=1)


def _interval(labels: np.ndarray, draws: np.ndarray) -> np.ndarray:
    distance = np.where(labels == 1, 2 + draws[:, 0], draws[:, 0]) / 3
    return np.stack([_sign(draws[:, 2]) * distance, np.zeros(len(labels))], axis=1)


DATASETS: dict[str, DatasetKind] = {
    "gaussians": DatasetKind(
        "Gaussians", "Two clouds that one line separates.", _gaussians, straight=True
    ),
    "xor": DatasetKind("XOR", "Opposite quadrants share a class; no line separates them.", _xor),
    "circles": DatasetKind(
        "Circles", "One circle around another.", _circles, surrounded=True, reachable=0.97
    ),
    "moons": DatasetKind(
        "Moons", "Two half circles that reach into each other.", _moons, reachable=0.97
    ),
    "spiral": DatasetKind("Spiral", "Two arms wound around each other.", partial(_spiral, 2, 1.75)),
    "spirals3": DatasetKind(
        "Three spirals", "Three arms, a class each.", partial(_spiral, 3, 1.0), n_classes=3
    ),
    "checkerboard": DatasetKind(
        "Checkerboard", "Four by four cells of alternating class.", _checkerboard, reachable=0.88
    ),
    "nested": DatasetKind(
        "Nested",
        "A disc inside a ring: two neurons a layer cannot part them.",
        _nested,
        surrounded=True,
    ),
    "interval": DatasetKind(
        "Interval", "On a line: the middle third against both ends.", _interval, jitter=(1.0, 0.0)
    ),
    "wave": DatasetKind("Wave", "Two bands along a wave, one above the other.", _wave),
    "blobs3": DatasetKind(
        "3 blobs", "Three clouds, a class each.", partial(_blobs, 3), 3, straight=True
    ),
    "blobs4": DatasetKind(
        "4 blobs", "Four clouds, a class each.", partial(_blobs, 4), 4, straight=True
    ),
    "blobs5": DatasetKind(
        "5 blobs", "Five clouds, a class each.", partial(_blobs, 5), 5, straight=True
    ),
}


def _shuffled_labels(generator: np.random.Generator, n_classes: int, n_points: int) -> np.ndarray:
    """Random order with every prefix balanced: one permutation of the classes after another."""
    blocks = generator.random((n_points // n_classes + 1, n_classes)).argsort(axis=1)
    return blocks.ravel()[:n_points].astype(np.int32)


def make_dataset(name: str, n_points: int = 400, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Draw a data set.

    Args:
        name: A name of ``DATASETS``.
        n_points: Training points, 10 to 5,000. The 1,000 test points do not depend on it.
        noise: 0 to 0.5, as a fraction of the radius, 3: 95 % of the points are moved by less than
            ``noise * 3`` (normal jitter of standard deviation ``noise * 3 / 2.45``). Zero gives the
            exact shape.
        seed: 0 to 2**31 - 1.

    Returns:
        Training and test points in random order, the same number of every class give or take one.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    check_choice("name", name, DATASETS)
    check_integer("n_points", n_points, MIN_POINTS, MAX_POINTS)
    check_number("noise", noise, 0, MAX_NOISE)
    check_integer("seed", seed, 0, MAX_SEED)
    kind = DATASETS[name]
    generator = np.random.Generator(np.random.Philox(key=[seed, zlib.crc32(name.encode())]))
    total = N_TEST + MAX_POINTS  # always all of them, so that no argument shifts the draws
    draws = generator.random((total, 3))
    jitter = generator.standard_normal((total, 2)) * kind.jitter * (noise / REACH)
    test_labels = _shuffled_labels(generator, kind.n_classes, N_TEST)
    labels = _shuffled_labels(generator, kind.n_classes, MAX_POINTS)[:n_points]

    def place(labels: np.ndarray, first: int) -> np.ndarray:
        rows = slice(first, first + len(labels))
        return (RADIUS * (kind.function(labels, draws[rows]) + jitter[rows])).astype(np.float32)

    return Dataset(
        name, place(labels, N_TEST), labels, place(test_labels, 0), test_labels, kind.n_classes
    )
