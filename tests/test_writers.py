"""Outputs: what each form holds, that others can read it, and how repeats of an article are noted."""

import csv
import gzip
import hashlib
import io
import json
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from newsclean import Article, Author, Page, PageKind
from newsclean.batch import job
from newsclean.batch.duplicates import Repeats
from newsclean.batch.run import BatchOptions
from newsclean.batch.validate import validate
from newsclean.errors import InputError
from newsclean.files.packed import zstandard
from newsclean.files.writers import CSV_COLUMNS, Encoding, OutputFormat, mark, render
from newsclean.record import Provenance, json_schema

STORY = " ".join(f"The bridge, said engineer number {i}, was opened on a rainy day." for i in range(30))


def pages(count: int = 25) -> list[Page]:
    """Return pages of dumps."""
    return [Page(data=f"Bridge {i} opens\n\n{STORY} {i}\n", source=f"p{i:03d}") for i in range(count)]


def written(target: Path, *, shard_pages: int = 10, folder: bool = False, **options: object) -> job.Summary:
    """Write the pages to *target*, in several shards."""
    encoding = Encoding.of(target.name, options.pop("form", None))  # type: ignore[arg-type]  of tests
    output = job.OutputOptions(path=target, folder=folder, encoding=encoding, shard_pages=shard_pages, **options)  # type: ignore[arg-type]
    return job.write(pages(), output)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.csv.gz", "a.parquet"])
def test_one_file_of_several_shards(tmp_path: Path, name: str) -> None:
    """Made of one shard or of three, a file has the same records, and it is all that is left behind."""
    assert written(tmp_path / name).balanced
    assert [path.name for path in tmp_path.iterdir()] == [name]
    report = validate(tmp_path / name)
    assert (report.records, report.problems) == (25, ())
    data = (tmp_path / name).read_bytes()
    written(tmp_path / name, shard_pages=1000)
    if name.endswith((".jsonl", ".csv")):
        assert (tmp_path / name).read_bytes() == data


