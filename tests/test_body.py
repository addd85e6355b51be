"""Which blocks are the body: what the rules make of the model's probabilities."""

from collections.abc import Sequence

import pytest

from newsclean import Label, lexicon
from newsclean.document import BODY_LABELS, Hints, Labelled
from newsclean.fields import structured
from newsclean.fields.agencies import Agencies
from newsclean.fields.people import Byline, parse_byline
from newsclean.html import dom, segment
from newsclean.labels import classify as classify_module
from newsclean.labels import head
from newsclean.labels.classify import classify
from newsclean.labels.view import MOST_BLOCKS
from newsclean.text.dump import segment_text

AGENCIES = Agencies(lexicon.agencies())
NOTHING_DECLARED = Hints()
FIRST = "The council of Harbury voted on Monday to widen the bridge over the Leam after eleven years of delay."
SECOND = "Work begins in April and lasts until the autumn of next year, and the old bridge stays open meanwhile."
THIRD = "Shopkeepers had asked for a footbridge instead, which would have cost a third and closed nothing at all."


def label(markup: str, probabilities: Sequence[float], *, hints: Hints = NOTHING_DECLARED) -> tuple[Labelled, ...]:
    """Return the blocks of *markup* as they are labelled when the model says *probabilities*."""
    root, _ = dom.parse(markup)
    layout = segment.segment(root)
    assert len(layout.blocks) == len(probabilities)
    return classify(layout, probabilities, hints, lexicon=lexicon.packaged(), agencies=AGENCIES)


def body(labelled: Sequence[Labelled]) -> list[str]:
    """Return the texts of the body."""
    return [item.block.text for item in labelled if item.label in BODY_LABELS]


def test_subhead_between_paragraphs() -> None:
    """A heading that the model doubts is kept between two paragraphs, and not at the end."""
    page = f"<article><p>{FIRST}</p><h2>The price</h2><p>{SECOND}</p><p>{THIRD}</p><h2>Elsewhere</h2></article>"
    labelled = label(page, [0.99, 0.2, 0.99, 0.99, 0.7])
    assert body(labelled) == [FIRST, "The price", SECOND, THIRD]
    assert labelled[1].label is Label.SUBHEAD


def test_years_in_headings_and_lists() -> None:
    """A year takes a line of its own out of the body, and no heading and no list item."""
    page = f"<article><p>{FIRST}</p><h2>Bridges of 2025</h2><p>{SECOND}</p><p>May 2025</p><p>{THIRD}</p></article>"
    assert body(label(page, [0.99, 0.9, 0.99, 0.9, 0.99])) == [FIRST, "Bridges of 2025", SECOND, THIRD]


def test_byline_under_a_heading_of_the_body() -> None:
    """A byline is none of the body's, though the model takes it and the headline above."""
    labelled = label(f"<h1>The bridge</h1><p>By Jane Doe</p><p>{FIRST}</p><p>{SECOND}</p>", [0.8, 0.89, 0.99, 0.99])
    assert body(labelled)[-2:] == [FIRST, SECOND]
    assert labelled[1].label is Label.BYLINE


def test_bylines_in_an_element_called_one() -> None:
    """Each author of a list is taken out of the body, and a name with a place, as the class says who they are."""
    names = "<ul class=authors><li>Jane Doe</li><li>Kofi Boateng</li></ul>"
    labelled = label(f"<h1>The bridge</h1>{names}<p>{FIRST}</p><p>{SECOND}</p>", [0.8, 0.9, 0.9, 0.99, 0.99])
    assert body(labelled) == [FIRST, SECOND]
    placed = "<address class=byline>Jane Doe in London and Kofi Boateng in Accra</address>"
    labelled = label(f"<h1>The bridge</h1>{placed}<p>{FIRST}</p><p>{SECOND}</p>", [0.8, 0.9, 0.99, 0.99])
    assert body(labelled) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("dek", "byline", "expected"),
    [
        ("<p class=lead>{}</p>", "<p>By Jane Doe</p>", Label.DEK),
        ("<p class=lead>{}</p>", "", Label.PARAGRAPH),
        ("<p>{}</p>", "<p>By Jane Doe</p>", Label.PARAGRAPH),
        ("<p class=has-drop-cap>{}</p>", "<p>By Jane Doe</p>", Label.PARAGRAPH),
        ("<p id=p1>{}</p>", "<p>By Jane Doe</p>", Label.PARAGRAPH),
    ],
)
def test_dek_above_the_byline(dek: str, byline: str, expected: Label) -> None:
    """A paragraph called otherwise than the rest, above the byline, is the dek though the model takes it."""
    page = f"<article><h1>The bridge</h1>{dek.format(FIRST)}{byline}<p>{SECOND}</p><p>{THIRD}</p></article>"
    labelled = label(page, [0.8, 0.99, *([0.2] if byline else []), 0.99, 0.99])
    assert labelled[1].label is expected


