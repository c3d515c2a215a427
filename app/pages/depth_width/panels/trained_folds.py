"""Folded lines, learned by networks of one size and several depths; recorded ahead.

``python -m layerwarp.app.pages.depth_width.panels.trained_folds`` records the answer anew.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.pages.depth_width.panels.trainings import train_all, training_seconds
from layerwarp.app.work import compute
from layerwarp.app.work.answers import Callback
from layerwarp.assets import ASSETS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import forward
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

PATH = ASSETS / "trained_folds.npz"
PLACES = 1500  # of a curve
DRAWN = 4  # folds of which the curves are kept

Widths = tuple[int, ...]


class Found(NamedTuple):
    """What training made of the shapes; nan where it has not come to yet.

    Attributes:
        shares: R² on new points (folds, shapes, starts).
        curves: What the middle start of each shape makes of ``DRAWN`` folds (shapes, PLACES).
    """

    shares: np.ndarray
    curves: np.ndarray

    @property
    def complete(self) -> bool:
        """Whether all are trained."""
        return bool(np.isfinite(self.shares).all())


@dataclass(frozen=True)
class TrainedFolds:
    """Networks with as many numbers as one layer of 64, trained to copy lines folded k times."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    folds: tuple[int, ...] = (2, 3, 4, 5, 6)
    shapes: tuple[Widths, ...] = ((64,), (12, 12), (7, 7, 7, 7))
    n_starts: int = 5
    n_points: int = 1000
    steps: int = 3000

    @property
    def architectures(self) -> list[Architecture]:
        """The shapes, from one number to one."""
        return [Architecture(widths, n_inputs=1) for widths in self.shapes]

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        a_start = training_seconds(self.architectures, self.training(0), self.n_points)
        return a_start * len(self.folds) * self.n_starts

    def dataset(self, k: int) -> TargetConfig:
        """The line folded ``k`` times."""
        return TargetConfig(f"sawtooth{k}", self.n_points)

    def training(self, seed: int) -> TrainingConfig:
        """How each is trained."""
        return TrainingConfig(steps=self.steps, seed=seed)

    def answer(self, callback: Callback) -> Found:
        """Train all starts of a shape before the next."""
        tasks = [
            (self.dataset(k).make(), network, self.training(seed))
            for k, network, seed in product(self.folds, self.architectures, range(self.n_starts))
        ]
        return self._found(train_all(tasks, callback, self._found))

    def _found(self, histories: list[TrainingHistory]) -> Found:
        shares = np.full((len(self.folds), len(self.shapes), self.n_starts), np.nan)
        shares.flat[: len(histories)] = [history.accuracy[-1] for history in histories]
        curves = np.full((len(self.shapes), PLACES), np.nan)
        drawn = self.folds.index(DRAWN)
        for index in range(len(self.shapes)):
            ends = shares[drawn, index]
            if np.isfinite(ends).all():
                middle = int(np.argsort(ends)[(len(ends) - 1) // 2])
                place = np.ravel_multi_index((drawn, index, middle), shares.shape)
                curves[index] = _curve(histories[place])
        return Found(shares, curves)


def places() -> np.ndarray:
    """Where the curves are drawn (PLACES,)."""
    return np.linspace(0, 1, PLACES)


def _curve(history: TrainingHistory) -> np.ndarray:
    points = places()[:, None].astype(np.float32)
    return np.asarray(forward(history.architecture, history.params, points), float)[:, 0]


@cache
def offer() -> None:
    """Let whoever asks have the recorded answer."""
    recorded = load()
    if recorded is not None:
        compute.remember(TrainedFolds(), recorded)


def load(path: Path = PATH) -> Found | None:
    """The recorded answer, or None if it is missing or of another question."""
    if not path.exists():
        return None
    with np.load(path) as file:
        if str(file["question"]) != _fingerprint():
            return None
        return Found(file["shares"].astype(float), file["curves"].astype(float))


def record(path: Path = PATH) -> Found:
    """Train all and save what came of it."""
    found = TrainedFolds().answer(lambda *_: True)
    arrays = {name: values.astype(np.float32) for name, values in found._asdict().items()}
    question = np.array(_fingerprint())
    np.savez_compressed(path, allow_pickle=False, question=question, **arrays)
    return found


def _fingerprint() -> str:
    question = TrainedFolds()
    return json.dumps([asdict(question), asdict(question.training(0))], sort_keys=True)


if __name__ == "__main__":
    print(record().shares.round(2))
