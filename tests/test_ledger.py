"""Kept + removed = all visible text, in order, nothing twice: for HTML and for text."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

import newsclean
from newsclean import Article

sys.path.insert(0, str(Path(__file__).parent))
import fixtures

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

VISIBLE_TAGS = ("div", "p", "span", "a", "b", "li", "ul", "h1", "h2", "td", "section", "em", "button", "figcaption")
# Not noscript, whose text counts on pages that show little else: `test_segment` has it.
INVISIBLE_TAGS = ("script", "style", "template", "textarea", "select")
WORDS = st.lists(
    st.sampled_from(
        ["said", "the", "Minister", "2026", "Read", "next", "関連", "Foto:", "©", "a.", "Subscribe", "Größe"]
    ),
    max_size=12,
)


def ledger_text(article: Article) -> str:
    """Return kept and removed texts in page order, white space taken out."""
    parts = [(block.index, block.text) for block in article.blocks]
    parts += [(removal.index, removal.text) for removal in article.removed]
    parts.sort()
    assert [index for index, _ in parts] == list(range(len(parts)))
    return "".join("".join(text.split()) for _, text in parts)


class Counter:
    """Numbers words, so that no two of a page are alike."""

    def __init__(self) -> None:
        self.count = 0

    def words(self, texts: list[str]) -> str:
        """Return *texts* as words that occur once."""
        self.count += 1
        return " ".join(f"{text}{self.count}x{i}" for i, text in enumerate(texts))


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a page and its visible text without white space, both built side by side."""
    counter = Counter()

    def node(depth: int) -> tuple[str, str]:
        tag = draw(st.sampled_from(VISIBLE_TAGS + (INVISIBLE_TAGS if depth else ())))
        text = counter.words(draw(WORDS))
        if tag in INVISIBLE_TAGS:
            return f"<{tag}>{text}</{tag}>", ""
        markup, visible = text, text
        for _ in range(draw(st.integers(0, 3 if depth < 4 else 0))):
            inner, shown = node(depth + 1)
            tail = counter.words(draw(WORDS))
            markup += inner + tail + draw(st.sampled_from(["", "<br>", "<br><br>", "<!-- c -->", "<img src=x>"]))
            visible += shown + tail
        name = draw(st.sampled_from(["", " class='article-body'", " id=related", " hidden", " style='display: none'"]))
        return f"<{tag}{name}>{markup}</{tag}>", visible

    nodes = [node(0) for _ in range(draw(st.integers(0, 5)))]
    markup = "<html><head><title>T</title></head><body>" + "".join(m for m, _ in nodes) + "</body></html>"
    return markup, "".join("".join(shown.split()) for _, shown in nodes)


@SETTINGS
@given(pages())
def test_html(page: tuple[str, str]) -> None:
    """A page with nested elements of all kinds loses no visible word and gains none."""
    markup, visible = page
    # Nested links and list items are moved about by the parser: what it made of the markup is the page.
    tree = html.fromstring(markup)
    for element in tree.iter(*INVISIBLE_TAGS, "title", etree.Comment):
        element.text = None
        for child in list(element):
            element.remove(child)
    shown = "".join("".join(tree.itertext()).split())
    assert sorted(shown) == sorted(visible)
    assert ledger_text(newsclean.clean(markup, kind="html")) == shown


@SETTINGS
@given(st.lists(WORDS, max_size=40), st.sampled_from(["\n", "\r\n", "\n\n", "\n   "]))
def test_text(lines: list[list[str]], separator: str) -> None:
    """A dump loses no word and gains none, whatever its line ends."""
    counter = Counter()
    dump = separator.join(counter.words(line) for line in lines)
    assert ledger_text(newsclean.clean(dump, kind="text")) == "".join(dump.split())


@pytest.mark.parametrize("case", fixtures.CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_fixtures(case: Path) -> None:
    """Every block of a fixture is kept or removed, with a label and a reason."""
    article = fixtures.article(case)
    ledger_text(article)
    assert all(removal.reason for removal in article.removed)
    assert all(removal.text == " ".join(removal.text.split()) for removal in article.removed)
