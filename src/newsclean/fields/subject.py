"""What `dating`, `authorship`, `pictures`, `sections` and `metadata` look at to decide: one page, read once."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from newsclean.document import BODY_LABELS, Evidence, InputKind, Label, Labelled, Page
from newsclean.fields.agencies import Agencies
from newsclean.fields.dateline import Dateline, parse_dateline
from newsclean.fields.jsonld import Node
from newsclean.fields.names import name_key
from newsclean.fields.structured import Structured, main_nodes
from newsclean.normalise import site_key

__all__ = ["Subject", "detected_language", "subject"]

LETTERS_TO_DETECT = 100
"""Letters below which a detector of languages guesses."""

MAX_DETECT = 700

_LEADS = 2
"""Blocks of the body, and paragraphs among its _FIRST ones, that may be its lead: a dek may stand first."""

_FIRST = 10

# Country domains whose English writes the day first; CLDR gives month first for the United States and Philippines only.
_DAY_FIRST_DOMAINS = frozenset("uk au nz ie in za ng ke pk my sg hk jm tt mt gh zw ug tz lk bd ls bw na eu".split())


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """
    One page and what was found on it.

    Args:
        declared: what it declares.
        nodes: JSON-LD articles that stand for it, the likeliest first.
        labelled: its blocks with their labels.
        places: positions in `labelled` by label.
        headline_at: position in `labelled` of the visible headline, -1 when there is none.
        body: positions in `labelled` of the first and the last body block; (-1, -1) when there is none.
        page: where it came from.
        is_text: whether it is a dump.
        languages: BCP 47 tags stated for it, the likeliest first, with its country's English when a sign points to it.
        site_names: what the site and its publisher are called, as stated.
        not_persons: what cannot be a person here: the site, its publisher unless it is one, and its sections.
        owners: who is declared a person and an organisation at once, as systems do for a site that is one person's.
        agencies: the known wire services.
        dateline: what the lead begins with; None when it begins with none.
    """

    declared: Structured
    nodes: tuple[Node, ...]
    labelled: tuple[Labelled, ...]
    places: dict[Label, list[int]]
    headline_at: int
    body: tuple[int, int]
    page: Page
    is_text: bool
    languages: tuple[str, ...]
    site_names: tuple[str, ...]
    not_persons: tuple[str, ...]
    owners: frozenset[str]
    agencies: Agencies
    dateline: Dateline | None

    def hints(self, field: str) -> Iterator[Evidence]:
        """Yield what a feed or an earlier scraper says of *field*."""
        return (hint for hint in self.page.hints if hint.field == field)

    def blocks(self, *labels: Label) -> Iterator[tuple[int, Labelled]]:
        """Yield the blocks with one of *labels* and their positions, in reading order."""
        for at in sorted(at for label in labels for at in self.places.get(label, ())):
            yield at, self.labelled[at]


def subject(
    declared: Structured,
    labelled: tuple[Labelled, ...],
    *,
    page: Page,
    input_kind: InputKind,
    agencies: Agencies,
) -> Subject:
    """Return *declared* and *labelled* with what follows from them for every field."""
    nodes = main_nodes(declared)
    places: dict[Label, list[int]] = {}
    for at, item in enumerate(labelled):
        places.setdefault(item.label, []).append(at)
    headlines = places.get(Label.HEADLINE)
    headline_at = headlines[0] if headlines else _headline_at(declared, nodes, labelled)
    body = sorted(at for label in BODY_LABELS for at in places.get(label, ()))
    names, owners = _site_names(declared, nodes, page.url), _owners(declared)
    return Subject(
        declared=declared,
        nodes=nodes,
        labelled=labelled,
        places=places,
        headline_at=headline_at,
        body=(body[0], body[-1]) if body else (-1, -1),
        page=page,
        is_text=input_kind is InputKind.TEXT,
        languages=_languages(declared, nodes, page) or _from_body(labelled, body),
        site_names=names,
        not_persons=_not_persons(declared, nodes, names, owners),
        owners=owners,
        agencies=agencies,
        dateline=_dateline(labelled, body, agencies),
    )


def _dateline(labelled: tuple[Labelled, ...], body: list[int], agencies: Agencies) -> Dateline | None:
    texts = [at for at in body[:_FIRST] if labelled[at].label is Label.PARAGRAPH]  # key points may stand first
    leads = dict.fromkeys([*body[:_LEADS], *texts[:_LEADS]])
    found = (parse_dateline(labelled[at].block.text, agencies) for at in leads)
    return next((dateline for dateline in found if dateline), None)


def _headline_at(declared: Structured, nodes: tuple[Node, ...], labelled: tuple[Labelled, ...]) -> int:
    """Return where the declared headline is printed, whatever the block's label; -1 when it is not."""
    said = [*declared.headings[:3], *(n.texts.get("headline", "") for n in nodes[:1]), declared.first("og:title")[1]]
    wanted = {text.casefold() for text in said if len(text) > 8}  # shorter ones name menus too
    return next((i for i, x in enumerate(labelled) if x.block.text.casefold() in wanted), -1)


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return ""


