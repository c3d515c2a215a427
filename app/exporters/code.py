"""The trained network as a short script for numpy, JAX, PyTorch and Keras.

Each script holds the weights, every float32 as the shortest decimal that reads back as itself, and
``predict(x)``, which gives the logits. How a library writes an activation stands in its row of
``ACTIVATIONS``.
"""

from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from layerwarp.app.experiments.safe_text import plain
from layerwarp.app.exporters.export import Export
from layerwarp.app.words.captions import accuracy_in_words, network_in_words
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.features import FEATURES
from layerwarp.network.forward_pass import Layer

SHOWN_POINTS = 5  # whose outputs the script prints
LINE = 96

NUMPY_POINTS = "np.asarray(x, np.float32)"
NUMPY_FORWARD = '''
def predict(x):
    """Logits (n, {n_outputs}) at x (n, {n_inputs})."""
    h = {points}
    for weights, bias, activation in LAYERS:
        z = h @ np.array(weights, np.float32) + np.array(bias, np.float32)
        h = ACTIVATIONS[activation](z) if activation else z
    return h
'''
JAX_FORWARD = '''
PARAMS = [(jnp.array(w, jnp.float32), jnp.array(b, jnp.float32)) for w, b, _ in LAYERS]
NAMES = [activation for _, _, activation in LAYERS]


@jax.jit
def forward(params, x):
    """Logits (n, {n_outputs}) at x (n, {n_inputs}); differentiable in params and in x."""
    h = {points}
    for (weights, bias), activation in zip(params, NAMES):
        z = jnp.matmul(h, weights, precision="highest") + bias
        h = ACTIVATIONS[activation](z) if activation else z
    return h


def predict(x):
    """Logits (n, {n_outputs}) at x (n, {n_inputs})."""
    return forward(PARAMS, jnp.asarray(x, jnp.float32))
'''
TORCH_FORWARD = '''
class Network(torch.nn.Module):
    """Logits (n, {n_outputs}) at x (n, {n_inputs})."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.ModuleList()
        for weights, bias, _ in LAYERS:
            layer = torch.nn.Linear(len(weights), len(bias))
            with torch.no_grad():
                layer.weight.copy_(torch.tensor(weights).T)
                layer.bias.copy_(torch.tensor(bias))
            self.linear.append(layer)

    def forward(self, x):
        h = {points}
        for layer, (_, _, activation) in zip(self.linear, LAYERS):
            h = layer(h)
            h = ACTIVATIONS[activation](h) if activation else h
        return h


model = Network()


@torch.no_grad()
def predict(x):
    """Logits (n, {n_outputs}) at x (n, {n_inputs})."""
    return model(torch.as_tensor(x, dtype=torch.float32)).numpy()
'''
KERAS_FORWARD = '''
model = keras.Sequential([keras.Input((len(LAYERS[0][0]),))])
for _, bias, activation in LAYERS:
    model.add(keras.layers.Dense(len(bias), activation=ACTIVATIONS.get(activation)))
model.set_weights([np.array(part, np.float32) for layer in LAYERS for part in layer[:2]])


def predict(x):
    """Logits (n, {n_outputs}) at x (n, {n_inputs})."""
    return keras.ops.convert_to_numpy(model({points}))
'''
LIFT = '''
def lift(x):
    """What the first layer is given of points (n, 2)."""
    x1, x2 = x[:, 0], x[:, 1]
    return {stack}([{features}], 1)
'''
MAIN = """

if __name__ == "__main__":
    points = {points}
    for point, outputs in zip(points, predict(points).tolist()):
        print(point, "->", outputs)
"""


@dataclass(frozen=True)
class _Library:
    """How a library says it.

    Attributes:
        name: For people.
        imports: Lines.
        forward: Text of the forward pass.
        points: How points come to the first layer.
        arrays: The module that stacks arrays and has a sine.
    """

    name: str
    imports: str
    forward: str
    points: str
    arrays: str


