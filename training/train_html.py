"""
The forests of the HTML engine: from annotated pages to `src/newsclean/data/html*.npz`.

Two passes. The first sees each block by itself, its containers and its neighbours; the second also sees what the first
thought of the blocks around, always as a model thought that had not seen the page's site. The same care holds for the
log-odds of words.
"""

import argparse
import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from catboost import CatBoost, CatBoostClassifier
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from newsclean.document import Hints, Layout
from newsclean.fields import structured
from newsclean.html import dom, segment
from newsclean.html.columns import stack
from newsclean.html.context import in_context, summarise
from newsclean.html.features import Measured, measure
from newsclean.html.names import MARK, hint_tokens
from newsclean.html.scoring import doubtful
from newsclean.html.words import KINDS, WHOLE, WordTable, heads
from training.labels import FOLDS, Aligned, Annotated, align, fold_of, read_pages, word_scores
from training.plot import draw
from training.trees import Forest, chance, fit_branched, save, save_branched

DATA = Path(__file__).parent.parent / "src" / "newsclean" / "data"

WORKERS = 2
"""Processes; the models do not depend on their number."""

FIRST_TREES, SECOND_TREES, BRANCHED_TREES = 180, 240, 110
"""Trees of the first pass, and of the two forests whose mean is the second."""
THRESHOLD = 0.5
SURE = 0.9
"""Page probability from which a page counts as sure."""

RIGHT = 0.95
"""Word F1 from which a page's body counts as right."""

LEAST_COVERED = 0.6
"""Share of the body that a page's blocks must hold to train on it: some pages are not what the annotator saw."""

EASY_KEPT = 0.3
"""Share of the short link blocks outside the body that train, each for its fellows."""

KIND_WEIGHT = {"fundus-dev": 2.5, "article": 1.0, "other": 0.3}
"""What a page weighs in training: strict news annotation most, pages that are no articles least."""

MIN_DOMAINS = 4
"""Domains a word must occur on to get log-odds."""

MAX_WORD = 24
LEAST_ODDS = 0.4
LEAST_KIND_ODDS = 10
"""Words that say less are left out; those of kinds are in tenths."""

PRIOR = 0.3
"""Share of the body in an unknown container."""

NEAR = 3
"""Containers round a block that count as close by."""

Array = NDArray[Any]


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
    weights: Array = np.minimum(mass / max(body, 20.0), 1.0) * example.aligned.trust * page_weight(example.page) * 100
    return weights


