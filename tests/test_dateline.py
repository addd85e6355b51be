"""Datelines and signatures of wire copy, in the forms and scripts that agencies use."""

import pytest

import newsclean
from newsclean import lexicon
from newsclean.fields.agencies import Agencies
from newsclean.fields.dateline import parse_dateline

AGENCIES = Agencies(lexicon.agencies())

LEADS = [
    ("LISBON, Jan 6 (Reuters) — Portugal's largest co-operative", "LISBON, Jan 6 (Reuters)", "Reuters"),
    ("RAJSHAHI, Dec 20, 2025 (BSS) - Gardening", "RAJSHAHI, Dec 20, 2025 (BSS)", "Bangladesh Sangbad Sangstha"),
    ("NEW DELHI, May 3 (PTI) The minister", "NEW DELHI, May 3 (PTI)", "Press Trust of India"),
    ("Berlin (dpa) - Die Bundesregierung", "Berlin (dpa)", "Deutsche Presse-Agentur"),
    ("BERLIN dpa | Die Bundesregierung", "BERLIN dpa", "Deutsche Presse-Agentur"),
    ("Madrid, 3 may (EFE).- El alcalde", "Madrid, 3 may (EFE)", "Agencia EFE"),
    ("(ANSA) - ROMA, 03 MAG - Il sindaco", "(ANSA) - ROMA, 03 MAG", "ANSA"),
    ("Warszawa, 3.05.2024 (PAP) - Burmistrz", "Warszawa, 3.05.2024 (PAP)", "Polska Agencja Prasowa"),
    ("МОСКВА, 14 мар — РИА Новости. Мэр города", "МОСКВА, 14 мар — РИА Новости", "RIA Novosti"),
    ("МОСКВА, 14 марта. /ТАСС/. Мэр города", "МОСКВА, 14 марта. /ТАСС/", "TASS"),
    ("КИЇВ, 3 травня – Укрінформ. Мер міста", "КИЇВ, 3 травня – Укрінформ", "Ukrinform"),
    ("الرياض - واس: افتتح رئيس البلدية", "الرياض - واس", "Saudi Press Agency"),
    ("القاهرة (رويترز) - قال رئيس البلدية", "القاهرة (رويترز)", "Reuters"),
    ("دبي - (د ب أ): قال رئيس البلدية", "دبي - (د ب أ)", "Deutsche Presse-Agentur"),
    ("تهران - ایرنا - شهردار گفت", "تهران - ایرنا", "Islamic Republic News Agency"),
    ("नई दिल्ली, 5 मई (भाषा) महापौर ने", "नई दिल्ली, 5 मई (भाषा)", "PTI-Bhasha"),
    ("(서울=연합뉴스) 김철수 기자 = 시장은", "(서울=연합뉴스) 김철수 기자", "Yonhap"),
    ("【ロンドン=共同】市長は月曜日に", "【ロンドン=共同】", "Kyodo News"),
    ("【ワシントン時事】市長は月曜日に", "【ワシントン時事】", "Jiji Press"),
    ("[ロンドン 3日 ロイター] - 市長は", "[ロンドン 3日 ロイター]", "Reuters"),
    ("新华社北京1月6日电 市长周一", "新华社北京1月6日电", "Xinhua"),
    ("（中央社記者林知遠台北6日電）市長", "（中央社記者林知遠台北6日電）", "Central News Agency"),
    ("PUTRAJAYA, Nov 22 — Private companies", "PUTRAJAYA, Nov 22", None),
    ("It was late - too late - when the train arrived", None, None),
    ("The mayor (left) opened the bridge on Monday", None, None),
    ("Jane Doe (AP) - who was there - spoke", "Jane Doe (AP)", "Associated Press"),
    ("Reuters reported on Monday that the bridge", None, None),
    ("NASA (which built the crossing) said on Monday", None, None),
    ("US: The mayor of the city", None, None),
    ("TL;DR: We went there, and it was fine", None, None),
    ("WHAT WE KNOW SO FAR - On Monday the bridge", None, None),
    ("SAN PEDRO DE MACORIS, Jan 6 - The mayor said", "SAN PEDRO DE MACORIS, Jan 6", None),
]


