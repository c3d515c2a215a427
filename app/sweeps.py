"""Long answers for visitors: each question worked out once, shared, stopped when nobody waits.

A page asks by :meth:`Sweeps.request` in every run and looks at the :class:`Job` it gets. What a
visitor leaves (another question in the same slot, another page, a closed browser) is stopped unless
somebody else waits for it.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from typing import Any, Protocol

import numpy as np

from app.cache import BoundedCache

# A sweep itself keeps all cores busy; the second worker keeps a short question from waiting.
WORKERS = 2
ANSWERS, ANSWER_BYTES = 128, 128 * 2**20
LOOK_SECONDS = 0.4
LOG = logging.getLogger(__name__)


class Tell(Protocol):
    """How an answer under way reports: False from it means stop and return what is there."""

    def __call__(
        self, share: float, seconds_left: float | None = None, look: Callable[[], Any] | None = None
    ) -> bool:
        """Tell the share of the work done, the time left, and how to look at what is there."""


class Question(Hashable, Protocol):
    """Frozen and comparable; the same question has the same answer."""

    def answer(self, tell: Tell) -> Any:
        """Work it out, calling ``tell`` several times a second."""


class Job:
    """One question and where its answer stands; made by :class:`Sweeps`, read by pages.

    Attributes:
        question: What was asked.
        state: waiting, working, done, stopped or failed.
        share: Of the work done, 0 to 1.
        seconds_left: An estimate, or None.
        answer: What is there so far, or None.
        message: Why it failed, for people.
        visitors: Who waits for it.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.state = "waiting"
        self.share = 0.0
        self.seconds_left: float | None = None
        self.answer: Any = None
        self.message = ""
        self.visitors: set[str] = set()
        self._stop, self._end = threading.Event(), threading.Event()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; False if time ran out."""
        return self._end.wait(seconds)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._end.is_set()

    @property
    def stopping(self) -> bool:
        """Whether the work is to end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Tell the work to end; within half a second it does."""
        self._stop.set()

    def end(self, state: str, message: str = "") -> None:
        """Nothing more will come."""
        self.state, self.message = state, message
        self._end.set()


class Sweeps:
    """Answers questions on a few threads; safe to call from any.

    Args:
        present: Tells whether a visitor is still there.
        prepare: Called on the worker before its work, to bring up JAX.
        tidy: Called after it.
    """

    def __init__(
        self,
        present: Callable[[str], bool],
        prepare: Callable[[], None] = lambda: None,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._present, self._prepare, self._tidy = present, prepare, tidy
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="sweeps")
        self._lock = threading.Lock()
        self._running: dict[Question, Job] = {}
        self._of_visitor: dict[tuple[str, str], Job] = {}
        self._answers: BoundedCache[Any] = BoundedCache(ANSWERS, ANSWER_BYTES, n_bytes)

    def remember(self, question: Question, answer: Any) -> None:
        """Keep a finished answer for whoever asks."""
        self._answers.put(question, answer)

    def knows(self, question: Question) -> bool:
        """Whether the answer is there or being worked out: asking costs nothing more."""
        with self._lock:
            return question in self._running or self._answers.get(question) is not None

    def request(self, question: Question, visitor: str, slot: str) -> Job:
        """The job of ``question``; the visitor's earlier one in the slot is left.

        Args:
            question: What to work out.
            visitor: Who asks.
            slot: A visitor waits for one answer in each slot.
        """
        with self._lock:
            now = self._of_visitor.get((visitor, slot))
            if now is not None and now.question == question and not now.stopping:
                return now
            self._leave(visitor, slot)
            job = self._running.get(question)
            if job is None or job.stopping:
                job = self._start(question)
            if not job.ended:
                job.visitors.add(visitor)
                self._of_visitor[visitor, slot] = job
        return job

    def stop(self, visitor: str, slot: str) -> None:
        """End the visitor's work for everybody who waits for it, keeping what was reached."""
        with self._lock:
            job = self._of_visitor.get((visitor, slot))
        if job is not None:
            job.stop()

    def leave(self, visitor: str, slot: str | None = None) -> None:
        """The visitor waits no longer in ``slot`` (in any): work that nobody else wants ends."""
        with self._lock:
            slots = [place for who, place in self._of_visitor if who == visitor]
            for place in slots if slot is None else [slot]:
                self._leave(visitor, place)

    def _leave(self, visitor: str, slot: str) -> None:
        job = self._of_visitor.pop((visitor, slot), None)
        if job is not None and (visitor not in self._waiting_for(job)):
            job.visitors.discard(visitor)
            if not job.visitors:
                job.stop()

    def _waiting_for(self, job: Job) -> set[str]:
        return {who for (who, _), wanted in self._of_visitor.items() if wanted is job}

    def _start(self, question: Question) -> Job:
        job, known = Job(question), self._answers.get(question)
        if known is not None:
            job.answer, job.share = known, 1.0
            job.end("done")
            return job
        self._running[question] = job
        self._pool.submit(self._guarded, job)
        return job

    def _guarded(self, job: Job) -> None:
        """Work; whatever goes wrong ends the job, not the worker."""
        try:
            self._work(job)
        except MemoryError:
            job.end("failed", "There is not enough memory for so many networks.")
        except Exception:
            LOG.exception("no answer: %s", job.question)
            job.end("failed", "This could not be worked out. The server's log says why.")
        self._forget(job)
        self._tidy()

    def _forget(self, job: Job) -> None:
        with self._lock:
            if self._running.get(job.question) is job:
                del self._running[job.question]
            for place in [place for place, wanted in self._of_visitor.items() if wanted is job]:
                del self._of_visitor[place]

    def _work(self, job: Job) -> None:
        if not job.stopping:
            self._prepare()
        self._drop_absent(job)
        if job.stopping:
            job.end("stopped")
            return
        job.state = "working"
        checked = time.monotonic()

        def tell(
            share: float,
            seconds_left: float | None = None,
            look: Callable[[], Any] | None = None,
        ) -> bool:
            nonlocal checked
            job.share, job.seconds_left = share, seconds_left
            if look is not None:
                job.answer = look()
            if time.monotonic() - checked > LOOK_SECONDS:
                checked = time.monotonic()
                self._drop_absent(job)
            return not job.stopping

        job.answer = job.question.answer(tell)
        if job.stopping:
            job.end("stopped")
            return
        job.share, job.seconds_left = 1.0, 0.0
        self.remember(job.question, job.answer)
        job.end("done")

    def _drop_absent(self, job: Job) -> None:
        with self._lock:
            for place, wanted in list(self._of_visitor.items()):
                if wanted is job and not self._present(place[0]):
                    del self._of_visitor[place]
                    job.visitors.discard(place[0])
            if not job.visitors:
                job.stop()


def n_bytes(value: Any) -> int:
    """Memory that an answer holds, roughly: its arrays, wherever they are in it."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if is_dataclass(value) and not isinstance(value, type):
        return sum(n_bytes(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return sum(map(n_bytes, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(n_bytes, value))
    return 16
