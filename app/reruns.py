"""What Streamlit's reruns lose when a visitor is faster than they are, and how it is kept."""

from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.safe_session_state import SafeSessionState

SENT = "sent"  # names of messages, and the fragments that they belong to


def keep_all() -> None:
    """Lose nothing, in this process."""
    hear_callbacks_out()
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
