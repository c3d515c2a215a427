import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from layerwarp.data.datasets import make_dataset
from layerwarp.geometry.projection import Pictures, layer_pictures, wrap_neurons
from layerwarp.network.architecture import Architecture
from layerwarp.network.forward_pass import LayerRecord, record_activations, unflatten
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train

FRAMES = 5
POINTS = make_dataset("spiral", 200).points
# float32 activations of size 1 to 10.
ROUNDING = 1e-4


def random_parameters(
    architecture: Architecture, seed: int = 0, frames: int = FRAMES
) -> np.ndarray:
    """He's weights that drift from frame to frame, (frames, P) float32."""
    generator = np.random.default_rng(seed)
    scale = np.concatenate(
        [
            np.full((fan_in + 1) * fan_out, np.sqrt(2 / fan_in))
            for fan_in, fan_out in architecture.shapes
        ]
    )
    start, drift = generator.normal(size=(2, len(scale))) * scale
    return (start + 0.1 * np.arange(frames)[:, None] * drift).astype(np.float32)


def records_of(architecture: Architecture, parameters: np.ndarray, frame: int) -> list[LayerRecord]:
    return record_activations(architecture, unflatten(parameters[frame], architecture), POINTS)


def picture(pictures: Pictures, layer: int, frame: int, activations: np.ndarray) -> np.ndarray:
    return activations @ pictures.bases[layer][frame] + pictures.origins[layer][frame]


def end_of_path(numbers: np.ndarray, X: np.ndarray) -> np.ndarray:
    """The linear part at its end, from the packed numbers as the contract states them."""
    V, s, axis, angle, shift, _ = np.split(numbers, [9, 12, 15, 16, 19])
    V = V.reshape(3, 3)
    x, y, z = axis
    K = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    R = np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * K @ K
    end: np.ndarray = X @ V @ np.diag(s) @ V.T @ R.T + shift
    return end


def residuals(
    architecture: Architecture, parameters: np.ndarray, pictures: Pictures, layer: int, frame: int
) -> tuple[np.ndarray, np.ndarray]:
    """The picture before, and what the path's end lacks of this picture's pre-activations."""
    records = records_of(architecture, parameters, frame)
    target = picture(pictures, layer, frame, records[layer].pre)
    if layer == 0:
        before = np.pad(POINTS.astype(float), ((0, 0), (0, 3 - POINTS.shape[1])))
    else:
        before = picture(pictures, layer - 1, frame, records[layer - 1].post)
    return before, target - end_of_path(pictures.paths[frame, layer], before)


CASES = {
    "linear": Architecture(()),
    "narrow": Architecture((1, 2, 3), "tanh"),
    "default": Architecture((16, 16)),
    "mixed": Architecture((3, 8, 2, 5), ("relu", "tanh", "sigmoid", "softmax"), n_outputs=3),
    "many classes": Architecture((4,), n_outputs=5),
    "deep": Architecture((6,) * 10, "tanh"),
}
VIEWS = ("cut", "plane", "space", "neurons")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", CASES)
def test_shapes_and_what_is_exact(case: str, view: str) -> None:
    architecture = CASES[case]
    pictures = layer_pictures(architecture, random_parameters(architecture), POINTS, view)
    sizes, wide = architecture.sizes, 3 if view == "space" else 2
    if view != "plane":  # the last picture is of the last hidden space once more
        sizes = (*sizes[:-1], sizes[-2])
    assert pictures.exact == tuple(width <= 3 for width in sizes)
    assert pictures.dimensions == tuple(width if width <= 3 else wide for width in sizes)
    assert pictures.shares.shape == (FRAMES, len(sizes) - 1)
    assert pictures.paths.shape == (FRAMES, len(sizes) - 1, 20)
    assert ((pictures.shares >= 0) & (pictures.shares <= 1)).all()
    assert (pictures.readout is None) == (view == "plane")
    kinds = zip(sizes[1:], pictures.bases, pictures.origins, pictures.dimensions[1:], strict=True)
    for layer, (width, basis, origin, used) in enumerate(kinds):
        if view != "plane" and layer == architecture.depth:
            continue  # tests/core/test_readout.py
        assert basis.shape == (FRAMES, width, 3)
        assert origin.shape == (FRAMES, 3)
        assert not basis[:, :, used:].any()
        assert not origin[:, used:].any()
        if width <= 3:
            np.testing.assert_array_equal(
                basis[:, :, :width], np.tile(np.eye(width), (FRAMES, 1, 1))
            )
            assert not origin.any()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", CASES)
