"""The page "Depth × width": it runs for every link, says what it shows, and trains once."""

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.experiment import DatasetConfig, Experiment, TargetConfig
from layerwarp.app.link.parameters import MEASURES as MEASURE_NAMES
from layerwarp.app.link.parameters import PANELS, PARAMETERS, parse
from layerwarp.app.pages.depth_width import counts
from layerwarp.app.pages.depth_width import panels as compare_panels
from layerwarp.app.pages.depth_width import recorded_grid as default_grid
from layerwarp.app.pages.depth_width import words as grid_words
from layerwarp.app.pages.depth_width.controls import grid as grid_of
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.measures import (
    MEASURES,
    brightness,
    cell_texts,
    hover_texts,
    of_dataset,
    scale,
    thumbnails,
)
from layerwarp.app.pages.depth_width.panels import (
    budget,
    cases,
    data,
    deep,
    exponential,
    growth,
    trained_folds,
)
from layerwarp.app.pages.depth_width.panels import cost as price
from layerwarp.app.pages.depth_width.panels.cases import Case
from layerwarp.app.pages.depth_width.panels.trained_folds import TrainedFolds
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session import address, holding
from layerwarp.app.words import numbers
from layerwarp.app.work import compute
from layerwarp.app.work.answers import bare
from layerwarp.app.work.jobs import Job
from layerwarp.geometry.constructions import sawtooth
from layerwarp.geometry.piecewise import piecewise_linear
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import record_activations
from layerwarp.network.initializers import INITIALIZERS, init_params
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import Cost
from layerwarp.training.gradient_flow import initial_gradient_norms, starting_network
from layerwarp.training.samples import Samples
from layerwarp.training.train import train
from tests.app import pages
from tests.app.pages import button, show_example, words
from tests.conftest import ROOT

COMPARE = PAGES["depth_width"]
LINKS = [
    {},
    {"d1": "0", "d2": "0", "w1": "2", "w2": "2", "seeds": "1"},
    {"d1": "3", "d2": "1", "w1": "64", "w2": "8"},
    {"curve": "sine", "measure": "regions"},
    {"data": "blobs5", "act": "tanh", "measure": "regions"},
    {"act": "relu-tanh", "layers": "2", "widths": "4-6"},
    {"layers": "9", "neurons": "64", "measure": "speed", "goal": "0.99"},
    {"measure": "pink", "panel": "kitchen", "goal": "NaN", "seeds": "-1", "w1": "1e309"},
    dict.fromkeys(COMPARE.names, "9" * 100_000),
    dict.fromkeys(COMPARE.names, "\u202e`<b>*"),
]
RECORDED = default_grid.load()
assert RECORDED is not None
DEFAULT = RECORDED


@pytest.fixture
def asked(monkeypatch):
    """Trainings stay open, except for the default grid; returns the questions."""
    questions = []

    def request(question, visitor, slot):
        questions.append(question)
        job = Job(question)
        if question == Grid():
            job.finish(DEFAULT)
        elif not question.trains:
            job.finish(question.answer(lambda *_: True))
        return job

    monkeypatch.setattr(compute, "request", request)
    return questions


def open_page(**query):
    return pages.open_page(COMPARE.name, **query)


def open_panel(panel, **query):
    """As a visitor does, by hand: what a link opens may ask first."""
    page = open_page(**query)
    page.session_state["control_panel"] = panel
    return page.run()


def held_job(page):
    held = holding._held.get((page.session_state["holder"], "job_grid"))
    assert held is not None
    return held.value


def charts(page):
    return page.get("plotly_chart")


def test_the_default_grid_is_there_and_is_that_of_the_page():
    assert DEFAULT.complete
    assert grid_of(COMPARE.defaults) == Grid()


def test_a_finished_picture_at_once(asked):
    page = open_page()
    assert asked == [Grid()]
    assert "75 networks, 3 in each cell" in words(page)
    assert len(charts(page)) == 1
    assert charts(page)[0].proto.alt.startswith("Right on new points by depth and width")
    assert not page.get("progress")


@pytest.mark.parametrize("query", LINKS, ids=lambda query: str(query)[:40])
def test_any_link_shows_a_grid_and_words(asked, query):
    page = open_page(**query)
    assert len(charts(page)) == 1
    assert len([line for line in page.caption if "The link asked" in line.value]) <= 1


@pytest.mark.parametrize("label", PAGES["depth_width"].examples)
def test_examples_run(asked, label):
    page = open_page(noise="0.3")
    show_example(page, label)
    assert not page.exception
    values, notices = parse({}, COMPARE)
    assert notices == ()
    changes = PAGES["depth_width"].examples[label].changes
    # One thing at a time: what is not shown is not trained.
    assert (grid_of(values | changes) in asked) == ("panel" not in changes)


@pytest.mark.parametrize("panel", PANELS)
def test_panels_open_while_their_answers_are_on_the_way(asked, panel):
    page = open_panel(panel)
    assert not page.exception
    others = [question for question in asked if not isinstance(question, Grid)]
    assert others
    assert len(charts(page)) >= (panel in ("exponential", "cost"))
    page = open_panel(panel, curve="sine", act="tanh")
    assert not page.exception


def test_a_panel_stops_when_it_is_closed(asked, monkeypatch):
    left = []
    monkeypatch.setattr(compute, "leave", lambda asked, visitor, slot: left.append(slot))
    page = open_panel("cost")
    assert left == ["grid"]
    page.session_state["control_panel"] = "none"
    page.run()
    assert left == ["grid", "panel"]


def test_a_panel_that_a_function_has_nothing_for_leaves_its_work(asked, monkeypatch):
    left = []
    monkeypatch.setattr(compute, "leave", lambda asked, visitor, slot: left.append(slot))
    page = open_page(panel="budget")
    page.session_state["control_curve"] = "sine"
    page.run()
    assert "or no function to copy" in page.info[0].value
    assert set(left) == {"panel", "random"}


def test_vanishing_is_shown_by_sgd_and_a_start_in_which_the_gradient_fades(asked):
    page = open_page(panel="deep", deep="20")
    told = words(page)
    assert "**Yes, with Sigmoid. Of the gradient in the last of 20 hidden layers" in told
    assert "about 1 part in 10¹⁰ (Sigmoid)" in told
    assert "Why: on its way back each layer multiplies the gradient by its weights" in told
    assert "19 times in a row, a factor well below 1 leaves next to nothing." in told
    assert "| Sigmoid | 0.25 | × 1.4 | × 0.3 | × 1e-10 |" in told
    assert "About half of the ReLUs are off at a point: their slope is 0, not 1." in told
    assert "Sigmoid and Tanh have their largest slope at z = 0 only." in told
    assert "“From the data” tries the points on each layer and makes its weights so large" in told
    assert "less than 1 % of what the last hidden layer gets" in told
    training = asked[-1].training
    assert (training.optimizer, training.learning_rate, training.initializer) == ("sgd", 0.1, "he")
    rule = deep.rule(TrainingConfig(), training)
    assert "Trained by SGD (rate 0.1), 2,000 steps" in rule
    assert "Your settings say Adam; here it is plain SGD, whose steps are as small" in rule
    assert "The starting weights are “He”, as in most courses, not “From the data”" in rule
    assert "moved by less than 1 % of their size" in rule
    assert "| Optimizer | **SGD (rate 0.1)** | Adam (rate 0.01) |" in told
    assert "| Starting weights | **He** | From the data |" in told
    assert "| Data | Spiral, 400 points, noise 0.1 |  |" in told
    assert "| Activation | **Sigmoid, Tanh and ReLU; any other that you choose is added** |" in told
    assert len(charts(page)) == 2
    page = open_page(panel="deep", init="glorot", opt="sgd", lr="0.3")
    told = words(page)
    assert "Starting weights: Glorot" in told
    assert (asked[-1].training.optimizer, asked[-1].training.learning_rate) == ("sgd", 0.3)
    assert "Your settings say" not in deep.rule(asked[-1].training, asked[-1].training)
    assert "| Starting weights | Glorot |" in told


