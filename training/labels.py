"""
Annotated pages, their folds, and the block labels that follow from an annotated body.

Shared by the training of both engines (HTML and text dumps): a label is the answer of `align` for a list of block
texts, however the blocks were cut.
"""

import gzip
import hashlib
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np
import tldextract
from numpy.typing import NDArray

WORD = re.compile(r"\w+")
# CJK and Thai are written without spaces: one character counts as one word, so that n-grams mean something there.
TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|"
    r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+",
)
GRAM = 4
"""Words in a row that tie a block to a place in the body; shorter blocks need the neighbourhood as a witness."""

FOLDS = 5
"""Folds of cross-validation, by domain."""

CANDIDATES = 40
"""Places in the body a block may be tied to; menu words and numbers occur everywhere."""


class Annotated(msgspec.Struct, frozen=True):
    """
    One annotated page of a bench folder.

    Args:
        id: name of the page in its set.
        bench: name of the set.
        kind: what the annotators call the page.
        url: its address.
        domain: registered domain, the unit of cross-validation.
        body: the annotated text; empty in sets that annotate segments.
        folder: the set's folder.
        truth: everything annotated, as stored.
    """

    id: str
    bench: str
    kind: str
    url: str
    domain: str
    body: str
    folder: Path
    truth: dict[str, object]

    def html(self) -> bytes:
        """Return the page's bytes as fetched."""
        return gzip.decompress((self.folder / "pages" / f"{self.id}.html.gz").read_bytes())

    def dump(self, maker: str) -> bytes | None:
        """Return the page's text as *maker* ("inscriptis", "bs4") left it, None when the set has none."""
        path = self.folder / "dumps" / maker / f"{self.id}.txt.gz"
        return gzip.decompress(path.read_bytes()) if path.exists() else None


def read_pages(bench: Path, sets: Sequence[str] = ("fundus-dev", "wcxb-dev")) -> list[Annotated]:
    """Return the annotated pages of *sets* under *bench*, in the order of their files."""
    registered = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the packaged list: no network
    pages = []
    for name in sets:
        folder = bench / name
        for row in (folder / "truth.jsonl").read_text(encoding="utf-8").split("\n"):
            if row:
                truth = json.loads(row)
                domain = registered(truth["url"]).top_domain_under_public_suffix or truth["url"]
                body = truth.get("body") or ""
                pages.append(Annotated(truth["id"], name, truth["kind"], truth["url"], domain, body, folder, truth))
    return pages


def fold_of(domain: str, folds: int) -> int:
    """Return the fold of *domain*: by its hash, so that it never depends on which other pages there are."""
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:4]) % folds


