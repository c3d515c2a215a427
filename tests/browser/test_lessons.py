"""Lessons in a browser: the gap of what is drawn, the served page, a file of one's own."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy import ndimage

from layerwarp import train
from layerwarp.app.controls.network import experiment
from layerwarp.app.pages.lessons import static
from layerwarp.app.pages.lessons.kinds import KINDS, MEASURES, PLACE_MEASURES
from layerwarp.app.pages.lessons.reading import lessons, read
from tests.browser.driving import PATIENCE, Stage, address, imported, open_warp, wait_until
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


OUTLINES = (
    f"const {{ carriedShape, countedGap, outlineGap, isFlat }} = {imported('outline.js')};"
    """
const BOX = [-3, 3, -3, 3];
return argument.map(({ shape, layers, names, ring }) => {
  const layer = (_, l) => ({ weights: layers[l - 1].slice(0, 4), bias: layers[l - 1].slice(4) });
  const net = { layer, activations: names, box: BOX };
  const found = carriedShape({ net, frame: 0 }, shape, names.length);
  const counted = countedGap(ring, found.regions, BOX);
  const { apart, ...told } = found.exact ? outlineGap(ring, found.regions) : counted;
  const areas = apart.map(([a, b, low, c, d, high]) => (b - a + d - c) / 2 * (high - low));
  const area = areas.reduce((sum, part) => sum + part, 0);
  return { ...told, area, counted: counted.share, corners: found.corners, ring: found.ring,
    exact: found.exact, flat: isFlat(told.covered, found.ring) };
});
"""
)
MIRRORED, TURNED = [1, 0, 0, 1, 0, 0], [1, -0.3, 0.4, 1, 0.2, -0.1]
# Layers (weights by input, biases), activations, shape, a drawn ring.
SHAPES: list[tuple[list, list[str], str, list]] = [
    ([[2, 0, 1, 1.5, 0, 0]], ["identity"], "unit", [[0, 0], [2, 0], [3, 1.5], [1, 1.5]]),
    ([[2, 0, 1, 1.5, 0, 0]], ["identity"], "unit", [[0, 0], [1, 0], [1, 1], [0, 1]]),
    ([MIRRORED], ["abs"], "square", [[0, 0], [1, 0], [1, 1], [0, 1]]),  # covered four times
    ([TURNED], ["relu"], "square", [[-1, -1], [1, -1], [1, 1], [-1, 1]]),
    (
        [[0.5, -0.15, 0.2, 0.5, 0.1, 0]],
        ["relu"],
        "sheet",
        [[0, 0], [2, 2], [2, 0], [0, 2]],
    ),  # a bow: it crosses itself
    ([TURNED, TURNED], ["abs", "leaky_relu"], "square", [[-1, 0], [1, -1], [1.5, 1.5]]),
    ([TURNED, TURNED], ["relu", "relu"], "square", [[0, 0], [1, 0], [1, 1]]),
    ([TURNED], ["sigmoid"], "sheet", [[0, 0], [1, 0], [1, 1], [0, 1]]),
    ([TURNED, TURNED], ["tanh", "sine"], "square", [[-1, 0], [1, -1], [1, 1]]),
    ([[1, 2, 0.5, 1, 0, 0]], ["identity"], "unit", [[0, 0], [1.5, 3]]),  # a line
    ([[1, 0, 0, 1, -9, -9]], ["relu"], "square", [[0, 0], [1, 0], [0, 1]]),  # a point
    ([TURNED], ["softmax"], "square", [[0, 1], [1, 0]]),  # two shares of one whole: a line
]
NUMPY: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda z: z,
    "abs": np.abs,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.1 * z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "sine": np.sin,
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),
}
SIDES = {"unit": (0, 1), "square": (-1, 1), "sheet": (-3, 3)}
FIELDS = 240  # a side, on which areas are counted once more


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
    outlines = ask(page, OUTLINES, [described(*case) for case in SHAPES])
    assert [found["share"] for found in outlines[:3]] == pytest.approx([0, 0.8, 0], abs=1e-9)
    for drawing, found in zip(SHAPES, outlines, strict=True):
        layers, names, shape, _ = drawing
        covered, within = counted_areas(*drawing)
        either = (covered | within).mean()
        assert found["exact"] == set(names).isdisjoint(("sigmoid", "tanh", "sine", "softmax"))
        assert found["flat"] == (covered.mean() < 1e-3), drawing
        assert found["covered"] == pytest.approx(36 * covered.mean(), abs=0.06)
        assert found["drawn"] == pytest.approx(36 * within.mean(), abs=0.06)
        if not found["flat"]:
            assert found["share"] == pytest.approx((covered ^ within).mean() / either, abs=0.02)
            assert found["counted"] == pytest.approx(found["share"], abs=0.02)
            assert found["area"] == pytest.approx(found["share"] * 36 * either, abs=0.08)
        low, high = SIDES[shape]
        square = np.array([[low, low], [high, low], [high, high], [low, high]], float)
        np.testing.assert_allclose(found["corners"], run(layers, names, square), atol=1e-6)
    six = [[np.cos(k), np.sin(k)] for k in np.arange(6) * np.pi / 3]
    middle = [[0.5 * (six[0][0] + six[1][0]), 0.5 * (six[0][1] + six[1][1])]]
    answer = ask(page, TABLES, [six, [six[0], *middle, *six[1:]], SQUARE])
    assert answer["corners"] == [6, 6, 4]
    assert answer["tables"] == [list(MEASURES), list(PLACE_MEASURES), list(KINDS)]


def described(layers: list, names: list, shape: str, ring: list) -> dict[str, Any]:
    """A case of SHAPES for the browser."""
    return {"layers": layers, "names": names, "shape": shape, "ring": ring}


def run(layers: list, names: list, places: np.ndarray) -> np.ndarray:
    """Places (n, 2) carried through layers."""
    for numbers, name in zip(layers, names, strict=True):
        places = NUMPY[name](places @ np.reshape(numbers[:4], (2, 2)) + numbers[4:])
    return places


def counted_areas(
    layers: list, names: list, shape: str, ring: list
) -> tuple[np.ndarray, np.ndarray]:
    """Which fields of the box a shape comes to lie in, and which are in a ring: (FIELDS, FIELDS).

    The shape is strewn with places so densely that every field which it covers is met.
    """
    side = np.linspace(*SIDES[shape], 1000 if shape == "sheet" else 600)
    x, y = np.meshgrid(side, side)
    ends = run(layers, names, np.column_stack([x.ravel(), y.ravel()]))
    column, row = np.floor((ends + 3) / 6 * 3 * FIELDS).astype(int).T
    here = (column >= 0) & (column < 3 * FIELDS) & (row >= 0) & (row < 3 * FIELDS)
    met = np.zeros((3 * FIELDS, 3 * FIELDS), bool)
    met[row[here], column[here]] = True
    middles = met[1::3, 1::3]
    # What is pressed flat meets a row of fields and has no area.
    covered = ndimage.binary_opening(middles, np.ones((2, 2)))
    middle = (np.arange(FIELDS) + 0.5) * 6 / FIELDS - 3
    return covered, inside(ring, *np.meshgrid(middle, middle))


def test_a_lesson_of_the_served_page_leads_on_and_back(page, watch, server):
    """What files do not have: pictures that come one step after the other, and an address."""
    question = page.locator(".lw-lesson-question")
    steps = lessons()["bend"].steps

    def arrive(number: int, answered: bool = False) -> None:
        expect(question).to_have_text(steps[number - 1].question, timeout=SLOW)
        page.locator(".lw-lesson-pictures canvas:visible").first.wait_for(timeout=SLOW)
        expect(page.locator(".lw-lesson-gap")).to_have_count(int(answered), timeout=SLOW)

    page.goto(f"{server.url}/lessons")
    page.get_by_role("button", name="The bend").click(timeout=SLOW)
    arrive(1)
    page.get_by_text("it is folded over, like paper").click()
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.locator(".lw-lesson-gap")).to_contain_text("it is pressed flat", timeout=SLOW)
    wait_until(page, lambda: Stage(page).ask("return store.u > 0.2"), "the play of the layer")
    page.get_by_role("button", name="Where would your answer be true?").click()
    expect(page.locator(".lw-lesson-stage canvas.lw-canvas")).to_have_count(2, timeout=SLOW)
    page.get_by_role("button", name="Next", exact=True).click()
    arrive(2)
    wait_until(page, lambda: address(page) == {"v": "2", "lesson": "bend", "step": "2"}, "link")
    wait_idle(page, PATIENCE)
    page.go_back()
    arrive(1, answered=True)  # what was answered stands again, and nothing plays
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    assert Stage(page).ask("return [store.u, store.playing]") == [1, False]
    page.get_by_role("button", name="Answer again").click()
    arrive(1)
    page.get_by_text("it is cut away").click()
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.locator(".lw-lesson-gap")).to_contain_text("it is pressed flat", timeout=SLOW)
    page.reload()
    arrive(1, answered=True)
    page.get_by_role("button", name="All lessons").click()
    expect(page.get_by_text(f"1 of {len(steps)} steps answered")).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Pieces").click()  # nothing lies over the menu
    wait_until(page, lambda: "/pieces" in page.url, "the other page")
    assert complaints(watch) == []


HAND_AND_TWO = """
title = "By hand, and two"
question = "What is played with in a file?"

