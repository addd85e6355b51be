"""
Which blocks are the body: those the model finds likely, less what words, place and neighbours speak against.

Each rule takes the indices of the body so far and returns what it makes of them; which ones are asked, in what order,
stands at the end.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise, takewhile

from newsclean.document import Block, Label
from newsclean.fields.leads import has_lead
from newsclean.fields.people import parse_byline
from newsclean.labels.demotion import LINE_CHARS, NOTE_CHARS, SMALL, SURE, is_demoted
from newsclean.labels.view import BODY_THRESHOLD, CELL_CHARS, SIGNATURE_CHARS, View
from newsclean.labels.wording import (
    BULLETS,
    HEADINGS,
    cue_label,
    heads_thread,
    is_address,
    is_biography,
    is_stamp,
    opens_list,
)

__all__ = ["find_body"]

ARTICLE_CHARS = 250
"""Characters of text outside of the comments that make an article with comments; less is a thread of a forum."""

COUNTED_SHARE = 0.05
"""Share of the likely text above "109 comments" that makes an article; threads are longer than what they are about."""

DATA_CELLS = 6
"""Cells of the smallest table that is kept or left out as a whole."""

TOLD = 0.2
"""Mean probability of the cells of a table between two blocks of the body from which it belongs to it."""

HEADED = 0.18
"""The same under a heading: 18 of 18 such tables on wcxb-dev are the body's."""

SUBHEAD = 0.1
"""Probability from which a heading between two blocks of the body belongs to it."""

SHORT_LINE = 0.35
"""Probability from which a short line of a dump between two paragraphs of the body belongs to it."""

LISTING = 0.1
"""Probability from which program text between two blocks of the body belongs to it: 27 of 27 on wcxb-dev do."""

_BETWEEN = 4
"""Blocks between two of the body, an advertisement or a picture, behind which a heading still is the body's."""

_EDGE = 40
"""Blocks above and below the body that may belong to it."""

LAST_HEADING = 0.9
"""Probability from which a heading is kept that nothing follows."""

MOST_QUOTES = 40
"""Quotes looked for in the rest of the body, so that the work stays linear."""

NEARLY = 0.25
"""Probability from which a paragraph that stands with those of the body belongs to it."""

REPEATED_CHARS = 80
"""Characters of a block that is not said twice by chance."""

PULLED = range(20, 400)
"""Characters of a pull quote: a sentence of the body, set large beside it."""

_OFFER_CHARS = 160
"""Characters of a line in the offer of a pay wall, at most."""

_QUOTE_DEPTH = 6
"""Elements round a block among which a quotation's is."""

_PROSE = 120
"""Characters of a paragraph that is none of a list of links or of a form."""

_SURE_PROSE = 0.9

_TITLES = ("h1", "h2")

_APPENDED = 3
"""Articles below the first, at most; more are the entries of a live blog."""

_SIGNED_WITHIN = 3
"""Blocks below the headline of a second article among which its author or its time stands."""

_PARTS = SMALL | {"dd"}
"""Tags of blocks that are parts of a list, a table, a section."""

_ENDS = (".", "!", "?", ":", "…", "”", '"', "»", "。")

_BYLINES_AT_MOST = 4
"""First blocks of a body that may be bylines."""

_ENCLOSED = re.compile(r"[(\[（【［〔][^()（）\[\]]{2,60}[)\]）】］〕]")

_MARKED_HEADINGS = ("## ", "### ", "#### ")
"""How Markdown marks a heading below the title."""

_LISTED = (*BULLETS, "> ", "1. ", "2. ", "3. ", "4. ", "5. ")


def find_body(view: View) -> list[int]:
    """Return the indices of the blocks that are the body of the page's article, in order."""
    likely = [b for b, p in zip(view.blocks, view.probabilities, strict=True) if p >= BODY_THRESHOLD]
    body = [block.index for block in likely if not is_demoted(view, block)]
    for rule in _OF_MARKUP if view.containers else _OF_DUMPS:
        body = rule(view, body)
    return body


def _chars(view: View, body: Sequence[int]) -> int:
    return sum(len(view.blocks[i].text) for i in body)


def _without_comments(view: View, body: list[int]) -> list[int]:
    """Return *body* without what readers wrote under an article of some length."""
    rest = [i for i in body if not view.zones.in_comments[view.blocks[i].container]]
    return rest if _chars(view, rest) > ARTICLE_CHARS else body


