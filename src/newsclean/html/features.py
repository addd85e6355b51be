"""
Blocks to numbers: what the forests of the HTML engine see of a page.

`measure` looks at a page once and gives the first pass its matrix; `in_context` adds what the first pass thought of the
blocks around; `summarise` describes the page as a whole. Everything is counted over arrays of the whole page:
characters in one buffer of code points, enclosing elements in one table of ancestors.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block, Container, Hints, Layout
from newsclean.html.names import MARK, hint_tokens

__all__ = [
    "KINDS",
    "WHOLE",
    "Measured",
    "WordTable",
    "heads",
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


class Tree(msgspec.Struct, frozen=True):
    """
    The containers of a page, in document order, so that what one encloses stands in one piece behind it.

    Args:
        ancestors: container of each block, then its parent and so on, -1 past the root, shape (blocks, levels).
        parents: container round each container, -1 for none; -1 once more at the end.
        last: last container inside each, itself if none, shape (containers,).
        beyond: the first container round each block that is past LEVELS, -1 for none; None when no block has one.
    """

    ancestors: Array
    parents: Array
    last: Array
    beyond: Array | None

    def sums(self, values: Sequence[Array]) -> Array:
        """Return sums by container of each of *values*, shape (blocks,), with a zero at the end for -1."""
        size = len(self.last)
        running = np.zeros((len(values), size + 1))
        for row, value in zip(running, values, strict=True):
            held = np.bincount(self.ancestors[:, 0] + 1, weights=value, minlength=size + 1)
            if self.beyond is not None:
                held -= np.bincount(self.beyond + 1, weights=value, minlength=size + 1)
            np.cumsum(held[1:], out=row[1:])
        out = np.zeros((len(values), size + 1))
        np.subtract(running.take(self.last + 1, axis=1), running[:, :-1], out=out[:, :-1])
        return out


class Measured(msgspec.Struct, frozen=True):
    """
    A page seen once.

    Args:
        columns: the first pass's numbers by name, each of shape (blocks,).
        tree: the containers.
        rings: enclosing containers that each hold more blocks than the one before, shape (RINGS, blocks).
        mass: letters and digits of each block, ideographs counted twice, shape (blocks,).
        signature: blocks with equal numbers stand in the same markup, shape (blocks,).
        words: places in `WordTable.kinds` of the distinct words of the page's classes and of its blocks' starts.
        means: the columns whose means describe the page, shape (columns, blocks).
        whole: what describes the page whatever is thought of its blocks, by name.
    """

    columns: Columns
    tree: Tree
    rings: Array
    mass: Array
    signature: Array
    words: Array
    means: Array
    whole: dict[str, float]

    def matrix(self) -> NDArray[np.float32]:
        """Return the columns side by side, shape (blocks, columns)."""
        return stack(self.columns)


def stack(columns: Columns) -> NDArray[np.float32]:
    """Return *columns* side by side, shape (rows, columns); the memory of each column is in one piece."""
    joined = np.concatenate(list(columns.values()), dtype=np.float32, casting="unsafe")
    return joined.reshape(len(columns), -1).T


class _Blocks(msgspec.Struct, frozen=True):
    """The blocks of a page, field by field."""

    texts: tuple[str, ...]
    tags: tuple[str, ...]
    heading: Array
    holders: Array
    link_chars: Array
    links: Array
    bold_chars: Array
    media: Array


def _by_field(blocks: Sequence[Block]) -> _Blocks:
    _, texts, tags, *numbers, _, _, _ = zip(*map(msgspec.structs.astuple, blocks), strict=True)
    heading = np.fromiter(map(_HEADINGS.__contains__, tags), bool, len(blocks))
    return _Blocks(texts, tags, heading, *(np.fromiter(field, np.int64, len(blocks)) for field in numbers))


class _Starts(msgspec.Struct, frozen=True):
    """
    The words that the blocks start with.

    Args:
        said: by block.
        counts: their number by block, never 0.
        distinct: the distinct ones.
        places: of all words in turn, where `distinct` has them.
        owners: of all words in turn, the block.
    """

    said: list[list[str]]
    counts: Array
    distinct: list[str]
    places: Array
    owners: Array

    def shared(self, others: frozenset[str]) -> Array:
        """Return how many distinct words of each block are among *others*, shape (blocks,)."""
        among = np.fromiter(map(others.__contains__, self.distinct), bool, len(self.distinct))
        at = np.flatnonzero(among[self.places])
        pairs = np.unique(self.owners[at] * len(self.distinct) + self.places[at])
        return np.bincount(pairs // len(self.distinct), minlength=len(self.said)).astype(np.float64)


def _starts(blocks: Sequence[Block]) -> _Starts:
    said = heads(blocks)
    counts = np.fromiter(map(len, said), np.int64, len(said))
    every = list(chain.from_iterable(said))
    distinct = dict.fromkeys(every, 0)
    for place, word in enumerate(distinct):
        distinct[word] = place
    places = np.fromiter(map(distinct.__getitem__, every), np.int64, len(every))
    return _Starts(said, counts, list(distinct), places, np.repeat(np.arange(len(said)), counts))


class _Containers(msgspec.Struct, frozen=True):
    """
    The containers of a page, field by field; most share their tag and their class with others.

    Args:
        tags: the distinct tags.
        tag_of: place in `tags`, shape (containers,).
        hints: the distinct hints.
        hint_of: place in `hints`, shape (containers,).
        parents: as in `Container`, shape (containers,).
        hidden: as in `Container`, shape (containers,).
    """

    tags: list[str]
    tag_of: Array
    hints: list[str]
    hint_of: Array
    parents: Array
    hidden: Array

    def keys(self, letters: int) -> Array:
        """Return numbers, equal for containers whose tags and first *letters* of the hint are equal."""
        starts, places = _numbered([hint[:letters] for hint in self.hints])
        keys: Array = self.tag_of * len(starts) + places[self.hint_of]
        return keys


def _numbered(names: Sequence[str]) -> tuple[list[str], Array]:
    """Return the distinct *names* and for each of *names* its place among them."""
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return list(places), np.fromiter(map(places.__getitem__, names), np.int64, len(names))


def _containers(containers: Sequence[Container]) -> _Containers:
    size = len(containers)
    return _Containers(
        *_numbered([c.tag for c in containers]),
        *_numbered([c.hint for c in containers]),
        np.fromiter([c.parent for c in containers], np.int64, size),
        np.fromiter([c.hidden for c in containers], bool, size),
    )


def measure(layout: Layout, hints: Hints, words: WordTable) -> Measured:
    """
    Return the first pass's view of *layout*, which must have a block.

    Args:
        layout: the page in blocks.
        hints: what the page declares of its article.
        words: learned log-odds.
    """
    blocks, containers = _by_field(layout.blocks), _containers(layout.containers)
    columns: Columns = {}
    _text(blocks, columns)
    starts = _starts(layout.blocks)
    _said(starts, words.text, columns)
    headline = _hints(blocks, starts, hints, columns)
    _position(blocks, columns)
    tree = _tree(blocks.holders, containers.parents)
    held, masses = tree.sums([np.ones(len(blocks.texts)), columns["mass"]])
    rings = _rings(tree, held)
    _tags(blocks, containers, tree.ancestors, columns)
    odds, of_hints = _learned(words, containers.hints)
    _container_words(odds, containers.hint_of, tree.ancestors, columns)
    _ring_columns(columns, tree, rings, held)
    _siblings(containers, held, masses, tree, columns)
    _to_headline(headline, tree.ancestors, len(held), columns)
    signature = _signature(blocks, containers)
    _groups(signature, columns)
    _neighbours(columns)
    known = (of_hints | frozenset(map(words.pages.get, starts.distinct))) - {None}
    places = np.fromiter(known, np.int64, len(known))
    means = np.stack([columns[name] for name in (*_MEANS, *_MEANS_IN)])
    return Measured(columns, tree, rings, columns["mass"], signature, places, means, _whole(columns, means))


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
_QUESTION = np.isin(np.arange(_TABLE_SIZE), [ord(mark) for mark in "?？؟"])


def _text(blocks: _Blocks, columns: Columns) -> None:
    """Add what the characters of each block say."""
    texts = blocks.texts
    n, classes = len(texts), len(_CLASS)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
    kinds = _CHAR_CLASS.take(codes, mode="clip")
    lengths = np.fromiter(map(len, texts), np.int64, n)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    owner = np.repeat(np.arange(n) * classes, lengths)
    counts = np.bincount(owner + kinds, minlength=n * classes).reshape(n, -1).T.astype(np.float64)
    space = np.flatnonzero(kinds == _CLASS["space"])  # never the last character of a block
    word_starts = np.concatenate((starts, space + 1))
    word_starts.sort(kind="stable")  # merges the two
    word_owner = owner[word_starts] // classes
    word_length = np.diff(word_starts, append=len(kinds))
    capital = np.bincount(word_owner, weights=kinds[word_starts] == _CLASS["upper"], minlength=n)
    brief = np.bincount(word_owner, weights=word_length <= 4, minlength=n)
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
        "question": _QUESTION[np.minimum(codes[ends - 1], _TABLE_SIZE - 1)],
        "quote_start": opening == _CLASS["quote"],
        "lower_start": opening == _CLASS["lower"],
        "digit_start": opening == _CLASS["digit"],
        "mark_start": (opening == _CLASS["separator"]) | (opening == _CLASS["dash"]),
        "bracket_start": opening == _CLASS["bracket"],
        "links": blocks.links,
        "link_share": blocks.link_chars / lengths,
        "bold_share": blocks.bold_chars / lengths,
        "media": blocks.media,
    }


def _position(blocks: _Blocks, columns: Columns) -> None:
    """Add where on the page each block stands, how large the page is, and what was said before."""
    n = len(blocks.texts)
    mass = columns["mass"]
    total = max(float(mass.sum()), 1.0)
    index = np.arange(n)
    heading = blocks.heading
    top = np.fromiter(map("h1".__eq__, blocks.tags), bool, n)
    last = np.maximum.accumulate(np.where(heading, index, -1))
    until = (n - 1 - np.maximum.accumulate(np.where(heading[::-1], index, -1)))[::-1]
    running = np.concatenate(([0.0], np.cumsum(mass)))
    seen = Counter(blocks.texts)
    copies = np.fromiter(map(seen.__getitem__, blocks.texts), np.int64, n)
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


def _said(starts: _Starts, table: dict[str, float], columns: Columns) -> None:
    """Add the log-odds of the words each block starts with, and of a short block as a whole."""
    n = len(starts.said)
    odds = np.fromiter(map(table.get, starts.distinct, repeat(0.0)), np.float64, len(starts.distinct))
    values = odds[starts.places]
    # No block is empty, so that each has a slice of its own.
    first = np.cumsum(starts.counts) - starts.counts
    columns["said_sum"] = np.add.reduceat(values, first)
    columns["said_least"] = np.minimum.reduceat(values, first)
    columns["said_most"] = np.maximum.reduceat(values, first)
    whole = [" ".join(words) if len(words) <= WHOLE else "" for words in starts.said]
    columns["said_whole"] = np.fromiter(map(table.get, whole, repeat(0.0)), np.float64, n)


def _hints(blocks: _Blocks, starts: _Starts, hints: Hints, columns: Columns) -> int:
    """Add how each block compares with what the page declares; return the block that is the headline, or -1."""
    headline = frozenset(hints.headline.lower().split())
    description, declared = hints.description, hints.article_body[:MAX_DECLARED]
    texts, n = blocks.texts, len(blocks.texts)
    shared = starts.shared(headline)
    in_headline = shared / starts.counts
    of_headline = shared / len(headline) if headline else np.full(n, -1.0)
    opens = in_described = in_declared = np.zeros(n)
    if description:
        opens = np.fromiter((text[:40] in description for text in texts), np.float64, n)
        in_described = starts.shared(frozenset(description.lower().split())) / starts.counts
    if declared:
        in_declared = np.fromiter(_ends_held(texts, declared), np.float64, n)
    match = in_headline + of_headline + 0.5 * blocks.heading
    best = int(np.argmax(match))
    sure = match[best] > 1.3
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
        "names_author": _named(texts, hints.authors),
    }
    return best if sure else -1


def _ends_held(texts: Sequence[str], declared: str) -> Iterable[int]:
    """Return how many ends of each text, 0 to 2, stand in *declared*."""
    # A search through a whole article costs most here: once for a repeated text, once for a short one.
    held = {
        text: (text[:30] in declared) + (text[-30:] in declared) if len(text) > 30 else 2 * (text in declared)
        for text in dict.fromkeys(texts)
    }
    return map(held.__getitem__, texts)


def _named(texts: Sequence[str], authors: Sequence[str]) -> Array:
    """Return which short texts name one of the first *authors*, shape (blocks,)."""
    names = [name.lower() for name in authors if name][:4]
    named = np.zeros(len(texts), bool)
    if names:
        brief = MARK.join([text if len(text) < 200 else "" for text in texts]).lower().split(MARK)
        for name in names:
            named |= np.fromiter((name in text for text in brief), bool, len(texts))
    return named


def _tree(innermost: Array, parents: Array) -> Tree:
    """Return the tree that *parents* make, seen from the blocks' *innermost* containers."""
    size = len(parents)
    padded = np.append(parents, -1)  # index -1, past the root, leads to itself
    levels = [innermost]
    while len(levels) < LEVELS and levels[-1].max() >= 0:
        levels.append(padded[levels[-1]])
    beyond = padded[levels[-1]]
    # The last child's last child and so on: each round goes twice as far.
    last = np.arange(size + 1)
    last[parents] = np.arange(size)
    last[-1] = size
    while not np.array_equal(further := last[last], last):
        last = further
    return Tree(np.stack(levels, axis=1), padded, last[:-1], beyond if beyond.max() >= 0 else None)


