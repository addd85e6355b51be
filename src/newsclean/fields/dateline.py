"""The dateline that a lead begins with: `PARIS, Jan 6 (Reuters) —`, `الرياض - واس:`, `【ロンドン=共同】`."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from newsclean.fields.agencies import Agencies
from newsclean.fields.times import parse_printed

__all__ = ["Dateline", "day_of", "parse_dateline"]

_LEAD = 160  # characters among which a dateline ends
_MOST_PIECES = 6

_ROUND = " .,:=-–—|\u3000"
# What parts place, day and agency from each other and from the lead: dashes, "=", "|", a colon, brackets. Agencies
# stand between slashes too: "МОСКВА, 14 марта. /ТАСС/. "
_PIECE = re.compile(
    r"[(\[（【](?P<bracket>[^()\[\]（）【】]{2,40})[)\]）】]"
    r"|(?:(?<=\s)|^)/(?P<slashed>[^/\s][^/]{1,30})/(?=[\s.])"
    r"|(?P<plain>(?:(?!\s/\S|\s[-=]{1,2}\s|[.)]-\s|\s-\S)[^()\[\]（）【】—–|:=]){1,60}?)"
    r"(?P<end>\s?[—–|=]|\s-{1,2}\s|(?<=[.)])-\s|:(?=\s)|(?=[(\[（【])|(?=\s/\S))"
)
# "МОСКВА, 14 мар — РИА Новости. Мэр ...": the last one may end as a sentence does.
_SENTENCE = re.compile(r"[^.|:]{2,30}[.|:](?=\s)")
_BETWEEN = re.compile(r"[\s.,:=|\u3000—–-]*")
_PLACE = re.compile(
    r"(?:[^\W\d_][^\s\d,/]{0,30}[\s,/]{1,2}){0,5}[^\W\d_][^\s\d,/]{1,30}"
    r"(?:[\s,]{1,3}(?:\d{1,2}[./]\d{1,2}[./]?(?:\d{4})?|\d{1,2}\.?\s?[^\W_]{2,10}\.?(?:,?\s\d{4})?"
    r"|[^\W\d_]{3,10}\.?\s\d{1,2}(?:,?\s\d{4})?))?\.?"
)
_PLACE_WORDS = 4
"""Words of a place's name, at most."""

_NO_PLACE = frozenset(
    """
    TL;DR TLDR PDF FAQ NB PS DISCLAIMER NOTE NOTES WARNING SPOILER UPDATE UPDATED BREAKING EXCLUSIVE EXKLUSIV LIVE
    WATCH LISTEN READ VIDEO AUDIO PODCAST PHOTOS OPINION ANALYSIS EXPLAINER EXPLAINED EDITORIAL INTERVIEW REVIEW
    COMMENT MEINUNG ANALYSE KOMMENTAR ANZEIGE ADVERTISEMENT SPONSORED URGENT ALERTE INFO DIRECT EXCLUSIF EXCLUSIVO
    """.split(),
)
_PARTS = re.compile(r"[/=,、\s]+")
# The reporter behind it: "(서울=연합뉴스) 김철수 기자 = ", "新华社北京1月6日电（记者张三、李四）"
_REPORTER = re.compile(
    r"[\uac00-\ud7a3]{2,4}(?:[·,]\s?[\uac00-\ud7a3]{2,4}){0,3}\s(?:기자|특파원)|(?:记者|記者)\s?[^\s\d]{2,30}"
)
# How Chinese wires begin: "新华社北京1月6日电 ", "（新华社北京1月6日电）"
_TELEGRAM = re.compile(
    r"[（(【]?([^\s，。（）()]{4,30}[日社][^\s，。（）()]{0,12}?[电電])[）)】]?(?=[\s　）)】（(]|[^\W\d_])"
)


class Dateline(msgspec.Struct, frozen=True):
    """
    Place, day and agency at the start of a lead.

    Args:
        text: all of it, as printed.
        agencies: mark and full name of each agency in it, in order.
        words: the place with its day, as printed; empty when there is none.
        byline: the reporter named in it, as printed; empty when there is none.
    """

    text: str
    agencies: tuple[tuple[str, str], ...] = ()
    words: str = ""
    byline: str = ""


class _Piece(msgspec.Struct, frozen=True):
    text: str
    end: int
    bracketed: bool
    parted: bool  # from what follows, by more than a bracket that opens there