[[steps]]
question = "Where does the square go?"
view = "warp?v=2&data=circles&matrix=1_0.4_-0.3_1_0_0_1_0_0_1_0_0&act=tanh&t=0"
answer = "outline"
shape = "square"
after = 2
play = "layer"
principle = "There."
only = ["matrix"]

[[steps]]
question = "Which of the two?"
view = "warp?v=2&data=circles&steps=100&layers=2&neurons=3&t=0&versus=layers.1"
reveal = "creases?v=2&data=circles&steps=100&layers=2&neurons=3&versus=layers.1"
answer = "number"
measure = "pieces"
low = 1
high = 90
principle = "B gets {right} %, A {other right} %, with {numbers} and {other numbers} numbers."
only = ["layers"]
"""


def test_a_file_has_layers_in_hand_and_two_networks(page, watch, tmp_path):
    lesson = read(HAND_AND_TWO.encode(), "own")
    static.write({"own": lesson}, tmp_path)
    page.context.set_offline(True)
    page.goto((tmp_path / "own.html").as_uri())
    square = page.locator(".lw-outline-square")
    box = square.bounding_box(timeout=SLOW)
    assert box
    for across, up in ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)):
        page.mouse.click(box["x"] + across * box["width"], box["y"] + up * box["height"])
    page.get_by_role("button", name=COMMIT).click()
    gap = page.locator(".lw-lesson-gap")
    expect(gap).to_have_text(re.compile(r"counted on a raster of 200 × 200"), timeout=SLOW)
    away = page.locator(".lw-lesson-away")
    expect(away).to_have_text(
        "Play with it: drag the tips of the arrows, type numbers, scrub the layers."
    )
    wait_until(page, lambda: Stage(page).ask("return store.u === 1"), "the end of the play")
    tip = page.get_by_role("slider", name="Tip of column 1")
    place = tip.bounding_box()
    assert place
    page.mouse.move(place["x"] + 17, place["y"] + 17)
    page.mouse.down()
    page.mouse.move(place["x"] + 77, place["y"] + 17, steps=8)
    page.mouse.up()
    first = page.get_by_label("first row, column 1")
    wait_until(page, lambda: float(first.input_value()) > 1.2, "the tip under the hand")
    expect(page.get_by_role("button", name="− layer")).to_have_count(0)  # needs the server
    moved = Stage(page).ask("return model.net.layer(0, 1).weights[0]")
    # The numbers follow the hand a tenth of a second later.
    wait_until(
        page,
        lambda: float(first.input_value()) == pytest.approx(moved, abs=1e-3),
        "the number of the layer",
    )

    page.get_by_role("button", name="Step 2").click()
    page.locator(".lw-lesson-stage.lw-lesson-asking .lw-guest canvas.lw-canvas").first.wait_for(
        timeout=SLOW
    )
    secrets = "return Boolean(store.secret && canvas.closest('.lw-stage'))"
    assert all(Stage(page, within).ask(secrets) for within in (".lw-guest", ""))
    expect(page.locator(".lw-versus-numbers")).to_be_hidden()
    page.get_by_label("Your number, typed").fill("7")
    page.get_by_role("button", name=COMMIT).click()
    told = page.locator(".lw-lesson-principle")
    expect(told).to_have_text(re.compile(r"with 25 and 13 numbers\."), timeout=SLOW)
    (b, a) = re.findall(r"([\d.]+) %", told.inner_text())
    both = lesson.steps[1].shown
    for shown, network in ((b, both.values), (a, both.other)):
        assert network
        asked = experiment(network)
        history = train(asked.dataset.make(), asked.architecture, asked.training)
        assert float(shown) == pytest.approx(100 * history.train_accuracy[-1], abs=0.5)
    page.locator(".lw-guest .lw-figure-plane canvas").first.wait_for(timeout=SLOW)
    expect(page.locator(".lw-versus-numbers")).to_contain_text("Weights and biases: A 13, B 25")
    link = away.get_by_role("link")
    expect(link).to_have_attribute(
        "href", re.compile(r"^http://localhost:8501/creases\?v=2&only=layers")
    )
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    asked_for = {url.partition("?")[0] for url in watch.requests if not url.startswith("data:")}
    assert asked_for == {(tmp_path / "own.html").as_uri()}
    assert watch.errors == []


def test_a_teacher_writes_a_lesson_and_a_student_plays_it(page, watch, server, browser, tmp_path):
    open_warp(page, server, "v=2&t=1&s=400")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Add this view as a step").dblclick()
    expect(page.get_by_text("This view is step 1 of your own lesson")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Lessons").click()
    question = page.locator(".lw-lesson-question")
    expect(question).to_have_text(re.compile("What percentage"), timeout=SLOW)
    page.get_by_label("Title", exact=True).fill("Three folds")
    page.keyboard.press("Tab")
    expect(page.locator(".lw-lesson-title")).to_have_text("Three folds", timeout=SLOW)
    asked = page.get_by_label("Question", exact=True)
    asked.fill("How many does it tell right?")
    page.keyboard.press("Tab")
    expect(question).to_have_text("How many does it tell right?", timeout=SLOW)
    asked.fill("<b>How many?</b>")
    page.keyboard.press("Tab")
    fault = page.get_by_role("alert").filter(has_text="three-folds.toml, step 1, question")
    expect(fault).to_contain_text("without tags or line breaks; got '<b>How many", timeout=SLOW)
    page.reload()
    expect(question).to_have_text("How many does it tell right?", timeout=SLOW)

    page.get_by_text("A lesson of your own", exact=True).click()
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download the file").click()
    assert download.value.suggested_filename == "three-folds.toml"
    source = download.value.path().read_bytes()
    (step,) = read(source, "three-folds").steps
    assert str(step.view) == "warp?v=2&t=1&s=400"
    mended = tmp_path / "Mine.toml"
    mended.write_bytes(source + b'play = "loud"')
    page.locator("input[type=file]").set_input_files(mended)
    broken = page.get_by_role("alert").filter(has_text="Mine.toml, step 1, play")
    expect(broken).to_be_visible(timeout=SLOW)
    mended.write_bytes(source + b'play = "layers"')
    page.locator("input[type=file]").set_input_files(mended)
    expect(broken).to_have_count(0, timeout=SLOW)
    wait_idle(page, PATIENCE)
    link = page.url

    with browser.new_context() as elsewhere:
        student = elsewhere.new_page()
        student.goto(link)
        student.get_by_label("Your number, typed").fill("50", timeout=SLOW)
        student.get_by_role("button", name="That is my prediction").click()
        gap = student.locator(".lw-lesson-gap")
        expect(gap).to_have_text(re.compile(r"[\d.]+ % of the points are right"), timeout=SLOW)
        student.get_by_role("button", name="All lessons").first.click()
        card = student.locator(".lw-lesson-card").last
        expect(card).to_contain_text("Your own lesson · 1 of 1 step answered", timeout=SLOW)
        done = json.loads(student.evaluate("localStorage.getItem('layerwarp lessons')"))
        assert done == {"own mine": {"1": "answered"}}
    page.go_back()
    expect(page.get_by_role("button", name="Show the latest")).to_be_visible(timeout=SLOW)
    assert complaints(watch) == []
