"""
Folders of pages with known answers, laid out as `README.md` says: read them, and name exactly what was read.

`<folder>/truth.jsonl` holds one object a page, `<folder>/pages/<id>.html.gz` its bytes as fetched, and
`<folder>/dumps/<flattener>/<id>.txt.gz`, for some pages, the text an earlier scraper left of it.
"""

import gzip
import hashlib
from pathlib import Path

import msgspec

__all__ = ["Corpus", "CorpusError", "Picture", "Truth", "read"]


class CorpusError(Exception):
    """A folder is not laid out as the README says."""


class Version(msgspec.Struct, frozen=True):
    """One size of a picture."""

    url: str


class Picture(msgspec.Struct, frozen=True):
    """An annotated picture; *authors* are whom its credit names."""

    versions: tuple[Version, ...] = ()
    is_cover: bool = False
    caption: str | None = None
    authors: tuple[str, ...] = ()

    @property
    def credit(self) -> str:
        """Whom the credit names, in one line."""
        return " ".join(self.authors)


class Truth(msgspec.Struct, frozen=True, rename={"wanted": "with", "unwanted": "without"}):
    """What is known of a page. None means that nobody looked, an empty list that there is none."""

    id: str
    url: str | None = None
    kind: str = ""
    body: str | None = None
    paragraphs: tuple[str, ...] | None = None
    wanted: tuple[str, ...] | None = None
    unwanted: tuple[str, ...] | None = None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    date: str | None = None
    topics: tuple[str, ...] | None = None
    images: tuple[Picture, ...] | None = None


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """
    A folder of pages with their answers.

    Args:
        folder: where it lies.
        truths: the answers asked for, in file order.
        flattener: the folder of dumps to read instead of the pages, None for the pages.
        kind: the kind of page that was asked for, None for all.
    """

    folder: Path
    truths: tuple[Truth, ...]
    flattener: str | None = None
    kind: str | None = None

    @property
    def name(self) -> str:
        """What tables and floors call it."""
        return " ".join(part for part in (self.folder.resolve().name, self.kind, self.flattener) if part)

    @property
    def joins_dek(self) -> bool:
        """Whether the annotated body holds the dek: so in the sets that annotate paragraphs."""
        return any(truth.paragraphs is not None for truth in self.truths)

    def data(self, truth: Truth) -> bytes:
        """Return the bytes of the page or dump of *truth*."""
        return gzip.decompress(self._file(truth.id).read_bytes())

    def digest(self) -> str:
        """Return the SHA-256 of the ids and sizes of what is read here: other pages or answers have another one."""
        files = [self._file(truth.id) for truth in self.truths]
        lines = sorted(f"{file.name} {file.stat().st_size}" for file in files)
        answers = hashlib.sha256(msgspec.json.encode(self.truths)).hexdigest()
        return hashlib.sha256("\n".join([*lines, answers]).encode()).hexdigest()

    def _file(self, name: str) -> Path:
        if self.flattener is None:
            return self.folder / "pages" / f"{name}.html.gz"
        return self.folder / "dumps" / self.flattener / f"{name}.txt.gz"


def read(
    folder: Path,
    *,
    kind: str | None = None,
    flattener: str | None = None,
    limit: int | None = None,
) -> Corpus:
    """
    Return the pages of *folder* with their answers.

    Args:
        folder: laid out as the README says.
        kind: only pages of this kind.
        flattener: read this folder of dumps, and only the pages that have one there.
        limit: take this many pages, spread evenly over the file.

    Raises:
        CorpusError: there is no such set, or a line of it is not as it should be.
    """
    try:
        lines = (folder / "truth.jsonl").read_bytes().splitlines()
        truths = [msgspec.json.decode(line, type=Truth) for line in lines]
    except (OSError, msgspec.MsgspecError) as error:
        message = f"{folder}: not a folder of pages with answers: {error}"
        raise CorpusError(message) from error
    if flattener is not None:
        dumped = {file.name.removesuffix(".txt.gz") for file in (folder / "dumps" / flattener).glob("*.txt.gz")}
        truths = [truth for truth in truths if truth.id in dumped]
    truths = [truth for truth in truths if kind is None or truth.kind == kind]
    if limit is not None and limit < len(truths):
        truths = [truths[round(number * len(truths) / limit)] for number in range(limit)]
    if not truths:
        message = f"{folder}: no page of kind {kind or 'any'}" + (f" dumped by {flattener}" if flattener else "")
        raise CorpusError(message)
    return Corpus(folder=folder, truths=tuple(truths), flattener=flattener, kind=kind)
