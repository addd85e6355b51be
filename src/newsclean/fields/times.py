"""
Times as pages declare and print them: ISO 8601, RFC 9110 and RFC 5322 forms, Unix seconds, and dates in words.

An offset is kept as stated and never supplied; a year that is not there is not guessed; the order of day and month is
taken from what settles it, or left open. Month names are CLDR's (`data/months.jsonl`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources

import msgspec

from newsclean.fields.calendars import common_era
from newsclean.normalise import line
from newsclean.record import DatePrecision

__all__ = [
    "Stamp",
    "clock_at_start",
    "has_date",
    "parse_clock",
    "parse_declared",
    "parse_month",
    "parse_printed",
    "says_modified",
    "url_date",
]

MAX_TEXT = 400
"""Characters of a text that are searched for a date."""

EARLIEST, LATEST = 1800, 2100
"""Years that can be a publication's: the web's archives reach back to the first newspapers they scanned."""

LEAST_BUDDHIST = 43
"""Last two digits above which a Thai year is of the Buddhist era: 2544 was 2001."""

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[Tt\s]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:]\d{1,9})?)?\s{0,2}(.{0,40}))?",
)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")
# "28.09.1912:33", "28.09.201912:33": day and clock in elements of their own.
_GLUED_CLOCK = re.compile(r"(\b\d{1,2}([./-])\d{1,2}\2(?:(?:19|20)\d\d|\d\d))(?=(?:[01]\d|2[0-3]):[0-5]\d(?!\d))")
_FAR_YEAR = re.compile(r"\d{5}(?:[-/.]|$)")
_DIGIT = re.compile(r"\d")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
# C's asctime and Java's Date.toString: "Fri Apr 28 19:20:36 CEST 2023".
_ASCTIME = re.compile(
    r"[A-Z][a-z]{2}\s([A-Z][a-z]{2})\s{1,2}(\d{1,2})\s(\d{2}):(\d{2}):(\d{2})\s(?:([A-Z]{1,5})\s)?(\d{4})"
)
_UNIX = re.compile(r"(\d{10})(\d{3})?(?:\.\d{1,9})?")
_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s?([+\-\u2212])\s?(\d{1,2}):?(\d{2})?(?!\d)")
_MORNING = frozenset({"am", "πμ", "ص", "午前", "上午", "오전", "এএম", "पूर्वाह्न"})
_AFTERNOON = frozenset(
    "pm μμ م مساء مساءً 午後 下午 오후 পিএম अपराह्न ch ptg petang بعدازظهر delatarde datarde".split(),
)
_NIGHT = frozenset({"malam", "delanoche", "danoite"})
"""Before midnight these are the afternoon's hours; twelve is midnight."""
_CLOCK = (
    r"(\d{1,2})(?::\s(?=\d\d)|[:.h]|\sh\s(?=\d\d)|\s?(?:時|时|點|点|시)\s?|\u2236)(\d{2})?(?:[:.](\d{2}))?"
    r"\s?(?:分|분)?(?!\d)\s?([ap]\.?\s?m\.?(?!\w)|[πμ]\.?μ\.?(?!\w)|مساءً?|صباح[اً]{0,2}|بعد\s?از\s?ظهر|[مص](?!\w)|Uhr|"
    r"(?-i:CH)(?!\w)|পিএম|এএম|अपराह्न|पूर्वाह्न|(?:ptg|petang|malam|pagi)(?!\w)|de la (?:tarde|noche|mañana)|"
    r"da (?:tarde|noite|manhã)|hrs?(?!\w)|h(?!\w))?"
)
_ZONE = (
    r"(?:\s?\(?((?:UTC|GMT)\s?[+\-\u2212]\s?\d{1,2}(?::?\d{2})?|[+\-]\d{2}:?\d{2}|"
    r"(?:Eastern|Central|Mountain|Pacific) (?:Standard|Daylight) Time|[A-Z]{1,5})(?![\w/])\)?)?"
)
_JOIN = (
    r"[\s.,;|/·•–—\-@]{0,5}(?:\([^()]{1,12}\)\s?)?(?:(?:週|周|星期)[一二三四五六日天]\s?|"
    r"(?:hétfő|kedd|szerda|csütörtök|péntek|szombat|vasárnap|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar|"
    r"senin|selasa|rabu|kamis|jumat|sabtu|minggu),?\s)?"
    r"(?:(?:at|um|à|a las|a la|alle(?: ore)?|ore|ora|om|kl\.?|klo|saat|o godz\.|godz\.|às|as|v|в|o|u|ob|الساعة|"
    r"ngày|lúc|pukul|jam|เวลา|г\. в|г\.,?|ساعت|a les|d\.|plkst\.|kell|saa)(?=[\s\d:])\s?:?\s?)?"
)
_AFTER = re.compile(_JOIN + r"(午前|午後|上午|下午|오전|오후)?\s?" + _CLOCK + _ZONE, re.IGNORECASE)
_BEFORE = re.compile(
    r"(?<![\d.])()"
    + _CLOCK
    + _ZONE
    + r"[\s,;|/·•–—\-]{0,4}(?:(?:on|am|le|el|den|del|dne|op|il|em|dia)\s)?(?:[^\W\d_]{2,12}\.?,?\s)?$",
    re.IGNORECASE,
)
_NUMBER_GOES_ON = re.compile(r"[./]\d|\s?%")
_OPENING = re.compile(r"(午前|午後|上午|下午|오전|오후)?\s?" + _CLOCK + _ZONE, re.IGNORECASE)
_CJK = re.compile(r"(\d{4})\s?[年년](?:\s?[(（][^()（）]{2,6}[)）])?\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s(?:tháng\s)(\d{1,2}),?\s(?:năm\s)?(\d{4})(?!\d)", re.IGNORECASE)
# Years of a reign or a republic: "令和6年8月29日", "中華民國113年1月6日"
_ERA = re.compile(r"(令和|平成|昭和|民國|民国)\s?(元|\d{1,3})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_BEFORE_ERA: Mapping[str, int] = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_YMD = re.compile(r"(?<![\d.])(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")
# "06/01/2026", "2. 2. 2026" as in Czech and Slovak
_NUMBERS = re.compile(
    r"(?<![\d.:/-])(?<!\d\.\s)(\d{1,2})([./-])((?:(?<=\.)\s)?\d{1,2})\2(?:(?<=\.)\s(?=\d{4}))?(\d{4}|\d{2})(?![\d/])"
)
# The vowel signs of Indic scripts, Thai, Lao and Burmese are no letters to `re`.
_LETTER = r"(?:[^\W\d_]|(?!\d)[\u0900-\u109f])"
_WORD = rf"([\u0e01-\u0e7f]{{1,3}}\.[\u0e01-\u0e7f]|{_LETTER}{{2,16}}(?:\s(?:الثاني|الأول|الاول))?)"
_LINK = r"(?:\s?(?:de|del|of|di|do|d['’]|ta['’]|den)\s)?"
_DMY = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°|ª|o)?[.,]?[\s/-]?"
    + _LINK
    + _WORD
    + r"\.?,?[\s/-]?"
    + _LINK
    + r"['’]?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_MDY = re.compile(_WORD + r"\.?[\s-](\d{1,2})(?:st|nd|rd|th)?,?[\s-]{1,2}(\d{4})(?!\d)", re.IGNORECASE)
_MONTH_YEAR = re.compile(_WORD + r"\.?,?\s(?:de\s|del\s)?(\d{4})(?!\d)", re.IGNORECASE)
# "2024 m. gegužės 13 d." in Lithuanian; "2024. gada 13. maijs" in Latvian
_YDW = re.compile(r"(?<!\d)(\d{4})\.\sgada\s(\d{1,2})\.\s" + _WORD + r"\b", re.IGNORECASE)
_YWD = re.compile(r"(?<!\d)(\d{4})[.,]?(?:\sm\.)?[\s-]" + _WORD + r"\.?[\s-](\d{1,2})\.?(?!\d)", re.IGNORECASE)
_URL_DATE = re.compile(
    r"/(\d{4})[/-]?(\d{2})[/-]?(\d{2})(?=[/_.-]|$)|/(\d{4})/([a-z]{3})/(\d{1,2})(?=/|$)"
    r"|[-_](\d{4})-(\d{2})-(\d{2})(?=[/_.-]|$)"
)
_MODIFIED = re.compile(
    r"updated?|modified|aktualisiert|geändert|bearbeitet|\bstand\b|mis(?:e)? à jour|modifi|actuali[sz]|atualiza|"
    r"aggiorna|bijgewerkt|gewijzigd|aktuali[sz]|oppdatert|opdateret|uppdaterad|päivitetty|обновл|изменен|оновл|güncel|"
    r"تحديث|تعديل|ενημέρωσ|ενημερώθηκε|τροποπο|обновен|последна промяна|izmen|izmjen|ažurir|עודכן|עדכון|به‌روزرسانی|"
    r"بروزرسانی|अपडेट|अद्यतन|আপডেট|হালনাগাদ|อัปเดต|อัพเดต|แก้ไขล่าสุด|განახლ|жаңарт|թարմաց|اپ ڈیٹ|更新|수정|업데이트|최종|"
    r"frissít|редакт|cập nhật|diperbarui|\bmaj\b|módosít|modyfikac|změněno|zmenené|letzte änderung|aangepast|muokattu|"
    r"endret|ändrad|ændret|ปรับปรุง|修改|修訂|alterad|terakhir diubah|sửa lần cuối|kemas\s?kini|pembaruan|อัพเดท|แก้ไขเมื่อ|"
    r"sửa đổi|atnaujin|papildyt|redaguot|pakeist|atjaun|papildin|\blabots|precizēt|pēdējās izmaiņ|uuenda|uuendus|"
    r"muudet|täiendatud|actualitz|uppfær|breytt|(?:ime|ili|ku)(?:boresh|sasish|huish|badilish)|posodob|spremenj|"
    r"popravljen|izmij|ажурира|измењен|актуализ|змінен|ανανεώθηκε|επικαιροποι|\bupd\.|osvjež|osvežen|dopunjen|допуњен|"
    r"последна измена|последња измена|dopolnjen|zadnja sprememb|\bupraven|posledná (?:úprava|zmena)|doplnen|"
    r"последна редакция|променен|(?:ترمیم|ویرایش|সংশোধিত|संशोधित)(?=\s?[:\d]|$)",
    re.IGNORECASE,
)
# Names of zones whose offset is the same wherever they are used (RFC 5322 section 4.3, and European and Asian ones that
# no other region uses). "IST", "BST" and "CST" in print mean different offsets in different countries: no offset.
_ZONES: Mapping[str, int] = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "SAST": 120, "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "WIB": 420,
    "MYT": 480, "WITA": 480, "WIT": 540, "NPT": 345, "TRT": 180, "BRT": -180, "EAT": 180, "WAT": 60, "CAT": 120,
    "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540,
    "HST": -600, "AEST": 600, "AEDT": 660, "ACST": 570, "AWST": 480, "NZST": 720, "NZDT": 780, "PKT": 300,
}  # fmt: skip
_YEAR_FIRST = frozenset({"ko", "ja", "zh"})
"""Languages that write "26.01.06" for 6 January 2026."""