def _rings(tree: Tree, held: Array) -> Array:
    """Return for each block the containers at which the number of blocks held grows, shape (RINGS, blocks)."""
    ancestors, parents = tree.ancestors, tree.parents
    # A container's next ring is the parent of the outermost that holds as many blocks: each round goes twice as far.
    grows = held[parents] > held
    outermost = np.where(grows | (parents < 0), np.arange(len(parents)), parents)
    while not np.array_equal(further := outermost[outermost], outermost):
        outermost = further
    following = parents[outermost]
    # A container stands before what it encloses: the greater number is the inner one.
    limit = ancestors[np.arange(len(ancestors)), np.maximum((ancestors >= 0).sum(axis=1) - 1, 0)]
    rings = [ancestors[:, 0]]
    while len(rings) < RINGS:
        rings.append(np.maximum(following[rings[-1]], limit))
    return np.stack(rings)


def _signature(blocks: _Blocks, containers: _Containers) -> Array:
    """Return a number for the markup each block stands in: its tag, its container's tag and class."""
    holder = np.append(containers.keys(24), -1)[blocks.holders]
    tags, tag_of = _numbered(blocks.tags)
    _, signature = np.unique(holder * len(tags) + tag_of, return_inverse=True)
    return signature


def _tags(blocks: _Blocks, containers: _Containers, ancestors: Array, columns: Columns) -> None:
    """Add the block's own tag and which elements stand around it."""
    n = len(blocks.tags)
    own = np.fromiter(map(_TAG.get, blocks.tags, repeat(-1)), np.int64, n)
    columns |= zip((f"tag_{tag}" for tag in _TAGS), own == np.arange(len(_TAGS))[:, None], strict=True)
    bit = np.array([_AROUND_BIT.get(tag, 0) for tag in containers.tags], np.int64)
    bits = np.append(bit[containers.tag_of], 0)[ancestors]
    around = np.bitwise_or.reduce(bits, axis=1)
    flags = (around >> np.arange(len(_AROUND))[:, None]) & 1
    columns |= zip((f"in_{tag}" for tag in _AROUND), flags, strict=True)
    columns["depth"] = (ancestors >= 0).sum(axis=1)
    columns["hidden"] = np.append(containers.hidden, False)[ancestors[:, 0]]
    for tag in ("article", "main", "section"):
        inside = columns[f"in_{tag}"] > 0
        level = np.full(n, LEVELS)
        if inside.any():
            level[inside] = ((bits[inside] & _AROUND_BIT[tag]) > 0).argmax(axis=1)
        columns[f"to_{tag}"] = level
    articles = containers.tags.index("article") if "article" in containers.tags else -1
    columns["articles"] = np.full(n, (containers.tag_of == articles).sum())


