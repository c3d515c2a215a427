"""Training for visitors: a few workers, each experiment once, a visitor's newest wish first."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from app.cache import BoundedCache
from app.compiler import Compiler
from app.experiment import Experiment
from core.history import TrainingHistory
from core.samples import Data
from core.training import TrainingProgress, train

if TYPE_CHECKING:
    from core.programs import Shape

# Compiled training releases the interpreter, so the system shares the cores fairly between
# workers: a short training is not held up behind long ones.
WORKERS = 4
HISTORIES, HISTORY_BYTES = 256, 256 * 2**20
# What is there is offered for a first look after so long; whether anybody waits is asked as often.
LOOK_SECONDS = 0.25
LOG = logging.getLogger(__name__)


class Job:
    """One training and where it stands; made by :class:`Trainer`, read by pages.

    Attributes:
        state: waiting, training, done, stopped or failed.
        progress: 0 to 1.
        history: What can be shown now, or None.
        preview: Whether ``history`` comes from the numpy formulas and will be replaced.
        message: Why it failed, for people.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.state = "waiting"
        self.progress = 0.0
        self.history: TrainingHistory | None = None
        self.preview = False
        self.message = ""
        self.visitors: set[str] = set()
        self._stop = threading.Event()
        self._news = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to show or the job has ended; False if time ran out."""
        return self._news.wait(seconds)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")

    @property
    def stopping(self) -> bool:
        """Whether the training is to end at its next chunk."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End the training at its next chunk."""
        self._stop.set()

    def offer(self, history: TrainingHistory, preview: bool = False) -> None:
        """Something to show while the training goes on."""
        self.history, self.preview = history, preview
        self._news.set()

    def finish(self, history: TrainingHistory) -> None:
        """End with ``history``, whole or stopped on the way."""
        self.history, self.preview, self.progress = history, False, 1.0
        self.end("stopped" if history.outcome.kind == "stopped" else "done")

    def end(self, state: str, message: str = "") -> None:
        """End without a (new) history."""
        self.state, self.message = state, message
        self._news.set()


class Trainer:
    """Trains on a few threads; safe to call from any.

    Args:
        compiler: Makes the programs.
        present: Tells whether a visitor is still there.
    """

    def __init__(self, compiler: Compiler, present: Callable[[str], bool]) -> None:
        self._compiler, self._present = compiler, present
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="training")
        self._lock = threading.Lock()
        self._running: dict[Experiment, Job] = {}
        self._of_visitor: dict[str, Job] = {}
        self._histories: BoundedCache[TrainingHistory] = BoundedCache(
            HISTORIES, HISTORY_BYTES, lambda history: history.nbytes
        )

    def remember(self, experiment: Experiment, history: TrainingHistory) -> None:
        """Keep a finished history for whoever asks."""
        self._histories.put(experiment, history)

    def request(self, experiment: Experiment, visitor: str) -> Job:
        """The job for ``experiment``; the visitor's earlier one ends if nobody else wants it."""
        with self._lock:
            self._leave(visitor)
            job = self._running.get(experiment)
            if job is None or job.stopping:
                job = self._start(experiment)
            job.visitors.add(visitor)
            if not job.ended:
                self._of_visitor[visitor] = job
        return job

    def stop(self, visitor: str) -> None:
        """End the visitor's training for everybody who watches it, keeping what was reached."""
        with self._lock:
            job = self._of_visitor.get(visitor)
        if job is not None:
            job.stop()

    def _leave(self, visitor: str) -> None:
        job = self._of_visitor.pop(visitor, None)
        if job is not None:
            job.visitors.discard(visitor)
            if not job.visitors:
                job.stop()

    def _start(self, experiment: Experiment) -> Job:
        job, known = Job(experiment), self._histories.get(experiment)
        if known is not None:
            job.finish(known)
            return job
        self._running[experiment] = job
        self._pool.submit(self._guarded, self._begin, job)
        return job

    def _guarded(self, work: Callable[[Job], None], job: Job) -> None:
        """Run a piece of work; whatever goes wrong ends the job, not the worker."""
        try:
            work(job)
        except MemoryError:
            job.end("failed", "There is not enough memory to train this network.")
        except Exception:
            LOG.exception("training failed: %s", job.experiment)
            job.end("failed", "Training failed. The server's log says why.")
        if job.ended:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        with self._lock:
            if self._running.get(job.experiment) is job:
                del self._running[job.experiment]
            for visitor in job.visitors:
                if self._of_visitor.get(visitor) is job:
                    del self._of_visitor[visitor]

    def _begin(self, job: Job) -> None:
        """Train compiled if the program is there; else show numpy's answer while it compiles."""
        data = job.experiment.dataset.make()
        shape = shape_function(job.experiment, data)
        if self._compiler.ready(shape):
            self._finish(job)
            return
        compiled = self._compiler.want(shape, lambda: not job.stopping)
        preview = self._train(job, data, "numpy", until=compiled)
        if preview.outcome.kind != "stopped" or job.stopping:
            job.offer(preview, preview=True)
        compiled.add_done_callback(lambda _: self._go_on(job))

    def _go_on(self, job: Job) -> None:
        """The program is there, or never will be."""
        with suppress(RuntimeError):  # the process ends, and with it the pool
            self._pool.submit(self._guarded, self._replace, job)

    def _replace(self, job: Job) -> None:
        """Replace the preview by the compiled run; where nothing compiles, numpy has the word."""
        if job.stopping:
            job.end("stopped")
            return
        try:
            self._finish(job)
        except Exception:
            LOG.exception("compiled training failed, numpy trains: %s", job.experiment)
            self._finish(job, "numpy")

    def _finish(self, job: Job, backend: str = "jax") -> None:
        history = self._train(job, job.experiment.dataset.make(), backend)
        if history.outcome.kind != "stopped":
            self.remember(job.experiment, history)
        job.finish(history)

    def _train(
        self, job: Job, data: Data, backend: str, until: Future[None] | None = None
    ) -> TrainingHistory:
        """Train in chunks until the end, a stop, nobody watching, or ``until`` is done."""
        job.state = "training"
        checked = time.monotonic()

        def go_on(progress: TrainingProgress) -> bool:
            nonlocal checked
            job.progress = progress.step / progress.steps
            if time.monotonic() - checked > LOOK_SECONDS:
                checked = time.monotonic()
                self._drop_absent(job)
                if job.history is None or job.history.outcome.kind == "stopped":
                    job.offer(progress.history(), preview=until is not None)
            return not (job.stopping or (until is not None and until.done()))

        experiment = job.experiment
        return train(data, experiment.architecture, experiment.training, go_on, backend)

    def _drop_absent(self, job: Job) -> None:
        with self._lock:
            for visitor in [name for name in job.visitors if not self._present(name)]:
                self._of_visitor.pop(visitor, None)
                job.visitors.discard(visitor)
            if not job.visitors:
                job.stop()


def shape_function(experiment: Experiment, data: Data) -> Callable[[], "Shape"]:
    """A function that returns the shape of the experiment's program, importing JAX if need be."""

    def shape() -> "Shape":
        from core.compiled import shape_of

        return shape_of(data, experiment.architecture, experiment.training)

    return shape
