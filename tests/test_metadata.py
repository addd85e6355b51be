"""Declared data and labelled blocks to fields, each with its evidence."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

import newsclean
from newsclean import lexicon
from newsclean.document import Block, Evidence, InputKind, Label, Labelled, Page
from newsclean.fields import metadata, structured
from newsclean.fields.agencies import Agencies
from newsclean.fields.metadata import Fields
from newsclean.fields.pictures import split_credit
from newsclean.html import dom
from newsclean.record import BodyBlock, DatePrecision, TimeZoneSource

AGENCIES = Agencies(lexicon.agencies())
URL = "https://www.example.org/2026/01/06/carney"


def labelled(*blocks: tuple[Label, str]) -> tuple[Labelled, ...]:
    """Return blocks with these labels, in order."""
    return tuple(
        Labelled(Block(index=i, text=text, tag="p"), label, "test", 0.9) for i, (label, text) in enumerate(blocks)
    )


def read(html: str, *blocks: tuple[Label, str], **page: Any) -> Fields:
    """Return the fields of a page."""
    root, _ = dom.parse(html)
    url = page.pop("url", URL)
    return metadata.fields(
        structured.read(root, url=url),
        labelled(*blocks),
        page=Page(data=html, url=url, **page),
        input_kind=InputKind.HTML,
        lexicon=lexicon.packaged(),
        agencies=AGENCIES,
    )


def dump(*blocks: tuple[Label, str]) -> Fields:
    """Return the fields of a dump."""
    return metadata.fields(
        structured.read(None),
        labelled(*blocks),
        page=Page(data=""),
        input_kind=InputKind.TEXT,
        lexicon=lexicon.packaged(),
        agencies=AGENCIES,
    )


def jsonld(value: object) -> str:
    """Return a page with *value* as its JSON-LD."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<html lang="en"><script type="application/ld+json">{text}</script><body><h1>Snow in May</h1>'


def article(**more: object) -> dict[str, object]:
    """Return a JSON-LD article."""
    return {"@type": "NewsArticle", "headline": "Snow in May", **more}


def rejected(found: Fields, field: str) -> list[str]:
    """Return the reasons why candidates of *field* were turned down."""
    return [e.reason for e in found.evidence if e.field == field and not e.chosen]


def test_published_and_modified_never_stand_in_for_each_other() -> None:
    """A page that states a change only has no date of publication."""
    found = read(jsonld(article(dateModified="2026-01-07T10:00:00+01:00")), url="https://example.org/a")
    assert found.date_published is None
    assert found.date_modified == datetime.fromisoformat("2026-01-07T10:00:00+01:00")


def test_time_stamped_with_the_change_gives_way_to_the_articles_own() -> None:
    """Where both declared times are the change's, the earlier day that the article bears is the publication's."""
    both = jsonld(article(datePublished="2026-03-01T10:00:00Z", dateModified="2026-03-01T10:00:00Z"))
    lines = ((Label.HEADLINE, "Snow in May"), (Label.TIMESTAMP, "January 6, 2026"), (Label.PARAGRAPH, "Snow fell."))
    found = read(both, *lines, url="https://example.org/a")
    assert str(found.date_published) == "2026-01-06 00:00:00"
    assert "the time of the last change as well" in rejected(found, "date_published")
    assert read(both, url="https://example.org/a").date_published == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_day_that_nothing_explains_is_not_the_publications() -> None:
    """A bare `<time>` of the day of the last change says nothing of the publication."""
    page = (
        '<meta property="article:modified_time" content="2026-03-01T10:00:00Z"><time datetime="2026-03-01">March</time>'
    )
    found = read(page, url="https://example.org/a")
    assert found.date_published is None
    assert rejected(found, "date_published") == ["the day of the last change"]


def test_headline_with_a_word_for_a_change() -> None:
    """A headline that speaks of a change says nothing of the time below it."""
    blocks = ((Label.HEADLINE, "Park updated in May"), (Label.TIMESTAMP, "6 January 2026"), (Label.PARAGRAPH, "Snow."))
    assert str(read("<html lang=en>", *blocks, url=None).date_published) == "2026-01-06 00:00:00"


def test_days_of_a_list_of_stories() -> None:
    """Days in the markup of a list give way to the one that the head declares, unless it is among them."""
    head = '<meta name="date" content="2026-01-05">'
    times = [
        f'<p itemscope><time itemprop="datePublished" datetime="2026-01-{day}">x</time></p>' for day in range(10, 15)
    ]
    found = read(head + "".join(times))
    assert str(found.date_published)[:10] == "2026-01-05"
    assert "one of a list of stories" in rejected(found, "date_published")
    own = '<p itemscope><time itemprop="datePublished" datetime="2026-01-05T09:00">x</time></p>'
    assert str(read(head + own + "".join(times)).date_published) == "2026-01-05 09:00:00"


def test_month_is_no_day() -> None:
    """A month that is printed alone is known to the month."""
    lines = ((Label.HEADLINE, "Snow in May"), (Label.TIMESTAMP, "January 2026"), (Label.PARAGRAPH, "Snow fell."))
    found = read("<html lang=en>", *lines, url="https://example.org/a")
    assert (str(found.date_published), found.date_precision) == ("2026-01-01 00:00:00", DatePrecision.MONTH)


def test_offset_as_stated() -> None:
    """An offset is kept, and missing where it is not stated."""
    zoned = read(jsonld(article(datePublished="2026-01-06T09:46:00+01:00")))
    assert zoned.time_zone_source is TimeZoneSource.STATED
    naive = read(jsonld(article(datePublished="2026-01-06T09:46")))
    assert naive.date_published == datetime(2026, 1, 6, 9, 46)  # noqa: DTZ001  that is the point
    assert (naive.time_zone_source, naive.date_precision) == (TimeZoneSource.UNKNOWN, DatePrecision.MINUTE)


