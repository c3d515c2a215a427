"""The facts of a mesh: found once, and the newest wish of a visitor first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.pages.creases import regions
from layerwarp.app.work.recorded_warp import load


@pytest.fixture
def busy(monkeypatch):
    """A worker of its own that begins nothing until the event is set."""
    pool, free = ThreadPoolExecutor(1), threading.Event()
    pool.submit(free.wait)
    monkeypatch.setattr(regions, "_pool", lambda: pool)
    monkeypatch.setattr(regions, "_wishes", {})
    monkeypatch.setattr(regions, "_facts", BoundedCache(regions.KEPT, regions.KEPT, lambda _: 1))
    yield free
    free.set()
    pool.shutdown()


def recorded():
    history = load()
    assert history is not None
    return history


def test_only_the_newest_wish_of_a_visitor_is_fulfilled(busy):
    history = recorded()
    wishes = [regions.request(DEFAULT, history, step, "a") for step in history.steps[:5]]
    assert [wish.cancelled() for wish in wishes] == [True] * 4 + [False]
    again = regions.request(DEFAULT, history, history.steps[0], "a")
    busy.set()
    assert again.result(timeout=60).count > 1


def test_what_another_visitor_waits_for_goes_on(busy):
    history = recorded()
    shared = regions.request(DEFAULT, history, None, "a")
    assert regions.request(DEFAULT, history, None, "b") is shared
    regions.request(DEFAULT, history, 0, "a")
    busy.set()
    assert shared.result(timeout=60).step == history.steps[-1]
