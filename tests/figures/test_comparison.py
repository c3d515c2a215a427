"""Charts of the page "Depth × width": what is drawn, and what is said of it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from layerwarp.app.figures import depth as panels
from layerwarp.app.figures.comparison import (
    add_equal_lines,
    choose_levels,
    curves,
    describe_grid,
    equal_line,
    equal_width,
    n_parameters,
    pictures,
    write_numbers,
)
from layerwarp.app.figures.png import png_uri
from layerwarp.network.architecture import Architecture

DEPTHS, WIDTHS = (1, 2, 3), (2, 4, 8, 16)
SHARES = np.linspace(0, 1, 12).reshape(3, 4)
TEXTS = [[f"{value:.2f}" for value in row] for row in SHARES]
PIXELS = np.zeros((3, 4, 4), np.uint8)


def draw(shares=SHARES, chosen=None):
    return write_numbers(pictures(PIXELS, DEPTHS, WIDTHS, TEXTS, chosen=chosen), TEXTS, shares)


def test_every_cell_has_its_number_in_the_corner_and_can_be_clicked():
    figure = draw(chosen=(1, 2))
    written = {
        (round(note.x, 2), round(note.y, 2)): note.text for note in figure.layout.annotations
    }
    assert written == {
        (round(j - 0.47, 2), round(i + 0.47, 2)): TEXTS[i][j] for i, j in np.ndindex(3, 4)
    }
    assert all(
        (note.xanchor, note.yanchor) == ("left", "top") for note in figure.layout.annotations
    )
    targets = figure.data[-1]
    assert [(x, y) for x, y in zip(targets.x, targets.y, strict=True)] == [
        (j, i) for i in range(3) for j in range(4)
    ]
    outline = figure.layout.shapes[-1]
    assert (outline.x0 + outline.x1) / 2 == 2
    assert (outline.y0 + outline.y1) / 2 == 1


def test_cells_are_square_and_nothing_runs_through_them():
    figure = draw()
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.yaxis.constrain == figure.layout.xaxis.constrain == "domain"
    assert [trace.mode for trace in figure.data] == ["markers"]
    lines = add_equal_lines(figure, DEPTHS, WIDTHS).data[1:]
    assert {trace.mode for trace in lines} == {"lines"}
    counts = choose_levels(DEPTHS, WIDTHS, 2, 1)
    assert [note.text for note in figure.layout.annotations[12:]] == [f"{n:,}" for n in counts]


def test_the_number_stands_on_the_color_of_its_place_and_can_be_read():
    notes = {note.text: note for note in draw().layout.annotations}
    assert notes["1.00"].bgcolor == "rgb(253, 231, 37)"  # the bright end of Viridis
    assert notes["0.00"].bgcolor == "rgb(68, 1, 84)"
    assert (notes["1.00"].font.color, notes["0.00"].font.color) == ("#111111", "#FFFFFF")


def test_a_pending_cell_has_a_frame_and_no_color():
    shares = SHARES.copy()
    shares[2, 3] = np.nan
    figure = draw(shares)
    assert len(figure.layout.shapes) == 1
    assert figure.layout.annotations[-1].bgcolor is None


@pytest.mark.parametrize("depth", [1, 2, 5])
@pytest.mark.parametrize("width", [1, 7, 64])
@pytest.mark.parametrize(("n_inputs", "n_outputs"), [(2, 1), (1, 1), (2, 5)])
def test_equal_width_is_the_inverse_of_the_parameter_count(depth, width, n_inputs, n_outputs):
    count = Architecture((width,) * depth, "relu", n_inputs, n_outputs).n_parameters
    assert n_parameters(depth, width, n_inputs, n_outputs) == count
    assert equal_width(count, depth, n_inputs, n_outputs) == pytest.approx(width)


def test_a_line_passes_through_the_cell_of_its_count():
    count = Architecture((8, 8)).n_parameters
    x, y = equal_line(count, DEPTHS, WIDTHS, 2, 1)
    nearest = int(np.argmin(np.abs(np.array(y) - 1)))
    assert y[nearest] == pytest.approx(1)
    assert x[nearest] == pytest.approx(2, abs=1e-6)
    assert all(-0.5 <= place <= 3.5 for place in x)
    assert np.all(np.diff(x) < 0), "deeper is narrower"


def test_levels_lie_within_the_grid():
    levels = choose_levels((0, 1, 2, 5), (2, 8, 32), 2, 1)
    assert 1 <= len(levels) <= 3
    assert all(9 < level < n_parameters(5, 32, 2, 1) for level in levels)
    assert choose_levels((0,), (2, 4), 2, 1) == []
    assert choose_levels((1, 2), (4,), 2, 1) == []


def test_one_row_or_one_column_can_be_drawn():
    figure = pictures(PIXELS[:1, :1], (0,), (4,), [["1"]])
    add_equal_lines(write_numbers(figure, [["1"]], np.array([[0.5]])), (0,), (4,))
    assert len(figure.data) == 1


def test_a_picture_is_a_png_of_the_same_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (6, 9, 4)).astype(np.uint8)
    head, code = png_uri(pixels).split(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(code))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
    figure = pictures(pixels, (1, 2), (4, 8, 16), [["a"] * 3] * 2)
    (image,) = figure.layout.images
    assert (image.x, image.y, image.sizex, image.sizey) == (-0.5, 1.5, 3, 2)


def test_curves_stay_in_their_cells():
    x = np.linspace(-3, 3, 50)
    fitted = np.stack([[x, 100 * x], [-x, np.full(50, np.nan)]])
    figure = curves(fitted, x, (1, 2), (4, 8), [["a"] * 2] * 2)
    for trace in figure.data[:2]:
        there = ~np.isnan(np.asarray(trace.y, float))
        place = np.asarray(trace.y, float)[there]
        assert np.all(np.abs(place - np.round(place)) < 0.5)


def test_the_words_name_rows_and_columns():
    words = describe_grid("Right on new points", TEXTS, DEPTHS, WIDTHS)
    assert words.startswith("Right on new points by depth and width. 1 layer: 2 wide 0.00")
    assert words.endswith("16 wide 1.00.")


def test_panels_draw_what_they_are_given():
    dots, worse, medians = panels.dots_by_shape({"1 × 62": [0.5, 0.9, 0.8], "2": [0.7]}, ["2"]).data
    assert list(zip(dots.x, dots.y, strict=True)) == [("1 × 62", y) for y in (0.5, 0.9, 0.8)]
    assert list(zip(worse.x, worse.y, strict=True)) == [("2", 0.7)]
    assert worse.marker.color != dots.marker.color
    assert list(medians.y) == [0.8, 0.7]
    shown = panels.dots_by_shape({"1 × 62": [1.0, 1.0], "2": [1.0]}).layout.yaxis.range
    assert 0.95 < shown[0] < 1 < shown[1] < 1.05  # no share above all
    bars = panels.bars_under_bound(["a", "b"], [3, 2], [5, 50], y_title="Pieces")
    assert list(bars.data[1].y) == [5, 50]
    gradients = panels.gradients_by_layer({"Sigmoid": np.array([1e-20, 1e-10, 0.0])})
    assert np.isnan(gradients.data[0].y[-1])
    assert gradients.layout.yaxis.type == "log"
    assert tuple(gradients.layout.xaxis.range) == (0.5, 3.5)
    both = panels.gradients_by_layer({"ReLU": np.ones(10)}, {"ReLU": np.ones(10)})
    assert [trace.name for trace in both.data] == ["ReLU", "ReLU, after"]
    table = panels.gradient_table(
        np.array([[1e-5, 0.0, np.nan]]), [["1e-5", "0", "none"]], ["a", "b", "c"], ["He"], 0.01
    )
    assert table.data[0].z[0][0] == pytest.approx(-5)
    assert table.data[0].z[0][1] < table.data[0].zmin == -2  # none of it: as dark as vanished
    assert [note.text for note in table.layout.annotations] == ["none"]
    quartiles = np.array([[0.1, 0.2], [0.2, 0.3], [0.3, 0.4]])
    titles = {"x_title": "Width", "y_title": "Right"}
    grown = panels.shares_by_size([4, 8], quartiles + 0.1, quartiles, **titles, worse=1)
    low, high = grown.layout.yaxis.range
    assert low <= min(0.9, quartiles.min() - 0.03)
    assert 1 < high < 1.05
    assert (grown.layout.shapes[0].x0, grown.layout.shapes[0].x1) == (0.5, 1.5)
    assert list(grown.layout.xaxis.ticktext) == ["4", "8"]
    assert [line.name for line in grown.data[1::2]] == ["New points", "Learned points"]
    np.testing.assert_array_equal(grown.data[1].y, quartiles[1])
    cost = panels.cost_bars([1, 2], [1.0, 2.0], [2.0, 6.0], ["2.0", "3.0"], y_title="µs")
    assert list(cost.data[1].text) == ["× 2.0", "× 3.0"]
    back, both = panels.theme.ORANGE, cost.data[1].marker.color
    assert both != back  # orange is the way back alone
    stacks = panels.cost_stacks([1, 2], [3, 7], [4, 12], ["2.3", "2.7"])
    assert [list(bar.y) for bar in stacks.data] == [[3, 7], [4, 12]]
    assert stacks.layout.barmode == "stack"
    x = np.linspace(0, 1, 5)
    built, trained = (panels.sawtooth_curves(x, {"a": x, "b": x}, y) for y in (None, x))
    assert [trace.name for trace in built.data] == ["a", "b"]
    assert [trace.name for trace in trained.data] == ["Sawtooth", "a", "b"]
    ended = panels.sawtooth_curves(x, {"a": x, "b": x}, end=0.25)
    assert [shape.x0 for shape in ended.layout.shapes] == [0.25]
    assert not built.layout.shapes
    teeth = panels.sawtooth_price([1, 2], [7, 13], [7, 13], 2)
    assert [trace.name for trace in teeth.data] == ["One layer: 2ᵏ", "k layers of 2: 2k"]
    travel = panels.travel_bars({"ReLU": np.array([0.1, 0.2, 0.3])})
    assert list(travel.data[0].x) == ["1", "2", "Read-out"]
    ways = [("Sigmoid", "SGD", "He"), ("Sigmoid", "Adam", "From the data")]
    ends = panels.end_bars(ways, [0.5, 0.9], ["50 %", "90 %"], "Right on new points")
    assert list(ends.data[0].y) == [0.5, 0.9]
    assert list(ends.data[0].text) == ["50 %", "90 %"]
    assert ends.data[0].x[1] == "Sigmoid<br>Adam<br>From<br>the data"
    assert ends.layout.yaxis.range[1] < 1.05  # no share above all
    starts = {"1 layer": [[1.0, 0.9, 1.0], [-0.5, 0.0, 0.2]], "4 layers": [[1.0], [0.5]]}
    reach = panels.shares_by_pieces([8, 1024], starts)
    assert list(reach.layout.xaxis.ticktext) == ["8", "1,024"]
    lines, dots = reach.data[::2], reach.data[1::2]
    assert [list(line.y) for line in lines] == [[1.0, 0.0], [1.0, 0.5]]
    assert [len(each.y) for each in dots] == [6, 2]
    assert set(dots[0].x).isdisjoint(dots[1].x)  # none covers another shape's
    assert reach.layout.yaxis.range[0] < -0.5


@pytest.mark.parametrize("least", [0.0, 0.3, 0.5, 0.83, 0.9, 0.95, 0.966, 0.98, 0.99, 0.997, 1.0])
def test_no_tick_says_more_than_all(least):
    """Ticks of an axis of shares: few, different as they are written, and all is the highest."""
    axis = panels.dots_by_shape({"a": [least, 1.0]}).layout.yaxis
    ticks = list(axis.tickvals)
    assert ticks[-1] == 1
    assert axis.range[0] <= ticks[0] <= least or len(ticks) > 1
    assert 2 <= len(ticks) <= panels.MOST_TICKS + 1
    digits = int(axis.tickformat[1])
    written = [f"{100 * tick:.{digits}f}" for tick in ticks]
    assert len(set(written)) == len(ticks)
    np.testing.assert_allclose([float(text) / 100 for text in written], ticks, atol=1e-9)
    assert axis.range[0] < least
    assert 1 < axis.range[1] < 1.05


def test_where_every_gradient_is_nothing_it_is_said():
    zero, one = np.zeros(3), np.ones(3)
    nothing = panels.gradients_by_layer({"ReLU": zero}, {"ReLU": zero})
    assert [note.text for note in nothing.layout.annotations] == ["All of these gradients are 0."]
    some = panels.gradients_by_layer({"ReLU": zero, "Tanh": one})
    assert [trace.name for trace in some.data] == ["ReLU: 0 everywhere", "Tanh"]
    assert not some.layout.annotations
    still = panels.travel_bars({"ReLU": np.full(3, np.nan)})
    assert "started at 0" in still.layout.annotations[0].text
    assert not panels.travel_bars({"ReLU": np.array([np.nan, 0.1])}).layout.annotations


def test_for_a_projector_letters_and_margins_grow_and_nothing_else():
    usual = panels.dots_by_shape({"a": [0.5, 1.0]}, ["a"])
    large = panels.theme.enlarged(usual, 2)
    assert large.layout.xaxis.tickfont.size == 2 * usual.layout.xaxis.tickfont.size
    assert large.layout.xaxis.title.font.size == 2 * panels.theme.FONT_SIZE
    assert large.layout.margin.l == 2 * usual.layout.margin.l
    assert large.layout.height == usual.layout.height
    assert [trace.marker.size for trace in large.data] == [t.marker.size for t in usual.data]
    np.testing.assert_array_equal(large.data[1].y, usual.data[1].y)
