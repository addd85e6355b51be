"""Plain text to blocks: what is joined, what is cut, what is put right, and that nothing gets lost."""

import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.normalise import line
from newsclean.text.dump import articles_in, repair, segment_text, unmarked
from newsclean.text.scoring import packaged, score_blocks

SEEDS = Path(__file__).parents[1] / "seeds"
STORY = (
    "The council met on Tuesday evening in the old school and talked for three hours about the bridge.\n"
    "Nobody had expected so many people, said the mayor, who had put out forty chairs and needed ninety.\n"
    "A decision will be taken in March, when the engineers have looked at the piers once more.\n"
    "Until then the bridge stays closed for everything heavier than a bicycle, the town said in a notice.\n"
)


def texts(dump: str) -> list[str]:
    """Return the blocks' texts of *dump*."""
    return [block.text for block in segment_text(dump).blocks]


def squeezed(text: str) -> str:
    """Return *text* without white space."""
    return "".join(text.split())


def body(dump: str) -> list[str]:
    """Return what the packaged model keeps of *dump*."""
    blocks = segment_text(dump).blocks
    chances, _ = score_blocks(blocks, packaged())
    return [block.text for block, chance in zip(blocks, chances, strict=True) if chance >= 0.5]


PIECES = st.sampled_from(
    [
        *("The river", "rose.", "of the", "|", "•", "* item", "## Head", "- x", "(", ",", "”", "«", "。", "東京", "は"),
        *("---", "====", "1.", "[a](b)", "İ", "\u200b", "سلام"),
        *["\u00a0", "\t", "\r", "\n", "\n\n", "\f", "\u2028", "e\u0301", "word " * 40],
    ],
)


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=60).map(" ".join)))
def test_nothing_is_lost_or_twice(dump: str) -> None:
    """The blocks hold the characters of the dump, in order, each once; white space aside."""
    layout = segment_text(dump)
    lines = dump.replace("\r\n", "\n").splitlines()
    assert squeezed("".join(b.text for b in layout.blocks)) == squeezed("".join(map(line, lines)))
    assert [b.index for b in layout.blocks] == list(range(len(layout.blocks)))
    assert all(b.text and b.text == b.text.strip() for b in layout.blocks)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_dump_gets_probabilities(dump: str) -> None:
    """Each block gets a probability, whatever the dump."""
    blocks = segment_text(dump).blocks
    chances, expected = score_blocks(blocks, packaged())
    assert len(chances) == len(blocks)
    assert all(0 < chance < 1 for chance in chances)
    assert 0 <= expected <= 1


@pytest.mark.parametrize(
    ("dump", "blocks"),
    [
        pytest.param(
            "Die Behörde warnt vor der Pflanze, die sich seit Jahren in\nGärten\nausbreitet. Sie ist giftig.",
            ["Die Behörde warnt vor der Pflanze, die sich seit Jahren in Gärten ausbreitet. Sie ist giftig."],
            id="link-de",
        ),
        pytest.param(
            "The findings were published on Monday by researchers at\nHarvard University\n, the journal said.",
            ["The findings were published on Monday by researchers at Harvard University, the journal said."],
            id="link-before-comma-en",
        ),
        pytest.param(
            "Le ministre a rencontré les élus de la région avec\nle préfet\n. Il a promis une aide.",
            ["Le ministre a rencontré les élus de la région avec le préfet. Il a promis une aide."],
            id="link-fr",
        ),
        pytest.param(
            "El ayuntamiento presentó el plan que costará, según\nEl Faro\n, dos millones de euros.",
            ["El ayuntamiento presentó el plan que costará, según El Faro, dos millones de euros."],
            id="link-es",
        ),
        pytest.param(
            "Об этом сообщили в городском управлении мостов, а также в\nминистерстве транспорта\n.",
            ["Об этом сообщили в городском управлении мостов, а также в министерстве транспорта."],
            id="link-ru",
        ),
        pytest.param(
            "記者会見で、三重県の有名な銀行グループであるイオン銀行\nは新しい計画を発表した。",
            ["記者会見で、三重県の有名な銀行グループであるイオン銀行は新しい計画を発表した。"],
            id="particle-ja",
        ),
        pytest.param(
            "ويقول سكان الحي القديم إن المركب الجديد سيبقى في\nالميناء القديم\n، كما قال العمدة.",
            ["ويقول سكان الحي القديم إن المركب الجديد سيبقى في الميناء القديم، كما قال العمدة."],
            id="link-ar",
        ),
        pytest.param("Home\nabout us\ncontact\nimprint", ["Home", "about us", "contact", "imprint"], id="menu"),
        pytest.param(
            "Mayor promises a new bridge for the valley before winter\nBy Anna Berg\nThe council met on Tuesday.",
            ["Mayor promises a new bridge for the valley before winter", "By Anna Berg", "The council met on Tuesday."],
            id="headline-byline",
        ),
        pytest.param(
            "The bridge was closed on Monday.\nphoto: Ben Kite\nIt will open in May.",
            ["The bridge was closed on Monday.", "photo: Ben Kite", "It will open in May."],
            id="caption",
        ),
    ],
)
def test_sentences_broken_at_inline_tags(dump: str, blocks: list[str]) -> None:
    """A sentence that a flattener broke at a link is one block; menus, headlines, bylines and captions stay apart."""
    assert texts(dump) == blocks


