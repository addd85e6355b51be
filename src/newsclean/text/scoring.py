"""Blocks of a dump to probabilities that they belong to the body: a first forest, then two that know its answers."""

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

_ASKED = ("twins", "words", "closed", "cue_related", "cue_off", "last", "prose", "upper", "mark", "indent")
"""Columns that `temper` reads."""

_Columns = dict[str, NDArray[np.float32]]

_LIKELY, _BRIEF_WORDS, _APART, _FAR = 0.2, 80, 3, 999
"""Chance of a sentence that counts; words of a brief, blocks between sentences that stand alone, and between none."""

_CAPITALS, _HEADING_WORDS, _INSIDE = 0.9, (3, 12), 0.5
"""Share of capitals and words of a heading in capitals; chance of the paragraphs on both sides, at least."""

_NEARLY, _SURELY = 0.25, 0.55
"""Chance of a paragraph that goes on with the one above, and of that one, at least."""

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
        branched: another over the same, of branched trees.
        expected: expected F1 as computed from the probabilities, rising.
        measured: mean word F1 of held-out pages with that expectation.
    """

    tables: Tables
    first: model.Forest
    second: model.Forest
    branched: model.Branched
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
    second, branched = model.probabilities(trained.second, matrix), model.probabilities(trained.branched, matrix)
    # Forests err in different places, those that know more of the page are the surer of their mistakes: the mean of all
    # errs less than any.
    weight = weigh(words)
    shifted, expected = decide(temper(names, own, (first + second + branched) / 3, weight), weight)
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

    A line that ends in a colon introduces what follows it; a short one between paragraphs is a heading; a paragraph set
    like the likely one above it goes on with it. A title that stands on the page twice is a headline repeated or a
    teaser; behind a heading such as "MORE National ARTICLES" or "Read next" the article is over; and sentences that
    stand alone, far from each other, are the teasers of an index page.

    Args:
        names: of the columns of *matrix*, as `describe` gives both.
        matrix: of the page.
        chances: of its blocks, shape (blocks,).
        weight: words of its blocks, shape (blocks,).
    """
    column = {name: matrix[:, names.index(name)] for name in _ASKED}
    led = np.maximum(_led(column, chances, weight), _followed(column, chances))
    odds = _repeated(column, led, weight) * _alone(column, led, weight) * led
    return np.asarray(odds / (odds + 1 - led))


def _led(column: _Columns, chances: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return *chances* with lines that introduce a list, and headings, raised to what they stand by.

    Those in capitals as far as the less likely of the paragraphs on both sides, others half of the way.
    """
    before, after = np.append(0, chances[:-1]), np.append(chances[1:], 0)
    opens = (column["last"] == COLON) & (weight >= _TITLE_WORDS)
    led = np.where(opens, np.maximum(chances, after), chances)
    near = np.minimum(before, after)
    alone = (column["twins"] == 1) & (column["cue_off"] == 0) & (near >= _INSIDE) & (weight <= _HEADING_WORDS[1])
    capitals = alone & (column["upper"] >= _CAPITALS) & (weight >= _HEADING_WORDS[0])
    prose = column["prose"] > 0
    among = np.append(False, prose[:-1]) & np.append(prose[1:], False)
    short = alone & among & (column["closed"] == 0) & (column["mark"] == 0) & (weight >= 2)
    return np.maximum(led, np.where(capitals, near, np.where(short, (led + near) / 2, 0)))


def _followed(column: _Columns, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return *chances* with a paragraph below a likely one, set like it, raised half of the way; captions are above."""
    prose = column["prose"] > 0
    alike = (column["indent"][1:] == column["indent"][:-1]) & (column["mark"][1:] == column["mark"][:-1])
    goes_on = prose & np.append(False, prose[:-1] & alike) & (column["cue_off"] == 0) & (column["twins"] == 1)
    raised = chances.copy()
    for at in np.flatnonzero(goes_on & (chances >= _NEARLY)):  # from the top: one that was raised may raise the next
        if raised[at - 1] >= _SURELY:
            raised[at] = max(raised[at], (raised[at] + raised[at - 1]) / 2)
    return raised


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
        forests = model.load("text"), model.load("text_second"), model.load_branched("text_branched")
        return TextModel(tables, *forests, arrays["expected"], arrays["measured"])
