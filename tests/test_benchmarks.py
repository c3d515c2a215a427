"""The benchmarks run; what they measure is for people to read."""

import subprocess
import sys

from tests.conftest import ROOT


def test_the_training_benchmark_prints_its_tables():
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "training", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for row in ("LayerWarp, with recording", "scikit-learn MLPClassifier", "plain numpy"):
        assert row in answer.stdout
