"""Cue phrases: how they match, and what the packaged table promises."""

import time
from collections import Counter

import msgspec
import pytest

from newsclean import Label
from newsclean.labels.wording import CUE_LABELS
from newsclean.lexicon import Cue, Lexicon, agencies, fold, packaged, packaged_cues

LANGUAGES = ("en", "fr", "de", "es", "pt", "it", "nl", "pl", "ru", "tr", "ar", "ja", "zh", "ko")


def _lexicon(*entries: tuple[str, str]) -> Lexicon:
    return Lexicon(Cue("en", "related", match, phrase, "test") for match, phrase in entries)


@pytest.mark.parametrize(
    ("match", "phrase", "text", "hit"),
    [
        ("whole", "read next", "» READ NEXT:", True),
        ("whole", "read next", "Read next to nothing about it", False),
        ("whole", "more … articles", "MORE National ARTICLES", True),
        ("whole", "more … articles", "More World And Business Articles", True),
        ("whole", "more … articles", "More articles", False),
        ("whole", "more … articles", "More of the treaty's two hundred and seven articles", False),
        ("start", "read also", "Read also: The bridge", True),
        ("start", "read also", "Read alsoran", False),
        ("start", "関連記事", "関連記事はこちら", True),
        ("start", "อ่านเพิ่มเติม", "อ่านเพิ่มเติมที่นี่", True),
        ("start", "foto:", "Foto:LETA", True),
        ("start", "see also:", "See also:", True),
        ("whole", "اقرا ایضا", "اقرا ايضا", True),
        ("whole", "और पढ़ें", "और पढ़ें।", True),
        ("whole", "関連記事", "■ 関連記事", True),
        ("inside", "our newsletter", "Get our newsletter every day", True),
        ("inside", "our newsletter", "our newsletter " + "and long prose " * 30, False),
    ],
)
def test_match(match: str, phrase: str, text: str, hit: bool) -> None:  # noqa: FBT001  a table of cases
    """Whole, start and inside mean what the table's README says."""
    assert (_lexicon((match, phrase)).cues([text])[0] is not None) is hit


def test_texts_are_kept_apart() -> None:
    """A phrase that two neighbouring blocks make together is no phrase, and each hit goes to its own block."""
    found = _lexicon(("inside", "a b")).cues(["x a", "b y", "c a b", "", "a b a b"])
    assert [cue is not None for cue in found] == [False, False, True, False, True]


def test_fold_twice_is_fold() -> None:
    """Folding is idempotent, so that a phrase may be folded text."""
    for text in ("■ 関連記事", "المزيد ـ؟", "» Read NEXT …", "İSTANBUL — Haber", "ＦＵＬＬ width：", "  • Straße:"):
        assert fold(fold(text)) == fold(text)


def test_packaged_phrases_are_folded_and_reasoned() -> None:
    """Each entry can match, says why it is there, and has a label that classify knows."""
    known = {label.value for label in Label} | set(CUE_LABELS)
    for cue in packaged_cues():
        assert cue.label in known, cue
        assert cue.match in ("whole", "start", "inside"), cue
        assert cue.why, cue
        if cue.match == "whole" and "…" not in cue.phrase:
            assert fold(cue.phrase) in (cue.phrase, cue.phrase.rstrip(":?!.")), cue


def test_packaged_has_no_twins() -> None:
    """A phrase stands once for each way of matching in a language."""
    counts = Counter((cue.lang, cue.match, cue.phrase) for cue in packaged_cues())
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_packaged_languages(language: str) -> None:
    """Each language has phrases for what every news site has."""
    labels = {cue.label for cue in packaged_cues() if cue.lang == language}
    assert {"related", "newsletter", "share", "comments", "consent", "advertisement", "byline", "credit"} <= labels


@pytest.mark.parametrize(
    "sentence",
    [
        "More than 300 people marched through the town on Sunday, the police said.",
        "More articles of the treaty deal with fishing rights than with borders.",
        "Related to this is the question of who will pay for the bridge.",
        "Read by millions, the paper closed after a hundred years.",
        "By the time the firemen arrived, the barn had burned down.",
        "Comments by the minister caused anger in the capital.",
        "Photo albums were all she saved from the house, she said.",
        "Follow the money, the old reporter used to say.",
    ],
)
def test_honest_sentences_carry_no_cue(sentence: str) -> None:
    """Sentences that begin like a cue are none."""
    assert packaged().cues([sentence]) == [None]


def test_agencies() -> None:
    """The table has the world's agencies, each with a mark, no mark twice in one country."""
    table = agencies()
    assert len(table) >= 80
    assert {"Reuters", "The Canadian Press", "Agence France-Presse", "Associated Press"} <= {a.name for a in table}
    assert all(agency.marks for agency in table)
    assert max(Counter(agency.name for agency in table).values()) == 1


def test_many_blocks_take_linear_time() -> None:
    """Twice the blocks take twice the time."""

    def seconds(count: int) -> float:
        texts = ["Sign up for our newsletter and read next"] * count
        start = time.perf_counter()
        packaged().cues(texts)
        return time.perf_counter() - start

    seconds(100)
    assert seconds(8_000) < 12 * seconds(2_000)


def test_cue_is_frozen() -> None:
    """A cue cannot be changed by who finds it."""
    cue = Cue("en", "related", "whole", "read next", "test")
    with pytest.raises((AttributeError, msgspec.MsgspecError)):
        cue.phrase = "x"  # type: ignore[misc]
