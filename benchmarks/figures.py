"""
Figures of one system on one set: the measures of `measures.py` put together, in the order of the tables.

Each figure is better when it is higher, and lies between 0 and 1.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

import measures
import rouge
from corpus import Picture, Truth
from labels import Confusion
from measures import Score
from peers import Prediction

__all__ = ["Pages", "body", "calibration", "fields", "invented", "kinds"]

Pages = Sequence[tuple[Truth, Prediction]]
"""Each page with what a system said of it."""

SURE = 0.9
"""Page probability from which a page counts as sure (word F1 above it is meant to be 0.98)."""

_KINDS = {"service": "index", "listing": "index", "collection": "index"}
"""Annotated kinds that one verdict stands for."""

_VERDICTS = {"live_blog": "article", "gallery": "article", "paywall_stub": "article"}
"""Verdicts that are an article where the annotation has no finer word."""


def body(pages: Pages, *, join_dek: bool) -> dict[str, float]:
    """
    Return the figures of the body.

    Args:
        pages: the pages with their predictions.
        join_dek: the annotated body holds the dek, so the predicted dek is put before the predicted body.
    """
    texts = [(text_of(prediction, join_dek=join_dek), truth) for truth, prediction in pages]
    pairs = [(text, truth.body) for text, truth in texts if truth.body]
    figures: dict[str, float] = {}
    if pairs:
        figures |= _named("word", _mean(measures.words(text, true) for text, true in pairs))
        figures |= _named("shingle", measures.shingle_means([measures.shingles(text, true) for text, true in pairs]))
        figures["exact"] = statistics.mean(measures.same_words(text, true) for text, true in pairs)
        figures |= _named("ROUGE", _mean(rouge.lsum(text, true) for text, true in pairs))
    tallies = [measures.segments(text, truth.wanted or (), truth.unwanted or ()) for text, truth in texts]
    if any(tally.wanted or tally.unwanted for tally in tallies):
        score, accuracy = measures.pooled(tallies)
        figures |= {**_named("segments", score), "segments accuracy": accuracy}
    return figures


def text_of(prediction: Prediction, *, join_dek: bool) -> str:
    """Return the text that is compared with the annotated body."""
    return f"{prediction.dek}\n{prediction.text}" if join_dek and prediction.dek else prediction.text


def fields(pages: Pages) -> dict[str, float]:
    """Return the figures of the fields that the set annotates."""
    columns: dict[str, list[float | bool | None]] = {}
    for truth, prediction in pages:
        for name, figure in (*_metadata(truth, prediction), *_pictures(truth, prediction)):
            columns.setdefault(name, []).append(figure)
    means = {name: measures.averaged(column) for name, column in columns.items()}
    return {name: mean for name in _FIELDS if (mean := means.get(name)) is not None}


_FIELDS = (
    "headline", "authors", "credited", "no author invented", "day", "minute", "keywords", "main image", "images",
    "caption", "credit",
)  # fmt: skip


def _metadata(truth: Truth, prediction: Prediction) -> Iterable[tuple[str, float | bool | None]]:
    if truth.title:
        yield "headline", measures.plain(prediction.headline) == measures.plain(truth.title)
    if truth.authors:
        yield "authors", measures.same_set(prediction.authors, truth.authors)
        credited = prediction.authors if prediction.credited is None else prediction.credited
        yield "credited", measures.same_set(credited, truth.authors)
    elif truth.authors == ():
        yield "no author invented", not prediction.authors
    if true := measures.moment(truth.date):
        predicted = measures.moment(prediction.date_published)
        yield "day", measures.same_day(predicted, true)
        yield "minute", measures.same_minute(predicted, true)
    if truth.topics:
        yield "keywords", measures.same_set(prediction.keywords, truth.topics)


def _pictures(truth: Truth, prediction: Prediction) -> Iterable[tuple[str, float | bool | None]]:
    pictures = [picture for picture in truth.images or () if picture.versions]
    names = [
        frozenset[str]().union(*(measures.pictures(size.url) for size in picture.versions)) for picture in pictures
    ]
    found = [measures.pictures(image.url) for image in prediction.images if image.url]
    main = measures.pictures(prediction.main_image) if prediction.main_image else frozenset[str]()
    # What several pictures of a page have in common (its own id, a date) names none of them.
    common = {name for name, count in Counter(name for own in names for name in own).items() if count > 1}
    distinct = [own - common or own for own in names]
    if any(picture.is_cover for picture in pictures):
        covers = (own for own, picture in zip(distinct, pictures, strict=True) if picture.is_cover)
        yield "main image", any(own & main for own in covers)
    if pictures:
        yield "images", statistics.mean(any(own & seen for seen in (*found, main)) for own in distinct)
    captions = {measures.plain(image.caption) for image in prediction.images}
    credits_ = {measures.plain(image.credit) for image in prediction.images}
    yield "caption", _share(truth.images, captions, attribute="caption")
    yield "credit", _share(truth.images, credits_, attribute="credit")


def _share(pictures: Sequence[Picture] | None, found: set[str], *, attribute: str) -> float | None:
    """Return the share of the annotated captions or credits of a page that were *found*, None when it has none."""
    wanted = [text for picture in pictures or () if (text := measures.plain(getattr(picture, attribute)))]
    return statistics.mean(text in found for text in wanted) if wanted else None


def invented(pages: Pages) -> tuple[int, int]:
    """Return how many of the pages that have no author got one, and how many there are."""
    unsigned = [prediction for truth, prediction in pages if truth.authors == ()]
    return sum(bool(prediction.authors) for prediction in unsigned), len(unsigned)


def kinds(pages: Pages) -> Confusion:
    """Return the annotated kinds of *pages* against the verdicts."""
    return Counter(
        (_KINDS.get(truth.kind, truth.kind), _VERDICTS.get(prediction.kind, prediction.kind))
        for truth, prediction in pages
        if prediction.kind is not None
    )


def calibration(pages: Pages, *, join_dek: bool) -> dict[str, float]:
    """Return how far the page probability tells good bodies from bad ones; empty when there is none."""
    scored = sorted(
        (measures.words(text_of(prediction, join_dek=join_dek), truth.body).f1, prediction.probability)
        for truth, prediction in pages
        if truth.body and prediction.probability is not None
    )
    if not scored:
        return {}
    sure = [score for score, probability in scored if probability >= SURE]
    worst = scored[: max(1, len(scored) // 10)]
    rest = scored[len(worst) :] or worst
    return {
        f"share of pages with p ≥ {SURE}": len(sure) / len(scored),
        "their word F1": statistics.mean(sure) if sure else 0.0,
        "word F1 of the worst tenth": statistics.mean(score for score, _ in worst),
        "its mean p": statistics.mean(probability for _, probability in worst),
        "mean p of the others": statistics.mean(probability for _, probability in rest),
        "second opinion taken": statistics.mean(prediction.second_opinion for _, prediction in pages),
    }


def _named(name: str, score: Score) -> dict[str, float]:
    return {f"{name} P": score.precision, f"{name} R": score.recall, f"{name} F1": score.f1}


def _mean(scores: Iterable[Score]) -> Score:
    return Score(*(statistics.mean(column) for column in zip(*scores, strict=True)))
