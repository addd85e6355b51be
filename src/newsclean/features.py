"""
Blocks to numbers: what the forests of the HTML engine see of a page.

`measure` looks at a page once and gives the first pass its matrix; `in_context` adds what the first pass thought of the
blocks around; `summarise` describes the page as a whole. Everything is counted over arrays of the whole page:
characters in one buffer of code points, enclosing elements in one table of ancestors.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block, Container, Hints, Layout

__all__ = [
    "KINDS",
    "MARK",
    "WHOLE",
    "Measured",
    "WordTable",
    "heads",
    "hint_tokens",
    "in_context",
    "measure",
    "stack",
    "summarise",
]

Array = NDArray[Any]
Columns = dict[str, Array]

LEVELS = 40
"""Ancestors looked at, from the block outwards; the 99th percentile of the depth of 3,517 measured pages is 37."""

RINGS = 6
"""Enclosing containers described one by one, each holding more blocks than the one inside it."""

HEAD = 88
"""Characters at the start of a block whose words are looked up: a cue stands there, and a short block is seen whole."""

WHOLE = 5
"""Words of a block that is looked up as a whole, too ("related articles")."""

KINDS = ("article", "forum", "product", "documentation", "index")
"""Kinds of page told apart by the model."""

MAX_DECLARED = 60_000
"""Characters of the declared full text that blocks are looked for in; the 99th percentile of 1,929 pages is 8,834."""

MARK = "\x01"
"""What parts the entries of a joined buffer; `dom` lets no control character through."""

# Character classes. Scripts written without spaces get one of their own: a character there is about half a word.
_CLASSES = "lower upper digit space comma stop quote colon separator dash bracket symbol ideograph letter other"
_CLASS = {name: i for i, name in enumerate(_CLASSES.split())}
_MEMBERS = {
    "comma": ",،、，;؛；",
    "stop": ".!?。！？…؟।۔｡",
    "quote": "\"'“”„«»‹›‘’‚「」『』",
    "colon": ":：",
    "separator": "|/\\•·→▸▶◀<>~*_+=¦●■▪",
    "dash": "-–—−",
    "bracket": "()[]{}（）【】〈〉《》",
    "symbol": "©®™@#$€£¥%&₹₽",
}
_UNSPACED = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0xA000), (0xAC00, 0xD7B0), (0xF900, 0xFB00))
_TABLE_SIZE = 0x10000

_TAGS = (
    "p h1 h2 h3 h4 li td th div span a figcaption blockquote pre dt dd button label body section article time "
    "summary address header"
).split()
_TAG = {tag: i for i, tag in enumerate(_TAGS)}
_AROUND = (
    "nav aside footer header form figure article main table ul ol li blockquote section button dl p details a "
    "figcaption pre h1 h2 h3 time td label dialog"
).split()
_AROUND_BIT = {tag: 1 << i for i, tag in enumerate(_AROUND)}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FAR = -9999.0
_NEAR = 3  # containers whose class words count as close by


class WordTable(msgspec.Struct, frozen=True):
    """
    What single words say of a block and a page, learned.

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


class Measured(msgspec.Struct, frozen=True):
    """
    A page seen once.

    Args:
        columns: the first pass's numbers by name, each of shape (blocks,).
        ancestors: container of each block, then its parent and so on, -1 past the root, shape (blocks, levels).
        rings: enclosing containers that each hold more blocks than the one before, shape (RINGS, blocks).
        mass: letters and digits of each block, ideographs counted twice, shape (blocks,).
        containers: number of containers.
        signature: blocks with equal numbers stand in the same markup, shape (blocks,).
        words: the distinct words of the page's classes and of its blocks' starts.
    """

    columns: Columns
    ancestors: Array
    rings: Array
    mass: Array
    containers: int
    signature: Array
    words: frozenset[str]

    def matrix(self) -> NDArray[np.float32]:
        """Return the columns side by side, shape (blocks, columns)."""
        return stack(self.columns)


def stack(columns: Columns) -> NDArray[np.float32]:
    """Return *columns* side by side, shape (rows, columns); the memory of each column is in one piece."""
    first = next(iter(columns.values()))
    out = np.empty((len(columns), len(first)), np.float32)
    for row, column in zip(out, columns.values(), strict=True):
        row[:] = column
    return out.T


