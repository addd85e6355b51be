"""
Blocks to numbers: what the forests of the HTML engine see of a page.

`measure` looks at a page once and gives the first pass its matrix; `in_context` adds what the first pass thought of the
blocks around. Everything is counted over arrays of the whole page: characters in one buffer of code points, enclosing
elements in one table of ancestors. No loop runs over words or characters.
"""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block, Container, Hints, Layout

__all__ = ["MARK", "Measured", "WordTable", "in_context", "measure", "page_summary", "stack"]

Numbers = NDArray[np.float32]
Indices = NDArray[np.int32]

LEVELS = 40
"""Ancestors looked at, from the block outwards; the 99th percentile of the depth of 3,517 measured pages is 37."""

RINGS = 6
"""Enclosing containers described one by one, each holding more blocks than the one inside it."""

HEAD = 72
"""Characters of a block whose words are looked up: a cue stands at the start, and a short block is seen whole."""

# Character classes. Scripts written without spaces get one of their own: a character there is about half a word.
_CLASSES = "lower upper digit space comma stop quote colon separator dash bracket symbol ideograph letter other"
_CLASS = {name: i for i, name in enumerate(_CLASSES.split())}
_CLASS_COUNT = len(_CLASS)
_MEMBERS = {
    "comma": ",،、，;؛；",
    "stop": ".!?。！？…؟।۔｡",
    "quote": "\"'“”„«»‹›‘’‚「」『』",
    "colon": ":：",
    "separator": "|/\\•·›»>→▸▶◀‹<~*_+=¦●■▪",
    "dash": "-–—−",
    "bracket": "()[]{}（）【】〈〉《》",
    "symbol": "©®™@#$€£¥%&₹₽",
}
_UNSPACED = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0xA000), (0xAC00, 0xD7B0), (0xF900, 0xFB00))
_TABLE_SIZE = 0x10000

_TAGS = (
    "p h1 h2 h3 h4 li td th div span a figcaption blockquote pre dt dd button label body section article time "
    "summary address strong em code cite header center font"
).split()
_TAG = {tag: i for i, tag in enumerate(_TAGS)}
_AROUND = (
    "nav aside footer header form figure article main table ul ol li blockquote section button dl p details a "
    "figcaption pre h1 h2 h3 time address td label dialog amp-list"
).split()
_AROUND_BIT = {tag: 1 << i for i, tag in enumerate(_AROUND)}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
MARK = "\x01"  # between the entries of a joined buffer; `dom` lets no control character through


class WordTable(msgspec.Struct, frozen=True):
    """
    What single words say of a block, learned: log-odds of the body, and NaN for MARK, which parts entries.

    Args:
        near: of a word in the class or id of a container close round a block.
        far: of such a word further out.
        text: of a word at the start of a block.
    """

    near: dict[str, float]
    far: dict[str, float]
    text: dict[str, float]


class Measured(msgspec.Struct, frozen=True):
    """
    A page seen once.

    Args:
        columns: the first pass's numbers by name, each of shape (blocks,).
        ancestors: container of each block, then its parent and so on, -1 past the root, shape (blocks, levels).
        rings: enclosing containers that each hold more blocks than the one before, shape (blocks, RINGS).
        mass: letters and digits of each block, ideographs counted twice, shape (blocks,).
        containers: number of containers.
        signature: blocks with equal numbers stand in the same markup, shape (blocks,).
    """

    columns: dict[str, Numbers]
    ancestors: Indices
    rings: Indices
    mass: Numbers
    containers: int
    signature: Indices

    def matrix(self) -> Numbers:
        """Return the columns side by side, shape (blocks, columns)."""
        return stack(self.columns)


def stack(columns: dict[str, Numbers]) -> Numbers:
    """Return *columns* side by side, shape (rows, columns)."""
    return np.stack([c.astype(np.float32, copy=False) for c in columns.values()], axis=1)


