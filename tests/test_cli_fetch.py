"""The commands that use the network, as a user runs them, against the tests' own site."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import newsclean
from newsclean.batch import workers
from newsclean.batch.run import BatchOptions
from newsclean.command.app import app
from newsclean.document import Page
from newsclean.fetching import warc

sys.path.insert(0, str(Path(__file__).parent))
from servers import site
from servers.loopback import Server, reply

OURS = ("--allow-network", "127.0.0.1/32", "--pause", "0")
EMPTY = "<html><body><div id=root></div><script src=app.js></script></body></html>"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run the site."""
    with Server() as running:
        running.routes = {**site.routes(running.url("").rstrip("/")), "/shell": reply(EMPTY)}
        yield running


@pytest.fixture
def base(server: Server) -> str:
    """Return the site's address without a path; its log begins here."""
    server.log.clear()
    return server.url("").rstrip("/")


def command(*arguments: str) -> list[str]:
    """Return the command with *arguments*."""
    return [sys.executable, "-m", "newsclean", *arguments]


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(command(*arguments), input=stdin, capture_output=True, text=True, check=False)


def rows(text: str) -> list[dict[str, Any]]:
    """Return the JSON lines of *text*."""
    return [json.loads(line) for line in text.splitlines()]


def test_fetch(server: Server, base: str, tmp_path: Path) -> None:
    """`fetch` keeps pages in an archive, tells failures by address and kind, goes on, and tries again when asked."""
    path = tmp_path / "pages.warc.gz"
    urls = [base + site.FERRY.path, base + site.GONE, base + site.PRIVATE]
    options = (*OURS, "--header", f"{base} X-Who: us", "--user-agent", "testbot/1.0", "-o", str(path))
    first = run("fetch", *urls, *options)
    assert first.returncode == 1
    assert first.stdout == ""
    assert first.stderr.splitlines() == [
        f"error: {urls[1]}: status: status 410",
        f"error: {urls[2]}: disallowed: robots.txt disallows it",
        "3 addresses: 1 fetched, 2 failed",
    ]
    asked = server.log[-1].headers
    assert (asked["user-agent"], asked["x-who"]) == ("testbot/1.0", "us")
    assert [one.url for one in warc.read(path)] == urls
    before = len(server.log)
    again = run("fetch", "-", *options, stdin="# mine\n\n" + "\n".join([*urls, base + site.BUDGET.path]))
    assert again.returncode == 1
    assert again.stderr.splitlines() == [
        "4 addresses: 1 fetched, 0 failed, 3 done before",
        "2 in the archive have no page; --retry-failed tries them again",
    ]
    assert server.paths()[before:] == ["/robots.txt", site.BUDGET.path]
    once_more = CliRunner().invoke(app, ["fetch", *urls, "--retry-failed", *options])
    assert once_more.stderr.splitlines()[-1] == "3 addresses: 0 fetched, 2 failed, 1 done before"
    cleaned = run("clean", str(path))
    assert {record["headline"] for record in rows(cleaned.stdout)} == {site.FERRY.headline, site.BUDGET.headline}


def test_scrape(base: str, tmp_path: Path) -> None:
    """`scrape` writes records of articles; walls, empty pages and failures are told and counted, not written."""
    output = tmp_path / "articles.jsonl"
    stories = (site.FERRY, site.BUDGET)
    addresses = tmp_path / "addresses.txt"
    others = (site.WALLED.path, "/shell", site.GONE)
    addresses.write_text("".join(f"{base}{path}\n" for path in others), encoding="utf-8")
    arguments = (*[base + story.path for story in stories], "--urls-from", str(addresses), *OURS)
    result = run("scrape", *arguments, "-o", str(output), "--failures", str(tmp_path / "failures.jsonl"))
    assert result.returncode == 1, result.stderr
    records = {record["requestedUrl"]: record for record in rows(output.read_text(encoding="utf-8"))}
    assert {url.removeprefix(base): record["headline"] for url, record in records.items()} == {
        story.path: story.headline for story in stories
    }
    for story in stories:
        assert all(text in records[base + story.path]["articleBody"] for text in story.paragraphs)
    lines = result.stderr.splitlines()
    assert set(lines[:3]) == {
        f"error: {base}{site.WALLED.path}: not_an_article: consent_wall",
        f"error: {base}/shell: not_an_article: empty",
        f"error: {base}{site.GONE}: status: status 410",
    }
    assert lines[3:5] == ["5 pages: 2 articles, 3 failed", "failed: 1 fetch, 2 not_an_article"]
    reasons = [row["reason"] for row in rows((tmp_path / "failures.jsonl").read_text(encoding="utf-8"))]
    assert sorted(reasons) == ["fetch", "not_an_article", "not_an_article"]
    assert {path.name for path in tmp_path.iterdir()} == {"addresses.txt", "articles.jsonl", "failures.jsonl"}


def test_scrape_with_a_cookie(base: str) -> None:
    """A cookie passes the wall its owner may pass; `--keep-walls` writes what stands there without it."""
    cookies = ("--cookie", f"{base} session=7", "--cookie", f"{base} consent=yes")
    passed = run("scrape", base + site.WALLED.path, *OURS, *cookies)
    assert passed.returncode == 0, passed.stderr
    assert [record["headline"] for record in rows(passed.stdout)] == [site.WALLED.headline]
    kept = CliRunner().invoke(app, ["scrape", base + site.WALLED.path, *OURS, "--keep-walls", "--format", "jsonl"])
    assert kept.exit_code == 0, kept.stderr
    assert [record["pageKind"] for record in rows(kept.stdout)] == ["consent_wall"]


