"""What the server sends to the page "Pieces": networks of one input and the target, as bytes.

The browser works out the exact pieces itself, so that scrubbing asks the server for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layerwarp.app.stage import blocks
from layerwarp.network.architecture import Architecture


@dataclass(frozen=True)
class Line:
    """A target and one network or more, to be scrubbed through.

    Attributes:
        titles: One line that lets the picture stand alone, of every frame; or one for all.
        low: Left end of the interval.
        high: Right end of the interval.
        x: Places (n,) where the target is known, ascending; none where only points are known.
        y: The target there (n,), or (F, n) where each frame has its own.
        kind: "square" (x^2: its error is worked out exactly), "points" (only points are known) or
            "samples".
        points: Training points (m, 2).
        networks: One architecture for all frames, or one each.
        vectors: Parameters (P,) of every frame; none where there is no network.
        steps: What the scrubber says at every frame: training steps, layers or neurons.
        scrub: "training", "k", "m", or "" where there is nothing to scrub through.
        words: More header fields: kind (of network; another one is shown from its own start), hand,
            hand_built, exercise, own, best, notes.
    """

    titles: Sequence[str]
    low: float
    high: float
    x: np.ndarray
    y: np.ndarray
    kind: str
    points: np.ndarray
    networks: Sequence[Architecture] = ()
    vectors: Sequence[np.ndarray] = ()
    steps: Sequence[int] = ()
    scrub: str = ""
    words: dict[str, Any] = field(default_factory=dict)


def pack(line: Line) -> bytes:
    """The bytes that the component "pieces" takes; see :func:`layerwarp.app.stage.blocks.join`."""
    networks = [{"sizes": n.sizes, "activations": n.activations} for n in line.networks]
    header = {
        "titles": line.titles,
        "low": line.low,
        "high": line.high,
        "target_kind": line.kind,
        "networks": networks,
        "steps": [int(step) for step in line.steps],
        "scrub": line.scrub,
        "notes": [],
        **line.words,
    }
    vectors = [np.ravel(vector) for vector in line.vectors] or [np.empty(0)]
    return blocks.join(
        header,
        {
            "params": np.concatenate(vectors),
            "curve_x": line.x,
            "curves": line.y,
            "points": line.points,
        },
    )
