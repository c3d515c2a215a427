"""The panel "More layers or more data?": good until some depth, over-fitting, and more points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import ClassVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from layerwarp.app.experiments.experiment import DatasetConfig, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.link.parameters import PARAMETERS, Values
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.depth_width.panels.cases import SIGMOID, Case, of_grid
from layerwarp.app.pages.depth_width.panels.growth import (
    DEPTH,
    POINTS,
    WIDTH,
    Growth,
    Noun,
    grown,
    of_points,
    of_size,
)
from layerwarp.app.pages.depth_width.panels.panel import SLOT, chart
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
    "grid": "As in the grid",
}

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

    @property
    def sizes(self) -> list[Size]:
        """What is trained, each from every start before the next."""
        return list(product(self.depths, self.amounts))

    def architecture(self, depth: int) -> Architecture:
        """The network of one depth."""
        return make_architecture(self.dataset.make(), depth, self.width, self.activation)

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


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """Draw the panel."""
    example = EXAMPLES.get(values["case"])
    case = example or of_grid(asked, cell)
    st.caption(case.label)
    if example:
        deeper, more = st.columns(2)
        depths = tuple(range(MAX_DEPTH + 1))
        question = sizes(example, depths, (example.dataset.n_points,))
        with deeper:
            following.show(question, SLOT, partial(_deeper, question))
        _more_points(more, example, MAX_DEPTH)
    else:
        *places, more = st.columns(3)
        _row_and_column(places, asked, sweep, cell)
        _more_points(more, case, asked.depths[cell[0]])
    st.caption(
        "The lines are medians over the starts, the bands hold the middle half of them. One rule: "
        "a size is clearly worse than another if their bands do not overlap and their medians lie "
        f"more than {100 * words.CLEAR:g} points apart. “From 5 layers on” means that size and "
        "every larger one. They over-fit if on learned points they lose no more than those "
        f"{100 * words.CLEAR:g} points; if they are clearly worse there, too, they are harder to "
        "train."
    )


def sizes(case: Case, depths: tuple[int, ...], amounts: tuple[int, ...]) -> Sizes:
    """The question how networks of a case do at these sizes."""
    assert isinstance(case.dataset, DatasetConfig | TargetConfig)
    # How many points is said by the amounts alone: no other question for the same trainings.
    data = replace(case.dataset, n_points=MOST)
    return Sizes(data, case.training, case.activation, case.width, depths, amounts, case.n_seeds)


def amounts(own: int) -> tuple[int, ...]:
    """A number of points, halved twice and doubled again and again, as far as there are."""
    near = {min(max(int(own * 2.0**power), FEWEST), MOST) for power in DOUBLINGS}
    return tuple(sorted(near))


def _deeper(question: Sizes, found: Found) -> None:
    _draw(f"Deeper (layers of {question.width})", by_size(DEPTH, question.depths, question, found))


def _more_points(place: DeltaGenerator, case: Case, depth: int) -> None:
    """The same network on more and more points; own points are all that there are."""
    if not isinstance(case.dataset, DatasetConfig | TargetConfig):
        return
    own = case.dataset.n_points
    question = sizes(case, (depth,), amounts(own))
    with place:
        following.show(question, POINTS_SLOT, partial(_points, question, own))


def _points(question: Sizes, own: int, found: Found) -> None:
    name = words.size(question.depths[0], question.width)
    growth = by_size(POINTS, question.amounts, question, found)
    _draw(f"More points ({name})", growth, own)


def by_size(noun: Noun, sizes: tuple[int, ...], question: Sizes, found: Found) -> Growth | None:
    """What is known of a question in which one size grows."""
    groups = [(found or {}).get(size, []) for size in question.sizes]
    return grown(noun, sizes, groups, question.n_seeds, isinstance(question.dataset, TargetConfig))


def _row_and_column(
    places: Sequence[DeltaGenerator], asked: Grid, sweep: Sweep, cell: Cell
) -> None:
    """The row and the column of the chosen cell."""
    i, j = cell
    row = [_there(sweep, (i, column)) for column in range(len(asked.widths))]
    column = [_there(sweep, (row, j)) for row in range(len(asked.depths))]
    rest = asked.n_seeds, isinstance(asked.dataset, TargetConfig)
    with places[0]:
        wider = grown(WIDTH, asked.widths, row, *rest)
        _draw(f"Wider ({words.layers(asked.depths[i])})", wider)
    with places[1]:
        deeper = grown(DEPTH, asked.depths, column, *rest)
        _draw(f"Deeper (layers of {asked.widths[j]})", deeper)
        if deeper and deeper.whole and deeper.start is None and not frame.bare():
            widgets.button(
                f"Show where depth hurts: {in_a_sentence(CASES['example'])}",
                "example",
                "An example with data and settings of its own; the grid stays as it is.",
                {"case": "example"},
            )


def _there(sweep: Sweep, place: Cell) -> list[TrainingHistory]:
    seeds = range(len(sweep.seeds))
    return [sweep.histories[(*place, k)] for k in seeds if (*place, k) in sweep.histories]


def _draw(title: str, growth: Growth | None, own: int | None = None) -> None:
    """A title, the answer and its picture.

    Args:
        title: What grows.
        growth: What is known of it.
        own: Where points grow: how many there are.
    """
    st.markdown(f"###### {title}")
    if growth is None:
        return
    told = of_size(growth) if own is None else of_points(growth, own)
    st.markdown(told)
    figure = figures.shares_by_size(
        growth.sizes,
        growth.learned,
        growth.new,
        x_title=growth.noun.axis,
        y_title="R²" if growth.of_curve else "Right",
        worse=growth.start if own is None else None,
    )
    chart(figure, f"{growth.noun.axis}: {told}")
