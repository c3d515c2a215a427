"""In Chromium: from a moved scrubber, and from a released slider, to the painted stage."""

import statistics
import sys
from collections.abc import Iterator, Sequence

from playwright.sync_api import Locator

from tests.benchmarks.page import Server, StagePage, running_browser, running_server
from tests.benchmarks.tables import Table
from tests.browser.driving import LAYER_SCRUBBER, STEP_SCRUBBER

PLAY_SECONDS = 3
DATA = "v=2&data=spiral&t=0"  # nothing plays by itself
SPIRAL = f"{DATA}&layers=2&neurons=16"
NEURONS, LAYERS = "Neurons in each layer", "Hidden layers"
PAGES = {"": "", "pieces": ", Pieces", "creases": ", Creases"}
# Links, and the key on a slider that leads from there to a shape that nobody has met.
NEVER_SEEN = {
    "8 neurons, 3 to 8 layers": (
        NEURONS,
        "PageDown",
        [f"layers={layers}&neurons=18" for layers in range(3, 9)],
    ),
    "10 layers of 4 to 64 neurons": (
        LAYERS,
        "PageUp",
        [f"layers=5&neurons={neurons}" for neurons in (4, 8, 16, 32, 64)],
    ),
}

# Moves a scrubber to `count` places, at moments that do not keep step with the screen.
SCRUB = """
    const range = [...canvas.getRootNode().querySelectorAll("input[type=range]")]
        .findLast((input) => input.getAttribute("aria-label") === %r);
    const waits = [], places = [], before = range.value;
    for (let i = 1; i <= %d; i++) {
        await new Promise((done) => setTimeout(done, 5 + 37 * ((i * 0.618) %% 1)));
        const start = performance.now();
        const part = (i * 0.618) %% 1;
        range.value = range.max * part;
        range.dispatchEvent(new Event("input", { bubbles: true }));
        waits.push(await painted() - start);
        places.push(canvas.layerwarp.timings.at(-1));
    }
    return [waits, places];
"""
# Counts animation frames while the player plays.
PLAY = """
    const button = [...canvas.getRootNode().querySelectorAll("button")]
        .findLast((one) => one.getAttribute("aria-label") === %r);
    button.click();
    await painted();
    canvas.layerwarp.timings.length = 0;
    const start = performance.now();
    let frames = 0, now = start;
    while (now - start < 1000 * %d) {
        await new Promise(requestAnimationFrame);
        frames += 1;
        now = performance.now();
    }
    const result = [1000 * frames / (now - start), [...canvas.layerwarp.timings]];
    store.set({ playing: false });
    return result;
"""


def tables(quick: bool) -> Iterator[Table]:
    """Scrubbers and play, reruns, sliders; ``quick`` is a try-out of a few moves."""
    with running_server() as server, running_browser() as browser:
        yield scrubbers(StagePage(browser, server.url), 10 if quick else 60)
        if sys.platform == "linux":  # where one process can read another's clock
            yield reruns(StagePage(browser, server.url), server, 10 if quick else 100)
        yield sliders(StagePage(browser, server.url), quick)


def release(page: StagePage, slider: str, key: str) -> tuple[float, float, int]:
    """Press a key on a slider: ms from letting go to the first and to the last new picture.

    Also the bytes that came from the server.
    """
    before, received = page.count(), page.traffic.received
    page.slider(slider).focus()
    page.page.keyboard.press(key)
    first = page.paints(1, since=before)[0]
    page.settle()
    released = page.page.evaluate("stopwatch.released")
    last = page.paints(1, since=before)[-1]
    return first - released, last - released, page.traffic.received - received


def sliders(page: StagePage, quick: bool) -> Table:
    rows = []
    for path, words in PAGES.items():
        warm = _warm_moves(page, path, 1 if quick else 3 if path == "" else 2)
        rows.append(_row(f"shape met before{words}", warm))
    for path, words in PAGES.items():
        for name, (slider, key, queries) in NEVER_SEEN.items():
            moves = []
            for query in queries[:1] if quick else queries[:: 1 if path == "" else 2]:
                page.open(f"{DATA}&{query}", path)
                page.settle()
                moves.append(release(page, slider, key))
            rows.append(_row(f"never seen: {name}{words}", moves))
    return Table(
        "From a released slider to the painted stage, default training, ms",
        ("", "moves", "first picture", "worst", "final picture", "worst", "kB received"),
        rows,
        ("First picture: by numpy where the program is not there yet. Medians, and the worst.",),
    )


