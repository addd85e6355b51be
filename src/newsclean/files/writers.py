"""
Records to rows, rows to files: JSON Lines, CSV, Parquet, Markdown, plain text; compressed or not.

A file appears whole, by rename, or not at all. No name is made from what a page says.
"""

import csv
import errno
import gzip
import io
import os
import shutil
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from newsclean.document import Label
from newsclean.errors import InputError
from newsclean.files import parquet
from newsclean.files.durable import write_whole
from newsclean.files.packed import zstandard
from newsclean.record import Article

__all__ = ["Encoding", "OutputFormat", "check_target", "mark", "render"]

CSV_COLUMNS = (
    "source", "pageKind", "headline", "alternativeHeadline", "authors", "sourceOrganization", "publisher",
    "datePublished", "dateModified", "articleSection", "inLanguage", "url", "articleBody", "duplicateOf", "syndicated",
)  # fmt: skip
"""Columns of a CSV file; the last two are filled by `mark`."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

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
    CSV = "csv"
    PARQUET = "parquet"
    MD = "md"
    TXT = "txt"


def render(article: Article, form: OutputFormat, *, ledger: bool = True, extra: bytes = b"") -> bytes:
    """
    Return *article* as one row of *form*, with a line end; a row of Parquet is JSON until its shard is made.

    Args:
        article: the record.
        form: JSON Lines and Parquet (the whole record), CSV (its main fields), Markdown (front matter and body), or
            text (headline and body).
        ledger: whether the whole record has the removed blocks and the evidence.
        extra: fields of an earlier scraper's record as a JSON object, carried along under "extra".
    """
    if form in (OutputFormat.JSONL, OutputFormat.PARQUET):
        kept = article if ledger else msgspec.structs.replace(article, removed=(), evidence=())
        row = kept.to_json()
        return (row[:-1] + b',"extra":' + extra + b"}" if extra else row) + b"\n"
    if form is OutputFormat.CSV:
        return _csv_row([_cell(value) for value in _csv_values(article)])
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


def mark(row: bytes, form: OutputFormat, *, original: str, syndicated: bool) -> bytes:
    """
    Return *row* with the note that it repeats the article of the source *original*.

    Args:
        row: as `render` made it.
        form: the form it was made in.
        original: source of the first article with these words.
        syndicated: whether this copy names a wire service.
    """
    name = msgspec.json.encode(original)
    if form in (OutputFormat.JSONL, OutputFormat.PARQUET):
        note = b',"syndicated":true' if syndicated else b""
        return row[:-2] + b',"duplicateOf":' + name + note + b"}\n"
    if form is OutputFormat.CSV:
        return row.removesuffix(b",,\r\n") + b"," + _csv_row([_cell(original), "true" if syndicated else ""])
    if form is OutputFormat.MD:
        return row.replace(b"---\n", b"---\nduplicateOf: " + name + b"\n", 1)
    return row


def _csv_values(article: Article) -> list[object]:
    record = article.to_dict()
    return [
        article.metadata.source,
        article.page_kind.value,
        article.headline,
        article.alternative_headline,
        "; ".join(author.name for author in article.authors),
        "; ".join(article.source_organization),
        article.publisher,
        record.get("datePublished"),
        record.get("dateModified"),
        "; ".join(article.article_section),
        article.in_language,
        article.url,
        article.article_body,
        "",
        "",
    ]


def _cell(value: object) -> str:
    """Return *value* as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) else text


def _csv_row(cells: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()


class Encoding(msgspec.Struct, frozen=True, kw_only=True):
    """
    How rows become files.

    Args:
        form: what the rows are.
        packing: "", "gz" or "zst".
    """

    form: OutputFormat = OutputFormat.JSONL
    packing: str = ""

    @classmethod
    def of(cls, name: str, form: OutputFormat | None) -> "Encoding":
        """
        Return the encoding that the ending of *name* and *form* ask for.

        Raises:
            InputError: they contradict each other, or a library that they need is missing.
        """
        stem, packing = name.rstrip("/"), ""
        for ending in ("gz", "zst"):
            if stem.lower().endswith("." + ending):
                stem, packing = stem[: -len(ending) - 1], ending
        ending = stem.rpartition(".")[2].lower()
        by_name = {
            "md": OutputFormat.MD,
            "txt": OutputFormat.TXT,
            "csv": OutputFormat.CSV,
            "parquet": OutputFormat.PARQUET,
        }
        chosen = form or by_name.get(ending, OutputFormat.JSONL)
        if chosen is OutputFormat.PARQUET:
            if packing:
                msg = f"{name}: Parquet is compressed within; leave the .{packing} away"
                raise InputError(msg)
            parquet.require()
        encoding = cls(form=chosen, packing=packing)
        encoding.pack(b"")
        return encoding

    @property
    def suffix(self) -> str:
        """The ending of its files."""
        return f".{self.form.value}" + (f".{self.packing}" if self.packing else "")

    def pack(self, data: bytes) -> bytes:
        """
        Return *data* compressed.

        Raises:
            InputError: the library for it is missing.
        """
        if self.packing == "gz":
            return gzip.compress(data, compresslevel=6, mtime=0)
        if self.packing == "zst":
            packed: bytes = zstandard().compress(data, 6)
            return packed
        return data

    @property
    def header(self) -> bytes:
        """What each file begins with, as it stands there."""
        return self.pack(_csv_row(CSV_COLUMNS)) if self.form is OutputFormat.CSV else b""

    def shard(self, rows: Iterable[bytes]) -> bytes:
        """Return the bytes of a file of *rows*."""
        if self.form is OutputFormat.PARQUET:
            return parquet.encode(rows)
        data = b"".join(rows)
        return self.header + self.pack(data) if data else self.header

    def join(self, shards: Sequence[Path], target: Path) -> None:
        """
        Make one file of *shards*: it appears whole, by rename.

        Raises:
            OSError: it could not be written, and nothing is left.
        """
        if self.form is OutputFormat.PARQUET:
            write_whole(target, lambda temporary: parquet.join(shards, temporary))
            return

        def concatenate(temporary: Path) -> None:
            with temporary.open("wb") as file:
                file.write(self.header)
                for shard in shards:
                    with shard.open("rb") as part:
                        part.seek(len(self.header))
                        shutil.copyfileobj(part, file, 1 << 20)

        write_whole(target, concatenate)


def check_target(path: Path, *, folder: bool) -> None:
    """
    Check that *path* can be made, before any work is done for it.

    Raises:
        OSError: its folder is missing or cannot be written; *path* is a folder and should not be, or the other way.
    """
    if folder:
        path.mkdir(parents=True, exist_ok=True)
    elif path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    if not os.access(path if folder else path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
