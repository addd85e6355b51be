"""
Blocks to numbers: what the first pass of the HTML engine sees of a page.

Everything is counted over arrays of the whole page: characters in one buffer, words by their places in a vocabulary,
enclosing elements in one table of ancestors.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count, repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean.document import Block, Container, Hints, Layout
from newsclean.html.characters import of_characters
from newsclean.html.columns import Array, Columns, averaged, moved, stack
from newsclean.html.names import MARK, page_tokens
from newsclean.html.tree import LEVELS, RINGS, Tree, rings_of, tree_of
from newsclean.html.words import WHOLE, WordTable, heads, vocabulary

__all__ = ["MEANS", "MEANS_IN", "Measured", "measure"]

MAX_DECLARED = 60_000
"""Characters of the declared full text that blocks are looked for in; the 99th percentile of 1,929 pages is 8,834."""

MEANS = (
    "link_share digit capital commas stops full heading dated copies symbols colons question separators "
    "tag_p tag_li tag_td tag_h2 in_table in_ul in_pre in_form in_article in_main in_aside in_footer in_nav"
).split()
"""Columns whose means over all blocks, and over those of the body, describe a page."""

MEANS_IN = "all_words said_sum alike depth to_headline".split()
"""Columns whose means over the body do."""

_GREATEST = (
    "articles h1_total page_blocks page_mass page_largest declared alike alike_share alike_levels copies_page"
).split()

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


class Measured(msgspec.Struct, frozen=True):
    """
    A page seen once.

    Args:
        columns: the first pass's numbers by name, each of shape (blocks,).
        tree: the containers.
        rings: enclosing containers that each hold more blocks than the one before, shape (RINGS, blocks).
        mass: letters and digits of each block, ideographs counted twice, shape (blocks,).
        signature: blocks with equal numbers stand in the same markup, shape (blocks,).
        spoken: what the words of its classes and of its blocks' starts say of its kind, by name.
        means: the columns whose means describe the page, shape (columns, blocks).
        whole: what describes the page whatever is thought of its blocks, by name.
    """

    columns: Columns
    tree: Tree
    rings: Array
    mass: Array
    signature: Array
    spoken: dict[str, float]
    means: Array
    whole: dict[str, float]

    def matrix(self) -> NDArray[np.float32]:
        """Return the columns side by side, shape (blocks, columns)."""
        return stack(self.columns)


class _Blocks(msgspec.Struct, frozen=True):
    """The blocks of a page, field by field."""

    texts: tuple[str, ...]
    lengths: Array
    tags: tuple[str, ...]
    heading: Array
    holders: Array
    link_chars: Array
    links: Array
    bold_chars: Array
    media: Array


def _by_field(blocks: Sequence[Block]) -> _Blocks:
    _, texts, tags, *numbers, _, _, _ = zip(*map(msgspec.structs.astuple, blocks), strict=True)
    lengths = np.fromiter(map(len, texts), np.int64, len(blocks))
    heading = np.fromiter(map(_HEADINGS.__contains__, tags), bool, len(blocks))
    return _Blocks(texts, lengths, tags, heading, *(np.fromiter(field, np.int64, len(blocks)) for field in numbers))


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
    places: defaultdict[str, int] = defaultdict(count().__next__)
    numbers = np.fromiter(map(places.__getitem__, names), np.intp, len(names))
    return list(places), numbers


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
    columns = of_characters(blocks.texts, blocks.lengths)
    _markup(blocks, columns)
    known = vocabulary(words)
    said = heads(layout.blocks)
    spoken = known.look_up(list(chain.from_iterable(said)))
    named = known.look_up(page_tokens(tuple(containers.hints)))
    _said(said, known.text[spoken], words.text, columns)
    headline = _hints(blocks, said, hints, columns)
    _position(blocks, columns)
    tree = tree_of(blocks.holders, containers.parents)
    held, masses = tree.sums(np.stack([np.ones(len(said)), columns["mass"]]))
    rings = rings_of(tree, held)
    _tags(blocks, containers, tree.ancestors, columns)
    _container_words(known.of_hints(named), containers.hint_of, tree.ancestors, columns)
    _ring_columns(columns, tree, rings, held)
    _siblings(containers, held, masses, tree, columns)
    _to_headline(headline, tree.ancestors, len(held), columns)
    signature = _signature(blocks, containers)
    _groups(signature, columns)
    _neighbours(columns)
    of_page = known.of_page(np.concatenate([spoken, named]))
    means = np.stack([columns[name] for name in (*MEANS, *MEANS_IN)])
    return Measured(columns, tree, rings, columns["mass"], signature, of_page, means, _whole(columns, means))


def _markup(blocks: _Blocks, columns: Columns) -> None:
    """Add what is linked, bold or a picture in each block."""
    columns |= {
        "links": blocks.links,
        "link_share": blocks.link_chars / blocks.lengths,
        "bold_share": blocks.bold_chars / blocks.lengths,
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


def _said(said: list[list[str]], odds: Array, table: dict[str, float], columns: Columns) -> None:
    """Add the log-odds of the words each block starts with, *odds*, and of a short block as a whole."""
    counts = np.fromiter(map(len, said), np.intp, len(said))
    # No block is empty, so that each has a slice of its own.
    first = np.cumsum(counts) - counts
    whole = [" ".join(words) if len(words) <= WHOLE else "" for words in said]
    columns |= {
        "said_sum": np.add.reduceat(odds, first),
        "said_least": np.minimum.reduceat(odds, first),
        "said_most": np.maximum.reduceat(odds, first),
        "said_whole": np.fromiter(map(table.get, whole, repeat(0.0)), np.float64, len(said)),
    }


def _hints(blocks: _Blocks, said: list[list[str]], hints: Hints, columns: Columns) -> int:
    """Add how each block compares with what the page declares; return the block that is the headline, or -1."""
    headline = frozenset(hints.headline.lower().split())
    description, declared = hints.description, hints.article_body[:MAX_DECLARED]
    texts, n = blocks.texts, len(blocks.texts)
    counts = np.fromiter(map(len, said), np.float64, n)
    shared = _shared(said, headline)
    in_headline = shared / counts
    of_headline = shared / len(headline) if headline else np.full(n, -1.0)
    opens = in_described = in_declared = np.zeros(n)
    if description:
        opens = np.fromiter((text[:40] in description for text in texts), np.float64, n)
        in_described = _shared(said, frozenset(description.lower().split())) / counts
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


def _shared(said: list[list[str]], others: frozenset[str]) -> Array:
    """Return how many distinct words of each block are among *others*, shape (blocks,)."""
    return np.fromiter(map(len, map(others.intersection, said)), np.float64, len(said))


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
    sums = tree.sums(np.stack(list(counted.values()), dtype=np.float64)).take(rings, axis=1)
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
    columns |= moved(columns, wide, (-3, -2, -1, 1, 2, 3))
    columns |= moved(columns, ("tag_p", "full", "said_sum", "media", "colon_end", "near_own", "heading"), (-1, 1))
    names, widths = ("mass", "link_share", "sentences", "said_sum"), (4, 10)
    for width, means in zip(widths, averaged(np.stack([columns[name] for name in names]), *widths), strict=True):
        columns |= zip((f"{name}~{width}" for name in names), means, strict=True)


def _whole(columns: Columns, means: Array) -> dict[str, float]:
    """Return what of a page's summary its *columns* say; *means* are those of MEANS and more."""
    out = {name: float(columns[name].max()) for name in _GREATEST}
    some = means[: len(MEANS)]
    return out | dict(zip((f"{name}_all" for name in MEANS), (some.sum(axis=1) / some.shape[1]).tolist(), strict=True))
