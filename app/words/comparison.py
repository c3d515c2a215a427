"""What is said of two networks that learned the same."""

import numpy as np

from layerwarp.app.words.numbers import counted, percent
from layerwarp.training.history import TrainingHistory

EARLY = 0.25  # of the training: by then, a deeper network has had four times less of it
ALIKE = 0.02  # of accuracy: what lies closer together is told apart by luck


def layers_or_training(shallow: TrainingHistory, deep: TrainingHistory) -> str:
    """What longer training did for one network, and what more layers did, with a conclusion.

    Args:
        shallow: Of the network with fewer layers.
        deep: Of the same with more layers, trained on the same data for as many steps.
    """
    early, last = _record(shallow, EARLY), len(shallow.steps) - 1
    deep_early = _record(deep, EARLY)
    before, after, other = (
        float(history.accuracy[record])
        for history, record in ((shallow, early), (shallow, last), (deep, deep_early))
    )
    steps = [f"{history.steps[k]:,}" for history, k in ((shallow, early), (deep, deep_early))]
    longer = f"{shallow.steps[last]:,}"
    text = (
        f"{_layers(shallow)} {percent(before)} of the new points right after {steps[0]} steps and "
        f"{percent(after)} after {longer}. {_layers(deep)} {percent(other)} after {steps[1]}. "
    )
    if other > after + ALIKE:
        return (
            f"{text}So more layers are not the same as more training: longer training alone did "
            "not get there."
        )
    if other < after - ALIKE:
        return f"{text}So here longer training did more than more layers."
    return f"{text}So here more layers and longer training come to the same."


def _layers(history: TrainingHistory) -> str:
    architecture = history.architecture
    size = f"{counted(architecture.depth, 'layer')} ({architecture.n_parameters:,} numbers)"
    return f"{size} {'gets' if architecture.depth == 1 else 'get'}"


def _record(history: TrainingHistory, share: float) -> int:
    """Number of the record nearest to a share of the training."""
    return int(np.abs(history.steps - share * history.steps[-1]).argmin())
