"""
Declared data and labelled blocks to the record's fields, each with its evidence.

Every source speaks for itself; which one is believed is data (`data/trust.jsonl`, explained in `docs/evidence.md`).
The headline, times, people, images and sections have files of their own; here are the other fields, and the whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from newsclean.document import Evidence, InputKind, Label, Labelled, Page
from newsclean.fields import live
from newsclean.fields.agencies import Agencies
from newsclean.fields.authorship import credits_of
from newsclean.fields.dating import Dates, dates
from newsclean.fields.evidence import Candidate, choose, rejected
from newsclean.fields.headline import headline
from newsclean.fields.names import name_key
from newsclean.fields.pictures import pictures
from newsclean.fields.sections import breadcrumbs, keywords_of, sections_of
from newsclean.fields.structured import Structured
from newsclean.fields.subject import Subject, detected_language, subject
from newsclean.fields.times import parse_declared
from newsclean.lexicon import Agency, Lexicon
from newsclean.normalise import (
    HOME_PATHS,
    canonical_url,
    content_hash,
    direction,
    resolve_url,
    same_site,
    simhash,
    site_key,
    word_count,
)
from newsclean.record import (
    Author,
    BodyBlock,
    DatePrecision,
    Image,
    LiveBlogUpdate,
    TimeZoneSource,
    Video,
)

__all__ = ["Fields", "fields", "record_fields"]

LEAST_TOLD = 4
"""Declared entries of a live blog with a text, below which those that the page prints are looked for."""

LEAST_CORRECTION = 4
"""Words of a correction, at least; less is its heading: "Editor's note"."""

LEAST_WORDS = 60
"""Words of a body whose language counts more than English, which many systems state when nobody has set a language."""

_PLATFORMS = frozenset({"Blogger", "WordPress", "WordPress.com", "Wix", "Squarespace", "Tumblr"})
# What a detector finds in lists of names.
_MISTAKEN = frozenset("an br eo ga gd gl ht ia io jv la lb mg mt nn oc qu rm rw se sc vo wa".split())
_TIME = re.compile(r"\d{4}-\d\d|(?:published|updated|posted)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:?//", re.IGNORECASE)
_MARKS_AROUND = " |/–—-·•:"
_CLAIM = re.compile(r"\s[|–—·•-]\s|:\s")
_ADDRESS_OF_NOTHING = HOME_PATHS | {"/home"}
# Sites that show other publishers' articles and name the original's address, as their help for publishers says;
# caches of AMP pages and archives do the same.
_REPUBLISHERS = tuple(
    f"https://{site}/"
    for site in (
        "yahoo.com msn.com aol.com flipboard.com newsbreak.com smartnews.com ampproject.org google.com web.archive.org "
        "archive.ph archive.today"
    ).split()
)


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a record that do not come from the body, with their evidence and what was odd about the page."""

    headline: str | None = None
    alternative_headline: str | None = None
    description: str | None = None
    authors: tuple[Author, ...] = ()
    credited: tuple[str, ...] = ()
    source_organization: tuple[str, ...] = ()
    publisher: str | None = None
    site_name: str | None = None
    date_published: datetime | None = None
    date_published_raw: str | None = None
    date_modified: datetime | None = None
    date_modified_raw: str | None = None
    date_precision: DatePrecision | None = None
    time_zone_source: TimeZoneSource | None = None
    dateline: str | None = None
    article_section: tuple[str, ...] = ()
    breadcrumbs: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    in_language: str | None = None
    text_direction: str | None = None
    canonical_url: str | None = None
    main_image: Image | None = None
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    is_accessible_for_free: bool | None = None
    corrections: tuple[str, ...] = ()
    live_blog_updates: tuple[LiveBlogUpdate, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    messages: tuple[str, ...] = ()


def fields(
    structured: Structured,
    labelled: tuple[Labelled, ...],
    *,
    page: Page,
    input_kind: InputKind,
    lexicon: Lexicon,  # noqa: ARG001  the interface of the engine: cues already count through the labels
    agencies: Agencies | Iterable[Agency],
) -> Fields:
    """
    Return what *structured* and *labelled* say of the article.

    Args:
        structured: what the page declares; empty for a dump.
        labelled: the page's blocks with their labels.
        page: where the page came from; its hints are candidates, its download time bounds its dates.
        input_kind: HTML or TEXT.
        lexicon: cue phrases.
        agencies: the wire services; an `Agencies` made once saves making it for each page.
    """
    table = agencies if isinstance(agencies, Agencies) else Agencies(agencies)
    it = subject(structured, labelled, page=page, input_kind=input_kind, agencies=table)
    when, who, seen = dates(it), credits_of(it), pictures(it)
    texts, evidence = _texts(it)
    lists, more = _lists(it)
    updates, entries = _live_blog(it, when)
    free = list(_free(it))
    return Fields(
        **texts,
        **lists,
        **_dated(when),
        authors=who.authors,
        credited=who.credited,
        source_organization=who.agencies,
        main_image=seen.main,
        images=seen.images,
        videos=seen.videos,
        is_accessible_for_free=free[0].value if free else None,
        live_blog_updates=updates,
        evidence=(*evidence, *when.evidence, *who.evidence, *more, *seen.evidence, *entries, *_access(free)),
        messages=(*structured.messages, *when.messages),
    )


def record_fields(found: Fields, body: tuple[BodyBlock, ...]) -> dict[str, Any]:
    """
    Return the arguments of `Article` that *found* and *body* settle: all but the body, the ledger and the provenance.

    What is counted or detected from the body is added here, so that `fields` does not need the body's final form.
    """
    text = "\n\n".join(block.text for block in body)
    language, evidence = _language(found, text)
    way = found.text_direction or direction(text or found.headline or "")
    if way is not None:
        source, where = ("html", "dir") if found.text_direction else ("detected", "body")
        evidence = (*evidence, Evidence("text_direction", way, source, where, chosen=True))
    values = {name: getattr(found, name) for name in Fields.__struct_fields__ if name not in {"messages", "evidence"}}
    return values | {
        "in_language": language,
        "text_direction": way,
        "word_count": word_count(text),
        "content_hash": content_hash(text),
        "simhash": simhash(text),
        "evidence": evidence,
    }


def _dated(when: Dates) -> dict[str, Any]:
    first, changed = when.published, when.modified
    return {
        "date_published": first.value if first else None,
        "date_published_raw": first.raw if first else None,
        "date_precision": first.precision if first else None,
        "time_zone_source": when.zone,
        "date_modified": changed.value if changed else None,
        "date_modified_raw": changed.raw if changed else None,
    }


def _texts(it: Subject) -> tuple[dict[str, Any], list[Evidence]]:
    """Return the fields of one text each, and their evidence."""
    title, evidence = headline(it)
    dek, more = choose("alternative_headline", _deks(it, title or ""))
    evidence += more
    description, more = choose("description", _descriptions(it))
    evidence += more
    publisher, more = choose("publisher", _publishers(it))
    evidence += more
    site, more = choose("site_name", _sites(it))
    evidence += more
    canonical, more = choose("canonical_url", _canonicals(it))
    evidence += more
    language, more = choose("in_language", _languages(it))
    evidence += more
    dateline, more = choose("dateline", _datelines(it))
    evidence += more
    return {
        "headline": title,
        "alternative_headline": dek,
        "description": description,
        "publisher": publisher,
        "site_name": site,
        "canonical_url": canonical,
        "in_language": language,
        "dateline": dateline,
        "text_direction": it.declared.direction if it.declared.direction in {"ltr", "rtl"} else None,
    }, evidence


def _text(value: str, source: str, where: str, bad: str = "") -> Candidate[str]:
    return Candidate(value, value, source, where, bad)


def _deks(it: Subject, headline: str) -> Iterator[Candidate[str]]:
    for node in it.nodes[:1]:
        for key in ("alternativeHeadline", "alternateName"):
            if value := node.texts.get(key):
                same = name_key(value) == name_key(headline)
                yield _text(value, "json-ld", key, "the headline again" if same else "")
    for at, item in it.blocks(Label.DEK):
        if it.body[0] < 0 or at < it.body[0]:
            said, title = name_key(item.block.text), name_key(headline)
            again = title.endswith(said) or (title and said.endswith(title))  # with a kicker before one of them
            yield _text(item.block.text, "visible", "dek", "the headline again" if again else "")
            break


def _descriptions(it: Subject) -> Iterator[Candidate[str]]:
    for name in ("og:description", "description", "twitter:description", "dc.description", "sailthru.description"):
        for value in it.declared.all(name)[:1]:
            yield _text(value, "meta", name)
    for node in it.nodes[:1]:
        for key in ("description", "abstract"):
            if key in node.texts:
                yield _text(node.texts[key], "json-ld", key)
    for hint in it.hints("description"):
        yield _text(hint.value, hint.source, hint.where)


def _publishers(it: Subject) -> Iterator[Candidate[str]]:
    for node in it.nodes[:1]:
        if node.publisher and "/" not in node.publisher and node.publisher not in _PLATFORMS:
            yield _text(node.publisher, "json-ld", "publisher")
    for node in it.declared.nodes:
        if (
            {"NewsMediaOrganization", "Organization"} & set(node.types)
            and node.main
            and (name := node.texts.get("name"))
            and not _ADDRESS.match(name)
        ):
            yield _text(name, "json-ld", "Organization.name")
            break
    for key in ("dc.publisher", "publisher", "article:publisher"):
        for value in it.declared.all(key)[:1]:
            if not _ADDRESS.match(value):
                yield _text(value, "meta", key)


def _sites(it: Subject) -> Iterator[Candidate[str]]:
    for key in ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name"):
        for value in it.declared.all(key)[:1]:
            yield _site(it, value, "meta", key)
    for node in it.declared.nodes:
        if "WebSite" in node.types and (name := node.texts.get("name")):
            yield _site(it, name, "json-ld", "WebSite.name")
            break
    for hint in it.hints("site_name"):
        yield _site(it, hint.value, hint.source, hint.where)


def _site(it: Subject, value: str, source: str, where: str) -> Candidate[str]:
    """Return what a site is called, without the claim behind a name that its address has: "Example - News for all"."""
    name = value.strip(_MARKS_AROUND)
    hosts = {site_key(known) for known in it.site_names if " " not in known}
    name = next((part for part in _CLAIM.split(name) if site_key(part) in hosts), name)
    bad = "an address" if _ADDRESS.match(name) else ""
    return Candidate(name, value, source, where, bad if name else "no name")


def _canonicals(it: Subject) -> Iterator[Candidate[str]]:
    """Yield declared addresses; one of another site or of a home page is no article's."""
    found = [("html", "link canonical", href) for rel, href, _ in it.declared.links if rel == "canonical"]
    found += [("meta", "og:url", v) for v in it.declared.all("og:url")[:1]]
    for node in it.nodes[:1]:
        for key in ("mainEntityOfPage", "url"):
            found += [("json-ld", key, v) for v in node.lists.get(key, ())[:1] if v.startswith("http")]
    found += [(hint.source, hint.where, hint.value) for hint in it.hints("canonical_url")]
    for source, where, href in found:
        address = canonical_url(href)
        yield Candidate(address or "", href, source, where, _unfit(address, it.page.url))


def _unfit(url: str | None, page_url: str | None) -> str:
    if url is None:
        return "no address"
    path = urlsplit(url).path.lower()
    own = urlsplit(resolve_url(page_url or "") or "").path.lower()
    if path in _ADDRESS_OF_NOTHING and own not in _ADDRESS_OF_NOTHING | {path}:
        return "the home page"
    if page_url and not same_site(url, page_url) and not any(same_site(site, page_url) for site in _REPUBLISHERS):
        return "another site"
    return ""


def _languages(it: Subject) -> Iterator[Candidate[str]]:
    found = [
        ("html", "lang", it.declared.language),
        ("meta", "og:locale", it.declared.first("og:locale")[1]),
        ("meta", "content-language", it.declared.first("content-language", "language", "dc.language")[1]),
        ("header", "content-language", dict(it.declared.headers).get("content-language", "")),
    ]
    found += [("json-ld", "inLanguage", n.texts["inLanguage"]) for n in it.nodes[:1] if "inLanguage" in n.texts]
    found += [(hint.source, hint.where, hint.value) for hint in it.hints("in_language")]
    for source, where, value in found:
        if value:
            tag = _tag(value)
            yield Candidate(tag or "", value, source, where, "" if tag else "no language tag")


def _tag(value: str) -> str | None:
    """Return *value* as a BCP 47 tag with its usual case, None when it is none."""
    parts = value.strip().replace("_", "-").split(",")[0].strip().split("-")
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]):
        return None
    # RFC 5646 section 2.1.1: regions in capitals, scripts with one.
    rest = [p for p in parts[1:3] if re.fullmatch(r"[A-Za-z]{2}|[A-Za-z]{4}|\d{3}", p)]
    return "-".join([parts[0].lower(), *({2: p.upper(), 4: p.title()}.get(len(p), p) for p in rest)])


