"""Plain words: each failure is named, and each click changes something that can be trained."""

from dataclasses import replace

import numpy as np
import pytest

from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.experiment import TargetConfig
from layerwarp.app.link.parameters import format, parse
from layerwarp.app.pages.table import PAGES
from layerwarp.app.pages.warp import SPIRAL
from layerwarp.app.words.captions import accuracy_in_words, network_in_words, summary
from layerwarp.app.words.diagnosis import diagnose
from layerwarp.training.history import Outcome
from layerwarp.training.train import train

WARP = PAGES["warp"]

GOOD = 1.0


def case(accuracy=0.6, steps=50, outcome=None, **changes):
    """An experiment and a short training of it, with the accuracy that the test needs."""
    asked = experiment(WARP.defaults | SPIRAL | changes)
    config = replace(asked.training, steps=steps)
    history = train(asked.dataset.make(), asked.architecture, config, backend="numpy")
    accuracies = np.full_like(history.accuracy, accuracy)
    history = replace(history, accuracy=accuracies, train_accuracy=accuracies)
    return asked, replace(history, outcome=outcome or history.outcome)


CASES = [
    (
        {"outcome": Outcome("diverged", 9, "Training diverged: by step 9."), "lr": 0.1},
        "step 9",
        "lr",
    ),
    (
        {"outcome": Outcome("diverged", 9, "Training diverged."), "lr": 0.003},
        "What is kept are the weights after 50 steps.",
        "lr",
    ),
    ({"act": ("relu", "softmax"), "widths": (4, 1)}, "Layer 2 has one neuron", "neurons"),
    ({"init": "zeros"}, "dead", "init"),
    ({"layers": 0}, "straight cut", "layers"),
    ({"act": ("identity",)}, "Nothing bends", "act"),
    ({"data": "nested", "neurons": 2}, "closed loop", "neurons"),
    ({"data": "nested", "neurons": 2, "accuracy": GOOD}, "closed a loop", "neurons"),
    ({"layers": 10, "neurons": 8, "act": ("sigmoid",), "init": "glorot"}, "vanishes", "act"),
    (
        {"layers": 1, "neurons": 64, "act": ("softmax",), "opt": "sgd", "init": "glorot"},
        "64 neurons share out 1, and the largest share is 0.03",
        "act",
    ),
    ({"layers": 1, "neurons": 3, "act": ("softmax",)}, "60 %", "neurons"),
    ({"neurons": 4}, "60 %", "neurons"),
    ({"lr": 0.0001}, "60 %", "lr"),
    ({"opt": "sgd", "lr": 0.01}, "60 %", "opt"),
    ({"opt": "sgd", "lr": 1.0, "data": "circles", "neurons": 4}, "60 %", "lr"),
]


def test_of_a_curve_no_point_is_right_or_wrong():
    asked, history = case(l2=0.1, outcome=Outcome("dead", 9, "Dead."))
    curve = replace(asked, dataset=TargetConfig("square", 100, 0.0, 0))
    of_points, of_curve = (str(diagnose(shown, history)) for shown in (asked, curve))
    assert "It is right on only 60 %" in of_points
    assert "The L2 penalty of 0.1" in of_curve
    assert "right on" not in of_curve


@pytest.mark.parametrize(("changes", "words", "mended"), CASES)
def test_each_failure_is_named_with_a_click_that_may_mend_it(changes, words, mended):
    diagnosis = diagnose(*case(**changes))
    assert diagnosis is not None
    assert words in diagnosis.sentence
    assert any(mended in repair.changes for repair in diagnosis.repairs)
    for repair in diagnosis.repairs:
        values = WARP.defaults | repair.changes
        assert parse(format(values, WARP), WARP) == (values, ())
        experiment(values)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"neurons": 3, "data": "nested"},
        {"neurons": 2, "data": "nested", "act": ("sine",)},
        {"layers": 0, "data": "gaussians"},
        {"act": ("identity",), "data": "blobs3"},
    ],
)
def test_what_works_is_left_in_peace(changes):
    assert diagnose(*case(accuracy=GOOD, **changes)) is None


