"""A link is the picture: opened elsewhere, gone back to, in a frame, locked, or damaged."""

import base64
import io
import json
from functools import partial
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from layerwarp.app.pages.table import PAGES
from tests.browser.conftest import VIEWPORT
from tests.browser.driving import (
    LAYER_SCRUBBER,
    PATIENCE,
    STEP_SCRUBBER,
    address,
    differing,
    lead_warp,
    open_warp,
    pixels_of,
    wait_trained,
    wait_until,
)
from tests.browser.test_bad_links import HTML
from tests.browser.test_creases import MeshStage, complaints
from tests.browser.test_pieces import Line
from tests.conftest import running_server

SMALL = "data=nested&neurons=3&act=tanh&steps=100"  # exact pictures in 3-D, trained in no time
MESH = "data=circles&layers=2&neurons=3&steps=100&t=1.5"
LINE = "target=sine&neurons=4&steps=100"
HAND = 600  # milliseconds between letting go of the picture and a click on Back
UNIT = "(canvas.getBoundingClientRect().width / picture.width)"  # CSS pixels a unit of drawing
SVG = "{http://www.w3.org/2000/svg}"
WARP_STATE = """
const { u, frame, neuron, pinned } = store;
const { yaw, pitch } = picture.camera;
return { step: model.net.steps[frame], neuron, pinned, turn: [u, yaw, pitch],
  weights: Array.from(model.net.params.slice(-9)) };
"""
MESH_STATE = """
const { u, frame, folds, coloring, overlays, piece } = store;
const { yaw, pitch } = canvas.layerwarp.carried.camera;
const { x, y, zoom } = picture.view;
return { step: model.net.steps[frame], folds, coloring, overlays: [...overlays], piece,
  turn: [u, yaw, pitch, x, y, zoom / 100], weights: Array.from(model.net.params.slice(-9)) };
"""
LINE_STATE = """
const { frame, pinned } = store;
return { step: model.net.steps[frame], turn: [pinned?.x ?? null], kinks: model.form.kinks.length,
  weights: Array.from(model.net.params.slice(-9)) };
"""


def open_page(page, server, path, query, kind):
    if kind is None:
        return open_warp(page, server, query)
    page.goto(f"{server.url}/{path}?{query}")
    stage = kind(page)
    stage.wait()
    return stage


def drag(page, canvas, start, move):
    """Press on a canvas, move by pixels, let go."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + start[0], box["y"] + start[1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + move[0], y + move[1], steps=5)
    page.mouse.up()


def press_slider(page, name, key):
    page.get_by_role("slider", name=name).focus()
    page.keyboard.press(key)


def scrub(page, stage, name, start, end):
    stage.drag(name, start, end, steps=4)
    page.mouse.up()


def visit_warp(page, stage):
    press_slider(page, "Hidden layers", "ArrowLeft")
    stage.wait_for("String(model.net.sizes) === '2,3,1'", "a layer less")
    wait_trained(page)
    scrub(page, stage, STEP_SCRUBBER, 0.98, 0.6)
    scrub(page, stage, LAYER_SCRUBBER, 0.02, 0.42)
    drag(page, stage.canvas, (60, 60), (70, -30))
    page.locator(".lw-card", has_text="neuron 2").first.click()
    stage.canvas.scroll_into_view_if_needed()
    stage.canvas.click(position=stage.ask("return picture.screen(model.nodes + 7)"))
    assert "layers" not in address(page)  # it is the usual depth now
    return {"data", "t", "s", "yaw", "pitch", "unit", "x1", "x2"}


def visit_creases(page, stage):
    press_slider(page, "Neurons in each layer", "ArrowLeft")
    press_slider(page, "Neurons in each layer", "ArrowRight")
    wait_trained(page)
    scrub(page, stage, STEP_SCRUBBER, 0.98, 0.7)
    stage.scrubber("Folds up to layer").fill("1")
    page.get_by_label("What the colors say").select_option("active")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    drag(page, stage.canvas, (100, 100), (50, 40))
    drag(page, page.locator(".lw-figure-carried canvas"), (60, 60), (60, 30))
    stage.canvas.click(position={"x": 120, "y": 90})
    return {"s", "folds", "color", "x1", "x2", "yaw", "pitch", "cx", "cy", "zoom"}


def visit_pieces(page, stage):
    press_slider(page, "Neurons in each layer", "ArrowRight")
    stage.wait_for("String(model.network(0).sizes) === '1,5,1'", "a neuron more")
    wait_trained(page)
    scrub(page, stage, STEP_SCRUBBER, 0.98, 0.6)
    page.mouse.click(*stage.place(0.5, 0))
    return {"neurons", "s", "x1"}


VISITS = {
    "warp": ("", SMALL + "&t=0", None, visit_warp, WARP_STATE),
    "creases": ("creases", MESH, MeshStage, visit_creases, MESH_STATE),
    "pieces": ("pieces", LINE, Line, visit_pieces, LINE_STATE),
}


def settle(page, stage):
    page.mouse.move(5, 5)
    wait_trained(page)
    if isinstance(stage, MeshStage):
        stage.rest()


def images(page):
    """What the page's main canvases show."""
    page.wait_for_timeout(300)
    canvases = page.locator("canvas.lw-canvas")
    urls = [canvas.evaluate("(node) => node.toDataURL()") for canvas in canvases.all()]
    return [pixels_of(base64.b64decode(url.partition(",")[2])) for url in urls]


