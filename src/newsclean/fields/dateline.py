"""The dateline that a lead begins with: `PARIS, Jan 6 (Reuters) —`."""

import re
from collections.abc import Sequence
from datetime import datetime

from newsclean.fields.subject import Subject
from newsclean.fields.times import parse_printed

__all__ = ["day_of", "lead_dateline"]

_LEAD = 160  # characters among which a dateline ends

_DATELINE = re.compile(
    r"^((?:[^\W\d_][\w'’.\-]{0,30}[\s,/]{1,2}){0,5}[^\W\d_][\w'’.\-]{1,30}(?:,?\s\d{1,2}\.?\s?[^\W\d_]{3,10}\.?)?"
    r"(?:,?\s[^\W\d_]{3,10}\.?\s\d{1,2})?)\s?(\([^()]{2,40}\))?\s?(?:[—–]|--|-(?=\s)|:(?=\s))\s?(?=\S)",
)


def lead_dateline(subject: Subject) -> str | None:
    """Return the dateline at the start of the body, as it stands there; None when there is none."""
    if subject.body[0] < 0:
        return None
    match = _DATELINE.match(subject.labelled[subject.body[0]].block.text[:_LEAD])
    if match is None or not _is_place(match.group(1), match.group(2), subject):
        return None
    return match.group().strip(" -—–:")


def _is_place(place: str, bracket: str | None, subject: Subject) -> bool:
    """Return whether the start of a lead is a dateline: an agency in brackets, or a place in capitals."""
    if bracket and subject.agencies.named(bracket.strip("() ")):
        return True
    first = re.split(r"[,/]|\s\d", place)[0]
    return len(first) > 2 and first.upper() == first and first.lower() != first  # "US" is no place line


def day_of(dateline: str, near: datetime, languages: Sequence[str]) -> datetime | None:
    """
    Return the day that *dateline* names, in the year that brings it closest to *near*; None when it names none.

    Args:
        dateline: as `lead_dateline` returns it; it has no year.
        near: a time about which it is written.
        languages: BCP 47 tags of the months it may use.
    """
    if not any(character.isdigit() for character in dateline):
        return None
    words = dateline.partition("(")[0].strip()
    years = (near.year - 1, near.year, near.year + 1)
    days = [stamp.value for year in years for stamp in parse_printed(f"{words}, {year}", languages)[:1]]
    here = near.replace(tzinfo=None)
    return min(days, key=lambda day: abs(day.replace(tzinfo=None) - here), default=None)
