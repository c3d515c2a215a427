"""Many networks of one shape trained by one compiled program, on every device there is.

The formulas are those of :mod:`layerwarp.training.engine`, laid out anew: the points run along
the last axis of every array, layers follow each other without a loop, and a batch is one piece. A
product of a narrow layer is then long in the direction that the processor's vector units work in,
and XLA joins each activation, which is part of what is compiled, with the arithmetic around it:
with batches of hundreds of points that is twice as fast as the engine, and worth a compilation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_OUTPUTS, Architecture
from layerwarp.network.forward_pass import Layer, LayerRecord, flatten, predict_classes, split
from layerwarp.training.engine import WIDTH_BUCKETS, Progress, piece_weights
from layerwarp.training.losses import CROSS_ENTROPY, SQUARED_ERROR, loss_function, r_squared
from layerwarp.training.optimizers import Hyperparameters, OptimizerState, update
from layerwarp.training.programs import Program, ProgramTable, bucket, compile_ahead

Array = Any

BATCH_BUCKETS = (1, 4, 10, 16, 32, 64, 128, 256, 512, 1024, 2048, 5000)
DATA_BUCKETS = (512, 1024, 2048, 5000)
RECORDS_PER_CALL = 8
# A program has 70 memory maps and 30 more a layer, of which a process has 65,530: layers of all
# programs together, and what a program counts at least.
MAX_LAYERS, FEWEST_LAYERS = 200, 5
# Floats of one layer's activations that all networks of a device's share of a call may hold
# together: more falls out of the processor's cache between one layer and the next.
CACHED_FLOATS = 2**15
AXIS = "networks"

# One thread a call: networks, not the halves of a product, are what the cores share out.
CPU_OPTIONS = {"xla_cpu_multi_thread_eigen": False, "xla_cpu_parallel_codegen_split_count": 1}


@dataclass(frozen=True)
class NetworkShape:
    """The padded network, its batch and its data."""

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
    ) -> "NetworkShape":
        """The shape that serves a network, a batch size, numbers of points and a loss."""
        return cls(
            architecture.sizes[0],
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

    def real_positions(self, architecture: Architecture) -> np.ndarray:
        """Where the parameters of ``architecture`` stand in the padded vector (n_parameters,)."""
        padded = split(np.arange(self.n_parameters), self.layers)
        cut = [
            Layer(layer.weights[:fan_in, :fan_out], layer.bias[:fan_out])
            for layer, (fan_in, fan_out) in zip(padded, architecture.shapes, strict=True)
        ]
        return flatten(cut)


@dataclass(frozen=True)
class SweepShape:
    """What a sweep's program is compiled for: ``lanes`` networks on each of ``n_devices``."""

    network: NetworkShape
    activation: str
    lanes: int
    n_devices: int

    @property
    def n_networks(self) -> int:
        """Networks a call trains."""
        return self.lanes * self.n_devices

    @property
    def devices(self) -> Sequence[jax.Device]:
        """What the program runs on."""
        return list(device_mesh().devices.flat)

    def compile(self) -> Program:
        """Compile the program."""
        return compile_sweep(self)


class Measures(NamedTuple):
    """What is measured at a recorded step, over all points."""

    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    accuracy: Array
    gradient_norms: Array


class SweepProblem(NamedTuple):
    """What a program reads of N networks that share everything but width and order of points.

    Shapes: ``neuron_mask`` (N, depth, width), ``output_mask`` (n_outputs,), ``decayed`` (P,);
    ``points`` (N, n_inputs, n_train + batch) and ``labels`` (N, n_train + batch) go round the
    training points until they end, so that every batch is one slice; ``test_points`` (n_inputs,
    n_test) and ``test_labels`` (n_test,) are padded.
    """

    neuron_mask: Array
    output_mask: Array
    decayed: Array
    points: Array
    labels: Array
    test_points: Array
    test_labels: Array
    n_train: Array
    n_test: Array
    batch: Array
    hyper: Hyperparameters


# Which arguments have an axis of networks, the first; the rest is the same for all.
_PROBLEM_AXES = SweepProblem(0, None, None, 0, 0, None, None, None, None, None, None)  # type: ignore[arg-type]
_PROGRESS_AXES = Progress(None, 0, OptimizerState(0, 0, None, None))


