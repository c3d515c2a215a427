"""The warp as an animated picture for slides: through all layers, with a caption that stands alone.

Frames are drawn at twice their size and made smaller, which smooths lines; one palette, of the
colors in use and a few mixtures, keeps the file small.
"""

from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from app.exporters.export import Export, caption
from app.exporters.scene import NODES, Camera, Moment, Scene
from app.figures.theme import CLASS_COLORS

SIDE, SCALE = 440, 2  # pixels of the square picture; drawn so many times as large
HEAD, BAR, PADDING = 40, 5, 12
FRAMES, FEWEST, MOST = 90, 8, 60  # in all; in one layer
MILLISECONDS, HOLD, LAST_HOLD = 70, 700, 2500  # a frame; a finished layer; the end
MOST_POINTS = 600
TEXT, SMALL = 20, 15  # pixels: can be read at half size; of the link
LINK_LINES = 3
CELLS = 16  # drawn grid cells a side; the lattice is finer, so that bent lines look bent
FARTHEST = 50.0  # half sides; what is farther out is drawn there

WHITE, INK, GRID, GRAY = "#FFFFFF", "#1B2430", "#C9CED6", "#5A6472"
POINT_RADIUS, LEGEND_RADIUS = 3.8, 7.0

# Corners of class marks in radii, all of about the same area, as in theme.js; None is a circle.
MARKS: tuple[np.ndarray | None, ...] = (
    None,
    0.88 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]),
    np.array([[0, -1.25], [1.15, 0.75], [-1.15, 0.75]]),
    1.25 * np.array([[0, -1], [1, 0], [0, 1], [-1, 0]]),
    np.array(
        [
            *([-0.42, -1.15], [0.42, -1.15], [0.42, -0.42], [1.15, -0.42]),
            *([1.15, 0.42], [0.42, 0.42], [0.42, 1.15], [-0.42, 1.15]),
            *([-0.42, 0.42], [-1.15, 0.42], [-1.15, -0.42], [-0.42, -0.42]),
        ]
    ),
)


def animated_gif(export: Export) -> bytes:
    """The way of grid, boundary and points through all layers; it repeats for ever."""
    scene = Scene(export)
    film = _Film(export, scene)
    places = timeline(scene.depth)
    frames = [film.frame(u) for u in places]
    rest = [round(u) if abs(u - round(u)) < 1e-9 else None for u in places]
    durations = [MILLISECONDS if layer is None else HOLD for layer in rest[:-1]] + [LAST_HOLD]
    palette = _palette(scene.architecture.n_classes)
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
        comment=caption(export).encode("utf-8")[:255],
    )
    return file.getvalue()


