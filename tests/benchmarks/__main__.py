"""Prints tables of what LayerWarp takes on this machine: ``python -m tests.benchmarks``."""

import argparse
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.metadata import version

from tests.benchmarks.tables import Table

BENCHMARKS = {
    "training": "training against scikit-learn and plain numpy",
    "engine": "what is new to a program and what it costs, and a commit before",
    "regions": "linear regions of trained networks on one thread",
    "sweep": "depth against width: many networks at once against one after another",
    "browser": "from slider and scrubber to the painted stage in Chromium",
    "start": "from the command to the first picture",
    "visitors": "a class at one server, hostile visitors beside it, a fresh machine, a kill",
}
PACKAGES = ("jax", "numpy", "scikit-learn", "streamlit")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks named on the command line, all of them by default."""
    options = _parser().parse_args(arguments)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}\n")
    for name in options.names or BENCHMARKS:
        tables: Callable[[bool], Iterator[Table]]
        tables = import_module(f"tests.benchmarks.{name}").tables
        for table in tables(options.quick):
            print(table, end="\n\n", flush=True)


def _parser() -> argparse.ArgumentParser:
    listing = "; ".join(f"{name}: {summary}" for name, summary in BENCHMARKS.items())
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help=listing)
    parser.add_argument("--quick", action="store_true", help="a try-out: few steps, few repeats")
    return parser


if __name__ == "__main__":
    main()
