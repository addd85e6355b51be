"""
Plain text to blocks: a page that an earlier scraper flattened, cut along its lines.

The first form is one line, one block. Lines are joined where the dump broke a paragraph.
"""

from newsclean.document import Block, Layout
from newsclean.normalise import line

__all__ = ["segment_text"]


def segment_text(text: str, *, truncated: tuple[str, ...] = ()) -> Layout:
    """
    Return the lines of *text* that hold a word as blocks.

    Args:
        text: decoded text of a dump, any line ends.
        truncated: limits already hit, carried into the layout.
    """
    blocks: list[Block] = []
    gap = 0
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        shown = line(raw)
        if not shown:
            gap += 1
            continue
        indent = len(raw) - len(raw.lstrip())
        blocks.append(Block(index=len(blocks), text=shown, tag="line", gap=gap, indent=indent, lines=1))
        gap = 0
    return Layout(tuple(blocks), (), truncated)
