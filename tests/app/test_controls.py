"""Values of the parameters -> the experiment that is trained; the sidebar gives the values back."""

import pytest
from streamlit.testing.v1 import AppTest

from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.link.parameters import parse
from layerwarp.app.pages.table import PAGES
from layerwarp.app.session import address
from layerwarp.app.session.widgets import section_key
from layerwarp.data.datasets import DATASETS
from tests.app.pages import open_page, opened, words

WARP = PAGES["warp"]


def sidebar_page():
    """A page of nothing but the controls, all of them in the sidebar."""
    import streamlit as st

    from layerwarp.app.controls import network as controls
    from layerwarp.app.pages.table import PAGES
    from layerwarp.app.session import address

    values = address.load(PAGES["warp"])
    values = controls.sidebar(values, controls.projection, st.sidebar.container())
    st.session_state["seen"] = values
    address.save(values)


def left_page():
    """A visitor folds on Creases, and goes on to Warp before that run has come to its end."""
    import streamlit as st

    from layerwarp.app.pages.table import PAGES
    from layerwarp.app.session import address

    address.load(PAGES["creases"])
    address.change({"folds": 1})
    address.load(PAGES["warp"])
    st.session_state["seen"] = address.link(PAGES["creases"])


def two_pages():
    """A visitor looks at Creases and clicks Warp in the menu; "late" came to be meanwhile."""
    import streamlit as st

    from layerwarp.app.pages.table import PAGES
    from layerwarp.app.session import address

    if "late" in st.session_state:
        address.change(st.session_state["late"])
    page = PAGES[st.session_state.get("clicked", "creases")]
    address.save(address.load(page))
    st.session_state["seen"] = address.menu_link(PAGES["warp"])


def run(**query):
    return opened(AppTest.from_function(sidebar_page, default_timeout=20), query)


def widgets(page):
    kinds = ("slider", "select_slider", "selectbox", "number_input", "toggle", "radio", "button")
    return [widget for kind in kinds for widget in page.sidebar.get(kind)]


def test_the_default_values_are_the_default_experiment():
    assert experiment(WARP.defaults) == DEFAULT


@pytest.mark.parametrize("name", DATASETS)
def test_outputs_suit_the_classes(name):
    classes = DATASETS[name].n_classes
    architecture = experiment(WARP.defaults | {"data": name}).architecture
    assert architecture.n_outputs == (1 if classes == 2 else classes)
    assert architecture.n_classes == classes


def test_a_page_is_left_as_it_was_a_moment_ago():
    page = opened(AppTest.from_function(left_page, default_timeout=20), {})
    assert page.session_state["seen"]["folds"] == "1"


def test_a_link_of_the_menu_may_be_older_than_what_was_done():
    page = opened(AppTest.from_function(two_pages, default_timeout=20), {"neurons": "5"})
    link = dict(page.session_state["seen"])
    assert "x1" not in link
    page.session_state["late"] = {"x1": 0.5, "x2": -0.25}
    page.session_state["clicked"] = "warp"
    page = opened(page, link)
    values = page.session_state["values"]
    assert (values["x1"], values["x2"], values["neurons"]) == (0.5, -0.25, 5)
    assert page.query_params["x1"] == "0.5"


def test_the_url_is_written_after_back(monkeypatch):
    page = run(neurons="5")
    assert "v" not in page.query_params  # a link is left as it was opened
    monkeypatch.setattr(address, "_followed_history", lambda: True)
    page = opened(page, {"neurons": "04", "noise": "much"})
    assert (page.query_params["v"], page.query_params["neurons"]) == ("2", "4")
    assert "noise" not in page.query_params
    assert "noise" in page.session_state[address.NOTICE]


def test_every_value_reaches_the_experiment():
    values, notices = parse(
        {
            "data": "blobs3", "points": "300", "noise": "0.2", "seed": "4", "widths": "5-4",
            "act": "tanh-sine", "opt": "sgd", "lr": "0.1", "batch": "32", "l2": "0.001",
            "steps": "500", "start": "7", "init": "he",
        }, WARP)  # fmt: skip
    asked = experiment(values)
    assert notices == ()
    assert vars(asked.dataset) == {"name": "blobs3", "n_points": 300, "noise": 0.2, "seed": 4}
    assert asked.architecture.sizes == (2, 5, 4, 3)
    assert asked.architecture.activations == ("tanh", "sine")
    assert vars(asked.training) == {
        "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 32, "l2": 0.001, "steps": 500,
        "seed": 7, "initializer": "he",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"layers": "0"},
        {"layers": "1", "neurons": "1"},
        {"layers": "10", "neurons": "64", "act": "sigmoid"},
        {"widths": "16-8-4", "act": "relu-tanh-sine"},
        {"view": "neurons", "axes": "2-5-1", "neurons": "8"},
        {"view": "space", "lr": "3", "batch": "512", "l2": "0.1", "noise": "0.37"},
    ],
)
def test_the_sidebar_keeps_what_the_link_says(query):
    page = run(**query)
    assert page.session_state["seen"] == parse(query, WARP)[0]
    page.run()
    assert page.session_state["seen"] == parse(query, WARP)[0]