@pytest.mark.parametrize(
    ("depth", "asked_for", "told"),
    [
        (
            10,
            20,
            "Trained with 10 layers, the most that can be trained here: 20 are only worked out, as "
            "above",
        ),
        (10, 10, "Trained with 10 layers"),
        (1, 1, "Trained with 1 layer"),
    ],
)
def test_where_training_stops_short_of_the_gradients_it_is_said(depth, asked_for, told):
    assert deep.trained(depth, asked_for) == told


def test_the_start_made_so_that_nothing_fades_explodes_in_the_end_and_why_is_said():
    """The panel's own numbers, of the usual data and 16 neurons."""
    data = Grid().dataset.make()
    norms = {
        depth: {
            "ReLU": initial_gradient_norms(starting_network(depth, 16, "relu", "data", data, 0))
        }
        for depth in (10, 100)
    }
    assert deep.exploding(norms[10]) == ""
    told = deep.exploding(norms[100])
    assert "At this depth it explodes with ReLU: on its way back the gradient" in told
    sizes = norms[100]["ReLU"]
    ratio = sizes[0] / sizes[-2]
    assert ratio > 1e5
    assert f"ReLU, {ratio ** (1 / 99):.2g} times a layer" in told
    assert "they explode" in deep.sentence(100, norms[100])
    flat = {"Identity": np.ones(101)}
    assert deep.exploding(flat) == ""


def test_a_large_grid_waits_for_a_click(asked):
    page = open_page(d2="10", w2="64", seeds="10", steps="10000")
    assert asked == []
    assert "min on this machine" in words(page)
    button(page, "Train").click().run()
    assert [question.n_networks for question in asked] == [600]


def test_stop_keeps_what_is_there_until_asked_again(asked, monkeypatch):
    page = open_page(seeds="2")
    assert len(asked) == 1
    job = held_job(page)

    def stop(asked, visitor, slot):
        job.stop()
        job.end("stopped")

    monkeypatch.setattr(compute, "stop", stop)
    button(page, "Stop").click().run()
    page.run()
    assert "Stopped." in words(page)
    assert len(asked) == 1
    button(page, "Start again").click().run()
    assert len(asked) == 2


def test_work_that_leaving_the_page_stopped_is_asked_for_again(asked):
    page = open_page(seeds="2")
    job = held_job(page)
    job.stop()
    job.end("stopped")
    page.run()
    assert len(asked) == 2


def test_a_failure_is_one_sentence(asked, monkeypatch):
    def request(question, visitor, slot):
        job = Job(question)
        job.end("failed", "There is not enough memory for so many networks.")
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_page(seeds="2")
    assert page.error[0].value == "There is not enough memory for so many networks."


def test_the_links_open_the_median_network_with_its_data_and_seed(asked):
    page = open_page(layers="3", neurons="8")
    links = {link.proto.label: link.proto for link in page.get("page_link")}
    middle = DEFAULT.representative(3, 8)
    assert middle is not None
    seed = middle.config.seed
    for name in ("warp", "creases"):
        query = links[f"Open in {PAGES[name].title}"].query_string
        values, _ = parse(parse_qs(query), PAGES[name])
        assert experiment(values) == Experiment(
            DatasetConfig(), Architecture((8, 8, 8)), TrainingConfig(seed=seed)
        )
    page = open_page(curve="sine", layers="1")
    assert [link.proto.label for link in page.get("page_link")] == ["Open in Pieces"]


@pytest.mark.parametrize(
    ("here", "changed", "there", "taken"),
    [
        ("warp", {}, "depth_width", {}),
        ("creases", {}, "depth_width", {}),
        ("depth_width", {}, "warp", {}),
        ("depth_width", {"measure": "dead"}, "warp", {}),
        ("warp", {"lr": 0.03}, "depth_width", {"data": "circles", "lr": 0.03, "start": 7}),
        ("depth_width", {"data": "moons"}, "warp", {"data": "moons", "layers": 2, "start": 0}),
        ("warp", {}, "creases", {"data": "circles", "layers": 1, "neurons": 3, "start": 7}),
    ],
)
def test_the_page_opens_on_its_recorded_grid_unless_something_was_changed(
    monkeypatch, here, changed, there, taken
):
    page, other = PAGES[here], PAGES[there]
    state = {address.PAGE: page, address.STATE: page.defaults | changed}
    monkeypatch.setattr(address.st, "session_state", state)
    values, _ = parse(address.link(other), other)
    if not taken:
        assert values == other.defaults
    assert {name: values[name] for name in taken} == taken
    if there == "depth_width" and not taken:
        assert grid_of(values) == Grid()


@pytest.mark.parametrize("name", MEASURE_NAMES)
def test_measures_are_numbers_of_the_grid(name):
    measure, grid = MEASURES[name], Grid()
    pieces = np.arange(1.0, 26).reshape(5, 5)
    values = measure.values(DEFAULT, 0.95, pieces)
    assert values.shape == (5, 5)
    bright = brightness(measure, values)
    assert np.array_equal(np.isfinite(bright), np.isfinite(values))
    assert np.nanmin(bright) >= 0
    assert np.nanmax(bright) <= 1
    colors, low, high = scale(measure, values)
    known = colors[np.isfinite(colors)]
    assert len(known) > 12
    assert low < high
    texts = cell_texts(measure, DEFAULT, values)
    assert all(texts[i][j] for i, j in np.ndindex(5, 5))
    empty = cell_texts(measure, grid.empty(), np.full((5, 5), np.nan))
    assert empty == [["…"] * 5] * 5


def tell(share, seconds_left=None, look=None):
    return True


def test_regions_are_those_that_core_counts():
    grid = Grid()
    found = counts.question("pieces", grid, DEFAULT).answer(tell)
    half = 3.6  # what the pictures show, as all points lie within
    assert np.abs(Samples.of(grid.dataset.make()).points).max() < half / 1.05
    expected = DEFAULT.linear_regions((-half, half, -half, half))
    assert found == dict(np.ndenumerate(expected))


def test_counts_come_one_by_one_and_each_network_is_counted_once(monkeypatch):
    monkeypatch.setattr(counts, "_counts", BoundedCache(100, 100, lambda _: 1))
    question = counts.question("pieces", Grid(), DEFAULT)
    seen = []

    def two(share, seconds_left=None, look=None):
        seen.append((share, len(look())))
        return len(seen) < 2

    assert len(question.answer(two)) == 2
    assert seen == [(0.04, 1), (0.08, 2)]
    assert len(question.known()) == 2
    seen.clear()
    assert len(question.answer(two)) == 4
    assert seen == [(0.12, 3), (0.16, 4)]


def test_a_mesh_without_end_and_a_smooth_network_have_no_number(monkeypatch):
    monkeypatch.setattr(counts, "MAX_FACES", 20)
    monkeypatch.setattr(counts, "_counts", BoundedCache(100, 100, lambda _: 1))
    question = counts.question("pieces", Grid(), DEFAULT)
    many = np.full((5, 5), question.answer(tell)[4, 4])
    assert np.isinf(many).all()
    assert cell_texts(MEASURES["regions"], DEFAULT, many)[4][4] == "many"
    assert np.isnan(scale(MEASURES["regions"], many)[0]).all()
    sound = DEFAULT.representative(1, 2)
    assert sound is not None
    smooth = replace(sound, architecture=Architecture((2,), "tanh"))
    one = Grid(depths=(1,), widths=(2,), activation="tanh")
    assert not counts.question(
        "pieces", one, replace(one.empty(), histories={(0, 0, 0): smooth})
    ).digests


def test_a_question_is_kept_without_the_networks_that_it_carries():
    question = counts.question("pieces", Grid(), DEFAULT)
    key: Any = bare(question)
    assert (key, hash(key)) == (question, hash(question))
    assert key.networks is None
    assert bare(Grid()) is not None
    assert "networks" not in repr(question)


