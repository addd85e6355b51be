"""
Which blocks are the body: those the model finds likely, less what words, place and neighbours speak against.

Each rule takes the indices of the body so far and returns what it makes of them; which ones are asked, in what order,
stands at the end.
"""

from bisect import bisect_left
from collections import Counter
from itertools import accumulate, pairwise, takewhile

from newsclean.document import Block, Label
from newsclean.fields.people import has_lead, parse_byline
from newsclean.labels.view import BODY_THRESHOLD, CELL_CHARS, SIGNATURE_CHARS, View
from newsclean.labels.wording import (
    BULLETS,
    HEADINGS,
    cue_label,
    has_stamp,
    heads_thread,
    is_address,
    is_biography,
    is_counter,
    is_date_and_time,
    is_moment,
    is_note,
    is_stamp,
    leads_elsewhere,
    notes_time,
    opens_list,
    picture_credit,
)
from newsclean.lexicon import Cue

__all__ = ["find_body"]

SURE = 0.97
"""Probability at which the model overrules a cue phrase: honest sentences may begin like one."""

ARTICLE_CHARS = 250
"""Characters of text outside of the comments that make an article with comments; less is a thread of a forum."""

COUNTED_SHARE = 0.05
"""Share of the likely text above "109 comments" that makes an article; threads are longer than what they are about."""

NOTE_CHARS = 110
"""A phrase inside a longer block than this is mentioned, not meant."""

DATA_CELLS = 6
"""Cells of the smallest table that is kept or left out as a whole."""

SUBHEAD = 0.1
"""Probability from which a heading between two blocks of the body belongs to it."""

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

_DEMOTING = frozenset(
    {
        Label.RELATED,
        Label.NEWSLETTER,
        Label.SHARE,
        Label.ADVERTISEMENT,
        Label.CONSENT,
        Label.COMMENTS,
        Label.LEGAL,
        Label.CREDIT,
        Label.NAVIGATION,
        Label.CORRECTION,
        Label.AUTHOR_BIO,
    },
)
"""Labels whose cue takes a block out of the body when the model is not sure."""

_NEVER_BODY = frozenset({Label.CAPTION, Label.CREDIT, Label.NEWSLETTER, Label.AUTHOR_BIO})
"""What an element may be called that holds none of the body, however sure the model is."""

_NOTE_WORDS = 3
"""Words of a phrase that says what a block is, however sure the model: "Like what you read?"."""

_NOTE_AT_END = 300
"""Characters of a block that such a phrase begins, at most."""

_LINE_CHARS = 60
"""Characters of a line with the time of a live blog's entry, and who wrote it."""

_CAPTIONING = frozenset({"em", "i", "small", "span", "cite"})
"""Tags of elements that hold a caption and no paragraph: blogs put paragraph and picture in one box, too."""

_YEARLY = frozenset({"td", "th", "li", *HEADINGS})
"""Tags of blocks that are short and may hold a year, without being a time of publication."""

_QUOTE_DEPTH = 6
"""Elements round a block among which a quotation's is."""

_TITLES = ("h1", "h2")

_APPENDED = 3
"""Articles below the first, at most; more are the entries of a live blog."""

_SIGNED_WITHIN = 3
"""Blocks below the headline of a second article among which its author or its time stands."""

_PARTS = _YEARLY | {"dd"}
"""Tags of blocks that are parts of a list, a table, a section."""

_FULL_STOPS = (".", "。", "！", "!", "”", '"', "»")
_ENDS = (".", "!", "?", ":", "…", "”", '"', "»", "。")

_LISTED = (*BULLETS, "> ", "1. ", "2. ", "3. ", "4. ", "5. ")


def find_body(view: View) -> list[int]:
    """Return the indices of the blocks that are the body of the page's article, in order."""
    likely = [b for b, p in zip(view.blocks, view.probabilities, strict=True) if p >= BODY_THRESHOLD]
    body = [block.index for block in likely if not _demoted(view, block)]
    for rule in _OF_MARKUP if view.containers else _OF_DUMPS:
        body = rule(view, body)
    return body


def _demoted(view: View, block: Block) -> bool:
    """Return whether its words, or its place, take *block* out of the body against the model."""
    if _is_named_otherwise(view, block) or _is_bare_caption(view, block) or is_counter(block.text):
        return True
    if view.is_signature(block) or (view.containers and view.zones.in_box[block.container]):
        return True
    cue = view.cues[block.index]
    if _says_what_it_is(view, block) or _is_named_caption(view, block):
        return True
    if view.probabilities[block.index] >= SURE:
        return False
    if len(block.text) < 400 and picture_credit(block.text[-80:]):
        return True
    if block.tag not in _YEARLY and (is_stamp(block.text) or is_address(block.text)):
        return True
    if cue is None:
        return False
    label = cue_label(cue)
    if label is Label.BYLINE and len(block.text) < 80:
        return not block.text.endswith((".", "!", "?", "。"))
    if label is Label.RELATED and cue.match == "start" and _is_sentence(block.text, cue):
        return False
    return label in _DEMOTING and (cue.match != "inside" or len(block.text) < NOTE_CHARS)


