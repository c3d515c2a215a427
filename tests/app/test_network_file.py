"""Files of networks: what loads, and one clear sentence for whatever does not."""

import json
import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwarp.app.experiments.experiment import DatasetConfig, TargetConfig
from layerwarp.app.experiments.network_file import MAX_CHARACTERS, LoadedNetwork, dump, load
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import FEATURES
from layerwarp.network.forward_pass import Layer
from layerwarp.network.initializers import init_params
from layerwarp.training.config import TrainingConfig

TRICK = "<img src=x onerror=alert(1)>[click](http://example.org)`"


def network(
    widths=(3, 2), activation="relu", n_inputs=2, n_outputs=1, inputs=(), **rest
) -> LoadedNetwork:
    architecture = Architecture(widths, activation, n_inputs, n_outputs, inputs)
    return LoadedNetwork(architecture, init_params(architecture, 0, "glorot"), **rest)


def same(first: LoadedNetwork, second: LoadedNetwork) -> bool:
    fields = ("architecture", "data", "training", "step")
    layers = zip(first.params, second.params, strict=True)
    return all(getattr(first, name) == getattr(second, name) for name in fields) and all(
        np.array_equal(a, b) for pair in layers for a, b in zip(*pair, strict=True)
    )


@pytest.mark.parametrize(
    "written",
    [
        network(),
        network((), "tanh"),
        network((), inputs=("x1", "x2", "bowl")),
        network((3,), inputs=tuple(FEATURES), data=DatasetConfig("moons"), step=3),
        network((4,) * 10, ("sine", "softmax") * 5, n_outputs=5),
        network(data=DatasetConfig("moons", 50, 0.25, 3), training=TrainingConfig(l2=0.5), step=7),
        network((2,), data=TargetConfig("formula", formula="sin(x)"), n_inputs=1),
        network((2,), data=TargetConfig("points", points=((0.0, 1.0), (0.5, -1.0))), n_inputs=1),
    ],
)
def test_what_was_written_loads_back(written):
    assert same(load(dump(written, 'about "it"')), written)
    assert same(load(dump(written).encode("utf-8-sig")), written)


@given(st.lists(st.floats(-10_000, 10_000, width=32), min_size=1, max_size=9))
def test_every_float32_loads_back(numbers):
    architecture = Architecture((len(numbers),), "relu", n_inputs=1)
    row = np.array([numbers], np.float32)
    params = [Layer(row, row[0]), Layer(row.T, row[0, :1])]
    loaded = load(dump(LoadedNetwork(architecture, params)))
    assert np.array_equal(loaded.params[0].weights.view(np.int32), row.view(np.int32))


LAYER = {"weights": [[1.0], [2.0]], "bias": [0.5]}
GOOD = {"format": "layerwarp network", "version": 1, "activation": [], "layers": [LAYER]}
DATA = {"name": "spiral", "n_points": 60, "noise": 0.1, "seed": 0}
TARGET = {
    "name": "formula",
    "n_points": 50,
    "noise": 0.0,
    "seed": 0,
    "formula": "x",
    "interval": [-1, 1],
    "points": [],
}


def layer(weights=((1.0,), (2.0,)), bias=(0.5,)):
    return {"layers": [{"weights": weights, "bias": bias}]}


