"""Markdown tables, and their places in a document: two marks with a name, between which a benchmark writes."""

from collections.abc import Mapping
from pathlib import Path

__all__ = ["Tables", "table", "update"]

Tables = dict[str, str]
"""Markdown by the name of the place in `docs/quality.md` that it belongs to."""


def table(rows: Mapping[str, Mapping[str, float]], *, digits: int = 3, absent: str | None = None) -> str:
    """
    Return *rows* as a markdown table; a figure that is nought or missing is written as *absent*, when given.

    >>> print(table({"ours": {"word F1": 0.9712}}))
    | | word F1 |
    |---|--:|
    | ours | 0.971 |
    """
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = ["| | " + " | ".join(columns) + " |", "|---" + "|--:" * len(columns) + "|"]
    for name, row in rows.items():
        figures = (row.get(column, 0.0) for column in columns)
        cells = (f"{figure:.{digits}f}" if figure or absent is None else absent for figure in figures)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def update(path: Path, tables: Tables) -> list[str]:
    """Write *tables* between their marks in the file at *path*; return the names that have no marks there."""
    text, homeless = path.read_text(encoding="utf-8"), []
    for name, markdown in tables.items():
        start, end = f"<!-- benchmark: {name} -->", f"<!-- end: {name} -->"
        before, opened, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if opened and closed:
            text = f"{before}{start}\n\n{markdown}\n\n{end}{after}"
        else:
            homeless.append(name)
    path.write_text(text, encoding="utf-8")
    return homeless
