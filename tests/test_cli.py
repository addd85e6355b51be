"""The command: what it writes, what it says, and its exit codes."""

import contextlib
import gzip
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

import newsclean
from newsclean import Page
from newsclean.batch.job import Summary
from newsclean.batch.journal import Counts
from newsclean.command.exits import finish

SEEDS = Path(__file__).parents[1] / "seeds"
HTML = "<html><title>A bridge opens | Paper</title><h1>A bridge opens</h1>" + "".join(
    f"<p>The bridge, said engineer number {i}, was opened on a rainy day and nobody fell into the river.</p>"
    for i in range(12)
)


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "newsclean", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def test_seeds(tmp_path: Path) -> None:
    """The README's command writes both seed documents."""
    output = tmp_path / "articles.jsonl"
    result = run("clean", str(SEEDS), "-o", str(output))
    assert (result.returncode, result.stdout) == (0, b"")
    records = [json.loads(row) for row in output.read_bytes().splitlines()]
    assert [record.get("datePublished") for record in records] == [
        None,
        "2026-01-06T09:46",
    ]
    assert b"2 pages: 2 articles" in result.stderr


def test_standard_input_and_formats() -> None:
    """`-` is standard input; Markdown and text can be asked for."""
    markdown = run("clean", "-", "--format", "md", stdin=HTML.encode()).stdout.decode()
    assert markdown.startswith('---\nheadline: "A bridge opens"')
    assert "# A bridge opens" in markdown
    text = run("clean", "-", "--format", "txt", stdin=HTML.encode()).stdout.decode()
    assert text.startswith("A bridge opens\n\nThe bridge, said engineer number 0")


def test_nothing_on_standard_input() -> None:
    """A command before this one that printed nothing has failed."""
    result = run("clean", "-")
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"error: -: nothing came" in result.stderr


def test_ledger_can_be_left_out() -> None:
    """`--no-ledger` leaves the removed blocks and the evidence out."""
    record = json.loads(run("clean", "-", "--no-ledger", stdin=HTML.encode()).stdout)
    assert "removed" not in record
    assert "evidence" not in record
    assert record["articleBody"]


def test_kind_can_be_forced() -> None:
    """Markup read as text keeps its tags."""
    record = json.loads(run("clean", "-", "--kind", "text", stdin=HTML.encode()).stdout)
    assert record["metadata"]["inputKind"] == "text"


def test_bad_inputs_do_not_stop_the_others(tmp_path: Path) -> None:
    """Each bad input is one line on standard error; the good ones are written; the exit code says so."""
    (tmp_path / "good.html").write_text(HTML, encoding="utf-8")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "paper.txt").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "broken.txt").write_bytes("Größe und Maß\n".encode("latin-1") * 3)
    (tmp_path / "nothing").mkdir()
    missing = str(tmp_path / "missing.html")
    output = tmp_path / "out.jsonl"
    result = run("clean", str(tmp_path), missing, str(tmp_path / "nothing"), "-o", str(output))
    assert result.returncode == 1
    errors = [line for line in result.stderr.decode().splitlines() if line.startswith("error: ")]
    assert len(errors) == 5
    for name, words in (
        ("empty.html", "empty file"),
        ("picture.html", "PNG"),
        ("paper.txt", "PDF"),
        ("missing.html", "no such file"),
        ("nothing", "folder without pages"),
    ):
        assert any(name in line and words in line for line in errors)
    sources = [json.loads(row)["metadata"]["source"] for row in output.read_bytes().splitlines()]
    assert [Path(source).name for source in sources] == ["broken.txt", "good.html"]


def test_duplicates_need_their_library(tmp_path: Path) -> None:
    """Without the library that finds repeats nothing is read, and an output that is there stays."""
    (tmp_path / "rensa.py").write_text("raise ImportError")
    output = tmp_path / "articles.jsonl"
    output.write_text("kept\n")
    command = [sys.executable, "-m", "newsclean", "clean", str(SEEDS), "-o", str(output), "--duplicates", "drop"]
    found = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, check=False)
    assert (found.returncode, output.read_text()) == (2, "kept\n")
    assert b"newsclean[dedup]" in found.stderr


