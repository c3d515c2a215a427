"""Inputs as features through the app: links, controls, words, files, and what is not drawn."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from layerwarp.app.experiments.network_file import LoadedNetwork
from layerwarp.app.experiments.network_text import read_network, write_network
from layerwarp.app.exporters.gif import timeline
from layerwarp.app.exporters.scene import Scene
from layerwarp.app.exporters.tables import arrays_npz
from layerwarp.app.link.parameters import format, parse
from layerwarp.app.pages.depth_width import controls as grid_controls
from layerwarp.app.pages.depth_width import words as grid_words
from layerwarp.app.pages.table import PAGES
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.app.words.difference import difference
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import COORDINATES, FEATURES, lift
from layerwarp.network.initializers import init_params
from tests.app.exports import export
from tests.app.pages import button, header, open_page, quick_history, show_example, words

WARP = PAGES["warp"]
BOWL = ("x1", "x2", "bowl")


@pytest.mark.parametrize("page", ["warp", "creases", "depth_width"])
@pytest.mark.parametrize("names", [("product",), BOWL, tuple(FEATURES)])
def test_a_link_carries_the_inputs(page, names):
    text = "-".join(names)
    values, notices = parse({"v": "2", "inputs": text}, PAGES[page])
    assert values["inputs"] == names
    assert notices == ()
    assert format(values, PAGES[page]) == {"v": "2", "inputs": text}


@pytest.mark.parametrize("text", ["", "x3", "x1-x1", "x1-", "-".join([*FEATURES, "x1"])])
def test_a_bad_list_of_inputs_is_one_notice(text):
    values, notices = parse({"v": "2", "inputs": text}, WARP)
    assert values["inputs"] == COORDINATES
    assert len(notices) == 1


def test_the_stage_gets_what_the_link_asks(trained):
    page = open_page(layers="0", inputs="bowl-x2-x1")
    sent = header(page)
    assert sent["sizes"] == [3, 1]
    assert sent["inputs"] == list(BOWL)
    assert sent["input_labels"] == ["x₁", "x₂", "(x₁² + x₂²) / 3"]
    assert sent["most_regions"] == []
    assert sent["exact"][0] is True
    assert "a linear model on x₁, x₂ and (x₁² + x₂²) / 3: 4 numbers to learn" in words(page)
    assert trained[-1].architecture == Architecture((), inputs=BOWL)


def test_plain_inputs_are_sent_as_ever(trained):
    page = open_page(v="2", inputs="x2-x1", neurons="4")
    assert "inputs" not in header(page)
    assert trained[-1].architecture == Architecture((4,))


def test_a_box_adds_an_input_and_the_last_one_stays(trained):
    page = open_page(layers="1")
    page.session_state["section_Inputs"] = True
    page.run()
    assert [box.label for box in page.checkbox][-8:] == [row.label for row in FEATURES.values()]

    def box(name):
        return next(box for box in page.checkbox if box.label == FEATURES[name].label)

    box("bowl").check().run()
    assert trained[-1].architecture.inputs == BOWL
    box("x1").uncheck().run()
    box("x2").uncheck().run()
    assert trained[-1].architecture.inputs == ("bowl",)
    box("bowl").uncheck().run()
    assert trained[-1].architecture.inputs == ("bowl",)
    assert "A network needs an input: it keeps (x₁² + x₂²) / 3." in words(page)


@pytest.mark.parametrize("names", [("x1",), ("square1", "square2"), BOWL])
def test_the_weights_are_told_of_the_inputs_there_are(trained, names):
    page = open_page(v="2", inputs="-".join(names), neurons="3")
    page.session_state["weights"] = True
    page.run()
    assert not page.exception
    told = [f"weight of {FEATURES[name].label}" for name in names]
    assert list(page.dataframe[0].value.columns) == ["Neuron", *told, "bias"]


@pytest.mark.parametrize("label", [label for label in WARP.examples if "an input" in label])
def test_the_examples_need_no_hidden_layer(trained, label):
    page = show_example(open_page(), label)
    assert not page.exception
    assert trained[-1].architecture.depth == 0
    assert trained[-1].architecture.inputs


def test_layers_built_by_hand_take_the_coordinates(trained):
    page = open_page(v="2", matrix="1_0_0_1_0_0", inputs="x1-x2-bowl")
    assert "inputs" not in header(page)
    assert header(page)["sizes"] == [2, 2, 1]
    assert "Layers built by hand are given x₁ and x₂ as they come." in words(page)


def test_a_network_from_a_file_keeps_its_inputs(trained):
    network = Architecture((4,), "tanh", inputs=BOWL)
    text = write_network(LoadedNetwork(network, init_params(network, 3)))
    page = open_page(v="2", net=text)
    assert header(page)["inputs"] == list(BOWL)
    assert "1 layer of 4 neurons (Tanh) on x₁, x₂ and (x₁² + x₂²) / 3" in words(page)
    button(page, "Train one like it").click().run()
    assert trained[-1].architecture == network


def test_creases_draws_no_pieces_and_says_why(trained):
    page = open_page("creases", inputs="x1-x2-bowl", layers="1")
    assert len(page.warning) == 1
    assert page.warning[0].value == (
        "This network is given x₁, x₂ and (x₁² + x₂²) / 3. Exact straight pieces are worked out "
        "only for x₁ and x₂ alone: there is no exact mesh. Its colors and boundary are drawn from "
        "a grid of points, without fold lines."
    )
    button(page, "Use x₁ and x₂").click().run()
    assert trained[-1].architecture.inputs == ()


def test_a_grid_has_the_inputs_and_a_function_none():
    values = PAGES["depth_width"].defaults | {"inputs": BOWL}
    grid = grid_controls.grid(values)
    assert {each.inputs for each in grid.empty().architectures.values()} == {BOWL}
    assert grid.experiment(0, 4, 1).architecture.sizes == (3, 1)
    assert grid_words.of_what(grid) == "Spiral as x₁, x₂ and (x₁² + x₂²) / 3, ReLU"
    curve = grid_controls.grid(values | {"curve": "square"})
    assert curve.inputs == ()


@pytest.mark.parametrize(
    "asked",
    [
        export((), inputs=("sine1",)),
        export((2,), data="nested", inputs=BOWL),
        export((3,), "identity", inputs=BOWL),
    ],
)
def test_no_advice_speaks_of_straight_lines_in_the_plane(asked):
    found = diagnose(asked.experiment, quick_history(asked.experiment))
    for word in ("straight cut", "closed loop", "grid stays straight"):
        assert found is None or word not in found.sentence


@pytest.mark.parametrize("names", [("x1",), BOWL])
def test_what_can_be_had_is_said_of_what_the_network_knows(names):
    asked = export((4,), data="circles", inputs=names).experiment
    found = diagnose(asked, replace(quick_history(asked), accuracy=np.array([0.8])))
    lacks = "x2" not in names
    assert found is not None
    assert ("; given x₁ and x₂, 9" in found.sentence) == lacks
    near = replace(quick_history(asked), accuracy=np.array([0.969]))  # 97 % and more can be had
    assert "right on only 96.9 % of" in str(diagnose(asked, near))
    first = found.repairs[0]
    assert (first.label == "Give it x₁ and x₂ too") == lacks
    if lacks:
        assert first.changes == {"inputs": ("x1", "x2")}


def test_two_networks_differ_in_their_inputs():
    usual = WARP.defaults
    sentence = difference(usual, usual | {"inputs": BOWL})
    assert sentence == (
        "A: inputs x₁ and x₂; B: inputs x₁, x₂ and (x₁² + x₂²) / 3. "
        "All other settings are the same."
    )


@pytest.mark.parametrize("inputs", [("product",), BOWL, tuple(FEATURES)])
def test_a_file_in_a_link_keeps_its_inputs(inputs):
    network = Architecture((4,), "tanh", inputs=inputs)
    given = export((4,), "tanh", inputs=inputs)
    loaded = read_network(write_network(LoadedNetwork(network, init_params(network, 3))))
    assert loaded.architecture == network
    for ours, theirs in zip(init_params(network, 3), loaded.params, strict=True):
        np.testing.assert_array_equal(ours.weights, theirs.weights)
    arrays = np.load(BytesIO(arrays_npz(given)))
    np.testing.assert_array_equal(arrays["lifted"], lift(inputs, given.inputs))
    assert arrays["lifted_names"].tolist() == list(inputs)
    assert "mesh_box" not in arrays


def test_a_film_begins_in_the_plane():
    scene = Scene(export((), inputs=BOWL))
    assert scene.start == -1
    places = timeline(scene.depth, scene.start)
    assert places[0] == -1
    assert places[-1] == 1
    plane = scene.place(scene.points, scene.moment(-1.0))
    np.testing.assert_allclose(plane[:, :2], scene.points.plane[:, :2])
    lifted = lift(BOWL, scene.points.plane[:, :2])
    np.testing.assert_allclose(scene.place(scene.points, scene.moment(0.0)), lifted, atol=1e-5)
    half = scene.place(scene.points, scene.moment(-0.5))
    np.testing.assert_allclose(half, (plane + lifted) / 2, atol=1e-5)
    assert timeline(2)[0] == 0
