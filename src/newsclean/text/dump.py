"""
Plain text to blocks: a page that an earlier scraper flattened, cut along its lines and joined where sentences broke.

It owns what can be said from the shape of a dump: hard wraps, sentences broken at inline tags, Markdown marks,
mojibake, several articles in one file. It decides nothing about boilerplate.
"""

import re
import statistics
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import msgspec

from newsclean.document import Block, Layout
from newsclean.normalise import line

__all__ = ["articles_in", "repair", "segment_text", "unmarked"]

MAX_LINE = 2_500
"""Letters of a line above which it is cut into sentences: no paragraph of the development pages is as long."""

_WORD_CHARS = 3
"""Characters of an alphabet that an ideograph stands for."""

_WIDEST = 130
"""Columns of the widest line a hard wrap leaves; text browsers and editors wrap at 72 to 100."""

_FULL = 40
"""Characters, or columns, from which a line may be one of running text that goes on below."""

_PROSE, _SENTENCE_CHARS = 60, 25
"""Characters from which a line is running text: by itself, and with a full stop."""

_LINKED = 80
"""Characters of a link in the middle of a sentence, at most."""

_CLAUSE_SPACES, _CLAUSE_CHARS = 3, 12
"""Spaces, or characters, from which a line is a part of a sentence rather than a word of a menu."""

_HANGING = 6
"""Columns the lines of a hard-wrapped block may differ in their indent: hanging list items, first lines."""

_MANY = 9
"""Lines of a block whose length is not counted any more: it is long."""

_FEW = 4
"""Full lines that show a hard wrap."""

_ENDS = frozenset('.!?…。！？｡؟।॥։።፧"”’»›)]）」』】*_')
_STOPS = frozenset(".!?…。！？｡؟।॥։።፧")
_WIDE_MARKS = frozenset("、。，．：；！？（）「」『』【】《》〈〉・")
_CLOSERS = frozenset(",.;:!?)]}»”’…%、。，；：！？）」』】،؛؟।")
_OPENERS = frozenset("([{«„“‘（「『【")
_MARK = re.compile(r"(?:[•‣◦▪●■□○·∙➤►▶→✓*+\-–—o]|\(?\d{1,3}[.)]|\[\d{1,3}\]|#{1,6}|>|\|)(?=\s|$)")
_RULE = re.compile(r"[=\-_*~#+·•—–]{3,}(?:\s[=\-_*~#+]{1,})*$|(?:[*_\-]\s){2,}[*_\-]$")
_BROKEN = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[^\sa-z])|(?<=[。！？｡])(?![」』）)”’])|(?<=[।॥؟])\s*")

# Words that do not end a line of their own: articles, prepositions, conjunctions. A headline or a menu entry hardly
# ever ends in one, so that the line below goes on with the sentence. By language: en de nl fr es it pt, Scandinavian,
# pl cs, ru uk, tr ar hi.
_OPEN_ENDED = frozenset(
    """
    a an the of in on at to for from by with and or but as that than which who whose into about between against
    under over after before during through is are was were has have had will would can could said says its his her
    their our my your this these those be been not if because when while where according including via per called
    named
    der die das den dem des ein eine einer eines einem einen und oder aber als dass im am zum zur vom bei mit für von
    aus auf an in zu nach über unter gegen durch ohne um bis seit wie wenn weil sowie ist sind war hat haben wird
    werden
    het een de en van op te voor met aan door naar bij uit om dat
    le la les un une du et ou mais que qui dans en sur sous par pour avec sans à au aux chez vers selon est sont ce
    cette
    el los las una y e o pero que del al con sin por para entre según desde hasta es son se su sus lo
    il lo gli i uno ed di da dal dalla dei delle degli della del nel nella nelle sul sulla per tra fra è sono al alla
    ai
    os as um uma do da dos das no na nos nas pelo pela com em ao à são
    och att som på till från av med det ett men är og at til fra på af om har ikke som for
    w z i na od po za u przez przy dla oraz że się nie jest ze we v s k se pro při je jsou
    и в во на с со к ко по от до из за о об у не что как для при или но а это та й з із до від про що як
    ve ile bir bu için de da ki
    في من على إلى عن مع أن إن التي الذي هذا هذه و ما لا
    का के की में से को पर ने है और
    """.split(),
)
_PARTICLES = frozenset("はがをにのとでもへやかをて、。」』")


