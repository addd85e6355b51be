"""
When it was published and when it was changed: two questions, two answers, neither filling in for the other.

Candidates come from declared data, `<time>`, visible lines, the address and the page's hints; those that cannot be
right are kept as evidence with the reason. The day on which a dump was saved is not the day of publication.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from newsclean.document import BODY_LABELS, Evidence, Label
from newsclean.fields.dateline import day_of
from newsclean.fields.evidence import Candidate, choose, trust
from newsclean.fields.subject import Subject
from newsclean.fields.times import (
    Stamp,
    parse_clock,
    parse_declared,
    parse_month,
    parse_printed,
    says_modified,
    url_date,
)
from newsclean.normalise import line
from newsclean.record import DatePrecision, TimeZoneSource

__all__ = ["Dates", "dates"]

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date_published",
    "published_time", "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "pubdate",
    "publication_date", "article.published", "article:published", "article.created", "article_date_original",
    "originalpublicationdate", "rnews:datepublished", "iso-8601-publish-date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "citation_publication_date", "vr:published_time", "dc.date.issued", "dcterms.issued",
    "dcterms.date", "dcterms.created", "dc.date.created", "dc.date", "date", "date.released",
    "bt:pubdate", "og:pubdate",
    "creation_date", "datecreated", "created", "video:release_date", "last-published", "dcsext.articlefirstpublished",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:modified_time", "og:updated_time", "article:modified",
    "datemodified", "date_modified", "lastmod", "last-modified", "last_modified", "lastmodified", "article.updated",
    "dcterms.modified", "dc.date.modified", "moddate", "modified_time", "revised", "bt:moddate", "updated_time",
    "cxenseparse:recs:modtime", "utime",
)  # fmt: skip
_KNOWN_META = frozenset({*_PUBLISHED_META, *_MODIFIED_META})
_DATE_META = re.compile(r"(modif|updat|revis)|publish(?!er)|pub[-_]?date|posted|issued|release[-_]?(?:date|time)")
_MODIFIED_HINT = re.compile(r"modif|updat|aktualis|lastmod|changed|revis", re.IGNORECASE)
_PUBLISHED_HINT = re.compile(r"publi|pubdate|posted|created|entry-date|dateline|timestamp|article|date", re.IGNORECASE)
_IMPOSSIBLE = frozenset({"no such day", "a year that cannot be", "the zero of Unix time, not a date"})
_DATED = (Label.TIMESTAMP, Label.BYLINE, Label.DATELINE)
_PICTURED = (Label.CAPTION, Label.CREDIT)
# A clock that is a few minutes wrong, and a calendar day that begins earlier in the east.
_SLACK = timedelta(days=1)
_LABEL, _LINE = 24, 80  # characters of "Published" and its like, and of a line that is a date
_NEAR_HEADLINE = 4
"""Blocks above the headline among which a day may be the article's own."""

# A dateline has no year: further away, it may as well be last year's.
_SEASON = timedelta(days=100)


class Dates(msgspec.Struct, frozen=True):
    """
    When the article was published and changed.

    Args:
        published: the chosen stamp, or None.
        modified: the chosen stamp, or None.
        zone: where the published time's offset comes from; None without a time of day.
        evidence: every candidate.
        messages: declared times that are none.
    """

    published: Stamp | None
    modified: Stamp | None
    zone: TimeZoneSource | None
    evidence: tuple[Evidence, ...]
    messages: tuple[str, ...] = ()


_Found = Candidate[Stamp | None]


