"""The server ends in time and without a fault, whatever goes on in it."""

import re
import signal
import socket
import sys
import time
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed

from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.work.compiler import Compiler
from layerwarp.app.work.trainer import Trainer
from layerwarp.app.work.turns import Turns
from tests.app.visitor import headers_of_upload, read, session_of, visit, wait_for_end_of_run
from tests.conftest import running_server

MOST_SECONDS = 5.0
LONG = "steps=10000&neurons=64&layers=10&points=2000&batch=0"
RESTARTS = 1012  # the word of a websocket's end

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows sends no signal to one process"
)


def end(server) -> None:
    """Tell the server to end; fails where it does not, or not well."""
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0
    assert time.monotonic() - began < MOST_SECONDS
    lines = server.log.read_text().splitlines()
    assert lines == [f"LayerWarp is at {server.url} (Ctrl+C stops it)"]


@pytest.mark.parametrize("options", [[], ["--no-cache"]], ids=["training", "compiling"])
def test_the_end_waits_for_no_work_and_tells_the_pages(tmp_path, options):
    with running_server(tmp_path, *options) as server, visit(server.url, LONG) as page:
        while not re.search(r"Training: \d+ %|Quick preview", str(read(page))):
            pass
        end(server)
        assert word_at_the_end(page) == RESTARTS


def word_at_the_end(page) -> int | None:
    try:
        while True:
            read(page)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def test_the_end_waits_for_no_visitor(tmp_path):
    """One who has begun to send a file, and sends no more."""
    with running_server(tmp_path) as server, visit(server.url) as page:
        place = urlsplit(server.url)
        headers = {
            **headers_of_upload(server.url),
            "host": place.netloc,
            "content-length": "99",
        }
        request = [f"PUT /_stcore/upload_file/{session_of(page)}/file HTTP/1.1"]
        request += [f"{name}: {value}" for name, value in headers.items()]
        with socket.create_connection((place.hostname, place.port)) as half:
            half.sendall("\r\n".join([*request, "", "--here"]).encode())
            wait_for_end_of_run(page)
            end(server)


def test_what_is_closed_begins_nothing(monkeypatch):
    trainer = Trainer(Compiler(), Turns(), lambda visitor: True)
    monkeypatch.setattr(trainer, "begin", lambda job: pytest.fail("it begins"))
    trainer.close()
    job = trainer.request(DEFAULT, "visitor")
    assert job.state == "stopped"
    assert job.wait(0)