def test_cells_wait_for_their_numbers_and_have_them_in_the_end(asked, monkeypatch):
    jobs: list[Any] = []

    def request(question, visitor, slot):
        jobs.append(Job(question))
        if question == Grid():
            jobs[-1].finish(DEFAULT)
        return jobs[-1]

    monkeypatch.setattr(compute, "request", request)
    monkeypatch.setattr(counts, "_counts", BoundedCache(100, 100, lambda _: 1))
    page = open_page(measure="regions")
    assert [job.asked for job in jobs] == [Grid(), counts.question("pieces", Grid(), DEFAULT)]
    assert "1 layer: 2 wide …, 4 wide …" in charts(page)[0].proto.alt
    jobs[1].answer, jobs[1].share, jobs[1].state = {(0, 0): 7.0}, 0.04, "working"
    page.run()
    assert "1 layer: 2 wide 7, 4 wide …" in charts(page)[0].proto.alt
    assert page.get("progress")[0].proto.text.startswith("Counting: 4 %")
    jobs[1].finish(dict.fromkeys(jobs[1].asked.networks, 7.0))
    page.run()
    assert "…" not in charts(page)[0].proto.alt
    assert not page.get("progress")


def test_counts_are_left_when_another_measure_is_chosen(asked, monkeypatch):
    left = []
    monkeypatch.setattr(compute, "leave", lambda asked, visitor, slot: left.append(slot))
    page = open_page(measure="regions")
    page.session_state["control_measure"] = "accuracy"
    page.run()
    assert left == ["counts"]


def glorot_start(depth, width):
    """The inner layers of the usual data's network."""
    network = Architecture((width,) * depth, "tanh")
    return init_params(network, 0, "glorot", Samples.of(Grid().dataset.make()).points)[1:-1]


def test_gradients_of_every_start_and_the_chosen_one_first():
    names = ("relu", "tanh")
    question = deep.StartingGradients(Grid().dataset, 3, 4, names, 0, "he")
    found = question.answer(tell)
    assert set(found) == set(product(INITIALIZERS, names))
    assert list(found)[:2] == [("he", "relu"), ("he", "tanh")]
    expected = initial_gradient_norms(
        starting_network(3, 4, "tanh", "glorot", Grid().dataset.make(), 0)
    )
    np.testing.assert_array_equal(found["glorot", "tanh"].norms, expected)
    hidden = [np.linalg.norm(layer.weights) / 2 for layer in glorot_start(3, 4)]  # √4 outputs
    assert found["glorot", "tanh"].gain == pytest.approx(np.prod(hidden) ** (1 / 2))
    assert found["zeros", "relu"].gain == 0
    assert len(question.answer(lambda *_: False)) == 1
    assert question == replace(question, first="data")


def test_what_does_not_train_brings_up_no_jax():
    program = (
        "import sys\n"
        "from layerwarp.app.pages.depth_width import counts, recorded_grid\n"
        "from layerwarp.app.pages.depth_width.grid import Grid\n"
        "from layerwarp.app.pages.depth_width.panels import deep\n"
        "stop = lambda *_: False\n"
        "counts.question('pieces', Grid(), recorded_grid.load()).answer(stop)\n"
        "deep.StartingGradients(Grid().dataset, 3, 4, ('relu',), 0, 'he').answer(stop)\n"
        "sys.exit('jax' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_thumbnails_show_the_deepest_row_on_top():
    picture = thumbnails(Grid(), DEFAULT)
    rows = picture.reshape(5, picture.shape[0] // 5, 5, -1, 4).swapaxes(1, 2)
    alone = thumbnails(Grid(depths=(1,), widths=(32,)), Grid(depths=(1,), widths=(32,)).empty())
    assert not alone.any()
    colors = {tuple(color) for color in rows[4, 4][..., :3].reshape(-1, 3) if color.any()}
    assert len(colors) == 2, "the spiral's two classes in the cell of one layer of 32"
    assert rows[..., 3].max() == 255


@pytest.mark.parametrize(
    ("travel", "told"),
    [
        ([0.001, 0.002, 0.5, 0.9], "layers 1 to 2 stayed at their random start"),
        ([0.001, 0.2, 0.5], "layer 1 stayed at its random start"),
        ([0.001, 0.002, 0.5], "layers 1 to 2 stayed at their random start"),
        # A healthy tanh layer under SGD: it moved by four percent.
        ([0.04, 0.2, 0.5], "the first layer left its random start"),
        ([0.2, 0.001, 0.5], "the first layer left its random start"),
        ([np.nan, 0.2, 0.5], "the weights started at zero, all alike"),
    ],
)
def test_the_first_layers_that_keep_their_start_are_named(travel, told):
    assert grid_words.frozen(np.array(travel)) == told


def last_spread(activation, start):
    """By how much the points differ in the tenth hidden layer before training, on average."""
    points = Samples.of(Grid().dataset.make()).points
    network = Architecture((16,) * 10, activation)
    params = init_params(network, 0, start, points)
    return record_activations(network, params, points)[-2].post.std(axis=0).mean()


def test_sigmoid_layers_stay_and_relu_layers_learn():
    """The panel's default: ten layers of 16 on the spiral by plain SGD, a seed of the app's."""
    question = deep.Travel(Grid().dataset, deep.plain(TrainingConfig()), 10, 16)
    found, otherwise = question.answer(tell)
    told = {name: grid_words.frozen(way.travel) for name, way in found.items()}
    assert told == {
        "sigmoid": "layers 1 to 9 stayed at their random start",
        "tanh": "the first layer left its random start",
        "relu": "the first layer left its random start",
    }
    assert found["relu"].accuracy > 0.9
    assert found["sigmoid"].accuracy < 0.6
    assert all(len(way.before) == len(way.after) == 11 for way in found.values())
    assert [tuple(each) for each in otherwise] == [
        ("Sigmoid", "SGD", "From the data"),
        ("Sigmoid", "Adam", "He"),
        ("Sigmoid", "Adam", "From the data"),
    ]
    same = {deep.setting(name, question.training): way for name, way in found.items()}
    ways = {**same, **otherwise}
    reads = deep.helps(10, ways, numbers.percent)
    assert (
        "10 layers of Sigmoid, trained by SGD from “He”: 50 % on new points. What helps: " in reads
    )
    helping, idle = reads.split("What does not: ")
    assert all(name in helping for name in ("Tanh (", "ReLU (9", "“From the data” (9", "Adam with"))
    assert idle == "Adam (50 %).**"
    # Adam's steps are large where the gradient is faint, and yet it learns nothing.
    adam = otherwise[deep.Setting("Sigmoid", "Adam", "He")]
    assert adam.travel[0] > 0.1
    size = numbers.percent(adam.travel[0])
    assert f"It moved the first layer by {size} of its size" in deep.moved_by_adam(ways, 0.5)
    assert last_spread("sigmoid", "he") < 1e-4 < 0.1 < last_spread("sigmoid", "data")
    assert deep.moved_by_adam({**same, **dict.fromkeys(otherwise, WAY)}, 0.4) == ""
    reads = " ".join(deep.small_in_the_end(found, 0.5))
    assert "With relu the first layer's became smaller by learning" in reads
    assert "With sigmoid it was small from the start, and nothing was learned." in reads
    blown = {name: replace(way, outcome="diverged") for name, way in found.items()}
    assert deep.small_in_the_end(blown, 0.5) == []


def test_warp_begins_with_what_helps_here():
    defaults = PAGES["warp"].defaults
    assert (defaults["opt"], defaults["init"]) == (deep.EVEN, deep.FADELESS)
    assert defaults["lr"] == deep.EVEN_RATE


WAY = deep.Way(np.array([0.5, 0.5]), np.ones(2), np.ones(2), 0.5, "trained")


FIRST = deep.Setting("Sigmoid", "SGD", "He")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "from “He”: 50 % on new points. Nothing tried here helps: Tanh (50 %).**"),
        ({"accuracy": 0.9}, "50 % on new points. What helps: Tanh (90 %).**"),
        ({"accuracy": 0.9, "outcome": "diverged"}, "Nothing tried here helps: Tanh (blew up).**"),
    ],
)
def test_what_helps_is_told_from_the_ends(changes, told):
    ways = {FIRST: WAY, FIRST._replace(activation="Tanh"): replace(WAY, **changes)}
    reads = deep.helps(1, ways, numbers.percent)
    assert reads.startswith("**1 layer of Sigmoid, trained by SGD from “He”: ")
    assert reads.endswith(told)
    blown = deep.helps(1, {FIRST: replace(WAY, outcome="diverged")}, numbers.percent)
    assert blown.endswith("from “He”: blew up. Nothing tried here helps.**")


