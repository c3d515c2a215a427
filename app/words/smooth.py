"""Smooth activations, whose networks have no straight pieces, and what to draw instead."""

from collections.abc import Iterable

from layerwarp.app.words.diagnosis import Diagnosis, Repair
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture

# The activation with straight pieces that comes nearest to each smooth one.
NEAREST_STRAIGHT = {
    "tanh": "relu",
    "sigmoid": "relu",
    "softplus": "relu",
    "elu": "leaky_relu",
    "gelu": "relu",
    "silu": "relu",
    "sine": "abs",
    "softmax": "relu",
}


def no_pieces(architecture: Architecture, besides: str) -> Diagnosis | None:
    """That the network has no straight pieces, with one click to one that has; or None.

    Args:
        architecture: Of the network.
        besides: The rest of the sentence, from what else it has not.
    """
    names = architecture.activations
    smooth = _labels(name for name in names if name in NEAREST_STRAIGHT)
    if not smooth:
        return None
    straight = tuple(NEAREST_STRAIGHT.get(name, name) for name in names)
    change = straight[:1] if len(set(straight)) == 1 else straight
    verb = "is" if len(smooth) == 1 else "are"
    sentence = f"{' and '.join(smooth)} {verb} smooth: such a network has no straight pieces"
    return Diagnosis(
        f"{sentence} and no {besides}",
        (Repair(f"Use {', '.join(_labels(straight))}", {"act": change}),),
    )


def _labels(names: Iterable[str]) -> list[str]:
    return [ACTIVATIONS[name].label for name in dict.fromkeys(names)]
