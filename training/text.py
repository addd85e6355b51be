"""
The model of the text engine, from annotated pages flattened in several ways.

    python -m training.text BENCH_FOLDER              writes src/newsclean/data/text*.npz
    python -m training.text BENCH_FOLDER --evaluate   prints word scores by cross-validation over domains

Two passes: the first model sees a block and its surroundings, the second also what the first said of the blocks around
it. Whatever a row was made from (log-odds of words, the first model's answer) comes from pages of other domains.
"""

import argparse
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
from catboost import CatBoostClassifier, Pool
from numpy.typing import NDArray

from newsclean import textfeatures
from newsclean.document import Block
from newsclean.textdump import repair, segment_text, unmarked
from newsclean.textfeatures import LINE_BITS, PAIR_BITS, STEP, WORD_BITS, Tables, Words
from training import text_renderings
from training.labels import Annotated, align, fold_of, read_pages, word_scores
from training.trees import save

FOLDS = 5
DATA = Path(__file__).parent.parent / "src" / "newsclean" / "data"
CACHE = Path("/tmp/newsclean-text")
OTHERS = ("copied", "html2text", "markdown78", "resiliparse", "strings", "wrap72", "dense", "oneline")
"""Renderings of which each page brings `EXTRA`, in turn, beside the two given ones."""
EXTRA = 2
FIRST, SECOND = 220, 260
"""Trees of the two models."""

Floats = NDArray[np.float32]
Sums = NDArray[np.int32]


class Sample(msgspec.Struct):
    """
    One dump of one page, ready to learn from.

    Args:
        page: number of the page.
        fold: of its domain.
        domain: number of the domain.
        maker: the rendering's name.
        blocks: the dump's.
        words: theirs.
        inside: whether each block belongs to the body.
        weight: how much each block counts.
        body: the annotated text.
        bench: name of the page's set.
    """

    page: int
    fold: int
    domain: int
    maker: str
    blocks: tuple[Block, ...]
    words: Words
    inside: NDArray[np.int8]
    weight: Floats
    body: str
    bench: str


def read_samples(pages: Sequence[Annotated], makers: Iterable[str], cache: Path) -> list[Sample]:
    """Return the samples of *pages* in the renderings *makers*; of those in OTHERS, each page has its turn."""
    domains = {d: i for i, d in enumerate(sorted({p.domain for p in pages}))}
    samples = []
    for maker in makers:
        for number, page in enumerate(pages):
            dump = next(text_renderings.dumps(page.folder, maker, [page.id], cache))
            if dump:
                blocks = segment_text(repair(dump)[0]).blocks
                samples.append(_sample(number, page, maker, blocks, domains))
    return samples


def _sample(number: int, page: Annotated, maker: str, blocks: tuple[Block, ...], domains: dict[str, int]) -> Sample:
    aligned = align([unmarked(b.text) for b in blocks], page.body)
    words = textfeatures.read_words(blocks)
    count = np.bincount(words.block, minlength=len(blocks))
    # A page counts as one page, a block by its share of it: the measure is a mean over pages of a score over words.
    total = max(int(count[aligned.inside == 1].sum()), 50)
    weight = aligned.trust * (np.minimum(count, 150) + 4) / (total + 150)
    return Sample(
        page=number,
        fold=fold_of(page.domain, FOLDS),
        domain=domains[page.domain],
        maker=maker,
        blocks=blocks,
        words=words,
        inside=aligned.inside,
        weight=weight.astype(np.float32),
        body=page.body,
        bench=page.bench,
    )


def in_turn(samples: Iterable[Sample], others: Sequence[str] = OTHERS) -> list[Sample]:
    """Return *samples* with only EXTRA of the renderings *others* for each page, another choice for each page."""
    chosen = []
    for s in samples:
        if s.maker not in others or (others.index(s.maker) - s.page * EXTRA) % len(others) < EXTRA:
            chosen.append(s)
    return chosen


