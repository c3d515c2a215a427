"""The animated picture: frames, and where everything is on them."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor
from PIL.GifImagePlugin import GifImageFile

from layerwarp.app.exporters import EXPORTERS
from layerwarp.app.exporters.film import MARK, Film
from layerwarp.app.exporters.gif import LAST_HOLD, timeline
from layerwarp.app.exporters.scene import Camera, Scene
from layerwarp.network.activations import bend
from layerwarp.network.forward_pass import record_activations
from tests.app.exports import export


@pytest.mark.parametrize("depth", range(11))
def test_a_film_has_about_a_hundred_frames(depth):
    places = timeline(depth)
    assert 60 <= len(places) <= 120
    assert np.isin(np.arange(depth + 2), places.round(9)).all()


def silent():
    """A network whose weights are all zero: no boundary, every picture a point."""
    shown = export()
    history = replace(shown.history, parameters=np.zeros_like(shown.history.parameters))
    return replace(shown, history=history)


@pytest.mark.parametrize(
    "make",
    [
        export,
        lambda: export((3, 3), "tanh", "blobs5", n_outputs=5, view="space"),
        lambda: export(()),
        silent,
    ],
    ids=["flat", "solid", "linear", "silent"],
)
def test_gif_opens_in_pillow_with_every_frame(make):
    network = make()
    data = EXPORTERS["gif"].function(network)
    assert len(data) < 1_500_000
    places = timeline(network.experiment.architecture.depth)
    with Image.open(io.BytesIO(data)) as image:
        assert isinstance(image, GifImageFile)
        assert image.n_frames == len(places)
        durations = []
        for index in range(image.n_frames):
            image.seek(index)
            image.load()
            durations.append(image.info["duration"])
        assert durations[-1] == LAST_HOLD
        assert 2000 < sum(durations) < 20_000
        assert image.info["loop"] == 0
        colors = {color for _, color in image.convert("RGB").getcolors(1000) or []}
    assert (255, 255, 255) in colors
    assert (0x00, 0x72, 0xB2) in colors, "the first class in its exact color"


@pytest.mark.parametrize("view", ["cut", "plane", "space", "neurons"])
@pytest.mark.parametrize("activation", ["relu", "sine"])
def test_a_scene_rests_at_the_pictures_of_the_layers(view, activation):
    scene = Scene(export((6, 3), activation, view=view))
    for u in range(scene.depth + 2):
        place = scene.place(scene.points, scene.moment(u))
        np.testing.assert_allclose(place, scene.points.post[u], atol=1e-5)
    # Nothing jumps: a moment before and after every whole and every stage.
    for u in np.arange(1, 4 * (scene.depth + 1)) / 4:
        before, after = (scene.place(scene.points, scene.moment(u + d)) for d in (-1e-9, 1e-9))
        np.testing.assert_allclose(before, after, atol=1e-5)


@pytest.mark.parametrize("widths", [(6, 5), (3,), (2,), ()])
def test_a_scene_ends_with_each_side_of_the_cut_on_its_own(widths):
    scene = Scene(export(widths, "tanh", view="cut"))
    end = scene.place(scene.points, scene.moment(scene.depth + 1))
    clear = abs(end[:, 0]) > 1e-4 * abs(end).max()
    assert clear.mean() > 0.9
    np.testing.assert_array_equal((end[:, 0] > 0)[clear], (scene.points.logits[:, 0] > 0)[clear])


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "softmax"])
def test_a_scene_bends_neuron_by_neuron(activation):
    scene = Scene(export((6, 3), activation))
    (record, *_) = record_activations(scene.architecture, scene.layers, scene.points.post[0][:, :2])
    for share in (0.25, 0.5, 0.75):
        place = scene.place(scene.points, scene.moment(0.75 + share / 4))
        expected = bend(activation, record.pre, share) @ scene.bases[0] + scene.origins[0]
        np.testing.assert_allclose(place, expected, atol=1e-5)


@pytest.mark.parametrize(
    "make",
    [lambda: export((6, 5), "tanh"), lambda: export((6, 3), "relu", "blobs5", n_outputs=5)],
    ids=["two classes", "five classes"],
)
def test_on_the_boundary_two_classes_are_level(make):
    scene = Scene(make())
    logits = scene.boundary().logits
    assert len(logits) > 20
    if logits.shape[1] == 1:
        gaps = abs(logits[:, 0])
    else:
        ordered = np.sort(logits, axis=1)
        gaps = ordered[:, -1] - ordered[:, -2]
    # Ends are found to a fraction of a cell; middles, where three classes meet, less well.
    spread = np.ptp(scene.lattice.logits)
    assert np.median(gaps) < 1e-4 * spread
    assert np.quantile(gaps, 0.95) < 1e-2 * spread


def test_a_layer_of_small_outputs_fills_the_picture():
    shown = export((8,), "softmax", view="cut")
    weak = replace(shown.history, parameters=0.1 * shown.history.parameters)
    scene = Scene(replace(shown, history=weak))
    moment = scene.moment(1)
    places = scene.place(scene.points, moment)
    assert abs(places).max() < 0.1
    projected, _ = Camera(scene, moment, places).project(places)
    assert 0.8 < abs(projected).max() <= 1


def test_the_camera_keeps_all_points_in_the_picture():
    for view in ("cut", "plane", "space"):
        scene = Scene(export((6, 3), "tanh", view=view))
        for u in np.linspace(0, scene.depth + 1, 25):
            moment = scene.moment(u)
            places = scene.place(scene.points, moment)
            projected, _ = Camera(scene, moment, places).project(places)
            assert abs(projected).max() <= 1.25  # a mild perspective may carry a corner out


def test_a_bend_folds_along_the_lines_where_neurons_are_zero():
    scene = Scene(export((3, 9, 3), ("relu", "relu", "tanh"), view="space"))
    lines = scene.folds(0)
    assert [len(scene.folds(layer)) for layer in range(3)] == [
        3,
        0,
        0,
    ]  # 9 are too many, tanh has none
    for neuron, line in enumerate(lines):
        values = line.values[0][:, neuron]
        assert abs(values).max() < 1e-5 * abs(line.values[0]).max()


def test_the_chosen_neuron_is_drawn_where_its_pre_activation_is_zero():
    shown = export((6, 3), "tanh", view="space", neuron=(1, 2), pinned=(0.5, 0.5))
    scene = Scene(shown)
    line = scene.neuron_line(1, 2)
    assert len(line.post[0]) % 2 == 0
    assert len(line.post[0]) > 0
    np.testing.assert_allclose(line.values[0][:, 1], 0, atol=1e-5)  # of layer 1: affine
    plain = Film(export((6, 3), "tanh", view="space"), scene).frame(0.5)
    marked = Film(shown, scene).frame(0.5)
    purple = np.array(ImageColor.getrgb(MARK))
    near = [(np.abs(np.asarray(f, int) - purple).max(axis=2) < 30).sum() for f in (plain, marked)]
    assert near[0] == 0
    assert near[1] > 20
