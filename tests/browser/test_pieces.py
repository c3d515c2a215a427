"""The page "Pieces": exact as core is, built by hand without the server, links and points kept."""

from itertools import pairwise
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from layerwarp.app.link.kinds.pieces import OwnPoints
from layerwarp.app.pages.table import PAGES
from layerwarp.geometry.constructions import ConstructedArchitecture
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import unflatten
from tests.browser.driving import (
    PATIENCE,
    STEP_SCRUBBER,
    Stage,
    address,
    imported,
    wait_trained,
    wait_until,
)
from tests.browser.test_bad_links import GARBAGE
from tests.browser.watching import wait_idle
from tests.conftest import RunningServer

NOT_FOUND = "the server responded with a status of 404"  # Streamlit looks for itself below /pieces
LINKS = {
    "two layers": "target=bump&layers=2&neurons=6&steps=300",
    "four kinks in one": "target=sine&widths=5-4-3&act=abs-leaky_relu-relu&steps=300",
    "an identity between": "layers=3&neurons=4&act=relu-identity-relu&steps=300",
    "no hidden layer": "layers=0&steps=100",
    "a sawtooth": "mode=built&build=sawtooth",
    "a best fit": "mode=built&build=shallow",
    "by hand": "mode=hand&hand=1_0_1_1_0_1_-2_1_0.5_0_1_1_0.3",
}
# Forms of five frames, and the parameters that they are the forms of.
LOOK = """
const { net } = model;
const last = net.frameCount - 1;
const frames = [...new Set([0, 0.1, 0.5, 0.9, 1].map((share) => Math.round(share * last)))];
return frames.map((f) => {
  const { x, slopes, layer, neuron, kinks } = store.hand ? model.form : model.formAt(f);
  const vector = net.params.subarray(model.offsets[f], model.offsets[f + 1]);
  return {
    ...model.network(f), low: net.low, high: net.high, vector: Array.from(vector),
    x: Array.from(x), slopes: Array.from(slopes), layer, neuron, kinks,
  };
});
"""
# Twenty strokes on a slider, and a click after the tenth, faster than any run.
STROKES = """
async (slider, button) => {
  for (let stroke = 1; stroke <= 20; stroke++) {
    slider.value = stroke / 10;
    for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name));
    await new Promise((told) => setTimeout(told, 5));
    if (stroke === 10) button.click();
  }
}
"""


class Line(Stage):
    """The picture of the page "Pieces"."""

    def wait(self) -> None:
        """Return when it is drawn; a training may go on."""
        self.canvas.wait_for(state="visible", timeout=PATIENCE * 1000)
        self.wait_for("picture.main", "a picture")
        wait_idle(self.page, PATIENCE)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen the place x and the value y are."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        assert box is not None
        at = self.ask("return [picture.x(argument[0]), picture.y(argument[1])]", [x, y])
        return box["x"] + at[0], box["y"] + at[1]

    def slider(self, name: str):
        """A slider of the network built by hand."""
        return self.page.get_by_role("slider", name=name, exact=True)


def open_line(page: Page, server: RunningServer, query: str = "") -> Line:
    page.goto(f"{server.url}/pieces?{query}")
    line = Line(page)
    line.wait()
    return line


def lead_line(page: Page, server: RunningServer, query: str = "") -> Line:
    """Lead a shared page to a link."""
    return Line(page).lead(server, f"pieces?{query}")


def messages(page: Page) -> list[str]:
    """What the page sends to the server from now on."""
    sent: list[str] = []
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda data: sent.append(str(data)[:80]))
    )
    return sent


def errors(watch) -> list[str]:
    return [text for text in watch.errors if NOT_FOUND not in text]


@pytest.mark.shared_page
@pytest.mark.parametrize("query", LINKS.values(), ids=LINKS)
def test_the_browser_finds_the_pieces_that_core_finds(page, watch, server, query):
    line = lead_line(page, server, query)
    for form in line.ask(LOOK):
        widths = tuple(form["sizes"][1:-1])
        kind = Architecture if max(widths, default=1) <= 64 else ConstructedArchitecture
        architecture = kind(widths, tuple(form["activations"]), n_inputs=1)
        vector = np.array(form["vector"], np.float32).astype(float)
        pieces = piecewise_linear(
            architecture, unflatten(vector, architecture), form["low"], form["high"]
        )
        width = form["high"] - form["low"]
        np.testing.assert_allclose(form["x"], pieces.ends, rtol=0, atol=1e-9 * width)
        scale = 1 + np.abs(pieces.slopes).max()
        np.testing.assert_allclose(form["slopes"], pieces.slopes[:, 0], rtol=0, atol=1e-9 * scale)
        sources = np.stack([form["layer"], form["neuron"]], axis=1)[1:-1]
        assert sources.tolist() == pieces.sources.tolist()
        assert [kink - 1 for kink in form["kinks"]] == pieces.kinks.tolist()
    assert errors(watch) == []


