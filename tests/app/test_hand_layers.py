"""Layers that the visitor builds: the link, the network that they are, and the way back."""

import numpy as np
import pytest

from layerwarp.app.controls.hand_layers import START
from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.network_text import read_network
from layerwarp.app.link.parameters import format, parse
from layerwarp.app.pages.table import PAGES
from layerwarp.app.work.trainer import measured
from layerwarp.data.datasets import Dataset
from layerwarp.network.forward_pass import record_activations
from tests.app import conftest
from tests.app.pages import button, header, open_page, quick_history, show_example, words

WARP = PAGES["warp"]
SHEAR = (1.0, 0.5, 0.0, 1.0, 0.25, -1.0)
TEXTS = [
    ("1_0.5_0_1_0.25_-1", SHEAR, ""),
    ("", (), ""),
    ("1_0_0_1_0_0_0.7071_-2_3_0.5_0_-0", (1, 0, 0, 1, 0, 0, 0.7071, -2, 3, 0.5, 0, 0), ""),
    ("9_0_0_1_0_0", (5, 0, 0, 1, 0, 0), "the nearest there is"),
    ("_".join(["1"] * 18), (1,) * 12, "the nearest there is"),
    ("1_2_3", (), "the default"),
    ("1_0_0_nan_0_0", (), "the default"),
]


@pytest.fixture
def shown(trained, monkeypatch):
    """Networks from numbers are measured, not trained."""

    def answer(asked):
        return measured(asked) if asked.loaded else quick_history(asked)

    monkeypatch.setattr(conftest, "quick_history", answer)
    return trained


@pytest.mark.parametrize(("text", "value", "said"), TEXTS)
def test_the_link_says_the_numbers(text, value, said):
    values, notices = parse({"v": "2", "matrix": text}, WARP)
    assert values["matrix"] == value
    assert [said in notice for notice in notices] == ([True] if said else [])
    assert parse(format(values, WARP), WARP) == (values, ())


@pytest.mark.parametrize("data", ["circles", "blobs5"])
@pytest.mark.parametrize("act", ["relu", "identity", "tanh"])
def test_the_layers_are_the_numbers_and_the_cut_is_fitted(data, act):
    matrix = "_".join(map(str, (*SHEAR, *START)))
    asked = experiment(parse({"v": "2", "data": data, "act": act, "matrix": matrix}, WARP)[0])
    network, points = read_network(asked.loaded), asked.dataset.make()
    assert asked.by_hand
    assert isinstance(points, Dataset)
    assert network.architecture.activations == (act, act)
    for layer, numbers in zip(network.params, (SHEAR, START), strict=False):
        x = np.array([[0.3, -2.0]])
        expected = np.reshape(numbers[:4], (2, 2)) @ x[0] + numbers[4:]
        np.testing.assert_allclose((x @ layer.weights + layer.bias)[0], expected, rtol=1e-6)
    records = record_activations(network.architecture, network.params, points.points)
    logits = records[-1].post
    ahead = logits.argmax(axis=1) if points.n_classes > 2 else (logits[:, 0] > 0)
    assert measured(asked).train_accuracy[-1] == pytest.approx(np.mean(ahead == points.labels))
    assert measured(asked).train_accuracy[-1] > 0.4


@pytest.mark.parametrize(("matrix", "has_cut"), [("1_0_0_1_0_0", True), ("0_0_0_0_0_0", False)])
def test_a_cut_is_spoken_of_where_there_is_one(shown, matrix, has_cut):
    said = words(open_page(v="2", data="circles", matrix=matrix, act="relu"))
    assert "built by hand" in said
    assert ("The last cut is fitted to the points (logistic" in said) == has_cut


def test_a_page_with_layers_by_hand_hides_what_trains(shown):
    page = open_page(v="2", data="circles", matrix="1_0.5_0_1_0_0", act="relu", view="plane")
    sent = header(page)
    assert (sent["sizes"], sent["by_hand"], sent["exact"]) == ([2, 2, 1], True, [True, True, True])
    assert sent["titles"] == ["Circles · 2-2-1 ReLU · built by hand, data seed 0"]
    said = words(page)
    assert "**Circles, 1 layer of 2 neurons (ReLU): 9 numbers, its layers built by hand.**" in said
    assert not any(part.label == "Gradients" for part in page.expander)
    assert "numbers to learn" not in said
    assert not page.warning
    assert {"layers", "neurons"}.isdisjoint(
        slider.key.removeprefix("control_") for slider in page.slider
    )
    labels = {expander.label for expander in page.expander}
    assert not labels & {"Training", "View"}
    page.selectbox(key="control_act_all").set_value("tanh").run()
    assert header(page)["activations"] == ["tanh"]
    button(page, "Train one like it").click().run()
    assert "by_hand" not in header(page)
    assert header(page)["sizes"] == [2, 2, 1]


def test_the_example_and_the_button_begin_to_build(shown):
    page = show_example(open_page(), "Built by hand")
    assert header(page)["activations"] == ["identity"]
    assert any("Drag the tip of an arrow" in caption.value for caption in page.caption)
    page = open_page(v="2", data="moons", layers="3", act="tanh")
    assert "by_hand" not in header(page)
    button(page, "Build layers by hand").click().run()
    assert header(page)["by_hand"]
    assert header(page)["sizes"] == [2, 2, 1]


def test_a_link_can_lock_the_layers(shown):
    page = open_page(v="2", matrix="1_0_0_1_0_0", only="act")
    assert button(page, "Train one like it").disabled
    assert "this link keeps its numbers" in words(page)
    assert not page.selectbox(key="control_act_all").disabled


def test_other_pages_of_the_plane_show_the_same_network(shown):
    page = open_page("creases", v="2", data="circles", matrix="1_0.5_0_1_0_0")
    assert header(page)["sizes"] == [2, 2, 1]
    assert "on the page Warp its arrows can be dragged" in words(page)
    page = open_page("creases", v="2", data="circles")
    assert "Build layers by hand" not in [button.label for button in page.button]
