"""Lessons played to the end from their files: all by keyboard, the first by mouse as well."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from layerwarp import train
from layerwarp.app.controls.network import experiment
from layerwarp.app.pages.lessons import static
from layerwarp.app.pages.lessons.kinds import KINDS
from layerwarp.app.pages.lessons.lesson import Step
from layerwarp.app.pages.lessons.reading import lessons
from layerwarp.data.datasets import Dataset
from tests.browser.driving import PATIENCE, wait_until
from tests.browser.test_layout import LOW, SMALLEST_TARGET

SLOW = PATIENCE * 1000
LOOKS = {"mouse": (1440, 900, "light"), "keys": (390, 844, "dark")}
BY_MOUSE = 5  # lessons from the first on: every kind of answer, twice
ROOM = 0.06  # of the pad's width, that a click keeps from where another answer is right
FEW = 12  # corners that are drawn all
STROKES = {"mouse": 0.03, "keys": 0.12}  # of the pad's width, from corner to corner of a line
THUMB = 8  # pixels from the middle of a slider's thumb to its edge
LARGEST = 2e6  # bytes of a file
TABS = 60  # until what a key is for has the focus
KNOW = """
() => new Promise((resolve) => {
  window.known = resolve;
  const { nonce } = document.querySelector("script[nonce]"); // else the file lets nothing run
  const script = Object.assign(document.createElement("script"), { type: "module", nonce });
  script.textContent = `
    import render from "lessons/lessons.js";
    import * as measures from "lessons/measures.js";
    import * as outline from "lessons/outline.js";
    import { modelOf } from "lessons/models.js";
    const page = render.of(document.getElementById("stage"));
    window.lesson = { measures, outline, modelOf, page };
    window.known();`;
  document.head.append(script);
})
"""
# What scripts know: the step's view, the step, the network that it shows in the end.
PEN_STEP = """
const { penStep, box } = view.answer.pad;
return penStep === undefined ? 0.02 : penStep / (box[1] - box[0]); // of the picture's width
"""
KNOWN = """
const { measures, outline, modelOf, page: { view } } = window.lesson;
const { step } = view;
const shown = () => modelOf(view.views[step.reveal ? "reveal" : "view"]);
"""
# Whatever is to be read or used and hangs over a side of the window, or whose words are cut off.
UNFIT = """
() => {
  const parts = ["question", "answer *", "result *", "foot *", "head *", "pictures canvas",
    "pictures button", "pictures input", "pictures p", "pictures select"];
  const nodes = document.querySelectorAll(parts.map((part) => `.lw-lesson-${part}`).join());
  const hangs = (node) => [...node.getClientRects()].some(({ left, right, width }) =>
    width > 0 && (left < -0.5 || right > innerWidth + 0.5));
  const cut = (node) => node.matches("button, label, p:not(.lw-hidden), h2")
    && node.clientWidth > 0 && node.scrollWidth > node.clientWidth + 1;
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  const scrolls = (node) => node.closest(".lw-ribbon-box"); // by itself
  return [...nodes].filter((node) => !scrolls(node) && (hangs(node) || cut(node)))
    .map((node) => node.outerHTML.slice(0, 160)).concat(wide > 0 ? [`${wide} px too wide`] : []);
}
"""
LABELS = "(nodes) => nodes.map((node) => node.getAttribute('aria-label') ?? '')"
# Whether a control comes after what has the focus.
SEEK = """
(node) => {
  window.sought = node;
  return document.activeElement.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
}
"""
# Whether a picture of a network lacks, or has no network or no size.
BLANK = """
const { stages } = view;
return !stages.length || stages.some(({ place, component }) => {
  const sizes = [...place.querySelectorAll("canvas")].map((canvas) => canvas.clientHeight);
  return !component.player.model || !component.error.hidden || Math.max(...sizes) < 150;
});
"""


class Player:
    """A hand on the page: the mouse, or keys alone."""

    def __init__(self, page: Page, by: str) -> None:
        self.page, self.by = page, by

    def ask(self, script: str, argument: Any = None) -> Any:
        """What JavaScript of the page gives back; see ``KNOWN``."""
        return self.page.evaluate(f"async (argument) => {{ {KNOWN} {script} }}", argument)

    def reach(self, target: Locator) -> None:
        """Go to a control with the Tab key."""
        key = "Tab" if target.evaluate(SEEK) else "Shift+Tab"
        for _ in range(TABS):
            if self.page.evaluate("() => window.sought === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"no key leads to {target}")

    def hold(self, key: str, times: int) -> None:
        """Hold a key, with Shift or without, until it has come so often."""
        if not times:
            return
        *shift, key = key.split("+")
        for held in shift:
            self.page.keyboard.down(held)
        for _ in range(times):
            self.page.keyboard.down(key)
        for held in (key, *shift):
            self.page.keyboard.up(held)

    def press(self, target: Locator) -> None:
        """Press a button."""
        if self.by == "mouse":
            target.click()
        else:
            self.reach(target)
            self.page.keyboard.press("Enter")

    @property
    def pad(self) -> Locator:
        """Where a place is clicked or a line is drawn."""
        return self.page.locator(".lw-lesson-pad :is(.lw-input-square, .lw-graph-frame .lw-canvas)")

    def at(self, across: float, up: float) -> tuple[float, float]:
        """A place of the pad on the screen, from shares of its sides."""
        box = self.pad.bounding_box()
        assert box
        return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def choose(play: Player, option: int) -> None:
    if play.by == "mouse":
        play.page.locator(".lw-lesson-option").nth(option).click()
    else:
        play.reach(play.page.get_by_role("radio").first)
        for key in ["ArrowDown"] * option or ["Space"]:
            play.page.keyboard.press(key)


def choice_told(step: Step, option: int, right: bool) -> str:
    if right:
        return "What happens is what you predicted."
    (true,) = [one.text for one in step.options if one.right]
    said = [re.escape(text) for text in (step.options[option].text, true)]
    return "You predicted: {}.* What happens: {}".format(*said)


def number(play: Player, value: float) -> None:
    """Move the slider to a number; by mouse near it first, then pixel by pixel."""
    if play.by == "keys":
        play.reach(play.page.get_by_label("Your number, typed"))
        play.page.keyboard.press("Control+A")
        play.page.keyboard.type(f"{value:g}")
        return
    slider = play.page.get_by_label("Your number", exact=True)
    low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
    box = slider.bounding_box()
    assert box
    share = (value - low) / (high - low)
    x, y = box["x"] + THUMB + share * (box["width"] - 2 * THUMB), box["y"] + box["height"] / 2
    play.page.mouse.move(x, y)
    play.page.mouse.down()
    for _ in range(60):
        gap = value - float(slider.input_value())
        if not gap:
            break
        x += 1 if gap > 0 else -1
        play.page.mouse.move(x, y)
    play.page.mouse.up()


def number_told(step: Step, value: float, right: bool) -> str:
    gap = "That is what you predicted." if right else f"You predicted {value:,g}, which is .+ "
    return rf"^\D*[\d,.]+.*\. {gap}"


def place(play: Player, found: dict[str, Any]) -> None:
    if play.by == "mouse":
        play.page.mouse.click(*play.at(*found["share"]))
        return
    play.reach(play.pad)
    for steps, (back, onward) in zip(
        found["presses"], (("ArrowLeft", "ArrowRight"), ("ArrowDown", "ArrowUp")), strict=True
    ):
        play.hold(onward if steps > 0 else back, abs(steps))
    play.page.keyboard.press("Enter")


def place_told(step: Step, found: dict[str, Any], right: bool) -> str:
    end = r"\." if right else r"\.( The nearest place where .+ away\.)?"
    return rf"^At your place .+{end}.* That holds on \d+ % of the square"


def draw(play: Player, corners: list[list[float]]) -> None:
    """Draw a line through corners, shares of the pad's sides."""
    line = corners[:1]
    for corner in corners[1:]:
        if len(corners) < FEW or math.dist(corner, line[-1]) >= STROKES[play.by]:
            line.append(corner)
    if play.by == "mouse":
        play.page.mouse.move(*play.at(*line[0]))
        play.page.mouse.down()
        for corner in line[1:]:
            play.page.mouse.move(*play.at(*corner))
        play.page.mouse.up()
        return
    set_corners(play, line)


