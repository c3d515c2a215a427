"""The page "Creases": what it says of the pieces, for any network and any link."""

import time

import numpy as np
import pytest

from layerwarp.app.controls.network import experiment as experiment_of
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.creases import regions
from layerwarp.app.pages.creases.regions import RegionFacts
from layerwarp.app.pages.creases.words import bounds, counts, short, topology
from layerwarp.app.pages.table import PAGES
from layerwarp.app.stage.payload import input_box, most_pieces
from layerwarp.geometry.boundary import ClassTopology
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from tests.app.pages import button, header, open_page, quick_history, words

PAGE = "creases"
LINKS = [
    {},
    {"layers": "0"},
    {"layers": "1", "neurons": "1", "init": "zeros"},
    {"layers": "4", "neurons": "3", "act": "relu-abs-leaky_relu-identity"},
    {"data": "blobs5", "widths": "4-6", "view": "space", "folds": "1", "color": "factor"},
    {"data": "circles", "neurons": "500", "folds": "99", "color": "pink", "x1": "1e400"},
    dict.fromkeys(PARAMETERS, "9" * 100_000),
    dict.fromkeys(PARAMETERS, "\u202e`<b>*"),
]


def settled(page):
    """The page after the pieces are counted."""
    end = time.monotonic() + 30
    while any("Counting" in line.value for line in page.caption) and time.monotonic() < end:
        time.sleep(0.05)
        page.run()
    return page


@pytest.mark.parametrize("query", LINKS, ids=lambda query: str(query)[:40])
def test_any_link_shows_a_mesh_and_its_counts(trained, query):
    page = settled(open_page(PAGE, **query))
    assert len(page.get("bidi_component")) == 1
    assert "here" in words(page) or "1 straight piece" in words(page)
    assert len([line for line in page.caption if "The link asked" in line.value]) <= 1


def test_the_words_say_what_core_counts(trained):
    page = settled(open_page(PAGE, layers="2", neurons="6", data="circles"))
    history = quick_history(trained[-1])
    box = input_box(trained[-1].dataset.make().points)
    mesh = linear_regions(history.architecture, history.params, box)
    assert f"Possible 484, here {mesh.count}" in words(page)  # 22 times 22
    assert "N²/2 = 72" in words(page)
    loops = len(mesh.boundary_loops)
    assert f"{loops or 'no'} closed loop" in words(page)
    assert header(page)["most_regions"] == [1, 22, 484]


def test_the_step_of_the_link_is_the_one_that_is_counted(trained):
    first = settled(open_page(PAGE, neurons="5", s="0"))
    assert "(step 0)" in words(first)
    history = quick_history(trained[-1])
    box = input_box(trained[-1].dataset.make().points)
    mesh = linear_regions(history.architecture, history.params_at(0), box)
    assert f"here {mesh.count:,}" in words(first)


@pytest.mark.parametrize("name", [n for n, a in ACTIVATIONS.items() if a.negative_slope is None])
def test_a_smooth_activation_is_one_sentence_and_one_click(trained, name):
    page = open_page(PAGE, act=name)
    assert not page.get("bidi_component")
    assert not trained
    assert "no straight pieces" in page.warning[0].value
    straight = ACTIVATIONS[ACTIVATIONS[name].nearest_straight]
    assert straight.negative_slope is not None
    button(page, f"Use {straight.label}").click().run()
    assert settled(page).get("bidi_component")
    assert trained[-1].architecture.activations == (ACTIVATIONS[name].nearest_straight,) * 2


def test_only_the_smooth_layers_are_straightened(trained):
    page = open_page(PAGE, layers="3", act="abs-tanh-relu")
    button(page, "Use Absolute value, ReLU").click().run()
    assert trained[-1].architecture.activations == ("abs", "relu", "relu")


def test_a_rerun_sends_the_same_bytes_and_counts_nothing_anew(trained, monkeypatch):
    page = settled(open_page(PAGE, neurons="7"))
    before = page.get("bidi_component")[0].proto.bytes
    monkeypatch.setattr(regions, "_find", None)
    page.run()
    assert page.get("bidi_component")[0].proto.bytes == before
    assert "here" in words(page)


def test_narrow_networks_hear_what_theory_says_of_loops(trained):
    said = words(settled(open_page(PAGE, data="nested", layers="4", neurons="2")))
    assert "no closed loop" in said
    assert "nothing can be closed in: every part of every class reaches to infinity" in said
    assert "A disc inside a ring cannot be told from it" in said
    wider = words(settled(open_page(PAGE, data="nested", layers="2", neurons="3")))
    assert "reaches to infinity" not in wider


def test_islands_and_holes_are_named():
    experiment = experiment_of(PAGES["creases"].defaults)
    rows = (ClassTopology(2, 1, 0), ClassTopology(1, 0, 2))
    text = topology(experiment, RegionFacts(0, 9, 9, loops=2, topology=rows))
    assert "2 closed loops" in text
    assert "The blue class has 1 island." in text
    assert "The orange class has 2 holes." in text


def test_of_several_classes_islands_are_told_and_not_loops():
    """The rim of an island that meets two other classes is no closed line of any two classes."""
    experiment = experiment_of(PAGES["creases"].defaults | {"data": "blobs3"})
    island = (ClassTopology(1, 1, 0), ClassTopology(1, 0, 0), ClassTopology(1, 0, 0))
    assert topology(experiment, RegionFacts(0, 9, 9, topology=island)) == (
        "The blue class has 1 island."
    )
    open_classes = (ClassTopology(1, 0, 0),) * 3
    assert "No class is closed in" in topology(experiment, RegionFacts(0, topology=open_classes))


def test_neurons_that_fold_nothing_are_counted_in_good_grammar():
    text = counts(Architecture((8, 8)), RegionFacts(0, 9, 9, dead=2, always_on=1))
    assert "2 neurons are never on in this picture and fold nothing." in text
    assert "1 neuron is always on and folds nothing." in text


def test_equal_bounds_are_said_once():
    text = bounds(Architecture((16, 16)))
    assert "at most 18,769 (Serra et al. 2018, Montúfar 2017, Raghu et al. 2017)" in text


def test_an_incomplete_mesh_is_said_to_be_one():
    facts = RegionFacts(5, 200, 200, notice="The mesh is not complete.")
    text = counts(Architecture((64, 64)), facts)
    assert "here at least 200" in text
    assert "not complete" in text


def test_numbers_that_overflow_are_one_sentence(trained):
    experiment = experiment_of(PAGES["creases"].defaults | {"neurons": 4})
    history = quick_history(experiment)
    history.parameters[-1] = np.nan
    facts = regions.request(experiment, history, None, "a").result(timeout=30)
    quick_history.cache_clear()
    assert facts.count == 0
    assert "finite" in facts.notice


@pytest.mark.parametrize(
    ("count", "text"), [(97, "97"), (18_769, "18,769"), (112_345_678, "1.1 × 10⁸")]
)
def test_large_counts_are_short(count, text):
    assert short(count) == text


def test_the_bounds_of_smooth_networks_are_none():
    assert most_pieces(Architecture((3, 3), "tanh")) == []
    assert most_pieces(Architecture((8,))) == [1, 37]
    assert most_pieces(Architecture(())) == [1]
