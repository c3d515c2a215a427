"""The log tells when, how bad, which request, and nothing that a visitor wrote."""

import asyncio
import logging
import re
import sys
import threading
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from layerwarp.app.serving import logs
from tests.app.asgi import request, streamlit
from tests.app.visitor import visit, wait_for_end_of_run
from tests.conftest import running_server

SECRET = "0.123,0.456"
FAULTS = """
import os, sys
if "layerwarp" in sys.orig_argv:
    from starlette.middleware.sessions import SessionMiddleware
    from layerwarp.app.session import following

    def fail(*_):
        raise ValueError(os.environ["SECRET"])

    async def fail_sometimes(self, scope, receive, send):
        if "/fault/" in scope.get("path", ""):
            fail()
        await answer(self, scope, receive, send)

    answer, SessionMiddleware.__call__ = SessionMiddleware.__call__, fail_sometimes
    following.leave_the_rest = fail
"""
LINE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} (ERROR|WARNING) %s \[%s\] "


@pytest.fixture
def written():
    """Log into a list, in the server's form."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(logs.Lines(logs.FORMAT, logs.TIME))
    logger = logging.getLogger("layerwarp")
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise LookupError(SECRET) from error


def test_an_exception_is_told_without_its_words(written):
    try:
        fail()
    except LookupError:
        logs.LOG.exception("first\nsecond %s", "third")
    (text,) = written
    first, *rest = text.splitlines()
    assert re.fullmatch(LINE % ("layerwarp.app.serving.logs", "-") + "first second third", first)
    assert SECRET not in text
    assert "in fail" in text
    assert [line for line in rest if not line.startswith(" ")] == [
        "builtins.ValueError",
        "and then:",
        "builtins.LookupError",
    ]


def test_a_request_is_told_without_query_ids_and_names(written):
    async def app(scope, receive, send):
        await asyncio.create_task(later())
        await streamlit(scope, receive, send)

    async def later():
        logs.LOG.error("something")

    app = logs.Requests(app)
    request(app, f"/_stcore/upload_file/session/{SECRET}?xy={SECRET}", method="PUT")
    request(app, f"/?xy={SECRET}")
    request(app, "/_stcore/stream", method="WEBSOCKET")
    requests = [line.partition("[")[2].partition("]")[0] for line in written]
    assert requests == ["PUT /_stcore/upload_file", "GET /", "WEBSOCKET /_stcore/stream"]


def test_a_thread_that_fails_is_logged(written, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", logs._thread_failed)
    for thread in (threading.Thread(target=fail, name="some"), threading.Thread(target=sys.exit)):
        thread.start()
        thread.join()
    (text,) = written
    assert "the thread some failed" in text
    assert SECRET not in text


def test_the_server_s_log_keeps_to_the_form(tmp_path):
    """A page, and the server below it, fail on what a visitor wrote."""
    # Read by the server's interpreter when it starts.
    (tmp_path / "sitecustomize.py").write_text(FAULTS)
    variables = {"PYTHONPATH": str(tmp_path), "SECRET": SECRET}
    with running_server(tmp_path, variables=variables) as server:
        with visit(server.url, f"xy={SECRET}", "creases") as socket:
            wait_for_end_of_run(socket)
        with pytest.raises(HTTPError, match="500"):
            urlopen(f"{server.url}/static/fault/{SECRET}?{SECRET}", timeout=30)
    log = server.log.read_text()
    assert SECRET not in log
    first, *rest = log.splitlines()
    assert first == f"LayerWarp is at {server.url} (Ctrl+C stops it)"
    told = [line for line in rest if line.startswith("2")]
    names = r"streamlit\.error_util", "page /creases", r"uvicorn\.error", "GET /static/fault"
    page = re.compile(LINE % names[:2] + "Uncaught app execution$")
    served = re.compile(LINE % names[2:] + "Exception in ASGI application$")
    # The page may have run again, for a training that ended: it fails as it did before.
    assert page.match(told[0]), log
    assert [line for line in told if not page.match(line)] == list(filter(served.match, told)), log
    assert len(list(filter(served.match, told))) == 1, log
    assert rest.count("builtins.ValueError") == len(told)
