"""The page "Depth × width": it runs for every link, says what it shows, and trains once."""

import json
import subprocess
import sys
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.experiment import DatasetConfig, Experiment
from layerwarp.app.link.parameters import MEASURES as MEASURE_NAMES
from layerwarp.app.link.parameters import PANELS, PARAMETERS, parse
from layerwarp.app.pages.depth_width import counts
from layerwarp.app.pages.depth_width import panels as compare_panels
from layerwarp.app.pages.depth_width import recorded_grid as default_grid
from layerwarp.app.pages.depth_width import words as grid_words
from layerwarp.app.pages.depth_width.controls import grid as grid_of
from layerwarp.app.pages.depth_width.grid import Grid
from layerwarp.app.pages.depth_width.measures import MEASURES, cell_texts, scale, thumbnails
from layerwarp.app.pages.depth_width.panels import deep
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session import holding
from layerwarp.app.work import compute
from layerwarp.app.work.answers import bare
from layerwarp.app.work.jobs import Job
from layerwarp.network.architecture import Architecture
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.config import TrainingConfig
from layerwarp.training.cost import Cost
from layerwarp.training.gradient_flow import initial_gradient_norms
from layerwarp.training.samples import Samples
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
    assert len(charts(page)) == 2
    assert charts(page)[0].proto.alt.startswith("Right on new points by depth and width")
    assert not page.get("progress")


@pytest.mark.parametrize("query", LINKS, ids=lambda query: str(query)[:40])
def test_any_link_shows_a_grid_and_words(asked, query):
    page = open_page(**query)
    assert len(charts(page)) == 2
    assert len([line for line in page.caption if "The link asked" in line.value]) <= 1


@pytest.mark.parametrize("label", PAGES["depth_width"].examples)
def test_examples_run(asked, label):
    page = open_page(noise="0.3")
    show_example(page, label)
    assert not page.exception
    values, notices = parse({}, COMPARE)
    assert notices == ()
    assert grid_of(values | PAGES["depth_width"].examples[label].changes) in asked


@pytest.mark.parametrize("panel", PANELS)
def test_panels_open_while_their_answers_are_on_the_way(asked, panel):
    page = open_panel(panel)
    assert not page.exception
    assert len(asked) >= 2
    page = open_panel(panel, curve="sine", act="tanh")
    assert not page.exception


def test_a_panel_stops_when_it_is_closed(asked, monkeypatch):
    left = []
    monkeypatch.setattr(compute, "leave", lambda asked, visitor, slot: left.append(slot))
    page = open_panel("cost")
    assert left == []
    page.session_state["control_panel"] = "none"
    page.run()
    assert left == ["panel"]


def test_a_panel_that_a_function_has_nothing_for_leaves_its_work(asked, monkeypatch):
    left = []
    monkeypatch.setattr(compute, "leave", lambda asked, visitor, slot: left.append(slot))
    page = open_page(panel="budget")
    page.session_state["control_curve"] = "sine"
    page.run()
    assert "Choose no function" in page.info[0].value
    assert set(left) == {"panel", "random"}


def test_too_deep_shows_a_start_in_which_the_gradient_fades(asked):
    page = open_page(panel="deep", deep="20")
    assert "Starting weights: He" in words(page)
    assert asked[-1].training.initializer == "he"
    assert len(charts(page)) == 4
    assert "Starting weights: Glorot" in words(open_page(panel="deep", init="glorot"))


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


@pytest.mark.parametrize("name", MEASURE_NAMES)
def test_measures_are_numbers_of_the_grid(name):
    measure, grid = MEASURES[name], Grid()
    pieces = np.arange(1.0, 26).reshape(5, 5)
    values = measure.values(DEFAULT, 0.95, pieces)
    assert values.shape == (5, 5)
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
    found = counts.question(grid, DEFAULT).answer(tell)
    half = 3.6  # what the pictures show, as all points lie within
    assert np.abs(Samples.of(grid.dataset.make()).points).max() < half / 1.05
    expected = DEFAULT.linear_regions((-half, half, -half, half))
    assert found == dict(np.ndenumerate(expected))


