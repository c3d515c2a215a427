"""What two networks side by side differ in, in one sentence."""

from collections.abc import Callable

from layerwarp.app.experiments.experiment import OWN
from layerwarp.app.experiments.point_text import read_points
from layerwarp.app.link.parameters import OWN_PLANE, Values
from layerwarp.app.words.numbers import counted, listed
from layerwarp.data.datasets import DATASETS
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.features import input_labels
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.optimizers import OPTIMIZERS

SAME = "A and B are the same network so far."
UNSAID = (
    "A and B differ in single points or in numbers that were set by hand. "
    "All other settings are the same."
)


def difference(a: Values, b: Values) -> str:
    """The sentence, for example "A: 2 neurons; B: 3 neurons. All other settings are the same".

    Args:
        a: Of the parameters ``COMPARED``.
        b: Likewise.
    """
    trained = _is_trained(a) and _is_trained(b)
    says = [*_DATA, *(_TRAINED if trained else [_origin])]
    pairs = [(say(a), say(b)) for say in says]
    differing = [(of_a, of_b) for of_a, of_b in pairs if of_a != of_b]
    if trained and _shape(a) != _shape(b):
        both = a["layers"] != b["layers"] and _sizes(a) != _sizes(b)
        say = _shape if both else _neurons if a["layers"] == b["layers"] else _layers
        differing.insert(0, (say(a), say(b)))
    if not differing:
        return (
            SAME if all(a.get(name) == b.get(name) for name in OWN_PLANE if name in a) else UNSAID
        )
    of_a, of_b = (", ".join(filter(None, words)) for words in zip(*differing, strict=True))
    return f"A: {of_a}; B: {of_b}. All other settings are the same."


def _is_trained(values: Values) -> bool:
    return not values["matrix"] and not values["net"]


def _origin(values: Values) -> str:
    if values["matrix"]:
        return f"layers built by hand ({_activations(values)})"
    return "a network from a file" if values["net"] else f"{_shape(values)}, trained"


def _sizes(values: Values) -> tuple[int, ...]:
    """Neurons of the hidden layers, each size once where they are all the same."""
    widths = values["widths"] or (values["neurons"],) * values["layers"]
    return widths[:1] if len(set(widths)) == 1 else tuple(widths)


def _neurons(values: Values) -> str:
    sizes = _sizes(values)
    if len(sizes) != 1:
        return f"{'-'.join(map(str, sizes))} neurons"
    return counted(sizes[0], "neuron") + (" in each layer" if values["layers"] > 1 else "")


def _layers(values: Values) -> str:
    return counted(values["layers"], "hidden layer") if values["layers"] else "no hidden layer"


def _shape(values: Values) -> str:
    if not values["layers"]:
        return _layers(values)
    sizes = "-".join(map(str, _sizes(values)))
    return f"{_layers(values)} of {sizes} neuron{'' if sizes == '1' else 's'}"


def _activations(values: Values) -> str:
    if not values["layers"]:
        return ""
    names = values["act"] if len(set(values["act"])) > 1 else values["act"][:1]
    return "-".join(ACTIVATIONS[name].label for name in names)


def _points(values: Values) -> str:
    if values["data"] != OWN:
        return counted(values["points"], "point")
    return f"{len(read_points(values['xy'])[0]):,} points of your own"


def _data(values: Values) -> str:
    return "your own points" if values["data"] == OWN else DATASETS[values["data"]].label


def _noise(values: Values) -> str:
    return "" if values["data"] == OWN else f"noise {values['noise']:g}"


_DATA: list[Callable[[Values], str]] = [
    _data,
    _points,
    _noise,
    lambda values: f"data seed {values['seed']}",
]
_TRAINED: list[Callable[[Values], str]] = [
    lambda values: f"inputs {listed(input_labels(values['inputs']))}",
    _activations,
    lambda values: OPTIMIZERS[values["opt"]].label,
    lambda values: f"learning rate {values['lr']:g}",
    lambda values: f"batches of {values['batch']}",
    lambda values: f"L2 penalty {values['l2']:g}",
    lambda values: counted(values["steps"], "step"),
    lambda values: f"network seed {values['start']}",
    lambda values: f"starting weights “{INITIALIZERS[values['init']].label}”",
]
