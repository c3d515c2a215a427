"""The page "Warp": the stage, what it shows in words, and what would mend a network that fails."""

import streamlit as st

from app import address, captions, compute, controls, live, weights
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
        _presets()
    with state:
        live.status(shown)
    with notes:
        for line in filter(None, [address.notice(), *compute.notices()]):
            st.caption(line)
    if shown is not None:
        with notes:
            _help(shown)
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


def _help(shown: Shown) -> None:
    """What went wrong, if anything, with the clicks that would mend it."""
    diagnosis = diagnose(*shown)
    if diagnosis is None:
        return
    sentence, clicks = st.columns([5, 2], vertical_alignment="center")
    sentence.warning(diagnosis.sentence)
    with clicks.container(horizontal=True):
        for index, repair in enumerate(diagnosis.repairs):
            st.button(
                repair.label,
                key=f"repair_{index}",
                help="Changes the setting and trains again.",
                type="secondary" if index else "primary",
                on_click=address.change,
                args=(repair.changes,),
            )


def _presets() -> None:
    with st.popover("Examples"):
        for index, (label, changes) in enumerate(PRESETS.items()):
            st.button(
                label,
                key=f"preset_{index}",
                help="Shows this example; all other settings go back to their defaults.",
                type="tertiary",
                on_click=controls.start_from,
                args=(changes,),
            )


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
