"""
Which line of a dump is its headline: a linear model of what a line says, how it looks and where it stands.

The weights are learned by `python -m training BENCH --only headline` from dumps of the development pages, as those that
make the annotated title the likeliest of the lines above the body; `docs/model.md` has the figures.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from newsclean.document import Block
from newsclean.fields.leads import has_lead
from newsclean.labels.view import View
from newsclean.labels.wording import BULLETS, is_byline, is_stamp, words
from newsclean.text.dump import unmarked

__all__ = ["LEAST", "Topic", "score", "topic_of", "traits"]

_WEIGHTS: Mapping[str, float] = {
    "words": 1.48,
    "few words": -1.89,
    "many words": -1.87,
    "words of the beginning": 1.52,
    "several words of the beginning": 2.32,
    "several words of the body": 0.98,
    "usual words of the body": 1.98,
    "below the beginning": -1.20,
    "the beginning": -1.14,
    "right above": 0.68,
    "far above": -1.69,
    "time below": 1.42,
    "author below": 1.54,
    "part of the first line": 2.65,
    "bullet": -1.44,
    "end of a sentence": -2.75,
    "phrase": -1.56,
    "probability": -2.41,
    "blank lines above": 2.81,
    "blank lines below": 2.10,
    "length above": -1.40,
    "length below": 1.10,
    "small letters": -0.91,
    "bar or dash": -1.92,
}
"""What each trait of a line counts."""

LEAST = 3.0
"""Score below which a line is no headline."""

_MARKED = 3.0
"""What Markdown's mark of a title counts; no page to learn from has it."""

_BEGINNING = 12
"""Blocks of the body whose words are its topic."""

_LONG = 5
"""Letters of a word that says something of the topic."""

_UNSPACED_FROM = "\u0e00"
"""Thai; the scripts behind it are written without spaces, Korean aside, whose words are told by spaces."""

_ENDS = (".", "。", ",", ":", "、", "।", "۔", "။", "…")

_FOLLOWING = 3
"""Lines below a headline among which its author or its time stands."""


class Topic(msgspec.Struct, frozen=True):
    """The words at the beginning of a body, and how often each word occurs in all of it."""

    beginning: frozenset[str]
    count: Counter[str]


def topic_of(view: View, body: Sequence[int]) -> Topic:
    """Return what the *body* of a page is about."""
    beginning = frozenset(word for i in body[:_BEGINNING] for word in words(view.folded[i]))
    return Topic(beginning, Counter(word for i in body for word in words(view.folded[i])))


def score(view: View, block: Block, topic: Topic, first: int) -> float:
    """Return how much *block* looks like the headline of a text with *topic* that begins at *first*."""
    marked = _MARKED * block.text.startswith("# ")
    return marked + sum(_WEIGHTS[name] * value for name, value in traits(view, block, topic, first))


def traits(view: View, block: Block, topic: Topic, first: int) -> Iterator[tuple[str, float]]:
    """Yield the traits of *block*, named, each about 0 to 1."""
    terms = words(view.folded[block.index])
    # Of scripts without spaces, the terms are pairs of characters.
    long = [word for word in terms if len(word) >= _LONG or word[0] >= _UNSPACED_FROM]
    shared = sum(term in topic.beginning for term in terms) / max(len(terms), 1)
    known = sum(word in topic.count for word in long) / max(len(long), 1)
    yield "words", min(len(terms), 12) / 12
    yield "few words", float(len(terms) < 3)
    yield "many words", float(len(terms) >= 20)
    yield "words of the beginning", shared
    yield "several words of the beginning", shared * min(len(terms), 10) / 10
    yield "several words of the body", known * min(len(long), 6) / 6
    yield "usual words of the body", min(sum(min(topic.count[w], 5) for w in long) / max(len(long), 1), 5) / 5
    above = first - block.index
    yield "below the beginning", float(above < 0)
    yield "the beginning", float(above == 0)
    yield "right above", float(1 <= above <= 3)
    yield "far above", float(above > 30)
    following = view.blocks[block.index + 1 : block.index + 1 + _FOLLOWING]
    yield "time below", float(any(is_stamp(unmarked(line.text)) for line in following))
    yield "author below", float(any(is_byline(view.cues[line.index]) or has_lead(line.text) for line in following))
    # The first line of a dump is often the page's title: headline and site.
    yield "part of the first line", float(block.index > 0 and view.folded[block.index] in view.folded[0])
    yield "bullet", float(block.text.startswith(BULLETS))
    yield "end of a sentence", float(block.text.endswith(_ENDS))
    yield "phrase", float(view.cues[block.index] is not None)
    yield "probability", float(view.probabilities[block.index])
    previous = view.blocks[block.index - 1] if block.index else None
    yield "blank lines above", min(block.gap if block.index else 3, 3) / 3  # nothing at all stands above the first
    yield "blank lines below", min(following[0].gap if following else 0, 3) / 3
    yield "length above", min(len(previous.text) if previous else 0, 300) / 300
    yield "length below", min(len(following[0].text) if following else 0, 300) / 300
    named = block.text.split()
    yield "small letters", sum(word[0].islower() for word in named) / max(len(named), 1)
    yield "bar or dash", float(any(mark in block.text for mark in ("|", " - ", " – ")))
