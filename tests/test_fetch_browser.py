"""The browsers of `docs/fetching.md`, run for real where Chromium is installed, on a page that its script writes."""

import asyncio
import importlib.util
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

import newsclean
from newsclean.document import Page
from newsclean.fetching import continuation
from newsclean.fetching.exchange import FetchOptions, PageSource, Unreachable
from newsclean.fetching.fetcher import fetch

sys.path.insert(0, str(Path(__file__).parent))
from servers import site
from servers.loopback import Server, reply

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")
DOCS = Path(__file__).parents[1] / "docs" / "fetching.md"


def shell(story: site.Story) -> str:
    """Return a page that is empty until its script, after a moment, writes *story*."""
    paragraphs = ",".join(repr(text) for text in story.paragraphs)
    return f"""<!doctype html><html lang="en"><head><title>{story.headline}</title></head><body><div id="root"></div>
<script>setTimeout(() => {{ document.getElementById("root").innerHTML = "<article><h1>{story.headline}</h1>"
 + [{paragraphs}].map(one => "<p>" + one + "</p>").join("") + "</article>" }}, 300)</script></body></html>"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Serve the shell."""
    with Server({site.LIGHT.path: reply(shell(site.LIGHT))}) as running:
        yield running


def documented(name: str) -> Any:
    """Return the class *name* as the documents have it."""
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (code,) = [block for block in blocks if f"class {name}" in block]
    names: dict[str, Any] = {}
    exec(compile(code, str(DOCS), "exec"), names)  # noqa: S102  our own documents
    return names[name]


@pytest.mark.parametrize("name", ["Chromium", "Browser"])
def test_browser(server: Server, name: str) -> None:
    """What is empty without a browser is an article with one; what cannot be reached is told as by any fetcher."""
    if name == "Browser" and importlib.util.find_spec("playwright") is None:
        pytest.skip("the package playwright is not installed")
    url = server.url(site.LIGHT.path)

    async def get() -> Page:
        async with AsyncExitStack() as stack:
            made = documented(name)(CHROMIUM)
            source: PageSource = await stack.enter_async_context(made) if hasattr(made, "__aenter__") else made
            with pytest.raises(Unreachable, match="ERR_"):
                await source.fetch("http://127.0.0.1:9/")
            (page,) = await continuation.fetch_parts(source, await source.fetch(url))
            return page

    bare = fetch(url, options=FetchOptions(allow_networks=("127.0.0.1/32",), pause=0.0))
    assert newsclean.clean(bare).page_kind is newsclean.PageKind.EMPTY
    article = newsclean.clean(asyncio.run(get()))
    assert article.page_kind is newsclean.PageKind.ARTICLE
    assert article.headline == site.LIGHT.headline
    assert all(text in article.article_body for text in site.LIGHT.paragraphs)