def parse_dateline(text: str, agencies: Agencies) -> Dateline | None:
    """
    Return the dateline that *text* begins with, None when it has none.

    That is an agency, with or without a place, or a place in capitals, before a dash or the like.

    >>> from newsclean import lexicon
    >>> wires = Agencies(lexicon.agencies())
    >>> parse_dateline("PARIS, Jan 6 (Reuters) - The mayor spoke.", wires).text
    'PARIS, Jan 6 (Reuters)'
    >>> parse_dateline("The mayor (left) spoke.", wires)

    Args:
        text: the first block of a body.
        agencies: the known wire services.
    """
    lead = text[:_LEAD]
    found: list[tuple[str, str]] = []
    words, byline, end = "", "", 0
    if (telegram := _TELEGRAM.match(lead)) and (mark := agencies.opening(telegram.group(1))):
        found, words, end = [mark], telegram.group(1).removeprefix(mark[0]), telegram.end()
    for piece in _pieces(lead, end):
        marks = _marks(piece, agencies)
        if found and _REPORTER.fullmatch(piece.text):
            byline = piece.text
        elif marks:
            found += marks
        elif not words and not piece.bracketed and _may_be_place(piece.text):
            words = piece.text
            if not (found or (piece.parted and _is_capital(words))):
                continue  # a place when an agency follows
        else:
            break
        end = piece.end
    if not (found or (end and _is_capital(words))):
        return None
    return Dateline(lead[:end].strip(_ROUND), tuple(found), words, byline)


def _pieces(lead: str, at: int) -> Iterator[_Piece]:
    """Yield the parts of *lead* from *at* on, as long as they may be a dateline's."""
    for _ in range(_MOST_PIECES):
        match = _PIECE.match(lead, at)
        if match is None:
            stop = _SENTENCE.match(lead, at) if at else None
            if stop:
                yield _Piece(stop.group().strip(_ROUND), stop.end(), bracketed=False, parted=True)
            return
        text = match.group("bracket") or match.group("slashed") or match.group("plain")
        bracketed = match.group("plain") is None
        yield _Piece(text.strip(_ROUND), match.end(), bracketed, parted=bool(match.group("end")))
        between = _BETWEEN.match(lead, match.end())
        at = between.end() if between else match.end()


def _marks(piece: _Piece, agencies: Agencies) -> list[tuple[str, str]]:
    """Return mark and name of the agencies that *piece* is, or in brackets holds."""
    if name := agencies.named(piece.text, enclosed=piece.bracketed):
        return [(piece.text, name)]
    words = [word for word in _PARTS.split(piece.text) if word]
    if piece.bracketed:
        found = [(word, _enclosed(word, agencies)) for word in words]
        return [(word, name) for word, name in found if name] or agencies.inside(piece.text)
    if len(words) > 1 and words[0].isupper() and (name := agencies.named(words[-1])):  # "BERLIN dpa |"
        return [(words[-1], name)]
    return []


def _enclosed(word: str, agencies: Agencies) -> str | None:
    """Return the agency that *word* in brackets names, behind a place in a script without spaces: "ワシントン時事"."""
    starts = range(1 if word.isascii() else max(len(word) - 1, 1))
    return next((name for start in starts if (name := agencies.named(word[start:], enclosed=True))), None)


def _may_be_place(text: str) -> bool:
    """Return whether *text* has the form of a place with or without a day, and is no heading: "TL;DR"."""
    name = _place_name(text)
    short = len(name.split()) <= _PLACE_WORDS + 2 * (name.isupper() and name != text)
    return _PLACE.fullmatch(text) is not None and short and name not in _NO_PLACE


def _place_name(text: str) -> str:
    """Return a place without the country and the day behind it."""
    return re.split(r"[,/]|\s\d", text)[0]


def _is_capital(place: str) -> bool:
    """Return whether *place* begins in capitals; "US" is no place line."""
    first = _place_name(place)
    return len(first) > 2 and first.upper() == first and first.lower() != first


def day_of(words: str, near: datetime, languages: Sequence[str]) -> datetime | None:
    """
    Return the day that a dateline names, in the year that brings it closest to *near*; None when it names none.

    Args:
        words: its place and day.
        near: a time about which it is written.
        languages: BCP 47 tags of the months it may use.
    """
    if not any(character.isdigit() for character in words):
        return None
    years = (near.year - 1, near.year, near.year + 1)
    days = [stamp.value for year in years for stamp in parse_printed(f"{words}, {year}", languages)[:1]]
    here = near.replace(tzinfo=None)
    return min(days, key=lambda day: abs(day.replace(tzinfo=None) - here), default=None)
