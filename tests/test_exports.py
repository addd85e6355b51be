"""The record in schema.org's and Zyte's words, and the schema that is published."""

import json
import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

import newsclean
from newsclean import Article, Author, Image, PageKind
from newsclean.record import DatePrecision, LiveBlogUpdate, Provenance, Video, json_schema

sys.path.insert(0, str(Path(__file__).parent))
import fixtures

ROOT = Path(__file__).parents[1]
RECORDS = [fixtures.article(case) for case in fixtures.CASES] + [
    newsclean.clean(path.read_bytes()) for path in sorted((ROOT / "seeds").glob("*.txt"))
]

WHOLE = Article(
    page_kind=PageKind.LIVE_BLOG,
    headline="Snow in May",
    alternative_headline="The harbour froze over",
    description="A cold spring.",
    article_body="Snow fell.",
    authors=(Author("Jane Doe", "JANE DOE", "https://example.org/jane", "jane@example.org", "Reporter"),),
    source_organization=("Agence France-Presse",),
    publisher="Gazette Ltd",
    site_name="The Gazette",
    date_published=datetime(2026, 1, 6, 9, 46, tzinfo=timezone(timedelta(hours=1))),
    date_published_raw="6 January, 9.46",
    date_modified=datetime.fromisoformat("2026-01-07"),
    date_modified_raw="7 January",
    date_precision=DatePrecision.MINUTE,
    dateline="LISBON",
    article_section=("Weather",),
    breadcrumbs=("Home", "Weather"),
    keywords=("snow", "may"),
    in_language="en-GB",
    text_direction="ltr",
    url="https://example.org/a?ref=x",
    canonical_url="https://example.org/a",
    main_image=Image("https://example.org/i.jpg", "Snow", "Jane Doe/AFP", "A quay", 640, 480),
    images=(
        Image("https://example.org/i.jpg", "Snow"),
        Image(caption="lost in a dump"),
        Image("https://example.org/j"),
    ),
    videos=(Video("https://example.org/v.mp4", "Snow falls"),),
    is_accessible_for_free=False,
    corrections=("It was April.",),
    live_blog_updates=(
        LiveBlogUpdate("More snow", "It goes on.", datetime.fromisoformat("2026-01-06T09:50"), ("Jane Doe",)),
    ),
    word_count=2,
    metadata=Provenance(date_downloaded=datetime(2026, 1, 8, 1, 2, 3, tzinfo=UTC), probability=0.9),
)

# Properties of schema.org 30.0 that a record can fill: the types they belong to, and those that they take. Text is
# taken wherever a Role or a URL is.
_WORK = frozenset(
    {"NewsArticle", "LiveBlogPosting", "WebPage", "CollectionPage", "BlogPosting", "ImageObject", "VideoObject"}
)
_ARTICLE = frozenset({"NewsArticle", "LiveBlogPosting", "BlogPosting"})
_MEDIA = frozenset({"ImageObject", "VideoObject"})
_THING = _WORK | {"Person", "Organization", "WebSite", "BreadcrumbList", "ListItem", "QuantitativeValue"}
VOCABULARY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "headline": (_WORK, frozenset({"Text"})),
    "alternativeHeadline": (_WORK, frozenset({"Text"})),
    "description": (_THING, frozenset({"Text"})),
    "name": (_THING, frozenset({"Text"})),
    "url": (_THING, frozenset({"URL"})),
    "articleBody": (_ARTICLE, frozenset({"Text"})),
    "articleSection": (_ARTICLE, frozenset({"Text"})),
    "wordCount": (_ARTICLE, frozenset({"Integer"})),
    "dateline": (frozenset({"NewsArticle"}), frozenset({"Text"})),
    "liveBlogUpdate": (frozenset({"LiveBlogPosting"}), frozenset({"BlogPosting"})),
    "datePublished": (_WORK, frozenset({"Date", "DateTime"})),
    "dateModified": (_WORK, frozenset({"Date", "DateTime"})),
    "inLanguage": (_WORK, frozenset({"Text", "Language"})),
    "author": (_WORK, frozenset({"Person", "Organization"})),
    "publisher": (_WORK, frozenset({"Person", "Organization"})),
    "sourceOrganization": (_WORK, frozenset({"Organization"})),
    "isPartOf": (_WORK, frozenset({"WebSite", "URL"})),
    "mainEntityOfPage": (_THING, frozenset({"WebPage", "URL"})),
    "breadcrumb": (frozenset({"WebPage", "CollectionPage"}), frozenset({"BreadcrumbList", "Text"})),
    "itemListElement": (frozenset({"BreadcrumbList"}), frozenset({"ListItem", "Text"})),
    "position": (frozenset({"ListItem"}) | _WORK, frozenset({"Integer", "Text"})),
    "keywords": (_WORK, frozenset({"Text", "URL"})),
    "image": (_THING, frozenset({"ImageObject", "URL"})),
    "video": (_WORK, frozenset({"VideoObject"})),
    "caption": (_MEDIA, frozenset({"Text"})),
    "creditText": (_WORK, frozenset({"Text"})),
    "width": (_MEDIA, frozenset({"QuantitativeValue"})),
    "height": (_MEDIA, frozenset({"QuantitativeValue"})),
    "value": (frozenset({"QuantitativeValue"}), frozenset({"Integer"})),
    "unitCode": (frozenset({"QuantitativeValue"}), frozenset({"Text", "URL"})),
    "isAccessibleForFree": (_WORK, frozenset({"Boolean"})),
    "correction": (_WORK, frozenset({"Text", "URL"})),
    "email": (frozenset({"Person", "Organization"}), frozenset({"Text"})),
    "jobTitle": (frozenset({"Person"}), frozenset({"Text"})),
}


