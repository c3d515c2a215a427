"""Linear regions: how long the exact mesh of a trained network takes, on one thread."""

from collections.abc import Iterator
from functools import cache, partial

from threadpoolctl import threadpool_limits

from layerwarp import (
    Architecture,
    LinearRegions,
    TrainingConfig,
    init_params,
    linear_regions,
    make_dataset,
    train,
)
from layerwarp.network.forward_pass import Layer
from tests.benchmarks.tables import Table, measure, milliseconds

BOX = (-3.5, 3.5, -3.5, 3.5)  # the spiral with a margin
# Neurons that start with their kink among the data make twice the regions that others do: a 3x32
# from Glorot's start has about the 3,000 that the target was measured with.
TRAINED = {
    "1x8": ((8,), "data"),
    "2x16": ((16, 16), "data"),
    "3x32, Glorot": ((32, 32, 32), "glorot"),
    "3x32": ((32, 32, 32), "data"),
    "4x64": ((64,) * 4, "data"),
    "6x64": ((64,) * 6, "data"),
}
TARGETS = {"3x32, Glorot": "20", "6x64": "1500"}  # milliseconds on a quiet core
# Their counts go from about ten to a hundred thousand.
GROWTH = [(4,), (8,), (16,), (16, 16), (32, 32), (32,) * 3, (48,) * 3, (56,) * 4, (48,) * 5]


def tables(quick: bool) -> Iterator[Table]:
    """Times of trained networks, and how they grow; ``quick`` is a try-out on small ones."""
    with threadpool_limits(1):
        yield trained(quick)
        yield growth(quick)


@cache
def spiral_network(
    widths: tuple[int, ...], initializer: str, steps: int
) -> tuple[Architecture, list[Layer]]:
    architecture = Architecture(widths)
    config = TrainingConfig(steps=steps, initializer=initializer)
    return architecture, train(make_dataset("spiral"), architecture, config).params


def mesh_of(architecture: Architecture, params: list[Layer]) -> LinearRegions:
    """Mesh, affine maps of all faces, segments of the decision boundary."""
    return linear_regions(architecture, params, BOX)


def trained(quick: bool) -> Table:
    rows = []
    for name, start in list(TRAINED.items())[: 2 if quick else None]:
        network = spiral_network(*start, 60 if quick else 2000)
        regions = mesh_of(*network)
        repeats = 1 if quick else 40 if regions.count < 10_000 else 7
        (mesh,) = measure([partial(mesh_of, *network)], repeats)
        (more,) = measure([partial(_numbers, regions)], 1)
        rows.append(
            (
                name,
                f"{regions.count:,}",
                f"{len(regions.decision_boundary):,}",
                *milliseconds(mesh),
                TARGETS.get(name, ""),
                milliseconds(more)[0],
            )
        )
    return Table(
        f"Linear regions of ReLU networks trained on the spiral, box {BOX}, one thread",
        ("", "regions", "segments", "min ms", "median ms", "target", "more ms"),
        rows,
        (
            "Mesh, affine maps and decision boundary; more: areas, curves of the boundary, linear",
            "regions and topology, which are worked out when asked for.",
        ),
    )


def _numbers(regions: LinearRegions) -> None:
    _ = regions.areas, regions.boundary_loops, regions.linear_count, regions.decision.topology


def growth(quick: bool) -> Table:
    rows = []
    for widths in GROWTH[: 3 if quick else None]:
        architecture = Architecture(widths)
        params = init_params(architecture, 0, points=make_dataset("spiral").points)
        regions = mesh_of(architecture, params)
        repeats = 1 if quick else 15 if regions.count < 10_000 else 3
        (taken,) = measure([partial(mesh_of, architecture, params)], repeats)
        per_thousand = milliseconds(taken, 1000 / regions.count)
        name = "x".join(map(str, (len(widths), widths[0])))
        rows.append((name, f"{regions.count:,}", milliseconds(taken)[0], per_thousand[0]))
    return Table(
        "Growth with the number of regions: ReLU networks at their start, one thread",
        ("", "regions", "min ms", "ms per 1,000 regions"),
        rows,
    )
