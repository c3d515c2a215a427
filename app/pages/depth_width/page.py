"""The page "Depth × width": many networks at once, by depth and width."""

import streamlit as st

from layerwarp.app.experiments.experiment import Experiment, TargetConfig
from layerwarp.app.figures import comparison, theme
from layerwarp.app.link.parameters import DATA, GOALS, TRAINING, Values
from layerwarp.app.pages import creases, layout, pieces, share, warp
from layerwarp.app.pages.depth_width import PAGE, controls, measures, panels, recorded_grid, words
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, following, frame, widgets
from layerwarp.app.session.live import Shown
from layerwarp.app.work import compute
from layerwarp.sweeps.results import Sweep

SLOT = "grid"
GRID = "shown_grid"
ORDERED = "ordered_grid"  # a large grid that the visitor has asked for
# Multiplications: what a grid may take that starts by itself, and about how many a second are done.
AT_ONCE, A_SECOND = 4e10, 1.5e9


def main() -> None:
    """Draw the page."""
    st.session_state.pop(following.MOVED, None)
    recorded_grid.offer()
    values = controls.sidebar(address.load(PAGE))
    asked = controls.grid(values)
    cell = controls.chosen_cell(values, asked)
    places = layout.begin(PAGE, values)
    cells, below = places.words.container(horizontal=True), places.words.container()
    if not frame.bare():
        with places.notes:
            _measure(values)
        with cells.container(horizontal=True, vertical_alignment="bottom"):
            cell = _choose_cell(values, asked, cell)
        with below:
            panels.choose(values)
    address.save(values)
    st.session_state[GRID] = asked
    with places.picture:
        sweep = _grid(asked, values, cell)
    shown = _shown(asked, sweep, cell)
    share.menu(places.share, PAGE, values, shown)
    if not frame.bare():
        with cells:
            _links(values, asked, sweep, cell, shown)
    with below:
        panels.show(values, asked, sweep, cell)
    layout.end(PAGE)


def _measure(values: Values) -> None:
    measure, goal = st.columns([3, 2])
    with measure:
        labels = {name: row.label for name, row in measures.MEASURES.items()}
        widgets.select(values, "measure", labels)
    with goal:
        widgets.rungs(values, "goal", GOALS)


def _grid(asked: Grid, values: Values, cell: tuple[int, int]) -> Sweep:
    """The grid, in training if need be; the sweep as far as it is there."""

    def draw(sweep: Sweep | None) -> None:
        _charts(asked, sweep or asked.empty(), values, cell)

    ordered = st.session_state.get(ORDERED) == asked
    if not (ordered or asked.work <= AT_ONCE or compute.knows(asked)):
        _offer(asked)
        draw(None)
        return asked.empty()
    job = following.follow(asked, SLOT)
    following.watch(job, SLOT, draw)
    return job.answer or asked.empty()


def _offer(asked: Grid) -> None:
    """A large grid waits for a click."""
    minutes = max(1, round(asked.work / A_SECOND / 60))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{asked.n_networks:,} networks: about {minutes} min on this machine.")
        st.button(
            "Train the grid",
            key="train_grid",
            type="primary",
            help="Trains every network of the grid. You can stop it at any time.",
            on_click=_order,
            args=(asked,),
        )


def _order(asked: Grid) -> None:
    st.session_state[ORDERED] = asked


