"""The batch: one outcome for each page, poison costs itself only, and a kill at any moment costs nothing."""

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import newsclean
from newsclean import Article, Failure, Page
from newsclean.batch import job, workers
from newsclean.batch.run import BatchOptions, run
from newsclean.batch.workers import Limits
from newsclean.errors import InputError
from newsclean.files import durable
from newsclean.files.durable import boundary
from newsclean.files.writers import Encoding, OutputFormat
from newsclean.record import FailureReason

FAULTS = "faults:clean"
IN_PROCESS = BatchOptions(cleaner=FAULTS)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Give a folder in memory where there is one: the kills are real, and waiting for a disk shows nothing."""
    memory = Path("/dev/shm")  # noqa: S108  not a name that anybody could have taken
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _cleaner_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def page(number: int, data: bytes | None = None) -> Page:
    """Return a small page."""
    return Page(data=data or b"story %d is told in a few words" % number, source=f"page-{number:05d}")


def isolated(
    count: int = 2, *, ordered: bool = False, seconds: float = 1.0, quarantine: Path | None = None
) -> BatchOptions:
    """Return options for processes of their own."""
    limits = Limits(time=seconds, memory=64 << 20)
    return BatchOptions(
        workers=count, isolate=True, ordered=ordered, limits=limits, quarantine=quarantine, cleaner=FAULTS
    )


# ---- one outcome each


def sources(outcomes: Iterator[Article | Failure]) -> list[str]:
    """Return what names each of *outcomes*."""
    return [o.source if isinstance(o, Failure) else o.metadata.source for o in outcomes]


def test_same_records_with_one_and_several_workers() -> None:
    """Pages cleaned here, by one worker and by two give the same records; in order when asked."""
    pages = [page(i, b"<title>T</title><h1>Story %d of today</h1><p>Words and words." % i) for i in range(40)]
    here = list(run(pages))
    assert list(run(pages, options=BatchOptions(isolate=True, ordered=True))) == here
    assert list(run(pages, options=BatchOptions(workers=2, ordered=True))) == here
    unordered = list(run(pages, options=BatchOptions(workers=2)))
    assert sorted(unordered, key=lambda o: o.to_json()) == sorted(here, key=lambda o: o.to_json())


def test_library() -> None:
    """`newsclean.run` takes pages of text or bytes, and failures, which pass through."""
    lost = Failure(reason=FailureReason.UNREADABLE, source="c")
    pages = [Page(data="lone \ud800 surrogate", source="a"), Page(data=b"\x89PNG\r\n\x1a\n", source="b"), lost]
    for options in (BatchOptions(), BatchOptions(workers=2, ordered=True)):
        outcomes = list(newsclean.run(pages, options=options))
        assert sources(iter(outcomes)) == ["a", "b", "c"]
        assert isinstance(outcomes[0], Article)
        assert [o.reason for o in outcomes[1:] if isinstance(o, Failure)] == ["not_a_document", "unreadable"]


def test_abandoned_iterator_leaves_no_process() -> None:
    """Closing the iterator early ends the workers."""
    outcomes = run((page(i) for i in range(10**9)), options=isolated())
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  it is a generator
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


# ---- poison

POISON = {
    b"hang": "timeout",
    b"exit": "crash",
    b"crash": "crash",
    b"memory": "memory",
    b"bug": "crash",
    b"disarm": "timeout",
    b"close": "crash",
}


@pytest.mark.parametrize("ordered", [False, True])
def test_poison_costs_itself_only(tmp_path: Path, *, ordered: bool) -> None:
    """Each kind of poison becomes a failure that says what it was; its bytes are kept; no neighbour is lost."""
    data = {i * 17 + 3: word + b" poison" for i, word in enumerate(POISON)}
    pages = [page(i, data.get(i)) for i in range(200)]
    options = isolated(ordered=ordered, seconds=0.3, quarantine=tmp_path / "q")
    outcomes = list(run(pages, options=options))
    names = sources(iter(outcomes))
    assert sorted(names) == [p.source for p in pages]
    assert names == sorted(names) or not ordered
    failures = {o.source: str(o.reason) for o in outcomes if isinstance(o, Failure)}
    assert failures == {f"page-{i:05d}": POISON[word.split()[0]] for i, word in data.items()}
    assert {path.read_bytes() for path in (tmp_path / "q").glob("*.bin")} == set(data.values())
    assert all(json.loads(path.read_bytes())["message"] for path in (tmp_path / "q").glob("*.json"))


def test_poison_is_cheap() -> None:
    """One page of a hundred being poison of four kinds costs at most its time limit twice and a moment."""
    words = (b"hang", b"exit", b"crash", b"memory")
    clean_pages = [page(i) for i in range(2_000)]
    pages = [page(i, words[i // 100 % 4] + b" x") if i % 100 == 50 else page(i) for i in range(2_000)]
    took = []
    for batch in (clean_pages, pages):
        began = time.monotonic()
        outcomes = list(run(batch, options=isolated(seconds=0.2)))
        took.append(time.monotonic() - began)
    assert Counter(type(o) for o in outcomes) == {Article: 1_980, Failure: 20}
    assert took[1] <= 1.3 * took[0] + 20 * 1.0


@pytest.mark.parametrize(("word", "limits"), [(b"pid", Limits(pages=5)), (b"grow", Limits(growth=45 << 20))])
def test_workers_are_replaced(word: bytes, limits: Limits) -> None:
    """A worker that has done its pages, or has grown, makes room for a fresh one, and no page is lost over it."""
    options = BatchOptions(workers=2, ordered=True, limits=limits, cleaner=FAULTS)
    outcomes = list(run([page(i, word + b" x") for i in range(40)], options=options))
    assert sources(iter(outcomes)) == [page(i).source for i in range(40)]
    by_worker = Counter(o.headline for o in outcomes if isinstance(o, Article))
    assert len(by_worker) > 40 / 7
    assert max(by_worker.values()) <= 5 + 1  # the next question is in its pipe already


def test_worker_starts_lean() -> None:
    """A worker loads what most pages need, the model of languages included, and nothing else."""
    program = """