_MONTH_FIRST = frozenset({"en-us", "en-ph", "es-us", "fil"})
_DAY_FIRST = frozenset(
    {
        "en-gb",
        "en-au",
        "en-nz",
        "en-ie",
        "en-in",
        "en-za",
        "en-ng",
        "en-ke",
        "en-pk",
        "en-my",
        "en-sg",
        "en-hk",
        "en-jm",
        "en-tt",
        "en-mt",
        "en-gh",
    }
)


class Stamp(msgspec.Struct, frozen=True):
    """
    One time found in a text.

    Args:
        value: aware when an offset is stated, else naive.
        precision: how exactly it is stated.
        raw: as it stood.
        modified: whether the words before it say that it is the time of a change.
        ambiguous: the other reading when day and month can be exchanged.
        settled: whether the page's language says which of the two readings is meant.
    """

    value: datetime
    precision: DatePrecision
    raw: str
    modified: bool = False
    ambiguous: datetime | None = None
    settled: bool = True


def parse_declared(text: str, *, languages: Sequence[str] = ()) -> Stamp | str:
    """
    Return the time that a machine-readable field states, or why it states none.

    ISO 8601 and its common misspellings, RFC 5322 and RFC 9110 dates, JavaScript's, Unix seconds; else as printed.
    Midnight to the second is how a system that knows the day only fills the form: its precision is a day.

    >>> parse_declared("2026-01-06T09:46:00+01:00").value.isoformat()
    '2026-01-06T09:46:00+01:00'
    >>> parse_declared("0000-00-00")
    'no such day'
    """
    raw = line(text[:MAX_TEXT])[:80]
    if not raw:
        return "empty"
    if match := _ISO.fullmatch(raw):
        year, month, day, hour, minute, second, zone = match.groups()
        return _made((year, month, day), (hour, minute, second), _zone(zone or ""), raw)
    if _FAR_YEAR.match(raw):
        return "a year that cannot be"
    if match := _UNIX.fullmatch(raw):
        seconds = int(match.group(1))
        return Stamp(datetime.fromtimestamp(seconds, UTC), DatePrecision.SECOND, raw)
    if match := _MONTH.fullmatch(raw):
        return _coarse(_made((match.group(1), match.group(2), "1"), (None, None, None), None, raw))
    if match := _ASCTIME.fullmatch(raw):
        name, day, hour, minute, second, zone, year = match.groups()
        month = next((str(m) for m in _months(("en",)).get(name.lower(), ())), None)
        return _made((year, month, day), (hour, minute, second), _zone(zone or ""), raw)
    if match := _BASIC.fullmatch(raw):
        year, month, day, hour, minute, second, zone = match.groups()
        return _made((year, month, day), (hour, minute, second), _zone(zone or ""), raw)
    found = parse_printed(raw, languages)
    if not found:
        return "no date in it" if any(c.isdigit() for c in raw) else "not a date"
    if not found[0].settled:
        return "day and month cannot be told apart"
    return msgspec.structs.replace(found[0], raw=raw)


