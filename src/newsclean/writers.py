"""Records to files: JSON Lines, Markdown, plain text. A file appears whole, by rename, or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import msgspec

from newsclean.document import Label
from newsclean.record import Article

__all__ = ["OutputFormat", "open_output", "render"]

_MARKDOWN = {
    Label.SUBHEAD: "## {}",
    Label.QUOTE: "> {}",
    Label.LIST_ITEM: "- {}",
    Label.CODE: "```\n{}\n```",
}
# Characters that start a construct of Markdown or HTML wherever they stand, and are only text here.
_MARKDOWN_ESCAPES = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>"})


class OutputFormat(StrEnum):
    """Forms a record can be written in."""

    JSONL = "jsonl"
    MD = "md"
    TXT = "txt"


def render(article: Article, form: OutputFormat, *, ledger: bool = True) -> bytes:
    """
    Return *article* in *form*, with a line end.

    Args:
        article: the record.
        form: JSON Lines (the whole record), Markdown (front matter and body), or text (headline and body).
        ledger: whether JSON holds the removed blocks and the evidence.
    """
    if form is OutputFormat.JSONL:
        kept = article if ledger else msgspec.structs.replace(article, removed=(), evidence=())
        return kept.to_json() + b"\n"
    text = _markdown(article) if form is OutputFormat.MD else _text(article)
    return text.encode() + b"\n"


def _text(article: Article) -> str:
    parts = [article.headline or "", article.alternative_headline or "", article.article_body]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown(article: Article) -> str:
    record = article.to_dict()
    names = [author.name for author in article.authors]
    matter = {
        "headline": article.headline,
        "authors": names,
        "sourceOrganization": list(article.source_organization),
        "datePublished": record.get("datePublished"),
        "url": article.url,
        "source": article.metadata.source,
    }
    # JSON is YAML: quoting needs no second set of rules.
    front = [f"{key}: {msgspec.json.encode(value).decode()}" for key, value in matter.items() if value]
    parts = ["---\n" + "\n".join(front) + "\n---"]
    if article.headline:
        parts.append(f"# {article.headline.translate(_MARKDOWN_ESCAPES)}")
    if article.alternative_headline:
        parts.append(f"*{article.alternative_headline.translate(_MARKDOWN_ESCAPES)}*")
    parts += [
        _MARKDOWN.get(b.label, "{}").format(b.text if b.label is Label.CODE else b.text.translate(_MARKDOWN_ESCAPES))
        for b in article.blocks
    ]
    return "\n\n".join(parts) + "\n"


@contextmanager
def open_output(path: str | None) -> Iterator[BinaryIO]:
    """
    Give a binary file that becomes *path* when the block ends well; standard output when *path* is None or "-".

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    if path is None or path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)  # mkstemp's files are private; the user's umask says what they should be
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
