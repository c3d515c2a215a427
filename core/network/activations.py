"""Activation functions: value, derivative and what each is called.

Every function is written once over an array namespace ``xp`` (numpy or jax.numpy), so that the
compiled program, the numpy fall-back and the tests share one formula.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

Array = Any  # numpy or JAX: the functions below serve both

LEAKY_SLOPE = 0.1
GELU_SCALE = float(np.sqrt(2 / np.pi))
GELU_CUBIC = 0.044715


@dataclass(frozen=True)
class Activation:
    """One activation function.

    Attributes:
        label: Name for people.
        formula: The function in plain text.
        value: ``value(xp, z, mask) -> h``; ``z`` and ``h`` are (n, width). ``mask`` (width,) is 1
            for real neurons and 0 for padding; only functions that couple neurons look at it.
        pullback: ``pullback(xp, z, h, g) -> g_z``: the gradient with respect to ``z`` when ``g``
            is the gradient with respect to ``h`` (a vector-Jacobian product).
        negative_slope: Slope below zero if the function is piecewise linear with slope 1 above
            zero, else None.
    """

    label: str
    formula: str
    value: Callable[[ModuleType, Array, Array], Array]
    pullback: Callable[[ModuleType, Array, Array, Array], Array]
    negative_slope: float | None = None


def _elementwise(
    label: str,
    formula: str,
    function: Callable[[ModuleType, Array], Array],
    derivative: Callable[[ModuleType, Array, Array], Array],
) -> Activation:
    """An activation that looks at one neuron at a time; ``derivative(xp, z, h)``."""
    return Activation(
        label,
        formula,
        value=lambda xp, z, mask: function(xp, z),
        pullback=lambda xp, z, h, g: g * derivative(xp, z, h),
    )


def _piecewise_linear(label: str, formula: str, slope: float) -> Activation:
    """Slope 1 above zero and ``slope`` below; the derivative at zero is the one below."""
    return Activation(
        label,
        formula,
        value=lambda xp, z, mask: xp.where(z > 0, z, slope * z),
        pullback=lambda xp, z, h, g: xp.where(z > 0, g, slope * g),
        negative_slope=slope,
    )


def sigmoid(xp: ModuleType, z: Array) -> Array:
    """1 / (1 + exp(-z)), written with tanh so that no z overflows."""
    return 0.5 + 0.5 * xp.tanh(0.5 * z)


def _gelu_inner(xp: ModuleType, z: Array) -> Array:
    return xp.tanh(GELU_SCALE * z * (1 + GELU_CUBIC * z * z))


def _gelu_derivative(xp: ModuleType, z: Array, h: Array) -> Array:
    inner = _gelu_inner(xp, z)
    slope = GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z)
    return 0.5 * (1 + inner) + 0.5 * z * (1 - inner * inner) * slope


def _silu_derivative(xp: ModuleType, z: Array, h: Array) -> Array:
    gate = sigmoid(xp, z)
    return gate + h * (1 - gate)


def _softmax(xp: ModuleType, z: Array, mask: Array) -> Array:
    # The finite stand-in for -inf keeps padded neurons out of the maximum without making NaN.
    shifted = xp.where(mask > 0, z, -1e30)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    exponential = xp.exp(shifted)
    return exponential / exponential.sum(axis=-1, keepdims=True)


def _softmax_pullback(xp: ModuleType, z: Array, h: Array, g: Array) -> Array:
    return h * (g - (g * h).sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, Activation] = {
    "relu": _piecewise_linear("ReLU", "max(z, 0)", 0.0),
    "leaky_relu": _piecewise_linear("Leaky ReLU", "z above 0, 0.1 z below", LEAKY_SLOPE),
    "tanh": _elementwise("Tanh", "tanh(z)", lambda xp, z: xp.tanh(z), lambda xp, z, h: 1 - h * h),
    "sigmoid": _elementwise("Sigmoid", "1 / (1 + exp(-z))", sigmoid, lambda xp, z, h: h * (1 - h)),
    "softplus": _elementwise(
        "Softplus",
        "log(1 + exp(z))",
        lambda xp, z: xp.maximum(z, 0) + xp.log1p(xp.exp(-xp.abs(z))),
        lambda xp, z, h: sigmoid(xp, z),
    ),
    "elu": _elementwise(
        "ELU",
        "z above 0, exp(z) - 1 below",
        lambda xp, z: xp.where(z > 0, z, xp.expm1(xp.minimum(z, 0))),
        lambda xp, z, h: xp.where(z > 0, xp.ones_like(z), h + 1),
    ),
    "gelu": _elementwise(
        "GELU",
        "z times the normal distribution up to z (tanh form)",
        lambda xp, z: 0.5 * z * (1 + _gelu_inner(xp, z)),
        _gelu_derivative,
    ),
    "silu": _elementwise(
        "SiLU", "z / (1 + exp(-z))", lambda xp, z: z * sigmoid(xp, z), _silu_derivative
    ),
    "sine": _elementwise("Sine", "sin(z)", lambda xp, z: xp.sin(z), lambda xp, z, h: xp.cos(z)),
    "abs": _piecewise_linear("Absolute value", "|z|", -1.0),
    "identity": _piecewise_linear("None (identity)", "z", 1.0),
    "softmax": Activation(
        "Softmax over the layer", "exp(z) / sum of exp", _softmax, _softmax_pullback
    ),
}


def activate(name: str, z: Array) -> Array:
    """The activation ``name`` at pre-activations ``z`` (n, width) -> (n, width)."""
    xp = z.__array_namespace__()
    return ACTIVATIONS[name].value(xp, z, xp.ones(z.shape[-1], z.dtype))