def test_head_of_an_article_called_media() -> None:
    """What a portal calls "media_end_head_info" holds time and author, and no words under a picture."""
    head_of_page = '<div class="media_end_head_info"><p>6 January 2026, 9:46</p><p>By Jane Doe</p></div>'
    page = f"<h1>The bridge is widened</h1>{head_of_page}<p>{FIRST}</p><p>{SECOND}</p>"
    labelled = label(page, [0.8, 0.1, 0.1, 0.99, 0.99])
    assert [item.label for item in labelled[1:3]] == [Label.TIMESTAMP, Label.BYLINE]


def test_page_laid_out_by_tables() -> None:
    """Where a cell holds the whole column, and bold type is all that marks a line, the head is told all the same."""
    lines = ["6 January 2004, 9:46", "Storm in May", "<b>Snow in Harbury</b>", f"<b>{FIRST}</b>", "By Jane Doe"]
    cell = "<br><br>".join([*lines, f"{SECOND} {THIRD} {SECOND}", THIRD])
    page = f"<table><tr><td>{cell}</td></tr></table>"
    labelled = label(page, [0.96] * 7, hints=Hints(headline="Snow in Harbury"))
    assert [item.label for item in labelled[:5]] == [
        Label.TIMESTAMP,
        Label.SECTION,
        Label.HEADLINE,
        Label.DEK,
        Label.BYLINE,
    ]
    assert body(labelled) == [item.block.text for item in labelled[5:]]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("For more stories like this, check our news page.", 2),
        ("Read more books this year, said the mayor of Harbury.", 3),
    ],
)
def test_sentence_of_the_house(line: str, kept: int) -> None:
    """A long phrase that leads to other stories is no sentence of the article's, a short one may begin one."""
    page = f"<article><p>{FIRST}</p><p>{line}</p><p>{SECOND}</p></article>"
    assert len(body(label(page, [0.99, 0.8, 0.99]))) == kept


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("<div><a href=1>Print</a> | <a href=2>Send to a friend</a></div>", 3),
        ("<div><a href=1>Snow</a> and <a href=2>ice</a> | both were forecast for the whole of the week</div>", 4),
        ("<ul><li><a href=1>Roe, 1999</a> | <a href=2>Doe, 2001</a></ul>", 4),
    ],
)
def test_row_of_links(row: str, kept: int) -> None:
    """Links side by side are none of the body's; in a sentence and in a list they are."""
    page = f"<article><p>{FIRST}</p>{row}<p>{SECOND}</p><p>{THIRD}</p></article>"
    assert len(body(label(page, [0.99, 0.8, 0.99, 0.99]))) == kept


def test_poll_in_the_body() -> None:
    """A poll asks its readers, and is none of the article."""
    poll = "<div class='widget poll'><h3>Do you agree with it?</h3><ul><li>Yes</li><li>No</li></ul></div>"
    page = f"<article><p>{FIRST}</p>{poll}<p>{SECOND}</p><p>{THIRD}</p></article>"
    assert body(label(page, [0.99, 0.9, 0.9, 0.9, 0.99, 0.99])) == [FIRST, SECOND, THIRD]


def test_marked_heading_of_a_dump() -> None:
    """A line that Markdown marks as a heading needs less to be one."""
    for line, kept in (("## The price", True), ("The price", False)):
        layout = segment_text(f"{FIRST}\n\n{line}\n\n{SECOND}\n\n{THIRD}\n")
        found = classify(
            layout, [0.99, 0.3, 0.99, 0.99], NOTHING_DECLARED, lexicon=lexicon.packaged(), agencies=AGENCIES
        )
        assert (line in body(found)) is kept