class WordCounts:
    """Pages for and against each word, one page at a time, so that folds can be left out."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        self.zones: dict[str, list[dict[str, tuple[float, float]]]] = {"near": [], "far": [], "text": []}
        self.vocabularies: list[frozenset[str]] = []
        for example in examples:
            said = heads(example.layout.blocks)
            tokens = hint_tokens(c.hint for c in example.layout.containers)
            near, far = _container_shares(example, tokens)
            self.zones["near"].append(near)
            self.zones["far"].append(far)
            self.zones["text"].append(_text_shares(example, said))
            self.vocabularies.append(frozenset(tokens).union(*said))

    def table(self, without: int | None = None) -> WordTable:
        """Return the log-odds of the words on all pages but those of the fold *without*."""
        kept = [i for i, e in enumerate(self.examples) if e.fold != without]
        near, far, text = (self._odds(self.zones[zone], kept) for zone in ("near", "far", "text"))
        hints = sorted(near.keys() | far.keys())
        kinds = self._kinds(kept)
        return WordTable(
            {word: place for place, word in enumerate(["", MARK, *hints]) if word},
            np.array([0.0, 0.0, *(near.get(word, 0.0) for word in hints)]),
            np.array([0.0, 0.0, *(far.get(word, 0.0) for word in hints)]),
            text,
            {word: place for place, word in enumerate(kinds)},
            np.array(list(kinds.values()), np.int8).reshape(-1, len(KINDS)),
        )

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
        out = {}
        for word in sorted(domains):
            if len(domains[word]) >= MIN_DOMAINS:
                value = np.log((yes[word] + 2 * PRIOR) / (no[word] + 2 * (1 - PRIOR))) - np.log(PRIOR / (1 - PRIOR))
                if abs(value) >= LEAST_ODDS:
                    out[word] = round(float(value), 2)
        return out

    def _kinds(self, kept: Sequence[int]) -> dict[str, list[int]]:
        """Return for each word how much likelier it is on a page of each kind than on the others, in tenths."""
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
            odds = np.round(10 * np.log(share / others))
            if np.abs(odds).max() >= LEAST_KIND_ODDS:
                out[word] = odds.astype(int).tolist()
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
    owner = -1
    for token in tokens:
        if token == MARK:
            owner += 1
        elif 2 <= len(token) <= MAX_WORD:
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


def _settings(iterations: int, **options: object) -> dict[str, object]:
    common: dict[str, object] = {
        "iterations": iterations,
        "random_seed": 7,
        "thread_count": 1,
        "verbose": False,
        "allow_writing_files": False,
    }
    return common | options


def fit_oblivious(x: Array, y: Array, weight: Array, trees: int) -> CatBoostClassifier:
    """Return a forest of oblivious trees that tells from the rows *x* how likely each is *y*."""
    forest = CatBoostClassifier(
        **_settings(
            trees,
            depth=6,
            learning_rate=0.08,
            l2_leaf_reg=6.0,
            rsm=0.25,
            border_count=64,
            leaf_estimation_iterations=2,
            bootstrap_type="Bernoulli",
            subsample=0.7,
        ),
    )
    return forest.fit(x, y, sample_weight=weight)


def kind_forest() -> CatBoostClassifier:
    """Return an untrained forest over pages that tells their kind."""
    return CatBoostClassifier(
        **_settings(150, depth=5, learning_rate=0.08, loss_function="MultiClass", rsm=0.3, l2_leaf_reg=5.0),
    )


def quality_forest() -> CatBoostClassifier:
    """Return an untrained forest over pages that tells how likely their body is right."""
    return CatBoostClassifier(**_settings(200, depth=4, learning_rate=0.05, rsm=0.3, l2_leaf_reg=5.0))


class Study(msgspec.Struct, frozen=True):
    """
    All pages as the models in training see them.

    Args:
        examples: the pages that have a block.
        measured: what `features.measure` makes of each, with words learned on other sites.
        tables: what words say, learned without each fold.
        table: what words say, learned on all pages.
    """

    examples: list[Example]
    measured: list[Measured]
    tables: list[WordTable]
    table: WordTable

    def folds(self) -> Array:
        """Return the fold of each page, shape (pages,)."""
        return np.array([e.fold for e in self.examples])

    def kinds(self) -> Array:
        """Return the place in KINDS of each page, shape (pages,)."""
        return np.array([kind_of(e.page) for e in self.examples])


def study(pages: Sequence[Annotated], pool: Executor) -> Study:
    """Return *pages* ready for training."""
    examples = [e for e in pool.map(read_example, pages, chunksize=8) if e.layout.blocks]
    counts = WordCounts([e for e in examples if usable(e)])
    tables = [counts.table(without=fold) for fold in range(FOLDS)]
    measured = [measure(e.layout, e.hints, tables[e.fold]) for e in examples]
    return Study(examples, measured, tables, counts.table())


def usable(example: Example) -> bool:
    """Return whether the blocks hold enough of the annotated body for their labels to be believed."""
    return example.aligned.covered >= LEAST_COVERED


def training_rows(studied: Study, matrices: Sequence[Array], without: int | None) -> tuple[Array, Array, Array]:
    """
    Return matrix, labels and weights of all blocks but those of the fold *without*.

    Of the many short blocks that are nothing but a link, a part stands for all.
    """
    random = np.random.default_rng(0)
    parts = []
    for example, page, matrix in zip(studied.examples, studied.measured, matrices, strict=True):
        inside, weight = example.aligned.inside, block_weights(example)
        easy = (page.columns["link_share"] > 0.8) & (page.columns["words"] < 10) & (inside == 0)
        kept = ~easy | (random.random(len(matrix)) < EASY_KEPT)
        if usable(example) and example.fold != without:
            parts.append((matrix[kept], inside[kept], (weight / np.where(easy, EASY_KEPT, 1.0))[kept]))
    x, y, w = (np.concatenate(column) for column in zip(*parts, strict=True))
    return x, y, w


class Fitting(msgspec.Struct, frozen=True):
    """
    How a forest over blocks is made.

    Args:
        fit: `fit_oblivious` or `fit_branched`.
        trees: number of trees.
    """

    fit: Callable[[Array, Array, Array, int], Forest]
    trees: int


def fit_blocks(
    studied: Study, matrices: Sequence[Array], fitting: Fitting, pool: Executor
) -> tuple[list[Array], Forest]:
    """
    Return each page's probabilities by forests trained on other sites, and a forest trained on all pages.

    Args:
        studied: the pages.
        matrices: their blocks as rows of numbers, page by page.
        fitting: how the forests are made.
        pool: where they grow.
    """
    parts = (training_rows(studied, matrices, fold) for fold in (*range(FOLDS), None))
    tasks = [pool.submit(fitting.fit, *part, fitting.trees) for part in parts]
    *forests, whole = [task.result() for task in tasks]
    unseen = [chance(forests[e.fold], x) for e, x in zip(studied.examples, matrices, strict=True)]
    return unseen, whole


def summaries(studied: Study, probabilities: Sequence[Array]) -> tuple[Array, list[str]]:
    """Return the pages described as wholes, shape (pages, columns), and the names of the columns."""
    rows = [summarise(page, p) for page, p in zip(studied.measured, probabilities, strict=True)]
    return np.array([list(row.values()) for row in rows], np.float32), list(rows[0])


def fit_kinds(studied: Study, rows: Array, without: int | None = None) -> CatBoost:
    """Return a forest that tells kinds of page; rare kinds weigh more."""
    kinds = studied.kinds()
    weight = np.sqrt(np.bincount(kinds).max() / np.bincount(kinds))[kinds]
    kept = studied.folds() != (-1 if without is None else without)
    return kind_forest().fit(rows[kept], kinds[kept], sample_weight=weight[kept])


def unseen_kinds(studied: Study, rows: Array) -> Array:
    """Return how likely each page is of each kind, by forests trained on other sites, shape (pages, kinds)."""
    out = np.zeros((len(rows), len(KINDS)))
    for fold in range(FOLDS):
        mine = studied.folds() == fold
        out[mine] = fit_kinds(studied, rows, fold).predict_proba(rows[mine])
    return out


def fit_quality(studied: Study, rows: Array, scores: Array, without: int | None = None) -> CatBoost:
    """Return a forest that tells from pages' descriptions how likely their word F1, *scores*, is at least RIGHT."""
    weight = np.array([1.0 if e.page.kind == "article" else 0.3 for e in studied.examples])
    kept = studied.folds() != (-1 if without is None else without)
    return quality_forest().fit(rows[kept], (scores >= RIGHT)[kept], sample_weight=weight[kept])


