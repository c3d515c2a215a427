"""Files to take away: pictures, a player, tables, weights and code of the network shown.

Nothing here knows Streamlit's page; every function is pure and takes about a second at most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from layerwarp.app.exporters.code import script
from layerwarp.app.exporters.export import Export, caption, file_stem
from layerwarp.app.exporters.gif import animated_gif
from layerwarp.app.exporters.player import html_player
from layerwarp.app.exporters.tables import activations_csv, arrays_npz, weights_csv
from layerwarp.app.exporters.weights import network_json

__all__ = ["EXPORTERS", "Export", "Exporter", "caption", "offered"]


@dataclass(frozen=True)
class Exporter:
    """One kind of file.

    Attributes:
        label: Name for people.
        help: What the file is good for, in one line.
        extension: Of the file, without a dot; with the name of the kind where several share it.
        mime: Its media type.
        function: From what is shown to the file's bytes.
        plane_only: Whether it needs a network of two inputs that tells classes apart.
    """

    label: str
    help: str
    extension: str
    mime: str
    function: Callable[[Export], bytes]
    plane_only: bool = False

    def file_name(self, export: Export) -> str:
        """Small letters, digits and dashes: data set, sizes, activation, step."""
        return f"{file_stem(export)}.{self.extension}"


EXPORTERS: dict[str, Exporter] = {
    "gif": Exporter(
        "Animated picture (GIF)",
        "The way through all layers, with its caption: for slides.",
        "gif",
        "image/gif",
        animated_gif,
        plane_only=True,
    ),
    "html": Exporter(
        "Player (HTML)",
        "The stage in one file: opens without a network, scrubs and plays.",
        "html",
        "text/html",
        html_player,
        plane_only=True,
    ),
    "csv": Exporter(
        "Activations (CSV)",
        "Every neuron's output at every training point: for a spreadsheet.",
        "activations.csv",
        "text/csv",
        activations_csv,
    ),
    "weights_csv": Exporter(
        "Weights (CSV)",
        "Every weight and bias, one a row: for a spreadsheet.",
        "weights.csv",
        "text/csv",
        weights_csv,
    ),
    "npz": Exporter(
        "Arrays (NPZ)",
        "Points, activations, weights and the mesh of linear regions: for numpy.",
        "npz",
        "application/octet-stream",
        arrays_npz,
    ),
    "json": Exporter(
        "Network (JSON)",
        "Settings and exact weights, which LayerWarp loads again.",
        "json",
        "application/json",
        network_json,
    ),
    "numpy": Exporter(
        "Code for numpy",
        "The trained network as a short script that needs numpy only.",
        "numpy.py",
        "text/x-python",
        partial(script, library="numpy"),
    ),
    "jax": Exporter(
        "Code for JAX",
        "The trained network as a function that JAX can differentiate.",
        "jax.py",
        "text/x-python",
        partial(script, library="jax"),
    ),
    "torch": Exporter(
        "Code for PyTorch",
        "The trained network as a torch.nn.Module.",
        "torch.py",
        "text/x-python",
        partial(script, library="torch"),
    ),
    "keras": Exporter(
        "Code for Keras",
        "The trained network as a keras.Sequential model.",
        "keras.py",
        "text/x-python",
        partial(script, library="keras"),
    ),
}


def offered(export: Export) -> dict[str, Exporter]:
    """The kinds of file that can be made of what is shown."""
    plane = export.experiment.architecture.n_inputs == 2 and export.classifies
    return {name: row for name, row in EXPORTERS.items() if plane or not row.plane_only}