def measure(layout: Layout, hints: Hints, words: WordTable) -> Measured:
    """
    Return the first pass's view of *layout*, which must have a block.

    Args:
        layout: the page in blocks.
        hints: what the page declares of its article.
        words: learned log-odds.
    """
    blocks, containers = layout.blocks, layout.containers
    columns: Columns = {}
    _text(blocks, columns)
    said = heads(blocks)
    _said(said, words.text, columns)
    headline = _hints(blocks, said, hints, columns)
    _position(blocks, columns)
    parents = np.array([c.parent for c in containers], np.int32)
    ancestors = _ancestors(np.array([b.container for b in blocks], np.int32), parents)
    size = len(containers)
    held = _spread(np.ones((1, len(blocks))), ancestors, size)[0]
    rings = _rings(ancestors, held)
    # Most elements of a page share their class with others: each distinct one is read once.
    distinct = {hint: place for place, hint in enumerate(dict.fromkeys(c.hint for c in containers))}
    tokens = hint_tokens(distinct)
    hint_of = np.fromiter((distinct[c.hint] for c in containers), np.int64, size)
    _tags(blocks, containers, ancestors, columns)
    _container_words(tokens, hint_of, ancestors, words, columns)
    _ring_columns(columns, ancestors, rings, held)
    _siblings(containers, parents, held, ancestors, columns)
    _to_headline(headline, ancestors, size, columns)
    signature = _signature(blocks, containers)
    _groups(signature, columns)
    _neighbours(columns)
    vocabulary = frozenset(tokens).union(*said)
    return Measured(columns, ancestors, rings, columns["mass"], size, signature, vocabulary)


def _class_table() -> NDArray[np.uint8]:
    table = np.full(_TABLE_SIZE, _CLASS["other"], np.uint8)
    for code in range(0x3000):
        char = chr(code)
        if char.isalpha():
            table[code] = _CLASS["lower" if char.islower() else "upper" if char.isupper() else "letter"]
        elif char.isdigit():
            table[code] = _CLASS["digit"]
        elif char.isspace():
            table[code] = _CLASS["space"]
    for low, high in _UNSPACED:
        table[low:high] = _CLASS["ideograph"]
    for name, members in _MEMBERS.items():
        for char in members:
            table[ord(char)] = _CLASS[name]
    return table


_CHAR_CLASS = _class_table()