class _Network:
    """One padded network; points run along the last axis."""

    def __init__(self, shape: SweepShape, problem: SweepProblem) -> None:
        self.shape, self.problem = shape.network, problem
        self.activation = ACTIVATIONS[shape.activation]
        self.loss = loss_function(self.shape.n_outputs, self.shape.loss)

    def propagate(self, params: list[Layer], x: Array) -> list[LayerRecord]:
        """The forward pass of :mod:`layerwarp.network.forward_pass` for x (n_inputs, n)."""
        records = []
        for index, (weights, bias) in enumerate(params):
            pre = _contract(weights, x, 0, 0) + bias[:, None]
            x = self._activate(index, pre) if index < self.shape.depth else pre
            records.append(LayerRecord(pre, x))
        return records

    def _activate(self, index: int, pre: Array) -> Array:
        mask = self.problem.neuron_mask[index]
        value = self.activation.value
        return _at_each_point(lambda z: value(jnp, z, mask), pre) * mask[:, None]

    def _pull_back(self, index: int, record: LayerRecord, gradient: Array) -> Array:
        pulled = _at_each_point(partial(self.activation.pullback, jnp), *record, gradient)
        return pulled * self.problem.neuron_mask[index][:, None]

    def losses_and_gradient(
        self, vector: Array, x: Array, labels: Array, weights: Array
    ) -> tuple[Array, Array, list[Layer]]:
        """Loss of each point (n,), outputs (n, k), and the gradient of the weighted loss."""
        params = split(vector, self.shape.layers)
        records = self.propagate(params, x)
        outputs = records[-1].post.T
        losses, slope = self.loss(jnp, outputs, labels, self.problem.output_mask[None])
        signal, gradient = slope.T * weights[None], []
        ones = jnp.ones_like(weights)
        for index in range(self.shape.depth, -1, -1):
            inputs = records[index - 1].post if index else x
            # The sum over points is a product too: XLA's own sums are not vectorized.
            gradient.append(Layer(_contract(inputs, signal, 1, 1), _contract(signal, ones, 1, 0)))
            if index:
                back = _contract(params[index].weights, signal, 1, 0)
                signal = self._pull_back(index - 1, records[index - 1], back)
        return losses, outputs, gradient[::-1]

    def measure(self, vector: Array) -> Measures:
        """Losses, accuracies and gradient norms over all points."""
        problem, size = self.problem, self.shape.n_train
        weights = piece_weights(0, size, problem.n_train)
        test_weights = piece_weights(0, self.shape.n_test, problem.n_test)
        labels = problem.labels[:size]
        losses, outputs, gradient = self.losses_and_gradient(
            vector, problem.points[:, :size], labels, weights
        )
        params = split(vector, self.shape.layers)
        test_outputs = self.propagate(params, problem.test_points)[-1].post.T
        test_losses, _ = self.loss(
            jnp, test_outputs, problem.test_labels, problem.output_mask[None]
        )
        return Measures(
            (losses * weights).sum(),
            (test_losses * test_weights).sum(),
            self._accuracy(outputs, losses, labels, weights),
            self._accuracy(test_outputs, test_losses, problem.test_labels, test_weights),
            jnp.stack([jnp.sqrt((layer.weights**2).sum()) for layer in gradient]),
        )

    def _accuracy(self, outputs: Array, losses: Array, labels: Array, weights: Array) -> Array:
        if self.shape.loss == SQUARED_ERROR:
            return r_squared(jnp, losses, labels, weights)
        outputs = jnp.where(self.problem.output_mask[None] > 0, outputs, -jnp.inf)
        right = (predict_classes(outputs) == labels) & (weights > 0)
        return right.sum().astype(jnp.float32) / (weights > 0).sum().astype(jnp.float32)


def _at_each_point(function: Callable[..., Array], *arrays: Array) -> Array:
    """A function of one point's neurons (width,) at all points of arrays (width, n).

    Unlike two transpositions around it, this leaves no trace in what is compiled.
    """
    return jax.vmap(function, in_axes=1, out_axes=1)(*arrays)


def _contract(a: Array, b: Array, axis_a: int, axis_b: int) -> Array:
    """Product of two arrays summed over one axis of each; what is left of ``a`` comes first."""
    return lax.dot_general(a, b, (((axis_a,), (axis_b,)), ((), ())))


