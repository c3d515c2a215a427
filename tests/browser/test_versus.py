"""Two networks side by side in use: moved together, the same elsewhere, taken along, put away."""

import re
from functools import partial
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.driving import (
    LAYER_SCRUBBER,
    PATIENCE,
    STEP_SCRUBBER,
    Stage,
    address,
    differing,
    imported,
    open_warp,
    pixels_of,
    wait_trained,
    wait_until,
)
from tests.browser.test_creases import MeshStage, complaints
from tests.browser.test_links import press_slider

SMALL = "v=2&data=nested&neurons=3&act=tanh&steps=100&t=0"
OWN = ".lw-versus > .lw-warp > .lw-scene"
OTHER = ".lw-guest"
PLANE = ".lw-versus > .lw-creases > .lw-pictures .lw-figure-plane"
WORDS = ".lw-versus-numbers"
# Of networks A and B, told by the activations of their layers, after so many folds.
WHERE = f"""
const {{ Versus }} = {imported("creases/versus.js")};
const of = (activations) => ({{ net: {{
  activations, depth: activations.length, smooth: activations.includes("tanh"),
  rowOf: (layer) => ({{ folds: activations[layer - 1] === "relu" }}),
}} }});
const host = {{ figures: {{ dataset: {{ shown: "mesh" }} }} }};
return argument.map(([folds, ...both]) =>
  Versus.prototype.where.call({{ folds, host, models: both.map(of) }}));
"""
FOLDED = {
    (0, ("relu",), ("relu",)): "Neither is folded yet.",
    (
        2,
        ("relu",),
        ("relu", "relu"),
    ): "The folds of all layers are drawn: 1 layer in A, 2 layers in B.",
    (2, ("tanh", "relu"), ("relu", "relu")): (
        "Only B folds the plane along lines: the folds of 2 of its 2 layers are drawn."
    ),
    (1, ("relu", "relu"), ("identity",)): (
        "Only A folds the plane along lines: the folds of 1 of its 2 layers are drawn."
    ),
    (2, ("tanh", "tanh"), ()): "Neither folds the plane along lines.",
}


def is_near(stage, u):
    return abs(stage.u - u) < 0.06


# Place of the deeper one, hidden layers of A and of B -> their places, and what is said.
PLACES = [
    (0, (1, 3), (0, 0), "Both at the input."),
    (0.6, (1, 3), (0.6, 0.6), "Both in layer 1, A of 1, B of 3."),
    (1, (1, 3), (1, 1), "Both after layer 1, A of 1, B of 3."),
    (1.5, (1, 3), (1, 1.5), "A waits in its last space, B is in layer 2 of 3."),
    (2, (3, 1), (2, 1), "B waits in its last space, A is after layer 2 of 3."),
    (3, (1, 3), (1, 3), "Both in their last space, A after 1 of its layers, B after 3."),
    (3.5, (1, 3), (1.5, 3.5), "Both on the way from their last space to the cut."),
    (4, (1, 3), (2, 4), "Both at the end."),
    (1.5, (2, 2), (1.5, 1.5), "Both in layer 2 of 2."),
    (0.5, (0, 0), (0.5, 0.5), "Both on the way from their last space to the cut."),
    (1, (0, 2), (0, 1), "A waits in its last space, B is after layer 1 of 2."),
]
# Shown and last step of A, of B -> what is said.
STEPS = [
    ((2000, 2000), (2000, 2000), "Training step 2,000 of both."),
    ((2000, 8000), (2000, 2000), "Training step 2,000 of both."),
    ((4000, 8000), (2000, 2000), "A at step 4,000, B at its last step, 2,000."),
    ((8000, 8000), (2000, 2000), "Each at its last training step: A 8,000, B 2,000."),
    ((0, 0), (0, 2000), "A is not trained, B at step 0."),
    ((0, 0), (0, 0), ""),
]
ASK = """
const { ownPlace, jointPlace, sayPlace, saySteps } = %s;
const places = argument.places.map(([u, depths]) => {
  const deepest = Math.max(...depths);
  const own = depths.map((depth) => ownPlace(u, depth, deepest));
  return [own, sayPlace(u, depths), depths.map((depth, k) => jointPlace(own[k], depth, deepest))];
});
const steps = argument.steps.map((two) => saySteps(two.map(([shown, last]) => ({ shown, last }))));
return { places, steps };
"""


def both(page, kind=Stage, own=OWN, other=OTHER):
    """A and B."""
    stages = kind(page, other), kind(page, own)
    for stage in stages:
        stage.wait()
    return stages


def together(a, b):
    return (a.u, a.step), (b.u, b.step)


