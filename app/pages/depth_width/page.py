"""The page "Depth × width": many networks at once, by depth and width."""

import streamlit as st

from layerwarp.app.experiments.experiment import Experiment, TargetConfig
from layerwarp.app.link.parameters import DATA, GOALS, TRAINING, Values
from layerwarp.app.pages import creases, layout, pieces, share, warp
from layerwarp.app.pages.depth_width import (
    PAGE,
    charts,
    controls,
    measures,
    panels,
    recorded_grid,
    words,
)
from layerwarp.app.pages.depth_width.grid import Cell, Grid
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, following, frame, widgets
from layerwarp.app.session.live import Shown
from layerwarp.sweeps.results import Sweep

SLOT = "grid"


def main() -> None:
    """Draw the page."""
    st.session_state.pop(following.MOVED, None)
    recorded_grid.offer()
    values = controls.sidebar(address.load(PAGE))
    asked = controls.grid(values)
    cell = controls.chosen_cell(values, asked)
    places = layout.begin(PAGE)
    layout.tell(places, PAGE, values)
    with places.notes:
        if not frame.bare():
            panels.choose(values)
        panel = st.container()
    with places.picture:
        picture, beside = (st.container(), st.container()) if frame.bare() else st.columns([3, 2])
    if not frame.bare():
        with beside:
            _measure(values, asked)
        with beside.container(horizontal=True, vertical_alignment="bottom"):
            cell = _choose_cell(values, asked, cell)
    address.save(values)
    with picture:
        sweep = _grid(asked, values, cell)
    shown = _shown(asked, sweep, cell)
    share.menu(places.share, PAGE, values, shown)
    if not frame.bare():
        with beside:
            _links(values, asked, sweep, cell, shown)
            share.copy_link()
    with panel:
        panels.show(values, asked, sweep, cell)
    layout.end(PAGE, places)


def _measure(values: Values, asked: Grid) -> None:
    labels = {
        name: measures.of_dataset(row, asked).label for name, row in measures.MEASURES.items()
    }
    widgets.select(values, "measure", labels)
    widgets.rungs(values, "goal", GOALS)
    values["equal"] = widgets.ask(st.toggle, "equal", values["equal"])


def _grid(asked: Grid, values: Values, cell: Cell) -> Sweep:
    """The grid, in training if need be; the sweep as far as it is there."""

    def draw(sweep: Sweep | None) -> None:
        view = charts.View(asked, sweep or asked.empty(), values, cell)
        charts.show(view, following.goes_on(SLOT))

    return following.show(asked, SLOT, draw) or asked.empty()


def _choose_cell(values: Values, asked: Grid, cell: Cell) -> Cell:
    """Two menus for those who do not click."""
    layers = _menu("layers", "Layers", asked.depths, cell[0])
    neurons = _menu("neurons", "Neurons", asked.widths, cell[1])
    if (layers, neurons) != (asked.depths[cell[0]], asked.widths[cell[1]]):
        values |= {"layers": layers, "neurons": neurons}
    return asked.depths.index(layers), asked.widths.index(neurons)


def _shown(asked: Grid, sweep: Sweep, cell: Cell) -> Shown | None:
    """The median network of the chosen cell, once it is there."""
    history = sweep.representative(asked.depths[cell[0]], asked.widths[cell[1]])
    if history is None:
        return None
    return Shown(Experiment(asked.dataset, history.architecture, history.config), history)


def _links(values: Values, asked: Grid, sweep: Sweep, cell: Cell, shown: Shown | None) -> None:
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
