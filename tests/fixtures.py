"""Fixtures: a page or a dump with the fields that must come out of it, one folder each."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import newsclean
from newsclean import Article

FOLDER = Path(__file__).parent / "fixtures"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.json"))


def expected(case: Path) -> dict[str, Any]:
    """Return what must come out of *case*."""
    answer: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return answer


def data(case: Path) -> bytes:
    """Return the bytes of the page or dump of *case*."""
    page = case / "page.html"
    return (page if page.exists() else case / "dump.txt").read_bytes()


@cache
def article(case: Path) -> Article:
    """Return the record of *case*, made once for all tests."""
    return newsclean.clean(data(case), url=expected(case).get("url"))


def checks() -> Iterator[tuple[Path, str, Any]]:
    """Yield each single thing that a fixture expects: case, name of the check, expected value."""
    for case in CASES:
        answer = expected(case)
        for group in ("fields", "body", "removed"):
            for name, value in answer.get(group, {}).items():
                yield case, f"{group}.{name}", value
        for number, image in enumerate(answer.get("images", [])):
            yield case, f"images.{number}", image
