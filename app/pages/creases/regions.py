"""The exact mesh of a network at one recorded step, summed up: found beside the script, kept."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.stage.payload import input_box
from layerwarp.data.datasets import Dataset
from layerwarp.geometry.boundary import ClassTopology
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.training.history import TrainingHistory

KEPT = 512
MAX_FACES = 60_000  # more take seconds to sum up, for everybody, and tell no one anything new


@dataclass(frozen=True)
class RegionFacts:
    """What the page says about a mesh.

    Attributes:
        step: Training step.
        count: Activation regions, the pieces that are drawn.
        linear_count: Pieces that differ in their affine map from all neighbors.
        dead: Neurons that are nowhere on in the picture.
        always_on: Neurons that are on everywhere.
        loops: Closed curves of the decision boundary.
        topology: One entry a class; empty if the mesh is not complete.
        notice: A sentence if the mesh is not complete or cannot be had, else "".
    """

    step: int
    count: int = 0
    linear_count: int = 0
    dead: int = 0
    always_on: int = 0
    loops: int = 0
    topology: tuple[ClassTopology, ...] = ()
    notice: str = ""


_facts: BoundedCache[Future[RegionFacts]] = BoundedCache(KEPT, KEPT, lambda _: 1)
_wishes: dict[str, Future[RegionFacts]] = {}  # the newest of each visitor, until it is fulfilled
_lock = threading.Lock()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="regions")


def request(
    experiment: Experiment, history: TrainingHistory, step: int | None, visitor: str
) -> Future[RegionFacts]:
    """The facts of the recorded step nearest to ``step``, of the last one if that is None.

    What a visitor asked for before is not begun any more, if nobody else waits for it.
    """
    steps = np.asarray(history.steps)
    record = len(steps) - 1 if step is None else int(np.abs(steps - step).argmin())
    key = (experiment, history.parameters[record].tobytes())
    with _lock:
        future = _facts.get(key)
        if future is None or future.cancelled():
            future = _pool().submit(_find, experiment, history, record)
            _facts.put(key, future)
        before = _wishes.pop(visitor, future)
        for name in [name for name, wish in _wishes.items() if wish.done()]:
            del _wishes[name]
        _wishes[visitor] = future
        if before not in _wishes.values():
            before.cancel()
    return future


def _find(experiment: Experiment, history: TrainingHistory, record: int) -> RegionFacts:
    data = experiment.dataset.make()
    assert isinstance(data, Dataset)
    step = int(history.steps[record])
    box, params = input_box(data.points), history.params_at(record)
    try:
        mesh = linear_regions(history.architecture, params, box, MAX_FACES)
    except ValueError as error:
        return RegionFacts(step, notice=f"There is no mesh of step {step:,}: {error}.")
    return RegionFacts(
        step,
        mesh.count,
        mesh.linear_count,
        sum(int(layer.sum()) for layer in mesh.dead),
        sum(int(layer.sum()) for layer in mesh.always_on),
        len(mesh.boundary_loops),
        mesh.decision.topology if mesh.complete else (),
        mesh.notice,
    )
