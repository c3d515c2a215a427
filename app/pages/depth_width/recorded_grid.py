"""The default grid, recorded ahead, so that the first picture waits for nothing.

``python -m layerwarp.app.pages.depth_width.recorded_grid`` records it anew.
"""

import json
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np

from layerwarp.app.pages.depth_width.grid import Grid, thin
from layerwarp.app.work import compute
from layerwarp.assets import ASSETS
from layerwarp.sweeps.results import Sweep
from layerwarp.sweeps.sweep import sweep
from layerwarp.training.history import Outcome, TrainingHistory

PATH = ASSETS / "default_grid.npz"
CURVES = ("steps", "train_loss", "test_loss", "train_accuracy", "accuracy")


@cache
def offer() -> None:
    """Let whoever asks for the default grid have the recorded one."""
    recorded = load()
    if recorded is not None:
        compute.remember(Grid(), recorded)


def load(path: Path = PATH) -> Sweep | None:
    """The recorded sweep, or None if it is missing or of another grid."""
    if not path.exists():
        return None
    grid = Grid()
    with np.load(path) as file:
        if str(file["grid"]) != _fingerprint(grid):
            return None
        rows = [json.loads(row) for row in file["outcomes"].tolist()]
        arrays = {name: file[name] for name in (*CURVES, "gradient_norms", "parameters")}
    empty, histories, at = grid.empty(), {}, dict.fromkeys(arrays, 0)
    for row in rows:
        i, j, k = row["place"]
        architecture, n = empty.architectures[i, j], row["records"]

        def take(name: str, width: int, n: int = n) -> np.ndarray:
            start = at[name]
            at[name] += n * width
            return arrays[name][start : at[name]]

        histories[i, j, k] = TrainingHistory(
            architecture,
            replace(grid.training, seed=grid.seeds[k]),
            parameters=take("parameters", architecture.n_parameters).reshape(n, -1),
            gradient_norms=take("gradient_norms", architecture.depth + 1).reshape(n, -1),
            **{name: take(name, 1) for name in CURVES},
            outcome=Outcome(**row["outcome"]),
            dead_neurons=tuple(row["dead_neurons"]),
            largest_outputs=(),
        )
    return replace(empty, histories=histories)


def record(path: Path = PATH) -> Sweep:
    """Train the default grid and save what :func:`.grid.thin` keeps of it."""
    grid = Grid()
    axes = grid.depths, grid.widths, grid.seeds
    whole = sweep(grid.dataset.make(), *axes, grid.training, None, grid.activation)
    kept = {place: thin(history) for place, history in sorted(whole.histories.items())}
    rows = [
        {
            "place": place,
            "records": len(history.steps),
            "outcome": asdict(history.outcome),
            "dead_neurons": history.dead_neurons,
        }
        for place, history in kept.items()
    ]
    arrays = {
        name: np.concatenate([getattr(history, name).ravel() for history in kept.values()])
        for name in (*CURVES, "gradient_norms", "parameters")
    }
    outcomes = np.array([json.dumps(row) for row in rows])
    arrays |= {"grid": np.array(_fingerprint(grid)), "outcomes": outcomes}
    np.savez_compressed(path, allow_pickle=False, **arrays)
    return replace(whole, histories=kept)


def _fingerprint(grid: Grid) -> str:
    return json.dumps(asdict(grid), sort_keys=True)


if __name__ == "__main__":
    print(f"{len(record().histories)} networks")
