"""Training: LayerWarp against scikit-learn and a plain numpy loop, the same work side by side."""

import time
import warnings
from collections.abc import Iterator

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from layerwarp import (
    Architecture,
    Dataset,
    TrainingConfig,
    init_params,
    make_dataset,
    record_activations,
    train,
)
from layerwarp.training.samples import Samples
from tests.benchmarks import plain_numpy
from tests.benchmarks.tables import Table, measure, milliseconds

TIMES = ("min ms", "median ms")
MESH = 61  # points a side of the square on which activations are recorded


def tables(quick: bool) -> Iterator[Table]:
    """One table for each kind of training; ``quick`` is a try-out of a few steps."""
    steps, repeats = (60, 1) if quick else (2000, 15)
    yield against_rivals(steps, repeats)
    yield tiny_network(steps, repeats)
    yield warm_move(min(steps, 500), 1 if quick else 50)


def compile_seconds(data: Dataset, architecture: Architecture, config: TrainingConfig) -> float:
    """Seconds until the program is there."""
    from layerwarp.training.compiled import shapes_of
    from layerwarp.training.engine import PROGRAMS

    start = time.perf_counter()
    for shape in shapes_of(data, architecture, config):
        PROGRAMS.get(shape)
    return time.perf_counter() - start


class Numpy:
    """The plain loop from the same start, through the same batches as LayerWarp."""

    def __init__(self, data: Dataset, architecture: Architecture, config: TrainingConfig) -> None:
        self.data, self.config = Samples.of(data).shuffled(config.seed), config
        self.activation = architecture.activations[0]
        layers = init_params(architecture, config.seed, config.initializer, data.points)
        self.start = self.params = [part for layer in layers for part in layer]

    def __call__(self) -> None:
        data, config = self.data, self.config
        self.params = plain_numpy.train(
            self.start,
            data.points,
            data.labels,
            self.activation,
            config.batch_size,
            config.steps,
            config.learning_rate,
        )

    def loss(self) -> float:
        return plain_numpy.mean_loss(
            self.params, self.data.points, self.data.labels, self.activation
        )


class ScikitLearn:
    """MLPClassifier for the nearest number of whole epochs, no early stop, no shuffling.

    The last batch of an epoch holds the points that are left, where LayerWarp and the plain loop
    fill it up from the next epoch: a little less work.
    """

    def __init__(self, data: Dataset, architecture: Architecture, config: TrainingConfig) -> None:
        self.data = Samples.of(data).shuffled(config.seed)
        batches = -(-len(data.points) // config.batch_size)
        epochs = max(1, round(config.steps / batches))
        self.updates = epochs * batches
        self.model = MLPClassifier(
            architecture.widths,
            activation=architecture.activations[0],
            solver="adam",
            alpha=config.l2,
            batch_size=config.batch_size,
            learning_rate_init=config.learning_rate,
            max_iter=epochs,
            n_iter_no_change=epochs + 1,
            tol=0,
            shuffle=False,
            random_state=config.seed,
        )

    def __call__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is to stop there
            self.model.fit(self.data.points, self.data.labels)


def against_rivals(steps: int, repeats: int) -> Table:
    data, config = make_dataset("spiral"), TrainingConfig(steps=steps)
    architecture = Architecture()
    compiling = compile_seconds(data, architecture, config)
    history = train(data, architecture, config)
    sklearn = ScikitLearn(data, architecture, config)
    numpy = Numpy(data, architecture, config)
    ours = lambda: train(data, architecture, config)  # noqa: E731
    times = measure([ours, sklearn, numpy], repeats)
    times[1] = [seconds * steps / sklearn.updates for seconds in times[1]]
    losses = history.train_loss[-1], sklearn.model.loss_, numpy.loss()
    names = "LayerWarp, with recording", "scikit-learn MLPClassifier", "plain numpy"
    fastest = min(times[0])
    rows = [
        (name, *milliseconds(taken), f"{min(taken) / fastest:.1f}", f"{loss:.4f}")
        for name, taken, loss in zip(names, times, losses, strict=True)
    ]
    return Table(
        f"2-16-16-1 ReLU, {len(data.points)} points of the spiral, batch {config.batch_size}, "
        f"{steps:,} updates by Adam",
        ("", *TIMES, "times ours", "training loss"),
        rows,
        (
            f"Compiling took {1000 * compiling:.0f} ms and is not counted.",
            f"scikit-learn made {sklearn.updates:,} updates in whole epochs; its times are scaled "
            f"to {steps:,}.",
        ),
    )


def tiny_network(steps: int, repeats: int) -> Table:
    data = make_dataset("spiral", n_points=500)
    config = TrainingConfig(steps=steps, batch_size=10)
    architecture = Architecture((4, 2), "tanh")
    compiling = compile_seconds(data, architecture, config)
    numpy = Numpy(data, architecture, config)
    history = train(data, architecture, config)
    times = measure([lambda: train(data, architecture, config), numpy], repeats)
    losses = history.train_loss[-1], numpy.loss()
    rows = [
        (
            name,
            *milliseconds(taken, 1000 / steps),
            f"{min(taken) / min(times[1]):.3f}",
            f"{loss:.4f}",
        )
        for name, taken, loss in zip(
            ("LayerWarp, with recording", "plain numpy"), times, losses, strict=True
        )
    ]
    return Table(
        f"2-4-2-1 tanh, {len(data.points)} points, batch 10, {steps:,} updates by Adam, an update",
        ("", "min µs", "median µs", "of numpy's", "training loss"),
        rows,
        (f"Compiling took {1000 * compiling:.0f} ms and is not counted.",),
    )


def warm_move(steps: int, repeats: int) -> Table:
    data = make_dataset("spiral", n_points=500)
    config = TrainingConfig(steps=steps, batch_size=10)
    architecture = Architecture((8,) * 6, "tanh")
    compiling = compile_seconds(data, architecture, config)
    axis = np.linspace(-3, 3, MESH, dtype=np.float32)
    mesh = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    history = train(data, architecture, config)

    def move() -> None:
        new = train(data, architecture, config)
        record_activations(architecture, new.params, mesh)

    record = lambda: record_activations(architecture, history.params, mesh)  # noqa: E731
    times = measure([move, record], repeats)
    names = "all of it", f"of which activations on {MESH}x{MESH} points"
    return Table(
        f"A warm move: 2-8x6-1 tanh, {len(data.points)} points, batch 10, {steps:,} updates, "
        f"{len(history.steps)} recordings, activations",
        ("", *TIMES),
        [(name, *milliseconds(taken)) for name, taken in zip(names, times, strict=True)],
        (f"Compiling took {1000 * compiling:.0f} ms and is not counted.",),
    )
