"""Lessons on networks of one input: graphs that are drawn, and what is measured of the network."""

import re
from base64 import b64encode
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from layerwarp.app.pages.lessons.kinds import BOTH, MEASURES
from layerwarp.app.pages.lessons.reading import lessons
from layerwarp.app.pages.lessons.static import picture
from tests.app import test_lessons as on_the_plane
from tests.app.test_line_lessons import STEPS, changed, rms, trained
from tests.browser.driving import PATIENCE, address, imported, wait_until
from tests.browser.test_creases import complaints
from tests.browser.test_lessons import ask
from tests.browser.test_pieces import Line
from tests.browser.watching import wait_idle

SLOW = PATIENCE * 1000
COMMIT = "That is my prediction"
GAPS = f"""
const {{ gapBetween }} = {imported("graph_scoring.js")};
const slopes = (x, y) => x.slice(1).map((end, k) => (y[k + 1] - y[k]) / (end - x[k]));
return argument.map(({{ graph, x, y }}) => {{
  return gapBetween(graph, {{ x: Float64Array.from(x), y, slopes: slopes(x, y) }});
}});
"""
GRAPHS = f"""
const {{ drawnOver, throughout, withCorner }} = {imported("graph_scoring.js")};
const line = [[0, 0], [1, 1], [2, 0], [3, 1]];
return {{
  over: drawnOver([...line], [0.5, 5], [2, 4]),
  back: drawnOver([...line], [2, 4], [0.5, 5]),
  up: drawnOver([...line], [1, 1], [1, 7]),
  corner: withCorner([...line], [1.05, 9], [0.1, 0.5]),
  first: withCorner([], [1, 2], [0.1, 0.5]),
  moved: withCorner([...line], [3.05, 1.3], [0.1, 0.5]),
  jump: withCorner([[0, 0], [1, 0]], [0.95, 1], [0.1, 0.5]),
  jumpBack: withCorner([[1, 1], [2, 1]], [1.05, 0], [0.1, 0.5]),
  whole: throughout([[1, 1], [2, 0]], 0, 4),
  ended: throughout([...line], 0, 3),
  trembling: throughout([[1, 1], [1.01, 9], [2, 2], [2.99, -9], [3, 3]], 0, 4),
}};
"""
MEASURED = f"""
const {{ MEASURES, measured }} = {imported("measures.js")};
const {{ modelOf }} = {imported("models.js")};
const families = Object.fromEntries(Object.entries(MEASURES).map(([name, row]) =>
  [name, ["plane", "line"].filter((family) => row[family])]));
const numbers = await Promise.all(argument.map(async ([page, query, text, names]) => {{
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const model = modelOf({{ page, query, bytes }});
  return Promise.all(names.map((name) => measured(name, model)));
}}));
return {{ families, numbers }};
"""


def cases() -> list[dict[str, Any]]:
    """Graphs that are drawn, and networks' from -1 to 2."""
    rng = np.random.default_rng(4)
    known: list[dict[str, Any]] = [
        {"graph": [[-1, 0], [2, 3]], "x": [-1, 2], "y": [0, 3]},
        {"graph": [[-1, 0], [2, 0]], "x": [-1, 0.5, 2], "y": [0, 1, 0]},  # largest within
        {"graph": [[-1, 1], [2, -2]], "x": [-1, 2], "y": [-1, 2]},  # they cross
        {"graph": [[-1, 0], [0.5, 3], [2, 0]], "x": [-1, 2], "y": [0, 0]},
    ]
    for count in (3, 7, 20):
        inner = [np.sort(rng.uniform(-1, 2, count)) for _ in range(2)]
        drawn, told = (np.concatenate([[-1], part, [2]]) for part in inner)
        heights = rng.normal(size=(2, count + 2))
        graph = np.column_stack([drawn, heights[0]]).tolist()
        known.append({"graph": graph, "x": told.tolist(), "y": heights[1].tolist()})
    return known


