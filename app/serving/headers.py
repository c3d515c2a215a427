"""Headers that keep the page to itself: what it loads, who frames it, what it may use."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a browser could let a page use, and this one has no use for.
UNUSED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
    *("microphone", "midi", "payment", "usb", "xr-spatial-tracking"),
)


class SecurityHeaders:
    """ASGI middleware that adds the security headers to every answer.

    Args:
        app: Who answers.
        frames: Origins of the sites that may show embedded pages in a frame; none: all may.
    """

    def __init__(self, app: ASGIApp, frames: tuple[str, ...] = ()) -> None:
        self.app = app
        # Drawn once: the hashes in the policy are of a file.
        self.headers = {embedded: _headers(embedded, frames) for embedded in (False, True)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on to the app."""
        headers = self.headers[_embeds(scope)]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in headers}
                theirs = [header for header in message["headers"] if header[0].lower() not in ours]
                message = {**message, "headers": theirs + headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _headers(embedded: bool, frames: tuple[str, ...]) -> list[tuple[bytes, bytes]]:
    # A site that isolates itself shows in its frames only what says that other sites may load it.
    sharing = b"cross-origin" if embedded else b"same-origin"
    return [
        (b"content-security-policy", content_security_policy(embedded, frames).encode()),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", sharing),
        (b"permissions-policy", ", ".join(f"{name}=()" for name in UNUSED).encode()),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
    ]


def _embeds(scope: Scope) -> bool:
    """Whether a request is for a link that says ``embed=true``, as Streamlit reads it."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("embed", [""])[-1].lower() == "true"


def content_security_policy(embedded: bool = False, frames: tuple[str, ...] = ()) -> str:
    """Return the policy that keeps the page to what this server sends it.

    Args:
        embedded: Whether it is for a link of ``embed=true``: course pages and slides show those in
            frames. There the page is a picture with scrubbers, and nobody is signed in, so that a
            click which another site lures out of a visitor can do no more than move a scrubber.
            All other links keep to this site.
        frames: Origins of the sites that may do so. Without them any may, and local files too: for
            those no origin stands, not even ``*``, so that the policy has no word on frames then.
    """
    framed = " ".join(("'self'", *(frames if embedded else ())))
    ancestors = "" if embedded and not frames else f"frame-ancestors {framed}; "
    hashes = "".join(f" '{source}'" for source in _inline_script_hashes())
    return (
        f"default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; "
        f"worker-src 'self' blob:; {ancestors}form-action 'none'; object-src 'none'; "
        "base-uri 'self'"
    )


def _inline_script_hashes() -> list[str]:
    """Return the policy's names for the inline scripts of Streamlit's own page."""
    index = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall(rb"<script>(.*?)</script>", index.read_bytes(), re.DOTALL)
    digests = [hashlib.sha256(script).digest() for script in scripts]
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]
