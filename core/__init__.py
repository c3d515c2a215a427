"""The mathematics of LayerWarp: small networks, their training and their geometry.

Pure functions: arrays and frozen configurations in, arrays out. A name is imported when it is first
asked for: the command must say how many threads numpy may have before there is numpy, and JAX comes
with the first compiled training.
"""

from importlib import import_module
from typing import Any

HOMES = {
    "data.datasets": ("DATASETS", "Dataset", "make_dataset"),
    "data.targets": ("TARGETS", "Target", "make_target"),
    "geometry.layer_path": ("LayerPath", "layer_path"),
    "geometry.linear_regions": ("LinearRegions", "linear_regions"),
    "geometry.piecewise": ("PiecewiseLinear", "piecewise_linear"),
    "network.activations": ("ACTIVATIONS",),
    "network.architecture": ("Architecture",),
    "network.forward_pass": ("Layer", "LayerRecord", "forward", "record_activations"),
    "network.initializers": ("INITIALIZERS", "init_params"),
    "sweeps.results": ("Sweep",),
    "sweeps.sweep": ("sweep",),
    "training.config": ("TrainingConfig",),
    "training.history": ("Outcome", "TrainingHistory"),
    "training.optimizers": ("OPTIMIZERS",),
    "training.train": ("train",),
}
PUBLIC = {name: home for home, names in HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A public name, from the module that it lives in."""
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(PUBLIC)
