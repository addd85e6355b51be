"""
Learn which line of a dump is its headline, print the cross-validated scores and the weights for `labels/title.py`.

The likeliest line of a dump is to be the annotated title: a softmax over its lines, by gradient descent. Each page
brings its two given dumps, one of the other renderings, and the first of these without what stands above the title, as
extractors leave it.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from newsclean import lexicon
from newsclean.document import Hints
from newsclean.fields.agencies import Agencies
from newsclean.fields.names import name_key
from newsclean.html.scoring import score_text
from newsclean.labels.body import find_body
from newsclean.labels.head import lines_for_headline
from newsclean.labels.title import topic_of, traits
from newsclean.labels.view import look
from newsclean.text.dump import repair, segment_text
from training import text_renderings
from training.labels import FOLDS, Annotated, fold_of, read_pages

BARE = "from the title on"
STEPS, RATE, DECAY = 600, 0.05, 0.002

Floats = NDArray[np.float64]


class Lines(msgspec.Struct):
    """The lines of one dump that may be its headline: traits, shape (lines, traits), and which say the title."""

    fold: int
    maker: str
    bench: str
    names: tuple[str, ...]
    matrix: Floats
    right: NDArray[np.bool_]


def read(page: Annotated, maker: str, text: str, agencies: Agencies) -> Lines | None:
    """Return the lines of *page* in the dump *text*, None when there is nothing to choose from."""
    layout = segment_text(repair(text)[0])
    probabilities = score_text(layout).probabilities.tolist()
    view = look(layout, probabilities, lexicon=lexicon.packaged(), agencies=agencies, hints=Hints())
    body = find_body(view)
    lines, first = lines_for_headline(view, body)
    if not lines:
        return None
    topic = topic_of(view, body)
    rows = [dict(traits(view, block, topic, first)) for block in lines]
    right = np.array([name_key(block.text) == name_key(str(page.truth["title"])) for block in lines])
    matrix = np.array([list(row.values()) for row in rows])
    return Lines(fold_of(page.domain, FOLDS), maker, page.bench, tuple(rows[0]), matrix, right)


def from_title(page: Annotated, text: str) -> str:
    """Return the dump *text* from the last line that says the title of *page* on; nothing when none does."""
    lines = text.split("\n")
    title = name_key(str(page.truth["title"]))
    at = max((i for i, line in enumerate(lines) if name_key(line) == title), default=len(lines))
    return "\n".join(lines[at:])


def fit(samples: Sequence[Lines]) -> Floats:
    """Return the weights that make the titles likeliest."""
    told = [s for s in samples if s.right.any()]
    matrix, right = np.concatenate([s.matrix for s in told]), np.concatenate([s.right for s in told])
    sizes = [len(s.right) for s in told]
    start = np.cumsum([0, *sizes])[:-1]
    owner = np.repeat(np.arange(len(told)), sizes)
    weights, mean, square = (np.zeros(matrix.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        value = matrix @ weights
        chance = np.exp(value - np.maximum.reduceat(value, start)[owner])
        likely = chance / np.add.reduceat(chance, start)[owner]
        wanted = chance * right / np.maximum(np.add.reduceat(chance * right, start), 1e-12)[owner]
        slope = (likely - wanted) @ matrix / len(told) + DECAY * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2  # Adam (Kingma and Ba 2015)
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def main() -> None:
    """Read the command line, learn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="folder with wcxb-dev and fundus-dev")
    parser.add_argument("--cache", type=Path, help="folder that keeps the renderings for the next run")
    args = parser.parse_args()
    pages = [p for p in read_pages(args.bench) if p.kind == "article" and p.truth.get("title")]
    agencies = Agencies(lexicon.agencies())
    others = [name for name in text_renderings.available() if name not in text_renderings.GIVEN]
    samples = []
    with tempfile.TemporaryDirectory() as temporary:
        cache = args.cache or Path(temporary)
        for number, page in enumerate(pages):
            for maker in (*text_renderings.GIVEN, others[number % len(others)]):
                text = next(text_renderings.dumps(page.folder, maker, [page.id], cache))
                found = [read(page, maker, text, agencies)]
                if maker == text_renderings.GIVEN[0]:
                    found.append(read(page, BARE, from_title(page, text), agencies))
                samples += [lines for lines in found if lines is not None]
    hits_of: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for fold in range(FOLDS):
        weights = fit([s for s in samples if s.fold != fold])
        for s in samples:
            if s.fold == fold:
                maker = s.maker if s.maker in (*text_renderings.GIVEN, BARE) else "others"
                hits_of[s.bench, maker].append(bool(s.right[(s.matrix @ weights).argmax()]))
    for (bench, maker), hits in sorted(hits_of.items()):
        print(f"{bench} {maker}: {len(hits)} dumps, headline {np.mean(hits):.3f}")
    for name, weight in zip(samples[0].names, fit(samples), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