def test_counts_come_one_by_one_and_each_network_is_counted_once(monkeypatch):
    monkeypatch.setattr(counts, "_counts", BoundedCache(100, 100, lambda _: 1))
    question = counts.question(Grid(), DEFAULT)
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
    question = counts.question(Grid(), DEFAULT)
    many = np.full((5, 5), question.answer(tell)[4, 4])
    assert np.isinf(many).all()
    assert cell_texts(MEASURES["regions"], DEFAULT, many)[4][4] == "many"
    assert np.isnan(scale(MEASURES["regions"], many)[0]).all()
    sound = DEFAULT.representative(1, 2)
    assert sound is not None
    smooth = replace(sound, architecture=Architecture((2,), "tanh"))
    one = Grid(depths=(1,), widths=(2,), activation="tanh")
    assert not counts.question(one, replace(one.empty(), histories={(0, 0, 0): smooth})).digests


def test_a_question_is_kept_without_the_networks_that_it_carries():
    question = counts.question(Grid(), DEFAULT)
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
    assert [job.asked for job in jobs] == [Grid(), counts.question(Grid(), DEFAULT)]
    assert "1 layers: 2 wide …, 4 wide …" in charts(page)[0].proto.alt
    jobs[1].answer, jobs[1].share, jobs[1].state = {(0, 0): 7.0}, 0.04, "working"
    page.run()
    assert "1 layers: 2 wide 7, 4 wide …" in charts(page)[0].proto.alt
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


def test_gradients_of_every_start_and_the_chosen_one_first():
    names = ("relu", "tanh")
    question = deep.StartingGradients(Grid().dataset, 3, 4, names, 0, "he")
    found = question.answer(tell)
    assert set(found) == set(product(INITIALIZERS, names))
    assert list(found)[:2] == [("he", "relu"), ("he", "tanh")]
    expected = initial_gradient_norms(3, 4, "tanh", "glorot", Grid().dataset.make(), 0)
    np.testing.assert_array_equal(found["glorot", "tanh"], expected)
    assert len(question.answer(lambda *_: False)) == 1
    assert question == replace(question, first="data")


def test_what_does_not_train_brings_up_no_jax():
    program = (
        "import sys\n"
        "from layerwarp.app.pages.depth_width import counts, recorded_grid\n"
        "from layerwarp.app.pages.depth_width.grid import Grid\n"
        "from layerwarp.app.pages.depth_width.panels import deep\n"
        "stop = lambda *_: False\n"
        "counts.question(Grid(), recorded_grid.load()).answer(stop)\n"
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


def test_the_first_layers_that_keep_their_start_are_named():
    assert "layers 1 to 2 kept" in grid_words.frozen(np.array([0.01, 0.02, 0.5, 0.9]))
    assert "layer 1 kept" in grid_words.frozen(np.array([0.01, 0.2, 0.5]))
    assert "every layer" in grid_words.frozen(np.array([0.2, 0.01, 0.5]))


def test_where_over_fitting_starts():
    train, test = np.array([0.2, 0.1, 0.0, 0.0]), np.array([0.2, 0.12, 0.08, 0.2])
    assert grid_words.overfit_start(train, test) == 2
    assert grid_words.overfit_start(train, train) is None
    assert grid_words.overfit_start(train, train + 0.1) == 0
    assert grid_words.overfit_start(train, train + np.array([0.0, 0.1, 0.1, 0.0])) is None


def test_answers_of_panels_are_drawn(asked, monkeypatch):
    """Costs stand for all: their numbers are simple."""
    costs = {depth: Cost(1e-5 * depth, 3e-5 * depth, 100, 300, 1.0, 3.0) for depth in (1, 2)}

    def request(question, visitor, slot):
        job = Job(question)
        job.answer = DEFAULT if question == Grid() else costs
        job.end("done")
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_panel("cost")
    assert "takes 3.0 times the time" in words(page)
    specs = [json.loads(chart.proto.spec) for chart in charts(page)[2:]]
    assert [spec["layout"]["yaxis"]["title"]["text"] for spec in specs] == ["µs", "KiB"]


def test_every_panel_has_a_name():
    assert tuple(compare_panels.PANELS) == PANELS
    assert set(MEASURES) == set(MEASURE_NAMES)
    assert set(COMPARE.names) <= set(PARAMETERS)
    assert DatasetConfig() == Grid().dataset
