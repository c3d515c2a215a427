"""Uploads are bounded: files a session, bytes in total, uploads under way and their time."""

import asyncio
import urllib.error
import urllib.request

import pytest
from starlette.exceptions import HTTPException
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from layerwarp.app.serving import uploads
from tests import aside
from tests.app.asgi import request, streamlit
from tests.app.visitor import headers_of_upload, session_of, visit

MEGABYTE = 2**20


@pytest.fixture
def manager(monkeypatch):
    monkeypatch.setattr(  # put back at the end
        MemoryUploadedFileManager, "add_file", MemoryUploadedFileManager.add_file
    )
    uploads.bound()
    return MemoryUploadedFileManager("/upload")


def upload(manager, session, name, megabytes=1):
    manager.add_file(session, UploadedFileRec(name, "x", "y", bytes(megabytes * MEGABYTE)))


def kept(manager):
    return {session: list(files) for session, files in manager.file_storage.items() if files}


def test_a_session_keeps_its_latest_files(manager):
    upload(manager, "other", "mine")
    for number in range(9):
        upload(manager, "session", f"file{number}")
    latest = [f"file{number}" for number in range(9)][-uploads.FILES :]
    assert kept(manager) == {"other": ["mine"], "session": latest}
    upload(manager, "session", latest[-1])  # again: no file more
    assert kept(manager)["session"] == latest


def test_whoever_holds_the_most_makes_room(manager, monkeypatch):
    monkeypatch.setattr(uploads, "BYTES", 24 * MEGABYTE)
    for number in range(4):
        upload(manager, "greedy", f"file{number}", megabytes=5)
    for number in range(30):
        upload(manager, f"pupil{number}", "table")
        total = sum(
            uploads.size(file) for files in manager.file_storage.values() for file in files.values()
        )
        assert total <= uploads.BYTES
        assert kept(manager)[f"pupil{number}"] == ["table"] or number > 20
    assert "greedy" not in kept(manager)
    assert manager._total_bytes <= uploads.BYTES


def test_names_count_too(manager, monkeypatch):
    monkeypatch.setattr(uploads, "BYTES", MEGABYTE)
    manager.add_file("a", UploadedFileRec("1", "x" * MEGABYTE, "", b""))
    manager.add_file("b", UploadedFileRec("2", "", "x" * MEGABYTE, b""))
    assert len(kept(manager)) == 1


def test_nothing_is_kept_for_a_session_that_is_gone(manager, monkeypatch):
    class Runtime:
        def is_active_session(self, session):
            return session == "here"

    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", Runtime)
    upload(manager, "here", "file")
    with pytest.raises(HTTPException, match="400"):
        upload(manager, "gone", "file")
    assert kept(manager) == {"here": ["file"]}


async def never(scope, receive, send):
    await asyncio.Event().wait()


def test_few_uploads_are_under_way_and_none_forever(monkeypatch):
    monkeypatch.setattr(uploads, "UNDER_WAY", 2)
    monkeypatch.setattr(uploads, "SECONDS", 0.05)
    place = uploads.PATH + "session/file"

    async def both():
        app = uploads.UploadsUnderWay(never)
        scope = {"type": "http", "method": "PUT", "path": place}
        statuses = []

        async def send(message):
            statuses.append(message.get("status"))

        async def receive():
            return {"type": "http.request"}

        tasks = [asyncio.create_task(app(scope, receive, send)) for _ in range(3)]
        await asyncio.wait(tasks)
        assert app.count == 0
        return [status for status in statuses if status]

    assert aside.run(both()) == [503, 408, 408]
    app = uploads.UploadsUnderWay(streamlit)
    app.count = 2
    assert request(app, "/", method="GET").status == 200
    assert request(app, place, method="DELETE").status == 200
    assert request(app, "/_stcore/stream", method="WEBSOCKET").status == 101


def test_the_running_server_keeps_to_the_bounds(server):
    headers = headers_of_upload(server.url)
    part = b'--here\r\ncontent-disposition: form-data; name="a"; filename="a.csv"\r\n\r\n'

    def put(session, number, size=MEGABYTE):
        body = part + bytes(size) + b"\r\n--here--\r\n"
        address = f"{server.url}{uploads.PATH}{session}/{number}"
        asked = urllib.request.Request(address, body, headers, method="PUT")
        return urllib.request.urlopen(asked, timeout=30).status

    def held():
        with urllib.request.urlopen(f"{server.url}/_stcore/metrics") as answer:
            lines = answer.read().decode().splitlines()
        numbers = [float(line.split()[-1]) for line in lines if "UploadedFileManager" in line]
        return sum(numbers) / MEGABYTE

    with visit(server.url) as socket:
        session = session_of(socket)
        assert {put(session, number) for number in range(uploads.FILES + 2)} == {204}
        # The server is shared: tables of other tests, of some hundred bytes, may be held as well.
        assert held() == pytest.approx(uploads.FILES, abs=0.1)
    with pytest.raises(urllib.error.HTTPError, match="400"):
        put("nobody", 0, size=1)
