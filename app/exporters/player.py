"""The warp as one HTML file that plays from disk: the stage's own code and its payload inlined.

The modules of the stage become ``data:`` addresses in an import map. A content security policy lets
nothing run or load but what carries the file's nonce; modules inherit it from the script that
imports them. What came from a link or a file is escaped, and lies in no script.
"""

import json
import re
from base64 import b64encode
from functools import partial
from hashlib import sha256
from html import escape
from pathlib import Path

import numpy as np

from layerwarp.app.exporters.export import Export, caption, heading
from layerwarp.app.stage import modules
from layerwarp.app.stage.payload import choose_frames, pack
from layerwarp.data.datasets import Dataset

TEMPLATE = Path(__file__).parent / "player.html"
COMPONENT = "warp"
NEVER = ("warp/versus.js",)  # the file holds one network
PARAMETER_BYTES = 400_000  # of all frames together, so that the file stays under 1.1 MB
# Lines of nothing but a comment, or of a part of one, and what other lines are indented by.
UNREAD = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:.*?)\*/[ \t]*)\n|^[ \t]+", re.MULTILINE)
MARK = re.compile(r"\{\{(\w+)\}\}")


def html_player(export: Export) -> bytes:
    """A page that scrubs and plays without a network."""
    texts = {
        "title": escape(heading(export)),
        "caption": escape(caption(export, with_link=False)),
        "link": _link(export.safe_link),
        "step": str(export.step),
        "look": escape(_look(export)),
        "entry": modules.entry(COMPONENT, "js"),
        "payload": b64encode(_payload(export)).decode(),
        "modules": json.dumps({"imports": _modules()}),
        "style": modules.style(COMPONENT),
    }
    # Depends on all that is in the file: nothing in it can foresee it.
    texts["nonce"] = sha256("\0".join(texts.values()).encode()).hexdigest()[:32]
    template = TEMPLATE.read_text("utf-8")
    return MARK.sub(lambda mark: texts[mark[1]], template).encode()


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


def _modules() -> dict[str, str]:
    """Path -> ``data:`` address of each module: such an address has no folder to start from."""
    start = "data:text/javascript;charset=utf-8;base64,"
    sources = modules.sources(COMPONENT, NEVER).items()
    bare = {path: UNREAD.sub("", source).encode() for path, source in sources}
    return {path: start + b64encode(source).decode() for path, source in bare.items()}
