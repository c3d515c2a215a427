"""What the page "Creases" says about a mesh: counts beside bounds, and the boundary's topology."""

from app.diagnosis import CLOSED_DATA, MONOTONE
from app.experiment import DatasetConfig, Experiment
from app.regions import RegionFacts
from core.activations import ACTIVATIONS
from core.architecture import Architecture
from core.theory import Bound, region_bounds, typical_regions

# The activation with straight pieces that comes nearest to each smooth one.
NEAREST_STRAIGHT = {
    "tanh": "relu",
    "sigmoid": "relu",
    "softplus": "relu",
    "elu": "leaky_relu",
    "gelu": "relu",
    "silu": "relu",
    "sine": "abs",
    "softmax": "relu",
}
CLASS_NAMES = ("blue", "orange", "green", "purple", "vermillion")
DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def smooth_layers(architecture: Architecture) -> list[str]:
    """Labels of the activations that have no straight pieces, each once."""
    names = dict.fromkeys(n for n in architecture.activations if n in NEAREST_STRAIGHT)
    return [ACTIVATIONS[name].label for name in names]


def straightened(activations: tuple[str, ...]) -> tuple[str, ...]:
    """The same activations with the nearest straight one in place of each smooth one."""
    return tuple(NEAREST_STRAIGHT.get(name, name) for name in activations)


def short(count: float) -> str:
    """97, 18,769 or 1.1 × 10⁸."""
    if count < 1e7:
        return f"{round(count):,}"
    mantissa, exponent = f"{count:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(DIGITS)}"


def counts(architecture: Architecture, facts: RegionFacts) -> str:
    """The number of pieces beside what would be possible and what is usual."""
    if not facts.count:
        return ""
    if not architecture.depth:
        return (
            "**1 straight piece:** a linear model is one straight map everywhere. Add a hidden "
            "layer and the plane gets its first folds."
        )
    most = min(_upper(architecture), key=lambda bound: bound.value)
    here = f"at least {facts.count:,}" if facts.notice else f"{facts.count:,}"
    text = f"**Possible {short(most.value)}, here {here}** (step {facts.step:,}): "
    if architecture.depth == 1:
        text += (
            "the most is reached when every two fold lines cross, and cross in sight. Here some "
            "run side by side, meet outside the picture, or lie beyond it."
        )
        if facts.count == most.value:
            text = text.partition(": ")[0] + ": every two fold lines cross in sight."
    else:
        text += (
            "depth may multiply pieces, training and chance do not make it. "
            f"What is usual for {sum(architecture.widths)} neurons, at any depth, is about "
            f"N²/2 = {typical_regions(sum(architecture.widths)):,.0f} (Hanin and Rolnick 2019)."
        )
    return " ".join([text, *_details(facts)])


def _details(facts: RegionFacts) -> list[str]:
    details = [facts.notice] if facts.notice else []
    if facts.linear_count < facts.count and not facts.notice:
        details.append(
            "Some folds do not bend the output: counted by their straight maps, there are "
            f"{facts.linear_count:,} pieces."
        )
    if facts.dead:
        details.append(f"{_neurons(facts.dead)} never on in this picture and folds nothing.")
    if facts.always_on:
        details.append(f"{_neurons(facts.always_on)} always on and folds nothing.")
    return details


def _neurons(count: int) -> str:
    return "1 neuron is" if count == 1 else f"{count} neurons are"


def _upper(architecture: Architecture) -> list[Bound]:
    return [bound for bound in region_bounds(architecture) if bound.kind == "upper"]


def bounds(architecture: Architecture) -> str:
    """The published bounds for these widths, in one line."""
    words = {"upper": "at most", "lower": "some network has at least"}
    known = [
        f"{words[bound.kind]} {short(bound.value)} ({bound.source})"
        for bound in sorted(region_bounds(architecture), key=lambda bound: bound.value)
    ]
    return f"Bounds for these widths: {'; '.join(known)}."


def topology(experiment: Experiment, facts: RegionFacts) -> str:
    """Closed loops of the boundary, islands and holes; what theory says of narrow networks."""
    if not facts.topology:
        return ""
    loops = {0: "no closed loop", 1: "1 closed loop"}.get(
        facts.loops, f"{facts.loops} closed loops"
    )
    text = f"**The boundary has {loops}** in this picture."
    parts = [line for i, row in enumerate(facts.topology) if (line := _class_line(i, row))]
    if parts:
        text += f" {' '.join(parts)}"
    return f"{text} {_narrow(experiment, facts)}".strip()


def _class_line(index: int, row: tuple[int, int, int]) -> str:
    components, islands, holes = row
    found = [
        f"{number} {name}{'s' if number > 1 else ''}"
        for number, name in ((islands, "island"), (holes, "hole"))
        if number
    ]
    if not components or not found:
        return ""
    return f"The {CLASS_NAMES[index]} class has {' and '.join(found)}."


def _narrow(experiment: Experiment, facts: RegionFacts) -> str:
    architecture = experiment.architecture
    monotone = set(architecture.activations) <= MONOTONE
    if not (architecture.depth and max(architecture.widths) <= architecture.n_inputs and monotone):
        return ""
    text = ""
    if not facts.loops:
        text = (
            "No layer is wider than the plane itself, so it cannot have one: every part of every "
            "class reaches to infinity (Beise, Dias Da Cruz and Schröder 2018). "
        )
    data = experiment.dataset
    if isinstance(data, DatasetConfig) and data.name in CLOSED_DATA:
        text += (
            "A disc inside a ring cannot be told from it without a layer of 3 or more units, at "
            "any depth (Olah 2014)."
        )
    return text
