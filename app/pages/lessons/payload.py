"""What the component "lessons" is sent: the lessons in words, the pictures of a step as bytes."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import numpy as np

from layerwarp.app.experiments.experiment import OWN
from layerwarp.app.link.parameters import PARAMETERS
from layerwarp.app.pages.lessons.lesson import VIEWED, Lesson, Option, Step, View
from layerwarp.app.stage import blocks
from layerwarp.app.words.numbers import listed

Pictures = Mapping[tuple[int, str], bytes]  # step, counted from 1, and view -> a picture's bytes


def pack(
    lessons: Mapping[str, Lesson],
    lesson: Lesson | None,
    step: int,
    pictures: Pictures,
    app: str = "",
) -> bytes:
    """The bytes that the component takes.

    Args:
        lessons: All that can be chosen.
        lesson: The one that is open; None where they are listed.
        step: Of it, counted from 1.
        pictures: Of its views, as their pages' components take them: those that are there.
        app: Origin of an app that trains, for who reads a file; empty on the app's own page.

    Returns:
        As :func:`layerwarp.app.stage.blocks.join` makes them, each picture in a block of its own.
    """
    named = _named(pictures)
    header = {
        "lessons": [_row(row) for row in lessons.values()],
        "lesson": lesson and _row(lesson) | {"steps": [_step(step, app) for step in lesson.steps]},
        "step": step,
        "views": {} if lesson is None else _views(lesson, pictures, named),
    }
    # The bytes of a picture are a multiple of four: they travel as if they were numbers.
    parts = {name: np.frombuffer(part, "<f4") for part, name in named.items()}
    return blocks.join(header, parts)


def _named(pictures: Pictures) -> dict[bytes, str]:
    """Picture -> the name of its block: the same one is sent once."""
    return {
        part: f"picture {number}" for number, part in enumerate(dict.fromkeys(pictures.values()))
    }


def _views(
    lesson: Lesson, pictures: Pictures, named: Mapping[bytes, str]
) -> dict[str, dict[str, str]]:
    """Step and view -> the component that draws it, its address, and the name of its block."""
    return {
        f"{number} {name}": {
            "page": view.page,
            "query": _alone(view),
            "block": named[pictures[number, name]],
        }
        for number, step in enumerate(lesson.steps, 1)
        for name, view in step.views()
        if (number, name) in pictures
    }


def _alone(view: View) -> str:
    return urlencode({"embed": "true"} | view.link({}))


def _row(lesson: Lesson) -> dict[str, Any]:
    """A lesson in the list. What was answered of one's own is not that of ours of its name."""
    return {
        "name": OWN if lesson.own else lesson.name,
        "own": lesson.own,
        "progress": f"{OWN} {lesson.name}" if lesson.own else lesson.name,
        "title": lesson.title,
        "question": lesson.question,
        "picture": lesson.picture,
        "next": lesson.next,
        "count": len(lesson.steps),
    }


def _step(step: Step, app: str) -> dict[str, Any]:
    return {
        "away": _away(step, app) if app else None,
        "question": step.question,
        "answer": step.answer,
        **step.asked,
        "options": [_option(option) for option in step.options],
        "reveal": step.reveal is not None,
        "play": step.play,
        "bars": step.bars,
        "principle": step.principle,
    }


def _away(step: Step, app: str) -> dict[str, Any]:
    """What only an app changes, in words, and the link there."""
    names = [PARAMETERS[name].label.lower() for name in step.only if name != "matrix"]
    link = f"{app}/{VIEWED[step.shown.page].address}?{urlencode(step.free_play())}"
    return {"names": listed(names) if names else "", "link": link}


def _option(option: Option) -> dict[str, Any]:
    return {
        "text": option.text,
        "right": option.right,
        "outline": option.outline,
        "never": option.never,
    }
