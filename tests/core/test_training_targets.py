"""The defaults train the first time: seeds of ten that reach the target on new points."""

import pytest

from layerwarp.data.datasets import DATASETS, make_dataset
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train

HARD = ("spiral", "checkerboard")


@pytest.mark.parametrize("name", DATASETS)
def test_default_settings_reach_the_target_in_nine_seeds_of_ten(name):
    n_classes = DATASETS[name].n_classes
    architecture = Architecture(
        (16, 16) if name in HARD else (8, 8), n_outputs=1 if n_classes == 2 else n_classes
    )
    target, reached = DATASETS[name].reachable, []
    for seed in range(10):
        history = train(make_dataset(name, seed=seed), architecture, TrainingConfig(seed=seed))
        reached.append(float(history.accuracy[-1]))
    assert sum(accuracy >= target for accuracy in reached) >= 9, reached