LIBRARIES = {
    "numpy": _Library("numpy", "import numpy as np", NUMPY_FORWARD, NUMPY_POINTS, "np"),
    "jax": _Library("JAX", "import jax\nimport jax.numpy as jnp", JAX_FORWARD, "x", "jnp"),
    "torch": _Library("PyTorch", "import torch", TORCH_FORWARD, "x", "torch"),
    "keras": _Library(
        "Keras 3", "import keras\nimport numpy as np", KERAS_FORWARD, NUMPY_POINTS, "np"
    ),
}


def script(export: Export, library: str) -> bytes:
    """A Python script that is the network; ``library`` is a key of ``LIBRARIES``."""
    architecture, how = export.experiment.architecture, LIBRARIES[library]
    used = dict.fromkeys(architecture.activations)
    table = "".join(f'    "{name}": {ACTIVATIONS[name].code[library]},\n' for name in used)
    names = {
        "n_inputs": architecture.n_inputs,
        "n_outputs": architecture.n_outputs,
        "points": f"lift({how.points})" if architecture.inputs else how.points,
    }
    points = "[" + ", ".join(map(_row, export.inputs[:SHOWN_POINTS])) + "]"
    parts = [
        _header(export, how.name),
        how.imports,
        f"ACTIVATIONS = {{\n{table}}}" if used else "ACTIVATIONS = {}",
        _layers(export),
        *_lift(architecture.inputs, how.arrays),
        how.forward.format_map(names),
    ]
    return ("\n\n".join(parts) + MAIN.format(points=points)).encode()


def _lift(inputs: tuple[str, ...], arrays: str) -> list[str]:
    """The function that makes a first layer's inputs, where they are not the coordinates."""
    if not inputs:
        return []
    features = ", ".join(FEATURES[name].formula for name in inputs)
    features = features.replace("SINE", f"{arrays}.sin")
    return [LIFT.format(stack=f"{arrays}.stack", features=features).rstrip("\n")]


def _header(export: Export, library: str) -> str:
    """Comments; the first two lines, in which Python looks for an encoding, are ours alone."""
    experiment, history = export.experiment, export.history
    lines = [
        "A trained network with its weights, written by LayerWarp.",
        f"It needs {library} and runs as it is.",
        "",
        f"data:     {experiment.dataset.label} (seed {experiment.dataset.seed})",
        f"network:  {'-'.join(map(str, experiment.architecture.sizes))}, "
        f"{network_in_words(experiment.architecture)}",
        f"quality:  {accuracy_in_words(experiment, history, export.record)}",
        f"training: step {export.step}, seed {experiment.training.seed}",
        f"link:     {export.safe_link}",
        "",
        _meaning(export),
    ]
    return "\n".join(f"# {plain(line, 5_000)}".rstrip() for line in lines)


def _meaning(export: Export) -> str:
    if not export.classifies:
        return "predict(x) gives the function's value at each row of x."
    if export.experiment.architecture.n_outputs == 1:
        return "predict(x) gives one logit a point: above 0 it is class 1, else class 0."
    return "predict(x) gives one logit a class; the largest says which."


def _layers(export: Export) -> str:
    """The table LAYERS; weights have one row an input and one column a neuron."""
    names = (*export.experiment.architecture.activations, None)
    text = "".join(map(_layer, export.layers, names))
    comment = "# One (weights, bias, activation) a layer: a row of weights for each input,"
    return f"{comment}\n# a column for each neuron. The last layer is linear.\nLAYERS = [\n{text}]"


def _layer(layer: Layer, activation: str | None) -> str:
    rows = "".join(_wrapped(_row(row) + ",", 12) for row in layer.weights)
    end = f'"{activation}"' if activation else "None"
    return (
        f"    (\n        [\n{rows}        ],\n{_wrapped(_row(layer.bias) + ',', 8)}"
        f"        {end},\n    ),\n"
    )


def _wrapped(text: str, indent: int) -> str:
    lines = wrap(text, LINE - indent, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _row(numbers: np.ndarray) -> str:
    return "[" + ", ".join(map(shortest, numbers)) + "]"


def shortest(number: np.float32) -> str:
    """The shortest decimal that, read as float64 and rounded to float32, is the number again."""
    text = str(np.float32(number))
    return text if np.float32(float(text)) == number else repr(float(number))
