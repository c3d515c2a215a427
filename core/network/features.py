"""What a network can be given of a point in the plane in place of its two coordinates.

Each feature is a row, written once over an array namespace ``xp`` (numpy or jax.numpy). Products
are divided by three: where the coordinates run from -3 to 3, as those of all data sets do, so do
they, and no input drowns the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Array = Any  # numpy or JAX

COORDINATES = ("x1", "x2")


@dataclass(frozen=True)
class Feature:
    """One number of a point (x1, x2).

    Attributes:
        label: As people write it.
        formula: Expression in ``x1``, ``x2`` and ``SINE``, which stands for a library's own.
        value: ``value(xp, x1, x2)``, element by element.
        help: What it is good for, in a line.
    """

    label: str
    formula: str
    value: Callable[[ModuleType, Array, Array], Array]
    help: str


DIVIDED = "Divided by 3, it is as large as x₁ and x₂ are: about {} to 3."
SQUARE, PRODUCT = DIVIDED.format(0), DIVIDED.format("−3")
FEATURES: Mapping[str, Feature] = {
    "x1": Feature("x₁", "x1", lambda xp, x1, x2: x1, "How far right the point is."),
    "x2": Feature("x₂", "x2", lambda xp, x1, x2: x2, "How far up the point is."),
    "square1": Feature("x₁² / 3", "x1 * x1 / 3", lambda xp, x1, x2: x1 * x1 / 3, SQUARE),
    "square2": Feature("x₂² / 3", "x2 * x2 / 3", lambda xp, x1, x2: x2 * x2 / 3, SQUARE),
    "product": Feature("x₁x₂ / 3", "x1 * x2 / 3", lambda xp, x1, x2: x1 * x2 / 3, PRODUCT),
    "sine1": Feature(
        "sin x₁", "SINE(x1)", lambda xp, x1, x2: xp.sin(x1), "A wave from left to right."
    ),
    "sine2": Feature("sin x₂", "SINE(x2)", lambda xp, x1, x2: xp.sin(x2), "A wave upwards."),
    "bowl": Feature(
        "(x₁² + x₂²) / 3",
        "(x1 * x1 + x2 * x2) / 3",
        lambda xp, x1, x2: (x1 * x1 + x2 * x2) / 3,
        "A third of the squared distance from the middle.",
    ),
}


def lift(inputs: Sequence[str], x: Array) -> Array:
    """The features of points.

    Args:
        inputs: Names of ``FEATURES``; none at all stands for the coordinates as they come.
        x: (..., 2), or any number of coordinates where there are no names.

    Returns:
        (..., len(inputs)), of the same kind and precision.
    """
    if not inputs:
        return x
    xp = x.__array_namespace__()
    x1, x2 = x[..., 0], x[..., 1]
    return xp.stack([FEATURES[name].value(xp, x1, x2) for name in inputs], axis=-1)


def input_labels(inputs: Sequence[str], n_inputs: int = 2) -> list[str]:
    """What each input of a network is called; names as for :func:`lift`."""
    if inputs:
        return [FEATURES[name].label for name in inputs]
    return [f"x{'₁₂₃'[index]}" for index in range(n_inputs)]
