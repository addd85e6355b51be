"""
Blocks to labels: the model says what belongs to the body, cues and containers say what the rest is.

Every block gets exactly one label and the reason for it. Rules are asked in the order they stand in `_Page.label`: what
is sure comes first.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from newsclean.document import BODY_LABELS, Block, Container, Hints, Label, Labelled, Layout
from newsclean.lexicon import Cue, Lexicon, fold
from newsclean.people import Agencies, parse_byline

__all__ = ["BODY_THRESHOLD", "CUE_LABELS", "classify"]

BODY_THRESHOLD = 0.5
"""Probability from which a block belongs to the body."""

SURE = 0.97
"""Probability at which the model overrules a cue phrase: honest sentences may begin like one."""

CUE_LABELS = {
    "timestamp_modified": Label.TIMESTAMP,
    "reporting": Label.CREDIT,
    "desk": Label.BYLINE,
    "paywall": Label.LEGAL,
    "bot_wall": Label.OTHER,
    "not_found": Label.OTHER,
}
"""What the lexicon's own kinds of cue are as labels; all other cues are named as labels are."""

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

_OPENING = frozenset({Label.RELATED, Label.COMMENTS, Label.NEWSLETTER, Label.AUTHOR_BIO})
"""Labels whose heading speaks for the blocks that follow it."""

# What the words of a container's class and id say of the text in it, nearest container first.
_ZONES: dict[Label, str] = {
    Label.NAVIGATION: "nav navigation navbar menu submenu megamenu breadcrumb breadcrumbs header masthead footer "
    "pagination pager skip toolbar sitemap topbar toc search login",
    Label.SHARE: "share sharing shares social socials sns addthis sharedaddy addtoany",
    Label.COMMENTS: "comment comments commentlist disqus respond livefyre coral kommentare commentaires comentarios",
    Label.NEWSLETTER: "newsletter newsletters subscribe signup subscription mailchimp optin",
    Label.RELATED: "related recommended recommendations recommendation readmore trending popular mostread outbrain "
    "relatedposts taboola recirc recirculation teaser teasers latest similar aside sidebar",
    Label.ADVERTISEMENT: "ad ads advert advertisement advertising sponsor sponsored dfp adsbygoogle anzeige werbung",
    Label.CONSENT: "cookie cookies consent gdpr onetrust cmp didomi usercentrics",
    Label.AUTHOR_BIO: "bio authorbox biography authorbio",
    Label.BYLINE: "byline author authors autor auteur writer",
    Label.TIMESTAMP: "date time timestamp published pubdate datetime updated datum fecha",
    Label.CAPTION: "caption figcaption bildunterschrift legende",
    Label.CREDIT: "credit credits photographer photocredit",
    Label.LEGAL: "legal copyright terms disclaimer imprint",
    Label.DEK: "dek standfirst subtitle subheadline strapline chapo entradilla subtitular",
    Label.SECTION: "kicker rubrik eyebrow overline",
}
_ZONE_OF_WORD = {word: label for label, words in _ZONES.items() for word in words.split()}
_PICTURE_WORDS = frozenset("img image photo picture bild foto figure media".split())
_PICTURE_TEXT_WORDS = frozenset("desc description text txt legend legende".split())
"""Together they name the words under a picture: "img_desc", "photo-text"."""

_ZONE_OF_TAG = {
    "nav": Label.NAVIGATION,
    "footer": Label.NAVIGATION,
    "button": Label.NAVIGATION,
    "aside": Label.RELATED,
    "figcaption": Label.CAPTION,
    "time": Label.TIMESTAMP,
}
# Zones that hold good only next to the article: the same words name parts of teasers everywhere else on a page.
_ARTICLE_ZONES = frozenset(
    {Label.BYLINE, Label.TIMESTAMP, Label.CAPTION, Label.CREDIT, Label.DEK, Label.SECTION, Label.AUTHOR_BIO},
)
_ARTICLE_ZONE_BLOCKS = 5
"""Blocks in a container whose name is taken for that of a byline, a time, a caption."""

_FOREIGN_ZONES = frozenset({Label.COMMENTS, Label.RELATED, Label.NEWSLETTER, Label.CONSENT})
_ARTICLE_CHARS = 250
"""Characters of text outside the comments that make an article with comments; less is a thread of a forum."""

