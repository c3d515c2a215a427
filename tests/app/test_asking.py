"""Work that takes long asks first; nothing long starts for who only opened a link."""

import pytest

from layerwarp.app.experiments.experiment import DEFAULT, DatasetConfig, Experiment
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.panels.cost import Price
from layerwarp.app.session import following, frame
from layerwarp.app.work import compute
from layerwarp.app.work.jobs import Job
from layerwarp.app.work.trainer import TrainingJob
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from tests.app.pages import button, open_page, words

# The longest link there is: minutes.
LONGEST = {"steps": "20000", "layers": "10", "neurons": "64", "batch": "512", "points": "2000"}
SWEEP = {"d1": "0", "d2": "10", "w1": "1", "w2": "64", "seeds": "10", "steps": "20000"}


@pytest.fixture
def asked(monkeypatch):
    """What was asked for; it waits for ever."""
    questions = []

    def request(question, visitor, slot):
        questions.append(question)
        return TrainingJob(question) if isinstance(question, Experiment) else Job(question)

    monkeypatch.setattr(compute, "request", request)
    monkeypatch.setattr(compute, "warm_up", lambda later: None)
    monkeypatch.setattr(following, "GRACE", 0)
    return questions


@pytest.fixture
def framed(monkeypatch):
    monkeypatch.setattr(frame, "embedded", lambda: True)


@pytest.mark.parametrize(
    ("page", "query"), [("warp", LONGEST), ("creases", LONGEST), ("depth_width", SWEEP)]
)
def test_what_takes_minutes_asks_first_and_says_how_long(asked, page, query):
    shown = open_page(page, **query)
    assert asked == []
    assert "on this machine" in words(shown)
    button(shown, "Train").click().run()
    (question,) = asked
    assert question.seconds > 60
    assert not shown.exception


def test_a_panel_of_a_link_asks_and_one_opened_by_hand_begins(asked, monkeypatch):
    monkeypatch.setattr(Price, "seconds", 6.0)
    linked = open_page("depth_width", panel="cost")
    assert not any(isinstance(question, Price) for question in asked)
    button(linked, "Work it out").click().run()
    assert isinstance(asked[-1], Price)
    asked.clear()
    opened = open_page("depth_width")
    opened.session_state["control_panel"] = "cost"
    opened.run()
    assert isinstance(asked[-1], Price)


def test_a_sweep_of_a_minute_begins_for_who_moved_a_slider_and_not_for_who_opened_a_link(asked):
    longer = {"steps": "20000", "batch": "256"}
    opened = open_page("depth_width", **longer)
    assert asked == []
    assert "on this machine" in words(opened)
    opened.slider(key="control_seeds").set_value(2).run()
    assert [question.n_seeds for question in asked] == [2]
    assert following.UNASKED < asked[0].seconds < following.PATIENCE


@pytest.mark.parametrize(
    ("page", "query"),
    [("warp", LONGEST), ("depth_width", SWEEP), ("depth_width", {"seeds": "9", "steps": "6000"})],
)
def test_in_a_frame_nothing_long_can_be_started(asked, framed, page, query):
    shown = open_page(page, **query)
    assert asked == []
    assert "too long for a page in a frame" in words(shown)
    assert not [found for found in shown.button if found.label == "Train"]


def test_in_a_frame_a_usual_network_trains(asked, framed):
    open_page("warp", layers="3")
    assert [question.architecture.depth for question in asked] == [3]


def test_what_is_known_needs_no_question(asked, monkeypatch):
    monkeypatch.setattr(compute, "knows", lambda question: True)
    open_page("warp", **LONGEST)
    assert len(asked) == 1


def test_prices_follow_steps_size_and_points():
    def price(widths=(16, 16), n_points=400, **training):
        config = TrainingConfig(**training)
        return Experiment(DatasetConfig(n_points=n_points), Architecture(widths), config).seconds

    usual = price()
    assert DEFAULT.seconds < usual < 1
    assert price(steps=20_000) == pytest.approx(10 * usual)
    assert price(widths=(64,) * 10) > 50 * usual
    assert price(batch_size=512, n_points=2000) > 5 * usual
    assert price(batch_size=512, n_points=100) == price(batch_size=100)
    more = Grid(n_seeds=6).seconds - Grid().seconds
    assert Grid(n_seeds=9).seconds == pytest.approx(Grid().seconds + 2 * more)
