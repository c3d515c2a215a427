"""The page "Lessons": a list, or a step of the lesson that is open."""

import streamlit as st

from layerwarp.app.controls import network as controls
from layerwarp.app.experiments.experiment import OWN
from layerwarp.app.link.parameters import LESSON_TEXT
from layerwarp.app.pages import layout, share
from layerwarp.app.pages.lessons import PAGE, editor, own
from layerwarp.app.pages.lessons.lesson import VIEWED, Step
from layerwarp.app.pages.lessons.payload import pack
from layerwarp.app.pages.lessons.reading import lessons
from layerwarp.app.session import address, draft, following, frame
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
        slot = f"lesson_{name}"
        experiment = controls.experiment(view.values)
        beyond = own and name != "view"
        history = following.show(experiment, slot, lambda answer: None, beyond)
        job = following.current(slot)
        if job is None or not job.ended or history is None:
            break
        how = view.values["view"], view.values["axes"]
        pictures[name] = payloads.plane(experiment, history, *how)
    return pictures


def _free_play(step: Step) -> None:
    """The way to the page itself, where the step leaves a few of its controls free."""
    view = step.reveal or step.view
    free = {"only": step.only, "hide": True} if step.only else {}
    st.page_link(
        VIEWED[view.page].routed,
        label="Play with this network",
        icon=":material/tune:",
        help="Opens it on its own page. The menu leads back to this step.",
        query_params=view.link(free),
    )
