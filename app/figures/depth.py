"""Charts of the panels beside the grid: budgets, sawtooths, gradients, amounts of data, cost."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from layerwarp.app.figures import theme

SMALLEST = 1e-30  # what is smaller is drawn as nothing on a logarithmic axis
MOST_TICKS = 7  # powers of ten that are named on an axis
GRAY = "#8A94A0"
EDGE = {"width": 1, "color": "#767676"}  # 4:1 on light and on dark, whatever it is around
PICTURE = 380  # pixels high, where nothing else says so
BESIDE = 0.16  # of the way to the next place: dots of different shapes do not cover each other
ALL = 1.0  # no share, and no R², is more
TICKS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)  # steps of an axis of shares


def dots_by_shape(ends: Mapping[str, Sequence[float]], beaten: Collection[str] = ()) -> go.Figure:
    """The share right on new points from every start, a column a shape, with the median.

    Args:
        ends: Layers and neurons, as the axis names them -> shares from 0 to 1, one a start.
        beaten: Those that are worse than the best, in gray.
    """
    titles = {"x_title": "Hidden layers × neurons in each", "y_title": "Right on new points"}
    figure = theme.new_figure(**titles, height=PICTURE)
    for told, color, names in (
        ("One start", theme.SKY, [name for name in ends if name not in beaten]),
        ("One start, worse shape", GRAY, [name for name in ends if name in beaten]),
    ):
        figure.add_scatter(
            x=[name for name in names for _ in ends[name]],
            y=[share for name in names for share in ends[name]],
            name=told,
            mode="markers",
            marker={"size": 11, "color": color, "line": EDGE},
            showlegend=bool(names),
        )
    figure.update_xaxes(categoryorder="array", categoryarray=list(ends))
    figure.add_scatter(
        x=list(ends),
        y=[float(np.median(shares)) for shares in ends.values()],
        name="Median",
        mode="markers",
        marker={"symbol": "line-ew", "size": 26, "line": {"width": 4, "color": theme.ORANGE}},
    )
    figure.update_xaxes(tickangle=0)
    least = min(share for shares in ends.values() for share in shares)
    _share_axis(figure, 0.99 * least - 0.02)
    return _legend_below(figure)


def bars_under_bound(
    names: Sequence[str], counts: Sequence[float], bounds: Sequence[float], *, y_title: str
) -> go.Figure:
    """Counted numbers as bars, and how many there could be as a mark above each (log axis)."""
    figure = theme.new_figure(x_title="", y_title=y_title, height=PICTURE)
    figure.add_bar(
        x=list(names),
        y=list(counts),
        name="Counted, median",
        marker={"color": theme.SKY, "line": EDGE},
        text=[f"{count:,.0f}" for count in counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="none",
        textfont={"size": theme.FONT_SIZE + 2, "color": "#111111"},
    )
    figure.add_scatter(
        x=list(names),
        y=list(bounds),
        name="Possible at most",
        mode="markers+text",
        marker={"symbol": "line-ew", "size": 30, "line": {"width": 4, "color": theme.VERMILLION}},
        text=[f"{bound:,.0f}" for bound in bounds],
        textposition="top center",
        textfont={"size": theme.FONT_SIZE},
        cliponaxis=False,
    )
    figure.update_xaxes(tickangle=0)
    figure.update_yaxes(type="log", dtick=1)
    return _legend_below(figure)


def sawtooth_curves(
    x: np.ndarray,
    lines: Mapping[str, np.ndarray],
    target: np.ndarray | None = None,
    end: float | None = None,
) -> go.Figure:
    """What a deep network and one layer make of the sawtooth.

    Args:
        x: Places (n,).
        lines: Name -> values (n,), the deep network first. Where they lie on each other, the first
            is seen on both sides of the second.
        target: The sawtooth itself (n,), where it is not one of them.
        end: Where the second has no neuron left for a further piece; None leaves that away.
    """
    figure = theme.new_figure(x_title="x", y_title="Output", height=PICTURE)
    if target is not None:
        figure.add_scatter(
            x=x, y=target, name="Sawtooth", mode="lines", line={"color": GRAY, "width": 1.5}
        )
    looks = ({"color": theme.VERMILLION, "width": 6}, {"color": theme.BLUE, "width": 2.5})
    for (name, values), line in zip(lines.items(), looks, strict=False):
        figure.add_scatter(x=x, y=values, name=name, mode="lines", line=line)
    if end is not None:
        figure.add_vline(x=end, line={"color": theme.BLUE, "dash": "dot", "width": 2})
        figure.add_annotation(
            x=end,
            y=1.22,
            text="one layer: no neuron left",
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"size": theme.FONT_SIZE},
        )
    figure.update_yaxes(range=[-0.25, 1.35], hoverformat=".2f")
    figure.update_xaxes(hoverformat=".3f")
    _legend_below(figure)
    return figure.update_layout(
        margin={"t": 16 + 24 * len(figure.data)}, legend={"orientation": "v"}
    )


def sawtooth_price(
    folds: Sequence[int], deep: Sequence[int], shallow: Sequence[int], k: int
) -> go.Figure:
    """Neurons that 2^k pieces take: k layers of two against one layer (log axis)."""
    figure = theme.new_figure(
        x_title="Folds k (2ᵏ pieces)", y_title="Neurons (logarithmic)", height=PICTURE
    )
    for name, sizes, color, symbol in (
        ("One layer: 2ᵏ", shallow, theme.BLUE, "square"),
        ("k layers of 2: 2k", deep, theme.VERMILLION, "circle"),
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


def shares_by_pieces(
    pieces: Sequence[int], shares: Mapping[str, Sequence[Sequence[float]]]
) -> go.Figure:
    """R² of every start, and the median of each shape, against the pieces that were to be learned.

    Args:
        pieces: Their numbers (n,).
        shares: Name of the shape -> R² of its starts for each number of pieces (n, starts), the
            shallowest first.
    """
    titles = {"x_title": "Straight pieces to learn", "y_title": "R² on new points"}
    figure = theme.new_figure(**titles, height=PICTURE)
    places = np.arange(len(pieces))
    looks = ((theme.BLUE, "square"), (theme.GREEN, "diamond"), (theme.VERMILLION, "circle"))
    for index, (name, ends) in enumerate(shares.items()):
        color, symbol = looks[index % len(looks)]
        beside = places + BESIDE * (index - (len(shares) - 1) / 2)
        figure.add_scatter(
            x=beside,
            y=[float(np.median(starts)) for starts in ends],
            name=name,
            mode="lines",
            line={"color": color, "width": 3},
            legendgroup=name,
        )
        figure.add_scatter(
            x=[place for place, starts in zip(beside, ends, strict=True) for _ in starts],
            y=[share for starts in ends for share in starts],
            name=name,
            mode="markers",
            marker={"size": 9, "color": color, "symbol": symbol, "line": EDGE},
            showlegend=False,
            legendgroup=name,
        )
    figure.update_xaxes(tickvals=places, ticktext=[f"{number:,}" for number in pieces])
    least = min(share for ends in shares.values() for starts in ends for share in starts)
    figure.update_yaxes(range=[min(0.0, least) - 0.05, ALL + 0.03], tickvals=np.arange(0, 1.1, 0.2))
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
        after: The same after training, dotted, of all of them or of some; None leaves them away.
        y_title: What the sizes are of.
    """
    figure = theme.new_figure(x_title="Layer (1 is the first)", y_title=y_title, height=PICTURE)
    lines = [(name, sizes, theme.line_style(i)) for i, (name, sizes) in enumerate(norms.items())]
    lines += [
        (f"{name}, after", sizes, theme.line_style([*norms].index(name)) | {"dash": "dot"})
        for name, sizes in (after or {}).items()
    ]
    for name, sizes, line in lines:
        figure.add_scatter(
            x=np.arange(1, len(sizes) + 1),
            y=np.where(np.asarray(sizes, float) > SMALLEST, sizes, np.nan),
            name=name if np.any(np.asarray(sizes) > SMALLEST) else f"{name}: 0 everywhere",
            mode="lines+markers" if len(sizes) <= 30 else "lines",
            line=line,
            marker={"size": 8},
        )
    known = [size for _, sizes, _ in lines for size in np.asarray(sizes, float)]
    drawn = [size for size in known if size > SMALLEST]
    if not drawn:
        _say_inside(figure, "All of these gradients are 0.")
    powers = np.log10(drawn or [1.0])
    step = max(1, int(np.ceil(np.ptp(powers) / MOST_TICKS)))
    figure.update_yaxes(type="log", dtick=step, exponentformat="power")
    deepest = max((len(sizes) for _, sizes, _ in lines), default=1)
    figure.update_xaxes(range=[0.5, deepest + 0.5], dtick=1 if deepest <= 12 else None)
    return _legend_below(figure)


