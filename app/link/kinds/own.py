"""How the link says own points of the plane, a network from a file, a lesson of one's own."""

from dataclasses import dataclass
from functools import cache

from layerwarp.app.experiments.lesson_text import MOST_BYTES, read_lesson
from layerwarp.app.experiments.network_text import read_network
from layerwarp.app.experiments.point_text import LONGEST, read_points, write_points
from layerwarp.app.experiments.points_from_table import guess_columns, read_points_of
from layerwarp.app.experiments.tables import read_table
from layerwarp.app.link.kinds.basic import EXACT, UNREADABLE, Reading
from layerwarp.assets import ASSETS

SAMPLE = ASSETS / "sample_points.csv"
GONE = "none: this server does not keep it any more, load its file again"
NO_LESSON = f"none: must be the whole text that LayerWarp wrote, of at most {MOST_BYTES:,} bytes"


@cache
def sample_text() -> str:
    """The text of the points of the sample file, which are shown before there are own ones."""
    table = read_table(SAMPLE.read_bytes())
    sample = read_points_of(table, guess_columns(table))
    return write_points(sample.points, sample.labels)


@dataclass(frozen=True)
class PlanePoints:
    """The text of :mod:`layerwarp.app.experiments.point_text`, which is also the value."""

    longest: int = LONGEST

    def read(self, text: str) -> Reading:
        """The text itself, if points can be read from it."""
        try:
            read_points(text)
        except ValueError:
            return None, UNREADABLE
        return text, EXACT

    def write(self, value: str) -> str:
        """The text itself."""
        return value


@dataclass(frozen=True)
class NetworkText:
    """The text of ``app.experiments.network_text``, which is also the value; "" is no network."""

    longest: int = LONGEST

    def read(self, text: str) -> Reading:
        """The text itself, if a network of the plane can be read from it."""
        if not text:
            return "", EXACT
        try:
            network = read_network(text)
        except LookupError:
            return "", GONE
        except ValueError:
            return None, UNREADABLE
        return (text, EXACT) if network.architecture.n_inputs == 2 else (None, UNREADABLE)

    def write(self, value: str) -> str:
        """The text itself."""
        return value


@dataclass(frozen=True)
class LessonText:
    """The text of ``app.experiments.lesson_text``, which is also the value; "" is no lesson.

    What the lesson says is looked at where it is played.
    """

    longest: int = LONGEST

    def read(self, text: str) -> Reading:
        """The text itself, if it can be unpacked."""
        try:
            if text:
                read_lesson(text)
        except LookupError:
            return "", GONE
        except ValueError:
            return "", NO_LESSON
        return text, EXACT

    def write(self, value: str) -> str:
        """The text itself."""
        return value
