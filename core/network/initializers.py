"""Where training starts: weights and biases drawn by a rule and a seed.

Everything is drawn in numpy: a handful of small arrays is not worth a compiled program. The draws
of a layer depend only on (seed, layer) and are cut from one fixed block, so that widening or
deepening a network keeps the neurons that were already there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from layerwarp.checks import check_choice, check_integer
from layerwarp.network.activations import ACTIVATIONS, activate
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture
from layerwarp.network.features import lift
from layerwarp.network.forward_pass import Layer

MAX_SEED = 2**31 - 1

SAME_PLACE = 1e-5  # of how far apart points are: rounding might swap nearer ones
OUTPUT_SPREAD = 1.0  # standard deviation that the data-driven rule gives the logits


@dataclass(frozen=True)
class Draws:
    """Random numbers of one layer: normal and uniform (fan_in, fan_out), quantiles (fan_out,).

    The read-out has no quantiles: it halves the data.
    """

    normal: np.ndarray
    uniform: np.ndarray
    quantiles: np.ndarray | None


@dataclass(frozen=True)
class Initializer:
    """A rule: ``function(draws, inputs, spread) -> Layer``.

    ``inputs`` (n, fan_in) is what the layer will see of the data; ``spread`` is the standard
    deviation of the pre-activations that suits the layer's activation.
    """

    label: str
    summary: str
    function: Callable[[Draws, np.ndarray, float], Layer]


@lru_cache(maxsize=2 * (MAX_DEPTH + 1))
def _block(seed: int, layer: int) -> Draws:
    """Random numbers for the largest layer there is: all smaller ones are cut out of it."""
    generator = np.random.Generator(np.random.Philox(key=[seed, layer]))
    block = (MAX_WIDTH, MAX_WIDTH)
    normal, uniform = generator.standard_normal(block), generator.uniform(-1, 1, block)
    return Draws(normal, uniform, generator.uniform(0.2, 0.8, MAX_WIDTH))


def _draw(seed: int, layer: int, fan_in: int, fan_out: int) -> Draws:
    block = _block(seed, layer)
    corner = slice(fan_in), slice(fan_out)
    quantiles = None if block.quantiles is None else block.quantiles[:fan_out]
    return Draws(block.normal[corner], block.uniform[corner], quantiles)


def _zero_bias(weights: np.ndarray) -> Layer:
    return Layer(weights, np.zeros(weights.shape[1]))


def _orthonormal_columns(matrix: np.ndarray) -> np.ndarray:
    """Orthonormal columns near ``matrix``'s, which must not be more than its rank."""
    q, r = np.linalg.qr(matrix)
    return q * np.where(np.diag(r) < 0, -1, 1)  # the sign makes the factorization unique


def _unit_columns(matrix: np.ndarray) -> np.ndarray:
    return matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12)


def _from_data(draws: Draws, inputs: np.ndarray, spread: float) -> Layer:
    """Random directions scaled to the data; every neuron's line cuts through the data."""
    centered = inputs - inputs.mean(axis=0)
    _, singular, directions = np.linalg.svd(centered, full_matrices=False)
    seen = directions[singular > 1e-5 * max(singular[0], 1e-30)]
    # Directions in which the data do not vary would be blown up by the scaling below.
    normalize = _orthonormal_columns if draws.normal.shape[1] <= len(seen) else _unit_columns
    weights = normalize(seen.T @ (seen @ draws.normal))
    deviation = (inputs @ weights).std(axis=0)
    weights = weights * np.where(deviation > 1e-6, spread / np.maximum(deviation, 1e-6), 1.0)
    projections = np.sort(inputs @ weights, axis=0)
    if draws.quantiles is None:
        return Layer(weights, -np.array([_halving(column) for column in projections.T]))
    below = (draws.quantiles * (len(projections) - 1)).astype(int)
    above, columns = np.minimum(below + 1, len(projections) - 1), np.arange(weights.shape[1])
    # Between two points: of one on the kink itself, rounding would decide on which side it is.
    return Layer(weights, -(projections[below, columns] + projections[above, columns]) / 2)