@pytest.mark.shared_page
def test_the_counts_of_a_construction_follow_its_slider(page, server):
    line = lead_line(page, server, "mode=hand")
    page.get_by_text("Built by theory", exact=True).click()
    expect(page.get_by_text("37 numbers in all")).to_be_visible()
    expect(page.get_by_text("64 neurons, 193 numbers")).to_be_visible()
    line.scrubber("Hidden layers").press("ArrowRight")
    expect(page.get_by_text("128 pieces, at most 2,187", exact=True)).to_be_visible()
    wait_until(page, lambda: address(page).get("k") == "7", "the layers in the link")


def test_building_by_hand_asks_the_server_for_nothing_until_released(page, watch, server):
    sent = messages(page)
    line = open_line(page, server, "mode=hand")
    before, hand = line.pixels(), line.ask("return store.hand.neurons")
    page.wait_for_timeout(500)
    quiet = len(sent)
    line.drag("Neuron 2, weight", 0.62, 0.9)
    assert line.ask("return store.hand.neurons")[1]["w"] > hand[1]["w"] + 1
    assert line.pixels() != before
    page.wait_for_timeout(300)
    assert len(sent) == quiet
    page.mouse.up()
    wait_until(page, lambda: "hand" in address(page), "the numbers in the link")
    assert len(sent) > quiet
    kept = line.ask("return store.hand")
    page.reload()
    line.wait()
    assert line.ask("return store.hand") == kept
    assert errors(watch) == []


def test_many_key_strokes_lose_nothing(page, server):
    """Streamlit gives up a picture whose news are overtaken; it stays, with all that was done."""
    line = open_line(page, server, "mode=hand&hand=1_0_1_0")
    picture = line.canvas.element_handle()
    slider = line.slider("Neuron 1, bias")
    for turn in range(3):
        for _ in range(20):
            slider.press("ArrowLeft")
        for _ in range(20 - turn):
            slider.press("ArrowRight")
    assert slider.input_value() == "-0.3"
    wait_until(page, lambda: address(page).get("hand") == "1_-0.3_1_0", "the numbers in the link")
    assert picture.evaluate("canvas => canvas.isConnected")


def test_a_click_among_many_strokes_counts(page, server):
    """The runs of strokes before and after it overtake each other, and it; the last one stands."""
    open_line(page, server, "mode=hand&hand=1_0_1_0&present=1")
    leave = page.get_by_role("button", name="Leave the presenter view")
    slider = page.locator("input[aria-label='Neuron 1, bias']")
    slider.evaluate(STROKES, leave.element_handle())
    wait_until(page, lambda: address(page).get("hand") == "1_2_1_0", "the numbers in the link")
    wait_until(page, lambda: "present" not in address(page), "the link without the view")


@pytest.mark.shared_page
def test_a_hinge_is_dragged_in_the_picture(page, server):
    line = lead_line(page, server, "mode=hand&hand=1_-0.5_1_0")
    left, top = line.place(0.5, 0)
    below = line.ask("return picture.handles[0].y - picture.y(0)")
    page.mouse.move(left, top + below)
    page.mouse.down()
    page.mouse.move(line.place(0.8, 0)[0], top + below, steps=6)
    page.mouse.up()
    wait_until(page, lambda: address(page).get("hand") == "1_-0.8_1_0", "the hinge in the link")
    assert line.ask("return model.form.x")["1"] == pytest.approx(0.8)
    hinge = line.slider("Hinge of neuron 1")  # the same from the keyboard
    hinge.focus()
    for key, place in {
        "ArrowRight": 0.9,
        "Shift+ArrowLeft": 0.4,
        "Home": 0,
        "ArrowLeft": 0,
        "End": 1,
    }.items():
        page.keyboard.press(key)
        expect(hinge).to_have_attribute("aria-valuetext", f"x = {place}")
    assert hinge.evaluate("(node) => getComputedStyle(node).outlineWidth") == "3px"
    middle = hinge.bounding_box()
    assert middle["x"] + 12 == pytest.approx(line.place(1, 0)[0], abs=1)
    wait_until(page, lambda: address(page).get("hand") == "1_-1_1_0", "the hinge in the link")
    for _ in range(2):  # a new hinge comes where there is most room: 0.5, then 0.2 (of 0.25)
        page.get_by_role("button", name="Add a neuron").click()
    more = "1_-1_1_1_-0.5_0.5_1_-0.2_0.5_0"
    wait_until(page, lambda: address(page).get("hand") == more, "two neurons more in the link")


