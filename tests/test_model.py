"""Forests give each row the leaf that walking down its trees one question at a time gives."""

from importlib import resources

import numpy as np
import pytest
from numpy.typing import NDArray

from newsclean import model

ROWS = np.random.default_rng(0).normal(size=(2100, 3)).astype(np.float32)
"""More rows than are evaluated at a time, and no multiple of eight."""


def branched() -> model.Branched:
    """Return two trees: one asks twice on one side, the other once."""
    return model.Branched(
        columns=("a", "b", "c"),
        questions=model.Questions(np.array([0, 1, 2]), np.array([0.5, -0.25, 0.0], np.float32)),
        levels=(
            # Ways: yes of the first tree, yes of the second, then no of both. The first tree's no asks once more.
            model.Level(np.array([0, 2]), np.array([2]), np.array([0, 1, 3])),
            model.Level(np.array([1]), np.array([], int), np.array([0, 1])),
        ),
        arrivals=np.array([[1, 4, 5, 0], [2, 3, 0, 0]]),
        leaves=np.array([10.0, 20, 30, 0, 1, 2, 0, 0]),
        scale=0.5,
    )


def walked(row: NDArray[np.float32]) -> float:
    """Return the sum of the leaves of `branched` for *row*."""
    first = 10 if row[0] > 0.5 else 20 if row[1] > -0.25 else 30
    return 0.5 * (first + (1 if row[2] > 0.0 else 2))


@pytest.mark.parametrize("count", [0, 1, 7, 8, 2100])
def test_branched_trees_reach_the_leaves_that_walking_reaches(count: int) -> None:
    """Any number of rows, also none and more than are evaluated at a time."""
    found = model.margins(branched(), ROWS[:count])
    assert found.shape == (count, 1)
    assert found[:, 0].tolist() == [walked(row) for row in ROWS[:count]]


@pytest.mark.parametrize("name", ["html_first", "html_kind"])
@pytest.mark.parametrize("count", [0, 1, 9])
def test_oblivious_trees_give_the_leaf_that_their_answers_spell(name: str, count: int) -> None:
    """Bit by bit, the answers of a tree are the number of its leaf; questions that trees share change nothing."""
    with resources.files("newsclean").joinpath("data", f"{name}.npz").open("rb") as file:
        stored = dict(np.load(file))
    rows = np.random.default_rng(1).normal(scale=3, size=(count, len(stored["columns"]))).astype(np.float32)
    answers = rows[:, stored["features"]] > stored["thresholds"]
    trees, depth = stored["features"].shape
    numbers = (answers << np.arange(depth)).sum(axis=2)
    leaves = stored["leaves"][np.arange(trees), numbers].sum(axis=1, dtype=np.int64)
    expected = stored["bias"] + leaves * stored["scale"]
    assert model.margins(model.load(name), rows).tolist() == expected.tolist()


def test_a_value_on_the_threshold_answers_no() -> None:
    """The answer is yes only where the value is greater."""
    row = np.array([[0.5, -0.25, 0.0]], np.float32)
    assert model.margins(branched(), row).tolist() == [[0.5 * (30 + 2)]]
