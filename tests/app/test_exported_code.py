"""Exported code is run, in each library that is installed, and computes what the app does."""

import ast
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.network_file import load
from layerwarp.app.exporters import EXPORTERS, Export
from layerwarp.app.exporters.code import LIBRARIES, shortest
from layerwarp.network.forward_pass import forward
from tests.app.exports import NETWORKS, export, hostile
from tests.conftest import ROOT, STRICT_JAX

RUNNER = """
import runpy, sys
import numpy as np
for name in sys.argv[1:]:
    script = runpy.run_path(name + ".py")
    np.save(name + "_y.npy", np.asarray(script["predict"](np.load(name + "_x.npy"))))
"""


@pytest.fixture(scope="module")
def shown() -> Export:
    return export()


def run_python(arguments, folder):
    environment = {name: text for name, text in os.environ.items() if name not in STRICT_JAX}
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment | {"KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("library", LIBRARIES)
def test_code_computes_what_the_app_does(library, tmp_path):
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    exports = {f"n{number}": make() for number, make in enumerate(NETWORKS.values())}
    for name, network in exports.items():
        (tmp_path / f"{name}.py").write_bytes(EXPORTERS[library].function(network))
        np.save(tmp_path / f"{name}_x.npy", network.inputs)
    run_python(["-c", RUNNER, *exports], tmp_path)
    for name, network in exports.items():
        given_out = np.load(tmp_path / f"{name}_y.npy")
        wanted = network.records[-1].post
        assert given_out.dtype == np.float32
        assert given_out.shape == wanted.shape
        # Float32 sums in another order, through up to eleven layers.
        np.testing.assert_allclose(given_out, wanted, atol=1e-5 * max(1, abs(wanted).max()))


def test_code_run_as_a_script_prints_the_outputs_at_the_first_points(shown, tmp_path):
    (tmp_path / "network.py").write_bytes(EXPORTERS["numpy"].function(shown))
    lines = run_python(["network.py"], tmp_path).splitlines()
    assert len(lines) == 5
    for line, point, logits in zip(lines, shown.inputs, shown.records[-1].post, strict=False):
        given_point, given_out = map(ast.literal_eval, line.split(" -> "))
        assert np.array_equal(np.float32(given_point), point)
        np.testing.assert_allclose(given_out, logits, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
def test_code_holds_the_weights_of_the_step_shown_exactly(library, shown):
    early = replace(shown, record=1)
    text = EXPORTERS[library].function(early).decode()
    (table,) = [
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS"
    ]
    for (weights, bias, _), layer in zip(ast.literal_eval(table), early.layers, strict=True):
        assert np.array_equal(np.float32(weights), layer.weights)
        assert np.array_equal(np.float32(bias), layer.bias)
    assert f"step {early.step}," in text.partition("import")[0]


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_shortest_decimals_read_back(number):
    assert np.float32(float(shortest(np.float32(number)))) == np.float32(number)


@pytest.mark.parametrize("library", LIBRARIES)
def test_hostile_names_and_links_are_comments_only(library):
    evil, plain = (EXPORTERS[library].function(e).decode() for e in (hostile(), export()))
    assert ast.dump(ast.parse(evil)) == ast.dump(ast.parse(plain))
    # Python looks for an encoding in the first two lines.
    assert evil.splitlines()[:2] == plain.splitlines()[:2]
    assert all(c.isprintable() or c == "\n" for c in evil)


@pytest.mark.parametrize("library", ["keras", "pytorch"])
def test_the_example_writes_a_file_that_loads(library, tmp_path):
    module = {"keras": "keras", "pytorch": "torch"}[library]
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    script = ROOT / "assets" / f"own_network_{library}.py"
    runner = (
        f"import runpy; import numpy as np; example = runpy.run_path({str(script)!r})\n"
        "model = example['trained_model'](2)\n"
        "open('network.json', 'w').write(example['network_file'](model))\n"
        "x = np.linspace(-3, 3, 14, dtype='float32').reshape(7, 2); np.save('x.npy', x)\n"
    )
    runner += {
        "keras": "np.save('y.npy', np.asarray(model(x)))",
        "pytorch": "import torch; np.save('y.npy', model(torch.tensor(x)).detach().numpy())",
    }[library]
    run_python(["-c", runner], tmp_path)
    network = load((tmp_path / "network.json").read_bytes())
    logits = forward(network.architecture, network.params, np.load(tmp_path / "x.npy"))
    np.testing.assert_allclose(logits, np.load(tmp_path / "y.npy"), atol=1e-5)
