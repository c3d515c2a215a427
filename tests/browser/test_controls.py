"""Driving the page with keyboard, mouse and touch: what is shown, and what lands in the link."""

from colorsys import rgb_to_hsv
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.driving import (
    LAYER_SCRUBBER,
    STEP_SCRUBBER,
    Stage,
    address,
    lead_warp,
    open_warp,
    wait_trained,
    wait_until,
)

SMALL = "data=nested&neurons=3&act=tanh&steps=100"  # exact pictures in 3-D, trained in no time


def frames_sent(page):
    """A list that grows with every message from the page to the server."""
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    return sent


def longer_than(messages, count):
    """Whether more than ``count`` messages are there."""
    return len(messages) > count


def test_a_slider_changes_the_network_and_the_link(page, watch, server, browser):
    stage = open_warp(page, server, "v=2&layers=2&neurons=16&t=0")
    page.get_by_role("slider", name="Neurons in each layer").focus()
    page.keyboard.press("ArrowRight")
    stage.wait_for("String(model.net.sizes) === '2,17,17,1'", "a network of 17 neurons")
    wait_until(page, lambda: address(page).get("neurons") == "17", "neurons=17 in the link")
    wait_trained(page)
    title = stage.ask("return model.net.title")

    page.reload()
    stage.wait()
    assert stage.sizes == [2, 17, 17, 1]
    with browser.new_context() as context:
        other = open_warp(context.new_page(), server, page.url.partition("?")[2])
        wait_trained(other.page)
        assert other.ask("return model.net.title") == title

    page.get_by_role("slider", name="Hidden layers").focus()
    page.keyboard.press("ArrowLeft")
    stage.wait_for("String(model.net.sizes) === '2,17,1'", "one layer less")
    wait_until(page, lambda: "layers" not in address(page), "the usual depth, unsaid, in the link")
    page.go_back()
    stage.wait_for("String(model.net.sizes) === '2,17,17,1'", "the layer again, after Back")
    assert address(page).get("neurons") == "17"
    assert address(page)["layers"] == "2"
    expect(page.get_by_role("slider", name="Hidden layers")).to_have_value("2")
    page.go_forward()
    stage.wait_for("String(model.net.sizes) === '2,17,1'", "one layer less, after Forward")
    assert watch.errors == []


def test_scrubbing_asks_the_server_for_nothing(page, watch, server):
    sent = frames_sent(page)
    stage = open_warp(page, server)
    wait_trained(page)
    for name, start, end in ((LAYER_SCRUBBER, 0.02, 0.6), (STEP_SCRUBBER, 0.98, 0.5)):
        before, pictures = len(sent), [stage.pixels()]
        stage.drag(name, start, end)
        pictures.append(stage.pixels())
        assert len(sent) == before, f"scrubbing {name} sent messages"
        assert pictures[0] != pictures[1], f"scrubbing {name} painted nothing"
        page.mouse.up()
        wait_until(page, partial(longer_than, sent, before), "the place on release")
    place, step = stage.u, stage.step
    wait_until(page, lambda: address(page).get("s") == str(step), "the step in the link")
    assert float(address(page)["t"]) == pytest.approx(place, abs=1e-3)
    assert 0 < step < 2000

    page.reload()
    stage.wait()
    assert (stage.u, stage.step) == (pytest.approx(place, abs=1e-3), step)
    # The last step is not named: who comes back to a network that has trained on sees its end.
    stage.drag(STEP_SCRUBBER, 0.5, 1.0)
    page.mouse.up()
    wait_until(page, lambda: "s" not in address(page), "no step in the link")
    assert watch.errors == []


def test_scrubbing_the_opening_makes_a_link_of_it(page, watch, server):
    page.goto(server.url)
    stage = Stage(page)
    stage.wait()
    steps_back = page.evaluate("() => history.length")
    stage.drag(STEP_SCRUBBER, 0.98, 0.5)
    page.mouse.up()
    wait_until(page, lambda: address(page).get("s") == str(stage.step), "the step in the link")
    wait_trained(page)
    assert list(address(page)) == ["v", "t", "s"]
    assert page.evaluate("() => history.length") == steps_back
    step = stage.step
    page.reload()
    stage.wait()
    assert (stage.sizes, stage.step) == ([2, 3, 1], step)
    assert watch.errors == []


