"""What the page "Depth × width" says in plain words about what it shows."""

from collections.abc import Sequence

import numpy as np

from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.measures import FAILURES, OVER_STARTS, Measure
from layerwarp.app.words.numbers import (
    counted,
    in_a_sentence,
    listed,
    magnitude,
    percent,
    r_squared,
    ratio,
)
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.features import input_labels
from layerwarp.sweeps.results import PENDING, Sweep
from layerwarp.training.history import TrainingHistory

ENOUGH = 3  # starts of each shape, from which on two shapes are compared
CLEAR = 0.02  # medians of two shapes that lie closer together are not told apart
SMALL = 0.01  # a share below it is told by its order of magnitude
NEARLY_ALL = 0.9  # share of networks that failed, some of them blown up: the others are accidents
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
FROZEN = 0.01  # a layer that moved less than this share of its size stayed at its random start


def layers(depth: int) -> str:
    """How many hidden layers, for example "3 layers"."""
    return counted(depth, "layer") if depth else "no hidden layer"


def bend(activation: str) -> str:
    """An activation in a sentence."""
    return "no activation" if activation == "identity" else ACTIVATIONS[activation].label


def size(depth: int, width: int) -> str:
    """Depth and width of a network, for example "3 layers of 16"."""
    return f"{layers(depth)} of {width}" if depth else "no hidden layer"


def shape(widths: Sequence[int]) -> str:
    """Depth and width of a network whose layers may differ by a neuron: "2 layers of 13 to 14"."""
    ends = dict.fromkeys(f"{n:,}" for n in (min(widths, default=0), max(widths, default=0)))
    return f"{layers(len(widths))} of {' to '.join(ends)}" if widths else layers(0)


def sentence(grid: Grid, sweep: Sweep, goal: float, grows: bool) -> str:
    """Once all is there, the smallest network that makes it.

    Args:
        grid: What was asked.
        sweep: What of it is there.
        goal: What a network must reach.
        grows: Whether more is to come: how much of it is there, the progress says.
    """
    if sweep.complete:
        return " ".join(_smallest(grid, sweep, goal))
    there = counted(grid.n_networks, "network")
    return f"{there} in training." if grows else f"{len(sweep.histories):,} of {there} are trained."


def notes(grid: Grid, sweep: Sweep, measure: Measure) -> str:
    """What the pictures and numbers of the grid are."""
    there = counted(grid.n_networks, "network")
    cells = f", {grid.n_seeds} in each cell" if grid.n_networks > grid.n_seeds else ""
    summary = measure.summary
    if grid.n_seeds % 2 == 0:  # then `Sweep.quartiles` are those of one network, too
        summary = summary.replace(OVER_STARTS, f"{OVER_STARTS}, of the two in the middle the lower")
    return " ".join(
        [
            f"{of_what(grid)}; in the corner "
            f"{in_a_sentence(measure.label)} ({summary}). {there}{cells}.",
            *_failures(sweep),
        ]
    )


def of_what(grid: Grid) -> str:
    """Data, inputs where they are not x1 and x2, and activation."""
    given = f" as {listed(input_labels(grid.inputs))}" * bool(grid.inputs)
    return f"{grid.dataset.label}{given}, {bend(grid.activation)}"


def signature(grid: Grid, what: str) -> str:
    """What a picture of the grid shows, short enough to stand below it."""
    given = f" with {counted(len(grid.inputs), 'input')}" * bool(grid.inputs)
    networks = f"{grid.dataset.label}{given}, {bend(grid.activation)}"
    return f"{networks}, {grid.training.steps:,} steps, starts: {grid.n_seeds} · {what}"


def _smallest(grid: Grid, sweep: Sweep, goal: float) -> list[str]:
    """The answer to "how large": deep against wide, where one of them alone does not do."""
    success = sweep.success(goal)
    good = np.argwhere(success > 0.5)
    word = f"R² {goal:g}" if isinstance(grid.dataset, TargetConfig) else percent(goal)
    most = "its one start" if grid.n_seeds == 1 else "most starts"
    if success.size == 1:
        verb = "reaches" if len(good) else "does not reach"
        only = f"The one size here, {size(sweep.depths[0], sweep.widths[0])}, {verb} {word}"
        return [f"**{only} on new points from {most}.**"]
    if not len(good):
        return [f"**No network here reaches {word} on new points from {most}.**"]
    sizes = [sweep.n_parameters[tuple(place)] for place in good]
    i, j = good[int(np.argmin(sizes))]
    lines = [
        f"**The smallest here that reaches {word} on new points from {most} has "
        f"{size(sweep.depths[i], sweep.widths[j])}: {min(sizes):,} numbers to learn.**"
    ]
    widest = sweep.widths[-1]
    if 1 in sweep.depths and len(sweep.depths) > 1:
        wide = success[sweep.depths.index(1), -1]
        n_numbers = sweep.n_parameters[sweep.depths.index(1), -1]
        if np.isfinite(wide) and wide <= 0.5:
            lines.append(f"One layer, even {widest} wide ({n_numbers:,} numbers), does not.")
    return lines


def _failures(sweep: Sweep) -> list[str]:
    return failures([history.outcome.kind for history in sweep.histories.values()])


