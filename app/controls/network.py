"""The controls: widgets in the sidebar -> values of the parameters -> a frozen Experiment."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from layerwarp.app.controls import hand_layers, own_data, own_network
from layerwarp.app.experiments.experiment import Experiment, OwnDataConfig
from layerwarp.app.link.parameters import (
    BATCH_SIZES,
    DATA,
    INPUTS,
    L2_STRENGTHS,
    LEARNING_RATES,
    PARAMETERS,
    TRAINING,
    VIEW,
    VIEWS,
    Values,
    next_start,
)
from layerwarp.app.session import address, frame, live, widgets
from layerwarp.app.words.numbers import listed
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import MAX_DEPTH, MAX_WIDTH, Architecture
from layerwarp.network.features import FEATURES
from layerwarp.network.initializers import INITIALIZERS
from layerwarp.training.config import MAX_STEPS, TrainingConfig
from layerwarp.training.optimizers import OPTIMIZERS

MORE_STEPS = 2000
EXACT_WIDTH = 3  # a layer of so many neurons is drawn as it is


def experiment(values: Values) -> Experiment:
    """What the values of a page on data in the plane ask to be trained."""
    data = own_data.config(values)
    if values.get("matrix"):
        return hand_layers.experiment(values, data)
    loaded = own_network.find(values)
    if loaded and (shown := own_network.experiment(values, loaded, data)):
        return shown
    classes = data.make().n_classes
    return Experiment(
        data,
        Architecture(
            widths=widths(values),
            activation=activation(values),
            n_outputs=1 if classes == 2 else classes,
            inputs=values["inputs"],
        ),
        training_config(values),
    )


def widths(values: Values) -> tuple[int, ...]:
    """Neurons of every hidden layer."""
    return values["widths"] or (values["neurons"],) * values["layers"]


def activation(values: Values) -> str | tuple[str, ...]:
    """One activation for all hidden layers, or one each."""
    activations = values["act"]
    return activations[0] if len(activations) == 1 else activations


def training_config(values: Values) -> TrainingConfig:
    """How the values ask to train."""
    return TrainingConfig(
        optimizer=values["opt"],
        learning_rate=values["lr"],
        batch_size=values["batch"],
        l2=values["l2"],
        steps=values["steps"],
        seed=values["start"],
        initializer=values["init"],
    )


def sidebar(
    values: Values, view: Callable[[Values], None], dials: DeltaGenerator, builds: bool = False
) -> Values:
    """Draw the controls of a page on data in the plane, starting from ``values``.

    The size of the network stays in sight, beside the picture; the rest of what changes it comes
    first in the sidebar, and what follows folds away.

    Args:
        values: Of the page's parameters.
        view: Draws the controls of the picture, and puts what they say into its argument.
        dials: Where the sliders go that stay in sight.
        builds: Whether layers are built by hand on the page.

    Returns:
        What the controls say now.
    """
    chosen = dict(values)
    by_hand = bool(chosen["matrix"])
    if frame.bare():
        if not by_hand and not own_network.find(chosen):
            presented(chosen, dials)
        return chosen
    with st.sidebar:
        own_data.menu(chosen)
        loaded = None if by_hand else own_network.find(chosen)
        if by_hand:
            hand_layers.control(chosen, builds)
            _activations(chosen)
        elif loaded:
            own_network.control(chosen, loaded, own_data.config(chosen))
        else:
            network(chosen, dials)
            buttons(chosen)
            if builds:
                hand_layers.offer()
        if not loaded and not by_hand:
            widgets.section("Inputs", inputs, chosen, INPUTS)
        widgets.section("Points", points, chosen, DATA[1:])
        if not loaded and not by_hand:
            widgets.section("Training", training, chosen, TRAINING)
        if not by_hand:  # nothing of it is wider than the plane
            widgets.section("View", view, chosen, VIEW)
    return chosen


def points(values: Values) -> None:
    """How many points, how noisy, which ones; of own points, which are kept for the test."""
    data = own_data.config(values) if "data" in values else None
    if isinstance(data, OwnDataConfig):
        st.caption(
            f"{data.n_points:,} of your points to learn from, {data.n_test:,} kept back for the "
            "test. Another data seed keeps back others."
        )
        widgets.whole(values, "seed")
        return
    widgets.slider(values, "points", 20, 2000, 20)
    widgets.slider(values, "noise", 0.0, 0.5, 0.01)
    widgets.whole(values, "seed")


def inputs(values: Values) -> None:
    """One box for each feature; with none ticked, all stays as it was."""
    st.caption("What the first layer is given of a point (x₁, x₂). None of it is learned.")
    before = values["inputs"]
    with st.container(horizontal=True):
        ticked = tuple(
            name
            for name, feature in FEATURES.items()
            if widgets.widget(
                st.checkbox, f"inputs_{name}", name in before, feature.label, feature.help
            )
        )
    if not ticked:
        kept = listed([FEATURES[name].label for name in before])
        st.caption(f"A network needs an input: it keeps {kept}.")
    values["inputs"] = ticked or before


def network(values: Values, dials: DeltaGenerator) -> None:
    """Number of layers and neurons, in ``dials``; activations, and what is set layer by layer."""
    with dials:
        _layers(values)
    linear = values["layers"] == 0
    sliders = st.container()
    one_a_layer = widgets.ask(st.toggle, "widths", bool(values["widths"]), disabled=linear)
    with sliders:
        values["widths"] = _widths(values) if one_a_layer and not linear else ()
    with dials:
        _neurons(values)
    _activations(values)


def presented(values: Values, dials: DeltaGenerator) -> None:
    """What a presenter drags; in the frame of another page, the picture stands alone."""
    if not frame.embedded():
        with dials:
            _layers(values)
            _neurons(values)


def _layers(values: Values) -> None:
    widgets.slider(values, "layers", 0, MAX_DEPTH, 1)


def _neurons(values: Values) -> None:
    """One slider for all layers; where each has its own, what they say."""
    if values["widths"]:
        st.caption(f"Neurons, layer by layer: {', '.join(map(str, values['widths']))}")
    else:
        widgets.slider(values, "neurons", 1, MAX_WIDTH, 1, disabled=values["layers"] == 0)


def _widths(values: Values) -> tuple[int, ...]:
    """One slider for each hidden layer."""
    before = values["widths"] + (values["neurons"],) * values["layers"]
    return tuple(
        widgets.widget(
            st.slider,
            f"widths_{layer}",
            before[layer - 1],
            f"Neurons in layer {layer}",
            f"How many numbers hidden layer {layer} works out for a point.",
            min_value=1,
            max_value=MAX_WIDTH,
        )
        for layer in range(1, values["layers"] + 1)
    )


def _activations(values: Values) -> None:
    """One menu for the whole network, or one for each hidden layer."""
    layers, before = values["layers"], values["act"]
    menus = st.container()
    one_a_layer = widgets.widget(
        st.toggle,
        "act_each",
        len(before) > 1,
        "Set each layer's activation",
        "Gives every hidden layer a menu of its own.",
        disabled=layers < 2,
    )
    before = before + before[-1:] * layers
    with menus:
        if one_a_layer and layers > 1:
            values["act"] = tuple(
                activation_menu(f"act_{layer}", before[layer - 1], f"Activation of layer {layer}")
                for layer in range(1, layers + 1)
            )
        else:
            values["act"] = (activation_menu("act_all", before[0], "Activation", layers == 0),)


def activation_menu(name: str, before: str, label: str, disabled: bool = False) -> str:
    """A menu of activations; what it says."""
    return widgets.widget(
        st.selectbox,
        name,
        before,
        label,
        PARAMETERS["act"].help,
        options=list(ACTIVATIONS),
        format_func=lambda choice: ACTIVATIONS[choice].label,
        disabled=disabled,
    )


def buttons(values: Values) -> None:
    """The buttons “Train on” and “Start again”."""
    with st.container(horizontal=True):
        widgets.button(
            "Train on",
            "train_on",
            f"{MORE_STEPS:,} more training steps from where it stopped.",
            {"steps": values["steps"] + MORE_STEPS},
            disabled=values["steps"] >= MAX_STEPS and not live.is_halted(),
            on_click=train_on,
        )
        widgets.button(
            "Start again",
            "start_again",
            "Starting weights that are all zero are the same at every start."
            if values["init"] == "zeros"
            else "The same network from other random weights.",
            {"start": values["start"] + 1},
            on_click=start_again,
        )


def train_on() -> None:
    """More training steps from where it stopped; after a Stop, first those that were left."""
    if not live.resume():
        steps = address.now("steps")
        address.change({"steps": min(steps + MORE_STEPS, MAX_STEPS)})


def start_again() -> None:
    """The same network from the next random weights."""
    address.change({"start": next_start(address.now("start"))})


def training(values: Values) -> None:
    """Optimizer, rate, batches, steps and the start."""
    widgets.select(values, "opt", {name: rule.label for name, rule in OPTIMIZERS.items()})
    widgets.rungs(values, "lr", LEARNING_RATES)
    widgets.rungs(values, "batch", BATCH_SIZES)
    widgets.rungs(values, "l2", L2_STRENGTHS)
    widgets.slider(values, "steps", 100, MAX_STEPS, 100)
    widgets.whole(values, "start")
    widgets.select(values, "init", {name: kind.label for name, kind in INITIALIZERS.items()})


def projection(values: Values) -> None:
    """How wide layers are drawn."""
    widgets.select(values, "view", VIEWS, st.radio)
    if values["view"] == "neurons":
        values["axes"] = _axes(values)


def _axes(values: Values) -> tuple[int, ...]:
    """Two or three different neurons; those that the narrowest wide layer has."""
    wide = [w for w in values["widths"] or (values["neurons"],) if w > EXACT_WIDTH]
    neurons: list[int | None] = list(range(min(wide, default=EXACT_WIDTH)))
    picked: list[int] = []
    before = [*values["axes"], None][:3]
    for axis, wanted in zip(("Across", "Up", "In depth"), before, strict=True):
        free = [neuron for neuron in neurons if neuron not in picked]
        options = [None, *free] if axis == "In depth" else free
        neuron = widgets.widget(
            st.selectbox,
            f"axes_{axis}",
            wanted if wanted in options else options[0],
            axis,
            "The neuron whose output is this axis of the picture.",
            options=options,
            format_func=lambda neuron: "Nothing" if neuron is None else f"Neuron {neuron + 1}",
        )
        picked += [] if neuron is None else [neuron]
    return tuple(picked)
