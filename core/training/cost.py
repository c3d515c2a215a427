"""What training takes on a machine: expected before it starts, and measured."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from layerwarp.checks import check_integer
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Parameters, propagate
from layerwarp.network.initializers import init_params
from layerwarp.training.config import TrainingConfig
from layerwarp.training.losses import backpropagate, loss_function

MAX_POINTS = 100_000
REPEATS, MIN_SECONDS = 9, 0.01
# Of a compiled step on a core of 2026: overhead, and a parameter and point. No batch is smaller
# than what is worked on at once.
STEP_SECONDS, PRODUCT_SECONDS, LEAST_BATCH = 2e-6, 2e-10, 16


def n_cores() -> int:
    """Cores that this process may use."""
    # macOS and Windows cannot tell which.
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def expected_step_seconds(architecture: Architecture, batch: int) -> float:
    """Seconds of a compiled training step of ``batch`` points, right to a factor of about two."""
    return STEP_SECONDS + PRODUCT_SECONDS * max(batch, LEAST_BATCH) * architecture.n_parameters


def expected_seconds(architecture: Architecture, config: TrainingConfig, n_points: int) -> float:
    """Seconds of a compiled training on ``n_points`` points, right to a factor of about two."""
    return config.steps * expected_step_seconds(architecture, min(config.batch_size, n_points))


@dataclass(frozen=True)
class Cost:
    """Forward pass (inputs to outputs) against gradient (which holds a forward pass).

    Attributes:
        forward_seconds: Of one call, the fastest of a few measurements.
        gradient_seconds: The same.
        seconds_ratio: Range of gradient over forward pass: of the fastest of each, and the middle
            half of all measurements of both, one after the other. What else the machine does shows
            in its width.
        forward_bytes: Working memory that XLA plans for beside parameters and points.
        gradient_bytes: The same.
        forward_flops: Operations as XLA counts them.
        gradient_flops: The same.
    """

    forward_seconds: float
    gradient_seconds: float
    seconds_ratio: tuple[float, float]
    forward_bytes: int
    gradient_bytes: int
    forward_flops: float
    gradient_flops: float


def measure_cost(architecture: Architecture, n_points: int) -> Cost:
    """Compile both passes for ``n_points`` points and measure them; takes about a second.

    The loss is that of classes: every network has one.

    Raises:
        ValueError: ``n_points`` is not from 1 to 100,000.
    """
    check_integer("n_points", n_points, 1, MAX_POINTS)
    generator = np.random.default_rng(0)
    points = generator.uniform(-3, 3, (n_points, architecture.sizes[0])).astype(np.float32)
    labels = generator.integers(0, architecture.n_classes, n_points).astype(np.int32)
    params = init_params(architecture, 0, "he")
    forward = _Program(partial(_outputs, architecture), params, points)
    gradient = _Program(partial(_gradient, architecture), params, points, labels)
    times = np.array([(forward.seconds(), gradient.seconds()) for _ in range(REPEATS)])
    fastest = times.min(axis=0)
    middle = np.quantile(times[:, 1] / times[:, 0], [0.25, 0.75])
    ratios = [fastest[1] / fastest[0], *middle]
    return Cost(
        float(fastest[0]),
        float(fastest[1]),
        (float(min(ratios)), float(max(ratios))),
        forward.n_bytes,
        gradient.n_bytes,
        forward.flops,
        gradient.flops,
    )


def _records(architecture: Architecture, params: Parameters, points: Any) -> Any:
    import jax.numpy as jnp

    masks = [jnp.ones((1, width)) for width in architecture.widths]
    functions = [ACTIVATIONS[name] for name in architecture.activations]
    return propagate(
        params, points, lambda index, pre: functions[index].value(jnp, pre, masks[index])
    )


def _outputs(architecture: Architecture, params: Parameters, points: Any) -> Any:
    return _records(architecture, params, points)[-1].post


def _gradient(architecture: Architecture, params: Parameters, points: Any, labels: Any) -> Any:
    import jax.numpy as jnp

    records = _records(architecture, params, points)
    mask = jnp.ones((1, architecture.n_outputs))
    _, slope = loss_function(architecture.n_outputs)(jnp, records[-1].post, labels, mask)
    functions = [ACTIVATIONS[name] for name in architecture.activations]
    return backpropagate(
        params,
        points,
        records,
        slope / np.float32(len(points)),
        lambda index, *arguments: functions[index].pullback(jnp, *arguments),
    )


class _Program:
    """A compiled function of given arguments: what a call takes.

    Attributes:
        n_bytes: Of working memory.
        flops: Operations.
    """

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        import jax

        self._program = jax.jit(function).lower(*arguments).compile()
        self._arguments = jax.device_put(arguments)
        memory: Any = self._program.memory_analysis()
        counted: Any = self._program.cost_analysis()
        self.n_bytes = int(memory.temp_size_in_bytes + memory.output_size_in_bytes)
        self.flops = float(counted["flops"])
        once = min(self._run(1), self._run(1))
        self._calls = max(1, int(MIN_SECONDS / max(once, 1e-6)))

    def seconds(self) -> float:
        """Of one call, the mean over as many as take ``MIN_SECONDS``."""
        return self._run(self._calls)

    def _run(self, calls: int) -> float:
        import jax

        start = time.perf_counter()
        for _ in range(calls):
            jax.block_until_ready(self._program(*self._arguments))
        return (time.perf_counter() - start) / calls
