"""Ruff and mypy, run as tests: what they say is what the failure shows."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

CHECKS = {
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check", "--diff"],
    "types": ["mypy"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_checker_finds_nothing(name: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *CHECKS[name]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if result.returncode:
        pytest.fail(f"{name}:\n{result.stdout}{result.stderr}", pytrace=False)
