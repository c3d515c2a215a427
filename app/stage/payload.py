"""What the server sends to the stage: weights and the frames of every picture, as bytes.

The browser runs the network itself, so that scrubbing asks the server for nothing.
"""

import zlib
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from layerwarp.app.stage import blocks
from layerwarp.data.datasets import DATASETS, Dataset
from layerwarp.geometry.linear_regions import MAX_FACES
from layerwarp.geometry.projection import Pictures, layer_pictures
from layerwarp.geometry.theory import most_regions
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import input_labels
from layerwarp.training.history import TrainingHistory

PARAMETER_BYTES = 700_000  # what the parameters of all frames together may take: four of 10 x 64
HALF_BOX = 3.6  # the input space that the grid covers, if the points lie within it
# Nodes a side of the lattice for networks of up to so many parameters: each frame costs the browser
# one multiplication a parameter and node, and should take it about 10 ms.
LATTICES = ((2_500, 65), (6_000, 49))
COARSEST_LATTICE = 33
MOST_FOLDS = 8  # of a layer, drawn over the picture: of more, the lines would be a tangle


def choose_frames(n_steps: int, n_parameters: int, n_bytes: int = PARAMETER_BYTES) -> np.ndarray:
    """Indices of the recorded steps to send: evenly spread, the first and the last among them."""
    affordable = max(2, n_bytes // (4 * n_parameters))
    return np.linspace(0, n_steps - 1, min(n_steps, affordable)).round().astype(int)


def choose_lattice(n_parameters: int) -> int:
    """Lattice nodes a side that a browser can push through the network while one scrubs."""
    for most, nodes in LATTICES:
        if n_parameters <= most:
            return nodes
    return COARSEST_LATTICE


def input_box(points: np.ndarray) -> tuple[float, float, float, float]:
    """The part of the input space (x_min, x_max, y_min, y_max) that the grid covers."""
    half = max(HALF_BOX, round(1.05 * float(np.abs(points).max()), 2))
    return -half, half, -half, half


SAID_OF_ACTIVATIONS = "symbol", "bends", "folds", "switches", "bounded"


def activation_rows(names: Collection[str]) -> dict[str, dict[str, Any]]:
    """Name -> what the browser says of an activation; its formula it knows itself."""
    return {
        name: {field: getattr(row, field) for field in SAID_OF_ACTIVATIONS}
        for name, row in ACTIVATIONS.items()
        if name in names
    }


def most_pieces(architecture: Architecture) -> list[float]:
    """Straight pieces that 0, 1, .. hidden layers can make at most; empty if one is smooth."""
    if not architecture.is_piecewise_linear:
        return []
    widths, names = architecture.widths, architecture.activations
    first = [Architecture(widths[:k], names[:k]) for k in range(architecture.depth + 1)]
    return [float(most_regions(layers)) for layers in first]


def fingerprint(history: TrainingHistory, points: np.ndarray) -> int:
    """What tells a network in its box apart from others: the browser says of which it speaks."""
    shape = repr((history.architecture, input_box(points), np.asarray(history.steps).tolist()))
    return zlib.crc32(history.parameters[-1].tobytes(), zlib.crc32(shape.encode()))


def _blocks(
    dataset: Dataset, history: TrainingHistory, parameters: np.ndarray, pictures: Pictures
) -> dict[str, np.ndarray]:
    frames = [
        part.reshape(len(parameters), -1)
        for pair in zip(pictures.bases, pictures.origins, strict=True)
        for part in pair
    ]
    named = {"readout": pictures.readout, "lifted": pictures.lifted}
    return {name: block for name, block in named.items() if block is not None} | {
        "params": parameters,
        "frames": np.concatenate(frames, axis=1),
        "paths": pictures.paths,
        "shares": pictures.shares,
        "points": dataset.points,
        "labels": dataset.labels,
        "train_loss": history.train_loss,
        "test_loss": history.test_loss,
        "accuracy": history.accuracy,
        "train_accuracy": history.train_accuracy,
        "gradient_norms": history.gradient_norms,
    }


def pack(
    dataset: Dataset,
    history: TrainingHistory,
    view: str = "plane",
    chosen: tuple[int, ...] = (0, 1),
    title: Callable[[int], str] = lambda record: "",
    frames: np.ndarray | None = None,
    by_hand: bool = False,
) -> bytes:
    """Everything that the stage shows of one training.

    Args:
        dataset: What was trained on.
        history: Parameters and figures at the recorded steps.
        view: "cut", "plane", "space" or "neurons"; see
            ``layerwarp.geometry.projection.layer_pictures``.
        chosen: The neurons of the view "neurons".
        title: Of a record, one line: data set, architecture, accuracy, seed.
        frames: Indices of the recorded steps to send, ascending; by default, as many as may be.
        by_hand: Whether the visitor builds its layers, of two neurons each, in the picture.

    Returns:
        As :func:`layerwarp.app.stage.blocks.join` makes them.
    """
    architecture = history.architecture
    steps = np.asarray(history.steps)
    if frames is None:
        frames = choose_frames(len(steps), architecture.n_parameters)
    parameters = history.parameters[frames]
    pictures = layer_pictures(architecture, parameters, dataset.points, view, chosen)
    header = {
        "sizes": architecture.sizes,
        "activations": architecture.activations,
        "activation_rows": activation_rows(architecture.activations),
        "n_classes": architecture.n_classes,
        "picture_dims": pictures.dimensions,
        "exact": pictures.exact,
        "steps": steps[frames].tolist(),
        "history_steps": steps.tolist(),
        "box": input_box(dataset.points),
        "most_regions": most_pieces(architecture),
        "max_faces": MAX_FACES,
        "most_folds": MOST_FOLDS,
        "fingerprint": fingerprint(history, dataset.points),
        "lattice": choose_lattice(architecture.n_parameters),
        "view": view,
        "dataset": DATASETS[dataset.name].label if dataset.name in DATASETS else dataset.name,
        "outcome": history.outcome.kind,
        "titles": [title(int(record)) for record in frames],
    }
    if architecture.inputs:
        header["inputs"] = architecture.inputs
        header["input_labels"] = input_labels(architecture.inputs)
        header["lifted_share"] = pictures.lifted_share
    if view == "neurons":
        header["chosen"] = chosen
    if by_hand:
        header["by_hand"] = True
    return blocks.join(header, _blocks(dataset, history, parameters, pictures))