def test_date_after_the_download_is_rejected() -> None:
    """A page cannot have been published after it was fetched."""
    page = jsonld(article(datePublished="2027-01-06T09:46:00Z"))
    found = read(page, url="https://example.org/a", fetched_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert found.date_published is None
    assert "after the page was downloaded" in rejected(found, "date_published")


def test_day_of_the_url_is_completed_by_the_printed_time() -> None:
    """A finer time of the same day is taken."""
    found = read("<html lang=en><body>", (Label.HEADLINE, "Snow"), (Label.TIMESTAMP, "January 6, 2026 9:46 AM"))
    assert found.date_published == datetime(2026, 1, 6, 9, 46)  # noqa: DTZ001  none is stated


def test_ambiguous_day_is_settled_by_another_source_or_left_open() -> None:
    """06/01/2026 in plain English is no date alone; the URL's day settles it."""
    lines = ((Label.HEADLINE, "Snow"), (Label.TIMESTAMP, "01/06/2026 09:46"))
    assert read("<html lang=en>", *lines).date_published == datetime(2026, 1, 6, 9, 46)  # noqa: DTZ001  none is stated
    alone = read("<html lang=en>", *lines, url="https://example.org/a")
    assert alone.date_published is None
    assert "day and month cannot be told apart" in rejected(alone, "date_published")


def test_lone_date_on_top_of_a_dump_is_the_day_of_saving() -> None:
    """A masthead shows the day on which the page was saved."""
    found = dump(
        (Label.TIMESTAMP, "Sunday, February 1, 2026"),
        (Label.SECTION, "National"),
        (Label.HEADLINE, "Canada will build up its military"),
        (Label.BYLINE, "Darpan News Desk The Canadian Press, 06 Jan, 2026 09:46 AM"),
        (Label.PARAGRAPH, "Canada will continue to build up its military might, the prime minister said Tuesday."),
        (Label.CREDIT, "Picture Courtesy: THE CANADIAN PRESS/Christinne Muschi"),
    )
    assert found.date_published == datetime(2026, 1, 6, 9, 46)  # noqa: DTZ001  none is stated
    assert any("saved" in reason for reason in rejected(found, "date_published"))
    assert (found.authors, found.source_organization) == ((), ("The Canadian Press",))
    assert found.article_section == ("National",)
    assert found.main_image is not None
    assert found.main_image.credit_text == "THE CANADIAN PRESS/Christinne Muschi"


def test_day_right_above_the_headline_of_a_dump() -> None:
    """A day without its weekday, near the headline, is the article's."""
    blocks = ((Label.TIMESTAMP, "February 1, 2026"), (Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "It fell."))
    assert dump(*blocks).date_published == datetime(2026, 2, 1)  # noqa: DTZ001  none is stated
    menu = tuple((Label.NAVIGATION, name) for name in ("News", "Sport", "Weather", "Jobs", "Cars"))
    assert dump(blocks[0], *menu, *blocks[1:]).date_published is None


def test_nothing_is_invented() -> None:
    """A text that says "January 6" has no year, and so no date."""
    found = dump(
        (Label.HEADLINE, "Troops to Ukraine"),
        (Label.PARAGRAPH, "At the meeting in Paris on January 6, Carney confirmed Canada's support for Ukraine."),
        (Label.BYLINE, "By Tamilla Hasanova"),
    )
    assert found.date_published is None
    assert [a.name for a in found.authors] == ["Tamilla Hasanova"]


def test_organisation_is_no_author_but_credited() -> None:
    """People are not agencies: an organisation declared as author is kept apart."""
    people = [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Organization", "name": "dpa"}]
    found = read(jsonld(article(author=people)))
    assert [a.name for a in found.authors] == ["Jane Doe"]
    assert found.credited == ("Jane Doe", "dpa")
    assert found.source_organization == ("dpa",) or len(found.source_organization) == 1


def test_author_by_reference_with_details() -> None:
    """An author given by `@id` is looked up in the page's graph."""
    person = {"@type": "Person", "@id": "#jane", "name": "JANE DOE", "url": "/staff/jane", "jobTitle": "Reporter"}
    found = read(jsonld({"@graph": [article(author={"@id": "#jane"}), person]}))
    (author,) = found.authors
    assert (author.name, author.name_raw) == ("Jane Doe", "JANE DOE")
    assert (author.url, author.job_title) == ("https://www.example.org/staff/jane", "Reporter")


@pytest.mark.parametrize(("label", "field"), [("Published", "date_published"), ("Last updated:", "date_modified")])
def test_date_in_the_block_behind_its_label(label: str, field: str) -> None:
    """A label that stands alone says what the date behind it is."""
    blocks = ((Label.PARAGRAPH, "Snow fell."), (Label.TIMESTAMP, label), (Label.RELATED, "August 30, 2024"))
    found = read("<html lang=en>", (Label.HEADLINE, "Snow in May"), *blocks, url="https://example.org/a")
    dates = {"date_published": found.date_published, "date_modified": found.date_modified}
    assert {name: value and value.date().isoformat() for name, value in dates.items()} == {
        "date_published": None, "date_modified": None, field: "2024-08-30"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Quiet Light", "Orsin Light"])
def test_site_of_one_person(name: str) -> None:
    """A name that is the site's is no author, unless the page says that a person is its publisher."""
    head = f'<meta property="og:site_name" content="{name}">'
    author = article(author={"@type": "Person", "name": name})
    assert read(head + jsonld(author)).authors == ()
    owner = {"@type": ["Person", "Organization"], "name": name}
    assert [a.name for a in read(head + jsonld([author, owner])).authors] == [name]


def test_site_called_after_its_author() -> None:
    """A name that begins with a given name is a person's, though the site and its host have it too."""
    head = '<meta property="og:site_name" content="Jane Doe">'
    author = article(author={"@type": "Person", "name": "Jane Doe"})
    found = read(head + jsonld(author), url="https://janedoe.example/snow")
    assert [a.name for a in found.authors] == ["Jane Doe"]


@pytest.mark.parametrize(
    ("content", "authors"), [("Melissa", ["Melissa"]), ("aawoods", []), ("Supermove", []), ("Newsdesk", [])]
)
def test_one_word_declared(content: str, authors: list[str]) -> None:
    """One word that `<meta>` declares may be anybody's account; a given name is somebody's."""
    assert [a.name for a in read(f'<meta name="author" content="{content}">').authors] == authors


@pytest.mark.parametrize(
    ("text", "authors"), [("Julia Gralberg", ["Julia Gralberg"]), ("Quick Look", []), ("Peter Moser", [])]
)
def test_name_without_time_beside_it(text: str, authors: list[str]) -> None:
    """Two words with capitals beside the body are its author: a given name first, and nobody the text is about."""
    about = (Label.PARAGRAPH, "It fell on Peter Moser, who was on his way down from the pass.")
    for blocks in (((Label.BYLINE, text), about), (about, (Label.BYLINE, text))):
        found = read("<html lang=en>", (Label.HEADLINE, "Snow in May"), *blocks)
        assert [a.name for a in found.authors] == authors


@pytest.mark.parametrize(
    ("blocks", "authors"),
    [
        ([(Label.OTHER, "March 15, 2022 · 3 min read · By Jane Doe"), (Label.PARAGRAPH, "Snow fell.")], ["Jane Doe"]),
        ([(Label.PARAGRAPH, "By Jane Doe"), (Label.PARAGRAPH, "Snow fell.")], ["Jane Doe"]),
        ([(Label.PARAGRAPH, "By Monday Jane Doe had left."), (Label.PARAGRAPH, "Snow fell.")], []),
        ([(Label.PARAGRAPH, "Snow fell.")] + [(Label.RELATED, "Rain")] * 7 + [(Label.BYLINE, "By Jane Doe")], []),
        ([(Label.PARAGRAPH, "Snow.")] * 8 + [(Label.BYLINE, "By Jane Doe")] + [(Label.PARAGRAPH, "Rain.")] * 8, []),
        ([(Label.TIMESTAMP, "2026-01-06 14:32 来源：新华社 作者：李明"), (Label.PARAGRAPH, "雪。")], ["李明"]),
        ([(Label.PARAGRAPH, "눈이 내렸다."), (Label.BYLINE, "김민지 기자 minji@busan.example")], ["김민지"]),
        ([(Label.PARAGRAPH, "雪が降った。"), (Label.BYLINE, "【山田太郎】")], ["山田太郎"]),
        ([(Label.PARAGRAPH, "雪が降った。"), (Label.BYLINE, "山田太郎")], []),
    ],
)
def test_printed_bylines(blocks: list[tuple[Label, str]], authors: list[str]) -> None:
    """A byline behind a date, or in the body's first block, counts; one far behind the body is another story's."""
    found = read("<html lang=en>", (Label.HEADLINE, "Snow in May"), *blocks)
    assert [a.name for a in found.authors] == authors


@pytest.mark.parametrize(
    ("text", "authors"),
    [("Mohloai Mpesi", ["Mohloai Mpesi"]), ("Request Project Quote", []), ("Snow Chains", [])],
)
def test_unknown_name_with_a_time_beside_it(text: str, authors: list[str]) -> None:
    """Two words that the text does not use may be a name that no table knows; buttons have a time beside them, too."""
    blocks = ((Label.TIMESTAMP, "May 6, 2025"), (Label.BYLINE, text), (Label.PARAGRAPH, "Without chains snow is hard."))
    found = read("<html lang=en>", (Label.HEADLINE, "Snow in May"), *blocks)
    assert [a.name for a in found.authors] == authors


def test_date_in_a_caption_is_no_publication() -> None:
    """What a caption says of its picture's day is not the article's."""
    blocks = ((Label.CAPTION, "The quay on 5 January 2025."), (Label.PARAGRAPH, "Snow fell."))
    assert read("<html lang=en>", (Label.HEADLINE, "Snow in May"), *blocks, url=None).date_published is None


def test_title_behind_the_body_is_no_author() -> None:
    """A title with a time beside it stands behind the body as another story's, and names nobody."""
    body = ((Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "Snow fell."))
    behind = ((Label.BYLINE, "Simple Porch Refresh"), (Label.TIMESTAMP, "May 6, 2025"))
    assert not read("<html lang=en>", *body, *behind).authors


@pytest.mark.parametrize(("name", "authors"), [("post-author__name", ["Orsin Winter"]), ("post-text", [])])
def test_container_says_who_wrote_it(name: str, authors: list[str]) -> None:
    """A name that no table knows, without a time beside it, counts where its element is called the author's."""
    prose = "<p>Snow fell on the pass on Monday, and the road was closed until the afternoon of the next day.</p>" * 4
    page = f'<h1>Snow fell again in May</h1><div class="{name}">Orsin Winter</div><article>{prose}</article>'
    found = newsclean.clean(f"<title>Snow fell again in May</title>{page}".encode())
    assert [a.name for a in found.authors] == authors


def test_longer_byline_completes_the_declared_author() -> None:
    """A byline that names the declared author and others gives them all; an account's name gives way to a person's."""
    byline = ((Label.HEADLINE, "Snow in May"), (Label.BYLINE, "By Jane Doe and John Smith"), (Label.PARAGRAPH, "Snow."))
    found = read(jsonld(article(author={"@type": "Person", "name": "Jane Doe"})), *byline)
    assert [a.name for a in found.authors] == ["Jane Doe", "John Smith"]
    account = read(jsonld(article(author={"@type": "Person", "name": "Janed"})), *byline)
    assert [a.name for a in account.authors] == ["Jane Doe", "John Smith"]


def test_words_behind_a_declared_name_are_none_of_it() -> None:
    """A printed name that goes on where the declared one ends is cut back, unless that may be half a name."""
    for declared, printed, name in (
        ("Jane Doe", "By Jane Doe Global Commons", "Jane Doe"),
        ("Juan Carlos", "By Juan Carlos Pérez Salas", "Juan Carlos Pérez Salas"),
    ):
        byline = ((Label.HEADLINE, "Snow in May"), (Label.BYLINE, printed), (Label.PARAGRAPH, "Snow."))
        assert [a.name for a in read(f'<meta name="author" content="{declared}">', *byline).authors] == [name]


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("Department for Works, Learning und Forschung WBF", []),
        ("Wirtschaft und Handel heute, Jane Doe", ["Jane Doe"]),
        ("Markus Haefliger, London, Beat Bumbacher", ["Markus Haefliger", "Beat Bumbacher"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Maria, Katerina", ["Maria", "Katerina"]),
        ("Linny and Peter", ["Linny", "Peter"]),
    ],
)
def test_single_names_declared_together(name: str, authors: list[str]) -> None:
    """
    One word in a list is a name among others of one word, and no place, beside one that is a given name.

    A surname before a given name is turned round; a list that begins with no name names nobody.
    """
    assert [a.name for a in read(f'<meta name="author" content="{name}">').authors] == authors


def test_author_element_with_a_biography() -> None:
    """What says more than a name is no list of names."""
    bio = (
        "Amy Doe I'm Amy, and as a Certified Sleep Consultant, my goal is to share schedules, printables and lists. "
        * 2
    )
    found = read(f'<div itemprop=author>{bio}</div><meta name="author" content="Jane Doe">')
    assert [a.name for a in found.authors] == ["Jane Doe"]


def test_address_declared_with_a_name() -> None:
    """RSS writes address and name in one."""
    (author,) = read(jsonld(article(author="jane@x.example (Jane Doe)"))).authors
    assert (author.name, author.email) == ("Jane Doe", "jane@x.example")


def test_titles_and_numbers_of_accounts() -> None:
    """An account called after its site keeps its last word, and one with a number the number: neither is a person."""
    site = '<meta property="og:site_name" content="Luxury Travel Expert">'
    assert not read(site + '<meta name="author" content="Luxury Travel Expert">').authors
    assert not read('<meta name="author" content="98 Buck Social">').authors


def test_scholars_names_are_turned_round() -> None:
    """`citation_author` may have the surname first."""
    assert [a.name for a in read('<meta name="citation_author" content="Doe, Jane">').authors] == ["Jane Doe"]


def test_right_article_of_several() -> None:
    """Of several JSON-LD articles the one with the page's own address counts."""
    other = article(headline="Another story", url="https://www.example.org/other", datePublished="2020-01-01")
    own = article(url=URL, datePublished="2026-01-06T09:46:00Z")
    found = read(jsonld([other, own]))
    assert found.headline == "Snow in May"
    assert found.date_published == datetime(2026, 1, 6, 9, 46, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "published", "modified"),
    [
        ("Updated: <time datetime=2026-01-07T10:00Z>7 January</time>", None, "2026-01-07"),
        ("<span>Updated</span> <time datetime=2026-01-07T10:00Z>7 January</time>", None, "2026-01-07"),
        ("Published <time datetime=2026-01-06T10:00Z>6 January</time>", "2026-01-06", None),
    ],
)
def test_word_before_a_time_element(printed: str, published: str | None, modified: str | None) -> None:
    """What stands right before a `<time>` says whose time it is, though its classes speak of dates in general."""
    text = "".join(f"<p>{words} and nothing else moved in the whole town that day.</p>" for words in ("Snow", "Ice"))
    found = newsclean.clean(f'<html><body><h1>Snow in May</h1><div class="article-dates">{printed}</div>{text}')
    days = tuple(day and day.date().isoformat() for day in (found.date_published, found.date_modified))
    assert days == (published, modified)


def test_nobody_from_another_article() -> None:
    """Where one JSON-LD article is the page's own, a linked story's author and date are none of it."""
    own = article(url="https://example.org/a", author={"@type": "Organization", "name": "Newsroom"})
    other = article(
        headline="Boat race", url="https://example.org/b", author="Peter Parish", datePublished="2020-01-01"
    )
    found = read(jsonld(json.dumps([own, other])))
    assert found.authors == ()
    assert not any("another article" in e.where for e in found.evidence)
    unaddressed = article(headline="Boat race", author="Peter Parish")
    assert read(jsonld(json.dumps([own, unaddressed]))).authors == ()


@pytest.mark.parametrize(
    ("title", "headings"),
    [
        ("Cloth of Gold: Snow stops all trams of Harbury", "<h1>Cloth of Gold</h1><h3>{}</h3>"),
        ("Valley Post - Printer Friendly Article", "<h2>{}</h2>"),
    ],
)
def test_headline_in_a_lesser_heading(title: str, headings: str) -> None:
    """A blog prints its own name in the `<h1>`; the title of a page for printing says nothing of the article."""
    said = (
        "Snow stopped the trams of Harbury, and nobody in the whole town knew why it fell in May, or when it would end."
    )
    text = f"<p>{said} The office said that it had no plan for it.</p>" * 3
    page = f"<html><head><title>{title}</title></head><body>{headings}{text}</body></html>"
    assert newsclean.clean(page.format("Snow stops all trams of Harbury")).headline == "Snow stops all trams of Harbury"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("<span>Transport</span><span>Snow stops the trams</span>", "Snow stops the trams"),
        ("Transport in winter Snow stops the trams", "Snow stops the trams"),
        ("The Snow stops the trams", "The Snow stops the trams"),
        ("Transport: Snow stops the trams of Harbury", "Transport: Snow stops the trams of Harbury"),
    ],
)
def test_kicker_in_the_heading(heading: str, expected: str) -> None:
    """A few words before a title that the page declares twice are its kicker."""
    shared = '<meta property="og:title" content="Snow stops the trams">'
    declared = json.dumps(article(headline="Snow stops the trams"))
    head = f'{shared}<script type="application/ld+json">{declared}</script>'
    found = read(f"<html><head>{head}</head><body><h1>{heading}</h1>")
    claims = [e for e in found.evidence if e.field == "headline" and e.where == "h1"]
    assert (found.headline == "Snow stops the trams") or claims[0].chosen
    assert ("agrees" in claims[0].reason or claims[0].chosen) is (expected == "Snow stops the trams")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("<span>Birgit Auer</span> <span>Anna Lena Fink</span>", ["Birgit Auer", "Anna Lena Fink"]),
        ("<a>Birgit Auer</a><a>Jan Korn</a><i>,</i>", ["Birgit Auer", "Jan Korn"]),
        ("<span>Birgit Auer</span> <span>Redaktion</span>", []),
        ("<span>Birgit Auer</span> <span>Jan Korn</span> <time>3 March 2026</time>", []),
    ],
)
def test_names_side_by_side(parts: str, expected: list[str]) -> None:
    """Names that a byline holds in elements of their own are told apart, though its line runs them together."""
    text = "".join(f"<p>{words} and nothing else moved in the whole town that day.</p>" for words in ("Snow", "Ice"))
    page = f'<h1>Snow in May</h1><div class="byline"><div>{parts}</div></div>{text}'
    claims = [e for e in newsclean.clean(page).evidence if e.where == "names side by side"]
    assert [name for e in claims for name in e.value.split("; ")] == expected


