"""How the link says settings of another network: names of the same table, with their texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layerwarp.app.link.kinds.basic import EXACT, NEAREST, UNREADABLE, Kind, Reading

BETWEEN, BEFORE_VALUE = "~", "."  # no name and no value holds the one, no name the other


@dataclass(frozen=True)
class Settings:
    """Any of several parameters as a dict of their values: "neurons.2~act.tanh"; "" is none.

    Attributes:
        names: Of the parameters.
        kind_of: The kind of each; it is asked late, for the table that it is a row of.
    """

    names: Sequence[str]
    kind_of: Callable[[str], Kind]

    @property
    def longest(self) -> int:
        """Characters of the longest text that it reads: points, a network, and all of the rest."""
        return sum(getattr(self.kind_of(name), "longest", 100) for name in self.names)

    def split(self, text: str) -> Mapping[str, str] | None:
        """Name -> text of each parameter; None where anything else is said."""
        pairs = [part.partition(BEFORE_VALUE) for part in text.split(BETWEEN)] if text else []
        texts = {name: value for name, point, value in pairs if point and name in self.names}
        return texts if len(texts) == len(pairs) else None

    def read(self, text: str) -> Reading:
        """All of the values, each as its own kind reads it; those that none can read are left."""
        texts = self.split(text)
        if texts is None:
            return None, UNREADABLE
        readings = {name: self.kind_of(name).read(value) for name, value in texts.items()}
        values = {name: value for name, (value, _) in readings.items() if value is not None}
        exact = all(reason == EXACT for _, reason in readings.values())
        return values, EXACT if exact else NEAREST

    def write(self, value: Mapping[str, Any]) -> str:
        """Names and texts, in the order of the names."""
        told = [name for name in self.names if name in value]
        return BETWEEN.join(
            f"{name}{BEFORE_VALUE}{self.kind_of(name).write(value[name])}" for name in told
        )
