"""Files to take away: what each holds, whatever the network and the names."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from layerwarp.app.experiments.network_file import load
from layerwarp.app.exporters import EXPORTERS, Export, caption, offered
from layerwarp.app.words.numbers import percent
from layerwarp.geometry.linear_regions import linear_regions
from layerwarp.network.forward_pass import predict_classes
from tests.app.exports import LINK, NETWORKS, export, hostile, of_a_function


@pytest.fixture(scope="module")
def shown() -> Export:
    return export()


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_exporter_gives_the_same_bytes_again(name, shown):
    function = EXPORTERS[name].function
    first = function(shown)
    assert first
    assert first == function(shown)


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_exporter_takes_hostile_names(name):
    evil = hostile()
    assert EXPORTERS[name].function(evil)
    file_name = EXPORTERS[name].file_name(evil)
    assert file_name.replace("-", "").replace(".", "").replace("_", "").isalnum()
    assert file_name.isascii()


@pytest.mark.parametrize("bad", [-2, 10_000, 1.5])
def test_a_record_that_is_not_there_is_refused(bad, shown):
    with pytest.raises(ValueError, match="record must be"):
        replace(shown, record=bad)


def test_caption_says_what_where_and_when(shown):
    text = caption(replace(shown, record=1))
    accuracy = percent(float(shown.history.accuracy[1]))
    step = f"step {shown.history.steps[1]}"
    for part in ("Spiral", "2-6-5-1", "ReLU", accuracy, "seeds 0 and 0", step, LINK):
        assert part in text
    assert LINK not in caption(shown, with_link=False)
    assert "javascript" not in caption(replace(shown, link="javascript:alert(1)"))
    assert caption(of_a_function()).startswith("abs(x) · 1-4-1 ReLU · R² ")


def test_a_network_of_one_input_has_all_files_but_pictures_of_the_plane(shown):
    function = of_a_function()
    assert set(offered(shown)) == set(EXPORTERS)
    assert set(EXPORTERS) - set(offered(function)) == {"gif", "html"}
    for row in offered(function).values():
        assert row.function(function)


def test_extensions_tell_the_files_apart():
    extensions = [row.extension for row in EXPORTERS.values()]
    assert len(set(extensions)) == len(extensions)


def test_csv_holds_every_activation(shown):
    rows = list(csv.reader(io.StringIO(EXPORTERS["csv"].function(shown).decode())))
    names, table = rows[0], np.array(rows[1:], float)
    assert names[:4] == ["x", "y", "class", "layer 1 neuron 1"]
    assert names[-3:] == ["layer 2 neuron 5", "output 1", "predicted class"]
    parts = [shown.inputs, shown.answers[:, None], *(record.post for record in shown.records)]
    wanted = np.concatenate([*parts, predict_classes(parts[-1])[:, None]], axis=1)
    assert np.array_equal(table.astype(np.float32), wanted.astype(np.float32))


def test_csv_holds_every_weight(shown):
    text = EXPORTERS["weights_csv"].function(shown).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == shown.experiment.architecture.n_parameters
    for row in rows:
        weights, bias = shown.layers[int(row["layer"]) - 1]
        source, neuron = int(row["input"]), int(row["neuron"]) - 1
        wanted = weights[source - 1, neuron] if source else bias[neuron]
        assert np.float32(row["weight"]) == wanted


def test_npz_holds_all_arrays_and_the_mesh(shown):
    with np.load(io.BytesIO(EXPORTERS["npz"].function(shown))) as file:
        arrays = dict(file)
    assert str(arrays["caption"]) == caption(shown)
    assert arrays["activations"].tolist() == ["relu", "relu"]
    for number, (record, layer) in enumerate(zip(shown.records, shown.layers, strict=True), 1):
        assert np.array_equal(arrays[f"pre_{number}"], record.pre)
        assert np.array_equal(arrays[f"post_{number}"], record.post)
        assert np.array_equal(arrays[f"weights_{number}"], layer.weights)
        assert np.array_equal(arrays[f"bias_{number}"], layer.bias)
    box = tuple(arrays["mesh_box"].tolist())
    regions = linear_regions(shown.experiment.architecture, shown.layers, box)
    assert np.array_equal(arrays["mesh_vertices"], regions.vertices)
    assert len(arrays["mesh_starts"]) == regions.count + 1


def test_npz_of_a_smooth_network_has_no_mesh():
    with np.load(io.BytesIO(EXPORTERS["npz"].function(export(activation="tanh")))) as file:
        assert not [name for name in file.files if name.startswith("mesh")]


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
def test_json_loads_back_exactly(make):
    network = make()
    loaded = load(EXPORTERS["json"].function(network))
    assert loaded.experiment == network.experiment
    assert loaded.step == network.step
    for layer, wanted in zip(loaded.params, network.layers, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(layer, wanted, strict=True))
        assert layer.weights.dtype == np.float32
