"""Which line of a dump is its headline."""

import pytest

import newsclean
from newsclean import lexicon
from newsclean.document import Hints
from newsclean.fields.agencies import Agencies
from newsclean.labels.title import score, topic_of, traits
from newsclean.labels.view import View, look
from newsclean.text.dump import segment_text

BODY = """The council of Harbury voted on Monday to widen the old bridge over the Leam after eleven years of delay.

Work on the bridge begins in April and lasts until the autumn of next year, and the river stays open meanwhile.

Shopkeepers of Harbury had asked for a footbridge instead, which would have cost a third and closed nothing at all."""
TITLE = "Harbury council votes to widen its bridge"


@pytest.mark.parametrize(
    ("top", "headline"),
    [
        (f"Skip to content\nNews\nSport\n\n{TITLE}\n\nBy Jane Doe\n6 January 2026\n\n", TITLE),
        (f"{TITLE} - The Gazette\nSkip to content\nOwn your time\n{TITLE}\nJane Doe\n\n", TITLE),
        (f"Book with us\nOur services\n\nPopular this week\n\n{TITLE}\n\n", TITLE),
        (f"{TITLE}\nThe old bridge over the Leam stays open until the autumn of next year\nBy Jane Doe\n\n", TITLE),
        (f"By JANE DOE\nStaff Writer\n\n{TITLE}\n\n", TITLE),
        (f"# {TITLE}\n\n", TITLE),
        ("", None),
        ("6 January 2026\n\n", None),
    ],
)
def test_headline_of_a_dump(top: str, headline: str | None) -> None:
    """The line that speaks of the body, set apart from menus; a dump that begins with its text has none."""
    assert newsclean.clean(top + BODY).headline == headline


def _view(text: str) -> View:
    layout = segment_text(text)
    chances = [0.9 if len(block.text) > 80 else 0.1 for block in layout.blocks]
    return look(layout, chances, lexicon=lexicon.packaged(), agencies=Agencies(lexicon.agencies()), hints=Hints())


def test_traits_are_bounded() -> None:
    """No trait outweighs all others by the length of a line, and what counts for a headline counts."""
    view = _view(f"{TITLE}\n\n{'word ' * 400}\n\n{BODY}")
    body = [block.index for block in view.blocks if len(block.text) > 80][1:]
    topic = topic_of(view, body)
    for block in view.blocks:
        found = dict(traits(view, block, topic, body[0]))
        assert all(0 <= value <= 1 for value in found.values()), found
    values = [score(view, block, topic, body[0]) for block in view.blocks]
    assert values.index(max(values)) == 0
