"""
Blocks of a dump to numbers: one row for each block, every column computed for the whole page at once.

All of a page's characters lie in one buffer of code points; words, their hashes and all counts come from array
operations on it. Two matrices: `describe` says what a block is and where it stands; `contextualise` adds what a first
model said of the blocks around it.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block
from newsclean.text.cues import GROUPS, WHOLE, CueTable, find_cues
from newsclean.text.words import (
    ASK,
    BAR,
    BRACKET,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    IDEOGRAPH,
    OTHER,
    QUOTE,
    STOP,
    UPPER,
    Words,
    read_words,
)

__all__ = ["Tables", "contextualise", "describe"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WORD_BITS, PAIR_BITS, LINE_BITS = 18, 19, 17
"""Sizes of the hashed tables, as powers of two."""

STEP = 16
"""Log-odds are stored as integers of this many to one."""

_PROSE_WORDS = 10
"""Words from which a block with a full stop counts as running text."""

_STRONG_WORDS, _SHORT_WORDS = 25, 6
"""Words from which running text cannot be a teaser, and under which a block is an entry of a menu."""

_TITLE_CASE = 0.6
"""Share of capitalised words from which a block is a title or a list of names."""

_ECHOES = 3
"""Times a short line stands on a page that repeats it."""

_ECHO_SPANS = ((4, 4), (12, 12), (30, -1), (-1, 30))

_STAMP_WORDS, _LONG_WORDS, _REFRAIN_WORDS = 14, 15, 8
"""Words of a line that tells a time and of one that comes back, fewer than; of a block of some length, at least."""

_STAMP_SPANS = ((3, -1), (-1, 3), (10, -1), (-1, 10))

_YEAR_DIGITS, _TOPIC_LETTERS = 4, 5
_LIKELY, _UNLIKELY, _RUN = 0.5, 0.3, 0.4

_FAR = 60
"""Distances in blocks are cut here."""


class Tables(msgspec.Struct, frozen=True):
    """
    Log-odds that a text belongs to the body, by hash, in units of 1 / STEP.

    Args:
        words: of a word, shape (2 ** WORD_BITS,).
        pairs: of two words in a row, shape (2 ** PAIR_BITS,).
        lines: of a whole short block and of a block's first words, shape (2 ** LINE_BITS,).
        cues: phrases of the lexicon.
    """

    words: NDArray[np.int8]
    pairs: NDArray[np.int8]
    lines: NDArray[np.int8]
    cues: CueTable


def _per(values: NDArray[np.generic], block: Ints, n: int) -> NDArray[np.float64]:
    return np.bincount(block, weights=values.astype(np.float64), minlength=n).astype(np.float64, copy=False)


def _extreme(values: NDArray[np.float64], block: Ints, n: int, function: np.ufunc) -> NDArray[np.float64]:
    """Return the least or greatest of *values* for each block, 0 for a block without any."""
    found = np.zeros(n)
    if len(values):
        heads = np.flatnonzero(np.append(True, block[1:] != block[:-1]))
        found[block[heads]] = function.reduceat(values, heads)
    return found


def _shift(values: NDArray[np.float64], by: int, fill: float = 0.0) -> NDArray[np.float64]:
    """Return the value of the block *by* places on (before, when negative)."""
    out = np.full(len(values), fill)
    if abs(by) < len(values):
        if by > 0:
            out[:-by] = values[by:]
        else:
            out[-by:] = values[:by]
    return out


def _window(values: NDArray[np.float64], back: int, ahead: int) -> NDArray[np.float64]:
    """Return the sum of *values* from *back* places before to *ahead* places after each block, itself included."""
    return _windows(values, ((back, ahead),))[0]


def _windows(values: NDArray[np.float64], spans: Sequence[tuple[int, int]]) -> list[NDArray[np.float64]]:
    """Return the sums of *values*, along its last axis, for each pair of places before and after in *spans*."""
    n = values.shape[-1]
    reach = max(max(span) for span in spans) + 1
    # Running totals, at the left zeros and at the right the whole: no span reaches beyond them.
    total = np.zeros((*values.shape[:-1], n + 1 + 2 * reach))
    np.cumsum(values, axis=-1, out=total[..., reach + 1 : reach + 1 + n])
    total[..., reach + 1 + n :] = total[..., reach + n : reach + n + 1]
    return [
        total[..., reach + ahead + 1 : reach + ahead + 1 + n] - total[..., reach - back : reach - back + n]
        for back, ahead in spans
    ]


def _since(flags: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many blocks ago *flags* was last set, the block itself left out; _FAR when it is far or never."""
    i = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, i, -_FAR - 1)) if len(flags) else i
    before = np.concatenate(([-_FAR - 1], last[:-1])) if len(flags) else last
    return np.minimum(i - before, _FAR).astype(np.float64)


