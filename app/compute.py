"""Every call of the app into core that takes time: shared, cached, bounded, cancellable."""

import threading
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from streamlit import runtime

from app import default_grid, default_warp, lines, own_network
from app.cache import BoundedCache
from app.captions import title
from app.compiler import Compiler
from app.experiment import DEFAULT, Experiment, TargetConfig
from app.grid import Grid
from app.jax_setup import tidy
from app.stage.payload import pack
from app.stage.pieces_payload import pack as pack_line
from app.sweeps import Question, SweepJob, Sweeps
from app.trainer import Trainer, TrainingJob, shape_function
from core.architecture import MAX_DEPTH, MAX_WIDTH
from core.datasets import Dataset
from core.history import TrainingHistory

if TYPE_CHECKING:
    from core.programs import Shape

FIRST_PICTURE_SECONDS = 2.0
PAYLOADS, PAYLOAD_BYTES = 256, 128 * 2**20

_compiler = Compiler()
_payloads: BoundedCache[bytes] = BoundedCache(PAYLOADS, PAYLOAD_BYTES, len)


def _present(visitor: str) -> bool:
    """Whether the visitor's session is connected; where there is no server, everybody is."""
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)


@cache
def _recorded_warp() -> TrainingHistory | None:
    return default_warp.load()


@cache
def _trainer() -> Trainer:
    trainer = Trainer(_compiler, _present)
    recorded = _recorded_warp()
    if recorded is not None:
        trainer.remember(DEFAULT, recorded)
    return trainer


def request(experiment: Experiment, visitor: str) -> TrainingJob:
    """Ask for a trained network.

    Args:
        experiment: What to train.
        visitor: Who asks; a later request of the same visitor ends an earlier one that nobody
            else waits for.

    Returns:
        Where the training stands, shared by all who ask for the same.
    """
    if experiment.loaded:
        _trainer().remember(experiment, own_network.history(experiment))
        return _trainer().request(experiment, visitor)
    job = _trainer().request(experiment, visitor)
    _compiler.warm(_neighbors(experiment))
    return job


def stop(visitor: str) -> None:
    """End the visitor's training and keep what was reached."""
    _trainer().stop(visitor)


@cache
def sweeps() -> Sweeps:
    """What answers questions about many networks, for all visitors."""
    answers = Sweeps(_present, _compiler.wait_started, tidy)
    recorded = default_grid.load()
    if recorded is not None:
        answers.remember(Grid(), recorded)
    return answers


def ask(question: Question, visitor: str, slot: str) -> SweepJob:
    """Ask for a grid or another small experiment; see :meth:`app.sweeps.Sweeps.request`."""
    return sweeps().request(question, visitor, slot)


def leave_sweeps(visitor: str) -> None:
    """The visitor is on a page without sweeps: those that nobody else waits for end."""
    if sweeps.cache_info().currsize:  # else nobody has asked for any, and the grid is not loaded
        sweeps().leave(visitor)


def payload(
    experiment: Experiment, history: TrainingHistory, view: str, chosen: tuple[int, ...]
) -> bytes:
    """What the stage draws, byte for byte the same for the same arguments."""
    # The same experiment may be shown as a preview, stopped on the way or finished.
    version = len(history.steps), history.parameters[-1].tobytes()

    def make() -> bytes:
        data = experiment.dataset.make()
        if not isinstance(data, Dataset):
            raise TypeError("the stage shows labeled points, not a function")
        return pack(data, history, view, chosen or (0, 1), partial(title, experiment, history))

    return _kept((experiment, version, view, chosen), make)


def line(experiment: Experiment, history: TrainingHistory) -> bytes:
    """What the page "Pieces" draws of a training; see :func:`payload`."""
    version = len(history.steps), history.parameters[-1].tobytes()
    return _kept((experiment, version), lambda: pack_line(lines.trained(experiment, history)))


def by_hand(target: TargetConfig, numbers: tuple[float, ...]) -> bytes:
    """What it draws of a network built by hand."""
    return pack_line(lines.by_hand(target, numbers))


def constructed(name: str, shifted: bool) -> bytes:
    """What it draws of a construction of theory."""
    return _kept((name, shifted), lambda: pack_line(lines.constructed(name, shifted)))


def undrawn(target: TargetConfig) -> bytes:
    """What it draws where there are too few points for a network."""
    return pack_line(lines.undrawn(target))


def _kept(key: Hashable, make: Callable[[], bytes]) -> bytes:
    known = _payloads.get(key)
    if known is None:
        known = make()
        _payloads.put(key, known)
    return known


def prepare() -> None:
    """Pack the first picture before anyone asks for it."""
    recorded = _recorded_warp()
    if recorded is not None:
        payload(DEFAULT, recorded, "plane", ())


@cache
def warm_up() -> None:
    """Bring up JAX and compile the likely first shapes in the background, once.

    Importing JAX holds the interpreter; the first visitor's picture comes before that.
    """
    timer = threading.Timer(FIRST_PICTURE_SECONDS, lambda: _compiler.warm(_neighbors(DEFAULT)))
    timer.daemon = True
    timer.start()


def notices() -> list[str]:
    """What every visitor should know about this server, in sentences."""
    return [_compiler.notice] if _compiler.notice else []


def _neighbors(experiment: Experiment) -> Iterator[Callable[[], "Shape"]]:
    """Shapes one move of a slider away, the most likely first, beginning with this one."""
    architecture = experiment.architecture
    data = experiment.dataset.make()
    for widths in _neighbor_widths(architecture.widths):
        activation = architecture.activations[0] if architecture.depth else "relu"
        changed = replace(architecture, widths=widths, activation=activation)
        yield shape_function(replace(experiment, architecture=changed), data)


def _neighbor_widths(widths: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    depth, width = len(widths), max(widths, default=DEFAULT.architecture.widths[0])
    yield widths
    for next_depth in (depth + 1, depth - 1):
        if 0 <= next_depth <= MAX_DEPTH:
            yield (width,) * next_depth
    for next_width in (width // 2, min(2 * width, MAX_WIDTH), width // 4):
        if next_width >= 1:
            yield (next_width,) * depth
