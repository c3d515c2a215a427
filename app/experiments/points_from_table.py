"""Labeled points from a table: which columns they are, and what could not be used, by row."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from layerwarp.app.experiments.safe_text import LONGEST_NUMBER, number_in
from layerwarp.app.experiments.tables import Table, shown
from layerwarp.data.datasets import MIN_POINTS
from layerwarp.data.labeled_points import LEAST_OF_A_CLASS, MAX_CLASSES, MAX_POINTS, scale_points

ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)  # 1,234.5
GERMAN = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d*", re.ASCII)  # 1.234,5
CLASS_NAMES = {"class", "label", "labels", "target", "category", "group", "species", "klasse"}
LARGEST = 1e100
LOOKED_AT = 200  # rows that tell what a column holds
TOLD = 8  # rows and classes that are named one by one


@dataclass(frozen=True)
class Columns:
    """Numbers of the columns, from 0, and whether the first row names them."""

    x: int
    y: int
    label: int
    header: bool


@dataclass(frozen=True, eq=False)
class TablePoints:
    """What a table holds.

    Attributes:
        points: (n, 2) float64, scaled to the square from -3 to 3.
        labels: (n,) classes, by number where they are numbers, else as the table first names them.
        names: What the table calls them.
        dropped: One sentence for each of the first rows that were left out.
        n_dropped: Rows left out in all.
        scaled_apart: Whether each axis was scaled by itself.
    """

    points: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    dropped: tuple[str, ...]
    n_dropped: int
    scaled_apart: bool


def read_number(cell: str, separator: str) -> float:
    """The number of a cell; a comma may be the decimal mark where cells are not parted by it.

    Raises:
        ValueError: The end of a sentence: what the cell is instead.
    """
    if len(cell) > LONGEST_NUMBER:
        raise ValueError(f"{shown(cell)} is not a number")
    text = cell.replace("−", "-").replace("\xa0", "").replace("\u202f", "")
    if not text:
        raise ValueError("a number is missing")
    if text[0] in "=@":
        raise ValueError(f"{shown(cell)} is a formula, not a number: paste values only")
    if separator == "," and ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    elif GERMAN.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif "." not in text:
        text = text.replace(",", ".", 1)
    number = number_in(text)
    if number is None:
        raise ValueError(f"{shown(cell)} is not a number")
    if abs(number) > LARGEST:
        raise ValueError(f"{shown(cell)} is too large a number")
    return number


def _is_number(cell: str, separator: str) -> bool:
    try:
        read_number(cell, separator)
    except ValueError:
        return False
    return True


def column_name(table: Table, columns: Columns, column: int) -> str:
    """A column as people may see it."""
    first = table.rows[0][1]
    named = columns.header and column < len(first) and first[column]
    return shown(first[column]) if named else f"column {column + 1}"


def guess_columns(table: Table) -> Columns:
    """The columns of x, y and the class.

    Raises:
        ValueError: A sentence: there are not two columns of numbers and one of classes.
    """
    width = table.width
    if width < 3:
        example = shown(", ".join(table.rows[0][1]))
        raise ValueError(
            "A row must have two numbers and a class, with commas, semicolons or tabs between "
            f"them; row {table.rows[0][0]:,} is {example}."
        )
    first = table.rows[0][1]
    body = [cells for _, cells in table.rows[1 : 1 + LOOKED_AT] if len(cells) == width] or [first]
    numeric = [
        column
        for column in range(min(width, len(body[0])))
        if sum(_is_number(cells[column], table.separator) for cells in body) > len(body) / 2
    ]
    headings = [cell.lower() for cell in first[:width]]
    # x1, x2, y is the custom of the field; beside an x, y is the other axis.
    class_names = CLASS_NAMES | (set() if "x" in headings else {"y"})
    named = [i for i, heading in enumerate(headings) if heading in class_names]
    words = [i for i in range(width) if i not in numeric]
    named_apart = [i for i in named if i in words or len(numeric) > 2]
    label = (named_apart or words or [width - 1])[-1]
    axes = [column for column in numeric if column != label][:2]
    if len(axes) < 2:
        raise ValueError(
            "Two columns must hold numbers, and one the classes; "
            f"of these {width} columns {len(axes) or 'none'} "
            f"hold{'s' if len(axes) == 1 else ''} mostly numbers."
        )
    cells = [first[axis] if axis < len(first) else "" for axis in axes]
    header = not any(_is_number(cell, table.separator) for cell in cells) and all(cells)
    header = header and not any(cell[0] in "=@" for cell in cells) and len(table.rows) > 1
    return Columns(axes[0], axes[1], label, header)


def read_points_of(table: Table, columns: Columns) -> TablePoints:
    """The points of a table.

    Raises:
        ValueError: A sentence: too few points, too few or too many classes.
    """
    places: list[tuple[float, float]] = []
    texts: list[str] = []
    dropped: list[str] = []
    n_dropped = 0
    body = table.rows[1 if columns.header else 0 :]
    for index, (number, cells) in enumerate(body):
        if len(places) == MAX_POINTS:
            n_dropped += len(body) - index + table.n_more
            dropped.append(f"row {number:,} and all after it: {MAX_POINTS:,} points are the most")
            break
        try:
            x, y, label = _row(cells, columns, table.separator)
        except ValueError as error:
            n_dropped += 1
            if len(dropped) < TOLD:
                dropped.append(f"row {number:,}: {error}")
            continue
        places.append((x, y))
        texts.append(label)
    if len(dropped) < n_dropped and len(places) < MAX_POINTS:
        dropped.append(f"and {n_dropped - len(dropped):,} more")
    names = tuple(dict.fromkeys(texts))
    if all(_is_number(name, ".") for name in names):
        names = tuple(sorted(names, key=lambda name: read_number(name, ".")))
    _check_usable(places, Counter(texts), dropped)
    labels = np.array([names.index(text) for text in texts])
    points, apart = scale_points(np.array(places))
    return TablePoints(points, labels, names, tuple(dropped), n_dropped, apart)


def _row(cells: tuple[str, ...], columns: Columns, separator: str) -> tuple[float, float, str]:
    needed = 1 + max(columns.x, columns.y, columns.label)
    if len(cells) < needed:
        raise ValueError(f"it has {len(cells)} columns, not {needed}")
    x, y = (read_number(cells[column], separator) for column in (columns.x, columns.y))
    label = cells[columns.label]
    if not label:
        raise ValueError("the class is missing")
    if label[0] in "=@":
        raise ValueError(f"{shown(label)} is a formula, not a class")
    return x, y, label


def _check_usable(
    places: list[tuple[float, float]], classes: Counter[str], dropped: list[str]
) -> None:
    n_points = len(places)
    if n_points < MIN_POINTS:
        rows = "1 row" if n_points == 1 else f"{n_points or 'no'} rows"
        first = f" The first that cannot: {dropped[0]}." if dropped else ""
        raise ValueError(f"At least {MIN_POINTS} points are needed; {rows} can be used.{first}")
    if not 2 <= len(classes) <= MAX_CLASSES:
        named = ", ".join(shown(name) for name in list(classes)[:TOLD])
        more = " …" if len(classes) > TOLD else ""
        raise ValueError(
            f"The points must be of 2 to {MAX_CLASSES} classes; "
            f"got {len(classes):,}: {named}{more}."
        )
    name, count = min(classes.items(), key=lambda item: item[1])
    if count < LEAST_OF_A_CLASS:
        raise ValueError(
            f"Every class must have at least {LEAST_OF_A_CLASS} points; {shown(name)} has {count}."
        )
    if len(set(places)) == 1:
        raise ValueError("The points must not all lie in one place.")
