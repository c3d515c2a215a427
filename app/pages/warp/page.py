"""The page "Warp": the stage, what it shows in words, and what would mend a network that fails."""

import streamlit as st

from layerwarp.app.controls import network as controls
from layerwarp.app.figures import training as training_figures
from layerwarp.app.figures.theme import CHART
from layerwarp.app.pages import advice, comparing, layout, share
from layerwarp.app.pages.warp import PAGE, weight_tables
from layerwarp.app.session import address, frame, live
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.training.history import TrainingHistory


def main() -> None:
    """Draw the page."""
    opened = address.load(PAGE)
    places = layout.begin(PAGE)
    values = controls.sidebar(opened, controls.projection, places.dials, builds=True)
    address.save(values)
    shown = live.network(controls.experiment(values))
    layout.tell(places, PAGE, values)
    share.menu(places.share, PAGE, values, shown)
    with places.state:
        live.status(shown)
    other = comparing.begin(places, values)
    if shown is not None:
        with places.picture:
            layout.picture(PAGE, comparing.payload(values, shown, other))
    if shown is not None and not frame.bare():
        bending = set(shown.experiment.architecture.activations) - {"identity"}
        rebent = values["bend"] is not None and bool(bending)
        with places.notes:
            # A bend that was changed by hand is no failure of the training.
            if other is not None and not rebent:
                comparing.troubles(shown, other)
            elif other is None:
                advice.show(diagnose(*shown) if not rebent else None)
        trained = "With its bend as it was trained: " * rebent
        places.words.markdown(trained + comparing.summary(shown, other))
        _more(shown.history, not shown.experiment.loaded)
    layout.end(PAGE, places)


def _more(history: TrainingHistory, trained: bool) -> None:
    """What is worked out only when it is opened; without a training there are no gradients."""
    gradients = st.expander("Gradients", key="gradients", on_change="rerun") if trained else None
    if gradients and gradients.open:
        arrays = history.steps, history.gradient_norms
        gradients.caption(
            "How strongly each layer's weights are told to change. Where the lines lie far apart, "
            "some layers are told so far more strongly than others. "
            + training_figures.told_nothing(history.gradient_norms)
        )
        gradients.plotly_chart(
            training_figures.gradient_norms(*arrays),
            config=CHART,
            alt=training_figures.describe_gradient_norms(*arrays),
        )
    numbers = st.expander("All weights", key="weights", on_change="rerun")
    if numbers.open:
        if trained:
            numbers.caption(f"After the last step, {history.steps[-1]:,}, wherever the slider is.")
        for name, table in weight_tables.tables(history):
            numbers.markdown(f"**{name}**")
            numbers.dataframe(table, hide_index=True, alt=f"Weights and biases: {name}")
