"""
The pictures of a page as its markup has them: an image's address, the element that frames it, caption and credit.

Nothing is decided here: `pictures` weighs it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from lxml import etree

from newsclean.fields.jsonld import Picture, pixels
from newsclean.fields.markup import ASIDE, MAX_CLIMB, NEAR, is_aside, join, own_hint, text_of
from newsclean.normalise import line

__all__ = ["picture"]

MAX_CAPTION = 600
MAX_LOOSE = 220
"""Characters of a caption in a cell or between line breaks, where prose stands as often, which is longer."""

MAX_CREDIT = 80
MAX_OFFERS = 60
MAX_PARAGRAPHS = 2
"""Paragraphs beside an image that are its caption and its credit."""

_CREDIT = re.compile(
    r"credit|copyright|photographer|source|byline|author|fotograf|rights|quelle|bildnachweis|\bcopy\b|crédit|fuente",
    re.IGNORECASE,
)
_PICTURE_OF_NOTHING = re.compile(
    r"\.svg|logo|icon|avatar|sprite|pixel|spacer|blank|placeholder|1x1|tracking|badge|gravatar|beacon|author-|author_|author/|"
    r"captcha|/spinner\.|/(?:clear|transparent)\.(?:gif|png)|/wp-content/themes/|/template/assets/"
)
_PORTRAIT_SIZE = re.compile(r"(?<!\d)(?P<side>[1-9]\d|1[012]\d)x(?P=side)(?!\d)")
"""Square and at most 129 wide, as an address says."""

# What stands in a picture's element and is no caption: buttons, counters, texts for screen readers.
_HIDDEN = re.compile(
    r"sr-only|visually-?hidden|screen-?reader|off-?screen|button|zoom|share|icon|counter|fullscreen|lightbox-|"
    r"toggle-caption|hide-caption",
    re.IGNORECASE,
)
# What sites print round captions for those who cannot see the picture, and for those who want to buy it.
_CHROME = re.compile(
    r"^(?:image (?:caption|copyright|source|credit),?|view gallery|open image in gallery|media caption,?|image)\s"
    r"(?-i:(?=[^\W\d_a-z]))"
    # The BBC's services, in their languages
    r"|^(?:pie de foto|fuente de la imagen|подпись к фото|автор фото|підпис до фото|джерело фото|توضیح تصویر|منبع تصویر"
    r"|التعليق على الصورة|صدر الصورة|legenda da foto|crédito|légende image|crédit photo|画像説明|画像提供|사진 설명"
    r"|사진 출처|图像加注文字|图像来源|कैप्शन|इमेज कैप्शन|इमेज स्रोत|fotoğraf altı yazısı|keterangan gambar|sumber gambar)"
    r"\s?[,،，、:：]\s?"
    r"|\s?(?:(?:hide|toggle|enlarge|expand) (?:this image|image|caption)|purchase licensing rights(?:, opens new tab)?|"
    r"(?<=[.\s])credit(?:\.{3}|…)|view image in fullscreen)$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\d.!?]{3,30}[,،，、:：]")
"""What stands before a caption or a credit in an element of its own: "Pie de foto, "."""
_PORTRAIT = re.compile(
    r"\bbio\b|-bio\b|[a-z]Bio\b|\bavatar|author[-_]?(?:photo|image|avatar|bio|box|card|info)|byline", re.ASCII
)
"""What the elements round an author's portrait are called."""
_AUTHORS = re.compile(
    r"(?:(?:article|post|entry|about|the)[-_]+){0,2}(?:author|writer|contributor|columnist)s?"
    r"(?:[-_]+(?:box|bio|card|info|profile|photo|image|avatar|details|block|wrap\w{0,4}|container|portrait))?"
)
_TEASER_PARAGRAPHS = 3
"""Paragraphs of the teaser of another story, at most."""