@pytest.mark.shared_page
def test_the_exercise_is_solved_with_the_keyboard(page, server):
    line = lead_line(page, server, "mode=hand&target=exercise&hand=-2_2_1_1_-0.8_1_2.9_-3.9_1_0")
    verdict = page.locator(".lw-hand-check")

    def press(name: str, key: str, times: int) -> None:
        for _ in range(times):
            line.slider(name).press(key)

    expect(verdict).to_contain_text("this hinge is at x = 0.8, the bend is at x = 1")
    press("Neuron 2, bias", "ArrowLeft", 2)
    expect(verdict).to_contain_text("this hinge is at x = 1.34, the bend is at x = 2")
    press("Neuron 3, weight", "ArrowRight", 1)
    expect(verdict).to_contain_text("the slope you need here is the increment, 2, not the total, 3")
    press("Neuron 3, bias", "ArrowLeft", 21)
    expect(verdict).to_contain_text("not the total, 3")  # at the right place, and still too steep
    press("Neuron 3, weight", "ArrowLeft", 10)
    press("Neuron 3, bias", "ArrowRight", 20)
    expect(verdict).to_contain_text("Solved")
    wait_until(page, lambda: address(page).get("hand") == "-2_2_1_1_-1_1_2_-4_1_0", "the solution")


# Weights and biases of neurons 2 and 3 -> what the hint says.
HINTS = [
    (
        (3, -3, 1, -2.5),
        [
            "slope rises by 3, from −2 to 1",
            "neuron 1 switches off there and brings 2 of that, so 1 is left",
            "It adds 3, and right of x = 1 the sum has the slope 3.",
        ],
    ),
    ((3, -3, 1, -0.5), ["right of x = 1 the sum has the slope 4."]),
    ((0.5, -0.5, 1, -2.5), ["It adds 0.5, and right of x = 1 the sum has the slope 0.5."]),
    (
        (1, -1, 1, -2),
        [
            "at x = 2 the target’s slope rises by 2, from 1 to 3",
            "neuron 2 is on and stays on",
            "It adds 1, and right of x = 2 the sum has the slope 2.",
        ],
    ),
    ((1, -1, 3, -6), ["increment, 2, not the total, 3: neuron 2 is still on and already adds 1"]),
    ((2, -4, 0.5, -0.5), ["Neuron 3: at x = 1", "It adds 0.5"]),
    ((1, -1, -2, 4), ["Neuron 3 looks left"]),
    ((0, 1, 2, -4), ["Neuron 2 has weight 0"]),
]


@pytest.mark.shared_page
def test_the_hints_of_the_exercise_are_worked_out_from_the_numbers(page, server):
    line = lead_line(page, server, "mode=hand&target=exercise")
    ask = f"""
    const {{ checkExercise }} = {imported("exercise.js")};
    return argument.map((free) => checkExercise({{ neurons: [{{ w: -2, b: 2 }},
      {{ w: free[0], b: free[1] }}, {{ w: free[2], b: free[3] }}] }}, 1).words);
    """
    said = line.ask(ask, [numbers for numbers, _ in HINTS])
    for (numbers, parts), words in zip(HINTS, said, strict=True):
        for part in parts:
            assert part in words, numbers


# Link, what the panel says, what it must not say; numbered hinges and strips in the picture.
PANELS = {
    "twins": (
        "start=0",
        ["8 neurons, 7 breakpoints: neurons 5 and 8 have their hinges at one place"],
        [],
        (8, 3),
    ),
    "outside": (
        "mode=hand&hand=1_0_1_1_1_1_0_1_1_1_-0.5_1_1_-0.5_1_0",
        [
            "5 neurons, 1 breakpoint: neurons 4 and 5 have their hinges at one place; 1 hinge is "
            "at an end of the line; 1 hinge is outside the picture (its neuron is always on); "
            "1 neuron with weight 0 has no hinge."
        ],
        ["a neuron."],
        (3, 2),
    ),
    "wide": (
        "v=2",
        [
            "8 breakpoints, and the output bends at every one",
            "In two layers, of 4 and 4: at most 25",
        ],
        ["8 neurons, 8"],
        (8, 3),
    ),
    "deep": (
        "mode=built",
        ["64 pieces from 12 neurons: 5.3 a neuron. In one layer: at most 13."],
        [],
        (0, 2),
    ),
    "identity": (
        "act=identity&steps=100",
        ["1 piece, at most 1", "Without an activation nothing bends: one straight line."],
        ["pieces from", "breakpoint", "hinge"],
        (0, 2),
    ),
    "smooth": (
        "act=tanh&steps=100",
        ["Smooth: no pieces to count"],
        ["pieces from", "times the error", "neuron’s hinge", "breakpoint"],
        (0, 2),
    ),
    "largest": (
        "mode=built&build=shallow",
        ["Largest error 0.0102", "0.0102: reached"],
        ["mean-square"],
        (3, 2),
    ),
}


