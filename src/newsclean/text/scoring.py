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
from newsclean.text.words import COLON, IDEOGRAPH, Words, read_words

__all__ = ["TextModel", "packaged", "score_blocks"]

_ASKED = ("twins", "words", "closed", "cue_related", "cue_off", "last", "prose", "upper")
"""Columns that `temper` reads."""

_Columns = dict[str, NDArray[np.float32]]

_LIKELY, _BRIEF_WORDS, _APART, _FAR = 0.2, 80, 3, 999
"""Chance of a sentence that counts; words of a brief, blocks between sentences that stand alone, and between none."""

_CAPITALS, _HEADING_WORDS, _INSIDE = 0.9, (3, 12), 0.5
"""Share of capitals and words of a heading in capitals; chance of the paragraphs on both sides, at least."""

_EDGE = 1e-4
"""Probabilities stay this far from 0 and 1."""

# Chosen by cross-validation on 830 pages: word F1 stays, and the list behind the Darpan seed goes.
_TITLE_WORDS, _BELOW = 5, 12
"""Words of a title, or of a line that introduces a list, at least; blocks looked at below a heading."""

_OVER, _REPEATED = 0.85, 0.3
"""Shares: of the likely words above the heading, and of repeated blocks below it, at least."""

_TWIN, _BEHIND = 0.6, 0.3
"""What the odds of a repeated title, and of a lone sentence or a block behind such a heading, are multiplied with."""


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
    _, matrix = contextualise(names, own, first, words)
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
    Return *chances* with what too few pages teach.

    A line that ends in a colon introduces what follows it; one in capitals between paragraphs is a heading. A title
    that stands on the page twice is a headline repeated or a teaser; behind a heading such as "MORE National ARTICLES"
    or "Read next" the article is over; and sentences that stand alone, far from each other, are the teasers of an index
    page.

    Args:
        names: of the columns of *matrix*, as `describe` gives both.
        matrix: of the page.
        chances: of its blocks, shape (blocks,).
        weight: words of its blocks, shape (blocks,).
    """
    column = {name: matrix[:, names.index(name)] for name in _ASKED}
    led = _led(column, chances, weight)
    odds = _repeated(column, led, weight) * _alone(column, led, weight) * led
    return np.asarray(odds / (odds + 1 - led))


def _led(column: _Columns, chances: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return *chances* with lines that introduce a list, and headings in capitals, as likely as what they stand by."""
    before, after = np.append(0, chances[:-1]), np.append(chances[1:], 0)
    opens = (column["last"] == COLON) & (weight >= _TITLE_WORDS)
    led = np.where(opens, np.maximum(chances, after), chances)
    near = np.minimum(before, after)
    capitals = (column["upper"] >= _CAPITALS) & (weight >= _HEADING_WORDS[0]) & (weight <= _HEADING_WORDS[1])
    alone = (column["twins"] == 1) & (column["cue_off"] == 0) & (near >= _INSIDE)
    return np.where(capitals & alone, np.maximum(led, near), led)


def _repeated(column: _Columns, chances: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return what to multiply the odds of repeated titles with, and those of the blocks behind a section switch.

    A switch stands at the end of the likely text, with repeated titles below it: the wording alone would also stop at a
    box in the middle.
    """
    twins = column["twins"] > 1
    factor = np.where(twins & (column["words"] >= np.log1p(_TITLE_WORDS)) & (column["closed"] == 0), _TWIN, 1.0)
    mass = np.cumsum(chances * weight)
    for head in np.flatnonzero(column["cue_related"] == WHOLE):
        below = twins[head + 1 : head + 1 + _BELOW]
        if mass[head] >= _OVER * mass[-1] and len(below) and below.mean() >= _REPEATED:
            factor[head:] *= _BEHIND
            break
    return factor


def _alone(column: _Columns, chances: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what to multiply the odds of lone sentences with, on a page that has hardly more than those."""
    factor = np.ones(len(chances))
    likely = np.flatnonzero((chances >= _LIKELY) & (column["prose"] > 0))
    if len(likely) and weight[likely].sum() < _BRIEF_WORDS:
        steps = np.diff(likely, prepend=-_FAR, append=likely[-1] + _FAR)
        lone = likely[np.minimum(steps[:-1], steps[1:]) >= _APART]
        factor[lone] = _BEHIND
        factor[likely[np.argmax((chances * weight)[likely])]] = 1.0
    return factor


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