def test_signature_in_brackets() -> None:
    """A last line of a name in brackets signs the article and is none of its body."""
    assert body(label(f"<p>{FIRST}</p><p>{SECOND}</p><p>【山田太郎】</p>", [0.99, 0.99, 0.9])) == [FIRST, SECOND]
    assert body(label(f"<p>{FIRST}</p><p>{SECOND}</p><p>(Laughs)</p>", [0.99, 0.99, 0.9]))[-1] == "(Laughs)"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("<p>dpa/AFP</p>", 2),
        ("<p>News Desk</p>", 2),
        ("<p>The bridge is the town's</p>", 3),
        ("<p>Hire more staff</p>", 3),
        ("<ul><li>Engineering Team</li></ul>", 3),
    ],
)
def test_signature_at_the_end(line: str, kept: int) -> None:
    """An agency or a desk that signs the text is none of it; the last item of a list is."""
    labelled = label(f"<p>{FIRST}</p><p>{SECOND}</p>{line}", [0.99, 0.99, 0.8])
    assert len(body(labelled)) == kept


def test_long_caption_of_a_brief() -> None:
    """A caption longer than the text above it is a caption still."""
    markup = f'<article><p>{FIRST}</p><figure><img src="a.jpg"><figcaption>{SECOND} {THIRD}</figcaption></figure>'
    assert [item.label for item in label(markup, [0.99, 0.9])] == [Label.PARAGRAPH, Label.CAPTION]


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("Publié le 7 avril 2026 à 6h00, mis à jour le 7 avril 2026 à 9h31", True),
        ("Veröffentlicht am 07.04.2026 | Lesedauer: 3 Minuten", True),
        ("Martes 7 de abril de 2026 | 06:00 hrs.", True),
        ("Posted on April 7, 2026 at 6:00 p.m.", True),
        ("Last updated 2 hours ago", True),
        ("7 gennaio 2026 - 08:15 (Ultimo aggiornamento: 7 gennaio 2026 - 11:42)", True),
        ("Jan. 6, 2026, 5:45 p.m. ET | Updated Jan. 7, 2026, 9:10 a.m. ET", True),
        ("২৮ জুন ২০২৪", True),
        ("The 2026 plan has 12 bridges, 34 roads and 56 lamps.", False),
        ("Published in 1998, the story was read by 2,000 children.", False),
        ("Updated rules from 2026 on will let 12 towns build their bridges without asking.", False),
        ("TCEA: January 31-February 4, 2026 | San Antonio, Texas", False),
    ],
)
def test_note_of_the_time(line: str, *, noted: bool) -> None:
    """A line that says when the article was published is none of its text."""
    page = f"<h1>The bridge at Harbury</h1><p>{line}</p><p>{FIRST}</p><p>{SECOND}</p>"
    labelled = label(page, [0.2, 0.96, 0.99, 0.99])
    assert (labelled[1].label is Label.TIMESTAMP) is noted
    assert (line in body(labelled)) is not noted


def test_lines_above_the_headline() -> None:
    """A kicker and a trail above the heading are none of the body's, whatever the model thinks."""
    trail = '<div>You are here: <a href="/">Home</a> &gt; <a href="/t">Town</a> &gt; The bridge</div>'
    head = f"<div><b>FLOODS</b></div>{trail}<h1>The bridge at Harbury</h1>"
    labelled = label(f"{head}<p>{FIRST} {THIRD}</p><p>{SECOND}</p>", [0.9, 0.8, 0.6, 0.99, 0.99])
    assert body(labelled) == [f"{FIRST} {THIRD}", SECOND]
    assert labelled[2].label is Label.HEADLINE


def test_byline_under_a_dek() -> None:
    """A byline between the dek and the text is none of the body's, and shows which is the dek."""
    dek = "The old bridge stays open meanwhile, and nobody has asked the shopkeepers."
    head = f"<h1>The bridge at Harbury</h1><p>{dek}</p><div>By Jane Doe</div>"
    labelled = label(f"{head}<div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>", [0.1, 0.9, 0.9, 0.99, 0.99, 0.99])
    assert [item.label for item in labelled[1:3]] == [Label.DEK, Label.BYLINE]
    assert body(labelled) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ('<p>More: <a href="/1">School board weighs seat belts on new buses</a></p>', False),
        ('<p>LEES OOK | <a href="/1">School board weighs seat belts on new buses</a></p>', False),
        ('<p>More: <a href="/1">School board</a> weighs seat belts on all of the new buses.</p>', True),
        ('<p>We asked: <a href="/1">who</a></p>', True),
    ],
)
def test_line_that_leads_elsewhere(markup: str, *, kept: bool) -> None:
    """A few words with a colon and a link over all the rest lead to another story; several in a row are a list."""
    page = f"<p>{FIRST}</p>{{}}<p>{SECOND}</p>"
    assert (len(body(label(page.format(markup), [0.99, 0.98, 0.99]))) == 3) is kept
    assert len(body(label(page.format(markup * 3), [0.99, 0.98, 0.98, 0.98, 0.99]))) == 5