def _class_table() -> NDArray[np.uint8]:
    table = np.full(_TABLE_SIZE, _CLASS["other"], np.uint8)
    for code in range(0x3000):
        char = chr(code)
        if char.isalpha():
            name = "lower" if char.islower() else "upper" if char.isupper() else "letter"
        elif char.isdigit():
            name = "digit"
        elif char.isspace():
            name = "space"
        else:
            continue
        table[code] = _CLASS[name]
    for low, high in _UNSPACED:
        table[low:high] = _CLASS["ideograph"]
    for name, members in _MEMBERS.items():
        for char in members:
            table[ord(char)] = _CLASS[name]
    return table


_CHAR_CLASS = _class_table()


def measure(layout: Layout, hints: Hints, words: WordTable) -> Measured:
    """
    Return the first pass's view of *layout*, which must have a block.

    Args:
        layout: the page in blocks.
        hints: what the page declares of its article.
        words: learned log-odds.
    """
    blocks, containers = layout.blocks, layout.containers
    columns: dict[str, Numbers] = {}
    counts = _text(blocks, columns)
    mass = columns["mass"]
    _position(blocks, columns)
    _hints(blocks, hints, columns)
    _text_words(blocks, words.text, columns)
    parents = np.array([c.parent for c in containers], np.int32)
    ancestors = _ancestors(np.array([b.container for b in blocks], np.int32), parents)
    size = len(containers)
    held = _spread(np.ones(len(blocks)), ancestors, size)
    rings = _rings(ancestors, held)
    signature = _signature(blocks, containers)
    _tags(blocks, containers, ancestors, columns)
    _container_words(containers, ancestors, words, columns)
    _ring_columns(columns, counts, ancestors, rings, held, size)
    _siblings(containers, parents, held, ancestors, mass, columns)
    _groups(signature, columns, "same", ("mass", "link_share", "stops"))
    _neighbours(columns)
    return Measured(columns, ancestors, rings, mass, size, signature)


def _text(blocks: Sequence[Block], columns: dict[str, Numbers]) -> NDArray[np.float64]:
    """Add what the characters of each block say; return the counts of their classes, shape (blocks, classes)."""
    texts = [b.text for b in blocks]
    n = len(texts)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
    kinds = _CHAR_CLASS[np.minimum(codes, _TABLE_SIZE - 1)]
    lengths = np.fromiter(map(len, texts), np.int64, n)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    owner = np.repeat(np.arange(n), lengths)
    counts = np.bincount(owner * _CLASS_COUNT + kinds, minlength=n * _CLASS_COUNT).reshape(n, -1).astype(np.float64)
    space = kinds == _CLASS["space"]
    first = np.concatenate(([True], space[:-1]))
    first[starts] = True
    title_words = np.bincount(owner[first & (kinds == _CLASS["upper"])], minlength=n)
    at = np.flatnonzero(first)
    word_length = np.diff(np.append(at, len(kinds)))
    short_words = np.bincount(owner[at[word_length <= 4]], minlength=n)  # noqa: PLR2004  three letters and a space
    inner_stop = np.zeros(len(kinds), bool)
    inner_stop[:-1] = (kinds[:-1] == _CLASS["stop"]) & space[1:]
    sentences = np.bincount(owner[inner_stop], minlength=n)
    ends = starts + lengths - 1
    last, opening = kinds[ends], kinds[starts]
    before_last = kinds[np.maximum(ends - 1, starts)]
    get = {name: counts[:, i] for name, i in _CLASS.items()}
    mass = get["lower"] + get["upper"] + get["digit"] + get["letter"] + 2 * get["ideograph"]
    spoken = get["space"] + 1 + get["ideograph"] / 2
    stop_end = (last == _CLASS["stop"]) | ((last == _CLASS["quote"]) & (before_last == _CLASS["stop"]))
    chars = np.maximum(lengths, 1)
    columns["mass"] = mass
    columns["words"] = spoken
    columns["word_length"] = mass / spoken
    columns["upper"] = get["upper"] / np.maximum(mass, 1)
    columns["digit"] = get["digit"] / np.maximum(mass, 1)
    columns["title_words"] = title_words / spoken
    columns["short_words"] = short_words / spoken
    columns["commas"] = get["comma"]
    columns["comma_rate"] = get["comma"] / spoken
    columns["stops"] = get["stop"]
    columns["sentences"] = sentences + stop_end
    columns["quotes"] = get["quote"]
    columns["colons"] = get["colon"]
    columns["separators"] = get["separator"] / chars
    columns["dashes"] = get["dash"]
    columns["brackets"] = get["bracket"]
    columns["symbols"] = get["symbol"]
    columns["unspaced"] = get["ideograph"] / chars
    columns["uncased"] = get["letter"] / chars
    columns["stop_end"] = stop_end
    columns["colon_end"] = last == _CLASS["colon"]
    columns["quote_start"] = opening == _CLASS["quote"]
    columns["lower_start"] = opening == _CLASS["lower"]
    columns["digit_start"] = opening == _CLASS["digit"]
    columns["mark_start"] = (opening == _CLASS["separator"]) | (opening == _CLASS["dash"])
    columns["bracket_start"] = opening == _CLASS["bracket"]
    columns["links"] = np.array([b.links for b in blocks])
    columns["link_share"] = np.array([b.link_chars for b in blocks]) / chars
    columns["bold_share"] = np.array([b.bold_chars for b in blocks]) / chars
    columns["media"] = np.array([b.media for b in blocks])
    for name, column in columns.items():
        columns[name] = column.astype(np.float32)
    return counts


