"""The benchmarks measure what the reference script measures, and their floors hold."""

import ast
import doctest
import gzip
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import figures
import floors
import labels
import rouge
import tables
from corpus import Picture, Truth, Version
from peers import Image, Prediction

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
BENCH = ROOT.parent / "shared" / "bench"
SCORE = BENCH / "score.py"

NAMES = {
    "word": {"precision": "word P", "recall": "word R", "f1": "word F1"},
    "shingle": {"precision": "shingle P", "recall": "shingle R", "f1": "shingle F1", "exact": "exact"},
    "segments": {
        "precision": "segments P",
        "recall": "segments R",
        "f1": "segments F1",
        "accuracy": "segments accuracy",
    },
    "metadata": {"headline": "headline", "authors": "authors", "day": "day", "minute": "minute"},
    "rouge": {"precision": "ROUGE P", "recall": "ROUGE R", "f1": "ROUGE F1"},
}
"""What the reference script calls each figure, and what the benchmarks call it."""

PAGES = [
    (
        Truth(
            id="a",
            body="The dam broke at dawn.\nNobody was hurt, the mayor said.",
            paragraphs=("The dam broke at dawn.", "Nobody was hurt, the mayor said."),
            wanted=("broke at dawn", "the mayor said"),
            unwanted=("Subscribe", "Most read"),
            title="Dam breaks at “Upper Aller”",
            authors=("Ann Lee", "Bo Ek"),
            date="2026-01-06 09:46:00+01:00",
            topics=("dams", "Aller"),
        ),
        Prediction(
            text="The dam broke at dawn.\nMost read: the mayor said.",
            headline="Dam breaks at 'Upper Aller'",
            authors=("Ann Lee", "AFP"),
            date_published="2026-01-06T08:46:30Z",
            keywords=("Dams",),
        ),
    ),
    (
        Truth(id="b", body="Short.", wanted=("Short.",), unwanted=(), title="B", authors=(), date="2026-01-06"),
        Prediction(text="", headline=None, authors=("Somebody",), date_published="2026-01-05T23:30:00-02:00"),
    ),
    (
        Truth(id="c", body="", wanted=("gone",), unwanted=("menu",), title="C", date="2026-01-07 10:00:00"),
        Prediction(text="menu", headline="c", date_published="no date"),
    ),
    (
        Truth(id="d", body="A b a b a b.", title="D", authors=("Cy",), date="2026-02-01T12:00:00Z"),
        Prediction(text="A b a b a b.", headline="D", authors=("CY",), date_published="2026-02-01T12:00:59Z"),
    ),
]
"""Pages with predictions that touch every branch of the measures."""


def measured(pages: figures.Pages) -> dict[str, float]:
    """Return all figures of *pages*."""
    return {**figures.body(pages, join_dek=False), **figures.fields(pages)}


