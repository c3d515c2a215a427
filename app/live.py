"""The network that the page shows while the visitor plays: trained, in training, or stopped.

A session keeps its job and the last network that it drew. While a new one trains, the last one
stays on screen, so that a drag never leads to an empty page.
"""

from typing import NamedTuple

import streamlit as st

from app import address, compute
from app.compute import TrainingJob
from app.experiment import Experiment, TargetConfig
from core.history import TrainingHistory

JOB = "job"
SHOWN = "shown"
HALTED = "halted"  # whether this visitor pressed Stop
GRACE = 0.15  # seconds in which a warm training is done: shorter than a progress bar would flash
FIRST_GRACE = 1.0  # with nothing on screen yet, a preview is worth a wait
POLL = 0.2  # seconds between looks at a training that goes on

PREVIEW = "Quick preview"
PREVIEW_HELP = "By numpy; the exact run replaces it in a moment and may differ a little."
STOPPED = "Training was stopped here. “Train on” takes it further."


class Shown(NamedTuple):
    """A trained network and what it was asked to be."""

    experiment: Experiment
    history: TrainingHistory


def network(experiment: Experiment) -> Shown | None:
    """The newest network for ``experiment``; until there is one, the one shown before it."""
    job = _follow(experiment)
    if job.history is not None:
        st.session_state[SHOWN] = Shown(experiment, job.history)
    shown: Shown | None = st.session_state.get(SHOWN)
    # What a page on other kinds of data left behind cannot stand in.
    if shown is None or _is_line(shown.experiment) != _is_line(experiment):
        return None
    return shown


def _is_line(experiment: Experiment) -> bool:
    return isinstance(experiment.dataset, TargetConfig)


def resume() -> bool:
    """Let a training go on that this visitor stopped; False if there is none."""
    halted = is_halted()
    st.session_state.pop(HALTED, None)
    return halted


def is_halted() -> bool:
    """Whether this visitor stopped the training that the page shows."""
    job: TrainingJob | None = st.session_state.get(JOB)
    return HALTED in st.session_state and job is not None and job.state == "stopped"


def settled() -> bool:
    """Whether nothing more will come of the training that the page asked for."""
    job: TrainingJob = st.session_state[JOB]
    return job.ended


def status(shown: Shown | None) -> None:
    """Progress and Stop while training goes on, or how it was cut short."""
    job: TrainingJob = st.session_state[JOB]
    if not job.ended:
        _progress(job, shown)
    elif job.state == "stopped":
        st.caption(STOPPED)
    elif job.state == "failed":
        st.error(job.message)


def _follow(experiment: Experiment) -> TrainingJob:
    """The session's job for this experiment; a new one if there is none to wait for."""
    job: TrainingJob | None = st.session_state.get(JOB)
    if job is None or job.asked != experiment or _cut_short(job):
        st.session_state.pop(HALTED, None)
        job = st.session_state[JOB] = compute.request(experiment, address.visitor())
        job.wait(GRACE if SHOWN in st.session_state else FIRST_GRACE)
    return job


def _cut_short(job: TrainingJob) -> bool:
    """Whether the job was stopped, but not by this visitor: a sleeping laptop, a classmate."""
    return job.state == "stopped" and HALTED not in st.session_state


def _stop() -> None:
    st.session_state[HALTED] = True
    compute.stop(address.visitor())


@st.fragment(run_every=POLL)
def _progress(job: TrainingJob, shown: Shown | None) -> None:
    """Look at the job five times a second; redraw the page when there is something new."""
    news = job.history is not None and (shown is None or job.history is not shown.history)
    if news or job.ended:
        st.rerun()
    if job.preview:
        st.caption(PREVIEW, help=PREVIEW_HELP)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.share, text=_progress_words(job))
        st.button(
            "Stop",
            key="stop",
            help="Ends the training and keeps what was reached.",
            on_click=_stop,
        )


def _progress_words(job: TrainingJob) -> str:
    if job.state == "waiting":
        return "Waiting for a free place to train."
    return f"Training: {100 * job.share:.0f} %"
