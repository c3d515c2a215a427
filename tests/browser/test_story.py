"""One point's story: every number against JAX's gradient and a pass in numpy."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from playwright.sync_api import expect

from layerwarp.app.words.numbers import percent
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, forward, record_activations, unflatten
from tests.browser.driving import (
    Stage,
    address,
    imported,
    lead_warp,
    open_warp,
    wait_trained,
    wait_until,
)

NAMES = list(ACTIVATIONS)
LINKS = {
    "the opening": "v=2&steps=100&t=0",
    "ten activations": f"layers=10&neurons=3&act={'-'.join(NAMES[:10])}&steps=50&t=0",
    "the others, three classes": (
        f"data=spirals3&widths=4-5-4&act={'-'.join(NAMES[10:])}&steps=50&t=0"
    ),
    "no hidden layer": "layers=0&steps=50&t=0",
}
POINTS = [0, 57, 250]
STORIES = """
const { lossesWith, mostToBlame, sharesOfGradient, strongestPath, tellStory, waysBack } = %s;
const { net } = model;
const start = store.frame * net.parameterCount;
const told = argument.map((index) => {
  const point = { x: net.points[2 * index], y: net.points[2 * index + 1] };
  const story = tellStory(model, point, net.labels[index]);
  const worst = mostToBlame(story).slice(0, 5);
  const ways = waysBack(model, story);
  return {
    point: [point.x, point.y], label: net.labels[index], loss: story.loss,
    z: story.layers.map(({ pre }) => Array.from(pre)),
    h: story.layers.map(({ post }) => Array.from(post)),
    back: story.back.slice(1).map(({ pre }) => Array.from(pre)),
    worst: worst.map((edge) => ({
      ...edge, losses: lossesWith(model, story, edge, [0, edge.weight + 0.5]),
      path: strongestPath(ways, story, edge),
      shares: edge.layer < story.layers.length - 1 ? sharesOfGradient(model, story, edge) : [] })),
  };
});
return {
  told, sizes: net.sizes, activations: net.activations,
  points: Array.from(net.points), labels: Array.from(net.labels),
  parameters: Array.from(net.params.subarray(start, start + net.parameterCount)),
};
"""


def loss(layers, activations, point, label):
    """Cross-entropy of one point, as JAX differentiates it."""
    h = point[None]
    for layer, name in zip(layers, [*activations, "identity"], strict=True):
        z = h @ layer.weights + layer.bias[None]
        h = ACTIVATIONS[name].value(jnp, z, jnp.ones(z.shape[1]))
    logits = h[0] if h.shape[1] > 1 else jnp.concatenate([jnp.zeros(1), h[0]])
    return -jax.nn.log_softmax(logits)[label]


differentiated = jax.jit(jax.value_and_grad(loss), static_argnames="activations")


def close(ours, theirs):
    """To float32, in which the browser keeps a network's numbers."""
    theirs = np.asarray(theirs, float)
    scale = float(np.abs(theirs).max())
    np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=1e-4 * scale + 1e-9)


@pytest.mark.parametrize("name", LINKS)
def test_a_story_is_the_pass_forwards_and_the_gradient_backwards(page, server, name):
    stage = open_warp(page, server, LINKS[name])
    expect(panel(page)).to_contain_text("Click a point in the picture")
    answer = stage.ask(STORIES % imported("story.js"), POINTS)
    sizes, activations = answer["sizes"], tuple(answer["activations"])
    architecture = Architecture(tuple(sizes[1:-1]), activations or "relu", sizes[0], sizes[-1])
    layers = unflatten(np.array(answer["parameters"], np.float32), architecture)
    data = np.reshape(answer["points"], (-1, 2)), np.array(answer["labels"])
    for story in answer["told"]:
        point, label = np.array(story["point"], np.float32), story["label"]
        for seen, record in zip(
            range(1, len(sizes)), record_activations(architecture, layers, point[None]), strict=True
        ):
            close(story["z"][seen], record.pre[0])
            close(story["h"][seen], record.post[0])
        value, gradient = differentiated(layers, activations, point, label)
        assert story["loss"] == pytest.approx(float(value), rel=1e-3, abs=1e-6)
        for back, layer in zip(story["back"], gradient, strict=True):
            close(back, layer.bias)
        check_blame(story, architecture, layers, gradient, data)
        for edge in story["worst"]:
            check_path(edge, story, activations, layers, gradient)


