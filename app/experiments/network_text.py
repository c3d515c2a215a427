"""A network that was loaded from a file, as a text for the link.

One of up to some 700 numbers is in the text, number for number. A larger one stays on this server:
see :mod:`layerwarp.app.experiments.packing`.
"""

from functools import lru_cache

import numpy as np

from layerwarp.app.experiments.network_file import LoadedNetwork, check_growth
from layerwarp.app.experiments.packing import Shelf, pack, unpack
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import COORDINATES
from layerwarp.network.forward_pass import flatten, unflatten

VERSION = "1"
MOST_BYTES = 400_000  # the largest network that is drawn has 150,000

_kept = Shelf()


def write_network(network: LoadedNetwork) -> str:
    """The text of a network for the link: letters, digits, - and _."""
    return _kept.shorten(_write(network))


def read_network(text: str) -> LoadedNetwork:
    """The network of a text.

    Raises:
        LookupError: It names a network that this server does not keep any more.
        ValueError: It is no text that :func:`write_network` gave, for example was cut short.
    """
    return _read(_kept.whole(text))


@lru_cache(maxsize=64)
def _read(text: str) -> LoadedNetwork:
    """The network in a text, looked at once: a page reads its link's at every run."""
    try:
        head, _, numbers = unpack(text, MOST_BYTES).partition(b"\n")
        version, sizes, names, step, *inputs = head.decode("ascii").split("|")
    except ValueError as error:
        raise ValueError("a network must be the whole text that LayerWarp wrote") from error
    if version != VERSION:
        raise ValueError(f"the text of a network must be of version {VERSION}")
    architecture = _architecture(sizes, names, ",".join(inputs))
    if len(numbers) != 4 * architecture.n_parameters:
        raise ValueError("a network must have as many numbers as its sizes say")
    vector = np.frombuffer(numbers, "<f4").astype(np.float32)
    if not np.isfinite(vector).all():
        raise ValueError("every number of a network must be finite")
    vector.flags.writeable = False  # all who read the text share it
    network = LoadedNetwork(
        architecture,
        unflatten(vector, architecture),
        step=int(step) if step.isdigit() and len(step) < 7 else None,
    )
    check_growth(network)
    return network


def _write(network: LoadedNetwork) -> str:
    architecture = network.architecture
    names = ",".join(architecture.activations)
    step = "" if network.step is None else str(network.step)
    inputs = f"|{','.join(architecture.inputs)}" * bool(architecture.inputs)
    head = f"{VERSION}|{','.join(map(str, architecture.sizes))}|{names}|{step}{inputs}\n"
    vector = np.asarray(flatten(network.params), "<f4")
    return pack(head.encode() + vector.tobytes())


def _architecture(sizes: str, names: str, inputs: str) -> Architecture:
    numbers = [int(size) for size in sizes.split(",") if size.isdecimal() and len(size) < 4]
    activations = tuple(names.split(",")) if names else ()
    if len(numbers) < 2 or len(activations) != len(numbers) - 2:
        raise ValueError("a network must have one activation for each hidden layer")
    if not set(activations) <= set(ACTIVATIONS):
        raise ValueError("an activation must be one that LayerWarp knows")
    features = tuple(inputs.split(",")) if inputs else ()
    if features and len(features) != numbers[0]:
        raise ValueError("a network must have as many inputs as its sizes say")
    n_inputs = len(COORDINATES) if features else numbers[0]
    same = activations[0] if len(set(activations)) == 1 else activations
    widths = tuple(numbers[1:-1])
    return Architecture(widths, same or "relu", n_inputs, numbers[-1], features)
