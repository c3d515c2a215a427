"""The mathematics of LayerWarp: small networks, their training and their geometry.

Pure functions: arrays and frozen configurations in, arrays out. Importing ``core`` does not import
JAX; the first compiled training does.
"""

from core.activations import ACTIVATIONS
from core.architecture import Architecture
from core.comparison import sweep
from core.datasets import DATASETS, Dataset, make_dataset
from core.history import Outcome, TrainingHistory
from core.initializers import INITIALIZERS, init_params
from core.linear_regions import LinearRegions, linear_regions
from core.network import Layer, LayerRecord, forward, record_activations
from core.optimizers import OPTIMIZERS
from core.piecewise import PiecewiseLinear, piecewise_linear
from core.sweep_results import Sweep
from core.targets import TARGETS, Target, make_target
from core.training import train
from core.training_config import TrainingConfig
from core.warping import LayerPath, layer_path

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "INITIALIZERS",
    "OPTIMIZERS",
    "TARGETS",
    "Architecture",
    "Dataset",
    "Layer",
    "LayerPath",
    "LayerRecord",
    "LinearRegions",
    "Outcome",
    "PiecewiseLinear",
    "Sweep",
    "Target",
    "TrainingConfig",
    "TrainingHistory",
    "forward",
    "init_params",
    "layer_path",
    "linear_regions",
    "make_dataset",
    "make_target",
    "piecewise_linear",
    "record_activations",
    "sweep",
    "train",
]
