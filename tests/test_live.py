"""Entries of live blogs that are printed with their time."""

from datetime import datetime

import pytest

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
