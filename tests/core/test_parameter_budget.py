import pytest

from layerwarp.network.parameter_budget import equal_parameter_architectures


@pytest.mark.parametrize("budget", [60, 120, 250])
@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(2, 1), (1, 1), (2, 3)])
def test_within_five_percent(budget, n_inputs, n_outputs):
    # One layer of 64 neurons with one input and one output has 193.
    depths = [2, 3, 4, 6] if (budget, n_inputs, n_outputs) == (250, 1, 1) else [1, 2, 3, 4, 6]
    found = equal_parameter_architectures(budget, depths, n_inputs, n_outputs, "tanh")
    assert list(found) == depths
    for depth, architecture in found.items():
        assert architecture.depth == depth
        assert max(architecture.widths) - min(architecture.widths) <= 1
        assert abs(architecture.n_parameters - budget) <= 0.05 * budget
        assert (architecture.n_inputs, architecture.n_outputs) == (n_inputs, n_outputs)
        assert architecture.activation == "tanh"


@pytest.mark.parametrize(
    ("budget", "depth", "message"),
    [
        (1000, 1, "network's of depth 1, which has 5 to 257 and 257 at the nearest; got 1000"),
        (10, 6, "n_parameters must be within 5 % of a network's of depth 6"),
        (100, 0, "each depth must be a whole number from 1 to 10; got 0"),
    ],
)
def test_budgets_out_of_reach(budget, depth, message):
    with pytest.raises(ValueError, match=message):
        equal_parameter_architectures(budget, (depth,))