def check_blame(story, architecture, layers, gradient, data):
    """The five largest products of weight and gradient, and the losses with other weights."""
    products = np.concatenate(
        [np.ravel(a.weights * b.weights) for a, b in zip(layers, gradient, strict=True)]
    )
    close([edge["blame"] for edge in story["worst"]], np.sort(products)[::-1][:5])
    for edge in story["worst"]:
        at = edge["from"], edge["to"]
        close(edge["gradient"], gradient[edge["layer"] - 1].weights[at])
        points = np.vstack([story["point"], data[0]]).astype(np.float32)
        labels = np.append(story["label"], data[1])
        for k, value in enumerate([0, edge["weight"] + 0.5]):
            other = [Layer(np.array(w), b) for w, b in layers]
            other[edge["layer"] - 1].weights[at] = value
            losses = losses_of(forward(architecture, other, points), labels)
            assert edge["losses"]["own"][k] == pytest.approx(losses[0], rel=1e-3, abs=1e-5)
            assert edge["losses"]["mean"][k] == pytest.approx(losses[1:].mean(), rel=1e-3, abs=1e-5)
        assert edge["losses"]["count"] == len(data[1])


def losses_of(logits, labels):
    """Cross-entropy of every point; one logit stands for class 1, against 0."""
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    return np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(labels)), labels]


def check_path(edge, story, activations, layers, gradient):
    """The strongest of all paths, which together make up the gradient that JAX finds."""
    layer, path = edge["layer"], edge["path"]
    before = np.array(story["h"][layer - 1])[edge["from"]]
    products = np.array(gradient[-1].bias, float)[None]  # by path and by the neuron where it ends
    for seen in range(len(layers) - 1, layer - 1, -1):
        weights, z = np.asarray(layers[seen].weights, float), jnp.asarray(story["z"][seen])
        products = (products[:, :, None] * weights.T).reshape(-1, len(weights))

        def act(z, name=activations[seen - 1]):
            return ACTIVATIONS[name].value(jnp, z[None], jnp.ones(len(z)))[0]

        slopes = np.asarray(jax.jacobian(act)(z), float)
        if activations[seen - 1] == "softmax":
            products = (products[:, :, None] * slopes).reshape(-1, len(slopes))
        else:
            products = products * np.diag(slopes)
    found = products[:, edge["to"]] * before
    assert path["count"] == len(found)
    total = float(gradient[layer - 1].weights[edge["from"], edge["to"]])
    close(found.sum(), total)
    close(abs(path["product"]), np.abs(found).max())
    close(np.prod([factor["value"] for factor in path["factors"]]), path["product"])
    if edge["shares"]:
        close(sum(share["value"] for share in edge["shares"]), total)


def panel(page):
    page.locator(".lw-story > summary").click()
    return page.locator(".lw-story")


def test_the_worst_point_is_told_of_by_keys_alone(page, watch, server):
    stage = open_warp(page, server, "v=2&data=moons&layers=1&neurons=2&steps=100&t=0")
    story = panel(page)
    expect(story).to_contain_text("Click a point in the picture")
    page.get_by_role("button", name="Worst point").press("Enter")
    losses = stage.ask(
        f"""
        const {{ lossOf }} = {imported("story.js")};
        const {{ pre }} = model.layers.at(-1);
        return Array.from(model.net.labels, (label, i) => lossOf([pre[model.nodes + i]], label));
        """
    )
    expect(story).to_contain_text(f"Point {np.argmax(losses) + 1}, ")
    expect(story).to_contain_text(f"= {max(losses):.2f}.")
    weights, told = story.locator(".lw-story-weight"), story.locator(".lw-story-told")
    for number in range(weights.count()):
        weights.nth(number).click()
        expect(weights.nth(number)).to_have_attribute("aria-pressed", "true")
        route = weights.nth(number).inner_text().partition(": weight")[0]
        expect(told).to_contain_text(route[1:])
        expect(story).to_contain_text(f"∂loss/∂w of the weight from {route}")
        *factors, product = (
            float(text.replace("−", "-"))
            for text in story.locator(".lw-story-path strong").all_inner_texts()
        )
        assert np.prod(factors) == pytest.approx(product, rel=0.02), "as written"
    diagram = story.locator("canvas")
    diagram.focus()
    diagram.press("ArrowRight")
    expect(told).to_contain_text("Taken out altogether, it would leave")
    diagram.press("ArrowDown")
    expect(told).to_contain_text("a coordinate of the point")
    assert stage.u == 0, "the keys scrubbed too"
    wait_until(page, lambda: "x1" in address(page), "the point in the link")
    stage.ask("store.set({ frame: 0 })")
    expect(story).not_to_contain_text(f"= {max(losses):.2f}.")
    assert watch.errors == []


