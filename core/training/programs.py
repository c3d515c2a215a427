"""Training as one compiled program a shape, ready before it is asked for.

A program is compiled for an exact depth and for buckets of width, batch and data size; real sizes
enter as masks. Everything else - learning rate, optimizer, activations, number of steps, data - is
a traced value, so that only a new shape compiles. See :class:`ProgramTable` for who keeps them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_OUTPUTS, Architecture
from layerwarp.network.forward_pass import (
    Layer,
    LayerRecord,
    flatten,
    predict_classes,
    propagate,
    split,
)
from layerwarp.training.losses import (
    CROSS_ENTROPY,
    SQUARED_ERROR,
    backpropagate,
    loss_function,
    r_squared,
)
from layerwarp.training.optimizers import Hyperparameters, OptimizerState, update

Array = Any

WIDTH_BUCKETS = (4, 8, 16, 32, 64)
BATCH_BUCKETS = (1, 4, 10, 16, 32, 64, 128, 256, 512, 1024, 2048, 5000)
DATA_BUCKETS = (512, 1024, 2048, 5000)
RECORDS_PER_CALL = 64
MAX_PROGRAMS = 24
MAX_LAYERS = 40

# XLA's CPU back end runs tiny products several times faster as multiply-and-sum than as dot.
SMALL_WIDTH, SMALL_BATCH = 8, 64

# Experimental options of XLA's CPU back end. By default it makes dozens of small modules, each with
# memory maps of its own (400 a program; so 130), and spends twice as long on optimizing them.
CPU_OPTIONS = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
    "xla_backend_optimization_level": 1,
}
# Its library of fused kernels, and threads that share a product, take longer than products of up to
# this many multiplications do: without them the default network trains in 0.6 of the time.
LIGHT_PRODUCT = 2**16
LIGHT_OPTIONS = {
    **CPU_OPTIONS,
    "xla_cpu_experimental_ynn_fusion_type": "",
    "xla_cpu_multi_thread_eigen": False,
}


def bucket(size: int, buckets: Sequence[int]) -> int:
    """The smallest bucket that holds ``size``."""
    return next(limit for limit in buckets if limit >= size)


@dataclass(frozen=True)
class Shape:
    """What a program is compiled for: the key of the program table."""

    n_inputs: int
    depth: int
    width: int
    n_outputs: int
    batch: int
    n_train: int
    n_test: int
    loss: str = CROSS_ENTROPY

    @classmethod
    def of(
        cls,
        architecture: Architecture,
        batch: int,
        n_train: int,
        n_test: int,
        loss: str = CROSS_ENTROPY,
    ) -> "Shape":
        """The shape that serves a network, a batch size, numbers of points and a loss."""
        return cls(
            architecture.n_inputs,
            architecture.depth,
            bucket(max(architecture.widths, default=1), WIDTH_BUCKETS),
            1 if architecture.n_outputs == 1 else MAX_OUTPUTS,
            bucket(batch, BATCH_BUCKETS),
            bucket(n_train, DATA_BUCKETS),
            bucket(n_test, DATA_BUCKETS),
            loss,
        )

    @property
    def layers(self) -> list[tuple[int, int]]:
        """(fan_in, fan_out) of every padded weight matrix."""
        sizes = [self.n_inputs, *[self.width] * self.depth, self.n_outputs]
        return list(pairwise(sizes))

    @property
    def n_parameters(self) -> int:
        """Length of the padded parameter vector."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in self.layers)

    @property
    def n_points(self) -> int:
        """Padded training points and padded test points."""
        return self.n_train + self.n_test

    @property
    def small(self) -> bool:
        """Whether products are done as multiply-and-sum."""
        return self.width <= SMALL_WIDTH and self.batch <= SMALL_BATCH

    @property
    def light(self) -> bool:
        """Whether products are too small to be shared out between threads."""
        return self.batch * self.width**2 <= LIGHT_PRODUCT

    def real_positions(self, architecture: Architecture) -> np.ndarray:
        """Where the parameters of ``architecture`` stand in the padded vector (n_parameters,)."""
        padded = split(np.arange(self.n_parameters), self.layers)
        cut = [
            Layer(layer.weights[:fan_in, :fan_out], layer.bias[:fan_out])
            for layer, (fan_in, fan_out) in zip(padded, architecture.shapes, strict=True)
        ]
        return flatten(cut)


class Problem(NamedTuple):
    """Everything a program reads that does not change during training.

    Shapes: masks (depth, width) and (n_outputs,), kinds and slopes (depth,) of the activations,
    ``decayed`` (P,) 1 for weights and 0 for biases; points and labels hold the training points
    padded to their bucket, then the test points padded to theirs. Labels are int32 classes, or
    float32 values where the loss is the squared error.
    """

    neuron_mask: Array
    output_mask: Array
    kinds: Array
    slopes: Array
    decayed: Array
    points: Array
    labels: Array
    n_train: Array
    n_test: Array
    batch: Array
    hyper: Hyperparameters


class Measures(NamedTuple):
    """What is measured at a recorded step, over all points."""

    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    accuracy: Array
    gradient_norms: Array


