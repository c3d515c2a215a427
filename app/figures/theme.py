"""What all charts share: colors of lines, template, equal axes.

Text and grid keep to what Streamlit's own theme sets, so that both modes follow the page.
"""

from typing import Any

import plotly.graph_objects as go

from layerwarp.app.figures.classes import BLUE, GREEN, ORANGE, PURPLE, VERMILLION

SKY = "#56B4E9"

LINE_COLORS = (SKY, ORANGE, GREEN, PURPLE, VERMILLION, BLUE)
DASHES = ("solid", "dash", "dot")

SIGNATURE = 20  # pixels
FONT_SIZE = 15  # pixels: read from the back of a classroom

TEMPLATE = go.layout.Template(
    layout={
        "colorway": LINE_COLORS,
        "font": {"size": FONT_SIZE},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 70, "r": 20, "t": 30, "b": 50},
    }
)

# Options of every chart: of Plotly's tools only the button that saves it, at twice the size.
CHART = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"filename": "layerwarp", "format": "png", "scale": 2},
}


def new_figure(*, x_title: str, y_title: str, height: int = 340) -> go.Figure:
    """An empty figure in the app's template; ``height`` in pixels."""
    figure = go.Figure()
    figure.update_layout(template=TEMPLATE, height=height)
    # Streamlit's theme sets small type of its own unless the figure itself says otherwise.
    size = {"size": FONT_SIZE}
    figure.update_xaxes(title={"text": x_title, "font": size}, tickfont=size)
    figure.update_yaxes(title={"text": y_title, "font": size}, tickfont=size)
    figure.update_layout(legend={"font": size}, hoverlabel={"font": size})
    return figure


def line_style(index: int) -> dict[str, object]:
    """Color and dash of line ``index``: no two of the first eighteen are alike."""
    colors = len(LINE_COLORS)
    return {
        "color": LINE_COLORS[index % colors],
        "dash": DASHES[index // colors % len(DASHES)],
        "width": 2.5,
    }


def sign(figure: go.Figure, text: str) -> go.Figure:
    """Say below the axis what a picture shows, so that it can be understood alone."""
    axis, height = figure.layout.xaxis.title.text, figure.layout.height + SIGNATURE
    figure.update_xaxes(title_text=f"{axis}<br><span style='font-size: 13px'>{text}</span>")
    margin = {"b": (figure.layout.margin.b or TEMPLATE.layout.margin.b) + SIGNATURE}
    return figure.update_layout(height=height, margin=margin)


def caption(figure: go.Figure, title: str, *lines: str) -> go.Figure:
    """Give a picture along what stands beside it, in Markdown: a saved slide has both."""
    plain = [text.replace("**", "") for text in (title, *lines)]
    return figure.update_layout(
        meta={"title": plain[0], "lines": [line for line in plain[1:] if line]}
    )


def enlarged(figure: go.Figure, times: float) -> go.Figure:
    """The same picture with so many times larger letters and margins, for a projector."""
    return go.Figure(_enlarged(figure.to_dict(), times))


def _enlarged(part: Any, times: float, inside: str = "") -> Any:
    """A part of a figure as a dictionary; ``inside`` is the name of what it belongs to."""
    if isinstance(part, dict):
        return {
            name: times * value
            if inside == "margin" or (name == "size" and inside.endswith("font"))
            else _enlarged(value, times, name)
            for name, value in part.items()
        }
    return [_enlarged(one, times) for one in part] if isinstance(part, list | tuple) else part
