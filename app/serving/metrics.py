"""Numbers for the operator, as plain text in the format that Prometheus reads."""

import ipaddress
import os
import time
from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from layerwarp.app.serving.hosts import read_hosts
from layerwarp.app.serving.names import in_numbers

PATH = "/metrics"
STREAMLIT_PATH = "/_stcore/metrics"  # Streamlit's own, which it shows to everybody
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
REFUSED = "The metrics are shown on the server's own machine only, or to all with --metrics.\n"
# A proxy on the same machine speaks for visitors from anywhere; these tell that it does.
FORWARDED = ("forwarded", "via", "x-real-ip")
FORWARDED_START = "x-forwarded-"
START = time.time()
OPEN_FILES = Path("/dev/fd")
MEMORY = Path("/proc/self/statm")


class Metrics:
    """ASGI middleware that shows the numbers at ``/metrics``.

    Args:
        app: Who answers all else.
        figures: What is there to tell of the work: name -> number.
        anybody: Whether they are for everybody; else they are for this machine.
    """

    def __init__(
        self, app: ASGIApp, figures: Callable[[], dict[str, float]], anybody: bool = False
    ) -> None:
        self.app, self.figures, self.anybody = app, figures, anybody

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the numbers, pass any other request on to the app."""
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if path not in (PATH, STREAMLIT_PATH):
            await self.app(scope, receive, send)
        elif not (self.anybody or asked_here(scope)):
            await PlainTextResponse(REFUSED, 403)(scope, receive, send)
        elif path == STREAMLIT_PATH:
            await self.app(scope, receive, send)
        else:
            answer = PlainTextResponse(text(self._numbers()), media_type=FORMAT)
            await answer(scope, receive, send)

    def _numbers(self) -> dict[str, float]:
        ours = visitors() | self.figures() | {"uptime_seconds": time.time() - START}
        return {f"layerwarp_{name}": number for name, number in ours.items()} | process()


def asked_here(scope: Scope) -> bool:
    """Whether somebody on this machine asks, and for nobody elsewhere.

    The other end of the connection is here, no header tells of a proxy, and the name is one that
    means this machine: a proxy that tells nothing of itself passes the visitor's name for it on.
    """
    headers = Headers(scope=scope)
    if any(name in FORWARDED or name.startswith(FORWARDED_START) for name in headers):
        return False
    hosts = read_hosts(headers)
    named = all(host and (host.name == "localhost" or _loopback(host.name)) for host in hosts)
    return named and scope.get("client") is not None and _loopback(scope["client"][0])


def _loopback(name: str) -> bool:
    address = in_numbers(name)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    found = mapped or address
    return found is not None and found.is_loopback


def visitors() -> dict[str, float]:
    """Visitors who are connected, and sessions that are kept, theirs and for a return."""
    if not runtime.exists():
        return {}
    sessions = runtime.get_instance()._session_mgr
    return {"visitors": sessions.num_active_sessions(), "sessions": sessions.num_sessions()}


def process() -> dict[str, float]:
    """What the process takes, by the names that are usual; what the system does not tell is out."""
    numbers = {
        "process_cpu_seconds_total": time.process_time(),
        "process_start_time_seconds": START,
    }
    if MEMORY.exists():
        pages = int(MEMORY.read_text().split()[1])
        numbers["process_resident_memory_bytes"] = pages * os.sysconf("SC_PAGE_SIZE")
    if OPEN_FILES.exists():
        numbers["process_open_fds"] = len(os.listdir(OPEN_FILES))
    return numbers


def text(numbers: dict[str, float]) -> str:
    """The numbers, a line each below one that tells the kind: what is counted up, or a state."""
    lines = []
    for name, number in numbers.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# TYPE {name} {kind}", f"{name} {number:.15g}"]
    return "\n".join(lines) + "\n"
