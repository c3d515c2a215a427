"""Whatever comes from outside: never an error that nobody expects, never more than linear time."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st
from hypothesis import given, settings, strategies

from layerwarp.app.controls import own_data
from layerwarp.app.experiments import network_file, network_text, point_text
from layerwarp.app.experiments.json_checks import read_object
from layerwarp.app.experiments.network_file import LoadedNetwork
from layerwarp.app.experiments.points_from_table import guess_columns, read_points_of
from layerwarp.app.experiments.tables import MAX_BYTES, read_table
from layerwarp.app.link import parameters
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.creases import facts
from layerwarp.app.pages.lessons import own
from layerwarp.app.pages.lessons import reading as lesson_files
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session import address
from layerwarp.app.session.live import Shown
from layerwarp.data.formula import parse_formula
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer
from tests.app.test_compute import recorded

PIECES = ["1", "9a", "1.", ".", "-", "+", "e", "(", "[[", '"', ",", "\t", ";", " ", "_", "=", "\\"]
PIECES += ["0-", "a=", "sin(", "**", "\x1f", "é", "\u202e", "ff", "kept-", "1,234", "1.234,", "\n"]
MOST_TEXT = 2_000_000  # characters; a request's head ends at half of it


def parse_link(page) -> Callable[[str], Any]:
    return lambda text: parameters.parse(dict.fromkeys((*page.names, "v"), text), page)


def read_points_from(text: str) -> Any:
    table = read_table(text)
    return read_points_of(table, guess_columns(table))


def follow_view(page) -> Callable[[str], Any]:
    def follow(text: str) -> None:
        st.session_state.clear()
        st.session_state[address.PAGE] = page
        st.session_state["stage"] = {"view": dict.fromkeys(page.sets, text)}
        address.follow("stage", page.sets)

    return follow


def read_facts(text: str) -> Any:
    from layerwarp.app.experiments.experiment import DEFAULT

    return facts.read({"topology": text, "count": text}, Shown(DEFAULT, recorded()))


READERS: dict[str, Callable[[str], Any]] = {
    **{f"link of {name}": parse_link(page) for name, page in PAGES.items()},
    **{f"picture of {name}": follow_view(page) for name, page in PAGES.items()},
    "version": lambda text: parameters.version_notice({"v": [text]}),
    "facts of a mesh": read_facts,
    "formula": parse_formula,
    "table": read_points_from,
    "points": point_text.read_points,
    "network of a link": network_text.read_network,
    "network file": network_file.load,
    "lesson": lambda text: lesson_files.read(text.encode("utf-8", "replace"), "lesson"),
    "lesson of a link": own.find,
    "JSON in a network file": lambda text: read_object(f'{{"a": {text}}}', MOST_TEXT),
}


def read(reader: Callable[[str], Any], text: str) -> None:
    """Read; a sentence is an answer, too."""
    sentence = ""
    try:
        reader(text)
    except (ValueError, LookupError) as error:
        sentence = str(error)
    assert len(sentence) < 1000
    assert "\n" not in sentence


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40)
@given(
    strategies.text(max_size=60)
    | strategies.lists(strategies.sampled_from(PIECES), max_size=30).map("".join)
)
def test_any_text_is_read_or_refused_in_a_sentence(name, text):
    read(READERS[name], text)


def seconds(reader: Callable[[str], Any], text: str, repeats: int = 1) -> float:
    """The least of some: what else the machine does only adds."""
    taken = []
    for _ in range(repeats):
        start = time.thread_time()
        read(reader, text)
        taken.append(time.thread_time() - start)
    return min(taken)


LENGTHS = (100, 200, 400, 2_000, 4_000, 12_000, 20_000, 200_000, 1_000_000)
WORTH = 0.05  # seconds below which a clock's steps and first uses weigh more than the length


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("end", ["", "x"])
def test_twice_the_text_takes_at_most_two_and_a_half_times_as_long(name, end):
    reader = READERS[name]
    read(reader, "")  # what is imported or made once
    for piece in PIECES:
        for length in LENGTHS:
            text = piece * (length // len(piece))
            twice = seconds(reader, 2 * text + end)
            if twice <= WORTH:
                continue
            once = seconds(reader, text + end)
            if twice > 2.5 * once:
                once, twice = (seconds(reader, n * text + end, 5) for n in (1, 2))
            assert twice <= max(2.5 * once, WORTH), (piece, length, once, twice)


def test_long_runs_of_digits_are_read_at_once():
    """8,000 digits and a letter took 1.2 s, and held the interpreter."""
    many = "9" * 8_000
    for text in (many * 10 + "x", f"{many}{many}x,1,a\n", f"{many}.{many}x"):
        for name, reader in READERS.items():
            assert seconds(reader, text) < 0.5, name


def grown(weight: float) -> LoadedNetwork:
    shapes = ((2, 3), (3, 3), (3, 1))
    params = [
        Layer(np.full(shape, weight, np.float32), np.zeros(shape[1], np.float32))
        for shape in shapes
    ]
    return LoadedNetwork(Architecture((3, 3)), params)


@pytest.mark.parametrize("weight", [1e12, 1e20, 3e38])
def test_networks_whose_numbers_grow_beyond_all_that_is_drawn_are_refused(weight):
    """1e20 in a link was a LinAlgError on the page."""
    with pytest.raises(ValueError, match="must stay below 1e"):
        network_file.load(network_file.dump(grown(weight)))
    with pytest.raises(ValueError, match="must stay below 1e"):
        network_text.read_network(network_text.write_network(grown(weight)))
    network_file.load(network_file.dump(grown(1e3)))


@pytest.mark.parametrize("depth", [3, 500, 990, 5_000])
def test_lists_nested_deep_are_refused_in_a_sentence(depth):
    data = '{"name": "formula", "n_points": 50, "noise": 0.0, "seed": 0, "formula": "x", '
    data += f'"interval": {"[" * depth}1{"]" * depth}, "points": []}}'
    text = network_file.dump(grown(1.0))[:-2] + f', "data": {data}}}'
    with pytest.raises(ValueError, match="deeper than"):
        network_file.load(text)


def test_every_text_of_a_link_has_a_length_beyond_which_nobody_looks(monkeypatch):
    looked: list[str] = []
    for name, row in PARAMETERS.items():
        with monkeypatch.context() as patch:
            patch.setattr(type(row.kind), "read", lambda self, text: (looked.append(text), ""))  # type: ignore[func-returns-value]
            parameters.read(name, "1")
            parameters.read(name, "1" * MOST_TEXT)
    assert looked == ["1"] * len(PARAMETERS)


def test_a_table_of_2_mb_is_read_once_and_only_so_far(monkeypatch):
    rows = "\n".join(f"{i % 7},{i % 5},{'ab'[i % 2]}" for i in range(250_000))
    assert len(rows) < MAX_BYTES
    start = time.thread_time()
    points = read_points_from(rows)
    assert time.thread_time() - start < 0.6  # it was 1.2 s
    assert points.n_dropped == 245_000
    calls: list[str] = []

    def read_once(content):
        calls.append(content)
        return read_table(content)

    monkeypatch.setattr(own_data, "read_table", read_once)
    for _ in range(3):
        own_data._read(rows)
    assert calls == [rows]


ODD: list[Any] = [None, [], "x", 7, {"a": 1}, [[]], 1e308, -1, True, float("nan"), {"view": "x"}]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_forged_picture_changes_nothing(value):
    for page in PAGES.values():
        st.session_state.clear()
        st.session_state[address.PAGE] = page
        for view in (value, dict.fromkeys(page.sets, value)):
            st.session_state["stage"] = {"view": view}
            address.follow("stage", page.sets)
            values = page.defaults | st.session_state.get(address.STATE, {})
            assert parameters.parse(parameters.format(values, page), page) == (values, ())
