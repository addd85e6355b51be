"""
Flags to options to calls; data to standard output, words to standard error.

Exit codes: 0 all inputs became records, 1 some inputs failed (the others are written), 2 wrong usage, 3 with --strict:
not every page became an article, 4 the output could not be written (nothing is left half-written), 5 inputs and
outcomes do not add up, 130 stopped by Ctrl-C (the same command goes on).
"""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

import newsclean
from newsclean import record
from newsclean.batch import job
from newsclean.batch import run as batch
from newsclean.batch import validate as checks
from newsclean.batch.duplicates import Repeats
from newsclean.batch.workers import Limits
from newsclean.command import console
from newsclean.command import fetching as cli_fetch
from newsclean.command.exits import FAILED, finish, with_exit_codes
from newsclean.document import InputKind
from newsclean.files import sources, tables, writers
from newsclean.files.durable import write_file

__all__ = ["app"]

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


_Inputs = Annotated[
    list[str] | None,
    typer.Argument(metavar="INPUT…", help="Files, folders, globs, archives, tables, or - for standard input."),
]
_Output = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help="File, or FOLDER/ for shards; - is standard output.")
]
_Form = Annotated[
    writers.OutputFormat | None, typer.Option("--format", help="Form of the output; else by FILE's ending.")
]
_Kind = Annotated[InputKind, typer.Option(help="What the inputs hold.")]
_Ledger = Annotated[bool, typer.Option(help="Write removed blocks and evidence into JSON.")]
_FilesFrom = Annotated[str | None, typer.Option(metavar="FILE", help="Read further inputs from FILE, one a line.")]
_Split = Annotated[
    bool, typer.Option("--split", help="Cut texts that hold several articles with a clear separator between them.")
]
_TextField = Annotated[
    str | None, typer.Option(metavar="NAME", help="Field of a JSON, CSV or Parquet row that holds the page's text.")
]
_HtmlField = Annotated[str | None, typer.Option(metavar="NAME", help="Field of a row that holds the page's HTML.")]
_UrlField = Annotated[str | None, typer.Option(metavar="NAME", help="Field of a row that holds the address.")]
_Workers = Annotated[
    int | None, typer.Option("-j", "--workers", min=1, help="Processes; else one for each core, if worth it.")
]
_Isolate = Annotated[
    bool | None, typer.Option(help="Clean in processes of their own; else with several workers.", show_default=False)
]
_Ordered = Annotated[bool, typer.Option("--ordered", help="Write records in the order of the inputs.")]
_TimeLimit = Annotated[float, typer.Option(metavar="SECONDS", min=0.05, help="For one page, if isolated.")]
_MemoryLimit = Annotated[int, typer.Option(metavar="MIB", min=16, help="For one page, if isolated.")]
_Quarantine = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Bytes of pages that crash, hang or eat the memory [OUTPUT.quarantine]."),
]
_Duplicates = Annotated[Repeats, typer.Option(help="Repeats of an article: not looked for, marked, or left out.")]
_Against = Annotated[
    list[str] | None, typer.Option(metavar="FILE", help="Earlier output whose articles count as seen.")
]
_Failures = Annotated[Path | None, typer.Option(metavar="FILE", help="Write failures as JSON Lines.")]
_SummaryFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the summary as JSON.")]
_Strict = Annotated[bool, typer.Option("--strict", help="Exit with 3 unless every page became an article.")]
_Restart = Annotated[bool, typer.Option("--restart", help="Forget what an earlier run has done.")]


