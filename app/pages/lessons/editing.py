"""Changes of a lesson that its teacher makes by a click or a word, on the fields of its file.

Each changes the fields in place, and gives the number of the step that is open afterwards.
"""

from collections.abc import Iterable
from functools import reduce
from operator import getitem
from typing import Any

from layerwarp.app.pages.lessons.kinds import KINDS
from layerwarp.app.pages.lessons.lesson import VIEWED
from layerwarp.app.pages.lessons.writing import Fields

Path = tuple[Any, ...]  # names and numbers, through the file's tables and lists to a field

NEVER = "say here why it is never true."  # where a teacher has not done so yet


def at(fields: Any, path: Iterable[Any]) -> Any:
    """What stands at the end of a path."""
    return reduce(getitem, path, fields)


def move(index: int, way: int, fields: Fields) -> int:
    """Change a step's place by one."""
    steps = fields["steps"]
    steps.insert(index + way, steps.pop(index))
    return index + way + 1


def copy(index: int, fields: Fields) -> int:
    """Another step on the same view, behind it."""
    fields["steps"].insert(index + 1, fields["steps"][index])
    return index + 2


def remove(index: int, fields: Fields) -> int:
    """Take a step away."""
    del fields["steps"][index]
    return max(index, 1)


def put(path: Path, said: Any, number: int, fields: Fields) -> int:
    """Put what a widget says at the end of a path.

    Args:
        path: To a field. In the list of answers "right" is the number of the true one.
        said: Its value.
        number: Of the step that is open.
        fields: Of the lesson.
    """
    *way, name = path
    if name == "answer":
        _put_answer(at(fields, way), said)
    elif name == "right":
        _put_right(at(fields, way), said)
    elif "options" in path:
        *way, index = way
        _put_option(at(fields, way), index, name, said)
    else:
        at(fields, way)[name] = said
    return number


def _put_answer(step: Fields, kind: str) -> None:
    """Another kind of answer begins anew, but for words that the teacher has written."""
    before, after = KINDS[step["answer"]], KINDS[kind]
    words = ("question", "principle")
    written = {name: step[name] for name in words if step[name] != before.begins.get(name)}
    for name in (*before.needs, *before.may):
        step.pop(name, None)
    step.update({"answer": kind, **after.begins, **written})


def _put_right(options: list[Fields], index: int) -> None:
    for option in options:
        if option.pop("right", False):
            option["never"] = NEVER
    options[index] = _bare(options[index]) | {"right": True}


def _put_option(options: list[Fields], index: int, name: str, said: str) -> None:
    """The words of an answer, none to leave it out; or why it is never true, or where it is."""
    if index == len(options):
        options.append({"text": said, "never": NEVER})
    elif name == "text" and not said:
        del options[index]
    elif name == "text":
        options[index]["text"] = said
    else:
        page, mark, _ = said.partition("?")
        leads = mark and page in VIEWED
        options[index] = _bare(options[index]) | {"truth" if leads else "never": said}


def _bare(option: Fields) -> Fields:
    """Without what says whether it is true."""
    return {name: option[name] for name in ("text", "outline") if name in option}
