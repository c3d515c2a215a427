"""The one thread that compiles: what a visitor waits for first, likely next shapes after."""

import atexit
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerwarp.app.work.jax_start import start_jax, tidy, yield_to_others

if TYPE_CHECKING:
    from layerwarp.training.programs import Shape

STOP, NOW, LATER = range(3)
STOP_SECONDS = 10
NO_JAX = "JAX could not be started on this server, so training is slow."
LOG = logging.getLogger(__name__)


@dataclass(order=True)
class Request:
    """A shape to compile: the lowest priority number first, then the earliest."""

    priority: int
    order: int
    shape: Callable[[], "Shape"] = field(compare=False)
    wanted: Callable[[], bool] = field(compare=False)
    done: Future[None] = field(compare=False, default_factory=Future)


class Compiler:
    """Imports JAX and makes programs in the background.

    Shapes come as functions that return one, because computing a shape already imports JAX.
    """

    def __init__(self) -> None:
        self.notice: str | None = None
        self._queue: queue.PriorityQueue[Request] = queue.PriorityQueue()
        self._order = itertools.count()
        self._started = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to import JAX, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="compiler", daemon=True)
                self._thread.start()
                # A thread that compiles while the interpreter goes away takes the process down.
                atexit.register(self.stop)

    def wait_started(self) -> None:
        """Return when JAX is there, importing it if nobody has asked for it yet."""
        self.start()
        self._started.wait()

    def ready(self, shape: Callable[[], "Shape"]) -> bool:
        """Whether the program is there; never waits."""
        if not self._started.is_set():
            return False
        from layerwarp.training.programs import PROGRAMS

        return PROGRAMS.ready(shape())

    def want(self, shape: Callable[[], "Shape"], wanted: Callable[[], bool]) -> Future[None]:
        """Compile before anything that nobody waits for, if it is still ``wanted`` by then.

        Returns:
            Done when the program is there, could not be made, or is not wanted any more.
        """
        return self._put(NOW, shape, wanted)

    def warm(self, shapes: Iterable[Callable[[], "Shape"]]) -> None:
        """Compile in this order when there is nothing else to do; forgets older requests."""
        with self._queue.mutex:
            self._queue.queue[:] = sorted(w for w in self._queue.queue if w.priority != LATER)
        for shape in shapes:
            self._put(LATER, shape, lambda: True)

    def stop(self) -> None:
        """End the thread after what it is compiling now."""
        with self._queue.mutex:
            self._queue.queue.clear()
        self._put(STOP, _nothing, lambda: False)
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _put(
        self, priority: int, shape: Callable[[], "Shape"], wanted: Callable[[], bool]
    ) -> Future[None]:
        self.start()
        request = Request(priority, next(self._order), shape, wanted)
        self._queue.put(request)
        return request.done

    def _run(self) -> None:
        try:
            self.notice = start_jax()
        except Exception:
            LOG.exception("JAX does not start, numpy trains")
            self.notice = NO_JAX
        yield_to_others()
        self._started.set()
        while (request := self._queue.get()).priority != STOP:
            try:
                if request.wanted():
                    _compile(request.shape())
                request.done.set_result(None)
            except Exception as error:  # whoever waits is told; the thread must live on
                request.done.set_exception(error)


def _nothing() -> "Shape":
    raise RuntimeError("a thread that ends compiles nothing")


def _compile(shape: "Shape") -> None:
    from layerwarp.training.programs import PROGRAMS

    if PROGRAMS.ready(shape):
        return
    PROGRAMS.get(shape)
    tidy()
