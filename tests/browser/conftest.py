"""A real Chromium, and a page that remembers what went wrong on it."""

import threading
from collections.abc import Callable, Iterator
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
