"""Numbers in words: one table of what is written."""

import pytest

from layerwarp.app.words import numbers


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (numbers.percent, 0.0, "0 %"),
        (numbers.percent, 0.0001, "0.1 %"),
        (numbers.percent, 0.0033, "0.3 %"),
        (numbers.percent, 0.01, "1 %"),
        (numbers.percent, 0.515, "52 %"),
        (numbers.percent, 0.876, "88 %"),
        (numbers.percent, 0.99, "99 %"),
        (numbers.percent, 0.9975, "99.8 %"),
        (numbers.percent, 0.9987, "99.9 %"),
        (numbers.percent, 0.29, "29 %"),
        (numbers.percent, 0.927, "93 %"),
        (numbers.percent, 0.99999, "99.9 %"),
        (numbers.percent, 0.9999999, "100 %"),
        (numbers.percent, 1.0, "100 %"),
        (numbers.r_squared, 0.98765, "R² 0.988"),
        (numbers.whole, 12345.0, "12,345"),
        (numbers.loss, 0.6931, "0.69"),
        (numbers.loss, 0.01, "0.01"),
        (numbers.loss, 0.0003, "3e-4"),
        (numbers.ratio, 0.25, "0.25"),
        (numbers.ratio, 0.0061, "6e-3"),
        (numbers.ratio, 0.0041, "4e-3"),
        (numbers.ratio, 3e-7, "3e-7"),
        (numbers.ratio, 12345.0, "1e4"),
        (numbers.magnitude, 0.0, "0"),
        (numbers.magnitude, 2e-12, "2e-12"),
    ],
)
def test_numbers(write, value, text):
    assert write(value) == text


def test_things_are_counted():
    texts = [numbers.counted(number, "step") for number in (0, 1, 2, 2000)]
    assert texts == ["0 steps", "1 step", "2 steps", "2,000 steps"]
    assert numbers.r_squared(0.98765, 4) == "R² 0.9877"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.99999, "R² 0.9999"), (0.9999999, "R² 1.0000"), (1.0, "R² 1.0000"), (-4.88, "R² −4.8800")],
)
def test_only_what_is_explained_in_full_is_one(value, text):
    assert numbers.r_squared(value, 4) == text