def describe(blocks: tuple[Block, ...], words: Words, tables: Tables) -> tuple[list[str], Floats]:
    """
    Return names and values of the columns of the first model.

    Args:
        blocks: of one dump.
        words: theirs.
        tables: log-odds.

    Returns the columns' names and the matrix, shape (blocks, columns).
    """
    columns: dict[str, NDArray[np.float64]] = {}
    n = words.blocks
    weight = _shape(columns, words)
    _layout(columns, blocks, words)
    _odds(columns, words, tables, weight)
    _cues(columns, words, tables)
    _repeats(columns, words)
    _rhythm(columns, weight)
    _place(columns, weight)
    _neighbours(columns)
    # No more of the page as a whole: of some hundred pages to learn from, its size or vocabulary would name each.
    whole = {
        "page_prose": float((columns["prose"] > 0).mean()) if n else 0.0,
        "page_gaps": float((columns["gap"] > 0).mean()) if n else 0.0,
        "page_ideographs": float(words.counts[:, IDEOGRAPH].sum() / max(words.counts.sum(), 1)),
    }
    # Column after column in memory: that is how the forests read it.
    matrix = np.empty((len(columns) + len(whole), n), np.float32)
    for i, column in enumerate(columns.values()):
        matrix[i] = column
    matrix[len(columns) :] = np.array(list(whole.values()), np.float32)[:, None]
    return [*columns, *whole], matrix.T


def _shape(columns: dict[str, NDArray[np.float64]], words: Words) -> NDArray[np.float64]:
    """Add what a block's characters say; return its length in words, two ideographs to a word."""
    n, counts = words.blocks, words.counts.astype(np.float64)
    count = np.bincount(words.block, minlength=n).astype(np.float64)
    ideographs = counts[:, IDEOGRAPH]
    weight = count - ideographs / 2
    letters = counts[:, :DIGIT].sum(axis=1)
    size = np.maximum(counts.sum(axis=1) - 1, 1)
    capital = _per(words.capital == UPPER, words.block, n)
    number = _per(words.capital == DIGIT, words.block, n)
    year = _per((words.capital == DIGIT) & (words.length == _YEAR_DIGITS), words.block, n)
    safe = np.maximum(count, 1)
    columns["words"] = np.log1p(weight)
    columns["size"] = np.log1p(size)
    columns["word_length"] = letters / np.maximum(count - number, 1)
    columns["upper"] = counts[:, UPPER] / np.maximum(letters, 1)
    columns["capital"] = capital / safe
    columns["capital_inside"] = np.maximum(capital - 1, 0) / np.maximum(count - 1, 1)
    columns["numbers"] = number / safe
    columns["years"] = year
    columns["clock"] = words.clock.astype(np.float64)
    columns["addresses"] = _per(np.isin(words.hashes, _address_words()), words.block, n)
    columns["ideographs"] = ideographs / size
    for name, kind in (
        ("stop", STOP),
        ("ask", ASK),
        ("comma", COMMA),
        ("quote", QUOTE),
        ("bar", BAR),
        ("bracket", BRACKET),
        ("dash", DASH),
        ("colon", COLON),
        ("other", OTHER),
    ):
        columns[f"{name}s"] = np.minimum(counts[:, kind], 20)
        if kind in (STOP, COMMA, QUOTE, BAR, OTHER):
            columns[f"{name}_rate"] = counts[:, kind] / np.maximum(weight, 1)
    columns["sentences"] = weight / (counts[:, STOP] + counts[:, ASK] + 1)
    columns["first"] = words.first.astype(np.float64)
    columns["last"] = words.last.astype(np.float64)
    closed = (words.last == STOP) | (words.last == ASK) | (words.last == QUOTE)
    columns["closed"] = closed.astype(np.float64)
    prose = (weight >= _PROSE_WORDS) & (counts[:, STOP] + counts[:, ASK] > 0) & (columns["capital"] < _TITLE_CASE)
    columns["prose"] = np.where(prose, np.minimum(weight, 80), 0)
    columns["distinct"] = _distinct(words) / safe
    return weight


@lru_cache(maxsize=1)
def _address_words() -> NDArray[np.uint64]:
    """Return the hashes of the words that only addresses hold."""
    return read_words((Block(0, "http https www", "line"),)).hashes


