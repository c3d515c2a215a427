"""The page "Creases" in a browser: its mesh is core's, and it answers to hand, finger and key."""

import re
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect

from layerwarp.app.link import parameters
from layerwarp.app.pages.table import PAGES
from layerwarp.geometry.linear_regions import MAX_FACES, linear_regions
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import Layer, forward, record_activations, unflatten
from tests.browser.driving import (
    LAYER_SCRUBBER,
    PATIENCE,
    STEP_SCRUBBER,
    Stage,
    address,
    imported,
    wait_trained,
    wait_until,
)
from tests.browser.focus import check_rings
from tests.browser.test_layout import CONTROLS, LOW, NAMELESS, OVERHANG, SMALLEST_TARGET
from tests.browser.watching import wait_idle

BOX = (-3.6, 3.6, -3.0, 4.0)
BUILD = (
    f"const {{ buildMesh }} = {imported('mesh.js')};"
    + """
return argument.map((network) => {
  const mesh = buildMesh(network);
  const plain = ([key, value]) => [key, ArrayBuffer.isView(value) ? Array.from(value) : value];
  const { placed, active, factors, ...rest } = mesh;
  const on = active.map((counts) => Array.from(counts));
  return { ...Object.fromEntries(Object.entries(rest).map(plain)), active: on };
});
"""
)
LARGE = (
    f"const mesh = ({imported('mesh.js')}).buildMesh(argument);"
    + """
const { painter } = picture;
const [turns, turn] = [[], painter.turn.bind(painter)];
painter.turn = () => {
  const start = performance.now();
  turn();
  turns.push(performance.now() - start);
};
painter.show = () => {};
const frame = () => new Promise(requestAnimationFrame);
for (const zoom of [1, 2, 4]) {
  const { x, y } = picture.view;
  const view = { x, y, zoom };
  painter.request({ ...painter.shown.wish, mesh, folds: 4, coloring: "gradient", view });
  for (let k = 0; k < 600 && painter.job; k++) await frame();
}
return { pieces: mesh.areas.length, turns, done: painter.shown.wish.mesh === mesh };
"""
)
REPAINT = (
    f"const {{ Painter }} = {imported('painter.js')};"
    + """
const painter = new Painter(function* (raster, { ink }) { raster.values[ink] = ink; }, () => {});
return [1, 2, 3].map((ink) => {
  painter.request({ width: 2, height: 2, ink });
  return Array.from(painter.shown.raster.values);
});
"""
)
STATE = """
const { net } = model;
const mesh = store.mesh;
const count = net.params.length / net.frameCount;
return {
  step: net.steps[mesh.frame], sizes: net.sizes, activations: net.activations, box: net.box,
  parameters: Array.from(net.params.subarray(mesh.frame * count, (mesh.frame + 1) * count)),
  count: mesh.areas.length, level: mesh.levels[store.folds], piece: store.piece,
};
"""
CARRY = """
const { net } = model;
const { carried } = canvas.layerwarp;
const { mesh } = store;
return {
  vertices: Array.from(mesh.vertices),
  pictures: net.sizes.slice(1).map((_, l) => {
    const { basis, origin } = net.picture(mesh.frame, l + 1);
    return [Array.from(basis), Array.from(origin)];
  }),
  places: argument.map((u) => {
    const wish = { mesh, model, u, width: 400, height: 400, yaw: 0, pitch: 0 };
    return Array.from(carried.place(wish, 1).positions);
  }),
};
"""


SHADES = (
    f"const {{ carriedShader, outputShader }} = {imported('colorings.js')};"
    + """
// Of a place inside each piece: its color where it is carried to, and in the plane.
const { mesh } = store;
const { carried } = canvas.layerwarp;
return argument.map((u) => {
  const wish = { mesh, model, u, width: 400, height: 400, yaw: 0.3, pitch: 0.2 };
  const { pixels, near } = carried.place(wish, 1);
  const shader = carriedShader(mesh, carried.theme, pixels, near);
  const here = outputShader(mesh, carried.theme);
  const alike = [...mesh.areas.keys()].flatMap((f) => {
    const shade = shader(f);
    if (shade === null) return [];
    const three = [...mesh.corners.subarray(mesh.starts[f], mesh.starts[f] + 3)];
    const mix = (values, axis, shares) =>
      three.reduce((sum, v, k) => sum + shares[k] * values[2 * v + axis], 0);
    const shares = [0.6, 0.3, 0.1];
    const seen = three.map((v, k) => shares[k] / near[v]); // in perspective
    const whole = seen.reduce((sum, share) => sum + share, 0);
    const parts = seen.map((share) => share / whole);
    const color = here(f, mix(mesh.vertices, 0, shares), mix(mesh.vertices, 1, shares));
    const place = [mix(pixels, 0, parts), mix(pixels, 1, parts)];
    return [(typeof shade === "number" ? shade : shade(...place)) === color ? 1 : 0];
  });
  return alike.reduce((sum, one) => sum + one, 0) / alike.length;
});
"""
)


