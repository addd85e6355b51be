"""The head of an article: which block is its headline, and which its dek."""

import re
from collections.abc import Callable, Iterable, Sequence

from newsclean.document import Block, Hints, Label
from newsclean.fields.given_names import begins_with_given_name
from newsclean.fields.leads import has_lead
from newsclean.fields.names import name_key
from newsclean.fields.people import parse_byline
from newsclean.labels.title import LEAST, score, topic_of
from newsclean.labels.view import MOST_BLOCKS, SIGNATURE_CHARS, View
from newsclean.labels.wording import (
    BULLETS,
    HEADINGS,
    cue_label,
    has_stamp,
    is_bold,
    is_byline,
    is_date_line,
    is_stamp,
    likeness,
    picture_credit,
    words,
)
from newsclean.lexicon import fold

__all__ = ["KICKER_CHARS", "find_dek", "find_headline", "printed_title"]

_TITLE_WORDS = range(3, 40)
"""Words of a headline; the longest of the development pages has 34."""

_DEK_CHARS = range(21, 1000)
"""Characters of a dek: shorter ones are kickers; the longest of the development pages has 870."""

_CLOSE = 4
"""Blocks behind the headline among which a sentence is its dek, in whatever element it stands."""

KICKER_CHARS = 120
"""Characters of a line above the headline that is no paragraph."""

_LEAST_TITLE = 8
"""Characters of a title that is told from a section's name, at least; shorter ones name menus too."""

_TITLE_PARTS = re.compile(r"\s[|–—·•›»-]\s|\s?[|]\s?")
"""What sites put between a headline and their name."""

_TITLE_CHARS, _SHORT_TITLE_CHARS = 250, 100
"""Characters of a headline, at most: above the body, and of one that the model takes for its beginning."""

_LEADING = re.compile(
    r"lead|lede|intro|standfirst|teaser|summary|sub-?(?:head|title)|descript|opener|abstract|excerpt|synopsis|deck",
    re.IGNORECASE,
)
"""What the class of a dek says, where it stands in one row with the paragraphs: "<p class=lead>"."""

_REACH = 8
"""Blocks behind the headline among which its dek stands."""


def find_headline(view: View, body: list[int], hints: Hints) -> int:
    """
    Return the block that is the headline, -1 when none can be told.

    What the page declares decides, then heading tags; in a dump, the words a line shares with the body.

    Args:
        view: the page.
        body: indices of the blocks of the body.
        hints: what the page declares of its article.
    """
    first = _first_paragraph(view, body)
    wanted = set(words(fold(hints.headline)))
    parts = frozenset(fold(part) for part in _TITLE_PARTS.split(hints.headline)) if wanted else frozenset()
    candidates = _candidates(view, first)
    if wanted:
        best = _likeliest(candidates, lambda block: _against(view, block, wanted, parts))
        best = best if best >= 0 else _main_heading(view, first)
        if best >= 0 or hints.titles:
            return _below_search_title(view, best, first, hints.titles)
        # A page whose title says nothing of the article, made for printing.
        candidates = tuple(block for block in candidates if block.tag in ("h2", "h3"))
    topic = topic_of(view, body)
    lines = (block for block in candidates if _may_be_title(view, block, first))
    best = _likeliest(lines, lambda block: 3 * _by_tag(block) + score(view, block, topic, first), LEAST)
    return _without_site(view, best, first) if best >= 0 else best


def lines_for_headline(view: View, body: list[int]) -> tuple[list[Block], int]:
    """Return the lines of a dump among which its headline is looked for, and where its *body* begins."""
    first = _first_paragraph(view, body)
    return [block for block in _candidates(view, first) if _may_be_title(view, block, first)], first


def _candidates(view: View, first: int) -> Sequence[Block]:
    """Return the blocks that may be the headline of a body that begins at *first*."""
    # One block behind the first of the body: a page may open with its dek.
    return view.blocks[max(first - MOST_BLOCKS, 0) : first + 2]


