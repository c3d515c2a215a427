"""Pages run again by themselves when there is news, without being asked."""

import threading

import pytest
from streamlit.proto.RootContainer_pb2 import RootContainer

from layerwarp.app.session import live
from layerwarp.app.work.jobs import Job
from tests.app.pages import header, open_page
from tests.app.visitor import read, visit, wait_for_end_of_run

# Some seconds of training, nearly the most that begins unasked: its end must not fall into the
# page's first run, which would show the picture and leave nothing to wait for.
SLOW = "layers=6&neurons=64&steps=15000&start=77"


class Asked:
    seconds = 1.0


@pytest.mark.parametrize("embedded", [False, True])
def test_who_waits_gets_the_picture_without_asking(server, embedded):
    with visit(server.url, f"{SLOW}{int(embedded)}", embedded=embedded) as page:
        wait_for_end_of_run(page)
        payloads, beside = 0, 0
        while not payloads:  # nothing is sent meanwhile: reading fails after a minute
            message = read(page)
            if message.WhichOneof("type") == "delta":
                payloads += message.delta.new_element.HasField("bidi_component")
                beside += message.metadata.delta_path[0] == RootContainer.SIDEBAR
        assert bool(beside) is not embedded  # in a frame the picture comes alone, then, too


def test_a_training_that_ends_while_its_page_is_drawn_is_shown(trained, monkeypatch):
    looks, network = [], live.network

    def before_the_end(experiment):
        looks.append(network(experiment))
        return looks[-1] if len(looks) > 1 else None

    monkeypatch.setattr(live, "network", before_the_end)
    assert header(open_page(layers="1", neurons="3"))["sizes"] == [2, 3, 1]
    assert len(looks) == 2


def test_news_between_looking_and_waiting_are_not_missed():
    job, called = Job(Asked()), threading.Event()
    known = job.n_news
    job.call_at_news(known, called.set)
    assert not called.is_set()
    job.finish("answer")
    assert called.is_set()
    late = threading.Event()
    job.call_at_news(known, late.set)
    assert late.is_set()
    never = threading.Event()
    job.call_at_news(job.n_news, never.set)
    assert not never.is_set()