@pytest.mark.parametrize(
    ("line", "expected"), [("Petr Holub, ČTK", Label.BYLINE), ("Foto: Petr Holub, ČTK", Label.CREDIT)]
)
def test_agency_behind_a_name(line: str, expected: Label) -> None:
    """A name with an agency between headline and body wrote the text, unless the line says that it made a picture."""
    page = f"<h1>The bridge at Harbury</h1><div>{line}</div><div><p>{FIRST}</p><p>{SECOND}</p></div>"
    assert label(page, [0.2, 0.1, 0.99, 0.99])[1].label is expected


def test_name_of_a_container_round_the_body() -> None:
    """What an element is called says nothing of its text when the body stands in it."""
    line = "Shown here: the bridge at dusk"
    inside = f'<p>{FIRST}</p><div class="caption">{line}</div><p>{SECOND}</p>'
    beside = '<div class="sidebar"><p>The town</p></div>'
    labelled = label(f'<div class="sidebar">{inside}</div>{beside}', [0.99, 0.1, 0.99, 0.1])
    assert [item.label for item in labelled] == [Label.PARAGRAPH, Label.CAPTION, Label.PARAGRAPH, Label.RELATED]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The bridge at dusk.Photo: Jane Doe", Label.CAPTION),
        ("Photo: Jane Doe", Label.CREDIT),
        ("Jane Doe/Getty Images", Label.CREDIT),
    ],
)
def test_credit_in_a_caption(line: str, expected: Label) -> None:
    """A credit behind the words under a picture makes no credit of them; the class "footer" does not, either."""
    markup = f'<p>{FIRST}</p><figure><img src="a.jpg"><figcaption class="image-footer">{line}</figcaption></figure>'
    assert label(f"{markup}<p>{SECOND}</p>", [0.99, 0.1, 0.99])[1].label is expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<div><img src="a.jpg"><div>The bridge at dusk</div></div>', Label.CAPTION),
        ("<div><div>The bridge at dusk</div></div>", Label.OTHER),
        ('<div><img src="a.jpg"><div>1 of 12</div></div>', Label.OTHER),
        ('<div><img src="a.jpg"><a href="/">The bridge at dusk</a></div>', Label.NAVIGATION),
        ('<a href="/"><div><img src="a.jpg"><div>Storm cuts power to the whole valley</div></div></a>', Label.RELATED),
    ],
)
def test_line_under_a_picture(markup: str, expected: Label) -> None:
    """What stands under a picture between two paragraphs is its caption; a link, or a counter, is none."""
    assert label(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>", [0.99, 0.1, 0.99])[1].label is expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<aside>Von Jana Noll</aside>", Label.BYLINE),
        ("<aside>Summer Porch Refresh</aside>", Label.RELATED),
        ('<aside><a href="/t/noll">Jana Noll</a></aside>', Label.RELATED),
        ('<aside><a class="author-name" href="/t/noll">Jana Noll</a></aside>', Label.BYLINE),
        ('<div class="media author-info">Jana Noll</div>', Label.BYLINE),
        ("<time>27. Januar 2026 • Jana Noll • 3 Minuten</time>", Label.BYLINE),
        ("<time>27. Januar 2026</time>", Label.TIMESTAMP),
    ],
)
def test_line_between_headline_and_body(markup: str, expected: Label) -> None:
    """A name between headline and body is the author's, in whatever element it stands."""
    page = f"<h1>The bridge at Harbury</h1>{markup}<p>{FIRST}</p><p>{SECOND}</p>"
    assert label(page, [0.2, 0.1, 0.99, 0.99])[1].label is expected


def test_pull_quote() -> None:
    """A sentence of the body that is set again beside it is no paragraph of its own; any other quote is."""
    again, other = "Work begins in April", "Nobody asked us, and nobody will."
    page = (
        f"<article><p>{FIRST}</p><blockquote>“{again}”</blockquote><p>{SECOND}</p><blockquote>{other}</blockquote>"
        f"<p>{THIRD}</p></article>"
    )
    assert body(label(page, [0.99, 0.9, 0.99, 0.9, 0.99])) == [FIRST, SECOND, other, THIRD]


