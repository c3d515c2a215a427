"""Inputs as features in the browser: their slopes, the nearest quadratic, and what is said."""

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from layerwarp.network.architecture import Architecture
from layerwarp.network.features import FEATURES, input_labels, lift
from layerwarp.network.forward_pass import record_activations, unflatten
from tests.browser.driving import address, imported, open_warp, wait_trained, wait_until

BOWL = "v=2&data=circles&layers=1&neurons=4&act=tanh&steps=300"
SLOPES = (
    f"const {{ liftSlopes }} = {imported('network/features.js')};"
    f"const {{ jacobianAt }} = {imported('network/jacobian.js')};"
    """
const { net } = model;
return argument.map((place) => ({
  lift: liftSlopes(net.inputs, place),
  logit: jacobianAt(model, model.evaluate(...place).layers, net.depth + 1),
}));
"""
)
QUADRATICS = (
    f"const {{ nearestQuadratic }} = {imported('network/quadratic.js')};"
    """
const { net, nodes, inputs, frame } = model;
const found = (l, width) => Array.from({ length: width }, (_, j) => {
  const { coefficients, values, rSquared } = nearestQuadratic(model, l, j);
  return { coefficients, rSquared, corner: values[0] };
});
const count = net.params.length / net.frameCount;
return {
  places: Array.from(inputs.subarray(0, 2 * nodes)),
  parameters: Array.from(net.params.subarray(frame * count, (frame + 1) * count)),
  found: net.sizes.slice(1).map((width, k) => found(k + 1, width)),
};
"""
)
SECTION = (
    f"const {{ crossSection, nearestQuadratic }} = {imported('network/quadratic.js')};"
    """
const { outputs, values } = nearestQuadratic(model, 1, 0);
return { ...crossSection({ outputs, values }, model.G), outputs, values: Array.from(values) };
"""
)
TERMS = [lambda a, b: 1 + 0 * a, lambda a, b: a, lambda a, b: b]
TERMS += [lambda a, b: a * a, lambda a, b: a * b, lambda a, b: b * b]


def numerical_slopes(function, place, step=1e-4):
    """Columns d/dx1 and d/dx2 of a function of points (n, 2), by central differences."""
    ends = np.array(place) + step * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    right, left, up, down = function(ends)
    return np.array([right - left, up - down]) / (2 * step)


def check_quadratics(answer, network):
    """Coefficients and R^2 of every neuron against numpy's least squares."""
    places = np.reshape(answer["places"], (-1, 2))
    params = unflatten(np.array(answer["parameters"]), network)
    table = np.column_stack([term(*places.T) for term in TERMS])
    records = record_activations(network, params, places)
    for record, layer in zip(records, answer["found"], strict=True):
        for values, found in zip(record.post.T, layer, strict=True):
            wanted, *_ = np.linalg.lstsq(table, values)
            left = values - table @ wanted
            size = np.abs(values).max()
            np.testing.assert_allclose(found["coefficients"], wanted, atol=1e-5 * size, rtol=1e-4)
            assert abs(found["corner"] - table[0] @ wanted) < 1e-4 * size
            if found["rSquared"] is None:
                assert np.ptp(values) < 1e-4 * size
            else:
                assert abs(found["rSquared"] - (1 - left.var() / values.var())) < 1e-4


def check_section(found):
    """The cross-section against scipy's bilinear interpolation; no diagonal has more range."""
    side = np.linspace(-1, 1, int(len(found["outputs"]) ** 0.5))
    ends = [found["end"], [1, 0], [0, 1], [1, 1], [-1, 1]]
    assert max(map(abs, found["end"])) == pytest.approx(1)
    places = np.linspace(-1, 1, len(found["neuron"]))[:, None]

    def along(values, end):
        nodes = np.reshape(values, (len(side), len(side)))
        return RegularGridInterpolator((side, side), nodes)(places * np.clip(end[::-1], -1, 1))

    neuron, *others = (along(found["outputs"], end) for end in ends)
    quadratic = along(found["values"], found["end"])
    np.testing.assert_allclose(found["neuron"], neuron, atol=1e-6)
    np.testing.assert_allclose(found["quadratic"], quadratic, atol=1e-6)
    assert found["gap"] == pytest.approx(np.abs(neuron - quadratic).max(), abs=1e-6)
    assert found["range"] == pytest.approx(np.ptp(neuron), abs=1e-6)
    assert np.ptp(neuron) >= max(map(np.ptp, others)) - 1e-6


def test_inputs_are_lifted_and_told(page, watch, server):
    stage = open_warp(page, server, f"{BOWL}&inputs={'-'.join(FEATURES)}&t=0&unit=1-1")
    network = Architecture((4,), "tanh", inputs=tuple(FEATURES))
    card = page.locator(".lw-quadratic")
    wait_until(page, lambda: "R² " in card.inner_text(), "the chosen neuron's quadratic")
    answer = stage.ask(QUADRATICS)
    check_quadratics(answer, network)
    check_section(stage.ask(SECTION))
    assert "the neuron stays between −1 and 1, however far out" in card.inner_text()
    params = unflatten(np.array(answer["parameters"]), network)

    def logit(points):
        return record_activations(network, params, points)[-1].post

    places = [[0.3, -1.2], [-2.0, 0.7]]
    stage.ask("store.pin({ x: 0.1, y: 0.1 })")
    stage.wait_for("picture.circle", "the circle, and the derivative that it needs")
    for place, slopes in zip(places, stage.ask(SLOPES, places), strict=True):
        lifted = numerical_slopes(lambda points: lift(network.inputs, points), place)
        np.testing.assert_allclose(slopes["lift"], lifted, atol=1e-6)
        np.testing.assert_allclose(slopes["logit"], numerical_slopes(logit, place), rtol=1e-3)

    # With no hidden layer the logit of squares is a quadratic, and the page says so.
    squares = "inputs=square1-square2"
    stage.lead(server, f"?v=2&data=circles&layers=0&{squares}&unit=1-1&lift=0.5")
    wait_trained(page)
    wait_until(page, lambda: "R² 1.000" in card.inner_text(), "the quadratic")
    assert "less than a millionth of how it varies is left over" in card.inner_text()
    assert "· x₁² / 3" in page.locator(".lw-neurons-formula").inner_text()
    assert page.locator(".lw-player-value").first.inner_text() == "lift"
    page.get_by_role("button", name="To the next layer").click()
    wait_until(page, lambda: address(page).get("t") == "0", "the lifted space in the link")
    assert "lift" not in address(page)
    names = input_labels(("square1", "square2"))
    words = page.locator(".lw-words").inner_text()
    assert words.startswith(f"The network gets two numbers of each point: {' and '.join(names)}.")
    assert watch.errors == []
