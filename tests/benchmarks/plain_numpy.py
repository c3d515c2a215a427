"""The rival: a multi-layer perceptron with Adam as anybody would write it in numpy.

It shares no formula with ``core`` and records nothing.
"""

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]
Params = list[np.ndarray]  # W_1, b_1, W_2, b_2, ...

ACTIVATIONS: dict[
    str, tuple[Function, Function]
] = {  # name -> value, and derivative as a function of the value
    "relu": (lambda z: np.maximum(z, 0), lambda h: (h > 0).astype(h.dtype)),
    "tanh": (np.tanh, lambda h: 1 - h**2),
}


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def forward(params: Params, x: np.ndarray, activation: str) -> list[np.ndarray]:
    """The input, every layer's output, and the logits (n, 1)."""
    value, _ = ACTIVATIONS[activation]
    outputs = [x]
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        outputs.append(value(outputs[-1] @ W + b))
    return [*outputs, outputs[-1] @ params[-2] + params[-1]]


def gradient(params: Params, x: np.ndarray, labels: np.ndarray, activation: str) -> Params:
    """Of the mean logistic loss; labels (n,) of 0 and 1."""
    _, derivative = ACTIVATIONS[activation]
    *outputs, logits = forward(params, x, activation)
    delta = (sigmoid(logits) - labels[:, None]) / len(x)
    result: Params = []
    for index in range(len(outputs) - 1, -1, -1):
        result = [outputs[index].T @ delta, delta.sum(axis=0), *result]
        if index:
            delta = delta @ params[2 * index].T * derivative(outputs[index])
    return result


def train(
    params: Params,
    points: np.ndarray,
    labels: np.ndarray,
    activation: str,
    batch: int,
    steps: int,
    rate: float,
    decays: tuple[float, float] = (0.9, 0.999),
) -> Params:
    """Parameters after ``steps`` updates by Adam, batch after batch in the order of the points."""
    params, (beta1, beta2) = [p.copy() for p in params], decays
    means = [np.zeros_like(p) for p in params]
    squares = [np.zeros_like(p) for p in params]
    for step in range(steps):
        rows = np.arange(step * batch, (step + 1) * batch) % len(points)
        gradients = gradient(params, points[rows], labels[rows], activation)
        scale = rate * np.sqrt(1 - beta2 ** (step + 1)) / (1 - beta1 ** (step + 1))
        for p, g, m, v in zip(params, gradients, means, squares, strict=True):
            m *= beta1
            m += (1 - beta1) * g
            v *= beta2
            v += (1 - beta2) * g**2
            p -= np.float32(scale) * m / (np.sqrt(v) + 1e-8)
    return params


def mean_loss(params: Params, points: np.ndarray, labels: np.ndarray, activation: str) -> float:
    logits = forward(params, points, activation)[-1][:, 0]
    return float(np.logaddexp(0, np.where(labels == 1, -logits, logits)).mean())