def _text(blocks: Sequence[Block], columns: Columns) -> None:
    """Add what the characters of each block say."""
    texts = [b.text for b in blocks]
    n, classes = len(texts), len(_CLASS)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
    kinds = _CHAR_CLASS[np.minimum(codes, _TABLE_SIZE - 1)]
    lengths = np.fromiter(map(len, texts), np.int64, n)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    owner = np.repeat(np.arange(n) * classes, lengths)
    counts = np.bincount(owner + kinds, minlength=n * classes).reshape(n, -1).T.astype(np.float64)
    space = np.flatnonzero(kinds == _CLASS["space"])  # never the last character of a block
    word_starts = np.concatenate((starts, space + 1))
    word_starts.sort()
    word_owner = owner[word_starts] // classes
    word_length = np.diff(word_starts, append=len(kinds))
    capital = np.bincount(word_owner, weights=kinds[word_starts] == _CLASS["upper"], minlength=n)
    brief = np.bincount(word_owner, weights=word_length <= 4, minlength=n)  # three letters and a space
    inner = np.bincount(owner[space] // classes, weights=kinds[space - 1] == _CLASS["stop"], minlength=n)
    last, opening = kinds[ends - 1], kinds[starts]
    before_last = kinds[np.maximum(ends - 2, starts)]
    full = (last == _CLASS["stop"]) | ((last == _CLASS["quote"]) & (before_last == _CLASS["stop"]))
    get = {name: counts[i] for name, i in _CLASS.items()}
    mass = get["lower"] + get["upper"] + get["digit"] + get["letter"] + 2 * get["ideograph"]
    some, spoken = np.maximum(mass, 1), get["space"] + 1 + get["ideograph"] / 2
    columns |= {
        "mass": mass,
        "words": spoken,
        "word_length": mass / spoken,
        "upper": get["upper"] / some,
        "digit": get["digit"] / some,
        "capital": capital / spoken,
        "brief_words": brief / spoken,
        "commas": get["comma"],
        "comma_rate": get["comma"] / spoken,
        "stops": get["stop"],
        "sentences": inner + full,
        "quotes": get["quote"],
        "colons": get["colon"],
        "separators": get["separator"] / lengths,
        "dashes": get["dash"],
        "brackets": get["bracket"],
        "symbols": get["symbol"],
        "unspaced": get["ideograph"] / lengths,
        "uncased": get["letter"] / lengths,
        "full": full,
        "colon_end": last == _CLASS["colon"],
        "question": np.array([t.endswith(("?", "？", "؟")) for t in texts]),
        "quote_start": opening == _CLASS["quote"],
        "lower_start": opening == _CLASS["lower"],
        "digit_start": opening == _CLASS["digit"],
        "mark_start": (opening == _CLASS["separator"]) | (opening == _CLASS["dash"]),
        "bracket_start": opening == _CLASS["bracket"],
        "links": np.array([b.links for b in blocks]),
        "link_share": np.array([b.link_chars for b in blocks]) / lengths,
        "bold_share": np.array([b.bold_chars for b in blocks]) / lengths,
        "media": np.array([b.media for b in blocks]),
    }


def _position(blocks: Sequence[Block], columns: Columns) -> None:
    """Add where on the page each block stands, how large the page is, and what was said before."""
    n = len(blocks)
    mass = columns["mass"]
    total = max(float(mass.sum()), 1.0)
    index = np.arange(n)
    heading = np.array([b.tag in _HEADINGS for b in blocks])
    top = np.array([b.tag == "h1" for b in blocks])
    last = np.maximum.accumulate(np.where(heading, index, -1))
    until = (n - 1 - np.maximum.accumulate(np.where(heading[::-1], index, -1)))[::-1]
    running = np.concatenate(([0.0], np.cumsum(mass)))
    texts = [b.text for b in blocks]
    seen = dict.fromkeys(texts, 0)
    for text in texts:
        seen[text] += 1
    copies = np.array([seen[text] for text in texts])
    said = columns["said_sum"]
    short = columns["words"] <= 6
    opener = np.maximum.accumulate(np.where(short | heading, index, 0))
    columns |= {
        "heading": heading,
        "index": index,
        "index_share": index / n,
        "to_end": n - index,
        "mass_before": running[:-1] / total,
        "mass_share": mass / total,
        "page_blocks": np.full(n, n),
        "page_mass": np.full(n, total),
        "page_largest": np.full(n, mass.max()),
        "h1_before": np.cumsum(top) - top,
        "h1_total": np.full(n, top.sum()),
        "headings_before": np.cumsum(heading),
        "since_heading": index - last,
        "until_heading": until - index,
        "mass_since_heading": running[:-1] - running[np.maximum(last, 0)],
        "copies": copies,
        "copies_page": np.full(n, (copies > 2).mean()),
        "heading_said": np.where(last >= 0, said[last], 0.0),
        "opener_said": said[opener],
        "worst_heading": np.minimum.accumulate(np.where(heading, said, 0.0)),
        "worst_said": np.minimum.accumulate(np.where(short, said, 0.0)),
        "dated": short & (columns["digit"] > 0.2),
    }


def heads(blocks: Sequence[Block]) -> list[list[str]]:
    """Return the words that each block starts with, lower case."""
    return [b.text[:HEAD].lower().split() for b in blocks]


def _said(said: Sequence[Sequence[str]], table: dict[str, float], columns: Columns) -> None:
    """Add the log-odds of the words each block starts with, and of a short block as a whole."""
    n = len(said)
    counts = np.fromiter(map(len, said), np.int64, n)
    values = np.fromiter(map(table.get, chain.from_iterable(said), repeat(0.0)), np.float64, int(counts.sum()))
    # No block is empty, so that each has a slice of its own.
    starts = np.cumsum(counts) - counts
    columns["said_sum"] = np.add.reduceat(values, starts)
    columns["said_least"] = np.minimum.reduceat(values, starts)
    columns["said_most"] = np.maximum.reduceat(values, starts)
    whole = [" ".join(words) if len(words) <= WHOLE else "" for words in said]
    columns["said_whole"] = np.fromiter(map(table.get, whole, repeat(0.0)), np.float64, n)


def _hints(blocks: Sequence[Block], said: Sequence[Sequence[str]], hints: Hints, columns: Columns) -> int:
    """Add how each block compares with what the page declares; return the block that is the headline, or -1."""
    headline = frozenset(hints.headline.lower().split())
    description, declared = hints.description, hints.article_body[:MAX_DECLARED]
    described = frozenset(description.lower().split())
    n = len(blocks)
    counts = np.fromiter(map(len, said), np.float64, n)
    shared = np.fromiter((len(headline.intersection(words)) for words in said), np.float64, n)
    in_headline = shared / counts
    of_headline = shared / len(headline) if headline else np.full(n, -1.0)
    opens = np.zeros(n)
    in_described = np.zeros(n)
    if description:
        opens = np.fromiter((b.text[:40] in description for b in blocks), np.float64, n)
        in_described = np.fromiter((len(described.intersection(words)) for words in said), np.float64, n) / counts
    in_declared = np.zeros(n)
    if declared:
        in_declared = np.fromiter(
            ((b.text[:30] in declared) + (b.text[-30:] in declared) for b in blocks),
            np.float64,
            n,
        )
    tags = np.fromiter((b.tag in _HEADINGS for b in blocks), np.float64, n)
    match = in_headline + of_headline + 0.5 * tags
    best = int(np.argmax(match))
    sure = match[best] > 1.3
    names = [name.lower() for name in hints.authors if name][:4]
    brief = [b.text.lower() if len(b.text) < 200 else "" for b in blocks] if names else [""] * n
    named = np.zeros(n, bool)
    for name in names:
        named |= np.fromiter((name in text for text in brief), bool, n)
    columns |= {
        "in_headline": in_headline,
        "of_headline": of_headline,
        "in_description": in_described,
        "opens_description": opens,
        "in_declared": in_declared,
        "declared": np.full(n, len(declared)),
        "declared_hits": np.full(n, in_declared.sum()),
        "after_headline": np.arange(n) - best if sure else np.full(n, _FAR),
        "headline_like": match,
        "names_author": named,
    }
    return best if sure else -1


def _ancestors(innermost: Array, parents: Array) -> Array:
    """Return the containers round each block, nearest first, -1 past the root, shape (blocks, at most LEVELS)."""
    padded = np.append(parents, np.int32(-1))  # index -1, past the root, leads to itself
    levels = [innermost]
    while len(levels) < LEVELS and (levels[-1] >= 0).any():
        levels.append(padded[levels[-1]])
    return np.stack(levels, axis=1)


def _spread(values: Array, ancestors: Array, size: int) -> Array:
    """Return sums of the blocks' *values*, shape (kinds, blocks), by container, with a zero at the end for -1."""
    flat = ancestors.ravel() + 1
    width = ancestors.shape[1]
    out = np.zeros((len(values), size + 1))
    for row, value in zip(out, values, strict=True):
        row[:-1] = np.bincount(flat, weights=np.repeat(value, width), minlength=size + 1)[1:]
    return out


def _rings(ancestors: Array, held: Array) -> Array:
    """Return for each block the containers at which the number of blocks held grows, shape (RINGS, blocks)."""
    counts = held[ancestors]
    grows = np.zeros(ancestors.shape, np.int64)
    grows[:, 1:] = counts[:, 1:] > counts[:, :-1]
    rank = np.cumsum(grows, axis=1)
    outermost = np.maximum((ancestors >= 0).sum(axis=1) - 1, 0)
    rows = np.arange(len(ancestors))
    levels = [np.where(rank[:, -1] >= ring, (rank >= ring).argmax(axis=1), outermost) for ring in range(RINGS)]
    return np.stack([ancestors[rows, np.minimum(level, outermost)] for level in levels])


def _signature(blocks: Sequence[Block], containers: Sequence[Container]) -> Array:
    """Return a number for the markup each block stands in: its tag, its container's tag and class."""
    outside = Container(-1, "", "", False)
    holders = [containers[b.container] if b.container >= 0 else outside for b in blocks]
    keys = [(b.tag, c.tag, c.hint[:24]) for b, c in zip(blocks, holders, strict=True)]
    ids = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return np.array([ids[key] for key in keys])


def _tags(blocks: Sequence[Block], containers: Sequence[Container], ancestors: Array, columns: Columns) -> None:
    """Add the block's own tag and which elements stand around it."""
    own = np.array([_TAG.get(b.tag, -1) for b in blocks])
    columns |= zip((f"tag_{tag}" for tag in _TAGS), own == np.arange(len(_TAGS))[:, None], strict=True)
    bits = np.array([_AROUND_BIT.get(c.tag, 0) for c in containers] + [0], np.int64)[ancestors]
    around = np.bitwise_or.reduce(bits, axis=1)
    flags = (around >> np.arange(len(_AROUND))[:, None]) & 1
    columns |= zip((f"in_{tag}" for tag in _AROUND), flags, strict=True)
    columns["depth"] = (ancestors >= 0).sum(axis=1)
    columns["hidden"] = np.array([c.hidden for c in containers] + [False])[ancestors[:, 0]]
    for tag in ("article", "main", "section"):
        there = (bits & _AROUND_BIT[tag]) > 0
        columns[f"to_{tag}"] = np.where(there.any(axis=1), there.argmax(axis=1), LEVELS)
    columns["articles"] = np.full(len(blocks), sum(c.tag == "article" for c in containers))


def hint_tokens(hints: Iterable[str]) -> list[str]:
    """Return the words of *hints*, lower case, camel case parted, MARK before each hint's."""
    joined = "".join([f" {MARK} {hint}" for hint in hints])
    raw = np.frombuffer(joined.encode("latin-1", "replace"), np.uint8)
    lower = (raw >= ord("a")) & (raw <= ord("z"))
    upper = (raw >= ord("A")) & (raw <= ord("Z"))
    plain = np.where(lower | (raw == ord(MARK)), raw, np.where(upper, raw + 32, ord(" "))).astype(np.uint8)
    humps = np.flatnonzero(lower[:-1] & upper[1:]) + 1
    return np.insert(plain, humps, ord(" ")).tobytes().decode("latin-1").split()


def _container_words(tokens: list[str], hint_of: Array, ancestors: Array, words: WordTable, columns: Columns) -> None:
    """Add the log-odds of the class and id words around each block, close by and further out."""
    places = np.fromiter(map(words.hints.get, tokens, repeat(0)), np.int64, len(tokens))
    starts = np.flatnonzero(places == 1)
    for name, odds, part in (("near", words.near, ancestors[:, :_NEAR]), ("far", words.far, ancestors[:, _NEAR:])):
        at = part if part.shape[1] else np.full((len(ancestors), 1), -1)
        values = odds[places]
        # MARK counts zero, so that each hint has a slice of its own; the zero at the end is for -1.
        total, least, most = (
            np.append(how.reduceat(values, starts)[hint_of] if len(starts) else [], 0.0)
            for how in (np.add, np.minimum, np.maximum)
        )
        sums = total[at]
        columns |= {
            f"{name}_sum": sums.sum(axis=1),
            f"{name}_own": sums[:, 0],
            f"{name}_least": least[at].min(axis=1),
            f"{name}_most": most[at].max(axis=1),
            f"{name}_sum_least": sums.min(axis=1),
            f"{name}_sum_most": sums.max(axis=1),
        }
    columns["all_words"] = columns["near_sum"] + columns["far_sum"]


def _ring_columns(columns: Columns, ancestors: Array, rings: Array, held: Array) -> None:
    """Add what the enclosing containers hold, from the inside out."""
    mass, index = columns["mass"], columns["index"]
    size = len(held) - 1
    counted = {
        "mass": mass,
        "links": columns["link_share"] * mass,
        "stops": columns["sentences"],
        "commas": columns["commas"],
        "p": columns["tag_p"],
        "headings": columns["heading"],
        "full": columns["full"],
        "copies": columns["copies"] > 2,
        "dated": columns["dated"],
        "media": columns["media"],
    }
    sums = _spread(np.stack(list(counted.values())), ancestors, size)[:, rings]
    masses, blocks = np.maximum(sums[0], 1.0), np.maximum(held[rings], 1.0)
    start = np.full(size + 1, len(mass))
    np.minimum.at(start, ancestors.ravel(), np.repeat(index, ancestors.shape[1]))
    described = {
        "blocks": blocks,
        "mass": masses,
        "share": masses / max(float(mass.sum()), 1.0),
        "links": sums[1] / masses,
        "stops": sums[2],
        "commas": sums[3] / masses,
        "place": (index - start[rings]) / blocks,
        "mean": masses / blocks,
        **{name: sums[i] / blocks for i, name in enumerate(counted) if i > 3},
    }
    for name, values in described.items():
        columns |= zip((f"{name}@{ring}" for ring in range(RINGS)), values, strict=True)


def _siblings(containers: Sequence[Container], parents: Array, held: Array, ancestors: Array, columns: Columns) -> None:
    """
    Add how often the containers round a block repeat side by side: comment threads, teaser lists, search results.

    Siblings count as alike when tag and the first letters of the class are equal; what holds one block only (a list
    item, a paragraph) does not count.
    """
    size = len(containers)
    mass = columns["mass"]
    ids: dict[tuple[str, str], int] = {}
    keys = np.array([ids.setdefault((c.tag, c.hint[:6]), len(ids)) for c in containers], np.int64)
    some = np.flatnonzero(held[:size] >= 2)
    masses = _spread(mass[None], ancestors, size)[0]
    alike, group_mass = np.zeros(size + 1), np.zeros(size + 1)
    if len(some):
        pairs = (parents[some].astype(np.int64) + 1) * (len(ids) + 1) + keys[some]
        _, group, count = np.unique(pairs, return_inverse=True, return_counts=True)
        alike[some] = count[group]
        group_mass[some] = np.bincount(group, weights=masses[some])[group]
    around = alike[ancestors]
    most = around.argmax(axis=1)
    rows = np.arange(len(ancestors))
    chosen = ancestors[rows, most]
    columns |= {
        "alike": around[rows, most],
        "alike_level": most,
        "alike_mass": masses[chosen] / np.maximum(group_mass[chosen], 1.0),
        "alike_share": group_mass[chosen] / max(float(mass.sum()), 1.0),
        "alike_mean": group_mass[chosen] / np.maximum(alike[chosen], 1.0),
        "alike_blocks": held[chosen],
        "alike_levels": (around >= 3).sum(axis=1),
    }


def _to_headline(headline: int, ancestors: Array, size: int, columns: Columns) -> None:
    """Add how far out the container is that holds a block and the headline, and how much of the way is in common."""
    if headline < 0:
        columns["to_headline"] = columns["with_headline"] = np.full(len(ancestors), -1.0)
        return
    holds = np.zeros(size + 1, bool)
    holds[ancestors[headline]] = True
    holds[-1] = True
    columns["to_headline"] = holds[ancestors].argmax(axis=1)
    columns["with_headline"] = (holds[ancestors] & (ancestors >= 0)).sum(axis=1)


def _groups(group: Array, columns: Columns) -> None:
    """Add size and means of the blocks that stand in the same markup."""
    count = np.bincount(group)
    columns["same_count"] = count[group]
    for name in ("mass", "link_share", "sentences", "full"):
        columns[f"same_{name}"] = (np.bincount(group, weights=columns[name]) / count)[group]


def _neighbours(columns: Columns) -> None:
    """Add what the blocks before and after are like."""
    wide = ("mass", "link_share", "sentences", "near_sum", "depth")
    columns |= _shifted(columns, wide, (-3, -2, -1, 1, 2, 3))
    columns |= _shifted(columns, ("tag_p", "full", "said_sum", "media", "colon_end", "near_own", "heading"), (-1, 1))
    for width in (4, 10):
        names = ("mass", "link_share", "sentences", "said_sum")
        means = _window(np.stack([columns[name] for name in names]), width)
        columns |= zip((f"{name}~{width}" for name in names), means, strict=True)


def _shifted(columns: Columns, names: Sequence[str], steps: Sequence[int]) -> Columns:
    """Return the columns *names* moved by each of *steps* rows, -1 where there is no such row."""
    reach = max(map(abs, steps))
    n = len(columns[names[0]])
    padded = np.full((len(names), n + 2 * reach), -1.0)
    for row, name in zip(padded, names, strict=True):
        row[reach : reach + n] = columns[name]
    return {
        f"{name}{step:+d}": row[reach + step : reach + step + n]
        for step in steps
        for row, name in zip(padded, names, strict=True)
    }


def _window(values: Array, width: int) -> Array:
    """Return the means of *values*, shape (kinds, blocks), over *width* blocks to either side."""
    n = values.shape[1]
    running = np.zeros((len(values), n + 1))
    np.cumsum(values, axis=1, out=running[:, 1:])
    index = np.arange(n)
    low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, n)
    means: Array = (running[:, high] - running[:, low]) / (high - low)
    return means


