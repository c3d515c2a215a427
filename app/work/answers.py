"""Questions of visitors: each worked out once, shared, stopped when nobody waits."""

import time
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, ClassVar, Protocol, cast, runtime_checkable

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.work.jobs import Asked, Job, Jobs, n_bytes
from layerwarp.app.work.turns import Turns

ANSWERS, ANSWER_BYTES = 128, 128 * 2**20
LOOK_SECONDS = 0.4


class Callback(Protocol):
    """How an answer under way reports: False from it means stop and return what is there."""

    def __call__(
        self, share: float, seconds_left: float | None = None, look: Callable[[], Any] | None = None
    ) -> bool:
        """Hear of the share of the work done, the time left, and how to get what is there."""


@runtime_checkable
class Question(Asked, Protocol):
    """The same question has the same answer.

    A field that does not compare is carried along for the answer, and let go after it.

    Attributes:
        trains: Whether its answer takes networks that are trained, and JAX.
        verb: What a page says is done: "Training", "Counting".
    """

    trains: ClassVar[bool]
    verb: ClassVar[str]

    def answer(self, callback: Callback) -> Any:
        """Work it out, calling ``callback`` several times a second."""


class Answers(Jobs[Job, Any]):
    """Answers questions.

    Args:
        turns: Says what is done when.
        present: Tells whether a visitor is still there.
        prepare: Called before the work, to bring up JAX.
        tidy: Called after it.
    """

    no_memory = "There is not enough memory for so many networks."
    broken = "This could not be worked out. The server's log says why."

    def __init__(
        self,
        turns: Turns,
        present: Callable[[str], bool],
        prepare: Callable[[], None] = lambda: None,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(turns, present, BoundedCache(ANSWERS, ANSWER_BYTES, n_bytes))
        self._prepare, self._tidy = prepare, tidy

    def make(self, asked: Asked) -> Job:
        """A question that waits for its turn."""
        return Job(asked)

    def remember(self, asked: Asked, result: Any) -> None:
        """Keep a finished answer for whoever asks."""
        super().remember(bare(asked), result)

    def begin(self, job: Job) -> None:
        """Work the answer out."""
        try:
            self._work(job)
        finally:
            self._tidy()

    def _work(self, job: Job) -> None:
        self._prepare()
        if not self._wanted(job):
            job.end("stopped")
            return
        job.state = "working"
        checked = time.monotonic()

        def callback(
            share: float,
            seconds_left: float | None = None,
            look: Callable[[], Any] | None = None,
        ) -> bool:
            nonlocal checked
            job.share, job.seconds_left = share, seconds_left
            if look is not None:
                first, job.answer = job.answer is None, look()
                if first:
                    job.tell()
            job.part(lambda: job.answer)
            self._turns.between(job)
            if time.monotonic() - checked > LOOK_SECONDS:
                checked = time.monotonic()
                self._wanted(job)
            return not job.stopping

        answer = cast(Question, job.asked).answer(callback)
        if job.stopping:
            job.answer = answer
            job.end("stopped")
            return
        self.remember(job.asked, answer)
        job.finish(answer)


def bare(asked: Any) -> Asked:
    """The same question without what it carries: as a key it would hold that beyond all bounds."""
    carried = {field.name: None for field in fields(asked) if not field.compare}
    return cast(Asked, replace(asked, **carried) if carried else asked)
