"""Files of networks: a configuration and weights as JSON that loads back number for number.

A file is one JSON object:

| key | what |
|---|---|
| ``format`` | ``"layerwarp network"`` |
| ``version`` | 1 |
| ``activation`` | a name of ``ACTIVATIONS``, or a list of one for each hidden layer |
| ``inputs`` | optional: names of ``FEATURES``, what the first layer is given of a point in place \
of x1 and x2; its weights have a row for each |
| ``layers`` | one object a layer, the output's last: ``weights``, a list of rows, one row an \
input and one number a neuron, and ``bias``, one number a neuron |
| ``data`` | optional: the fields of ``DatasetConfig``, ``OwnDataConfig`` or ``TargetConfig`` |
| ``training`` | optional: the fields of ``TrainingConfig`` |
| ``step`` | optional: the training step that the weights are of |
| ``about`` | optional: a line of text for people, which is not read |

Numbers are float32. ``assets/own_network_pytorch.py`` and ``assets/own_network_keras.py`` write
such files from networks that were trained elsewhere.
"""

import json
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from layerwarp.app.experiments.experiment import (
    FORMULA,
    POINTS,
    DatasetConfig,
    Experiment,
    OwnDataConfig,
    PlaneData,
    TargetConfig,
)
from layerwarp.app.experiments.json_checks import (
    check_keys,
    check_list,
    in_a_sentence,
    read_configuration,
    read_numbers,
    read_object,
    shown,
)
from layerwarp.checks import check_choice, check_integer
from layerwarp.data.datasets import Dataset
from layerwarp.data.targets import TARGETS
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import (
    MAX_DEPTH,
    MAX_INPUTS,
    MAX_OUTPUTS,
    MAX_WIDTH,
    Architecture,
)
from layerwarp.network.features import COORDINATES, FEATURES
from layerwarp.network.forward_pass import Layer, record_activations
from layerwarp.training.config import MAX_STEPS, TrainingConfig

FORMAT, VERSION = "layerwarp network", 1
MAX_CHARACTERS = 4_000_000  # the largest network that is drawn takes about 0.5 million
# Pictures are worked out from squares and products of what neurons say, the browser's in float32.
LARGEST = 1e12
REACH, PLACES_EACH_WAY = 10.0, 9  # of the inputs at which a network is looked at
REQUIRED = ("format", "version", "activation", "layers")
OPTIONAL = ("inputs", "data", "training", "step", "about")


@dataclass(frozen=True, eq=False)
class LoadedNetwork:
    """What a file held.

    Attributes:
        architecture: The network's shape.
        params: Its float32 parameters, a layer each.
        data: What it was trained on, if the file says.
        training: How, if the file says.
        step: The training step that the weights are of, if the file says.
    """

    architecture: Architecture
    params: list[Layer]
    data: PlaneData | TargetConfig | None = None
    training: TrainingConfig | None = None
    step: int | None = None

    @property
    def experiment(self) -> Experiment | None:
        """The training whose outcome this is, if the file says."""
        if self.data is None or self.training is None:
            return None
        return Experiment(self.data, self.architecture, self.training)


def check_growth(network: LoadedNetwork) -> None:
    """Raise ValueError if its numbers grow, in reach of the pictures, beyond all that is drawn."""
    n_inputs = network.architecture.n_inputs
    reach = [np.linspace(-REACH, REACH, PLACES_EACH_WAY)] * n_inputs
    points = np.stack(np.meshgrid(*reach), axis=-1).reshape(-1, n_inputs)
    params = [Layer(*(part.astype(float) for part in layer)) for layer in network.params]
    with np.errstate(all="ignore"):
        records = record_activations(network.architecture, params, points)
        largest = max(float(np.abs(part).max()) for record in records for part in record)
    if not largest <= LARGEST:
        raise ValueError(
            f"the numbers of a network must stay below {LARGEST:.0e} for points from -{REACH:g} to "
            f"{REACH:g}; got {largest:.3g}"
        )


def dump(network: LoadedNetwork, about: str = "") -> str:
    """The text of a file, from which :func:`load` gives back the same."""
    optional = {
        "data": network.data and asdict(network.data),
        "training": network.training and asdict(network.training),
        "step": network.step,
        "about": about or None,
    }
    head = {
        "format": FORMAT,
        "version": VERSION,
        **{name: value for name, value in optional.items() if value is not None},
        "activation": network.architecture.activation,
    }
    if network.architecture.inputs:
        head["inputs"] = network.architecture.inputs
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    layers = ",\n".join(map(_layer_text, network.params))
    return "\n".join(["{", *lines, '  "layers": [', layers, "  ]", "}"]) + "\n"


def _layer_text(layer: Layer) -> str:
    """One row a line, for people who look into the file."""
    rows = ",\n".join(f"      {_row_text(row)}" for row in layer.weights)
    return f'    {{"weights": [\n{rows}],\n     "bias": {_row_text(layer.bias)}}}'


def _row_text(row: np.ndarray) -> str:
    # The shortest decimal of a float32 is as exact as the seventeen digits of its float64.
    numbers = [float(str(number)) for number in np.asarray(row, np.float32)]
    return json.dumps(numbers, allow_nan=False)


