"""Training a network and remembering how it went.

``train`` records the parameters (not the activations: those are recomputed when looked at) at about
sixty steps, spaced so that the early, fast changes are seen. It works in chunks of about 50 ms and
asks its callback between them.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from layerwarp.checks import check_choice
from layerwarp.data.targets import Target
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Parameters, flatten
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import expected_step_seconds
from layerwarp.training.history import Outcome, Record, TrainingHistory, build_history
from layerwarp.training.runners import NumpyRunner, Runner
from layerwarp.training.samples import Data, Samples

# Parameters are kept at this many steps, and at fewer where they would take more than these bytes.
N_RECORDS, MAX_BYTES = 60, 4_000_000
CHUNK_SECONDS = 0.05
CAUTION = 5  # plain numpy, on a slow core, takes so many times what is expected


class TrainingProgress(NamedTuple):
    """What a callback hears: steps done of steps asked for, and how to look at what is there."""

    step: int
    steps: int
    history: Callable[[], TrainingHistory]


Callback = Callable[[TrainingProgress], bool | None]


def recorded_steps(steps: int, n_records: int = N_RECORDS) -> np.ndarray:
    """At most ``n_records + 1`` step numbers from 0 to ``steps``, dense at the beginning."""
    return np.unique(np.rint(steps * np.linspace(0, 1, n_records + 1) ** 2).astype(int))


def make_runner(
    samples: Samples, architecture: Architecture, config: TrainingConfig, backend: str
) -> Runner:
    """The runner of a back end; JAX is imported only when it is asked for."""
    check_choice("backend", backend, ("jax", "numpy"))
    if backend == "numpy":
        return NumpyRunner(samples, architecture, config)
    from layerwarp.training.compiled import CompiledRunner

    return CompiledRunner(samples, architecture, config)


def train(
    data: Data,
    architecture: Architecture,
    config: TrainingConfig = TrainingConfig(),  # noqa: B008 - frozen
    callback: Callback | None = None,
    backend: str = "jax",
) -> TrainingHistory:
    """Train a network from its start.

    Args:
        data: Points and labels; as many classes as ``architecture`` tells apart, or fewer. Or a
            :class:`~layerwarp.data.targets.Target`, a function of x that the network's one output
            learns by the mean squared error, mean of (y - t)^2.
        architecture: The network.
        config: How to train it.
        callback: Called with a :class:`TrainingProgress` between chunks of about 50 ms; training
            stops, and keeps what it reached, when it returns False.
        backend: "jax" (compiled) or "numpy" (the same formulas, no compilation).

    Returns:
        The history, its ``outcome`` one of trained, stopped, diverged, dead. A diverged history
        ends at the last good record.

    Raises:
        ValueError: ``data`` and ``architecture`` do not fit together.
    """
    _check_fit(data, architecture)
    samples = Samples.of(data)
    runner = make_runner(samples, architecture, config, backend)
    batch = min(config.batch_size, len(samples.points))
    step_seconds = CAUTION * expected_step_seconds(architecture, batch)
    build = partial(build_history, samples, architecture, config)
    n_records = min(N_RECORDS, MAX_BYTES // (4 * architecture.n_parameters))
    wanted = recorded_steps(config.steps, n_records).tolist()
    reasonable = partial(is_reasonable, limit=samples.unreasonable_loss)
    records: list[Record] = []
    for reached in _chunks(runner, wanted, int(CHUNK_SECONDS / step_seconds) + 1):
        # The last record may have been no more than the end of a chunk.
        records = [record for record in records if record.step in wanted]
        good = list(takewhile(reasonable, reached))
        records += good
        if len(good) < len(reached):
            bad = reached[len(good)]
            return build(records or [finite(bad)], diverged(bad, config))
        step = records[-1].step
        stopped = Outcome("stopped", step, f"Stopped at step {step:,}.")
        look = partial(build, records, stopped)
        go_on = callback is None or callback(TrainingProgress(step, config.steps, look))
        if go_on is False and step < config.steps:
            return look()
    return build(records, Outcome("trained", step, f"Trained for {step:,} steps."))


def evaluate(
    data: Data, architecture: Architecture, params: Parameters, step: int = 0
) -> TrainingHistory:
    """How a network does whose parameters are given: a history of one record, at ``step``.

    Raises:
        ValueError: ``data`` and ``architecture`` do not fit together.
    """
    _check_fit(data, architecture)
    samples, config = Samples.of(data), TrainingConfig()
    runner = NumpyRunner(samples, architecture, config)
    runner.vector, runner.step = flatten(params), step
    outcome = Outcome("trained", step, "The parameters were given.")
    records = [finite(record) for record in runner.advance([step])]
    return build_history(samples, architecture, config, records, outcome)


def _check_fit(data: Data, architecture: Architecture) -> None:
    if isinstance(data, Target):
        if (architecture.n_inputs, architecture.n_outputs) != (1, 1):
            raise ValueError(
                "a network that learns a function of x must have one input and one output; "
                f"got {architecture.n_inputs} and {architecture.n_outputs}"
            )
        return
    if data.points.shape[1] != architecture.n_inputs:
        raise ValueError(
            f"the network must have as many inputs as the points have coordinates, "
            f"{data.points.shape[1]}; got {architecture.n_inputs}"
        )
    if data.n_classes > architecture.n_classes:
        raise ValueError(
            f"the network must tell the data's {data.n_classes} classes apart; "
            f"with n_outputs={architecture.n_outputs} it tells {architecture.n_classes}"
        )


def _chunks(runner: Runner, wanted: list[int], chunk: int) -> Iterator[list[Record]]:
    """Records of one chunk after another, ``chunk`` steps at first, then about 50 ms each.

    Records come from the ``wanted`` steps and from the end of the chunk.
    """
    step, steps = -1, wanted[-1]
    while step < steps:
        limit = min(max(step, 0) + chunk, steps)
        stops = [stop for stop in wanted if step < stop <= limit]
        start = time.perf_counter()
        reached = runner.advance(stops if limit in stops else [*stops, limit])
        elapsed = max(time.perf_counter() - start, 1e-6)
        # Growing at most fourfold keeps one lucky measurement from making a long, deaf chunk.
        chunk = max(1, int(chunk * min(4.0, CHUNK_SECONDS / elapsed)))
        step = limit
        yield reached


def is_reasonable(record: Record, limit: float) -> bool:
    """Whether every number is finite and the loss within reason."""
    finite = np.isfinite(record.train_loss) and np.isfinite(record.vector).all()
    return bool(finite and record.train_loss < limit)


def diverged(bad: Record, config: TrainingConfig) -> Outcome:
    """The outcome whose first record beyond reason is ``bad``."""
    message = (
        f"Training diverged: by step {bad.step:,} the loss was {_beyond_reason(bad.train_loss)}. "
        f"The learning rate {config.learning_rate:g} is too high for this network."
    )
    return Outcome("diverged", bad.step, message)


def _beyond_reason(loss: float) -> str:
    """A loss that is too large, in words or few digits."""
    if not np.isfinite(loss):
        return "no longer a number"
    if loss >= 1e6:
        return "over a million"
    return f"{loss:,.0f}" if loss >= 100 else f"{loss:.3g}"


def finite(record: Record) -> Record:
    """A record that can be drawn: even the start can be beyond reason, and is all there is."""
    return Record(record.step, *(np.nan_to_num(value) for value in record[1:]))
