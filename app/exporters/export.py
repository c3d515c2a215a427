"""What an exporter gets: one trained network, the recorded step shown, and how it is looked at."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.experiments.safe_text import plain
from layerwarp.app.words.captions import title
from layerwarp.checks import check_integer
from layerwarp.data.datasets import Dataset
from layerwarp.data.targets import Target
from layerwarp.network.forward_pass import Layer, LayerRecord, record_activations
from layerwarp.training.history import TrainingHistory

LONGEST_LINK = 4_000  # characters; the longest sensible link has about a thousand


@dataclass(frozen=True, eq=False)
class Export:
    """What is shown when somebody asks for a file.

    Attributes:
        experiment: What was trained.
        history: What training recorded.
        record: Index of the recorded step shown.
        view: "cut", "plane", "space" or "neurons"; see
            ``layerwarp.geometry.projection.layer_pictures``.
        chosen: The neurons of the view "neurons"; () stands for the first two.
        link: The page's full address.
        turn: (yaw, pitch) of the camera in radians; None is the standard view.
        neuron: Layer and number of the chosen neuron, both counted from 1; () if none is.
        pinned: (x1, x2) of the place that is kept marked; None if none is.
    """

    experiment: Experiment
    history: TrainingHistory
    record: int = -1
    view: str = "cut"
    chosen: tuple[int, ...] = (0, 1)
    link: str = ""
    turn: tuple[float | None, float | None] = (None, None)
    neuron: tuple[int, ...] = ()
    pinned: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        last = len(self.history.steps) - 1
        check_integer("record", self.record, -1, last)
        if self.record == -1:
            object.__setattr__(self, "record", last)
        if not self.chosen:
            object.__setattr__(self, "chosen", (0, 1))

    @property
    def step(self) -> int:
        """The training step shown."""
        return int(self.history.steps[self.record])

    @property
    def layers(self) -> list[Layer]:
        """The parameters at the step shown."""
        return self.history.params_at(self.record)

    @cached_property
    def data(self) -> Dataset | Target:
        """What was trained on."""
        return self.experiment.dataset.make()

    @property
    def inputs(self) -> np.ndarray:
        """Training inputs (n, n_inputs) float32."""
        return self.data.points if isinstance(self.data, Dataset) else self.data.x

    @property
    def answers(self) -> np.ndarray:
        """What is wanted there: classes (n,) int32, or values (n,) float32."""
        return self.data.labels if isinstance(self.data, Dataset) else self.data.y[:, 0]

    @property
    def classifies(self) -> bool:
        """Whether the network tells classes apart; else it computes a function."""
        return isinstance(self.data, Dataset)

    @cached_property
    def records(self) -> list[LayerRecord]:
        """Pre- and post-activations of every layer at the training inputs."""
        return record_activations(self.experiment.architecture, self.layers, self.inputs)

    @property
    def safe_link(self) -> str:
        """The page's address in one line; empty unless it is one of the web."""
        link = plain(self.link, LONGEST_LINK)
        return link if re.match(r"https?://", link) else ""


def heading(export: Export, record: int | None = None) -> str:
    """Data set, network, accuracy at a record (by default the one shown) and seeds, in one line."""
    record = export.record if record is None else record
    return plain(title(export.experiment, export.history, record))


def caption(export: Export, with_link: bool = True) -> str:
    """One line that every file carries: data set, network, accuracy, seeds, step and link."""
    parts = [heading(export), f"step {export.step:,}"]
    return " · ".join(parts + [export.safe_link] * (with_link and bool(export.safe_link)))


def file_stem(export: Export) -> str:
    """A name for the file: small letters, digits and dashes."""
    architecture = export.experiment.architecture
    names = dict.fromkeys(architecture.activations)
    sizes = map(str, architecture.sizes)
    words = [export.experiment.dataset.name[:40], *sizes, *list(names)[:2], f"step-{export.step}"]
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
