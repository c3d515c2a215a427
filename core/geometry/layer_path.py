"""The path of points through one layer: stretch, turn, shift, bend.

Blending the weight matrix with the identity would take most layers through a collapse. The
singular value decomposition W^T = U S V^T instead gives a stretch along the right singular vectors
(V S V^T) and a turn (the rotation U V^T), which stay as far from a collapse as the layer itself.
Everything happens in three dimensions: a plane that is mirrored turns over like a page.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from layerwarp.checks import check_choice, check_number
from layerwarp.network.activations import ACTIVATIONS, bend

STAGES = ("stretch", "turn", "shift", "bend")
N_PACKED = 20

# Below this factor a geometric stretch would spend its time on nothing but the collapse.
SMALLEST_GEOMETRIC = 1e-3
# Singular values this small beside the largest are rounding errors of zero: weights are float32.
NEGLIGIBLE = 1e-6


class Motion(NamedTuple):
    """Stretch, turn and shift that make up affine maps of 3-D space; any leading axes (...).

    Attributes:
        directions: (..., 3, 3); the columns are the directions of the stretch.
        stretch: (..., 3) final factors along them; 1 along axes that the input does not have,
            negative only in a mirror.
        axis: (..., 3) unit vector of the turn.
        angle: (...) of the turn, radians, about 0 to pi.
        shift: (..., 3).
        mirror: (...) bool: whether space is turned inside out, so that the stretch must pass
            through flat. Only invertible maps from three dimensions to three do.
    """

    directions: np.ndarray
    stretch: np.ndarray
    axis: np.ndarray
    angle: np.ndarray
    shift: np.ndarray
    mirror: np.ndarray

    def factors(self, t: float) -> np.ndarray:
        """Stretch factors (..., 3) at time ``t`` of the stretch, 0 to 1."""
        geometric = (self.stretch > SMALLEST_GEOMETRIC).all(axis=-1, keepdims=True)
        power = np.where(geometric, self.stretch, 1.0) ** t
        return np.where(geometric, power, 1 + t * (self.stretch - 1))

    def place(self, points: np.ndarray, stretch: float, turn: float, shift: float) -> np.ndarray:
        """Where points (..., n, 3) are when each of the three stages is done to a share, 0 to 1."""
        along = points @ self.directions * self.factors(stretch)[..., None, :]
        stretched = along @ np.swapaxes(self.directions, -1, -2)
        turned = stretched @ np.swapaxes(rotation(self.axis, turn * self.angle), -1, -2)
        return turned + shift * self.shift[..., None, :]

    def pack(self) -> np.ndarray:
        """The 20 numbers (..., 20) that the browser needs, fields in order, row by row."""
        lead = self.angle.shape
        parts = [np.asarray(part, dtype=float).reshape(*lead, -1) for part in self]
        return np.concatenate(parts, axis=-1)

    @classmethod
    def unpack(cls, numbers: np.ndarray) -> "Motion":
        """The inverse of :meth:`pack`; numbers (..., 20)."""
        directions, stretch, axis, angle, shift, mirror = np.split(
            numbers, [9, 12, 15, 16, 19], axis=-1
        )
        frame = directions.reshape(*numbers.shape[:-1], 3, 3)
        return cls(frame, stretch, axis, angle[..., 0], shift, mirror[..., 0] > 0)


def pad(array: np.ndarray) -> np.ndarray:
    """``array`` (..., 1 to 3) with zeros behind its last axis: (..., 3)."""
    padded = np.zeros((*array.shape[:-1], 3))
    padded[..., : array.shape[-1]] = array
    return padded


def rotation(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotation matrices (..., 3, 3) by ``angle`` (...) about unit vectors ``axis`` (..., 3).

    Rodrigues' formula, I + sin(angle) K + (1 - cos(angle)) K^2 with K the cross product by axis.
    """
    cross = np.cross(axis[..., None, :], np.eye(3))  # row i is axis x e_i: the transpose of K
    cross = np.swapaxes(cross, -1, -2)
    sine, cosine = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.eye(3) + sine * cross + (1 - cosine) * (cross @ cross)


