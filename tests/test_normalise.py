"""Form, never wording."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import normalise

TEXTS = st.text(max_size=300)
URLS = st.one_of(
    st.text(max_size=80),
    st.builds("https://{}/{}?{}#{}".format, st.text(max_size=12), st.text(max_size=30), st.text(max_size=30), TEXTS),
)
NAMES = st.lists(st.text(max_size=20), max_size=4)


@given(TEXTS)
def test_line_is_idempotent_and_clean(text: str) -> None:
    """A line is NFC, has no control characters, and is its own line."""
    once = normalise.line(text)
    assert normalise.line(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in once)


@given(TEXTS, NAMES)
def test_headline_is_idempotent(text: str, names: list[str]) -> None:
    """Nothing more is taken from a headline the second time."""
    once = normalise.headline_without_site(text, names)
    assert normalise.headline_without_site(once, names) == once


@given(URLS)
def test_urls_are_idempotent(url: str) -> None:
    """An address that was resolved, or made canonical, stays as it is."""
    for form in (normalise.resolve_url, normalise.canonical_url):
        once = form(url)
        assert once is None or form(once) == once


@given(TEXTS)
def test_hashes_forget_case_and_space(text: str) -> None:
    """Layout does not change what a body is."""
    spread = "  ".join(text.split(" ")) + "\n"
    assert normalise.content_hash(spread) == normalise.content_hash(text)
    assert normalise.word_count(text) >= 0


@pytest.mark.parametrize(
    ("headline", "names", "expected"),
    [
        ("Snow in May | BBC News", ["BBC News"], "Snow in May"),
        ("Snow in May -", [], "Snow in May"),
        ("– Snø i mai", [], "– Snø i mai"),
        ("Bank of America: profits rise", ["Bank of America"], "Bank of America: profits rise"),
        ("Schnee im Mai - DER SPIEGEL", ["Der Spiegel"], "Schnee im Mai"),
        ("五月の雪 – 朝日新聞", ["朝日新聞"], "五月の雪"),
        ("Snow in May - Politics | The Gazette", ["The Gazette"], "Snow in May - Politics"),
        ("The Gazette | Snow in May", ["Gazette"], "Snow in May"),
        ("What do people love about Rust? | Rust Blog", ["rust"], "What do people love about Rust? | Rust Blog"),
        ("A first look | Bridgestone Tires", ["bridgestone"], "A first look"),
        ("Red - Blue - Green", [], "Red - Blue - Green"),
        ("BBC News", ["BBC News"], "BBC News"),
    ],
)
def test_site_name_leaves_the_headline(headline: str, names: list[str], expected: str) -> None:
    """Only a proven name is taken off."""
    assert normalise.headline_without_site(headline, names) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?utm_source=x&id=7", "https://example.org/a?id=7"),
        ("https://Example.ORG:443/a b", "https://example.org/a%20b"),
        ("https://example.org/a?fbclid=1", "https://example.org/a"),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
        ("mailto:jane@example.org", None),
    ],
)
def test_canonical_url(url: str, expected: str | None) -> None:
    """Campaign tags go, the rest stays; what is no web address is none."""
    assert normalise.canonical_url(url) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/a", "https://m.example.org/b", True),
        ("https://amp.paper.co.uk/a", "https://paper.co.uk/a", True),
        ("https://one.co.uk/a", "https://two.co.uk/a", False),
        ("https://a.org/", "nonsense", False),
    ],
)
def test_same_site(one: str, other: str, *, same: bool) -> None:
    """Subdomains are one site, two names below a country's second level are two."""
    assert normalise.same_site(one, other) is same


def test_words_without_spaces() -> None:
    """Scripts without spaces are counted by their characters."""
    assert normalise.word_count("Snow fell in May.") == 4
    assert normalise.word_count("東京で雪が降った") == 4
    assert normalise.word_count("หิมะตก") == 2


def test_simhash_is_near_for_near_texts() -> None:
    """A changed word moves few bits, another text moves many."""
    words = [f"word{i}" for i in range(200)]
    text, near, far = " ".join(words), " ".join([*words[:199], "changed"]), " ".join(f"other{i}" for i in range(200))
    bits = [int((normalise.simhash(t) or "nc1:0")[4:], 16) for t in (text, near, far)]
    assert (bits[0] ^ bits[1]).bit_count() < 8
    assert (bits[0] ^ bits[2]).bit_count() > 16
    assert normalise.simhash("...") is None


def test_hostile_lines_take_bounded_time() -> None:
    """80,000 alternating combining marks would need seconds in NFC; they are cut to 30."""
    assert len(normalise.line("a" + "\u0301\u0323" * 40_000)) < 100
