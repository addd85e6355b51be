"""
The model of the text engine, from annotated pages flattened in several ways.

    python -m training.text BENCH_FOLDER            prints word scores by cross-validation over domains, and
                                                    writes src/newsclean/data/text*.npz
    python -m training.text BENCH_FOLDER --unseen   scores renderings besides that the model never learned from

Needs the extra "train" (CatBoost, LightGBM, scikit-learn, tldextract, html2text, resiliparse); w3m and lynx only with
--unseen.

Two passes: the first model sees a block and its surroundings, the second also what the first said of the blocks around
it, and has two forests, of oblivious trees and of branched ones; the mean of all three counts. Whatever a row was made
from (log-odds of words, the first model's answer) comes from pages of other domains.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import lightgbm
import msgspec
import numpy as np
from catboost import CatBoostClassifier, Pool
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from newsclean.document import Block
from newsclean.lexicon import Cue
from newsclean.text import features as textfeatures
from newsclean.text.cues import CueTable, make_table
from newsclean.text.dump import repair, segment_text, unmarked
from newsclean.text.features import LINE_BITS, PAIR_BITS, STEP, WORD_BITS, Tables
from newsclean.text.scoring import decide, temper, weigh
from newsclean.text.words import Words, read_words
from training import text_renderings
from training.labels import FOLDS, Annotated, align, fold_of, read_pages, word_scores
from training.trees import Forest, chance, fit_branched, save, save_branched

DATA = Path(__file__).parent.parent / "src" / "newsclean" / "data"
LEARNED = frozenset("en de fr es it pt nl pl ru tr ar ja zh ko cs sv da no fi hu".split())
"""Languages of the training pages; phrases of others would crowd the table and teach nothing."""

OTHERS = ("copied", "html2text", "strings", "wrap72", "dense", "narrow", "oneline", "terminal")
"""Renderings of which each page brings `EXTRA`, in turn, beside the two given ones."""
EXTRA = 3
FIRST, SECOND, BRANCHED = 130, 130, 110
FIRST_RATE, SECOND_RATE = 0.17, 0.13
"""Trees of the first model and of the second's two forests, and the learning rates of the oblivious ones."""

LEAST_DOMAINS = 2
"""Domains a word must have been seen in to say something."""

Floats = NDArray[np.float32]
Fit = Callable[[Floats, NDArray[np.int8], Floats], Forest]
"""Makes a forest from a matrix, labels and weights."""

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
    """Return the samples of *pages* in the renderings *makers*."""
    return [s for maker in makers for s in _samples(pages, maker, range(len(pages)), cache)]


def read_in_turn(pages: Sequence[Annotated], others: Sequence[str], cache: Path) -> list[Sample]:
    """Return the samples of *pages* in EXTRA of the renderings *others*, another choice for each page."""
    samples: list[Sample] = []
    for turn, maker in enumerate(others):
        numbers = [n for n in range(len(pages)) if (turn - n * EXTRA) % len(others) < EXTRA]
        samples += _samples(pages, maker, numbers, cache)
    return samples


def _samples(pages: Sequence[Annotated], maker: str, numbers: Iterable[int], cache: Path) -> Iterator[Sample]:
    domains = {d: i for i, d in enumerate(sorted({p.domain for p in pages}))}
    for number in numbers:
        dump = next(text_renderings.dumps(pages[number].folder, maker, [pages[number].id], cache))
        if blocks := segment_text(repair(dump)[0]).blocks:
            yield _sample(number, pages[number], maker, blocks, domains)


def _sample(number: int, page: Annotated, maker: str, blocks: tuple[Block, ...], domains: dict[str, int]) -> Sample:
    aligned = align([unmarked(b.text) for b in blocks], page.body)
    words = read_words(blocks)
    count = np.bincount(words.block, minlength=len(blocks))
    # A page counts as one page, a block by its share of it: the measure is a mean over pages of a score over words.
    total = max(int(count[aligned.inside == 1].sum()), 50)
    weight = aligned.trust * (np.minimum(count, 150) + 15) / (total + 150)
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


