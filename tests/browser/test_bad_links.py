"""Links that ask for nonsense: the page shows a network, says so in one line, and runs nothing."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from layerwarp.app.link.parameters import PARAMETERS
from tests.browser.driving import lead_warp, open_warp

HTML = "<img src=x onerror=window.injected=true><b id=injected>bold</b>"
GARBAGE = {
    "text": "ship[it](http://example.org)",
    "NaN": "NaN",
    "negative": "-1",
    "beyond a float": "1e309",
    "unicode": "𝟙٣\u202eéß😀\u0000",
    "HTML": HTML,
    "code": "__import__('os').getpid() {{7*7}} ${7*7} %s `x` $x$",
    "empty": "",
}
ACCEPTED_LENGTH = 60_000  # characters of every parameter together


def check(page, watch, server, query):
    """Open the link: a network, one line, nothing injected, no error."""
    stage = lead_warp(page, server, query)
    assert len(stage.sizes) >= 2
    assert stage.ask("return picture.positions().every(Number.isFinite)")
    notice = page.get_by_text("The link asked for")
    expect(notice).to_have_count(1)
    assert notice.is_visible()
    assert "\n" not in notice.inner_text()
    assert page.locator('[data-testid="stException"], [data-testid="stError"]').count() == 0
    assert page.locator("#injected, img[src=x], [onerror]").count() == 0
    assert page.get_by_role("link", name="it").count() == 0
    assert page.evaluate("() => window.injected") is None
    assert watch.errors == []


@pytest.mark.shared_page
def test_garbage_in_every_parameter(page, watch, server, subtests):
    for name, text in GARBAGE.items():
        with subtests.test(name):
            watch.errors.clear()
            query = "&".join(f"{key}={quote(text)}" for key in PARAMETERS)
            # The last valid one counts: the most of everything would ask before it trains.
            check(page, watch, server, f"{query}&layers=2&neurons=3&steps=100")


@pytest.mark.shared_page
@pytest.mark.parametrize(
    "query",
    [
        f"data={'x' * ACCEPTED_LENGTH}",
        f"layers=two&layers=3&layers={quote(HTML)}&neurons=no&neurons=-3",
        "t=1e309&s=-5&t=NaN",
    ],
    ids=["long", "repeated", "place"],
)
def test_long_and_repeated_parameters(page, watch, server, query):
    check(page, watch, server, query)


def test_a_link_of_100_kilobytes_opens_with_one_sentence(page, watch, server):
    open_warp(page, server, f"t=0&data={'x' * 100_000}")
    expect(page.get_by_text("The link asked for data = xxxx")).to_be_visible()
    # Back to such a link asks by the socket.
    page.evaluate("(long) => history.pushState({}, '', `?t=0&layers=${long}`)", "9" * 100_000)
    page.evaluate("() => history.pushState({}, '', '?t=0')")
    page.go_back()
    expect(page.get_by_text("The link asked for layers = 9999")).to_be_visible()
    assert page.locator('[data-testid="stException"]').count() == 0
    assert watch.errors == []
