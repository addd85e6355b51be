"""
newsclean, its peers and the plain rules, behind one Protocol: a page in, a `Prediction` out.

Each system is imported when it is asked for, so that none of them is needed to measure another. Every one gets the page
as fetched and its address, and is called as its own documentation says, without network and with what helps it: text
decoded by the page's own word where it wants text, the language for jusText. An adapter renames, and decides nothing.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import msgspec
from lxml import etree
from lxml import html as lxml_html

__all__ = ["HTML_SYSTEMS", "TEXT_SYSTEMS", "Image", "Prediction", "System", "UnavailableError", "load", "quietly"]

_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ],
)  # fmt: skip


class UnavailableError(Exception):
    """A system is not installed here, or there is none of that name."""


class Image(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture, as a system found it."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


class Prediction(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """
    What a system says of one page.

    Args:
        text: the body.
        dek: the dek, where the system keeps it apart.
        headline: the headline.
        authors: names.
        credited: all names credited, those of organisations too, where the system keeps them apart from its authors.
        date_published: ISO 8601.
        keywords: topics or tags.
        main_image: address of the leading picture.
        images: pictures of the article, with caption and credit.
        kind: the verdict on the page, in newsclean's words.
        probability: how sure the system is of the body.
        second_opinion: whether another extractor's body was taken.
        blocks: every visible block in reading order, as (label, text).
        failed: the exception, when the system raised one.
    """

    text: str = ""
    dek: str = ""
    headline: str | None = None
    authors: tuple[str, ...] = ()
    credited: tuple[str, ...] | None = None
    date_published: str | None = None
    keywords: tuple[str, ...] = ()
    main_image: str | None = None
    images: tuple[Image, ...] = ()
    kind: str | None = None
    probability: float | None = None
    second_opinion: bool = False
    blocks: tuple[tuple[str, str], ...] = ()
    failed: str | None = None


class System(Protocol):
    """One way from a page to a prediction."""

    def __call__(self, data: bytes, url: str | None, /) -> Prediction:
        """Return what the system says of the page *data* at *url*."""


def load(name: str) -> System:
    """
    Return the system called *name*, ready to be called.

    Raises:
        UnavailableError: it is not installed here, or there is none of that name.
    """
    if name not in _SYSTEMS:
        message = f"no system is called {name!r}; there are {', '.join(sorted(_SYSTEMS))}"
        raise UnavailableError(message)
    try:
        return _SYSTEMS[name][0]()
    except ImportError as error:
        message = f"{name} is not installed: {error}"
        raise UnavailableError(message) from error


def _newsclean(kind: str) -> System:
    clean = import_module("newsclean").clean

    def predict(data: bytes, url: str | None) -> Prediction:
        article = clean(data, url=url, kind=kind)
        blocks = sorted((item.index, item.label.value, item.text) for item in (*article.blocks, *article.removed))
        return Prediction(
            text=article.article_body,
            dek=article.alternative_headline or "",
            headline=article.headline,
            authors=tuple(author.name for author in article.authors),
            credited=article.credited,
            date_published=article.to_dict().get("datePublished"),
            keywords=article.keywords,
            main_image=article.main_image.url if article.main_image else None,
            images=tuple(Image(image.url, image.caption, image.credit_text) for image in article.images),
            kind=article.page_kind.value,
            probability=article.metadata.probability,
            second_opinion=article.metadata.second_opinion is not None,
            blocks=tuple((label, text) for _, label, text in blocks),
        )

    return predict


def _trafilatura(**options: bool) -> System:
    extract = import_module("trafilatura").bare_extraction
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

    def predict(data: bytes, url: str | None) -> Prediction:
        document = extract(data, url=url, with_metadata=True, **options)
        if document is None:
            return Prediction()
        return Prediction(
            text=document.text or "",
            headline=document.title,
            authors=tuple(name.strip() for name in (document.author or "").split(";") if name.strip()),
            date_published=document.date,
            keywords=tuple(document.tags or ()),
            main_image=document.image,
        )

    return predict


def _readability() -> System:
    document_class = import_module("readability").Document
    logging.getLogger("readability").setLevel(logging.CRITICAL)

    def predict(data: bytes, url: str | None) -> Prediction:
        document = document_class(_decoded(data), url=url)
        return Prediction(text=_text_of(document.summary(html_partial=True)), headline=document.short_title())

    return predict


def _newspaper() -> System:
    newspaper = import_module("newspaper")
    logging.getLogger("newspaper").setLevel(logging.CRITICAL)

    def predict(data: bytes, url: str | None) -> Prediction:
        # Pictures are not fetched to be measured, links are not followed: no network. `article` would fetch.
        article = newspaper.Article(url or "https://page.invalid/", fetch_images=False, follow_meta_refresh=False)
        article.download(input_html=_decoded(data)).parse()
        date = article.publish_date
        return Prediction(
            text=article.text,
            headline=article.title,
            authors=tuple(article.authors),
            date_published=date.isoformat() if hasattr(date, "isoformat") else None,
            keywords=tuple(sorted(word for word in article.tags or article.meta_keywords or () if word)),
            main_image=article.top_image or None,
        )

    return predict


def _resiliparse() -> System:
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    encoding = import_module("resiliparse.parse.encoding")
    tree = import_module("resiliparse.parse.html").HTMLTree

    def predict(data: bytes, _: str | None) -> Prediction:
        page = tree.parse(encoding.bytes_to_str(data, encoding.detect_encoding(data)))
        title = page.title
        return Prediction(text=extract(page, main_content=True, alt_texts=False), headline=title or None)

    return predict


def _justext_html() -> System:
    justext = _JusText()

    def predict(data: bytes, _: str | None) -> Prediction:
        return Prediction(text=justext.of_html(data))

    return predict


def _justext_lines(language: str | None = None) -> System:
    justext = _JusText(language)

    def predict(data: bytes, _: str | None) -> Prediction:
        return Prediction(text=justext.of_lines(_lines(data)))

    return predict


class _JusText:
    """jusText with the stop list of one language, or of each page's own (English where it has none)."""

    def __init__(self, language: str | None = None) -> None:
        self._language = language
        self._justext = import_module("justext")
        self._identify: Callable[[str], tuple[str, float]] = import_module("py3langid").classify
        self._stoplists: dict[str, frozenset[str]] = {}

    def of_html(self, data: bytes) -> str:
        # What jusText would see: its own decoding is lenient, so this one is too.
        try:
            root = lxml_html.document_fromstring(data)
        except (etree.ParserError, ValueError):
            return ""
        text = " ".join(root.xpath("//p//text()"))[:20_000]
        return self._kept(self._justext.justext(data, self._stoplist(text)))

    def of_lines(self, lines: list[str]) -> str:
        root = lxml_html.Element("html")
        body = etree.SubElement(root, "body")
        for line in lines:
            etree.SubElement(body, "p").text = line
        markup = etree.tostring(root, encoding="unicode", method="html")
        return self._kept(self._justext.justext(markup, self._stoplist("\n".join(lines)[:20_000])))

    def _kept(self, paragraphs: list[Any]) -> str:
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    def _stoplist(self, text: str) -> frozenset[str]:
        language = self._language or _STOPLISTS.get(self._identify(text)[0], "English")
        if language not in self._stoplists:
            self._stoplists[language] = self._justext.get_stoplist(language)
        return self._stoplists[language]