@pytest.mark.shared_page
@pytest.mark.parametrize(("query", "parts", "never", "drawn"), PANELS.values(), ids=PANELS)
def test_the_panel_says_what_is_there(page, server, query, parts, never, drawn):
    line = lead_line(page, server, query)
    wait_trained(page)
    found = line.ask("return [picture.handles.length, picture.strips.length]")
    assert found == list(drawn)
    panel = page.locator(".lw-line")
    for part in parts:
        expect(panel).to_contain_text(part)
    for part in never:
        expect(panel).not_to_contain_text(part, use_inner_text=True)


# Sizes, activations, parameters of a network on the line from 0 to 1; what is said, and what not.
SAID = {
    "linear": (
        ([1, 1], [], [2, 0.5]),
        ["1 piece, at most 1.", "Without a hidden layer: one straight line."],
        ["neuron", "breakpoint", "hinge"],
    ),
    "identity": (
        ([1, 2, 1], ["identity"], [1, 1, -0.2, -0.5, 1, 1, 0]),
        ["1 piece, at most 1.", "Without an activation nothing bends: one straight line."],
        ["neuron", "breakpoint", "hinge"],
    ),
    "half identity": (
        ([1, 1, 2, 1], ["identity", "abs"], [1, 0, 1, 1, -0.2, -0.5, 1, 1, 0]),
        [
            "3 pieces, at most 3.",
            "3 pieces from 2 neurons that bend: 1.5 a neuron.",
            "the place where a neuron bends.",
        ],
        ["starts", "stops"],
    ),
    "never and always on": (
        ([1, 3, 1], ["relu"], [1, 1, -1, -2, 2, 2, 1, 1, 1, 0]),
        [
            "3 neurons, 0 breakpoints: 3 hinges are outside the picture (2 of the neurons always "
            "on, 1 never). No neuron starts or stops between the ends: one straight line."
        ],
        ["Each hinge"],
    ),
    "never on": (
        ([1, 2, 1], ["relu"], [1, 1, -0.5, -2, 1, 1, 0]),
        [
            "1 hinge is outside the picture (its neuron is never on). The output bends at it.",
            "2 pieces from 2 neurons: 1 a neuron.",
        ],
        ["In two layers"],  # of one ReLU each make no more than one layer of both
    ),
    "leaky": (
        ([1, 2, 1], ["leaky_relu"], [1, 1, -3, -2, 1, 1, 0]),
        ["2 hinges are outside the picture. No neuron bends between the ends"],
        ["on)", "starts"],
    ),
    "no weights": (
        ([1, 1, 1], ["relu"], [0, 0, 1, 0.5]),
        ["1 neuron, 0 breakpoints: 1 neuron with weight 0 has no hinge."],
        [],
    ),
    "bends that cancel": (
        ([1, 2, 1], ["relu"], [1, 1, -0.5, -0.5, 1, -1, 0.2]),
        ["one place. The output bends nowhere: there the bends of several neurons cancel."],
        ["pass"],
    ),
    "a bend that is not passed on": (
        ([1, 1, 1], ["relu"], [1, -0.5, 0, 0.2]),
        ["1 breakpoint, but the output bends nowhere: what follows does not pass a bend on."],
        [],
    ),
    "two deep": (
        ([1, 1, 1, 1], ["leaky_relu"] * 2, [1, -0.5, 1, -0.2, 1, 0]),
        ["3 pieces, at most 4.", "1.5 a neuron. In one layer: at most 3."],
        [],
    ),
    "chain": (
        ([1, 1, 1, 1, 1], ["relu"] * 3, [1, -0.5, 1, -0.2, 1, 0, 1, 0]),
        ["2 pieces, at most 3."],  # level, one slope, level
        [],
    ),
    "silent": (
        ([1, 1, 1, 1], ["relu", "relu"], [1, -0.5, 1, -2, 1, 0]),
        [
            "1 piece, at most 3.",  # one ReLU adds one, where the one before it is on
            "1 breakpoint, but the output bends nowhere: what follows does not pass a bend on.",
            "In one layer: at most 3.",
        ],
        ["at most 4"],
    ),
    "crowded": (
        ([1, 3, 1], ["relu"], [1, 1, 1, -0.5, -0.501, -0.8, 1, 1, 1, 0]),
        ["3 breakpoints, and the output bends at every one. One is too near to another to be told"],
        [],
    ),
    "smooth": (
        ([1, 1, 1, 1], ["relu", "tanh"], [1, -0.5, 1, -2, 1, 0]),
        ["Hinges and smooth bends: no count of pieces.", "hinges are not counted"],
        ["breakpoint", "piece, ", "neuron", "Smooth"],
    ),
    "one share": (
        ([1, 1, 1, 1], ["relu", "softmax"], [1, -0.5, 1, -2, 1, 0]),
        ["One level line.", "is 1, whatever x is, so the output is everywhere the same."],
        ["breakpoint", "piece, ", "Smooth"],
    ),
    "deep and wide": (
        ([1, *[64] * 10, 1], ["relu"] * 10, [0] * (128 + 9 * 64 * 65 + 65)),
        ["1 piece, at most about 1.35·10¹⁸."],
        [],
    ),
}
SAY = """
const module = (name) => import(performance.getEntriesByType("resource")
  .find((entry) => entry.name.includes(`/pieces/${name}`)).name);
const [{ LineModel }, words] = [await module("model.js"), await module("words.js")];
return argument.map(([sizes, activations, params]) => {
  const net = { low: 0, high: 1, networks: [{ sizes, activations }], steps: [0], frameCount: 1,
    params: Float32Array.from(params), scrub: "", targetKind: "samples", points: new Float32Array(),
    curveX: Float32Array.of(0, 0.5, 1), curves: Float32Array.of(0, 0.5, 1) };
  const shown = new LineModel(net);
  return [`${words.piecesWords(shown)}.`, words.breakpointWords(shown), words.perNeuronWords(shown),
    words.errorWords(shown), words.restWords(shown, [])].join(" ");
});
"""


