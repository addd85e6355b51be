"""Cue phrases in the words of a dump: which kind of phrase a block carries, and how strongly."""

import numpy as np
import pytest

from newsclean import lexicon
from newsclean.document import Block
from newsclean.lexicon import Cue
from newsclean.text.cues import GROUPS, WHOLE, find_cues, make_table
from newsclean.text.features import contextualise, describe
from newsclean.text.scoring import packaged, score_blocks
from newsclean.text.words import read_words

TABLE = make_table(
    Cue("en", label, match, phrase, "a test")
    for label, match, phrase in (
        ("related", "whole", "more … articles"),
        ("related", "whole", "關連新聞"),
        ("related", "start", "read also"),
        ("newsletter", "inside", "to our newsletter"),
        ("byline", "start", "von"),
        ("share", "whole", "auf facebook teilen"),
        ("section_of_no_group", "whole", "sports"),
    )
)


@pytest.mark.parametrize(
    ("text", "group", "strength"),
    [
        ("MORE National ARTICLES", "related", 2),
        ("More of our best articles", "related", 2),
        ("More articles", None, 0),
        ("關連新聞", "related", 2),
        ("Read also: the bridge that nobody wanted", "related", 1),
        ("Read also what the mayor said of it last week.", None, 0),
        ("You can subscribe to our newsletter here.", "chrome", 1),
        ("» Auf Facebook teilen", "chrome", 2),
        ("Auf Facebook teilen viele Nutzer das Bild", None, 0),
        ("Von Anna Berg", "meta", 1),
        ("Sports", None, 0),
        ("", None, 0),
    ],
)
def test_phrases(text: str, group: str | None, strength: int) -> None:
    """A whole block counts twice, a start once; an honest sentence that begins like a heading does not count."""
    found = find_cues(read_words((Block(0, text or "…", "line"),)), TABLE)[0]
    assert dict(zip(GROUPS, found.tolist(), strict=True)) == {name: strength * (name == group) for name in GROUPS}


def test_no_phrase_takes_the_place_of_another() -> None:
    """Phrases whose hashes fall together are all found: of those of the lexicon, hardly one is lost."""
    group_of = {label: place for place, labels in enumerate(GROUPS.values()) for label in labels}
    cues = [c for c in lexicon.packaged_cues() if c.label in group_of and c.match == "whole" and "…" not in c.phrase]
    found = find_cues(read_words(tuple(Block(i, c.phrase, "line") for i, c in enumerate(cues))), make_table(cues))
    lost = [c for c, row in zip(cues, found, strict=True) if row[group_of[c.label]] != WHOLE]
    assert len(lost) * 100 < len(cues)


def test_the_model_reads_the_columns_it_was_trained_on() -> None:
    """The packaged forests name the columns that the code makes, in order."""
    trained = packaged()
    blocks = (Block(0, "Bridge stays closed", "line"), Block(1, "The council met on Tuesday.", "line"))
    words = read_words(blocks)
    names, matrix = describe(blocks, words, trained.tables)
    again, second = contextualise(names, matrix, np.array([0.2, 0.9]), words)
    assert tuple(names) == trained.first.columns
    assert tuple(again) == trained.second.columns == trained.branched.columns
    assert matrix.shape == (2, len(names))
    assert second.shape == (2, len(again))
    assert score_blocks((), trained)[1] == 0.0