def parse_printed(text: str, languages: Sequence[str] = ()) -> tuple[Stamp, ...]:
    """
    Return the dates with a year that are printed in *text*, in order, each with the clock time beside it.

    Args:
        text: a line of the page.
        languages: BCP 47 tags of the page, the likeliest first; they settle month names and the order of 06/01/2026.

    >>> [str(s.value) for s in parse_printed("Desk, 06 Jan, 2026 09:46 AM | Updated: 7 Jan 2026, 10:00 CET", ["en"])]
    ['2026-01-06 09:46:00', '2026-01-07 10:00:00+01:00']
    """
    text = _GLUED_CLOCK.sub(r"\1 ", line(text[: 2 * MAX_TEXT])[:MAX_TEXT])
    # A date has a year of four digits, or three pairs; a reign's year may have one.
    if len(_DIGIT.findall(text)) < 4 and _ERA.search(text) is None:
        return ()
    days = sorted(_days(text, [tag.lower().replace("_", "-") for tag in languages]), key=lambda d: d[0])
    stamps: list[Stamp] = []
    last = 0
    for index, (start, end, value, other, settled) in enumerate(days):
        if start < last:
            continue  # inside the date before it
        limit = days[index + 1][0] if index + 1 < len(days) and days[index + 1][0] > end else len(text)
        stamp = _with_clock(text, (last, start, end, limit), value)
        words = text[last:start]
        changed = bool(_MODIFIED.search(words[-60:]))
        stamps.append(msgspec.structs.replace(stamp, modified=changed, ambiguous=other, settled=settled))
        last = max(end, start + len(stamp.raw)) if text.startswith(stamp.raw, start) else end  # its clock is its own
    return tuple(stamps)