def _position(blocks: Sequence[Block], columns: dict[str, Numbers]) -> None:
    """Add where on the page each block stands, and how large the page is."""
    n = len(blocks)
    mass = columns["mass"]
    total = max(float(mass.sum()), 1.0)
    index = np.arange(n)
    heading = np.array([b.tag in _HEADINGS for b in blocks])
    top = np.array([b.tag == "h1" for b in blocks])
    columns["index"] = index
    columns["index_share"] = index / n
    columns["to_end"] = n - index
    columns["mass_before"] = (np.cumsum(mass) - mass) / total
    columns["mass_share"] = mass / total
    columns["page_blocks"] = np.full(n, n)
    columns["page_mass"] = np.full(n, total)
    columns["page_largest"] = np.full(n, mass.max())
    columns["h1_before"] = np.cumsum(top) - top
    columns["h1_total"] = np.full(n, top.sum())
    columns["since_h1"] = _since(top)
    columns["since_heading"] = _since(heading)
    columns["until_heading"] = _since(heading[::-1])[::-1]
    last = np.maximum.accumulate(np.where(heading, index, -1))
    running = np.concatenate(([0], np.cumsum(mass)))
    columns["mass_since_heading"] = running[index] - running[np.maximum(last, 0)]
    seen: dict[str, int] = {}
    for b in blocks:
        seen[b.text] = seen.get(b.text, 0) + 1
    columns["copies"] = np.array([seen[b.text] for b in blocks])
    first: dict[str, int] = {}
    columns["repeated"] = np.array([first.setdefault(b.text, b.index) < b.index for b in blocks])


