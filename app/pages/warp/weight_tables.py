"""All weights of a network as tables of numbers, every bias among them."""

from collections.abc import Iterator

import numpy as np

from layerwarp.network.features import input_labels
from layerwarp.training.history import TrainingHistory

DECIMALS = 4

Table = dict[str, list[str] | list[float]]


def tables(history: TrainingHistory) -> Iterator[tuple[str, Table]]:
    """A title and a table for each layer: one row a neuron, its weights and its bias."""
    inputs = input_labels(history.architecture.inputs)
    layers = history.params
    for number, layer in enumerate(layers, 1):
        last = number == len(layers)
        noun = "Output" if last else "Neuron"
        neurons = [f"{noun} {index}" for index in range(1, layer.weights.shape[1] + 1)]
        columns: Table = {noun: neurons}
        for name, weights in zip(inputs, layer.weights, strict=True):
            columns[f"weight of {name}"] = _rounded(weights)
        columns["bias"] = _rounded(layer.bias)
        yield "Read-out" if last else f"Layer {number}", columns
        inputs = [name.lower() for name in neurons]


def _rounded(numbers: np.ndarray) -> list[float]:
    return [round(float(number), DECIMALS) for number in numbers]
