"""A class at one server: what a hundred visitors wait for, and what disturbs them.

``LAYERWARP_VISITORS`` and ``LAYERWARP_SECONDS`` say how many visitors play, and for how long.
"""

import asyncio
import gzip
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import numpy as np
import psutil
from playwright.sync_api import Request

from tests.benchmarks.crowd import LAYERS, NEURONS, Load, play
from tests.benchmarks.page import (
    Server,
    StagePage,
    plain_environment,
    running_browser,
    running_server,
)
from tests.benchmarks.tables import Table
from tests.conftest import ROOT, free_port
from tests.streamlit_page import Picture
from tests.visitor import Visitor

FIRST_MINUTE = 60.0
REST_SECONDS = 3.0
WAITING_SECONDS, LONG = 10.0, "t=0&layers=10&neurons=64&batch=256&steps=20000"
TEN = 10  # visitors who are there when the server is killed
COMPRESSIBLE = ("text/", "javascript", "json", "svg", "wasm")
COLUMNS = (
    *("", "acts", "first p50", "first p95", "final p95", "run p50", "run p95", "scrub p95"),
    *("open p95", "lost", "sweeps", "first cell p95"),
)


def tables(quick: bool) -> Iterator[Table]:
    """The class alone, beside hostile visitors, on a fresh machine; reruns, files, a killed server.

    ``quick`` is a try-out: few visitors for half a minute.
    """
    n_visitors = int(os.environ.get("LAYERWARP_VISITORS", 20 if quick else 100))
    seconds = float(os.environ.get("LAYERWARP_SECONDS", 30 if quick else 300))
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "layerwarp", "warm"]
        environment = plain_environment(XDG_CACHE_HOME=cache)
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        alone = _warm_play(cache, n_visitors, seconds, hostile=False)
        beside = _warm_play(cache, n_visitors, seconds, hostile=True)
        yield from disturbed(alone, beside)
        with running_server(XDG_CACHE_HOME=cache) as server:
            asyncio.run(_warmed(server))
            yield asyncio.run(_reruns(server, 30 if quick else 300))
            yield asyncio.run(_waiting(server, n_visitors))
            yield _cold_page(server)
        yield asyncio.run(_killed(cache))
    with tempfile.TemporaryDirectory() as empty, running_server(XDG_CACHE_HOME=empty) as server:
        yield from _fresh(play(server, n_visitors, seconds))


def _warm_play(cache: str, n_visitors: int, seconds: float, hostile: bool) -> Load:
    with running_server(XDG_CACHE_HOME=cache) as server:
        asyncio.run(_warmed(server))
        return play(server, n_visitors, seconds, hostile)


async def _warmed(server: Server) -> None:
    """Return when the server has all programs: who comes first makes it load them."""
    visitor = Visitor(server.url)
    await visitor.open()
    # Not at once: the first picture comes before that.
    busy, before = REST_SECONDS, 0.0
    while busy > REST_SECONDS / 30:
        before = server.busy_seconds()
        await asyncio.sleep(REST_SECONDS)
        busy = server.busy_seconds() - before
    await visitor.close()


def disturbed(alone: Load, beside: Load) -> Iterator[Table]:
    """The same class twice, and how many times longer the second waits."""
    measured = [_percentiles(load) for load in (alone, beside)]
    ratios = [
        f"{there / here:.1f} ×" if isinstance(there, float) and isinstance(here, float) else ""
        for here, there in zip(*measured, strict=True)
    ]
    rows = [
        ["alone, warm server", *_texts(measured[0])],
        ["beside four hostile visitors", *_texts(measured[1])],
        ["ratio", *ratios],
    ]
    title = (
        f"{alone.n_visitors} visitors, each acting every 6 to 18 s for {alone.seconds:.0f} s, ms"
    )
    notes = (
        "First: the first new picture, a preview included. Run: of the page's script.",
        "What was lost, without an answer within 30 s, counts as 30 s.",
        "Hostile: ten tabs each, of longest trainings, largest grids, largest meshes, all panels.",
    )
    yield Table(title, COLUMNS, rows, notes)
    yield _machine({"alone, warm server": alone, "beside four hostile visitors": beside})


