"""The client of the load tests says what Chromium says."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from layerwarp.app.link.parameters import PARAMETERS
from tests import aside
from tests.browser.driving import wait_trained, wait_until
from tests.visitor import Visitor

# Page -> a slider of it.
SLIDERS = {"": "layers", "pieces": "neurons", "depth-width": "seeds"}


def asked(message):
    return BackMsg.FromString(message).rerun_script


def said(message):
    """What a message asks for, with which values, and the names of the messages that are kept."""
    rerun = asked(message)
    names = ("query_string", "page_script_hash", "page_name", "fragment_id", "is_auto_rerun")
    values = {state.id: state for state in rerun.widget_states.widgets}
    return [getattr(rerun, name) for name in names], values, set(rerun.cached_message_hashes)


async def move(url, path, label):
    """What a visitor says who moves a slider by one step."""
    visitor = Visitor(url, f"/{path}", "t=0")
    await visitor.open()
    await visitor.final(0)
    (value,) = visitor.states[visitor.find(label).proto.id].double_array_value.data
    await visitor.set(label, value + 1)
    message = visitor.sent
    await visitor.close()
    return message


@pytest.mark.parametrize("path", SLIDERS)
def test_a_moved_slider_says_the_same(page, server, path):
    label, sent = PARAMETERS[SLIDERS[path]].label, []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{server.url}/{path}?t=0")
    slider = page.get_by_role("slider", name=label)
    slider.wait_for()
    wait_trained(page)
    before = len(sent)
    slider.focus()
    page.keyboard.press("ArrowRight")

    def later():
        return [message for message in sent[before:] if not asked(message).is_auto_rerun]

    wait_until(page, later, "the message of the slider")
    ours = aside.run(move(server.url, path, label))
    theirs, ours = said(later()[0]), said(ours)
    assert ours[:2] == theirs[:2]
    assert set() < ours[2] <= theirs[2]
