"""A lesson of one's own: from a link or a file to what is played, and back after each change."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from layerwarp.app.experiments import lesson_text
from layerwarp.app.experiments.experiment import OWN
from layerwarp.app.experiments.lesson_text import LONGEST_NAME
from layerwarp.app.link.parameters import LESSON_TEXT, Values
from layerwarp.app.pages.lessons.kinds import KINDS
from layerwarp.app.pages.lessons.lesson import VIEWED, Lesson
from layerwarp.app.pages.lessons.reading import LessonError, read
from layerwarp.app.pages.lessons.writing import Fields, fields_of, write
from layerwarp.app.session import address, draft
from layerwarp.app.session.draft import Draft

NEW: Fields = {"title": "A lesson of my own", "question": "What does the network do?", "steps": []}
FREE = ("data", "target", "layers", "neurons", "act")  # in the free play of a new step
NOT_IN_NAMES = re.compile(r"\W+")
NOT_KEPT = "this server does not keep the lesson any more: load its file again."

Change = Callable[[Fields], int]  # changes a lesson; the step to open then, counted from 1


def name_of(words: str) -> str:
    """A name for a file, from a title or from the name that it had: letters, digits and dashes."""
    return NOT_IN_NAMES.sub("-", words)[:LONGEST_NAME].strip("-").lower() or "lesson"


def find(text: str) -> tuple[Lesson | None, str]:
    """The lesson in a link's text; if it cannot be played, None and one sentence on it."""
    try:
        return (_find(text), "") if text else (None, "")
    except LookupError:
        return None, NOT_KEPT
    except LessonError as error:
        return None, str(error)


@lru_cache(maxsize=64)
def _find(text: str) -> Lesson:
    """Read once: the page asks at every run."""
    name, source = lesson_text.read_lesson(text)
    name = name_of(name)
    return replace(read(source, name), own=True)


def begin(view: str) -> Fields:
    """A step on a view, of the first kind that can be asked of it, for its teacher to change."""
    names = VIEWED[view.partition("?")[0]].names
    every = {"view": view, "only": [name for name in FREE if name in names]}
    *others, last = sorted(KINDS, key=lambda kind: kind == "choose")  # its answers are to be made
    for kind in others:
        step = {**every, "answer": kind, **KINDS[kind].begins}
        try:
            read(write(NEW | {"steps": [step]}), "lesson")
        except LessonError:
            continue
        return step
    return {**every, "answer": last, **KINDS[last].begins}


def opened(values: Values) -> tuple[Values, Lesson | None]:
    """What the page opens.

    Args:
        values: Of the page.

    Returns:
        The same with what other pages have added, and the lesson of one's own that is then there.
    """
    mine = draft.mine()
    text = values[LESSON_TEXT]
    lesson, _ = find(text)
    # Nothing from here on can be overtaken by a newer run of the page: all is changed, or nothing.
    if lesson and not mine.text:
        _keep(mine, text, lesson)
    waiting, mine.waiting = mine.waiting, []
    for view in waiting:
        _append(mine, view)
    if mine.ahead:
        values = values | {LESSON_TEXT: mine.text, "lesson": OWN, "step": mine.ahead}
    return values, find(values[LESSON_TEXT])[0]


def _append(mine: Draft, view: str) -> None:
    there, _ = find(mine.text)
    fields = fields_of(there) if there else NEW
    fields = fields | {"steps": [*fields["steps"], begin(view)]}
    try:
        put(mine, there.name if there else name_of(fields["title"]), fields)
    except LessonError as error:
        mine.told = str(error)
    else:
        mine.ahead = len(fields["steps"])


def put(mine: Draft, name: str, fields: Fields, anew: bool = True) -> None:
    """Make a lesson the newest version.

    Args:
        mine: Of the visitor.
        name: Of its file.
        fields: As the file says it.
        anew: Whether more has changed than the widget that the visitor is at.

    Raises:
        LessonError: What is wrong with it, in one sentence; all stays as it was.
    """
    source = write(fields)
    lesson = read(source, name)
    _keep(mine, lesson_text.write_lesson(name, source), lesson, anew)


def _keep(mine: Draft, text: str, lesson: Lesson, anew: bool = True) -> None:
    mine.keep(text, [str(step.view) for step in lesson.steps], anew)


def change(drawn: str, changed: Change, anew: bool = True) -> None:
    """Change the visitor's lesson, in the callback of a widget.

    Args:
        drawn: The version that the widget was drawn for: a second click comes too late.
        changed: What to do with its fields.
        anew: See :func:`put`.
    """
    mine = draft.mine()
    lesson, _ = find(drawn)
    if lesson is None or drawn != mine.text:
        return
    fields = fields_of(lesson)
    step = changed(fields)
    if not fields["steps"]:
        return drop()
    name = lesson.name
    if name == name_of(lesson.title):  # it follows the title, but not where a file had another
        name = name_of(fields["title"])
    mine.told = ""
    try:
        put(mine, name, fields, anew)
    except LessonError as error:
        mine.told = str(error)
        mine.edition += anew
    else:
        address.change({LESSON_TEXT: mine.text, "step": step})


def load(name: str, source: bytes) -> None:
    """Make the lesson of a file the visitor's own, and open it; or say what is wrong with it."""
    mine = draft.mine()
    try:
        put(mine, name_of(name), fields_of(read(source, name)))
    except LessonError as error:
        mine.told = str(error)
        mine.edition += 1  # the file can be loaded again, once it is mended
    else:
        mine.told = ""
        show(mine.text)


def show(text: str, step: int = 1) -> None:
    """Open a version of the visitor's lesson, which goes on from it."""
    lesson, _ = find(text)
    if lesson:
        _keep(draft.mine(), text, lesson)
        address.change({LESSON_TEXT: text, "lesson": OWN, "step": step})


def drop() -> None:
    """Begin without a lesson of one's own."""
    mine = draft.mine()
    mine.keep("", ())
    mine.told = ""
    address.change({LESSON_TEXT: "", "lesson": None, "step": 1})
