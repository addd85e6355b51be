"""
Measure how fast newsclean is, beside its peers and beside the bare parse of the same pages in the same run.

    python benchmarks/speed.py ../shared/bench/fundus-dev
    python benchmarks/speed.py ../shared/bench/fundus-dev --pages 40 --check
    python benchmarks/speed.py ../shared/bench/fundus-dev --dumps inscriptis
    python benchmarks/speed.py ../shared/bench/fundus-dev --memory 5000

Systems take turns page by page, so that a busy machine slows all of them; a page's time is the median over rounds of
the processor time of this process. Ratios are what counts: seconds belong to one machine. Tables go to standard output.
Exit code 1: a floor is broken; 2: the command or a folder is wrong.
"""

import argparse
import multiprocessing
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import corpus
import floors
import peers
from corpus import Corpus
from lxml import html as lxml_html
from tables import Tables, table, update

__all__ = ["main"]

HERE = Path(__file__).parent

KEEP = 0.85
"""Share of a measured ratio that becomes its floor: two busy cores move a ratio by some per cent."""

PARSE = "lxml.html parse"

Page = tuple[bytes, str | None]
Run = Callable[[bytes, str | None], object]
Times = dict[str, list[float]]
"""Seconds of processor time by system, one for each page."""

_STAGES = {
    "decode": ("html.dom.decode", "html.dom.looks_like_html", "text.dump.repair"),
    "parse": ("html.dom.parse",),
    "segment": ("html.segment.segment", "text.dump.segment_text"),
    "declared metadata": ("fields.structured.read", "fields.structured.hints"),
    "features": (
        "html.features.measure",
        "html.context.in_context",
        "html.context.summarise",
        "text.words.read_words",
        "text.features.describe",
        "text.features.contextualise",
    ),
    "model": ("model.probabilities", "model.margins"),
    "scoring, the rest": ("html.scoring.score_html", "html.scoring.score_text"),
    "second opinion": ("parts.second_opinion",),
    "classify": ("labels.classify.classify",),
    "fields": ("fields.metadata.fields", "fields.metadata.record_fields"),
    "fingerprints": ("normalise.content_hash", "normalise.simhash"),
    "verdict": ("labels.verdict.judge",),
}
"""The functions that `clean` calls, by what they are for; the time of one inside another counts for the inner one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with *arguments* and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        whole = corpus.read(options.folder, flattener=options.dumps)
        one = corpus.read(options.folder, flattener=options.dumps, limit=options.pages)
        runs = _dump_runs() if one.flattener else _page_runs(options.system or ())
    except (corpus.CorpusError, peers.UnavailableError) as error:
        _say(str(error))
        return 2
    pages: list[Page] = [(one.data(truth), truth.url) for truth in one.truths]
    times = measure(pages, runs, options.repeat)
    tables: Tables = {f"{one.name} speed": _compared(pages, times)}
    tables[f"{one.name} stages"] = _stages(pages, runs[floors.OWN])
    tables[f"{one.name} process"] = _process(one, options.memory)
    for markdown in tables.values():
        print(markdown, end="\n\n")
    for name in update(options.update, tables) if options.update else ():
        _say(f"{options.update}: has no marks for {name}: see benchmarks/README.md")
    return _hold(whole, times, options) if options.check else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="set of pages; the answers are not read")
    add("--pages", type=int, metavar="N", help="only N pages, spread evenly")
    add("--repeat", type=int, default=3, metavar="K", help="rounds over all pages (3)")
    add("--dumps", metavar="FLATTENER", help="measure on dumps/FLATTENER, against C4's rules and jusText")
    add("--system", type=lambda text: text.split(","), help="more systems of quality.py to measure")
    add("--memory", type=int, metavar="N", help="also the peak memory of a process that cleans N pages")
    add("--update", type=Path, metavar="FILE.md", help="put the tables between their marks in this file")
    add("--check", type=Path, nargs="?", const=HERE / "floors.json", metavar="FLOORS", help="fail below a floor")
    add("--raise", dest="raise_", action="store_true", help="with --check: raise the floors to the ratios")
    add("--lower", metavar="REASON", help="with --check: bring floors down to the ratios, and write why")
    return parser


def _page_runs(more: Sequence[str]) -> dict[str, Run]:
    """Return what is timed on pages: each call gives the full record, nothing is converted after it."""
    clean = import_module("newsclean").clean
    extract = import_module("trafilatura").bare_extraction
    peers.load("trafilatura")  # keeps its log quiet
    return {
        floors.OWN: lambda data, url: clean(data, url=url, kind="html"),
        "trafilatura": lambda data, url: extract(data, url=url, with_metadata=True),
        PARSE: lambda data, _: lxml_html.document_fromstring(data),
        **{name: peers.load(name) for name in more},
    }


def _dump_runs() -> dict[str, Run]:
    clean = import_module("newsclean").clean
    return {
        floors.OWN: lambda data, url: clean(data, url=url, kind="text"),
        **{name: peers.load(name) for name in ("c4-rule", "justext-lines-english")},
    }


def measure(pages: Sequence[Page], runs: dict[str, Run], repeat: int) -> Times:
    """Return the median time of each page in each of *runs*, all of them taking turns page by page."""
    for run in runs.values():
        run(*pages[0])  # loads models and fills caches
    seconds: dict[str, list[list[float]]] = {name: [[] for _ in pages] for name in runs}
    order = list(runs)
    for _ in range(repeat):
        _forget()
        for number, (data, url) in enumerate(pages):
            order = [*order[1:], order[0]]
            for name in order:
                start = process_time()
                runs[name](data, url)
                seconds[name][number].append(process_time() - start)
    return {name: [statistics.median(rounds) for rounds in by_page] for name, by_page in seconds.items()}


def _forget() -> None:
    """
    Empty the caches of what pages say: nobody reads a page three times, and they save a tenth and more when one does.

    Those of newsclean that hold one thing, or all there is, are its models and tables: they stay.
    """
    if "trafilatura" in sys.modules:
        import_module("trafilatura.meta").reset_caches()
    for name, module in list(sys.modules.items()):
        if name.startswith("newsclean."):
            for function in vars(module).values():
                if hasattr(function, "cache_clear") and (function.cache_parameters()["maxsize"] or 0) > 1:
                    function.cache_clear()


def _compared(pages: Sequence[Page], times: Times) -> str:
    rows = {}
    for name, seconds in times.items():
        mean = statistics.mean(seconds)
        rows[name] = {"ms": 1000 * mean, "per second": 1 / mean}
        rows[name] |= {f"{other} = 1": statistics.mean(times[other]) / mean for other in _yardsticks(times)}
    size = statistics.mean(len(data) for data, _ in pages) / 1000
    head = (
        f"{len(pages)} pages of {size:.0f} kB on average; one core; speeds relative to a yardstick: higher is faster."
    )
    return f"{head}\n\n{table(rows, digits=2)}"


def _yardsticks(times: Times) -> list[str]:
    return [name for name in times if name in {"trafilatura", PARSE, "c4-rule", "justext-lines-english"}]


def _stages(pages: Sequence[Page], run: Run) -> str:
    watch = _Stopwatch()
    start = process_time()
    with watch.watching():
        for data, url in pages:
            run(data, url)
    total = process_time() - start
    spent = {stage: watch.seconds[stage] for stage in _STAGES if watch.seconds[stage]}
    spent["the rest of clean"] = total - sum(spent.values())
    rows = {stage: {"ms a page": 1000 * part / len(pages), "share": part / total} for stage, part in spent.items()}
    return table(rows, digits=2)


class _Stopwatch:
    """Times functions of newsclean where they are: each gets a wrapper in every module that holds it, for a while."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the functions of `_STAGES` inside the block."""
        replaced = list(self._replace())
        try:
            yield
        finally:
            for module, name, function in replaced:
                setattr(module, name, function)

    def _replace(self) -> Iterator[tuple[Any, str, Any]]:
        for stage, functions in _STAGES.items():
            for path in functions:
                module, _, name = path.rpartition(".")
                known = find_spec(f"newsclean.{module}")
                function = getattr(import_module(f"newsclean.{module}"), name, None) if known else None
                if function is None:
                    _say(f"newsclean.{path} is no more: its time counts for its caller")
                    continue
                timed = self._timed(stage, function)
                for holder in [held for key, held in sys.modules.items() if key.startswith("newsclean.")]:
                    for attribute in [key for key, value in vars(holder).items() if value is function]:
                        setattr(holder, attribute, timed)
                        yield holder, attribute, function

    def _timed(self, stage: str, function: Callable[..., object]) -> Callable[..., object]:
        def timed(*arguments: object, **named: object) -> object:
            self._inner.append(0.0)
            start = process_time()
            try:
                return function(*arguments, **named)
            finally:
                spent = process_time() - start
                self.seconds[stage] += spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return timed


