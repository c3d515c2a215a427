"""The space after the last hidden layer, turned until its straight cut is seen edge-on.

The network calls class a where logit a is the largest. Between two classes that is where one affine
function of the last hidden layer is 0: the cut. In the right plane it is a straight line, however
many neurons the layer has: the output weights' direction goes across, the direction of largest
spread that remains goes up. For more classes the differences of their logits span the plane.

The turn to it from another picture of the same space is rigid: an orthonormal frame moves to
another along the principal angles between them (Björck and Golub 1973; geodesics of frames as in
Edelman, Arias and Smith 1998), so that no two points are ever drawn farther apart than they are.
"""

from typing import NamedTuple

import numpy as np

from layerwarp.geometry.layer_path import axis_angle, pad, rotation

STAGES = ("look", "magnify", "cut")  # of the way to the view: only the first two move points
LEAST_MAGNIFICATION, MOST_MAGNIFICATION = 1.25, 1000.0
# Singular values of the logits' differences this small beside the largest are zero (float32).
NEGLIGIBLE = 1e-6
SMALLEST_ANGLE = 1e-7  # radians


class Turn(NamedTuple):
    """A rigid turn from orthonormal frames A to R of one space of ``width`` dimensions, F times.

    At time t of it the frame is (A @ near * cos(t angles) + away * sin(t angles)) @ E(t), where
    E(t) = near^T turned about ``axis`` by t ``spin``.

    Attributes:
        near: (F, d, d) principal directions in the first frame's coordinates.
        angles: (F, d) from them to those of the second frame, 0 to pi.
        away: (F, width, d) unit vectors at right angles to the first frame; zero where none is
            needed.
        axis: (F, 3) unit vector.
        spin: (F,) radians.
    """

    near: np.ndarray
    angles: np.ndarray
    away: np.ndarray
    axis: np.ndarray
    spin: np.ndarray


class Readout(NamedTuple):
    """The view of the last hidden space along its cut, at F steps; h is (n, width).

    Attributes:
        frames: (F, width, d) orthonormal; the coordinates are h @ frames and a shift.
        shift: (F, d) such that the cut between two classes is at 0 across; every other axis has
            the points' mean at 0.
        turn: To it from the aligned picture of the same space.
        rank: (F,) dimensions of the logits' differences. The cut is exact where they are at most d,
            and there is none where they are 0.
        magnification: (F,) by which across is enlarged in the end, at least 1.
    """

    frames: np.ndarray
    shift: np.ndarray
    turn: Turn
    rank: np.ndarray
    magnification: np.ndarray

    def pack(self, mean: np.ndarray, start: np.ndarray) -> np.ndarray:
        """The (F, 24) numbers that the browser needs, fields in order, padded to three dimensions.

        Near (3, 3) row by row, angles, axis, spin, where the points' mean is drawn before and after
        the turn, magnification, rank.

        Args:
            mean: (F, width) of the points.
            start: (F, 3) where the aligned picture has it.
        """
        end = (mean[:, None] @ self.frames)[:, 0] + self.shift
        near, angles, _, axis, spin = self.turn
        parts = (_in_space(near).reshape(-1, 9), pad(angles), axis, spin, start, pad(end))
        scalars = (self.magnification, self.rank)
        return np.column_stack([*parts, *scalars])


class View(NamedTuple):
    """One step of a :class:`Readout`, unpacked; in three dimensions.

    Attributes:
        near: (3, 3).
        angles: (3,).
        axis: (3,).
        spin: Radians.
        start: (3,) where the points' mean is drawn before the turn.
        end: (3,) and after it.
        magnification: Across, in the end.
        rank: Dimensions of the logits' differences.
    """

    near: np.ndarray
    angles: np.ndarray
    axis: np.ndarray
    spin: float
    start: np.ndarray
    end: np.ndarray
    magnification: float
    rank: int

    @classmethod
    def unpack(cls, numbers: np.ndarray) -> "View":
        """The inverse of :meth:`Readout.pack`; numbers (24,)."""
        near, angles, axis, (spin,), start, end, (magnification, rank) = np.split(
            numbers, [9, 12, 15, 16, 19, 22]
        )
        square = near.reshape(3, 3)
        return cls(square, angles, axis, float(spin), start, end, float(magnification), round(rank))

    def place(
        self, aligned: np.ndarray, away: np.ndarray, turned: float, magnified: float
    ) -> np.ndarray:
        """Where points are (n, 3), at shares 0 to 1 of the turn and of the magnification.

        Args:
            aligned: (n, 3) in the aligned picture.
            away: (n, 3) coordinates along ``Turn.away``, from the points' mean.
            turned: 0 to 1.
            magnified: 0 to 1.
        """
        near = (aligned - self.start) @ (self.near * np.cos(turned * self.angles))
        apart = away * np.sin(turned * self.angles)
        turn = self.near.T @ rotation(self.axis, np.asarray(turned * self.spin))
        middle = (1 - turned) * self.start + turned * self.end
        return ((near + apart) @ turn + middle) * [self.magnification**magnified, 1, 1]


