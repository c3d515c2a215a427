"""Driving the page Warp as a visitor would, and reading what its stage shows."""

import io
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

from layerwarp.app.stage.modules import find
from tests.browser.watching import IDLE, wait_idle
from tests.conftest import RunningServer

PATIENCE = 60.0  # seconds that a busy machine is given; nothing is measured with it
POLL = 50  # milliseconds between looks at a condition
NOTABLE = 24  # of 255, the difference of a color channel that an eye would see
LAYER_SCRUBBER = "Place on the way through the layers"
STEP_SCRUBBER = "Training step"


def wait_until(page: Page, condition: Callable[[], Any], what: str) -> None:
    """Return as soon as the condition holds; fail with ``what`` when it does not come to hold."""
    waited = 0.0
    while not condition():
        page.wait_for_timeout(POLL)
        waited += POLL / 1000
        assert waited < PATIENCE, f"never came: {what}"


def open_warp(page: Page, server: RunningServer, query: str = "t=0") -> "Stage":
    """Open a link and return its stage when a network is on it. With ``t`` nothing plays."""
    page.goto(f"{server.url}/?{query}")
    stage = Stage(page)
    stage.wait()
    return stage


# Back to a link; its run has begun when this is done, unless it is so short that none was seen.
GO_BACK = """
(link) => new Promise((begun) => {
  setTimeout(begun, 3000);
  const app = document.querySelector('[data-testid="stApp"]');
  const observer = new MutationObserver(() => {
    if (app.dataset.testScriptState !== "running") return;
    observer.disconnect();
    begun();
  });
  observer.observe(app, { attributes: true });
  const here = location.href;
  history.replaceState(history.state, "", link);
  history.pushState(history.state, "", here);
  document.activeElement?.blur();
  document.querySelector('[data-testid="stMain"]').scrollTo(0, 0);
  history.back();
})
"""


def lead_warp(page: Page, server: RunningServer, query: str) -> "Stage":
    """Lead the page to a link of Warp; see ``Stage.lead``."""
    return Stage(page).lead(server, f"?{query}")


def wait_trained(page: Page) -> None:
    """Return when no training goes on and the page is at rest."""

    def at_rest() -> bool:
        wait_idle(page, PATIENCE)
        training = page.get_by_role("button", name="Stop", exact=True).count()
        return not training and not page.get_by_text("Quick preview").count()

    wait_until(page, at_rest, "the end of the training")


def address(page: Page) -> dict[str, str]:
    """The parameters of the page's link."""
    query = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    return {name: texts[-1] for name, texts in query.items()}


def imported(name: str) -> str:
    """JavaScript that imports the module of this file name from where the page loaded it."""
    loaded = 'performance.getEntriesByType("resource")'
    return f'await import({loaded}.find((entry) => entry.name.includes("/{find(name)}")).name)'


class Stage:
    """The stage on a page: its canvas, and the network and the place that it shows."""

    def __init__(self, page: Page, within: str = "") -> None:
        self.page = page
        # Of two networks side by side that of B, the page's own.
        self.canvas: Locator = page.locator(f"{within} canvas.lw-canvas".strip()).last

    def ask(self, script: str, argument: Any = None) -> Any:
        """Run JavaScript that knows ``model``, ``store``, ``picture``, ``canvas``, ``argument``."""
        names = "{ model, store, picture }"
        look = f"const {names} = canvas.layerwarp; const look = async () => {{ {script} }};"
        # As one text: Playwright takes its time over long arrays.
        reply = "return JSON.stringify(await look()) ?? null;"
        answer = self.canvas.evaluate(f"async (canvas, argument) => {{ {look} {reply} }}", argument)
        return None if answer is None else json.loads(answer)

    def wait(self) -> None:
        """Return when a network is drawn."""
        self.canvas.wait_for(state="visible", timeout=PATIENCE * 1000)
        self.wait_for("picture.positions()?.length > 0", "a network on the stage")
        wait_idle(self.page, PATIENCE)

    def lead(self, server: RunningServer, link: str) -> Self:
        """Open a link, a path and a query; return this stage, with a network on it.

        Where the page is at the path already it goes there as Back would, for a quarter of the work
        that loading it takes.

        Args:
            server: Of the app.
            link: Path and query.
        """
        page, there = self.page, f"{server.url}/{link}"
        if page.url.partition("?")[0] != there.partition("?")[0] or page.url == there:
            page.goto(there)
        else:
            page.mouse.move(0, 0)
            wait_trained(page)  # or news of the network that is left would be taken for another
            self.ask("if (model) model.left = true")
            page.evaluate(GO_BACK, there)
            if not self.is_renewed():
                page.goto(there)  # both have the same network
        self.wait()
        return self

    def is_renewed(self) -> bool:
        """Wait for another network than the one that was left, or for a page at rest without."""
        looks_at_rest = 0
        while looks_at_rest < 20:
            if self.ask("return Boolean(model) && !model.left"):
                return True
            self.page.wait_for_timeout(POLL)
            training = self.page.get_by_role("button", name="Stop", exact=True).count()
            looks_at_rest += self.page.locator(IDLE).count() and not training
        return False

    def keep(self, server: RunningServer, link: str) -> Self:
        """Stay where the page is if it is at the link's path, else open it; see ``lead``.

        For what has to do with the code alone.
        """
        here, path = self.page.url.partition("?")[0], link.partition("?")[0]
        return self if here == f"{server.url}/{path}" else self.lead(server, link)

    def wait_for(self, condition: str, what: str) -> None:
        """Return when a JavaScript condition holds on the stage."""
        wait_until(self.page, lambda: self.ask(f"return Boolean(model && ({condition}))"), what)

    @property
    def sizes(self) -> list[int]:
        """Neurons of every layer, the input first."""
        return list(self.ask("return model.net.sizes"))

    @property
    def u(self) -> float:
        """Place on the timeline."""
        return float(self.ask("return store.u"))

    @property
    def step(self) -> int:
        """Training step that is shown."""
        return int(self.ask("return model.net.steps[store.frame]"))

    @property
    def playing(self) -> bool:
        """Whether anything moves by itself."""
        return bool(self.ask("return store.playing"))

    def pixels(self) -> str:
        """The picture as drawn, to compare."""
        script = (
            "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
            "return canvas.toDataURL()"
        )
        return str(self.ask(script))

    def button(self, name: str) -> Locator:
        """A button of the player."""
        return self.page.locator(".lw-player").get_by_role("button", name=name)

    def scrubber(self, name: str) -> Locator:
        """One of the two scrubbers."""
        return self.page.get_by_role("slider", name=name)

    def drag(self, name: str, start: float, end: float, steps: int = 12) -> None:
        """Press a scrubber at a share of its length, move on to another; do not let go."""
        track = self.scrubber(name)
        track.scroll_into_view_if_needed()
        box = track.bounding_box()
        assert box is not None
        height = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + start * box["width"], height)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + end * box["width"], height, steps=steps)


def pixels_of(image: bytes) -> np.ndarray:
    """The pixels (height, width, 4) of a PNG file's bytes."""
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGBA"), int)


def differing(first: np.ndarray, second: np.ndarray) -> float:
    """The share of pixels that look different."""
    assert first.shape == second.shape
    return float((np.abs(first - second).max(axis=2) > NOTABLE).mean())