def dates(subject: Subject) -> Dates:
    """Return when the article on *subject* was published and changed, with the evidence."""
    declared = list(_declared(subject))
    printed = list(_printed(subject))
    published = [c for field, c in (*declared, *printed, *_from_url(subject)) if field == "date_published"]
    modified = [c for field, c in (*declared, *printed) if field == "date_modified"]
    published = list(_not_of_a_list(published))
    if subject.dateline is not None:
        published = [_not_before(c, subject.dateline.words, subject.languages) for c in published]
    first, evidence = _chosen("date_published", [_not_the_change(c, published, modified) for c in published])
    changed, more = _chosen("date_modified", [_after(c, first) for c in modified])
    zone = None
    if first is not None and first.precision not in {DatePrecision.DAY, DatePrecision.MONTH}:
        zone = TimeZoneSource.STATED if first.value.tzinfo else TimeZoneSource.UNKNOWN
    odd = [e for e in (*evidence, *more) if e.reason in _IMPOSSIBLE]
    messages = dict.fromkeys(f"{e.field}: {e.value[:40]!r}: {e.reason}" for e in odd)
    return Dates(first, changed, zone, (*evidence, *more), tuple(messages))


def _chosen(field: str, candidates: list[_Found]) -> tuple[Stamp | None, list[Evidence]]:
    """Return the most trusted stamp, or one of the same day that is finer or has an offset, and the evidence."""
    settled = [_settled(c, candidates) for c in candidates]
    best, evidence = choose(field, settled)
    if best is None:
        return None, evidence
    finer = next(
        (
            c
            for c in settled
            if c.value is not None and not c.bad and _completes(c.value, best) and trust(field, c.source, c.where) > 0
        ),
        None,
    )
    if finer is None or finer.value is None:
        return best, evidence
    note = "same day, less exact"
    swapped = [
        msgspec.structs.replace(e, chosen=True, reason="")
        if (e.source, e.where, e.value) == (finer.source, finer.where, finer.shown)
        else msgspec.structs.replace(e, chosen=False, reason=note)
        if e.chosen
        else e
        for e in evidence
    ]
    return finer.value, swapped


def _completes(stamp: Stamp, best: Stamp) -> bool:
    """Return whether *stamp* is the same time as *best* and tells more: a time of day, an offset, the local offset."""
    coarse = {DatePrecision.DAY, DatePrecision.MONTH}
    if stamp.precision in coarse or stamp.ambiguous is not None:
        return False
    if best.precision in coarse:
        return stamp.value.date() == best.value.date()
    if best.value.tzinfo is not None:
        # The same instant; UTC is what systems store, another offset is where it was published.
        local = bool(stamp.value.utcoffset()) and not best.value.utcoffset()
        return local and _to_minute(stamp.value) == _to_minute(best.value)
    return stamp.value.tzinfo is not None and _to_minute(stamp.value.replace(tzinfo=None)) == _to_minute(best.value)


def _to_minute(value: datetime) -> datetime:
    return value.replace(second=0, microsecond=0)


def _settled(candidate: _Found, others: list[_Found]) -> _Found:
    """Return *candidate* with day and month exchanged or rejected when another candidate or nothing settles them."""
    stamp = candidate.value
    if stamp is None or stamp.ambiguous is None or candidate.bad:
        return candidate
    days = {c.value.value.date() for c in others if c.value is not None and c.value.ambiguous is None and not c.bad}
    if stamp.ambiguous.date() in days and stamp.value.date() not in days:
        other = stamp.ambiguous
        value = stamp.value.replace(year=other.year, month=other.month, day=other.day)
        return msgspec.structs.replace(candidate, value=msgspec.structs.replace(stamp, value=value, ambiguous=None))
    if stamp.settled or stamp.value.date() in days:
        return candidate
    return msgspec.structs.replace(candidate, bad="day and month cannot be told apart")


_TELLING = frozenset({"timestamp", "byline", "article:published_time"})
"""Places of a date that is the article's own, and is not stamped with its last change."""

_IN_LISTS = frozenset({("microdata", "datePublished"), ("html", "time"), ("html", "time dated")})
"""Where lists of stories have their days as articles do."""

_DAYS_OF_A_LIST = 4
"""Different days from which such places are those of a list."""

_MUTE = frozenset({"time", "other"})
"""Places of a date that do not say what it is the date of."""


