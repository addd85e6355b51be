"""What others do with the lines of a dump: the figures to beat."""

from collections.abc import Callable
from html import escape

import justext
import py3langid

_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ko": "Korean", "lb": "Luxembourgish", "nl": "Dutch",
    "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zu": "Zulu", "xh": "Xhosa",
}  # fmt: skip


def everything(dump: str) -> str:
    """Return *dump* as it is."""
    return dump


def c4_rule(dump: str) -> str:
    """Return the lines C4 keeps: five words or more, and terminal punctuation (Raffel et al. 2020, section 2.2)."""
    lines = (x.strip() for x in dump.split("\n"))
    kept = [x for x in lines if x.endswith((".", "!", "?", '"', "”")) and len(x.split()) >= 5]
    return "\n".join(x for x in kept if "javascript" not in x.lower() and "lorem ipsum" not in x.lower())


def justext_lines(dump: str) -> str:
    """Return what jusText keeps when each line is a paragraph, with the stop words of the dump's language."""
    language = _LANGUAGES.get(py3langid.classify(dump[:4000])[0], "English")
    words = justext.get_stoplist(language) if language in justext.get_stoplists() else frozenset()
    page = "".join(f"<p>{escape(x)}</p>" for x in dump.split("\n") if x.strip())
    if not page:
        return ""
    return "\n".join(p.text for p in justext.justext(page.encode(), words, encoding="utf-8") if not p.is_boilerplate)


BASELINES: dict[str, Callable[[str], str]] = {
    "keep everything": everything,
    "C4's line rule": c4_rule,
    "jusText on lines": justext_lines,
}
