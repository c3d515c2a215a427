"""The part of the page where a visitor writes a lesson: its steps, and what the open one asks.

What has no widget here is said in the lesson's file.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

import streamlit as st

from layerwarp.app.experiments import lesson_text
from layerwarp.app.experiments.experiment import OWN
from layerwarp.app.experiments.packing import SHORT, is_kept
from layerwarp.app.experiments.safe_text import escaped
from layerwarp.app.link.parameters import LESSON_TEXT, LOCKABLE, MOST_STEPS, PARAMETERS, Values
from layerwarp.app.pages.lessons import editing, own
from layerwarp.app.pages.lessons.editing import Path
from layerwarp.app.pages.lessons.kinds import GIVENS, KINDS, MEASURES, PLACE_MEASURES, SHAPES
from layerwarp.app.pages.lessons.lesson import VIEWED, Lesson
from layerwarp.app.pages.lessons.reading import (
    LONGEST_OPTION,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_OPTIONS,
)
from layerwarp.app.pages.lessons.writing import fields_of, write
from layerwarp.app.pages.page import Page
from layerwarp.app.session import address, draft, frame, widgets

TITLE = "A lesson of your own"
HOW = (
    "Set up a view on {pages}, open “Share” there, and press “Add this view as a step”: it is "
    "taken as you see it, with its layer position and training step. Or load a lesson's file."
)
FILE_SAYS = (
    "The file, in TOML, opens in any text editor. It can also say another view for the reveal, "
    "what plays then, and the views for which wrong answers are true: see README."
)
# What a field that holds a word can say, and what people read.
ROWS: dict[str, Mapping[str, str]] = {
    "shape": SHAPES,
    "given": {name: name for name in GIVENS},
}
LINK_CARRIES = "The link in “Share” carries the whole lesson."
LOADING = "Takes the place of the lesson that is here. The browser's Back leads to that one again."


def tell(values: Values) -> None:
    """What is wrong with the lesson of the link, and that there is a newer version of it."""
    text, mine = values[LESSON_TEXT], draft.mine()
    _, fault = own.find(text)
    if fault:
        st.error(f"The lesson of this link cannot be played: {escaped(fault)}")
    if frame.bare() or mine.text in ("", text):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        count = f"{len(mine.views)} step{'s' if len(mine.views) > 1 else ''}"
        st.caption(f"The latest version of your own lesson, of {count}, is not shown here.")
        st.button(
            "Show the latest",
            key="own_lesson_latest",
            type="primary",
            on_click=own.show,
            args=(mine.text,),
        )
        if text and not fault:
            st.button(
                "Go on from this one",
                key="own_lesson_this",
                help="The latest is then given up.",
                on_click=own.show,
                args=(text,),
            )


def draw(values: Values, lesson: Lesson | None) -> None:
    """The folded part.

    Args:
        values: Of the page.
        lesson: The visitor's own, where there is one.
    """
    mine, key = draft.mine(), widgets.section_key(TITLE)
    # Not beside one of ours, nor where an older version would be changed by mistake.
    if values["lesson"] not in (None, OWN) or mine.text not in ("", values[LESSON_TEXT]):
        return
    if mine.ahead:
        st.session_state[key] = True
    folded = st.expander(TITLE, key=key, on_change="rerun")
    if not folded.open:
        return
    with folded:
        if lesson is None:
            *others, last = [page.title for page in VIEWED.values()]
            st.markdown(HOW.format(pages=f"{', '.join(others)} or {last}"))
            _told()
        else:
            editor = Editor(values, lesson)
            editor.lesson()
            _told()
            if editor.opened:
                editor.step()
        _file(values, lesson)


def _told() -> None:
    if draft.mine().told:
        st.error(escaped(draft.mine().told))


class Editor:
    """Widgets of the version that the address has; what they say makes the next.

    Args:
        values: Of the page.
        lesson: The visitor's own.
    """

    def __init__(self, values: Values, lesson: Lesson) -> None:
        self.drawn, self.number = values[LESSON_TEXT], values["step"]
        self.opened = values["lesson"] == OWN
        self.fields = fields_of(lesson)
        self.edition = draft.mine().edition

    def lesson(self) -> None:
        """Title, question and the list of steps."""
        for place, label, name, most in zip(
            st.columns([2, 3]),
            ("Title", "What the lesson answers"),
            ("title", "question"),
            (LONGEST_TITLE, LONGEST_TEXT),
            strict=True,
        ):
            with place:
                self._text(label, (name,), most)
        for index in range(len(self.fields["steps"])):
            with st.container(horizontal=True, vertical_alignment="center"):
                self._row(index)

    def _row(self, index: int) -> None:
        number, count = index + 1, len(self.fields["steps"])
        st.button(
            f"{number}. {escaped(self.fields['steps'][index]['question'])}",
            key=f"own_lesson_open_{index}",
            help="Opens this step.",
            type="secondary" if self.opened and number == self.number else "tertiary",
            on_click=address.change,
            args=({"lesson": OWN, "step": number},),
        )
        last = number == count
        self._act(
            "arrow_upward", f"Step {number}: up", partial(editing.move, index, -1), number == 1
        )
        self._act("arrow_downward", f"Step {number}: down", partial(editing.move, index, 1), last)
        full = count == MOST_STEPS
        self._act("content_copy", f"Step {number}: copy", partial(editing.copy, index), full)
        self._act("delete", f"Step {number}: remove", partial(editing.remove, index))

    def _act(self, icon: str, label: str, changed: own.Change, disabled: bool = False) -> None:
        st.button(
            "",
            key=f"own_lesson_{icon}_{label}",
            help=label,
            icon=f":material/{icon}:",
            disabled=disabled,
            type="tertiary",
            on_click=own.change,
            args=(self.drawn, changed),
        )

    def step(self) -> None:
        """What the open step asks, and the sentence after it."""
        here: Path = ("steps", self.number - 1)
        kind, family = self._value((*here, "answer")), self._page(here).family
        kinds = {name: row.label for name, row in KINDS.items() if family in row.families}
        self._text("Question", (*here, "question"), LONGEST_TEXT)
        self._choice("How it is answered", (*here, "answer"), kinds)
        names = (*KINDS[kind].needs, *KINDS[kind].may)
        if "options" in names:
            self._options(here)
        with st.container(horizontal=True):
            for name in names:
                self._asked((*here, name), kind, family)
        help = "One or two sentences, shown after the answer. {right} is measured: see README."
        self._text("What it shows", (*here, "principle"), LONGEST_TEXT, help)
        self._free((*here, "only"))

    def _asked(self, path: Path, kind: str, family: str) -> None:
        """What a kind needs to know: a word of a table, or a number."""
        name, value = path[-1], self._value(path)
        rows = ROWS.get(name)
        if name == "measure":
            known = {name: row.words for name, row in MEASURES.items() if family in row.families}
            rows = PLACE_MEASURES if kind == "place" else known
        if rows is not None:
            self._choice(name.capitalize(), path, rows)
        elif isinstance(value, int | float):
            self._number(name.capitalize(), path)

    def _page(self, step: Path) -> Page:
        """The page whose view a step shows."""
        return VIEWED[self._value((*step, "view")).partition("?")[0]]

    def _free(self, path: Path) -> None:
        names = [name for name in LOCKABLE if name in self._page(path[:-1]).names]
        self._ask(
            st.multiselect,
            "Stays free under “Play with this network”",
            path,
            options=names,
            default=[name for name in self._value(path) if name in names],
            format_func=lambda name: PARAMETERS[name].label,
        )

    def _options(self, here: Path) -> None:
        """The answers; an empty line is left out, and one more can be added."""
        options = self._value((*here, "options"))
        texts = {index: option["text"] for index, option in enumerate(options)}
        right = next(index for index, option in enumerate(options) if option.get("right"))
        for index in range(min(len(options) + 1, MOST_OPTIONS)):
            path = (*here, "options", index)
            text, reason = st.columns([2, 3])
            with text:
                self._text(f"Answer {index + 1}", (*path, "text"), LONGEST_OPTION)
            if index < len(options) and index != right:
                told = "truth" if "truth" in options[index] else "never"
                words = {"truth": "Where answer {} is true", "never": "Why answer {} is never true"}
                help = (
                    f"A reason, or a view for which it is true, as {self._value((*here, 'view'))}"
                )
                with reason:
                    label = words[told].format(index + 1)
                    self._text(label, (*path, told), None, escaped(help))
        self._choice("The true answer", (*here, "options", "right"), texts, right)

    def _value(self, path: Path) -> Any:
        """What the file says at the end of a path; empty for an answer beyond the last."""
        try:
            return editing.at(self.fields, path)
        except (IndexError, KeyError):
            return ""

    def _text(self, label: str, path: Path, most: int | None, help: str | None = None) -> None:
        self._ask(st.text_input, label, path, value=self._value(path), max_chars=most, help=help)

    def _number(self, label: str, path: Path) -> None:
        self._ask(st.number_input, label, path, value=float(self._value(path)), format="%g")

    def _choice(self, label: str, path: Path, rows: Mapping[Any, str], at: Any = None) -> None:
        names = list(rows)
        index = names.index(self._value(path) if at is None else at)
        self._ask(st.selectbox, label, path, options=names, index=index, format_func=rows.get)

    def _ask(self, draw: Callable[..., Any], label: str, path: Path, **options: Any) -> None:
        """A widget for the field at the end of a path."""
        key = f"own_lesson_{self.edition}_{'_'.join(map(str, path))}"
        draw(label, key=key, on_change=self._said, args=(key, path), **options)

    def _said(self, key: str, path: Path) -> None:
        """In the callback of a widget: what it says goes into the lesson."""
        said = st.session_state[key]
        if isinstance(said, str):
            said = " ".join(said.split())
        elif isinstance(said, float) and said.is_integer():
            said = int(said)
        more = path[-1] == "answer" or "options" in path  # than this widget changes
        own.change(self.drawn, partial(editing.put, path, said, self.number), more)


def _file(values: Values, lesson: Lesson | None) -> None:
    """The lesson's file: to take along, to load, to put away."""
    mine = draft.mine()
    if lesson is not None:
        st.caption(_link_says(values[LESSON_TEXT], lesson))
        st.caption(FILE_SAYS)
        with st.container(horizontal=True):
            st.download_button(
                "Download the file",
                lambda: _source(mine),
                f"{lesson.name}.toml",
                "application/toml",
                key="own_lesson_file",
                icon=":material/download:",
                on_click="ignore",
            )
            st.button(
                "Put this lesson away",
                key="own_lesson_drop",
                help="Begins without one. The browser's Back leads to this one again.",
                on_click=own.drop,
            )
    key = f"own_lesson_load_{mine.edition}"
    st.file_uploader(
        "Load a lesson's file",
        key=key,
        help=LOADING,
        max_upload_size=1,
        on_change=_load,
        args=(key,),
    )


def _link_says(text: str, lesson: Lesson) -> str:
    """What a link can and cannot carry of the lesson."""
    if not is_kept(text):
        return LINK_CARRIES
    length = len(lesson_text.whole_text(lesson.name, write(fields_of(lesson))))
    limit = f"{length:,} characters, at most {SHORT:,}"
    return f"**The lesson is too long for a link** ({limit}): send its file."


def _source(mine: draft.Draft) -> bytes:
    """The file as it is when the button is pressed, with what was typed just before."""
    lesson, _ = own.find(mine.text)
    return write(fields_of(lesson)) if lesson else b""


def _load(key: str) -> None:
    file = st.session_state[key]
    if file is not None:
        own.load(PurePath(file.name).stem, file.getvalue())
