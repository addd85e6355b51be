"""
Candidates for a field, how far each source is trusted, and the choice between them.

The trust is data (`data/trust.jsonl`): one row for each field, source and place, with the figure that set it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Generic, TypeVar

import msgspec

from newsclean.document import Evidence

__all__ = ["Candidate", "choose", "rejected", "trust", "vote"]

_V = TypeVar("_V")
_V_co = TypeVar("_V_co", covariant=True)

MAX_SHOWN = 500

_OF_PAGES = frozenset({"json-ld", "meta", "microdata", "html", "visible", "url", "header", "detected", "feed"})
"""Sources that are the page itself, or a feed that led to it."""


class Candidate(msgspec.Struct, Generic[_V_co], frozen=True):
    """
    One source's answer for a field.

    Args:
        value: in the type that the record holds.
        shown: the value as the source has it.
        source: "json-ld", "meta", "microdata", "html", "visible", "url", "feed" ...
        where: key, tag or label in that source.
        bad: why it cannot be right; empty when it can.
    """

    value: _V_co
    shown: str
    source: str
    where: str
    bad: str = ""


class _Row(msgspec.Struct, frozen=True):
    field: str
    source: str
    where: str
    trust: float
    why: str


@cache
def _table() -> Mapping[tuple[str, str, str], float]:
    data = resources.files("newsclean").joinpath("data/trust.jsonl").read_bytes()
    rows = [msgspec.json.decode(row, type=_Row) for row in data.splitlines() if row]
    return {(row.field, row.source, row.where): row.trust for row in rows}


def trust(field: str, source: str, where: str) -> float:
    """
    Return how far *source* is trusted for *field*, 0 to 1: the row for *where*, or the source's row for "*".

    The row "record" stands for every earlier scraper, whatever its name.
    """
    table = _table()
    found = table.get((field, source, where))
    if found is None:
        found = table.get((field, source if source in _OF_PAGES else "record", "*"), 0.0)
    return found


def choose(field: str, candidates: Iterable[Candidate[_V]]) -> tuple[_V | None, list[Evidence]]:
    """Return the value of the most trusted candidate, the first of equals, and the evidence on all of them."""
    every = list(candidates)
    good = [c for c in every if not c.bad and trust(field, c.source, c.where) > 0]
    best = max(good, key=lambda c: trust(field, c.source, c.where), default=None)
    return (best.value if best else None), _evidence(field, every, best)


def vote(
    field: str,
    candidates: Iterable[Candidate[str]],
    key: Callable[[str], str],
) -> tuple[str | None, list[Evidence]]:
    """
    Return the value on which the sources agree most, and the evidence.

    The trust of sources whose values have the same *key* is added up; the most trusted of the winners gives the form.
    """
    every = list(candidates)
    totals: dict[str, float] = {}
    for c in every:
        if not c.bad:
            totals[key(c.value)] = totals.get(key(c.value), 0.0) + trust(field, c.source, c.where)
    top = max(totals, key=lambda k: totals[k], default=None)
    if top is None or totals[top] <= 0:
        return None, _evidence(field, every, None)
    winners = [c for c in every if not c.bad and key(c.value) == top]
    best = max(winners, key=lambda c: trust(field, c.source, c.where))
    return best.value, _evidence(field, every, best)


def rejected(field: str, shown: str, source: str, where: str, reason: str) -> Evidence:
    """Return the evidence of a candidate that the record does not hold."""
    return Evidence(field, shown[:MAX_SHOWN], source, where, chosen=False, reason=reason)


def _evidence(field: str, candidates: Iterable[Candidate[_V]], best: Candidate[_V] | None) -> list[Evidence]:
    rows: list[Evidence] = []
    for c in candidates:
        chosen = c is best
        reason = "" if chosen else c.bad
        if not chosen and not reason and best is not None:
            same = c.value == best.value
            reason = "agrees with the chosen one" if same else f"less trusted than {best.source} {best.where}".rstrip()
        rows.append(
            Evidence(
                field,
                c.shown[:MAX_SHOWN],
                c.source,
                c.where,
                chosen=chosen,
                reason=reason or ("" if chosen else "not trusted"),
            )
        )
    return rows
