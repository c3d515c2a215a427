"""The network shown as a file that loads back."""

from app.exporters.export import Export, caption
from app.weights_file import LoadedNetwork, dump


def network_json(export: Export) -> bytes:
    """Settings, step and exact weights; see :mod:`app.weights_file`."""
    experiment = export.experiment
    network = LoadedNetwork(
        experiment.architecture,
        export.layers,
        experiment.dataset,
        None if experiment.loaded else experiment.training,
        export.step,
    )
    return dump(network, caption(export)).encode()
