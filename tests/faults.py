"""A cleaner that does to its process what the page says: for tests of a batch, where cleaning is not the point."""

import errno
import os
import signal
import time

from newsclean.clean import CleanOptions
from newsclean.document import Page, PageKind
from newsclean.errors import NotADocument
from newsclean.record import Article, Provenance

_GROWN: list[bytes] = []


def clean(page: Page, *, options: CleanOptions) -> Article:
    """Return a record of *page*, or do what its first word says."""
    del options
    data = page.data if isinstance(page.data, bytes) else page.data.encode()
    word, _, rest = data.partition(b" ")
    if word in _FAULTS:
        _FAULTS[word](rest)
    headline = str(os.getpid()) if word in {b"pid", b"grow"} else word.decode()
    return Article(
        page_kind=PageKind.ARTICLE if word != b"index" else PageKind.INDEX,
        headline=headline,
        article_body=rest.decode(),
        metadata=Provenance(source=page.source, input_kind="text"),
    )


def _hang(_: bytes) -> None:
    while True:
        pass


def _disarm(_: bytes) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    time.sleep(3600)


def _close(_: bytes) -> None:
    os.closerange(0, 100)
    time.sleep(3600)


def _bug(words: bytes) -> None:
    raise KeyError(words.decode())


def _picture(_: bytes) -> None:
    msg = "a PNG"
    raise NotADocument(msg)


def _disk(_: bytes) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


_FAULTS = {
    b"hang": _hang,
    b"exit": lambda _: os._exit(0),
    b"crash": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    b"memory": lambda _: b"x" * (1 << 40),
    b"grow": lambda _: _GROWN.append(b"x" * (10 << 20)),
    b"disarm": _disarm,
    b"close": _close,
    b"bug": _bug,
    b"picture": _picture,
    b"disk": _disk,
    b"slow": lambda words: time.sleep(float(words.split()[0])),
}