class Counts(msgspec.Struct):
    """Domains in whose bodies, and outside of whose bodies, a hash occurs, for each fold: shape (folds, 2, hashes)."""

    words: Sums
    pairs: Sums
    lines: Sums
    cues: CueTable


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
    return Counts(words=kinds[0], pairs=kinds[1], lines=kinds[2], cues=make_table(read_cues()))


def read_cues() -> list[Cue]:
    """Return the phrases of the packaged lexicon in the languages that have pages to learn from."""
    rows = (DATA / "lexicon.jsonl").read_bytes().split(b"\n")
    cues = (msgspec.json.decode(row, type=Cue) for row in rows if row.strip())
    return [cue for cue in cues if cue.lang in LEARNED]


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
        value[inside + outside < LEAST_DOMAINS] = 0
        tables.append(np.clip(np.round(value * STEP), -127, 127).astype(np.int8))
    return Tables(words=tables[0], pairs=tables[1], lines=tables[2], cues=counts.cues)


class Rows(msgspec.Struct):
    """Columns' names, matrix, labels and weights of many samples, and where each begins."""

    names: list[str]
    matrix: Floats
    inside: NDArray[np.int8]
    weight: Floats
    edges: list[int]


def rows_of(samples: Sequence[Sample], counts: Counts) -> Rows:
    """Return first-pass rows of *samples*, each described by tables without its own fold."""
    tables = [odds(counts, frozenset({fold})) for fold in range(FOLDS)]
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


def thinned(rows: Rows) -> NDArray[np.float32]:
    """
    Return weights that leave out four of five rows far from running text; the fifth counts for all.

    Most of a page's blocks are menus; they teach little and cost most of the time.
    """
    at = [rows.names.index(n) for n in ("to_prose_before", "to_prose_after")]
    far = (rows.inside == 0) & (rows.matrix[:, at].min(axis=1) > 4)
    kept = np.random.default_rng(1).random(len(far)) < 0.2
    return np.where(far, np.where(kept, rows.weight * 5, 0), rows.weight).astype(np.float32)


def fit_first(matrix: Floats, inside: NDArray[np.int8], weight: Floats) -> CatBoostClassifier:
    """Return the first model, fitted to the rows."""
    return _fit_oblivious(matrix, inside, weight, FIRST, FIRST_RATE)


def fit_second(matrix: Floats, inside: NDArray[np.int8], weight: Floats) -> CatBoostClassifier:
    """Return the oblivious half of the second model, fitted to the rows."""
    return _fit_oblivious(matrix, inside, weight, SECOND, SECOND_RATE)


