"""Entries of live blogs that are printed with their time."""

from datetime import datetime

import pytest

import newsclean
from newsclean import lexicon
from newsclean.document import Block, Evidence, InputKind, Label, Labelled, Page
from newsclean.fields import metadata, structured
from newsclean.fields.agencies import Agencies
from newsclean.fields.metadata import Fields
from newsclean.fields.times import clock_at_start

AGENCIES = Agencies(lexicon.agencies())
LIVE = "https://www.example.org/news/storm-live-updates"
DAY = Evidence("date_published", "2026-01-06T06:00", "feed", "pubDate")

LINES = [
    (Label.HEADLINE, "Storm batters the coast"),
    (Label.PARAGRAPH, "Follow along with the latest updates."),
    (Label.TIMESTAMP, "16:20 Jane Doe"),
    (Label.SUBHEAD, "Wall holds"),
    (Label.PARAGRAPH, "The wall is for another day."),
    (Label.PARAGRAPH, "Nobody was hurt."),
    (Label.SUBHEAD, "14.18 GMT: Wall gives way"),
    (Label.PARAGRAPH, "The sea came through."),
    (Label.OTHER, "9:05am"),
    (Label.PARAGRAPH, "High tide is near."),
    (Label.PARAGRAPH, "8:40"),
    (Label.PARAGRAPH, "Trains are cancelled."),
    (Label.SUBHEAD, "23:10: The night before"),
    (Label.PARAGRAPH, "The wind got up."),
]


def read(lines: list[tuple[Label, str]], url: str = LIVE) -> Fields:
    """Return the fields of a page with these blocks."""
    blocks = tuple(Labelled(Block(index=i, text=t, tag="p"), label, "test", 0.9) for i, (label, t) in enumerate(lines))
    return metadata.fields(
        structured.read(None, url=url),
        blocks,
        page=Page(data="", url=url, hints=(DAY,)),
        input_kind=InputKind.TEXT,
        lexicon=lexicon.packaged(),
        agencies=AGENCIES,
    )


def test_visible_entries() -> None:
    """Each line that begins with a time opens an entry, with its title, its author and its text."""
    found = read(LINES).live_blog_updates
    assert [entry.headline for entry in found] == ["Wall holds", "Wall gives way", None, None, "The night before"]
    assert found[0].authors == ("Jane Doe",)
    assert found[0].article_body == "The wall is for another day.\n\nNobody was hurt."
    assert [entry.article_body for entry in found[2:4]] == ["High tide is near.", "Trains are cancelled."]


def test_times_of_entries() -> None:
    """The day is the page's; a stated zone stays; behind a midnight the day is not guessed."""
    moments = [entry.date_published for entry in read(LINES).live_blog_updates]
    assert [moment and moment.isoformat() for moment in moments] == [
        "2026-01-06T16:20:00",
        "2026-01-06T14:18:00+00:00",
        "2026-01-06T09:05:00",
        "2026-01-06T08:40:00",
        None,
    ]


def test_entries_are_evidence() -> None:
    """The evidence says where the entries come from."""
    (row,) = [e for e in read(LINES).evidence if e.field == "live_blog_updates"]
    assert (row.value, row.source, row.chosen) == ("5 entries", "visible", True)


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        (LINES, "https://www.example.org/news/storm"),  # a chronicle: nothing calls the page live
        (LINES[:6], LIVE),  # one entry is none
        ([*LINES[:2], *(LINES[6:8] + LINES[2:4] + LINES[8:10]) * 2, LINES[-1]], LIVE),  # up and down again
    ],
)
def test_other_pages_have_no_entries(lines: list[tuple[Label, str]], url: str) -> None:
    """A page that is no live blog, or shows times in no order, has no entries."""
    assert read(lines, url).live_blog_updates == ()


@pytest.mark.parametrize(
    "text", ["3.5 per cent more", "3.50% more", "06.01.2026 Rain", "12 men in a boat", "25:10 Late", "10:5", ""]
)
def test_no_clock_time(text: str) -> None:
    """Numbers, dates and impossible times open no entry."""
    assert clock_at_start(text) is None


def test_clock_at_start() -> None:
    """A clock time is read with its half of the day and its zone."""
    found = clock_at_start("5.07 pm GMT | Wind drops")
    assert found is not None
    assert found[0].value.timetz().isoformat() == "17:07:00+00:00"
    assert found[1] == "Wind drops"
    assert isinstance(found[0].value, datetime)


