"""What the page "Creases" says about a mesh: counts beside bounds, and the boundary's topology."""

from layerwarp.app.experiments.experiment import Experiment
from layerwarp.app.pages.creases.facts import RegionFacts
from layerwarp.app.stage.payload import MAX_FACES
from layerwarp.app.words.diagnosis import is_surrounded
from layerwarp.app.words.numbers import counted
from layerwarp.geometry.theory import most_regions, region_bounds, typical_regions
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.architecture import Architecture

CLASS_NAMES = ("blue", "orange", "green", "purple", "vermillion")
MANY = 2  # times what is usual: not by chance
FEW = 8  # neurons: of fewer, a rule for many says nothing
DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def short(count: float) -> str:
    """97, 18,769 or 1.1 × 10⁸."""
    if count < 1e7:
        return f"{round(count):,}"
    mantissa, exponent = f"{count:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(DIGITS)}"


def counts(architecture: Architecture, facts: RegionFacts, alone: bool = False) -> str:
    """The number of pieces beside the most there can be, and beside what is usual.

    Args:
        architecture: Of the network.
        facts: Of its mesh.
        alone: Whether there is no other training step, as of a network from a file: none is named.
    """
    if not facts.count:
        return ""
    if not architecture.depth:
        return (
            "**1 straight piece:** a linear model is one straight map everywhere. Add a hidden "
            "layer of ReLUs and the plane gets its first folds."
        )
    bending = _bending(architecture)
    if not bending:
        return (
            "**1 straight piece:** identity bends nothing, so no neuron folds the plane and the "
            "whole network is one straight map. Choose ReLU and the plane gets its first folds."
        )
    most = most_regions(architecture)
    here = f"{facts.count:,}" if facts.complete else f"at least {facts.count:,}"
    step = "" if alone else f" (step {facts.step:,})"
    beside = _beside_most(architecture, facts, most)
    text = f"**At most {short(most)}, here {here}**{step}: {beside}"
    return " ".join([text, *_per_neuron(architecture, facts), *_details(architecture, facts)])


def _beside_most(architecture: Architecture, facts: RegionFacts, most: int) -> str:
    """Why there are as many pieces as there are, as far as that is known."""
    bending = _bending(architecture)
    neurons = sum(bending)
    if facts.count == 1:
        return "no fold line crosses this picture."
    if architecture.depth > 1 and neurons >= FEW:
        return _beside_usual(architecture, facts.count, most)
    if neurons == 1:
        return "its one neuron folds the plane along one line."
    if len(bending) > 1:
        return _beside_bound(facts.count == most)
    if facts.count == most:
        return "every neuron has a fold line here, and every two of them cross."
    return (
        "the most needs a fold line for every neuron, every two of them crossing in sight, and no "
        "three in one point."
    )


def _beside_bound(reached: bool) -> str:
    if reached:
        return "as many as there can be."
    return "the most is a bound for these widths, which not every such network can reach."


def _beside_usual(architecture: Architecture, count: int, most: int) -> str:
    """Hanin and Rolnick's N^2 / 2, where the widths allow as many."""
    bending = _bending(architecture)
    neurons = sum(bending)
    usual = typical_regions(neurons)
    about = f"about N²/2 = {usual:,.{neurons % 2}f} (Hanin and Rolnick 2019)"
    usually = f"usual for {counted(neurons, 'neuron')} in wide layers, however many, is {about}"
    # One number after the other, by steps that never fall: each neuron adds one fold at most.
    one_way = max(bending) == 1 and architecture.is_monotone
    if usual > min(most, neurons + 1 if one_way else most):
        return f"{usually}, but layers this narrow cannot make so many."
    if count > MANY * usual:
        return f"{usually}. This network makes {count / usual:.1f} times as many."
    if len(bending) == 1:
        return f"{usually}."
    if count * MANY < usual:
        fewer = "a neuron that is on, or off, all over this picture folds nothing"
        return f"{usually}. This network makes fewer: {fewer}."
    alone = "Depth can multiply the pieces, up to the bound above; training does not try to."
    return f"{usually}. {alone}"


def folds(architecture: Architecture) -> bool:
    """Whether any hidden layer can fold the plane."""
    return bool(_bending(architecture))


def _bending(architecture: Architecture) -> list[int]:
    """Widths of the hidden layers that bend anything: identity does not."""
    layers = zip(architecture.widths, architecture.activations, strict=True)
    return [width for width, name in layers if ACTIVATIONS[name].negative_slope != 1]


def _per_neuron(architecture: Architecture, facts: RegionFacts) -> list[str]:
    """Deep against wide: pieces a neuron here, and the most that one layer of as many can make.

    The bound of one layer is that of lines in the plane (Zaslavsky 1975).
    """
    bending = _bending(architecture)
    n = sum(bending)
    if not facts.complete or n == 1 or facts.count == 1:
        return []
    fold = "" if len(bending) == architecture.depth else " that can fold"
    rate = f"That is {facts.count / n:.1f} for each of the {n} neurons{fold}"
    if len(bending) == 1:
        return [f"{rate}."]
    return [f"{rate}; in one layer they make at most {short(1 + n + n * (n - 1) // 2)}."]


