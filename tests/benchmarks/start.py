"""From the command to the first picture."""

import statistics
from collections.abc import Iterator

from tests.benchmarks.page import StagePage, running_browser, running_server
from tests.benchmarks.tables import Table


def tables(quick: bool) -> Iterator[Table]:
    """The default link, in a fresh server and a fresh browser profile every time."""
    runs = []
    for _ in range(1 if quick else 5):
        with running_browser() as browser, running_server() as server:
            first = StagePage(browser, server.url).open("") / 1000
            again = StagePage(browser, server.url).open("") / 1000
            runs.append((server.seconds, first, server.seconds + first, again))
    names = (
        "command to first answer",
        "first answer to painted stage",
        "command to painted stage",
        "a second visitor: link to painted stage",
    )
    rows = [
        [name, *(f"{pick(column):.2f}" for pick in (min, statistics.median, max))]
        for name, column in zip(names, zip(*runs, strict=True), strict=True)
    ]
    yield Table(f"Cold start, {len(runs)} runs, seconds", ("", "min", "median", "max"), rows)
