"""Own data and own networks on the pages: shown, told, kept in the link, and never in the way."""

import json
from typing import Any

import numpy as np
import pytest

from layerwarp.app.controls import own_network
from layerwarp.app.controls.own_data import CANVAS, OPEN, OWN_NETWORK
from layerwarp.app.experiments.experiment import OWN, DatasetConfig, Experiment, OwnDataConfig
from layerwarp.app.experiments.network_file import LoadedNetwork, dump
from layerwarp.app.experiments.network_text import read_network, write_network
from layerwarp.app.experiments.packing import is_kept
from layerwarp.app.experiments.point_text import read_points, write_points
from layerwarp.app.link.kinds.own import SAMPLE, sample_text
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.depth_width import controls as grid_controls
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session import address
from layerwarp.app.work import compute
from layerwarp.app.work.trainer import TrainingJob, measured
from layerwarp.network.architecture import Architecture
from layerwarp.network.initializers import init_params
from layerwarp.training.config import TrainingConfig
from tests.app.pages import button, header, open_page, quick_history, words

RNG = np.random.default_rng(3)
NOISE = write_points(RNG.uniform(-3, 3, (60, 2)), RNG.integers(0, 3, 60))
SHAPE = Architecture((5, 3), "tanh")
HTML = "<img src=x onerror=alert(1)>"


def network(architecture=SHAPE, **more):
    return LoadedNetwork(architecture, init_params(architecture, 1, "glorot"), **more)


@pytest.fixture
def answered(monkeypatch):
    """Every request is answered at once: trained for a moment, or looked at as it was loaded."""
    asked = []

    def request(experiment, visitor, slot):
        asked.append(experiment)
        job = TrainingJob(experiment)
        loaded = experiment.loaded
        job.finish(measured(experiment) if loaded else quick_history(experiment))
        return job

    monkeypatch.setattr(compute, "request", request)
    monkeypatch.setattr(compute, "warm_up", lambda later: None)
    return asked


def open_dialog(way=None, **query):
    page = open_page(**query)
    page.session_state[OPEN] = True
    page.run()
    if way:
        page.session_state["own_data_way"] = way
        page.run()
    assert not page.exception
    return page


def test_own_points_are_trained_and_told(answered):
    page = open_page(data="own", xy=NOISE, steps="100")
    assert answered[-1].dataset == OwnDataConfig(NOISE, 0)
    assert answered[-1].architecture.n_outputs == 3
    assert header(page)["dataset"] == "Your own points"
    assert header(page)["titles"][-1].startswith("Your own points · 2-16-16-3 ReLU")
    assert "points it learned from" in words(page)
    assert "kept back to test it" in words(page)
    assert not [slider for slider in page.slider if slider.key in ("control_points",)]


def test_own_data_are_measured_by_their_neighbors(answered):
    page = open_page(data="own", xy=sample_text(), steps="100", layers="0")
    assert "their neighbors would get right" in page.warning[0].value
    # Noise is no fault of the network: it is asked for no more than the nearest points can tell.
    page = open_page(data="own", xy=NOISE, steps="100", layers="0")
    assert not page.warning


def test_own_data_before_any_were_drawn_are_the_sample(answered):
    open_page(data="own")
    assert answered[-1].dataset == OwnDataConfig(sample_text())


def test_the_example_of_a_network_file_is_one():
    shown = read_network(own_network.load(OWN_NETWORK.encode())["net"])
    assert shown.architecture.sizes == (2, 3, 1)
    assert shown.params[0].weights.tolist() == [[1, 0.5, 0], [0, 1, -2]]


def test_a_grid_of_networks_learns_own_points():
    asked = grid_controls.grid(
        PAGES["depth_width"].defaults | {"data": OWN, "xy": NOISE, "seed": 2}
    )
    assert asked.dataset == OwnDataConfig(NOISE, 2)
    assert asked.empty().architectures[0, 0].n_outputs == 3


def test_a_file_is_described_before_it_is_shown():
    told = own_network.describe(own_network.load(dump(network()).encode()))
    assert told.startswith("**2 layers of 5-3 neurons (Tanh): 37 numbers**, for 2 classes.")


@pytest.mark.parametrize("lesson", ["warp", "creases"])
def test_the_dialog_opens_on_every_page_of_the_plane(answered, lesson):
    page = open_page(lesson, data="circles")
    button(page, "Own").click().run()
    assert not page.exception
    canvas = page.get("bidi_component")[-1].proto.bytes
    assert b'"leastOfClass": ' in canvas
    button(page, "Own").click().run()  # what is behind the dialog may be drawn again
    assert not page.exception


def test_pasted_cells_are_shown_with_what_was_left_out(answered):
    page = open_dialog("Paste")
    page.text_area(key="own_data_text").set_value(
        SAMPLE.read_text() + f"{HTML},1,face\n=1+1,2,face\n"
    ).run()
    assert not page.exception
    assert "**128 points**, scaled to the picture, both axes alike: `face` (72)" in words(page)
    assert f"row 130: `{HTML}` is not a number" in words(page)
    assert "row 131: `=1+1` is a formula, not a number" in words(page)
    assert page.query_params.get("xy") is None


def test_a_bad_table_is_one_sentence_and_changes_nothing(answered):
    page = open_dialog("Paste", data="circles")
    page.text_area(key="own_data_text").set_value("1,2,a").run()
    assert [error.value for error in page.error] == [
        "At least 10 points are needed; 1 row can be used. The data on the page stay as they were."
    ]
    assert answered[-1].dataset.name == "circles"


