"""What a page waits for: asked for in every run, watched, stopped, left when no run asks any more.

A page has a slot for each thing that it waits for at a time: its network, its grid, a panel.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from layerwarp.app.session import address, frame, holding, waking
from layerwarp.app.work import compute
from layerwarp.app.work.answers import Question
from layerwarp.app.work.jobs import Asked, Job

SLOTS = "slots"  # in which this session waits for something, or has its answer
NEWS = "news"  # slot -> how much news of its job the page has
ASKED = "asked_slots"  # of this run
HALTED = "halted_slots"  # in which this visitor pressed Stop
OFFERED = "offered_work"  # slot -> what is worth a question before it starts
ORDERED = "ordered_work"  # slot -> what this visitor has said yes to
MOVED = "moved_in_fragment"  # whether a callback changed parameters from within a fragment
# Seconds in which short work is done: a page that waits for it is drawn once, not twice.
GRACE = 0.5
COMPILING = 0.02  # share of the work before which the time goes into programs
GUESSING = 0.1  # share before which the time left is no better than a guess
# Seconds between looks at what goes on: the longer it takes, the seldomer, and so that the looks of
# all who wait take no more than a share of a core. Nobody waits for them to hear of an end or of a
# first picture; see app/session/waking.py.
SOONEST, SELDOMEST, OF_ITS_AGE, SHARE_OF_A_CORE = 0.7, 30.0, 0.2, 0.08
DRAWN = "seconds_of_a_look"  # slot -> what the last one took
# Seconds that work may take without a question: of a visitor; of who only opened a link, beyond
# the one network that a page shows; of a page in the frame of another.
PATIENCE, UNASKED, EMBEDDED = 60.0, 5.0, 10.0
WAITING = "Waiting for a free place to train."
TRAINING = "Training"

Draw = Callable[[Any], None]


def begin() -> None:
    """A run of a page begins: what counts is what it asks for, not a fragment before it."""
    st.session_state.pop(ASKED, None)


def follow(question: Asked, slot: str, grace: float = GRACE, beyond: bool = False) -> Job | None:
    """The session's job for this question; a new one if there is none to wait for.

    Args:
        question: What is to be done; see :func:`layerwarp.app.work.compute.request`.
        slot: What the page waits for with it; an earlier question there is left.
        grace: Seconds to wait for something to show.
        beyond: Whether it is a network beyond the one that a page shows anyway.

    Returns:
        None where it would take so long that the visitor is asked first: see :func:`offer`.
    """
    st.session_state.setdefault(ASKED, set()).add(slot)
    job, halted = current(slot), _halted()
    # Not stopped by this visitor: by a sleeping laptop, by leaving the page.
    cut_short = job is not None and job.stopping and slot not in halted
    if job is None or job.asked != question or cut_short:
        halted.discard(slot)
        if not _may_begin(question, slot, beyond):
            st.session_state.setdefault(OFFERED, {})[slot] = question
            _leave(slot)
            return None
        st.session_state.get(OFFERED, {}).pop(slot, None)
        job = compute.request(question, address.visitor(), slot)
        st.session_state.setdefault(SLOTS, set()).add(slot)
        job.wait(grace)
    st.session_state.setdefault(NEWS, {})[slot] = job.n_news
    holding.hold(_place(slot), job, job.nbytes)
    return job


def _may_begin(question: Asked, slot: str, beyond: bool) -> bool:
    """Whether work may begin without a word: it is short, or there, or this visitor wants it."""
    if question.seconds <= UNASKED or compute.knows(question):
        return True
    if st.session_state.get(ORDERED, {}).get(slot) == question:
        return True
    many = beyond or (isinstance(question, Question) and question.trains)
    if many and (address.untouched() or frame.embedded()):
        return False
    return question.seconds <= (EMBEDDED if frame.embedded() else PATIENCE)


def offer(slot: str) -> None:
    """Say how long the work would take that nobody has asked for by hand, and how to begin it."""
    question: Asked = st.session_state[OFFERED][slot]
    text = f"This takes about {duration(question.seconds)} on this machine"
    if frame.embedded():
        st.caption(f"{text}: too long for a page in a frame. Open it in a window of its own.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{text}.")
        st.button(
            "Train" if _verb(question) == TRAINING else "Work it out",
            key=f"order_{slot}",
            type="primary",
            help="Begins now. You can stop it at any time.",
            on_click=_order,
            args=(question, slot),
        )


def _order(question: Asked, slot: str) -> None:
    st.session_state.setdefault(ORDERED, {})[slot] = question


def duration(seconds: float) -> str:
    """A rough time for people: "40 s", "3 min"."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def current(slot: str) -> Job | None:
    """The job that the session follows in a slot."""
    job: Job | None = holding.held(_place(slot))
    return job