def test_headline_printed_below_the_one_for_search_engines() -> None:
    """An `<h1>` that ends the breadcrumbs is for search engines: a declared title printed below it is believed."""
    trail = '<ul class="trail"><li><a href="/">Home</a></li><li><h1>Winter: Trams stand still</h1></li></ul>'
    declared = json.dumps(article(headline="Winter: Trams stand still"))
    head = f'<title>Winter: Trams stand still</title><script type="application/ld+json">{declared}</script>'
    shared = '<meta property="og:title" content="Snow stops the trams">'
    text = "".join(f"<p>{words} and nothing else moved in the whole town that day.</p>" for words in ("Snow", "Ice"))
    found = newsclean.clean(
        f"<html><head>{head}{shared}</head><body>{trail}<h2>Weather Snow stops the trams</h2>{text}"
    )
    assert found.headline == "Snow stops the trams"
    assert found.text.startswith("Snow and nothing else")
    turned_down = [e.where for e in found.evidence if e.reason == "stands above the printed headline"]
    assert turned_down == ["h1", "title"]
    unprinted = newsclean.clean(f"<html><head>{head}{shared}</head><body>{trail}<h2>What to do in May</h2>{text}")
    assert unprinted.headline == "Winter: Trams stand still"


def test_heading_of_a_part_of_the_page() -> None:
    """One of several headings that is a word that no title has heads a part of the page."""
    page = "<title>Snow in May - The Gazette</title><h1>Navigation</h1><h1>Snow in May</h1>"
    assert read(page, (Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "It fell.")).headline == "Snow in May"


