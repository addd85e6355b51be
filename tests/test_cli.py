"""The command: what it writes, what it says, and its exit codes."""

import json
import subprocess
import sys
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
    assert [record["datePublished"] if "datePublished" in record else None for record in records] == [
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


@pytest.mark.parametrize("command", ["clean", "schema"])
def test_help_has_an_example(command: str) -> None:
    """Every command's help ends with an example."""
    assert f"Example: newsclean {command}" in run(command, "--help").stdout.decode()
