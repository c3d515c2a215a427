"""Lessons as files that need no server and no network: one a lesson, and one that lists them."""

from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path

import numpy as np

from layerwarp.app.controls.network import experiment
from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.exporters.standalone import standalone
from layerwarp.app.link.parameters import Values
from layerwarp.app.pages.lessons.lesson import Lesson, View
from layerwarp.app.pages.lessons.payload import pack
from layerwarp.app.pages.lessons.reading import read
from layerwarp.app.stage import payload
from layerwarp.app.words.captions import title
from layerwarp.app.words.difference import difference
from layerwarp.app.work.payloads import side_by_side
from layerwarp.app.work.trainer import measured
from layerwarp.data.datasets import Dataset
from layerwarp.training.history import TrainingHistory
from layerwarp.training.train import train

# Of the parameters of all frames of a view together: of one whose training plays, of others, whose
# scrubber has a few steps only.
PLAYED_BYTES, SHOWN_BYTES = 120_000, 20_000
INDEX = "index"
APP = "http://localhost:8501"  # where the command ``layerwarp`` serves it
FOOTER = "<p>Nothing is sent from this page: your answers are kept in this browser alone.</p>"


def write(lessons: Mapping[str, Lesson], folder: Path, app: str = APP) -> list[Path]:
    """Train what the lessons show, and write a file for each and one that lists them.

    Args:
        lessons: Name -> lesson.
        folder: Where; it is made if need be, and files of the same names are replaced.
        app: Origin of an app, to which files link for what has to be trained.

    Returns:
        The files, the list last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, lesson in lessons.items():
        files.append(folder / f"{name}.html")
        shown = pack(lessons, lesson, 1, pictures(lesson), app)
        files[-1].write_bytes(standalone("lessons", shown, lesson.title, FOOTER))
    files.append(folder / f"{INDEX}.html")
    files[-1].write_bytes(standalone("lessons", pack(lessons, None, 1, {}), "Lessons", FOOTER))
    return files


def read_files(paths: Iterable[Path]) -> dict[str, Lesson]:
    """Name -> lesson of a teacher's own files.

    Raises:
        LessonError: What is wrong with one, and where, in one sentence.
        OSError: A file cannot be read.
    """
    return {path.stem: read(path.read_bytes(), path.stem) for path in paths}


def pictures(lesson: Lesson) -> dict[tuple[int, str], bytes]:
    """Step and name of a view -> its picture, of all views of a lesson."""
    return {
        (number, name): picture(view, step.play == "training")
        for number, step in enumerate(lesson.steps, 1)
        for name, view in step.views()
    }


@cache
def picture(view: View, played: bool) -> bytes:
    """What the component of the view's page takes, with the frames that fit into a file."""
    own = _network(view, view.values, played)
    if view.other is None:
        return own
    other = _network(view, view.other, played, in_hand=False)
    return side_by_side(own, other, difference(view.other, view.values))


def _network(view: View, values: Values, played: bool, in_hand: bool = True) -> bytes:
    asked = experiment(values)
    history = _history(asked)
    data = asked.dataset.make()
    assert isinstance(data, Dataset)
    n_bytes = PLAYED_BYTES if played else SHOWN_BYTES
    frames = payload.choose_frames(len(history.steps), history.architecture.n_parameters, n_bytes)
    if view.values["s"] is not None:
        steps = np.asarray(history.steps)
        frames = np.union1d(frames, [np.abs(steps - view.values["s"]).argmin()])
    words = partial(title, asked, history)
    drawn = "cut" if asked.by_hand else view.values["view"]
    by_hand = asked.by_hand and in_hand
    return payload.pack(data, history, drawn, view.values["axes"], words, frames, by_hand)


def _history(asked: Experiment) -> TrainingHistory:
    if asked.loaded:
        return measured(asked)
    return train(asked.dataset.make(), asked.architecture, asked.training)
