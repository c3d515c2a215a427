"""The best straight cut of a space: logistic regression with an L2 penalty.

The browser fits the same (``app/stage/frontend/network/probe.js``). Without the penalty, points
that can be separated have no best cut: weights grow for ever.
"""

import numpy as np

from layerwarp.network.forward_pass import Layer

STRENGTH = 1.0  # C of half the squared weights + C times the sum of the losses
MOST_ROUNDS = 60
SMALLEST_GRADIENT = 1e-9
SMALLEST_STEP = 1e-6
CONSTANT = 1e-6  # deviation beside the mean that is rounding
RIDGE = 1e-10  # for what the loss does not depend on: the same added to all biases


def fit_straight_cut(values: np.ndarray, labels: np.ndarray, n_classes: int) -> Layer:
    """The output layer that tells classes apart best by straight cuts.

    Features are standardized for the fit; a constant one plays no part.

    Args:
        values: (n, width) places of the points.
        labels: (n,) of 0 .. n_classes - 1.
        n_classes: At least 2; two of them share one logit.
    """
    mean, size = values.mean(axis=0), values.std(axis=0)
    scale = np.where(size > CONSTANT * np.abs(mean), size, 1.0)
    features = np.column_stack([(values - mean) / scale, np.ones(len(values))])
    fitted = _newton(features, _wanted(labels, n_classes))
    weights = fitted[:-1] / scale[:, None]
    return Layer(weights, fitted[-1] - mean @ weights)


def _wanted(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """(n, outputs) the probabilities that the outputs should give."""
    every = (labels[:, None] == np.arange(n_classes)).astype(float)
    return every[:, 1:] if n_classes == 2 else every


def _newton(features: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Weights (d, outputs), the bias last, by Newton's method with steps that never lead up."""
    weights = np.zeros((features.shape[1], wanted.shape[1]))
    loss, gradient, curvature = _look(features, wanted, weights)
    for _ in range(MOST_ROUNDS):
        if np.abs(gradient).max() <= SMALLEST_GRADIENT:
            break
        step = np.linalg.solve(curvature, gradient.T.ravel()).reshape(gradient.T.shape).T
        size, found = 1.0, _look(features, wanted, weights - step)
        while not found[0] <= loss and size > SMALLEST_STEP:
            size /= 2
            found = _look(features, wanted, weights - size * step)
        if not found[0] <= loss:
            break  # as near as rounding lets it come
        weights, (loss, gradient, curvature) = weights - size * step, found
    return weights


def _look(
    features: np.ndarray, wanted: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss, gradient (d, outputs) and second derivatives, output by output, at some weights."""
    (d, outputs), penalized = weights.shape, np.arange(len(weights)) < len(weights) - 1
    scores = features @ weights
    if outputs == 1:
        scores = np.column_stack([np.zeros(len(scores)), scores])
        wanted = np.column_stack([1 - wanted, wanted])
    highest = scores.max(axis=1, keepdims=True)
    exponential = np.exp(scores - highest)
    total = exponential.sum(axis=1, keepdims=True)
    losses = np.log(total[:, 0]) + highest[:, 0] - (wanted * scores).sum(axis=1)
    shares = (exponential / total)[:, -outputs:]
    kept = weights * penalized[:, None]
    gradient = kept + STRENGTH * features.T @ (shares - wanted[:, -outputs:])
    spread = -shares[:, :, None] * shares[:, None, :]
    spread[:, range(outputs), range(outputs)] += shares
    blocks = STRENGTH * np.einsum("nab,nj,nk->ajbk", spread, features, features, optimize=True)
    curvature = blocks.reshape(outputs * d, outputs * d)
    curvature += np.diag(np.tile(np.where(penalized, 1.0, RIDGE), outputs))
    return float(0.5 * (kept**2).sum() + STRENGTH * losses.sum()), gradient, curvature
