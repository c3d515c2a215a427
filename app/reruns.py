"""What Streamlit's reruns lose when a visitor is faster than they are, and how it is kept."""

from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState


def keep_all() -> None:
    """Lose nothing, in this process."""
    hear_callbacks_out()


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