def unseen_quality(studied: Study, rows: Array, scores: Array) -> Array:
    """Return how likely each page is right, by forests trained on other sites, shape (pages,)."""
    out = np.zeros(len(rows))
    for fold in range(FOLDS):
        mine = studied.folds() == fold
        out[mine] = fit_quality(studied, rows, scores, fold).predict_proba(rows[mine])[:, 1]
    return out


def page_scores(studied: Study, probabilities: Sequence[Array]) -> Array:
    """Return precision, recall and F1 of each page's body at the threshold, shape (pages, 3)."""
    return np.array(
        [
            word_scores("\n\n".join(b.text for b in e.layout.blocks if p[b.index] > THRESHOLD), e.page.body)
            for e, p in zip(studied.examples, probabilities, strict=True)
        ],
    )


def second_matrices(studied: Study, probabilities: Sequence[Array], kinds: Array) -> tuple[list[Array], list[str]]:
    """Return the second pass's matrix of each page, and the names of its columns."""
    out = []
    columns: list[str] = []
    for page, p, kind in zip(studied.measured, probabilities, kinds, strict=True):
        context = in_context(page, p, kind.tolist())
        columns = [*page.columns, *context]
        out.append(np.concatenate([page.matrix(), stack(context)], axis=1))
    return out, columns