_FAR_OUT = 6
"""Elements round a linked figure whose names may say that it is a teaser's."""
# How a credit begins; the words in the languages of `pictures`, which reads the credit itself.
_CREDIT_MARK = re.compile(
    r"©|\(c\)|(?:foto|photo|fotografía|bild|image|quelle|source|fuente|фото|fot\.?)s?\s?:", re.IGNORECASE
)
_OWNERS = re.compile(r"[/|©]|\b(?:images?|photos?|foto|press|agency|getty|via)\b", re.IGNORECASE)
_SPOKEN = re.compile(r".{41}")
_SENTENCE = re.compile(r"[.!?…][\"”»]?$|[。！？]$")
# Durations, days, times, files, and the words of a link: "10 Min Read", "Learn more".
_NO_CREDIT = re.compile(
    r"\d\s?min|mins? read$|\b\d{1,2}[.:]\d{2}\b|\.(?:png|jpe?g|gif|webp)$|^(?:learn|read|see|show|view) more|"
    r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}\.? \d{1,2}$|"
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day, .*\d$",
    re.IGNORECASE,
)
_INLINE = frozenset("a b i em strong q sup sub abbr mark u time wbr br font".split())
_HOLDS_TEXT = ("div", "p", "span", "small", "em", "i", "cite", "b", "strong", "dd", "li", "td", "font", "center", "br")
_HOLDS_PROSE = ("td", "font", "center", "br")
"""Elements whose text may be a caption's; in the latter, prose that is none."""

_FEW_WORDS = 2
"""Words in small letters that may be a name; more are a button's."""

_NO_TEXT = frozenset("script style noscript template button svg img picture source video audio iframe".split())


class _Candidate(NamedTuple):
    """An address of an image and the width or density stated for it, 0 when none is."""

    url: str
    width: float


def picture(element: "etree._Element", *, base: str | None, seen: set[str]) -> Picture | None:
    """
    Return what the image *element* says, or None when it cannot be a picture of the article.

    Args:
        element: an `<img>` or its kin. It is read, never changed.
        base: what relative addresses are relative to.
        seen: addresses of the pictures so far; the new one's is added.
    """
    given = dict(element.items())
    url = _source(element, given)
    if not url or url.startswith("data:"):
        return None
    width, height = pixels(given.get("width")), pixels(given.get("height"))
    small = (width is not None and width < 100) or (height is not None and height < 60)  # icon sizes
    small = small or (width is None and _PORTRAIT_SIZE.search(url[-120:]) is not None)
    # A class "placeholder" is a frame's, which the picture replaces; in an address it is the picture's own.
    names = f"{given.get('class', '')} {given.get('id', '')}".replace("placeholder", "")
    if small or _PICTURE_OF_NOTHING.search(f"{url[-120:]} {names}"):
        return None
    url = join(base, url)
    if url in seen:
        return None
    region, hint, aside = _frame(element)
    if aside:
        return None
    seen.add(url)
    caption, credit = _caption(region) if region is not None else ("", "")
    where = "img" if region is None or next(region.iter("figure"), None) is None else "figure"
    alt, title = (line(given.get(key, "")[:1000]) for key in ("alt", "title"))
    return Picture(url, caption, credit, alt, width, height, f"{where} {hint}"[:200], title)


def _source(element: "etree._Element", given: Mapping[str, str]) -> str:
    """Return the address of an image, the widest it is offered in; a lazy one has it elsewhere than in `src`."""
    others = _candidates(_alternatives(element))
    offered = [*_candidates([given]), *(candidate for candidate in others if candidate.width > 0)]
    widest = max(offered, key=lambda candidate: candidate.width, default=None)
    if widest and not widest.url.startswith("data:"):
        return widest.url[:2083]
    src = given.get("src", "").strip()
    lazy = next((v for k in ("data-src", "data-original", "data-lazy-src", "data-url") if (v := given.get(k))), "")
    if lazy.strip() and not lazy.lstrip().startswith(("{", "[")):
        return lazy.strip()[:2083]
    if src and not src.startswith("data:"):
        return src[:2083]
    return others[0].url[:2083] if others else _for_browsers_without_scripts(element)


