"""Work for visitors: each piece done once, shared by all who ask, ended when nobody waits."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from typing import Any, Generic, Protocol, TypeVar

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.work.turns import Turns

LOG = logging.getLogger(__name__)


class Asked(Hashable, Protocol):
    """What can be asked for; frozen and comparable.

    Attributes:
        seconds: That it is expected to take on this machine.
    """

    @property
    def seconds(self) -> float:
        """Known before it starts."""


ENDED = ("done", "stopped", "failed")


class Job:
    """One piece of work and where it stands; made by :class:`Jobs`, read by pages.

    Attributes:
        asked: What is to be done; frozen, the same is done once.
        seconds: That it is expected to take.
        visitors: Who waits for it.
        state: waiting, working, done, stopped or failed.
        answer: What can be shown now, or None.
        share: Of the work done, 0 to 1.
        seconds_left: An estimate, or None.
        message: Why it failed, for people.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.seconds = asked.seconds
        self.visitors: frozenset[str] = frozenset()
        self.state = "waiting"
        self.answer: Any = None
        self.share = 0.0
        self.seconds_left: float | None = None
        self.message = ""
        self._stop, self._settled = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._nbytes: int | None = None
        self._n_news, self._begun = 0, time.monotonic()
        self._calls: list[Callable[[], None]] = []
        self._leavers: list[Job] = []

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, or shows a whole preview; False if time ran out."""
        return self._settled.wait(seconds)

    @property
    def age(self) -> float:
        """Seconds since it was asked for."""
        return time.monotonic() - self._begun

    @property
    def n_news(self) -> int:
        """How often there was something new to show."""
        return self._n_news

    def call_at_news(self, known: int, call: Callable[[], None]) -> None:
        """Call once, from any thread, when there is more news than ``known``; perhaps at once."""
        with self._lock:
            if self._n_news == known:
                self._calls.append(call)
                return
        call()

    def tell(self) -> None:
        """There is something new to show."""
        with self._lock:
            self._n_news += 1
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    @property
    def nbytes(self) -> int:
        """Bytes that its answer holds, counted when it has ended."""
        if self.ended and self._nbytes is None:
            self._nbytes = n_bytes(self.answer)
        return self._nbytes or 0

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
        """Nothing more will come; who left meanwhile keeps what there is."""
        self.message = message
        with self._lock:
            self.state = state
            leavers, self._leavers = self._leavers, []
        for leaver in leavers:
            leaver.part_with(self.answer)
        self._settled.set()
        self.tell()

    def let_go(self, leaver: "Job") -> None:
        """Part with somebody who stops while others go on; see :meth:`part`."""
        leaver.stop()
        with self._lock:
            if self.state == "working":
                self._leavers.append(leaver)
                return
        leaver.part_with(self.answer)

    def part(self, look: Callable[[], Any]) -> None:
        """Give those who stopped what is there now: ``look()``; the work calls it as it goes on."""
        with self._lock:
            leavers, self._leavers = self._leavers, []
        if leavers:
            answer = look()
            for leaver in leavers:
                leaver.part_with(answer)

    def part_with(self, answer: Any) -> None:
        """End as stopped, with what was reached."""
        self.answer = answer
        self.end("stopped")


def n_bytes(value: Any) -> int:
    """Memory that an answer holds, roughly: its arrays, wherever they are in it."""
    nbytes = getattr(value, "nbytes", None)  # of an array, or of what counts its own
    if isinstance(nbytes, int):
        return nbytes
    if is_dataclass(value) and not isinstance(value, type):
        return sum(n_bytes(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return sum(map(n_bytes, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(n_bytes, value))
    return 16


AnyJob = TypeVar("AnyJob", bound=Job)
Result = TypeVar("Result")


class Jobs(ABC, Generic[AnyJob, Result]):
    """Does work in turns; safe to call from any thread. A visitor waits for one job in each slot.

    Args:
        turns: Says what is done when.
        present: Tells whether a visitor is still there.
        known: Keeps finished results.

    Attributes:
        n_ended: How many jobs were worked on to each end.
        seconds: That they took together.
    """

    no_memory = ""
    broken = ""

    def __init__(
        self, turns: Turns, present: Callable[[str], bool], known: BoundedCache[Result]
    ) -> None:
        self._turns, self._present, self._known = turns, present, known
        self._lock = threading.Lock()
        self._running: dict[Asked, AnyJob] = {}
        self._of_visitor: dict[tuple[str, str], AnyJob] = {}
        self.n_ended, self.seconds = dict.fromkeys(ENDED, 0), 0.0
        self._closed = False

    @abstractmethod
    def make(self, asked: Asked) -> AnyJob:
        """A job that waits to be begun."""

    def recall(self, job: AnyJob, result: Result) -> None:
        """End the job with what was found before."""
        job.finish(result)

    @abstractmethod
    def begin(self, job: AnyJob) -> None:
        """Work, on a thread of its own; a job that has not ended then goes on by itself."""

    def remember(self, asked: Asked, result: Result) -> None:
        """Keep a finished result for whoever asks."""
        self._known.put(asked, result)

    def knows(self, asked: Asked) -> bool:
        """Whether the result is there or being worked out: asking costs nothing more."""
        with self._lock:
            return asked in self._running or self._known.get(asked) is not None

    def request(self, asked: Asked, visitor: str, slot: str = "") -> AnyJob:
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
                job = self._start(asked, visitor)
            if not job.ended:
                self._of_visitor[visitor, slot] = job
                job.visitors |= {visitor}
        return job

    def stop(self, visitor: str, slot: str = "") -> Job | None:
        """End the visitor's interest and keep what was reached.

        Returns:
            The visitor's job from now on: the same where nobody else waits for it, which ends;
            otherwise one of its own, which ends with what the others' has reached. None where there
            was none.
        """
        with self._lock:
            job = self._of_visitor.get((visitor, slot))
            if job is None:
                return None
            others = [who for who, wanted in self._of_visitor.items() if wanted is job]
            if len(others) > 1:
                self._forget_place(visitor, slot)
                own = self.make(job.asked)
                job.let_go(own)
                return own
            job.stop()
        self._turns.look()
        return job

    def leave(self, visitor: str, slot: str | None = None) -> None:
        """The visitor waits no longer in ``slot`` (in any): work that nobody else wants ends."""
        with self._lock:
            slots = [place for who, place in self._of_visitor if who == visitor]
            for place in slots if slot is None else [slot]:
                self._leave(visitor, place)

    @property
    def n_awaited(self) -> int:
        """How many wait, each counted in every slot."""
        return len(self._of_visitor)

    def n_working_and_waiting(self) -> tuple[int, int]:
        """Jobs that are worked on now, and jobs that wait for their turn."""
        with self._lock:
            states = [job.state for job in self._running.values()]
        return states.count("working"), states.count("waiting")

    def close(self) -> None:
        """Begin nothing more and end what goes on: the server ends."""
        with self._lock:
            self._closed = True
            for job in self._running.values():
                job.stop()
        self._turns.look()

    def _leave(self, visitor: str, slot: str) -> None:
        job = self._forget_place(visitor, slot)
        if job is not None and not job.visitors:
            job.stop()
            self._turns.look()

    def _forget_place(self, visitor: str, slot: str) -> AnyJob | None:
        job = self._of_visitor.pop((visitor, slot), None)
        if job is not None:
            job.visitors = frozenset(who for (who, _), j in self._of_visitor.items() if j is job)
        return job

    def _start(self, asked: Asked, visitor: str) -> AnyJob:
        job, known = self.make(asked), self._known.get(asked)
        if known is not None:
            self.recall(job, known)
            return job
        if self._closed:
            job.end("stopped")
            return job
        job.visitors = frozenset({visitor})
        self._running[asked] = job
        self._submit(self.begin, job)
        return job

    def _submit(self, work: Callable[[AnyJob], None], job: AnyJob) -> None:
        self._turns.begin(job, lambda: self._guarded(work, job))

    def _guarded(self, work: Callable[[AnyJob], None], job: AnyJob) -> None:
        """Do a piece of work; whatever goes wrong ends the job, not the server."""
        start = time.monotonic()
        try:
            if self._wanted(job):
                work(job)
            else:
                job.end("stopped")
        except MemoryError:
            job.end("failed", self.no_memory)
        except Exception:
            # What it was about is the visitor's: no word of it in the log.
            LOG.exception("%s failed", type(job.asked).__name__)
            job.end("failed", self.broken)
        with self._lock:
            self.seconds += time.monotonic() - start
        if job.ended:
            self._forget(job)

    def _forget(self, job: AnyJob) -> None:
        with self._lock:
            self.n_ended[job.state] += 1
            if self._running.get(job.asked) is job:
                del self._running[job.asked]
            for place in [place for place, wanted in self._of_visitor.items() if wanted is job]:
                del self._of_visitor[place]

    def _wanted(self, job: AnyJob) -> bool:
        """Whether anybody who waits for it is still there and has not stopped it."""
        with self._lock:
            for (visitor, slot), wanted in list(self._of_visitor.items()):
                if wanted is job and not self._present(visitor):
                    self._forget_place(visitor, slot)
            if not job.visitors:
                job.stop()
        return not job.stopping