def assert_same(first, second):
    turns = first.pop("turn"), second.pop("turn")
    assert first == second
    np.testing.assert_allclose(turns[0], turns[1], atol=1e-3)


@pytest.mark.parametrize("name", VISITS)
def test_a_link_opened_elsewhere_is_the_same_picture(page, browser, watch, server, name):
    path, query, kind, visit, state = VISITS[name]
    stage = open_page(page, server, path, query, kind)
    wait_trained(page)
    asked = visit(page, stage)
    wait_until(page, lambda: asked <= set(address(page)), f"{asked} in {page.url}")
    settle(page, stage)
    seen, pictures, link = stage.ask(state), images(page), page.url
    assert any(picture.std() > 10 for picture in pictures)

    with browser.new_context(viewport=VIEWPORT) as context:
        other_page = context.new_page()
        other = open_page(other_page, server, path, link.partition("?")[2], kind)
        settle(other_page, other)
        assert_same(dict(seen), other.ask(state))
        for mine, theirs in zip(pictures, images(other_page), strict=True):
            assert differing(mine, theirs) < 0.01
        assert other_page.url == link
    page.reload()
    stage.wait()
    settle(page, stage)
    assert_same(seen, stage.ask(state))
    assert complaints(watch) == []


def test_back_and_forward_walk_through_what_was_set(page, watch, server):
    stage = open_warp(page, server, SMALL + "&t=0.5")
    wait_trained(page)
    page.locator(".lw-card", has_text="neuron 2").first.click()
    wait_until(page, lambda: address(page).get("unit") == "1-2", "the neuron in the link")
    press_slider(page, "Hidden layers", "ArrowLeft")
    stage.wait_for("model.net.depth === 1", "a layer less")
    wait_trained(page)
    stage.scrubber(LAYER_SCRUBBER).fill("0.75")
    page.locator(".lw-card", has_text="neuron 3").first.click()
    drag(page, stage.canvas, (60, 60), (50, 20))
    later = stage.ask("return [store.u, store.neuron, picture.camera.yaw]")
    turned = pytest.approx(later[2], abs=1e-3)
    wait_until(page, lambda: float(address(page).get("yaw", 0)) == turned, "the turn in the link")
    wait_until(page, lambda: address(page).get("t") == "0.75", "the place in the link")

    page.wait_for_timeout(HAND)
    wait_trained(page)
    page.go_back()
    stage.wait_for("model.net.depth === 2", "the layer again")
    wait_trained(page)
    assert address(page).get("t") == "0.5"
    assert stage.u == 0.5
    assert stage.ask("return store.neuron") == {"layer": 1, "index": 1}
    assert stage.ask("return picture.camera.yaw") != later[2]
    page.go_forward()
    stage.wait_for("model.net.depth === 1", "a layer less again")
    wait_trained(page)
    now = stage.ask("return [store.u, store.neuron, picture.camera.yaw]")
    assert now[:2] == later[:2]
    assert now[2] == turned
    assert watch.errors == []


def test_what_other_sites_add_to_a_bare_address_means_nothing(page, watch, server):
    stage = open_warp(page, server, "fbclid=IwAR0")
    opening = (stage.sizes, stage.ask("return model.title.split(' ')[0]"))
    assert opening == ([2, 3, 1], "Circles")
    stage.wait_for("store.playing === 'layers'", "the play of a first visit")
    stage.canvas.focus()
    page.keyboard.press("End")
    wait_until(page, lambda: "t" in address(page), "the place in the link")
    assert address(page)["v"] == "2"
    page.reload()
    stage.wait()
    assert (stage.sizes, stage.ask("return model.title.split(' ')[0]")) == opening
    assert watch.errors == []