@pytest.mark.parametrize(
    ("heading", "kept"),
    [
        ("109 Comments", 2),
        ("3 thoughts on “The bridge at Harbury”", 2),
        ("12 Kommentare", 2),
        ("Post Load All Comments", 2),
        ("0 Comments", 12),
        ("Eleven years of delay", 13),
    ],
)
def test_thread_longer_than_the_article(heading: str, kept: int) -> None:
    """In a dump, what stands below a heading that counts comments is theirs, however long; none are below "0"."""
    thread = [f"{number}. I have waited for that bridge for years, and so has my dog." for number in range(1, 11)]
    lines = [f"{FIRST} {THIRD}", f"{SECOND} {THIRD}", heading, *thread]
    layout = segment_text("\n\n".join(lines))
    assert len(layout.blocks) == len(lines)
    likely = [0.9] * len(lines)
    labelled = classify(layout, likely, Hints(), lexicon=lexicon.packaged(), agencies=AGENCIES)
    assert len(body(labelled)) == kept


def test_thread_linked_from_above() -> None:
    """A count that stands under the headline too is a link down to the comments."""
    lines = [f"{FIRST} {THIRD} {FIRST}", "12 Comments", f"{SECOND} {THIRD}", "12 Comments", "I have waited for years."]
    layout = segment_text("\n\n".join(lines))
    labelled = classify(layout, [0.9, 0.1, 0.9, 0.1, 0.9], Hints(), lexicon=lexicon.packaged(), agencies=AGENCIES)
    assert [lines.index(text) for text in body(labelled)] == [0, 2]


def test_second_copy() -> None:
    """A page that holds its article twice, for two widths of screen, has it once in the body."""
    paragraphs = "".join(f"<p>{text}</p>" for text in (FIRST, SECOND, THIRD))
    page = f"<div class=wide>{paragraphs}</div><div class=narrow>{paragraphs}</div>"
    assert body(label(page, [0.99] * 6)) == [FIRST, SECOND, THIRD]


def test_names_at_the_edges() -> None:
    """The author's name above the article and who the author is below it are not the body."""
    bio = "Mara Quill is a freelance reporter who writes about rivers."
    page = f"<article><p>Mara Quill</p><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>{bio}</p></article>"
    labelled = label(page, [0.9, 0.99, 0.99, 0.99, 0.9], hints=Hints(authors=("Mara Quill",)))
    assert body(labelled) == [FIRST, SECOND, THIRD]
    assert [labelled[0].label, labelled[-1].label] == [Label.BYLINE, Label.AUTHOR_BIO]


def test_fact_box() -> None:
    """A box of facts stays out however sure the model is."""
    page = f"<article><p>{FIRST}</p><div class='factbox'><p>{THIRD}</p></div><p>{SECOND}</p></article>"
    assert body(label(page, [0.99, 0.99, 0.99])) == [FIRST, SECOND]


def test_nearly_likely_paragraph() -> None:
    """A paragraph that stands among those of the body needs less than they did."""
    page = f"<article><p>{FIRST}</p><p>{THIRD}</p><p>{SECOND}</p></article><div><p>Weather</p></div>"
    assert body(label(page, [0.99, 0.3, 0.99, 0.3])) == [FIRST, THIRD, SECOND]


@pytest.mark.parametrize(
    "sentence",
    [
        "Leggi anche i romanzi di chi non ami, diceva ai suoi studenti.",
        "Leia também os livros dos outros, dizia ela aos alunos da escola.",
        "Czytaj także książki, których nie lubisz, powtarzała uczniom.",
        "Читайте также книги, которые вам не нравятся, говорила она ученикам.",
        "Read more books than you write, she told the class on the first day.",
    ],
)
def test_sentence_that_begins_like_a_heading(sentence: str) -> None:
    """An honest sentence may begin with the words of a list's heading."""
    layout = segment_text(f"{FIRST}\n\n{sentence}\n\n{SECOND}\n\n{THIRD}")
    labelled = classify(layout, [0.9] * len(layout.blocks), Hints(), lexicon=lexicon.packaged(), agencies=AGENCIES)
    assert sentence in body(labelled)


