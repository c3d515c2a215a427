"""A thousand different networks in a row: the process stays small and answers on."""

import json
import os

from tests.conftest import STRICT_JAX, run_program

MOST_BYTES, MOST_MAPS = 150e6, 1_000
# A process of its own, as the server is one: what other tests left behind would blur the figures.
PROGRAM = """
import itertools, json, time
import psutil
from layerwarp.app.experiments.experiment import DatasetConfig, Experiment
from layerwarp.app.work import compiler, compute, payloads
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.engine import PROGRAMS, WIDTH_BUCKETS, all_shapes

def train(n_outputs, depth, width, activation):
    architecture = Architecture((width,) * depth, activation, n_outputs=n_outputs)
    usual = (width + depth) % 8 == 0  # the others have few points and one step: shapes count here
    data = DatasetConfig("spiral" if n_outputs == 1 else "spirals3", 400 if usual else 40)
    experiment = Experiment(data, architecture, TrainingConfig(steps=20 if usual else 1))
    job = compute.request(experiment, "visitor")
    while not job.ended:
        time.sleep(0.002)
    assert job.state == "done" and not job.preview, (architecture, job.state, job.message)
    assert not usual or payloads.plane(experiment, job.answer, "plane")

def size():
    process = psutil.Process()
    return [process.memory_info().rss, len(process.memory_maps(grouped=False))]

compiler.keep_programs()
compute._compiler.wait_started()
for shape in all_shapes():
    PROGRAMS.get(shape)
widths = [limit - less for limit in WIDTH_BUCKETS for less in range(3)]
networks = itertools.product((1, 3), range(1, 11), widths, ("relu", "tanh", "sine", "softmax"))
networks = list(networks)[::-1]  # the largest first: what they leave free is used again
start, sizes = time.monotonic(), []
for number, network in enumerate([*networks, networks[0]]):
    if number in (len(networks) // 6, len(networks)):
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


def test_a_thousand_networks_leave_the_process_small():
    environment = {name: value for name, value in os.environ.items() if name not in STRICT_JAX}
    report = json.loads(run_program(PROGRAM, environment).splitlines()[-1])
    print(report)  # shown by pytest -s and on failure
    (first_bytes, first_maps), (last_bytes, last_maps) = report["sizes"]
    assert report["networks"] > 1000
    assert report["programs"] <= 30
    assert last_bytes - first_bytes < MOST_BYTES, report
    assert last_maps - first_maps < MOST_MAPS, report
