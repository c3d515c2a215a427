"""A JSON header and arrays as the bytes that a component takes."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwarp.app.figures.classes import CLASSES

VERSION = 1
CLASS_LOOKS = [
    {"name": f"{look.color_name} {look.shape}", "color": look.color, "corners": look.corners}
    for look in CLASSES
]


def join(header: Mapping[str, Any], blocks: Mapping[str, Any]) -> bytes:
    """A header and named arrays as one piece of bytes.

    Args:
        header: What JSON can say; NaN is not among it. How classes look goes along.
        blocks: Arrays of any shape; what is not float32 becomes it.

    Returns:
        uint32 n, n bytes of JSON, zeros up to a multiple of 4, then the blocks in the order of
        the header's ``blocks`` (name and shape); all little-endian.
    """
    table = [{"name": name, "shape": np.shape(block)} for name, block in blocks.items()]
    whole = {"version": VERSION, "class_looks": CLASS_LOOKS, **header, "blocks": table}
    text = json.dumps(whole, allow_nan=False).encode()
    data = [np.ascontiguousarray(block, dtype="<f4").tobytes() for block in blocks.values()]
    return b"".join([struct.pack("<I", len(text)), text, bytes(-len(text) % 4), *data])