def shots(page, stages):
    """Both pictures as they are seen; the pointer is on neither."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    return [pixels_of(stage.canvas.screenshot()) for stage in stages]


def test_two_networks_are_one_picture(browser, page, watch, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    open_warp(page, server, SMALL)
    assert not [url for url in watch.requests if "versus" in url]
    page.get_by_role("button", name="Compare", exact=True).click()
    a, b = both(page)
    assert a.sizes == b.sizes == [2, 3, 1]
    press_slider(page, "Hidden layers", "ArrowRight")
    b.wait_for("String(model.net.sizes) === '2,3,3,1'", "a layer more in B")
    wait_trained(page)
    assert a.sizes == [2, 3, 1]
    assert address(page)["versus"] == "layers.1"

    # The deeper one leads; the other waits in its last space, and goes on to the cut with it.
    before = len(sent)
    track = page.get_by_role("slider", name=LAYER_SCRUBBER).last
    box = track.bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 12, height)
    page.mouse.down()
    for share, at_a, at_b in [(0.2, 0.6, 0.6), (0.5, 1, 1.5), (0.85, 1.55, 2.55)]:
        page.mouse.move(box["x"] + 12 + share * (box["width"] - 24), height, steps=5)
        wait_until(page, partial(is_near, b, at_b), f"B near {at_b}")
        assert abs(a.u - at_a) < 0.06
    assert len(sent) == before  # while the hand holds it, nobody is asked
    page.mouse.up()
    wait_until(page, lambda: "t" in address(page), "the place in the link")
    expect(page.locator(WORDS)).to_contain_text("Both on the way from their last space to the cut.")

    # What is said of places and steps.
    cases = {"places": [case[:2] for case in PLACES], "steps": [case[:2] for case in STEPS]}
    told = b.ask(ASK % imported("together_words.js"), cases)
    assert [(tuple(own), said) for own, said, _ in told["places"]] == [case[2:] for case in PLACES]
    assert told["steps"] == [said for *_, said in STEPS]
    # The deeper one is where both are; the other too, unless it waits: then its place is the last.
    assert all(case[0] in joint for case, (*_, joint) in zip(PLACES, told["places"], strict=True))

    # By keys, from either stage; the training too.
    a.canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    b.wait_for("store.u === 0", "B at the input")
    wait_until(page, lambda: a.step == b.step < 100, "one step of training")
    page.keyboard.press("End")
    page.keyboard.press("PageUp")  # back to the last space
    wait_until(page, lambda: together(a, b) == ((1, a.step), (2, a.step)), "the last spaces")
    wait_until(page, lambda: address(page).get("t") == "2", "the place in the link")
    expect(page.locator(WORDS)).to_contain_text("Both in their last space")

    # Elsewhere, the same two pictures and the same words.
    here, words = shots(page, (a, b)), page.locator(WORDS).inner_text()
    with browser.new_context(viewport={"width": 1440, "height": 900}) as elsewhere:
        guest = elsewhere.new_page()
        guest.goto(page.url)
        there = both(guest)
        wait_trained(guest)
        wait_until(guest, lambda: together(*there) == together(a, b), "the same place")
        expect(guest.locator(WORDS)).to_have_text(words)
        for first, second in zip(here, shots(guest, there), strict=True):
            assert differing(first, second) < 0.01
        guest.set_viewport_size({"width": 390, "height": 844})
        guest.wait_for_timeout(500)
        assert guest.evaluate("document.documentElement.scrollWidth") <= 390
        tops = [stage.canvas.bounding_box() for stage in there]
        assert tops[0]["y"] + tops[0]["height"] <= tops[1]["y"]  # one under the other

    # Both are in the file, with what is said of them.
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)").click()
    picture = pixels_of(download.value.path().read_bytes())
    assert picture.shape[:2] == (1080, 1920)
    left, right = picture[200:600, 60:900], picture[200:600, 1000:1840]
    assert differing(left, right) > 0.02
    assert all(half.std() > 10 for half in (left, right))

    # Exchanged, put away, and back.
    page.get_by_role("button", name="Swap", exact=True).click()
    b.wait_for("String(model.net.sizes) === '2,3,1'", "A's network as B")
    assert address(page)["versus"] == "layers.2"
    wait_until(page, lambda: together(a, b) == ((2, a.step), (1, a.step)), "the last spaces")
    page.get_by_role("button", name="Stop comparing").click()
    expect(page.locator(OTHER)).to_have_count(0, timeout=PATIENCE * 1000)
    assert "versus" not in address(page)
    stage = Stage(page)
    stage.button("Play through the layers").click()
    wait_until(page, lambda: stage.playing, "the play of one alone")
    page.get_by_role("slider", name=STEP_SCRUBBER).focus()
    page.go_back()
    a, b = both(page)
    assert (a.sizes, b.sizes) == ([2, 3, 3, 1], [2, 3, 1])
    assert watch.errors == []


def test_a_layer_more_is_counted_when_its_mesh_is_there(page, watch, server):
    page.goto(f"{server.url}/creases?v=2&data=circles&act=identity&layers=2&steps=100")
    page.get_by_role("button", name="Compare", exact=True).click()
    _, stage = both(page, MeshStage, PLANE, f"{OTHER} .lw-figure-plane")
    for layers in (3, 4):
        press_slider(page, "Hidden layers", "ArrowRight")
        stage.wait_for(f"model.net.depth === {layers}", "a layer more")
        expect(page.locator(WORDS)).to_contain_text(
            "Straight pieces in the whole picture: A 1, B 1."
        )
    assert complaints(watch) == []


def test_the_key_tells_of_both_networks(page, watch, server):
    """A has areas to compare and fold lines to draw, B, the page's own, has no layer."""
    query = "v=2&data=circles&layers=0&neurons=3&steps=100&versus=layers.1&t=2&color=factor"
    page.goto(f"{server.url}/creases?{query}")
    both(page, MeshStage, PLANE, f"{OTHER} .lw-figure-plane")
    tools = page.locator(".lw-versus > .lw-creases > .lw-tools")
    key = tools.locator(".lw-key")
    expect(key).to_contain_text(
        re.compile(r"A: area × \S+ or less.*or more.*B: areas are compared")
    )
    expect(tools.get_by_label("Fold lines")).to_be_checked()
    legend = page.locator(".lw-legend-item:not(.lw-legend-unseen)").filter(visible=True)
    said = page.locator(WORDS)
    for name, told, drawn in (("less", "Neither is folded yet.", 0), ("more", "the folds of 1", 1)):
        page.get_by_role("button", name=f"Fold by one layer {name}").click()
        expect(said).to_contain_text(told)  # it is A that moves, and B has nowhere to go
        expect(legend.filter(has_text="folds of layer 1")).to_have_count(drawn)
    tools.get_by_label("What the colors say").select_option("output")
    expect(key).to_have_text("Color: the class the network names. Stronger: surer.")
    page.get_by_role("button", name="Stop comparing").click()
    expect(tools).to_have_count(0, timeout=PATIENCE * 1000)
    expect(page.locator(".lw-tools").get_by_label("Fold lines")).to_be_disabled()
    assert complaints(watch) == []


