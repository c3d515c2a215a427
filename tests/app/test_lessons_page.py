"""The page "Lessons": the list, and every step of every lesson with its pictures."""

from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from layerwarp.app.link.parameters import parse
from layerwarp.app.pages.lessons.lesson import VIEWED
from layerwarp.app.pages.lessons.reading import lessons
from tests.app.pages import header, open_page, words

STEPS = [
    (name, number)
    for name, lesson in lessons().items()
    for number in range(1, len(lesson.steps) + 1)
]


def test_without_a_lesson_all_are_listed(trained):
    page = open_page("lessons")
    shown = header(page)
    assert [row["name"] for row in shown["lessons"]] == list(lessons())
    assert all(row["title"] and row["question"] and row["picture"] for row in shown["lessons"])
    assert shown["lesson"] is None
    assert trained == []


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_step_has_all_its_pictures(trained, name, number):
    page = open_page("lessons", v="2", lesson=name, step=str(number))
    shown = header(page)
    step = lessons()[name].steps[number - 1]
    assert (shown["lesson"]["name"], shown["step"]) == (name, number)
    assert shown["lesson"]["steps"][number - 1]["question"] == step.question
    assert set(shown["views"]) == {f"{number} {view}" for view, _ in step.views()}
    blocks = {block["name"]: block["shape"] for block in shown["blocks"]}
    assert set(blocks) == {view["block"] for view in shown["views"].values()}
    for place, view in shown["views"].items():
        query = parse_qs(view["query"], keep_blank_values=True)
        assert query.pop("embed") == ["true"]
        said = dict(step.views())[place.partition(" ")[2]]
        assert parse(query, VIEWED[view["page"]]) == (said.values, ())
    assert "Traceback" not in words(page)


PLAYED = {
    (step.shown.page, step.only, bool(step.shown.values.get("matrix")), step.shown.other is None): (
        name,
        number,
    )
    for name, lesson in lessons().items()
    for number, step in enumerate(lesson.steps, 1)
}
WIDGETS = (
    *("slider", "select_slider", "selectbox", "radio", "toggle", "checkbox"),
    *("number_input", "text_input", "multiselect", "button"),
)


@pytest.mark.parametrize(("name", "number"), PLAYED.values())
def test_the_free_play_leaves_free_what_the_step_says_and_nothing_else(trained, name, number):
    """A step of each kind: its page, what it leaves free, by hand or trained, one or two."""
    step = lessons()[name].steps[number - 1]
    page = open_page("lessons", v="2", lesson=name, step=str(number))
    (link,) = [one.proto for one in page.get("page_link")]
    query = parse_qs(link.query_string, keep_blank_values=True)
    values, notices = parse(query, VIEWED[step.shown.page])
    assert notices == ()
    assert values == step.shown.values | {"only": step.only, "hide": True}

    played = open_page(step.shown.page, **{name: texts[-1] for name, texts in query.items()})
    free = {w.key for kind in WIDGETS for w in played.get(kind) if not w.disabled}
    told = {key.removeprefix("control_").partition("_")[0] for key in free}
    told |= {part.label.lower() for part in played.expander} & set(step.only)  # folded
    # Matrices and the depth of a sawtooth are in hand in the picture, not in a widget.
    assert told == set(step.only) - {"matrix", "k"}


def test_without_a_free_setting_the_free_play_only_looks():
    step = lessons()["bend"].steps[0]
    assert replace(step, only=()).free_play()["only"] == ""


def test_a_step_beyond_the_last_is_the_last_and_an_unknown_lesson_is_told(trained):
    last = header(open_page("lessons", v="2", lesson="bend", step="12"))
    assert last["step"] == len(lessons()["bend"].steps)
    page = open_page("lessons", v="2", lesson="bent")
    assert header(page)["lesson"] is None
    assert "lesson = bent" in words(page)
