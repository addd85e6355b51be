"""Each page and dump written for the project gives the fields that stand beside it, one test a field."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from newsclean import Article, Label

sys.path.insert(0, str(Path(__file__).parent))
import fixtures

KNOWN_GAPS: dict[str, str] = json.loads((fixtures.FOLDER / "known_gaps.json").read_text(encoding="utf-8"))
"""Checks that fail today, with the reason; one that passes must leave the list (strict xfail)."""


def _parameters() -> list[Any]:
    parameters = []
    for case, name, value in fixtures.checks():
        identity = f"{case.parent.name}/{case.name}/{name}"
        gap = KNOWN_GAPS.get(identity)
        marks = [pytest.mark.xfail(reason=gap, strict=True)] if gap else []
        parameters.append(pytest.param(case, name, value, id=identity, marks=marks))
    return parameters


@pytest.mark.parametrize(("case", "name", "value"), _parameters())
def test_expected(case: Path, name: str, value: Any) -> None:
    """What the fixture expects is what the record holds."""
    article = fixtures.article(case)
    group, _, key = name.partition(".")
    if group == "fields":
        # "Z" and "+00:00" state the same offset; the record writes the second.
        assert _field(article, key) == (value.replace("Z", "+00:00") if key.startswith("date") and value else value)
    elif group == "body":
        _check_body(article, key, value)
    elif group == "removed":
        texts = [removal.text for removal in article.removed if removal.label is Label(key)]
        assert [wanted for wanted in value if not any(_line(wanted) in text for text in texts)] == []
    else:
        _check_image(article, value)


def _field(article: Article, key: str) -> Any:
    if key == "authors":
        return [author.name for author in article.authors]
    record = json.loads(article.to_json())
    empty: Any = [] if key in ("sourceOrganization", "articleSection", "keywords", "breadcrumbs") else None
    return record.get(key, empty)


def _check_body(article: Article, key: str, value: Any) -> None:
    texts = [block.text for block in article.blocks]
    if key == "blocks":
        assert len(texts) == value
    elif key == "first":
        assert (texts[0] if texts else None) == value
    elif key == "last":
        assert (texts[-1] if texts else None) == value
    elif key == "includes":
        assert [wanted for wanted in value if _line(wanted) not in _line(article.text)] == []
    else:
        assert [banned for banned in value if _line(banned) in _line(article.text)] == []


def _check_image(article: Article, value: dict[str, str | None]) -> None:
    found = [{"caption": image.caption, "creditText": image.credit_text} for image in article.images]
    assert {"caption": value.get("caption"), "creditText": value.get("creditText")} in found


def _line(text: str) -> str:
    return " ".join(text.split())