def parse_month(text: str, languages: Sequence[str] = ()) -> Stamp | None:
    """
    Return the month that a short line states, when it states no day.

    >>> parse_month("Last updated: June 2022", ["en"]).precision.value, parse_month("6 June 2022", ["en"])
    ('month', None)
    """
    text = line(text[:120])
    match = _MONTH_YEAR.search(text) if len(text) <= 40 else None  # a line of its own
    if match is None or any(c.isdigit() for c in text[: match.start()] + text[match.end() :]):
        return None
    months = _months(tuple(dict.fromkeys(tag.lower().split("-")[0] for tag in languages))).get(
        match.group(1).lower(), ()
    )
    made = _made((match.group(2), str(months[0]), "1"), (None, None, None), None, text) if len(months) == 1 else ""
    found = _coarse(made)
    if isinstance(found, str):
        return None
    return msgspec.structs.replace(found, modified=bool(_MODIFIED.search(text[: match.start()])))


def _coarse(stamp: Stamp | str) -> Stamp | str:
    """Return *stamp*, known to the month only."""
    return stamp if isinstance(stamp, str) else msgspec.structs.replace(stamp, precision=DatePrecision.MONTH)


def parse_clock(text: str, day: datetime) -> Stamp | None:
    """
    Return the time of day in *text* as a change on *day*, when it says "updated" and has no date of its own.

    >>> str(parse_clock("Aggiornato alle 11:20", datetime(2026, 1, 6)).value)
    '2026-01-06 11:20:00'
    """
    text = line(text[:120])
    cue = _MODIFIED.search(text)
    match = _AFTER.search(text, cue.end()) if cue and len(text) < 60 else None  # a line of its own
    clock = _clock(match) if match else None
    if clock is None:
        return None
    hour, minute, second, zone = clock
    value = day.replace(hour=hour, minute=minute, second=second or 0, tzinfo=zone)
    precision = DatePrecision.MINUTE if second is None else DatePrecision.SECOND
    return Stamp(value, precision, text, modified=True)