def _distinct(words: Words) -> NDArray[np.float64]:
    """Return the number of different words of each block."""
    keyed = (words.hashes >> np.uint64(20)) | (words.block.astype(np.uint64) << np.uint64(44))
    return np.bincount((np.unique(keyed) >> np.uint64(44)).astype(np.int64), minlength=words.blocks).astype(np.float64)


def _layout(columns: dict[str, NDArray[np.float64]], blocks: tuple[Block, ...], words: Words) -> None:
    """Add how the blocks were set: blank lines, columns, bullets, what was joined."""
    gap = np.array([min(b.gap, 9) for b in blocks], np.float64)
    indent = np.array([min(b.indent, 60) for b in blocks], np.float64)
    mark = np.array([_mark(b.text) for b in blocks], np.float64)
    prose = columns["prose"]
    columns["gap"] = gap
    columns["gap_after"] = _shift(gap, 1, 9.0)
    columns["indent"] = indent
    columns["indent_step"] = indent - _shift(indent, -1)
    columns["indent_next"] = _shift(indent, 1) - indent
    usual = _usual(indent, prose)
    columns["indent_off"] = indent - usual
    columns["indent_prose"] = _per(prose, indent.astype(np.int64), 61)[indent.astype(np.int64)] / max(prose.sum(), 1)
    columns["gap_off"] = gap - _usual(gap, prose)
    columns["mark"] = mark
    columns["marks"] = _window((mark > 0).astype(np.float64), 3, 3)
    columns["joined"] = np.array([min(b.lines, 30) for b in blocks], np.float64)
    columns["marked"] = words.marked.astype(np.float64)


def _mark(text: str) -> int:
    """Return which kind of list or heading mark *text* begins with."""
    head = text[0]
    if head.isalpha():
        return 1 if text.startswith("o ") else 0
    if head in "•‣◦▪●■·*+-–—":
        return 2
    if head.isdigit():
        return 3 if text[:4].lstrip("0123456789").startswith((".", ")")) else 4
    return {"#": 5, "|": 6, "[": 7, "!": 8, "(": 9, "©": 10}.get(head, 0)


def _usual(values: NDArray[np.float64], prose: NDArray[np.float64]) -> float:
    """Return the value that most of the page's running text has, 0 without any."""
    mass = np.bincount(values.astype(np.int64), weights=prose) if len(values) else np.zeros(1)
    return float(mass.argmax()) if mass.any() else 0.0


def _odds(
    columns: dict[str, NDArray[np.float64]],
    words: Words,
    tables: Tables,
    weight: NDArray[np.float64],
) -> None:
    """Add what the words say."""
    n = words.blocks
    word = tables.words[(words.hashes & np.uint64(2**WORD_BITS - 1)).astype(np.int64)].astype(np.float64) / STEP
    pair = tables.pairs[(words.pairs & np.uint64(2**PAIR_BITS - 1)).astype(np.int64)].astype(np.float64) / STEP
    for name, values, block in (("word", word, words.block), ("pair", pair, words.pair_block)):
        total = _per(values, block, n)
        known = _per(values != 0, block, n)
        columns[f"{name}_sum"] = np.clip(total, -40, 80)
        columns[f"{name}_mean"] = total / np.maximum(known, 1)
        columns[f"{name}_known"] = known / np.maximum(np.bincount(block, minlength=n), 1)
        columns[f"{name}_least"] = _extreme(values, block, n, np.minimum)
        columns[f"{name}_most"] = _extreme(values, block, n, np.maximum)
    heads = np.searchsorted(words.block, np.arange(n))
    has = np.bincount(words.block, minlength=n) > 0
    safe = np.minimum(heads, max(len(word) - 1, 0))
    tails = np.searchsorted(words.block, np.arange(n), side="right") - 1
    columns["word_first"] = np.where(has, word[safe], 0) if len(word) else np.zeros(n)
    columns["word_last"] = np.where(has, word[np.maximum(tails, 0)], 0) if len(word) else np.zeros(n)
    for name, hashes in (("line", words.lines), ("opening", words.openings)):
        columns[f"{name}_odds"] = tables.lines[(hashes & np.uint64(2**LINE_BITS - 1)).astype(np.int64)] / STEP
    columns["odds"] = (columns["word_sum"] + columns["pair_sum"]) / np.maximum(weight, 1)


