import math
from itertools import product

import pytest

from layerwarp.geometry.theory import (
    arrangement_regions,
    max_pieces,
    montufar_lower,
    montufar_upper,
    n_parameters,
    raghu_upper,
    region_bounds,
    serra_upper,
    typical_regions,
)
from layerwarp.network.architecture import Architecture


@pytest.mark.parametrize("n", range(41))
def test_lines_in_the_plane(n):
    assert arrangement_regions(n) == 1 + n + n * (n - 1) // 2


@pytest.mark.parametrize("n", range(12))
def test_arrangements_by_recursion(n):
    """A further hyperplane adds as many regions as the others cut it into."""
    for d in range(2, 6):
        assert arrangement_regions(n + 1, d) == (
            arrangement_regions(n, d) + arrangement_regions(n, d - 1)
        )
    assert arrangement_regions(n, n + 1) == 2**n


def serra_by_listing(widths, n_inputs):
    """Theorem 1 word by word: every (j_1, ..., j_L) in J."""
    total = 0
    for j in product(*(range(width + 1) for width in widths)):
        limits = [
            min([n_inputs, *(widths[i] - j[i] for i in range(layer)), widths[layer]])
            for layer in range(len(widths))
        ]
        if all(chosen <= limit for chosen, limit in zip(j, limits, strict=True)):
            total += math.prod(math.comb(n, k) for n, k in zip(widths, j, strict=True))
    return total


WIDTHS = [(), (1,), (2,), (5,), (2, 2), (3, 5), (5, 1, 4), (1, 1, 1), (4, 4, 4), (2, 7, 3)]


@pytest.mark.parametrize("widths", WIDTHS)
def test_serra(widths):
    for n_inputs in (1, 2, 3):
        assert serra_upper(widths, n_inputs) == serra_by_listing(widths, n_inputs)


@pytest.mark.parametrize("widths", [*WIDTHS, (64,) * 10, (8,) * 6, (3, 64, 2)])
def test_order_of_the_bounds(widths):
    for n_inputs in (1, 2, 3):
        chain = [
            montufar_lower(widths, n_inputs) or 1,
            serra_upper(widths, n_inputs),
            montufar_upper(widths, n_inputs),
            raghu_upper(widths, n_inputs),
        ]
        assert chain == sorted(chain)


def test_one_layer_has_one_answer():
    for bound in (montufar_lower, serra_upper, montufar_upper, raghu_upper):
        assert bound((7,)) == 29


def test_published_values():
    # Montúfar et al. 2014: two layers of four neurons fold the plane in four, 11 cuts each.
    assert montufar_lower((4, 4)) == 4 * 11
    assert montufar_lower((4, 1)) is None
    assert montufar_upper((1, 4)) == 2 * 5  # behind one neuron there is only one dimension
    assert raghu_upper((1, 4)) == 2 * 11
    assert raghu_upper((6,) * 6) == 22**6 == 113_379_904


@pytest.mark.parametrize("widths", WIDTHS)
def test_pieces_are_the_bound_of_one_input(widths):
    assert max_pieces(widths) == montufar_upper(widths, 1) == raghu_upper(widths, 1)


def test_typical_regions():
    assert typical_regions(384) == 73_728
    assert typical_regions(33, 1) == 33
    assert typical_regions(6, 3) == 36


@pytest.mark.parametrize("depth", range(1, 11))
def test_sawtooth_parameters(depth):
    assert n_parameters((2,) * depth) == 6 * depth + 1
    assert n_parameters((2**depth - 1,)) == 3 * 2**depth - 2


@pytest.mark.parametrize("widths", WIDTHS)
def test_parameters_are_the_architecture_s(widths):
    for inputs, outputs in ((1, 1), (2, 5), (3, 2)):
        architecture = Architecture(widths, n_inputs=inputs, n_outputs=outputs)
        assert n_parameters(widths, inputs, outputs) == architecture.n_parameters


SOURCES = {
    "relu": ["Montúfar et al. 2014", "Serra et al. 2018", "Montúfar 2017", "Raghu et al. 2017"],
    "leaky_relu": ["Montúfar 2017", "Raghu et al. 2017"],
    "abs": ["Montúfar 2017", "Raghu et al. 2017"],
}


@pytest.mark.parametrize("activation", SOURCES)
def test_bounds_of_a_network(activation):
    bounds = region_bounds(Architecture((4, 4), activation))
    assert [bound.source for bound in bounds] == SOURCES[activation]
    kinds = [bound.kind for bound in bounds]
    assert kinds == ["lower"] * (activation == "relu") + ["upper"] * kinds.count("upper")
    assert bounds[-1].value == 121


def test_layers_without_a_bend_make_no_regions():
    bounds = region_bounds(Architecture((9, 4, 9), ("identity", "abs", "identity")))
    assert [bound.value for bound in bounds] == [11, 11]
    assert {bound.value for bound in region_bounds(Architecture(()))} == {1}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: arrangement_regions(-1), "n_hyperplanes must be a whole number"),
        (lambda: arrangement_regions(2, 0), "n_inputs must be a whole number from 1"),
        (lambda: raghu_upper((2, 0)), "the width of layer 2 must be"),
        (lambda: n_parameters((2,), 1, 0), "n_outputs must be"),
        (lambda: region_bounds(Architecture((3,), "tanh")), "piecewise linear; got 'tanh'"),
    ],
)
def test_one_clear_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
