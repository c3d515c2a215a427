"""The cookie that names a replica, in a frame of another site and in a browser that is strict."""

import os
import signal
from urllib.parse import quote

from tests.browser.driving import PATIENCE, wait_until
from tests.replicas import COOKIE, needs_nginx, running_site

pytestmark = needs_nginx

# What browsers come to by and by: in frames of other sites no cookies but Partitioned ones.
STRICT = "--test-third-party-cookie-phaseout"


def test_a_frame_keeps_to_its_replica_and_goes_to_the_other_when_it_dies(launch, site, tmp_path):
    with (
        running_site(tmp_path) as served,
        launch(STRICT) as browser,
        browser.new_context(ignore_https_errors=True) as context,
    ):

        def named() -> str:
            return {cookie["name"]: cookie["value"] for cookie in context.cookies()}[COOKIE]

        page = context.new_page()
        page.goto(f"{site}/?{quote(f'{served.tls_url}/?embed=true&t=0')}")
        canvas = page.frame_locator("iframe").locator("canvas.lw-canvas")
        canvas.wait_for(timeout=PATIENCE * 1000)
        own = served.replicas[int(named()) - 1]
        # Scripts come from the proxy itself; these are asked of a replica each time.
        asked = [line for line in served.lines() if "/_stcore/bidi-components/" in line]
        assert len(asked) > 20
        assert all(f"from 127.0.0.1:{own.url.rpartition(':')[2]} " in line for line in asked)

        before = named()
        os.kill(own.pid, signal.SIGKILL)
        wait_until(page, lambda: named() != before, "a cookie that follows the websocket")
        assert canvas.is_visible()
        page.reload()
        canvas.wait_for(timeout=PATIENCE * 1000)


def test_a_frame_works_where_its_cookies_are_refused(launch, site, tmp_path):
    with (
        running_site(tmp_path, **{"; Partitioned": ""}) as served,
        launch(STRICT) as browser,
        browser.new_context(ignore_https_errors=True) as context,
    ):
        page = context.new_page()
        page.goto(f"{site}/?{quote(f'{served.tls_url}/?embed=true&t=0')}")
        canvas = page.frame_locator("iframe").locator("canvas.lw-canvas")
        canvas.wait_for(timeout=PATIENCE * 1000)
        assert context.cookies() == []
    ports = [replica.url.rpartition(":")[2] for replica in served.replicas]
    asked = [line for line in served.lines() if "/_stcore/bidi-components/" in line]
    assert all(any(f":{port}" in line for line in asked) for port in ports), "both were asked"
