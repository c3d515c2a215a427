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
REPEATS, MIN_SECONDS = 5, 0.01
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
        forward_bytes: Working memory that XLA plans for beside parameters and points.
        gradient_bytes: The same.
        forward_flops: Operations as XLA counts them.
        gradient_flops: The same.
    """

    forward_seconds: float
    gradient_seconds: float
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
    points = generator.uniform(-3, 3, (n_points, architecture.n_inputs)).astype(np.float32)
    labels = generator.integers(0, architecture.n_classes, n_points).astype(np.int32)
    params = init_params(architecture, 0, "he")
    forward = _measure(partial(_outputs, architecture), params, points)
    gradient = _measure(partial(_gradient, architecture), params, points, labels)
    return Cost(forward[0], gradient[0], forward[1], gradient[1], forward[2], gradient[2])


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


def _measure(function: Callable[..., Any], *arguments: Any) -> tuple[float, int, float]:
    """Seconds, bytes of working memory and operations of one call."""
    import jax

    program = jax.jit(function).lower(*arguments).compile()
    arguments = jax.device_put(arguments)

    def run(calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            jax.block_until_ready(program(*arguments))
        return (time.perf_counter() - start) / calls

    calls = max(1, int(MIN_SECONDS / max(min(run(1), run(1)), 1e-6)))
    seconds = min(run(calls) for _ in range(REPEATS))
    memory: Any = program.memory_analysis()
    counted: Any = program.cost_analysis()
    n_bytes = memory.temp_size_in_bytes + memory.output_size_in_bytes
    return seconds, int(n_bytes), float(counted["flops"])
