"""The page "Creases": what it says of the pieces, for any network and any link."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from layerwarp.app.controls.network import experiment as experiment_of
from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.creases.facts import RegionFacts, read
from layerwarp.app.pages.creases.words import bounds, counts, short, topology
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session.live import Shown
from layerwarp.app.stage.payload import MAX_FACES, fingerprint, input_box, most_pieces
from layerwarp.app.work.recorded_warp import load
from layerwarp.data.datasets import Dataset
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from tests.app.pages import QUICK_STEPS, button, header, open_page, quick_history, words

PAGE = "creases"
COUNTING = "Counting the pieces"
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


def mesh_of(experiment, record=-1):
    history = shown_history(experiment)
    box = input_box(experiment.dataset.make().points)
    return linear_regions(history.architecture, history.params_at(record), box)


def shown_history(experiment):
    return load() if experiment == DEFAULT else quick_history(experiment)


def told(page, experiment, record=-1):
    """What the browser tells of the mesh of a record."""
    mesh = mesh_of(experiment, record)
    return {
        "network": header(page)["fingerprint"],
        "step": int(shown_history(experiment).steps[record]),
        "count": mesh.count,
        "linear_count": mesh.linear_count,
        "dead": int(sum(map(np.sum, mesh.dead))),
        "always_on": int(sum(map(np.sum, mesh.always_on))),
        "loops": len(mesh.boundary_loops),
        "topology": [list(row) for row in mesh.decision.topology],
        "stopped_at": [],
    }


def tell(page, facts):
    """The page after the browser has sent its facts."""
    page.session_state[PAGE] = {"facts": facts}
    return page.run()


def settled(page, trained, record=-1):
    """The page after the browser has told of the mesh of a record."""
    assert COUNTING in words(page)
    return tell(page, told(page, trained[-1], record))


@pytest.mark.parametrize("query", LINKS, ids=lambda query: str(query)[:40])
def test_any_link_shows_a_mesh_and_its_counts(trained, query):
    page = settled(open_page(PAGE, **query), trained)
    assert len(page.get("bidi_component")) == 1
    assert "here" in words(page) or "1 straight piece" in words(page)
    assert len([line for line in page.caption if "The link asked" in line.value]) <= 1


def test_the_words_say_what_core_counts(trained):
    page = settled(open_page(PAGE, layers="2", neurons="6", data="circles"), trained)
    mesh = mesh_of(trained[-1])
    assert f"At most 484, here {mesh.count}" in words(page)  # 22 times 22
    assert "N²/2 = 72" in words(page)
    loops = len(mesh.boundary_loops)
    assert f"{loops or 'no'} closed loop" in words(page)
    assert header(page)["most_regions"] == [1, 22, 484]
    assert header(page)["max_faces"] == MAX_FACES


def test_the_step_that_is_drawn_is_the_one_that_is_told_of(trained):
    page = settled(open_page(PAGE, neurons="5", s="0"), trained, record=0)
    assert f"here {mesh_of(trained[-1], 0).count:,}** (step 0)" in words(page)
    tell(page, told(page, trained[-1]))
    assert f"here {mesh_of(trained[-1]).count:,}** (step {QUICK_STEPS})" in words(page)


def test_of_another_network_nothing_is_told(trained):
    page = settled(open_page(PAGE, neurons="5"), trained)
    assert "here" in words(page)
    page.slider(key="control_neurons").set_value(6).run()
    assert COUNTING in words(page)
    assert ", here " not in words(page)


SMALL = experiment_of(PAGES["creases"].defaults | {"neurons": 5})  # ten neurons in two layers
FORGED: dict[str, list[Any]] = {  # of a mesh of SMALL
    "network": [None, "7", 7, -1],
    "step": [-1, 10**6, 0.0, "0", 10**400, None],
    "count": [-1, MAX_FACES + 1, 3.0, "<b>", True, float("nan"), None, [5]],
    "linear_count": [0, 10**6, [[]]],
    "dead": [-1, 11, 0.5],
    "always_on": [-1, 11],
    "loops": [-1, 10**9],
    "topology": [[], 5, [[1, 0]], [[1, 0, 0]] * 3, [[1, 0, -1]] * 2, [[1, 0, 0.5]] * 2, {"a": 1}],
    "stopped_at": [[0], [0, 5], [2, 0], [0, -1], [0, "`"], 5, [[0, 0]], None],
    "more": [0],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in FORGED.items() for value in values],
    ids=lambda value: str(value)[:20],
)
def test_forged_facts_count_as_not_there(name, value):
    shown = Shown(SMALL, quick_history(SMALL))
    data = SMALL.dataset.make()
    assert isinstance(data, Dataset)
    network = fingerprint(shown.history, data.points)
    numbers = {"count": 9, "linear_count": 9, "dead": 1, "always_on": 1, "loops": 1}
    lists = {"topology": [[1, 0, 0], [1, 1, 0]], "stopped_at": []}
    facts = {"network": network, "step": 0} | numbers | lists
    assert read(facts, shown) is not None
    assert read(facts | {name: value}, shown) is None


@pytest.mark.parametrize("told", [None, {}, [], "facts", 7, {"count": 9}, [[[[]]]]])
def test_what_are_no_facts_at_all_counts_as_not_there(told):
    assert read(told, Shown(SMALL, quick_history(SMALL))) is None


def test_forged_facts_leave_the_page_counting(trained):
    page = open_page(PAGE, neurons="5")
    for facts in ({"count": "<b>"}, told(page, trained[-1]) | {"count": -1}, "`"):
        assert COUNTING in words(tell(page, facts))


@pytest.mark.parametrize("name", [n for n, a in ACTIVATIONS.items() if a.negative_slope is None])
def test_a_smooth_activation_is_one_sentence_and_one_click(trained, name):
    page = open_page(PAGE, act=name)
    assert page.get("bidi_component"), "there is no picture of its answers"
    assert header(page)["most_regions"] == []
    assert COUNTING not in words(page)
    assert len(page.warning) == 1
    assert "not made of straight pieces: there is no " in page.warning[0].value
    assert "drawn from a grid of points, without fold lines" in page.warning[0].value
    straight = ACTIVATIONS[ACTIVATIONS[name].nearest_straight]
    assert straight.negative_slope is not None
    button(page, f"Use {straight.label}").click().run()
    assert settled(page, trained).get("bidi_component")
    assert trained[-1].architecture.activations == (ACTIVATIONS[name].nearest_straight,) * 2


def test_only_the_smooth_layers_are_straightened(trained):
    page = open_page(PAGE, layers="3", act="abs-tanh-relu")
    button(page, "Use Absolute value, ReLU").click().run()
    assert trained[-1].architecture.activations == ("abs", "relu", "relu")


def test_a_rerun_sends_the_same_bytes_and_says_the_same(trained):
    page = settled(open_page(PAGE, neurons="7"), trained)
    before = page.get("bidi_component")[0].proto.bytes
    page.run()
    assert page.get("bidi_component")[0].proto.bytes == before
    assert "here" in words(page)


def test_narrow_networks_hear_what_theory_says_of_loops(trained):
    said = words(settled(open_page(PAGE, data="nested", layers="4", neurons="2"), trained))
    assert "no closed loop" in said
    assert "nothing can be closed in: every part of every class reaches to infinity" in said
    assert "A disc inside a ring cannot be told from it" in said
    wider = words(settled(open_page(PAGE, data="nested", layers="2", neurons="3"), trained))
    assert "reaches to infinity" not in wider


def test_islands_and_holes_are_named():
    experiment = experiment_of(PAGES["creases"].defaults)
    rows = ((2, 1, 0), (1, 0, 2))
    text = topology(experiment, RegionFacts(count=9, loops=2, topology=rows))
    assert "2 closed loops" in text
    assert "The blue class has 1 island." in text
    assert "The orange class has 2 holes." in text


def test_of_several_classes_islands_are_told_and_not_loops():
    """The rim of an island that meets two other classes is no closed line of any two classes."""
    experiment = experiment_of(PAGES["creases"].defaults | {"data": "blobs3"})
    island = ((1, 1, 0), (1, 0, 0), (1, 0, 0))
    assert topology(experiment, RegionFacts(count=9, topology=island)) == (
        "The blue class has 1 island."
    )
    open_classes = ((1, 0, 0),) * 3
    assert "No class is closed in" in topology(experiment, RegionFacts(topology=open_classes))


def test_neurons_that_fold_nothing_are_counted_in_good_grammar():
    facts = RegionFacts(count=9, linear_count=9, dead=2, always_on=1)
    text = counts(Architecture((8, 8)), facts)
    assert text.endswith(
        "3 of 16 neurons fold nothing in the whole picture: 2 are never on there, 1 is never "
        "below 0."
    )


@pytest.mark.parametrize(
    ("act", "dead", "always_on", "sentence"),
    [
        ("relu", 1, 0, "1 of 2 neurons folds nothing in the whole picture: it is never on there."),
        (
            "leaky_relu",
            0,
            2,
            "2 of 2 neurons fold nothing in the whole picture: they are never below 0 there.",
        ),
        (
            "abs",
            2,
            0,
            "2 of 2 neurons fold nothing in the whole picture: they are never above 0 there.",
        ),
    ],
)
def test_neurons_without_a_fold_line_are_said_to_be_what_they_are(act, dead, always_on, sentence):
    facts = RegionFacts(count=2, linear_count=2, dead=dead, always_on=always_on)
    assert sentence in counts(Architecture((2,), act), facts)


@pytest.mark.parametrize(
    ("widths", "count", "sentence"),
    [
        ((1,), 2, "its one neuron folds the plane along one line."),
        ((1,), 1, "no fold line crosses this picture."),
        ((8, 8), 1, "no fold line crosses this picture."),
        ((3,), 7, "every neuron has a fold line here, and every two of them cross."),
        ((3,), 6, "the most needs a fold line for every neuron, every two of them crossing in"),
        (
            (1, 1, 1),
            3,
            "**At most 4, here 3** (step 0): the most is a bound for these widths, which",
        ),
        ((1, 1, 1), 4, "**At most 4, here 4** (step 0): as many as there can be."),
        ((2, 2, 2), 9, "the most is a bound for these widths, which not every such network can"),
        (
            (3, 3, 3),
            20,
            "usual for 9 neurons in wide layers, however many, is about N²/2 = 40.5 (Hanin",
        ),
        ((1,) * 8, 3, "is about N²/2 = 32 (Hanin and Rolnick 2019), but layers this narrow cannot"),
        (
            (8, 8),
            60,
            "This network makes fewer: a neuron that is on, or off, all over this picture",
        ),
        ((8, 8), 143, "Depth can multiply the pieces, up to the bound above; training does not"),
        ((8, 8), 512, "This network makes 4.0 times as many."),
    ],
)
def test_the_count_is_explained_by_what_is_there(widths, count, sentence):
    text = counts(Architecture(widths), RegionFacts(count=count, linear_count=count))
    assert sentence in text
    assert "possible" not in text
    assert ("each of the" in text) == (count > 1 and sum(widths) > 1)


@pytest.mark.parametrize(("activation", "so_many"), [("leaky_relu", False), ("abs", True)])
def test_numbers_that_never_fall_make_few_pieces(activation, so_many):
    """Of one number after the other each neuron folds once; absolute values fold all there is."""
    facts = RegionFacts(count=9, linear_count=9)
    text = counts(Architecture((1,) * 8, (activation,) * 8), facts)
    assert ("but layers this narrow cannot make so many" in text) != so_many


def test_of_one_folding_layer_beside_identity_depth_is_no_matter():
    text = counts(Architecture((8, 8), ("identity", "relu")), RegionFacts(count=9, linear_count=9))
    assert "usual for 8 neurons in wide layers, however many, is about N²/2 = 32" in text
    assert "Depth may multiply" not in text


def test_where_there_is_one_step_only_it_is_not_named():
    facts = RegionFacts(count=2, linear_count=1)
    assert "here 2**: " in counts(Architecture((1,)), facts, alone=True)
    assert counts(Architecture((1,)), facts).endswith(
        "No fold bends the output: that is one straight map."
    )


def test_where_one_class_is_everywhere_there_is_no_boundary():
    experiment = experiment_of(PAGES["creases"].defaults)
    text = topology(experiment, RegionFacts(count=9, topology=((0, 0, 0), (1, 0, 0))))
    assert text == "**There is no boundary** in the whole picture: all of it is orange."


def test_classes_that_are_not_in_the_picture_are_named():
    experiment = experiment_of(PAGES["creases"].defaults | {"data": "blobs3"})
    rows = ((1, 0, 0), (0, 0, 0), (1, 0, 0))
    assert topology(experiment, RegionFacts(count=9, topology=rows)).endswith(
        "Nowhere in it: orange."
    )


def test_identity_folds_nothing_and_is_not_said_to_be_off(trained):
    page = settled(open_page(PAGE, layers="3", neurons="2", act="identity"), trained)
    said = words(page)
    assert "identity bends nothing, so no neuron folds the plane" in said
    for false in ("never on in this", "never below 0", "Bounds for these widths", "**At most"):
        assert false not in said


def test_beside_identity_nobody_is_idle():
    facts = RegionFacts(count=9, linear_count=9, dead=2, always_on=1)
    text = counts(Architecture((8, 8), ("identity", "relu")), facts)
    assert "never on" not in text
    assert "That is 1.1 for each of the 8 neurons that can fold." in text


@pytest.mark.parametrize(
    ("widths", "count", "sentence"),
    [
        ((8, 8), 52, "That is 3.2 for each of the 16 neurons; in one layer they make at most 137."),
        ((36,), 667, "That is 18.5 for each of the 36 neurons."),
        ((64,) * 10, 100, "the 640 neurons; in one layer they make at most 205,121."),
    ],
)
def test_deep_against_wide_is_said_in_pieces_a_neuron(widths, count, sentence):
    facts = RegionFacts(count=count, linear_count=count)
    assert counts(Architecture(widths), facts).endswith(sentence)


@pytest.mark.parametrize("facts", [RegionFacts(count=2), RegionFacts(count=9, stopped_at=(0, 1))])
def test_of_one_neuron_or_a_part_of_the_mesh_no_share_is_said(facts):
    assert "for each of" not in counts(Architecture((1,) if facts.complete else (8,)), facts)


def test_equal_bounds_are_said_once():
    text = bounds(Architecture((16, 16)))
    assert "at most 18,769 (Serra et al. 2018, Montúfar 2017, Raghu et al. 2017)" in text


def test_a_bound_from_above_is_called_reached_only_where_that_is_known():
    """No network 2-3-3 of absolute values has 49 pieces, though two bounds say so."""
    deep = bounds(Architecture((3, 3), ("abs", "abs")))
    assert deep.endswith("at most 49 (Montúfar 2017, Raghu et al. 2017).")
    assert "at most 7, which some network has" in bounds(Architecture((3,), ("abs",)))


def test_an_incomplete_mesh_is_said_to_be_one():
    architecture = Architecture((64, 32))
    facts = RegionFacts(step=5, count=200, linear_count=100, stopped_at=(0, 12))
    text = counts(architecture, facts)
    assert "here at least 200** (step 5)" in text
    assert "straight maps" not in text
    assert text.endswith(
        "The mesh is not complete: it reached its limit of 200,000 regions in layer 1 at neuron 13 "
        "of 64."
    )


def test_a_mesh_that_cannot_be_had_is_one_sentence(trained):
    page = open_page(PAGE, neurons="4")
    nothing = RegionFacts(header(page)["fingerprint"], QUICK_STEPS)
    tell(page, asdict(nothing) | {"topology": [], "stopped_at": []})
    assert page.warning[-1].value == (
        f"There is no mesh of step {QUICK_STEPS}: nothing can be counted."
    )


@pytest.mark.parametrize(
    ("count", "text"), [(97, "97"), (18_769, "18,769"), (112_345_678, "1.1 × 10⁸")]
)
def test_large_counts_are_short(count, text):
    assert short(count) == text


def test_the_bounds_of_smooth_networks_are_none():
    assert most_pieces(Architecture((3, 3), "tanh")) == []
    assert most_pieces(Architecture((8,))) == [1, 37]
    assert most_pieces(Architecture(())) == [1]