def test_the_distance_of_two_graphs_is_exact(page, server):
    page.goto(f"{server.url}/lessons")
    page.locator(".lw-lesson-card").first.wait_for(timeout=SLOW)
    asked = cases()
    for case, found in zip(asked, ask(page, GAPS, asked), strict=True):
        drawn_x, drawn_y = np.transpose(case["graph"])
        ends = np.union1d(drawn_x, case["x"])
        difference = np.interp(ends, drawn_x, drawn_y) - np.interp(ends, case["x"], case["y"])
        assert found["most"] == pytest.approx(np.abs(difference).max(), abs=1e-12)
        at = np.interp(found["x"], ends, difference)
        assert abs(at) == pytest.approx(found["most"], abs=1e-9)
        if found["most"]:
            assert found["above"] == (at > 0)
        # Simpson's rule is exact for the square of what is straight between two ends.
        squares = [
            (b - a) / 6 * (p**2 + (p + q) ** 2 + q**2)
            for (a, b), (p, q) in zip(pairwise(ends), pairwise(difference), strict=True)
        ]
        assert found["rms"] == pytest.approx(np.sqrt(sum(squares) / 3), abs=1e-12)
    lines = ask(page, GRAPHS, None)
    assert lines["over"] == lines["back"] == [[0, 0], [0.5, 5], [2, 4], [3, 1]]
    assert lines["up"] == [[0, 0], [1, 7], [2, 0], [3, 1]]
    assert lines["corner"] == [[0, 0], [1.05, 9], [2, 0], [3, 1]]
    assert lines["first"] == [[1, 2]]
    assert lines["moved"] == [[0, 0], [1, 1], [2, 0], [3.05, 1.3]]
    assert lines["jump"] == [[0, 0], [1, 0], [1.01, 1]]
    assert lines["jumpBack"] == [[0.99, 0], [1, 1], [2, 1]]
    assert lines["whole"] == [[0, 2], [1, 1], [2, 0], [4, -2]]
    assert lines["ended"] == [[0, 0], [1, 1], [2, 0], [3, 1]]
    np.testing.assert_allclose(lines["trembling"][0], [0, 0], atol=1e-12)
    np.testing.assert_allclose(lines["trembling"][-1], [4, 4], atol=1e-12)

    views = [STEPS[1].view, STEPS[3].view, changed(STEPS[3].view, s="0"), STEPS[4].view]
    views.append(changed(STEPS[4].view, best="1"))
    names = ["pieces", "kinks", "slope", "bias", "numbers"]
    asked_of = [(view, names + ["rms", "best"] * (k > 2)) for k, view in enumerate(views)]
    bend, matrix, sees = (lessons()[name].steps for name in ("bend", "matrix", "sees"))
    two = sees[5].shown
    plane = [(bend[5].shown, ["off"]), (matrix[3].shown, ["stretch"]), (two, ["agree", "right"])]
    shown = [
        [view.page, view.query, b64encode(picture(view, False)).decode(), measures]
        for view, measures in asked_of + plane
    ]
    told = ask(page, MEASURED, shown)
    assert told["families"] == {name: list(row.families) for name, row in MEASURES.items()}
    assert set(BOTH) == {"plane", "line"}
    by_hand, jump, before, square, best, off, stretch, alike = told["numbers"]
    assert (off, stretch) == ([67], [2])  # as tests.app.test_lessons finds by numpy
    networks = [on_the_plane.changed(two, versus=""), on_the_plane.other(two)]
    says = [on_the_plane.outputs(one, on_the_plane.lattice(two, 65))[-1] > 0 for one in networks]
    assert alike == [round(100 * float(np.mean(says[0] == says[1]))), 100]
    assert by_hand == [3, 2, -1, 0, 7]
    assert jump == [2, 1, 2, -0.5, 4]
    start = trained(STEPS[3].view)[1].params_at(0)
    assert before[3] == pytest.approx(round(float(start[-1].bias[0]), 2))
    pieces = trained(STEPS[4].view)[2]
    least = 2 / (3 * np.sqrt(5) * 7**2)
    error = rms(pieces, np.square, 0, 1)
    assert square[:2] == [pieces.n_pieces, len(pieces.breakpoints)]
    np.testing.assert_allclose(square[2], pieces.slopes[-1, 0], atol=0.006)
    np.testing.assert_allclose(square[-2:], [error, least], rtol=0.05)
    assert best[:2] == [4, 3]
    assert best[-2:] == square[-2:]  # what was trained stays what is compared with the best


