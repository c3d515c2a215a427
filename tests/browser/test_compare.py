"""The page "Depth × width" in use: the grid fills, Stop stops, a cell opens on the page Warp."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import expect

from tests.browser.driving import (
    PATIENCE,
    Stage,
    address,
    differing,
    pixels_of,
    wait_trained,
    wait_until,
)
from tests.browser.focus import check_rings
from tests.browser.watching import wait_idle

COPY = """
() => Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } }, configurable: true })
"""
SMALL = "data=circles&points=60&steps=300&d2=2&w1=4&w2=4&seeds=2"
LARGE = "d1=9&d2=9&w1=64&w2=64&seeds=10&steps=20000"
COMPILING = 2 * PATIENCE


def wait_grid(page):
    """Return when the pictures are drawn."""
    page.locator(".main-svg").first.wait_for(timeout=PATIENCE * 1000)


def test_the_grid_fills_and_a_cell_opens_with_its_data_and_seed(page, watch, server):
    page.goto(f"{server.url}/depth-width?{SMALL}")
    # The answer comes once all networks are there.
    told = page.get_by_text("on new points from most starts")
    expect(told).to_be_visible(timeout=COMPILING * 1000)
    expect(page.get_by_text("4 networks, 2 in each cell")).to_be_visible()
    # A click on the lower cell: one layer of four.
    plot = page.locator(".stPlotlyChart").first.locator(".nsewdrag").first
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 3 * box["height"] / 4)
    expect(page.get_by_text("1 layer of 4,")).to_be_visible(timeout=PATIENCE * 1000)
    wait_until(page, lambda: address(page).get("layers") == "1", "the cell in the link")
    link = page.get_by_role("link", name="Open in Warp")
    wait_until(page, lambda: "neurons=4" in (link.get_attribute("href") or ""), "the link")
    href = link.get_attribute("href") or ""
    asked = {name: texts[-1] for name, texts in parse_qs(urlsplit(href).query).items()}
    link.click()
    stage = Stage(page)
    stage.wait()
    wait_until(page, lambda: stage.sizes == [2, 4, 1], "one layer of four on the stage")
    there = address(page)
    assert {name: there.get(name) for name in asked} == asked
    assert not {"data", "layers"} & set(there)  # circles and one layer are the usual there
    assert (there["points"], there["steps"]) == ("60", "300")
    assert [error for error in watch.errors if "404" not in error] == []


def test_stop_and_leaving_the_page_end_the_work(page, server):
    page.goto(f"{server.url}/depth-width?{LARGE}")
    begin = page.get_by_role("button", name="Train", exact=True)  # a link of a long grid asks
    begin.click(timeout=PATIENCE * 1000)
    # The page Warp has one of its own.
    stop = page.locator(".st-key-stop_grid").get_by_role("button", name="Stop", exact=True)
    stop.wait_for(timeout=PATIENCE * 1000)
    wait_grid(page)
    started = time.monotonic()
    stop.click()
    expect(page.get_by_text("Stopped.")).to_be_visible(timeout=PATIENCE * 1000)
    print(f"stopped after {time.monotonic() - started:.2f} s")
    expect(page.locator('[data-testid="stProgress"]')).to_have_count(0)
    page.get_by_role("button", name="Start again").click()
    stop.wait_for(timeout=PATIENCE * 1000)
    page.get_by_role("link", name=re.compile("^Warp")).click()
    Stage(page).canvas.wait_for(timeout=PATIENCE * 1000)
    # The work of whoever comes back begins anew: it was not going on meanwhile.
    page.get_by_role("link", name="Depth × width").click()
    stop.wait_for(timeout=PATIENCE * 1000)
    stop.click()
    expect(page.get_by_text("Stopped.")).to_be_visible(timeout=PATIENCE * 1000)


def test_a_click_on_the_page_that_was_left_does_not_lead_back(page, server):
    page.goto(f"{server.url}/?steps=20000&layers=9&neurons=64")
    leave = """async (pause) => {
        [...document.querySelectorAll('a')].find((a) => a.textContent.startsWith('Depth')).click();
        if (pause) await new Promise((go) => setTimeout(go, pause));
        document.querySelector('.st-key-stop_network button')?.click();
    }"""
    stop = page.locator(".st-key-stop_network").get_by_text("Stop").first
    for pause in (0, 20):
        if pause:  # back, where the training begins anew
            page.get_by_role("link", name=re.compile("^Warp")).click()
        stop.wait_for(timeout=PATIENCE * 1000)
        page.get_by_role("link", name="Depth × width").wait_for(timeout=PATIENCE * 1000)
        page.evaluate(leave, pause)
        wait_grid(page)
        wait_idle(page, PATIENCE)
        expect(page.locator(".main-svg").first).to_be_visible()
        assert page.url.startswith(f"{server.url}/depth-width")


def seen(page):
    """What the page says and shows: its words, the numbers of its charts, and their pictures."""
    expect(page.get_by_text("for these 64 pieces")).to_be_visible(timeout=PATIENCE * 1000)
    wait_trained(page)
    page.mouse.move(5, 5)
    charts = page.locator(".stPlotlyChart .js-plotly-plot")
    expect(charts).to_have_count(4, timeout=PATIENCE * 1000)
    page.wait_for_timeout(500)  # a chart fades in
    data = "(charts) => charts.map((chart) => JSON.stringify(chart.data))"
    words = page.locator('[data-testid="stMarkdown"]').all_inner_texts()
    return (
        words,
        charts.evaluate_all(data),
        [pixels_of(chart.screenshot()) for chart in charts.all()],
    )


def test_a_link_opened_elsewhere_is_the_same_page(browser, page, server):
    page.goto(f"{server.url}/depth-width?goal=0.9")  # the recorded grid: nothing to train
    wait_grid(page)
    box = page.locator(".stPlotlyChart").first.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 10)
    wait_until(page, lambda: address(page).get("layers") == "5", "the cell in the link")
    page.get_by_text("One layer can do anything: why deep?", exact=True).first.click()
    wait_until(page, lambda: "panel" in address(page), "the panel in the link")
    words, data, pictures = seen(page)
    assert all(picture.std() > 10 for picture in pictures)
    with browser.new_context(viewport=page.viewport_size) as context:
        elsewhere = context.new_page()
        elsewhere.goto(page.url)
        wait_grid(elsewhere)
        other_words, other_data, other_pictures = seen(elsewhere)
        assert (other_words, other_data) == (words, data)
        for mine, theirs in zip(pictures, other_pictures, strict=True):
            assert differing(mine, theirs) < 0.01
        assert elsewhere.url == page.url


def test_alone_the_grid_has_its_words_and_nothing_else(page, watch, server):
    page.set_viewport_size({"width": 800, "height": 500})
    page.goto(f"{server.url}/depth-width?embed=true")
    wait_grid(page)
    # The first chart may be there seconds before the rest on a busy machine.
    patient = PATIENCE * 1000
    expect(page.get_by_text("75 networks, 3 in each cell")).to_be_visible(timeout=patient)
    expect(page.locator(".stPlotlyChart .js-plotly-plot")).to_have_count(1, timeout=patient)
    wait_idle(page, PATIENCE)
    assert page.get_by_role("button", name="Copy link").count() == 0
    for kind in ("Sidebar", "Button", "MenuButton", "Popover", "Slider", "Selectbox", "Expander"):
        assert page.get_by_test_id(f"st{kind}").filter(visible=True).count() == 0, kind

    cells, words = cells_of(page), page.get_by_text("75 networks, 3 in each cell").bounding_box()
    assert cells["height"] > 0.6 * 500
    assert page.locator(".st-key-grid_chart .xtitle").bounding_box()["y"] < 500
    assert cells["x"] + cells["width"] < words["x"] < 600  # beside it, the rest of the frame

    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/depth-width?v=2&present=1&panel=exponential")
    expect(page.get_by_text("for these 64 pieces")).to_be_visible(timeout=PATIENCE * 1000)
    picture = page.locator(".st-key-picture_folds .main-svg").first
    wait_until(page, lambda: 0.6 * 768 < picture.bounding_box()["height"] < 700, "a large picture")
    page.get_by_role("slider", name="Folds").wait_for(timeout=patient)
    page.get_by_role("button", name="Leave the presenter view").click()
    expect(page.get_by_text("an example with settings of its own")).to_be_visible(timeout=patient)
    wait_until(page, lambda: "present" not in address(page), "the link without the view")
    assert [error for error in watch.errors if "404" not in error] == []


ANSWERS = """
() => [...document.querySelectorAll('[class*="st-key-answer_"]')].map((answer) => {
  const { top, bottom } = answer.getBoundingClientRect();
  return [top, bottom];
})
"""


def slide(page, act):
    """The pixels of the file that a click saves, and the file's name."""
    with page.expect_download(timeout=PATIENCE * 1000) as download:
        act()
    return pixels_of(download.value.path().read_bytes()), download.value.suggested_filename


