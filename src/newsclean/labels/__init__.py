"""Blocks and their probabilities to labels, and the verdict on the page."""
