"""
ROUGE-Lsum as the package rouge-score computes it, to the last digit, and many times faster.

A line is a sentence. For each sentence of the answer, its longest common subsequences with all predicted sentences are
united; a token counts no oftener than it occurs on both sides. Which of several subsequences is taken changes the
union, so ties are broken here as there. Tokens are ASCII letters and digits: other scripts are hardly measured.
"""

import re
from collections import Counter
from collections.abc import Sequence

from measures import Score, f1

__all__ = ["lsum"]

_TOKEN = re.compile(r"[a-z0-9]+")


def lsum(predicted: str, true: str) -> Score:
    r"""
    Return the ROUGE-Lsum score of a text.

    >>> lsum("the cat sat\na dog", "a dog\nthe black cat")
    Score(precision=0.8, recall=0.8, f1=0.8000000000000002)
    """
    guess, answer = _sentences(predicted), _sentences(true)
    guessed = Counter(token for sentence in guess for token in sentence)
    wanted = Counter(token for sentence in answer for token in sentence)
    if not guessed or not wanted:
        return Score(0.0, 0.0, 0.0)
    left = guessed & wanted
    hits = 0
    for sentence in answer:
        for token in _united(sentence, guess):
            if left[token] > 0:
                hits += 1
                left[token] -= 1
    precision, recall = hits / guessed.total(), hits / wanted.total()
    return Score(precision, recall, f1(precision, recall))


def _sentences(text: str) -> list[list[str]]:
    return [tokens for line in text.split("\n") if (tokens := _TOKEN.findall(line.lower()))]


def _united(sentence: list[str], others: Sequence[list[str]]) -> list[str]:
    """Return the tokens of *sentence* in its longest common subsequence with any of *others*."""
    if sentence in others:
        return sentence
    own = set(sentence)
    union: set[int] = set()
    for other in others:
        shared = own.intersection(other)
        if shared:
            union |= _common([place for place, token in enumerate(sentence) if token in shared], sentence, other)
    return [sentence[place] for place in sorted(union)]


def _common(places: list[int], sentence: list[str], other: list[str]) -> set[int]:
    """
    Return the places of one longest common subsequence of *sentence* and *other*, *places* being those it may take.

    A row of the table whose token *other* lacks repeats the row above, a run of columns whose tokens *sentence* lacks
    repeats one column: neither changes the way back through the table, so they are left out or drawn together.
    """
    rows = [sentence[place] for place in places]
    known = set(rows)
    columns: list[str | None] = []
    for token in other:
        if token in known:
            columns.append(token)
        elif not columns or columns[-1] is not None:
            columns.append(None)
    table = [[0] * (len(columns) + 1)]
    for token in rows:
        above, row = table[-1], [0]
        for number, column in enumerate(columns):
            row.append(above[number] + 1 if token == column else max(above[number + 1], row[number]))
        table.append(row)
    return _way_back(table, places, rows, columns)


def _way_back(table: list[list[int]], places: list[int], rows: list[str], columns: list[str | None]) -> set[int]:
    taken, at, by = set(), len(rows), len(columns)
    while at and by:
        if rows[at - 1] == columns[by - 1]:
            at, by = at - 1, by - 1
            taken.add(places[at])
        elif table[at][by - 1] > table[at - 1][by]:
            by -= 1
        else:
            at -= 1
    return taken