def _datelines(it: Subject) -> Iterator[Candidate[str]]:
    for node in it.nodes[:1]:
        if value := node.texts.get("dateline"):
            yield _text(value, "json-ld", "dateline", "a time" if _TIME.match(value) else "")
    for _, item in it.blocks(Label.DATELINE):
        yield _text(item.block.text[:200], "visible", "dateline")
        break
    if it.dateline is not None:
        yield _text(it.dateline.text, "visible", "lead paragraph")


def _lists(it: Subject) -> tuple[dict[str, Any], list[Evidence]]:
    """Return the fields of several texts each, and their evidence."""
    crumbs, source = breadcrumbs(it)
    sections, evidence = choose("article_section", sections_of(it, crumbs, source))
    keywords, more = choose("keywords", keywords_of(it))
    if crumbs:
        more.append(Evidence("breadcrumbs", " > ".join(crumbs), source, "BreadcrumbList", chosen=True))
    said = [("json-ld", n.texts["correction"]) for n in it.nodes[:1] if "correction" in n.texts]
    visible = [item.block.text for _, item in it.blocks(Label.CORRECTION)]
    said += [("visible", text) for text in visible if word_count(text) >= LEAST_CORRECTION or text.endswith(".")]
    more += [Evidence("corrections", text[:500], source, "correction", chosen=True) for source, text in said]
    return {
        "article_section": sections or (),
        "keywords": keywords or (),
        "breadcrumbs": crumbs,
        "corrections": tuple(dict.fromkeys(text for _, text in said)),
    }, [*evidence, *more]