def _not_of_a_list(published: list[_Found]) -> Iterator[_Found]:
    """Yield the candidates, those of markup rejected that have many days and none of those that the head declares."""
    days: dict[tuple[str, str], set[date]] = {}
    for c in published:
        if c.value is not None and not c.bad:
            days.setdefault((c.source, c.where), set()).add(c.value.value.date())
    declared = {day for (source, _), said in days.items() if source in {"json-ld", "meta"} for day in said}
    many = {place for place in _IN_LISTS & days.keys() if len(days[place]) >= _DAYS_OF_A_LIST}
    lists = {place for place in many if declared and declared.isdisjoint(days[place])}
    for c in published:
        listed = (c.source, c.where) in lists
        yield msgspec.structs.replace(c, bad=c.bad or "one of a list of stories") if listed else c


def _not_the_change(candidate: _Found, published: list[_Found], modified: list[_Found]) -> _Found:
    """
    Return a published *candidate*, rejected when it is the date of the last change.

    Some systems stamp both times with the change: an earlier date that the article bears is then its publication. A
    date that nothing says is the publication's, on the day that something says is the change's, is the change's.
    """
    stamp = candidate.value
    if stamp is None or candidate.bad:
        return candidate
    changes = [c for c in modified if c.value is not None and not c.bad]
    if candidate.source == "json-ld" and any(c.value == stamp and c.source == "json-ld" for c in changes):
        own = [c.value.value.date() for c in published if c.where in _TELLING and c.value is not None and not c.bad]
        if own and max(own) < stamp.value.date():
            return msgspec.structs.replace(candidate, bad="the time of the last change as well")
    if candidate.where in _MUTE and not any(c.where not in _MUTE for c in published if not c.bad):
        days = {c.value.value.date() for c in changes if c.value is not None}
        if stamp.value.date() in days:
            return msgspec.structs.replace(candidate, bad="the day of the last change")
    return candidate


def _after(candidate: _Found, published: Stamp | None) -> _Found:
    """Return a modified *candidate*, rejected when it lies before the publication."""
    if candidate.value is None or published is None or candidate.bad:
        return candidate
    early = _utc(candidate.value.value) < _utc(published.value) - _SLACK
    return msgspec.structs.replace(candidate, bad="before the publication") if early else candidate


def _not_before(candidate: _Found, dateline: str, languages: Sequence[str]) -> _Found:
    """Return a published *candidate*, rejected when it lies before the day that the article is written on."""
    if candidate.value is None or candidate.bad:
        return candidate
    time = candidate.value.value.replace(tzinfo=None)
    written = day_of(dateline, time, languages)
    early = written is not None and _SLACK < written - time < _SEASON
    return msgspec.structs.replace(candidate, bad="before the day of its dateline") if early else candidate


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _found(subject: Subject, text: str, source: str, where: str) -> _Found:
    """Return the candidate that a machine-readable *text* makes."""
    parsed = parse_declared(text, languages=subject.languages)
    if isinstance(parsed, str):
        return Candidate(None, text, source, where, parsed)
    return Candidate(parsed, _iso(parsed), source, where, _impossible(subject, parsed))


def _iso(stamp: Stamp) -> str:
    """Return *stamp* in ISO 8601, no finer than it is known."""
    size = {DatePrecision.MONTH: 7, DatePrecision.DAY: 10}.get(stamp.precision)
    if size:
        return stamp.value.isoformat()[:size]
    return stamp.value.isoformat(timespec="minutes" if stamp.precision is DatePrecision.MINUTE else "seconds")


def _impossible(subject: Subject, stamp: Stamp) -> str:
    """Return why *stamp* cannot be a time of the article, or nothing."""
    fetched = subject.page.fetched_at
    if fetched is not None and _utc(stamp.value) > _utc(fetched) + _SLACK:
        return "after the page was downloaded"
    return ""


_NODE_DATES = (
    ("datePublished", "date_published"),
    ("dateModified", "date_modified"),
    ("dateCreated", "date_published"),
    ("uploadDate", "date_published"),
)