def _before_comments(view: View, body: list[int]) -> list[int]:
    """Return *body* up to a heading "Comments", when the most of it stands above; one that counts them needs less."""
    counted = {text: index for index, text in enumerate(view.folded) if heads_thread(text)}  # above, it is a link down
    chars = list(accumulate((len(view.blocks[i].text) for i in body), initial=0))
    last_heading = max((i for i in body if view.blocks[i].tag in HEADINGS), default=-1)
    for index, cue in enumerate(view.cues):
        counts = counted.get(view.folded[index]) == index
        said = cue is not None and cue.label == "comments" and opens_list(cue)
        # In markup "Name" and "Email" are the fields of any form.
        if counts or (said and (not view.containers or view.blocks[index].tag in HEADINGS)):
            above = bisect_left(body, index)
            share = COUNTED_SHARE if counts or view.containers else 0.5  # a dump's line may be a button's
            goes_on = not counts and view.containers and last_heading > index  # a chapter on comments in programs
            if chars[above] > max(ARTICLE_CHARS, chars[-1] * share) and not goes_on:
                return body[:above]
    return body


def _before_offer(view: View, body: list[int]) -> list[int]:
    """Return *body* up to what a pay wall says, when only short lines follow: what a subscription costs and holds."""
    sizes = [len(view.blocks[i].text) for i in body]
    done = list(accumulate(sizes, initial=0))
    last_long = max((place for place, size in enumerate(sizes) if size > _OFFER_CHARS), default=-1)
    for index, cue in enumerate(view.cues):
        above = bisect_left(body, index) if cue is not None and cue.label == "paywall" else 0
        if last_long < above < len(body) and 3 * done[-1] < 4 * done[above]:
            return body[:above]
    return body


def _without_lists(view: View, body: list[int]) -> list[int]:
    """Return *body* without the items right under a heading such as "Read next": bullets of a dump, links in markup."""
    listed: set[int] = set()
    for i in body:
        cue = view.cues[i - 1] if i else None
        headed = cue is not None and opens_list(cue) and cue_label(cue) is Label.RELATED
        block = view.blocks[i]
        item = block.text.startswith(_LISTED) or (block.tag == "li" and 10 * block.link_chars > 9 * len(block.text))
        if (headed or i - 1 in listed) and item and view.probabilities[i] < SURE:
            listed.add(i)
    return [i for i in body if i not in listed]


def _first_article(view: View, body: list[int]) -> list[int]:
    """Return *body* up to the headline of a second article, as pages that scroll on append one."""
    if not body:
        return body
    own = view.outermost(view.blocks[body[0]], "article")
    above = view.blocks[: body[0] + 1]
    titled = any(block.tag == "h1" for block in above)
    said = {view.folded[block.index] for block in above}  # a bar on top repeats the headline
    below = (block for block in view.blocks[body[0] + 1 : body[-1]] if block.tag in _TITLES)
    titles = (block for block in below if view.folded[block.index] not in said)
    others = [block.index for block in titles if _opens_article(view, block, own, titled=titled)]
    if not 0 < len(others) <= _APPENDED:
        return body
    first = [i for i in body if i < others[0]]
    return first if _chars(view, first) > ARTICLE_CHARS else body


def _opens_article(view: View, block: Block, own: int, *, titled: bool) -> bool:
    """Return whether the heading *block* is the headline of another article than the one in the element *own*."""
    apart = own >= 0 and view.outermost(block, "article") not in (own, -1)
    if block.tag == "h1" and apart:
        return True
    if not (apart or (block.tag == "h1" and titled)):
        return False
    below = view.blocks[block.index + 1 : block.index + 1 + _SIGNED_WITHIN]
    above_text = takewhile(lambda line: len(line.text) <= NOTE_CHARS, below)
    return any(is_stamp(line.text) or _is_byline(view, line, first=False) for line in above_text)


def _whole_tables(view: View, body: list[int]) -> list[int]:
    """Return *body* with all cells of the data tables of which it has most or that stand in it, and no other's."""
    cells: dict[int, list[int]] = {}
    for block in view.blocks:
        if block.tag in ("td", "th"):
            cells.setdefault(view.enclosing(block, "table"), []).append(block.index)
    chosen = set(body)
    for table, indices in cells.items():
        if len(indices) >= DATA_CELLS and view.longest_in_table[table] < CELL_CHARS:
            most = sum(i in chosen for i in indices) * 2 > len(indices)
            inside = indices[0] - 1 in chosen and indices[-1] + 1 in chosen and _may_be_told(view, indices)
            headed = not chosen.isdisjoint(range(indices[0] - _BETWEEN, indices[0])) and _is_headed(view, indices)
            (chosen.update if most or inside or headed else chosen.difference_update)(indices)
    return sorted(chosen)


def _is_headed(view: View, indices: Sequence[int]) -> bool:
    """Return whether a table of these cells stands right under a heading that may be the article's."""
    heading = view.blocks[indices[0] - 1]
    likely = _is_likely(view, indices, HEADED)
    own = heading.tag in HEADINGS and not heading.links and view.probabilities[heading.index] >= NEARLY
    return own and likely and not _links_mostly(view, indices)


