import pytest

from layerwarp import Architecture
from layerwarp.training.cost import measure_cost


def test_a_gradient_takes_more_than_a_forward_pass():
    architecture = Architecture((32,) * 4, "tanh")
    cost = measure_cost(architecture, 1000)
    # Two operations a weight and point; a gradient does each product three times, but for the
    # inputs' own. Counts of the functions in between differ from one XLA to the next.
    products = 2 * 1000 * sum(rows * columns for rows, columns in architecture.shapes)
    assert cost.forward_flops == pytest.approx(products, rel=0.2)
    assert cost.gradient_flops == pytest.approx(3 * products, rel=0.2)
    assert cost.gradient_bytes > 2 * cost.forward_bytes > 0
    assert cost.gradient_seconds > 0
    assert cost.forward_seconds > 0
    low, high = cost.seconds_ratio
    assert 0 < low <= cost.gradient_seconds / cost.forward_seconds <= high


def test_the_memory_of_a_gradient_grows_with_depth():
    costs = [measure_cost(Architecture((16,) * depth), 1000) for depth in (1, 2, 4, 8)]
    ratios = [cost.gradient_bytes / cost.forward_bytes for cost in costs]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 2 * ratios[0]


@pytest.mark.parametrize("n_points", [0, 100_001])
def test_number_of_points(n_points):
    with pytest.raises(ValueError, match="n_points must be a whole number from 1 to 100000"):
        measure_cost(Architecture(), n_points)


def test_several_classes_and_no_hidden_layer():
    assert measure_cost(Architecture((), n_outputs=3), 10).gradient_seconds > 0