def _declared(subject: Subject) -> Iterator[tuple[str, _Found]]:
    """Yield the times of JSON-LD, `<meta>`, markup and hints."""
    for place, node in enumerate(subject.nodes):
        suffix = "" if place == 0 else " of another article"
        for key, field in _NODE_DATES:
            if key in node.texts:
                yield field, _found(subject, node.texts[key], "json-ld", key + suffix)
    for page in subject.declared.nodes:
        kind = "VideoObject" if "VideoObject" in page.types else "WebPage"
        if not page.is_article and (kind == "VideoObject" or any(t.endswith("Page") for t in page.types)):
            for key, field in _NODE_DATES:
                if key in page.texts:
                    yield field, _found(subject, page.texts[key], "json-ld", f"{kind}.{key}")
    yield from _from_meta(subject)
    yield from _marked_up(subject)
    for field in ("date_published", "date_modified"):
        for hint in subject.hints(field):
            yield field, _found(subject, hint.value, hint.source, hint.where)


def _from_meta(subject: Subject) -> Iterator[tuple[str, _Found]]:
    meta = subject.declared.meta
    for names, field in ((_PUBLISHED_META, "date_published"), (_MODIFIED_META, "date_modified")):
        for name in names:
            for value in meta.get(name, ())[:2]:
                yield field, _found(subject, value, "meta", name)
    for name, (value, *_) in meta.items():
        # Names that systems make up for themselves: "published-date", "article_release_time".
        if name in _KNOWN_META or len(value) > 40:  # a date is short
            continue
        if match := _DATE_META.search(name):
            yield "date_modified" if match.group(1) else "date_published", _found(subject, value, "meta", "other")


def _marked_up(subject: Subject) -> Iterator[tuple[str, _Found]]:
    """Yield the times of microdata and of `<time>` elements."""
    for item in subject.declared.items:
        if item.scope.startswith(("Comment", "UserComments", "WebSite", "Event")):
            continue
        if item.name in {"datePublished", "dateCreated", "date"} or "published_time" in item.name:
            yield "date_published", _found(subject, item.value, "microdata", item.name)
        elif item.name in {"dateModified", "dateUpdated"}:
            yield "date_modified", _found(subject, item.value, "microdata", item.name)
    for tag in subject.declared.times:
        if tag.aside:
            continue
        changed = bool(_MODIFIED_HINT.search(tag.hint)) or says_modified(tag.before)
        where = "time dated" if _PUBLISHED_HINT.search(tag.hint) else "time"
        field = "date_modified" if changed else "date_published"
        if tag.declared:
            yield field, _found(subject, tag.declared, "html", where)
        elif tag.text:
            for stamp in parse_printed(tag.text, subject.languages)[:2]:
                role = "date_modified" if changed or stamp.modified else "date_published"
                yield role, Candidate(stamp, _iso(stamp), "html", where, _impossible(subject, stamp))


def _printed(subject: Subject) -> Iterator[tuple[str, _Found]]:
    """Yield the times in visible lines: timestamps and bylines near the headline, or at the end."""
    last: datetime | None = None  # the day that a later "updated 11:20" is on
    for seen, (at, item) in enumerate(subject.blocks(*_DATED)):
        if seen >= 12:  # the article's own stand near its headline
            break
        text = item.block.text[:400]
        stamps = parse_printed(text, subject.languages)
        day = stamps[-1].value if stamps else last  # "06/01/2026 14h32, mis à jour à 15h10"
        if day is not None and not (stamps and stamps[-1].modified) and (clock := parse_clock(text[-60:], day)):
            stamps = (*stamps, clock)
        if not stamps and item.label is Label.TIMESTAMP and (month := parse_month(text, subject.languages)):
            stamps = (month,)
        if not stamps and item.label is Label.TIMESTAMP:
            stamps = _below(subject, at)
        last = stamps[0].value if stamps else last
        if stamps and at - 1 not in (-1, subject.headline_at) and says_modified(subject.labelled[at - 1].block.text):
            stamps = (msgspec.structs.replace(stamps[0], modified=True), *stamps[1:])
        for stamp in stamps:
            saved = _is_day_of_saving(subject, at, text, stamp)
            field = "date_modified" if stamp.modified else "date_published"
            where = _place(subject, at, item.label)
            yield field, Candidate(stamp, _iso(stamp), "visible", where, saved or _impossible(subject, stamp))
    yield from _unlabelled(subject)


