"""What sessions hold of large results, all sessions together within bounds.

A session that held its network or its grid itself would keep it for as long as it is open, and
every tab is one. A session whose result was dropped asks for it again.
"""

from typing import Any, NamedTuple

import streamlit as st

from layerwarp.app.experiments.cache import BoundedCache

HOLDER = "holder"  # what stands for this session
HELD, HELD_BYTES = 4096, 512 * 2**20


class Held(NamedTuple):
    """A result, and the bytes that it holds."""

    value: Any
    nbytes: int


_held: BoundedCache[Held] = BoundedCache(HELD, HELD_BYTES, lambda held: held.nbytes)


def hold(place: str, value: Any, nbytes: int) -> None:
    """Hold a result for this session in one of its places; let go the one that was there."""
    _held.put(_key(place), Held(value, nbytes))


def let_go(place: str) -> None:
    """Hold nothing there any more."""
    _held.drop(_key(place))


def held(place: str) -> Any:
    """What this session holds in a place; None if nothing, or not any more."""
    found = _held.get(_key(place))
    return found and found.value


def _key(place: str) -> tuple[object, str]:
    return st.session_state.setdefault(HOLDER, object()), place