@pytest.mark.parametrize("likely", [0.01, 0.99])
def test_lines_read_for_names_are_bounded(likely: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of very many short lines, each of which could be a name, has only so many of them read."""
    read: list[str] = []

    def count(text: str, *, agencies: Agencies) -> Byline:
        read.append(text)
        return parse_byline(text, agencies=agencies)

    for module in (head, classify_module):
        monkeypatch.setattr(module, "parse_byline", count)
    many = 2 * MOST_BLOCKS
    lines = "".join(f"<p>Jane Doe the {number}th</p>" for number in range(many))
    label(f"<p>{FIRST}</p>{lines}<p>{SECOND}</p>", [likely, *[0.01] * many, likely])
    assert len(read) < 1.1 * MOST_BLOCKS
    assert read or likely < 0.5  # without a body, no line is read for a name


@pytest.mark.parametrize(("tag", "expected"), [("em", Label.CAPTION), ("p", Label.PARAGRAPH)])
def test_text_beside_a_picture(tag: str, expected: Label) -> None:
    """What stands with a picture in an element that is no paragraph is its caption, though the model takes it."""
    page = f'<p>{FIRST}</p><div><img src="/a.jpg"><{tag} class="x">{SECOND}</{tag}></div><p>{THIRD}</p>'
    hints = Hints(captions=frozenset({SECOND}))
    assert label(page, [0.99, 0.9, 0.99], hints=hints)[1].label is expected
    assert label(page, [0.99, 0.9, 0.99])[1].label is Label.PARAGRAPH


def test_captions_among_the_hints() -> None:
    """The texts of pictures are known when blocks are labelled, with and without their credit."""
    root, _ = dom.parse(f'<p>{FIRST}</p><figure><img src="/a.jpg"><p>A quay</p><small>Jo Roe/AFP</small></figure>')
    assert structured.hints(structured.read(root)).captions == {"A quay", "A quay Jo Roe/AFP"}


BOX = "<h3>The five of the week</h3><p>Five stories, five minutes, five days a week.</p>"


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        (f'<div class="newsletter-signup">{BOX}</div>', False),
        (f'<section class="article-related">{BOX}</section>', False),
        (f'<div class="author-bio">{BOX}</div>', False),
        (f"<nav>{BOX}</nav>", False),
        (f"<div>{BOX}</div>", True),
        (BOX.replace("<h3>", '<h3 id="which-newsletter-is-best">'), True),
    ],
)
def test_named_box_in_the_text(box: str, kept: bool) -> None:  # noqa: FBT001  a table of cases
    """A small box that is called what leads away is none of the body's, however sure the model; a heading's id is."""
    page = f"<article><p>{FIRST}</p><p>{SECOND}</p>{box}<p>{THIRD}</p><p>{2 * FIRST}</p></article>"
    found = body(label(page, [0.99, 0.99, 0.98, 0.98, 0.99, 0.99]))
    assert any(text.endswith("five days a week.") for text in found) is kept


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Kitty Bennett contributed research.", False),
        ("Amelia Hartsfield reported from New York.", False),
        ("(Updates with comments from the governor in paragraph 4)", False),
        ("SOURCE Lumen A/S", False),
        ("___", False),
        ("Like what you read? Become a member for $5 a month.", False),
        ("Jane Doe contributed to the fund, which closed in June.", True),
        ("Source code was lost, and nobody knew why.", True),
    ],
)
def test_editors_note(line: str, kept: bool) -> None:  # noqa: FBT001  a table of cases
    """What an editor adds below a text is none of it, however sure the model."""
    page = f"<article><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>{line}</p></article>"
    assert (line in body(label(page, [0.99, 0.99, 0.99, 0.98]))) is kept


@pytest.mark.parametrize("heading", ["<h2>8 Comments</h2>", "<h3>Comments</h3>"])
def test_thread_below_a_heading(heading: str) -> None:
    """What stands below a heading that counts comments is the readers', in markup without a telling name too."""
    thread = "".join(f"<div><span>user{i}</span><p>{THIRD} {i}</p></div>" for i in range(8))
    page = f"<div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div><div>{heading}{thread}</div>"
    assert body(label(page, [0.99] * 3 + [0.3] + [0.3, 0.8] * 8)) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("second", "count"),
    [
        (f"<h1>Museum returns a painting</h1><p>By Leo Hart</p><p>{THIRD}</p>", 3),
        (f"<h1>Museum returns a painting</h1><p>{THIRD}</p>", 5),  # a chapter
    ],
)
def test_second_article(second: str, count: int) -> None:
    """A second headline with an author begins another article."""
    page = f"<div><h1>The bridge</h1><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST[9:]}</p></div><div>{second}</div>"
    lines = second.count("<p>") + 1
    labels = label(page, [0.3] + [0.99] * 3 + [0.9] * lines)
    assert len(body(labels)) == count