def _cues(columns: dict[str, NDArray[np.float64]], words: Words, tables: Tables) -> None:
    """Add which kinds of cue phrases a block carries, and how long ago the last of its kind was."""
    found = find_cues(words, tables.cues).astype(np.float64)
    for i, name in enumerate(GROUPS):
        columns[f"cue_{name}"] = found[:, i]
        columns[f"cue_{name}_since"] = _since(found[:, i] == WHOLE)
    off = np.minimum(found[:, :3].sum(axis=1), 2)
    columns["cue_off"] = off
    columns["cue_off_-6"] = _window(off, 6, -1)
    columns["cue_off_+6"] = _window(off, -1, 6)


def _repeats(columns: dict[str, NDArray[np.float64]], words: Words) -> None:
    """Add how much of a block stands elsewhere on the page too: headlines repeated in bullets, teaser lists, menus."""
    n = words.blocks
    _, first, inverse, counts = np.unique(words.lines, return_index=True, return_inverse=True, return_counts=True)
    columns["twins"] = np.minimum(counts[inverse], 9).astype(np.float64)
    columns["twin_before"] = (first[inverse] < np.arange(n)).astype(np.float64)
    total = np.maximum(np.bincount(words.pair_block, minlength=n), 1)
    if len(words.pairs):
        _, first, inverse, counts = np.unique(words.pairs, return_index=True, return_inverse=True, return_counts=True)
        earlier = words.pair_block[first[inverse]] < words.pair_block
        last = np.zeros(len(counts), np.int64)
        last[inverse] = words.pair_block  # assignments run in order: the last block that has the pair
        later = last[inverse] > words.pair_block
    else:
        earlier = later = np.zeros(0, bool)
    columns["pairs_before"] = _per(earlier, words.pair_block, n) / total
    columns["pairs_after"] = _per(later, words.pair_block, n) / total
    # A thread of comments says the same few words between its entries ("Reply", "3 days ago"), in any language.
    echo = ((columns["twins"] >= _ECHOES) & (columns["words"] < np.log1p(_SHORT_WORDS))).astype(np.float64)
    for (back, ahead), values in zip(_ECHO_SPANS, _windows(echo, _ECHO_SPANS), strict=True):
        columns[f"echo_{back}_{ahead}"] = values
    repeated = np.maximum(columns["pairs_before"], columns["pairs_after"])
    near, following = _windows(np.stack([repeated, np.ones(n)]), ((4, 4), (0, 6)))
    columns["repeats_near"] = near[0] / near[1]
    columns["repeats_next"] = following[0] / following[1]
    # Running text repeats single words of its headline; so does a caption, never a menu.
    topic = words.hashes[(words.length >= _TOPIC_LETTERS) & (columns["prose"][words.block] > 0)]
    known = np.isin(words.hashes, topic) & (words.length >= _TOPIC_LETTERS)
    long = np.maximum(_per(words.length >= _TOPIC_LETTERS, words.block, n), 1)
    columns["topic"] = _per(known, words.block, n) / long
    # What a page says most often, apart from its menus, are the little words of its language.
    _, place, counts = np.unique(words.hashes, return_inverse=True, return_counts=True)
    often = counts[place]
    safe = np.maximum(np.bincount(words.block, minlength=n), 1)
    columns["often"] = _per(np.log(np.maximum(often, 1)), words.block, n) / safe
    columns["once"] = _per(often == 1, words.block, n) / safe


def _rhythm(columns: dict[str, NDArray[np.float64]], weight: NDArray[np.float64]) -> None:
    """Add what threads and lists of teasers say with each entry: a time ("3 May 2024"), the same line ("Read more")."""
    stamp = (weight < _STAMP_WORDS) & ((columns["clock"] > 0) | (columns["years"] > 0))
    for (back, ahead), values in zip(_STAMP_SPANS, _windows(stamp.astype(np.float64), _STAMP_SPANS), strict=True):
        columns[f"stamp_{back}_{ahead}"] = values
    long = weight >= _LONG_WORDS
    columns["stamps"] = np.full(len(weight), stamp.sum() / max(long.sum(), 1))
    refrain = np.where((weight < _REFRAIN_WORDS) & (columns["twins"] > 1), columns["twins"], 0)
    columns["refrain_before"] = np.maximum.reduce([_shift(refrain, -by) for by in (1, 2, 3)])
    columns["refrain_after"] = np.maximum.reduce([_shift(refrain, by) for by in (1, 2, 3)])
    sung = long & (columns["refrain_after"] >= _ECHOES)
    columns["refrains"] = np.full(len(weight), sung.sum() / max(long.sum(), 1))