@pytest.mark.parametrize(
    ("heading", "headline"),
    [
        ('<h1><a href="https://blog.example/">Cloth of Gold</a></h1>', "Snow in May"),
        ('<h1><a href="/2026/snow">Cloth of Gold</a></h1>', "Cloth of Gold"),
    ],
)
def test_name_of_a_blog_in_its_heading(heading: str, headline: str) -> None:
    """An `<h1>` that links to the home page is the blog's name, and no part of the title."""
    page = f"<title>Cloth of Gold: Snow in May</title>{heading}<h3>Snow in May</h3><p>It fell.</p>"
    assert newsclean.clean(page).headline == headline


def test_closing_mark_of_a_title() -> None:
    """A title that the site goes on behind keeps its closing quotation mark."""
    head = '<meta property="og:title" content="»No money for the rent« (the gazette)">'
    assert read(head + "<h1>»No money for the rent«</h1>").headline == "»No money for the rent«"


def test_headline_without_the_sites_additions() -> None:
    """What sites add to titles is proven by the heading or by the site's stated name."""
    head = "<title>Snow in May - Politics | The Gazette</title><meta property=og:site_name content='The Gazette'>"
    assert read(f"<html><head>{head}</head><body><h1>Snow in May</h1>").headline == "Snow in May"
    assert read(f"<html><head>{head}</head><body>").headline == "Snow in May - Politics"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://www.example.org/a?utm_source=x", "https://www.example.org/a"),
        ("https://www.example.org/", None),
        ("https://elsewhere.net/a", None),
        ("javascript:x", None),
    ],
)
def test_canonical_url_is_checked(href: str, expected: str | None) -> None:
    """Another site's page or a home page is no article's address."""
    assert read(f'<html><link rel="canonical" href="{href}">').canonical_url == expected


