"""Write a network of PyTorch as a file that LayerWarp loads.

``python own_network_pytorch.py`` trains a small network and writes own_network.json. With a model
of your own, take ``network_file``. It must be a stack of Linear layers of 2 inputs, at most 10
hidden layers of 64 neurons and 5 outputs, with an activation from ``ACTIVATIONS`` between any two.
The outputs are logits: one for two classes, or one for each class, without softmax or sigmoid.
"""

import json
from pathlib import Path

import torch

# LayerWarp's leaky ReLU falls at 0.1 below zero: LeakyReLU(0.1). Its GELU is the tanh form:
# GELU(approximate="tanh").
ACTIVATIONS = {
    torch.nn.ReLU: "relu",
    torch.nn.LeakyReLU: "leaky_relu",
    torch.nn.Tanh: "tanh",
    torch.nn.Sigmoid: "sigmoid",
    torch.nn.Softplus: "softplus",
    torch.nn.ELU: "elu",
    torch.nn.GELU: "gelu",
    torch.nn.SiLU: "silu",
    torch.nn.Identity: "identity",
    torch.nn.Softmax: "softmax",
}


def network_file(model: torch.nn.Sequential) -> str:
    """The text of the file: names of the activations, weights with one row an input, biases."""
    linear = [part for part in model if isinstance(part, torch.nn.Linear)]
    between = [part for part in model if not isinstance(part, torch.nn.Linear)]
    return json.dumps(
        {
            "format": "layerwarp network",
            "version": 1,
            "activation": [ACTIVATIONS[type(part)] for part in between],
            # PyTorch keeps one row a neuron, so the weights are turned over.
            "layers": [
                {"weights": part.weight.T.tolist(), "bias": part.bias.tolist()} for part in linear
            ],
        }
    )


def trained_model(steps: int = 300) -> torch.nn.Sequential:
    """A network that tells the inside of a circle from the outside."""
    torch.manual_seed(0)
    points = 6 * torch.rand(400, 2) - 3
    inside = (points.norm(dim=1) < 2).float()
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3), torch.nn.ReLU(),
        torch.nn.Linear(3, 1),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        logits = model(points)[:, 0]
        torch.nn.functional.binary_cross_entropy_with_logits(logits, inside).backward()
        optimizer.step()
    return model


if __name__ == "__main__":
    Path("own_network.json").write_text(network_file(trained_model()), encoding="utf-8")
