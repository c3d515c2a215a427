"""Layers built by hand: their numbers against numpy and core, and in the hand of a visitor."""

import numpy as np
import pytest
from playwright.sync_api import expect

from layerwarp.geometry.layer_path import Motion
from layerwarp.geometry.projection import layer_pictures
from layerwarp.geometry.readout import View
from layerwarp.network.activations import activate
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import unflatten
from tests.browser.driving import (
    address,
    differing,
    imported,
    lead_warp,
    open_warp,
    pixels_of,
    wait_until,
)

LINK = "v=2&data=circles&matrix=1_0.5_0.25_1.25_0_0"
HANDLE = ".lw-hand-handle-0"
MATRICES = {
    "a turn": [[0.6, -0.8], [0.8, 0.6]],
    "a turn the other way": [[0, 1], [-1, 0]],
    "half a turn": [[-1, 0], [0, -1]],
    "a mirror": [[-1, 0], [0, 1]],
    "a slanted mirror": [[0.6, 0.8], [0.8, -0.6]],
    "a shear": [[1, 1], [0, 1]],
    "a shear of another size": [[-2, 0], [0.5, -2]],
    "a projection": [[0.5, 0.5], [0.5, 0.5]],
    "flat, turned": [[0, 2], [0, 1]],
    "nilpotent": [[0, 1], [0, 0]],
    "nothing": [[0, 0], [0, 0]],
    "the identity": [[1, 0], [0, 1]],
    "a spiral": [[0.2, -0.6], [0.4, 0.1]],
    "nearly flat": [[1, 2], [2, 4.0001]],
    **{
        f"random {seed}": np.random.default_rng(seed).uniform(-5, 5, (2, 2)).round(4).tolist()
        for seed in range(12)
    },
}
# What is said of some: a part of the sentence on each number.
SAID = {
    "a turn": (
        "Areas keep their size.",
        "stays a circle of its size",
        "no eigenvector is drawn. All turn by 53 degrees, counter",
    ),
    "a turn the other way": ("keep", "of its size", "All turn by 90 degrees, clockwise"),
    "half a turn": ("keep", "of its size", "Every direction is kept, turned back, at its length."),
    "a mirror": ("over, as in a mirror", "of its size", "at its length, one turned back, at its"),
    "a shear": (
        "keep",
        "1.62 times as long one way, 0.62 times across",
        "Only one direction is kept, at its length. The only eigenvector: (1.00, 0.00)",
    ),
    "a projection": (
        "onto a line",
        "line, as long as the circle is wide",
        "Another is pressed to 0. The eigenvectors: (0.71, 0.71) and (",
    ),
    "nilpotent": ("onto a line", "as long as", "One direction is pressed to 0, no other is kept."),
    "nothing": ("into one point", "becomes a point", "Every direction is pressed to 0."),
    "the identity": ("keep", "of its size", "Every direction is kept, at its length."),
    "nearly flat": (
        "less than 0.01 times as large",
        "less than 0.01 times across",
        "one 5.00 times",
    ),
    "a spiral": (
        "0.26 times",
        "0.63 times as long one way, 0.41 times",
        "own angle is 73 degrees",
    ),
}


def open_hand(page, server, query=LINK):
    stage = open_warp(page, server, query)
    page.locator(".lw-by-hand").wait_for()
    return stage


def lead_hand(page, server, query=LINK):
    """Lead a shared page to a link."""
    stage = lead_warp(page, server, query)
    page.locator(".lw-by-hand").wait_for()
    return stage


def parts_of(stage, matrices):
    script = f"""
      const {{ determinant, eigenvalues, singularValues }} = {imported("plane_layers.js")};
      const {{ factsOf }} = {imported("hand_words.js")};
      const said = (matrix) => factsOf({{ matrix }}).map(({{ words }}) => words);
      return argument.map((m) => [determinant(m), singularValues(m), eigenvalues(m), said(m)]);
    """
    return stage.ask(script, [np.ravel(matrix).tolist() for matrix in matrices])


