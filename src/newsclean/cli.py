"""
Flags to options to calls; data to standard output, words to standard error.

Exit codes: 0 all inputs became records, 1 some inputs failed (the others are written), 2 wrong usage, 4 the output
could not be written (and nothing was).
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import newsclean
from newsclean import batch, record, sources, writers
from newsclean.clean import CleanOptions
from newsclean.document import InputKind, PageKind
from newsclean.record import Article, Failure, Outcome

__all__ = ["app"]

FAILED, UNWRITABLE = 1, 4

app = typer.Typer(
    help="Turn news pages, and the text dumps of earlier scrapers, into clean article records.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:  # noqa: FBT002  typer's way
    if version:
        typer.echo(newsclean.__version__)
        raise typer.Exit


@app.command(epilog="Example: newsclean clean pages/ dumps/*.txt -o articles.jsonl")
def clean(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT…", help="Files, folders, globs, or - for standard input.")
    ],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Where to write; - is standard output.")
    ] = "-",
    form: Annotated[
        writers.OutputFormat, typer.Option("--format", help="Form of the output.")
    ] = writers.OutputFormat.JSONL,
    kind: Annotated[InputKind, typer.Option(help="What the inputs hold.")] = InputKind.AUTO,
    ledger: Annotated[bool, typer.Option(help="Write removed blocks and evidence into JSON.")] = True,  # noqa: FBT002  typer's way
) -> None:
    """Clean pages and text dumps into article records."""
    pages = sources.read(inputs, kind=kind)
    outcomes = batch.run(pages, options=CleanOptions())
    articles = failures = others = 0
    try:
        with writers.open_output(output) as file:
            for outcome in _progress(outcomes, inputs):
                if isinstance(outcome, Failure):
                    failures += 1
                    _say(f"error: {outcome.source}: {outcome.message}")
                    continue
                articles += 1
                others += outcome.page_kind is not PageKind.ARTICLE
                file.write(writers.render(outcome, form, ledger=ledger))
    except BrokenPipeError:
        # The reader of our output went away, as `head` does: no error of ours, and nothing left to say.
        sys.stderr.close()
        raise typer.Exit(0) from None
    except OSError as error:
        _say(f"error: {output}: {error.strerror or error}")
        raise typer.Exit(UNWRITABLE) from error
    _say(_summary(articles, others, failures))
    if failures:
        raise typer.Exit(FAILED)


@app.command(epilog="Example: newsclean schema > article.schema.json")
def schema() -> None:
    """Print the JSON Schema of an article record."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(record.json_schema()), indent=2) + b"\n")


def _progress(outcomes: Iterable[Outcome], inputs: list[str]) -> Iterator[Article | Failure]:
    """Yield *outcomes*, with a bar on standard error when that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from outcomes
        return
    columns = (TextColumn("cleaning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield from progress.track(outcomes, total=sources.count(inputs))


def _summary(articles: int, others: int, failures: int) -> str:
    pages = articles + failures
    parts = [f"{pages} page{'' if pages == 1 else 's'}: {articles - others} articles"]
    if others:
        parts.append(f"{others} without an article")
    if failures:
        parts.append(f"{failures} failed")
    return ", ".join(parts)


def _say(words: str) -> None:
    """Print one line to standard error; control characters of file names and pages cannot reach the terminal."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)
    typer.echo(line[:2000], err=True)
