"""Where an article belongs: the section it stands in, the trail that leads to it, the keywords it is filed under."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from msgspec import structs

from newsclean.document import LAST_CRUMB, Label
from newsclean.fields.evidence import Candidate
from newsclean.fields.names import name_key
from newsclean.fields.structured import KEYWORDS
from newsclean.fields.subject import Subject
from newsclean.normalise import line, resolve_url

__all__ = ["breadcrumbs", "keywords_of", "sections_of"]

MAX_KEYWORDS = 60
MAX_CRUMBS = 8
MAX_SECTION = 40
"""Characters of the name of a section; longer crumbs are titles."""

MAX_DECLARED_SECTION = 80
"""Characters of the name of a section that is declared as one."""

LEAST_FOLDER = 4
"""Letters that a section and a folder of the address share, at least, when they are not the same."""

_TOPICS_BEHIND = 30
"""Blocks behind the body among which the topics of the article stand."""

_HOME = frozenset(
    "home|homepage|start|startseite|accueil|inicio|início|home page|főoldal|strona główna|hjem|hem|etusivu|voorpagina|"
    "domů|domov|naslovna|početna|acasă|ana sayfa|anasayfa|главная|головна|начало|αρχική|beranda|trang chủ|首页|首頁|"
    "ホーム|トップ|홈|الرئيسية|ראשי|خانه|होम|main|index|blog".split("|")
)
_TRAIL = re.compile(r"\s{0,3}[>»›→]\s{0,3}|\s[/|·]\s")
# What stands where sections do: "4 min read", the name of a variable in a template.
_NO_SECTION = re.compile(r"\d\s?min|\{\{|\bread\b|[.!?]$", re.IGNORECASE)
# "Food, Wine & Travel", "Tips, Tricks, and Advice", "1,000 Words"
_ONE_SECTION = re.compile(r"\s&\s|,?\s(?:and|und|et|y|e|og|och|en)\s|\d,\d", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
# What WordPress calls the section of an article without one, in its languages.
_NO_CATEGORY = frozenset(
    "uncategorized|uncategorised|non classé|sin categoría|senza categoria|sem categoria|geen categorie|bez kategorii|"
    "без рубрики|без категорії|без категория|未分類|未分类|미분류|ikke kategoriseret|ukategorisert|okategoriserade|"
    "nezařazené|nezaradené|egyéb kategória|necategorizat|nekategorizirano|χωρίς κατηγορία|غير مصنف|دسته‌بندی نشده|כללי|"
    "chưa được phân loại|tak berkategori|kategorisiz".split("|")
)
_PROPERTY = re.compile(r"[a-z][a-zA-Z-]{2,20}:\s?\S|category:\s", re.IGNORECASE)
_OF_SYSTEM = re.compile(r"content-?(?:type|id)|locale|display-?type|site-?group|page-?type", re.IGNORECASE)
_KIND = re.compile(r"(?:sections?|topics?|tags?|organi[sz]ations?|persons?|people|places?|keywords?)/(?=[^/]+$)")


def breadcrumbs(it: Subject) -> tuple[tuple[str, ...], str]:
    """Return the trail that leads to the article, and its source."""
    crumbs = next((n.crumbs for n in it.declared.nodes if n.crumbs), ())
    if crumbs:
        return crumbs, "json-ld"
    # The names of other lists are those of stories, and stand in items of their own.
    items = [line(i.value) for i in it.declared.items if i.name == "name" and i.scope == "ListItem"]
    return (tuple(items) if len(items) <= MAX_CRUMBS else ()), "microdata"


def _last_crumb(it: Subject, crumbs: Sequence[str]) -> Iterator[str]:
    """Yield the crumb that stands for the article's section: the last that is neither its title nor the way home."""
    titles = tuple(map(name_key, (it.declared.title, *it.declared.headings[:2])))
    homes = {name_key(name) for name in it.site_names} | _HOME
    inner = [c for c in crumbs if len(c) <= MAX_SECTION and name_key(c) not in homes and "." not in c]
    if inner and inner[-1] is crumbs[-1] and any(title.startswith(name_key(inner[-1])) for title in titles):
        inner.pop()
    yield from inner[-1:]


def sections_of(it: Subject, crumbs: Sequence[str], source: str) -> Iterator[Candidate[tuple[str, ...]]]:
    """Yield what each source gives as the sections; *crumbs* are the trail, which *source* declares."""
    for node in it.nodes[:1]:
        if values := node.lists.get("articleSection"):
            yield _several(_section_names(values), "json-ld", "articleSection")
    for name in ("article:section", "parsely-section", "section", "cxenseparse:section", "sailthru.section"):
        if named := [value for value in it.declared.all(name) if not value.startswith(("http://", "https://"))]:
            yield _several(_section_names(named), "meta", name)
    if it.declared.categories:
        yield _several(_section_names(it.declared.categories), "html", "rel=category")
    yield from _printed_section(it)
    for crumb in _last_crumb(it, crumbs):
        yield _several([crumb], source, "breadcrumb")
    yield from _hinted(it, "article_section")


