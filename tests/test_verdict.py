"""What a page is: an article, a list of them, a wall."""

import pytest

from newsclean import Label, lexicon
from newsclean.document import Block, Labelled, PageKind
from newsclean.labels.verdict import PageFacts, judge

SENTENCE = "The council voted by nine to four on Monday to close the pool in June, against the mayor's advice."
TITLE = "Fire destroys the historic mill by the river"


def labelled(*blocks: tuple[Label, str], linked: bool = False) -> list[Labelled]:
    """Return blocks in a `<div>`; a heading is all link when *linked*."""
    made = []
    for index, (label, text) in enumerate(blocks):
        heading = label in (Label.HEADLINE, Label.SUBHEAD)
        tag = {Label.HEADLINE: "h1", Label.SUBHEAD: "h3"}.get(label, "p")
        chars = len(text) if linked and heading and label is Label.SUBHEAD else 0
        block = Block(index=index, text=text, tag=tag, container=0, link_chars=chars, links=int(chars > 0))
        made.append(Labelled(block, label, "test", 0.9))
    return made


def teasers(count: int) -> list[tuple[Label, str]]:
    """Return titles of other stories with a sentence below each."""
    return [pair for i in range(count) for pair in ((Label.SUBHEAD, f"{TITLE} {i}"), (Label.PARAGRAPH, SENTENCE))]


@pytest.mark.parametrize(
    ("count", "linked", "declared", "kind"),
    [
        (6, True, False, PageKind.INDEX),
        (6, False, False, PageKind.ARTICLE),  # a list of things with a heading each
        (3, True, False, PageKind.ARTICLE),
        (6, True, True, PageKind.ARTICLE),
    ],
)
def test_list_of_teasers(count: int, linked: bool, declared: bool, kind: PageKind) -> None:  # noqa: FBT001  a table
    """Linked titles with a text below each are a list of stories, whatever the model thinks, and have no body."""
    blocks = labelled((Label.HEADLINE, "News"), *teasers(count), linked=linked)
    facts = PageFacts(scored=PageKind.ARTICLE, certainty=0.7, declared_article=declared)
    found = judge(blocks, facts, lexicon=lexicon.packaged())
    assert (found.kind, found.has_body) == (kind, kind is PageKind.ARTICLE)


@pytest.mark.parametrize(
    ("between", "certainty", "kind"),
    [
        (Label.TIMESTAMP, 0.6, PageKind.ARTICLE),
        (Label.TIMESTAMP, 0.8, PageKind.INDEX),
        (Label.SHARE, 0.6, PageKind.INDEX),
    ],
)
def test_dated_page_is_no_index(between: Label, certainty: float, kind: PageKind) -> None:
    """A date between headline and text makes an article of what the model half takes for an index."""
    blocks = labelled((Label.HEADLINE, TITLE), (between, "6 January 2026"), *[(Label.PARAGRAPH, SENTENCE)] * 3)
    facts = PageFacts(scored=PageKind.INDEX, certainty=certainty)
    assert judge(blocks, facts, lexicon=lexicon.packaged()).kind is kind