class _Line(msgspec.Struct):
    """
    A line of a dump that holds something.

    Args:
        text: normalised.
        gap: blank lines before it.
        indent: columns before it.
        width: columns, or characters, up to the end of its text.
        first: those of its first word.
    """

    text: str
    gap: int
    indent: int
    width: int = 0
    first: int = 0


def segment_text(text: str, *, truncated: tuple[str, ...] = ()) -> Layout:
    """
    Return *text* as blocks of tag "line": paragraphs joined from their lines, all other lines by themselves.

    White space ignored, the blocks' texts one after the other are the text of the dump.

    Args:
        text: decoded text of a dump, any line ends.
        truncated: limits already hit, carried into the layout.
    """
    lines = _lines(text)
    width = _wrap_width(lines)
    blocks: list[Block] = []
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and _goes_on(lines, start, end, width):
            continue
        _emit(blocks, lines[start:end])
        start = end
    return Layout(tuple(blocks), (), truncated)


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    gap = 0
    for raw in _BROKEN.sub("\n", text.replace("\r\n", "\n")).split("\n"):
        shown = line(raw)
        if shown:
            found.append(_Line(shown, gap, len(raw) - len(raw.lstrip())))
            gap = 0
        else:
            gap += 1
    return found


def _columns(text: str) -> int:
    """Return the columns *text* takes on a terminal."""
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text)


def _wrap_width(lines: list[_Line]) -> int:
    """
    Return the column at which the dump's lines were wrapped, 0 when they were not.

    Wrapped means: hardly a line is longer than _WIDEST columns, and most of the text stands in lines that would
    overflow one common width if they took the first word of the line below.
    """
    if len(lines) < _FEW or sum(len(x.text) > _WIDEST for x in lines) * 50 > len(lines):
        return 0
    # To a terminal an ideograph is two columns wide; lynx and Python's textwrap count characters.
    width = _width_by(lines, _columns)
    if not width and any(x.width > x.indent + len(x.text) for x in lines):
        width = _width_by(lines, len)
    return width


def _width_by(lines: list[_Line], measure: Callable[[str], int]) -> int:
    """Return the width at which *lines* were wrapped as *measure* counts it, and leave theirs in them; 0 for none."""
    for x in lines:
        x.width = x.indent + measure(x.text)
    if sum(x.width > _WIDEST for x in lines) * 50 > len(lines):
        return 0
    pairs = [(a, b) for a, b in pairwise(lines) if not b.gap and a.width >= _FULL]
    if len(pairs) < _FEW:
        return 0
    widths = sorted(a.width for a, _ in pairs if a.width <= _WIDEST)
    if not widths:
        return 0
    width = widths[min(len(widths) - 1, int(len(widths) * 0.98))]
    for x in lines:
        # An ideograph, and a mark that must not begin a line and goes with it, or the first word.
        x.first = 3 * measure("字") if _NO_SPACES.match(x.text) else measure(x.text.split(" ", 1)[0])
    full = [a.width for a, b in pairs if _is_full(a, b, width)]
    mass = sum(x.width for x in lines if x.width >= _FULL)
    return width if len(full) >= _FEW and sum(full) * 2 > mass and statistics.median(full) > width - 14 else 0


def _is_full(above: _Line, below: _Line, width: int) -> bool:
    return width * 2 < above.width * 3 and above.width + 1 + below.first > width


