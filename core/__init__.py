"""The mathematics of LayerWarp: small networks, their training and their geometry.

Pure functions: arrays and frozen configurations in, arrays out. A name is imported when it is first
asked for: the command must say how many threads numpy may have before there is numpy, and JAX comes
with the first compiled training.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layerwarp.data.datasets import DATASETS as DATASETS
    from layerwarp.data.datasets import Dataset as Dataset
    from layerwarp.data.datasets import make_dataset as make_dataset
    from layerwarp.data.targets import TARGETS as TARGETS
    from layerwarp.data.targets import Target as Target
    from layerwarp.data.targets import make_target as make_target
    from layerwarp.geometry.layer_path import LayerPath as LayerPath
    from layerwarp.geometry.layer_path import layer_path as layer_path
    from layerwarp.geometry.linear_regions import LinearRegions as LinearRegions
    from layerwarp.geometry.linear_regions import linear_regions as linear_regions
    from layerwarp.geometry.piecewise import PiecewiseLinear as PiecewiseLinear
    from layerwarp.geometry.piecewise import piecewise_linear as piecewise_linear
    from layerwarp.network.activations import ACTIVATIONS as ACTIVATIONS
    from layerwarp.network.architecture import Architecture as Architecture
    from layerwarp.network.forward_pass import Layer as Layer
    from layerwarp.network.forward_pass import LayerRecord as LayerRecord
    from layerwarp.network.forward_pass import forward as forward
    from layerwarp.network.forward_pass import record_activations as record_activations
    from layerwarp.network.initializers import INITIALIZERS as INITIALIZERS
    from layerwarp.network.initializers import init_params as init_params
    from layerwarp.sweeps.results import Sweep as Sweep
    from layerwarp.sweeps.sweep import sweep as sweep
    from layerwarp.training.config import TrainingConfig as TrainingConfig
    from layerwarp.training.history import Outcome as Outcome
    from layerwarp.training.history import TrainingHistory as TrainingHistory
    from layerwarp.training.optimizers import OPTIMIZERS as OPTIMIZERS
    from layerwarp.training.train import train as train

# The same once more for the running program; a test compares the two.
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
