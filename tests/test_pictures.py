"""The article's images: which is the main one, which belong to the article, what is caption and what credit."""

import pytest

from newsclean import lexicon
from newsclean.document import Block, InputKind, Label, Labelled, Page
from newsclean.fields import metadata, pictures, structured
from newsclean.fields.agencies import Agencies
from newsclean.fields.metadata import Fields
from newsclean.html import dom

AGENCIES = Agencies(lexicon.agencies())
URL = "https://www.example.org/a"
OG = '<meta property="og:image" content="{}">'


def read(body: str, *blocks: tuple[Label, str], head: str = "") -> Fields:
    """Return the fields of a page."""
    root, _ = dom.parse(f"<html><head>{head}</head><body>{body}</body></html>")
    labelled = tuple(
        Labelled(Block(index=i, text=text, tag="p"), label, "test", 0.9) for i, (label, text) in enumerate(blocks)
    )
    return metadata.fields(
        structured.read(root, url=URL),
        labelled,
        page=Page(data="", url=URL),
        input_kind=InputKind.HTML,
        lexicon=lexicon.packaged(),
        agencies=AGENCIES,
    )


FIGURES = {
    "credit in a footer": "<figure>{}<figcaption>A quay.</figcaption><footer>Jo Roe/AFP</footer></figure>",
    "small print over the image": "<figure><div>{}<small>© Jo Roe/AFP</small></div>"
    "<figcaption>A quay.</figcaption></figure>",
    "marked span before the caption": "<figure><div>{}<span>Foto: Jo Roe/AFP</span></div>"
    "<figcaption>A quay.</figcaption></figure>",
    "caption beside its figure": "<div><figure><div>{}</div></figure>"
    "<figcaption>A quay. <span class=source>Jo Roe/AFP</span></figcaption></div>",
    "sources nested in each other": "<figure><picture>" + "<source srcset=b.webp>" * 9 + "{}</picture>"
    "<figcaption>A quay. <i class=credit>Jo Roe/AFP</i></figcaption></figure>",
    "no figure": "<div class=teaser-image><picture>{}</picture>"
    "<p>A quay. <span class=credit>Jo Roe/AFP</span></p></div>",
    "in the title": "<figure>{}<figcaption>A quay.</figcaption></figure>",
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_caption_and_credit(name: str) -> None:
    """Caption and credit are found and told apart wherever sites put them."""
    image = '<img src="/i/harbour-quay.jpg" alt="Ice" title="A quay. | Jo Roe/AFP">'
    if name != "in the title":
        image = image.replace(' title="A quay. | Jo Roe/AFP"', "")
    (found,) = read(FIGURES[name].format(image), (Label.CAPTION, "A quay."), (Label.PARAGRAPH, "Snow fell.")).images
    assert (found.url, found.alt) == ("https://www.example.org/i/harbour-quay.jpg", "Ice")
    assert (found.caption, found.credit_text) == ("A quay.", "Jo Roe/AFP")


def test_declared_picture_by_reference() -> None:
    """An image that JSON-LD refers to is the object of that name, and the name is no address."""
    graph = """{"@graph": [{"@type": "NewsArticle", "headline": "Snow", "image": {"@id": "https://x.org/a#primary"}},
        {"@type": "ImageObject", "@id": "https://x.org/a#primary", "url": "/i/quay.jpg", "caption": "A quay."}]}"""
    script = '<script type="application/ld+json">{}</script>'
    (found,) = read("<p>Snow fell.", (Label.PARAGRAPH, "Snow fell."), head=script.format(graph)).images
    assert (found.url, found.caption) == ("https://www.example.org/i/quay.jpg", "A quay.")
    alone = graph.replace('"@type": "ImageObject", ', "").replace(
        '"url": "/i/quay.jpg", "caption": "A quay."', '"x": 1'
    )
    assert read("<p>Snow fell.", (Label.PARAGRAPH, "Snow fell."), head=script.format(alone)).images == ()


def test_video_beside_the_article() -> None:
    """A video that the page declares for itself is the article's, each address once."""
    video = '{"@type": "VideoObject", "name": "Snow", "contentUrl": "/v/snow.mp4"}'
    page = f'<script type="application/ld+json">[{{"@type": "NewsArticle", "video": {video}}}, {video}]</script>'
    (found,) = read("<p>Snow fell.", (Label.PARAGRAPH, "Snow fell."), head=page).videos
    assert (found.url, found.name) == ("https://www.example.org/v/snow.mp4", "Snow")
    alone = f'<script type="application/ld+json">{video}</script>'
    assert read("<p>Snow fell.", (Label.PARAGRAPH, "Snow fell."), head=alone).videos == (found,)


def test_widest_of_a_srcset() -> None:
    """The widest size that is offered is taken; a stand-in in `src` is not."""
    sizes = "/i/quay-320.jpg 320w, /i/quay-1280.jpg 1280w, /i/quay-640.jpg 640w"
    (found,) = read(f'<figure><img src="data:image/gif;base64,R0lG" srcset="{sizes}"></figure>').images
    assert found.url == "https://www.example.org/i/quay-1280.jpg"


@pytest.mark.parametrize(
    "sources",
    [
        '<source srcset="/i/quay-600.jpg 600w, /i/quay-1280.jpg 1280w">',
        '<source media="(min-width: 900px)" srcset="/i/quay-1280.jpg 1280w"><source srcset="/i/quay-600.jpg 600w">',
    ],
)
def test_widest_of_a_picture(sources: str) -> None:
    """What `<picture>` offers besides its image counts as what `srcset` does."""
    (found,) = read(f'<figure><picture>{sources}<img src="/i/quay-300.jpg"></picture></figure>').images
    assert found.url == "https://www.example.org/i/quay-1280.jpg"


def test_picture_for_browsers_without_scripts() -> None:
    """Where scripts fill a frame, the picture is the one that browsers without scripts show."""
    page = "<figure><img src='data:image/gif;base64,R0'><noscript><img src=/tram.jpg></noscript>"
    found = read(page + "<figcaption>The tram.</figcaption></figure>")
    assert [(i.url, i.caption) for i in found.images] == [("https://www.example.org/tram.jpg", "The tram.")]


def test_article_is_no_caption() -> None:
    """An element with a picture and three paragraphs is the article's, and no frame with its caption."""
    prose = "<p>Snow fell on the harbour.</p>" * 3
    (found,) = read(f'<div class="entry-content"><p><img src="/i/quay.jpg"></p>{prose}<p>Follow us</p></div>').images
    assert (found.caption, found.credit_text) == (None, None)


def test_main_image_is_the_one_shown() -> None:
    """A picture declared for sharing is taken in the form that the article shows."""
    head = OG.format(
        "https://cdn.example.org/share?w=1200&amp;image=https%3A%2F%2Fwww.example.org%2Fi%2Fharbour-quay-1200x630.jpg"
    )
    found = read('<figure><img src="/i/harbour-quay.jpg"><figcaption>A quay.</figcaption></figure>', head=head)
    assert found.main_image is not None
    assert found.main_image.url == "https://www.example.org/i/harbour-quay.jpg"
    assert [e.chosen for e in found.evidence if e.field == "main_image"] == [True]


def test_other_stories_pictures_are_left_out() -> None:
    """A captioned picture far from the article is neither the main image nor one of its images."""
    other = '<div><img src="/i/other-story.jpg"><p>Rain in June.</p></div>'
    blocks = [(Label.HEADLINE, "Snow in May"), (Label.PARAGRAPH, "Snow fell.")]
    blocks += [(Label.RELATED, f"Story {i}") for i in range(9)] + [(Label.RELATED, "Rain in June.")]
    found = read(f"<h1>Snow in May</h1>{other}", *blocks, head=OG.format("https://www.example.org/i/quay-of-may.jpg"))
    assert [image.url for image in found.images] == ["https://www.example.org/i/quay-of-may.jpg"]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="related-articles"><ul><li><a href=/b><figure>{}</figure></a></li></ul></div>',
        '<aside class="most-read"><article class="teaser"><a href=/b><figure>{}</figure></a></article></aside>',
        '<div class="related"><figure><a href=/b>{}</a></figure></div>',
        '<div class="author-box"><figure>{}</figure></div>',
        '<div class="writer">{}</div>',
    ],
)
def test_figures_that_are_not_the_articles(box: str) -> None:
    """The picture of another story or of the author is none of the article's, in a figure or not."""
    own = "<figure><img src=/tram.jpg width=800><figcaption>A tram.</figcaption></figure>"
    found = read(f"<article>{own}<p>Text.</p>{box.format('<img src=/boat.jpg width=400>')}</article>")
    assert [image.url for image in found.images] == ["https://www.example.org/tram.jpg"]


