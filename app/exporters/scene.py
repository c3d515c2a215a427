"""The warp of one recorded step as the stage shows it: where everything is at every moment.

The same path, pictures and camera as in ``app/stage/frontend``: samples.js, camera.js, model.js.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from layerwarp.app.exporters.export import Export
from layerwarp.app.exporters.standpoint import ABOVE_PLANE, USUAL, standpoint
from layerwarp.app.stage.payload import MOST_FOLDS, choose_frames, input_box
from layerwarp.geometry.layer_path import STAGES, Motion
from layerwarp.geometry.projection import Pictures, layer_pictures
from layerwarp.geometry.readout import STAGES as CUT_STAGES
from layerwarp.geometry.readout import View
from layerwarp.network.activations import ACTIVATIONS, activate, bend
from layerwarp.network.features import lift
from layerwarp.network.forward_pass import (
    Layer,
    forward,
    predict_classes,
    record_activations,
    unflatten,
)

NODES = 65  # of the lattice a side
EYE = 4.5  # distance of the eye in half sides of the picture: a mild perspective
MARGIN = 1.12
SMALLEST = 1e-3  # extent of a picture, beside the size of its numbers
ZERO_FROM = 11 / 12  # of the read-out: then the picture widens to the zero of the logit
ROUNDS = 2


class Moment(NamedTuple):
    """Where on the timeline: layer from 0 (L is the read-out), its stage and the share of it.

    Layer -1 is the lift of the inputs, where they are lifted.
    """

    layer: int
    stage: str
    share: float

    @property
    def linear(self) -> float:
        """Share 0 to 1 of the way through stretch, turn and shift together."""
        return min((STAGES.index(self.stage) + self.share) / 3, 1.0)

    def reached(self, stage: str) -> float:
        """Share 0 to 1 of a stage on the way to the view along the cut."""
        if self.stage not in CUT_STAGES:
            return 0.0
        at = CUT_STAGES.index(self.stage) + self.share
        return min(max(at - CUT_STAGES.index(stage), 0.0), 1.0)


class Path(NamedTuple):
    """Input points (n, 2) run through the network.

    Attributes:
        plane: (n, 3) where they are in the plane.
        values: (n, width) pre-activations of every layer.
        pre: (n, 3) pictures of them; the input space is not among them.
        post: The same of post-activations, the space of the inputs first, lifted if they are.
        logits: (n, n_outputs).
    """

    plane: np.ndarray
    values: list[np.ndarray]
    pre: list[np.ndarray]
    post: list[np.ndarray]
    logits: np.ndarray


class Scene:
    """One recorded step of a network of two inputs.

    Attributes:
        standpoint: (yaw, pitch), radians: from where pictures in space are usually looked at.
        box: (x_min, x_max, y_min, y_max) of the grid.
        dimensions: Axes in use of the input space and of each picture.
        view: Along the cut, where the way ends in that; else None.
        yaw, pitch: From where they are looked at here.
    """

    def __init__(self, export: Export) -> None:
        history = export.history
        self.architecture = history.architecture
        frames = choose_frames(len(history.steps), self.architecture.n_parameters)
        frames = np.union1d(frames, [export.record])  # aligned to one another as on the stage
        pictures = layer_pictures(
            self.architecture, history.parameters[frames], export.inputs, export.view, export.chosen
        )
        self.box = input_box(export.inputs)
        self._choose(pictures, -1, unflatten(history.parameters[frames[-1]], self.architecture))
        self.standpoint = standpoint(self._solid_sheets(), self._usual_look)
        yaw, pitch = export.turn
        self.yaw = self.standpoint[0] if yaw is None else yaw
        self.pitch = self.standpoint[1] if pitch is None else pitch
        self._choose(pictures, int(np.searchsorted(frames, export.record)), export.layers)
        self.points = self.run(export.inputs)
        self.lattice = self.run(self._lattice())

    def _choose(self, pictures: Pictures, frame: int, layers: list[Layer]) -> None:
        self.layers = layers
        self.bases = [basis[frame] for basis in pictures.bases]
        self.origins = [origin[frame] for origin in pictures.origins]
        self.motions = [Motion.unpack(path) for path in pictures.paths[frame]]
        self.dimensions, self.lifted = pictures.dimensions, pictures.lifted
        self.view = None if pictures.readout is None else View.unpack(pictures.readout[frame])

    @property
    def _usual_look(self) -> tuple[float, float]:
        into_space = self.lifted is not None and self.dimensions[0] == 3
        return ABOVE_PLANE if into_space else USUAL

    def _solid_sheets(self) -> list[np.ndarray]:
        """The lattice (NODES, NODES, 3) in the spaces that are not looked at along the cut."""
        along = self.view is not None and self.view.rank in (1, 2)
        dimensions = self.dimensions[:-1] if along else self.dimensions
        if 3 not in dimensions:
            return []
        post = self.run(self._lattice()).post
        solid = [places for places, count in zip(post, dimensions, strict=False) if count == 3]
        return [places.reshape(NODES, NODES, 3) for places in solid]

    def _lattice(self) -> np.ndarray:
        """(NODES * NODES, 2) nodes, row by row from below."""
        x_min, x_max, y_min, y_max = self.box
        x, y = np.meshgrid(np.linspace(x_min, x_max, NODES), np.linspace(y_min, y_max, NODES))
        return np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return self.architecture.depth

    @property
    def start(self) -> int:
        """Where the timeline starts: in the plane."""
        return 0 if self.lifted is None else -1

    @property
    def last_stages(self) -> tuple[str, ...]:
        """What happens after the last hidden layer."""
        return STAGES[:-1] if self.view is None else CUT_STAGES

    @property
    def cut_is_exact(self) -> bool:
        """Whether the view along the cut holds all that the logits differ by."""
        return self.view is not None and 0 < self.view.rank <= self.dimensions[-1]

    def moment(self, u: float) -> Moment:
        """The timeline's place u, ``start`` to depth + 1."""
        if u < 0:
            return Moment(-1, "lift", u + 1)
        layer = min(int(u), self.depth)
        stages = STAGES if layer < self.depth else self.last_stages
        at = min(max(u - layer, 0.0), 1.0) * len(stages)
        index = min(int(at), len(stages) - 1)
        return Moment(layer, stages[index], at - index)

    def readout(self, moment: Moment, start: float) -> float:
        """Share 0 to 1 of the last part, from ``start`` on, of the way to one logit."""
        if self.view or moment.layer < self.depth or self.architecture.n_outputs > 1:
            return 0.0
        return float(np.clip((moment.linear - start) / (1 - start), 0, 1))

    def run(self, inputs: np.ndarray) -> Path:
        """Points (n, 2) on their way through all pictures."""
        records = record_activations(self.architecture, self.layers, inputs)
        plane = np.column_stack([inputs, np.zeros(len(inputs))]).astype(float)
        given = lift(self.architecture.inputs, inputs)
        start = plane if self.lifted is None else given @ self.lifted[:-1] + self.lifted[-1]
        values, outputs = [record.pre for record in records], [record.post for record in records]
        if self.view:  # the last picture is of the last hidden space once more
            values[-1] = outputs[-1] = [given, *outputs][-2]
        frames = list(zip(self.bases, self.origins, strict=True))
        pre = [h @ basis + origin for h, (basis, origin) in zip(values, frames, strict=True)]
        post = [h @ basis + origin for h, (basis, origin) in zip(outputs, frames, strict=True)]
        if self.view:
            post[-1] = self.view.place([start, *post][-2], pre[-1], 1, 1)
        return Path(plane, values, pre, [start, *post], records[-1].post)

    def place(self, path: Path, moment: Moment) -> np.ndarray:
        """Where the points are (n, 3): by the fitted motion, plus what the fit leaves over."""
        layer, stage, share = moment
        if stage == "lift":
            return path.plane + share * (path.post[0] - path.plane)
        if stage == "bend":
            bent = bend(self.architecture.activations[layer], path.values[layer], share)
            return bent @ self.bases[layer] + self.origins[layer]
        if self.view and layer == self.depth:
            shares = moment.reached("look"), moment.reached("magnify")
            return self.view.place(path.post[layer], path.pre[layer], *shares)
        before, motion, done = path.post[layer], self.motions[layer], STAGES.index(stage)
        stretch, turn, shift = (float(np.clip(done + share - k, 0, 1)) for k in range(3))
        moved = motion.place(before, stretch, turn, shift)
        return moved + moment.linear * (path.pre[layer] - motion.place(before, 1, 1, 1))

    @cached_property
    def largest(self) -> list[float]:
        """The largest coordinate of a data point, and the largest output of each hidden layer."""
        names, values = self.architecture.activations, self.points.values[: self.depth]
        hidden = [activate(name, z) for name, z in zip(names, values, strict=True)]
        return [float(np.abs(part).max()) for part in (self.points.post[0], *hidden)]

    def least_extent(self, layer: int) -> float:
        """What varies less on the way through a layer is a place: float32 says no more of it."""
        return SMALLEST * max(1e-3, self.largest[min(layer + 1, self.depth)])

    def neuron_line(self, layer: int, number: int) -> Path:
        """Ends of the segments at which a neuron's pre-activation is 0, on their way."""
        nodes = self._lattice()
        record = record_activations(self.architecture, self.layers, nodes)[layer - 1]
        return self.run(zero_line(nodes, record.pre[:, number - 1]))

    def folds(self, layer: int) -> list[Path]:
        """The lines along which the bend of a layer (from 0) folds; none if too many would."""
        width = self.architecture.widths[layer]
        if width > MOST_FOLDS or not ACTIVATIONS[self.architecture.activations[layer]].folds:
            return []
        return [self.neuron_line(layer + 1, number) for number in range(1, width + 1)]

    def boundary(self) -> Path:
        """Ends of the decision boundary's segments, two a segment, on their way."""
        return self.run(decision_boundary(self, self._lattice(), self.lattice.logits))


