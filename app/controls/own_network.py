"""A network from a file: shown as it is, on whatever data of the plane the page has."""

import streamlit as st

from layerwarp.app.experiments import network_file
from layerwarp.app.experiments.experiment import (
    DatasetConfig,
    Experiment,
    OwnDataConfig,
    PlaneData,
    TargetConfig,
)
from layerwarp.app.experiments.network_file import LoadedNetwork
from layerwarp.app.experiments.network_text import read_network, write_network
from layerwarp.app.experiments.packing import is_kept
from layerwarp.app.link import parameters
from layerwarp.app.link.parameters import PARAMETERS, Values
from layerwarp.app.session import widgets
from layerwarp.app.words.captions import network_in_words
from layerwarp.network.features import COORDINATES
from layerwarp.training.config import TrainingConfig

LINK_CARRIES = "The link carries it, number for number."
LINK_NAMES = (
    "It is too large for a link: links to this page open it only as long as this server keeps it. "
    "Send its file along."
)


def load(content: bytes) -> Values:
    """The parameters that show the network of a file.

    Raises:
        ValueError: One sentence that says what is wrong with the file, fit for Markdown.
    """
    network = network_file.load(content)
    inputs = network.architecture.n_inputs
    if inputs != 2:
        raise ValueError(f"a network shown here must have 2 inputs, a point's; got {inputs}")
    changes: Values = {
        "net": write_network(network),
        "matrix": (),
        "t": None,
        "lift": None,
        "s": None,
    }
    return changes | _shape(network) | _data(network.data) | _training(network.training)


def find(values: Values) -> LoadedNetwork | None:
    """The network from a file that the values ask for; None where one is to be trained."""
    if not values.get("net"):
        return None
    try:
        return read_network(values["net"])
    except LookupError:  # dropped by the server since the page was opened
        return None


def experiment(values: Values, network: LoadedNetwork, data: PlaneData) -> Experiment | None:
    """The network on ``data``; None if the data have more classes than it tells apart."""
    if data.make().n_classes > network.architecture.n_classes:
        return None
    return Experiment(data, network.architecture, TrainingConfig(), values["net"])


def link_words(values: Values) -> str:
    """What a link can and cannot carry of the network."""
    return LINK_NAMES if is_kept(values["net"]) else LINK_CARRIES


def describe(values: Values) -> str:
    """A network from a file, and the data that its file names, in words."""
    architecture = read_network(values["net"]).architecture
    words = network_in_words(architecture)
    data = "on the data that its file names" if "data" in values else "on the data of the page"
    return (
        f"**{words[0].upper()}{words[1:]}: {architecture.n_parameters:,} numbers**, "
        f"for {architecture.n_classes} classes. It is shown as it is, {data}."
    )


def control(values: Values, network: LoadedNetwork, data: PlaneData) -> None:
    """In place of the controls that train: what is shown, and the way back.

    The shape of the network goes into ``values``.
    """
    values |= _shape(network)
    shown = experiment(values, network, data)
    if shown is None:
        st.warning(
            f"The network from a file tells {network.architecture.n_classes} classes apart; "
            f"these data have {data.make().n_classes}. Here is one that was trained on them."
        )
    else:
        st.info(
            f"**A network from a file**: {network_in_words(network.architecture)}, "
            f"{network.architecture.n_parameters:,} numbers. {link_words(values)}"
        )
    widgets.button(
        "Train one like it",
        "leave_network",
        "Puts the network from the file away and trains one of the same shape here.",
        {"net": "", "s": None},
    )


def _shape(network: LoadedNetwork) -> Values:
    architecture = network.architecture
    widths = architecture.widths
    same = len(set(widths)) <= 1
    names = architecture.activations or ("relu",)
    shape: Values = {
        "inputs": architecture.inputs or COORDINATES,
        "layers": architecture.depth,
        "widths": () if same else widths,
        "act": names[:1] if len(set(names)) == 1 else names,
    }
    return shape | ({"neurons": widths[0]} if same and widths else {})


def _data(data: PlaneData | TargetConfig | None) -> Values:
    """The parameters that give the data that a file names, or the nearest to them."""
    if isinstance(data, OwnDataConfig):
        return {"data": data.name, "xy": data.own, **_nearest({"seed": data.seed})}
    if isinstance(data, DatasetConfig):
        rest = {"points": data.n_points, "noise": data.noise, "seed": data.seed}
        return {"data": data.name, **_nearest(rest)}
    return {}


def _training(training: TrainingConfig | None) -> Values:
    if training is None:
        return {}
    return _nearest(
        {
            "opt": training.optimizer,
            "lr": training.learning_rate,
            "batch": training.batch_size,
            "l2": training.l2,
            "steps": training.steps,
            "start": training.seed,
            "init": training.initializer,
        }
    )


def _nearest(values: Values) -> Values:
    """The values as a link could say them."""
    found = {name: parameters.read(name, str(value)) for name, value in values.items()}
    return {
        name: PARAMETERS[name].default if value is None else value for name, value in found.items()
    }
