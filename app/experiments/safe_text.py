"""Texts that came from a link or a file: numbers in them, and how they are shown harmlessly."""

import re

MOST = 200  # characters
# Each place of a text is looked at once: no long run of digits can keep it busy.
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
MARKUP = re.compile(r"[\\`*_\[\]<>$~|:#]")
LONGEST_NUMBER = 400  # characters; a float has at most 309 digits before its point


def number_in(text: str) -> float | None:
    """The number that a text says, infinite where a float ends; None if it says none."""
    if len(text) > LONGEST_NUMBER:
        return None
    text = text.strip()
    return float(text) if NUMBER.fullmatch(text) else None


def plain(text: str, most: int = MOST) -> str:
    """One line of printable characters, cut short.

    What does not print (line breaks of any kind, control characters, marks that turn the
    direction of writing, halves of surrogate pairs) becomes a space.
    """
    shown = "".join(c if c.isprintable() else " " for c in text[:most]).strip()
    return shown + "…" if len(text) > most else shown


def escaped(text: str) -> str:
    """A sentence with a visitor's words in it, for Markdown: a formula's ** is no bold type."""
    return MARKUP.sub(r"\\\g<0>", text)


def code_span(text: str, most: int = MOST) -> str:
    """The same for Markdown, which shows a code span as it is."""
    return f"`{plain(text, most).replace('`', ' ').strip() or ' '}`"