def test_play_pause_and_keyboard(page, watch, server):
    stage = open_warp(page, server)
    stage.button("Play through the layers").click()
    stage.wait_for("store.u > 0.05", "movement while playing")
    stage.button("Pause").click()
    assert not stage.playing
    stage.button("Play through the training").click()
    stage.wait_for("store.frame > 0 && store.frame < model.net.frameCount - 1", "training played")
    stage.button("Pause").click()

    stage.canvas.focus()
    page.keyboard.press("Home")
    stage.wait_for("store.u === 0", "the start by Home")
    page.keyboard.press("ArrowRight")
    stage.wait_for("store.u > 0 && store.u < 0.2", "a small step by the arrow")
    page.keyboard.press("PageDown")
    stage.wait_for("store.u === 1 && !store.playing", "the end of layer 1 by PageDown")
    page.keyboard.press("End")
    stage.wait_for("store.u === 3", "the read-out by End")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press(" ")
    stage.wait_for("store.playing === 'layers'", "play by the space bar")
    page.keyboard.press(" ")
    stage.wait_for("!store.playing", "pause by the space bar")
    wait_until(page, lambda: address(page).get("s") == str(stage.step), "the step in the link")
    assert watch.errors == []


@pytest.mark.shared_page
def test_ribbon_neurons_and_points_answer(page, watch, server):
    stage = lead_warp(page, server, "t=0")
    page.get_by_role("button", name="bend").click()
    stage.wait_for("model.stageAt(store.u).name === 'bend' && store.playing", "the bend")
    stage.wait_for("!store.playing", "the end of the bend")
    assert stage.ask("return [store.u, model.stageAt(store.u).name]") == [
        pytest.approx(1, abs=1e-4),
        "bend",
    ]
    stage.drag(LAYER_SCRUBBER, 0.0, 0.67)  # near enough to the end of a layer
    page.mouse.up()
    stage.wait_for("store.u === 2", "the end of layer 2")
    wait_until(page, lambda: address(page).get("t") == "2", "t=2 in the link")

    bias = stage.ask("return model.net.layer(store.frame, 2).bias[4]")
    page.locator(".lw-card", has_text="neuron 5").first.click()
    formula = page.locator(".lw-neurons-formula")
    expect(formula).to_contain_text("h")
    expect(formula).to_contain_text(f"{abs(bias):.2f}")
    assert stage.ask("return store.neuron") == {"layer": 2, "index": 4}

    stage.canvas.scroll_into_view_if_needed()
    place = stage.ask("return picture.screen(model.nodes + 7)")
    stage.canvas.hover(position=place)
    tooltip = page.locator(".lw-tooltip")
    expect(tooltip).to_be_visible()
    for words in ("x₁ =", "Layer 1", "ReLU(z)", "Logit", "%"):
        expect(tooltip).to_contain_text(words)
    page.mouse.move(5, 5)
    expect(tooltip).to_be_hidden()
    assert watch.errors == []


def test_a_picture_in_space_turns_by_mouse_and_touch(browser, watch, server):
    with browser.new_context(has_touch=True) as context:
        page = context.new_page()
        stage = open_warp(page, server, f"{SMALL}&t=1")
        assert stage.ask("return picture.camera.solid") == 1
        turned = [camera(stage)]
        box = stage.canvas.bounding_box()
        assert box is not None
        x, y = box["x"] + 100, box["y"] + 100
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y + 20, steps=4)
        page.mouse.up()
        turned.append(camera(stage))
        touch = context.new_cdp_session(page)
        for kind, place in (("Start", x), ("Move", x + 30), ("Move", x + 60), ("End", None)):
            points = [] if place is None else [{"x": place, "y": y}]
            touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        turned.append(camera(stage))
    assert turned[0] != turned[1], "the mouse turned nothing"
    assert turned[1] != turned[2], "the finger turned nothing"


def camera(stage):
    """The camera's two angles."""
    return stage.ask("return [picture.camera.yaw, picture.camera.pitch]")


