"""Another network beside that of the page: A, kept as it was while the controls change B."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from layerwarp.app.controls.network import experiment
from layerwarp.app.link.parameters import COMPARED, VERSUS, Values, compared
from layerwarp.app.session import frame, live, locks, widgets
from layerwarp.app.session.live import Shown


def buttons(place: DeltaGenerator, values: Values) -> None:
    """“Compare”; while two networks are shown, what exchanges them and what ends it."""
    if frame.bare():
        return
    other = values[VERSUS]
    with place.container(horizontal=True, key="comparing"):
        if other is None:
            widgets.button(
                "Compare",
                "compare",
                "Keeps this network as A and shows it beside B, which the controls change from now "
                "on.",
                {VERSUS: compared(values)},
            )
            return
        widgets.button(
            "Swap",
            "swap",
            "Exchanges A and B: the controls change what was A.",
            values | other | {VERSUS: compared(values)},
        )
        widgets.button(
            "Stop comparing", "stop_comparing", "Puts A away and keeps B.", {VERSUS: None}
        )
    if locks.drawn(COMPARED):
        st.sidebar.caption("All controls are those of **B**; A stays as it was.")


def network(values: Values) -> Shown | None:
    """Network A, as far as it is there; None where nothing is compared."""
    if values[VERSUS] is None:
        live.forget_other()
        return None
    return live.network(experiment(values | values[VERSUS]), live.OTHER)
