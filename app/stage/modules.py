"""The browser's side of the stage: where each of its files is, and how to carry them elsewhere.

The component ``name`` has its entry in ``frontend/name/name.js``, its style in ``name.css`` there.
"""

import posixpath
import re
from collections.abc import Collection, Mapping
from pathlib import Path

FRONTEND = Path(__file__).parent / "frontend"
IMPORT = re.compile(r'\b((?:from|import)\s*\(?)"(\.[\w./]+)"')  # dynamic ones too
STYLE_BESIDE = re.compile(r'\bstyleBeside\("([\w./]+)"')  # that a module asks for when it is needed
STYLE_IMPORT = re.compile(r'@import "([\w./]+)";')
# The components: folders with an entry of their own name.
COMPONENTS = sorted(path.stem for path in FRONTEND.glob("*/*.js") if path.stem == path.parent.name)


def entry(component: str, suffix: str) -> str:
    """Path in ``FRONTEND`` of a component's module ("js") or style ("css")."""
    return f"{component}/{component}.{suffix}"


def find(name: str) -> str:
    """Path in ``FRONTEND`` of the one file of this name, wherever it lies."""
    (found,) = FRONTEND.rglob(name)
    return found.relative_to(FRONTEND).as_posix()


def sources(component: str, without: Collection[str] = ()) -> dict[str, str]:
    """Path -> source of a component's module and of all that it imports, by these paths.

    Where modules have no address to start from, such paths are bare names.

    Args:
        component: Its name.
        without: Paths that are left out, with what only they import: it never asks for them.
    """
    found: dict[str, str] = {}
    waiting = [entry(component, "js")]
    while waiting:
        path = waiting.pop()
        if path not in found and path not in without:
            source = (FRONTEND / path).read_text("utf-8")
            parts = IMPORT.split(source)  # text, word, path, text, ...
            parts[2::3] = [f'"{_beside(path, name)}"' for name in parts[2::3]]
            found[path] = "".join(parts)
            waiting += [name.strip('"') for name in parts[2::3]]
    return found


def style(component: str) -> str:
    """A component's style, with all that it imports in place."""
    return _style(entry(component, "css"))


def styles_beside(sources: Mapping[str, str]) -> str:
    """The styles that modules, path -> source, ask for when they are needed."""
    asked = {
        _beside(path, name): None
        for path, source in sources.items()
        for name in STYLE_BESIDE.findall(source)
    }
    return "\n".join(map(_style, asked))


def _style(path: str) -> str:
    source = (FRONTEND / path).read_text("utf-8")
    return STYLE_IMPORT.sub(lambda found: _style(_beside(path, found[1])), source)


def _beside(path: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))
