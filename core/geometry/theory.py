"""Known results on the pieces that a piecewise-linear network can have, each with its source.

``widths`` are those of the hidden layers whose neurons bend; a layer of the identity has no crease.
All counts are exact integers, however large.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import comb, factorial, prod
from typing import NamedTuple

from layerwarp.checks import check_integer
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture


class Bound(NamedTuple):
    """A published bound on the number of linear regions; ``kind`` is "lower" or "upper".

    A lower bound says that some weights make at least so many, an upper one that none make more.
    """

    kind: str
    source: str
    value: int


def _check(widths: Sequence[int], n_inputs: int) -> None:
    check_integer("n_inputs", n_inputs, 1, 1_000_000)
    for layer, width in enumerate(widths, start=1):
        check_integer(f"the width of layer {layer}", width, 1, 1_000_000)


def arrangement_regions(n_hyperplanes: int, n_inputs: int = 2) -> int:
    """Regions into which n hyperplanes in general position cut space; other positions make fewer.

    The sum of C(n, j) over j = 0 to n_inputs; in the plane 1 + n + n (n - 1) / 2. Zaslavsky 1975,
    Facing up to arrangements (Memoirs of the AMS 154); the plane: Steiner 1826. What one hidden
    layer of n neurons can make at most.
    """
    check_integer("n_hyperplanes", n_hyperplanes, 0, 1_000_000)
    check_integer("n_inputs", n_inputs, 1, 1_000_000)
    return sum(comb(n_hyperplanes, j) for j in range(n_inputs + 1))


def montufar_lower(widths: Sequence[int], n_inputs: int = 2) -> int | None:
    """Linear regions that some ReLU network of these widths has; None if a layer is too narrow.

    The product over all layers but the last of floor(n_l / n_0)^n_0, times the regions of an
    arrangement of n_L hyperplanes, for n_l >= n_0. Montúfar, Pascanu, Cho and Bengio 2014, On the
    number of linear regions of deep neural networks (arXiv 1402.1869).
    """
    _check(widths, n_inputs)
    if not widths:
        return 1
    if min(widths) < n_inputs:
        return None
    folds = prod((width // n_inputs) ** n_inputs for width in widths[:-1])
    return folds * arrangement_regions(widths[-1], n_inputs)


def raghu_upper(widths: Sequence[int], n_inputs: int = 2) -> int:
    """Linear regions at most: each layer cuts every region as an arrangement in n_0 dimensions.

    The product over the layers of the sum of C(n_l, j) over j = 0 to n_0. Raghu, Poole, Kleinberg,
    Ganguli and Sohl-Dickstein 2017, On the expressive power of deep neural networks (arXiv
    1606.05336), Theorem 1 and its proof. For any slope below zero.
    """
    _check(widths, n_inputs)
    return prod(arrangement_regions(width, n_inputs) for width in widths)


def montufar_upper(widths: Sequence[int], n_inputs: int = 2) -> int:
    """Linear regions at most: no layer sees more dimensions than the narrowest before it.

    The product over the layers of the sum of C(n_l, j) over j = 0 to d_l, with d_l the least of
    n_0, ..., n_l. Montúfar 2017, Notes on the number of linear regions of deep neural networks
    (SampTA). For any slope below zero.
    """
    _check(widths, n_inputs)
    regions, dimension = 1, n_inputs
    for width in widths:
        dimension = min(dimension, width)
        regions *= arrangement_regions(width, dimension)
    return regions


def serra_upper(widths: Sequence[int], n_inputs: int = 2) -> int:
    """Linear regions of a ReLU network at most: silent neurons take dimensions away.

    The sum over j_1, ..., j_L of the product of C(n_l, j_l), where j_l is at most n_l and at most
    the least of n_0 and n_i - j_i over the layers i before. Serra, Tjandraatmadja and Ramalingam
    2018, Bounding and counting linear regions of deep neural networks (arXiv 1711.02114), Theorem
    1. For ReLU only: a leaky neuron below zero is not silent.
    """
    _check(widths, n_inputs)

    @cache
    def regions(layer: int, dimension: int) -> int:
        if layer == len(widths):
            return 1
        width = widths[layer]
        return sum(
            comb(width, j) * regions(layer + 1, min(dimension, width - j))
            for j in range(min(dimension, width) + 1)
        )

    return regions(0, n_inputs)


def region_bounds(architecture: Architecture) -> tuple[Bound, ...]:
    """The bounds that hold for this network, from below to above.

    Raises:
        ValueError: If an activation is not piecewise linear: there are no regions then.
    """
    slopes = {name: ACTIVATIONS[name].negative_slope for name in architecture.activations}
    smooth = [name for name, slope in slopes.items() if slope is None]
    if smooth:
        raise ValueError(f"activation must be piecewise linear; got {smooth[0]!r}")
    layers = zip(architecture.widths, architecture.activations, strict=True)
    folding = [(width, slopes[name]) for width, name in layers if slopes[name] != 1]
    widths, n_inputs = tuple(width for width, _ in folding), architecture.n_inputs
    only_relu = all(slope == 0 for _, slope in folding) and len(folding) == architecture.depth
    bounds = []
    lower = montufar_lower(widths, n_inputs) if only_relu else None
    if lower is not None:
        bounds.append(Bound("lower", "Montúfar et al. 2014", lower))
    if only_relu:
        bounds.append(Bound("upper", "Serra et al. 2018", serra_upper(widths, n_inputs)))
    bounds.append(Bound("upper", "Montúfar 2017", montufar_upper(widths, n_inputs)))
    bounds.append(Bound("upper", "Raghu et al. 2017", raghu_upper(widths, n_inputs)))
    return tuple(bounds)


def most_regions(architecture: Architecture) -> int:
    """The least of the upper bounds of :func:`region_bounds`."""
    return min(bound.value for bound in region_bounds(architecture) if bound.kind == "upper")


def typical_regions(n_neurons: int, n_inputs: int = 2) -> float:
    """About how many regions a ReLU network has at random and after training, at any depth.

    N^n_0 / n_0! with N neurons in all; N^2 / 2 in the plane. Hanin and Rolnick 2019, Deep ReLU
    networks have surprisingly few activation patterns (arXiv 1906.00904): at random the
    expected number is at most (T N)^n_0 / n_0!, with T independent of depth; they measure about
    N^n_0 / n_0!, also during training.
    """
    check_integer("n_neurons", n_neurons, 0, 1_000_000)
    check_integer("n_inputs", n_inputs, 1, 100)
    return n_neurons**n_inputs / factorial(n_inputs)


def max_pieces(widths: Sequence[int]) -> int:
    """Linear pieces at most of a network with one input: the product of (width + 1).

    :func:`montufar_upper` for one input. For the neurons that bend once, (leaky) ReLU and the
    absolute value alike.
    """
    _check(widths, 1)
    return prod(width + 1 for width in widths)


def n_parameters(widths: Sequence[int], n_inputs: int = 1, n_outputs: int = 1) -> int:
    """Weights and biases of a network with hidden layers of any widths, also beyond the app's.

    For example :func:`~layerwarp.geometry.constructions.sawtooth` of k folds, 6 k + 1, and the same
    function in one layer, 3 * 2^k + 1.
    """
    _check(widths, n_inputs)
    check_integer("n_outputs", n_outputs, 1, 1_000_000)
    sizes = (n_inputs, *widths, n_outputs)
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
