"""How the link says layers from the plane to the plane that the visitor builds."""

from dataclasses import dataclass

from layerwarp.app.link.kinds.basic import EXACT, NEAREST, UNREADABLE, Reading, Real

NUMBERS = 6  # of a layer: both rows of its matrix, then its two biases


@dataclass(frozen=True)
class PlaneLayers:
    """Up to ``most`` layers of two neurons on two inputs, six numbers each; "" is no layer.

    A layer z = W x + b is w11_w12_w21_w22_b1_b2, as a matrix is written: its rows first. All
    numbers are ``of`` one kind.
    """

    of: Real
    most: int

    @property
    def longest(self) -> int:
        """Characters of the longest text that it reads."""
        return 16 * NUMBERS * self.most

    def read(self, text: str) -> Reading:
        """All numbers; layers beyond ``most`` are left out."""
        if not text:
            return (), EXACT
        readings = [self.of.read(part) for part in text.split("_")]
        numbers = tuple(value for value, _ in readings)
        if None in numbers or len(numbers) % NUMBERS:
            return None, UNREADABLE
        exact = len(numbers) <= NUMBERS * self.most and all(r == EXACT for _, r in readings)
        return numbers[: NUMBERS * self.most], EXACT if exact else NEAREST

    def write(self, value: tuple[float, ...]) -> str:
        """The numbers, as few decimals as there are."""
        return "_".join(self.of.write(number) for number in value)
