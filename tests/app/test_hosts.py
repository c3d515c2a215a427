"""Names that are served, pages that are listened to: checked before Streamlit sees a request."""

import base64
import http.client
import os
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from layerwarp.app import __main__ as command
from layerwarp.app.serving import names
from layerwarp.app.serving.hosts import OwnHosts
from tests.app.asgi import request, streamlit
from tests.conftest import running_server

KNOWN = [
    *("localhost", "LOCALHOST:8501", "127.0.0.1:8501", "10.1.2.3", "[::1]:8501", "[2001:db8::1]"),
    *("maths.example.org", "maths.example.org.:443", "Maths.Example.org:80"),
]
UNKNOWN = [
    *(
        "example.org",
        "maths.example.org.evil.example",
        "evil.example:8501",
        "localhost.evil.example",
    ),
    *(
        "127.0.0.1.evil.example",
        "1.2.3",
        "999.1.1.1",
        "0x7f.0.0.1",
        "localhost:99999",
        "localhost:",
    ),
    *("", "-", ".", "a b", "localhost/", "user@localhost", "[::1", "[evil]", "ä", "a" * 9_999),
]


APP = OwnHosts(streamlit, frozenset({"localhost", "maths.example.org"}))


@pytest.mark.parametrize("host", KNOWN)
def test_known_names_are_answered(host):
    assert request(APP, headers={"host": host}).text == "Streamlit"
    assert request(APP, headers={"host": host}, method="WEBSOCKET").status == 101


@pytest.mark.parametrize("host", UNKNOWN)
def test_other_names_are_refused_in_a_sentence(host):
    answer = request(APP, headers={"host": host})
    assert (answer.status, answer.headers["content-type"][:10]) == (421, "text/plain")
    assert "--allow-host" in answer.text
    assert request(APP, headers={"host": host}, method="WEBSOCKET").status == 403


@pytest.mark.parametrize(
    ("host", "origin", "answered"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("localhost", "http://localhost", True),
        ("LOCALHOST:80", "http://localhost", True),
        ("[::1]:8501", "http://[::1]:8501", True),
        ("maths.example.org", "https://maths.example.org", True),  # behind a proxy that speaks TLS
        ("maths.example.org:443", "https://maths.example.org", True),
        ("maths.example.org", "https://maths.example.org:8443", False),
        ("localhost:8501", "http://localhost:8502", False),
        ("localhost:8501", "http://127.0.0.1:8501", False),
        ("localhost:8501", "http://evil.example:8501", False),
        ("localhost:8501", "http://localhost:8501.evil.example", False),
        ("localhost:8501", "http://localhost:8501@evil.example", False),
        ("localhost:8501", "file://localhost:8501", False),
        ("localhost:8501", "null", False),
        ("localhost:8501", "", False),
    ],
)
def test_only_pages_of_the_server_are_listened_to(host, origin, answered):
    headers = {"host": host, "origin": origin}
    for method in ("PUT", "POST", "DELETE", "PATCH", "WEBSOCKET"):
        status = request(APP, headers=headers, method=method).status
        assert (status < 300) == answered
        assert answered or status == 403
    # What only looks may come from anywhere: another site's link, or its frame.
    assert request(APP, headers=headers).status == 200


def test_whatever_is_no_browser_needs_no_origin():
    for method in ("PUT", "WEBSOCKET"):
        assert request(APP, headers={"host": "localhost"}, method=method).status < 300


def test_own_names_are_known_without_the_network(monkeypatch, tmp_path):
    def ask(*_):
        pytest.fail("the network is asked")

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    monkeypatch.setattr(socket, "gethostbyaddr", ask)
    monkeypatch.setattr(socket, "gethostname", lambda: "Lab7")
    lines = (
        "# lab7 comment\n\n127.0.0.1 localhost\n127.0.1.1 lab7.uni.example lab7 # mine\n1.2.3.4 x\n"
    )
    (tmp_path / "hosts").write_text(lines)
    monkeypatch.setattr(names, "HOSTS_FILE", tmp_path / "hosts")
    assert names.own_names() == {"localhost", "lab7", "lab7.local", "lab7.uni.example"}
    monkeypatch.setattr(names, "HOSTS_FILE", tmp_path / "none")
    monkeypatch.setattr(socket, "gethostname", lambda: "a.b.example")
    assert names.own_names() == {"localhost", "a", "a.local", "a.b.example"}


@pytest.mark.parametrize(
    "name", ["", "http://a.example", "a.example:80", "a/b", "*.a.example", "a b"]
)
def test_bad_host_is_named(name, capsys):
    with pytest.raises(SystemExit):
        command.main(["--allow-host", name])
    assert "must be a host name such as" in (said := capsys.readouterr().err)
    assert f"got {name!r}" in said


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "a.example",
        "ftp://a.example",
        "https://a.example/",
        "https://",
        "https://a; script-src *",
    ],
)
def test_bad_frame_origin_is_named(origin, capsys):
    with pytest.raises(SystemExit):
        command.main(["--allow-frame", origin])
    assert "must be http:// or https:// and a host name" in (said := capsys.readouterr().err)
    assert f"got {origin!r}" in said


def test_options_reach_the_server(monkeypatch):
    asked = {}
    monkeypatch.setattr("layerwarp.app.server.run", lambda *_, **options: asked.update(options))
    monkeypatch.setattr("layerwarp.app.work.compiler.keep_programs", lambda: None)
    names = ["--allow-host", "A.example", "--allow-host", "b.example."]
    command.main([*names, "--allow-frame", "HTTPS://Moodle.example:8443"])
    assert asked["hosts"] == ["a.example", "b.example"]
    assert asked["frames"] == ["https://moodle.example:8443"]
    assert not asked["metrics_for_all"]
    command.main(["--metrics"])
    assert asked["metrics_for_all"]


def test_a_foreign_page_is_refused_at_once_and_nobody_is_asked(tmp_path):
    """Streamlit would look up this server's address elsewhere: here a proxy hears of that."""
    with socket.create_server(("localhost", 0)) as proxy:
        asked = threading.Event()

        def listen():
            try:
                proxy.accept()[0].close()
            except OSError:  # the end of the test
                return
            asked.set()

        threading.Thread(target=listen, daemon=True).start()
        address = f"http://localhost:{proxy.getsockname()[1]}"
        proxies = {"http_proxy": address, "https_proxy": address, "no_proxy": ""}
        allowed = "--allow-host", "maths.example.org"
        with running_server(tmp_path, *allowed, variables=proxies) as server:
            place = urlsplit(server.url)
            began = time.monotonic()
            for host, origin, status in [
                (place.netloc, "http://evil.example", 403),
                ("evil.example", "http://evil.example", 403),
                (place.netloc, server.url, 101),
                ("maths.example.org", "https://maths.example.org", 101),
            ]:
                assert status_of_socket(place.port, host, origin) == status, (host, origin)
            seconds = time.monotonic() - began
            log = server.log.read_text()
    assert not asked.is_set(), "this server's address is looked up elsewhere"
    assert seconds < 1
    assert len(log.splitlines()) == 1, log


def status_of_socket(port, host, origin):
    """The answer to the request for a websocket."""
    connection = http.client.HTTPConnection("localhost", port, timeout=20)
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {
        "host": host,
        "origin": origin,
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": key,
        "sec-websocket-protocol": "streamlit",
    }
    connection.request("GET", "/_stcore/stream", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status
