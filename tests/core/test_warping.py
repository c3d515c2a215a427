from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from layerwarp.geometry.layer_path import (
    N_PACKED,
    NEGLIGIBLE,
    STAGES,
    LayerPath,
    decompose,
    layer_path,
)
from layerwarp.network.activations import ACTIVATIONS, activate

SIZES = [(fan_in, fan_out) for fan_in in (1, 2, 3) for fan_out in (1, 2, 3)]
TIMES = np.linspace(0, 1, 41)
Parameters = tuple[np.ndarray, np.ndarray]  # weights, bias
entries = st.floats(-4, 4, allow_subnormal=False)


@st.composite
def layers(draw: st.DrawFn, sizes: list[tuple[int, int]] = SIZES) -> Parameters:
    fan_in, fan_out = draw(st.sampled_from(sizes))
    return draw(arrays(float, (fan_in, fan_out), elements=entries)), draw(
        arrays(float, fan_out, elements=entries)
    )


def points_of(fan_in: int, n: int = 12) -> np.ndarray:
    return np.random.default_rng(fan_in).normal(size=(n, fan_in))


def padded(points: np.ndarray) -> np.ndarray:
    return np.pad(points, ((0, 0), (0, 3 - points.shape[1])))


def linear_part(path: LayerPath, t: float) -> np.ndarray:
    """(fan_in, 3) matrix of a path without a bend."""
    corners = np.vstack([np.zeros(path.fan_in), np.eye(path.fan_in)])
    origin, *images = path.at(t, corners)
    return np.array(images) - origin


SPECIAL = {
    "zero": np.zeros((2, 2)),
    "identity": np.eye(2),
    "point reflection": -np.eye(2),
    "mirror": np.diag([1.0, -1.0]),
    "swap": np.array([[0.0, 1.0], [1.0, 0.0]]),
    "rank one": np.outer([1.0, 2.0], [-3.0, 1.0]),
    "rank one, turned back": np.diag([-2.0, 0.0]),
    "nearly rank one": np.array([[1.0, 1.0], [1.0, 1.0 + 1e-12]]),
    "tiny": 1e-9 * np.array([[1.0, 2.0], [-2.0, 1.0]]),
    "huge": 1e9 * np.array([[1.0, 2.0], [-2.0, 1.0]]),
    "shear": np.array([[1.0, 50.0], [0.0, 1.0]]),
    "one to one, negative": np.array([[-2.0]]),
    "one to three": np.array([[1.0, -2.0, 3.0]]),
    "three to one": np.array([[1.0], [-2.0], [3.0]]),
    "three to one, backward": np.array([[-1.0], [0.0], [0.0]]),
    "point reflection in space": -np.eye(3),
    "mirror in space": np.diag([1.0, 1.0, -1.0]),
    "half turn in space": np.diag([-1.0, 1.0, -1.0]),
    "rank one in space": np.outer([1.0, 0.0, 1.0], [0.0, -1.0, 0.0]),
    "rank two in space": np.diag([-1.0, 2.0, 0.0]),
    "zero in space": np.zeros((3, 3)),
}


@pytest.fixture(params=SPECIAL)
def special(request: pytest.FixtureRequest) -> np.ndarray:
    return SPECIAL[request.param]