_INLINE = frozenset({"span", "code", "pre", "i", "b", "em", "strong", "a"})
_NOTE_CHARS = 90
"""A phrase inside a longer block than this is mentioned, not meant."""

_BY_WORDS = ("by ", "von ", "par ", "por ", "di ", "door ", "av ", "af ", "de ", "автор", "текст")
_BIO_WORDS = 8
_DATA_CELLS = 6
_CELL_CHARS = 200
"""Characters of a cell; a table that holds a longer one is there for the layout of the page."""

_ARTICLE_REACH = 40
"""Blocks between such a zone and the article, at most."""

_HINT_WORD = re.compile(r"[A-Z]?[a-z]{1,30}|[A-Z]{2,30}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BULLETS = ("•", "·", "* ", "- ", "– ", "▪", "‣", "+ ")
_STAMP = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\d月\d|[٠-٩]{4}")
_STAMP_ONLY = re.compile(r"[\W\d_]*(?:[^\W\d_]{1,12}[\W\d_]+){0,4}[^\W\d_]{0,12}[\W_]*(?:19|20)\d\d[\W\d_]*$")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
# Who made a picture, behind the words under it: "… am Kai. Foto: Tasmer", "(Photo by …)", "写真：…".
_CREDIT_INSIDE = re.compile(
    r"(?:^|[.!?。)(|»”\"])\s?(?:foto|photo|image|picture|bild|fot|crédit|credit|фото|写真|撮影|사진|تصوير|图)[^\W\d_]{0,5}\s?(?:[:：=©]|by\b)",
    re.IGNORECASE,
)
_PRICE_OR_LINK = re.compile(r"[$€£¥%]|://")
_DIGIT = re.compile(r"\d")
_STAMP_WORDS = 16
"""A block with a time and at most so many words is a timestamp or a byline."""

_TITLE_WORDS = range(3, 40)
"""Words of a headline; the longest of the development pages has 34."""


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
    page = _Page(layout, probabilities, hints, lexicon, agencies)
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


class _Page:
    """What the rules of one page look at besides the block itself; made once, then only read."""

    def __init__(
        self,
        layout: Layout,
        probabilities: Sequence[float],
        hints: Hints,
        lexicon: Lexicon,
        agencies: Agencies,
    ) -> None:
        self.agencies = agencies
        self.blocks = layout.blocks
        self.containers = layout.containers
        self.probabilities = probabilities
        self.description = fold(hints.description)
        self.authors = tuple(name for name in hints.authors if len(name) > 5)  # noqa: PLR2004  no initials
        texts = [block.text for block in layout.blocks]
        self.folded = [fold(text) for text in texts]
        self.cues = lexicon.cues(texts, folded=self.folded)
        self.zones = _zones(layout)
        self.in_comments = _in_comments(layout.containers)
        self.longest_in_table = self._longest_in_table()
        body = [i for i, p in enumerate(probabilities) if p >= BODY_THRESHOLD and not self._demoted(i)]
        self.body = self._whole_tables(self._first_article(self._without_comments(body)))
        self.in_body = frozenset(self.body)
        # The first line of a dump is often the page's title: headline and site.
        self.opening = self.folded[0] if self.blocks else ""
        self.first = self.body[0] if self.body else len(self.blocks)
        self.last = self.body[-1] if self.body else -1
        self.headline = self._find_headline(hints.headline)
        self.headline_text = self.folded[self.headline] if self.headline >= 0 else fold(hints.headline)
        self.dek = self._find_dek()

    def label(self, block: Block, heading: Labelled | None) -> tuple[Label, str]:
        """Return the label of *block* and why; *heading* is the list heading it may stand under."""
        index, cue = block.index, self.cues[block.index]
        if index == self.headline:
            return Label.HEADLINE, "headline of the page"
        if self._repeats_headline(block):
            return Label.HEADLINE, "repeats the headline"
        if index == self.dek:
            return Label.DEK, "stands between headline and body"
        if index in self.in_body:
            return self._body_form(block), f"model: {self.probabilities[index]:.2f}"
        if cue is not None and not (_cue_label(cue) is Label.CORRECTION and _is_stamp(block.text)):
            return _cue_label(cue), f"cue: {cue.phrase} ({cue.lang})"
        zone = self.zones[block.container] if block.container >= 0 else None
        if zone is Label.BYLINE and index > self.last >= 0 and len(block.text.split()) >= _BIO_WORDS:
            return Label.AUTHOR_BIO, "more than a name, behind the article"
        if zone is Label.DEK and not self.headline < index <= self.first:
            zone = None  # the teaser of another story
        if zone is not None and (zone not in _ARTICLE_ZONES or self._near_article(index)):
            return zone, "in a container that says so"
        if heading is not None:
            return heading.label, f"follows: {heading.block.text[:60]}"
        if self.last < index <= self.last + _ARTICLE_REACH and block.text.startswith(self.authors):
            return Label.AUTHOR_BIO, "begins with the author's name"
        return self._by_shape(block)

    def _demoted(self, index: int) -> bool:
        """Return whether its words, or its place, take the block out of the body against the model."""
        cue, block = self.cues[index], self.blocks[index]
        if block.container >= 0 and self.zones[block.container] in (Label.CAPTION, Label.CREDIT):
            return True
        if self.probabilities[index] >= SURE:
            return False
        if cue is not None and _cue_label(cue) in _DEMOTING and (cue.match != "inside" or len(block.text) < _NOTE_CHARS):
            return True
        if len(block.text) < 400 and _CREDIT_INSIDE.search(block.text[-80:]):  # noqa: PLR2004  a caption, not a paragraph
            return True
        if cue is not None and _cue_label(cue) is Label.BYLINE and len(block.text) < 80:  # noqa: PLR2004
            return not block.text.endswith((".", "!", "?", "。"))
        return block.tag not in ("td", "th") and (_is_stamp(block.text) or _is_address(block.text))

    def opens_list(self, index: int) -> bool:
        """Return whether the block is a heading that speaks for what follows it: "Read next", "Comments"."""
        cue = self.cues[index]
        # Before the body the same words stand in menus, and say nothing of what follows.
        return cue is not None and cue.match == "whole" and _cue_label(cue) in _OPENING and index > self.first

    def _near_article(self, index: int) -> bool:
        return self.first - _ARTICLE_REACH <= index <= self.last + _ARTICLE_REACH

    def _above_headline(self) -> int:
        """Return the nearest block above the headline that no cue explains, -1 without one."""
        above = range(self.headline - 1, max(self.headline - 4, -1), -1)
        return next((i for i in above if self.cues[i] is None and self.headline >= 0), -1)

    def _adjoins_body(self, index: int) -> bool:
        """Return whether the block stands between headline and body, or right behind the body."""
        if 0 < self.headline - index < 4 and self.blocks[index].text.lower().startswith(_BY_WORDS):  # noqa: PLR2004
            return True
        return -1 < self.headline < index < self.first or self.last < index <= self.last + 2

    def _first_article(self, body: list[int]) -> list[int]:
        """Return *body* up to the headline of a second article, as pages that scroll on append one."""
        if not body:
            return body
        own = self._enclosing(self.blocks[body[0]], "article")
        for block in self.blocks[body[0] + 1 :]:
            if block.tag == "h1" and own >= 0 and self._enclosing(block, "article") not in (own, -1):
                first = [i for i in body if i < block.index]
                return first if sum(len(self.blocks[i].text) for i in first) > _ARTICLE_CHARS else body
        return body

    def _whole_tables(self, body: list[int]) -> list[int]:
        """Return *body* with all cells of the data tables of which it has most, and none of the others."""
        cells: dict[int, list[int]] = {}
        for block in self.blocks:
            if block.tag in ("td", "th"):
                cells.setdefault(self._enclosing(block, "table"), []).append(block.index)
        chosen = set(body)
        for table, indices in cells.items():
            if len(indices) >= _DATA_CELLS and self.longest_in_table[table] < _CELL_CHARS:
                most = sum(i in chosen for i in indices) * 2 > len(indices)
                chosen = chosen.union(indices) if most else chosen.difference(indices)
        return sorted(chosen)

    def _names_writers(self, block: Block) -> bool:
        """Return whether *block* names an agency or a desk, or a person where bylines stand."""
        if " " not in block.text and not block.text.isascii():
            # Any short word of a script without spaces could be a name; a reporter's has the trade behind it.
            return block.text.endswith(("記者", "记者", "기자")) and self._adjoins_body(block.index)
        named = parse_byline(block.text, agencies=self.agencies)
        person = named.unread < len(named.authors) and self._adjoins_body(block.index)
        return bool(named.agencies or named.desks) or person

    def _without_comments(self, body: list[int]) -> list[int]:
        """Return *body* without what readers wrote under an article of some length."""
        inside = {i for i in body if (at := self.blocks[i].container) >= 0 and self.in_comments[at]}
        words = sum(len(self.blocks[i].text) for i in body if i not in inside)
        return [i for i in body if i not in inside] if inside and words > _ARTICLE_CHARS else body

    def _find_headline(self, declared: str) -> int:
        """
        Return the block that is the headline, -1 when none can be told.

        What the page declares decides, then heading tags; in a dump, the words a line shares with the body.
        """
        wanted = fold(declared)
        wanted_words = set(_words(wanted))
        topic = {w for i in self.body[:12] for w in _words(self.folded[i])}
        best, best_score = -1, 1.0
        # Behind the first body block only: a page may open with its dek.
        for block in self.blocks[: self.first + 2]:
            score = self._headline_score(block, wanted_words, topic)
            if score >= best_score:
                best, best_score = block.index, score
        return self._without_site(best) if best >= 0 and not wanted else best

    def _without_site(self, index: int) -> int:
        """Return the later line that says the same as the page title at *index*, without the site's name behind it."""
        title = self.folded[index]
        for block in self.blocks[index + 1 : self.first + 2]:
            text = self.folded[block.index]
            if len(text) > 16 and title.startswith(text) and not block.text.startswith(_BULLETS):  # noqa: PLR2004
                return block.index
        return index

    def _headline_score(self, block: Block, wanted: set[str], topic: set[str]) -> float:
        """Return how much *block* looks like the headline; 1 is the least that counts."""
        words = _words(self.folded[block.index])
        cue = self.cues[block.index]
        if not words or (cue is not None and _cue_label(cue) is not Label.NAVIGATION) or _STAMP_ONLY.match(block.text):
            return 0.0
        score = 2.5 - 0.25 * int(block.tag[1]) if block.tag in _HEADINGS else 0.0
        if wanted:
            alike = _likeness(words, wanted)
            return score + 8 * alike if alike >= 0.6 else 0.0  # noqa: PLR2004  the site's name may be half of a short title
        named = parse_byline(block.text, agencies=self.agencies) if len(words) < 6 else None  # noqa: PLR2004
        signature = named is not None and bool(named.authors) and not named.unread
        if signature or len(words) not in _TITLE_WORDS or block.text.endswith((".", "。", ",")):
            return score if block.tag == "h1" else 0.0
        if block.index == self.first and not self.containers and not block.text.endswith(("!", "?", "”", '"')):
            return 1.2  # a dump that begins with its headline; any other line above the body is likelier
        if block.index >= self.first:
            return score if block.tag == "h1" else 0.0
        shared = sum(w in topic for w in words) / len(words)
        near = 1.0 / (1.0 + (self.first - block.index) / 8)
        following = self.blocks[block.index + 1 : block.index + 4]
        signed = any(_is_stamp(b.text) or _is_byline(self.cues[b.index]) for b in following)
        again = self.folded[block.index] in self.opening
        crumb = block.text.startswith(_BULLETS) or _CREDIT_INSIDE.search(block.text) is not None
        return score + 2.5 * shared + near + 0.7 * signed + again - 1.5 * crumb

    def _repeats_headline(self, block: Block) -> bool:
        """Return whether *block* says the headline again, in a bullet, a caption or a share box."""
        if len(self.headline_text) < 16 or len(block.text) > 2 * len(self.headline_text) + 8:  # noqa: PLR2004
            return False
        text = self.folded[block.index]
        return text == self.headline_text or (text.startswith(self.headline_text) and self.headline < block.index < self.first)

    def _find_dek(self) -> int:
        """Return the block that is the dek, -1 without one: what stands apart between the headline and the body."""
        if self.headline < 0:
            return -1
        for block in self.blocks[self.headline + 1 : self.headline + 8]:
            zone = self.zones[block.container] if block.container >= 0 else None
            if len(block.text) > 20 and (zone is Label.DEK or self._looks_like_dek(block)):  # noqa: PLR2004  else a kicker
                return block.index
        behind = [i for i in self.body if i > self.headline]
        if len(behind) < 3 or behind[0] - self.headline > 8:  # noqa: PLR2004
            return -1
        at, following = behind[:2]
        block, after = self.blocks[at], self.blocks[following]
        apart = not self.containers or self._parent(block) != self._parent(after)
        between = self.blocks[at + 1 : following]
        parted = any(_STAMP.search(b.text) or _is_byline(self.cues[b.index]) for b in between)
        # What the page declares as its description is no sign: it is as often the first paragraph.
        heading = block.tag in _HEADINGS and at == self.headline + 1
        return at if (apart and parted) or (heading and len(block.text) > 40) else -1  # noqa: PLR2004

    def _looks_like_dek(self, block: Block) -> bool:
        """Return whether a block above the body is a sentence beside the headline, or what the page declares of itself."""
        if block.index >= self.first or self.cues[block.index] is not None or block.link_chars or _is_stamp(block.text):
            return False
        if self.description and self.folded[block.index][:80] == self.description[:80]:
            return True
        if len(block.text) < 50 or _CREDIT_INSIDE.search(block.text):  # noqa: PLR2004  a dek is a sentence
            return False
        if _STAMP.search(block.text) and not block.text.endswith((".", "!", "?", "。")):
            return False
        if self.containers:
            return self._parent(block) == self._parent(self.blocks[self.headline])
        return block.index == self.headline + 1

    def _parent(self, block: Block) -> int:
        """Return the container round the block's own element."""
        own = block.container
        while own >= 0 and self.containers[own].tag not in (block.tag, "body"):
            own = self.containers[own].parent
        return self.containers[own].parent if own >= 0 else -1

    def _body_form(self, block: Block) -> Label:
        """Return which of the body's labels *block* has."""
        tags = {block.tag}
        container = block.container
        for _ in range(4):
            if container < 0:
                break
            tags.add(self.containers[container].tag)
            container = self.containers[container].parent
        if block.tag in _HEADINGS:
            return Label.SUBHEAD
        for tag, label in (("pre", Label.CODE), ("blockquote", Label.QUOTE), ("li", Label.LIST_ITEM)):
            if tag in tags:
                return label
        # A table that holds a long text is there for the layout of the page.
        if block.tag in ("td", "th", "caption") and self.longest_in_table.get(self._enclosing(block, "table"), 0) < _CELL_CHARS:
            return Label.TABLE
        if block.text.startswith(_BULLETS):
            return Label.LIST_ITEM
        return Label.SUBHEAD if self._is_subhead(block) else Label.PARAGRAPH

    def _enclosing(self, block: Block, tag: str) -> int:
        """Return the innermost container called *tag* round *block*, -1 without one."""
        at = block.container
        while at >= 0 and self.containers[at].tag != tag:
            at = self.containers[at].parent
        return at

    def _longest_in_table(self) -> dict[int, int]:
        """Return the length of the longest text of each table."""
        longest: dict[int, int] = {}
        for block in self.blocks:
            if block.tag in ("td", "th", "caption"):
                table = self._enclosing(block, "table")
                longest[table] = max(longest.get(table, 0), len(block.text))
        return longest

    def _is_subhead(self, block: Block) -> bool:
        """Return whether *block* is a heading by its form: short, no sentence, set bold or alone on a line of a dump."""
        if len(block.text) > 90 or block.text.endswith((".", "!", ":", ",", ";", "”", '"', "。", "»", "…")):  # noqa: PLR2004
            return False
        if self.containers:
            return block.bold_chars >= 0.9 * len(block.text)
        return len(block.text) < 70 and block.index not in (self.first, self.last)  # noqa: PLR2004

    def _by_shape(self, block: Block) -> tuple[Label, str]:
        """Return a label for a block that nothing names."""
        words = block.text.split()
        if self._near_article(block.index) and len(words) <= _STAMP_WORDS:
            has_stamp = _STAMP.search(block.text)
            if _is_stamp(block.text):
                return Label.TIMESTAMP, "a time and little else"
            if self._names_writers(block):
                return Label.BYLINE, "names and a time" if has_stamp else "names and little else"
        if block.index == self._above_headline() and len(words) <= 3:  # noqa: PLR2004
            return Label.SECTION, "short line above the headline"
        if self._near_article(block.index) and (credit := _CREDIT_INSIDE.search(block.text)):
            return (Label.CAPTION, "ends with a picture credit") if credit.start() else (Label.CREDIT, "a picture credit")
        if "newsletter" in self.folded[block.index]:
            return Label.NEWSLETTER, "speaks of a newsletter"
        if block.link_chars * 2 > len(block.text):
            return (Label.RELATED, "link as long as a title") if len(words) > 4 else (Label.NAVIGATION, "short link")  # noqa: PLR2004
        if not self.containers and block.index > self.last >= 0 and len(words) > 4:  # noqa: PLR2004
            return Label.RELATED, "text behind the article"
        return Label.OTHER, f"model: {self.probabilities[block.index]:.2f}"


def _cue_label(cue: Cue) -> Label:
    return CUE_LABELS[cue.label] if cue.label in CUE_LABELS else Label(cue.label)


def _is_byline(cue: Cue | None) -> bool:
    return cue is not None and _cue_label(cue) is Label.BYLINE


def _words(folded: str) -> list[str]:
    """Return the words of a *folded* text; of scripts without spaces, its pairs of characters."""
    words = _WORD.findall(folded)
    if len(words) * 12 < len(folded) and not folded.isascii():
        joined = "".join(words)
        return [joined[i : i + 2] for i in range(0, len(joined) - 1, 2)]
    return words


def _likeness(words: list[str], wanted: set[str]) -> float:
    """Return the Jaccard likeness of two sets of words, 0 to 1."""
    have = set(words)
    return len(have & wanted) / len(have | wanted) if have else 0.0


def _is_stamp(text: str) -> bool:
    """Return whether *text* is a time, with at most a weekday, a month and a word such as "Updated" beside its figures."""
    if len(text) > 60 or not _STAMP.search(text) or _PRICE_OR_LINK.search(text):  # noqa: PLR2004
        return False
    if sum(ord(c) >= 0x2E80 for c in text) > 12:  # noqa: PLR2004  a sentence of CJK with a date in it
        return False
    return sum(not _DIGIT.search(word) for word in text.split()) <= 4  # noqa: PLR2004


def _is_address(text: str) -> bool:
    """Return whether *text* is an e-mail address and little else."""
    return len(text) < 100 and "@" in text and len(text.split()) <= 5 and bool(_ADDRESS.search(text))  # noqa: PLR2004


def _zones(layout: Layout) -> list[Label | None]:
    """Return for each container what it, or the nearest one round it that says something, says of its text."""
    zones: list[Label | None] = []
    counts = _block_counts(layout)
    for container, count in zip(layout.containers, counts, strict=True):
        own = _said(container.hint) or _ZONE_OF_TAG.get(container.tag)
        outer = zones[container.parent] if container.parent >= 0 else None
        if own is Label.BYLINE and outer in (Label.CAPTION, Label.CREDIT):
            own = Label.CREDIT  # whoever is named under a picture made it
        elif own in _ARTICLE_ZONES and (count > _ARTICLE_ZONE_BLOCKS or outer in _FOREIGN_ZONES):
            own = None  # the class of a whole article, or a part of a teaser or comment
        zones.append(own or outer)
    return zones


def _block_counts(layout: Layout) -> list[int]:
    """Return how many blocks each container holds, those of the containers in it included."""
    counts = [0] * len(layout.containers)
    for block in layout.blocks if counts else ():
        counts[block.container] += 1
    for index in range(len(counts) - 1, 0, -1):
        counts[layout.containers[index].parent] += counts[index]
    return counts


def _in_comments(containers: Sequence[Container]) -> list[bool]:
    """Return for each container whether it, or one round it, is called a place for comments."""
    inside: list[bool] = []
    for container in containers:
        outer = container.parent >= 0 and inside[container.parent]
        # A span called "comment" is a comment in a listing of code.
        inside.append(outer or (container.tag not in _INLINE and _said(container.hint) is Label.COMMENTS))
    return inside


@lru_cache(maxsize=4096)
def _said(hint: str) -> Label | None:
    """Return what class and id of one element say of its text."""
    words = [word.lower() for word in _HINT_WORD.findall(hint)]
    if _PICTURE_WORDS.intersection(words) and _PICTURE_TEXT_WORDS.intersection(words):
        return Label.CAPTION
    return next((zone for word in words if (zone := _ZONE_OF_WORD.get(word))), None)
