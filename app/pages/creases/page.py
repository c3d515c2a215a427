"""The page "Creases": the straight pieces of a network in the plane, exactly."""

from concurrent.futures import Future, wait

import streamlit as st

from layerwarp.app.controls import network as controls
from layerwarp.app.pages import advice, layout, share
from layerwarp.app.pages.creases import PAGE, regions, words
from layerwarp.app.pages.creases.regions import RegionFacts
from layerwarp.app.session import address, frame, live
from layerwarp.app.session.live import POLL, Shown
from layerwarp.app.words import captions
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.app.words.smooth import no_pieces
from layerwarp.app.work import payloads

NO_CREASES = "creases to draw."
GRACE = 0.05  # seconds in which a usual mesh is summed up


def main() -> None:
    """Draw the page."""
    values = controls.sidebar(address.load(PAGE), controls.projection)
    address.save(values)
    experiment = controls.experiment(values)
    places = layout.begin(PAGE, values)
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
            layout.picture(PAGE, payloads.plane(*shown, values["view"], values["axes"]))
    if shown is not None and not frame.bare():
        with places.notes:
            advice.show(diagnose(*shown))
        with places.words:
            _words(shown, values["s"])
            st.markdown(captions.summary(*shown))
    layout.end(PAGE)


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
    st.markdown(words.counts(architecture, facts))
    st.markdown(words.topology(shown.experiment, facts))
    if architecture.depth:
        st.caption(words.bounds(architecture))
