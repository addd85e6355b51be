"""Who wrote it: printed bylines and declared names told apart into persons, agencies and desks."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from newsclean.fields.agencies import MAX_BYLINE, Agencies
from newsclean.fields.given_names import begins_with_given_name
from newsclean.fields.leads import KEYED, MAX_NAME, NAMELIKE, PICTURED, SOURCE, has_lead, without_lead
from newsclean.fields.names import BRACKETS, DEGREE, EMAIL, TITLE, is_rank, person, person_key, without_title
from newsclean.normalise import line
from newsclean.record import Author

__all__ = ["Byline", "is_desk", "parse_byline", "says_who"]

MAX_AUTHORS = 40
MAX_AFTER = 5
"""Words behind the names of a byline: weekday, month, zone, "min read"."""
# "Jane SmithersPolitical Editor": name and title in elements of their own. "McDonald" and "DeSiato" are one word.
_RUN_ON = re.compile(r"([^\W\d_][^\W\d_A-Z]{2,})(?=[A-Z][^\W\d_A-Z]{2,})")
_JOINED = frozenset(
    "mac fitz van von del das dos des ter ten den ver vander vande vanden dela delle della degli saint san".split()
)
"""First halves of names that have a capital inside."""
_CUT = re.compile(
    r"\s외\s(?=\d)|\s[|•·–—]\s|[|•·⋅∙●\n;]|\s-\s|(?<!\w)\d|\b(?:on|at|le|il|el|am|den|dne)\s(?=\d)|"
    r"(?<=[^\W\d_])vor\s(?=\d)|\b(?:google\+|facebook|twitter|linkedin|instagram|xing)(?!\w)|"
    # "By Jane DoeMay 2, 2024": where nothing parts the name from the day.
    r"(?:\bon\s|\bat\s)?(?:\b|(?<=[^\W\d_]))(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|"
    r"il|ust|ember|tember|ober)?\.?\s\d{1,2}(?!\d)|(?<=[a-zß-ÿ])(?-i:Updated|Published|Posted|Last [Uu]pdated|Follow|"
    r"Folgen)\b|\s(?-i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|"
    r"Sonnabend|Sonntag|[Ll]undi|[Mm]ardi|[Mm]ercredi|[Jj]eudi|[Vv]endredi|[Ss]amedi|[Dd]imanche|[Ll]unes|[Mm]artes|"
    r"[Mm]iércoles|[Jj]ueves|[Vv]iernes|[Ss]ábado|[Dd]omingo|[Ll]unedì|[Mm]artedì|[Mm]ercoledì|[Gg]iovedì|[Vv]enerdì|"
    r"[Ss]abato|[Dd]omenica)(?=,?\s(?:[^\W\d_]{3,10}\.?\s)?\d)|\b(?:published|posted|updated|last|on\s(?:mon|tue|wed|"
    r"thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|first published|aktualisiert|veröffentlicht|"
    r"publié|mis à jour|actualizado|publicado|aggiornato|pubblicato|follow|email|read more|min read|minutes? read|"
    r"skrifar|on behalf of|view in|is an?|is the)\b",
    re.IGNORECASE,
)
# "12.01.2026 | Jane Doe", "December 17, 2025 Jane Doe"
_TIME_FIRST = re.compile(
    r"^[^\w]{0,9}(?:(?:[^\W\d_]{3,10},?\s)?[^\W\d_]{3,10}[.,]?\s\d{1,2},?\s(?=(?:19|20)\d\d))?\d{1,4}"
    r"(?:[\s.,:/|·•●–-]{1,3}(?:\d{1,4}|(?-i:de)(?=\s)|[^\W\d_]{3,10}(?=[.,]?\s(?:de\s)?\d)|"
    r"(?:uhr|um|at|kl|am|pm|a\.m|p\.m|h)(?![^\W\d_]))){0,8}"
    r"[\s.,:/|·•●–-]{0,4}(?=\D|$)",
    re.IGNORECASE,
)
# "Jane Doe2024-05-06", of elements that a style sheet parts; "Jane Doe Objavljeno: 01.07.2024"
_RUN_ON_TIME = re.compile(r"(?<=[^\W\d_])\d|(?<=\w)\s[^\W\d_]{4,20}:\s")
# Other parts in a story than writing it.
_OTHER_ROLE = re.compile(
    r"\b(?:(?:medically |expert |fact[- ]?)?(?:reviewed|checked|edited|translated|moderated|illustrated|photographed|"
    r"verified|approved|produced|narrated|sponsored|presented)(?: and [a-z-]{4,20})? by|(?:photo(?:s|graphs?)?|"
    r"illustrations?|images?|video|graphics?|editing|photography) by|(?:illustration(?:en)?|fotos?|fotografien?|"
    r"bilder|grafik(?:en)?|übersetzung|photos?|dessins?|fotografías?|ilustraci(?:ón|ones)|illustrazioni?) (?:von|de|"
    r"par|di)|reviewers?:|editors?:|fact[- ]check|(?:foto|fotos|photos?|kuvat?|bild(?:er)?|fotó|фото)\s?:|"
    r"(?<=[\uac00-\ud7a3])\s사진\s)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s{0,3}(?:[,，、；&+＋]|(?<!\bA)/|/(?!S\b)|\s(?:and|und|et|y|e|en|och|og|oraz|ve|и|и|та|і|ja|és|și|dan|with|mit|"
    r"avec|con|kaj|i|a)(?=\s)|\sو\s?)\s{0,3}",
    re.IGNORECASE,
)
_NAMES_SOURCE = re.compile(SOURCE, re.IGNORECASE)
_EDITING = frozenset(("责任编辑", "責任編輯", "责编", "编辑", "編輯", *PICTURED.split("|")))
# "By Jane Doe in London", "Par Jean Dupont à Paris"
_PLACE = re.compile(r"\s(?:in|à|em|aus|desde|в)\s(?=[^\W\d_a-zß-ÿ]).*")
# "Por Juan Pérez en Buenos Aires": elsewhere the word is "and".
_EN_PLACE = re.compile(r"\sen\s(?=[^\W\d_a-zß-ÿ])[^,;/]{3,40}?(?=\s(?:y|et)\s|[,;/]|$)")
_FROM = re.compile(r"(?:in|à|em|en|aus|from|do|da|de|dal|desde)\s[^\W\d_a-zß-ÿ]")
_MARKS = re.compile(r"[|•·⋅∙●/;–—-]")
_EN_LEAD = re.compile(r"por|par|texto|escrito|écrit|redac", re.IGNORECASE)
_WITH = re.compile(r"^(?:avec|mit|with|con|com|z|с|and|und|et)\s", re.IGNORECASE)
_CREDITS = re.compile(
    r"\(?\s?(?:additional |further )?(?:reporting|writing|report|written|compiled) by ([^;()]{2,200})",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:desk|staff|news ?room|newsroom|redaktion\w{0,6}|rédaction|redacci[oó]n|redazione|redação|redactie|redakcja|"
    r"редакци\w|toimitus|editors?|editorial|bureau|team|reporters?|correspondents?|korrespondent\w{0,4}|writers?|"
    r"agencies|agenturen|agences|agencias|agenzie|admin|administrator|haber merkezi|haber servisi|tim redaksi|"
    r"ban biên tập|tòa soạn|отдел новостей|відділ новин|συντακτικ\w{1,3} ομάδα|σύνταξη)\b|\B(?:redaktion(?:en)?|"
    r"redaks[jt]on(?:en)?|redactie|toimitus)\b|\b(?:redaksjon\w{0,3}|redac[tț]i[ae]|redakce|redaksi|szerkeszt[őo]ség|"
    r"редакц\w{1,3}|servisi)\b|\b(?:tim (?:redaksi|liputan|detik\w{0,4})|siaran pers|sidang pengarang|meja berita|"
    r"wartawan kami|(?:(?:sporto|naujienų|žinių) )?tarnyba|pranešimas spaudai|preses relīze|dienests|pressiteade|"
    r"juhtkiri|\w{0,8}toimetus|redacció|agències|nota de premsa|ritstjórn|fréttastof[au]|íþróttadeild|leiðari|"
    r"fréttatilkynning|m?waandishi wetu|mwandishi (?:wetu|maalum)|mashirika|tahariri|nhóm (?:pv|phóng viên)|"
    r"redakcij\w{1,3}|uredništvo|agencije|priopćenje|saop[ćš][te]n?je|sporočilo za javnost|уредништво|агенције|"
    r"саопштење|екип|редактори|прессъобщение|redacţi[ae]|comunicat de presă|redakcia|agentúry|tlačová správa|"
    r"δελτίο τύπου|πρακτορείο|власкор|спецкор|прес-?служба|стрічка новин|служба новин|адміністратор|ньюзрум|"
    r"(?:власний|наш|naš|našeg) (?:кореспондент|дописник|dopisnika?))\b|編集部|取材班|편집국|취재팀|编辑部|編輯部|"
    r"综合报道|綜合報導|綜合報道|هيئة التحرير|التحرير|قسم |غرفة الأخبار|מערכת|גורם רשמי|گروه |تحریریه|ডেস্ক|প্রতিবেদক|"
    r"डेस्क|ब्यूरो|ผู้สื่อข่าว|ทีมงาน|บทบรรณาธิการ|ทีมข่าว|กองบรรณาธิการ|"
    # Vowel signs of Indic scripts are parts of words, too.
    r"(?<![\w\u0900-\u0dff])(?:সংবাদদাতা|প্রতিনিধি|রিপোর্টার|করেসপন্ডেন্ট|বার্তা কক্ষ|সংস্থা|বিজ্ঞপ্তি|ব্যুরো|"
    r"নিজস্ব প্রতিবেদন|संवाददाता|संवाद|प्रतिनिधि|एजेंसी|एजेंसियां|न्यूज|टीम|नेटवर्क|समाचार|ڈیسک|رپورٹر|نمائندہ|"
    r"نامہ نگار|خبر نگار|وقائع نگار|بیورو|ایجنسی|ادارتی عملہ|پریس ریلیز|نیوز|سرویس|خبرنگار ما|خبرنگاران|"
    r"روابط عمومی|مدیر سایت|خبرگزاری|رادیو|כתבי|סוכנויות|דסק|שירות|חדשות|כתבנו|שליחנו)(?![\w\u0900-\u0dff])",
    re.IGNORECASE,
)
# With a name these are a person's trade.
_TRADE_ALONE = re.compile(
    r"репортер|кореспондент|дописник|dopisnik|corespondent|colaborator|corresponsal|enviat especial|ανταποκριτής|"
    r"ανταπόκριση|phóng viên|mhariri|koresponden|kontributor|pemberita|spravodajca",
    re.IGNORECASE,
)
# "Helio Foods, Inc.", "Corvane Therapeutics AB"
_COMPANY = re.compile(
    r"[^,]{2,60}(?:,?\s(?:Inc|LLC|Ltd|Limited|GmbH|PLC|plc|Corp|Corporation|Pty)|\s(?:AB|ASA|Oyj?|AG|SE|NV|SA|"
    r"S\.p\.A))\.?"
)
# "김민지·박준호 기자", "김민지, 박준호 기자": the trade stands once, behind the last.
_HANGUL_NAME = re.compile(r"[\uac00-\ud7a3]{2,4}")
_ROW_OF_NAMES = re.compile(r"(?:[\uac00-\ud7a3]{2,4}(?:\s?[·・,，/]\s?|\s)){1,8}[\uac00-\ud7a3]{2,4} (?:기자|특파원)")
# "记者 张三 李四"; a Japanese name has a space inside.
_HAN_ROW = re.compile(r"(?:本[报网刊])?记者[\s:：]?([\u3400-\u9fff]{2,3}(?:\s[\u3400-\u9fff]{2,3}){1,5})")
# "〔記者蔡宗勳／嘉義報導〕", "記者 蔡宗勳 / 嘉義報導"; "부산=김준호 기자": a place beside the name.
_HAN_PLACED = re.compile(
    r"(?:.{1,30}\s)?[〔（(【［]?記者\s?([\u3400-\u9fff]{2,4}(?:[、,，]\s?[\u3400-\u9fff]{2,4}){0,3})\s?[／/]\s?[^／/〕]{2,10}報導[〕）)】］]?"
)
_HANGUL_PLACED = re.compile(r"[\uac00-\ud7a3]{2,4}\s?=\s?(?=[\uac00-\ud7a3]{2,4}\s(?:기자|특파원))")
# "AYŞE YILMAZ/İZMİR, (DHA)": a place beside the name, before a Turkish agency.
_TURKISH_PLACED = re.compile(r"\s?/\s?[A-ZÇĞİÖŞÜ]{3,15},?\s?(?=\((?:DHA|İHA|IHA|AA|ANKA)\))")
# "יעל פרידמן ואורי לוי": "and" is a letter before the second name.
_HEBREW_TWO = re.compile(
    r"(?:מאת\s?:?\s)?([\u05d0-\u05ea]{2,15} [\u05d0-\u05ea'-]{2,15}) ו([\u05d0-\u05ea]{2,15} [\u05d0-\u05ea'-]{2,15})"
)


class Byline(msgspec.Struct, frozen=True):
    """
    A printed byline taken apart.

    Args:
        authors: persons, in order.
        agencies: full names of the wire services credited.
        desks: desks and staff, as printed; they are neither.
        others: the agencies and desks as printed, in order.
        unread: how many parts of the line were none of the three.
    """

    authors: tuple[Author, ...] = ()
    agencies: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unread: int = 0


def is_desk(text: str) -> bool:
    """
    Return whether *text* names a desk, a staff or an office rather than a person.

    >>> is_desk("Darpan News Desk"), is_desk("Jane Doe")
    (True, False)
    """
    return bool(_DESK.search(text[:MAX_NAME]) or _TRADE_ALONE.fullmatch(text))


def says_who(text: str) -> bool:
    """
    Return whether *text* names with a key who wrote the article, beside a time and its source.

    >>> says_who("2026-01-06 14:32 来源：新华社 作者：李明"), says_who("2026-01-06 14:32")
    (True, False)
    """
    start = text[:MAX_NAME]
    return any(map(_is_authors_key, KEYED.findall(start))) or _HAN_PLACED.fullmatch(start) is not None


def _is_authors_key(key: str) -> bool:
    """Return whether what stands behind *key* wrote the article, rather than edited it, or was its source."""
    return key not in _EDITING and not _NAMES_SOURCE.fullmatch(key)


def parse_byline(
    text: str,
    *,
    agencies: Agencies,
    not_names: Sequence[str] = (),
    typed: bool = False,
) -> Byline:
    """
    Return the persons, agencies and desks in a printed byline or a declared list of names.

    Args:
        text: such as "By Jane Doe and John Smith, Reuters".
        agencies: the known wire services.
        not_names: names of the site and the publisher, which are no persons.
        typed: whether the page declares the text to name persons.
    """
    return _parsed(text[: 2 * MAX_BYLINE], agencies, tuple(not_names), typed)


@lru_cache(maxsize=1024)
def _parsed(text: str, agencies: Agencies, not_names: tuple[str, ...], typed: bool) -> Byline:  # noqa: FBT001  a key
    """Return what `parse_byline` does: a page says the same names in several places, and a site on several pages."""
    text = _listed(line(text)[:MAX_BYLINE].strip("*_# "), typed=typed)
    if not has_lead(text) and _COMPANY.fullmatch(text):
        return Byline(others=(text,), unread=1)
    if keyed := KEYED.split(text)[1:]:
        text = ", ".join(_values(keyed[::2], keyed[1::2], agencies))
    if credit := _CREDITS.match(text):
        text = credit.group(1)
    bare = without_lead(text)
    lead = text.removesuffix(bare)
    if other := _OTHER_ROLE.search(bare):
        bare = bare[: other.start()]
    timeless = bare if typed else _TIME_FIRST.sub("", bare, count=1)
    names = _before_agency(without_lead(timeless), agencies)
    names = _without_preposition(names)
    lead = lead or timeless.removesuffix(names)
    unread, behind = 0, ""
    if cuts := [m.start() for m in (_CUT.search(names), not typed and _RUN_ON_TIME.search(names)) if m]:
        names, behind = names[: min(cuts)], names[min(cuts) :]
        # A time, a date, "is a reporter at ...": more words than that make it a sentence.
        unread = int(len(re.findall(r"[^\W\d_]{2,}", behind)) > MAX_AFTER)
    if _EN_LEAD.match(lead):
        names = _EN_PLACE.sub("", names)
    signed = bool(credit or lead or timeless != bare)
    sorter = _Sorter(agencies=agencies, not_names=not_names, typed=typed, signed=signed)
    parts, brackets = _parts(names)
    for part in parts:
        sorter.take(part)
    for part in brackets:
        sorter.take_aside(part)
    sorter.take_address(behind)
    for part in _MARKS.split(behind):  # "By Jane Doe | Reuters"
        sorter.wires += [name for name in [agencies.named(part)] if name]
    return sorter.byline(names, unread)


def _without_preposition(names: str) -> str:
    """Return *names* without "by" in Romanian, Bulgarian or Icelandic, which are other words, too: "de Ion Popescu"."""
    first, _, rest = names.partition(" ")
    whole = len(rest.split()) > 1 and all(word[0].isupper() for word in rest.split())
    named = whole and (first == "de" or (first in {"От", "Eftir"} and begins_with_given_name(rest)))
    return rest if named else names


def _before_agency(names: str, agencies: Agencies) -> str:
    """Return *names* without a preposition that could be a name, "Av", before an agency."""
    first, _, rest = names.partition(" ")
    return (
        rest
        if rest and NAMELIKE.fullmatch(first) and (agencies.named(rest) or (rest.isupper() and len(rest) < 5))
        else names
    )


def _values(keys: Sequence[str], values: Sequence[str], agencies: Agencies) -> Iterator[str]:
    """Yield those of *values* whose key says that they wrote the article; a source is none unless it is an agency."""
    for key, value in zip(keys, values, strict=True):
        if _is_authors_key(key) or (_NAMES_SOURCE.fullmatch(key) and agencies.inside(value)):
            yield value


def _listed(text: str, *, typed: bool) -> str:
    """Return *text* with commas between names, and between name and trade, that stand side by side."""
    if _ROW_OF_NAMES.fullmatch(text):
        return ", ".join(_HANGUL_NAME.findall(text.rpartition(" ")[0]))
    if row := _HAN_ROW.fullmatch(text):
        return row.group(1).replace(" ", ", ")
    if placed := _HAN_PLACED.fullmatch(text):
        return placed.group(1)
    if both := _HEBREW_TWO.fullmatch(text):
        return ", ".join(both.groups())
    text = _TURKISH_PLACED.sub(" ", _HANGUL_PLACED.sub("", text))
    return text if typed else _RUN_ON.sub(_parted, text)


def _parted(half: "re.Match[str]") -> str:
    """Return the first *half* of two words run together with a comma behind it, when a whole name ends there."""
    text, behind = half.string, half.string[half.end() :]
    whole = len(_SPLIT.split(without_lead(text[: half.end()]))[-1].split()) > 1
    # "Jane DoeKofi Boateng", "Jane DoePolitical Editor", "By Jane DoeLondon"; no "Jeff VanderMeer", no row of links.
    signed = has_lead(text) or TITLE.search(text)
    other = signed or (len(behind.split()) > 1 and len(_RUN_ON.findall(text)) == 1) or TITLE.match(behind)
    return f"{half.group()}, " if whole and other and half.group().lower() not in _JOINED else half.group()


class _Sorter:
    """The parts of one byline as they are sorted, made and dropped inside `_parsed`."""

    def __init__(self, *, agencies: Agencies, not_names: Sequence[str], typed: bool, signed: bool) -> None:
        self.agencies, self.not_names, self.typed = agencies, not_names, typed
        self.signed = signed  # whether the line begins as bylines do, so that places may stand behind names
        self.placed = False  # whether the part before named a place
        self.people: list[Author] = []
        self.wires: list[str] = []
        self.desks: list[str] = []
        self.others: list[str] = []
        self.unread = 0

    def take(self, part: str) -> None:
        """Put *part* where it belongs."""
        name = _PLACE.sub("", part) if self.signed else part
        known = len(self.wires) + len(self.desks)
        if name == part and self._is_place(part):
            return
        self.wires += [wire for _, wire in self.agencies.inside(part[len(name) :])]
        self.placed = name != part
        self.unread += not self._sort(name)
        if len(self.wires) + len(self.desks) > known:
            self.others.append(part)

    def take_aside(self, part: str) -> None:
        """Put *part*, which stands in brackets, where it belongs; a place or a task ("text") belongs nowhere."""
        known = len(self.wires) + len(self.desks)
        task = part.isalpha() and part.istitle()  # "Jane Doe (Text), John Smith (Photos)"
        self.unread += not (self._sort(part, enclosed=True) or self.signed or task)
        if len(self.wires) + len(self.desks) > known:
            self.others.append(part)

    def take_address(self, text: str) -> None:
        """Take the address in *text*, which stands behind the names, when there is one: "Jane Doe | jane@x.org"."""
        found = EMAIL.search(text)
        if found and len(self.people) == 1 and self.people[0].email is None:
            self.people[0] = msgspec.structs.replace(self.people[0], email=found.group())

    def byline(self, text: str, unread: int) -> Byline:
        """Return what was found in *text*, of which *unread* parts were cut off before."""
        if not self.people:
            self.wires += [name for _, name in self.agencies.inside(text)]
        unique = {person_key(a.name): a for a in reversed(self.people)}
        return Byline(
            tuple(reversed(unique.values()))[:MAX_AUTHORS],
            tuple(dict.fromkeys(self.wires)),
            tuple(dict.fromkeys(self.desks)),
            tuple(dict.fromkeys(self.others)),
            unread + self.unread,
        )

    def _is_place(self, part: str) -> bool:
        """Return whether *part* is a place: "By Jane Doe, London", "By Jane Doe in London and San Francisco"."""
        if not (self.signed and self.people) or self.agencies.named(part) or is_desk(part) or TITLE.search(part):
            return False
        lone = " " not in part and (part.istitle() or part.isupper()) and not DEGREE.fullmatch(part)
        return lone or bool(_FROM.match(part)) or (self.placed and not begins_with_given_name(part))

    def _sort(self, part: str, *, enclosed: bool = False) -> bool:
        """Put a *part* that is no place where it belongs, a title to the person before it; return whether it did."""
        agencies, people = self.agencies, self.people
        if people and TITLE.fullmatch(part):  # some are words that open a byline, too
            people[-1] = _with_title(people[-1], part)
            return True
        bare = _without_site(_WITH.sub("", without_lead(part)), self.not_names)
        if name := agencies.named(bare, enclosed=enclosed):
            self.wires.append(name)
            return True
        titled = TITLE.search(bare)
        named_title = bool(titled and without_title(bare)[1] and not is_rank(bare))
        if is_desk(bare) and not (titled and (people or named_title)):
            rest = bare
            for mark, name in agencies.inside(bare):
                self.wires.append(name)
                rest = rest.replace(mark, " ")
            self.desks.append(line(rest).strip(" ,:-–—"))
            return True
        if people and (DEGREE.fullmatch(bare.strip()) or (titled and not named_title)):
            people[-1] = _with_title(people[-1], line(bare))
            return True
        author = person(bare, typed=self.typed, not_names=self.not_names)
        if author is None or len(bare.split()) > 2:  # "Jane Doe The Canadian Press": nothing parts the two
            for mark, name in agencies.inside(bare)[:1]:
                rest = bare.removesuffix(mark).strip()
                if rest != bare and (before := person(rest, typed=self.typed, not_names=self.not_names)):
                    self.wires.append(name)
                    author = before
        if author:
            people.append(author)
        return author is not None


def _without_site(part: str, not_names: Sequence[str]) -> str:
    """Return *part* without the site's name behind a person's: "Jane Doe The Gazette"."""
    for name in not_names:
        rest = part[: -len(name)].rstrip()
        if len(rest.split()) >= 2 and rest != part[: -len(name)] and part.endswith(name):
            return rest
    return part


def _with_title(author: Author, title: str) -> Author:
    """Return *author* with a degree behind the name, or with a job title when there is none yet."""
    if DEGREE.fullmatch(title):
        return msgspec.structs.replace(author, name=f"{author.name}, {title}")
    return author if author.job_title else msgspec.structs.replace(author, job_title=title)


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Return the names that a byline lists, an address with the name before it, and what stands in brackets."""
    brackets = [b.strip(" ()[]（）【】") for b in BRACKETS.findall(text)]
    text = BRACKETS.sub(" ", text)
    # "Doe, Jane": one comma and single words on both sides is a name turned round, too rare to guess at.
    return [part for p in _SPLIT.split(text) if p and (part := p.strip())], brackets
