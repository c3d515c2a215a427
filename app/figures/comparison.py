"""Charts of a grid of networks: one row a depth, one column a width."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from layerwarp.app.figures import theme
from layerwarp.app.figures.png import png_uri

SIDE, MOST_SIDE, LEAST_SIDE = 480, 96, 48  # pixels of the whole grid, and of a cell
LARGE = 1.5  # times as large, alone on a slide
ABOVE, BELOW = 12, 64  # pixels beside the cells
LEGEND = 36  # above them, where something is said there
COLORS = "Viridis"
CHOSEN = {"color": theme.VERMILLION, "width": 5}
LEVELS = tuple(digit * 10**power for power in range(1, 5) for digit in (1, 2, 5))
MOST_LINES = 3
MANY_COLUMNS = 7
SLACK = 1e-9
DARK_LETTERS = 0.6  # share of the color scale from which on letters on it are dark
INSET = 0.03  # of a cell: what a picture leaves free on each side

Cell = tuple[int, int]
Texts = Sequence[Sequence[str]]


def pictures(
    pixels: np.ndarray,
    depths: Sequence[int],
    widths: Sequence[int],
    hover: Texts,
    *,
    chosen: Cell | None = None,
    large: bool = False,
) -> go.Figure:
    """What each cell's network answers, as one grid of square pictures.

    Args:
        pixels: (D * k, W * k, 4) uint8, the deepest row on top.
        depths: Numbers of hidden layers (D,).
        widths: Neurons of each (W,).
        hover: What a cell says under the pointer (D, W).
        chosen: Row and column of the cell that is outlined.
        large: Whether nothing stands beside it.
    """
    figure = _cells(depths, widths, large)
    figure.add_layout_image(
        source=png_uri(pixels),
        xref="x",
        yref="y",
        x=-0.5,
        y=len(depths) - 0.5,
        sizex=len(widths),
        sizey=len(depths),
        sizing="stretch",
        layer="below",
    )
    _targets(figure, hover)
    return _outline(figure, chosen)


def curves(
    fitted: np.ndarray,
    target: np.ndarray,
    depths: Sequence[int],
    widths: Sequence[int],
    hover: Texts,
    *,
    chosen: Cell | None = None,
    large: bool = False,
) -> go.Figure:
    """The function that each cell's network computes, over the one it learned.

    Args:
        fitted: Values (D, W, n) on n even places; nan where there is no network.
        target: Values of the target (n,) on the same places.
        depths: As in :func:`pictures`.
        widths: As in :func:`pictures`.
        hover: As in :func:`pictures`.
        chosen: As in :func:`pictures`.
        large: As in :func:`pictures`.
    """
    figure = _cells(depths, widths, large)
    low, high = float(target.min()), float(target.max())
    scale = 0.55 / (high - low or 1.0)
    wanted = np.broadcast_to(target, fitted.shape)
    for lines, color, name, width in (
        (wanted, theme.ORANGE, "Target", 5),
        (fitted, theme.SKY, "Network", 2.5),
    ):
        x, y = _in_cells(np.clip((lines - low) * scale - 0.4, -0.46, 0.46))
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": color, "width": width},
            name=name,
            hoverinfo="skip",
        )
    for place in np.ndindex(fitted.shape[:2]):
        _box(figure, place, {"color": "rgba(128,128,128,0.35)", "width": 1})
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"}
    )
    _targets(figure, hover)
    return _outline(_say_above(figure), chosen)


def write_numbers(figure: go.Figure, texts: Texts, shares: np.ndarray) -> go.Figure:
    """A number in the corner of every cell, on the color that says how good it is.

    Args:
        figure: From :func:`pictures` or :func:`curves`.
        texts: What is written into each cell (D, W).
        shares: Places on the color scale (D, W), 0 the dark end and 1 the bright one; nan where
            there is no number: such a cell has a frame, and its word no color.
    """
    size = 12 if shares.shape[1] > MANY_COLUMNS else 14
    for row, column in np.ndindex(shares.shape):
        share = shares[row, column]
        known = bool(np.isfinite(share))
        if not known:
            frame = {"color": "rgba(128,128,128,0.5)", "width": 1, "dash": "dot"}
            _box(figure, (row, column), frame)
        color = sample_colorscale(COLORS, [float(np.clip(share, 0, 1))])[0] if known else None
        letters = ("#111111" if share > DARK_LETTERS else "#FFFFFF") if known else None
        figure.add_annotation(
            x=column - 0.5 + INSET,
            y=row + 0.5 - INSET,
            text=texts[row][column],
            xanchor="left",
            yanchor="top",
            showarrow=False,
            bgcolor=color,
            borderpad=2,
            font={"size": size, "color": letters},
        )
    return figure


def add_equal_lines(
    figure: go.Figure,
    depths: Sequence[int],
    widths: Sequence[int],
    n_inputs: int = 2,
    n_outputs: int = 1,
) -> go.Figure:
    """Dashed lines through networks with equally many parameters, each with its number.

    Args:
        figure: From :func:`pictures` or :func:`curves`.
        depths: As in :func:`pictures`.
        widths: As in :func:`pictures`.
        n_inputs: Of every network.
        n_outputs: Of every network.
    """
    for level in choose_levels(depths, widths, n_inputs, n_outputs):
        x, y = equal_line(level, depths, widths, n_inputs, n_outputs)
        if len(x) < 2:
            continue
        for style in (
            {"color": "rgba(255,255,255,0.6)", "width": 5},
            {"color": "rgba(17,17,17,0.8)", "width": 1.5, "dash": "6px,4px"},
        ):
            line = {"x": x, "y": y, "mode": "lines", "line": style, "hoverinfo": "skip"}
            figure.add_scatter(**line, showlegend=False)
        on_top = y[-1] > len(depths) - 0.6
        figure.add_annotation(
            x=x[-1],
            y=y[-1],
            text=f"{level:,}",
            showarrow=False,
            yanchor="bottom" if on_top else "middle",
            xanchor="center" if on_top else "left",
            font={"size": 14},
        )
    return _say_above(figure)


def _say_above(figure: go.Figure) -> go.Figure:
    """Room for a line above the cells, once."""
    more = LEGEND - figure.layout.margin.t
    return figure.update_layout(height=figure.layout.height + more, margin={"t": LEGEND})


def _in_cells(heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Curves (D, W, n) as one line with gaps: every curve within its cell."""
    n_depths, n_widths, n = heights.shape
    across = np.linspace(-0.42, 0.42, n)
    x = np.arange(n_widths)[None, :, None] + np.broadcast_to(across, heights.shape)
    y = np.arange(n_depths)[:, None, None] + heights
    gap = np.full((n_depths, n_widths, 1), np.nan)
    return np.concatenate([x, gap], axis=2).ravel(), np.concatenate([y, gap], axis=2).ravel()


