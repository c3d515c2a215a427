"""The page "Pieces": a network of one input, the straight pieces it is made of, and its error."""

import streamlit as st

from app import address, advice, compute, line_captions, line_controls, lines, live
from app.diagnosis import diagnose
from app.experiment import POINTS, TargetConfig
from app.lessons import LESSONS
from app.live import Shown
from app.parameters import PARAMETERS, Values
from app.presets import LINE_PRESETS
from app.stage import mount

KEY = "pieces"
MOVED = ("s", "k", "m", "hand", "own")  # what a visitor sets in the picture
LEAST_POINTS = 2


def main() -> None:
    """Draw the page."""
    values = line_controls.sidebar(address.load("pieces"))
    address.save(values)
    config, problem = line_controls.target(values)
    trains = values["mode"] == "trained" and _can_train(config)
    shown = live.network(line_controls.experiment(values, config)) if trains else None
    # Places that stay: what comes and goes above the picture must not mount it anew.
    title, examples, state = st.columns([4, 2, 4], vertical_alignment="center")
    notes, picture, words = st.container(), st.container(), st.container()
    title.markdown("##### See the straight pieces of a network")
    with examples:
        advice.examples(LINE_PRESETS)
    if trains:
        with state:
            live.status(shown)
    with notes:
        for line in filter(None, [address.notice(), *compute.notices()]):
            st.caption(line)
        if problem:
            st.error(problem)
        if shown is not None:
            advice.show(diagnose(*shown) or line_captions.smooth(shown.experiment))
    payload = _payload(values, config, shown)
    if payload is not None:
        with picture:
            mount(KEY, payload, KEY, _moved)
    words.markdown(line_captions.summary(values, config, shown))
    with st.expander("How to read this"):
        st.markdown(LESSONS["pieces"].prose)


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
    """Something was set in the picture: it goes into the link."""
    view = st.session_state[KEY].get("view") or {}
    readings = {name: PARAMETERS[name].kind.read(str(view[name])) for name in MOVED if name in view}
    address.change({name: value for name, (value, _) in readings.items() if value is not None})


main()
