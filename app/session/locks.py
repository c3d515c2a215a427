"""What a teacher's link leaves free: the parameter ``only`` names it, ``hide`` hides the rest.

A lock keeps a lesson on its path. It is no secret and no guard: whoever edits the link is free.
"""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from layerwarp.app.link.parameters import LOCKABLE, Values
from layerwarp.app.session import address


def locked() -> bool:
    """Whether the link locks anything."""
    return _value("only") is not None


def free(name: str) -> bool:
    """Whether parameter ``name`` may be changed."""
    return not locked() or name not in LOCKABLE or name in _value("only")


def drawn(names: Iterable[str]) -> bool:
    """Whether a part of the page with the controls of these parameters is drawn."""
    return not _value("hide") or any(free(name) for name in names)


def permits(changes: Values) -> bool:
    """Whether a button that sets these parameters may be pressed: what it changes is free."""
    if not locked():
        return True
    now = st.session_state.get(address.STATE, {})
    return all(free(name) or now.get(name) == value for name, value in changes.items())


def _value(name: str) -> Any:
    return st.session_state.get(address.STATE, {}).get(name)
