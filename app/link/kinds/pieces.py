"""How the link says what the page "Pieces" needs: a formula, own points, numbers set by hand."""

from dataclasses import dataclass

from layerwarp.app.link.kinds.basic import EXACT, NEAREST, UNREADABLE, Reading, Real
from layerwarp.data.formula import parse_formula

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class YesNo:
    """A switch: "1" or "0"."""

    def read(self, text: str) -> Reading:
        """True for 1, False for 0."""
        return (text == "1", EXACT) if text in ("0", "1") else (None, UNREADABLE)

    def write(self, value: bool) -> str:
        """One digit."""
        return str(int(value))


@dataclass(frozen=True)
class FormulaText:
    """A formula in x that ``layerwarp.data.formula`` can read, as it was typed."""

    def read(self, text: str) -> Reading:
        """The formula itself."""
        try:
            return parse_formula(text).text, EXACT
        except ValueError:
            return None, UNREADABLE

    def write(self, value: str) -> str:
        """The formula itself."""
        return value


@dataclass(frozen=True)
class Interval:
    """Two rising numbers between ``low`` and ``high`` on a grid of ``step``, joined by "_"."""

    low: float
    high: float
    step: float

    def read(self, text: str) -> Reading:
        """Both numbers, the nearest on the grid."""
        ends = [Real(self.low, self.high, 6).read(part) for part in text.split("_")]
        if len(ends) != 2 or any(value is None for value, _ in ends):
            return None, UNREADABLE
        low, high = (round(value / self.step) * self.step for value, _ in ends)
        if low >= high:
            return None, UNREADABLE
        exact = all(reason == EXACT for _, reason in ends) and (low, high) == tuple(
            value for value, _ in ends
        )
        return (low, high), EXACT if exact else NEAREST

    def write(self, value: tuple[float, float]) -> str:
        """Both ends, as few decimals as there are."""
        return "_".join(Real(self.low, self.high, 6).write(end) for end in value)


@dataclass(frozen=True)
class OwnPoints:
    """Up to ``most`` points of the square from -1 to 1, in hundredths: four characters each.

    A coordinate c is 100 (c + 1) in two digits of base 36, x before y; no points are "-".
    """

    most: int

    def read(self, text: str) -> Reading:
        """The points, moved into the square where they lie outside."""
        if text == "-":
            return (), EXACT
        plain = text.isascii() and text.isalnum() and text == text.lower()
        if not plain or len(text) < 4:
            return None, UNREADABLE
        cells = [int(text[at : at + 2], 36) for at in range(0, len(text) - len(text) % 4, 2)]
        numbers = [min(cell, 200) / 100 - 1 for cell in cells]
        values = [round(number, 2) + 0.0 for number in numbers]
        points = tuple(zip(values[::2], values[1::2], strict=True))[: self.most]
        exact = len(text) == 4 * len(points) and max(cells) <= 200
        return points, EXACT if exact else NEAREST

    def write(self, value: Points) -> str:
        """Four characters a point."""
        return "".join(self._digits(x) + self._digits(y) for x, y in value) or "-"

    @staticmethod
    def _digits(coordinate: float) -> str:
        high, low = divmod(round(100 * (coordinate + 1)), 36)
        return "".join("0123456789abcdefghijklmnopqrstuvwxyz"[digit] for digit in (high, low))


@dataclass(frozen=True)
class HandNetwork:
    """Weight, bias and output weight of each of up to ``most`` neurons, then the output's bias.

    The numbers are joined by "_"; all are ``of`` one kind, but ``biases`` may have another.
    """

    of: Real
    most: int
    biases: Real | None = None

    def read(self, text: str) -> Reading:
        """All numbers; neurons beyond ``most`` are left out."""
        parts = text.split("_")
        kinds = [self.of, self.biases or self.of, self.of] * (len(parts) // 3)
        kinds.append(self.biases or self.of)
        readings = [kind.read(part) for kind, part in zip(kinds, parts, strict=False)]
        numbers = tuple(value for value, _ in readings)
        if None in numbers or len(parts) < 4 or len(parts) % 3 != 1:
            return None, UNREADABLE
        exact = len(numbers) <= 3 * self.most + 1 and all(r == EXACT for _, r in readings)
        return (*numbers[:-1][: 3 * self.most], numbers[-1]), EXACT if exact else NEAREST

    def write(self, value: tuple[float, ...]) -> str:
        """The numbers, as few decimals as there are."""
        return "_".join(self.of.write(number) for number in value)
