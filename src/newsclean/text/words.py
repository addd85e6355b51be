"""
The words of a dump: all blocks in one buffer of code points, cut into words and hashed by array operations.

Scripts without spaces between words (Chinese, Japanese, Thai, Khmer, Burmese) count every character as a word.
"""

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block
from newsclean.text.dump import unmarked

__all__ = ["CLASSES", "POWERS", "Words", "mix", "read_words"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# Classes of characters. Those below SPACE make words; one of IDEOGRAPH is a word by itself, because Chinese, Japanese
# and Thai put no space between words.
UPPER, LOWER, LETTER, DIGIT, IDEOGRAPH, SPACE, STOP, COMMA, QUOTE, BAR, BRACKET, DASH, ASK, COLON, OTHER = range(15)
CLASSES = 16
"""Room for the classes of characters."""

POWERS = np.cumprod(np.full(64, 0x9E3779B97F4A7C15, np.uint64), dtype=np.uint64)
"""What the place of a character in a word, or of a word in a block, counts in a hash."""

_LAST_POWER = len(POWERS) - 1
_OPENING_WORDS = 3
_MORE_IDEOGRAPHS, _AN_IDEOGRAPH, _A_SYMBOL = 0x20000, 0x4E00, 0x2600


class Words(msgspec.Struct, frozen=True):
    """
    The words of a page.

    Args:
        blocks: number of blocks.
        counts: characters of each class, shape (blocks, classes).
        first: class of the first character of each block.
        last: class of the last one.
        block: block of each word, shape (words,).
        rank: place of each word in its block, from 0, shape (words,).
        hashes: of the folded words, shape (words,).
        capital: class of each word's first character, shape (words,).
        length: characters of each word, shape (words,).
        pair_block: block of each pair of words, shape (pairs,).
        pairs: hashes of two words in a row, never across blocks, shape (pairs,).
        lines: hash of each block's words, 0 without words, shape (blocks,).
        openings: hash of each block's first three words, shape (blocks,).
        marked: share of each block's characters that are Markdown marks and link targets, shape (blocks,).
        clock: hours and minutes ("9:30") in each block, shape (blocks,).
    """

    blocks: int
    counts: Ints
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    block: Ints
    rank: Ints
    hashes: NDArray[np.uint64]
    capital: NDArray[np.uint8]
    length: Ints
    pair_block: Ints
    pairs: NDArray[np.uint64]
    lines: NDArray[np.uint64]
    openings: NDArray[np.uint64]
    marked: Floats
    clock: Ints


# Marks and joiners that stand inside words: Latin, Arabic, Devanagari, Bengali, Tamil.
_MARKS_IN_WORDS = (
    (0x0300, 0x036F),
    (0x064B, 0x065F),
    (0x0900, 0x0903),
    (0x093A, 0x094F),
    (0x0981, 0x0983),
    (0x09BC, 0x09CD),
    (0x0B82, 0x0BCD),
    (0x200C, 0x200D),
)
# Thai and Lao, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = (
    (0x0E00, 0x0EDF),
    (0x1000, 0x109F),
    (0x1780, 0x17DD),
    (0x3041, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
)
_SIGNS = (
    (STOP, ".!…。！｡।॥։።"),
    (COMMA, ",;、，；،؛"),
    (QUOTE, '"“”„«»「」『』‘’‚‹'),
    (BAR, "|·•›/\\>→»*+#"),
    (BRACKET, "()[]{}（）【】"),
    (DASH, "-–—−―"),
    (ASK, "?？؟"),
    (COLON, ":："),
)


@lru_cache(maxsize=1)
def _alphabet() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return class and lower case of every character of the basic plane."""
    classes = np.full(0x10000, OTHER, np.uint8)
    lower = np.arange(0x10000, dtype=np.uint32)
    for code in range(0x10000):
        char = chr(code)
        if char.isalpha():
            classes[code] = UPPER if char.isupper() else LOWER if char.islower() else LETTER
            folded = char.lower()
            lower[code] = ord(folded) if len(folded) == 1 else code
        elif char.isdigit():
            classes[code] = DIGIT
        elif char.isspace():
            classes[code] = SPACE
    for start, end in _MARKS_IN_WORDS:
        classes[start : end + 1] = LETTER
    for start, end in _UNSPACED:
        classes[start : end + 1] = IDEOGRAPH
    for kind, chars in _SIGNS:
        classes[[ord(c) for c in chars]] = kind
    return classes, lower


def mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return *hashes* with their bits spread (the finaliser of SplitMix64, shortened): low bits make good slots."""
    hashes = (hashes ^ (hashes >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return hashes ^ (hashes >> np.uint64(32))


def read_words(blocks: tuple[Block, ...]) -> Words:
    """Return the words of *blocks*, Markdown marks left aside."""
    texts = [unmarked(b.text) for b in blocks]
    n = len(texts)
    sizes = np.array([len(t) + 1 for t in texts], np.int64)
    raw = np.array([len(b.text) + 1 for b in blocks], np.int64)
    kind, lower = _characters("\n".join(texts) + "\n")
    owner = np.repeat(np.arange(n), sizes)
    counts = np.bincount(owner * CLASSES + kind, minlength=n * CLASSES).reshape(n, CLASSES)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    at, hashes, length = _cut(kind, lower)
    block = owner[at]
    rank = np.arange(len(block)) - np.searchsorted(block, block)
    inside = block[1:] == block[:-1]
    lines, openings = _hash_blocks(hashes, block, rank, n)
    # Two digits with a colon between them tell the time.
    colon = (kind[1:-1] == COLON) & (kind[:-2] == DIGIT) & (kind[2:] == DIGIT)
    return Words(
        blocks=n,
        counts=counts,
        first=kind[starts],
        last=kind[np.maximum(ends - 2, starts)],
        block=block,
        rank=rank,
        hashes=hashes,
        capital=kind[at],
        length=length,
        pair_block=block[1:][inside],
        pairs=mix(hashes[:-1] * np.uint64(3) + hashes[1:])[inside],
        lines=lines,
        openings=openings,
        marked=(1.0 - sizes / raw).astype(np.float32),
        clock=np.bincount(owner[1:-1][colon], minlength=n),
    )


def _characters(text: str) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """Return class and lower case of each character of *text*."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes, lower = _alphabet()
    # Above the basic plane only the ideographs (planes 2 and 3) are letters; the rest is emoji and the like.
    rare = np.where(codes >= _MORE_IDEOGRAPHS, _AN_IDEOGRAPH + (codes & 0xFFF), _A_SYMBOL)
    small = np.where(codes < len(classes), codes, rare)
    return classes[small], lower[small].astype(np.uint64)


def _cut(kind: NDArray[np.uint8], lower: NDArray[np.uint64]) -> tuple[Ints, NDArray[np.uint64], Ints]:
    """Return where each word begins, its hash and its length; an ideograph begins a word and ends it."""
    at = np.flatnonzero(kind < SPACE)
    begins = np.ones(len(at), bool)
    begins[1:] = (np.diff(at) > 1) | (kind[at[1:]] == IDEOGRAPH) | (kind[at[:-1]] == IDEOGRAPH)
    heads = np.flatnonzero(begins)
    length = np.diff(np.append(heads, len(at)))
    place = np.minimum(np.arange(len(at)) - np.repeat(heads, length), _LAST_POWER)
    values = (lower[at] + np.uint64(1)) * POWERS[place]
    hashes = mix(np.add.reduceat(values, heads)) if len(heads) else np.empty(0, np.uint64)
    return at[heads], hashes, length


def _hash_blocks(
    hashes: NDArray[np.uint64],
    block: Ints,
    rank: Ints,
    n: int,
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the hash of all words, and of the first three, of each of *n* blocks."""
    ordered = hashes * POWERS[np.minimum(rank, _LAST_POWER)]
    lines, openings = np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    np.add.at(lines, block, ordered)
    opening = rank < _OPENING_WORDS
    np.add.at(openings, block[opening], ordered[opening])
    return mix(lines), mix(openings + np.uint64(7))
