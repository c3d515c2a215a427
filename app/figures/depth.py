"""Charts of the panels beside the grid: budgets, sawtooths, gradients, amounts of data, cost."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from layerwarp.app.figures import theme

SMALLEST = 1e-30  # what is smaller is drawn as nothing on a logarithmic axis
MOST_TICKS = 7  # powers of ten that are named on an axis
GRAY = "#8A94A0"


def training_curves(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> go.Figure:
    """The share right on new points over training, a line a network.

    Args:
        curves: Name -> steps (s,) and shares from 0 to 1 (s,).
    """
    figure = theme.new_figure(x_title="Training step", y_title="Right on new points", height=380)
    for index, (name, (steps, shares)) in enumerate(curves.items()):
        figure.add_scatter(x=steps, y=shares, name=name, mode="lines", line=theme.line_style(index))
    figure.update_yaxes(tickformat=".0%")
    return _legend_below(figure)


def bars_under_bound(
    names: Sequence[str], counts: Sequence[float], bounds: Sequence[float], *, y_title: str
) -> go.Figure:
    """Counted numbers as bars, and how many there could be as a mark above each (log axis)."""
    figure = theme.new_figure(x_title="", y_title=y_title, height=380)
    figure.add_bar(
        x=list(names),
        y=list(counts),
        name="Counted, median",
        marker_color=theme.SKY,
        text=[f"{count:,.0f}" for count in counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": theme.FONT_SIZE + 2, "color": "#111111"},
    )
    figure.add_scatter(
        x=list(names),
        y=list(bounds),
        name="Possible at most",
        mode="markers+text",
        marker={"symbol": "line-ew", "size": 44, "line": {"width": 4, "color": theme.VERMILLION}},
        text=[f"{bound:,.0f}" for bound in bounds],
        textposition="top center",
        textfont={"size": theme.FONT_SIZE},
        cliponaxis=False,
    )
    figure.update_yaxes(type="log", dtick=1)
    return _legend_below(figure)


def sawtooth_curves(
    x: np.ndarray, built: Mapping[str, np.ndarray], trained: Mapping[str, np.ndarray]
) -> go.Figure:
    """Networks that draw the sawtooth exactly, and what trained ones make of it.

    Args:
        x: Places (n,).
        built: Name -> values (n,). They lie on each other: the later ones are thin and dotted.
        trained: Name -> values (n,).
    """
    figure = theme.new_figure(x_title="x", y_title="Output", height=380)
    styles = (
        {"color": theme.ORANGE, "width": 4},
        {"color": theme.VERMILLION, "width": 2, "dash": "dot"},
    )
    trained_styles = (
        {"color": theme.GREEN, "width": 3.5, "dash": "dash"},
        {"color": theme.SKY, "width": 3.5},
    )
    for lines, looks in ((built, styles), (trained, trained_styles)):
        for (name, values), line in zip(lines.items(), looks, strict=False):
            figure.add_scatter(x=x, y=values, name=name, mode="lines", line=line)
    figure.update_yaxes(range=[-0.25, 1.25])
    _legend_below(figure)
    return figure.update_layout(margin={"t": 100})


def sawtooth_price(
    folds: Sequence[int], deep: Sequence[int], shallow: Sequence[int], k: int
) -> go.Figure:
    """Parameters that 2^k pieces take: k layers of two neurons against one layer (log axis)."""
    figure = theme.new_figure(x_title="Folds k (2ᵏ pieces)", y_title="Parameters", height=330)
    for name, sizes, color, symbol in (
        ("One layer", shallow, theme.SKY, "square"),
        ("k layers of 2", deep, theme.ORANGE, "circle"),
    ):
        figure.add_scatter(
            x=list(folds),
            y=list(sizes),
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 3},
            marker={"size": 9, "symbol": symbol},
        )
    figure.add_vline(x=k, line={"color": GRAY, "dash": "dot", "width": 2})
    figure.update_yaxes(type="log", dtick=1)
    figure.update_xaxes(dtick=1)
    return _legend_below(figure)


def gradients_by_layer(
    norms: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray] | None = None,
    *,
    y_title: str = "Size of gradient",
) -> go.Figure:
    """Size of the gradient in each hidden layer, a line a network, on a logarithmic axis.

    Args:
        norms: Name -> sizes (layers,), the first layer first.
        after: The same after training, dotted; None leaves them away.
        y_title: What the sizes are of.
    """
    figure = theme.new_figure(x_title="Layer (1 is the first)", y_title=y_title, height=360)
    lines = [(name, sizes, theme.line_style(i)) for i, (name, sizes) in enumerate(norms.items())]
    lines += [
        (f"{name}, after", sizes, theme.line_style(i) | {"dash": "dot"})
        for i, (name, sizes) in enumerate((after or {}).items())
    ]
    for name, sizes, line in lines:
        figure.add_scatter(
            x=np.arange(1, len(sizes) + 1),
            y=np.where(np.asarray(sizes, float) > SMALLEST, sizes, np.nan),
            name=name,
            mode="lines+markers" if len(sizes) <= 30 else "lines",
            line=line,
            marker={"size": 8},
        )
    known = [size for _, sizes, _ in lines for size in np.asarray(sizes, float)]
    powers = np.log10([size for size in known if size > SMALLEST] or [1.0])
    step = max(1, int(np.ceil(np.ptp(powers) / MOST_TICKS)))
    figure.update_yaxes(type="log", dtick=step, exponentformat="power")
    deepest = max((len(sizes) for _, sizes, _ in lines), default=1)
    figure.update_xaxes(range=[0.5, deepest + 0.5], dtick=1 if deepest <= 12 else None)
    return _legend_below(figure)


def gradient_table(
    ratios: np.ndarray, activations: Sequence[str], initializers: Sequence[str]
) -> go.Figure:
    """Gradient of the first over that of the last hidden layer, a cell a start and activation.

    Args:
        ratios: (initializers, activations); nan where there is no gradient at all.
        activations: Their names.
        initializers: Their names.
    """
    figure = theme.new_figure(x_title="", y_title="", height=360)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log10(ratios)
    figure.add_heatmap(
        z=np.where(np.isfinite(powers), -np.abs(powers), np.nan),  # 1 is ideal
        x=list(activations),
        y=list(initializers),
        text=[[_power(power) for power in row] for row in powers],
        texttemplate="%{text}",
        textfont={"size": 16},
        colorscale="Viridis",
        zmin=-8,
        zmax=0,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )
    for row, column in zip(*np.nonzero(~np.isfinite(powers)), strict=True):
        figure.add_annotation(
            x=activations[column], y=initializers[row], text="none", showarrow=False
        )
    figure.update_yaxes(autorange="reversed", showgrid=False, title=None)
    figure.update_xaxes(side="top", showgrid=False, title=None)
    return figure.update_layout(
        margin={"l": 120, "r": 10, "t": 40, "b": 20}, xaxis_fixedrange=True, yaxis_fixedrange=True
    )


def _power(power: float) -> str:
    if not np.isfinite(power):
        return ""
    return f"{10**power:.2g}" if power > -2.5 else f"10<sup>{power:.0f}</sup>"


def travel_bars(travel: Mapping[str, np.ndarray]) -> go.Figure:
    """How far each layer's weights moved, relative to their size at the start; grouped bars.

    Args:
        travel: Name -> distances (layers,), the first layer first, the read-out last.
    """
    figure = theme.new_figure(x_title="Layer", y_title="Way from the start", height=360)
    for index, (name, distances) in enumerate(travel.items()):
        layers = [*map(str, range(1, len(distances))), "Read-out"]
        figure.add_bar(
            x=layers, y=distances, name=name, marker_color=theme.line_style(index)["color"]
        )
    figure.update_yaxes(tickformat=".0%")
    figure.update_xaxes(type="category")
    return _legend_below(figure)


def error_curves(
    sizes: Sequence[float],
    train: np.ndarray,
    test: np.ndarray,
    *,
    x_title: str,
    start: int | None = None,
    fewer: bool = False,
) -> go.Figure:
    """Error on points that were learned and on new ones, and where over-fitting starts.

    Args:
        sizes: What grows (n,).
        train: Quartiles and median of the error on training points (3, n).
        test: The same on new points.
        x_title: What grows.
        start: Index in ``sizes`` from which on it is too big for its data; None if nowhere.
        fewer: Whether it is so to the left of ``start``.
    """
    figure = theme.new_figure(x_title=x_title, y_title="Error", height=340)
    # Evenly spaced, whatever the sizes: they usually double, and a mark has a plain place.
    places = list(range(len(sizes)))
    for name, errors, color, fill in (
        ("New points", test, theme.ORANGE, "rgba(230,159,0,0.22)"),
        ("Learned points", train, theme.SKY, "rgba(86,180,233,0.22)"),
    ):
        figure.add_scatter(
            x=[*places, *reversed(places)],
            y=[*errors[2], *errors[0][::-1]],
            mode="lines",
            fill="toself",
            fillcolor=fill,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=places,
            y=errors[1],
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 3},
            marker={"size": 8},
        )
    if start is not None:
        figure.add_vline(
            x=start,
            line={"color": theme.VERMILLION, "dash": "dash", "width": 3},
            annotation={"text": "by heart", "font": {"size": theme.FONT_SIZE}},
            annotation_position="top left" if fewer else "top right",
        )
    figure.update_xaxes(tickvals=places, ticktext=[f"{size:,}" for size in sizes])
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    return _legend_below(figure)


def cost_bars(
    depths: Sequence[int],
    forward: Sequence[float],
    gradient: Sequence[float],
    ratios: Sequence[str],
    *,
    y_title: str,
) -> go.Figure:
    """Cost of a forward pass beside that of a gradient, with the written ratio over each pair."""
    figure = theme.new_figure(x_title="Hidden layers", y_title=y_title, height=340)
    names = [str(depth) for depth in depths]
    times = [f"× {ratio}" for ratio in ratios]
    for name, values, color, texts in (
        ("Forward pass", forward, theme.SKY, None),
        ("Gradient", gradient, theme.ORANGE, times),
    ):
        figure.add_bar(
            x=names,
            y=list(values),
            name=name,
            marker_color=color,
            text=texts,
            textposition="outside",
            textangle=0,
            textfont={"size": 16},
            cliponaxis=False,
        )
    figure.update_xaxes(type="category")
    return _legend_below(figure)


def _legend_below(figure: go.Figure) -> go.Figure:
    return figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        margin={"l": 76, "r": 16, "t": 64, "b": 56},
        showlegend=True,
    )
