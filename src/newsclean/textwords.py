"""
The words of a dump: all blocks in one buffer of code points, cut into words and hashed by array operations.

Scripts without spaces between words (Chinese, Japanese, Thai, Khmer, Burmese) count every character as a word.
"""

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block
from newsclean.textdump import unmarked

__all__ = ["CLASSES", "POWERS", "Words", "mix", "read_words"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# Classes of characters. Those below SPACE make words; one of IDEOGRAPH is a word by itself, because Chinese, Japanese
# and Thai put no space between words.
UPPER, LOWER, LETTER, DIGIT, IDEOGRAPH, SPACE, STOP, COMMA, QUOTE, BAR, BRACKET, DASH, ASK, COLON, OTHER = (
    range(15)
)
CLASSES = 16
"""Room for the classes of characters."""

POWERS = np.cumprod(np.full(64, 0x9E3779B97F4A7C15, np.uint64), dtype=np.uint64)
"""What the place of a character in a word, or of a word in a block, counts in a hash."""


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
    for start, end in ((0x0300, 0x036F), (0x064B, 0x065F), (0x0900, 0x0903), (0x093A, 0x094F), (0x0981, 0x0983),
                       (0x09BC, 0x09CD), (0x0B82, 0x0BCD), (0x200C, 0x200D)):
        classes[start : end + 1] = LETTER  # marks that stand inside words
    for start, end in ((0x0E00, 0x0EDF), (0x1000, 0x109F), (0x1780, 0x17DD), (0x3041, 0x30FF), (0x3400, 0x9FFF),
                       (0xF900, 0xFAFF), (0xFF66, 0xFF9F)):
        classes[start : end + 1] = IDEOGRAPH
    for kind, chars in (
        (STOP, ".!…。！｡؟?？।॥։።"), (COMMA, ",;、，；،؛"), (QUOTE, '"“”„«»「」『』‘’‚‹'), (BAR, "|·•›/\\>→»*+#"),
        (BRACKET, "()[]{}（）【】"), (DASH, "-–—−―"), (ASK, "?？؟"), (COLON, ":："),
    ):
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
    buffer = ("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(buffer, np.uint32)
    classes, lower = _alphabet()
    # Above the basic plane only the ideographs (planes 2 and 3) are letters; the rest is emoji and the like.
    high = codes > 0xFFFF
    small = np.where(high, np.where(codes >= 0x20000, 0x4E00 + (codes & 0xFFF), 0x2600), codes)
    kind = classes[small]
    owner = np.repeat(np.arange(n), sizes)
    counts = np.bincount(owner * CLASSES + kind, minlength=n * CLASSES).reshape(n, CLASSES)
    ends = np.cumsum(sizes)
    starts = ends - sizes

    # Words: runs of word characters; an ideograph begins one and ends it.
    is_word = kind < SPACE
    at = np.flatnonzero(is_word)
    begins = np.ones(len(at), bool)
    begins[1:] = (np.diff(at) > 1) | (kind[at[1:]] == IDEOGRAPH) | (kind[at[:-1]] == IDEOGRAPH)
    heads = np.flatnonzero(begins)
    length = np.diff(np.append(heads, len(at)))
    place = np.minimum(np.arange(len(at)) - np.repeat(heads, length), 63)
    values = (lower[small[at]].astype(np.uint64) + np.uint64(1)) * POWERS[place]
    hashes = mix(np.add.reduceat(values, heads)) if len(heads) else np.empty(0, np.uint64)
    block = owner[at[heads]]
    inside = block[1:] == block[:-1]
    pairs = mix(hashes[:-1] * np.uint64(3) + hashes[1:])[inside]
    rank = np.arange(len(block)) - np.searchsorted(block, block)
    ordered = hashes * POWERS[np.minimum(rank, 63)]
    lines, openings = np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    np.add.at(lines, block, ordered)
    opening = rank < 3
    np.add.at(openings, block[opening], ordered[opening])
    # Two digits, a colon, two digits: the middle colon marks the time.
    colon = (kind[1:-1] == COLON) & (kind[:-2] == DIGIT) & (kind[2:] == DIGIT) if len(kind) > 2 else kind[:0] > 0
    return Words(
        blocks=n,
        counts=counts,
        first=kind[starts],
        last=kind[np.maximum(ends - 2, starts)],
        block=block,
        rank=rank,
        hashes=hashes,
        capital=kind[at[heads]],
        length=length,
        pair_block=block[1:][inside],
        pairs=pairs,
        lines=mix(lines),
        openings=mix(openings + np.uint64(7)),
        marked=(1.0 - sizes / raw).astype(np.float32),
        clock=np.bincount(owner[1:-1][colon], minlength=n),
    )


