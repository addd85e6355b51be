"""
Form, never wording: Unicode, white space, URLs, names.

Every function gives the same text back when it is given its own result.
"""

import re
import unicodedata

__all__ = ["line"]

# Not printed and of no use in a record: controls, non-characters, lone surrogates, zero-width space, byte-order mark,
# soft hyphen, and bidi embeddings and overrides, which reorder what stands around them (Unicode TR36). ZWJ, ZWNJ and
# the bidi marks stay: they change how Arabic, Indic scripts and emoji are read.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\ud800-\udfff]",
)
# NFC needs quadratic time on long runs of combining marks; Unicode's stream-safe format bounds them at 30 (UAX #15).
_MARKS = re.compile("([\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{30})"
                    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")


def line(text: str) -> str:
    """
    Return *text* as one line: white space collapsed, unprinted characters gone, NFC.

    >>> line("  Caf\\u0065\\u0301\\u00a0 \\u200bde\\n Paris ")
    'Café de Paris'
    """
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    if not text.isprintable():
        text = " ".join(_UNPRINTED.sub("", text).split())
    return unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))