def in_context(page: Measured, probability: Array, kinds: Sequence[float]) -> Columns:
    """
    Return what a pass's *probability* says of each block's surroundings, by name.

    The columns come after those of `page.columns` in the second pass's matrix.

    Args:
        page: the page.
        probability: how likely each block belongs to the body, shape (blocks,).
        kinds: how likely the page is of each of KINDS.
    """
    p = np.asarray(probability, np.float64)
    n = len(p)
    mass = page.mass + 1.0
    weighted = p * mass
    total = max(float(weighted.sum()), 1.0)
    columns: Columns = {"p": p}
    columns |= _shifted(columns, ("p",), (-4, -3, -2, -1, 1, 2, 3, 4))
    for width in (2, 5, 12):
        means = _window(np.stack([p, weighted, mass]), width)
        columns |= {f"p~{width}": means[0], f"pm~{width}": means[1] / means[2]}
    running = np.cumsum(weighted)
    columns |= {"p_before": (running - weighted) / total, "p_after": (total - running) / total}
    held, sums, masses, weights = _spread(np.stack([np.ones(n), p, mass, weighted]), page.ancestors, page.containers)
    at = page.rings
    for name, values in (
        ("p", sums[at] / np.maximum(held[at], 1.0)),
        ("pm", weights[at] / np.maximum(masses[at], 1.0)),
        ("p_held", weights[at] / total),
    ):
        columns |= zip((f"{name}@{ring}" for ring in range(RINGS)), values, strict=True)
    # How much of all the text thought to be the body stands with the block in one container, from the inside out.
    share = (weights / total)[page.ancestors]
    for part in (0.3, 0.6, 0.9):
        enough = share >= part
        columns[f"reach{part}"] = np.where(enough.any(axis=1), enough.argmax(axis=1), LEVELS)
    best = _best(masses, weights)
    columns["in_best"] = (page.ancestors == best).any(axis=1)
    start, end = _main_run(p, weighted)[:2]
    index = np.arange(n)
    columns["to_run"] = np.where(index < start, index - start, np.where(index >= end, index - end + 1, 0))
    _sections(page, p, weighted, mass, columns)
    columns |= {name: np.full(n, value) for name, value in _overall(p, mass, masses, weights).items()}
    columns |= {f"kind_{kind}": np.full(n, value) for kind, value in zip(KINDS, kinds, strict=True)}
    return columns


