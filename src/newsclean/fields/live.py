"""
Entries of a live blog that are printed with their time, for pages that declare none.

An entry begins with a line that tells a time, by its `<time>` element or in words, and goes on to the next one. Only a
page that calls itself live, in its types, its address, its title or beside its headline, is read so: articles have
time-tables and chronicles too.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from newsclean.document import BODY_LABELS, Label
from newsclean.fields.leads import has_lead
from newsclean.fields.people import Byline, parse_byline
from newsclean.fields.structured import TimeTag
from newsclean.fields.subject import Subject
from newsclean.fields.times import Stamp, clock_at_start, parse_declared, parse_printed
from newsclean.normalise import line
from newsclean.record import DatePrecision, LiveBlogUpdate

__all__ = ["entries"]

LEAST = 4
"""Entries of the shortest live blog; fewer lines with a time stand in many articles."""

LEAST_DECLARED = 2
"""The same for a page whose type says that it is one."""

MAX_ENTRIES = 500
MAX_OPENING = 160
"""Characters of a line that opens an entry: time, author and title; a paragraph that begins with a time is longer."""

_AHEAD = 3
"""`<time>` elements among which that of the next line is; an entry may have one that is not shown."""

MARK = 20
"""Characters of a mark beside the time, "Key event", that is no title where a heading stands below."""

FLASH = 60
"""Characters beside the time from which a line is an entry by itself; shorter ones are a list's, of key events or
kick-offs."""

ORDERLY = 0.7
"""Share of neighbouring entries that follow the order; the day changes now and then, and an entry is pinned."""

TITLED = 0.7
"""Share of the entries above whose time a heading stands, from which these are their titles."""

LAST_CHANGE = timedelta(hours=36)
"""Between publication and last change, at most, when the day of the change is taken for that of the newest entry."""

_LIVE = re.compile(
    r"\blive[- ]?(?:blog|ticker|updates?|coverage|text|news|feed|reaction)\b|^live\b\W|\Wlive$|^live$"
    r"|[:–—|]\s?live\s?[:–—|]|as it happened|minute[- ]by[- ]minute|newsblog|(?:news|live)ticker|minuto a minuto"
    r"|\ben (?:direct|directo|vivo)\b|\bao (?:vivo|minuto)\b|\bin diretta\b|\bdiretta\s?[:–—|]|na żywo|canlı"
    r"|онлайн|مباشر|实时|直播|ライブ|생중계|실시간",
    re.IGNORECASE,
)
_LIVE_ADDRESS = re.compile(
    r"/live(?:blog|ticker)?(?:[/-]|$)|live-?(?:blog|ticker|updates?|coverage)|newsblog|newsticker|/ticker/|minuto-a-minuto"
    r"|en-(?:direct|directo|vivo)|ao-(?:vivo|minuto)",
    re.IGNORECASE,
)
_NO_LIVE_ADDRESS = re.compile(r"/live-?(?:tv|stream|music|music-review|event|show)s?\b", re.IGNORECASE)
# What stands before the time itself: "Posted at 17:45", "Heute, 17:45 Uhr", "(13:30 GMT)".
_BEFORE_TIME = re.compile(
    r"^\W{0,3}(?:(?:posted|published|updated|today|heute|aujourd'hui|hoy|oggi|hoje|vandaag|dzisiaj|сегодня)\b"
    r"[\s,:]{0,3}(?:at|um|à|a las|alle|às|om|o|в)?\s{0,2})?\(?",
    re.IGNORECASE,
)


_TO_THE_MINUTE = (DatePrecision.MINUTE, DatePrecision.SECOND)


class _Opening(msgspec.Struct, frozen=True):
    """
    The line that opens an entry.

    Args:
        at: its position among the blocks.
        moment: the time with its day, when the line or its element states both.
        clock: the time of day, on no day.
        rest: what else the line says.
    """

    at: int
    moment: datetime | None
    clock: datetime
    rest: str


def _declares_live_blog(subject: Subject) -> bool:
    """Return whether the types that the page declares, in JSON-LD or microdata, call it a live blog."""
    declared = subject.declared
    return any("LiveBlogPosting" in node.types for node in declared.nodes) or any(
        item.scope == "LiveBlogPosting" for item in declared.items
    )


def entries(subject: Subject, published: Stamp | None, modified: Stamp | None) -> tuple[LiveBlogUpdate, ...]:
    """
    Return the visible entries of the live blog on *subject*, in page order; none when it is no live blog.

    An entry's day is its element's or its line's. Without one it is that of the page's newest time for the newest
    entry, or of its first for the oldest, as far as the clock runs on without going round: behind a midnight the day
    is not guessed.

    Args:
        subject: the page.
        published: when it was published.
        modified: when it was last changed.
    """
    first, last = subject.body
    declared = _declares_live_blog(subject)
    if first < 0 or not (declared or _calls_itself_live(subject)):
        return ()
    openings = _with_text(subject, list(_openings(subject, max(subject.headline_at + 1, 0), last)), last)
    order = _order([opening.moment or opening.clock for opening in openings])
    if len(openings) < (LEAST_DECLARED if declared else LEAST) or order == 0:
        return ()
    days = _days(openings, order, _anchor(order, published, modified))
    above = _titled_above(subject, openings)
    ends = [opening.at - above for opening in openings[1:]] + [last + 1]
    made = [
        _entry(subject, opening, range(opening.at + 1, end), day, titled_above=above)
        for opening, end, day in zip(openings, ends, days, strict=True)
    ]
    return tuple(entry for entry in made if entry.article_body or entry.headline)[:MAX_ENTRIES]


def _calls_itself_live(subject: Subject) -> bool:
    """Return whether address, title or a short line beside the headline say that the page is live."""
    address = subject.page.url or ""
    if _LIVE_ADDRESS.search(address) and not _NO_LIVE_ADDRESS.search(address):
        return True
    near = max(subject.headline_at, 0)
    beside = [x.block.text for x in subject.labelled[max(near - 3, 0) : near + 4] if len(x.block.text) <= 200]
    return any(_LIVE.search(text) for text in (subject.declared.title, *beside))


def _openings(subject: Subject, start: int, last: int) -> Iterator[_Opening]:
    """Yield the lines that open an entry."""
    tags = [tag for tag in subject.declared.times if tag.declared and len(tag.text) > 1]
    for at in range(start, last + 1):
        text = subject.labelled[at].block.text
        if len(text) > MAX_OPENING:
            continue
        if tags and (tag := next((t for t in tags[:_AHEAD] if t.text in text), None)):
            del tags[: tags.index(tag) + 1]
            if opening := _of_tag(at, text, tag, subject.languages):
                yield opening
                continue
        if opening := _of_words(at, text, subject.languages):
            yield opening


def _of_tag(at: int, text: str, tag: TimeTag, languages: Sequence[str]) -> _Opening | None:
    """Return the opening that a line with a `<time>` element is, None when that states, or shows, no time of day."""
    stamp = parse_declared(tag.declared)
    if isinstance(stamp, str) or stamp.precision not in _TO_THE_MINUTE:
        return None
    if any(shown.precision not in _TO_THE_MINUTE for shown in parse_printed(tag.text, languages)):
        return None  # the page's own: "January 6, 2026"
    rest = line(text.replace(tag.text, " ", 1))
    clock = clock_at_start(rest)
    rest = clock[1] if clock else rest  # "8h ago 20.10 GMT"
    return _Opening(at, stamp.value, _on_no_day(stamp.value), rest.strip(" :|·•–—-,"))


def _of_words(at: int, text: str, languages: Sequence[str]) -> _Opening | None:
    """Return the opening that a line which begins with a time is, None when it is none."""
    bare = _BEFORE_TIME.sub("", text, count=1)
    for stamp in parse_printed(bare, languages)[:1]:
        begins = bare.startswith(stamp.raw) and stamp.precision in _TO_THE_MINUTE
        if begins:
            moment = None if stamp.ambiguous else stamp.value
            return _Opening(at, moment, _on_no_day(stamp.value), bare[len(stamp.raw) :].strip(" :|·•–—-,)"))
    found = clock_at_start(bare)
    return _Opening(at, None, found[0].value, found[1].strip(")").strip()) if found else None


def _on_no_day(moment: datetime) -> datetime:
    return moment.replace(year=1, month=1, day=2)


def _with_text(subject: Subject, openings: Sequence[_Opening], last: int) -> list[_Opening]:
    """Return *openings* without those that open nothing, as the lines of a list of key events, or of kick-offs, do."""
    kept = []
    for opening, end in zip(openings, [*(o.at for o in openings[1:]), last + 1], strict=False):
        inside = subject.labelled[opening.at + 1 : end]
        if len(opening.rest) > FLASH or any(item.label in BODY_LABELS for item in inside):
            kept.append(opening)
    return kept


def _titled_above(subject: Subject, openings: Sequence[_Opening]) -> int:
    """Return 1 when the title of an entry stands right above its time, 0 when it stands below or beside it."""
    labels = [subject.labelled[o.at - 1].label for o in openings if o.at and not o.rest]
    return int(bool(labels) and labels.count(Label.SUBHEAD) >= TITLED * len(openings))


def _order(times: Sequence[datetime]) -> int:
    """Return -1 for newest first, 1 for oldest first, 0 when the times follow no order."""
    bare = [time.replace(tzinfo=None) for time in times]
    steps = [(a < b) - (a > b) for a, b in pairwise(bare)]
    down, up = steps.count(-1), steps.count(1)
    if max(down, up) < ORDERLY * (down + up) or down == up:
        return 0
    return -1 if down > up else 1


def _anchor(order: int, published: Stamp | None, modified: Stamp | None) -> datetime | None:
    """Return the time of the page on whose day its first entry was written, None when that is unknown."""
    if order > 0 or modified is None:
        return published.value if published else None
    if published is not None:
        between = modified.value.replace(tzinfo=None) - published.value.replace(tzinfo=None)
        if between > LAST_CHANGE:  # what was changed later is no entry
            return None
    return modified.value


def _days(openings: Sequence[_Opening], order: int, anchor: datetime | None) -> list[datetime | None]:
    """Return the moment of each entry, None where its day is unknown: from where the clock goes round."""
    days: list[datetime | None] = []
    known = anchor
    before: datetime | None = None
    for place, opening in enumerate(openings):
        clock = opening.clock.replace(tzinfo=None)
        if opening.moment is not None:
            days.append(opening.moment)
            continue
        if place == 0 and known is not None:
            known = _day_in_zone(known, opening.clock, order)
        pinned = place == 1 and order < 0
        if before is not None and (clock - before) * order < timedelta(0) and not pinned:
            known = None
        before = clock
        days.append(opening.clock.replace(year=known.year, month=known.month, day=known.day) if known else None)
    return days


def _day_in_zone(anchor: datetime, clock: datetime, order: int) -> datetime | None:
    """Return *anchor* in the zone of *clock*, None when the newest entry would be later than the page's last change."""
    if anchor.tzinfo is not None and clock.tzinfo is not None:
        return anchor.astimezone(clock.tzinfo)
    late = clock.time() > (anchor + timedelta(minutes=10)).time()
    return None if order < 0 and anchor.tzinfo is not None and late else anchor