def test_a_chart_becomes_a_slide_and_answers_are_presented_one_by_one(page, server):
    page.goto(f"{server.url}/depth-width?v=2&panel=exponential")
    charts = page.locator(".stPlotlyChart .js-plotly-plot")
    expect(charts).to_have_count(4, timeout=PATIENCE * 1000)
    wait_trained(page)
    save = page.get_by_role("button", name="Picture (PNG)")
    picture, name = slide(page, save.click)
    assert picture.shape == (1080, 1920, 4)
    assert name.startswith("layerwarp-one-layer-can-do-anything")
    ink = (picture[..., :3] < 100).all(axis=2).sum(axis=1)
    assert ink[20:100].any(), "the sentence"
    assert ink[1000:1060].any(), "the link"
    deep = np.abs(picture[..., :3] - [0xD5, 0x5E, 0x00]).max(axis=2) < 8
    assert deep.sum() > 5000, "the line of the deep network"
    # A chart's own button saves the same kind of picture, of that chart.
    charts.nth(2).scroll_into_view_if_needed()
    charts.nth(2).hover()
    camera = charts.nth(2).locator(".modebar-btn")
    picture, name = slide(page, lambda: camera.click(timeout=PATIENCE * 1000))
    assert picture.shape == (1080, 1920, 4)
    assert name.startswith("layerwarp-trained-on-a-line-of-16-pieces-depth-wins")
    _, name = slide(page, save.click)
    assert name.startswith("layerwarp-trained-on-a-line-of"), "what is in sight"

    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/depth-width?v=2&present=1")
    wait_grid(page)
    wait_idle(page, PATIENCE)
    page.keyboard.press("PageDown")
    wait_until(page, lambda: address(page).get("panel") == "exponential", "the first question")
    wait_until(page, lambda: len(page.evaluate(ANSWERS)) == 4, "its answers")
    wait_idle(page, PATIENCE)
    for index in range(4):
        top, bottom = page.evaluate(ANSWERS)[index]
        assert abs(top) < 24, f"answer {index + 1} is where one looks"
        assert bottom < 768, "all of it in sight, above the row of dials"
        page.get_by_role("button", name="Next", exact=True).click()
        page.wait_for_timeout(300)
    wait_until(page, lambda: address(page).get("panel") == "budget", "the next question")
    page.keyboard.press("PageUp")
    wait_until(page, lambda: address(page).get("panel") == "exponential", "the question before")
    page.get_by_role("button", name="Full screen").click()
    wait_until(page, lambda: page.evaluate("Boolean(document.fullscreenElement)"), "a full screen")