def _best(masses: Array, weights: Array) -> int:
    """Return the container that gathers most text thought to be the body for least other text."""
    return int(np.argmax((weights - 0.5 * masses)[:-1])) if len(masses) > 1 else -1


def _overall(p: Array, mass: Array, masses: Array, weights: Array) -> dict[str, float]:
    """Return what is thought of the page as a whole, by name; *masses* and *weights* are sums by container."""
    weighted = p * mass
    total = max(float(weighted.sum()), 1.0)
    best = _best(masses, weights)
    start, end, runs = _main_run(p, weighted)
    return {
        "best_held": float(weights[best]) / total,
        "best_mean": float(weights[best]) / max(float(masses[best]), 1.0),
        "page_p": total / float(mass.sum()),
        "page_p_mass": total,
        "page_p_max": float(p.max()),
        "page_p_long": float(weighted.max()),
        "page_sure": float((np.abs(p - 0.5) * weighted).sum()) / total,
        "run_share": float(weighted[start:end].sum()) / total,
        "run_length": float(end - start),
        "runs": float(runs),
    }


def _main_run(p: Array, weighted: Array) -> tuple[int, int, int]:
    """Return start and end of the heaviest stretch of likely blocks, and the number of stretches."""
    likely = _window(p[None], 1)[0] > 0.5
    edges = np.flatnonzero(np.diff(np.concatenate(([False], likely, [False])).astype(np.int8)))
    if not len(edges):
        return 0, 0, 0
    starts, ends = edges[::2], edges[1::2]
    running = np.concatenate(([0.0], np.cumsum(weighted)))
    main = int(np.argmax(running[ends] - running[starts]))
    return int(starts[main]), int(ends[main]), len(starts)


