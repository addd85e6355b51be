"""What a person sees of a batch, on standard error: a line of progress, failures as they come, a summary at the end."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from newsclean.batch.job import Summary
from newsclean.batch.journal import Counts
from newsclean.batch.work import Done
from newsclean.batch.workers import resident
from newsclean.record import Failure

__all__ = ["Stop", "Watch", "say", "summary_lines"]

_MOST_FAILURES = 50  # lines; the others are in the summary by reason, and in the file of failures
_MOST_NOTES = 10  # lines; the others are counted in the summary
_REFRESH = 0.25


def say(words: str) -> None:
    """Print one line to standard error; control characters of file names and pages cannot reach the terminal."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)
    typer.echo(line[:2000], err=True)


class Stop:
    """
    Ctrl-C, asked for once and twice: the first lets the job save what it has, the second ends it at once.

    Used as a context manager round the job, and called to learn whether the first has come.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: list[tuple[int, Any]] = []

    def __call__(self) -> bool:
        """Return whether the job shall stop."""
        return self._asked

    def __enter__(self) -> Self:
        """Take over the two signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before.append((number, signal.signal(number, self._ask)))
        return self

    def __exit__(self, *_: object) -> None:
        """Give them back."""
        for number, handler in self._before:
            signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        say("stopping: saving what is done; once more to stop at once")


class Watch:
    """Shows each page as it ends. Called with each `Done`; `display` is the line of progress."""

    def __init__(self, total: Callable[[], int | None]) -> None:
        self._total = total
        self._failures = 0
        self._notes = 0
        self._reasons: Counter[str] = Counter()
        self._pages = 0
        self._before = 0
        self._progress: Progress | None = None
        self._next = 0.0

    def __call__(self, done: Done) -> None:
        """Take notice of *done*."""
        self._pages += 1
        if done.kind == "failure":
            self._failures += 1
            self._reasons[done.reason] += 1
            if self._failures <= _MOST_FAILURES:
                failure = msgspec.json.decode(done.row, type=Failure)
                say(f"error: {failure.source}: {failure.message}")
            elif self._failures == _MOST_FAILURES + 1:
                say("more failures are not shown; --failures FILE keeps them all")
        if done.note:
            self._notes += 1
            if self._notes <= _MOST_NOTES:
                say(f"note: {done.note}")
        if self._progress and time.monotonic() > self._next:
            self._next = time.monotonic() + _REFRESH
            self._show()

    def resumed(self, pages: int) -> None:
        """Count *pages* that an earlier run has done."""
        self._before = pages

    @contextmanager
    def display(self) -> Iterator[None]:
        """Show a line of progress, when standard error is a terminal."""
        console = Console(stderr=True)
        if not console.is_terminal:
            yield
            return
        columns = (
            TextColumn("cleaning"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=console, transient=True) as self._progress:
            self._progress.add_task("", total=self._total(), rate="", note="")
            yield
        self._progress = None

    def _show(self) -> None:
        if self._progress:
            task = self._progress.tasks[0]
            rate = f"{self._pages / task.elapsed:.0f} pages/s" if task.elapsed else ""
            reasons = ", ".join(f"{count} {reason}" for reason, count in self._reasons.most_common())
            note = f"{resident() >> 20} MB" + (f" · failed: {reasons}" if reasons else "")
            self._progress.update(task.id, completed=self._before + self._pages, rate=rate, note=note)


def summary_lines(summary: Summary) -> list[str]:
    """Return *summary* in words."""
    counts = summary.counts
    lines = [_outcomes(counts)]
    if counts.reasons:
        lines.append("failed: " + ", ".join(f"{number} {reason}" for reason, number in sorted(counts.reasons.items())))
    if counts.before:
        share = counts.after / counts.before
        lines.append(f"text: {counts.before:,} characters before, {counts.after:,} after ({share:.0%} kept)")
    if counts.several:
        lines.append(f"several articles seem to be in {counts.several} of the texts; --split cleans each by itself")
    if summary.resumed:
        lines.append(f"resumed: {summary.resumed} pages were done before")
    return lines


def _outcomes(counts: Counts) -> str:
    pages = counts.pages
    parts = [f"{pages} page{'' if pages == 1 else 's'}: {counts.articles} articles"]
    if counts.others:
        parts.append(f"{counts.others} without an article")
    if counts.failures:
        parts.append(f"{counts.failures} failed")
    if counts.duplicates:
        parts.append(f"{counts.duplicates} duplicates" + (" (dropped)" if counts.dropped else ""))
    return ", ".join(parts)
