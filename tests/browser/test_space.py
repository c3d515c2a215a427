"""Pictures in three dimensions: depth, the view along the cut, and the first look at them."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import address, imported, lead_warp, open_warp, wait_trained, wait_until

CIRCLES = "v=2&data=circles&layers=1&neurons=3&steps=300"
LARGEST = 0.5  # share of the largest area of the sheet that the first look shows at least
SHEET = """
const { nodes, G } = model;
return {
  places: Array.from(picture.positions().subarray(0, 3 * nodes)), G,
  eye: Array.from(picture.camera.matrix.subarray(6)), solid: picture.camera.solid,
};
"""
POINTS = """
const context = canvas.getContext("2d"), { nodes, N, net } = model;
const seen = [];
for (let i = nodes; i < N; i++) {
  const { x, y } = picture.screen(i);
  const { data } = context.getImageData(x * picture.ratio, y * picture.ratio, 1, 1);
  seen.push([net.labels[i - nodes], x, y, picture.nearness[i], ...data.slice(0, 3)]);
}
return [seen, picture.points.radius];
"""
COLORS = """
const context = new OffscreenCanvas(1, 1).getContext("2d");
return [picture.theme.background, ...picture.theme.classes].map((color) => {
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
});
"""
CUT = """
await new Promise(requestAnimationFrame);
return Array.from(picture.cut.lines[0]);
"""


def uncovered(places: np.ndarray, near: np.ndarray, radius: float) -> np.ndarray:
    """For each point (n, 2) whether no nearer one lies on its middle."""
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    return ~((distance < 1.6 * radius) & (near[None] > near[:, None])).any(axis=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_far_points_are_fainter_and_near_ones_are_not(browser, server, scheme):
    with browser.new_context(color_scheme=scheme) as context:
        stage = open_warp(context.new_page(), server, f"{CIRCLES}&points=80&t=1")
        points, radius = stage.ask(POINTS)
        background, *classes = np.array(stage.ask(COLORS))
    labels, x, y, near, *color = np.array(points).T
    strength = np.linalg.norm(np.array(color).T - background, axis=1)
    strength /= np.linalg.norm(np.array(classes) - background, axis=1)[labels.astype(int)]
    seen = uncovered(np.column_stack([x, y]), near, radius)
    far, front = seen & (near < 0.93), seen & (near > 1)
    assert far.sum() > 5, "this network has points at the back"
    assert front.sum() > 5, "and in front"
    assert strength[front].min() > 0.93, "the front half is as ever"
    assert strength[far].max() < 0.9
    assert strength[far].min() > 0.35, "still to be seen"
    farthest, nearest = near[far] < np.median(near[far]), near[far] >= np.median(near[far])
    assert strength[far][farthest].mean() < strength[far][nearest].mean() - 0.03


@pytest.mark.shared_page
def test_a_button_looks_along_the_cut(page, watch, server):
    """The plane becomes a line, and the link holds that view."""
    stage = lead_warp(page, server, f"{CIRCLES}&t=2&yaw=0.6&pitch=-0.3")
    button = page.get_by_role("button", name="Look along the cut")
    expect(button).to_be_visible()
    corners = np.reshape(stage.ask(CUT), (-1, 2))
    assert np.ptp(corners[:, 0]) > 20, "seen from the side it is a plane"
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_be_hidden()
    assert stage.ask("return canvas.getRootNode().activeElement === canvas")
    stage.wait_for("picture.camera.flat === 1", "the view along the cut")
    assert np.ptp(np.reshape(stage.ask(CUT), (-1, 2))[:, 0]) < 1
    wait_until(page, lambda: not {"yaw", "pitch"} & address(page).keys(), "the view in the link")
    assert address(page)["t"] == "2"
    assert watch.errors == []


@pytest.mark.shared_page
def test_from_the_last_hidden_space_the_button_goes_to_the_cut(page, server):
    stage = lead_warp(page, server, f"{CIRCLES}&t=1&yaw=0.6&pitch=-0.3")
    page.get_by_role("button", name="Look along the cut").click()
    stage.wait_for("store.u === 2 && picture.camera.flat === 1", "the view along the cut")
    wait_until(page, lambda: address(page).get("t") == "2", "the place in the link")
    assert not {"yaw", "pitch"} & address(page).keys()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (f"{CIRCLES}&t=1", True),
        (f"{CIRCLES}&t=0", False),  # the input is flat
        (f"{CIRCLES}&t=2", False),  # already seen along the cut
        ("v=2&data=moons&layers=1&neurons=2&steps=300&t=1.5", False),
        ("data=circles&layers=1&neurons=3&steps=300&t=1", False),  # ends in the logits
    ],
)
@pytest.mark.shared_page
def test_the_button_is_there_where_a_cut_is_in_space(page, server, query, shown):
    lead_warp(page, server, query)
    expect(page.locator(".lw-along")).to_be_visible(visible=shown)


@pytest.mark.parametrize("look", ["embed=true", "present=1"])
def test_the_button_is_there_in_a_frame_and_in_the_presenter_view(page, server, look):
    open_warp(page, server, f"{CIRCLES}&t=1&{look}")
    expect(page.locator(".lw-along")).to_be_visible()


def area_seen(faces: np.ndarray, eyes: np.ndarray) -> np.ndarray:
    """Areas (n,) that vector areas (f, 3) take up seen from directions (n, 3)."""
    return np.abs(eyes @ faces.T).sum(axis=1)


@pytest.mark.shared_page
@pytest.mark.parametrize(
    ("query", "place"),
    [
        *((f"{CIRCLES}&start={seed}", 1) for seed in range(6)),
        *((f"v=2&data=spiral&view=space&steps=300&start={seed}", 2) for seed in range(3)),
    ],
)
def test_the_first_look_is_never_along_the_edge_of_the_sheet(page, server, query, place):
    stage = lead_warp(page, server, f"{query}&t={place}")
    wait_trained(page)
    sheet = stage.ask(SHEET)
    assert sheet["solid"] == 1
    nodes = np.reshape(sheet["places"], (sheet["G"], sheet["G"], 3))
    faces = np.cross(nodes[1:, 1:] - nodes[:-1, :-1], nodes[1:, :-1] - nodes[:-1, 1:])
    directions = np.random.default_rng(0).normal(size=(3000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    largest = area_seen(faces.reshape(-1, 3), directions).max()
    (seen,) = area_seen(faces.reshape(-1, 3), np.array([sheet["eye"]]))
    assert seen > LARGEST * largest, f"{seen / largest:.2f} of the largest"


@pytest.mark.shared_page
def test_a_view_in_the_link_leads(page, server):
    """Also the usual one, for a network that is first looked at from another side."""
    stage = lead_warp(page, server, f"{CIRCLES}&start=0&t=1&yaw=-0.55&pitch=0.42")
    assert stage.ask("return [picture.camera.yaw, picture.camera.pitch]") == [-0.55, 0.42]


@pytest.mark.shared_page
def test_the_cut_moves_with_the_hand_and_the_boundary_with_it(page, watch, server):
    stage = lead_warp(page, server, "v=2&data=moons&layers=1&neurons=6&steps=300&t=2")
    wait_trained(page)
    line, top = stage.ask(
        "const { top } = canvas.getBoundingClientRect(); return [picture.cut.handle(), top]"
    )
    left = stage.ask("return canvas.getBoundingClientRect().left")
    words = page.locator(".lw-words")
    page.mouse.move(left + line, top + 200)
    page.mouse.down()
    page.mouse.move(left + line + 60, top + 200, steps=4)
    moved, right, boundary = stage.ask(
        """
        const { points } = model.boundaryAt(store.threshold);
        return [store.threshold, picture.cut.right,
          Array.from(points.subarray(0, 2)).concat(Array.from(points.subarray(-2)))];
        """
    )
    logits, labels = map(
        np.array,
        stage.ask(
            "const { pre } = model.layers.at(-1);"
            "return [Array.from(pre.subarray(model.nodes)), Array.from(model.net.labels)];"
        ),
    )
    assert moved > 0
    assert right == pytest.approx(np.mean((logits > moved) == labels))
    for k in (0, 2):  # the line in the input is where the logit has the value of the moved cut
        x, y = boundary[k : k + 2]
        assert stage.ask(f"return model.evaluate({x}, {y}).logits[0]") == pytest.approx(
            moved, abs=0.05 * moved
        )
    expect(words).to_contain_text("Moved by hand")
    expect(words).to_contain_text("Let go, and it goes back.")
    axis = (
        f"return ({imported('network/words.js')}).axisName(model, 2, 0, store.u, store.threshold)"
    )
    assert stage.ask(axis) == "distance from the network's own cut"  # whose 0 stays where it is
    page.mouse.up()
    expect(words).not_to_contain_text("Moved by hand")
    stage.canvas.focus()
    expect(stage.canvas).to_have_accessible_description(re.compile("comma and full stop"))
    page.keyboard.press("Period")
    expect(words).to_contain_text("Moved by hand")
    expect(words).to_contain_text("Escape puts it back.")  # a key that is let go moves nothing
    title = page.locator(".lw-title")
    expect(title).to_contain_text("cut moved by hand")
    expect(title).not_to_contain_text("accuracy")
    inset = page.locator(".lw-input-square")
    expect(inset).to_have_attribute("aria-label", re.compile("the boundary of the cut moved"))
    for key, side in (("Comma", 0), ("Period", 1)):  # as far as it goes, and it stays in sight
        for _ in range(90):
            page.keyboard.press(key)
        way = f"Math.abs(picture.cut.handle() - {side} * picture.width)"
        stage.wait_for(f"picture.cut.handle() !== null && {way} < 20", "the cut at the edge")
    page.keyboard.press("Escape")
    expect(inset).to_have_attribute("aria-label", re.compile("the decision regions and their"))
    for key in ("Period", "Comma"):
        page.keyboard.press(key)
    expect(title).to_contain_text("accuracy")
    assert stage.ask("return store.threshold") == 0
    assert watch.errors == []


OUTLINES = """
store.set({ u: argument, playing: false });
await new Promise(requestAnimationFrame);
const { nodes, G, net } = model;
const drawn = [];
const recorder = {
  beginPath() { drawn.push({ color: this.fillStyle, loops: [] }); },
  moveTo(x, y) { drawn.at(-1).loops.push([[x, y]]); },
  lineTo(x, y) { drawn.at(-1).loops.at(-1).push([x, y]); },
  fill() {},
};
const { context } = picture;
Object.assign(picture, { context: recorder });
picture.sheet.draw();
Object.assign(picture, { context });
return {
  drawn, classes: picture.theme.classes, G, box: net.box,
  pixels: Array.from(picture.pixels.subarray(0, 2 * nodes)),
};
"""


def area(loop: list[list[float]]) -> float:
    """Signed, of what a closed line goes around."""
    (x, y), (next_x, next_y) = np.array(loop).T, np.roll(loop, -1, axis=0).T
    return float(np.sum(x * next_y - next_x * y) / 2)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("v=2&data=spiral&layers=2&neurons=2&act=tanh&steps=300", 0),
        ("v=2&data=spiral&layers=2&neurons=2&act=tanh&steps=300", 1.6),  # bent, not folded
        ("v=2&data=spirals3&layers=1&neurons=8&steps=300", 0.9),  # folded, three classes
        (CIRCLES, 0.8),  # in space
    ],
)
@pytest.mark.shared_page
def test_the_sheet_covers_each_cell_once_in_the_color_of_its_class(page, server, query, place):
    stage = lead_warp(page, server, query)
    wait_trained(page)
    seen = stage.ask(OUTLINES, place)
    patches = [(patch["color"], area(loop)) for patch in seen["drawn"] for loop in patch["loops"]]
    nodes = np.reshape(seen["pixels"], (seen["G"], seen["G"], 2))
    rim = [*nodes[0, :-1], *nodes[:-1, -1], *nodes[-1, :0:-1], *nodes[:0:-1, 0]]
    # Whatever is folded: inside every side is there twice, once each way. On the rim the boundary's
    # crossing lies a little beside the straight side of a bent cell.
    size = sum(abs(part) for _, part in patches)
    assert sum(part for _, part in patches) == pytest.approx(area(rim), abs=1e-3 * size)
    diagonals = nodes[1:, 1:] - nodes[:-1, :-1], nodes[1:, :-1] - nodes[:-1, 1:]
    cells = (
        np.abs(
            diagonals[0][..., 0] * diagonals[1][..., 1]
            - diagonals[0][..., 1] * diagonals[1][..., 0]
        )
        / 2
    )
    assert size == pytest.approx(cells.sum(), rel=0.02)  # a cell that folds in itself has less
    if place == 0:
        left, right, low, high = seen["box"]
        x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(low, high, 200))
        places = np.stack([x.ravel(), y.ravel()], axis=1).tolist()
        called = stage.ask(
            "return argument.map(([x, y]) => model.evaluate(x, y).predicted)", places
        )
        shares = np.bincount(called, minlength=2) / len(called)
        covered = [
            sum(abs(part) for color, part in patches if color == one) / size
            for one in seen["classes"][:2]
        ]
        # Half a step of the 200 either way.
        assert covered == pytest.approx(shares.tolist(), abs=5e-3)


TIED = f"""
const {{ separators, territory }} = {imported("separators.js")};
const maps = argument.map((map) => Float64Array.from(map));
const sides = maps.map((_, a) => territory(maps, a, [0, 0, 0], 1).length > 2);
return [separators(maps, 2, [0, 0, 0], 1).length, sides];
"""


@pytest.mark.shared_page
def test_of_classes_that_tie_the_first_is_the_answer(page, server):
    left, right = [-1, 0, 0, 0.2], [1, 0, 0, -0.2]
    stage = lead_warp(page, server, "v=2&data=blobs5&neurons=1&s=0&t=2")
    drawn = stage.ask(TIED, [left, left, right, left, right])
    assert drawn == [1, [True, False, True, False, False]]  # one line, two sides, each in one color
    status = stage.ask(
        f"const {{ neuronStatus }} = {imported('neuron_words.js')};"
        "return [0, 1, 2, 3, 4].map((index) => neuronStatus(model, 2, index).text);"
    )
    told = [float(text.removeprefix("predicted for ").removesuffix(" %")) for text in status]
    assert sum(told) == pytest.approx(100, abs=2)
    keys_of_cut = re.compile("Escape puts it back")
    expect(stage.canvas).not_to_have_accessible_description(keys_of_cut)