def load(text: str | bytes) -> LoadedNetwork:
    """The network of a file.

    Args:
        text: The file's content, UTF-8 if bytes.

    Raises:
        ValueError: One sentence that says what is wrong with the file, fit for Markdown.
    """
    content = read_object(text, MAX_CHARACTERS)
    for name, wanted in (("format", FORMAT), ("version", VERSION)):
        if name in content and (type(content[name]), content[name]) != (type(wanted), wanted):
            raise ValueError(
                f"{name} must be {wanted}, what this LayerWarp reads; got {shown(content[name])}"
            )
    check_keys("the file", content, REQUIRED, OPTIONAL)
    params = _read_layers(content["layers"])
    inputs = _read_inputs(content["inputs"], params) if "inputs" in content else ()
    architecture = _read_architecture(content["activation"], params, inputs)
    data = _read_data(content["data"], architecture) if "data" in content else None
    training, step = content.get("training"), content.get("step")
    if training is not None:
        training = read_configuration("training", TrainingConfig, training)
    if step is not None:
        in_a_sentence("the file", lambda: check_integer("step", step, 0, MAX_STEPS))
    network = LoadedNetwork(architecture, params, data, training, step)
    check_growth(network)
    return network


def _read_layers(layers: Any) -> list[Layer]:
    check_list("layers", layers, MAX_DEPTH + 1, "layers, the output's last")
    params = [_read_layer(f"layer {number}", layer) for number, layer in enumerate(layers, 1)]
    for number, (before, layer) in enumerate(pairwise(params), 2):
        width, rows = len(before.bias), len(layer.weights)
        if width != rows:
            raise ValueError(
                f"the weights of layer {number} must have one row for each of the {width} "
                f"neurons of layer {number - 1}; got {rows}"
            )
    return params


def _read_layer(place: str, layer: Any) -> Layer:
    check_keys(place, layer, ("weights", "bias"))
    bias = read_numbers(f"the bias of {place}", layer["bias"], MAX_WIDTH)
    rows = layer["weights"]
    check_list(f"the weights of {place}", rows, MAX_WIDTH, "rows, one an input")
    weights = [
        read_numbers(f"row {number} of the weights of {place}", row, MAX_WIDTH)
        for number, row in enumerate(rows, 1)
    ]
    for number, row in enumerate(weights, 1):
        if len(row) != len(bias):
            raise ValueError(
                f"row {number} of the weights of {place} must have as many numbers as its bias, "
                f"{len(bias)}; got {len(row)}"
            )
    return Layer(np.stack(weights), bias)


def _read_inputs(inputs: Any, params: list[Layer]) -> tuple[str, ...]:
    """What the rows of the first weights are of, in the order of the table of features."""
    check_list("inputs", inputs, len(FEATURES), "names, one a row of the weights of layer 1")
    for name in inputs:
        if not isinstance(name, str) or name not in FEATURES:
            raise ValueError(f"an input must be one of {', '.join(FEATURES)}; got {shown(name)}")
    if list(inputs) != [name for name in FEATURES if name in inputs]:
        order = ", ".join(FEATURES)
        raise ValueError(f"inputs must be different, in the order {order}; got {shown(inputs)}")
    rows = len(params[0].weights)
    if len(inputs) != rows:
        raise ValueError(
            f"inputs must name one for each of the {rows} rows of the weights of layer 1; "
            f"got {len(inputs)}"
        )
    return tuple(inputs)


def _read_architecture(
    activation: Any, params: list[Layer], inputs: tuple[str, ...]
) -> Architecture:
    names = activation if isinstance(activation, list) else [activation]
    if isinstance(activation, list) and len(names) != len(params) - 1:
        raise ValueError(
            "activation must be one name, or a list of one for each of the "
            f"{len(params) - 1} hidden layers; got a list of {len(names)}"
        )
    for name in names:
        if not isinstance(name, str) or name not in ACTIVATIONS:
            options = ", ".join(ACTIVATIONS)
            raise ValueError(f"an activation must be one of {options}; got {shown(name)}")
    n_inputs = len(COORDINATES) if inputs else len(params[0].weights)
    n_outputs = len(params[-1].bias)
    check_integer("the number of rows of the weights of layer 1", n_inputs, 1, MAX_INPUTS)
    check_integer("the number of outputs, of the last bias", n_outputs, 1, MAX_OUTPUTS)
    widths = tuple(len(layer.bias) for layer in params[:-1])
    activations = tuple(names) if isinstance(activation, list) else activation
    return Architecture(widths, activations, n_inputs, n_outputs, inputs)


def _read_data(content: Any, architecture: Architecture) -> PlaneData | TargetConfig:
    """What the network was trained on, made once to see that it can be and that it fits."""
    data: PlaneData | TargetConfig
    if isinstance(content, dict) and "formula" in content:
        data = read_configuration("data", TargetConfig, content)
        names = [*TARGETS, FORMULA, POINTS]
        in_a_sentence("data", lambda: check_choice("name", data.name, names))
    elif isinstance(content, dict) and "own" in content:
        data = read_configuration("data", OwnDataConfig, content)
    else:
        data = read_configuration("data", DatasetConfig, content)
    made = in_a_sentence("data", lambda: data.make())
    n_inputs, n_classes = (2, made.n_classes) if isinstance(made, Dataset) else (1, 2)
    for name, wanted in (("n_inputs", n_inputs), ("n_classes", n_classes)):
        got = getattr(architecture, name)
        if got != wanted:
            raise ValueError(f"a network of these data must have {name} = {wanted}; got {got}")
    return data
