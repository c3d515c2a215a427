"""The page's state and the address bar: one follows the other, and neither fights.

The values of all parameters live in the session. They are read from the URL on the first run and
after Back or Forward; at every other time the widgets lead and the URL is written. Streamlit's
own ``bind="query-params"`` was tried and left: it replaces the history entry instead of adding
one, so that Back leaves the page, and it drops a bad value without a word.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from layerwarp.app.link import parameters
from layerwarp.app.link.parameters import FRAME, PageParameters, Values

PAGE = "page"
STATE = "values"
KEPT = "values_of_pages"
WRITTEN = "written_values"
OPENED = "opened_values"  # what the link said
NOTICE = "link_notice"
MENU = "menu_links"
CONTROL = "control_"

RECENT = 8  # links of the menu that a browser may still show


def control_key(name: str) -> str:
    """The session-state key of the widget of parameter ``name``."""
    return f"{CONTROL}{name}"


def parameter_of(name: str) -> str:
    """The parameter of the widget of this name: one of several for it adds a word after "_"."""
    return name.partition("_")[0]


def load(page: PageParameters) -> Values:
    """The values to show in this run of ``page``, taken from the URL where the URL leads."""
    left, went_back = st.session_state.get(PAGE), _followed_history()
    if left is not page or went_back:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        values, notices = parameters.parse(query, page)
        clicked = st.query_params.to_dict()
        if not went_back and clicked in st.session_state.get(MENU, {}).get(page.name, ()):
            # It is as old as the last run that came to its end and to the browser.
            values, _ = parameters.parse(link(page), page)
        # The last words of the run that was left may have overwritten the URL.
        st.session_state[WRITTEN] = values if left is None else None
        st.session_state[PAGE] = page
        change(values)
        st.session_state[STATE] = st.session_state[OPENED] = values
        lines = parameters.version_notice(query), parameters.one_line(notices)
        st.session_state[NOTICE] = " ".join(filter(None, lines))
    return st.session_state[STATE]


def save(values: Values) -> None:
    """Keep the values, and write them to the URL if they are news."""
    values, page = parameters.fit(values), st.session_state[PAGE]
    st.session_state[STATE] = values
    _keep(values)
    written = st.session_state[WRITTEN]
    if values != written:
        st.session_state[WRITTEN] = values
        if written is not None:
            st.session_state[NOTICE] = ""
        st.query_params.from_dict(parameters.format(values, page))


def untouched() -> bool:
    """Whether the visitor has changed nothing yet of what the link says."""
    return bool(st.session_state.get(STATE) == st.session_state.get(OPENED))


def link(page: PageParameters, changes: Values | None = None) -> dict[str, str]:
    """The query of the link to another page: as it was left, with what it shares with this one.

    Args:
        page: The other page.
        changes: What is to be different there.
    """
    values = st.session_state.get(KEPT, {}).get(page.name, page.defaults)
    here: PageParameters | None = st.session_state.get(PAGE)
    if here is not None:
        shared = set(page.names) & set(here.names)
        now = st.session_state[STATE]
        alone = page.opens_alone or here.opens_alone
        unchanged = all(now[name] == here.default(name) for name in shared - set(FRAME))
        if here.family != page.family or (alone and unchanged):
            shared &= set(FRAME)
        values = values | {name: now[name] for name in shared}
    return parameters.format(parameters.fit(values | (changes or {})), page)


def menu_link(page: PageParameters) -> dict[str, str]:
    """:func:`link` for the menu, where an older one may be clicked before this has come."""
    query, menus = link(page), st.session_state.get(MENU, {})
    recent = [*menus.get(page.name, ()), query][-RECENT:]
    st.session_state[MENU] = menus | {page.name: recent}
    return query


def change(changes: Values) -> None:
    """Set parameters from code (a button, the stage, a link) before the widgets are drawn.

    Only the widgets of the changed parameters are touched, so that a drag that arrives in the
    same moment is not lost.
    """
    values = st.session_state[STATE] = st.session_state.get(STATE, {}) | changes
    _keep(values)  # now: a click on another page may overtake this run
    controls = [str(key) for key in st.session_state if str(key).startswith(CONTROL)]
    for key in controls:
        if parameter_of(key.removeprefix(CONTROL)) in changes:
            del st.session_state[key]


def now(name: str) -> Any:
    """The value of a parameter in a callback, which its widget may just have changed."""
    values = st.session_state.get(STATE, {})
    return st.session_state.get(control_key(name), values.get(name))


def follow(key: str, names: Sequence[str]) -> None:
    """What the visitor did in the component ``key`` goes into the link.

    Args:
        key: Of the component in the session state.
        names: Parameters that it may set. One that it says nothing of stays as it is; None is a
            place that needs no word in the link.
    """
    view = st.session_state[key].get("view")
    if not isinstance(view, dict):  # the component sends no such thing; somebody else did
        return
    page, changes = st.session_state[PAGE], {}
    for name in set(names) & set(view):
        value = parameters.read(name, str(view[name]))
        changes[name] = page.default(name) if value is None else value
    change(changes)


def _keep(values: Values) -> None:
    """Remember how this page was left."""
    kept = st.session_state.get(KEPT, {})
    st.session_state[KEPT] = kept | {st.session_state[PAGE].name: values}


def notice() -> str:
    """What the link asked for and could not have, in one line; empty if nothing."""
    return st.session_state.get(NOTICE, "")


def visitor() -> str:
    """A name for this visitor's session, the same for every rerun."""
    context: Any = get_script_run_ctx()
    return context.session_id if context else "nobody"


def _followed_history() -> bool:
    """Whether the browser's Back or Forward caused this run."""
    context: Any = get_script_run_ctx()
    return bool(getattr(context, "is_history_navigation", False))
