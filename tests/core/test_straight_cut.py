"""The best straight cut, against scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from layerwarp.data.datasets import make_dataset
from layerwarp.training.straight_cut import fit_straight_cut

MATRICES = {
    "slanted": [[1.0, 0.3], [-2.0, 0.7]],
    "flat": [[0.5, 0.5], [0.5, 0.5]],
    "one constant": [[0.0, 1.0], [0.0, 0.5]],
}


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("name", ["circles", "gaussians", "spirals3", "blobs5"])
def test_it_is_logistic_regression(name, matrix):
    data = make_dataset(name, 200, 0.1, 0)
    values = data.points.astype(float) @ np.array(MATRICES[matrix]) + [0.3, -1.0]
    cut = fit_straight_cut(values, data.labels, data.n_classes)
    scaler = StandardScaler().fit(values)
    reference = LogisticRegression(C=1, tol=1e-10, max_iter=10_000, solver="newton-cg")
    reference.fit(scaler.transform(values), data.labels)
    expected = reference.decision_function(scaler.transform(values)).reshape(len(values), -1)
    ours = values @ cut.weights + cut.bias
    if data.n_classes > 2:  # what is added to all classes alike says nothing
        ours, expected = (part - part.mean(axis=1, keepdims=True) for part in (ours, expected))
    np.testing.assert_allclose(ours, expected, atol=1e-4 * max(1, np.abs(expected).max()))
    assert np.abs(cut.weights).max() < 1e3


def test_where_all_points_are_in_one_place_there_is_no_cut():
    cut = fit_straight_cut(np.full((30, 2), 0.1), np.arange(30) % 2, 2)
    np.testing.assert_allclose(cut.weights, 0)
    np.testing.assert_allclose(cut.bias, 0, atol=1e-9)
