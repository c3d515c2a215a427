"""What a page waits for: asked for in every run, watched, stopped, left when no run asks any more.

A page has a slot for each thing that it waits for at a time: its network, its grid, a panel.
"""

from collections.abc import Callable, Hashable
from typing import Any, cast

import streamlit as st

from layerwarp.app.session import address
from layerwarp.app.work import compute
from layerwarp.app.work.answers import Question
from layerwarp.app.work.jobs import Job

JOBS = "jobs"  # slot -> the session's job there
ASKED = "asked_slots"  # of this run
HALTED = "halted_slots"  # in which this visitor pressed Stop
MOVED = "moved_in_fragment"  # whether a callback changed parameters from within a fragment
GRACE = 0.15  # seconds in which short work is done: shorter than a progress bar would flash
COMPILING = 0.02  # share of the work before which the time goes into programs
GUESSING = 0.1  # share before which the time left is no better than a guess
POLL = 0.7  # seconds between looks; every chart that has changed is drawn anew
WAITING = "Waiting for a free place to train."
TRAINING = "Training"

Draw = Callable[[Any], None]


def begin() -> None:
    """A run of a page begins: what counts is what it asks for, not a fragment before it."""
    st.session_state.pop(ASKED, None)


def follow(question: Hashable, slot: str, grace: float = GRACE) -> Job:
    """The session's job for this question; a new one if there is none to wait for.

    Args:
        question: What is to be done; see :func:`layerwarp.app.work.compute.request`.
        slot: What the page waits for with it; an earlier question there is left.
        grace: Seconds to wait for something to show.
    """
    st.session_state.setdefault(ASKED, set()).add(slot)
    job, halted = current(slot), _halted()
    # Not stopped by this visitor: by a sleeping laptop, by leaving the page.
    cut_short = job is not None and job.stopping and slot not in halted
    if job is None or job.asked != question or cut_short:
        halted.discard(slot)
        job = compute.request(question, address.visitor(), slot)
        st.session_state.setdefault(JOBS, {})[slot] = job
        job.wait(grace)
    return job


def current(slot: str) -> Job | None:
    """The job that the session follows in a slot."""
    job: Job | None = st.session_state.get(JOBS, {}).get(slot)
    return job


def leave_the_rest() -> None:
    """Work that this run of the page has not asked for is not waited for any more."""
    asked = st.session_state.pop(ASKED, set())
    for slot in set(st.session_state.get(JOBS, {})) - asked:
        job = st.session_state[JOBS].pop(slot)
        compute.leave(job.asked, address.visitor(), slot)


def goes_on(slot: str) -> bool:
    """Whether more will come of the work in a slot."""
    job = current(slot)
    return job is not None and not (job.ended or job.stopping)


def is_halted(slot: str) -> bool:
    """Whether this visitor stopped the work in a slot, and it has ended."""
    job = current(slot)
    return slot in _halted() and job is not None and job.state == "stopped"


def resume(slot: str) -> None:
    """Let work go on that this visitor stopped."""
    _halted().discard(slot)


def watch(job: Job, slot: str, draw: Draw) -> None:
    """Draw the answer, as far as it is there, until it is; with progress and Stop meanwhile."""
    if not (job.ended or job.stopping):
        # Two fragments on one page are told apart by name.
        st.fragment(_watch, run_every=POLL)(job, slot, draw)
        return
    if job.state == "failed":
        st.error(job.message)
    elif job.stopping:  # said at once, though the work takes up to half a second to end
        with st.container(horizontal=True, vertical_alignment="center"):
            dropped = "; networks in training were dropped" if _verb(job) == TRAINING else ""
            st.caption(f"Stopped. What was finished is shown{dropped}.")
            st.button(
                "Start again",
                key=f"again_{slot}",
                help="Works it out from the beginning.",
                on_click=resume,
                args=(slot,),
            )
    draw(job.answer)


def _watch(job: Job, slot: str, draw: Draw) -> None:
    if job.ended or job.stopping or st.session_state.pop(MOVED, False):
        st.rerun()
    progress(job, slot, words(job), "Ends the work within a second and keeps what is finished.")
    draw(job.answer)


def progress(job: Job, slot: str, text: str, help: str) -> None:
    """How far the work is, and Stop."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(max(job.share, 0.0), 1.0), text=text)
        st.button("Stop", key=f"stop_{slot}", help=help, on_click=_stop, args=(slot,))


def words(job: Job) -> str:
    """Where the work stands."""
    verb = _verb(job)
    if job.state == "waiting":
        return WAITING if verb == TRAINING else "Waiting for its turn."
    text = f"{verb}: {100 * job.share:.0f} %"
    if job.share < COMPILING:
        return f"{text} · getting ready"
    if job.seconds_left is None or job.share < GUESSING:
        return text
    seconds = job.seconds_left
    left = f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
    return f"{text} · about {left} left"


def _verb(job: Job) -> str:
    return cast(Question, job.asked).verb


def _halted() -> set[str]:
    halted: set[str] = st.session_state.setdefault(HALTED, set())
    return halted


def _stop(slot: str) -> None:
    job = current(slot)
    if job is not None:
        _halted().add(slot)
        compute.stop(job.asked, address.visitor(), slot)
