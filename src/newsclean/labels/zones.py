"""What the names of a page's containers say of the text in them: navigation, comments, a caption, a byline."""

from collections.abc import Sequence

import msgspec

from newsclean.document import Container, Label, Layout
from newsclean.html.names import MARK, page_tokens
from newsclean.labels.wording import HEADINGS

__all__ = ["ARTICLE_ZONES", "SAID_BY_CONTAINER", "Zones", "zones"]

SAID_BY_CONTAINER = "in a container that says so"
"""Reason for a label that the name of a container gave."""

# What the words of a container's class and id say of the text in it, nearest container first.
_ZONES: dict[Label, str] = {
    Label.NAVIGATION: "nav navigation navbar menu submenu megamenu breadcrumb breadcrumbs header masthead footer "
    "pagination pager skip toolbar sitemap topbar toc search login",
    Label.SHARE: "share sharing shares social socials sns addthis sharedaddy addtoany",
    Label.COMMENTS: "comment comments commentlist disqus respond livefyre coral kommentare commentaires comentarios",
    Label.NEWSLETTER: "newsletter newsletters subscribe signup subscription mailchimp optin",
    Label.RELATED: "related recommended recommendations recommendation readmore trending popular mostread outbrain "
    "relatedposts taboola recirc recirculation teaser teasers latest similar aside sidebar "
    "factbox faktabox faktaboks tweet",
    Label.ADVERTISEMENT: "ad ads advert advertisement advertising sponsor sponsored dfp adsbygoogle anzeige werbung",
    Label.CONSENT: "cookie cookies consent gdpr onetrust cmp didomi usercentrics",
    Label.AUTHOR_BIO: "bio authorbox biography authorbio",
    Label.BYLINE: "byline author authors autor auteur writer",
    Label.TIMESTAMP: "date time timestamp published pubdate datetime updated datum fecha",
    Label.CAPTION: "caption figcaption bildunterschrift legende",
    Label.CREDIT: "credit credits photographer photocredit",
    Label.LEGAL: "legal copyright terms disclaimer imprint",
    Label.DEK: "dek standfirst subtitle subheadline strapline chapo entradilla subtitular chapeau perex "
    "ingress sapo vorspann anrisstext bajada copete occhiello ondertitel manchet deck sottotitolo preamble "
    "underrubrik zajawka",
    Label.SECTION: "kicker rubrik eyebrow overline",
}
_ZONE_OF_WORD = {word: label for label, words in _ZONES.items() for word in words.split()}
_BOX_WORDS = frozenset("factbox faktabox faktaboks tweet".split())
"""Boxes beside the text, of facts or with a post: no annotator of news counts them to the body."""
_PROMOTING_WORDS = frozenset(
    "related relatedposts recommended recommendations readmore trending mostread outbrain taboola recirc recirculation "
    "newsletter newsletters signup optin disclaimer pagination bio authorbox authorbio advertisement advertising promo "
    "cta share sharing poll polls umfrage sondage encuesta sondaggio tiktok bluesky instagram "
    "mastodon reddit".split()
)
"""Boxes in the text that lead away from it. They are short: long ones hold a part of the article as often."""
_CAPTION_CHARS = 400
"""Characters of likely text in an element called a caption, at most."""
_BOX_SHARE = 0.2
"""Share of the body's text in such a box, at most."""
_PICTURE_WORDS = frozenset("img image photo picture bild foto figure media".split())
_PICTURE_TEXT_WORDS = frozenset("desc description text txt legend legende info".split())
"""Together they name the words under a picture: "img_desc", "photo-text"."""
_HEAD_WORDS = frozenset({"head", "header", "headline"})
"""Words of what stands above an article: "media_end_head_info" at a portal is no text of a picture."""

_SPEAKING_WORDS = frozenset(
    {MARK, *_ZONE_OF_WORD, *_BOX_WORDS, *_PROMOTING_WORDS, *_PICTURE_WORDS, *_PICTURE_TEXT_WORDS, *_HEAD_WORDS}
)
_LOOSE_WORDS = frozenset({"text", "txt", "description"})
"""Of these, the ones that name the text of a section beside its picture as often: the model decides."""
_CAPTION_WORDS = frozenset("caption figcaption desc legend legende bildunterschrift".split())
_NOTHING = (None, False, False, False)
"""What a class and id without any of these words say."""

_ZONE_OF_TAG = {
    "nav": Label.NAVIGATION,
    "footer": Label.NAVIGATION,
    "button": Label.NAVIGATION,
    "aside": Label.RELATED,
    "figcaption": Label.CAPTION,
    "time": Label.TIMESTAMP,
}
# Zones that hold good only next to the article: the same words name parts of teasers everywhere else on a page.
ARTICLE_ZONES = frozenset(
    {Label.BYLINE, Label.TIMESTAMP, Label.CAPTION, Label.CREDIT, Label.DEK, Label.SECTION, Label.AUTHOR_BIO},
)
_ARTICLE_ZONE_BLOCKS = 5
"""Blocks in a container whose name is taken for that of a byline, a time, a caption."""
_BODY_SHARE = 0.5
"""Share of the body's text in a container whose name says nothing: the "sidebar" with the article in it is none."""
_FEW_BLOCKS = 2
"""Blocks of a container whose name counts whatever it holds: a caption may be longer than a brief above it."""
_FOREIGN_ZONES = frozenset({Label.COMMENTS, Label.RELATED, Label.NEWSLETTER, Label.CONSENT})
_INLINE = frozenset({"span", "code", "pre", "i", "b", "em", "strong", "a"})


