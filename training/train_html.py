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
from newsclean.features import HEAD, MARK, Measured, WordTable, hint_tokens, in_context, measure
from training.labels import Aligned, Annotated, align, fold_of

FOLDS = 5
KIND_WEIGHT = {"fundus-dev": 2.5, "article": 1.0, "other": 0.3}
"""What a page weighs in training: strict news annotation most, pages that are no articles least."""

MIN_PAGES, MIN_DOMAINS = 4, 3
"""Pages and domains a word must occur in to get log-odds."""

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
    page = example.page
    kind = page.bench if page.bench in KIND_WEIGHT else page.kind if page.kind in KIND_WEIGHT else "other"
    return np.minimum(mass / max(body, 20.0), 1.0) * example.aligned.trust * KIND_WEIGHT[kind] * 100


class _Counts:
    """Pages for and against each word."""

    def __init__(self) -> None:
        self.inside: dict[str, float] = defaultdict(float)
        self.outside: dict[str, float] = defaultdict(float)
        self.domains: dict[str, set[str]] = defaultdict(set)

    def add(self, words: Iterable[tuple[str, float, float]], domain: str) -> None:
        """Add a page's *words*, each with the weight of its blocks in and out of the body."""
        inside: dict[str, float] = defaultdict(float)
        outside: dict[str, float] = defaultdict(float)
        for word, yes, no in words:
            inside[word] += yes
            outside[word] += no
        for word, yes in inside.items():
            total = yes + outside[word]
            if total > 0 and 2 <= len(word) <= 24:  # noqa: PLR2004
                self.inside[word] += yes / total
                self.outside[word] += outside[word] / total
                self.domains[word].add(domain)

    def table(self, prior: float, *, least: float = 0.4) -> dict[str, float]:
        """Return the smoothed log-odds of each word that says something, and NaN for MARK."""
        out = {}
        for word in sorted(self.domains):
            yes, no = self.inside[word], self.outside[word]
            if yes + no < MIN_PAGES or len(self.domains[word]) < MIN_DOMAINS:
                continue
            odds = float(np.log((yes + prior * 2) / (no + (1 - prior) * 2)) - np.log(prior / (1 - prior)))
            if abs(odds) >= least:
                out[word] = round(odds, 2)
        return {**out, MARK: float("nan")}


def word_table(examples: Sequence[Example], prior: float = 0.3) -> WordTable:
    """Return the log-odds of words that *examples* show."""
    near, far, text = _Counts(), _Counts(), _Counts()
    for example in examples:
        blocks, containers = example.layout.blocks, example.layout.containers
        weight = np.sqrt(np.array([len(b.text) for b in blocks]))
        inside = example.aligned.inside
        sums = np.zeros((2, 2, len(containers)))  # near or far, in or out
        for block in blocks:
            at, level = block.container, 0
            while at >= 0:
                sums[int(level >= 3), int(not inside[block.index]), at] += weight[block.index]  # noqa: PLR2004
                at, level = containers[at].parent, level + 1
        owner, tokens = 0, []
        for token in hint_tokens(containers):
            if token == MARK:
                owner += 1
            else:
                tokens.append((token, owner))
        for counts, part in ((near, sums[0]), (far, sums[1])):
            counts.add(((t, part[0, c], part[1, c]) for t, c in tokens), example.page.domain)
        said = (
            (t, float(inside[b.index]), float(1 - inside[b.index]))
            for b in blocks
            for t in (b.text[:HEAD] + " " + b.text[-HEAD // 2 :]).lower().split()
        )
        text.add(said, example.page.domain)
    return WordTable(near.table(prior), far.table(prior), text.table(prior, least=0.7))


def classifier(iterations: int, **options: object) -> CatBoostClassifier:
    """Return an untrained forest."""
    settings: dict[str, object] = {
        "iterations": iterations,
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
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
