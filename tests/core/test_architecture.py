import pytest

from layerwarp.network.architecture import Architecture


@pytest.mark.parametrize(
    ("widths", "n_parameters"),
    [((), 3), ((16, 16), 337), ((51,), 51 * 4 + 1), ((1,) * 10, 3 + 9 * 2 + 2)],
)
def test_parameter_count(widths, n_parameters):
    assert Architecture(widths).n_parameters == n_parameters


def test_one_activation_a_layer():
    network = Architecture((4, 3), ("relu", "tanh"), n_outputs=3)
    assert network.activations == ("relu", "tanh")
    assert network.sizes == (2, 4, 3, 3)
    assert network.shapes == ((2, 4), (4, 3), (3, 3))
    assert network.n_classes == 3


def test_lists_become_hashable():
    lists = Architecture([4, 3], ["relu", "tanh"])  # type: ignore[arg-type]
    assert hash(lists) == hash(Architecture((4, 3), ("relu", "tanh")))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"widths": (4,) * 11}, "hidden layers must be a whole number from 0 to 10; got 11"),
        ({"widths": (4, 0)}, "width of layer 2 must be a whole number from 1 to 64; got 0"),
        ({"widths": (65,)}, "width of layer 1 must be a whole number from 1 to 64; got 65"),
        ({"widths": (4.0,)}, "whole number from 1 to 64; got 4.0"),
        ({"widths": (True,)}, "got True"),
        ({"activation": "rellu"}, "activation must be one of relu, .*; got 'rellu'"),
        ({"activation": ("relu",)}, "one name for each of the 2 hidden layers; got 1 names"),
        ({"activation": ("relu", "sin")}, "got 'sin'"),
        ({"n_outputs": 6}, "n_outputs must be a whole number from 1 to 5; got 6"),
        ({"n_inputs": 0}, "n_inputs must be a whole number from 1 to 3; got 0"),
    ],
)
def test_bad_values_are_named(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Architecture(**arguments)