class Zones(msgspec.Struct, frozen=True):
    """
    What the containers of a page say of the text in them, by container.

    Args:
        label: what it, or the nearest one round it that says something, says.
        in_comments: whether it, or one round it, is called a place for comments.
        in_box: whether it, or one round it, is called a box of facts or a post, or one that leads away.
        signed: whether it, or one round it, is called the author's, whatever stands further out.
    """

    label: list[Label | None]
    in_comments: list[bool]
    in_box: list[bool]
    signed: list[bool]


def zones(layout: Layout, likely: Sequence[bool]) -> Zones:
    """
    Return what the containers of *layout* say of the text in them.

    Args:
        layout: the page in blocks.
        likely: which blocks the model takes for the body's.
    """
    labels: list[Label | None] = []
    comments: list[bool] = []
    boxes: list[bool] = []
    signed: list[bool] = []
    containers = layout.containers
    counts, bodies = _held(layout, likely)
    whole = max(bodies, default=0)
    most = max(_BODY_SHARE * whole, 1)
    for index, (container, words) in enumerate(zip(containers, _said(containers), strict=True)):
        said, boxed, promoting, loosely = words
        parent, tag = container.parent, container.tag
        leads_away = tag == "nav" or (promoting and tag not in HEADINGS)
        inside = boxed or (leads_away and bodies[index] < _BOX_SHARE * whole)
        outer, commented, named = None, False, False
        if parent >= 0:
            outer, commented, named = labels[parent], comments[parent], signed[parent]
            inside = inside or boxes[parent]
        own = said or _ZONE_OF_TAG.get(tag)
        if tag in HEADINGS and said is not Label.DEK:
            own = None  # the id of a heading is made of its words
        if own is Label.CAPTION and tag != "figcaption" and bodies[index] > (0 if loosely else _CAPTION_CHARS):
            own = None  # "media-text" is a block of a page builder, too
        if own is not None:
            # A span called "comment" is a comment in a listing of code.
            commented = commented or (said is Label.COMMENTS and tag not in _INLINE)
            if tag == "figcaption" and said not in (Label.CREDIT, Label.BYLINE):
                own = Label.CAPTION  # "image-footer" is none of the page's
            if counts[index] <= _FEW_BLOCKS or bodies[index] < most:
                named = named or (own is Label.BYLINE and counts[index] <= _ARTICLE_ZONE_BLOCKS)
                outer = _nested(own, outer, counts[index]) or outer
        labels.append(outer)
        comments.append(commented)
        boxes.append(inside)
        signed.append(named)
    return Zones(labels, comments, boxes, signed)


def _nested(own: Label, outer: Label | None, count: int) -> Label | None:
    """Return what an element of *count* blocks that says *own* means inside of one that says *outer*."""
    if own is Label.BYLINE and outer in (Label.CAPTION, Label.CREDIT):
        return Label.CREDIT  # whoever is named under a picture made it
    if own in ARTICLE_ZONES and (count > _ARTICLE_ZONE_BLOCKS or outer in _FOREIGN_ZONES):
        return None  # the class of a whole article, or a part of a teaser or comment
    return own


def _held(layout: Layout, likely: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Return by container how many blocks it and those in it hold, and the characters of those that are *likely*."""
    containers = layout.containers
    counts, bodies = [0] * len(containers), [0] * len(containers)
    for block, body in zip(layout.blocks, likely, strict=True) if containers else ():
        counts[block.container] += 1
        if body:
            bodies[block.container] += len(block.text)
    for index in range(len(counts) - 1, 0, -1):
        if counts[index]:
            parent = containers[index].parent
            counts[parent] += counts[index]
            bodies[parent] += bodies[index]
    return counts, bodies


def _said(containers: Sequence[Container]) -> list[tuple[Label | None, bool, bool, bool]]:
    """
    Return what class and id of each container say of its text.

    Besides: whether they call it a box, one that promotes, and no more than the text with a picture.
    """
    hints = dict.fromkeys([container.hint for container in containers])  # most containers share theirs with others
    spoken = " ".join(filter(_SPEAKING_WORDS.__contains__, page_tokens(tuple(hints)))).split(MARK)[1:]
    found = {
        hint: (
            _meant(words),
            not _BOX_WORDS.isdisjoint(words),
            not _PROMOTING_WORDS.isdisjoint(words),
            not _LOOSE_WORDS.isdisjoint(words) and _CAPTION_WORDS.isdisjoint(words),
        )
        if words
        else _NOTHING
        for hint, words in zip(hints, map(str.split, spoken), strict=True)
    }
    return [found[container.hint] for container in containers]


def _meant(words: Sequence[str]) -> Label | None:
    """Return what the *words* of one class and id say of the text in their element."""
    meant = next((_ZONE_OF_WORD[word] for word in words if word in _ZONE_OF_WORD), None)
    if meant in (Label.BYLINE, Label.AUTHOR_BIO):  # "author-info media"
        return meant
    pictured = not _PICTURE_WORDS.isdisjoint(words) and not _PICTURE_TEXT_WORDS.isdisjoint(words)
    pictured = pictured and _HEAD_WORDS.isdisjoint(words)
    return Label.CAPTION if pictured else meant