def test_linked_figure_beside_a_sidebar() -> None:
    """The article's own picture may be a link, in a page whose wrapper is named after its sidebar."""
    text = "<p>Snow.</p>" * 5
    figure = "<a href=/tram.jpg><figure><img src=/tram.jpg width=800></figure></a>"
    assert read(f"<div class=with-sidebar><article>{figure}{text}</article></div>").main_image is not None


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Ratikka Hervannassa. Kuva: Emmi Korhonen / Lehtikuva", "Ratikka Hervannassa.", "Emmi Korhonen / Lehtikuva"),
        ("A szegedi városháza. Fotó: Kovács Tamás / MTI", "A szegedi városháza.", "Kovács Tamás / MTI"),
        ("Το κέντρο της πόλης (Φωτ.: ΑΠΕ-ΜΠΕ)", "Το κέντρο της πόλης", "ΑΠΕ-ΜΠΕ"),
        ("부산 도시철도. /사진=뉴시스", "부산 도시철도.", "뉴시스"),
        ("台中捷運。（記者王小明攝）", "台中捷運。", "記者王小明攝"),
        ("คลองแม่ข่า (ภาพ: Reuters)", "คลองแม่ข่า", "Reuters"),
        ("مترو شیراز (عکس: ایسنا)", "مترو شیراز", "ایسنا"),
    ],
)
def test_credits_in_many_languages(line: str, caption: str, credit: str) -> None:
    """The words for a picture in each language part a credit from its caption."""
    assert pictures.split_credit(line) == (caption, credit)


