"""Driving the page Warp as a visitor would, and reading what its stage shows."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

from layerwarp.app.stage.modules import find
from tests.browser.watching import wait_idle
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