@pytest.mark.parametrize(
    ("changes", "vain"),
    [
        ({}, True),
        ({"accuracy": 0.9}, False),
        ({"travel": np.array([0.001, 0.5])}, False),
        ({"outcome": "dead"}, False),
    ],
)
def test_that_a_layer_moved_for_nothing_is_said(changes, vain):
    told = deep.moved_in_vain({"Sigmoid": replace(WAY, **changes)}, 0.5)
    assert told.startswith("To leave the start is not yet to learn: Sigmoid moved" if vain else "")
    assert bool(told) == vain


@pytest.mark.parametrize(
    ("norms", "told"),
    [
        ([0.001, 0.5, 1.0, 2.0], "about 1 part in 1,000"),
        ([0.0031, 0.5, 1.0, 2.0], "about 1 part in 300"),
        ([2e-11, 0.5, 1.0, 2.0], "about 2 parts in 10¹¹"),
        ([0.127, 0.5, 1.0, 2.0], "13 % of it"),
        ([0.0, 1.0, 2.0], "nothing of it"),
        ([0.0, 0.0, 2.0], "no gradient at all"),
        ([3.0, 1.5, 2.0], "2 times as much"),
        ([1.5, 2.0], "all of it"),
    ],
)
def test_what_arrives_of_the_gradient(norms, told):
    assert grid_words.arriving(np.array(norms)) == told


@pytest.mark.parametrize(
    ("depth", "first", "verdict"),
    [
        (20, 0.001, "**Yes, with Sigmoid. Of the gradient in the last of 20 hidden layers"),
        (20, 0.02, "**Not quite, but they fade with Sigmoid. Of"),
        (20, 0.2, "**Not here. Of"),
        (20, 0.0, "**Yes, with Sigmoid. Of"),
        (20, 99.0, "**Not here. Of"),
        (20, 101.0, "**Not here; with Sigmoid they explode. Of"),
        (1, 1.0, "nothing can fade"),
    ],
)
def test_whether_gradients_vanish_is_said_by_one_rule(depth, first, verdict):
    assert verdict in deep.sentence(depth, {"Sigmoid": np.array([first, 1.0, 1.0])})


@pytest.mark.parametrize(
    ("depth", "norms", "told"),
    [
        (3, {"sigmoid": [0.01, 0.1, 1.0, 9.0]}, "| Sigmoid | 0.25 | × 2 | × 0.1 | × 0.01 |"),
        (2, {"sigmoid": [0.01, 0.1, 9.0]}, "| Sigmoid | 0.25 | × 2 | × 0.1 | × 0.1 |"),
        (2, {"relu": [0.0, 0.0, 1.0], "tanh": [2.0, 1.0, 1.0]}, "| Tanh | 1 | × 2 | × 2 | × 2 |"),
        (2, {"relu": [0.0, 1.0, 1.0]}, "| ReLU | 1 | × 2 | × 0 | × 0 |"),
        (2, {"softmax": [0.1, 1.0, 1.0]}, "| Softmax over the layer | 0.5 | × 2 | × 0.1 | × 0.1 |"),
        (2, {"identity": [0.1, 1.0, 1.0]}, "| no activation | 1 | × 2 | × 0.1 | × 0.1 |"),
    ],
)
def test_why_gradients_fade_is_told_by_what_a_layer_does_to_them(depth, norms, told):
    starts = {name: deep.Start(np.array(sizes), 2.0) for name, sizes in norms.items()}
    text = deep.why(depth, starts).removesuffix(f"\n\n{deep.INPUTS}")
    less = [name for name, sizes in norms.items() if name == "sigmoid" and sizes[0] > 0]
    text = text.removesuffix(f"\n\n{deep.flatter(less)}")
    assert text.endswith(told)
    assert text.count("| × 2 |") == 1 + ("Tanh" in told), "a row for each that lets any through"
    assert (" 2 times in a row: a factor below 1 shrinks it each time." in text) == (depth == 3)
    assert "next to nothing" not in text


def test_what_is_more_than_slope_times_weights_is_explained():
    sizes = np.array([0.49, 1.0, 1.0])
    assert deep.INPUTS not in deep.why(2, {"sigmoid": deep.Start(sizes, 2.0)})
    assert deep.why(2, {"sigmoid": deep.Start(sizes, 1.9)}).endswith(f" |\n\n{deep.INPUTS}")


def test_no_softmax_lengthens_a_change_by_more_than_half():
    """Its Jacobian's largest singular value, of shares at random and of two even ones."""
    generator = np.random.default_rng(0)
    shares = [np.array([0.5, 0.5]), *generator.dirichlet(np.full(4, 0.3), 500)]
    most = max(np.linalg.norm(np.diag(p) - np.outer(p, p), 2) for p in shares)
    assert most == pytest.approx(deep.steepest("softmax"))


def test_where_nothing_goes_back_no_reason_is_given():
    assert deep.why(1, {"relu": deep.Start(np.ones(2))}) == ""
    assert deep.why(2, {"relu": deep.Start(np.array([0.0, 0.0, 1.0]))}) == ""


@pytest.mark.parametrize(
    ("norms", "head"),
    [
        ({"ReLU": [0.0, 0.0, 1.0]}, "With ReLU the hidden layers get none at all."),
        (
            {"Tanh": [1.0, 1.0, 1.0], "ReLU": [0.0, 0.0, 1.0]},
            "Not here; with ReLU the hidden layers get none at all.",
        ),
        (
            {"Sigmoid": [0.0, 1.0, 1.0], "ReLU": [0.0, 0.0, 1.0], "Tanh": [1e3, 1.0, 1.0]},
            "Yes, with Sigmoid; with ReLU the hidden layers get none at all; with Tanh they exp",
        ),
    ],
)
def test_no_gradient_at_all_is_no_vanishing_on_the_way(norms, head):
    told = deep.sentence(2, {name: np.array(sizes) for name, sizes in norms.items()})
    assert told.startswith(f"**{head}")
    assert "(ReLU)" not in told, "of nothing no part arrives"


def test_a_dead_network_and_one_that_blew_up_are_named():
    way = deep.Way(np.array([0.2, 0.5]), np.ones(2), np.ones(2), 0.5, "dead")
    assert deep.learned("ReLU", way, str).endswith(
        "in the end 0.5, dead: the same answer everywhere"
    )
    assert deep.learned("ReLU", replace(way, outcome="diverged"), str) == "ReLU: blew up"


def spread(medians, half=0.01):
    """Quartiles (3, n) around some medians."""
    return np.array(medians) + half * np.array([[-1], [0], [1]])


@pytest.mark.parametrize(
    ("new", "half", "start"),
    [
        ([0.5, 0.9, 0.8, 0.7], 0.01, 2),
        ([0.9, 0.8, 0.7], 0.01, 1),
        ([0.5, 0.9, 0.8, 0.7], 0.06, 3),  # the bands of the third still reach those of the second
        ([0.5, 0.9, 0.885, 0.7], 0.001, 3),  # apart, but by no more than two points
        ([0.5, 0.9, 0.7, 0.9], 0.01, None),  # not to the end
        ([0.5, 0.7, 0.9], 0.01, None),  # the largest is the best
        ([0.8, 0.8], 0.0, None),
        ([0.8], 0.0, None),
    ],
)
def test_worse_from_some_size_on_is_said_by_one_rule(new, half, start):
    assert grid_words.worse_from(spread(new, half)) == start


def test_the_rule_is_told_in_what_is_measured():
    assert "medians lie more than 2 points apart" in data.rules(of_curve=False)
    assert "medians lie more than 0.02 apart" in data.rules(of_curve=True)


def said(told):
    return f"{told.sentence} {told.notes}".strip()