@pytest.mark.shared_page
def test_what_is_said_of_degenerate_networks(page, server):
    line = lead_line(page, server, "mode=hand")
    said = line.ask(SAY, [network for network, _, _ in SAID.values()])
    for (name, (_, parts, never)), words in zip(SAID.items(), said, strict=True):
        for part in parts:
            assert part in words, (name, words)
        for part in never:
            assert part not in words, (name, words)


SMOOTH = """
const module = (name) => import(performance.getEntriesByType("resource")
  .find((entry) => entry.name.includes(`/pieces/${name}`)).name);
const { LineModel, outputAt } = await module("model.js");
const { params, points, places } = argument;
const networks = [{ sizes: [1, 2, 1], activations: ["tanh"] }];
const shown = new LineModel({ low: -1, high: 1, networks, steps: [0], frameCount: 1, scrub: "",
  params: Float32Array.from(params), targetKind: "points", points: Float32Array.from(points.flat()),
  curveX: new Float32Array(), curves: new Float32Array() });
return { error: shown.form.error.value, outputs: places.map((x) => outputAt(shown.form, x)) };
"""


@pytest.mark.shared_page
def test_a_smooth_network_of_own_points_is_drawn_as_it_is_between_them(page, server):
    line = lead_line(page, server, "mode=hand")
    params = np.array([5, -7, 1, 2, 0.8, -0.6, 0.1], np.float32)
    points = np.array([[-0.7, 0.5], [0.123456, -0.2], [0.9, 0.3]], np.float32)
    places = np.linspace(-0.99, 0.99, 37)

    def network(x: np.ndarray) -> np.ndarray:
        (w1, w2, b1, b2, v1, v2, bias) = params.astype(float)
        return v1 * np.tanh(w1 * x + b1) + v2 * np.tanh(w2 * x + b2) + bias

    argument = {"params": params.tolist(), "points": points.tolist(), "places": places.tolist()}
    told = line.ask(SMOOTH, argument)
    # Straight between places 1/960 apart: an eighth of the squared gap times a second derivative
    # below 0.77 (7² 0.6 + 5² 0.8).
    np.testing.assert_allclose(told["outputs"], network(places), atol=0.77 * 50 / 960**2 / 8)
    x, y = points.astype(float).T
    assert told["error"] == pytest.approx(np.abs(network(x) - y).max(), abs=1e-12)


# Hinges and slopes of the network that is shown, what each neuron adds at both ends, its error.
ADDS = """
const { x, slopes, layers, post, width } = model.form;
const weights = layers.at(-1).weights;
const adds = [0, x.length - 1].map((v) => Array.from(weights, (w, j) => w * post[v * width + j]));
return { x: Array.from(x), y: Array.from(model.form.y), slopes: Array.from(slopes), adds,
  order: model.firstHinges().map(({ neuron }) => neuron), rms: model.form.rms };
"""


