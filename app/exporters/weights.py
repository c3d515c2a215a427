"""The network shown as a file that loads back."""

from layerwarp.app.experiments.network_file import LoadedNetwork, dump
from layerwarp.app.exporters.export import Export, caption


def network_json(export: Export) -> bytes:
    """Settings, step and exact weights; see :mod:`layerwarp.app.experiments.network_file`."""
    experiment = export.experiment
    network = LoadedNetwork(
        experiment.architecture,
        export.layers,
        experiment.dataset,
        None if experiment.loaded else experiment.training,
        export.step,
    )
    return dump(network, caption(export)).encode()
