"""One log for all: time, level, logger, which request or page, and words; nothing of visitors.

Links hold people's points and networks, and the words of an exception quote what they were made of.
So a request is told without its query, and an exception by its kind and the lines that it came by.
Whoever logs one that no visitor's words can be in may say them in the message.
"""

import logging
import threading
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType

import streamlit.logger
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"
NOWHERE = "-"
LOG = logging.getLogger(__name__)

ErrorInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_request: ContextVar[str] = ContextVar("request", default=NOWHERE)


def set_up() -> None:
    """Let all loggers of this process write to one place, in one form."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines(FORMAT, TIME))
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed
    # Each of Streamlit's loggers, and through it each of uvicorn's, has a handler of its own.
    streamlit.logger.setup_formatter = _hand_on
    streamlit.logger.update_formatter()


class Lines(logging.Formatter):
    """Writes a record as one line, and the way of an exception below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line; nothing in it begins another."""
        record.message = " ".join(record.message.split())
        record.request = _where()
        return super().formatMessage(record)

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802
        """Return kind and way of an exception, without its words."""
        return "".join(_way(ei[1])).rstrip() if ei[1] is not None else ""


def _way(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _way(cause)
        yield "and then:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


def _where() -> str:
    """What the server is at on this thread: a request, a page's script, or neither."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return _request.get()
    page = context.pages_manager.get_pages().get(context.page_script_hash)
    return f"page /{page.get('url_pathname', '') if page else ''}"


def _hand_on(logger: logging.Logger) -> None:
    own = getattr(logger, "streamlit_console_handler", None)
    if own is not None:
        logger.removeHandler(own)
    logger.propagate = True


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    name = failure.thread.name if failure.thread else NOWHERE
    if failure.exc_value is not None and not isinstance(failure.exc_value, SystemExit):
        LOG.error("the thread %s failed", name, exc_info=failure.exc_value)


class Requests:
    """ASGI middleware that tells the log which request is being answered.

    Args:
        app: Who answers it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the app."""
        if scope["type"] != "lifespan":
            # Never set back: each request is a task of its own, and uvicorn logs what went wrong
            # after the app is through with it.
            _request.set(_name(scope))
        await self.app(scope, receive, send)


def _name(scope: Scope) -> str:
    """Method and kind of thing: what comes after two parts of a path are ids, and visitors' own."""
    method = scope.get("method", "WEBSOCKET")
    path = scope.get("raw_path", b"").decode("ascii", "replace")
    return f"{method} {'/'.join(path.split('/')[:3])[:60]}"
