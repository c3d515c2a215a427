"""What a moment has to say to a browser leaves in one piece, in order, and before the end."""

import asyncio

from layerwarp.app.serving.sockets import Joined
from tests import aside


class Transport(asyncio.Transport):
    """Notes what is done with it."""

    def __init__(self):
        super().__init__()
        self.done = []

    def write(self, data):
        self.done.append(data)

    def close(self):
        self.done.append("close")

    def is_closing(self):
        return "close" in self.done


def test_what_is_written_in_one_turn_is_one_piece():
    async def written():
        transport = Transport()
        joined = Joined(transport, asyncio.get_running_loop())
        joined.write(b"one ")
        joined.write(b"two")
        assert transport.done == []
        await asyncio.sleep(0)
        joined.write(b"three")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        joined.write(b"four")
        joined.close()
        assert joined.is_closing()
        await asyncio.sleep(0)
        return transport.done

    assert aside.run(written()) == [b"one two", b"three", b"four", "close"]
