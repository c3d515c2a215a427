"""The page "Warp": it runs for every link, says what it shows, and mends what fails."""

from dataclasses import replace

import pytest

from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.experiment import DEFAULT
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.table import PAGES
from layerwarp.app.pages.warp import HARDER, SPIRAL
from layerwarp.app.work import compute
from layerwarp.app.work.trainer import TrainingJob
from tests.app.pages import button, header, open_page, quick_history, show_example, words

LINKS = [
    {},
    {"layers": "0"},
    {"layers": "1", "neurons": "1"},
    {"layers": "10", "neurons": "3", "act": "sigmoid"},
    {"data": "blobs5", "widths": "4-6", "act": "relu-tanh", "view": "space"},
    {"data": "interval", "neurons": "6", "view": "neurons", "axes": "4-1-2"},
    {"neurons": "500", "layers": "-1", "lr": "NaN", "noise": "1e309", "act": "😀"},
    {"data": "<script>alert(1)</script>", "foreign": "x" * 1000, "t": "x", "s": ""},
    dict.fromkeys(PARAMETERS, "9" * 100_000),
    dict.fromkeys(PARAMETERS, "\u202e`<b>*"),
]


@pytest.mark.parametrize("query", LINKS, ids=lambda query: str(query)[:40])
def test_any_link_shows_a_stage_and_words(trained, query):
    page = open_page(**query)
    assert len(page.get("bidi_component")) == 1
    assert "numbers to learn" in words(page)
    assert len([line for line in page.caption if "The link asked" in line.value]) <= 1


def test_the_stage_shows_what_the_link_asks(trained):
    page = open_page(data="circles", layers="3", neurons="5", act="tanh")
    shown = header(page)
    assert shown["sizes"] == [2, 5, 5, 5, 1]
    assert shown["activations"] == ["tanh"] * 3
    assert "Circles, 3 layers of 5 neurons (Tanh)" in words(page)


def test_a_bad_link_says_so_in_one_line_until_something_changes(trained):
    page = open_page(neurons="500")
    line = "The link asked for neurons = 500; using 64, the most there is."
    assert line in [caption.value for caption in page.caption]
    page.slider(key="control_layers").set_value(1).run()
    assert line not in words(page)


def test_a_rerun_trains_nothing_and_sends_the_same_bytes(trained):
    page = open_page(layers="3")
    payload = page.get("bidi_component")[0].proto.bytes
    page.run()
    assert len(trained) == 1
    assert page.get("bidi_component")[0].proto.bytes == payload


@pytest.mark.parametrize("label", PAGES["warp"].examples)
def test_presets_run(trained, label):
    page = open_page(noise="0.3")
    show_example(page, label)
    assert not page.exception
    assert trained[-1].dataset.noise == PAGES["warp"].examples[label].changes.get("noise", 0.1)


def test_an_example_says_what_to_look_at_until_a_control_is_moved(trained):
    label = "Too narrow"
    look = PAGES["warp"].examples[label].look
    page = open_page(t="1.5")
    assert look not in words(page)
    show_example(page, label)
    assert look in words(page)
    page.slider(key="control_neurons").set_value(4).run()
    assert look not in words(page)


def test_the_opening_offers_the_spiral(trained):
    page = open_page()
    assert "Three folds" in words(page)
    button(page, HARDER).click().run()
    assert trained[-1] == experiment(PAGES["warp"].defaults | SPIRAL)
    assert dict(page.query_params) == {
        "v": "2", "data": "spiral", "layers": "2", "neurons": "16", "start": "0",
    }  # fmt: skip
    assert HARDER not in [button.label for button in page.button]


def test_a_link_that_locks_says_so(trained):
    assert "a part of the controls" in words(open_page(only="neurons"))
    assert "a part of the controls" not in words(open_page())


def test_divergence_is_named_and_one_click_mends_it(trained):
    page = open_page(opt="sgd", lr="10")
    assert "diverged" in page.warning[0].value
    button(page, "Lower the learning rate to 0.01").click().run()
    assert trained[-1].training.learning_rate == 0.01
    assert page.select_slider(key="control_lr").value == 0.01
    assert not page.exception


def test_a_dead_network_is_named_and_one_click_mends_it(trained):
    page = open_page(init="zeros")
    assert "dead" in page.warning[0].value
    button(page, "Choose the starting weights from the data").click().run()
    assert trained[-1].training.initializer == "data"