def test_like_is_compared_with_like_and_the_best_network_is_shown_in_its_place(page, watch, server):
    line = open_line(page, server, "v=2&neurons=3&start=23")
    wait_trained(page)
    x = np.linspace(0, 1, 200_001)
    own = line.ask(ADDS)
    error = np.sqrt(np.mean((np.interp(x, own["x"], own["y"]) - x**2) ** 2))
    best = 2 / (3 * np.sqrt(5) * 49)
    answer = page.locator(".lw-pieces-answer")
    expect(answer).to_have_text(
        f"{error / best:.1f} times the error of the best 3 ReLUs: "
        f"root-mean-square error {error:.4f} against {best:.5f}."
    )
    before = line.pixels()
    button = page.get_by_role("button", name="Best possible")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    wait_until(page, lambda: address(page).get("best") == "1", "the best network in the link")
    assert line.pixels() != before
    shown = line.ask(ADDS)
    np.testing.assert_allclose(shown["x"], [0, 1 / 7, 3 / 7, 5 / 7, 1], atol=1e-12)
    np.testing.assert_allclose(shown["slopes"], [0, 4 / 7, 8 / 7, 12 / 7], atol=1e-12)
    assert shown["order"] == own["order"]  # the same neurons from left to right
    assert shown["adds"][0] == [0, 0, 0]
    ends = [shown["adds"][1][neuron] for neuron in shown["order"]]
    np.testing.assert_allclose(ends, [24 / 49, 16 / 49, 8 / 49], atol=1e-12)
    assert shown["rms"] == pytest.approx(best)
    page.reload()
    line.wait()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".lw-title")).to_have_text("x² · 1-3-1 ReLU · R² 0.9996 · best possible")
    expect(page.locator(".lw-pieces-legend")).to_contain_text("the best network of 3 ReLUs")
    expect(answer).to_have_text(
        f"The best 3 ReLUs can do: root-mean-square error {best:.5f}. "
        f"After 2,000 steps of training it is {error / best:.1f} times that: {error:.4f}."
    )
    # Of two kinds of error, each has a best network of its own.
    expect(page.locator(".lw-pieces-error")).to_contain_text(
        "best by root mean square, not by this"
    )
    line.scrubber(STEP_SCRUBBER).press("ArrowLeft")  # what is moved is to be seen
    own = page.locator(".lw-line-choice button").first
    expect(own).to_have_attribute("aria-pressed", "true")
    expect(own).to_have_text("Trained")
    wait_until(page, lambda: "best" not in address(page), "the link without the best network")
    line.scrubber(STEP_SCRUBBER).press("Home")
    expect(own).to_have_text("Not trained")
    expect(answer).to_contain_text("Before training, ")
    button.click()
    expect(answer).to_contain_text("Before training it is ")
    assert errors(watch) == []


@pytest.mark.shared_page
def test_beside_a_network_built_by_hand_stands_the_best_one(page, server):
    """Of one ReLU: nothing up to 1/3, then 4/3 x. A tenth is the finest, so it comes near."""
    line = lead_line(page, server, "mode=hand&hand=3_-1_0.4_0&best=1")
    answer = page.locator(".lw-pieces-answer")
    expect(answer).to_contain_text("The best 1 ReLU can do")
    expect(answer).to_contain_text("The one built by hand has")
    expect(line.slider("Hinge of neuron 1")).to_have_count(0)  # not of this network
    card = page.locator(".lw-hand")
    expect(card).to_contain_text("The numbers of the best network of 1 ReLU. Press “By hand”")
    numbers = card.locator("output").all_inner_texts()
    w, b, v, bias = (float(text.replace("−", "-")) for text in numbers)
    assert (-b / w, w * v, bias) == pytest.approx((1 / 3, 4 / 3, 1 / 27), abs=0.01)
    assert card.locator(".lw-hand-cards").evaluate("(node) => node.inert")
    expect(page.locator(".lw-line-words")).not_to_contain_text("Drag")
    page.get_by_role("button", name="By hand", exact=True).click()
    expect(card).not_to_contain_text("best network")
    line.slider("Neuron 1, bias").press("ArrowLeft")
    expect(answer).to_contain_text("times the error of the best 1 ReLU")
    expect(line.slider("Hinge of neuron 1")).to_have_count(1)
    wait_until(page, lambda: address(page).get("hand") == "3_-1.1_0.4_0", "the bias in the link")
    assert "best" not in address(page)


@pytest.mark.shared_page
def test_the_exercise_keeps_a_neuron_to_its_bend(page, server):
    """Unless it already is what the other bend needs."""
    line = lead_line(page, server, "mode=hand&target=exercise&hand=-2_2_1_1_-1.6_1_1_-0.2_1_0")
    verdict = page.locator(".lw-hand-check")
    expect(verdict).to_contain_text("Neuron 2: this hinge is at x = 1.6, the bend is at x = 1.")
    line.slider("Neuron 3, weight").press("ArrowRight")
    expect(verdict).to_contain_text("Neuron 2")
    line = lead_line(page, server, "mode=hand&target=exercise&hand=-2_2_1_1_-1.6_1_1_-1_1_0")
    expect(verdict).to_contain_text("Neuron 2: this hinge is at x = 1.6, the bend is at x = 2.")


