"""
The commands that use the network: `fetch`, `scrape`, `discover`.

What brings httpx is imported within the functions: `newsclean clean` does not pay for it. Exit codes are those of
`app`.
"""

import inspect
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import rich.progress
import typer
from rich.console import Console

from newsclean.batch import job
from newsclean.batch import run as batch
from newsclean.batch.work import CLEANER
from newsclean.command import console
from newsclean.command.exits import FAILED, finish, with_exit_codes
from newsclean.document import Page
from newsclean.errors import FetchError, InputError
from newsclean.files import writers
from newsclean.files.packed import open_packed
from newsclean.labels import verdict
from newsclean.record import Failure, FailureReason

if TYPE_CHECKING:
    from newsclean.fetching.exchange import FetchOptions, HostHeader, Link, Progress

__all__ = ["register"]

_REFRESHES = 4  # a second
_JOINING = "newsclean.fetching.continuation:clean"  # its module brings httpx

_Urls = Annotated[list[str] | None, typer.Argument(metavar="URL…", help="Addresses, or - for standard input.")]
_UrlsFrom = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Read further addresses from FILE, one a line, or the lines of discover."),
]
_Archived = Annotated[
    str | None,
    typer.Option(metavar="PATTERN", help="Address of an archive, with {url}, asked for pages that are gone."),
]


@dataclass(frozen=True, kw_only=True)
class Network:
    """The flags that say how the network is used: the same ones for all commands here, told once."""

    user_agent: Annotated[str | None, typer.Option(metavar="TEXT", help="Who we say we are [newsclean/VERSION].")] = (
        None
    )
    header: Annotated[
        list[str] | None,
        typer.Option(metavar="'ORIGIN NAME: VALUE'", help="A header for one origin, as https://news.example."),
    ] = None
    cookie: Annotated[
        list[str] | None, typer.Option(metavar="'ORIGIN NAME=VALUE'", help="A cookie for one origin.")
    ] = None
    cache: Annotated[Path | None, typer.Option(metavar="FILE", help="HTTP cache that outlives the run (SQLite).")] = (
        None
    )
    allow_network: Annotated[
        list[str] | None, typer.Option(metavar="CIDR", help="A network of yours that may be asked though not public.")
    ] = None
    pause: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.0, help="Least pause between requests to one host.")
    ] = 1.0
    robots: Annotated[
        bool, typer.Option("--robots/--no-robots", help="Obey robots.txt; without, only on your own hosts.")
    ] = True

    def options(self, archived: str | None = None) -> "FetchOptions":
        """
        Return what the flags ask for.

        Raises:
            BadParameter: one of them has a wrong value.
        """
        from newsclean.fetching.exchange import (  # noqa: PLC0415  brings httpcore
            FetchOptions,
            HostHeader,
            default_user_agent,
        )

        try:
            return FetchOptions(
                user_agent=self.user_agent if self.user_agent is not None else default_user_agent(),
                headers=(*map(HostHeader.parse, self.header or ()), *_cookies(self.cookie or ())),
                archived=archived,
                cache=self.cache,
                allow_networks=tuple(self.allow_network or ()),
                pause=self.pause,
                robots=self.robots,
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error


def _with_network(function: Callable[..., None]) -> Callable[..., None]:
    """Return *function* with the fields of its parameter `network` as flags of its own, behind the others."""
    fields = inspect.signature(Network).parameters
    own = [one for one in inspect.signature(function).parameters.values() if one.name != "network"]

    @wraps(function)
    def command(**flags: object) -> None:
        network = Network(**{name: flags.pop(name) for name in fields})  # type: ignore[arg-type]  # typer saw to that
        function(**flags, network=network)

    parameters = [*own, *fields.values()]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer looks at
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command(epilog="Example: newsclean fetch https://news.example/a https://news.example/b -o pages.warc.gz")(
        _with_network(fetch)
    )
    app.command(epilog="Example: newsclean scrape --urls-from addresses.txt -o articles.jsonl")(_with_network(scrape))
    app.command(epilog="Example: newsclean discover https://news.example/ --since 2026-01-01 --limit 100")(
        _with_network(discover)
    )


def fetch(
    network: Network,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.warc.gz", help="The archive; it grows.")],
    urls: _Urls = None,
    urls_from: _UrlsFrom = None,
    retry_failed: Annotated[  # noqa: FBT002  typer's way
        bool, typer.Option("--retry-failed", help="Try again what failed in earlier runs.")
    ] = False,
    archived: _Archived = None,
) -> None:
    """Fetch pages into a WARC file; run it again to go on where it was stopped."""
    from newsclean.fetching import fetcher, warc  # noqa: PLC0415  brings httpx

    options = network.options(archived)
    line = _Line()
    with with_exit_codes(str(output)), _usage("--output"), line.display():
        links = _links(urls, urls_from)
        with warc.WarcArchive(output) as archive:
            todo = list(archive.missing(links, retry_failed=retry_failed))
            failed = 0
            outcomes = fetcher.fetch_pages(todo, options=options, archive=archive, progress=line, data=False)
            with closing(outcomes):
                for outcome in outcomes:
                    if isinstance(outcome, Failure):
                        failed += 1
                        console.say(f"error: {outcome.source}: {outcome.message}")
            lost = len(archive.failed - archive.done.keys())
    before = len(links) - len(todo)
    words = [f"{len(links)} address{'' if len(links) == 1 else 'es'}: {len(todo) - failed} fetched", f"{failed} failed"]
    console.say(", ".join(words + [f"{before} done before"] * bool(before)))
    if lost > failed:
        console.say(f"{lost} in the archive have no page; --retry-failed tries them again")
    if failed or (before and lost):
        raise typer.Exit(FAILED)


def scrape(  # noqa: PLR0913, PLR0917  one parameter a flag
    network: Network,
    urls: _Urls = None,
    urls_from: _UrlsFrom = None,
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="File; - is standard output.")] = "-",
    form: Annotated[
        writers.OutputFormat | None, typer.Option("--format", help="Form of the output; else by FILE's ending.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(metavar="FILE.warc.gz", help="Keep the pages here, and do not fetch those it has.")
    ] = None,
    keep_walls: Annotated[  # noqa: FBT002  typer's way
        bool, typer.Option("--keep-walls", help="Write records of walls, missing and empty pages too.")
    ] = False,
    join: Annotated[  # noqa: FBT002  typer's way
        bool, typer.Option("--join/--no-join", help="Fetch all pages of an article and join them into one record.")
    ] = True,
    ledger: Annotated[bool, typer.Option(help="Write removed blocks and evidence into JSON.")] = True,  # noqa: FBT002  typer's way
    workers: Annotated[
        int | None, typer.Option("-j", "--workers", min=1, help="Processes that clean; else all cores but one.")
    ] = None,
    failures: Annotated[Path | None, typer.Option(metavar="FILE", help="Write failures as JSON Lines.")] = None,
    archived: _Archived = None,
) -> None:
    """Fetch pages and clean them into article records; run it again to go on where it was stopped."""
    fetching = network.options(archived)
    to_file = output != "-"
    if to_file and (output.endswith("/") or Path(output).is_dir()):
        raise typer.BadParameter("names one file; for shards, fetch first and clean the archive", param_hint="--output")
    if failures and not to_file:
        raise typer.BadParameter("needs --output FILE", param_hint="--failures")
    line, watch = _Line(), console.Watch(lambda: None)
    with with_exit_codes(output), _usage("--archive"), line.display():
        links = _links(urls, urls_from)
        cleaning = batch.BatchOptions(
            workers=workers or max(1, (os.cpu_count() or 1) - 1),
            isolate=True,  # nobody knows these pages yet, and the process that fetches must outlive them
            quarantine=Path(output + ".quarantine") if to_file else None,
            refused=() if keep_walls else tuple(sorted(verdict.WALLS)),
            cleaner=_JOINING if join else CLEANER,
        )
        encoding = writers.Encoding.of(output, form)
        # Fetching is what takes the time: its pages are kept until the records are written.
        store = archive or (Path(f"{output}.pages.warc.gz") if to_file else None)
        if to_file:
            writers.check_target(Path(output), folder=False)
        with closing(_pages(links, store, fetching, line, join=join)) as pages:
            if to_file:
                target = job.OutputOptions(path=Path(output), encoding=encoding, ledger=ledger, restart=True)
                result = job.write(pages, target, options=cleaning, watch=watch, failures=failures)
            else:
                result = job.stream(pages, sys.stdout.buffer, encoding, ledger=ledger, options=cleaning, watch=watch)
        if store and not archive:
            store.unlink(missing_ok=True)
    finish(result)


