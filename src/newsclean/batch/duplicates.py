"""
Articles that stood before: the same words (a hash of them), or nearly the same (MinHash, by the library rensa).

An index is filled in the order of the inputs, so that the first seen wins whatever the workers' timing.
"""

import importlib
from array import array
from collections.abc import Callable, Mapping
from enum import StrEnum
from operator import eq
from typing import Any

import msgspec

from newsclean.errors import InputError
from newsclean.normalise import content_hash
from newsclean.record import Article

__all__ = ["Index", "Key", "Repeats", "key", "require", "stored_key"]

_BANDS, _ROWS = 16, 8  # 128 values: two texts that share 0.8 of their shingles meet in a band with probability 0.95
_SHINGLE = 5  # words
_SEED = 20_260_101
_LEAST_WORDS = 20  # shorter bodies are alike by accident; they are compared by their hash only


class Repeats(StrEnum):
    """What becomes of articles that repeat an earlier one: not looked for, marked in the record, or left out."""

    KEEP = "keep"
    MARK = "mark"
    DROP = "drop"


class Key(msgspec.Struct, frozen=True, array_like=True):
    """
    What an article is recognised by.

    Args:
        source: what names it.
        exact: hash of its words; empty for a body without any.
        near: its MinHash values, four bytes each; empty for a body too short for them.
        agency: whether it names a wire service.
    """

    source: str
    exact: bytes
    near: bytes
    agency: bool


def require() -> Callable[..., Any]:
    """
    Return the library's MinHash.

    Raises:
        InputError: it is not installed.
    """
    try:
        minhash: Callable[..., Any] = importlib.import_module("rensa").RMinHash
    except ImportError as error:
        msg = "duplicates need the extra 'dedup': pip install 'newsclean[dedup]'"
        raise InputError(msg) from error
    return minhash


def key(article: Article) -> Key:
    """Return what *article* is recognised by."""
    agency = bool(article.source_organization)
    return _key(article.metadata.source, article.article_body, article.content_hash, agency=agency)


def stored_key(record: Mapping[str, Any], path: str) -> Key:
    """Return what the article of a stored *record* is recognised by; *path* names it when it does not do so itself."""
    metadata = record.get("metadata")
    source = metadata.get("source") if isinstance(metadata, Mapping) else record.get("source")
    digest = record.get("contentHash")
    body = str(record.get("articleBody") or "")
    return _key(str(source or path), body, digest if isinstance(digest, str) else None, agency=False)


def _key(source: str, text: str, digest: str | None, *, agency: bool) -> Key:
    words = text.casefold().split()
    digest = digest or content_hash(text) or ""
    near = b""
    if len(words) >= _LEAST_WORDS:
        minhash = require()(num_perm=_BANDS * _ROWS, seed=_SEED)
        minhash.update([" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)])
        near = array("I", minhash.digest()).tobytes()
    exact = bytes.fromhex(digest.rpartition(":")[2])[:16]
    return Key(source, exact, near, agency=agency)


class Index:
    """
    The articles seen so far.

    Args:
        threshold: share of shingles (estimated) from which two texts are the same story.
    """

    def __init__(self, *, threshold: float = 0.8) -> None:
        self._threshold = threshold
        self._exact: dict[bytes, str] = {}
        self._bands: list[dict[int, tuple[int, ...]]] = [{} for _ in range(_BANDS)]
        self._kept: list[tuple[str, bytes]] = []

    def first(self, it: Key) -> str | None:
        """Return the source of the first article that *it* repeats; None, and remember it, when there is none."""
        if not it.exact:
            return None
        original = self._exact.get(it.exact) or self._nearest(it)
        # A repeat is remembered by its words alone: chains of likeness would end far from the first.
        self._exact.setdefault(it.exact, original or it.source)
        if original is None and it.near:
            number = len(self._kept)
            self._kept.append((it.source, it.near))
            for band, value in zip(self._bands, _bands(it.near), strict=True):
                band[value] = (*band.get(value, ()), number)  # nearly always one: a list would take twice as much
        return original

    def _nearest(self, it: Key) -> str | None:
        """Return the source of the oldest article that is near enough."""
        if not it.near:
            return None
        found = {n for band, value in zip(self._bands, _bands(it.near), strict=True) for n in band.get(value, ())}
        wanted = memoryview(it.near).cast("I")
        for number in sorted(found):
            source, near = self._kept[number]
            same = sum(map(eq, wanted, memoryview(near).cast("I")))
            if same >= self._threshold * len(wanted):
                return source
        return None


def _bands(near: bytes) -> list[int]:
    # Two bands whose hashes are equal by accident only cost a comparison.
    size = len(near) // _BANDS
    return [hash(near[i : i + size]) for i in range(0, len(near), size)]
