"""Loss and gradient of a network, by hand-written back-propagation.

Written once over an array namespace ``xp``. The test suite checks it against finite differences
and against JAX's own automatic differentiation, which takes three times as long to trace.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from layerwarp.network.activations import sigmoid
from layerwarp.network.forward_pass import Layer, LayerRecord, Parameters

Array = Any

CROSS_ENTROPY, SQUARED_ERROR = "cross_entropy", "squared_error"

# Values that vary less than this share of their size leave R^2 nothing to explain.
CONSTANT_VARIANCE = 1e-10


def logistic(xp: ModuleType, logits: Array, labels: Array, mask: Array) -> tuple[Array, Array]:
    """Loss of one logit for two classes.

    Args:
        xp: numpy or jax.numpy.
        logits: (n, 1).
        labels: (n,) of 0 and 1.
        mask: Not used; there is one output.

    Returns:
        Loss of each point (n,) and its derivative with respect to the logits (n, 1).
    """
    sign = 2.0 * labels.astype(logits.dtype) - 1.0
    margin = sign * logits[:, 0]
    loss = xp.maximum(-margin, 0) + xp.log1p(xp.exp(-xp.abs(margin)))
    return loss, (-sign * sigmoid(xp, -margin))[:, None]


def softmax_cross_entropy(
    xp: ModuleType, logits: Array, labels: Array, mask: Array
) -> tuple[Array, Array]:
    """Loss of one logit a class; ``mask`` (k,) is 0 for padded outputs. Shapes as in logistic."""
    shifted = xp.where(mask > 0, logits, -1e30)
    shifted = shifted - shifted.max(axis=1, keepdims=True)
    exponential = xp.exp(shifted)
    total = exponential.sum(axis=1, keepdims=True)
    target = (labels[:, None] == xp.arange(logits.shape[1])[None, :]).astype(logits.dtype)
    loss = xp.log(total[:, 0]) - (target * shifted).sum(axis=1)
    return loss, exponential / total - target


def squared_error(
    xp: ModuleType, outputs: Array, labels: Array, mask: Array
) -> tuple[Array, Array]:
    """Loss (y - t)^2 of one output y for the wanted value t, without a factor 1/2.

    ``labels`` (n,) are the wanted values; shapes as in logistic.
    """
    difference = outputs[:, 0] - labels
    return difference * difference, 2 * difference[:, None]


def loss_function(n_outputs: int, loss: str = CROSS_ENTROPY) -> Callable[..., tuple[Array, Array]]:
    """The loss of a kind, "cross_entropy" or "squared_error", for a number of outputs."""
    if loss == SQUARED_ERROR:
        return squared_error
    return logistic if n_outputs == 1 else softmax_cross_entropy


def constant_variance(mean: Array) -> Array:
    """Variance up to which labels of this mean count as all the same."""
    return CONSTANT_VARIANCE * (1 + mean * mean)


def r_squared(xp: ModuleType, losses: Array, labels: Array, weights: Array) -> Array:
    """Share of the variance of ``labels`` that is explained: 1 - mean squared error / variance.

    Args:
        xp: numpy or jax.numpy.
        losses: Squared errors (n,).
        labels: Wanted values (n,).
        weights: Of the samples (n,), 0 for padding; their sum is 1.

    Returns:
        At most 1, and below 0 where the mean would be the better answer. Labels that do not vary
        leave nothing to explain: then 1 if the error is as small as that, and 0 if not.
    """
    error, mean = (losses * weights).sum(), (labels * weights).sum()
    variance = (weights * (labels - mean) ** 2).sum()
    constant = constant_variance(mean)
    explained = 1 - error / xp.maximum(variance, constant)
    return xp.where(variance > constant, explained, xp.where(error <= constant, 1.0, 0.0))


def backpropagate(
    params: Parameters,
    x: Array,
    records: Sequence[LayerRecord],
    output_gradient: Array,
    pull_back: Callable[[int, Array, Array, Array], Array],
) -> list[Layer]:
    """Gradient of the loss in every layer's parameters.

    Args:
        params: The network.
        x: Its inputs (n, n_inputs).
        records: What :func:`layerwarp.network.forward_pass.propagate` returned for ``x``.
        output_gradient: Derivative of the loss with respect to the outputs (n, n_outputs).
        pull_back: ``pull_back(index, pre, post, g) -> g_pre`` of hidden layer ``index``.

    Returns:
        One :class:`~layerwarp.network.forward_pass.Layer` of derivatives a layer.
    """
    signal, gradients = output_gradient, []
    for index in range(len(params) - 1, -1, -1):
        inputs = records[index - 1].post if index else x
        gradients.append(Layer(inputs.T @ signal, signal.sum(axis=0)))
        if index:
            pre, post = records[index - 1]
            signal = pull_back(index - 1, pre, post, signal @ params[index].weights.T)
    return gradients[::-1]
