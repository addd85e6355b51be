"""Inputs: what is found, in which order, and what is left of an archive that is damaged."""

import gzip
import io
import json
import random
import sys
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from newsclean import Failure, Page
from newsclean.document import InputKind
from newsclean.files import sources, tables
from newsclean.files.archive import pages
from newsclean.files.packed import zstandard
from newsclean.files.sources import SourceOptions, Unread

sys.path.insert(0, str(Path(__file__).parent))
from archives import PACKINGS, archive, body, record

ENDINGS = {
    "plain": ".warc",
    "members": ".warc.gz",
    "one member": ".warc.gz",
    "concatenated": ".warc.gz",
    "zst": ".warc.zst",
}


def read(*inputs: object, **options: object) -> list[Page | Failure]:
    """Return what *inputs* hold, files read."""
    found = sources.read([str(i) for i in inputs], options=SourceOptions(**options))  # type: ignore[arg-type]
    return [item.load() if isinstance(item, Unread) else item for item in found]


# ---- archives


@pytest.mark.parametrize("digest", [True, False])
@pytest.mark.parametrize("packing", PACKINGS)
def test_whole_archive(tmp_path: Path, packing: str, *, digest: bool) -> None:
    """Each record of a whole archive comes out, with its address, time and status; others than pages do not."""
    data, _ = archive([record(i, digest=digest, status=404 if i == 3 else 200) for i in range(20)], packing)
    path = tmp_path / f"a{ENDINGS[packing]}"
    path.write_bytes(data)
    found = read(path)
    assert [page.data for page in found if isinstance(page, Page)] == [body(i) for i in range(20) if i != 3]
    assert len(found) == 19
    first = found[0]
    assert isinstance(first, Page)
    assert (first.url, first.http_status, first.source) == ("https://news.example/0", 200, f"{path}@0")
    assert str(first.fetched_at) == "2024-05-06 07:08:09+00:00"
    assert len({page.source for page in found}) == 19


def damaged(data: bytes, random_: random.Random) -> tuple[bytes, int, int, str]:
    """Return *data* with one damage: where it begins and ends in *data*, and its kind."""
    at = random_.randrange(1, len(data) - 1)
    size = random_.choice((1, 40, 500))
    end = min(len(data), at + size)
    kind = random_.choice(("cut", "flip", "zero", "missing"))
    if kind == "cut":
        return data[:at], at, len(data), kind
    if kind == "flip":
        return data[:at] + bytes(b ^ random_.randrange(1, 256) for b in data[at:end]) + data[end:], at, end, kind
    if kind == "zero":
        return data[:at] + bytes(end - at) + data[end:], at, end, kind
    return data[:at] + data[end:], at, end, kind


@pytest.mark.parametrize("packing", ["plain", "members", "concatenated", "zst"])
def test_damaged_archive(tmp_path: Path, packing: str) -> None:
    """Of 75 damaged archives each gives every whole record and no other, and says that and where it is damaged."""
    count = 60
    data, places = archive([record(i) for i in range(count)], packing)
    truth = {body(i): i for i in range(count)}
    path = tmp_path / f"a{ENDINGS[packing]}"
    random_ = random.Random(packing)  # noqa: S311  a seed makes it the same each time
    lost_by_fastwarc = lost_by_us = 0
    for _ in range(75):
        broken, start, end, kind = damaged(data, random_)
        path.write_bytes(broken)
        found = list(pages(str(path)))
        got = [truth.get(page.data, -1) for page in found if isinstance(page, Page)]  # type: ignore[arg-type]  bytes
        whole = [i for i, (first, last) in enumerate(places) if last <= start or first >= end]
        assert got == sorted(set(got))
        assert -1 not in got, kind
        assert set(whole) <= set(got), (kind, start, end)
        if kind != "cut" and len(whole) < count - 1:
            assert any(isinstance(page, Failure) for page in found)
        if len(got) < count and (kind != "cut" or start not in {first for first, _ in places}):
            failures = [page.source.rpartition("@")[2].split("-") for page in found if isinstance(page, Failure)]
            assert failures
            assert min(int(first) for first, _ in failures) <= end
        lost_by_us += len(whole) - len(set(whole) & set(got))
        lost_by_fastwarc += len(whole) - len(set(whole) & fastwarc_reads(broken, truth))
    assert lost_by_us == 0
    assert lost_by_fastwarc > 0