def test_a_place_without_a_point_has_no_loss(page, watch, server):
    stage: Stage = open_warp(page, server, "v=2&steps=100&t=0&x1=0.01&x2=0.02")
    story = panel(page)
    expect(story).to_contain_text("No point of the data lies here")
    expect(story).not_to_contain_text("∂loss")
    assert stage.ask("return store.pinned.index ?? null") is None
    assert watch.errors == []


@pytest.mark.shared_page
def test_the_card_of_an_activation_tells_of_the_data(page, watch, server):
    query = "v=2&widths=4-3-16&act=relu-sigmoid-softmax&opt=sgd&lr=0.001&steps=20&t=1"
    stage = lead_warp(page, server, query)
    answer = stage.ask(
        "return [1, 2, 3].map((l) => Array.from("
        "model.layers[l].pre.subarray(model.nodes * model.layers[l].width)));"
    )
    relu, sigmoid, softmax = (
        np.reshape(z, (-1, width)) for z, width in zip(answer, (4, 3, 16), strict=True)
    )
    card = page.locator(".lw-activation")
    card.scroll_into_view_if_needed()
    on = (relu > 0).sum(axis=1).mean()
    expect(card).to_contain_text(f"On average {on:.2f} of 4 neurons are on")
    card.locator("canvas").press("ArrowRight")
    expect(card).to_contain_text("Where a neuron is off, the slope is 0 and the point teaches it")
    expect(card).to_contain_text(
        "z = 0.10: ReLU(z) = 0.10, slope ReLU′(z) = 1.00. On: the gradient"
    )
    page.get_by_role("tab", name="Layer 2").click()
    h = 1 / (1 + np.exp(-sigmoid))
    expect(card).to_contain_text(f"is {(h * (1 - h)).mean():.2f} on average, 0.25 at most")
    page.get_by_role("tab", name="Layer 3").click()
    shares = np.exp(softmax) / np.exp(softmax).sum(axis=1, keepdims=True)
    largest = f"{100 * shares.max(axis=1).mean():.0f} %"
    expect(card).to_contain_text(f"share out 1, 0.063 each on average; the largest has {largest}")
    apart = np.sqrt(np.square(shares[:, None] - shares[None]).sum(axis=2).mean())
    expect(card).to_contain_text(f"Two points lie typically {apart:.2f} apart (root mean square)")
    slope = (shares * (1 - shares)).mean()
    expect(card).to_contain_text(f"h (1 − h), is {slope:.3f} on average")
    page.get_by_role("tab", name="Output").click()
    expect(card).not_to_be_visible()
    assert watch.errors == []


