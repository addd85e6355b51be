"""
Floors under the figures: a file of what was once reached, which a later run may not silently fall below.

Floors are held for newsclean alone: a peer's new release is its own affair. They rise by `raised`, and sink only by
`lowered`, which writes the reason into the file for a reviewer to read.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

__all__ = ["Figures", "Floors", "failures", "load", "lowered", "raised", "save"]

OWN = "newsclean"

Figures = Mapping[str, Mapping[str, float]]
"""Measured figures: system, then measure; each is better when it is higher."""


class Set(msgspec.Struct, frozen=True, kw_only=True):
    """The floors of one set of pages, and the digest of the pages they were measured on."""

    digest: str
    floors: dict[str, dict[str, float]] = {}


class Lowered(msgspec.Struct, frozen=True, kw_only=True):
    """A floor that was taken down, and why."""

    set: str
    floor: str
    before: float
    after: float
    reason: str


class Floors(msgspec.Struct, frozen=True, kw_only=True):
    """All floors, by name of the set, and the record of those that were lowered."""

    sets: dict[str, Set] = {}
    lowered: tuple[Lowered, ...] = ()


def load(path: Path) -> Floors:
    """Return the floors of the file at *path*, none when there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=Floors) if path.exists() else Floors()


def save(floors: Floors, path: Path) -> None:
    """Write *floors* to *path*, sorted, so that two runs differ only where the floors do."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(floors, order="sorted"), indent=2) + b"\n")


def failures(floors: Floors, name: str, digest: str, figures: Figures) -> list[str]:
    """Return, in words, each way in which *figures* of the set *name* break its floors."""
    known = floors.sets.get(name)
    if known is None:
        return [f"{name}: has no floors; --raise writes them"]
    if known.digest != digest:
        return [
            f"{name}: the pages or answers are others than those of the floors; --lower with the reason renews them"
        ]
    found = []
    for system, held in known.floors.items():
        for measure, floor in held.items() if system in figures else ():
            figure = figures[system].get(measure)
            if figure is None:
                found.append(f"{name}: {system}: {measure} was not measured; its floor is {floor:.4f}")
            elif figure < floor:
                found.append(f"{name}: {system}: {measure} is {figure:.4f}, below its floor of {floor:.4f}")
    return found


def raised(floors: Floors, name: str, digest: str, figures: Figures, *, keep: float = 1.0) -> Floors:
    """
    Return *floors*, those of the set *name* raised to the share *keep* of *figures* where that is higher.

    Raises:
        ValueError: the pages or answers are others than those of the floors.
    """
    known = floors.sets.get(name, Set(digest=digest))
    if known.digest != digest:
        message = f"{name}: the pages or answers are others than those of the floors"
        raise ValueError(message)
    return _with(floors, name, Set(digest=digest, floors=_highest(known.floors, _floors(figures, keep))))


def lowered(floors: Floors, name: str, digest: str, figures: Figures, *, reason: str, keep: float = 1.0) -> Floors:
    """Return *floors*, those of the set *name* brought down to *figures* where they lie above, with the *reason*."""
    known = floors.sets.get(name, Set(digest=digest))
    wanted = _floors(figures, keep)
    entries = tuple(
        Lowered(
            set=name, floor=f"{system}: {measure}", before=floor, after=wanted[system].get(measure, 0.0), reason=reason
        )
        for system, held in known.floors.items()
        if system in wanted
        for measure, floor in held.items()
        if _falls(floor, figures[system].get(measure))
    )
    held = {system: dict(measures) for system, measures in known.floors.items()}
    for entry in entries:
        system, _, measure = entry.floor.partition(": ")
        held[system][measure] = entry.after
    new = Set(digest=digest, floors=_highest({}, held))
    return msgspec.structs.replace(_with(floors, name, new), lowered=(*floors.lowered, *entries))


def _falls(floor: float, figure: float | None) -> bool:
    return figure is None or figure < floor


def _floors(figures: Figures, keep: float) -> dict[str, dict[str, float]]:
    """Return the floors that *figures* allow, cut (not rounded) to the fourth digit."""
    return {
        system: {measure: int(figure * keep * 10_000) / 10_000 for measure, figure in measures.items()}
        for system, measures in figures.items()
        if system.startswith(OWN)
    }


def _highest(old: Figures, new: Figures) -> dict[str, dict[str, float]]:
    merged = {system: dict(measures) for system, measures in old.items()}
    for system, measures in new.items():
        row = merged.setdefault(system, {})
        for measure, floor in measures.items():
            row[measure] = max(floor, row.get(measure, 0.0))
    return merged


def _with(floors: Floors, name: str, new: Set) -> Floors:
    return msgspec.structs.replace(floors, sets={**floors.sets, name: new})
