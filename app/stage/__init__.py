"""The stage: components in the browser that draw what a page shows and move it."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from layerwarp.app.stage.modules import COMPONENTS, FRONTEND, entry

PROJECT = "layerwarp"


def mount(
    name: str,
    payload: bytes,
    key: str,
    on_change: Callable[[], None],
    reports: Sequence[str] = (),
    beginning: int = 0,
) -> Any:
    """Mount a component.

    Args:
        name: One of ``modules.COMPONENTS``.
        payload: What it shows. The same bytes again cost nothing.
        key: Identity of the mounted component: with the same key, new bytes keep the place on the
            timeline, the playing and the camera.
        on_change: Called when the visitor lets go of a scrubber or the play comes to rest; the
            session state under ``key`` then has ``.view``, a dict of parameters of the link.
        reports: Names of further values that the component sends. Such a one reruns the page, and
            does no more.
        beginning: Another number than before: what the link says of place, camera, neuron and point
            holds again, whatever the visitor did, and the opening plays.

    Returns:
        An object that has the last value of each report, None before the first.
    """
    _declare_assets(name)
    # Streamlit keeps the values that have a callback.
    callbacks = {f"on_{report}_change": lambda: None for report in reports}
    data = payload + beginning.to_bytes(4, "little") if payload else b""
    return _component(name)(key=key, data=data, on_view_change=on_change, **callbacks)


@cache
def _component(name: str) -> Any:
    """What mounts a component; it registers itself with every server that runs it."""
    return st.components.v2.component(
        f"{PROJECT}.{name}", js=entry(name, "js"), css=entry(name, "css")
    )


def _declare_assets(name: str) -> None:
    """Tell the running Streamlit where the components' files are, once.

    Streamlit's own search, for a pyproject.toml in an installed package, asks that the files lie
    beside the package's first module, and finds nothing in a checkout.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{PROJECT}.{name}") is None:
        components = [ComponentConfig(component, FRONTEND.name) for component in COMPONENTS]
        manifest = ComponentManifest(PROJECT, "0", components)
        manager.register_from_manifest(manifest, FRONTEND.parent)
