"""Networks of one input and ReLUs whose weights theory writes down, without training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from layerwarp.checks import check_integer
from layerwarp.geometry.piecewise import PiecewiseLinear
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture
from layerwarp.network.forward_pass import Layer

MAX_FOLDS = 16
MAX_SHALLOW_FOLDS = 10
MAX_UNITS = 1024


@dataclass(frozen=True)
class ConstructedArchitecture(Architecture):
    """An architecture beyond the limits of those that are trained."""

    max_depth: ClassVar[int] = MAX_FOLDS
    max_width: ClassVar[int] = MAX_UNITS


Construction = tuple[Architecture, list[Layer]]


def sawtooth(k: int) -> Construction:
    """The sawtooth of 2^k straight pieces on [0, 1]: k hidden layers of two ReLUs, float64.

    Each layer folds the interval in two: 2 relu(x) - 4 relu(x - 1/2) goes up to 1 and down again
    (Telgarsky 2015, "Representation benefits of deep feedforward networks"). 6 k + 1 parameters.

    Args:
        k: 1 to 16. More than 10 layers come as a :class:`ConstructedArchitecture`.

    Raises:
        ValueError: ``k`` is not valid.
    """
    check_integer("k", k, 1, MAX_FOLDS)
    fold = np.array([[2.0], [-4.0]])
    first = Layer(np.ones((1, 2)), np.array([0.0, -0.5]))
    inner = Layer(np.hstack([fold, fold]), np.array([0.0, -0.5]))
    return _network([first, *[inner] * (k - 1), Layer(fold, np.zeros(1))])


def shallow_sawtooth_width(k: int) -> int:
    """ReLUs that one hidden layer needs for the sawtooth of 2^k straight pieces, no fewer: 2^k.

    Its 2^k - 1 kinks need as many ReLUs, one each; and one more is needed for the slope at 0. For
    the slope of the first piece is minus the sum of the bends of those ReLUs that look left, a
    multiple of 2 * 2^k, and it must be 2^k. (Some other function of as many pieces can do with
    one ReLU less.)

    Raises:
        ValueError: ``k`` is not from 1 to 16.
    """
    check_integer("k", k, 1, MAX_FOLDS)
    return int(2**k)


def shallow_sawtooth(k: int) -> Construction:
    """The same function as :func:`sawtooth` with one hidden layer of 2^k ReLUs, float64.

    As few as :func:`shallow_sawtooth_width` says; 3 * 2^k + 1 parameters.

    Args:
        k: 1 to 10. More than 64 neurons come as a :class:`ConstructedArchitecture`.

    Raises:
        ValueError: ``k`` is not valid.
    """
    check_integer("k", k, 1, MAX_SHALLOW_FOLDS)
    n = shallow_sawtooth_width(k)
    hidden = Layer(np.ones((1, n)), -np.arange(n) / n)
    bends = 2.0 * n * np.where(np.arange(n) % 2 == 1, -1, 1)
    bends[0] = n
    return _network([hidden, Layer(bends[:, None], np.zeros(1))])


def deep_square(k: int, shifted: bool = True) -> Construction:
    """x^2 on [0, 1] by folding: k hidden layers of widths 2, 3, ..., 3, float64.

    x^2 read off at the multiples of 2^-k and joined by straight lines is x minus the sawtooths of
    1 to k folds, each divided by 4^folds (Yarotsky 2017, "Error bounds for approximations with deep
    ReLU networks", Proposition 2). The third neuron of each layer carries what was summed so far.

    Args:
        k: 1 to 16. More than 10 layers come as a :class:`ConstructedArchitecture`.
        shifted: Whether the output's bias moves it down by half the largest error, which halves it.

    Returns:
        A network whose largest error is 4^-(k + 1), and 4^-k / 8 if shifted.

    Raises:
        ValueError: ``k`` is not valid.
    """
    check_integer("k", k, 1, MAX_FOLDS)
    fold, total = np.array([2.0, -4.0]), np.array([1.0, 0.0])
    layers = [Layer(np.ones((1, 2)), np.array([0.0, -0.5]))]
    for level in range(1, k + 1):
        total = total - fold / 4**level
        if level < k:
            layers.append(Layer(np.stack([fold, fold, total], axis=1), np.array([0.0, -0.5, 0.0])))
            fold, total = np.array([2.0, -4.0, 0.0]), np.array([0.0, 0.0, 1.0])
    shift = 4.0 ** -(k + 1) / 2 if shifted else 0.0
    return _network([*layers, Layer(total[:, None], np.array([-shift]))])


def best_shallow_square(m: int, squares: bool = False) -> Construction:
    """The best fit of x^2 on [0, 1] by one hidden layer of m ReLUs and an output bias, float64.

    A level piece, then m pieces of which each leaves x^2 by the same error E at its ends and, on
    the other side, in its middle. A piece of width d can do with d^2 / 8, the level one, half as
    wide, is as far off; so E = 1 / (2 (2 m + 1)^2), the kinks lie 2 / (2 m + 1) apart, and every
    ReLU bends by the same 4 / (2 m + 1).

    By least squares the best has the same pieces, only higher: with h = 1 / (2 m + 1), half the
    width of a piece, x^2 leaves the line that is nearest to it by t^2 - h^2 / 3, t from -h to h (a
    multiple of the second Legendre polynomial), which is the same 2 h^2 / 3 at every end, 4 / 3 of
    E. Its mean square is 4 h^4 / 45.

    Args:
        m: 1 to 1,024. More than 64 neurons come as a :class:`ConstructedArchitecture`.
        squares: Whether the mean square of the error is to be least, in place of the largest error.

    Raises:
        ValueError: ``m`` is not valid.
    """
    check_integer("m", m, 1, MAX_UNITS)
    half = 1 / (2 * m + 1)
    hidden = Layer(np.ones((1, m)), -half * (1 + 2 * np.arange(m)))
    level = half**2 / (3 if squares else 2)
    return _network([hidden, Layer(np.full((m, 1), 4 * half), np.array([level]))])


def largest_square_error(pieces: PiecewiseLinear) -> float:
    """The largest |f(x) - x^2| of the first output over the interval of ``pieces``, exactly.

    On a piece the difference is a parabola: it is farthest from 0 at an end of the piece or at its
    apex, where x is half the slope.
    """
    left, right = pieces.ends[:-1], pieces.ends[1:]
    slope, intercept = pieces.slopes[:, 0], pieces.intercepts[:, 0]
    places = np.stack([left, right, np.clip(slope / 2, left, right)])
    return float(np.abs(slope * places + intercept - places**2).max())


def _network(layers: Sequence[Layer]) -> Construction:
    widths = tuple(len(layer.bias) for layer in layers[:-1])
    small = len(widths) <= MAX_DEPTH and max(widths) <= MAX_WIDTH
    kind = Architecture if small else ConstructedArchitecture
    return kind(widths, n_inputs=1), list(layers)
