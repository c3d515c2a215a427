"""Lessons in a browser: the gap of what is drawn, and lessons played by mouse and by keyboard."""

import json
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from layerwarp.app.pages.lessons import static
from layerwarp.app.pages.lessons.kinds import KINDS, MEASURES, PLACE_MEASURES
from layerwarp.app.pages.lessons.reading import lessons
from tests.browser.driving import PATIENCE, Stage, address, imported, wait_until
from tests.browser.test_creases import complaints
from tests.browser.watching import wait_idle

BOX = (-2.0, 2.0, -1.0, 1.0)
SQUARE = [[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]]
DRAWN = [*SQUARE, SQUARE[0]]
COMMIT = "That is my prediction"
SLOW = PATIENCE * 1000
GAPS = (
    f"const {{ closeLine, disagreement, isClosed }} = {imported('scoring.js')};"
    """
return argument.map(({ line, segments, left, box }) => {
  const leftIsOne = (y) => left.some(([low, high]) => low < y && y < high);
  const ring = closeLine(line, box);
  const gap = disagreement(ring, Float64Array.from(segments.flat()), box, leftIsOne);
  return { ...gap, ring, closed: isClosed(line, box) };
});
"""
)
TABLES = (
    f"const {{ MEASURES, PLACE_MEASURES, cornersOf }} = {imported('measures.js')};"
    f"const {{ ANSWERS }} = {imported('answers.js')};"
    """
const corners = (ring) => {
  const segments = ring.flatMap((place, k) => [...place, ...ring[(k + 1) % ring.length]]);
  return cornersOf({ segments: Float64Array.from(segments) }, [-1, 1, -1, 1]);
};
const tables = [MEASURES, PLACE_MEASURES, ANSWERS].map((table) => Object.keys(table));
return { tables, corners: argument.map(corners) };
"""
)


def ask(page: Page, script: str, argument: Any) -> Any:
    """What JavaScript of the page gives back."""
    return page.evaluate(f"async (argument) => {{ {script} }}", argument)


def sides(ring: list[list[float]]) -> list[list[float]]:
    """The sides of a closed polygon, x, y, x, y each."""
    return [[*a, *b] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]