def _languages(declared: Structured, nodes: tuple[Node, ...], page: Page) -> tuple[str, ...]:
    stated = [
        declared.language,
        *(n.texts.get("inLanguage", "") for n in nodes),
        declared.first("og:locale")[1],
        declared.first("content-language", "language", "dc.language")[1],
        *(hint.value for hint in page.hints if hint.field == "in_language"),
    ]
    tags = [tag.replace("_", "-").lower() for tag in stated if tag]
    domain = _host(page.url).rpartition(".")[2]
    if tags and tags[0].startswith("en") and domain in _DAY_FIRST_DOMAINS:
        tags.insert(0, "en-gb")
    # "en-US" is what many systems send when nobody set a language: alone it does not settle the order of day and month.
    return tuple(dict.fromkeys(tags))


def _from_body(labelled: tuple[Labelled, ...], body: list[int]) -> tuple[str, ...]:
    """Return the language of the body's words: a dump states none, and the order of day and month hangs on it."""
    text = "\n\n".join(labelled[at].block.text for at in body[:20])
    found = detected_language(text)
    return (found,) if found else ()


def detected_language(text: str) -> str | None:
    """Return the language of *text* (ISO 639-1) by its letters; None below LETTERS_TO_DETECT."""
    start = text[:MAX_DETECT]
    return _detected(start) if sum(map(str.isalpha, start)) >= LETTERS_TO_DETECT else None


@lru_cache(maxsize=16)
def _detected(text: str) -> str:
    import py3langid  # type: ignore[import-untyped] # noqa: PLC0415  loads a model of 3 MB; not every page needs it

    return str(py3langid.classify(text)[0])


def _owners(declared: Structured) -> frozenset[str]:
    both = [node for node in declared.nodes if {"Person", "Organization"} <= set(node.types)]
    return frozenset(name_key(node.texts.get("name", "")) for node in both)


def _not_persons(
    declared: Structured, nodes: tuple[Node, ...], site_names: tuple[str, ...], owners: frozenset[str]
) -> tuple[str, ...]:
    sections = [section for node in nodes for section in node.lists.get("articleSection", ())]
    crumbs = [crumb for node in declared.nodes for crumb in node.crumbs]
    organisations = [person.name for node in nodes for person in node.authors if person.kind == "organization"]
    named = (*site_names, *sections, *crumbs, *organisations, *declared.all("article:section"))
    return tuple(name for name in dict.fromkeys(named) if not owners or name_key(name) not in owners)


def _site_names(declared: Structured, nodes: tuple[Node, ...], url: str | None) -> tuple[str, ...]:
    names = [
        v
        for key in (
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "dc.publisher",
            "publisher",
            "cre",
            "copyright",
            "twitter:site",
            "al:ios:app_name",
            "al:android:app_name",
        )
        for v in declared.all(key)
    ]
    names += [*declared.site_headings, *(n.publisher for n in nodes)]
    names += [
        n.texts.get("name", "")
        for n in declared.nodes
        if {"WebSite", "NewsMediaOrganization", "Organization"} & set(n.types) and "Person" not in n.types
    ]
    host = _host(url).removeprefix("www.")
    if host:
        labels = host.split(".")
        # Not "co", "www", "com"; a name of two words is often half of the host's: "rust-lang", "thriveagency".
        names += [host, *(label for label in labels[:-1] if len(label) > 3)]
    return tuple(dict.fromkeys(n.lstrip("@") for n in names if site_key(n)))
