"""How gradients fade on their way back, and how far weights travel from their start."""

from typing import ClassVar, NamedTuple

import numpy as np

from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import lift
from layerwarp.network.forward_pass import Layer, record_activations, unflatten
from layerwarp.network.initializers import init_params
from layerwarp.training.history import TrainingHistory
from layerwarp.training.losses import backpropagate, loss_function
from layerwarp.training.samples import Data, Samples

MAX_DEPTH = 100


class VeryDeep(Architecture):
    """A network of up to 100 hidden layers: looked at, never trained."""

    max_depth: ClassVar[int] = MAX_DEPTH


class StartingNetwork(NamedTuple):
    """A network before its first step.

    Attributes:
        network: Of layers of equal width.
        params: In double precision.
        samples: What it is to learn.
    """

    network: VeryDeep
    params: list[Layer]
    samples: Samples


def starting_network(
    depth: int,
    width: int,
    activation: str,
    initializer: str,
    data: Data,
    seed: int = 0,
    inputs: tuple[str, ...] = (),
) -> StartingNetwork:
    """A network as training would start it.

    Args:
        depth: Hidden layers, 0 to 100.
        width: Neurons of each, 1 to 64.
        activation: A name of ``ACTIVATIONS``.
        initializer: A name of ``INITIALIZERS``.
        data: Labeled points, or a :class:`~layerwarp.data.targets.Target`.
        seed: Of the start.
        inputs: What the network is given of labeled points, as ``Architecture`` has it.

    Raises:
        ValueError: A size or a name is not valid.
    """
    samples = Samples.of(data)
    n_classes = getattr(data, "n_classes", 2)
    n_outputs = 1 if n_classes == 2 else n_classes
    n_inputs = samples.points.shape[1]
    network = VeryDeep((width,) * depth, activation, n_inputs, n_outputs, inputs)
    start = init_params(network, seed, initializer, samples.points)
    params = [Layer(*(part.astype(float) for part in layer)) for layer in start]
    return StartingNetwork(network, params, samples)


def initial_gradient_norms(start: StartingNetwork) -> np.ndarray:
    """Gradient of the training loss in the weights of each layer before the first step.

    Computed in double precision: at a hundred sigmoid layers single precision holds nothing.

    Returns:
        Frobenius norms (depth + 1,), the output layer's last.
    """
    network, params, samples = start
    points = samples.points.astype(float)
    records = record_activations(network, params, points)
    loss = loss_function(network.n_outputs, samples.loss)
    _, slope = loss(np, records[-1].post, samples.labels, np.ones(network.n_outputs))

    def pull_back(index: int, pre: np.ndarray, post: np.ndarray, g: np.ndarray) -> np.ndarray:
        gradient: np.ndarray = ACTIVATIONS[network.activations[index]].pullback(np, pre, post, g)
        return gradient

    first = lift(network.inputs, points)
    gradient = backpropagate(params, first, records, slope / len(points), pull_back)
    return np.array([np.linalg.norm(layer.weights) for layer in gradient])


def initial_weight_gains(start: StartingNetwork) -> np.ndarray:
    """How many times the weights alone lengthen what comes back through each inner layer.

    Root mean square over all directions of equal length: ||W||_F / sqrt(fan_out).

    Returns:
        From the second hidden layer to the last (depth - 1,).
    """
    inner = [layer.weights for layer in start.params[1:-1]]
    return np.array([np.linalg.norm(weights) / np.sqrt(weights.shape[1]) for weights in inner])


def weight_travel(history: TrainingHistory) -> np.ndarray:
    """How far each layer's weights are from their start, relative to their size there.

    Returns:
        ||W(step) - W(0)|| / ||W(0)|| in Frobenius norms, (s, L + 1); nan for weights that started
        at zero.
    """
    columns = []
    for weights, _ in unflatten(history.parameters, history.architecture):
        distance = np.linalg.norm(weights - weights[0], axis=(1, 2))
        size = np.linalg.norm(weights[0])
        columns.append(distance / size if size > 0 else np.full(len(distance), np.nan))
    return np.stack(columns, axis=1)