def clock_at_start(text: str) -> tuple[Stamp, str] | None:
    """
    Return the clock time that a line begins with, on no day, and what follows it; None when it begins otherwise.

    >>> stamp, rest = clock_at_start("14.18 Uhr: Deich bricht")
    >>> stamp.value.time().isoformat(), rest
    ('14:18:00', 'Deich bricht')
    """
    text = line(text[:MAX_TEXT])
    match = _OPENING.match(text)
    # Two digits after the first two: "3.5 per cent" is no time, and the date "06.01.2026" neither.
    if match is None or match.group(3) is None or _NUMBER_GOES_ON.match(text, max(match.end(3), match.end(4))):
        return None
    clock = _clock(match)
    if clock is None:
        return None
    hour, minute, second, zone = clock
    end = match.end() if zone or match.group(6) is None else match.start(6)  # a name is no zone
    value = datetime(1, 1, 2, hour, minute, second or 0, tzinfo=zone)
    precision = DatePrecision.MINUTE if second is None else DatePrecision.SECOND
    return Stamp(value, precision, text[:end].strip()), text[end:].strip(" :|·•–—-,")


def says_modified(text: str) -> bool:
    """Return whether *text* is no more than "Updated:" or its like."""
    return len(text) <= 24 and bool(_MODIFIED.search(text))  # a label, not a sentence


def has_date(text: str, languages: Sequence[str] = ()) -> bool:
    """Return whether a date with its year is printed in *text*."""
    return bool(parse_printed(text, languages))


def url_date(url: str) -> Stamp | None:
    """
    Return the day that stands in the path of *url*.

    >>> url_date("https://example.org/2026/01/06/carney").value.date().isoformat()
    '2026-01-06'
    """
    path = url[:2083].split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
    match = _URL_DATE.search(path.lower())
    if match is None:
        return None
    a, b, c, d, e, f, g, h, i = match.groups()
    month = b or h or next((str(m) for m in _months(("en",)).get(e or "", ())), "")
    made = _made((a or d or g, month, c or f or i), (None, None, None), None, match.group().strip("/_-"))
    return made if isinstance(made, Stamp) else None


