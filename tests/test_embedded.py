"""Pages whose article stands in the data of their scripts, for a browser to print."""

import json
import time

import pytest

import newsclean

TITLE = "Snow stops the trams of Harbury"
TEXT = (
    "Heavy snow brought all trams to a halt on Tuesday, the city's transport office said.",
    "Crews worked through the night. By the morning, two of nine lines ran again!",
    "“We have not seen anything like it since 1979,” said Mara Quill, who leads the office.",
    "Schools stay closed until Friday. More snow is expected over the weekend, forecasters warned.",
    "The mayor asked people to leave their cars at home; buses would take over where they could.",
)
MARKUP = "".join(f"<p>{part}</p>" for part in TEXT)
BODY = "\n\n".join(TEXT)
TERMS = "".join(
    f"<p>Clause {i} of our terms of use. You agree. We may change it. Nothing else holds.</p>" for i in range(30)
)


def page(*scripts: str, shown: str = '<div id="root"></div>') -> str:
    """Return a page that shows nothing but *shown* without its scripts."""
    head = f'<title>{TITLE} | The Gazette</title><meta property="og:title" content="{TITLE}">'
    return f"<html><head>{head}</head><body>{shown}{''.join(scripts)}</body></html>"


def rows(*parts: str) -> str:
    """Return the scripts in which Next.js sends the text *parts*, cut where it likes."""
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in parts)


def pointed_at(markup: str) -> list[str]:
    """Return rows of Next.js in which an object points at *markup*."""
    size = len(markup.encode())
    return ["1:I[40018,[]]\n:HL[]\n", f"24:T{size:x},", markup, f'5:["$",{{"title":"{TITLE}","contentHtml":"$24"}}]\n']


STATE = {"props": {"article": {"headline": TITLE, "body": MARKUP}, "texts": {"terms": TERMS}}}
UNFREE = {"headline": TITLE, "articleBody": BODY, "isAccessibleForFree": False}
BLOCKS = [
    {"type": "text", "content": TEXT[0]},
    {"type": "image", "url": "https://example.org/a.jpg"},
    *({"type": "paragraph", "children": [{"type": "text", "text": text[:9]}, {"text": text[9:]}]} for text in TEXT[1:]),
]


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(STATE)}</script>',
        f"<script>window.__STATE__ = {json.dumps(STATE)};</script>",
        f"<script>window['state']={json.dumps(json.dumps(STATE))}</script>",
        f"<script>self.x={json.dumps({'story': {'title': TITLE, 'content_elements': BLOCKS}})}</script>",
        rows(*pointed_at(MARKUP)),
        f'<script type="application/ld+json">{json.dumps({"headline": TITLE, "articleBody": BODY})}</script>',
    ],
    ids=["next data", "a variable", "a variable of text", "typed blocks", "next rows", "json-ld"],
)
def test_article_that_scripts_would_print(script: str) -> None:
    """Where the page shows nothing, its data does; the record says so."""
    article = newsclean.clean(page(script))
    assert article.article_body == BODY
    assert article.page_kind.value == "article"
    assert any("data of its scripts" in message for message in article.metadata.validation_messages)


@pytest.mark.parametrize(
    "script",
    [
        f"<script>window.__STATE__ = {{not: json, body: '{MARKUP}'}}</script>",
        f"<script>window.__STATE__ = {json.dumps({'labels': ['Read more', 'Sign in'] * 200})}</script>",
        f"<script>window.code = {json.dumps('if (a) { b = c; } else { d = e. f(g). h. i; } ' * 60)}</script>",
        f'<script type="application/ld+json">{json.dumps(UNFREE)}</script>',
    ],
    ids=["no json", "labels", "code", "to be paid for"],
)
def test_data_that_is_no_article(script: str) -> None:
    """Labels and code are none, and what has to be paid for stays unread."""
    assert newsclean.clean(page(script)).article_body == ""


OTHERS = {
    "comments": {"headline": TITLE, "body": MARKUP, "comments": [{"type": "comment", "text": TEXT[3] * 4}] * 5},
    "bio": {"headline": TITLE, "body": MARKUP, "author": {"name": "Mara Quill", "bio": TERMS}},
    "next": {"story": {"headline": TITLE, "body": MARKUP}, "next": {"headline": "Another day", "body": TERMS}},
    "terms": {"siteName": "The Gazette", "title": TITLE, "body": MARKUP, "texts": {"terms": TERMS}},
    "paid": {
        "headline": TITLE,
        "body": MARKUP,
        "items": [{"headline": "Ice on the river", "isAccessibleForFree": False}],
    },
}


@pytest.mark.parametrize("state", OTHERS.values(), ids=OTHERS)
def test_other_texts_in_the_data(state: dict[str, object]) -> None:
    """Comments, the author's life, another story and terms of use are not taken for the article, however long."""
    script = f'<script id="state" type="application/json">{json.dumps({"props": state})}</script>'
    assert newsclean.clean(page(script)).article_body == BODY


def test_page_that_shows_its_article() -> None:
    """Data is looked at only where the page shows hardly a sentence, and none of it."""
    script = f"<script>window.__STATE__ = {json.dumps(STATE)};</script>"
    article = newsclean.clean(page(script, shown=f"<main><h1>{TITLE}</h1>{MARKUP}</main>"))
    assert article.article_body == BODY
    assert not article.metadata.validation_messages


def test_hostile_data() -> None:
    """Nesting without end, and many texts in company of many others, take bounded time."""
    deep = f'<script>window.a={{"a":{"[" * 500_000}</script>'
    company = {f"k{i}": f"word {i} of many more words" for i in range(50_000)}
    texts = {f"t{i}": " ".join([*TEXT, "so"] + ["it goes"] * i) for i in range(2_000)}
    wide = f"<script>window.b={json.dumps(company | texts)}</script>"
    start = time.process_time()
    newsclean.clean(page(deep, wide, "<script>" + 'window.c={"' * 100_000 + "</script>"))
    assert time.process_time() - start < 10