def axis_angle(R: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Axis (..., 3) and angle (...) of rotations (..., 3, 3), by their unit quaternion q.

    Shepperd 1978: of the matrix q q^T, whose entries are linear in R, take the row with the largest
    diagonal entry. Unlike the trace alone this is exact to rounding at every angle.
    """
    x, y, z = R[..., 0, 0], R[..., 1, 1], R[..., 2, 2]
    outer = np.empty((*R.shape[:-2], 4, 4))
    diagonal = [1 + x + y + z, 1 + x - y - z, 1 - x + y - z, 1 - x - y + z]
    for index, entry in enumerate(diagonal):
        outer[..., index, index] = entry
    for i, j in ((0, 1), (0, 2), (1, 2)):
        outer[..., i + 1, j + 1] = outer[..., j + 1, i + 1] = R[..., i, j] + R[..., j, i]
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        outer[..., 0, i + 1] = outer[..., i + 1, 0] = R[..., k, j] - R[..., j, k]
    largest = np.stack(diagonal, axis=-1).argmax(axis=-1)
    quaternion = np.take_along_axis(outer, largest[..., None, None], axis=-2)[..., 0, :]
    quaternion = quaternion / np.linalg.norm(quaternion, axis=-1, keepdims=True)

    # q and -q are one rotation. Take the angle below pi; at pi, a fixed one of the two axes.
    vector, real = quaternion[..., 1:], quaternion[..., 0]
    longest = np.take_along_axis(vector, np.abs(vector).argmax(axis=-1)[..., None], axis=-1)[..., 0]
    sign = np.where(np.where(np.abs(real) > 1e-9, real, longest) < 0, -1.0, 1.0)
    vector, real = vector * sign[..., None], real * sign
    length = np.linalg.norm(vector, axis=-1)
    axis = np.where(
        length[..., None] > 0,
        vector / np.where(length > 0, length, 1)[..., None],
        np.array([0.0, 0.0, 1.0]),
    )
    return axis, 2 * np.arctan2(length, real)


def _singular_frames(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """U, V (..., 3, 3) and factors (..., 3) of matrix (..., fan_in, fan_out), padded to 3-D."""
    fan_in, fan_out = matrix.shape[-2:]
    u, values, vt = np.linalg.svd(np.swapaxes(matrix, -1, -2))
    lead = matrix.shape[:-2]
    left, right = np.empty((2, *lead, 3, 3))
    left[...], right[...] = np.eye(3), np.eye(3)
    left[..., :fan_out, :fan_out] = u
    right[..., :fan_in, :fan_in] = np.swapaxes(vt, -1, -2)
    stretch = np.ones((*lead, 3))
    stretch[..., :fan_in] = 0
    stretch[..., : values.shape[-1]] = values
    return left, right, stretch


def _turn_of_line(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The shortest rotation (..., 3, 3) that takes the first column of right to that of left.

    The other two columns, which the layer flattens, follow by the orthogonal 2x2 matrix that makes
    the trace largest. When two turns are equally short, the one that keeps the third axis wins: a
    plane stays in the plane.
    """
    weight = np.diag([1, 1, 1 + 1e-6])
    free_left, free_right = left[..., :, 1:], right[..., :, 1:]
    u, _, vt = np.linalg.svd(np.swapaxes(free_left, -1, -2) @ weight @ free_right)
    sign = np.sign(np.linalg.det(left) * np.linalg.det(right) * np.linalg.det(u @ vt))
    u[..., :, 1] *= sign[..., None]
    first = left[..., :, :1] @ np.swapaxes(right[..., :, :1], -1, -2)
    return first + free_left @ u @ vt @ np.swapaxes(free_right, -1, -2)


def decompose(matrix: np.ndarray, shift: np.ndarray) -> Motion:
    """The motion whose end is x -> x @ matrix + shift, padded with zeros to three dimensions.

    Args:
        matrix: (..., fan_in, fan_out), each of the two at most 3.
        shift: (..., fan_out).
    """
    matrix = np.asarray(matrix, dtype=float)
    left, right, stretch = _singular_frames(matrix)
    n_values = min(matrix.shape[-2:])
    values = stretch[..., :n_values]
    rank = (values > NEGLIGIBLE * values[..., :1]).sum(axis=-1)

    # A flattened direction may point either way: choose it so that U V^T is a rotation. Without
    # one, three dimensions are mirrored, and the thinnest direction passes through zero.
    handedness = np.linalg.det(left) * np.linalg.det(right)
    mirror = (rank == 3) & (handedness < 0)
    left[..., :, 2] *= np.where(handedness < 0, -1.0, 1.0)[..., None]
    stretch[..., 2] *= np.where(mirror, -1.0, 1.0)
    turn = left @ np.swapaxes(right, -1, -2)
    line, point = rank == 1, rank == 0
    turn[line] = _turn_of_line(left[line], right[line])
    turn[point] = np.eye(3)

    axis, angle = axis_angle(turn)
    return Motion(right, stretch, axis, angle, pad(np.asarray(shift)), mirror)


@dataclass(frozen=True)
class LayerPath:
    """The way of points through one layer of at most 3 inputs and 3 neurons.

    Attributes:
        motion: Stretch, turn and shift.
        activation: Name of the bend, or None for a layer without one, such as the read-out.
        fan_in: Dimensions of the points, 1 to 3.
        fan_out: Dimensions that the bend acts on, 1 to 3.
    """

    motion: Motion
    activation: str | None
    fan_in: int
    fan_out: int

    @property
    def stages(self) -> tuple[tuple[str, float, float], ...]:
        """(name, start, end) of the stages: equal shares of [0, 1]."""
        names = STAGES if self.activation else STAGES[:-1]
        return tuple((name, i / len(names), (i + 1) / len(names)) for i, name in enumerate(names))

    @property
    def mirror(self) -> bool:
        """Whether the path must pass through flat (3 dimensions to 3, negative determinant)."""
        return bool(self.motion.mirror)

    def _progress(self, t: float) -> list[float]:
        check_number("t", t, 0, 1)
        return [min(max(t * len(self.stages) - i, 0.0), 1.0) for i in range(len(self.stages))]

    def smallest_singular_value(self, t: float) -> float:
        """Of the linear part of the path at time ``t``, over the directions that the input has."""
        factors = np.abs(self.motion.factors(self._progress(t)[0]))
        has_input = np.abs(self.motion.directions[: self.fan_in]).max(axis=0) > 0
        return float(factors[has_input].min())

    def at(self, t: float, points: np.ndarray) -> np.ndarray:
        """Where points (n, fan_in) are at time ``t`` in [0, 1]: (n, 3).

        At 0 they are the points themselves and at 1 act(points @ weights + bias), padded with
        zeros.
        """
        points = np.asarray(points, dtype=float)
        if points.ndim != 2 or points.shape[1] != self.fan_in:
            raise ValueError(f"points must have shape (n, {self.fan_in}); got {points.shape}")
        stretch, turn, shift, *bent = self._progress(t)
        placed = self.motion.place(pad(points), stretch, turn, shift)
        if self.activation:
            placed[:, : self.fan_out] = bend(self.activation, placed[:, : self.fan_out], bent[0])
        return placed


def layer_path(weights: np.ndarray, bias: np.ndarray, activation: str | None = None) -> LayerPath:
    """The path through the layer act(x @ weights + bias).

    Args:
        weights: (fan_in, fan_out), each 1 to 3, finite.
        bias: (fan_out,).
        activation: A name of ``ACTIVATIONS``, or None for a layer that does not bend. The identity
            has a stage "bend" in which nothing moves, so that all hidden layers keep one rhythm.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    weights, bias = np.asarray(weights, dtype=float), np.asarray(bias, dtype=float)
    if weights.ndim != 2 or not all(1 <= size <= 3 for size in weights.shape):
        raise ValueError(f"weights must have 1 to 3 rows and columns; got shape {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias must have shape {weights.shape[1:]}; got {bias.shape}")
    if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
        raise ValueError("weights and bias must be finite; got NaN or infinity")
    if activation is not None:
        check_choice("activation", activation, ACTIVATIONS)
    return LayerPath(decompose(weights, bias), activation, *weights.shape)
