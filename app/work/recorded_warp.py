"""The opening example, recorded ahead, so that the first picture waits for nothing.

``python -m layerwarp.app.work.recorded_warp`` records it anew.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.assets import ASSETS
from layerwarp.training.history import Outcome, TrainingHistory
from layerwarp.training.train import train

PATH = ASSETS / "default_warp.npz"
TRAINED = ("architecture", "dataset", "training")  # what of an experiment decides its history
ARRAYS = (
    "steps",
    "parameters",
    "train_loss",
    "test_loss",
    "train_accuracy",
    "accuracy",
    "gradient_norms",
)


def load(path: Path = PATH) -> TrainingHistory | None:
    """The recorded history, or None if it is missing or of another experiment."""
    if not path.exists():
        return None
    with np.load(path) as file:
        if str(file["experiment"]) != _fingerprint():
            return None
        arrays = {name: file[name] for name in ARRAYS}
        outcome = Outcome(**json.loads(str(file["outcome"])))
        dead_neurons = tuple(file["dead_neurons"].tolist())
    return TrainingHistory(
        DEFAULT.architecture,
        DEFAULT.training,
        **arrays,
        outcome=outcome,
        dead_neurons=dead_neurons,
        largest_outputs=(),
    )


def record(path: Path = PATH) -> TrainingHistory:
    """Train the default experiment and save its history."""
    history = train(DEFAULT.dataset.make(), DEFAULT.architecture, DEFAULT.training)
    np.savez_compressed(
        path,
        experiment=_fingerprint(),
        outcome=json.dumps(asdict(history.outcome)),
        dead_neurons=np.array(history.dead_neurons),
        **{name: getattr(history, name) for name in ARRAYS},
    )
    return history


def _fingerprint() -> str:
    parts = {name: asdict(getattr(DEFAULT, name)) for name in TRAINED}
    return json.dumps(parts, sort_keys=True)


if __name__ == "__main__":
    print(record().outcome.message)