def _fresh(load: Load) -> Iterator[Table]:
    """The class before anything is compiled, and after."""
    minute, rest = "first minute", "after it"
    rows = [
        [minute, *_texts(_percentiles(load, until=FIRST_MINUTE))],
        [rest, *_texts(_percentiles(load, since=FIRST_MINUTE))],
    ]
    title = f"{load.n_visitors} visitors at a fresh machine, for {load.seconds:.0f} s, ms"
    yield Table(title, COLUMNS, rows)
    yield _machine({"fresh machine": load})


def _percentiles(load: Load, since: float = 0, until: float = 1e9) -> list[float | int | None]:
    """The columns of a load's row: milliseconds are floats, counts are whole; None is nothing."""

    def share(percent: int, what: str, value: str) -> float | None:
        found = load.pick(what, value, since, until)
        return 1000 * float(np.percentile(found, percent)) if found else None

    acts = [act for act in load.acts if since <= act.at - load.start < until]
    return [
        len(acts),
        share(50, "network", "first"),
        share(95, "network", "first"),
        share(95, "network", "final"),
        share(50, "network", "run"),
        share(95, "network", "run"),
        share(95, "scrub", "run"),
        share(95, "open", "first"),
        sum(act.lost for act in acts),
        sum(act.what == "sweep" for act in acts),
        share(95, "sweep", "first"),
    ]


def _texts(figures: Sequence[float | int | None]) -> list[str]:
    return ["" if figure is None else f"{figure:,.0f}" for figure in figures]


def _machine(loads: dict[str, Load]) -> Table:
    rows = [
        [
            name,
            f"{100 * load.server_cpu / load.seconds:.0f}",
            f"{100 * load.own_cpu / load.seconds:.0f}",
            *(f"{size / 2**20:.0f}" for size in load.memory),
            str(len(load.faults)),
            str(len(load.log)),
        ]
        for name, load in loads.items()
    ]
    notes = [text[:200] for load in loads.values() for text in (load.faults + load.log)[:3]]
    columns = (
        *("", "server CPU %", "visitors' CPU %", "MB at the start", "in the middle", "at the end"),
        *("errors on pages", "in the log"),
    )
    return Table("The machine meanwhile, of one core", columns, rows, notes)


async def _reruns(server: Server, moves: int) -> Table:
    """CPU of the server while one visitor goes to and fro between two networks that are known."""
    visitor = Visitor(server.url, address="t=0")
    await visitor.open()

    async def layers(move: int) -> None:
        moment = await visitor.set(LAYERS, 3 - move % 2)
        await visitor.picture(moment)
        await visitor.final(moment)

    async def place(move: int) -> None:
        await visitor.scrub(t=1 + move % 2)
        await visitor.until(lambda: visitor.idle)

    async def nothing(move: int) -> None:
        await asyncio.sleep(0.25)

    rows = []
    for name, act in (
        ("network trained before", layers),
        ("scrubber let go", place),
        ("nothing", nothing),
    ):
        for move in (0, 1):
            await act(move)
            await asyncio.sleep(1)
        taken = []
        for move in range(moves):
            before = server.busy_seconds()
            await act(move)
            await asyncio.sleep(0.05)  # what it does after its last message
            taken.append(1000 * (server.busy_seconds() - before))
        rows.append([name, str(moves), *(f"{pick(taken):.1f}" for pick in _SPREAD)])
    await visitor.close()
    columns = ("", "moves", "median ms", "mean", "worst")
    return Table("A rerun with everything known, CPU of the server", columns, rows)


def _busy_by_thread(server: Server) -> dict[int, float]:
    """CPU seconds of each thread so far; the busiest is the one that trains."""
    threads = psutil.Process(server.pid).threads()
    return {thread.id: thread.user_time + thread.system_time for thread in threads}


async def _waiting(server: Server, n_visitors: int) -> Table:
    """CPU of the server while one waits for a long training, and while many wait for one."""
    rows, busy = [], []
    for start, number in enumerate((1, n_visitors), 1):
        visitors = [Visitor(server.url, address=f"{LONG}&start={start}") for _ in range(number)]
        opening = time.monotonic()
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        opened = time.monotonic() - opening
        before = _busy_by_thread(server)
        await asyncio.sleep(WAITING_SECONDS)
        taken = [now - before.get(thread, 0) for thread, now in _busy_by_thread(server).items()]
        busy.append((sum(taken) - max(taken)) / WAITING_SECONDS)
        waits = sum(not visitor.settled for visitor in visitors)
        rows.append([f"{number} wait", f"{opened:.1f}", str(waits), f"{100 * busy[-1]:.0f}"])
        for visitor in visitors:
            await visitor.close()
    columns = ("", "seconds to open", "waited to the end", "CPU % of a core")
    note = f"The others take {100 * (busy[1] - busy[0]):.1f} % of a core."
    title = (
        f"Waiting for one training of a minute, {WAITING_SECONDS:.0f} s of it; server but for it"
    )
    return Table(title, columns, rows, (note,))


