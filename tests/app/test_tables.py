"""Tables of people: every way to write one is read, every fault is one sentence by row."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.points_from_table import guess_columns, read_number, read_points_of
from layerwarp.app.experiments.tables import MAX_BYTES, read_table
from layerwarp.app.link.kinds.own import SAMPLE

ROWS = [(i / 2, -i / 4, "ab"[i % 2]) for i in range(20)]
PLAIN = "".join(f"{x},{y},{label}\n" for x, y, label in ROWS)
SEMICOLONS = PLAIN.replace(",", ";")


def points_of(content):
    table = read_table(content)
    return read_points_of(table, guess_columns(table))


GOOD = {
    "plain": PLAIN,
    "header": "x,y,class\n" + PLAIN,
    "byte order mark": "\ufeffx,y,class\n" + PLAIN,
    "mark in bytes": b"\xef\xbb\xbf" + PLAIN.encode(),
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "old Mac": PLAIN.replace("\n", "\r"),
    "semicolons": SEMICOLONS,
    "tabs": PLAIN.replace(",", "\t"),
    "spaces": PLAIN.replace(",", "  "),
    "decimal comma": SEMICOLONS.replace(".", ","),
    "decimal comma with tabs": SEMICOLONS.replace(";", "\t").replace(".", ","),
    "quoted decimal comma": "".join(f'"{x:.2f}","{y:.2f}",{c}\n' for x, y, c in ROWS).replace(
        ".", ","
    ),
    "Excel's hint": "sep=;\n" + SEMICOLONS,
    "Excel's Unicode text": ("x\ty\tclass\n" + PLAIN.replace(",", "\t")).encode("utf-16"),
    "Windows text": ("größe,höhe,klasse\n" + PLAIN).encode("cp1252"),
    "empty rows": "\n\n" + PLAIN.replace("\n", "\n\n,,\n"),
    "quotes": "".join(f'"{x}", "{y}", "{c}"\n' for x, y, c in ROWS),
    "class first": "species,x,y\n" + "".join(f"{c},{x},{y}\n" for x, y, c in ROWS),
    "class in numbers": "x,y,label\n" + PLAIN.replace("a", "0").replace("b", "1"),
    "class called y": "x1,x2,y\n" + PLAIN.replace("a", "0").replace("b", "1"),
    "more columns": "x,y,class,z\n" + "".join(f"{x},{y},{c},7\n" for x, y, c in ROWS),
    "no last line end": PLAIN.rstrip(),
    "typographic minus": PLAIN.replace("-", "−"),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_every_way_to_write_a_table_gives_the_same_points(content):
    expected, found = points_of(PLAIN), points_of(content)
    assert np.allclose(found.points, expected.points)
    assert np.array_equal(found.labels, expected.labels)
    assert found.n_dropped == 0


def zipped(n_rows, text):
    return "".join(text.format(i=i) for i in range(n_rows))


BAD = {
    "empty": ("", "The table is empty."),
    "blank": (" \r\n\n\t\n", "The table is empty."),
    "a mark only": (b"\xef\xbb\xbf", "The table is empty."),
    "one row": ("1,2,a", "At least 10 points are needed; 1 row can be used."),
    "a header only": ("x,y,class", "Two columns must hold numbers, and one the classes; of these "
                      "3 columns none hold mostly numbers."),
    "nine rows": (zipped(9, "{i},1,a\n"), "At least 10 points are needed; 9 rows can be used."),
    "one class": (
        PLAIN.replace("b", "a"), "The points must be of 2 to 5 classes; got 1: `a`."
    ),
    "ten classes": (
        "".join(f"{i},{i},k{i % 10}\n" for i in range(50)),
        "The points must be of 2 to 5 classes; got 10: `k0`, `k1`, `k2`, `k3`, `k4`, `k5`, `k6`, "
        "`k7` ….",
    ),
    "a lonely class": (PLAIN + "1,1,c\n", "Every class must have at least 2 points; `c` has 1."),
    "one place": (
        "".join(f"0.5,0.5,{'ab'[i % 2]}\n" for i in range(20)),
        "The points must not all lie in one place.",
    ),
    "two columns": (
        zipped(20, "{i},{i}\n"),
        "A row must have two numbers and a class, with commas, semicolons or tabs between them; "
        "row 1 is `0, 0`.",
    ),
    "prose": (
        "Dear all,\nhello\n",
        "A row must have two numbers and a class, with commas, semicolons or tabs between them; "
        "row 1 is `Dear all,`.",
    ),
    "words for numbers": (
        zipped(20, "one,{i},a\n"),
        "Two columns must hold numbers, and one the classes; of these 3 columns 1 holds mostly "
        "numbers.",
    ),
    "all bad": (
        PLAIN.replace(",a", ",").replace(",b", ","),
        "At least 10 points are needed; no rows can be used. The first that cannot: row 1: the "
        "class is missing.",
    ),
    "binary": (
        bytes(range(256)) * 20,
        "This is not a text file. Save the table as CSV and choose that file.",
    ),
    "a workbook": (
        b"PK\x03\x04" + bytes(100),
        "This is not a text file: this is an Excel workbook or another packed file. Save the "
        "table as CSV, or copy its cells and paste them.",
    ),
    "50 MB": (b"1,2,a\n" * 8_738_134, "A table must have at most 2 MB; this one has 50.0 MB."),
    "a wide header": (
        ",".join(["x"] * 9000) + "\n" + PLAIN,
        "A table must have at most 50 columns; row 1 has 9,000.",
    ),
    "100,000 columns": (
        ",".join(["x"] * 100_000) + "\n" + PLAIN,
        "A row must have at most 20,000 characters; row 1 has 199,999.",
    ),
    "HTML": (
        zipped(20, "{i},1,<img src=x onerror=alert(1)>\n"),
        "The points must be of 2 to 5 classes; got 1: `<img src=x onerror=alert(1)>`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_a_table_that_cannot_be_used_is_one_sentence(content, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        points_of(content)
    assert str(caught.value) == sentence


DROPPED = {
    "abc,1,a": "`abc` is not a number",
    "1,abc,a": "`abc` is not a number",
    "=1+1,1,a": "`=1+1` is a formula, not a number: paste values only",
    "@SUM(A1),1,a": "`@SUM(A1)` is a formula, not a number: paste values only",
    "NaN,1,a": "`NaN` is not a number",
    "inf,1,a": "`inf` is not a number",
    "1e999,1,a": "`1e999` is too large a number",
    "1_000,1,a": "`1_000` is not a number",
    "१,1,a": "`१` is not a number",
    "1;2,1,a": "`1;2` is not a number",
    ",1,a": "a number is missing",
    "1,2,": "the class is missing",
    "1,2,=A1": "`=A1` is a formula, not a class",
    "1,2": "it has 2 columns, not 3",
    "<img src=x>,1,a": "`<img src=x>` is not a number",
    "``x``,1,a": "`x` is not a number",
}


@pytest.mark.parametrize(("row", "reason"), DROPPED.items(), ids=DROPPED)
def test_a_row_that_cannot_be_used_is_told_by_its_number(row, reason):
    found = points_of(f"x,y,class\n{PLAIN}{row}\n")
    assert found.dropped == (f"row 22: {reason}",)
    assert (found.n_dropped, len(found.points)) == (1, 20)


def test_many_bad_rows_are_counted_and_more_than_5000_are_left_out():
    found = points_of(PLAIN + "x,1,a\n" * 15)
    assert (found.n_dropped, found.dropped[-1]) == (15, "and 7 more")
    found = points_of(zipped(5100, "{i},1,a\n1,{i},b\n"))
    assert len(found.points) == 5000
    assert found.n_dropped == 5200
    assert found.dropped == ("row 5,001 and all after it: 5,000 points are the most",)


def test_the_sample_file_reads_whole():
    found = points_of(SAMPLE.read_bytes())
    assert found.names == ("face", "features")
    assert (found.n_dropped, found.scaled_apart) == (0, False)
    assert len(found.points) == 128


NUMBERS = [
    ("1.5", ",", 1.5),
    ("1,5", ";", 1.5),
    ("1,234.5", ",", 1234.5),
    ("1.234,5", ";", 1234.5),
    ("1,234", ",", 1234),
    ("1,234", "\t", 1.234),
    ("-.5e-3", ",", -0.0005),
    ("1 000", ";", None),
    ("1\u202f000", ";", 1000),
]


@pytest.mark.parametrize(("cell", "separator", "number"), NUMBERS)
def test_numbers_as_people_write_them(cell, separator, number):
    if number is None:
        with pytest.raises(ValueError, match="is not a number"):
            read_number(cell, separator)
    else:
        assert read_number(cell, separator) == number


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_anything_is_points_or_one_sentence(content):
    with suppress(ValueError):
        points_of(content)
        return
    with pytest.raises(ValueError, match=r"\A[^\n]*\.\Z"):
        points_of(content)


def test_the_limit_of_size_counts_before_anything_is_read():
    with pytest.raises(ValueError, match="at most 2 MB"):
        read_table("=" * (MAX_BYTES + 1))
