"""The panels of the page "Depth × width": one small experiment each, worked out when opened."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import streamlit as st

from layerwarp.app.experiments.experiment import DatasetConfig, PlaneData, TargetConfig
from layerwarp.app.figures import depth as figures
from layerwarp.app.figures.theme import CHART
from layerwarp.app.link.parameters import NO_CURVE, Values
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.questions import (
    AMOUNTS,
    RANDOM_BOX,
    RANDOM_NEURONS,
    TRAVELERS,
    Amounts,
    Price,
    RandomRegions,
    SameBudget,
    ShallowTeeth,
    Travel,
)
from layerwarp.app.session import following, widgets
from layerwarp.app.words import numbers
from layerwarp.app.work.jobs import Job
from layerwarp.data.targets import sawtooth_values
from layerwarp.geometry.constructions import MAX_SHALLOW_FOLDS
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.geometry.theory import n_parameters
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH, Architecture
from layerwarp.network.forward_pass import forward
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.sweeps.results import Sweep
from layerwarp.training.cost import Cost
from layerwarp.training.gradient_flow import initial_gradient_norms
from layerwarp.training.history import TrainingHistory

SLOT, RANDOM_SLOT = "panel", "random"
# The start that lets every layer hear the gradient, and the one to show what happens without it.
FADELESS, TEXTBOOK = "data", "he"
NOISY: Values = {"points": 60, "noise": 0.3}  # what large networks over-fit
PLACES = 1500  # of a sawtooth's curve
Cell = tuple[int, int]
Panel = Callable[[Values, Grid, Sweep, Cell], None]


def choose(values: Values) -> None:
    """The row of panels: one is open at a time."""
    labels = {NO_CURVE: "Closed", **{name: label for name, (label, _) in PANELS.items()}}
    widgets.select(values, "panel", labels, _segments)
    if values["panel"] == "budget":
        widgets.slider(values, "budget", 60, 255, 5)
    elif values["panel"] == "exponential":
        widgets.slider(values, "k", 1, MAX_DEPTH, 1)
    elif values["panel"] == "deep":
        widgets.slider(values, "deep", 1, 100, 1)


def _segments(label: str, *, value: str, **options: Any) -> Any:
    """The widget, which has a name of its own for where it starts."""
    return st.segmented_control(label, default=value, required=True, **options)


def show(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    """The open panel."""
    if values["panel"] in PANELS:
        with st.container(border=True):
            PANELS[values["panel"]][1](values, asked, sweep, cell)


def _chart(figure: object, alt: str) -> None:
    st.plotly_chart(figure, alt=alt, config=CHART)


def _budget(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    if isinstance(asked.dataset, TargetConfig):
        st.info("This panel compares networks on points in the plane. Choose no function to copy.")
        return
    n_outputs = sweep.architectures[cell].n_outputs
    question = SameBudget(
        asked.dataset, asked.training, asked.activation, values["budget"], n_outputs, asked.n_seeds
    )
    left, right = st.columns(2)
    with left:
        st.markdown("###### Trained: one wide layer against several narrow ones")
        job = following.follow(question, SLOT)
        following.watch(job, SLOT, partial(_budget_curves, job, question))
    with right:
        st.markdown(f"###### At random: {RANDOM_NEURONS} neurons in more and more layers")
        following.watch(following.follow(RandomRegions(), RANDOM_SLOT), RANDOM_SLOT, _random)


def _budget_curves(job: Job, question: SameBudget, histories: list[TrainingHistory] | None) -> None:
    by_size: dict[tuple[int, ...], list[TrainingHistory]] = {}
    for history in histories or []:
        by_size.setdefault(history.architecture.widths, []).append(history)
    curves, ends = {}, {}
    for widths, group in by_size.items():
        name = f"{len(widths)} × {max(widths)} ({group[0].architecture.n_parameters})"
        steps = min((history.steps for history in group), key=len)
        shares = [np.interp(steps, history.steps, history.accuracy) for history in group]
        curves[name] = steps, np.median(shares, axis=0)
        ends[name] = float(np.median([history.accuracy[-1] for history in group]))
    if not curves:
        return
    told = ", ".join(f"{name} {numbers.whole_percent(end)}" for name, end in ends.items())
    _chart(figures.training_curves(curves), f"Share right on new points over training. {told}.")
    best, worst = max(ends, key=ends.__getitem__), min(ends, key=ends.__getitem__)
    text = (
        f"All have {question.n_parameters} numbers to learn, within 5 %. "
        f"{'In the end' if job.ended else 'So far'} **{best}** is right on "
        f"{numbers.whole_percent(ends[best])} of new points"
    )
    if len(ends) > 1:
        text += f" and **{worst}** on {numbers.whole_percent(ends[worst])}"
    n_seeds = max(map(len, by_size.values()))
    starts = "one start" if n_seeds == 1 else f"the median of {n_seeds} starts"
    st.markdown(f"{text}. Each line is {starts}.")


def _random(found: dict[int, tuple[float, float]] | None) -> None:
    if not found:
        return
    names = [f"{depth} × {RANDOM_NEURONS // depth}" for depth in found]
    counts, bounds = zip(*found.values(), strict=True)
    pairs = [
        f"{name}: {count:,.0f} of {bound:,.0f}"
        for name, count, bound in zip(names, counts, bounds, strict=True)
    ]
    _chart(
        figures.bars_under_bound(names, counts, bounds, y_title="Straight pieces"),
        f"Straight pieces of random networks, of how many possible. {'; '.join(pairs)}.",
    )
    st.markdown(
        f"Depth makes more pieces **possible** ({bounds[0]:,.0f} → {max(bounds):,.0f}), but random "
        f"weights make **fewer** of them: {counts[0]:,.0f} in one layer, {counts[-1]:,.0f} in "
        f"{list(found)[-1]}. Deep is not the same as complicated; training has to find it. "
        f"Counted exactly, ReLU, He's weights, biases of size 1, in the square of half side "
        f"{RANDOM_BOX:g}; the median of nine networks."
    )


def _exponential(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    k = values["k"]
    question = ShallowTeeth(k, asked.n_seeds)
    folds = list(range(1, MAX_SHALLOW_FOLDS + 1))
    deep = [n_parameters((2,) * fold) for fold in folds]
    shallow = [n_parameters((2**fold,)) for fold in folds]
    left, right = st.columns(2)
    with left:
        st.markdown("###### Built deep by theory, and trained as one layer of the same budget")
        job = following.follow(question, SLOT)
        following.watch(job, SLOT, partial(_teeth, question))
    with right:
        st.markdown("###### What the same teeth cost in one layer")
        here = f"{deep[k - 1]:,} parameters deep, {shallow[k - 1]:,} in one layer"
        _chart(
            figures.sawtooth_price(folds, deep, shallow, k),
            f"Parameters for 1 to {folds[-1]} folds. At {k}: {here}.",
        )
        st.markdown(
            f"**{2**k:,} straight pieces: {here}.** Every further layer folds the line in two and "
            f"doubles the pieces for 6 more parameters; one layer needs a neuron a piece. This is "
            "true of sawtooths (Telgarsky 2015), not of every function."
        )


def _teeth(question: ShallowTeeth, histories: list[TrainingHistory] | None) -> None:
    k = question.k
    x = np.linspace(0, 1, PLACES)
    wanted = sawtooth_values(k, x)
    shallow, told = None, "The layer is in training."
    if histories:
        order = sorted(histories, key=lambda history: float(history.test_loss[-1]))
        middle = order[(len(order) - 1) // 2]
        points = x[:, None].astype(np.float32)
        shallow = np.asarray(forward(middle.architecture, middle.params, points), float)[:, 0]
        pieces = piecewise_linear(middle.architecture, middle.params, 0.0, 1.0).n_pieces
        error = float(np.sqrt(middle.test_loss[-1]))
        told = (
            f"**The deep network is exact: {2**k:,} pieces from {6 * k + 1} parameters.** One "
            f"layer of {2 * k} neurons has as many parameters, can make at most {2 * k + 1} "
            f"pieces, makes {pieces} after training, and is off by {error:.2f} on average (root "
            f"mean square; always answering ½ is off by {np.std(wanted):.2f})."
        )
    name = f"1 layer of {2 * k}, trained"
    figure = figures.sawtooth_curves(
        x, wanted, shallow, deep_name=f"{k} layers of 2, built by theory", name=name
    )
    _chart(figure, f"The sawtooth of {2**k} pieces and what one trained layer makes of it.")
    st.markdown(told)


@lru_cache(maxsize=2048)
def _norms(
    dataset: PlaneData | TargetConfig,
    depth: int,
    width: int,
    activation: str,
    initializer: str,
    seed: int,
) -> np.ndarray:
    return initial_gradient_norms(depth, width, activation, initializer, dataset.make(), seed)


def _deep(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    depth, width, training = values["deep"], asked.widths[cell[1]], asked.training
    start = INITIALIZERS[training.initializer].label
    note = ""
    if training.initializer == FADELESS:
        training = replace(training, initializer=TEXTBOOK)
        note = (
            f" That is how most courses start a network. LayerWarp itself starts “{start}”, which "
            "was made so that nothing fades: see the table."
        )
        start = INITIALIZERS[TEXTBOOK].label
    names = dict.fromkeys([*TRAVELERS, asked.activation])
    look = partial(_norms, asked.dataset, depth, width, seed=training.seed)
    norms = {name: look(name, training.initializer) for name in names}
    labels = {ACTIVATIONS[name].label: sizes[:-1] for name, sizes in norms.items()}
    left, right = st.columns(2)
    fading = [words.fading(ACTIVATIONS[n].label, sizes) for n, sizes in norms.items()]
    with left:
        st.markdown(f"###### Gradient in each of {depth} layers before the first step")
        _chart(
            figures.gradients_by_layer(labels),
            f"Size of the gradient by layer, logarithmic. {'; '.join(fading)}.",
        )
        st.markdown(
            f"Of the gradient in the last hidden layer, this much is left in the first. "
            f"**{'; '.join(fading)}.** Starting weights: {start}; {width} neurons a layer.{note}"
        )
    with right:
        st.markdown("###### First layer over last, for every way to start")
        _ratio_table(look, list(names))
    trained = min(depth, MAX_DEPTH)
    st.markdown(f"###### How far the weights of {trained} layers get from their random start")
    job = following.follow(Travel(asked.dataset, training, trained, width), SLOT)
    number = numbers.r_squared if isinstance(asked.dataset, TargetConfig) else _right
    following.watch(job, SLOT, partial(_travel, number))


def _right(accuracy: float) -> str:
    return f"right on {numbers.whole_percent(accuracy)} of new points"


def _ratio_table(look: Callable[[str, str], np.ndarray], names: list[str]) -> None:
    ratios = np.full((len(INITIALIZERS), len(names)), np.nan)
    for i, initializer in enumerate(INITIALIZERS):
        for j, name in enumerate(names):
            sizes = look(name, initializer)
            ratios[i, j] = sizes[0] / sizes[-2] if sizes[-2] > 0 else np.nan
    activations = [ACTIVATIONS[name].label for name in names]
    starts = [row.label for row in INITIALIZERS.values()]
    cells = [
        f"{starts[i]}, {activations[j]}: {ratios[i, j]:.1g}" for i, j in np.ndindex(ratios.shape)
    ]
    _chart(
        figures.gradient_table(ratios, activations, starts),
        f"Gradient of the first over the last hidden layer. {'; '.join(cells)}.",
    )
    st.markdown(
        "1 means that the first layer hears as much as the last. Dark cells are first layers that "
        "hear next to nothing; “none” is a network in which no gradient gets through at all."
    )


def _travel(
    number: Callable[[float], str], found: dict[str, tuple[np.ndarray, np.ndarray, float]] | None
) -> None:
    if not found:
        return
    labels = {ACTIVATIONS[name].label: travel for name, (travel, _, _) in found.items()}
    left, right = st.columns(2)
    kept = [
        f"{ACTIVATIONS[name].label}: {words.frozen(travel)}, in the end {number(accuracy)}"
        for name, (travel, _, accuracy) in found.items()
    ]
    with left:
        _chart(
            figures.travel_bars(labels),
            f"Way of each layer's weights from their start. {'; '.join(kept)}.",
        )
    with right:
        after = {ACTIVATIONS[name].label: end[:-1] for name, (_, end, _) in found.items()}
        _chart(
            figures.gradients_by_layer(after, y_title="Gradient after training"),
            "Size of the gradient by layer after training, logarithmic.",
        )
    st.markdown(
        f"**{'; '.join(kept)}.** A layer counts as left at its start if its weights moved by less "
        f"than {numbers.whole_percent(words.FROZEN)} of their size."
    )


def _data(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    depth, width = asked.depths[cell[0]], asked.widths[cell[1]]
    row = [list(_there(sweep, (cell[0], j))) for j in range(len(asked.widths))]
    column = [list(_there(sweep, (i, cell[1]))) for i in range(len(asked.depths))]
    by_width, by_depth, by_points = st.columns(3)
    with by_width:
        st.markdown(f"###### Wider: {words.layers(depth)}")
        _errors(asked.widths, row, "Neurons in each layer")
    with by_depth:
        st.markdown(f"###### Deeper: layers of {width}")
        _errors(asked.depths, column, "Hidden layers")
    with by_points:
        st.markdown(f"###### More points: {words.layers(depth)} of {width}")
        _more_points(asked, sweep.architectures[cell])
    st.caption(
        "The bands are the quartiles over the starts. A network over-fits where its error on new "
        "points is more than 5 points above that on the points it learned from."
    )
    now = {"points": asked.dataset.n_points, "noise": asked.dataset.noise}
    if isinstance(asked.dataset, DatasetConfig | TargetConfig) and now != NOISY:
        widgets.button(
            f"Try {NOISY['points']} noisy points",
            "noisy",
            "Few points with much noise: trains the grid again.",
            NOISY,
        )


def _more_points(asked: Grid, architecture: Architecture) -> None:
    if not isinstance(asked.dataset, DatasetConfig | TargetConfig):
        st.caption("Your own points are as many as they are.")
        return
    # The panel chooses the number of points: what the slider says makes no other question of it.
    data = replace(asked.dataset, n_points=max(AMOUNTS))
    question = Amounts(data, architecture, asked.training, asked.n_seeds)
    following.watch(following.follow(question, SLOT), SLOT, _amounts)


def _there(sweep: Sweep, place: Cell) -> list[TrainingHistory]:
    seeds = range(len(sweep.seeds))
    return [sweep.histories[(*place, k)] for k in seeds if (*place, k) in sweep.histories]


def _errors(
    sizes: tuple[int, ...],
    groups: list[list[TrainingHistory]],
    x_title: str,
    fewer: bool = False,
) -> None:
    known = [(size, group) for size, group in zip(sizes, groups, strict=True) if group]
    if not known:
        return
    pairs = [words.errors(group) for _, group in known]
    train, test = (np.stack(parts, axis=1) for parts in zip(*pairs, strict=True))
    sizes = tuple(size for size, _ in known)
    order = slice(None, None, -1) if fewer else slice(None)
    start = words.overfit_start(train[1][order], test[1][order])
    if start is not None and fewer:
        start = len(sizes) - 1 - start
    at = None if start is None else sizes[start]
    where = f"from {at:,} on" if at is not None else "nowhere here"
    if fewer and at is not None:
        where = f"with {at:,} points or fewer"
    _chart(
        figures.error_curves(sizes, train, test, x_title=x_title, start=start),
        f"Error by {x_title.lower()}. Over-fitting: {where}.",
    )
    st.markdown(
        f"It over-fits **{where}**. The error on new points is least at {_best(sizes, test)}."
    )


def _best(sizes: tuple[int, ...], test: np.ndarray) -> str:
    return f"{sizes[int(np.argmin(test[1]))]:,} ({100 * test[1].min():.1f} %)"


def _amounts(found: dict[int, list[TrainingHistory]] | None) -> None:
    if found:
        _errors(tuple(found), list(found.values()), "Points to learn from", fewer=True)


def _cost(values: Values, asked: Grid, sweep: Sweep, cell: Cell) -> None:
    width = asked.widths[cell[1]]
    job = following.follow(Price(width, asked.activation), SLOT)
    following.watch(job, SLOT, partial(_bars, width), "measurements")


def _bars(width: int, found: dict[int, Cost] | None) -> None:
    if not found:
        return
    depths, costs = list(found), list(found.values())
    times = [(1e6 * c.forward_seconds, 1e6 * c.gradient_seconds) for c in costs]
    memory = [(c.forward_bytes / 1024, c.gradient_bytes / 1024) for c in costs]
    for place, pairs, title, unit in zip(
        st.columns(2), (times, memory), ("Time", "Memory"), ("µs", "KiB"), strict=True
    ):
        with place:
            st.markdown(f"###### {title} on this machine")
            forward_values, gradient_values = zip(*pairs, strict=True)
            told = [
                f"{depth} layers {a:,.0f} and {b:,.0f}"
                for depth, (a, b) in zip(depths, pairs, strict=True)
            ]
            _chart(
                figures.cost_bars(depths, forward_values, gradient_values, y_title=unit),
                f"{title} in {unit}, forward pass and gradient: {'; '.join(told)}.",
            )
    more = np.median([c.gradient_seconds / c.forward_seconds for c in costs])
    flops = np.median([c.gradient_flops / c.forward_flops for c in costs])
    kept = np.median([c.gradient_bytes / c.forward_bytes for c in costs])
    st.markdown(
        f"**A gradient takes {more:.1f} times the time of a forward pass** (the forward pass "
        f"included; {flops:.1f} times the operations) **and {kept:.1f} times the memory**, because "
        "every layer's output is kept until the gradient has come back to it. Measured just now "
        f"for layers of {width}, 1,000 points at once; memory as the compiler plans it."
    )


PANELS: dict[str, tuple[str, Panel]] = {
    "budget": ("Same budget", _budget),
    "exponential": ("Exponential", _exponential),
    "deep": ("Too deep", _deep),
    "data": ("Too big for the data", _data),
    "cost": ("Forward against gradient", _cost),
}
