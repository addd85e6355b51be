"""
Forests of decision trees: load and evaluate, with numpy alone.

Two kinds. Oblivious trees ask the same question of every row at one depth; branched trees ask each row what suits where
it stands, learn more with fewer leaves, and cost more. A whole page goes through either in a few array operations:
first all questions are asked of all rows, each question once. Leaves are whole numbers: their sum is exact, and so the
same on every machine.
"""

from importlib import resources
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["Branched", "Forest", "Level", "Questions", "load", "load_branched", "margins", "probabilities"]

_ROWS = 2048
"""Rows evaluated at a time: bounds memory on pages with very many blocks."""

_QUESTIONS = 512
"""Questions asked at a time: what they compare stays in the processor's cache on a page of usual size."""

_LANES = 8
"""Bytes of the numbers by which sets of rows are combined."""


class Questions(msgspec.Struct, frozen=True):
    """
    What a forest asks of a row: whether a column is greater than a threshold.

    Args:
        features: column of each question, shape (questions,).
        thresholds: what it is compared with, shape (questions,).
    """

    features: NDArray[np.intp]
    thresholds: NDArray[np.float32]

    def answers(self, matrix: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which rows of *matrix* answer yes, shape (questions, rows); rows are added to a multiple of _LANES."""
        rows = len(matrix)
        columns = np.empty((matrix.shape[1], -(-rows // _LANES) * _LANES), np.float32)
        columns[:, :rows], columns[:, rows:] = matrix.T, 0.0
        yes = np.empty((len(self.features), columns.shape[1]), bool)
        for start in range(0, len(yes), _QUESTIONS):
            part = slice(start, start + _QUESTIONS)
            np.greater(columns.take(self.features[part], axis=0), self.thresholds[part, None], out=yes[part])
        return yes


class Forest(msgspec.Struct, frozen=True):
    """
    Trees of equal depth over named columns.

    Args:
        columns: names of the matrix columns, in order.
        questions: what the trees ask.
        asked: question of each tree at each depth, shape (depth, trees); its answer is the bit of that depth.
        leaves: in units of `scale`, tree by tree, shape (outputs, trees * 2 ** depth).
        bias: added to the sum of the leaves, one for each output.
        scale: what one unit of a leaf is worth.
    """

    columns: tuple[str, ...]
    questions: Questions
    asked: NDArray[np.intp]
    leaves: NDArray[np.float64]
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
    """

    asked: NDArray[np.intp]
    inner: NDArray[np.intp]
    outer: NDArray[np.intp]


class Branched(msgspec.Struct, frozen=True):
    """
    Trees of any shape over named columns, with one output.

    Args:
        columns: names of the matrix columns, in order.
        questions: what the trees ask.
        levels: nodes by depth.
        arrivals: of each leaf, the way that leads there, counted from 1 over the outer ways of all levels; 0 where a
            tree has no such leaf; shape (trees, leaves), leaves a power of two.
        leaves: in units of `scale`, tree by tree, shape (trees * leaves,).
        scale: what one unit of a leaf is worth.
    """

    columns: tuple[str, ...]
    questions: Questions
    levels: tuple[Level, ...]
    arrivals: NDArray[np.intp]
    leaves: NDArray[np.float64]
    scale: float


def load(name: str) -> Forest:
    """Return the oblivious forest `data/<name>.npz` of the package. Raises FileNotFoundError when there is none."""
    arrays = _arrays(name)
    # Trees ask much the same: a third of the questions stand in more than one.
    pairs = np.stack([arrays["features"].T, arrays["thresholds"].T], axis=-1)
    distinct, places = np.unique(pairs.reshape(-1, 2), axis=0, return_inverse=True)
    return Forest(
        columns=tuple(str(c) for c in arrays["columns"]),
        questions=Questions(distinct[:, 0].astype(np.intp), distinct[:, 1].astype(np.float32)),
        asked=places.reshape(pairs.shape[:2]),
        leaves=arrays["leaves"].reshape(-1, arrays["leaves"].shape[-1]).T.astype(np.float64),
        bias=arrays["bias"],
        scale=float(arrays["scale"]),
    )


def load_branched(name: str) -> Branched:
    """Return the branched forest `data/<name>.npz` of the package. Raises FileNotFoundError when there is none."""
    arrays = _arrays(name)
    starts = np.concatenate(([0], np.cumsum(arrays["sizes"]))).tolist()
    asked, ends = arrays["asked"].astype(np.intp), arrays["ends"]
    trees, width = arrays["leaves"].shape
    unused = (1 << (width - 1).bit_length()) - width
    # In `ends` stands for each way the leaf it leads to, -1 for none.
    arrivals = np.zeros(trees * width, np.intp)
    arrivals[ends[ends >= 0]] = np.arange(1, np.count_nonzero(ends >= 0) + 1)
    return Branched(
        columns=tuple(str(c) for c in arrays["columns"]),
        questions=Questions(arrays["features"].astype(np.intp), arrays["thresholds"]),
        levels=tuple(_level(asked[a:b], ends[2 * a : 2 * b]) for a, b in pairwise(starts)),
        arrivals=np.pad(arrivals.reshape(trees, width), ((0, 0), (0, unused))),
        leaves=np.pad(arrays["leaves"], ((0, 0), (0, unused))).ravel().astype(np.float64),
        scale=float(arrays["scale"]),
    )


def _arrays(name: str) -> dict[str, NDArray[Any]]:
    with resources.files("newsclean").joinpath("data", f"{name}.npz").open("rb") as file:
        # allow_pickle=False: a model file can hold numbers and names, nothing that runs.
        return dict(np.load(file, allow_pickle=False))


def _level(asked: NDArray[np.intp], ends: NDArray[np.int32]) -> Level:
    return Level(asked, np.flatnonzero(ends < 0), np.flatnonzero(ends >= 0))


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
    depth, trees = forest.asked.shape
    # Bytes of 0 or 1, some rows to a number: a shift by less than eight bits takes none of them into the next.
    bits = forest.questions.answers(matrix).view(np.uint64)
    numbers = bits.take(forest.asked[0], axis=0)
    for level in range(1, depth):
        numbers |= bits.take(forest.asked[level], axis=0) << np.uint64(level)
    places = numbers.view(np.uint8)[:, : len(matrix)] + (np.arange(trees) << depth)[:, None]
    total = np.stack([leaves.take(places).sum(axis=0) for leaves in forest.leaves], axis=1)
    return np.asarray(forest.bias + total * forest.scale)


def _branched(forest: Branched, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """
    Return the sums of the leaves that the rows reach, shape (rows, 1).

    Sets of rows are rows of bits, so that going down one level of all trees is a handful of operations on few bytes.
    """
    trees, width = forest.arrivals.shape
    answers = _as_bits(forest.questions.answers(matrix))
    here = np.full((trees, answers.shape[1]), -1).view(np.uint64)  # all rows
    arrived = [np.zeros((1, answers.shape[1]), np.uint64)]
    for level in forest.levels:
        yes = here & answers.take(level.asked, axis=0)
        ways = np.concatenate([yes, here ^ yes])
        arrived.append(ways.take(level.outer, axis=0))
        here = ways.take(level.inner, axis=0)
    reached = np.concatenate(arrived).take(forest.arrivals, axis=0)
    # A row reaches one leaf of each tree: bit by bit from the highest, the number of the leaf.
    number = np.zeros((trees, len(matrix)), np.uint8)
    while (half := reached.shape[1] // 2) > 0:
        upper = reached[:, half:]
        rows = np.bitwise_or.reduce(upper, axis=1).view(np.uint8)
        number = number << np.uint8(1) | np.unpackbits(rows, axis=1, count=len(matrix))
        reached = reached[:, :half] | upper
    places = number + (np.arange(trees) * width)[:, None]
    return np.asarray(forest.leaves.take(places).sum(axis=0)[:, None] * forest.scale)


def _as_bits(answers: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return *answers*, shape (questions, rows), as rows of bits, shape (questions, numbers)."""
    packed = np.packbits(answers.ravel()).reshape(len(answers), -1)  # the rows are a multiple of eight
    bits = np.zeros((len(answers), -(-packed.shape[1] // _LANES) * _LANES), np.uint8)
    bits[:, : packed.shape[1]] = packed
    return bits.view(np.uint64)
