"""How right networks are as one size grows, and what is to be said of it by one rule."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from layerwarp.app.pages.depth_width import words
from layerwarp.app.words.numbers import counted, percent, r_squared
from layerwarp.training.history import TrainingHistory

FEW = f"So few starts cannot tell luck from merit: choose {words.ENOUGH} networks in each cell."
PENDING = "Still in training."


class Noun(NamedTuple):
    """What grows: a name, the name of the axis, "more ...", and a size in words."""

    name: str
    axis: str
    more: str
    told: Callable[[int], str]


DEPTH = Noun("depth", "Hidden layers", "more layers", words.layers)
WIDTH = Noun("width", "Neurons in each layer", "wider layers", lambda size: f"layers of {size}")
POINTS = Noun("points", "Points to learn from", "more points", partial(counted, noun="point"))


class Growth(NamedTuple):
    """Networks of growing sizes.

    Attributes:
        noun: What grows.
        sizes: What it was (n,).
        learned: Quartiles of the share right, or of R², on learned points (3, n).
        new: The same on new points.
        outcomes: How each training ended.
        whole: Whether all that was asked for is there.
        n_starts: Networks of each size.
        of_curve: Whether the numbers are R².
    """

    noun: Noun
    sizes: tuple[int, ...]
    learned: np.ndarray
    new: np.ndarray
    outcomes: tuple[str, ...]
    whole: bool
    n_starts: int
    of_curve: bool = False

    @property
    def enough(self) -> bool:
        """Whether there are enough starts to tell luck from merit."""
        return self.n_starts >= words.ENOUGH

    @property
    def start(self) -> int | None:
        """Index from which on larger is clearly worse; None if there is none or it is unknown."""
        known = self.whole and self.enough and not words.accidents(self.outcomes)
        return words.worse_from(self.new) if known else None

    def on(self, where: str, *places: int) -> str:
        """The medians in words, for example "on new points 52 % are right with 1 layer".

        Args:
            where: "new" or "learned".
            places: Indices of sizes; one that is named before is passed over.
        """
        values = (self.new if where == "new" else self.learned)[1]
        number = r_squared if self.of_curve else percent
        verb = "" if self.of_curve else " are right"
        told = [
            f"{number(values[place])}{verb if not index else ''} with "
            f"{self.noun.told(self.sizes[place])}"
            for index, place in enumerate(dict.fromkeys(places))
        ]
        return f"on {where} points {', '.join(told)}"


def grown(
    noun: Noun,
    sizes: Sequence[int],
    groups: Sequence[list[TrainingHistory]],
    n_starts: int,
    of_curve: bool = False,
) -> Growth | None:
    """What is known of networks by size; None if nothing is. One that was stopped is not known."""
    sound = [[h for h in group if h.outcome.kind != "stopped"] for group in groups]
    known = [(size, group) for size, group in zip(sizes, sound, strict=True) if group]
    if not known:
        return None
    pairs = [words.quartiles(group) for _, group in known]
    learned, new = (np.stack(parts, axis=1) for parts in zip(*pairs, strict=True))
    outcomes = tuple(history.outcome.kind for _, group in known for history in group)
    whole = all(len(group) == n_starts for group in sound)
    told = tuple(size for size, _ in known)
    return Growth(noun, told, learned, new, outcomes, whole, n_starts, of_curve)


class Told(NamedTuple):
    """An answer: the sentence above the picture, and what else is to be said below it."""

    sentence: str
    notes: str = ""


def of_size(growth: Growth, subject: str) -> Told:
    """Whether networks are good until some size only, and why they get worse.

    Args:
        growth: By depth or width.
        subject: What stays as it is, for example "layers of 16".
    """
    if not growth.whole:
        return Told(PENDING)
    best, last = int(np.argmax(growth.new[1])), len(growth.sizes) - 1
    told, more = growth.on("new", 0, best, last), growth.noun.more
    if not last:
        return Told(f"With {subject} this is the only size here: {told}.")
    if not growth.enough:
        return Told(f"With {subject}: {told}.", FEW)
    if accidents := words.accidents(growth.outcomes):
        return Told(f"**With {subject}, nothing can be told: {accidents}.**", f"Here {told}.")
    helped = words.below(growth.new[:, 0], growth.new[:, best])
    if growth.start is None:
        most = growth.noun.told(growth.sizes[last])
        worse = (  # than a smaller one, where the best is too uncertain to compare with
            words.below(growth.new[:, large], growth.new[:, small])
            for large in range(last + 1)
            for small in range(large)
        )
        if any(worse):
            verb = "help" if helped else "do not clearly help"
            head = f"{verb}, and some sizes are clearly worse than smaller ones"
        else:
            head = f"help, and up to {most} none hurt" if helped else "do not clearly help or hurt"
        return Told(f"**With {subject}, {more} {head}: {told}.**", " ".join(_failures(growth)))
    size, peak = growth.noun.told(growth.sizes[growth.start]), growth.noun.told(growth.sizes[best])
    hurt = f"{more} hurt from {size} on" if best else f"{more} hurt"
    head = f"{more} help at first, then hurt" if helped else hurt
    clear = f"From {size} on networks are clearly worse than with {peak}."
    notes = " ".join([clear, *_reason(growth, best), *_failures(growth)])
    here = f"Best here: {peak}, for these data and this training; no size is best for all."
    return Told(f"**With {subject}, {head}: {told}. {here}**", notes)


def _reason(growth: Growth, best: int) -> list[str]:
    """Why the sizes that are worse on new points are so, where all of them agree."""
    assert growth.start is not None
    worse = range(growth.start, len(growth.sizes))
    told = growth.on("learned", best, worse[-1])
    learned = growth.learned
    if all(learned[1, i] >= learned[1, best] - words.CLEAR for i in worse):
        return [f"But {told}: there nothing is lost, they over-fit."]
    if all(words.below(learned[:, i], learned[:, best]) for i in worse):
        return [f"And {told}: they do not over-fit, they are harder to train in this way."]
    return []


def of_points(growth: Growth, own: int, network: str) -> Told:
    """Whether a network gets better by more points than its own number.

    Args:
        growth: By number of points.
        own: How many points it has, one of the sizes.
        network: Its depth and width, for example "2 layers of 16".
    """
    if not growth.whole:
        return Told(PENDING)
    here, last = growth.sizes.index(own), len(growth.sizes) - 1
    told, learned = growth.on("new", here, last), growth.on("learned", here, last)
    both = f"{told}; {learned}"
    if here == last:
        return Told(f"More points than {own:,} there are not here: {both}.")
    if not growth.enough:
        return Told(f"A network with {network}: {both}.", FEW)
    if accidents := words.accidents(growth.outcomes):
        return Told(f"**With {network}, nothing can be told: {accidents}.**", f"Here {both}.")
    helped = words.below(growth.new[:, here], growth.new[:, last])
    head = "More points help" if helped else "More points do not clearly help"
    alone = (
        f"Compared is this one size of network, {network}: others may gain more or less by points."
    )
    notes = [f"{learned[0].upper()}{learned[1:]}.", alone, *_failures(growth)]
    return Told(f"**{head} a network with {network}: {told}.**", " ".join(notes))


def _failures(growth: Growth) -> list[str]:
    return words.failures(growth.outcomes, "with what was reached before")