def test_from_the_opening_the_recorded_grid_is_there_at_once_in_squares(page, server):
    page.goto(server.url)
    Stage(page).wait()
    page.get_by_role("link", name="Depth × width").click()
    told = page.get_by_text("75 networks, 3 in each cell")
    expect(told).to_be_visible(timeout=PATIENCE * 1000)
    wait_grid(page)
    assert page.locator(".st-key-stop_grid").count() == 0
    assert not {"data", "start"} & set(address(page))
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        check_rings(page, set())
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        wait_idle(page, PATIENCE)
        wait_until(page, lambda: is_square(page), "five rows and five columns of squares")
        wait_until(page, lambda: 0 < gap(page) < 60, "no gap below the grid")
    # The page is still as wide as a phone.
    assert cells_of(page)["y"] < 844 / 2, "the first picture starts in the upper half"
    page.evaluate(COPY)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("window.copied") == page.url


def gap(page):
    """Pixels from the words of the grid to what is said below it."""
    words = page.locator(".st-key-grid_chart .xtitle").bounding_box()
    then = page.get_by_text("75 networks, 3 in each cell").bounding_box()
    return then["y"] - words["y"] - words["height"] if words and then else -1


def cells_of(page):
    """Where the cells of the grid are."""
    box = page.locator(".st-key-grid_chart .nsewdrag").first.bounding_box()
    assert box is not None
    return box


def is_square(page):
    """Whether the grid is as wide as it is high, to the pixel."""
    box = page.locator(".stPlotlyChart").first.locator(".nsewdrag").first.bounding_box()
    return box is not None and abs(box["width"] - box["height"]) < 2
