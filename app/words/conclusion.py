"""What follows from two networks side by side, in measured numbers."""

from dataclasses import replace

import numpy as np

from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.words.numbers import counted, percent
from layerwarp.training.history import TrainingHistory

ALIKE = 0.02  # of accuracy: what lies closer together may be luck

Trained = tuple[Experiment, TrainingHistory]


def longer_or_deeper(a: Trained, b: Trained) -> str:
    """Whether longer training did for one network what more layers did for the other.

    Args:
        a: An experiment and its history.
        b: Likewise.

    Returns:
        A sentence or two; nothing unless both are trained to their ends, and one has fewer layers
        and more steps, all else being the same.
    """
    named = sorted((("A", *a), ("B", *b)), key=lambda network: network[1].architecture.depth)
    (shallow_name, shallow, long), (deep_name, deep, short) = named
    if not _differ_in_these_only(shallow, deep) or not long.steps[-1] > short.steps[-1]:
        return ""
    if {long.outcome.kind, short.outcome.kind} != {"trained"}:
        return ""
    as_long = int(np.abs(long.steps - short.steps[-1]).argmin())
    before, after, other = long.accuracy[as_long], long.accuracy[-1], short.accuracy[-1]
    text = (
        f"{shallow_name} ({_size(long)}) got {percent(before)} of the new points right after "
        f"{long.steps[as_long]:,} steps and {percent(after)} after {long.steps[-1]:,}; {deep_name} "
        f"({_size(short)}) got {percent(other)} after {short.steps[-1]:,}. "
    )
    if other > after + ALIKE:
        return (
            f"{text}Longer training did not get {shallow_name} there. {deep_name} has more layers, "
            f"and {_more_numbers(long, short)} as many numbers to learn: which of the two helps, "
            "only networks of equal numbers tell."
        )
    if other < after - ALIKE:
        return f"{text}Here longer training did more than more layers."
    return f"{text}Here more layers and longer training come to the same."


def _differ_in_these_only(shallow: Experiment, deep: Experiment) -> bool:
    """Whether depth and steps are all that differs, in networks that are trained here."""
    one, other = shallow.architecture, deep.architecture
    alike = replace(shallow.training, steps=deep.training.steps) == deep.training
    kinds = {*one.activations, *other.activations}
    widths = {*one.widths, *other.widths}
    trained = not (shallow.loaded or deep.loaded)
    return (
        trained
        and shallow.dataset == deep.dataset
        and alike
        and one.inputs == other.inputs
        and 0 < one.depth < other.depth
        and len(widths) == len(kinds) == 1
    )


def _more_numbers(shallow: TrainingHistory, deep: TrainingHistory) -> str:
    times = deep.architecture.n_parameters / shallow.architecture.n_parameters
    return f"{times:.1f} times"


def _size(history: TrainingHistory) -> str:
    architecture = history.architecture
    return f"{counted(architecture.depth, 'layer')}, {architecture.n_parameters:,} numbers"
