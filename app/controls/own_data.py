"""The dialog "Your own data": points drawn, uploaded or pasted, and networks from a file."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st

from layerwarp.app.controls import own_network
from layerwarp.app.experiments.cache import BoundedCache, digest
from layerwarp.app.experiments.experiment import OWN, DatasetConfig, OwnDataConfig, PlaneData
from layerwarp.app.experiments.network_file import MAX_CHARACTERS
from layerwarp.app.experiments.point_text import SIDE, read_points, write_points
from layerwarp.app.experiments.points_from_table import (
    Columns,
    TablePoints,
    column_name,
    guess_columns,
    read_points_of,
)
from layerwarp.app.experiments.tables import MAX_BYTES, Table, read_table, shown
from layerwarp.app.link.kinds.own import SAMPLE
from layerwarp.app.link.parameters import Values
from layerwarp.app.session import address, widgets
from layerwarp.app.stage import blocks, mount
from layerwarp.assets import ASSETS
from layerwarp.data.datasets import DATASETS, MAX_POINTS, MIN_POINTS
from layerwarp.data.labeled_points import LEAST_OF_A_CLASS, MAX_CLASSES, TEST_SHARE

OPEN, WAY = "own_data_open", "own_data_way"
CANVAS = "draw"
LABELS = {**{name: kind.label for name, kind in DATASETS.items()}, OWN: OwnDataConfig.label}
FAR = 1e6  # no coordinate of a drawing is so large
FEW = 3  # lines that need no folding away
_tables: BoundedCache[Table] = BoundedCache(16, 16, lambda _: 1)
EMPTY = np.empty((0, 2)), np.empty(0, int)
# A row of weights an input, one number a neuron.
OWN_NETWORK = """{
  "format": "layerwarp network",
  "version": 1,
  "activation": "relu",
  "layers": [
    {"weights": [[1, 0.5, 0], [0, 1, -2]], "bias": [0, 0.25, -1]},
    {"weights": [[1], [-1], [2]], "bias": [-0.5]}
  ]
}"""
PASTE_HINT = "0.5\t1.2\tapples\n-0.3\t0.8\tpears\n…"
LINK_SAYS = (
    "Your points go into the link: whoever opens it sees them. Coordinates are rounded to about "
    "a 500th of the picture, those of large data sets to a 250th."
)
KEPT_BACK = (
    f"About {TEST_SHARE:.0%} of each class, at least one point, is kept back to test what the "
    "network learned."
)


def config(values: Values) -> PlaneData:
    """The data in the plane that the values ask for."""
    if values["data"] == OWN:
        return OwnDataConfig(values["xy"], values["seed"])
    return DatasetConfig(values["data"], values["points"], values["noise"], values["seed"])


def menu(values: Values, networks: bool = True) -> None:
    """The menu of data sets, and beside it the button that opens the dialog.

    Args:
        values: Of a page's parameters, ``data`` and ``xy`` among them.
        networks: Whether the page can show a network from a file.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        widgets.select(values, "data", LABELS)
        widgets.button(
            "Edit" if values["data"] == OWN else "Own",
            "own_data",
            "Draw points of your own, upload or paste a table, or load a network.",
            {"data": None, "xy": None},  # never what is there: free only where these are
            icon=":material/draw:",
            on_click=_open,
        )
    if OPEN in st.session_state:
        _dialog(dict(values), networks)


def _open() -> None:
    st.session_state[OPEN] = True


def _close() -> None:
    st.session_state.pop(OPEN, None)


# While a training behind it redraws the page, the dialog stays: it is drawn anew until dismissed.
@st.dialog("Your own data", width="large", on_dismiss=_close)
def _dialog(values: Values, networks: bool) -> None:
    if OPEN not in st.session_state:
        st.rerun()
    ways: dict[str, Callable[[Values], None]] = {
        "Draw": _draw,
        "Upload": _upload,
        "Paste": _paste,
    }
    if networks:
        ways["Network"] = _network
    way = st.segmented_control(
        "Way in",
        list(ways),
        default="Draw",
        required=True,
        key=WAY,
        label_visibility="collapsed",
    )
    ways[way or "Draw"](values)


def _draw(values: Values) -> None:
    """The canvas, with the points that the page shows or none."""
    data = config(values)
    start = st.radio(
        "Start from",
        ["now", "empty"],
        format_func={"now": data.label, "empty": "An empty canvas"}.__getitem__,
        horizontal=True,
        key="own_data_start",
        label_visibility="collapsed",
    )
    _canvas(EMPTY if start == "empty" else _points(data))
    st.caption(f"{KEPT_BACK} {LINK_SAYS}")


def _points(data: PlaneData) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(data, OwnDataConfig):
        return read_points(data.own)
    made = data.make()
    return made.points, made.labels


