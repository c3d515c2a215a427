"""Whether the picture stands alone: in the frame of another page, or in the presenter view."""

import streamlit as st

from layerwarp.app.session import address


def embedded() -> bool:
    """Whether the link says ``embed=true``. Streamlit keeps that word of a link to itself."""
    return bool(st.context.is_embedded)


def presenting() -> bool:
    """Whether the link says ``present=1``."""
    return bool(st.session_state.get(address.STATE, {}).get("present"))


def bare() -> bool:
    """Whether the page is its picture with caption and scrubbers, and nothing else."""
    return embedded() or presenting()
