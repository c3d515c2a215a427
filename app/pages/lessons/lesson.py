"""What a lesson is: a title, a question, and steps, each of which asks, waits, and shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from layerwarp.app.link.parameters import VERSUS, Values, format, parse
from layerwarp.app.pages import creases, pieces, warp
from layerwarp.app.pages.page import Page

# Pages whose views a step can show: those of one network.
VIEWED: dict[str, Page] = {page.name: page for page in (warp.PAGE, creases.PAGE, pieces.PAGE)}

Line = tuple[tuple[float, float], ...]  # corners (x1, x2)


@dataclass(frozen=True)
class View:
    """A view of a page, as its link says it.

    Attributes:
        page: One of ``VIEWED``.
        query: The query of its link.
    """

    page: str
    query: str

    def __str__(self) -> str:
        """As a lesson's file says it."""
        return f"{self.page}?{self.query}"

    @property
    def family(self) -> str:
        """The family of its page: "plane", or "line" for networks of one input."""
        return VIEWED[self.page].family

    @cached_property
    def parsed(self) -> tuple[Values, tuple[str, ...]]:
        """A value for every parameter of the page, and notices; see ``parse``."""
        return parse(self.words, VIEWED[self.page])

    @cached_property
    def words(self) -> dict[str, list[str]]:
        """Name -> texts, as the query says them."""
        return parse_qs(self.query, keep_blank_values=True)

    @property
    def values(self) -> Values:
        """A value for every parameter of the page."""
        return self.parsed[0]

    @property
    def other(self) -> Values | None:
        """Those of the network A beside it; None where it stands alone."""
        beside = self.values.get(VERSUS)
        return None if beside is None else self.values | beside

    def link(self, changes: Values) -> dict[str, str]:
        """The query of the link to the page itself, where it stands so, but for ``changes``."""
        return format(self.values | changes, VIEWED[self.page])


class Option(NamedTuple):
    """One answer to choose.

    Attributes:
        text: What it says.
        right: Whether it is the true one.
        outline: Corners (x1, x2) of a shape that stands for it, from -1 to 1; none where it is
            words alone.
        truth: A view for which this answer, wrong here, is true.
        never: Why there is none.
    """

    text: str
    right: bool = False
    outline: Line = ()
    truth: View | None = None
    never: str = ""


@dataclass(frozen=True)
class Step:
    """One question.

    Attributes:
        question: At most two sentences.
        view: What stands beside it.
        answer: The kind of answer, one of ``kinds.KINDS``.
        asked: What that kind needs to know.
        principle: One sentence that is true once the answer is seen.
        options: The answers to choose from, of that kind.
        reveal: What is shown after the answer; the same view where it is None.
        play: What plays then, one of ``kinds.PLAYS``, or nothing.
        bars: What bars show beside the principle, one of ``kinds.BARS``, or nothing.
        only: Parameters that stay free in the free play.
    """

    question: str
    view: View
    answer: str
    principle: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    reveal: View | None = None
    play: str = ""
    bars: str = ""
    only: tuple[str, ...] = ()

    @property
    def shown(self) -> View:
        """What is shown, and measured, after the answer."""
        return self.reveal or self.view

    def free_play(self) -> dict[str, str]:
        """The query of the link to what is shown, on its own page, where only ``only`` is free."""
        return self.shown.link({"only": self.only, "hide": True})

    def views(self) -> Iterator[tuple[str, View]]:
        """Every view that the step can show, by the name that its picture has; first the first."""
        yield "view", self.view
        if self.reveal:
            yield "reveal", self.reveal
        for number, option in enumerate(self.options):
            if option.truth:
                yield f"truth{number}", option.truth


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        name: That of its file.
        title: A few words.
        question: What it answers.
        steps: In their order.
        picture: Lines (x1, x2), from -1 to 1, that stand for it in the list.
        next: The name of the lesson to go on to; empty where there is none.
        own: Whether it is the visitor's own, from a file or a link.
    """

    name: str
    title: str
    question: str
    steps: tuple[Step, ...]
    picture: tuple[Line, ...] = ()
    next: str = ""
    own: bool = False
