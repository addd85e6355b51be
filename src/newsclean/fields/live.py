"""
Entries of a live blog that are printed with their time, for pages that declare none.

An entry begins with a line that begins with a clock time, and goes on to the next one. Only a page that calls itself
live, in its types, its address or near its headline, is read so: articles have time-tables and chronicles too.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from newsclean.document import BODY_LABELS, Label
from newsclean.fields.people import parse_byline
from newsclean.fields.subject import Subject
from newsclean.fields.times import Stamp, clock_at_start
from newsclean.normalise import line
from newsclean.record import LiveBlogUpdate

__all__ = ["entries"]

LEAST = 4
"""Entries of the shortest live blog; fewer lines with a time stand in many articles."""

MAX_ENTRIES = 500
MAX_OPENING = 160
"""Characters of a line that opens an entry: time, author and title; a paragraph that begins with a time is longer."""

ORDERLY = 0.7
"""Share of neighbouring entries that follow the order; the day changes now and then, and an entry is pinned."""

_LIVE = re.compile(
    r"\blive\b|live-?(?:blog|ticker|update|text)|\b(?:news)?ticker\b|newsblog|liveblog|en (?:direct|directo|vivo)\b|"
    r"ao (?:vivo|minuto)|minuto a minuto|in diretta|na żywo|canlı|онлайн|مباشر|实时|直播|ライブ|생중계|실시간",
    re.IGNORECASE,
)


def entries(subject: Subject, published: Stamp | None, modified: Stamp | None) -> tuple[LiveBlogUpdate, ...]:
    """
    Return the visible entries of the live blog on *subject*, in page order; none when it is no live blog.

    An entry's day is that of the page's newest time for the newest entry, or of its first for the oldest, as far as the
    clock runs on without going round: behind a midnight the day is not guessed.

    Args:
        subject: the page.
        published: when it was published.
        modified: when it was last changed.
    """
    first, last = subject.body
    if first < 0 or not _calls_itself_live(subject):
        return ()
    openings = _openings(subject, max(subject.headline_at + 1, 0), last)
    hours = [clock.value.replace(tzinfo=None) for _, clock, _ in openings]
    if len(openings) < LEAST or (order := _order(hours)) == 0:
        return ()
    days = _days(hours, order, (modified or published) if order < 0 else published)
    ends = [at for at, _, _ in openings[1:]] + [last + 1]
    made = [
        _entry(subject, range(at + 1, end), rest, clock, day)
        for (at, clock, rest), end, day in zip(openings, ends, days, strict=True)
    ]
    return tuple(entry for entry in made if entry.article_body or entry.headline)[:MAX_ENTRIES]


def _calls_itself_live(subject: Subject) -> bool:
    """Return whether types, address, headline or a short line beside it say "live"."""
    if any("LiveBlogPosting" in node.types for node in subject.declared.nodes):
        return True
    near = max(subject.headline_at, 0)
    beside = [x.block.text for x in subject.labelled[max(near - 3, 0) : near + 4] if len(x.block.text) <= 200]
    address = re.sub(r"[/_-]+", " ", subject.page.url or "")
    return any(_LIVE.search(text) for text in (address, subject.declared.title, *beside))


def _openings(subject: Subject, start: int, last: int) -> list[tuple[int, Stamp, str]]:
    """Return the lines that open an entry: position, time, and what else the line says."""
    found = []
    for at in range(start, last + 1):
        text = subject.labelled[at].block.text
        if len(text) <= MAX_OPENING and (opening := clock_at_start(text)):
            found.append((at, *opening))
    return found


def _order(clocks: Sequence[datetime]) -> int:
    """Return -1 for newest first, 1 for oldest first, 0 when the times follow no order."""
    steps = [(a < b) - (a > b) for a, b in pairwise(clocks)]
    down, up = steps.count(-1), steps.count(1)
    if max(down, up) < ORDERLY * (down + up) or down == up:
        return 0
    return -1 if down > up else 1


def _days(clocks: Sequence[datetime], order: int, anchor: Stamp | None) -> list[datetime | None]:
    """Return the day of each entry, None from where the clock goes round."""
    if anchor is None:
        return [None] * len(clocks)
    days: list[datetime | None] = []
    known: datetime | None = anchor.value
    for place, clock in enumerate(clocks):
        if place and (clock - clocks[place - 1]) * order < timedelta(0):
            known = None
        days.append(known)
    return days


def _entry(subject: Subject, inside: range, rest: str, clock: Stamp, day: datetime | None) -> LiveBlogUpdate:
    """Return the entry that a line with *clock* and *rest* opens, and the blocks *inside* go on with."""
    blocks = [subject.labelled[at] for at in inside if subject.labelled[at].label in BODY_LABELS]
    names = parse_byline(rest, agencies=subject.agencies) if rest and rest != rest.upper() else None
    signed = names is not None and bool(names.authors) and not names.unread
    headline = "" if signed or rest == rest.upper() else rest
    if not headline and blocks and blocks[0].label is Label.SUBHEAD:
        headline, blocks = blocks[0].block.text, blocks[1:]
    at = clock.value
    moment = None if day is None else at.replace(year=day.year, month=day.month, day=day.day)
    return LiveBlogUpdate(
        headline=line(headline) or None,
        article_body="\n\n".join(item.block.text for item in blocks),
        date_published=moment,
        authors=tuple(author.name for author in names.authors) if signed and names else (),
    )
