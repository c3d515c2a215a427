"""From where pictures in space are looked at: never along the sheet's edge.

The same choice as in ``app/stage/frontend/network/standpoint.js``.
"""

from collections.abc import Sequence

import numpy as np

USUAL = (-0.55, 0.42)  # yaw and pitch, radians
ABOVE_PLANE = (0.0, -1.15)  # x1 goes right, x2 away, the third input goes up
ENOUGH = 0.6  # of the largest area: then the usual side is good enough
YAWS = 8  # of the half turn; the other half sees the same from behind
PITCHES = (0.42, -0.42, 1.0, -1.0)
CELLS = 16  # a side, of which the area is made up


def standpoint(
    sheets: Sequence[np.ndarray], usual: tuple[float, float] = USUAL
) -> tuple[float, float]:
    """Yaw and pitch: the usual ones, unless a sheet is seen too much from its edge there.

    Args:
        sheets: The nodes (k, k, 3) of a lattice in each of the spaces.
        usual: Where that is; ``ABOVE_PLANE`` where the plane is lifted into space.

    Returns:
        Else where the worst of the sheets is seen best, among some.
    """
    if not sheets:
        return USUAL
    turns = [USUAL[0] + (k - YAWS / 2) * np.pi / YAWS for k in range(YAWS)]
    looks = [usual, *((float(yaw), pitch) for pitch in PITCHES for yaw in turns)]
    yaw, pitch = np.array(looks).T
    eyes = np.array([-np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    seen = np.array([np.abs(face_areas(sheet) @ eyes).sum(axis=0) for sheet in sheets])
    largest = seen.max(axis=1, keepdims=True)
    worst = (seen / np.where(largest > 0, largest, 1)).min(axis=0)
    return usual if worst[0] >= ENOUGH else looks[int(worst.argmax())]


def face_areas(sheet: np.ndarray) -> np.ndarray:
    """Twice the vector areas (CELLS * CELLS, 3) of the faces of a sheet (k, k, 3)."""
    nodes = np.floor(np.arange(CELLS + 1) * (len(sheet) - 1) / CELLS + 0.5).astype(int)
    a = sheet[np.ix_(nodes, nodes)]
    areas = np.cross(a[1:, 1:] - a[:-1, :-1], a[1:, :-1] - a[:-1, 1:])
    return areas.reshape(-1, 3)
