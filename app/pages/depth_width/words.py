"""What the page "Depth × width" says in plain words about what it shows."""

import numpy as np

from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.measures import MEASURES
from layerwarp.app.words.numbers import counted, r_squared, whole_percent
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.sweeps.results import PENDING, Sweep
from layerwarp.training.history import TrainingHistory

OVERFIT = 0.05  # error on new points above that on learned ones
FROZEN = 0.05  # a layer that moved less than this share of its size kept its random start


def layers(depth: int) -> str:
    """How many hidden layers, for example "3 layers"."""
    return counted(depth, "layer") if depth else "no hidden layer"


def summary(grid: Grid, sweep: Sweep, measure: str, goal: float) -> str:
    """What the grid shows: how many networks, the smallest that makes it, the deep and the wide."""
    n_there = len(sweep.histories)
    row = MEASURES[measure]
    head = (
        f"**{grid.dataset.label}, {ACTIVATIONS[grid.activation].label}: {row.label.lower()}**"
        f" ({row.summary})."
    )
    if not n_there:
        return f"{head} Nothing is trained yet."
    text = [head]
    if n_there < grid.n_networks:
        text.append(f"{n_there} of {grid.n_networks} networks are there.")
    else:
        text.append(f"{grid.n_networks} networks, {grid.n_seeds} in each cell.")
    return " ".join([*text, *_smallest(grid, sweep, goal), *_failures(sweep)])


def signature(grid: Grid, what: str) -> str:
    """What a picture of the grid shows, short enough to stand below it."""
    networks = f"{grid.dataset.label}, {ACTIVATIONS[grid.activation].label}"
    return f"{networks}, {grid.training.steps:,} steps, starts: {grid.n_seeds} · {what}"


def _smallest(grid: Grid, sweep: Sweep, goal: float) -> list[str]:
    success = sweep.success(goal)
    good = np.argwhere(success > 0.5)
    word = f"R² {goal:g}" if isinstance(grid.dataset, TargetConfig) else whole_percent(goal)
    if not len(good):
        return [f"No network reaches {word} on new points from most of its starts."]
    sizes = [sweep.n_parameters[tuple(place)] for place in good]
    i, j = good[int(np.argmin(sizes))]
    lines = [
        f"The smallest that reaches {word} on new points from most starts has "
        f"{layers(sweep.depths[i])} of {sweep.widths[j]}: {min(sizes):,} numbers to learn."
    ]
    widest = sweep.widths[-1]
    if 1 in sweep.depths and len(sweep.depths) > 1:
        wide = success[sweep.depths.index(1), -1]
        size = sweep.n_parameters[sweep.depths.index(1), -1]
        if np.isfinite(wide) and wide <= 0.5:
            lines.append(f"One layer, even {widest} wide ({size:,}), does not.")
    return lines


def _failures(sweep: Sweep) -> list[str]:
    found = {kind: int((sweep.outcome == kind).sum()) for kind in ("dead", "diverged")}
    lines = []
    if found["dead"]:
        were = "network answers" if found["dead"] == 1 else "networks answer"
        lines.append(f"{found['dead']} {were} the same for every point: dead.")
    if found["diverged"]:
        lines.append(f"{found['diverged']} blew up in training and count as failed.")
    return lines


def cell(grid: Grid, sweep: Sweep, place: tuple[int, int]) -> str:
    """What happened in one cell."""
    depth, width = sweep.depths[place[0]], sweep.widths[place[1]]
    size = f"{layers(depth)} of {width}, {sweep.n_parameters[place]:,} numbers to learn"
    there = sweep.outcome[place] != PENDING
    if not there.any():
        return f"**{size}.** Not trained yet."
    tests, trains = sweep.accuracy[place][there], sweep.train_accuracy[place][there]
    number = r_squared if isinstance(grid.dataset, TargetConfig) else whole_percent
    each = ", ".join(number(value) for value in tests)
    text = f"**{size}.** On new points, start by start: {each}."
    if np.median(trains - tests) > OVERFIT:
        learned = number(float(np.median(trains)))
        text += f" On learned points {learned}: it has learned their noise."
    return text


def frozen(travel: np.ndarray) -> str:
    """Which of the first hidden layers kept their random weights, given how far each moved."""
    hidden = travel[:-1]
    moved = np.flatnonzero(~(hidden < FROZEN))
    first = len(hidden) if not len(moved) else int(moved[0])
    if first == 0:
        return "every layer from the first on left its random start"
    if first == 1:
        return "layer 1 kept its random weights"
    return f"layers 1 to {first} kept their random weights"


def fading(name: str, norms: np.ndarray) -> str:
    """How much of the gradient of the last hidden layer arrives at the first."""
    first, last = norms[0], norms[-2]
    if not last > 0:
        return f"{name}: no gradient at all"
    ratio = first / last
    if ratio == 0:
        return f"{name}: nothing arrives"
    words = f"{ratio:.2g} of it arrives" if ratio < 1 else f"{ratio:.2g} times as much"
    return f"{name}: {words}"


def overfit_start(train: np.ndarray, test: np.ndarray) -> int | None:
    """Index from which on, to the end, the error is 5 points higher on new points."""
    fine = np.flatnonzero(~(test - train > OVERFIT))
    first = int(fine[-1]) + 1 if len(fine) else 0
    return first if first < len(test) else None


def errors(histories: list[TrainingHistory]) -> tuple[np.ndarray, np.ndarray]:
    """Quartiles of the final errors (3,) on training points and on new ones, over the starts."""
    train = [1 - history.train_accuracy[-1] for history in histories]
    test = [1 - history.accuracy[-1] for history in histories]
    levels = [0.25, 0.5, 0.75]
    return np.quantile(train, levels), np.quantile(test, levels)
