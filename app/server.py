"""The web server: Streamlit's own, with LayerWarp's settings and security headers."""

import base64
import hashlib
import re
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http import h11_impl

from layerwarp.app import reruns
from layerwarp.app.figures.classes import CLASS_COLORS
from layerwarp.app.work import compute

PAGE_MODULES = ("controls.network", "pages.layout", "pages.share", "pages.table")

# Bytes of a request's head: longer links are refused before the app could say a word about them.
LONGEST_REQUEST = 2**20

# Not beside the folder "pages": there Streamlit would take what lies in it for pages of its own.
MAIN_SCRIPT = Path(__file__).parent / "pages" / "main.py"

# Streamlit's options. They are set here and not in a config.toml, so that the command works
# from any directory. Streamlit's own fonts are served by itself: none is fetched.
SETTINGS: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "global.disableWidgetStateDuplicationWarning": True,  # app/widgets.py says why both are set
    "logger.hideWelcomeMessage": True,  # printing it asks another host for this one's address
    # Runs of one visitor after each other, not beside each other: the older one would still write
    # its values over the newer ones.
    "runner.fastReruns": False,
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,  # with JAX loaded a collection holds everybody for 95 ms
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 5,
    "theme.light.primaryColor": "#0072B2",
    "theme.light.backgroundColor": "#FFFFFF",
    "theme.light.secondaryBackgroundColor": "#F2F5F9",
    "theme.light.textColor": "#1B2430",
    "theme.light.chartCategoricalColors": list(CLASS_COLORS),
    "theme.dark.primaryColor": "#56B4E9",
    "theme.dark.backgroundColor": "#10151C",
    "theme.dark.secondaryBackgroundColor": "#1B232E",
    "theme.dark.textColor": "#E8EDF3",
    "theme.dark.chartCategoricalColors": list(CLASS_COLORS),
}


def run(address: str = "localhost", port: int | None = None, open_browser: bool = True) -> None:
    """Serve the app until the process is told to stop.

    Args:
        address: Where to listen: ``localhost`` for this machine only, ``0.0.0.0`` for all.
        port: 0 to 65535, 0 for any free one. None: 8501, or the next one that is free.
        open_browser: Whether to show the page in the default browser, where there is a screen.
    """
    prepare_pages()
    reruns.keep_all()
    # uvicorn's option for this is out of reach behind Streamlit's App.
    h11_impl.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE = LONGEST_REQUEST
    settings = {**SETTINGS, "server.address": address}
    if port is not None:
        settings["server.port"] = port
    app = st.App(
        MAIN_SCRIPT,
        middleware=[Middleware(SecurityHeaders)],
        lifespan=_announce_and_open if open_browser else _announce,
    )
    with suppress(KeyboardInterrupt):  # Ctrl+C is the way to stop it, no error
        app.run(config=settings)


def prepare_pages() -> None:
    """Import what pages import, and pack the first picture: the first visitor would wait for it."""
    for name in PAGE_MODULES:
        import_module(f"layerwarp.app.{name}")
    compute.prepare()


class SecurityHeaders:
    """ASGI middleware that adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Drawn once: the hashes in the policy are of a file.
        self.headers = {anywhere: _headers(anywhere) for anywhere in (False, True)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the app."""
        headers = self.headers[_embeds(scope)]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in headers}
                theirs = [header for header in message["headers"] if header[0].lower() not in ours]
                message = {**message, "headers": theirs + headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _headers(anywhere: bool) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", content_security_policy(anywhere).encode()),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
    ]


def _embeds(scope: Scope) -> bool:
    """Whether a request is for a link that says ``embed=true``, as Streamlit reads it."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("embed", [""])[-1].lower() == "true"


def content_security_policy(anywhere: bool = False) -> str:
    """Return the policy that keeps the page to what this server sends it.

    Args:
        anywhere: Whether any site may show the page in a frame. Course pages and slides on other
            sites do that with links of ``embed=true``; there the page is a picture with scrubbers,
            and nobody is signed in, so that a click which another site lures out of a visitor can
            do no more than move a scrubber. All other links keep to this site.
    """
    frames = "*" if anywhere else "'self'"
    hashes = "".join(f" '{source}'" for source in _inline_script_hashes())
    return (
        f"default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; "
        f"worker-src 'self' blob:; frame-ancestors {frames}; object-src 'none'; base-uri 'self'"
    )


def _inline_script_hashes() -> list[str]:
    """Return the policy's names for the inline scripts of Streamlit's own page."""
    index = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall(rb"<script>(.*?)</script>", index.read_bytes(), re.DOTALL)
    digests = [hashlib.sha256(script).digest() for script in scripts]
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]


@asynccontextmanager
async def _announce(_app: st.App) -> AsyncIterator[None]:
    print(f"LayerWarp is at {_url()} (Ctrl+C stops it)", flush=True)
    yield


@asynccontextmanager
async def _announce_and_open(app: st.App) -> AsyncIterator[None]:
    # Streamlit finds itself headless where there is no screen: a text browser would take over
    # the terminal.
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=[_url()], daemon=True).start()
    async with _announce(app):
        yield


def _url() -> str:
    """Return the address to give to people; the port is known once the server listens."""
    address = st.get_option("server.address")
    host = socket.gethostname() if address in {"0.0.0.0", "::"} else address
    return f"http://{host}:{st.get_option('server.port')}"