@pytest.mark.parametrize("tag", ["aside", "blockquote", 'div class="pull-quote"'])
def test_quote_set_apart(tag: str) -> None:
    """A sentence of the body that is set apart again is left out, with who said it."""
    quote = f"<{tag}><p>nobody came into politics to shut a pool</p><p>Anna Berg</p></{tag.partition(' ')[0]}>"
    said = "“Nobody knows,” she said, “and nobody came into politics to shut a pool.”"
    page = f"<article><p>{FIRST}</p>{quote}<p>{SECOND}</p><p>{said}</p></article>"
    assert body(label(page, [0.99, 0.9, 0.9, 0.99, 0.99])) == [FIRST, SECOND, said]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<header class="article-header"><a href="/n/">News</a><h1>The bridge</h1></header>', Label.SECTION),
        ('<header><a href="/n/">News</a></header><p>Harbury</p><h1>The bridge</h1>', Label.NAVIGATION),
    ],
)
def test_kicker_in_the_header_of_the_article(head: str, expected: Label) -> None:
    """A short line right above the headline, in one element with it, is the section; a page's header is a menu."""
    page = f"{head}<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    probabilities = [0.1] * (head.count("<p>") + 2) + [0.99] * 3
    assert label(page, probabilities, hints=Hints(headline="The bridge"))[0].label is expected


def test_headline_of_one_word() -> None:
    """A heading that is one part of the page's title is the headline, as short as it is."""
    hints = Hints(headline="Floods | The Gazette of Harbury")
    found = label(f"<h1>Floods</h1><p>{FIRST}</p><p>{SECOND}</p>", [0.9, 0.99, 0.99], hints=hints)
    assert found[0].label is Label.HEADLINE


@pytest.mark.parametrize(
    "line", ["Average Rating: 4.85", "Year Founded: 2001", "Reference: CVE-2025-11700", "Cost: 19.99"]
)
def test_numbers_that_are_no_time(line: str) -> None:
    """A year or a number with two decimals is no time of the story."""
    found = label(f"<p>{FIRST}</p><p>{line}</p><p>{SECOND}</p><p>{THIRD}</p>", [0.99, 0.7, 0.99, 0.99])
    assert line in body(found)


@pytest.mark.parametrize(
    "line", ["Tuesday, March 3, 2026", "Updated 9:46 a.m.", "3. März 2026, 9.46 Uhr", "2026年3月3日"]
)
def test_time_of_the_story_in_its_body(line: str) -> None:
    """A day or a time of day alone is no text."""
    found = label(f"<p>{FIRST}</p><p>{line}</p><p>{SECOND}</p><p>{THIRD}</p>", [0.99, 0.7, 0.99, 0.99])
    assert line not in body(found)


@pytest.mark.parametrize(
    ("printed", "titles", "expected"),
    [
        ("<h2>Snow stops the trams</h2>", ("Snow stops the trams",), 2),
        ("<h2><span>Weather</span> Snow stops the trams</h2>", ("Snow stops the trams",), 2),
        ("<h2>Snow stops the trams</h2>", ("Weather: Snow stops the trams",), 2),
        ("<h2>Snow stops the trams</h2>", ("Winter: Trams stand still in the snow",), 1),
        ("<p>Snow stops the trams</p>", ("Snow stops the trams",), 1),
    ],
)
def test_headline_below_an_h1_for_search_engines(printed: str, titles: tuple[str, ...], expected: int) -> None:
    """An `<h1>` that ends the breadcrumbs gives way to the heading below it that prints another declared title."""
    trail = "<ul><li><a href=/>Home</a></li><li><h1>Winter: Trams stand still in the snow</h1></li></ul>"
    hints = Hints(headline="Winter: Trams stand still in the snow", titles=titles)
    page = f"{trail}{printed}<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    found = label(page, [0.1, 0.1, 0.1, 0.99, 0.99, 0.99], hints=hints)
    assert [item.label for item in found].index(Label.HEADLINE) == expected


def test_offer_of_a_paywall() -> None:
    """What a subscription costs and holds is none of the body's; a long paragraph behind the wall's line is."""
    offer = "<p>Create an account to read the full story.</p><p>Unlimited access on web and app</p><p>Daily puzzles</p>"
    page = f"<article><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>{offer}</article>"
    assert body(label(page, [0.99] * 3 + [0.6, 0.7, 0.7])) == [FIRST, SECOND, THIRD]
    page = page.replace("Daily puzzles", 2 * THIRD)
    assert 2 * THIRD in body(label(page, [0.99] * 3 + [0.6, 0.7, 0.9]))


@pytest.mark.parametrize(("linked", "kept"), [(False, True), (True, False)])
def test_table_in_the_text(linked: bool, kept: bool) -> None:  # noqa: FBT001  a table of cases
    """A table of data between two paragraphs of the body belongs to it; one of links does not."""
    cell = '<td><a href="/t">Team {}</a></td>' if linked else "<td>Team {}</td>"
    table = "<table>" + "".join(f"<tr>{cell.format(i)}<td>{i}</td></tr>" for i in range(4)) + "</table>"
    page = f"<article><p>{FIRST}</p>{table}<p>{SECOND}</p></article>"
    assert ("Team 3" in body(label(page, [0.99] + [0.3] * 8 + [0.99]))) is kept