SURE, UNSURE, WORSE = (0.965, 0.98, 0.98), (0.6, 0.985, 0.99), (0.8, 0.91, 0.95)  # quartiles
RISE, PEAK, FALL = (0.5, 0.64, 0.78), (0.75, 0.8, 0.85), (0.45, 0.5, 0.55)


def grown(learned, medians, noun=growth.DEPTH, sizes=(0, 1, 10), **changes):
    some = growth.Growth(noun, sizes, spread(learned), spread(medians), ("trained",), True, 5)
    return some._replace(**changes)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (
            grown([0.6, 1.0, 1.0], [0.5, 0.88, 0.76]),
            "**With layers of 16, more layers help at first, then hurt: on new points 50 % are "
            "right with no hidden layer, 88 % with 1 layer, 76 % with 10 layers. Best here: 1 "
            "layer, for these data and this training; no size is best for all.** From 10 layers "
            "on networks are clearly worse than with 1 layer. But on learned points 100 % are "
            "right with 1 layer, 100 % with 10 layers: there nothing is lost, they over-fit.",
        ),
        (grown([0.6, 1.0, 0.7], [0.5, 0.9, 0.6]), "they do not over-fit, they are harder to train"),
        (
            grown([0.9, 0.9, 0.8], [0.9, 0.8, 0.7]),
            "**With layers of 16, more layers hurt: on new points 90 % are",
        ),
        (  # the second is not clearly better than the first, but clearly better than the third
            grown([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], new=np.array([RISE, PEAK, FALL]).T),
            "**With layers of 16, more layers hurt from 10 layers on: on new points 64 % are right",
        ),
        (
            grown([0.6, 0.9, 1.0], [0.5, 0.8, 0.9]),
            "**With layers of 16, more layers help, and up to 10 layers none hurt: on new points "
            "50 % are right with no hidden layer, 90 % with 10 layers.**",
        ),
        (
            grown([0.6, 0.6, 0.6], [0.5, 0.5, 0.5]),
            "**With layers of 16, more layers do not clearly help or hurt: on new points 50 %",
        ),
        (  # the best is too uncertain to be clearly better than any
            grown([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], new=np.array([SURE, UNSURE, WORSE]).T),
            "more layers do not clearly help, and some sizes are clearly worse than smaller ones: ",
        ),
        (
            grown([0.6, 1.0, 0.7], [0.5, 0.9, 0.6], noun=growth.WIDTH, sizes=(1, 8, 64)),
            "From layers of 64 on networks are clearly worse than with layers of 8.",
        ),
        (
            grown([0.6, 1, 1], [0.5, -0.2, -0.3], of_curve=True),
            "on new points R² 0.500 with no hidden layer, R² −0.300 with 10 layers",
        ),
        (grown([0.6, 1.0, 1.0], [0.5, 0.9, 0.6], n_starts=2), "cannot tell luck from merit"),
        (
            grown([0.9], [0.8], sizes=(3,)),
            "With layers of 16 this is the only size here: on new points 80 % are right",
        ),
        (grown([0.6, 1.0, 1.0], [0.5, 0.9, 0.6], whole=False), "Still in training."),
        (
            grown(
                [0.6, 1.0, 0.7], [0.5, 0.9, 0.6], outcomes=("dead", "diverged", "dead", "trained")
            ),
            "2 networks answer the same for every data point: dead. 1 blew up in training and "
            "counts with what was reached before.",
        ),
        (
            grown([0.6, 1.0, 0.7], [0.5, 0.9, 0.6], outcomes=("diverged", "trained", "diverged")),
            "**With layers of 16, nothing can be told: 2 of 3 networks blew up in training, so "
            "what is compared are accidents. Lower the learning rate.**",
        ),
        (
            grown([0.5, 0.5, 0.5], [0.5, 0.5, 0.5], outcomes=("diverged", "dead", "dead")),
            "**With layers of 16, nothing can be told: all 3 networks failed, 2 answer the same "
            "for every data point, 1 blew up. Try another activation, a lower learning rate or "
            "other starting weights.**",
        ),
        (
            grown(
                [0.6, 1, 0.7],
                [0.5, 0.9, 0.6],
                outcomes=("dead",) * 7 + ("diverged",) * 4 + ("trained",),
            ),
            "**With layers of 16, nothing can be told: 11 of 12 networks failed, 7 answer the same",
        ),
        (
            grown([0.5, 0.5, 0.5], [0.5, 0.5, 0.5], outcomes=("trained", "dead", "dead")),
            "more layers do not clearly help or hurt",
        ),
    ],
)
def test_good_until_some_depth_is_said_from_the_numbers(case, told):
    assert told in said(growth.of_size(case, "layers of 16"))
    if "nothing can be told" in told:
        assert case.start is None  # nor is any size drawn as clearly worse


def test_a_middle_size_that_fails_gives_no_reason_to_those_that_do_not():
    """Worse from the second on, of which one has learned its points and one has not."""
    told = said(growth.of_size(grown([1.0, 1.0, 0.6], [0.9, 0.7, 0.6]), "layers of 16"))
    assert "From 1 layer on" in told
    assert "over-fit" not in told


@pytest.mark.parametrize(
    ("new", "own", "told"),
    [
        (
            [0.7, 0.76, 0.92],
            40,
            "**More points help a network with 2 layers of 16: on new points 76 % are right with "
            "40 points, 92 % with 1,280 points.** On learned points 100 % are right with 40 "
            "points, 93 % with 1,280 points.",
        ),
        (
            [0.7, 0.76, 0.77],
            40,
            "**More points do not clearly help a network with 2 layers of 16: on new points 76 %",
        ),
        (
            [0.7, 0.76, 0.6],
            40,
            "**More points do not clearly help a network with 2 layers of 16: on new points 76 %",
        ),
        ([0.7, 0.76, 0.92], 1280, "More points than 1,280 there are not here: on new points 92 %"),
    ],
)
def test_whether_more_points_help_is_said_from_the_numbers(new, own, told):
    points = grown([1.0, 1.0, 0.93], new, noun=growth.POINTS, sizes=(20, 40, 1280))
    found = growth.of_points(points, own, "2 layers of 16")
    assert told in said(found)
    assert ("Compared is this one size of network, 2 layers of 16" in found.notes) == (own < 1280)
    unfinished = growth.of_points(points._replace(whole=False), own, "2 layers of 16")
    assert unfinished == growth.Told("Still in training.")


def test_numbers_of_points_grow_from_those_that_there_are():
    assert data.amounts(40) == (20, 40, 80, 160, 320, 640, 1280)
    assert data.amounts(400) == (100, 200, 400, 800, 1600, 2000)
    assert data.amounts(2000) == (500, 1000, 2000)


def run(case, architecture, n_points):
    """The trainings of a panel, in numpy: a program would have to be compiled first."""
    return [
        train(
            replace(case.dataset, n_points=n_points).make(),
            architecture,
            replace(case.training, seed=seed),
            backend="numpy",
        )
        for seed in range(3)
    ]


def test_the_example_of_few_noisy_points_is_good_until_some_depth_and_mended_by_points():
    """The panel's own training, with fewer starts, depths and numbers of points."""
    case, depths, points = data.NOISY, (0, 1, 10), (40, 320)
    question = data.sizes(case, depths, points)
    groups = [run(case, question.architecture(depth), 40) for depth in depths]
    told = said(growth.of_size(some(growth.DEPTH, depths, groups), f"layers of {case.width}"))
    assert "more layers help at first, then hurt" in told
    assert "they over-fit" in told
    groups = [groups[-1], run(case, question.architecture(10), 320)]
    told = said(growth.of_points(some(growth.POINTS, points, groups), 40, "10 layers"))
    assert "More points help" in told


def some(noun, sizes, groups):
    found = growth.grown(noun, sizes, groups, len(groups[0]))
    assert found is not None
    return found


def test_a_network_that_was_stopped_is_not_known():
    (history,) = [DEFAULT.histories[0, 0, 0]]
    halted = replace(history, outcome=replace(history.outcome, kind="stopped"))
    assert growth.grown(growth.DEPTH, (1, 2), [[halted], []], 1) is None
    known = some(growth.DEPTH, (1, 2), [[history], [halted]])
    assert (known.sizes, known.whole) == ((1,), False)


