"""Times as declared and as printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.fields.times import Stamp, parse_clock, parse_declared, parse_month, parse_printed, url_date
from newsclean.record import DatePrecision


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("Darpan News Desk The Canadian Press, 06 Jan, 2026 09:46 AM", ["en"], ["2026-01-06T09:46:00"]),
        ("6. Januar 2026, 9:46 Uhr", ["de"], ["2026-01-06T09:46:00"]),
        ("Publié le 6 janvier 2026 à 09h46", ["fr"], ["2026-01-06T09:46:00"]),
        ("6 de enero de 2026 09:46 h", ["es"], ["2026-01-06T09:46:00"]),
        ("06 de janeiro de 2026 às 09:46", ["pt"], ["2026-01-06T09:46:00"]),
        ("6 gennaio 2026 alle 09:46", ["it"], ["2026-01-06T09:46:00"]),
        ("6 januari 2026 om 09:46", ["nl"], ["2026-01-06T09:46:00"]),
        ("6. 1. 2026, 9:46", ["cs"], ["2026-01-06T09:46:00"]),
        ("6 януари 2026 г., 09:46 ч.", ["bg"], ["2026-01-06T09:46:00"]),
        ("প্রকাশ: ০৬ জানুয়ারি ২০২৬, ১০: ৪৫", ["bn"], ["2026-01-06T10:45:00"]),
        ("6.1. 2026", ["sk"], ["2026-01-06T00:00:00"]),
        ("2026 m. sausio 6 d. 09:46", ["lt"], ["2026-01-06T09:46:00"]),
        ("2026. gada 6. janvāris, plkst. 09:46", ["lv"], ["2026-01-06T09:46:00"]),
        ("6. jaanuar 2026 kell 09:46", ["et"], ["2026-01-06T09:46:00"]),
        ("6 de gener de 2026 a les 09:46h", ["ca"], ["2026-01-06T09:46:00"]),
        ("06/01/2026 09:46 MYT", ["ms"], ["2026-01-06T09:46:00+08:00"]),
        ("৬ জানুয়ারি ২০২৬", ["bn"], ["2026-01-06T00:00:00"]),
        ("3. 4. 5. 2026", ["de"], []),
        ("6 stycznia 2026, godz. 9:46", ["pl"], ["2026-01-06T09:46:00"]),
        ("6 января 2026, 09:46", ["ru"], ["2026-01-06T09:46:00"]),
        ("6 Ocak 2026 09:46", ["tr"], ["2026-01-06T09:46:00"]),
        ("मंगलवार, 6 जनवरी 2026, 09:46 बजे", ["hi"], ["2026-01-06T09:46:00"]),
        ("৬ জানুয়ারী ২০২৬", ["bn"], ["2026-01-06T00:00:00"]),
        ("6 กุมภาพันธ์ 2569 เวลา 09:46 น.", ["th"], ["2026-02-06T09:46:00"]),
        ("۱۶ دی ۱۴۰۴ - ۰۹:۴۶", ["fa"], ["2026-01-06T09:46:00"]),
        ("تاریخ انتشار: سه‌شنبه ۱۶ دی ۱۴۰۴ ساعت ۰۹:۴۶", ["fa"], ["2026-01-06T09:46:00"]),
        ("۱۴۰۴/۱۰/۱۶", ["fa"], ["2026-01-06T00:00:00"]),
        ("1404/13/16", ["fa"], []),
        ("6 ก.พ. 2569", ["th"], ["2026-02-06T00:00:00"]),
        ("6 בינואר 2026, 09:46", ["he"], ["2026-01-06T09:46:00"]),
        ("6 جنوری 2026", ["ur"], ["2026-01-06T00:00:00"]),
        ("6 يناير 2026 9:46 م", ["ar"], ["2026-01-06T21:46:00"]),
        ("6 Ιανουαρίου 2026 9:46 μ.μ.", ["el"], ["2026-01-06T21:46:00"]),
        ("2026年1月6日 週二 下午9:46", ["zh"], ["2026-01-06T21:46:00"]),
        ("2026. január 6., kedd 9:46", ["hu"], ["2026-01-06T09:46:00"]),
        ("٦ يناير ٢٠٢٦", ["ar"], ["2026-01-06T00:00:00"]),
        ("٦ كانون الثاني ٢٠٢٦", ["ar"], ["2026-01-06T00:00:00"]),
        ("2026年1月6日(火) 午後9:46", ["ja"], ["2026-01-06T21:46:00"]),
        ("令和8年1月6日 09:46", ["ja"], ["2026-01-06T09:46:00"]),
        ("2026年(令和8年)1月6日", ["ja"], ["2026-01-06T00:00:00"]),
        ("中華民國115年1月6日", ["zh"], ["2026-01-06T00:00:00"]),
        ("2026年1月6日 09:46", ["zh"], ["2026-01-06T09:46:00"]),
        ("2026.01.06. 오전 9:46", ["ko"], ["2026-01-06T09:46:00"]),
        ("Jan 6, 2026, 9:46 p.m. EST", ["en"], ["2026-01-06T21:46:00-05:00"]),
        ("January 6, 2026 04:05 PM Eastern Standard Time", ["en"], ["2026-01-06T16:05:00-05:00"]),
        ("6 January 2026 9:46 IST", ["en"], ["2026-01-06T09:46:00"]),
        ("Published 09:46, 06 Jan 2026 Updated 11:00, 07 Jan 2026", ["en"],
         ["2026-01-06T09:46:00", "2026-01-07T11:00:00"]),
        ("06/01/2026 05h01 Atualizado 07/01/2026", ["pt"], ["2026-01-06T05:01:00", "2026-01-07T00:00:00"]),
        ("৬ জানুয়ারি ২০২৬, ০২:৩২ পিএম", ["bn"], ["2026-01-06T14:32:00"]),
        ("6 de enero de 2026, 2:32 de la tarde", ["es"], ["2026-01-06T14:32:00"]),
        ("6 de enero de 2026, 12:30 de la mañana", ["es"], ["2026-01-06T12:30:00"]),
        ("6 de janeiro de 2026, 12:10 da noite", ["pt"], ["2026-01-06T00:10:00"]),
        ("12.31.25", ["ko"], ["2025-12-31T00:00:00"]),
        ("26.01.06", ["zh-Hans"], ["2026-01-06T00:00:00"]),
        ("6 janvier 2026, 14 h 32", ["fr-ca"], ["2026-01-06T14:32:00"]),
        ("6 января 2026 г. в 14:32", ["ru"], ["2026-01-06T14:32:00"]),
        ("2026. jan. 6. 14:32", ["hu"], ["2026-01-06T14:32:00"]),
        ("令和8年1月6日", ["ja"], ["2026-01-06T00:00:00"]),
        ("06/يناير/2026", ["ar"], ["2026-01-06T00:00:00"]),
        ("ngày 06 tháng 01 năm 2026", ["vi"], ["2026-01-06T00:00:00"]),
        ("06/01/69", ["th"], ["2026-01-06T00:00:00"]),
        ("26.01.06", ["ko"], ["2026-01-06T00:00:00"]),
        ("06.01.26", ["de"], ["2026-01-06T00:00:00"]),
        ("At the meeting on January 6", ["en"], []),
        ("2 hours ago", ["en"], []),
        ("99.99.2026", ["de"], []),
    ],
)  # fmt: skip
def test_printed(text: str, languages: list[str], expected: list[str]) -> None:
    """A date with its year is found, with the clock beside it; a date without a year is none."""
    assert [s.value.isoformat() for s in parse_printed(text, languages)] == expected


@pytest.mark.parametrize("declared", ["2569-01-06T09:46:00+07:00", "1404-10-16T09:46:00+03:30"])
def test_declared_in_another_calendar(declared: str) -> None:
    """Years of the Buddhist era and of the solar Hijri calendar are declared, too, against the standard."""
    stamp = parse_declared(declared)
    assert isinstance(stamp, Stamp)
    assert stamp.value.date().isoformat() == "2026-01-06"


def test_words_before_a_date_say_what_it_is() -> None:
    """A time of change is not one of publication."""
    first, second = parse_printed("Publié le 6 janvier 2026, mis à jour le 7 janvier 2026", ["fr"])
    assert not first.modified
    assert second.modified


@pytest.mark.parametrize(
    ("languages", "day", "settled"),
    [(["en"], "2026-01-06", False), (["en-GB"], "2026-01-06", True), (["en-US"], "2026-06-01", True),
     (["fr"], "2026-01-06", True), ([], "2026-01-06", False)],
)  # fmt: skip
def test_order_of_day_and_month(languages: list[str], day: str, *, settled: bool) -> None:
    """The language settles 06/01/2026 where its regions agree; else both readings are kept."""
    (stamp,) = parse_printed("06/01/2026", languages)
    assert stamp.value.date().isoformat() == day
    assert stamp.settled is settled
    assert stamp.ambiguous is not None


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2026-01-06T09:46:00.123Z", "2026-01-06T09:46:00+00:00", DatePrecision.SECOND),
        ("2026-01-06T09:46+01", "2026-01-06T09:46:00+01:00", DatePrecision.MINUTE),
        ("2026-01-06 09:46:00 +0100", "2026-01-06T09:46:00+01:00", DatePrecision.SECOND),
        ("20260106T094600Z", "2026-01-06T09:46:00+00:00", DatePrecision.SECOND),
        ("Tue, 06 Jan 2026 09:46:00 GMT", "2026-01-06T09:46:00+00:00", DatePrecision.SECOND),
        ("Tue Jan 06 2026 09:46:00 GMT+0100 (CET)", "2026-01-06T09:46:00+01:00", DatePrecision.SECOND),
        ("1767692760", "2026-01-06T09:46:00+00:00", DatePrecision.SECOND),
        ("1767692760000", "2026-01-06T09:46:00+00:00", DatePrecision.SECOND),
        ("Tue Jan 06 09:46:00 CET 2026", "2026-01-06T09:46:00+01:00", DatePrecision.SECOND),
        ("Tue Jan  6 09:46:00 2026", "2026-01-06T09:46:00", DatePrecision.SECOND),
        ("2026-01", "2026-01-01T00:00:00", DatePrecision.MONTH),
        ("2026-01-06", "2026-01-06T00:00:00", DatePrecision.DAY),
        ("2026-01-06T00:00:00+01:00", "2026-01-06T00:00:00+01:00", DatePrecision.DAY),
    ],
)
def test_declared(text: str, expected: str, precision: DatePrecision) -> None:
    """The offset is as stated; midnight to the second is a day."""
    stamp = parse_declared(text)
    assert isinstance(stamp, Stamp)
    assert (stamp.value.isoformat(), stamp.precision) == (expected, precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-00-00",
        "20260-01-01",
        "2026-02-30",
        "1970-01-01T00:00:00Z",
        "yesterday",
        "9" * 500,
        "06/01/2026",
        "null",
    ],
)
def test_declared_nonsense_has_a_reason(text: str) -> None:
    """What is no date is turned down in words."""
    reason = parse_declared(text)
    assert isinstance(reason, str)
    assert reason


def test_clock_of_a_change() -> None:
    """A lone time of change belongs to the day before it."""
    (stamp,) = parse_printed("2026-01-06")
    changed = parse_clock("Aktualisiert: 11:20 Uhr", stamp.value)
    assert changed is not None
    assert changed.value.isoformat() == "2026-01-06T11:20:00"
    assert parse_clock("11:20", stamp.value) is None


@pytest.mark.parametrize(
    ("text", "month", "modified"),
    [
        ("June 2022", "2022-06", False),
        ("Zuletzt aktualisiert: Juni 2022", "2022-06", True),
        ("6 June 2022", None, False),
        ("June 2022 to May 2023", None, False),
        ("In June 2022 the harbour froze over for the first time", None, False),
        ("Volume 2022", None, False),
    ],
)
def test_month(text: str, month: str | None, *, modified: bool) -> None:
    """A line that is a month and a year is known to the month."""
    stamp = parse_month(text, ["de", "en"])
    assert (stamp.value.isoformat()[:7] if stamp else None) == month
    assert stamp is None or (stamp.precision, stamp.modified) == (DatePrecision.MONTH, modified)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2026/01/06/a", "2026-01-06"),
        ("https://example.org/2026/jan/06/a", "2026-01-06"),
        ("https://example.org/a-2026-01-06.html", "2026-01-06"),
        ("https://example.org/20260106/a", "2026-01-06"),
        ("https://example.org/2026/13/06/a", None),
        ("https://example.org/story/12345678", None),
    ],
)
def test_url(url: str, day: str | None) -> None:
    """A day in the path counts when it is one."""
    stamp = url_date(url)
    assert (stamp.value.date().isoformat() if stamp else None) == day


@given(st.text(max_size=300), st.lists(st.text(max_size=5), max_size=2))
def test_any_text_is_read_without_an_exception(text: str, languages: list[str]) -> None:
    """Whatever a page prints, it is parsed or turned down."""
    parse_printed(text, languages)
    parse_declared(text, languages=languages)


@pytest.mark.parametrize(
    "words",
    [
        "Módosítva",
        "Ostatnia modyfikacja",
        "Změněno",
        "Letzte Änderung",
        "Aangepast op",
        "Muokattu",
        "Endret",
        "最後修改",
        "Atnaujinta",
        "Papildināts",
        "Viimati muudetud",
        "Darrera actualització",
        "Síðast uppfært",
        "Imesasishwa",
        "Dikemas kini",
        "Posodobljeno",
        "Ажурирано",
        "Змінено",
    ],
)
def test_words_for_a_change(words: str) -> None:
    """A time is that of the last change when the words before it say so."""
    assert parse_printed(f"{words}: 2026.01.06 14:32", ["hu"])[0].modified


@pytest.mark.parametrize("words", ["Редакция", "Измена мужа", "Climate", "ویرایشگر: علی"])
def test_words_for_something_else(words: str) -> None:
    """Who edits, and what changes, says nothing of the time behind it."""
    assert not parse_printed(f"{words} 12.05.2024 14:30", ["ru"])[0].modified
