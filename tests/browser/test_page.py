"""The page opens in a real browser, asks nobody else, and keeps to its security policy."""

import json
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.driving import PATIENCE, open_warp, wait_trained
from tests.browser.watching import Watch, wait_idle
from tests.conftest import RunningServer, free_port, running_server


def test_page_opens_without_errors(page: Page, watch: Watch, server: RunningServer) -> None:
    page.goto(server.url)
    wait_idle(page)
    assert page.locator('[data-testid="stException"]').count() == 0, server.log.read_text()
    assert watch.errors == []


def test_only_the_server_is_asked(page: Page, watch: Watch, server: RunningServer) -> None:
    page.goto(server.url)
    wait_idle(page)
    assert len(watch.requests) > 5, "the record of requests is not kept"
    assert watch.foreign_requests == []


def test_inline_scripts_do_not_run(page: Page, server: RunningServer) -> None:
    page.goto(server.url)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.injected = true";
            document.head.append(script);
        }"""
    )
    assert page.evaluate("() => window.injected") is None


def test_every_answer_carries_the_security_headers(server: RunningServer) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config"):
        with urllib.request.urlopen(server.url + path, timeout=5) as answer:
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            assert "form-action 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "camera=()" in answer.headers["permissions-policy"]
            assert "server" not in answer.headers


def test_an_embedded_page_may_be_loaded_by_sites_that_isolate_themselves(
    server: RunningServer,
) -> None:
    with urllib.request.urlopen(f"{server.url}/?embed=true", timeout=5) as answer:
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_no_other_site_steers_the_page(server: RunningServer) -> None:
    with urllib.request.urlopen(f"{server.url}/_stcore/host-config", timeout=5) as answer:
        assert json.load(answer)["allowedOrigins"] == []


def test_a_restart_is_told_and_the_page_comes_back_by_itself(page: Page, tmp_path: Path) -> None:
    port = free_port()
    with running_server(tmp_path, port=port) as server:
        stage = open_warp(page, server, "t=0&steps=200&neurons=4")
        wait_trained(page)
        before, place = stage.pixels(), page.url
        server.process.terminate()
        assert server.process.wait(timeout=10) == 0
        dialog = page.get_by_role("dialog")
        dialog.wait_for(timeout=PATIENCE * 1000)
        words = "getComputedStyle(dialog.lastElementChild, '::before').content"
        assert "goes on by itself" in dialog.evaluate(f"(dialog) => {words}")
        assert "streamlit" not in dialog.inner_text().lower()
    with running_server(tmp_path, port=port):
        expect(dialog).to_have_count(0, timeout=PATIENCE * 1000)
        wait_trained(page)
        assert page.url == place
        assert stage.pixels() == before
