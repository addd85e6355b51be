"""What the wording of a block alone tells: a cue phrase, a time, an address, a picture credit, a list item."""

import re

from newsclean.document import Block, Label
from newsclean.lexicon import Cue

__all__ = [
    "BULLETS",
    "CUE_LABELS",
    "HEADINGS",
    "cue_label",
    "has_stamp",
    "heads_thread",
    "is_address",
    "is_biography",
    "is_bold",
    "is_byline",
    "is_counter",
    "is_date_and_time",
    "is_date_line",
    "is_link",
    "is_moment",
    "is_note",
    "is_row_of_links",
    "is_stamp",
    "is_time_of_story",
    "leads_elsewhere",
    "likeness",
    "notes_time",
    "opens_list",
    "picture_credit",
    "words",
]

CUE_LABELS = {label.value: label for label in Label} | {
    "timestamp_modified": Label.TIMESTAMP,
    "reporting": Label.CREDIT,
    "desk": Label.BYLINE,
    "paywall": Label.LEGAL,
    "bot_wall": Label.OTHER,
    "not_found": Label.OTHER,
}
"""What the lexicon's cues are as labels: most are named as these are, some kinds are its own."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BULLETS = ("•", "·", "* ", "- ", "– ", "▪", "‣", "+ ")
_STAMP = re.compile(r"\b(?:19|20)\d\d\b|(?=[^\x00-\x7f])\d{4}|\b\d{1,2}[:.h]\d\d(?!\d)|\d月\d")
_STAMP_ONLY = re.compile(r"[\W\d_]*(?:[^\W\d_]{1,12}[\W\d_]+){0,4}[^\W\d_]{0,12}[\W_]*(?:19|20)\d\d[\W\d_]*$")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# "7 April 2026", "7. avril 2026", "7 de abril de 2026", "April 7, 2026", "07/04/2026"
_FULL_DATE = re.compile(
    r"\b\d{1,2}(?:\.|st|nd|rd|th|er|º)?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?(?:19|20)\d\d\b|"
    r"\b[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b|"
    r"\b(?:19|20)\d\d\.\s[^\W\d_]{3,12}\s\d{1,2}\b|"
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d[./-]\s?\d{1,2}[./-]\s?\d{1,2}\b"
)
# A day, a time of day, a month with its year, or a year in digits of another script.
_DAY_OR_CLOCK = re.compile(
    rf"{_FULL_DATE.pattern}|(?<![\d.])\d{{1,2}}(?::|\s?h\s?|\.(?=\d\d\s?(?:uhr|[ap]\.?m)))[0-5]\d\b|\d[月월]"
    r"|^\W{0,3}[^\W\d_]{3,12}\.?,?\s(?:19|20)\d\d\W{0,3}$|(?=[^\x00-\x7f])\d{4}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
# Who made a picture, behind the words under it: "… am Kai. Foto: Tasmer", "(Photo by …)", "写真：…".
_CREDIT_INSIDE = re.compile(
    r"(?-i:[.!?]\s?[©/]\s?[A-ZÀ-ÞА-Я])|(?:^|[.!?。)(|»”\"])\s?(?:foto|photo|image|picture|bild|fot|crédit|credit|kuva|ảnh|arkivfoto|фото|写真|撮影|사진|تصوير|图)[^\W\d_]{0,5}\s?(?:[:：=©]|by\b)"
    r"|(?-i:(?:^|[.!?”»] )[Ff]ot\. [A-ZŁŚŻ])"
    r"|(?-i:\b(?:IMAGO|imago|AFP|AP|EPA|APA|dpa|REUTERS|Reuters|Getty Images|picture alliance) ?/ ?"
    r"[A-ZÀ-Þ][\w.'’-]{1,30}(?: [A-ZÀ-Þ][\w.'’-]{1,30}){0,3}$)",
    re.IGNORECASE,
)
# "Jane Q. Doe is a freelance writer …", "Jana Noll ist Redakteurin …", under an article.
_BIOGRAPHY = re.compile(
    r"\(?(?:[A-ZÀ-ÞŁŚŻ][\w.'’-]{0,30} ){2,4}"
    r"(?:(?:is|was) (?:also |currently |now )?(?:an?|the|our)|ist|war|est|es|è|é|is een|är|er|jest) "
    r"(?:[\w.,&'’-]{1,30} ){0,7}\w{0,20}(?i:author|writer|reporter|editor|journalis|correspond|columnist|contribut"
    r"|freelanc|profess|founder|manager|director|specialist|expert|owner|fellow|lectur|physician|critic|photograph"
    r"|consultant|attorney|blogger|creator|redakt|autor|korrespondent|volontär|gründer|rédact|auteur|periodist"
    r"|giornalist|jornalist|dziennik)"
    # "Joan Whitley's column appears every Monday."
    r"|(?:[A-ZÀ-Þ][\w.-]{0,30} ){1,3}[A-ZÀ-Þ][\w.-]{0,30}['’]s? column (?:appears|runs|is published)"
)
# What editors add: "Kitty Bennett contributed research.", "Jane Doe reported from Paris.", "(Updates with …)",
# "SOURCE Example Ltd", "WATCH | …", and rules of marks, "___", "###", "-30-".
_NOTE = re.compile(
    r"(?:[A-Z][\w.'’-]{0,30},? (?:and )?){2,12}"
    r"(?:(?:also )?contributed (?:research|reporting|to this)|reported from (?:the )?[A-Z])"
    r"|\((?:Updates?|Adds|Recasts|Corrects|Rewrites)\b.{0,120}\)$|SOURCE:? [A-Z][^.!?]{1,60}(?:\.|$)(?!.)"
    r"|(?i:correct(?:ion|ed)s?(?: (?:&|and) clarifications?)?(?:,? (?:on )?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?:)"
    r"|(?:WATCH|READ|LISTEN|PHOTOS|VIDEO)\s?\|\s|(?:[_#*=~.–—-]\s?){2,40}$|-\s?30\s?-$"
)
# "Copyright 2005 The Associated Press. All rights reserved. This material may not be published, ..."
# "Follow the Gazette on Google News and add us as a preferred source ..."
_LONG_NOTE = re.compile(
    r"(?i:copyright|©|\(c\))\s?(?:©|\([cC]\))?\s?(?:19|20)\d\d\b(?! (?:is|was|are|were)\b)"
    r"|Follow (?:us|(?:the |our |@)?[A-Z][\w.' -]{1,40}) on (?:Twitter|X|Facebook|Instagram|Google News"
    r"|WhatsApp|TikTok|YouTube|Threads|Bluesky|LinkedIn|Telegram)\b"
)
# "20:10", "8.15 pm GMT", "20h ago", "vor 5 Minuten", "5分前": a moment and nothing else.
_ZONES = r"gmt|utc|bst|ist|cet|cest|et|est|edt|ct|cst|cdt|mt|pt|pst|pdt|uhr|hrs|hs|h|msk|мск|wib|aest"
_UNITS = (
    r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|sekunden?|minuten?|std|stunden?|tage?n?|minutos?|horas?|"
    r"heures?|jours?|días?|dias?|minut[oi]|or[ae]|giorn[oi]|uur|dagen|dag)"
)
_ONE_MOMENT = (
    rf"(?:\d{{1,2}}(?::|\s?h\s?)\d\d(?::\d\d)?(?:\s?[ap]\.?\s?m\.?)?(?:\s?(?:{_ZONES})\.?)?"
    rf"|\d{{1,2}}\.\d\d\s?(?:[ap]\.?\s?m\.?(?:\s?(?:{_ZONES}))?|{_ZONES})\.?"
    rf"|(?:\d{{1,3}}|an?|one)\s?{_UNITS}\s(?:ago|geleden|fa|atrás)"
    rf"|(?:vor|il y a|hace|há)\s(?:\d{{1,3}}|une?|einer?)\s?{_UNITS}"
    r"|\d{1,3}\s(?:минут\w?|час\w{0,2}|дн\w{1,2}|день)\sназад"
    r"|\d{1,3}\s?(?:秒|分|時間|日|分钟|小时|小時|分鐘|天)前|\d{1,3}(?:분|시간|일) ?전)"
)
_MOMENT = re.compile(rf"{_ONE_MOMENT}(?:\W{{0,3}}{_ONE_MOMENT})?", re.IGNORECASE)
_COUNTER = re.compile(r"\d{1,3} ?(?:/|of|von|sur|de|di|av|z|из) ?\d{1,3}")
_COMMENTS = (
    r"(?:(?:reader|user) )?(?:comments?|replies|responses?|thoughts)|(?:leser)?kommentare?|commentaires?|réactions?|"
    r"coment[aá]rios?|respuestas?|commenti|reacties|komentarz\w{0,2}|kommentarer|комментари\w{1,3}|yorum|댓글|"
    r"件のコメント|条评论|則留言"
)
_THREAD = re.compile(
    rf"\(?[1-9][\d.,]{{0,6}}\)? ?(?:{_COMMENTS})(?: (?:on|to|so far|added|posted|zu|sur|en|su|op|к)\b.{{0,200}})?[:.]?|"
    rf"(?:{_COMMENTS}) ?\([1-9][\d.,]{{0,6}}\)[:.]?|reader interactions|"
    r"(?:\S{1,12} ){0,2}(?:load|view|show|see|read) (?:all|more) (?:\d{1,6} )?comments(?: \(\d{1,6}\))?",
)
_PRICE_OR_LINK = re.compile(r"[$€£¥%]|://")
_DIGIT = re.compile(r"\d")
_FEW_LINKS = 2
_BETWEEN_LINKS = re.compile(r"\s[|·•]\s")

_LABEL_OF_LINK = re.compile(r"\W{0,3}(?:\w[^\s:|]{0,20}\s){0,3}\w[^\s:|]{0,20}\s?[:|]\s?")
_LISTED = frozenset({"li", "td", "th", "dd", "dt"})
_TITLE_CHARS = 25
"""Characters of the title of another story, at least."""
_NOTE_CHARS = 140
"""Characters of the longest line that says when an article was published and changed."""
_MOMENT_CHARS = 32
_DIGIT_SHARE = 12
"""One of so many characters of such a line is a digit, at least."""
_SENTENCE_END = re.compile(r"(?:[^\W\d_]{5}|\))[.!?…]$")


_OPENING = frozenset({Label.RELATED, Label.COMMENTS, Label.NEWSLETTER, Label.AUTHOR_BIO})


def opens_list(cue: Cue) -> bool:
    """Return whether a block with *cue* is a heading that speaks for what follows it: "Read next", "Comments"."""
    return cue.match == "whole" and cue_label(cue) in _OPENING


def has_stamp(text: str) -> bool:
    """Return whether a year or a time of day stands in *text*."""
    return _STAMP.search(text) is not None


def is_date_line(text: str) -> bool:
    """Return whether *text* is a date and nothing else."""
    return _STAMP_ONLY.match(text) is not None


def picture_credit(text: str) -> "re.Match[str] | None":
    """Return where *text* says who made a picture, None where it does not."""
    return _CREDIT_INSIDE.search(text)


def cue_label(cue: Cue) -> Label:
    """Return what a block that carries *cue* is."""
    return CUE_LABELS[cue.label]


def is_byline(cue: Cue | None) -> bool:
    """Return whether *cue* opens a byline."""
    return cue is not None and cue_label(cue) is Label.BYLINE


def words(folded: str) -> list[str]:
    """Return the words of a *folded* text; of scripts without spaces, its pairs of characters."""
    found = _WORD.findall(folded)
    if not folded.isascii() and (len(found) * 12 < len(folded) or 2 * len(_UNSPACED.findall(folded)) > len(folded)):
        joined = "".join(found)
        return [joined[i : i + 2] for i in range(0, len(joined) - 1, 2)]
    return found


def likeness(some: list[str], wanted: set[str]) -> float:
    """Return the Jaccard likeness of two sets of words, 0 to 1."""
    have = set(some)
    return len(have & wanted) / len(have | wanted) if have else 0.0


def is_stamp(text: str) -> bool:
    """Return whether *text* is a time, with no more than a weekday, a month and a word such as "Updated" beside it."""
    if not _may_tell_time(text):
        return False
    full = _FULL_DATE.search(text) is not None
    if full and _is_mostly_digits(text):
        return True
    if len(text) > 60:
        return False
    if sum(ord(c) >= 0x2E80 for c in text) > 12:  # a sentence of CJK with a date in it
        return False
    others = [word for word in text.split() if not _DIGIT.search(word)]
    # A full date may have a weekday, "at" and "o'clock" beside it.
    return len(others) <= 4 or (full and sum(len(word) > 2 for word in others) <= 3)


def is_time_of_story(text: str) -> bool:
    """Return whether *text* is a stamp with a day or a time of day: no "Year founded: 2001", no rating of 4.85."""
    return is_stamp(text) and _DAY_OR_CLOCK.search(text) is not None


def is_date_and_time(text: str) -> bool:
    """Return whether *text* is a full date with the time of day, or two of them, and hardly a word beside."""
    return _may_tell_time(text) and _FULL_DATE.search(text) is not None and _is_mostly_digits(text)


def _may_tell_time(text: str) -> bool:
    """Return whether *text* is short enough and holds a year or a time of day, and neither a price nor an address."""
    return len(text) <= _NOTE_CHARS and _STAMP.search(text) is not None and _PRICE_OR_LINK.search(text) is None


def _is_mostly_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) * 4 > sum(map(str.isalnum, text))


def leads_elsewhere(block: Block) -> bool:
    """Return whether *block* is "More: " or the like: a few words with a colon or a bar, and a link over the rest."""
    if block.links != 1 or block.tag in HEADINGS or block.tag in _LISTED:
        return False
    mark = _LABEL_OF_LINK.match(block.text)
    size = len(block.text) - mark.end() if mark else 0
    return size >= _TITLE_CHARS and block.link_chars >= size - 2 and "://" not in block.text


def is_bold(block: Block) -> bool:
    """Return whether *block* is set in bold."""
    return block.bold_chars >= 0.9 * len(block.text)


def is_link(block: Block) -> bool:
    """Return whether *block* is a link, or several, and nothing else."""
    return 0 < 9 * len(block.text) <= 10 * block.link_chars


def is_row_of_links(block: Block) -> bool:
    """Return whether *block* is links side by side with a mark between them, and nothing else: "Print | E-mail"."""
    if block.links < 2 or 5 * block.link_chars < 4 * len(block.text) or block.tag in HEADINGS or block.tag == "li":
        return False
    # In the cells of old pages, links stand below each other.
    return _BETWEEN_LINKS.search(block.text) is not None or (block.tag == "td" and block.links > _FEW_LINKS)


def notes_time(text: str, cue: Cue | None) -> bool:
    """Return whether *text*, which carries *cue*, says when it was published or changed, and nothing else."""
    if cue is None or cue_label(cue) is not Label.TIMESTAMP or cue.match == "inside" or len(text) > _NOTE_CHARS:
        return False
    ago = len(text.split()) <= 6 and _DIGIT.search(text) is not None
    dated = sum(map(str.isdigit, text)) * _DIGIT_SHARE > len(text) and _STAMP.search(text) is not None
    return (ago or dated) and not _SENTENCE_END.search(text)


def heads_thread(folded: str) -> bool:
    """Return whether *folded* heads what readers wrote: "109 comments", "load all comments"; none has no thread."""
    return len(folded) < 240 and _THREAD.fullmatch(folded.lstrip("#| ")) is not None


def is_note(text: str) -> bool:
    """Return whether *text* is what an editor adds to an article: who helped, what has changed, where it ends."""
    if len(text) < 2 * _NOTE_CHARS and _LONG_NOTE.match(text):
        return True
    return len(text) < _NOTE_CHARS and _NOTE.match(text) is not None


def is_moment(text: str) -> bool:
    """Return whether *text* is a time of day, or how long ago something was, and nothing else."""
    return len(text) < _MOMENT_CHARS and _MOMENT.fullmatch(text.strip("()[]•· ")) is not None


def is_counter(text: str) -> bool:
    """Return whether *text* counts pictures: "3/8"."""
    return len(text) < 12 and _COUNTER.fullmatch(text) is not None


def is_biography(text: str) -> bool:
    """Return whether *text* begins by saying who somebody is."""
    return _BIOGRAPHY.match(text) is not None


def is_address(text: str) -> bool:
    """Return whether *text* is an e-mail address and little else."""
    return len(text) < 100 and "@" in text and len(text.split()) <= 5 and bool(_ADDRESS.search(text))
