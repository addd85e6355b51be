"""
Dumps of HTML pages, flattened in the ways earlier scrapers flattened them: what the text engine learns from.

Two of them, `inscriptis` and `bs4`, come with the development pages; the others are made here.
"""

import gzip
import re
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from html2text import HTML2Text
from lxml import etree, html
from resiliparse.extract.html2text import extract_plain_text

GIVEN = ("inscriptis", "bs4")
"""Renderings that lie beside the pages."""

MAIL, TERMINAL = 72, 80
"""Columns of a line in a mail and on a terminal."""

_BLOCKS = frozenset(
    """
    address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre section summary table
    tbody tfoot thead tr ul caption
    """.split(),
)
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "figure"})
_UNSEEN = frozenset("head script style template noscript iframe svg object select textarea button audio video".split())


def _tree(data: bytes) -> "etree._Element":
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    tree: etree._Element = html.document_fromstring(data, parser=parser)
    return tree


def _is_hidden(element: "etree._Element") -> bool:
    return "display:none" in element.get("style", "").replace(" ", "")


def copied(data: bytes) -> str:
    """Return what a browser puts on the clipboard, after the rules of `innerText`."""
    parts: list[str] = []
    tree = _tree(data)
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
                walker.skip_subtree()
                continue
            parts.append("\n\n" if tag in _APART else "\n" if tag in _BLOCKS or tag == "br" else "")
            if tag == "li":
                parts.append("• ")
            parts.append(re.sub(r"\s+", " ", element.text or ""))
        else:
            parts.append("\t" if tag in {"td", "th"} else "\n\n" if tag in _APART else "\n" if tag in _BLOCKS else "")
            parts.append(re.sub(r"\s+", " ", element.tail or ""))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


_LIST_MARKS = "*+o#"
_BARE = frozenset("head script style template object audio video svg".split())


