"""Networks to export: of every kind, and one with names that try to break out."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from layerwarp.app.experiments.experiment import DatasetConfig, Experiment, TargetConfig
from layerwarp.app.exporters import Export
from layerwarp.data.datasets import make_dataset
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import FEATURES
from layerwarp.training.config import TrainingConfig
from layerwarp.training.train import train

LINK = "http://localhost:8501/?data=spiral&act=tanh"
HOSTILE = (
    "http://x/?\"\"\"\n'''\r\x0c\x85\u2028\u202eimport os; os._exit(3) # coding: utf-7 {{nonce}}"
    "<script>injected=1</script><img src=x onerror=injected=1>\\N{x}{0}%s\ud800`[a](b)`"
)


def export(
    widths=(6, 5), activation="relu", data="spiral", n_outputs=1, inputs=(), **rest
) -> Export:
    """A network after a few steps of training."""
    architecture = Architecture(widths, activation, n_outputs=n_outputs, inputs=inputs)
    asked = Experiment(DatasetConfig(data, 60), architecture, TrainingConfig(steps=20))
    history = train(asked.dataset.make(), architecture, asked.training, backend="numpy")
    return Export(asked, history, **{"link": LINK, **rest})


def of_a_function() -> Export:
    """A network of one input."""
    asked = Experiment(
        TargetConfig("formula", 30, formula="abs(x)"),
        Architecture((4,), "relu", n_inputs=1),
        TrainingConfig(steps=20),
    )
    history = train(asked.dataset.make(), asked.architecture, asked.training, backend="numpy")
    return Export(asked, history, link=LINK)


def hostile() -> Export:
    """An export whose data set's name and link try to get out of where they are written."""
    plain = export()
    data = DatasetConfig(HOSTILE)
    evil = replace(plain, experiment=replace(plain.experiment, dataset=data), link=HOSTILE)
    evil.__dict__["data"] = make_dataset("spiral", 60)
    return evil


NETWORKS: dict[str, Callable[[], Export]] = {
    **{name: partial(export, activation=name) for name in ACTIVATIONS},
    "one each layer": lambda: export((5,) * 10, tuple(ACTIVATIONS)[:10]),
    "five classes": lambda: export((5, 3), ("softmax", "tanh"), "blobs5", n_outputs=5),
    "linear": lambda: export(()),
    "all inputs": lambda: export((4,), inputs=tuple(FEATURES)),
    "a bowl": lambda: export((), inputs=("x1", "x2", "bowl")),
    "of a function": of_a_function,
}
