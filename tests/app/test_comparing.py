"""Two networks side by side on the pages: the link, the buttons, what is trained and said."""

import pytest

from layerwarp.app.controls.network import experiment
from layerwarp.app.link.parameters import VERSUS, compared, difference, format, parse
from layerwarp.app.pages.table import PAGES
from tests.app.pages import button, open_page, words


def asked_side(page):
    return dict(page.query_params)


def test_compare_keeps_the_network_as_a_and_trains_b(trained):
    page = open_page(v="2", neurons="2")
    button(page, "Compare").click().run()
    assert asked_side(page) == {"v": "2", "neurons": "2", "versus": ""}
    page.slider(key="control_neurons").set_value(3).run()
    assert dict(page.query_params) == {"v": "2", "versus": "neurons.2"}
    print([e.architecture.widths for e in trained])
    print(words(page))
