"""The mathematics of LayerWarp: small networks, their training and their geometry.

Pure functions: arrays and frozen configurations in, arrays out. A name is imported when it is first
asked for: the command must say how many threads numpy may have before there is numpy, and JAX comes
with the first compiled training.
"""

import os
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
    "network.features": ("FEATURES", "Feature"),
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


# XLA makes one function of a loop that touches no more bytes than this, with the loops in it; of
# any other, a list of parts that a scheduler walks through at a tenth of a microsecond each. A
# network of up to 32 neurons a layer trains in a quarter to three quarters of the time. There is no
# option of a single program for it, and XLA reads its flags when JAX starts.
_OPTION = "xla_backend_extra_options"
if _OPTION not in (_FLAGS := os.environ.get("XLA_FLAGS", "")):
    _LOOPS = f"--{_OPTION}=xla_cpu_small_while_loop_byte_threshold={2**18}"
    os.environ["XLA_FLAGS"] = f"{_FLAGS} {_LOOPS}".strip()


def __getattr__(name: str) -> Any:
    """A public name, from the module that it lives in."""
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(PUBLIC)
