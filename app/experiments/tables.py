"""Tables that people upload or paste: rows of cells, looked at before anything is parsed.

Every fault is one sentence that is fit for Markdown. What a table becomes, see
:mod:`layerwarp.app.experiments.points_from_table`.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from layerwarp.app.experiments.safe_text import code_span

MAX_BYTES = 2 * 2**20  # 5,000 rows of 400 characters
MAX_COLUMNS = 50
MAX_LINES = 20_000  # that are read; four times as many as points can be used
LONGEST_LINE = 20_000  # characters
SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", " ": "space"}  # tried in this order
SNIFFED_ROWS = 20
SHOWN = 30  # characters of a cell that are repeated to the reader
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
EXCEL_HINT = re.compile(r"sep=(.)", re.IGNORECASE)
FILE_STARTS = {
    b"PK": "this is an Excel workbook or another packed file",
    b"\xd0\xcf\x11\xe0": "this is an old Excel workbook",
    b"%PDF": "this is a PDF",
}


@dataclass(frozen=True)
class Table:
    """Rows of text cells.

    Attributes:
        rows: Row number as a spreadsheet counts, from 1, and the cells; empty rows are left out.
        separator: What stands between cells.
        n_more: Lines after those that were read.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    separator: str
    n_more: int = 0

    @property
    def width(self) -> int:
        """Columns of the most usual row."""
        return Counter(len(cells) for _, cells in self.rows).most_common(1)[0][0]


def shown(cell: str) -> str:
    """A cell as people may see it."""
    return code_span(cell, SHOWN)


def read_table(content: bytes | str) -> Table:
    """The rows of a CSV file or of cells copied from a spreadsheet.

    Commas, semicolons, tabs or spaces may stand between cells; a byte order mark, any kind of
    line end, quotes and empty rows are welcome.

    Raises:
        ValueError: One sentence that says what is wrong.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"A table must have at most {MAX_BYTES / 2**20:.0f} MB; "
            f"this one has {len(content) / 2**20:.1f} MB."
        )
    text = content if isinstance(content, str) else _decoded(content)
    if CONTROL.search(text):
        raise ValueError("This is not a text file. Save the table as CSV and choose that file.")
    lines = text.splitlines()
    hint = EXCEL_HINT.fullmatch(lines[0].strip()) if lines else None
    skipped = 1 if hint else 0
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise ValueError(
                f"A row must have at most {LONGEST_LINE:,} characters; "
                f"row {number:,} has {len(line):,}."
            )
    lines, n_more = lines[skipped:MAX_LINES], max(0, len(lines) - MAX_LINES)
    separator = hint[1] if hint and hint[1] in SEPARATORS else _sniffed(lines)
    rows = tuple(_parsed(lines, separator, skipped))
    if not rows:
        raise ValueError("The table is empty.")
    for number, cells in rows:
        if len(cells) > MAX_COLUMNS:
            raise ValueError(
                f"A table must have at most {MAX_COLUMNS} columns; "
                f"row {number:,} has {len(cells):,}."
            )
    return Table(rows, separator, n_more)


def _decoded(content: bytes) -> str:
    """Text in UTF-8, in UTF-16 with its mark (Excel's "Unicode text"), or as Windows writes it."""
    for start, what in FILE_STARTS.items():
        if content.startswith(start):
            raise ValueError(
                f"This is not a text file: {what}. Save the table as CSV, or copy its cells and "
                "paste them."
            )
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _sniffed(lines: list[str]) -> str:
    """The first separator that gives rows of three cells or more, or else of two."""
    sample = [line for line in lines if line.strip()][:SNIFFED_ROWS]
    widths = {separator: _usual_width(sample, separator) for separator in SEPARATORS}
    for least in (3, 2):
        for separator, width in widths.items():
            if width >= least:
                return separator
    return ","


def _usual_width(lines: list[str], separator: str) -> int:
    widths = Counter(len(cells) for _, cells in _parsed(lines, separator, 0))
    return widths.most_common(1)[0][0] if widths else 0


def _parsed(
    lines: list[str], separator: str, skipped: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, 1 + skipped):
            stripped = tuple(cell.strip("\ufeff \t\xa0") for cell in cells)
            if any(stripped):
                yield number, stripped
    except csv.Error as error:
        raise ValueError(
            f"Row {reader.line_num + skipped:,} cannot be read as cells: {error}."
        ) from None
