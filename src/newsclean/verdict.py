"""
The verdict on a page: an article, another kind of page, or one that is not worth keeping.

It rests on what the page declares, on how much text the engine kept, and on cue phrases of short pages only: on a long
page the same words stand in the chrome round a perfectly good article.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from newsclean.document import BODY_LABELS, Label, Labelled, Layout, PageKind
from newsclean.lexicon import Lexicon

__all__ = ["BODILESS", "page_kind"]

BODILESS = frozenset({PageKind.CONSENT_WALL, PageKind.BOT_WALL, PageKind.SOFT_404, PageKind.EMPTY, PageKind.INDEX})
"""Kinds of page whose text is no article's: their body is empty, all their text is in the ledger."""

BRIEF_WORDS = 40
"""Words of the shortest piece that passes for an article; agency flashes of the development pages have 41 and more."""

STUB_WORDS = 250
"""Words above which a piece behind a pay wall is more than its stub."""

WALL_WORDS = 450
"""Words on a whole page that is a wall and nothing else."""

GALLERY_CAPTIONS = 5

_WALLS = {"not_found": PageKind.SOFT_404, "bot_wall": PageKind.BOT_WALL, "consent": PageKind.CONSENT_WALL}


def page_kind(
    layout: Layout,
    labelled: Sequence[Labelled],
    *,
    types: Sequence[str],
    is_accessible_for_free: bool | None,
    scored: PageKind,
    lexicon: Lexicon,
) -> PageKind:
    """
    Return the verdict on a page.

    Args:
        layout: the page in blocks.
        labelled: the same blocks with labels.
        types: schema.org types the page declares for itself.
        is_accessible_for_free: what the page declares; None when it does not say.
        scored: the kind the model finds likeliest.
        lexicon: cue phrases.
    """
    body = _words(item.block.text for item in labelled if item.label in BODY_LABELS)
    everything = _words(item.block.text for item in labelled)
    if not everything:
        return PageKind.EMPTY
    if everything < WALL_WORDS and (wall := _wall(layout, lexicon)) and body < STUB_WORDS:
        return wall
    if "LiveBlogPosting" in types:
        return PageKind.LIVE_BLOG
    captions = sum(item.label is Label.CAPTION for item in labelled)
    if captions >= GALLERY_CAPTIONS and body < 25 * captions:
        return PageKind.GALLERY
    if is_accessible_for_free is False and body < STUB_WORDS:
        return PageKind.PAYWALL_STUB
    if body < BRIEF_WORDS and scored is PageKind.ARTICLE:
        return PageKind.EMPTY if everything < WALL_WORDS else PageKind.INDEX
    return scored


def _words(texts: Iterable[str]) -> int:
    """Return the words of *texts*; of scripts without spaces, two characters count as one."""
    total = 0
    for text in texts:
        spaced = len(text.split())
        total += spaced if spaced * 12 > len(text) or text.isascii() else len(text) // 2
    return total


def _wall(layout: Layout, lexicon: Lexicon) -> PageKind | None:
    """Return the wall that most cue phrases of a short page speak of."""
    cues = [cue for cue in lexicon.cues([block.text for block in layout.blocks]) if cue is not None]
    votes = Counter(_WALLS[cue.label] for cue in cues if cue.label in _WALLS)
    return votes.most_common(1)[0][0] if votes else None