def test_a_finished_default_needs_no_help(trained):
    page = open_page()
    assert trained == [DEFAULT]
    assert not page.warning
    assert "100 % of the 400 points" in words(page)


def test_what_is_shown_stays_while_the_next_one_trains(trained, monkeypatch):
    page = open_page(layers="1")
    before = page.get("bidi_component")[0].proto.bytes
    monkeypatch.setattr(
        compute, "request", lambda experiment, visitor, slot: TrainingJob(experiment)
    )
    page.slider(key="control_layers").set_value(2).run()
    assert page.get("bidi_component")[0].proto.bytes == before
    assert button(page, "Stop")
    assert not page.exception


def test_a_preview_says_that_it_is_one(trained, monkeypatch):
    def request(experiment, visitor, slot):
        job = TrainingJob(experiment)
        job.offer(quick_history(experiment), preview=True)
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_page(layers="3")
    assert "Quick preview" in words(page)
    assert header(page)["sizes"] == [2, 16, 16, 16, 1]


def test_a_preview_on_its_way_can_be_stopped(trained, monkeypatch):
    def request(experiment, visitor, slot):
        job, history = TrainingJob(experiment), quick_history(experiment)
        way = replace(history, outcome=replace(history.outcome, kind="stopped"))
        job.offer(way, preview=True)
        job.state, job.share = "working", 0.25
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_page(layers="3", steps="20000")
    assert button(page, "Stop")
    assert page.get("progress")[0].proto.text == "Quick preview: 25 %"


def test_stop_keeps_what_was_reached_and_train_on_goes_on(trained, monkeypatch):
    jobs = []

    def request(experiment, visitor, slot):
        jobs.append(TrainingJob(experiment))
        return jobs[-1]

    def stop(asked, visitor, slot):
        jobs[-1].stop()
        history = quick_history(jobs[-1].asked)
        jobs[-1].finish(replace(history, outcome=replace(history.outcome, kind="stopped")))

    monkeypatch.setattr(compute, "request", request)
    monkeypatch.setattr(compute, "stop", stop)
    page = open_page(layers="3", steps="20000")
    button(page, "Stop").click().run()
    assert "Training was stopped here" in words(page)
    page.run()
    assert len(jobs) == 1
    button(page, "Train on").click().run()
    assert len(jobs) == 2
    assert jobs[1].asked == jobs[0].asked
    page.run()
    assert len(jobs) == 2


def test_a_training_that_others_stopped_is_asked_for_again(trained, monkeypatch):
    jobs = []

    def request(experiment, visitor, slot):
        jobs.append(TrainingJob(experiment))
        return jobs[-1]

    monkeypatch.setattr(compute, "request", request)
    page = open_page(layers="3")
    jobs[0].stop()
    page.run()
    assert len(jobs) == 2


def test_a_failure_is_one_sentence(trained, monkeypatch):
    def request(experiment, visitor, slot):
        job = TrainingJob(experiment)
        job.end("failed", "There is not enough memory to train this network.")
        return job

    monkeypatch.setattr(compute, "request", request)
    page = open_page()
    assert page.error[0].value == "There is not enough memory to train this network."
    assert not page.exception


def test_what_folds_open_is_drawn_when_it_is_open(trained):
    page = open_page(neurons="3")
    assert not page.get("plotly_chart")
    page.session_state["gradients"] = True
    page.session_state["weights"] = True
    page.run()
    assert not page.exception
    assert page.get("plotly_chart")[0].proto.alt.startswith("Size of the gradient")
    assert [len(table.value) for table in page.dataframe] == [3, 3, 1]
    assert all("bias" in table.value.columns for table in page.dataframe)


def test_what_is_said_of_the_network_is_said_of_it_as_it_was_trained(trained):
    example = {"data": "circles", "layers": "1", "neurons": "3", "start": "7", "v": "2"}
    hint = "Three folds"
    assert any(hint in caption.value for caption in open_page(**example).caption)
    changed = open_page(**example, bend="0.4")
    assert not any(hint in caption.value for caption in changed.caption)
    assert "With its bend as it was trained: " in words(changed)
    straight = open_page(**example | {"act": "identity", "layers": "2"}, bend="0.4")
    assert "as it was trained" not in words(straight)
