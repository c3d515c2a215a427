"""Pages that are open while the server is started anew: the first thing that one does counts."""

from streamlit.testing.v1 import AppTest

from layerwarp.app.link.parameters import PARAMETERS
from tests.app.pages import MAIN, TIMEOUT, button


def states_of(page):
    return page._tree.get_widget_states()


def test_a_slider_moved_after_a_restart_is_heard(trained):
    before = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT)
    before.query_params["layers"] = "2"
    before.run()
    before.slider(key="control_layers").set_value(5)
    after = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT)
    after.query_params["layers"] = "2"
    after._run(states_of(before))
    assert not after.exception
    assert after.slider(key="control_layers").value == 5
    assert trained[-1].architecture.depth == 5
    assert after.query_params["layers"] == "5"
    # All others stand where the link and the browser say, and the next one is heard, too.
    assert trained[-1].architecture.widths == (PARAMETERS["neurons"].default,) * 5
    after.slider(key="control_neurons").set_value(3).run()
    assert trained[-1].architecture.widths == (3,) * 5


def test_what_a_button_says_and_a_box_in_the_same_moment_both_count(trained):
    page = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT)
    page.session_state["section_Training"] = True
    page.run()
    page.number_input(key="control_start").set_value(7)
    button(page, "Start again").click().run()
    assert trained[-1].training.seed == 8
