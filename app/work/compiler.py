"""The one thread that compiles: what a visitor waits for first, all that can be asked for after."""

import atexit
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from layerwarp.app.work.jax_start import start_jax, tidy, yield_to_others
from layerwarp.training.store import STORE, default_directory

if TYPE_CHECKING:
    from layerwarp.training.engine import Shape
    from layerwarp.training.programs import Key

Shapes = Callable[[], "list[Shape]"]
Later = Callable[[], Iterable["Key"]]

STOP, NOW, LATER = range(3)
STOP_SECONDS = 10
NO_JAX = "JAX could not be started on this server, so training is slow."
LOG = logging.getLogger(__name__)


@dataclass(order=True)
class Request:
    """Shapes to compile: the lowest priority number first, then the earliest."""

    priority: int
    order: int
    shapes: Shapes = field(compare=False)
    wanted: Callable[[], bool] = field(compare=False)
    done: Future[None] = field(compare=False, default_factory=Future)


class Compiler:
    """Imports JAX and makes programs in the background.

    Shapes come as functions that return them, because computing a shape already imports JAX.
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

    def ready(self, shapes: Shapes) -> bool:
        """Whether the programs are there; never waits."""
        if not self._started.is_set():
            return False
        try:
            from layerwarp.training.engine import PROGRAMS

            return all(map(PROGRAMS.ready, shapes()))
        except Exception:  # JAX is broken: whoever wants programs is told
            return False

    @property
    def n_programs(self) -> int:
        """Programs that are there, compiled or from disk."""
        if not self._started.is_set():
            return 0
        from layerwarp.training.engine import PROGRAMS

        return len(PROGRAMS)

    def want(self, shapes: Shapes, wanted: Callable[[], bool]) -> Future[None]:
        """Compile before anything that nobody waits for, if it is still ``wanted`` by then.

        Returns:
            Done when the programs are there, could not be made, or are not wanted any more.
        """
        return self._put(NOW, shapes, wanted)

    def warm(self, later: Later = list) -> None:
        """Compile every program of single trainings when there is nothing else to do.

        Args:
            later: Shapes of programs that are to be on disk after that.
        """
        self._put(LATER, self._all_one_by_one, lambda: True)
        self._put(LATER, partial(self._on_disk_one_by_one, later), lambda: True)

    def _on_disk_one_by_one(self, later: Later) -> "list[Shape]":
        for key in later():
            self._put(LATER, partial(_on_disk, key), lambda: True)
        return []

    def _all_one_by_one(self) -> "list[Shape]":
        from layerwarp.training.engine import all_shapes

        for shape in all_shapes():
            self._put(LATER, lambda shape=shape: [shape], lambda: True)  # type: ignore[misc]
        return []

    def stop(self) -> None:
        """End the thread after what it is compiling now."""
        with self._queue.mutex:
            self._queue.queue.clear()
        self._put(STOP, _nothing, lambda: False)
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _put(self, priority: int, shapes: Shapes, wanted: Callable[[], bool]) -> Future[None]:
        self.start()
        request = Request(priority, next(self._order), shapes, wanted)
        self._queue.put(request)
        return request.done

    def _run(self) -> None:
        try:
            self.notice = start_jax()
        except Exception as error:
            LOG.exception("JAX does not start, numpy trains: %s", error)
            self.notice = NO_JAX
        yield_to_others()
        self._started.set()
        while (request := self._queue.get()).priority != STOP:
            try:
                if request.wanted():
                    _compile(request.shapes())
                request.done.set_result(None)
            except Exception as error:  # whoever waits is told; the thread must live on
                request.done.set_exception(error)
            if self._queue.empty():
                tidy()


def _compile(shapes: "list[Shape]") -> None:
    from layerwarp.training.engine import PROGRAMS

    for shape in shapes:
        PROGRAMS.get(shape)


def _on_disk(key: "Key") -> "list[Shape]":
    STORE.prepare(key)
    return []


def _nothing() -> "list[Shape]":
    raise RuntimeError("a thread that ends compiles nothing")


def keep_programs() -> None:
    """Keep compiled programs on this user's disk, and use those that are there."""
    STORE.open(default_directory())


def compile_all(later: Later) -> None:
    """Compile all programs of single trainings, and those of ``later``; print how far it is."""
    start_jax()
    from layerwarp.training.engine import all_shapes

    start, keys = time.monotonic(), [*all_shapes(), *later()]
    for number, key in enumerate(keys, start=1):
        STORE.prepare(key)
        seconds = time.monotonic() - start
        print(f"\r{number} of {len(keys)} programs, {seconds:.0f} s", end="", flush=True)
    print()