# Elements that are older than the newest run: whether any of them is faded, or is about to be.
FADING = """
() => {
  window.stale = { seen: 0, fading: [] };
  const look = () => {
    for (const node of document.querySelectorAll('[data-stale="true"]')) {
      const { opacity, transitionDuration } = getComputedStyle(node);
      stale.seen += 1;
      if (opacity === "1" && transitionDuration === "0s") continue;
      stale.fading.push(node.outerHTML.slice(0, 99));
    }
    requestAnimationFrame(look);
  };
  look();
}
"""


def test_train_on_and_start_again(page, watch, server):
    stage = open_warp(page, server, f"{SMALL}&t=0")
    wait_trained(page)
    page.evaluate(FADING)
    page.get_by_role("button", name="Train on").click()
    stage.wait_for("model.net.steps.at(-1) === 2100", "2,000 more steps")
    wait_until(page, lambda: address(page).get("steps") == "2100", "the steps in the link")
    wait_trained(page)
    weights = stage.ask("return Array.from(model.net.params.subarray(0, 6))")
    page.get_by_role("button", name="Start again").click()
    wait_until(page, lambda: address(page).get("start") == "1", "the new seed in the link")
    stage.wait_for("model.net.title.endsWith('and 1')", "the network of the new seed")
    assert stage.ask("return Array.from(model.net.params.subarray(0, 6))") != weights
    stale = page.evaluate("stale")
    assert stale["seen"]
    assert stale["fading"] == [], "the page fades while it trains"
    assert watch.errors == []


def test_a_failing_network_is_named_and_mended_by_one_click(page, watch, server):
    stage = open_warp(page, server, "data=circles&layers=0&steps=500&t=0")
    wait_trained(page)
    expect(page.get_by_text("can only draw a straight cut")).to_be_visible()
    page.get_by_role("button", name="Add a layer").click()
    stage.wait_for("String(model.net.sizes) === '2,16,1'", "a hidden layer")
    wait_trained(page)
    expect(page.get_by_text("can only draw a straight cut")).to_have_count(0)
    assert "layers" not in address(page)  # the usual depth

    stage = lead_warp(page, server, "opt=sgd&lr=10&steps=300&t=0")
    wait_trained(page)
    mended = page.get_by_role("button", name="Lower the learning rate")
    expect(mended).to_be_visible()
    assert stage.ask("return model.net.outcome") in ("diverged", "dead")
    mended.click()
    wait_until(page, lambda: address(page).get("lr") != "10", "a lower rate in the link")
    wait_trained(page)
    assert watch.errors == []


def test_two_tabs_do_not_meddle(page, server):
    first = open_warp(page, server)
    second = open_warp(page.context.new_page(), server, f"{SMALL}&t=0")
    assert (first.sizes, second.sizes) == ([2, 16, 16, 1], [2, 3, 3, 1])
    second.page.get_by_role("slider", name="Hidden layers").focus()
    second.page.keyboard.press("ArrowLeft")
    second.wait_for("String(model.net.sizes) === '2,3,1'", "a layer less in the second tab")
    first.scrubber(LAYER_SCRUBBER).fill("1.5")
    wait_until(page, lambda: address(page).get("t") == "1.5", "the place in the first tab's link")
    assert (first.sizes, second.sizes) == ([2, 16, 16, 1], [2, 3, 1])
    assert (first.u, second.u) == (1.5, 0)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_first_visit_plays_unless_less_motion_is_preferred(browser, server, motion):
    with browser.new_context(reduced_motion=motion) as context:
        page = context.new_page()
        # The page's own clock: what the stage would do in ten seconds, without waiting for them.
        page.clock.install()
        page.goto(server.url)
        stage = Stage(page)
        stage.wait()
        if motion == "no-preference":
            page.clock.fast_forward(1000)
            stage.wait_for("store.u > 0", "the play of the first visit")
            return
        page.clock.run_for(10_000)
        assert (stage.u, stage.playing) == (0, False)
        stage.button("To the next layer").click()
        page.clock.run_for(100)
        assert stage.u == 1, "a jump, not a glide"


def test_light_and_dark_differ(browser, server):
    pictures, inks = [], []
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:
            stage = open_warp(context.new_page(), server)
            pictures.append(stage.pixels())
            inks.append(stage.ask("return [getComputedStyle(canvas).color, picture.theme.dark]"))
    assert pictures[0] != pictures[1]
    assert [dark for _, dark in inks] == [False, True]


