"""The warp as an animated picture for slides: through all layers and round again.

Frames are drawn at twice their size and made smaller, which smooths lines; one palette, of the
colors in use and a few mixtures, keeps the file small.
"""

from io import BytesIO

import numpy as np
from PIL import Image

from layerwarp.app.exporters.export import Export, caption
from layerwarp.app.exporters.film import Film, palette_of
from layerwarp.app.exporters.scene import Scene

FRAMES, FEWEST, MOST = 90, 8, 60  # in all; in one layer
MILLISECONDS, HOLD, LAST_HOLD = 70, 700, 2500  # a frame; a finished layer; the end


def animated_gif(export: Export) -> bytes:
    """The way of grid, boundary and points through all layers; it repeats for ever."""
    scene = Scene(export)
    film = Film(export, scene)
    places = timeline(scene.depth, scene.start)
    frames = [film.frame(u) for u in places]
    rest = [round(u) if abs(u - round(u)) < 1e-9 else None for u in places]
    durations = [MILLISECONDS if layer is None else HOLD for layer in rest[:-1]] + [LAST_HOLD]
    palette = palette_of(scene.architecture.n_classes)
    indexed = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    file = BytesIO()
    indexed[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=indexed[1:],
        duration=durations,
        loop=0,
        optimize=False,
        comment=caption(export).encode(),
    )
    return file.getvalue()


def timeline(depth: int, start: int = 0) -> np.ndarray:
    """Places ``start`` to depth + 1 of all frames: every layer has as many, its end is one."""
    count = depth + 1 - start
    each = max(FEWEST, min(MOST, FRAMES // count))
    return np.linspace(start, depth + 1, each * count + 1)
