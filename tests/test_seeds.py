"""The user's two documents come out exactly."""

from datetime import datetime
from pathlib import Path

import pytest

import newsclean
from newsclean import Article, Label

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def darpan() -> Article:
    """A dump with everything in it."""
    return newsclean.clean((SEEDS / "002_35136d6c08477e70.txt").read_bytes())


@pytest.fixture(scope="module")
def nearly_clean() -> Article:
    """A dump with a headline, nine paragraphs and a byline."""
    return newsclean.clean((SEEDS / "000_325f3678d385058f.txt").read_bytes())


def _removed(article: Article, words: str) -> list[Label]:
    return [removal.label for removal in article.removed if words in removal.text]


def test_darpan_fields(darpan: Article) -> None:
    """The fields of the dump are those a reader sees."""
    assert darpan.page_kind == "article"
    assert darpan.headline == "Prime Minister Carney says Canada will build up military to support peace in Ukraine"
    assert darpan.date_published == datetime(2026, 1, 6, 9, 46)  # noqa: DTZ001  no offset is stated
    assert darpan.date_precision == "minute"
    assert darpan.to_dict()["datePublished"] == "2026-01-06T09:46"
    assert darpan.article_section == ("National",)
    assert darpan.authors == ()
    assert darpan.source_organization == ("The Canadian Press",)
    assert [image.credit_text for image in darpan.images] == ["THE CANADIAN PRESS/Christinne Muschi"]


def test_darpan_date_of_saving_is_rejected_evidence(darpan: Article) -> None:
    """The day the page was saved is a candidate that was turned down, with a reason."""
    dates = [e for e in darpan.evidence if e.field == "date_published"]
    chosen = [e for e in dates if e.chosen]
    assert [e.value for e in chosen] == ["2026-01-06T09:46"]
    saved = [e for e in dates if e.value.startswith("2026-02-01")]
    assert saved
    assert all(not e.chosen and e.reason for e in saved)


def test_darpan_desk_is_publisher_evidence(darpan: Article) -> None:
    """A desk is no person; it speaks for the publisher."""
    assert any(e.field == "publisher" and e.value == "Darpan News Desk" for e in darpan.evidence)


def test_darpan_body(darpan: Article) -> None:
    """Twenty paragraphs, and no word of the related stories."""
    assert len(darpan.blocks) == 20
    assert darpan.blocks[0].text.startswith("Canada will continue to build up its military might")
    assert darpan.blocks[-1].text.endswith('we are making heavy investments in the Arctic," he said.')
    for word in ("fentanyl", "G7", "high-speed rail", "Winter wallop", "First Nations", "emission"):
        assert word not in darpan.text


def test_darpan_ledger(darpan: Article) -> None:
    """Everything that is not in the body stands in the ledger under the right label."""
    assert _removed(darpan, "Sunday, February 1, 2026") == [Label.TIMESTAMP]
    assert _removed(darpan, "ADVT") == [Label.ADVERTISEMENT]
    assert [r.label for r in darpan.removed if r.text == "National"] == [Label.SECTION]
    assert _removed(darpan, "Prime Minister Carney says Canada") == [Label.HEADLINE, Label.HEADLINE]
    assert _removed(darpan, "Darpan News Desk") == [Label.BYLINE]
    assert _removed(darpan, "Picture Courtesy") == [Label.CREDIT]
    related = [r for r in darpan.removed if r.label is Label.RELATED]
    assert related[0].text == "MORE National ARTICLES"
    after = darpan.removed[[r.text for r in darpan.removed].index("MORE National ARTICLES") :]
    assert {r.label for r in after} == {Label.RELATED}
    words = " ".join(r.text for r in after)
    for phrase in ("make fentanyl, methamphetamine", "hands off G7 presidency", "high-speed rail could see dozens"):
        assert phrase in words


def test_nearly_clean_fields(nearly_clean: Article) -> None:
    """The byline is read from the last line; a date without a year is not made up."""
    assert nearly_clean.headline == 'PM: Troops to Ukraine only "possibility" as Canada boosts defence spending'
    assert [author.name for author in nearly_clean.authors] == ["Tamilla Hasanova"]
    assert nearly_clean.date_published is None
    assert nearly_clean.date_precision is None


def test_nearly_clean_body(nearly_clean: Article) -> None:
    """All nine paragraphs are kept as they are, and the byline leaves the body."""
    lines = (SEEDS / "000_325f3678d385058f.txt").read_text(encoding="utf-8").split("\n")
    assert [block.text for block in nearly_clean.blocks] == [line.strip() for line in lines[1:10]]
    assert [(r.label, r.text) for r in nearly_clean.removed if r.label is Label.BYLINE] == [
        (Label.BYLINE, "By Tamilla Hasanova"),
    ]


def test_seeds_are_the_users_own() -> None:
    """Both documents are there; their bytes are pinned."""
    sizes = {path.name: path.stat().st_size for path in SEEDS.glob("*.txt")}
    assert sizes == {"000_325f3678d385058f.txt": 2827, "002_35136d6c08477e70.txt": 6199}
