"""The commands that use the network, as a user runs them, against the tests' own site."""

import asyncio
import gzip
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

import newsclean
from newsclean.batch import workers
from newsclean.batch.run import BatchOptions
from newsclean.command.app import app
from newsclean.document import Page
from newsclean.fetching import warc

sys.path.insert(0, str(Path(__file__).parent))
from servers import site, walls
from servers.loopback import Request, Route, Server, redirect, reply

OURS = ("--allow-network", "127.0.0.1/32", "--pause", "0")
EMPTY = "<html><body><div id=root></div><script src=app.js></script></body></html>"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run the site."""
    with Server() as running:
        running.routes = {**site.routes(running.url("").rstrip("/")), **walls.routes(), "/shell": reply(EMPTY)}
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


def here(*arguments: str) -> Result:
    """Run the command in this process: the same, but for the second that starting one takes."""
    return CliRunner().invoke(app, arguments)


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


def test_scrape_writes_no_wall(base: str, tmp_path: Path) -> None:
    """Log-in pages, consent walls, bot walls, soft 404s and empty shells are failures that say so, in all languages."""
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("".join(f"{base}{path}\n" for path in walls.walls()), encoding="utf-8")
    told = tmp_path / "failures.jsonl"
    result = here(
        *("scrape", base + site.FERRY.path, "--urls-from", str(addresses), "-o", str(tmp_path / "articles.jsonl")),
        *("--failures", str(told), *OURS),
    )
    assert result.exit_code == 1, result.stderr
    records = rows((tmp_path / "articles.jsonl").read_text(encoding="utf-8"))
    assert [record["headline"] for record in records] == [site.FERRY.headline]
    failures = {row["url"]: row["message"] for row in rows(told.read_text(encoding="utf-8"))}
    assert failures == {f"{base}{path}": f"not_an_article: {kind}" for path, (kind, _) in walls.walls().items()}


def test_scrape_joins_pages(server: Server, base: str, tmp_path: Path) -> None:
    """The pages of an article become one record, in order, also after a kill -9 and from the archive alone."""
    output, archive = tmp_path / "articles.jsonl", tmp_path / "pages.warc.gz"
    arguments = ["scrape", base + site.BRIDGE.path, "-o", str(output), "--archive", str(archive), *OURS]
    process = subprocess.Popen(command(*arguments, "--pause", "0.4"), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while "page=2" not in [request.query for request in server.log] and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    for expected in (4, 4):
        assert run(*arguments).returncode == 0
        (record,) = rows(output.read_text(encoding="utf-8"))
        assert (record["headline"], record["requestedUrl"]) == (site.BRIDGE.headline, base + site.BRIDGE.path)
        places = [record["articleBody"].find(text) for text in site.BRIDGE.paragraphs]
        assert -1 not in places
        assert places == sorted(places)
        asked = [request.query for request in server.log if request.path == site.BRIDGE.path]
        assert set(asked) == {"", "page=2", "page=3", "page=1"} - {"page=1"}
        assert len(asked) <= expected  # the request that was under way when it was killed may come twice
    alone = rows(run("scrape", base + site.BRIDGE.path, "--no-join", *OURS).stdout)
    assert site.BRIDGE.paragraphs[3] not in alone[0]["articleBody"]


def test_pages_without_end(server: Server, base: str) -> None:
    """Twenty pages at most are joined; a next page on another host, or one that circles, is not followed."""
    endless, away, circle, moved = (
        f"/2026/11/01/a-story-that-{how}" for how in ("never-ends", "leaves", "circles", "moved")
    )

    def linked(number: int, target: str) -> str:
        text = site.page(site.OLD, tuple(f"{number}: {one}" for one in site.OLD.paragraphs))
        return text.replace("</article>", f'</article><a rel="next" href="{target}">Next</a>')

    async def goes_on(request: Request, out: asyncio.StreamWriter) -> None:
        number = int(request.query.partition("=")[2] or 1)
        await reply(linked(number, f"?page={number + 1}"))(request, out)

    with Server({"*": reply("<p>caught")}, host="127.0.0.2") as other:

        async def leaves(request: Request, out: asyncio.StreamWriter) -> None:
            await (redirect(other.url(away)) if request.query else reply(linked(1, "?page=2")))(request, out)

        pages = {endless: goes_on, away: leaves, circle: reply(linked(1, "?page=2")), moved: redirect(circle)}
        server.routes = {**server.routes, **pages}
        result = here("scrape", *(base + path for path in pages), *OURS, "--allow-network", "127.0.0.2/32")
    records = {record["url"].removeprefix(base): record["articleBody"] for record in rows(result.stdout)}
    assert set(records) == {endless, away, circle}, result.stderr
    assert [f"{number}: The sea wall" in records[endless] for number in (1, 2, 20, 21)] == [True, True, True, False]
    assert records[away] == records[circle] == "\n\n".join(f"1: {one}" for one in site.OLD.paragraphs)
    assert server.paths().count(endless) == 20
    assert f"error: {base}{moved}: duplicate: the article of {base}{circle}" in result.stderr or (
        f"error: {base}{circle}: duplicate: the article of {base}{moved}" in result.stderr
    )


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (reply("no", status=404), "status: status 404"),
        (reply(walls.walls()["/2026/11/20/login-de-2"][1]), "not_an_article: login_wall"),
        (reply(b"\x89PNG", headers={"Content-Type": "image/png"}), "not_text: type 'image/png'"),
    ],
)
def test_article_with_a_hole(server: Server, base: str, second: Route, told: str) -> None:
    """When the second page cannot be had, or is a wall, there is no record of the first alone."""
    path = "/2026/11/02/a-story-of-two-pages"

    async def answer(request: Request, out: asyncio.StreamWriter) -> None:
        first = reply(site.page(site.OLD, site.OLD.paragraphs, '<a rel="next" href="?page=2">2</a>'))
        await (second if request.query else first)(request, out)

    server.routes = {**server.routes, path: answer}
    result = here("scrape", base + path, *OURS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"error: {base}{path}: {told}" in result.stderr


def test_scrape_takes_an_article_once(server: Server, base: str) -> None:
    """AMP, print and tracked forms, and whatever declares the same canonical address, give one record."""
    story = site.FERRY
    lite = f"/lite/{story.path.rpartition('/')[2]}"
    canonical = f'<link rel="canonical" href="{base}{story.path}">'
    server.routes = {
        **server.routes,
        lite: reply(site.page(story, story.paragraphs, head=canonical)),
        f"{story.path}/print": reply(site.page(story, story.paragraphs)),
    }
    forms = ("/amp", "", "?utm_source=x", "/print")
    urls = [*(f"{base}{story.path}{form}" for form in forms), base + lite]
    result = here("scrape", *urls, *OURS)
    assert result.exit_code == 1
    (record,) = rows(result.stdout)
    assert record["url"] == base + story.path
    lines = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert set(lines) == {
        f"error: {url}: duplicate: the article of {base}{story.path}" for url in urls if url != base + story.path
    }
    assert len(server.paths()) == 3


@pytest.mark.parametrize("name", ["fetch", "scrape"])
def test_archived(server: Server, base: str, tmp_path: Path, name: str) -> None:
    """A page that is gone comes from the archive that `--archived` names, and is not asked there without."""
    story = site.page(site.OLD, site.OLD.paragraphs)
    with Server({"*": reply(story)}) as memento:
        output = tmp_path / ("pages.warc.gz" if name == "fetch" else "articles.jsonl")
        arguments = (name, base + site.GONE, "-o", str(output), *OURS)
        assert here(*arguments).exit_code == 1
        assert memento.log == []
        again = ("--retry-failed",) if name == "fetch" else ()
        result = here(*arguments, *again, "--archived", memento.url("/web/2026/{url}"))
        assert result.exit_code == 0, result.stderr
        assert memento.paths() == ["/robots.txt", f"/web/2026/{base}{site.GONE}"]
    if name == "fetch":
        (page,) = warc.read(output)
        assert (page.requested_url, page.data) == (base + site.GONE, story.encode())  # type: ignore[union-attr]  # a page
    else:
        (record,) = rows(output.read_text(encoding="utf-8"))
        assert (record["requestedUrl"], record["headline"]) == (base + site.GONE, site.OLD.headline)
    assert server.paths().count(site.GONE) == 2


@pytest.mark.parametrize("name", ["fetch", "scrape"])
def test_cache(tmp_path: Path, name: str) -> None:
    """A second run with `--cache` gets 304s only, stores nothing twice, and comes to the same."""
    statuses: list[int] = []

    async def tagged(request: Request, out: asyncio.StreamWriter) -> None:
        status = 304 if request.headers.get("if-none-match") == '"1"' else 200
        statuses.append(status)
        text = "" if status == 304 or request.path == "/robots.txt" else site.page(site.LIGHT, site.LIGHT.paragraphs)
        await reply(text, status=status, headers={"ETag": '"1"', "Cache-Control": "no-cache"})(request, out)

    cache = tmp_path / "cache.db"
    kept: list[tuple[int, int]] = []
    results = []
    with Server({"*": tagged}) as server:
        urls = [server.url(f"/2026/11/0{n}/a-story-of-the-light") for n in range(1, 5)]
        for number in range(2):
            output = tmp_path / f"{number}.{'warc.gz' if name == 'fetch' else 'jsonl'}"
            result = here(name, *urls, "-o", str(output), "--cache", str(cache), *OURS)
            assert result.exit_code == 0, result.stderr
            if name == "fetch":
                pages = [one for one in warc.read(output) if isinstance(one, Page)]
                results.append({one.requested_url: one.data for one in pages})
            else:
                records = rows(output.read_text(encoding="utf-8"))
                results.append({one["requestedUrl"]: one["articleBody"] for one in records})
            with closing(sqlite3.connect(cache)) as connection:
                counts = connection.execute("select (select count(*) from entries), (select count(*) from streams)")
                kept.append(counts.fetchone())
    assert statuses == [200] * 5 + [304] * 5
    assert kept[0] == kept[1]
    assert results[0] == results[1]
    assert set(results[0]) == set(urls)


def test_fetch_goes_on_after_kill(server: Server, base: str, tmp_path: Path) -> None:
    """Killed with -9 in the middle of a list and run again, `fetch` ends with each address once."""
    path = tmp_path / "pages.warc.gz"
    urls = [f"{base}{site.FERRY.path}?id={n}" for n in range(30)]
    arguments = command("fetch", *urls, "-o", str(path), *OURS, "--pause", "0.03")
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while len(server.log) < 12 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    before = len(server.log)
    assert 12 <= before < 31
    again = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert sorted(str(one.url) for one in warc.read(path)) == sorted(urls)
    asked = [request.query for request in server.log if request.path == site.FERRY.path]
    assert len(asked) <= len(urls) + 1  # the request that was under way may come twice
    assert "done before" in again.stderr


def test_headers_for_one_host(server: Server, base: str, tmp_path: Path) -> None:
    """`--header` and `--cookie` go to the origin they name, not to another one, nor into archive or words."""
    with Server({"*": reply("<p>other")}, host="127.0.0.2") as other:
        own = ("--header", f"{base} Authorization: Bearer s3cret", "--cookie", f"{base} id=s3cret")
        path = tmp_path / "pages.warc.gz"
        urls = (base + site.FERRY.path, other.url("/page"))
        result = here("fetch", *urls, *own, *OURS, "--allow-network", "127.0.0.2/32", "-o", str(path))
        assert result.exit_code == 0, result.stderr
        assert {(one.headers.get("cookie"), one.headers.get("authorization")) for one in server.log} == {
            ("id=s3cret", "Bearer s3cret")
        }
        assert not any({"cookie", "authorization"} & one.headers.keys() for one in other.log)
        assert other.paths() == ["/robots.txt", "/page"]
    assert "s3cret" not in result.stderr
    assert b"s3cret" not in gzip.decompress(path.read_bytes())


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


def test_full_disk(server: Server, base: str, tmp_path: Path) -> None:
    """A disk that takes no more is our trouble, not the page's: the command says so and ends, and goes on later."""
    server.routes = {**server.routes, "/long": reply(os.urandom(600_000).hex())}
    arguments = command("fetch", base + "/long", "-o", str(tmp_path / "pages.warc.gz"), *OURS)
    limited = ["sh", "-c", 'ulimit -f 400; exec "$@"', "sh", *arguments]  # 512 bytes each
    result = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert (result.returncode, "File too large" in result.stderr) == (4, True), result.stderr
    again = run(*arguments[3:])
    assert (again.returncode, again.stderr) == (0, "1 address: 1 fetched, 0 failed\n")


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
            time.sleep(2.7 * number)
            yield Page(data=f"<title>Light {number}</title><h1>Light {number}</h1>{paragraphs}", source=str(number))

    options = BatchOptions(workers=1, isolate=True, limits=workers.Limits(time=2.5))
    outcomes = list(newsclean.run(slowly(), options=options))
    assert [type(one) for one in outcomes] == [newsclean.Article] * 2, outcomes
    assert not buried


def test_every_failure_in_one_list() -> None:
    """Four hundred addresses, 3 % of them for each way to fail: each ends in the one outcome it must have."""
    script = Path(__file__).parents[1] / "benchmarks" / "fetching.py"
    result = subprocess.run(
        [sys.executable, str(script), "failures", "--urls", "400"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert ": 400 outcomes" in result.stdout
