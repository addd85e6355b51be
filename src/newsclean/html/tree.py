"""The containers of a page as arrays: what each of them holds, and which of them stand round each block."""

import msgspec
import numpy as np

from newsclean.html.columns import Array

__all__ = ["LEVELS", "RINGS", "Tree", "rings_of", "tree_of"]

LEVELS = 40
"""Ancestors looked at, from the block outwards; the 99th percentile of the depth of 3,517 measured pages is 37."""

RINGS = 6
"""Enclosing containers described one by one, each holding more blocks than the one inside it."""


class Tree(msgspec.Struct, frozen=True):
    """
    The containers of a page, in document order, so that what one encloses stands in one piece behind it.

    Args:
        ancestors: container of each block, then its parent and so on, -1 past the root, shape (blocks, levels).
        parents: container round each container, -1 for none; -1 once more at the end.
        last: last container inside each, itself if none, shape (containers,).
        beyond: the first container round each block that is past LEVELS, -1 for none; None when no block has one.
    """

    ancestors: Array
    parents: Array
    last: Array
    beyond: Array | None

    def sums(self, values: Array) -> Array:
        """Return sums by container of *values*, shape (kinds, blocks), with a zero at the end for -1."""
        held = self._held(self.ancestors[:, 0], values)
        if self.beyond is not None:
            held -= self._held(self.beyond, values)
        running, sums = np.zeros(held.shape), np.zeros(held.shape)
        np.cumsum(held[:, 1:], axis=1, out=running[:, 1:])
        np.subtract(running.take(self.last + 1, axis=1), running[:, :-1], out=sums[:, :-1])
        return sums

    def _held(self, holders: Array, values: Array) -> Array:
        """Return the sums of *values* by their *holders* alone, that of -1 first, shape (kinds, 1 + containers)."""
        shape = len(values), 1 + len(self.last)
        places = holders + 1 + shape[1] * np.arange(shape[0])[:, None]
        sums: Array = np.bincount(places.ravel(), weights=values.ravel(), minlength=shape[0] * shape[1])
        return sums.reshape(shape)


def tree_of(innermost: Array, parents: Array) -> Tree:
    """Return the tree that *parents* make, seen from the blocks' *innermost* containers."""
    size = len(parents)
    padded = np.append(parents, -1)  # index -1, past the root, leads to itself
    levels = [innermost]
    while len(levels) < LEVELS and levels[-1].max() >= 0:
        levels.append(padded[levels[-1]])
    beyond = padded[levels[-1]]
    # The last child's last child and so on: each round goes twice as far.
    last = np.arange(size + 1)
    last[parents] = np.arange(size)
    last[-1] = size
    while not np.array_equal(further := last[last], last):
        last = further
    return Tree(np.stack(levels, axis=1), padded, last[:-1], beyond if beyond.max() >= 0 else None)


def rings_of(tree: Tree, held: Array) -> Array:
    """Return for each block the containers at which the number of blocks held grows, shape (RINGS, blocks)."""
    ancestors, parents = tree.ancestors, tree.parents
    # A container's next ring is the parent of the outermost that holds as many blocks: each round goes twice as far.
    grows = held[parents] > held
    outermost = np.where(grows | (parents < 0), np.arange(len(parents)), parents)
    while not np.array_equal(further := outermost[outermost], outermost):
        outermost = further
    following = parents[outermost]
    # A container stands before what it encloses: the greater number is the inner one.
    limit = ancestors[np.arange(len(ancestors)), np.maximum((ancestors >= 0).sum(axis=1) - 1, 0)]
    rings = [ancestors[:, 0]]
    while len(rings) < RINGS:
        rings.append(np.maximum(following[rings[-1]], limit))
    return np.stack(rings)
