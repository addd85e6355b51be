"""Tree to blocks: where a block begins and ends, and what it knows of its place."""

import pytest

from newsclean.document import Layout
from newsclean.html import dom
from newsclean.html.segment import segment


def layout(markup: str) -> Layout:
    """Return the blocks of *markup*."""
    root, limits = dom.parse(markup)
    return segment(root, truncated=limits)


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>One <b>bold</b> word and <a href=x>a link</a>.</p>", ["One bold word and a link."]),
        ("<div>Loose words <p>Paragraph</p> more loose words</div>", ["Loose words", "Paragraph", "more loose words"]),
        ("One<br>line<br><br>Two", ["One line", "Two"]),
        ("One<br> \n <br>Two", ["One", "Two"]),
        ("<font size=5>Snow in Oslo</font><br><font size=2>Trams stop</font>", ["Snow in Oslo", "Trams stop"]),
        ("<font class=title>Snow</font><br><font class=tiny>by gwen</font>", ["Snow", "by gwen"]),
        ("<font size=2>One<br>line <font color=red>more</font></font>", ["One line more"]),
        ("<font size=2>One <font size=3>line</font></font>", ["One line"]),
        ("<td>Cell<td>Cell", ["Cell", "Cell"]),
        ("<ul><li>a<li><p>b</p></ul>", ["a", "b"]),
        ("<p>a<!-- hidden -->b<?pi?>c</p>", ["abc"]),
        ("<p>a<script>x</script>b</p><style>y</style><noscript>z</noscript>", ["ab"]),
        ("<template>x</template><div><template shadowrootmode=open><p>a</p></template></div>", ["a"]),
        ("<p>Snow in <st1:place>Oslo</st1:place> today</p>", ["Snow in Oslo today"]),
        ("<h1><span>Weather</span><span>Snow in Oslo</span></h1>", ["Weather Snow in Oslo"]),
        ("<h1><span>Weather</span>Snow in Oslo</h1>", ["Weather Snow in Oslo"]),
        ("<h1>e<b>Bay</b> and <span>snow</span>fall</h1>", ["eBay and snowfall"]),
        ("<p><span>Jane Doe</span><span>Reporter</span></p>", ["Jane DoeReporter"]),
        ("<p>The <a>report</a><span class='link__sr-only'> (new tab)</span> says so.</p>", ["The report says so."]),
        (
            "<p>The council met <span class='sr-only md:not-sr-only'>on Monday</span>.</p>",
            ["The council met on Monday."],
        ),
        ("<p>Shares rose <b class=min-vh-100>again</b>.</p>", ["Shares rose again."]),
        ("<p><span class=visually-hidden>By</span> Jane Doe</p>", ["By Jane Doe"]),
        ("<p><span aria-hidden=true>T</span><span class=sr-only>The</span>he town</p>", ["The town"]),
        ("<p>Shares of <x-quote>Acme</x-quote> rose <button>sharply</button>.</p>", ["Shares of Acme rose sharply."]),
        ("<p>Shares rose.<share-bar>Share</share-bar></p>", ["Shares rose.", "Share"]),
        ("<p>Shares <x-box><div>Related</div></x-box> rose.</p>", ["Shares", "Related", "rose."]),
        ("<select><option>Canada<option>Cuba</select><p>Text", ["Text"]),
        ("<p>&nbsp; \u200b</p><p>x\u00ady</p>", ["xy"]),
        ("<a href=x><div>Title</div><div>Teaser</div></a>", ["Title", "Teaser"]),
    ],
)
def test_blocks(markup: str, texts: list[str]) -> None:
    """Block-level tags and double line breaks part blocks; inline tags do not."""
    assert [block.text for block in layout(markup).blocks] == texts


def test_large_type() -> None:
    """A line in large type is a heading, a paragraph in it is none; so the old web set its headlines."""
    masthead = "<font size=7>The Gazette</font><br><br>News<br><br>Sport<br><br>"
    page = layout(f"{masthead}<font size=5><b>Snow in Oslo</b></font><br><br><font size=5>{'word ' * 60}</font>")
    assert [block.tag for block in page.blocks] == ["body", "body", "body", "h1", "body"]


@pytest.mark.parametrize(("shown", "texts"), [("Loading", ["Loading", "word " * 20]), ("word " * 300, ["word " * 300])])
def test_page_for_browsers_without_scripts(shown: str, texts: list[str]) -> None:
    """What a page has for browsers without scripts counts when it shows little else."""
    page = layout(f"<p>{shown}</p><noscript><p>{'word ' * 20}</p></noscript>")
    assert [block.text for block in page.blocks] == [text.strip() for text in texts]


def test_links_bold_and_media() -> None:
    """A block counts its links, its bold and linked characters, and the pictures before it."""
    page = layout(
        "<img><p><a href=x>Link</a> and <b>bold</b></p><p>plain</p><figure><img><figcaption>c</figcaption></figure>"
    )
    first, second, caption = page.blocks
    assert (first.link_chars, first.links, first.bold_chars, first.media) == (4, 1, 4, 1)
    assert (second.link_chars, second.links, second.bold_chars, second.media) == (0, 0, 0, 0)
    assert (caption.tag, caption.media) == ("figcaption", 1)


def test_links_round_blocks_count_in_each() -> None:
    """A link round two blocks makes both of them links."""
    page = layout("<a href=x><div>Title</div><div>Teaser</div></a>")
    assert [block.link_chars for block in page.blocks] == [5, 6]


def test_containers() -> None:
    """A block knows the elements round it, by class and id too, parents before children."""
    page = layout("<main id=top><div class='story body'><p>Text</p></div></main>")
    chain = []
    at = page.blocks[0].container
    while at >= 0:
        chain.append((page.containers[at].tag, page.containers[at].hint))
        assert page.containers[at].parent < at
        at = page.containers[at].parent
    assert chain[:3] == [("p", ""), ("div", "story body"), ("main", "top")]


@pytest.mark.parametrize("attribute", ["hidden", "aria-hidden=true", "style='color:red; display : none'"])
def test_hidden(attribute: str) -> None:
    """Text marked as not displayed is kept and marked, with all inside it."""
    page = layout(f"<div {attribute}><p>hidden</p></div><p>shown</p>")
    assert [(b.text, page.containers[b.container].hidden) for b in page.blocks] == [("hidden", True), ("shown", False)]


def test_too_many_elements_are_said() -> None:
    """A page above the limit of elements is cut, and says so."""
    page = layout("<p>x" * 200_100)
    assert page.truncated == ("elements",)
    assert len(page.blocks) > 199_000


@pytest.mark.parametrize("tag", ["article", "main", "section", "figure"])
def test_body_left_out(tag: str) -> None:
    """A page without a body tag, as HTML allows, is read: libxml2 leaves elements it does not know in the head."""
    markup = f"<!doctype html><title>T</title><style>p{{}}</style><{tag}><p>Snow in May.</p></{tag}>"
    assert [block.text for block in layout(markup).blocks] == ["Snow in May."]
