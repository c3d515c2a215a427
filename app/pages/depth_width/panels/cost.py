"""The panel "What does backprop cost?": time, operations and memory, measured on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, NamedTuple

from layerwarp.app.figures import depth as figures
from layerwarp.app.pages.depth_width import words
from layerwarp.app.pages.depth_width.panels.panel import SLOT, Rows, State, answer
from layerwarp.app.session import following
from layerwarp.app.words.numbers import in_a_sentence, listed
from layerwarp.app.work.answers import Callback
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture
from layerwarp.training.cost import Cost, measure_cost

COST_DEPTHS = (1, 2, 4, 8)
STEADY = 1.5  # upper over lower quartile of repeated measurements up to which the clock can tell


class Measured(NamedTuple):
    """Depth -> what it took, and when that was measured."""

    costs: Mapping[int, Cost]
    at: datetime


@dataclass(frozen=True)
class Price:
    """What forward pass and gradient take on this machine, for a few depths of one width."""

    trains: ClassVar[bool] = True
    verb: ClassVar[str] = "Measuring"
    seconds: ClassVar[float] = 6.0

    width: int
    activation: str
    n_points: int = 1000

    def answer(self, callback: Callback) -> Measured:
        """Measure one depth after another."""
        found: dict[int, Cost] = {}

        def look() -> Measured:
            return Measured(dict(found), datetime.now(UTC))

        for depth in COST_DEPTHS:
            network = Architecture((self.width,) * depth, self.activation)
            found[depth] = measure_cost(network, self.n_points)
            if not callback(len(found) / len(COST_DEPTHS), None, look):
                break
        return look()


def told(state: State) -> Rows:
    """What the question is asked of."""
    question = _question(state)
    return {
        "Data": f"{question.n_points:,} points at once, two classes",
        "Activation": ACTIVATIONS[question.activation].label,
        "Neurons in each layer": str(question.width),
        "Hidden layers": listed([str(depth) for depth in COST_DEPTHS]),
    }


def _question(state: State) -> Price:
    return Price(state.width, state.grid.activation)


def show(state: State) -> None:
    """Draw the panel."""
    question = _question(state)
    _products(question)
    following.show(question, SLOT, partial(_measured, question))


def _products(question: Price) -> None:
    """The answer: counted, so that it is there at once and the same everywhere."""
    networks = [Architecture((question.width,) * depth) for depth in COST_DEPTHS]
    forward = [network.n_multiplications for network in networks]
    backward = [n_backward(network) for network in networks]
    times = [f"{(a + b) / a:.1f}" for a, b in zip(forward, backward, strict=True)]
    counts = "; ".join(
        f"{words.layers(depth)} {a:,} and {b:,}"
        for depth, a, b in zip(COST_DEPTHS, forward, backward, strict=True)
    )
    answer(
        "products",
        sentence(networks[-1]),
        figures.cost_stacks(COST_DEPTHS, forward, backward, times),
        f"Multiplications for one point, forward and back: {counts}.",
        "",
        "Forward: inputs to outputs, one multiplication by each weight. Back: from the loss to a "
        "slope for every weight; two for each weight, one to pass the gradient on to the layer "
        "before and one for the weight's own slope (none is passed on to the inputs). Activations, "
        "sums and the optimizer's update come on top, and are few beside these in wide layers.",
    )


def n_backward(network: Architecture) -> int:
    """Multiplications of the way back for one point: two a weight, one in the first layer."""
    fan_in, fan_out = network.shapes[0]
    return 2 * network.n_multiplications - fan_in * fan_out


def sentence(network: Architecture) -> str:
    """What a step goes through, and what each way takes for one point."""
    forward, back = network.n_multiplications, n_backward(network)
    size = words.size(network.depth, network.widths[0])
    return (
        f"**The way back costs {back / forward:.1f} times the way forward: through {size} a "
        f"training step takes {forward:,} multiplications forward and {back:,} back, for each "
        f"point, together {(forward + back) / forward:.1f} times the way forward alone.**"
    )


def _measured(question: Price, measured: Measured | None) -> None:
    """By the clock, and in memory."""
    if measured is None or not measured.costs:
        return
    costs = measured.costs
    times = [(1e6 * c.forward_seconds, 1e6 * c.gradient_seconds) for c in costs.values()]
    memory = [(c.forward_bytes / 1024, c.gradient_bytes / 1024) for c in costs.values()]
    whole, last = len(costs) == len(COST_DEPTHS), costs[max(costs)]
    _pair(
        costs,
        times,
        [mark(cost) for cost in costs.values()],
        ("Time", "µs"),
        time_sentence(question.width, costs) if whole else "Being measured.",
        f"Layers of {question.width}, {question.n_points:,} points at once, measured on this "
        f"server on {measured.at:%Y-%m-%d at %H:%M} UTC. Times are the shortest of repeated runs; "
        f"where the middle half of the repeats lies apart by more than a factor of {STEADY:g}, the "
        "clock cannot tell: × ? stands above the bars. The optimizer's update is not in it.",
    )
    _pair(
        costs,
        memory,
        [_times(*pair) for pair in memory],
        ("Memory", "KiB"),
        memory_sentence(question.width, costs) if whole else "Being measured.",
        "Working memory as the compiler plans it, beside weights and points. By its count of all "
        f"operations, through {words.layers(max(costs))} both ways take "
        f"{_times(last.forward_flops, last.gradient_flops)} times the way forward alone.",
    )


def _pair(
    costs: Mapping[int, Cost],
    pairs: list[tuple[float, float]],
    ratios: list[str],
    named: tuple[str, str],
    sentence: str,
    rule: str,
) -> None:
    """What both passes take, depth by depth."""
    before, after = zip(*pairs, strict=True)
    title, unit = named
    sizes = "; ".join(
        f"{words.layers(depth)} {a:,.0f} and {b:,.0f}"
        for depth, (a, b) in zip(costs, pairs, strict=True)
    )
    figure = figures.cost_bars(list(costs), before, after, ratios, y_title=f"{title}, {unit}")
    alt = f"{title} in {unit}, forward alone and both ways: {sizes}."
    answer(in_a_sentence(title), sentence, figure, alt, rule=rule)


def time_sentence(width: int, costs: Mapping[int, Cost]) -> str:
    """What both ways take by the clock, for the deepest network, where it can tell.

    Args:
        width: Neurons of each layer.
        costs: Depth -> what it took.
    """
    deepest = max(costs)
    cost = costs[deepest]
    through = f"through {words.size(deepest, width)}"
    if not steady(cost):
        return (
            f"**The clock cannot tell here how much longer both ways take than forward alone "
            f"{through}: in repeated runs {seconds(cost)} times as long.**"
        )
    return (
        f"**By the clock, forward and back {through} take {seconds(cost)} times the time of the "
        f"way forward alone: {1e6 * cost.gradient_seconds:,.0f} µs and "
        f"{1e6 * cost.forward_seconds:,.0f} µs.**"
    )


def memory_sentence(width: int, costs: Mapping[int, Cost]) -> str:
    """How many times the memory both ways take, and whether that grows with depth."""
    first, deepest = min(costs), max(costs)
    low, deep = costs[first], costs[deepest]
    kept = _times(deep.forward_bytes, deep.gradient_bytes)
    start = _times(low.forward_bytes, low.gradient_bytes)
    text = (
        f"Forward and back take {kept} times the memory of the way forward alone through "
        f"{words.size(deepest, width)}, {start} times through {words.layers(first)}"
    )
    if deep.gradient_bytes * low.forward_bytes <= low.gradient_bytes * deep.forward_bytes:
        return f"**{text}.**"
    return f"**{text}: every layer's output is kept until the gradient has come back to it.**"


def steady(cost: Cost) -> bool:
    """Whether the repeats agree well enough to say how many times it takes."""
    low, high = cost.seconds_ratio
    return high <= STEADY * low


def seconds(cost: Cost) -> str:
    """How many times the time of a forward pass a gradient takes, as far as the clock can tell."""
    if steady(cost):
        return f"{cost.gradient_seconds / cost.forward_seconds:.1f}"
    low, high = cost.seconds_ratio
    return f"{low:.1f} to {high:.1f}"


def mark(cost: Cost) -> str:
    """What stands above the bars: how many times the time, where the clock can tell."""
    return seconds(cost) if steady(cost) else "?"


def _times(before: float, after: float) -> str:
    return f"{after / before:.1f}" if before > 0 else "–"