def _process(one: Corpus, memory: int | None) -> str:
    """Return what a process pays: the import, and at its fullest the memory."""
    lines = [f"Import of newsclean: {import_seconds():.2f} s (median of five new processes)."]
    if memory:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            before, peak = pool.submit(_peak_memory, one, memory).result()
        lines.append(
            f"Peak memory of a process that cleans {memory:,} pages: {peak:.0f} MB, {before:.0f} MB of it before."
        )
    return " ".join(lines)


def import_seconds() -> float:
    """Return the processor time of `import newsclean` in a new process."""
    code = "from time import process_time as now; start = now(); import newsclean; print(now() - start)"
    command = [sys.executable, "-c", code]
    runs = (subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(5))  # noqa: S603  our own words
    return statistics.median(float(seconds) for seconds in runs)


def _peak_memory(one: Corpus, count: int) -> tuple[float, float]:
    """Clean *count* pages of *one*, over and over, and return the peak memory in MB before and after."""
    clean = import_module("newsclean").clean
    kind = "text" if one.flattener else "html"
    before = _high_water()
    for number in range(count):
        truth = one.truths[number % len(one.truths)]
        clean(one.data(truth), url=truth.url, kind=kind)
    return before, _high_water()


def _high_water() -> float:
    """Return the peak resident memory of this process in MB; `ru_maxrss` would inherit the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _hold(whole: Corpus, times: Times, options: argparse.Namespace) -> int:
    """Hold newsclean's speed, as a ratio to each yardstick, against its floors, or move the floors."""
    own = statistics.mean(times[floors.OWN])
    ratios = {f"speed, {name} = 1": statistics.mean(times[name]) / own for name in _yardsticks(times)}
    name, digest, reached = f"{whole.name} speed", whole.digest(), {floors.OWN: ratios}
    known = floors.load(options.check)
    if options.raise_:
        floors.save(floors.raised(known, name, digest, reached, keep=KEEP), options.check)
        return 0
    if options.lower:
        floors.save(floors.lowered(known, name, digest, reached, reason=options.lower, keep=KEEP), options.check)
        return 0
    broken = floors.failures(known, name, digest, reached)
    for line in broken or [f"{name}: all floors hold"]:
        _say(line)
    return 1 if broken else 0


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
