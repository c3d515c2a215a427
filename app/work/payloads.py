"""What goes to the browser, packed once for the same picture: byte for byte the same."""

from collections.abc import Callable, Hashable
from functools import partial

from layerwarp.app.experiments.cache import BoundedCache, digest
from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.stage.blocks import join
from layerwarp.app.stage.payload import pack
from layerwarp.app.words.captions import title
from layerwarp.data.datasets import Dataset
from layerwarp.training.history import TrainingHistory

PAYLOADS, PAYLOAD_BYTES = 256, 128 * 2**20

_payloads: BoundedCache[bytes] = BoundedCache(PAYLOADS, PAYLOAD_BYTES, len)


def kept(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """What ``make`` packs, or packed before under the same key."""
    return _payloads.kept(key, make)


def version(history: TrainingHistory) -> tuple[int, str, bytes]:
    """Tells apart what one experiment is shown by: a preview, stopped on the way, finished."""
    return len(history.steps), history.outcome.kind, digest(history.parameters[-1].tobytes())


def plane(
    experiment: Experiment,
    history: TrainingHistory,
    view: str,
    axes: tuple[int, ...] = (0, 1),
    in_hand: bool = True,
) -> bytes:
    """A network on labeled points; see :func:`layerwarp.app.stage.payload.pack`.

    Args:
        experiment: What was trained.
        history: What training recorded.
        view: "cut", "plane", "space" or "neurons".
        axes: The neurons of the view "neurons".
        in_hand: Whether layers built by hand can be dragged.
    """
    view = "cut" if experiment.by_hand else view
    axes = axes if view == "neurons" else ()

    def make() -> bytes:
        data = experiment.dataset.make()
        if not isinstance(data, Dataset):
            raise TypeError("the stage shows labeled points, not a function")
        words = partial(title, experiment, history)
        by_hand = experiment.by_hand and in_hand
        return pack(data, history, view, axes or (0, 1), words, by_hand=by_hand)

    return kept((experiment, version(history), view, axes, in_hand), make)


def side_by_side(own: bytes, other: bytes, difference: str) -> bytes:
    """Two networks to be shown beside each other.

    Args:
        own: B, the page's own network, as :func:`plane` packs it.
        other: A, likewise.
        difference: What they differ in, in a sentence.

    Returns:
        All three, one after the other: each says itself where it ends.
    """
    return own + other + join({"difference": difference}, {})