@pytest.mark.shared_page
def test_numbers_of_a_matrix_are_those_of_numpy(page, server):
    stage = lead_hand(page, server)
    found = parts_of(stage, MATRICES.values())
    for (name, rows), parts in zip(MATRICES.items(), found, strict=True):
        determinant, singular, eigen, said = parts
        for sentence, part in zip(said, SAID.get(name, said), strict=True):
            assert part in sentence, name
        matrix = np.array(rows, float)
        assert determinant == pytest.approx(np.linalg.det(matrix), abs=1e-12), name
        values = np.linalg.svd(matrix, compute_uv=False)
        np.testing.assert_allclose(singular, values, atol=1e-12, err_msg=name)
        expected = np.linalg.eigvals(matrix)
        if "real" not in eigen:
            assert expected.imag.any(), name
            assert eigen["size"] == pytest.approx(abs(expected[0])), name
            ours = np.angle(expected[expected.imag > 0])[0]
            turned = matrix @ [1, 0]  # a step counterclockwise, if so
            assert eigen["angle"] == pytest.approx(ours * np.sign(turned[1])), name
            continue
        ours = [pair["value"] for pair in eigen["real"]]
        both = sorted(ours * 2 if len(ours) == 1 else ours)
        np.testing.assert_allclose(both, sorted(expected.real), atol=1e-7, err_msg=name)
        for pair in eigen["real"]:
            if eigen.get("every"):
                assert (matrix == pair["value"] * np.eye(2)).all(), name
                continue
            direction = np.array(pair["direction"])
            assert np.linalg.norm(direction) == pytest.approx(1)
            np.testing.assert_allclose(
                matrix @ direction, pair["value"] * direction, atol=1e-12, err_msg=name
            )


BUILD = """
const { build } = await import(argument.module);
return argument.layers.map((layers) => {
  build(model, layers);
  const out = new Float32Array(3 * model.N);
  const some = (_, k) => k % 3 < 2 && k % 39 < 3; // every thirteenth place
  const at = (u) => Array.from(model.positions(u, out).filter(some));
  return { before: at(0), pre: at(0.75), post: at(1), parameters: Array.from(model.net.params),
    paths: Array.from(model.net.paths), readout: Array.from(model.net.readout),
    outcome: model.net.outcome };
});
"""
BIASES = [[0.5, -1], [0, 0]]


@pytest.mark.shared_page
@pytest.mark.parametrize(("data", "act"), [("circles", "relu"), ("spirals3", "tanh")])
def test_pictures_of_layers_in_the_hand_are_those_of_core(page, server, data, act):
    both = "_".join(["1_0_0_1_0_0"] * 2)
    stage = lead_hand(page, server, f"v=2&data={data}&act={act}&matrix={both}")
    turn = {"matrix": [0.6, -0.8, 0.8, 0.6], "bias": [0.25, 0]}
    same = {"matrix": [1, 0, 0, 1], "bias": [0, 0]}  # two numbers that are one weigh the same
    layers = [
        [
            {"matrix": np.ravel(matrix).tolist(), "bias": BIASES[k % 2]},
            same if (data, name) == ("circles", "a projection") else turn,
        ]
        for k, (name, matrix) in enumerate(MATRICES.items())
    ]
    script = BUILD.replace("await import(argument.module)", imported("plane_layers.js"))
    built = stage.ask(script, {"layers": layers})
    points = np.reshape(stage.ask("return Array.from(model.net.points)"), (-1, 2))
    n_outputs = stage.sizes[-1]
    architecture = Architecture((2, 2), act, n_outputs=n_outputs)
    for (name, rows), found, (first, _) in zip(MATRICES.items(), built, layers, strict=True):
        before = np.reshape(found["before"], (-1, 2))
        z = before @ np.array(rows, float).T + first["bias"]
        np.testing.assert_allclose(np.reshape(found["pre"], (-1, 2)), z, atol=2e-5, err_msg=name)
        post = activate(act, z)
        np.testing.assert_allclose(
            np.reshape(found["post"], (-1, 2)), post, atol=2e-5, err_msg=name
        )
        parameters = np.array([found["parameters"]])
        cut = unflatten(parameters[0], architecture)[-1].weights
        tells = (cut - cut[:, :1] if n_outputs > 1 else cut).any()
        assert found["outcome"] == ("trained" if tells else "dead"), name
        pictures = layer_pictures(architecture, parameters, points, "cut")
        ours = np.reshape(found["paths"], (3, 20))[:2]
        for path, reference in zip(ours, pictures.paths[0], strict=False):
            np.testing.assert_allclose(whole(path), whole(reference), atol=1e-5, err_msg=name)
            np.testing.assert_allclose(sorted(path[9:11]), sorted(reference[9:11]), atol=1e-6)
            assert path[15] == pytest.approx(reference[15], abs=1e-5) or path[9] == path[10] == 0
        assert pictures.readout is not None
        assert_same_view(found["readout"], pictures.readout[0], name)


PLACES = np.array([[1, 0, 0], [0, 1, 0], [0.3, -2, 0]])


