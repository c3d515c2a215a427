"""The example "More layers, or more training?": its conclusion, once both have been trained."""

import streamlit as st

from layerwarp.app.link.parameters import LOCKABLE, Values
from layerwarp.app.pages.warp import LONGER, PAGE
from layerwarp.app.session import holding, locks
from layerwarp.app.session.live import Shown
from layerwarp.app.words.comparison import layers_or_training

FIRST = "example_longer"  # the example's own network, for when another is there to compare


def conclude(values: Values, shown: Shown) -> None:
    """Say what more layers did beside more training; nothing where the settings are others."""
    view = PAGE.views[LONGER]
    others = [name for name in view if name in LOCKABLE and name != "layers"]
    finished = shown.history.outcome.kind == "trained"
    if not finished or locks.locked() or any(values[name] != view[name] for name in others):
        return
    depth = shown.experiment.architecture.depth
    if depth == view["layers"]:
        holding.hold(FIRST, shown, shown.history.nbytes)
        return
    first: Shown | None = holding.held(FIRST)
    if first and depth > view["layers"] and _differ_in_depth(first, shown):
        st.caption(f":material/lightbulb: {layers_or_training(first.history, shown.history)}")


def _differ_in_depth(first: Shown, shown: Shown) -> bool:
    """Whether it is the same training: what is shown may be of settings from before."""
    one, other = first.experiment, shown.experiment
    widths = {*one.architecture.widths, *other.architecture.widths}
    return (one.dataset, one.training) == (other.dataset, other.training) and len(widths) == 1
