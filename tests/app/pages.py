"""Opening a page without a browser, and reading what it says."""

from dataclasses import replace
from functools import cache

from streamlit.testing.v1 import AppTest

from layerwarp.app.session.widgets import section_key
from layerwarp.training.train import train
from tests.conftest import ROOT
from tests.streamlit_page import read_header

MAIN = ROOT / "app" / "pages" / "main.py"
TIMEOUT = 30
QUICK_STEPS = 60


@cache
def quick_history(experiment):
    """A short training in numpy."""
    steps = min(QUICK_STEPS, experiment.training.steps)
    quick = replace(experiment.training, steps=steps)
    return train(experiment.dataset.make(), experiment.architecture, quick, backend="numpy")


def open_page(name="", **query):
    """Run a page with a link's query: the one of this name alone, or the whole app at its first."""
    if name:
        script = (
            f"from layerwarp.app.pages.{name} import page\n"
            "from layerwarp.app.session import following\n"
            "following.begin()\n"
            "page.main()\n"
            "following.leave_the_rest()"
        )
        return opened(AppTest.from_string(script, default_timeout=TIMEOUT), query)
    return opened(AppTest.from_file(str(MAIN), default_timeout=TIMEOUT), query)


def opened(page, query):
    """Run a page with a link's query, the folded parts of its sidebar open."""
    page.query_params.update(query)
    for title in ("Points", "Training", "View"):
        page.session_state[section_key(title)] = True
    page.run()
    assert not page.exception
    return page


def header(page):
    """The header of what the page's component got."""
    return read_header(page.get("bidi_component")[0].proto.bytes)


def words(page):
    """All that the page says."""
    texts = [*page.markdown, *page.caption, *page.warning, *page.info, *page.error]
    return "\n".join(element.value for element in texts)


def button(page, label):
    """The button with these words on it."""
    return next(button for button in page.button if button.label == label)


def show_example(page, label):
    """The page after its example of this name was chosen."""
    return page.menu_button(key="examples").click(label).run()
