"""Turns: short work at once, long work one visitor's after another's, nobody held up for good."""

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import ClassVar

import pytest

from layerwarp.app.work import turns as module
from layerwarp.app.work.turns import Turns

PATIENCE = 10


@dataclass(eq=False)
class Piecework:
    """Work of many pieces, each of which notes whose it is."""

    n_done: ClassVar[int] = 0

    turns: Turns
    name: str
    done: list[str]
    seconds: float = 10.0
    n_pieces: int = 30
    visitors: frozenset[str] = frozenset()
    stopping: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> "Piecework":
        self.visitors = self.visitors or frozenset({self.name})
        self.turns.begin(self, self.act)
        return self

    def act(self) -> None:
        for _ in range(self.n_pieces):
            if self.stopping:
                break
            time.sleep(0.001)
            self.done.append(self.name)
            Piecework.n_done += 1
            self.turns.between(self)
        self.ended.set()


@pytest.fixture
def turns(monkeypatch):
    """One place for long work; a turn is a piece, and a piece takes a second of this clock."""
    clock = SimpleNamespace(monotonic=lambda: float(Piecework.n_done))
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "TURN_SECONDS", 0.5)
    return Turns(long_places=1)


def hold(turns: Turns, name: str = "first") -> tuple[Piecework, threading.Event]:
    """A long work that keeps the only place until it is let go."""
    gate = threading.Event()
    work = Piecework(turns, name, [], n_pieces=0, visitors=frozenset({name}))
    turns.begin(work, partial(gate.wait, PATIENCE))
    return work, gate


def test_long_works_take_turns_whoever_came_first(turns):
    _, gate = hold(turns)
    done: list[str] = []
    works = [Piecework(turns, name, done).begin() for name in "abc"]
    gate.set()
    assert all(work.ended.wait(PATIENCE) for work in works)
    assert all(sorted(done[at : at + 3]) == ["a", "b", "c"] for at in range(0, 90, 3))


def test_many_works_of_one_visitor_get_no_more_than_the_one_of_another(turns):
    _, gate = hold(turns)
    done: list[str] = []
    greedy = [
        Piecework(turns, "greedy", done, visitors=frozenset({"greedy"})).begin() for _ in range(10)
    ]
    modest = Piecework(turns, "modest", done).begin()
    gate.set()
    assert modest.ended.wait(PATIENCE)
    assert done.index("modest") <= 2
    assert abs(done[: done.index("modest") + 59].count("greedy") - 30) <= 2
    for work in greedy:
        work.stopping = True
    turns.look()


def test_who_comes_late_need_not_wait_for_what_others_have_had(turns):
    done: list[str] = []
    old = [Piecework(turns, name, done, n_pieces=200).begin() for name in "ab"]
    while len(done) < 60:
        time.sleep(0.001)
    late, before = Piecework(turns, "late", done, n_pieces=5).begin(), len(done)
    assert late.ended.wait(PATIENCE)
    assert "late" in done[before : before + 4]
    assert all(work.ended.wait(PATIENCE) for work in old)


def test_short_work_does_not_wait_for_long(turns):
    _, gate = hold(turns)
    short = Piecework(turns, "short", [], seconds=0.1, n_pieces=3).begin()
    assert short.ended.wait(PATIENCE)
    gate.set()


def test_what_was_thought_short_and_is_not_goes_to_the_others(turns, monkeypatch):
    monkeypatch.setattr(module, "OVERRUN_SECONDS", 0.5)
    _, gate = hold(turns)
    done: list[str] = []
    wrong = Piecework(turns, "wrong", done, seconds=0.1).begin()
    while not done:
        time.sleep(0.001)
    assert not wrong.ended.wait(0.1)
    assert done == ["wrong"]
    assert turns.count() == (1, 1)
    gate.set()
    assert wrong.ended.wait(PATIENCE)
    assert len(done) == 30


def test_what_is_to_end_gets_its_turn_at_once(turns, monkeypatch):
    monkeypatch.setattr(module, "OVERRUN_SECONDS", 0.5)
    _, gate = hold(turns)
    done: list[str] = []
    waiting = Piecework(turns, "waiting", done).begin()
    parked = Piecework(turns, "parked", done, seconds=0.1).begin()
    while not done:
        time.sleep(0.001)
    waiting.stopping = parked.stopping = True
    turns.look()
    assert waiting.ended.wait(PATIENCE)
    assert parked.ended.wait(PATIENCE)
    assert done == ["parked"]
    gate.set()


def test_places_are_given_back(turns):
    works = [Piecework(turns, str(n), [], seconds=n % 2 * 10.0).begin() for n in range(40)]
    assert all(work.ended.wait(PATIENCE) for work in works)
    end = time.monotonic() + PATIENCE
    while turns.count() != (0, 0):
        assert time.monotonic() < end
    assert turns._places == {False: module.SHORT_PLACES, True: 1}
    assert not turns._turns