def _may_be_told(view: View, indices: Sequence[int]) -> bool:
    """Return whether a table of these cells may be the article's: hardly links, and not all but ruled out."""
    return not _links_mostly(view, indices) and _is_likely(view, indices, TOLD)


def _links_mostly(view: View, indices: Sequence[int]) -> bool:
    """Return whether more than half of the text of these blocks is that of links."""
    return 2 * sum(view.blocks[i].link_chars for i in indices) > _chars(view, indices)


def _is_likely(view: View, indices: Sequence[int], least: float) -> bool:
    """Return whether these blocks have a mean probability of *least* or more."""
    return sum(view.probabilities[i] for i in indices) >= least * len(indices)


def _with_subheads(view: View, body: list[int]) -> list[int]:
    """Return *body* with the headings that stand between its blocks: the model takes some for those of teasers."""
    headings = [
        below - 1
        for above, below in pairwise(body)
        if above + 1 < below <= above + _BETWEEN and _may_head(view, view.blocks[below - 1])
    ]
    return sorted({*body, *headings})


def _may_head(view: View, block: Block) -> bool:
    """Return whether the heading *block* may be one of the article's own."""
    if block.tag not in HEADINGS or block.links or view.probabilities[block.index] < SUBHEAD:
        return False
    # "Contents", "Share your story": over prose, such words head a chapter.
    below = view.blocks[block.index + 1]
    prose = len(below.text) >= _PROSE and not below.link_chars and view.probabilities[below.index] >= _SURE_PROSE
    cue = view.cues[block.index]
    return cue is None or (prose and below.tag == "p" and cue_label(cue) is not Label.RELATED)


def _with_short_lines(view: View, body: list[int]) -> list[int]:
    """Return *body* with the short lines over paragraphs of it that may be subheads of a dump."""
    found = [
        below - 1
        for above, below in pairwise(body)
        if above + 1 < below <= above + _BETWEEN  # an advertisement may stand above it
        and all(view.cues[i] is not None for i in range(above + 1, below - 1))
        and _may_part(view, view.blocks[below - 1], view.blocks[below])
    ]
    return sorted({*body, *found})


def _may_part(view: View, block: Block, below: Block) -> bool:
    """Return whether *block* may be a subhead over *below*: a short line that no phrase explains, over prose."""
    short = len(block.text) <= LINE_CHARS and not block.text.endswith((".", ",", "。"))
    if has_lead(block.text) or is_stamp(block.text) or view.is_signature(block):
        return False
    least = NEARLY if block.text.startswith(_MARKED_HEADINGS) else SHORT_LINE
    likely = least <= view.probabilities[block.index] < BODY_THRESHOLD
    return short and likely and view.cues[block.index] is None and len(below.text) > LINE_CHARS


def _with_listings(view: View, body: list[int]) -> list[int]:
    """Return *body* with the program text between its blocks: the model takes it for a page's own scripts."""
    found = [
        i
        for above, below in pairwise(body)
        for i in range(above + 1, below if below <= above + _BETWEEN else above + 1)
        if view.blocks[i].tag == "pre" and view.probabilities[i] >= LISTING
    ]
    return sorted({*body, *found})


def _without_gaps(view: View, body: list[int]) -> list[int]:
    """Return *body* with the paragraphs between and beside its own, in the same element, if they are likely enough."""
    if not body:
        return body
    ends = [max(body[0] - _EDGE, -1), *body, min(body[-1] + _EDGE, len(view.blocks))]
    filled = [
        i
        for above, below in pairwise(ends)
        for i in range(above + 1, below)
        if _fits(view, view.blocks[i], view.blocks[above if above >= body[0] else below])
    ]
    return sorted({*body, *filled})


def _fits(view: View, block: Block, above: Block) -> bool:
    """Return whether *block* continues *above*: the same tag and place, and likely enough."""
    # What the model takes and a rule has dropped stays dropped.
    if not NEARLY <= view.probabilities[block.index] < BODY_THRESHOLD or view.cues[block.index] is not None:
        return False
    if view.tag(block) not in SMALL and (is_stamp(block.text) or is_address(block.text)):
        return False
    alike = block.tag == above.tag and view.parent(block) == view.parent(above) and view.zone(block) is None
    return alike and block.link_chars * 2 < len(block.text)


def _without_repeats(view: View, body: list[int]) -> list[int]:
    """Return *body* without the second copy of its paragraphs, as pages hold for a second width of screen."""
    count = Counter(view.blocks[i].text for i in body)
    seen: set[str] = set()
    kept: list[int] = []
    for i in body:
        block = view.blocks[i]
        again = block.text in seen and count[block.text] == 2 and block.tag != "li"
        if not again or len(block.text) < REPEATED_CHARS:
            kept.append(i)
        seen.add(block.text)
    return kept


