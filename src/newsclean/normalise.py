"""
Form, never wording: Unicode, white space, URLs, headlines, counts and hashes.

Every function from text to text gives the same text back when it is given its own result.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit
from zlib import adler32, crc32

__all__ = [
    "HOME_PATHS",
    "SET_APART",
    "canonical_url",
    "content_hash",
    "direction",
    "headline_without_site",
    "identifier",
    "line",
    "resolve_url",
    "runs_together",
    "same_site",
    "simhash",
    "site_key",
    "word_count",
]

MAX_URL = 2083
MAX_HEADLINE = 1000

HOME_PATHS = frozenset({"", "/", "/index.html", "/index.php"})
"""Paths of the home page of a site."""

# Not printed and of no use in a record: controls, non-characters, lone surrogates, zero-width space, byte-order mark,
# soft hyphen, and bidi embeddings and overrides, which reorder what stands around them (Unicode TR36). ZWJ, ZWNJ and
# the bidi marks stay: they change how Arabic, Indic scripts and emoji are read.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\ud800-\udfff]",
)
# NFC needs quadratic time on long runs of combining marks; Unicode's stream-safe format bounds them at 30 (UAX #15).
_MOST_MARKS = 30
_MARK = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_MARKS = re.compile(f"({_MARK.pattern}{{{_MOST_MARKS}}}){_MARK.pattern}+")
# Addresses that are absolute and need no encoding: what resolving would give back.
_RESOLVED = re.compile(
    r"https?://[a-z0-9.-]+/[A-Za-z0-9/%:@!$&'()*+,=~._-]*(?:\?[A-Za-z0-9/%:@!$&'()*+,=~._?\[\]|-]+)?"
)
# Parameters that say who sent the reader, never which page it is: campaign tags of the analytics vendors.
_TRACKING = re.compile(
    r"utm_|mc_[ce]id$|fb(?:clid|_)|gclid$|gclsrc$|dclid$|gbraid$|wbraid$|msclkid$|yclid$|twclid$|igsh(?:id)?$|"
    r"mkt_tok$|_ga$|"
    r"_gl$|at_(?:medium|campaign|custom|link|format|bbc)|cmpid$|cmp$|ito$|icid$|intcid$|ncid$|smid$|smtyp$|"
    r"srnd$|xtor$|ref_src$|"
    r"ref_url$|wt_zmc$|wtmc$|ocid$|campaign_?id$|guccounter$|guce_|sref$|__twitter|s_cid$|cid=rss$|ns_|pk_|"
    r"piwik_|hs(?:ctatracking"
    r"|_?enc|mi)$|vero_|oly_|trk$|spm$|share(?:_?id)?$|partner$|ftag$|source=rss$|ref=rss$",
    re.IGNORECASE,
)
_LOOSE_MARK = re.compile(r"^\|\s+|\s+[|–—-]$")  # "Snow in May -": a template that had no site's name to put there
_SEPARATOR = re.compile(r"\s+[|\-–—―·•»«›‹:｜ㅣ]{1,2}\s+|\s?ㅣ\s?|\s?[｜|]\s?|\s:\s|\s?[：]\s?")
_WORD = re.compile(r"[^\W_](?:[\w'’\-]{0,60})")
# Scripts written without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_THAI = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
# Labels below which registries sell names ("co.uk", "com.br"): enough to tell sites apart, not to list all of them.
_SECOND_LEVEL = frozenset(
    "co com org net gov gob gouv go ac edu ne or nom mil info web in id sch ltd plc me asso press".split()
)


def line(text: str) -> str:
    r"""
    Return *text* as one line: white space collapsed, unprinted characters gone, NFC.

    >>> line("  Caf\u0065\u0301\u00a0 \u200bde\n Paris ")
    'Café de Paris'
    """
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    if not text.isprintable():
        text = " ".join(_UNPRINTED.sub("", text).split())
    # A run of so many marks holds one of every 30th character.
    if _MARK.search(text[::_MOST_MARKS]):
        text = _MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def resolve_url(href: str, base: str | None = None) -> str | None:
    """
    Return *href* as an absolute http(s) address, or None when it cannot be one.

    White space and what no address may hold are percent-encoded (RFC 3986), the host is lower case.

    >>> resolve_url("/a b?x=1#top", "https://Example.org/news/")
    'https://example.org/a%20b?x=1#top'
    """
    href = line(href)
    if not href or len(href) > MAX_URL:
        return None
    if _RESOLVED.fullmatch(href):
        return href
    try:
        parts = urlsplit(urljoin(base or "", href))
        host = (parts.hostname or "").lower()
        port = (
            f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in {("http", 80), ("https", 443)} else ""
        )
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or " " in host:
        return None
    # "%" stays: what is encoded already must not be encoded twice.
    path, query, fragment = (
        quote(part, safe="/%:@!$&'()*+,;=~-._?[]|", encoding="utf-8", errors="replace")
        for part in (parts.path or "/", parts.query, parts.fragment)
    )
    address = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, address + port, path, query, fragment))


def canonical_url(url: str) -> str | None:
    """
    Return *url* without its fragment and without parameters that only say who sent the reader.

    >>> canonical_url("https://example.org/a?id=7&utm_source=x&fbclid=y#top")
    'https://example.org/a?id=7'
    """
    resolved = resolve_url(url)
    if resolved is None:
        return None
    parts = urlsplit(resolved)
    query = parts.query
    if query and any(_TRACKING.match(key) for key, _ in parse_qsl(query, keep_blank_values=True)):
        kept = [p for p in query.split("&") if not _TRACKING.match(p.partition("=")[0])]
        query = "&".join(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _site(host: str) -> str:
    """Return the part of *host* that was registered, as far as its labels tell."""
    labels = host.lower().strip(".").split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2  # ISO 3166
    size = 3 if country and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def same_site(url: str, other: str) -> bool:
    """
    Return whether two addresses belong to one registered site.

    >>> same_site("https://amp.bbc.co.uk/a", "https://www.bbc.co.uk/b"), same_site("https://a.com/", "https://b.com/")
    (True, False)
    """
    try:
        first, second = urlsplit(url).hostname, urlsplit(other).hostname
    except ValueError:
        return False
    return bool(first and second) and _site(first or "") == _site(second or "")


@lru_cache(maxsize=4096)
def site_key(name: str) -> str:
    """
    Return *name*, of a site or a host, in the form that its spellings share: letters and digits only.

    >>> site_key("www.derStandard.at"), site_key("The New York Times")
    ('derstandardat', 'newyorktimes')
    """
    folded = unicodedata.normalize("NFKC", name[:256]).casefold().removeprefix("https://").removeprefix("www.")
    return re.sub(r"[\W_]+", "", re.sub(r"^(?:the|der|die|das|le|la|el)\s", "", folded))


SET_APART = frozenset({"span", "small", "label", "time", "em"})
"""Inline elements that style sheets set apart from what follows; bold letters may stand inside a word."""


def runs_together(before: str, after: str) -> bool:
    """
    Return whether two texts of elements side by side need a space between them, which a style sheet makes on the page.

    >>> runs_together("Jane Doe", "Transport Correspondent"), runs_together("snow", "fall")
    (True, False)
    """
    return (before[-1:].islower() or before[-1:].isdigit()) and after[:1].isupper()


def headline_without_site(headline: str, names: Sequence[str]) -> str:
    """
    Return *headline* without the site's name at its end or its start, when that name is one of *names*.

    >>> headline_without_site("Snow in May | BBC News", ["BBC News"])
    'Snow in May'
    >>> headline_without_site("Red – Blue", ["BBC News"])
    'Red – Blue'
    """
    keys = {key for name in names if (key := site_key(name))}
    text = line(headline[:MAX_HEADLINE])
    while (shorter := _shortened(text, keys)) != text:
        text = shorter
    return text


def _shortened(text: str, keys: set[str]) -> str:
    """Return *text* without the site's name at one of its ends, or a mark that a missing name has left there."""
    if (bare := _LOOSE_MARK.sub("", text, count=1)) != text:
        return bare
    cuts = list(_SEPARATOR.finditer(text)) if keys else []
    if not cuts:
        return text
    head, tail = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
    first, rest = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
    if head and _names_site(tail, keys):
        return head
    if rest and site_key(first) in keys and cuts[0].group().strip() in {"|", "｜", ":", "："}:
        return rest
    return text