import sys, msgspec
from newsclean.batch.work import Work, answerer
answerer(msgspec.msgpack.encode(Work()))
print(*sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(said.stdout.decode().split())
    assert {"lxml.etree", "numpy", "py3langid"} <= loaded
    unused = "trafilatura bs4 dateparser httpx hishel typer rich pyarrow rensa fastwarc asyncio multiprocessing".split()
    assert loaded.isdisjoint(unused)


def test_machine_at_fault(tmp_path: Path) -> None:
    """A full disk that cleaning meets is no page's failure: the job stops, and goes on from there later."""
    output = job.OutputOptions(path=tmp_path / "out.jsonl", shard_pages=2)
    pages = [page(i) for i in range(6)]
    with pytest.raises(OSError, match="No space left"):
        job.write([*pages[:5], page(5, b"disk full")], output, options=IN_PROCESS)
    summary = job.write(pages, output, options=IN_PROCESS)
    assert (summary.resumed, summary.counts.articles) == (4, 6)


def test_engine_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that find no room to load what they need are one error, not one for each page."""
    (tmp_path / "full.py").write_text("raise OSError(28, 'No space left on device')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(OSError, match="No space left on device, while the workers"):
        list(run([page(0)], options=BatchOptions(isolate=True, cleaner="full:clean")))


def test_killed_workers_and_nursery() -> None:
    """Workers and their parent process killed from outside cost nothing: their pages are done elsewhere."""
    outcomes = run((page(i) for i in range(3_000)), options=isolated())
    found = []
    random_ = random.Random(7)  # noqa: S311  a seed makes it the same each time
    for number, outcome in enumerate(outcomes):
        found.append(outcome)
        if number % 300 == 100:
            family = descendants(os.getpid())
            os.kill(random_.choice(family), signal.SIGKILL)
    assert sorted(sources(iter(found))) == [page(i).source for i in range(3_000)]
    assert sum(isinstance(o, Failure) for o in found) == 0


def descendants(pid: int) -> list[int]:
    """Return the processes that *pid* started, and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children] + [d for child in children for d in descendants(int(child))]


# ---- exactly once

PAGES = 45
ENCODINGS = ["out.jsonl", "out.jsonl.gz", "out.csv", "folder/"]


def pages_with_failures() -> Iterator[Page | Failure]:
    """Yield the pages of the job that is killed."""
    for i in range(PAGES):
        data = {9: b"picture", 20: b"index page", 30: b"bug here"}.get(i)
        yield page(i, data)


def do_job(target: Path, options: BatchOptions = IN_PROCESS, *, folder: bool = False) -> job.Summary:
    """Do the job that is killed."""
    output = job.OutputOptions(path=target, folder=folder, encoding=Encoding.of(target.name, None), shard_pages=8)
    return job.write(pages_with_failures(), output, options=options)