class MeshStage(Stage):
    """The page's two pictures; the handle is at the one of the plane."""

    def __init__(self, page, within=".lw-figure-plane"):
        super().__init__(page, within)

    def wait(self):
        """Return when a mesh is painted."""
        self.canvas.wait_for(state="visible", timeout=PATIENCE * 1000)
        shown = "canvas.layerwarp.painter.shown"
        self.wait_for(f"store.mesh && store.model === model && {shown}", "a mesh on the page")
        wait_idle(self.page, PATIENCE)

    def rest(self):
        """Return when the wanted step is the one that is painted."""
        self.wait_for(
            "store.mesh.frame === store.frame && !canvas.layerwarp.painter.job "
            "&& canvas.layerwarp.painter.shown.wish.mesh === store.mesh",
            "the mesh of the wanted step",
        )


def open_mesh(page, server, query="neurons=16"):
    page.goto(f"{server.url}/creases?{query}")
    stage = MeshStage(page)
    stage.wait()
    return stage


def lead_mesh(page, server, query):
    """Lead a shared page to a link."""
    stage = MeshStage(page).lead(server, f"creases?{query}")
    stage.rest()
    return stage


def any_mesh(page, server):
    """A shared page with any mesh, for what asks its code alone."""
    return MeshStage(page).keep(server, "creases?neurons=5&steps=100")


def complaints(watch):
    """Errors of the page; Streamlit itself looks for its server below every page's address."""
    return [error for error in watch.errors if "404" not in error]