def _learned(words: WordTable, hints: Sequence[str]) -> tuple[Array, frozenset[int | None]]:
    """
    Return what *words* say of containers with *hints*.

    Sum, least and most of the log-odds close by, and the same further inside, shape (6, hints); then the places of the
    hints' words in `words.kinds`.
    """
    said = hint_tokens(hints)
    places = np.fromiter(map(words.hints.get, said, repeat(0)), np.int64, len(said))
    starts = np.flatnonzero(places == words.hints[MARK])
    odds = []
    for table in (words.near, words.far):
        values = table[places]
        values[places <= words.hints[MARK]] = 0.0  # the hint as such counts zero, and so does an unknown word
        odds += [reduce(values, starts) for reduce in (np.add.reduceat, np.minimum.reduceat, np.maximum.reduceat)]
    return np.stack(odds), frozenset(map(words.pages.get, said))


def _container_words(odds: Array, hint_of: Array, ancestors: Array, columns: Columns) -> None:
    """Add the log-odds of the class and id words around each block, close by and further out; *odds* are by hint."""
    by_container = np.zeros((6, len(hint_of) + 1))  # the zero at the end is for -1
    by_container[:, :-1] = odds[:, hint_of]
    near, far = ancestors[:, :_NEAR], ancestors[:, _NEAR:]
    if not far.shape[1]:
        far = np.full((len(ancestors), 1), -1)
    for name, at, (total, least, most) in (("near", near, by_container[:3]), ("far", far, by_container[3:])):
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


