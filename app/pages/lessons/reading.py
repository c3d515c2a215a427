"""Reads lessons from TOML: every fault becomes one sentence that says where, which rule and what.

Whatever a file says, ``read`` gives a lesson or raises ``LessonError``, and nothing else.
"""

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np

from layerwarp.app.controls import network as controls
from layerwarp.app.controls import own_data
from layerwarp.app.experiments.lesson_text import MOST_BYTES
from layerwarp.app.experiments.safe_text import plain
from layerwarp.app.link.parameters import (
    LESSONS,
    LOCKABLE,
    LONGEST_VIEW,
    MOST_STEPS,
    VERSUS,
    Values,
)
from layerwarp.app.pages.lessons.kinds import (
    BARS,
    GIVENS,
    KINDS,
    LINE,
    MEASURES,
    PLACE_MEASURES,
    PLANE,
    PLAYS,
    SHAPES,
)
from layerwarp.app.pages.lessons.lesson import VIEWED, Lesson, Line, Option, Step, View
from layerwarp.app.pages.lessons.views import FAMILIES
from layerwarp.assets import ASSETS
from layerwarp.network.activations import ACTIVATIONS

MOST_OPTIONS, MOST_CORNERS, MOST_LINES = 6, 60, 40
LONGEST_TITLE, LONGEST_OPTION, LONGEST_TEXT = 60, 120, 280  # characters
SHOWN = 40  # characters of a bad value that are repeated
LARGEST = 1e6
SAME_PLACE = 6e-5  # a link keeps four decimals
SENTENCE_END = re.compile(r"[.?!](?=\s|$)")
TAG = re.compile(r"<[a-zA-Z/!?]")
# In a principle: a measure of what is shown, or of the other network, A, where there are two.
MARK = re.compile(r"\{(other )?(\w*)\}")
# A name of many parts, which no field has: reading one takes the square of its length.
DOTTED = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++\s*+\.\s*+){8}""")
Fields = Mapping[str, Any]


class LessonError(ValueError):
    """What is wrong with a lesson's file, and where, in one sentence."""


class Place:
    """A table of the file: what it says, and where it stands, for a sentence."""

    def __init__(self, where: str, fields: Any, known: Iterable[str] = ()) -> None:
        self.where = where
        if not isinstance(fields, dict):
            raise self.fault("", "must be a table of fields", fields)
        self.fields: Fields = fields
        self.known = tuple(known)
        for name in fields:
            if name not in self.known:
                raise self.fault(name, f"is no field here; there are {', '.join(self.known)}")

    def fault(self, name: str, rule: str, value: Any = None) -> LessonError:
        """The sentence on a field; the value stands at its end."""
        shown = "" if value is None else f"; got {plain(repr(value)[: 4 * SHOWN], SHOWN)}"
        place = f"{self.where}, {plain(name, SHOWN)}" if name else self.where
        return LessonError(f"{place}: {rule}{shown}.")

    def get(self, name: str, rule: str, check: Callable[[Any], bool], default: Any = None) -> Any:
        """The value of a field, checked; a field without a default has to be there."""
        value = self.fields.get(name)
        if value is None and default is None:
            raise self.fault(name, f"is missing; it {rule}")
        if value is None:
            return default
        if not check(value):
            raise self.fault(name, rule, value)
        return value

    def text(self, name: str, most: int = LONGEST_TEXT, default: str | None = None) -> str:
        """Plain text of at most ``most`` characters."""
        rule = f"must be plain text of 1 to {most} characters without tags or line breaks"
        return str(self.get(name, rule, lambda text: _is_plain(text, most), default))

    def number(self, name: str, default: float | None = None) -> float:
        """A number that is not too large."""
        rule = f"must be a number from {-LARGEST:g} to {LARGEST:g}"
        return self.get(name, rule, _is_number, default)

    def one_of(self, name: str, choices: Iterable[str], default: str | None = None) -> str:
        """One of a few names."""
        choices = tuple(choices)
        rule = f"must be one of {', '.join(choices)}"
        said = self.get(name, rule, lambda one: isinstance(one, str) and one in choices, default)
        return str(said)

    def yes(self, name: str) -> bool:
        """Whether it says true."""
        return bool(self.get(name, "must be true or false", lambda v: isinstance(v, bool), False))

    def tables(self, name: str, least: int, most: int) -> list[Any]:
        """A list of tables."""
        rule = f"must be a list of {least} to {most} tables"
        return list(self.get(name, rule, lambda v: isinstance(v, list) and least <= len(v) <= most))

    def sentences(self, name: str, most: int) -> str:
        """Plain text of at most so many sentences."""
        text = self.text(name)
        if len(SENTENCE_END.findall(text)) > most:
            rule = "must be one sentence" if most == 1 else f"must be at most {most} sentences"
            raise self.fault(name, rule, text)
        return text

    def view(self, name: str) -> View:
        """A view of a page whose link can be followed to the letter."""
        pages = _either(f"{page}?" for page in VIEWED)
        most = f"of at most {LONGEST_VIEW:,} characters"
        rule = f"must be the end of a link, {pages} and its settings, {most}"
        page, _, query = str(self.get(name, rule, _is_link)).partition("?")
        view = View(page, query)
        for word in view.words:
            if word != "v" and word not in VIEWED[page].names:
                raise self.fault(name, f"the page {page} has no setting of this name", word)
        notices = view.parsed[1]
        if "v" not in view.words:
            raise self.fault(name, "must say the version of links, v=2", query)
        if notices:
            raise self.fault(name, f"cannot be followed: {notices[0]}")
        if fault := FAMILIES[view.family].fault(view.values):
            raise self.fault(name, fault)
        return view


