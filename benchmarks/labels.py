"""
What each annotated line of a page was called: a confusion table of labels.

Development pages annotate title, authors, captions and credits, not blocks. The block that carries an annotated text is
looked for among all visible blocks of the record; where several carry it (a title stands again in the breadcrumb) one
that has the right label speaks for all of them, otherwise the first does. Fixtures name their lines label by label.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from corpus import Truth
from measures import plain
from peers import Prediction, System

__all__ = ["NOT_VISIBLE", "Confusion", "of_fixtures", "of_pages", "render"]

NOT_VISIBLE = "not visible"

BYLINE_WORDS = 30
"""Words of the longest block that may carry an author's name as a byline; names stand in paragraphs and bios too."""

CAPTION_SLACK = 30
"""Words that a block may have beyond the caption it carries: credit, place, a counter."""

CREDIT_SLACK = 12
"""Words that a block may have beyond the credit it carries."""

Confusion = Counter[tuple[str, str]]
"""How often (what it is, what it was called) occurred."""

Block = tuple[str, str]


def of_pages(pages: Iterable[tuple[Truth, Prediction]]) -> Confusion:
    """Return what the annotated lines of *pages* were called."""
    found: Confusion = Counter()
    for truth, prediction in pages:
        blocks = [(label, plain(text)) for label, text in prediction.blocks]
        found.update(_of_page(truth, blocks))
    return found


def _of_page(truth: Truth, blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    title = plain(truth.title)
    if title:
        yield "headline", _called(["headline"], [block for block in blocks if block[1] == title])
    for author in truth.authors or ():
        yield "byline", _called(["byline"], _carriers(plain(author), blocks, BYLINE_WORDS))
    for picture in truth.images or ():
        caption, credit = plain(picture.caption), plain(picture.credit)
        captioned = _carriers(caption, blocks, len(caption.split()) + CAPTION_SLACK)
        if caption:
            yield "caption", _called(["caption"], captioned)
        if credit:
            yield from _of_credit(credit, captioned, blocks)


def _of_credit(credit: str, captioned: Sequence[Block], blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Yield what a credit was called; inside the block of its caption it is rightly called a caption."""
    inside = _carriers(credit, captioned, None)
    if inside:
        yield "credit in its caption", _called(["caption", "credit"], inside)
    else:
        yield "credit", _called(["credit"], _carriers(credit, blocks, len(credit.split()) + CREDIT_SLACK))


def _carriers(text: str, blocks: Sequence[Block], most_words: int | None) -> list[Block]:
    if not text:
        return []
    return [
        block
        for block in blocks
        if f" {text} " in f" {block[1]} " and (most_words is None or len(block[1].split()) <= most_words)
    ]


def _called(right: Sequence[str], carriers: Sequence[Block]) -> str:
    labels = [label for label, _ in carriers]
    return next((label for label in labels if label in right), labels[0] if labels else NOT_VISIBLE)


def of_fixtures(folder: Path, page: System, dump: System) -> Confusion:
    """Return what the lines that the fixtures under *folder* name as removed were called."""
    found: Confusion = Counter()
    for path in sorted(folder.glob("*/*/expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        source = path.parent / "page.html"
        system, source = (page, source) if source.exists() else (dump, path.parent / "dump.txt")
        prediction = system(source.read_bytes(), expected.get("url"))
        blocks = [(label, plain(text)) for label, text in prediction.blocks]
        for label, texts in expected.get("removed", {}).items():
            found.update((label, _called([label], _carriers(plain(text), blocks, None))) for text in texts)
    return found


def render(confusion: Confusion) -> str:
    """Return *confusion* as a markdown table: rows what it is, columns what it was called, last the share right."""
    rows = sorted({true for true, _ in confusion})
    columns = sorted(
        {called for _, called in confusion}, key=lambda name: (name == NOT_VISIBLE, name not in rows, name)
    )
    lines = [
        "| is, called | " + " | ".join(columns) + " | visible | right |",
        "|---" + "|--:" * (len(columns) + 2) + "|",
    ]
    for row in rows:
        visible = sum(confusion[row, column] for column in columns if column != NOT_VISIBLE)
        right = sum(confusion[row, label] for label in rights(row))
        counts = " | ".join(str(confusion[row, column] or "") for column in columns)
        lines.append(f"| {row} | {counts} | {visible} | {right / visible if visible else 0:.3f} |")
    return "\n".join(lines)


def rights(row: str) -> tuple[str, ...]:
    """Return the labels that are right for the row *row* of the table."""
    return ("caption", "credit") if row == "credit in its caption" else (row,)
