"""What must hold of the repository's files as they lie."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import layerwarp
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


def test_the_packages_are_the_folders() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    prefixes = {folder: name for name, folder in settings["package-dir"].items()}
    found = [
        ".".join([prefixes[folder], *path.relative_to(ROOT / folder).parent.parts])
        for folder in prefixes
        for path in (ROOT / folder).rglob("__init__.py")
    ]
    assert sorted(settings["packages"]) == sorted(found)


def test_wheel_holds_every_file_of_the_app_in_one_package(tmp_path: Path) -> None:
    for name in ("app", "core", "assets", "pyproject.toml", "README.md", "LICENSE"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("layerwarp-*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    places = {"core": "layerwarp", "app": "layerwarp/app", "assets": "layerwarp/assets"}
    ours = {
        f"{places[folder]}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder in places
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == ours


def test_the_public_names_are_there() -> None:
    assert all(getattr(layerwarp, name) is not None for name in layerwarp.PUBLIC)
    assert dir(layerwarp) == sorted(layerwarp.PUBLIC)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = layerwarp.nonsense