def gradient_table(
    ratios: np.ndarray,
    texts: Sequence[Sequence[str]],
    activations: Sequence[str],
    initializers: Sequence[str],
    faint: float,
) -> go.Figure:
    """Gradient of the first over that of the last hidden layer, a cell a start and activation.

    Args:
        ratios: (initializers, activations); nan where there is no gradient at all.
        texts: What is written into each cell.
        activations: Their names.
        initializers: Their names.
        faint: The ratio that is darkest, with its inverse and what lies beyond.
    """
    figure = theme.new_figure(x_title="", y_title="", height=PICTURE)
    powers = np.log10(np.maximum(ratios, SMALLEST))
    figure.add_heatmap(
        z=-np.abs(powers),  # 1 is ideal
        x=list(activations),
        y=list(initializers),
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 16},
        colorscale="Viridis",
        zmin=np.log10(faint),
        zmax=0,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )
    for row, column in zip(*np.nonzero(~np.isfinite(powers)), strict=True):
        note = {"x": activations[column], "y": initializers[row], "font": {"size": 16}}
        figure.add_annotation(text=texts[row][column], showarrow=False, **note)
    figure.update_yaxes(autorange="reversed", showgrid=False, title=None)
    figure.update_xaxes(side="top", showgrid=False, title=None)
    return figure.update_layout(
        margin={"l": 120, "r": 10, "t": 40, "b": 20}, xaxis_fixedrange=True, yaxis_fixedrange=True
    )