def problems(node: dict[str, Any]) -> list[str]:
    """Return where a JSON-LD *node* is not in the vocabulary: an unknown property, a wrong owner, a wrong type."""
    types = set([node["@type"]] if isinstance(node["@type"], str) else node["@type"])
    found = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        owners, takes = VOCABULARY.get(name, (frozenset(), frozenset()))
        if not owners & types:
            found.append(f"{name} is no property of {sorted(types)}")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found += problems(one)
            if not kinds(one) & takes:
                found.append(f"{name} does not take {one!r}")
    return found


def kinds(value: object) -> set[str]:
    """Return the schema.org types that *value* can be of."""
    if isinstance(value, dict):
        return {value["@type"]} if isinstance(value["@type"], str) else set(value["@type"])
    if isinstance(value, bool):
        return {"Boolean"}
    if isinstance(value, int):
        return {"Integer"}
    text = str(value)
    is_url = {"URL"} if text.startswith(("http://", "https://")) else set()
    is_date = (
        {"Date", "DateTime"} if re.fullmatch(r"\d{4}-\d\d(-\d\d(T[\d:.]{5,15}(Z|[+-]\d\d:\d\d)?)?)?", text) else set()
    )
    return {"Text"} | is_url | is_date


@pytest.mark.parametrize("record", [WHOLE, *RECORDS], ids=lambda record: record.metadata.source or record.headline)
def test_schema_org_vocabulary(record: Article) -> None:
    """What a record says is said in properties that schema.org has for such a thing, with values of their types."""
    assert problems(record.to_schema_org()) == []


def test_schema_org_check_can_fail() -> None:
    """The check knows an unknown property, one of another type, and a value of a wrong type."""
    assert problems({"@type": "NewsArticle", "title": "x"}) != []
    assert problems({"@type": "WebPage", "articleBody": "x"}) != []
    assert problems({"@type": "NewsArticle", "author": "Jane Doe"}) != []
    assert problems({"@type": "NewsArticle", "datePublished": "yesterday"}) != []


def test_schema_org_says_all_of_the_record() -> None:
    """Each field that schema.org has a word for is there."""
    found = WHOLE.to_schema_org()
    assert found["@type"] == ["NewsArticle", "LiveBlogPosting"]
    assert found["author"] == [
        {
            "@type": "Person",
            "name": "Jane Doe",
            "url": "https://example.org/jane",
            "email": "jane@example.org",
            "jobTitle": "Reporter",
        }
    ]
    assert found["sourceOrganization"] == [{"@type": "Organization", "name": "Agence France-Presse"}]
    assert (found["datePublished"], found["dateModified"]) == ("2026-01-06T09:46+01:00", "2026-01-07")
    assert found["isAccessibleForFree"] is False
    assert found["mainEntityOfPage"]["@id"] == "https://example.org/a"
    assert [crumb["name"] for crumb in found["mainEntityOfPage"]["breadcrumb"]["itemListElement"]] == [
        "Home",
        "Weather",
    ]
    assert [image["url"] for image in found["image"]] == ["https://example.org/i.jpg", "https://example.org/j"]
    assert found["image"][0]["creditText"] == "Jane Doe/AFP"
    assert found["image"][0]["width"] == {"@type": "QuantitativeValue", "value": 640, "unitCode": "E37"}
    assert found["liveBlogUpdate"][0]["author"] == [{"@type": "Person", "name": "Jane Doe"}]


