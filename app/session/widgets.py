"""Widgets of parameters: each starts at the parameter's value and has its label and help."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

from layerwarp.app.link.parameters import PARAMETERS, Values
from layerwarp.app.session import address, locks

Widget = Callable[..., Any]
INDEXED = (st.selectbox, st.radio)  # their default is the number of an option


def widget(draw: Widget, name: str, value: Any, label: str, help: str, **options: Any) -> Any:
    """A widget that starts at ``value`` and from then on keeps its own.

    The session's copy is written only when there is none, or none that still is a choice: writing
    it in every run would snatch the handle from a visitor who is dragging. What a link locks
    cannot be moved, and is not drawn where the link hides it.

    Args:
        draw: A function of Streamlit.
        name: The parameter; one of several widgets for it adds a word after "_".
        value: Where it starts.
        label: What people read.
        help: One line on it.
        options: For ``draw``.
    """
    parameter = address.parameter_of(name)
    free = locks.free(parameter)
    if not free and not locks.drawn([parameter]):
        return value
    options["disabled"] = options.get("disabled", False) or not free
    key = address.control_key(name)
    kept = st.session_state.get(key)
    if kept is None and _told(key):
        kept = value
    elif kept is None or kept not in options.get("options", (kept,)):
        kept = st.session_state[key] = value
    # Told as the default too: a browser that is still fetching the widget's code when the next run
    # comes never hears of the first, and would start at the lowest value and report that.
    start = {"index": list(options["options"]).index(kept)} if draw in INDEXED else {"value": kept}
    said = draw(label, key=key, help=help, **start, **options)
    return said if _possible(said, options) else value


def _told(key: str) -> bool:
    """Whether a browser says where the widget stands that this session has not drawn yet.

    A page that is open when the server is started anew goes on in a new session, with the first
    thing that its visitor does: that counts, not the link, which knows nothing of it.
    """
    context: Any = get_script_run_ctx()
    told = context.session_state._state._new_widget_state if context else ()
    return any(user_key_from_element_id(name) == key for name in told)


def _possible(said: Any, options: Mapping[str, Any]) -> bool:
    """Whether the widget can say this: what a browser sends may come from elsewhere."""
    low, high = options.get("min_value"), options.get("max_value")
    parts = said if isinstance(said, tuple) else (said,)
    return low is None or high is None or all(low <= part <= high for part in parts)


def ask(draw: Widget, name: str, value: Any, **options: Any) -> Any:
    """A widget with the label and help of parameter ``name``; what it says."""
    parameter = PARAMETERS[name]
    return widget(draw, name, value, parameter.label, parameter.help, **options)


def slider(
    values: Values, name: str, low: float, high: float, step: float, disabled: bool = False
) -> None:
    """A slider for parameter ``name``; what it says goes into ``values``."""
    ends = {"min_value": low, "max_value": high, "step": step}
    values[name] = ask(st.slider, name, values[name], disabled=disabled, **ends)


def whole(values: Values, name: str) -> None:
    """A box for a whole number."""
    kind = PARAMETERS[name].kind
    ends = {"min_value": kind.low, "max_value": kind.high, "step": 1}
    values[name] = ask(st.number_input, name, values[name], **ends)


def rungs(values: Values, name: str, choices: tuple[float, ...]) -> None:
    """A slider over a few numbers."""
    write = PARAMETERS[name].kind.write
    values[name] = ask(st.select_slider, name, values[name], options=choices, format_func=write)


def select(
    values: Values, name: str, labels: Mapping[str, str], draw: Widget = st.selectbox
) -> None:
    """A menu, or with ``draw`` another choice; ``labels`` are the choices and what people read."""
    values[name] = ask(
        draw, name, values[name], options=list(labels), format_func=labels.__getitem__
    )


def button(label: str, key: str, help: str, changes: Values, **options: Any) -> None:
    """A button that sets parameters; locked or hidden where it would change what a link locks."""
    permitted = locks.permits(changes)
    if not permitted and not locks.drawn(changes):
        return
    if "on_click" not in options:
        options |= {"on_click": address.change, "args": (changes,)}
    options["disabled"] = options.get("disabled", False) or not permitted
    st.button(label, key=key, help=help, **options)


def section(
    title: str, draw: Callable[[Values], None], values: Values, names: Sequence[str]
) -> None:
    """A folded part of the sidebar, drawn when it is opened: each widget costs every rerun time.

    Left away where nothing of it would be drawn.
    """
    if locks.drawn(names):
        folded = st.expander(title, key=section_key(title), on_change="rerun")
        if folded.open:
            with folded:
                draw(values)


def section_key(title: str) -> str:
    """The session-state key of a folded part: whether it is open."""
    return f"section_{title}"
