"""What is done to one page of a batch, in whatever process: clean it, render it, say how it ended."""

import errno
import importlib
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

from newsclean.batch.duplicates import Key, key
from newsclean.clean import CleanOptions
from newsclean.document import Evidence, InputKind, Page, PageKind
from newsclean.errors import NewscleanError, NotADocument
from newsclean.files import writers
from newsclean.files.sources import articles_of
from newsclean.files.tables import StoredPage
from newsclean.record import Article, Failure, FailureReason

__all__ = ["CLEANER", "Done", "Work", "answerer", "failed", "pack", "unpack", "warm_up"]

CLEANER = "newsclean.clean:clean"

# One page of each kind, so that a worker is forked with all that most pages need in its memory; the dump is long enough
# to have its language guessed (0.7 s for the model, which each worker would unpack for itself).
_WARM_UP_PAGE = (
    "<html lang=en><title>A bridge opens</title><article><h1>A bridge opens</h1>"
    "<p>By Ann Example, 3 May 2024. The bridge was opened on a rainy day.</p></article>"
)
_WARM_UP_DUMP = (
    "A bridge opens\n\nBy Ann Example\n\nLISBON, Jan 6 (Reuters) - The bridge was opened on a rainy day.\n\n"
    "Engineers said that it had taken nine years to build, and that nobody had fallen into the river so far. The mayor "
    "thanked them, cut the ribbon and walked home over the old bridge, which he said he would miss.\n"
)
_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO})


class _Sent(msgspec.Struct, frozen=True, array_like=True):
    """A page on its way through a pipe: MessagePack cannot tell a field that is either bytes or text."""

    data: bytes
    was_text: bool
    url: str | None
    requested_url: str | None
    kind: InputKind
    source: str
    content_type: str | None
    content_language: str | None
    fetched_at: datetime | None
    http_status: int | None
    hints: tuple[Evidence, ...]
    extra: bytes


def pack(page: Page) -> bytes:
    """Return *page* as bytes."""
    data = page.data
    sent = _Sent(
        # Text from Python may hold lone surrogates.
        data=data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data,
        was_text=isinstance(data, str),
        extra=page.extra if isinstance(page, StoredPage) else b"",
        **{name: getattr(page, name) for name in Page.__struct_fields__ if name != "data"},
    )
    return msgspec.msgpack.encode(sent)


def unpack(data: bytes) -> StoredPage:
    """Return the page that `pack` made *data* of."""
    sent = msgspec.msgpack.decode(data, type=_Sent)
    content = sent.data.decode("utf-8", "surrogatepass") if sent.was_text else sent.data
    fields = {name: getattr(sent, name) for name in StoredPage.__struct_fields__ if name != "data"}
    return StoredPage(data=content, **fields)


class Done(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """
    How one page ended.

    Args:
        kind: an article, a page without one, a failure, or (found by the batch) a repeat.
        row: the record as it is written; of a failure, its JSON; empty for a repeat that is dropped.
        reason: of a failure.
        key: what duplicates are recognised by, when that was asked for.
        before: characters of a text dump.
        after: characters of its body.
        page_kind: the verdict on the page.
        note: what a person should know of it: that the page seems to be several.
    """

    kind: Literal["article", "other", "failure", "duplicate"]
    row: bytes
    reason: str = ""
    key: Key | None = None
    before: int = 0
    after: int = 0
    page_kind: str = ""
    note: str = ""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """
    The work on each page.

    Args:
        clean: how to clean.
        form: how a record is written; None for the record itself as MessagePack.
        ledger: whether removed blocks and evidence are written.
        duplicates: whether pages are given the keys that duplicates are recognised by.
        refused: kinds of page that are failures: those of which no record is wanted.
        cleaner: "module:function" that cleans, called as `clean(page, options=…)`.
    """

    clean: CleanOptions = CleanOptions()
    form: writers.OutputFormat | None = None
    ledger: bool = True
    duplicates: bool = False
    refused: tuple[PageKind, ...] = ()
    cleaner: str = CLEANER

    def cleaning(self) -> Callable[..., Article]:
        """
        Return the function that cleans.

        Raises:
            ImportError: there is no such module.
            AttributeError: it has no such function.
        """
        module, _, name = self.cleaner.partition(":")
        function: Callable[..., Article] = getattr(importlib.import_module(module), name)
        return function

    def do(self, page: Page, clean: Callable[..., Article]) -> Done:
        """
        Return how *page* ends.

        Raises:
            MemoryError: the page needs more memory than there is.
            OSError: the machine is in no state to clean: a disk is full (a library unpacks its model there), or files
                are too many. That is no page's fault, and the next page would fail the same way.
        """
        try:
            return self._done(page, clean(page, options=self.clean))
        except NewscleanError as error:
            reason = FailureReason.NOT_A_DOCUMENT if isinstance(error, NotADocument) else FailureReason.UNREADABLE
            return failed(page, reason, str(error))
        except MemoryError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _MACHINE:
                raise
            # A bug that one page meets must not cost the other million.
            return failed(page, FailureReason.CRASH, _bug(error))

    def _done(self, page: Page, article: Article) -> Done:
        if article.page_kind in self.refused:
            return failed(page, FailureReason.NOT_AN_ARTICLE, f"not_an_article: {article.page_kind.value}")
        extra = page.extra if isinstance(page, StoredPage) else b""
        row = (
            msgspec.msgpack.encode(article)
            if self.form is None
            else writers.render(article, self.form, ledger=self.ledger, extra=extra)
        )
        is_text = article.metadata.input_kind == InputKind.TEXT.value
        return Done(
            kind="article" if article.page_kind is PageKind.ARTICLE else "other",
            row=row,
            key=key(article) if self.duplicates else None,
            before=len(page.data) if is_text else 0,
            after=len(article.article_body) if is_text else 0,
            page_kind=article.page_kind.value,
            note=_several(page) if is_text else "",
        )


def _several(page: Page) -> str:
    """Return that *page* seems to be several articles; empty when it does not. It is for a person to say."""
    articles = len(articles_of(page))
    return f"{page.source}: seems to hold {articles} articles; --split cleans each by itself" if articles else ""


def failed(page: Page, reason: FailureReason, message: str) -> Done:
    """Return that *page* gave no record, and why."""
    failure = Failure(reason=reason, source=page.source, url=page.url, message=message)
    return Done(kind="failure", row=failure.to_json(), reason=reason.value)


def _bug(error: Exception) -> str:
    """Return in one line what and where *error* is."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace else ""
    where = f" in {module}, line {trace.tb_lineno}" if trace else ""
    return f"bug: {type(error).__name__}: {' '.join(str(error).split())[:300]}{where}"


def warm_up(clean: Callable[..., Article]) -> None:
    """Have *clean* load what most pages need."""
    for text in (_WARM_UP_PAGE, _WARM_UP_DUMP):
        clean(Page(data=text), options=CleanOptions())


def answerer(setup: bytes) -> Callable[[bytes], bytes]:
    """Return the function that turns a packed page into an encoded `Done`, with the engine loaded: a worker's work."""
    work = msgspec.msgpack.decode(setup, type=Work)
    clean = work.cleaning()
    if work.cleaner == CLEANER:
        warm_up(clean)
    encode = msgspec.msgpack.Encoder().encode
    return lambda question: encode(work.do(unpack(question), clean))
