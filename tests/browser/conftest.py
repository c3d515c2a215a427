"""A real Chromium, and a page that remembers what went wrong on it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket, sync_playwright

from tests.browser import chromium
from tests.browser.watching import Watch

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", ""}  # "": data: and blob: addresses


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Return what starts Chromium, Chrome or Edge, with more flags; one is fetched if need be."""
    with sync_playwright() as playwright:
        path, tried = chromium.find_or_fetch(playwright)
        if path is None:
            problem = f"no Chromium, Chrome or Edge is here and none can be had ({tried})"
            pytest.fail(problem, pytrace=False)

        def start(*flags: str) -> Browser:
            arguments = [*chromium.flags(), *flags]
            return playwright.chromium.launch(executable_path=path, args=arguments)

        yield start


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """Start the browser that most tests share."""
    with launch() as started:
        yield started


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Watch:
    """Return the record of this test's page: requests to other hosts, errors."""
    if request.node.get_closest_marker("shared_page"):
        shared: SharedPage = request.getfixturevalue("shared_page")
        return shared.watch
    return Watch()


@pytest.fixture
def page(request: pytest.FixtureRequest, watch: Watch) -> Iterator[Page]:
    """Open an empty page of 1440 x 900; requests to other hosts fail the test at its end.

    Tests marked ``shared_page`` have one together, which is as the test before has left it;
    ``driving.lead`` goes to a link there. After a test that failed there is a new one.
    """
    browser: Browser = request.getfixturevalue("browser")
    if not request.node.get_closest_marker("shared_page"):
        with opened(browser, watch) as page:
            yield page
        return
    shared: SharedPage = request.getfixturevalue("shared_page")
    for record in (watch.requests, watch.foreign_requests, watch.errors):
        record.clear()
    failed = request.session.testsfailed
    yield shared.open()
    if request.session.testsfailed > failed:
        shared.close()
    assert watch.foreign_requests == [], "the page asked other hosts"


class SharedPage:
    """A page that tests use one after the other."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.watch, self.opened = browser, Watch(), ExitStack()
        self.page: Page | None = None

    def open(self) -> Page:
        """The page, opened if there is none."""
        if self.page is None:
            self.page = self.opened.enter_context(opened(self.browser, self.watch))
        return self.page

    def close(self) -> None:
        """Let the next test have another page."""
        self.page = None
        self.opened.close()


@pytest.fixture(scope="module")
def shared_page(browser: Browser) -> Iterator[SharedPage]:
    """Return the page of a file's tests that are marked so."""
    shared = SharedPage(browser)
    yield shared
    shared.close()


@contextmanager
def opened(browser: Browser, watch: Watch) -> Iterator[Page]:
    """Open a page whose doings are noted."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        # Of all that a page which many tests use has loaded; see ``driving.imported``.
        page.add_init_script("performance.setResourceTimingBufferSize(10_000)")
        context.on("request", lambda request: note_request(watch, request))
        page.on("websocket", lambda socket: note_socket(watch, socket))
        page.on("console", lambda message: note_console(watch, message))
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        yield page
    assert watch.foreign_requests == [], "the page asked other hosts"


class CoursePage(BaseHTTPRequestHandler):
    """A page of another site with a frame of the address that its own query says."""

    def do_GET(self) -> None:
        """Answer with the frame."""
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        link = unquote(self.path.partition("?")[2])
        self.wfile.write(f'<iframe src="{link}" width="900"></iframe>'.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """Serve course pages; another port is another origin."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), CoursePage)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()


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
