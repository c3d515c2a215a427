"""One request to an ASGI application, without a server."""

from dataclasses import dataclass
from typing import Any

from tests import aside


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: Of HTTP; for a websocket 101 if it was opened, 403 if it was not.
        headers: The last of each name, in small letters.
        text: The body.
    """

    status: int
    headers: dict[str, str]
    text: str


def request(
    app: Any,
    path: str = "/",
    headers: dict[str, str] | None = None,
    method: str = "GET",
    client: str | None = "127.0.0.1",
) -> Answer:
    """Ask an application.

    Args:
        app: To be asked.
        path: With or without a query.
        headers: In latin-1, as uvicorn hands them on.
        method: Of HTTP, or "WEBSOCKET".
        client: Address of the other end.
    """
    socket = method == "WEBSOCKET"
    place, _, query = path.partition("?")
    scope = {
        "type": "websocket" if socket else "http",
        **({} if socket else {"method": method}),
        "path": place,
        "raw_path": place.encode(),
        "query_string": query.encode("latin-1"),
        "headers": [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in (headers or {}).items()
        ],
        "client": None if client is None else (client, 50_000),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if socket else "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    aside.run(app(scope, receive, send))
    if socket:
        return Answer({"websocket.accept": 101, "websocket.close": 403}[sent[0]["type"]], {}, "")
    back = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], back, body.decode())


async def streamlit(scope: Any, receive: Any, send: Any) -> None:
    """Stands for Streamlit: answers whatever comes."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"Streamlit"})
