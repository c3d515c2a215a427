"""Texts that came from a link or a file, made harmless before they are shown or written."""

MOST = 200  # characters


def plain(text: str, most: int = MOST) -> str:
    """One line of printable characters, cut short.

    What does not print (line breaks of any kind, control characters, marks that turn the
    direction of writing, halves of surrogate pairs) becomes a space.
    """
    shown = "".join(c if c.isprintable() else " " for c in text[:most]).strip()
    return shown + "…" if len(text) > most else shown


def code_span(text: str, most: int = MOST) -> str:
    """The same for Markdown, which shows a code span as it is."""
    return f"`{plain(text, most).replace('`', ' ').strip() or ' '}`"