def test_a_slow_connection_loses_no_setting(page, server):
    held = []
    # The code of the sliders is on its way.
    page.route("**/static/js/*lider*.js", lambda route: held.append(route))
    stage = open_warp(page, server, "data=moons&layers=3&neurons=5&t=0")
    wait_until(page, lambda: held, "the request for the sliders' code")
    wait_trained(page)
    for route in held:
        route.continue_()
    page.get_by_role("slider", name="Hidden layers").wait_for()
    page.get_by_role("button", name="Start again").click()
    wait_until(page, lambda: address(page).get("start") == "1", "the new start in the link")
    wait_trained(page)
    assert stage.sizes == [2, 5, 5, 5, 1]
    assert address(page)["layers"] == "3"


@pytest.mark.shared_page
def test_an_example_starts_at_its_start(page, watch, server):
    """Whatever was scrubbed, chosen and pinned before; the visit plays it, as it does the first."""
    stage = lead_warp(
        page, server, "v=2&data=circles&layers=2&neurons=5&t=1&s=0&unit=1-2&x1=1&x2=1"
    )
    assert stage.step == 0
    page.get_by_role("button", name="Examples").click()
    page.get_by_text("Why bend at all").click()
    stage.wait_for("model.net.depth === 3 && store.playing === 'layers'", "the example, playing")
    page.keyboard.press("Escape")
    wait_trained(page)
    assert stage.ask("return [store.neuron, store.pinned]") == [None, None]
    assert stage.ask("return store.frame === model.net.frameCount - 1")
    assert {"t", "s", "unit", "x1"}.isdisjoint(address(page))
    assert watch.errors == []


BLUE, ORANGE, VIOLET = "rgb(0, 114, 178)", "rgb(230, 159, 0)", "rgb(123, 50, 148)"
# The most colorful pixel of a card.
MOST_COLORFUL = """
(card) => {
  const { data } = card.getContext("2d").getImageData(0, 0, card.width, card.height);
  let best = [0, 0, 0];
  const span = (color) => Math.max(...color) - Math.min(...color);
  for (let at = 0; at < data.length; at += 4) {
    const color = [...data.slice(at, at + 3)];
    if (span(color) > span(best)) best = color;
  }
  return best;
}
"""


@pytest.mark.shared_page
@pytest.mark.parametrize(
    ("query", "layer", "color", "words", "status"),
    [
        ("data=nested&act=tanh", 1, VIOLET, "output of the neuron; line: z = 0", "z > 0 for"),
        ("data=nested&act=softmax", 1, VIOLET, "output of the neuron", "largest for"),
        ("data=nested&act=tanh", 2, ORANGE, "the logit; line: z = 0", "positive for"),
        ("data=blobs3", 2, BLUE, "each in its class's color; line: z = 0", "predicted for"),
    ],
)
def test_neurons_have_no_class_s_color_and_logits_have_theirs(
    page, watch, server, query, layer, color, words, status
):
    lead_warp(page, server, f"v=2&layers=1&neurons=3&steps=300&t={layer}&{query}")
    wait_trained(page)
    panel = page.locator(".lw-neurons")
    panel.scroll_into_view_if_needed()
    key = panel.locator(".lw-neurons-keytext")
    expect(key).to_contain_text(words)
    assert ("z = 0" in key.inner_text()) == ("softmax" not in query)
    expect(panel.locator(".lw-card-share").first).to_contain_text(status)
    assert panel.locator(".lw-neurons-bar").get_attribute("style").endswith(f"{color});")
    allowed = {BLUE, ORANGE} if color == ORANGE else {color}
    card = panel.locator(".lw-card-map:visible").first  # another test has opened a neuron
    wait_until(page, lambda: card.evaluate("(card) => card.width > 0"), "a card with a size")
    painted = card.evaluate(MOST_COLORFUL)
    assert min(abs(hue(painted) - hue(numbers(one))) for one in allowed) < 4
    assert watch.errors == []


def numbers(color):
    """ "rgb(0, 114, 178)" -> (0, 114, 178)"""
    return tuple(int(part) for part in color[4:-1].split(","))


def hue(color):
    """In degrees."""
    return 360 * rgb_to_hsv(*(part / 255 for part in color))[0]
