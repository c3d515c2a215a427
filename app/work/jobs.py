"""Work for visitors: each piece done once, shared by all who ask, ended when nobody waits."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from layerwarp.app.experiments.cache import BoundedCache

LOG = logging.getLogger(__name__)
ENDED = ("done", "stopped", "failed")


class Job:
    """One piece of work and where it stands; made by :class:`Jobs`, read by pages.

    Attributes:
        asked: What is to be done; frozen, the same is done once.
        state: waiting, working, done, stopped or failed.
        answer: What can be shown now, or None.
        share: Of the work done, 0 to 1.
        seconds_left: An estimate, or None.
        message: Why it failed, for people.
    """

    def __init__(self, asked: Hashable) -> None:
        self.asked = asked
        self.state = "waiting"
        self.answer: Any = None
        self.share = 0.0
        self.seconds_left: float | None = None
        self.message = ""
        self._stop, self._news = threading.Event(), threading.Event()

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to show or it has ended; False if time ran out."""
        return self._news.wait(seconds)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED

    @property
    def stopping(self) -> bool:
        """Whether the work is to end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Tell the work to end; within half a second it does."""
        self._stop.set()

    def finish(self, answer: Any) -> None:
        """All is done."""
        self.answer, self.share, self.seconds_left = answer, 1.0, 0.0
        self.end("done")

    def end(self, state: str, message: str = "") -> None:
        """Nothing more will come."""
        self.message = message
        self.state = state
        self._news.set()


AnyJob = TypeVar("AnyJob", bound=Job)
Result = TypeVar("Result")


class Jobs(ABC, Generic[AnyJob, Result]):
    """Works on a few threads; safe to call from any. A visitor waits for one job in each slot.

    Args:
        name: Of the threads.
        n_workers: Their number.
        present: Tells whether a visitor is still there.
        known: Keeps finished results.
    """

    no_memory = ""
    broken = ""

    def __init__(
        self,
        name: str,
        n_workers: int,
        present: Callable[[str], bool],
        known: BoundedCache[Result],
    ) -> None:
        self._present, self._known = present, known
        self._pool = ThreadPoolExecutor(n_workers, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._running: dict[Hashable, AnyJob] = {}
        self._of_visitor: dict[tuple[str, str], AnyJob] = {}

    @abstractmethod
    def make(self, asked: Hashable) -> AnyJob:
        """A job that waits to be begun."""

    def recall(self, job: AnyJob, result: Result) -> None:
        """End the job with what was found before."""
        job.finish(result)

    @abstractmethod
    def begin(self, job: AnyJob) -> None:
        """Work, on one of the threads; a job that has not ended then goes on by itself."""

    def remember(self, asked: Hashable, result: Result) -> None:
        """Keep a finished result for whoever asks."""
        self._known.put(asked, result)

    def knows(self, asked: Hashable) -> bool:
        """Whether the result is there or being worked out: asking costs nothing more."""
        with self._lock:
            return asked in self._running or self._known.get(asked) is not None

    def request(self, asked: Hashable, visitor: str, slot: str = "") -> AnyJob:
        """The job for ``asked``; the visitor's earlier one in the slot is left.

        Args:
            asked: What is to be done.
            visitor: Who asks.
            slot: Where the visitor waits for it.
        """
        with self._lock:
            now = self._of_visitor.get((visitor, slot))
            if now is not None and now.asked == asked and not now.stopping:
                return now
            self._leave(visitor, slot)
            job = self._running.get(asked)
            if job is None or job.stopping:
                job = self._start(asked)
            if not job.ended:
                self._of_visitor[visitor, slot] = job
        return job

    def stop(self, visitor: str, slot: str = "") -> None:
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
        if job is not None:
            self._stop_unwanted(job)

    def _stop_unwanted(self, job: AnyJob) -> None:
        if job not in self._of_visitor.values():
            job.stop()

    def _start(self, asked: Hashable) -> AnyJob:
        job, known = self.make(asked), self._known.get(asked)
        if known is not None:
            self.recall(job, known)
            return job
        self._running[asked] = job
        self._submit(self.begin, job)
        return job

    def _submit(self, work: Callable[[AnyJob], None], job: AnyJob) -> None:
        self._pool.submit(self._guarded, work, job)

    def _guarded(self, work: Callable[[AnyJob], None], job: AnyJob) -> None:
        """Do a piece of work; whatever goes wrong ends the job, not the worker."""
        try:
            work(job)
        except MemoryError:
            job.end("failed", self.no_memory)
        except Exception:
            LOG.exception("failed: %s", job.asked)
            job.end("failed", self.broken)
        if job.ended:
            self._forget(job)

    def _forget(self, job: AnyJob) -> None:
        with self._lock:
            if self._running.get(job.asked) is job:
                del self._running[job.asked]
            for place in [place for place, wanted in self._of_visitor.items() if wanted is job]:
                del self._of_visitor[place]

    def _wanted(self, job: AnyJob) -> bool:
        """Whether anybody who waits for it is still there and has not stopped it."""
        with self._lock:
            for place, wanted in list(self._of_visitor.items()):
                if wanted is job and not self._present(place[0]):
                    del self._of_visitor[place]
            self._stop_unwanted(job)
        return not job.stopping