CLOCKS = ("20:10", "17:45", "13:30", "11:05", "08:20")
TITLES = ("Airports to stay closed", "Army joins the search", "Governor asks for help", "Ferries stop", "Storm lands")
TEXT = "The sea came over the wall at the northern end of the bay, and took the road with it for half a mile."
DECLARED = '<time datetime="2026-01-06T{0}:00Z">{1}</time>'

FORMS = {
    "relative": DECLARED.format("{0}", "8h ago") + "<h2>{1}</h2>",
    "relative and clock": DECLARED.format("{0}", "8h ago") + "<span>{0} GMT</span><h2>{1}</h2>",
    "in brackets": "<div>({0} GMT)</div><h2>{1}</h2>",
    "with its day": "<div>6 January 2026, {0}</div><h2>{1}</h2>",
    "day behind": "<span>{0} ET, January 6, 2026</span><h2>{1}</h2>",
    "today": "<div>Today at {0}</div><h2>{1}</h2>",
    "posted": "<div>Posted at {0}</div><h2>{1}</h2>",
    "title above": "<h3>{1}</h3><span>{0}</span>",
    "author first": "<div><a>Ann Harker</a> " + DECLARED + "</div><h2>{1}</h2>",
    "mark beside": "<div>{0} <span>Key event</span></div><h2>{1}</h2>",
}


def live_page(entries: str, title: str = "Storm Ingrid: live updates") -> newsclean.Article:
    """Return the record of a page with these entries, published on the day and changed an hour behind the newest."""
    times = '"datePublished": "2026-01-06T06:00:00Z", "dateModified": "2026-01-06T21:00:00Z"'
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Storm", {times}}}</script>'
    body = f"<main><h1>{title}</h1><p>{TEXT} {TEXT}</p>{entries}</main>"
    html = f"<html lang=en><head><title>{title}</title>{data}</head><body>{body}</body></html>"
    return newsclean.clean(html, url="https://www.example.org/news/storm-ingrid")


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_entries(form: str) -> None:
    """Entries are told by their `<time>` element or their words, each with its day, its title and its text."""
    opening = FORMS[form].replace("{1}</time>", "{0}</time>")
    entries = [f"<div>{opening.format(c, t)}<p>{TEXT} {t}.</p></div>" for c, t in zip(CLOCKS, TITLES, strict=True)]
    found = live_page("".join(entries))
    assert found.page_kind == "live_blog"
    assert [entry.headline for entry in found.live_blog_updates] == list(TITLES)
    assert [entry.article_body for entry in found.live_blog_updates] == [f"{TEXT} {title}." for title in TITLES]
    moments = [entry.date_published for entry in found.live_blog_updates]
    assert [moment and f"{moment:%Y-%m-%d %H:%M}" for moment in moments] == [f"2026-01-06 {clock}" for clock in CLOCKS]
    assert not any(clock in block.text for block in found.blocks for clock in CLOCKS)


@pytest.mark.parametrize(
    ("title", "entries"),
    [
        ("Where to live by the sea", "".join(f"<p>{clock}</p><p>{TEXT} {clock[:2]}.</p>" for clock in CLOCKS)),
        ("Storm: live updates", "<ul>" + "".join(f"<li>{clock} – Hafen v Union</li>" for clock in CLOCKS) + "</ul>"),
    ],
)
def test_no_live_blog(title: str, entries: str) -> None:
    """The word alone makes no live blog, and kick-offs in a list are no entries."""
    found = live_page(entries + f"<p>{TEXT}</p>" * 3, title)
    assert found.live_blog_updates == ()
    assert found.page_kind == "article"


def test_evening_entries_of_another_zone() -> None:
    """The day of an entry is that of its own zone; it is unknown when its zone is, and it would be in the future."""
    late = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "dateModified": "2026-01-07T02:32:00Z"}'
    for zone, day in ((" EST", "2026-01-06"), ("", None)):
        entries = "".join(f"<div><div>{clock}{zone}</div><p>{TEXT}</p></div>" for clock in ("21:30", "20:05", "18:30"))
        head = f"<title>Storm: live</title>{late}</script>"
        html = f"<html lang=en><head>{head}</head><body><h1>Storm: live</h1><p>{TEXT}</p>{entries}</body></html>"
        moments = [entry.date_published for entry in newsclean.clean(html).live_blog_updates]
        assert [moment and moment.date().isoformat() for moment in moments] == [day] * 3
