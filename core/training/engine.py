"""Training as data for a few compiled programs: no depth, width or choice is new to a compiler.

A network is a stack of equal blocks, padded to a bucket of widths, and a program loops over as many
of them as the network has layers, forwards and backwards. So the depth is a traced number like the
real widths (which enter as masks), the activation of each layer, optimizer, rates, kind of loss,
batch size, and numbers of points and steps: a program is compiled for a width bucket, for one
output or for up to five, and for a size of the pieces in which it takes a batch.

Two programs train a network. :func:`_advance` takes steps and hands out the parameters at those
to record; :func:`_measure` works out losses, accuracies and gradients there, on another thread.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from layerwarp.data.datasets import MAX_POINTS
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH, MAX_OUTPUTS, MAX_WIDTH, Architecture
from layerwarp.network.forward_pass import Layer, flatten, predict_classes
from layerwarp.training.losses import logistic, softmax_cross_entropy, squared_error
from layerwarp.training.optimizers import Hyperparameters, OptimizerState, update
from layerwarp.training.programs import Program, ProgramTable, bucket, compile_ahead, processor

Array = Any

LIKELY = (16, 8, 4, 32, MAX_WIDTH)  # widths, in the order in which visitors come to them
WIDTH_BUCKETS = tuple(sorted(LIKELY))
MAX_INPUTS = 8  # columns of the points, in buckets that have as many neurons
# Points that are taken at a time: a batch is one piece or several. The smaller one is for small
# batches; larger ones fall out of the processor's first cache in wide networks.
SMALL_PIECE, PIECE = 16, 64
# Rows that hold all points of a kind, with room for a piece that begins at the last of them.
ROWS = MAX_POINTS + PIECE - MAX_POINTS % PIECE + PIECE
# Parameters of a call's records: more would take longer to clear than a call to make.
RECORDED_FLOATS = 2**18


@dataclass(frozen=True)
class Shape:
    """What programs are compiled for.

    Attributes:
        width: Neurons of a padded layer.
        n_outputs: Padded outputs, 1 or 5.
        piece: Points a pass, or 0 for the program that measures.
    """

    width: int
    n_outputs: int
    piece: int

    @classmethod
    def of(cls, architecture: Architecture, batch: int) -> "Shape":
        """What trains a network with batches of this size."""
        n_outputs = 1 if architecture.n_outputs == 1 else MAX_OUTPUTS
        width = max(*architecture.sizes[:-1], n_outputs)
        piece = bucket(min(batch, PIECE), (SMALL_PIECE, PIECE))
        return cls(bucket(width, WIDTH_BUCKETS), n_outputs, piece)

    @property
    def measuring(self) -> "Shape":
        """What measures the networks that this one trains."""
        return Shape(self.width, self.n_outputs, 0)

    @property
    def n_columns(self) -> int:
        """Coordinates of a padded point."""
        return min(self.width, MAX_INPUTS)

    @property
    def n_records(self) -> int:
        """Steps that one call can record."""
        return min(64, RECORDED_FLOATS // int(np.prod(self.blocks)))

    @property
    def blocks(self) -> tuple[int, int, int]:
        """Of the parameters: the output layer, then hidden ones; a block's last row is the bias."""
        return MAX_DEPTH + 1, self.width + 1, self.width

    def real_positions(self, architecture: Architecture) -> np.ndarray:
        """Where the parameters of ``architecture`` stand in the flat blocks (n_parameters,)."""
        blocks = np.arange(np.prod(self.blocks)).reshape(self.blocks)
        cut = [
            Layer(blocks[index, :fan_in, :fan_out], blocks[index, -1, :fan_out])
            for index, (fan_in, fan_out) in block_shapes(architecture)
        ]
        return flatten(cut)

    def compile(self) -> Program:
        """Compile the program of this shape."""
        blocks = _real(*self.blocks)
        progress = Progress(_whole(), blocks, OptimizerState(blocks, blocks, _real(), _real()))
        records = _real(self.n_records, *self.blocks)
        middle = (progress, _whole(self.n_records)) if self.piece else (records,)
        function = partial(_advance if self.piece else _measure, self)
        return compile_ahead(function, (self._problem(), *middle, _whole()), processor())

    @property
    def devices(self) -> list[jax.Device]:
        """What the program runs on."""
        return [processor()]

    def _problem(self) -> "Problem":
        n_blocks, n_rows, width = self.blocks
        return Problem(
            rows=_real(n_blocks, n_rows),
            columns=_real(n_blocks, width),
            kinds=_whole(n_blocks),
            slopes=_real(n_blocks),
            points=_real(2 * ROWS, self.n_columns),
            labels=_real(2 * ROWS),
            **dict.fromkeys(("squared", "depth", "n_train", "n_test", "batch"), _whole()),
            hyper=Hyperparameters(*[_real()] * 5),
        )


