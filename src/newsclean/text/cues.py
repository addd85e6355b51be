"""
Cue phrases in the words of a dump: all of the lexicon looked up at once, by hash.

`lexicon` answers which phrase a block carries, and says so in the record; this answers only of which kind it is, for
the model's columns, at a tenth of the time.
"""

from collections.abc import Iterable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block
from newsclean.lexicon import Cue
from newsclean.text.words import COLON, POWERS, STOP, Words, mix, read_words

__all__ = ["GROUPS", "WHOLE", "CueTable", "find_cues", "make_table"]

GROUPS: dict[str, tuple[str, ...]] = {
    "related": ("related",),
    "comments": ("comments",),
    "chrome": (
        "navigation",
        "share",
        "legal",
        "consent",
        "advertisement",
        "newsletter",
        "paywall",
        "bot_wall",
        "not_found",
    ),
    "credit": ("credit", "caption"),
    "meta": ("byline", "timestamp", "timestamp_modified", "desk", "reporting", "author_bio", "correction"),
}
"""Columns of the model, and the labels of the lexicon that count for each."""

_WHOLE, _START, _INSIDE, _GAPPED = range(4)
_SALTS = (np.arange(4, dtype=np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)
_STARTS, _GRAMS, _AROUND = 8, 6, 2
"""Words of the longest phrase looked up at a block's start, anywhere in it, and on each side of a gap."""

WHOLE = 2
"""What a phrase counts that is a whole block; one at its start, or within it, counts 1."""

_RELATED = 1
"""Number of the group "related", plus one as in the table."""

_GAP_WORDS, _SHORT_WORDS = 8, 40
_BITS, _PLACES = 19, 3
"""Size of the table, as a power of two; slots in a row that a phrase may stand in."""


class CueTable(msgspec.Struct, frozen=True):
    """
    Phrases by hash.

    Args:
        groups: number of the phrase's group plus one, by the low bits of its hash or next to that; 0 without a phrase.
        checks: other bits of the hash, so that a stranger in the same slot is told apart.
    """

    groups: NDArray[np.uint8]
    checks: NDArray[np.uint16]


def make_table(cues: Iterable[Cue]) -> CueTable:
    """Return *cues* as a table; of phrases with the same words the first counts."""
    group_of = {label: i + 1 for i, labels in enumerate(GROUPS.values()) for label in labels}
    known = [c for c in cues if c.label in group_of]
    first = read_words(tuple(Block(i, c.phrase.partition("…")[0].strip() or " ", "line") for i, c in enumerate(known)))
    after = read_words(tuple(Block(i, c.phrase.partition("…")[2].strip() or " ", "line") for i, c in enumerate(known)))
    groups, checks = np.zeros(2**_BITS, np.uint8), np.zeros(2**_BITS, np.uint16)
    heads, tails = _whole(first), _whole(after)
    for i, cue in enumerate(known):
        if "…" in cue.phrase:
            key = _keys(heads[i : i + 1] * np.uint64(5) + tails[i : i + 1], _GAPPED)[0]
        elif heads[i]:
            key = _keys(heads[i : i + 1], ("whole", "start", "inside").index(cue.match))[0]
        else:
            continue
        for slot in _slots(key):
            if not groups[slot] or checks[slot] == int(key >> np.uint64(48)):
                groups[slot] = groups[slot] or group_of[cue.label]
                checks[slot] = int(key >> np.uint64(48))
                break
    return CueTable(groups, checks)


def _slots(keys: NDArray[np.uint64]) -> Iterator[NDArray[np.int64]]:
    """Yield the slots of the table that phrases with *keys* may stand in, nearest first."""
    for step in range(_PLACES):
        yield ((keys + np.uint64(step)) & np.uint64(2**_BITS - 1)).astype(np.int64)


def _keys(hashes: NDArray[np.uint64], kind: int) -> NDArray[np.uint64]:
    return mix(hashes ^ _SALTS[kind])


def _whole(words: Words) -> NDArray[np.uint64]:
    """Return for each block the hash of all its words in order, 0 without words."""
    total = np.zeros(words.blocks, np.uint64)
    np.add.at(total, words.block, words.hashes * POWERS[np.minimum(words.rank, 63)])
    return total


def find_cues(words: Words, table: CueTable) -> NDArray[np.uint8]:
    """
    Return how strongly each block carries a phrase of each group.

    2 when the phrase is the whole block, words in its gap included; 1 when it opens the block or stands in a short
    one; 0 else. Shape (blocks, groups).
    """
    size = np.bincount(words.block, minlength=words.blocks)
    prefixes = _prefixes(words, size)
    questions = [
        *_grams(words, size),
        *((_START, np.flatnonzero(size >= i), prefixes[i][size >= i]) for i in range(1, _STARTS + 1)),
        *_gapped(words, size, prefixes),
    ]
    short = np.flatnonzero((size > 0) & (size <= _SHORT_WORDS))
    questions.append((_WHOLE, short, _whole(words)[short]))
    kinds = np.repeat([kind for kind, _, _ in questions], [len(blocks) for _, blocks, _ in questions])
    asked = np.concatenate([blocks for _, blocks, _ in questions])
    groups = _look_up(table, np.concatenate([_keys(hashes, kind) for kind, _, hashes in questions]))
    # "More articles of clothing were found." is a sentence; "Read also: …" and "More on this" are none.
    sentence = (words.last == STOP) & (words.counts[:, COLON] == 0)
    hit = np.flatnonzero((groups > 0) & ~((kinds == _START) & (groups == _RELATED) & sentence[asked]))
    strength = np.where((kinds[hit] == _WHOLE) | (kinds[hit] == _GAPPED), WHOLE, 1).astype(np.uint8)
    found = np.zeros((words.blocks, len(GROUPS) + 1), np.uint8)
    np.maximum.at(found, (asked[hit], groups[hit].astype(np.int64)), strength)
    return found[:, 1:]


_Question = tuple[int, NDArray[np.int64], NDArray[np.uint64]]
"""What kind of phrase is looked up, the blocks asked about, and a hash for each of them."""

_RELATIVE = POWERS[0:1] ** np.arange(_GRAMS, dtype=np.uint64)
"""POWERS[i] is POWERS[0] to the power of i + 1: what turns a gram's rolling sum into that of a phrase by itself."""


def _look_up(table: CueTable, keys: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return the groups of *keys*, 0 for those of no phrase."""
    checks = (keys >> np.uint64(48)).astype(np.uint16)
    groups = np.zeros(len(keys), np.uint8)
    for slots in _slots(keys):
        np.maximum(groups, np.where(table.checks[slots] == checks, table.groups[slots], 0), out=groups)
    return groups


def _grams(words: Words, size: NDArray[np.int64]) -> Iterator[_Question]:
    """Yield every run of up to _GRAMS words in the short blocks."""
    left = size[words.block] - words.rank
    left[size[words.block] > _SHORT_WORDS] = 0
    grams = words.hashes.copy()
    for length in range(1, min(_GRAMS, len(grams)) + 1):
        if length > 1:
            grams[: 1 - length] += words.hashes[length - 1 :] * _RELATIVE[length - 1]
        fits = left >= length
        yield _INSIDE, words.block[fits], grams[fits] * POWERS[0]


def _prefixes(words: Words, size: NDArray[np.int64]) -> list[NDArray[np.uint64]]:
    """Return the hashes of the first 0 to _STARTS words of each block."""
    starts = np.cumsum(size) - size
    prefixes = [np.zeros(words.blocks, np.uint64)]
    for length in range(1, _STARTS + 1):
        longer = prefixes[-1].copy()
        has = size >= length
        longer[has] += words.hashes[starts[has] + length - 1] * POWERS[length - 1]
        prefixes.append(longer)
    return prefixes


def _gapped(words: Words, size: NDArray[np.int64], prefixes: list[NDArray[np.uint64]]) -> Iterator[_Question]:
    """Yield the words before and after a gap, as in "More National articles"."""
    ends = np.cumsum(size)
    for before in range(_AROUND + 1):
        for after in range(_AROUND + 1):
            gap = size - before - after
            fits = np.flatnonzero((gap >= 1) & (gap <= _GAP_WORDS))
            tails = np.zeros(len(fits), np.uint64)
            for i in range(after):
                tails += words.hashes[ends[fits] - after + i] * POWERS[i]
            if before + after:
                yield _GAPPED, fits, prefixes[before][fits] * np.uint64(5) + tails