def _ring_columns(columns: Columns, tree: Tree, rings: Array, held: Array) -> None:
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
    sums = tree.sums(list(counted.values())).take(rings, axis=1)
    masses, blocks = np.maximum(sums[0], 1.0), np.maximum(held[rings], 1.0)
    start = np.full(size + 1, len(mass))
    np.minimum.at(start, tree.ancestors.ravel(), np.repeat(index, tree.ancestors.shape[1]))
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


def _siblings(containers: _Containers, held: Array, masses: Array, tree: Tree, columns: Columns) -> None:
    """
    Add how often the containers round a block repeat side by side: comment threads, teaser lists, search results.

    Siblings count as alike when tag and the first letters of the class are equal; what holds one block only (a list
    item, a paragraph) does not count.
    """
    size, ancestors = len(held) - 1, tree.ancestors
    mass = columns["mass"]
    keys = containers.keys(6)
    some = np.flatnonzero(held[:size] >= 2)
    alike, group_mass = np.zeros(size + 1), np.zeros(size + 1)
    if len(some):
        pairs = (tree.parents[some] + 1) * (int(keys.max()) + 1) + keys[some]
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
    holds = np.zeros(size, bool)
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
    means: Array = (running.take(high, axis=1) - running.take(low, axis=1)) / (high - low)
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
    held, sums, masses, weights = page.tree.sums([np.ones(n), p, mass, weighted])
    at = page.rings
    for name, values in (
        ("p", sums[at] / np.maximum(held[at], 1.0)),
        ("pm", weights[at] / np.maximum(masses[at], 1.0)),
        ("p_held", weights[at] / total),
    ):
        columns |= zip((f"{name}@{ring}" for ring in range(RINGS)), values, strict=True)
    # How much of all the text thought to be the body stands with the block in one container, from the inside out.
    share = (weights / total)[page.tree.ancestors]
    for part in (0.3, 0.6, 0.9):
        enough = share >= part
        columns[f"reach{part}"] = np.where(enough.any(axis=1), enough.argmax(axis=1), LEVELS)
    best = _best(masses, weights)
    columns["in_best"] = (page.tree.ancestors == best).any(axis=1)
    run = _main_run(p, weighted)
    start, end, _ = run
    index = np.arange(n)
    columns["to_run"] = np.where(index < start, index - start, np.where(index >= end, index - end + 1, 0))
    _sections(page, p, weighted, mass, columns)
    columns |= {name: np.full(n, value) for name, value in _overall(p, mass, masses, weights, run).items()}
    columns |= {f"kind_{kind}": np.full(n, value) for kind, value in zip(KINDS, kinds, strict=True)}
    return columns


