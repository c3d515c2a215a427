"""The page "Creases": the straight pieces of a network in the plane, exactly."""

from concurrent.futures import Future, wait

import streamlit as st

from app import (
    address,
    advice,
    captions,
    compute,
    controls,
    frame,
    live,
    page,
    region_words,
    regions,
    share,
)
from app.diagnosis import diagnose
from app.lessons import LESSONS
from app.live import POLL, Shown
from app.parameters import MESH, PLACE, Values
from app.presets import CREASE_PRESETS
from app.regions import RegionFacts
from app.smooth import no_pieces
from app.stage import mount

PAGE = "creases"
NO_CREASES = "creases to draw."
GRACE = 0.05  # seconds in which a usual mesh is summed up


def main() -> None:
    """Draw the page."""
    values = controls.sidebar(address.load(PAGE), controls.projection)
    address.save(values)
    experiment = controls.experiment(values)
    places = page.begin("See where a network folds the plane", CREASE_PRESETS, values)
    shown = None
    if smooth := no_pieces(experiment.architecture, NO_CREASES):
        with places.notes:
            advice.show(smooth)
    else:
        shown = live.network(experiment)
        with places.state:
            live.status(shown)
    if shown is not None and not shown.experiment.architecture.is_piecewise_linear:
        shown = None  # the network before, which this page cannot draw
    share.menu(places.share, PAGE, values, shown)
    if shown is not None:
        with places.picture:
            _mesh(shown, values)
    if shown is not None and not frame.bare():
        with places.notes:
            advice.show(diagnose(*shown))
        with places.words:
            _words(shown, values["s"])
            st.markdown(captions.summary(*shown))
    page.end(LESSONS[PAGE].prose)


def _mesh(shown: Shown, values: Values) -> None:
    chosen = values["axes"] if values["view"] == "neurons" else ()
    mount("creases", compute.payload(*shown, values["view"], chosen), PAGE, _moved)


def _moved() -> None:
    """The visitor let go: what the picture shows goes into the link."""
    address.follow(PAGE, (*PLACE, *MESH))


def _words(shown: Shown, step: int | None) -> None:
    """The counts and the verdict; while a large mesh is summed up, a line that says so."""
    if not live.settled():  # each picture on the way would be one more mesh to sum up
        return
    future = regions.request(*shown, step, address.visitor())
    wait([future], GRACE)
    if future.done():
        _tell(shown, future.result())
    else:
        _wait(future)


@st.fragment(run_every=POLL)
def _wait(future: Future[RegionFacts]) -> None:
    if future.done():
        st.rerun()
    st.caption("Counting the pieces …")


def _tell(shown: Shown, facts: RegionFacts) -> None:
    architecture = shown.experiment.architecture
    if facts.notice and not facts.count:
        st.warning(facts.notice)
        return
    st.markdown(region_words.counts(architecture, facts))
    st.markdown(region_words.topology(shown.experiment, facts))
    if architecture.depth:
        st.caption(region_words.bounds(architecture))
