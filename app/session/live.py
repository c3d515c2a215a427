"""The network that the page shows while the visitor plays: trained, in training, or stopped.

While a new one trains, the last one stays on screen, so that a drag never leads to an empty page.
Beside the page's own network there can be another, A, in a slot of its own.
"""

from functools import partial
from typing import NamedTuple, cast

import streamlit as st

from layerwarp.app.experiments.experiment import Experiment, TargetConfig
from layerwarp.app.session import following, holding
from layerwarp.app.work.trainer import TrainingJob
from layerwarp.training.history import TrainingHistory

SLOT, OTHER = "network", "other"
FIRST_GRACE = 1.0  # seconds: with nothing on screen yet, a preview is worth a wait

PREVIEW = "Quick preview"
PREVIEW_HELP = "By numpy; the exact run replaces it in a moment and may differ a little."
STOPPED = "Training was stopped here. “Train on” takes it further."
OTHER_STOPPED = "Training of A was stopped here."


class Shown(NamedTuple):
    """A trained network and what it was asked to be."""

    experiment: Experiment
    history: TrainingHistory


def network(experiment: Experiment, slot: str = SLOT) -> Shown | None:
    """The newest network for ``experiment``; until there is one, the one shown before it.

    Args:
        experiment: What the page asks for.
        slot: "network", the page's own, or "other".
    """
    shown: Shown | None = holding.held(_place(slot))
    grace = FIRST_GRACE if shown is None else following.GRACE
    job = following.follow(experiment, slot, grace)
    if job is not None and job.answer is not None:
        shown = Shown(experiment, job.answer)
        holding.hold(_place(slot), shown, shown.history.nbytes)
    # What a page on other kinds of data left behind cannot stand in.
    if shown is None or _is_line(shown.experiment) != _is_line(experiment):
        return None
    return shown


def forget_other() -> None:
    """No network stands beside the page's own any more."""
    holding.let_go(_place(OTHER))


def _place(slot: str) -> str:
    return f"shown_{slot}"


def _is_line(experiment: Experiment) -> bool:
    return isinstance(experiment.dataset, TargetConfig)


def is_halted() -> bool:
    """Whether this visitor stopped the training that the page shows."""
    return following.is_halted(SLOT)


def resume() -> bool:
    """Let a training go on that this visitor stopped; False if there is none."""
    halted = is_halted()
    following.resume(SLOT)
    return halted


def settled() -> bool:
    """Whether nothing more will come of what the page asked for."""
    job = following.current(SLOT)
    return job is None or job.ended


def status(shown: Shown | None, slot: str = SLOT) -> None:
    """Progress and Stop while training goes on, how it was cut short, or how long it would take."""
    job = cast(TrainingJob | None, following.current(slot))
    if job is None:
        following.offer(slot)
    elif job.ended and _is_news(job, shown):  # since the page looked: nothing would show it
        st.rerun()
    elif not job.ended:
        following.wait(partial(_progress, job, shown, slot), job, slot)
    elif job.state == "stopped":
        st.caption(STOPPED if slot == SLOT else OTHER_STOPPED)
    elif job.state == "failed":
        st.error(job.message)


def _is_news(job: TrainingJob, shown: Shown | None) -> bool:
    """Whether there is something to show that the page does not."""
    return job.answer is not None and (shown is None or job.answer is not shown.history)


def _progress(job: TrainingJob, shown: Shown | None, slot: str) -> None:
    """How far the training is; the whole page anew when there is something new."""
    if job.ended or _is_news(job, shown):
        st.rerun()
    if job.preview and not job.on_the_way:
        st.caption(PREVIEW, help=PREVIEW_HELP)
        return
    verb = PREVIEW if job.preview else "Training" if slot == SLOT else "Training A"
    text = following.WAITING if job.state == "waiting" else f"{verb}: {100 * job.share:.0f} %"
    following.progress(job, slot, text, "Ends the training and keeps what was reached.")
