"""Lessons in a browser: the gap of what is drawn, and the page that a server sends."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from layerwarp.app.pages.lessons.kinds import KINDS, MEASURES, PLACE_MEASURES
from layerwarp.app.pages.lessons.reading import lessons
from tests.browser.driving import PATIENCE, Stage, address, imported, wait_until
from tests.browser.test_creases import complaints
from tests.browser.watching import wait_idle

BOX = (-2.0, 2.0, -1.0, 1.0)
SQUARE = [[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]]
DRAWN = [*SQUARE, SQUARE[0]]
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


def test_a_lesson_of_the_served_page_leads_on_and_back(page, watch, server):
    """What files do not have: pictures that come one step after the other, and an address."""
    question = page.locator(".lw-lesson-question")
    steps = lessons()["bend"].steps

    def arrive(number: int) -> None:
        expect(question).to_have_text(steps[number - 1].question, timeout=SLOW)
        page.locator(".lw-lesson-pictures canvas").first.wait_for(timeout=SLOW)
        expect(page.locator(".lw-lesson-gap")).to_have_count(0)

    page.goto(f"{server.url}/lessons")
    page.get_by_role("button", name="The bend").click(timeout=SLOW)
    arrive(1)
    page.get_by_text("It stays where it is").click()
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.locator(".lw-lesson-gap")).to_contain_text("It is pressed flat", timeout=SLOW)
    wait_until(page, lambda: Stage(page).ask("return store.u > 0.2"), "the play of the layer")
    page.get_by_role("button", name="Where would your answer be true?").click()
    expect(page.locator(".lw-lesson-stage canvas.lw-canvas")).to_have_count(2, timeout=SLOW)
    page.get_by_role("button", name="Next", exact=True).click()
    arrive(2)
    wait_until(page, lambda: address(page) == {"v": "2", "lesson": "bend", "step": "2"}, "link")
    wait_idle(page, PATIENCE)
    page.go_back()
    arrive(1)
    page.get_by_role("button", name="All lessons").click()
    expect(page.get_by_text("1 of 5 steps answered")).to_be_visible(timeout=SLOW)
    assert complaints(watch) == []
