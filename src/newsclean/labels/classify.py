"""
Blocks to labels: the model says what belongs to the body, cues and containers say what the rest is.

Every block gets exactly one label and the reason for it. Rules are asked in the order they stand in `_Page.label`: what
is sure comes first.
"""

from collections.abc import Sequence

from newsclean.document import BODY_LABELS, LAST_CRUMB, Block, Hints, Label, Labelled, Layout
from newsclean.fields.agencies import Agencies
from newsclean.fields.given_names import begins_with_given_name
from newsclean.fields.leads import has_lead
from newsclean.fields.people import is_desk, parse_byline
from newsclean.labels.body import find_body
from newsclean.labels.head import KICKER_CHARS, find_dek, find_headline
from newsclean.labels.view import CELL_CHARS, MOST_BLOCKS, View, look
from newsclean.labels.wording import (
    BULLETS,
    HEADINGS,
    cue_label,
    has_stamp,
    is_biography,
    is_bold,
    is_link,
    is_moment,
    is_stamp,
    opens_list,
    picture_credit,
)
from newsclean.labels.zones import ARTICLE_ZONES, SAID_BY_CONTAINER
from newsclean.lexicon import Cue, Lexicon, fold

__all__ = ["classify"]

_BY_WORDS = ("by ", "von ", "par ", "por ", "di ", "door ", "av ", "af ", "de ", "автор", "текст")
_BIO_WORDS = 8
_LINK_CHARS = 60
"""Characters of a link in a menu, at most."""
_ARTICLE_REACH = 40
"""Blocks between such a zone and the article, at most."""

_CREDIT_CHARS = 50
"""Characters beside the phrase of a credit, at most; more is a caption with its credit."""

_NAME_CHARS = 35
"""Characters of the name in a credit, at most; more in a caption's element is a caption with its credit."""

_CAPTION_CHARS = 13
"""Characters of the shortest caption; shorter lines under a picture are buttons and counters."""

_BIO_REACH = 4
"""Blocks behind the article among which whoever is introduced wrote it."""

_KICKER_WORDS = 3

_CRUMB_REACH = 12
"""Blocks above the headline among which its breadcrumbs stand."""

_CRUMB_CHARS = 40

_CRUMB_DEPTH, _HEADER_DEPTH, _FORM_DEPTH = 6, 3, 4
"""Elements round a block looked at for breadcrumbs, for the header it shares with the headline, for its form."""

_WIRES_CHARS = 30
"""Characters of a line of agencies' marks, at most."""

_INITIALS = 5
"""Letters of one of its parts, on average."""

_BYLINE_REACH = 4
"""Blocks below the first of the body among which a line that begins with "By" is its byline."""

_STAMP_WORDS = 16
"""A block with a time and at most so many words is a timestamp or a byline."""


def classify(
    layout: Layout,
    probabilities: Sequence[float],
    hints: Hints,
    *,
    lexicon: Lexicon,
    agencies: Agencies,
) -> tuple[Labelled, ...]:
    """
    Return every block of *layout* with its label, in order.

    Args:
        layout: blocks of a page or a dump.
        probabilities: how likely each block belongs to the body, as `scoring` gives them.
        hints: what the page declares of its article.
        lexicon: cue phrases.
        agencies: wire services, for bylines that name nobody else.
    """
    view = look(layout, probabilities, lexicon=lexicon, agencies=agencies, hints=hints)
    page = _Page(view, hints)
    labelled: list[Labelled] = []
    heading: Labelled | None = None  # "Read next" and the like, while it speaks for what follows
    for block in layout.blocks:
        label, reason = page.label(block, heading)
        item = Labelled(block, label, reason, float(probabilities[block.index]))
        if label in BODY_LABELS:
            heading = None
        elif page.opens_list(block.index):
            heading = item
        labelled.append(item)
    return tuple(labelled)


