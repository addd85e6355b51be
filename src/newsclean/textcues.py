"""
Cue phrases in the words of a dump: all of the lexicon looked up at once, by hash.

`lexicon` answers which phrase a block carries, and says so in the record; this answers only of which kind it is, for
the model's columns, at a tenth of the time.
"""

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block
from newsclean.lexicon import Cue
from newsclean.textwords import COLON, POWERS, STOP, Words, mix, read_words

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
_BITS = 19


class CueTable(msgspec.Struct, frozen=True):
    """
    Phrases by hash.

    Args:
        groups: number of the phrase's group plus one, by the low bits of its hash; 0 without a phrase.
        checks: other bits of the hash, so that a stranger in the same slot is told apart.
    """

    groups: NDArray[np.uint8]
    checks: NDArray[np.uint16]


def make_table(cues: Iterable[Cue]) -> CueTable:
    """Return *cues* as a table; of phrases with the same words the first counts, as does the first in a slot."""
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
        slot = int(key & np.uint64(2**_BITS - 1))
        if not groups[slot]:
            groups[slot] = group_of[cue.label]
            checks[slot] = int(key >> np.uint64(48))
    return CueTable(groups, checks)


def _keys(hashes: NDArray[np.uint64], kind: int) -> NDArray[np.uint64]:
    return mix(hashes ^ _SALTS[kind])


def _whole(words: Words) -> NDArray[np.uint64]:
    """Return for each block the hash of all its words in order, 0 without words."""
    total = np.zeros(words.blocks, np.uint64)
    np.add.at(total, words.block, words.hashes * POWERS[np.minimum(words.rank, 63)])
    return total


def _look_up(table: CueTable, hashes: NDArray[np.uint64], kind: int) -> NDArray[np.uint8]:
    """Return the groups of *hashes*, 0 for those of no phrase."""
    keys = _keys(hashes, kind)
    slots = (keys & np.uint64(2**_BITS - 1)).astype(np.int64)
    groups = table.groups[slots]
    groups[(table.checks[slots] != (keys >> np.uint64(48)).astype(np.uint16)) | (hashes == 0)] = 0
    return groups


def find_cues(words: Words, table: CueTable) -> NDArray[np.uint8]:
    """
    Return how strongly each block carries a phrase of each group.

    2 when the phrase is the whole block, words in its gap included; 1 when it opens the block or stands in a short
    one; 0 else. Shape (blocks, groups).
    """
    found = np.zeros((words.blocks, len(GROUPS) + 1), np.uint8)
    size = np.bincount(words.block, minlength=words.blocks)
    short = size[words.block] <= _SHORT_WORDS
    grams = words.hashes.copy()
    for length in range(1, _GRAMS + 1):
        if length > 1:
            if len(grams) < length:
                break
            grams[: 1 - length] += words.hashes[length - 1 :] * _RELATIVE[length - 1]
        fits = short & (words.rank + length <= size[words.block])
        _note(found, words.block[fits], _look_up(table, grams[fits] * POWERS[0], _INSIDE), 1)
    starts = np.cumsum(size) - size
    # "More articles of clothing were found." is a sentence; "Read also: …" and "More on this" are none.
    whole_sentence = (words.last == STOP) & (words.counts[:, COLON] == 0)
    running = np.zeros(words.blocks, np.uint64)
    prefixes = [running]
    for length in range(1, _STARTS + 1):
        has = size >= length
        running = running.copy()
        running[has] += words.hashes[starts[has] + length - 1] * POWERS[length - 1]
        prefixes.append(running)
        hits = _look_up(table, running[has], _START)
        hits[whole_sentence[has] & (hits == _RELATED)] = 0
        _note(found, np.flatnonzero(has), hits, 1)
    every = np.flatnonzero((size > 0) & (size <= _SHORT_WORDS))
    _note(found, every, _look_up(table, _whole(words)[every], _WHOLE), WHOLE)
    _find_gapped(found, words, table, prefixes, size, starts)
    return found[:, 1:]


_RELATIVE = POWERS[0:1] ** np.arange(64, dtype=np.uint64)
"""POWERS[i] is POWERS[0] to the power of i + 1: what turns a gram's rolling sum into that of a phrase by itself."""


def _find_gapped(
    found: NDArray[np.uint8],
    words: Words,
    table: CueTable,
    prefixes: list[NDArray[np.uint64]],
    size: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> None:
    """Note blocks like "More National articles": a phrase with a gap of a few words."""
    for before in range(_AROUND + 1):
        for after in range(_AROUND + 1):
            gap = size - before - after
            fits = np.flatnonzero((gap >= 1) & (gap <= _GAP_WORDS)) if before + after else np.empty(0, np.int64)
            tails = np.zeros(len(fits), np.uint64)
            for i in range(after):
                tails += words.hashes[starts[fits] + size[fits] - after + i] * POWERS[i]
            hashes = prefixes[before][fits] * np.uint64(5) + tails
            _note(found, fits, _look_up(table, hashes, _GAPPED), WHOLE)


def _note(found: NDArray[np.uint8], blocks: NDArray[np.int64], groups: NDArray[np.uint8], strength: int) -> None:
    hit = np.flatnonzero(groups)
    np.maximum.at(found, (blocks[hit], groups[hit].astype(np.int64)), np.uint8(strength))
