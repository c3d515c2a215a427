"""The menu "Share", locks and bare pages, without a browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.exporters import EXPORTERS, offered
from layerwarp.app.link.kinds.basic import Names
from layerwarp.app.link.parameters import LOCKABLE, LOCKS, format, parse, version_notice
from layerwarp.app.pages import advice, share
from layerwarp.app.pages.table import PAGES
from layerwarp.app.serving import headers
from layerwarp.app.session import frame
from layerwarp.app.session.live import Shown
from layerwarp.app.words.diagnosis import Diagnosis, Repair
from tests.app.pages import button, open_page, quick_history, show_example, words

WARP = PAGES["warp"]
KINDS = ("slider", "select_slider", "selectbox", "number_input", "toggle", "radio")


def controls(page):
    return {w.key: w for kind in KINDS for w in page.get(kind)}


@pytest.mark.parametrize("name", PAGES)
def test_a_link_of_a_page_gives_its_values_back(name):
    page = PAGES[name]
    changes = {"layers": 3, "only": ("neurons", "lr"), "hide": True}
    values = page.defaults | {name: changes[name] for name in changes if name in page.names}
    query = parse_qs(urlsplit(share.link(page, values, embed=True)).query, keep_blank_values=True)
    assert query.pop("embed") == ["true"]
    assert parse(query, page) == (values, ())


@pytest.mark.parametrize(
    ("query", "newer"),
    [
        ({}, False),
        ({"v": "1"}, False),
        ({"v": "2"}, False),
        ({"v": "3"}, True),
        ({"v": ["x", "99"]}, True),
    ]
    + [({"v": text}, False) for text in ("", "-5", "NaN", "<b>2</b>", "😀")],
)
def test_a_link_of_a_newer_version_says_so(query, newer):
    assert bool(version_notice(query)) == newer
    assert parse(query, WARP)[1] == ()


@given(st.lists(st.sampled_from(LOCKABLE), unique=True))
def test_locks_survive_the_way_through_a_link(names):
    values = WARP.defaults | {"only": tuple(names)}
    assert parse(format(values, WARP), WARP) == (values, ())


@pytest.mark.parametrize(
    ("text", "value", "exact"),
    [
        ("a-b", ("a", "b"), True),
        ("", (), True),
        ("B-b-a", ("b", "a"), False),
        ("a-x", ("a",), False),
    ],
)
def test_names_that_there_are_not_are_left_out(text, value, exact):
    assert Names(("a", "b")).read(text) == (value, "" if exact else "the nearest there is")


def test_a_lock_leaves_what_it_names(trained):
    assert button(open_page(v="2", only="data"), "Own").disabled, "data sets only"
    assert not button(open_page(v="2", only="data-xy"), "Own").disabled
    page = open_page(v="2", only="neurons-points")
    free = {key for key, widget in controls(page).items() if not widget.disabled}
    assert free == {"control_neurons", "control_points"}
    assert button(page, "Train on").disabled
    assert button(page, "Start again").disabled
    page.slider(key="control_neurons").set_value(9).run()
    assert dict(page.query_params) == {"v": "2", "only": "neurons-points", "neurons": "9"}


def test_hidden_controls_keep_their_values(trained):
    page = open_page(only="neurons", hide="1", layers="3", lr="0.1")
    assert set(controls(page)) == {"control_neurons"}
    assert not [b for b in page.button if b.label in ("Train on", "Start again")]
    assert trained[-1].architecture.depth == 3
    assert trained[-1].training.learning_rate == 0.1


HINTS = (  # a page that says too much for a lesson
    {"data": "circles", "layers": "0"},
    {"data": "circles", "layers": "1", "neurons": "2"},
    {"v": "2"},
)


@pytest.mark.parametrize("query", HINTS, ids=str)
def test_a_lock_keeps_the_answer(trained, query):
    open_, locked = open_page(**query), open_page(**query, only="neurons-layers")
    hints = [w.value for w in open_.warning] + [c.value for c in open_.caption if "bulb" in c.value]
    assert hints
    assert not set(hints) & {text.value for text in (*locked.warning, *locked.caption)}
    assert not [b for b in locked.button if b.key.startswith(("repair", "harder"))]


def test_what_went_wrong_is_said_under_a_lock_without_the_click_that_mends_it(monkeypatch):
    said: list[str] = []
    clicks: list[tuple] = []
    monkeypatch.setattr(advice.st, "warning", said.append)
    monkeypatch.setattr(advice.widgets, "button", lambda *given, **_: clicks.append(given))
    monkeypatch.setattr(advice.locks, "locked", lambda: True)
    advice.show(Diagnosis("It blew up.", (Repair("Lower it", {"lr": 0.01}),), plain=True))
    advice.show(Diagnosis("Three neurons are needed.", (Repair("Use 3", {"neurons": 3}),)))
    assert said == ["It blew up."]
    assert clicks == []


def test_examples_keep_the_frame(trained):
    page = open_page(only="-".join(LOCKABLE))
    show_example(page, "Too narrow")
    assert page.query_params["data"] == ["nested"] or page.query_params["data"] == "nested"
    assert "only" in page.query_params


def test_a_presented_page_is_bare(trained):
    page = open_page(present="1", layers="3")
    assert set(controls(page)) == {"control_layers", "control_neurons"}
    assert not page.expander
    assert "bends space" not in words(page)
    button(page, "Leave the presenter view").click().run()
    assert len(controls(page)) > 2
    assert not page.exception


@pytest.mark.parametrize("name", ["warp", "creases", "pieces"])
def test_a_picture_in_a_frame_has_no_control(trained, monkeypatch, name):
    monkeypatch.setattr(frame, "embedded", lambda: True)
    for query in ({}, {"present": "1"}):
        assert controls(open_page(name, **query)) == {}


def test_every_page_can_be_locked():
    assert all(set(LOCKS) <= set(page.names) for page in PAGES.values())


def test_a_file_is_of_the_step_that_is_shown():
    history = quick_history(DEFAULT)
    step = int(history.steps[2])
    look = {"yaw": 0.5, "unit": (1, 2), "x1": 0.25, "x2": -1.0}
    values = WARP.defaults | {"s": step, "view": "neurons", "axes": (3, 1)} | look
    export = share.exported(WARP, values, Shown(DEFAULT, history))
    assert (export.step, export.view, export.chosen) == (step, "neurons", (3, 1))
    assert (export.turn, export.neuron) == ((0.5, None), (1, 2))
    assert export.pinned == (0.25, -1.0)
    assert share.exported(WARP, values | {"unit": (9, 1)}, Shown(DEFAULT, history)).neuron == ()
    assert "axes=3-1" in export.link
    assert set(offered(export)) == set(EXPORTERS)


@pytest.mark.parametrize(
    ("query", "anywhere"),
    [
        (b"", False),
        (b"embed=true", True),
        (b"data=spiral&embed=TRUE", True),
        (b"embed=false", False),
    ]
    + [(query, False) for query in (b"embed", b"embed=1", b"x=embed%3Dtrue", b"\xff=embed")],
)
def test_only_embedded_pages_may_be_framed_elsewhere(query, anywhere):
    assert headers._embeds({"query_string": query}) == anywhere
    policy = headers.content_security_policy(anywhere)
    assert ("frame-ancestors" not in policy) == anywhere
    assert ("frame-ancestors 'self';" in policy) != anywhere
    chosen = headers.content_security_policy(anywhere, ("https://maths.example.org",))
    framed = "'self' https://maths.example.org" if anywhere else "'self'"
    assert f"frame-ancestors {framed};" in chosen
