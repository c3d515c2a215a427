"""The shape of a network: its inputs, hidden layers, activations and outputs."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

from layerwarp.checks import check_choice, check_integer
from layerwarp.network.activations import ACTIVATIONS
from layerwarp.network.features import COORDINATES, FEATURES

MAX_DEPTH = 10
MAX_WIDTH = 64
MAX_INPUTS = 3
MAX_OUTPUTS = 5


@dataclass(frozen=True)
class Architecture:
    """A multi-layer perceptron.

    Attributes:
        widths: Neurons of each hidden layer, 0 to 10 layers of 1 to 64; () is a linear model.
        activation: A name of ``ACTIVATIONS`` for the whole network, or one name a hidden layer.
        n_inputs: Coordinates of a point, 1 to 3.
        n_outputs: 1 (one logit for two classes, or a function's value) to 5 (one logit a class).
        inputs: What the first layer is given of a point in the plane: names of ``FEATURES``, kept
            in the order of that table. () stands for the coordinates as they come, and so does
            ("x1", "x2").

    Raises:
        ValueError: A sentence that names the parameter, the rule and the value.
    """

    widths: tuple[int, ...] = (16, 16)
    activation: str | tuple[str, ...] = "relu"
    n_inputs: int = 2
    n_outputs: int = 1
    inputs: tuple[str, ...] = ()

    max_depth: ClassVar[int] = MAX_DEPTH
    max_width: ClassVar[int] = MAX_WIDTH

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))
        check_integer("the number of hidden layers", self.depth, 0, self.max_depth)
        for layer, width in enumerate(self.widths, start=1):
            check_integer(f"the width of layer {layer}", width, 1, self.max_width)
        check_integer("n_inputs", self.n_inputs, 1, MAX_INPUTS)
        check_integer("n_outputs", self.n_outputs, 1, MAX_OUTPUTS)
        if not isinstance(self.activation, str):
            object.__setattr__(self, "activation", tuple(self.activation))
            if len(self.activation) != self.depth:
                raise ValueError(
                    "activation must be one name, or one name for each of the "
                    f"{self.depth} hidden layers; got {len(self.activation)} names"
                )
        names = [self.activation] if isinstance(self.activation, str) else self.activation
        for name in names:
            check_choice("activation", name, ACTIVATIONS)
        self._check_inputs()

    def _check_inputs(self) -> None:
        for name in self.inputs:
            check_choice("inputs", name, FEATURES)
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError(f"inputs must name each feature once; got {list(self.inputs)}")
        if self.inputs and self.n_inputs != len(COORDINATES):
            raise ValueError(
                "inputs other than the coordinates are of points in the plane: n_inputs must be 2; "
                f"got {self.n_inputs}"
            )
        ordered = tuple(name for name in FEATURES if name in self.inputs)
        object.__setattr__(self, "inputs", () if ordered == COORDINATES else ordered)

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.widths)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Width of every layer from the inputs, lifted if they are, to the outputs."""
        return (len(self.inputs) or self.n_inputs, *self.widths, self.n_outputs)

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(fan_in, fan_out) of every weight matrix, the output's last."""
        return tuple(pairwise(self.sizes))

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """One activation name for each hidden layer."""
        if isinstance(self.activation, str):
            return (self.activation,) * self.depth
        return self.activation

    @property
    def is_piecewise_linear(self) -> bool:
        """Whether the network is made of straight pieces of the plane, or of the line.

        Every activation is, and the inputs are the coordinates as they come.
        """
        return not self.inputs and all(
            ACTIVATIONS[name].negative_slope is not None for name in self.activations
        )

    @property
    def is_monotone(self) -> bool:
        """Whether the inputs are the coordinates and no activation jumps or falls."""
        return not self.inputs and all(ACTIVATIONS[name].monotone for name in self.activations)

    @property
    def n_parameters(self) -> int:
        """Weights and biases together."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in self.shapes)

    @property
    def n_multiplications(self) -> int:
        """Of a forward pass of one point: one a weight."""
        return sum(fan_in * fan_out for fan_in, fan_out in self.shapes)

    @property
    def n_classes(self) -> int:
        """Classes that the outputs tell apart: one logit tells two."""
        return max(2, self.n_outputs)
