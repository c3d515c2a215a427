"""A hundred different networks in a row: the process stays small and answers on."""

import json
import os
import subprocess
import sys

from tests.conftest import ROOT, STRICT_JAX

MOST_BYTES, MOST_MAPS = 250e6, 4_000
# A process of its own, as the server is one: what other tests left behind would blur the figures.
# Two kinds of output, two depths, five buckets of width: with the neighbors that are compiled on
# the side, more programs than are kept at once; widths and activations share them.
PROGRAM = """
import itertools, json, time
import psutil
from layerwarp.app.work import compute, payloads
from layerwarp.app.experiments.experiment import DatasetConfig, Experiment
from layerwarp.network.architecture import Architecture
from layerwarp.training.programs import PROGRAMS, WIDTH_BUCKETS
from layerwarp.training.config import TrainingConfig

WARM_UP = 5

def train(n_outputs, depth, width, activation):
    architecture = Architecture((width,) * depth, activation, n_outputs=n_outputs)
    data = DatasetConfig("spiral" if n_outputs == 1 else "spirals3")
    experiment = Experiment(data, architecture, TrainingConfig(steps=20))
    job = compute.request(experiment, "visitor")
    while not job.ended:
        time.sleep(0.002)
    assert job.state == "done" and not job.preview, (architecture, job.state, job.message)
    assert payloads.plane(experiment, job.answer, "plane")

def size():
    process = psutil.Process()
    return [process.memory_info().rss, len(process.memory_maps(grouped=False))]

widths = [limit - less for limit in WIDTH_BUCKETS for less in range(3)]
networks = list(itertools.product((1, 3), (2, 4), widths, ("relu", "tanh")))
start, sizes = time.monotonic(), []
for number, network in enumerate([*networks, networks[0]]):
    if number in (WARM_UP, len(networks)):
        sizes.append(size())
    train(*network)
report = {
    "networks": len(networks),
    "programs": len(PROGRAMS),
    "sizes": sizes,
    "seconds": time.monotonic() - start,
}
print(json.dumps(report))
"""


def test_a_hundred_networks_leave_the_process_small():
    environment = {name: value for name, value in os.environ.items() if name not in STRICT_JAX}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    report = json.loads(answer.stdout.splitlines()[-1])
    print(report)  # shown by pytest -s and on failure
    (first_bytes, first_maps), (last_bytes, last_maps) = report["sizes"]
    assert report["networks"] > 100
    assert last_bytes - first_bytes < MOST_BYTES, report
    assert last_maps - first_maps < MOST_MAPS, report