def accidents(outcomes: Sequence[str]) -> str:
    """Why nothing can be compared where most networks blew up, or nearly all failed; else ""."""
    n_diverged, n_dead, total = outcomes.count("diverged"), outcomes.count("dead"), len(outcomes)
    n_failed = n_dead + n_diverged
    nearly = n_diverged and n_failed >= NEARLY_ALL * total
    if n_dead and (n_failed == total or nearly):
        who = f"all {total} networks" if n_failed == total else f"{n_failed} of {total} networks"
        blew = f", {n_diverged} blew up" if n_diverged else ""
        return (
            f"{who} failed, {n_dead} answer{'s' * (n_dead == 1)} the same for every data "
            f"point{blew}. Try another activation, a lower learning rate or other starting weights"
        )
    if 2 * n_diverged <= len(outcomes):
        return ""
    return (
        f"{n_diverged} of {len(outcomes)} networks blew up in training, so what is compared are "
        "accidents. Lower the learning rate"
    )


def failures(outcomes: Sequence[str], counting: str = "as failed") -> list[str]:
    """What is to be said of networks that ended as dead or diverged, if there are any.

    Args:
        outcomes: Kinds of ``Outcome``, one a network.
        counting: How those that diverged count.
    """
    n_dead, n_diverged = outcomes.count("dead"), outcomes.count("diverged")
    lines = []
    if n_dead:
        were = "network answers" if n_dead == 1 else "networks answer"
        lines.append(f"{n_dead} {were} the same for every data point: dead.")
    if n_diverged:
        counts = "counts" if n_diverged == 1 else "count"
        lines.append(f"{n_diverged} blew up in training and {counts} {counting}.")
    return lines


def cell(grid: Grid, sweep: Sweep, place: tuple[int, int]) -> str:
    """What happened in one cell: no verdict, the numbers of all starts."""
    depth, width = sweep.depths[place[0]], sweep.widths[place[1]]
    name = size(depth, width)
    head = f"**{name[0].upper()}{name[1:]}, {sweep.n_parameters[place]:,} numbers to learn.**"
    there = sweep.outcome[place] != PENDING
    if not there.any():
        return f"{head} Not trained yet."
    number = r_squared if isinstance(grid.dataset, TargetConfig) else percent
    failed = [FAILURES.get(kind, "") for kind in sweep.outcome[place][there]]
    tests, trains = (
        ", ".join(
            f"{number(value)} ({failure})" if failure else number(value)
            for value, failure in zip(values[place][there], failed, strict=True)
        )
        for values in (sweep.accuracy, sweep.train_accuracy)
    )
    each = ", start by start" if there.sum() > 1 else ""
    dead = " Dead: such a network answers the same for every data point." * (
        FAILURES["dead"] in failed
    )
    return f"{head} On new points{each}: {tests}. On the points it learned from: {trains}.{dead}"


def frozen(travel: np.ndarray) -> str:
    """Which of the first hidden layers stayed at their random start, given how far each moved."""
    hidden = travel[:-1]
    if np.isnan(hidden[0]):
        return "the weights started at zero, all alike"
    moved = np.flatnonzero(~(hidden < FROZEN))
    first = len(hidden) if not len(moved) else int(moved[0])
    if first == 0:
        return "the first layer left its random start"
    if first == 1:
        return "layer 1 stayed at its random start"
    return f"layers 1 to {first} stayed at their random start"


def arriving(norms: np.ndarray) -> str:
    """How much of the gradient of the last hidden layer arrives at the first."""
    first, last = norms[0], norms[-2]
    if not last > 0:
        return "no gradient at all"
    if first == 0:
        return "nothing of it"
    if first == last:
        return "all of it"
    share = first / last
    if share > 1:
        return f"{ratio(share)} times as much"
    if share >= SMALL:
        return f"{percent(share)} of it"
    if share < 1e-6:
        digit, _, power = magnitude(share).partition("e-")
        return f"about {counted(int(digit), 'part')} in 10{power.translate(SUPERSCRIPTS)}"
    return f"about 1 part in {int(float(f'{1 / share:.1g}')):,}"


def below(low: np.ndarray, high: np.ndarray) -> bool:
    """Whether networks of one shape are clearly worse than those of another.

    One rule: the middle halves of their starts do not overlap, and their medians lie more than
    ``CLEAR`` apart.

    Args:
        low: Quartiles and median (3,) of the share right, or of R², over the starts of one shape.
        high: The same of the other.
    """
    return bool(low[2] < high[0] and high[1] - low[1] > CLEAR)


def worse_from(shares: np.ndarray) -> int | None:
    """Index from which on, to the end, all are clearly worse than the best; None if there is none.

    Args:
        shares: Quartiles and median on new points (3, n), the smallest network first.
    """
    best = int(np.argmax(shares[1]))
    fine = [i for i in range(shares.shape[1]) if not below(shares[:, i], shares[:, best])]
    first = fine[-1] + 1
    return first if first < shares.shape[1] else None


def quartiles(histories: list[TrainingHistory]) -> tuple[np.ndarray, np.ndarray]:
    """Of the final shares right, or R², over the starts (3,): on learned points and on new ones."""
    learned = [history.train_accuracy[-1] for history in histories]
    new = [history.accuracy[-1] for history in histories]
    levels = [0.25, 0.5, 0.75]
    return np.quantile(learned, levels), np.quantile(new, levels)
