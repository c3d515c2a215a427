"""A lesson of one's own as a text for the link: the name of its file and what stands in it."""

from layerwarp.app.experiments.packing import Shelf, pack, unpack

MOST_BYTES = 100_000  # of the file
LONGEST_NAME = 40  # characters

_kept = Shelf()


def write_lesson(name: str, source: bytes) -> str:
    """The text for the link: letters, digits, - and _.

    Args:
        name: Of the file, without its end.
        source: What stands in the file.
    """
    return _kept.shorten(whole_text(name, source))


def whole_text(name: str, source: bytes) -> str:
    """The same, however long it is."""
    return pack(name.encode() + b"\n" + source)


def read_lesson(text: str) -> tuple[str, bytes]:
    """Name and source; nobody has looked into them.

    Raises:
        LookupError: The text names a lesson that this server does not keep any more.
        ValueError: It is no text that :func:`write_lesson` gave.
    """
    most = MOST_BYTES + 4 * LONGEST_NAME + 1  # a character of UTF-8 has up to four bytes
    name, _, source = unpack(_kept.whole(text), most).partition(b"\n")
    return name.decode("utf-8"), source