def test_a_folded_part_is_drawn_when_it_is_open_and_keeps_its_values():
    page = run(v="2", lr="0.1")
    page.session_state[section_key("Training")] = False
    page.run()
    assert not [slider for slider in page.select_slider if slider.key == "control_lr"]
    page.slider(key="control_neurons").set_value(9).run()
    assert page.session_state["seen"] == WARP.defaults | {"lr": 0.1, "neurons": 9}
    page.session_state[section_key("Training")] = True
    page.run()
    assert page.select_slider(key="control_lr").value == 0.1


def test_every_control_has_help():
    page = run(layers="3", widths="3-4-5", act="relu-tanh-sine", view="neurons")
    assert len(widgets(page)) > 20
    assert [widget.label for widget in widgets(page) if not widget.help] == []


def test_a_moved_slider_is_heard():
    page = run()
    page.slider(key="control_layers").set_value(4).run()
    page.slider(key="control_neurons").set_value(9).run()
    page.select_slider(key="control_lr").set_value(0.1).run()
    page.selectbox(key="control_act_all").set_value("sine").run()
    changed = {"layers": 4, "neurons": 9, "lr": 0.1, "act": ("sine",)}
    assert page.session_state["seen"] == WARP.defaults | changed
    assert dict(page.query_params) == {
        "v": "2", "layers": "4", "neurons": "9", "act": "sine", "lr": "0.1",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["warp", "creases", "pieces"])
def test_depth_and_width_stand_beside_the_picture(trained, name):
    sized = {"control_layers", "control_neurons"}
    page = open_page(name)
    assert {slider.key for slider in page.main.slider} == sized
    assert not sized & {slider.key for slider in page.sidebar.slider}
    page.toggle(key="control_widths").set_value(True).run()
    assert {slider.key for slider in page.main.slider} == {"control_layers"}
    assert "control_widths_1" in {slider.key for slider in page.sidebar.slider}
    assert "Neurons, layer by layer: " in words(page)


def test_neurons_one_a_layer():
    page = run(layers="3", neurons="5")
    page.toggle(key="control_widths").set_value(True).run()
    assert page.session_state["seen"]["widths"] == (5, 5, 5)
    page.slider(key="control_widths_2").set_value(9).run()
    page.slider(key="control_layers").set_value(4).run()
    assert page.session_state["seen"]["widths"] == (5, 9, 5, 5)
    page.slider(key="control_layers").set_value(0).run()
    assert page.session_state["seen"]["widths"] == ()
    assert not page.exception


def test_activation_one_a_layer():
    page = run(layers="2")
    page.toggle(key="control_act_each").set_value(True).run()
    page.selectbox(key="control_act_2").set_value("tanh").run()
    assert page.session_state["seen"]["act"] == ("relu", "tanh")
    page.slider(key="control_layers").set_value(3).run()
    assert page.session_state["seen"]["act"] == ("relu", "tanh", "tanh")


def test_train_on_and_start_again():
    page = run(steps="19000")
    page.button(key="train_on").click().run()
    assert page.session_state["seen"]["steps"] == 20_000
    assert page.button(key="train_on").disabled
    page.button(key="start_again").click().run()
    assert page.session_state["seen"]["start"] == 1
    assert page.number_input(key="control_start").value == 1


def test_a_click_does_not_undo_a_drag_that_comes_with_it():
    page = run()
    page.slider(key="control_neurons").set_value(9)
    page.button(key="start_again").click().run()
    assert page.session_state["seen"] == WARP.defaults | {"neurons": 9, "start": 8}


def test_chosen_neurons_differ_and_exist():
    page = run(view="neurons", axes="30-2", neurons="4")
    assert page.session_state["seen"]["axes"] == (0, 2)
    page.selectbox(key="control_axes_Across").set_value(2).run()
    axes = page.session_state["seen"]["axes"]
    assert len(set(axes)) == 2
    assert not page.exception
