"""
The record in other people's words: schema.org's `NewsArticle` and Zyte's `Article` item.

Both are made of the record's JSON form, whose names are schema.org's already. Nothing is added that the record does not
say: what they have no word for is left out, what the record does not know stays absent.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["schema_org", "zyte"]

_ARTICLES = frozenset({"article", "gallery", "paywall_stub"})
# Properties of CreativeWork that have the record's name and form.
_SAME = ("headline", "alternativeHeadline", "description", "datePublished", "dateModified", "inLanguage", "url")
_SAME_OF_ARTICLES = ("articleBody", "articleSection", "wordCount")
_PIXELS = "E37"
"""The code of pixels among the units of UN/CEFACT, which schema.org's `unitCode` takes."""


def schema_org(record: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return *record* as JSON-LD in schema.org's vocabulary.

    An article is a `NewsArticle`, a live blog a `LiveBlogPosting` besides; an index is a `CollectionPage`, and any
    other page a `WebPage`, without the properties that only articles have.

    >>> schema_org({"pageKind": "article", "headline": "Snow in May", "publisher": "Gazette Ltd"})["publisher"]
    {'@type': 'Organization', 'name': 'Gazette Ltd'}

    Args:
        record: as `Article.to_dict` returns it.
    """
    kind = record.get("pageKind", "")
    live, article = kind == "live_blog", kind in _ARTICLES
    types: str | list[str] = "CollectionPage" if kind == "index" else "WebPage"
    if live or article:
        types = ["NewsArticle", "LiveBlogPosting"] if live else "NewsArticle"
    names = (*_SAME, *(_SAME_OF_ARTICLES if live or article else ()))
    found = {
        "@context": "https://schema.org",
        "@type": types,
        **{name: record.get(name) for name in names},
        "author": [_person(author) for author in record.get("authors", ())],
        "sourceOrganization": [_named("Organization", name) for name in record.get("sourceOrganization", ())],
        "publisher": _named("Organization", record.get("publisher")),
        "isPartOf": _named("WebSite", record.get("siteName")),
        "mainEntityOfPage": _page(record) if live or article else None,
        "keywords": record.get("keywords"),
        "image": [_image(image) for image in _pictures(record)],
        "video": [_typed("VideoObject", video, ("url", "name")) for video in record.get("videos", ())],
        "isAccessibleForFree": record.get("isAccessibleForFree"),
        "correction": record.get("corrections"),
        "dateline": record.get("dateline") if live or article else None,
        "liveBlogUpdate": [_update(entry) for entry in record.get("liveBlogUpdates", ())] if live else None,
    }
    return _filled(found)


def zyte(record: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return *record* as the `Article` item of Zyte API (zyte-common-items).

    A known day gets a midnight, as Zyte's form asks for a time; the last change never stands in for the publication, as
    it does in Zyte's own. An item without an address has no `url`, which Zyte requires.

    >>> zyte({"url": "https://example.org/a", "datePublished": "2026-01-06", "inLanguage": "en-GB"})
    {'url': 'https://example.org/a', 'datePublished': '2026-01-06T00:00:00', 'inLanguage': 'en'}

    Args:
        record: as `Article.to_dict` returns it.
    """
    metadata = record.get("metadata", {})
    downloaded = metadata.get("dateDownloaded")
    language = record.get("inLanguage") or ""
    pictures = [{"url": image["url"]} for image in _pictures(record)]
    main = record.get("mainImage") or {}
    names = ("url", "canonicalUrl", "headline", "description", "articleBody", "datePublishedRaw", "dateModifiedRaw")
    found = {
        **{name: record.get(name) for name in names},
        "datePublished": _second(record.get("datePublished")),
        "dateModified": _second(record.get("dateModified")),
        "authors": [_kept(author, ("name", "nameRaw", "url", "email")) for author in record.get("authors", ())],
        "breadcrumbs": [{"name": name} for name in record.get("breadcrumbs", ())],
        "inLanguage": language.partition("-")[0],
        "mainImage": {"url": main["url"]} if main.get("url") else None,
        "images": pictures,
        "videos": [{"url": video["url"]} for video in record.get("videos", ())],
        # Zyte's `probability` is that of an article; the record's is that of a right body.
        "metadata": _filled({"dateDownloaded": downloaded and _second(downloaded)}),
    }
    return _filled(found)


def _filled(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return *found* without what is absent; False and 0 say something."""
    return {name: value for name, value in found.items() if value not in (None, "", [], {}, ())}


def _kept(value: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return _filled({name: value.get(name) for name in names})


def _typed(kind: str, value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {"@type": kind, **_kept(value, names)}


def _named(kind: str, name: object) -> dict[str, Any] | None:
    return {"@type": kind, "name": name} if name else None


def _person(author: Mapping[str, Any]) -> dict[str, Any]:
    return _typed("Person", author, ("name", "url", "email", "jobTitle"))


def _pictures(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the images with an address, the main one first, each once."""
    main = record.get("mainImage")
    every = [*([main] if main else []), *record.get("images", ())]
    return list({image["url"]: image for image in reversed(every) if image.get("url")}.values())[::-1]


def _image(image: Mapping[str, Any]) -> dict[str, Any]:
    return _typed("ImageObject", image, ("url", "caption", "creditText")) | _filled(
        {
            "description": image.get("alt"),
            "width": _size(image.get("width")),
            "height": _size(image.get("height")),
        }
    )


def _size(pixels: object) -> dict[str, Any] | None:
    return {"@type": "QuantitativeValue", "value": pixels, "unitCode": _PIXELS} if pixels else None


def _page(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the page that the article is on, with its trail."""
    address = record.get("canonicalUrl") or record.get("url")
    trail = [
        {"@type": "ListItem", "position": place, "name": name}
        for place, name in enumerate(record.get("breadcrumbs", ()), 1)
    ]
    crumbs = {"@type": "BreadcrumbList", "itemListElement": trail} if trail else None
    found = _filled({"@id": address, "breadcrumb": crumbs})
    return {"@type": "WebPage", **found} if found else None


def _update(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = ("headline", "articleBody", "datePublished")
    authors = [_named("Person", name) for name in entry.get("authors", ())]
    return _typed("BlogPosting", entry, names) | _filled({"author": authors})


def _second(stamp: str | None) -> str | None:
    """Return an ISO 8601 *stamp* with a time to the second."""
    if not stamp:
        return None
    day, _, clock = (stamp if len(stamp) > len("2026-01") else f"{stamp}-01").partition("T")
    hours, zone = clock[:5] or "00:00", clock[5:]
    if not zone.startswith(":"):
        return f"{day}T{hours}:00{zone}"
    seconds, zone = zone[:3], zone[3:]
    return f"{day}T{hours}{seconds}{zone.lstrip('.0123456789')}"
