"""Desktop, projector and phone: nothing hangs over, everything has a name and can be hit."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PATIENCE, open_warp, wait_trained, wait_until

WIDTHS = (1440, 1024, 390)
SMALLEST_TARGET = 36  # CSS pixels high on a phone
OVERHANG = """
() => ["html", '[data-testid="stMain"]', '[data-testid="stAppViewContainer"]']
  .map((name) => document.querySelector(name))
  .filter((node) => node && node.scrollWidth > Math.min(node.clientWidth, innerWidth))
  .map((node) => `${node.tagName}: ${node.scrollWidth} in ${node.clientWidth} of ${innerWidth}`)
"""
# Of the component, inside its shadow root, and of the page around it.
CONTROLS = "button, input, select, [tabindex='0']"
NAMELESS = """
(nodes) => nodes.filter((node) => {
  const named = node.getAttribute("aria-label") || node.labels?.[0]?.textContent
    || node.getRootNode().getElementById(node.getAttribute("aria-labelledby"))?.textContent
    || node.textContent || node.title;
  return !named?.trim() && !node.closest("[aria-hidden='true']");
}).map((node) => node.outerHTML.slice(0, 200))
"""
CUT = """
(nodes) => nodes.filter((n) => n.scrollWidth > n.clientWidth || n.scrollHeight > n.clientHeight)
  .map((node) => node.textContent)
"""
NAMELESS_CHARTS = """
(charts) => {
  const named = "[role=figure][aria-label]";
  return charts.filter((chart) => !chart.closest(named) && !chart.querySelector(named))
    .map((chart) => chart.outerHTML.slice(0, 200));
}
"""
# A canvas is named itself, or is a part of something that is.
NAMED_PICTURE = """
(node) => Boolean(node.closest("[aria-label]") || node.closest("button")?.textContent.trim()
  || node.closest("figure")?.querySelector("figcaption"))
"""
LOW = """
(nodes, least) => nodes
  .map((node) => node.closest("label") ?? node)
  .map((target) => [target, target.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && height > 0 && height < least)
  .map(([target, { height }]) => `${Math.round(height)} px: ${target.outerHTML.slice(0, 120)}`)
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_and_everything_has_a_name(page, watch, server, width):
    height = 844 if width == 390 else 900
    page.set_viewport_size({"width": width, "height": height})
    stage = open_warp(page, server, "layers=4&t=1.5")
    wait_trained(page)
    check_dials(page, height)
    # Told of a grid from the start, also where the inset had no size yet when it was first told of.
    expect(page.locator(".lw-legend-inset")).to_have_class("lw-legend-item lw-legend-inset")
    page.get_by_text("Gradients", exact=True).click()
    chart = page.locator('[data-testid="stPlotlyChart"]')
    chart.locator(".main-svg").first.wait_for(timeout=PATIENCE * 1000)
    assert page.evaluate(OVERHANG) == []

    assert chart.evaluate_all(NAMELESS_CHARTS) == []
    component = page.locator(".lw-stage")
    pictures = component.locator("canvas:not([aria-hidden='true'])")
    silent = [p for p in pictures.all() if not p.evaluate(NAMED_PICTURE)]
    assert [p.evaluate("(node) => node.outerHTML") for p in silent] == []
    assert component.locator(CONTROLS).evaluate_all(NAMELESS) == []
    outside = page.locator('[data-testid="stSidebar"], [data-testid="stMain"]').locator(CONTROLS)
    assert outside.evaluate_all(NAMELESS) == []

    step = component.locator(".lw-player-value").filter(visible=True)
    assert step.evaluate_all(CUT) == []
    expect(step).to_contain_text(["% right"])
    words = component.locator(".lw-words").inner_text()
    wait_until(  # it is told a second after the picture
        page, lambda: words in (stage.canvas.get_attribute("aria-label") or ""), "the words told"
    )
    assert "Spiral" in (stage.canvas.get_attribute("aria-label") or "")
    assert "Layer 2 turns" in words or "Layer 2 shifts" in words
    if width == 390:
        assert component.locator("button, input, select").evaluate_all(LOW, SMALLEST_TARGET) == []
    assert watch.errors == []


@pytest.mark.parametrize("panel", ["exponential", "deep"])
def test_on_a_phone_the_hand_stays_with_what_it_moves(page, server, panel):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/depth-width?v=2&panel={panel}")
    hand = page.locator(".st-key-hand")
    pictures = page.locator('[data-testid="stPlotlyChart"]')
    pictures.first.wait_for(timeout=PATIENCE * 1000)
    wait_trained(page)
    assert hand.bounding_box()["y"] < pictures.first.bounding_box()["y"]
    pictures.last.scroll_into_view_if_needed()
    wait_until(page, lambda: 0 < hand.bounding_box()["y"] < 844 / 10, "the hand at the top")
    assert page.evaluate(OVERHANG) == []


def check_dials(page, height):
    """Depth and width stay in sight and hide nothing."""
    dials = page.locator(".st-key-dials")
    last = page.get_by_text("How to read this", exact=True)
    last.scroll_into_view_if_needed()
    for name in ("Hidden layers", "Neurons in each layer"):
        box = dials.get_by_role("group", name=name).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    page.locator('[data-testid="stMain"]').evaluate("(main) => main.scrollTo(0, 1e6)")
    last.click(timeout=PATIENCE * 1000)  # Playwright waits for what lies over it to go
    page.get_by_text("What you see.").wait_for()