def _below(subject: Subject, at: int) -> tuple[Stamp, ...]:
    """Return the date in the block behind the one at *at*, when this one is a label for it: "Published"."""
    text = subject.labelled[at].block.text
    if len(text) > _LABEL or any(c.isdigit() for c in text) or at + 1 >= len(subject.labelled):
        return ()
    following = subject.labelled[at + 1]
    if following.label in _DATED or following.label in BODY_LABELS:
        return ()
    stamps = parse_printed(following.block.text[:_LINE], subject.languages)[:1]
    return tuple(msgspec.structs.replace(stamp, modified=stamp.modified or says_modified(text)) for stamp in stamps)


def _unlabelled(subject: Subject) -> Iterator[tuple[str, _Found]]:
    """Yield dates in short lines round the headline that have another label; they count when nothing else speaks."""
    at_top = range(max(subject.headline_at, 0) if subject.is_text else 0)
    # As far as the body: share bars and pictures may stand between headline and date.
    end = max(subject.headline_at + 10, min(subject.body[0], subject.headline_at + 20))
    around = range(max(subject.headline_at - 4, 0), min(end, len(subject.labelled)))
    behind = range(subject.body[1] + 1, min(subject.body[1] + 6, len(subject.labelled)))
    for at in dict.fromkeys([*at_top[:8], *(around if subject.headline_at >= 0 else ()), *behind]):
        item = subject.labelled[at]
        if item.label in (*_DATED, *_PICTURED, *BODY_LABELS) or len(item.block.text) > 120:  # prose
            continue
        for stamp in parse_printed(item.block.text, subject.languages)[:2]:
            saved = _is_day_of_saving(subject, at, item.block.text, stamp)
            field = "date_modified" if stamp.modified else "date_published"
            where = "near headline" if at not in behind else "behind the body"
            yield field, Candidate(stamp, _iso(stamp), "visible", where, saved or _impossible(subject, stamp))


_TOP_OF_BODY = 3
"""Blocks from the body's first among which a date may be the article's."""


def _place(subject: Subject, at: int, label: Label) -> str:
    """Return the label, and where the block stands: under the headline, above it, in the body, or after it."""
    if subject.headline_at >= 0 and at < subject.headline_at:
        return f"{label.value} above headline"
    if subject.body[1] >= 0 and at > subject.body[1]:
        return f"{label.value} after body"
    # A dek and a paragraph may stand above the article's own; further down it is that of a story linked there.
    return f"{label.value} in the body" if 0 <= subject.body[0] < at - _TOP_OF_BODY else label.value


def _is_day_of_saving(subject: Subject, at: int, text: str, stamp: Stamp) -> str:
    """
    Return why a day alone in a line above the headline is not the publication's, or nothing.

    A masthead prints today's date: a page saved weeks later shows the day of saving there.
    """
    if stamp.precision is not DatePrecision.DAY or (subject.headline_at >= 0 and at > subject.headline_at):
        return ""
    if subject.headline_at < 0 and at > 2:  # the top of a page without a known headline
        return ""
    rest = line(text.replace(stamp.raw, " "))
    near = at >= subject.headline_at - _NEAR_HEADLINE
    if near and (not subject.is_text or (subject.headline_at >= 0 and not any(map(str.isalpha, rest)))):
        return ""  # in HTML a masthead is further away, menus stand between; in a dump it has the weekday, too
    if len(rest) > 24 or any(c.isdigit() for c in rest):  # a weekday and a city at most
        return ""
    return "a lone date above the headline: the day the page was saved"


def _from_url(subject: Subject) -> Iterator[tuple[str, _Found]]:
    canonical = (href for rel, href, _ in subject.declared.links if rel == "canonical")
    for url in dict.fromkeys([subject.page.url or "", *canonical]):
        if url and (stamp := url_date(url)) is not None:
            yield "date_published", Candidate(stamp, _iso(stamp), "url", "path", _impossible(subject, stamp))
            return
