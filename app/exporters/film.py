"""Frames of the warp as pictures, each with a caption that stands alone."""

from functools import cache, cached_property

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from layerwarp.app.exporters.export import Export, caption
from layerwarp.app.exporters.scene import NODES, Camera, Moment, Path, Scene
from layerwarp.app.figures.classes import CLASS_COLORS, CLASSES

SIDE, SCALE = 440, 2  # pixels of the square picture; drawn so many times as large
HEAD, BAR, PADDING = 40, 5, 12
MOST_POINTS = 600
TEXT, SMALL = 20, 15  # pixels: can be read at half size; of the link
LONGEST, LINK_LINES = 36, 3  # characters of one part of the caption; lines of the link
CELLS = 16  # drawn grid cells a side; the lattice is finer, so that bent lines look bent
FARTHEST = 50.0  # half sides; what is farther out is drawn there
HISTOGRAM_FROM = 0.7  # of the read-out
BINS, TALLEST = 48, 0.36  # of the histogram; share of the side that its tallest bar takes

CUT_WORDS = {
    "look": "the camera turns",
    "magnify": "across is magnified",
    "cut": "seen along the cut",
}
WHITE, INK, GRID, GRAY = "#FFFFFF", "#1B2430", "#C9CED6", "#5A6472"
MARK = "#7B3294"  # of the chosen neuron, as on the stage: the color of no class
WRITABLE = str.maketrans({"₁": "1", "₂": "2", "²": "^2"})  # what the typeface has not
RING = 8  # pixels from the middle of a marked place
TINT = 0.2  # of a class's color on its side of the cut
POINT_RADIUS, LEGEND_RADIUS = 3.8, 7.0


def palette_of(n_classes: int) -> Image.Image:
    """The colors in use, exact, and a few of their mixtures with white."""
    classes = CLASS_COLORS[:n_classes]
    mixtures = [(color, 0.5) for color in (GRID, GRAY, *classes)] + [(INK, 0.33), (INK, 0.67)]
    mixtures += [(color, TINT) for color in classes]
    colors = [(color, 1.0) for color in (WHITE, INK, GRID, GRAY, MARK, *classes)] + mixtures
    image = Image.new("P", (1, 1))
    image.putpalette([round(part) for color, share in colors for part in mix(color, share)])
    return image


def mix(color: str, share: float) -> np.ndarray:
    """Red, green, blue, 0 to 255, of a color on white."""
    return share * np.array(ImageColor.getrgb(color)) + (1 - share) * 255


