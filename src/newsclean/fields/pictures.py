"""
The article's images: the main one, those in its figures, and their captions and credits kept apart.

One picture is served in many sizes under many addresses; `_stem` tells which addresses show the same one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

import msgspec

from newsclean.document import Evidence, Label
from newsclean.fields.jsonld import Picture, pixels
from newsclean.fields.subject import Subject
from newsclean.normalise import line, resolve_url
from newsclean.record import Image, Video

__all__ = ["Pictures", "pictures", "split_credit"]

MAX_IMAGES = 40

_MARK = (
    r"(?:picture courtesy|image courtesy|photo courtesy|courtesy(?: of)?|"
    r"photo(?:graph)?s?(?: credits?)?(?: by)?|fotos?|fot\.?|"
    r"fotograf|fotograaf|fotoğraf|fotografija|images?(?: credits?| sources?)?|bild(?:quelle|rechte|nachweis|"
    r"er)?|symbolfoto|"
    r"picture|credits?|crédits?(?: photo)?|créditos?|quelle|source|fuente|fonte|copyright|imagen|zdjęcie|"
    r"isithombe|foto:|"
    r"фото|写真|撮影|사진|صورة|تصوير|摄影|illustration|grafik|montage)"
)
_LEAD = re.compile(_MARK + r"\s{0,2}(?:by\s{1,2})?[:：=]\s{0,2}(?=\S)|(?:©|\(c\)|＝)\s{0,2}(?=\S)", re.IGNORECASE)
_TAIL = re.compile(
    r"\s{0,2}[(\[（]\s?(" + _MARK + r"\b[^()\[\]]{2,120}|©[^()\[\]]{2,120}|[^()\[\]]{2,60}/[^()\[\]]{2,60})[)\]）]\.?$"
    r"|\s{0,2}(?:[|•·]|\s[—–-]\s)\s{0,2}(" + _MARK + r"\b[^|]{2,120}|©[^|]{2,120}|[^|.]{2,60}/[^|.]{2,60})$"
    r"|[\s,]{1,3}(" + _MARK + r"\s?[:：=]\s?[^:]{2,120}|©\s?[^©]{2,120}|\(c\)\s?[^()]{2,120})$"
    r"|＝(.{1,40})$",
    re.IGNORECASE,
)
# After a caption's last sentence, a few words without a full stop: who took it.
_AFTER_SENTENCE = re.compile(r"(?<=[.!?…”\"»])\s([^\s.!?][^.!?]{1,58})$")
_SIZE = re.compile(
    r"[-_](?:e\d{13}|\d{2,4}x\d{2,4}|\d{3,4}w|scaled|large|medium|small|thumb|full|cover)(?=$|[-_.])", re.IGNORECASE
)
_FEATURED = re.compile(
    r"post-image|featured|hero|lead|main-?image|post-thumb|entry-thumb|aufmacher|cover", re.IGNORECASE
)
_REPORTING = re.compile(r"[(\[]?\s?(?:additional )?(?:reporting|writing|editing|reported|with) ", re.IGNORECASE)
_NOTHING = re.compile(r"logo|placeholder|default[-_]|fallback|/icons?/|sprite|avatar|blank\.", re.IGNORECASE)


class Pictures(msgspec.Struct, frozen=True):
    """The main image, all images of the article with it, its videos, and the evidence."""

    main: Image | None
    images: tuple[Image, ...]
    videos: tuple[Video, ...]
    evidence: tuple[Evidence, ...]


def pictures(subject: Subject) -> Pictures:
    """Return the images and videos of the article on *subject*."""
    if subject.is_text:
        return _of_dump(subject)
    declared = list(_declared(subject))
    shown = [p for p in subject.declared.images if p.where.startswith("figure") or p.caption]
    main = _main(declared, shown)
    evidence = [
        Evidence(
            "main_image",
            p.url,
            p.where.split(" ")[0],
            p.where,
            chosen=p is main,
            reason="" if p is main else "another is declared before it",
        )
        for p in declared
    ]
    if main is None and (shown or subject.declared.images):
        featured = [p for p in subject.declared.images[:3] if _FEATURED.search(p.where)]
        main = (featured or shown or list(subject.declared.images))[0]
        evidence.append(Evidence("main_image", main.url, "html", "first image", chosen=True))
    merged = _merged([p for p in [main] if p] + [p for p in shown if not _NOTHING.search(p.url)], declared, subject)
    videos = {url: name for node in subject.nodes for url, name in node.videos}
    for value in subject.declared.all("og:video:url") or subject.declared.all("og:video"):
        videos.setdefault(value, "")
    return Pictures(
        merged[0] if merged and main is not None else None,
        tuple(merged),
        tuple(
            Video(url=found, name=name or None)
            for url, name in videos.items()
            if (found := resolve_url(url, subject.declared.base))
        ),
        tuple(evidence),
    )


def _main(declared: Sequence[Picture], shown: Sequence[Picture]) -> Picture | None:
    """
    Return the declared image that the article shows, else the first one that is no logo.

    Sites declare a picture made for sharing, or their own mark, and show another above the text.
    """
    good = [p for p in declared if not _NOTHING.search(p.url)]
    stems = {_stem(p.url) for p in shown}
    figures = [p for p in shown if p.where.startswith("figure") and p.caption]
    return next((p for p in good if _stem(p.url) in stems), figures[0] if figures else good[0] if good else None)


def split_credit(text: str) -> tuple[str, str]:
    """
    Return caption and credit of a printed caption line; either may be empty.

    >>> split_credit("Snow in Oslo (Photo: Jane Doe/AFP)")
    ('Snow in Oslo', 'Jane Doe/AFP')
    >>> split_credit("Picture Courtesy: THE CANADIAN PRESS/Christinne Muschi")
    ('', 'THE CANADIAN PRESS/Christinne Muschi')
    """
    text = line(text[:2000])
    lead = _LEAD.match(text)
    if lead and len(text) < 160:  # a line that is all credit
        return "", text[lead.end() :].strip()
    head, last = text[:-240], text[-240:]
    if match := _TAIL.search(last):
        credit = line(next(g for g in match.groups() if g))
        named = _LEAD.match(credit)
        return (head + last[: match.start()]).strip(" |"), credit[named.end() :].strip() if named else credit
    after = _AFTER_SENTENCE.search(last)
    if after and len(after.group(1).split()) <= 6 and len(text) - len(after.group()) > 20:
        return text[: -len(after.group())].strip(), after.group(1)
    return text, ""


def _declared(subject: Subject) -> Iterator[Picture]:
    declared = subject.declared
    found = declared.first("og:image:secure_url", "og:image", "og:image:url")
    if found[1]:
        yield Picture(
            found[1],
            alt=declared.first("og:image:alt")[1],
            width=pixels(declared.first("og:image:width")[1]),
            height=pixels(declared.first("og:image:height")[1]),
            where="meta og:image",
        )
    for node in subject.nodes[:1]:
        for picture in node.images[:10]:
            yield msgspec.structs.replace(picture, where="json-ld image")
    for name in ("twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full", "thumbnail"):
        for value in declared.all(name)[:1]:
            yield Picture(value, alt=declared.first("twitter:image:alt")[1], where=f"meta {name}")
    for rel, href, _ in declared.links:
        if rel == "image_src":
            yield Picture(href, where="link image_src")


def _stem(url: str) -> str:
    """Return what the addresses of one picture in several sizes share: its file's name without size and ending."""
    path = unquote(url[:2083]).split("#")[0]
    if "url=http" in path:  # an image service with the original's address in a parameter
        path = path.split("url=", 1)[1]
    path = path.split("?")[0].rstrip("/")
    name = path.rsplit("/", 1)[-1]
    name = name.rsplit(".", 1)[0] if "." in name[-6:] else name
    name = _SIZE.sub("", name)
    # A name as short as "image" or "1" does not tell pictures apart: the folder does.
    return name.lower() if len(name) > 7 else "/".join(path.split("/")[-2:]).lower()