def _advance(
    shape: SweepShape, problem: SweepProblem, progress: Progress, stops: Array, count: Array
) -> tuple[Progress, Array, Measures]:
    """Train one network up to each of the first ``count`` of ``stops``, recording there."""
    network, size = _Network(shape, problem), shape.network.batch
    batch_weights = piece_weights(0, size, problem.batch)

    def step(index: Array, carry: tuple[Array, OptimizerState]) -> tuple[Array, OptimizerState]:
        vector, state = carry
        start = (index * problem.batch) % problem.n_train
        x = lax.dynamic_slice_in_dim(problem.points, start, size, axis=1)
        labels = lax.dynamic_slice_in_dim(problem.labels, start, size)
        _, _, gradient = network.losses_and_gradient(vector, x, labels, batch_weights)
        penalty = problem.hyper.l2 * problem.decayed * vector
        return update(jnp, vector, flatten(gradient, jnp) + penalty, state, problem.hyper)

    def interval(index: Array, carry: tuple[Progress, Any]) -> tuple[Progress, Any]:
        progress, records = carry
        vector, state = lax.fori_loop(progress.step, stops[index], step, progress[1:])
        record = (vector, network.measure(vector))
        records = jax.tree.map(
            lambda all_, one: lax.dynamic_update_index_in_dim(all_, one, index, 0), records, record
        )
        return Progress(stops[index], vector, state), records

    empty = jnp.zeros(RECORDS_PER_CALL, jnp.float32)
    norms = jnp.zeros((RECORDS_PER_CALL, shape.network.depth + 1), jnp.float32)
    vectors = jnp.zeros((RECORDS_PER_CALL, shape.network.n_parameters), jnp.float32)
    start = (progress, (vectors, Measures(empty, empty, empty, empty, norms)))
    progress, (vectors, measures) = lax.fori_loop(0, count, interval, start)
    return progress, vectors, measures


def _specification(shape: SweepShape) -> tuple[SweepProblem, Progress, Any, Any]:
    """Shapes and types of the arguments of a sweep's program."""
    network, n = shape.network, shape.n_networks

    def array(dtype: Any, *size: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(size, dtype)

    real, whole = jnp.float32, jnp.int32
    label = real if network.loss == SQUARED_ERROR else whole
    size, columns = network.n_parameters, network.n_train + network.batch
    problem = SweepProblem(
        neuron_mask=array(real, n, network.depth, network.width),
        output_mask=array(real, network.n_outputs),
        decayed=array(real, size),
        points=array(real, n, network.n_inputs, columns),
        labels=array(label, n, columns),
        test_points=array(real, network.n_inputs, network.n_test),
        test_labels=array(label, network.n_test),
        n_train=array(whole),
        n_test=array(whole),
        batch=array(whole),
        hyper=Hyperparameters(*[array(real)] * 5),
    )
    vectors = array(real, n, size)
    state = OptimizerState(vectors, vectors, array(real), array(real))
    return (
        problem,
        Progress(array(whole), vectors, state),
        array(whole, RECORDS_PER_CALL),
        array(whole),
    )


@cache
def device_mesh() -> Mesh:
    """All devices of all processes in one row."""
    return Mesh(np.array(jax.devices()), (AXIS,))


def _spread(axes: Any) -> Any:
    """How arguments with these batch axes lie on the mesh."""
    return jax.tree.map(
        lambda axis: PartitionSpec() if axis is None else PartitionSpec(AXIS),
        axes,
        is_leaf=lambda axis: axis is None,
    )


def compile_sweep(shape: SweepShape) -> Program:
    """Compile the program of ``shape`` ahead of time, its networks shared out to all devices."""

    def advance(*arguments: Any) -> Any:
        return _advance(shape, *arguments)

    axes = (_PROBLEM_AXES, _PROGRESS_AXES, None, None)
    out_axes = (_PROGRESS_AXES, 0, 0)
    # Networks never speak to one another: each device runs its lanes alone.
    spread = jax.shard_map(
        jax.vmap(advance, in_axes=axes, out_axes=out_axes),
        mesh=device_mesh(),
        in_specs=_spread(axes),
        out_specs=_spread(out_axes),
        check_vma=False,  # the empty records of a loop's start are the same everywhere
    )
    shardings = jax.tree.map(
        lambda spec: NamedSharding(device_mesh(), spec),
        _spread(axes),
        is_leaf=lambda spec: isinstance(spec, PartitionSpec),
    )

    return compile_ahead(
        spread, _specification(shape), shape.devices[0], CPU_OPTIONS, in_shardings=shardings
    )


SWEEP_PROGRAMS = ProgramTable(MAX_LAYERS, lambda shape: max(FEWEST_LAYERS, shape.network.depth + 1))
