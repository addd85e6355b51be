"""
The article's images: the main one, those in its figures, and their captions and credits kept apart.

One picture is served in many sizes under many addresses; `_stem` tells which addresses show the same one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

import msgspec

from newsclean.document import BODY_LABELS, Evidence, Label
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
    r"фото|коллаж|写真|撮影|사진|صورة|تصوير|摄影|illustration|grafik|montage|ảnh|ছবি|dok\.|צילום|kuvat?(?=\s?:)|fotó|φωτ\.?|"
    r"φωτογραφία|ภาพ|फोटो|عکس|beeld(?=\s?:)|foto sursa|sursa foto)"
)
# "Staff photo by Mae Dodd", "Photo courtesy of Mae Dodd", "Photo/Mae Dodd"
_MADE_BY = (
    r"(?:(?:staff|file|handout|submitted) )?(?:pictures?|photo(?:graph)?s?|images?|illustrations?|graphics?)"
    r"(?:\s(?:by|courtesy(?: of)?)\s|\s?/\s?)"
)
_MADE = re.compile(_MADE_BY, re.IGNORECASE)
_LEAD = re.compile(
    _MARK + r"\s{0,2}(?:by\s{1,2})?[:：=]\s{0,2}(?=\S)|(?:©|\(c\)|＝)\s{0,2}(?=\S)"
    r"|(?:pictures?|photo(?:graph)?s?|images?|illustrations?|graphics?) by\s(?=\S)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s{0,2}[(\[（]\s?(" + _MARK + r"\b[^()\[\]]{2,120}|©[^()\[\]]{2,120}|[^()\[\]]{2,60}/[^()\[\]]{2,60})[)\]）]\.?$"
    r"|\s{0,2}(?:[|•·]|\s[—–-]\s)\s{0,2}(" + _MARK + r"\b[^|]{2,120}|©[^|]{2,120}|[^|.]{2,60}/[^|.]{2,60})$"
    r"|[\s,]{1,3}(" + _MARK + r"\s?[:：=]\s?[^:]{2,120}|©\s?[^©]{2,120}|\(c\)\s?[^()]{2,120})$"
    r"|\s{0,3}[／/]\s?사진\s?=\s?([^=]{2,60})$|\s{0,2}圖\s?[／/]\s?([^／/]{2,60})$|[（(]?((?:記者|记者)[\u3400-\u9fff]{2,5}[攝摄])[)）]?$"
    r"|＝(?![^＝]{0,30}\d日)(.{1,40})$"
    r"|(?<=[.!?…”\"»])\s[(\[]?(" + _MADE_BY + r"[^\W\d_][^()\[\].]{2,60})[)\]]?\.?$",
    re.IGNORECASE,
)
# "Photo Olivier Chassin / AFP", "Beeld ANP", "撮影・佐藤花子"
_NAMED = re.compile(
    r"^(?:(?i:photo|foto|beeld|fot\.)\s(?=[^\W\d_a-zß-ÿ])(?!(?:News|Press|Agency|Service|Researchers|Olimpik|Library|Archive)\b)|撮影・)"
)
# After a caption's last sentence, a few words without a full stop: who took it.
_AFTER_SENTENCE = re.compile(r"(?<=[.!?…”\"»])\s([^\s.!?][^.!?]{1,58})$")
_SIZE = re.compile(
    r"[-_](?:e\d{13}|\d{2,4}x\d{2,4}|\d{3,4}-\d{2}|\d{3,4}w|scaled|large|medium|small|thumb|full|cover)(?=$|[-_.])",
    re.IGNORECASE,
)
# "/2025/11/931/524/court.jpg": width and height.
_SIZED_FOLDERS = re.compile(r"/\d{3,4}/\d{3,4}/")
_LIBRARY = re.compile(
    r"(?:getty|istock|shutterstock|alamy|imago|unsplash|pixabay|pexels|adobe ?stock|depositphotos|picture alliance)"
    r"(?: ?(?:images|photos?|stock photo))?(?:\s?[/|]\s?(?-i:[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,2}))?",
    re.IGNORECASE,
)
"""Whose picture it is, where nothing is said of what it shows."""

_TWICE = re.compile(r"(?=.{14})(.{4,120}?)(?: (?:copyright |\| )?|, )\1", re.IGNORECASE)
_FEW_VIDEOS = 2
_MARKED = re.compile(r"©|\(c\)|[:：=]", re.IGNORECASE)
_FEATURED = re.compile(
    r"post-image|featured|hero|lead|opener|main-?image|post-thumb|entry-thumb|aufmacher|cover", re.IGNORECASE
)
_REPORTING = re.compile(r"[(\[]?\s?(?:additional )?(?:reporting|writing|editing|reported|with) ", re.IGNORECASE)
_NOTHING = re.compile(r"logo|placeholder|default[-_]|fallback|/icons?/|sprite|avatar|blank\.|favicon", re.IGNORECASE)


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
    shown, beside = _shown(subject)
    main = _main(declared, subject.declared.images, beside)
    if main is None and (shown or subject.declared.images):
        featured = [p for p in subject.declared.images[:3] if _FEATURED.search(p.where)]
        main = (featured or shown or list(subject.declared.images))[0]
    evidence = [_weighed(p, main, declared) for p in declared]
    if main is not None and not any(p is main for p in declared):
        evidence.append(Evidence("main_image", main.url, "html", main.where.split(" ")[0], chosen=True))
    merged = _merged([p for p in [main] if p] + [p for p in shown if not _NOTHING.search(p.url)], declared, subject)
    evidence += [Evidence("images", image.url or "", "html", "figure", chosen=True) for image in merged[1:]]
    videos = list(_videos(subject))
    evidence += [Evidence("videos", video.url, source, where, chosen=True) for video, source, where in videos]
    return Pictures(
        merged[0] if merged and main is not None else None,
        tuple(merged),
        tuple(video for video, _, _ in videos),
        tuple(evidence),
    )


def _videos(subject: Subject) -> Iterator[tuple[Video, str, str]]:
    """Yield the declared videos, each once, with source and place."""
    found = [(url, name, "json-ld", "video") for node in subject.nodes for url, name in node.videos]
    beside = [node for node in subject.declared.nodes if node.main and "VideoObject" in node.types]
    if len(beside) <= _FEW_VIDEOS:  # more are those of other stories
        found += [(url, name, "json-ld", "VideoObject") for node in beside for url, name in node.videos]
    addresses = subject.declared.all("og:video:url") or subject.declared.all("og:video")
    found += [(url, "", "meta", "og:video") for url in addresses]
    seen: set[str] = set()
    for given, name, source, where in found:
        url = resolve_url(given, subject.declared.base)
        if url and url not in seen:
            seen.add(url)
            yield Video(url=url, name=name or None), source, where


def _weighed(picture: Picture, main: Picture | None, declared: Sequence[Picture]) -> Evidence:
    """Return the evidence of a declared *picture*."""
    source, _, where = picture.where.partition(" ")
    reason = ""
    if picture is not main:
        own = any(p is main for p in declared)
        reason = "another is declared before it, or is the one shown" if own else "the article shows another"
        reason = "a logo or a stand-in" if _NOTHING.search(picture.url) else reason
    return Evidence("main_image", picture.url[:500], source, where, chosen=picture is main, reason=reason)


def _shown(subject: Subject) -> tuple[list[Picture], list[Picture]]:
    """
    Return the images with a caption or in a figure, and those of them that stand beside the article.

    One whose caption is printed far from the article, and is not labelled as one, is about something else.
    """
    shown = [p for p in subject.declared.images if p.where.startswith("figure") or p.caption]
    first, last = subject.body
    if first < 0 or not any(p.caption for p in shown):
        return shown, shown
    start = max((subject.headline_at if 0 <= subject.headline_at < first else first) - 6, 0)
    texts = [x.block.text for x in subject.labelled]
    near, far = "\n".join(texts[start : last + 4]), "\n".join([*texts[:start], *texts[last + 4 :]])
    captions = "\n".join(item.block.text for _, item in subject.blocks(Label.CAPTION, Label.CREDIT))
    openings = [(p, p.caption[:30]) for p in shown]  # a block may hold more than the caption
    beside = [p for p, opening in openings if not opening or opening in near or opening not in far]
    return [p for p, opening in openings if any(p is b for b in beside) or opening in captions], beside


def _main(declared: Sequence[Picture], every: Sequence[Picture], beside: Sequence[Picture]) -> Picture | None:
    """
    Return the declared image that the article shows, else the first figure beside it, else the first declared one.

    Sites declare a picture made for sharing, or their own mark, and show another above the text.
    """
    good = [p for p in declared if not _NOTHING.search(p.url)]
    stems = {_stem(p.url) for p in every}
    figures = [p for p in beside if p.where.startswith("figure") and (p.caption or _FEATURED.search(p.where))]
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
    lead = _LEAD.match(text) or _MADE.match(text)
    if lead and len(text) < 160:  # a line that is all credit
        return "", text[lead.end() :].strip()
    head, last = text[:-240], text[-240:]
    if match := _TAIL.search(last):
        credit = line(next(g for g in match.groups() if g))
        named = _LEAD.match(credit) or _MADE.match(credit)
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
    for hint in subject.hints("main_image"):
        yield Picture(hint.value, where=f"{hint.source} {hint.where}")


def _stem(url: str) -> str:
    """Return what the addresses of one picture in several sizes share: its file's name without size and ending."""
    path = unquote(url[:2083]).split("#")[0]
    if "=http" in path:  # an image service with the original's address in a parameter
        path = path.rsplit("=http", 1)[1].split("&")[0]
    path = _SIZED_FOLDERS.sub("/", path.split("?")[0].rstrip("/"))
    name = path.rsplit("/", 1)[-1]
    name = name.rsplit(".", 1)[0] if "." in name[-6:] else name
    name = _SIZE.sub("", name)
    # A name as short as "image" or "1" does not tell pictures apart: the folder does. A long number is an identifier.
    telling = len(name) > 7 or (len(name) > 4 and name.isdigit())
    return name.lower() if telling else "/".join([*path.split("/")[-2:-1], name]).lower()


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
    told = frozenset(item.block.text for _, item in subject.blocks(*BODY_LABELS))
    images = [_image([_untold(p, told) for p in by_stem[stem]], subject) for stem in order[:MAX_IMAGES]]
    return [i for i in images if i is not None]


