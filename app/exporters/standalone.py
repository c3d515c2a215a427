"""A component as one HTML file that works from disk: its code, and what it shows, inlined.

The modules of the component become ``data:`` addresses in an import map. A content security policy
lets nothing run or load but what carries the file's nonce; modules inherit it from the script that
imports them. What came from a link or a file is escaped, and lies in no script.
"""

import json
import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path

from layerwarp.app.stage import modules

TEMPLATE = Path(__file__).parent / "standalone.html"
# Lines of nothing but a comment, or of a part of one, and what other lines are indented by.
UNREAD = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:.*?)\*/[ \t]*)\n|^[ \t]+", re.MULTILINE)
MARK = re.compile(r"\{\{(\w+)\}\}")


def standalone(
    component: str,
    payload: bytes,
    title: str,
    footer: str = "",
    data: Mapping[str, str] | None = None,
    script: str = "",
    without: Collection[str] = (),
) -> bytes:
    """The file.

    Args:
        component: One of ``modules.COMPONENTS``.
        payload: What it shows.
        title: Of the page.
        footer: What stands below, as HTML: whoever makes it has escaped what is in it.
        data: Name -> text that ``script`` finds in ``dataset``.
        script: Lines of our own to run when the component is there.
        without: Modules that the component never asks for with this payload.
    """
    sources = modules.sources(component, without)
    said = [f' data-{name}="{escape(text)}"' for name, text in (data or {}).items()]
    texts = {
        "title": escape(title),
        "footer": footer,
        "data": "".join(said),
        "entry": modules.entry(component, "js"),
        "payload": b64encode(payload).decode(),
        "modules": json.dumps({"imports": _addresses(sources)}),
        "style": "\n".join([modules.style(component), modules.styles_beside(sources)]),
        "script": script,
    }
    # Depends on all that is in the file: nothing in it can foresee it.
    texts["nonce"] = sha256("\0".join(texts.values()).encode()).hexdigest()[:32]
    template = TEMPLATE.read_text("utf-8")
    return MARK.sub(lambda mark: texts[mark[1]], template).encode()


def _addresses(sources: Mapping[str, str]) -> dict[str, str]:
    """Path -> ``data:`` address of each module: such an address has no folder to start from."""
    start = "data:text/javascript;charset=utf-8;base64,"
    bare = {path: UNREAD.sub("", source).encode() for path, source in sources.items()}
    return {path: start + b64encode(source).decode() for path, source in bare.items()}
