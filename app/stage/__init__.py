"""The stage: components in the browser that draw what a page shows and move it."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from layerwarp.app.stage.modules import entry

HERE = Path(__file__).parent
PROJECT = "layerwarp"


def mount(name: str, payload: bytes, key: str, on_change: Callable[[], None]) -> Any:
    """Mount a component of pyproject.toml.

    Args:
        name: Of the component.
        payload: What it shows. The same bytes again cost nothing.
        key: Identity of the mounted component: with the same key, new bytes keep the place on the
            timeline, the playing and the camera.
        on_change: Called when the visitor lets go of a scrubber or the play comes to rest; the
            session state under ``key`` then has ``.view``, a dict of parameters of the link.
    """
    _declare_assets(name)
    return _component(name)(key=key, data=payload, on_view_change=on_change)


@cache
def _component(name: str) -> Any:
    """What mounts a component; it registers itself with every server that runs it."""
    return st.components.v2.component(
        f"{PROJECT}.{name}", js=entry(name, "js"), css=entry(name, "css")
    )


def _declare_assets(name: str) -> None:
    """Tell the running Streamlit where the files are, unless it has found them itself.

    Streamlit's own search needs a wheel: a checkout, an editable installation and a test without
    server have no file list that names the manifest.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{PROJECT}.{name}") is not None:
        return
    manifest = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    entries = manifest["tool"]["streamlit"]["component"]["components"]
    components = [ComponentConfig.from_dict(entry) for entry in entries]
    manager.register_from_manifest(ComponentManifest(PROJECT, "0", components), HERE)