def _untold(picture: Picture, told: frozenset[str]) -> Picture:
    """Return *picture* without a caption that the body has *told*: blogs put a paragraph and its image in one box."""
    if picture.where.startswith("figure") or picture.caption not in told:
        return picture
    return msgspec.structs.replace(picture, caption="")


def _image(same: Iterable[Picture], subject: Subject) -> Image | None:
    """Return the image that the addresses in *same* show; printed captions count before declared ones."""
    every = list(same)
    shown = sorted(every, key=lambda p: not p.where.startswith("figure"))
    # What a page declares is often a cut for sharing, with the site's mark on it.
    url = resolve_url(shown[0].url, subject.declared.base)
    if url is None:
        return None
    caption = next((p.caption for p in shown if p.caption), "")
    credit = next((p.credit for p in shown if p.credit), "")
    if caption:
        rest, printed = split_credit(caption)
        caption, credit = (rest, credit or printed) if printed else (caption, credit)
    if not credit and (_LIBRARY.fullmatch(caption) or subject.agencies.named(caption)):
        caption, credit = "", caption
    if not credit:
        credit = next((found for p in shown if (found := _credit_in_title(p, caption))), "")
    if credit:
        credit = _bare(credit) or credit
    return Image(
        url=url,
        caption=caption or None,
        credit_text=credit or None,
        alt=next((p.alt for p in shown if p.alt), None),
        width=next((p.width for p in every if p.width), None),
        height=next((p.height for p in every if p.height), None),
    )