@pytest.mark.parametrize(
    ("name", "text", "likely", "expected"),
    [
        ("image-desc", SECOND, 0.98, Label.CAPTION),
        ("image-desc", 5 * SECOND, 0.98, Label.PARAGRAPH),
        ("image-text", SECOND, 0.3, Label.CAPTION),
        ("wp-block-media-text", SECOND, 0.98, Label.PARAGRAPH),
    ],
)
def test_text_beside_an_image(name: str, text: str, likely: float, expected: Label) -> None:
    """A picture's description is a caption; page builders call sections so, which are long, or the model knows them."""
    page = f'<p>{FIRST}</p><div class="{name}"><p>{text}</p></div><p>{THIRD}</p>'
    assert label(page, [0.99, likely, 0.99])[1].label is expected


def test_chapter_on_comments() -> None:
    """A heading "Comments" with chapters below heads a chapter, and no thread; over prose such words are headings."""
    page = f"<h2>Comments</h2><p>{2 * THIRD}</p><h2>Loops</h2><p>{2 * SECOND}</p><h2>Contents</h2><p>{3 * THIRD}</p>"
    found = label(f"<p>{2 * FIRST}</p><p>{3 * SECOND}</p>{page}", [0.99, 0.99, *[0.6, 0.99] * 3])
    assert body(found)[2:] == ["Comments", 2 * THIRD, "Loops", 2 * SECOND, "Contents", 3 * THIRD]


@pytest.mark.parametrize(("cell", "kept"), [("<td><p>09:17</p></td>", True), ("<td>09:17</td>", True)])
def test_times_in_a_table(cell: str, kept: bool) -> None:  # noqa: FBT001  a table of cases
    """A time in a cell is no time of publication, in a paragraph of its own either."""
    rows = "".join(f"<tr>{cell}<td>Step {i}</td></tr>" for i in range(3))
    found = label(f"<p>{FIRST}</p><table>{rows}</table><p>{SECOND}</p>", [0.99, *[0.8, 0.8] * 3, 0.99])
    assert ("09:17" in body(found)) is kept


def test_authors_box_is_no_dek() -> None:
    """What begins with the author's name, beside the byline, says who the author is."""
    bio = "Jane Doe has covered roses for more than twenty years as a writer and an editor of this magazine."
    page = f"<h1>How to prune roses</h1><p>By Jane Doe</p><div>{bio}</div><p>{FIRST}</p><p>{SECOND}</p>"
    found = label(page, [0.1, 0.1, 0.1, 0.99, 0.99], hints=Hints(headline="How to prune roses", authors=("Jane Doe",)))
    assert Label.DEK not in {item.label for item in found}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dpa/AFP", Label.BYLINE),
        ("kah/dpa/AFP", Label.BYLINE),
        ("(AFP)", Label.BYLINE),
        ("Foto: Mara Quill/dpa", Label.CREDIT),
    ],
)
def test_agencies_behind_the_text(line: str, expected: Label) -> None:
    """A last line of agencies and initials is a byline, and no picture's credit."""
    found = label(f"<p>{FIRST}</p><p>{SECOND}</p><p>{line}</p>", [0.99, 0.99, 0.3])
    assert found[2].label is expected


def test_name_in_a_figure_is_no_byline() -> None:
    """Who is named in a figure made the picture."""
    figure = f"<figure><img src='/a.jpg'><figcaption>{SECOND}</figcaption><footer>APA/EVA MANNHART</footer></figure>"
    found = label(f"<h1>The bridge</h1>{figure}<p>{FIRST}</p><p>{THIRD}</p>", [0.1, 0.1, 0.1, 0.99, 0.99])
    assert found[2].label is not Label.BYLINE


def test_last_of_the_breadcrumbs() -> None:
    """The last crumb before the title is the section; the first, which leads home, is none."""
    trail = '<ol class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/w/">Weather</a></li></ol>'
    found = label(f"{trail}<h1>The bridge</h1><p>{FIRST}</p><p>{SECOND}</p>", [0.1, 0.1, 0.1, 0.99, 0.99])
    assert [item.label for item in found[:3]] == [Label.NAVIGATION, Label.SECTION, Label.HEADLINE]