def _details(architecture: Architecture, facts: RegionFacts) -> list[str]:
    details = [] if facts.complete else [_stopped(architecture, *facts.stopped_at)]
    if facts.linear_count < facts.count and facts.complete:
        details.append(_linear(facts.linear_count))
    if len(_bending(architecture)) < architecture.depth:
        return details  # who is "on" cannot be said of identity
    if facts.dead + facts.always_on:
        details.append(_idle(architecture, facts))
    return details


def _linear(count: int) -> str:
    """Of pieces on both sides of a fold that later layers do not pass on."""
    if count == 1:
        return "No fold bends the output: that is one straight map."
    return (
        "Some folds do not bend the output: counted by their straight maps, there are "
        f"{count:,} pieces."
    )


def _stopped(architecture: Architecture, layer: int, neuron: int) -> str:
    return (
        f"The mesh is not complete: it reached its limit of {MAX_FACES:,} regions in layer "
        f"{layer + 1} at neuron {neuron + 1} of {architecture.widths[layer]}."
    )


def _idle(architecture: Architecture, facts: RegionFacts) -> str:
    """How many neurons have no fold line in the picture, and why."""
    rows = [ACTIVATIONS[name] for name in architecture.activations]
    switch = all(row.switches for row in rows)
    # A ReLU that is never below 0 folds nothing either, and may be off: at 0 all over a region.
    never, always = "never on" if switch else "never above 0", "never below 0"
    idle = facts.dead + facts.always_on
    whose = counted(sum(architecture.widths), "neuron")
    head = f"{idle} of {whose} {'folds' if idle == 1 else 'fold'} nothing in the whole picture"
    if facts.dead and facts.always_on:
        first, second = (f"{k} {'is' if k == 1 else 'are'}" for k in (facts.dead, facts.always_on))
        return f"{head}: {first} {never} there, {second} {always}."
    return (
        f"{head}: {'it is' if idle == 1 else 'they are'} {never if facts.dead else always} there."
    )


def bounds(architecture: Architecture) -> str:
    """The published bounds for these widths, in one line."""
    words = {"upper": "at most", "lower": "some network has at least"}
    sources: dict[str, list[str]] = {}
    known = region_bounds(architecture)
    for bound in sorted(known, key=lambda bound: bound.value):
        sources.setdefault(f"{words[bound.kind]} {short(bound.value)}", []).append(bound.source)
    kinds, values = {bound.kind for bound in known}, {bound.value for bound in known}
    # What some network has is known from below, and of lines in the plane.
    if len(values) == 1 and (len(kinds) == 2 or len(_bending(architecture)) < 2):
        who = ", ".join(source for some in sources.values() for source in some)
        most = short(values.pop())
        return f"Bounds for these widths: at most {most}, which some network has ({who})."
    told = [f"{bound} ({', '.join(who)})" for bound, who in sources.items()]
    return f"Bounds for these widths: {'; '.join(told)}."


def topology(experiment: Experiment, facts: RegionFacts) -> str:
    """Closed loops of the boundary, islands and holes; what theory says of narrow networks."""
    if not facts.topology:
        return ""
    there = [i for i, (components, _, _) in enumerate(facts.topology) if components]
    if len(there) == 1:
        only = CLASS_NAMES[there[0]]
        text = f"**There is no boundary** in the whole picture: all of it is {only}."
        return f"{text} {_narrow(experiment, facts)}".strip()
    parts = [line for i, row in enumerate(facts.topology) if (line := _class_line(i, row))]
    if len(facts.topology) == 2:
        loops = {0: "no closed loop", 1: "1 closed loop"}.get(
            facts.loops, f"{facts.loops} closed loops"
        )
        parts.insert(0, f"**The boundary has {loops}** in the whole picture.")
    elif not parts:  # where three classes meet, a closed line belongs to no two of them
        parts = ["**No class is closed in** in the whole picture."]
    if nowhere := [CLASS_NAMES[i] for i in range(len(facts.topology)) if i not in there]:
        parts.append(f"Nowhere in it: {', '.join(nowhere)}.")
    return f"{' '.join(parts)} {_narrow(experiment, facts)}".strip()


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
    narrow = 0 < max(architecture.widths, default=0) <= architecture.n_inputs
    if not (narrow and architecture.is_monotone):
        return ""
    text = ""
    if not facts.loops:
        text = (
            "No layer is wider than the plane itself, so nothing can be closed in: every part "
            "of every class reaches to infinity (Beise, Dias Da Cruz and Schröder 2018). "
        )
    if is_surrounded(experiment):
        text += (
            "A disc inside a ring cannot be told from it without a layer of 3 or more neurons, at "
            "any depth (Olah 2014)."
        )
    return text