@pytest.mark.shared_page
def test_layers_that_bend_nothing_are_one_matrix(page, watch, server):
    query = "v=2&data=blobs3&widths=5-3-4&act=identity&steps=50&t=0"
    stage = lead_warp(page, server, query)
    panel = page.locator(".lw-one-map")
    panel.wait_for()
    maps, parameters, sizes = stage.ask(
        f"""
        const {{ straightMaps }} = {imported("one_map.js")};
        const {{ net, frame }} = model;
        const count = net.parameterCount;
        const numbers = Array.from(net.params.subarray(frame * count, (frame + 1) * count));
        return [straightMaps(model), numbers, net.sizes];
        """
    )
    architecture = Architecture(tuple(sizes[1:-1]), "identity", sizes[0], sizes[-1])
    matrix, bias = np.eye(2), np.zeros(2)
    for seen, layer in zip(maps, unflatten(np.array(parameters), architecture), strict=True):
        matrix, bias = matrix @ layer.weights, bias @ layer.weights + layer.bias
        np.testing.assert_allclose(seen["matrix"], matrix.T, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(seen["bias"], bias, rtol=1e-9, atol=1e-12)
    expect(panel).to_contain_text(f"what {len(parameters)} numbers do can be written with 9")
    expect(panel).to_contain_text(f"logit: blue circle = {matrix[0, 0]:.2f} x₁".replace("-", "−"))
    lead_warp(page, server, "v=2&data=blobs5&act=identity&neurons=1&steps=50&t=0")
    expect(panel).to_contain_text(
        "multiply to one matrix of 15 numbers"
    )  # more than the 13 learned
    lead_warp(page, server, "v=2&steps=50&t=0")
    expect(panel).not_to_be_visible()
    assert watch.errors == []


PLACES = """
const { CORNERS, enlargement, placesInTriangle } = %s;
const logits = model.layers.at(-1).pre.subarray(3 * model.nodes);
const places = argument.map((share) => Array.from(placesInTriangle(logits, share)));
const times = argument.map((share, k) => enlargement(places[k], share));
const labels = Array.from(model.net.labels);
return { corners: CORNERS, logits: Array.from(logits), labels, places, times };
"""


@pytest.mark.shared_page
def test_three_logits_are_pressed_into_the_triangle_of_probabilities(page, watch, server):
    stage = lead_warp(page, server, "v=2&data=spirals3&layers=1&neurons=8&steps=300&t=2")
    panel = page.locator(".lw-softmax")
    expect(panel).to_contain_text("e^z divided by the sum of the three e^z. They add up to 1")
    expect(page.locator(".lw-note")).to_contain_text("Below: softmax")
    found = stage.ask(PLACES % imported("triangle.js"), [1, 0.4, 0])
    logits, labels = np.reshape(found["logits"], (-1, 3)), np.array(found["labels"])
    corners, times = np.array(found["corners"]), found["times"]
    assert np.allclose(np.linalg.norm(corners[:, None] - corners, axis=2), 3**0.5 * (1 - np.eye(3)))

    def softmax(z):
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    shares = softmax(logits)
    whole, part, plane = (np.reshape(places, (-1, 2)) for places in found["places"])
    np.testing.assert_allclose(whole, shares @ corners, atol=1e-12)
    np.testing.assert_allclose(part, softmax(0.4 * logits) @ corners, atol=1e-12)
    straight = logits @ corners
    np.testing.assert_allclose(
        plane / np.abs(plane).max(), straight / np.abs(straight).max(), atol=0.02
    )
    assert times[0] == 1 < times[2]
    right = f"{percent((shares.argmax(axis=1) == labels).mean())} of the 400 training points lie"
    expect(panel).to_contain_text(right)
    sure = (shares[range(len(labels)), labels] > 0.9).mean()
    expect(panel).to_contain_text(f"{percent(sure)} lie near the corner of")
    page.get_by_label("From the logits to the probabilities").press("ArrowLeft")
    expect(panel).to_contain_text("softmax of 0.99 times the logits")
    assert stage.u == 2, "the keys scrubbed too"
    lead_warp(page, server, "v=2&steps=50&t=2")
    expect(panel).not_to_be_visible()
    assert watch.errors == []


@pytest.mark.shared_page
def test_a_small_circle_becomes_the_ellipse_of_the_derivative(page, server):
    """Singular values against numpy's, of a derivative by finite differences in float64."""
    query = "v=2&data=moons&widths=4-3&act=tanh-softmax&steps=50&t=2&x1=0.4&x2=-0.3"
    stage = lead_warp(page, server, query)
    stage.wait_for("picture.circle", "the circle")
    seen, parameters, sizes, activations = stage.ask(
        f"""
        const {{ jacobianAt, stretchOf }} = {imported("jacobian.js")};
        const {{ net, frame }} = model;
        const {{ layers }} = model.evaluate(0.4, -0.3);
        const count = net.parameterCount;
        return [[1, 2, 3].map((l) => stretchOf(jacobianAt(model, layers, l))),
          Array.from(net.params.subarray(frame * count, (frame + 1) * count)),
          net.sizes, net.activations];
        """
    )
    architecture = Architecture(tuple(sizes[1:-1]), tuple(activations), sizes[0], sizes[-1])
    layers = unflatten(np.array(parameters), architecture)
    point, step = np.array([0.4, -0.3]), 1e-5
    inputs = np.array([point + s * e for e in np.eye(2) for s in (step, -step)])
    for found, record in zip(seen, record_activations(architecture, layers, inputs), strict=True):
        derivative = (record.post[0::2] - record.post[1::2]).T / (2 * step)
        values = np.append(np.linalg.svd(derivative)[1], 0)[:2]
        assert [found["most"], found["least"]] == pytest.approx(values, rel=1e-3, abs=1e-5)
        along = derivative @ found["direction"]
        assert np.linalg.norm(along) == pytest.approx(values[0], rel=1e-3)
        assert len(along) > 1 or along[0] >= 0, "one output rises that way"
    note = page.locator(".lw-note")
    stage.ask("store.set({ u: 0 })")
    expect(note).to_contain_text(
        f"The logit changes by up to {seen[2]['most']:.2f} times a small step: along the"
    )
    stage.ask("store.set({ u: 2 })")
    expect(note).to_contain_text(f"is, after layer 2, {seen[1]['most']:.2f} times as long")
    expect(note).to_contain_text(f"and {seen[1]['least']:.2g} times across it")


STEEPEST = (
    f"const {{ Meter, steepestNode, steepestPiece }} = {imported('whole.js')};"
    f"const {{ isPiecewise }} = {imported('network/activations.js')};"
    + """
const { net, frame } = model;
const exactly = new Promise((hear) => new Meter(steepestPiece, hear).ask(model));
const start = frame * net.parameterCount;
return {
  sizes: net.sizes, box: Array.from(net.box), activations: net.activations, pinned: store.pinned,
  steepest: isPiecewise(net.activations) ? await exactly : steepestNode(model),
  parameters: Array.from(net.params.subarray(start, start + net.parameterCount)),
};
"""
)


@pytest.mark.parametrize(
    ("query", "exact"),
    [
        ("data=spirals3&widths=8-6&act=relu-abs&steps=300", True),
        ("data=moons&layers=2&neurons=4&act=tanh&steps=300", False),
    ],
)
def test_nowhere_do_the_logits_change_more_than_at_the_steepest_place(
    page, watch, server, query, exact
):
    stage = open_warp(page, server, f"v=2&{query}&t=0")
    wait_trained(page)
    story = panel(page)
    story.get_by_role("button", name="Steepest place").click()
    expect(story).to_contain_text("The steepest place")
    told = story.locator(".lw-story-verdict").inner_text()
    assert ("elsewhere it can be more" in told) is not exact
    seen = stage.ask(STEEPEST)
    factor, direction = seen["steepest"]["factor"], np.array([seen["steepest"]["direction"]])
    assert f"by {factor:.1f}" in told or f"by {factor:.2f}" in told
    architecture = Architecture(
        tuple(seen["sizes"][1:-1]), tuple(seen["activations"]), 2, seen["sizes"][-1]
    )
    layers = unflatten(np.array(seen["parameters"]), architecture)

    def change(starts, ends):
        """Of the logits, for each step of 1."""
        apart = forward(architecture, layers, ends) - forward(architecture, layers, starts)
        return np.linalg.norm(apart, axis=1) / np.linalg.norm(ends - starts, axis=1)

    here = np.array([[seen["pinned"]["x"], seen["pinned"]["y"]]])
    step = 1e-6 * direction
    assert change(here - step, here + step)[0] == pytest.approx(factor, rel=1e-4)
    x_min, x_max, y_min, y_max = seen["box"]
    places = np.random.default_rng(0).uniform((x_min, y_min), (x_max, y_max), (20_000, 2))
    near = places + np.random.default_rng(1).normal(0, 1e-4, places.shape)
    if exact:
        bound = float(re.search(r"never more than ([\d.]+) times", told)[1])  # type: ignore[index]
        assert factor <= bound < factor + 0.1, "rounded up"
        assert change(places, places[::-1]).max() <= factor * (1 + 1e-6)
        assert change(places, near).max() <= factor * (1 + 1e-6)
        assert change(places, near).max() > 0.9 * factor, "a bound that means something"
    assert watch.errors == []
