"""Answers for many visitors: worked out once, stopped when nobody waits, kept within bounds."""

import threading
import time
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from layerwarp.app.experiments.experiment import DatasetConfig
from layerwarp.app.pages.depth_width.grid import Grid, thin
from layerwarp.app.work import answers as module
from layerwarp.app.work.answers import Answers, n_bytes
from layerwarp.app.work.turns import Turns
from layerwarp.data.datasets import make_dataset
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train

PATIENCE = 30
PLACES = 2


@dataclass(frozen=True)
class Count:
    """A question that counts until it is let go, and remembers how it went."""

    seconds: ClassVar[float] = 10.0  # long: it goes in turns

    name: str
    free: threading.Event = field(default_factory=threading.Event, compare=False)
    asked: list[str] = field(default_factory=list, compare=False)
    ended: list[bool] = field(default_factory=list, compare=False)

    def answer(self, callback):
        self.asked.append(self.name)
        go_on = True
        while go_on and not self.free.wait(0.005):
            go_on = callback(0.5, 1.0, lambda: np.zeros(4))
        self.ended.append(go_on)
        return np.full(4, -1)


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def here():
    return {"Ada", "Bob", "Cy"}


@pytest.fixture
def answers(here):
    return Answers(Turns(PLACES), lambda visitor: visitor in here)


def test_many_who_ask_the_same_share_one_answer(answers):
    question = Count("a")
    jobs = [answers.request(question, visitor, "grid") for visitor in ("Ada", "Bob", "Ada")]
    assert jobs[0] is jobs[1] is jobs[2]
    until(lambda: jobs[0].answer is not None)
    assert jobs[0].share == 0.5
    question.free.set()
    assert jobs[0].wait(PATIENCE)
    assert (jobs[0].state, jobs[0].share) == ("done", 1.0)
    late = answers.request(Count("a"), "Cy", "grid")
    assert late.state == "done"
    assert late.answer is jobs[0].answer
    assert question.asked == ["a"]


def test_another_question_in_the_slot_stops_the_first_unless_somebody_waits(answers):
    first, second = Count("first"), Count("second")
    job = answers.request(first, "Ada", "grid")
    answers.request(first, "Bob", "grid")
    until(lambda: first.asked)
    answers.request(second, "Ada", "grid")
    assert not job.stopping
    answers.leave("Bob")
    assert job.wait(PATIENCE)
    assert job.state == "stopped"
    assert first.ended == [False]
    second.free.set()


def test_slots_do_not_disturb_each_other(answers):
    grid, panel = Count("grid"), Count("panel")
    jobs = [answers.request(grid, "Ada", "grid"), answers.request(panel, "Ada", "panel")]
    until(lambda: grid.asked and panel.asked)
    answers.leave("Ada", "panel")
    assert jobs[1].wait(PATIENCE)
    assert not jobs[0].stopping
    answers.leave("Ada")
    assert jobs[0].wait(PATIENCE)


def test_stop_keeps_what_was_reached_and_asking_again_begins_anew(answers):
    question = Count("a")
    job = answers.request(question, "Ada", "grid")
    until(lambda: job.answer is not None)
    started = time.monotonic()
    answers.stop("Ada", "grid")
    assert job.wait(PATIENCE)
    assert time.monotonic() - started < 1
    assert job.state == "stopped"
    assert job.answer is not None
    assert not answers.knows(question)
    again = answers.request(question, "Ada", "grid")
    assert again is not job
    question.free.set()
    assert again.wait(PATIENCE)
    assert again.state == "done"


def test_who_closes_the_browser_is_not_waited_for(answers, here, monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    job = answers.request(Count("a"), "Ada", "grid")
    until(lambda: job.answer is not None)
    here.remove("Ada")
    assert job.wait(PATIENCE)
    assert job.state == "stopped"


def test_what_was_left_before_its_turn_is_never_begun(answers):
    busy = [Count(str(number)) for number in range(PLACES)]
    for number, question in enumerate(busy):
        answers.request(question, "Ada", str(number))
    waiting = Count("waiting")
    job = answers.request(waiting, "Bob", "grid")
    assert job.state == "waiting"
    answers.leave("Bob")
    for question in busy:
        question.free.set()
    assert job.wait(PATIENCE)
    assert waiting.asked == []


@pytest.mark.parametrize(
    ("error", "word"), [(MemoryError(), "memory"), (ZeroDivisionError(), "log")]
)
def test_a_failure_is_one_sentence_and_the_worker_lives_on(answers, error, word):
    @dataclass(frozen=True)
    class Broken:
        seconds: ClassVar[float] = 0.1

        def answer(self, callback):
            raise error

    job = answers.request(Broken(), "Ada", "grid")
    assert job.wait(PATIENCE)
    assert job.state == "failed"
    assert word in job.message
    fine = Count("fine")
    fine.free.set()
    later = answers.request(fine, "Ada", "grid")
    assert later.wait(PATIENCE)
    assert later.state == "done"


def test_answers_are_kept_within_bounds(answers, monkeypatch):
    monkeypatch.setattr(answers._known, "_max_entries", 3)
    for number in range(10):
        answers.remember(Count(str(number)), np.zeros(8))
    assert len(answers._known) == 3
    assert answers.knows(Count("9"))
    assert not answers.knows(Count("0"))
    assert n_bytes({"a": [np.zeros(8), (np.zeros(2),)]}) == 80


def test_thin_keeps_the_ends_and_the_first_time_a_goal_was_reached():
    config = TrainingConfig(steps=300)
    history = train(make_dataset("circles", 200), Architecture((8,)), config, backend="numpy")
    short = thin(history)
    assert len(short.steps) < len(history.steps)
    assert short.steps[0] == 0
    assert short.steps[-1] == 300
    for goal in (0.8, 0.95):
        whole, few = (one.steps[np.argmax(one.accuracy >= goal)] for one in (history, short))
        assert whole == few
    np.testing.assert_array_equal(short.params[0].weights, history.params[0].weights)


def test_a_grid_tells_its_cells_as_they_come_and_has_the_networks_of_the_other_pages(answers):
    grid = Grid(DatasetConfig("circles", 60), (0, 1), (2, 4), 2, TrainingConfig(steps=100, seed=5))
    assert grid.n_networks == 8
    assert grid.seeds == (5, 6)
    job = answers.request(grid, "Ada", "grid")
    assert job.wait(PATIENCE)
    assert job.answer.complete
    assert len(grid.empty().histories) == 0
    one = grid.experiment(1, 4, 6)
    alone = train(one.dataset.make(), one.architecture, one.training, backend="numpy")
    there = job.answer.history(1, 4, 6)
    assert there.test_loss[-1] == pytest.approx(alone.test_loss[-1], abs=1e-3)
