"""The controls of the page "Pieces": widgets in the sidebar -> values -> a target and a network."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from layerwarp.app.controls import network as controls
from layerwarp.app.experiments.experiment import FORMULA, POINTS, Experiment, TargetConfig
from layerwarp.app.experiments.safe_text import escaped
from layerwarp.app.link.parameters import DATA, MODES, PARAMETERS, TRAINING, Values
from layerwarp.app.pages.pieces import PAGE
from layerwarp.app.pages.pieces.networks import CONSTRUCTIONS
from layerwarp.app.session import frame, widgets
from layerwarp.data.formula import parse_formula
from layerwarp.data.targets import TARGETS
from layerwarp.network.architecture import Architecture

TARGET_LABELS = {
    **{name: kind.label for name, kind in TARGETS.items()},
    FORMULA: "Your own formula",
    POINTS: "Your own points",
}
INTERVAL_STEP = 0.5
GOOD = "good_formula"  # the last formula, with its interval, that could be drawn


def sidebar(values: Values, dials: DeltaGenerator) -> Values:
    """Draw the controls, starting from ``values``; what they say now.

    Args:
        values: Of the page's parameters.
        dials: Where the sliders go that stay in sight.
    """
    chosen = dict(values)
    if frame.bare():
        if chosen["mode"] == "trained":
            controls.presented(chosen, dials)
        return chosen
    with st.sidebar:
        _mode(chosen)
        if chosen["mode"] == "built":
            _construction(chosen)
            return chosen
        widgets.select(chosen, "target", TARGET_LABELS)
        if chosen["target"] == FORMULA:
            _formula(chosen)
        if chosen["mode"] == "trained":
            _training(chosen, dials)
        else:
            widgets.button(
                "Start over",
                "hand_again",
                "Puts the network built by hand back to its start.",
                {"hand": ()},
            )
    return chosen


def target(values: Values) -> tuple[TargetConfig, str]:
    """The target that the values ask for, and what is wrong with it in one sentence.

    In place of a formula that has no value somewhere on its interval comes the last one that had.
    """
    config = asked_target(values)
    if config.name != FORMULA:
        return config, ""
    try:
        config.make()
    except ValueError as error:
        formula, interval = _last_good()
        return asked_target(values | {"formula": formula, "interval": interval}), f"{error}."
    st.session_state[GOOD] = config.formula, config.interval
    return config, ""


def _last_good() -> tuple[str, tuple[float, float]]:
    """The last formula that had a value everywhere, and its interval."""
    return st.session_state.get(GOOD, (PAGE.default("formula"), PAGE.default("interval")))


def experiment(values: Values, config: TargetConfig) -> Experiment:
    """What the values ask to be trained on a target."""
    return Experiment(
        config,
        Architecture(
            widths=controls.widths(values), activation=controls.activation(values), n_inputs=1
        ),
        controls.training_config(values),
    )


def asked_target(values: Values) -> TargetConfig:
    """Only what the kind of target reads, so that nothing else makes it another experiment.

    A formula can have no value somewhere on its interval.
    """
    name = values["target"]
    if name == POINTS:
        return TargetConfig(name, points=values["own"])
    drawn = (values["points"], values["noise"], values["seed"])
    if name == FORMULA:
        return TargetConfig(name, *drawn, values["formula"], values["interval"])
    return TargetConfig(name, *drawn)


def _mode(values: Values) -> None:
    widgets.select(values, "mode", MODES, st.radio)


def _construction(values: Values) -> None:
    widgets.select(values, "build", {name: kind.label for name, kind in CONSTRUCTIONS.items()})
    if values["build"] == "square":
        values["shift"] = widgets.ask(st.toggle, "shift", values["shift"])


def _formula(values: Values) -> None:
    """A box for the formula; one that cannot be read stays in it, with the reason below."""
    text = widgets.ask(st.text_input, "formula", values["formula"])
    try:
        values["formula"] = parse_formula(text).text
    except ValueError as error:
        values["formula"], _ = _last_good()
        st.error(f"{escaped(str(error))}.")
    kind = PARAMETERS["interval"].kind
    ends = {"min_value": kind.low, "max_value": kind.high, "step": INTERVAL_STEP}
    low, high = widgets.ask(st.slider, "interval", values["interval"], **ends)
    if low == high:  # a handle dragged onto the other
        low, high = (low - INTERVAL_STEP, high) if low > 0 else (low, high + INTERVAL_STEP)
    values["interval"] = (low, high)


def _training(values: Values, dials: DeltaGenerator) -> None:
    controls.network(values, dials)
    controls.buttons(values)
    if values["target"] != POINTS:
        widgets.section("Points", controls.points, values, DATA[1:])
    widgets.section("Training", controls.training, values, TRAINING)
