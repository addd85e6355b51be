"""The headline: what each source gives, without the name of the site, kickers and titles made for search engines."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from newsclean.document import Evidence
from newsclean.fields.evidence import Candidate, vote
from newsclean.fields.names import name_key
from newsclean.fields.structured import declared_titles, without_blog
from newsclean.fields.subject import Subject
from newsclean.labels.head import printed_title
from newsclean.normalise import headline_without_site, site_key
from newsclean.text.dump import unmarked

__all__ = ["headline"]

_NO_KICKER = frozenset("the a an der die das ein eine le la les un une el los las il lo i gli o os as de het".split())

_KICKER_WORDS = 5
"""Words of a kicker that stands in one element with the headline, at most."""

_BELOW_H1 = 8
"""Blocks above the visible headline among which an `<h1>` may say something else."""

_ADDITION = re.compile(r"\s{0,2}[|\-–—―·•»«:｜ㅣ/]{1,2}\s{0,2}")
# Texts made for a browser's tab and for sharing, where sites add their names.
_TITLES = frozenset(
    {
        ("html", "title"),
        ("meta", "title"),
        ("meta", "og:title"),
        ("meta", "twitter:title"),
        ("meta", "dc.title"),
        ("meta", "dcterms.title"),
    }
)
_TITLE_META = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "title",
    "citation_title",
    "hdl",
    "headline",
    "cxenseparse:title",
)


def headline(it: Subject) -> tuple[str | None, list[Evidence]]:
    """Return the headline that the most trusted sources agree on, and what each of them says."""
    return vote("headline", _trimmed(list(_candidates(it))), name_key)


def _candidates(it: Subject) -> Iterator[Candidate[str]]:
    """Yield what each source gives as the headline, without the site's name."""
    yield from _declared_headlines(it)
    declared = it.declared
    for name in _TITLE_META:
        for value in declared.all(name)[:1]:
            yield _candidate(it, value, "meta", name)
    for item in islice((i for i in declared.items if i.name == "headline"), 1):
        yield _candidate(it, item.value, "microdata", "headline")
    above, printed = _headline_below_h1(it)
    above = above or _blog_in_h1(it)
    for value in dict.fromkeys(declared.headings[:3]):
        alone = len(declared.headings) == 1
        candidate = _candidate(it, value, "html", "h1" if alone else "h1 of several")
        yield _not_search_title(candidate if alone else _not_a_part(it, candidate), above)
    if declared.title:
        yield _not_search_title(_candidate(it, declared.title, "html", "title"), above)
    if printed:
        yield _candidate(it, printed, "visible", "headline below the h1")
    elif it.headline_at >= 0:
        shown = it.labelled[it.headline_at].block.text
        yield _candidate(it, unmarked(shown) if it.is_text else shown, "visible", "headline")
    for hint in it.hints("headline"):
        yield _candidate(it, hint.value, hint.source, hint.where)


def _headline_below_h1(it: Subject) -> tuple[str, str]:
    """Return the `<h1>` right above the visible headline that says something else, and that headline as declared."""
    at = it.headline_at
    if at < 0 or it.labelled[at].block.tag == "h1":
        return "", ""
    text, titles = it.labelled[at].block.text, declared_titles(it.declared, it.nodes)
    for item in it.labelled[max(at - _BELOW_H1, 0) : at]:
        above = item.block.text
        other = item.block.tag == "h1" and name_key(above) != name_key(text)
        if other and (printed := printed_title(text, titles, above=above)):
            return above, printed
    return "", ""


def _blog_in_h1(it: Subject) -> str:
    """Return the `<h1>` that is the blog's name: the page's title is that name and the printed headline."""
    if it.headline_at < 0 or it.labelled[it.headline_at].block.tag == "h1":
        return ""
    title, printed = name_key(it.declared.title), name_key(it.labelled[it.headline_at].block.text)
    names = (value for value in it.declared.headings[:3] if name_key(value) and name_key(value) != printed)
    return next((value for value in names if title == f"{name_key(value)} {printed}"), "")


