"""How numbers are written for people: shares, counts, losses, ratios."""

import math
from collections.abc import Sequence

SHARE_DECIMALS = 6  # a mean in float32 of nothing but ones can be 0.9999999


def percent(share: float) -> str:
    """A share in percent, with one decimal only near nothing and near all, which it never reaches.

    ``formatPercent`` in ``network/numbers.js`` writes the same.
    """
    tenths = round(1e6 * share) / 1e3  # a mean in float32 of nothing but ones can be 0.9999999
    if 0 < tenths < 10 or 990 < tenths < 1000:
        return f"{min(max(_half_up(tenths), 1), 999) / 10:.1f} %"
    return f"{_half_up(tenths / 10)} %"


def _half_up(value: float) -> int:
    """The nearest integer, of two the larger."""
    return math.floor(value + 0.5)


def r_squared(value: float, decimals: int = 3) -> str:
    """The share of the variance that is explained; below 1 it is not rounded up to it."""
    most = 1 if round(value, SHARE_DECIMALS) >= 1 else 1 - 10**-decimals
    return f"R² {_signed(min(value, most), decimals)}"


def thousandths(value: float) -> str:
    """A number that can be below 0, such as R² beside its name."""
    return _signed(value, 3)


def _signed(value: float, decimals: int) -> str:
    """With a true minus, and none before a 0."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def in_a_sentence(label: str) -> str:
    """A label that does not begin a sentence: its first letter is small, names stay."""
    return f"{label[0].lower()}{label[1:]}"


def counted(number: int, noun: str) -> str:
    """A number of things, for example "1 layer" or "2,000 steps"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "", "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def whole(number: float) -> str:
    """A number without decimals."""
    return f"{number:,.0f}"


def loss(value: float) -> str:
    """A loss, which is not below 0, in few letters."""
    return f"{value:.2f}" if value >= 0.01 else magnitude(value)


def ratio(value: float) -> str:
    """A ratio, which is not below 0, in few letters."""
    if 99.5 <= value < 1000:
        return f"{value:.0f}"
    return f"{value:.2g}" if 0.01 <= value < 99.5 else magnitude(value)


def magnitude(number: float) -> str:
    """One digit and a power of ten, for example "3e-7" or "3e7"; nothing is 0."""
    digit, _, power = f"{number:.0e}".partition("e")
    return f"{digit}e{int(power)}" if number else "0"