def _merged(pictures_: Sequence[Picture], declared: Sequence[Picture], subject: Subject) -> list[Image]:
    """Return one image for each picture, with what any of its addresses says of it."""
    by_stem: dict[str, list[Picture]] = {}
    order: list[str] = []
    for picture in pictures_:
        stem = _stem(picture.url)
        if stem not in by_stem:
            order.append(stem)
        by_stem.setdefault(stem, []).append(picture)
    for picture in declared:
        if (stem := _stem(picture.url)) in by_stem:
            by_stem[stem].append(picture)
    images = [_image(by_stem[stem], subject) for stem in order[:MAX_IMAGES]]
    return [i for i in images if i is not None]


def _image(same: Iterable[Picture], subject: Subject) -> Image | None:
    """Return the image that the addresses in *same* show; printed captions count before declared ones."""
    every = list(same)
    url = resolve_url(every[0].url, subject.declared.base)
    if url is None:
        return None
    shown = sorted(every, key=lambda p: not p.where.startswith("figure"))
    caption = next((p.caption for p in shown if p.caption), "")
    credit = next((p.credit for p in shown if p.credit), "")
    if caption:
        rest, printed = split_credit(caption)
        caption, credit = (rest, credit or printed) if printed else (caption, credit)
    if credit:
        credit = split_credit(credit)[1] or credit
    return Image(
        url=url,
        caption=caption or None,
        credit_text=credit or None,
        alt=next((p.alt for p in shown if p.alt), None),
        width=next((p.width for p in every if p.width), None),
        height=next((p.height for p in every if p.height), None),
    )


def _of_dump(subject: Subject) -> Pictures:
    """Return the image whose caption or credit a dump has kept; its address is lost."""
    caption = credit = ""
    evidence: list[Evidence] = []
    for _, item in subject.blocks(Label.CAPTION, Label.CREDIT):
        words, name = split_credit(item.block.text)
        if _REPORTING.match(item.block.text):
            continue
        if item.label is Label.CREDIT and not name:
            words, name = "", words
        if not credit and name:
            credit = name
            evidence.append(Evidence("main_image", name, "visible", "credit", chosen=True))
        if not caption and words:
            caption = words
            evidence.append(Evidence("main_image", words, "visible", "caption", chosen=True))
    if not caption and not credit:
        return Pictures(None, (), (), ())
    image = Image(caption=caption or None, credit_text=credit or None)
    return Pictures(image, (image,), (), tuple(evidence))
