"""The warp as one HTML file that plays from disk; see :mod:`layerwarp.app.exporters.standalone`."""

import json
from functools import partial
from html import escape
from pathlib import Path

import numpy as np

from layerwarp.app.exporters.export import Export, caption, heading
from layerwarp.app.exporters.standalone import standalone
from layerwarp.app.stage.payload import choose_frames, pack
from layerwarp.data.datasets import Dataset

SCRIPT = Path(__file__).parent / "player.js"
TWO_NETWORKS = ("warp/versus.js",)  # a file holds one
PARAMETER_BYTES = 400_000  # of all frames together, so that the file stays under 1.1 MB


def html_player(export: Export) -> bytes:
    """A page that scrubs and plays without a network."""
    words = f"<p>{escape(caption(export, with_link=False))}</p>"
    return standalone(
        "warp",
        _payload(export),
        heading(export),
        "\n".join([words, _link(export.safe_link)]),
        {"step": str(export.step), "look": _look(export)},
        SCRIPT.read_text("utf-8"),
        TWO_NETWORKS,
    )


def _look(export: Export) -> str:
    """Camera, chosen neuron and marked place, as JSON."""
    return json.dumps({name: getattr(export, name) for name in ("turn", "neuron", "pinned")})


def _link(link: str) -> str:
    if not link:
        return ""
    shown = escape(link)
    return f'<p><a href="{shown}" rel="noopener noreferrer">{shown}</a></p>'


def _payload(export: Export) -> bytes:
    """As the stage gets it, with fewer frames of large networks, the one shown among them."""
    data, history = export.data, export.history
    if not isinstance(data, Dataset):
        raise ValueError(f"the player shows labeled points; got {type(data).__name__}")
    n_parameters = history.architecture.n_parameters
    frames = choose_frames(len(history.steps), n_parameters, PARAMETER_BYTES)
    return pack(
        data,
        history,
        export.view,
        export.chosen,
        partial(heading, export),
        np.union1d(frames, [export.record]),
    )
