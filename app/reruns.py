"""What Streamlit's reruns lose when a visitor is faster than they are, and how it is kept."""

from dataclasses import replace
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.safe_session_state import SafeSessionState

SENT = "sent"  # names of messages, and the fragments that they belong to


def keep_all() -> None:
    """Lose nothing, in this process."""
    hear_callbacks_out()
    go_where_the_visitor_went()
    send_again_what_may_be_forgotten()


def hear_callbacks_out() -> None:
    """Let a newer run wait until the callbacks of the one before it have returned.

    A browser tells of a click once. Streamlit lets a newer run overtake at every use of the
    session's state, so also before the callback of a click has begun, or in the middle of it.
    """
    overtaken = SafeSessionState.on_script_will_rerun

    def heard(state: SafeSessionState, *args: Any, **options: Any) -> None:
        make_way = state._yield_callback
        # The class keeps its own fields like this: plain ones are values of the session.
        object.__setattr__(state, "_yield_callback", lambda: None)
        try:
            overtaken(state, *args, **options)
        finally:
            object.__setattr__(state, "_yield_callback", make_way)

    SafeSessionState.on_script_will_rerun = heard  # type: ignore[assignment,method-assign]


def go_where_the_visitor_went() -> None:
    """Let a fragment of a page that the visitor has left not lead back to it.

    Until the first words of a new page arrive, the browser asks in the name of the old one: a look
    at a training that is due just then, a click on Stop. Such a request can wait beside the one for
    the new page, or behind it: then its page would be the next to run, with nothing on it.
    """
    fold, run = ScriptRequests._request_rerun_locked, ScriptRunner._run_script

    def fold_beside(requests: ScriptRequests, asked: RerunData) -> bool:
        waits, first = requests._state is ScriptRequestType.RERUN, requests._rerun_data
        elsewhere = asked.page_script_hash != first.page_script_hash
        if waits and not first.fragment_id_queue and asked.fragment_id and elsewhere:
            asked = replace(
                asked,
                page_script_hash=first.page_script_hash,
                page_name=first.page_name,
                query_string=first.query_string,
                is_history_navigation=first.is_history_navigation,
            )
        return fold(requests, asked)

    def run_behind(runner: ScriptRunner, asked: RerunData) -> None:
        page = runner._get_script_run_ctx().page_script_hash
        if asked.fragment_id_queue and page:
            asked = replace(asked, page_script_hash=page)
        run(runner, asked)

    ScriptRequests._request_rerun_locked = fold_beside  # type: ignore[assignment,method-assign]
    ScriptRunner._run_script = run_behind  # type: ignore[assignment,method-assign]


def send_again_what_may_be_forgotten() -> None:
    """Let a run refer to nothing but what the run before it sent.

    A browser names the large messages that it has when it asks for a run, and the server sends
    no more than the names of those. But it forgets what two runs did not use, and their ends can be
    on their way when it asks: then it knows a name no more, and shows an error over the page.
    """
    reset, enqueue = ScriptRunContext.reset, ScriptRunContext.enqueue

    def begin(context: ScriptRunContext, *args: Any, **options: Any) -> None:
        reset(context, *args, **options)
        state, anew = context.session_state, context.fragment_ids_this_run
        before = state[SENT] if SENT in state else {}  # noqa: SIM401 - it has no get
        context.cached_message_hashes &= frozenset(before)
        state[SENT] = {name: part for name, part in before.items() if anew and part not in anew}

    def note(context: ScriptRunContext, msg: ForwardMsg) -> None:
        enqueue(context, msg)
        if msg.metadata.cacheable:
            context.session_state[SENT][msg.hash] = msg.delta.fragment_id

    ScriptRunContext.reset = begin  # type: ignore[assignment,method-assign]
    ScriptRunContext.enqueue = note  # type: ignore[assignment,method-assign]