def _triangle_sides() -> np.ndarray:
    """The nodes (t, 3, 2) that the sides of the lattice's triangles join, two triangles a cell."""
    number = np.arange(NODES * NODES).reshape(NODES, NODES)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    triangles = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    return triangles[:, [[0, 1], [1, 2], [2, 0]]]


def zero_line(nodes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Segments (2 s, 2) at which values (NODES * NODES,) at the lattice's nodes are 0.

    Marching triangles, with crossings by linear interpolation, as the stage draws a neuron's line.
    """
    sides = _triangle_sides()
    start, end = values[sides[..., 0]], values[sides[..., 1]]
    crossed = (start > 0) != (end > 0)
    share = start / np.where(crossed, start - end, 1)
    places = nodes[sides[..., 0]] + share[..., None] * (nodes[sides[..., 1]] - nodes[sides[..., 0]])
    return places[crossed].astype(np.float32)  # two sides of a triangle are crossed, or none


def _gap(logits: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far the first class is ahead of the second in each row; one logit means two classes."""
    if logits.shape[1] == 1:
        return (first - second) * logits[:, 0]
    rows = np.arange(len(logits))
    return logits[rows, first] - logits[rows, second]


def decision_boundary(scene: Scene, nodes: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Segments (2 s, 2) at which the predicted class changes: marching triangles.

    Each lattice cell is two triangles. Where two classes meet in one, a segment joins the crossings
    of two sides; where three do, three segments meet in the middle. A crossing is found on the
    network itself, by regula falsi.
    """
    classes = predict_classes(logits)
    sides = np.sort(_triangle_sides(), axis=2)
    crossed = classes[sides[..., 0]] != classes[sides[..., 1]]
    edges, index = np.unique(sides[crossed], axis=0, return_inverse=True)
    points = _crossings(scene, nodes, logits, classes, edges)
    corners = np.full((*crossed.shape, 2), np.nan)
    corners[crossed] = points[index.ravel()]
    two, three = corners[crossed.sum(axis=1) == 2], corners[crossed.all(axis=1)]
    pairs = two[~np.isnan(two[..., 0])].reshape(-1, 2)
    middle = np.broadcast_to(three.mean(axis=1, keepdims=True), three.shape)
    spokes = np.stack([three, middle], axis=2).reshape(-1, 2)
    return np.concatenate([pairs, spokes]).astype(np.float32)


def _crossings(
    scene: Scene, nodes: np.ndarray, logits: np.ndarray, classes: np.ndarray, edges: np.ndarray
) -> np.ndarray:
    """Points (e, 2) on the edges (e, 2) between nodes of different classes."""
    start, end = nodes[edges[:, 0]].astype(float), nodes[edges[:, 1]].astype(float)
    ahead, behind = classes[edges[:, 0]], classes[edges[:, 1]]
    low, high = np.zeros(len(edges)), np.ones(len(edges))
    before = _gap(logits[edges[:, 0]], ahead, behind).astype(float)
    after = _gap(logits[edges[:, 1]], ahead, behind).astype(float)
    for again in range(ROUNDS + 1):
        share = low + (high - low) * before / np.maximum(before - after, 1e-30)
        points = start + share[:, None] * (end - start)
        if again < ROUNDS and len(points):
            logits = forward(scene.architecture, scene.layers, points.astype(np.float32))
            gap = _gap(logits, ahead, behind)
            above = gap > 0
            low, before = np.where(above, share, low), np.where(above, gap, before)
            high, after = np.where(above, high, share), np.where(above, after, gap)
    return points


class Camera:
    """From picture coordinates to the square [-1, 1] x [-1, 1], y up."""

    def __init__(self, scene: Scene, moment: Moment, positions: np.ndarray) -> None:
        """Look at the data points' ``positions`` (n, 3)."""
        self.solid, self.flat, self._matrix = _look(scene, moment)
        low, high = positions.min(axis=0), positions.max(axis=0)
        # The axis of the logit has its zero, and room above it.
        share = scene.readout(moment, ZERO_FROM)
        if scene.view and scene.architecture.n_outputs == 1:  # the cut is in sight
            in_sight = [moment.reached("look"), 0, 0]
            low = low + in_sight * (np.minimum(low, 0) - low)
            high = high + in_sight * (np.maximum(high, 0) - high)
        low = low + share * (np.minimum(low, 0) - low)
        high = high + share * (np.maximum(high, 0) - high)
        self.center = (low + high) / 2
        least = scene.least_extent(moment.layer)
        flat = max(float((high - self.center)[:2].max()), least)
        self.center[1] += 0.3 * share * flat
        radius = float(np.linalg.norm(positions - self.center, axis=1).max())
        self.half = (1 - self.solid) * MARGIN * flat + self.solid * max(radius, least)

    def project(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places (n, 2) and nearness (n,), which is 1 at the center and more in front."""
        turned = (positions - self.center) @ self._matrix
        eye = EYE * self.half
        near = np.minimum(eye / np.maximum(eye - turned[:, 2], 0.05 * eye), 20)
        near = near + self.flat * (1 - near)  # along the cut there is no perspective
        return turned[:, :2] * near[:, None] / self.half, near


def _look(scene: Scene, moment: Moment) -> tuple[float, float, np.ndarray]:
    """How solid the picture is and how far it is without perspective, 0 to 1; the camera's axes.

    The axes are the columns of the matrix (3, 3).
    """
    layer = moment.layer
    stages = STAGES if layer < scene.depth else scene.last_stages
    stages = ("lift",) if layer < 0 else stages
    local = (stages.index(moment.stage) + moment.share) / len(stages)
    around = (2, *scene.dimensions)[layer + 1 : layer + 3]
    before, after = (dimension == 3 for dimension in around)
    solid = before + (after - before) * _smooth(local)
    looks = scene.view is not None and scene.view.rank in (1, 2) and scene.dimensions[-1] == 3
    edge_on = _smooth(moment.reached("look")) if looks else 0.0
    glance = 0.0
    if moment.stage == "turn" and solid < 1 and abs(scene.motions[layer].axis[2]) <= 0.999:
        # A picture that turns over like a page is looked at from the side meanwhile.
        glance = 0.5 * np.sin(np.pi * moment.share) * (1 - solid)
    usual_yaw, usual_pitch = scene.standpoint
    aside = np.hypot(scene.yaw - usual_yaw, scene.pitch - usual_pitch)
    flat = edge_on * max(0.0, 1 - float(aside))
    yaw = solid * (scene.yaw - edge_on * usual_yaw) - 0.6 * glance
    pitch = solid * (scene.pitch - edge_on * usual_pitch) + 0.7 * glance
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    rows = np.array([[cy, 0, sy], [sy * sp, cp, -cy * sp], [-sy * cp, sp, cy * cp]])
    return float(solid), flat, rows.T


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)
