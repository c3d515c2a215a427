"""What the stage draws is what the network does: every place on the timeline against Python."""

import re
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from playwright.sync_api import expect

from layerwarp.geometry.layer_path import Motion, layer_path
from layerwarp.network.activations import ACTIVATIONS, activate, bend
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import FEATURES, lift
from layerwarp.network.forward_pass import (
    Layer,
    forward,
    predict_classes,
    record_activations,
    unflatten,
)
from tests.browser.driving import Stage, address, imported, lead_warp, wait_until
from tests.core.test_readout import positions

TEN, OTHERS = list(ACTIVATIONS)[:10], [*list(ACTIVATIONS)[10:], "relu"]
WIDTHS = (["3", "2"] * len(OTHERS))[: len(OTHERS)]
LINKS = {
    "the opening": "",
    "two neurons, three classes, a cut": "v=2&data=spirals3&layers=2&neurons=2&steps=300",
    "wide, along its cut": "v=2&data=moons&layers=1&neurons=12&steps=300",
    "four classes, along their outputs": "v=2&data=blobs4&layers=1&neurons=8&steps=300",
    "3-3 tanh, exact": "data=nested&neurons=3&act=tanh&steps=300",
    "ten layers, ten activations": f"layers=10&neurons=3&act={'-'.join(TEN)}&steps=100",
    "the other activations, three classes": (
        f"data=spirals3&widths={'-'.join(WIDTHS)}&act={'-'.join(OTHERS)}&steps=300"
    ),
    "no hidden layer": "layers=0&steps=100",
    "narrow, wide, narrow": "widths=2-16-3&act=leaky_relu-sine-gelu&steps=300",
    "a wide softmax in space": "view=space&data=blobs5&neurons=6&act=softmax&steps=300",
    "lifted into space, no hidden layer": "v=2&data=circles&layers=0&inputs=x1-x2-bowl&steps=300",
    "all inputs, flat": (
        f"v=2&data=moons&layers=1&neurons=5&steps=300&inputs={'-'.join(FEATURES)}"
    ),
    "three chosen neurons": "view=neurons&axes=3-0-5&neurons=8&act=silu&data=spirals3&steps=300",
}
# Shares of a layer's way: within stretch, turn, shift and bend; and of the read-out's way.
PLAIN = "layers=2&neurons=4&steps=100&t=0"
WITHIN, WITHIN_READOUT = (1 / 8, 3 / 8, 5 / 8, 7 / 8), (1 / 6, 1 / 2, 5 / 6)
QUARTERS = (0.25, 0.5, 0.75)  # of the bend
LOOK = """
const settled = () => new Promise(requestAnimationFrame); // the stage asked for this frame first
const { net } = model;
const [params, frames] = [net.params, net.frames].map((block) => block.length / net.frameCount);
store.set({ frame: Math.round(argument.share * (net.frameCount - 1)), playing: false });
const drawn = [];
for (const u of argument.places) {
  store.set({ u });
  await settled();
  drawn.push(Array.from(picture.positions().subarray(3 * model.nodes, 3 * model.N)));
}
if (canvas.layerwarp.model !== model) return null; // trained on meanwhile
const f = store.frame;
const { pre, width } = model.layers[net.depth + 1];
return {
  sizes: net.sizes, activations: net.activations, exact: net.exact, step: net.steps[f], drawn,
  parameters: Array.from(net.params.subarray(f * params, (f + 1) * params)),
  pictures: Array.from(net.frames.subarray(f * frames, (f + 1) * frames)),
  inputs: net.lifted ? net.inputs : [], lifted: Array.from(net.lifted ?? []),
  readout: net.readout ? Array.from(net.readout.subarray(24 * f, 24 * f + 24)) : null,
  paths: Array.from({ length: net.depth + 1 }, (_, l) => Array.from(net.path(f, l + 1))),
  points: Array.from(net.points), labels: Array.from(net.labels),
  accuracy: net.trainAccuracy[net.historySteps.indexOf(net.steps[f])],
  logits: Array.from(pre.subarray(model.nodes * width)),
};
"""


