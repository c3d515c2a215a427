"""A real Chromium, and a page that remembers what went wrong on it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    WebSocket,
    sync_playwright,
)

from tests.browser import chromium
from tests.browser.watching import Watch

VIEWPORT = ViewportSize(width=1440, height=900)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", ""}  # "": data: and blob: addresses


@pytest.fixture(scope="session")
def installed() -> Iterator[tuple[BrowserType, dict[str, Any]]]:
    """Return Playwright's Chromium and how to start the Chromium, Chrome or Edge of this machine.

    One is fetched if need be.
    """
    with sync_playwright() as playwright:
        path, tried = chromium.find_or_fetch(playwright)
        if path is None:
            problem = f"no Chromium, Chrome or Edge is here and none can be had ({tried})"
            pytest.fail(problem, pytrace=False)
        yield playwright.chromium, {"executable_path": path, "args": chromium.flags()}


@pytest.fixture(scope="session")
def launch(installed: tuple[BrowserType, dict[str, Any]]) -> Callable[..., Browser]:
    """Return what starts a browser, with more flags."""
    kind, options = installed

    def start(*flags: str) -> Browser:
        return kind.launch(**options | {"args": [*options["args"], *flags]})

    return start


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """Start the browser of those who were never here: nothing of a context outlives it."""
    with launch() as started:
        yield started


@pytest.fixture(scope="session")
def profile(
    installed: tuple[BrowserType, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Start the browser that most tests share: it keeps what it has fetched and compiled.

    A page is loaded with a quarter less of work than in a new context.
    """
    kind, options = installed
    folder = tmp_path_factory.mktemp("profile")
    with kind.launch_persistent_context(folder, viewport=VIEWPORT, **options) as context:
        yield context


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
    if not request.node.get_closest_marker("shared_page"):
        with opened(request.getfixturevalue("profile"), watch) as page:
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

    def __init__(self, profile: BrowserContext) -> None:
        self.profile, self.watch, self.opened = profile, Watch(), ExitStack()
        self.page: Page | None = None

    def open(self) -> Page:
        """The page, opened if there is none."""
        if self.page is None:
            self.page = self.opened.enter_context(opened(self.profile, self.watch))
        return self.page

    def close(self) -> None:
        """Let the next test have another page."""
        self.page = None
        self.opened.close()


@pytest.fixture(scope="module")
def shared_page(profile: BrowserContext) -> Iterator[SharedPage]:
    """Return the page of a file's tests that are marked so."""
    shared = SharedPage(profile)
    yield shared
    shared.close()


@contextmanager
def opened(profile: BrowserContext, watch: Watch) -> Iterator[Page]:
    """Open a page whose doings are noted; what it opens or keeps is gone at the end."""
    before = set(profile.pages)

    def attend(page: Page) -> None:
        page.on("request", lambda request: note_request(watch, request))

    profile.on("page", attend)
    page = profile.new_page()
    # Of all that a page which many tests use has loaded; see ``driving.imported``.
    page.add_init_script("performance.setResourceTimingBufferSize(10_000)")
    page.on("websocket", lambda socket: note_socket(watch, socket))
    page.on("console", lambda message: note_console(watch, message))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    try:
        yield page
    finally:
        profile.remove_listener("page", attend)
        for other in set(profile.pages) - before:
            other.close()
        forget(profile, watch)
    assert watch.foreign_requests == [], "the page asked other hosts"


def forget(profile: BrowserContext, watch: Watch) -> None:
    """Let the next page find nothing that those of a test have kept."""
    profile.set_offline(offline=False)
    devtools = profile.new_cdp_session(profile.pages[0])
    for scheme, host in {urlsplit(url)[:2] for url in watch.requests}:
        kept = {"origin": f"{scheme}://{host}", "storageTypes": "local_storage,indexeddb"}
        if scheme in {"http", "file"}:
            devtools.send("Storage.clearDataForOrigin", kept)
    devtools.detach()


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
