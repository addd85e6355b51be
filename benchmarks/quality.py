"""
Score newsclean and its peers on folders of pages with known answers.

    python benchmarks/quality.py ../shared/bench/fundus-dev
    python benchmarks/quality.py ../shared/bench/wcxb-dev --kind article --system newsclean,trafilatura
    python benchmarks/quality.py ../shared/bench/fundus-dev --dumps inscriptis
    python benchmarks/quality.py --fixtures tests/fixtures
    python benchmarks/quality.py ../shared/bench/fundus-dev --system newsclean --check

How a folder is laid out, what each measure means and how floors work is in `benchmarks/README.md`. Tables go to
standard output, words to standard error. Exit code 1: a floor is broken; 2: the command or a folder is wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import corpus
import figures
import floors
import labels
import measures
import msgspec
import peers
from corpus import Corpus
from peers import Prediction
from tables import Tables, table, update

__all__ = ["main"]

HERE = Path(__file__).parent


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one system reached on one set."""

    system: str
    pages: figures.Pages
    body: dict[str, float]
    fields: dict[str, float]

    def all(self) -> dict[str, float]:
        """Return every figure that a floor can be put under."""
        kinds = figures.kinds(self.pages)
        verdict = {"page kind": measures.macro_f1(kinds)[0]} if len({true for true, _ in kinds}) > 1 else {}
        return {**self.body, **self.fields, **verdict}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with *arguments* and return its exit code."""
    options = _parser().parse_args(arguments)
    if not options.folders and not options.fixtures:
        _say("nothing to score: name a folder, or --fixtures")
        return 2
    tables: Tables = {}
    broken: list[str] = []
    try:
        for folder in options.folders:
            one = _read(folder, options)
            results = _results(one, options)
            tables |= _tables(one, results, join_dek=_joins(one, options))
            broken += _hold(one, results, options) if options.check else []
        if options.fixtures:
            tables["fixtures"] = _fixtures(options.fixtures)
    except (corpus.CorpusError, peers.UnavailableError) as error:
        _say(str(error))
        return 2
    for markdown in tables.values():
        print(markdown, end="\n\n")
    for name in update(options.update, tables) if options.update else ():
        _say(f"{options.update}: has no marks for {name}: see benchmarks/README.md")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("folders", metavar="FOLDER", nargs="*", type=Path, help="set of pages with answers")
    add("--system", type=lambda text: text.split(","), help="systems to score, with commas between; all by default")
    add("--kind", help="only pages of this kind, such as article")
    add("--dumps", metavar="FLATTENER", help="score dumps/FLATTENER instead of the pages")
    add("--limit", type=int, metavar="N", help="only N pages, spread evenly")
    join_help = "compare dek and body as one text; by default where they are so annotated"
    add("--join-dek", action=argparse.BooleanOptionalAction, help=join_help)
    add("--predictions", metavar="OUT.jsonl", type=Path, help="write the predictions, in the form of score.py")
    add("--cache", metavar="DIR", type=Path, help="remember there what peers predict, and ask none of them twice")
    add("--fixtures", type=Path, metavar="DIR", help="confusion of labels on the project's own fixtures")
    add("--update", type=Path, metavar="FILE.md", help="put the tables between their marks in this file")
    add("--check", type=Path, nargs="?", const=HERE / "floors.json", metavar="FLOORS", help="fail below a floor")
    add("--raise", dest="raise_", action="store_true", help="with --check: raise the floors to the figures")
    add("--lower", metavar="REASON", help="with --check: bring floors down to the figures, and write why")
    return parser


def _read(folder: Path, options: argparse.Namespace) -> Corpus:
    if options.limit and options.check:
        message = "--check needs the whole set: leave --limit out"
        raise corpus.CorpusError(message)
    return corpus.read(folder, kind=options.kind, flattener=options.dumps, limit=options.limit)


def _joins(one: Corpus, options: argparse.Namespace) -> bool:
    return one.joins_dek if options.join_dek is None else bool(options.join_dek)


def _results(one: Corpus, options: argparse.Namespace) -> list[Result]:
    """Return what each system reached on the set *one*; predictions are written on the way."""
    join_dek = _joins(one, options)
    results = []
    for name, system in _systems(one, options).items():
        pages = _remembered(one, name, system, options.cache)
        body = figures.body(pages, join_dek=join_dek)
        results.append(Result(system=name, pages=pages, body=body, fields=figures.fields(pages)))
        if options.predictions:
            _write(_path_for(options, one, name), pages, join_dek=join_dek)
    return results


def _systems(one: Corpus, options: argparse.Namespace) -> dict[str, peers.System]:
    """Return the systems asked for; one that is not installed is only an error when it was named."""
    default = peers.TEXT_SYSTEMS if one.flattener else peers.HTML_SYSTEMS
    if options.system:
        names = [f"{name}-text" if one.flattener and name == "newsclean" else name for name in options.system]
        return {name: peers.load(name) for name in names}
    systems = {}
    for name in default:
        try:
            systems[name] = peers.load(name)
        except peers.UnavailableError as error:
            _say(str(error))
    return systems


def _remembered(one: Corpus, name: str, system: peers.System, cache: Path | None) -> figures.Pages:
    """Return the predictions of a peer from the folder *cache* when this release has read these pages before."""
    if cache is None or name.startswith(floors.OWN):
        return _predict(one, name, system)
    path = cache / f"{'-'.join([*one.name.split(), name, *peers.release(name).split()[1:], one.digest()[:12]])}.jsonl"
    if path.exists():
        lines = path.read_bytes().splitlines()
        return list(zip(one.truths, (msgspec.json.decode(line, type=Prediction) for line in lines), strict=True))
    pages = _predict(one, name, system)
    cache.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(prediction) + b"\n" for _, prediction in pages))
    return pages


def _predict(one: Corpus, name: str, system: peers.System) -> figures.Pages:
    pages: list[tuple[corpus.Truth, Prediction]] = []
    for number, truth in enumerate(one.truths, 1):
        if sys.stderr.isatty():
            print(f"\r{one.name}: {name}: {number} of {len(one.truths)} ", end="", file=sys.stderr)
        pages.append((truth, peers.quietly(system, one.data(truth), truth.url)))
    if sys.stderr.isatty():
        print(file=sys.stderr)
    failed = [(truth.id, prediction.failed) for truth, prediction in pages if prediction.failed]
    if failed:
        page, error = failed[0]
        _say(f"{one.name}: {name}: {len(failed)} pages raised and score nothing; the first is {page}: {error}")
    return pages


def _path_for(options: argparse.Namespace, one: Corpus, system: str) -> Path:
    """Return where predictions go: the path given, told apart by set and system when there are several."""
    path: Path = options.predictions
    if len(options.folders) == 1 and len(options.system or ()) == 1:
        return path
    return path.with_stem("-".join([path.stem, *one.name.split(), system]))


def _write(path: Path, pages: figures.Pages, *, join_dek: bool) -> None:
    lines = []
    for truth, prediction in pages:
        text = figures.text_of(prediction, join_dek=join_dek)
        plain = msgspec.structs.replace(prediction, text=text, dek="", blocks=())
        lines.append(msgspec.json.encode({"id": truth.id, **msgspec.to_builtins(plain)}))
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _hold(one: Corpus, results: Sequence[Result], options: argparse.Namespace) -> list[str]:
    """Hold the figures against their floors, or move the floors; return what is broken."""
    reached = {result.system: result.all() for result in results if result.system.startswith(floors.OWN)}
    known, digest = floors.load(options.check), one.digest()
    if options.raise_:
        try:
            floors.save(floors.raised(known, one.name, digest, reached), options.check)
        except ValueError as error:
            _say(str(error))
            return [str(error)]
        return []
    if options.lower:
        floors.save(floors.lowered(known, one.name, digest, reached, reason=options.lower), options.check)
        return []
    broken = floors.failures(known, one.name, digest, reached)
    for line in broken or [f"{one.name}: all floors hold"]:
        _say(line)
    return broken


def _tables(one: Corpus, results: Sequence[Result], *, join_dek: bool) -> Tables:
    """Return the tables of one set by name of their block."""
    head = f"**{one.name}**, {len(one.truths)} {'dumps' if one.flattener else 'pages'}"
    joined = ", dek and body joined" if join_dek else ""
    parts = [f"{head}{joined}", table({result.system: result.body for result in results})]
    giving = {result.system: result.fields for result in results if any(result.fields.values())}
    if giving:
        parts.append(table(giving, absent="-"))
    parts.append(_footnote(results))
    tables = {one.name: "\n\n".join(filter(None, parts))}
    own = next((result for result in results if result.system.startswith(floors.OWN)), None)
    return tables | (_own_tables(one, own, join_dek=join_dek) if own else {})


def _footnote(results: Sequence[Result]) -> str:
    releases = dict.fromkeys(release for result in results if (release := peers.release(result.system)))
    sentences = [f"Releases: {', '.join(releases)}."] if releases else []
    unsigned = figures.invented(results[0].pages)[1]
    if unsigned:
        counts = ", ".join(f"{result.system} {figures.invented(result.pages)[0]}" for result in results)
        sentences.append(f"Invented authors, on {unsigned} pages that have none: {counts}.")
    failed = {result.system: sum(bool(prediction.failed) for _, prediction in result.pages) for result in results}
    if any(failed.values()):
        counts = ", ".join(f"{system} {count}" for system, count in failed.items() if count)
        sentences.append(f"Pages that raised, and score nothing: {counts}.")
    return " ".join(sentences)


def _own_tables(one: Corpus, own: Result, *, join_dek: bool) -> Tables:
    """Return what only newsclean's record allows to measure: labels, verdicts, probability."""
    tables = {}
    if calibration := figures.calibration(own.pages, join_dek=join_dek):
        head = f"**{one.name}**: what the page probability p says of the body"
        tables[f"{one.name} probability"] = f"{head}\n\n{table({own.system: calibration})}"
    kinds = figures.kinds(own.pages)
    if len({true for true, _ in kinds}) > 1:
        head = f"**{one.name}**: page kinds, macro F1 {measures.macro_f1(kinds)[0]:.3f}"
        tables[f"{one.name} kinds"] = f"{head}\n\n{labels.render(kinds)}"
    if any(truth.images or truth.paragraphs for truth in one.truths):
        head = f"**{one.name}**: what the annotated lines were called"
        tables[f"{one.name} labels"] = f"{head}\n\n{labels.render(labels.of_pages(own.pages))}"
    return tables


def _fixtures(folder: Path) -> str:
    confusion = labels.of_fixtures(folder, peers.load("newsclean"), peers.load("newsclean-text"))
    return f"**{folder}**: what the lines named in the fixtures were called\n\n{labels.render(confusion)}"


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