def _place(columns: dict[str, NDArray[np.float64]], weight: NDArray[np.float64]) -> None:
    """Add where a block stands: in the page, and among its running text."""
    n = len(weight)
    i = np.arange(n, dtype=np.float64)
    prose = columns["prose"]
    before, prose_before = np.cumsum(weight) - weight, np.cumsum(prose) - prose
    columns["index"] = np.minimum(i, 300)
    columns["index_back"] = np.minimum(n - 1 - i, 300)
    columns["index_share"] = i / max(n, 1)
    columns["words_before"] = before / max(weight.sum(), 1)
    columns["words_before_log"] = np.log1p(before)
    columns["prose_before"] = prose_before / max(prose.sum(), 1)
    columns["prose_after"] = 1 - (prose_before + prose) / max(prose.sum(), 1)
    flag = prose > 0
    columns["to_prose_before"] = _since(flag)
    columns["to_prose_after"] = _since(flag[::-1])[::-1]
    strong = prose >= _STRONG_WORDS
    columns["to_strong_before"] = _since(strong)
    columns["to_strong_after"] = _since(strong[::-1])[::-1]
    spans = ((2, 2), (5, 5), (12, 12), (5, -1), (-1, 5), (20, -1), (-1, 20))
    for (back, ahead), values in zip(spans, _windows(prose, spans), strict=True):
        columns[f"prose_{back}_{ahead}"] = values
    short = (weight < _SHORT_WORDS).astype(np.float64)
    columns["short_before"] = _window(short, 6, -1)
    columns["short_after"] = _window(short, -1, 6)
    columns["short_run"] = _since(short == 0)
    columns["short_run_after"] = _since(short[::-1] == 0)[::-1]
    columns["peak"] = prose / max(prose.max(initial=0), 1)


_NEAR = ("words", "closed", "capital", "odds", "line_odds", "gap", "pair_mean", "last", "mark", "twins", "cue_off")


def _neighbours(columns: dict[str, NDArray[np.float64]]) -> None:
    """Add columns of the blocks before and after."""
    near = np.stack([columns[name] for name in _NEAR])
    n = near.shape[1]
    moved = {by: np.full(near.shape, -1.0) for by in (-2, -1, 1, 2)}
    for by, values in moved.items():
        if by > 0:
            values[:, : max(n - by, 0)] = near[:, by:]
        else:
            values[:, -by:] = near[:, : max(n + by, 0)]
    for i, name in enumerate(_NEAR):
        for by, values in moved.items():
            columns[f"{name}{by:+d}"] = values[i]
    around = ("odds", "word_sum", "closed", "capital", "words")
    before, after = _windows(np.stack([columns[name] for name in around]) / 6, ((6, -1), (-1, 6)))
    for i, name in enumerate(around):
        columns[f"{name}_-6"], columns[f"{name}_+6"] = before[i], after[i]


def contextualise(
    names: Sequence[str],
    matrix: Floats,
    first: NDArray[np.float64],
    words: Words,
) -> tuple[list[str], Floats]:
    """
    Return names and values of the columns of the second model: the first's, and what it said of the page.

    Args:
        names: of the columns of *matrix*, as `describe` gives both.
        matrix: of the page.
        first: the first model's probabilities, shape (blocks,).
        words: of the page.
    """
    n = len(first)
    ideographs = words.counts[:, IDEOGRAPH]
    weight = np.bincount(words.block, minlength=n) - ideographs / 2
    columns: dict[str, NDArray[np.float64]] = {"p": first}
    for by in (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6):
        columns[f"p{by:+d}"] = _shift(first, by, -0.1)
    mass = first * weight
    total = max(mass.sum(), 1e-9)
    before = np.cumsum(mass) - mass
    columns["p_before"] = before / total
    columns["p_after"] = 1 - (before + mass) / total
    spans = ((3, 3), (8, 8), (8, -1), (-1, 8), (25, -1), (-1, 25))
    for (back, ahead), values in zip(spans, _windows(np.stack([mass, weight]), spans), strict=True):
        columns[f"mass_{back}_{ahead}"] = values[0] / (values[1] + 1)
    likely = first >= _LIKELY
    columns["to_likely_before"] = _since(likely)
    columns["to_likely_after"] = _since(likely[::-1])[::-1]
    columns["to_unlikely_before"] = _since(first < _UNLIKELY)
    columns["to_unlikely_after"] = _since((first < _UNLIKELY)[::-1])[::-1]
    _runs(columns, first, weight)
    _main_run(columns, first, weight)
    _likeness(columns, first, words, weight)
    own = {name: matrix[:, names.index(name)] for name in ("indent", "mark", "gap", "gap_after")}
    _alike(columns, own, first, weight)
    added = np.stack(list(columns.values())).astype(np.float32)
    return [*columns, *names], np.concatenate([added, matrix.T]).T