def _goes_on(lines: list[_Line], start: int, at: int, width: int) -> bool:
    """Return whether line *at* goes on with the block of lines *start* to *at* - 1."""
    above, below = lines[at - 1], lines[at]
    if below.gap or _MARK.match(below.text) or _RULE.match(below.text) or _RULE.match(above.text):
        return False
    after = lines[at + 1] if at + 1 < len(lines) and not lines[at + 1].gap else None
    if width:
        # What stands under the end of a sentence, alone and without one, is a heading or a caption.
        ended = above.text[-1] in _STOPS and after is None and below.text[-1] not in _ENDS
        return not ended and _is_full(above, below, width) and abs(below.indent - lines[start].indent) <= _HANGING
    if _holds_much(above.text) or _holds_much(below.text):
        return False
    size = sum(len(x.text) for x in lines[start:at]) if at - start < _MANY else _FULL
    return _continues(above.text, below.text, after.text if after else "", size)


def _continues(above: str, below: str, after: str, size: int) -> bool:
    """
    Return whether *below* goes on with a sentence that *above* left open.

    Args:
        above: the line before, the last of a block of *size* characters.
        below: the line in question.
        after: the line below it, empty at the end of a run of lines.
        size: characters of the block so far.
    """
    if _resumes(below) and not below[0].islower():
        return True
    if above[-1] in _OPENERS and (len(above) == 1 or above[-2] == " " or above[-1] in "([（「『【"):
        return size > 1 or below[0].islower()
    if above[-1] in _STOPS or (above[-1] in _ENDS and len(above) > 1 and (above[-2] in _STOPS or size >= _FULL)):
        return False
    if above[-1] == ":":
        return False
    left_open = _ends_open(above)
    if below[0].islower():
        clause = _is_prose(below) or below.count(" ") >= _CLAUSE_SPACES or _ends_open(below)
        return size >= _FULL or left_open or clause
    if _NO_SPACES.match(below) or _NO_SPACES.search(above[-1]):
        return size >= _FULL // 2 and (left_open or below[0] in _PARTICLES or after[:1] in _PARTICLES)
    if left_open:
        return size >= _FULL or _is_prose(below) or _resumes(after)
    # A link in the middle: the line after it goes on with the sentence. A colon there opens a description instead.
    resumed = _resumes(after) and after[0] != ":" and (len(after) >= _CLAUSE_CHARS or not after[0].isalpha())
    return size >= _FULL and len(below) <= _LINKED and resumed and below[-1] not in _STOPS


def _resumes(text: str) -> bool:
    """Return whether *text* begins in the middle of a sentence."""
    if not text or text[0].islower():
        return bool(text)
    if text[0] in _CLOSERS:
        # A quotation may open with the mark that closes another language's; so may an omission.
        return not (text.startswith(("...", "…")) or (text[0] in "’”»" and text[1:2].isalnum()))
    return text.startswith(("'s ", "’s ")) or text in {"'s", "’s"}


def _ends_open(text: str) -> bool:
    """Return whether *text* ends where no sentence and no headline ends."""
    last = text.rsplit(" ", 1)
    if text[-1] in ",、，،(":
        return True
    return len(last) > 1 and last[1] in _OPEN_ENDED


def _is_prose(text: str) -> bool:
    """Return whether *text* is long and closed enough to be running text."""
    return len(text) >= _PROSE or (len(text) >= _SENTENCE_CHARS and text[-1] in _STOPS)


def _holds_much(text: str) -> bool:
    """Return whether *text*, a line, is longer than any paragraph; of ideographs, fewer are as much."""
    if len(text) * _WORD_CHARS <= MAX_LINE:
        return False
    return len(text) > MAX_LINE or len(_NO_SPACES.findall(text)) * 2 > len(text)


def _emit(blocks: list[Block], lines: list[_Line]) -> None:
    """Add the block made of *lines* to *blocks*; a line that holds a whole page gives one for each sentence."""
    head = lines[0]
    text = head.text
    for x in lines[1:]:
        text += x.text if _is_tight(text, x.text) else " " + x.text
    pieces = _pieces(text) if len(lines) == 1 and _holds_much(text) else [text]
    for i, piece in enumerate(pieces):
        blocks.append(
            Block(
                index=len(blocks),
                text=piece,
                tag="line",
                gap=0 if i else head.gap,
                indent=head.indent,
                lines=len(lines),
            ),
        )