def _is_plain(text: Any, most: int) -> bool:
    if not isinstance(text, str) or not 0 < len(text) <= most:
        return False
    return plain(text, most) == text and not TAG.search(text)


def _is_number(value: Any) -> bool:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and math.isfinite(value) and abs(value) <= LARGEST


def _is_link(value: Any) -> bool:
    printable = isinstance(value, str) and len(value) <= LONGEST_VIEW and value.isprintable()
    return printable and "?" in value and value.partition("?")[0] in VIEWED


def _either(names: Iterable[str]) -> str:
    """Names in a sentence: "a", "a or b", "a, b or c"."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


EVERY_STEP = ("question", "view", "answer", "principle", "reveal", "play", "bars", "only")


def read(source: bytes, name: str) -> Lesson:
    """The lesson that a file is.

    Args:
        source: The file's bytes, TOML in UTF-8.
        name: Of the file, without its end.

    Raises:
        LessonError: With one sentence: the file, the step, the field, the rule and the value.
    """
    file = f"{plain(name, SHOWN)}.toml"
    if len(source) > MOST_BYTES:
        size = f"{len(source):,}"
        raise LessonError(f"{file}: must have at most {MOST_BYTES:,} bytes; got {size}.")
    try:
        text = source.decode("utf-8")
        if DOTTED.search(text):
            raise LessonError(f"{file}: must have names without dots.")
        fields = tomllib.loads(text)
    except UnicodeDecodeError:
        raise LessonError(f"{file}: must be text in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{file}: must be TOML: {plain(str(error))}.") from None
    except LessonError:
        raise
    except (RecursionError, ValueError):  # nested deeply; a number of thousands of digits
        raise LessonError(f"{file}: must be TOML without deep nesting or huge numbers.") from None
    place = Place(file, fields, ("title", "question", "picture", "next", "steps"))
    steps = place.tables("steps", 1, MOST_STEPS)
    following = place.one_of("next", LESSONS, "")
    if following == name:
        raise place.fault("next", "must lead to another lesson", following)
    return Lesson(
        name,
        place.text("title", LONGEST_TITLE),
        place.sentences("question", 2),
        tuple(_step(f"{file}, step {number}", fields) for number, fields in enumerate(steps, 1)),
        _lines(place),
        following,
    )


def _step(where: str, fields: Any) -> Step:
    every = Place(where, fields, (*EVERY_STEP, *_fields_of(fields)))
    kind = every.one_of("answer", KINDS)
    view = every.view("view")
    reveal = every.view("reveal") if "reveal" in every.fields else None
    _can_be_asked(every, kind, view, reveal)
    shown = reveal or view
    options = _options(every) if kind == "choose" else ()
    only = every.get("only", "must be a list of names of parameters", _are_lockable, [])
    return Step(
        question=every.sentences("question", 2),
        view=view,
        answer=kind,
        principle=_principle(every, shown),
        asked=_asked(every, kind, shown) | _outline_asked(every, kind, view, shown),
        options=options,
        reveal=reveal,
        play=_play(every, shown),
        bars=_bars(every, shown),
        only=tuple(only),
    )


def _can_be_asked(place: Place, kind: str, view: View, reveal: View | None) -> None:
    """Not every answer can be given on every page: a graph needs an axis, a line the plane."""
    families = KINDS[kind].families
    for name, one in (("view", view), ("reveal", reveal)):
        if one and one.family not in families:
            rule = f"must be a view of {_pages(families)} where the answer is {kind}"
            raise place.fault(name, rule, one.page)
    if kind == "draw":
        n_classes = own_data.config(view.values).make().n_classes
        if n_classes != 2:
            rule = "must have two classes where one draws their line"
            raise place.fault("view", rule, n_classes)


def _play(place: Place, shown: View) -> str:
    play = place.one_of("play", PLAYS, "")
    if play and shown.family not in PLAYS[play]:
        raise place.fault("play", f"{play} belongs to {_pages(PLAYS[play])}", shown.page)
    by_hand = shown.values.get("matrix") or shown.values.get("mode") == "hand"
    if play == "training" and by_hand:
        raise place.fault("play", "no training brought a network built by hand", shown.query)
    return play


def _bars(place: Place, shown: View) -> str:
    """What bars show; of two networks, each has to have it."""
    bars = place.one_of("bars", BARS, "")
    for other in (False, True) if shown.other else (False,):
        if bars:
            _fits(place, "bars", bars, shown, other)
    return bars


def _pages(families: Iterable[str]) -> str:
    """The pages of some families, in a sentence."""
    return _either(name for name, page in VIEWED.items() if page.family in families)


def _fields_of(fields: Any) -> tuple[str, ...]:
    """The fields that a step of this kind of answer can have beside those of every step."""
    kind = fields.get("answer") if isinstance(fields, dict) else None
    row = KINDS.get(kind) if isinstance(kind, str) else None
    rows = [row] if row else list(KINDS.values())
    return tuple(dict.fromkeys(name for row in rows for name in (*row.needs, *row.may)))


def _are_lockable(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(n, str) and n in LOCKABLE for n in value)


def _principle(place: Place, shown: View) -> str:
    text = place.sentences("principle", 2)
    for other, name in MARK.findall(text):
        if other and shown.other is None:
            raise place.fault("principle", "of two networks, other is A of versus", shown.query)
        if name not in MEASURES:
            known = ", ".join(MEASURES)
            raise place.fault("principle", f"the braces must hold one of {known}", name)
        _fits(place, "principle", name, shown, bool(other))
    return text


def _widths(values: Values) -> tuple[int, ...]:
    """Neurons of the hidden layers of a network on points in the plane, whoever made it."""
    return controls.experiment(values).architecture.widths


def _learned(values: Values) -> bool:
    """Whether hidden layers were trained here, from a start that is known."""
    return bool(_widths(values)) and not controls.experiment(values).loaded


def _has_point(values: Values) -> bool:
    """Whether a data point of two classes is chosen, and a hidden layer hands it on."""
    data = own_data.config(values).make()
    place = (values.get("x1"), values.get("x2"))
    if None in place or data.n_classes != 2 or not _widths(values):
        return False
    return bool((np.abs(data.points - np.array(place, float)) < SAME_PLACE).all(axis=1).any())


def _has_unit(values: Values) -> bool:
    """Whether a neuron of a hidden layer is chosen."""
    layer, neuron = values.get("unit") or (0, 0)
    return 0 < neuron <= dict(enumerate(_widths(values), 1)).get(layer, 0)


def _bends_in_places(values: Values) -> bool:
    """Whether a network of one input is made of straight pieces."""
    used = values["act"] if values["mode"] == "trained" else ()
    return all(ACTIVATIONS[name].negative_slope is not None for name in used)


def _has_best(values: Values) -> bool:
    """Whether it is known how near as many ReLUs can come."""
    trained = values["layers"] == 1 and values["act"] == ("relu",)
    one_layer = {"trained": trained, "hand": True, "built": False}[values["mode"]]
    return one_layer and values["target"] == "square"


# What a measure needs of a view where it does not mean something of all.
NEEDS: dict[tuple[str, str], tuple[Callable[[Values], bool], str]] = {
    **{
        (PLANE, name): (
            lambda values: bool(values["matrix"]),
            "is asked of layers built by hand, with matrix",
        )
        for name in ("area", "stretch")
    },
    (PLANE, "agree"): (
        lambda values: values[VERSUS] is not None,
        "is asked of two networks, with versus",
    ),
    **{
        (PLANE, name): (lambda values: bool(_widths(values)), "needs a hidden layer")
        for name in ("on", "off", "cost", "forward", "back")
    },
    **{
        (PLANE, name): (_learned, "needs a hidden layer that was trained here")
        for name in ("fade", "gradient", "gradients", "first_moved", "last_moved", "moved")
    },
    (PLANE, "blame"): (
        _has_point,
        "is asked of a chosen point of two classes, with x1 and x2, and a hidden layer",
    ),
    (PLANE, "quadratic"): (_has_unit, "is asked of a chosen neuron of a hidden layer, with unit"),
    **{
        (LINE, name): (_bends_in_places, "needs activations with hinges, such as relu")
        for name in ("pieces", "kinks", "slope")
    },
    **{
        (LINE, name): (_has_best, "needs x² and one layer of ReLUs, trained or built by hand")
        for name in ("rms", "best")
    },
}


def _fits(place: Place, field: str, measure: str, shown: View, other: bool = False) -> None:
    """A measure that means nothing of some networks is asked of others."""
    row = (MEASURES | BARS).get(measure)  # places are asked for on one kind of page only
    if row and shown.family not in row.families:
        raise place.fault(field, f"{measure} is asked of {_pages(row.families)}", shown.page)
    values = shown.other if other and shown.other else shown.values
    holds, rule = NEEDS.get((shown.family, measure), (None, ""))
    if holds and not holds(values):
        raise place.fault(field, f"{measure} {rule}", shown.query)


def _asked(place: Place, kind: str, shown: View) -> dict[str, Any]:
    """What the kind of answer needs to know."""
    if kind == "number":
        low, high, step = place.number("low"), place.number("high"), place.number("step", 1)
        if not low < high or step <= 0 or (high - low) / step > 1000:
            rule = "must be larger than low, in at most 1,000 steps that are larger than 0"
            raise place.fault("high", rule, (low, high, step))
        measure = place.one_of("measure", MEASURES)
        _fits(place, "measure", measure, shown)
        return {"measure": measure, "low": low, "high": high, "step": step}
    if kind == "place":
        measure = place.one_of("measure", PLACE_MEASURES)
        _fits(place, "measure", measure, shown)
        return {"measure": measure, "equals": place.number("equals")}
    return {}


def _outline_asked(place: Place, kind: str, *views: View) -> dict[str, Any]:
    """Of which shape, given how, after how many layers: each leads from a plane to a plane."""
    if kind != "outline":
        return {}
    shape = place.one_of("shape", SHAPES)
    given = place.one_of("given", GIVENS, "plane")
    after = place.number("after", 1)
    for view in views:
        architecture = controls.experiment(view.values).architecture
        widths = architecture.widths
        if after not in range(1, len(widths) + 1):
            rule = f"must be a number of hidden layers, of which there are {len(widths)}"
            raise place.fault("after", rule, after)
        if architecture.inputs or set(widths[: int(after)]) != {2}:
            rule = "must lead from x1 and x2 through layers of 2 neurons where one draws an outline"
            raise place.fault("view", rule, view.query)
        if view.values.get("bend") is not None:
            rule = "must leave the bend as it is where one draws an outline"
            raise place.fault("view", rule, view.query)
    return {"shape": shape, "given": given, "after": int(after)}


def _options(place: Place) -> tuple[Option, ...]:
    tables = place.tables("options", 2, MOST_OPTIONS)
    options = tuple(
        _option(f"{place.where}, option {number}", fields)
        for number, fields in enumerate(tables, 1)
    )
    right = sum(option.right for option in options)
    if right != 1:
        raise place.fault("options", "one and only one must be right", f"{right} right")
    return options


def _option(where: str, fields: Any) -> Option:
    place = Place(where, fields, ("text", "right", "outline", "truth", "never"))
    right = place.yes("right")
    told = [name for name in ("truth", "never") if name in place.fields]
    if right and told:
        raise place.fault(told[0], "belongs to a wrong answer")
    if not right and len(told) != 1:
        rule = "a wrong answer has either a view for which it is true, or the reason for none"
        raise place.fault("truth or never", rule, f"{len(told)} of them")
    return Option(
        place.text("text", LONGEST_OPTION),
        right,
        _outline(place),
        place.view("truth") if "truth" in told else None,
        place.text("never") if "never" in told else "",
    )


def _outline(place: Place) -> Line:
    rule = f"must be 2 to {MOST_CORNERS} pairs of numbers from -1 to 1"
    return _line(place.get("outline", rule, _is_line, []))


def _lines(place: Place) -> tuple[Line, ...]:
    rule = f"must be at most {MOST_LINES} lines of 2 to {MOST_CORNERS} pairs from -1 to 1"

    def are_lines(value: Any) -> bool:
        return isinstance(value, list) and len(value) <= MOST_LINES and all(map(_is_line, value))

    return tuple(_line(line) for line in place.get("picture", rule, are_lines, []))


def _is_line(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 2 <= len(value) <= MOST_CORNERS
        and all(isinstance(pair, list) and len(pair) == 2 for pair in value)
        and all(_is_number(part) and abs(part) <= 1 for pair in value for part in pair)
    )


def _line(pairs: Iterable[Iterable[float]]) -> Line:
    return tuple((float(x), float(y)) for x, y in pairs)


def check_path(lessons: Mapping[str, Lesson]) -> None:
    """Follow from lesson to lesson.

    Raises:
        LessonError: Where one leads to none that there is, or back to one before it.
    """
    for name in lessons:
        seen = [name]
        while following := lessons[seen[-1]].next:
            if following not in lessons:
                raise LessonError(f"{seen[-1]}.toml, next: there is no lesson {following!r}.")
            seen.append(following)
            if seen.count(following) > 1:
                way = " to ".join(seen)
                raise LessonError(f"{seen[-2]}.toml, next: must not lead in a circle; got {way}.")


@cache
def lessons() -> dict[str, Lesson]:
    """Name -> lesson, in the order of the path."""
    folder = ASSETS / "lessons"
    found = {name: read((folder / f"{name}.toml").read_bytes(), name) for name in LESSONS}
    check_path(found)
    return found