def _made(
    day: tuple[str | None, str | None, str | None],
    clock: tuple[str | None, str | None, str | None],
    zone: timezone | None,
    raw: str,
) -> Stamp | str:
    """Return the time of these digits, or why there is none."""
    year, month, number = common_era(*(int(part or 0) for part in day))
    if not EARLIEST <= year <= LATEST:
        return "no such day" if not year else "a year that cannot be"
    hour, minute, second = (None if part is None else int(part) for part in clock)
    try:
        value = datetime(year, month, number, hour or 0, minute or 0, second or 0, tzinfo=zone)
    except ValueError:
        return "no such day"
    if (value.year, value.month, value.day) == (1970, 1, 1):
        return "the zero of Unix time, not a date"
    if hour is None or not (value.hour or value.minute or value.second):
        return Stamp(value, DatePrecision.DAY, raw)
    return Stamp(value, DatePrecision.MINUTE if second is None else DatePrecision.SECOND, raw)


def _zone(text: str) -> timezone | None:
    """Return the offset that *text* states: `Z`, `+01:00`, `GMT+1`, or a zone name with one meaning."""
    text = text.strip(" ()")
    if match := _OFFSET.match(text):
        minutes = int(match.group(2)) * 60 + int(match.group(3) or 0)
        signed = minutes if match.group(1) == "+" else -minutes
        return timezone(timedelta(minutes=signed)) if minutes <= 14 * 60 else None
    name = text.split(" ")[0].upper()
    if text.endswith("Time"):
        name = "".join(word[0] for word in text.split())  # "Eastern Standard Time"
    return timezone(timedelta(minutes=_ZONES[name])) if name in _ZONES else None


def _with_clock(text: str, span: tuple[int, int, int, int], value: datetime) -> Stamp:
    """
    Return the day *value* with the clock time printed right after it, or right before it.

    Args:
        text: the line.
        span: the end of the date before, the day's own start and end, the start of the date after.
        value: the day.
    """
    floor, start, end, limit = span
    after = _AFTER.match(text[end:limit])
    before = None if after else _BEFORE.search(text[floor:start][-60:])
    for match in (after, before):
        if match and (clock := _clock(match)):
            hour, minute, second, zone = clock
            stamp = value.replace(hour=hour, minute=minute, second=second or 0, tzinfo=zone)
            precision = DatePrecision.MINUTE if second is None else DatePrecision.SECOND
            raw = text[start : end + match.end()] if match is after else text[floor + start - floor - 0 : end]
            if match is before:
                raw = text[max(floor, start - len(match.group())) : end]
            return Stamp(stamp, precision, raw.strip())
    return Stamp(value, DatePrecision.DAY, text[start:end])


def _clock(match: "re.Match[str]") -> tuple[int, int, int | None, timezone | None] | None:
    """Return hour, minute, second and offset of a matched clock time, when they can be ones."""
    half, hour_text, minute_text, second_text, mark, zone_text = match.groups()
    hour, minute = int(hour_text), int(minute_text or 0)
    second = None if second_text is None else int(second_text)
    mark = (mark or "").lower().replace(".", "").replace(" ", "")
    if minute_text is None and mark not in {"am", "pm", "uhr", "h"} and not re.search("[時时點点시]", match.group()):
        return None
    if not _AFTERNOON.isdisjoint((mark, half)) and hour < 12:  # half of the clock
        hour += 12
    elif mark in _NIGHT and hour <= 12:
        hour = (hour + 12) % 24
    elif not _MORNING.isdisjoint((mark, half)) and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or (second or 0) > 59:  # the clock's limits
        return None
    # A zone's short name is in capitals; the pattern's other words are not.
    named = zone_text and (zone_text.upper() == zone_text or zone_text.endswith(" Time"))
    zone = _zone(zone_text) if named else None
    return hour, minute, second, zone


_Day = tuple[int, int, datetime, datetime | None, bool]


