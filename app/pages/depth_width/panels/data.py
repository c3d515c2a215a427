"""The panel "More layers or more data?": good until some depth, over-fitting, and more points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import ClassVar

import streamlit as st

from layerwarp.app.experiments.experiment import DatasetConfig, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Cell
from layerwarp.app.pages.depth_width.panels.cases import SIGMOID, Case, of_page
from layerwarp.app.pages.depth_width.panels.growth import (
    DEPTH,
    POINTS,
    WIDTH,
    Growth,
    Noun,
    Told,
    grown,
    of_points,
    of_size,
)
from layerwarp.app.pages.depth_width.panels.panel import (
    GRID,
    SLOT,
    Rows,
    State,
    answer,
)
from layerwarp.app.pages.depth_width.panels.trainings import scalars, train_all, training_seconds
from layerwarp.app.session import following, frame, widgets
from layerwarp.app.words.numbers import in_a_sentence
from layerwarp.app.work.answers import Callback
from layerwarp.network.architecture import MAX_DEPTH, Architecture
from layerwarp.sweeps.results import Sweep
from layerwarp.sweeps.sweep import make_architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory

POINTS_SLOT = "points"
FEWEST, MOST = PARAMETERS["points"].kind.low, PARAMETERS["points"].kind.high
DOUBLINGS = range(-2, 6)  # of the number of points

# Few, noisy points, which large networks learn by heart.
NOISY = Case(DatasetConfig("circles", 40, 0.4), TrainingConfig(), "relu", 8, 7)
EXAMPLES = {"example": NOISY, "sigmoid": SIGMOID}
CASES = {
    "example": "Few, noisy points",
    "sigmoid": "Sigmoid layers",
    GRID: "Your settings",
}
AGAIN = "Lines, bands and rule are those of the picture above."

Size = tuple[int, int]  # hidden layers, points to learn from
Found = Mapping[Size, list[TrainingHistory]] | None


@dataclass(frozen=True)
class Sizes:
    """Networks of several depths, on several numbers of points, each from several starts."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Training"

    dataset: DatasetConfig | TargetConfig
    training: TrainingConfig
    activation: str
    width: int
    depths: tuple[int, ...]
    amounts: tuple[int, ...]
    n_seeds: int
    inputs: tuple[str, ...] = ()

    @property
    def sizes(self) -> list[Size]:
        """What is trained, each from every start before the next."""
        return list(product(self.depths, self.amounts))

    def architecture(self, depth: int) -> Architecture:
        """The network of one depth."""
        data = self.dataset.make()
        return make_architecture(data, depth, self.width, self.activation, self.inputs)

    @property
    def seconds(self) -> float:
        """That it is expected to take."""
        networks = {depth: self.architecture(depth) for depth in self.depths}
        each = [training_seconds([networks[d]], self.training, n) for d, n in self.sizes]
        return self.n_seeds * sum(each)

    def answer(self, callback: Callback) -> dict[Size, list[TrainingHistory]]:
        """Size -> one history a start."""
        starts = range(self.training.seed, self.training.seed + self.n_seeds)
        tasks = [
            (
                replace(self.dataset, n_points=n_points).make(),
                self.architecture(depth),
                replace(self.training, seed=seed),
            )
            for depth, n_points in self.sizes
            for seed in starts
        ]
        return self._sorted(train_all(tasks, callback, self._sorted))

    def _sorted(self, histories: list[TrainingHistory]) -> dict[Size, list[TrainingHistory]]:
        found: dict[Size, list[TrainingHistory]] = {}
        for index, history in enumerate(histories):
            found.setdefault(self.sizes[index // self.n_seeds], []).append(scalars(history))
        return found


def _case(state: State) -> Case:
    return EXAMPLES.get(state.values["case"]) or of_page(state)


def told(state: State) -> Rows:
    """What the question is asked of."""
    return _case(state).rows


def show(state: State) -> None:
    """Draw the panel."""
    case, asked = _case(state), state.grid
    if state.values["case"] == GRID:
        following.show(asked, GRID, partial(_of_grid, state))
        _more_points(case, state.depth)
        return
    question = sizes(case, tuple(range(MAX_DEPTH + 1)), (case.dataset.n_points,))
    following.show(question, SLOT, partial(_deeper, question))
    _more_points(case, MAX_DEPTH)


def sizes(case: Case, depths: tuple[int, ...], amounts: tuple[int, ...]) -> Sizes:
    """The question how networks of a case do at these sizes."""
    assert isinstance(case.dataset, DatasetConfig | TargetConfig)
    # How many points is said by the amounts alone: no other question for the same trainings.
    data = replace(case.dataset, n_points=MOST)
    how = case.activation, case.width, depths, amounts, case.n_seeds, case.inputs
    return Sizes(data, case.training, *how)


def amounts(own: int) -> tuple[int, ...]:
    """A number of points, halved twice and doubled again and again, as far as there are."""
    near = {min(max(int(own * 2.0**power), FEWEST), MOST) for power in DOUBLINGS}
    return tuple(sorted(near))


def _deeper(question: Sizes, found: Found) -> None:
    grown = by_size(DEPTH, question.depths, question, found)
    _draw(grown, partial(of_size, subject=f"layers of {question.width}"))


def _more_points(case: Case, depth: int) -> None:
    """The same network on more and more points; own points are all that there are."""
    if not isinstance(case.dataset, DatasetConfig | TargetConfig):
        st.markdown("Of your own points there are no more to learn from.")
        return
    own = case.dataset.n_points
    question = sizes(case, (depth,), amounts(own))
    following.show(question, POINTS_SLOT, partial(_points, question, own))


def _points(question: Sizes, own: int, found: Found) -> None:
    name = words.size(question.depths[0], question.width)
    growth = by_size(POINTS, question.amounts, question, found)
    _draw(growth, partial(of_points, own=own, network=name), AGAIN)


def by_size(noun: Noun, sizes: tuple[int, ...], question: Sizes, found: Found) -> Growth | None:
    """What is known of a question in which one size grows."""
    groups = [(found or {}).get(size, []) for size in question.sizes]
    return grown(noun, sizes, groups, question.n_seeds, isinstance(question.dataset, TargetConfig))


def _of_grid(state: State, sweep: Sweep | None) -> None:
    """The column and the row of the chosen cell."""
    asked, (i, j) = state.grid, state.cell
    there = sweep or asked.empty()
    column = [_there(there, (row, j)) for row in range(len(asked.depths))]
    row = [_there(there, (i, column)) for column in range(len(asked.widths))]
    rest = asked.n_seeds, isinstance(asked.dataset, TargetConfig)
    deeper = grown(DEPTH, asked.depths, column, *rest)
    _draw(deeper, partial(of_size, subject=f"layers of {state.width}"))
    if deeper and deeper.whole and deeper.start is None and not frame.bare():
        widgets.button(
            f"Show where depth hurts: {in_a_sentence(CASES['example'])}",
            "example",
            "An example with data and settings of its own; yours stay as they are.",
            {"case": "example"},
        )
    if state.depth:
        wider = grown(WIDTH, asked.widths, row, *rest)
        _draw(wider, partial(of_size, subject=words.layers(state.depth)), AGAIN)


def _there(sweep: Sweep, place: Cell) -> list[TrainingHistory]:
    seeds = range(len(sweep.seeds))
    return [sweep.histories[(*place, k)] for k in seeds if (*place, k) in sweep.histories]


def _draw(growth: Growth | None, tell: Callable[[Growth], Told], rule: str = "") -> None:
    """The answer and its picture.

    Args:
        growth: What is known of what grows.
        tell: The answer.
        rule: By which it is found, where it is not told in full.
    """
    if growth is None:
        return
    told = tell(growth)
    figure = figures.shares_by_size(
        growth.sizes,
        growth.learned,
        growth.new,
        x_title=growth.noun.axis,
        y_title="R²" if growth.of_curve else "Right",
        worse=None if growth.noun is POINTS else growth.start,
    )
    alt = f"{growth.noun.axis}: {told.sentence.replace('**', '')}"
    rule = rule or rules(growth.of_curve)
    answer(growth.noun.name, told.sentence, figure, alt, told.notes, rule)


def rules(of_curve: bool) -> str:
    """By which rules the answers are found; ``of_curve``: of R² in place of shares."""
    apart = f"{words.CLEAR:g}" if of_curve else f"{100 * words.CLEAR:g} points"
    return (
        "The lines are medians over the starts, the bands hold the middle half of them. One rule: "
        "a size is clearly worse than another if their bands do not overlap and their medians lie "
        f"more than {apart} apart. “From … on” means that size and every larger one. They "
        f"over-fit if on learned points they lose no more than {apart}; if they are clearly worse "
        "there, too, they are harder to train."
    )
