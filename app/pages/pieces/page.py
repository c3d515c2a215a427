"""The page "Pieces": a network of one input, the straight pieces it is made of, and its error."""

import streamlit as st

from layerwarp.app.experiments.safe_text import escaped
from layerwarp.app.pages import advice, layout, share
from layerwarp.app.pages.pieces import PAGE, controls, networks, pictures, words
from layerwarp.app.session import address, frame, live
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.app.words.smooth import no_pieces

NO_BREAKS = "count of breakpoints; what is drawn is sampled."


def main() -> None:
    """Draw the page."""
    opened = address.load(PAGE)
    places = layout.begin(PAGE)
    values = controls.sidebar(opened, places.dials)
    address.save(values)
    config, problem = controls.target(values)
    trains = pictures.trains(values, config)
    shown = live.network(controls.experiment(values, config)) if trains else None
    layout.tell(places, PAGE, values)
    share.menu(places.share, PAGE, values, shown)
    if trains:
        with places.state:
            live.status(shown)
    with places.notes:
        if problem:
            st.error(escaped(problem))
    payload = pictures.picture(values, config, shown)
    if payload is not None:
        with places.picture:
            layout.picture(PAGE, payload)
    if not frame.bare():
        if shown is not None:
            with places.notes:
                advice.show(diagnose(*shown) or no_pieces(shown.experiment.architecture, NO_BREAKS))
        # A task comes before the picture, what the picture shows after it.
        task = values["mode"] == "hand" and config.name == networks.EXERCISE
        place = places.notes if task else places.words
        place.markdown(words.summary(values, config, shown))
    layout.end(PAGE, places)
