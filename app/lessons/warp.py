"""The page "Warp": the stage, what it shows in words, and what would mend a network that fails."""

import streamlit as st

from app import address, advice, captions, compute, controls, frame, live, page, share, weights
from app.diagnosis import diagnose
from app.figures import training as training_figures
from app.figures.theme import CHART
from app.lessons import LESSONS
from app.live import Shown
from app.parameters import LOOK, PLACE, Values
from app.presets import PRESETS
from app.stage import stage
from core.history import TrainingHistory

PAGE, KEY = "warp", "stage"


def main() -> None:
    """Draw the page."""
    values = controls.sidebar(address.load(PAGE), controls.projection)
    address.save(values)
    shown = live.network(controls.experiment(values))
    places = page.begin("See how a network bends space", PRESETS, values)
    share.menu(places.share, PAGE, values, shown)
    with places.state:
        live.status(shown)
    if shown is not None:
        with places.picture:
            _stage(shown, values)
    if shown is not None and not frame.bare():
        with places.notes:
            advice.show(diagnose(*shown))
        places.words.markdown(captions.summary(*shown))
        _more(shown.history)
    page.end(LESSONS[PAGE].prose)


def _stage(shown: Shown, values: Values) -> None:
    chosen = values["axes"] if values["view"] == "neurons" else ()
    stage(compute.payload(*shown, values["view"], chosen), key=KEY, on_change=_moved)


def _moved() -> None:
    """The visitor let go: what the stage shows goes into the link."""
    address.follow(KEY, (*PLACE, *LOOK))


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
            config=CHART,
            alt=training_figures.describe_gradient_norms(*arrays),
        )
    numbers = st.expander("All weights", key="weights", on_change="rerun")
    if numbers.open:
        for name, table in weights.tables(history):
            numbers.markdown(f"**{name}**")
            numbers.dataframe(table, hide_index=True, alt=f"Weights and biases: {name}")