@pytest.mark.parametrize(("case", "name"), [("example", "circles"), ("grid", "spiral")])
def test_a_panel_is_asked_of_an_example_or_of_the_grid(asked, case, name):
    learned = {"data": "moons", "noise": "0.2"} if case == "example" else {}
    page = open_panel("data", v="2", case=case, **learned)
    questions = [question for question in asked if isinstance(question, data.Sizes)]
    assert {question.dataset.name for question in questions} == {name}
    told = words(page)
    if case == "example":
        assert len(charts(page)) == 0  # in training
        assert "asked of an example with settings of its own" in told
        assert not list(page.sidebar.selectbox)
        row = "| Data | **Circles, 40 points, noise 0.4** | Moons, 400 points, noise 0.2 |"
        assert row in told
        button(page, "Ask it of your settings").click().run()
        assert not [each for each in page.sidebar.caption if "asked of an example" in each.value]
        assert page.sidebar.selectbox(key="control_data").value == "moons"
        assert asked[-1].dataset.name == "moons"
        assert asked[-1].dataset.noise == 0.2
    else:
        assert len(charts(page)) == 2
        assert "more layers help, and up to" in told
        button(page, "Show where depth hurts: few, noisy points").click().run()
        assert asked[-1].dataset.name == "circles"


@pytest.mark.parametrize(
    ("panel", "drawn"),
    [
        ("none", {"data", "curve", "seeds", "act"}),
        ("exponential", set()),
        ("budget", set()),
        ("deep", {"data", "curve", "act"}),
        ("data", set()),
        ("cost", {"act"}),
    ],
)
def test_the_sidebar_holds_what_the_open_answer_depends_on(asked, panel, drawn):
    page = open_page(v="2", panel=panel)
    keys = [widget.key for widget in (*page.sidebar.selectbox, *page.sidebar.slider)]
    there = {key.split("_")[1] for key in keys if key.startswith("control_")}
    assert there & {"data", "curve", "seeds", "act"} == drawn
    told = " ".join(caption.value for caption in page.sidebar.caption)
    assert ("asked of an example" in told) == (not drawn)
    assert ("are left away" in told) == (drawn not in (set(), {"data", "curve", "seeds", "act"}))


def test_only_what_is_asked_otherwise_is_set_beside_the_own_settings():
    own = {"Data": "Spiral", "Optimizer": "Adam"}
    assert cases.table({"Data": "Spiral", "Numbers": "250"}, own) == (
        "|  | Asked of |\n| --- | --- |\n| Data | Spiral |\n| Numbers | 250 |"
    )
    told = cases.table({"Data": "Spiral", "Optimizer": "SGD"}, own)
    assert "|  | Asked of | Your settings |" in told
    assert "| Data | Spiral |  |" in told
    assert "| Optimizer | **SGD** | Adam |" in told


def test_plain_sgd_changes_the_optimizer_and_the_number_of_starts_alone():
    usual = Case(Grid().dataset, Grid().training, Grid().activation, 16, Grid().n_seeds).rows
    plain = budget.PLAIN.rows
    assert {name for name in usual if usual[name] != plain[name]} == {
        "Optimizer",
        "Starts of each network",
    }


def budget_answer(ends, act="relu"):
    question = budget.SameBudget(DatasetConfig(), TrainingConfig(), act, 250, 1, 4)
    notes = budget.reading(ends) if len(ends) > 1 else ""
    return f"{budget.verdict(question, ends)} {notes}".strip()


AT = "for Spiral with ReLU and Adam: at about 250 numbers to learn,"


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (
            {"a": [0.7, 0.8], "b": [0.9, 0.95], "c": [0.85, 0.92]},
            f"**It depends. Deeper here, {AT} a are worse than the best, b.** "
            "Right on new points: 90 % to 95 % (b), 70 % to 80 % (a). C: a lower median, 89 % "
            "against 93 %, but starts that overlap; 2 of its 4 starts end below all of the best's. "
            "This holds for this data and this training only: no general rule says deeper or "
            "wider.",
        ),
        (
            {"a": [0.9, 0.95], "b": [0.7, 0.8]},
            f"**It depends. Wider here, {AT} b are worse than the best, a.**",
        ),
        (
            {"a": [0.7, 0.8], "b": [0.9, 0.95], "c": [0.91, 0.92]},
            "(a). About as good: c. This holds",
        ),
        (
            {"a": [0.9, 0.95], "b": [0.4, 0.9]},
            "B: a lower median, 65 % against 93 %, but starts that overlap; 2 of its 4 starts end",
        ),
        (
            {"a": [0.94, 0.965], "b": [0.96, 0.97], "c": [0.7, 0.8]},
            f"**It depends. Not too deep here, {AT} c are worse than the best, b.**",
        ),
        (
            {"a": [0.1, 0.2], "b": [0.7, 0.8], "c": [0.3, 0.3]},
            f"**It depends. In between here, {AT} a and c are worse than the best, b.**",
        ),
        (
            {"a": [0.9, 0.95], "b": [0.2, 0.8], "c": [0.9, 0.9]},
            f"**It depends. In between here, {AT} b are worse",
        ),
        (
            {"a": [0.9, 0.95], "b": [0.7, 0.9]},
            f"**Neither, {AT} a have the highest median, but no shape is surely worse: the others' "
            "starts overlap with theirs, or they are about as good.**",
        ),
        (
            {"a": [0.96, 0.97], "b": [0.98, 0.985]},
            f"**Neither, {AT} all shapes are about as good, 97 % to 98 % right in the middle start",
        ),
        (
            {"a": [1.0, 1.0], "b": [1.0, 1.0]},
            f"**Neither, {AT} all shapes are about as good, 100 % right in the middle start.**",
        ),
        (
            {"a": [1.0, 1.0], "b": [1.0, 1.0], "c": [0.5, 0.5]},
            f"**It depends. Wider here, {AT} c are worse than the best, a and b.**",
        ),
        (
            {"1 layer of 62": [0.7, 0.8], "b": [0.9, 0.95]},
            f"**It depends. Deeper here, {AT} 1 layer of 62 is worse than the best, b.**",
        ),
        ({"a": [0.9, 0.8]}, "**Only a can have about 250 numbers to learn: nothing to compare.**"),
    ],
)
def test_deeper_or_wider_is_decided_only_where_the_starts_allow_it(ends, told):
    assert told in budget_answer({name: 2 * shares for name, shares in ends.items()})


def test_without_an_activation_no_shape_is_another():
    ends = {"a": [0.7, 0.8, 0.7, 0.8], "b": [0.9, 0.95, 0.9, 0.95]}
    told = budget_answer(ends, act="identity")
    assert told.startswith("**Neither, ")
    assert "all shapes make the same straight maps" in told


@pytest.mark.parametrize(
    ("name", "depths", "told"),
    [
        ("example", (1, 3), "**It depends. Deeper here, for"),
        ("sigmoid", (2, 6), "**It depends. Wider here, for"),
    ],
)
def test_at_equal_numbers_the_two_examples_answer_differently(name, depths, told):
    """The panel's own trainings, at two of its depths, from three starts each."""
    case = budget.EXAMPLES[name]
    networks = budget.equal_networks(250, 1, case.activation, depths)
    ends = {
        f"{network.depth}": [float(h.accuracy[-1]) for h in run(case, network, 400)]
        for network in networks
    }
    assert budget_answer(ends).startswith(told)


def test_in_narrow_layers_many_neurons_fold_nothing():
    """Of the random networks that the panel counts: those on or off all over the picture."""
    points = np.random.default_rng(0).uniform(-10, 10, (2000, 2)).astype(np.float32)

    def idle(widths):
        shares = []
        for seed in range(5):
            network, layers = budget.random_network(Architecture(widths), seed)
            on = [
                (record.pre > 0).astype(int)
                for record in record_activations(network, layers, points)[:-1]
            ]
            shares += [np.mean([np.ptp(layer, axis=0) == 0 for layer in on])]
        return np.mean(shares)

    assert idle((24,)) < 0.05 < 0.3 < idle((4,) * 6)


