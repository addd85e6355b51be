"""Blocks of a dump to probabilities that they belong to the body: two forests, one after the other."""

from functools import lru_cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean import model
from newsclean.document import Block
from newsclean.textcues import CueTable
from newsclean.textfeatures import Tables, contextualise, describe
from newsclean.textwords import IDEOGRAPH, Words, read_words

__all__ = ["TextModel", "packaged", "score_blocks"]

_EDGE = 1e-4
"""Probabilities stay this far from 0 and 1."""


class TextModel(msgspec.Struct, frozen=True):
    """
    What the text engine has learned.

    Args:
        tables: log-odds and cue phrases.
        first: forest over the columns of `describe`.
        second: forest over the columns of `contextualise`.
        expected: expected F1 as computed from the probabilities, rising.
        measured: mean word F1 of held-out pages with that expectation.
    """

    tables: Tables
    first: model.Forest
    second: model.Forest
    expected: NDArray[np.float64]
    measured: NDArray[np.float64]


def score_blocks(blocks: tuple[Block, ...], trained: TextModel) -> tuple[NDArray[np.float64], float]:
    """
    Return how likely each of *blocks* belongs to the body, and the word F1 to expect of the body they make.

    The probabilities are those to hold against 0.5: shifted so that the blocks above it make the body of greatest
    expected F1. On a page where little is certain, that takes in blocks which are less likely than not.

    Args:
        blocks: of one dump.
        trained: the models.

    Returns the probabilities, shape (blocks,), and the expectation.
    """
    if not blocks:
        return np.zeros(0), 0.0
    words = read_words(blocks)
    _, matrix = describe(blocks, words, trained.tables)
    _, matrix = contextualise(matrix, model.probabilities(trained.first, matrix), words)
    shifted, expected = decide(model.probabilities(trained.second, matrix), weigh(words))
    return shifted, float(np.interp(expected, trained.expected, trained.measured))


def weigh(words: Words) -> NDArray[np.float64]:
    """Return the words of each block, two ideographs to a word."""
    return np.bincount(words.block, minlength=words.blocks) - words.counts[:, IDEOGRAPH] / 2


def decide(chances: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """
    Return *chances* shifted so that 0.5 cuts where the expected F1 is greatest, and that F1.

    The blocks of the best body are those of greatest chance, down to half of the F1 it reaches (Lipton, Elkan and
    Naryanaswamy 2014, arXiv 1402.1892).
    """
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum((chances * weight)[order])
    f1 = 2 * hits / np.maximum(np.cumsum(weight[order]) + hits[-1], 1e-9)
    best = float(f1.max())
    cut = min(max(best / 2, 0.05), 0.5)
    odds = np.clip(chances, _EDGE, 1 - _EDGE)
    return odds * (1 - cut) / (odds * (1 - cut) + (1 - odds) * cut), best


@lru_cache(maxsize=1)
def packaged() -> TextModel:
    """Return the model that comes with the package."""
    with resources.files("newsclean").joinpath("data", "text_tables.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        tables = Tables(
            arrays["words"],
            arrays["pairs"],
            arrays["lines"],
            CueTable(arrays["cue_groups"], arrays["cue_checks"]),
        )
        return TextModel(tables, model.load("text"), model.load("text_second"), arrays["expected"], arrays["measured"])