def test_hard_wrapped_lines_are_joined() -> None:
    """Lines cut at one width are paragraphs again; the short lines between them are not."""
    dump = (
        "Town votes to buy back its railway\n\n"
        "The nine miles of track between the old quarry and the river have\n"
        "carried no freight since 1996, no passengers since 1951 and, for the\n"
        "last four winters, no snowplow. On Monday night the people voted 412\n"
        "to 188 to buy them anyway.\n\n"
        "The price is 1.3 million. The seller, a leasing company in another\n"
        "state that acquired the line in a bankruptcy, had asked for twice\n"
        "that and wanted the money by spring.\n\n"
        "* About us\n* Contact\n"
    )
    layout = segment_text(dump)
    assert [b.lines for b in layout.blocks] == [1, 4, 3, 1, 1]
    assert layout.blocks[1].text.endswith("voted 412 to 188 to buy them anyway.")
    assert [b.gap for b in layout.blocks] == [0, 1, 1, 1, 0]


def test_a_heading_under_a_full_line_stays_apart() -> None:
    """What stands alone below the end of a sentence and has none itself is no part of a wrapped paragraph."""
    dump = (
        "The nine miles of track between the old quarry and the river have\n"
        "carried no freight since 1996, no passengers since 1951 and, for the\n"
        "last four winters, no snowplow. On Monday night the people of the town\n"
        "voted by a wide margin to buy them anyway, all nine miles of them now.\n"
        "Residents cheer in front of the station\n\n"
        "The price is 1.3 million. The seller, a leasing company in another well-\n"
        "known state that acquired the line in a bankruptcy, had asked for twice\n"
        "that and wanted the money by spring."
    )
    blocks = texts(dump)
    assert [len(block.split()) > 10 for block in blocks] == [True, False, True]
    assert "another well-known state" in blocks[2]


def test_wrapped_ideographs_are_joined_without_spaces() -> None:
    """A wrap in a script without spaces leaves none, beside marks and numbers too; French marks keep theirs."""
    rows = "渡口连接云汐县的青石镇和对岸的柳湾村，\n每天有上千人在这里过河，陈阿炳接过竹篙，一撑就是\n46\n年。"
    wide = "\n\n".join([rows.replace("\n46\n", "46\n")] * 4)
    assert all(" " not in block for block in texts(wide))


def test_wraps_that_count_characters_are_undone() -> None:
    """A wrap may count an ideograph or a syllable as one column; the paragraph comes back all the same."""
    sentence = (
        "해솔군과 해솔우체국은 이날부터 버스가 다니지 않는 산간 마을 다섯 곳에서 우편 동승제를 시범 운영한다고 밝혔다."
    )
    paragraph = " ".join([sentence] * 4)
    assert texts("\n\n".join([textwrap.fill(paragraph, 72)] * 3)) == [paragraph] * 3


def test_unwrapped_paragraphs_stay_apart() -> None:
    """One paragraph a line without blank lines gives one block a line."""
    assert texts(STORY) == STORY.splitlines()


def test_line_ends_spaces_and_bullets() -> None:
    """CRLF ends a line, a no-break space is white space, a bullet begins a block of its own."""
    layout = segment_text("•\u00a0Home\r\n•\u00a0Cronaca\r\n\r\n  Testo  della\u00a0pagina\r\n1. uno\r\n2. due")
    assert [b.text for b in layout.blocks] == ["• Home", "• Cronaca", "Testo della pagina", "1. uno", "2. due"]
    assert [b.indent for b in layout.blocks] == [0, 0, 2, 0, 0]


def test_a_line_that_holds_everything_is_cut_into_sentences() -> None:
    """A page on one line gives a block for each sentence, and short ones for what is none."""
    dump = "Home News Sport Weather " * 30 + STORY.replace("\n", " ") * 8
    blocks = texts(dump)
    assert STORY.splitlines()[1] in blocks
    assert max(map(len, blocks)) < 200
    assert squeezed("".join(blocks)) == squeezed(dump)


