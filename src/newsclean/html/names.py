"""Class and id names of elements as words."""

import re
from collections.abc import Iterable

__all__ = ["MARK", "hint_tokens"]

MARK = "\x01"
"""What parts the entries of a joined buffer; `dom` lets no control character through."""

_HINT_WORD = re.compile(rf"[A-Z]+[a-z]*|[a-z]+|{MARK}")


def hint_tokens(hints: Iterable[str]) -> list[str]:
    """Return the words of *hints*, lower case, camel case parted, MARK before each hint's."""
    joined = "".join([MARK + hint.replace(MARK, " ") for hint in hints])  # one search for all is much faster
    return " ".join(_HINT_WORD.findall(joined)).lower().split()
