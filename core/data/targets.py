"""Functions of one variable to learn.

Conventions as in :mod:`layerwarp.data.datasets`: all random numbers of a target come as one fixed
block, so that more points keep those that were there, and more noise moves each further the same
way.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from layerwarp.checks import check_choice, check_integer, check_number
from layerwarp.data.datasets import MAX_NOISE, MAX_POINTS, MAX_SEED, MIN_POINTS, N_TEST
from layerwarp.data.formula import parse_formula

# Places and values beyond this are too far for a network that starts near 1.
MAX_X = 100.0
MAX_Y = 1000.0

# 95 % of a normal distribution lies within this many standard deviations.
REACH = 1.959964

Function = Callable[[np.ndarray], Any]


@dataclass(frozen=True)
class Target:
    """A function of x on an interval, and points of it to learn from.

    Attributes:
        name: A name of ``TARGETS``, a formula, or a title for people's own points.
        x: Training inputs (n, 1) float32.
        y: The values wanted there, noise included, (n, 1) float32.
        test_x: 1,000 inputs spread evenly from ``low`` to ``high``, (1000, 1) float32.
        test_y: The values there without noise, (1000, 1) float32.
        low: Left end of the interval.
        high: Right end of the interval.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    low: float
    high: float


@dataclass(frozen=True)
class TargetKind:
    """A function ``function(x) -> y`` for float64 x of any shape from ``low`` to ``high``."""

    label: str
    summary: str
    function: Function
    low: float = -1.0
    high: float = 1.0


def _step(x: np.ndarray) -> np.ndarray:
    return np.where(x < 0, 0.0, 1.0)


def sawtooth_values(k: int, x: np.ndarray) -> np.ndarray:
    """2^k straight pieces on [0, 1], up and down between 0 and 1 (Telgarsky 2015)."""
    place = x * 2 ** (k - 1)
    return 1 - np.abs(2 * (place - np.floor(place)) - 1)


def _exercise(x: np.ndarray) -> np.ndarray:
    return np.maximum(2 - 2 * x, 0) + np.maximum(x - 1, 0) + np.maximum(2 * x - 4, 0)


def _sawtooth_kind(k: int) -> TargetKind:
    summary = f"Up and down between 0 and 1 in {2**k} straight pieces; {k} layers of two fold it."
    return TargetKind(f"Sawtooth, {2**k} pieces", summary, partial(sawtooth_values, k), low=0.0)


TARGETS: dict[str, TargetKind] = {
    "square": TargetKind("x²", "The parabola: smooth, bent the same everywhere.", np.square),
    "abs": TargetKind("|x|", "Two straight pieces: two ReLUs make it exactly.", np.abs),
    "sine": TargetKind("Sine", "One wave of sin(x).", np.sin, -np.pi, np.pi),
    "cubic": TargetKind("Cubic", "x³: flat in the middle, steep at the ends.", lambda x: x**3),
    "step": TargetKind("Step", "0 below 0, then 1: no continuous function reaches it.", _step),
    "sawtooth1": _sawtooth_kind(1),
    "sawtooth2": _sawtooth_kind(2),
    "sawtooth3": _sawtooth_kind(3),
    "sawtooth4": _sawtooth_kind(4),
    "sawtooth5": _sawtooth_kind(5),
    "sawtooth6": _sawtooth_kind(6),
    "bump": TargetKind("Bump", "A hill, exp(-x²), flat far out.", lambda x: np.exp(-x * x), -3, 3),
    "exercise": TargetKind(
        "Three slopes",
        "The course's exercise: slopes -2, 1 and 3, with bends at 1 and 2.",
        _exercise,
        0.0,
        3.0,
    ),
}


