"""Numbers for the operator: on this machine only unless asked for, in Prometheus' format."""

import re
import time
import urllib.error
import urllib.request

import psutil
import pytest

from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.serving.metrics import Metrics, text
from layerwarp.app.work.compiler import Compiler
from layerwarp.app.work.trainer import Trainer
from layerwarp.app.work.turns import Turns
from tests.app.asgi import request, streamlit
from tests.app.visitor import read, visit
from tests.conftest import running_server

HERE = {"host": "localhost:8501"}


def metrics(**options):
    return Metrics(streamlit, lambda: {"trainings_running": 3}, **options)


def answer(client, headers, path="/metrics", **options):
    return request(metrics(**options), path, headers=headers, client=client)


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/_stcore/metrics"])
@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("10.0.0.7", HERE),
        ("2001:db8::1", HERE),
        ("::ffff:10.0.0.7", HERE),
        ("", HERE),
        (None, HERE),
        # A proxy on the same machine: what it tells of itself, or of the name in the address.
        *[
            ("127.0.0.1", {**HERE, header: "10.0.0.7"})
            for header in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via")
        ],
        ("127.0.0.1", {"host": "maths.example.org"}),
        ("127.0.0.1", {"host": "10.0.0.1:8501"}),
    ],
)
def test_numbers_are_not_for_other_machines(client, headers, path):
    refused = answer(client, headers, path)
    assert refused.status == 403
    assert "--metrics" in refused.text
    assert answer(client, headers, path, anybody=True).status == 200


@pytest.mark.parametrize("client", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "[::1]:8501"])
def test_numbers_are_for_this_machine(client, host):
    assert "layerwarp_trainings_running 3\n" in answer(client, {"host": host}).text


def test_nothing_else_is_touched():
    for path, method in (("/", "GET"), ("/metrics/more", "GET"), ("/metrics", "WEBSOCKET")):
        assert request(metrics(), path, method=method, client="10.0.0.7").status < 300


def test_numbers_keep_what_they_say():
    assert text({"a_total": 2**40 + 1, "b": 0.25}) == (
        "# TYPE a_total counter\na_total 1099511627777\n# TYPE b gauge\nb 0.25\n"
    )


def test_work_is_counted(monkeypatch):
    trainer = Trainer(Compiler(), Turns(), lambda visitor: True)
    monkeypatch.setattr(trainer, "_submit", lambda *_: None)  # nobody takes it up
    assert trainer.n_working_and_waiting() == (0, 0)
    job = trainer.request(DEFAULT, "visitor")
    assert trainer.n_working_and_waiting() == (0, 1)
    job.state = "working"
    assert trainer.n_working_and_waiting() == (1, 0)


def numbers_of(url):
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        lines = answer.read().decode().splitlines()
    assert all(re.fullmatch(r"(# TYPE )?[a-z_]+ (counter|gauge|[\d.e+-]+)", line) for line in lines)
    return {
        name: float(number)
        for name, number in (line.split() for line in lines if not line.startswith("#"))
    }


def test_a_running_server_counts_itself(tmp_path):
    with running_server(tmp_path) as server:
        before = numbers_of(server.url)
        with visit(server.url) as page:
            read(page)
            during = numbers_of(server.url)
        process = psutil.Process(server.pid)
        assert before["layerwarp_visitors"] == 0
        assert during["layerwarp_visitors"] == during["layerwarp_sessions"] == 1
        assert before["layerwarp_programs"] == before["layerwarp_trainings_running"] == 0
        assert 0 < before["layerwarp_uptime_seconds"] < during["layerwarp_uptime_seconds"] < 60
        assert abs(during["process_start_time_seconds"] - process.create_time()) < 30
        assert during["process_start_time_seconds"] < time.time()
        assert 0.5 < during["process_resident_memory_bytes"] / process.memory_info().rss < 2
        assert 4 < during["process_open_fds"] < 200
        assert 0 < during["process_cpu_seconds_total"] <= sum(process.cpu_times()[:2]) + 1
        asked = urllib.request.Request(f"{server.url}/metrics", headers={"X-Forwarded-For": "::1"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(asked, timeout=30)
