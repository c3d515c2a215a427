"""The trainer given a function of x in place of labeled points."""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.work.compiler import Compiler
from layerwarp.app.work.trainer import Trainer
from layerwarp.app.work.turns import Turns
from layerwarp.data.targets import Target, make_target
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train

PATIENCE = 60  # seconds; a compilation on a busy machine takes a few


@dataclass(frozen=True)
class Function:
    name: str
    n_points: int = 50

    def make(self) -> Target:
        return make_target(self.name, 50)


def test_a_function_is_trained_like_points():
    trainer = Trainer(Compiler(), Turns(), present=lambda visitor: True)
    config = TrainingConfig(batch_size=10, steps=40)
    for name in ("sine", "abs"):
        data: Any = Function(name)
        experiment = Experiment(data, Architecture((5, 3), n_inputs=1), config)
        job = trainer.request(experiment, "visitor")
        deadline = time.monotonic() + PATIENCE
        while not job.ended and time.monotonic() < deadline:
            time.sleep(0.01)
        assert job.state == "done"
        assert job.answer is not None
        expected = train(data.make(), experiment.architecture, config, backend="numpy")
        assert job.answer.accuracy[-1] == pytest.approx(expected.accuracy[-1], abs=0.01)