CUT_AND_BOUNDARY = """
store.set({ u: argument.u, playing: false });
await new Promise(requestAnimationFrame);
const { pixels } = picture.placed;
return [Array.from(picture.cut.lines[0]), Array.from(pixels)];
"""


@dataclass(frozen=True)
class Seen:
    """What the browser got (parameters, pictures, paths of one frame) and what it made of it."""

    architecture: Architecture
    layers: list[Layer]
    pictures: list[tuple[np.ndarray, np.ndarray]]  # basis (width, 3), origin (3,)
    paths: np.ndarray  # (L + 1, 20)
    lifted: np.ndarray  # (k + 1, 3) basis and origin of the picture of lifted inputs, or empty
    readout: np.ndarray | None  # (24,) where the end is the view along the cut
    exact: list[bool]
    points: np.ndarray  # (n, 2)
    labels: np.ndarray  # (n,)
    accuracy: float  # on these points, as recorded in training
    logits: np.ndarray  # (n, n_outputs)
    drawn: dict[float, np.ndarray]  # place on the timeline -> (n, 3)

    def project(self, layer: int, activations: np.ndarray) -> np.ndarray:
        """The picture (n, 3) of activations (n, width) of a layer; of the inputs for layer 0."""
        if layer == 0 and len(self.lifted):
            return activations @ self.lifted[:-1] + self.lifted[-1]
        if layer == 0:
            return np.pad(activations, ((0, 0), (0, 1)))
        basis, origin = self.pictures[layer - 1]
        return activations @ basis + origin

    @property
    def given(self) -> np.ndarray:
        """What the first layer is given of the points (n, k)."""
        return lift(self.architecture.inputs, self.points)

    def along_cut(self, activations: np.ndarray, turned: float, magnified: float) -> np.ndarray:
        """The view (n, 3) along the cut of what the output layer is given, on the way there."""
        assert self.readout is not None
        depth = self.architecture.depth
        aligned, away = self.project(depth, activations), self.project(depth + 1, activations)
        place = positions(self.readout, aligned, away, turned)
        return place * np.array([self.readout[22] ** magnified, 1, 1])


def look(stage: Stage, places: list[float], share: float) -> Seen:
    """Move the stage to every place at a share of the training, and note where the points are."""
    answer = None
    while answer is None:
        answer = stage.ask(LOOK, {"places": places, "share": share})
    sizes, activations = answer["sizes"], tuple(answer["activations"])
    architecture = Architecture(
        tuple(sizes[1:-1]),
        activations if activations else "relu",
        2,
        sizes[-1],
        tuple(answer["inputs"]),
    )
    flat, pictures = np.array(answer["pictures"]), []
    readout = answer["readout"] and np.array(answer["readout"])
    for width in [*sizes[1:-1], sizes[-1] if readout is None else sizes[-2]]:
        basis, origin, flat = np.split(flat, [3 * width, 3 * width + 3])
        pictures.append((basis.reshape(width, 3), origin))
    return Seen(
        architecture,
        unflatten(np.array(answer["parameters"]), architecture),
        pictures,
        np.array(answer["paths"]),
        np.reshape(answer["lifted"], (-1, 3)),
        readout,
        answer["exact"],
        np.array(answer["points"]).reshape(-1, 2),
        np.array(answer["labels"]),
        answer["accuracy"],
        np.array(answer["logits"]).reshape(-1, sizes[-1]),
        {u: np.reshape(d, (-1, 3)) for u, d in zip(places, answer["drawn"], strict=True)},
    )


def all_places(depth: int, lifted: bool) -> list[float]:
    """Both ends of every layer and of its bend, and places within each of its stages.

    Before that, both ends of the lift and its middle.
    """
    bends = [(3 + quarter) / 4 for quarter in QUARTERS]
    shares = sorted({*WITHIN, *bends, 0.75, 1.0})
    hidden = [layer + share for layer in range(depth) for share in shares]
    return [
        *[-1.0, -0.5] * lifted,
        0.0,
        *hidden,
        *(depth + share for share in WITHIN_READOUT),
        depth + 1.0,
    ]


