"""Pictures of every layer at every recorded step, in at most three dimensions.

Where the inputs are lifted, the lifted space has a picture of its own, the same at every step.

The picture of a layer is an affine map of its post-activations h: h @ basis + origin. Layers of up
to three neurons are shown as they are. Wider ones are seen from the direction that shows most of
the training points' spread, or along chosen neurons. Principal axes may flip and trade places from
layer to layer and from step to step; an orthogonal Procrustes alignment takes that out. Nothing is
enlarged: no two points are drawn farther apart than they are.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from layerwarp.checks import check_choice, check_integer
from layerwarp.geometry.layer_path import decompose, pad
from layerwarp.geometry.readout import readout_view
from layerwarp.network.activations import activate
from layerwarp.network.architecture import MAX_WIDTH, Architecture
from layerwarp.network.features import lift
from layerwarp.network.forward_pass import Layer, propagate, unflatten

# Dimensions of a wide layer; 0: as many as chosen.
VIEWS = {"cut": 2, "plane": 2, "space": 3, "neurons": 0}
EXACT_WIDTH = 3
MAX_POINTS = 400  # points that pictures are fitted to: more move them by less than a line's width

# What varies by less than this share of its size is not blown up to unit size before it is aligned:
# float32 would show rounding errors.
STEADY = 1e-4
# Directions with less than this share of a picture's variance tell nothing about the next layer.
RANK_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Pictures:
    """Pictures of L hidden layers and of the output layer at F recorded steps.

    The view "plane" ends in the logits. The others end in the last hidden space once more, seen
    along its cut: there the last basis and origin give the coordinates along ``Turn.away``.

    Attributes:
        bases: One array (F, width, 3) for each of the L + 1 layers; unused columns are zero.
        origins: One array (F, 3) a layer.
        shares: (F, L + 1) share of the variance over the training points that the picture shows, 0
            to 1; 1 where it is exact or where nothing varies.
        paths: (F, L + 1, 20) the linear part from the picture before (post-activation) to this
            one's pre-activation, packed as by ``layerwarp.geometry.layer_path.Motion.pack``. Exact
            if the picture before is; else the best affine map in the sense of least squares over
            the points.
        dimensions: Axes in use of the space of the inputs, lifted if they are, and of each of the
            L + 1 pictures.
        exact: Whether the picture of the inputs, and each of the L + 1 pictures, loses nothing.
        readout: (F, 24) the view along the cut, as packed by
            ``layerwarp.geometry.readout.Readout.pack``; None in the view "plane".
        lifted: The picture of the lifted inputs: basis (width, 3), then origin, so (width + 1, 3);
            None where the inputs are the coordinates.
        lifted_share: 0 to 1 of the variance that it shows.
    """

    bases: list[np.ndarray]
    origins: list[np.ndarray]
    shares: np.ndarray
    paths: np.ndarray
    dimensions: tuple[int, ...]
    exact: tuple[bool, ...]
    readout: np.ndarray | None = None
    lifted: np.ndarray | None = None
    lifted_share: float = 1.0


class _Cloud(NamedTuple):
    """Activations of one layer at F steps: mean (F, width), deviations from it (F, n, width)."""

    mean: np.ndarray
    deviations: np.ndarray
    covariance: np.ndarray

    @property
    def width(self) -> int:
        return self.mean.shape[1]

    @property
    def variance(self) -> np.ndarray:
        return np.trace(self.covariance, axis1=1, axis2=2)


def _apply(vectors: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Row vectors (F, a) times matrices (F, a, b) -> (F, b)."""
    return (vectors[:, None] @ matrices)[:, 0]


def _cloud(activations: np.ndarray) -> _Cloud:
    mean = activations.mean(axis=1)
    deviations = activations - mean[:, None]
    with np.errstate(over="ignore", invalid="ignore"):
        covariance = deviations.mT @ deviations
    if not np.isfinite(covariance).all():  # a network about to diverge: squares leave float32
        deviations = deviations.astype(float)
        covariance = deviations.mT @ deviations
    return _Cloud(mean.astype(float), deviations, covariance.astype(float) / deviations.shape[1])


def _record(architecture: Architecture, layers: list[Layer], points: np.ndarray) -> list[_Cloud]:
    """Inputs and post-activations at F steps at once; the layers have a leading axis F."""
    names = architecture.activations
    points = lift(architecture.inputs, points)
    inputs = np.broadcast_to(points, (len(layers[0].bias), *points.shape))
    records = propagate(layers, inputs, lambda index, pre: activate(names[index], pre))
    return [_cloud(inputs), *(_cloud(record.post) for record in records)]


def _spread(cloud: _Cloud, basis: np.ndarray) -> np.ndarray:
    """(F,) variance of the picture h @ basis, summed over its axes."""
    spread = ((cloud.covariance @ basis) * basis).sum(axis=(1, 2))
    return np.maximum(spread, 0)