def block_shapes(architecture: Architecture) -> Iterator[tuple[int, tuple[int, int]]]:
    """Number of its block and (fan_in, fan_out) of each layer, the output's last."""
    return zip([*range(1, architecture.depth + 1), 0], architecture.shapes, strict=True)


def _real(*size: int) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(size, jnp.float32)


def _whole(*size: int) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(size, jnp.int32)


class Problem(NamedTuple):
    """Everything that does not change during training.

    Shapes, for b blocks of width w: ``rows`` (b, w + 1) and ``columns`` (b, w) are 1 for what a
    block's layer reads and writes, 0 for padding; ``kinds`` and ``slopes`` (b,) of the activations.
    ``points`` (2 ROWS, inputs) and ``labels`` (2 ROWS,) go round the training points until ROWS,
    so that every batch is a slice; the test points follow. Labels are numbers of classes or, where
    ``squared``, wanted values; one output only knows both.
    """

    rows: Array
    columns: Array
    kinds: Array
    slopes: Array
    points: Array
    labels: Array
    squared: Array
    depth: Array
    n_train: Array
    n_test: Array
    batch: Array
    hyper: Hyperparameters


class Progress(NamedTuple):
    """Where training stands: step number, padded parameters and the optimizer's state."""

    step: Array
    blocks: Array
    state: OptimizerState


class Measures(NamedTuple):
    """What is measured at recorded steps, over all points; axes (record, training or test).

    ``gradient_norms`` (record, block) are of the training loss in the weights of each layer.
    """

    losses: Array
    accuracies: Array
    gradient_norms: Array


class _Memory(NamedTuple):
    """What a pass leaves for the one back, and that for the update; written anew in each.

    Shapes: pre- and post-activations of each hidden layer (b, points, w), the points themselves as
    post-activations of block 0; gradient (2 b, w + 1, w) of all pieces, then that of a later piece,
    as the parameters. It goes through all loops, because a new one each time would have to be
    cleared.
    """

    pre: Array
    post: Array
    gradient: Array


def _empty_memory(shape: Shape, n_points: int) -> _Memory:
    n_blocks, n_rows, width = shape.blocks
    layers = jnp.zeros((n_blocks, n_points, width), jnp.float32)
    return _Memory(layers, layers, jnp.zeros((2 * n_blocks, n_rows, width), jnp.float32))


# All piecewise-linear functions are one branch with a slope; each other function is its own.
_CURVED = [name for name, function in ACTIVATIONS.items() if function.negative_slope is None]


def activation_code(name: str) -> tuple[int, float]:
    """Branch number and slope below zero of an activation."""
    slope = ACTIVATIONS[name].negative_slope
    return (1 + _CURVED.index(name), 0.0) if slope is None else (0, slope)


def _at(array: Array, index: Array) -> Array:
    return lax.dynamic_index_in_dim(array, index, keepdims=False)


def _put(array: Array, value: Array, index: Array) -> Array:
    return lax.dynamic_update_index_in_dim(array, value, index, 0)