def assert_same_picture(drawn: np.ndarray, expected: np.ndarray, what: str) -> None:
    """Assert that no point is farther off than a thousandth of the picture's extent."""
    extent = max(float(np.ptp(expected, axis=0).max()), 1e-3)
    worst = float(np.abs(drawn - expected).max())
    assert worst <= 1e-3 * extent, f"{what}: off by {worst:.3g}, the picture is {extent:.3g} wide"


def check_ends(seen: Seen) -> None:
    """Input, pre- and post-activations of every layer, and the read-out, as core records them."""
    records = record_activations(seen.architecture, seen.layers, seen.points)
    depth = seen.architecture.depth
    first = seen.project(0, seen.given)
    assert_same_picture(seen.drawn[0.0], first, "the inputs")
    if len(seen.lifted):
        plane = np.pad(seen.points, ((0, 0), (0, 1)))
        assert_same_picture(seen.drawn[-1.0], plane, "the plane")
        assert_same_picture(seen.drawn[-0.5], (plane + first) / 2, "half lifted")
    for layer, record in enumerate(records, 1):
        if layer > depth and seen.readout is not None:
            end = seen.along_cut(records[-2].post if depth else seen.given, 1, 1)
        else:
            end = seen.project(layer, record.post)
        assert_same_picture(seen.drawn[float(layer)], end, f"end of layer {layer}")
        if layer <= depth:
            before_bend = seen.project(layer, record.pre)
            drawn = seen.drawn[layer - 0.25]
            assert_same_picture(drawn, before_bend, f"layer {layer} before its bend")
    logits = forward(seen.architecture, seen.layers, seen.points)
    np.testing.assert_allclose(
        seen.logits, logits, rtol=1e-3, atol=1e-3 * float(np.abs(logits).mean())
    )
    right = predict_classes(logits) == seen.labels
    assert np.mean(right) == pytest.approx(seen.accuracy, abs=0.01), "weights of another step"


def check_ways(seen: Seen) -> None:
    """Points in the middle of each stage: where the fitted motion, and the exact one, put them."""
    records = record_activations(seen.architecture, seen.layers, seen.points)
    depth = seen.architecture.depth
    before = seen.given
    for layer, record in enumerate(records, 1):
        shares = WITHIN if layer <= depth else WITHIN_READOUT
        for stage, share in enumerate(shares):
            drawn, what = seen.drawn[layer - 1 + share], f"layer {layer} at {share:.2f}"
            if layer > depth and seen.readout is not None:
                half = [0.5, 1, 1][stage], [0, 0.5, 1][stage]
                assert_same_picture(drawn, seen.along_cut(before, *half), what)
                continue
            expected = motion_of(seen, layer, before, record.pre, stage)
            assert_same_picture(drawn, expected, what)
            if seen.exact[layer - 1] and seen.exact[layer]:
                name = seen.architecture.activations[layer - 1] if layer <= depth else None
                path = layer_path(*seen.layers[layer - 1], name)
                assert_same_picture(drawn, path.at(share, before), f"{what}, the exact path")
        before = record.post


def check_bends(seen: Seen) -> None:
    """Points at the quarters of every bend."""
    records = record_activations(seen.architecture, seen.layers, seen.points)
    for layer, name in enumerate(seen.architecture.activations, 1):
        for quarter in QUARTERS:
            expected = seen.project(layer, bend(name, records[layer - 1].pre, quarter))
            drawn = seen.drawn[layer - 1 + (3 + quarter) / 4]
            assert_same_picture(drawn, expected, f"{name} of layer {layer}, bent to {quarter}")


def motion_of(
    seen: Seen, layer: int, before: np.ndarray, pre: np.ndarray, stage: int
) -> np.ndarray:
    """Points (n, 3) half way through a stage: the fitted motion, and more and more of its rest."""
    start, end = seen.project(layer - 1, before), seen.project(layer, pre)
    if stage == 3:
        return seen.project(layer, bend(seen.architecture.activations[layer - 1], pre, 0.5))
    parts = np.split(seen.paths[layer - 1], [9, 12, 15, 16, 19])
    directions, stretch, axis, angle, shift, mirror = parts
    motion = Motion(directions.reshape(3, 3), stretch, axis, angle[0], shift, mirror[0] > 0.5)
    progress = [1.0] * stage + [0.5] + [0.0] * (2 - stage)
    rest = end - motion.place(start, 1, 1, 1)
    return motion.place(start, *progress) + (stage + 0.5) / 3 * rest


