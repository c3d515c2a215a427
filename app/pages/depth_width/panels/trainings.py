"""Several trainings, one after another, for the questions of panels."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from layerwarp.app.work.answers import Callback
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import expected_seconds
from layerwarp.training.history import TrainingHistory
from layerwarp.training.samples import Data
from layerwarp.training.train import TrainingProgress, train

Task = tuple[Data, Architecture, TrainingConfig]


def train_all(tasks: Sequence[Task], callback: Callback, look: Any = None) -> list[TrainingHistory]:
    """Train one after another; ends early, with those that are finished, when told to."""
    histories: list[TrainingHistory] = []
    go_on = callback(0.0)
    for data, architecture, config in tasks:

        def on_progress(progress: TrainingProgress) -> bool:
            nonlocal go_on
            go_on = callback((len(histories) + progress.step / progress.steps) / len(tasks))
            return go_on

        if not go_on:
            break
        history = train(data, architecture, config, on_progress)
        if not go_on:
            break
        histories.append(history)
        callback(len(histories) / len(tasks), None, look and (lambda: look(histories)))
    return histories


def training_seconds(
    architectures: Iterable[Architecture], config: TrainingConfig, n_points: int
) -> float:
    """That it is expected to take to train these one after another."""
    return sum(expected_seconds(network, config, n_points) for network in architectures)


def scalars(history: TrainingHistory) -> TrainingHistory:
    """The curves and the last parameters alone."""
    return replace(history, parameters=history.parameters[-1:])


def all_scalars(histories: list[TrainingHistory]) -> list[TrainingHistory]:
    """The curves and the last parameters of each."""
    return [scalars(history) for history in histories]
