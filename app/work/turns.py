"""Who computes when: short work at once, long work in turns, one visitor's after another's.

Each visitor who wants long work has used some seconds of it; the next turn goes to the work of
whoever has used least. Who comes anew, or comes back, begins at what the others have: nobody saves
up, and nobody gets ahead by asking again. (Fair queueing as in Linux's scheduler of 2007.)
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from layerwarp.training.cost import n_cores

SHORT_SECONDS = 1.0  # what is expected to take longer is long
TURN_SECONDS, HASTY_SECONDS = 1.0, 0.2
# Seconds after which long work gets a turn though short work waits.
LONGEST_WAIT = 5.0
OVERRUN_SECONDS = 10.0  # short work that takes longer, on a busy machine, is long after all
SHORT_PLACES = max(2, n_cores())  # more would end later, all of them
REMEMBERED = 4096  # visitors whose use is known


class Work(Protocol):
    """What waits for a turn.

    Attributes:
        seconds: That it is expected to take.
        visitors: Who waits for it.
    """

    seconds: float
    visitors: frozenset[str]

    @property
    def stopping(self) -> bool:
        """Whether it is to end: it gets its turn at once, to do so."""


@dataclass(eq=False)
class Turn:
    """One piece of work under way or waiting.

    Attributes:
        work: What it is.
        act: Does it, on a thread of its own; None once it has begun.
        long: Whether it goes in turns.
        since: When its turn began; None while it waits.
        asked: Since when it waits.
        go: Set while it may compute.
    """

    work: Work
    act: Callable[[], object] | None
    long: bool
    since: float | None = None
    asked: float = 0.0
    go: threading.Event = field(default_factory=threading.Event)


class Turns:
    """Gives turns; safe to call from any thread.

    Args:
        long_places: Long works that compute at a time. By default one core is left to short work
            and to pages.
    """

    def __init__(self, long_places: int | None = None) -> None:
        long_places = max(1, n_cores() - 1) if long_places is None else long_places
        self._places = {False: SHORT_PLACES, True: long_places}
        self._lock = threading.Lock()
        self._waiting: list[Turn] = []
        self._turns: dict[int, Turn] = {}  # by the identity of the work
        self._used: OrderedDict[str, float] = OrderedDict()  # visitor -> seconds
        self._least = 0.0  # used by whoever had the last long turn

    def begin(self, work: Work, act: Callable[[], object]) -> None:
        """Call ``act()`` on a thread of its own when the work's turn comes."""
        with self._lock:
            self._wait(Turn(work, act, work.seconds > SHORT_SECONDS))
            self._fill()

    def between(self, work: Work) -> None:
        """Between two pieces of the work: returns when it may go on, mostly at once.

        Work that computes on several threads may call this from each of them.
        """
        with self._lock:
            turn = self._turns[id(work)]
            limit = self._limit(turn)
            if turn.since is not None and time.monotonic() - turn.since > limit:
                self._make_way(turn)
        turn.go.wait()

    def _limit(self, turn: Turn) -> float:
        """Seconds of a turn: long work makes way for short work that waits, sooner."""
        if not turn.long:
            return OVERRUN_SECONDS
        return HASTY_SECONDS if self._next(False) else TURN_SECONDS

    def look(self) -> None:
        """See whose work is to end."""
        with self._lock:
            self._fill()

    def count(self) -> tuple[int, int]:
        """Works that compute, and works that wait for their turn."""
        with self._lock:
            return len(self._turns) - sum(t.act is None for t in self._waiting), len(self._waiting)

    def _make_way(self, turn: Turn) -> None:
        self._leave_place(turn)
        turn.long = True  # whatever was expected of it
        self._wait(turn)
        self._fill()

    def _wait(self, turn: Turn) -> None:
        turn.go.clear()
        turn.asked = time.monotonic()
        for visitor in turn.work.visitors if turn.long else ():
            self._used[visitor] = max(self._used.get(visitor, 0.0), self._least)
            self._used.move_to_end(visitor)
        while len(self._used) > REMEMBERED:
            self._used.popitem(last=False)
        self._waiting.append(turn)

    def _fill(self) -> None:
        """Give free places to those who are next, and let go whatever is to end."""
        for turn in [turn for turn in self._waiting if turn.work.stopping]:
            self._give(turn)
        for long in (False, True):
            while self._places[long] > 0 and (first := self._next(long)):
                self._give(first)

    def _next(self, long: bool) -> Turn | None:
        waiting = [turn for turn in self._waiting if turn.long == long]
        if not long:
            return waiting[0] if waiting else None
        if self._next(False):
            latest = time.monotonic() - LONGEST_WAIT
            waiting = [turn for turn in waiting if turn.asked < latest]
        return min(waiting, key=self._use, default=None)

    def _use(self, turn: Turn) -> float:
        """Seconds that the one who has used least of those who wait for it has used."""
        return min((self._used.get(v, self._least) for v in turn.work.visitors), default=0.0)

    def _give(self, turn: Turn) -> None:
        self._waiting.remove(turn)
        self._places[turn.long] -= 1
        if turn.long:
            self._least = max(self._least, self._use(turn))
        turn.since = time.monotonic()
        turn.go.set()
        act, turn.act = turn.act, None
        if act is not None:
            self._turns[id(turn.work)] = turn
            threading.Thread(target=self._run, args=(turn, act), name="work", daemon=True).start()

    def _run(self, turn: Turn, act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            with self._lock:
                self._leave_place(turn)
                if self._turns.get(id(turn.work)) is turn:
                    del self._turns[id(turn.work)]
                self._fill()

    def _leave_place(self, turn: Turn) -> None:
        """The turn's place is free, and its visitors have used it."""
        self._places[turn.long] += 1
        visitors = turn.work.visitors
        assert turn.since is not None
        seconds, turn.since = time.monotonic() - turn.since, None
        for visitor in visitors if turn.long else ():
            self._used[visitor] = self._used.get(visitor, self._least) + seconds / len(visitors)
