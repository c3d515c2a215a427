"""The exported player: from disk and offline it scrubs, plays and asks for nothing."""

import numpy as np
import pytest
from playwright.sync_api import expect

from layerwarp.app.exporters import EXPORTERS
from layerwarp.app.exporters.scene import Camera, Scene
from tests.app.exports import HOSTILE, export, hostile
from tests.browser.driving import LAYER_SCRUBBER, STEP_SCRUBBER, Stage, wait_until


@pytest.fixture
def open_player(page, watch, tmp_path):
    """Write the player of an export to disk and open it, offline; it must ask for itself only."""

    def open_file(shown, query=""):
        path = tmp_path / "player.html"
        path.write_bytes(EXPORTERS["html"].function(shown))
        page.context.set_offline(True)
        page.goto(path.as_uri() + query)
        stage = Stage(page)
        stage.canvas.wait_for(state="visible")
        stage.wait_for("picture.positions()?.length > 0", "a network on the stage")
        return stage

    yield open_file
    asked = {url.partition("?")[0] for url in watch.requests if not url.startswith("data:")}
    assert asked == {(tmp_path / "player.html").as_uri()}
    assert watch.errors == []


def test_player_scrubs_and_plays_from_disk(page, open_player):
    shown = export()
    stage = open_player(shown, "?t=0")
    assert stage.sizes == [2, 6, 5, 1]
    assert stage.step == shown.step
    assert page.get_by_role("button", name="Add a hidden layer").count() == 0, "nobody answers"

    before = stage.pixels()
    stage.drag(LAYER_SCRUBBER, 0.0, 0.7)
    page.mouse.up()
    wait_until(page, lambda: 1.5 < stage.u < 3, "the place that was scrubbed to")
    assert stage.pixels() != before
    stage.scrubber(STEP_SCRUBBER).focus()
    page.keyboard.press("ArrowDown")
    wait_until(page, lambda: stage.step < shown.step, "an earlier step")

    stage.button("Play through the training").click()
    wait_until(page, lambda: stage.playing and stage.step > 0, "the training on its way")
    wait_until(page, lambda: not stage.playing and stage.step == shown.step, "its end")
    page.keyboard.press("Home")
    stage.button("Play through the layers").click()
    wait_until(page, lambda: stage.u > 0.3, "the way through the layers")

    page.locator(".lw-story > summary").click()  # what a page fetches only then
    page.get_by_role("button", name="Steepest place").click()
    expect(page.locator(".lw-story")).to_contain_text("The steepest place")


@pytest.mark.parametrize(
    ("view", "chosen"), [("plane", ()), ("space", ()), ("neurons", (5, 0, 2))], ids=lambda x: str(x)
)
def test_the_animated_picture_is_the_stage(open_player, view, chosen):
    """Frames of the GIF are computed in Python: at every moment its points are where the stage's
    are, in the picture and on the screen."""
    shown = export((6, 3), "tanh", view=view, chosen=chosen, turn=(0.4, -0.2))
    scene = Scene(shown)
    stage = open_player(shown, "?t=0")
    # The places, twelve a layer, between which the stage interpolates its zoom.
    for u in np.linspace(0, 3, 37).tolist():
        moment = scene.moment(u)
        wanted = scene.place(scene.points, moment)
        found = stage.ask(
            "store.set({ u: argument }); picture.draw(); const n = 3 * model.nodes;"
            "const places = picture.positions().subarray(n);"
            "const pixels = new Float32Array((2 * places.length) / 3);"
            "const { camera } = picture;"
            "camera.covered = camera.headline = 0;"  # no inset and no words in the animated picture
            "camera.aim(model, argument, 400, 400);"
            "camera.project(places, pixels, new Float32Array(places.length / 3));"
            "return [Array.from(places), Array.from(pixels), camera.middle];",
            u,
        )
        places, pixels, middle = (
            np.reshape(part, (-1, k)) for part, k in zip(found, (3, 2, 2), strict=True)
        )
        np.testing.assert_allclose(places, wanted, atol=1e-4)
        projected, _ = Camera(scene, moment, wanted).project(wanted)
        np.testing.assert_allclose((pixels / middle - 1) * [1, -1], projected, atol=1e-3)


def test_player_opens_at_the_step_that_was_shown(open_player):
    shown = export(record=3)
    stage = open_player(shown, "?t=0")
    wait_until(stage.page, lambda: stage.step == shown.step, "the step shown")


def test_player_looks_as_the_link_says(open_player):
    shown = export(turn=(0.4, None), neuron=(2, 3), pinned=(0.5, -0.25))
    stage = open_player(shown, "?t=1")
    stage.wait_for("store.neuron", "the chosen neuron")
    camera = "[picture.camera.yaw, picture.camera.pitch]"
    turn, neuron, point = stage.ask(f"return [{camera}, store.neuron, store.pinned]")
    np.testing.assert_allclose(turn, [0.4, Scene(shown).standpoint[1]], atol=1e-6)
    assert neuron == {"layer": 2, "index": 2}
    assert point == {"x": 0.5, "y": -0.25}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_player_follows_the_reader_s_colors(page, open_player, scheme):
    page.emulate_media(color_scheme=scheme)
    stage = open_player(export(activation="tanh"), "?t=1")
    other = {"light": "dark", "dark": "light"}[scheme]
    dark = "return picture.theme.dark"
    assert stage.ask(dark) == (scheme == "dark")
    page.emulate_media(color_scheme=other)
    wait_until(page, lambda: stage.ask(dark) == (other == "dark"), "the other colors")


def test_names_and_links_stay_text_in_the_player(page, open_player):
    stage = open_player(hostile(), "?t=0")
    assert stage.sizes == [2, 6, 5, 1]
    assert page.evaluate("() => window.injected") is None
    assert page.locator("img, iframe, [onerror]").count() == 0
    assert page.locator("script").count() == 3
    assert "<script>injected=1</script>" in HOSTILE
    assert "<script>injected=1</script>" in page.locator("footer").inner_text()


def test_a_link_that_is_no_web_address_is_left_out(page, open_player):
    open_player(export(link="javascript:alert(1)"), "?t=0")
    assert page.locator("footer a").count() == 0