def _fit_oblivious(
    matrix: Floats, inside: NDArray[np.int8], weight: Floats, trees: int, rate: float
) -> CatBoostClassifier:
    use = weight > 0
    model = CatBoostClassifier(
        iterations=trees,
        depth=6,
        learning_rate=rate,
        l2_leaf_reg=6,
        border_count=48,
        rsm=0.4,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        random_seed=7,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(Pool(matrix[use], inside[use], weight=weight[use] / weight[use].mean()))
    return model


def fit_second_branched(matrix: Floats, inside: NDArray[np.int8], weight: Floats) -> lightgbm.Booster:
    """Return the branched half of the second model, fitted to the rows."""
    use = weight > 0
    return fit_branched(matrix[use], inside[use], weight[use], BRANCHED)


def second_rows(rows: Rows, samples: Sequence[Sample], first: Sequence[NDArray[np.float64]]) -> Rows:
    """Return second-pass rows: *rows* of *samples* and what the first model said, *first*."""
    parts = []
    names: list[str] = []
    for s, p, (a, b) in zip(samples, first, pairwise(rows.edges), strict=True):
        names, matrix = textfeatures.contextualise(rows.names, rows.matrix[a:b], p, s.words)
        parts.append(matrix)
    return Rows(names, np.concatenate(parts), rows.inside, rows.weight, rows.edges)


class Grown(msgspec.Struct):
    """
    A forest and its cross-validation over domains.

    Args:
        columns: names of its columns.
        whole: the forest fitted to everything.
        folds: those that have not seen a fold, for each fold.
        answers: what the latter say of each row.
    """

    columns: list[str]
    whole: Forest
    folds: list[Forest]
    answers: NDArray[np.float64]


def grow(rows: Rows, weight: Floats, owner: NDArray[np.int64], fit: Fit) -> Grown:
    """Return forests fitted to *rows* by *fit*; *owner* is the fold of each row."""
    folds = []
    answers = np.zeros(len(owner))
    for fold in range(FOLDS):
        rest = owner != fold
        folds.append(fit(rows.matrix[rest], rows.inside[rest], weight[rest]))
        answers[~rest] = chance(folds[-1], rows.matrix[~rest])
    return Grown(rows.names, fit(rows.matrix, rows.inside, weight), folds, answers)


class Fitted(msgspec.Struct):
    """
    What came out of training.

    Args:
        first: the first model.
        second: the oblivious half of the second.
        branched: its branched half.
        answers: what the models that have not seen a sample's fold say of its blocks.
    """

    first: Grown
    second: Grown
    branched: Grown
    answers: list[NDArray[np.float64]]


def train(samples: Sequence[Sample], counts: Counts) -> Fitted:
    """Return the models fitted to *samples*, with their cross-validation over domains."""
    rows = rows_of(samples, counts)
    sizes = np.diff(rows.edges)
    owner = np.repeat([s.fold for s in samples], sizes)
    weight = thinned(rows)
    first = grow(rows, weight, owner, fit_first)
    said = [first.answers[a:b] for a, b in pairwise(rows.edges)]
    trust = [_credible(s, p) for s, p in zip(samples, said, strict=True)]
    weight *= np.repeat(trust, sizes).astype(np.float32)
    again = second_rows(rows, samples, said)
    second, branched = (grow(again, weight, owner, fit) for fit in (fit_second, fit_second_branched))
    mean = (first.answers + second.answers + branched.answers) / 3
    answers = [
        temper(rows.names, rows.matrix[a:b], mean[a:b], weigh(s.words))
        for s, (a, b) in zip(samples, pairwise(rows.edges), strict=True)
    ]
    return Fitted(first, second, branched, answers)


def _credible(s: Sample, answer: NDArray[np.float64]) -> float:
    """
    Return how far to trust the annotation of a page that other pages speak against, 0.2 to 1.

    Some bodies in the sets end in the middle of an article, or hold its menu: there the block labels teach nonsense.
    """
    weight = weigh(s.words)
    found = answer >= 0.5
    hit = float(weight[found & (s.inside == 1)].sum())
    f1 = 2 * hit / max(float(weight[found].sum() + weight[s.inside == 1].sum()), 1.0)
    return float(np.clip((f1 - 0.3) / 0.4, 0.2, 1.0))


def predict(fitted: Fitted, counts: Counts, samples: Sequence[Sample]) -> list[NDArray[np.float64]]:
    """Return what the models that have not seen a sample's fold say of its blocks, as `score_blocks` does."""
    tables = [odds(counts, frozenset({fold})) for fold in range(FOLDS)]
    answers = []
    for s in samples:
        names, own = textfeatures.describe(s.blocks, s.words, tables[s.fold])
        first = chance(fitted.first.folds[s.fold], own)
        _, matrix = textfeatures.contextualise(names, own, first, s.words)
        second, branched = (chance(half.folds[s.fold], matrix) for half in (fitted.second, fitted.branched))
        answers.append(temper(names, own, (first + second + branched) / 3, weigh(s.words)))
    return answers


class Scored(msgspec.Struct):
    """Word precision, recall and F1 of one dump's body, and the F1 the model expected."""

    sample: Sample
    precision: float
    recall: float
    f1: float
    expected: float


def score(samples: Sequence[Sample], chances_of: Sequence[NDArray[np.float64]]) -> list[Scored]:
    """Return the word scores of the bodies that the model's answers make."""
    scored = []
    for s, chances in zip(samples, chances_of, strict=True):
        shifted, expected = decide(chances, weigh(s.words))
        text = "\n".join(unmarked(b.text) for b, p in zip(s.blocks, shifted, strict=True) if p >= 0.5)
        scored.append(Scored(s, *word_scores(text, s.body), expected))
    return scored


def calibrate(scored: Sequence[Scored]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return knots of a rising curve from expected to measured F1: means of ten equal groups of pages."""
    expected = np.array([x.expected for x in scored])
    measured = np.array([x.f1 for x in scored])
    fitted = IsotonicRegression(out_of_bounds="clip").fit(expected, measured)
    knots = np.unique(np.quantile(expected, np.linspace(0, 1, 21)).round(3))
    return knots, np.asarray(fitted.predict(knots), np.float64)


def print_scores(scored: Iterable[Scored]) -> None:
    """Print mean precision, recall and F1 for each set and rendering."""
    groups: dict[tuple[str, str], list[Scored]] = {}
    for x in scored:
        groups.setdefault((x.sample.bench, x.sample.maker), []).append(x)
    for (bench, maker), items in sorted(groups.items()):
        p, r, f1 = (float(np.mean([getattr(x, k) for x in items])) for k in ("precision", "recall", "f1"))
        print(f"{bench:11} {maker:11} {len(items):4} dumps  P {p:.4f}  R {r:.4f}  F1 {f1:.4f}", flush=True)


def write(fitted: Fitted, tables: Tables, knots: tuple[NDArray[np.float64], NDArray[np.float64]], folder: Path) -> None:
    """Write forests, *tables* and the calibration of *fitted* to *folder*."""
    save(fitted.first.whole, fitted.first.columns, folder / "text.npz")
    save(fitted.second.whole, fitted.second.columns, folder / "text_second.npz")
    save_branched(fitted.branched.whole, fitted.branched.columns, folder / "text_branched.npz")
    with (folder / "text_tables.npz").open("wb") as file:
        np.savez_compressed(
            file,
            words=tables.words,
            pairs=tables.pairs,
            lines=tables.lines,
            cue_groups=tables.cues.groups,
            cue_checks=tables.cues.checks,
            expected=knots[0],
            measured=knots[1],
        )


def main() -> None:
    """Read the command line, train, print the cross-validated scores, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="folder with wcxb-dev and fundus-dev")
    parser.add_argument("--unseen", action="store_true", help="score renderings too that are not trained on")
    parser.add_argument("--without", action="append", default=[], help="a rendering to leave out of training")
    parser.add_argument("--cache", type=Path, help="folder that keeps the renderings for the next run")
    parser.add_argument("--out", type=Path, default=DATA, help="where the model is written")
    args = parser.parse_args()
    pages = [p for p in read_pages(args.bench) if p.kind == "article"]
    others = tuple(m for m in OTHERS if m not in args.without)
    unseen = [m for m in text_renderings.available() if args.unseen and m not in (*text_renderings.GIVEN, *others)]
    with tempfile.TemporaryDirectory() as temporary:
        cache = args.cache or Path(temporary)
        learned = read_samples(pages, text_renderings.GIVEN, cache) + read_in_turn(pages, others, cache)
        foreign = read_samples(pages, unseen, cache)
    counts = count(learned)
    fitted = train(learned, counts)
    scored = score(learned, fitted.answers)
    print_scores([*scored, *score(foreign, predict(fitted, counts, foreign))])
    given = [x for x in scored if x.sample.maker in text_renderings.GIVEN]
    write(fitted, odds(counts, frozenset()), calibrate(given), args.out)


if __name__ == "__main__":
    main()
