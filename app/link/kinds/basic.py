"""How the text of a URL parameter is read and written: whole numbers, choices, lists of them.

``read`` gives the nearest valid value and says how near it is; ``write`` is its inverse.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from layerwarp.app.experiments.safe_text import number_in

EXACT = ""
MOST = "the most there is"
LEAST = "the least there is"
NEAREST = "the nearest there is"
UNREADABLE = "the default"

Reading = tuple[Any, str]  # the value, and why it is not what was asked for


class Kind(Protocol):
    """How the text of one parameter is read and written."""

    def read(self, text: str) -> Reading:
        """The nearest valid value and how near it is; (None, UNREADABLE) if there is none."""

    def write(self, value: Any) -> str:
        """The text that ``read`` gives back as ``value``."""


def _between(text: str, low: float, high: float) -> Reading:
    """The number a text says, if need be moved to the nearer of two ends."""
    number = number_in(text)
    if number is None:
        return None, UNREADABLE
    if number < low:
        return low, LEAST
    return (high, MOST) if number > high else (number, EXACT)


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def read(self, text: str) -> Reading:
        """The nearest whole number in range."""
        number, reason = _between(text, self.low, self.high)
        if reason:
            return number, reason
        return round(number), EXACT if number == round(number) else NEAREST

    def write(self, value: int) -> str:
        """Digits."""
        return str(value)


@dataclass(frozen=True)
class Real:
    """A number from ``low`` to ``high``, kept to ``digits`` decimals."""

    low: float
    high: float
    digits: int

    def read(self, text: str) -> Reading:
        """The nearest number in range."""
        number, reason = _between(text, self.low, self.high)
        if reason:
            return number, reason
        rounded = round(number, self.digits) + 0.0  # + 0.0 turns -0.0 into 0.0
        return rounded, EXACT if math.isclose(rounded, number, abs_tol=1e-9) else NEAREST

    def write(self, value: float) -> str:
        """As few decimals as there are."""
        return f"{value:.{self.digits}f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Rungs:
    """One of a few numbers, rising; the nearest by ratio where two are positive."""

    choices: tuple[float, ...]

    def read(self, text: str) -> Reading:
        """The nearest of the choices."""
        number, reason = _between(text, self.choices[0], self.choices[-1])
        if reason:
            return number, reason
        nearest = min(self.choices, key=lambda choice: self._distance(choice, number))
        return nearest, EXACT if nearest == number else NEAREST

    @staticmethod
    def _distance(choice: float, number: float) -> float:
        if choice > 0 and number > 0:
            return abs(math.log(choice / number))
        return 0.0 if choice == number else math.inf

    def write(self, value: float) -> str:
        """The shortest form."""
        return f"{value:g}"


@dataclass(frozen=True)
class OneOf:
    """One of a few names."""

    choices: tuple[str, ...]

    def read(self, text: str) -> Reading:
        """The name, in any case."""
        name = text.strip().lower()
        return (name, EXACT) if name in self.choices else (None, UNREADABLE)

    def write(self, value: str) -> str:
        """The name itself."""
        return value


@dataclass(frozen=True)
class Several:
    """``least`` to ``most`` values of one kind, joined by hyphens, as a tuple."""

    of: Kind
    least: int
    most: int
    different: bool = False

    def read(self, text: str) -> Reading:
        """All of the values; at most ``most`` of them."""
        if text == "" and self.least == 0:
            return (), EXACT
        readings = [self.of.read(part) for part in text.split("-")]
        values = tuple(value for value, _ in readings)
        repeated = self.different and len(set(values)) < len(values)
        if None in values or len(values) < self.least or repeated:
            return None, UNREADABLE
        exact = len(values) <= self.most and all(reason == EXACT for _, reason in readings)
        return values[: self.most], EXACT if exact else NEAREST

    def write(self, value: Sequence[Any]) -> str:
        """Hyphens between the values."""
        return "-".join(self.of.write(part) for part in value)


@dataclass(frozen=True)
class Names:
    """Any of a few names, joined by hyphens, as a tuple; "" is none of them."""

    choices: tuple[str, ...]

    @property
    def longest(self) -> int:
        """Characters of all of them."""
        return len(self.write(self.choices))

    def read(self, text: str) -> Reading:
        """Those that there are, each once."""
        given = [name.strip().lower() for name in text.split("-")] if text else []
        known = tuple(dict.fromkeys(name for name in given if name in self.choices))
        if given and not known:
            return None, UNREADABLE
        return known, EXACT if len(known) == len(given) else NEAREST

    def write(self, value: Sequence[str]) -> str:
        """Hyphens between the names."""
        return "-".join(value)