def _place(slot: str) -> str:
    return f"job_{slot}"


def leave_the_rest() -> None:
    """Work that this run of the page has not asked for is not waited for any more."""
    asked = st.session_state.pop(ASKED, set())
    for slot in st.session_state.get(SLOTS, set()) - asked:
        _leave(slot)


def _leave(slot: str) -> None:
    st.session_state.get(SLOTS, set()).discard(slot)
    job = current(slot)
    if job is not None:
        holding.let_go(_place(slot))
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


def show(question: Asked, slot: str, draw: Draw, beyond: bool = False) -> Any:
    """Ask for work and draw its answer, as far as it is there; what is there. See ``follow``."""
    job = follow(question, slot, beyond=beyond)
    if job is None:
        offer(slot)
        draw(None)
        return None
    watch(job, slot, draw)
    return job.answer


def watch(job: Job, slot: str, draw: Draw) -> None:
    """Draw the answer, as far as it is there, until it is; with progress and Stop meanwhile."""
    if not (job.ended or job.stopping):
        help = "Ends the work within a second and keeps what is finished."
        wait(partial(_watch, job, slot, draw, help), job, slot)
        return
    if job.state == "failed":
        st.error(job.message)
    elif job.stopping:  # said at once, though the work takes up to half a second to end
        with st.container(horizontal=True, vertical_alignment="center"):
            dropped = "; networks in training were dropped" if _verb(job.asked) == TRAINING else ""
            st.caption(f"Stopped. What was finished is shown{dropped}.")
            st.button(
                "Start again",
                key=f"again_{slot}",
                help="Works it out from the beginning.",
                on_click=resume,
                args=(slot,),
            )
    draw(job.answer)


def _watch(job: Job, slot: str, draw: Draw, help: str) -> None:
    if job.ended or job.stopping or st.session_state.pop(MOVED, False):
        st.rerun()
    progress(job, slot, words(job), help)
    draw(job.answer)


def wait(draw: Callable[[], None], job: Job, slot: str) -> None:
    """Draw what is going on, now and every now and then; the page runs again when there is news."""
    drawn = st.session_state.setdefault(DRAWN, {})
    shared = drawn.get(slot, 0.0) * compute.n_waiting() / SHARE_OF_A_CORE
    pace = min(max(SOONEST, OF_ITS_AGE * job.age, shared), SELDOMEST)
    slower = time.monotonic() + pace / OF_ITS_AGE

    def look() -> None:
        if pace < SELDOMEST and time.monotonic() > slower:
            st.rerun()  # a fragment cannot change its own pace
        start = time.thread_time()
        draw()
        drawn[slot] = time.thread_time() - start

    waking.at_news(job, st.session_state[NEWS][slot])
    # Two fragments on one page are told apart by name.
    st.fragment(look, run_every=pace)()


def progress(job: Job, slot: str, text: str, help: str) -> None:
    """How far the work is, and Stop."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(max(job.share, 0.0), 1.0), text=text)
        st.button("Stop", key=f"stop_{slot}", help=help, on_click=_stop, args=(slot,))


def words(job: Job) -> str:
    """Where the work stands."""
    verb = _verb(job.asked)
    if job.state == "waiting":
        return WAITING if verb == TRAINING else "Waiting for its turn."
    text = f"{verb}: {100 * job.share:.0f} %"
    if job.share < COMPILING:
        return f"{text} · getting ready"
    if job.seconds_left is None or job.share < GUESSING:
        return text
    return f"{text} · about {duration(job.seconds_left)} left"


def _verb(asked: Asked) -> str:
    """What is done; an experiment is trained."""
    return asked.verb if isinstance(asked, Question) else TRAINING


def _halted() -> set[str]:
    halted: set[str] = st.session_state.setdefault(HALTED, set())
    return halted


def _stop(slot: str) -> None:
    job = current(slot)
    if job is not None:
        _halted().add(slot)
        own = compute.stop(job.asked, address.visitor(), slot) or job
        holding.hold(_place(slot), own, own.nbytes)
