"""Write a network of Keras 3 as a file that LayerWarp loads.

``python own_network_keras.py`` trains a small network and writes own_network.json. With a model of
your own, take ``network_file``. It must be a stack of Dense layers of 2 inputs, at most 10 hidden
layers of 64 neurons and 5 outputs, with activations from ``ACTIVATIONS``. The outputs are logits:
one for two classes, or one for each class, without softmax or sigmoid.
"""

import json
from pathlib import Path

import keras
import numpy as np

# Keras's leaky ReLU (0.2 below zero) and GELU (the exact form) are not LayerWarp's.
ACTIVATIONS = {
    "relu": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "elu": "elu",
    "silu": "silu",
    "linear": "identity",
    "softmax": "softmax",
}


def network_file(model: keras.Sequential) -> str:
    """The text of the file: names of the activations, weights with one row an input, biases."""
    layers = []
    for dense in model.layers:
        weights, bias = dense.get_weights()
        layers.append({"weights": weights.tolist(), "bias": bias.tolist()})
    hidden = [ACTIVATIONS[dense.activation.__name__] for dense in model.layers[:-1]]
    return json.dumps(
        {"format": "layerwarp network", "version": 1, "activation": hidden, "layers": layers}
    )


def trained_model(epochs: int = 40) -> keras.Sequential:
    """A network that tells the inside of a circle from the outside."""
    keras.utils.set_random_seed(0)
    points = np.random.default_rng(0).uniform(-3, 3, (400, 2)).astype("float32")
    inside = (np.linalg.norm(points, axis=1) < 2).astype("float32")
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(3, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    model.fit(points, inside, epochs=epochs, verbose=0)
    return model


if __name__ == "__main__":
    Path("own_network.json").write_text(network_file(trained_model()), encoding="utf-8")
