"""Columns of numbers, one row for each block of a page: side by side, moved, averaged over neighbours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Columns", "averaged", "moved", "stack"]

Array = NDArray[Any]
Columns = dict[str, Array]


def stack(columns: Columns) -> NDArray[np.float32]:
    """Return *columns* side by side, shape (rows, columns); the memory of each column is in one piece."""
    joined = np.concatenate(list(columns.values()), dtype=np.float32, casting="unsafe")
    return joined.reshape(len(columns), -1).T


def moved(columns: Columns, names: Sequence[str], steps: Sequence[int]) -> Columns:
    """Return the columns *names* moved by each of *steps* rows, -1 where there is no such row."""
    reach = max(map(abs, steps))
    n = len(columns[names[0]])
    padded = np.full((len(names), n + 2 * reach), -1.0)
    for row, name in zip(padded, names, strict=True):
        row[reach : reach + n] = columns[name]
    return {
        f"{name}{step:+d}": row[reach + step : reach + step + n]
        for step in steps
        for row, name in zip(padded, names, strict=True)
    }


def averaged(values: Array, *widths: int) -> list[Array]:
    """Return for each of *widths* the means of *values*, shape (kinds, blocks), over so many blocks to either side."""
    n = values.shape[1]
    running = np.zeros((len(values), n + 1))
    np.cumsum(values, axis=1, out=running[:, 1:])
    index = np.arange(n)
    means: list[Array] = []
    for width in widths:
        low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, n)
        means.append((running.take(high, axis=1) - running.take(low, axis=1)) / (high - low))
    return means
