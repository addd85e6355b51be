"""
The forests of the HTML engine: from annotated pages to `src/newsclean/data/html*.npz`.

Two passes. The first sees each block by itself, its containers and its neighbours; the second also sees what the first
thought of the blocks around, always as a model thought that had not seen the page's site. The same care holds for the
log-odds of words.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from catboost import CatBoost, CatBoostClassifier
from numpy.typing import NDArray

from newsclean import dom, segment, structured
from newsclean.document import Hints, Layout
from newsclean.features import KINDS, MARK, WHOLE, Measured, WordTable, heads, hint_tokens, in_context, measure
from training.labels import Aligned, Annotated, align, fold_of

FOLDS = 5
KIND_WEIGHT = {"fundus-dev": 2.5, "article": 1.0, "other": 0.3}
"""What a page weighs in training: strict news annotation most, pages that are no articles least."""

MIN_DOMAINS = 4
"""Domains a word must occur on to get log-odds."""

MAX_WORD = 24
LEAST_ODDS = 0.4
PRIOR = 0.3
"""Share of the body in an unknown container."""

NEAR = 3
"""Containers round a block that count as close by."""

Array = NDArray[np.float64]


class Example(msgspec.Struct, frozen=True):
    """A page on its way into training: what `clean` would know of it, and the answer."""

    page: Annotated
    layout: Layout
    hints: Hints
    aligned: Aligned
    fold: int


def read_example(page: Annotated) -> Example:
    """Return *page* as blocks with labels."""
    root, _ = dom.parse(dom.decode(page.html()).text)
    layout = segment.segment(root)
    hints = structured.hints(structured.read(root, url=page.url))
    aligned = align([b.text for b in layout.blocks], page.body)
    return Example(page, layout, hints, aligned, fold_of(page.domain, FOLDS))


def block_weights(example: Example) -> Array:
    """
    Return what each block weighs in training, shape (blocks,).

    A block counts by its share of the body's words, as in word F1, and a little by itself.
    """
    words = np.array([len(b.text.split()) + len(b.text) / 20 for b in example.layout.blocks])
    mass = words**0.7 + 1.0
    body = mass[example.aligned.inside == 1].sum()
    return np.minimum(mass / max(body, 20.0), 1.0) * example.aligned.trust * page_weight(example.page) * 100


class WordCounts:
    """Pages for and against each word, one page at a time, so that folds can be left out."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        self.zones: dict[str, list[dict[str, tuple[float, float]]]] = {"near": [], "far": [], "text": []}
        self.vocabularies: list[frozenset[str]] = []
        for example in examples:
            said = heads(example.layout.blocks)
            tokens = hint_tokens(example.layout.containers)
            near, far = _container_shares(example, tokens)
            self.zones["near"].append(near)
            self.zones["far"].append(far)
            self.zones["text"].append(_text_shares(example, said))
            self.vocabularies.append(frozenset(tokens).union(*said))

    def table(self, without: int | None = None) -> WordTable:
        """Return the log-odds of the words on all pages but those of the fold *without*."""
        kept = [i for i, e in enumerate(self.examples) if e.fold != without]
        odds = {zone: self._odds(pages, kept) for zone, pages in self.zones.items()}
        return WordTable(odds["near"], odds["far"], odds["text"], self._kinds(kept))

    def _odds(self, pages: list[dict[str, tuple[float, float]]], kept: Iterable[int]) -> dict[str, float]:
        yes: dict[str, float] = defaultdict(float)
        no: dict[str, float] = defaultdict(float)
        domains: dict[str, set[str]] = defaultdict(set)
        for i in kept:
            weight = min(page_weight(self.examples[i].page), 1.0)
            for word, (inside, outside) in pages[i].items():
                yes[word] += weight * inside / (inside + outside)
                no[word] += weight * outside / (inside + outside)
                domains[word].add(self.examples[i].page.domain)
        out = {MARK: float("nan")}
        for word in sorted(domains):
            if len(domains[word]) >= MIN_DOMAINS:
                value = np.log((yes[word] + 2 * PRIOR) / (no[word] + 2 * (1 - PRIOR))) - np.log(PRIOR / (1 - PRIOR))
                if abs(value) >= LEAST_ODDS:
                    out[word] = round(float(value), 2)
        return out

    def _kinds(self, kept: Sequence[int]) -> dict[str, tuple[float, ...]]:
        """Return for each word how much likelier it is on a page of each kind than on the others."""
        counts: dict[str, Array] = defaultdict(lambda: np.zeros(len(KINDS)))
        domains: dict[str, set[str]] = defaultdict(set)
        pages = np.zeros(len(KINDS))
        for i in kept:
            kind = kind_of(self.examples[i].page)
            pages[kind] += 1
            for word in self.vocabularies[i]:
                counts[word][kind] += 1
                domains[word].add(self.examples[i].page.domain)
        out = {}
        for word in sorted(counts):
            seen = counts[word]
            if len(domains[word]) < 2 * MIN_DOMAINS:
                continue
            share = (seen + 0.5) / (pages + 1.0)
            others = (seen.sum() - seen + 0.5) / (pages.sum() - pages + 1.0)
            odds = np.round(np.log(share / others), 1)
            if np.abs(odds).max() >= 1.0:
                out[word] = tuple(odds.tolist())
        return out


