"""What single words say of a block and of a page: learned log-odds, looked up for a whole page at a time."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block
from newsclean.html.columns import Array
from newsclean.html.names import MARK

__all__ = ["KINDS", "WHOLE", "Vocabulary", "WordTable", "heads", "vocabulary"]

HEAD = 88
"""Characters at the start of a block whose words are looked up: a cue stands there, and a short block is seen whole."""

WHOLE = 5
"""Words of a block that is looked up as a whole, too ("related articles")."""

LEAST_KNOWN = 7
"""Known words on a page below which they say nothing of its kind: the text is in a script that trained hardly anything.
No development page has fewer, so that the models do not depend on it."""

KINDS = ("article", "forum", "product", "documentation", "index")
"""Kinds of page told apart by the model."""


class WordTable(msgspec.Struct, frozen=True, eq=False):
    """
    What single words say of a block and a page, learned; equal to itself only, so that a cache can tell tables apart.

    Args:
        hints: place of a class or id word in `near` and `far`; place 0 is for unknown words, place 1 for MARK.
        near: log-odds of the body for what stands close inside a container with that word, shape (words,).
        far: the same further inside, shape (words,).
        text: log-odds of the body for a word at the start of a block, and for a short block as a whole.
        pages: place of a class word or a word at the start of a block in `kinds`.
        kinds: log-odds of each of KINDS for a page on which the word occurs, in tenths, shape (words, kinds).
    """

    hints: dict[str, int]
    near: NDArray[np.float64]
    far: NDArray[np.float64]
    text: dict[str, float]
    pages: dict[str, int]
    kinds: NDArray[np.int8]


class Vocabulary(msgspec.Struct, frozen=True):
    """
    A `WordTable` in which each word is looked up once, whatever is asked of it.

    Args:
        places: place of each word in the arrays; place 0 is for unknown words, place 1 for MARK.
        text: log-odds of the body for a word at the start of a block, shape (words,).
        hints: the same for a word close inside a container and one further inside, shape (2, words).
        pages: place in `kinds`, its last for words it does not have, shape (words,).
        kinds: as in `WordTable`, with a row of zeros at the end.
    """

    places: dict[str, int]
    text: NDArray[np.float64]
    hints: NDArray[np.float64]
    pages: NDArray[np.intp]
    kinds: NDArray[np.int8]

    def look_up(self, words: Sequence[str]) -> Array:
        """Return the places of *words*."""
        return np.fromiter(map(self.places.get, words, repeat(0)), np.intp, len(words))

    def of_hints(self, places: Array) -> Array:
        """
        Return what hints say whose words stand at *places*, each with MARK before it, shape (6, hints).

        Sum, least and most of the log-odds close by, and the same further inside.
        """
        starts = np.flatnonzero(places == self.places[MARK])
        reductions = (np.add.reduceat, np.minimum.reduceat, np.maximum.reduceat)
        return np.stack([reduce(odds[places], starts) for odds in self.hints for reduce in reductions])

    def of_page(self, places: Array) -> dict[str, float]:
        """Return what a page's words, at *places*, say of its kind, by name; each word counts once."""
        known = np.zeros(len(self.kinds), bool)
        known[self.pages[places]] = True
        few = np.count_nonzero(known[:-1]) < LEAST_KNOWN
        known[:-1] &= not few
        known[-1] = few  # zeros
        odds = np.sort(self.kinds[known].T)
        sums, most = odds.sum(axis=1, dtype=np.int64), odds[:, -5:].sum(axis=1, dtype=np.int64)
        said: dict[str, float] = {}
        for kind, total, greatest in zip(KINDS, sums.tolist(), most.tolist(), strict=True):
            said |= {f"words_{kind}": total / odds.shape[1], f"words_{kind}_most": float(greatest)}
        return said


@lru_cache(maxsize=8)
def vocabulary(table: WordTable) -> Vocabulary:
    """Return *table* ready to be looked up."""
    known = list(dict.fromkeys([MARK, *table.hints, *table.text, *table.pages]))
    hints = np.array([0, 0, *(table.hints.get(word, 0) for word in known[1:])])
    return Vocabulary(
        {word: place for place, word in enumerate(known, start=1)},
        np.array([0.0, *(table.text.get(word, 0.0) for word in known)]),
        # The mark counts zero, as an unknown word does.
        np.stack([np.where(hints > 0, odds[hints], 0.0) for odds in (table.near, table.far)]),
        np.array([len(table.kinds), *(table.pages.get(word, len(table.kinds)) for word in known)]),
        np.concatenate([table.kinds, np.zeros((1, len(KINDS)), np.int8)]),
    )


def heads(blocks: Sequence[Block]) -> list[list[str]]:
    """Return the words that each block starts with, lower case."""
    return [b.text[:HEAD].lower().split() for b in blocks]