def make_target(name: str, n_points: int = 200, noise: float = 0.0, seed: int = 0) -> Target:
    """Draw points of a function of the table.

    Args:
        name: A name of ``TARGETS``.
        n_points: Training points, 10 to 5,000, at random places of the interval. The 1,000 test
            points do not depend on it.
        noise: 0 to 0.5, as a fraction of half the function's range: 95 % of the values are moved
            by less than ``noise`` times it (normal, of standard deviation that / 1.96).
        seed: 0 to 2**31 - 1.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    check_choice("name", name, TARGETS)
    kind = TARGETS[name]
    return target_from_function(
        kind.function, kind.low, kind.high, n_points, noise, seed, name=name
    )


def target_from_formula(
    text: str,
    low: float = -1.0,
    high: float = 1.0,
    n_points: int = 200,
    noise: float = 0.0,
    seed: int = 0,
) -> Target:
    """Draw points of a formula in x, such as "sin(3 * x) / 2", from ``low`` to ``high``.

    Raises:
        ValueError: The formula cannot be read (see :func:`layerwarp.data.formula.parse_formula`),
        is not a
            number or beyond 1,000 somewhere on the interval, or another argument is not valid.
    """
    formula = parse_formula(text)
    _check_interval(low, high)
    formula.check(low, high, MAX_Y)
    return target_from_function(formula, low, high, n_points, noise, seed, name=formula.text)


def target_from_function(
    function: Function,
    low: float,
    high: float,
    n_points: int = 200,
    noise: float = 0.0,
    seed: int = 0,
    name: str = "function",
) -> Target:
    """Draw points of any function; all but these as in :func:`make_target`.

    Args:
        function: ``function(x) -> y`` for float64 arrays x; finite and at most 1,000 in size.
        low: Left end of the interval, -100 to 100.
        high: Right end, above ``low``, at most 100.
        n_points: As in :func:`make_target`.
        noise: As in :func:`make_target`.
        seed: As in :func:`make_target`.
        name: What people call it.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    _check_interval(low, high)
    check_integer("n_points", n_points, MIN_POINTS, MAX_POINTS)
    check_number("noise", noise, 0, MAX_NOISE)
    check_integer("seed", seed, 0, MAX_SEED)
    # A formula that is being typed keeps the places of its points.
    key = zlib.crc32((name if name in TARGETS else "function").encode())
    generator = np.random.Generator(np.random.Philox(key=[seed, key]))
    places, jitter = generator.random(MAX_POINTS), generator.standard_normal(MAX_POINTS)
    x = np.clip((low + (high - low) * places).astype(np.float32), low, high)[:n_points]
    test_x = _grid(low, high)
    test_y = _values(function, test_x, low, high, name)
    half_range = np.ptp(test_y) / 2 or 1.0  # a constant has none: then noise counts from 1
    y = _values(function, x, low, high, name)
    y = y + jitter[:n_points] * (noise / REACH * half_range)
    columns = (_column(x), _column(y), _column(test_x), _column(test_y))
    return Target(name, *columns, float(low), float(high))


def target_from_points(
    x: ArrayLike, y: ArrayLike, low: float | None = None, high: float | None = None
) -> Target:
    """People's own points as a target.

    Between points nobody knows the function, so the test values are read off the straight lines
    that join the points (their mean where several share an x; level beyond the outermost).

    Args:
        x: Places (n,), 2 to 5,000 of them, at least two different, -100 to 100.
        y: Values (n,), -1,000 to 1,000.
        low: Left end of the interval; by default the leftmost point.
        high: Right end of the interval; by default the rightmost point.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    x, y = (np.asarray(values, np.float32).astype(float).ravel() for values in (x, y))
    if len(x) != len(y) or not 2 <= len(x) <= MAX_POINTS:
        raise ValueError(
            f"points must be 2 to {MAX_POINTS:,} pairs of x and y; got {len(x)} x and {len(y)} y"
        )
    for name, values, limit in (("x", x, MAX_X), ("y", y, MAX_Y)):
        for value in values[~(np.abs(values) <= limit)][:1]:
            check_number(name, float(value), -limit, limit)
    places, which = np.unique(x, return_inverse=True)
    if len(places) < 2:
        raise ValueError(f"points must have at least two different x; all have {x[0]:g}")
    low, high = (places[0] if low is None else low), (places[-1] if high is None else high)
    _check_interval(low, high)
    if low > places[0] or high < places[-1]:
        raise ValueError(
            f"points must lie between low and high, {low:g} and {high:g}; "
            f"theirs are {places[0]:g} to {places[-1]:g}"
        )
    means = np.bincount(which, y) / np.bincount(which)
    test_x = _grid(low, high)
    test_y = np.interp(test_x, places, means)
    columns = (_column(x), _column(y), _column(test_x), _column(test_y))
    return Target("points", *columns, float(low), float(high))


def _check_interval(low: float, high: float) -> None:
    check_number("low", low, -MAX_X, MAX_X)
    check_number("high", high, -MAX_X, MAX_X)
    # The thousand test points between must be different float32 numbers.
    if not high - low >= 1e-3 * max(1.0, abs(low), abs(high)):
        raise ValueError(f"low must be well below high; got low={low:g} and high={high:g}")


def _grid(low: float, high: float) -> np.ndarray:
    return np.linspace(low, high, N_TEST).astype(np.float32)


def _values(function: Function, x: np.ndarray, low: float, high: float, name: str) -> np.ndarray:
    """float64 values (n,) at x (n,), every one a number within reason."""
    inside = x.astype(float).clip(low, high)  # rounding to float32 may step over the ends
    with np.errstate(all="ignore"):
        y = np.broadcast_to(np.asarray(function(inside), float), x.shape)
    for index in np.flatnonzero(~(np.abs(y) <= MAX_Y))[:1]:
        check_number(f"{name} at x = {x[index]:g}", float(y[index]), -MAX_Y, MAX_Y)
    return y


def _column(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)[:, None]
