"""What must hold of the repository's files as they lie."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOP_LEVEL = ("app", "core", "assets", "tests", ".ci")
FILES = sorted(
    [path for path in ROOT.iterdir() if path.is_file()]
    + [
        path
        for folder in TOP_LEVEL
        for path in ROOT.glob(f"{folder}/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
)
# In parts, or this file would name them.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("debian", "org"),
        ("anaconda", "org"),
        ("crates", "io"),
    ]
]
NAMESPACES = ("http://www.w3.org/",)  # names of SVG and XHTML, which nothing loads
FRONTEND = [path for path in FILES if path.suffix in {".js", ".mjs", ".css", ".html", ".svg"}]
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
ADDRESS = re.compile(r"(?:https?:|wss?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"'`)]*")


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {registry}"
        for path in FILES
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("path", FRONTEND, ids=lambda path: path.name)
def test_frontend_loads_nothing_from_elsewhere(path: Path) -> None:
    code = COMMENT.sub("", path.read_text(encoding="utf-8"))
    assert [url for url in ADDRESS.findall(code) if not url.startswith(NAMESPACES)] == []


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(.*pytest.*)\n```", readme)
    assert len(commands) == 1, "the README has one test command"
    assert commands[0] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_wheel_holds_every_file_of_the_app(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("layerwarp-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    ours = [path.relative_to(ROOT).as_posix() for path in FILES]
    missing = [name for name in ours if name.startswith(("app/", "core/", "assets/"))]
    assert [name for name in missing if name not in packed] == []