_SPREAD: tuple[Callable[[Sequence[float]], float], ...] = (statistics.median, statistics.mean, max)


def _cold_page(server: Server) -> Table:
    """Bytes of the first page in a browser that has nothing."""
    requests: list[Request] = []
    with running_browser() as browser:
        page = StagePage(browser, server.url)
        page.page.on("requestfinished", lambda request: requests.append(request))
        page.open()
        page.settle(3)
        sizes = [_sizes(request) for request in requests]
        over_websocket = page.traffic.received
    wire, whole, zipped = (sum(column) for column in zip(*sizes, strict=True))
    rows = [
        ["files over the wire", str(len(sizes)), f"{wire / 1000:,.0f}"],
        ["the same, unpacked", "", f"{whole / 1000:,.0f}"],
        ["the same, by gzip", "", f"{zipped / 1000:,.0f}"],
        ["messages over the websocket", "", f"{over_websocket / 1000:,.0f}"],
    ]
    return Table("A cold page, kB", ("", "files", "kB"), rows, ("Of the first page, Warp.",))


def _sizes(request: Request) -> tuple[int, int, int]:
    """Bytes of an answer: over the wire, its body unpacked, and as gzip would send it."""
    answer = request.response()
    assert answer is not None
    sent, body = request.sizes(), answer.body()
    wire = sent["responseBodySize"] + sent["responseHeadersSize"]
    kind = answer.headers.get("content-type", "")
    packs = any(name in kind for name in COMPRESSIBLE)
    zipped = len(gzip.compress(body, 6)) if packs else len(body)
    return wire, len(body), min(zipped, len(body)) + sent["responseHeadersSize"]


async def _killed(cache: str) -> Table:
    """Ten visitors, the server killed under them and started anew at the same address."""
    with ExitStack() as servers:
        port = free_port()

        def start() -> Server:
            return servers.enter_context(running_server(port, XDG_CACHE_HOME=cache))

        server = await asyncio.to_thread(start)
        links = [f"layers={3 + i % 3}&neurons={3 + i}&steps=300" for i in range(TEN)]
        visitors = [Visitor(server.url, address=link) for link in links]
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        await asyncio.gather(*(visitor.final(0) for visitor in visitors))
        os.kill(server.pid, signal.SIGKILL)
        killed = time.monotonic()
        await asyncio.to_thread(start)
        started = time.monotonic() - killed
        back = await asyncio.gather(*(_back(visitor, killed) for visitor in visitors))
        for visitor in visitors:
            await visitor.close()
    connected, heard, drawn, kept = zip(*back, strict=True)
    rows = [
        ["the server answers", f"{started:.1f}"],
        ["the last visitor is connected", f"{max(connected):.1f}"],
        ["the last one has a picture for a new width", f"{max(drawn):.1f}"],
    ]
    notes = (
        f"{sum(kept)} of {TEN} links are as before, but for the width.",
        f"{sum(heard)} of {TEN} were heard at once; the others had to set the width twice.",
    )
    title = f"The server killed with -9 and started again, {TEN} visitors, seconds since the kill"
    return Table(title, ("", "seconds"), rows, notes)


async def _back(visitor: Visitor, killed: float) -> tuple[float, bool, float, bool]:
    """A visitor after the kill.

    Returns:
        Seconds until the visitor is connected; whether the first thing that was done then had an
        answer; seconds until there was one; whether the link is as before.
    """
    query = visitor.query
    await visitor.until(lambda: visitor.connections > 1 and visitor.idle)
    connected, heard = time.monotonic() - killed, True
    width = int(query["neurons"]) + 1
    try:
        picture = await _widen(visitor, width)
    except TimeoutError:
        heard, width = False, width + 1
        picture = await _widen(visitor, width)
    kept = visitor.query == query | {"neurons": str(width)}
    return connected, heard, picture.at - killed, kept


async def _widen(visitor: Visitor, width: int) -> Picture:
    moment = await visitor.set(NEURONS, width)
    return await visitor.picture(moment, lambda header: header["sizes"][1] == width, seconds=5)