def random_network(sizes, activation, kind, seed):
    rng = np.random.default_rng(seed)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        weights = rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in)
        bias = 0.7 * rng.normal(size=fan_out)
        if kind == "zeros":
            weights, bias = 0 * weights, 0 * bias
        elif kind == "through the origin":
            bias = 0 * bias
        elif kind == "duplicates":
            weights[:, 1::2], bias[1::2] = (
                weights[:, ::2][:, : fan_out // 2],
                bias[::2][: fan_out // 2],
            )
        elif kind == "integers":
            weights, bias = np.round(2 * weights), np.round(bias)
        layers.append(Layer(weights.astype(np.float32), bias.astype(np.float32)))
    return Architecture(tuple(sizes[1:-1]), activation, 2, sizes[-1]), layers


NETWORKS = [
    random_network(sizes, activation, kind, seed)
    for seed, (sizes, activation, kind) in enumerate(
        [
            ((2, 8, 1), "relu", "generic"),
            ((2, 16, 16, 1), "relu", "generic"),
            ((2, 6, 5, 4, 1), "leaky_relu", "generic"),
            ((2, 6, 6, 1), "abs", "generic"),
            ((2, 5, 4, 3), "relu", "generic"),
            ((2, 7, 7, 5), "leaky_relu", "generic"),
            ((2, 1), "relu", "generic"),
            ((2, 4), "relu", "generic"),
            ((2, 1, 1), "relu", "generic"),
            ((2, 4, 4, 1), "relu", "zeros"),
            ((2, 8, 8, 1), "relu", "through the origin"),
            ((2, 8, 6, 1), "relu", "duplicates"),
            ((2, 7, 5, 1), "abs", "integers"),
            ((2, 6, 6, 1), "leaky_relu", "integers"),
            ((2, 3, 3, 1), ("identity", "relu"), "generic"),
        ]
    )
]


RINGS = [  # classes with islands and holes
    random_network(sizes, "abs", "generic", seed)
    for sizes, seed in [
        ((2, 8, 8, 3), 7),
        ((2, 12, 12, 4), 2),
        ((2, 12, 12, 4), 3),
        ((2, 8, 8, 8, 1), 19),
    ]
]


def as_message(architecture, layers, limit=MAX_FACES):
    return {
        "layers": [{"weights": w.ravel().tolist(), "bias": b.tolist()} for w, b in layers],
        "slopes": [ACTIVATIONS[name].negative_slope for name in architecture.activations],
        "box": list(BOX),
        "limit": limit,
        "pictures": [
            {"basis": [0] * (3 * width), "origin": [0, 0, 0]} for width in architecture.sizes[1:]
        ],
    }


def lengths_by_crease(vertices, edges, creases):
    ends = vertices[edges]
    lengths = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    return {
        tuple(map(int, crease)): lengths[(creases == crease).all(axis=1)].sum()
        for crease in np.unique(creases, axis=0)
    }


def check_same_mesh(found, architecture, layers):
    mesh = linear_regions(architecture, layers, BOX)
    assert len(found["areas"]) == mesh.count
    np.testing.assert_allclose(np.sort(found["areas"]), np.sort(mesh.areas), rtol=1e-7, atol=1e-9)
    assert sum(found["areas"]) == pytest.approx((BOX[1] - BOX[0]) * (BOX[3] - BOX[2]), rel=1e-12)
    vertices = np.reshape(found["vertices"], (-1, 2))
    edges, creases = np.reshape(found["edges"], (-1, 2)), np.reshape(found["creases"], (-1, 2))
    assert found["vertexCount"] - len(edges) + mesh.count == 1
    lengths = lengths_by_crease(vertices, edges, creases)
    expected = lengths_by_crease(mesh.vertices, mesh.edges, mesh.creases)
    assert lengths.keys() == expected.keys()
    assert lengths == pytest.approx(expected, rel=1e-7, abs=1e-9)
    boundary = vertices[np.reshape(found["boundary"], (-1, 2)).astype(int)]
    length = np.hypot(*(boundary[:, 0] - boundary[:, 1]).T).sum()
    theirs = mesh.decision_boundary
    assert length == pytest.approx(np.hypot(*(theirs[:, 0] - theirs[:, 1]).T).sum(), abs=1e-6)
    check_maps(found, architecture, layers, mesh)
    check_facts(found["facts"], mesh)


def check_facts(facts, mesh):
    assert facts["count"] == mesh.count
    assert facts["dead"] == sum(map(np.sum, mesh.dead))
    assert facts["always_on"] == sum(map(np.sum, mesh.always_on))
    assert facts["loops"] == len(mesh.boundary_loops)
    if not mesh.complete:
        layer, neuron = facts["stopped_at"]
        assert f"layer {layer + 1} at neuron {neuron + 1} of" in mesh.notice
        assert facts["topology"] == []
        return
    assert facts["linear_count"] == mesh.linear_count
    assert facts["topology"] == [list(row) for row in mesh.decision.topology]
    assert facts["stopped_at"] == []


def check_maps(found, architecture, layers, mesh):
    centroids = np.reshape(found["centroids"], (-1, 2))
    a, b, c = np.moveaxis(np.reshape(found["maps"], (len(centroids), 3, -1)), 1, 0)
    values = a * centroids[:, :1] + b * centroids[:, 1:] + c
    doubles = [Layer(w.astype(float), v.astype(float)) for w, v in layers]
    np.testing.assert_allclose(values, forward(architecture, doubles, centroids), atol=1e-9)
    if architecture.depth:
        assert sorted(found["active"][-1]) == sorted(mesh.active)


@pytest.mark.shared_page
def test_the_mesh_is_the_one_that_core_finds(page, watch, server, subtests):
    stage = any_mesh(page, server)
    found = stage.ask(BUILD, [as_message(*network) for network in NETWORKS])
    for network, mesh in zip(NETWORKS, found, strict=True):
        with subtests.test(f"{network[0].sizes} {network[0].activation}"):
            check_same_mesh(mesh, *network)
    # Layer by layer: the first levels are the meshes of the first layers.
    architecture, layers = NETWORKS[2]
    for depth, level in enumerate(found[2]["levels"]):
        widths = architecture.widths[:depth]
        read_out = Layer(np.zeros((architecture.sizes[depth], 1)), np.zeros(1))
        shorter = Architecture(widths, architecture.activation, 2, 1)
        assert level == linear_regions(shorter, [*layers[:depth], read_out], BOX).count
    assert complaints(watch) == []


@pytest.mark.shared_page
def test_the_facts_are_those_of_core_where_classes_lie_in_rings_or_the_mesh_ends(
    page, watch, server, subtests
):
    stage = any_mesh(page, server)
    limits = [*(MAX_FACES for _ in RINGS), 30]
    networks = list(zip([*RINGS, NETWORKS[2]], limits, strict=True))
    found = stage.ask(BUILD, [as_message(a, layers, limit) for (a, layers), limit in networks])
    meshes = [linear_regions(a, layers, BOX, limit) for (a, layers), limit in networks]
    for mesh, theirs in zip(found, meshes, strict=True):
        with subtests.test(f"{theirs.architecture.sizes} {theirs.count}"):
            check_facts(mesh["facts"], theirs)
    rows = [row for mesh in meshes for row in mesh.decision.topology]
    assert sum(row.islands for row in rows) > 2
    assert sum(row.holes for row in rows) > 2
    assert not meshes[-1].complete
    assert complaints(watch) == []


def wait_told(page, state):
    """Return when the words below are of the mesh that is drawn."""
    said = f"here {state['count']:,} (step {state['step']:,})"
    page.get_by_text(said).wait_for(timeout=PATIENCE * 1000)


def core_mesh(state):
    architecture = Architecture(tuple(state["sizes"][1:-1]), tuple(state["activations"]))
    layers = unflatten(np.array(state["parameters"]), architecture)
    return architecture, layers, linear_regions(architecture, layers, tuple(state["box"]))


def test_scrubbing_shows_the_exact_mesh_of_every_step_and_asks_for_nothing(page, watch, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    stage = open_mesh(page, server)
    wait_trained(page)
    wait_told(page, stage.ask(STATE))
    before, picture = len(sent), stage.pixels()
    stage.drag(STEP_SCRUBBER, 0.98, 0.4)
    stage.rest()
    state = stage.ask(STATE)
    assert len(sent) == before, "messages were sent while nothing was released"
    assert stage.pixels() != picture
    assert 0 < state["step"] < 2000
    assert state["count"] == core_mesh(state)[2].count
    page.mouse.up()
    stage.drag("Folds up to layer", 0.98, 0.5)
    page.mouse.up()
    page.locator(".lw-tools select").select_option("identity")
    page.locator(".lw-checks").get_by_label("Points").uncheck()
    wait_until(page, lambda: address(page).get("over") == "folds-boundary", "overlays in the link")
    link = address(page)
    assert link["s"] == str(state["step"])
    assert (link["folds"], link["color"]) == ("1", "identity")
    wait_told(page, state)

    page.reload()
    stage.wait()
    again = stage.ask(STATE)
    assert (again["step"], again["count"]) == (state["step"], state["count"])
    assert again["level"] < again["count"], "the link's folds were not taken"
    assert stage.ask("return [store.coloring, [...store.overlays]]") == [
        "identity",
        ["folds", "boundary"],
    ]
    assert complaints(watch) == []


def test_the_words_are_of_the_mesh_that_is_drawn(page, watch, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    stage = open_mesh(page, server)
    wait_trained(page)
    wait_told(page, stage.ask(STATE))
    page.get_by_role("slider", name="Neurons in each layer").press("ArrowRight")
    stage.wait_for("model.net.sizes[1] === 17 && store.model === model", "the wider network's mesh")
    wait_trained(page)
    wait_told(page, stage.ask(STATE))
    # Through training and its end, of which the link says nothing.
    stage.scrubber(STEP_SCRUBBER).press("ArrowDown")
    stage.rest()
    wait_told(page, stage.ask(STATE))
    stage.button("Play through the training").click()
    stage.wait_for("!store.playing && store.frame === model.net.frameCount - 1", "the end")
    wait_told(page, stage.ask(STATE))
    page.wait_for_timeout(1000)
    before = len(sent)
    page.wait_for_timeout(1500)
    assert len(sent) == before, "the page talks to the server while nothing happens"
    assert complaints(watch) == []


def test_a_picture_without_words_is_told_of_when_they_come_back(page, watch, server):
    stage = open_mesh(page, server, "present=1&neurons=9&steps=200")
    wait_trained(page)
    assert page.get_by_text("Bounds for these widths").count() == 0
    page.get_by_role("button", name="Leave the presenter view").click()
    wait_told(page, stage.ask(STATE))
    page.get_by_role("link", name="Warp").click()
    expect(page.locator(".lw-figure-plane")).to_have_count(0, timeout=PATIENCE * 1000)
    page.get_by_role("link", name="Creases").click()
    stage.wait()
    wait_told(page, stage.ask(STATE))
    assert complaints(watch) == []


@pytest.mark.shared_page
def test_a_piece_tells_its_map(page, watch, server):
    stage = lead_mesh(page, server, "neurons=16")
    wait_trained(page)
    place = stage.ask("return picture.pixelAt({ x: 0.4, y: -0.3 })")
    before = stage.pixels()
    stage.canvas.click(position=place)
    stage.wait_for("store.piece >= 0", "a chosen piece")
    assert stage.pixels() != before
    state, point = stage.ask(STATE), stage.ask("return store.chosen")
    architecture, layers, _ = core_mesh(state)
    # The map by differences within the piece: exact, since it is straight there.
    x = np.array([[point["x"], point["y"]]])
    ends = [forward(architecture, layers, x + np.array([dx, 0]))[0, 0] for dx in (-1e-4, 1e-4)]
    slope = (ends[1] - ends[0]) / 2e-4
    panel = page.locator(".lw-piece")
    expect(panel).to_contain_text("logit =")
    said = panel.locator(".lw-formula").inner_text().split("=")[1].split(" x")[0]
    assert float(said.replace("−", "-").strip()) == pytest.approx(
        slope, abs=0.02 + 0.02 * abs(slope)
    )
    on = int((record_activations(architecture, layers, x)[0].pre > 0).sum())
    expect(panel).to_contain_text(f"Layer 1: {on} of 16 neurons on")
    wait_until(page, lambda: "x1" in address(page), "the chosen point in the link")

    stage.canvas.focus()
    page.keyboard.press("+")
    page.keyboard.press("Alt+ArrowRight")
    stage.wait_for("picture.view.zoom > 1 && picture.view.x > 0.1", "a look further, by key")
    assert stage.ask("return store.chosen") == point
    page.keyboard.press("0")
    page.keyboard.press("Shift+ArrowRight")
    stage.wait_for(f"store.chosen.x > {point['x'] + 0.4}", "the next point, by key")
    page.keyboard.press("Escape")
    stage.wait_for("store.chosen === null", "no chosen piece, by key")
    wait_until(page, lambda: "x1" not in address(page), "a link without a chosen point")
    assert complaints(watch) == []


@pytest.mark.shared_page
def test_looking_closer_and_back(page, watch, server):
    stage = lead_mesh(page, server, "neurons=16")
    wait_trained(page)
    whole = stage.pixels()
    stage.canvas.hover(position={"x": 100, "y": 120})
    before = stage.ask("return picture.view.zoom")
    page.mouse.wheel(0, -600)  # scrolls the page
    assert stage.ask("return picture.view.zoom") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    stage.wait_for("picture.view.zoom > 1.5", "a closer look, by the wheel")
    page.keyboard.up("Control")
    under = stage.ask("return picture.inputAt(100, 120)")
    page.mouse.down()
    page.mouse.move(0, 0)  # far away: the view stays within the box
    page.mouse.up()
    stage.rest()
    view = stage.ask("return [picture.inputAt(0, 0), picture.box, picture.inputAt(100, 120)]")
    assert view[0]["x"] >= view[1][0] - 1e-9
    assert view[2] != pytest.approx(under)
    assert stage.ask("return store.chosen") is None, "a drag is no click"
    page.get_by_role("button", name="Show the whole plane").click()
    stage.wait_for("picture.fitted && canvas.layerwarp.painter.shown.wish.view.zoom === 1", "all")
    page.mouse.move(5, 5)
    assert stage.pixels() == whole
    assert complaints(watch) == []


@pytest.mark.shared_page
def test_the_pieces_are_carried_to_where_the_network_puts_their_corners(page, watch, server):
    stage = lead_mesh(page, server, "widths=3-6&steps=200&act=relu-leaky_relu&t=1")
    wait_trained(page)
    # What is in space is turned with keys, too.
    turns = "const { camera } = canvas.layerwarp.carried; return [camera.yaw, camera.pitch]"
    stage.wait_for("canvas.layerwarp.carried.camera.solid === 1", "the picture in space")
    start = stage.ask(turns)
    carried = page.locator(".lw-figure-carried canvas.lw-canvas")
    assert "Alt and an arrow turns" in carried.get_attribute("aria-description")
    carried.press("Alt+ArrowRight")
    carried.press("Alt+ArrowUp")
    assert np.subtract(stage.ask(turns), start) == pytest.approx([0.1, -0.1])
    wait_until(page, lambda: "yaw" in address(page), "the turn in the link")
    carried.press("Alt+Digit0")
    assert stage.ask(turns) == start

    state, seen = stage.ask(STATE), stage.ask(CARRY, [0, 1, 2, 3])
    architecture, layers, _ = core_mesh(state)
    corners = np.reshape(seen["vertices"], (-1, 2))
    records = record_activations(architecture, layers, corners)
    expected = [np.pad(corners, ((0, 0), (0, 1)))]
    for (basis, origin), record in zip(seen["pictures"], records, strict=True):
        expected.append(record.post @ np.reshape(basis, (-1, 3)) + origin)
    for drawn, true in zip(seen["places"], expected, strict=True):
        span = np.ptp(true, axis=0).max()
        np.testing.assert_allclose(np.reshape(drawn, (-1, 3)), true, atol=1e-4 * span)
    # Each place takes its color along, but for rounding of the shades: in space, and flat.
    assert min(stage.ask(SHADES, [0, 1, 2])) > 0.95
    assert complaints(watch) == []


CUT = """
const { mesh } = store;
const { net } = model;
const inputs = Float32Array.from(mesh.vertices);
const room = () => new Float32Array((3 * inputs.length) / 2);
const whole = { mesh, model, width: 400, height: 400, yaw: 0, pitch: 0 };
const places = [0.2, 0.5, 0.9, 1].map((gone) => {
  const u = net.depth + gone;
  const { positions } = canvas.layerwarp.carried.place({ ...whole, u }, 1);
  return [Array.from(positions), Array.from(model.place(inputs, u, room()))];
});
return [places, Array.from(mesh.boundary, (v) => places.at(-1)[0][3 * v])];
"""


@pytest.mark.shared_page
@pytest.mark.parametrize(
    "query",
    [
        "neurons=8",
        "widths=3-6&act=relu-leaky_relu",
        "neurons=3",
        "neurons=4&data=blobs5",
        "layers=0&data=blobs3",
    ],
)
def test_the_pieces_are_carried_to_the_cut(page, server, query):
    """Also out of more dimensions than a picture has, where the cut is where Warp draws it."""
    stage = lead_mesh(page, server, f"v=2&steps=200&t=1&{query}")
    wait_trained(page)
    stage.rest()
    places, at_the_cut = stage.ask(CUT)
    for drawn, true in places:
        size = np.ptp(np.reshape(true, (-1, 3)), axis=0).max()
        np.testing.assert_allclose(drawn, true, atol=1e-4 * size)
    if "blobs" not in query:
        np.testing.assert_allclose(at_the_cut, 0, atol=1e-4 * size)


def test_a_large_mesh_is_painted_in_turns(page, watch, server):
    stage = open_mesh(page, server)
    network = random_network((2, 64, 64, 64, 64, 1), "relu", "generic", 5)
    painted = stage.ask(LARGE, as_message(*network))
    assert painted["pieces"] > 15_000
    assert painted["done"], "the painting was never shown"
    assert len(painted["turns"]) > 2, "the whole painting was one turn"
    print(f"{painted['pieces']} pieces, longest turn {max(painted['turns']):.0f} ms")
    assert complaints(watch) == []


@pytest.mark.shared_page
def test_a_picture_shows_nothing_of_the_one_before(page, server):
    stage = any_mesh(page, server)
    assert stage.ask(REPAINT) == [[0, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 3]]


# Every sentence that is shown, from the page's first moment on.
LISTEN = """
window.said = new Set();
const look = () => {
  for (const host of document.querySelectorAll(".st-key-creases *")) {
    const words = host.shadowRoot?.querySelector(".lw-crease-words");
    if (words) said.add(words.textContent);
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def test_the_bare_page_opens_fold_line_by_fold_line(page, watch, server):
    page.add_init_script(LISTEN)
    stage = open_mesh(page, server, "")
    assert stage.ask("return model.net.sizes") == [2, 8, 8, 1]
    stage.wait_for("store.folds === 2 && !store.playing", "the end of the play")
    assert stage.ask("return Number.isFinite(store.newest)") is False
    expect(page.locator(".lw-crease-words")).to_contain_text("Layer 2 adds")
    said = page.evaluate("[...said]")
    told = re.findall(r"of the 8 in layer (\d) has drawn", " ".join(said))
    assert set(told) == {"1", "2"}
    assert told == sorted(told)
    assert "folds" not in address(page), "what played by itself went into the link"
    assert complaints(watch) == []


def test_what_ends_the_play_leaves_no_layer_half_drawn(page, server):
    stage = open_mesh(page, server, "")
    stage.wait_for("store.newest > 1 && store.newest < 8", "a layer half drawn")
    page.get_by_role("button", name="Pause", exact=True).first.click()
    half_drawn = "await new Promise(requestAnimationFrame); return Number.isFinite(store.newest)"
    assert stage.ask(half_drawn) is False  # in the frame that the click asked for


@pytest.mark.parametrize(
    ("query", "motion", "color"),
    [
        ("v=1", "no-preference", "gradient"),
        ("v=2&neurons=5&steps=100", "no-preference", "output"),
        ("", "reduce", "output"),
    ],
)
def test_links_and_reduced_motion_open_folded(page, server, query, motion, color):
    page.emulate_media(reduced_motion=motion)
    stage = open_mesh(page, server, query)
    assert stage.ask("return [store.playing, store.folds, store.coloring]") == [False, 2, color]


def test_what_identity_does_is_called_what_it_is(page, watch, server):
    link = "layers=2&neurons=2&steps=100&act=identity&x1=0&x2=0&color=active"
    stage = open_mesh(page, server, link)
    wait_trained(page)
    stage.rest()
    said = page.locator(".lw-crease-words")
    expect(said).to_contain_text("identity bends nothing, so no neuron folds the plane")
    expect(page.locator(".lw-piece-rows")).to_contain_text("identity: every neuron passes on what")
    expect(page.locator(".lw-key")).to_have_text("Color: identity is neither on nor off.")
    page.get_by_role("slider", name="Place on the way through the layers").press("End")
    expect(page.locator(".lw-figure-carried .lw-figure-note")).to_have_text("at the read-out")
    expect(page.locator(".lw-creases")).not_to_contain_text("Drag the line")  # Warp's cut moves
    expect(page.locator(".lw-legend")).not_to_contain_text("layer")
    for name in ("Folds up to layer", "Play the folds, layer by layer"):
        expect(page.locator(".lw-player").get_by_label(name)).to_be_disabled()
    expect(page.get_by_label("Fold lines")).to_be_disabled()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        check_rings(page, {"canvas", "select"})
    assert complaints(watch) == []


# Widths, activations, faces after each layer, layer and neuron at which a mesh ended; what is said
# after so many folds.
SAID = [
    ([8], ["relu"], [1, 31], None, 1, "straight, at most one for each neuron. Together: 31 str"),
    ([8], ["relu"], [1, 2], None, 1, "the fold line of layer 1 is straight: 2 straight pieces. At"),
    ([8], ["relu"], [1, 1], None, 1, "no fold line of layer 1 crosses this picture: 1 straight p"),
    ([8, 8], ["relu"] * 2, [1, 31, 143], None, 1, "At most 11 after layer 1."),
    ([8, 8], ["relu"] * 2, [1, 31, 143], None, 0, "Press Folds to see how each layer folds it."),
    (
        [8, 8],
        ["relu"] * 2,
        [1, 31, 143],
        None,
        2,
        "; where a later fold line crosses an earlier one, it can bend. ",
    ),
    (
        [8, 8],
        ["relu"] * 2,
        [1, 31, 31],
        None,
        2,
        "Layer 2 folds nowhere in the whole picture. At most 22 ",
    ),
    (
        [2, 2],
        ["relu", "identity"],
        [1, 4, 4],
        None,
        2,
        "4 straight pieces. Layer 2 is identity: it",
    ),
    (
        [2, 2],
        ["identity", "relu"],
        [1, 1, 4],
        None,
        2,
        "Layer 2 adds 3 to the 1 before it. At most",
    ),
    (
        [9, 9],
        ["relu"] * 2,
        [1, 40, 99],
        [1, 3],
        1,
        "Together: 40 straight pieces. At most 11 after",
    ),
    (
        [9, 9],
        ["relu"] * 2,
        [1, 40, 99],
        [1, 3],
        2,
        "at least 99 straight pieces. At most 22 with t",
    ),
    ([9, 9], ["relu", "identity"], [1, 40, 40], [0, 3], 2, "at least 40 straight pieces. At most"),
]
WORDS = (
    f"const words = {imported('creases/words.js')};"
    """
    const rows = { relu: { switches: true, folds: true }, identity: {} };
    return argument.map(([widths, activations, levels, end, folds, thin]) => {
      const mostRegions = levels.map((_, l) => 11 * l);
      const sizes = [2, ...widths, 1];
      const steps = { steps: [0, 7], frameCount: 2 };
      const said = { activations, mostRegions, activationRows: rows };
      const rowOf = (l) => rows[activations[l - 1]];
      const net = { sizes, depth: widths.length, rowOf, ...said, ...steps };
      const stoppedAt = end && { layer: end[0], neuron: end[1] };
      return words.meshWords({ frame: 1, levels, complete: !end, stoppedAt }, net, folds, thin);
    });
    """
)


@pytest.mark.shared_page
def test_the_sentence_is_true_of_every_mesh(page, server):
    stage = any_mesh(page, server)
    said = stage.ask(WORDS, [row[:-1] for row in SAID])
    for row, sentence in zip(SAID, said, strict=True):
        assert sentence.startswith("At step 7")
        assert row[-1] in sentence
        assert "possible" not in sentence
        assert ("the mesh ends at neuron 4" in sentence) == ("at least" in sentence)

    # Of two lines that nearly coincide, and one across: six pieces, and two of them are slivers.
    slivers = Layer(np.array([[1, 1, 0], [0, 0, 1]], "f4"), np.array([0, 1e-3, 0], "f4"))
    network = Architecture((3,)), [slivers, Layer(np.ones((3, 1), "f4"), np.zeros(1, "f4"))]
    counted = f"const {{ buildMesh, thinPieces }} = {imported('mesh.js')};" + (
        "const mesh = buildMesh(argument); "
        "return [0, 1].map((level) => [mesh.levels[level], thinPieces(mesh, level)]);"
    )
    assert stage.ask(counted, as_message(*network)) == [[1, 0], [6, 2]]
    [hidden] = stage.ask(WORDS, [[[2, 2], ["relu"] * 2, [1, 3, 4], None, 2, 3]])
    assert (
        "4 straight pieces, 3 of them too thin or small to see in the whole picture. Layer 2"
        in hidden
    )


LATTICE = """
const { net } = model;
const { mesh } = store;
const wish = { mesh, model, u: net.depth, width: 400, height: 400, yaw: 0, pitch: 0 };
const { positions } = canvas.layerwarp.carried.place(wish, 1);
const count = net.parameterCount;
const named = {
  positions,
  parameters: net.params.subarray(mesh.frame * count, (mesh.frame + 1) * count),
  ...net.picture(mesh.frame, net.depth),
};
for (const name of ["maps", "corners", "vertices", "boundary", "levels"]) named[name] = mesh[name];
const plain = ([name, values]) => [name, Array.from(values)];
return { nodes: mesh.nodes, ...Object.fromEntries(Object.entries(named).map(plain)) };
"""


@pytest.mark.shared_page
def test_folds_beside_a_smooth_layer_are_told_of(page, server):
    lead_mesh(page, server, "act=relu-tanh&neurons=5&steps=100")
    told = "are counted, and the lines along which ReLU folds it are not drawn."
    expect(page.locator(".lw-crease-words")).to_contain_text(told)


@pytest.mark.shared_page
def test_a_smooth_network_is_drawn_from_a_grid(page, watch, server):
    stage = lead_mesh(page, server, "act=tanh&neurons=5&steps=200&color=identity")
    wait_trained(page)
    seen = stage.ask(LATTICE)
    architecture = Architecture((5, 5), "tanh")
    layers = unflatten(np.array(seen["parameters"]), architecture)
    places = np.reshape(seen["vertices"], (-1, 2))
    logits = forward(architecture, layers, places)[:, 0]
    corners = np.reshape(seen["corners"], (-1, 3))
    a, b, c = np.reshape(seen["maps"], (-1, 3)).T
    assert len(corners) == 2 * (seen["nodes"] - 1) ** 2
    assert seen["levels"] == [len(corners)] * 3
    for corner in corners.T:  # each triangle has the network's values at its corners
        values = a * places[corner, 0] + b * places[corner, 1] + c
        np.testing.assert_allclose(values, logits[corner], atol=1e-4 * np.abs(logits).max())
    assert np.abs(logits[seen["boundary"]]).max() < 0.01 * np.abs(logits).max()
    post = record_activations(architecture, layers, places)[1].post
    expected = post @ np.reshape(seen["basis"], (-1, 3)) + seen["origin"]
    np.testing.assert_allclose(np.reshape(seen["positions"], (-1, 3)), expected, atol=1e-4)

    said = page.locator(".lw-crease-words")
    expect(said).to_contain_text("tanh bends the plane gently, not along lines: no straight pieces")
    expect(said).to_contain_text(f"from a grid of {seen['nodes']} × {seen['nodes']} points.")
    expect(page.locator(".lw-legend")).not_to_contain_text("layer")
    colors = page.locator(".lw-tools select")
    expect(colors).to_have_value("output")
    expect(colors.locator("option[value=active]")).to_be_disabled()
    expect(page.locator(".lw-piece")).to_contain_text("There are no pieces to click here")
    expect(stage.canvas).not_to_have_attribute("aria-description", re.compile("piece"))
    stage.canvas.focus()
    page.keyboard.press("ArrowRight")
    assert stage.ask("return store.piece") == -1
    stage.scrubber(STEP_SCRUBBER).press("ArrowDown")
    stage.wait_for("store.mesh.frame === model.net.frameCount - 2", "a step")
    wait_until(page, lambda: "s" in address(page), "the step in the link")
    wait_trained(page)  # a click on its way at the same time could be lost
    page.get_by_role("button", name="Use ReLU").click()
    stage.wait_for("store.mesh.complete && store.mesh.facts && store.piece === -1", "the pieces")
    expect(colors).to_have_value("identity")
    expect(page.get_by_role("checkbox", name="Fold lines")).to_be_checked()
    assert complaints(watch) == []


@pytest.mark.shared_page
def test_faint_slopes_are_drawn_faint(page, server):
    """Of a network with a slope of 0.1 the color has a tenth of its strength."""
    stage = any_mesh(page, server)
    slopes = (
        f"const {{ fullSlope, faceColors, directionColor }} = {imported('colorings.js')};"
        """
        const theme = { dark: false, background: "#fff" };
        return argument.map((slope) => {
          const one = { outputs: 1, centroids: [0, 0], areas: [1], levels: [1] };
          const mesh = { maps: [slope, 0, 0], ...one };
          const color = faceColors(mesh, "gradient", 0, theme)[0];
          const of = (k) => directionColor(theme, 0, k / 100);
          const share = [...Array(101).keys()].find((k) => of(k) === color);
          return [fullSlope(mesh), share];
        });
        """
    )
    assert stage.ask(slopes, [0.1, 0.5, 1, 8]) == [[1, 10], [1, 50], [1, 100], [8, 100]]


@pytest.mark.shared_page
@pytest.mark.parametrize("color", ["active", "factor", "gradient"])
def test_a_layer_more_is_no_trouble_for_the_key_of_the_colors(page, watch, server, color):
    """The key is of the mesh that is shown, not of the network whose mesh is on its way."""
    stage = lead_mesh(page, server, f"layers=1&neurons=4&steps=100&color={color}")
    page.get_by_role("slider", name="Hidden layers").press("ArrowRight")
    stage.wait_for("store.mesh.levels.length === 3", "the deeper network's mesh")
    expect(page.locator(".lw-error")).to_be_hidden()
    assert complaints(watch) == []


HELD_WORKER = """
const post = Worker.prototype.postMessage;
const kept = [];
window.hold = (held) => {
  Worker.prototype.postMessage = held ? function (task) { kept.push([this, task]); } : post;
  if (!held) for (const [worker, task] of kept.splice(0)) post.call(worker, task);
};
"""


def test_a_hand_on_the_controls_is_no_trouble_while_a_mesh_is_on_its_way(page, watch, server):
    page.add_init_script(HELD_WORKER)
    stage = open_mesh(page, server, "layers=1&neurons=4&steps=100")
    page.evaluate("hold(true)")
    for _ in range(2):
        page.get_by_role("slider", name="Hidden layers").press("ArrowRight")
    stage.wait_for("model.net.depth === 3", "the deeper network")
    for label, name in (("Folds up to layer", "folds"), (LAYER_SCRUBBER, "u")):
        page.get_by_label(label).press("ArrowLeft")
        stage.rest()
        assert 2 <= stage.ask(f"return store.{name}") < 3, "back from the end of three layers"
    page.evaluate("hold(false)")
    stage.wait_for("store.model === model", "the deeper network's mesh")
    expect(page.locator(".lw-error")).to_be_hidden()
    assert complaints(watch) == []


def test_without_a_worker_the_page_does_the_work_itself(page, watch, server):
    page.add_init_script("window.Worker = class { constructor() { throw new Error('none'); } };")
    stage = open_mesh(page, server)
    state = stage.ask(STATE)
    assert state["count"] == core_mesh(state)[2].count
    assert complaints(watch) == []


def test_folds_play_and_the_phone_has_tabs(page, watch, server):
    page.set_viewport_size({"width": 390, "height": 844})
    stage = open_mesh(page, server)
    assert page.evaluate(OVERHANG) == []
    assert stage.canvas.bounding_box()["y"] < 844 / 2  # the picture starts in the upper half
    player = page.get_by_role("button", name="Play the folds, layer by layer").bounding_box()
    assert player["y"] + player["height"] < page.locator(".st-key-dials").bounding_box()["y"]
    component = page.locator(".lw-stage")
    assert component.locator(CONTROLS).evaluate_all(NAMELESS) == []
    low = component.locator("button, input:not([type='checkbox']), select")
    assert low.evaluate_all(LOW, SMALLEST_TARGET) == []
    expect(page.locator(".lw-figure-carried canvas")).to_be_hidden()
    page.get_by_role("button", name="Through the layers", exact=True).click()
    expect(page.locator(".lw-figure-carried canvas")).to_be_visible()
    page.get_by_role("button", name="In the plane", exact=True).click()

    said = page.locator(".lw-crease-words")
    page.get_by_role("button", name="Play the folds, layer by layer").click()
    expect(said).to_contain_text("before any fold")
    stage.wait_for("store.folds === 1", "the first fold, played")
    expect(said).to_contain_text("are straight")
    page.locator(".lw-player").get_by_role("button", name="Pause").click()
    place = stage.ask("return store.u")
    for key, folds in {"ArrowRight": 2, "ArrowLeft": 1}.items():  # a scrubber hears its own keys
        page.get_by_role("slider", name="Folds up to layer").press(key)
        stage.wait_for(f"store.folds === {folds}", "the fold that the key asks for")
    assert stage.ask("return store.u") == place
    # The picture in which something moves is the one in sight.
    page.get_by_role("slider", name=LAYER_SCRUBBER).press("ArrowRight")
    expect(page.locator(".lw-figure-carried canvas")).to_be_visible()
    page.get_by_role("slider", name="Folds up to layer").press("ArrowLeft")
    expect(page.locator(".lw-figure-carried canvas")).to_be_hidden()
    page.get_by_role("slider", name="Folds up to layer").press("ArrowRight")
    expect(stage.canvas).to_have_attribute("aria-label", re.compile("straight"))
    wait_until(page, partial(has, page, "folds", "1"), "folds=1 in the link")
    assert complaints(watch) == []


def has(page, name, value):
    return address(page).get(name) == value


@pytest.mark.shared_page
def test_a_link_can_name_what_the_picture_can_show(page, server):
    script = (
        f"const {{ COLORINGS }} = {imported('colorings.js')};"
        f"const {{ FIRST_COLORING, OVERLAYS }} = {imported('creases/player.js')};"
        "return [Object.keys(COLORINGS), OVERLAYS, FIRST_COLORING];"
    )
    colorings, overlays, first = any_mesh(page, server).ask(script)
    assert tuple(colorings) == parameters.COLORINGS
    assert tuple(overlays) == parameters.OVERLAYS
    assert first == PAGES["creases"].default("color")