def _upload(values: Values) -> None:
    """A CSV file."""
    file = st.file_uploader(
        "A CSV file: two columns of numbers and one of classes",
        key="own_data_file",
        max_upload_size=-(-MAX_BYTES // 2**20),
        help=f"At most {MAX_CLASSES} classes and {MAX_POINTS:,} rows. Commas, semicolons or tabs "
        "may stand between cells, and a first row may name the columns.",
    )
    if file is not None:
        _table(file.getvalue())
    else:
        _offer(SAMPLE, "A sample file")


def _paste(values: Values) -> None:
    """Cells from a spreadsheet."""
    text = st.text_area(
        "Cells copied from a spreadsheet: two columns of numbers and one of classes",
        key="own_data_text",
        height=160,
        placeholder=PASTE_HINT,
        max_chars=MAX_BYTES,
    )
    if text:
        _table(text)
    else:
        st.caption("Paste, then press Ctrl + Enter or click beside the box.")


def _table(content: bytes | str) -> None:
    """What a table holds, on the canvas; what could not be used; or the fault in one sentence."""
    try:
        table = _read(content)
        points = read_points_of(table, _columns(table, guess_columns(table)))
    except ValueError as error:
        st.error(f"{error} The data on the page stay as they were.")
        return
    st.markdown(_found(points))
    if points.dropped:
        _left_out(points)
    _canvas((points.points, points.labels))


def _read(content: bytes | str) -> Table:
    """The rows of a table, read once: the page runs again at every click beside it."""
    key = digest(content.encode() if isinstance(content, str) else content)
    return _tables.kept(key, lambda: read_table(content))


def _left_out(points: TablePoints) -> None:
    """What could not be used, by row."""
    plural = "s" if points.n_dropped > 1 else ""
    title = f"{points.n_dropped:,} row{plural} left out"
    with st.expander(title, expanded=len(points.dropped) <= FEW):
        st.markdown("\n".join(f"- {line}" for line in points.dropped))


def _columns(table: Table, guess: Columns) -> Columns:
    """Where there are more columns than three, the visitor says which."""
    if table.width == 3:
        return guess
    chosen = []
    boxes = st.columns(3)
    for box, label, column in zip(
        boxes, ("Across", "Up", "Class"), (guess.x, guess.y, guess.label), strict=True
    ):
        chosen.append(
            box.selectbox(
                label,
                range(table.width),
                index=column,
                format_func=lambda index: column_name(table, guess, index).strip("`"),
                key=f"own_data_{label}_{table.width}_{column}",
            )
        )
    if len(set(chosen)) < 3:
        raise ValueError("Across, up and class must be three different columns.")
    return Columns(chosen[0], chosen[1], chosen[2], guess.header)


def _found(points: TablePoints) -> str:
    """Points, classes and scale in words."""
    classes = ", ".join(
        f"{shown(name)} ({int((points.labels == cls).sum()):,})"
        for cls, name in enumerate(points.names)
    )
    scale = "each axis by itself" if points.scaled_apart else "both axes alike"
    return f"**{len(points.points):,} points**, scaled to the picture, {scale}: {classes}."


def _canvas(points: tuple[np.ndarray, np.ndarray]) -> None:
    """Points to look at and to change; they are used when the visitor says so."""
    places, labels = np.asarray(points[0], np.float32), np.asarray(points[1], np.float32)
    header = {
        "source": zlib.crc32(places.tobytes() + labels.tobytes()),
        "classes": MAX_CLASSES,
        "rules": {
            "side": SIDE,
            "most": MAX_POINTS,
            "least": MIN_POINTS,
            "leastOfClass": LEAST_OF_A_CLASS,
        },
    }
    payload = blocks.join(header, {"points": places, "labels": labels})
    mount("drawing", payload, CANVAS, _drawn)


def _drawn() -> None:
    """The visitor wants these points: they become the data, and the dialog closes."""
    view = st.session_state[CANVAS].get("view")
    told = view.get("points") if isinstance(view, dict) else None
    # The canvas sends a list of points; somebody else might send anything.
    if not isinstance(told, list) or len(told) > MAX_POINTS or not all(map(_is_point, told)):
        return
    numbers = np.array(told, float).reshape(-1, 3)
    try:
        text = write_points(numbers[:, :2], numbers[:, 2].astype(int))
    except ValueError:
        return
    address.change({"data": OWN, "xy": text, "s": None})
    _close()


def _is_point(told: object) -> bool:
    """Whether it is a list of two coordinates and a class."""
    return (
        isinstance(told, list)
        and len(told) == 3
        and all(isinstance(part, int | float) and abs(part) < FAR for part in told)
    )


def _network(values: Values) -> None:
    """The JSON file of a network."""
    file = st.file_uploader(
        "A network as JSON: from the menu of files of this page, or from a script",
        key="own_data_network",
        max_upload_size=-(-MAX_CHARACTERS // 2**20),
        help="Two inputs, up to 10 hidden layers of 64 neurons, 2 to 5 classes.",
    )
    if file is None:
        st.caption("All that such a file needs, for a layer of three neurons and the output:")
        st.code(OWN_NETWORK, language="json", wrap_lines=True)
        st.caption("How to write such a file from a network of yours:")
        with st.container(horizontal=True):
            _offer(ASSETS / "own_network_pytorch.py", "With PyTorch")
            _offer(ASSETS / "own_network_keras.py", "With Keras")
        return
    try:
        changes = own_network.load(file.getvalue())
    except ValueError as error:
        st.error(f"This file cannot be shown: {error}. The network on the page stays as it was.")
        return
    st.markdown(f"{own_network.describe(changes)} {own_network.link_words(changes)}")
    st.button("Show this network", type="primary", on_click=_show, args=(changes,))


def _show(changes: Values) -> None:
    address.change(changes)
    _close()


def _offer(path: Path, label: str) -> None:
    st.download_button(
        label,
        path.read_bytes(),
        path.name,
        "text/csv" if path.suffix == ".csv" else "text/x-python",
        key=f"own_data_{path.stem}",
        help=f"Downloads {path.name}.",
        icon=":material/download:",
        on_click="ignore",
    )