@pytest.mark.shared_page
def test_at_a_hinge_the_numbers_are_those_of_the_piece_that_begins_there(page, server):
    line = lead_line(page, server, "mode=hand&target=exercise&hand=-2_2_1_1_-1_1_2_-4_1_0")
    said = page.locator(".lw-line-words")
    page.mouse.move(*line.place(2, 2))
    expect(said).to_contain_text("slope 3 to the right of it. Neurons on to the right of it: 2, 3")
    expect(said).to_contain_text("Neuron 3 has its hinge at −bias / weight = 4 / 2 = 2")
    page.mouse.move(5, 5)
    line.canvas.focus()
    page.keyboard.press("Shift+ArrowRight")  # from the middle, a fiftieth of the line
    expect(said).to_contain_text("x = 1.56 · target 0.560 · output 0.560 · slope 1. Neurons on: 2")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Point at a place")


@pytest.mark.shared_page
def test_every_hinge_has_a_number_that_can_be_read(page, server):
    """Hinges that fall together have their discs side by side, in order."""
    line = lead_line(page, server, "mode=hand&hand=1_-0.5_1_2_-1_1_-1_0.5_1_1_-0.9_1_0")
    handles = line.ask("return picture.handles")
    assert [handle["neuron"] for handle in handles] == [0, 1, 2, 3]
    places = [handle["x"] for handle in handles]
    assert all(right - left > 19.9 for left, right in pairwise(places))
    shared = line.ask("return picture.x(0.5)")
    assert places[1] == pytest.approx(shared)
    assert places[3] == pytest.approx(line.ask("return picture.x(0.9)"))


@pytest.mark.shared_page
def test_the_title_tells_the_fit_at_the_shown_step(page, server):
    line = lead_line(page, server, "s=0&steps=300")
    title = page.locator(".lw-title")
    start, end = line.ask("return [model.net.titles[0], model.net.titles.at(-1)]")
    assert start != end
    expect(title).to_have_text(start)
    reach = "return [...picture.range, Math.min(...model.form.y), Math.max(...model.form.y)]"
    low, high, least, most = line.ask(reach)
    assert most > 1.16  # beyond where the target's own range would end
    assert low < least
    assert most < high
    line.scrubber(STEP_SCRUBBER).press("End")
    expect(title).to_have_text(end)


@pytest.mark.shared_page
def test_points_are_drawn_removed_and_brought_back(page, watch, server):
    line = lead_line(page, server, "target=points&own=-&steps=100")
    assert line.ask("return model.hasNetwork") is False
    for x, y in ((-0.5, 0.5), (0.5, -0.5), (0.75, 0.25)):
        page.mouse.click(*line.place(x, y))
    wait_until(page, lambda: len(address(page).get("own", "")) == 12, "three points in the link")
    line.wait_for("model.hasNetwork && model.net.points.length === 6", "a network for them")
    page.mouse.move(*line.place(0.75, 0.25))  # a point that is dragged moves, and Undo knows
    page.mouse.down()
    page.mouse.move(*line.place(0.2, -0.6), steps=5)
    page.mouse.up()
    moved = ((-0.5, 0.5), (0.5, -0.5), (0.2, -0.6))
    assert line.ask("return store.own.flat()") == pytest.approx(np.ravel(moved), abs=0.011)
    page.get_by_role("button", name="Undo").click()
    there = OwnPoints(1).write(((-0.5, 0.5), (0.5, -0.5), (0.75, 0.25)))
    wait_until(page, lambda: address(page).get("own") == there, "the points in the link")
    page.mouse.click(*line.place(0.5, -0.5))
    wait_until(page, lambda: len(address(page).get("own", "")) == 8, "two points in the link")
    page.get_by_role("button", name="Undo").click()
    wait_until(page, lambda: len(address(page).get("own", "")) == 12, "three points again")
    page.get_by_role("button", name="Clear").click()
    line.wait_for("!model.hasNetwork && !model.net.points.length", "no points")
    line.canvas.focus()  # a pen that keys move, from the middle
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator(".lw-stage .lw-hidden").first).to_have_text("Pen at x = 0, y = 0.2")
    page.keyboard.press("Enter")
    there = OwnPoints(1).write(((0.0, 0.2),))
    wait_until(page, lambda: address(page).get("own") == there, "a point at the pen")
    assert errors(watch) == []


@pytest.mark.shared_page
def test_a_formula_that_cannot_be_read_is_explained_and_kept(page, server):
    line = lead_line(page, server, "target=formula&formula=x**3&steps=100")
    box = page.get_by_role("textbox", name="Your formula")
    box.fill("x + * 2")
    box.press("Enter")
    expect(page.get_by_text("a value is missing between")).to_be_visible()
    assert box.input_value() == "x + * 2"
    box.fill("1 / x")
    box.press("Enter")
    expect(page.get_by_text("1 / x is infinite at x = 0")).to_be_visible()
    assert line.ask("return model.hasNetwork")