def _may_be_title(view: View, block: Block, first: int) -> bool:
    """Return whether *block* says something, and is no date, no caption, nor what a phrase explains."""
    inside = block.index >= first and block.tag != "h1"
    prose = len(block.text) > _SHORT_TITLE_CHARS or block.text.endswith((".", "。"))
    subhead = inside and (view.containers or prose)
    credited = picture_credit(block.text) is not None
    terms = words(view.folded[block.index])
    if subhead or credited or not terms or len(block.text) > _TITLE_CHARS or _ruled_out(view, block):
        return False
    # "Digital Marketing" is a title, "Jane Doe" none.
    signed = has_lead(block.text) or begins_with_given_name(block.text)
    return not (signed and _is_signature(view, block, terms))


def _likeliest(blocks: Iterable[Block], value_of: Callable[[Block], float], least: float = 1.0) -> int:
    """Return the index of the last of the *blocks* with the highest value, -1 when none has *least* or more."""
    best, best_score = -1, least
    for block in blocks:
        if (value := value_of(block)) >= best_score:
            best, best_score = block.index, value
    return best


def _first_paragraph(view: View, body: list[int]) -> int:
    """Return where the text of *body* begins: on a page, short lines at its top may be a kicker and a trail."""
    at = body[0] if body else len(view.blocks)
    long = (i for i in body[:_REACH] if len(view.blocks[i].text) > KICKER_CHARS)
    return next(long, at) if view.containers else at


def _main_heading(view: View, first: int) -> int:
    """Return the `<h1>` nearest to a body that begins at *first*, -1 without one: titles may be made for sharing."""
    for block in reversed(view.blocks[max(first - MOST_BLOCKS, 0) : first + 1]):
        if block.tag == "h1" and not _ruled_out(view, block) and len(words(view.folded[block.index])) in _TITLE_WORDS:
            return block.index
    return -1


def _below_search_title(view: View, index: int, first: int, titles: Sequence[str]) -> int:
    """
    Return the heading behind the `<h1>` at *index* that prints another of the *titles*; *index* without one.

    Many German news sites end their breadcrumbs with an `<h1>` made for search engines, and print the headline below.
    """
    if index < 0 or view.blocks[index].tag != "h1":
        return index
    above = view.blocks[index].text
    for block in view.blocks[index + 1 : min(index + _REACH, first + 1) + 1]:
        heading = block.tag in HEADINGS or view.enclosing(block, "h2") >= 0
        if heading and printed_title(block.text, titles, above=above):
            return block.index
    return index


def printed_title(text: str, titles: Iterable[str], *, above: str = "") -> str:
    """
    Return the headline that *text* prints, as one of the *titles* declares it; empty when it is none of them.

    One of both may have a kicker before it. A title that says the same as the line *above*, an `<h1>`, is passed over.

    >>> printed_title("Weather Snow in May", ["Snow in May | The Gazette", "Snow in May"])
    'Snow in May'
    >>> printed_title("Snow in May", ["Weather: Snow in May"]), printed_title("Snow in May", ["Rain in May"])
    ('Snow in May', '')
    """
    said, passed_over = f" {name_key(text)}", name_key(above)
    for title in titles:
        whole, bare = name_key(title), name_key(title.rpartition(": ")[2])
        if whole == passed_over:
            continue
        if len(whole) > _LEAST_TITLE and said.endswith(f" {whole}"):
            return title
        if len(bare) > _LEAST_TITLE and said == f" {bare}":
            return text
    return ""


def _without_site(view: View, index: int, first: int) -> int:
    """Return the later line that says the same as the page title at *index*, without the site's name behind it."""
    title = view.folded[index]
    for block in view.blocks[index + 1 : first + 2]:
        text = view.folded[block.index]
        if len(text) > 16 and title.startswith(text) and not block.text.startswith(BULLETS):
            return block.index
    return index


def _ruled_out(view: View, block: Block) -> bool:
    cue = view.cues[block.index]
    return (cue is not None and cue_label(cue) is not Label.NAVIGATION) or is_date_line(block.text)


def _by_tag(block: Block) -> float:
    return 2.5 - 0.25 * int(block.tag[1]) if block.tag in HEADINGS else 0.0