def _charts(asked: Grid, sweep: Sweep, values: Values, cell: tuple[int, int]) -> None:
    """Numbers on the left, what each cell learned on the right, the words below."""
    numbers, learned = st.columns(2)
    axes = sweep.depths, sweep.widths
    measure = measures.MEASURES[values["measure"]]
    found = measure.values(asked, sweep, values["goal"])
    colors, low, high = measures.scale(measure, found)
    texts, hover = (
        measures.cell_texts(measure, sweep, found),
        measures.hover_texts(asked, sweep),
    )
    network = sweep.architectures[0, 0]
    grid = comparison.heat_map(
        colors,
        texts,
        *axes,
        low=low,
        high=high,
        hover=hover,
        chosen=cell,
        n_inputs=network.n_inputs,
        n_outputs=network.n_outputs,
        smaller_is_better=measure.smaller_is_better,
    )
    numbers.plotly_chart(
        theme.sign(grid, words.signature(asked, measure.label.lower())),
        key="heat_map",
        on_select=_clicked,
        selection_mode="points",
        config=theme.CHART,
        alt=comparison.describe_grid(measure.label, texts, *axes),
    )
    if isinstance(asked.dataset, TargetConfig):
        fitted, target = measures.fitted_curves(asked, sweep)
        figure = comparison.curves(fitted, target, *axes, hover, chosen=cell)
        alt = f"The function that each network computes, over {asked.dataset.label}."
    else:
        pixels = measures.thumbnails(asked, sweep)
        figure = comparison.pictures(pixels, *axes, hover, chosen=cell)
        alt = f"What each network answers all over the plane, for {asked.dataset.label}."
    learned.plotly_chart(
        theme.sign(figure, words.signature(asked, "the median network")),
        key="thumbnails",
        on_select=_clicked_picture,
        selection_mode="points",
        config=theme.CHART,
        alt=f"{alt} One picture a cell, of the network with the median loss.",
    )
    st.markdown(words.summary(asked, sweep, values["measure"], values["goal"]))


def _clicked() -> None:
    _move("heat_map")


def _clicked_picture() -> None:
    _move("thumbnails")


def _move(chart: str) -> None:
    """A cell was clicked: it becomes the chosen one."""
    points = st.session_state[chart].selection.points
    if points:
        asked: Grid = st.session_state[GRID]
        row, column = divmod(points[0]["point_index"], len(asked.widths))
        address.change({"layers": asked.depths[row], "neurons": asked.widths[column]})
        st.session_state[following.MOVED] = True


def _choose_cell(values: Values, asked: Grid, cell: tuple[int, int]) -> tuple[int, int]:
    """Two menus for those who do not click."""
    layers = _menu("layers", "Layers", asked.depths, cell[0])
    neurons = _menu("neurons", "Neurons", asked.widths, cell[1])
    if (layers, neurons) != (asked.depths[cell[0]], asked.widths[cell[1]]):
        values |= {"layers": layers, "neurons": neurons}
    return asked.depths.index(layers), asked.widths.index(neurons)


def _shown(asked: Grid, sweep: Sweep, cell: tuple[int, int]) -> Shown | None:
    """The median network of the chosen cell, once it is there."""
    history = sweep.representative(asked.depths[cell[0]], asked.widths[cell[1]])
    if history is None:
        return None
    return Shown(Experiment(asked.dataset, history.architecture, history.config), history)


def _links(
    values: Values, asked: Grid, sweep: Sweep, cell: tuple[int, int], shown: Shown | None
) -> None:
    """What happened in the chosen cell, and the links that open its median network elsewhere."""
    depth, width = asked.depths[cell[0]], asked.widths[cell[1]]
    network = {"layers": depth, "neurons": width, "widths": (), "act": (asked.activation,)}
    network |= {name: values[name] for name in (*DATA[1:], *TRAINING)}
    if shown is not None:
        network["start"] = shown.history.config.seed
    with st.container():
        st.markdown(words.cell(asked, sweep, cell))
        with st.container(horizontal=True):
            if isinstance(asked.dataset, TargetConfig):
                target = {"target": values["curve"], "mode": "trained"}
                _link(pieces.PAGE, network | target)
            else:
                for page in (warp.PAGE, creases.PAGE):
                    _link(page, network | {"data": values["data"]})


def _menu(name: str, label: str, options: tuple[int, ...], index: int) -> int:
    choice: int = widgets.widget(
        st.selectbox,
        name,
        options[index],
        label,
        "Of the chosen cell. You can also click it in the grid.",
        options=list(options),
        width=110,
    )
    return choice


def _link(page: Page, changes: Values) -> None:
    st.page_link(
        page.routed,
        label=f"Open in {page.title}",
        icon=":material/open_in_new:",
        query_params=address.link(page, changes),
    )