def fastwarc_reads(data: bytes, truth: dict[bytes, int]) -> set[int]:
    """Return the pages that FastWARC alone gets out of *data*."""
    got = set()
    try:
        for item in ArchiveIterator(io.BytesIO(data)):
            got.add(truth.get(item.reader.read(), -1))
    except (OSError, ValueError):
        pass
    return got


@pytest.mark.parametrize("kind", ["cut", "flip"])
def test_damaged_single_member(tmp_path: Path, kind: str) -> None:
    """Of an archive packed as one, all records before the damage come out, and the rest is reported."""
    data, _ = archive([record(i) for i in range(60)], "one member")
    path = tmp_path / "a.warc.gz"
    middle = len(data) // 2
    path.write_bytes(data[:middle] if kind == "cut" else data[:middle] + b"\0" * 40 + data[middle + 40 :])
    found = list(pages(str(path)))
    got = [page.data for page in found if isinstance(page, Page)]
    assert got == [body(i) for i in range(len(got))]
    assert len(got) >= 28
    assert any(isinstance(page, Failure) and "@0" in page.source for page in found)


def test_wet(tmp_path: Path) -> None:
    """Conversions of a WET file are text."""
    text = b"A bridge opens\n"
    head = b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: text/plain\r\n"
    path = tmp_path / "a.wet.gz"
    path.write_bytes(gzip.compress(head + b"Content-Length: %d\r\n\r\n" % len(text) + text + b"\r\n\r\n"))
    (page,) = read(path)
    assert isinstance(page, Page)
    assert (page.data, page.kind, page.url) == (text, InputKind.TEXT, "https://a.example/")


def test_chunked_and_packed_response(tmp_path: Path) -> None:
    """Transfer and content codings of a stored response are undone; an unknown one is a failure."""

    def stored(body_: bytes, coding: bytes) -> bytes:
        block = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: "
            + coding
            + b"\r\n\r\n%x\r\n" % len(body_)
            + body_
            + b"\r\n0\r\n\r\n"
        )
        head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: <https://a.example/>\r\n"
        return head + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"

    path = tmp_path / "a.warc"
    path.write_bytes(stored(gzip.compress(b"<p>Hello"), b"gzip") + stored(b"?", b"rot13"))
    good, bad = read(path)
    assert isinstance(good, Page)
    assert (good.data, good.url) == (b"<p>Hello", "https://a.example/")
    assert isinstance(bad, Failure)
    assert "rot13" in bad.message


# ---- files and folders


def test_folder(tmp_path: Path) -> None:
    """A folder gives its pages by name, packed ones unpacked, folders within it included, other files left out."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.htm").write_bytes(b"<p>2")
    (tmp_path / "b.txt").write_bytes(b"3")
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<p>1"))
    (tmp_path / "c.txt.zst").write_bytes(zstandard().compress(b"4"))
    (tmp_path / "d.jsonl").write_bytes(b'{"text": "5"}\n')
    for name in (".hidden.txt", "picture.png", "style.css"):
        (tmp_path / name).write_bytes(b"no")
    found = read(tmp_path)
    assert [page.data for page in found if isinstance(page, Page)] == [b"<p>1", b"<p>2", b"3", b"4", "5"]
    assert sources.count([str(tmp_path)]) is None
    assert sources.count([str(tmp_path / "b"), str(tmp_path / "b.txt")]) == 2


def test_large_folder_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with more names than are held at a time is listed whole and in order."""
    monkeypatch.setattr(sources, "_PORTION", 7)
    names = [f"{i * 7919 % 100:03d}.txt" for i in range(50)]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert [Path(p.source).name for p in read(tmp_path)] == sorted(names)


def test_list_of_files(tmp_path: Path) -> None:
    """Inputs can stand in a file, one a line."""
    (tmp_path / "a b.txt").write_bytes(b"1")
    (tmp_path / "list").write_text(f"{tmp_path / 'a b.txt'}\n\nmissing.txt\n", encoding="utf-8")
    good, bad = read(list_file=str(tmp_path / "list"))
    assert isinstance(good, Page)
    assert isinstance(bad, Failure)
    assert bad.source == "missing.txt"


@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt.zst"])
def test_damaged_file(tmp_path: Path, name: str) -> None:
    """A packed file that is cut or no such file is a failure."""
    packed = gzip.compress(bytes(range(256)) * 20) if name.endswith("gz") else zstandard().compress(bytes(9000))
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    (cut,) = read(tmp_path / name)
    (tmp_path / name).write_bytes(b"no packing at all")
    (other,) = read(tmp_path / name)
    assert isinstance(cut, Failure)
    assert isinstance(other, Failure)


# ---- tables