def _halving(projections: np.ndarray) -> float:
    """A place between two of the sorted projections (n,), near the middle one.

    Hidden layers may have put many points in one place: it is beside it, for else rounding would
    decide what the network says of them.
    """
    middle = projections[(len(projections) - 1) // 2]
    apart = SAME_PLACE * (projections[-1] - projections[0])
    above, below = (
        projections[projections > middle + apart],
        projections[projections < middle - apart],
    )
    return float(middle + (above[0] if len(above) else below[-1] if len(below) else middle)) / 2


def _he(draws: Draws, inputs: np.ndarray, spread: float) -> Layer:
    return _zero_bias(draws.normal * np.sqrt(2 / len(draws.normal)))


def _glorot(draws: Draws, inputs: np.ndarray, spread: float) -> Layer:
    return _zero_bias(draws.uniform * np.sqrt(6 / sum(draws.uniform.shape)))


def _orthogonal(draws: Draws, inputs: np.ndarray, spread: float) -> Layer:
    wide = draws.normal.shape[1] > draws.normal.shape[0]
    return _zero_bias(
        _orthonormal_columns(draws.normal.T).T if wide else _orthonormal_columns(draws.normal)
    )


def _uniform(draws: Draws, inputs: np.ndarray, spread: float) -> Layer:
    weights = draws.uniform / 2
    return Layer(weights, np.full(weights.shape[1], 0.1))


def _zeros(draws: Draws, inputs: np.ndarray, spread: float) -> Layer:
    return _zero_bias(np.zeros_like(draws.normal))


INITIALIZERS: dict[str, Initializer] = {
    "data": Initializer(
        "From the data", "Every neuron's line starts where it cuts through the data.", _from_data
    ),
    "he": Initializer("He", "Normal with variance 2 / fan_in, biases 0 (He et al. 2015).", _he),
    "glorot": Initializer(
        "Glorot", "Uniform up to sqrt(6 / (fan_in + fan_out)), biases 0 (2010).", _glorot
    ),
    "orthogonal": Initializer(
        "Orthogonal", "Turns space without stretching it, biases 0 (Saxe et al. 2013).", _orthogonal
    ),
    "uniform": Initializer(
        "Uniform ±0.5",
        "Uniform weights up to 0.5, biases 0.1, as in TensorFlow Playground.",
        _uniform,
    ),
    "zeros": Initializer(
        "All zeros", "Every neuron starts the same, so none ever differs: a lesson.", _zeros
    ),
}


def init_params(
    architecture: Architecture,
    seed: int,
    initializer: str = "data",
    points: np.ndarray | None = None,
) -> list[Layer]:
    """Draw the parameters a network starts from, float32.

    Args:
        architecture: Its sizes and activations.
        seed: 0 to 2**31 - 1; the same seed gives the same numbers.
        initializer: A name of ``INITIALIZERS``.
        points: Data (n, n_inputs) that the data-driven rule looks at; by default points spread
            evenly over the square from -3 to 3.

    Returns:
        One :class:`~layerwarp.network.forward_pass.Layer` a layer.

    Raises:
        ValueError: The seed or the initializer is not valid.
    """
    check_choice("initializer", initializer, INITIALIZERS)
    check_integer("seed", seed, 0, MAX_SEED)
    if points is None:
        points = _draw(0, 0, MAX_WIDTH, architecture.n_inputs).uniform * 3
    rule, layers = INITIALIZERS[initializer].function, []
    signal = lift(architecture.inputs, np.asarray(points, float))
    for index, (fan_in, fan_out) in enumerate(architecture.shapes):
        draws = _draw(seed, index, fan_in, fan_out)
        hidden, spread = index < architecture.depth, OUTPUT_SPREAD
        if hidden:
            spread = ACTIVATIONS[architecture.activations[index]].spread
        else:
            draws = Draws(draws.normal, draws.uniform, None)
        weights, bias = rule(draws, signal, spread)
        layers.append(Layer(weights.astype(np.float32), bias.astype(np.float32)))
        if hidden:
            signal = activate(architecture.activations[index], signal @ weights + bias)
    return layers
