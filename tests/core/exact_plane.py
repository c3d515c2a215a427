"""The regions of a network by cutting polygons one at a time in rational arithmetic.

An independent reference: no mesh, no tolerance, no floats.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

Point = tuple[Fraction, ...]  # x, y
Affine = tuple[Fraction, ...]  # a, b, c of a x + b y + c


class Face(NamedTuple):
    polygon: list[Point]  # counterclockwise
    maps: list[Affine]  # of every neuron of the layer that was passed last


def value(function: Affine, point: Point) -> Fraction:
    return function[0] * point[0] + function[1] * point[1] + function[2]


def split(polygon: list[Point], function: Affine) -> list[list[Point]]:
    """The parts of a convex polygon above and below the zero line; itself if not cut."""
    values = [value(function, point) for point in polygon]
    if not min(values) < 0 < max(values):
        return [polygon]
    parts: list[list[Point]] = [[], []]
    for i, (point, z) in enumerate(zip(polygon, values, strict=True)):
        if z >= 0:
            parts[0].append(point)
        if z <= 0:
            parts[1].append(point)
        z2, point2 = values[i - len(polygon) + 1], polygon[i - len(polygon) + 1]
        if z * z2 < 0:
            t = z / (z - z2)
            middle = tuple(a + t * (b - a) for a, b in zip(point, point2, strict=True))
            parts[0].append(middle)
            parts[1].append(middle)
    return parts


def area(polygon: list[Point]) -> Fraction:
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return sum(((a[0] * b[1] - b[0] * a[1]) for a, b in pairs), Fraction(0)) / 2


def combine(weights, bias, maps: list[Affine]) -> list[Affine]:
    """Affine functions of the next layer."""
    rows = [[Fraction(float(w)) for w in row] for row in weights]
    return [
        tuple(
            sum((rows[i][j] * maps[i][k] for i in range(len(maps))), Fraction(0))
            + (Fraction(float(bias[j])) if k == 2 else 0)
            for k in range(3)
        )
        for j in range(len(bias))
    ]


def regions(params, slopes: Sequence[Fraction], box) -> list[Face]:
    """All faces with the maps of the outputs; ``slopes`` below zero, one a hidden layer."""
    x0, x1, y0, y1 = (Fraction(side) for side in box)
    one, zero = Fraction(1), Fraction(0)
    inputs: list[Affine] = [(one, zero, zero), (zero, one, zero)]
    faces = [Face([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], inputs)]
    for index, (weights, bias) in enumerate(params):
        hidden = index < len(params) - 1
        following = []
        for face in faces:
            maps = combine(weights, bias, face.maps)
            if not hidden:
                following.append(Face(face.polygon, maps))
                continue
            parts = [face.polygon]
            for function in maps if slopes[index] != 1 else []:
                parts = [part for polygon in parts for part in split(polygon, function)]
            following += [Face(part, bend(maps, slopes[index], part)) for part in parts]
        faces = following
    return faces


def middle_of(polygon: list[Point]) -> Point:
    columns = zip(*polygon, strict=True)
    return tuple(sum(column, Fraction(0)) / len(polygon) for column in columns)


def bend(maps: list[Affine], slope: Fraction, polygon: list[Point]) -> list[Affine]:
    center = middle_of(polygon)
    factors = [1 if value(function, center) > 0 else slope for function in maps]
    return [
        tuple(factor * part for part in function)
        for factor, function in zip(factors, maps, strict=True)
    ]


def touch(first: list[Point], second: list[Point]) -> bool:
    """Whether two polygons share a piece of an edge."""
    return any(
        overlap(a, b, c, d)
        for a, b in zip(first, first[1:] + first[:1], strict=True)
        for c, d in zip(second, second[1:] + second[:1], strict=True)
    )


def overlap(a: Point, b: Point, c: Point, d: Point) -> bool:
    def along(p: Point) -> Fraction:
        return (p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])

    def across(p: Point) -> Fraction:
        return (p[0] - a[0]) * (b[1] - a[1]) - (p[1] - a[1]) * (b[0] - a[0])

    if a == b or across(c) != 0 or across(d) != 0:
        return False
    low, high = sorted((along(c), along(d)))
    return max(low, Fraction(0)) < min(high, along(b))


def merged(faces: list[Face]) -> int:
    """Number of linear regions: neighbors with the same maps count as one."""
    root = list(range(len(faces)))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for i, first in enumerate(faces):
        for j in range(i):
            if (
                first.maps == faces[j].maps
                and find(i) != find(j)
                and touch(first.polygon, faces[j].polygon)
            ):
                root[find(i)] = find(j)
    return sum(find(i) == i for i in range(len(faces)))


def class_areas(faces: list[Face]) -> list[Fraction]:
    """Area in which each class wins: one output is above zero or not, of many the first largest."""
    n_outputs = len(faces[0].maps)
    areas = [Fraction(0)] * max(2, n_outputs)
    for face in faces:
        zero = (Fraction(0),) * 3
        maps = face.maps if n_outputs > 1 else [zero, face.maps[0]]
        parts = [face.polygon]
        for i in range(len(maps)):
            for j in range(i):
                gap = tuple(a - b for a, b in zip(maps[i], maps[j], strict=True))
                parts = [part for polygon in parts for part in split(polygon, gap)]
        for part in parts:
            center = middle_of(part)
            values = [value(function, center) for function in maps]
            areas[values.index(max(values))] += area(part)
    return areas