PALE, TINTS = (
    tuple(tuple(round(part) for part in mix(color, share)) for color in CLASS_COLORS)
    for share in (0.5, TINT)
)


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The typeface that Pillow brings along."""
    return ImageFont.load_default(size)


class Film:
    """Draws frames: what stays on every one is drawn once."""

    def __init__(self, export: Export, scene: Scene) -> None:
        self.scene = scene
        self.answers = export.answers
        self.boundary = scene.boundary()
        self.folds = [scene.folds(layer) for layer in range(scene.depth)]
        self.neuron = scene.neuron_line(*export.neuron) if export.neuron else None
        pinned = export.pinned
        self.pinned = scene.run(np.array([pinned], np.float32)) if pinned else None
        self.lines = _lines(export)
        self.sheet = self._sheet()

    def _sheet(self) -> Image.Image:
        """An empty frame with legend and caption."""
        height = HEAD + SIDE + BAR + PADDING + sum(round(1.3 * size) for _, size, _ in self.lines)
        sheet = Image.new("RGB", (SIDE + 2 * PADDING, height + PADDING), WHITE)
        draw = ImageDraw.Draw(sheet)
        y = HEAD + SIDE + BAR + PADDING
        for text, size, color in self.lines:
            draw.text((PADDING, y), text, color, font(size))
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
        big = self._sides(camera, moment)
        draw = ImageDraw.Draw(big)
        self._grid(draw, camera, moment)
        if moment.stage == "bend":
            for fold in self.folds[moment.layer]:
                self._segments(draw, camera, moment, fold, ((INK, 1),))
        if self.neuron:
            self._segments(draw, camera, moment, self.neuron, ((MARK, 3),))
        self._segments(draw, camera, moment, self.boundary, ((WHITE, 7), (INK, 3.5)))
        self._cut(draw, camera, moment)
        share = scene.readout(moment, HISTOGRAM_FROM)
        if share:
            self._histogram(draw, camera, share)
        self._points(big, camera, points)
        self._ring(draw, camera, moment)
        frame = self.sheet.copy()
        frame.paste(big.reduce(SCALE), (PADDING, HEAD))
        self._place(ImageDraw.Draw(frame), u, moment)
        return frame

    def _sides(self, camera: Camera, moment: Moment) -> Image.Image:
        """The ground: where the cut is exact and in sight, each class's side in its color."""
        size = (SCALE * SIDE, SCALE * SIDE)
        if not (moment.reached("cut") and self.scene.cut_is_exact) or camera.solid > camera.flat:
            return Image.new("RGB", size, WHITE)
        ticks = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
        x, y = np.meshgrid(
            camera.center[0] + camera.half * ticks, camera.center[1] - camera.half * ticks
        )
        classes = (np.stack([x, y, np.ones_like(x)], axis=-1) @ self.gaps).argmax(axis=-1)
        return Image.fromarray(np.array(TINTS, np.uint8)[classes]).resize(
            size, Image.Resampling.NEAREST
        )

    @cached_property
    def gaps(self) -> np.ndarray:
        """(3, n_classes): by x, y and 1 of the view along the cut, how far a class is ahead.

        Where the view is exact these are affine functions; the lattice tells which.
        """
        logits = self.scene.lattice.logits
        if logits.shape[1] == 1:  # one logit stands for 0 against it
            logits = np.column_stack([np.zeros(len(logits)), logits])
        places = np.column_stack([self.scene.lattice.post[-1][:, :2], np.ones(len(logits))])
        return np.linalg.lstsq(places, logits - logits[:, :1], rcond=None)[0]

    def _cut(self, draw: ImageDraw.ImageDraw, camera: Camera, moment: Moment) -> None:
        """The straight cut between two classes, growing from below."""
        reached = moment.reached("cut")
        if not reached or self.scene.architecture.n_outputs > 1 or not self.scene.cut_is_exact:
            return
        ((x, _),) = _pixels(camera, np.array([[0, *camera.center[1:]]]))
        top = SCALE * SIDE * (1 - reached)
        for color, width in ((WHITE, 7), (INK, 3.5)):
            draw.line((x, SCALE * SIDE, x, top), color, round(SCALE * width))

    def _place(self, draw: ImageDraw.ImageDraw, u: float, moment: Moment) -> None:
        """Words and a bar that say where on the way through the layers this is."""
        depth, bottom = self.scene.depth, HEAD + SIDE
        start = self.scene.start
        words = place_in_words(u, moment, depth, start)
        if moment.stage == "cut" and not self.scene.cut_is_exact:
            words = "a projection: no cut is drawn"
        draw.text((PADDING, HEAD / 2), words, INK, font(TEXT), "lm")
        draw.rectangle((PADDING, HEAD, PADDING + SIDE - 1, bottom - 1), outline=GRID)
        across = (SIDE - 1) / (depth + 1 - start)
        reached = PADDING + (u - start) * across
        draw.rectangle((PADDING, bottom, reached, bottom + BAR - 1), INK)
        for layer in range(start + 1, depth + 1):
            x = PADDING + (layer - start) * across
            draw.line((x, bottom, x, bottom + BAR - 1), WHITE if x < reached else INK, 2)

    def _grid(self, draw: ImageDraw.ImageDraw, camera: Camera, moment: Moment) -> None:
        pixels = _pixels(camera, self.scene.place(self.scene.lattice, moment))
        nodes, every = pixels.reshape(NODES, NODES, 2), (NODES - 1) // CELLS
        for line in np.concatenate([nodes[::every], nodes[:, ::every].swapaxes(0, 1)]):
            draw.line(line.ravel().tolist(), GRID, SCALE)

    def _segments(
        self,
        draw: ImageDraw.ImageDraw,
        camera: Camera,
        moment: Moment,
        path: Path,
        strokes: tuple[tuple[str, float], ...],
    ) -> None:
        """A line in segments, stroked in several colors and widths, one over the other."""
        pixels = _pixels(camera, self.scene.place(path, moment)).reshape(-1, 4).tolist()
        for color, width in strokes:
            for segment in pixels:
                draw.line(segment, color, round(SCALE * width))

    def _ring(self, draw: ImageDraw.ImageDraw, camera: Camera, moment: Moment) -> None:
        """Around the place that is kept marked."""
        if self.pinned is None:
            return
        ((x, y),) = _pixels(camera, self.scene.place(self.pinned, moment)).tolist()
        for color, more, width in ((WHITE, 1.0, 5), (INK, 0.0, 2.5)):
            radius = SCALE * (RING + more)
            box = (x - radius, y - radius, x + radius, y + radius)
            draw.ellipse(box, outline=color, width=round(SCALE * width))

    def _points(self, big: Image.Image, camera: Camera, points: np.ndarray) -> None:
        points = points[:MOST_POINTS]
        pixels = _pixels(camera, points)
        order = np.arange(len(points))
        if camera.solid:  # the farthest come first
            order = np.argsort(camera.project(points)[1])
        stamps = [_stamp(cls, SCALE * POINT_RADIUS) for cls in range(len(CLASS_COLORS))]
        corners = (pixels - stamps[0][0].width / 2).round().astype(int).tolist()
        for k in order:
            stamp, mask = stamps[self.answers[k]]
            big.paste(stamp, tuple(corners[k]), mask)

    def _histogram(self, draw: ImageDraw.ImageDraw, camera: Camera, share: float) -> None:
        """All points above the axis of the logit, by class, grown to a share; and its zero."""
        logits = self.scene.points.post[-1][:, 0]
        edges = np.linspace(min(logits.min(), 0), max(logits.max(), 1e-6), BINS + 1)
        counts = [np.histogram(logits[self.answers == cls], edges)[0] for cls in (0, 1)]
        heights = TALLEST * SCALE * SIDE * share * np.array(counts) / max(1, np.max(counts))
        places = np.column_stack([np.append(edges, 0), np.zeros((BINS + 2, 2))])
        (*x, zero), base = _pixels(camera, places).T[0], _pixels(camera, places)[0, 1]
        base -= SCALE * 2 * POINT_RADIUS
        for left, right, pair in zip(x[:-1], x[1:], heights.T, strict=True):
            for cls in np.argsort(-pair):  # the taller one behind
                if pair[cls]:
                    draw.rectangle((left, base - pair[cls], right, base), PALE[cls])
        if share == 1:
            draw.line(
                (zero, base - (TALLEST + 0.05) * SCALE * SIDE, zero, base + 80), INK, 3 * SCALE
            )
            draw.text((zero, base + 84), "logit 0", INK, font(SMALL * SCALE), "mt")


