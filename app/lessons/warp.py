"""The page "Warp": the stage, what it shows in words, and what would mend a network that fails."""

import streamlit as st

from app import address, advice, captions, compute, controls, live, weights
from app.diagnosis import diagnose
from app.figures import training as training_figures
from app.lessons import LESSONS
from app.live import Shown
from app.parameters import PARAMETERS, Values
from app.presets import PRESETS
from app.stage import stage
from core.history import TrainingHistory


def main() -> None:
    """Draw the page."""
    values = controls.sidebar(address.load("warp"), controls.projection)
    address.save(values)
    shown = live.network(controls.experiment(values))
    # Places that stay: what comes and goes above the stage must not mount it anew.
    title, examples, state = st.columns([4, 2, 4], vertical_alignment="center")
    notes, picture = st.container(), st.container()
    title.markdown("##### See how a network bends space")
    with examples:
        advice.examples(PRESETS)
    with state:
        live.status(shown)
    with notes:
        for line in filter(None, [address.notice(), *compute.notices()]):
            st.caption(line)
    if shown is not None:
        with notes:
            advice.show(diagnose(*shown))
        with picture:
            _stage(shown, values)
        st.markdown(captions.summary(*shown))
        _more(shown.history)
    with st.expander("How to read this"):
        st.markdown(LESSONS["warp"].prose)


def _stage(shown: Shown, values: Values) -> None:
    chosen = values["axes"] if values["view"] == "neurons" else ()
    stage(compute.payload(*shown, values["view"], chosen), key="stage", on_change=_moved)


def _moved() -> None:
    """The stage was moved by hand: its place and its training step go into the link."""
    view = st.session_state["stage"].get("view") or {}
    places = {name: PARAMETERS[name].kind.read(str(view.get(name)))[0] for name in ("t", "s")}
    address.change(places)


def _more(history: TrainingHistory) -> None:
    """What is worked out only when it is opened."""
    gradients = st.expander("Gradients", key="gradients", on_change="rerun")
    if gradients.open:
        arrays = history.steps, history.gradient_norms
        gradients.caption(
            "How strongly each layer is told to change. Far apart lines learn unevenly."
        )
        gradients.plotly_chart(
            training_figures.gradient_norms(*arrays),
            alt=training_figures.describe_gradient_norms(*arrays),
        )
    numbers = st.expander("All weights", key="weights", on_change="rerun")
    if numbers.open:
        for name, table in weights.tables(history):
            numbers.markdown(f"**{name}**")
            numbers.dataframe(table, hide_index=True, alt=f"Weights and biases: {name}")


main()