def test_logo_is_no_main_image() -> None:
    """A site's mark is turned down, and the evidence says why."""
    found = read("<p>Snow", head=OG.format("https://www.example.org/static/logo.png"))
    assert found.main_image is None
    assert [(e.chosen, e.reason) for e in found.evidence if e.field == "main_image"] == [
        (False, "a logo or a stand-in")
    ]


def test_paragraph_beside_an_image_is_no_caption() -> None:
    """Where a paragraph of the body shares its box with an image, the image is kept, without a caption."""
    box = '<div><img src="/i/quay-of-may.jpg" alt="Ice"><p>{}</p></div>'
    shown = box.format("Snow fell on the harbour.")
    (found,) = read(shown, (Label.HEADLINE, "Snow"), (Label.PARAGRAPH, "Snow fell on the harbour.")).images
    assert (found.caption, found.alt) == (None, "Ice")
    (other,) = read(shown, (Label.HEADLINE, "Snow"), (Label.CAPTION, "Snow fell on the harbour.")).images
    assert other.caption == "Snow fell on the harbour."


@pytest.mark.parametrize(
    ("srcset", "name"),
    [
        ("/i/a-300.jpg 300w,/i/a-1200.jpg 1200w", "a-1200.jpg"),
        ("\n/i/a-300.jpg 300w,\n/i/a-1200.jpg 1200w\n", "a-1200.jpg"),
        ("/i/a.jpg 1x,/i/b.jpg 2.5x", "b.jpg"),
        ("/i/w_300,h_200/a.jpg 300w, /i/w_600,h_400/b.jpg 600w", "w_600,h_400/b.jpg"),
        ("/i/w_300,h_200/a.jpg", "w_300,h_200/a.jpg"),
        ("/i/a.jpg,", "a.jpg"),
    ],
)
def test_srcset_as_html_parses_it(srcset: str, name: str) -> None:
    """Commas part addresses where they end one or a descriptor; elsewhere they belong to an address."""
    (found,) = read(f'<figure><img srcset="{srcset}"></figure>').images
    assert found.url == f"https://www.example.org/i/{name}"