def _runs(columns: dict[str, NDArray[np.float64]], first: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
    """Add how much of the page is likely, how sure that is, and the run of likely or unlikely blocks round a block."""
    mass = first * weight
    likely = first >= _RUN
    turns = likely[1:] != likely[:-1]
    whole = {
        "page_mass": mass.sum() / max(weight.sum(), 1),
        "page_mass_log": np.log1p(mass.sum()),
        "page_doubt": (np.minimum(first, 1 - first) * weight).sum() / max(mass.sum(), 1),
        "page_runs": float(turns.sum()),
    }
    columns |= {name: np.full(len(first), value) for name, value in whole.items()}
    run = np.cumsum(np.append(False, turns))
    words, inside = np.bincount(run, weights=weight), np.bincount(run, weights=mass)
    columns["run_words"] = np.log1p(words)[run]
    columns["run_mean"] = (inside / np.maximum(words, 1))[run]
    columns["run_share"] = (inside / max(mass.sum(), 1e-9))[run]


def _main_run(columns: dict[str, NDArray[np.float64]], first: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
    """Add where a block stands to the main run: the stretch whose likely words outweigh its unlikely ones most."""
    n = len(first)
    i = np.arange(n)
    # Maximum subarray over gains; a block of some length that is not likely costs, so that a far teaser is not bridged.
    gains = (first - 0.4) * (weight + 3)
    total = np.cumsum(gains)
    least = np.minimum.accumulate(np.concatenate(([0.0], total[:-1]))) if n else total
    end = int((total - least).argmax()) if n else 0
    start = int(np.concatenate(([0.0], total[:end])).argmin()) if n else 0
    columns["run_from_start"] = np.clip(i - start, -_FAR, _FAR).astype(np.float64)
    columns["run_from_end"] = np.clip(i - end, -_FAR, _FAR).astype(np.float64)
    columns["run_inside"] = ((i >= start) & (i <= end)).astype(np.float64)


def _likeness(
    columns: dict[str, NDArray[np.float64]],
    first: NDArray[np.float64],
    words: Words,
    weight: NDArray[np.float64],
) -> None:
    """Add how much a block's words are those of the likely blocks, and how much those of the others."""
    n = len(first)
    slots, place = np.unique(words.hashes, return_inverse=True)
    sure = first[words.block]
    # The block itself does not count: what is asked is whether the other blocks speak as it does.
    own = np.unique(place.astype(np.int64) * n + words.block, return_inverse=True)[1]
    inside = np.bincount(place, weights=sure, minlength=len(slots))[place] - np.bincount(own, weights=sure)[own]
    outside = (
        np.bincount(place, weights=1 - sure, minlength=len(slots))[place] - np.bincount(own, weights=1 - sure)[own]
    )
    mass = (weight * first).sum() + 1
    rest = (weight * (1 - first)).sum() + 1
    odds = np.log((inside + 0.5) / mass) - np.log((outside + 0.5) / rest)
    safe = np.maximum(np.bincount(words.block, minlength=n), 1)
    long = words.length >= _TOPIC_LETTERS
    columns["like"] = _per(odds, words.block, n) / safe
    columns["like_long"] = _per(odds * long, words.block, n) / np.maximum(_per(long, words.block, n), 1)
    columns["shared"] = _per(inside > 0.5, words.block, n) / safe
    columns["shared_long"] = _per((inside > 0.5) & long, words.block, n) / np.maximum(_per(long, words.block, n), 1)


def _alike(
    columns: dict[str, NDArray[np.float64]],
    own: dict[str, Floats],
    first: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> None:
    """Add what the first model thinks of the other blocks that are set like this one, by indent, mark, blank lines."""
    gaps = np.minimum(own["gap"], 2) * 3 + np.minimum(own["gap_after"], 2)
    for name, key in (("indent", own["mark"] * 64 + own["indent"]), ("gap", gaps)):
        place = np.unique(key, return_inverse=True)[1]
        mass = np.bincount(place, weights=first * weight)[place] - first * weight
        size = np.bincount(place, weights=weight)[place] - weight
        columns[f"alike_{name}"] = (mass + 0.5) / (size + 2)
