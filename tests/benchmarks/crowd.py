"""A class of visitors at one server, and hostile ones beside them; what each had to wait for."""

import asyncio
import random
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

import psutil

from layerwarp.app.link.parameters import PANELS, PARAMETERS
from layerwarp.data.datasets import DATASETS
from tests.benchmarks.page import Server
from tests.visitor import Visitor

PAUSE = (6.0, 18.0)  # seconds between what a visitor does
LOST = 30.0  # seconds after which nobody waits any more
OPENING = 60.0  # seconds that a page may take to open
SCRUBS, SWEEPS = 0.2, 0.01  # shares of what visitors do
DATA = ("spiral", "moons", "circles", "xor", "checkerboard")
LAYERS, NEURONS, START = (PARAMETERS[name].label for name in ("layers", "neurons", "start"))
DATA_SET, SECTION = PARAMETERS["data"].label, "Training"
NUMBER_IN_CELL = re.compile(r"wide \d")  # of the heat map's words
TABS = 10  # of each hostile visitor
LARGEST = {"layers": 10, "neurons": 64, "points": 2000, "steps": 20_000, "batch": 512}
GRID = {"d1": 0, "d2": 10, "w1": 1, "w2": 64, "seeds": 10}
# What each hostile visitor opens: page, and the links of its tabs by turns.
HOSTILE: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "longest trainings": ("/", [LARGEST]),
    "largest grids": ("/depth-width", [LARGEST | GRID]),
    "largest meshes": ("/creases", [LARGEST | {"steps": 2000}]),
    "panels and counts": (
        "/depth-width",
        [
            LARGEST | {"measure": "regions"},
            *(LARGEST | {"panel": panel, "budget": 255, "k": 10, "deep": 100} for panel in PANELS),
        ],
    ),
}


@dataclass
class Act:
    """One thing that a visitor did.

    Attributes:
        what: "open", "network", "scrub" or "sweep".
        at: The moment, as ``time.monotonic`` counts.
        run: Seconds until the page's script had run.
        first: Seconds to the first new picture; of a sweep, to its first cell.
        final: Seconds to the last one.
        lost: Whether what had to come did not come within ``LOST``.
    """

    what: str
    at: float
    run: float | None = None
    first: float | None = None
    final: float | None = None
    lost: bool = False


@dataclass
class Load:
    """What a server and its visitors did for some time.

    Attributes:
        n_visitors: Their number, the hostile ones apart.
        seconds: How long.
        start: When it began, as ``time.monotonic`` counts.
        acts: Of all visitors but the hostile ones.
        faults: What pages showed errors for.
        memory: Resident bytes of the server at the start, in the middle and at the end.
        server_cpu: Seconds that the server worked.
        own_cpu: Seconds that the visitors themselves worked.
        log: Lines of the server's log that speak of errors.
    """

    n_visitors: int
    seconds: float
    start: float
    acts: list[Act] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    server_cpu: float = 0.0
    own_cpu: float = 0.0
    log: list[str] = field(default_factory=list)

    def pick(self, what: str, value: str, since: float = 0, until: float = 1e9) -> list[float]:
        """Seconds of one kind of act, begun in a part of the time; ``LOST`` for one in vain."""
        acts = (a for a in self.acts if a.what == what and since <= a.at - self.start < until)
        found = ((getattr(act, value), act.lost) for act in acts)
        return [LOST if seconds is None else seconds for seconds, lost in found if seconds or lost]


def play(server: Server, n_visitors: int, seconds: float, hostile: bool = False) -> Load:
    """Let visitors play with a server.

    Args:
        server: The server.
        n_visitors: How many come, all within one pause.
        seconds: How long they play.
        hostile: Whether four others do the worst that they can meanwhile.
    """
    # On a thread of its own: Playwright's event loop can be in the way on this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(
            lambda: asyncio.run(_play(server, n_visitors, seconds, hostile))
        ).result()


async def _play(server: Server, n_visitors: int, seconds: float, hostile: bool) -> Load:
    said = len(server.log.read_text())
    busy, own = server.busy_seconds(), time.process_time()
    load = Load(n_visitors, seconds, time.monotonic())
    tours = [asyncio.create_task(_tour(server.url, load, seed)) for seed in range(n_visitors)]
    attacks = [asyncio.create_task(attack) for attack in _attacks(server, hostile)]
    tasks, process = tours + attacks, psutil.Process(server.pid)
    for part in (0, seconds / 2, seconds / 2):
        broken, _ = await asyncio.wait(tasks, timeout=part, return_when=asyncio.FIRST_EXCEPTION)
        for task in broken:
            task.result()
        load.memory.append(process.memory_info().rss)
    load.server_cpu, load.own_cpu = server.busy_seconds() - busy, time.process_time() - own
    await asyncio.gather(*tours)  # what has begun is waited for
    for attack in attacks:
        attack.cancel()
    await asyncio.gather(*attacks, return_exceptions=True)
    load.log = errors(server.log.read_text()[said:])
    return load


def errors(log: str) -> list[str]:
    """What a log says of errors: its lines that name one, and the ends of tracebacks."""
    lines = log.splitlines()
    found = [line for line in lines if re.search(r"\b(ERROR|CRITICAL)\b", line)]
    for at, line in enumerate(lines):
        if line.startswith("Traceback"):
            found.append(next((end for end in lines[at + 1 :] if end[:1].strip()), line))
    return found