def test_json_lines(tmp_path: Path) -> None:
    """Each line is a page; a line that is none is a failure and the others go on; U+2028 ends no line."""
    rows = [
        {"text": "one\u2028two", "url": "https://a.example/1", "id": 7, "nested": {"a": [1]}},
        {"text": " "},
        {"no": 1},
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows] + ["{broken", "[1]", "", '{"text": "last"}']
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    first, empty, none, broken, array, last = read(path)
    assert isinstance(first, tables.StoredPage)
    assert (first.data, first.url, first.source) == ("one\u2028two", "https://a.example/1", f"{path}#1")
    assert json.loads(first.extra) == {"id": 7, "nested": {"a": [1]}}
    assert [f.reason for f in (empty, none, broken, array) if isinstance(f, Failure)] == [
        "empty",
        "unreadable",
        "unreadable",
        "unreadable",
    ]
    assert isinstance(last, Page)
    assert last.source == f"{path}#6"


SHAPES = {
    "newspaper4k": (
        {"url": "https://a.example/", "title": "T", "authors": ["A B"], "publish_date": "2024-01-02", "text": "Body",
         "top_image": "https://a.example/i.jpg", "movies": ["m"], "meta_lang": "en"},
        {("headline", "T"), ("authors", "A B"), ("date_published", "2024-01-02"), ("in_language", "en"),
         ("main_image", "https://a.example/i.jpg")},
        {"movies": ["m"]},
    ),
    "trafilatura": (
        {"title": "T", "author": "A B; C D", "hostname": "a.example", "date": "2024-01-02", "fingerprint": "f1",
         "sitename": "Paper", "source": "https://a.example/", "text": "Body", "comments": "c", "excerpt": "E"},
        {("headline", "T"), ("authors", "A B; C D"), ("date_published", "2024-01-02"), ("site_name", "Paper"),
         ("description", "E")},
        {"hostname": "a.example", "fingerprint": "f1", "comments": "c"},
    ),
    "news-please": (
        {"url": "https://a.example/", "title": "T", "authors": ["A B"], "date_publish": "2024-01-02 03:04:05",
         "date_download": "2024-02-02 00:00:00", "maintext": "Body", "language": "en", "localpath": None},
        {("headline", "T"), ("authors", "A B"), ("date_published", "2024-01-02 03:04:05"), ("in_language", "en")},
        {"date_download": "2024-02-02 00:00:00", "localpath": None},
    ),
    "record": (
        {"link": "https://a.example/", "title": "T", "body": "Body", "spider": "x", "price": 3},
        {("headline", "T")},
        {"spider": "x", "price": 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_earlier_scrapers(tmp_path: Path, shape: str) -> None:
    """Records of other scrapers are known: text, address, candidates with where they come from, and the rest."""
    row, hints, extra = SHAPES[shape]
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (page,) = read(tmp_path / "a.jsonl")
    assert isinstance(page, tables.StoredPage)
    assert (page.data, page.url) == ("Body", "https://a.example/")
    assert {(hint.field, hint.value) for hint in page.hints} == hints
    assert {hint.source for hint in page.hints} == {shape}
    assert json.loads(page.extra) == extra
    if shape == "news-please":
        assert str(page.fetched_at) == "2024-02-02 00:00:00+00:00"


def test_csv_and_named_field(tmp_path: Path) -> None:
    """A CSV is a table too; the field of the page can be named; line ends within cells stay."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfid,story,link\r\n1,"one\ntwo",https://a.example/\r\n2,,\r\n')
    first, second = read(path, fields=tables.Fields(text="story"))
    assert isinstance(first, tables.StoredPage)
    assert (first.data, first.url, json.loads(first.extra)) == ("one\ntwo", "https://a.example/", {"id": "1"})
    assert isinstance(second, Failure)


def test_parquet_column(tmp_path: Path) -> None:
    """A column of a Parquet file holds the pages."""
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq  # noqa: PLC0415  an extra

    table = arrow.table({"html": [b"<p>1", b"<p>2"], "url": ["https://a.example/1", None], "n": [1, 2]})
    pq.write_table(table, tmp_path / "a.parquet")
    first, second = read(tmp_path / "a.parquet")
    assert isinstance(first, tables.StoredPage)
    assert isinstance(second, tables.StoredPage)
    assert (first.data, first.kind, first.url) == (b"<p>1", InputKind.HTML, "https://a.example/1")
    assert json.loads(second.extra) == {"n": 2}
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    (bad,) = read(tmp_path / "b.parquet")
    assert isinstance(bad, Failure)
