"""Links that were made before, one of every kind, open as they did.

``tests/data/links_version_1.json`` was written by the LayerWarp of November 2026, version 1 of
links: the page's address, the query, the values that differ from the page's defaults (of the bare
link all values), and the notices where the link could not be followed to the letter. Only the bare
link, which says nothing, means what the newest LayerWarp shows.
"""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from layerwarp.app.link.parameters import format, one_line, parse, version_notice
from layerwarp.app.pages.table import PAGES
from tests.conftest import ROOT

LINKS = json.loads((ROOT / "tests" / "data" / "links_version_1.json").read_text("utf-8"))
# Parameters of later pages: what old links mean by them.
PLAIN = {"inputs": ["x1", "x2"]}
SINCE: dict[str, dict[str, Any]] = {
    "depth_width": {"equal": False, "case": "grid", **PLAIN},
    "creases": {"matrix": [], "lift": None, "versus": None, **PLAIN},
    "pieces": {"best": False},
    "warp": {"probe": False, "bend": None, "matrix": [], "lift": None, "versus": None, **PLAIN},
}
PAGE_AT = {page.address: page for page in PAGES.values()}
LATER = {"lessons"}  # addresses of pages that there were not yet


def as_json(values):
    return json.loads(json.dumps(values))


@pytest.mark.parametrize("address", sorted(set(PAGE_AT) - LATER))
def test_links_open_as_they_did(address):
    page = PAGE_AT[address]
    links = [link for link in LINKS if link["address"] == address]
    assert len(links) > 50
    (bare,) = [link for link in links if not link["query"]]
    usual = bare["values"] | SINCE.get(page.name, {})
    assert as_json(parse({"v": "1"}, page)[0]) == usual
    for link in links:
        query = parse_qs(link["query"], keep_blank_values=True)
        if not set(query) & {"v", *page.names}:
            continue
        values, notices = parse(query, page)
        said = " ".join(filter(None, [version_notice(query), one_line(notices)]))
        assert as_json(values) == usual | link["values"], link["query"]
        assert said == link.get("notice", ""), link["query"]
        assert parse(format(values, page), page) == (values, ()), link["query"]


def test_there_is_a_link_for_every_parameter():
    for page in [page for page in PAGES.values() if page.address not in LATER]:
        told = {
            name for link in LINKS if link["address"] == page.address for name in link["values"]
        }
        assert set(page.names) <= told | set(SINCE.get(page.name, {}))
