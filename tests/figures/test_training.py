"""Charts of a training run: what is drawn, and what is said to those who do not see it."""

import numpy as np

from layerwarp.app.figures.training import (
    describe_gradient_norms,
    gradient_norms,
    told_nothing,
)

STEPS = np.array([0, 10, 100])
NORMS = np.array([[0.1, 1.0, 2.0], [0.01, 0.5, 1.0], [0.0, 0.2, 0.4]])


def test_one_line_a_layer_on_a_logarithmic_axis():
    figure = gradient_norms(STEPS, NORMS)
    assert [line.name for line in figure.data] == ["Layer 1", "Layer 2", "Read-out"]
    assert figure.layout.yaxis.type == "log"
    np.testing.assert_array_equal(figure.data[1].y, NORMS[:, 1])
    np.testing.assert_array_equal(figure.data[0].x, STEPS)


def test_a_gradient_of_zero_leaves_a_gap():
    assert np.isnan(gradient_norms(STEPS, NORMS).data[0].y[-1])


def test_eleven_layers_have_eleven_looks():
    figure = gradient_norms(STEPS, np.ones((3, 11)))
    looks = {(line.line.color, line.line.dash) for line in figure.data}
    assert len(looks) == 11


def test_the_words_give_names_and_numbers():
    words = describe_gradient_norms(STEPS, NORMS)
    assert "from step 0 to step 100" in words
    assert "Layer 1 0.1 to 0" in words
    assert "Read-out 2 to 0.4" in words


def test_layers_without_a_gradient_are_named():
    norms = np.array([[0.0, 1.0, 0.0], [0.0, 0.5, 0.0]])
    assert told_nothing(norms) == (
        "No line for Layer 1, Read-out: the gradient in the weights is 0 at every step. The "
        "read-out’s bias can move."
    )
    assert told_nothing(0 * norms).startswith("No line for any layer:")
    assert told_nothing(norms[:, :2]).endswith("at every step.")
    assert told_nothing(norms + 1e-9) == ""
    gap = "Where a line has a gap or ends, the gradient in these weights is 0."
    assert told_nothing(NORMS) == told_nothing(NORMS[[0, 2, 1]]) == gap
