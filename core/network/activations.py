"""Activation functions: one row each, with all that is known of it.

Every function is written once over an array namespace ``xp`` (numpy or jax.numpy), so that the
compiled program, the numpy fall-back and the tests share one formula.
"""

from collections.abc import Callable, Mapping
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
    """One activation function: all that is known of it, but for its formula in JavaScript.

    Attributes:
        label: Name for people, in menus and titles.
        symbol: How it is written in a formula and inside a sentence.
        bends: What it does to the values, the rest of a sentence that begins "Layer 1 bends:", in
            six words at most for captions of things that move; empty if it does nothing.
        code: Library -> the function as an expression there. Libraries mean different things by the
            same name (Keras's leaky ReLU falls at 0.2, PyTorch's and JAX's at 0.01; GELU is the
            exact form in PyTorch and Keras, the tanh form in JAX), so arguments are written out.
        value: ``value(xp, z, mask) -> h``; ``z`` and ``h`` are (n, width). ``mask`` (width,) is 1
            for real neurons and 0 for padding; only functions that couple neurons look at it.
        pullback: ``pullback(xp, z, h, g) -> g_z``: the gradient with respect to ``z`` when ``g``
            is the gradient with respect to ``h`` (a vector-Jacobian product).
        negative_slope: Slope below zero if the function is piecewise linear with slope 1 above
            zero, else None.
        nearest_straight: Name of the piecewise-linear one that comes nearest to a smooth one.
        monotone: Whether it is continuous and never falls, as theorems on narrow networks ask.
        switches: Whether a neuron counts as on where z > 0 and as off elsewhere.
        bounded: Whether no value, however large, leaves [-1, 1].
        spread: Standard deviation that the data-driven start gives its pre-activations: wide enough
            to use the bend of the function, narrow enough not to saturate it. Measured over six
            data sets.
    """

    label: str
    symbol: str
    bends: str
    code: Mapping[str, str]
    value: Callable[[ModuleType, Array, Array], Array]
    pullback: Callable[[ModuleType, Array, Array, Array], Array]
    negative_slope: float | None = None
    nearest_straight: str = "relu"
    monotone: bool = False
    switches: bool = False
    bounded: bool = False
    spread: float = 1.4

    @property
    def folds(self) -> bool:
        """Whether it folds space where a value is 0: it is straight on both sides, not across."""
        return self.negative_slope not in (None, 1.0)


def _pointwise(
    function: Callable[[ModuleType, Array], Array],
    derivative: Callable[[ModuleType, Array, Array], Array],
) -> dict[str, Any]:
    """Fields of an activation that looks at one neuron at a time; ``derivative(xp, z, h)``."""
    return {
        "value": lambda xp, z, mask: function(xp, z),
        "pullback": lambda xp, z, h, g: g * derivative(xp, z, h),
    }


def _straight(slope: float) -> dict[str, Any]:
    """Fields of slope 1 above zero and ``slope`` below; the derivative at zero is the one below."""
    return {
        "value": lambda xp, z, mask: xp.where(z > 0, z, slope * z),
        "pullback": lambda xp, z, h, g: xp.where(z > 0, g, slope * g),
        "negative_slope": slope,
    }


def sigmoid(xp: ModuleType, z: Array) -> Array:
    """1 / (1 + exp(-z)), written with tanh so that no z overflows."""
    return 0.5 + 0.5 * xp.tanh(0.5 * z)


def softplus(xp: ModuleType, z: Array) -> Array:
    """log(1 + exp(z)), written so that no z overflows."""
    return xp.maximum(z, 0) + xp.log1p(xp.exp(-xp.abs(z)))


def _gelu_inner(xp: ModuleType, z: Array) -> Array:
    return xp.tanh(GELU_SCALE * z * (1 + GELU_CUBIC * z * z))


def _gelu_derivative(xp: ModuleType, z: Array, h: Array) -> Array:
    inner = _gelu_inner(xp, z)
    slope = GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z)
    return 0.5 * (1 + inner) + 0.5 * z * (1 - inner * inner) * slope


def _silu_derivative(xp: ModuleType, z: Array, h: Array) -> Array:
    gate = sigmoid(xp, z)
    return gate + h * (1 - gate)


