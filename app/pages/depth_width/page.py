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
from layerwarp.app.pages.depth_width.panels.panel import GRID, Panel, State
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, following, frame, widgets
from layerwarp.app.session.live import Shown
from layerwarp.network.features import COORDINATES
from layerwarp.sweeps.results import Sweep

SLOT = GRID


def main() -> None:
    """Draw the page."""
    st.session_state.pop(following.MOVED, None)
    recorded_grid.offer()
    values = dict(address.load(PAGE))
    places = layout.begin(PAGE)
    with places.notes:
        panel = panels.choose(values)
    with places.picture:
        answer, beside = (
            (st.container(), None) if frame.bare() else st.columns([3, 2], gap="medium")
        )
    hand = beside.container(key="hand") if beside else None
    if panel and hand:
        with hand:
            panels.choose_case(values, panel)
    uses = panel.asked_with(values["case"]) if panel else panels.ALL
    values = controls.sidebar(values, uses, bool(panel and panel.cases))
    asked = controls.grid(values)
    cell = controls.chosen_cell(values, asked)
    layout.tell(places, PAGE, values)
    if beside and hand:
        with hand:
            cell = _hand(values, asked, cell, panel, uses)
        if panel:
            with beside:
                panels.tell(panel, State(values, asked, cell))
    elif frame.presenting():
        with places.dials:
            if panel:
                panels.slide(values, panel)
            panels.step(values)
            share.chart_bar("")
    address.save(values)
    shown = None
    with answer:
        if panel:
            panel.show(State(values, asked, cell))
        else:
            sweep = _grid(asked, values, cell)
            shown = _shown(asked, sweep, cell)
    share.menu(places.share, PAGE, values, shown)
    if beside:
        with beside:
            if not panel:
                _links(values, asked, sweep, cell, shown)
            share.chart_bar(_asked(values, asked, cell, panel))
    layout.end(PAGE, places)


def _hand(
    values: Values, asked: Grid, cell: Cell, panel: Panel | None, uses: tuple[str, ...]
) -> Cell:
    """The controls of the open answer; the chosen cell."""
    if panel:
        panels.slide(values, panel)
    else:
        _measure(values, asked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return _choose_cell(values, asked, cell, uses)


def _asked(values: Values, asked: Grid, cell: Cell, panel: Panel | None) -> str:
    """What the open answer is asked of, in a line; what the grid is, its own words say."""
    if panel is None:
        return ""
    return "; ".join(
        f"{name}: {told}" for name, told in panel.told(State(values, asked, cell)).items()
    )


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


def _choose_cell(values: Values, asked: Grid, cell: Cell, uses: tuple[str, ...]) -> Cell:
    """Two menus for those who do not click, as far as the open answer depends on them."""
    i, j = cell
    if "layers" in uses:
        i = asked.depths.index(_menu("layers", "Layers", asked.depths, i))
    if "neurons" in uses:
        j = asked.widths.index(_menu("neurons", "Neurons", asked.widths, j))
    if (i, j) != cell:
        values |= {"layers": asked.depths[i], "neurons": asked.widths[j]}
    return i, j


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
                    _link(
                        page,
                        network | {"data": values["data"], "inputs": asked.inputs or COORDINATES},
                    )


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
