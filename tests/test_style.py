"""Ruff and mypy, run as tests: what they say is what the failure shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CHECKS = {
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check", "--diff"],
    "types": ["mypy", "--package", "layerwarp", "--package", "tests"],
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders as they lie when installed, which is how modules import each other."""
    place = tmp_path_factory.mktemp("installed")
    package = place / "layerwarp"
    package.mkdir()
    for path in (ROOT / "core").iterdir():
        (package / path.name).symlink_to(path)
    for name in ("app", "assets"):
        (package / name).symlink_to(ROOT / name)
    return place


@pytest.mark.parametrize("name", CHECKS)
def test_checker_finds_nothing(name: str, installed: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *CHECKS[name]],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        pytest.fail(f"{name}:\n{result.stdout}{result.stderr}", pytrace=False)