def _mish_derivative(xp: ModuleType, z: Array, h: Array) -> Array:
    gate = xp.tanh(softplus(xp, z))
    return gate + z * sigmoid(xp, z) * (1 - gate * gate)


def _softmax(xp: ModuleType, z: Array, mask: Array) -> Array:
    # The finite stand-in for -inf keeps padded neurons out of the maximum without making NaN.
    shifted = xp.where(mask > 0, z, -1e30)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    exponential = xp.exp(shifted)
    return exponential / exponential.sum(axis=-1, keepdims=True)


def _softmax_pullback(xp: ModuleType, z: Array, h: Array, g: Array) -> Array:
    return h * (g - (g * h).sum(axis=-1, keepdims=True))


def _code(numpy: str, jax: str, torch: str, keras: str) -> dict[str, str]:
    return {"numpy": numpy, "jax": jax, "torch": torch, "keras": keras}


SAME = "lambda z: z"
NUMPY_GELU = f"0.5 * z * (1 + np.tanh({GELU_SCALE!r} * z * (1 + {GELU_CUBIC} * z * z)))"
NUMPY_SOFTMAX = "(e := np.exp(z - z.max(axis=1, keepdims=True))) / e.sum(axis=1, keepdims=True)"

ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        "ReLU",
        "ReLU",
        "negative sums z become 0",
        _code("lambda z: np.maximum(z, 0)", "jax.nn.relu", "torch.relu", "keras.activations.relu"),
        **_straight(0.0),
        monotone=True,
        switches=True,
    ),
    "leaky_relu": Activation(
        "Leaky ReLU",
        "leaky ReLU",
        "negative sums z shrink tenfold",
        _code(
            f"lambda z: np.where(z > 0, z, {LEAKY_SLOPE} * z)",
            f"lambda z: jax.nn.leaky_relu(z, {LEAKY_SLOPE})",
            f"lambda z: torch.nn.functional.leaky_relu(z, {LEAKY_SLOPE})",
            f"lambda z: keras.activations.leaky_relu(z, negative_slope={LEAKY_SLOPE})",
        ),
        **_straight(LEAKY_SLOPE),
        monotone=True,
        switches=True,
    ),
    "tanh": Activation(
        "Tanh",
        "tanh",
        "values end between −1 and 1",
        _code("np.tanh", "jnp.tanh", "torch.tanh", "keras.activations.tanh"),
        **_pointwise(lambda xp, z: xp.tanh(z), lambda xp, z, h: 1 - h * h),
        monotone=True,
        bounded=True,
        spread=1.5,
    ),
    "sigmoid": Activation(
        "Sigmoid",
        "sigmoid",
        "values end between 0 and 1",
        _code(
            "lambda z: 0.5 + 0.5 * np.tanh(0.5 * z)",
            *("jax.nn.sigmoid", "torch.sigmoid", "keras.activations.sigmoid"),
        ),
        **_pointwise(sigmoid, lambda xp, z, h: h * (1 - h)),
        monotone=True,
        bounded=True,
        spread=3.0,
    ),
    "softplus": Activation(
        "Softplus",
        "softplus",
        "negative values fade towards 0, softly",
        _code(
            *("lambda z: np.logaddexp(z, 0)", "jax.nn.softplus"),
            *("torch.nn.functional.softplus", "keras.activations.softplus"),
        ),
        **_pointwise(softplus, lambda xp, z, h: sigmoid(xp, z)),
        monotone=True,
    ),
    "elu": Activation(
        "ELU",
        "ELU",
        "negative values stay above −1",
        _code(
            "lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0)))",
            *("jax.nn.elu", "torch.nn.functional.elu", "keras.activations.elu"),
        ),
        **_pointwise(
            lambda xp, z: xp.where(z > 0, z, xp.expm1(xp.minimum(z, 0))),
            lambda xp, z, h: xp.where(z > 0, xp.ones_like(z), h + 1),
        ),
        nearest_straight="leaky_relu",
        monotone=True,
        switches=True,
    ),
    "gelu": Activation(
        "GELU",
        "GELU",
        "negative values fade to 0, softly",
        _code(
            f"lambda z: {NUMPY_GELU}",
            "lambda z: jax.nn.gelu(z, approximate=True)",
            "lambda z: torch.nn.functional.gelu(z, approximate='tanh')",
            "lambda z: keras.activations.gelu(z, approximate=True)",
        ),
        **_pointwise(lambda xp, z: 0.5 * z * (1 + _gelu_inner(xp, z)), _gelu_derivative),
        switches=True,
    ),
    "silu": Activation(
        "SiLU",
        "SiLU",
        "negative values fade to 0, softly",
        _code(
            "lambda z: z * (0.5 + 0.5 * np.tanh(0.5 * z))",
            *("jax.nn.silu", "torch.nn.functional.silu", "keras.activations.silu"),
        ),
        **_pointwise(lambda xp, z: z * sigmoid(xp, z), _silu_derivative),
        switches=True,
    ),
    "mish": Activation(
        "Mish",
        "mish",
        "negative values fade to 0, softly",
        _code(
            "lambda z: z * np.tanh(np.logaddexp(z, 0))",
            *("jax.nn.mish", "torch.nn.functional.mish", "keras.activations.mish"),
        ),
        **_pointwise(lambda xp, z: z * xp.tanh(softplus(xp, z)), _mish_derivative),
        switches=True,
    ),
    "sine": Activation(
        "Sine",
        "sine",
        "all fold into a wave",
        _code("np.sin", "jnp.sin", "torch.sin", "keras.ops.sin"),
        **_pointwise(lambda xp, z: xp.sin(z), lambda xp, z, h: xp.cos(z)),
        nearest_straight="abs",
        bounded=True,
        spread=1.5,
    ),
    "abs": Activation(
        "Absolute value",
        "abs",
        "negative sums z become positive",
        _code("np.abs", "jnp.abs", "torch.abs", "keras.ops.abs"),
        **_straight(-1.0),
    ),
    "identity": Activation(
        "None (identity)",
        "identity",
        "",
        _code(SAME, SAME, SAME, "keras.activations.linear"),
        **_straight(1.0),
        monotone=True,
        spread=1.0,
    ),
    "softmax": Activation(
        "Softmax over the layer",
        "softmax",
        "the neurons share out 100 %",
        _code(
            f"lambda z: {NUMPY_SOFTMAX}",
            *("lambda z: jax.nn.softmax(z, axis=-1)", "lambda z: torch.softmax(z, dim=-1)"),
            "keras.activations.softmax",
        ),
        value=_softmax,
        pullback=_softmax_pullback,
        bounded=True,
        spread=1.5,
    ),
}