def test_few_starts_decide_nothing_and_chance_is_told():
    few = {"a": [0.9, 0.9], "b": [0.7, 0.7]}
    told = budget_answer(few)
    assert "**Too few starts to tell luck from merit: choose 3 networks in each cell.**" in told
    assert budget.worse(few) == []
    assert "This holds" not in told
    assert "1 pair in 10." in budget.luck(3)
    assert "1 pair in 126." in budget.luck(5)


def test_shapes_say_how_wide_their_layers_are():
    told = {
        (1024,): "1 layer of 1,024",
        (14, 13): "2 layers of 13 to 14",
        (8, 8): "2 layers of 8",
        (): "no hidden layer",
    }
    assert {widths: grid_words.shape(widths) for widths in told} == told


@pytest.mark.parametrize(
    ("k", "told"),
    [
        (1, "**One fold is one layer of 2 neurons: deep and wide are the same network here.**"),
        (2, "2 layers of 2 have 4 neurons for 4 pieces, and so has one layer of 4.**"),
        (
            6,
            "**One layer can do anything, but only with enough neurons: for these 64 pieces one "
            "layer needs 64, one for the first slope and one for each corner, and 6 layers need 12 "
            "in all.**",
        ),
    ],
)
def test_why_deep_is_told_from_the_constructions(k, told):
    assert told in exponential.sentence(k)
    (deep, layers), (wide, hidden) = sawtooth(k), exponential.short_sawtooth(k)
    assert sum(deep.widths) == 2 * k == sum(wide.widths)
    assert piecewise_linear(deep, layers, 0.0, 1.0).n_pieces == 2**k
    assert piecewise_linear(wide, hidden, 0.0, 1.0).n_pieces == min(2 * k, 2**k)


def test_the_picture_says_what_equal_numbers_of_neurons_make_and_that_training_may_not(asked):
    page = open_page(v="2", panel="exponential", k="6")
    told = words(page)
    assert "Depth multiplies" in told
    assert "Width adds" in told
    assert "So k folds take 2k neurons in k layers, and 2ᵏ in one." in told
    assert "What training makes of it is below." in told
    assert "At 6 folds: 12 neurons and 37 numbers to learn in 6 layers; 64 neurons and 193" in told
    assert "deep and wide are this same network." in words(
        open_page(v="2", panel="exponential", k="1")
    )
    told_of_2 = words(open_page(v="2", panel="exponential", k="2"))
    assert (
        "At 2 folds: 4 neurons and 13 numbers to learn in 2 layers, and as many in one" in told_of_2
    )
    first, price = (json.loads(chart.proto.spec) for chart in charts(page)[:2])
    names = [trace["name"] for trace in first["data"]]
    assert names == ["6 layers of 2: 64 pieces", "1 layer of 12: 12 pieces"]
    assert [trace["y"][5] for trace in price["data"]] == [64, 12]


TRAINED = trained_folds.load()
assert TRAINED is not None


def decoded(packed):
    """Numbers as Plotly sends them, in base 64."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def test_trained_networks_of_one_size_learn_more_pieces_in_depth(monkeypatch):
    """The recorded answer, as it is drawn: no training, and no question of the sidebar's."""
    questions = []

    def request(question, visitor, slot):
        questions.append(question)
        job = Job(question)
        job.finish(TRAINED if question == TrainedFolds() else DEFAULT)
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_page(v="2", panel="exponential")
    told = words(page)
    assert (
        "**Trained on a line of 16 pieces, depth wins: with equally many numbers to learn (193 or "
        "190), 4 layers of 7 copy" in told
    )
    assert "4 layers of 7 copy it better than 1 layer of 64, from each of 5 starts.**" in told
    assert (
        "a perfect copy, 0 no better than a flat line: 0.60 to 0.95 with 4 layers of 7, 0" in told
    )
    assert "One layer of 64 could draw it, 16 neurons are enough" in told
    assert "**With 4 and 8 pieces neither is surely better; with 16 and 32 pieces 4 layers" in told
    assert "with 64 pieces none of them learns it.**" in told
    assert [type(question) for question in questions] == [TrainedFolds]
    curves, reach = (json.loads(chart.proto.spec) for chart in charts(page)[2:])
    names = [trace["name"].split(":")[0] for trace in curves["data"]]
    assert names == ["Sawtooth", "4 layers of 7 (190 numbers)", "1 layer of 64 (193 numbers)"]
    # What is drawn is as near to the line as is said.
    line, deep_curve, wide_curve = (decoded(trace["y"]) for trace in curves["data"])
    for curve, trace in zip((deep_curve, wide_curve), curves["data"][1:], strict=True):
        share = 1 - np.mean((curve - line) ** 2) / np.var(line)
        assert share == pytest.approx(float(trace["name"].split("R² ")[1]), abs=0.02)
    assert reach["layout"]["yaxis"]["title"]["text"] == "R² on new points"
    assert decoded(reach["layout"]["yaxis"]["tickvals"]).max() == 1
    sidebar = [button.label for button in page.sidebar.button]
    assert "Ask it of your settings" not in sidebar


def test_a_fresh_training_says_what_was_recorded():
    """The first and the last shape on 16 pieces, three starts of each."""
    question = TrainedFolds(folds=(4,), shapes=((64,), (7,) * 4), n_starts=3)
    found = question.answer(tell)
    wide, many = found.shares[0]
    assert max(wide) < min(many)
    assert np.isfinite(found.curves).all()
    assert [network.n_parameters for network in question.architectures] == [193, 190]
    ends = {"1 layer of 64": list(wide), "4 layers of 7": list(many)}
    assert "depth wins" in exponential.trained_sentence(question, ends)
    part = replace(question, steps=60).answer(lambda share, *_: share < 0.4)
    assert not part.complete
    assert np.isnan(part.curves[1]).all()


def test_what_training_does_not_show_is_not_said():
    same = {"1 layer of 64": [0.9, 0.9, 0.9], "4 layers of 7": [0.9, 0.9, 0.2]}
    told = exponential.trained_sentence(TrainedFolds(), same)
    assert told.startswith(
        "**Trained on a line of 16 pieces, with equally many numbers to learn (193 or 190), 4 "
    )
    near = exponential.how_near(same)
    assert near.endswith("flat line: 0.20 to 0.90 with 4 layers of 7, 0.90 with 1 layer of 64.")
    assert exponential.reach({2: same}) == "**With 4 pieces neither is surely better.**"
    assert exponential.reach({6: {name: [0.0] * 3 for name in same}}).startswith(
        "**With 64 pieces no"
    )


def cost(ratio, spread, kept):
    return Cost(1e-5, 1e-5 * ratio, spread, 100, int(100 * kept), 10.0, 29.0)


def test_the_clock_decides_only_where_repeats_agree():
    sure, unsure = cost(2.5, (2.4, 2.7), 7.7), cost(0.5, (0.4, 8.4), 1.8)
    assert price.seconds(sure) == "2.5"
    assert price.seconds(unsure) == "0.4 to 8.4"
    assert (price.mark(sure), price.mark(unsure)) == ("2.5", "?")
    told = price.time_sentence(16, {1: unsure, 8: sure})
    assert "forward and back through 8 layers of 16 take 2.5 times the time of the way for" in told
    told = price.memory_sentence(16, {1: unsure, 8: sure})
    assert "take 7.7 times the memory of the way forward alone through 8 layers of 16, 1.8" in told
    assert "every layer's output is kept" in told
    told = price.time_sentence(16, {1: sure, 8: unsure})
    assert "The clock cannot tell here how much longer" in told
    assert "through 8 layers of 16: in repeated runs 0.4 to 8.4 times as long" in told
    assert "is kept" not in price.memory_sentence(16, {1: sure, 8: unsure})


