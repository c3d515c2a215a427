"""A picture as a data URI, so that a figure can hold it without a file."""

import base64
import struct
import zlib

import numpy as np

RGBA = 6  # color type of the PNG specification


def png_uri(pixels: np.ndarray) -> str:
    """Pixels (height, width, 4) uint8, the top row first, as ``data:image/png;base64,...``."""
    height, width, _ = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, RGBA, 0, 0, 0)
    # Every row begins with the number of its filter: 0, none.
    rows = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0)))
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")]
    file = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)
    return f"data:image/png;base64,{base64.b64encode(file).decode()}"


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
