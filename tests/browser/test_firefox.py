"""Firefox draws every page and takes a drag; without a Firefox these tests are skipped.

Playwright cannot drive the Firefox of a system: this speaks WebDriver BiDi to it.
"""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.browser.driving import LAYER_SCRUBBER, PATIENCE, POLL, pixels_of
from tests.conftest import free_port

SMALL = "v=2&data=circles&layers=1&neurons=3&steps=100"
PAGES = {
    f"?{SMALL}&t=0": "canvas.lw-canvas",
    "pieces?v=2&steps=100": "canvas.lw-canvas",
    f"creases?{SMALL}": "canvas.lw-canvas",
    "depth-width?v=2": ".js-plotly-plot",  # the recorded grid: nothing to train
}
COLORS = 30  # that a picture has at least; an empty frame has a handful
# The library that reads Streamlit's messages tries WebAssembly for long integers, which the policy
# forbids, and goes on without.
KNOWN = "blocked WebAssembly"
FIND = """
(selector) => {
  const all = (root) => [...root.querySelectorAll("*")];
  const shadows = (root) => all(root).flatMap((node) => node.shadowRoot ?? []);
  const within = (root) => root.querySelector(selector) ?? shadows(root).map(within).find(Boolean);
  const node = within(document);
  if (!node) return "null";
  node.scrollIntoView({ block: "center" });
  const { x, y, width, height } = node.getBoundingClientRect();
  const { store, model } = node.layerwarp ?? { model: true };
  return JSON.stringify({ x, y, width, height, u: store?.u, drawn: Boolean(model && width) });
}
"""


class Firefox:
    """A headless Firefox with one page of 1440 x 900, and the errors that this logged."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.sent, self.context = connection, 0, ""
        self.errors: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a command."""
        self.sent += 1
        self.connection.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while (answer := json.loads(self.connection.recv(PATIENCE))).get("id") != self.sent:
            entry = answer["params"]
            if entry.get("level") == "error" and KNOWN not in entry["text"]:
                self.errors.append(entry["text"])
        assert answer["type"] == "success", answer
        result: dict[str, Any] = answer["result"]
        return result

    def tell(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a command about the page."""
        return self.ask(method, context=self.context, **params)

    def open(self, url: str) -> None:
        """Open an address in a new tab: a page that is left complains of a lost server."""
        if self.context:
            self.tell("browsingContext.close")
        self.context = self.ask("browsingContext.create", type="tab")["context"]
        self.errors.clear()
        self.tell("browsingContext.setViewport", viewport={"width": 1440, "height": 900})
        self.tell("browsingContext.navigate", url=url, wait="complete")

    def find(self, selector: str) -> dict[str, Any] | None:
        """Where an element is, in whatever shadow; of a stage also the place that it shows."""
        arguments = [{"type": "string", "value": selector}]
        options = {"functionDeclaration": FIND, "awaitPromise": False, "arguments": arguments}
        answer = self.ask("script.callFunction", target={"context": self.context}, **options)
        found: dict[str, Any] | None = json.loads(answer["result"]["value"])
        return found

    def colors(self, box: dict[str, Any]) -> int:
        """How many colors an area of the page has."""
        clip = {"type": "box", **{name: box[name] for name in ("x", "y", "width", "height")}}
        picture = self.tell("browsingContext.captureScreenshot", clip=clip)["data"]
        pixels = pixels_of(base64.b64decode(picture))
        return len(np.unique(pixels.reshape(-1, 4), axis=0))

    def drag(self, *places: tuple[float, float]) -> None:
        """Press the mouse at the first place, move on to the others, let go."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in places]
        press, release = ({"type": f"pointer{name}", "button": 0} for name in ("Down", "Up"))
        actions = [moves[0], press, *moves[1:], release]
        self.tell(
            "input.performActions", actions=[{"type": "pointer", "id": "mouse", "actions": actions}]
        )


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """What a look finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(POLL / 1000)
    return found


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        pytest.skip("no Firefox is here")
    port, profile = free_port(), tmp_path_factory.mktemp("firefox")
    options = ["--headless", f"--remote-debugging-port={port}", "--profile", str(profile)]
    process = subprocess.Popen(
        [path, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def connected() -> ClientConnection | None:
        assert process.poll() is None, "Firefox ended"
        try:
            return connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None)
        except OSError:
            return None

    try:
        with wait_for(connected, "Firefox") as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("address", "picture"), PAGES.items(), ids=["warp", "pieces", "creases", "grid"]
)
def test_firefox_draws_every_page(firefox, server, address, picture):
    firefox.open(f"{server.url}/{address}")

    def drawn() -> bool:
        box = firefox.find(picture)
        return bool(box and box["drawn"]) and firefox.colors(box) > COLORS

    wait_for(drawn, "a picture")
    assert firefox.errors == []


def test_in_firefox_a_drag_on_the_ribbon_moves_the_stage(firefox, server):
    firefox.open(f"{server.url}/?{SMALL}&t=0")
    stage = "canvas.lw-canvas"
    wait_for(lambda: (firefox.find(stage) or {}).get("drawn"), "a network on the stage")
    assert firefox.find(stage)["u"] == 0
    track = firefox.find(f'input[aria-label="{LAYER_SCRUBBER}"]')
    height = track["y"] + track["height"] / 2
    firefox.drag(*((track["x"] + share * track["width"], height) for share in (0.02, 0.2, 0.4)))
    wait_for(lambda: 0.6 < firefox.find(stage)["u"] < 1, "a place within the first layer")
    assert firefox.errors == []