@pytest.mark.parametrize(
    ("widths", "forward", "back"),
    [((16,) * 8, 1840, 3648), ((1,), 3, 4), ((64,), 192, 256)],
)
def test_what_a_step_takes_is_counted_for_each_way(widths, forward, back):
    """Back: each weight's own slope, and the gradient on to the layer before, but for the first."""
    network = Architecture(widths)
    products = [rows * columns for rows, columns in network.shapes]
    assert (forward, back) == (sum(products), sum(products) + sum(products[1:]))
    assert price.n_backward(network) == back
    told = price.sentence(network)
    assert f"{forward:,} multiplications forward and {back:,} back, for each point" in told
    assert f"The way back costs {back / forward:.1f} times the way forward" in told
    assert f"together {(forward + back) / forward:.1f} times the way forward alone" in told


def test_what_ideal_is_reads_as_ideal():
    ratio = MEASURES["gradient"]
    bright = brightness(ratio, np.array([[1.0, 4.9, 1 / 4.9, 1e-3, 1e-9, 1e5, np.nan]]))[0]
    assert bright[0] == 1
    assert bright[1] == pytest.approx(bright[2])
    assert 0.5 < bright[1] < 1
    np.testing.assert_allclose(bright[3:6], 0, atol=1e-9)
    assert np.isnan(bright[6])


def test_shares_of_few_starts_are_counts():
    success = MEASURES["success"]
    texts = cell_texts(success, DEFAULT, success.values(DEFAULT, 0.95, np.full((5, 5), np.nan)))
    reached = ((DEFAULT.accuracy >= 0.95) & (DEFAULT.outcome == "trained")).sum(axis=2)
    assert texts[1][3] == f"{reached[1, 3]} of 3"
    assert texts[0][0] == "0 of 3"
    assert all(
        text.startswith(f"{reached[i, j]} of 3")
        for i, row in enumerate(texts)
        for j, text in enumerate(row)
    )


def test_islands_of_a_picture():
    plane = np.zeros((6, 6), int)
    assert not counts.has_island(plane)
    plane[2:4, 2:4] = 1
    assert counts.has_island(plane)
    plane[4:, 2] = 1  # a way out
    assert not counts.has_island(plane)


def test_no_narrow_network_closes_a_loop_and_a_wide_one_does():
    narrow = Grid(DatasetConfig("nested"), (2,), (2, 8), 1, TrainingConfig(steps=300), "tanh")
    data = narrow.dataset.make()
    histories = {
        (*place, 0): train(data, network, narrow.training, backend="numpy")
        for place, network in narrow.empty().architectures.items()
    }
    sweep = replace(narrow.empty(), histories=histories)
    found = counts.question("loops", narrow, sweep).answer(tell)
    assert found == {(0, 0, 0): 0.0, (0, 1, 0): 1.0}
    values = counts.by_cell(found, (1, 2))
    texts = cell_texts(MEASURES["loops"], sweep, values)
    assert texts == [["0 of 1", "1 of 1"]]


def test_a_verdict_waits_for_all_and_one_number_says_how_much_is_there():
    grid = Grid()
    part = replace(DEFAULT, histories=dict(list(DEFAULT.histories.items())[:74]))
    assert grid_words.sentence(grid, grid.empty(), 0.95, True) == "75 networks in training."
    assert grid_words.sentence(grid, part, 0.95, True) == "75 networks in training."
    assert grid_words.sentence(grid, part, 0.95, False) == "74 of 75 networks are trained."
    told = grid_words.sentence(grid, DEFAULT, 0.95, False)
    assert told.startswith("**The smallest here that reaches 95 % on new points from most starts")
    told = grid_words.notes(grid, part, MEASURES["accuracy"])
    assert "75 networks, 3 in each cell." in told
    assert "median over the starts)" in told
    assert "trained" not in told
    told = grid_words.notes(replace(grid, n_seeds=4), part, MEASURES["accuracy"])
    assert "(median over the starts, of the two in the middle the lower)" in told


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (0.5, "**The one size here, 2 layers of 16, reaches 50 % on new points from its one start"),
        (1.0, "**The one size here, 2 layers of 16, does not reach 100 % on new points"),
    ],
)
def test_one_size_alone_is_not_the_smallest(goal, told):
    one = Grid(depths=(2,), widths=(16,), n_seeds=1, activation="identity")
    history = DEFAULT.histories[1, 3, 0]
    sweep = replace(one.empty(), histories={(0, 0, 0): history})
    assert grid_words.sentence(one, sweep, goal, False).startswith(told)
    notes = grid_words.notes(one, sweep, MEASURES["accuracy"])
    assert notes.startswith("Spiral, no activation; in the corner")
    assert "1 network." in notes


def test_a_cell_says_its_numbers_and_no_verdict():
    told = grid_words.cell(Grid(), DEFAULT, (1, 3))
    each = ", ".join(numbers.percent(a) for a in DEFAULT.accuracy[1, 3])
    assert told.startswith("**2 layers of 16, 337 numbers to learn.** On new points, start by")
    assert each in told
    broken = grid_words.cell(Grid(), DEFAULT, (4, 0))
    assert "50 % (dead)" in broken
    assert broken.endswith("Dead: such a network answers the same for every data point.")
    assert "Dead" not in told
    linear = Grid(depths=(0,), widths=(2,))
    assert grid_words.cell(linear, linear.empty(), (0, 0)).startswith("**No hidden layer, 3 num")
    # One rounding: what the pointer says is what the cell says.
    assert f"{each.split(',')[0]}" in hover_texts(Grid(), DEFAULT)[1][3]


def test_of_a_function_the_share_of_the_variance_is_shown():
    grid = Grid(TargetConfig())
    written = of_dataset(MEASURES["accuracy"], grid).write
    assert [written(v) for v in (0.98765, -0.0001, -0.5)] == ["0.988", "0.000", "−0.500"]
    assert of_dataset(MEASURES["accuracy"], Grid()) is MEASURES["accuracy"]
    assert of_dataset(MEASURES["loss"], grid) is MEASURES["loss"]


def test_answers_of_panels_are_drawn(asked, monkeypatch):
    """Costs stand for all: their numbers are simple."""
    costs = {depth: cost(3.0, (2.9, 3.1), depth) for depth in (1, 2, 4, 8)}
    measured = price.Measured(costs, datetime(2026, 11, 29, 7, 5, tzinfo=UTC))

    def request(question, visitor, slot):
        job = Job(question)
        job.answer = DEFAULT if question == Grid() else measured
        job.end("done")
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_panel("cost")
    assert "take 3.0 times the time of the way forward alone" in words(page)
    assert "take 8.0 times the memory of the way forward alone through 8 layers" in words(page)
    assert "measured on this server on 2026-11-29 at 07:05 UTC" in words(page)
    specs = [json.loads(chart.proto.spec) for chart in charts(page)]
    titles = [spec["layout"]["yaxis"]["title"]["text"] for spec in specs]
    assert titles == ["Multiplications for one point", "Time, µs", "Memory, KiB"]


def test_what_helps_is_drawn_between_who_moved_and_the_gradient_in_the_end(monkeypatch):
    """Ways of two layers and a read-out: their numbers are simple."""
    way = replace(WAY, travel=np.ones(3), before=np.ones(3), after=np.ones(3))
    otherwise = {deep.Setting("Sigmoid", "Adam", "He"): replace(way, accuracy=0.9)}
    found = deep.Trained(dict.fromkeys(deep.TRAVELERS, way), otherwise)

    def request(question, visitor, slot):
        job = Job(question)
        job.answer = found if isinstance(question, deep.Travel) else None
        job.end("done")
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_page(panel="deep")
    told = words(page)
    assert not page.exception
    assert "moved, and did no better in the end than one answer" in told
    assert "What helps: Adam (90 %). What does not: Tanh (50 %), ReLU (50 %)." in told
    assert "The page Warp begins with Adam and “From the data”" in told
    specs = [json.loads(chart.proto.spec) for chart in charts(page)]
    titles = [spec["layout"]["yaxis"]["title"]["text"] for spec in specs]
    assert titles == ["Weights moved, of their size", "Right on new points", "Size of gradient"]


def test_every_panel_has_a_name():
    assert tuple(compare_panels.PANELS) == PANELS
    assert set(MEASURES) == set(MEASURE_NAMES)
    assert set(COMPARE.names) <= set(PARAMETERS)
    assert DatasetConfig() == Grid().dataset