def test_paths_end_at_the_picture(case: str, view: str) -> None:
    """Exactly where the picture before is exact; else at the best fit, whose residual is normal."""
    architecture = CASES[case]
    parameters = random_parameters(architecture)
    pictures = layer_pictures(architecture, parameters, POINTS, view)
    for frame in range(FRAMES):
        for layer in range(architecture.depth + (view == "plane")):
            before, residual = residuals(architecture, parameters, pictures, layer, frame)
            size = max(1, np.abs(before).max(), np.abs(residual).max())
            if pictures.exact[layer]:
                np.testing.assert_allclose(residual, 0, atol=ROUNDING * size)
            else:
                np.testing.assert_allclose(residual.mean(axis=0), 0, atol=ROUNDING * size)
                normal = (before - before.mean(axis=0)).T @ residual / len(before)
                np.testing.assert_allclose(normal, 0, atol=ROUNDING * size**2)


@pytest.mark.parametrize("view", ["plane", "space"])
def test_wide_pictures_are_principal_components(view: str) -> None:
    architecture = Architecture((16, 12), "tanh")
    parameters = random_parameters(architecture)
    pictures = layer_pictures(architecture, parameters, POINTS, view)
    for frame in range(FRAMES):
        records = records_of(architecture, parameters, frame)
        for layer, used in enumerate(pictures.dimensions[1:-1]):
            shown = picture(pictures, layer, frame, records[layer].post)[:, :used]
            np.testing.assert_allclose(shown.mean(axis=0), 0, atol=ROUNDING)
            components = PCA(used).fit(records[layer].post.astype(float))
            share = components.explained_variance_ratio_.sum()
            assert pictures.shares[frame, layer] == pytest.approx(share, abs=1e-5)
            basis = pictures.bases[layer][frame, :, :used]
            np.testing.assert_allclose(basis.T @ basis, np.eye(used), atol=1e-9)
            inside = components.components_.T @ components.components_ @ basis
            np.testing.assert_allclose(inside, basis, atol=1e-3 * np.abs(basis).max())


def test_only_the_first_400_points_are_fitted() -> None:
    architecture = CASES["default"]
    parameters = random_parameters(architecture)
    many = make_dataset("moons", 1000).points
    all_of_them = layer_pictures(architecture, parameters, many)
    first = layer_pictures(architecture, parameters, many[:400])
    np.testing.assert_array_equal(all_of_them.paths, first.paths)


def test_chosen_neurons_are_shown_as_they_are() -> None:
    architecture = Architecture((8, 4, 2))
    parameters = random_parameters(architecture)
    pictures = layer_pictures(architecture, parameters, POINTS, "neurons", (5, 1, 2))
    assert pictures.dimensions == (2, 3, 3, 2, 2)
    records = records_of(architecture, parameters, frame=2)
    shown = picture(pictures, 0, 2, records[0].post)
    np.testing.assert_allclose(shown, records[0].post[:, [5, 1, 2]], rtol=1e-6)
    # Layer 2 has four neurons: 5 starts over at 1, which sends 1 on to 2 and 2 to 3.
    shown = picture(pictures, 1, 2, records[1].post)
    np.testing.assert_allclose(shown, records[1].post[:, [1, 2, 3]], rtol=1e-6)
    variance = records[0].post.var(axis=0)
    expected = variance[[5, 1, 2]].sum() / variance.sum()
    assert pictures.shares[2, 0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("chosen", "width", "expected"),
    [
        ((0, 1), 16, (0, 1)),
        ((15, 3), 16, (15, 3)),
        ((0, 16), 16, (0, 1)),
        ((3, 7), 4, (3, 0)),
        ((1, 5, 9), 4, (1, 2, 3)),
        ((2, 2), 8, (2, 3)),
    ],
)
def test_neurons_beyond_a_layer_wrap(
    chosen: tuple[int, ...], width: int, expected: tuple[int, ...]
) -> None:
    assert wrap_neurons(chosen, width) == expected


@given(st.lists(st.integers(0, 63), min_size=2, max_size=3), st.integers(4, 64))
def test_wrapped_neurons_exist_and_differ(chosen: list[int], width: int) -> None:
    wrapped = wrap_neurons(tuple(chosen), width)
    assert len(set(wrapped)) == len(chosen)
    assert all(0 <= neuron < width for neuron in wrapped)


def at_unit_size(shown: np.ndarray) -> np.ndarray:
    unit: np.ndarray = shown / np.sqrt((shown**2).sum(axis=1).mean())
    return unit


def unaligned(post: np.ndarray, dimension: int) -> np.ndarray:
    """What scikit-learn's PCA alone would draw, at unit size."""
    return at_unit_size(PCA(dimension).fit_transform(post.astype(float)))


def step_size(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.sqrt(((first - second) ** 2).sum(axis=1).mean()))