def travel_bars(travel: Mapping[str, np.ndarray]) -> go.Figure:
    """How far each layer's weights moved, relative to their size at the start; grouped bars.

    Args:
        travel: Name -> distances (layers,), the first layer first, the read-out last.
    """
    figure = theme.new_figure(
        x_title="Layer", y_title="Weights moved, of their size", height=PICTURE
    )
    for index, (name, distances) in enumerate(travel.items()):
        layers = [*map(str, range(1, len(distances))), "Read-out"]
        figure.add_bar(
            x=layers,
            y=distances,
            name=name,
            marker={"color": theme.line_style(index)["color"], "line": EDGE},
        )
    figure.update_yaxes(tickformat=".0%")
    figure.update_xaxes(type="category")
    if not any(np.isfinite(distances).any() for distances in travel.values()):
        _say_inside(figure, "All weights started at 0: there is no size to compare with.")
    return _legend_below(figure)


def end_bars(
    ways: Sequence[Sequence[str]], ends: Sequence[float], texts: Sequence[str], y_title: str
) -> go.Figure:
    """What each way to train one network reached; bars, the first apart.

    Args:
        ways: Activation, optimizer and start of each.
        ends: Its share right, or R².
        texts: What stands above each bar.
        y_title: What it is: a share in percent unless it begins with "R²".
    """
    figure = theme.new_figure(x_title="", y_title=y_title, height=PICTURE)
    figure.add_bar(
        x=["<br>".join(parts).replace(" the", "<br>the") for parts in ways],
        y=list(ends),
        marker={"color": [GRAY, *[theme.SKY] * (len(ends) - 1)], "line": EDGE},
        text=list(texts),
        textposition="outside",
        textangle=0,
        textfont={"size": theme.FONT_SIZE},
        cliponaxis=False,
    )
    figure.update_xaxes(tickangle=0, tickfont={"size": 13}, title=None)  # six beside each other
    if not y_title.startswith("R²"):
        _share_axis(figure, 0)
    return figure.update_layout(margin={"b": 90})