def assert_ends_at_the_layer(weights: np.ndarray, bias: np.ndarray, activation: str | None) -> None:
    points = points_of(len(weights))
    end = layer_path(weights, bias, activation).at(1, points)
    pre = points @ weights + bias
    expected = padded(pre if activation is None else activate(activation, pre))
    size = max(1, np.abs(pre).max())  # rounding grows with what is added up
    values = np.linalg.svd(weights, compute_uv=False)
    thin = values[values <= NEGLIGIBLE * values[0]].max(initial=0)  # counts as nothing
    tolerance = 1e-11 * size + 2 * thin * np.linalg.norm(points, axis=1).max()
    np.testing.assert_allclose(end, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("activation", [None, *ACTIVATIONS])
@given(layers())
def test_end_is_the_layer(activation: str | None, layer: Parameters) -> None:
    assert_ends_at_the_layer(*layer, activation)


def test_end_is_the_layer_in_special_cases(special: np.ndarray) -> None:
    assert_ends_at_the_layer(special, np.ones(special.shape[1]), "tanh")


@given(layers())
def test_start_is_the_points(layer: Parameters) -> None:
    points = points_of(len(layer[0]))
    np.testing.assert_allclose(layer_path(*layer, "relu").at(0, points), padded(points), atol=1e-14)


def assert_never_thinner_than_the_layer(weights: np.ndarray) -> None:
    path = layer_path(weights, np.zeros(weights.shape[1]))
    values = np.linalg.svd(weights, compute_uv=False)
    smallest = values[-1] if len(values) == len(weights) else 0  # the layer drops dimensions
    for t in TIMES:
        factors = np.linalg.svd(linear_part(path, t), compute_uv=False)
        reached = path.smallest_singular_value(t)
        assert reached == pytest.approx(factors[-1], abs=1e-12 * max(1, values[0]))
        if not path.mirror:
            assert reached >= min(1, smallest) - 1e-12 * max(1, values[0])


@given(layers())
def test_path_is_never_thinner_than_its_end(layer: Parameters) -> None:
    assert_never_thinner_than_the_layer(layer[0])


def test_path_is_never_thinner_than_its_end_in_special_cases(special: np.ndarray) -> None:
    assert_never_thinner_than_the_layer(special)


@given(layers(sizes=[(3, 3)]))
def test_only_space_turned_inside_out_passes_through_flat(
    layer: Parameters,
) -> None:
    weights, bias = layer
    values = np.linalg.svd(weights, compute_uv=False)
    assume(values[-1] > 1e-6 * values[0])
    path = layer_path(weights, bias)
    assert path.mirror == (np.linalg.slogdet(weights).sign < 0)  # det itself can underflow
    if path.mirror:
        # The thinnest factor goes straight from 1 to -s.
        crossing = 1 / (1 + values[-1]) / 3
        assert path.smallest_singular_value(crossing) == pytest.approx(0, abs=1e-9)


def test_flat_layers_are_no_mirrors(special: np.ndarray) -> None:
    if special.shape != (3, 3) or np.linalg.matrix_rank(special) < 3:
        assert not layer_path(special, np.zeros(special.shape[1])).mirror


@pytest.mark.parametrize(
    "name", ["point reflection", "rank one", "rank one, turned back", "one to one, negative"]
)
def test_these_stay_in_the_plane(name: str) -> None:
    weights = SPECIAL[name]
    path = layer_path(weights, np.zeros(weights.shape[1]))
    heights = [np.abs(path.at(t, points_of(len(weights)))[:, 2]).max() for t in TIMES]
    assert max(heights) < 1e-12


@pytest.mark.parametrize("name", ["mirror", "swap"])
def test_a_mirrored_plane_turns_over_like_a_page(name: str) -> None:
    path = layer_path(SPECIAL[name], np.zeros(2))
    assert path.motion.angle == pytest.approx(np.pi)
    halfway = path.at(0.5, points_of(2))
    assert np.abs(halfway[:, 2]).max() > 0.5
    # A page keeps all its lengths.
    lengths = np.linalg.norm(halfway, axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(points_of(2), axis=1))


@given(arrays(float, 3, elements=entries), arrays(float, 3, elements=entries))
def test_a_line_takes_the_shortest_turn(start: np.ndarray, end: np.ndarray) -> None:
    assume(min(np.linalg.norm(start), np.linalg.norm(end)) > 1e-3)
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    motion = decompose(np.outer(start, end), np.zeros(3))
    # The preference for the plane may cost a millionth of the trace.
    np.testing.assert_allclose(np.cos(motion.angle), start @ end, atol=1e-5)


def test_no_layer_turns_more_than_half(special: np.ndarray) -> None:
    angle = decompose(special, np.zeros(special.shape[1])).angle
    assert 0 <= angle <= np.pi + 1e-9


def test_stages_follow_each_other() -> None:
    hidden, read_out = layer_path(np.eye(2), np.ones(2), "relu"), layer_path(np.eye(2), np.ones(2))
    assert [name for name, _, _ in hidden.stages] == list(STAGES)
    assert [name for name, _, _ in read_out.stages] == list(STAGES[:3])
    for path in (hidden, read_out):
        _, starts, ends = zip(*path.stages, strict=True)
        assert (starts[0], ends[-1]) == (0, 1)
        assert starts[1:] == ends[:-1]


def test_every_stage_does_only_its_own() -> None:
    weights, bias = np.array([[1.0, 2.0], [-3.0, 0.5]]), np.array([0.5, -1.0])
    points = points_of(2)
    path = layer_path(weights, bias, "relu")
    stretched, turned, shifted = (path.at(t, points) for t in (0.25, 0.5, 0.75))
    _, values, vt = np.linalg.svd(weights.T)
    np.testing.assert_allclose(stretched[:, :2], points @ vt.T * values @ vt, atol=1e-12)
    np.testing.assert_allclose(turned[:, :2], points @ weights, atol=1e-12)
    np.testing.assert_allclose(shifted[:, :2], points @ weights + bias, atol=1e-12)


def test_relu_bends_like_a_leaky_slope_that_goes_to_zero() -> None:
    path, points = layer_path(np.eye(1), np.zeros(1), "relu"), np.array([[-2.0], [3.0]])
    for slope in (1, 0.7, 0.2, 0):
        bent = path.at(1 - slope / 4, points)[:, 0]
        np.testing.assert_allclose(bent, [-2 * slope, 3], atol=1e-12)


@given(layers())
def test_the_path_is_continuous(layer: Parameters) -> None:
    points = points_of(len(layer[0]))
    path = layer_path(*layer, "tanh")
    speed = 4 * 10 * (1 + np.abs(layer[0]).sum() + np.abs(layer[1]).sum()) * np.abs(points).max()
    for t in (0.1, 0.25, 0.4, 0.5, 0.75, 0.9):
        step = np.abs(path.at(t + 1e-7, points) - path.at(t, points)).max()
        assert step < 1e-7 * speed


def browser_place(
    numbers: np.ndarray, points: np.ndarray, stretch: float, turn: float, shift: float
) -> np.ndarray:
    """The motion as the browser computes it from the packed numbers."""
    V, s, axis, angle, offset, _ = np.split(numbers, [9, 12, 15, 16, 19])
    V = V.reshape(3, 3)
    factors = 1 + stretch * (s - 1) if (s <= 1e-3).any() else s**stretch
    x, y, z = axis
    K = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    theta = turn * angle[0]
    R = np.eye(3) + np.sin(theta) * K + (1 - np.cos(theta)) * K @ K
    return points @ V @ np.diag(factors) @ V.T @ R.T + shift * offset


@given(layers(), st.floats(0, 1))
def test_twenty_numbers_tell_the_whole_motion(layer: Parameters, t: float) -> None:
    motion = decompose(*layer)
    numbers = motion.pack()
    assert numbers.shape == (N_PACKED,)
    points = padded(points_of(len(layer[0])))
    for progress in ((t, 0, 0), (1, t, 0), (1, 1, t)):
        expected = motion.place(points, *progress)
        placed = browser_place(numbers, points, *progress)
        np.testing.assert_allclose(placed, expected, atol=1e-10)
    assert numbers[-1] == motion.mirror


@pytest.mark.parametrize("size", SIZES)
def test_many_layers_at_once_are_as_one_by_one(size: tuple[int, int]) -> None:
    generator = np.random.default_rng(0)
    weights, bias = generator.normal(size=(4, 5, *size)), generator.normal(size=(4, 5, size[1]))
    weights[0, 0], weights[1, 1], weights[2, 2] = 0, 1, -1
    together = decompose(weights, bias).pack()
    assert together.shape == (4, 5, N_PACKED)
    for index in np.ndindex(4, 5):
        alone = decompose(weights[index], bias[index]).pack()
        np.testing.assert_allclose(together[index], alone, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones((4, 2)), np.ones(2)), r"weights must have 1 to 3 rows .* got shape \(4, 2\)"),
        ((np.ones(2), np.ones(2)), r"weights .* got shape \(2,\)"),
        ((np.ones((2, 0)), np.ones(0)), r"weights .* got shape \(2, 0\)"),
        ((np.eye(2), np.ones(3)), r"bias must have shape \(2,\); got \(3,\)"),
        ((np.eye(2) * np.nan, np.ones(2)), "must be finite"),
        ((np.eye(2), np.ones(2), "rellu"), "activation must be one of relu, .* got 'rellu'"),
    ],
)
def test_bad_layers_are_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        layer_path(*arguments)


@pytest.mark.parametrize("t", [-0.1, 1.1, np.nan])
def test_times_outside_the_path_are_named(t: float) -> None:
    with pytest.raises(ValueError, match="t must be a number from 0 to 1; got"):
        layer_path(np.eye(2), np.ones(2)).at(t, np.ones((1, 2)))


def test_points_of_other_dimensions_are_named() -> None:
    with pytest.raises(ValueError, match=r"points must have shape \(n, 2\); got \(4, 3\)"):
        layer_path(np.eye(2), np.ones(2)).at(0.5, np.ones((4, 3)))