def cell_side(n_rows: int, n_columns: int, large: bool = False) -> int:
    """Pixels of a cell's side where there is room; more of them where nothing stands beside it."""
    times = LARGE if large else 1
    return int(times * np.clip(SIDE / max(n_rows, n_columns), LEAST_SIDE, MOST_SIDE))


def _cells(depths: Sequence[int], widths: Sequence[int], large: bool) -> go.Figure:
    side = cell_side(len(depths), len(widths), large)
    figure = theme.new_figure(
        x_title="Neurons in each layer",
        y_title="Hidden layers",
        height=ABOVE + BELOW + side * len(depths),
    )
    shared = {
        **{"showgrid": False, "zeroline": False, "fixedrange": True, "tickmode": "array"},
        "constrain": "domain",
    }
    figure.update_xaxes(
        tickvals=list(range(len(widths))),
        ticktext=[str(width) for width in widths],
        range=[-0.5, len(widths) - 0.5],
        constraintoward="left",
        **shared,
    )
    figure.update_yaxes(
        tickvals=list(range(len(depths))),
        ticktext=[str(depth) for depth in depths],
        range=[-0.5, len(depths) - 0.5],
        scaleanchor="x",  # square cells
        constraintoward="top",
        **shared,
    )
    return figure.update_layout(
        margin={"l": 56, "r": 40, "t": ABOVE, "b": BELOW}, dragmode=False, showlegend=False
    )


