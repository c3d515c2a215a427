"""A network that was loaded from a file, as a text for the link.

A small one is in the text, number for number. A large one stays on this server, and the text only
says which it is: such a link opens as long as the server keeps the network.
"""

import base64
import binascii
import hashlib
import re
import zlib
from functools import lru_cache

import numpy as np

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.experiments.network_file import LoadedNetwork, check_growth
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import COORDINATES
from layerwarp.network.forward_pass import flatten, unflatten

VERSION = "1"
SHORT = 4_000  # characters that a link can well hold: networks of some 700 numbers
MOST_BYTES = 400_000  # the largest network that is drawn has 150,000
KEPT = re.compile(r"kept-[0-9a-f]{24}")
N_KEPT, KEPT_BYTES = 256, 16 * 2**20

_kept: BoundedCache[str] = BoundedCache(N_KEPT, KEPT_BYTES, len)


def write_network(network: LoadedNetwork) -> str:
    """The text of a network for the link: letters, digits, - and _."""
    text = _write(network)
    if len(text) <= SHORT:
        return text
    # Nobody guesses the name of a network that is not theirs.
    name = f"kept-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    _kept.put(name, text)
    return name


def is_kept(text: str) -> bool:
    """Whether the text only names a network that stays on this server."""
    return KEPT.fullmatch(text) is not None


def read_network(text: str) -> LoadedNetwork:
    """The network of a text.

    Raises:
        LookupError: It names a network that this server does not keep any more.
        ValueError: It is no text that :func:`write_network` gave, for example was cut short.
    """
    if is_kept(text):
        known = _kept.get(text)
        if known is None:
            raise LookupError("this server does not keep that network any more")
        text = known
    return _read(text)


@lru_cache(maxsize=64)
def _read(text: str) -> LoadedNetwork:
    """The network in a text, looked at once: a page reads its link's at every run."""
    try:
        head, _, numbers = _unpacked(text).partition(b"\n")
        version, sizes, names, step, *inputs = head.decode("ascii").split("|")
    except (ValueError, binascii.Error, zlib.error) as error:
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
    packed = zlib.compress(head.encode() + vector.tobytes(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    """The bytes in a text; at most so many, however far they would unpack."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    decompressor = zlib.decompressobj()
    unpacked = decompressor.decompress(raw, MOST_BYTES)
    if not decompressor.eof:
        raise ValueError("cut short, or too large")
    return unpacked


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
