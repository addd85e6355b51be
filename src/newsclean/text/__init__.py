"""Plain-text dumps: text to blocks, blocks to numbers, numbers to probabilities."""
