"""Writes lessons as TOML: the inverse of ``reading``, for exactly the fields that it knows."""

from collections.abc import Mapping
from typing import Any

from layerwarp.app.pages.lessons.lesson import Lesson, Option, Step

Fields = dict[str, Any]  # as tomllib reads them


def write(fields: Mapping[str, Any]) -> bytes:
    """The file of a lesson.

    Args:
        fields: As :func:`fields_of` gives them: a table each for the lesson's steps, anything but
            tables in the lesson itself.

    Returns:
        TOML in UTF-8.
    """
    lines = [_line(name, value) for name, value in fields.items() if name != "steps"]
    for step in fields["steps"]:
        lines += ["", "[[steps]]", *(_line(name, value) for name, value in step.items())]
    return ("\n".join(lines) + "\n").encode()


def fields_of(lesson: Lesson) -> Fields:
    """A lesson as its file says it, without what says nothing."""
    fields = {
        "title": lesson.title,
        "question": lesson.question,
        "next": lesson.next,
        "picture": [list(map(list, line)) for line in lesson.picture],
        "steps": [_step(step) for step in lesson.steps],
    }
    return {name: value for name, value in fields.items() if value}


def _step(step: Step) -> Fields:
    return {
        "question": step.question,
        "view": str(step.view),
        **({"reveal": str(step.reveal)} if step.reveal else {}),
        "answer": step.answer,
        **step.asked,
        **({"options": [_option(option) for option in step.options]} if step.options else {}),
        **({"play": step.play} if step.play else {}),
        "principle": step.principle,
        **({"bars": step.bars} if step.bars else {}),
        **({"only": list(step.only)} if step.only else {}),
    }


def _option(option: Option) -> Fields:
    fields = {
        "text": option.text,
        "right": option.right,
        "truth": option.truth and str(option.truth),
        "never": option.never,
        "outline": list(map(list, option.outline)),
    }
    return {name: value for name, value in fields.items() if value}


def _line(name: str, value: Any) -> str:
    """A field; tables in it stand on lines of their own."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = "".join(f"  {_value(row)},\n" for row in value)
        return f"{name} = [\n{rows}]"
    return f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, str):  # the texts of a lesson are printable: nothing else needs a mark
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_value(part)}' for name, part in value.items())} }}"
    return repr(value)
