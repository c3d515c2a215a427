"""Where pages ask for work: networks to train, questions to answer, and what a server prepares."""

import threading
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from streamlit import runtime

from layerwarp.app.experiments.experiment import DEFAULT, Experiment
from layerwarp.app.work import payloads, recorded_warp
from layerwarp.app.work.answers import Answers, Question
from layerwarp.app.work.compiler import Compiler
from layerwarp.app.work.jax_start import tidy
from layerwarp.app.work.jobs import Job, Jobs
from layerwarp.app.work.trainer import Trainer, shape_function
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH
from layerwarp.training.history import TrainingHistory

if TYPE_CHECKING:
    from layerwarp.training.programs import Shape

FIRST_PICTURE_SECONDS = 2.0
# A sweep itself keeps all cores busy; the second worker keeps a short one from waiting.
SWEEPERS = 2

_compiler = Compiler()


def _present(visitor: str) -> bool:
    """Whether the visitor's session is connected; where there is no server, everybody is."""
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)


@cache
def _recorded_warp() -> TrainingHistory | None:
    return recorded_warp.load()


@cache
def trainer() -> Trainer:
    """What trains single networks, for all visitors."""
    trainer = Trainer(_compiler, _present)
    recorded = _recorded_warp()
    if recorded is not None:
        trainer.remember(DEFAULT, recorded)
    return trainer


@cache
def sweeps() -> Answers:
    """What answers questions about many networks that are trained."""
    return Answers("sweeps", SWEEPERS, _present, _compiler.wait_started, tidy)


@cache
def looks() -> Answers:
    """What answers questions about networks that are there: these take no training, and no JAX."""
    return Answers("looks", 1, _present)


def _jobs(asked: Hashable) -> Jobs[Any, Any]:
    """What does this kind of work."""
    if isinstance(asked, Experiment):
        return trainer()
    return sweeps() if cast(Question, asked).trains else looks()


def request(asked: Hashable, visitor: str, slot: str = "") -> Job:
    """Ask for work.

    Args:
        asked: An :class:`~layerwarp.app.experiments.experiment.Experiment` to train, or a
            :class:`~layerwarp.app.work.answers.Question`.
        visitor: Who asks; what the same visitor asked for in this slot before ends, unless somebody
            else waits for it.
        slot: What the visitor waits for with it.

    Returns:
        Where the work stands, shared by all who ask for the same.
    """
    job: Job = _jobs(asked).request(asked, visitor, slot)
    if isinstance(asked, Experiment) and not asked.loaded:
        _compiler.warm(_neighbors(asked))
    return job


def stop(asked: Hashable, visitor: str, slot: str = "") -> None:
    """End the visitor's work in a slot and keep what was reached."""
    _jobs(asked).stop(visitor, slot)


def leave(asked: Hashable, visitor: str, slot: str = "") -> None:
    """The visitor waits no longer: work that nobody else wants ends."""
    _jobs(asked).leave(visitor, slot)


def knows(asked: Hashable) -> bool:
    """Whether the answer is there or being worked out: asking costs nothing more."""
    return _jobs(asked).knows(asked)


def remember(asked: Hashable, answer: Any) -> None:
    """Keep an answer for whoever asks."""
    _jobs(asked).remember(asked, answer)


def prepare() -> None:
    """Pack the first picture before anyone asks for it."""
    recorded = _recorded_warp()
    if recorded is not None:
        payloads.plane(DEFAULT, recorded, "plane")


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
