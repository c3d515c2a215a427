"""The page "Pieces": a network of one input, the straight pieces it is made of, and its error."""

import streamlit as st

from app import (
    address,
    advice,
    compute,
    frame,
    line_captions,
    line_controls,
    lines,
    live,
    locks,
    page,
    share,
)
from app.diagnosis import diagnose
from app.experiment import POINTS, TargetConfig
from app.lessons import LESSONS
from app.live import Shown
from app.parameters import Values
from app.presets import LINE_PRESETS
from app.smooth import no_pieces
from app.stage import mount

KEY = "pieces"
SCRUBBED = ("s", "k", "m")
MOVED = (*SCRUBBED, "hand", "own", "x1")  # what a visitor sets in the picture
LEAST_POINTS = 2
NO_BREAKS = "breakpoints; what is drawn is sampled."


def main() -> None:
    """Draw the page."""
    values = line_controls.sidebar(address.load("pieces"))
    address.save(values)
    config, problem = line_controls.target(values)
    trains = values["mode"] == "trained" and _can_train(config)
    shown = live.network(line_controls.experiment(values, config)) if trains else None
    places = page.begin("See how bent lines add up", LINE_PRESETS, values)
    share.menu(places.share, KEY, values, shown)
    if trains:
        with places.state:
            live.status(shown)
    with places.notes:
        if problem:
            st.error(problem)
    payload = _payload(values, config, shown)
    if payload is not None:
        with places.picture:
            mount(KEY, payload, KEY, _moved)
    if not frame.bare():
        if shown is not None:
            with places.notes:
                advice.show(diagnose(*shown) or no_pieces(shown.experiment.architecture, NO_BREAKS))
        # A task comes before the picture, what the picture shows after it.
        task = values["mode"] == "hand" and config.name == lines.EXERCISE
        words = places.notes if task else places.words
        words.markdown(line_captions.summary(values, config, shown))
    page.end(LESSONS[KEY].prose)


def _can_train(config: TargetConfig) -> bool:
    """Own points can be too few, or all above each other."""
    return config.name != POINTS or len({x for x, _ in config.points}) >= LEAST_POINTS


def _payload(values: Values, config: TargetConfig, shown: Shown | None) -> bytes | None:
    """What the picture shows; None while the first network is in training."""
    if values["mode"] == "built":
        return compute.constructed(values["build"], values["shift"])
    if values["mode"] == "hand":
        return compute.by_hand(config, lines.hand_numbers(config, values["hand"]))
    if not _can_train(config):
        return compute.undrawn(config)
    return None if shown is None else compute.line(*shown)


def _moved() -> None:
    """Something was set in the picture: it goes into the link, unless the link locks it."""
    address.follow(KEY, [name for name in MOVED if locks.free(name) or name in SCRUBBED])