def _free(it: Subject) -> Iterator[Candidate[bool]]:
    """Yield what the page declares of its pay wall, the first of them to be believed."""
    tier = it.declared.first("article:content_tier")[1].lower()
    for node in it.nodes:
        if node.free is not None:
            yield Candidate(node.free, str(node.free).lower(), "json-ld", "isAccessibleForFree")
    # Facebook's vocabulary: "metered" articles are free up to a number a month, so neither is known.
    if tier in {"free", "locked"}:
        yield Candidate(tier == "free", tier, "meta", "article:content_tier")
    elif tier != "metered":
        for node in it.declared.nodes:
            if node.main and not node.is_article and node.free is not None:
                yield Candidate(node.free, str(node.free).lower(), "json-ld", "isAccessibleForFree of the page")


def _access(candidates: Sequence[Candidate[bool]]) -> Iterator[Evidence]:
    for place, c in enumerate(candidates):
        reason = "agrees with the chosen one" if c.value == candidates[0].value else "another speaks first"
        yield Evidence(
            "is_accessible_for_free", c.shown, c.source, c.where, chosen=not place, reason=reason if place else ""
        )


def _live_blog(it: Subject, when: Dates) -> tuple[tuple[LiveBlogUpdate, ...], list[Evidence]]:
    """Return the entries of a live blog, declared or else printed with their time, and the evidence."""
    declared = _declared_updates(it)
    told = sum(1 for update in declared if update.article_body)
    printed = live.entries(it, when.published, when.modified) if told < LEAST_TOLD else ()
    # Some pages declare the titles of their entries and no text, others the newest two.
    updates = printed if len(printed) > told else declared
    source, where = ("json-ld", "liveBlogUpdate") if updates is declared else ("visible", "lines with a time")
    shown = f"{len(updates)} entries"
    return updates, [Evidence("live_blog_updates", shown, source, where, chosen=True)] if updates else []


