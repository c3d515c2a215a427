"""Widgets of parameters: each starts at the parameter's value and has its label and help."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import address
from app.parameters import PARAMETERS, Values

Widget = Callable[..., Any]
INDEXED = (st.selectbox, st.radio)  # their default is the number of an option


def widget(draw: Widget, name: str, value: Any, label: str, help: str, **options: Any) -> Any:
    """A widget that starts at ``value`` and from then on keeps its own.

    The session's copy is written only when there is none, or none that still is a choice: writing
    it in every run would snatch the handle from a visitor who is dragging.
    """
    key = address.control_key(name)
    kept = st.session_state.get(key, value)
    choices = options.get("options", (kept,))
    if key not in st.session_state or kept not in choices:
        kept = st.session_state[key] = value
    # Told as the default too: a browser that is still fetching the widget's code when the next run
    # comes never hears of the first, and would start at the lowest value and report that.
    start = {"index": list(choices).index(kept)} if draw in INDEXED else {"value": kept}
    return draw(label, key=key, help=help, **start, **options)


def slider(
    values: Values, name: str, low: float, high: float, step: float, disabled: bool = False
) -> None:
    """A slider for parameter ``name``; what it says goes into ``values``."""
    parameter = PARAMETERS[name]
    values[name] = widget(
        st.slider,
        name,
        values[name],
        parameter.label,
        parameter.help,
        min_value=low,
        max_value=high,
        step=step,
        disabled=disabled,
    )


def toggle(name: str, value: bool, disabled: bool) -> bool:
    """A switch with the words of parameter ``name``; what it says."""
    parameter = PARAMETERS[name]
    return widget(st.toggle, name, value, parameter.label, parameter.help, disabled=disabled)


def whole(values: Values, name: str) -> None:
    """A box for a whole number."""
    parameter = PARAMETERS[name]
    values[name] = widget(
        st.number_input,
        name,
        values[name],
        parameter.label,
        parameter.help,
        min_value=parameter.kind.low,
        max_value=parameter.kind.high,
        step=1,
    )


def rungs(values: Values, name: str, choices: tuple[float, ...]) -> None:
    """A slider over a few numbers."""
    parameter = PARAMETERS[name]
    values[name] = widget(
        st.select_slider,
        name,
        values[name],
        parameter.label,
        parameter.help,
        options=choices,
        format_func=parameter.kind.write,
    )


def select(values: Values, name: str, labels: dict[str, str]) -> None:
    """A menu; ``labels`` are the choices and what people read."""
    parameter = PARAMETERS[name]
    values[name] = widget(
        st.selectbox,
        name,
        values[name],
        parameter.label,
        parameter.help,
        options=list(labels),
        format_func=labels.__getitem__,
    )
