"""Connected components of a graph."""

import numpy as np


def connected_components(n_nodes: int, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Component (n_nodes,) of every node, numbered from 0, given edges start (e,), end (e,).

    Every node points to a lower one of its component or to itself. Roots are hung below the lowest
    neighbor of their trees and the trees flattened by pointer jumping, until no edge joins two
    trees (Shiloach and Vishkin 1982, all edges of a round at once).
    """
    root = np.arange(n_nodes)
    while True:
        low, high = np.minimum(root[start], root[end]), np.maximum(root[start], root[end])
        apart = low != high
        if not apart.any():
            break
        start, end = start[apart], end[apart]
        np.minimum.at(root, high[apart], low[apart])
        while not np.array_equal(flatter := root[root], root):
            root = flatter
    number = np.cumsum(root == np.arange(n_nodes)) - 1
    return number[root]