def _best(masses: Array, weights: Array) -> int:
    """Return the container that gathers most text thought to be the body for least other text."""
    return int(np.argmax((weights - 0.5 * masses)[:-1])) if len(masses) > 1 else -1


def _overall(p: Array, mass: Array, masses: Array, weights: Array, run: tuple[int, int, int]) -> dict[str, float]:
    """Return what is thought of the page as a whole, by name; *masses* and *weights* are sums by container."""
    weighted = p * mass
    total = max(float(weighted.sum()), 1.0)
    best = _best(masses, weights)
    start, end, runs = run
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
    masses, weights = page.tree.sums([mass, weighted])
    out = _overall(p, mass, masses, weights, _main_run(p, weighted))
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
    out |= page.whole
    means = page.means @ weighted / max(float(weighted.sum()), 1e-3)
    out |= zip((f"{name}_in" for name in (*_MEANS, *_MEANS_IN)), means.tolist(), strict=True)
    # Integers: the order of a set's words must not show in a sum.
    odds = words.kinds[page.words] if len(page.words) else np.zeros((1, len(KINDS)), np.int8)
    odds = np.sort(odds.T)
    for kind, row in zip(KINDS, odds, strict=True):
        out[f"words_{kind}"] = float(row.sum(dtype=np.int64)) / len(row)
        out[f"words_{kind}_most"] = float(row[-5:].sum(dtype=np.int64))
    return out


def _whole(columns: Columns, means: Array) -> dict[str, float]:
    """Return what of a page's summary its *columns* say; *means* are those of _MEANS and more."""
    out = {name: float(columns[name].max()) for name in _GREATEST}
    some = means[: len(_MEANS)]
    return out | dict(zip((f"{name}_all" for name in _MEANS), (some.sum(axis=1) / some.shape[1]).tolist(), strict=True))
