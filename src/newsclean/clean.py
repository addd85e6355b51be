"""
`Page` to `Article`: the one place that decides.

It cuts a page into blocks, has them scored and labelled, reads the fields, gives the verdict on the page, and asks for
a second opinion when told to. No I/O, no state, no exception because of what a page says.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from newsclean import lexicon, parts
from newsclean.document import BODY_LABELS, InputKind, Label, Labelled, Layout, Page, PageKind, Removal
from newsclean.fields import metadata, structured
from newsclean.fields.agencies import Agencies
from newsclean.html import dom, embedded, segment
from newsclean.labels import classify, verdict
from newsclean.normalise import identifier, line
from newsclean.record import Article, BodyBlock, Provenance
from newsclean.text import dump as textdump
from newsclean.version import VERSION

__all__ = ["CleanOptions", "clean"]


_TIMES = (
    "date_published",
    "date_published_raw",
    "date_modified",
    "date_modified_raw",
    "date_precision",
    "time_zone_source",
)


# "Bridges[edit]" of wikis, "Bridges¶" of documentation
_HEADING_LINK = re.compile(
    r"\s?(?:\[(?:edit|hide|bearbeiten|modifier|editar|modifica|bewerken|править)[^\[\]]{0,30}\]|[¶🔗]|\s#)$"
)
_SENTENCE, _FEW_SENTENCES = 60, 200
"""Characters of a block that may be a sentence, and of all such blocks of a page that shows no article."""


class CleanOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    How to clean.

    Args:
        second_opinion_below: page probability under which trafilatura's body is taken instead of the engine's; 0 never
            asks. Asking did not raise F1 on the development pages at any threshold (`docs/model.md`).
    """

    second_opinion_below: float = 0.0


class _Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One page on its way to a record."""

    page: Page
    source: dom.Source
    kind: InputKind
    layout: Layout
    declared: structured.Structured
    labelled: tuple[Labelled, ...]
    scored: PageKind
    certainty: float
    probability: float
    second_opinion: str | None = None
    messages: tuple[str, ...] = ()


def clean(
    data: bytes | str | Page,
    *,
    url: str | None = None,
    kind: InputKind | str = InputKind.AUTO,
    options: CleanOptions = CleanOptions(),
) -> Article:
    """
    Return the article record of one page.

    A page without an article comes back with its verdict in `page_kind`; walls and pages that show nothing have an
    empty body, and so have indexes unless they might be articles after all.

    >>> clean("<title>Not found</title><p>Sorry, this page does not exist.").article_body
    ''

    Args:
        data: HTML or the text of a dump; bytes are decoded. A `Page` brings its own url and kind.
        url: the page's address: makes links absolute, and is evidence for the date.
        kind: "auto" looks at the data, "html" and "text" do as they say.
        options: how to clean.

    Raises:
        NotADocument: *data* is neither HTML nor text, such as an image or a PDF.
        TypeError: *data* is of another type.
    """
    if not isinstance(data, bytes | str | Page):
        msg = f"a page is bytes, str or Page, not {type(data).__name__}"
        raise TypeError(msg)
    page = _writable(data if isinstance(data, Page) else Page(data=data, url=url, kind=InputKind(kind)))
    source = dom.decode(page.data, content_type=page.content_type, detect=parts.guess_encoding)
    is_html = page.kind is InputKind.HTML or (page.kind is InputKind.AUTO and dom.looks_like_html(source.text))
    return _article(_read_html(page, source, options) if is_html else _read_text(page, source))


def _writable(page: Page) -> Page:
    """Return *page* with names and addresses that a record can hold: lone surrogates are in no Unicode text."""
    names = {name: getattr(page, name) for name in ("url", "requested_url", "source")}
    foreign = {name: value for name, value in names.items() if value and not value.isascii()}
    shown = {name: value.encode("utf-8", "backslashreplace").decode() for name, value in foreign.items()}
    return page if shown == foreign else msgspec.structs.replace(page, **shown)


def _read_html(page: Page, source: dom.Source, options: CleanOptions) -> _Reading:
    from newsclean.html import scoring  # noqa: PLC0415  brings numpy, which importing newsclean need not pay for

    root, limits = dom.parse(source.text, utf8=source.utf8)
    layout = segment.segment(root, truncated=(*source.truncated, *limits))
    unshown = root is not None and _shows_no_article(layout) and embedded.show(root, [b.text for b in layout.blocks])
    if unshown:
        layout = segment.segment(root, truncated=layout.truncated)
    declared = structured.read(root, url=page.url, headers=_headers(page))
    hints = structured.hints(declared)
    scores = scoring.score_html(layout, hints)
    probabilities: Sequence[float] = scores.probabilities.tolist()
    opinion = None
    if layout.blocks and scores.page_probability < options.second_opinion_below:
        text = parts.second_opinion(source.text)
        if text:
            probabilities, opinion = _as_probabilities(text, layout), parts.TRAFILATURA
    return _Reading(
        page=page,
        source=source,
        kind=InputKind.HTML,
        layout=layout,
        declared=declared,
        labelled=classify.classify(layout, probabilities, hints, lexicon=lexicon.packaged(), agencies=_agencies()),
        scored=scores.kind,
        certainty=max(scores.kinds, default=0.0),
        probability=scores.page_probability,
        second_opinion=opinion,
        messages=("the page shows no article; its text is from the data of its scripts",) if unshown else (),
    )


def _shows_no_article(layout: Layout) -> bool:
    """Return whether a page shows hardly any text, and hardly a sentence."""
    sizes = [len(block.text) for block in layout.blocks]
    return sum(sizes) < segment.FEW_CHARS and sum(size for size in sizes if size >= _SENTENCE) < _FEW_SENTENCES


def _headers(page: Page) -> dict[str, str]:
    """Return the HTTP headers of *page* that bear on the record."""
    known = {"content-type": page.content_type, "content-language": page.content_language}
    return {name: value for name, value in known.items() if value}


def _read_text(page: Page, source: dom.Source) -> _Reading:
    from newsclean.html import scoring  # noqa: PLC0415  brings numpy, which importing newsclean need not pay for

    text, repaired = textdump.repair(source.text)
    layout = textdump.segment_text(text, truncated=source.truncated)
    declared = structured.read(None, url=page.url)
    scores = scoring.score_text(layout)
    hints = structured.hints(declared)
    return _Reading(
        page=page,
        source=source,
        kind=InputKind.TEXT,
        layout=layout,
        declared=declared,
        labelled=classify.classify(
            layout, scores.probabilities.tolist(), hints, lexicon=lexicon.packaged(), agencies=_agencies()
        ),
        scored=scores.kind,
        certainty=max(scores.kinds, default=0.0),
        probability=scores.page_probability,
        messages=("text was decoded twice in the wrong encoding and has been repaired",) if repaired else (),
    )


@lru_cache(maxsize=1)
def _agencies() -> Agencies:
    return Agencies(lexicon.agencies())


def _as_probabilities(text: str, layout: Layout) -> list[float]:
    """Return 0.9 for the blocks that another extractor's *text* holds, 0.1 for the others."""
    held = line(text)
    return [0.9 if block.text in held else 0.1 for block in layout.blocks]


