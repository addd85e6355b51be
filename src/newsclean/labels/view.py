"""A page as the labelling rules look at it: its blocks, what is known of each, and of the elements round them."""

from collections.abc import Iterator, Sequence

import msgspec

from newsclean.document import Block, Container, Hints, Label, Layout
from newsclean.fields.agencies import Agencies
from newsclean.fields.dateline import parse_dateline
from newsclean.fields.people import parse_byline
from newsclean.labels.zones import Zones, zones
from newsclean.lexicon import Cue, Lexicon, fold

__all__ = ["BODY_THRESHOLD", "CELL_CHARS", "MOST_BLOCKS", "SIGNATURE_CHARS", "View", "look"]

BODY_THRESHOLD = 0.5
"""Probability from which a block belongs to the body."""

CELL_CHARS = 200
"""Characters of a cell; a table that holds a longer one is there for the layout of the page."""

MOST_BLOCKS = 7_000
"""Blocks above the body, or in it, that are read one by one for names and times, so that the work on a page stays
bounded; the largest of 1,929 measured pages has 6,220."""

SIGNATURE_CHARS = 80
"""Characters of a line that names the authors and does no more."""

_LEAD_CHARS = 20
"""Characters of the sentence behind a dateline, at least; less is a caption's."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """
    A page, ready to be asked about.

    Args:
        blocks: in reading order.
        containers: the elements round them; empty for a dump.
        probabilities: how likely each block belongs to the body.
        folded: the blocks' texts as cue phrases are written.
        cues: the phrase each block carries.
        zones: what each container, or one round it, says of its text.
        longest_in_table: length of the longest text of each table, by its container.
        layout_cells: cells, by container, that hold a column of the page: a long text and others.
        agencies: wire services.
        hints: what the page declares of its article.
    """

    blocks: tuple[Block, ...]
    containers: tuple[Container, ...]
    probabilities: Sequence[float]
    folded: list[str]
    cues: list[Cue | None]
    zones: Zones
    longest_in_table: dict[int, int]
    layout_cells: frozenset[int]
    agencies: Agencies
    hints: Hints

    def zone(self, block: Block) -> Label | None:
        """Return what the containers round *block* say of it."""
        return self.zones.label[block.container] if block.container >= 0 else None

    def enclosing(self, block: Block, tag: str) -> int:
        """Return the innermost container called *tag* round *block*, -1 without one."""
        return _enclosing(self.containers, block, tag)

    def tag(self, block: Block) -> str:
        """Return the tag of the block's own element; a cell that holds a column of the page is a `<div>`."""
        return "div" if block.tag == "td" and self.enclosing(block, "td") in self.layout_cells else block.tag

    def outermost(self, block: Block, tag: str) -> int:
        """Return the outermost container called *tag* round *block*, -1 without one."""
        at, found = block.container, -1
        while at >= 0:
            found = at if self.containers[at].tag == tag else found
            at = self.containers[at].parent
        return found

    def around(self, container: int, most: int) -> Iterator[int]:
        """Yield *container* and those round it, from the inside outwards, at most so many."""
        for _ in range(most):
            if container < 0:
                return
            yield container
            container = self.containers[container].parent

    def is_signature(self, block: Block) -> bool:
        """Return whether *block* names authors that the page declares, and does nothing else."""
        if len(block.text) > SIGNATURE_CHARS or not any(name in block.text for name in self.hints.authors):
            return False
        named = parse_byline(block.text, agencies=self.agencies)
        return named.unread == 0 and all(author.name in self.hints.authors for author in named.authors)

    def parent(self, block: Block) -> int:
        """Return the container round the block's own element."""
        own = self._own(block)
        return self.containers[own].parent if own >= 0 else -1

    def own_hint(self, block: Block) -> str:
        """Return what the block's own element is called."""
        own = self._own(block)
        return self.containers[own].hint if own >= 0 else ""

    def _own(self, block: Block) -> int:
        own = block.container
        while own >= 0 and self.containers[own].tag not in (block.tag, "body"):
            own = self.containers[own].parent
        return own


def look(
    layout: Layout,
    probabilities: Sequence[float],
    *,
    lexicon: Lexicon,
    agencies: Agencies,
    hints: Hints,
) -> View:
    """Return *layout* with all that the rules look up in it."""
    texts = [block.text for block in layout.blocks]
    folded = [fold(text) for text in texts]
    found = lexicon.cues(texts, folded=folded)
    return View(
        blocks=layout.blocks,
        containers=layout.containers,
        probabilities=probabilities,
        folded=folded,
        cues=[None if _is_dateline(cue, text, agencies) else cue for cue, text in zip(found, texts, strict=True)],
        zones=zones(layout, [p >= BODY_THRESHOLD for p in probabilities]),
        longest_in_table=_longest_in_table(layout),
        layout_cells=_layout_cells(layout),
        agencies=agencies,
        hints=hints,
    )


def _is_dateline(cue: Cue | None, text: str, agencies: Agencies) -> bool:
    """Return whether *cue* is the agency of a dateline in *text*, no picture's credit: "Cairo (Reuters) - The ..."."""
    if cue is None or cue.match != "inside" or cue.label != "credit":
        return False
    dateline = parse_dateline(text, agencies)
    return dateline is not None and len(dateline.agencies) > 0 and len(text) - len(dateline.text) > _LEAD_CHARS


def _enclosing(containers: Sequence[Container], block: Block, tag: str) -> int:
    at = block.container
    while at >= 0 and containers[at].tag != tag:
        at = containers[at].parent
    return at


def _longest_in_table(layout: Layout) -> dict[int, int]:
    longest: dict[int, int] = {}
    for block in layout.blocks:
        if block.tag in ("td", "th", "caption"):
            table = _enclosing(layout.containers, block, "table")
            longest[table] = max(longest.get(table, 0), len(block.text))
    return longest


def _layout_cells(layout: Layout) -> frozenset[int]:
    sizes: dict[int, list[int]] = {}
    for block in layout.blocks:
        if block.tag == "td":
            sizes.setdefault(_enclosing(layout.containers, block, "td"), []).append(len(block.text))
    return frozenset(cell for cell, found in sizes.items() if len(found) > 1 and max(found) >= CELL_CHARS)
