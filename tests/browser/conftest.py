"""A real Chromium, and a page that remembers what went wrong on it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket, sync_playwright

from tests.browser import chromium
from tests.browser.watching import Watch

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", ""}  # "": data: and blob: addresses


# Of the package, not of the session: Playwright's event loop would stay in the way of tests
# elsewhere that start one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium, Chrome or Edge; one is fetched where there is none."""
    with sync_playwright() as playwright:
        path, tried = chromium.find_or_fetch(playwright)
        if path is None:
            problem = f"no Chromium, Chrome or Edge is here and none can be had ({tried})"
            pytest.fail(problem, pytrace=False)
        with playwright.chromium.launch(executable_path=path, args=chromium.flags()) as started:
            yield started


@pytest.fixture
def watch() -> Watch:
    """Return the record of this test's page: requests to other hosts, errors."""
    return Watch()


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """Open an empty page of 1440 x 900; requests to other hosts fail the test at its end."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        context.on("request", lambda request: note_request(watch, request))
        page.on("websocket", lambda socket: note_socket(watch, socket))
        page.on("console", lambda message: note_console(watch, message))
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        yield page
    assert watch.foreign_requests == [], "the page asked other hosts"


def note_request(watch: Watch, request: Request) -> None:
    watch.requests.append(request.url)
    if urlsplit(request.url).hostname not in LOCAL_HOSTS | {None}:
        watch.foreign_requests.append(request.url)


def note_socket(watch: Watch, socket: WebSocket) -> None:
    if urlsplit(socket.url).hostname not in LOCAL_HOSTS:
        watch.foreign_requests.append(socket.url)


def note_console(watch: Watch, message: ConsoleMessage) -> None:
    if message.type == "error":
        watch.errors.append(message.text)