def test_canonical_url_of_a_copy() -> None:
    """A site that shows other publishers' articles names theirs as the original; any other site may not."""
    html = '<html><link rel="canonical" href="https://gazette.example/2026/snow">'
    original = "https://gazette.example/2026/snow"
    assert read(html, url="https://www.msn.com/en-us/news/snow").canonical_url == original
    assert read(html, url="https://elsewhere.example/snow").canonical_url is None


def test_paywall_is_unknown_unless_declared() -> None:
    """Absent is absent."""
    assert read(jsonld(article())).is_accessible_for_free is None
    assert read(jsonld(article(isAccessibleForFree="False"))).is_accessible_for_free is False
    assert read("<meta property=article:content_tier content=free>").is_accessible_for_free is True


def test_whom_to_ask_wrote_nothing() -> None:
    """The name below a heading "Contacts", behind the text, is no author's."""
    blocks = [(Label.HEADLINE, "Snow"), (Label.PARAGRAPH, "Snow fell.")]
    for heading, names in (("Media contacts", []), ("About the town", ["Jane Doe"])):
        found = read("<html>", *blocks, (Label.OTHER, heading), (Label.BYLINE, "By Jane Doe"))
        assert [author.name for author in found.authors] == names


def test_organisation_is_no_author() -> None:
    """Whom JSON-LD declares an organisation, no other element makes a person."""
    author = {"@type": "Organization", "name": "Hans Müller Verlag"}
    page = jsonld(article(author=author)) + '<meta name="author" content="Hans Müller Verlag">'
    assert read(page).authors == ()


def test_microdata_of_an_abbreviation() -> None:
    """The time in the title of an `<abbr>` counts, as old patterns of marking up have it."""
    page = '<div itemscope itemtype="http://schema.org/BlogPosting"><abbr itemprop="datePublished" '
    found = read(page + 'title="2026-01-14T22:17:00-05:00">10:17 PM</abbr></div>')
    assert found.date_published is not None
    assert found.date_published.isoformat() == "2026-01-14T22:17:00-05:00"


@pytest.mark.parametrize(
    ("crumbs", "section"),
    [
        (["Home", "Politics", "Europe", "Snow in May"], ("Europe",)),
        (["Politics", "Snow in May closes the harbour of the town"], ("Politics",)),
        (["example.org", "Snow in May"], ()),
        (["Startseite", "Snow"], ()),
    ],
)
def test_section_of_a_trail(crumbs: list[str], section: tuple[str, ...]) -> None:
    """The last crumb before the title is the section where none is declared."""
    trail = [{"@type": "ListItem", "position": i, "name": name} for i, name in enumerate(crumbs, 1)]
    page = jsonld({"@type": "BreadcrumbList", "itemListElement": trail}) + "<h1>Snow in May</h1>"
    found = read(page, (Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "Snow fell."))
    assert (found.breadcrumbs, found.article_section) == (tuple(crumbs), section)
    declared = read(page + "<meta property=article:section content=Weather>")
    assert declared.article_section == ("Weather",)


@pytest.mark.parametrize(
    ("declared", "sections"),
    [
        (["Politics", "Europe"], ("Politics", "Europe")),
        ("Health,Science,U.S. News", ("Health", "Science", "U.S. News")),
        ("Food, Wine & Travel", ("Food, Wine & Travel",)),
        ("Tips, Tricks, and Advice", ("Tips, Tricks, and Advice",)),
        ("1,000 Words", ("1,000 Words",)),
        ("[object Object]", ()),
        (["Uncategorized", "Weather"], ("Weather",)),
        ("The team of the town has lost for the third time in a row, and nobody knows what to do about it now.", ()),
    ],
)
def test_declared_sections(declared: object, sections: tuple[str, ...]) -> None:
    """Names of sections that are joined are parted; what is no name is none."""
    assert read(jsonld(article(articleSection=declared))).article_section == sections


@pytest.mark.parametrize(
    ("printed", "url", "sections"),
    [
        ("Weather", "https://example.org/weather/snow-in-may", ("Weather",)),
        ("Länder & Städte", "https://example.org/laender-staedte/snow-in-may", ("Länder & Städte",)),
        ("Weather reports", "https://example.org/weather/2026/snow-in-may", ("Weather reports",)),
        ("Call me back", "https://example.org/weather/snow-in-may", ()),
        ("Snow", "https://example.org/weather/snow", ()),
    ],
)
def test_printed_section(printed: str, url: str, sections: tuple[str, ...]) -> None:
    """A line above the headline is the section when a folder of the address is called so."""
    blocks = ((Label.SECTION, printed), (Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "It fell."))
    assert read("<html lang=en>", *blocks, url=url).article_section == sections
    category = (
        '<div><a rel="category tag" href=/x>Ice</a>, <a rel=category href=/y>Fog</a></div><a rel=category>More</a>'
    )
    assert read(f"<html lang=en><body>{category}", *blocks, url=url).article_section == ("Ice", "Fog")


@pytest.mark.parametrize(
    ("declared", "site"),
    [
        ("Example - News for all", "Example"),
        ("News for all | Example.org", "Example.org"),
        ("The Daily - News for all", "The Daily - News for all"),
        ("The Daily |", "The Daily"),
        ("https://www.example.org", None),
        ("/", None),
    ],
)
def test_name_of_the_site(declared: str, site: str | None) -> None:
    """A name without the claim behind it, when the address has that name; an address is none."""
    assert read(f"<meta property=og:site_name content='{declared}'><h1>Snow in May</h1>").site_name == site