COPY = """
() => Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } }, configurable: true })
"""
NO_CLIPBOARD = """
() => Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true })
"""


def test_the_link_is_copied_or_offered_to_be_copied(page, watch, server):
    stage = open_warp(page, server, SMALL + "&t=1&fbclid=IwAR0")
    wait_trained(page)
    page.evaluate(COPY)
    stage.button("Play through the layers").click()
    stage.wait_for("store.u > 1.1", "a play on its way")
    stage.page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("window.copied")
    assert link.startswith(f"{server.url}/?")
    assert "fbclid" not in link
    assert not stage.playing
    place = float(parse_qs(urlsplit(link).query)["t"][0])
    assert place == pytest.approx(stage.ask("return store.u"), abs=1e-3)
    assert place > 1.1
    page.get_by_role("button", name="Copy link").wait_for()
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name="Copy link").click()
    field = page.get_by_role("textbox", name="Link to this picture")
    expect(field).to_be_focused()
    # By now the server has written the link its own way.
    assert parse_qs(urlsplit(field.input_value()).query)["t"] == [f"{place:g}"]
    chosen = field.evaluate("(node) => node.value.slice(node.selectionStart, node.selectionEnd)")
    assert chosen == field.input_value()
    assert watch.errors == []


def test_a_link_says_the_place_that_is_shown(page, watch, server):
    page.emulate_media(reduced_motion="reduce")  # it opens at rest
    stage = open_warp(page, server, SMALL)
    wait_trained(page)
    assert "t" not in address(page)
    page.evaluate(COPY)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("window.copied")
    assert float(parse_qs(urlsplit(link).query)["t"][0]) == stage.u
    stage.scrubber(LAYER_SCRUBBER).press("End")
    wait_until(page, lambda: address(page).get("t") == "3", "the cut in the link")
    press_slider(page, "Hidden layers", "ArrowRight")
    stage.wait_for("model.net.depth === 3 && store.u === 4", "the cut of one layer more")
    wait_until(page, lambda: address(page).get("t") == "4", "the cut in the link")
    assert watch.errors == []


@pytest.mark.parametrize("name", VISITS)
def test_an_embedded_page_is_its_picture_and_nothing_else(page, watch, server, name):
    path, query, kind, _, _ = VISITS[name]
    stage = open_page(page, server, path, f"embed=true&{query}", kind)
    wait_trained(page)
    for part in ("stSidebar", "stExpander", "stPopover", "stPageLink", "stMarkdown", "stHeading"):
        assert page.locator(f'[data-testid="{part}"]').filter(visible=True).count() == 0, part
    tools = ".lw-tools > :not(.lw-key)"  # what the colors say belongs to the picture
    panels = page.locator(f".lw-area-side, .lw-area-neurons, {tools}, .lw-piece, .lw-take")
    assert panels.filter(visible=True).count() == 0
    assert page.locator(".lw-words").filter(visible=True).count() >= 1
    scrub(page, stage, STEP_SCRUBBER, 0.98, 0.5)
    wait_until(page, lambda: "s" in address(page), "the step in the link")
    page.wait_for_timeout(300)
    assert address(page)["embed"] == "true"
    assert page.locator('[data-testid="stSidebar"]').filter(visible=True).count() == 0
    assert complaints(watch) == []


def address_of_frame(page: Page, address: str) -> str:
    """Open a page with one frame; what is in the frame, or the browser's word for a refusal."""
    page.goto(address)
    wait_until(page, lambda: page.frames[1].url, "the frame, or the refusal")
    return page.frames[1].url


def test_another_site_can_frame_what_is_embedded_only(browser, server, site):
    with browser.new_context() as context:
        page = context.new_page()
        for query, framed in (("embed=true&t=0", server.url), ("t=0", "chrome-error")):
            link = quote(f"{server.url}/?{query}")
            assert address_of_frame(page, f"{site}/?{link}").startswith(framed)


