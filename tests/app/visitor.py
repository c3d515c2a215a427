"""A visitor that speaks Streamlit's protocol to a running server, without a browser."""

from collections.abc import Generator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@contextmanager
def visit(url: str, query: str = "", page: str = "") -> Generator[ClientConnection, None, None]:
    """Open a page: what is connected to it, with a first run of its script asked for.

    Args:
        url: Of the server.
        query: Of the link.
        page: Its name in the link; "" for the first one.
    """
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, max_size=None) as socket:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        socket.send(message.SerializeToString())
        yield socket


def wait_for_end_of_run(socket: ClientConnection) -> None:
    """Return when the script has run through, well or not."""
    while read(socket).WhichOneof("type") != "script_finished":
        pass


def read(socket: ClientConnection) -> ForwardMsg:
    """The next message."""
    message = ForwardMsg()
    message.ParseFromString(socket.recv(timeout=60))
    return message
