"""The page "Creases": the straight pieces of a network in the plane, exactly."""

from dataclasses import replace
from typing import Any

import streamlit as st

from layerwarp.app.controls import network as controls
from layerwarp.app.pages import advice, comparing, layout, share
from layerwarp.app.pages.creases import PAGE, facts, words
from layerwarp.app.pages.creases.facts import RegionFacts
from layerwarp.app.session import address, frame, live
from layerwarp.app.session.live import Shown
from layerwarp.app.words.diagnosis import Diagnosis, diagnose
from layerwarp.app.words.smooth import no_pieces

NO_CREASES = (
    "exact mesh. Its colors and boundary are drawn from a grid of points, without fold lines."
)


def main() -> None:
    """Draw the page."""
    opened = address.load(PAGE)
    places = layout.begin(PAGE)
    values = controls.sidebar(opened, controls.projection, places.dials)
    address.save(values)
    experiment = controls.experiment(values)
    layout.tell(places, PAGE, values)
    shown = live.network(experiment)
    with places.state:
        live.status(shown)
    other = comparing.begin(places, values)
    share.menu(places.share, PAGE, values, shown)
    if shown is not None:
        with places.picture:
            reported = layout.picture(PAGE, comparing.payload(values, shown, other), ["facts"])
    if shown is not None and not frame.bare():
        with places.notes:
            if other is None:
                advice.show(_advice(shown))
            else:
                comparing.troubles(shown, other)
        with places.words:
            if other is None:  # of two networks, the picture itself says how they compare
                _words(shown, reported.facts)
            st.markdown(comparing.summary(shown, other))
    layout.end(PAGE, places)


def _advice(shown: Shown) -> Diagnosis | None:
    """What is broken, else why there are no folds, else what would make the network better."""
    found = diagnose(*shown)
    broken = found is not None and found.plain
    smooth = no_pieces(shown.experiment.architecture, NO_CREASES)
    if smooth and shown.experiment.loaded and not shown.experiment.by_hand:
        smooth = replace(smooth, repairs=())  # what a file says stays as it is
    return found if broken else smooth or found


def _words(shown: Shown, told: Any) -> None:
    """The counts and the verdict, once the browser has told of the mesh that it draws."""
    countable = shown.experiment.architecture.is_piecewise_linear
    if not countable or not live.settled():  # of a picture on the way nothing is said
        return
    found = facts.read(told, shown)
    if found is None:
        st.caption("Counting the pieces …")
    elif not found.count:
        st.warning(f"There is no mesh of step {found.step:,}: nothing can be counted.")
    else:
        _tell(shown, found)


def _tell(shown: Shown, found: RegionFacts) -> None:
    architecture = shown.experiment.architecture
    st.markdown(words.counts(architecture, found, len(shown.history.steps) == 1))
    st.markdown(words.topology(shown.experiment, found))
    if words.folds(architecture):
        st.caption(words.bounds(architecture))
