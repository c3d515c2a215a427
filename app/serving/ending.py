"""The end of the server: no new work, pages told, and the process gone in time."""

import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

# A training ends within half a second, a program may compile longer, and a browser whose machine
# sleeps never answers that it has heard of the end: nobody is waited for beyond this.
SECONDS = 2.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)

Handler = Callable[[int, FrameType | None], object]


def end_alike() -> None:
    """Let the signal that service managers send end the process as Ctrl+C does: no failure."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def end_in_time(close: Callable[[], None]) -> None:
    """From now on end the process soon after a signal, however its threads fare.

    The handlers that are there are called too: uvicorn's, which lets nobody in any more and closes
    the websockets, with the word that the service restarts.

    Args:
        close: Ends all work; called once, on a thread of its own.
    """
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()  # whose `put` may interrupt itself

    def wait() -> None:
        heard.get()
        threading.Thread(target=close, name="closing", daemon=True).start()
        time.sleep(SECONDS)
        os._exit(0)  # the ordinary way waits for every thread

    threading.Thread(target=wait, name="ending", daemon=True).start()
    for number in SIGNALS:
        handler = signal.getsignal(number)
        if callable(handler):
            signal.signal(number, partial(_tell, heard, handler))


def _tell(
    heard: queue.SimpleQueue[int], handler: Handler, number: int, frame: FrameType | None
) -> None:
    # In the middle of whatever the main thread was doing, which may hold any lock.
    heard.put(number)
    handler(number, frame)
