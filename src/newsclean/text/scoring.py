"""Blocks of a dump to probabilities that they belong to the body: two forests, one after the other."""

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean import model
from newsclean.document import Block
from newsclean.text.cues import WHOLE, CueTable
from newsclean.text.features import Tables, contextualise, describe
from newsclean.text.words import IDEOGRAPH, Words, read_words

__all__ = ["TextModel", "packaged", "score_blocks"]

_EDGE = 1e-4
"""Probabilities stay this far from 0 and 1."""

# Chosen by cross-validation on 830 pages: word F1 stays, and the list behind the Darpan seed goes.
_TITLE_WORDS, _BELOW = 5, 12
"""Words of a title, at least; blocks looked at below a heading."""

_OVER, _REPEATED = 0.85, 0.3
"""Shares: of the likely words above the heading, and of repeated blocks below it, at least."""

_TWIN, _BEHIND = 0.6, 0.3
"""What the odds of a repeated title, and of a block behind such a heading, are multiplied with."""


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
    names, own = describe(blocks, words, trained.tables)
    first = model.probabilities(trained.first, own)
    _, matrix = contextualise(own, first, words)
    second = model.probabilities(trained.second, matrix)
    # The mean errs less than either: the second model knows more of the page, and is the surer of its mistakes.
    weight = weigh(words)
    shifted, expected = decide(temper(names, own, (first + second) / 2, weight), weight)
    return shifted, float(np.interp(expected, trained.expected, trained.measured))


def weigh(words: Words) -> NDArray[np.float64]:
    """Return the words of each block, two ideographs to a word."""
    return np.bincount(words.block, minlength=words.blocks) - words.counts[:, IDEOGRAPH] / 2


def temper(
    names: Sequence[str],
    matrix: NDArray[np.float32],
    chances: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """
    Return *chances* with two doubts that too few pages teach.

    A title that stands on the page twice is a headline repeated or a teaser. And behind a heading such as "MORE
    National ARTICLES" or "Read next" the article is over, when it stands at the end of the likely text and titles
    are repeated below it: the wording alone would also stop at a box in the middle.

    Args:
        names: of the columns of *matrix*, as `describe` gives both.
        matrix: of the page.
        chances: of its blocks, shape (blocks,).
        weight: words of its blocks, shape (blocks,).
    """
    column = {name: matrix[:, names.index(name)] for name in ("twins", "words", "closed", "cue_related")}
    twins = column["twins"] > 1
    factor = np.where(twins & (column["words"] >= np.log1p(_TITLE_WORDS)) & (column["closed"] == 0), _TWIN, 1.0)
    mass = np.cumsum(chances * weight)
    for head in np.flatnonzero(column["cue_related"] == WHOLE):
        below = twins[head + 1 : head + 1 + _BELOW]
        if mass[head] >= _OVER * mass[-1] and len(below) and below.mean() >= _REPEATED:
            factor[head:] *= _BEHIND
            break
    odds = factor * chances
    return odds / (odds + 1 - chances)


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
