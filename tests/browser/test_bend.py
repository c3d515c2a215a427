"""The same weights with more or less of a bend, beside networks that core knows."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import forward, unflatten
from tests.browser.driving import address, imported, lead_warp, wait_trained, wait_until

STATE = """
const { net } = model;
const { params, parameterCount: count } = net;
return {
  sizes: net.sizes, box: Array.from(net.box), points: Array.from(net.points),
  params: Array.from(params.subarray(model.frame * count, (model.frame + 1) * count)),
  logits: Array.from(model.layers[net.depth + 1].pre.subarray(model.nodes)),
  right: model.told().right, labels: Array.from(net.labels),
};
"""
SLOPES = (
    f"const {{ ACTIVATIONS, SLOPES, rebent }} = {imported('network/activations.js')};"
    + """
return argument.map(([name, amount]) => {
  const other = rebent(name, amount);
  const value = (z) => { const out = [0]; ACTIVATIONS[other]([z], out, 0, 1); return out[0]; };
  return [-1.3, -0.2, 0.4, 2.1].map((z) => [
    value(z), SLOPES[other](z, value(z)), (value(z + 1e-6) - value(z - 1e-6)) / 2e-6,
  ]);
});
"""
)


def network_of(state, activation):
    widths = tuple(state["sizes"][1:-1])
    architecture = Architecture(widths, (activation,) * len(widths))
    return architecture, unflatten(np.array(state["params"]), architecture)


@pytest.mark.shared_page
@pytest.mark.parametrize(
    ("trained", "bend", "same_as"), [("relu", 0.9, "leaky_relu"), ("abs", 0.5, "relu")]
)
def test_a_changed_bend_is_another_activation(page, watch, server, trained, bend, same_as):
    query = f"v=2&data=moons&layers=2&neurons=6&act={trained}&steps=200&t=2&bend={bend}"
    stage = lead_warp(page, server, query)
    state = stage.ask(STATE)
    architecture, layers = network_of(state, same_as)
    points = np.reshape(state["points"], (-1, 2))
    logits = forward(architecture, layers, points)
    np.testing.assert_allclose(state["logits"], logits.ravel(), rtol=1e-4, atol=1e-4)
    assert state["right"] == pytest.approx(np.mean((logits.ravel() > 0) == state["labels"]))
    note = page.locator(".lw-note")
    mesh = linear_regions(architecture, layers, tuple(state["box"]))
    expect(note).to_contain_text(f"{mesh.count:,} straight pieces")
    (far,) = map(float, re.findall(r"up to ([\d.]+) away", note.inner_text()))
    straight, _ = network_of(state, "identity")
    x_min, x_max, y_min, y_max = state["box"]
    grid = np.meshgrid(np.linspace(x_min, x_max, 300), np.linspace(y_min, y_max, 300))
    plane = np.stack(grid, axis=-1).reshape(-1, 2)
    apart = np.abs(forward(architecture, layers, plane) - forward(straight, layers, plane)).max()
    assert 0.99 * far - 0.01 <= apart <= far + 0.01
    assert watch.errors == []


@pytest.mark.shared_page
def test_a_changed_bend_before_training_is_not_told_of_as_trained(page, server):
    stage = lead_warp(page, server, "v=2&data=moons&layers=1&act=tanh&steps=200&s=0&t=1&bend=3")
    note = page.locator(".lw-note")
    expect(note).to_contain_text("f(z) = tanh(3.00 z), with the same weights.")
    expect(note).not_to_contain_text("trained with")
    stage.ask("store.set({ frame: model.net.steps.length - 1 })")
    expect(note).to_contain_text("were trained with the old sharpness")


@pytest.mark.shared_page
def test_the_dial_goes_into_the_link_and_closes(page, watch, server):
    stage = lead_warp(page, server, "v=2&data=moons&layers=1&neurons=3&act=tanh&steps=200&t=1")
    wait_trained(page)
    trained = stage.ask(STATE)
    dial = page.get_by_role("slider", name="What every sum z is multiplied by")
    expect(dial).not_to_be_visible()
    stage.ask("store.set({ u: 0.9 })")
    stage.button("how sharp").click()
    assert stage.u == 1, "half a bend hides what the dial does"
    note = page.locator(".lw-note")
    expect(note).to_contain_text("The activation is tanh, as it is")
    expect(note).to_contain_text("a switch between −1 and 1")
    stage.ask("store.pin(model.net.point(7))")
    verdict = page.locator(".lw-tooltip-verdict")
    before = verdict.inner_text()
    dial.focus()
    for _ in range(10):
        dial.press("ArrowRight")
    expect(verdict).not_to_have_text(before)
    expect(note).to_contain_text("f(z) = tanh(3.16 z)")
    expect(note).to_contain_text("were trained with the old sharpness")
    wait_until(page, lambda: address(page).get("bend") == "3.16", "the dial in the link")
    page.reload()
    stage.wait()
    expect(page.locator(".lw-title")).to_contain_text("bend changed by hand")
    expect(page.locator(".lw-title")).not_to_contain_text("accuracy")
    first, last = network_of(trained, "tanh")[1]
    points = np.reshape(trained["points"], (-1, 2))
    hidden = np.tanh(3.16 * (points @ first.weights + first.bias))
    logits = (hidden @ last.weights + last.bias).ravel()
    np.testing.assert_allclose(stage.ask(STATE)["logits"], logits, rtol=1e-4, atol=1e-4)
    stage.button("how sharp").click()
    expect(dial).not_to_be_visible()
    assert stage.ask(STATE)["logits"] == pytest.approx(trained["logits"], rel=1e-5)
    wait_until(page, lambda: "bend" not in address(page), "no dial in the link")
    limits = f"const {{ bendIn }} = {imported('warp/dial.js')};"
    asked = "return [9999, -1, 2.5, NaN].map((number) => bendIn(model.net, number))"
    assert stage.ask(limits + asked) == [10, 0.1, 2.5, None]
    everything = [(name, 2.0) for name in ACTIVATIONS if name not in ("softmax", "identity")]
    for rows in stage.ask(SLOPES, everything):
        for _, slope, difference in rows:
            assert slope == pytest.approx(difference, rel=1e-4, abs=1e-6)
    assert watch.errors == []


@pytest.mark.shared_page
def test_an_activation_at_no_bend_is_still_an_activation(page, server):
    stage = lead_warp(page, server, "v=2&steps=50&bend=0&t=0.75")
    said = stage.ask(f"return ({imported('network/words.js')}).describe(model, 0.75)")
    assert said == "Layer 1 has lost its bend: nothing bends."