def _targets(figure: go.Figure, hover: Texts) -> None:
    """Unseen squares that can be clicked, row by row, and say what the cell is.

    They have no color: opacities of 0 were lost at times when a running grid was redrawn.
    """
    rows, columns = len(hover), len(hover[0])
    side = (figure.layout.height - ABOVE - BELOW) / rows
    places = [(row, column) for row in range(rows) for column in range(columns)]
    figure.add_scatter(
        x=[column for _, column in places],
        y=[row for row, _ in places],
        mode="markers",
        marker={"symbol": "square", "size": 0.85 * side, "color": "rgba(0,0,0,0)"},
        text=[hover[row][column] for row, column in places],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _box(figure: go.Figure, cell: Cell, line: dict[str, object]) -> None:
    row, column = map(int, cell)
    figure.add_shape(
        type="rect",
        x0=column - 0.47,
        x1=column + 0.47,
        y0=row - 0.46,
        y1=row + 0.46,
        line=line,
    )


def _outline(figure: go.Figure, chosen: Cell | None) -> go.Figure:
    if chosen is not None:
        _box(figure, chosen, CHOSEN)
    return figure


def n_parameters(depth: float, width: float, n_inputs: int, n_outputs: int) -> float:
    """Weights and biases of ``depth`` >= 1 layers of ``width``; both may be fractions."""
    inner = (depth - 1) * (width + 1) * width
    return (n_inputs + 1) * width + inner + (width + 1) * n_outputs


def equal_width(count: float, depth: float, n_inputs: int = 2, n_outputs: int = 1) -> float:
    """The width, a fraction, at which ``depth`` >= 1 layers have ``count`` parameters."""
    square, linear = depth - 1, n_inputs + 1 + depth - 1 + n_outputs
    constant = n_outputs - count
    if square < SLACK:
        return -constant / linear
    return float((-linear + np.sqrt(linear**2 - 4 * square * constant)) / (2 * square))


def choose_levels(
    depths: Sequence[int], widths: Sequence[int], n_inputs: int, n_outputs: int
) -> list[int]:
    """Up to three round numbers of parameters that some networks of the grid lie between."""
    layered = [depth for depth in depths if depth > 0]
    if not layered or len(widths) < 2:
        return []
    least = n_parameters(layered[0], widths[0], n_inputs, n_outputs)
    most = n_parameters(layered[-1], widths[-1], n_inputs, n_outputs)
    between = [level for level in LEVELS if 1.2 * least < level < 0.8 * most]
    picks = np.linspace(0, len(between) - 1, min(MOST_LINES + 2, len(between))).round().astype(int)
    inner = picks[1:-1] if len(picks) > MOST_LINES else picks
    return [between[pick] for pick in inner]


def equal_line(
    level: int, depths: Sequence[int], widths: Sequence[int], n_inputs: int, n_outputs: int
) -> tuple[list[float], list[float]]:
    """Where the networks of ``level`` parameters lie, in columns and rows of the grid.

    Between two columns the width grows by equal factors, between two rows the depth by equal steps.
    """
    rows = np.linspace(-0.5, len(depths) - 0.5, 12 * len(depths) + 1)
    x, y = [], []
    for row in rows:
        depth = _along(row, depths)
        if depth < 1 - SLACK:
            continue
        column = _place(np.log(equal_width(level, depth, n_inputs, n_outputs)), np.log(widths))
        if -0.5 <= column <= len(widths) - 0.5:
            x.append(float(column))
            y.append(float(row))
    return x, y


def _along(place: float, values: Sequence[float] | np.ndarray) -> float:
    """The value at a fractional index, straight on beyond both ends."""
    if len(values) < 2:
        return float(values[0] + place)
    index = int(np.clip(np.floor(place), 0, len(values) - 2))
    return float(values[index] + (place - index) * (values[index + 1] - values[index]))


def _place(value: float, values: np.ndarray) -> float:
    """The inverse of ``_along`` for rising values."""
    index = int(np.clip(np.searchsorted(values, value) - 1, 0, len(values) - 2))
    return float(index + (value - values[index]) / (values[index + 1] - values[index]))


def counted_layers(depth: int) -> str:
    """For example "1 layer" or "3 layers"."""
    return f"{depth} layer{'' if depth == 1 else 's'}"


def describe_grid(measure: str, texts: Texts, depths: Sequence[int], widths: Sequence[int]) -> str:
    """The numbers in words, for readers who do not see them."""
    rows = [
        f"{counted_layers(depth)}: "
        + ", ".join(f"{w} wide {t.replace('<br>', ' ')}" for w, t in zip(widths, row, strict=True))
        for depth, row in zip(depths, texts, strict=True)
    ]
    return f"{measure} by depth and width. {'; '.join(rows)}."