def _article(reading: _Reading) -> Article:
    """Return the record of *reading*."""
    page, labelled = reading.page, reading.labelled
    fields = metadata.fields(
        reading.declared,
        labelled,
        page=page,
        input_kind=reading.kind,
        lexicon=lexicon.packaged(),
        agencies=_agencies(),
    )
    facts = verdict.PageFacts(
        types=tuple(kind for node in reading.declared.nodes if node.main for kind in node.types),
        declared_article=_declares_article(reading.declared),
        live=bool(fields.live_blog_updates),
        title=reading.declared.title,
        is_accessible_for_free=fields.is_accessible_for_free,
        scored=reading.scored,
        certainty=reading.certainty,
    )
    found = verdict.judge(labelled, facts, lexicon=lexicon.packaged())
    body = tuple(
        BodyBlock(index=item.block.index, label=item.label, text=item.block.text)
        for item in labelled
        if item.label in BODY_LABELS and found.has_body
    )
    kept = {block.index for block in body}
    removed = tuple(_removal(item, found) for item in labelled if item.block.index not in kept)
    return Article(
        page_kind=found.kind,
        blocks=body,
        article_body=_joined(body, reading.kind),
        removed=removed,
        url=page.url,
        requested_url=page.requested_url,
        metadata=_provenance(reading, fields.messages),
        **_fit(metadata.record_fields(fields, body), found, facts),
    )


def _removal(item: Labelled, found: verdict.Verdict) -> Removal:
    """Return *item* as the ledger has it: what would be the body of a consent wall is its request."""
    label, reason = item.label, item.reason
    if found.kind is PageKind.CONSENT_WALL and label in BODY_LABELS:
        label, reason = Label.CONSENT, "the text of a consent wall"
    return Removal(item.block.index, label, item.block.text, reason)


def _joined(body: Sequence[BodyBlock], kind: InputKind) -> str:
    """Return the body's text, blocks parted by a blank line; marks of a dump and links to a heading are no text."""
    unmarked = textdump.unmarked if kind is InputKind.TEXT else str
    texts = [_HEADING_LINK.sub("", unmarked(b.text)) if b.label is Label.SUBHEAD else unmarked(b.text) for b in body]
    return "\n\n".join(text for text in texts if text)


def _declares_article(declared: structured.Structured) -> bool:
    """Return whether the page says of itself that it is an article."""
    return declared.first("og:type")[1] == "article" or any(node.main and node.is_article for node in declared.nodes)


def _fit(fields: dict[str, Any], found: verdict.Verdict, facts: verdict.PageFacts) -> dict[str, Any]:
    """
    Return the *fields* that such a page can have: what a wall shows as a headline is no article's.

    An empty page shows nothing. What it declares of the article that a browser would show is the article's.
    """
    dropped: tuple[str, ...] = ()
    if found.kind is PageKind.EMPTY and facts.declared_article:
        return fields
    if not found.has_body:
        dropped = ("authors", "credited", "source_organization", "dateline", "alternative_headline", *_TIMES)
    if found.kind in verdict.WALLS:
        dropped = (*dropped, "headline", "main_image", "images", "article_section")
    return {name: value for name, value in fields.items() if name not in dropped}


def _provenance(reading: _Reading, messages: tuple[str, ...]) -> Provenance:
    return Provenance(
        source=reading.page.source,
        identifier=identifier(reading.page.source),
        input_kind=reading.kind.value,
        encoding=reading.source.encoding,
        encoding_source=reading.source.encoding_source,
        date_downloaded=reading.page.fetched_at,
        http_status=reading.page.http_status,
        extractor_version=VERSION,
        probability=round(reading.probability, 4),
        second_opinion=reading.second_opinion,
        truncated=reading.layout.truncated,
        validation_messages=(*reading.messages, *messages),
    )