def _scale(spread: np.ndarray, cloud: _Cloud) -> np.ndarray:
    """(F,) what brings pictures of variance ``spread`` (F,) to unit root mean square."""
    size = np.sqrt(cloud.variance + (cloud.mean**2).sum(axis=1))
    root = np.maximum(np.sqrt(spread), STEADY * size)
    return 1 / np.where(root > 0, root, 1)


def _share(cloud: _Cloud, basis: np.ndarray) -> np.ndarray:
    """(F,) share of the variance that the picture shows; its axes are orthogonal, of one length."""
    length = (basis**2).sum(axis=(1, 2)) / basis.shape[2]
    total = cloud.variance * length
    share = np.divide(_spread(cloud, basis), total, out=np.ones_like(total), where=total > 0)
    return np.minimum(share, 1)


def _principal_axes(cloud: _Cloud, dimension: int) -> np.ndarray:
    """(F, width, dimension) orthonormal directions of largest variance, the largest first."""
    _, vectors = np.linalg.eigh(cloud.covariance)
    return vectors[:, :, : -dimension - 1 : -1]


def _neuron_axes(cloud: _Cloud, neurons: tuple[int, ...] | None) -> np.ndarray:
    """(F, width, d) unit vectors of the given neurons, or of all."""
    axes = np.eye(cloud.width) if neurons is None else np.eye(cloud.width)[:, list(neurons)]
    return np.broadcast_to(axes, (len(cloud.mean), *axes.shape))


