"""
Given names: what tells "Julia Gralberg" from "Quick Look" where a page does not say that it is a person.

The table (`data/given_names.jsonl`) holds names that are hardly ever anything else; a name that is not in it may be one
all the same, so that its absence says nothing.
"""

import unicodedata
from functools import cache
from importlib import resources

import msgspec

__all__ = ["begins_with_given_name", "is_given_name"]

_ALIKE = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i"})


class _Row(msgspec.Struct, frozen=True):
    of: str
    names: tuple[str, ...]


def _key(word: str) -> str:
    """Return *word* in the form that its spellings with and without marks share."""
    parts = unicodedata.normalize("NFKD", word.casefold().translate(_ALIKE))
    return "".join(c for c in parts if not unicodedata.combining(c))


@cache
def _table() -> frozenset[str]:
    data = resources.files("newsclean").joinpath("data/given_names.jsonl").read_bytes()
    rows = (msgspec.json.decode(row, type=_Row) for row in data.splitlines() if row)
    return frozenset(_key(name) for row in rows for name in row.names)


def is_given_name(word: str) -> bool:
    """
    Return whether *word* is a given name in the table, or a hyphenated one that begins with such a name.

    >>> is_given_name("José"), is_given_name("Jean-Luc"), is_given_name("Quick")
    (True, True, False)
    """
    key = _key(word)
    return word[:1].isupper() and (key in _table() or key.partition("-")[0] in _table())


def begins_with_given_name(name: str) -> bool:
    """
    Return whether *name* is of several words, and the first is a given name.

    >>> begins_with_given_name("Rick Steves"), begins_with_given_name("Rick")
    (True, False)
    """
    first, _, rest = name.strip().partition(" ")
    return bool(rest) and is_given_name(first)