def _is_tight(text: str, more: str) -> bool:
    """Return whether no space belongs between *text* and *more*, two parts of one sentence."""
    if more[0] in ",.;:!?)]}»”’…、。，；：！？）」』】،؛؟।":
        return more[0] != "»" or "« " not in text  # French sets its quotation marks apart
    if text[-1] in "([{«„“‘（「『【":
        return True
    if text[-1] == "-" and text[-2:-1].isalnum() and more[0].isalpha():
        return more.split(" ", 1)[0] not in _OPEN_ENDED  # "well-" and "known", not "vor-" and "und"
    unspaced = [bool(_NO_SPACES.match(c)) or c in _WIDE_MARKS for c in (text[-1], more[0])]
    beside = [c.isdigit() for c in (text[-1], more[0])]
    # A number stands without a space among ideographs; in Thai and Burmese it does not, and they have no such marks.
    close = all(a or b for a, b in zip(unspaced, beside, strict=True)) and any(unspaced)
    return close and not unicodedata.combining(more[0])


_JOINT = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
"""A space among ideographs: there lines of the dump were joined."""

_SENTENCE_WORDS, _PIECE_WORDS = 45, 10
"""Words of a sentence, at most; words of the pieces of what is longer: menus run together."""


def _pieces(text: str) -> list[str]:
    """Return *text* cut into sentences, and what is no sentence into a few words each; of ideographs, into its rows."""
    if len(_NO_SPACES.findall(text)) * 2 > len(text):
        return [x for row in _JOINT.split(text) for x in (_SENTENCE.split(row) if _holds_much(row) else [row]) if x]
    pieces: list[str] = []
    for sentence in _SENTENCE.split(text):
        shown = sentence.strip()
        words = shown.split(" ")
        size = len(words) if len(words) <= _SENTENCE_WORDS else _PIECE_WORDS
        pieces += [" ".join(words[i : i + size]) for i in range(0, len(words), size)]
    return [x for x in pieces if x]


_MARKED = re.compile(r"[\[*_#>\\•+]")
_TARGET = r"\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s\"[^\"]{0,300}\")?\)"
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]{0,80}\]){0,500})\]" + _TARGET)
_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\]" + _TARGET)
_STRONG = re.compile(r"(?<!\w)(\*\*\*|___|\*\*|__|\*|_)(?=\S)([^*_]{1,1000}?)(?<=\S)\1(?!\w)")
_HEAD = re.compile(r"^(?:#{1,6}\s+|>\s?|[*+]\s+(?=\S)|•\s*)+")  # a dash may open direct speech, a number a date
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>])")


def unmarked(text: str) -> str:
    """
    Return *text*, a block's, without Markdown marks: link targets, pictures, emphasis, heading and list marks.

    >>> unmarked("## The **last** word from [Ana](https://a.example/x)")
    'The last word from Ana'
    """
    if not _MARKED.search(text):
        return text
    if "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if text.count("*") + text.count("_") > 1:
        text = _STRONG.sub(r"\2", text)
    text = _HEAD.sub("", text)
    return (_ESCAPE.sub(r"\1", text) if "\\" in text else text).strip()


# First letters of UTF-8 read as a single-byte encoding (Latin, Greek, Cyrillic, Arabic, CJK), and the lost BOM.
_SUSPECT = re.compile(
    "[ÂÃÄÅÎÏÐÑØÙÛàáâãäåæçèéìï][^\x00-\x7fA-Za-z]|[ÃÂ]\\s|â€|ï»¿|[РС][\u00a0-\u00bf‚„…†‡€‰‹“”•–—™›ќћџўј]",
)
_ENOUGH = 1
"""Places that look misread, from which a repair is tried."""