def discover(
    network: Network,
    site: Annotated[str, typer.Argument(metavar="SITE", help="A home page, a section, a feed or a sitemap.")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Leave out what is known to be older.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Most links.")] = None,
    plain: Annotated[bool, typer.Option("--urls", help="Addresses only, without what is said of them.")] = False,  # noqa: FBT002  typer's way
) -> None:
    """Print links to the articles of a site, the latest first, one JSON line each."""
    from newsclean.fetching.discover import discover as search  # noqa: PLC0415  brings httpx
    from newsclean.fetching.exchange import error_kind  # noqa: PLC0415  brings httpcore

    options = network.options()
    with with_exit_codes("-"):
        try:
            with Console(stderr=True).status("looking through feeds, sitemaps and sections"):
                links = search(site, since=since.date() if since else None, limit=limit, options=options)
        except FetchError as error:
            console.say(f"error: {error.url}: {error_kind(error)}: {error.reason}")
            raise typer.Exit(FAILED) from error
        for link in links:
            sys.stdout.buffer.write((link.url.encode() if plain else msgspec.json.encode(link)) + b"\n")
        sys.stdout.buffer.flush()
    console.say(f"{len(links)} link{'' if len(links) == 1 else 's'}")


@contextmanager
def _usage(flag: str) -> Iterator[None]:
    """Turn a wrong value, found late, into wrong usage of *flag*."""
    try:
        yield
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=flag) from error