@pytest.mark.shared_page
@pytest.mark.parametrize("kind", ["text", "NaN", "beyond a float", "HTML"])
def test_garbage_in_every_parameter(page, watch, server, kind):
    names = PAGES["pieces"].names
    query = "&".join(f"{name}={quote(GARBAGE[kind])}" for name in names)
    # The last valid one counts: the most of everything would ask before it trains.
    line = lead_line(page, server, f"{query}&steps=300")
    assert line.ask("return Array.from(model.form.y).every(Number.isFinite)")
    expect(page.get_by_text("The link asked for")).to_have_count(1)
    assert page.locator('[data-testid="stException"]').count() == 0
    assert page.evaluate("() => window.injected") is None
    assert page.locator("#injected, img[src=x], [onerror]").count() == 0
    assert errors(watch) == []


class SlowLine:
    """What a page asks the server, and its answers; from ``hold`` on they wait for ``release``."""

    def __init__(self, page: Page) -> None:
        self.asked: list[bytes] = []
        self.held: list[bytes] | None = None
        page.route_web_socket("**/_stcore/stream", self.connect)

    def connect(self, socket: WebSocketRoute) -> None:
        self.socket, self.server = socket, socket.connect_to_server()
        socket.on_message(self.ask)
        self.server.on_message(self.pass_on)

    def ask(self, question: bytes | str) -> None:
        assert isinstance(question, bytes)
        self.asked.append(question)
        self.server.send(question)

    def pass_on(self, answer: bytes | str) -> None:
        assert isinstance(answer, bytes)
        (self.socket.send if self.held is None else self.held.append)(answer)

    def hold(self) -> None:
        self.held = []

    def ends(self) -> int:
        """The number of runs whose ends are held."""
        kinds = [ForwardMsg.FromString(answer).WhichOneof("type") for answer in self.held or []]
        return kinds.count("script_finished")

    def release(self) -> None:
        held, self.held = self.held or [], None
        for answer in held:
            self.socket.send(answer)


def test_what_the_browser_forgets_meanwhile_is_sent_again(page, server):
    """It asks for the picture before last, which it has until an answer on its way comes."""
    answers = SlowLine(page)
    line = open_line(page, server, "mode=hand&hand=1_0_1_0")
    slider = line.slider("Neuron 1, bias")
    for bias in ("0.1", "0.2"):
        slider.fill(bias)
        line.wait_for(f"model.net.hand === '1_{bias}_1_0'", "the answer")
        wait_idle(page, PATIENCE)
    answers.hold()
    slider.fill("0.3")
    wait_until(page, lambda: answers.ends() == 1, "the end of a run")
    slider.fill("0.1")
    wait_until(page, lambda: answers.ends() == 2, "the end of the next run")
    answers.release()
    line.wait_for("model.net.hand === '1_0.1_1_0'", "the answer")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_report_takes_along_what_no_answer_has_come_to(page, server):
    """Its run can overtake that of the report before it."""
    answers = SlowLine(page)
    line = open_line(page, server, "mode=hand&hand=1_0_1_0")
    answers.hold()
    line.slider("Neuron 1, bias").fill("0.7")
    page.mouse.click(*line.place(0.5, 0.5))
    wait_until(page, lambda: b'"x1"' in answers.asked[-1], "the place, told")
    assert b'"1_0.7_1_0"' in answers.asked[-1]


TICKS: dict[float, dict[float, str]] = {  # apart -> numbers of an axis, as they are written
    0.5: {-1: "−1", -0.5: "−0.5", 0: "0", 1.5: "1.5"},
    0.0005: {2.9995: "2.9995", 3: "3", 3.0005: "3.0005"},
    2e-4: {-0.0004: "−0.0004", 0.0002: "0.0002"},
    5e-10: {-1e-9: "−1.0·10⁻⁹", 1e-30: "0", 5e-10: "5·10⁻¹⁰"},
    2e-7: {3: ""},  # with all its digits it would not fit
    2000: {-4000: "−4000", 12000: "12000"},
}


@pytest.mark.shared_page
def test_the_numbers_of_an_axis_differ(page, server):
    line = lead_line(page, server, "mode=hand")
    tick = SAY[: SAY.index("const [{")] + "const { tickText } = await module('tools.js');"
    asked = [[value, step] for step, texts in TICKS.items() for value in texts]
    said = line.ask(f"{tick} return argument.map(([value, step]) => tickText(value, step));", asked)
    assert said == [text for texts in TICKS.values() for text in texts.values()]