def word_scores(predicted: str, true: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the bags of words, as `score.py` has them."""
    p, t = Counter(WORD.findall(predicted.lower())), Counter(WORD.findall(true.lower()))
    if not t:
        return (1.0, 1.0, 1.0) if not p else (0.0, 0.0, 0.0)
    both = sum((p & t).values())
    precision = both / sum(p.values()) if p else 0.0
    recall = both / sum(t.values())
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


class Aligned(msgspec.Struct, frozen=True):
    """
    Block labels of one page.

    Args:
        inside: 1 where the block belongs to the body, shape (blocks,).
        trust: how sure that is, 0 to 1, shape (blocks,).
        covered: share of the body's words that the labelled blocks hold.
    """

    inside: NDArray[np.int8]
    trust: NDArray[np.float32]
    covered: float


def align(texts: Sequence[str], body: str) -> Aligned:
    """
    Return which of the blocks *texts* make up *body*, blocks and body in the same reading order.

    Each block is tied to the places in the body that hold its words in a row; the heaviest chain of ties that goes
    forward in both wins. Of two identical blocks the chain keeps the one that stands in order. A block that the body
    holds only in part is labelled by the larger part, with little trust.
    """
    tokens = [TOKEN.findall(text.lower()) for text in texts]
    target = TOKEN.findall(body.lower())
    ties = list(_ties(tokens, target))
    chain = _heaviest_chain(ties)
    inside = np.zeros(len(texts), np.int8)
    trust = np.ones(len(texts), np.float32)
    taken = np.zeros(len(target) + 1, bool)
    for block, start, matched in chain:
        share = matched / len(tokens[block])
        inside[block] = share >= 0.5
        trust[block] = abs(2 * share - 1) if share < 0.9 else 1.0
        if inside[block]:
            taken[start : start + len(tokens[block])] = True
    in_chain = {block for block, _, _ in chain}
    for block, start, matched in ties:
        if block in in_chain or inside[block] or matched < 0.8 * len(tokens[block]) or len(tokens[block]) < 2 * GRAM:
            continue
        # Out of order, yet in the body and nowhere else on the page: the annotator moved it.
        span = taken[start : start + len(tokens[block])]
        if span.mean() < 0.2:
            inside[block], trust[block] = 1, 0.5
            span[:] = True
        else:
            trust[block] = min(trust[block], 0.5)
    for block, words in enumerate(tokens):
        if not words:
            trust[block] = 0.1
    return Aligned(inside, trust, float(taken[:-1].mean()) if target else 1.0)


def _ties(tokens: list[list[str]], target: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield (block, place in the body, words of the block matched there)."""
    grams = _places(target)
    for block, words in enumerate(tokens):
        if len(words) <= GRAM:
            yield from ((block, start, len(words)) for start in grams.get(tuple(words), []))
            continue
        hits: Counter[int] = Counter()
        for i in range(len(words) - GRAM + 1):
            hits.update(place - i for place in grams.get(tuple(words[i : i + GRAM]), []))
        # Offsets that differ a little are one place with a word more or less.
        for offset, _ in hits.most_common(6):
            matched = _matched(words, target, max(offset, 0))
            if matched >= min(GRAM, 0.3 * len(words)):
                yield block, max(offset, 0), matched


def _places(target: list[str]) -> dict[tuple[str, ...], list[int]]:
    """Return where each run of one to GRAM words stands in *target*."""
    grams: dict[tuple[str, ...], list[int]] = {}
    for size in range(1, GRAM + 1):
        for i in range(len(target) - size + 1):
            places = grams.setdefault(tuple(target[i : i + size]), [])
            if len(places) < CANDIDATES:
                places.append(i)
    return grams


def _matched(words: list[str], target: list[str], start: int) -> int:
    """Return how many of *words* stand in n-grams shared with the body from *start* on."""
    slack = 8 + len(words) // 8
    window = target[max(0, start - slack) : start + len(words) + slack]
    grams = {tuple(window[i : i + GRAM]) for i in range(len(window) - GRAM + 1)}
    hit = np.zeros(len(words), bool)
    for i in range(len(words) - GRAM + 1):
        if tuple(words[i : i + GRAM]) in grams:
            hit[i : i + GRAM] = True
    return int(hit.sum())


def _heaviest_chain(ties: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """
    Return the ties of greatest total weight whose blocks and places both go forward.

    A short block weighs little: it joins the chain where it fits and never bends it. Next to its neighbour's place
    it weighs more than far off, so that a menu word does not take the place of the same word in a sentence.
    """
    frontier: list[tuple[int, float, int]] = []  # (place after, weight, tie), both rising
    before: dict[int, int] = {}  # the tie before each in the best chain that ends there
    order = sorted(range(len(ties)), key=lambda i: (ties[i][0], -ties[i][1]))
    for _, group in groupby(order, key=lambda i: ties[i][0]):
        # The ties of one block exclude each other: none of them may see another in the frontier.
        new = []
        for i in group:
            _, start, matched = ties[i]
            # A slack of two words: a block's first words may be missing in the body.
            position = bisect_right(frontier, start + 2, key=lambda f: f[0]) - 1
            end, weight, before[i] = frontier[position] if position >= 0 else (-GRAM - 1, 0.0, -1)
            near = start - end <= GRAM
            gain = matched if matched > GRAM else matched * (0.5 if near else 0.1)
            new.append((start + matched, weight + gain, i))
        for place, weight, i in new:
            _insert(frontier, place, weight, i)
    chain = []
    tie = frontier[-1][2] if frontier else -1
    while tie >= 0:
        chain.append(ties[tie])
        tie = before[tie]
    return chain[::-1]


def _insert(frontier: list[tuple[int, float, int]], place: int, weight: float, tie: int) -> None:
    """Add a chain to *frontier* unless a better one ends earlier; drop those it beats."""
    at = bisect_right(frontier, place, key=lambda f: f[0])
    if at and frontier[at - 1][1] >= weight:
        return
    end = at
    while end < len(frontier) and frontier[end][1] <= weight:
        end += 1
    start = at - 1 if at and frontier[at - 1][0] == place else at
    frontier[start:end] = [(place, weight, tie)]
