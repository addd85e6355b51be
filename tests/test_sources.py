"""Inputs: what is found, in which order, and what is left of an archive that is damaged."""

import gzip
import json
import sys
import tracemalloc
from pathlib import Path

import pytest

from newsclean import Failure, Page
from newsclean.document import InputKind
from newsclean.files import sources, tables
from newsclean.files.archive import pages
from newsclean.files.packed import zstandard
from newsclean.files.sources import SourceOptions, Unread

sys.path.insert(0, str(Path(__file__).parent))
from archives import COUNT, ENDINGS, PACKINGS, archive, body, damaged, record, scores


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


@pytest.mark.parametrize("packing", PACKINGS)
def test_damaged_archive(tmp_path: Path, packing: str) -> None:
    """Of 60 damaged archives each gives every whole record and no other, and says where it is damaged."""
    numbers = {body(i): i for i in range(COUNT)}
    _, places = archive([record(i) for i in range(COUNT)], packing)
    path = tmp_path / f"a{ENDINGS[packing]}"
    for it in damaged(packing, 60):
        path.write_bytes(it.data)
        found = list(pages(str(path)))
        got = [numbers[page.data] for page in found if isinstance(page, Page)]  # type: ignore[index]  bytes
        assert got == sorted(set(got))
        assert it.whole <= set(got)
        between_records = it.kind == "cut" and it.start in {first for first, _ in places}
        if len(got) < COUNT and not between_records:
            failures = [page.source.rpartition("@")[2].split("-") for page in found if isinstance(page, Failure)]
            assert min(int(first) for first, _ in failures) <= it.end
            assert max(int(last) for _, last in failures) >= min(it.start, len(it.data)) or not places


@pytest.mark.parametrize("packing", PACKINGS)
def test_others_lose_more(tmp_path: Path, packing: str) -> None:
    """On the same damaged archives FastWARC and warcio lose whole records, or give wrong ones."""
    found = scores(packing, 20, tmp_path)
    ours = found.pop("newsclean")
    assert (ours.back, ours.wrong) == (ours.whole, 0)
    assert all(other.back < ours.back for other in found.values())


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


def test_zstandard_with_a_dictionary(tmp_path: Path) -> None:
    """An archive whose members need the dictionary in its first, skippable frame is read, and damage in it reported."""
    library = zstandard()
    records = [record(i) for i in range(40)]
    learnt = library.train_dict(records, 4_000)
    first = b"\x5d\x2a\x4d\x18" + len(learnt.dict_content).to_bytes(4, "little") + learnt.dict_content
    members = [library.compress(data, zstd_dict=learnt) for data in records]
    path = tmp_path / "a.warc.zst"
    path.write_bytes(first + b"".join(members))
    assert [page.data for page in read(path) if isinstance(page, Page)] == [body(i) for i in range(40)]
    path.write_bytes(first + b"".join(members[:5]) + members[5][:-9] + b"".join(members[6:]))
    found = read(path)
    assert [page.data for page in found if isinstance(page, Page)] == [body(i) for i in range(40) if i != 5]
    assert sum(isinstance(page, Failure) for page in found) == 1


# ---- files and folders


def test_folder(tmp_path: Path) -> None:
    """A folder gives its pages by name, packed ones unpacked, folders within it included, other files left out."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.htm").write_bytes(b"<p>2")
    (tmp_path / "b.txt").write_bytes(b"3")
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<p>1"))
    (tmp_path / "c.txt.zst").write_bytes(zstandard().compress(b"4"))
    (tmp_path / "d.jsonl").write_bytes(b'{"text": "5"}\n')
    (tmp_path / "e0ff.gz").write_bytes(gzip.compress(b"6"))
    for name in (".hidden.txt", "picture.png", "style.css", "sources.tar.gz", "README"):
        (tmp_path / name).write_bytes(b"no")
    found = read(tmp_path)
    assert [page.data for page in found if isinstance(page, Page)] == [b"<p>1", b"<p>2", b"3", b"4", "5", b"6"]
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


def test_long_list_is_not_held(tmp_path: Path) -> None:
    """Of a long list of files only the name at hand is in memory."""
    (tmp_path / "list").write_text("".join(f"/missing/page-{i:09d}.html\n" for i in range(20_000)), encoding="utf-8")
    tracemalloc.start()
    found = sources.read([], options=SourceOptions(list_file=str(tmp_path / "list")))
    assert sum(1 for _ in found) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000  # the list itself has 580,000 bytes


STORY = "Bridge {0} opens today\n\n" + "The bridge was opened on a rainy day and nobody fell into the river.\n" * 8
SEVERAL = "\f".join(STORY.format(i) for i in range(3))


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_split(tmp_path: Path, name: str) -> None:
    """Asked to, a text with several articles gives a page for each, named by its number; others stay as they are."""
    data = SEVERAL.encode("latin-1")
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    (tmp_path / "one.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<html><pre>{SEVERAL}</pre></html>", encoding="utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "row.jsonl").write_text(json.dumps({"text": SEVERAL}), encoding="utf-8")
    found = read(tmp_path, split=True)
    assert [Path(page.source).name for page in found] == [
        *(f"{name}#{i}" for i in (1, 2, 3)),
        *("one.txt", "page.html", "picture.txt", "row.jsonl#1"),
    ]
    parts = [page.data for page in found[:3] if isinstance(page, Page)]
    assert parts == [STORY.format(i).strip("\n") for i in range(3)]
    assert len(read(tmp_path)) == 5


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


@pytest.mark.parametrize("cell", ['["snow", "May"]', "['snow', 'May']"])
def test_lists_in_cells(tmp_path: Path, cell: str) -> None:
    """A table of text holds its lists as text; they are read as lists, and what only looks like one is text."""
    quoted = cell.replace('"', '""')
    (tmp_path / "a.csv").write_text(f'text,keywords,authors\nSnow fell.,"{quoted}",[Staff\n', encoding="utf-8")
    (page,) = tables.pages(str(tmp_path / "a.csv"))
    assert isinstance(page, Page)
    assert [(hint.field, hint.value) for hint in page.hints] == [
        ("keywords", "snow"),
        ("keywords", "May"),
        ("authors", "[Staff"),
    ]
