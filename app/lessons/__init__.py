"""The pages of the app: one script each, and the table that the router reads."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets"
STYLE, BARE_STYLE = (
    f"<style>{(ASSETS / name).read_text(encoding='utf-8')}</style>"
    for name in ("page.css", "bare.css")
)
LOGO = (ASSETS / "logo.svg").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Lesson:
    """One page: its name in the menu, its script beside this file, its prose in assets."""

    title: str
    script: str
    address: str

    @property
    def path(self) -> Path:
        """Where the script is."""
        return Path(__file__).with_name(self.script)

    @cached_property
    def prose(self) -> str:
        """The lesson's text, in Markdown."""
        return (ASSETS / "lessons" / self.script).with_suffix(".md").read_text(encoding="utf-8")


LESSONS: dict[str, Lesson] = {
    "warp": Lesson("Warp", "warp.py", ""),
    "pieces": Lesson("Pieces", "pieces.py", "pieces"),
    "creases": Lesson("Creases", "creases.py", "creases"),
    "compare": Lesson("Depth × width", "compare.py", "depth-width"),
}