def _is_named_otherwise(view: View, block: Block) -> bool:
    """Return whether the element round *block* is called what is no body, a newsletter or the time of an entry."""
    zone = view.zone(block)
    if zone is Label.TIMESTAMP:
        return block.tag not in _YEARLY and len(block.text) <= _LINE_CHARS and has_stamp(block.text)
    return zone in _NEVER_BODY


def _says_what_it_is(view: View, block: Block) -> bool:
    """Return whether the form of *block* leaves no doubt: a time, a correction, another story."""
    cue = view.cues[block.index]
    timed = notes_time(block.text, cue) or is_date_and_time(block.text) or is_moment(block.text)
    if timed and block.tag not in _YEARLY:
        return True
    if cue is not None and cue.label == "correction" and cue.match == "start" and cue.phrase.endswith(":"):
        return "note" not in cue.phrase
    if is_note(block.text) or (cue is not None and _begins_note(block.text, cue)):
        return True
    # Several in a row are a list of the article's own.
    beside = (*view.blocks[max(block.index - 1, 0) : block.index], *view.blocks[block.index + 1 : block.index + 2])
    return leads_elsewhere(block) and not any(map(leads_elsewhere, beside))


def _begins_note(text: str, cue: Cue) -> bool:
    """Return whether *text* begins with the phrase of *cue*, long enough to leave no doubt, and is short."""
    if cue.match == "inside" or len(text) > _NOTE_AT_END or len(cue.phrase.split()) < _NOTE_WORDS:
        return False
    label = cue_label(cue)
    return label in _DEMOTING and not (label is Label.RELATED and cue.match == "start" and _is_sentence(text, cue))


def _is_sentence(text: str, cue: Cue) -> bool:
    """Return whether *text* goes on from the phrase of *cue* to a full stop: "Read more books this year, she said."."""
    return text.endswith(_FULL_STOPS) and ":" not in text[: len(cue.phrase) + 4]


def _is_bare_caption(view: View, block: Block) -> bool:
    """Return whether *block* stands between a picture and the line that says who made it."""
    if not block.media or len(block.text) > 250 or block.index + 1 >= len(view.blocks):
        return False
    cue = view.cues[block.index + 1]
    return cue is not None and cue.label == "credit" and len(view.blocks[block.index + 1].text) < NOTE_CHARS


def _is_named_caption(view: View, block: Block) -> bool:
    """Return whether *block* stands with a picture, in an element that is no paragraph: "<em class=desc>"."""
    own = view.containers[block.container].tag if block.container >= 0 else ""
    return own in _CAPTIONING and block.text in view.hints.captions


def _chars(view: View, body: list[int]) -> int:
    return sum(len(view.blocks[i].text) for i in body)


def _without_comments(view: View, body: list[int]) -> list[int]:
    """Return *body* without what readers wrote under an article of some length."""
    rest = [i for i in body if not view.zones.in_comments[view.blocks[i].container]]
    return rest if _chars(view, rest) > ARTICLE_CHARS else body


def _before_comments(view: View, body: list[int]) -> list[int]:
    """Return *body* up to a heading "Comments", when the most of it stands above; one that counts them needs less."""
    counted = {text: index for index, text in enumerate(view.folded) if heads_thread(text)}  # above, it is a link down
    chars = list(accumulate((len(view.blocks[i].text) for i in body), initial=0))
    for index, cue in enumerate(view.cues):
        counts = counted.get(view.folded[index]) == index
        said = cue is not None and cue.label == "comments" and opens_list(cue)
        # In markup "Name" and "Email" are the fields of any form.
        if counts or (said and (not view.containers or view.blocks[index].tag in HEADINGS)):
            above = bisect_left(body, index)
            share = COUNTED_SHARE if counts or view.containers else 0.5  # a dump's line may be a button's
            if chars[above] > max(ARTICLE_CHARS, chars[-1] * share):
                return body[:above]
    return body


def _without_lists(view: View, body: list[int]) -> list[int]:
    """Return *body* without the items right under a heading such as "Read next"."""
    listed: set[int] = set()
    for i in body:
        cue = view.cues[i - 1] if i else None
        headed = cue is not None and opens_list(cue) and cue_label(cue) is Label.RELATED
        if (headed or i - 1 in listed) and view.blocks[i].text.startswith(_LISTED) and view.probabilities[i] < SURE:
            listed.add(i)
    return [i for i in body if i not in listed]


