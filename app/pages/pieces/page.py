"""The page "Pieces": a network of one input, the straight pieces it is made of, and its error."""

import streamlit as st

from layerwarp.app.experiments.experiment import POINTS, TargetConfig
from layerwarp.app.experiments.safe_text import escaped
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages import advice, layout, share
from layerwarp.app.pages.pieces import PAGE, controls, networks, words
from layerwarp.app.pages.pieces.payload import pack
from layerwarp.app.session import address, frame, live
from layerwarp.app.session.live import Shown
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.app.words.smooth import no_pieces
from layerwarp.app.work import payloads

LEAST_POINTS = 2
NO_BREAKS = "breakpoints to count; what is drawn is sampled."


def main() -> None:
    """Draw the page."""
    opened = address.load(PAGE)
    places = layout.begin(PAGE)
    values = controls.sidebar(opened, places.dials)
    address.save(values)
    config, problem = controls.target(values)
    trains = values["mode"] == "trained" and _can_train(config)
    shown = live.network(controls.experiment(values, config)) if trains else None
    layout.tell(places, PAGE, values)
    share.menu(places.share, PAGE, values, shown)
    if trains:
        with places.state:
            live.status(shown)
    with places.notes:
        if problem:
            st.error(escaped(problem))
    payload = _payload(values, config, shown)
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


def _can_train(config: TargetConfig) -> bool:
    """Own points can be too few, or all above each other."""
    return config.name != POINTS or len({x for x, _ in config.points}) >= LEAST_POINTS


def _payload(values: Values, config: TargetConfig, shown: Shown | None) -> bytes | None:
    """What the picture shows; None while the first network is in training."""
    if values["mode"] == "built":
        built = values["build"], values["shift"]
        return payloads.kept(built, lambda: pack(networks.constructed(*built)))
    if values["mode"] == "hand":
        return pack(networks.by_hand(config, networks.hand_numbers(config, values["hand"])))
    if not _can_train(config):
        return pack(networks.undrawn(config))
    if shown is None:
        return None
    key = shown.experiment, payloads.version(shown.history)
    return payloads.kept(key, lambda: pack(networks.trained(*shown)))