def _container_shares(example: Example, tokens: list[str]) -> tuple[dict[str, tuple[float, float]], ...]:
    """Return for each class word, close by and further out, the weight of the blocks in it in and out of the body."""
    blocks, containers = example.layout.blocks, example.layout.containers
    weight = np.sqrt(np.array([len(b.text) for b in blocks]))
    sums = np.zeros((2, 2, len(containers)))  # near or far, in or out
    for block in blocks:
        at, level = block.container, 0
        while at >= 0:
            sums[int(level >= NEAR), int(not example.aligned.inside[block.index]), at] += weight[block.index]
            at, level = containers[at].parent, level + 1
    zones: tuple[dict[str, tuple[float, float]], ...] = ({}, {})
    owner = 0
    for token in tokens:
        if token == MARK:
            owner += 1
        elif 2 <= len(token) <= MAX_WORD:  # noqa: PLR2004
            for zone, part in zip(zones, sums, strict=True):
                if part[:, owner].any():
                    yes, no = zone.get(token, (0.0, 0.0))
                    zone[token] = yes + part[0, owner], no + part[1, owner]
    return zones


def _text_shares(example: Example, said: Sequence[Sequence[str]]) -> dict[str, tuple[float, float]]:
    """Return for each word at the start of blocks, and each short block, how many are in and out of the body."""
    out: dict[str, tuple[float, float]] = {}
    for inside, words in zip(example.aligned.inside.tolist(), said, strict=True):
        for word in [*words, " ".join(words)] if 1 < len(words) <= WHOLE else words:
            if len(word) <= 2 * MAX_WORD:
                yes, no = out.get(word, (0.0, 0.0))
                out[word] = yes + inside, no + 1 - inside
    return out


def page_weight(page: Annotated) -> float:
    """Return what *page* weighs in training."""
    key = page.bench if page.bench in KIND_WEIGHT else page.kind if page.kind in KIND_WEIGHT else "other"
    return KIND_WEIGHT[key]


def kind_of(page: Annotated) -> int:
    """Return the place of *page*'s kind in KINDS; service, listing and collection pages are all indexes."""
    return KINDS.index(page.kind) if page.kind in KINDS else KINDS.index("index")


def classifier(iterations: int, **options: object) -> CatBoostClassifier:
    """Return an untrained forest."""
    settings: dict[str, object] = {
        "iterations": iterations,
        "leaf_estimation_iterations": 2,
        "bootstrap_type": "Bernoulli",
        "subsample": 0.7,
        "depth": 6,
        "learning_rate": 0.08,
        "l2_leaf_reg": 6.0,
        "rsm": 0.25,
        "border_count": 64,
        "random_seed": 7,
        "thread_count": 1,
        "verbose": False,
        "allow_writing_files": False,
    }
    return CatBoostClassifier(**(settings | options))


def save_words(table: WordTable, path: Path) -> None:
    """Write *table* to *path* as .npz without pickles."""
    arrays = {}
    for zone, odds in (("near", table.near), ("far", table.far), ("text", table.text)):
        known = {word: value for word, value in odds.items() if word != MARK}
        arrays[f"{zone}_words"] = np.array(list(known))
        arrays[f"{zone}_odds"] = np.array(list(known.values()), np.float32)
    arrays["kind_words"] = np.array(list(table.kinds))
    arrays["kind_odds"] = np.array(list(table.kinds.values()), np.float16)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