def in_child(task: Callable[[], object]) -> int:
    """Run *task* in a fork of this process; return its exit code, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            task()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def dying(task: Callable[[], object], at: int) -> Callable[[], object]:
    """Return *task* with a SIGKILL at its boundary number *at*."""

    def die() -> None:
        passed = iter(range(at))

        def maybe(_: str) -> None:
            if next(passed, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        durable.boundary = maybe
        task()

    return die


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files in *folder*, the journal left out: it tells of the interruptions."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "_journal"
    }


@pytest.mark.parametrize("name", ENCODINGS)
def test_killed_between_any_two_steps(tmp_path: Path, name: str) -> None:
    """Killed at each boundary of its commits, one after the other, and run again, the job ends as if unbroken."""
    whole = tmp_path / "whole"
    whole.mkdir()
    do_job(whole / name, folder=name.endswith("/"))
    expected = contents(whole)
    assert expected
    boundaries = 0
    while True:
        folder = tmp_path / f"killed-{boundaries}"
        folder.mkdir()
        task = lambda: do_job(folder / name, folder=name.endswith("/"))  # noqa: B023, E731  used in this turn only
        code = in_child(dying(task, boundaries))
        if code == 0:
            break
        assert code == -signal.SIGKILL
        summary = task()
        assert summary.complete
        assert summary.balanced
        assert contents(folder) == expected
        boundaries += 1
    assert boundaries > 40


def killed_after(task: Callable[[], object], seconds: float) -> int:
    """Run *task* in a fork of this process that is killed after *seconds*; return its exit code."""
    pid = os.fork()
    if pid == 0:
        signal.setitimer(signal.ITIMER_REAL, 60)  # should this process be killed itself
        task()
        os._exit(0)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("kind", ["boundaries", "moments"])
def test_killed_again_and_again(tmp_path: Path, kind: str) -> None:
    """Killed many times in one job, at random boundaries or moments, it ends as if unbroken: 200 kills in all."""
    began = time.monotonic()
    do_job(tmp_path / "whole.jsonl")
    took = time.monotonic() - began
    expected = (tmp_path / "whole.jsonl").read_bytes()
    random_ = random.Random(11)  # noqa: S311  a seed makes it the same each time
    kills = jobs = 0
    while kills < 100:
        jobs += 1
        target = tmp_path / f"job-{jobs}" / "out.jsonl"
        target.parent.mkdir()
        task = lambda: do_job(target)  # noqa: B023, E731  used in this turn only
        for _ in range(200):
            code = (
                in_child(dying(task, random_.randrange(1, 40)))
                if kind == "boundaries"
                else killed_after(task, random_.uniform(0.0, took))
            )
            kills += code != 0
            if code == 0:
                break
        do_job(target)
        assert contents(target.parent) == {"out.jsonl": expected}


def test_killed_folder_of_pages(tmp_path: Path) -> None:
    """A folder with a file for each page has no file of a page that was never committed, and others' files stay."""
    do_job(tmp_path / "whole.md", folder=True)
    expected = contents(tmp_path / "whole.md")
    assert len(expected) == PAGES - 2
    target = tmp_path / "killed.md"
    target.mkdir()
    (target / "00000001.mine.jsonl").write_bytes(b"not the job's")
    in_child(dying(lambda: do_job(target, folder=True), 100))
    stale = target / "000000" / f"{PAGES - 1:09d}-{0:016x}.md"
    stale.write_bytes(b"written, and never committed")
    do_job(target, folder=True)
    assert contents(target) == {**expected, "00000001.mine.jsonl": b"not the job's"}
    next(iter((target / "000000").iterdir())).unlink()
    with pytest.raises(InputError, match="committed, and gone"):
        do_job(target, folder=True)


def test_killed_while_saving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved between two shards survives kills too, and nothing of it is left at the end."""
    monkeypatch.setattr(job, "_SAVE_EVERY", 0.0)
    do_job(tmp_path / "whole.jsonl")
    expected = (tmp_path / "whole.jsonl").read_bytes()
    target = tmp_path / "job" / "out.jsonl"
    target.parent.mkdir()
    random_ = random.Random(2)  # noqa: S311  a seed makes it the same each time
    while in_child(dying(lambda: do_job(target), random_.randrange(5, 60))):
        pass
    assert contents(target.parent) == {"out.jsonl": expected}


def test_killed_with_workers(tmp_path: Path) -> None:
    """The parent killed at any time while workers run: run again, each page is there once, in order."""
    options = isolated(ordered=True)
    do_job(tmp_path / "whole.jsonl")
    expected = (tmp_path / "whole.jsonl").read_bytes()
    target = tmp_path / "out.jsonl"
    random_ = random.Random(5)  # noqa: S311  a seed makes it the same each time
    for at in (3, 14, 25):
        in_child(dying(lambda: do_job(target, options), at + random_.randrange(8)))
    assert do_job(target, options).resumed > 0
    assert target.read_bytes() == expected


def test_killed_parent_leaves_no_process(tmp_path: Path) -> None:
    """Workers whose parent was killed end by themselves, also the one that is at a page that hangs."""
    pid = os.fork()
    if pid == 0:
        pages = [page(0, b"hang here"), *(page(i, b"slow 0.05") for i in range(1, 100))]
        job.write(pages, job.OutputOptions(path=tmp_path / "out.jsonl"), options=isolated(seconds=2))
        os._exit(0)
    deadline = time.monotonic() + 20
    while len(family := descendants(pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert len(family) == 3  # the nursery and two workers
    while (left := [p for p in family if is_running(p)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def is_running(pid: int) -> bool:
    """Return whether process *pid* is there, and no zombie that nobody waits for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_unordered_job_has_each_page_once(tmp_path: Path) -> None:
    """Killed and resumed without `ordered`, the set of records is whole."""
    target = tmp_path / "out.jsonl"
    in_child(dying(lambda: do_job(target, isolated()), 20))
    assert do_job(target, isolated()).balanced
    names = sorted(json.loads(row)["metadata"]["source"] for row in target.read_bytes().splitlines())
    assert names == [page(i).source for i in range(PAGES) if i not in (9, 30)]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet", "folder/", "out.md/"])