LONG = "<figure>{{}}<figcaption>A quay of ice in May. {}</figcaption></figure>"


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        (
            "<div>{}<div class=i-caption>A quay.</div><figcaption class=i-credit>Jo Roe/AFP</figcaption></div>",
            "A quay.",
            "Jo Roe/AFP",
        ),
        (
            "<div><div><figure>{}</figure></div><div><figcaption>A quay. Photograph: Jo Roe</figcaption></div></div>",
            "A quay.",
            "Jo Roe",
        ),
        ("<figure><a class=td-modal-image>{}</a><figcaption>A quay.</figcaption></figure>", "A quay.", None),
        (
            "<figure>{}<figcaption>A quay of ice in May. (Staff photo by Mae Dodd)</figcaption></figure>",
            "A quay of ice in May.",
            "Mae Dodd",
        ),
        (
            "<figure>{}<figcaption>A quay of ice in May. Photo courtesy of Mae Dodd.</figcaption></figure>",
            "A quay of ice in May.",
            "Mae Dodd",
        ),
        (
            "<figure>{}<figcaption>A quay of ice in May. AP Photo/Mae Dodd</figcaption></figure>",
            "A quay of ice in May.",
            "AP Photo/Mae Dodd",
        ),
        ("<figure>{}<figcaption>Image caption A quay.</figcaption></figure>", "A quay.", None),
        (
            "<figure>{}<div class=credit-caption>A quay.<b class=credit>Jo Roe/AFP</b> hide caption</div></figure>",
            "A quay.",
            "Jo Roe/AFP",
        ),
    ],
)
def test_captions_as_sites_print_them(markup: str, caption: str, credit: str | None) -> None:
    """Forms of well-known sites and systems."""
    (found,) = read(markup.format('<img src="/i/harbour-quay.jpg">'), (Label.CAPTION, "A quay.")).images
    assert (found.caption, found.credit_text) == (caption, credit)


@pytest.mark.parametrize(
    "last", ["10 Min Read", "Dec 10", "19.10.19, 12:30 Uhr", "column_2x2.png", "account to continue reading"]
)
def test_what_credits_nobody(last: str) -> None:
    """A time, a file or a button behind a caption is no credit."""
    page = f"<figure><img src=/i/quay.jpg><figcaption><div>A quay.</div><div>{last}</div></figcaption></figure>"
    (found,) = read(page, (Label.PARAGRAPH, "Snow fell.")).images
    assert (found.caption, found.credit_text) == (f"A quay. {last}", None)


@pytest.mark.parametrize(
    ("printed", "caption", "credit"),
    [
        ("Getty Images", None, "Getty Images"),
        ("Reuters", None, "Reuters"),
        ("A quay. <small>Copyright Jo Roe/AP Copyright Jo Roe/AP</small>", "A quay.", "Copyright Jo Roe/AP"),
        ("A quay. <i class=credit>Jo Roe, Jo Roe</i>", "A quay.", "Jo Roe"),
        ("A quay. <i class=credit>Jo Roe/AP)</i>", "A quay.", "Jo Roe/AP"),
    ],
)
def test_credits_as_sites_print_them(printed: str, caption: str | None, credit: str) -> None:
    """A library alone is a credit; a name said twice is said once."""
    page = f"<figure><img src=/i/quay.jpg><figcaption>{printed}</figcaption></figure>"
    (found,) = read(page, (Label.PARAGRAPH, "Snow fell.")).images
    assert (found.caption, found.credit_text) == (caption, credit)


@pytest.mark.parametrize(
    "path", ["/i/doe-100x100.jpg", "/wp-content/themes/blue/quay.jpg", "/captcha.php", "/i/clear.gif"]
)
def test_pictures_of_nothing(path: str) -> None:
    """Portraits, what belongs to the site's design, and what a form shows."""
    assert read(f"<p>Snow.</p><img src={path}>", (Label.PARAGRAPH, "Snow fell.")).images == ()


def test_portrait_is_no_picture_of_the_article() -> None:
    """An author's portrait, with who the author is beside it, is none of the article's images."""
    card = '<div class="author-mini-bio"><img src="/i/jane-doe-2026.jpg"><div>Jane is a senior editor.</div></div>'
    assert read(card, (Label.PARAGRAPH, "Snow fell.")).images == ()


def test_declared_picture_without_a_figure() -> None:
    """The declared picture that the page shows is the main one, though another has a caption."""
    shown = '<div class="post-thumbnail"><img src="/i/harbour-hero.jpg"></div>'
    other = '<figure><img src="/i/second-quay.png"><figcaption>A quay.</figcaption></figure>'
    head = OG.format("https://www.example.org/i/harbour-hero.jpg")
    found = read(shown + other, (Label.PARAGRAPH, "Snow fell."), (Label.CAPTION, "A quay."), head=head)
    assert found.main_image is not None
    assert found.main_image.url == "https://www.example.org/i/harbour-hero.jpg"
