"""The one thread that compiles: what a visitor waits for first, likely next shapes after."""

import itertools
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from app.jax_setup import freeze_garbage, return_memory, start_jax

if TYPE_CHECKING:
    from core.programs import Shape

NOW, LATER = 0, 1


class Compiler:
    """Imports JAX and makes programs in the background.

    Shapes come as functions that return one, because computing a shape already imports JAX.
    """

    def __init__(self) -> None:
        self.notice: str | None = None
        self._queue: queue.PriorityQueue[tuple[int, int, Callable[[], Shape], Future[None]]]
        self._queue = queue.PriorityQueue()
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

    def ready(self, shape: Callable[[], "Shape"]) -> bool:
        """Whether the program is there; never waits."""
        if not self._started.is_set():
            return False
        from core.programs import PROGRAMS

        return PROGRAMS.ready(shape())

    def want(self, shape: Callable[[], "Shape"]) -> Future[None]:
        """Compile before anything that nobody waits for; the future tells when it is there."""
        self.start()
        future: Future[None] = Future()
        self._queue.put((NOW, next(self._order), shape, future))
        return future

    def warm(self, shapes: Iterable[Callable[[], "Shape"]]) -> None:
        """Compile in this order when there is nothing else to do; forgets older wishes."""
        self.start()
        with self._queue.mutex:
            self._queue.queue[:] = [item for item in self._queue.queue if item[0] == NOW]
        for shape in shapes:
            self._queue.put((LATER, next(self._order), shape, Future()))

    def _run(self) -> None:
        self.notice = start_jax()
        self._started.set()
        from core.programs import PROGRAMS

        while True:
            _, _, shape, future = self._queue.get()
            try:
                known, before = PROGRAMS.ready(shape()), len(PROGRAMS)
                PROGRAMS.get(shape())
                future.set_result(None)
            except Exception as error:  # whoever waits is told; the thread must live on
                future.set_exception(error)
                continue
            if not known:
                freeze_garbage()
                if len(PROGRAMS) == before:  # another one was dropped for it
                    return_memory()