def test_a_local_file_can_frame_what_is_embedded(browser, server, tmp_path):
    slides = tmp_path / "slides.html"
    slides.write_text(f'<iframe src="{server.url}/?embed=true&t=0" width="900"></iframe>')
    with browser.new_context() as context:
        page = context.new_page()
        assert address_of_frame(page, slides.as_uri()).startswith(server.url)
        canvas = page.frame_locator("iframe").locator("canvas.lw-canvas")
        canvas.wait_for(timeout=PATIENCE * 1000)


def test_the_operator_says_which_sites_may_frame(browser, site, tmp_path):
    with (
        running_server(tmp_path, "--allow-frame", site) as server,
        browser.new_context() as context,
    ):
        page = context.new_page()
        link = quote(f"{server.url}/?embed=true&t=0")
        assert address_of_frame(page, f"{site}/?{link}").startswith(server.url)
        elsewhere = site.replace("127.0.0.1", "localhost")
        assert address_of_frame(page, f"{elsewhere}/?{link}").startswith("chrome-error")


def test_the_presenter_view_listens_to_a_remote_control(page, watch, server):
    stage = open_warp(page, server, SMALL + "&t=0")
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Present").click()
    page.get_by_role("button", name="Leave the presenter view").wait_for()
    stage.wait()
    wait_until(page, lambda: address(page).get("present") == "1", "the view in the link")
    sidebar = page.locator('[data-testid="stSidebar"]').filter(visible=True)
    expect(sidebar).to_have_count(0)
    # All that is drawn is larger, and the pointer still meets it.
    stage.wait_for(f"{UNIT} === 1.4", "a picture for the last row")
    place = stage.ask(
        "const { x, y } = picture.screen(model.nodes + 7);"
        f"return {{ x: x * {UNIT}, y: y * {UNIT} }}"
    )
    stage.canvas.hover(position=place)
    stage.wait_for("store.hover?.index === 7", "the point under the pointer")
    page.mouse.move(5, 5)
    page.evaluate("() => document.activeElement?.blur()")
    page.keyboard.press("PageDown")
    stage.wait_for("store.u === 1 && !store.playing", "the end of layer 1 by Page Down")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.get_by_role("button", name="Full screen").click()
    page.get_by_role("button", name="Leave the presenter view").click()
    expect(sidebar).to_have_count(1)
    wait_until(page, lambda: "present" not in address(page), "the link without the view")
    stage.wait_for(f"{UNIT} === 1", "the picture in its usual size")
    assert watch.errors == []


def test_a_locked_link_leaves_one_control_free(page, watch, server):
    stage = open_warp(page, server, SMALL + "&only=neurons&t=1")
    wait_trained(page)
    sidebar = page.locator('[data-testid="stSidebar"]')
    dials = page.locator(".st-key-dials")
    expect(dials.get_by_role("slider", name="Neurons in each layer")).to_be_enabled()
    expect(dials.get_by_role("slider", name="Hidden layers")).to_be_disabled()
    expect(
        sidebar.get_by_role("switch").or_(sidebar.get_by_role("checkbox")).first
    ).to_be_disabled()
    expect(page.get_by_role("button", name="Train on")).to_be_disabled()
    assert page.get_by_text("Examples", exact=True).count() == 0
    press_slider(page, "Neurons in each layer", "ArrowRight")
    stage.wait_for("String(model.net.sizes) === '2,4,4,1'", "the width that is free")
    wait_until(page, lambda: address(page).get("only") == "neurons", "the lock in the link")

    lead_warp(page, server, SMALL + "&only=neurons&hide=1&t=1")
    expect(dials.get_by_role("slider")).to_have_count(1)
    expect(sidebar.get_by_role("slider")).to_have_count(0)
    expect(page.get_by_role("button", name="Train on")).to_have_count(0)
    assert watch.errors == []


@pytest.mark.shared_page
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("v=99&t=0&data=spiral", "This link is from a newer LayerWarp"),
        ("only=nonsense&t=0", "The link asked for only = nonsense"),
        ("data=" + "x" * 60_000, "The link asked for data"),
        ("layers=3&neurons=5&act=rel", "The link asked for act = rel"),
        ("utm_source=%3Cb%3E&fbclid=" + "y" * 300 + "&t=0", ""),
    ],
    ids=["newer", "unknown name", "long", "truncated", "foreign"],
)
def test_a_damaged_link_opens_with_one_sentence(page, watch, server, query, sentence):
    stage = lead_warp(page, server, query)
    assert len(stage.sizes) >= 2
    expect(page.get_by_text(sentence or "The link asked for", exact=False)).to_have_count(
        int(bool(sentence))
    )
    assert page.locator('[data-testid="stException"]').count() == 0
    assert watch.errors == []


