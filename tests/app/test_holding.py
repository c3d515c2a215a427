"""What sessions hold, all together within bounds."""

import pytest
import streamlit as st

from layerwarp.app.experiments.cache import BoundedCache
from layerwarp.app.session import holding
from layerwarp.app.session.holding import Held


@pytest.fixture
def small(monkeypatch):
    """Room for a thousand bytes."""
    monkeypatch.setattr(holding, "_held", BoundedCache[Held](100, 1000, lambda found: found.nbytes))


def session(state):
    st.session_state.clear()
    st.session_state.update(state)


def test_all_sessions_together_hold_no_more_than_there_is_room_for(small):
    for number in range(20):
        session({holding.HOLDER: number})
        holding.hold("network", f"of {number}", 300)
        assert holding.held("network") == f"of {number}"
        assert holding._held.nbytes <= 1000
    session({holding.HOLDER: 0})
    assert holding.held("network") is None


def test_sessions_and_places_are_apart(small):
    session({})
    holding.hold("network", "mine", 10)
    holding.hold("grid", "my grid", 10)
    session({})
    assert holding.held("network") is None
    holding.hold("network", "another's", 10)
    holding.let_go("network")
    assert holding.held("network") is None
    assert holding._held.nbytes == 20


def test_a_new_result_takes_the_place_of_the_old(small):
    session({})
    for nbytes in (400, 700, 0):
        holding.hold("network", nbytes, nbytes)
        assert (holding.held("network"), holding._held.nbytes) == (nbytes, nbytes)
