"""A seeded table of small piecewise-linear networks, degenerate ones among them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer

BOX = (-4.0, 4.0, -4.0, 4.0)
SLOPES = {"relu": 0, "leaky_relu": 0.1, "abs": -1, "identity": 1}


class Network(NamedTuple):
    kind: str
    architecture: Architecture
    params: list[Layer]


def normal(rng, shapes):
    return [
        Layer(
            rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in), 0.7 * rng.normal(size=fan_out)
        )
        for fan_in, fan_out in shapes
    ]


def integer(rng, shapes):
    """Many lines through one point, many parallel or equal ones, many zeros."""
    return [
        Layer(
            rng.integers(-2, 3, (fan_in, fan_out)).astype(float),
            rng.integers(-2, 3, fan_out).astype(float),
        )
        for fan_in, fan_out in shapes
    ]


def without_bias(rng, shapes):
    return [Layer(weights, 0 * bias) for weights, bias in normal(rng, shapes)]


def duplicated(rng, shapes):
    """The second half of every hidden layer repeats the first: equal, scaled or mirrored."""
    layers = normal(rng, shapes)
    for weights, bias in layers[:-1]:
        for copy in range(len(bias) // 2, len(bias)):
            scale = rng.choice([1.0, 2.0, -1.0])  # exact in floats
            weights[:, copy] = scale * weights[:, copy % max(1, len(bias) // 2)]
            bias[copy] = scale * bias[copy % max(1, len(bias) // 2)]
    return layers


def dead(rng, shapes):
    """A hidden layer that is silent everywhere in the box."""
    layers = normal(rng, shapes)
    if len(layers) > 1:
        layers[rng.integers(len(layers) - 1)].bias[:] = -1e4
    return layers


KINDS = {
    "normal": normal,
    "integer": integer,
    "without bias": without_bias,
    "duplicated": duplicated,
    "dead": dead,
}


def networks(
    count: int, max_depth: int = 4, max_width: int = 8, seed: int = 0
) -> Iterator[Network]:
    """Depth 0 to ``max_depth``, width 1 to ``max_width``, 1 to 5 outputs, every activation."""
    names = list(KINDS)
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        kind = names[index % len(names)]
        depth = int(rng.integers(0, max_depth + 1))
        widths = tuple(map(int, rng.integers(1, max_width + 1, depth)))
        activation = (
            "relu" if rng.random() < 0.5 else tuple(map(str, rng.choice(list(SLOPES), depth)))
        )
        outputs = int(rng.choice([1, 1, 2, 3, 5]))
        architecture = Architecture(widths, activation, n_outputs=outputs)
        yield Network(kind, architecture, KINDS[kind](rng, architecture.shapes))
