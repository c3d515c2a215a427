"""Bounds of what visitors upload: files a session, bytes of all sessions, uploads under way.

Streamlit bounds each file by itself, and keeps all of them as long as their sessions. A file is
needed from its upload until its points are used, a minute perhaps.
"""

import asyncio

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

FILES = 4  # of a session: a page has two places for one each
BYTES = 128 * 2**20
UNDER_WAY = 32  # they lie on the disk, up to 6 MB each
SECONDS = 120.0  # for one: whoever sends ever more slowly leaves its place to others
PATH = "/_stcore/upload_file/"
BUSY = "Too many files are being uploaded to this server. Try again in a moment.\n"
SLOW = "This upload took too long.\n"
GONE = "The page that this file was for is gone. Reload it, and upload the file again."


def bound() -> None:
    """Bound the files that are kept, in this process."""
    add = MemoryUploadedFileManager.add_file

    def add_within_bounds(
        manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec
    ) -> None:
        # It may have ended during a slow upload; nobody would throw its file away any more.
        if runtime.exists() and not runtime.get_instance().is_active_session(session_id):
            raise HTTPException(400, GONE)
        add(manager, session_id, file)
        _drop(manager, session_id)

    MemoryUploadedFileManager.add_file = add_within_bounds  # type: ignore[assignment,method-assign]


def _drop(manager: MemoryUploadedFileManager, session_id: str) -> None:
    """Drop the session's oldest files beyond its number, and those of whoever holds the most.

    All that changes files happens on the server's event loop.
    """
    while len(manager.file_storage[session_id]) > FILES:
        _drop_oldest(manager, session_id)
    held = {who: sum(map(size, kept.values())) for who, kept in manager.file_storage.items()}
    while sum(held.values()) > BYTES:
        most = max(held, key=held.__getitem__)
        held[most] -= _drop_oldest(manager, most)


def _drop_oldest(manager: MemoryUploadedFileManager, session_id: str) -> int:
    """Drop a session's oldest file; returns its size."""
    file_id, file = next(iter(manager.file_storage[session_id].items()))
    manager.remove_file(session_id, file_id)
    return size(file)


def size(file: UploadedFileRec) -> int:
    """Bytes that a file holds; its name and its type are the visitor's too."""
    return len(file.data) + len(file.name) + len(file.type)


class UploadsUnderWay:
    """ASGI middleware that lets few uploads come in at once.

    Args:
        app: Who takes them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the app, or refuse an upload too many."""
        if scope.get("method") != "PUT" or not scope["path"].startswith(PATH):
            await self.app(scope, receive, send)
        elif self.count >= UNDER_WAY:
            await PlainTextResponse(BUSY, 503)(scope, receive, send)
        else:
            self.count += 1
            try:
                async with asyncio.timeout(SECONDS):
                    await self.app(scope, receive, send)
            except TimeoutError:
                await PlainTextResponse(SLOW, 408)(scope, receive, send)
            finally:
                self.count -= 1
