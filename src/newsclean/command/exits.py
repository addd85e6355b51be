"""How a command ends: its exit codes, and the words for what can go wrong round its work."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from newsclean.batch import job
from newsclean.command import console
from newsclean.errors import InputError, RecordError

__all__ = ["FAILED", "INTERRUPTED", "NOT_STRICT", "UNBALANCED", "UNWRITABLE", "WRONG", "finish", "with_exit_codes"]

FAILED, WRONG, NOT_STRICT, UNWRITABLE, UNBALANCED, INTERRUPTED = 1, 2, 3, 4, 5, 130


@contextmanager
def with_exit_codes(output: str) -> Iterator[None]:
    """Turn what can go wrong round the work for *output* into words and an exit code."""
    try:
        yield
    except BrokenPipeError:
        # The reader of our output went away, as `head` does: no error of ours, and nothing left to say.
        sys.stderr.close()
        raise typer.Exit(0) from None
    except OSError as error:
        console.say(f"error: {error.filename or output}: {error.strerror or error}")
        raise typer.Exit(UNWRITABLE) from error
    except (InputError, RecordError) as error:
        console.say(f"error: {error}")
        raise typer.Exit(WRONG) from error
    except KeyboardInterrupt:
        console.say("stopped; the same command goes on from what is saved")
        raise typer.Exit(INTERRUPTED) from None


def finish(result: job.Summary, *, strict: bool = False) -> None:
    """Print *result*, and leave with the exit code it deserves."""
    for line in console.summary_lines(result):
        console.say(line)
    if not result.complete:
        console.say("stopped before the end; the same command goes on from here")
        raise typer.Exit(INTERRUPTED)
    if not result.balanced:
        console.say(
            f"error: {result.inputs} inputs, {result.counts.pages} outcomes: a bug in newsclean, please report it"
        )
        raise typer.Exit(UNBALANCED)
    if strict and result.counts.articles + result.counts.duplicates < result.counts.pages:
        raise typer.Exit(NOT_STRICT)
    if result.counts.failures:
        raise typer.Exit(FAILED)
