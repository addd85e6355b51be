"""
Forests of decision trees: load and evaluate, with numpy alone.

Two kinds. Oblivious trees ask the same question of every row at one depth; branched trees ask each row what suits where
it stands, learn more with fewer leaves, and cost more. A whole page goes through either in a few array operations.
Leaves are integers: their sum is exact, and so the same on every machine.
"""

from importlib import resources
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["Branched", "Forest", "load", "load_branched", "margins", "probabilities"]

_ROWS = 2048
"""Rows evaluated at a time: bounds memory on pages with very many blocks."""

_QUESTIONS = 512
"""Questions asked at a time: what they compare stays in the processor's cache on a page of usual size."""


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


class Level(msgspec.Struct, frozen=True):
    """
    The nodes of one depth, of all trees of a forest.

    Its ways are those of the rows for which the answer is yes, node by node, then those of the others.

    Args:
        asked: question of each node.
        inner: ways that lead to the nodes of the next level, in their order.
        outer: ways that lead to leaves.
        leaves: where these lead, counted over all trees.
    """

    asked: NDArray[np.int16]
    inner: NDArray[np.intp]
    outer: NDArray[np.intp]
    leaves: NDArray[np.int32]


class Branched(msgspec.Struct, frozen=True):
    """
    Trees of any shape over named columns, with one output.

    Args:
        columns: names of the matrix columns, in order.
        features: column of each question that a tree asks, shape (questions,).
        thresholds: the answer is yes where the column is greater than this, shape (questions,).
        levels: nodes by depth.
        leaves: in units of `scale`, shape (trees, leaves).
        scale: what one unit of a leaf is worth.
    """

    columns: tuple[str, ...]
    features: NDArray[np.int16]
    thresholds: NDArray[np.float32]
    levels: tuple[Level, ...]
    leaves: NDArray[np.int32]
    scale: float


def load(name: str) -> Forest:
    """Return the oblivious forest `data/<name>.npz` of the package. Raises FileNotFoundError when there is none."""
    arrays = _arrays(name)
    return Forest(
        columns=tuple(str(c) for c in arrays["columns"]),
        features=arrays["features"],
        thresholds=arrays["thresholds"],
        leaves=arrays["leaves"],
        bias=arrays["bias"],
        scale=float(arrays["scale"]),
    )


def load_branched(name: str) -> Branched:
    """Return the branched forest `data/<name>.npz` of the package. Raises FileNotFoundError when there is none."""
    arrays = _arrays(name)
    starts = np.concatenate(([0], np.cumsum(arrays["sizes"]))).tolist()
    return Branched(
        columns=tuple(str(c) for c in arrays["columns"]),
        features=arrays["features"],
        thresholds=arrays["thresholds"],
        levels=tuple(_level(arrays["asked"][a:b], arrays["ends"][2 * a : 2 * b]) for a, b in pairwise(starts)),
        leaves=arrays["leaves"],
        scale=float(arrays["scale"]),
    )


def _arrays(name: str) -> dict[str, NDArray[Any]]:
    with resources.files("newsclean").joinpath("data", f"{name}.npz").open("rb") as file:
        # allow_pickle=False: a model file can hold numbers and names, nothing that runs.
        return dict(np.load(file, allow_pickle=False))


def _level(asked: NDArray[np.int16], ends: NDArray[np.int32]) -> Level:
    """Return the level whose nodes ask the questions *asked*; *ends* says which leaf a way leads to, -1 for none."""
    outer = np.flatnonzero(ends >= 0)
    return Level(asked, np.flatnonzero(ends < 0), outer, ends[outer])


def margins(forest: Forest | Branched, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the forest's raw outputs for *matrix* (rows, columns), shape (rows, outputs)."""
    # A matrix without rows makes one part, too: it says how many outputs there are.
    return np.concatenate([_sums(forest, matrix[i : i + _ROWS]) for i in range(0, max(len(matrix), 1), _ROWS)])


def _sums(forest: Forest | Branched, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    return _oblivious(forest, matrix) if isinstance(forest, Forest) else _branched(forest, matrix)


def probabilities(forest: Forest | Branched, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logistic of the forest's only output for each row of *matrix*."""
    return 1.0 / (1.0 + np.exp(-margins(forest, matrix)[:, 0]))


def _oblivious(forest: Forest, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    trees, depth = forest.features.shape
    columns = np.ascontiguousarray(matrix.T)
    bits = columns[forest.features.ravel()] > forest.thresholds.reshape(-1, 1)
    levels = bits.view(np.uint8).reshape(trees, depth, -1)
    leaf = levels[:, 0].copy()  # one byte: trees are at most 8 deep
    for level in range(1, depth):
        leaf |= levels[:, level] << np.uint8(level)
    places = leaf + (np.arange(trees) << depth)[:, None]
    leaves = forest.leaves.reshape(trees << depth, -1)
    total = np.stack([output[places].sum(axis=0, dtype=np.int64) for output in leaves.T], axis=1)
    return np.asarray(forest.bias + total * forest.scale)


def _branched(forest: Branched, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """
    Return the sums of the leaves that the rows reach, shape (rows, 1).

    Sets of rows are rows of bits, so that going down one level of all trees is a handful of operations on few bytes.
    """
    trees, width = forest.leaves.shape
    answers = _answers(forest, np.ascontiguousarray(matrix.T))
    reached = np.zeros((trees * width, answers.shape[1]), np.uint8)
    here = np.full((trees, answers.shape[1]), 255, np.uint8)
    for level in forest.levels:
        yes = here & answers[level.asked]
        ways = np.concatenate([yes, here ^ yes])
        reached[level.leaves] = ways[level.outer]
        here = ways[level.inner]
    # A row reaches one leaf of each tree: bit by bit, the number of the leaf.
    number = np.zeros((trees, len(matrix)), np.uint8)
    by_tree = reached.reshape(trees, width, -1)
    for bit in range((width - 1).bit_length()):
        rows = np.bitwise_or.reduce(by_tree[:, np.arange(width) >> bit & 1 == 1], axis=1)
        number |= np.unpackbits(rows, axis=1, count=len(matrix)) << np.uint8(bit)
    places = number + (np.arange(trees) * width)[:, None]
    total = forest.leaves.ravel()[places].sum(axis=0, dtype=np.int64)
    return np.asarray(total[:, None] * forest.scale)


def _answers(forest: Branched, columns: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the rows for which the answer is yes, eight to a byte, shape (questions, bytes)."""
    parts = (slice(i, i + _QUESTIONS) for i in range(0, len(forest.features), _QUESTIONS))
    yes = [np.packbits(columns[forest.features[p]] > forest.thresholds[p, None], axis=1) for p in parts]
    return np.concatenate(yes)
