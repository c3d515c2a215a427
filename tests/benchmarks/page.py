"""A server and a Chromium page with a stopwatch on its stage, for the benchmarks."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Locator, Page, WebSocket, sync_playwright

from tests.browser import chromium
from tests.conftest import ROOT, STRICT_JAX, end, free_port, wait_for_health

VIEWPORT = {"width": 1440, "height": 900}
CANVAS = "canvas.lw-canvas"

# Notes when each new network was first on screen. A network that arrives is drawn at once; what
# was drawn is painted at the end of the animation frame, when messages are delivered again.
STOPWATCH = """
    window.stopwatch = { paints: [], released: 0 };
    window.painted = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(null);
    }));
    addEventListener("keyup", () => { stopwatch.released = performance.now(); }, true);
    let canvas = null, net = null;
    const find = (root) => {
        for (const node of root.querySelectorAll("*")) {
            if (node.matches("canvas.lw-canvas")) return node;
            const inside = node.shadowRoot && find(node.shadowRoot);
            if (inside) return inside;
        }
        return null;
    };
    const look = () => {
        if (!canvas?.isConnected) canvas = find(document);
        const drawn = canvas?.layerwarp;
        // The page "Creases" shows a network when its mesh is worked out.
        const shown = (drawn && "mesh" in drawn.store ? drawn.store.model : drawn?.model)?.net;
        if (shown && shown !== net) {
            net = shown;
            const title = net.title;
            painted().then((time) => stopwatch.paints.push([time, title]));
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


@dataclass
class Traffic:
    """What went over the page's connection to the server: bytes and messages, both ways."""

    sent: int = 0
    received: int = 0
    messages: int = 0

    def watch(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._count(len(payload), 0))
        socket.on("framereceived", lambda payload: self._count(0, len(payload)))

    def _count(self, sent: int, received: int) -> None:
        self.sent, self.received = self.sent + sent, self.received + received
        self.messages += 1


class Server(NamedTuple):
    """A running app: address, process, seconds from the command to its first answer, its words."""

    url: str
    pid: int
    seconds: float
    log: Path

    def busy_seconds(self) -> float:
        """CPU time that it has taken so far, by the process's clock; clock_getcpuclockid(3)."""
        return time.clock_gettime(~self.pid << 3 | 2)


def plain_environment(**more: str) -> dict[str, str]:
    """The environment of a user: without what makes JAX strict in tests."""
    plain = {name: value for name, value in os.environ.items() if name not in STRICT_JAX}
    return plain | more


@contextmanager
def running_server(port: int = 0, **more: str) -> Iterator[Server]:
    """A server of its own, ended when the benchmark is done with it.

    Args:
        port: Where it listens; 0 for any that is free.
        more: Of the environment.
    """
    environment, port = plain_environment(**more), port or free_port()
    command = [sys.executable, "-m", "layerwarp", "--no-browser", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        log, url, start = Path(folder) / "output.txt", f"http://localhost:{port}", time.monotonic()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            wait_for_health(url, process, log)
            yield Server(url, process.pid, time.monotonic() - start, log)
        finally:
            end(process)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A Chromium with an empty profile."""
    with sync_playwright() as playwright:
        path, tried = chromium.find_or_fetch(playwright)
        if path is None:
            raise SystemExit(f"no Chromium, Chrome or Edge is here and none can be had ({tried})")
        with playwright.chromium.launch(executable_path=path, args=chromium.flags()) as browser:
            yield browser


class StagePage:
    """A page in a fresh browser context, with its stopwatch and its traffic."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
        self.context.add_init_script(f"{{ {STOPWATCH} }}")
        self.page: Page = self.context.new_page()
        self.url, self.traffic = url, Traffic()
        self.page.on("websocket", self.traffic.watch)

    def open(self, query: str = "t=2.5", page: str = "") -> float:
        """Open a link; milliseconds from there to the painted stage. With ``t`` nothing plays."""
        self.page.goto(f"{self.url}/{page}?{query}", wait_until="commit")
        return self.paints(1)[0]

    def paints(self, count: int, since: int = 0) -> list[float]:
        """Wait for ``count`` new networks after the first ``since``; when they were painted."""
        self.page.wait_for_function(
            "count => stopwatch.paints.length >= count", arg=since + count, timeout=60_000
        )
        return [time for time, _ in self.page.evaluate("stopwatch.paints")[since:]]

    def count(self) -> int:
        """Networks painted so far."""
        return len(self.page.evaluate("stopwatch.paints"))

    def settle(self, seconds: float = 1.0) -> None:
        """Return when no training, no rerun and no new picture has come for some time."""
        quiet, seen = time.monotonic(), self.count()
        while time.monotonic() - quiet < seconds:
            self.page.wait_for_timeout(100)
            busy = self.page.locator('[data-test-script-state="running"]').count()
            preview = self.page.get_by_text("Quick preview").count()
            if self.count() != seen or busy or preview:
                quiet, seen = time.monotonic(), self.count()

    def slider(self, name: str) -> Locator:
        return self.page.get_by_role("slider", name=name)

    def ask(self, script: str) -> Any:
        """Run an async JavaScript body that knows ``canvas`` and its ``layerwarp``."""
        body = f"async (canvas) => {{ const {{ store, model }} = canvas.layerwarp; {script} }}"
        return self.page.locator(CANVAS).last.evaluate(body)  # of two networks, that of the page
