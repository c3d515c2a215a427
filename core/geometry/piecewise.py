"""The straight pieces of a network of one input, exactly: every breakpoint, slope and intercept.

Layer by layer, the interval is cut where a neuron's pre-activation changes sign. Between two cuts
everything is straight, so its values at the cuts are all that the next layer needs.
"""

from dataclasses import dataclass

import numpy as np

from layerwarp.checks import check_number
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, Parameters

MAX_END = 1e9
MAX_BREAKPOINTS = 200_000

# Shares of what was added up to a number below which it counts as 0: of a pre-activation, which
# carries the roundings of all layers before, and of a change of slope, which is one subtraction.
ZERO, ZERO_BEND = 1e-12, 1e-14


@dataclass(frozen=True)
class PiecewiseLinear:
    """A network of one input as straight pieces; k breakpoints, k + 1 pieces between them.

    Attributes:
        low: Left end of the interval.
        high: Right end of the interval.
        breakpoints: Places (k,), ascending, inside the interval, where a neuron's pre-activation
            changes sign.
        sources: Hidden layer and neuron (k, 2) int, both counted from 0, that bend there; where
            several do, the first layer's first neuron.
        slopes: Of the outputs on every piece (k + 1, n_outputs).
        intercepts: Of the outputs on every piece (k + 1, n_outputs).
        kinks: Which breakpoints bend an output (m,) int; at the others a neuron bends that what
            follows does not pass on.
    """

    low: float
    high: float
    breakpoints: np.ndarray
    sources: np.ndarray
    slopes: np.ndarray
    intercepts: np.ndarray
    kinks: np.ndarray

    @property
    def n_pieces(self) -> int:
        """Straight pieces of the outputs: one more than they have kinks."""
        return len(self.kinks) + 1

    @property
    def ends(self) -> np.ndarray:
        """Both ends of every piece (k + 2,): the interval's, and the breakpoints between."""
        return np.concatenate([[self.low], self.breakpoints, [self.high]])

    def at(self, x: np.ndarray) -> np.ndarray:
        """The outputs (n, n_outputs) at places x (n,) of the interval.

        Raises:
            ValueError: A place lies outside, where the pieces say nothing.
        """
        x = np.asarray(x, float)
        for place in x[~((x >= self.low) & (x <= self.high))][:1]:
            raise ValueError(f"x must lie between {self.low:g} and {self.high:g}; got {place:g}")
        piece = np.searchsorted(self.breakpoints, x)
        return self.slopes[piece] * x[:, None] + self.intercepts[piece]


def piecewise_linear(
    architecture: Architecture, params: Parameters, low: float, high: float
) -> PiecewiseLinear:
    """Every breakpoint of a network between ``low`` and ``high``, in float64.

    Args:
        architecture: One input; activations that are straight below and above zero (relu,
            leaky_relu, abs, identity; the last has no breakpoints).
        params: Its parameters.
        low: Left end of the interval, -1e9 to 1e9.
        high: Right end, above ``low``.

    Raises:
        ValueError: There are two inputs, a smooth activation, parameters that do not fit or are not
            finite, an empty interval, or more than 200,000 breakpoints.
    """
    slopes_below = _check(architecture, params, low, high)
    layers = [Layer(*(np.asarray(part, float) for part in layer)) for layer in params]
    ends, sources = np.array([low, high], float), np.empty((0, 2), int)
    values = ends[:, None]
    with np.errstate(over="ignore", invalid="ignore"):  # caught by the check of each layer
        for index, slope in enumerate(slopes_below):
            ends, values, sources = _cut(layers[index], index, slope, ends, values, sources)
        return _assemble(layers, slopes_below, ends, sources)


def _check(architecture: Architecture, params: Parameters, low: float, high: float) -> list[float]:
    """The slope below zero of every hidden layer, if all arguments are valid."""
    if architecture.n_inputs != 1:
        raise ValueError(f"a network in pieces must have 1 input; got {architecture.n_inputs}")
    slopes = []
    for index, name in enumerate(architecture.activations, start=1):
        slope = ACTIVATIONS[name].negative_slope
        if slope is None:
            straight = [key for key, kind in ACTIVATIONS.items() if kind.negative_slope is not None]
            raise ValueError(
                "a network has straight pieces only where every activation is one of "
                f"{', '.join(straight)}; layer {index} has {name!r}"
            )
        slopes.append(slope)
    shapes = [np.shape(layer.weights) for layer in params]
    if shapes != list(architecture.shapes):
        raise ValueError(f"weights must have the shapes {architecture.shapes}; got {shapes}")
    for index, layer in enumerate(params, start=1):
        if not all(np.isfinite(part).all() for part in layer):
            raise ValueError(f"weights and biases must be finite numbers; layer {index}'s are not")
    check_number("low", low, -MAX_END, MAX_END)
    check_number("high", high, -MAX_END, MAX_END)
    if not low < high:
        raise ValueError(f"low must be below high; got low={low:g} and high={high:g}")
    return slopes


