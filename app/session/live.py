"""The network that the page shows while the visitor plays: trained, in training, or stopped.

While a new one trains, the last one stays on screen, so that a drag never leads to an empty page.
"""

from functools import partial
from typing import NamedTuple, cast

import streamlit as st

from layerwarp.app.experiments.experiment import Experiment, TargetConfig
from layerwarp.app.session import following, holding
from layerwarp.app.work.trainer import TrainingJob
from layerwarp.training.history import TrainingHistory

SLOT = "network"
SHOWN = "shown"
FIRST_GRACE = 1.0  # seconds: with nothing on screen yet, a preview is worth a wait

PREVIEW = "Quick preview"
PREVIEW_HELP = "By numpy; the exact run replaces it in a moment and may differ a little."
STOPPED = "Training was stopped here. “Train on” takes it further."


class Shown(NamedTuple):
    """A trained network and what it was asked to be."""

    experiment: Experiment
    history: TrainingHistory


def network(experiment: Experiment) -> Shown | None:
    """The newest network for ``experiment``; until there is one, the one shown before it."""
    shown: Shown | None = holding.held(SHOWN)
    grace = FIRST_GRACE if shown is None else following.GRACE
    job = following.follow(experiment, SLOT, grace)
    if job is not None and job.answer is not None:
        shown = Shown(experiment, job.answer)
        holding.hold(SHOWN, shown, shown.history.nbytes)
    # What a page on other kinds of data left behind cannot stand in.
    if shown is None or _is_line(shown.experiment) != _is_line(experiment):
        return None
    return shown


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


def status(shown: Shown | None) -> None:
    """Progress and Stop while training goes on, how it was cut short, or how long it would take."""
    job = cast(TrainingJob | None, following.current(SLOT))
    if job is None:
        following.offer(SLOT)
    elif job.ended and _is_news(job, shown):  # since the page looked: nothing would show it
        st.rerun()
    elif not job.ended:
        following.wait(partial(_progress, job, shown), job, SLOT)
    elif job.state == "stopped":
        st.caption(STOPPED)
    elif job.state == "failed":
        st.error(job.message)


def _is_news(job: TrainingJob, shown: Shown | None) -> bool:
    """Whether there is something to show that the page does not."""
    return job.answer is not None and (shown is None or job.answer is not shown.history)


def _progress(job: TrainingJob, shown: Shown | None) -> None:
    """How far the training is; the whole page anew when there is something new."""
    if job.ended or _is_news(job, shown):
        st.rerun()
    if job.preview:
        st.caption(PREVIEW, help=PREVIEW_HELP)
        return
    waits = job.state == "waiting"
    text = following.WAITING if waits else f"Training: {100 * job.share:.0f} %"
    following.progress(job, SLOT, text, "Ends the training and keeps what was reached.")