def test_packed_files_are_plain_ones_packed(tmp_path: Path) -> None:
    """What gzip and Zstandard unpack is the plain file."""
    for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl.zst"):
        written(tmp_path / name)
    plain = (tmp_path / "a.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "b.jsonl.gz").read_bytes()) == plain
    assert zstandard().decompress((tmp_path / "c.jsonl.zst").read_bytes()) == plain


def test_parquet_is_readable(tmp_path: Path) -> None:
    """DuckDB and Polars read the file; its columns are the record's fields."""
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    target = tmp_path / "a.parquet"
    written(target)
    query = f"select count(*), count(distinct metadata.source), sum(len(blocks)) from '{target}'"  # noqa: S608  our own path
    ((rows, names, blocks),) = duckdb.sql(query).fetchall()
    assert (rows, names) == (25, 25)
    assert blocks >= 25
    frame = polars.read_parquet(target)
    assert set(json_schema()["$defs"]["Article"]["properties"]) <= set(frame.columns)
    assert frame["metadata"].struct.field("source").to_list() == [page.source for page in pages()]
    assert frame["metadata"].struct.field("identifier").to_list() == [
        hashlib.sha256(page.source.encode()).hexdigest()[:32] for page in pages()
    ]


@pytest.mark.skipif(not (find_spec("pyspark") and which("java")), reason="PySpark or Java is not installed")
@pytest.mark.filterwarnings("default")
def test_parquet_in_spark(tmp_path: Path) -> None:
    """Spark reads the file, nested columns included."""
    from pyspark.sql import SparkSession  # type: ignore[import-not-found]  # noqa: PLC0415  a test of those who have it

    target = tmp_path / "a.parquet"
    written(target)
    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        frame = session.read.parquet(str(target))
        assert frame.count() == 25
        assert {row.source for row in frame.select("metadata.source").collect()} == {page.source for page in pages()}
    finally:
        session.stop()


def test_csv_is_safe() -> None:
    """No cell begins like a formula; line ends and quotes in a cell survive."""
    for start in ("=", "+", "-", "@", "\t", "\r"):
        article = Article(
            page_kind=PageKind.ARTICLE, headline=start + "1", article_body='a "b"\n\nc', authors=(Author(name="-A"),)
        )
        (row,) = csv.reader(io.StringIO(render(article, OutputFormat.CSV).decode(), newline=""))
        cells = dict(zip(CSV_COLUMNS, row, strict=True))
        assert cells["headline"] == "'" + start + "1"
        assert cells["authors"] == "'-A"
        assert cells["articleBody"] == 'a "b"\n\nc'


def test_markdown_folder(tmp_path: Path) -> None:
    """A folder of Markdown has a file for each page, named by its place and a hash and by nothing the page says."""
    summary = written(tmp_path / "out", folder=True, form=OutputFormat.MD)
    files = sorted((tmp_path / "out").rglob("*.md"))
    assert len(files) == summary.counts.rows == 25
    assert all(path.stem.replace("-", "").isalnum() for path in files)
    assert files[3].read_text(encoding="utf-8").startswith("---\n")
    assert validate(tmp_path / "out").records == 25


@pytest.mark.parametrize("form", [OutputFormat.JSONL, OutputFormat.CSV, OutputFormat.MD])
def test_mark(form: OutputFormat) -> None:
    """A repeat names the first; nothing else of its row changes."""
    article = Article(page_kind=PageKind.ARTICLE, headline="A", article_body="B", metadata=Provenance(source="x"))
    row = mark(render(article, form), form, original='first,"1"', syndicated=True)
    if form is OutputFormat.JSONL:
        marked = json.loads(row)
        assert (marked.pop("duplicateOf"), marked.pop("syndicated")) == ('first,"1"', True)
        assert marked == article.to_dict()
    elif form is OutputFormat.CSV:
        (cells,) = csv.reader(io.StringIO(row.decode(), newline=""))
        assert cells[-2:] == ['first,"1"', "true"]
        assert len(cells) == len(CSV_COLUMNS)
    else:
        assert b'duplicateOf: "first,\\"1\\""\n' in row


def test_extra_fields_are_carried() -> None:
    """Fields of an earlier scraper's record stand under "extra"."""
    article = Article(page_kind=PageKind.ARTICLE)
    record = json.loads(render(article, OutputFormat.JSONL, extra=b'{"id":7}'))
    assert record["extra"] == {"id": 7}


def test_names_of_outputs() -> None:
    """The ending of a file or a folder says how it is written; Parquet is not packed again."""
    found = {name: Encoding.of(name, None).suffix for name in ("a", "a.csv.gz", "b/", "out.parquet/", "out.md.zst/")}
    assert found == {
        "a": ".jsonl", "a.csv.gz": ".csv.gz", "b/": ".jsonl", "out.parquet/": ".parquet", "out.md.zst/": ".md.zst",
    }  # fmt: skip
    with pytest.raises(InputError, match="Parquet"):
        Encoding.of("a.parquet.gz", None)


def test_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form whose library is missing is refused in one line that names the extra."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"newsclean\[parquet\]"):
        Encoding.of("a.parquet", None)


# ---- repeats

OTHER = " ".join(f"The harbour, wrote reporter number {i}, was closed for the night." for i in range(40))


def repeated() -> list[Page]:
    """Return pages of which some repeat others: 1 in other spaces and case, 3 with a word changed."""
    texts = {
        0: STORY,
        1: STORY.replace(" ", "  ").upper(),
        2: OTHER,
        3: STORY.replace("rainy", "sunny", 1),
        4: "Short.",
    }
    return [
        Page(data=texts.get(i % 20, f"{i} " + " ".join(f"word{i}x{j}" for j in range(60))), source=f"p{i}")
        for i in range(20)
    ]


@pytest.mark.parametrize("repeats", [Repeats.MARK, Repeats.DROP])
@pytest.mark.parametrize("workers", [1, 2])
def test_repeats(tmp_path: Path, repeats: Repeats, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats are marked or dropped; the first in the order of the inputs wins, whatever the workers do."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    output = job.OutputOptions(path=tmp_path / "a.jsonl", repeats=repeats, shard_pages=3)
    options = BatchOptions(workers=workers, isolate=workers > 1, cleaner="faults:clean")
    summary = job.write(repeated(), output, options=options)
    records = [json.loads(row) for row in (tmp_path / "a.jsonl").read_bytes().splitlines()]
    assert (summary.counts.duplicates, summary.balanced) == (2, True)
    if repeats is Repeats.MARK:
        marked = {r["metadata"]["source"]: r["duplicateOf"] for r in records if "duplicateOf" in r}
        assert marked == {"p1": "p0", "p3": "p0"}
        assert len(records) == 20
    else:
        assert [r["metadata"]["source"] for r in records] == [f"p{i}" for i in range(20) if i not in (1, 3)]
        assert summary.counts.dropped == 2


def test_syndicated(tmp_path: Path) -> None:
    """A repeat that names an agency is a syndicated copy; one that does not is only a repeat."""
    texts = (f"Bridge opens\n\n{STORY}\n", f"Bridge opens\n\nBy Reuters\n\n{STORY}\n", f"The bridge opens\n\n{STORY}\n")
    copies = [Page(data=text, source=f"p{i}") for i, text in enumerate(texts)]
    job.write(copies, job.OutputOptions(path=tmp_path / "a.jsonl", repeats=Repeats.MARK))
    records = [json.loads(row) for row in (tmp_path / "a.jsonl").read_bytes().splitlines()]
    assert [(r.get("duplicateOf"), r.get("syndicated")) for r in records] == [(None, None), ("p0", True), ("p0", None)]
    assert set(records[1]) <= set(json_schema()["$defs"]["Article"]["properties"])
    assert validate(tmp_path / "a.jsonl").problems == ()


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.parquet", "a.csv"])
def test_repeats_of_an_earlier_output(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles of an earlier output count as seen."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    options = BatchOptions(cleaner="faults:clean")
    first = job.OutputOptions(path=tmp_path / name, encoding=Encoding.of(name, None))
    job.write(repeated()[:3], first, options=options)
    keys = tuple(job.keys_of([str(tmp_path / name)]))
    second = job.OutputOptions(path=tmp_path / "b.jsonl", repeats=Repeats.MARK, against=keys)
    again = [Page(data=page.data, source="again-" + page.source) for page in repeated()[:4]]
    job.write(again, second, options=options)
    records = [json.loads(row) for row in (tmp_path / "b.jsonl").read_bytes().splitlines()]
    assert [r.get("duplicateOf") for r in records] == ["p0", "p0", "p2", "p0"]


def test_repeats_after_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen before a stop is known after it."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    options = BatchOptions(cleaner="faults:clean")
    for name, stops in (("whole", (99,)), ("stopped", (1, 1, 3, 99))):
        output = job.OutputOptions(path=tmp_path / f"{name}.jsonl", repeats=Repeats.MARK, shard_pages=3)
        for pages_ in stops:
            left = iter(range(pages_))
            job.write(repeated(), output, options=options, stop=lambda: next(left, None) is None)  # noqa: B023  at once
    assert (tmp_path / "stopped.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


# ---- validate


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.jsonl", b'{"pageKind": "article"}', "no end"),
        ("a.jsonl", b'{"pageKind": "novel"}\n', "novel"),
        ("a.jsonl", b'{"pageKind": "article", "price": 3}\n', "price"),
        ("a.jsonl", b"{\n", "JSON"),
        ("a.jsonl.gz", gzip.compress(b'{"pageKind": "article"}\n')[:-4], "ended"),
        ("a.parquet", b"PAR1", "arquet"),
        ("a.csv", b"a,b\r\n1,2\r\n", "column"),
    ],
)
def test_validate_finds(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    """What is wrong with a file is said."""
    (tmp_path / name).write_bytes(data)
    report = validate(tmp_path / name)
    assert any(words in problem for problem in report.problems), report.problems


def test_validate_folder(tmp_path: Path) -> None:
    """A shard that was changed, cut or lost is found."""
    target = tmp_path / "out"
    written(target, folder=True, form=OutputFormat.JSONL)
    report = validate(target)
    assert (report.records, report.problems, report.complete) == (25, (), True)
    shard = target / "00000001.jsonl"
    data = shard.read_bytes()
    for wrong in (data[:-1], data.replace(b"Bridge", b"Brigde", 1), None):
        shard.unlink()
        if wrong is not None:
            shard.write_bytes(wrong)
        assert len(validate(target).problems) == 1
        shard.write_bytes(data)
