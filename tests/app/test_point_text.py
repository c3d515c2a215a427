"""Own points as text of a link: there and back, short, and no text does harm."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.point_text import FINEST, LONGEST, SIDE, read_points, write_points
from layerwarp.app.link.kinds.own import PlanePoints, sample_text
from layerwarp.app.link.parameters import PARAMETERS, parse
from layerwarp.app.pages.table import PAGES
from layerwarp.data.datasets import make_dataset

CELL = 2 * SIDE / (2**FINEST - 1)
coordinates = st.floats(-3.5, 3.5, width=32)
drawings = st.lists(
    st.tuples(coordinates, coordinates, st.integers(0, 4)), min_size=8, max_size=120
)


def in_order(points, labels):
    return np.lexsort((points[:, 1], points[:, 0], labels))


@given(drawings)
def test_points_come_back_as_they_were_up_to_a_cell(drawing):
    # Two of each of two classes, apart from each other, make any drawing a data set.
    rows = np.array([*drawing, (-2, 1, 0), (2, 1, 0), (0, -2, 1), (0, 2, 1)], float)
    points, labels = rows[:, :2], rows[:, 2].astype(int)
    lonely = np.bincount(labels, minlength=5) == 1
    points, labels = points[~lonely[labels]], labels[~lonely[labels]]
    if len(labels) < 10:
        return
    text = write_points(points, labels)
    back, classes = read_points(text)
    assert write_points(back, classes) == text
    dense = np.unique(labels, return_inverse=True)[1]
    assert np.array_equal(np.bincount(classes), np.bincount(dense))
    for cls in range(classes.max() + 1):
        before, after = points[dense == cls], back[classes == cls]
        gap = np.abs(before[:, None] - after[None]).max(axis=2)
        assert gap.min(axis=1).max() <= 0.51 * CELL
        assert gap.min(axis=0).max() <= 0.51 * CELL


@pytest.mark.parametrize(("n_points", "most"), [(60, 200), (400, 1000), (1000, 2000), (5000, 5500)])
def test_texts_are_short(n_points, most):
    data = make_dataset("checkerboard", n_points)
    text = write_points(data.points, data.labels)
    assert len(text) <= most
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def to_text(bits):
    whole = int("1" + bits + "0" * (-len(bits) % 8), 2)
    raw = whole.to_bytes((whole.bit_length() + 7) // 8, "big")[1:]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


HEAD = "001" + "1010" + "010"  # version 1, ten bits a coordinate, two classes
BAD = {
    "empty": "",
    "a newer version": to_text("111" + "1010" + "010"),
    "coarse": to_text("001" + "0001" + "010"),
    "no points": to_text(HEAD + ("0" * 18) * 2),
    "more than there can be": to_text(HEAD + "1" * 13 + "00000" + "0" * 9000),
    "a count without points": to_text(HEAD + "0000000001010" + "00000"),
    "outside": to_text(HEAD + ("0000000001010" + "11111" + "10" + "0" * 31 + ("0" * 32) * 9) * 2),
    "one place": to_text(HEAD + ("0000000001010" + "00000" + "0" * 10) * 2),
    "not base64": "NICQ*",
    "half a byte": "N",
    "not ASCII": "é" * 20,
    "HTML": "<script>alert(1)</script>",
    "long": "A" * (LONGEST + 1),
    "ones": "_" * LONGEST,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_text_is_a_sentence_and_the_default(text):
    with pytest.raises(ValueError, match=r"points|labels|classes"):
        read_points(text)
    assert PlanePoints().read(text)[0] is None
    values, notices = parse({"data": "own", "xy": text}, PAGES["warp"])
    assert values["xy"] == PARAMETERS["xy"].default == sample_text()
    assert len(notices) == 1
    assert "; using the default" in notices[0]
    assert len(notices[0]) < 80
    assert "<" not in notices[0].partition("`")[0]


def test_a_text_cut_short_is_not_taken_for_fewer_points():
    text = sample_text()
    for length in range(0, len(text) - 1, 7):
        with pytest.raises(ValueError, match=r"."):
            read_points(text[:length])


@given(st.text(alphabet="ABNabn019-_", max_size=300))
def test_any_text_is_points_or_a_value_error(text):
    try:
        points, labels = read_points(text)
    except ValueError:
        return
    assert 10 <= len(points) == len(labels) <= 5000


@pytest.mark.parametrize("labels", [[0, 4], [1, 3]])
def test_classes_are_numbered_without_gaps(labels):
    points = np.random.default_rng(1).uniform(-3, 3, (20, 2))
    _, classes = read_points(write_points(points, np.array(labels * 10)))
    assert sorted(set(classes.tolist())) == [0, 1]


def test_points_that_round_to_one_place_are_refused():
    points = 1e-4 * np.random.default_rng(1).uniform(-1, 1, (20, 2)) + 1
    with pytest.raises(ValueError, match="one place"):
        write_points(points, np.arange(20) % 2)
