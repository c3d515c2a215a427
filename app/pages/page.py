"""What a page is: one row, in the folder that draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import NamedTuple

import streamlit as st

from layerwarp.app.link.parameters import PageParameters, Values
from layerwarp.assets import ASSETS


class Example(NamedTuple):
    """A view to start from.

    Attributes:
        changes: Parameters that it sets; all others go to their defaults.
        look: What to do and what to notice, in a sentence or two.
        harder: The label of the example to go on to, offered as a button; empty if there is none.
    """

    changes: Values
    look: str
    harder: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Page(PageParameters):
    """One page of the app.

    Its ``name`` is that of its folder, whose module ``page`` draws it, of its prose in
    ``assets/pages`` and of the component in the browser that shows its picture.

    Attributes:
        address: The end of its URL; empty for the first page.
        title: Its name in the menu.
        heading: What stands above the picture.
        examples: Label -> view, in the order of the menu.
        sets: Parameters that the visitor sets in the picture: the component sends them.
        films: Whether the picture can be taken along as an animation and as a player.
        taught: Whether its views can be steps of a lesson.
    """

    address: str
    title: str
    heading: str
    examples: Mapping[str, Example]
    sets: tuple[str, ...] = ()
    films: bool = False
    taught: bool = False

    @cached_property
    def prose(self) -> str:
        """The page's text, in Markdown."""
        return (ASSETS / "pages" / f"{self.name}.md").read_text(encoding="utf-8")

    @cached_property
    def views(self) -> dict[str, Values]:
        """Label -> every parameter of the page as that example has it."""
        return {label: self.start(example.changes) for label, example in self.examples.items()}

    @property
    def routed(self) -> st.Page:
        """The page as Streamlit knows it.

        It is a function: Streamlit would look for a script on the disk at every run, for 2 ms.
        """
        return st.Page(self.draw, title=self.title, url_path=self.address, default=not self.address)

    def draw(self) -> None:
        """Draw the page; its module is imported for whoever opens it first."""
        import_module(f"layerwarp.app.pages.{self.name}.page").main()
