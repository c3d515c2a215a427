"""The ribbon under the stage: it scrubs, chooses neurons, and asks for another network."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import (
    LAYER_SCRUBBER,
    address,
    differing,
    lead_warp,
    open_warp,
    pixels_of,
    wait_trained,
    wait_until,
)

SMALL = "data=circles&layers=2&neurons=4&steps=100&t=0"
DOTS = ".lw-ribbon-dots"
ROOM = """
const frame = canvas.getBoundingClientRect();
const player = canvas.getRootNode().querySelector(".lw-player").getBoundingClientRect();
return { stage: frame.height, bottom: player.bottom, top: frame.top, right: frame.right };
"""


def pull(page, dots, by):
    """Press on a column of dots, move down by pixels, let go."""
    box = dots.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + by, steps=4)
    page.mouse.up()


@pytest.mark.shared_page
def test_at_the_cut_of_the_opening_nothing_makes_room(page, server):
    """What is to be said there takes one line, as everywhere before."""
    stage = lead_warp(page, server, "v=2&data=circles&layers=1&neurons=3&steps=300&t=1")
    ribbon = page.locator(".lw-ribbon")
    before = ribbon.bounding_box()
    stage.ask("store.set({ u: 2 }); await new Promise(requestAnimationFrame);")
    expect(page.locator(".lw-note")).to_contain_text("Drag beside it to turn.")
    assert ribbon.bounding_box() == before


@pytest.mark.shared_page
def test_layers_and_neurons_are_set_in_the_ribbon(page, watch, server):
    stage = lead_warp(page, server, SMALL)
    wait_trained(page)
    add = page.get_by_role("button", name="Add a hidden layer").first
    add.click()
    stage.wait_for("String(model.net.sizes) === '2,4,4,4,1'", "a layer more")
    wait_until(page, lambda: address(page).get("layers") == "3", "layers=3 in the link")
    expect(page.get_by_role("slider", name="Hidden layers")).to_have_value("3")
    wait_trained(page)
    page.get_by_role("button", name="Take a hidden layer away").last.click()
    stage.wait_for("String(model.net.sizes) === '2,4,4,1'", "a layer less")
    wait_trained(page)
    add.click()  # the same wish again
    stage.wait_for("String(model.net.sizes) === '2,4,4,4,1'", "a layer more, once again")
    wait_trained(page)

    pull(page, page.locator(DOTS).nth(1), 18)
    stage.wait_for("String(model.net.sizes) === '2,6,6,6,1'", "two neurons more")
    wait_until(page, lambda: address(page).get("neurons") == "6", "neurons=6 in the link")
    wait_trained(page)
    page.locator(DOTS).nth(1).focus()
    page.keyboard.press("-")
    stage.wait_for("String(model.net.sizes) === '2,5,5,5,1'", "a neuron less")
    page.go_back()
    stage.wait_for("String(model.net.sizes) === '2,6,6,6,1'", "the neuron again, after Back")
    assert watch.errors == []


@pytest.mark.shared_page
def test_a_dot_is_a_neuron(page, watch, server):
    stage = lead_warp(page, server, SMALL)
    dots = page.locator(DOTS).nth(2)
    dots.locator(".lw-ribbon-dot").nth(1).click()
    assert stage.ask("return store.neuron") == {"layer": 2, "index": 1}
    expect(dots.locator(".lw-ribbon-lit")).to_have_count(1)
    expect(dots).to_have_attribute("aria-label", "Layer 2: 4 neurons, neuron 2 chosen")
    wait_until(page, lambda: address(page).get("unit") == "2-2", "the neuron in the link")
    dots.focus()
    page.keyboard.press("ArrowDown")
    stage.wait_for("store.neuron.index === 2", "the next neuron")
    assert stage.u == 0, "the key moved the stage too"
    dots.locator(".lw-ribbon-dot").nth(2).click()
    stage.wait_for("store.neuron === null", "none")

    # The thumb, which cannot be seen, is where the playhead is.
    box = page.locator(".lw-ribbon-track").bounding_box()
    page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2)
    assert stage.u == pytest.approx(0.3, abs=0.006)
    assert watch.errors == []


@pytest.mark.shared_page
def test_many_neurons_are_counted(page, server):
    lead_warp(page, server, "neurons=16&steps=100&t=0")
    dots = page.locator(DOTS).nth(1)
    expect(dots.locator(".lw-ribbon-dot")).to_have_count(7)
    expect(dots).to_contain_text("… 16")


@pytest.mark.parametrize(
    ("query", "layers", "neurons"),
    [
        ("", 3, "a"),
        ("&only=neurons", 0, "a"),
        ("&only=layers", 3, "no"),
        ("&widths=4-4", 0, "no"),
    ],
    ids=["free", "neurons", "layers", "one by one"],
)
@pytest.mark.shared_page
def test_what_is_locked_has_no_buttons(page, server, query, layers, neurons):
    lead_warp(page, server, SMALL + query)
    expect(page.get_by_role("button", name="Add a hidden layer")).to_have_count(layers)
    pullable = page.locator(".lw-ribbon-pull")
    expect(pullable).to_have_count(2 if neurons == "a" else 0)


def test_the_playhead_moves_through_all_columns_and_stays_in_sight(page, watch, server):
    page.set_viewport_size({"width": 390, "height": 844})
    stage = open_warp(page, server, "layers=10&neurons=4&steps=100&t=0")
    playhead, pictures = page.locator(".lw-ribbon-playhead"), page.locator(".lw-ribbon-picture")
    for u in (0, 5, 11):
        stage.scrubber(LAYER_SCRUBBER).fill(str(u))
        stage.wait_for(f"store.u === {u}", "the place")

        def off(u=u):
            frame = pictures.nth(u).bounding_box()
            return playhead.bounding_box()["x"] - frame["x"] - frame["width"] / 2

        wait_until(
            page, lambda: abs(off()) <= 1.5, "the playhead, which follows ten times a second"
        )
        assert 0 < playhead.bounding_box()["x"] < 390
    assert watch.errors == []


@pytest.mark.shared_page
def test_a_pinned_point_leaves_a_trail(page, server):
    stage = lead_warp(page, server, SMALL + "&x1=0.5&x2=0.5")
    stage.scrubber(LAYER_SCRUBBER).fill("1.5")
    stage.wait_for("store.u === 1.5", "the place")
    with_trail = stage.canvas.screenshot()
    stage.ask("store.pinned = null; picture.draw();")
    alone = stage.canvas.screenshot()
    assert differing(pixels_of(with_trail), pixels_of(alone)) > 1e-4


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_presented_the_stage_fills_the_screen(page, server, width, height):
    page.set_viewport_size({"width": width, "height": height})
    room = open_warp(page, server, "present=1&" + SMALL).ask(ROOM)
    assert room["stage"] >= 0.7 * height - 1
    assert room["bottom"] <= height


def test_embedded_everything_is_in_sight(page, server):
    page.set_viewport_size({"width": 800, "height": 500})
    room = open_warp(page, server, "embed=true&" + SMALL).ask(ROOM)
    expect(page.get_by_role("button", name="Add a hidden layer")).to_have_count(0)
    expect(page.locator(".lw-ribbon-pull")).to_have_count(0)
    assert room["bottom"] <= 500
    assert room["stage"] >= 200


@pytest.mark.shared_page
def test_the_stage_is_the_largest_thing(page, server):
    stage = lead_warp(page, server, "t=0")
    wait_trained(page)
    room = stage.ask(ROOM)
    assert room["stage"] >= 540
    assert room["bottom"] <= 900, "not all is in sight"


def test_on_a_phone_the_picture_stays(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    stage = open_warp(page, server, SMALL)
    page.mouse.move(200, 700)
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(300)
    room = stage.ask(ROOM)
    assert room["bottom"] < 300, "nothing moved"
    assert 40 <= room["top"] <= 70