def set_corners(play: Player, corners: list[list[float]]) -> None:
    """Lead the pen from the middle to corners with keys, and set each."""
    play.reach(play.pad)
    unit = play.ask(PEN_STEP)
    pen = [0.5, 0.5]
    for corner in corners:
        for k, (back, onward) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowDown", "ArrowUp"))):
            steps = round((corner[k] - pen[k]) / unit)
            arrow = onward if steps > 0 else back
            play.hold(f"Shift+{arrow}", abs(steps) // 5)
            play.hold(arrow, abs(steps) % 5)
            pen[k] = min(max(pen[k] + unit * steps, 0), 1)
        play.page.keyboard.press("Enter")


def line_told(step: Step, corners: list[list[float]], right: bool) -> str:
    share = r"\d(\.\d+)?" if right else r"\d\d"  # percent: less than 10 where it is followed
    return rf"Your line and the network's differ on {share} % of the square, shaded\."


def outline_told(step: Step, corners: list[list[float]], right: bool) -> str:
    share = r"\d(\.\d+)?" if right else r"\d\d+"
    flat = r"It is pressed .+, and has no area any more\."
    return rf"Your outline and the true one differ on {share} % of all that they enclose|{flat}"


def graph(play: Player, found: dict[str, list[list[float]]]) -> None:
    """Set the corners of a graph: shares of the sides of the whole pad, or of its plot."""
    if play.by == "keys":
        set_corners(play, found["plot"])
        return
    for corner in found["pad"]:
        play.page.mouse.click(*play.at(*corner))


def graph_told(step: Step, found: dict[str, list[list[float]]], right: bool) -> str:
    if right:  # as near as a pen comes on a phone
        return r"^(The lines lie on each other: .+ apart|At x = .+ your line is 0\.[0-2].*)\."
    return r"^At x = \S+ your line is [\d.]+ below the network’s, farther than anywhere else\."


@dataclass(frozen=True)
class Way:
    """How a kind of answer is given.

    Attributes:
        find: JavaScript that returns ``{ right, wrong }``; see ``KNOWN``.
        give: Gives one of them.
        told: The pattern of the sentence that then says how far it is from what happens.
        choices: Whether what is wrong is true of another network, or of none.
    """

    find: str
    give: Callable[[Player, Any], None]
    told: Callable[[Step, Any, bool], str]
    choices: bool = False


# Every kind has to have its row: it says how a visitor is right and wrong.
WAYS = {
    "choose": Way(
        """
const right = step.options.findIndex((option) => option.right);
const others = step.options.map((_, k) => k).filter((k) => k !== right);
return { right, wrong: others[argument.number % others.length] };
""",
        choose,
        choice_told,
        choices=True,
    ),
    "number": Way(
        """
const { low, high, step: unit } = step;
const right = await measures.measured(step.measure, shown());
if (!(low <= right && right <= high)) throw new Error(`${right} cannot be set`);
return { right: low + unit * Math.round((right - low) / unit), wrong: right === high ? low : high };
""",
        number,
        number_told,
    ),
    "place": Way(
        """
const model = shown();
const { at } = measures.PLACE_MEASURES[step.measure];
const [xMin, xMax, yMin, yMax] = model.net.box;
const holds = (x, y) => {
  const { layers, predicted } = model.evaluate(x, y);
  return at({ layers, predicted: [predicted] }, 0) === step.equals;
};
const found = {};
const room = argument.room * (xMax - xMin);
// Keys move by a tenth from the middle: the places that they lead to, the nearest first.
const steps = Array.from({ length: 81 }, (_, k) => k - 40);
const places = steps.flatMap((i) => steps.map((j) => [i, j])).filter(([i, j]) => i || j)
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
for (const presses of places) {
  const [x, y] = [presses[0] / 10, presses[1] / 10];
  if (x - room < xMin || x + room > xMax || y - room < yMin || y + room > yMax) continue;
  const near = [-room, 0, room];
  const around = near.flatMap((dx) => near.map((dy) => holds(x + dx, y + dy)));
  if (new Set(around).size > 1) continue;
  const share = [(x - xMin) / (xMax - xMin), (y - yMin) / (yMax - yMin)];
  found[around[0] ? "right" : "wrong"] ??= { presses, share };
  if (found.right && found.wrong) break;
}
return found;
""",
        place,
        place_told,
    ),
    "graph": Way(
        """
const { form } = shown();
const { picture } = document.querySelector(".lw-graph-frame canvas").layerwarp;
const { main: { left, right, top, bottom }, surface: { width, height } } = picture;
const shares = (corners) => {
  const places = corners.map(([x, y]) => [picture.x(x), picture.y(y)]);
  return {
    pad: places.map(([x, y]) => [x / width, 1 - y / height]),
    plot: places.map(([x, y]) => [(x - left) / (right - left), (bottom - y) / (bottom - top)]),
  };
};
const corners = Array.from(form.x, (x, k) => [x, form.y[k]]);
const [low] = picture.range;
const level = [corners[0], corners.at(-1)].map(([x]) => [x, low]);
return { right: shares(corners), wrong: shares(level) };
""",
        graph,
        graph_told,
    ),
    "draw": Way(
        """
const { net: { box } } = shown();
const { segments } = await measures.boundaryOf(shown());
const share = (x, y) => [(x - box[0]) / (box[1] - box[0]), (y - box[2]) / (box[3] - box[2])];
const left = [];
for (let k = 0; k < segments.length; k += 4) {
  left.push([share(segments[k], segments[k + 1]), share(segments[k + 2], segments[k + 3])]);
}
const far = ([a, b], [c, d]) => Math.hypot(a - c, b - d);
// Its longest part: piece is put to piece at either end, as long as one begins there.
const near = (a, b) => far(a, b) < 1e-6;
const parts = [];
while (left.length) {
  const part = left.pop();
  for (const end of [0, 1]) {
    for (let k = 0; k >= 0;) {
      const tip = part.at(-1);
      k = left.findIndex((piece) => piece.some((corner) => near(corner, tip)));
      if (k >= 0) part.push(left.splice(k, 1)[0].find((corner) => !near(corner, tip)) ?? tip);
    }
    part.reverse();
  }
  parts.push(part);
}
const long = (part) => part.slice(1).reduce((sum, end, k) => sum + far(part[k], end), 0);
const [right] = parts.sort((a, b) => long(b) - long(a));
return { right, wrong: [[0.02, 0.02], [0.02, 0.5], [0.02, 0.98]] };
""",
        draw,
        line_told,
    ),
    "outline": Way(
        """
const [xMin, xMax, yMin, yMax] = view.answer.pad.box;
const { ring } = outline.carriedShape(shown(), step.shape, step.after);
const right = ring.map(([x, y]) => [(x - xMin) / (xMax - xMin), (y - yMin) / (yMax - yMin)]);
return { right, wrong: [[0.02, 0.02], [0.2, 0.02], [0.02, 0.2]] };
""",
        draw,
        outline_told,
    ),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """All lessons as files, the list last."""
    return static.write(lessons(), tmp_path_factory.mktemp("lessons"))


def plan(by: str) -> dict[tuple[str, int], bool]:
    """Lesson and step -> whether it is answered right: every other one of a kind, by keys those
    that are answered wrong by mouse. What is chosen by keys alone is wrong, for then there is more
    to see."""
    seen = Counter[str]()
    right = {}
    for place, (name, lesson) in enumerate(lessons().items()):
        if by == "mouse" and place == BY_MOUSE:
            break
        for number, step in enumerate(lesson.steps, 1):
            seen[step.answer] += 1
            told = (seen[step.answer] % 2 == 0) == (by == "mouse")
            right[name, number] = told and (place < BY_MOUSE or step.answer != "choose")
    return right


def kind_of(place: tuple[str, int]) -> str:
    """The kind of answer of a lesson's step."""
    name, number = place
    return lessons()[name].steps[number - 1].answer


def test_every_kind_of_answer_is_played_right_and_wrong():
    lacking = set(KINDS) - set(WAYS)
    assert not lacking, f"WAYS needs a row that says how to answer: {', '.join(lacking)}"
    steps = Counter(step.answer for lesson in lessons().values() for step in lesson.steps)
    for by in LOOKS:
        told = {(kind_of(place), right) for place, right in plan(by).items()}
        assert told >= {
            (kind, right) for kind in steps if steps[kind] > 1 for right in (True, False)
        }


@pytest.mark.parametrize("by", LOOKS)
def test_lessons_are_played_to_the_end(page, watch, files, by):
    width, height, scheme = LOOKS[by]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.context.set_offline(True)
    page.goto(files[-1].as_uri())
    play = Player(page, by)
    answers = plan(by)
    path = {name: lesson for name, lesson in lessons().items() if (name, 1) in answers}
    play.press(page.locator(".lw-lesson-card").first)
    for name, lesson in path.items():
        page.wait_for_url(f"**/{name}.html*", timeout=SLOW)
        page.locator(".lw-lesson-question").wait_for(timeout=SLOW)
        page.evaluate(KNOW)
        for number, step in enumerate(lesson.steps, 1):
            try:
                play_step(play, step, number, answers[name, number])
            except BaseException as error:
                error.add_note(f"lesson {name}, step {number}, by {by}")
                raise
            assert watch.errors == [], (name, number)
    assert all(file.stat().st_size < LARGEST for file in files)
    asked = {url.partition("?")[0] for url in watch.requests if not url.startswith("data:")}
    if len(path) == len(lessons()):
        page.wait_for_url("**/index.html", timeout=SLOW)
        assert asked == {file.as_uri() for file in files}
    page.goto(files[-1].as_uri())
    done = [
        f"{len(lesson.steps)} of {len(lesson.steps)} steps answered" for lesson in path.values()
    ]
    expect(
        page.locator(".lw-lesson-card .lw-lesson-hint").filter(has_text="answered")
    ).to_have_text(done)
    assert watch.errors == []


def play_step(play: Player, step: Step, number: int, right: bool) -> None:
    """Answer a step, look at what comes of it, and go on."""
    page, way = play.page, WAYS[step.answer]
    expect(page.locator(".lw-lesson-question")).to_have_text(step.question, timeout=SLOW)
    page.locator(".lw-lesson-pictures canvas:visible").first.wait_for(timeout=SLOW)
    expect(page.locator(".lw-lesson-gap")).to_have_count(0)
    expect(page.locator(".lw-lesson-stage:not([inert])")).to_have_count(0)  # it would tell
    tells_nothing(page)
    check_fit(play)
    answers = play.ask(way.find, {"number": number, "room": ROOM})
    answer = answers["right" if right else "wrong"]
    commit = page.get_by_role("button", name="That is my prediction")
    expect(commit).to_be_disabled()
    way.give(play, answer)
    expect(commit).to_be_enabled()
    play.press(commit)
    gap = page.locator(".lw-lesson-gap")
    expect(gap).to_have_text(re.compile(way.told(step, answer, right)), timeout=SLOW)
    principle = page.locator(".lw-lesson-principle").inner_text()
    assert not re.search(r"[{}]|NaN|undefined|null", principle)
    expect(page.locator(f".lw-lesson-dot >> nth={number - 1}")).to_have_attribute(
        "data-done", "answered"
    )
    if way.choices and not right:
        look_elsewhere(play, step, answer)
    wait_until(page, lambda: not play.ask(BLANK), "all pictures of networks")
    says_of_which_points(page, step)
    expect(page.locator(".lw-lesson-result .lw-lesson-bars")).to_have_count(int(bool(step.bars)))
    if step.bars and play.by == "keys":
        figures = page.locator(".lw-lesson-result .lw-lesson-figure").all_inner_texts()
        told = [float(re.sub("[ %,]", "", text.replace("−", "-"))) for text in figures]
        assert told == pytest.approx(np.concatenate(list(bars_of(step))), rel=0.06, abs=1e-12)
    check_fit(play)
    play.press(page.locator(".lw-lesson-foot button").last)


def bars_of(step: Step) -> Iterator[np.ndarray]:
    """The numbers of a step's bars, worked out from the trained networks: of A before B."""
    shown = step.shown
    for values in [shown.other, shown.values] if shown.other else [shown.values]:
        assert values
        asked = experiment(values)
        data = asked.dataset.make()
        assert isinstance(data, Dataset)
        history = train(data, asked.architecture, asked.training)
        weights = [layer.weights for layer in history.params]
        if step.bars == "gradients":
            yield history.gradient_norms[0]
        elif step.bars == "moved":
            before = [layer.weights for layer in history.params_at(0)]
            pairs = zip(weights, before, strict=True)
            yield np.array([100 * np.linalg.norm(w - v) / np.linalg.norm(v) for w, v in pairs])
        elif step.bars == "cost":
            sizes = [w.size for w in weights]
            yield np.array([sum(sizes), sum(sizes), sum(sizes[1:])])
        else:
            (hidden, last) = history.params
            point = [values["x1"], values["x2"]]
            out = np.maximum(point @ hidden.weights + hidden.bias, 0)
            share = 1 / (1 + np.exp(-(out @ last.weights + last.bias)))
            label = data.labels[np.linalg.norm(data.points - point, axis=1).argmin()]
            yield out * (share - label)


def tells_nothing(page: Page) -> None:
    """Nothing that is hidden from the eye says how well the network does."""
    spoken = page.locator(".lw-lesson-pictures .lw-hidden").all_text_contents()
    assert not [text for text in spoken if text]
    labels = page.locator(".lw-lesson-stage canvas").evaluate_all(LABELS)
    assert not [label for label in labels if "accuracy" in label]


def says_of_which_points(page: Page, step: Step) -> None:
    """A percentage beside a picture says of which points: of those that the step speaks of."""
    text = " ".join(page.locator(".lw-lesson-stage").all_inner_texts())
    assert "accuracy" not in text.lower()
    told = f"{step.question} {step.principle} {step.asked.get('measure')}"
    if not re.search(r"new (points|ones)|\btest\b", told):
        assert "of new points" not in text
    if not re.search(r"\bright\b", told):
        assert "learned from" not in text


def look_elsewhere(play: Player, step: Step, chosen: int) -> None:
    """Where a wrong answer would be true there is another picture, or a reason why nowhere."""
    page = play.page
    if step.options[chosen].never:
        expect(page.locator(".lw-lesson-never")).to_have_text(
            f"Why not: {step.options[chosen].never}"
        )
        return
    play.press(page.get_by_role("button", name="Where would your answer be true?"))
    expect(page.locator(".lw-lesson-elsewhere")).to_contain_text(step.options[chosen].text)
    page.wait_for_function("() => window.lesson.page.view.stages.length === 2", timeout=SLOW)


def check_fit(play: Player) -> None:
    """Nothing hangs over, nothing is cut off, and on a phone a finger hits every control."""
    assert play.page.evaluate(UNFIT) == []
    if play.by == "keys":
        # Those of layers by hand grow where the pointer is a finger.
        here = ":is(button, input, select):not(.lw-by-hand *)"
        controls = play.page.locator(".lw-lessons").locator(here)
        assert controls.evaluate_all(LOW, SMALLEST_TARGET) == []