def test_a_start_that_got_stuck_is_named_with_another_start_and_a_neuron_more():
    asked = experiment(WARP.defaults | {"start": 9})
    history = train(asked.dataset.make(), asked.architecture, asked.training, backend="numpy")
    diagnosis = diagnose(asked, history)
    assert diagnosis is not None
    assert "got stuck" in diagnosis.sentence
    assert f"only {100 * history.accuracy[-1]:.0f} %" in diagnosis.sentence
    assert [repair.changes for repair in diagnosis.repairs] == [
        {"start": 10},
        {"neurons": 4, "widths": ()},
    ]
    still_falling = replace(history, train_loss=np.linspace(1, 0.1, len(history.train_loss)))
    diagnosis = diagnose(asked, still_falling)
    assert diagnosis is not None
    assert "stuck" not in diagnosis.sentence


def test_without_a_good_step_the_picture_is_of_the_start():
    asked, history = case(outcome=Outcome("diverged", 1, "Diverged."))
    diagnosis = diagnose(asked, replace(history, steps=history.steps[:1]))
    assert diagnosis is not None
    assert "starting weights" in diagnosis.sentence


def test_from_zeros_no_other_slope_is_offered():
    diagnosis = diagnose(*case(init="zeros", neurons=2))
    assert diagnosis is not None
    assert [repair.changes for repair in diagnosis.repairs] == [{"init": "data"}]


def test_no_advice_takes_neurons_away():
    diagnosis = diagnose(*case(widths=(16, 4), layers=2))
    assert diagnosis is not None
    wider = next(repair for repair in diagnosis.repairs if "neurons" in repair.changes)
    assert wider.changes["neurons"] == 16


def test_nothing_of_a_gradient_is_no_share_of_it():
    asked, history = case(layers=10, neurons=8, act=("sigmoid",), init="glorot")
    history.gradient_norms[0, 0] = 0
    diagnosis = diagnose(asked, history)
    assert diagnosis is not None
    assert "nothing of it arrived" in diagnosis.sentence


def test_a_short_training_is_not_called_stuck():
    diagnosis = diagnose(*case(data="circles", layers=1, neurons=3, steps=100))
    assert diagnosis is not None
    assert "stuck" not in diagnosis.sentence
    assert diagnosis.repairs[0].changes["steps"] > 2000


def test_the_theorem_is_not_claimed_where_it_does_not_hold():
    diagnosis = diagnose(*case(data="circles", neurons=2, act=("abs",)))
    assert diagnosis is not None
    assert "loop" not in diagnosis.sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": 0}, "a linear model"),
        ({"layers": 1, "neurons": 1}, "1 layer of 1 neuron (ReLU)"),
        ({"layers": 2, "act": ("identity", "relu")}, "3 neurons (no activation, ReLU)"),
        ({"layers": 2, "widths": (3, 5), "act": ("relu", "tanh")}, "3-5 neurons (ReLU, Tanh)"),
    ],
)
def test_the_network_in_words(changes, words):
    assert words in network_in_words(experiment(WARP.defaults | changes).architecture)


def test_the_summary_counts_and_measures():
    text = summary(*case(accuracy=0.9934))
    assert "Spiral, 2 layers of 16 neurons (ReLU): 337 numbers to learn." in text
    assert "99.3 %" in text
    assert "of the 400 points" in text
    assert "To answer for one point takes 304 multiplications." in text  # 2 · 16 + 16 · 16 + 16


def test_the_summary_names_overfitting_and_noise():
    asked, history = case(noise=0.4, steps=20)
    history = replace(history, train_accuracy=np.ones_like(history.accuracy))
    assert "holds for them only" in summary(asked, history)
    assert "by chance" in summary(asked, history)
    few = replace(asked, dataset=replace(asked.dataset, n_points=20))
    nearly = replace(history, accuracy=np.full_like(history.accuracy, 0.9))
    assert "holds for them only" in summary(asked, nearly)
    assert "holds for them only" not in summary(few, nearly)  # 2 of 20 wrong would be no news
    untrained = replace(history, steps=np.zeros_like(history.steps))
    assert "holds for them only" not in summary(asked, untrained)


def test_a_level_target_has_no_r_squared():
    asked, history = case()
    for formula in ("0", "5", "0.000001 * x"):  # R² of the last is lost in rounding
        level = replace(asked, dataset=TargetConfig("formula", formula=formula))
        assert accuracy_in_words(level, history) == "no R² of a level target"
    bent = TargetConfig("formula", formula="abs(x)")
    assert accuracy_in_words(replace(asked, dataset=bent), history).startswith("R² ")


@pytest.mark.parametrize("label", PAGES["warp"].examples)
def test_presets_are_valid(label):
    values = WARP.defaults | WARP.start(PAGES["warp"].examples[label].changes)
    assert parse(format(values, WARP), WARP) == (values, ())