def _cut(
    layer: Layer,
    index: int,
    slope: float,
    ends: np.ndarray,
    values: np.ndarray,
    sources: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send ``values`` (v, fan_in) at ``ends`` (v,) through a layer, with new ends where it bends.

    Returns:
        Ends (w,), the layer's outputs there (w, fan_out), and the sources of the inner ends.
    """
    pre = values @ layer.weights + layer.bias
    _check_finite(pre)
    summed = np.abs(values) @ np.abs(layer.weights) + np.abs(layer.bias)
    pre[np.abs(pre) <= ZERO * summed.max(axis=0)] = 0
    if slope == 1:
        return ends, pre, sources
    # In one dimension cuts of one layer do not meet: each neuron cuts a piece once or not at all.
    piece, neuron = np.nonzero(np.sign(pre[:-1]) * np.sign(pre[1:]) < 0)
    if len(ends) + len(piece) - 2 > MAX_BREAKPOINTS:
        raise ValueError(f"the network must have at most {MAX_BREAKPOINTS:,} breakpoints")
    left, right = pre[piece, neuron], pre[piece + 1, neuron]
    share = left / (left - right)
    new_ends = ends[piece] + share * (ends[piece + 1] - ends[piece])
    new_pre = pre[piece] + share[:, None] * (pre[piece + 1] - pre[piece])
    new_pre[np.arange(len(piece)), neuron] = 0
    new_sources = np.stack([np.full(len(piece), index), neuron], axis=1)
    inner = np.concatenate([ends[1:-1], new_ends])
    order = np.argsort(inner, kind="stable")  # of equal places the earliest neuron comes first
    order = order[_apart(inner[order], ends[0], ends[-1])]
    pre = np.concatenate([pre[:1], np.concatenate([pre[1:-1], new_pre])[order], pre[-1:]])
    ends = np.concatenate([ends[:1], inner[order], ends[-1:]])
    return (
        ends,
        np.where(pre > 0, pre, slope * pre),
        np.concatenate([sources, new_sources])[order],
    )


def _apart(inner: np.ndarray, low: float, high: float) -> np.ndarray:
    """Which of the ascending places are farther than rounding from the one before and the ends."""
    tolerance = ZERO * (high - low)
    before = np.concatenate([[low], inner[:-1]])
    return (inner - before > tolerance) & (high - inner > tolerance)


def _assemble(
    layers: list[Layer], slopes_below: list[float], ends: np.ndarray, sources: np.ndarray
) -> PiecewiseLinear:
    """Slopes and intercepts of every piece: the chain of matrices, masked as in its middle."""
    middles = (ends[:-1] + ends[1:])[:, None] / 2
    slopes, intercepts = np.ones_like(middles), np.zeros_like(middles)
    summed = np.ones_like(middles)  # what the slopes would be if nothing canceled
    for index, layer in enumerate(layers):
        slopes, intercepts = slopes @ layer.weights, intercepts @ layer.weights + layer.bias
        summed = summed @ np.abs(layer.weights)
        _check_finite(slopes * middles + intercepts)
        if index < len(slopes_below):
            factor = np.where(slopes * middles + intercepts > 0, 1.0, slopes_below[index])
            slopes, intercepts = factor * slopes, factor * intercepts
            summed = np.abs(factor) * summed
    bends = np.abs(np.diff(slopes, axis=0)) > ZERO_BEND * (summed[:-1] + summed[1:])
    kinks = np.flatnonzero(bends.any(axis=1))
    return PiecewiseLinear(
        float(ends[0]), float(ends[-1]), ends[1:-1], sources, slopes, intercepts, kinks
    )


def _check_finite(values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise ValueError("the weights must be smaller; with these the network's values overflow")