def _for_browsers_without_scripts(element: "etree._Element") -> str:
    """Return the address of the image in the `<noscript>` right behind *element*, a frame that scripts fill."""
    behind = element.getnext()
    image = next(behind.iter("img"), None) if behind is not None and behind.tag == "noscript" else None
    return (image.get("src") or "").strip()[:2083] if image is not None else ""


def _alternatives(element: "etree._Element") -> Iterator[Mapping[str, str]]:
    """Yield the attributes of the `<source>` elements that a `<picture>` offers for its image."""
    # libxml2, which does not know that these are empty, nests them in each other.
    for parent in islice(element.iterancestors(), MAX_CLIMB):
        if parent.tag == "picture":
            yield from (dict(source.items()) for source in islice(parent.iter("source"), MAX_CLIMB))
        if parent.tag != "source":
            break


def _candidates(offers: Iterable[Mapping[str, str]]) -> list[_Candidate]:
    """Return the addresses that `srcset` offers, at most MAX_OFFERS of each."""
    sets = (given.get("srcset") or given.get("data-srcset") or "" for given in offers)
    return [candidate for offered in sets for candidate in islice(_offered(offered[:20_000]), MAX_OFFERS)]


def _offered(srcset: str) -> Iterator[_Candidate]:
    """
    Yield what one `srcset` offers, as HTML parses it: a comma parts two when it ends an address or a descriptor.

    https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute
    """
    url, width = "", 0.0
    for token in srcset.split():
        descriptor, comma, rest = token.partition(",") if url else ("", "", token)
        width = max(width, _stated(descriptor))
        if comma:
            yield _Candidate(url, width)
        if comma or not url:
            url, width = rest.lstrip(","), 0.0
            if url.endswith(","):
                yield _Candidate(url.rstrip(","), 0.0)
                url = ""
    if url:
        yield _Candidate(url, width)


def _stated(descriptor: str) -> float:
    """Return the width or density that a descriptor states ("640w", "1.5x"), 0 when it states none."""
    digits = descriptor[:-1] if descriptor.endswith(("w", "x")) and descriptor.isascii() else ""
    return float(digits) if digits.replace(".", "", 1).isdigit() and len(digits) < 7 else 0.0


def _enclosing(element: "etree._Element") -> Iterator["etree._Element"]:
    """
    Yield the ancestors of an image that say something of it, at most MAX_CLIMB.

    Not `<picture>` and its `<source>`: libxml2, which does not know that these are empty, nests them in each other.
    """
    named = (parent for parent in element.iterancestors() if parent.tag not in {"picture", "source"})
    return islice(named, MAX_CLIMB)


def _frame(element: "etree._Element") -> tuple["etree._Element | None", str, bool]:
    """
    Return what encloses an image and its caption, the names around it, and whether it is about something else.

    That is the outermost `<figure>`, or the nearest element that shows a short text and no other image.
    """
    region: etree._Element | None = None
    names: list[str] = [own_hint(element)]
    in_figure = False
    linked = next(element.iterancestors("a"), None) is not None
    framed = next(element.iterancestors("figure"), None) is not None
    for level, parent in enumerate(_enclosing(element)):
        tag = parent.tag
        if in_figure and region is not None and _captioned_outside(region, parent):
            region = parent
        if tag in {"main", "body", "article", "section"}:
            if linked and _is_teaser(parent):
                return region, "", True
            break
        hint = own_hint(parent)
        # "Teaser" is what sites call the picture at the head of an article too; a story list's is a link.
        said = hint if linked else hint.replace("teaser", "")
        # Inside a figure names speak of how it opens: "td-modal-image".
        named = level < NEAR and not in_figure and (not framed or tag == "figure") and is_aside(said)
        portrait = level < NEAR and ((not framed and _PORTRAIT.search(hint)) or _is_authors(parent, hint))
        listed = linked and in_figure and level < _FAR_OUT and is_aside(said)
        if tag in ASIDE or (tag == "a" and "author" in hint) or named or portrait or listed:
            return region, "", True
        if level < 3:  # further out, names speak of the page
            names.append(hint)
        in_figure = in_figure or tag == "figure"
        if tag == "figure" or (
            region is None and not framed and level < NEAR and tag != "a" and _shows_caption(parent)
        ):
            region = parent
    return region, " ".join(names), False