def _days(text: str, tags: list[str]) -> Iterator[_Day]:
    """Yield start, end, day, its other reading, and whether the first one is sure, of each date in *text*."""
    for year, month, day, match in _in_digits(text):
        if (value := _day(year, month, day)) is not None:
            yield match.start(), match.end(), value, None, True
    yield from _numbers(text, tags)
    names = _months(tuple(dict.fromkeys(tag.split("-")[0] for tag in tags)))
    for pattern, order in ((_DMY, (3, 2, 1)), (_MDY, (3, 1, 2)), (_YWD, (1, 2, 3)), (_YDW, (1, 3, 2))):
        for match in pattern.finditer(text):
            year, word, day = (match.group(i) for i in order)
            months = names.get(word.lower(), ())
            if len(months) == 1 and (value := _day(year, str(months[0]), day)) is not None:
                start = match.start() if pattern is not _MDY else match.start(1)
                yield start, match.end(), value, None, True


def _in_digits(text: str) -> Iterator[tuple[str, str, str, "re.Match[str]"]]:
    """Yield year, month and day, and where they stand, of each date whose order its marks or words settle."""
    for match in _VIETNAMESE.finditer(text):
        yield match.group(3), match.group(2), match.group(1), match
    for pattern in (_CJK, _YMD):
        for match in pattern.finditer(text):
            yield match.group(1), match.groups()[-2], match.groups()[-1], match
    for match in _ERA.finditer(text):
        era, year, month, day = match.groups()
        yield str(_BEFORE_ERA[era] + (1 if year == "元" else int(year))), month, day, match


def _numbers(text: str, tags: list[str]) -> Iterator[_Day]:
    """Yield dates like 06/01/2026, in the order that the page's language uses."""
    languages = {tag.split("-")[0] for tag in tags}
    for match in _NUMBERS.finditer(text):
        first, mark, second, year = map(str.strip, match.groups())
        if len(year) == 2 and languages & _YEAR_FIRST and _day(f"20{first}", second, year):
            first, year = year, f"20{first}"
        elif len(year) == 2:  # a year in full; Thailand's era is that of the Buddha
            year = f"25{year}" if "th" in languages and int(year) > LEAST_BUDDHIST else f"20{year}"
        dmy, mdy = _day(year, second, first), _day(year, first, second)
        order = _order(mark, tags)
        if dmy is None or mdy is None or dmy == mdy:
            value = dmy or mdy
            if value is not None:
                yield match.start(), match.end(), value, None, True
        elif order == "mdy":
            yield match.start(), match.end(), mdy, dmy, True
        else:
            yield match.start(), match.end(), dmy, mdy, bool(order)


def _order(mark: str, tags: list[str]) -> str:
    """Return "dmy", "mdy" or, when the language does not settle it, ""."""
    if mark == ".":
        return "dmy"  # CLDR: no locale writes month first with full stops
    for tag in tags:
        if tag in _MONTH_FIRST:
            return "mdy"
        if tag in _DAY_FIRST or not tag.startswith(("en", "fil", "und")):
            return "dmy"  # CLDR: month first is a habit of American English and of the Philippines
    return ""


def _day(year: str, month: str, day: str) -> datetime | None:
    made = _made((year, month, day), (None, None, None), None, "")
    return made.value if isinstance(made, Stamp) else None


class _Row(msgspec.Struct, frozen=True):
    lang: str
    months: tuple[tuple[str, ...], ...]


@cache
def _rows() -> tuple[_Row, ...]:
    data = resources.files("newsclean").joinpath("data/months.jsonl").read_bytes()
    return tuple(msgspec.json.decode(row, type=_Row) for row in data.splitlines() if row)


@cache
def _months(languages: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    """
    Return month numbers by name: those of *languages* where they know the name, else those of all languages.

    A name that means different months in different languages has several numbers.
    """
    every: dict[str, tuple[int, ...]] = {}
    own: dict[str, tuple[int, ...]] = {}
    for row in _rows():
        for number, names in enumerate(row.months, 1):
            for name in names:
                every[name] = tuple(sorted({*every.get(name, ()), number}))
                if row.lang in languages:
                    own[name] = tuple(sorted({*own.get(name, ()), number}))
    return every | own
