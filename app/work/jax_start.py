"""Bringing up JAX: a GPU where there is a working one, the CPU and a notice where it is broken."""

import ctypes
import gc
import importlib.util
import os
import subprocess
import sys
import threading
from contextlib import suppress

PROBE_SECONDS = 60
BACKGROUND = 10  # niceness
BROKEN_GPU = "The GPU could not be used, so training runs on the CPU."


def start_jax() -> str | None:
    """Import JAX on the best device that works.

    Returns:
        A sentence for the visitor if an accelerator was meant to be used and cannot be.
    """
    notice = None
    if _accelerator_wanted() and not _accelerator_works():
        os.environ["JAX_PLATFORMS"] = "cpu"
        notice = BROKEN_GPU
    import jax

    jax.devices()
    return notice


def _accelerator_wanted() -> bool:
    """Whether a plug-in for an accelerator is installed, or one is asked for by name."""
    platforms = os.environ.get("JAX_PLATFORMS", "")
    if platforms:
        return platforms != "cpu"
    return importlib.util.find_spec("jax_plugins") is not None


def _accelerator_works() -> bool:
    """Ask a child process: a broken plug-in can abort the process that loads it."""
    program = "import jax; jax.numpy.ones(2).sum().block_until_ready()"
    try:
        child = subprocess.run(
            [sys.executable, "-c", program], timeout=PROBE_SECONDS, capture_output=True, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return child.returncode == 0


def yield_to_others() -> None:
    """Let this thread, and those that it starts, compute when nobody else does (Linux only)."""
    if sys.platform == "linux":  # elsewhere the whole process would be meant
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND)


def freeze_garbage() -> None:
    """Take what is alive now out of garbage collection.

    JAX's objects make a full collection last 100 to 200 ms, with the interpreter held, and nearly
    all of them live as long as the process. Programs dropped since the last time are let go.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def return_memory() -> None:
    """Give memory that dropped programs held back to the system (glibc only)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def tidy() -> None:
    """After programs were made or dropped: no garbage of theirs to look through, no memory held."""
    freeze_garbage()
    return_memory()