def activate(name: str, z: Array) -> Array:
    """The activation ``name`` at pre-activations ``z`` (n, width) -> (n, width)."""
    xp = z.__array_namespace__()
    return ACTIVATIONS[name].value(xp, z, xp.ones(z.shape[-1], z.dtype))


def bend(name: str, z: Array, t: float) -> Array:
    """Pre-activations ``z`` (n, width) at share ``t``, 0 to 1, of the way to their activations.

    Every value goes straight from z to act(z): none overshoots, and a ReLU is a leaky one on its
    way. A bounded function shrinks the whole picture, and the eye, like the camera, compares sizes
    by their ratio. So its values go at the pace at which a size falls geometrically, as in the
    stretch: half way from 25 to 1 is 5. At an even pace, values of 70 would still be 3 at 97 % of
    the way, and all squashing would happen at the end.
    """
    h = activate(name, z)
    left = _left_to_go(z, t) if ACTIVATIONS[name].bounded else 1 - t
    return (1 - left) * h + left * z


def _left_to_go(z: Array, t: float) -> Array:
    """(s^(1 - t) - 1) / (s - 1): what is left of the way from a size s to 1 at size s^(1 - t).

    The size of z is s = sqrt(1 + z^2): smooth, |z| far out; at zero it is 1, and 1 - t is left.
    """
    xp = z.__array_namespace__()
    log_size = xp.maximum(0.5 * xp.log1p(z * z), 1e-12)  # keeps 0 / 0 away
    return xp.expm1((1 - t) * log_size) / xp.expm1(log_size)
