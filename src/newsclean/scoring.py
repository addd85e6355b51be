"""
How likely each block of a page belongs to the body: the learned half of the engine.

The forests and word tables are read once, on first use, and never change an answer.
"""

from functools import lru_cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean import model, textscoring
from newsclean.document import Hints, Layout, PageKind
from newsclean.features import MARK, WordTable, in_context, measure, stack

__all__ = ["BodyScores", "score_html", "score_text"]


class BodyScores(msgspec.Struct, frozen=True):
    """
    What the model thinks of a page.

    Args:
        probabilities: how likely each block belongs to the body, shape (blocks,).
        page_probability: the word F1 that the body of these blocks is expected to have, 0 to 1.
        kind: the likeliest kind of page.
    """

    probabilities: NDArray[np.float64]
    page_probability: float
    kind: PageKind


def score_html(layout: Layout, hints: Hints) -> BodyScores:
    """
    Return what the model thinks of an HTML page.

    Args:
        layout: the page in blocks, with their containers.
        hints: what the page declares of its article.
    """
    if not layout.blocks:
        return BodyScores(np.empty(0), 0.0, PageKind.EMPTY)
    page = measure(layout, hints, _word_table())
    own = page.matrix()
    first = model.probabilities(_forest("html_first"), own)
    context = in_context(page, first)
    second = model.probabilities(_forest("html_second"), np.concatenate([own, stack(context)], axis=1))
    mass = page.mass * (second > 0.5) + 1e-6  # noqa: PLR2004
    sure = float((np.abs(2 * second - 1) * mass).sum() / mass.sum())
    return BodyScores(second, sure, PageKind.ARTICLE)


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
def _word_table() -> WordTable:
    path = resources.files("newsclean").joinpath("data", "html_words.npz")
    with path.open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        tables = {
            zone: dict(zip(arrays[f"{zone}_words"].tolist(), arrays[f"{zone}_odds"].tolist(), strict=True))
            | {MARK: float("nan")}
            for zone in ("near", "far", "text")
        }
    return WordTable(**tables)