def _by_kind(
    problem: Problem,
    index: Array,
    straight: Callable[..., Array],
    curved: Callable[..., Array],
    *arrays: Array,
) -> Array:
    """One of two functions of ``arrays``, by the activation of a layer; ``curved`` has a name.

    Both take what they need from arrays of all layers: then XLA joins that with their formulas.
    """
    branches: list[Callable[..., Array]] = [straight]
    branches += [partial(curved, name) for name in _CURVED]
    return lax.switch(_at(problem.kinds, index), branches, *arrays)


def _activate(problem: Problem, index: Array, pre: Array) -> Array:
    """What a layer makes of its pre-activations."""

    def straight(pre: Array) -> Array:
        z = _at(pre, index)
        return jnp.where(z > 0, z, _at(problem.slopes, index) * z)

    def curved(name: str, pre: Array) -> Array:
        value: Array = ACTIVATIONS[name].value(
            jnp, _at(pre, index), _at(problem.columns, index)[None]
        )
        return value

    return _by_kind(problem, index, straight, curved, pre)


def _pull_back(problem: Problem, index: Array, pre: Array, post: Array, gradient: Array) -> Array:
    """The gradient in a layer's pre-activations from that in its post-activations."""

    def straight(pre: Array, post: Array, gradient: Array) -> Array:
        slope = _at(problem.slopes, index)
        return jnp.where(_at(pre, index) > 0, gradient, slope * gradient)

    def curved(name: str, pre: Array, post: Array, gradient: Array) -> Array:
        pull = ACTIVATIONS[name].pullback
        pulled: Array = pull(jnp, _at(pre, index), _at(post, index), gradient)
        return pulled

    return _by_kind(problem, index, straight, curved, pre, post, gradient)