def _cookies(texts: Iterable[str]) -> "Iterator[HostHeader]":
    """Yield one Cookie header for each origin in *texts* (RFC 6265 5.4)."""
    from newsclean.fetching.exchange import HostHeader  # noqa: PLC0415  brings httpcore

    pairs: dict[str, list[str]] = {}
    for text in texts:
        origin, _, pair = text.strip().partition(" ")
        if "=" not in pair:
            msg = "expected 'ORIGIN NAME=VALUE', as in 'https://news.example consent=yes'"
            raise ValueError(msg)
        pairs.setdefault(origin, []).append(pair.strip())
    for origin, values in pairs.items():
        yield HostHeader(origin=origin, name="Cookie", value="; ".join(values))


def _links(urls: list[str] | None, list_file: str | None) -> "list[Link]":
    """Return the addresses that the command line names, in order."""
    from newsclean.fetching.exchange import Link  # noqa: PLC0415  brings httpcore

    if not urls and list_file is None:
        raise typer.BadParameter("name an address, or --urls-from", param_hint="URL…")
    links: list[Link] = []
    for name in (*(urls or ()), *([] if list_file is None else ["-" if list_file == "-" else ""])):
        if name and name != "-":
            links.append(Link(url=name))
            continue
        try:
            with sys.stdin.buffer if name else open_packed(list_file or "") as file:
                lines = (line.decode("utf-8-sig", errors="replace").strip() for line in file)
                links += [_link(line) for line in lines if line and not line.startswith("#")]
        except (OSError, EOFError) as error:
            raise InputError(f"{list_file}: {getattr(error, 'strerror', None) or error}") from error
    return links


def _link(line: str) -> "Link":
    """Return what a *line* names: an address, or a link as `discover` prints it."""
    from newsclean.fetching.exchange import Link  # noqa: PLC0415  brings httpcore

    if line.startswith("{"):
        try:
            return msgspec.json.decode(line, type=Link)
        except msgspec.MsgspecError:
            pass  # it will fail as an address, with a line that shows it
    return Link(url=line)


def _pages(
    links: "list[Link]",
    store: Path | None,
    options: "FetchOptions",
    progress: "Callable[[Progress], None]",
    *,
    join: bool,
) -> Generator[Page | Failure, None, None]:
    """Yield an outcome for each of *links*, each article once: pages that *store* has are not fetched again."""
    from newsclean.fetching import continuation, fetcher, warc  # noqa: PLC0415  brings httpx
    from newsclean.fetching.links import article_key, article_keys  # noqa: PLC0415  as above

    chosen: dict[str, Link] = {}
    for link in sorted(links, key=lambda one: len(one.url)):  # the shortest address is the one without extras
        chosen.setdefault(article_key(link.url), link)
    taken: dict[str, str] = {}
    complete = continuation.complete if join else None
    with warc.WarcArchive(store) if store else nullcontext() as archive:
        wanted = [link for link in links if chosen[article_key(link.url)] is link]
        for outcome in fetcher.fetch_pages(
            wanted, options=options, archive=archive, complete=complete, progress=progress
        ):
            keys = article_keys(outcome) if isinstance(outcome, Page) else ()
            same = next((taken[key] for key in keys if key in taken), None)
            taken.update(dict.fromkeys(keys, outcome.source))
            yield outcome if same is None else _repeat(outcome.source, same)
    for link in links:
        first = chosen[article_key(link.url)]
        if first is not link:
            yield _repeat(link.url, first.url)


def _repeat(url: str, other: str) -> Failure:
    """Return that the article at *url* is the one at *other*."""
    from newsclean.fetching.exchange import redact  # noqa: PLC0415  brings httpcore

    message = f"duplicate: the article of {redact(other)}"
    return Failure(reason=FailureReason.FETCH, source=redact(url), url=redact(url), message=message)


class _Line:
    """The line of progress of fetching; called with each `Progress`."""

    def __init__(self) -> None:
        self._display: rich.progress.Progress | None = None

    def __call__(self, progress: "Progress") -> None:
        """Show *progress*."""
        if self._display is None:
            return
        parts = [f"{progress.done} done", f"{progress.failed} failed", f"{len(progress.parked)} hosts parked"]
        parts.append(f"{progress.rate:.1f}/s")
        if progress.remaining is not None:
            parts.append(f"{progress.remaining} remaining")
        self._display.update(self._display.tasks[0].id, words=" · ".join(parts))

    @contextmanager
    def display(self) -> Iterator[None]:
        """Show the line while the block runs, when standard error is a terminal."""
        terminal = Console(stderr=True)
        if not terminal.is_terminal:
            yield
            return
        columns = (
            rich.progress.SpinnerColumn(),
            rich.progress.TextColumn("fetching {task.fields[words]}", markup=False),
            rich.progress.TimeElapsedColumn(),
        )
        with rich.progress.Progress(
            *columns, console=terminal, transient=True, refresh_per_second=_REFRESHES
        ) as self._display:
            self._display.add_task("", total=None, words="")
            yield
        self._display = None