def _declared_updates(it: Subject) -> tuple[LiveBlogUpdate, ...]:
    entries: list[LiveBlogUpdate] = []
    for node in it.nodes:
        for update in node.updates:
            stamp = parse_declared(update.date, languages=it.languages)
            entries.append(
                LiveBlogUpdate(
                    headline=update.headline or None,
                    article_body=update.body,
                    date_published=None if isinstance(stamp, str) else stamp.value,
                    authors=update.authors,
                )
            )
    return tuple(entries)


def _language(found: Fields, text: str) -> tuple[str | None, tuple[Evidence, ...]]:
    """Return the language stated, or else the one detected in the body, and all the evidence with that of both."""
    detected, stated = detected_language(text), found.in_language
    if detected is None:
        return stated, found.evidence
    same = stated is not None and stated.partition("-")[0] == detected
    # On 1,283 pages English is stated of 11 bodies in which another language is detected: none of them is English.
    english = stated is not None and stated.partition("-")[0] == "en" and word_count(text) >= LEAST_WORDS
    english = english and detected not in _MISTAKEN
    if stated is None or (english and not same):
        others = (
            structs.replace(e, chosen=False, reason="the body is in another language")
            if e.field == "in_language" and e.chosen
            else e
            for e in found.evidence
        )
        return detected, (*others, Evidence("in_language", detected, "detected", "body", chosen=True))
    reason = "agrees with the stated one" if same else "the page states another"
    return stated, (*found.evidence, rejected("in_language", detected, "detected", "body", reason))