def _sections(page: Measured, p: Array, weighted: Array, mass: Array, columns: Columns) -> None:
    """Add what is thought of the blocks in the same markup and of those under the same heading."""
    heading = page.columns["heading"]
    for name, group in (("same", page.signature), ("section", np.cumsum(heading))):
        count, group_mass = np.bincount(group), np.bincount(group, weights=mass)
        columns[f"p_{name}"] = (np.bincount(group, weights=p) / np.maximum(count, 1))[group]
        columns[f"pm_{name}"] = (np.bincount(group, weights=weighted) / np.maximum(group_mass, 1.0))[group]
        columns[f"mass_{name}"] = group_mass[group]
    last = np.maximum.accumulate(np.where(heading, np.arange(len(p)), -1))
    columns["p_heading"] = np.where(last >= 0, p[last], -1.0)


_MEANS = (
    "link_share digit capital commas stops full heading dated copies symbols colons question separators "
    "tag_p tag_li tag_td tag_h2 in_table in_ul in_pre in_form in_article in_main in_aside in_footer in_nav"
).split()
_MEANS_IN = "all_words said_sum alike depth to_headline".split()
_GREATEST = (
    "articles h1_total page_blocks page_mass page_largest declared alike alike_share alike_levels copies_page"
).split()


def summarise(page: Measured, probability: Array, words: WordTable) -> dict[str, float]:
    """
    Return a description of the page as a whole, by name.

    Args:
        page: the page.
        probability: how likely each block belongs to the body, shape (blocks,).
        words: learned log-odds.
    """
    p = np.asarray(probability, np.float64)
    mass = page.mass + 1.0
    weighted = p * mass
    total = max(float(weighted.sum()), 1e-3)
    masses, weights = _spread(np.stack([mass, weighted]), page.ancestors, page.containers)
    out = _overall(p, mass, masses, weights)
    doubt = np.minimum(p, 1 - p) * mass
    likely = p > 0.5
    out["doubt"] = float(doubt.sum()) / total
    out["doubt_most"] = float(doubt.max()) / total
    out["doubt_in"] = float(doubt[likely].sum()) / total
    out["blocks_in"] = float(likely.sum())
    out["mass_in"] = float(mass[likely].sum())
    out["long_out"] = float((mass * ~likely * page.columns["full"]).sum()) / total
    out["headline"] = float(page.columns["headline_like"].max())
    out["declared_in"] = float((page.columns["in_declared"] * weighted).sum()) / total
    out |= {name: float(page.columns[name].max()) for name in _GREATEST}
    for names, how, weight in ((_MEANS, "all", np.ones(len(p))), (_MEANS + _MEANS_IN, "in", weighted)):
        means = np.stack([page.columns[name] for name in names]) @ weight / max(float(weight.sum()), 1e-3)
        out |= zip((f"{name}_{how}" for name in names), means.tolist(), strict=True)
    places = [place for word in page.words if (place := words.pages.get(word)) is not None]
    # Integers: the order of a set's words must not show in a sum.
    odds = np.sort(words.kinds[places].astype(np.int64), axis=0) if places else np.zeros((1, len(KINDS)), np.int64)
    for i, kind in enumerate(KINDS):
        out[f"words_{kind}"] = float(odds[:, i].sum()) / len(odds)
        out[f"words_{kind}_most"] = float(odds[-5:, i].sum())
    return out
