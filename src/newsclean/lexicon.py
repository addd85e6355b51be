"""
Cue phrases: short wordings that tell what a block is ("Read next", "Foto:", "Newsletter abonnieren").

The phrases are data (`data/lexicon.jsonl`, one a line, each with its reason); matching is by table look-up, so that the
cost of a page does not grow with the number of phrases.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from typing import TypeVar

import msgspec

_T = TypeVar("_T")

__all__ = ["Agency", "Cue", "Lexicon", "Mark", "agencies", "fold", "packaged", "packaged_cues"]

MAX_CUE_CHARS = 240
"""Blocks longer than this are prose; only their beginning can be a cue."""

_KEY = 3
"""Characters by which phrases that open a block are looked up."""

_WORD = re.compile(r"\w+")
# Thai, Lao, Burmese and Khmer, CJK radicals and all after them are written without spaces.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0003ffff]")
_BULLETS = " \t•*-–—·►▶▸▷▼▽■□◆◇●○◎★☆➡👉📌»›→|+>#_"
# One spelling of the apostrophe; Turkish dotted and dotless i, whose capitals fold to either, as one letter; Arabic and
# Persian ye and kaf, which keyboards of either language write for the other's; no stroke that lengthens an Arabic word.
_SAME = (
    ("’", "'"),
    ("‘", "'"),
    ("ʼ", "'"),
    ("\u0307", ""),
    ("ı", "i"),
    ("ي", "ی"),
    ("ى", "ی"),
    ("ك", "ک"),
    ("\u0640", ""),
)
_TRAIL = " \t:：.。।۔…»›>→|!?؟-–—*_"


class Cue(msgspec.Struct, frozen=True):
    """
    One phrase of the lexicon.

    Args:
        lang: language of the phrase, ISO 639-1.
        label: what a block with this phrase is: a label's value, or one of timestamp_modified, paywall, bot_wall,
            not_found, reporting, desk.
        match: "whole", "start" or "inside" of the block's folded text.
        phrase: folded as `fold` does; "…" stands for one to four words.
        why: what made the entry necessary.
    """

    lang: str
    label: str
    match: str
    phrase: str
    why: str


class Mark(msgspec.Struct, frozen=True):
    """One printed mark of an agency; `case` says that it counts in this spelling only."""

    text: str
    case: bool


class Agency(msgspec.Struct, frozen=True):
    """A news agency: its name in full, its country (ISO 3166) and how it is printed."""

    name: str
    country: str
    marks: tuple[Mark, ...]


def fold(text: str) -> str:
    """
    Return *text* in the form phrases are written in.

    >>> fold("  » Read  NEXT: ")
    'read next'
    """
    text = text[:MAX_CUE_CHARS]
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", text).casefold()
        for char, same in _SAME:  # much faster than `translate`, which looks up every character
            text = text.replace(char, same)
    return " ".join(text.split()).lstrip(_BULLETS).rstrip(_TRAIL)


class Lexicon:
    """Phrases ready to be looked up. Immutable once made."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._whole: dict[str, Cue] = {}
        self._start: dict[str, Cue] = {}
        # By the word that a page must have, None where words cannot be told; with their rank.
        self._inside: dict[str | None, list[tuple[int, Cue]]] = {}
        self._gapped: dict[str, list[tuple[str, str, Cue]]] = {}
        sizes: dict[str, set[int]] = {}
        for rank, cue in enumerate(cues):
            if "…" in cue.phrase:
                before, _, after = (part.strip() for part in cue.phrase.partition("…"))
                self._gapped.setdefault(before.partition(" ")[0], []).append((before, after, cue))
            elif cue.match == "inside":
                words = [] if _is_unspaced(cue.phrase) else _WORD.findall(cue.phrase)
                self._inside.setdefault(max(words, key=len, default=None), []).append((rank, cue))
            elif cue.match == "whole":
                self._whole.setdefault(cue.phrase, cue)
            else:
                self._start.setdefault(cue.phrase, cue)
                if (bare := cue.phrase.rstrip(_TRAIL)) != cue.phrase and " " in bare:
                    self._whole.setdefault(bare, cue)  # "See also:", with its links in another block
                sizes.setdefault(cue.phrase[:_KEY], set()).add(len(cue.phrase))
        self._start_sizes = {key: sorted(found, reverse=True) for key, found in sizes.items()}

    def cues(self, texts: Sequence[str], *, folded: Sequence[str] | None = None) -> list[Cue | None]:
        """
        Return for each of *texts* the phrase it carries; the whole of a text counts before a part of it.

        Args:
            texts: the blocks of one page.
            folded: the same as `fold` gives them, when the caller has them already.
        """
        forms = [fold(text) for text in texts] if folded is None else folded
        short = [text if len(raw) <= MAX_CUE_CHARS else "" for raw, text in zip(texts, forms, strict=True)]
        found = [self._lookup(text, whole=bool(part)) for text, part in zip(forms, short, strict=True)]
        for number, cue in self._search(short):
            found[number] = found[number] or cue
        return found

    def _lookup(self, text: str, *, whole: bool) -> Cue | None:
        if whole:
            # "Comments (7)" says what "Comments" says.
            if cue := self._whole.get(text) or self._whole.get(text.rstrip("()0123456789 ")):
                return cue
            for before, after, cue in self._gapped.get(text.partition(" ")[0], ()):
                if text.startswith(before) and text.endswith(after):
                    words = text[len(before) : len(text) - len(after)].split()
                    if 1 <= len(words) <= 4:  # the gap of a phrase, see Cue
                        return cue
        for size in self._start_sizes.get(text[:_KEY], ()):
            if size <= len(text) and (cue := self._start.get(text[:size])) and _ends_word(text, size):
                return cue
        return None

    def _search(self, texts: Sequence[str]) -> Iterable[tuple[int, Cue]]:
        """Yield the phrases that occur anywhere, with the number of their text; all texts are searched at once."""
        page = "\n".join(texts)
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        words: set[str | None] = set(_WORD.findall(page))
        if _UNSPACED.search(page):
            words.add(None)
        possible = sorted((rank, cue) for word in words & self._inside.keys() for rank, cue in self._inside[word])
        for _, cue in possible:
            at = page.find(cue.phrase)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                yield number, cue
                at = page.find(cue.phrase, starts[number + 1])


def _ends_word(text: str, size: int) -> bool:
    """Return whether a word ends at *size*: behind a mark, before one, and anywhere in scripts without spaces."""
    if size == len(text) or not _in_word(text[size]) or not _in_word(text[size - 1]):
        return True
    return _is_unspaced(text[size - 1])


def _in_word(char: str) -> bool:
    """Return whether *char* is a part of words; the vowel signs of Indic scripts are no letters to Python."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _is_unspaced(text: str) -> bool:
    """Return whether *text* ends in a script that is written without spaces."""
    return _UNSPACED.match(text[-1]) is not None


@lru_cache(maxsize=1)
def packaged() -> Lexicon:
    """Return the lexicon that comes with the package."""
    return Lexicon(packaged_cues())


def packaged_cues() -> list[Cue]:
    """Return the phrases that come with the package, as they stand in its table."""
    return _read("lexicon.jsonl", Cue)


@lru_cache(maxsize=1)
def agencies() -> tuple[Agency, ...]:
    """Return the table of news agencies that comes with the package."""
    return tuple(_read("agencies.jsonl", Agency))


def _read(name: str, kind: type[_T]) -> list[_T]:
    data = resources.files("newsclean").joinpath("data", name).read_bytes()
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(row) for row in data.split(b"\n") if row.strip()]