def steps_of(
    architecture: Architecture, parameters: np.ndarray, view: str
) -> tuple[list[float], list[float], list[float], list[float]]:
    """Root mean square steps: from layer to layer and from frame to frame, aligned and not."""
    dimension = {"plane": 2, "space": 3}[view]
    pictures = layer_pictures(architecture, parameters, POINTS, view)
    aligned, plain = [], []
    for frame in range(len(parameters)):
        records = records_of(architecture, parameters, frame)[:-1]
        shown = [picture(pictures, i, frame, r.post) for i, r in enumerate(records)]
        aligned.append([at_unit_size(places[:, :dimension]) for places in shown])
        plain.append([unaligned(record.post, dimension) for record in records])
    layers, frames = range(architecture.depth), range(len(parameters))
    across = [(f, i, f, i - 1) for f in frames[-1:] for i in layers[1:]]
    along = [(f, i, f - 1, i) for f in frames[1:] for i in layers]

    def sizes(shown: list[list[np.ndarray]], pairs: list[tuple[int, int, int, int]]) -> list[float]:
        return [step_size(shown[f][i], shown[g][j]) for f, i, g, j in pairs]

    return sizes(aligned, across), sizes(plain, across), sizes(aligned, along), sizes(plain, along)


@pytest.mark.parametrize("view", ["plane", "space"])
def test_alignment_more_than_halves_the_way(view: str) -> None:
    """At the median over trained networks: at most 0.6 of what PCA alone moves."""
    collected: list[list[float]] = [[], [], [], []]
    for name, widths, seed in (
        ("spiral", (16, 16, 16, 16), 0),
        ("moons", (8, 8, 8), 1),
        ("circles", (32, 32, 32), 2),
        ("xor", (12, 12, 12), 3),
        ("checkerboard", (16, 16, 16), 4),
        ("gaussians", (8,) * 5, 5),
    ):
        data = make_dataset(name, 200)
        config = TrainingConfig(steps=300, seed=seed)
        history = train(data, Architecture(widths), config, backend="numpy")
        steps = steps_of(history.architecture, history.parameters, view)
        for values, new in zip(collected, steps, strict=True):
            values.extend(new)
    across, across_plain, along, along_plain = (np.array(values) for values in collected)
    assert np.median(across) <= 0.6 * np.median(across_plain)
    # Most steps of training are too small to make axes jump; the mean tells of those that do.
    assert np.mean(along) <= 0.6 * np.mean(along_plain)


@pytest.mark.parametrize("view", ["plane", "space"])
def test_alignment_of_random_networks(view: str) -> None:
    collected: list[list[float]] = [[], []]
    for seed in range(12):
        architecture = Architecture((16,) * 4, "tanh" if seed % 2 else "relu")
        parameters = random_parameters(architecture, seed, frames=1)
        across, across_plain, _, _ = steps_of(architecture, parameters, view)
        collected[0].extend(across)
        collected[1].extend(across_plain)
    assert np.median(collected[0]) <= 0.6 * np.median(collected[1])


DEGENERATE = {
    "all zero": 0.0,
    "dead": -10.0,
    "saturated": 1e4,
    "about to diverge": 1e6,
}


@pytest.mark.parametrize("activation", ["relu", "tanh", "softmax"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_networks_have_finite_pictures(case: str, view: str, activation: str) -> None:
    architecture = Architecture((8, 5, 2, 6), activation)
    parameters = random_parameters(architecture) * np.float32(DEGENERATE[case])
    if case == "dead":
        parameters = -np.abs(random_parameters(architecture))
        parameters[:, 16:24] = -1e3  # the biases of the first layer
    with np.errstate(over="ignore"):
        pictures = layer_pictures(architecture, parameters, POINTS, view)
    readout = [] if pictures.readout is None else [pictures.readout]
    for array in (*pictures.bases, *pictures.origins, pictures.shares, pictures.paths, *readout):
        assert np.isfinite(array).all()
        assert np.isfinite(array.astype(np.float32)).all()
    assert ((pictures.shares >= 0) & (pictures.shares <= 1)).all()


def test_a_dead_layer_is_a_point_and_hides_nothing() -> None:
    architecture = Architecture((8, 8))
    parameters = random_parameters(architecture)
    parameters[:, 16:24] = -1e3
    pictures = layer_pictures(architecture, parameters, POINTS)
    assert (pictures.shares[:, 0] == 1).all()
    records = records_of(architecture, parameters, frame=0)
    np.testing.assert_array_equal(picture(pictures, 0, 0, records[0].post), 0)


def test_a_nearly_constant_layer_is_not_blown_up() -> None:
    """Outputs that vary in the seventh digit only would be drawn as rounding errors."""
    architecture = Architecture((8,), "sigmoid")
    parameters = random_parameters(architecture)
    parameters[:, :16] *= 1e-7
    pictures = layer_pictures(architecture, parameters, POINTS)
    shown = picture(pictures, 0, 0, records_of(architecture, parameters, 0)[0].post)
    assert np.abs(shown).max() < 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("flat",), "view must be one of cut, plane, space, neurons; got 'flat'"),
        (("neurons", (1,)), "number of chosen neurons must be a whole number from 2 to 3; got 1"),
        (("neurons", (0, -1)), "a chosen neuron must be a whole number from 0 to 63; got -1"),
    ],
)
def test_bad_views_are_named(arguments: tuple, message: str) -> None:
    architecture = CASES["default"]
    with pytest.raises(ValueError, match=message):
        layer_pictures(architecture, random_parameters(architecture), POINTS, *arguments)