def _bare(credit: str) -> str:
    """Return *credit* without "Photo:" before it and brackets round it, once where it is said twice."""
    if credit.startswith("(") and credit.endswith(")"):
        credit = credit[1:-1]
    if credit.endswith(")") and "(" not in credit:  # what a caption in brackets ended with
        credit = credit[:-1]
    bare = _NAMED.sub("", _LEAD.sub("", credit.strip(), count=1), count=1).strip(" /|")
    return twice.group(1) if (twice := _TWICE.fullmatch(bare)) else bare


def _credit_in_title(picture: Picture, caption: str) -> str:
    """Return the credit in an image's `title` or `alt`, where broadcasters put it: "The harbour | Photo: Jane Doe"."""
    title = picture.title
    for said in (picture.alt, caption):
        rest = title.removeprefix(said).strip() if said else title
        if rest != title and rest[:1] in {"|", "©"}:
            return split_credit(rest.strip(" |"))[1] or rest.strip(" |")
    return next(
        (credit for text in (title, picture.alt) if _MARKED.search(text) and (credit := split_credit(text)[1])), ""
    )


def _of_dump(subject: Subject) -> Pictures:
    """Return the image whose caption or credit a dump has kept; its address is lost, unless a record has it."""
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
    known = ((hint, resolve_url(hint.value)) for hint in subject.hints("main_image"))
    hint, url = next(((hint, url) for hint, url in known if url), (None, None))
    if hint is not None:
        evidence.append(Evidence("main_image", hint.value, hint.source, hint.where, chosen=True))
    if not (caption or credit or url):
        return Pictures(None, (), (), ())
    image = Image(url=url, caption=caption or None, credit_text=credit or None)
    return Pictures(image, (image,), (), tuple(evidence))
