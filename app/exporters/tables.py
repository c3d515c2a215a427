"""Activations, weights and the mesh of linear regions as tables: CSV and NPZ."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import numpy as np

from layerwarp.app.exporters.export import Export, caption
from layerwarp.app.stage.payload import input_box
from layerwarp.network.features import lift
from layerwarp.network.forward_pass import predict_classes

MAX_FACES = 20_000  # of a mesh: found in well under a second
MESH = (
    "vertices",
    "edges",
    "creases",
    "edge_faces",
    "corners",
    "starts",
    "areas",
    "weights",
    "offsets",
    "linear_labels",
    "decision_boundary",
)


def activations_csv(export: Export) -> bytes:
    """One row a training point: where it is, what it should be, and every neuron's output.

    Columns: x (and y), class or value, a column ``layer 1 neuron 1`` for each hidden neuron
    (after its activation), a column for each output, and for classes the predicted one.
    """
    records, inputs = export.records, export.inputs
    hidden = [
        f"layer {layer} neuron {neuron}"
        for layer, record in enumerate(records[:-1], 1)
        for neuron in range(1, record.post.shape[1] + 1)
    ]
    outputs = [f"output {j}" for j in range(1, records[-1].post.shape[1] + 1)]
    names = [*_coordinates(inputs), "class" if export.classifies else "value", *hidden, *outputs]
    columns = [inputs, export.answers[:, None], *(record.post for record in records)]
    if export.classifies:
        names.append("predicted class")
        columns.append(predict_classes(records[-1].post)[:, None])
    return _csv(names, np.concatenate([np.asarray(c, float) for c in columns], axis=1))


def weights_csv(export: Export) -> bytes:
    """One row a weight or bias: layer (the output's last), neuron, input, number; all from 1.

    The bias of a neuron is the row whose input is 0.
    """
    rows = []
    for number, (weights, bias) in enumerate(export.layers, 1):
        table = np.vstack([bias, weights])
        source, neuron = (index.ravel() for index in np.indices(table.shape))
        layer = np.full(table.size, number)
        rows.append(np.column_stack([layer, neuron + 1, source, table.ravel()]))
    return _csv(["layer", "neuron", "input", "weight"], np.concatenate(rows))


def _coordinates(inputs: np.ndarray) -> Sequence[str]:
    return ("x", "y", "z")[: inputs.shape[1]]


def _csv(names: Iterable[str], rows: np.ndarray) -> bytes:
    """Nine significant digits: as many as tell any two float32 numbers apart."""
    rows = rows + 0.0  # no zero is negative in a spreadsheet
    line = ",".join(["%.9g"] * rows.shape[1])
    lines = [",".join(names), *(line % tuple(row) for row in rows.tolist()), ""]
    return "\r\n".join(lines).encode()


def arrays_npz(export: Export) -> bytes:
    """Everything as numpy arrays; ``numpy.load`` reads it without pickle.

    ``inputs`` (n, n_inputs) and ``answers`` (n,); for each layer l from 1, the output's last,
    ``pre_l`` and ``post_l`` (n, width), ``weights_l`` (fan_in, width), ``bias_l`` (width,);
    ``activations`` and ``caption`` are texts. Where the first layer is given other numbers than the
    coordinates, ``lifted`` (n, fan_in) and ``lifted_names``. For classes ``predicted`` (n,). For
    x1 and x2 as inputs and piecewise-linear activations the mesh of linear regions in ``mesh_box``:
    fields of ``layerwarp.geometry.linear_regions.LinearRegions`` with ``mesh_`` in front, unless it
    has more than 20,000 faces.
    """
    arrays: dict[str, np.ndarray] = {
        "caption": np.array(caption(export)),
        "activations": np.array(export.experiment.architecture.activations, str),
        "inputs": export.inputs,
        "answers": export.answers,
    }
    if names := export.experiment.architecture.inputs:
        arrays |= {"lifted": lift(names, export.inputs), "lifted_names": np.array(names, str)}
    for number, (record, layer) in enumerate(zip(export.records, export.layers, strict=True), 1):
        arrays |= {f"pre_{number}": record.pre, f"post_{number}": record.post}
        arrays |= {f"weights_{number}": layer.weights, f"bias_{number}": layer.bias}
    if export.classifies:
        arrays["predicted"] = predict_classes(export.records[-1].post)
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays, **_mesh(export))
    return file.getvalue()


def _mesh(export: Export) -> dict[str, np.ndarray]:
    """The exact linear regions, where there are some and not too many."""
    architecture = export.experiment.architecture
    if architecture.n_inputs != 2 or not architecture.is_piecewise_linear:
        return {}
    from layerwarp.geometry.linear_regions import linear_regions

    box = input_box(export.inputs)
    regions = linear_regions(architecture, export.layers, box, MAX_FACES)
    if not regions.complete:
        return {}
    mesh = {f"mesh_{name}": np.asarray(getattr(regions, name)) for name in MESH}
    return {"mesh_box": np.array(box), **mesh}
