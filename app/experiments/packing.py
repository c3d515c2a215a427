"""What a link carries as one text: bytes packed into letters, digits, - and _.

A short text is the content itself. A long one stays on this server, and what stands in its place
only says which it is: such a link opens as long as the server keeps the content.
"""

import base64
import binascii
import hashlib
import re
import zlib

from layerwarp.app.experiments.cache import BoundedCache

SHORT = 4_000  # characters that a link can well hold
KEPT = re.compile(r"kept-[0-9a-f]{24}")
N_KEPT, KEPT_BYTES = 4096, 16 * 2**20


def pack(content: bytes) -> str:
    """The text that :func:`unpack` takes."""
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


def unpack(text: str, most: int) -> bytes:
    """The bytes in a text.

    Args:
        text: From a link.
        most: Bytes at most, however far they would unpack.

    Raises:
        ValueError: It is no text that :func:`pack` gave, for example was cut short; or there is
            more in it.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        decompressor = zlib.decompressobj()
        unpacked = decompressor.decompress(raw, most)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("not packed by LayerWarp") from error
    if not decompressor.eof:
        raise ValueError("cut short, or too large")
    return unpacked


def is_kept(text: str) -> bool:
    """Whether the text only names what stays on this server."""
    return KEPT.fullmatch(text) is not None


class Shelf:
    """Texts of one sort that are too long for a link, on this server: the newest of them."""

    def __init__(self) -> None:
        self._kept: BoundedCache[str] = BoundedCache(N_KEPT, KEPT_BYTES, len)

    def shorten(self, text: str) -> str:
        """The text itself where a link can hold it; else the name under which it is kept."""
        if len(text) <= SHORT:
            return text
        # Nobody guesses the name of what is not theirs.
        name = f"kept-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
        self._kept.put(name, text)
        return name

    def whole(self, text: str) -> str:
        """The whole text.

        Raises:
            LookupError: It names one that this server does not keep any more.
        """
        if not is_kept(text):
            return text
        known = self._kept.get(text)
        if known is None:
            raise LookupError("this server does not keep it any more")
        return known