def inside(ring: list[list[float]], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether places are in a polygon, by how often rays to the left meet its sides."""
    met = np.zeros(x.shape, int)
    for x0, y0, x1, y1 in sides(ring):
        if y0 != y1:
            crosses = (y0 <= y) != (y1 <= y)
            met += crosses & (x0 + (y - y0) / (y1 - y0) * (x1 - x0) < x)
    return met % 2 == 1


def test_the_gap_is_the_area_between_the_lines(page, server):
    """Against areas that are known, and against counting places for lines of many corners."""
    page.goto(f"{server.url}/lessons")
    page.locator(".lw-lesson-card").first.wait_for(timeout=SLOW)
    known: list[tuple[dict[str, Any], Any]] = [
        ({"line": DRAWN, "segments": sides(SQUARE), "left": []}, 0.0),
        (
            {"line": [[x / 2, y / 2] for x, y in DRAWN], "segments": sides(SQUARE), "left": []},
            0.1875,
        ),
        ({"line": DRAWN, "segments": [], "left": []}, 0.25),
        ({"line": DRAWN, "segments": [], "left": [[-9, 9]]}, 0.25),
        ({"line": [[0, -0.2], [0, 0.3]], "segments": [[0, -1, 0, 1]], "left": [[-9, 9]]}, 0.0),
        ({"line": [[1, -0.2], [1, 0.3]], "segments": [[0, -1, 0, 1]], "left": []}, 0.25),
        ({"line": [[-1, 0], [0, 0], [1, 0]], "segments": [[0, -1, 0, 1]], "left": []}, 0.5),
        ({"line": [[-1, -0.5], [1, 0.5]], "segments": [[-2, 1, 2, -1]], "left": [[-9, 1]]}, 0.5),
    ]
    rng = np.random.default_rng(5)
    for count in (3, 5, 9, 14):
        drawn, there = (rng.uniform((-2, -1), (2, 1), (count, 2)).tolist() for _ in range(2))
        known.append(({"line": [*drawn, drawn[0]], "segments": sides(there), "left": []}, there))
    asked = [case | {"box": BOX} for case, _ in known]
    x, y = np.meshgrid((np.arange(800) + 0.5) / 200 - 2, (np.arange(400) + 0.5) / 200 - 1)
    for (case, share), found in zip(known, ask(page, GAPS, asked), strict=True):
        drawn = [(b - a + d - c) / 2 * (high - low) for a, b, low, c, d, high in found["pieces"]]
        assert found["closed"] == (case["line"][0] == case["line"][-1])
        assert sum(drawn) / 8 == pytest.approx(found["share"], abs=1e-12)
        assert np.all(np.abs(found["ring"]) <= np.array([2, 1]) + 1e-9)
        if isinstance(share, float):
            assert found["share"] == pytest.approx(share, abs=1e-12), case
        elif share:
            differ = np.mean(inside(case["line"][:-1], x, y) != inside(share, x, y))
            assert found["share"] == pytest.approx(min(differ, 1 - differ), abs=0.003)
    six = [[np.cos(k), np.sin(k)] for k in np.arange(6) * np.pi / 3]
    middle = [[0.5 * (six[0][0] + six[1][0]), 0.5 * (six[0][1] + six[1][1])]]
    answer = ask(page, TABLES, [six, [six[0], *middle, *six[1:]], SQUARE])
    assert answer["corners"] == [6, 6, 4]
    assert answer["tables"] == [list(MEASURES), list(PLACE_MEASURES), list(KINDS)]


class Player:
    """A lesson that is played."""

    def __init__(self, page: Page, url: str, lesson: str) -> None:
        self.page, self.lesson = page, lessons()[lesson]
        page.goto(f"{url}/lessons?v=2&lesson={lesson}&step=1")
        self.result = page.locator(".lw-lesson-gap")
        self.principle = page.locator(".lw-lesson-principle")
        self.pad = page.locator(".lw-lesson-pad .lw-input-square")

    def arrive(self, number: int) -> None:
        """Wait for a step and what it asks on."""
        expect(self.page.locator(".lw-lesson-question")).to_have_text(
            self.lesson.steps[number - 1].question, timeout=SLOW
        )
        self.page.locator(".lw-lesson-pictures canvas:not(.lw-legend-icon)").first.wait_for(
            timeout=SLOW
        )
        wait_until(
            self.page, lambda: address(self.page)["step" if number > 1 else "lesson"], "link"
        )
        wait_idle(self.page, PATIENCE)
        expect(self.page.locator(".lw-lesson-gap")).to_have_count(0)

    def told(self, words: str) -> str:
        """Wait for what came of the answer; the principle, without a brace left in it."""
        expect(self.result).to_have_text(re.compile(words), timeout=SLOW)
        principle = self.principle.inner_text()
        assert "{" not in principle
        return principle

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def enter(self, name: str) -> None:
        """Press a button with the keyboard."""
        self.page.get_by_role("button", name=name, exact=True).focus()
        self.page.keyboard.press("Enter")

    def place(self, across: float, up: float) -> tuple[float, float]:
        """A place of the pad on the screen, from shares of its sides."""
        self.pad.scroll_into_view_if_needed()
        box = self.pad.bounding_box()
        assert box
        return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def test_a_lesson_is_played_by_mouse_and_answered_wrong(page, watch, server):
    play = Player(page, server.url, "bend")
    play.arrive(1)
    expect(page.get_by_role("button", name=COMMIT)).to_be_disabled()
    expect(page.locator(".lw-lesson-stage")).to_have_attribute("inert", "")
    page.get_by_text("It is cut away").click()
    play.press(COMMIT)
    play.told("You predicted: It is cut away.*What happens: It is pressed flat")
    expect(page.locator(".lw-lesson-never")).to_contain_text("Nowhere: every point keeps a place")
    expect(page.get_by_label("It stays where it is")).to_be_disabled()
    play.press("Next")

    play.arrive(2)
    page.get_by_label("Your number, typed").fill("8")
    play.press(COMMIT)
    assert "7 pieces" in play.told("There are 7 straight pieces. You predicted 8, which is 1 more.")
    expect(page.locator(".lw-lesson-stage")).to_have_count(1)
    play.press("Next")

    play.arrive(3)
    page.get_by_text("A smooth line").click()
    play.press(COMMIT)
    assert "6 corners" in play.told("What happens: Six corners")
    play.press("Where would your answer be true?")
    page.locator(".lw-lesson-elsewhere").wait_for(timeout=SLOW)
    expect(page.locator(".lw-lesson-stage canvas.lw-canvas")).to_have_count(2, timeout=SLOW)
    play.press("Next")

    play.arrive(4)
    page.mouse.click(*play.place(0.02, 0.5))
    play.press(COMMIT)
    play.told(
        r"At your place \d neurons? (is|are) on. The nearest place where no neuron is on lies"
    )
    assert address(page) == {"v": "2", "lesson": "bend", "step": "4"}
    play.press("Next")

    play.arrive(5)
    page.mouse.move(*play.place(0.2, 0.9))
    page.mouse.down()
    page.mouse.move(*play.place(0.9, 0.2), steps=15)
    page.mouse.up()
    play.press(COMMIT)
    play.told(r"differ on \d+ % of the square, shaded. Its ends were taken straight on")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.go_back()
    play.arrive(4)
    done = json.loads(page.evaluate("localStorage.getItem('layerwarp lessons')"))
    assert done == {"bend": {str(number): "answered" for number in range(1, 6)}}
    assert complaints(watch) == []


def test_a_lesson_is_played_by_keyboard_and_answered_right(page, watch, server):
    play = Player(page, server.url, "squash")
    play.arrive(1)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")  # the second answer, from the first
    page.keyboard.press("Enter")
    play.told("What happens is what you predicted")
    expect(page.get_by_role("button", name="Where would your answer be true?")).to_have_count(0)
    play.enter("Next")

    play.arrive(2)
    page.get_by_label("Your number", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    play.told(r"\d+ % of the points are right")
    play.enter("Next")

    play.arrive(3)
    play.pad.focus()
    for keys in (
        "ArrowUp",
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowLeft",
        "ArrowLeft",
        "ArrowUp",
        "ArrowUp",
    ):
        for _ in range(2):
            page.keyboard.press(f"Shift+{keys}")
        page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    play.enter(COMMIT)
    play.told(r"Your line and the network's differ on \d+ % of the square")
    play.enter("Next")

    play.arrive(4)
    play.pad.focus()
    for _ in range(20):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    play.enter(COMMIT)
    play.told(r"At your place the network says \w+")
    play.enter("Next")

    play.arrive(5)
    play.press("Skip")
    expect(page.locator(".lw-lesson-title")).to_have_text("Too narrow", timeout=SLOW)
    play.press("All lessons")
    page.locator(".lw-lesson-card").first.wait_for(timeout=SLOW)
    expect(page.get_by_text("4 of 5 steps answered")).to_be_visible()
    assert complaints(watch) == []


def test_a_lesson_is_played_from_disk_without_a_network(page, watch, tmp_path):
    path = lessons()
    *files, listed = static.write({"squash": path["squash"]}, tmp_path / "out")
    assert [file.name for file in files] == ["squash.html"]
    assert all(file.stat().st_size < 2e6 for file in [*files, listed])
    page.context.set_offline(True)
    page.goto(listed.as_uri())
    page.locator(".lw-lesson-card").click()
    page.wait_for_url("**/squash.html", timeout=SLOW)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=COMMIT).click()
    expect(page.locator(".lw-lesson-never")).to_contain_text("Nowhere: the last step", timeout=SLOW)
    wait_until(page, lambda: Stage(page).ask("return store.u > 0.2"), "the play of the layers")
    page.get_by_role("button", name="Step 3").click()
    square = page.locator(".lw-lesson-pad .lw-input-square")
    box = square.bounding_box()
    assert box
    for across in (0.2, 0.8):
        page.mouse.click(box["x"] + across * box["width"], box["y"] + 0.5 * box["height"])
    page.get_by_role("button", name=COMMIT).click()
    expect(page.locator(".lw-lesson-gap")).to_have_text(re.compile(r"on \d+ %"), timeout=SLOW)
    expect(page.locator(".lw-lesson-principle")).to_contain_text("6 corners")
    page.get_by_role("button", name="All lessons").click()
    expect(page.get_by_text("2 of 5 steps answered")).to_be_visible(timeout=SLOW)
    asked = {url.partition("?")[0] for url in watch.requests if not url.startswith("data:")}
    assert asked == {file.as_uri() for file in [*files, listed]}
    assert watch.errors == []
