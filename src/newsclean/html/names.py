"""Class and id names of elements as words."""

import string
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["MARK", "hint_tokens", "page_tokens"]

MARK = "\x01"
"""What parts the entries of a joined buffer; `dom` lets no control character through."""

# Letters as small ones, the mark as it is, all else as spaces.
_FOLDED = bytes(code if chr(code) in string.ascii_lowercase + MARK else ord(" ") for code in bytes(range(256)).lower())


def hint_tokens(hints: Iterable[str]) -> list[str]:
    """
    Return the words of *hints*, lower case, camel case parted, MARK before each hint's.

    >>> hint_tokens(["nav-bar topMenu2", ""]) == [MARK, "nav", "bar", "top", "menu", MARK]
    True
    """
    import numpy as np  # noqa: PLC0415  slow to load, and importing newsclean need not pay for it

    # All in one buffer, letter by letter in arrays: a regular expression takes twice as long.
    joined = f" {MARK} ".join(["", *[hint.replace(MARK, " ") for hint in hints]])
    codes = np.frombuffer(joined.encode("ascii", "replace"), np.uint8)
    small, capital = codes - ord("a") < 26, codes - ord("A") < 26  # unsigned: what is less than "a" becomes great
    humps = np.flatnonzero(small[:-1] & capital[1:]) + 1
    return np.insert(codes, humps, ord(" ")).tobytes().translate(_FOLDED).decode("ascii").split()


@lru_cache(maxsize=1)
def page_tokens(hints: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same for the distinct *hints* of a page: scoring and labelling ask one after the other."""
    return tuple(hint_tokens(hints))
