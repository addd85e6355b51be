"""A cleaner that does to its process what the page says: for tests of a batch, where cleaning is not the point."""

import os
import signal
import time

from newsclean.clean import CleanOptions
from newsclean.document import Page, PageKind
from newsclean.errors import NotADocument
from newsclean.record import Article, Provenance


def clean(page: Page, *, options: CleanOptions) -> Article:  # noqa: C901  one branch a fault
    """Return a record of *page*, or do what its first word says."""
    del options
    data = page.data if isinstance(page.data, bytes) else page.data.encode()
    word, _, rest = data.partition(b" ")
    if word == b"hang":
        while True:
            pass
    if word == b"exit":
        os._exit(0)
    if word == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == b"memory":
        return clean(Page(data=b"x" * (1 << 40)), options=CleanOptions())
    if word == b"disarm":
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        time.sleep(3600)
    if word == b"close":
        os.closerange(0, 100)
        time.sleep(3600)
    if word == b"bug":
        raise KeyError(rest.decode())
    if word == b"picture":
        msg = "a PNG"
        raise NotADocument(msg)
    if word == b"slow":
        time.sleep(float(rest.split()[0]))
    return Article(
        page_kind=PageKind.ARTICLE if word != b"index" else PageKind.INDEX,
        headline=word.decode(),
        article_body=rest.decode(),
        metadata=Provenance(source=page.source, input_kind="text"),
    )
