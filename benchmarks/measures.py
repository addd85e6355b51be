"""
The measures, each as its benchmark publishes it, and nothing else: no files, no systems.

They agree with the reference script of the development pages to the fourth digit (`tests/test_benchmarks.py`). Every
measure takes one page; `pooled`, `averaged` and `macro_f1` put pages together.
"""

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

__all__ = [
    "Score",
    "Shingles",
    "Tally",
    "averaged",
    "f1",
    "macro_f1",
    "moment",
    "pictures",
    "plain",
    "pooled",
    "same_day",
    "same_minute",
    "same_set",
    "same_words",
    "segments",
    "shingle_means",
    "shingles",
    "words",
]

_WORD = re.compile(r"\w+")
_NAME_TOKEN = re.compile(r"[0-9a-z]{6,}")
_DAY_IN_PATH = re.compile(r"(?:19|20)\d{6}")
_DIGITS_OF_AN_ID = 4


class Score(NamedTuple):
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


class Shingles(NamedTuple):
    """Precision and recall of one page; precision is None when the page has nothing to be wrong about."""

    precision: float | None
    recall: float


class Tally(NamedTuple):
    """Annotated segments of one page: wanted and found, wanted, unwanted and found, unwanted."""

    found: int
    wanted: int
    leaked: int
    unwanted: int


def f1(precision: float, recall: float) -> float:
    """
    Return the harmonic mean.

    >>> f1(0.5, 1.0), f1(0.0, 0.0)
    (0.6666666666666666, 0.0)
    """
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def words(predicted: str, true: str) -> Score:
    r"""
    Return the bag-of-words score of a text (WCXB): lower-cased ``\w+``, each as often as it occurs.

    >>> words("The cat", "the black cat")
    Score(precision=1.0, recall=0.6666666666666666, f1=0.8)
    """
    guess, answer = Counter(_WORD.findall(predicted.lower())), Counter(_WORD.findall(true.lower()))
    if not answer:
        return Score(0.0, 0.0, 0.0) if guess else Score(1.0, 1.0, 1.0)
    shared = (guess & answer).total()
    precision, recall = shared / guess.total() if guess else 0.0, shared / answer.total()
    return Score(precision, recall, f1(precision, recall))


def shingles(predicted: str, true: str) -> Shingles:
    """Return precision and recall of runs of four words (article extraction benchmark)."""
    guess, answer = _runs(predicted), _runs(true)
    shared = (guess & answer).total()
    precision = shared / guess.total() if guess else (None if answer else 1.0)
    # A page that got nothing is not imprecise: it is left out of the mean precision, and its recall is 0.
    return Shingles(precision, shared / answer.total() if answer else 1.0)


def shingle_means(pages: Sequence[Shingles]) -> Score:
    """Return the mean precision and recall over *pages*, and the F1 of the two means."""
    precisions = [page.precision for page in pages if page.precision is not None]
    precision = statistics.mean(precisions) if precisions else 0.0
    recall = statistics.mean(page.recall for page in pages)
    return Score(precision, recall, f1(precision, recall))


def _runs(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    tokens = _WORD.findall(text)
    runs = (tuple(tokens[start : start + size]) for start in range(max(1, len(tokens) - size + 1)))
    return Counter(run for run in runs if run)


def same_words(predicted: str, true: str) -> bool:
    """
    Tell whether two texts have the same words in the same order.

    >>> same_words("“No,” he said.", "No, he said")
    True
    """
    return _WORD.findall(predicted) == _WORD.findall(true)


def segments(text: str, wanted: Iterable[str], unwanted: Iterable[str]) -> Tally:
    """Count the annotated segments that stand in *text*, to the letter (trafilatura's evaluation)."""
    present, absent = [item in text for item in wanted], [item in text for item in unwanted]
    return Tally(sum(present), len(present), sum(absent), len(absent))


def pooled(pages: Sequence[Tally]) -> tuple[Score, float]:
    """Return the score over all segments of all pages, and the share of segments treated right."""
    found, wanted, leaked, unwanted = (sum(column) for column in zip(*pages, strict=True))
    precision = found / (found + leaked) if found + leaked else 0.0
    recall = found / wanted if wanted else 0.0
    return Score(precision, recall, f1(precision, recall)), (found + unwanted - leaked) / (wanted + unwanted)


def plain(text: str | None) -> str:
    """
    Return the words of *text* after NFKC and case folding: what two spellings of one line have in common.

    >>> plain("“No”, he SAID.")
    'no he said'
    """
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text or "").casefold()))


def same_set(predicted: Iterable[str], true: Iterable[str]) -> float:
    """
    Return the F1 of two sets of names.

    >>> same_set(["Ann Lee", "AFP"], ["ann lee"])
    0.6666666666666666
    """
    guess, answer = {plain(name) for name in predicted}, {plain(name) for name in true}
    return 2 * len(guess & answer) / (len(guess) + len(answer)) if guess or answer else 1.0


def moment(stamp: str | None) -> datetime | None:
    """Return the time that an ISO 8601 *stamp* names, None when it names none."""
    if not stamp:
        return None
    try:
        return datetime.fromisoformat(stamp)
    except ValueError:
        return None


def same_day(predicted: datetime | None, true: datetime) -> bool:
    """Tell whether two times fall on one day, on their own clocks or in UTC."""
    if predicted is None:
        return False
    return predicted.date() == true.date() or _utc(predicted).date() == _utc(true).date()


def same_minute(predicted: datetime | None, true: datetime) -> bool | None:
    """Tell whether two times are the same minute in UTC; None when *true* is midnight, which stands for no time."""
    if (true.hour, true.minute) == (0, 0):
        return None
    return predicted is not None and _minute(predicted) == _minute(true)


def _minute(time: datetime) -> datetime:
    return _utc(time).replace(second=0, microsecond=0)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def averaged(figures: Iterable[float | bool | None]) -> float | None:
    """Return the mean of *figures* without the None, or None when nothing is left."""
    known = [float(figure) for figure in figures if figure is not None]
    return statistics.mean(known) if known else None


def pictures(url: str) -> frozenset[str]:
    """
    Return what names the picture behind *url* whatever its size, cut or format: its file, and the ids in its address.

    >>> sorted(pictures("https://img.example/w640/20240503/9602669.jpg?width=320"))
    ['/w640/20240503/9602669.jpg', '9602669']
    """
    parts = urlsplit(url)
    tokens = _NAME_TOKEN.findall(unquote(f"{parts.path} {parts.query}").lower())
    ids = {
        token
        for token in tokens
        if sum(char.isdigit() for char in token) >= _DIGITS_OF_AN_ID and not _DAY_IN_PATH.fullmatch(token)
    }
    return frozenset({parts.path, *ids})


def macro_f1(confusion: Mapping[tuple[str, str], int]) -> tuple[float, dict[str, Score]]:
    """
    Return the mean F1 over the true classes, and the score of each; *confusion* counts (true, predicted).

    >>> macro_f1({("a", "a"): 1, ("a", "b"): 1, ("b", "b"): 1})[0]
    0.6666666666666666
    """
    scores = {}
    for name in sorted({true for true, _ in confusion}):
        hits = confusion.get((name, name), 0)
        guesses = sum(count for (_, predicted), count in confusion.items() if predicted == name)
        answers = sum(count for (true, _), count in confusion.items() if true == name)
        precision, recall = hits / guesses if guesses else 0.0, hits / answers
        scores[name] = Score(precision, recall, f1(precision, recall))
    return statistics.mean(score.f1 for score in scores.values()), scores
