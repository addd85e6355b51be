"""
Which likely blocks are none of the body all the same: what their words, their form or their element say they are.

Some speak against any probability, a caption's element or "contributed research"; others only where the model is not
sure, since honest sentences may begin like them.
"""

from newsclean.document import Block, Label
from newsclean.labels.view import View
from newsclean.labels.wording import (
    HEADINGS,
    cue_label,
    has_stamp,
    is_address,
    is_counter,
    is_date_and_time,
    is_moment,
    is_note,
    is_row_of_links,
    is_time_of_story,
    leads_elsewhere,
    notes_time,
    picture_credit,
)
from newsclean.lexicon import Cue

__all__ = ["LINE_CHARS", "NOTE_CHARS", "SMALL", "SURE", "is_demoted"]

SURE = 0.97
"""Probability at which the model overrules a cue phrase: honest sentences may begin like one."""

NOTE_CHARS = 110
"""A phrase inside a longer block than this is mentioned, not meant."""

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

_SURE_WORDS = 5
"""Words of a phrase that no sentence happens to begin with: "For more stories like this, check our news page."."""

_BEGUN_CHARS = 300
"""Characters of a block that such a phrase begins, at most."""

_HEADING = 0.8
"""Probability from which a line in bold is a heading of the body, though it be a day: timelines have such."""

LINE_CHARS = 60
"""Characters of a line with the time of a live blog's entry, and who wrote it."""

_CAPTIONING = frozenset({"em", "i", "small", "span", "cite", "td"})
"""Tags of elements that hold a caption and no paragraph: blogs put paragraph and picture in one box, too."""

SMALL = frozenset({"td", "th", "li", *HEADINGS})
"""Tags of blocks that are short and may hold a year, without being a time of publication."""

_CELLS = frozenset({"td", "th", "li"})

_FULL_STOPS = (".", "。", "！", "!", "”", '"', "»")


def is_demoted(view: View, block: Block) -> bool:
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
    if is_row_of_links(block):
        return True
    if not _is_part(view, block) and (is_time_of_story(block.text) or is_address(block.text)):
        return True
    if cue is None:
        return False
    if cue_label(cue) is Label.BYLINE and len(block.text) < 80:
        return not block.text.endswith((".", "!", "?", "。"))
    return _demotes(block.text, cue) and (cue.match != "inside" or len(block.text) < NOTE_CHARS)


def _is_part(view: View, block: Block) -> bool:
    """Return whether *block* is a part of a list or a table, or a heading: "<td><p>09:17</p></td>", a day in bold."""
    if block.bold_chars >= len(block.text) and view.probabilities[block.index] >= _HEADING:
        return True
    parent = view.parent(block) if block.tag == "p" and block.container >= 0 else -1
    return view.tag(block) in SMALL or (parent >= 0 and view.containers[parent].tag in _CELLS)


def _is_named_otherwise(view: View, block: Block) -> bool:
    """Return whether the element round *block* is called what is no body, a newsletter or the time of an entry."""
    zone = view.zone(block)
    if zone is Label.TIMESTAMP:
        return view.tag(block) not in SMALL and len(block.text) <= LINE_CHARS and has_stamp(block.text)
    return zone in _NEVER_BODY


def _says_what_it_is(view: View, block: Block) -> bool:
    """Return whether the form of *block* leaves no doubt: a time, a correction, another story."""
    cue = view.cues[block.index]
    timed = notes_time(block.text, cue) or is_date_and_time(block.text) or is_moment(block.text)
    if timed and not _is_part(view, block):
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
    if cue.match == "inside" or len(text) > _BEGUN_CHARS or len(cue.phrase.split()) < _NOTE_WORDS:
        return False
    return _demotes(text, cue)


def _demotes(text: str, cue: Cue) -> bool:
    """Return whether *cue* says that *text* is no body's, and *text* is no sentence that happens to begin so."""
    label = cue_label(cue)
    loose = label is Label.RELATED and cue.match == "start" and len(cue.phrase.split()) < _SURE_WORDS
    return label in _DEMOTING and not (loose and _is_sentence(text, cue))


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
