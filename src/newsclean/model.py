"""
Forests of oblivious trees: load and evaluate, with numpy alone.

An oblivious tree asks the same question of every row at one depth, so that a whole page goes through a forest in a few
array operations. Leaves are integers: their sum is exact, and so the same on every machine.
"""

from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["Forest", "load", "margins", "probabilities"]

_ROWS = 2048
"""Rows evaluated at a time: bounds memory on pages with very many blocks."""


class Forest(msgspec.Struct, frozen=True):
    """
    Trees of equal depth over named columns.

    Args:
        columns: names of the matrix columns, in order.
        features: column asked at each depth, shape (trees, depth).
        thresholds: the bit of a depth is set where the column is greater than this, shape (trees, depth).
        leaves: in units of `scale`, shape (trees, 2 ** depth, outputs).
        bias: added to the sum of the leaves, one for each output.
        scale: what one unit of a leaf is worth.
    """

    columns: tuple[str, ...]
    features: NDArray[np.int16]
    thresholds: NDArray[np.float32]
    leaves: NDArray[np.int32]
    bias: NDArray[np.float64]
    scale: float


def load(name: str) -> Forest:
    """Return the forest `data/<name>.npz` of the package. Raises FileNotFoundError when the package has none."""
    with resources.files("newsclean").joinpath("data", f"{name}.npz").open("rb") as file:
        # allow_pickle=False: a model file can hold numbers and names, nothing that runs.
        arrays = np.load(file, allow_pickle=False)
        return Forest(
            columns=tuple(str(c) for c in arrays["columns"]),
            features=arrays["features"],
            thresholds=arrays["thresholds"],
            leaves=arrays["leaves"],
            bias=arrays["bias"],
            scale=float(arrays["scale"]),
        )


def margins(forest: Forest, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the forest's raw outputs for *matrix* (rows, columns), shape (rows, outputs)."""
    parts = [_margins(forest, matrix[i : i + _ROWS]) for i in range(0, len(matrix), _ROWS)]
    return np.concatenate(parts) if parts else np.empty((0, len(forest.bias)))


def probabilities(forest: Forest, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logistic of the forest's only output for each row of *matrix*."""
    return 1.0 / (1.0 + np.exp(-margins(forest, matrix)[:, 0]))


def _margins(forest: Forest, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    trees, depth = forest.features.shape
    columns = np.ascontiguousarray(matrix.T)
    bits = columns[forest.features.ravel()] > forest.thresholds.reshape(-1, 1)
    levels = bits.view(np.uint8).reshape(trees, depth, -1)
    leaf = levels[:, 0, :].astype(np.intp)
    for level in range(1, depth):
        leaf |= levels[:, level, :].astype(np.intp) << level
    total = forest.leaves[np.arange(trees)[:, None], leaf].sum(axis=0, dtype=np.int64)
    return np.asarray(forest.bias + total * forest.scale)