def _against(view: View, block: Block, wanted: set[str], parts: frozenset[str]) -> float:
    """
    Return how much *block* looks like the declared headline, of the words *wanted*; 1 is the least that counts.

    A `<h1>` may be one of the *parts* of a title: "Floods | The Gazette".
    """
    alike = likeness(words(view.folded[block.index]), wanted)
    if block.tag == "h1" and view.folded[block.index] in parts:
        alike = max(alike, 0.6)
    # The site's name may be two words in five of a short page title.
    return 0.0 if alike < 0.6 or _ruled_out(view, block) else _by_tag(block) + 8 * alike


def _is_signature(view: View, block: Block, terms: list[str]) -> bool:
    """Return whether *block* is a name and nothing else."""
    if len(terms) > 5:
        return False
    named = parse_byline(block.text, agencies=view.agencies)
    return bool(named.authors) and not named.unread


def find_dek(view: View, body: list[int], headline: int, description: str) -> int:
    """
    Return the block that is the dek, -1 without one: what stands apart between the headline and the body.

    Args:
        view: the page.
        body: indices of the blocks of the body.
        headline: index of the headline, -1 without one.
        description: what the page declares of its article, folded.
    """
    if headline < 0:
        return -1
    first = body[0] if body else len(view.blocks)
    top = _last_repeat(view, headline, first)
    # Who the author is, in a box beside the byline: "Jane Doe is ...", "Jane is ...".
    writers = tuple(name for name in view.hints.authors if " " in name)
    writers += tuple(f"{name.split()[0]} is " for name in writers)
    for block in view.blocks[top + 1 : top + _REACH]:
        if (
            len(block.text) in _DEK_CHARS
            and body != [block.index]
            and not block.text.startswith(writers)
            and (
                (view.zone(block) is Label.DEK and not is_stamp(block.text))
                or (block.index < first and _stands_by_headline(view, block, top, description))
            )
        ):
            return block.index
    behind = [i for i in body if i > headline]
    if len(behind) < 3 or behind[0] - headline > _REACH:
        return -1
    block, after = view.blocks[behind[0]], view.blocks[behind[1]]
    column = view.tag(block) != block.tag  # on old pages, where bold type is all that marks a dek
    styled = view.own_hint(block) != view.own_hint(after) and _LEADING.search(view.own_hint(block)) is not None
    apart = view.parent(block) != view.parent(after) or styled or (column and is_bold(block) > is_bold(after))
    between = view.blocks[block.index + 1 : after.index]
    parted = any(has_stamp(b.text) or is_byline(view.cues[b.index]) or _is_led(b) for b in between)
    # What the page declares as its description is no sign: it is as often the first paragraph.
    heading = block.tag in HEADINGS and block.index == headline + 1 and len(block.text) > 40
    if len(block.text) not in _DEK_CHARS or _is_signature(view, block, words(view.folded[block.index])):
        return -1
    return block.index if ((apart or not view.containers) and parted) or heading else -1


def _is_led(block: Block) -> bool:
    """Return whether *block* begins as a byline does and is as short as one."""
    return len(block.text) <= SIGNATURE_CHARS and has_lead(block.text)


def _last_repeat(view: View, headline: int, first: int) -> int:
    """Return the last block above the body's *first* that says what *headline* says: bars on top repeat it."""
    said = view.folded[headline]
    return max(i for i in range(headline, max(first, headline + 1)) if view.folded[i] == said)


def _stands_by_headline(view: View, block: Block, headline: int, description: str) -> bool:
    """Return whether *block* is a sentence beside the headline, or what the page declares of itself."""
    if view.cues[block.index] is not None or block.link_chars or is_stamp(block.text):
        return False
    if description and view.folded[block.index][:80] == description[:80]:
        return True
    if len(block.text) < 50 or picture_credit(block.text) or block.text in view.hints.captions:
        return False
    if len(block.text) < 100 and parse_byline(block.text, agencies=view.agencies).authors:
        return False
    if has_stamp(block.text) and not block.text.endswith((".", "!", "?", "。")):
        return False
    if not view.containers:
        return block.index == headline + 1
    if view.parent(block) == view.parent(view.blocks[headline]):
        return True
    plain = block.tag not in HEADINGS and view.zone(block) not in (Label.CAPTION, Label.CREDIT)
    return plain and block.index - headline <= _CLOSE