def test_two_planes_fold_together(page, watch, server):
    query = "v=2&data=circles&layers=2&neurons=3&steps=100&versus=layers.1~neurons.6&folds=0"
    page.goto(f"{server.url}/creases?{query}")
    a, b = both(page, MeshStage, PLANE, f"{OTHER} .lw-figure-plane")
    folds = (
        "return [store.folds, store.mesh.levels[store.folds], picture.view.zoom, store.coloring]"
    )
    assert (a.ask(folds), b.ask(folds)) == ([0, 1, 1, "output"], [0, 1, 1, "output"])
    more = page.get_by_role("button", name="Fold by one layer more")
    more.click()
    more.click()
    b.wait_for("store.folds === 2", "both layers of B")
    a.wait_for("store.folds === 1", "the only layer of A")
    page.get_by_label("What the colors say").last.select_option("identity")
    page.get_by_role("button", name="Zoom in").click()
    for stage in (a, b):
        stage.wait_for("picture.view.zoom > 1 && store.coloring === 'identity'", "the same view")
    pieces = [stage.ask("return store.mesh.levels[store.folds]") for stage in (a, b)]
    said = page.locator(WORDS)
    expect(said).to_contain_text(
        f"Straight pieces in the whole picture: A {pieces[0]}, B {pieces[1]}."
    )
    assert b.ask(WHERE, [*FOLDED]) == [*FOLDED.values()]
    a.canvas.click(position={"x": 80, "y": 90})
    for stage in (a, b):
        stage.wait_for("store.piece >= 0", "the piece at the same place")
    # Nothing is lost of what was done a moment before, and the other page comes.
    page.get_by_role("button", name="Zoom in").click()
    zoom = b.ask("return picture.view.zoom")
    page.get_by_role("link", name="Warp").click()
    page.locator(OWN).wait_for(timeout=PATIENCE * 1000)
    both(page)
    page.get_by_role("link", name="Creases").click()
    a, b = both(page, MeshStage, PLANE, f"{OTHER} .lw-figure-plane")
    b.wait_for("store.coloring === 'identity' && store.piece >= 0", "as it was left")
    assert abs(b.ask("return picture.view.zoom") - zoom) < 0.01
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Warp").click(modifiers=["Control"])
    opened.value.wait_for_url(lambda url: urlsplit(url).path == "/")
    opened.value.close()
    page.get_by_role("button", name="Stop comparing").click()
    expect(page.locator(OTHER)).to_have_count(0, timeout=PATIENCE * 1000)
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_visible()
    assert complaints(watch) == []