def _ahead(logits: np.ndarray) -> np.ndarray:
    """Of one or two logits (..., k): how far the second class is ahead of the first (...)."""
    return logits[..., -1] - (logits[..., 0] if logits.shape[-1] == 2 else 0)


def _normals(weights: np.ndarray) -> np.ndarray:
    """Directions (F, width, k) in which logits differ; one logit is the difference itself."""
    if weights.shape[2] == 1:
        return weights
    return weights - weights.mean(axis=2, keepdims=True)


def class_corners(n_classes: int) -> np.ndarray:
    """(n_classes, 2) corners of a regular polygon, the last straight to the right."""
    angles = 2 * np.pi * (np.arange(n_classes) + 1) / n_classes
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _polar(matrices: np.ndarray) -> np.ndarray:
    """The nearest matrices (F, n, d) with orthonormal columns."""
    u, _, vt = np.linalg.svd(matrices, full_matrices=False)
    return u @ vt


def _span_first(
    normals: np.ndarray, covariance: np.ndarray, d: int
) -> tuple[np.ndarray, np.ndarray]:
    """What the logits differ by, then what spreads most beside it: (F, width, d) orthonormal.

    Returns:
        That, and the rank (F,) of the differences.
    """
    u, sizes, _ = np.linalg.svd(normals, full_matrices=False)
    real = (sizes > NEGLIGIBLE * sizes[:, :1]) & (sizes > 0)
    u = u * real[:, None]
    beside = np.eye(u.shape[1]) - u @ u.mT
    rest = beside @ covariance @ beside
    total = np.trace(rest, axis1=1, axis2=2)[:, None, None]
    # One decomposition finds both: eigenvalues above 2 belong to the span, in its order.
    heights = 3 - np.arange(u.shape[2]) / u.shape[2]
    both = (u * heights) @ u.mT + rest / np.where(total > 0, total, 1)
    _, vectors = np.linalg.eigh(both)
    return vectors[:, :, : -d - 1 : -1], real.sum(axis=1)


def _several(
    normals: np.ndarray, frames: np.ndarray, rank: np.ndarray, aligned: np.ndarray
) -> np.ndarray:
    """The frames for three classes and more, whose logits differ in two directions and more."""
    (width, d), n_classes = aligned.shape[1:], normals.shape[2]
    if width == d == 2:
        return aligned
    corners = class_corners(n_classes)
    if d == 2 and n_classes > 3:  # more than a plane holds: logits drawn towards the corners
        return _polar(normals @ corners)
    # Each class on its own side of the plane in which their logits differ.
    plane = frames[:, :, :2]
    turned = plane @ _polar(plane.mT @ normals @ corners)
    flat = np.concatenate([turned, frames[:, :, 2:]], axis=2)
    if n_classes == 3:
        return flat
    deep = aligned if width == d else frames @ _polar(frames.mT @ aligned)
    return np.where((rank == 2)[:, None, None], flat, deep)


