"""The picture alone, for a projector or in the frame of a course page: large, and all in sight."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PATIENCE, Stage, wait_trained, wait_until

PAGES = {"": "t=1", "creases": "", "pieces": ""}
WINDOWS = ((1440, 900), (1024, 768))
SETTLED = 500  # milliseconds after which a page has its place in a window of another size
SHARE = 0.7  # of the window's height that the stage has at least
FRAME = {"width": 800, "height": 500}
# Pixels that the page or the component is longer than its box.
TOO_LONG = """
() => ["html", '[data-testid="stMain"]'].map((name) => document.querySelector(name))
  .map((node) => node.scrollHeight - Math.min(node.clientHeight, innerHeight))
"""


def open_alone(page, server, path, query):
    """Open a page; return its pictures when it is at rest."""
    page.goto(f"{server.url}/{path}?v=2&steps=300&{query}")
    canvas = page.locator("canvas.lw-canvas").filter(visible=True)
    canvas.first.wait_for(timeout=PATIENCE * 1000)
    wait_trained(page)
    wait_until(page, lambda: canvas.first.bounding_box()["height"] > 0, "a picture")
    return canvas


def heights(page, pictures):
    """For one window after the other: its height, and that of the largest picture in it."""
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SETTLED)
        yield height, max(picture.bounding_box()["height"] for picture in pictures.all())


@pytest.mark.parametrize("path", PAGES)
def test_a_presented_picture_has_most_of_the_window(page, server, path):
    usual = list(heights(page, open_alone(page, server, path, PAGES[path])))
    presented = heights(page, open_alone(page, server, path, f"{PAGES[path]}&present=1"))
    for (window, before), (_, now) in zip(usual, presented, strict=True):
        assert now >= SHARE * window - 1
        assert now >= before
        assert max(page.evaluate(TOO_LONG)) <= 0
        legend = page.locator(".lw-legend").bounding_box()
        assert legend["y"] + legend["height"] <= window
        leave = page.get_by_role("button", name="Leave the presenter view").bounding_box()
        training = page.get_by_role("slider", name="Training step").bounding_box()
        assert training["y"] + training["height"] <= leave["y"] + 1


@pytest.mark.parametrize("path", PAGES)
def test_a_small_frame_holds_the_whole_picture(page, server, path):
    page.set_viewport_size(FRAME)
    open_alone(page, server, path, f"{PAGES[path]}&embed=true")
    assert max(page.evaluate(TOO_LONG)) <= 0
    legend = page.locator(".lw-legend").bounding_box()
    assert legend["y"] + legend["height"] <= FRAME["height"]
    for name in ("Training step", "Place on the way through the layers"):
        for slider in page.get_by_role("slider", name=name).all():
            box = slider.bounding_box()
            assert box["y"] + box["height"] <= FRAME["height"]


CUT = "data=moons&layers=2&t=3&seed=7"  # its points would lie under the words at the top
HIGHEST = """
const points = Array.from({ length: model.N - model.nodes }, (_, k) => model.nodes + k);
const tops = points.map((point) => picture.screen(point).y);
return Math.min(...tops) - picture.points.radius;
"""


@pytest.mark.parametrize("query", ["embed=true", "present=1", "only=layers"])
def test_at_the_cut_no_words_lie_over_points(page, server, query):
    """How many are on their side stands above them; what the hand can do is told to the hand."""
    page.set_viewport_size(FRAME)
    picture = open_alone(page, server, "", f"{CUT}&{query}")
    stage = Stage(page)
    assert stage.ask("return picture.cut.shown && picture.cut.cut === 1")
    assert stage.ask(HIGHEST) >= stage.ask("return picture.camera.headline")
    hint = page.locator(".lw-hints")
    alone = "only" not in query
    expect(hint).to_be_visible(visible=not alone)
    picture.hover()
    expect(hint).to_be_visible()