def train(bench: Path, data: Path, plot: Path | None = None) -> None:
    """
    Learn from annotated pages; print figures.

    Args:
        bench: folder of the pages.
        data: where the forests and word tables are written.
        plot: where page probability is drawn against word F1, if at all.
    """
    # Spawned: a process that is forked after LightGBM has run hangs.
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        # A few pages are annotated as having no body: there is nothing to align.
        studied = study([page for page in read_pages(bench) if page.body], pool)
        own = [page.matrix() for page in studied.measured]
        first, first_forest = fit_blocks(studied, own, Fitting(fit_oblivious, FIRST_TREES), pool)
        rows, row_names = summaries(studied, first)
        kinds = unseen_kinds(studied, rows)
        both, names = second_matrices(studied, first, kinds)
        oblivious, oblivious_forest = fit_blocks(studied, both, Fitting(fit_oblivious, SECOND_TREES), pool)
        branched, branched_forest = fit_blocks(studied, both, Fitting(fit_branched, BRANCHED_TREES), pool)
    second = [np.where(doubtful(p), (p + q) / 2, p) for p, q in zip(oblivious, branched, strict=True)]
    scores = page_scores(studied, second)
    final_rows, _ = summaries(studied, second)
    right = unseen_quality(studied, final_rows, scores[:, 2])
    save_words(studied.table, data / "html_words.npz")
    save(first_forest, list(studied.measured[0].columns), data / "html_first.npz")
    save(oblivious_forest, names, data / "html_second.npz")
    save_branched(branched_forest, names, data / "html_branched.npz")
    save(fit_kinds(studied, rows), row_names, data / "html_kind.npz")
    save(fit_quality(studied, final_rows, scores[:, 2]), row_names, data / "html_quality.npz")
    report(studied, scores, kinds, right)
    if plot is not None:
        articles = np.array([e.page.kind == "article" for e in studied.examples])
        draw(right[articles], scores[articles, 2], plot)


def report(studied: Study, scores: Array, kinds: Array, right: Array) -> None:
    """Print what the models reach on sites they were not trained on."""
    pages = [e.page for e in studied.examples]
    for name, chosen in (
        ("wcxb-dev articles", [p.bench == "wcxb-dev" and p.kind == "article" for p in pages]),
        ("fundus-dev", [p.bench == "fundus-dev" for p in pages]),
        ("wcxb-dev others", [p.kind != "article" for p in pages]),
    ):
        precision, recall, f1 = scores[chosen].mean(axis=0)
        sure = np.array(chosen) & (right >= SURE)
        print(f"{name}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f};", end=" ")
        print(f"{sure.sum()} of {sum(chosen)} sure, their F1 {scores[sure, 2].mean():.4f}")
    print(f"kinds: macro F1 {f1_score(studied.kinds(), kinds.argmax(axis=1), average='macro'):.4f}")


def save_words(table: WordTable, path: Path) -> None:
    """Write *table* to *path* as .npz without pickles."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            hints=np.array([word for word in table.hints if word != MARK]),
            near=table.near.astype(np.float32),
            far=table.far.astype(np.float32),
            text=np.array(list(table.text)),
            text_odds=np.array(list(table.text.values()), np.float32),
            pages=np.array(list(table.pages)),
            kinds=table.kinds,
        )


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="folder with wcxb-dev and fundus-dev")
    parser.add_argument("--out", type=Path, default=DATA, help="where the forests are written")
    parser.add_argument("--plot", type=Path, help="picture of page probability against word F1 to draw")
    args = parser.parse_args()
    train(args.bench, args.out, args.plot)


if __name__ == "__main__":
    main()