class Progress(NamedTuple):
    """Where training stands: step number, padded parameters and the optimizer's state."""

    step: Array
    vector: Array
    state: OptimizerState


# All piecewise-linear functions are one branch with a slope; each other function is its own.
_CURVED = [name for name, function in ACTIVATIONS.items() if function.negative_slope is None]


def activation_codes(names: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Branch number and slope below zero of each activation, int32 and float32."""
    slopes = [ACTIVATIONS[name].negative_slope for name in names]
    kinds = [
        1 + _CURVED.index(name) if slope is None else 0
        for name, slope in zip(names, slopes, strict=True)
    ]
    slopes = [0.0 if slope is None else slope for slope in slopes]
    return np.array(kinds, np.int32), np.array(slopes, np.float32)


class _PaddedNetwork:
    """The formulas of ``network.forward_pass`` and ``training.losses`` on padded arrays."""

    def __init__(self, shape: Shape, problem: Problem) -> None:
        self.shape, self.problem = shape, problem
        self.loss = loss_function(shape.n_outputs, shape.loss)

    def matmul(self, a: Array, b: Array) -> Array:
        if self.shape.small and a.shape[0] <= SMALL_BATCH and a.shape[1] <= SMALL_BATCH:
            return (a[:, :, None] * b[None]).sum(axis=1)
        return a @ b

    def activate(self, index: int, pre: Array) -> Array:
        mask, slope = self.problem.neuron_mask[index][None], self.problem.slopes[index]
        branches: list[Callable[..., Array]] = [lambda z, _: jnp.where(z > 0, z, slope * z)]
        branches += [partial(ACTIVATIONS[name].value, jnp) for name in _CURVED]
        return self._switch(index, branches, pre, mask)

    def pull_back(self, index: int, pre: Array, post: Array, gradient: Array) -> Array:
        slope = self.problem.slopes[index]
        branches: list[Callable[..., Array]] = [lambda z, _, g: jnp.where(z > 0, g, slope * g)]
        branches += [partial(ACTIVATIONS[name].pullback, jnp) for name in _CURVED]
        return self._switch(index, branches, pre, post, gradient)

    def _switch(self, index: int, branches: list[Callable[..., Array]], *arguments: Array) -> Array:
        """The branch of the layer's activation, masked in there: XLA joins nothing to a switch."""
        mask = self.problem.neuron_mask[index][None]

        def masked(branch: Callable[..., Array]) -> Callable[..., Array]:
            return lambda *values: branch(*values) * mask

        return lax.switch(self.problem.kinds[index], [masked(b) for b in branches], *arguments)

    def gradient(self, vector: Array, x: Array, labels: Array, weights: Array) -> list[Layer]:
        """Gradient in every layer of the points' losses, weighted."""
        params = split(vector, self.shape.layers)
        records = propagate(params, x, self.activate, self.matmul)
        logits = records[-1].post
        _, slope = self.loss(jnp, logits, labels, self.problem.output_mask[None])
        slope = slope * weights[:, None]
        return backpropagate(params, x, records, slope, self.pull_back, self.matmul)

    def measure(self, vector: Array) -> Measures:
        """One forward pass for all points; the way back is for the training points alone."""
        problem, n_train = self.problem, self.shape.n_train
        weights = _uniform_weights(n_train, problem.n_train)
        test_weights = _uniform_weights(self.shape.n_test, problem.n_test)
        params, labels = split(vector, self.shape.layers), problem.labels
        records = propagate(params, problem.points, self.activate, self.matmul)
        logits = records[-1].post
        losses, slope = self.loss(jnp, logits, labels, problem.output_mask[None])
        train, test = slice(n_train), slice(n_train, None)
        gradient = backpropagate(
            params,
            problem.points[train],
            [LayerRecord(pre[train], post[train]) for pre, post in records],
            slope[train] * weights[:, None],
            self.pull_back,
            self.matmul,
        )
        return Measures(
            (losses[train] * weights).sum(),
            (losses[test] * test_weights).sum(),
            self.accuracy(logits[train], losses[train], labels[train], weights),
            self.accuracy(logits[test], losses[test], labels[test], test_weights),
            jnp.stack([jnp.sqrt((layer.weights**2).sum()) for layer in gradient]),
        )

    def accuracy(self, logits: Array, losses: Array, labels: Array, weights: Array) -> Array:
        if self.shape.loss == SQUARED_ERROR:
            return r_squared(jnp, losses, labels, weights)
        logits = jnp.where(self.problem.output_mask[None] > 0, logits, -jnp.inf)
        right = (predict_classes(logits) == labels) & (weights > 0)
        return right.sum().astype(jnp.float32) / (weights > 0).sum().astype(jnp.float32)


def _uniform_weights(size: int, count: Array) -> Array:
    """1 / count for the first ``count`` of ``size`` points, 0 for the padding."""
    return (jnp.arange(size) < count).astype(jnp.float32) / count.astype(jnp.float32)


def _advance(
    shape: Shape, problem: Problem, progress: Progress, stops: Array, count: Array
) -> tuple[Progress, Array, Measures]:
    """Train up to each of the first ``count`` of ``stops`` (RECORDS_PER_CALL,), recording there."""
    network = _PaddedNetwork(shape, problem)
    batch_weights = _uniform_weights(shape.batch, problem.batch)

    def step(index: Array, carry: tuple[Array, OptimizerState]) -> tuple[Array, OptimizerState]:
        vector, state = carry
        rows = (index * problem.batch + jnp.arange(shape.batch)) % problem.n_train
        x = problem.points.at[rows].get(mode="promise_in_bounds")
        labels = problem.labels.at[rows].get(mode="promise_in_bounds")
        gradient = network.gradient(vector, x, labels, batch_weights)
        penalty = problem.hyper.l2 * problem.decayed * vector
        return update(jnp, vector, flatten(gradient, jnp) + penalty, state, problem.hyper)

    def interval(index: Array, carry: tuple[Progress, Array, Any]) -> tuple[Progress, Array, Any]:
        progress, vectors, measures = carry
        vector, state = lax.fori_loop(progress.step, stops[index], step, progress[1:])
        measured = network.measure(vector)
        measures = jax.tree.map(lambda all_, one: all_.at[index].set(one), measures, measured)
        return Progress(stops[index], vector, state), vectors.at[index].set(vector), measures

    empty = jnp.zeros(RECORDS_PER_CALL, jnp.float32)
    norms = jnp.zeros((RECORDS_PER_CALL, shape.depth + 1), jnp.float32)
    vectors = jnp.zeros((RECORDS_PER_CALL, shape.n_parameters), jnp.float32)
    start = (progress, vectors, Measures(empty, empty, empty, empty, norms))
    return lax.fori_loop(0, count, interval, start)


def _specification(shape: Shape) -> tuple[Any, ...]:
    """Shapes and types of the arguments of :func:`_advance`."""

    def real(*size: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(size, jnp.float32)

    def whole(*size: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(size, jnp.int32)

    size = shape.n_parameters
    problem = Problem(
        neuron_mask=real(shape.depth, shape.width),
        output_mask=real(shape.n_outputs),
        kinds=whole(shape.depth),
        slopes=real(shape.depth),
        decayed=real(size),
        points=real(shape.n_points, shape.n_inputs),
        labels=(real if shape.loss == SQUARED_ERROR else whole)(shape.n_points),
        n_train=whole(),
        n_test=whole(),
        batch=whole(),
        hyper=Hyperparameters(*[real()] * 5),
    )
    state = OptimizerState(real(size), real(size), real(), real())
    return problem, Progress(whole(), real(size), state), whole(RECORDS_PER_CALL), whole()


Program = Callable[..., tuple[Progress, Array, Measures]]


def compile_program(shape: Shape) -> Program:
    """Compile the training program of ``shape`` ahead of time."""

    def advance(*arguments: Any) -> tuple[Progress, Array, Measures]:
        return _advance(shape, *arguments)

    def build(options: dict[str, Any] | None) -> Program:
        jitted = jax.jit(advance, compiler_options=options)
        return jitted.lower(*_specification(shape)).compile()

    if jax.default_backend() == "cpu":
        with suppress(Exception):  # a later XLA may not know an experimental option
            return build(LIGHT_OPTIONS if shape.light else CPU_OPTIONS)
    return build(None)


class ProgramTable:
    """Compiled programs, each made once however many ask, the least recently used dropped.

    A compiled program holds megabytes, and 70 memory maps and 30 more a layer, of which a process
    has 65,530: without a bound, a day of different architectures would end it.

    Args:
        max_programs: Programs kept at most.
        max_layers: Layers in all programs together at most.
    """

    def __init__(self, max_programs: int = MAX_PROGRAMS, max_layers: int = MAX_LAYERS) -> None:
        self._programs: OrderedDict[Shape, Future[Program]] = OrderedDict()
        self._lock = threading.Lock()
        self._max_programs, self._max_layers = max_programs, max_layers

    def ready(self, shape: Shape) -> bool:
        """Whether the program is there and would answer at once."""
        with self._lock:
            future = self._programs.get(shape)
        return future is not None and future.done()

    def get(self, shape: Shape) -> Program:
        """The program of ``shape``; compiles it, or waits for whoever is compiling it."""
        with self._lock:
            future = self._programs.get(shape)
            mine = future is None
            if future is None:
                future = self._programs[shape] = Future()
            self._programs.move_to_end(shape)
            while self._too_many():
                self._programs.popitem(last=False)
        if mine:
            try:
                future.set_result(self._compile(shape))
                jax.clear_caches()  # what tracing left behind; programs are held here alone
            except BaseException as error:
                with self._lock:
                    self._programs.pop(shape, None)
                future.set_exception(error)
        return future.result()

    def _compile(self, shape: Any) -> Program:
        return compile_program(shape)

    def _too_many(self) -> bool:
        layers = sum(shape.depth + 1 for shape in self._programs)
        return len(self._programs) > self._max_programs or layers > self._max_layers

    def __len__(self) -> int:
        return len(self._programs)


PROGRAMS = ProgramTable()