def test_other_pages_are_no_articles() -> None:
    """A wall is a web page, an index a collection; neither has a property of articles."""
    assert Article(page_kind=PageKind.CONSENT_WALL, word_count=3).to_schema_org() == {
        "@context": "https://schema.org",
        "@type": "WebPage",
    }
    assert Article(page_kind=PageKind.INDEX).to_schema_org()["@type"] == "CollectionPage"


# Fields of zyte-common-items 0.29 `Article` and its components, with the type of each.
ZYTE = {
    "url": str, "canonicalUrl": str, "headline": str, "description": str, "articleBody": str, "inLanguage": str,
    "datePublished": str, "datePublishedRaw": str, "dateModified": str, "dateModifiedRaw": str,
    "authors": {"name": str, "nameRaw": str, "url": str, "email": str}, "breadcrumbs": {"name": str, "url": str},
    "mainImage": {"url": str}, "images": {"url": str}, "videos": {"url": str},
    "metadata": {"dateDownloaded": str},
}  # fmt: skip


@pytest.mark.parametrize("record", [WHOLE, *RECORDS], ids=lambda record: record.metadata.source or record.headline)
def test_zyte_item(record: Article) -> None:
    """A Zyte item has Zyte's fields, in Zyte's types; its times have the form that Zyte gives."""
    item = record.to_zyte()
    for name, value in item.items():
        kind = ZYTE[name]
        for one in value if isinstance(value, list) else [value]:
            if isinstance(kind, dict):
                assert {key: type(part) for key, part in one.items()} == {key: kind[key] for key in one}
            else:
                assert isinstance(one, kind)
    for stamp in (item.get("datePublished"), item.get("dateModified")):
        assert stamp is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?", stamp)


def test_zyte_values() -> None:
    """Times are filled up, the language is its first part, images without an address are left out."""
    item = WHOLE.to_zyte()
    assert (item["datePublished"], item["dateModified"]) == ("2026-01-06T09:46:00+01:00", "2026-01-07T00:00:00")
    assert (item["inLanguage"], item["mainImage"]) == ("en", {"url": "https://example.org/i.jpg"})
    assert item["images"] == [{"url": "https://example.org/i.jpg"}, {"url": "https://example.org/j"}]
    assert item["metadata"] == {"dateDownloaded": "2026-01-08T01:02:03Z"}
    month = msgspec.structs.replace(WHOLE, date_precision=DatePrecision.MONTH)
    assert month.to_zyte()["datePublished"] == "2026-01-01T00:00:00"
    assert "datePublished" not in msgspec.structs.replace(WHOLE, date_published=None).to_zyte()


def test_published_schema_is_the_programs() -> None:
    """docs/article.schema.json is what `newsclean schema` prints."""
    published = json.loads((ROOT / "docs" / "article.schema.json").read_text(encoding="utf-8"))
    assert published == msgspec.json.decode(msgspec.json.encode(json_schema()))


@pytest.fixture(name="validator", scope="module")
def _validator() -> Any:
    schema = json.loads((ROOT / "docs" / "article.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("record", [WHOLE, *RECORDS], ids=lambda record: record.metadata.source or record.headline)
def test_records_fit_the_published_schema(record: Article, validator: Any) -> None:
    """Real records fit the published schema; what a batch adds fits too."""
    row = msgspec.json.decode(record.to_json())
    assert [error.message for error in validator.iter_errors(row)] == []
    row |= {"extra": {"spider": "x"}, "duplicateOf": "a.html", "syndicated": True}
    assert [error.message for error in validator.iter_errors(row)] == []


@pytest.mark.parametrize(
    "wrong",
    [{"title": "x"}, {"datePublished": "06/01/2026"}, {"authors": ["Jane"]}, {"wordCount": "2"}, {"syndicated": "yes"}],
)
def test_schema_turns_down(wrong: dict[str, Any], validator: Any) -> None:
    """An unknown field, a time in another form and wrong types do not fit."""
    row = msgspec.json.decode(WHOLE.to_json()) | wrong
    assert not validator.is_valid(row)
