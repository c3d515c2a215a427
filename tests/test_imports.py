"""Imports point one way, from room to room: every arrow between rooms is held here."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Room -> the rooms that its modules import from: a new arrow is a decision, and stands here. To the
# app all of core is one room; within core, "core" is what lies in the folder itself. Assets are
# there for everybody.
ARROWS: dict[str, set[str]] = {
    "network": {"core"},
    "data": {"core", "network"},
    "training": {"core", "network", "data"},
    "geometry": {"core", "network"},
    "sweeps": {"core", "network", "data", "training", "geometry"},
    "app.figures": set(),
    "app.stage": {"app.figures", "core"},
    "app.experiments": {"core"},
    "app.link.kinds": {"app.experiments", "core"},
    "app.link": {"app.link.kinds", "app.experiments", "core"},
    "app.words": {"app.link", "app.experiments", "core"},
    "app.exporters": {"app.words", "app.stage", "app.figures", "app.experiments", "core"},
    "app.work": {"app.words", "app.stage", "app.experiments", "core"},
    "app.session": {"app.work", "app.link", "app.experiments", "core"},
    "app.controls": {
        *("app.session", "app.words", "app.stage", "app.link", "app.link.kinds"),
        *("app.experiments", "core"),
    },
    "app.pages": {
        *(
            "app.controls",
            "app.exporters",
            "app.session",
            "app.work",
            "app.words",
            "app.stage",
            "app.link",
            "app.experiments",
        ),
    },
    "app.pages.warp": {
        *("app.pages", "app.controls", "app.session", "app.words", "app.link"),
        *("app.figures", "core"),
    },
    "app.pages.pieces": {
        *("app.pages", "app.controls", "app.session", "app.work", "app.words", "app.link"),
        *("app.stage", "app.experiments", "core"),
    },
    "app.pages.creases": {
        *("app.pages", "app.controls", "app.session", "app.words", "app.link"),
        *("app.stage", "app.experiments", "core"),
    },
    "app.pages.depth_width": {
        *("app.pages.warp", "app.pages.pieces", "app.pages.creases"),  # it links to them
        *("app.pages", "app.controls", "app.session", "app.work", "app.words", "app.link"),
        *("app.stage", "app.figures", "app.experiments", "core"),
    },
    "app.pages.lessons": {
        *("app.pages.warp", "app.pages.pieces", "app.pages.creases"),  # it shows their views
        *("app.pages", "app.controls", "app.session", "app.work", "app.words", "app.link"),
        *("app.stage", "app.exporters", "app.experiments", "core"),
    },
    "app.pages.table": {
        *("app.pages.warp", "app.pages.pieces", "app.pages.creases", "app.pages.depth_width"),
        *("app.pages", "app.pages.lessons"),
    },
    "app.pages.main": {
        *("app.pages", "app.pages.depth_width", "app.pages.table", "app.session", "app.work"),
    },
    "app.serving": set(),
    "app": {
        *("app.figures", "app.pages.depth_width", "app.pages.lessons", "app.serving"),
        "app.work",
    },
}
ROOMS = sorted(ARROWS, key=len, reverse=True)  # an inner room before the one around it
THIRD_PARTY = {  # the distributions that modules may import, by the outermost folder that says
    "app.figures": {"numpy", "plotly"},
    "app": {"PIL", "jax", "numpy", "plotly", "starlette", "streamlit", "uvicorn"},
    "": {"jax", "jaxlib", "numpy"},
}
MODULES = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("app/**/*.py")])
COMMAND = ROOT / "core" / "__main__.py"  # ``python -m layerwarp``: the one that knows the app


def name_of(path: Path) -> str:
    """Dotted name of a module below ``layerwarp``; of a package its own."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "core" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in MODULES}


def room_of(name: str) -> str:
    """The room that a module lies in, or that a name of a module lies in."""
    return next((room for room in ROOMS if f"{name}.".startswith(f"{room}.")), "core")


def imported_names(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, late imports too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports say the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def arrows() -> dict[str, set[str]]:
    """Room -> rooms that its modules import from."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, path in NAMES.items():
        if path == COMMAND or not name:  # the package itself shows its rooms' names
            continue
        room = room_of(name)
        for imported in imported_names(path):
            top, _, rest = imported.partition(".")
            if top != "layerwarp" or rest.startswith("assets"):
                continue
            there = room_of(rest)
            outside = room.startswith("app") and not there.startswith("app")
            found[room].add("core" if outside else there)
        found[room].discard(room)
    return found


def identify(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_imports_from_the_rooms_that_the_table_says(room: str) -> None:
    assert arrows()[room] == ARROWS[room]


def test_arrows_point_one_way() -> None:
    assert set(arrows()) - {"core"} <= set(ARROWS)
    assert not arrows()["core"], "what lies in core/ itself is the lowest floor"
    TopologicalSorter(ARROWS).prepare()  # raises where they go round in a circle


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_third_party_imports_are_the_allowed_ones(path: Path) -> None:
    name = name_of(path)
    allowed = next(THIRD_PARTY[room] for room in THIRD_PARTY if name.startswith(room))
    ours = set(sys.stdlib_module_names) | {"layerwarp"}
    assert {imported.split(".")[0] for imported in imported_names(path)} <= allowed | ours


def test_the_app_itself_has_few_modules() -> None:
    assert len(list(ROOT.glob("app/*.py"))) <= 6


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 5