def test_stopped_and_resumed(tmp_path: Path, name: str) -> None:
    """Asked to stop, the job saves what is done, however little; the next run goes on, to the same bytes."""
    folder = name.endswith("/")
    (tmp_path / "whole").mkdir()
    do_job(tmp_path / "whole" / name, folder=folder)
    output = job.OutputOptions(
        path=tmp_path / "stopped" / name, folder=folder, encoding=Encoding.of(name, None), shard_pages=8
    )
    (tmp_path / "stopped").mkdir()
    for limit in (3, 7, 5, 20, 100):
        left = iter(range(limit))
        summary = job.write(
            pages_with_failures(),
            output,
            options=IN_PROCESS,
            stop=lambda: next(left, None) is None,  # noqa: B023
        )
        assert summary.complete == (limit == 100)
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")


def test_stop_does_not_wait_for_a_page_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked to stop while a page hangs, the job waits a few seconds for it, saves the others, and goes on later."""
    assert workers._STOP_GRACE < 10  # noqa: SLF001  the promise is ten seconds
    monkeypatch.setattr(workers, "_STOP_GRACE", 0.3)
    output = job.OutputOptions(path=tmp_path / "out.jsonl", shard_pages=8)
    pages = [page(i, b"hang here" if i == 5 else None) for i in range(30)]
    began = time.monotonic()
    first = job.write(pages, output, options=isolated(seconds=60), stop=lambda: time.monotonic() > began + 1)
    assert time.monotonic() - began < 5
    assert not first.complete
    second = job.write(pages, output, options=isolated(seconds=0.2))
    assert (second.resumed, second.counts.articles, second.counts.failures) == (first.inputs, 29, 1)


def test_other_inputs_are_noticed(tmp_path: Path) -> None:
    """A job does not go on with inputs that are not those it began with."""
    target = tmp_path / "out.jsonl"
    in_child(dying(lambda: do_job(target), 30))
    output = job.OutputOptions(path=target, shard_pages=8)
    with pytest.raises(InputError, match="--restart"):
        job.write([page(i + 1) for i in range(PAGES)], output, options=IN_PROCESS)
    with pytest.raises(InputError, match="--restart"):
        job.write([page(0)], output, options=IN_PROCESS)
    other = job.OutputOptions(path=target, shard_pages=9)
    with pytest.raises(InputError, match="another job"):
        job.write(pages_with_failures(), other, options=IN_PROCESS)


# ---- full disks


def test_full_disk(tmp_path: Path) -> None:
    """At fifty sizes of what may be written, the job fails with `OSError`, leaves no half file, and goes on later."""
    do_job(tmp_path / "whole.jsonl")
    expected = (tmp_path / "whole.jsonl").read_bytes()
    failed = 0
    for size in range(10, len(expected) + 200, (len(expected) + 200) // 50):
        target = tmp_path / f"at-{size}" / "out.jsonl"
        target.parent.mkdir()

        def fill(target: Path = target, size: int = size) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            try:
                do_job(target)
            except OSError:
                os._exit(4)

        code = in_child(fill)
        failed += code == 4
        assert code in (0, 4)
        assert target.exists() == (code == 0)
        do_job(target)
        assert contents(target.parent) == {"out.jsonl": expected}
    assert failed > 40


def test_readable_at_any_time(tmp_path: Path) -> None:
    """Whatever stands in a folder of shards while the job runs is whole."""
    target = tmp_path / "folder.gz"

    def look(_: str) -> None:
        for path in target.glob("0*.jsonl.gz"):
            assert gzip.decompress(path.read_bytes()).endswith(b"}\n")

    output = job.OutputOptions(
        path=target, folder=True, encoding=Encoding(form=OutputFormat.JSONL, packing="gz"), shard_pages=8
    )
    durable.boundary = look
    try:
        job.write(pages_with_failures(), output, options=IN_PROCESS)
    finally:
        durable.boundary = boundary
    assert len(list(target.glob("*.jsonl.gz"))) == 6