def _warm_moves(page: StagePage, path: str, rounds: int) -> list[tuple[float, float, int]]:
    """From 16 neurons down to 9, one by one: one program serves all; each net is a new one."""
    moves = []
    for start in range(1, rounds + 1):
        page.open(f"{SPIRAL}&start={start}", path)
        page.settle()
        moves += [release(page, NEURONS, "ArrowLeft") for _ in range(7)]
    return moves


def _row(name: str, moves: Sequence[tuple[float, float, int]]) -> list[str]:
    first, last, received = zip(*moves, strict=True)
    figures = [statistics.median(first), max(first), statistics.median(last), max(last)]
    kilobytes = statistics.median(received) / 1000
    return [name, str(len(moves)), *(f"{figure:.0f}" for figure in figures), f"{kilobytes:.0f}"]


def scrubbers(page: StagePage, moves: int) -> Table:
    rows = []
    links = {f"{points} points": f"{SPIRAL}&points={points}" for points in (400, 2000)}
    links["two networks of 400 points"] = f"{SPIRAL}&versus=start.1"
    for shown, link in links.items():
        page.open(link)
        page.settle()
        for name in (LAYER_SCRUBBER, STEP_SCRUBBER):
            messages, sent = page.traffic.messages, page.traffic.sent
            waits, drawing = page.ask(SCRUB % (name, moves))
            messages, sent = page.traffic.messages - messages, page.traffic.sent - sent
            figures = [statistics.median(waits), max(waits), statistics.median(drawing)]
            texts = [f"{figure:.1f}" for figure in figures]
            what = "layers" if name == LAYER_SCRUBBER else "training"
            rows.append([f"scrub {what}, {shown}", *texts, "", str(sent), str(messages)])
        for what in ("layers", "training"):
            messages, sent = page.traffic.messages, page.traffic.sent
            rate, drawing = page.ask(PLAY % (f"Play through the {what}", PLAY_SECONDS))
            messages, sent = page.traffic.messages - messages, page.traffic.sent - sent
            busy = f"{statistics.median(drawing):.1f}"
            row = [f"play {what}, {shown}", "", "", busy, f"{rate:.1f}"]
            rows.append([*row, str(sent), str(messages)])
    return Table(
        "From a moved scrubber to the painted stage, and play",
        (
            "",
            "median ms",
            "worst",
            "drawing ms",
            "frames/s",
            "bytes sent",
            "messages both ways",
        ),
        rows,
        ("Median ms holds the wait for the screen, 8 ms on average at 60 Hz; drawing ms is work.",),
    )


def reruns(page: StagePage, server: Server, moves: int) -> Table:
    """CPU time of the server's process while a visitor goes back and forth between known views."""
    page.open(SPIRAL)
    page.settle()
    slider, scrubber = page.slider(NEURONS), page.slider(LAYER_SCRUBBER)

    def press(control: Locator, key: str) -> None:
        control.focus()
        page.page.keyboard.press(key)

    def neurons(move: int) -> None:
        press(slider, "ArrowLeft" if move % 2 else "ArrowRight")

    def layers(move: int) -> None:
        press(scrubber, "Home" if move % 2 else "End")

    rows = []
    for name, act in (
        ("nothing, the page is open", lambda move: None),
        ("network trained before", neurons),
        ("layer scrubber let go", layers),
    ):
        for move in (0, 1):  # so that both ends are known
            act(move)
            _rest(page, server)
        taken = []
        for move in range(moves):
            before = server.busy_seconds()
            act(move)
            page.page.wait_for_timeout(600)  # longer than a rerun and its polls
            taken.append(1000 * (server.busy_seconds() - before))
        rows.append([name, str(moves), f"{statistics.median(taken):.1f}", f"{max(taken):.1f}"])
    return Table(
        "A rerun with everything known, CPU of the server",
        ("", "moves", "median ms", "worst"),
        rows,
        ("Of the whole process: its sockets to the browser and what else it does meanwhile.",),
    )


def _rest(page: StagePage, server: Server) -> None:
    """Return when the server has compiled what it wants to have at hand."""
    taken = 1.0
    while taken > 0.1:
        before = server.busy_seconds()
        page.page.wait_for_timeout(3000)
        taken = server.busy_seconds() - before
