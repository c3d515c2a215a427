"""Charts of a training run."""

import numpy as np
import plotly.graph_objects as go

from layerwarp.app.figures import theme

SMALLEST = 1e-16  # a gradient of exactly 0 has no place on a logarithmic axis


def gradient_norms(steps: np.ndarray, norms: np.ndarray) -> go.Figure:
    """Size of the gradient in each layer's weights over training.

    Args:
        steps: Recorded step numbers (s,).
        norms: Norm of the loss's gradient in the weights of each layer (s, layers), the read-out
            last.
    """
    figure = theme.new_figure(x_title="Training step", y_title="Size of gradient", height=340)
    shown = np.where(norms > SMALLEST, norms, np.nan)
    for index, name in enumerate(layer_names(norms.shape[1])):
        figure.add_scatter(
            x=steps, y=shown[:, index], name=name, mode="lines", line=theme.line_style(index)
        )
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    return figure


def layer_names(layers: int) -> list[str]:
    """Names of the layers, the read-out last."""
    return [f"Layer {index}" for index in range(1, layers)] + ["Read-out"]


def told_nothing(norms: np.ndarray) -> str:
    """Which layers have no line, and what gaps mean, in sentences; empty if all go through.

    Args:
        norms: As of :func:`gradient_norms`.
    """
    names = layer_names(norms.shape[1])
    told = [np.count_nonzero(sizes) for sizes in norms.T]
    silent = [name for name, count in zip(names, told, strict=True) if not count]
    sentences = []
    if silent:
        who = "any layer" if len(silent) == len(names) else ", ".join(silent)
        bias = " The read-out’s bias can move." if names[-1] in silent else ""
        sentences.append(
            f"No line for {who}: the gradient in the weights is 0 at every step.{bias}"
        )
    if any(0 < count < len(norms) for count in told):
        sentences.append("Where a line has a gap or ends, the gradient in these weights is 0.")
    return " ".join(sentences)


def describe_gradient_norms(steps: np.ndarray, norms: np.ndarray) -> str:
    """The chart in words, for readers who do not see it."""
    sizes = [
        f"{name} {start:.2g} to {end:.2g}"
        for name, start, end in zip(layer_names(norms.shape[1]), norms[0], norms[-1], strict=True)
    ]
    return (
        f"Size of the gradient in each layer's weights from step {steps[0]:,} to step "
        f"{steps[-1]:,}, on a logarithmic axis: {'; '.join(sizes)}."
    )
