"""Loss and gradient of a classifier, by hand-written back-propagation.

Written once over an array namespace ``xp``. The test suite checks it against finite differences
and against JAX's own automatic differentiation, which takes three times as long to trace.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from core.activations import sigmoid
from core.network import Layer, LayerRecord, Parameters

Array = Any


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


def loss_function(n_outputs: int) -> Callable[..., tuple[Array, Array]]:
    """The loss that belongs to a number of outputs."""
    return logistic if n_outputs == 1 else softmax_cross_entropy


def backpropagate(
    params: Parameters,
    x: Array,
    records: Sequence[LayerRecord],
    output_gradient: Array,
    pull_back: Callable[[int, Array, Array, Array], Array],
    matmul: Callable[[Array, Array], Array] = lambda a, b: a @ b,
) -> list[Layer]:
    """Gradient of the loss in every layer's parameters.

    Args:
        params: The network.
        x: Its inputs (n, n_inputs).
        records: What :func:`core.network.propagate` returned for ``x``.
        output_gradient: Derivative of the loss with respect to the outputs (n, n_outputs).
        pull_back: ``pull_back(index, pre, post, g) -> g_pre`` of hidden layer ``index``.
        matmul: Matrix product.

    Returns:
        One :class:`~core.network.Layer` of derivatives a layer.
    """
    signal, gradients = output_gradient, []
    for index in range(len(params) - 1, -1, -1):
        inputs = records[index - 1].post if index else x
        gradients.append(Layer(matmul(inputs.T, signal), signal.sum(axis=0)))
        if index:
            pre, post = records[index - 1]
            signal = pull_back(index - 1, pre, post, matmul(signal, params[index].weights.T))
    return gradients[::-1]
