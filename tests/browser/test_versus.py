"""Two networks side by side in use: moved together, the same elsewhere, taken along, put away."""

from playwright.sync_api import expect

from tests.browser.driving import (
    LAYER_SCRUBBER,
    PATIENCE,
    STEP_SCRUBBER,
    Stage,
    address,
    differing,
    open_warp,
    pixels_of,
    wait_trained,
    wait_until,
)
from tests.browser.test_links import press_slider

SMALL = "v=2&data=nested&neurons=3&act=tanh&steps=100&t=0"
OWN = ".lw-versus > .lw-warp > .lw-scene"
OTHER = ".lw-guest"
WORDS = ".lw-versus-numbers"


def both(page):
    """A and B."""
    stages = Stage(page, OTHER), Stage(page, OWN)
    for stage in stages:
        stage.wait()
    return stages


def together(a, b):
    return (a.u, a.step), (b.u, b.step)


def shots(page, stages):
    """Both pictures as they are seen; the pointer is on neither."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    return [pixels_of(stage.canvas.screenshot()) for stage in stages]


def test_two_networks_are_one_picture(browser, page, watch, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    open_warp(page, server, SMALL)
    assert not [url for url in watch.requests if "versus" in url]
    page.get_by_role("button", name="Compare", exact=True).click()
    a, b = both(page)
    assert a.sizes == b.sizes == [2, 3, 1]
    press_slider(page, "Hidden layers", "ArrowRight")
    b.wait_for("String(model.net.sizes) === '2,3,3,1'", "a layer more in B")
    wait_trained(page)
    assert a.sizes == [2, 3, 1]
    assert address(page)["versus"] == "layers.1"

    # The deeper one leads; the other waits in its last space, and goes on to the cut with it.
    before = len(sent)
    track = page.get_by_role("slider", name=LAYER_SCRUBBER).last
    box = track.bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 12, height)
    page.mouse.down()
    for share, at_a, at_b in [(0.2, 0.6, 0.6), (0.5, 1, 1.5), (0.85, 1.55, 2.55)]:
        page.mouse.move(box["x"] + 12 + share * (box["width"] - 24), height, steps=5)
        wait_until(page, lambda at=at_b: abs(b.u - at) < 0.06, f"B near {at_b}")
        assert abs(a.u - at_a) < 0.06
    assert len(sent) == before  # while the hand holds it, nobody is asked
    page.mouse.up()
    wait_until(page, lambda: "t" in address(page), "the place in the link")
    expect(page.locator(WORDS)).to_contain_text("Both on the way from their last space to the cut.")

    # By keys, from either stage; the training too.
    a.canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    b.wait_for("store.u === 0", "B at the input")
    wait_until(page, lambda: a.step == b.step < 100, "one step of training")
    page.keyboard.press("End")
    page.keyboard.press("PageUp")  # back to the last space
    wait_until(page, lambda: together(a, b) == ((1, a.step), (2, a.step)), "the last spaces")
    wait_until(page, lambda: address(page).get("t") == "2", "the place in the link")
    expect(page.locator(WORDS)).to_contain_text("Both in their last space")

    # Elsewhere, the same two pictures and the same words.
    here, words = shots(page, (a, b)), page.locator(WORDS).inner_text()
    with browser.new_context(viewport={"width": 1440, "height": 900}) as elsewhere:
        guest = elsewhere.new_page()
        guest.goto(page.url)
        there = both(guest)
        wait_trained(guest)
        wait_until(guest, lambda: together(*there) == together(a, b), "the same place")
        expect(guest.locator(WORDS)).to_have_text(words)
        for first, second in zip(here, shots(guest, there), strict=True):
            assert differing(first, second) < 0.01
        guest.set_viewport_size({"width": 390, "height": 844})
        guest.wait_for_timeout(500)
        assert guest.evaluate("document.documentElement.scrollWidth") <= 390
        tops = [stage.canvas.bounding_box() for stage in there]
        assert tops[0]["y"] + tops[0]["height"] <= tops[1]["y"]  # one under the other

    # Both are in the file, with what is said of them.
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)").click()
    picture = pixels_of(download.value.path().read_bytes())
    assert picture.shape[:2] == (1080, 1920)
    left, right = picture[200:600, 60:900], picture[200:600, 1000:1840]
    assert differing(left, right) > 0.02
    assert all(half.std() > 10 for half in (left, right))

    # Exchanged, put away, and back.
    page.get_by_role("button", name="Swap", exact=True).click()
    b.wait_for("String(model.net.sizes) === '2,3,1'", "A's network as B")
    assert address(page)["versus"] == "layers.2"
    wait_until(page, lambda: together(a, b) == ((2, a.step), (1, a.step)), "the last spaces")
    page.get_by_role("button", name="Stop comparing").click()
    expect(page.locator(OTHER)).to_have_count(0, timeout=PATIENCE * 1000)
    assert "versus" not in address(page)
    stage = Stage(page)
    stage.button("Play through the layers").click()
    wait_until(page, lambda: stage.playing, "the play of one alone")
    page.get_by_role("slider", name=STEP_SCRUBBER).focus()
    page.go_back()
    a, b = both(page)
    assert (a.sizes, b.sizes) == ([2, 3, 3, 1], [2, 3, 1])
    assert watch.errors == []
