"""Networks of different depth that cost the same number of parameters."""

from collections.abc import Iterable, Iterator

from layerwarp.checks import check_integer
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture

# Largest relative difference between a network's parameters and the budget.
TOLERANCE = 0.05


def equal_parameter_architectures(
    n_parameters: int,
    depths: Iterable[int],
    n_inputs: int = 2,
    n_outputs: int = 1,
    activation: str = "relu",
    inputs: tuple[str, ...] = (),
) -> dict[int, Architecture]:
    """For each depth, the network of nearly equal layers whose size is nearest to a budget.

    The first few layers may be one neuron wider than the others.

    Args:
        n_parameters: Weights and biases that each network is to have, within 5 %.
        depths: Numbers of hidden layers, 1 to 10.
        n_inputs: Of every network.
        n_outputs: Of every network.
        activation: A name of ``ACTIVATIONS``.
        inputs: What they are given of points in the plane, as ``Architecture`` has it.

    Returns:
        The network of each depth.

    Raises:
        ValueError: A depth is not valid, or has no network of that size.
    """
    check_integer("n_parameters", n_parameters, 1, 100_000)
    result = {}
    for depth in depths:
        check_integer("each depth", depth, 1, MAX_DEPTH)
        candidates = [
            Architecture(widths, activation, n_inputs, n_outputs, inputs)
            for widths in _nearly_uniform(depth)
        ]
        sizes = [candidate.n_parameters for candidate in candidates]
        best = min(candidates, key=lambda one: abs(one.n_parameters - n_parameters))
        if abs(best.n_parameters - n_parameters) > TOLERANCE * n_parameters:
            raise ValueError(
                f"n_parameters must be within 5 % of a network's of depth {depth}, which has "
                f"{min(sizes)} to {max(sizes)} and {best.n_parameters} at the nearest; "
                f"got {n_parameters}"
            )
        result[depth] = best
    return result


def _nearly_uniform(depth: int) -> Iterator[tuple[int, ...]]:
    """Widths that differ by at most one, the wider layers first."""
    for width in range(1, MAX_WIDTH + 1):
        for wider in range(depth if width < MAX_WIDTH else 1):
            yield (width + 1,) * wider + (width,) * (depth - wider)
