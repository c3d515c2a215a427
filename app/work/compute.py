"""Where pages ask for work: networks to train, questions to answer, and what a server prepares."""

import threading
from functools import cache
from typing import Any, cast

from streamlit import runtime

from layerwarp.app.experiments.experiment import DEFAULT, Experiment
from layerwarp.app.work import payloads, recorded_warp
from layerwarp.app.work.answers import Answers, Question
from layerwarp.app.work.compiler import Compiler, Later
from layerwarp.app.work.jax_start import tidy
from layerwarp.app.work.jobs import Asked, Job, Jobs
from layerwarp.app.work.trainer import Trainer
from layerwarp.app.work.turns import Turns
from layerwarp.training.history import TrainingHistory

FIRST_PICTURE_SECONDS = 2.0

_compiler, _turns = Compiler(), Turns()


def _present(visitor: str) -> bool:
    """Whether the visitor's session is connected; where there is no server, everybody is."""
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)


@cache
def _recorded_warp() -> TrainingHistory | None:
    return recorded_warp.load()


@cache
def trainer() -> Trainer:
    """What trains single networks, for all visitors."""
    trainer = Trainer(_compiler, _turns, _present)
    recorded = _recorded_warp()
    if recorded is not None:
        trainer.remember(DEFAULT, recorded)
    return trainer


@cache
def sweeps() -> Answers:
    """What answers questions about many networks that are trained."""
    return Answers(_turns, _present, _compiler.wait_started, tidy)


@cache
def looks() -> Answers:
    """What answers questions about networks that are there: these take no training, and no JAX."""
    return Answers(_turns, _present)


def _jobs(asked: Asked) -> Jobs[Any, Any]:
    """What does this kind of work."""
    if isinstance(asked, Experiment):
        return trainer()
    return sweeps() if cast(Question, asked).trains else looks()


def request(asked: Asked, visitor: str, slot: str = "") -> Job:
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
    return job


def stop(asked: Asked, visitor: str, slot: str = "") -> Job | None:
    """End the visitor's interest in a slot and keep what was reached.

    Returns:
        The visitor's job from now on; None if there was none.
    """
    return _jobs(asked).stop(visitor, slot)


def leave(asked: Asked, visitor: str, slot: str = "") -> None:
    """The visitor waits no longer: work that nobody else wants ends."""
    _jobs(asked).leave(visitor, slot)


def knows(asked: Asked) -> bool:
    """Whether the answer is there or being worked out: asking costs nothing more."""
    return _jobs(asked).knows(asked)


def remember(asked: Asked, answer: Any) -> None:
    """Keep an answer for whoever asks."""
    _jobs(asked).remember(asked, answer)


def prepare() -> None:
    """Pack the first picture before anyone asks for it."""
    recorded = _recorded_warp()
    if recorded is not None:
        payloads.plane(DEFAULT, recorded, "cut")


@cache
def warm_up(later: Later) -> None:
    """Bring up JAX and compile all that trainings need in the background, once.

    Importing JAX holds the interpreter; the first visitor's picture comes before that.

    Args:
        later: Shapes of programs that are to be on disk after that.
    """
    timer = threading.Timer(FIRST_PICTURE_SECONDS, _compiler.warm, [later])
    timer.daemon = True
    timer.start()


def n_waiting() -> int:
    """Things that visitors wait for now, all of them together."""
    return sum(jobs.n_awaited for jobs in (trainer(), sweeps(), looks()))


def figures() -> dict[str, float]:
    """What goes on, in numbers for the operator: name -> number, a count up as ``..._total``."""
    numbers: dict[str, float] = {"programs": _compiler.n_programs}
    for name, jobs in (("trainings", trainer()), ("sweeps", sweeps()), ("looks", looks())):
        working, waiting = jobs.n_working_and_waiting()
        numbers |= {f"{name}_running": working, f"{name}_waiting": waiting}
        numbers |= {f"{name}_{end}_total": number for end, number in jobs.n_ended.items()}
        numbers[f"{name}_seconds_total"] = jobs.seconds
    return numbers


def close() -> None:
    """Begin no work any more and end what goes on: the server ends."""
    for jobs in (trainer(), sweeps(), looks()):
        jobs.close()


def notices() -> list[str]:
    """What every visitor should know about this server, in sentences."""
    return [_compiler.notice] if _compiler.notice else []
