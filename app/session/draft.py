"""The visitor's own lesson, on whatever page: its newest version, and views that are to be steps.

A session forgets it at a reload. The address of the page Lessons holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from layerwarp.app.link.parameters import MOST_STEPS

DRAFT = "draft_of_a_lesson"


@dataclass
class Draft:
    """Changed in place: a run that is overtaken by the next has changed all of it, or nothing.

    Attributes:
        text: As a link says it; empty where there is none.
        views: Of its steps, a page's name and a query each.
        waiting: The same of views that were added since.
        ahead: The step that the page Lessons is to open, with this version; 0 where it need not.
        told: What came of the last change, in a sentence; empty where there is nothing to say.
        edition: Another number whenever widgets have to begin anew.
    """

    text: str = ""
    views: tuple[str, ...] = ()
    waiting: list[str] = field(default_factory=list)
    ahead: int = 0
    told: str = ""
    edition: int = 0

    @property
    def steps(self) -> tuple[str, ...]:
        """Views of all steps, those among them that wait to be one."""
        return (*self.views, *self.waiting)

    def add(self, view: str) -> None:
        """Let a view be the next step; a click told twice adds it once."""
        if self.steps[-1:] != (view,) and len(self.steps) < MOST_STEPS:
            self.waiting.append(view)

    def keep(self, text: str, views: Sequence[str], anew: bool = True) -> None:
        """This is the newest version; ``anew``: widgets begin anew."""
        self.text, self.views = text, tuple(views)
        self.edition += anew


def mine() -> Draft:
    """That of this session."""
    found: Draft = st.session_state.setdefault(DRAFT, Draft())
    return found
