"""
Tree to blocks, in document order: one linear walk that forgets the tree.

A block is the text between two block-level tags, or between two line breaks in a row. Elements that are block-level, or
carry a class or an id, are kept as containers, so that `classify` sees where a block stood without the tree.
"""

import re
from collections.abc import Sequence

from lxml import etree

from newsclean.document import Block, Container, Layout
from newsclean.normalise import SET_APART, line, runs_together

__all__ = ["FEW_CHARS", "INVISIBLE", "segment"]

MAX_ELEMENTS = 200_000
"""Elements walked; the largest of 3,517 measured pages has 15,800."""

MAX_HINT = 200
"""Characters of class, id, role and itemprop kept of an element; the 99th percentile is 170."""

INVISIBLE = frozenset(
    """
    script style template noscript title meta link base svg math iframe object embed canvas audio video map
    select datalist textarea param source track frame frameset noframes noembed applet
    """.split(),
)
"""Elements whose text a browser does not show as text of the page."""

_SCRIPTLESS = frozenset({"noscript"})
FEW_CHARS = 1_500
"""A page that shows less is read as a browser without scripts shows it, when that is more (Discourse forums)."""

_MEDIA = frozenset("img video audio iframe svg canvas object embed amp-img amp-video amp-iframe".split())
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s samp small span
    strike strong sub sup time tt u var wbr label img picture input amp-img output meter progress slot
    """.split(),
)
_HEADINGS = frozenset({"h1", "h2", "h3"})
"""Where a kicker may stand before the headline, parted from it by a style sheet alone."""

_IN_SENTENCES = frozenset({"p", "li", "td", "dd", "blockquote", *_HEADINGS, "h4", "h5", "h6"})
"""Block-level elements that hold sentences."""

_LARGE = frozenset({"5", "6", "7", "+2", "+3", "+4"})
"""Sizes of `<font>` in which the old web set the headline: 3 is that of the text."""

_TITLE_CHARS = 150
_MASTHEAD = 2
"""Blocks at the top of a page, at most, that print the name of the paper."""

_READ_OUT = frozenset({"span", "small", "em", "i", "b"})
_FOR_SCREEN_READERS = re.compile(
    r"(?<!\S)(?:[\w-]{1,20}[_-])?(?:sr-?only|visually-?hidden|hidden-?visually|screen-?reader(?:-text)?|show-for-sr|"
    r"element-invisible|assistive-text)(?:-focusable)?(?!\S)|(?<!\S)[a-z]{2}-vh(?!\S)",
    re.IGNORECASE,
)
"""Class names of Bootstrap, WordPress, Foundation, Drupal and others for text that is read out and not shown."""

_SHOWN = re.compile(r"not-sr-only|(?<!\S)(?:max-)?(?:sm|md|lg|xl|2xl):", re.IGNORECASE)
"""Class names that show such text again, or hide it on some screens only."""

_BOLD = frozenset({"b", "strong"})
_HINTS = ("class", "id", "role", "itemprop")


def segment(root: "etree._Element | None", *, truncated: tuple[str, ...] = ()) -> Layout:
    """
    Return the visible text under *root* as blocks and their containers.

    Args:
        root: as `dom.parse` returns it; None gives an empty layout.
        truncated: limits already hit, carried into the layout.
    """
    walk = _Walk(INVISIBLE)
    complete = root is None or walk.run(root)
    if root is not None and walk.scriptless and walk.chars() < FEW_CHARS:
        other = _Walk(INVISIBLE - _SCRIPTLESS)
        other_complete = other.run(root)
        if other.chars() > 2 * walk.chars():
            walk, complete = other, other_complete
    limits = truncated if complete else (*truncated, "elements")
    return Layout(tuple(walk.blocks), tuple(walk.containers), limits)


class _Walk:
    """The state of one walk, made and dropped inside `segment`."""

    def __init__(self, invisible: frozenset[str]) -> None:
        self.invisible = invisible
        self.scriptless = False  # whether an element for browsers without scripts was left out
        self.blocks: list[Block] = []
        self.containers: list[Container] = []
        # Innermost block-level tag and container, and whether that is marked as not displayed.
        self.scopes: list[tuple[str, int, bool]] = [("body", -1, False)]
        self.links = self.bold = 0  # how many such elements are open
        self.fonts = [""]  # size or class of the `<font>` elements that are open, innermost last
        self.media = 0  # pictures and frames since the last block
        self.start()

    def start(self) -> None:
        """Begin a new block."""
        self.parts: list[str] = []  # empty until a word has come
        self.origin = self.scopes[-1]
        self.breaks = self.link_chars = self.link_count = self.bold_chars = 0
        self.font = self.fonts[-1]  # of its last line
        self.joint = False  # whether an element has just ended that a style sheet may set apart
        self.begun = False  # whether anything of it has come: a word, a link, a line break

    def run(self, root: "etree._Element") -> bool:
        """Walk *root*; return False when MAX_ELEMENTS ended the walk early."""
        elements = 0
        invisible, enter, leave, text = self.invisible, self.enter, self.leave, self.text
        walker = etree.iterwalk(root, events=("start", "end"))
        taken: list[tuple[etree._Element, str]] = []  # open elements that count as others, and as which
        for event, element in walker:
            tag = str(element.tag)
            if event == "start":
                elements += 1
                if elements > MAX_ELEMENTS:
                    self.flush()
                    return False
                if tag in _MEDIA:
                    self.media += 1
                if self.parts and self.origin[0] in _IN_SENTENCES and (other := _in_sentence(tag, element)):
                    tag = other
                    taken.append((element, tag))
                if tag in invisible and not _is_shadow_root(element):
                    self.scriptless = self.scriptless or tag in _SCRIPTLESS
                    walker.skip_subtree()
                else:
                    enter(tag, element.items(), element.text)
            else:
                if taken and taken[-1][0] is element:
                    tag = taken.pop()[1]
                if tag not in invisible or _is_shadow_root(element):
                    leave(tag)
                if (after := element.tail) and element is not root:
                    text(after)
        self.flush()
        return True

    def chars(self) -> int:
        """Return how many characters the blocks hold."""
        return sum(len(block.text) for block in self.blocks)

    def enter(self, tag: str, attributes: Sequence[tuple[str, str]], inside: str | None) -> None:
        """Enter an element, with the text *inside* of it before its first child."""
        inline = tag in _INLINE or ":" in tag  # Word's <st1:place>
        if inline:
            if tag == "a":
                self.links += 1
                self.link_count += 1
                self.begun = True
            elif tag in _BOLD:
                self.bold += 1
            elif tag == "font":
                given = dict(attributes)
                self.fonts.append(given.get("size") or given.get("class") or self.fonts[-1])
        elif tag == "br":
            self.line_break()
        elif self.begun:
            self.flush()
        scope = self.scopes[-1]
        hint, hides = _described(attributes) if attributes else ("", False)
        if hint or not inline:
            block_tag, container, hidden = scope
            hidden = hidden or hides
            scope = (block_tag if inline or tag == "br" else tag, len(self.containers), hidden)
            self.containers.append(Container(container, tag, hint, hidden))
        self.scopes.append(scope)
        if inside:
            self.text(inside)

    def leave(self, tag: str) -> None:
        """Leave the innermost element, *tag*."""
        self.scopes.pop()
        if tag in _INLINE or ":" in tag:
            self.joint = self.joint or tag in SET_APART
            if tag == "a":
                self.links -= 1
            elif tag in _BOLD:
                self.bold -= 1
            elif tag == "font":
                self.fonts.pop()
        elif self.begun and tag != "br":
            self.flush()

    def line_break(self) -> None:
        """Take a line break: the second in a row ends the block."""
        self.text("\n")
        self.breaks += 1
        self.begun = True
        if self.breaks > 1:
            self.flush()

    def text(self, text: str) -> None:
        """Add *text* to the block, which starts here when it has no word yet."""
        joint, self.joint = self.joint, False
        if text.isspace():
            if self.parts:
                self.parts.append(" ")
            return
        if self.parts and self.breaks and self.font != self.fonts[-1]:
            self.flush()  # old pages have no other mark between a kicker, its headline and a date
        self.font = self.fonts[-1]
        if not self.parts:
            self.origin = self.scopes[-1]
            self.begun = True
        elif joint and self.origin[0] in _HEADINGS and runs_together(self.parts[-1], text):
            self.parts.append(" ")
        self.parts.append(text)
        self.breaks = 0
        if self.links:
            self.link_chars += len(text)
        if self.bold:
            self.bold_chars += len(text)

    def flush(self) -> None:
        """End the block; one without a word is none."""
        if self.parts and (text := line("".join(self.parts))):
            tag, container, _ = self.origin
            size = len(text)
            large = self.font in _LARGE and len(self.blocks) > _MASTHEAD
            if large and size <= _TITLE_CHARS and not text.endswith("."):
                tag = "h1"
            self.blocks.append(
                Block(
                    len(self.blocks),
                    text,
                    tag,
                    container,
                    min(self.link_chars, size),
                    self.link_count,
                    min(self.bold_chars, size),
                    self.media,
                ),
            )
            self.media = 0
        if self.begun:
            self.start()


def _in_sentence(tag: str, element: "etree._Element") -> str:
    """
    Return the tag that an element counts as where a sentence has begun, or nothing when it counts as itself.

    Text for screen readers repeats what links and pictures show, and is none of the sentence; elements that a page
    made up for itself, and buttons that explain a word, are inline when the sentence goes on behind them.
    """
    if tag in _READ_OUT:
        names = element.get("class") or ""
        return "script" if _FOR_SCREEN_READERS.search(names) and not _SHOWN.search(names) else ""
    if tag != "button" and "-" not in tag:
        return ""
    goes_on = (element.tail or "").strip()
    return "span" if goes_on and all(child.tag in _INLINE for child in element) else ""


def _is_shadow_root(element: "etree._Element") -> bool:
    """Return whether an invisible *element* is a declarative shadow root, which browsers show (HTML 4.12.3)."""
    return element.tag == "template" and element.get("shadowrootmode") is not None


def _described(attributes: Sequence[tuple[str, str]]) -> tuple[str, bool]:
    """Return what `Container` has of an element with these *attributes*: its hint, and whether it is itself hidden."""
    if len(attributes) == 1 and attributes[0][0] in _HINTS:  # most elements have a class and nothing else
        return attributes[0][1][:MAX_HINT], False
    given = dict(attributes)
    hint = " ".join(filter(None, map(given.get, _HINTS)))[:MAX_HINT]
    undisplayed = "style" in given and "display:none" in given["style"].replace(" ", "").lower()
    return hint, undisplayed or "hidden" in given or given.get("aria-hidden") == "true"