def _without_pull_quotes(view: View, body: list[int]) -> list[int]:
    """Return *body* without the sentences that another block of it holds, set apart from it, and who said them."""
    apart = {i: at for i in body if (at := _set_apart(view, view.blocks[i])) >= 0}
    quotes = [i for i in apart if _is_quote(view.blocks[i])][:MOST_QUOTES]
    rest = "\n".join(view.blocks[i].text for i in sorted(set(body).difference(quotes))) if quotes else ""
    again = {i for i in quotes if _bare(view.blocks[i].text) in rest}
    boxes = {apart[i] for i in again}
    said = {i for i, box in apart.items() if box in boxes and len(view.blocks[i].text) <= LINE_CHARS}
    return [i for i in body if i not in again and i not in said]


def _is_quote(block: Block) -> bool:
    return len(block.text) in PULLED and block.tag not in HEADINGS


def _set_apart(view: View, block: Block) -> int:
    """Return the container of a quotation round *block*, -1 without one."""
    found = -1
    for at in view.around(block.container, _QUOTE_DEPTH):
        tag, hint = view.containers[at].tag, view.containers[at].hint.lower()
        if tag in ("article", "main", "body"):
            break
        if tag in ("blockquote", "aside") or ("quote" in hint and "pull" in hint):
            found = at
    return found


def _bare(text: str) -> str:
    """Return *text* without the quotation marks round it."""
    return text.strip(" \"'“”„«»‹›‘’‚")


def _without_byline(view: View, body: list[int]) -> list[int]:
    """Return *body* without first blocks that are names and nothing else, or stand under headline or dek."""
    titled = view.blocks[body[0]].tag == "h1" if body else False
    head = body[: min(_BYLINES_AT_MOST, len(body) - 1)]
    named: list[int] = []
    for place, index in enumerate(head):
        if _is_byline(view, view.blocks[index], first=place == len(named) or titled):
            named.append(index)
    return [index for index in body if index not in named]


def _is_byline(view: View, block: Block, *, first: bool) -> bool:
    """Return whether *block*, the *first* of the body or one further down, says who wrote it and nothing else."""
    called = view.zone(block) is Label.BYLINE
    led = called or has_lead(block.text)
    if block.tag in HEADINGS or len(block.text) > NOTE_CHARS or block.text.endswith(_ENDS) or not (first or led):
        return False
    # "Jane Doe in London" is a byline in an element called one.
    named = parse_byline(f"By {block.text}" if called else block.text, agencies=view.agencies)
    # "Par Le Figaro avec AFP": beside an agency may stand a name that no rule knows.
    return bool(named.authors and not named.unread) or bool(led and named.others and named.unread <= 1)


def _without_signature(view: View, body: list[int]) -> list[int]:
    """Return *body* without a last line that names an agency or a desk, or in brackets a person, and nothing else."""
    block = view.blocks[body[-1]] if len(body) > 1 else None
    if block is None or view.tag(block) in _PARTS or len(block.text) > SIGNATURE_CHARS or block.text.endswith(_ENDS):
        return body
    named = parse_byline(block.text, agencies=view.agencies)
    # "Hire more staff" is no desk.
    desk = named.desks and not any(word[0].islower() for word in block.text.split())
    signed = named.authors and _ENCLOSED.fullmatch(block.text)
    return body[:-1] if (named.agencies or desk or signed) and not named.unread else body


def _without_end(view: View, body: list[int]) -> list[int]:
    """Return *body* without a heading that heads nothing and without who the author is, at its end."""
    end = len(body)
    while end > 1 and _ends_nothing(view, view.blocks[body[end - 1]], view.blocks[body[end - 2]]):
        end -= 1
    return body[:end] if _chars(view, body[:end]) > ARTICLE_CHARS else body


def _ends_nothing(view: View, block: Block, above: Block) -> bool:
    if block.tag in HEADINGS:
        return view.probabilities[block.index] < LAST_HEADING
    if view.probabilities[block.index] >= SURE or above.tag in HEADINGS:
        return False
    return is_biography(block.text)


_OF_MARKUP = (
    _without_comments,
    _before_comments,
    _before_offer,
    _without_lists,
    _first_article,
    _whole_tables,
    _with_subheads,
    _with_listings,
    _without_gaps,
    _without_repeats,
    _without_pull_quotes,
    _without_byline,
    _without_end,
    _without_signature,
)
_OF_DUMPS = (
    _before_comments,
    _without_lists,
    _with_short_lines,
    _without_repeats,
    _without_byline,
    _without_end,
    _without_signature,
)