def _since(mark: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many places ago *mark* was last set; the length plus one where it never was."""
    index = np.arange(len(mark))
    last = np.maximum.accumulate(np.where(mark, index, -len(mark)))
    return np.minimum(index - last, len(mark) + 1)


def _hints(blocks: Sequence[Block], hints: Hints, columns: dict[str, Numbers]) -> None:
    """Add how each block compares with what the page declares."""
    headline = frozenset(hints.headline.lower().split())
    description = frozenset(hints.description.lower().split())
    declared = hints.article_body
    n = len(blocks)
    in_headline, of_headline = np.zeros(n), np.zeros(n)
    in_description, opens_description, in_declared = np.zeros(n), np.zeros(n), np.zeros(n)
    for i, block in enumerate(blocks):
        text = block.text
        words = text[:400].lower().split()
        shared = len(headline.intersection(words))
        in_headline[i] = shared / len(words)
        of_headline[i] = shared / len(headline) if headline else -1
        if description:
            in_description[i] = len(description.intersection(words)) / len(words)
            opens_description[i] = text[:40] in hints.description
        if declared:
            in_declared[i] = (text[:40] in declared) + (text[-40:] in declared)
    columns["in_headline"] = in_headline
    columns["of_headline"] = of_headline
    columns["in_description"] = in_description
    columns["opens_description"] = opens_description
    columns["in_declared"] = in_declared
    columns["declared"] = np.full(n, len(declared) / 1000)
    match = in_headline + of_headline
    tags = np.array([b.tag in _HEADINGS for b in blocks])
    best = int(np.argmax(match + 0.5 * tags))
    sure = match[best] > 1.0
    columns["after_headline"] = np.arange(n) - best if sure else np.full(n, -9999)
    columns["headline_tag"] = (match > 1.0) & tags
    authors = [name.lower() for name in hints.authors if name][:4]
    columns["names_author"] = np.array([len(b.text) < 300 and any(a in b.text.lower() for a in authors) for b in blocks])


def _text_words(blocks: Sequence[Block], table: dict[str, float], columns: dict[str, Numbers]) -> None:
    """Add the log-odds of the words each block starts with."""
    joined = f" {MARK} ".join([b.text[:HEAD] for b in blocks]).lower()
    _lookup(joined.split(), len(blocks), table, columns, "said")
    ends = f" {MARK} ".join([b.text[-HEAD // 2 :] for b in blocks]).lower()
    _lookup(ends.split(), len(blocks), table, columns, "said_last")


def _lookup(tokens: list[str], n: int, table: dict[str, float], columns: dict[str, Numbers], name: str) -> None:
    """Add sum, least and greatest of the log-odds of *tokens*, which `MARK` parts into *n* entries."""
    total, least, most = _scores(tokens, n, table)
    columns[f"{name}_sum"], columns[f"{name}_least"], columns[f"{name}_most"] = total, least, most


def _scores(tokens: list[str], n: int, table: dict[str, float]) -> tuple[Numbers, Numbers, Numbers]:
    values = np.fromiter(map(table.get, tokens, repeat(0.0)), np.float64, len(tokens))
    mark = np.isnan(values)
    owner = np.minimum(np.cumsum(mark), n - 1)[~mark]
    values = values[~mark]
    total = np.bincount(owner, weights=values, minlength=n)
    least, most = np.zeros(n), np.zeros(n)
    np.minimum.at(least, owner, values)
    np.maximum.at(most, owner, values)
    return total.astype(np.float32), least.astype(np.float32), most.astype(np.float32)


def _ancestors(innermost: Indices, parents: Indices) -> Indices:
    """Return the containers round each block, nearest first, -1 past the root, shape (blocks, at most LEVELS)."""
    padded = np.append(parents, np.int32(-1))  # index -1, past the root, leads to itself
    levels = [innermost]
    while len(levels) < LEVELS and (levels[-1] >= 0).any():
        levels.append(padded[levels[-1]])
    return np.stack(levels, axis=1)


def _spread(values: NDArray[Any], ancestors: Indices, size: int) -> NDArray[np.float64]:
    """Return the sum of the blocks' *values* in each container, with a zero at the end for -1."""
    weights = np.repeat(np.asarray(values, np.float64), ancestors.shape[1])
    total = np.bincount(ancestors.ravel() + 1, weights=weights, minlength=size + 1)
    return np.append(total[1:], 0.0)


def _rings(ancestors: Indices, held: NDArray[np.float64]) -> Indices:
    """Return for each block the containers at which the number of blocks held grows, shape (blocks, RINGS)."""
    counts = held[ancestors]
    grows = np.zeros(ancestors.shape, np.int64)
    grows[:, 1:] = counts[:, 1:] > counts[:, :-1]
    rank = np.cumsum(grows, axis=1)
    outermost = np.maximum((ancestors >= 0).sum(axis=1) - 1, 0)
    rows = np.arange(len(ancestors))
    rings = []
    for ring in range(RINGS):
        reached = rank >= ring
        level = np.where(reached.any(axis=1), reached.argmax(axis=1), outermost)
        rings.append(ancestors[rows, np.minimum(level, outermost)])
    return np.stack(rings, axis=1)


def _signature(blocks: Sequence[Block], containers: Sequence[Container]) -> Indices:
    """Return a number for the markup each block stands in: its tag, its container's tag and class."""
    ids: dict[tuple[str, str, str], int] = {}
    out = []
    for block in blocks:
        holder = containers[block.container] if block.container >= 0 else None
        key = (block.tag, holder.tag, holder.hint[:24]) if holder else (block.tag, "", "")
        out.append(ids.setdefault(key, len(ids)))
    return np.array(out, np.int32)


def _tags(
    blocks: Sequence[Block],
    containers: Sequence[Container],
    ancestors: Indices,
    columns: dict[str, Numbers],
) -> None:
    """Add the block's own tag and which elements stand around it."""
    own = np.array([_TAG.get(b.tag, -1) for b in blocks])
    for i, tag in enumerate(_TAGS):
        columns[f"tag_{tag}"] = own == i
    bits = np.array([_AROUND_BIT.get(c.tag, 0) for c in containers] + [0], np.int64)[ancestors]
    around = np.bitwise_or.reduce(bits, axis=1)
    for i, tag in enumerate(_AROUND):
        columns[f"in_{tag}"] = (around >> i) & 1
    depth = (ancestors >= 0).sum(axis=1)
    columns["depth"] = depth
    hidden = np.array([c.hidden for c in containers] + [False])
    columns["hidden"] = hidden[ancestors[:, 0]]
    for tag in ("article", "main", "section"):
        there = (bits & _AROUND_BIT[tag]) > 0
        columns[f"to_{tag}"] = np.where(there.any(axis=1), there.argmax(axis=1), 99)
    articles = np.array([c.tag == "article" for c in containers])
    columns["articles"] = np.full(len(blocks), articles.sum())


def _container_words(
    containers: Sequence[Container],
    ancestors: Indices,
    words: WordTable,
    columns: dict[str, Numbers],
) -> None:
    """Add the log-odds of the class and id words around each block, close by and further out."""
    tokens = hint_tokens(containers)
    for name, table, first, last in (("near", words.near, 0, 3), ("far", words.far, 3, LEVELS)):
        total, least, most = (np.append(s, np.float32(0)) for s in _scores(tokens, len(containers), table))
        part = ancestors[:, first:last]
        if not part.shape[1]:
            part = np.full((len(ancestors), 1), -1)
        columns[f"{name}_sum"] = total[part].sum(axis=1)
        columns[f"{name}_least"] = least[part].min(axis=1)
        columns[f"{name}_most"] = most[part].max(axis=1)
        if name == "near":
            columns["own_words"] = total[ancestors[:, 0]]
        else:
            columns["far_least_sum"] = total[part].min(axis=1)
            columns["far_most_sum"] = total[part].max(axis=1)
            columns["all_words"] = columns["near_sum"] + columns["far_sum"]


def hint_tokens(containers: Sequence[Container]) -> list[str]:
    """Return the words of all containers' hints, lower case, camel case parted, `MARK` between containers."""
    joined = f" {MARK} ".join([c.hint for c in containers])
    raw = np.frombuffer(joined.encode("latin-1", "replace"), np.uint8)
    lower = (raw >= ord("a")) & (raw <= ord("z"))
    upper = (raw >= ord("A")) & (raw <= ord("Z"))
    mark = raw == ord(MARK)
    plain = np.where(lower | mark, raw, np.where(upper, raw + 32, ord(" "))).astype(np.uint8)
    humps = np.flatnonzero(lower[:-1] & upper[1:]) + 1
    return np.insert(plain, humps, ord(" ")).tobytes().decode("latin-1").split()


def _ring_columns(
    columns: dict[str, Numbers],
    counts: NDArray[np.float64],
    ancestors: Indices,
    rings: Indices,
    held: NDArray[np.float64],
    size: int,
) -> None:
    """Add what the enclosing containers hold, from the inside out."""
    mass = columns["mass"]
    page = max(float(mass.sum()), 1.0)
    masses = _spread(mass, ancestors, size)
    links = _spread(columns["link_share"] * mass, ancestors, size)
    stops = _spread(columns["sentences"], ancestors, size)
    commas = _spread(counts[:, _CLASS["comma"]], ancestors, size)
    paragraphs = _spread(columns["tag_p"], ancestors, size)
    headings = _spread(columns["tag_h1"] + columns["tag_h2"] + columns["tag_h3"], ancestors, size)
    full = _spread(columns["stop_end"], ancestors, size)
    index = columns["index"]
    start = np.full(size + 1, len(mass), np.float64)
    flat = ancestors.ravel()
    np.minimum.at(start, flat, np.repeat(index, ancestors.shape[1]))
    for ring in range(RINGS):
        at = rings[:, ring]
        some = np.maximum(masses[at], 1.0)
        blocks = np.maximum(held[at], 1.0)
        columns[f"ring{ring}_blocks"] = held[at]
        columns[f"ring{ring}_mass"] = masses[at]
        columns[f"ring{ring}_share"] = masses[at] / page
        columns[f"ring{ring}_links"] = links[at] / some
        columns[f"ring{ring}_stops"] = stops[at]
        columns[f"ring{ring}_commas"] = commas[at] / some
        columns[f"ring{ring}_p"] = paragraphs[at] / blocks
        columns[f"ring{ring}_headings"] = headings[at] / blocks
        columns[f"ring{ring}_full"] = full[at] / blocks
        columns[f"ring{ring}_mean"] = masses[at] / blocks
        columns[f"ring{ring}_place"] = (index - start[at]) / blocks


def _siblings(  # noqa: PLR0913, PLR0917  one private step of `measure`
    containers: Sequence[Container],
    parents: Indices,
    held: NDArray[np.float64],
    ancestors: Indices,
    mass: Numbers,
    columns: dict[str, Numbers],
) -> None:
    """
    Add how often the containers round a block repeat side by side: comment threads, teaser lists, search results.

    Siblings count as alike when tag and the first letters of the class are equal; what holds one block only (a list
    item, a paragraph) does not count.
    """
    size = len(containers)
    ids: dict[tuple[str, str], int] = {}
    keys = np.array([ids.setdefault((c.tag, c.hint[:6]), len(ids)) for c in containers], np.int64)
    some = np.flatnonzero(held[:size] >= 2)  # noqa: PLR2004
    masses = _spread(mass, ancestors, size)
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
    total = max(float(mass.sum()), 1.0)
    columns["alike"] = around[rows, most]
    columns["alike_level"] = most
    columns["alike_mass"] = masses[chosen] / np.maximum(group_mass[chosen], 1.0)
    columns["alike_share"] = group_mass[chosen] / total
    columns["alike_mean"] = group_mass[chosen] / np.maximum(alike[chosen], 1.0)
    columns["alike_blocks"] = held[chosen]
    columns["alike_levels"] = (around >= 3).sum(axis=1)  # noqa: PLR2004


def _groups(group: Indices, columns: dict[str, Numbers], prefix: str, names: Sequence[str]) -> None:
    """Add size and means of the blocks that stand in the same markup."""
    count = np.bincount(group)
    columns[f"{prefix}_count"] = count[group]
    for name in names:
        mean = np.bincount(group, weights=columns[name]) / count
        columns[f"{prefix}_{name}"] = mean[group]


def _shift(column: NDArray[Any], by: int, fill: float = -1.0) -> NDArray[np.float32]:
    """Return *column* with each row holding the value *by* rows further on."""
    out = np.full(len(column), fill, np.float32)
    if by > 0:
        out[:-by] = column[by:]
    else:
        out[-by:] = column[:by]
    return out


def _neighbours(columns: dict[str, Numbers]) -> None:
    """Add what the blocks before and after are like."""
    for by in (-3, -2, -1, 1, 2, 3):
        for name in ("mass", "link_share", "sentences", "near_sum", "depth"):
            columns[f"{name}{by:+d}"] = _shift(columns[name], by)
    for by in (-1, 1):
        for name in ("tag_p", "stop_end", "said_sum", "media", "colon_end", "own_words", "after_headline"):
            columns[f"{name}{by:+d}"] = _shift(columns[name], by)
    for width in (4, 10):
        for name in ("mass", "link_share", "sentences"):
            columns[f"{name}~{width}"] = _window(columns[name], width)


def _window(values: NDArray[Any], width: int) -> NDArray[np.float64]:
    """Return the mean of *values* over *width* rows to either side."""
    running = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    index = np.arange(len(values))
    low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, len(values))
    return (running[high] - running[low]) / (high - low)


