"""Long answers for visitors: each question worked out once, shared, stopped when nobody waits.

A page asks by :meth:`Sweeps.request` in every run and looks at the :class:`SweepJob` it gets. What
a visitor leaves (another question in the same slot, another page, a closed browser) is stopped
unless somebody else waits for it.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, cast

import numpy as np

from app.cache import BoundedCache
from app.jobs import Job, Jobs

# A sweep itself keeps all cores busy; the second worker keeps a short question from waiting.
WORKERS = 2
ANSWERS, ANSWER_BYTES = 128, 128 * 2**20
LOOK_SECONDS = 0.4


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


class SweepJob(Job):
    """One question.

    Attributes:
        asked: The question.
        seconds_left: An estimate, or None.
        answer: What is there so far, or None.
    """

    asked: Question

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.seconds_left: float | None = None
        self.answer: Any = None


class Sweeps(Jobs[SweepJob, Any]):
    """Answers questions.

    Args:
        present: Tells whether a visitor is still there.
        prepare: Called on the worker before its work, to bring up JAX.
        tidy: Called after it.
    """

    no_memory = "There is not enough memory for so many networks."
    broken = "This could not be worked out. The server's log says why."

    def __init__(
        self,
        present: Callable[[str], bool],
        prepare: Callable[[], None] = lambda: None,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("sweeps", WORKERS, present, BoundedCache(ANSWERS, ANSWER_BYTES, n_bytes))
        self._prepare, self._tidy = prepare, tidy

    def make(self, asked: Hashable) -> SweepJob:
        """A question that waits for its turn."""
        return SweepJob(cast(Question, asked))

    def recall(self, job: SweepJob, result: Any) -> None:
        """End with the answer found before."""
        job.answer, job.share = result, 1.0
        job.end("done")

    def begin(self, job: SweepJob) -> None:
        """Work the answer out."""
        try:
            self._work(job)
        finally:
            self._tidy()

    def _work(self, job: SweepJob) -> None:
        if not job.stopping:
            self._prepare()
        if not self._wanted(job):
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
                self._wanted(job)
            return not job.stopping

        job.answer = job.asked.answer(tell)
        if job.stopping:
            job.end("stopped")
            return
        job.share, job.seconds_left = 1.0, 0.0
        self.remember(job.asked, job.answer)
        job.end("done")


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