class _Terminal:
    """Lines of a page as a text browser sets them: three columns in, lists further, wrapped, pictures by their text."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.open = ""
        self.lists = 0
        self.indent = 3
        self.mark = ""

    def add(self, text: str | None) -> None:
        """Add *text* to the open line."""
        self.open += text or ""

    def close(self, *, apart: bool) -> None:
        """Wrap the open line, and leave a blank one below it when it stands *apart*."""
        words = " ".join(self.open.split())
        self.open = ""
        if words:
            lead = " " * max(self.indent + 4 * self.lists - 2 * bool(self.mark), 0)
            hang = " " * (self.indent + 4 * self.lists)
            self.rows += textwrap.wrap(words, TERMINAL - 4, initial_indent=lead + self.mark, subsequent_indent=hang)
            self.mark = ""
        if apart and self.rows and self.rows[-1]:
            self.rows.append("")


def terminal(data: bytes) -> str:
    """Return the page as a text browser dumps it: what it cannot show, it names."""
    page = _Terminal()
    walker = etree.iterwalk(_tree(data), events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start" and (not isinstance(tag, str) or tag in _BARE):
            walker.skip_subtree()
            continue
        if not isinstance(tag, str) or (event == "end" and tag in _BARE):
            page.add(element.tail)
            continue
        if tag in _BLOCKS or tag == "br":
            page.close(apart=tag in _APART)
        if tag in {"ul", "ol"}:
            page.lists += 1 if event == "start" else -1
        page.indent = 3 if event == "end" or tag not in {"h1", "h2", "h3", "h4"} else 0
        if event == "start":
            if tag == "li":
                page.mark = _LIST_MARKS[max(page.lists - 1, 0) % 4] + " "
            page.add(_named(element) + (element.text or ""))
        else:
            page.add(element.tail)
    page.close(apart=False)
    return "\n".join(page.rows)


def _named(element: "etree._Element") -> str:
    """Return the words a text browser puts in place of pictures, buttons and fields."""
    if element.tag == "img":
        return element.get("alt", "[" + element.get("src", "").rpartition("/")[2][:40] + "]") + " "
    if element.tag == "button":
        return " (BUTTON) "
    if element.tag == "input" and element.get("type") != "hidden":
        return " " + element.get("value", "_" * 20) + " "
    return ""


def html2text(data: bytes) -> str:
    """Return Markdown with links, unwrapped."""
    maker = HTML2Text(bodywidth=0)
    maker.ignore_images = False
    return str(maker.handle(data.decode("utf-8", "replace")))


def markdown_wrapped(data: bytes) -> str:
    """Return Markdown without links and pictures, wrapped at 78 columns."""
    maker = HTML2Text(bodywidth=78)
    maker.ignore_links = maker.ignore_images = True
    return str(maker.handle(data.decode("utf-8", "replace")))


def resiliparse(data: bytes) -> str:
    """Return the plain text that web-archive pipelines extract."""
    return str(extract_plain_text(data.decode("utf-8", "replace"), main_content=False, alt_texts=False))


def strings(data: bytes) -> str:
    r"""Return every string on its own line with its white space, as `get_text("\n")` does."""
    return BeautifulSoup(data, "lxml").get_text("\n")


def _browser(*command: str) -> Callable[[bytes], str]:
    def render(data: bytes) -> str:
        run = subprocess.run(  # noqa: S603  a fixed command, the page is its input
            command,
            input=data,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return run.stdout.decode("utf-8", "replace")

    return render


PAGES: dict[str, Callable[[bytes], str]] = {
    "copied": copied,
    "html2text": html2text,
    "markdown78": markdown_wrapped,
    "resiliparse": resiliparse,
    "strings": strings,
    "terminal": terminal,
    "w3m": _browser("w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "80"),
    "lynx": _browser(
        "lynx",
        "-dump",
        "-nolist",
        "-stdin",
        "-force_html",
        "-width=80",
        "-assume_charset=utf-8",
        "-display_charset=utf-8",
    ),
}
"""Flatteners of HTML; the last two are programs and only ever evaluated, never trained on."""


def wrapped(text: str) -> str:
    """Return *text* with every line hard-wrapped at the width of a mail."""
    return "\n".join(
        textwrap.fill(x, MAIL, break_long_words=False, break_on_hyphens=False) if len(x) > MAIL else x
        for x in text.split("\n")
    )


def narrow(text: str) -> str:
    """Return *text* as a text browser has it: wrapped at 80 columns, indents kept and list items hanging."""
    rows = []
    for row in text.split("\n"):
        words = row.strip()
        lead = " " * min(len(row) - len(row.lstrip()), TERMINAL // 2)
        hang = lead + ("  " if words.startswith(("* ", "+ ", "o ")) else "")
        rows += textwrap.wrap(words, TERMINAL, initial_indent=lead, subsequent_indent=hang) or [""]
    return "\n".join(rows)


def dense(text: str) -> str:
    """Return *text* without blank lines and without indents."""
    return "\n".join(stripped for x in text.split("\n") if (stripped := x.strip()))


def plain(text: str) -> str:
    """Return *text*, a clipboard's, one paragraph a line, without bullets."""
    return dense(text).replace("• ", "")


DERIVED: dict[str, tuple[str, Callable[[str], str]]] = {
    "narrow": ("inscriptis", narrow),
    "wrap72": ("copied", wrapped),
    "dense": ("inscriptis", dense),
    "plain": ("copied", plain),
    "oneline": ("copied", lambda text: " ".join(text.replace("• ", "").split())),
}
"""Renderings made from another one."""


def available() -> list[str]:
    """Return the names of the renderings this machine can make."""
    made = [n for n in PAGES if n not in {"w3m", "lynx"} or shutil.which(n)]
    return [*GIVEN, *made, *DERIVED]


def dumps(folder: Path, name: str, pages: list[str], cache: Path) -> Iterator[str]:
    """Yield the dump called *name* of each of *pages* of the set in *folder*, read from or written to *cache*."""
    for page in pages:
        if name in GIVEN:
            given = folder / "dumps" / name / f"{page}.txt.gz"
            yield gzip.decompress(given.read_bytes()).decode() if given.exists() else ""
            continue
        stored = cache / folder.name / name / f"{page}.txt"
        if not stored.exists():
            stored.parent.mkdir(parents=True, exist_ok=True)
            stored.write_bytes(_render(folder, name, page, cache).encode("utf-8", "replace"))
        yield stored.read_bytes().decode()


def _render(folder: Path, name: str, page: str, cache: Path) -> str:
    if name in DERIVED:
        source, change = DERIVED[name]
        return change(next(dumps(folder, source, [page], cache)))
    data = gzip.decompress((folder / "pages" / f"{page}.html.gz").read_bytes())
    try:
        return PAGES[name](data)
    except (ValueError, etree.LxmlError, subprocess.TimeoutExpired, AssertionError, RecursionError):
        return ""  # the flattener gives up on this page
