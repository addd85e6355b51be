"""Pages with markup: bytes to tree, tree to blocks, blocks to numbers, numbers to probabilities."""