def _is_authors(element: "etree._Element", hint: str) -> bool:
    """Return whether an *element* is called the author's, "author-box", "writer", and holds no article."""
    called = any(map(_AUTHORS.fullmatch, hint.lower().split()))
    return called and sum(1 for _ in islice(element.iter("p"), _TEASER_PARAGRAPHS)) < _TEASER_PARAGRAPHS


def _is_teaser(element: "etree._Element") -> bool:
    """Return whether an `<article>` or section with a linked picture stands in a part about other stories."""
    if sum(1 for _ in islice(element.iter("p", "h1"), _TEASER_PARAGRAPHS + 1)) > _TEASER_PARAGRAPHS:
        return False  # the article itself, beside a sidebar
    around = islice(element.iterancestors(), NEAR)
    return any(
        parent.tag in ASIDE or is_aside(own_hint(parent)) for parent in (element, *around) if parent.tag != "body"
    )


def _captioned_outside(figure: "etree._Element", parent: "etree._Element") -> bool:
    """Return whether the caption of *figure* stands in *parent* beside it, or beside it one level further in."""
    if next(figure.iter("figcaption"), None) is not None:
        return False
    if parent.find("figcaption") is not None:
        return True
    return parent.find("*/figcaption") is not None and sum(1 for _ in islice(parent.iter("img"), 2)) == 1


def _shows_caption(element: "etree._Element") -> bool:
    """Return whether *element* shows a short text beside a single image, and is no teaser: its text is no link."""
    paragraphs = sum(1 for p in islice(element.iter("p"), MAX_PARAGRAPHS + 3) if any(map(str.strip, p.itertext())))
    if paragraphs > MAX_PARAGRAPHS:  # the article itself
        return False
    size = 0
    for text in islice(element.itertext(*_HOLDS_TEXT), 40):
        size += len(text.strip())
    if not 3 <= size <= MAX_CAPTION:  # shorter is a bullet or a number
        return False
    if sum(len(text.strip()) for text in islice(element.itertext(*_HOLDS_PROSE), 40)) > MAX_LOOSE:
        return False
    images = sum(1 for _ in islice(element.iter("img"), 3))
    return (
        images == 1
        and next(element.iter("h1", "h2", "h3", "h4"), None) is None
        and not any(len(line("".join(a.itertext()))) * 2 > size for a in element.iter("a"))
    )


def _caption(region: "etree._Element") -> tuple[str, str]:
    """
    Return the caption and the credit printed with an image.

    What an element's class calls a credit is one; so is a short last piece, in an element of its own, that is no
    sentence.
    """
    pieces = [piece for piece in _pieces(region) if not _LABEL.fullmatch(piece[0])]
    if len(pieces) > 1 and _CREDIT_MARK.match(pieces[0][0]) and len(pieces[0][0]) <= MAX_CREDIT:
        pieces = [*pieces[1:], (pieces[0][0], "credit")]  # "Foto: Jo Roe", and the caption below
    credit = [text for text, hint in pieces if _is_credit(hint)]
    rest = [text for text, hint in pieces if not _is_credit(hint)]
    if (
        not rest
        and credit
        and (len(credit[0]) > MAX_CREDIT or (_SPOKEN.search(credit[0]) and not _OWNERS.search(credit[0])))
    ):
        rest, credit = credit, []  # a whole caption in an element named after its credit
    if not credit and len(rest) > 1 and len(rest[-1]) <= MAX_CREDIT and _may_credit(rest[-1]):
        credit = [rest.pop()]
    # A caption and its credit are often there twice, for narrow and for wide screens.
    return line(" ".join(dict.fromkeys(rest)))[:2000], line(" ".join(dict.fromkeys(credit)))[:500]