class Player:
    """A visitor of lesson 4 on the served page."""

    def __init__(self, page: Page, url: str, step: int) -> None:
        self.page = page
        page.goto(f"{url}/lessons?v=2&lesson=hinges&step={step}")

    def arrive(self, number: int) -> None:
        """Wait for a step and what it asks on."""
        question = STEPS[number - 1].question
        expect(self.page.locator(".lw-lesson-question")).to_have_text(question, timeout=SLOW)
        self.page.locator(".lw-lesson-pictures .lw-canvas").first.wait_for(timeout=SLOW)
        wait_idle(self.page, PATIENCE)
        expect(self.page.locator(".lw-lesson-gap")).to_have_count(0)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def told(self, words: str) -> str:
        """Wait for what came of the answer; the principle."""
        gap = self.page.locator(".lw-lesson-gap")
        expect(gap).to_have_text(re.compile(words), timeout=SLOW)
        return self.page.locator(".lw-lesson-principle").inner_text()


def draw(pad: Line, corners: list[tuple[float, float]]) -> None:
    """Click corners (x, y)."""
    for corner in corners:
        pad.page.mouse.click(*pad.place(*corner))


def test_graphs_are_drawn_by_mouse_and_by_keyboard(page: Page, watch, server):
    play = Player(page, server.url, 1)
    play.arrive(1)
    stage = Line(page, ".lw-lesson-stage")
    assert stage.ask("return [store.secret, picture.strips.length]") == [True, 0]
    expect(page.locator(".lw-line-side")).to_be_hidden()
    page.get_by_text("At x = 0.8: at minus its bias").click()
    play.press(COMMIT)
    play.told("You predicted: At x = 0.8.*What happens: At x = 0.4")
    assert stage.ask("return [store.secret, model.form.x[1]]") == [False, pytest.approx(0.4)]
    stage.slider("Neuron 1, weight").fill("4")
    wait_until(page, lambda: stage.ask("return model.form.x[1]") == pytest.approx(0.2), "the hinge")
    assert address(page) == {"v": "2", "lesson": "hinges", "step": "1"}
    play.press("Where would your answer be true?")
    expect(page.locator(".lw-lesson-stage canvas.lw-canvas")).to_have_count(2, timeout=SLOW)
    play.press("Next")

    play.arrive(2)
    pad = Line(page, ".lw-graph-frame")
    commit = page.get_by_role("button", name=COMMIT)
    draw(pad, [(-0.5, 0), (0.1, 0.4)])
    expect(commit).to_be_disabled()  # less than half of the axis
    page.mouse.move(*pad.place(-0.9, -0.6))
    page.mouse.down()
    for x in (-0.5, 0, 0.5):
        page.mouse.move(*pad.place(x, -0.6), steps=8)
    page.mouse.up()
    expect(commit).to_be_enabled()
    play.press("Clear")
    expect(commit).to_be_disabled()
    draw(pad, [(0.5, 1), (-0.5, 0), (-1, 0), (1, 0.5)])
    play.press(COMMIT)
    assert "1 − 2 = −1" in play.told("The lines lie on each other: nowhere are they more than")
    assert pad.ask("return picture.strips.length") == 0
    page.goto(f"{server.url}/lessons?v=2&lesson=hinges&step=5")
    play.arrive(5)
    page.get_by_text("No: it only needs more steps").click()
    play.press(COMMIT)
    assert "0.03, and 0.0061 is possible" in play.told("What happens: No: three hinges")
    stage.wait_for("store.playing && store.frame > 3", "the play of the training")
    play.press("Best possible")
    stage.wait_for("!store.playing && model.showsBest", "the best network")
    play.press("Next")

    play.arrive(6)
    page.locator(".lw-graph-frame canvas").first.focus()
    for keys, times in (("ArrowLeft", 5), ("ArrowRight", 4), ("ArrowRight", 6)):
        for _ in range(times):
            page.keyboard.press(f"Shift+{keys}")
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name=COMMIT).focus()
    page.keyboard.press("Enter")
    words = r"At x = 1 your line is 0\.\d+ below the network’s, farther than anywhere else\. On the"
    assert "5 straight pieces, 4 hinges" in play.told(words)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert complaints(watch) == []
