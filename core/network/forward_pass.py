"""The forward pass, and what passes on the way.

There is one forward pass, :func:`propagate`. Prediction, recording, training and its numpy
fall-back all go through it.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from layerwarp.network.activations import activate
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import lift

Array = Any


class Layer(NamedTuple):
    """Parameters of one layer: weights (fan_in, fan_out) and bias (fan_out,)."""

    weights: Array
    bias: Array


class LayerRecord(NamedTuple):
    """What one layer did to n points: pre- and post-activation, both (n, width)."""

    pre: Array
    post: Array


Parameters = Sequence[Layer]


def propagate(
    params: Parameters,
    x: Array,
    activate_layer: Callable[[int, Array], Array],
) -> list[LayerRecord]:
    """Send x (n, fan_in) through every layer.

    Args:
        params: One :class:`Layer` a layer, the output's last; leading axes stand for many networks.
        x: What the first layer is given, one point a row; see
            :func:`~layerwarp.network.features.lift`.
        activate_layer: ``activate_layer(index, pre) -> post`` for hidden layer ``index``.

    Returns:
        One :class:`LayerRecord` a layer; the output layer is linear, its post is its pre.
    """
    records = []
    for index, (weights, bias) in enumerate(params):
        pre = x @ weights + bias[..., None, :]
        x = activate_layer(index, pre) if index < len(params) - 1 else pre
        records.append(LayerRecord(pre, x))
    return records


def record_activations(
    architecture: Architecture, params: Parameters, x: Array
) -> list[LayerRecord]:
    """Pre- and post-activations of every layer at x (n, n_inputs), output layer last."""
    if x.ndim != 2 or x.shape[1] != architecture.n_inputs:
        raise ValueError(f"x must have shape (n, {architecture.n_inputs}); got {x.shape}")
    names = architecture.activations
    x = lift(architecture.inputs, x)
    return propagate(params, x, lambda index, pre: activate(names[index], pre))


def forward(architecture: Architecture, params: Parameters, x: Array) -> Array:
    """Outputs (logits) of the network at x (n, n_inputs) -> (n, n_outputs)."""
    return record_activations(architecture, params, x)[-1].post


def flatten(params: Parameters, xp: ModuleType = np) -> Array:
    """All parameters as one vector: layer by layer, weights row by row, then the bias."""
    return xp.concatenate([part.reshape(-1) for layer in params for part in layer])


def split(vector: Array, shapes: Sequence[tuple[int, int]]) -> list[Layer]:
    """The inverse of :func:`flatten` for layers of the given (fan_in, fan_out).

    Leading axes of ``vector`` (..., P) are kept.
    """
    layers, start, lead = [], 0, vector.shape[:-1]
    for fan_in, fan_out in shapes:
        middle, stop = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
        weights = vector[..., start:middle].reshape(*lead, fan_in, fan_out)
        layers.append(Layer(weights, vector[..., middle:stop]))
        start = stop
    return layers


def unflatten(vector: Array, architecture: Architecture) -> list[Layer]:
    """The parameters of ``architecture`` from their vector (..., n_parameters)."""
    return split(vector, architecture.shapes)


def predict_classes(logits: Array) -> Array:
    """Class numbers (...,) from logits (..., n_outputs): the sign of one, the largest of many."""
    if logits.shape[-1] == 1:
        return (logits[..., 0] > 0).astype("int32")
    return logits.argmax(axis=-1).astype("int32")
