"""The command: what it writes, what it says, and its exit codes."""

import gzip
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("arguments", [("clean",), ("clean", "x", "--format", "xml"), ("nonsense",)])
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """Wrong usage is exit code 2."""
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize("command", ["clean", "schema", "validate"])
def test_help_has_an_example(command: str) -> None:
    """Every command's help ends with an example."""
    assert f"Example: newsclean {command}" in run(command, "--help").stdout.decode()


# ---- the batch


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a folder of pages, enough for workers."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for i in range(60):
        (folder / f"{i:03d}.html").write_text(HTML.replace("A bridge", f"Bridge {i}"), encoding="utf-8")
    return folder


def test_one_and_two_workers(many: Path, tmp_path: Path) -> None:
    """One worker and two write the same bytes in order, and leave nothing else behind."""
    for name, workers in (("one.jsonl", "1"), ("two.jsonl", "2")):
        result = run("clean", str(many), "--ordered", "-j", workers, "-o", str(tmp_path / name))
        assert result.returncode == 0
        assert b"60 pages: " in result.stderr
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
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


def wait_for_workers(pid: int) -> None:
    """Wait until process *pid* has started another one."""
    for _ in range(300):
        if Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").strip():
            return
        time.sleep(0.1)


def test_stop_and_go_on(many: Path, tmp_path: Path) -> None:
    """Ctrl-C saves what is done and stops; the same command goes on; the bytes are those of an unbroken run."""
    whole, target = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    assert run("clean", str(many), "--ordered", "-o", str(whole)).returncode == 0
    command = [sys.executable, "-m", "newsclean", "clean", *[str(many)] * 40, "--ordered", "-j", "2", "-o", str(target)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    wait_for_workers(process.pid)
    time.sleep(2)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=12)
    assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert b"goes on from here" in words
    assert not target.exists()
    if (tmp_path / "stopped.jsonl.parts").is_dir():  # a slow machine may have had nothing to save yet
        other = run("clean", str(many), "--ordered", "-o", str(target))
        assert other.returncode == 2
        assert b"another job" in other.stderr
    again = run("clean", str(many), "--ordered", "-j", "2", "-o", str(target), "--restart")
    assert again.returncode == 0
    assert target.read_bytes() == whole.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"pages", "whole.jsonl", "stopped.jsonl"}


def test_validate(tmp_path: Path) -> None:
    """`validate` says of good outputs how many records they have, of others what is wrong, by its exit code too."""
    target = tmp_path / "a.jsonl.gz"
    assert run("clean", str(SEEDS), "-o", str(target)).returncode == 0
    good = run("validate", str(target))
    assert (good.returncode, good.stderr) == (0, f"{target}: 2 records, 0 problems\n".encode())
    target.write_bytes(gzip.compress(b"{"))
    assert run("validate", str(target)).returncode == 1
    assert run("validate", str(tmp_path / "missing")).returncode == 1


def test_read_only_folder_and_full_disk(tmp_path: Path) -> None:
    """An output that cannot be written is exit code 4."""
    assert run("clean", str(SEEDS), "-o", "/proc/no.jsonl").returncode == 4
    limited = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))
from newsclean.command.app import app
app()
"""
    command = [sys.executable, "-c", limited, "clean", str(SEEDS), "-o", str(tmp_path / "a.jsonl")]
    result = subprocess.run(command, capture_output=True, check=False)
    assert result.returncode == 4
    assert b"File too large" in result.stderr
    assert not list(tmp_path.rglob("*.jsonl*tmp"))
    assert not (tmp_path / "a.jsonl").exists()