def _frames(
    normals: np.ndarray, covariance: np.ndarray, aligned: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Frames (F, width, d) of the view and the rank (F,) of the logits' differences."""
    width, d = aligned.shape[1:]
    frames, rank = _span_first(normals, covariance, d)
    last = (normals[:, :, -1] * frames[:, :, 0]).sum(axis=1)  # that class is to the right
    frames[:, :, 0] *= np.where(last < 0, -1.0, 1.0)[:, None]
    if normals.shape[2] > 2 and d > 1:
        several = _several(normals, frames, rank, aligned)
        frames = np.where((rank > 1)[:, None, None], several, frames)
    frames = _steady(np.where((rank > 0)[:, None, None], frames, aligned), rank)
    if width == d > 1:  # a rotation of the whole space, not a mirror image
        frames[:, :, -1] *= np.where(np.linalg.det(frames) < 0, -1.0, 1.0)[:, None]
    return frames, rank


def _steady(frames: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """The same, with directions of spread that point the same way from one step to the next."""
    signs = np.ones((len(frames), frames.shape[2]))
    signs[:-1] = np.where((frames[:-1] * frames[1:]).sum(axis=1) < 0, -1.0, 1.0)
    signs[np.arange(frames.shape[2]) < rank[:, None]] = 1.0
    return frames * np.cumprod(signs[::-1], axis=0)[::-1, None]


def turn_between(aligned: np.ndarray, frames: np.ndarray) -> Turn:
    """The rigid turn from orthonormal frames (F, width, d) to others."""
    u, cosines, vt = np.linalg.svd(aligned.mT @ frames)
    mirrored = np.linalg.det(u @ vt) < 0  # then one direction turns on beyond a right angle
    if aligned.shape[1] > aligned.shape[2]:
        vt[:, -1] *= np.where(mirrored, -1.0, 1.0)[:, None]
        cosines[:, -1] *= np.where(mirrored, -1.0, 1.0)
    away = frames @ vt.mT - aligned @ (u * cosines[:, None])
    sines = np.linalg.norm(away, axis=1)
    angles = np.arctan2(sines, cosines)
    away = away / np.where(sines > SMALLEST_ANGLE, sines, np.inf)[:, None]
    _fill(away, aligned, angles)
    axis, spin = axis_angle(_in_space(u @ vt))
    return Turn(u, angles, away, axis, spin)


def _fill(away: np.ndarray, aligned: np.ndarray, angles: np.ndarray) -> None:
    """Half turns need some direction to go through: any at right angles to all others."""
    lost = ~away.any(axis=1) & (angles > 1)
    for frame, column in zip(*np.nonzero(lost), strict=True):
        taken = np.concatenate([aligned[frame], away[frame]], axis=1)
        free = np.eye(len(taken)) - taken @ np.linalg.pinv(taken)
        direction = free[:, np.argmax(np.diag(free))]
        away[frame, :, column] = direction / np.linalg.norm(direction)


def _in_space(matrices: np.ndarray) -> np.ndarray:
    """Matrices (F, 3, 3) that act as orthogonal matrices (F, d, d) on the first d axes."""
    d = matrices.shape[-1]
    padded = np.broadcast_to(np.eye(3), (len(matrices), 3, 3)).copy()
    padded[:, :d, :d] = matrices
    if d == 1:  # a line turns round in the plane
        padded[:, 1, 1] = matrices[:, 0, 0]
    return padded


def _magnification(across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """(F,) that gives distances from the cut ``across`` (F,) the size of those ``up`` (F,)."""
    ratio = np.divide(up, across, out=np.ones_like(up), where=across > 0)
    wanted = np.clip(ratio, 1, MOST_MAGNIFICATION)
    return np.where(wanted < LEAST_MAGNIFICATION, 1.0, wanted)


def readout_view(
    weights: np.ndarray,
    bias: np.ndarray,
    mean: np.ndarray,
    covariance: np.ndarray,
    aligned: np.ndarray,
) -> Readout:
    """The view along the cut, at F steps.

    Args:
        weights: (F, width, n_outputs) of the output layer.
        bias: (F, n_outputs).
        mean: (F, width) of the points in the last hidden layer.
        covariance: (F, width, width) of them.
        aligned: (F, width, d) orthonormal frames, 1 <= d <= 3, of the picture to turn from.
    """
    normals = _normals(weights)
    frames, rank = _frames(normals, covariance, aligned)
    middle = (mean[:, None] @ frames)[:, 0]
    shift, magnification = -middle, np.ones(len(weights))
    if weights.shape[2] <= 2:
        offset, length = _ahead(bias), np.linalg.norm(_ahead(weights), axis=1)
        cut = rank == 1
        shift[cut, 0] = offset[cut] / length[cut]
        spread = np.sqrt(np.maximum(((covariance @ frames) * frames).sum(axis=1), 0))
        across = np.hypot(spread[:, 0], middle[:, 0] + shift[:, 0])
        if frames.shape[2] > 1:
            magnification = np.where(cut, _magnification(across, spread[:, 1]), 1.0)
    turn = turn_between(aligned, frames)
    return Readout(frames, shift, turn, rank, magnification)