def _first_article(view: View, body: list[int]) -> list[int]:
    """Return *body* up to the headline of a second article, as pages that scroll on append one."""
    if not body:
        return body
    own = view.enclosing(view.blocks[body[0]], "article")
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
    apart = own >= 0 and view.enclosing(block, "article") not in (own, -1)
    if block.tag == "h1" and apart:
        return True
    if not (apart or (block.tag == "h1" and titled)):
        return False
    below = view.blocks[block.index + 1 : block.index + 1 + _SIGNED_WITHIN]
    above_text = takewhile(lambda line: len(line.text) <= NOTE_CHARS, below)
    return any(is_stamp(line.text) or _is_byline(view, line, first=False) for line in above_text)


def _whole_tables(view: View, body: list[int]) -> list[int]:
    """Return *body* with all cells of the data tables of which it has most, and none of the others."""
    cells: dict[int, list[int]] = {}
    for block in view.blocks:
        if block.tag in ("td", "th"):
            cells.setdefault(view.enclosing(block, "table"), []).append(block.index)
    chosen = set(body)
    for table, indices in cells.items():
        if len(indices) >= DATA_CELLS and view.longest_in_table[table] < CELL_CHARS:
            most = sum(i in chosen for i in indices) * 2 > len(indices)
            chosen = chosen.union(indices) if most else chosen.difference(indices)
    return sorted(chosen)


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
    likely = block.tag in HEADINGS and view.probabilities[block.index] >= SUBHEAD
    return likely and not block.links and view.cues[block.index] is None


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
    if block.tag not in _YEARLY and (is_stamp(block.text) or is_address(block.text)):
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
    said = {i for i, box in apart.items() if box in boxes and len(view.blocks[i].text) <= _LINE_CHARS}
    return [i for i in body if i not in again and i not in said]


def _is_quote(block: Block) -> bool:
    return len(block.text) in PULLED and block.tag not in HEADINGS


def _set_apart(view: View, block: Block) -> int:
    """Return the container of a quotation round *block*, -1 without one."""
    at, found = block.container, -1
    for _ in range(_QUOTE_DEPTH):
        if at < 0 or view.containers[at].tag in ("article", "main", "body"):
            break
        container = view.containers[at]
        hint = container.hint.lower()
        if container.tag in ("blockquote", "aside") or ("quote" in hint and "pull" in hint):
            found = at
        at = container.parent
    return found


def _bare(text: str) -> str:
    """Return *text* without the quotation marks round it."""
    return text.strip(" \"'“”„«»‹›‘’‚")


def _without_byline(view: View, body: list[int]) -> list[int]:
    """Return *body* without a first block that is names and nothing else, or one that stands under headline or dek."""
    for place, index in enumerate(body[: min(3, len(body) - 1)]):
        if _is_byline(view, view.blocks[index], first=place == 0 or view.blocks[body[0]].tag == "h1"):
            return [*body[:place], *body[place + 1 :]]
    return body


def _is_byline(view: View, block: Block, *, first: bool) -> bool:
    """Return whether *block*, the *first* of the body or one further down, says who wrote it and nothing else."""
    led = has_lead(block.text)
    if block.tag in HEADINGS or len(block.text) > NOTE_CHARS or block.text.endswith(_ENDS) or not (first or led):
        return False
    named = parse_byline(block.text, agencies=view.agencies)
    # "Par Le Figaro avec AFP": beside an agency may stand a name that no rule knows.
    return bool(named.authors and not named.unread) or bool(led and named.others and named.unread <= 1)


def _without_signature(view: View, body: list[int]) -> list[int]:
    """Return *body* without a last line that names an agency or a desk and nothing else."""
    block = view.blocks[body[-1]] if len(body) > 1 else None
    if block is None or block.tag in _PARTS or len(block.text) > SIGNATURE_CHARS or block.text.endswith(_ENDS):
        return body
    named = parse_byline(block.text, agencies=view.agencies)
    # "Hire more staff" is no desk.
    desk = named.desks and not any(word[0].islower() for word in block.text.split())
    return body[:-1] if (named.agencies or desk) and not named.unread else body


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
    _without_lists,
    _first_article,
    _whole_tables,
    _with_subheads,
    _without_gaps,
    _without_repeats,
    _without_pull_quotes,
    _without_byline,
    _without_end,
    _without_signature,
)
_OF_DUMPS = (_before_comments, _without_lists, _without_repeats, _without_end, _without_signature)