@pytest.mark.parametrize("name", ["https://example.org/doe#author", "Show all posts →", "undefined", "CC-BY 4.0"])
def test_what_credits_nobody(name: str) -> None:
    """Addresses, links, licences and words of programs where names are declared."""
    assert read(jsonld(article(author=[{"@type": "Person", "name": name}]))).credited == ()


def test_corrections() -> None:
    """A printed note is a correction, its heading alone is none."""
    note = "Correction: the bridge opens in April."
    found = read("<html>", (Label.PARAGRAPH, "It fell."), (Label.CORRECTION, "Correction"), (Label.CORRECTION, note))
    assert found.corrections == (note,)


def test_live_blog_entries() -> None:
    """Each declared update is an entry with its own time."""
    update = {"@type": "BlogPosting", "headline": "One", "articleBody": "Text", "datePublished": "2026-01-06T09:46Z"}
    found = read(jsonld(article(**{"@type": "LiveBlogPosting", "liveBlogUpdate": [update]})))
    (entry,) = found.live_blog_updates
    assert (entry.headline, entry.article_body) == ("One", "Text")
    assert entry.date_published == datetime(2026, 1, 6, 9, 46, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lead", "dateline", "agency"),
    [
        ("LISBON, Jan 6 (Reuters) — Portugal's largest co-operative said", "LISBON, Jan 6 (Reuters)", "Reuters"),
        ("Berlin (dpa) - Die Bundesregierung will am Dienstag", "Berlin (dpa)", "Deutsche Presse-Agentur"),
        ("It was late - too late - when the train arrived", None, None),
    ],
)
def test_dateline(lead: str, dateline: str | None, agency: str | None) -> None:
    """The place that opens a story, and the agency in brackets."""
    found = read("<html>", (Label.HEADLINE, "Snow"), (Label.PARAGRAPH, lead))
    assert found.dateline == dateline
    if agency is None:
        assert found.source_organization == ()


@pytest.mark.parametrize(
    ("lead", "published", "day"),
    [
        ("LISBON, Jan 6 (Reuters) — Portugal's largest co-operative said", "2026-01-06T09:00:00Z", "2026-01-06"),
        ("LISBON, Jan 6 (Reuters) — Portugal's largest co-operative said", "2025-12-01T09:00:00Z", None),
        ("LISBON, Dec 31 (Reuters) — Portugal's largest co-operative said", "2026-01-01T00:10:00Z", "2026-01-01"),
        ("LISBON, Jan 6 (Reuters) — Portugal's largest co-operative said", "2025-07-01T09:00:00Z", "2025-07-01"),
        ("LISBON (Reuters) — Portugal's largest co-operative said", "2025-12-01T09:00:00Z", "2025-12-01"),
    ],
)
def test_dateline_bounds_the_publication(lead: str, published: str, day: str | None) -> None:
    """What was written on a day was not published weeks before; a dateline half a year off says nothing."""
    page = jsonld(article(datePublished=published))
    found = read(page, (Label.HEADLINE, "Snow"), (Label.PARAGRAPH, lead), url="https://example.org/a")
    assert (found.date_published and found.date_published.date().isoformat()) == day
    if day is None:
        (row,) = [e for e in found.evidence if e.field == "date_published"]
        assert row.reason == "before the day of its dateline"


def test_figure_with_caption_and_credit() -> None:
    """Caption and credit of a figure are kept apart."""
    figure = '<figure><img src="/a/mill-bridge.jpg" alt="A bridge"><figcaption>The bridge. '
    figure += '<span class="credit">Photo: Jo Roe'
    found = read(f"<html><body>{figure}</span></figcaption></figure>")
    (image,) = found.images
    assert (image.url, image.alt) == ("https://www.example.org/a/mill-bridge.jpg", "A bridge")
    assert (image.caption, image.credit_text) == ("The bridge.", "Jo Roe")


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Snow in Oslo (Photo: Jane Doe/AFP)", "Snow in Oslo", "Jane Doe/AFP"),
        ("Rooms redesigned from the ground up. Supplied", "Rooms redesigned from the ground up.", "Supplied"),
        ("EU und Indien | Bildquelle: EU-Kommission", "EU und Indien", "EU-Kommission"),
        ("A man in a red shirt", "A man in a red shirt", ""),
        ("© Reuters", "", "Reuters"),
    ],
)
def test_printed_credit(text: str, caption: str, credit: str) -> None:
    """A credit is told from the caption by its words."""
    assert split_credit(text) == (caption, credit)


@pytest.mark.parametrize(
    ("markup", "keywords"),
    [
        ("<ul><li><a href=/topic/snow>Snow</a><li><a href=/topic/oslo>#Oslo</a></ul>", ("Snow", "Oslo")),
        ("<a rel=tag href=/x/snow>Snow</a>", ("Snow",)),
        ("<a rel='category tag' href=/x/snow>Snow</a>", ()),
        (" ".join(f"<a rel=tag href=/x/{c}>{c}</a>" for c in "Snow Oslo".split()), ("Snow", "Oslo")),
        (" ".join(f"<a rel=tag href=/x/{c}>Snow {c} Oslo</a>" for c in "abcdefghijklmnop"), ()),
        ("<a href=/thema/series>Snow</a>", ()),
        ("<p><a href=/topic/snow>Snow</a> fell on the town of <a href=/topic/oslo>Oslo</a> and on its hills.</p>", ()),
        ("<footer><a href=/topic/snow>Snow</a> <a href=/topic/oslo>Oslo</a></footer>", ()),
        ("<a href=/topic/snow/story-1>Snow</a> <a href=/topic/oslo/story-2>Oslo</a>", ()),
        ("<a href=/topic/now>now</a> <a href=/topic/slo>slo</a>", ()),
        ("<a href=/topic/trains>Trains</a> <a href=/topic/ships>Ships</a>", ()),
        ("<meta name=keywords content='Ice, Sledge'><a rel=tag href=/x/snow>Snow</a>", ("Ice", "Sledge")),
    ],
)
def test_topics_that_the_page_links_to(markup: str, keywords: tuple[str, ...]) -> None:
    """Links to topics right behind the body are keywords where none are declared; those of menus and prose are not."""
    blocks = ((Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "It fell."), (Label.RELATED, "Snow Oslo"))
    assert read(f"<html lang=en><body>{markup}", *blocks).keywords == keywords


