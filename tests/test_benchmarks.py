"""The benchmarks run; what they measure is for people to read."""

import subprocess
import sys

import pytest

from tests.benchmarks import regions
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("training", ("LayerWarp, with recording", "scikit-learn MLPClassifier", "plain numpy")),
        ("sweep", ("one train after another", "networks", "devices")),
    ],
)
def test_benchmarks_print_their_tables(name, rows):
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", name, "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for row in rows:
        assert row in answer.stdout


def test_the_benchmark_of_regions_prints_its_tables():
    quick = list(regions.tables(quick=True))
    assert [len(table.rows) for table in quick] == [2, 3]
    for table in quick:
        counts = [int(row[1].replace(",", "")) for row in table.rows]
        assert counts == sorted(counts)
        assert counts[0] > 5
        assert str(table).startswith(table.title)