def test_discover_then_scrape(base: str, tmp_path: Path) -> None:
    """`discover` prints a link a line; `scrape` takes these lines, and what feeds say of an article is evidence."""
    found = run("discover", base, "--since", "2026-11-15", *OURS)
    assert found.returncode == 0, found.stderr
    links = rows(found.stdout)
    assert links[0]["url"].startswith(base + site.BRIDGE.path)
    assert links[0]["published"] == "2026-11-20T08:30:00Z"
    assert found.stderr == f"{len(links)} links\n"
    assert site.OLD.path not in found.stdout
    limited = CliRunner().invoke(app, ["discover", base, "--limit", "1", "--urls", *OURS])
    assert [line.partition("?")[0] for line in limited.stdout.splitlines()] == [base + site.BRIDGE.path]
    output = tmp_path / "articles.jsonl"
    scraped = run("scrape", "-", "-j", "1", "-o", str(output), *OURS, stdin=found.stdout)
    assert scraped.returncode == 1, scraped.stderr
    records = {record["headline"]: record for record in rows(output.read_text(encoding="utf-8"))}
    assert set(records) == {story.headline for story in (site.BRIDGE, site.FERRY, site.BUDGET, site.LIGHT, site.MARKET)}
    evidence = [one for one in records[site.MARKET.headline]["evidence"] if one["source"] == "feed"]
    assert ("authors", site.MARKET.author) in {(one["field"], one["value"]) for one in evidence}


def test_scrape_goes_on(server: Server, base: str, tmp_path: Path) -> None:
    """Stopped by Ctrl-C and run again, `scrape` fetches no page twice and ends with every record."""
    output = tmp_path / "articles.jsonl"
    urls = [base + story.path for story in (site.FERRY, site.BUDGET, site.LIGHT, site.MARKET)]
    arguments = ["scrape", *urls, "-o", str(output), *OURS, "--pause", "0.25"]
    process = subprocess.Popen(command(*arguments), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while len(server.log) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=10)
    assert process.returncode == 130, words
    assert "the same command goes on" in words
    assert not output.exists()
    again = run(*arguments)
    assert again.returncode == 0, again.stderr
    assert len(rows(output.read_text(encoding="utf-8"))) == 4
    asked = [path for path in server.paths() if path != "/robots.txt"]
    # The request that was under way when it was stopped may come twice.
    assert set(asked) == {url.removeprefix(base) for url in urls}
    assert len(asked) <= 5
    assert [path.name for path in tmp_path.iterdir()] == ["articles.jsonl"]


def test_progress_on_a_terminal(base: str, tmp_path: Path) -> None:
    """On a terminal a line tells what is done, failed, parked and remaining, and how fast it goes."""
    ours, theirs = pty.openpty()
    arguments = command("fetch", base + site.FERRY.path, base + site.GONE, "-o", str(tmp_path / "p.warc.gz"), *OURS)
    environment = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    process = subprocess.Popen([*arguments, "--pause", "0.5"], stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    assert process.wait() == 1
    for words in (b"1 done", b"0 failed", b"0 hosts parked", b"/s", b"1 remaining"):
        assert words in shown, shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("fetch", "-o", "x.warc.gz"), 2),
        (("fetch", "http://a.example/", "-o", "pages.html"), 2),
        (("fetch", "http://a.example/", "-o", "no/where.warc.gz"), 4),
        (("scrape", "http://a.example/", "-o", "folder/"), 2),
        (("scrape", "http://a.example/", "--allow-network", "nonsense"), 2),
        (("scrape", "http://a.example/", "--cookie", "a.example consent"), 2),
        (("scrape", "http://a.example/", "-o", "no/where.jsonl"), 4),
        (("scrape", "--urls-from", "no-such-file"), 2),
        (("discover", "ftp://a.example/"), 1),
        (("discover", "http://127.0.0.1/"), 1),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    """Wrong usage is 2, an output that cannot be written 4, a site that cannot be had 1; always in words."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    assert "rror: " in result.output or "Usage" in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", ["fetch", "scrape", "discover"])
def test_help_has_an_example(name: str) -> None:
    """Every command's help ends with an example."""
    assert f"Example: newsclean {name}" in CliRunner().invoke(app, [name, "--help"]).output


def test_cleaning_does_not_load_the_network() -> None:
    """The command loads httpx only when it fetches."""
    code = (
        "import sys, newsclean.command.app; "
        "print([one for one in ('httpx', 'httpcore', 'hishel') if one in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_slow_network_makes_no_worker_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the next page is waited for, longer than a page may take, the ones being cleaned are not given up."""
    buried: list[object] = []
    bury = workers.Pool._bury  # noqa: SLF001  how often it comes to that is the point
    monkeypatch.setattr(workers.Pool, "_bury", lambda *told, **how: buried.append(told) or bury(*told, **how))
    monkeypatch.setattr(workers, "_SLACK", 0.1)
    paragraphs = "".join(f"<p>{text}</p>" for text in site.LIGHT.paragraphs)

    def slowly() -> Iterator[Page]:
        for number in range(2):
            time.sleep(1.4 * number)
            yield Page(data=f"<title>Light {number}</title><h1>Light {number}</h1>{paragraphs}", source=str(number))

    options = BatchOptions(workers=1, isolate=True, limits=workers.Limits(time=1.2))
    outcomes = list(newsclean.run(slowly(), options=options))
    assert [type(one) for one in outcomes] == [newsclean.Article] * 2, outcomes
    assert not buried


def test_every_failure_in_one_list() -> None:
    """The benchmark's list, in small: every way to fail, and each address ends in the outcome it must have."""
    script = Path(__file__).parents[1] / "benchmarks" / "fetching.py"
    result = subprocess.run(
        [sys.executable, str(script), "failures", "--urls", "100"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert ": 100 outcomes" in result.stdout