@app.command(epilog="Example: newsclean clean pages/ dumps/*.txt -o articles.jsonl")
def clean(  # noqa: PLR0913, PLR0917  one parameter a flag
    inputs: _Inputs = None,
    output: _Output = "-",
    form: _Form = None,
    kind: _Kind = InputKind.AUTO,
    ledger: _Ledger = True,  # noqa: FBT002  typer's way, here and below
    files_from: _FilesFrom = None,
    split: _Split = False,  # noqa: FBT002
    text_field: _TextField = None,
    html_field: _HtmlField = None,
    url_field: _UrlField = None,
    workers: _Workers = None,
    isolate: _Isolate = None,
    ordered: _Ordered = False,  # noqa: FBT002
    time_limit: _TimeLimit = 20.0,
    memory_limit: _MemoryLimit = 1024,
    quarantine: _Quarantine = None,
    duplicates: _Duplicates = Repeats.KEEP,
    against: _Against = None,
    failures: _Failures = None,
    summary: _SummaryFile = None,
    strict: _Strict = False,  # noqa: FBT002
    restart: _Restart = False,  # noqa: FBT002
) -> None:
    """Clean pages and text dumps into article records; run it again to go on where it was stopped."""
    to_file = output != "-"
    _check(inputs or files_from, "name an input, or --files-from", "INPUT…")
    _check(to_file or not failures, "needs --output FILE", "--failures")
    _check(to_file or duplicates is Repeats.KEEP, "needs --output FILE", "--duplicates")
    _check(duplicates is not Repeats.KEEP or not against, "needs --duplicates mark, or drop", "--against")
    fields = tables.Fields(text=text_field, html=html_field, url=url_field)
    reading = sources.SourceOptions(kind=kind, fields=fields, list_file=files_from, split=split)
    if quarantine is None and to_file:
        quarantine = Path(output.rstrip("/") + ".quarantine")
    limits = Limits(time=time_limit, memory=memory_limit << 20)
    options = batch.BatchOptions(
        workers=workers, isolate=isolate, ordered=ordered, limits=limits, quarantine=quarantine
    )
    pages = sources.read(inputs or (), options=reading)
    watch = console.Watch(lambda: sources.count(inputs or (), options=reading))
    with with_exit_codes(output), console.Stop() as stop, watch.display():
        encoding = writers.Encoding.of(output, form)
        if to_file:
            target = job.OutputOptions(
                path=Path(output),
                folder=output.endswith("/") or Path(output).is_dir(),
                encoding=encoding,
                ledger=ledger,
                repeats=duplicates,
                against=tuple(job.keys_of(against or ())),
                inputs=(*(inputs or ()), str(reading)),
                restart=restart,
            )
            result = job.write(
                pages, target, options=options, stop=stop, watch=watch, resumed=watch.resumed, failures=failures
            )
        else:
            sink = sys.stdout.buffer
            result = job.stream(pages, sink, encoding, ledger=ledger, options=options, stop=stop, watch=watch)
        if summary:
            write_file(summary, msgspec.json.encode(result) + b"\n")
    finish(result, strict=strict)


def _check(right: object, message: str, flag: str) -> None:
    """Refuse a wrong use of *flag*."""
    if not right:
        raise typer.BadParameter(message, param_hint=flag)


@app.command(epilog="Example: newsclean validate articles.jsonl.gz")
def validate(
    outputs: Annotated[list[str], typer.Argument(metavar="OUTPUT…", help="Files, or folders of shards.")],
) -> None:
    """Check that outputs are whole: every row a record, every file complete, every shard as committed."""
    wrong = False
    for output in outputs:
        try:
            report = checks.validate(Path(output))
        except OSError as error:
            report = checks.Report(records=0, problems=(f"{output}: {error.strerror or error}",))
        for problem in report.problems:
            console.say(f"error: {problem}")
        wrong = wrong or bool(report.problems)
        note = ", the job is not at its end" if report.complete is False else ""
        console.say(f"{output}: {report.records} records, {len(report.problems)} problems{note}")
    if wrong:
        raise typer.Exit(FAILED)


@app.command(epilog="Example: newsclean schema > article.schema.json")
def schema() -> None:
    """Print the JSON Schema of an article record."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(record.json_schema()), indent=2) + b"\n")


cli_fetch.register(app)
