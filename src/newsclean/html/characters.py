"""What the characters of each block of a page say, all of them counted in one buffer of code points."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsclean.html.columns import Array, Columns

__all__ = ["of_characters"]

# Character classes. Scripts written without spaces get one of their own: a character there is about half a word.
_CLASSES = "lower upper digit space comma stop quote colon separator dash bracket symbol ideograph letter other"
_CLASS = {name: i for i, name in enumerate(_CLASSES.split())}
_MEMBERS = {
    "comma": ",،、，;؛；",
    "stop": ".!?。！？…؟।۔｡",
    "quote": "\"'“”„«»‹›‘’‚「」『』",
    "colon": ":：",
    "separator": "|/\\•·→▸▶◀<>~*_+=¦●■▪",
    "dash": "-–—−",
    "bracket": "()[]{}（）【】〈〉《》",
    "symbol": "©®™@#$€£¥%&₹₽",
}
_UNSPACED = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0xA000), (0xAC00, 0xD7B0), (0xF900, 0xFB00))
_TABLE_SIZE = 0x10000


def _class_table() -> NDArray[np.uint8]:
    table = np.full(_TABLE_SIZE, _CLASS["other"], np.uint8)
    for code in range(0x3000):
        char = chr(code)
        if char.isalpha():
            table[code] = _CLASS["lower" if char.islower() else "upper" if char.isupper() else "letter"]
        elif char.isdigit():
            table[code] = _CLASS["digit"]
        elif char.isspace():
            table[code] = _CLASS["space"]
    for low, high in _UNSPACED:
        table[low:high] = _CLASS["ideograph"]
    for name, members in _MEMBERS.items():
        for char in members:
            table[ord(char)] = _CLASS[name]
    return table


_CHAR_CLASS = _class_table()
_QUESTION = np.isin(np.arange(_TABLE_SIZE), [ord(mark) for mark in "?？؟"])


def of_characters(texts: Sequence[str], lengths: Array) -> Columns:
    """Return by name what the characters of each of *texts* say, which have these *lengths*; none is empty."""
    n, classes = len(texts), len(_CLASS)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
    kinds = _CHAR_CLASS.take(codes, mode="clip")
    ends = np.cumsum(lengths)
    starts = ends - lengths
    owner = np.repeat(np.arange(n) * classes, lengths)
    counts = np.bincount(owner + kinds, minlength=n * classes).reshape(n, -1).T.astype(np.float64)
    space = np.flatnonzero(kinds == _CLASS["space"])  # never the last character of a block
    word_starts = np.concatenate((starts, space + 1))
    word_starts.sort(kind="stable")  # merges the two
    word_owner = owner[word_starts] // classes
    word_length = np.diff(word_starts, append=len(kinds))
    capital = np.bincount(word_owner, weights=kinds[word_starts] == _CLASS["upper"], minlength=n)
    brief = np.bincount(word_owner, weights=word_length <= 4, minlength=n)
    inner = np.bincount(owner[space] // classes, weights=kinds[space - 1] == _CLASS["stop"], minlength=n)
    last, opening = kinds[ends - 1], kinds[starts]
    before_last = kinds[np.maximum(ends - 2, starts)]
    full = (last == _CLASS["stop"]) | ((last == _CLASS["quote"]) & (before_last == _CLASS["stop"]))
    get = {name: counts[i] for name, i in _CLASS.items()}
    mass = get["lower"] + get["upper"] + get["digit"] + get["letter"] + 2 * get["ideograph"]
    some, spoken = np.maximum(mass, 1), get["space"] + 1 + get["ideograph"] / 2
    return {
        "mass": mass,
        "words": spoken,
        "word_length": mass / spoken,
        "upper": get["upper"] / some,
        "digit": get["digit"] / some,
        "capital": capital / spoken,
        "brief_words": brief / spoken,
        "commas": get["comma"],
        "comma_rate": get["comma"] / spoken,
        "stops": get["stop"],
        "sentences": inner + full,
        "quotes": get["quote"],
        "colons": get["colon"],
        "separators": get["separator"] / lengths,
        "dashes": get["dash"],
        "brackets": get["bracket"],
        "symbols": get["symbol"],
        "unspaced": get["ideograph"] / lengths,
        "uncased": get["letter"] / lengths,
        "full": full,
        "colon_end": last == _CLASS["colon"],
        "question": _QUESTION[np.minimum(codes[ends - 1], _TABLE_SIZE - 1)],
        "quote_start": opening == _CLASS["quote"],
        "lower_start": opening == _CLASS["lower"],
        "digit_start": opening == _CLASS["digit"],
        "mark_start": (opening == _CLASS["separator"]) | (opening == _CLASS["dash"]),
        "bracket_start": opening == _CLASS["bracket"],
    }