class _Network:
    """Forward and backward pass of one padded network, by pieces of the points."""

    def __init__(self, shape: Shape, problem: Problem) -> None:
        self.shape, self.problem = shape, problem
        self.end = problem.depth + 1

    def forward(self, blocks: Array, start: Array, memory: _Memory) -> tuple[Array, _Memory]:
        """Outputs (points, n_outputs) of the piece of points that begins at ``start``."""
        width, n_points = self.shape.width, memory.post.shape[1]
        x = lax.dynamic_slice_in_dim(self.problem.points, start, n_points)
        x = jnp.pad(x, ((0, 0), (0, width - self.shape.n_columns)))

        def layer(index: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            x, pre, post = carry
            block = _at(blocks, index)
            pre = _put(pre, x @ block[:width] + block[width:], index)
            x = _activate(self.problem, index, pre)
            return x, pre, _put(post, x, index)

        start_ = (x, memory.pre, _put(memory.post, x, 0))
        x, pre, post = lax.fori_loop(1, self.end, layer, start_)
        output = blocks[0, :, : self.shape.n_outputs]
        return x @ output[:width] + output[width:], memory._replace(pre=pre, post=post)

    def backward(self, blocks: Array, slope: Array, memory: _Memory, first: Array) -> _Memory:
        """Add a piece's gradient to the others', or begin with it; ``slope`` is in the outputs."""
        width, depth, n_blocks = self.shape.width, self.problem.depth, self.shape.blocks[0]
        place = jnp.where(first, 0, n_blocks)

        def note(gradient: Array, inputs: Array, signal: Array, index: Array) -> Array:
            weights, bias = inputs.T @ signal, signal.sum(axis=0)
            gradient = lax.dynamic_update_slice(gradient, weights[None], (index, 0, 0))
            return lax.dynamic_update_slice(gradient, bias[None, None], (index, width, 0))

        def layer(count: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
            signal, gradient = carry
            index = depth - count
            signal = _pull_back(self.problem, index, memory.pre, memory.post, signal)
            gradient = note(gradient, _at(memory.post, index - 1), signal, place + index)
            # No layer is before the first.
            back = lambda signal: signal @ _at(blocks, index)[:width].T  # noqa: E731
            return lax.cond(index > 1, back, lambda signal: signal, signal), gradient

        def add(index: Array, gradient: Array) -> Array:
            both = _at(gradient, index) + _at(gradient, n_blocks + index)
            return _put(gradient, both, index)

        gradient = note(memory.gradient, _at(memory.post, depth), slope, place)
        signal = slope @ blocks[0, :width, : self.shape.n_outputs].T
        _, gradient = lax.fori_loop(0, depth, layer, (signal, gradient))
        gradient = lax.fori_loop(0, jnp.where(first, 0, self.end), add, gradient)
        return memory._replace(gradient=gradient)

    def loss(self, outputs: Array, start: Array, weights: Array) -> tuple[Array, Array]:
        """Weighted loss and share of right answers (2,), and the loss's slope in the outputs."""
        labels = lax.dynamic_slice_in_dim(self.problem.labels, start, len(outputs))
        mask = self.problem.columns[:1, : self.shape.n_outputs]
        if self.shape.n_outputs == 1:
            squared = self.problem.squared > 0
            pairs = zip(
                squared_error(jnp, outputs, labels, mask),
                logistic(jnp, outputs, labels, mask),
                strict=True,
            )
            losses, slope = (jnp.where(squared, *pair) for pair in pairs)
        else:
            losses, slope = softmax_cross_entropy(jnp, outputs, labels.astype(jnp.int32), mask)
        classes = predict_classes(jnp.where(mask > 0, outputs, -jnp.inf))
        right = classes == labels.astype(jnp.int32)
        sums = jnp.stack([(losses * weights).sum(), jnp.where(right, weights, 0).sum()])
        return sums, slope * weights[:, None]

    def gradient_of(self, memory: _Memory, index: Array) -> Array:
        """A block's gradient without what padded neurons make of theirs."""
        rows, columns = _at(self.problem.rows, index), _at(self.problem.columns, index)
        return _at(memory.gradient, index) * rows[:, None] * columns[None]


def piece_weights(start: Array, n_points: int, count: Array) -> Array:
    """1 / ``count`` for points of a piece that are among the first ``count``, 0 for the rest."""
    real = start + jnp.arange(n_points) < count
    return real.astype(jnp.float32) / count.astype(jnp.float32)


def _step(
    network: _Network, index: Array, blocks: Array, state: OptimizerState, memory: _Memory
) -> tuple[Array, OptimizerState, _Memory]:
    """One update, after the batch of this number."""
    problem, piece = network.problem, network.shape.piece
    batch, hyper = problem.batch, problem.hyper

    def part(number: Array, memory: _Memory) -> _Memory:
        begin = number * piece
        start = (index * batch + begin) % problem.n_train
        outputs, memory = network.forward(blocks, start, memory)
        _, slope = network.loss(outputs, start, piece_weights(begin, piece, batch))
        return network.backward(blocks, slope, memory, number == 0)

    memory = lax.fori_loop(0, (batch + piece - 1) // piece, part, memory)
    is_weight = np.ones((network.shape.width + 1, 1), np.float32)
    is_weight[-1] = 0  # a bias is not decayed

    def rule(adaptive: float, index: Array, *stacks: Array) -> tuple[Array, Array, Array]:
        block, mean, square = (_at(stack, index) for stack in stacks)
        gradient = network.gradient_of(memory, index) + hyper.l2 * is_weight * block
        old = state._replace(mean=mean, square=square)
        block, new = update(jnp, block, gradient, old, hyper._replace(adaptive=adaptive))
        return block, new.mean, new.square

    def layer(index: Array, stacks: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        # A branch hands its results over whole: joined with their places in the stacks, each of the
        # three formulas would read the others' old values, and XLA copy whole stacks for that.
        rules = partial(rule, 1.0), partial(rule, 0.0)
        new = lax.cond(hyper.adaptive > 0, *rules, index, *stacks)
        one, two, three = (_put(*pair, index) for pair in zip(stacks, new, strict=True))
        return one, two, three

    stacks = lax.fori_loop(0, network.end, layer, (blocks, state.mean, state.square))
    blocks, mean, square = stacks
    powers = state.decay_power * hyper.decay, state.square_decay_power * hyper.square_decay
    return blocks, OptimizerState(mean, square, *powers), memory


def _advance(
    shape: Shape, problem: Problem, progress: Progress, stops: Array, count: Array
) -> tuple[Progress, Array]:
    """Train up to each of the first ``count`` of ``stops`` (n_records,).

    Returns:
        Where training stands then, and the parameters at each stop (n_records, *blocks).
    """
    network = _Network(shape, problem)

    def step(index: Array, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        return _step(network, index, *carry)

    def interval(number: Array, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        at, blocks, state, memory, records = carry
        stop = stops[number]
        blocks, state, memory = lax.fori_loop(at, stop, step, (blocks, state, memory))
        return stop, blocks, state, memory, _put(records, blocks, number)

    records = jnp.zeros((shape.n_records, *shape.blocks), jnp.float32)
    start = (*progress, _empty_memory(shape, shape.piece), records)
    *reached, _, records = lax.fori_loop(0, count, interval, start)
    return Progress(*reached), records


def _measure(shape: Shape, problem: Problem, records: Array, count: Array) -> Measures:
    """Look at the first ``count`` of the parameters in ``records`` (n_records, *blocks)."""
    network, sizes = _Network(shape, problem), (problem.n_train, problem.n_test)
    n_train, n_test = ((size + PIECE - 1) // PIECE for size in sizes)

    def look(blocks: Array, memory: _Memory) -> tuple[Array, Array, _Memory]:
        def part(number: Array, carry: tuple[Array, _Memory]) -> tuple[Array, _Memory]:
            sums, memory = carry
            is_train = number < n_train
            begin = jnp.where(is_train, number, number - n_train) * PIECE
            weights = piece_weights(begin, PIECE, jnp.where(is_train, *sizes))
            start = jnp.where(is_train, begin, ROWS + begin)
            outputs, memory = network.forward(blocks, start, memory)
            found, slope = network.loss(outputs, start, weights)
            kind = jnp.where(is_train, 0, 1)
            sums = _put(sums, _at(sums, kind) + found, kind)
            back = partial(network.backward, blocks)
            first = number == 0
            skip = lambda slope, memory, first: memory  # noqa: E731 - test points teach nothing
            return sums, lax.cond(is_train, back, skip, slope, memory, first)

        def norm(index: Array, norms: Array) -> Array:
            weights = network.gradient_of(memory, index)[: shape.width]
            return _put(norms, jnp.sqrt((weights**2).sum()), index)

        empty = jnp.zeros((2, 2), jnp.float32)
        sums, memory = lax.fori_loop(0, n_train + n_test, part, (empty, memory))
        norms = jnp.zeros(shape.blocks[0], jnp.float32)
        return sums, lax.fori_loop(0, network.end, norm, norms), memory

    def record(number: Array, carry: tuple[Array, Array, _Memory]) -> tuple[Array, Array, _Memory]:
        all_sums, all_norms, memory = carry
        sums, norms, memory = look(_at(records, number), memory)
        return _put(all_sums, sums, number), _put(all_norms, norms, number), memory

    sums = jnp.zeros((shape.n_records, 2, 2), jnp.float32)
    norms = jnp.zeros((shape.n_records, shape.blocks[0]), jnp.float32)
    start_ = (sums, norms, _empty_memory(shape, PIECE))
    sums, norms, _ = lax.fori_loop(0, count, record, start_)
    return Measures(sums[:, :, 0], sums[:, :, 1], norms)


def all_shapes() -> list[Shape]:
    """Every shape that a training can ask for, those of the default settings first."""
    training = [
        Shape(width, n_outputs, piece)
        for piece in (PIECE, SMALL_PIECE)
        for n_outputs in (1, MAX_OUTPUTS)
        for width in LIKELY
        if width >= n_outputs
    ]
    return list(dict.fromkeys(shape for each in training for shape in (each, each.measuring)))


PROGRAMS = ProgramTable(len(all_shapes()))