def wrap_neurons(chosen: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Chosen neurons for a layer of ``width``, at least as many as are chosen.

    Numbers from ``width`` on start over at 0; one that is taken then moves on to the next free.
    """
    taken: list[int] = []
    for neuron in chosen:
        neuron %= width
        while neuron in taken:
            neuron = (neuron + 1) % width
        taken.append(neuron)
    return tuple(taken)


def _reference(deviations: np.ndarray, dimension: int) -> np.ndarray:
    """An exact picture (F, n, width) as others are aligned to it: unit size, (F, n, dimension)."""
    used = deviations[..., :dimension]
    size = np.sqrt((used**2).sum(axis=-1).mean(axis=-1))[:, None, None]
    reference = np.zeros((*deviations.shape[:-1], dimension))
    reference[..., : used.shape[-1]] = used / np.where(size > 0, size, 1)
    return reference


def _alignment(pictures: list[np.ndarray], free: list[int]) -> dict[int, np.ndarray]:
    """Orthogonal matrices (F, d, d) that align the ``free`` ones of pictures (F, n, d).

    The pictures are those of the input space and of the layers after it. The last step is aligned
    layer to layer. Earlier ones, going back, are aligned to the sum of the picture of the layer
    before and that of the same layer one step later.
    """
    frames, _, dimension = pictures[0].shape
    identity = np.broadcast_to(np.eye(dimension), (frames, dimension, dimension))
    turns = {layer: identity.copy() for layer in free}
    # The product of two aligned pictures follows from that of the unaligned ones.
    before = {layer: pictures[layer].mT @ pictures[layer - 1] for layer in free}
    later = {layer: pictures[layer][:-1].mT @ pictures[layer][1:] for layer in free}
    for frame in reversed(range(frames)):
        for layer in free:
            target = before[layer][frame] @ turns.get(layer - 1, identity)[frame]
            if frame < frames - 1:
                target = target + later[layer][frame] @ turns[layer][frame + 1]
            u, _, vt = np.linalg.svd(target)
            turns[layer][frame] = u @ vt
    return turns


def _aligned_axes(clouds: list[_Cloud], first: np.ndarray, dimension: int) -> dict[int, np.ndarray]:
    """Bases (F, width, dimension) of the wide layers among ``clouds``.

    That of the inputs, which come first, is given: ``first`` (F, width, dimension or fewer).
    """
    pictures, axes = [_reference(_seen(clouds[0], first), dimension)], {}
    for layer, cloud in enumerate(clouds[1:], 1):
        if cloud.width <= EXACT_WIDTH:
            pictures.append(_reference(cloud.deviations, dimension))
            continue
        axes[layer] = _principal_axes(cloud, dimension)
        scale = _scale(_spread(cloud, axes[layer]), cloud)[:, None, None]
        pictures.append(_seen(cloud, axes[layer] * scale))
    turns = _alignment(pictures, list(axes))
    return {layer: basis @ turns[layer] for layer, basis in axes.items()}


def _seen(cloud: _Cloud, basis: np.ndarray) -> np.ndarray:
    """(F, n, d) the deviations along a basis, as precise as they are."""
    return cloud.deviations @ basis.astype(cloud.deviations.dtype)


def _first_axes(cloud: _Cloud, points: np.ndarray, dimension: int) -> np.ndarray:
    """(F, width, d) of the picture of the inputs: of a wide lifted one, turned to the plane's."""
    if cloud.width <= EXACT_WIDTH:
        return _neuron_axes(cloud, None)
    axes = _principal_axes(cloud, dimension)
    plane = _reference((points - points.mean(axis=0))[None], dimension)
    u, _, vt = np.linalg.svd(_seen(cloud, axes).mT @ plane)
    return axes @ (u @ vt)


def _least_squares(cloud: _Cloud, basis: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Best linear map (F, d_in, d_out) from the picture h @ basis to h @ target."""
    seen = basis.mT @ cloud.covariance
    inverse = np.linalg.pinv(seen @ basis, rcond=RANK_TOLERANCE, hermitian=True)
    return inverse @ (seen @ target)


def _packed_motion(
    layer: Layer,
    cloud: _Cloud,
    basis: np.ndarray,
    origin: np.ndarray,
    next_basis: np.ndarray,
    next_origin: np.ndarray,
) -> np.ndarray:
    """(F, 20) the linear part of ``layer`` from the picture of ``cloud`` to the next."""
    weights, bias = (part.astype(float) for part in layer)
    target = weights @ next_basis
    if basis.shape[1] == basis.shape[2]:  # an exact picture: the identity
        matrix = np.broadcast_to(target, (len(weights), *target.shape[1:]))
    else:
        matrix = _least_squares(cloud, basis, target)
    shift = _apply(bias, next_basis) + next_origin
    shift = shift + _apply(cloud.mean, target) - _apply(_apply(cloud.mean, basis) + origin, matrix)
    return decompose(matrix, shift).pack()


def layer_pictures(
    architecture: Architecture,
    parameters: np.ndarray,
    points: np.ndarray,
    view: str = "plane",
    chosen: tuple[int, ...] = (0, 1),
) -> Pictures:
    """Pictures of all layers at all recorded steps.

    Args:
        architecture: The network.
        parameters: (F, P) its flat parameters at F steps.
        points: (n, n_inputs) training points; the first 400 are used.
        view: How layers of more than 3 neurons are seen: "cut", "plane" and "space" show the 2, 2
            and 3 principal components of the post-activations, aligned; "neurons" the activations
            of the chosen neurons as they are. After the last hidden layer "plane" shows the logits,
            the others the view along the cut.
        chosen: 2 or 3 neurons for the view "neurons", counted from 0; see :func:`wrap_neurons`
            for layers that have fewer.

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """
    check_choice("view", view, VIEWS)
    check_integer("the number of chosen neurons", len(chosen), 2, 3)
    for neuron in chosen:
        check_integer("a chosen neuron", neuron, 0, MAX_WIDTH - 1)
    layers = unflatten(parameters, architecture)
    points = points[:MAX_POINTS]
    clouds = _record(architecture, layers, points)
    dimension = VIEWS[view] or len(chosen)
    first = _first_axes(clouds[0], points, dimension)
    aligned = _aligned_axes(clouds, first, dimension) if VIEWS[view] else {}
    if clouds[0].width > EXACT_WIDTH:
        aligned[0] = first
    bases, origins = [], []
    for index, cloud in enumerate(clouds):
        if index in aligned:
            bases.append(aligned[index])
            origins.append(-_apply(cloud.mean, aligned[index]))
        else:
            neurons = wrap_neurons(chosen, cloud.width) if cloud.width > EXACT_WIDTH else None
            bases.append(_neuron_axes(cloud, neurons))
            origins.append(np.zeros((len(parameters), bases[-1].shape[-1])))
    pairs = zip(layers, clouds, bases, origins, bases[1:], origins[1:], strict=False)
    shares = np.stack([_share(*pair) for pair in zip(clouds, bases, strict=True)], axis=1)
    pictures = Pictures(
        bases=[pad(basis) for basis in bases[1:]],
        origins=[pad(origin) for origin in origins[1:]],
        shares=shares[:, 1:],
        paths=np.stack([_packed_motion(*pair) for pair in pairs], axis=1),
        dimensions=tuple(basis.shape[-1] for basis in bases),
        exact=tuple(cloud.width <= EXACT_WIDTH for cloud in clouds),
    )
    if architecture.inputs:
        lifted = np.concatenate([pad(bases[0][0]), pad(origins[0][:1])])
        pictures = replace(pictures, lifted=lifted, lifted_share=float(shares[0, 0]))
    if view == "plane":
        return pictures
    return _ending_in_the_cut(pictures, layers[-1], clouds[-2], bases[-2], origins[-2])


def _ending_in_the_cut(
    pictures: Pictures, output: Layer, cloud: _Cloud, basis: np.ndarray, origin: np.ndarray
) -> Pictures:
    """The same with the view along the cut in place of the logits."""
    weights, bias = (part.astype(float) for part in output)
    readout = readout_view(weights, bias, cloud.mean, cloud.covariance, basis)
    away = readout.turn.away
    shares = pictures.shares.copy()
    shares[:, -1] = _share(cloud, readout.frames)
    return replace(
        pictures,
        bases=[*pictures.bases[:-1], pad(away)],
        origins=[*pictures.origins[:-1], pad(-_apply(cloud.mean, away))],
        shares=shares,
        dimensions=(*pictures.dimensions[:-1], basis.shape[-1]),
        exact=(*pictures.exact[:-1], pictures.exact[-2]),
        readout=readout.pack(cloud.mean, pad(_apply(cloud.mean, basis) + origin)),
    )