def repair(text: str) -> tuple[str, bool]:
    r"""
    Return *text* with misread encodings put right, and whether that was done.

    It is done only where it is certain: the whole dump looks clearly less misread afterwards.

    >>> repair("Le prÃ©sident a Ã©tÃ© rÃ©Ã©lu Ã\xa0 NÃ®mes.")
    ('Le président a été réélu à Nîmes.', True)
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text, False
    from ftfy import fix_encoding  # noqa: PLC0415  few dumps need it
    from ftfy.badness import badness  # noqa: PLC0415  as above

    bad = badness(text)
    if bad < _ENOUGH:
        return text, False
    # Line by line: one line that resists, or that came from elsewhere, does not spoil the others.
    rows = text.split("\n")
    tried = [x if x.isascii() else fix_encoding(x) for x in rows]
    misread = sum(len(a) for a, b in zip(rows, tried, strict=True) if a != b)
    if misread * 2 > sum(len(x) for x in rows if not x.isascii()):
        # Most of it was misread: so were the lines too short to be sure of, when their bytes say so.
        tried = [_as_utf8(a) if a == b else b for a, b in zip(rows, tried, strict=True)]
    fixed = "\n".join(tried)
    if fixed == text or badness(fixed) * 4 > bad:
        return text, False
    return fixed, True


def _as_utf8(text: str) -> str:
    """Return *text* as UTF-8 has it when it was read as Windows' Western encoding, or as it is."""
    try:
        return text.encode("sloppy-windows-1252").decode()
    except UnicodeError:
        return text


_SEPARATOR = re.compile(r"([=\-_*~#])\1{4,}|([=\-_*~#])(?: \2){2,}|<{3,}[^<>]{0,40}>{3,}")
_RULE_CHARS = 200
_RAGGED = 3
"""Characters by which a line under a heading may be longer or shorter than it."""

_HEADLINE_CHARS = 220
_STORY_CHARS = 300
_PARAGRAPH_CHARS = 60


def articles_in(text: str) -> tuple[str, ...]:
    """
    Return the articles of a file that holds several with a clear separator between them, or *text* alone.

    A separator is a form feed or a line of one repeated sign, the same throughout; behind each stands a line like a
    headline, and a story. It is an offer: nothing in the package splits a dump by itself.
    """
    if "\f" in text:
        parts = [x.strip("\n") for x in text.split("\f") if x.strip()]
        return tuple(parts) if len(parts) > 1 and all(map(_is_story, parts)) else (text,)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cuts: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        shown = row.strip()
        if len(shown) <= _RULE_CHARS and _SEPARATOR.fullmatch(shown) and not _underlines(rows, i):
            cuts.setdefault(shown[:2], []).append(i)
    for places in cuts.values():
        edges = [-1, *places, len(rows)]
        parts = ["\n".join(rows[a + 1 : b]).strip("\n") for a, b in pairwise(edges)]
        parts = [x for x in parts if x.strip()]
        if len(parts) > 1 and all(map(_is_story, parts)):
            return tuple(parts)
    return (text,)


def _underlines(rows: list[str], at: int) -> bool:
    """Return whether the rule *at* underlines the heading above it."""
    above = rows[at - 1].strip() if at else ""
    return bool(above) and len(above) < _RULE_CHARS and abs(len(above) - len(rows[at].strip())) <= _RAGGED


def _is_story(text: str) -> bool:
    """Return whether *text* begins like an article: a headline, then running text."""
    rows = [shown for row in text.split("\n") if (shown := row.strip())]
    if len(text) < _STORY_CHARS:
        return False
    headline = rows[0]
    wide = bool(_NO_SPACES.search(headline))
    if len(headline) > _HEADLINE_CHARS or headline[-1] in ".,;。" or (" " not in headline and not wide):
        return False
    least = _PARAGRAPH_CHARS // 2 if wide else _PARAGRAPH_CHARS
    return sum(len(x) for x in rows[1:] if len(x) >= least) * 2 > len(text)
