"""A visitor that speaks Streamlit's protocol to a running server, without a browser."""

import urllib.request
from collections.abc import Generator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@contextmanager
def visit(
    url: str, query: str = "", page: str = "", embedded: bool = False
) -> Generator[ClientConnection, None, None]:
    """Open a page: what is connected to it, with a first run of its script asked for.

    Args:
        url: Of the server.
        query: Of the link.
        page: Its name in the link; "" for the first one.
        embedded: Whether it is in the frame of another page.
    """
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, max_size=None, close_timeout=1) as socket:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.context_info.is_embedded = embedded
        socket.send(message.SerializeToString())
        yield socket


def session_of(socket: ClientConnection) -> str:
    """The id of the session, from the first messages."""
    while (message := read(socket)).WhichOneof("type") != "new_session":
        pass
    return message.new_session.initialize.session_id


def headers_of_upload(url: str) -> dict[str, str]:
    """Headers of an upload as a browser sends it, with the token that a cookie brought."""
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=30) as answer:
        cookie = answer.headers["set-cookie"].partition(";")[0]
    return {
        "content-type": "multipart/form-data; boundary=here",
        "cookie": cookie,
        "x-xsrftoken": cookie.partition("=")[2],
        "origin": url,
    }


def wait_for_end_of_run(socket: ClientConnection) -> None:
    """Return when the script has run through, well or not."""
    while read(socket).WhichOneof("type") != "script_finished":
        pass


def read(socket: ClientConnection) -> ForwardMsg:
    """The next message."""
    message = ForwardMsg()
    message.ParseFromString(socket.recv(timeout=60))
    return message