def test_kinds_before_keywords() -> None:
    """What stands before a slash in each of several keywords is their kind."""
    given = ["sections/sverige", "organization/lundsberg"]
    assert read(jsonld(article(keywords=given))).keywords == ("sverige", "lundsberg")
    assert read(jsonld(article(keywords=["24/7", "ac/dc"]))).keywords == ("24/7", "ac/dc")
    of_system = ["content-type: Feature", "locale: US", "Category: Snow", "hasProduct: true"]
    assert read(jsonld(article(keywords=of_system))).keywords == ("Snow",)
    assert read(jsonld(article(keywords=["Oslo: trams", "Snow"]))).keywords == ("Oslo: trams", "Snow")


def test_dek_that_ends_the_headline() -> None:
    """What the headline says already is no dek."""
    blocks = ((Label.HEADLINE, "Oslo: Snow in May"), (Label.DEK, "Snow in May"), (Label.PARAGRAPH, "It fell."))
    assert read(jsonld(article(headline="Oslo: Snow in May")), *blocks).alternative_headline is None
    kicker = ((Label.HEADLINE, "Snow in May"), (Label.DEK, "Oslo: Snow in May"), (Label.PARAGRAPH, "It fell."))
    assert read(jsonld(article()), *kicker).alternative_headline is None


def test_hints_of_a_feed_are_candidates() -> None:
    """What a feed says stands in the evidence, and counts when the page is silent."""
    hint = Evidence("date_published", "2026-01-06T09:46:00Z", "feed", "pubDate")
    found = read("<html>", hints=(hint,), url="https://example.org/a")
    assert found.date_published == datetime(2026, 1, 6, 9, 46, tzinfo=UTC)
    assert [e.source for e in found.evidence if e.field == "date_published" and e.chosen] == ["feed"]


def test_each_chosen_value_has_one_evidence() -> None:
    """For every field with one value, at most one candidate is the chosen one."""
    page = jsonld(article(datePublished="2026-01-06T09:46:00Z", author={"@type": "Person", "name": "Jane Doe"}))
    found = read(page + "<meta name=author content='Jane Doe'><title>Snow in May</title>")
    for field in ("headline", "date_published", "authors"):
        assert sum(e.chosen for e in found.evidence if e.field == field) == 1


def test_no_value_without_evidence() -> None:
    """Whatever field of the page is filled, the evidence says where from."""
    whole = article(
        datePublished="2026-01-06", dateModified="2026-01-07", author=[{"@type": "Person", "name": "Jane Doe"}],
        alternativeHeadline="In May", description="Snow.", publisher={"name": "Gazette Ltd"}, articleSection="Weather",
        keywords="snow, may", inLanguage="en", image="/i/quay-of-may.jpg", isAccessibleForFree=False,
        video={"@type": "VideoObject", "contentUrl": "https://example.org/v.mp4"}, correction="It was April.",
        dateline="LISBON (Reuters)", url=URL,
    )  # fmt: skip
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"name": "Home"}, {"name": "Weather"}]}
    page = jsonld([whole, crumbs]).replace("<html", '<html dir="ltr"')
    page += '<meta property="og:site_name" content="The Gazette"><figure><img src="/i/other-picture.jpg"></figure>'
    lines = ((Label.BYLINE, "By Jane Doe, Reuters"), (Label.PARAGRAPH, "Snow fell on the town."))
    found = read(page, (Label.HEADLINE, "Snow in May"), *lines)
    values = metadata.record_fields(found, (BodyBlock(index=2, label=Label.PARAGRAPH, text="Snow fell on the town."),))
    counted = {"word_count", "content_hash", "simhash", "evidence"}  # from the body
    follow = {"credited", "date_published_raw", "date_modified_raw", "date_precision", "time_zone_source"}
    filled = {name for name, value in values.items() if value not in (None, "", ())} - counted - follow
    assert filled == set(values) - counted - follow - {"live_blog_updates"}
    assert filled <= {e.field for e in values["evidence"] if e.chosen}


@pytest.mark.parametrize(
    "text",
    [
        '{"@type":"NewsArticle","headline":"Snow in May","description":"a\nb","datePublished":"2026-01-06",}',
        '<!-- {"@type":"NewsArticle","headline":"Snow in May","datePublished":"2026-01-06"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Snow in May","datePublished":"2026-01-06"}\n//]]>',
        '{"@type":"NewsArticle","headline":"It\\\'s snow","datePublished":"2026-01-06"};',
        '{"@type":"NewsArticle","headline":"He said "hi" to","datePublished":"2026-01-06"}',
    ],
)
def test_broken_jsonld_is_repaired_where_safe(text: str) -> None:
    """Line breaks in texts, trailing commas, comments and CDATA are mended, and that is said."""
    found = read(jsonld(text), url="https://example.org/a")
    assert found.date_published == datetime(2026, 1, 6)  # noqa: DTZ001  none is stated
    assert any("JSON-LD" in message for message in found.messages)


_VALUES = [
    "null",
    "true",
    "1",
    "[]",
    "{}",
    "[[[[1]]]]",
    '"x"',
    '[null,{},[],1,"a"]',
    '{"name":{"name":["a"]}}',
    "1e308",
]


@pytest.mark.parametrize("value", _VALUES)
def test_wrong_types_are_no_exception(value: str) -> None:
    """Each field is read with the type it should have, or not at all."""
    keys = ("author", "datePublished", "keywords", "image", "publisher", "articleSection", "liveBlogUpdate", "video",
            "isAccessibleForFree", "mainEntityOfPage", "url", "inLanguage", "itemListElement", "@id",
            "articleBody")  # fmt: skip
    body = ",".join(f'"{key}":{value}' for key in keys)
    for kind in ('"NewsArticle"', '["NewsArticle","BreadcrumbList"]', value):
        read(jsonld(f'{{"@type":{kind},"headline":{value},{body}}}'))