def timeline(depth: int) -> np.ndarray:
    """Places 0 to depth + 1 of all frames: every layer has as many, its end is one."""
    each = max(FEWEST, min(MOST, FRAMES // (depth + 1)))
    return np.linspace(0, depth + 1, each * (depth + 1) + 1)


def _palette(n_classes: int) -> Image.Image:
    """The colors in use, exact, and a few of their mixtures with white."""
    classes = CLASS_COLORS[:n_classes]
    mixtures = [(color, 0.5) for color in (GRID, GRAY, *classes)] + [(INK, 0.33), (INK, 0.67)]
    colors = [(color, 1.0) for color in (WHITE, INK, GRID, GRAY, *classes)] + mixtures
    image = Image.new("P", (1, 1))
    image.putpalette([round(part) for color, share in colors for part in _mix(color, share)])
    return image


def _mix(color: str, share: float) -> np.ndarray:
    """Red, green, blue, 0 to 255, of a color on white."""
    return share * np.array(ImageColor.getrgb(color)) + (1 - share) * 255


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The typeface that Pillow brings along."""
    return ImageFont.load_default(size)


class _Film:
    """Draws frames: what stays on every one is drawn once."""

    def __init__(self, export: Export, scene: Scene) -> None:
        self.scene = scene
        self.labels = export.answers[:MOST_POINTS]
        self.boundary = scene.boundary()
        self.lines = _lines(export)
        self.sheet = self._sheet(export)

    def _sheet(self, export: Export) -> Image.Image:
        """An empty frame with legend and caption."""
        height = HEAD + SIDE + BAR + PADDING + sum(round(1.3 * size) for _, size, _ in self.lines)
        sheet = Image.new("RGB", (SIDE + 2 * PADDING, height + PADDING), WHITE)
        draw = ImageDraw.Draw(sheet)
        y = HEAD + SIDE + BAR + PADDING
        for text, size, color in self.lines:
            draw.text((PADDING, y), text, color, _font(size))
            y += round(1.3 * size)
        self._legend(sheet)
        return sheet

    def _legend(self, sheet: Image.Image) -> None:
        """The mark of each class, from the right."""
        classes = self.scene.architecture.n_classes
        big = Image.new("RGB", (26 * classes * SCALE, HEAD * SCALE), WHITE)
        for cls in range(classes):
            stamp, mask = _stamp(cls, SCALE * LEGEND_RADIUS)
            corner = SCALE * (26 * cls + 13) - stamp.width // 2
            big.paste(stamp, (corner, SCALE * HEAD // 2 - stamp.width // 2), mask)
        small = big.reduce(SCALE)
        sheet.paste(small, (sheet.width - small.width - PADDING, 0))

    def frame(self, u: float) -> Image.Image:
        """The picture at the timeline's place u."""
        scene, moment = self.scene, self.scene.moment(u)
        points = scene.place(scene.points, moment)
        camera = Camera(scene, moment, points)
        big = Image.new("RGB", (SCALE * SIDE, SCALE * SIDE), WHITE)
        draw = ImageDraw.Draw(big)
        self._grid(draw, camera, moment)
        self._segments(draw, camera, moment)
        self._points(big, camera, points)
        frame = self.sheet.copy()
        frame.paste(big.reduce(SCALE), (PADDING, HEAD))
        self._place(ImageDraw.Draw(frame), u, moment)
        return frame

    def _place(self, draw: ImageDraw.ImageDraw, u: float, moment: Moment) -> None:
        """Words and a bar that say where on the way through the layers this is."""
        depth, bottom = self.scene.depth, HEAD + SIDE
        words = place_in_words(u, moment, depth)
        draw.text((PADDING, HEAD / 2), words, INK, _font(TEXT), "lm")
        draw.rectangle((PADDING, HEAD, PADDING + SIDE - 1, bottom - 1), outline=GRID)
        reached = PADDING + u / (depth + 1) * (SIDE - 1)
        draw.rectangle((PADDING, bottom, reached, bottom + BAR - 1), INK)
        for layer in range(1, depth + 1):
            x = PADDING + layer / (depth + 1) * (SIDE - 1)
            draw.line((x, bottom, x, bottom + BAR - 1), WHITE if x < reached else INK, 2)

    def _grid(self, draw: ImageDraw.ImageDraw, camera: Camera, moment: Moment) -> None:
        pixels = _pixels(camera, self.scene.place(self.scene.lattice, moment))
        nodes, every = pixels.reshape(NODES, NODES, 2), (NODES - 1) // CELLS
        for line in np.concatenate([nodes[::every], nodes[:, ::every].swapaxes(0, 1)]):
            draw.line(line.ravel().tolist(), GRID, SCALE)

    def _segments(self, draw: ImageDraw.ImageDraw, camera: Camera, moment: Moment) -> None:
        pixels = _pixels(camera, self.scene.place(self.boundary, moment)).reshape(-1, 4).tolist()
        for color, width in ((WHITE, 7), (INK, 3.5)):
            for segment in pixels:
                draw.line(segment, color, round(SCALE * width))

    def _points(self, big: Image.Image, camera: Camera, points: np.ndarray) -> None:
        points = points[:MOST_POINTS]
        pixels = _pixels(camera, points)
        order = np.arange(len(points))
        if camera.solid:  # the farthest come first
            order = np.argsort(camera.project(points)[1])
        stamps = [_stamp(cls, SCALE * POINT_RADIUS) for cls in range(len(CLASS_COLORS))]
        corners = (pixels - stamps[0][0].width / 2).round().astype(int).tolist()
        for k in order:
            stamp, mask = stamps[self.labels[k]]
            big.paste(stamp, tuple(corners[k]), mask)


def place_in_words(u: float, moment: Moment, depth: int) -> str:
    """What the player says: "input", "layer 1: turn", "after layer 1", "read-out"."""
    rest = round(u) if abs(u - round(u)) < 1e-9 else -1
    if rest == 0:
        return "input"
    if rest > depth:
        return "read-out"
    if rest > 0:
        return f"after layer {rest}"
    name = f"layer {moment.layer + 1}" if moment.layer < depth else "read-out"
    return f"{name}: {moment.stage}"


def _pixels(camera: Camera, positions: np.ndarray) -> np.ndarray:
    """(n, 2) in the enlarged square, y down."""
    places = np.clip(camera.project(positions)[0], -FARTHEST, FARTHEST)
    return (places * [1, -1] + 1) * (SCALE * SIDE / 2)


@cache
def _stamp(cls: int, radius: float) -> tuple[Image.Image, Image.Image]:
    """A data point and its mask: color and shape say the class, a rim keeps neighbors apart."""
    rim = max(1.0, 0.25 * radius)
    side = 2 * round(1.4 * radius + rim)
    mask, inside = (Image.new("1", (side, side)) for _ in range(2))
    for image, more in ((mask, rim), (inside, 0.0)):
        _trace(ImageDraw.Draw(image), cls, side / 2, radius + more)
    stamp = Image.new("RGB", (side, side), WHITE)
    stamp.paste(CLASS_COLORS[cls], None, inside)
    return stamp, mask


def _trace(draw: ImageDraw.ImageDraw, cls: int, center: float, radius: float) -> None:
    corners = MARKS[cls]
    if corners is None:
        draw.ellipse((center - radius, center - radius, center + radius, center + radius), 1)
    else:
        draw.polygon((corners * radius + center).ravel().tolist(), 1)


def _lines(export: Export) -> list[tuple[str, int, str]]:
    """The caption in lines: text, size, color."""
    words = caption(export, with_link=False)
    if len(export.inputs) > MOST_POINTS:
        words += f" · {MOST_POINTS} of {len(export.inputs):,} points drawn"
    lines = [(line, TEXT, INK) for line in _fit(words.split(" · "), " · ", TEXT)]
    link = _fit(list(export.safe_link), "", SMALL)
    if len(link) > LINK_LINES:
        link = [*link[: LINK_LINES - 1], link[LINK_LINES - 1][:-1] + "…"]
    return lines + [(line, SMALL, GRAY) for line in link]


def _fit(parts: list[str], joint: str, size: int) -> list[str]:
    """Parts joined into lines that are no wider than the picture."""
    lines: list[str] = []
    for part in parts:
        longer = lines[-1] + joint + part if lines else part
        if lines and _font(size).getlength(longer) <= SIDE:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