async def _tour(url: str, load: Load, seed: int) -> None:
    """One visitor: opens the page, and does something every now and then."""
    chance = random.Random(seed)
    await asyncio.sleep(chance.uniform(0, PAUSE[0]))
    visitor = Visitor(url, address="t=0")
    end = load.start + load.seconds
    try:
        while not visitor.pictures and time.monotonic() < end:  # in vain: load the page again
            await visitor.close()
            visitor = Visitor(url, address="t=0")
            await _timed(load, "open", partial(_open, visitor))
        moment = time.monotonic() + chance.uniform(*PAUSE)
        while moment < end:
            await asyncio.sleep(moment - time.monotonic())
            await _something(visitor, load, chance)
            moment = max(moment + chance.uniform(*PAUSE), time.monotonic())
    finally:
        load.faults += visitor.faults
        await visitor.close()


async def _timed(load: Load, what: str, do: Callable[[Act], Coroutine[Any, Any, None]]) -> None:
    """Do something that has to have an answer, and note it."""
    act = Act(what, time.monotonic())
    try:
        async with asyncio.timeout(LOST):
            await do(act)
    except OSError:  # a timeout, or nobody there
        act.lost = what != "sweep" or act.first is None  # a whole grid may take longer
    load.acts.append(act)


async def _open(visitor: Visitor, act: Act) -> None:
    await visitor.open(OPENING)
    await visitor.final(0)
    act.first, act.final = (visitor.pictures[at].at - act.at for at in (0, -1))


async def _something(visitor: Visitor, load: Load, chance: random.Random) -> None:
    draw = chance.random()
    if draw < SWEEPS:
        await _timed(load, "sweep", partial(_sweep, visitor.url, chance))
    elif draw < SWEEPS + SCRUBS:
        await _timed(load, "scrub", partial(_scrub, visitor, chance))
    else:
        await _timed(load, "network", partial(_network, visitor, chance))


async def _scrub(visitor: Visitor, chance: random.Random, act: Act) -> None:
    depth = len(visitor.pictures[-1].header["sizes"]) - 2
    act.at = await visitor.scrub(t=round(chance.uniform(0, depth + 1), 3))
    await visitor.until(lambda: visitor.idle)
    act.run = time.monotonic() - act.at


async def _network(visitor: Visitor, chance: random.Random, act: Act) -> None:
    """Another depth, width, data set or seed."""
    label, value, shows = await _another(visitor, chance)
    act.at = await visitor.set(label, value)
    await visitor.until(lambda: visitor.idle)
    act.run = time.monotonic() - act.at
    act.first = (await visitor.picture(act.at, shows)).at - act.at
    final = await visitor.final(act.at)
    assert final is not None
    act.final = final.at - act.at


async def _another(
    visitor: Visitor, chance: random.Random
) -> tuple[str, Any, Callable[[dict[str, Any]], bool]]:
    """A label, what to choose there, and how its picture is known."""
    sizes = visitor.pictures[-1].header["sizes"]
    kinds = [LAYERS, DATA_SET, START] + ([NEURONS] if visitor.has(NEURONS) else [])
    label = chance.choice(kinds)
    if label == LAYERS:
        depth = chance.choice([depth for depth in range(7) if depth != len(sizes) - 2])
        return label, depth, lambda header: len(header["sizes"]) - 2 == depth
    if label == NEURONS:
        width = chance.choice([width for width in range(2, 65) if width != sizes[1]])
        return label, width, lambda header: header["sizes"][1] == width
    if label == DATA_SET:
        shown = visitor.pictures[-1].header["dataset"]
        name = chance.choice([n for n in (DATASETS[d].label for d in DATA) if n != shown])
        return label, name, lambda header: header["dataset"] == name
    if not visitor.has(START):
        await visitor.set(SECTION, True)
        await visitor.until(lambda: visitor.has(START) and visitor.idle)
    seed = chance.randrange(1, 10_000)
    return label, seed, lambda header: header["titles"][-1].endswith(f" {seed}")


async def _sweep(url: str, chance: random.Random, act: Act) -> None:
    """A grid in a tab of its own, until it is whole or nobody waits any more."""
    query = {"data": chance.choice(DATA), "start": chance.randrange(1, 10_000)}
    tab = Visitor(url, "/depth-width", urlencode(query))
    try:
        await tab.open(OPENING)
        act.at = await _press(tab) or act.at
        await tab.until(lambda: _has_cell(tab))
        act.first = time.monotonic() - act.at
        await tab.until(lambda: tab.settled)
        act.final = time.monotonic() - act.at
    finally:
        await tab.close()


def _has_cell(tab: Visitor) -> bool:
    """Whether any cell of the grid has its number."""
    return any(NUMBER_IN_CELL.search(chart.alt) for chart in tab.elements("plotly_chart"))


async def _press(tab: Visitor) -> float | None:
    """Press the button that stands out, where there is one: work that takes long asks first."""
    ready = [one for one in tab.elements("button") if one.type == "primary" and not one.disabled]
    return await tab.click(ready[0].label) if ready else None


def _attacks(server: Server, hostile: bool) -> Sequence[Coroutine[Any, Any, None]]:
    links = [
        (page, queries[tab % len(queries)], tab)
        for page, queries in HOSTILE.values()
        for tab in range(TABS)
    ]
    return [_attack(server.url, *link) for link in links] if hostile else []


async def _attack(url: str, page: str, query: dict[str, Any], tab: int) -> None:
    """One tab of a hostile visitor: asks for work, and for other work when that is done."""
    start = tab + 1
    while True:
        visitor = Visitor(url, page, urlencode(query | {"start": start}))
        try:
            await visitor.open(OPENING)
            while await _press(visitor):  # one may lead to another
                await visitor.until(lambda seen=visitor: seen.idle)  # type: ignore[misc]
            await visitor.until(lambda seen=visitor: seen.settled)  # type: ignore[misc]
        except OSError:  # it takes longer, or nobody is there: then something else
            pass
        finally:
            await visitor.close()
        start = start % 9_000 + TABS
