"""The wire services that pages credit, told by the marks they print: "AFP", "Reuters", "新华社"."""

import re
from collections.abc import Iterable

from newsclean.lexicon import Agency

__all__ = ["MAX_BYLINE", "Agencies"]

MAX_BYLINE = 400
"""Characters of a line in which marks are looked for."""

_WORD = re.compile(r"[^\s,;/|()\[\]]{1,40}")
_ROUND = " .:()[]（）【】/=©-–—\"'"
"""What may stand around an agency's mark."""
_OPENING = frozenset("([（【/=")
"""What opens a mark that is one only where it is set apart so."""


def _bare_word(word: str) -> str:
    return word.strip(_ROUND).casefold()


class Agencies:
    """News agencies by their printed marks. Immutable once made."""

    def __init__(self, table: Iterable[Agency]) -> None:
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._enclosed: dict[str, str] = {}  # "(共同)": a word that is a mark in brackets only
        for agency in table:
            self._folded.setdefault(agency.name.casefold(), agency.name)
            for mark in agency.marks:
                if mark.text[0] in _OPENING:
                    self._enclosed.setdefault(mark.text.strip(_ROUND), agency.name)
                elif mark.case:
                    self._exact.setdefault(mark.text, agency.name)
                else:
                    self._folded.setdefault(mark.text.casefold(), agency.name)
        marks = (*self._exact, *self._folded)
        self._words = max((m.count(" ") + 1 for m in marks), default=1)
        self._first_words = {_bare_word(word) for m in marks for word in _WORD.findall(m)[:1]} | {"the", "die", "la"}

    def named(self, text: str, *, enclosed: bool = False) -> str | None:
        """Return the agency that *text* as a whole is a mark of; *enclosed* says that it stands in brackets."""
        enclosed = enclosed or text[:1] in _OPENING
        text = text.strip(_ROUND)
        if not text or len(text) > 80:  # no agency's name is longer
            return None
        found = self._exact.get(text) or self._folded.get(text.casefold())
        if found is None and enclosed:
            found = self._enclosed.get(text)
        for article in ("the ", "die ", "la "):
            if found is None and text.casefold().startswith(article):
                found = self._folded.get(text[len(article) :].casefold()) or self._exact.get(text[len(article) :])
        return found

    def may_stand_in(self, text: str) -> bool:
        """Return whether a word of *text* begins a mark: faster than `inside`, which finds none where none does."""
        return any(_bare_word(word) in self._first_words for word in _WORD.findall(text[:MAX_BYLINE]))

    def opening(self, text: str) -> tuple[str, str] | None:
        """Return mark and agency that *text* begins with, as datelines do in Chinese: "新华社北京1月6日电"."""
        starts = (text[:size] for size in range(8, 1, -1))
        return next(((start, name) for start in starts if (name := self.named(start))), None)

    def inside(self, text: str) -> list[tuple[str, str]]:
        """Return mark and name of the agencies whose marks stand in *text* as whole words, longest mark first."""
        words = list(_WORD.finditer(text[:MAX_BYLINE]))
        begins = [i for i, word in enumerate(words) if _bare_word(word.group()) in self._first_words]
        found: list[tuple[str, str]] = []
        used: set[int] = set()
        for size in range(min(self._words, 6), 0, -1):
            for i in begins:
                if i + size > len(words):
                    break
                span = text[words[i].start() : words[i + size - 1].end()].strip(".:")
                name = self.named(span)
                # A lone word of ordinary letters may be a surname; marks in mixed prose must look like marks.
                if name and not used & set(range(i, i + size)):
                    used |= set(range(i, i + size))
                    found.append((span, name))
        return found