def test_a_page_of_ideographs_on_one_line_is_cut() -> None:
    """A line of ideographs holds a page before a line of letters does."""
    sentence = "渡口连接云汐县的青石镇和对岸的柳湾村，每天有上千人在这里过河。"
    assert texts(sentence * 40) == [sentence] * 40
    assert texts(" ".join([sentence * 3] * 20)) == [sentence * 3] * 20
    assert texts(sentence * 10) == [sentence * 10]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("## The **last** word", "The last word"),
        ("[Ana](https://a.example/x_(y)) wrote *this*", "Ana wrote this"),
        ("![A bridge](https://a.example/b.jpg)", ""),
        ("* first", "first"),
        ("> “quoted” text", "“quoted” text"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("He said [sic] so.", "He said [sic] so."),
    ],
)
def test_markdown_marks(text: str, clean: str) -> None:
    """Marks of Markdown go, and nothing that only looks like one."""
    assert unmarked(text) == clean


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le président a été réélu à Nîmes. L’élection s’est déroulée dans le calme, « sans problème ».", "cp1252"),
        ("Die Straße wurde für längere Zeit gesperrt, über größere Umwege geht es nach Köln.", "latin-1"),
        ("Президент приехал в город и открыл новый мост через реку.", "cp1252"),
        ("“We’ve been building that bench,” he said — and left.", "cp1252"),
        ("© 2026 The Town Crier", "latin-1"),
        ("전체\n해솔군은 이날부터 버스가 다니지 않는 산간 마을에서 우편 동승제를 시범 운영한다.\n광고", "cp1252"),
    ],
)
def test_repair_puts_misread_text_right(text: str, encoding: str) -> None:
    """UTF-8 that was read as a Western encoding comes back, and the repair is told."""
    misread = text.encode().decode(encoding, "surrogateescape") if encoding == "latin-1" else _misread(text)
    assert repair(misread) == (text, True)


def _misread(text: str) -> str:
    """Return *text* as Windows reads its UTF-8 bytes; the five bytes it does not know stay controls."""
    return "".join(bytes([b]).decode("cp1252") if b not in b"\x81\x8d\x8f\x90\x9d" else chr(b) for b in text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Âge d'or à la française : l'État, l'Église et « Ça ira ».",
        "Über Ärger, Öl und Größe.",
        "DOLAR €94 — ÂN PHÁT, ÃO ƯỚC",
        "plain ascii",
        "ВСЁ ХОРОШО, РАЙОН СПОКОЕН",
        "東京で新しい橋が開通した。",
    ],
)
def test_repair_leaves_honest_text_alone(text: str) -> None:
    """Text that is right stays, whatever letters it has."""
    assert repair(text * 3) == (text * 3, False)


@pytest.mark.parametrize("separator", ["\n\n==========\n\n", "\n-----\n", "\f", "\r\n* * * * *\r\n"])
def test_several_articles(separator: str) -> None:
    """Files with a clear separator are offered in parts, each a headline and a story."""
    first, second = "Bridge stays closed\n\n" + STORY, "Council wants an answer\n\n" + STORY
    parts = articles_in(first + separator + second)
    assert [part.split("\n")[0].strip() for part in parts] == ["Bridge stays closed", "Council wants an answer"]


@pytest.mark.parametrize(
    "dump",
    [
        "Bridge stays closed\n" + STORY + "-----\n" + STORY,
        "Bridge stays closed\n===================\n\n" + STORY,
        "Bridge stays closed\n\n" + STORY + "\n\n* * *\n\nshort tail\n",
        "Menu\n-----\nHome\n-----\nNews\n",
        "",
    ],
)
def test_no_separator_no_split(dump: str) -> None:
    """A rule inside an article, an underlined heading and a menu part nothing."""
    assert articles_in(dump) == (dump,)


def test_seed_darpan() -> None:
    """Twenty paragraphs are the body: not the repeated headline, not the credit, not "MORE National ARTICLES"."""
    kept = body((SEEDS / "002_35136d6c08477e70.txt").read_text(encoding="utf-8"))
    assert len(kept) == 20
    assert kept[0].startswith("Canada will continue to build up its military might")
    assert kept[-1].endswith('in the Arctic," he said.')


def test_seed_nearly_clean() -> None:
    """Nine paragraphs between headline and byline."""
    kept = body((SEEDS / "000_325f3678d385058f.txt").read_text(encoding="utf-8"))
    assert len(kept) == 9
    assert kept[0].startswith("At the meeting of the")
    assert kept[-1].endswith("of NATO.")


@pytest.mark.parametrize(
    "honest",
    [
        "More articles of clothing were found near the bridge on Tuesday, police said, and taken to the station.",
        "Related companies must publish their accounts before the end of March, the ministry said on Monday.",
        "Read next to the original, the new translation seems dry, wrote the critic of the town's own newspaper.",
    ],
)
def test_a_sentence_that_begins_like_a_section_switch_stays(honest: str) -> None:
    """Ordinary sentences that begin with "More", "Related" or "Read next" are body."""
    rows = STORY.splitlines()
    dump = "\n\n".join(["Bridge stays closed", "By Anna Berg", *rows, honest, *rows[::-1]])
    assert honest in body(dump)


@pytest.mark.parametrize("dump", ["a\n" * 30_000, "the of\n" * 20_000, "word " * 60_000, "[" * 50_000, "* " * 50_000])
def test_hostile_sizes_stay_linear(dump: str) -> None:
    """No dump of some hundred kilobytes takes seconds."""
    start = time.perf_counter()
    blocks = segment_text(dump).blocks
    repair(dump)
    articles_in(dump)
    assert blocks
    assert time.perf_counter() - start < 3