def _entry(
    subject: Subject, opening: _Opening, inside: range, moment: datetime | None, *, titled_above: int
) -> LiveBlogUpdate:
    """Return the entry that *opening* opens, and the blocks *inside* go on with."""
    blocks = [subject.labelled[at] for at in inside if subject.labelled[at].label in BODY_LABELS]
    rest = opening.rest
    names = _signature(subject, rest)
    told = rest if len(rest) > FLASH and rest.endswith((".", "!", "?", "。")) else ""
    headline = "" if names or told or rest == rest.upper() else rest
    if titled_above and not headline:
        headline = subject.labelled[opening.at - 1].block.text
    if len(headline) <= MARK and blocks and blocks[0].label is Label.SUBHEAD:
        headline, blocks = blocks[0].block.text, blocks[1:]
    lines = (subject.labelled[at].block.text for at in inside[:3])
    names = names or next((found for text in lines if has_lead(text) and (found := _signature(subject, text))), None)
    return LiveBlogUpdate(
        headline=line(headline) or None,
        article_body="\n\n".join([*filter(None, [told]), *(item.block.text for item in blocks)]),
        date_published=moment,
        authors=tuple(author.name for author in names.authors) if names else (),
    )


def _signature(subject: Subject, text: str) -> Byline | None:
    """Return who *text* names when it does nothing else."""
    if not text or text == text.upper() or len(text) > MAX_OPENING:
        return None
    names = parse_byline(text, agencies=subject.agencies)
    return names if names.authors and not names.unread else None