@pytest.mark.parametrize(("lead", "text", "agency"), LEADS)
def test_dateline(lead: str, text: str | None, agency: str | None) -> None:
    """Place, day and agency are read in every order that wires print them; a sentence is none."""
    found = parse_dateline(lead, AGENCIES)
    assert (found.text if found else None) == text
    assert [name for _, name in found.agencies] == ([agency] if agency else []) if found else agency is None


@pytest.mark.parametrize(
    ("lead", "names"),
    [
        ("(서울=연합뉴스) 김철수·박민수 기자 = ", ["김철수", "박민수"]),
        ("新华社北京1月6日电（记者张晓明、李华）", ["张晓明", "李华"]),
        ("新华社北京1月6日电 ", []),
        ("LONDON (Reuters) - ", []),
    ],
)
def test_reporter_in_a_dateline(lead: str, names: list[str]) -> None:
    """Who is named in a dateline wrote the article."""
    assert [author.name for author in article(lead, "").authors] == names


PARAGRAPHS = [
    "The mayor of the city opened the new bridge on Monday, saying that the works are done.",
    "It took three years and cost twelve million, twice as much as the council had first allowed for.",
    "Shops along the river had lost half of their customers while the old crossing was closed.",
    "From next week on, buses will run every ten minutes between the station and the harbour.",
]


def article(first: str, last: str) -> newsclean.Article:
    """Return the record of a page with *first* before the text and *last* as its last line."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in [first + PARAGRAPHS[0], *PARAGRAPHS[1:]])
    head = '<title>Bridge opened</title><meta property="og:type" content="article">'
    return newsclean.clean(f"<html lang=en><head>{head}</head><body><h1>Bridge opened</h1>{text}{last}</body></html>")


@pytest.mark.parametrize("dateline", ["LONDON (AFP/dpa) - ", "القاهرة (رويترز) - ", "【ロンドン=共同】"])
def test_lead_with_a_dateline_is_body(dateline: str) -> None:
    """The agency of a dateline makes no picture credit of the lead."""
    assert article(dateline, "").article_body.startswith(dateline.strip())


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Izvor: Tanjug", "Tanjug"),
        ("Sursa: Agerpres", "Agerpres"),
        ("Πηγή: ΑΠΕ-ΜΠΕ", "Athens-Macedonian News Agency"),
        ("Źródło: PAP", "Polska Agencja Prasowa"),
        ("Quelle: dpa", "Deutsche Presse-Agentur"),
        ("出典: 共同通信", "Kyodo News"),
    ],
)
def test_source_behind_the_text(line: str, agency: str) -> None:
    """A last line that names the source is no part of the body, and its agency is credited."""
    found = article("", f"<p>{line}</p>")
    assert found.source_organization == (agency,)
    assert found.authors == ()
    assert line not in found.article_body


@pytest.mark.parametrize(("end", "agency"), [(" — AFP", "Agence France-Presse"), (" (भाषा)", "PTI-Bhasha")])
def test_signature_of_the_last_paragraph(end: str, agency: str) -> None:
    """An agency at the end of the last paragraph is credited, and stays where it is printed."""
    found = article("", f"<p>Nobody from the ministry was there to see it.{end}</p>")
    assert found.source_organization == (agency,)
    assert found.article_body.endswith(end)


def test_dateline_behind_key_points() -> None:
    """The lead's dateline is found below the points that a page puts first, and so is a last line's agency."""
    points = "<ul><li>The bridge is open</li><li>It cost twelve million</li><li>Buses run from next week</li></ul>"
    text = "".join(
        f"<p>{paragraph}</p>" for paragraph in ["BERGEN, Dec 18 (Reuters) - " + PARAGRAPHS[0], *PARAGRAPHS[1:]]
    )
    head = '<title>Bridge opened</title><meta property="og:type" content="article">'
    helped = "<p>The Associated Press contributed to this report.</p>"
    found = newsclean.clean(f"<html lang=en><head>{head}</head><body><h1>Bridge opened</h1>{points}{text}{helped}")
    assert found.dateline == "BERGEN, Dec 18 (Reuters)"
    assert found.source_organization == ("Reuters", "Associated Press")
    assert helped[3:-4] not in found.article_body
