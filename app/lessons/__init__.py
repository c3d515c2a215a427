"""The pages of the app: one module each, and the table that the router reads."""

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"
STYLE, BARE_STYLE = (
    f"<style>{(ASSETS / name).read_text(encoding='utf-8')}</style>"
    for name in ("page.css", "bare.css")
)
LOGO = (ASSETS / "logo.svg").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Lesson:
    """One page: its name in the menu, its module beside this file, its prose in assets."""

    title: str
    module: str
    address: str

    @property
    def page(self) -> st.Page:
        """The page as Streamlit knows it, without an address the first.

        It is a function: Streamlit would look for a script on the disk at every run, for 2 ms.
        """
        return st.Page(self.draw, title=self.title, url_path=self.address, default=not self.address)

    def draw(self) -> None:
        """Draw the page; its module is imported for whoever opens it first."""
        import_module(f"app.lessons.{self.module}").main()

    @cached_property
    def prose(self) -> str:
        """The lesson's text, in Markdown."""
        return (ASSETS / "lessons" / f"{self.module}.md").read_text(encoding="utf-8")


LESSONS: dict[str, Lesson] = {
    "warp": Lesson("Warp", "warp", ""),
    "pieces": Lesson("Pieces", "pieces", "pieces"),
    "creases": Lesson("Creases", "creases", "creases"),
    "compare": Lesson("Depth × width", "compare", "depth-width"),
}