def _not_a_part(it: Subject, candidate: Candidate[str]) -> Candidate[str]:
    """Return *candidate*, one `<h1>` of several, rejected when it is a word that no title has: "Navigation"."""
    titles = " | ".join(map(name_key, (it.declared.title, *declared_titles(it.declared, it.nodes))))
    key = name_key(candidate.value)
    part = titles and " " not in key and key not in titles
    return msgspec.structs.replace(candidate, bad=candidate.bad or "names a part of the page") if part else candidate


def _not_search_title(candidate: Candidate[str], above: str) -> Candidate[str]:
    """Return *candidate*, which cannot be right when it is the `<h1>` *above* the headline."""
    same = above and not candidate.bad and name_key(candidate.value) == name_key(above)
    return msgspec.structs.replace(candidate, bad="stands above the printed headline") if same else candidate


def _declared_headlines(it: Subject) -> Iterator[Candidate[str]]:
    for place, node in enumerate(it.nodes):
        # A news system fills in the headline; a blog's plug-in often puts the title for search engines there.
        kind = "" if any("News" in kind for kind in node.types) else " of a post"
        for key in ("headline", "name"):
            if value := node.texts.get(key):
                yield _candidate(it, value, "json-ld", key + kind if place == 0 else f"{key} of another article")
    for page in it.declared.nodes:
        if not page.is_article and any(t.endswith("WebPage") for t in page.types):
            for key in ("headline", "name"):
                if value := page.texts.get(key):
                    yield _candidate(it, value, "json-ld", f"WebPage.{key}")


def _own_sections(it: Subject) -> list[str]:
    """Return the declared sections that sites put behind their headlines: "... | Opinion"."""
    return [s for n in it.nodes[:1] for s in n.lists.get("articleSection", ())] + list(
        it.declared.all("article:section")
    )


def _trimmed(candidates: Sequence[Candidate[str]]) -> Iterator[Candidate[str]]:
    """
    Yield the candidates, those that go on after a separator where another one ends cut back to it.

    What follows is then proven to be the site's addition, whatever it says: "Snow in May - Politics - The Gazette"
    beside a heading "Snow in May".
    """
    whole = {name_key(c.value): c.value for c in candidates if not c.bad and (c.source, c.where) not in _TITLES}
    said = (c for c in candidates if not c.bad and (c.source in {"json-ld", "meta"} or c.where == "title"))
    declared = Counter(name_key(c.value) for c in said)
    for given in candidates:
        candidate = _without_kicker(given, declared) if given.source in {"html", "visible"} else given
        value = candidate.value
        for cut in () if candidate.bad or name_key(value) in whole else _ADDITION.finditer(value):
            head, tail = value[: cut.start()].strip(), value[cut.end() :].strip()
            part = _as_said(head, whole) or _as_said(tail, whole)
            if part:
                yield msgspec.structs.replace(candidate, value=part)
                break
        else:
            yield candidate


def _as_said(part: str, whole: Mapping[str, str]) -> str:
    """Return *part* when it is one of the *whole* titles, with the closing mark that the title has; else nothing."""
    title = whole.get(name_key(part), "")
    return title if title.startswith(part) else part if title else ""


def _without_kicker(candidate: Candidate[str], declared: Counter[str]) -> Candidate[str]:
    """Return what a heading prints without a kicker: a few words before a title that is *declared* more than once."""
    words = candidate.value.split()
    if name_key(candidate.value) in declared or not words or words[0].lower() in _NO_KICKER or words[0].isdigit():
        return candidate
    for at in range(1, min(_KICKER_WORDS, len(words) - 2) + 1):
        if declared[name_key(" ".join(words[at:]))] > 1:
            return msgspec.structs.replace(candidate, value=" ".join(words[at:]))
    return candidate


def _candidate(it: Subject, value: str, source: str, where: str) -> Candidate[str]:
    """Return a candidate without the site's name; one that is nothing but the site's name cannot be right."""
    text = headline_without_site(without_blog(it.declared, value), (*it.site_names, *_own_sections(it)))
    keys = {site_key(name) for name in it.site_names}
    bad = "the name of the site" if site_key(text) in keys else "" if name_key(text) else "empty"
    return Candidate(text, value, source, where, bad)