def write_set(folder: Path, truths: Iterable[dict[str, Any]], page: bytes = b"") -> None:
    """Write a set of pages with answers; *page* stands for each of them."""
    (folder / "pages").mkdir(parents=True)
    lines = []
    for truth in truths:
        lines.append(json.dumps(truth, ensure_ascii=False))
        (folder / "pages" / f"{truth['id']}.html.gz").write_bytes(gzip.compress(page, mtime=0))
    (folder / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def reference(folder: Path, predictions: Path, *options: str) -> dict[str, float]:
    """Return the figures of the reference script, by the benchmarks' names."""
    if not SCORE.exists():
        pytest.skip(f"the reference script is not here: {SCORE}")
    command = [sys.executable, str(SCORE), str(folder), str(predictions), *options]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = {}
    for row in output.splitlines():
        group, _, rest = row.partition(" ")
        if group in NAMES:
            values = ast.literal_eval(rest.strip().partition("}")[0] + "}")
            found |= {NAMES[group][key]: value for key, value in values.items() if value is not None}
    return found


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a benchmark as a command."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)


def agree(ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Hold our figures against the reference's, to the fourth digit."""
    assert theirs
    assert {name: round(ours[name], 4) for name in theirs} == theirs


def test_figures_of_small_pages() -> None:
    """Each figure of a few small pages is what one reckons by hand."""
    figures_ = measured(PAGES)
    assert figures_["word P"] == pytest.approx((8 / 10 + 0 + 1) / 3)
    assert figures_["word R"] == pytest.approx((8 / 11 + 0 + 1) / 3)
    assert figures_["exact"] == pytest.approx(1 / 3)
    assert figures_["segments P"] == pytest.approx(2 / 4)
    assert figures_["segments R"] == pytest.approx(2 / 4)
    assert figures_["headline"] == 3 / 4
    assert figures_["authors"] == pytest.approx((1 / 2 + 1) / 2)
    assert figures_["no author invented"] == 0
    assert figures_["day"] == 3 / 4
    assert figures_["minute"] == 2 / 3
    assert figures_["keywords"] == pytest.approx(2 / 3)
    assert figures.invented(PAGES) == (1, 1)


def test_small_pages_agree_with_the_reference(tmp_path: Path) -> None:
    """The reference script finds the same figures on the same small pages."""
    truths = [msgspec.to_builtins(truth) for truth, _ in PAGES]
    write_set(tmp_path / "set", [{**truth, "kind": "article"} for truth in truths])
    rows = [msgspec.to_builtins(prediction) | {"id": truth.id} for truth, prediction in PAGES]
    (tmp_path / "out.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    agree(measured(PAGES), reference(tmp_path / "set", tmp_path / "out.jsonl"))


@pytest.mark.parametrize(
    ("name", "count", "system"),
    [("fundus-dev", 10, "newsclean"), ("wcxb-dev", 12, "trafilatura"), ("segments-dev", 12, "trafilatura")],
)
def test_real_pages_agree_with_the_reference(name: str, count: int, system: str, tmp_path: Path) -> None:
    """The command's figures and the reference's, of the predictions that the command wrote, are the same."""
    if not (BENCH / name).exists():
        pytest.skip(f"the development pages are not here: {BENCH / name}")
    rows = (BENCH / name / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = rows[:: max(1, len(rows) // count)]
    (tmp_path / "pages").symlink_to(BENCH / name / "pages")
    (tmp_path / "truth.jsonl").write_text("\n".join(chosen), encoding="utf-8")
    done = run(BENCHMARKS / "quality.py", tmp_path, "--system", system, "--predictions", tmp_path / "out.jsonl")
    assert done.returncode == 0, done.stderr
    pages = [
        (msgspec.json.decode(row, type=Truth), msgspec.json.decode(prediction, type=Prediction))
        for row, prediction in zip(chosen, (tmp_path / "out.jsonl").read_bytes().splitlines(), strict=True)
    ]
    theirs = reference(tmp_path, tmp_path / "out.jsonl", "--no-rouge")  # it takes half a second a page
    agree(measured(pages), theirs)
    printed = {name for name, figure in theirs.items() if figure and f"{figure:.3f}" in done.stdout}
    assert {"word F1", "segments F1"} & printed


@pytest.fixture(scope="module")
def scorer() -> Any:
    """Return the ROUGE-Lsum scorer of rouge-score."""
    module = pytest.importorskip("rouge_score.rouge_scorer", reason="rouge-score is not installed")
    return module.RougeScorer(["rougeLsum"], split_summaries=False)


@given(predicted=st.text("abc de\né", max_size=60), true=st.text("abc de\né", max_size=60))
def test_rouge_is_that_of_rouge_score(scorer: Any, predicted: str, true: str) -> None:
    """The fast ROUGE-Lsum equals the package's, also on texts with many ties."""
    theirs = scorer.score(true, predicted)["rougeLsum"]
    assert tuple(rouge.lsum(predicted, true)) == (theirs.precision, theirs.recall, theirs.fmeasure)


def test_pictures_are_the_same_whatever_their_size() -> None:
    """A main image counts as found in another size, a caption and a credit only when exact."""
    truth = Truth(
        id="p",
        images=(
            Picture(
                versions=(Version("https://i.example/w640/9602669.jpg"),),
                is_cover=True,
                caption="The dam.",
                authors=("Ann Lee", "AFP"),
            ),
            Picture(versions=(Version("https://i.example/w640/5550123.jpg"),), caption="The mayor."),
        ),
    )
    prediction = Prediction(
        main_image="https://i.example/og/9602669.webp?w=1200",
        images=(Image("https://i.example/w80/1112223.jpg", "The dam", "Ann Lee / AFP"),),
    )
    found = figures.fields([(truth, prediction)])
    assert found == {"main image": 1.0, "images": 0.5, "caption": 0.5, "credit": 1.0}


def test_labels_of_annotated_lines() -> None:
    """The confusion says what the block that carries a title, name, caption or credit was called."""
    truth = Truth(
        id="l",
        title="Dam breaks",
        authors=("Ann Lee",),
        images=(Picture(caption="The dam.", authors=("Bo Ek",)), Picture(caption=None, authors=("AFP",))),
    )
    blocks = (
        ("navigation", "Dam breaks"),
        ("headline", "Dam breaks"),
        ("paragraph", "By Ann Lee"),
        ("caption", "The dam. Photo: Bo Ek"),
    )
    confusion = labels.of_pages([(truth, Prediction(blocks=blocks))])
    assert dict(confusion) == {
        ("headline", "headline"): 1,
        ("byline", "paragraph"): 1,
        ("caption", "caption"): 1,
        ("credit in its caption", "caption"): 1,
        ("credit", labels.NOT_VISIBLE): 1,
    }
    assert "| byline |" in labels.render(confusion)


def test_page_kinds_join_what_one_verdict_stands_for() -> None:
    """Listings are index pages, a live blog is an article; the figure is the macro F1."""
    kinds = [("article", "live_blog"), ("listing", "index"), ("forum", "index")]
    pages = [(Truth(id=str(n), kind=kind), Prediction(kind=verdict)) for n, (kind, verdict) in enumerate(kinds)]
    assert figures.kinds(pages) == {("article", "article"): 1, ("index", "index"): 1, ("forum", "index"): 1}


def test_floors_rise_freely_and_sink_with_a_reason() -> None:
    """A figure below its floor and a changed set are failures; only a reason lowers a floor, and it is kept."""
    start = floors.raised(floors.Floors(), "set", "d1", {"newsclean": {"word F1": 0.97129}, "peer": {"word F1": 1.0}})
    assert start.sets["set"].floors == {"newsclean": {"word F1": 0.9712}}
    assert floors.failures(start, "set", "d1", {"newsclean": {"word F1": 0.98}}) == []
    assert "below its floor" in floors.failures(start, "set", "d1", {"newsclean": {"word F1": 0.9}})[0]
    assert "others than those" in floors.failures(start, "set", "d2", {"newsclean": {"word F1": 0.98}})[0]
    assert "no floors" in floors.failures(start, "other", "d1", {})[0]
    assert floors.raised(start, "set", "d1", {"newsclean": {"word F1": 0.9}}) == start
    with pytest.raises(ValueError, match="others than those"):
        floors.raised(start, "set", "d2", {"newsclean": {"word F1": 0.99}})
    less = floors.lowered(start, "set", "d2", {"newsclean": {"word F1": 0.95}}, reason="a stricter answer")
    assert less.sets["set"].floors == {"newsclean": {"word F1": 0.95}}
    assert less.lowered[0].reason == "a stricter answer"


def small_set(folder: Path, count: int = 2) -> Path:
    """Write a set of *count* small pages that trafilatura can read, and return its folder."""
    text = "The dam above the town broke at dawn on Tuesday, and nobody was hurt, the mayor said. " * 4
    page = f"<html><head><title>Dam breaks</title></head><body><article><p>{text}</p></article></body></html>"
    truths = [
        {
            "id": f"page{number}",
            "url": "https://paper.example/dam",
            "kind": "article",
            "body": text,
            "title": "Dam breaks",
        }
        for number in range(count)
    ]
    write_set(folder, truths, page.encode())
    (folder / "dumps" / "plain").mkdir(parents=True)
    (folder / "dumps" / "plain" / "page0.txt.gz").write_bytes(gzip.compress(f"Menu\n{text}\n".encode(), mtime=0))
    return folder


def test_quality_command(tmp_path: Path) -> None:
    """The command prints a table, raises floors, holds them, and says which one is broken."""
    folder, held = small_set(tmp_path / "set"), tmp_path / "floors.json"
    command: Sequence[object] = (BENCHMARKS / "quality.py", folder, "--system", "newsclean,trafilatura")
    raising = run(*command, "--check", held, "--raise")
    assert raising.returncode == 0, raising.stderr
    assert "| newsclean | 1.000 |" in raising.stdout
    assert run(*command, "--check", held).returncode == 0
    held.write_text(held.read_text(encoding="utf-8").replace('"word F1": 1.0', '"word F1": 1.1'), encoding="utf-8")
    broken = run(*command, "--check", held)
    assert broken.returncode == 1
    assert "set: newsclean: word F1 is 1.0000, below its floor of 1.1000" in broken.stderr


def test_quality_command_on_dumps(tmp_path: Path) -> None:
    """Only pages with a dump are scored, and the plain rules stand beside newsclean."""
    done = run(
        BENCHMARKS / "quality.py", small_set(tmp_path / "set"), "--dumps", "plain", "--system", "everything,c4-rule"
    )
    assert done.returncode == 0, done.stderr
    assert "**set plain**, 1 dumps" in done.stdout
    assert "| c4-rule | 1.000 |" in done.stdout


def test_quality_command_refuses_a_folder_without_answers(tmp_path: Path) -> None:
    """A folder that is no set ends in one line and exit code 2."""
    done = run(BENCHMARKS / "quality.py", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_speed_command(tmp_path: Path) -> None:
    """The command prints ratios, stages, import time and memory."""
    folder = small_set(tmp_path / "set")
    done = run(BENCHMARKS / "speed.py", folder, "--pages", 1, "--repeat", 1, "--memory", 3)
    assert done.returncode == 0, done.stderr
    for words in ("trafilatura = 1", "lxml.html parse", "| segment |", "Import of newsclean", "Peak memory"):
        assert words in done.stdout


def test_tables_find_their_marks(tmp_path: Path) -> None:
    """A table replaces what stands between its marks and nothing else."""
    page = tmp_path / "quality.md"
    page.write_text("head\n<!-- benchmark: set -->\nold\n<!-- end: set -->\ntail\n", encoding="utf-8")
    assert tables.update(page, {"set": "new", "other": "lost"}) == ["other"]
    assert page.read_text(encoding="utf-8") == ("head\n<!-- benchmark: set -->\n\nnew\n\n<!-- end: set -->\ntail\n")


@pytest.mark.parametrize("name", ["measures", "rouge", "tables", "peers"])
def test_examples_in_docstrings(name: str) -> None:
    """The examples of the benchmarks' docstrings are true."""
    assert doctest.testmod(import_module(name)).failed == 0
