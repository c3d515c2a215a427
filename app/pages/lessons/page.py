"""The page "Lessons": a list, or a step of the lesson that is open."""

import streamlit as st

from layerwarp.app.pages import layout, share
from layerwarp.app.pages.lessons import PAGE
from layerwarp.app.pages.lessons.lesson import VIEWED, Step
from layerwarp.app.pages.lessons.payload import pack
from layerwarp.app.pages.lessons.reading import lessons
from layerwarp.app.pages.lessons.views import FAMILIES
from layerwarp.app.session import address, following, frame
from layerwarp.app.session.live import Shown


def main() -> None:
    """Draw the page."""
    values = address.load(PAGE)
    places = layout.begin(PAGE)
    path = lessons()
    lesson = path.get(values["lesson"])
    number = 1 if lesson is None else min(values["step"], len(lesson.steps))
    values = values | {"step": number}
    address.save(values)
    layout.tell(places, PAGE, values)
    share.menu(places.share, PAGE, values, None)
    pictures = {}
    if lesson is not None:
        step = lesson.steps[number - 1]
        with places.state:
            pictures = {(number, name): part for name, part in _pictures(step).items()}
    with places.picture:
        layout.picture(PAGE, pack(path, lesson, number, pictures))
    if lesson is not None and not frame.bare():
        with places.words:
            _free_play(lesson.steps[number - 1])
    layout.end(PAGE, places)


def _pictures(step: Step) -> dict[str, bytes]:
    """Name of a view -> its picture, of those that are there: one network is trained at a time."""
    pictures: dict[str, bytes] = {}
    for name, view in step.views():
        slot = f"lesson_{name}"
        family, values = FAMILIES[view.family], view.values
        experiment = family.experiment(values)
        if experiment is None:
            pictures[name] = family.picture(values, None)
            continue
        history = following.show(experiment, slot, lambda answer: None)
        job = following.current(slot)
        if job is None or not job.ended or history is None:
            break
        pictures[name] = family.picture(values, Shown(experiment, history))
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
