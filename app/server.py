"""The web server: Streamlit's own, with LayerWarp's settings and what stands in front of it."""

import functools
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from streamlit.web import bootstrap
from streamlit.web.server.starlette import starlette_server

from layerwarp.app import reruns
from layerwarp.app.figures.classes import CLASS_COLORS
from layerwarp.app.serving import ending, logs, metrics, uploads
from layerwarp.app.serving.headers import SecurityHeaders
from layerwarp.app.serving.hosts import OwnHosts
from layerwarp.app.serving.names import own_names
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
    "client.allowedOrigins": [],  # else pages of Streamlit's own cloud could steer this one
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "global.disableWidgetStateDuplicationWarning": True,  # app/widgets.py says why both are set
    "logger.enableRich": False,  # it would print exceptions past the log, words and all
    "logger.level": "warning",
    "logger.hideWelcomeMessage": True,  # printing it asks another host for this one's address
    # Runs of one visitor after each other, not beside each other: the older one would still write
    # its values over the newer ones.
    "runner.fastReruns": False,
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,  # with JAX loaded a collection holds everybody for 95 ms
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 5,
    # Blue and orange are classes, so the controls are of no class's color.
    "theme.light.primaryColor": "#3B4A61",
    "theme.light.backgroundColor": "#FFFFFF",
    "theme.light.secondaryBackgroundColor": "#F2F5F9",
    "theme.light.textColor": "#1B2430",
    "theme.light.chartCategoricalColors": list(CLASS_COLORS),
    "theme.dark.primaryColor": "#B4C2D6",
    "theme.dark.backgroundColor": "#10151C",
    "theme.dark.secondaryBackgroundColor": "#1B232E",
    "theme.dark.textColor": "#E8EDF3",
    "theme.dark.chartCategoricalColors": list(CLASS_COLORS),
}


def run(
    address: str = "localhost",
    port: int | None = None,
    open_browser: bool = True,
    hosts: Sequence[str] = (),
    frames: Sequence[str] = (),
    metrics_for_all: bool = False,
) -> None:
    """Serve the app until the process is told to stop.

    Args:
        address: Where to listen: ``localhost`` for this machine only, ``0.0.0.0`` for all.
        port: 0 to 65535, 0 for any free one. None: 8501, or the next one that is free.
        open_browser: Whether to show the page in the default browser, where there is a screen.
        hosts: Names that the page may be asked for by, beside this machine's own.
        frames: Origins of the sites that may show embedded pages in frames; none: all may.
        metrics_for_all: Whether ``/metrics`` is for other machines too.
    """
    logs.set_up()
    prepare_pages()
    reruns.keep_all()
    uploads.bound()
    choose_options_of_uvicorn()
    watch_no_options()
    settings = {**SETTINGS, "server.address": address}
    if port is not None:
        settings["server.port"] = port
    names = frozenset({*own_names(), address.lower(), *hosts})
    app = st.App(
        MAIN_SCRIPT,
        middleware=[
            Middleware(logs.Requests),
            Middleware(SecurityHeaders, frames=tuple(frames)),
            Middleware(OwnHosts, names=names),
            Middleware(metrics.Metrics, figures=compute.figures, anybody=metrics_for_all),
            Middleware(uploads.UploadsUnderWay),
        ],
        lifespan=_announce_and_open if open_browser else _announce,
    )
    ending.end_alike()
    with suppress(KeyboardInterrupt):  # Ctrl+C is the way to stop it, no error
        app.run(config=settings)


def choose_options_of_uvicorn() -> None:
    """Set what Streamlit's App lets nobody set of the server below it."""
    chosen = starlette_server._get_uvicorn_config_kwargs
    ours = {
        "h11_max_incomplete_event_size": LONGEST_REQUEST,
        "log_config": None,  # its loggers are Streamlit's too
        "server_header": False,
    }
    starlette_server._get_uvicorn_config_kwargs = lambda: chosen() | ours


def watch_no_options() -> None:
    """Let Streamlit not look for files of options five times a second: nobody changes them."""
    bootstrap._install_config_watchers = lambda *_: None


def fix_options() -> None:
    """Let Streamlit read its options without a lock: nothing sets one once the server runs.

    Every message reads dozens, and with a hundred visitors all threads stood at that one lock.
    """
    config._config_lock = nullcontext()  # type: ignore[assignment]
    config.get_options_for_section = functools.cache(config.get_options_for_section)
    config.get_option = functools.cache(config.get_option)


def prepare_pages() -> None:
    """Import what pages import, and pack the first picture: the first visitor would wait for it."""
    for name in PAGE_MODULES:
        import_module(f"layerwarp.app.{name}")
    compute.prepare()


@asynccontextmanager
async def _announce(_app: st.App) -> AsyncIterator[None]:
    ending.end_in_time(compute.close)  # now that uvicorn has taken over the signals
    fix_options()
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
