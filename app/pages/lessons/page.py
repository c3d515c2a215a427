"""The page "Lessons": a list, or a step of the lesson that is open."""

import streamlit as st

from layerwarp.app.experiments.experiment import OWN
from layerwarp.app.link.parameters import LESSON_TEXT, Values
from layerwarp.app.pages import layout, share
from layerwarp.app.pages.lessons import PAGE, editor, own
from layerwarp.app.pages.lessons.lesson import VIEWED, Step, View
from layerwarp.app.pages.lessons.payload import pack
from layerwarp.app.pages.lessons.reading import lessons
from layerwarp.app.pages.lessons.views import FAMILIES
from layerwarp.app.session import address, draft, following, frame
from layerwarp.app.session.live import Shown
from layerwarp.app.words.difference import difference
from layerwarp.app.work import payloads


def main() -> None:
    """Draw the page."""
    values, visitors = own.opened(address.load(PAGE))
    places = layout.begin(PAGE)
    path = lessons() | ({OWN: visitors} if visitors else {})
    lesson = path.get(values["lesson"])
    number = 1 if lesson is None else min(values["step"], len(lesson.steps))
    values = values | {"step": number}
    address.save(values)
    layout.tell(places, PAGE, values)
    # Who shares one of ours does not share what this visitor writes.
    shared = values if lesson is visitors else values | {LESSON_TEXT: ""}
    share.menu(places.share, PAGE, shared, None)
    pictures = {}
    if lesson is not None:
        step = lesson.steps[number - 1]
        with places.state:
            found = _pictures(step, lesson.own)
            pictures = {(number, name): part for name, part in found.items()}
    with places.notes:
        editor.tell(values)
    with places.picture:
        layout.picture(PAGE, pack(path, lesson, number, pictures))
    if not frame.bare():
        with places.words:
            if lesson is not None:
                _free_play(lesson.steps[number - 1])
            editor.draw(values, visitors)
    draft.mine().ahead = 0
    layout.end(PAGE, places)


def _pictures(step: Step, own: bool) -> dict[str, bytes]:
    """Name of a view -> its picture, of those that are there: one network is trained at a time.

    A lesson that anybody may have written trains its first like a link, and the others only where
    they are short, or the visitor says so.
    """
    pictures: dict[str, bytes] = {}
    for name, view in step.views():
        picture = _picture(view, f"lesson_{name}", own and name != "view")
        if picture is None:
            break
        pictures[name] = picture
    return pictures


def _picture(view: View, slot: str, beyond: bool) -> bytes | None:
    """What the component of the view's page takes: of one network, or of two side by side."""
    own = _network(view, view.values, slot, beyond)
    if own is None or view.other is None:
        return own
    other = _network(view, view.other, f"{slot}_other", beyond, in_hand=False)
    return other and payloads.side_by_side(own, other, difference(view.other, view.values))


def _network(
    view: View, values: Values, slot: str, beyond: bool, in_hand: bool = True
) -> bytes | None:
    family = FAMILIES[view.family]
    experiment = family.experiment(values)
    if experiment is None:
        return family.picture(values, None, in_hand)
    history = following.show(experiment, slot, lambda answer: None, beyond)
    job = following.current(slot)
    if job is None or not job.ended or history is None:
        return None
    return family.picture(values, Shown(experiment, history), in_hand)


def _free_play(step: Step) -> None:
    """The way to the page itself, where the step leaves a few of its controls free."""
    st.page_link(
        VIEWED[step.shown.page].routed,
        label="Play with this network",
        icon=":material/tune:",
        help="Opens it on its own page. The menu leads back to this step.",
        query_params=step.free_play(),
    )