FAULTS = [
    ({"format": "other"}, "format must be layerwarp network"),
    ({"version": 2}, "version must be 1"),
    ({"version": True}, "version must be 1"),
    ({"version": 2, "new key": 1}, "version must be 1"),
    ({TRICK: 1}, "the file must have no keys but"),
    ({"layers": [LAYER | {"name": "x"}]}, "layer 1 must have no keys but weights, bias"),
    ({"layers": []}, "layers must be a list of 1 to 11"),
    ({"layers": [LAYER] * 12}, "layers must be a list of 1 to 11"),
    ({"layers": {"weights": 1}}, "layers must be a list of 1 to 11"),
    ({"layers": [3]}, "layer 1 must be an object"),
    ({"layers": [{"weights": [[1]]}]}, "layer 1 must have the key bias"),
    (layer(bias=[]), "the bias of layer 1 must be a list of 1 to 64"),
    (layer(bias=[0.5] * 65), "the bias of layer 1 must be a list of 1 to 64"),
    (layer(weights=[[1.0], [2.0, 3.0]]), "row 2 of the weights of layer 1 must have as many"),
    (layer(weights=[1.0, 2.0]), "row 1 of the weights of layer 1 must be a list"),
    (layer(weights=[["1"], [2.0]]), "row 1 of the weights of layer 1 must hold numbers"),
    (layer(weights=[[True], [2.0]]), "row 1 of the weights of layer 1 must hold numbers"),
    (layer(weights=[[None], [2.0]]), "row 1 of the weights of layer 1 must hold numbers"),
    (layer(weights=[[1e39], [2.0]]), "row 1 of the weights of layer 1 must hold numbers"),
    (layer(weights=[[10**400], [2.0]]), "row 1 of the weights of layer 1 must hold numbers"),
    (layer(weights=[[1.0]] * 4), "the number of rows of the weights of layer 1 must be"),
    (layer(weights=[[1.0] * 6], bias=[0.5] * 6), "the number of outputs, of the last bias must"),
    ({"layers": [LAYER, LAYER], "activation": "relu"}, "layer 2 must have one row for each of"),
    ({"activation": ["relu"]}, "activation must be one name, or a list of one for each of the 0"),
    ({"activation": "rellu"}, "an activation must be one of relu, leaky_relu"),
    ({"activation": TRICK}, "an activation must be one of relu, leaky_relu"),
    ({"activation": None}, "an activation must be one of relu, leaky_relu"),
    ({"inputs": 3}, "inputs must be"),
    ({"inputs": []}, "inputs must be"),
    ({"inputs": [TRICK, "x2"]}, "an input must be one of x1, x2, square1"),
    ({"inputs": [["x1"], "x2"]}, "an input must be one of x1, x2, square1"),
    ({"inputs": ["x2", "x1"]}, "inputs must be different, in the order x1, x2, square1"),
    ({"inputs": ["x1", "x1"]}, "inputs must be different, in the order x1, x2, square1"),
    ({"inputs": ["x1", "x2", "bowl"]}, "for each of the 2 rows of the weights of layer 1; got 3"),
    ({"step": -1}, "step must be a whole number from 0"),
    ({"step": 1.5}, "step must be a whole number from 0"),
    ({"data": 3}, "data must be an object"),
    ({"data": DATA | {"name": TRICK}}, "data: name must be one of gaussians"),
    ({"data": DATA | {"name": []}}, "data.name must be a text"),
    ({"data": DATA | {"n_points": 1e9}}, "data.n_points must be a whole number"),
    ({"data": DATA | {"n_points": 10**9}}, "data: n_points must be a whole number from 10"),
    ({"data": DATA | {"name": "blobs5"}}, "must have n_classes = 5; got 2"),
    ({"data": TARGET}, "must have n_inputs = 1; got 2"),
    ({"data": TARGET | {"name": "x"}}, "data: name must be one of"),
    ({"data": TARGET | {"formula": "__import__('os')"}}, "data: "),
    ({"data": TARGET | {"formula": TRICK}}, "data: "),
    ({"data": TARGET | {"interval": ["a", 1]}}, "data.interval must hold finite numbers"),
    ({"data": TARGET | {"interval": [1]}}, "data: "),
    ({"data": TARGET | {"name": "points", "points": [[1, 2], [3]]}}, "data: "),
    ({"training": {"optimizer": "adam"}}, "training must have the key learning_rate"),
    ({"training": []}, "training must be an object"),
    ({"data": TARGET | {"interval": [0, 10**350]}}, "data.interval must hold finite numbers"),
    ({"data": DATA | {"noise": 10**350}}, "data: noise must be"),
]


@pytest.mark.parametrize(("change", "sentence"), FAULTS)
def test_every_fault_is_one_sentence(change, sentence):
    refused(json.dumps(GOOD | change), sentence)


def refused(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        load(text)
    message = str(caught.value)
    assert len(message) < 400
    assert message.isprintable()
    # What the file said is shown as code, which Markdown leaves alone.
    for harmful in ("<", "[", "]("):
        assert harmful not in "".join(message.split("`")[::2])


def test_the_file_that_the_faults_are_made_of_is_good():
    assert load(json.dumps(GOOD)).architecture == Architecture((), ())
    assert load(json.dumps(GOOD | {"data": DATA})).data == DatasetConfig("spiral", 60)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file must be JSON; line 1, column 1"),
        ('{\n "a": }', "the file must be JSON; line 2, column 7"),
        (dump(network())[:-30], "the file must be JSON; line"),
        (b"\xff\xfe\x00\x01", "the file must be text in UTF-8"),
        ("[" * 200_000, "must not nest"),
        ("[1]", "must be one JSON object; got a list"),
        ("9" * 5000, "must be one JSON object; got a number"),
        ("null", "must be one JSON object; got nothing"),
        ('{"a": NaN}', "every number in the file must be finite; got NaN"),
        ('{"a": [-Infinity]}', "must be finite; got -Infinity"),
        ('{"a": 1, "a": 2}', "no key in the file may stand twice"),
        ("{}", "the file must have the key format"),
        (" " * (MAX_CHARACTERS + 1), "must have at most 4,000,000 characters; got 4,000,001"),
        (json.dumps(GOOD).replace("0.5", "1e999"), "must hold numbers that float32 can"),
        (json.dumps(GOOD).replace("0.5", "9" * 4500), "must hold numbers that float32 can"),
    ],
)
def test_whatever_is_no_such_file_is_refused_in_one_sentence(text, sentence):
    refused(text, sentence)


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_no_text_gets_through(text):
    with pytest.raises(ValueError, match="the file must"):
        load(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.sampled_from(["activation", "layers", "data", "training", "step"]), JSON)
def test_a_key_with_anything_in_it_loads_or_is_refused(key, value):
    with suppress(ValueError):
        load(json.dumps(GOOD | {key: value}))
