"""The panels of the page "Depth × width": one question each, worked out when it is opened."""

from functools import partial
from typing import Any

import streamlit as st

from layerwarp.app.link.parameters import NO_CURVE, PARAMETERS, Values
from layerwarp.app.pages.depth_width.panels import budget, cases, cost, data, deep, exponential
from layerwarp.app.pages.depth_width.panels.panel import Panel, Slider, State
from layerwarp.app.session import frame, widgets
from layerwarp.network.architecture import MAX_DEPTH

ALL = (
    *("data", "curve", "ranges", "seeds", "act", "inputs", "points", "training"),
    *("layers", "neurons"),
)
TRAINED = ("data", "curve", "seeds", "act", "inputs", "points", "training")
PANELS = {
    "exponential": Panel(
        "One layer can do anything: why deep?",
        exponential.show,
        exponential.told,
        (),
        Slider("k", 1, MAX_DEPTH, 1, "Folds", "How often the line is folded in two."),
    ),
    "budget": Panel(
        "Deeper or wider?",
        budget.show,
        budget.told,
        TRAINED,
        Slider("budget", 60, 255, 5),
        budget.CASES,
    ),
    "deep": Panel(
        "Do gradients vanish?",
        deep.show,
        deep.told,
        ("data", "curve", "act", "inputs", "points", "training", "neurons"),
        Slider("deep", 1, 100, 1),
    ),
    "data": Panel("More layers or more data?", data.show, data.told, ALL, cases=data.CASES),
    "cost": Panel("What does backprop cost?", cost.show, cost.told, ("act", "neurons")),
}


def choose(values: Values) -> Panel | None:
    """The row of readers' questions, of which one is open; None is the grid itself."""
    labels = {
        NO_CURVE: "How large a network?",
        **{name: panel.label for name, panel in PANELS.items()},
    }
    if not frame.bare():
        widgets.select(values, "panel", labels, partial(_choice, st.pills))
    return PANELS.get(values["panel"])


def choose_case(values: Values, panel: Panel) -> None:
    """What the question is asked of, where that can be chosen."""
    if panel.cases:
        draw = partial(_choice, st.segmented_control, wrap=True)
        widgets.select(values, "case", panel.cases, draw)


def slide(values: Values, panel: Panel) -> None:
    """The slider of the question's own parameter."""
    slider = panel.slider
    if slider:
        parameter = PARAMETERS[slider.name]
        values[slider.name] = widgets.widget(
            st.slider,
            slider.name,
            values[slider.name],
            slider.label or parameter.label,
            slider.help or parameter.help,
            min_value=slider.low,
            max_value=slider.high,
            step=slider.step,
        )


def step(values: Values) -> None:
    """Two unseen buttons for the keys of the presenter view: the question before, and the next."""
    names = (NO_CURVE, *PANELS)
    place = names.index(values["panel"])
    for key, label, other in (
        ("last", "Last question", place - 1),
        ("next", "Next question", place + 1),
    ):
        if 0 <= other < len(names):
            widgets.button(label, f"{key}_question", label, {"panel": names[other]})


def _choice(draw: Any, label: str, *, value: str, **options: Any) -> Any:
    """A row of buttons, which has a name of its own for where it starts."""
    return draw(label, default=value, required=True, **options)


def tell(panel: Panel, state: State) -> None:
    """What the answer is asked of, and what of that is otherwise in the page's settings."""
    with st.container(key="asked"):
        st.markdown(cases.table(panel.told(state), cases.of_page(state).rows))