def _may_credit(text: str) -> bool:
    """Return whether *text*, by its form, may say whom a picture is from: no sentence, no time, and no button."""
    button = text.islower() and len(text.split()) > _FEW_WORDS and "/" not in text and "." not in text
    return _SENTENCE.search(text) is None and _NO_CREDIT.search(text) is None and not button


def _is_credit(hint: str) -> bool:
    """Return whether an element's names call it a credit; "credit-caption" is a caption with its credit."""
    found = _CREDIT.search(hint)
    return found is not None and hint.lower().rfind("caption") <= found.start()


def _pieces(region: "etree._Element") -> list[tuple[str, str]]:
    """Return the texts under *region* that stand in elements of their own, each with what these are called."""
    captions = list(islice(region.iter("figcaption", "amp-caption"), 3))
    beside = _captions_beside(region, captions) if all(_is_credit(own_hint(c)) for c in captions) else []
    pieces: list[tuple[str, str]] = []
    for root in [*captions, *beside] or [region]:
        scopes = [own_hint(root) if beside else ""]
        parts: list[str] = []
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in islice(walk, 200):
            hint = own_hint(element)
            inline = element.tag in _INLINE and not hint
            if event == "start" and element is not root and (element.tag in _NO_TEXT or _HIDDEN.search(hint)):
                walk.skip_subtree()
                scopes.append("")
                continue
            if not inline and element is not root:
                _add(pieces, parts, scopes[-1])
            if event == "start":
                # A credit's own parts are the credit's.
                scopes.append(scopes[-1] if inline or _is_credit(scopes[-1]) or element is root else hint)
                parts.append(" " if element.tag == "br" else element.text or "")
            else:
                scopes.pop()
                parts.append((element.tail or "") if element is not root else "")
        _add(pieces, parts, scopes[-1])
    if captions:
        pieces += _credits_outside(region, captions)
    return [piece for piece in pieces if piece[0]]


def _captions_beside(region: "etree._Element", credits_: list["etree._Element"]) -> list["etree._Element"]:
    """Return the element called a caption that stands in *region* beside a `<figcaption>` that is only its credit."""
    if not credits_:
        return []
    named = (e for e in islice(region.iter("div", "p", "span"), 40) if "caption" in own_hint(e).lower())
    return [e for e in named if not any(outer in credits_ for outer in e.iterancestors())][:1]


def _credits_outside(region: "etree._Element", captions: list["etree._Element"]) -> list[tuple[str, str]]:
    """Return the credits that stand in a figure beside its caption: so called, so marked, or in its small print."""
    found: list[tuple[str, str]] = []
    for element in islice(region.iter("span", "small", "cite", "footer", "div", "p"), 60):
        hint, text = own_hint(element), text_of(element, 200)
        credit = element.tag in {"small", "cite", "footer"} or _CREDIT.search(hint) or _CREDIT_MARK.match(text)
        if not credit or not 1 < len(text) <= MAX_CREDIT or _HIDDEN.search(hint):
            continue
        if any(c in captions for c in (*element.iterancestors(), *element.iter("figcaption"))):
            continue
        if not any(text in other or other in text for other, _ in found):
            found.append((text, "credit"))
    return found[:3]


def _add(pieces: list[tuple[str, str]], parts: list[str], hint: str) -> None:
    """Move what *parts* say into *pieces*."""
    text = _CHROME.sub("", line("".join(parts)))
    parts.clear()
    if any(map(str.isalpha, text)):
        pieces.append((text, hint))
