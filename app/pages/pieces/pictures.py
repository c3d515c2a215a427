"""The picture of the page "Pieces": what its component is sent, whatever the network is."""

import numpy as np

from layerwarp.app.experiments.experiment import POINTS, Experiment, TargetConfig
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.pieces import networks
from layerwarp.app.pages.pieces.payload import pack
from layerwarp.app.work import payloads
from layerwarp.training.history import TrainingHistory

LEAST_POINTS = 2


def can_train(config: TargetConfig) -> bool:
    """Own points can be too few, or all above each other."""
    return config.name != POINTS or len({x for x, _ in config.points}) >= LEAST_POINTS


def trains(values: Values, config: TargetConfig) -> bool:
    """Whether a network is trained for the picture, not built."""
    return values["mode"] == "trained" and can_train(config)


def picture(
    values: Values,
    config: TargetConfig,
    shown: tuple[Experiment, TrainingHistory] | None,
    frames: np.ndarray | None = None,
) -> bytes | None:
    """What the component takes; None while the first network is in training.

    Args:
        values: Of the page's parameters.
        config: The target.
        shown: What was trained, if anything is.
        frames: Indices of the recorded steps to send, ascending; by default, as many as may be.
    """
    if values["mode"] == "built":
        built = values["build"], values["shift"]
        return payloads.kept(built, lambda: pack(networks.constructed(*built)))
    if values["mode"] == "hand":
        return pack(networks.by_hand(config, networks.hand_numbers(config, values["hand"])))
    if not can_train(config):
        return pack(networks.undrawn(config))
    if shown is None:
        return None
    experiment, history = shown
    chosen = None if frames is None else tuple(frames.tolist())
    key = experiment, payloads.version(history), chosen
    return payloads.kept(key, lambda: pack(networks.trained(experiment, history, frames)))
