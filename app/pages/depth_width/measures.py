"""What the cells of a grid can show: a number of its networks, or a picture of the median one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.figures.classes import CLASS_COLORS
from layerwarp.app.pages.depth_width import counts
from layerwarp.app.pages.depth_width.grid import Cell, Grid, network_digest, sound_networks
from layerwarp.app.stage.payload import input_box
from layerwarp.app.words import numbers
from layerwarp.data.datasets import Dataset
from layerwarp.network.forward_pass import forward
from layerwarp.sweeps.results import PENDING, Sweep
from layerwarp.training.history import TrainingHistory

CELL, GAP = 72, 3  # pixels of a thumbnail, and between two
PLACES = 120  # of a fitted curve
LEAST, MOST = 0.3, 1.0  # opacity of an undecided and of a sure answer
RADIX = 16
FAR = 1000.0  # times the ideal, or a part of it: as bad as can be shown
PENDING_TEXT, NONE_TEXT, MANY_TEXT = "…", "–", "many"
OVER_STARTS = "median over the starts"
FAILURES = {"diverged": "blew up", "dead": "dead", "stopped": "stopped"}

Texts = list[list[str]]  # one a cell (D, W)

_thumbnails: BoundedCache[np.ndarray] = BoundedCache(4096, 64 * 2**20, lambda a: a.nbytes)


@dataclass(frozen=True)
class Measure:
    """One way to color the grid.

    ``values(sweep, goal, pieces)`` is one number a cell (D, W), nan where there is none and
    inf where it is too large to be found; ``write`` turns it into the text of a cell. The color
    runs from ``low`` to ``high``, where None is the least and the most there is; ``logarithmic``
    colors by orders of magnitude, and where ``smaller_is_better`` the least is the brightest. Where
    there is an ``ideal``, it is the brightest, and what is ``FAR`` times it or a part of it the
    darkest. A measure that is a share ``of_starts`` is written as a count. What it ``counts`` is a
    name of ``counts.COUNTS``, worked out beside the script (D, W). ``of_curve`` is the label where
    the networks copy a function.
    """

    label: str
    summary: str
    values: Callable[[Sweep, float, np.ndarray], np.ndarray]
    write: Callable[[float], str]
    low: float | None = None
    high: float | None = None
    smaller_is_better: bool = False
    logarithmic: bool = False
    ideal: float | None = None
    of_starts: bool = False
    counts: str = ""
    of_curve: str = ""


MEASURES: dict[str, Measure] = {
    "accuracy": Measure(
        "Right on new points",
        OVER_STARTS,
        lambda sweep, _, __: sweep.median(sweep.accuracy),
        numbers.percent,
        0.5,
        1.0,
        of_curve="Share of the variance (R²) on new points",
    ),
    "train": Measure(
        "Right on learned points",
        OVER_STARTS,
        lambda sweep, _, __: sweep.median(sweep.train_accuracy),
        numbers.percent,
        0.5,
        1.0,
        of_curve="Share of the variance (R²) on learned points",
    ),
    "loss": Measure(
        "Loss on new points",
        f"{OVER_STARTS}; the brightest is the least here",
        lambda sweep, _, __: sweep.median(sweep.test_loss, smaller_is_better=True),
        numbers.loss,
        smaller_is_better=True,
        logarithmic=True,
    ),
    "success": Measure(
        "Starts that make it",
        "how many of the starts end with the target accuracy or more",
        lambda sweep, goal, _: sweep.success(goal),
        numbers.whole,
        0.0,
        1.0,
        of_starts=True,
    ),
    "loops": Measure(
        "Starts that close a loop",
        "how many of the starts give one class a part of the picture that the rest closes in, seen "
        f"at {counts.LOOP_PLACES} × {counts.LOOP_PLACES} places; – where that is not looked for",
        lambda _, __, found: found,
        numbers.whole,
        0.0,
        1.0,
        of_starts=True,
        counts="loops",
    ),
    "speed": Measure(
        "Steps to the target",
        f"training steps until the target accuracy, {OVER_STARTS}; – is never, the "
        "brightest the fastest here",
        lambda sweep, goal, _: sweep.median(sweep.steps_to(goal), smaller_is_better=True),
        numbers.whole,
        smaller_is_better=True,
        logarithmic=True,
    ),
    "regions": Measure(
        "Straight pieces",
        "exact count for the median network within the picture; – where it is smooth or given "
        "other inputs than x₁ and x₂",
        lambda _, __, found: found,
        numbers.whole,
        logarithmic=True,
        counts="pieces",
    ),
    "dead": Measure(
        "Dead neurons",
        f"hidden neurons that answer the same for every data point, {OVER_STARTS}; bright is few",
        lambda sweep, _, __: sweep.median(sweep.dead_neurons, smaller_is_better=True),
        numbers.whole,
        low=0.0,
        smaller_is_better=True,
    ),
    "gradient": Measure(
        "Gradient, first / last layer",
        "size in the first over that in the last hidden layer, before the first step; "
        f"{OVER_STARTS}; 1 is ideal: the first layer hears as much as the last",
        lambda sweep, _, __: sweep.median(sweep.gradient_ratio(0)),
        numbers.ratio,
        ideal=1.0,
    ),
}


def brightness(measure: Measure, values: np.ndarray) -> np.ndarray:
    """Places on the color scale (D, W): 0 is dark and bad (or few), 1 bright; nan has none."""
    values, low, high = scale(measure, values)
    shares = np.clip((values - low) / (high - low if high > low else 1.0), 0, 1)
    return 1 - shares if measure.smaller_is_better else shares


def scale(measure: Measure, values: np.ndarray) -> tuple[np.ndarray, float, float]:
    """What the color of each cell says (D, W), and the ends of the scale; endless has no color."""
    values = np.where(np.isinf(values), np.nan, values)
    if measure.ideal is not None:
        return -np.abs(np.log(np.maximum(values / measure.ideal, 1e-30))), -np.log(FAR), 0.0
    if measure.logarithmic:
        values = np.log(np.maximum(values, 1e-30))
    known = values[np.isfinite(values)]
    low = measure.low if measure.low is not None else float(known.min(initial=np.inf))
    high = measure.high if measure.high is not None else float(known.max(initial=-np.inf))
    if not np.isfinite([low, high]).all():
        low, high = 0.0, 1.0
    return values, low, high


def of_dataset(measure: Measure, grid: Grid) -> Measure:
    """The measure as it is named and written for what the grid learns."""
    if measure.of_curve and isinstance(grid.dataset, TargetConfig):
        return replace(measure, label=measure.of_curve, write=numbers.thousandths, low=0.0)
    return measure


def cell_texts(
    measure: Measure, sweep: Sweep, values: np.ndarray, awaited: Collection[Cell] = ()
) -> Texts:
    """What is written into every cell: its number, or why it has none.

    Args:
        measure: Writes the numbers.
        sweep: Says which networks failed, and which are not there.
        values: The numbers (D, W), nan where there is none.
        awaited: Cells whose networks are there, and their numbers not yet.
    """
    return [
        [
            PENDING_TEXT
            if (i, j) in awaited
            else _cell_text(measure, sweep.outcome[i, j], values[i, j])
            for j in range(len(sweep.widths))
        ]
        for i in range(len(sweep.depths))
    ]


def _cell_text(measure: Measure, outcomes: np.ndarray, value: float) -> str:
    there = outcomes[outcomes != PENDING]
    if not len(there):
        return PENDING_TEXT
    kinds = [kind for kind in FAILURES if np.sum(there == kind) > len(there) / 2]
    if np.isnan(value):
        return FAILURES[kinds[0]] if kinds else NONE_TEXT
    text = MANY_TEXT if np.isinf(value) else measure.write(float(value))
    if measure.of_starts:
        text = f"{value * len(there):.0f} of {len(there)}"
    return f"{text}<br>{FAILURES[kinds[0]]}" if kinds else text


def hover_texts(grid: Grid, sweep: Sweep) -> Texts:
    """What a cell says under the pointer."""
    return [
        [_hover(grid, sweep, i, j) for j in range(len(sweep.widths))] for i in range(sweep.shape[0])
    ]


def _hover(grid: Grid, sweep: Sweep, i: int, j: int) -> str:
    depth, width = sweep.depths[i], sweep.widths[j]
    size = f"<b>{depth} × {width}</b>, {sweep.n_parameters[i, j]:,} parameters"
    there = sweep.outcome[i, j] != PENDING
    if not there.any():
        return f"{size}<br>not trained yet"
    values = sweep.accuracy[i, j][there]
    of_curve = isinstance(grid.dataset, TargetConfig)
    number = numbers.r_squared if of_curve else numbers.percent
    ends = dict.fromkeys([number(float(values.min())), number(float(values.max()))])
    spread = f"{' to '.join(ends)} {'' if of_curve else 'right '}on new points"
    failed = [
        f"{np.sum(sweep.outcome[i, j] == kind)} {text}"
        for kind, text in FAILURES.items()
        if (sweep.outcome[i, j] == kind).any()
    ]
    return "<br>".join([size, spread, *failed])


def thumbnails(grid: Grid, sweep: Sweep) -> np.ndarray:
    """What each cell's median network answers over the picture's square, the deepest row on top.

    Returns:
        (D * k, W * k, 4) uint8; unseen where there is no network yet.
    """
    data = grid.dataset.make()
    assert isinstance(data, Dataset)
    half, side = input_box(data.points)[1], CELL + 2 * GAP
    result = np.zeros((len(sweep.depths) * side, len(sweep.widths) * side, 4), np.uint8)
    for (i, j), history in sound_networks(sweep).items():
        top, left = (len(sweep.depths) - 1 - i) * side + GAP, j * side + GAP
        result[top : top + CELL, left : left + CELL] = _thumbnail(history, half)
    return result


def _thumbnail(history: TrainingHistory, half: float) -> np.ndarray:
    """Colors of the classes (CELL, CELL, 4), the paler the less sure the network is."""
    key = (half, network_digest(history))
    return _thumbnails.kept(key, partial(_paint, history, half))


def _paint(history: TrainingHistory, half: float) -> np.ndarray:
    places = (np.arange(CELL) + 0.5) / CELL * 2 * half - half
    points = np.stack(np.meshgrid(places, -places), axis=2).reshape(-1, 2).astype(np.float32)
    logits = np.asarray(forward(history.architecture, history.params, points), float)
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    best, sure = shares.argmax(axis=1), shares.max(axis=1)
    least = 1 / logits.shape[1]
    alpha = LEAST + (MOST - LEAST) * (sure - least) / (1 - least)
    pixels = np.column_stack([_palette()[best], 255 * alpha]).round().astype(np.uint8)
    return pixels.reshape(CELL, CELL, 4)


def _palette() -> np.ndarray:
    """Red, green and blue (classes, 3) of the classes."""
    return np.array(
        [[int(color[at : at + 2], RADIX) for at in (1, 3, 5)] for color in CLASS_COLORS]
    )


def fitted_curves(grid: Grid, sweep: Sweep) -> tuple[np.ndarray, np.ndarray]:
    """Values of each cell's median network (D, W, n) and of the target (n,) on even places."""
    assert isinstance(grid.dataset, TargetConfig)
    x = np.linspace(*grid.dataset.ends, PLACES)
    points = x[:, None].astype(np.float32)
    fitted = np.full((*sweep.shape[:2], PLACES), np.nan)
    for cell, history in sound_networks(sweep).items():
        fitted[cell] = forward(history.architecture, history.params, points)[:, 0]
    return fitted, np.asarray(grid.dataset.values(x), float)
