"""What a lesson makes of a view, by the family of its page: what is trained, and the picture."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from layerwarp.app.controls import network
from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.lessons.kinds import LINE, PLANE
from layerwarp.app.pages.pieces import controls, pictures
from layerwarp.app.session.live import Shown
from layerwarp.app.stage import payload
from layerwarp.app.words.captions import title
from layerwarp.app.work import payloads
from layerwarp.data.datasets import Dataset


class Family(NamedTuple):
    """One row. All take the values of a page's parameters.

    Attributes:
        fault: The rule that keeps a view from being shown; empty where nothing does.
        experiment: What is trained, or loaded; None where the view shows no such thing.
        picture: What the page's component takes, of what was trained; whether what is built by
            hand can be moved.
        few_frames: The same with the recorded steps of these indices only, for a file.
    """

    fault: Callable[[Values], str]
    experiment: Callable[[Values], Experiment | None]
    picture: Callable[[Values, Shown | None, bool], bytes]
    few_frames: Callable[[Values, Shown | None, bool, np.ndarray | None], bytes]


def _plane(values: Values, shown: Shown | None, in_hand: bool) -> bytes:
    if shown is None:
        raise TypeError("a view of points in the plane has a network")
    return payloads.plane(*shown, values["view"], values["axes"], in_hand)


def _few_of_plane(
    values: Values, shown: Shown | None, in_hand: bool, frames: np.ndarray | None
) -> bytes:
    if shown is None:
        raise TypeError("a view of points in the plane has a network")
    experiment, history = shown
    data = experiment.dataset.make()
    assert isinstance(data, Dataset)
    view = "cut" if experiment.by_hand else values["view"]
    words = partial(title, experiment, history)
    by_hand = experiment.by_hand and in_hand
    return payload.pack(data, history, view, values["axes"], words, frames, by_hand)


def _line_experiment(values: Values) -> Experiment | None:
    config = controls.asked_target(values)
    return controls.experiment(values, config) if pictures.trains(values, config) else None


def _line(
    values: Values, shown: Shown | None, in_hand: bool, frames: np.ndarray | None = None
) -> bytes:
    """What is built by hand stands alone there, and can always be moved."""
    packed = pictures.picture(values, controls.asked_target(values), shown, frames)
    assert packed is not None
    return packed


def _line_fault(values: Values) -> str:
    config = controls.asked_target(values)
    if not pictures.can_train(config):
        if values["mode"] != "trained":
            return ""  # built by hand, it needs no points
        return "must have two own points or more, at different x, to train on"
    try:
        config.make()
    except ValueError as error:
        return f"has a formula that cannot be drawn: {error}"
    return ""


FAMILIES = {
    PLANE: Family(lambda values: "", network.experiment, _plane, _few_of_plane),
    LINE: Family(_line_fault, _line_experiment, _line, _line),
}