def in_context(page: Measured, probability: NDArray[Any]) -> dict[str, Numbers]:
    """
    Return what a pass's *probability*, shape (blocks,), says of each block's surroundings, by name.

    The columns come after those of `page.columns` in the second pass's matrix.
    """
    p = np.asarray(probability, np.float64)
    n = len(p)
    mass = page.mass.astype(np.float64) + 1.0
    weighted = p * mass
    total = max(float(weighted.sum()), 1.0)
    columns: dict[str, Numbers] = {"p": p}
    for by in (-4, -3, -2, -1, 1, 2, 3, 4):
        columns[f"p{by:+d}"] = _shift(p, by)
    for width in (2, 5, 12):
        columns[f"p~{width}"] = _window(p, width)
        columns[f"pm~{width}"] = _window(weighted, width) / np.maximum(_window(mass, width), 1.0)
    running = np.cumsum(weighted)
    columns["p_before"] = (running - weighted) / total
    columns["p_after"] = (total - running) / total
    held = _spread(np.ones(n), page.ancestors, page.containers)
    masses = _spread(mass, page.ancestors, page.containers)
    sums = _spread(p, page.ancestors, page.containers)
    weights = _spread(weighted, page.ancestors, page.containers)
    for ring in range(RINGS):
        at = page.rings[:, ring]
        columns[f"p_ring{ring}"] = sums[at] / np.maximum(held[at], 1.0)
        columns[f"pm_ring{ring}"] = weights[at] / np.maximum(masses[at], 1.0)
        columns[f"p_held{ring}"] = weights[at] / total
    gain = _spread(mass * (p - 0.5), page.ancestors, page.containers)
    gain[-1] = -np.inf
    best = int(np.argmax(gain))
    columns["in_best"] = (page.ancestors == best).any(axis=1)
    columns["best_held"] = np.full(n, weights[best] / total)
    columns["best_mean"] = np.full(n, weights[best] / max(masses[best], 1.0))
    # How much of all the text thought to be the body stands with the block in one container, from the inside out.
    share = (weights / total)[page.ancestors]
    for part in (0.3, 0.6, 0.9):
        enough = share >= part
        columns[f"reach{part}"] = np.where(enough.any(axis=1), enough.argmax(axis=1), LEVELS)
    _runs(p, weighted, columns)
    group = page.signature
    count, group_mass = np.bincount(group), np.bincount(group, weights=mass)
    columns["p_same"] = (np.bincount(group, weights=p) / count)[group]
    columns["pm_same"] = (np.bincount(group, weights=weighted) / group_mass)[group]
    columns["p_same_held"] = (np.bincount(group, weights=weighted) / total)[group]
    columns["page_p"] = np.full(n, total / mass.sum())
    columns["page_p_mass"] = np.full(n, total)
    columns["page_p_max"] = np.full(n, p.max())
    columns["page_p_long"] = np.full(n, weighted.max())
    columns["page_sure"] = np.full(n, (np.abs(p - 0.5) * mass).sum() / mass.sum())
    return columns


def _runs(p: NDArray[np.float64], weighted: NDArray[np.float64], columns: dict[str, Numbers]) -> None:
    """Add where each block stands to the heaviest stretch of likely blocks."""
    n = len(p)
    likely = _window(p, 1) > 0.5  # noqa: PLR2004
    edges = np.flatnonzero(np.diff(np.concatenate(([False], likely, [False]))))
    index = np.arange(n)
    if not len(edges):
        for name in ("to_run", "run_share", "run_length", "runs"):
            columns[name] = np.full(n, -1.0)
        return
    starts, ends = edges[::2], edges[1::2]
    running = np.concatenate(([0.0], np.cumsum(weighted)))
    heavy = running[ends] - running[starts]
    main = int(np.argmax(heavy))
    start, end = starts[main], ends[main]
    columns["to_run"] = np.where(index < start, index - start, np.where(index >= end, index - end + 1, 0))
    columns["run_share"] = np.full(n, heavy[main] / max(running[-1], 1.0))
    columns["run_length"] = np.full(n, end - start)
    columns["runs"] = np.full(n, len(starts))


def page_summary(page: Measured, probability: NDArray[Any]) -> dict[str, float]:
    """Return what the last pass's *probability* says of the page as a whole, by name."""
    raise NotImplementedError
