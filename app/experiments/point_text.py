"""Own points as a short text: what a link carries, and what the page makes data of.

Coordinates are counted in cells of the square that the pictures show. The order of points means
nothing, so that they are sorted and only the gaps between them are written, in a Rice code (Rice
and Plaunt 1971): 400 points take about 900 characters, 5,000 about 4,700. No text can ask for more
points than it has bits.
"""

import base64
import binascii
from functools import lru_cache

import numpy as np

from layerwarp.data.labeled_points import MAX_CLASSES, MAX_POINTS, check_labeled_points

SIDE = 3.6  # the square reaches from -SIDE to SIDE
FINEST, COARSEST = 10, 8  # bits a coordinate
SHORT = 2_000  # characters up to which points are kept as fine as possible
LONGEST = 12_000  # no sensible text is longer
VERSION = 1
VERSION_BITS, PRECISION_BITS, CLASSES_BITS, COUNT_BITS, RICE_BITS = 3, 4, 3, 13, 5


def write_points(points: np.ndarray, labels: np.ndarray) -> str:
    """The text of points: letters, digits, - and _.

    Args:
        points: (n, 2); what lies outside the square is moved to its edge.
        labels: (n,) whole numbers; those that are there are numbered anew without a gap.

    Raises:
        ValueError: No data set can be made of these; see
            :func:`layerwarp.data.labeled_points.check_labeled_points`.
    """
    labels = np.unique(labels, return_inverse=True)[1].ravel()
    check_labeled_points(points, labels)
    texts = (_write(points, labels, bits) for bits in range(FINEST, COARSEST - 1, -1))
    text = ""
    for text in texts:
        if len(text) <= SHORT:
            break
    read_points(text)  # rounding may have brought all points to one place
    return text


def _write(points: np.ndarray, labels: np.ndarray, precision: int) -> str:
    last = 2**precision - 1
    cells = np.rint((np.clip(points, -SIDE, SIDE) / SIDE + 1) / 2 * last).astype(int)
    numbers = cells[:, 0] << precision | cells[:, 1]
    n_classes = int(labels.max()) + 1
    bits = [f"{VERSION:0{VERSION_BITS}b}{precision:0{PRECISION_BITS}b}{n_classes:0{CLASSES_BITS}b}"]
    for cls in range(n_classes):
        own = np.sort(numbers[labels == cls])
        gaps = np.diff(own, prepend=0).tolist()
        rice = max(0, int(np.log2(max(1, own[-1] / len(own)))))
        bits.append(f"{len(gaps):0{COUNT_BITS}b}{rice:0{RICE_BITS}b}")
        for gap in gaps:
            bits.append("1" * (gap >> rice) + "0")
            bits.append(f"{gap & (1 << rice) - 1:0{rice}b}" if rice else "")
    return _to_text("".join(bits))


@lru_cache(maxsize=64)
def read_points(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The points of a text: (n, 2) float32 and their classes (n,) int32; not to be written to.

    Raises:
        ValueError: It is no text that :func:`write_points` gave, for example was cut short.
    """
    try:
        points, labels = _read(_Bits(text))
    except (IndexError, binascii.Error) as error:
        raise ValueError("own points must be the whole text that LayerWarp wrote") from error
    check_labeled_points(points, labels)
    points.flags.writeable = labels.flags.writeable = False
    return points, labels


def _read(bits: "_Bits") -> tuple[np.ndarray, np.ndarray]:
    version, precision = bits.number(VERSION_BITS), bits.number(PRECISION_BITS)
    if version != VERSION:
        raise ValueError(f"own points must be of version {VERSION}; got {version}")
    if not COARSEST <= precision <= FINEST:
        raise ValueError(
            f"own points must have {COARSEST} to {FINEST} bits each way; got {precision}"
        )
    numbers: list[int] = []
    labels: list[int] = []
    for cls in range(min(bits.number(CLASSES_BITS), MAX_CLASSES)):
        count, rice = bits.number(COUNT_BITS), bits.number(RICE_BITS)
        if len(numbers) + count > MAX_POINTS:
            raise ValueError(f"own points must be at most {MAX_POINTS:,}")
        at = 0
        for _ in range(count):
            at += bits.rice(rice)
            numbers.append(at)
        labels += [cls] * count
    if max(numbers, default=0) >= 4**precision:
        raise ValueError("own points must lie in the picture")
    last = 2**precision - 1
    whole = np.array(numbers, int)
    cells = np.stack([whole >> precision, whole & last], axis=1)
    return (SIDE * (2 * cells / last - 1)).astype(np.float32), np.array(labels, np.int32)


class _Bits:
    """The bits of a text, one after another."""

    def __init__(self, text: str) -> None:
        if not text.isascii() or len(text) > LONGEST:
            raise ValueError(f"own points must have at most {LONGEST:,} letters and digits")
        padded = text + "=" * (-len(text) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        self.text, self.at = "".join(f"{byte:08b}" for byte in raw), 0

    def number(self, n_bits: int) -> int:
        """A number of so many bits; IndexError where the text has ended."""
        start, self.at = self.at, self.at + n_bits
        if self.at > len(self.text):
            raise IndexError("no more bits")
        return int(self.text[start : self.at] or "0", 2)

    def rice(self, n_bits: int) -> int:
        """A number in Rice code: ones and a zero for its high part, then its low bits."""
        zero = self.text.find("0", self.at)
        if zero < 0:
            raise IndexError("no more bits")
        high, self.at = zero - self.at, zero + 1
        return high << n_bits | self.number(n_bits)


def _to_text(bits: str) -> str:
    padded = bits + "0" * (-len(bits) % 8)
    raw = int("1" + padded, 2).to_bytes(len(padded) // 8 + 1, "big")[1:]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