def shares_by_size(
    sizes: Sequence[float],
    learned: np.ndarray,
    new: np.ndarray,
    *,
    x_title: str,
    y_title: str,
    worse: int | None = None,
) -> go.Figure:
    """Shares right, or R², on points that were learned and on new ones, and where they get worse.

    Args:
        sizes: What grows (n,).
        learned: Quartiles and median on the points that were learned (3, n).
        new: The same on new points.
        x_title: What grows.
        y_title: What is drawn: a share in percent unless it is "R²".
        worse: Index in ``sizes`` from which on networks are clearly worse; None if nowhere.
    """
    figure = theme.new_figure(x_title=x_title, y_title=y_title, height=PICTURE)
    # Evenly spaced, whatever the sizes: they usually double, and a mark has a plain place.
    places = list(range(len(sizes)))
    for name, shares, color, fill in (
        ("New points", new, theme.ORANGE, "rgba(230,159,0,0.22)"),
        ("Learned points", learned, theme.SKY, "rgba(86,180,233,0.22)"),
    ):
        figure.add_scatter(
            x=[*places, *reversed(places)],
            y=[*shares[2], *shares[0][::-1]],
            mode="lines",
            fill="toself",
            fillcolor=fill,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=places,
            y=shares[1],
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 3},
            marker={"size": 8, "line": EDGE},
        )
    if worse is not None:
        figure.add_vrect(
            x0=worse - 0.5,
            x1=len(sizes) - 0.5,
            fillcolor=theme.VERMILLION,
            opacity=0.12,
            line_width=0,
            annotation={"text": "clearly worse", "font": {"size": theme.FONT_SIZE}},
            annotation_position="bottom right",
        )
    figure.update_xaxes(
        tickvals=places,
        ticktext=[f"{size:,}" for size in sizes],
        range=[-0.5, len(sizes) - 0.5],
    )
    if y_title != "R²":
        # Wide enough for ticks of whole percent.
        least = min(float(np.min(learned)), float(np.min(new)))
        _share_axis(figure, min(least - 0.03, 0.9))
    return _legend_below(figure)


def cost_stacks(
    depths: Sequence[int], forward: Sequence[int], back: Sequence[int], ratios: Sequence[str]
) -> go.Figure:
    """Multiplications of the way forward, and of the way back on top, with both over the first."""
    title = {"x_title": "Hidden layers", "y_title": "Multiplications for one point"}
    figure = theme.new_figure(**title, height=PICTURE)
    times = [f"× {ratio}" for ratio in ratios]
    for name, values, color, texts in (
        ("Forward", forward, theme.SKY, None),
        ("Back", back, theme.ORANGE, times),
    ):
        _bars(figure, depths, name, values, color, texts)
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    return _legend_below(figure)


def cost_bars(
    depths: Sequence[int],
    forward: Sequence[float],
    both: Sequence[float],
    ratios: Sequence[str],
    *,
    y_title: str,
) -> go.Figure:
    """Cost of the way forward beside that of both ways, with the ratio over each pair."""
    figure = theme.new_figure(x_title="Hidden layers", y_title=y_title, height=PICTURE)
    times = [f"× {ratio}" for ratio in ratios]
    for name, values, color, texts in (
        ("Forward alone", forward, theme.SKY, None),
        ("Forward and back", both, theme.VERMILLION, times),
    ):
        _bars(figure, depths, name, values, color, texts)
    return _legend_below(figure)


def _bars(
    figure: go.Figure,
    depths: Sequence[int],
    name: str,
    values: Sequence[float],
    color: str,
    texts: Sequence[str] | None,
) -> None:
    figure.add_bar(
        x=[str(depth) for depth in depths],
        y=list(values),
        name=name,
        marker={"color": color, "line": EDGE},
        text=texts,
        textposition="outside",
        textangle=0,
        textfont={"size": 16},
        cliponaxis=False,
    )
    figure.update_xaxes(type="category")


def _share_axis(figure: go.Figure, low: float) -> None:
    """Percent, from ``low`` to just above all; the highest tick is all, for no share is more."""
    length = ALL - low
    step = next((step for step in TICKS if length <= MOST_TICKS * step), TICKS[-1])
    ticks = ALL - step * np.arange(int(length / step + 1e-9) + 1)
    digits = 1 if step < 0.01 else 0
    figure.update_yaxes(
        tickvals=ticks[::-1],
        tickformat=f".{digits}%",
        range=[low, ALL + 0.04 * length],  # a dot on the line of all is seen whole
    )


def _say_inside(figure: go.Figure, text: str) -> None:
    """What stands in the middle of a picture that has nothing to draw."""
    where = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    figure.add_annotation(text=text, showarrow=False, font={"size": theme.FONT_SIZE + 2}, **where)


def _legend_below(figure: go.Figure) -> go.Figure:
    return figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        margin={"l": 76, "r": 16, "t": 44, "b": 56},
        showlegend=True,
    )