@pytest.mark.shared_page
@pytest.mark.parametrize("links", [list(LINKS)[:4], list(LINKS)[4:]], ids=["deep", "wide"])
def test_the_stage_draws_what_python_computes(page, watch, server, subtests, links):
    for name in links:
        with subtests.test(name):
            stage = lead_warp(page, server, f"{LINKS[name]}&t=0")
            places = all_places(len(stage.sizes) - 2, "inputs=" in LINKS[name])
            for share in (1.0, 0.5):
                seen = look(stage, places, share)
                check_ends(seen)
                check_ways(seen)
                check_bends(seen)
    assert watch.errors == []


@pytest.mark.shared_page
@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("data=moons&layers=0", [1 / 6, 0.5, 1]),
        ("data=moons&layers=1&neurons=2&act=tanh", [7 / 6, 1.5, 2]),
        ("data=circles&layers=1&neurons=3&start=7", [2]),
    ],
)
def test_the_cut_is_where_the_boundary_is(page, watch, server, query, places):
    """In an exact space, all the way to its view along the cut; edge-on, in space."""
    stage = lead_warp(page, server, f"v=2&{query}&steps=300&t=0")
    for u in places:
        line, boundary = map(np.array, stage.ask(CUT_AND_BOUNDARY, {"u": u}))
        (x0, y0), (x1, y1) = line.reshape(-1, 2)
        dx, dy = boundary.reshape(-1, 2).T - [[x0], [y0]]
        distance = (dx * (y1 - y0) - dy * (x1 - x0)) / np.hypot(x1 - x0, y1 - y0)
        assert abs(distance).max() < 1, f"pixels off the boundary at {u:.2f}"
    assert watch.errors == []


CUT_CELLS = """
const { linesOf, march } = %s;
const half = (values) => linesOf(march(2, Uint8Array.from(values), () => 0.5), {
  G: 2, nodeX: (i) => i, nodeY: (j) => j,
});
const node = (p) => [p %% 2, p >> 1];
return argument.map((values) => {
  const { points, pieces } = half(values);
  const at = (k) => (k < 0 ? node(-1 - k) : [points[2 * k], points[2 * k + 1]]);
  return [...pieces.values()].flat().map(({ cls, outline }) => [cls, outline.map(at)]);
});
"""


@pytest.mark.shared_page
def test_a_cell_is_cut_into_pieces_of_one_class(page, server):
    stage = Stage(page).keep(server, f"?{PLAIN}")
    cells = list(product(range(4), repeat=4))
    corners = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])
    for cell, pieces in zip(
        cells, stage.ask(CUT_CELLS % imported("contours.js"), cells), strict=True
    ):
        if len(set(cell)) == 1:
            assert pieces == []
            continue
        areas = [shoelace(np.array(outline)) for _, outline in pieces]
        assert min(areas) > 0, "runs around the wrong way, or is empty"
        assert sum(areas) == pytest.approx(1), f"{cell} is not covered once"
        for cls, corner in zip(cell, corners.tolist(), strict=True):
            assert [found for found, outline in pieces if corner in outline] == [cls]


def shoelace(corners: np.ndarray) -> float:
    (x, y), (x_next, y_next) = corners.T, np.roll(corners, -1, axis=0).T
    return float((x * y_next - x_next * y).sum() / 2)


@pytest.mark.shared_page
def test_before_the_bend_a_line_is_where_a_neuron_is_zero(page, server):
    stage = lead_warp(page, server, "v=2&steps=100&t=0.75")  # three neurons, drawn in space
    lines = stage.ask(
        "return model.folds(1).map((_, k) => Array.from(picture.lines.get(`fold ${k}`).positions));"
    )
    assert len(lines) == 3
    for neuron, line in enumerate(np.reshape(line, (-1, 3)) for line in lines):
        assert abs(line[:, neuron]).max() < 1e-4 * abs(line).max()


