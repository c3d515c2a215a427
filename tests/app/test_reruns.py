"""A newer run of a page waits for the callbacks of the one before it, and stays on the page."""

from dataclasses import replace

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
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


def test_a_fragment_that_is_left_does_not_lead_back(monkeypatch):
    for owner, name in ((ScriptRequests, "_request_rerun_locked"), (ScriptRunner, "_run_script")):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # put back at the end
    new = RerunData(page_script_hash="new", query_string="here", is_history_navigation=True)
    left = RerunData(page_script_hash="old", query_string="there", fragment_id="stop")

    def folded(*asked):
        requests = ScriptRequests()
        for one in asked:
            requests.request_rerun(one)
        data = requests.on_scriptrunner_ready().rerun_data
        return data.page_script_hash, data.query_string, data.is_history_navigation

    assert folded(new, left) == ("old", "there", False)  # Streamlit by itself
    reruns.go_where_the_visitor_went()
    assert folded(new, left) == folded(left, new) == ("new", "here", True)
    assert folded(left) == ("old", "there", False)
    later = replace(new, query_string="later", fragment_id="stop")  # it knows more
    assert folded(new, later)[:2] == ("new", "later")
