import dataclasses
import json
import struct
from typing import Any

import numpy as np
import pytest

from layerwarp.app.stage.blocks import CLASS_LOOKS
from layerwarp.app.stage.payload import (
    MAX_FACES,
    MOST_FOLDS,
    PARAMETER_BYTES,
    activation_rows,
    choose_frames,
    choose_lattice,
    fingerprint,
    pack,
)
from layerwarp.data.datasets import Dataset, make_dataset
from layerwarp.geometry.projection import layer_pictures
from layerwarp.network.architecture import Architecture
from layerwarp.training.config import TrainingConfig
from layerwarp.training.history import TrainingHistory
from layerwarp.training.train import train


def unpack(payload: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and blocks, by the letter of the format."""
    (length,) = struct.unpack_from("<I", payload)
    header = json.loads(payload[4 : 4 + length].decode())
    start, blocks = (4 + length + 3) // 4 * 4, {}
    for block in header["blocks"]:
        count = int(np.prod(block["shape"]))
        values = np.frombuffer(payload, "<f4", count, start)
        blocks[block["name"]] = values.reshape(block["shape"])
        start += 4 * count
    assert start == len(payload)
    return header, blocks


@pytest.fixture(scope="module")
def data() -> Dataset:
    return make_dataset("spiral", 100)


@pytest.fixture(scope="module")
def history(data: Dataset) -> TrainingHistory:
    config = TrainingConfig(steps=100)
    return train(data, Architecture((4, 2)), config, backend="numpy")


def test_header_says_what_is_in_the_blocks(data: Dataset, history: TrainingHistory) -> None:
    header, blocks = unpack(pack(data, history, title="Spiral – record {}".format))
    described = header.pop("blocks")
    steps = [int(step) for step in history.steps]
    assert header == {
        "version": 1,
        "class_looks": json.loads(json.dumps(CLASS_LOOKS)),
        "sizes": [2, 4, 2, 1],
        "activations": ["relu", "relu"],
        "activation_rows": activation_rows(["relu"]),
        "n_classes": 2,
        "picture_dims": [2, 2, 2, 1],
        "exact": [True, False, True, True],
        "steps": steps,
        "history_steps": steps,
        "box": [-3.6, 3.6, -3.6, 3.6],
        "most_regions": [1, 11, 44],  # 4 lines make 11 pieces, 2 more cut each in 4
        "max_faces": MAX_FACES,
        "most_folds": MOST_FOLDS,
        "fingerprint": fingerprint(history, data.points),
        "lattice": 65,
        "view": "plane",
        "dataset": "Spiral",
        "outcome": history.outcome.kind,
        "titles": [f"Spiral – record {record}" for record in range(len(steps))],
    }
    frames, layers = len(steps), 3
    n_parameters = history.architecture.n_parameters
    assert [(block["name"], tuple(block["shape"])) for block in described] == [
        ("params", (frames, n_parameters)),
        ("frames", (frames, 3 * (5 + 3 + 2))),
        ("paths", (frames, layers, 20)),
        ("shares", (frames, layers)),
        ("points", (100, 2)),
        ("labels", (100,)),
        ("train_loss", (frames,)),
        ("test_loss", (frames,)),
        ("accuracy", (frames,)),
        ("train_accuracy", (frames,)),
        ("gradient_norms", (frames, layers)),
    ]
    assert list(blocks) == [block["name"] for block in described]


def test_blocks_hold_the_numbers(data: Dataset, history: TrainingHistory) -> None:
    _, blocks = unpack(pack(data, history, view="space"))
    np.testing.assert_array_equal(blocks["params"], history.parameters)
    np.testing.assert_array_equal(blocks["points"], data.points)
    np.testing.assert_array_equal(blocks["labels"], data.labels)
    for name in ("train_loss", "test_loss", "accuracy", "train_accuracy", "gradient_norms"):
        np.testing.assert_array_equal(blocks[name], getattr(history, name).astype(np.float32))
    pictures = layer_pictures(history.architecture, history.parameters, data.points, "space")
    np.testing.assert_array_equal(blocks["paths"], pictures.paths.astype(np.float32))
    np.testing.assert_array_equal(blocks["shares"], pictures.shares.astype(np.float32))
    first = blocks["frames"][:, :15].reshape(-1, 5, 3)  # basis (4, 3), then origin (3,)
    np.testing.assert_array_equal(first[:, :4], pictures.bases[0].astype(np.float32))
    np.testing.assert_array_equal(first[:, 4], pictures.origins[0].astype(np.float32))
    last = blocks["frames"][:, -9:].reshape(-1, 3, 3)
    np.testing.assert_array_equal(last[:, :2], pictures.bases[-1].astype(np.float32))
    np.testing.assert_array_equal(last[:, 2], pictures.origins[-1].astype(np.float32))
    assert pictures.readout is not None
    np.testing.assert_array_equal(blocks["readout"], pictures.readout.astype(np.float32))


def test_chosen_neurons_are_named(data: Dataset, history: TrainingHistory) -> None:
    header, _ = unpack(pack(data, history, view="neurons", chosen=(2, 0, 1)))
    assert header["view"] == "neurons"
    assert header["chosen"] == [2, 0, 1]
    assert header["picture_dims"] == [2, 3, 2, 2]  # in the end, of the two neurons once more


@pytest.mark.parametrize("title", ["", "a", "ab", "abc", "ü", "𝔘 spiral"])
def test_blocks_are_aligned_whatever_the_title(
    data: Dataset, history: TrainingHistory, title: str
) -> None:
    header, blocks = unpack(pack(data, history, title=lambda record: title))
    assert set(header["titles"]) == {title}
    np.testing.assert_array_equal(blocks["points"], data.points)


def test_all_points_lie_in_the_box() -> None:
    data = make_dataset("spiral", 5000, noise=0.5)
    history = train(data, Architecture(()), TrainingConfig(steps=5), backend="numpy")
    x_min, x_max, y_min, y_max = unpack(pack(data, history))[0]["box"]
    assert (x_min, y_min) == (-x_max, -y_max)
    assert (np.abs(data.points) < [x_max, y_max]).all()


def test_a_fingerprint_tells_networks_and_boxes_apart(
    data: Dataset, history: TrainingHistory
) -> None:
    last = history.parameters.copy()
    last[-1, 3] += 1e-3
    others = [
        (dataclasses.replace(history, parameters=last), data.points),
        (dataclasses.replace(history, steps=history.steps + 1), data.points),
        (history, 5 * data.points),
    ]
    assert fingerprint(history, data.points) not in {fingerprint(*other) for other in others}
    assert fingerprint(history, 0.9 * data.points) == fingerprint(history, data.points)


def test_own_data_keeps_its_title(data: Dataset, history: TrainingHistory) -> None:
    own = dataclasses.replace(data, name="Heights & weights")
    assert unpack(pack(own, history))[0]["dataset"] == "Heights & weights"


@pytest.mark.parametrize("n_steps", [1, 2, 17, 61])
@pytest.mark.parametrize("n_parameters", [3, 337, 8_196, 8_197, 37_697, 10**6])
def test_frames_fit_the_budget(n_steps: int, n_parameters: int) -> None:
    frames = choose_frames(n_steps, n_parameters)
    assert (frames[0], frames[-1]) == (0, n_steps - 1)
    gaps = np.diff(frames)
    if n_steps > 1:
        assert gaps.min() >= 1
        assert gaps.max() - gaps.min() <= 1
    affordable = PARAMETER_BYTES // (4 * n_parameters)
    assert len(frames) == min(n_steps, max(2, affordable))


def test_a_large_network_sends_fewer_frames() -> None:
    data = make_dataset("moons", 50)
    config = TrainingConfig(steps=60, batch_size=16)
    history = train(data, Architecture((64,) * 10), config, backend="numpy")
    payload = pack(data, history)
    header, blocks = unpack(payload)
    assert header["steps"][0] == 0
    assert header["steps"][-1] == history.steps[-1]
    assert 2 < len(header["steps"]) < len(header["history_steps"]) == len(history.steps)
    assert blocks["params"].nbytes <= PARAMETER_BYTES
    assert len(payload) < 1.2 * PARAMETER_BYTES
    np.testing.assert_array_equal(blocks["params"][-1], history.parameters[-1])


@pytest.mark.parametrize(("n_parameters", "nodes"), [(3, 65), (337, 65), (3_000, 49), (40_000, 33)])
def test_lattice_is_coarser_for_costly_networks(n_parameters: int, nodes: int) -> None:
    assert choose_lattice(n_parameters) == nodes
