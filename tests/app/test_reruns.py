"""A newer run of a page waits for the callbacks of the one before it."""

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.state import SafeSessionState

from layerwarp.app import reruns


def test_callbacks_are_heard_out(monkeypatch):
    class Session(dict):
        def on_script_will_rerun(self, *_, **__):
            safe["clicked"] = True

    def make_way():
        raise StopException

    original = SafeSessionState.on_script_will_rerun
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", original)  # put back at the end
    session = Session()
    safe = SafeSessionState(session, make_way)  # type: ignore[arg-type]
    with pytest.raises(StopException):
        safe.on_script_will_rerun(None)
    reruns.hear_callbacks_out()
    safe.on_script_will_rerun(None)
    assert session == {"clicked": True}
    with pytest.raises(StopException):  # the rest of the run makes way, as ever
        safe["more"] = True