_STOPLISTS = {
    "af": "Afrikaans", "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ka": "Georgian", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "nb": "Norwegian_Bokmal", "nl": "Dutch",
    "nn": "Norwegian_Nynorsk", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese",
}  # fmt: skip
"""jusText's stop lists by ISO 639-1 code, for the languages that py3langid tells apart."""


def _everything() -> System:
    def predict(data: bytes, _: str | None) -> Prediction:
        return Prediction(text=data.decode("utf-8", "replace"))

    return predict


_C4_ENDS = (".", "?", "!", '"')
_C4_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
_C4_WORDS, _C4_WORD_CHARS = 5, 1000


def _c4_rule() -> System:
    """Return C4's rules on lines (Raffel et al. 2020, `c4_utils.clean_page`); those on whole pages drop no line."""

    def keeps(line: str) -> bool:
        words, lowered = line.split(), line.lower()
        return (
            line.endswith(_C4_ENDS)
            and not line.endswith("...")
            and len(words) >= _C4_WORDS
            and max(map(len, words)) <= _C4_WORD_CHARS
            and "javascript" not in lowered
            and not any(phrase in lowered for phrase in _C4_POLICY)
        )

    def predict(data: bytes, _: str | None) -> Prediction:
        return Prediction(text="\n".join(filter(keeps, _lines(data))))

    return predict


