"""What training sees of data: inputs, what is wanted there, and the loss that compares.

Labeled points and 1-D functions come to the runners in this one form.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from layerwarp.data.datasets import Dataset
from layerwarp.data.targets import Target
from layerwarp.network.features import lift
from layerwarp.training.losses import CROSS_ENTROPY, SQUARED_ERROR

Data = Dataset | Target

# A cross-entropy of 100 means a point misjudged by e^100 to 1; a squared error of 100 times that
# of answering 0 is as far from any lesson.
UNREASONABLE_LOSS = 100.0


class Samples(NamedTuple):
    """Training and test samples.

    Attributes:
        points: Inputs (n, n_inputs) float32.
        labels: Classes (n,) int32, or wanted values (n,) float32.
        test_points: Inputs that training does not see, (m, n_inputs) float32.
        test_labels: As ``labels``, (m,).
        loss: A name of :mod:`layerwarp.training.losses`: how outputs and labels are compared.
    """

    points: np.ndarray
    labels: np.ndarray
    test_points: np.ndarray
    test_labels: np.ndarray
    loss: str

    @classmethod
    def of(cls, data: Data) -> "Samples":
        """The samples of labeled points, or of a function."""
        if isinstance(data, Target):
            values, test_values = data.y[:, 0], data.test_y[:, 0]
            return cls(data.x, values, data.test_x, test_values, SQUARED_ERROR)
        return cls(data.points, data.labels, data.test_points, data.test_labels, CROSS_ENTROPY)

    def lifted(self, inputs: Sequence[str]) -> "Samples":
        """The same as a first layer with these inputs sees them."""
        points, test_points = (lift(inputs, part) for part in (self.points, self.test_points))
        return self._replace(points=points, test_points=test_points)

    def shuffled(self, seed: int) -> "Samples":
        """The same with the training samples in the order that ``seed`` gives."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 1 << 32]))
        order = generator.permutation(len(self.points))
        return self._replace(points=self.points[order], labels=self.labels[order])

    @property
    def unreasonable_loss(self) -> float:
        """The mean loss from which on training has diverged."""
        if self.loss == CROSS_ENTROPY:
            return UNREASONABLE_LOSS
        return UNREASONABLE_LOSS * (1 + float(np.square(self.labels, dtype=float).mean()))
