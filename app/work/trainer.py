"""Training for visitors: numpy's first look, then the compiled run."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.experiments.network_text import read_network
from layerwarp.app.work.compiler import Compiler, Shapes
from layerwarp.app.work.jobs import Asked, Job, Jobs
from layerwarp.app.work.turns import Turns
from layerwarp.training.history import TrainingHistory
from layerwarp.training.samples import Data
from layerwarp.training.train import TrainingProgress, evaluate, train

if TYPE_CHECKING:
    from layerwarp.training.engine import Shape

HISTORIES, HISTORY_BYTES = 256, 256 * 2**20
# What is there is offered for a first look after so long; whether anybody waits is asked as often.
LOOK_SECONDS, OFFER_SECONDS = 0.25, 0.5
# Seconds after each turn of a preview, one at a time: numpy holds the interpreter for all others.
BREATH = 0.01
GONE = "This server does not keep that network any more: load its file again."
LOG = logging.getLogger(__name__)


class TrainingJob(Job):
    """One training.

    Attributes:
        asked: The experiment.
        answer: The history as far as it can be shown, or None.
        preview: Whether ``answer`` comes from the numpy formulas and will be replaced.
    """

    asked: Experiment

    def __init__(self, experiment: Experiment) -> None:
        super().__init__(experiment)
        self.answer: TrainingHistory | None = None
        self.preview = False

    @property
    def on_the_way(self) -> bool:
        """Whether what there is to show was taken from the middle of a training."""
        return self.answer is not None and self.answer.outcome.kind == "stopped"

    def offer(self, history: TrainingHistory, preview: bool = False) -> None:
        """Something to show while the training goes on."""
        self.answer, self.preview = history, preview
        self._settled.set()
        self.tell()

    def finish(self, history: TrainingHistory) -> None:
        """End with ``history``, whole or stopped on the way."""
        self.answer, self.preview, self.share = history, False, 1.0
        self.end("stopped" if history.outcome.kind == "stopped" else "done")


class Trainer(Jobs[TrainingJob, TrainingHistory]):
    """Trains experiments.

    Args:
        compiler: Makes the programs.
        turns: Says what is done when.
        present: Tells whether a visitor is still there.
    """

    no_memory = "There is not enough memory to train this network."
    broken = "Training failed. The server's log says why."

    def __init__(self, compiler: Compiler, turns: Turns, present: Callable[[str], bool]) -> None:
        known = BoundedCache[TrainingHistory](
            HISTORIES, HISTORY_BYTES, lambda history: history.nbytes
        )
        super().__init__(turns, present, known)
        self._compiler = compiler
        self._previewing = threading.Lock()

    def make(self, asked: Asked) -> TrainingJob:
        """A training that waits to be begun."""
        assert isinstance(asked, Experiment)
        return TrainingJob(asked)

    def begin(self, job: TrainingJob) -> None:
        """Train compiled if the program is there; else show numpy's answer while it compiles."""
        data = job.asked.dataset.make()
        if job.asked.loaded:
            self._measure(job)
            return
        shapes = shapes_function(job.asked, data)
        if self._compiler.ready(shapes):
            self._finish(job)
            return
        compiled = self._compiler.want(shapes, lambda: self._wanted(job))
        with self._previewing:
            preview = self._train(job, data, "numpy", until=compiled)
        if job.stopping:
            job.finish(preview)
            return
        job.state = "waiting"
        if preview.outcome.kind != "stopped":
            job.offer(preview, preview=True)
        # The compiled run replaces the preview, whether the program is there or never will be.
        compiled.add_done_callback(lambda _: self._submit(self._finish, job))

    def _measure(self, job: TrainingJob) -> None:
        """What there is to see of a network from a file."""
        try:
            history = measured(job.asked)
        except LookupError:
            job.end("failed", GONE)
            return
        self.remember(job.asked, history)
        job.finish(history)

    def _finish(self, job: TrainingJob) -> None:
        """Train compiled; where nothing compiles, or no memory is left for it, by numpy."""
        data = job.asked.dataset.make()
        try:
            history = self._train(job, data, "jax")
        except Exception as error:  # whatever XLA raises where a device is broken or full
            LOG.warning("compiled training failed, numpy trains: %s", error)
            history = self._train(job, data, "numpy")
        if history.outcome.kind != "stopped":
            self.remember(job.asked, history)
        job.finish(history)

    def _train(
        self, job: TrainingJob, data: Data, backend: str, until: Future[None] | None = None
    ) -> TrainingHistory:
        """Train in chunks until the end, a stop, nobody watching, or ``until`` is done."""
        job.state = "working"
        checked = offered = time.monotonic()

        def go_on(progress: TrainingProgress) -> bool:
            nonlocal checked, offered
            job.share = progress.step / progress.steps
            if time.monotonic() - checked > LOOK_SECONDS:
                checked = time.monotonic()
                self._wanted(job)
                # The picture on the way is drawn anew for each who waits: the more, the seldomer.
                late = checked - offered > OFFER_SECONDS * len(job.visitors)
                if job.answer is None or (job.on_the_way and late):
                    job.offer(progress.history(), preview=until is not None)
                    offered = checked
            job.part(progress.history)
            if until is not None:
                self._let_others_in()
            self._turns.between(job)
            return not (job.stopping or (until is not None and until.done()))

        experiment = job.asked
        return train(data, experiment.architecture, experiment.training, go_on, backend)

    def _let_others_in(self) -> None:
        """Other previews, and whatever else needs the interpreter."""
        self._previewing.release()
        time.sleep(BREATH)
        self._previewing.acquire()


def measured(experiment: Experiment) -> TrainingHistory:
    """What there is to show of a network from a file: one record."""
    network = read_network(experiment.loaded)
    data, step = experiment.dataset.make(), network.step or 0
    return evaluate(data, network.architecture, network.params, step)


def shapes_function(experiment: Experiment, data: Data) -> Shapes:
    """A function that returns the shapes of the experiment's programs, importing JAX if need be."""
    return partial(_shapes, experiment, data)


def _shapes(experiment: Experiment, data: Data) -> "list[Shape]":
    from layerwarp.training.compiled import shapes_of

    return shapes_of(data, experiment.architecture, experiment.training)