def _lines(data: bytes) -> list[str]:
    stripped = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    return [line for line in stripped if line]


def _decoded(data: bytes) -> str:
    """Return the text of a page for systems that want text, by Beautiful Soup's reading of its encoding."""
    text = import_module("bs4").UnicodeDammit(data, is_html=True).unicode_markup or data.decode("utf-8", "replace")
    return str(text).translate(_CONTROLS)


_CONTROLS = dict.fromkeys(set(range(0x20)) - set(b"\t\n\f\r"))


def _text_of(markup: str) -> str:
    r"""
    Return the text of an HTML fragment, one line a block: for systems that answer in HTML.

    >>> _text_of("<div><p>One <b>line</b>.</p><p>Another.</p></div>")
    'One line.\nAnother.'
    """
    if not markup.strip():
        return ""
    pieces = "".join(_pieces(lxml_html.fromstring(markup)))
    return "\n".join(line for raw in pieces.split("\0") if (line := " ".join(raw.split())))


def _pieces(root: lxml_html.HtmlElement) -> Iterator[str]:
    for event, node in etree.iterwalk(root, events=("start", "end", "comment")):
        element = event != "comment"
        if element and node.tag in _BLOCKS:
            yield "\0"
        if event == "start":
            yield node.text or ""
        elif node is not root:
            yield node.tail or ""


HTML_SYSTEMS = (
    "newsclean",
    "trafilatura",
    "trafilatura-precision",
    "readability-lxml",
    "newspaper4k",
    "resiliparse",
    "justext",
)
"""Systems that read pages, in the order of the tables."""

TEXT_SYSTEMS = ("newsclean-text", "everything", "c4-rule", "justext-lines")
"""Systems that read dumps, in the order of the tables."""

_SYSTEMS: dict[str, tuple[Callable[[], System], str | None]] = {
    "newsclean": (lambda: _newsclean("html"), "newsclean"),
    "newsclean-text": (lambda: _newsclean("text"), "newsclean"),
    "trafilatura": (_trafilatura, "trafilatura"),
    "trafilatura-precision": (lambda: _trafilatura(favor_precision=True), "trafilatura"),
    "readability-lxml": (_readability, "readability-lxml"),
    "newspaper4k": (_newspaper, "newspaper4k"),
    "resiliparse": (_resiliparse, "resiliparse"),
    "justext": (_justext_html, "jusText"),
    "everything": (_everything, None),
    "c4-rule": (_c4_rule, None),
    "justext-lines": (_justext_lines, "jusText"),
    "justext-lines-english": (lambda: _justext_lines("English"), "jusText"),
}
"""How each system is made ready, and the distribution it comes from."""


def release(name: str) -> str:
    """Return the distribution and release that the system *name* comes from, empty for a plain rule."""
    distribution = _SYSTEMS[name][1]
    if distribution is None:
        return ""
    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:  # run from the checkout
        return f"{distribution} {import_module(distribution).__version__}"


def quietly(system: System, data: bytes, url: str | None) -> Prediction:
    """Return what *system* says of a page; an exception is an empty prediction that names it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return system(data, url)
        except Exception as error:  # noqa: BLE001  whatever a peer raises is its answer to this page
            said = str(error).splitlines() or [""]
            return Prediction(failed=f"{type(error).__name__}: {said[0]}")
