"""Compiled programs: how they are made, and the tables that keep them.

What a program is compiled for is a frozen key with a method ``compile``; whoever asks for it first
compiles it, or finds it on disk where a :class:`~layerwarp.training.store.Store` is in use.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from typing import Any, Protocol

import jax

from layerwarp.training.store import STORE

Program = Callable[..., Any]

# Experimental options of XLA's CPU back end. Its new emitters make dozens of small modules, each
# with memory maps of its own, and spend twice as long on optimizing them; its library of fused
# kernels and threads that share a product take longer than our products do. (Not among them:
# xla_cpu_copy_insertion_use_region_analysis, with which jaxlib 0.10.2 computes wrong numbers.)
CPU_OPTIONS = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
    "xla_backend_optimization_level": 1,
    "xla_cpu_experimental_ynn_fusion_type": "",
    "xla_cpu_multi_thread_eigen": False,
    "xla_cpu_enable_concurrency_optimized_scheduler": False,
}


def bucket(size: int, buckets: Sequence[int]) -> int:
    """The smallest bucket that holds ``size``."""
    return next(limit for limit in buckets if limit >= size)


@cache
def processor() -> jax.Device:
    """The device of single trainings: the CPU, even beside a GPU.

    A step of a network this small is a hundred loops of a microsecond; a GPU would start each of
    them from the host.
    """
    with suppress(RuntimeError):  # JAX was told to do without it
        return jax.local_devices(backend="cpu")[0]
    return jax.local_devices()[0]


class Key(Protocol):
    """What a program is compiled for; hashable, and its ``repr`` tells all of it."""

    @property
    def devices(self) -> Sequence[jax.Device]:
        """What the program runs on."""

    def compile(self) -> Program:
        """Compile the program."""


def compile_ahead(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    device: jax.Device,
    options: dict[str, Any] = CPU_OPTIONS,
    **settings: Any,
) -> Program:
    """Compile a function for arguments of these shapes; ``options`` are for CPUs alone."""

    def build(options: dict[str, Any] | None) -> Program:
        jitted = jax.jit(function, compiler_options=options, **settings)
        with jax.default_device(device):
            return jitted.lower(*arguments).compile()

    if device.platform == "cpu":
        with suppress(Exception):  # a later XLA may not know an experimental option
            return build(options)
    return build(None)


class ProgramTable:
    """Compiled programs, each made once however many ask, the least recently used dropped.

    A compiled program holds memory, and memory maps, of which a process has 65,530: without a bound
    a day of different programs would end it.

    Args:
        limit: The most that the sizes of all programs may sum up to.
        size: Of a program.
    """

    def __init__(self, limit: int, size: Callable[[Any], int] = lambda _: 1) -> None:
        self._programs: OrderedDict[Key, Future[Program]] = OrderedDict()
        self._lock = threading.Lock()
        self._limit, self._size = limit, size

    def ready(self, key: Key) -> bool:
        """Whether the program is there and would answer at once."""
        with self._lock:
            future = self._programs.get(key)
        return future is not None and future.done()

    def get(self, key: Key) -> Program:
        """The program of ``key``; compiles it, or waits for whoever is compiling it."""
        with self._lock:
            future = self._programs.get(key)
            mine = future is None
            if future is None:
                future = self._programs[key] = Future()
            self._programs.move_to_end(key)
            while len(self) > 1 and sum(map(self._size, self._programs)) > self._limit:
                self._programs.popitem(last=False)
        if mine:
            try:
                future.set_result(STORE.get(key))
                jax.clear_caches()  # what tracing left behind; programs are held here alone
            except BaseException as error:
                with self._lock:
                    self._programs.pop(key, None)
                future.set_exception(error)
        return future.result()

    def __len__(self) -> int:
        return len(self._programs)
