"""A visitor's questions about many networks: asked, watched, stopped."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import address, compute
from app.compute import SweepJob
from app.sweeps import Question

JOBS = "sweep_jobs"
HALTED = "halted_sweeps"  # slots in which this visitor pressed Stop
MOVED = "grid_moved"  # whether a callback changed parameters from within a fragment
GRACE = 0.15  # seconds in which a short question is answered
COMPILING = 0.02  # share of the work before which the time goes into programs
GUESSING = 0.1  # share before which the time left is no better than a guess
POLL = 0.7  # seconds between looks; every chart that has changed is drawn anew

Draw = Callable[[Any], None]


def follow(question: Question, slot: str) -> SweepJob:
    """The session's job for this question; a new one if there is none to wait for."""
    jobs: dict[str, SweepJob] = st.session_state.setdefault(JOBS, {})
    halted: set[str] = st.session_state.setdefault(HALTED, set())
    job = jobs.get(slot)
    # Not stopped by this visitor: by a classmate, or by leaving the page.
    cut_short = job is not None and job.stopping and slot not in halted
    if job is None or job.asked != question or cut_short:
        halted.discard(slot)
        job = jobs[slot] = compute.ask(question, address.visitor(), slot)
        job.wait(GRACE)
    return job


def leave(slot: str) -> None:
    """Nothing is asked in this slot any more."""
    st.session_state.setdefault(JOBS, {}).pop(slot, None)
    compute.sweeps().leave(address.visitor(), slot)


def watch(job: SweepJob, slot: str, draw: Draw, noun: str = "networks") -> None:
    """Draw the answer, as far as it is there, until it is; with progress and Stop meanwhile."""
    if not (job.ended or job.stopping):
        # Two fragments on one page are told apart by name.
        st.fragment(_watch, run_every=POLL)(job, slot, draw)
        return
    if job.state == "failed":
        st.error(job.message)
    elif job.stopping:  # said at once, though the work takes up to half a second to end
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Stopped. What was finished is shown; {noun} in training were dropped.")
            st.button(
                "Start again",
                key=f"again_{slot}",
                help="Works it out from the beginning.",
                on_click=_again,
                args=(slot,),
            )
    draw(job.answer)


def _watch(job: SweepJob, slot: str, draw: Draw) -> None:
    if job.ended or job.stopping or st.session_state.pop(MOVED, False):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(max(job.share, 0.0), 1.0), text=words(job))
        st.button(
            "Stop",
            key=f"stop_{slot}",
            help="Ends the work within a second and keeps what is finished.",
            on_click=_stop,
            args=(slot,),
        )
    draw(job.answer)


def words(job: SweepJob) -> str:
    """Where the work stands."""
    if job.state == "waiting":
        return "Waiting for a free place to train."
    text = f"Training: {100 * job.share:.0f} %"
    if job.share < COMPILING:
        return f"{text} · getting ready"
    if job.seconds_left is None or job.share < GUESSING:
        return text
    seconds = job.seconds_left
    left = f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
    return f"{text} · about {left} left"


def _stop(slot: str) -> None:
    st.session_state.setdefault(HALTED, set()).add(slot)
    compute.sweeps().stop(address.visitor(), slot)


def _again(slot: str) -> None:
    st.session_state[HALTED].discard(slot)