def _below_headline(view: View, body: Sequence[int], headline: int) -> list[int]:
    """Return *body* without the headline and the short lines above its heading: a kicker, a trail, a date."""
    rest = [index for index in body if index != headline]
    marked = headline >= 0 and view.blocks[headline].tag in HEADINGS
    # Old pages have no headings at all.
    headed = view.containers and headline >= 0 and (marked or all(block.tag not in HEADINGS for block in view.blocks))
    if not headed or 2 * sum(index > headline for index in rest) < len(rest):
        return rest
    return [index for index in rest if index > headline or len(view.blocks[index].text) > KICKER_CHARS]


class _Page:
    """What the rules of one page share: its view, its body, its head. Made once, then only read."""

    def __init__(self, view: View, hints: Hints) -> None:
        self.view = view
        likely = find_body(view)
        self.headline = find_headline(view, likely, hints)
        text = _below_headline(view, likely, self.headline)
        self.dek = find_dek(view, text, self.headline, fold(hints.description))
        body = [index for index in text if index != self.dek]
        self.in_body = frozenset(body)
        self.first = body[0] if body else len(view.blocks)
        self.last = body[-1] if body else -1
        end = min(self.last, self.first + MOST_BLOCKS)
        self.near = range(self.first - _ARTICLE_REACH, end + _ARTICLE_REACH + 1)
        self.headline_text = view.folded[self.headline] if self.headline >= 0 else fold(hints.headline)
        self.crumb = self._last_crumb()
        self.authors = tuple(name for name in (*hints.authors, *self._signed()) if len(name) > 5)  # no initials

    def label(self, block: Block, heading: Labelled | None) -> tuple[Label, str]:
        """Return the label of *block* and why; *heading* is the list heading it may stand under."""
        if block.index == self.headline:
            return Label.HEADLINE, "headline of the page"
        if block.index == self.crumb:
            return Label.SECTION, LAST_CRUMB
        if self._repeats_headline(block):
            return Label.HEADLINE, "repeats the headline"
        if block.index == self.dek:
            return Label.DEK, "stands between headline and body"
        if block.index == self.last and block.text.startswith(self.authors):
            return Label.AUTHOR_BIO, "begins with the author's name"
        if block.index in self.in_body:
            return self._body_form(block), f"model: {self.view.probabilities[block.index]:.2f}"
        if block.index in self.near and self.view.is_signature(block):
            return Label.BYLINE, "names the author"
        if signed := self._by_agency(block):
            return signed
        return self._by_cue(block) or self._by_zone(block) or self._by_heading(block, heading) or self._by_shape(block)

    def _by_agency(self, block: Block) -> tuple[Label, str] | None:
        """Return the label of a line of names and an agency between headline and body, where no picture is."""
        cue = self.view.cues[block.index]
        if cue is None or cue_label(cue) is not Label.CREDIT or not -1 < self.headline < block.index < self.first:
            return None
        named = parse_byline(block.text, agencies=self.view.agencies) if not block.media else None
        plain = named and named.authors and not named.unread and self.view.zone(block) not in ARTICLE_ZONES
        return (Label.BYLINE, "names and an agency") if plain else None

    def _cue(self, block: Block) -> Cue | None:
        """Return the phrase that *block* carries; a short link to the site's corrections corrects nothing."""
        cue = self.view.cues[block.index]
        linked = cue is not None and cue_label(cue) is Label.CORRECTION and block.links > 0 and is_link(block)
        return None if linked and len(block.text) <= _LINK_CHARS else cue

    def _by_cue(self, block: Block) -> tuple[Label, str] | None:
        """Return the label that a phrase of the lexicon gives *block*."""
        cue = self._cue(block)
        if cue is None or (cue_label(cue) is Label.CORRECTION and is_stamp(block.text)):
            return None
        label = cue_label(cue)
        if label is Label.CREDIT and self._names_wires(block):
            return Label.BYLINE, "names agencies"
        if label is Label.CREDIT and self._is_more_than_credit(block, cue):
            label = Label.CAPTION
        return label, f"cue: {cue.phrase} ({cue.lang})"

    def _names_wires(self, block: Block) -> bool:
        """Return whether *block*, beside the body and no picture, is agencies and initials: "kah/dpa/AFP", "(AFP)"."""
        pictured = block.media or self.view.zone(block) in ARTICLE_ZONES or any(mark in block.text for mark in ":©")
        if len(block.text) > _WIRES_CHARS or pictured:
            return False
        named = parse_byline(block.text, agencies=self.view.agencies)
        initials = len("".join(filter(str.isalpha, block.text))) <= _INITIALS * (named.unread + len(named.agencies) + 1)
        return bool(named.agencies) and not named.authors and initials and self._adjoins_body(block.index)

    def _is_more_than_credit(self, block: Block, cue: Cue) -> bool:
        """Return whether *block* is the words under a picture, with the name of who made it behind them."""
        beside = len(block.text) - len(cue.phrase) if cue.match == "inside" else 0
        if self.view.zone(block) is Label.CAPTION:
            credit = picture_credit(block.text)
            return beside > _NAME_CHARS or (credit is not None and credit.start() > 0)
        return beside > _CREDIT_CHARS and block.index in self.near

    def _by_zone(self, block: Block) -> tuple[Label, str] | None:
        """Return the label that the containers round *block* give it."""
        zone, index = self.view.zone(block), block.index
        if zone is Label.NAVIGATION and self._heads_headline(block):
            return None  # the kicker in the article's own header
        if zone is Label.BYLINE and index > self.last >= 0 and len(block.text.split()) >= _BIO_WORDS:
            return Label.AUTHOR_BIO, "more than a name, behind the article"
        if -1 < self.headline < index < self.first and (signed := self._in_header(block, zone)):
            return signed
        if zone is Label.DEK and not self.headline < index <= self.first:
            return None  # the teaser of another story
        if zone is not None and (zone not in ARTICLE_ZONES or index in self.near):
            return zone, SAID_BY_CONTAINER
        return None

    def _last_crumb(self) -> int:
        """Return the block above the headline that is the last of the page's breadcrumbs, -1 without one."""
        top = max(self.headline - _CRUMB_REACH, 0)
        for block in reversed(self.view.blocks[top : max(self.headline, 0)] if self.view.containers else ()):
            said = self.view.folded[block.index]
            again = said in self.headline_text or self.headline_text in said
            if not again and len(block.text) <= _CRUMB_CHARS and self._is_crumb(block):
                # The first leads home.
                return block.index if block.index and self._is_crumb(self.view.blocks[block.index - 1]) else -1
        return -1

    def _is_crumb(self, block: Block) -> bool:
        """Return whether *block* is one item of a list or row that is called breadcrumbs."""
        around = self.view.around(block.container, _CRUMB_DEPTH)
        return block.links == 1 and any("crumb" in self.view.containers[at].hint.lower() for at in around)

    def _heads_headline(self, block: Block) -> bool:
        """Return whether *block* is a short line right above the headline, in a small element that holds both."""
        if self.headline < 0 or block.index != self.headline - 1 or len(block.text.split()) > _KICKER_WORDS:
            return False
        own, other = self.view.parent(block), self.view.parent(self.view.blocks[self.headline])
        reach = _HEADER_DEPTH
        return own == other or own in self.view.around(other, reach) or other in self.view.around(own, reach)

    def _in_header(self, block: Block, zone: Label | None) -> tuple[Label, str] | None:
        """Return the label of a line between headline and body that *zone* takes for something else."""
        if zone is Label.NAVIGATION:
            return self._by_line(block)  # the header of the article, not of the page
        if zone in (Label.TIMESTAMP, Label.RELATED) and (signed := self._by_line(block)):
            # A time can look like a name, and a tag names whom the article is about.
            named = parse_byline(block.text, agencies=self.view.agencies).authors
            timed = zone is Label.TIMESTAMP and any(begins_with_given_name(author.name) for author in named)
            return signed if timed or has_lead(block.text) or self.view.zones.signed[block.container] else None
        return None

    def _by_heading(self, block: Block, heading: Labelled | None) -> tuple[Label, str] | None:
        """Return the label that the *heading* above gives *block*, or the author's name it begins with."""
        if heading is not None:
            return heading.label, f"follows: {heading.block.text[:60]}"
        if self.last < block.index <= self.last + _ARTICLE_REACH and block.text.startswith(self.authors):
            return Label.AUTHOR_BIO, "begins with the author's name"
        if self.last < block.index <= self.last + _BIO_REACH and is_biography(block.text):
            return Label.AUTHOR_BIO, "says who somebody is, behind the article"
        return None

    def opens_list(self, index: int) -> bool:
        """Return whether the block is a heading that speaks for what follows it: "Read next", "Comments"."""
        cue = self._cue(self.view.blocks[index])
        # Before the body the same words stand in menus, and say nothing of what follows.
        return cue is not None and opens_list(cue) and index > self.first

    def _signed(self) -> list[str]:
        """Return the persons whom the bylines under the headline name: "By Jane Doe", in a dump without "By" too."""
        top = max(self.headline - 3, 0)
        lines = self.view.blocks[top : min(self.first, top + MOST_BLOCKS)]
        in_markup = bool(self.view.containers)
        short = [block.text for block in lines if len(block.text) < 80 and (not in_markup or has_lead(block.text))]
        return [author.name for text in short for author in parse_byline(text, agencies=self.view.agencies).authors]

    def _above_headline(self) -> int:
        """Return the nearest block above the headline that no cue explains, -1 without one."""
        above = range(self.headline - 1, max(self.headline - 4, -1), -1)
        return next((i for i in above if self.view.cues[i] is None and self.headline >= 0), -1)

    def _adjoins_body(self, index: int) -> bool:
        """Return whether the block stands between headline and body, or right behind the body."""
        led = self.view.blocks[index].text.lower().startswith(_BY_WORDS)
        # An advertisement may stand in the body above the byline.
        if led and (0 < self.headline - index < 4 or self.first < index <= self.first + _BYLINE_REACH):
            return True
        return -1 < self.headline < index < self.first or self.last < index <= self.last + 2

    def _names_writers(self, block: Block) -> bool:
        """Return whether *block* names an agency or a desk, or a person where bylines stand."""
        if " " not in block.text and not block.text.isascii():
            # Any short word of a script without spaces could be a name; a reporter's has the trade behind it.
            return block.text.endswith(("記者", "记者", "기자")) and self._adjoins_body(block.index)
        adjoins, agencies = self._adjoins_body(block.index), self.view.agencies
        if not adjoins and block.text.isascii() and not is_desk(block.text) and not agencies.may_stand_in(block.text):
            return False  # nothing but a person could be named; most short lines of a page end here
        if self.view.enclosing(block, "figure") >= 0:
            return False  # who made the picture
        named = parse_byline(block.text, agencies=agencies)
        return bool(named.agencies or named.desks) or (adjoins and named.unread < len(named.authors))

    def _repeats_headline(self, block: Block) -> bool:
        """Return whether *block* says the headline again, in a bullet, a caption or a share box."""
        if len(self.headline_text) < 16 or len(block.text) > 2 * len(self.headline_text) + 8:
            return False
        if self.view.containers and block.index in self.in_body and block.index != self.first:
            return False  # a subhead that says what the headline says
        text = self.view.folded[block.index]
        return text == self.headline_text or (
            text.startswith(self.headline_text) and self.headline < block.index < self.first
        )

    def _body_form(self, block: Block) -> Label:
        """Return which of the body's labels *block* has."""
        tags = {block.tag, *(self.view.containers[at].tag for at in self.view.around(block.container, _FORM_DEPTH))}
        if block.tag in HEADINGS:
            return Label.SUBHEAD
        for tag, label in (("pre", Label.CODE), ("blockquote", Label.QUOTE), ("li", Label.LIST_ITEM)):
            if tag in tags:
                return label
        # A table that holds a long text is there for the layout of the page.
        if (
            block.tag in ("td", "th", "caption")
            and self.view.longest_in_table.get(self.view.enclosing(block, "table"), 0) < CELL_CHARS
        ):
            return Label.TABLE
        if block.text.startswith(BULLETS):
            return Label.LIST_ITEM
        return Label.SUBHEAD if self._is_subhead(block) else Label.PARAGRAPH

    def _is_subhead(self, block: Block) -> bool:
        """Return whether *block* has the form of a heading: short, no sentence, bold or alone on a line of a dump."""
        if len(block.text) > 90 or block.text.endswith((".", "!", ":", ",", ";", "”", '"', "。", "»", "…")):
            return False
        if self.view.containers:
            return is_bold(block)
        return len(block.text) < 70 and block.index not in (self.first, self.last)

    def _above_credit(self, block: Block) -> bool:
        """Return whether *block* is a sentence near the article, right above the line that says who made a picture."""
        following = self.view.cues[block.index + 1 : block.index + 2]
        credited = any(cue is not None and cue.label == "credit" for cue in following)
        return credited and len(block.text) > 30 and block.index in self.near

    def _under_picture(self, block: Block) -> bool:
        """Return whether *block* stands under a picture, beside a paragraph of the body and above another."""
        if block.tag in HEADINGS or block.link_chars or block.text.endswith(":") or len(block.text) < _CAPTION_CHARS:
            return False
        beside = not self.in_body.isdisjoint((block.index - 1, block.index + 1))
        return block.media > 0 and beside and self.first < block.index < self.last

    def _with_picture(self, block: Block) -> bool:
        """Return whether *block* is all the text that stands with a picture in an element near the article."""
        long = len(block.text) >= _CAPTION_CHARS and not block.link_chars
        return long and block.index in self.near and block.text in self.view.hints.captions

    def _beside_newsletter(self, block: Block) -> bool:
        """Return whether the block before or after *block*, longer than a button, is about a newsletter."""
        beside = (block.index - 1, block.index + 1)
        cues = [self.view.cues[i] for i in beside if 0 <= i < len(self.view.cues) and i not in self.in_body]
        return len(block.text) > 20 and any(cue is not None and cue.label == "newsletter" for cue in cues)

    def _by_line(self, block: Block) -> tuple[Label, str] | None:
        """Return the label of a short line near the article that holds a time or names."""
        if block.index not in self.near or len(block.text.split()) > _STAMP_WORDS or block.text.endswith(":"):
            return None
        if is_stamp(block.text) or is_moment(block.text):
            return Label.TIMESTAMP, "a time and little else"
        if self._names_writers(block):
            return Label.BYLINE, "names and a time" if has_stamp(block.text) else "names and little else"
        return None

    def _by_shape(self, block: Block) -> tuple[Label, str]:
        """Return a label for a block that nothing names."""
        words = block.text.split()
        if signed := self._by_line(block):
            return signed
        if block.index == self._above_headline() and len(words) <= 3 and block.links < 2:  # more are a menu
            return Label.SECTION, "short line above the headline"
        if self._above_credit(block):
            return Label.CAPTION, "above a picture credit"
        if self._under_picture(block) or self._with_picture(block):
            return Label.CAPTION, "under a picture"
        if block.index in self.near and (credit := picture_credit(block.text)):
            return (
                (Label.CAPTION, "ends with a picture credit") if credit.start() else (Label.CREDIT, "a picture credit")
            )
        if "newsletter" in self.view.folded[block.index] or self._beside_newsletter(block):
            return Label.NEWSLETTER, "speaks of a newsletter, or stands beside what does"
        if block.link_chars * 2 > len(block.text):
            return (Label.RELATED, "link as long as a title") if len(words) > 4 else (Label.NAVIGATION, "short link")
        if not self.view.containers and block.index > self.last >= 0 and len(words) > 4:
            return Label.RELATED, "text behind the article"
        return Label.OTHER, f"model: {self.view.probabilities[block.index]:.2f}"
