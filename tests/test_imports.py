"""Imports point one way: main -> lessons -> everything else in app -> core."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("app/**/*.py")])
THIRD_PARTY = {  # folder -> the distributions that its modules may import
    "core": {"jax", "jaxlib", "numpy"},
    "app/figures": {"numpy", "plotly"},
    "app": {"PIL", "jax", "numpy", "plotly", "starlette", "streamlit", "uvicorn"},
}


def imported_names(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, late imports too."""
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package[: -node.level] if node.level else ()
            base = ".".join([*parts, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def identify(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_third_party_imports_are_the_allowed_ones(path: Path) -> None:
    folder = next(
        name for name in ("app/figures", "app", "core") if identify(path).startswith(name + "/")
    )
    allowed = THIRD_PARTY[folder] | set(sys.stdlib_module_names) | {"app", "core"}
    assert {name.split(".")[0] for name in imported_names(path)} <= allowed


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_arrows_point_one_way(path: Path) -> None:
    place, forbidden = identify(path), ["app.main"]
    if place.startswith("core/"):
        forbidden = ["app"]
    elif place.startswith("app/figures/"):
        own = ("app.figures",)
        assert not [n for n in imported_names(path) if within(n, "app") and not within(n, *own)]
    elif not place.startswith(("app/lessons/", "app/main.py")):
        forbidden = ["app.main", "app.lessons"]
    assert not [name for name in imported_names(path) if within(name, *forbidden)]


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 5