class Counts(msgspec.Struct):
    """Domains in whose bodies, and outside of whose bodies, a hash occurs, for each fold: shape (folds, 2, hashes)."""

    words: Sums
    pairs: Sums
    lines: Sums


def count(samples: Sequence[Sample]) -> Counts:
    """Return in how many domains of each fold every hash occurs inside and outside of bodies."""
    kinds = []
    for bits, keys in ((WORD_BITS, _word_keys), (PAIR_BITS, _pair_keys), (LINE_BITS, _line_keys)):
        rows = []
        for s in samples:
            if s.maker in text_renderings.GIVEN:
                hashes, block = keys(s)
                sure = s.weight[block] > 0
                slot = (hashes & np.uint64(2**bits - 1)).astype(np.int64)[sure]
                side = s.inside[block][sure].astype(np.int64)
                rows.append(np.unique(((np.int64(s.domain) * FOLDS + s.fold) * 2 + side) << bits | slot))
        unique = np.unique(np.concatenate(rows))
        place = unique % (FOLDS * 2 << bits)
        kinds.append(np.bincount(place, minlength=FOLDS * 2 << bits).reshape(FOLDS, 2, 1 << bits).astype(np.int32))
    return Counts(*kinds)


def _word_keys(s: Sample) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    return s.words.hashes, s.words.block


def _pair_keys(s: Sample) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    return s.words.pairs, s.words.pair_block


def _line_keys(s: Sample) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    every = np.arange(s.words.blocks)
    return np.concatenate([s.words.lines, s.words.openings]), np.concatenate([every, every])


def odds(counts: Counts, without: frozenset[int]) -> Tables:
    """Return log-odds from all folds but *without*; a hash seen in one domain only says nothing."""
    use = [f for f in range(FOLDS) if f not in without]
    tables = []
    for table in (counts.words, counts.pairs, counts.lines):
        outside, inside = table[use].sum(axis=0)
        value = np.log((inside + 0.5) / (outside + 0.5))
        value[inside + outside < 2] = 0
        tables.append(np.clip(np.round(value * STEP), -127, 127).astype(np.int8))
    return Tables(*tables)


class Rows(msgspec.Struct):
    """Columns' names, matrix, labels and weights of many samples, and where each begins."""

    names: list[str]
    matrix: Floats
    inside: NDArray[np.int8]
    weight: Floats
    edges: list[int]


def rows_of(samples: Sequence[Sample], counts: Counts, held: frozenset[int]) -> Rows:
    """Return first-pass rows of *samples*, each described by tables without its own fold and without *held*."""
    tables = {f: odds(counts, held | {f}) for f in {s.fold for s in samples}}
    parts = []
    names: list[str] = []
    for s in samples:
        names, matrix = textfeatures.describe(s.blocks, s.words, tables[s.fold])
        parts.append(matrix)
    edges = np.cumsum([0, *(len(p) for p in parts)]).tolist()
    return Rows(
        names,
        np.concatenate(parts),
        np.concatenate([s.inside for s in samples]),
        np.concatenate([s.weight for s in samples]),
        edges,
    )


def fit(matrix: Floats, inside: NDArray[np.int8], weight: Floats, trees: int, seed: int = 7) -> CatBoostClassifier:
    """Return oblivious trees fitted to the rows; the same rows give the same trees."""
    use = weight > 0
    model = CatBoostClassifier(
        iterations=trees,
        depth=6,
        learning_rate=0.12 if trees > 150 else 0.2,
        l2_leaf_reg=6,
        border_count=48,
        rsm=0.5,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        random_seed=seed,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(Pool(matrix[use], inside[use], weight=weight[use] / weight[use].mean()))
    return model


def chance(model: CatBoostClassifier, matrix: Floats) -> NDArray[np.float64]:
    """Return the probability of the body for each row."""
    return np.asarray(model.predict_proba(matrix, thread_count=1))[:, 1]