def _printed_section(it: Subject) -> Iterator[Candidate[tuple[str, ...]]]:
    """Yield the section that is printed above the body; a line that is none of a trail, when the address has it too."""
    above = [item for at, item in it.blocks(Label.SECTION) if it.body[0] < 0 or at < it.body[0]]
    if not above:
        return
    # A trail "Home > Politics" ends in the section.
    section = _TRAIL.split(above[-1].block.text)[-1].strip(" ←→<>«»‹›·|")
    candidate = _several([] if _NO_SECTION.search(section) else [section], "visible", "section")
    sure = it.is_text or above[-1].reason == LAST_CRUMB or _in_address(it, section)
    yield candidate if sure else structs.replace(candidate, bad=candidate.bad or "the address has no such part")


def _in_address(it: Subject, section: str) -> bool:
    """Return whether one of the folders in the page's address is called *section*."""
    wanted = {_in_letters(section), _in_letters(section.casefold().translate(_UMLAUTS))}
    path = unquote(urlsplit(resolve_url(it.page.url or it.declared.first("og:url")[1]) or "").path)
    folders = {_in_letters(folder) for folder in path.split("/")[:-1]}
    return any(
        a == b or (min(len(a), len(b)) >= LEAST_FOLDER and (a in b or b in a))
        for a in wanted
        for b in folders
        if a and b
    )


def _in_letters(text: str) -> str:
    """Return *text* as addresses write it: its letters and digits, without accents."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text[:MAX_DECLARED_SECTION]).casefold()))


def _section_names(values: Sequence[str]) -> list[str]:
    """Return the names of sections in *values*: some systems join them, and some put a sentence there."""
    joined = values[0] if len(values) == 1 else ""
    least = 2 if ", " in joined else 1  # "Science, Nature" may be one section
    several = joined.count(",") >= least and not _ONE_SECTION.search(joined)
    names = [name.strip() for name in (joined.split(",") if several else values)]
    named = (name for name in names if name.casefold() not in _NO_CATEGORY)
    return [name for name in named if len(name) <= MAX_DECLARED_SECTION and not name.startswith("[object")]


def keywords_of(it: Subject) -> Iterator[Candidate[tuple[str, ...]]]:
    """Yield what each source gives as the keywords."""
    for node in it.nodes[:1]:
        if values := node.lists.get("keywords"):
            yield _several(_split(values), "json-ld", "keywords")
    for name in KEYWORDS:
        if values := it.declared.all(name):
            yield _several(_split(values), "meta", name)
    if topics := _printed_topics(it):
        yield _several(topics, "html", "links to topics")
    yield from _hinted(it, "keywords")


def _printed_topics(it: Subject) -> tuple[str, ...]:
    """Return the row of links to topics that is printed right behind the body, or else right above it."""
    first, last = it.body
    if first < 0:
        return ()
    for around in (it.labelled[last : last + _TOPICS_BEHIND], it.labelled[max(it.headline_at - 4, 0) : first + 1]):
        said = " | ".join(["", *(name_key(item.block.text[:500]) for item in around), ""])
        for row in it.declared.topics:
            if all(f" {name_key(name)} " in said for name in row):
                return row
    return ()


def _hinted(it: Subject, field: str) -> Iterator[Candidate[tuple[str, ...]]]:
    """Yield what a feed or an earlier scraper says of *field*, one list for each of its keys."""
    lists: dict[tuple[str, str], list[str]] = {}
    for hint in it.hints(field):
        lists.setdefault((hint.source, hint.where), []).append(hint.value)
    for (source, where), values in lists.items():
        yield _several(_split(values), source, where)


def _split(values: Sequence[str]) -> list[str]:
    """Return the single keywords in *values*: one text with commas is a list, several texts are one already."""
    if len(values) > 1:
        # "locale: US", "contentId: 15cd344d": what a system knows of a page, when all are so.
        if all(map(_PROPERTY.match, values)) and any(map(_OF_SYSTEM.match, values)):
            return [value.rpartition(": ")[2] for value in values if value.casefold().startswith("category:")]
        return [_KIND.sub("", value) for value in values]  # "sections/sverige", "organization/lundsberg"
    mark = next((m for m in (",", ";", "、", "，", "،", "|") if values and m in values[0]), None)
    return [v.strip() for v in values[0].split(mark)] if mark else list(values)


def _several(values: Sequence[str], source: str, where: str) -> Candidate[tuple[str, ...]]:
    """Return *values*, each name once, as a candidate."""
    unique = tuple({name_key(v): v for v in reversed([line(v) for v in values]) if name_key(v)}.values())[::-1]
    return Candidate(unique[:MAX_KEYWORDS], "; ".join(values)[:1000], source, where, "" if unique else "empty")
