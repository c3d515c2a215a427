"""A cache bounded by entries and by bytes, safe to share between threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import Generic, TypeVar

Value = TypeVar("Value")


def digest(*parts: bytes) -> bytes:
    """16 bytes that stand for large ones in a key."""
    total = blake2b(digest_size=16)
    for part in parts:
        total.update(part)
    return total.digest()


class BoundedCache(Generic[Value]):
    """Keeps the most recently used values.

    Args:
        max_entries: Values kept at most.
        max_bytes: Their sizes together at most; one larger value is not kept at all.
        size: Bytes that a value holds.
    """

    def __init__(self, max_entries: int, max_bytes: int, size: Callable[[Value], int]) -> None:
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._max_entries, self._max_bytes, self._size = max_entries, max_bytes, size
        self._bytes = 0

    def get(self, key: Hashable) -> Value | None:
        """The value of ``key``, or None."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep ``value``, dropping the least recently used others as needed."""
        size = self._size(value)
        with self._lock:
            if key in self._values:
                self._bytes -= self._size(self._values.pop(key))
            if size > self._max_bytes:  # it would drop all others and not stay itself
                return
            self._values[key] = value
            self._bytes += size
            while len(self._values) > self._max_entries or self._bytes > self._max_bytes:
                _, dropped = self._values.popitem(last=False)
                self._bytes -= self._size(dropped)

    def kept(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of ``key``; what ``make`` gives, from now on, where there is none."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value

    def drop(self, key: Hashable) -> None:
        """Keep the value of ``key`` no more, if there is one."""
        with self._lock:
            if key in self._values:
                self._bytes -= self._size(self._values.pop(key))

    def __len__(self) -> int:
        return len(self._values)

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        return self._bytes