def test_nothing_of_a_link_becomes_html(page, watch, server):
    names = [name for name in PAGES["warp"].names if name not in ("present", "hide")]
    query = "&".join(f"{name}={quote(HTML)}" for name in [*names, "v", "embed", HTML])
    open_warp(page, server, query)
    page.get_by_text("Share", exact=True).click()
    page.locator('[data-testid="stCode"]').first.wait_for()
    assert page.locator("#injected, img[src=x], [onerror]").count() == 0
    assert page.evaluate("() => window.injected") is None
    assert watch.errors == []


def downloaded(page, act):
    with page.expect_download() as download:
        act()
    return download.value.suggested_filename, download.value.path().read_bytes()


SLIDE = (1920, 1080)
BLUE = (0x00, 0x72, 0xB2)  # of the class, in points alone: what is around them is fainter
CAPTION = "return canvas.getRootNode().querySelector('.lw-note').textContent"
# All that is written on the sheet of a picture, which has no place on the page.
LISTEN = """
(() => { window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  if (this.canvas?.width === 1920) window.written.push(text);
  return write.call(this, text, ...place);
};
})()
"""


def test_the_picture_is_a_slide_with_its_caption(page, watch, server):
    stage = open_warp(page, server, SMALL + "&t=1.1&x1=1&x2=0.5")
    wait_trained(page)
    before = stage.pixels()
    assert "Drag the picture" in stage.ask(CAPTION)
    page.evaluate(LISTEN)
    click = partial(page.get_by_role("button", name="Picture (PNG)").click)
    name, data = downloaded(page, click)
    assert name.startswith("layerwarp-nested-2-3-3-1-tanh")
    image = Image.open(io.BytesIO(data))
    assert image.size == SLIDE
    words = " ".join(page.evaluate("window.written"))
    for part in (
        stage.ask("return model.title"),
        "Input space",
        "40 % of the way",
        "Step 100 of 100",
        server.url,
    ):
        assert part in words
    assert "Drag" not in words
    picture = np.asarray(image.convert("L"), float)
    assert picture[: 2 * 40].std() > 10, "no title"
    assert picture[-2 * 60 :].std() > 10, "no caption"
    corner = np.asarray(image.convert("RGB"), float)[250:400, -300:-100]
    assert corner.std(axis=(0, 1)).max() > 10, "no input space in the corner"
    assert np.count_nonzero((corner == BLUE).all(axis=2)) > 100, "no points in it"
    page.mouse.move(5, 5)
    assert stage.pixels() == before
    assert watch.errors == []


def test_drawings_are_exact_and_well_formed(page, watch, server):
    stage = open_page(page, server, "creases", MESH, MeshStage)
    wait_trained(page)
    stage.rest()
    click = partial(page.get_by_role("button", name="Drawing (SVG)").click)
    name, data = downloaded(page, click)
    drawing = ElementTree.fromstring(data)
    faces = [p for p in drawing.iter(f"{SVG}path") if p.get("fill", "none").startswith("#")]
    points = stage.ask("return model.net.labels.length")
    assert name.endswith(".svg")
    pieces = stage.ask("return store.mesh.areas.length")
    assert len(faces) >= pieces + points
    assert len(faces) <= pieces + points + 2
    _, data = downloaded(page, partial(page.get_by_role("button", name="Picture (PNG)").click))
    assert Image.open(io.BytesIO(data)).size == SLIDE

    line = open_page(page, server, "pieces", "target=formula&formula=x*x&neurons=3&steps=100", Line)
    wait_trained(page)
    _, data = downloaded(page, click)
    drawing = ElementTree.fromstring(data)
    title = line.ask("return model.title")
    assert drawing.findtext(f"{SVG}title") == title
    assert len(list(drawing.iter(f"{SVG}text"))) > 10
    assert complaints(watch) == []


def test_files_are_made_when_they_are_asked_for(page, watch, server):
    open_warp(page, server, SMALL + "&t=0")
    wait_trained(page)
    page.get_by_text("Share", exact=True).click()
    page.get_by_text("Files and code", exact=True).click()
    click = partial(page.get_by_role("button", name="Network (JSON)").click)
    name, data = downloaded(page, click)
    assert name.startswith("nested-2-3-3-1-tanh")
    assert json.loads(data)
    assert watch.errors == []