def test_of_many_columns_the_visitor_says_which(answered):
    rows = "".join(f"{i},{i * i},{100 - i},{'st'[i % 2]}\n" for i in range(20))
    page = open_dialog("Paste")
    page.text_area(key="own_data_text").set_value(f"{HTML},b,c,kind\n" + rows).run()
    boxes = {box.label: box for box in page.selectbox}
    assert [boxes[name].value for name in ("Across", "Up", "Class")] == [0, 1, 3]
    boxes["Up"].set_value(0).run()
    assert "must be three different columns" in page.error[0].value
    assert not page.exception


BAD_DRAWINGS = [
    None,
    [],
    "text",
    [[0, 0, 0]],
    [[float("nan"), 0, 0]] * 30,
    [[1e308 * 10, 0, 0]] * 30,
    [[i / 10, 0, i % 7] for i in range(40)],
    [[i / 10, 0, -1] for i in range(40)],
    [[0, 0, 0], [1]],
    [[i / 1e4, 0, i % 2] for i in range(6000)],
    {"x": 1},
]


@pytest.mark.parametrize("points", BAD_DRAWINGS, ids=str)
def test_a_forged_drawing_changes_nothing(answered, monkeypatch, points):
    from layerwarp.app.controls import own_data

    state = {CANVAS: {"view": {"points": points}}, OPEN: True}
    monkeypatch.setattr(own_data.st, "session_state", state)
    own_data._drawn()
    assert state == {CANVAS: {"view": {"points": points}}, OPEN: True}


def test_a_drawing_becomes_the_data_and_closes_the_dialog(monkeypatch):
    from layerwarp.app.controls import own_data

    points = [[i / 10, 1.0, 2 * (i % 2)] for i in range(20)]
    state: dict[str, Any] = {}
    state |= {CANVAS: {"view": {"points": points}}, OPEN: True, address.STATE: {"data": "moons"}}
    monkeypatch.setattr(own_data.st, "session_state", state)
    own_data._drawn()
    assert OPEN not in state
    assert state[address.STATE]["data"] == OWN
    back, labels = read_points(state[address.STATE]["xy"])
    assert np.allclose(sorted(back[:, 0]), np.arange(20) / 10, atol=0.01)
    assert labels.max() == 1


def test_a_loaded_network_is_shown_as_it_is(answered):
    text = write_network(network(step=70))
    page = open_page(data="circles", net=text)
    shown = answered[-1]
    assert (shown.architecture, shown.loaded) == (SHAPE, text)
    assert header(page)["steps"] == [70]
    assert header(page)["titles"][-1].endswith("data seed 0, weights from a file")
    assert "loaded from a file" in words(page)
    assert "The link carries it" in words(page)
    assert not [b for b in page.button if b.label == "Train on"]
    button(page, "Train one like it").click().run()
    assert (answered[-1].architecture, answered[-1].loaded) == (SHAPE, "")


def test_a_network_for_fewer_classes_says_so_and_one_is_trained(answered):
    page = open_page(data="blobs5", net=write_network(network()))
    assert "tells 2 classes apart; these data have 5" in words(page)
    assert answered[-1].loaded == ""
    assert not page.exception


FILES = {
    "with data and training": network(
        data=DatasetConfig("moons", 300, 0.2, 4), training=TrainingConfig(steps=300, seed=9), step=7
    ),
    "with own data": network(data=OwnDataConfig(sample_text(), 2)),
    "of other numbers than links have": network(data=DatasetConfig("moons", 5000, 0.213, 10**6)),
    "alone": network(),
    "linear": network(Architecture((), n_outputs=3)),
    "several activations": network(Architecture((4, 6), ("relu", "abs"), n_outputs=5)),
    "large": network(Architecture((64, 64, 64))),
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_file_becomes_parameters_that_a_link_can_say(file):
    changes = own_network.load(dump(file).encode())
    for name, value in changes.items():
        if value is not None:
            kind = PARAMETERS[name].kind
            assert kind.read(kind.write(value)) == (value, "")
    loaded = read_network(changes["net"])
    assert loaded.architecture.sizes == file.architecture.sizes
    assert is_kept(changes["net"]) == (file.architecture.n_parameters > 1000)
    if isinstance(file.data, OwnDataConfig):
        assert (changes["data"], changes["xy"], changes["seed"]) == (OWN, sample_text(), 2)
    if file.training:
        assert (changes["data"], changes["noise"], changes["start"]) == ("moons", 0.2, 9)


BAD_FILES = {
    "empty": b"",
    "binary": bytes(range(256)),
    "no JSON": b"{weights: 1}",
    "HTML": json.dumps({"format": HTML}).encode(),
    "one input": dump(network(Architecture((3,), n_inputs=1))).encode(),
    "foreign key": dump(network()).replace('"version"', f'"{HTML}": 1, "version"', 1).encode(),
    "large": b" " * 5_000_000,
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_one_sentence(content):
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z") as caught:
        own_network.load(content)
    assert HTML not in str(caught.value).replace(f"`{HTML}`", "").replace(f'`"{HTML}"`', "")


def test_what_a_network_does_is_measured_as_training_does():
    experiment = Experiment(DatasetConfig("moons"), SHAPE, TrainingConfig(steps=60))
    trained = quick_history(experiment)
    text = write_network(LoadedNetwork(SHAPE, trained.params, step=60))
    looked = measured(Experiment(experiment.dataset, SHAPE, TrainingConfig(), text))
    assert looked.steps.tolist() == [60]
    for name in ("train_loss", "test_loss", "train_accuracy", "accuracy"):
        assert getattr(looked, name)[0] == pytest.approx(getattr(trained, name)[-1], rel=1e-5)