_HOSTILE = {
    "deep list": jsonld("[" * 100_000 + "]" * 100_000),
    "deep object": jsonld('{"a":' * 100_000 + "1" + "}" * 100_000),
    "digits": jsonld('{"@type":"NewsArticle","wordCount":' + "9" * 500_000 + "}"),
    "exponent": jsonld('{"@type":"NewsArticle","wordCount":1e-99999999}'),
    "tags": jsonld(article(keywords=[f"k{i}" for i in range(5_000)])),
    "metas": "<html>" + "<meta property=article:tag content=x>" * 5_000,
    "scripts": "<html>" + '<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 3_000,
    "author": jsonld(article(author="Jane Doe and " * 1_000)),
    "title": "<title>" + "a - " * 100_000 + "</title><h1>" + "b | " * 100_000,
    "quotes": jsonld('{"a":' + '"\\' * 100_000),
    "commas": jsonld('{"a":[' + "," * 100_000 + " " * 100_000),
    "images": "<html><body>" + "<figure><img src=b.jpg><figcaption>x</figcaption></figure>" * 5_000,
    "one figure": "<html><body><figure>" + '<img src=b.jpg><span class="credit">x</span>' * 5_000,
    "times": "<html><body>" + "<time datetime=2026-01-06>" * 3_000,
    "bylines": "<html><body>" + '<div class="byline">' * 2_000 + "<b>Jane Doe</b><b>Jo Roe</b>" * 20_000,
    "links": "<html><body>" + "<a rel=author href=/author/x>Jane Doe</a>" * 10_000,
    "topics": "<html><body>" + "<a rel=tag href=/tag/x>" * 2_000 + "<b></b>" * 100_000,
    "addresses": "<html><link rel=canonical href='http://[::1'><meta property=og:image content='http://a:99999/'>",
    "days": jsonld(article(datePublished="0000-00-00", dateModified="20260-01-01")),
    "long name": jsonld(article(author="x" * 10_000)),
    "long meta": f"<html><meta name=author content='{'Jane Doe, ' * 1_000}'>",
    "many authors": jsonld(article(author=[{"@type": "Person", "name": f"Jane Doe{'x' * i}"} for i in range(500)])),
    "srcset": "<html><body><figure><img srcset='" + "a.jpg 1w, " * 50_000 + "'></figure>",
    "sources": "<html><body><picture>" + "<source srcset=a.webp>" * 3_000 + "<img src=b.jpg>",
    "bidi": "<html><title>\u202eevil</title><meta name=author content='\u202eJane Doe'>",
}


def test_jsonld_escaped_like_an_attribute() -> None:
    """JSON-LD whose quotes are character references is read, as search engines do."""
    page = jsonld(json.dumps(article(datePublished="2026-01-06T09:46:00Z")).replace('"', "&quot;"))
    assert read(page, url="https://example.org/a").date_published == datetime(2026, 1, 6, 9, 46, tzinfo=UTC)


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_pages(name: str) -> None:
    """No exception, bounded time, no control characters in what comes out."""
    start = time.perf_counter()
    found = read(_HOSTILE[name])
    assert time.perf_counter() - start < 5
    shown = " ".join([found.headline or "", *(a.name for a in found.authors), *found.keywords])
    assert "\u202e" not in shown
    assert len(shown) < 10_000


def test_limits_are_said() -> None:
    """What was cut is said in a message."""
    assert any("nested" in m for m in read(_HOSTILE["deep list"]).messages)
    assert any("meta" in m for m in read(_HOSTILE["metas"]).messages)
    assert any("scripts" in m for m in read(_HOSTILE["scripts"]).messages)
    assert "JSON-LD: keywords of 5000 entries, 60 read" in read(_HOSTILE["tags"]).messages
    assert "JSON-LD: author of 500 entries, 60 read" in read(_HOSTILE["many authors"]).messages
    assert "JSON-LD: author of 10000 characters, 256 read" in read(_HOSTILE["long name"]).messages
    assert "meta: a content of 10000 characters, 5000 read" in read(_HOSTILE["long meta"]).messages
    assert any("broken" in m for m in read(_HOSTILE["digits"]).messages)
    assert set(read(_HOSTILE["days"]).messages) == {
        "date_published: '0000-00-00': no such day",
        "date_modified: '20260-01-01': a year that cannot be",
    }


def test_record_fields_count_the_body() -> None:
    """Counts, hashes and the detected language come from the body."""
    text = (
        "Der Bürgermeister hat am Dienstag im Rathaus erklärt, dass die neue Brücke über den Fluss im Mai fertig wird."
        * 2
    )
    fields = metadata.record_fields(Fields(), (BodyBlock(index=0, label=Label.PARAGRAPH, text=text),))
    assert fields["in_language"] == "de"
    assert fields["text_direction"] == "ltr"
    assert fields["word_count"] > 30
    assert fields["content_hash"].startswith("nc1:")
    assert len(fields["simhash"]) == len("nc1:") + 16


@pytest.mark.parametrize(("stated", "language"), [("en-US", "de"), ("fr", "fr"), (None, "de")])
def test_language_of_the_body(stated: str | None, language: str) -> None:
    """English is what systems state when nobody has set a language; any other statement counts more than the words."""
    text = "Der Bürgermeister hat am Dienstag im Rathaus erklärt, dass die neue Brücke im Mai fertig wird. " * 5
    found = Fields(in_language=stated, evidence=(Evidence("in_language", stated or "", "html", "lang", chosen=True),))
    fields = metadata.record_fields(found, (BodyBlock(index=0, label=Label.PARAGRAPH, text=text),))
    assert fields["in_language"] == language
    assert [e.value for e in fields["evidence"] if e.field == "in_language" and e.chosen] == [language]


def test_hints_for_classify() -> None:
    """What the page declares is handed to the block model as plain text."""
    page = jsonld(article(articleBody="<p>Snow &amp; ice</p>", author=[{"name": "Jane Doe"}], description="In May."))
    root, _ = dom.parse(page)
    hints = structured.hints(structured.read(root))
    assert (hints.headline, hints.description) == ("Snow in May", "In May.")
    assert (hints.article_body, hints.authors) == ("Snow & ice", ("Jane Doe",))


def test_language_of_the_response() -> None:
    """The header of the response speaks for a page that states no language; what the page states counts for more."""
    plain = "<title>T</title><p>1</p>"
    article = newsclean.clean(Page(data=plain, content_language="nb-NO"))
    assert article.in_language == "nb-NO"
    assert ("header", "content-language", True) in [
        (e.source, e.where, e.chosen) for e in article.evidence if e.field == "in_language"
    ]
    assert newsclean.clean(Page(data=f'<html lang="da">{plain}', content_language="nb-NO")).in_language == "da"


def test_date_in_the_body_is_another_story() -> None:
    """A date further down in the text is a linked story's, and no reason to doubt what the page declares."""
    page = jsonld(article(datePublished="2026-01-06T09:00:00Z", dateModified="2026-01-06T09:00:00Z"))
    text = [(Label.PARAGRAPH, f"Snow fell for {count} hours.") for count in "two three four five six".split()]
    story = (Label.TIMESTAMP, "23. 12. 2024 13:31")
    found = read(page, (Label.HEADLINE, "Snow"), *text, story, (Label.PARAGRAPH, "It melts."))
    assert found.date_published is not None
    assert found.date_published.date().isoformat() == "2026-01-06"


@pytest.mark.parametrize(("count", "names"), [(1, ["Jane Doe"]), (2, [])])
def test_only_post_of_a_blog(count: int, names: list[str]) -> None:
    """The one post that a blog declares is the page's article; one of several is another page's."""
    post = article(**{"@type": "BlogPosting", "author": {"@type": "Person", "name": "Jane Doe"}})
    found = read(jsonld({"@type": "Blog", "name": "The quay", "blogPost": [post] * count}))
    assert [author.name for author in found.authors] == names
