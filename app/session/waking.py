"""Running a visitor's page again because there is news: nobody has to ask, and nobody asks in vain.

Streamlit lets a browser ask at intervals, and a server run a page again when its source has
changed; this is the latter.
"""

from functools import partial
from typing import Any

from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from layerwarp.app.work.jobs import Job


def at_news(job: Job, known: int) -> None:
    """Run this visitor's page again when there is more news of a job than the page knows.

    Args:
        job: What the page waits for.
        known: Its ``n_news`` when the page looked.
    """
    context: Any = get_script_run_ctx()
    # AppTest has a runtime without sessions.
    sessions = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    found = sessions and context and sessions.get_session_info(context.session_id)
    if found:
        page, query = context.page_script_hash, context.query_string
        job.call_at_news(known, partial(_wake, job, found.session, page, query))


def _wake(job: Job, session: Any, page: str, query: str) -> None:
    """From any thread: run the page, unless its visitor waits no more."""
    if session.id in job.visitors:
        session._call_soon_on_event_loop(partial(_run, session, page, query))


def _run(session: AppSession, page: str, query: str) -> None:
    elsewhere = session._client_state.page_script_hash != page
    runner = session._scriptrunner
    # Whatever the browser has asked for meanwhile looks at the news itself.
    coming = runner is not None and runner._requests._state is ScriptRequestType.RERUN
    if elsewhere or coming:
        return
    state = ClientState(query_string=query, page_script_hash=page, is_auto_rerun=True)
    if session._client_state.HasField("context_info"):  # who does not ask is framed as before
        state.context_info.CopyFrom(session._client_state.context_info)
    session.request_rerun(state)