def test_unwritable_output(tmp_path: Path) -> None:
    """An output that cannot be made is exit code 4, and leaves nothing behind."""
    result = run("clean", str(SEEDS), "-o", str(tmp_path / "no" / "where.jsonl"))
    assert result.returncode == 4
    assert result.stderr.decode().startswith("error: ")
    assert list(tmp_path.iterdir()) == []


def test_glob(tmp_path: Path) -> None:
    """A glob the shell has not expanded is expanded."""
    for name in ("a.html", "b.html", "c.txt"):
        (tmp_path / name).write_text(HTML, encoding="utf-8")
    rows = run("clean", str(tmp_path / "*.html")).stdout.splitlines()
    assert len(rows) == 2


def test_schema_describes_real_output() -> None:
    """`newsclean schema` prints a schema with the keys that records have."""
    schema = json.loads(run("schema").stdout)
    record = json.loads(run("clean", "-", stdin=HTML.encode()).stdout)
    assert set(record) <= set(schema["$defs"]["Article"]["properties"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("clean",),
        ("clean", "-", "--format", "xml"),
        ("clean", "-", "--format", "parquet"),
        ("clean", "-", "--duplicates", "drop"),
        ("clean", "-", "--failures", "f.jsonl"),
        ("clean", "-", "-o", "no.jsonl", "--against", "old.jsonl"),
        ("nonsense",),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """Wrong usage is exit code 2, and nothing is written: what cannot be done is not passed over."""
    result = run(*arguments, stdin=HTML.encode())
    assert (result.returncode, result.stdout) == (2, b"")


@pytest.mark.parametrize("command", ["clean", "schema", "validate"])
def test_help_has_an_example(command: str) -> None:
    """Every command's help ends with an example."""
    assert f"Example: newsclean {command}" in run(command, "--help").stdout.decode()


def test_json_lines_on_standard_input() -> None:
    """Records on standard input are known by their first bytes."""
    rows = b"".join(json.dumps({"html": HTML, "id": i}).encode() + b"\n" for i in range(2))
    records = [json.loads(row) for row in run("clean", "-", stdin=rows).stdout.splitlines()]
    assert [(r["metadata"]["source"], r["headline"], r["extra"]) for r in records] == [
        ("-#1", "A bridge opens", {"id": 0}),
        ("-#2", "A bridge opens", {"id": 1}),
    ]


def test_several_articles_in_one_text(tmp_path: Path) -> None:
    """A text that holds several articles is one page and a note; with `--split` it is a page for each."""
    story = "Bridge {0} opens today\n\n" + "The bridge was opened on a rainy day and nobody fell into the river.\n" * 8
    (tmp_path / "a.txt").write_text(f"\n{'=' * 20}\n\n".join(story.format(i) for i in range(3)), encoding="utf-8")
    (tmp_path / "b.txt").write_text(story.format(3), encoding="utf-8")

    def written(*flags: str) -> tuple[list[tuple[str, str]], str]:
        result = run("clean", str(tmp_path), *flags)
        records = [json.loads(row) for row in result.stdout.splitlines()]
        return [(Path(r["metadata"]["source"]).name, r["headline"]) for r in records], result.stderr.decode()

    whole, words = written()
    assert whole == [("a.txt", "Bridge 0 opens today"), ("b.txt", "Bridge 3 opens today")]
    assert "a.txt: seems to hold 3 articles; --split" in words
    assert "several articles seem to be in 1 of the texts" in words
    parts, words = written("--split")
    assert parts == [*((f"a.txt#{i + 1}", f"Bridge {i} opens today") for i in range(3)), whole[1]]
    assert "several" not in words


# ---- the batch


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a folder of pages, enough for workers."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for i in range(60):
        (folder / f"{i:03d}.html").write_text(HTML.replace("A bridge", f"Bridge {i}"), encoding="utf-8")
    return folder


def test_same_records_from_library_and_command(many: Path, tmp_path: Path) -> None:
    """The library, the command with one worker and with two give the same bytes, and leave nothing else behind."""
    inputs = (str(many), str(SEEDS))
    for name, workers in (("one.jsonl", "1"), ("two.jsonl", "2")):
        result = run("clean", *inputs, "--ordered", "-j", workers, "-o", str(tmp_path / name))
        assert result.returncode == 0
        assert b"62 pages: " in result.stderr
    paths = [*sorted(many.iterdir()), *sorted(SEEDS.glob("*.txt"))]
    by_library = [newsclean.clean(Page(data=path.read_bytes(), source=str(path))).to_json() for path in paths]
    assert (tmp_path / "one.jsonl").read_bytes().splitlines() == by_library
    assert (tmp_path / "two.jsonl").read_bytes().splitlines() == by_library
    assert {path.name for path in tmp_path.iterdir()} == {"one.jsonl", "two.jsonl", "pages"}


def test_summary_failures_and_strict(tmp_path: Path) -> None:
    """The summary adds up, failures can be had as JSON Lines, and `--strict` wants an article of every page."""
    (tmp_path / "good.html").write_text(HTML, encoding="utf-8")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    summary, failures = tmp_path / "summary.json", tmp_path / "failures.jsonl"
    command = ("clean", str(tmp_path / "good.html"), str(tmp_path / "picture.html"), "-o", str(tmp_path / "o.jsonl"))
    result = run(*command, "--summary", str(summary), "--failures", str(failures), "--strict")
    assert result.returncode == 3
    told = json.loads(summary.read_bytes())
    assert told["inputs"] == 2
    assert told["counts"]["failures"] == 1
    assert told["counts"]["reasons"] == {"not_a_document": 1}
    assert json.loads(failures.read_bytes())["source"].endswith("picture.html")
    assert run("clean", str(SEEDS), "-o", str(tmp_path / "o.jsonl"), "--strict").returncode == 0


def test_repairing_a_corpus(tmp_path: Path) -> None:
    """Records of an earlier scraper are cleaned, their other fields carried along, and the gain is told."""
    row = {
        "story": (SEEDS / "002_35136d6c08477e70.txt").read_text(encoding="utf-8"),
        "id": 7,
        "url": "https://a.example/",
    }
    (tmp_path / "old.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    result = run("clean", str(tmp_path / "old.jsonl"), "--text-field", "story")
    record = json.loads(result.stdout)
    assert record["extra"] == {"id": 7}
    assert record["url"] == "https://a.example/"
    assert "MORE National ARTICLES" not in record["articleBody"]
    assert b" characters before, " in result.stderr


def started(many: Path, target: Path) -> tuple[list[str], subprocess.Popen[bytes]]:
    """Return a command with much to do, and its process, of which the first outcome is there."""
    picture = many.parent / "picture.html"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    inputs = [str(picture), *[str(many)] * 4]
    command = [sys.executable, "-m", "newsclean", "clean", *inputs, "--ordered", "-j", "2", "-o", str(target)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert process.stderr
    assert b"picture.html" in process.stderr.readline()
    return command, process


def test_stop_and_go_on(many: Path, tmp_path: Path) -> None:
    """Ctrl-C saves what is done and stops; the same command goes on; the bytes are those of an unbroken run."""
    whole, target = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    command, process = started(many, target)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=12)
    assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert b"goes on from here" in words
    assert not target.exists()
    other = run("clean", str(many), "--ordered", "-o", str(target))
    assert other.returncode == 2
    assert b"another job" in other.stderr
    again = subprocess.run(command, capture_output=True, check=False)
    assert again.returncode == 1  # the picture
    assert b"resumed: " in again.stderr
    assert subprocess.run([*command[:-1], str(whole)], capture_output=True, check=False).returncode == 1
    assert target.read_bytes() == whole.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"pages", "picture.html", "whole.jsonl", "stopped.jsonl"}


def test_stop_at_once(many: Path, tmp_path: Path) -> None:
    """Ctrl-C twice ends the job at once, and the same command still goes on to its end."""
    target = tmp_path / "stopped.jsonl"
    command, process = started(many, target)
    began = time.monotonic()
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    process.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert not target.exists()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    names = [json.loads(row)["metadata"]["source"] for row in target.read_bytes().splitlines()]
    assert names == [str(path) for path in sorted(many.iterdir())] * 4


def test_line_of_progress(many: Path, tmp_path: Path) -> None:
    """On a terminal a person sees how many pages of how many are done, how fast, failures by reason, and memory."""
    (many / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "newsclean", "clean", *[str(many)] * 6, "-j", "1", "-o", str(tmp_path / "a.jsonl")]
    process = subprocess.Popen(command, stderr=theirs, env={**os.environ, "COLUMNS": "160", "TERM": "xterm"})
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):  # a terminal whose other end is closed
        while data := os.read(ours, 1 << 16):
            seen += data
    os.close(ours)
    assert process.wait() == 1
    words = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    assert re.search(
        r"cleaning .* \d+/366 +\d+ pages/s +0:00:\d\d +(-:--:--|0:00:\d\d) +\d+ MB · failed: \d not_a_doc", words
    )


@pytest.mark.parametrize(
    ("summary", "strict", "code"),
    [
        (Summary(inputs=3, counts=Counts(articles=2, duplicates=1), complete=True), True, None),
        (Summary(inputs=3, counts=Counts(articles=2, others=1), complete=True), False, None),
        (Summary(inputs=3, counts=Counts(articles=2, others=1), complete=True), True, 3),
        (Summary(inputs=3, counts=Counts(articles=2, failures=1), complete=True), False, 1),
        (Summary(inputs=3, counts=Counts(articles=2), complete=True), False, 5),
        (Summary(inputs=3, counts=Counts(articles=2), complete=False), False, 130),
    ],
)
def test_how_a_job_ends(summary: Summary, code: int | None, *, strict: bool) -> None:
    """The exit code follows from the summary; outcomes that do not add up to the inputs are one of their own."""
    if code is None:
        finish(summary, strict=strict)
        return
    with pytest.raises(typer.Exit) as ended:
        finish(summary, strict=strict)
    assert ended.value.exit_code == code


def test_validate(tmp_path: Path) -> None:
    """`validate` says of good outputs how many records they have, of others what is wrong, by its exit code too."""
    target = tmp_path / "a.jsonl.gz"
    assert run("clean", str(SEEDS), "-o", str(target)).returncode == 0
    good = run("validate", str(target))
    assert (good.returncode, good.stderr) == (0, f"{target}: 2 records, 0 problems\n".encode())
    target.write_bytes(gzip.compress(b"{"))
    assert run("validate", str(target)).returncode == 1
    assert run("validate", str(tmp_path / "missing")).returncode == 1


@pytest.mark.parametrize(("size", "workers"), [(900, "1"), (100_000, "1"), (100_000, "2")])
def test_full_disk(tmp_path: Path, size: int, workers: str) -> None:
    """Without room for the output, or for what a library unpacks, the job ends with 4; with room it goes on."""
    target = tmp_path / "a.jsonl"
    limited = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
from newsclean.command.app import app
app()
"""
    arguments = ["clean", str(SEEDS), "-j", workers, "-o", str(target)]
    result = subprocess.run([sys.executable, "-c", limited, *arguments], capture_output=True, check=False)
    assert result.returncode == 4
    assert b"File too large" in result.stderr
    assert not target.exists()
    assert not list(tmp_path.rglob("*.tmp"))
    if size == 900:
        assert run(*arguments).returncode == 0
        assert len(target.read_bytes().splitlines()) == 2


def test_read_only_folder() -> None:
    """An output whose folder takes no files is exit code 4."""
    assert run("clean", str(SEEDS), "-o", "/proc/no.jsonl").returncode == 4