@pytest.mark.shared_page
def test_of_the_input_space_is_told_what_is_drawn_there(page, server):
    """A network that says the same everywhere has no boundary, and no grid to bend back."""
    told = page.locator(".lw-input-square")
    grid = page.locator(".lw-legend-inset")
    lead_warp(page, server, "v=2&data=circles&init=zeros&steps=100&t=2&unit=1-1")
    expect(told).to_have_attribute(
        "aria-label", re.compile(r"^Input space: 400 points\. +Arrow keys")
    )
    expect(grid).to_be_hidden()
    lead_warp(page, server, "v=2&data=circles&layers=1&neurons=3&steps=100&t=1&unit=1-1")
    words = r"points, the decision regions and their boundary\. Thin lines: .+ Colored line: where"
    expect(told).to_have_attribute("aria-label", re.compile(words))
    expect(grid).to_be_visible()


@pytest.mark.shared_page
def test_points_have_the_color_of_their_class_where_they_are_drawn(page, server):
    stage = lead_warp(page, server, "data=blobs4&points=40&t=0")
    okabe_ito = np.array([(0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167)])
    # Once more where they were, then elsewhere, then back.
    for frame, u in ((0, 0), (1, 0), (1, 0.6), (1, 0)):
        colors = stage.ask(
            """
            store.set({ frame: argument[0], u: argument[1], playing: false });
            await new Promise(requestAnimationFrame);
            const context = canvas.getContext("2d");
            return Array.from(model.net.labels, (label, i) => {
              const { x, y } = picture.screen(model.nodes + i);
              const { data } = context.getImageData(x * picture.ratio, y * picture.ratio, 1, 1);
              return [label, ...data];
            });
            """,
            [frame, u],
        )
        colors = np.array(colors)
        right = np.abs(colors[:, 1:4] - okabe_ito[colors[:, 0]]).max(axis=1) < 40
        assert right.mean() > 0.8, "where points lie on each other one of them is hidden, not more"


@pytest.mark.shared_page
def test_the_browser_knows_every_activation(page, watch, server):
    z = np.linspace(-6, 6, 241)
    script = (
        f"const {{ NEGATIVE_SLOPES, activate }} = {imported('activations.js')};"
        "const values = (name) => {"
        "  const post = new Float64Array(argument.z.length);"
        "  activate(name, Float64Array.from(argument.z), post, argument.z.length);"
        "  return Array.from(post);"
        "};"
        "return [argument.names.map(values), NEGATIVE_SLOPES];"
    )
    argument = {"z": z.tolist(), "names": list(ACTIVATIONS)}
    values, slopes = Stage(page).keep(server, f"?{PLAIN}").ask(script, argument)
    for name, found in zip(ACTIVATIONS, values, strict=True):
        expected = activate(name, z[None])[0]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=name)
    known = {name: row.negative_slope for name, row in ACTIVATIONS.items()}
    assert slopes == {name: slope for name, slope in known.items() if slope is not None}
    assert watch.errors == []


def test_where_the_picture_cannot_be_drawn_the_page_says_so_and_the_rest_works(browser, server):
    """A browser without a canvas's context, or with a fault in the stage."""
    with browser.new_context() as context:
        context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
        page = context.new_page()
        page.goto(f"{server.url}/?{PLAIN}")
        told = page.get_by_role("alert").filter(has_text="could not be drawn")
        told.wait_for(timeout=30_000)
        assert "Reload the page" in told.inner_text()
        page.get_by_text("Gradients", exact=True).click()
        page.locator(".js-plotly-plot").first.wait_for(timeout=30_000)


@pytest.mark.shared_page
def test_a_picture_in_space_turns_by_keys(page, watch, server):
    stage = lead_warp(page, server, "data=nested&neurons=3&act=tanh&steps=100&t=1")
    yaw, pitch = stage.ask("return [picture.camera.yaw, picture.camera.pitch]")
    stage.canvas.focus()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowUp")
    turned = stage.ask("return [picture.camera.yaw, picture.camera.pitch]")
    assert turned == pytest.approx([yaw + 0.1, pitch - 0.1])
    assert stage.u == 1
    wait_until(page, lambda: "yaw" in address(page), "the turn in the link")
    assert "Alt" in (stage.canvas.get_attribute("aria-description") or "")
    assert watch.errors == []
