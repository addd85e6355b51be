"""
How likely each block of a page belongs to the body: the learned half of the engine.

The forests and word tables are read once, on first use, and never change an answer.
"""

from functools import lru_cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean import model
from newsclean.document import Hints, Layout, PageKind
from newsclean.html.columns import stack
from newsclean.html.context import in_context, summarise
from newsclean.html.features import measure
from newsclean.html.names import MARK
from newsclean.html.words import KINDS, WordTable
from newsclean.text import scoring as textscoring

__all__ = ["BodyScores", "doubtful", "score_html", "score_text"]

SURE = 0.98
"""Probability, or its complement, from which one forest decides."""

WINDOW = 20_000
"""Blocks looked at together; the largest of 1,929 measured pages has 6,220."""


class BodyScores(msgspec.Struct, frozen=True):
    """
    What the model thinks of a page.

    Args:
        probabilities: how likely each block belongs to the body, shape (blocks,).
        page_probability: how likely the body is right: in HTML that its word F1 is at least 0.95; of a dump the word
            F1 to expect.
        kind: the likeliest kind of page.
        kinds: how likely each of `features.KINDS` is; empty for a dump.
    """

    probabilities: NDArray[np.float64]
    page_probability: float
    kind: PageKind
    kinds: tuple[float, ...] = ()


def score_html(layout: Layout, hints: Hints) -> BodyScores:
    """
    Return what the model thinks of an HTML page.

    A page of more than WINDOW blocks is looked at piece by piece, so that memory stays bounded; its first piece says
    what the page is.

    Args:
        layout: the page in blocks, with their containers.
        hints: what the page declares of its article.
    """
    if not layout.blocks:
        return BodyScores(np.empty(0), 0.0, PageKind.EMPTY)
    if len(layout.blocks) <= WINDOW:
        return _score(layout, hints)
    pieces = [_score(_piece(layout, start), hints) for start in range(0, len(layout.blocks), WINDOW)]
    probabilities = np.concatenate([piece.probabilities for piece in pieces])
    return msgspec.structs.replace(pieces[0], probabilities=probabilities)


def _piece(layout: Layout, start: int) -> Layout:
    """Return the WINDOW blocks from *start*, with the containers round them and no others: the work stays linear."""
    blocks = layout.blocks[start : start + WINDOW]
    inside = [block.container for block in blocks if block.container >= 0]
    low, high = min(inside, default=0), max(inside, default=-1) + 1
    # Containers stand in document order: what encloses one of them and is not among them encloses the first.
    path: list[int] = []
    while high and (above := layout.containers[path[-1] if path else low].parent) >= 0:
        path.append(above)
    kept = [*reversed(path), *range(low, high)]
    places = {-1: -1} | {old: new for new, old in enumerate(kept)}
    replace = msgspec.structs.replace
    containers = (layout.containers[old] for old in kept)
    return Layout(
        tuple(replace(block, container=places[block.container]) for block in blocks),
        tuple(replace(container, parent=places[container.parent]) for container in containers),
    )


def _score(layout: Layout, hints: Hints) -> BodyScores:
    words = _word_table()
    page = measure(layout, hints, words)
    own = page.matrix()
    first = model.probabilities(_forest("html_first"), own)
    kinds = _shares(model.margins(_forest("html_kind"), _row(summarise(page, first)))[0])
    both = np.concatenate([own.T, stack(in_context(page, first, kinds)).T]).T  # each column stays in one piece
    second = model.probabilities(_forest("html_second"), both)
    unsure = doubtful(second)
    second[unsure] = (second[unsure] + model.probabilities(_branched(), both[unsure])) / 2
    right = model.probabilities(_forest("html_quality"), _row(summarise(page, second)))
    return BodyScores(second, float(right[0]), PageKind(KINDS[int(np.argmax(kinds))]), tuple(kinds))


def doubtful(probability: NDArray[np.float64]) -> NDArray[np.bool_]:
    """
    Return for which blocks a second forest is asked, shape (blocks,).

    Forests of two kinds err in different places, and their mean errs less than either; but where the first is sure, the
    mean would fall on the same side, and the second kind is slow.
    """
    return np.abs(probability - 0.5) < SURE - 0.5


def _row(summary: dict[str, float]) -> NDArray[np.float32]:
    return np.array([list(summary.values())], np.float32)


def _shares(margins: NDArray[np.float64]) -> list[float]:
    """Return the softmax of *margins*."""
    raised = np.exp(margins - margins.max())
    return [float(share) for share in raised / raised.sum()]


def score_text(layout: Layout) -> BodyScores:
    """
    Return what the model thinks of a dump.

    Args:
        layout: the dump in blocks.
    """
    if not layout.blocks:
        return BodyScores(np.empty(0), 0.0, PageKind.EMPTY)
    probabilities, expected = textscoring.score_blocks(layout.blocks, textscoring.packaged())
    return BodyScores(probabilities, expected, PageKind.ARTICLE)


@lru_cache(maxsize=8)
def _forest(name: str) -> model.Forest:
    return model.load(name)


@lru_cache(maxsize=1)
def _branched() -> model.Branched:
    return model.load_branched("html_branched")


@lru_cache(maxsize=1)
def _word_table() -> WordTable:
    path = resources.files("newsclean").joinpath("data", "html_words.npz")
    with path.open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        hints = ["", MARK, *arrays["hints"].tolist()]
        return WordTable(
            {word: place for place, word in enumerate(hints) if word},
            arrays["near"].astype(np.float64),
            arrays["far"].astype(np.float64),
            dict(zip(arrays["text"].tolist(), arrays["text_odds"].tolist(), strict=True)),
            {word: place for place, word in enumerate(arrays["pages"].tolist())},
            arrays["kinds"],
        )