def place_in_words(u: float, moment: Moment, depth: int, start: int = 0) -> str:
    """What the player says: "input", "layer 1: turn", "after layer 1", "read-out"."""
    rest = round(u) if abs(u - round(u)) < 1e-9 else -2
    if rest == start:
        return "input"
    if rest == 0:
        return "lifted"
    if moment.stage == "lift":
        return "lift"
    if rest > depth:
        return CUT_WORDS.get(moment.stage, "read-out")
    if rest > 0:
        return f"after layer {rest}"
    name = f"layer {moment.layer + 1}" if moment.layer < depth else "read-out"
    return CUT_WORDS.get(moment.stage, f"{name}: {moment.stage}")


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
    corners = np.array(CLASSES[cls].corners)
    if not len(corners):
        draw.ellipse((center - radius, center - radius, center + radius, center + radius), 1)
    else:
        draw.polygon((corners * radius + center).ravel().tolist(), 1)


def _lines(export: Export) -> list[tuple[str, int, str]]:
    """The caption in lines: text, size, color."""
    words = caption(export, with_link=False).translate(WRITABLE)
    if len(export.inputs) > MOST_POINTS:
        words += f" · {MOST_POINTS} of {len(export.inputs):,} points drawn"
    parts = [part if len(part) <= LONGEST else part[:LONGEST] + "…" for part in words.split(" · ")]
    lines = [(line, TEXT, INK) for line in _fit(parts, " · ", TEXT)]
    link = _fit(list(export.safe_link), "", SMALL)
    if len(link) > LINK_LINES:
        link = [*link[: LINK_LINES - 1], link[LINK_LINES - 1][:-1] + "…"]
    return lines + [(line, SMALL, GRAY) for line in link]


def _fit(parts: list[str], joint: str, size: int) -> list[str]:
    """Parts joined into lines that are no wider than the picture."""
    lines: list[str] = []
    for part in parts:
        longer = lines[-1] + joint + part if lines else part
        if lines and font(size).getlength(longer) <= SIDE:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