def whole(path):
    """Where three places are on their way; up and down through the third dimension are one."""
    motion = Motion.unpack(np.asarray(path, float))
    ways = [(0.5, 0, 0), (1, 0.5, 0), (1, 1, 1)]
    placed = np.stack([motion.place(PLACES, *way) for way in ways])
    placed[..., 2] = np.abs(placed[..., 2])
    return placed


def assert_same_view(ours, theirs, name):
    ours, theirs = View.unpack(np.asarray(ours)), View.unpack(np.asarray(theirs))
    assert ours.rank == theirs.rank, name
    still = np.zeros((3, 3))
    for turned, magnified in ((0, 0), (0.5, 0), (1, 0), (1, 1)):
        if turned == 0.5 and theirs.spin > 3.1:
            continue  # half a turn has two ways
        here, there = (view.place(PLACES, still, turned, magnified) for view in (ours, theirs))
        np.testing.assert_allclose(here, there, rtol=1e-3, atol=2e-3, err_msg=name)


def written(numbers):
    return [f"{number:.4f}".rstrip("0").rstrip(".") for number in numbers]


COUNT = """() => {
  window.sent = 0;
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (...all) {
    window.sent += 1;
    return send.apply(this, all);
  };
}"""


def test_an_arrow_is_dragged_without_the_server(page, watch, server, browser):
    stage = open_hand(page, server, f"{LINK}&act=relu")
    page.evaluate(COUNT)
    box = page.locator(HANDLE).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(40):
        page.mouse.move(x + k, y - k)
        page.wait_for_timeout(16)
    assert page.evaluate("window.sent") == 0
    shown = stage.ask("return Array.from(model.net.params.slice(0, 4))")
    assert min(shown[0] - 1.5, shown[1] - 0.8) > 0, "the first column follows"
    assert shown[2:] == [0.5, 1.25], "the other stays"
    matrix = np.reshape(shown, (2, 2)).T
    number = page.locator(".lw-by-hand-fact strong").first.inner_text()
    assert float(number) == pytest.approx(np.linalg.det(matrix), abs=0.0051)  # as written
    page.mouse.up()
    expected = written(matrix.ravel())

    def said():
        return address(page)["matrix"].split("_")[:4] == expected

    wait_until(page, said, "the numbers in the link")
    # With the keyboard: right, then up by a large step.
    page.locator(HANDLE).press("ArrowRight")
    page.locator(HANDLE).press("Shift+ArrowUp")
    expected[0], expected[2] = written([shown[0] + 0.05, shown[1] + 0.5])
    wait_until(page, said, "the keys in the link")
    # Typed faster than the server answers.
    typed = ["2", "1.5", "0.25", "3"]
    page.get_by_label("first row, column 1").focus()
    for number in typed:
        page.keyboard.press("Control+A")
        page.keyboard.type(number)
        page.wait_for_timeout(150)
        page.keyboard.press("Tab")
    wait_until(page, lambda: address(page)["matrix"].split("_")[:4] == typed, "all that was typed")
    page.wait_for_timeout(1000)
    assert stage.ask("return Array.from(model.net.params.slice(0, 4))") == [
        2,
        0.25,
        1.5,
        3,
    ]  # by columns
    page.get_by_role("button", name="+ layer").click()
    stage.wait_for("model.net.depth === 2 && store.u === 1.75", "a second layer")
    page.get_by_role("button", name="Mirror", exact=True).click()
    page.get_by_label("first bias").fill("-9")
    limit = page.locator(".lw-by-hand-limit")
    expect(limit).to_have_text("Between −5 and 5: −9.00 became −5.00.")
    page.get_by_label("first bias").fill("1.25")
    expect(limit).to_be_empty()
    page.get_by_label("first bias").press("Enter")
    wait_until(page, lambda: address(page)["matrix"].endswith("_-1_0_0_1_1.25_0"), "both layers")
    expect(page.locator(".lw-by-hand")).to_contain_text("turned over, as in a mirror")
    page.mouse.move(5, 5)
    before = pixels_of(stage.canvas.screenshot())
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        elsewhere = context.new_page()
        elsewhere.goto(page.url)
        other = type(stage)(elsewhere)
        other.wait()
        elsewhere.locator(".lw-by-hand").wait_for()
        other.wait_for("picture.overlay", "the arrows")
        assert differing(before, pixels_of(other.canvas.screenshot())) < 0.01
        elsewhere.goto(f"{page.url}&embed=true")
        other.wait()
        expect(elsewhere.locator(HANDLE)).to_be_visible()
    assert watch.errors == []