def _names_site(text: str, keys: set[str]) -> bool:
    """Return whether *text* is one of the site's names, or such a name with up to three words more ("Rust Blog")."""
    whole = site_key(text)
    if whole in keys:
        return True
    words = text.split()
    if not 1 < len(words) <= 4 or text[-1:] in "?!":  # a name, not a sentence
        return False
    long = [key for key in keys if len(key) >= 5]  # short names stand in ordinary words too
    return any(whole.startswith(key) or whole.endswith(key) for key in long)


def word_count(text: str) -> int:
    """
    Return the number of words in *text*.

    Words are runs of letters and digits. In scripts without spaces an ideograph or kana counts as half a word and a
    Thai,
    Lao, Khmer or Burmese character as a fifth, rounded up: the averages of their words' lengths.

    >>> word_count("Don't count 3 twice."), word_count("日本語の記事")
    (4, 3)
    """
    runs, total = _UNSPACED.findall(text), 0
    for run in runs:
        thai = len(_THAI.findall(run))
        total += (thai + 4) // 5 + (len(run) - thai + 1) // 2
    return total + len(_WORD.findall(_UNSPACED.sub(" ", text) if runs else text))


@lru_cache(maxsize=1)
def _folded_words(text: str) -> tuple[str, ...]:
    """Return the words of *text* for comparing: NFKC, case folded; characters where words have no spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if _UNSPACED.search(folded):
        folded = _UNSPACED.sub(lambda run: " " + " ".join(run.group()) + " ", folded)
    return tuple(re.findall(r"\w+", folded))


def content_hash(text: str) -> str | None:
    """
    Return a hash that two bodies share when their words are the same, whatever their spaces, case and punctuation.

    "nc1:" and the SHA-256 of the folded words joined by one space; None for a text without a word.

    >>> content_hash("Snow  in May.") == content_hash("SNOW in May")
    True
    """
    words = _folded_words(text)
    return f"nc1:{sha256(' '.join(words).encode('utf-8', 'replace')).hexdigest()}" if words else None


def identifier(name: str) -> str:
    """
    Return a name for what *name* names that is safe in paths and tables: half of its SHA-256; empty for an empty name.

    >>> identifier("pages.jsonl#7")
    'd46e9393facc4c48ecdf72dd5093dbcd'
    """
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32] if name else ""


_RUN = 4
"""Words of a run that is compared; fewer are in too many articles, more are broken by small changes."""

# Odd 64-bit numbers with well spread bits: multiples of the golden ratio's, as in splitmix64.
_ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)


def simhash(text: str) -> str | None:
    """
    Return 64 bits that differ in few places for bodies that share most of their text (Charikar 2002).

    "nc1:" and 16 hexadecimal digits over runs of four words; None for a text without a word.
    """
    words = _folded_words(text)
    if not words:
        return None
    import numpy as np  # noqa: PLC0415  only records need it, and it is slow to load

    # 64 bits a word from two checksums; a run's are its words', each turned by its place in the run.
    known = {word: crc32(data) << 32 | adler32(data) for word in set(words) for data in [word.encode()]}
    hashes = np.array([known[word] for word in words], np.uint64)
    runs = np.zeros(max(1, len(hashes) - _RUN + 1), np.uint64)
    for place in range(min(_RUN, len(hashes))):
        turned = hashes[place : place + len(runs)] * np.uint64(_ODD[place])
        runs[: len(turned)] ^= turned ^ (turned >> np.uint64(29))
    runs = np.unique(runs * np.uint64(_ODD[0]) ^ (runs >> np.uint64(31)))
    bits = np.unpackbits(runs.astype(">u8").view(np.uint8).reshape(-1, 8), axis=1)
    majority = bits.sum(axis=0) * 2 > len(runs)
    return f"nc1:{np.packbits(majority).tobytes().hex()}"


def direction(text: str) -> str | None:
    """
    Return "rtl" or "ltr" by the first thousand letters of *text*, None when there are none.

    >>> direction("שלום"), direction("Hello"), direction("123")
    ('rtl', 'ltr', None)
    """
    kinds = Counter(map(unicodedata.bidirectional, text[:1000]))
    right, left = kinds["R"] + kinds["AL"], kinds["L"]
    return None if not right + left else "rtl" if right > left else "ltr"
