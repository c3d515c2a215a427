"""Two replicas behind nginx: who goes where, and what visitors keep when one of them is killed."""

import asyncio
import os
import re
import signal
import ssl
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from tests import aside
from tests.replicas import COOKIE, NAME, Site, needs_nginx, running_site
from tests.visitor import PINGS, XSRF, Visitor

pytestmark = needs_nginx

VISITORS = 40
STREAM = "/_stcore/stream"
LINE = re.compile(r"(?P<visitor>\d+) \S+ \S+ (?P<path>\S+) .* from (?P<tried>.+) \(.+\)")
FILE = (
    b'--end\r\nContent-Disposition: form-data; name="file"; filename="points.csv"\r\n\r\n'
    b"1,2,0\r\n--end--\r\n"
)
# The certificate is the site's own word.
OPENER = urllib.request.build_opener(
    urllib.request.ProxyHandler({}),
    urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """What is answered to a request, whatever its status."""
    request = urllib.request.Request(url, body, {"Host": NAME} | headers, method=method)
    try:
        answer = OPENER.open(request, timeout=10)
    except HTTPError as error:
        answer = error
    with answer:
        return Answer(answer.status, answer.headers, answer.read())


def newcomer(site: Site, number: int = 0, path: str = "/", query: str = "") -> Visitor:
    """Somebody whose requests are told from others' in the site's log by their number."""
    return Visitor(site.url, path, query, {"Host": NAME, "X-Visitor": str(number)})


def link(number: int) -> tuple[str, str]:
    """Page and query of a visitor's link: no two are the same."""
    query = f"layers={1 + number % 2}&neurons=3&steps=100&start={number}"
    return ("/", "/pieces", "/creases")[number % 3], query


async def arrive(visitor: Visitor) -> None:
    """Open the link, and change what it says."""
    await visitor.open()
    await visitor.final(0)
    await use(visitor)
    await visitor.until(lambda: visitor.settled and "4 neurons" in "".join(visitor.words()))


async def back(visitor: Visitor) -> None:
    """A lost connection is there again."""
    await visitor.until(lambda: visitor.connections == 2)


async def use(visitor: Visitor) -> None:
    """Let go of a slider, where it was if it has been used before."""
    await visitor.final(await visitor.set("Neurons in each layer", 4))


def shown(visitor: Visitor) -> tuple[Any, ...]:
    """What a page shows: its address, its words, and its picture byte for byte."""
    pictures = [bytes(element.bytes) for element in visitor.elements("bidi_component")]
    return visitor.query, sorted(visitor.words()), pictures


def differences(now: list[tuple[Any, ...]], before: list[tuple[Any, ...]]) -> list[str]:
    """What visitors see that was not so before, one line each."""
    lines = []
    for number, ((query, words, pictures), (old, spoken, drawn)) in enumerate(
        zip(now, before, strict=True)
    ):
        if query != old:
            lines.append(f"{number}: the address is {query}, was {old}")
        lines += [f"{number}: now {word!r}" for word in words if word not in spoken]
        lines += [f"{number}: before {word!r}" for word in spoken if word not in words]
        if pictures != drawn:
            sizes = [[(len(one), one[-4:]) for one in some] for some in (pictures, drawn)]
            lines.append(f"{number}: another picture, of {sizes[0]}, was {sizes[1]} bytes")
    return lines


def answered(site: Site) -> dict[int, list[tuple[str, int]]]:
    """Visitor -> what was asked for, and which replica answered, in the order of their ends."""
    found = defaultdict(list)
    ports = [replica.url.rpartition(":")[2] for replica in site.replicas]
    for line in filter(None, map(LINE.match, site.lines())):
        replica = ports.index(line["tried"].rpartition(":")[2])
        found[int(line["visitor"])].append((line["path"], replica))
    return found


async def lesson(site: Site) -> list[int]:
    """Forty visitors are there, and the first replica dies; numbers of those who were at it.

    What everybody sees then is what it was: on the page that was left open, once it is used again,
    and on one that is opened with the same link.
    """
    visitors = [newcomer(site, number, *link(number)) for number in range(VISITORS)]
    await asyncio.gather(*map(arrive, visitors))
    before = list(map(shown, visitors))
    lost = [number for number, visitor in enumerate(visitors) if visitor.cookies[COOKIE] == "1"]

    os.kill(site.replicas[0].pid, signal.SIGKILL)
    await asyncio.gather(*(back(visitors[number]) for number in lost))
    assert {visitor.cookies[COOKIE] for visitor in visitors} == {"2"}, "the cookie follows"
    await asyncio.gather(*map(use, visitors))
    assert differences(list(map(shown, visitors)), before) == []
    assert upload(visitors[lost[0]]) == 204
    await asyncio.gather(*(visitor.close() for visitor in visitors))

    again = [newcomer(site, VISITORS, visitor.path, visitor.address) for visitor in visitors]
    await asyncio.gather(*(visitor.open() for visitor in again))
    await asyncio.gather(*(visitor.final(0) for visitor in again))
    assert differences(list(map(shown, again)), before) == []
    await asyncio.gather(*(visitor.close() for visitor in again))
    assert [visitor.faults for visitor in visitors + again] == [[]] * 2 * VISITORS
    return lost


def test_forty_visitors_find_their_pages_again_when_a_replica_dies(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        lost = aside.run(lesson(site))
    assert len(lost) == VISITORS / 2, "they take turns"
    answers, first = answered(site), 1 + len(PINGS)  # what comes before the websocket
    for number in range(VISITORS):
        before = {replica for _, replica in answers[number][:first]}
        sockets = [replica for path, replica in answers[number] if path == STREAM]
        assert before == {0 if number in lost else 1}
        assert sockets == ([0, 1] if number in lost else [1])
    # Links are nobody's business.
    logs = [site.log, site.log.with_name("error.log"), site.replicas[1].log]
    assert not any("neurons" in log.read_text(encoding="utf-8") for log in logs)


def upload(visitor: Visitor, **cookies: str) -> int:
    """Send a file to the visitor's session; the status of the answer."""
    cookies = visitor.cookies | cookies
    headers = {
        "Content-Type": "multipart/form-data; boundary=end",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
        "Origin": f"http://{NAME}",
        "X-Xsrftoken": visitor.cookies[XSRF],
    }
    url = f"{visitor.url}/_stcore/upload_file/{visitor.session}/points"
    return ask(url, "PUT", FILE, **headers).status


async def sample_file(visitor: Visitor) -> str:
    """Where the file in the dialog for own data lies, which the visitor's replica has just made."""
    await visitor.open()
    await visitor.click("Own")
    await visitor.until(lambda: visitor.has("Way in"))
    await visitor.set("Way in", "Upload")
    await visitor.until(lambda: visitor.elements("download_button"))
    return visitor.url + str(visitor.elements("download_button")[0].url)


def test_files_reach_the_session_and_downloads_are_found(site: Site) -> None:
    async def tour() -> None:
        visitor = newcomer(site)
        file = await sample_file(visitor)
        there = "2" if visitor.cookies[COOKIE] == "1" else "1"
        assert [upload(visitor) for _ in range(3)] == [204] * 3
        assert upload(visitor, **{COOKIE: there}) == 400, "only its own replica knows the session"
        assert upload(visitor, **{COOKIE: "", XSRF: ""}) == 403, "Streamlit wants its own cookie"
        # Where cookies are refused, and where they name another replica.
        answers = [ask(file) for _ in range(4)] + [ask(file, Cookie=f"{COOKIE}={there}")]
        assert [answer.status for answer in answers] == [200] * 5
        assert all(answer.body.count(b"\n") > 10 for answer in answers)
        await visitor.close()

    aside.run(tour())


class Refused(dict[str, str]):
    """Cookies of a browser that keeps none."""

    def __ior__(self, _: object) -> "Refused":  # type: ignore[override,misc]
        """Forget."""
        return self


def test_who_refuses_cookies_is_served_like_all_others(site: Site) -> None:
    async def tour() -> None:
        visitors = [newcomer(site, number, *link(number)) for number in range(4)]
        for visitor in visitors:
            visitor.cookies = Refused()
        await asyncio.gather(*map(arrive, visitors))
        assert [visitor.faults for visitor in visitors] == [[]] * 4
        await asyncio.gather(*(visitor.close() for visitor in visitors))

    aside.run(tour())


def test_the_cookie_holds_in_frames_of_other_sites(site: Site) -> None:
    plain, secure = ask(site.url).headers, ask(site.tls_url).headers
    said = r"layerwarp=[12]; Path=/; HttpOnly; SameSite="
    assert re.fullmatch(said + "Lax", plain["Set-Cookie"])
    assert re.fullmatch(said + "None; Secure; Partitioned", secure["Set-Cookie"])
    assert secure["Strict-Transport-Security"] == "max-age=31536000"
    for number in "12":
        answer = ask(site.tls_url, Cookie=f"{COOKIE}={number}")
        assert answer.headers["Set-Cookie"] is None, "it is said once"
    assert ask(site.tls_url, Cookie=f"{COOKIE}=3").headers["Set-Cookie"], "there is no third"


def test_scripts_are_packed_and_kept_by_the_proxy(site: Site) -> None:
    (script,) = re.findall(r'src="\./(static/js/index\.[^"]+\.js)"', ask(site.url).body.decode())
    sizes = {}
    # One connection: its answers are logged one after the other.
    with closing(HTTPConnection("localhost", urlsplit(site.url).port or 80)) as connection:
        for encoding in ("gzip", "identity", "identity"):
            headers = {"Host": NAME, "Accept-Encoding": encoding}
            connection.request("GET", f"/{script}", headers=headers)
            answer = connection.getresponse()
            assert answer.getheader("Content-Encoding", "identity") == encoding
            sizes[encoding] = len(answer.read())
    assert sizes["gzip"] < 0.4 * sizes["identity"]
    lines = [line for line in site.lines() if script in line]
    assert [" from - " in line for line in lines[:2]] == [False, True]


def test_long_links_pass_and_what_is_the_operators_does_not(site: Site) -> None:
    page = f"{site.url}/?xy={'x' * 12_000}&net={'x' * 12_000}"  # as much as the app reads
    assert ask(page, Referer=page).status == 200
    for path in ("/metrics", "/_stcore/metrics"):
        answers = [ask(site.url + path, Host=host) for host in (NAME, "localhost")]
        assert [answer.status for answer in answers] == [403, 403]
    assert ask(site.url, Host="elsewhere.example.org").status == 421
