"""Networks without straight pieces in the plane, and what to draw instead."""

from collections.abc import Iterable

from layerwarp.app.words.captions import inputs_in_words
from layerwarp.app.words.diagnosis import Diagnosis, Repair
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.network.features import COORDINATES


def no_pieces(architecture: Architecture, besides: str) -> Diagnosis | None:
    """That the network has no straight pieces, with one click to one that has; or None.

    Args:
        architecture: Of the network.
        besides: The rest of the sentence, from what else it has not.
    """
    if architecture.inputs:
        return _lifted(architecture, besides)
    names = architecture.activations
    if (1, "softmax") in zip(architecture.widths, names, strict=True):
        return None  # the same everywhere: one piece, and the diagnosis says why
    smooth = _labels(name for name in names if ACTIVATIONS[name].negative_slope is None)
    if not smooth:
        return None
    straight = tuple(map(_straightened, names))
    change = straight[:1] if len(set(straight)) == 1 else straight
    verb = "is" if len(smooth) == 1 else "are"
    return Diagnosis(
        f"{' and '.join(smooth)} {verb} smooth, not made of straight pieces: there is no {besides}",
        (Repair(f"Use {', '.join(_labels(straight))}", {"act": change}),),
        plain=True,
    )


def _lifted(architecture: Architecture, besides: str) -> Diagnosis:
    """What is straight in the space of the inputs need not be in the plane."""
    return Diagnosis(
        f"This network is given {inputs_in_words(architecture)}. Exact straight pieces are worked "
        f"out only for x₁ and x₂ alone: there is no {besides}",
        (Repair("Use x₁ and x₂", {"inputs": COORDINATES}),),
        plain=True,
    )


def _labels(names: Iterable[str]) -> list[str]:
    return [ACTIVATIONS[name].label for name in dict.fromkeys(names)]


def _straightened(name: str) -> str:
    row = ACTIVATIONS[name]
    return row.nearest_straight if row.negative_slope is None else name
